package surepass_test

import (
	. "github.com/onsi/ginkgo/v2"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/judge"
)

// live is what a run against the sandbox reports of answers, and what not.
func live() {
	Describe("a live run", Label("simulator"), func() {
		DescribeTable("takes another person's answers for what is known, when somebody consents", Serial,
			suite.OfAnotherPerson,
			Entry("Aadhaar", aadhaar),
		)

		DescribeTable("is silent about another person,", suite.SilentAbout,
			Entry("with the state in capitals", aadhaar,
				map[string]string{"/data/aadhaar_xml_data/address/state": `"KERALA"`},
				map[string]string{"/data/aadhaar_xml_data/address/state": `"Tamil Nadu"`}),
		)

		DescribeTable("names what has changed:", suite.Reported,
			Entry("code at /message_code", unknown,
				judge.Difference{Pointer: "/message_code", Kind: judge.Code, Verdict: judge.Service},
				contract.Body(`client_not_found`, `digilocker_client_not_found`)),
			Entry("encoding at /data/expiry_seconds", sdkFlow,
				judge.Difference{Pointer: "/data/expiry_seconds", Kind: judge.Encoding, Verdict: judge.Service},
				contract.Body(`600.0`, `600`)),
		)
	})
}
