package quicko_test

import (
	. "github.com/onsi/ginkgo/v2"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
)

// members are the replies whose oddity is in a member.
func members() {
	Describe("an odd member", Label("replies"), func() {
		DescribeTable(
			"that the adapter needs",
			suite.NeedsMember,
			Entry(
				"is the URL of a session",
				"quicko/initiateSession/200/200-ok",
				"/data/authorization_url",
				"data.authorization_url",
			),
			Entry("is the id of a session", "quicko/initiateSession/200/200-ok", "/data/session_id", "data.session_id"),
			Entry("is the status of a session", "quicko/getSessionStatus/200/succeeded", "/data/status", "data.status"),
			Entry("is the link of a file", "quicko/getDocument/200/200-ok", "/data/files/0/url", "data.files.0.url"),
			Entry("is whether there is an account", "quicko/verifyUserAccount/200/user-exists-validated-with-mobile",
				"/data/user_exists", "data.user_exists"),
		)

		DescribeTable(
			"that is null is absent:",
			suite.AbsentWhenNull,
			Entry("of a status", "quicko/getSessionStatus/200/succeeded",
				[]string{"/data/documents_consented", "/transaction_id", "/data/updated_at"},
				map[string]string{"Granted": "absent", "TraceID": "absent"}),
			Entry(
				"of a file",
				"quicko/getDocument/200/200-ok",
				[]string{"/timestamp", "/data/files/0/size", "/data/files/0/metadata"},
				map[string]string{"GeneratedAt": "absent", "File.Format": "absent"},
			),
		)

		It("with an undocumented word keeps it: the state of a session", func(ctx SpecContext) {
			suite.KeepsWord(ctx, "quicko/getSessionStatus/200/succeeded", "/data/status", "State")
		})

		It("beside a code does not hide what the code says", func(ctx SpecContext) {
			suite.Undisturbed(ctx, func(e example.Entry) bool { return e.Status > 500 },
				[]string{"/message", "/transaction_id", "/timestamp"}, `7`, `["`+contract.Seed+`"]`, `{"a":1}`, `null`)
		})
	})
}
