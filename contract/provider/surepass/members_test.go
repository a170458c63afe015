package surepass_test

import (
	. "github.com/onsi/ginkgo/v2"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
)

// members are the replies whose oddity is in a member.
func members() {
	Describe("an odd member", Label("replies"), func() {
		DescribeTable("that the adapter needs", suite.NeedsMember,
			Entry("is the id of a journey", sdkFlow, "/data/client_id", "data.client_id"),
			Entry("says whether a journey is completed", completed, "/data/completed", "data.completed"),
			Entry("says whether a journey failed", completed, "/data/failed", "data.failed"),
			Entry("is the name in an e-Aadhaar", aadhaar,
				"/data/aadhaar_xml_data/full_name", "data.aadhaar_xml_data.full_name"),
		)

		DescribeTable("that is null is absent:", suite.AbsentWhenNull,
			Entry("of an e-Aadhaar", aadhaar, []string{
				"/data/aadhaar_xml_data/care_of", "/data/aadhaar_xml_data/address",
				"/data/aadhaar_xml_data/profile_image", "/data/xml_url",
			}, map[string]string{
				"Person.CareOf": "absent", "Person.Address.House": "absent", "Person.Photo": "absent", "File": "absent",
			}),
			Entry("of a list", two, []string{"/data/documents/0/name", "/data/documents/1/issuer"},
				map[string]string{"0.Name": "absent", "1.Issuer": "absent"}),
		)

		DescribeTable("is a number however it is written:", suite.ReadsNumber,
			Entry("a status with a fraction of zero", completed, "/status_code", `200.0`,
				map[string]string{"State": "granted"}),
		)

		It("with an undocumented word keeps it: the type of a document", func(ctx SpecContext) {
			suite.KeepsWord(ctx, two, "/data/documents/0/doc_type", "0.Type")
		})

		It("beside a code does not hide what the code says", func(ctx SpecContext) {
			suite.Undisturbed(ctx, func(e example.Entry) bool { return e.Status/100 != 2 },
				[]string{"/message", "/data"}, `7`, `["`+contract.Seed+`"]`, `{"a":1}`, `null`)
		})
	})
}
