package setu_test

import (
	"context"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
)

var rotating = suite.Rotating[*setu.Adapter, setu.Credentials]{
	New: func(url string, ask func(context.Context) (setu.Credentials, error)) (*setu.Adapter, error) {
		return setu.New(url, setu.Credentials{}, setu.Options{HTTPClient: suite.Client(), Credentials: ask})
	},
	Operations: map[string]func(SpecContext, *setu.Adapter) error{},
	With: func(secret string) setu.Credentials {
		creds := credentials()
		creds.ClientSecret = kyc.Hide(secret)
		return creds
	},
	Header: "x-client-secret",
}

var _ = Describe("credentials that change", func() {
	for _, op := range operations {
		rotating.Operations[op.id] = op.call
	}

	It("are in no message of a failed test", func() { suite.Unseen(offline(), "test_secret") })

	It("are asked for at each call", rotating.AskedAtEachCall)

	DescribeTable("that cannot be had send nothing", func(ctx SpecContext, spoil func(*setu.Credentials), cause error, member string) {
		creds := credentials()
		spoil(&creds)
		rotating.SendsNothing(ctx, creds, cause, member, seed)
	},
		Entry("as the function fails", func(*setu.Credentials) {}, errors.New("vault says "+seed), ""),
		Entry("as one is missing", func(c *setu.Credentials) { c.ClientSecret = kyc.Private{} }, nil, "ClientSecret"),
		Entry("as one is no header's value", func(c *setu.Credentials) { c.ClientSecret = kyc.Hide(seed + "\n") }, nil, "ClientSecret"),
	)

	It("are not asked for by a context that is over", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		cancel()
		asked := func(context.Context) (setu.Credentials, error) { panic("asked") }
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
	Entry("may have a name in other letters", back+"?ID=7", false),
	Entry("may have no id", back+"?id=7", true),
	Entry("may have no id that is escaped", back+"?a=b&%69d=7", true),
	Entry("may have no success", back+"?success=", true),
	Entry("may have no scope", back+"?scope=ADHAR", true),
	Entry("may have no code of a failure", back+"?errCode", true),
	Entry("may have no message of a failure", back+"?errMessage=a", true),
)
