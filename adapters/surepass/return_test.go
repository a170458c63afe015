package surepass_test

import (
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
)

var _ = DescribeTable("a user's return tells nothing, and is no error:", Label("SP-D34"), func(
	ctx SpecContext, query string,
) {
	u, err := url.Parse("https://shop.example/back" + query)
	Expect(err).NotTo(HaveOccurred())
	a := offline()
	_, reads := kyc.As[kyc.ReturnParser](a)
	Expect(reads).To(BeFalse(), "its query is not published")
	said, err := kyc.Complete(ctx, a, ref, u)
	Expect(err).NotTo(HaveOccurred())
	Expect(said).To(Equal(kyc.Return{Ref: ref}))
},
	Entry("nothing", ""),
	Entry("the caller's own query", "?attempt=1"),
	Entry("words of another page", "?status=success&client_id="+id+"&type=digilocker"),
	Entry("another journey's id", "?client_id=digilocker_"+seed),
	Entry("a refusal", "?status=failed&state=order-42"),
	Entry("what nobody can read", "?%zz&a;b"),
)

var _ = It("a webhook is no event, as nobody signs it", Label("SP-D13"), func() {
	_, reads := kyc.As[kyc.WebhookParser](offline())
	Expect(reads).To(BeFalse())
	Expect(kyc.Capabilities(offline())).To(Equal([]kyc.Capability{kyc.CanListDocuments, kyc.CanFetchFile}))
})
