package cashfree_test

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
			Entry("Aadhaar", "cashfree/getDocument/200/aadhaar"),
			Entry("PAN", "cashfree/getDocument/200/pan"),
			Entry("status", "cashfree/getStatus/200/authenticated"),
		)

		DescribeTable("is silent about another person,", suite.SilentAbout,
			Entry("whose name was in capitals", "cashfree/getDocument/200/aadhaar", map[string]string{"/name": `"RAVI"`, "/split_address/vtc": `"DELHI"`, "/split_address/house": `"XXXX"`},
				map[string]string{"/name": `"Priya Sample"`, "/split_address/vtc": `"New Town"`, "/split_address/house": `"4B"`}),
			Entry("who has no house number", "cashfree/getDocument/200/aadhaar", nil, map[string]string{"/split_address/house": `""`, "/care_of": `""`}),
			Entry("that is a company", "cashfree/getDocument/200/pan", nil, map[string]string{"/type": `"Company"`}),
			Entry("who drives other vehicles", "cashfree/getDocument/200/driving-license", nil, map[string]string{"/categories/0/class_of_vehicle": `"LMV-NT"`, "/categories/0/description": `"LIGHT"`, "/issued_at": `"RTO"`}),
		)

		DescribeTable("names what has changed:", suite.Reported,
			Entry("new member at /flow", "cashfree/createURL/200/success",
				judge.Difference{Pointer: "/flow", Kind: judge.NewMember, Verdict: judge.Service}, contract.Body(`"user_flow"`, `"flow":"x","user_flow"`)),
			Entry("missing member at /status", "cashfree/createURL/200/success",
				judge.Difference{Pointer: "/status", Kind: judge.MissingMember, Verdict: judge.Service}, contract.Body(`"status":"PENDING",`, ``)),
			Entry("enum value at /status", "cashfree/createURL/200/success",
				judge.Difference{Pointer: "/status", Kind: judge.EnumValue, Verdict: judge.Service}, contract.Body(`"PENDING"`, `"HALF_DONE"`)),
			Entry("type at /redirect_url", "cashfree/createURL/200/success",
				judge.Difference{Pointer: "/redirect_url", Kind: judge.Type, Verdict: judge.Service}, contract.Body(`"redirect_url":"https://www.cashfree.com"`, `"redirect_url":5`)),
			Entry("null at /redirect_url", "cashfree/createURL/200/success",
				judge.Difference{Pointer: "/redirect_url", Kind: judge.Null, Verdict: judge.Service}, contract.Body(`"redirect_url":"https://www.cashfree.com"`, `"redirect_url":null`)),
			Entry("code at /code", "cashfree/createURL/400/document-requested-missing",
				judge.Difference{Pointer: "/code", Kind: judge.Code, Verdict: judge.Service}, contract.Body(`document_requested_missing`, `document_missing`)),
			Entry("message at /message", "cashfree/createURL/400/document-requested-missing",
				judge.Difference{Pointer: "/message", Kind: judge.Message, Verdict: judge.Service}, contract.Body(`is missing in`, `is not in`)),
			Entry("status at (status)", "cashfree/createURL/400/document-requested-missing",
				judge.Difference{Pointer: "(status)", Kind: judge.Status, Verdict: judge.Service}, func(r *http.Response) { r.StatusCode = 422 }),
			Entry("media type at (header Content-Type)", "cashfree/createURL/400/document-requested-missing",
				judge.Difference{Pointer: "(header Content-Type)", Kind: judge.MediaType, Verdict: judge.Service}, func(r *http.Response) { r.Header.Set("Content-Type", "text/plain") }),
		)
	})
}
