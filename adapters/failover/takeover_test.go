package failover_test

import (
	"errors"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/kyc"
)

// choosy is a fake that refuses some requests before any call, and hands out some documents.
type choosy struct {
	fake
	refuses error
	reads   []kyc.Document
}

func (c *choosy) CheckStart(kyc.StartRequest) error { return c.refuses }

func (c *choosy) Fetches() []kyc.Document { return c.reads }

var _ = Describe("A member that could not take over", func() {
	tooLong := kyc.NewError(kyc.Error{Provider: "acme", Op: "createURL", Kind: kyc.ErrInvalid,
		Member: "ID", Want: "less"}, nil, nil)
	aadhaar := []kyc.Document{kyc.Aadhaar}

	DescribeTable("is refused before anybody is asked, although the first one could begin:",
		func(ctx SpecContext, spare *choosy, text string, kind kyc.Err, unable bool) {
			main := &choosy{reads: aadhaar}
			p := pair(failover.Options{}, main, spare)
			_, err := p.Start(ctx, request)
			Expect(err).To(MatchError(text))
			Expect(p.CheckStart(request)).To(MatchError(text))
			Expect(kyc.KindOf(err)).To(Equal(kind))
			Expect(errors.Is(err, errors.ErrUnsupported)).To(Equal(unable))
			Expect(attempts(err)).To(ConsistOf(HaveField("Name", "spare")))
			Expect(main.starts.Load() + spare.starts.Load()).To(BeZero())
		},
		Entry("by its rules", &choosy{refuses: tooLong, reads: aadhaar},
			`failover: start: spare: acme: createURL: invalid request (member "ID": want less)`, kyc.ErrInvalid,
			false),
		Entry("for want of a document", &choosy{refuses: errors.ErrUnsupported},
			"failover: start: spare: unsupported operation", kyc.Err(""), true),
		Entry("since it does not hand the document out", &choosy{reads: []kyc.Document{kyc.PAN}},
			"failover: start: spare: unsupported operation", kyc.Err(""), true),
	)

	It("is passed over where that is asked for", func(ctx SpecContext) {
		main, spare := &choosy{refuses: tooLong}, &choosy{reads: aadhaar}
		p := pair(failover.Options{LeaveOut: true}, main, spare)
		Expect(p.Start(ctx, request)).To(HaveField("Ref", kyc.Ref("spare:j-order-42")))
		Expect(p.CheckStart(request)).To(Succeed())
		Expect(main.starts.Load()).To(BeZero())
	})

	It("is refused even so if there is no other", func(ctx SpecContext) {
		main, spare := &choosy{refuses: errors.ErrUnsupported}, &choosy{refuses: tooLong}
		_, err := pair(failover.Options{LeaveOut: true}, main, spare).Start(ctx, request)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(attempts(err)).To(HaveLen(2))
	})

	It("is none if nobody hands the document out", func(ctx SpecContext) {
		Expect(pair(failover.Options{}, &choosy{}, &choosy{}).Start(ctx, request)).
			To(HaveField("Ref", kyc.Ref("main:j-order-42")))
	})

	It("is found behind a wrapper", func(ctx SpecContext) {
		_, err := pair(failover.Options{}, new(fake), around{&choosy{refuses: tooLong}}).Start(ctx, request)
		Expect(err).To(MatchError(kyc.ErrInvalid))
	})
})

var _ = Describe("A failover of failovers", func() {
	var aadhaar, pan = []kyc.Document{kyc.Aadhaar}, []kyc.Document{kyc.PAN, kyc.Aadhaar}

	It("reads what any member reads, if all say what they read", func() {
		both := pair(failover.Options{}, &choosy{reads: aadhaar}, around{pair(failover.Options{}, &choosy{reads: pan},
			&choosy{reads: aadhaar})})
		reader, ok := kyc.As[kyc.DocumentReader](both)
		Expect(ok).To(BeTrue())
		Expect(reader.Fetches()).To(Equal([]kyc.Document{kyc.Aadhaar, kyc.PAN}))
		_, ok = kyc.As[kyc.DocumentReader](pair(failover.Options{}, both, new(fake)))
		Expect(ok).To(BeFalse(), "nobody knows what the second reads")
		_, ok = kyc.As[kyc.Revoker](both)
		Expect(ok).To(BeFalse())
	})

	It("hands out once what any member does", func() {
		_, ok := kyc.As[kyc.OnceFetcher](pair(failover.Options{}, new(fake), new(fake)))
		Expect(ok).To(BeFalse())
		inner := pair(failover.Options{}, single{new(fake), pan}, single{new(fake), aadhaar})
		once, ok := kyc.As[kyc.OnceFetcher](pair(failover.Options{}, new(fake), around{inner}))
		Expect(ok).To(BeTrue())
		Expect(once.FetchesOnce()).To(Equal([]kyc.Document{kyc.Aadhaar, kyc.PAN}))
	})

	DescribeTable("hands out once in a journey what the member does that holds it:",
		func(ctx SpecContext, ref kyc.Ref, doc kyc.Document, once bool) {
			inner := pair(failover.Options{}, single{new(fake), pan}, single{new(fake), aadhaar})
			p := around{pair(failover.Options{}, new(fake), around{inner})}
			Expect(kyc.FetchesOnce(p, ref, doc)).To(Equal(once))
		},
		Entry("the first, nothing", kyc.Ref("main:1"), kyc.Aadhaar, false),
		Entry("the second's first", kyc.Ref("spare:main:1"), kyc.PAN, true),
		Entry("the second's second", kyc.Ref("spare:spare:1"), kyc.Aadhaar, true),
		Entry("the second's second, not another", kyc.Ref("spare:spare:1"), kyc.PAN, false),
		Entry("nobody, so that any may", kyc.Ref("none:1"), kyc.PAN, true),
	)

	It("passes over an inner one that does not hand the document out", func(ctx SpecContext) {
		inner := pair(failover.Options{}, &choosy{reads: []kyc.Document{kyc.PAN}},
			&choosy{reads: []kyc.Document{kyc.PAN}})
		spare := &choosy{reads: aadhaar}
		_, err := pair(failover.Options{}, inner, spare).Start(ctx, request)
		Expect(err).To(MatchError(errors.ErrUnsupported))
		Expect(spare.starts.Load()).To(BeZero())
		Expect(pair(failover.Options{LeaveOut: true}, inner, spare).Start(ctx, request)).To(HaveField("Ref",
			kyc.Ref("spare:j-order-42")))
	})

	It("knows two Refs of a journey by the member that holds it", func() {
		p := pair(failover.Options{}, new(fake), pair(failover.Options{}, new(fake), matching{new(fake)}))
		for _, same := range [][2]kyc.Ref{{"main:1", "main:1"}, {"spare:spare:1", "spare:spare:1.2"}} {
			Expect(p.SameJourney(same[0], same[1])).To(BeTrue())
		}
		for _, other := range [][2]kyc.Ref{{"main:1", "main:1.2"}, {"main:1", "spare:1"},
			{"spare:main:1", "spare:spare:1"}, {"1", "1"}, {"none:1", "none:1"}} {
			Expect(p.SameJourney(other[0], other[1])).To(BeFalse())
		}
	})
})

// single is a fake that hands documents out once.
type single struct {
	*fake
	once []kyc.Document
}

func (s single) FetchesOnce() []kyc.Document { return s.once }

// matching is a fake of which a journey has two Refs, the second of which begins with the first.
type matching struct{ *fake }

func (matching) SameJourney(a, b kyc.Ref) bool { return strings.HasPrefix(string(b), string(a)+".") }

// around is a provider around another one.
type around struct{ kyc.Provider }

func (a around) Unwrap() kyc.Provider { return a.Provider }
