package eko_test

import (
	"context"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var rotating = suite.Rotating[*eko.Adapter, eko.Credentials]{
	New: func(url string, ask func(context.Context) (eko.Credentials, error)) (*eko.Adapter, error) {
		return eko.New(url, eko.Credentials{}, eko.Options{HTTPClient: suite.Client(), Credentials: ask})
	},
	Operations: map[string]func(SpecContext, *eko.Adapter) error{
		"createURL":   func(ctx SpecContext, a *eko.Adapter) error { _, err := a.Start(ctx, request()); return err },
		"getStatus":   func(ctx SpecContext, a *eko.Adapter) error { _, err := a.Status(ctx, ref); return err },
		"getDocument": func(ctx SpecContext, a *eko.Adapter) error { _, err := a.Fetch(ctx, ref, kyc.Aadhaar); return err },
	},
	With: func(secret string) eko.Credentials {
		creds := credentials()
		creds.DeveloperKey = kyc.Hide(secret)
		return creds
	},
	Header: "developer_key",
}

var _ = Describe("credentials that change", func() {
	It("are in no message of a failed test", func() {
		suite.Unseen(answering(200, `{}`).adapter(), "eko-test-developer-key", accessKey, initiator)
	})

	It("are asked for at each call", rotating.AskedAtEachCall)

	It("have the user code that is sent", func(ctx SpecContext) {
		for id, call := range rotating.Operations {
			s := answering(200, `{}`)
			creds := credentials()
			creds.UserCode = "20810200"
			_ = call(ctx, rotating.Asking(s.Server, func(context.Context) (eko.Credentials, error) {
				return creds, nil
			}))
			Expect(s.One().Query+s.One().Body).To(ContainSubstring("20810200"), id)
		}
	})

	DescribeTable("that cannot be had send nothing", func(ctx SpecContext, spoil func(*eko.Credentials), cause error, member string) {
		creds := credentials()
		spoil(&creds)
		rotating.SendsNothing(ctx, creds, cause, member, seed)
	},
		Entry("as the function fails", func(*eko.Credentials) {}, errors.New("vault says "+seed), ""),
		Entry("as one is missing", func(c *eko.Credentials) { c.AccessKey = kyc.Private{} }, nil, "AccessKey"),
		Entry("as one is no header's value", func(c *eko.Credentials) { c.InitiatorID = kyc.Hide(seed + "\n") }, nil, "InitiatorID"),
	)

	It("are not asked for by a context that is over", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		cancel()
		asked := func(context.Context) (eko.Credentials, error) { panic("asked") }
		_, err := rotating.Asking(answering(200, `{}`).Server, asked).Status(over, ref)
		Expect(err).To(BeIdenticalTo(context.Canceled))
	})
})

var _ = DescribeTable("a ReturnTo", func(ctx SpecContext, returnTo string, taken bool) {
	s := answering(200, created)
	r := request()
	r.ReturnTo = returnTo
	s.StartsOrNot(ctx, s.adapter(), r, taken)
},
	Entry("may have a semicolon", "https://s.example/b?view=a;b", false),
	Entry("may have a percent sign", "https://s.example/b?off=50%", false),
	Entry("may have a name in other letters", "https://s.example/b?Verification_ID=7", false),
	Entry("may have no id", "https://s.example/b?verification_id=7", true),
	Entry("may have no id in the other spelling", "https://s.example/b?a=b&verificationId=7", true),
	Entry("may have no empty id", "https://s.example/b?verification_id=", true),
)
