package cashfree_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/gen/cashfreeapi"
	"example.com/digilocker/specs/document"
)

// differences pin those of differences.yaml.
func differences() {
	Describe("cashfree", func() {
		const account = "/components/schemas/DigiLockerVerifyAccountRequestSchema"
		operations := []string{"createURL", "getStatus", "getDocument", "verifyAccount"}

		DescribeTable("limits a request to what the page states:", func(request string, fits bool) {
			const schema = "/components/schemas/DigiLockerVerificationCreateUrlRequestSchema"
			Expect(len(suite.Document.Conforms(schema, []byte(request))) == 0).To(Equal(fits))
		},
			Entry("as documented", `{"verification_id":"a.b-c_1","document_requested":["PAN"],"redirect_url":"https://shop.example"}`, true),
			Entry("another character", `{"verification_id":"a b","document_requested":["PAN"]}`, false),
			Entry("no document", `{"verification_id":"a","document_requested":[]}`, false),
			Entry("a document twice", `{"verification_id":"a","document_requested":["PAN","PAN"]}`, false),
			Entry("a redirect over http", `{"verification_id":"a","document_requested":["PAN"],"redirect_url":"http://shop.example"}`, false),
		)

		It("reads the headers of a rate limit", func(ctx SpecContext) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for name, value := range map[string]string{"X-RateLimit-Limit": "200", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "17", "Retry-After": "18"} {
					w.Header().Set(name, value)
				}
				w.WriteHeader(http.StatusTooManyRequests)
			}))
			DeferCleanup(s.Close)
			c, err := cashfreeapi.NewClientWithResponses(s.URL)
			Expect(err).NotTo(HaveOccurred())
			got, err := c.GetStatusWithResponse(ctx, nil)
			Expect(err).NotTo(HaveOccurred())
			h := got.Headers429
			Expect([]string{*h.XRateLimitLimit, *h.XRateLimitRemaining, *h.XRateLimitReset, *h.RetryAfter}).To(Equal([]string{"200", "0", "17", "18"}))
		})

		DescribeTable("keeps the mobile number as it came", Label("CF-D1"), func(answer, number string) {
			var got cashfreeapi.Account
			Expect(json.Unmarshal([]byte(answer), &got)).To(Succeed())
			Expect(string(got.MobileNumber)).To(Equal(number))
		},
			Entry("as a number", `{"mobile_number":1234567899}`, `1234567899`),
			Entry("as text with a leading zero", `{"mobile_number":"0123456789"}`, `"0123456789"`),
		)

		It("has no rule for the length of a mobile number", Label("CF-D2"), func() {
			Expect(string(contract.Into[cashfreeapi.Account](suite, "cashfree/verifyAccount/200/accountexistswithmobile").MobileNumber)).To(HaveLen(10))
			Expect(string(contract.Into[cashfreeapi.Account](suite, "cashfree/verifyAccount/200/accountnotfound").MobileNumber)).To(HaveLen(9))
			Expect(*contract.Into[cashfreeapi.VerifyAccountRequest](suite, "cashfree/verifyAccount/request/mobilenumber").MobileNumber).To(HaveLen(12))
			Expect(suite.Document.Conforms(account, []byte(`{"verification_id":"a","mobile_number":"1"}`))).To(BeEmpty())
		})

		It("shows requests and answers of verifyAccount that are no pairs", Label("CF-D3"), func() {
			asked := contract.Into[cashfreeapi.VerifyAccountRequest](suite, "cashfree/verifyAccount/request/mobilenumber")
			answered := contract.Into[cashfreeapi.Account](suite, "cashfree/verifyAccount/200/accountexistswithmobile")
			Expect(asked.VerificationID).NotTo(Equal(*answered.VerificationID))
		})

		for _, operation := range operations {
			DescribeTable("sends on "+operation, func(ctx SpecContext, header string) {
				d := suite.Document
				op, _ := d.Operation(operation)
				params := op.Samples(nil)
				delete(params, "x-cf-signature")
				s := contract.Answering(204, "", nil)
				send := func() string {
					_, err := suite.Client(s).Call(ctx, op, params, d.AnyBody(op))
					Expect(err).NotTo(HaveOccurred())
					return s.Received[len(s.Received)-1].Header.Get(header)
				}
				Expect(send()).To(BeEmpty())
				params[header] = json.RawMessage(`"asked for"`)
				Expect(send()).To(Equal("asked for"))
			},
				Entry("the signature if asked to, and not else", Label("CF-D4"), "x-cf-signature"),
				Entry("the API version if asked to, and not else", Label("CF-D35"), "x-api-version"),
			)
		}

		It("tells the two 403s from the 401 by status and code together", Label("CF-D5"), func() {
			unsigned := contract.Into[cashfreeapi.ErrorBody](suite, "cashfree/createURL/403/x-cf-signature-header-missing")
			address := contract.Into[cashfreeapi.ErrorBody](suite, "cashfree/createURL/403/ip-not-whitelisted")
			credentials := contract.Into[cashfreeapi.ErrorBody](suite, "cashfree/createURL/401/invalid-client-id-and-client-secret-combination")
			Expect(*unsigned.Code).To(Equal(*credentials.Code))
			Expect(*unsigned.Type).NotTo(Equal(*credentials.Type))
			Expect(*address.Type).To(Equal(*credentials.Type))
			Expect(*address.Code).NotTo(Equal(*credentials.Code))
		})

		It("declares each reference_id as int64", Label("CF-D6"), func() {
			for _, pointer := range []string{
				"/components/schemas/DigiLockerVerificationCreateUrlResponseSchema/properties/reference_id",
				"/components/schemas/DigiLockerVerificationGetStatusResponseSchema/properties/reference_id",
				"/components/schemas/DigiLockerVerificationGetAadhaarDocumentResponseSchema/properties/reference_id",
				"/components/schemas/DigiLockerVerificationGetPanDocumentResponseSchema/properties/reference_id",
				"/components/schemas/DigiLockerVerificationGetDLDocumentResponseSchema/properties/reference_id",
				"/components/schemas/DigiLockerVerifyAccountResponseSchema/properties/reference_id",
				"/paths/~1digilocker/get/parameters/1/schema",
				"/paths/~1digilocker~1document~1{document_type}/get/parameters/2/schema",
			} {
				Expect(document.Text(suite.Node(pointer), "format")).To(Equal("int64"), pointer)
			}
		})

		It("keeps each digit of a reference_id, also beyond 64 bits", Label("CF-D6"), func() {
			var got cashfreeapi.CreatedURL
			Expect(json.Unmarshal([]byte(`{"reference_id":92233720368547758071}`), &got)).To(Succeed())
			Expect(got.ReferenceID.String()).To(Equal("92233720368547758071"))
		})

		It("names one document type in an error that concerns three", Label("CF-D7", "CF-D38"), func() {
			refusal := contract.Into[cashfreeapi.ErrorBody](suite, "cashfree/getDocument/400/invalid-document-type-field")
			Expect(*refusal.Message).To(Equal("document_type should be AADHAAR."))
			for _, t := range []cashfreeapi.DocumentType{"AADHAAR", "PAN", "DRIVING_LICENSE"} {
				Expect(t.Valid()).To(BeTrue())
			}
			Expect(cashfreeapi.DocumentType("VOTER_ID").Valid()).To(BeFalse())
		})

		It("publishes four documents that all fail their oneOf", Label("CF-D8"), func() {
			d := suite.Diagnosis()
			mended := map[string][]string{}
			for _, b := range d.Broken {
				if tokens := document.Tokens(b.Pointer); strings.Contains(b.Pointer, "GetDocumentResponse/") {
					mended[tokens[len(tokens)-2]] = b.Differences
				}
			}
			Expect(mended).To(Equal(map[string][]string{
				"Aadhaar": {"CF-D8"}, "Pan": {"CF-D8"},
				"Aadhaar Not Linked": {"CF-D10"}, // its nulls break each branch as well
				"Driving License":    {"CF-D9"},  // and so do its categories
			}))
		})

		DescribeTable("keeps a licence's categories", Label("CF-D9"), func(categories string) {
			var got cashfreeapi.DrivingLicence
			Expect(json.Unmarshal([]byte(`{"categories":`+categories+`}`), &got)).To(Succeed())
			Expect(got.Categories).To(MatchJSON(categories))
			Expect(suite.Document.Conforms("/components/schemas/DigiLockerVerificationGetDLDocumentResponseSchema/properties/categories", []byte(categories))).To(BeEmpty())
		},
			Entry("in an array, as the example has them", `[{"class_of_vehicle":"MCWG","issue_date":"03-11-2022"}]`),
			Entry("in an object, as the schema has them", `{"categories":[{"class_of_vehicle":"MCWG","issue_date":"03-11-2022"}]}`),
		)

		It("says in a 200 that there is no Aadhaar", Label("CF-D10"), func() {
			got := contract.Into[cashfreeapi.AadhaarDocument](suite, "cashfree/getDocument/200/aadhaar-not-linked")
			Expect(*got.Status).To(Equal(cashfreeapi.AadhaarStatusAADHAARNOTLINKED))
			Expect(got.Name).To(BeNil())
			Expect(got.UID).To(BeNil())
			Expect(got.XMLFile).To(BeNil())
			Expect(got.SplitAddress).NotTo(BeNil())
			Expect(got.SplitAddress.State).To(BeNil())
		})

		DescribeTable("reads no consent from", Label("CF-D11"), func(answer string) {
			var got cashfreeapi.VerificationStatus
			Expect(json.Unmarshal([]byte(answer), &got)).To(Succeed())
			if got.DocumentConsent != nil {
				Expect(*got.DocumentConsent).To(BeEmpty())
			}
		},
			Entry("null", `{"document_consent":null}`),
			Entry("an empty array", `{"document_consent":[]}`),
			Entry("nothing", `{}`),
		)

		It("has three kinds of status", Label("CF-D12"), func() {
			Expect(cashfreeapi.JourneyStatusAUTHENTICATED.Valid()).To(BeTrue())
			Expect(cashfreeapi.AadhaarStatusSUCCESS.Valid()).To(BeTrue())
			Expect(cashfreeapi.AccountStatusACCOUNTEXISTS.Valid()).To(BeTrue())
			Expect(cashfreeapi.JourneyStatus(cashfreeapi.AadhaarStatusSUCCESS).Valid()).To(BeFalse())
			Expect(cashfreeapi.AccountStatus(cashfreeapi.JourneyStatusPENDING).Valid()).To(BeFalse())
		})

		DescribeTable("keeps a journey's status as it came", Label("CF-D13"), func(status string, documented bool) {
			var got cashfreeapi.VerificationStatus
			Expect(json.Unmarshal([]byte(`{"status":"`+status+`"}`), &got)).To(Succeed())
			Expect(string(*got.Status)).To(Equal(status))
			Expect(got.Status.Valid()).To(Equal(documented))
		},
			Entry("of the current page", "CONSENT_DENIED", true),
			Entry("of the oldest page", "Authenticated", false),
			Entry("of nobody", "HALF_DONE", false),
		)

		It("shows an expired journey with details and consent", Label("CF-D14"), func() {
			got := contract.Into[cashfreeapi.VerificationStatus](suite, "cashfree/getStatus/200/expired")
			Expect(*got.Status).To(Equal(cashfreeapi.JourneyStatusEXPIRED))
			Expect(got.UserDetails.Name).NotTo(BeNil())
			Expect(*got.DocumentConsent).NotTo(BeEmpty())
		})

		It("says in the body of an error that it is still at work", Label("CF-D15"), func(ctx SpecContext) {
			s := contract.Answering(202, "application/json", suite.Example("cashfree/getDocument/202/validation-pending"))
			c, err := cashfreeapi.NewClientWithResponses(s.URL)
			Expect(err).NotTo(HaveOccurred())
			got, err := c.GetDocumentWithResponse(ctx, cashfreeapi.DocumentTypeAadhaar, nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(got.JSON200).To(BeNil())
			Expect(*got.JSON202.Code).To(Equal("validation_pending"))
		})

		It("uses one code at three statuses", Label("CF-D16"), func() {
			Expect(codes(func(b cashfreeapi.ErrorBody) bool { return *b.Code == "verification_id_value_invalid" }, status)).To(ConsistOf("400", "404", "409"))
		})

		It("uses one code for five errors", Label("CF-D17"), func() {
			Expect(codes(func(b cashfreeapi.ErrorBody) bool { return *b.Code == "invalid_request" }, message)).To(HaveLen(5))
		})

		It("limits the verification_id on both operations but documents the error on one", Label("CF-D18"), func() {
			Expect(codes(func(b cashfreeapi.ErrorBody) bool { return *b.Code == "verification_id_length_exceeded" }, operation)).To(ConsistOf("verifyAccount"))
			long := strings.Repeat("a", 51)
			for schema, rest := range map[string]string{
				account: `"mobile_number":"1"`,
				"/components/schemas/DigiLockerVerificationCreateUrlRequestSchema": `"document_requested":["PAN"]`,
			} {
				Expect(suite.Document.Conforms(schema, []byte(`{"verification_id":"`+long[1:]+`",`+rest+`}`))).To(BeEmpty())
				Expect(suite.Document.Conforms(schema, []byte(`{"verification_id":"`+long+`",`+rest+`}`))).NotTo(BeEmpty())
			}
		})

		It("spells gender in two ways", Label("CF-D19"), func() {
			Expect(*contract.Into[cashfreeapi.VerificationStatus](suite, "cashfree/getStatus/200/authenticated").UserDetails.Gender).To(Equal("M"))
			Expect(*contract.Into[cashfreeapi.AadhaarDocument](suite, "cashfree/getDocument/200/aadhaar").Gender).To(Equal("M"))
			Expect(*contract.Into[cashfreeapi.PANDocument](suite, "cashfree/getDocument/200/pan").Gender).To(Equal("Male"))
			Expect(*contract.Into[cashfreeapi.DrivingLicence](suite, "cashfree/getDocument/200/driving-license").Gender).To(Equal("Male"))
		})

		It("writes days one way and times another", Label("CF-D20"), func() {
			licence := contract.Into[cashfreeapi.DrivingLicence](suite, "cashfree/getDocument/200/driving-license")
			var categories []cashfreeapi.LicenceCategory
			Expect(json.Unmarshal(licence.Categories, &categories)).To(Succeed())
			for _, day := range []string{*categories[0].IssueDate, *licence.ExpiryDate, *licence.DOB} {
				_, err := time.Parse("02-01-2006", day)
				Expect(err).NotTo(HaveOccurred())
			}
			_, err := time.Parse(time.RFC3339, *contract.Into[cashfreeapi.WebhookEvent](suite, "cashfree/createURL/webhook/success").EventTime)
			Expect(err).NotTo(HaveOccurred())
		})

		It("sends the photo in what it calls a link", Label("CF-D21"), func() {
			Expect(*contract.Into[cashfreeapi.AadhaarDocument](suite, "cashfree/getDocument/200/aadhaar").PhotoLink).To(HavePrefix("/9j/"))
			Expect(*contract.Into[cashfreeapi.DrivingLicence](suite, "cashfree/getDocument/200/driving-license").PhotoLink).To(HavePrefix("/9j/"))
			Expect(suite.Node("/components/schemas/DigiLockerVerificationGetAadhaarDocumentResponseSchema/properties/photo_link/example").Value).To(Equal("PHOTO_LINK"))
		})

		It("shows a webhook without the signature that its page documents", Label("CF-D22"), func() {
			Expect(contract.Into[cashfreeapi.WebhookEvent](suite, "cashfree/createURL/webhook/success").Signature).To(BeNil())
			var signed cashfreeapi.WebhookEvent
			Expect(json.Unmarshal([]byte(`{"signature":"c2lnbmVk"}`), &signed)).To(Succeed())
			Expect(*signed.Signature).To(Equal("c2lnbmVk"))
		})

		It("reads and sends a journey without a user flow", Label("CF-D23"), func() {
			Expect(contract.Into[cashfreeapi.CreateURLRequest](suite, "cashfree/createURL/request/a25").UserFlow).To(BeNil())
			Expect(contract.Into[cashfreeapi.CreatedURL](suite, "cashfree/createURL/200/success-in-a25").UserFlow).To(BeNil())
			Expect(*contract.Into[cashfreeapi.CreateURLRequest](suite, "cashfree/createURL/request/cur").UserFlow).To(Equal(cashfreeapi.UserFlowSignUp))
		})

		It("puts the caller's address into the message of a 403", Label("CF-D25"), func() {
			Expect(*contract.Into[cashfreeapi.ErrorBody](suite, "cashfree/createURL/403/ip-not-whitelisted").Message).To(MatchRegexp(`\d+\.\d+\.\d+\.\d+\.For IP`))
		})

		It("reads a 500 whatever its message says", Label("CF-D26"), func(ctx SpecContext) {
			older := strings.Replace(string(suite.Example("cashfree/getStatus/500/internal-server-error")), "something went wrong", "Unable to process your request. Try again after some time", 1)
			s := contract.Answering(500, "application/json", []byte(older))
			c, err := cashfreeapi.NewClientWithResponses(s.URL)
			Expect(err).NotTo(HaveOccurred())
			got, err := c.GetStatusWithResponse(ctx, nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(*got.JSON500.Message).To(HavePrefix("Unable to process"))
			Expect(*got.JSON500.Code).To(Equal("verification_failed"))
		})

		It("has a 502 on one operation, with the code of the 500", Label("CF-D27"), func() {
			gateway := func(b cashfreeapi.ErrorBody) bool { return strings.HasPrefix(*b.Message, "Authorised source") }
			Expect(codes(gateway, operation)).To(ConsistOf("verifyAccount"))
			Expect(*contract.Into[cashfreeapi.ErrorBody](suite, "cashfree/verifyAccount/502/bad-gateway").Code).To(
				Equal(*contract.Into[cashfreeapi.ErrorBody](suite, "cashfree/verifyAccount/500/internal-server-error").Code))
		})

		It("answers a missing credential, a wrong pair and a test secret in production each in its way", Label("CF-D28"), func() {
			for code, want := range map[string]string{"x-client-id_missing": "400", "x-client-secret_value_invalid": "400"} {
				Expect(codes(func(b cashfreeapi.ErrorBody) bool { return *b.Code == code }, status)).To(ConsistOf(want))
			}
			wrongPair := func(b cashfreeapi.ErrorBody) bool { return strings.HasPrefix(*b.Message, "Invalid clientId") }
			Expect(codes(wrongPair, status)).To(ConsistOf("401"))
		})

		It("keeps the unexplained member of an error, which no example has", Label("CF-D29"), func() {
			Expect(codes(func(b cashfreeapi.ErrorBody) bool { return b.Error != nil }, operation)).To(BeEmpty())
			var got cashfreeapi.ErrorBody
			Expect(json.Unmarshal([]byte(`{"error":{"ref_id":102}}`), &got)).To(Succeed())
			Expect(got.Error).To(MatchJSON(`{"ref_id":102}`))
		})

		It("can lack the balance for a read", Label("CF-D30"), func() {
			Expect(codes(func(b cashfreeapi.ErrorBody) bool { return *b.Code == "insufficient_balance" }, operation)).To(ConsistOf(operations))
		})

		It("sends no default of its own", Label("CF-D31"), func(ctx SpecContext) {
			s := contract.Answering(204, "", nil)
			c, err := cashfreeapi.NewClientWithResponses(s.URL)
			Expect(err).NotTo(HaveOccurred())
			_, err = c.GetStatusWithResponse(ctx, nil)
			Expect(err).NotTo(HaveOccurred())
			_, err = c.CreateURLWithResponse(ctx, nil, cashfreeapi.CreateURLRequest{VerificationID: "a", DocumentRequested: []cashfreeapi.DocumentType{cashfreeapi.DocumentTypePAN}})
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received[0].URL.RawQuery).To(BeEmpty())
			Expect(s.Received[1].Body).To(MatchJSON(`{"verification_id":"a","document_requested":["PAN"]}`))
		})

		DescribeTable("asks for neither of the two ids alone, and refuses to go without both", Label("CF-D32"), func(id string) {
			Expect(*contract.Into[cashfreeapi.ErrorBody](suite, "cashfree/"+id+"/400/request-params-missing").Message).To(Equal("Please provide verification_id or reference_id"))
			for _, p := range suite.Operation(id).Parameters {
				if p.In == "query" {
					Expect(p.Required).To(BeFalse(), p.Name)
				}
			}
		},
			Entry("in getStatus", "getStatus"),
			Entry("in getDocument", "getDocument"),
		)

		It("can be asked for its status, and has five webhook events", Label("CF-D34"), func() {
			Expect(suite.Operation("getStatus").Method).To(Equal("GET"))
			var events []string
			for _, e := range document.Items(suite.Node("/components/schemas/WebhookEvent/properties/event_type/enum")) {
				events = append(events, strings.TrimPrefix(e.Value, "DIGILOCKER_VERIFICATION_"))
			}
			Expect(events).To(ConsistOf("SUCCESS", "LINK_EXPIRED", "CONSENT_DENIED", "CONSENT_EXPIRED", "FAILURE"))
		})

		DescribeTable("asks verifyAccount for one of two numbers", Label("CF-D37"), func(request string, fits bool) {
			Expect(len(suite.Document.Conforms(account, []byte(request))) == 0).To(Equal(fits))
		},
			Entry("neither", `{"verification_id":"a"}`, false),
			Entry("a mobile number", `{"verification_id":"a","mobile_number":"1"}`, true),
			Entry("an Aadhaar number", `{"verification_id":"a","aadhaar_number":"655675523712"}`, true),
		)

		It("masks Aadhaar numbers in two ways and the PAN in none", Label("CF-D39"), func() {
			Expect(*contract.Into[cashfreeapi.AadhaarDocument](suite, "cashfree/getDocument/200/aadhaar").UID).To(MatchRegexp(`^x{8}\d{4}$`))
			Expect(*contract.Into[cashfreeapi.Account](suite, "cashfree/verifyAccount/200/accountexistswithaadhaar").AadhaarNumber).To(MatchRegexp(`^X{8}\d{4}$`))
			Expect(*contract.Into[cashfreeapi.PANDocument](suite, "cashfree/getDocument/200/pan").PAN).To(MatchRegexp(`^[A-Z]{5}\d{4}[A-Z]$`))
		})
	})
}

// codes lists what of says of each documented refusal of Cashfree that fits,
// each value once.
func codes(fits func(cashfreeapi.ErrorBody) bool, of func(example.Entry, cashfreeapi.ErrorBody) string) []string {
	seen := map[string]bool{}
	var all []string
	for _, e := range suite.Document.Entries {
		if !e.IsError() {
			continue
		}
		if body := contract.Into[cashfreeapi.ErrorBody](suite, e.ID); fits(body) && !seen[of(e, body)] {
			seen[of(e, body)] = true
			all = append(all, of(e, body))
		}
	}
	return all
}

func status(e example.Entry, _ cashfreeapi.ErrorBody) string    { return strconv.Itoa(e.Status) }
func operation(e example.Entry, _ cashfreeapi.ErrorBody) string { return e.Operation }
func message(_ example.Entry, b cashfreeapi.ErrorBody) string   { return *b.Message }
