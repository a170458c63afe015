package setu_test

import (
	"errors"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
)

var _ = Describe("New", func() {
	DescribeTable("names the credential that", func(name string, spoil func(*setu.Credentials)) {
		creds := credentials()
		spoil(&creds)
		_, err := setu.New(setu.Sandbox, creds, setu.Options{})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal(name))
		suite.Silent(err, secret, clientID, product)
	},
		Entry("is missing: ClientID", "ClientID", func(c *setu.Credentials) { c.ClientID = "" }),
		Entry("is missing: ClientSecret", "ClientSecret", func(c *setu.Credentials) { c.ClientSecret = kyc.Private{} }),
		Entry("is missing: ProductInstanceID", "ProductInstanceID", func(c *setu.Credentials) { c.ProductInstanceID = "" }),
		Entry("has a line break: ClientID", "ClientID", func(c *setu.Credentials) { c.ClientID += "\n" }),
		Entry("has a line break: ClientSecret", "ClientSecret", func(c *setu.Credentials) { c.ClientSecret = kyc.Hide(secret + "\r\n") }),
		Entry("has a blank: ProductInstanceID", "ProductInstanceID", func(c *setu.Credentials) { c.ProductInstanceID = " " + product }),
		Entry("has a letter beyond ASCII: ClientID", "ClientID", func(c *setu.Credentials) { c.ClientID = "é" }),
	)

	It("names the base URL that it refuses", func() {
		_, err := setu.New("https://someone:"+seed+"@setu.example", credentials(), setu.Options{})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal("baseURL"))
	})

	DescribeTable("takes", func(base string) {
		Expect(setu.New(base, credentials(), setu.Options{})).NotTo(BeNil())
	},
		Entry("the sandbox", setu.Sandbox),
		Entry("production", setu.Production),
	)
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
		Entry("a redirect without a host, as in the sample", Label("SE-D16"), kyc.ErrInvalid, func(r *kyc.StartRequest) { r.ReturnTo = "https://" }),
		Entry("a document by Setu's own code", errors.ErrUnsupported, func(r *kyc.StartRequest) { r.Documents = []kyc.Document{"DRVLC"} }),
	)

	DescribeTable("Fetch refuses another document:", func(ctx SpecContext, doc kyc.Document) {
		_, err := s.adapter().Fetch(ctx, ref, doc)
		Expect(err).To(MatchError(errors.ErrUnsupported))
	},
		Entry("a PAN", kyc.PAN),
		Entry("a licence", kyc.DrivingLicence),
		Entry("none", kyc.Document("")),
	)

	DescribeTable("FetchFile refuses", func(ctx SpecContext, field string, spoil func(*kyc.FileRequest)) {
		r := fileRequest()
		spoil(&r)
		_, err := s.adapter().FetchFile(ctx, ref, r)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal(field))
		suite.Silent(err, "Ramesh", "98432234234")
	},
		Entry("no type", "Type", func(r *kyc.FileRequest) { r.Type = "" }),
		Entry("no issuer", "IssuerID", func(r *kyc.FileRequest) { r.IssuerID = "" }),
		Entry("no format", "Format", func(r *kyc.FileRequest) { r.Format = "" }),
		Entry("a parameter without a name", "Parameters", func(r *kyc.FileRequest) { r.Parameters[""] = kyc.Hide("a") }),
		Entry("a parameter without a value", "Parameters", func(r *kyc.FileRequest) { r.Parameters["AC_NO"] = kyc.Private{} }),
	)

})

var _ = Describe("on the wire", func() {
	It("each operation has its method and path, three headers and no token", Label("SE-D2", "SE-D3"), func(ctx SpecContext) {
		for _, op := range operations {
			s := answering(http.StatusTeapot, `{}`)
			Expect(op.call(ctx, s.adapter())).To(MatchError(kyc.ErrUnexpected), op.id)
			r := s.One()
			Expect([]string{r.Method, r.Path, r.Query}).To(Equal([]string{op.method, op.path, ""}), op.id)
			Expect(r.Header.Get("x-client-id")).To(Equal(clientID))
			Expect(r.Header.Get("x-client-secret")).To(Equal(secret))
			Expect(r.Header.Get("x-product-instance-id")).To(Equal(product))
			Expect(r.Header).NotTo(HaveKey("Authorization"))
			if op.method == "GET" {
				Expect(r.Body).To(BeEmpty(), op.id)
			}
		}
	})

	DescribeTable("Start sends", Label("SE-D25"), func(ctx SpecContext, change func(*kyc.StartRequest), body string, requested []kyc.Document) {
		s := answering(201, created)
		r := request()
		change(&r)
		consent, err := s.adapter().Start(ctx, r)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.One().Body).To(MatchJSON(body))
		Expect(consent.Requested).To(Equal(requested))
	},
		Entry("the redirect alone for Aadhaar", func(*kyc.StartRequest) {}, `{"redirectUrl":"`+back+`"}`, nil),
		Entry("the redirect alone for a PAN", func(r *kyc.StartRequest) { r.Documents = []kyc.Document{kyc.PAN} },
			`{"redirectUrl":"`+back+`"}`, nil),
		Entry("DRVLC for a licence alone", func(r *kyc.StartRequest) { r.Documents = []kyc.Document{kyc.DrivingLicence} },
			`{"redirectUrl":"`+back+`","docType":"DRVLC"}`, []kyc.Document{kyc.DrivingLicence}),
		Entry("the redirect alone for a licence besides", func(r *kyc.StartRequest) { r.Documents = []kyc.Document{kyc.DrivingLicence, kyc.Aadhaar} },
			`{"redirectUrl":"`+back+`"}`, nil),
		Entry("neither id nor flow", func(r *kyc.StartRequest) { r.ID, r.Flow = "an id of any form", kyc.SignUp },
			`{"redirectUrl":"`+back+`"}`, nil),
		Entry("the redirect's own query", func(r *kyc.StartRequest) { r.ReturnTo += "?sessionId=XYZ&a=b" },
			`{"redirectUrl":"`+back+`?sessionId=XYZ&a=b"}`, nil),
	)

	DescribeTable("FetchFile sends", Label("SE-D4"), func(ctx SpecContext, change func(*kyc.FileRequest), body string) {
		s := answering(200, file)
		r := fileRequest()
		change(&r)
		_, err := s.adapter().FetchFile(ctx, ref, r)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.One().Body).To(Equal(body)) // byte for byte: the order is part of it
	},
		Entry("issuer, consent and parameters by name", func(*kyc.FileRequest) {},
			`{"consent":"Y","docType":"PRFND","format":"pdf","orgId":"002317","parameters":[{"name":"AC_NO","value":"98432234234"},{"name":"MemberName","value":"Ramesh"}]}`),
		Entry("a licence", func(r *kyc.FileRequest) {
			*r = kyc.FileRequest{Type: "DRVLC", IssuerID: "002202", Format: "xml", Parameters: map[string]kyc.Private{"dlno": kyc.Hide("MH4820240007455")}}
		}, `{"consent":"Y","docType":"DRVLC","format":"xml","orgId":"002202","parameters":[{"name":"dlno","value":"MH4820240007455"}]}`),
		Entry("no parameters where there are none", func(r *kyc.FileRequest) { r.Parameters = nil },
			`{"consent":"Y","docType":"PRFND","format":"pdf","orgId":"002317"}`),
		Entry("no parameters where the map is empty", func(r *kyc.FileRequest) { r.Parameters = map[string]kyc.Private{} },
			`{"consent":"Y","docType":"PRFND","format":"pdf","orgId":"002317"}`),
		Entry("Aadhaar, as the OpenAPI's example does", Label("SE-D5"), func(r *kyc.FileRequest) { r.Type, r.Parameters = "ADHAR", nil },
			`{"consent":"Y","docType":"ADHAR","format":"pdf","orgId":"002317"}`),
	)

	It("the catalogue may take 5 minutes, all else 30 seconds", func(ctx SpecContext) {
		for _, op := range operations {
			var end, sent time.Time
			a, err := setu.New(setu.Sandbox, credentials(), setu.Options{HTTPClient: &http.Client{
				Transport: through(func(r *http.Request) (*http.Response, error) {
					end, _ = r.Context().Deadline()
					sent = time.Now()
					return nil, errors.New("no network")
				}),
			}})
			Expect(err).NotTo(HaveOccurred())
			begun := time.Now()
			Expect(op.call(ctx, a)).To(MatchError(kyc.ErrUnavailable), op.id)
			want := 30 * time.Second
			if op.id == "listDocuments" {
				want = 5 * time.Minute
			}
			Expect(end).To(BeTemporally(">=", begun.Add(want)), op.id)
			Expect(end).To(BeTemporally("<=", sent.Add(want)), op.id)
		}
	})
})

// through makes a RoundTripper of a function.
type through func(*http.Request) (*http.Response, error)

func (f through) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
