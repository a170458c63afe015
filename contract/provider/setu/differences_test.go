package setu_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/gen/setuapi"
	"example.com/digilocker/specs/document"
)

// differences pin those of differences.yaml.
func differences() {
	Describe("setu", func() {
		// published and effective return what stands there in Setu's own document
		// and in ours; there must be something.
		in := func(file string) func(path ...string) *yaml.Node {
			return func(path ...string) *yaml.Node {
				GinkgoHelper()
				root, err := document.Read(file)
				Expect(err).NotTo(HaveOccurred())
				n := document.At(root, document.Pointer("", path...))
				Expect(n).NotTo(BeNil(), "%s has nothing at %q", file, path)
				return n
			}
		}
		published, effective := in("../../../specs/setu/openapi.yaml"), in("../../../gen/setuapi/openapi.gen.yaml")

		client := func(s *contract.Server) *setuapi.ClientWithResponses {
			GinkgoHelper()
			c, err := setuapi.NewClientWithResponses(s.URL)
			Expect(err).NotTo(HaveOccurred())
			return c
		}

		// refusals are all documented errors.
		refusals := func(yield func(example.Entry, setuapi.ErrorDetail) bool) {
			for _, e := range suite.Document.Entries {
				if e.IsError() && !yield(e, contract.Into[setuapi.ErrorBody](suite, e.ID).Error) {
					return
				}
			}
		}
		// values lists what of says of the refusals with that code, each once.
		values := func(code string, of func(example.Entry, setuapi.ErrorDetail) string) []string {
			all := map[string]bool{}
			for e, d := range refusals {
				if d.Code == code {
					all[of(e, d)] = true
				}
			}
			return slices.Collect(maps.Keys(all))
		}
		detail := func(_ example.Entry, d setuapi.ErrorDetail) string { return d.Detail }
		source := func(e example.Entry, _ setuapi.ErrorDetail) string { return e.Source }

		// concerning are the ids of the examples that a difference is about.
		concerning := func(difference string) []string {
			var ids []string
			for _, e := range suite.Document.Entries {
				if slices.Contains(e.Differences, difference) {
					ids = append(ids, e.ID)
				}
			}
			return ids
		}

		It("answers a created request with 201 or 200, and alike", Label("SE-D1"), func(ctx SpecContext) {
			open := func(status int, id string) *setuapi.CreateRequestResponse {
				s := contract.Answering(status, "application/json", suite.Example(id))
				got, err := client(s).CreateRequestWithResponse(ctx, nil, setuapi.CreateRequestBody{})
				Expect(err).NotTo(HaveOccurred())
				return got
			}
			created, ok := open(201, "setu/createRequest/201/example"), open(200, "setu/createRequest/200/unauthenticated")
			Expect(created.JSON200).To(BeNil())
			Expect(ok.JSON201).To(BeNil())
			Expect(created.JSON201).NotTo(BeNil())
			Expect(created.JSON201).To(Equal(ok.JSON200))
		})

		DescribeTable("opens a request at a path without a slash at its end", Label("SE-D2"), func(ctx SpecContext, slash string) {
			s := contract.Answering(204, "", nil)
			c, err := setuapi.NewClientWithResponses(s.URL + slash)
			Expect(err).NotTo(HaveOccurred())
			_, err = c.CreateRequestWithResponse(ctx, nil, setuapi.CreateRequestBody{})
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received[0].Method).To(Equal("POST"))
			Expect(s.Received[0].URL.Path).To(Equal("/api/digilocker"))
		},
			Entry("for a base URL without one", ""),
			Entry("for a base URL with one", "/"),
		)

		DescribeTable("sends three headers for credentials and no bearer token on", Label("SE-D3"), func(ctx SpecContext, id string) {
			op := suite.Operation(id)
			Expect(document.JSON(effective("security"))).To(MatchJSON(`[{"bearer":[]}]`))
			Expect(document.JSON(effective("paths", op.Path, strings.ToLower(op.Method), "security"))).To(MatchJSON(`[]`))
			var required []string
			for _, p := range op.Parameters {
				if p.In == "header" && p.Required {
					required = append(required, p.Name)
				}
			}
			Expect(required).To(ConsistOf("x-client-id", "x-client-secret", "x-product-instance-id"))

			s := contract.Answering(204, "", nil)
			_, err := suite.Client(s).Call(ctx, op, op.Samples(nil), suite.Document.AnyBody(op))
			Expect(err).NotTo(HaveOccurred())
			for _, name := range required {
				Expect(s.Received[0].Header.Get(name)).NotTo(BeEmpty(), name)
			}
			Expect(s.Received[0].Header).NotTo(HaveKey("Authorization"))
		},
			Entry("createRequest", "createRequest"),
			Entry("getStatus", "getStatus"),
			Entry("listDocuments", "listDocuments"),
			Entry("fetchDocument", "fetchDocument"),
			Entry("getAadhaar", "getAadhaar"),
			Entry("revoke", "revoke"),
		)

		It("asks for a document with an issuer and parameters, which the OpenAPI lacks", Label("SE-D4"), func() {
			for _, name := range []string{"orgId", "parameters"} {
				Expect(document.Get(published("components", "schemas", "FetchadocumentRequest", "properties"), name)).To(BeNil())
			}
			got := contract.Into[setuapi.FetchDocumentBody](suite, "setu/fetchDocument/request/provident-fund")
			Expect(*got.OrgID).To(Equal("002317"))
			Expect(*got.Parameters).To(HaveLen(2))
			Expect(json.Marshal(got)).To(MatchJSON(suite.Example("setu/fetchDocument/request/provident-fund")))
			old := contract.Into[setuapi.FetchDocumentBody](suite, "setu/fetchDocument/request/example")
			Expect(json.Marshal(old)).To(MatchJSON(suite.Example("setu/fetchDocument/request/example")))
		})

		It("has the OpenAPI ask for Aadhaar as a file, in two spellings", Label("SE-D5"), func() {
			first := contract.Into[setuapi.FetchDocumentBody](suite, "setu/fetchDocument/request/example")
			second := contract.Into[setuapi.FetchDocumentBody](suite, "setu/fetchDocument/request/aadhaar")
			Expect([]string{first.DocType, second.DocType}).To(Equal([]string{"ADHAR", "AADHAAR"}))
			first.DocType = second.DocType
			Expect(first).To(Equal(second))
			for _, e := range suite.Document.Entries {
				if e.Operation == "fetchDocument" && e.Direction == example.Request {
					Expect(strings.HasPrefix(e.Source, "OAS")).To(Equal(slices.Contains(e.Differences, "SE-D5")), e.ID)
				}
			}
		})

		DescribeTable("documents more refusals than the OpenAPI has", Label("SE-D6"), func(id, openAPI, both string) {
			op := suite.Operation(id)
			statuses := func(of func(...string) *yaml.Node) string {
				var all []string
				for status := range document.Members(of("paths", op.Path, strings.ToLower(op.Method), "responses")) {
					if status >= "400" && status != "default" {
						all = append(all, status)
					}
				}
				slices.Sort(all)
				return strings.Join(all, " ")
			}
			Expect(statuses(published)).To(Equal(openAPI))
			Expect(statuses(effective)).To(Equal(both))
		},
			Entry("of createRequest", "createRequest", "400", "400 500"),
			Entry("of getStatus", "getStatus", "", "404 500"),
			Entry("of listDocuments", "listDocuments", "", "500"),
			Entry("of fetchDocument", "fetchDocument", "400 401", "400 401 404 500"),
			Entry("of getAadhaar", "getAadhaar", "401", "400 401 404 500"),
			Entry("of revoke", "revoke", "", "401 404 500"),
		)

		It("has one status for a request and another for the Aadhaar answer", Label("SE-D7"), func() {
			for _, s := range []setuapi.Status{"unauthenticated", "authenticated", "revoked", "incomplete"} {
				Expect(s.Valid()).To(BeTrue(), string(s))
			}
			for _, schema := range []string{"Success1", "GetDigilockerRequestStatusSuccess"} {
				Expect(document.Text(effective("components", "schemas", schema, "example"), "status")).To(Equal("incomplete"))
			}
			got := contract.Into[setuapi.AadhaarDocument](suite, "setu/getAadhaar/200/example").Status
			Expect(got).To(Equal(setuapi.AadhaarStatusComplete))
			Expect(setuapi.Status(got).Valid()).To(BeFalse())
		})

		DescribeTable("writes when something ends as a string without a format,", func(schema, member, layout string, shown func() string) {
			for _, known := range []string{time.RFC3339, time.RFC1123} {
				_, err := time.Parse(known, shown())
				Expect(err == nil).To(Equal(known == layout), known)
			}
			property := []string{"components", "schemas", schema, "properties", member}
			Expect(document.JSON(published(property...))).To(MatchJSON(`{"type":"string"}`))
			Expect(document.Get(effective(property...), "format")).To(BeNil())
			Expect(suite.Document.Conforms(document.Pointer("", property...), []byte(`1624476835`))).NotTo(BeEmpty())
		},
			Entry("a request with offset in the operation's example", Label("SE-D8"), "Success1", "validUpto", time.RFC3339, func() string {
				return contract.Into[setuapi.CreatedRequest](suite, "setu/createRequest/201/example").ValidUpto
			}),
			Entry("a request with weekday in the schema's", Label("SE-D8"), "Success1", "validUpto", time.RFC1123, func() string {
				return document.Text(effective("components", "schemas", "Success1", "example"), "validUpto")
			}),
			Entry("the XML's link with offset in the operation's example", Label("SE-D9"), "Xml1", "validUntil", time.RFC3339, func() string {
				return contract.Into[setuapi.AadhaarDocument](suite, "setu/getAadhaar/200/example").Aadhaar.XML.ValidUntil
			}),
			Entry("the XML's link with weekday in the schema's", Label("SE-D9"), "Xml1", "validUntil", time.RFC1123, func() string {
				return document.Text(effective("components", "schemas", "Xml1", "example"), "validUntil")
			}),
		)

		It("keeps the time of an Aadhaar answer, with a zone or in bare digits", Label("SE-D10"), func() {
			_, err := time.Parse(time.RFC3339, contract.Into[setuapi.AadhaarDocument](suite, "setu/getAadhaar/200/example").Aadhaar.GeneratedAt)
			Expect(err).NotTo(HaveOccurred())
			shown := document.JSON(effective("components", "schemas", "Aadhaar1", "example"))
			var digits setuapi.Aadhaar
			Expect(json.Unmarshal(shown, &digits)).To(Succeed())
			Expect(digits.GeneratedAt).To(MatchRegexp(`^\d{17}$`))
			Expect(json.Marshal(digits)).To(MatchJSON(shown))
		})

		It("reads a status without the user and the trace that the OpenAPI requires", Label("SE-D11"), func() {
			const schema = "/components/schemas/GetDigilockerRequestStatusSuccess"
			openAPI, err := example.Read("../../../specs/setu/openapi.yaml")
			Expect(err).NotTo(HaveOccurred())
			old := suite.Example("setu/getStatus/200/authenticated-before-march-2024")
			Expect(openAPI.Conforms(schema, old)).To(HaveLen(2))
			Expect(suite.Document.Conforms(schema, old)).To(BeEmpty())
			got := contract.Into[setuapi.RequestStatus](suite, "setu/getStatus/200/authenticated-before-march-2024")
			Expect(got.UserDetails).To(BeNil())
			Expect(got.TraceID).To(BeNil())

			var early setuapi.RequestStatus
			Expect(json.Unmarshal([]byte(`{"digilockerUserDetails":{}}`), &early)).To(Succeed())
			Expect(early.UserDetails).To(Equal(&setuapi.UserDetails{}))
		})

		It("keeps a DigiLocker id that is no UUID", Label("SE-D12"), func() {
			for _, id := range concerning("SE-D12") {
				got := *contract.Into[setuapi.RequestStatus](suite, id).UserDetails.DigiLockerID
				Expect(got).To(MatchRegexp(`^DL-[0-9a-z]{8}(-[0-9a-z]{4}){3}-[0-9a-z]{12}$`))
				Expect(got).NotTo(MatchRegexp(`^DL-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`))
			}
			Expect(concerning("SE-D12")).To(HaveLen(2))
			property := []string{"components", "schemas", "GetDigilockerRequestStatusSuccess", "properties", "digilockerUserDetails", "properties", "digilockerId"}
			Expect(document.JSON(published(property...))).To(MatchJSON(`{"type":"string"}`))
			for _, rule := range []string{"format", "pattern"} {
				Expect(document.Get(effective(property...), rule)).To(BeNil(), rule)
			}
		})

		It("has an empty trace in each error, and writes it as it came", Label("SE-D13"), func() {
			for e, d := range refusals {
				Expect(d.TraceID).To(BeEmpty(), e.ID)
				Expect(json.Marshal(setuapi.ErrorBody{Error: d})).To(MatchJSON(e.Value), e.ID)
			}
			Expect(document.JSON(effective("components", "schemas", "ErrorDetail", "required"))).To(MatchJSON(`["code","detail","traceId"]`))
			Expect(string(document.JSON(effective()))).NotTo(ContainSubstring("traceID"))
		})

		DescribeTable("brings the user back with", func(id string, want url.Values) {
			var template string
			Expect(json.Unmarshal(suite.Example("setu/createRequest/redirect/"+id), &template)).To(Succeed())
			_, query, _ := strings.Cut(template, "?")
			got, err := url.ParseQuery(query)
			Expect(err).NotTo(HaveOccurred())
			got.Del("id")
			Expect(got).To(Equal(want))
		},
			Entry("False and an error", Label("SE-D14"), "failed",
				url.Values{"success": {"{False}"}, "errCode": {"{code}"}, "errMessage": {"{message}"}}),
			Entry("false and an error in 2024", Label("SE-D14"), "failed-before-december-2024",
				url.Values{"success": {"{false}"}, "errCode": {"{code}"}, "errMessage": {"{message}"}}),
			Entry("True and what was granted", Label("SE-D14"), "consented-to-all-three",
				url.Values{"success": {"{True}"}, "scope": {"ADHAR+PANCR+DRVLC"}}),
			Entry("true alone in 2024", Label("SE-D14"), "consented-before-december-2024",
				url.Values{"success": {"{true}"}}),
			Entry("True and nothing granted", Label("SE-D14", "SE-D15"), "nothing-selected",
				url.Values{"success": {"{True}"}, "scope": {""}}),
		)

		DescribeTable("refuses one redirect URL as", Label("SE-D16"), func(ctx SpecContext, id, code string) {
			Expect(concerning("SE-D16")).To(ConsistOf("setu/createRequest/request/invalid-redirect-url",
				"setu/createRequest/400/example", "setu/createRequest/400/invalid-payload"))
			s := contract.Answering(400, "application/json", suite.Example(id))
			asked := contract.Into[setuapi.CreateRequestBody](suite, "setu/createRequest/request/invalid-redirect-url")
			got, err := client(s).CreateRequestWithResponse(ctx, nil, asked)
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received[0].Body).To(MatchJSON(`{"redirectUrl":"https://.co"}`))
			Expect(got.JSON400.Error.Code).To(Equal(code))
		},
			Entry("an invalid URL", "setu/createRequest/400/example", "invalid_redirect_url"),
			Entry("an invalid payload", "setu/createRequest/400/invalid-payload", "invalid_payload"),
		)

		It("words a missing consent in two ways and codes another one alike", Label("SE-D17"), func(ctx SpecContext) {
			Expect(values("consent_not_given", detail)).To(ConsistOf(HaveSuffix(" is Y"), HaveSuffix(" is 'Y'")))
			Expect(values("user_consent_not_given", detail)).To(ConsistOf("User has not given consent for this document."))
			s := contract.Answering(204, "", nil)
			refused := contract.Into[setuapi.FetchDocumentBody](suite, "setu/fetchDocument/request/consent-n")
			_, err := client(s).FetchDocumentWithResponse(ctx, "a", nil, refused)
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received[0].Body).To(ContainSubstring(`"consent":"N"`))
		})

		It("uses a code that its error table lacks", Label("SE-D18"), func() {
			Expect(values("invalid_payload", source)).To(ConsistOf(HavePrefix("OAS"), HavePrefix("QS")))
			Expect(values("consent_not_given", source)).To(ContainElement(HavePrefix("error table")))
			Expect(document.Text(effective("components", "schemas", "Invalidpayload1", "example", "error"), "detail")).To(Equal("Invalid position value."))
			Expect(values("invalid_payload", detail)).NotTo(ContainElement("Invalid position value."))
		})

		It("gives internal_server_error three details, of which one has two codes", Label("SE-D19"), func() {
			Expect(values("internal_server_error", detail)).To(ConsistOf(
				"Upstream service failure", "Error while processing request", "Internal server error"))
			Expect(values("upstream_server_error", detail)).To(ContainElement("Upstream service failure"))
		})

		It("words a missing Aadhaar as a matter of the account, for any document", Label("SE-D20"), func() {
			Expect(concerning("SE-D20")).To(ConsistOf("setu/fetchDocument/400/aadhaar-not-linked", "setu/getAadhaar/400/aadhaar-not-linked"))
			Expect(values("aadhaar_not_linked", detail)).To(ConsistOf(And(
				ContainSubstring("Digilocker account"), Not(ContainSubstring("mobile")))))
		})

		It("asks for one parameter or two to find the same document", Label("SE-D21"), func() {
			const fund = 1
			one := contract.Into[setuapi.Catalogue](suite, "setu/listDocuments/200/example").Documents
			two := contract.Into[setuapi.Catalogue](suite, "setu/listDocuments/200/two-parameters").Documents
			Expect(one[fund].DocType).To(Equal("PRFND"))
			Expect(one[fund].Parameters).To(HaveExactElements(HaveField("Name", "AC_NO")))
			Expect(two[fund].Parameters).To(HaveExactElements(HaveField("Name", "AC_NO"), HaveField("Name", "MemberName")))
			two[fund].Parameters = one[fund].Parameters
			Expect(one).To(Equal(two))
		})

		It("revokes by a GET, whose 401 has a code of its own", Label("SE-D22"), func(ctx SpecContext) {
			s := contract.Answering(401, "application/json", suite.Example("setu/revoke/401/user-not-authenticated"))
			got, err := client(s).RevokeWithResponse(ctx, "a", nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received[0].Method).To(Equal("GET"))
			Expect(got.JSON401.Error.Code).To(Equal("user_not_authenticated"))
			unauthorised := map[string][]string{}
			for e, d := range refusals {
				if e.Status == 401 {
					unauthorised[e.Operation] = append(unauthorised[e.Operation], d.Code)
				}
			}
			Expect(unauthorised).To(Equal(map[string][]string{
				"fetchDocument": {"token_revoked"},
				"getAadhaar":    {"token_revoked", "user_not_authenticated"},
				"revoke":        {"user_not_authenticated"},
			}))
		})

		DescribeTable("names in its own words", Label("SE-D23"), func(path, theirs, ours string) {
			Expect(document.Text(published("paths", path, "get"), "operationId")).To(Equal(theirs))
			Expect(document.Text(effective("paths", path, "get"), "operationId")).To(Equal(ours))
			content := maps.Collect(document.Members(published("paths", path, "get", "responses", "200", "content")))
			Expect(content).To(And(HaveLen(1), HaveKey("application/json")))
		},
			Entry("an XML that is JSON", "/api/digilocker/{requestId}/aadhaar", "Gete-AadhaarXML", "getAadhaar"),
			Entry("a token that is a request", "/api/digilocker/{requestId}/revoke", "Revokeaccesstoken", "revoke"),
		)

		It("shows mended what other publications show as no JSON", Label("SE-D24"), func() {
			mended := []string{
				"setu/createRequest/200/unauthenticated",
				"setu/getStatus/200/authenticated",
				"setu/getStatus/200/authenticated-before-march-2024",
				"setu/fetchDocument/request/driving-licence",
				"setu/fetchDocument/200/driving-licence",
			}
			for _, op := range suite.Document.Operations {
				mended = append(mended, "setu/"+op.ID+"/500/error-while-processing-request")
			}
			Expect(concerning("SE-D24")).To(ConsistOf(mended))
			for _, id := range mended {
				Expect(suite.Document.CheckSchema(suite.Entry(id))).To(BeEmpty(), id)
				Expect(suite.Entry(id).Source).To(Or(HavePrefix("QS"), HavePrefix("DL page")), id)
			}
		})

		It("takes the document's type on opening a request, which one page alone shows", Label("SE-D25"), func(ctx SpecContext) {
			Expect(document.Get(published("components", "schemas", "CreateaDigilockerRequestRequest", "properties"), "docType")).To(BeNil())
			for _, e := range suite.Document.Entries {
				if e.Operation == "createRequest" && e.Direction == example.Request {
					Expect(contract.Into[setuapi.CreateRequestBody](suite, e.ID).DocType != nil).To(Equal(strings.HasPrefix(e.Source, "DL page")), e.ID)
				}
			}
			s := contract.Answering(204, "", nil)
			with := contract.Into[setuapi.CreateRequestBody](suite, "setu/createRequest/request/driving-licence")
			without := setuapi.CreateRequestBody{RedirectURL: with.RedirectURL}
			for _, body := range []setuapi.CreateRequestBody{with, without} {
				_, err := client(s).CreateRequestWithResponse(ctx, nil, body)
				Expect(err).NotTo(HaveOccurred())
			}
			Expect(s.Received[0].Body).To(MatchJSON(`{"redirectUrl":"https://setu.co","docType":"DRVLC"}`))
			Expect(s.Received[1].Body).To(MatchJSON(`{"redirectUrl":"https://setu.co"}`))
		})

		It("writes an empty string for what is not known", Label("SE-D26"), func() {
			shown := suite.Example("setu/getAadhaar/200/example")
			got := contract.Into[setuapi.AadhaarDocument](suite, "setu/getAadhaar/200/example")
			a := got.Aadhaar
			Expect([]string{a.Email, a.Phone, a.Photo, a.Address.Landmark, a.Address.PostOffice, a.Address.Street, a.Address.SubDistrict, a.XML.ShareCode}).To(HaveEach(""))
			Expect(strings.Count(string(shown), `""`)).To(Equal(8))
			Expect(json.Marshal(got)).To(MatchJSON(shown))
		})

		It("masks an Aadhaar number as no other provider does", Label("SE-D27"), func() {
			Expect(contract.Into[setuapi.AadhaarDocument](suite, "setu/getAadhaar/200/example").Aadhaar.MaskedNumber).To(MatchRegexp(`^xxxx-xxxx-\d{4}$`))
			for _, other := range providers.All {
				d, err := other.Parse()
				Expect(err).NotTo(HaveOccurred())
				for _, e := range d.Entries {
					if d.Provider != "setu" {
						Expect(string(e.Value)).NotTo(MatchRegexp(`xxxx-xxxx-\d{4}`), e.ID)
					}
				}
			}
		})

		It("keeps no schema that nothing uses, and makes no type of one", Label("SE-D28"), func() {
			unused := func(of func(...string) *yaml.Node) []string {
				schemas := maps.Collect(document.Members(of("components", "schemas")))
				ref := regexp.MustCompile(`"#/components/schemas/([^"]+)"`)
				var use func(n *yaml.Node)
				use = func(n *yaml.Node) {
					for _, m := range ref.FindAllStringSubmatch(string(document.JSON(n)), -1) {
						if s, unseen := schemas[m[1]]; unseen {
							delete(schemas, m[1])
							use(s)
						}
					}
				}
				use(of("paths"))
				return slices.Collect(maps.Keys(schemas))
			}
			Expect(unused(published)).To(BeEmpty())
			Expect(unused(effective)).To(ConsistOf("Error", "Invalidpayload1", "InvalidredirectURL1", "Tokenrevoked1"))
			code, err := os.ReadFile("../../../gen/setuapi/client.gen.go")
			Expect(err).NotTo(HaveOccurred())
			var types []string
			for _, m := range regexp.MustCompile(`(?m)^type (\w+) `).FindAllStringSubmatch(string(code), -1) {
				types = append(types, m[1])
			}
			Expect(types).To(ContainElements("ErrorBody", "ErrorDetail", "XML"))
			for _, name := range append(unused(effective), "Xml", "Xml2") {
				Expect(types).NotTo(ContainElement(name))
			}
		})

		It("has an OpenAPI whose examples all fit their schemas", Label("SE-D29"), func() {
			openAPI, err := example.Read("../../../specs/setu/openapi.yaml")
			Expect(err).NotTo(HaveOccurred())
			Expect(openAPI.Entries).To(HaveLen(12))
			for _, e := range openAPI.Entries {
				Expect(openAPI.CheckSchema(e)).To(BeEmpty(), e.ID)
			}
			d := suite.Diagnosis()
			Expect(d.Broken).To(BeEmpty())
		})

		It("has a placeholder for the user's address, with which there is no journey",
			Label("SE-D30"), func(ctx SpecContext) {
				for _, id := range []string{"setu/createRequest/201/example",
					"setu/createRequest/200/unauthenticated"} {
					e := suite.Entry(id)
					Expect(string(e.Value)).To(ContainSubstring(`"url":"User login url"`))
					_, err := suite.Answered(ctx, id, nil)
					Expect(err).To(And(MatchError(kyc.ErrUnexpected), HaveField("Member", "url")))
					value, err := suite.Answered(ctx, id,
						map[string]string{"/url": `"https://digilocker.example/login"`})
					Expect(err).NotTo(HaveOccurred())
					Expect(value.(*kyc.Consent).URL.IsZero()).To(BeFalse())
				}
			})
	})
}
