package cashfree_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/simulator"
)

// members are the replies whose oddity is in a member.
func members() {
	Describe("an odd member", Label("replies"), func() {
		DescribeTable("that the adapter needs", suite.NeedsMember,
			Entry("is the URL of a journey", "cashfree/createURL/200/success", "/url", "url"),
			Entry("is the status of a journey", "cashfree/getStatus/200/authenticated", "/status", "status"),
			Entry("is the number of an e-Aadhaar", "cashfree/getDocument/200/aadhaar", "/uid", "uid"),
			Entry("is the number of a PAN card", "cashfree/getDocument/200/pan", "/pan", "pan"),
			Entry("is the number of a licence", "cashfree/getDocument/200/driving-license", "/dl_number", "dl_number"),
			Entry("is the status of an account", "cashfree/verifyAccount/200/accountnotfound", "/status", "status"),
		)

		DescribeTable("is a number however it is written:", suite.ReadsNumber,
			Entry("as text", "cashfree/verifyAccount/200/accountnotfound", "/reference_id", `"10"`, map[string]string{"Reference": "10"}),
			Entry("with an exponent", "cashfree/verifyAccount/200/accountnotfound", "/reference_id", `1e3`, map[string]string{"Reference": "1000"}),
			Entry("with 20 digits", "cashfree/verifyAccount/200/accountnotfound", "/reference_id", `12345678901234567890`, map[string]string{"Reference": "12345678901234567890"}),
			Entry("of text or digits", "cashfree/verifyAccount/200/accountnotfound", "/mobile_number", `"0123456789"`, map[string]string{"Mobile": "0123456789"}),
		)

		DescribeTable("that is null is absent:", suite.AbsentWhenNull,
			Entry("of an e-Aadhaar", "cashfree/getDocument/200/aadhaar", []string{"/split_address", "/photo_link", "/dob", "/care_of"},
				map[string]string{"Person.Address.State": "absent", "Person.Photo": "absent", "Person.Birth": "absent"}),
			Entry("of a licence", "cashfree/getDocument/200/driving-license", []string{"/categories"}, map[string]string{"Licence.Categories": "absent"}),
			Entry("of a status", "cashfree/getStatus/200/authenticated", []string{"/user_details", "/document_consent", "/document_requested"},
				map[string]string{"User": "absent", "Granted": "absent", "Requested": "absent"}),
			Entry("of an account", "cashfree/verifyAccount/200/accountexistswithmobile", []string{"/mobile_number", "/digilocker_id"},
				map[string]string{"Mobile": "absent", "DigiLockerID": "absent"}),
		)

		DescribeTable("with an undocumented word keeps it:", suite.KeepsWord,
			Entry("the state of a journey", "cashfree/getStatus/200/authenticated", "/status", "State"),
			Entry("the state of an account", "cashfree/verifyAccount/200/accountnotfound", "/status", "State"),
			Entry("a document that was requested", "cashfree/getStatus/200/authenticated", "/document_requested/0", "Requested.0"),
		)

		It("beside a code does not hide what the code says", func(ctx SpecContext) {
			suite.Undisturbed(ctx, func(e example.Entry) bool { return e.Status/100 != 2 },
				[]string{"/message", "/type", "/error"}, `7`, `["`+contract.Seed+`"]`, `{"a":1}`, `null`)
		})
	})

	It("a journey is pending while the documents are checked", Label("simulator"), func(ctx SpecContext) {
		w := suite.NewWorld()
		c := w.Start(ctx, kyc.Aadhaar)
		w.Allow(ctx, c, simulator.Slow)
		_, err := w.Adapter.Fetch(ctx, c.Ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrPending))
		w.Simulator.Advance(simulator.Validation)
		Expect(w.Adapter.Fetch(ctx, c.Ref, kyc.Aadhaar)).NotTo(BeNil())
	})
}
