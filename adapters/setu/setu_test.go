package setu_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
)

var creds = setu.Credentials{ClientID: "test-client", ClientSecret: kyc.Hide("shh-setu"), ProductInstanceID: "test-product"}

// server answers everything alike and keeps what it was asked last.
type server struct {
	*httptest.Server
	calls  int
	line   string
	header http.Header
	body   string
}

func answering(status int, body string) (*server, *setu.Adapter) {
	GinkgoHelper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		s.calls++
		s.line, s.header, s.body = r.Method+" "+r.URL.String(), r.Header, string(text)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	DeferCleanup(s.Close)
	a, err := setu.New(s.URL+"/base/", creds, setu.Options{})
	Expect(err).NotTo(HaveOccurred())
	return s, a
}

const (
	created  = `{"id":"ea31e1e6","status":"unauthenticated","url":"https://digilocker.example/login","validUpto":"2021-10-05T19:06:28+05:30"}`
	anything = `{}`
)

var _ = DescribeTable("New refuses", func(base string, spoil func(*setu.Credentials), named string) {
	c := creds
	spoil(&c)
	_, err := setu.New(base, c, setu.Options{})
	Expect(err).To(MatchError(ContainSubstring(named)))
	Expect(err.Error()).NotTo(ContainSubstring("shh-setu"))
},
	Entry("no client id", setu.Sandbox, func(c *setu.Credentials) { c.ClientID = "" }, "ClientID"),
	Entry("no secret", setu.Sandbox, func(c *setu.Credentials) { c.ClientSecret = kyc.Private{} }, "ClientSecret"),
	Entry("a secret over two lines", setu.Sandbox, func(c *setu.Credentials) { c.ClientSecret = kyc.Hide("shh-setu\n") }, "ClientSecret"),
	Entry("no product", setu.Sandbox, func(c *setu.Credentials) { c.ProductInstanceID = "" }, "ProductInstanceID"),
	Entry("a base URL with a password", "https://user:shh-setu@setu.example", func(*setu.Credentials) {}, "baseURL"),
	Entry("a base URL with a query", setu.Production+"?x=1", func(*setu.Credentials) {}, "baseURL"),
)

var _ = Describe("Start", func() {
	start := func(ctx SpecContext, a *setu.Adapter, docs ...kyc.Document) (*kyc.Consent, error) {
		return a.Start(ctx, kyc.StartRequest{ID: "order-42", Flow: kyc.SignIn, Documents: docs, ReturnTo: "https://shop.example/back"})
	}

	DescribeTable("asks for a document only where Setu can", func(ctx SpecContext, body string, docs ...kyc.Document) {
		s, a := answering(201, created)
		_, err := start(ctx, a, docs...)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.line).To(Equal("POST /base/api/digilocker"))
		Expect(s.body).To(MatchJSON(body))
	},
		Entry("a licence alone", `{"redirectUrl":"https://shop.example/back","docType":"DRVLC"}`, kyc.DrivingLicence),
		Entry("Aadhaar", `{"redirectUrl":"https://shop.example/back"}`, kyc.Aadhaar),
		Entry("a licence among others", `{"redirectUrl":"https://shop.example/back"}`, kyc.Aadhaar, kyc.DrivingLicence),
	)

	It("sends the three credentials and nothing that would stand for them", func(ctx SpecContext) {
		s, a := answering(200, created)
		_, err := start(ctx, a, kyc.Aadhaar)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.header.Get("x-client-id")).To(Equal("test-client"))
		Expect(s.header.Get("x-client-secret")).To(Equal("shh-setu"))
		Expect(s.header.Get("x-product-instance-id")).To(Equal("test-product"))
		Expect(s.header).NotTo(HaveKey("Authorization"))
	})

	It("refuses an id that could change a path", func(ctx SpecContext) {
		_, a := answering(201, strings.Replace(created, "ea31e1e6", "../ea31e1e6", 1))
		_, err := start(ctx, a, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrUnexpected))
	})
})

var _ = Describe("Status", func() {
	DescribeTable("reads the state", func(ctx SpecContext, word string, state kyc.State, usable bool) {
		_, a := answering(200, `{"id":"ea31e1e6","status":"`+word+`","url":"https://digilocker.example/login","validUpto":"Wed, 23 Jun 2021 19:33:55 GMT","digilockerUserDetails":{}}`)
		consent, err := a.Status(ctx, "ea31e1e6")
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(state))
		Expect(consent.URL.IsZero()).To(Equal(!usable))
		Expect(consent.ExpiresAt.Year()).To(Equal(2021)) // RFC 1123 as well (SE-D8)
		Expect(consent.User).To(BeNil())
	},
		Entry(nil, "unauthenticated", kyc.Pending, true),
		Entry(nil, "authenticated", kyc.Granted, false),
		Entry(nil, "revoked", kyc.Revoked, false),
		Entry(nil, "incomplete", kyc.State("incomplete"), true),
	)
})

var _ = Describe("FetchFile", func() {
	request := kyc.FileRequest{Type: "PRFND", IssuerID: "002317", Format: "pdf"}

	It("sends the parameters by name, and the consent that Setu insists on", func(ctx SpecContext) {
		s, a := answering(200, `{"fileUrl":"https://files.example/a.pdf","validUpto":"2021-09-21T09:12:12+05:30"}`)
		r := request
		r.Parameters = map[string]kyc.Private{"b": kyc.Hide("2"), "a": kyc.Hide("1")}
		file, err := a.FetchFile(ctx, "ea31e1e6", r)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.line).To(Equal("POST /base/api/digilocker/ea31e1e6/document"))
		Expect(s.body).To(MatchJSON(`{"docType":"PRFND","orgId":"002317","format":"pdf","consent":"Y","parameters":[{"name":"a","value":"1"},{"name":"b","value":"2"}]}`))
		Expect(file.Link.Reveal()).To(Equal("https://files.example/a.pdf"))
		Expect(fmt.Sprintf("%+v", file)).NotTo(ContainSubstring("files.example"))
	})

	DescribeTable("refuses, before any call, a request without", func(ctx SpecContext, spoil func(*kyc.FileRequest)) {
		s, a := answering(200, anything)
		r := request
		spoil(&r)
		_, err := a.FetchFile(ctx, "ea31e1e6", r)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(s.calls).To(BeZero())
	},
		Entry("type", func(r *kyc.FileRequest) { r.Type = "" }),
		Entry("issuer", func(r *kyc.FileRequest) { r.IssuerID = "" }),
		Entry("format", func(r *kyc.FileRequest) { r.Format = "" }),
	)
})

var _ = Describe("Revoke", func() {
	It("is a GET that succeeds only by its word", func(ctx SpecContext) {
		s, a := answering(200, `{"success":true}`)
		Expect(a.Revoke(ctx, "ea31e1e6")).To(Succeed())
		Expect(s.line).To(Equal("GET /base/api/digilocker/ea31e1e6/revoke"))
		_, a = answering(200, `{"success":false}`)
		Expect(a.Revoke(ctx, "ea31e1e6")).To(MatchError(kyc.ErrUnexpected))
	})
})

var _ = DescribeTable("A code means", func(ctx SpecContext, status int, code string, kind kyc.Err) {
	_, a := answering(status, `{"error":{"code":"`+code+`","detail":"Fake Person is not there","traceId":"1-abc"}}`)
	_, err := a.Fetch(ctx, "ea31e1e6", kyc.Aadhaar)
	Expect(err).To(MatchError(kind))
	var e *kyc.Error
	Expect(errors.As(err, &e)).To(BeTrue())
	Expect(e.Code).To(Equal(code))
	Expect(e.TraceID).To(Equal("1-abc"))
	Expect(fmt.Sprintf("%+v", err)).NotTo(ContainSubstring("Fake"))
},
	Entry("ask again", 401, "user_not_authenticated", kyc.ErrPending),
	Entry("ask again, whatever the status", 400, "user_not_authenticated", kyc.ErrPending),
	Entry("not for this document", 400, "user_consent_not_given", kyc.ErrDenied),
	Entry("not for this document", 400, "invalid_grant", kyc.ErrDenied),
	Entry("over", 401, "token_revoked", kyc.ErrExpired),
	Entry("over", 401, "invalid_token", kyc.ErrExpired),
	Entry("there is none", 400, "aadhaar_not_linked", kyc.ErrNoDocument),
	Entry("there is none", 400, "aadhaar_not_available", kyc.ErrNoDocument),
	Entry("there is none", 400, "invalid_uri", kyc.ErrNoDocument),
	Entry("somebody else", 400, "customer_detail_mismatch", kyc.ErrMismatch),
	Entry("unknown, or deleted", 404, "request_not_found", kyc.ErrNotFound),
	Entry("a bad request", 400, "invalid_redirect_url", kyc.ErrInvalid),
	Entry("a bad request", 400, "invalid_payload", kyc.ErrInvalid),
	Entry("a bad request", 400, "invalid_match_key", kyc.ErrInvalid),
	Entry("a bad request", 400, "bad_request", kyc.ErrInvalid),
	Entry("a bad request", 400, "consent_not_given", kyc.ErrInvalid),
	Entry("missing headers", 400, "vault_secret_error", kyc.ErrCredentials),
	Entry("an outage", 500, "get_xml_failed", kyc.ErrUnavailable),
	Entry("an outage", 500, "unwrap_aadhaar_failed", kyc.ErrUnavailable),
	Entry("an outage, whatever the status", 424, "upstream_server_error", kyc.ErrUnavailable),
	Entry("an outage", 500, "internal_server_error", kyc.ErrUnavailable),
	Entry("something new", 400, "brand_new", kyc.ErrUnexpected),
	Entry("something new, at a status that says enough", 503, "brand_new", kyc.ErrUnavailable),
)

var _ = It("A gateway's own JSON has no code, so that its status decides", func(ctx SpecContext) {
	for status, kind := range map[int]kyc.Err{200: kyc.ErrUnexpected, 202: kyc.ErrUnexpected, 403: kyc.ErrNotAllowed, 504: kyc.ErrUnavailable} {
		_, a := answering(status, `{"message":"Fake Person","request_id":"1"}`)
		_, err := a.Fetch(ctx, "ea31e1e6", kyc.Aadhaar)
		Expect(err).To(MatchError(kind), "%d", status)
	}
})

var _ = Describe("ParseReturn", func() {
	parse := func(query string) (kyc.Return, error) {
		a, err := setu.New(setu.Sandbox, creds, setu.Options{})
		Expect(err).NotTo(HaveOccurred())
		u, err := url.Parse("https://shop.example/back" + query)
		Expect(err).NotTo(HaveOccurred())
		return a.ParseReturn("ea31e1e6", u)
	}

	DescribeTable("reads", func(query string, state kyc.State, granted []kyc.Document) {
		r, err := parse(query)
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Ref).To(Equal(kyc.Ref("ea31e1e6")))
		Expect(r.State).To(Equal(state))
		Expect(r.Granted).To(Equal(granted))
	},
		Entry("one document", "?success=True&id=ea31e1e6&scope=ADHAR", kyc.Granted, []kyc.Document{kyc.Aadhaar}),
		Entry("three, and one that nobody knows", "?success=True&id=ea31e1e6&scope=ADHAR%2BPANCR%2BDRVLC%2BVOTER", kyc.Granted, []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence, "VOTER"}),
		Entry("three joined by a bare plus sign", "?success=true&scope=ADHAR+PANCR", kyc.Granted, []kyc.Document{kyc.Aadhaar, kyc.PAN}),
		Entry("nothing shared (SE-D15)", "?success=True&id=ea31e1e6&scope=", kyc.Granted, []kyc.Document{}),
		Entry("an older return without scope", "?success=true&id=ea31e1e6", kyc.Granted, nil),
		Entry("a refusal", "?success=FALSE&id=ea31e1e6&errCode=access_denied&errMessage=no", kyc.Denied, nil),
		Entry("braces as published, which are no answer", "?success={True}&id=ea31e1e6", kyc.State(""), nil),
		Entry("the caller's own parameters, twice", "?sessionId=1&sessionId=2&success=true&id=ea31e1e6", kyc.Granted, nil),
	)

	DescribeTable("refuses", func(query string) {
		_, err := parse(query)
		Expect(err).To(MatchError(kyc.ErrInvalid))
	},
		Entry("another journey", "?success=true&id=somebody-elses"),
		Entry("an empty id", "?success=true&id="),
		Entry("two answers", "?success=true&success=false&id=ea31e1e6"),
		Entry("two ids", "?success=true&id=ea31e1e6&id=other"),
	)

	It("keeps the provider's words to itself", func() {
		r, err := parse("?success=false&errCode=e1&errMessage=Fake+Person+refused")
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Code).To(Equal("e1"))
		Expect(r.Message.Reveal()).To(Equal("Fake Person refused"))
		Expect(fmt.Sprintf("%+v", r)).NotTo(ContainSubstring("Fake"))
	})
})
