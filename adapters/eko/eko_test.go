package eko_test

import (
	"context"
	"errors"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

const created = `{"status":0,"data":{"reference_id":7483920,"url":"https://digilocker.gov.in/auth?session_id=abc123xyz"}}`

var _ = Describe("New", func() {
	DescribeTable("names the credential that", func(name string, spoil func(*eko.Credentials)) {
		creds := credentials()
		spoil(&creds)
		_, err := eko.New(eko.Sandbox, creds, eko.Options{})
		Expect(err).To(MatchError(ContainSubstring(name)))
		suite.Silent(err, accessKey, initiator)
	},
		Entry("is missing: DeveloperKey", "DeveloperKey", func(c *eko.Credentials) { c.DeveloperKey = kyc.Private{} }),
		Entry("is missing: AccessKey", "AccessKey", func(c *eko.Credentials) { c.AccessKey = kyc.Private{} }),
		Entry("is missing: InitiatorID", "InitiatorID", func(c *eko.Credentials) { c.InitiatorID = kyc.Private{} }),
		Entry("has a line break: DeveloperKey", "DeveloperKey", func(c *eko.Credentials) { c.DeveloperKey = kyc.Hide("key\n") }),
		Entry("has a line break: AccessKey", "AccessKey", func(c *eko.Credentials) { c.AccessKey = kyc.Hide(accessKey + "\n") }),
		Entry("has a blank: InitiatorID", "InitiatorID", func(c *eko.Credentials) { c.InitiatorID = kyc.Hide(" " + initiator) }),
		Entry("has a letter beyond ASCII: UserCode", "UserCode", func(c *eko.Credentials) { c.UserCode = "é" }),
	)

	It("names the base URL that it refuses", func() {
		_, err := eko.New("https://someone:"+seed+"@eko.example", credentials(), eko.Options{})
		Expect(err).To(MatchError(ContainSubstring("baseURL")))
	})

	DescribeTable("takes", func(base string) {
		Expect(eko.New(base, credentials(), eko.Options{})).NotTo(BeNil())
	},
		Entry("the sandbox", eko.Sandbox),
		Entry("production", eko.Production),
		Entry("production at its older port", Label("EK-D19"), "https://api.eko.in:25002/ekoicici/v3"),
	)

	It("signs by the system's clock unless told another", func(ctx SpecContext) {
		s := answering(200, created)
		a, err := eko.New(s.URL, credentials(), eko.Options{HTTPClient: suite.Client()})
		Expect(err).NotTo(HaveOccurred())
		Expect(a.Start(ctx, request())).NotTo(BeNil())
		Expect(s.Received[0].Header.Get("secret-key-timestamp")).To(MatchRegexp(`^1[7-9]\d{11}$`))
	})
})

var _ = Describe("before any call", func() {
	var s *server
	BeforeEach(func() { s = answering(http.StatusTeapot, `{}`) })
	AfterEach(func() { Expect(s.Received).To(BeEmpty()) })

	DescribeTable("Start refuses", func(ctx SpecContext, kind error, spoil func(*kyc.StartRequest)) {
		r := request()
		spoil(&r)
		_, err := s.adapter().Start(ctx, r)
		Expect(err).To(MatchError(kind))
		suite.Silent(err, seed)
	},
		Entry("an id of 21 characters", kyc.ErrInvalid, func(r *kyc.StartRequest) { r.ID = strings.Repeat("a", 21) }),
		Entry("an id with a blank", kyc.ErrInvalid, func(r *kyc.StartRequest) { r.ID = "order " + seed }),
		Entry("an id with a line break", kyc.ErrInvalid, func(r *kyc.StartRequest) { r.ID = "order\n" }),
		Entry("an id beyond ASCII", kyc.ErrInvalid, func(r *kyc.StartRequest) { r.ID = "ordér" }),
		Entry("a PAN", Label("EK-D25"), errors.ErrUnsupported, func(r *kyc.StartRequest) { r.Documents = []kyc.Document{kyc.PAN} }),
		Entry("a licence beside Aadhaar", errors.ErrUnsupported, func(r *kyc.StartRequest) { r.Documents = append(r.Documents, kyc.DrivingLicence) }),
	)

	It("Fetch refuses another document", func(ctx SpecContext) {
		_, err := s.adapter().Fetch(ctx, ref, kyc.PAN)
		Expect(err).To(MatchError(errors.ErrUnsupported))
	})
})

var _ = Describe("Start", func() {
	It("sends what was asked for and nothing else", Label("EK-D1", "EK-D6"), func(ctx SpecContext) {
		s := answering(200, created)
		Expect(s.adapter().Start(ctx, request())).NotTo(BeNil())
		Expect(s.Received[0].Method).To(Equal(http.MethodPost))
		Expect(s.Received[0].Path).To(Equal("/base/tools/kyc/digilocker"))
		Expect(s.Received[0].Query).To(BeEmpty())
		Expect(s.Received[0].Header.Get("Content-Type")).To(Equal("application/json"))
		Expect(s.Received[0].Header.Get("developer_key")).To(Equal("eko-test-developer-key"))
		Expect(s.Received[0].Body).To(MatchJSON(`{"initiator_id":"9962981729","client_ref_id":"order-42",
			"document_requested":["AADHAAR"],"redirect_url":"https://shop.example/back"}`))
	})

	DescribeTable("makes of its field", func(ctx SpecContext, change func(*kyc.StartRequest), member string, value any) {
		r := request()
		change(&r)
		s := answering(200, created)
		Expect(s.adapter().Start(ctx, r)).NotTo(BeNil())
		if value == nil {
			Expect(s.members()).NotTo(HaveKey(member))
		} else {
			Expect(s.members()).To(HaveKeyWithValue(member, value))
		}
	},
		Entry("ID: client_ref_id", func(r *kyc.StartRequest) { r.ID = "A.b_c-1" }, "client_ref_id", "A.b_c-1"),
		Entry("ID of 20 characters: client_ref_id", func(r *kyc.StartRequest) { r.ID = strings.Repeat("a", 20) }, "client_ref_id", strings.Repeat("a", 20)),
		Entry("ReturnTo with a query: redirect_url, unchanged", func(r *kyc.StartRequest) { r.ReturnTo = "https://shop.example/?a=<b>&c=d" }, "redirect_url", "https://shop.example/?a=<b>&c=d"),
		Entry("Flow: nothing", func(r *kyc.StartRequest) { r.Flow = kyc.SignUp }, "user_flow", nil),
	)

	It("makes an ID if there is none, another each time", Label("EK-D9"), func(ctx SpecContext) {
		made := map[any]bool{}
		for range 3 {
			s := answering(200, created)
			r := request()
			r.ID = ""
			Expect(s.adapter().Start(ctx, r)).NotTo(BeNil())
			Expect(s.members()["client_ref_id"]).To(MatchRegexp(`^[A-Z2-7]{20}$`))
			made[s.members()["client_ref_id"]] = true
		}
		Expect(made).To(HaveLen(3))
	})

	It("reads the journey", func(ctx SpecContext) {
		consent, err := answering(200, created).adapter().Start(ctx, request())
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Pending))
		Expect(consent.URL.Reveal()).To(Equal("https://digilocker.gov.in/auth?session_id=abc123xyz"))
		Expect(consent.Requested).To(Equal([]kyc.Document{kyc.Aadhaar}))
		Expect(consent.Granted).To(BeNil())
		Expect(consent.ExpiresAt.IsZero()).To(BeTrue())
		Expect(consent.User).To(BeNil())
		Expect(consent.Raw.Bytes()).To(MatchJSON(created))
		suite.Silent(consent, "session_id")
	})

	DescribeTable("packs both ids into a ref:", Label("EK-D2", "EK-D3"), func(ctx SpecContext, ids string, want kyc.Ref) {
		s := answering(200, `{"status":0,"data":{"url":"https://digilocker.example",`+ids+`}}`)
		consent, err := s.adapter().Start(ctx, request())
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(want))
	},
		Entry("one that is told", `"reference_id":7483920`, ref),
		Entry("two that are told", `"reference_id":7483920,"verification_id":"vrf_digilocker_abc123"`, wholeRef),
		Entry("a second with a full stop", `"reference_id":1,"verification_id":"2.3"`, kyc.Ref("1.2.3")),
		Entry("a second that is null", `"reference_id":7483920,"verification_id":null`, ref),
		Entry("a second that is empty", `"reference_id":7483920,"verification_id":""`, ref),
		Entry("a first of 20 digits", `"reference_id":12345678901234567891`, kyc.Ref("12345678901234567891")),
		Entry("a first as text", `"reference_id":"7483920"`, ref),
		Entry("a first as 1e3", `"reference_id":1e3`, kyc.Ref("1000")),
		Entry("a first as 12345.0", `"reference_id":12345.0`, kyc.Ref("12345")),
		Entry("long ones", `"reference_id":`+strings.Repeat("9", 77)+`,"verification_id":"`+strings.Repeat("a", 128)+`"`,
			kyc.Ref(strings.Repeat("9", 77)+"."+strings.Repeat("a", 128))),
	)

	DescribeTable("names what a success lacks:", func(ctx SpecContext, body, member string) {
		_, err := answering(200, body).adapter().Start(ctx, request())
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		Expect(detail(err).Member).To(Equal(member))
		Expect(detail(err).Raw()).To(MatchJSON(body))
		suite.Silent(err, seed)
	},
		Entry("nothing at all", `null`, "status"),
		Entry("status", `{"data":{"reference_id":1,"url":"https://a.example"}}`, "status"),
		Entry("data", `{"status":0}`, "data"),
		Entry("data, null", `{"status":0,"data":null}`, "data"),
		Entry("data, a list", `{"status":0,"data":["`+seed+`"]}`, "data"),
		Entry("data, text", `{"status":0,"data":""}`, "data"),
		Entry("url", `{"status":0,"data":{"reference_id":1}}`, "data.url"),
		Entry("url, null", `{"status":0,"data":{"reference_id":1,"url":null}}`, "data.url"),
		Entry("url, empty", `{"status":0,"data":{"reference_id":1,"url":" "}}`, "data.url"),
		Entry("reference_id", `{"status":0,"data":{"url":"https://a.example"}}`, "data.reference_id"),
		Entry("reference_id, null", `{"status":0,"data":{"url":"https://a.example","reference_id":null}}`, "data.reference_id"),
		Entry("reference_id, a fraction", `{"status":0,"data":{"url":"https://a.example","reference_id":1.5}}`, "data.reference_id"),
		Entry("reference_id, zero", `{"status":0,"data":{"url":"https://a.example","reference_id":0}}`, "data.reference_id"),
		Entry("reference_id, negative", `{"status":0,"data":{"url":"https://a.example","reference_id":-7}}`, "data.reference_id"),
		Entry("reference_id, without end", `{"status":0,"data":{"url":"https://a.example","reference_id":1e999999}}`, "data.reference_id"),
		Entry("verification_id, with a slash", `{"status":0,"data":{"url":"https://a.example","reference_id":1,"verification_id":"../`+seed+`"}}`, "data.verification_id"),
	)
})

var _ = Describe("Status", func() {
	It("asks by reference_id alone", Label("EK-D3", "EK-D20"), func(ctx SpecContext) {
		s := answering(200, `{"status":0,"data":{}}`)
		Expect(s.adapter().Status(ctx, "12345678901234567891.vrf_digilocker_abc123")).NotTo(BeNil())
		Expect(s.Received).To(HaveLen(1))
		Expect(s.Received[0].Method).To(Equal(http.MethodGet))
		Expect(s.Received[0].Path).To(Equal("/base/tools/kyc/digilocker/status"))
		Expect(s.Received[0].Query).To(Equal("initiator_id=9962981729&reference_id=12345678901234567891"))
		Expect(s.Received[0].Header.Values("Content-Type")).To(Equal([]string{"application/json"}))
		Expect(s.Received[0].Body).To(BeEmpty())
	})

	It("gives back the ref and the answer", func(ctx SpecContext) {
		consent, err := answering(200, `{"status":0,"data":{}}`).adapter().Status(ctx, wholeRef)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(wholeRef))
		Expect(consent.URL.IsZero()).To(BeTrue())
		Expect(consent.Raw.Bytes()).To(MatchJSON(`{"status":0,"data":{}}`))
	})
})

var _ = Describe("Fetch", func() {
	DescribeTable("sends as the two ids", Label("EK-D2", "EK-D3"), func(ctx SpecContext, ref kyc.Ref, reference, verification string) {
		s := answering(200, nested)
		Expect(s.adapter().Fetch(ctx, ref, kyc.Aadhaar)).NotTo(BeNil())
		Expect(s.Received).To(HaveLen(1))
		Expect(s.Received[0].Method).To(Equal(http.MethodPost))
		Expect(s.Received[0].Path).To(Equal("/base/tools/kyc/digilocker/document"))
		Expect(s.Received[0].Body).To(MatchJSON(`{"initiator_id":"9962981729","document_type":["AADHAAR"],
			"reference_id":"` + reference + `","verification_id":"` + verification + `"}`))
	},
		Entry("both, if they are known", wholeRef, "7483920", "vrf_digilocker_abc123"),
		Entry("the first twice, if it is all that is known", ref, "7483920", "7483920"),
		Entry("20 digits, none lost", kyc.Ref("12345678901234567891"), "12345678901234567891", "12345678901234567891"),
	)
})

var _ = Describe("every call", func() {
	calls := map[string]func(context.Context, *eko.Adapter) error{
		"createURL":   func(ctx context.Context, a *eko.Adapter) error { _, err := a.Start(ctx, request()); return err },
		"getStatus":   func(ctx context.Context, a *eko.Adapter) error { _, err := a.Status(ctx, ref); return err },
		"getDocument": func(ctx context.Context, a *eko.Adapter) error { _, err := a.Fetch(ctx, ref, kyc.Aadhaar); return err },
	}
	for op, do := range calls {
		It("carries a user_code if the account has one: "+op, Label("EK-D1"), func(ctx SpecContext) {
			for code, want := range map[string]string{"": "", "20810200": `20810200`} {
				s := answering(200, `{}`)
				_ = do(ctx, s.adapter(func(c *eko.Credentials) { c.UserCode = code }))
				Expect(s.Received).To(HaveLen(1))
				sent := s.Received[0].Body + s.Received[0].Query
				if want == "" {
					Expect(sent).NotTo(ContainSubstring("user_code"))
				} else {
					Expect(sent).To(MatchRegexp(`user_code"?[:=]"?` + want))
				}
			}
		})
	}

	It("says which call has a price by the documents", func() {
		a := new(eko.Adapter)
		for op := range calls {
			Expect(a.BilledPerRequest(op)).To(Equal(op == "createURL"), op)
		}
	})
})
