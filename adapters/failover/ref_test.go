package failover_test

import (
	"errors"
	"net/url"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/kyc"
)

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
