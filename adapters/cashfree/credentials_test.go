package cashfree_test

import (
	"context"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var rotating = suite.Rotating[*cashfree.Adapter, cashfree.Credentials]{
	New: func(url string, ask func(context.Context) (cashfree.Credentials, error)) (*cashfree.Adapter, error) {
		return cashfree.New(url, cashfree.Credentials{}, cashfree.Options{HTTPClient: suite.Client(), Credentials: ask})
	},
	Operations: map[string]func(SpecContext, *cashfree.Adapter) error{},
	With: func(secret string) cashfree.Credentials {
		return cashfree.Credentials{ClientID: clientID, ClientSecret: kyc.Hide(secret)}
	},
	Header: "X-Client-Secret",
}

var _ = Describe("Credentials that change", func() {
	for _, op := range operations {
		rotating.Operations[op.id] = op.call
	}
	elsewhere := pretending("https://nobody.invalid").Server

	It("are in no message of a failed test", func() { suite.Unseen(offline(), secret) })

	It("are asked for at each call", rotating.AskedAtEachCall)

	It("verify webhooks as well", func() {
		now := "another"
		a := rotating.Asking(elsewhere, func(context.Context) (cashfree.Credentials, error) {
			return rotating.With(now), nil
		})
		_, err := a.ParseWebhook(headers(timestamp, publishedSignature), []byte(published))
		refused(err, kyc.ErrInvalid, "X-Webhook-Signature")
		now = secret
		_, err = a.ParseWebhook(headers(timestamp, publishedSignature), []byte(published))
		Expect(err).NotTo(HaveOccurred())
	})

	DescribeTable("that cannot be had send nothing", func(ctx SpecContext, spoil func(*cashfree.Credentials),
		cause error, member string) {
		creds := rotating.With(secret)
		spoil(&creds)
		rotating.SendsNothing(ctx, creds, cause, member, "hunter2", secret)
		a := rotating.Asking(elsewhere, func(context.Context) (cashfree.Credentials, error) { return creds, cause })
		event, err := a.ParseWebhook(headers(timestamp, publishedSignature), []byte(published))
		Expect(event).To(BeNil())
		suite.Unusable(err, cause, member, "hunter2", secret)
	},
		Entry("as the function fails", func(*cashfree.Credentials) {},
			errors.New(`vault at https://vault.invalid/?token=hunter2 says hunter2`), ""),
		Entry("as one is missing", func(c *cashfree.Credentials) {
			c.ClientSecret = kyc.Private{}
		}, nil, "ClientSecret"),
		Entry("as one is no header's value", func(c *cashfree.Credentials) {
			c.ClientSecret = kyc.Hide("hunter2\n")
		}, nil, "ClientSecret"),
		Entry("as anyone could sign", func(c *cashfree.Credentials) {
			c.WebhookSecrets = make([]kyc.Private, 1)
		}, nil, "WebhookSecrets"),
	)

	It("are not asked for by a request that is refused before", func(ctx SpecContext) {
		a := rotating.Asking(elsewhere, func(context.Context) (cashfree.Credentials, error) { panic("asked") })
		r := journey()
		r.ID = "order 42"
		_, err := a.Start(ctx, r)
		refused(err, kyc.ErrInvalid, "ID")
		Expect(a.CheckStart(r)).To(MatchError(err.Error()))
	})
})

var _ = DescribeTable("A ReturnTo", func(ctx SpecContext, id, returnTo string, taken bool) {
	s := answering(200, created)
	r := journey()
	r.ID, r.ReturnTo = id, returnTo
	s.StartsOrNot(ctx, s.adapter(), r, taken)
},
	Entry("may have a semicolon", "order-42", "https://s.example/b?view=a;b", false),
	Entry("may have a percent sign", "order-42", "https://s.example/b?off=50%", false),
	Entry("may name the journey", "order-42", back+"?verification_id=order-42", false),
	Entry("may not name another", "order-42", back+"?verification_id=7", true),
	Entry("may not name another in the other spelling", "order-42", back+"?a=b&verificationId=7", true),
	Entry("may not name one that gets its id later", "", back+"?verification_id=order-42", true),
)
