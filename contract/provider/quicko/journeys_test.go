package quicko_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	adapter "example.com/digilocker/adapters/quicko"
	"example.com/digilocker/contract/provider/quicko"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/simulatortest"
)

// walk is a simulator of Quicko with the adapter over it, as an application makes it: with tokens that are fetched, and
// files that are opened.
type walk struct {
	*simulatortest.Server
	kyc.Provider
	tokens *adapter.MemoryTokens
	calls  *counted
}

// counted is a RoundTripper that counts the calls of authenticate.
type counted struct {
	through http.RoundTripper
	n       atomic.Int32
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/authenticate") {
		c.n.Add(1)
	}
	return c.through.RoundTrip(r)
}

func walkers() adapter.Credentials {
	return adapter.Credentials{
		APIKey: kyc.Hide(quicko.SimulatorAPIKey), APISecret: kyc.Hide(quicko.SimulatorAPISecret),
	}
}

func newWalk(change ...func(*adapter.TokenOptions)) walk {
	GinkgoHelper()
	r := walk{Server: simulatortest.New(GinkgoT())}
	r.calls = &counted{through: r.Client.Transport}
	if r.calls.through == nil {
		r.calls.through = http.DefaultTransport
	}
	opts := adapter.TokenOptions{HTTPClient: &http.Client{Transport: r.calls}, Now: r.Now}
	for _, c := range change {
		c(&opts)
	}
	var err error
	r.tokens, err = adapter.NewTokens(r.BaseURL("quicko"), walkers(), opts)
	Expect(err).NotTo(HaveOccurred())
	r.Provider = r.with(r.tokens)
	return r
}

// with is an adapter that has its tokens from there.
func (r walk) with(tokens adapter.Tokens, change ...func(*adapter.Options)) kyc.Provider {
	GinkgoHelper()
	opts := adapter.Options{Tokens: tokens, HTTPClient: r.Client, Verify: r.Checker.Verify, Now: r.Now}
	for _, c := range change {
		c(&opts)
	}
	p, err := adapter.New(r.BaseURL("quicko"), walkers(), opts)
	Expect(err).NotTo(HaveOccurred())
	return p
}

// begin starts a journey for all documents.
func (r walk) begin(ctx context.Context) *kyc.Consent {
	GinkgoHelper()
	consent, err := r.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}, ReturnTo: "https://shop.example/back",
	})
	Expect(err).NotTo(HaveOccurred())
	return consent
}

// waits is what the one waiting call says of a document.
func (r walk) waits(ctx context.Context, consent *kyc.Consent, back *url.URL, doc kyc.Document) (kyc.Waited, error) {
	GinkgoHelper()
	waiting := kyc.Waiting{Last: consent, Budget: kyc.Budget{First: time.Millisecond, Growth: 1, Calls: 4}}
	if back != nil {
		var err error
		waiting.Return, err = kyc.Complete(ctx, r, consent.Ref, back)
		Expect(err).NotTo(HaveOccurred())
	}
	return kyc.WaitFetch(ctx, r, consent.Ref, doc, waiting)
}

// visit is what the user does, and where they are sent.
type visit func(context.Context, walk, string) (*url.URL, error)

func allows(key string, docs ...kyc.Document) visit {
	return func(ctx context.Context, r walk, link string) (*url.URL, error) {
		v := r.Visitor(key)
		v.Documents = docs
		return v.Allow(ctx, link)
	}
}

func denies(ctx context.Context, r walk, link string) (*url.URL, error) {
	return r.Visitor(simulator.Complete).Deny(ctx, link)
}

func stays(context.Context, walk, string) (*url.URL, error) { return nil, nil }

// later is a visit, after which time passes.
func later(d time.Duration, first visit) visit {
	return func(ctx context.Context, r walk, link string) (*url.URL, error) {
		u, err := first(ctx, r, link)
		r.Advance(d + time.Second)
		return u, err
	}
}

var _ = Describe("A journey through Quicko", Label("simulator"), func() {
	DescribeTable("ends with the document, opened:", func(ctx SpecContext, key string, docs ...kyc.Document) {
		r := newWalk()
		consent := r.begin(ctx)
		back, err := allows(key, docs...)(ctx, r, consent.URL.Reveal())
		Expect(err).NotTo(HaveOccurred())
		for _, doc := range docs {
			saw, err := r.waits(ctx, consent, back, doc)
			Expect(err).NotTo(HaveOccurred())
			Expect(saw.Record.Document).To(Equal(doc))
			Expect(saw.Record.Unopened).To(BeFalse())
			Expect(saw.Record.Signed).NotTo(BeNil())
			Expect(saw.Record.Person.Name.Reveal()).To(HavePrefix("Fake"))
			Expect(saw.Record.Number.IsZero()).To(BeFalse())
			Expect([]int{saw.Status, saw.Fetch}).To(Equal([]int{1, 1}))
		}
		Expect(r.calls.n.Load()).To(BeEquivalentTo(1), "one token for all")
	},
		Entry("each of three", simulator.Complete, kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence),
		Entry("of a user who had no account", simulator.WithoutAccount, kyc.Aadhaar),
		Entry("the one that is shared", simulator.Complete, kyc.PAN),
		Entry("the one that the account has", simulator.LicenceOnly, kyc.DrivingLicence),
	)

	DescribeTable("ends without it:", Label("SB-D14", "SB-D15", "SB-D16"), func(ctx SpecContext, goes visit,
		kind kyc.Err, status, fetch int) {
		for _, returned := range []bool{true, false} {
			r := newWalk()
			consent := r.begin(ctx)
			back, err := goes(ctx, r, consent.URL.Reveal())
			Expect(err).NotTo(HaveOccurred())
			if !returned { // the user's browser never came back
				back = nil
			}
			saw, err := r.waits(ctx, consent, back, kyc.Aadhaar)
			Expect(kyc.KindOf(err)).To(Equal(kind), "%v", err)
			Expect(kyc.Final(err)).To(Equal(kind != kyc.ErrPending))
			Expect([]int{saw.Status, saw.Fetch}).To(Equal([]int{status, fetch}))
		}
	},
		Entry("the user refuses", visit(denies), kyc.ErrDenied, 1, 0),
		Entry("nobody follows the link", visit(stays), kyc.ErrPending, 4, 0),
		Entry("nobody follows the link in time", later(simulator.LinkLife, stays), kyc.ErrExpired, 1, 0),
		Entry("the consent runs out", later(simulator.ConsentLife, allows(simulator.Complete)), kyc.ErrExpired, 1, 0),
		Entry("the account has no Aadhaar", allows(simulator.WithoutAadhaar), kyc.ErrDenied, 1, 0),
		Entry("the user shares something else", allows(simulator.Complete, kyc.PAN), kyc.ErrDenied, 1, 0),
		Entry("the user shares nothing", func(ctx context.Context, r walk, link string) (*url.URL, error) {
			v := r.Visitor(simulator.Complete)
			v.Documents = []kyc.Document{}
			return v.Allow(ctx, link)
		}, kyc.ErrDenied, 1, 0),
		Entry("the documents are being checked", allows(simulator.Slow), kyc.ErrPending, 4, 0),
	)

	It("may be asked for with an end, which is in milliseconds there too", Label("SB-D19", "SB-D20"),
		func(ctx SpecContext) {
			r := newWalk()
			r.Provider = r.with(r.tokens, func(o *adapter.Options) { o.ConsentFor = 2 * time.Hour })
			consent := r.begin(ctx)
			back, err := allows(simulator.Complete)(ctx, r, consent.URL.Reveal())
			Expect(err).NotTo(HaveOccurred())
			saw, err := r.waits(ctx, consent, back, kyc.PAN)
			Expect(err).NotTo(HaveOccurred())
			Expect(saw.Record.Document).To(Equal(kyc.PAN))
		})

	It("goes on where it was being checked", func(ctx SpecContext) {
		r := newWalk()
		consent := r.begin(ctx)
		back, err := allows(simulator.Slow)(ctx, r, consent.URL.Reveal())
		Expect(err).NotTo(HaveOccurred())
		_, err = r.waits(ctx, consent, back, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrPending))
		r.Advance(simulator.Validation)
		saw, err := r.waits(ctx, consent, back, kyc.Aadhaar)
		Expect(err).NotTo(HaveOccurred())
		Expect(saw.Record.Unopened).To(BeFalse())
	})

	DescribeTable("is told by a Fetch alone:", Label("SB-D15", "SB-D16"), func(ctx SpecContext, goes visit,
		kind kyc.Err) {
		r := newWalk()
		consent := r.begin(ctx)
		_, err := goes(ctx, r, consent.URL.Reveal())
		Expect(err).NotTo(HaveOccurred())
		record, err := r.Fetch(ctx, consent.Ref, kyc.Aadhaar)
		Expect(kyc.KindOf(err)).To(Equal(kind), "%v", err)
		Expect(record == nil).To(Equal(kind != ""))
		Expect(kyc.Outage(err)).To(BeFalse())
	},
		Entry("granted", allows(simulator.Complete), kyc.Err("")),
		Entry("too early", visit(stays), kyc.ErrPending),
		Entry("being checked", allows(simulator.Slow), kyc.ErrPending),
		Entry("refused", visit(denies), kyc.ErrDenied),
		Entry("followed by nobody in time", later(simulator.LinkLife, stays), kyc.ErrExpired),
		Entry("run out", later(simulator.ConsentLife, allows(simulator.Complete)), kyc.ErrExpired),
		Entry("without Aadhaar", allows(simulator.WithoutAadhaar), kyc.ErrDenied),
		Entry("partly shared", allows(simulator.Complete, kyc.PAN), kyc.ErrDenied),
	)

	It("of somebody else is unknown, and no outage", func(ctx SpecContext) {
		r := newWalk()
		_, err := r.Fetch(ctx, "839fd8a0-d645-42e1-a904-bb43353b0139", kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrNotFound))
		Expect(kyc.Outage(err)).To(BeFalse())
	})
})

// lent is a Tokens that has one, which nobody renews.
type lent struct {
	has       adapter.Token
	forgotten int
}

func (l *lent) Token(context.Context) (adapter.Token, error) { return l.has, nil }
func (l *lent) Forget(adapter.Token)                         { l.forgotten++ }

var _ = Describe("Quicko's tokens", Label("simulator", "SB-D32"), func() {
	It("are renewed an hour before they run out, by the simulator's clock", func(ctx SpecContext) {
		r := newWalk()
		r.begin(ctx)
		r.Advance(23*time.Hour - time.Minute)
		r.begin(ctx)
		Expect(r.calls.n.Load()).To(BeEquivalentTo(1))
		r.Advance(time.Minute)
		r.begin(ctx)
		Expect(r.calls.n.Load()).To(BeEquivalentTo(2))
	})

	It("that have run out are refused, forgotten, and not tried again", func(ctx SpecContext) {
		r := newWalk()
		token, err := r.tokens.Token(ctx)
		Expect(err).NotTo(HaveOccurred())
		l := &lent{has: token}
		p := r.with(l)
		_, err = p.Status(ctx, "839fd8a0")
		Expect(err).To(MatchError(kyc.ErrNotFound))
		r.Advance(quicko.TokenLife)
		_, err = p.Status(ctx, "839fd8a0")
		Expect(err).To(MatchError(kyc.ErrCredentials))
		Expect(l.forgotten).To(Equal(1))
		Expect(r.calls.n.Load()).To(BeEquivalentTo(1))
	})

	It("come anew after a refusal, although the clock here goes wrong", func(ctx SpecContext) {
		slow := time.Now()
		r := newWalk(func(o *adapter.TokenOptions) { o.Now = func() time.Time { return slow } })
		r.begin(ctx)
		slow = slow.Add(2 * time.Hour) // by this clock
		r.Advance(quicko.TokenLife)
		_, err := r.Status(ctx, "839fd8a0")
		Expect(err).To(MatchError(kyc.ErrCredentials))
		r.begin(ctx)
		Expect(r.calls.n.Load()).To(BeEquivalentTo(2))
	})

	It("are handed out in their last hour while no other can be had", func(ctx SpecContext) {
		r := newWalk()
		r.begin(ctx)
		r.Advance(23 * time.Hour)
		Expect(r.AddFault(simulator.Fault{Provider: "quicko", Operation: "authenticate", Kind: simulator.Status,
			Status: 503})).
			To(Succeed())
		r.begin(ctx)
		r.begin(ctx)
		Expect(r.calls.n.Load()).To(BeEquivalentTo(2), "one try")
		r.Advance(time.Hour)
		_, err := r.Status(ctx, "839fd8a0")
		Expect(kyc.Outage(err)).To(BeTrue(), "%v", err)
		r.ClearFaults()
		r.begin(ctx)
	})

	It("are not to be had with another secret", func(ctx SpecContext) {
		r := newWalk(func(o *adapter.TokenOptions) {
			o.Credentials = func(context.Context) (adapter.Credentials, error) {
				creds := walkers()
				creds.APISecret = kyc.Hide("secret_test_of_yesterday")
				return creds, nil
			}
		})
		_, err := r.Status(ctx, "839fd8a0")
		Expect(err).To(And(MatchError(kyc.ErrCredentials), HaveField("Op", "authenticate"), HaveField("Status", 401)))
	})
})
