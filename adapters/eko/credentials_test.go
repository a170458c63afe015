package eko_test

import (
	"context"
	"errors"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("credentials that change", func() {
	// asking is an adapter whose credentials are what the function says, each time.
	asking := func(s *server, ask func(context.Context) (eko.Credentials, error)) *eko.Adapter {
		GinkgoHelper()
		a, err := eko.New(s.URL+"/base", eko.Credentials{}, eko.Options{HTTPClient: suite.Client(), Credentials: ask})
		Expect(err).NotTo(HaveOccurred(), "its argument may be zero")
		return a
	}

	operations := map[string]func(SpecContext, *eko.Adapter) error{
		"createURL":   func(ctx SpecContext, a *eko.Adapter) error { _, err := a.Start(ctx, request()); return err },
		"getStatus":   func(ctx SpecContext, a *eko.Adapter) error { _, err := a.Status(ctx, ref); return err },
		"getDocument": func(ctx SpecContext, a *eko.Adapter) error { _, err := a.Fetch(ctx, ref, kyc.Aadhaar); return err },
	}

	It("are asked for at each call", func(ctx SpecContext) {
		for id, op := range operations {
			s, asked := answering(http.StatusTeapot, `{}`), 0
			a := asking(s, func(got context.Context) (eko.Credentials, error) {
				Expect(got).To(BeIdenticalTo(ctx))
				asked++
				creds := credentials()
				creds.DeveloperKey, creds.UserCode = kyc.Hide([]string{"", "first", "second"}[asked]), "20810200"
				return creds, nil
			})
			_, _ = op(ctx, a), op(ctx, a)
			Expect(s.Received).To(HaveLen(2), id)
			Expect(s.Received[0].Header.Get("developer_key")).To(Equal("first"))
			Expect(s.Received[1].Header.Get("developer_key")).To(Equal("second"))
			Expect(s.Received[0].Query + s.Received[0].Body).To(ContainSubstring("20810200"))
		}
	})

	DescribeTable("that cannot be had send nothing", func(ctx SpecContext, spoil func(*eko.Credentials), cause error, member string) {
		for id, op := range operations {
			s := answering(200, `{}`)
			err := op(ctx, asking(s, func(context.Context) (eko.Credentials, error) {
				creds := credentials()
				spoil(&creds)
				return creds, cause
			}))
			Expect(err).To(MatchError(kyc.ErrCredentials), id)
			Expect(detail(err).Member).To(Equal(member))
			Expect(cause == nil || errors.Is(err, cause)).To(BeTrue())
			suite.Silent(err, seed)
			Expect(s.Received).To(BeEmpty())
		}
	},
		Entry("as the function fails", func(*eko.Credentials) {}, errors.New("vault says "+`"`+seed+`"`), ""),
		Entry("as one is missing", func(c *eko.Credentials) { c.AccessKey = kyc.Private{} }, nil, "AccessKey"),
		Entry("as one is no header's value", func(c *eko.Credentials) { c.InitiatorID = kyc.Hide(seed + "\n") }, nil, "InitiatorID"),
	)

	It("are not asked for by a context that is over", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		cancel()
		_, err := asking(answering(200, `{}`), func(context.Context) (eko.Credentials, error) { panic("asked") }).Status(over, ref)
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
	Entry("may have a name in other letters", "https://s.example/b?Verification_ID=7", false),
	Entry("may have no id", "https://s.example/b?verification_id=7", true),
	Entry("may have no id in the other spelling", "https://s.example/b?a=b&verificationId=7", true),
	Entry("may have no empty id", "https://s.example/b?verification_id=", true),
)
