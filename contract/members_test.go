package contract_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/examples"
	"example.com/digilocker/specs/document"
)

// The replies whose oddity is in a member, each for the members concerned.
var _ = Describe("an odd member", Label("replies"), func() {
	// answered makes the call that the example with that id answers, with members
	// of the answer changed, by their pointers; null takes one away as well.
	answered := func(ctx context.Context, id string, changes map[string]string) (any, error) {
		GinkgoHelper()
		e := entry(id)
		e.Value = changed(e.Value, changes)
		s := answering(e.Status, e.MediaType(), e.Value)
		return harnesses[e.Provider].calls[e.Operation](ctx, adapterOf(e.Provider, s), journey(ctx, e.Provider), e)
	}
	unexpected := func(err error, member string) {
		GinkgoHelper()
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		var e *kyc.Error
		Expect(errors.As(err, &e)).To(BeTrue())
		Expect(e.Status).To(Equal(http.StatusOK))
		Expect(e.Member).To(Equal(member))
	}

	DescribeTable("that the adapter needs", func(ctx SpecContext, id, pointer, member string) {
		for _, nothing := range []string{`null`, `""`, ``} {
			_, err := answered(ctx, id, map[string]string{pointer: nothing})
			unexpected(err, member)
		}
	},
		Entry("is the URL of a journey (Cashfree)", Label("cashfree"), "cashfree/createURL/200/success", "/url", "url"),
		Entry("is the URL of a journey (Eko)", Label("eko"), "eko/createURL/200/success", "/data/url", "data.url"),
		Entry("is the URL of a journey (Setu)", Label("setu"), "setu/createRequest/200/unauthenticated", "/url", "url"),
		Entry("is the id of a request (Setu)", Label("setu"), "setu/createRequest/200/unauthenticated", "/id", "id"),
		Entry("is the status of a journey (Cashfree)", Label("cashfree"), "cashfree/getStatus/200/authenticated", "/status", "status"),
		Entry("is the status of a journey (Setu)", Label("setu"), "setu/getStatus/200/example", "/status", "status"),
		Entry("is the number of an e-Aadhaar (Cashfree)", Label("cashfree"), "cashfree/getDocument/200/aadhaar", "/uid", "uid"),
		Entry("is the number of a PAN card (Cashfree)", Label("cashfree"), "cashfree/getDocument/200/pan", "/pan", "pan"),
		Entry("is the number of a licence (Cashfree)", Label("cashfree"), "cashfree/getDocument/200/driving-license", "/dl_number", "dl_number"),
		Entry("is the name in an e-Aadhaar (Eko)", Label("eko"), "eko/getDocument/200/success", "/data/documents/0/name", "data.documents.name"),
		Entry("is the name in an e-Aadhaar (Setu)", Label("setu"), "setu/getAadhaar/200/example", "/aadhaar/name", "aadhaar.name"),
		Entry("is the status of an account (Cashfree)", Label("cashfree"), "cashfree/verifyAccount/200/accountnotfound", "/status", "status"),
		Entry("is the link of a file (Setu)", Label("setu"), "setu/fetchDocument/200/driving-licence", "/fileUrl", "fileUrl"),
	)

	It("that the adapter needs is the reference of a journey (Eko)", Label("eko"), func(ctx SpecContext) {
		for _, nothing := range []string{`null`, ``, `1.5`, `-3`, `1e99`} {
			_, err := answered(ctx, "eko/createURL/200/success", map[string]string{"/data/reference_id": nothing})
			unexpected(err, "data.reference_id")
		}
	})

	DescribeTable("is a number however it is written:", func(ctx SpecContext, id, pointer, number string, want map[string]string) {
		value, err := answered(ctx, id, map[string]string{pointer: number})
		Expect(err).NotTo(HaveOccurred())
		Expect(says(value, want)).To(BeEmpty())
	},
		Entry("as text (Cashfree)", Label("cashfree"), "cashfree/verifyAccount/200/accountnotfound", "/reference_id", `"10"`, map[string]string{"Reference": "10"}),
		Entry("with an exponent (Cashfree)", Label("cashfree"), "cashfree/verifyAccount/200/accountnotfound", "/reference_id", `1e3`, map[string]string{"Reference": "1000"}),
		Entry("with 20 digits (Cashfree)", Label("cashfree"), "cashfree/verifyAccount/200/accountnotfound", "/reference_id", `12345678901234567890`, map[string]string{"Reference": "12345678901234567890"}),
		Entry("of text or digits (Cashfree's mobile number)", Label("cashfree"), "cashfree/verifyAccount/200/accountnotfound", "/mobile_number", `"0123456789"`, map[string]string{"Mobile": "0123456789"}),
		Entry("as text (Eko's status)", Label("eko"), "eko/getStatus/200/success", "/status", `"0"`, map[string]string{"State": "granted"}),
		Entry("with a fraction of zero (Eko's status)", Label("eko"), "eko/getStatus/200/success", "/status", `0.0`, map[string]string{"State": "granted"}),
		Entry("as text (Eko's reference)", Label("eko"), "eko/createURL/200/success", "/data/reference_id", `"10"`, map[string]string{"Ref": "10"}),
		Entry("with an exponent (Eko's reference)", Label("eko"), "eko/createURL/200/success", "/data/reference_id", `1e3`, map[string]string{"Ref": "1000"}),
		Entry("with a fraction of zero (Eko's reference)", Label("eko"), "eko/createURL/200/success", "/data/reference_id", `12345.0`, map[string]string{"Ref": "12345"}),
		Entry("with 20 digits (Eko's reference)", Label("eko"), "eko/createURL/200/success", "/data/reference_id", `12345678901234567890`, map[string]string{"Ref": "12345678901234567890"}),
	)

	DescribeTable("that is null is absent:", func(ctx SpecContext, id string, pointers []string, want map[string]string) {
		changes := map[string]string{}
		for _, p := range pointers {
			changes[p] = `null`
		}
		value, err := answered(ctx, id, changes)
		Expect(err).NotTo(HaveOccurred())
		Expect(says(value, want)).To(BeEmpty())
	},
		Entry("of an e-Aadhaar (Cashfree)", Label("cashfree"), "cashfree/getDocument/200/aadhaar", []string{"/split_address", "/photo_link", "/dob", "/care_of"},
			map[string]string{"Person.Address.State": "absent", "Person.Photo": "absent", "Person.Birth": "absent"}),
		Entry("of a licence (Cashfree)", Label("cashfree"), "cashfree/getDocument/200/driving-license", []string{"/categories"}, map[string]string{"Licence.Categories": "absent"}),
		Entry("of a status (Cashfree)", Label("cashfree"), "cashfree/getStatus/200/authenticated", []string{"/user_details", "/document_consent", "/document_requested"},
			map[string]string{"User": "absent", "Granted": "absent", "Requested": "absent"}),
		Entry("of an account (Cashfree)", Label("cashfree"), "cashfree/verifyAccount/200/accountexistswithmobile", []string{"/mobile_number", "/digilocker_id"},
			map[string]string{"Mobile": "absent", "DigiLockerID": "absent"}),
		Entry("of a document (Eko)", Label("eko"), "eko/getDocument/200/success", []string{"/data/documents/0/address", "/data/documents/0/photo"},
			map[string]string{"Person.Address.State": "absent", "Person.Photo": "absent"}),
		Entry("of a status (Eko): no user, no consent", Label("eko"), "eko/getStatus/200/success", []string{"/data/user_details"}, map[string]string{"State": "pending", "User": "absent"}),
		Entry("of a status (Setu)", Label("setu"), "setu/getStatus/200/example", []string{"/digilockerUserDetails", "/traceId"}, map[string]string{"User": "absent"}),
		Entry("of a catalogue's document (Setu)", Label("setu"), "setu/listDocuments/200/example", []string{"/documents/0/parameters", "/documents/0/availableFormats"},
			map[string]string{"0.Parameters": "absent", "0.Formats": "absent"}),
	)

	DescribeTable("with an undocumented word keeps it:", func(ctx SpecContext, id, pointer, path string) {
		value, err := answered(ctx, id, map[string]string{pointer: `"NEW_WORD"`})
		Expect(err).NotTo(HaveOccurred())
		Expect(says(value, map[string]string{path: "NEW_WORD"})).To(BeEmpty())
	},
		Entry("the state of a journey (Cashfree)", Label("cashfree"), "cashfree/getStatus/200/authenticated", "/status", "State"),
		Entry("the state of an account (Cashfree)", Label("cashfree"), "cashfree/verifyAccount/200/accountnotfound", "/status", "State"),
		Entry("a document that was requested (Cashfree)", Label("cashfree"), "cashfree/getStatus/200/authenticated", "/document_requested/0", "Requested.0"),
		Entry("a document that was requested (Eko)", Label("eko"), "eko/getStatus/200/success", "/data/document_requested/0", "Requested.0"),
		Entry("a document that was shared (Eko)", Label("eko"), "eko/getStatus/200/success", "/data/document_consent/0/document_type", "Granted.0"),
		Entry("the state of a journey (Setu)", Label("setu"), "setu/getStatus/200/example", "/status", "State"),
	)

	for _, provider := range []string{"cashfree", "eko", "setu"} {
		It("beside a code does not hide what the code says ("+provider+")", Label(provider), func(ctx SpecContext) {
			neighbours := map[string][]string{
				"cashfree": {"/message", "/type", "/error"}, "eko": {"/data"}, "setu": {"/error/detail", "/error/traceId"},
			}
			seen := 0
			for _, e := range doc(provider).Entries {
				c, err := books[provider].Of(e.ID)
				if err != nil || c.Error() == "" || e.Status/100 == 2 && provider != "eko" {
					continue
				}
				for _, pointer := range neighbours[provider] {
					for _, odd := range []string{`7`, `["` + seed + `"]`, `{"a":1}`, `null`} {
						if provider == "eko" && (odd == `null` || strings.HasPrefix(odd, "{")) {
							continue // of the documented type
						}
						body := changed(e.Value, map[string]string{pointer: odd})
						_, err := answeredAs(ctx, e, body)
						Expect(means(c.Means, nil, err)).To(BeEmpty(), "%s with %s at %s", e.ID, odd, pointer)
						silent(err, seed)
						seen++
					}
				}
			}
			Expect(seen).To(BeNumerically(">", 3))
		})
	}

	It("that nobody documented can be read from the raw answer", func(ctx SpecContext) {
		for _, d := range docs {
			h := harnesses[d.Provider]
			value, err := answered(ctx, h.status, map[string]string{"/brand_new": `{"n":1e3}`})
			Expect(err).NotTo(HaveOccurred())
			Expect(string(value.(*kyc.Consent).Raw.Bytes())).To(ContainSubstring(`"brand_new":{"n":1e3}`))
		}
	})
})

// answeredAs makes the call that e answers, with another body. A state that Status
// tells is the error that it stands for.
func answeredAs(ctx context.Context, e examples.Entry, body json.RawMessage) (any, error) {
	GinkgoHelper()
	d := doc(e.Provider)
	s := answering(d.StatusOf(e), e.MediaType(), body)
	value, err := harnesses[e.Provider].calls[e.Operation](ctx, adapterOf(e.Provider, s), journey(ctx, e.Provider), e)
	if consent, ok := value.(*kyc.Consent); ok && err == nil {
		return nil, map[kyc.State]error{kyc.Pending: kyc.ErrPending, kyc.Expired: kyc.ErrExpired, kyc.Denied: kyc.ErrDenied}[consent.State]
	}
	return value, err
}

// changed is value with the members at some pointers replaced, added or, for an
// empty text, removed.
func changed(value json.RawMessage, changes map[string]string) json.RawMessage {
	GinkgoHelper()
	root, err := document.Parse("answer", value)
	Expect(err).NotTo(HaveOccurred())
	for pointer, text := range changes {
		tokens := document.Tokens(pointer)
		last := tokens[len(tokens)-1]
		parent := document.At(root, document.Pointer("", tokens[:len(tokens)-1]...))
		Expect(parent).NotTo(BeNil(), pointer)
		if text == "" {
			Expect(document.Delete(parent, last)).To(BeTrue(), pointer)
			continue
		}
		member, err := document.Parse("member", []byte(`{"is":`+text+`}`))
		Expect(err).NotTo(HaveOccurred())
		if node := document.At(root, pointer); node != nil {
			*node = *document.Get(member, "is")
		} else {
			document.Set(parent, last, document.Get(member, "is"))
		}
	}
	return document.JSON(root)
}
