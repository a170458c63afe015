package eko_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/gen/ekoapi"
	"example.com/digilocker/specs/document"
)

// differences pin those of differences.yaml.
func differences() {
	Describe("eko", func() {
		const (
			schemas     = "/components/schemas/"
			journey     = schemas + "CreateURLRequest"
			reading     = schemas + "GetDocumentRequest"
			pending     = "eko/getDocument/200/customer-has-not-completed-digilocker-authorisation-yet"
			unknown     = "eko/getDocument/200/invalid-reference-id"
			stillAsking = "eko/getStatus/200/consent-flow-not-yet-completed-by-user"
			unknownToo  = "eko/getStatus/200/invalid-or-expired-reference-id"
		)
		operations := []string{"createURL", "getDocument", "getStatus", "getDocumentLegacy"}
		answers := map[string]string{
			"createURL":         schemas + "CreateURLAnswer",
			"getDocument":       schemas + "GetDocumentAnswer",
			"getStatus":         schemas + "GetStatusAnswer",
			"getDocumentLegacy": schemas + "GetDocumentLegacyAnswer",
		}
		conforms := func(schema, value string) bool {
			return len(suite.Document.Conforms(schema, []byte(value))) == 0
		}

		for _, operation := range operations[:3] {
			DescribeTable("sends on "+operation+", if told to and not else,", func(ctx SpecContext, name, value string) {
				op := suite.Operation(operation)
				params, body := op.Samples(nil), map[string]json.RawMessage{}
				given := params
				if op.HasBody() {
					given = body
					Expect(json.Unmarshal(suite.Document.AnyBody(op), &body)).To(Succeed())
				}
				sent := func() string {
					s, text := contract.Answering(204, "", nil), json.RawMessage(nil)
					if op.HasBody() {
						text, _ = json.Marshal(body) // it was decoded from JSON
					}
					_, err := suite.Client(s).Call(ctx, op, params, text)
					Expect(err).NotTo(HaveOccurred())
					return string(s.Received[0].Body) + s.Received[0].URL.RawQuery
				}
				delete(given, name)
				Expect(sent()).NotTo(ContainSubstring(name))
				given[name] = json.RawMessage(strconv.Quote(value))
				Expect(sent()).To(MatchRegexp(name + `[":=]+` + value))
			},
				Entry("a user_code", Label("EK-D1"), "user_code", "20810200"),
				Entry("a client_ref_id", Label("EK-D9"), "client_ref_id", "REQ-20260101-001"),
			)
		}

		It("does without the user_code that older requests have", Label("EK-D1"), func() {
			Expect(contract.Into[ekoapi.CreateURLRequest](suite, "eko/createURL/request/example").UserCode).To(BeNil())
			for _, older := range []string{"j", "product-page"} {
				Expect(*contract.Into[ekoapi.CreateURLRequest](suite, "eko/createURL/request/"+older).UserCode).To(Equal("20810200"))
			}
		})

		It("asks for a verification_id that no published answer has", Label("EK-D2"), func() {
			Expect(conforms(reading, `{"initiator_id":"1","document_type":["AADHAAR"],"reference_id":"1","verification_id":"a"}`)).To(BeTrue())
			Expect(conforms(reading, `{"initiator_id":"1","document_type":["AADHAAR"],"reference_id":"1"}`)).To(BeFalse())
			for _, e := range suite.Document.Entries {
				if e.Operation == "createURL" && e.Direction == example.Response {
					Expect(string(e.Value)).NotTo(ContainSubstring(`"verification_id":`), e.ID)
				}
			}
			var got ekoapi.CreateURLAnswer
			Expect(json.Unmarshal([]byte(`{"status":0,"data":{"verification_id":"3571170546"}}`), &got)).To(Succeed())
			Expect(*got.Data.VerificationID).To(Equal("3571170546"))
		})

		DescribeTable("has a reference_id", Label("EK-D3"), func(schema string, fits, fails string) {
			Expect(conforms(schema, fits)).To(BeTrue())
			Expect(conforms(schema, fails)).To(BeFalse())
		},
			Entry("that is a number in createURL's answer", schemas+"CreatedURL/properties/reference_id", `7483920`, `"7483920"`),
			Entry("that is a number in getStatus' query", ekoParameter("getStatus", "reference_id"), `7483920`, `"7483920"`),
			Entry("that is a string in getDocument's request", reading+"/properties/reference_id", `"7483920"`, `7483920`),
			Entry("that is a string in the older query", ekoParameter("getDocumentLegacy", "reference_id"), `"7483920"`, `7483920`),
			Entry("that is an integer in the older answer", schemas+"LegacyDocument/properties/reference_id", `123456`, `1234.56`),
		)

		It("keeps a reference_id digit by digit from one call to the next", Label("EK-D3"), func(ctx SpecContext) {
			const id = "92233720368547758071"
			s := contract.Answering(200, "application/json", []byte(`{"data":{"reference_id":`+id+`}}`))
			c := ekoClient(s)
			opened, err := c.CreateURLWithResponse(ctx, nil, ekoapi.CreateURLRequest{})
			Expect(err).NotTo(HaveOccurred())
			number := *opened.JSON200.Data.ReferenceID
			_, err = c.GetStatusWithResponse(ctx, &ekoapi.GetStatusParams{ReferenceID: number})
			Expect(err).NotTo(HaveOccurred())
			_, err = c.GetDocumentWithResponse(ctx, nil, ekoapi.GetDocumentRequest{ReferenceID: number.String()})
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received[1].URL.Query()).To(HaveKeyWithValue("reference_id", []string{id}))
			Expect(s.Received[2].Body).To(ContainSubstring(`"reference_id":"` + id + `"`))
		})

		It("reads a document by POST, and in the older way by GET", Label("EK-D4"), func(ctx SpecContext) {
			s := contract.Answering(204, "", nil)
			_, err := ekoClient(s).GetDocumentWithResponse(ctx, nil, contract.Into[ekoapi.GetDocumentRequest](suite, "eko/getDocument/request/example"))
			Expect(err).NotTo(HaveOccurred())
			_, err = ekoClient(s).GetDocumentLegacyWithResponse(ctx, ekoapi.DocumentTypeAadhaar, nil)
			Expect(err).NotTo(HaveOccurred())
			post, get := s.Received[0], s.Received[1]
			Expect(post.Method + " " + post.URL.Path).To(Equal("POST /base/tools/kyc/digilocker/document"))
			Expect(post.Body).To(MatchJSON(suite.Example("eko/getDocument/request/example")))
			Expect(get.Method + " " + get.URL.Path).To(Equal("GET /base/tools/kyc/digilocker/document/AADHAAR"))
			Expect(get.Body).To(BeEmpty())
			Expect(get.Header).NotTo(HaveKey("Content-Type"))
		})

		DescribeTable("takes as document_type", Label("EK-D5"), func(value string, fits bool) {
			Expect(conforms(reading+"/properties/document_type", value)).To(Equal(fits))
		},
			Entry("an array", `["AADHAAR"]`, true),
			Entry("one string", `"AADHAAR"`, true),
			Entry("no number", `1`, false),
		)

		It("sends an array of document types, and one string if the caller writes the body", Label("EK-D5"), func(ctx SpecContext) {
			s := contract.Answering(204, "", nil)
			_, err := ekoClient(s).GetDocumentWithResponse(ctx, nil, ekoapi.GetDocumentRequest{DocumentType: []ekoapi.DocumentType{ekoapi.DocumentTypeAadhaar}})
			Expect(err).NotTo(HaveOccurred())
			_, err = ekoClient(s).GetDocumentWithBodyWithResponse(ctx, nil, "application/json", strings.NewReader(`{"document_type":"AADHAAR"}`))
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received[0].Body).To(ContainSubstring(`"document_type":["AADHAAR"]`))
			Expect(s.Received[1].Body).To(MatchJSON(`{"document_type":"AADHAAR"}`))
		})

		It("publishes two requests, and no other example, that fail their schema: by the type of the documents", Label("EK-D6"), func() {
			d := suite.Diagnosis()
			broken := map[string]string{}
			for _, b := range d.Broken {
				if strings.Contains(b.Pointer, "/examples/") {
					Expect(b.Faults).To(HaveLen(1))
					broken[b.Pointer] = b.Faults[0].Pointer
				}
			}
			Expect(broken).To(Equal(map[string]string{
				suite.Entry("eko/createURL/request/example").Pointer:   "/document_requested",
				suite.Entry("eko/getDocument/request/example").Pointer: "/document_type",
			}))
		})

		It("requires document_requested and has no default for it", Label("EK-D7"), func(ctx SpecContext) {
			Expect(conforms(journey, `{"initiator_id":"1","redirect_url":"https://x.invalid","document_requested":["AADHAAR"]}`)).To(BeTrue())
			Expect(conforms(journey, `{"initiator_id":"1","redirect_url":"https://x.invalid"}`)).To(BeFalse())
			Expect(suite.Node(journey + "/properties/document_requested/type")).NotTo(BeNil())
			Expect(suite.Node(journey + "/properties/document_requested/default")).To(BeNil())
			s := contract.Answering(204, "", nil)
			_, err := ekoClient(s).CreateURLWithResponse(ctx, nil, ekoapi.CreateURLRequest{})
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received[0].Body).To(ContainSubstring(`"document_requested":null`))
		})

		DescribeTable("keeps what the user agreed to", Label("EK-D8"), func(ctx SpecContext, answer json.RawMessage, form any) {
			Expect(conforms(answers["getStatus"], string(answer))).To(BeTrue())
			var got ekoapi.GetStatusAnswer
			Expect(json.Unmarshal(ekoReads(ctx, "getStatus", answer), &got)).To(Succeed())
			Expect(json.Unmarshal(got.Data.DocumentConsent, form)).To(Succeed())
		},
			Entry("as objects", suite.Example("eko/getStatus/200/success"), new([]ekoapi.DocumentConsent)),
			Entry("as Y, as the older documents have it", suite.Example("eko/getStatus/200/success-in-l"), new([]string)),
			Entry("as names, as Cashfree has it", json.RawMessage(`{"data":{"document_consent":["AADHAAR"]}}`), new([]ekoapi.DocumentType)),
		)

		DescribeTable("takes a client_ref_id of up to 20 characters", Label("EK-D9"), func(schema string) {
			Expect(conforms(schema, `"12345678901234567890"`)).To(BeTrue())
			Expect(conforms(schema, `"123456789012345678901"`)).To(BeFalse())
			Expect(conforms(schema, `"1"`)).To(BeTrue())
		},
			Entry("in createURL", journey+"/properties/client_ref_id"),
			Entry("in getDocument", reading+"/properties/client_ref_id"),
			Entry("in getStatus", ekoParameter("getStatus", "client_ref_id")),
			Entry("in getDocumentLegacy", ekoParameter("getDocumentLegacy", "client_ref_id")),
		)

		It("requires a client_ref_id in the older document call alone", Label("EK-D9"), func() {
			required := map[string]bool{}
			for _, op := range suite.Document.Operations {
				for _, p := range op.Parameters {
					if p.Name == "client_ref_id" {
						required[op.ID] = p.Required
					}
				}
			}
			Expect(required).To(Equal(map[string]bool{"getStatus": false, "getDocumentLegacy": true}))
			Expect(conforms(journey, `{"initiator_id":"1","redirect_url":"https://x.invalid","document_requested":["AADHAAR"]}`)).To(BeTrue())
			Expect(conforms(reading, `{"initiator_id":"1","document_type":["AADHAAR"],"reference_id":"1","verification_id":"a"}`)).To(BeTrue())
		})

		// Of status, response_status_id and response_type_id only the first tells a
		// refusal.
		DescribeTable("says in a 200", Label("EK-D10", "EK-D11", "EK-D12"),
			func(ctx SpecContext, id string, want ekoCodes) {
				Expect(suite.Entry(id).Status).To(Equal(http.StatusOK))
				Expect(ekoSays(ctx, id)).To(Equal(want))
			},
			Entry("that the URL is made", "eko/createURL/200/success", ekoCodes{"0", "0", "1388"}),
			Entry("that the URL is made, in L", "eko/createURL/200/success-in-l", ekoCodes{"0", "0", "1627"}),
			Entry("that the URL is made, on the product page", Label("EK-D26"), "eko/createURL/200/success-on-the-product-page", ekoCodes{"0", "", ""}),
			Entry("that the redirect URL is invalid", Label("EK-D13"), "eko/createURL/200/invalid-redirect-url-format", ekoCodes{"1", "301", "1388"}),
			Entry("that parameters are invalid", Label("EK-D14"), "eko/createURL/200/invalid-parameters", ekoCodes{"461", "1", "-1"}),
			Entry("the state", "eko/getStatus/200/success", ekoCodes{"0", "0", "1389"}),
			Entry("the state, in L", "eko/getStatus/200/success-in-l", ekoCodes{"0", "0", "1628"}),
			Entry("that consent is pending, instead of the state", stillAsking, ekoCodes{"1", "-1", ""}),
			Entry("that the reference is invalid, instead of the state", unknownToo, ekoCodes{"1", "-1", ""}),
			Entry("the documents", "eko/getDocument/200/success", ekoCodes{"0", "0", "1388"}),
			Entry("that consent is pending, instead of the documents", Label("EK-D13"), pending, ekoCodes{"1", "327", "1388"}),
			Entry("that the reference is invalid, instead of the documents", Label("EK-D13"), unknown, ekoCodes{"1", "463", "1388"}),
			Entry("the document, in L", "eko/getDocumentLegacy/200/success", ekoCodes{"0", "0", "1630"}),
		)

		It("refuses with 200 and in six ways", Label("EK-D11"), func() {
			var refusals []string
			for _, e := range suite.Document.Entries {
				Expect(e.IsError()).To(BeFalse(), e.ID)
				if e.Direction == example.Response && contract.Into[ekoCodes](suite, e.ID).Status != "0" {
					refusals = append(refusals, e.ID)
				}
			}
			Expect(refusals).To(ConsistOf(pending, unknown, stillAsking, unknownToo,
				"eko/createURL/200/invalid-redirect-url-format", "eko/createURL/200/invalid-parameters"))
		})

		for _, operation := range operations {
			schema := answers[operation]
			DescribeTable("names on "+operation+" what is wrong with a parameter", Label("EK-D14"), func(ctx SpecContext, member string) {
				refusal := `{"status":461,"` + member + `":{"name":"Name too long"}}`
				Expect(conforms(schema, refusal)).To(BeTrue())
				Expect(conforms(schema, strings.ReplaceAll(refusal, `"Name too long"`, `1`))).To(BeFalse())
				ekoReads(ctx, operation, json.RawMessage(refusal))
			},
				Entry("as the sample does", "invalid_params"),
				Entry("as the prose does", "invalid_parameters"),
			)

			It("documents for "+operation+" six statuses, only 200 with a body, and no 401", Label("EK-D11", "EK-D28"), func(ctx SpecContext) {
				op := suite.Operation(operation)
				var statuses []string
				for status, r := range document.Members(suite.Node(document.Pointer("/paths", op.Path, strings.ToLower(op.Method), "responses"))) {
					statuses = append(statuses, status)
					Expect(document.Get(r, "content") != nil).To(Equal(status == "200"), status)
				}
				Expect(statuses).To(ConsistOf("200", "403", "404", "405", "415", "500"))
				s := contract.Answering(401, "application/json", []byte(`{"status":0}`))
				got, err := suite.Client(s).Call(ctx, op, op.Samples(nil), suite.Document.AnyBody(op))
				Expect(err).NotTo(HaveOccurred())
				Expect(got.Status()).To(Equal(http.StatusUnauthorized))
				_, _, err = got.Typed()
				Expect(err).To(HaveOccurred())
			})

			It("sends on "+operation+" developer_key with its underscore", Label("EK-D27"), func(ctx SpecContext) {
				header := ekoSends(ctx, operation).Header
				Expect(header).To(HaveKeyWithValue("Developer_key", []string{"becbbce45f79c6f5109f848acd540567"}))
				Expect(header).NotTo(HaveKey("Developer-Key"))
			})
		}

		It("names the faulty parameters of a validation error and has no data", Label("EK-D14"), func() {
			got := contract.Into[ekoapi.CreateURLAnswer](suite, "eko/createURL/200/invalid-parameters")
			Expect(*got.InvalidParams).To(HaveKeyWithValue("name", "Name too long"))
			Expect(got.InvalidParameters).To(BeNil())
			Expect(got.Data).To(BeNil())
		})

		It("refuses a pending journey, but may say pending in a success", Label("EK-D15"), func() {
			refusal := contract.Into[ekoapi.GetDocumentAnswer](suite, pending)
			Expect(*refusal.Status).To(Equal(json.Number("1")))
			Expect(refusal.Data.VerificationStatus).To(BeNil())

			success := `{"status":0,"data":{"verification_status":"PENDING","documents":[]}}`
			Expect(conforms(answers["getDocument"], success)).To(BeTrue())
			Expect(conforms(answers["getDocument"], strings.ReplaceAll(success, "PENDING", "HALF_DONE"))).To(BeFalse())
			var got ekoapi.GetDocumentAnswer
			Expect(json.Unmarshal([]byte(success), &got)).To(Succeed())
			Expect(*got.Data.VerificationStatus).To(Equal(ekoapi.DocumentsStatePending))
			Expect(got.Data.VerificationStatus.Valid()).To(BeTrue())
		})

		It("reads a pending state with empty user_details", Label("EK-D15"), func(ctx SpecContext) {
			success := `{"status":0,"data":{"user_details":{}}}`
			Expect(conforms(answers["getStatus"], success)).To(BeTrue())
			ekoReads(ctx, "getStatus", json.RawMessage(success))
		})

		It("tells a pending state from an unknown reference by message alone", Label("EK-D17"), func() {
			one, other := contract.Into[ekoapi.GetStatusAnswer](suite, stillAsking), contract.Into[ekoapi.GetStatusAnswer](suite, unknownToo)
			Expect(*one.Message).NotTo(Equal(*other.Message))
			one.Message, other.Message = nil, nil
			Expect(one).To(Equal(other))
		})

		DescribeTable("words a refusal in two ways", Label("EK-D18"), func(reading, asking, says, saysToo string) {
			Expect(*contract.Into[ekoapi.GetDocumentAnswer](suite, reading).Message).To(Equal(says))
			Expect(*contract.Into[ekoapi.GetStatusAnswer](suite, asking).Message).To(Equal(saysToo))
		},
			Entry("if consent is pending", pending, stillAsking,
				"Verification pending. Customer has not completed DigiLocker consent.",
				"Verification pending. User has not completed DigiLocker consent."),
			Entry("if the reference is invalid", unknown, unknownToo,
				"Invalid reference ID. Please check and retry.",
				"Invalid reference_id"),
		)

		It("has a production server with a port and one without", Label("EK-D19"), func() {
			Expect(ekoapi.LegacyProduction).To(Equal("https://api.eko.in:25002/ekoicici/v3"))
			Expect(ekoapi.Production).To(Equal(strings.Replace(ekoapi.LegacyProduction, ":25002", "", 1)))
			var servers []string
			for _, s := range document.Items(suite.Node("/servers")) {
				servers = append(servers, document.Text(s, "url"))
			}
			Expect(servers).To(ConsistOf(ekoapi.Sandbox, ekoapi.Production, ekoapi.LegacyProduction))
		})

		DescribeTable("sends as Content-Type", Label("EK-D20"), func(ctx SpecContext, operation string, declared bool, want ...string) {
			isDeclared := slices.ContainsFunc(suite.Operation(operation).Parameters, func(p example.Parameter) bool {
				return strings.EqualFold(p.Name, "Content-Type")
			})
			Expect(isDeclared).To(Equal(declared))
			Expect(ekoSends(ctx, operation).Header.Values("Content-Type")).To(HaveExactElements(want))
		},
			Entry("JSON on createURL, for its body", "createURL", false, "application/json"),
			Entry("JSON on getDocument, for its body", "getDocument", false, "application/json"),
			Entry("JSON on getStatus, which has no body but declares the header", "getStatus", true, "application/json"),
			Entry("nothing on getDocumentLegacy, which has no body", "getDocumentLegacy", false),
		)

		It("sends a form if the caller writes the body", Label("EK-D20"), func(ctx SpecContext) {
			s := contract.Answering(204, "", nil)
			_, err := ekoClient(s).CreateURLWithBodyWithResponse(ctx, nil, "application/x-www-form-urlencoded", strings.NewReader("initiator_id=1"))
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received[0].Header.Values("Content-Type")).To(HaveExactElements("application/x-www-form-urlencoded"))
			Expect(s.Received[0].Body).To(BeEquivalentTo("initiator_id=1"))
		})

		It("writes days, genders and e-Aadhaar in two ways", Label("EK-D21"), func() {
			newer := contract.Into[ekoapi.GetStatusAnswer](suite, "eko/getStatus/200/success").Data.UserDetails
			older := contract.Into[ekoapi.GetStatusAnswer](suite, "eko/getStatus/200/success-in-l").Data.UserDetails
			Expect([]string{*newer.DOB, *newer.Gender, *newer.Eaadhaar}).To(Equal([]string{"15-08-1990", "M", "Y"}))
			Expect([]string{*older.DOB, *older.Gender, *older.Eaadhaar}).To(Equal([]string{"1990-05-15", "Male", "Available"}))

			nested := (*contract.Into[ekoapi.GetDocumentAnswer](suite, "eko/getDocument/200/success").Data.Documents)[0]
			flat := contract.Into[ekoapi.GetDocumentLegacyAnswer](suite, "eko/getDocumentLegacy/200/success").Data
			Expect([]string{*nested.DOB, *nested.Gender}).To(Equal([]string{"12-11-1987", "M"}))
			Expect([]string{*flat.DOB, *flat.Gender}).To(Equal([]string{"1990-05-15", "Male"}))
		})

		It("reads a flat document in answer to either call", Label("EK-D22"), func(ctx SpecContext) {
			flat := suite.Example("eko/getDocumentLegacy/200/success")
			Expect(conforms(answers["getDocument"], string(flat))).To(BeTrue())
			var got ekoapi.GetDocumentAnswer
			Expect(json.Unmarshal(ekoReads(ctx, "getDocument", flat), &got)).To(Succeed())
			Expect(got.Data.Documents).To(BeNil())
			Expect(got.Data.PhotoLink).NotTo(BeNil())
			Expect(got.Data.SplitAddress).NotTo(BeNil())
		})

		It("masks the Aadhaar number of a nested document and not of a flat one", Label("EK-D22"), func() {
			nested := (*contract.Into[ekoapi.GetDocumentAnswer](suite, "eko/getDocument/200/success").Data.Documents)[0]
			flat := contract.Into[ekoapi.GetDocumentLegacyAnswer](suite, "eko/getDocumentLegacy/200/success").Data
			Expect(*nested.MaskedAadhaar).To(MatchRegexp(`^XXXX-XXXX-\d{4}$`))
			Expect(*flat.UID).To(MatchRegexp(`^\d{12}$`))
		})

		DescribeTable("has a consent URL", Label("EK-D23"), func(name, path, query string) {
			u, err := url.Parse(*contract.Into[ekoapi.CreateURLAnswer](suite, "eko/createURL/200/"+name).Data.URL)
			Expect(err).NotTo(HaveOccurred())
			Expect(u.Path).To(Equal(path))
			Expect(u.Query()).To(And(HaveLen(1), HaveKey(query)))
		},
			Entry("with a session", "success", "/auth", "session_id"),
			Entry("with the verification, in L", "success-in-l", "/link-verification", "verification_id"),
			Entry("with the verification, on the product page", "success-on-the-product-page", "/link-verification", "verification_id"),
		)

		DescribeTable("takes as a consent URL", Label("EK-D23"), func(value string, fits bool) {
			Expect(conforms(schemas+"CreatedURL/properties/url", value)).To(Equal(fits))
		},
			Entry("one on another host", `"https://verification.cashfree.invalid/dgl?shortCode=a"`, true),
			Entry("no number", `1`, false),
		)

		It("repeats the redirect URL as it was, or as the user returns to it", Label("EK-D24"), func() {
			repeated := func(name string) string {
				return *contract.Into[ekoapi.CreateURLAnswer](suite, "eko/createURL/200/"+name).Data.RedirectURL
			}
			Expect(repeated("success")).To(Equal(contract.Into[ekoapi.CreateURLRequest](suite, "eko/createURL/request/example").RedirectURL))
			Expect(repeated("success-on-the-product-page")).To(Equal(contract.Into[ekoapi.CreateURLRequest](suite, "eko/createURL/request/product-page").RedirectURL))
			Expect(repeated("success-in-l")).To(HaveSuffix("?verification_id=123456"))
			Expect(repeated("success-in-l")).To(Equal(contract.Into[string](suite, "eko/createURL/redirect/with-verification-id")))
		})

		It("names no document but Aadhaar, and keeps another as it came", Label("EK-D25"), func() {
			Expect(document.JSON(suite.Node(schemas + "DocumentType/enum"))).To(MatchJSON(`["AADHAAR"]`))
			named := map[string]bool{}
			for _, e := range suite.Document.Entries {
				for _, m := range regexp.MustCompile(`"document_(?:type|requested)":(\[[^\]]*\]|"[^"]*")`).FindAllStringSubmatch(string(e.Value), -1) {
					named[m[1]] = true
				}
			}
			Expect(named).To(Equal(map[string]bool{`"AADHAAR"`: true, `["AADHAAR"]`: true}))
			const pan = `{"document_requested":["PAN"]}`
			Expect(conforms(schemas+"CreatedURL", pan)).To(BeFalse())
			var got ekoapi.CreatedURL
			Expect(json.Unmarshal([]byte(pan), &got)).To(Succeed())
			Expect((*got.DocumentRequested)[0].Valid()).To(BeFalse())
			Expect(json.Marshal(got)).To(MatchJSON(pan))
		})

		It("shows on the product page another request than on the API's", Label("EK-D26"), func() {
			api, product := contract.Into[ekoapi.CreateURLRequest](suite, "eko/createURL/request/example"), contract.Into[ekoapi.CreateURLRequest](suite, "eko/createURL/request/product-page")
			Expect(*api.ClientRefID).To(Equal("2026010100123456789"))
			Expect(*product.ClientRefID).To(Equal("DGL-20240101-001"))
			Expect(api.UserCode).To(BeNil())
			Expect(product.UserCode).NotTo(BeNil())
		})

		It("leaves the body of a 401 to the caller", Label("EK-D28"), func(ctx SpecContext) {
			got, err := ekoClient(contract.Answering(401, "text/plain", []byte("no"))).GetStatusWithResponse(ctx, nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(got.JSON200).To(BeNil())
			Expect(got.StatusCode()).To(Equal(http.StatusUnauthorized))
			Expect(got.Body).To(BeEquivalentTo("no"))
		})
	})
}

// ekoCodes are what every answer of Eko has in common; "" where absent.
type ekoCodes struct {
	Status           json.Number `json:"status"`
	ResponseStatusID json.Number `json:"response_status_id"`
	ResponseTypeID   json.Number `json:"response_type_id"`
}

// ekoSays are the codes of that example as the typed client reads them.
func ekoSays(ctx context.Context, id string) ekoCodes {
	GinkgoHelper()
	var codes ekoCodes
	Expect(json.Unmarshal(ekoReads(ctx, suite.Entry(id).Operation, suite.Example(id)), &codes)).To(Succeed())
	return codes
}

// ekoReads lets the typed client read body in a 200 and writes what it has made
// of it, which must be all of it.
func ekoReads(ctx context.Context, operation string, body json.RawMessage) json.RawMessage {
	GinkgoHelper()
	op := suite.Operation(operation)
	answer, err := suite.Client(contract.Answering(200, "application/json", body)).Call(ctx, op, op.Samples(nil), suite.Document.AnyBody(op))
	Expect(err).NotTo(HaveOccurred())
	field, value, err := answer.Typed()
	Expect(err).NotTo(HaveOccurred())
	Expect(field).To(Equal("JSON200"))
	back, err := json.Marshal(value)
	Expect(err).NotTo(HaveOccurred())
	Expect(example.Compare(body, back)).To(BeEmpty())
	return back
}

// ekoSends is what arrives when the typed client calls the operation as
// documented.
func ekoSends(ctx context.Context, operation string) judge.Sent {
	GinkgoHelper()
	s := contract.Answering(204, "", nil)
	op := suite.Operation(operation)
	_, err := suite.Client(s).Call(ctx, op, op.Samples(nil), suite.Document.AnyBody(op))
	Expect(err).NotTo(HaveOccurred())
	return s.Received[0]
}

// ekoClient is Eko's typed client, talking to s.
func ekoClient(s *contract.Server) *ekoapi.ClientWithResponses {
	GinkgoHelper()
	c, err := ekoapi.NewClientWithResponses(s.URL + contract.BasePath)
	Expect(err).NotTo(HaveOccurred())
	return c
}

// ekoParameter is the pointer of the schema of that parameter.
func ekoParameter(operation, name string) string {
	op, _ := suite.Document.Operation(operation)
	i := slices.IndexFunc(op.Parameters, func(p example.Parameter) bool { return p.Name == name })
	return document.Pointer("/paths", op.Path, strings.ToLower(op.Method), "parameters", strconv.Itoa(i), "schema")
}
