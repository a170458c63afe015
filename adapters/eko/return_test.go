package eko_test

import (
	"net/url"
	"reflect"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

// address is what the user came back to.
func address(query string) *url.URL {
	GinkgoHelper()
	u, err := url.Parse("https://shop.example/back" + query)
	Expect(err).NotTo(HaveOccurred())
	return u
}

var _ = Describe("ParseReturn", func() {
	var a *eko.Adapter
	BeforeEach(func() {
		var err error
		a, err = eko.New(eko.Sandbox, credentials(), eko.Options{})
		Expect(err).NotTo(HaveOccurred())
	})

	DescribeTable("makes of the ref", Label("EK-D2", "EK-D24"), func(ref kyc.Ref, query string, want kyc.Ref) {
		r, err := a.ParseReturn(ref, address(query))
		Expect(err).NotTo(HaveOccurred())
		Expect(reflect.DeepEqual(r, kyc.Return{Ref: want})).To(BeTrue(), "%v", r)

		again, err := a.ParseReturn(r.Ref, address(query)) // replayed, with the new ref
		Expect(err).NotTo(HaveOccurred())
		Expect(again.Ref).To(Equal(r.Ref))
		replayed, err := a.ParseReturn(ref, address(query)) // with the old one
		Expect(err).NotTo(HaveOccurred())
		Expect(replayed.Ref).To(Equal(r.Ref))
	},
		Entry("the same, by an address that says nothing", ref, "", ref),
		Entry("the same, by the caller's own query that cannot be read", ref, "?%zz&off=50%&view=a;b", ref),
		Entry("a whole one, beside what cannot be read", ref, "?view=a;b&off=50%&verification_id=vrf_digilocker_abc123", wholeRef),
		Entry("a whole one, by the other spelling", Label("EK-D33"), ref, "?verificationId=vrf_digilocker_abc123", wholeRef),
		Entry("a whole one, by both spellings", ref, "?verificationId=vrf_digilocker_abc123&verification_id=vrf_digilocker_abc123", wholeRef),
		Entry("a whole one, with another number, as in production", Label("EK-D33"), kyc.Ref("7393672"), "?verification_id=3571170546", kyc.Ref("7393672.3571170546")),
		Entry("the same, by the caller's own query", ref, "?session=XYZ&session=ABC", ref),
		Entry("a whole one, by an address that says verification_id", ref, "?verification_id=vrf_digilocker_abc123", wholeRef),
		Entry("the same, by the id that it has", wholeRef, "?verification_id=vrf_digilocker_abc123", wholeRef),
		Entry("the same, by an address without the id that it has", wholeRef, "?a=b", wholeRef),
		Entry("the same, by an empty id", ref, "?verification_id=", ref),
		Entry("the same, by a name in capitals", ref, "?Verification_ID=vrf_digilocker_abc123", ref),
		Entry("the same, by an outcome that Eko does not send", ref, "?status=SUCCESS&success=true", ref),
		Entry("a whole one, with a full stop in it", ref, "?verification_id=a.b", kyc.Ref("7483920.a.b")),
	)

	DescribeTable("refuses", func(ref kyc.Ref, query string) {
		r, err := a.ParseReturn(ref, address(query))
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(r.Ref).To(BeEmpty())
		suite.Silent(err, seed)
	},
		Entry("another journey", wholeRef, "?verification_id="+seed),
		Entry("another journey by the case of a letter", wholeRef, "?verification_id=VRF_digilocker_abc123"),
		Entry("two journeys", ref, "?verification_id=a&verification_id=b"),
		Entry("the same journey twice", wholeRef, "?verification_id=vrf_digilocker_abc123&verification_id=vrf_digilocker_abc123"),
		Entry("an id with a slash", ref, "?verification_id="+seed+"%2F.."),
		Entry("an id with a line break", ref, "?verification_id=a%0A"),
		Entry("an id with a blank", ref, "?verification_id=+"),
		Entry("an id that is too long", ref, "?verification_id="+strings.Repeat("a", 129)),
		Entry("an id that cannot be read", ref, "?verification_id=%zz"+seed),
		Entry("an id that readers divide in two ways", ref, "?verification_id=a;b"),
		Entry("two journeys under two names", ref, "?verification_id=a&verificationId=b"),
		Entry("another journey in the other spelling", wholeRef, "?verificationId="+seed),
		Entry("a ref of somebody else", kyc.Ref("ea31e1e6"), "?verification_id=a"),
	)
})

var _ = DescribeTable("Two Refs", func(a, b kyc.Ref, same bool) {
	adapter := answering(200, `{}`).adapter()
	Expect(adapter.SameJourney(a, b)).To(Equal(same))
	Expect(adapter.SameJourney(b, a)).To(Equal(same))
},
	Entry("are of one journey that a return completed", kyc.Ref("7483920"), kyc.Ref("7483920.v1"), true),
	Entry("are one", kyc.Ref("7483920.v1"), kyc.Ref("7483920.v1"), true),
	Entry("are of two journeys", kyc.Ref("7483920"), kyc.Ref("74839201"), false),
	Entry("are of two by their second id", kyc.Ref("7483920.v1"), kyc.Ref("7483920.v2"), false),
	Entry("are none", kyc.Ref("x"), kyc.Ref("x"), false),
)
