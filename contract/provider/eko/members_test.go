package eko_test

import (
	. "github.com/onsi/ginkgo/v2"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
)

// members are the replies whose oddity is in a member.
func members() {
	Describe("an odd member", Label("replies"), func() {
		DescribeTable("that the adapter needs", suite.NeedsMember,
			Entry("is the URL of a journey", "eko/createURL/200/success", "/data/url", "data.url"),
			Entry("is the name in an e-Aadhaar", "eko/getDocument/200/success", "/data/documents/0/name", "data.documents.name"),
		)

		It("that the adapter needs is the reference of a journey", func(ctx SpecContext) {
			for _, nothing := range []string{`null`, ``, `1.5`, `-3`, `1e99`} {
				_, err := suite.Answered(ctx, "eko/createURL/200/success", map[string]string{"/data/reference_id": nothing})
				contract.Unexpected(err, "data.reference_id")
			}
		})

		DescribeTable("is a number however it is written:", suite.ReadsNumber,
			Entry("a status as text", "eko/getStatus/200/success", "/status", `"0"`, map[string]string{"State": "granted"}),
			Entry("a status with a fraction of zero", "eko/getStatus/200/success", "/status", `0.0`, map[string]string{"State": "granted"}),
			Entry("a reference as text", "eko/createURL/200/success", "/data/reference_id", `"10"`, map[string]string{"Ref": "10"}),
			Entry("a reference with an exponent", "eko/createURL/200/success", "/data/reference_id", `1e3`, map[string]string{"Ref": "1000"}),
			Entry("a reference with a fraction of zero", "eko/createURL/200/success", "/data/reference_id", `12345.0`, map[string]string{"Ref": "12345"}),
			Entry("a reference with 20 digits", "eko/createURL/200/success", "/data/reference_id", `12345678901234567890`,
				map[string]string{"Ref": "12345678901234567890"}),
		)

		DescribeTable("that is null is absent:", suite.AbsentWhenNull,
			Entry("of a document", "eko/getDocument/200/success", []string{"/data/documents/0/address", "/data/documents/0/photo"},
				map[string]string{"Person.Address.State": "absent", "Person.Photo": "absent"}),
			Entry("of a status: no user, no consent", "eko/getStatus/200/success", []string{"/data/user_details"},
				map[string]string{"State": "pending", "User": "absent"}),
		)

		DescribeTable("with an undocumented word keeps it:", suite.KeepsWord,
			Entry("a document that was requested", "eko/getStatus/200/success", "/data/document_requested/0", "Requested.0"),
			Entry("a document that was shared", "eko/getStatus/200/success", "/data/document_consent/0/document_type", "Granted.0"),
		)

		It("beside a code does not hide what the code says", func(ctx SpecContext) {
			// An object and null are of the documented type, and are read.
			suite.Undisturbed(ctx, func(example.Entry) bool { return true }, []string{"/data"}, `7`, `["`+contract.Seed+`"]`)
		})
	})
}
