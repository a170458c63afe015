package setu_test

import (
	. "github.com/onsi/ginkgo/v2"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
)

// members are the replies whose oddity is in a member.
func members() {
	Describe("an odd member", Label("replies"), func() {
		DescribeTable("that the adapter needs", suite.NeedsMember,
			Entry("is the URL of a journey", "setu/createRequest/200/unauthenticated", "/url", "url"),
			Entry("is the id of a request", "setu/createRequest/200/unauthenticated", "/id", "id"),
			Entry("is the status of a journey", "setu/getStatus/200/example", "/status", "status"),
			Entry("is the name in an e-Aadhaar", "setu/getAadhaar/200/example", "/aadhaar/name", "aadhaar.name"),
			Entry("is the link of a file", "setu/fetchDocument/200/driving-licence", "/fileUrl", "fileUrl"),
		)

		DescribeTable("that is null is absent:", suite.AbsentWhenNull,
			Entry("of a status", "setu/getStatus/200/example", []string{"/digilockerUserDetails", "/traceId"}, map[string]string{"User": "absent"}),
			Entry("of a catalogue's document", "setu/listDocuments/200/example", []string{"/documents/0/parameters", "/documents/0/availableFormats"},
				map[string]string{"0.Parameters": "absent", "0.Formats": "absent"}),
		)

		It("with an undocumented word keeps it: the state of a journey", func(ctx SpecContext) {
			suite.KeepsWord(ctx, "setu/getStatus/200/example", "/status", "State")
		})

		It("beside a code does not hide what the code says", func(ctx SpecContext) {
			suite.Undisturbed(ctx, func(e example.Entry) bool { return e.Status/100 != 2 },
				[]string{"/error/detail", "/error/traceId"}, `7`, `["`+contract.Seed+`"]`, `{"a":1}`, `null`)
		})
	})
}
