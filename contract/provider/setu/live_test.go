package setu_test

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/judge"
)

// live is what a run against the sandbox reports of answers, and what not.
func live() {
	Describe("a live run", Label("simulator"), func() {
		DescribeTable("takes another person's answers for what is known, when somebody consents", Serial, suite.OfAnotherPerson,
			Entry("Aadhaar", "setu/getAadhaar/200/example"),
		)

		DescribeTable("is silent about another person,", suite.SilentAbout,
			Entry("with the state in capitals", "setu/getAadhaar/200/example", map[string]string{"/aadhaar/address/state": `"KERALA"`}, map[string]string{"/aadhaar/address/state": `"Tamil Nadu"`}),
		)

		DescribeTable("names what has changed:", suite.Reported,
			Entry("code at /error/code", "setu/createRequest/400/example",
				judge.Difference{Pointer: "/error/code", Kind: judge.Code, Verdict: judge.Service}, contract.Body(`invalid_redirect_url`, `bad_redirect_url`)),
			Entry("header at (header Retry-After)", "setu/createRequest/400/example",
				judge.Difference{Pointer: "(header Retry-After)", Kind: judge.Header, Verdict: judge.Recording}, func(r *http.Response) { r.Header.Set("Retry-After", "7") }),
			Entry("order at /error", "setu/createRequest/400/example",
				judge.Difference{Pointer: "/error", Kind: judge.Order, Verdict: judge.Service}, contract.Body(`"code":"invalid_redirect_url","detail":"Please enter a valid redirect URL."`, `"detail":"Please enter a valid redirect URL.","code":"invalid_redirect_url"`)),
		)
	})
}
