package setu_test

import (
	"context"
	"errors"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
)

var _ = Describe("credentials that change", func() {
	// asking is an adapter whose credentials are what the function says, each time.
	asking := func(s *server, ask func(context.Context) (setu.Credentials, error)) *setu.Adapter {
		GinkgoHelper()
		a, err := setu.New(s.URL+"/base", setu.Credentials{}, setu.Options{HTTPClient: suite.Client(), Credentials: ask})
		Expect(err).NotTo(HaveOccurred(), "its argument may be zero")
		return a
	}

	It("are asked for at each call", func(ctx SpecContext) {
		for _, op := range operations {
			s, asked := answering(http.StatusTeapot, `{}`), 0
			a := asking(s, func(got context.Context) (setu.Credentials, error) {
				Expect(got).To(BeIdenticalTo(ctx))
				asked++
				creds := credentials()
				creds.ClientSecret = kyc.Hide([]string{"", "first", "second"}[asked])
				return creds, nil
			})
			_, _ = op.call(ctx, a), op.call(ctx, a)
			Expect(s.Received).To(HaveLen(2), op.id)
			Expect(s.Received[0].Header.Get("x-client-secret")).To(Equal("first"))
			Expect(s.Received[1].Header.Get("x-client-secret")).To(Equal("second"))
		}
	})

	DescribeTable("that cannot be had send nothing", func(ctx SpecContext, spoil func(*setu.Credentials), cause error, member string) {
		for _, op := range operations {
			s := answering(200, `{}`)
			err := op.call(ctx, asking(s, func(context.Context) (setu.Credentials, error) {
				creds := credentials()
				spoil(&creds)
				return creds, cause
			}))
			Expect(err).To(MatchError(kyc.ErrCredentials), op.id)
			Expect(detail(err).Member).To(Equal(member))
			Expect(cause == nil || errors.Is(err, cause)).To(BeTrue())
			suite.Silent(err, seed)
			Expect(s.Received).To(BeEmpty())
		}
	},
		Entry("as the function fails", func(*setu.Credentials) {}, errors.New("vault says "+`"`+seed+`"`), ""),
		Entry("as one is missing", func(c *setu.Credentials) { c.ClientSecret = kyc.Private{} }, nil, "ClientSecret"),
		Entry("as one is no header's value", func(c *setu.Credentials) { c.ClientSecret = kyc.Hide(seed + "\n") }, nil, "ClientSecret"),
	)

	It("are not asked for by a context that is over", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		cancel()
		_, err := asking(answering(200, `{}`), func(context.Context) (setu.Credentials, error) { panic("asked") }).Status(over, ref)
		Expect(err).To(BeIdenticalTo(context.Canceled))
	})
})

var _ = DescribeTable("a ReturnTo", func(ctx SpecContext, returnTo string, taken bool) {
	s := answering(200, created)
	r := request()
	r.ReturnTo = returnTo
	err := s.adapter().CheckStart(r)
	_, again := s.adapter().Start(ctx, r)
	if !taken {
		Expect(err).NotTo(HaveOccurred())
		Expect(again).NotTo(HaveOccurred())
		return
	}
	Expect(err).To(MatchError(kyc.ErrInvalid))
	Expect(detail(err).Member).To(Equal("ReturnTo"))
	Expect(again).To(MatchError(err.Error()))
	Expect(s.Received).To(BeEmpty(), "nothing was billed")
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
