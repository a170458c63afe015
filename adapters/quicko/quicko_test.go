package quicko_test

import (
	"context"
	"errors"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/quicko"
)

var _ = Describe("New", func() {
	DescribeTable("names what", func(name string, creds quicko.Credentials, source quicko.Tokens) {
		_, err := quicko.New(quicko.Sandbox, creds, quicko.Options{Tokens: source})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal(name))
		suite.Silent(err, apiKey, apiSecret)
	},
		Entry("is missing: APIKey", "APIKey", quicko.Credentials{APISecret: kyc.Hide(apiSecret)}, tokens()),
		Entry("is missing: Tokens", "Tokens", credentials(), nil),
		Entry("is a nil pointer: Tokens", "Tokens", credentials(), (*quicko.MemoryTokens)(nil)),
		Entry("was not made by NewTokens: Tokens", "Tokens", credentials(), new(quicko.MemoryTokens)),
		Entry("has a line break: APIKey", "APIKey", quicko.Credentials{APIKey: kyc.Hide(apiKey + "\n")}, tokens()),
	)

	It("has no use for the secret", func() {
		Expect(quicko.New(quicko.Sandbox, quicko.Credentials{APIKey: kyc.Hide(apiKey)},
			quicko.Options{Tokens: tokens()})).NotTo(BeNil())
	})

	DescribeTable("refuses a consent for", Label("SB-D20"), func(d time.Duration) {
		_, err := quicko.New(quicko.Sandbox, credentials(), quicko.Options{Tokens: tokens(), ConsentFor: d})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal("ConsentFor"))
		Expect(err).To(MatchError(ContainSubstring("an hour or more")))
	},
		Entry("a time that is past", -2*time.Hour),
		Entry("no time at all", time.Nanosecond),
		Entry("a little less than an hour", time.Hour-time.Nanosecond),
	)

	It("names the base URL that it refuses", func() {
		_, err := quicko.New("https://someone:"+seed+"@quicko.example", credentials(), quicko.Options{Tokens: tokens()})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal("baseURL"))
	})

	It("has the published servers, by name", Label("SB-D29", "SB-D30"), func() {
		Expect(quicko.Sandbox).To(Equal("https://test-api.sandbox.co.in"))
		Expect(quicko.Production).To(Equal("https://api.sandbox.co.in"))
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
		Entry("a redirect over http", kyc.ErrInvalid,
			func(r *kyc.StartRequest) { r.ReturnTo = "http://shop.example/" + seed }),
		Entry("a document by Quicko's own word", errors.ErrUnsupported,
			func(r *kyc.StartRequest) { r.Documents = []kyc.Document{"driving_license"} }),
	)

	DescribeTable("CheckAccount refuses", Label("SB-D5", "SB-D6"), func(ctx SpecContext, mobile, aadhaar,
		field string) {
		_, err := s.adapter().CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide(mobile), Aadhaar: kyc.Hide(aadhaar)})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal(field))
		suite.Silent(err, "900000", "123456", seed)
	},
		Entry("no number", "", "", "Mobile"),
		Entry("a mobile number of nine digits", "900000000", "", "Mobile"),
		Entry("a mobile number of eleven digits", "90000000011", "", "Mobile"),
		Entry("a mobile number with a country", "+919000000001", "", "Mobile"),
		Entry("a mobile number in another script", "९०००००००१", "", "Mobile"),
		Entry("a mobile number of letters", seed+seed, "", "Mobile"),
		Entry("a mobile number with a line break", "9000000001\n", "", "Mobile"),
		Entry("the thirteen digits of an example", "", "1234567890123", "Aadhaar"),
		Entry("an Aadhaar number of eleven digits", "", "12345678901", "Aadhaar"),
		Entry("an Aadhaar number with blanks", "", "1234 5678 9012", "Aadhaar"),
		Entry("a wrong one beside a right one", "9000000001", "1", "Aadhaar"),
	)
})

// slow is a Tokens that takes time, which the function lets pass.
type slow func()

func (s slow) Token(ctx context.Context) (quicko.Token, error) {
	s()
	return tokens().Token(ctx)
}

func (slow) Forget(quicko.Token) {}

var _ = Describe("on the wire", func() {
	It("each operation has its method and path, key and bare token", Label("SB-D8", "SB-D26", "SB-D31"),
		func(ctx SpecContext) {
			for _, op := range operations {
				s := answering(http.StatusTeapot, `{}`)
				Expect(op.call(ctx, s.adapter())).To(MatchError(kyc.ErrUnexpected), op.id)
				r := s.One()
				Expect([]string{r.Method, r.Path, r.Query}).To(Equal([]string{op.method, op.path, ""}), op.id)
				Expect(r.Header["X-Api-Key"]).To(Equal([]string{apiKey}))
				Expect(r.Header["Authorization"]).To(Equal([]string{access}))
				Expect(r.Header).NotTo(HaveKey("X-Api-Secret"))
				Expect(r.Header["X-Api-Version"]).To(Equal([]string{"1.0.0"}))
				if op.method == "GET" {
					Expect(r.Body).To(BeEmpty(), op.id)
				}
			}
		})

	DescribeTable("Start sends", Label("SB-D18", "SB-D19", "SB-D24"), func(ctx SpecContext,
		change func(*kyc.StartRequest), flow, documents string) {
		s := answering(200, created)
		r := request()
		change(&r)
		consent, err := s.adapter().Start(ctx, r)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.One().Body).To(MatchJSON(`{"@entity":"in.co.sandbox.kyc.digilocker.session.request","flow":"` + flow +
			`","redirect_url":"` + r.ReturnTo + `","doc_types":` + documents + `}`))
		Expect(consent.Requested).To(Equal(r.Documents))
	},
		Entry("a sign-in if nothing is said", func(*kyc.StartRequest) {}, "signin", `["aadhaar"]`),
		Entry("a sign-in", func(r *kyc.StartRequest) { r.Flow = kyc.SignIn }, "signin", `["aadhaar"]`),
		Entry("a sign-up, and no option of it", func(r *kyc.StartRequest) { r.Flow = kyc.SignUp }, "signup",
			`["aadhaar"]`),
		Entry("three documents in the caller's order", func(r *kyc.StartRequest) {
			r.Documents = []kyc.Document{kyc.PAN, kyc.DrivingLicence, kyc.Aadhaar}
		}, "signin", `["pan","driving_license","aadhaar"]`),
		Entry("no id", func(r *kyc.StartRequest) { r.ID = "an id of any form" }, "signin", `["aadhaar"]`),
		Entry("the redirect's own query", func(r *kyc.StartRequest) { r.ReturnTo += "?sessionId=XYZ&a=b" }, "signin",
			`["aadhaar"]`),
	)

	DescribeTable("Start sends when the request for consent expires, in milliseconds:", Label("SB-D19", "SB-D20"),
		func(ctx SpecContext, d time.Duration, end string) {
			s := answering(200, created)
			clock := noon.Add(-time.Minute)
			source := slow(func() { clock = noon }) // the hour counts from what is sent, not from the token's call
			consent, err := s.adapter(func(o *quicko.Options) {
				o.ConsentFor, o.Tokens, o.Now = d, source, func() time.Time { return clock }
			}).Start(ctx, request())
			Expect(err).NotTo(HaveOccurred())
			Expect(s.One().Body).To(MatchJSON(`{"@entity":"in.co.sandbox.kyc.digilocker.session.request",` +
				`"flow":"signin","redirect_url":"` + back + `","doc_types":["aadhaar"]` + end + `}`))
			Expect(consent.ExpiresAt).To(BeZero(), "no page says whether it is the link that ends")
			Expect(consent.ValidUntil).To(BeZero(), "or the consent")
		},
		Entry("not, if nothing is said", time.Duration(0), ``),
		Entry("an hour", time.Hour, `,"consent_expiry":1772370000000`),
		Entry("a day", 24*time.Hour, `,"consent_expiry":1772452800000`),
		Entry("what is below one is cut off", 2*time.Hour+1500*time.Microsecond, `,"consent_expiry":1772373600001`),
	)

	DescribeTable("Fetch asks for", func(ctx SpecContext, doc kyc.Document, word string) {
		s := answering(http.StatusTeapot, `{}`)
		_, err := s.adapter().Fetch(ctx, ref, doc)
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		Expect(s.One().Path).To(Equal("/base/kyc/digilocker/sessions/" + string(ref) + "/documents/" + word))
	},
		Entry("Aadhaar", kyc.Aadhaar, "aadhaar"),
		Entry("a PAN", kyc.PAN, "pan"),
		Entry("a licence", kyc.DrivingLicence, "driving_license"),
	)

	DescribeTable("CheckAccount sends", func(ctx SpecContext, query kyc.AccountQuery, members string) {
		s := answering(200, exists)
		account, err := s.adapter().CheckAccount(ctx, query)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.One().Body).To(MatchJSON(`{"@entity":"in.co.sandbox.kyc.digilocker.user.verification.request"` +
			members + `}`))
		Expect(account.ID).To(Equal(query.ID))
		suite.Silent(account, "9000000001", "123456789012")
	},
		Entry("a mobile number", kyc.AccountQuery{ID: "check-42", Mobile: kyc.Hide("9000000001")},
			`,"mobile":"9000000001"`),
		Entry("an Aadhaar number", kyc.AccountQuery{Aadhaar: kyc.Hide("123456789012")},
			`,"aadhaar_number":"123456789012"`),
		Entry("both", kyc.AccountQuery{Mobile: kyc.Hide("9000000001"), Aadhaar: kyc.Hide("123456789012")},
			`,"mobile":"9000000001","aadhaar_number":"123456789012"`),
	)
})
