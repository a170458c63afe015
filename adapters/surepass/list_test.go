package surepass_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/surepass"
)

var _ = Describe("Aadhaar that is not listed", Label("SP-D12"), func() {
	DescribeTable("is, as a file too,", func(ctx SpecContext, items, status string, kind kyc.Err) {
		s := each(answers{
			"list-documents": {200, `{"data":{"documents":[` + items + `]}}`}, "status": {200, status},
			"download-aadhaar": {404, refusal(404, "nobody_knows")},
		})
		for _, r := range []kyc.FileRequest{{Type: "ADHAR"}, {Type: "adhar", Format: "xml"}} {
			s.asked = nil
			_, err := calling(s.URL).FetchFile(ctx, ref, r)
			Expect(err).To(And(MatchError(kind), HaveField("Op", "listDocuments"), HaveField("Spent", false)))
			Expect(s.asked).To(Equal([]string{"list-documents", "status"}))
			suite.Silent(err, seed)
		}
		_, err := calling(s.URL).Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kind), "as Fetch says")
	},
		Entry("no document of an account without it", "", unlinked, kyc.ErrNoDocument),
		Entry("the same where another document is listed", `{"file_id":"a","doc_type":"PANCR"}`, unlinked,
			kyc.ErrNoDocument),
		Entry("the same where nobody can tell what is listed", `{"file_id":"a","doc_type":null},"`+seed+`"`, unlinked,
			kyc.ErrNoDocument),
		Entry("not shared, of an account that has it", "", done, kyc.ErrDenied),
		Entry("not shared, where nobody says whether it has it", "",
			`{"data":{"completed":true,"failed":false}}`, kyc.ErrDenied),
		Entry("not ready, before the user is done", "", open, kyc.ErrPending),
		Entry("denied, where the flow failed", "", broken, kyc.ErrDenied),
	)

	It("says nothing of another document", func(ctx SpecContext) {
		s := each(answers{"list-documents": {200, `{"data":{"documents":[]}}`}, "status": {200, unlinked}})
		_, err := calling(s.URL).FetchFile(ctx, ref, fileRequest())
		Expect(err).To(MatchError(kyc.ErrDenied))
	})
})

var _ = Describe("a list of which nobody can tell all documents", Label("SP-D18"), func() {
	// documents is an answer with those.
	documents := func(items string) reply { return reply{200, `{"data":{"documents":[` + items + `]}}`} }
	const (
		older = `{"digi_file_id":"` + seed + `","name":"` + seed + `","type":"PANCR"}`
		known = `{"file_id":"a","doc_type":"RVCER"},`
	)
	unreadable := []TableEntry{
		Entry("the older shape", older, "data.documents.0.doc_type"),
		Entry("a type of null", `{"file_id":"a","doc_type":null}`, "data.documents.0.doc_type"),
		Entry("an empty type", `{"file_id":"a","doc_type":""}`, "data.documents.0.doc_type"),
		Entry("a type of blanks", known+`{"file_id":"a","doc_type":" "}`, "data.documents.1.doc_type"),
		Entry("a type that is an object", known+`{"file_id":"a","doc_type":{"code":"`+seed+`"}}`,
			"data.documents.1.doc_type"),
		Entry("a null", known+`null`, "data.documents.1.doc_type"),
		Entry("a text", known+`"`+seed+`"`, "data.documents.1"),
		Entry("texts", `"PANCR","ADHAR"`, "data.documents.0"),
		Entry("texts between others", known+`"`+seed+`",null,"PANCR"`, "data.documents.1"),
	}

	DescribeTable("says of none that it is not shared:", func(ctx SpecContext, items, member string) {
		s := each(answers{"list-documents": documents(items), "status": {200, done}})
		for _, fetch := range []func(*surepass.Adapter) error{
			func(a *surepass.Adapter) error { _, err := a.Fetch(ctx, ref, kyc.DrivingLicence); return err },
			func(a *surepass.Adapter) error {
				_, err := a.FetchFile(ctx, ref, kyc.FileRequest{Type: "DRVLC"})
				return err
			},
		} {
			err := fetch(calling(s.URL))
			missing(err, member)
			Expect(kyc.Final(err)).To(BeFalse())
			suite.Silent(err, seed)
		}
	}, unreadable)

	DescribeTable("explains no refusal of Aadhaar:", func(ctx SpecContext, items, _ string) {
		s := each(answers{"list-documents": documents(items), "status": {200, done},
			"download-aadhaar": {422, refusal(422, "nobody_knows")}})
		_, err := calling(s.URL).Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(And(MatchError(kyc.ErrUnexpected), HaveField("Op", "downloadAadhaar"),
			HaveField("Spent", true)))
	}, unreadable)

	DescribeTable("is one all the same of who has not finished:", func(ctx SpecContext, status string, kind kyc.Err) {
		s := each(answers{"list-documents": documents(older), "status": {200, status}})
		_, err := calling(s.URL).Fetch(ctx, ref, kyc.PAN)
		Expect(err).To(MatchError(kind))
	},
		Entry("not ready", open, kyc.ErrPending),
		Entry("denied", broken, kyc.ErrDenied),
		Entry("unknown", `{}`, kyc.ErrUnexpected),
	)

	It("says of no format that there is none", func(ctx SpecContext) {
		items := `{"file_id":"a","doc_type":"PANCR","file_type":"pdf"},"` + seed + `"`
		s := each(answers{"list-documents": documents(items)})
		_, err := calling(s.URL).FetchFile(ctx, ref, kyc.FileRequest{Type: "PANCR", Format: "xml"})
		missing(err, "data.documents.1")
	})

	It("has the documents that can be told", func(ctx SpecContext) {
		s := each(answers{"list-documents": documents(older + `,7,{"file_id":"a","doc_type":"PANCR"}`),
			"download-document": {200, download}})
		_, err := calling(s.URL).FetchFile(ctx, ref, fileRequest())
		Expect(err).NotTo(HaveOccurred())
		Expect(s.files).To(Equal([]string{"a"}))
	})

	It("is not a list of nothing", func(ctx SpecContext) {
		s := each(answers{"list-documents": documents(`"PANCR","ADHAR"`), "status": {200, done}})
		_, err := calling(s.URL).ListDocuments(ctx, ref)
		missing(err, "data.documents.0")
	})
})
