package authpartner_test

import (
	"encoding/json"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("The answer to an exchange", func() {
	DescribeTable("tells what it cannot read of what only the other version is known to have",
		func(ctx SpecContext, path, body, member string, value any, told bool) {
			s := serving(well())
			s.with("/base"+path, reply{200, answer(body, map[string]any{member: value}), nil})
			a := s.adapter(func(o *authpartner.Options) { o.TokenPath = path })
			ref, query := begun(ctx, a)
			said, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
			Expect(err).NotTo(HaveOccurred())
			if told {
				Expect(said.Consent.Unread).To(Equal([]string{member}))
			} else {
				Expect(said.Consent.Unread).To(BeNil())
			}
		},
		Entry("an id_token that is an object", authpartner.TokenPath, token, "id_token", map[string]any{}, true),
		Entry("an id_token that is null", authpartner.TokenPath, token, "id_token", json.RawMessage("null"), false),
		Entry("a refresh token that is a number", authpartner.TokenPathOpenID, openID, "refresh_token", 5, true),
		Entry("no refresh token", authpartner.TokenPathOpenID, openID, "refresh_token", nil, false),
	)

	It("reads what the other version has in another case too", func(ctx SpecContext) {
		s := serving(well())
		both := answer(openID, map[string]any{"Refresh_Token": "r"})
		s.with("/base"+authpartner.TokenPathOpenID, reply{200, both, nil})
		s.with(tokenPath, reply{200, token, nil})
		a := s.adapter(func(o *authpartner.Options) { o.TokenPath = authpartner.TokenPathOpenID })
		ref, query := begun(ctx, a)
		said, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
		Expect(err).NotTo(HaveOccurred())
		_, err = a.Refresh(ctx, said.Ref)
		Expect(kyc.Unsupported(err)).To(BeFalse(), "%v", err)
	})

	It("hands over no id_token that is no UTF-8", func(ctx SpecContext) {
		s := serving(well())
		garbled := strings.Replace(answer(token, map[string]any{"id_token": "Zzyzzx"}), "Zzyzzx", "\xe9", 1)
		s.with(tokenPath, reply{200, garbled, nil})
		a := s.adapter()
		ref, query := begun(ctx, a)
		said, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
		Expect(err).NotTo(HaveOccurred())
		Expect(said.Consent.Unread).To(Equal([]string{"id_token"}))
		Expect(said.IDToken.IsZero()).To(BeTrue())
	})

	It("does not lose tokens for a name that is no UTF-8", func(ctx SpecContext) {
		s := serving(well())
		garbled := strings.Replace(answer(token, map[string]any{"name": seed}), seed, "\xe9", 1)
		s.with(tokenPath, reply{200, garbled, nil})
		a := s.adapter()
		ref, query := begun(ctx, a)
		said, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
		Expect(err).NotTo(HaveOccurred())
		Expect(said.Consent.Unread).To(Equal([]string{"name"}))
		Expect(said.Consent.User.Name.Reveal()).To(BeEmpty())
		renewed, err := a.Refresh(ctx, said.Ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(renewed.Unread).To(Equal([]string{"name"}))
		Expect(a.ListDocuments(ctx, renewed.Ref)).NotTo(BeEmpty())
	})
})
