package failover_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/repeat"
)

// coded is a member whose user brings back a code.
type coded struct{ fake }

func (*coded) Exchange(_ context.Context, ref kyc.Ref, _ *url.URL) (kyc.Return, error) {
	return kyc.Return{Ref: ref + ".token", Consent: &kyc.Consent{Ref: ref + ".token"}}, nil
}

func (c *coded) Refresh(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	return c.answer(ctx, ref+".fresh")
}

func (c *coded) ReadUser(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c.note(ref)
	return c.answer(ctx, ref)
}

var _ = Describe("A Ref", func() {
	It("leads every call to the member that holds the journey, and to no other", func(ctx SpecContext) {
		main, spare := new(able), new(able)
		p := pair(failover.Options{}, main, spare)

		Expect(p.Status(ctx, "spare:j-1")).To(HaveField("Ref", kyc.Ref("spare:j-1")))
		Expect(spare.last.Ref).To(Equal(kyc.Ref("j-1")), "the member's own consent is left alone")
		Expect(p.Fetch(ctx, "spare:j-2", kyc.PAN)).To(HaveField("Document", kyc.PAN))
		back, err := p.ParseReturn("spare:j-3", &url.URL{RawQuery: "ref=j-3"})
		Expect(err).NotTo(HaveOccurred())
		Expect(back).To(SatisfyAll(HaveField("Ref", kyc.Ref("spare:j-3")), HaveField("State", kyc.Granted)))
		member, own, err := p.For("spare:j-4")
		Expect(err).NotTo(HaveOccurred())
		Expect(member).To(BeIdenticalTo(spare))
		Expect(member.(kyc.Revoker).Revoke(ctx, own)).To(Succeed())

		Expect(spare.asked).To(Equal([]kyc.Ref{"j-1", "j-2", "j-3", "j-4"}))
		Expect(main.asked).To(BeEmpty())
	})

	DescribeTable("never leads on, whatever the member's error", func(ctx SpecContext, err error) {
		main, spare := failing(err), new(fake)
		p := pair(failover.Options{AlsoAfter: func(error) bool { return true }}, main, spare)
		consent, got := p.Status(ctx, "main:j")
		Expect(got).To(BeIdenticalTo(err))
		Expect(consent).To(BeNil())
		record, got := p.Fetch(ctx, "main:j", kyc.Aadhaar)
		Expect(got).To(BeIdenticalTo(err))
		Expect(record).To(BeNil())
		Expect(spare.asked).To(BeEmpty())
	},
		Entry("down", down),
		Entry("unable", errors.ErrUnsupported),
		Entry("pending", refusal(kyc.ErrPending, 401, nil)),
	)

	It("has its return parsed by a member that can", func() {
		p := pair(failover.Options{}, new(able), new(fake))
		Expect(kyc.Capabilities(p)).To(Equal([]kyc.Capability{kyc.CanParseReturn}))

		_, err := p.ParseReturn("spare:j", new(url.URL))
		Expect(err).To(MatchError(errors.ErrUnsupported))
		back, err := p.ParseReturn("main:j", &url.URL{RawQuery: "ref=another"})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(back).To(BeZero())
	})

	It("is the one that Start gave, if made of a webhook's", func(ctx SpecContext) {
		p := pair(failover.Options{}, failing(down), new(fake))
		consent, err := p.Start(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		event := kyc.Event{Consent: kyc.Consent{Ref: "j-order-42"}}
		Expect(failover.Ref("spare", event.Consent.Ref)).To(Equal(consent.Ref))
	})

	It("stays none if there is none", func() {
		Expect(failover.Ref("main", "")).To(BeEmpty())
	})

	It("is the one that an exchanged code gives, and is completed as before at a member that exchanges none",
		func(ctx SpecContext) {
			p := pair(failover.Options{}, new(able), new(coded))
			said, err := kyc.Complete(ctx, p, "spare:j", &url.URL{RawQuery: "7"})
			Expect(err).NotTo(HaveOccurred())
			Expect(said.Ref).To(Equal(kyc.Ref("spare:j.token")))
			Expect(said.Consent.Ref).To(Equal(said.Ref))
			back, err := kyc.Complete(ctx, p, "main:j", &url.URL{RawQuery: "ref=j"})
			Expect(err).NotTo(HaveOccurred())
			Expect(back).To(Equal(kyc.Return{Ref: "main:j", State: kyc.Granted}))
			_, err = kyc.Complete(ctx, p, "other:j", new(url.URL))
			Expect(err).To(MatchError(kyc.ErrInvalid))
			_, ok := kyc.As[kyc.Exchanger](pair(failover.Options{}, new(able), new(able)))
			Expect(ok).To(BeFalse(), "where no member exchanges codes")
		})

	DescribeTable("is waited for at the member that holds the journey", func(ctx SpecContext, ref kyc.Ref, calls int) {
		p := pair(failover.Options{}, new(able), new(coded)) // whose journeys are pending
		budget := kyc.Budget{First: time.Nanosecond, Growth: 1, Calls: 3}
		saw, err := kyc.WaitFetch(ctx, p, ref, kyc.Aadhaar, kyc.Waiting{Budget: budget})
		Expect(err).To(MatchError(kyc.ErrPending))
		Expect(saw.Status).To(Equal(calls))
	},
		Entry("as long as the budget goes", kyc.Ref("main:j"), 3),
		Entry("not at all where a code has to be exchanged first", kyc.Ref("spare:j"), 1),
	)

	It("is the one that a member's Refresh and ReadUser give, under the member's name", func(ctx SpecContext) {
		spare := new(coded)
		var p kyc.Provider = pair(failover.Options{}, new(able), spare)
		p, err := repeat.New(p, repeat.Budget{Calls: 1})
		Expect(err).NotTo(HaveOccurred())
		Expect(kyc.Capabilities(p)).To(ContainElements(kyc.CanRefresh, kyc.CanReadUser))
		refresher, ok := kyc.As[kyc.Refresher](p)
		Expect(ok).To(BeTrue())
		reader, ok := kyc.As[kyc.UserReader](p)
		Expect(ok).To(BeTrue())

		fresh, err := refresher.Refresh(ctx, "spare:j")
		Expect(err).NotTo(HaveOccurred())
		Expect(fresh.Ref).To(Equal(kyc.Ref("spare:j.fresh")))
		Expect(p.Status(ctx, fresh.Ref)).To(HaveField("Ref", fresh.Ref), "it can be stored")
		Expect(reader.ReadUser(ctx, fresh.Ref)).To(HaveField("Ref", fresh.Ref))
		Expect(spare.last.Ref).To(Equal(kyc.Ref("j.fresh")), "the member's own consent is left alone")
		Expect(spare.asked).To(HaveExactElements(kyc.Ref("j.fresh"), kyc.Ref("j.fresh")))

		for ref, want := range map[kyc.Ref]error{"main:j": errors.ErrUnsupported, "other:j": kyc.ErrInvalid} {
			consent, err := refresher.Refresh(ctx, ref)
			Expect(err).To(MatchError(want))
			Expect(consent).To(BeNil())
			consent, err = reader.ReadUser(ctx, ref)
			Expect(err).To(MatchError(want))
			Expect(consent).To(BeNil())
		}
		spare.fails = func(context.Context) error { return down }
		_, err = refresher.Refresh(ctx, "spare:j")
		Expect(err).To(BeIdenticalTo(down))
		_, err = reader.ReadUser(ctx, "spare:j")
		Expect(err).To(MatchError(kyc.ErrUnavailable))

		p = pair(failover.Options{}, new(able), new(able))
		_, ok = kyc.As[kyc.Refresher](p)
		Expect(ok).To(BeFalse(), "where no member refreshes")
		_, ok = kyc.As[kyc.UserReader](p)
		Expect(ok).To(BeFalse(), "where no member reads users")
	})

	It("survives a restart, another order and more members", func(ctx SpecContext) {
		consent, err := pair(failover.Options{}, new(fake), new(fake)).Start(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		stored := string(consent.Ref)

		holder := new(fake)
		p, err := failover.New([]failover.Member{
			{Name: "new", Provider: new(fake)}, {Name: "spare", Provider: new(fake)}, {Name: "main", Provider: holder},
		}, failover.Options{})
		Expect(err).NotTo(HaveOccurred())
		Expect(p.Status(ctx, kyc.Ref(stored))).To(HaveField("Ref", consent.Ref))
		Expect(holder.asked).To(Equal([]kyc.Ref{"j-order-42"}))
	})

	It("goes through a failover within a failover", func(ctx SpecContext) {
		inner := new(fake)
		p := pair(failover.Options{}, failing(down), pair(failover.Options{}, failing(down), inner))
		consent, err := p.Start(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(kyc.Ref("spare:spare:j-order-42")))
		Expect(p.Status(ctx, consent.Ref)).To(HaveField("Ref", consent.Ref))
		Expect(inner.asked).To(Equal([]kyc.Ref{"j-order-42"}))
	})

	It("may be of any characters", func(ctx SpecContext) {
		names := []string{"a", "acme-2", "Acme", " ", "a b", "é/\\%3A?#&", "%", "\x00", "\n", "\xff", "०१"}
		refs := []kyc.Ref{"1", ":", "::", "a:b", ":a", "a:", " ", "%3A", "é", "\xff\x00", "{\"x\":\"y\"}", "acme-2:1"}
		var members []failover.Member
		for _, name := range names {
			members = append(members, failover.Member{Name: name, Provider: new(fake)})
		}
		p, err := failover.New(members, failover.Options{})
		Expect(err).NotTo(HaveOccurred())
		seen := map[kyc.Ref]bool{}
		for _, m := range members {
			for _, ref := range refs {
				packed := failover.Ref(m.Name, ref)
				Expect(seen).NotTo(HaveKey(packed))
				seen[packed] = true
				member, own, err := p.For(packed)
				Expect(err).NotTo(HaveOccurred())
				Expect(member).To(BeIdenticalTo(m.Provider))
				Expect(own).To(Equal(ref))
			}
		}
	})

	DescribeTable("that no member gave is invalid", func(ctx SpecContext, ref kyc.Ref) {
		main := new(able)
		p := pair(failover.Options{}, main, new(able))
		_, status := p.Status(ctx, ref)
		_, fetch := p.Fetch(ctx, ref, kyc.Aadhaar)
		_, back := p.ParseReturn(ref, new(url.URL))
		member, own, holder := p.For(ref)
		Expect(member).To(BeNil())
		Expect(own).To(BeEmpty())
		for _, err := range []error{status, fetch, back, holder} {
			Expect(err).To(MatchError(kyc.ErrInvalid))
			Expect(err).NotTo(MatchError(kyc.ErrNotFound))
			var e *kyc.Error
			Expect(errors.As(err, &e)).To(BeTrue())
			Expect(e.Member).To(Equal("Ref"))
			if len(ref) > 1 {
				Expect(err.Error()).NotTo(ContainSubstring(string(ref)))
			}
		}
		Expect(main.asked).To(BeEmpty())
	},
		Entry("nothing", kyc.Ref("")),
		Entry("a member's own", kyc.Ref("ea31e1e6")),
		Entry("a name", kyc.Ref("main")),
		Entry("a name and nothing else", kyc.Ref("main:")),
		Entry("no name", kyc.Ref(":j")),
		Entry("a separator", kyc.Ref(":")),
		Entry("of a member that is not there", kyc.Ref("other:j")),
		Entry("in another case", kyc.Ref("Main:j")),
		Entry("with a blank before", kyc.Ref(" main:j")),
		Entry("with a blank inside", kyc.Ref("main :j")),
		Entry("cut at the front", kyc.Ref("ain:j")),
		Entry("escaped", kyc.Ref("main%3Aj")),
	)
})

var _ = Describe("New", func() {
	DescribeTable("refuses", func(members ...failover.Member) {
		p, err := failover.New(members, failover.Options{})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(p).To(BeNil())
	},
		Entry("no members"),
		Entry("no name", failover.Member{Provider: new(fake)}),
		Entry("a name with a colon", failover.Member{Name: "a:b", Provider: new(fake)}),
		Entry("no provider", failover.Member{Name: "a"}),
		Entry("two of a name", failover.Member{Name: "a", Provider: new(fake)},
			failover.Member{Name: "b", Provider: new(fake)}, failover.Member{Name: "a", Provider: new(fake)}),
	)

	It("is content with one", func(ctx SpecContext) {
		p, err := failover.New([]failover.Member{{Name: "a", Provider: new(fake)}}, failover.Options{})
		Expect(err).NotTo(HaveOccurred())
		Expect(p.Start(ctx, request)).To(HaveField("Ref", kyc.Ref("a:j-order-42")))
	})
})

// FuzzRef packs any name and ref, and reads any text as a Ref: what New and For
// accept is what Ref made, and nothing else is accepted.
func FuzzRef(f *testing.F) {
	for _, seed := range [][3]string{
		{"main", "j-1", "main:j-1"}, {"a", ":", "a:"}, {"a:b", "c", "b:c"}, {"", "c", ":c"}, {"main", "", "main"}, {"\xff", "\x00", "é:%3A"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, name, ref, text string) {
		main, other := new(fake), new(fake)
		p, err := failover.New([]failover.Member{{Name: "main,", Provider: other}, {Name: name, Provider: main}}, failover.Options{})
		if err != nil {
			if !errors.Is(err, kyc.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		member, own, err := p.For(failover.Ref(name, kyc.Ref(ref)))
		switch {
		case ref == "":
			if !errors.Is(err, kyc.ErrInvalid) {
				t.Fatalf("no ref became one: %q, %v", own, err)
			}
		case err != nil || member != main || own != kyc.Ref(ref):
			t.Fatalf("%q and %q came back as %q: %v", name, ref, own, err)
		}

		for _, text := range []kyc.Ref{kyc.Ref(text), kyc.Ref(name + text), kyc.Ref(name + ":" + text)} {
			member, own, err := p.For(text)
			if err != nil {
				if member != nil || own != "" || !errors.Is(err, kyc.ErrInvalid) {
					t.Fatalf("%q: %q, %v", text, own, err)
				}
				continue
			}
			holder := name
			if member == other {
				holder = "main,"
			}
			if own == "" || failover.Ref(holder, own) != text {
				t.Fatalf("%q was read as %q of %q", text, own, holder)
			}
		}
	})
}
