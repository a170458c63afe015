package eko_test

import (
	. "github.com/onsi/ginkgo/v2"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/judge"
)

// live is what a run against the sandbox reports of answers, and what not.
func live() {
	Describe("a live run", Label("simulator"), func() {
		DescribeTable("takes another person's answers for what is known, when somebody consents", Serial, suite.OfAnotherPerson,
			Entry("Aadhaar", "eko/getDocument/200/success"),
		)

		DescribeTable("is silent about another person,", suite.SilentAbout,
			Entry("whose house had letters alone", "eko/getDocument/200/success", map[string]string{"/data/documents/0/address/house": `"MIG"`}, map[string]string{"/data/documents/0/address/house": `"15B"`}),
		)

		DescribeTable("names what has changed:", suite.Reported,
			Entry("encoding at /response_type_id", "eko/createURL/200/success",
				judge.Difference{Pointer: "/response_type_id", Kind: judge.Encoding, Verdict: judge.Service}, contract.Body(`1388`, `1388.0`)),
		)
	})
}
