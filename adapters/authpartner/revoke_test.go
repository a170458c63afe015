package authpartner_test

import (
	"net/http"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("Revoke", Label("DL-D22"), func() {
	labelled := func(label string) http.Header { return http.Header{"Content-Type": {label}} }

	It("revokes the refresh token, with which the rest ends", func(ctx SpecContext) {
		s := serving(well())
		a := s.adapter()
		Expect(a.Revoke(ctx, exchanged(ctx, a))).To(Succeed())
		Expect(s.forms(revokePath)).To(Equal([]url.Values{
			{"token": {refresh}, "token_type_hint": {"refresh_token"}},
		}))
		_, word, _ := (&http.Request{Header: s.received[1].Header}).BasicAuth()
		Expect(word).To(Equal(secret))
	})

	It("revokes the access token where there is no other", func(ctx SpecContext) {
		s := serving(well())
		a := s.adapter(func(o *authpartner.Options) { o.TokenPath = authpartner.TokenPathOpenID })
		Expect(a.Revoke(ctx, exchanged(ctx, a))).To(Succeed())
		Expect(s.forms(revokePath)).To(Equal([]url.Values{{"token": {access}, "token_type_hint": {"access_token"}}}))
	})

	DescribeTable("takes for a success", func(ctx SpecContext, body string, header http.Header) {
		s := serving(well()).with(revokePath, reply{200, body, header})
		a := s.adapter()
		Expect(a.Revoke(ctx, exchanged(ctx, a))).To(Succeed())
	},
		Entry("nothing", "", nil), Entry("a line's end", "\r\n", nil), Entry("nothing, said to be HTML", "",
			labelled("text/html")),
		Entry("an object", "{}", nil), Entry("an object with something in it", `{"message":"`+seed+`"}`, nil),
		Entry("an object without an error", `{"error":null}`, nil), Entry("an empty list, as of PHP", "[]", nil),
		Entry("JSON's word for nothing", "null", labelled("application/json")),
		Entry("JSON's word for yes", "true", labelled("application/json")),
		Entry("a word", "OK", nil), Entry("a word in other letters", "ok\n", labelled("text/plain")),
		Entry("a word in JSON", `"success"`, labelled("application/json")),
		Entry("what was done", "Revoked", labelled("text/plain; charset=utf-8")),
	)

	DescribeTable("takes for no success", func(ctx SpecContext, body string, header http.Header) {
		s := serving(well()).with(revokePath, reply{200, body, header})
		a := s.adapter()
		err := a.Revoke(ctx, exchanged(ctx, a))
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		Expect(string(detail(err).Raw())).To(Equal(body))
		suite.Silent(err, secrets...)
	},
		Entry("a gateway's page", "<html>"+seed, nil), Entry("a page behind a mark", "\ufeff<html>"+seed, nil),
		Entry("a page said to be text", page, labelled("text/plain")),
		Entry("a sentence", "Service temporarily unavailable", labelled("text/plain")),
		Entry("a sentence said to be HTML", "Please sign in", labelled("text/html")),
		Entry("a word said to be HTML", "OK", labelled("text/html; charset=utf-8")),
		Entry("a word that says no", "Unauthorized", labelled("text/plain")),
		Entry("JSON's word for no", "false", labelled("application/json")),
		Entry("a sentence in JSON", `"Please sign in"`, labelled("application/json")),
		Entry("a list", `["`+seed+`"]`, labelled("application/json")), Entry("a number", "0", labelled("text/plain")),
		Entry("a form", "error=invalid", labelled("text/plain")), Entry("half an object", `{"a":`, nil),
		Entry("an error in an object", `{"error":"`+seed+`"}`, nil),
		Entry("an error that is no text", `{"error":true}`, nil),
		Entry("an error in an error", `{"error":{"code":5}}`, nil),
	)
})
