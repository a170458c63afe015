package cashfree_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"math/big"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("Making an adapter", func() {
	good := cashfree.Credentials{ClientID: clientID, ClientSecret: kyc.Hide(secret)}

	DescribeTable("takes the server", func(base string) {
		a, err := cashfree.New(base, good, cashfree.Options{})
		Expect(err).NotTo(HaveOccurred())
		Expect(a).NotTo(BeNil())
	},
		Entry("of the sandbox", cashfree.Sandbox),
		Entry("of production", cashfree.Production),
	)

	DescribeTable("refuses, by its name, the field", func(field, base string, spoil func(*cashfree.Credentials, *cashfree.Options)) {
		creds, opts := good, cashfree.Options{}
		if spoil != nil {
			spoil(&creds, &opts)
		}
		a, err := cashfree.New(base, creds, opts)
		Expect(a).To(BeNil())
		refused(err, kyc.ErrInvalid, field, "nobody.invalid", "hunter2")
	},
		Entry("server: with a password", "baseURL", "https://user:hunter2@nobody.invalid", nil),
		Entry("client id: none", "ClientID", cashfree.Sandbox, func(c *cashfree.Credentials, _ *cashfree.Options) { c.ClientID = "" }),
		Entry("client id: no header's value", "ClientID", cashfree.Sandbox, func(c *cashfree.Credentials, _ *cashfree.Options) { c.ClientID += "\n" }),
		Entry("client secret: none", "ClientSecret", cashfree.Sandbox, func(c *cashfree.Credentials, _ *cashfree.Options) { c.ClientSecret = kyc.Private{} }),
		Entry("client secret: the line break of its file", "ClientSecret", cashfree.Sandbox, func(c *cashfree.Credentials, _ *cashfree.Options) { c.ClientSecret = kyc.Hide("hunter2\n") }),
		Entry("webhook secret: empty, with which anyone can sign", "WebhookSecrets", cashfree.Sandbox, func(c *cashfree.Credentials, _ *cashfree.Options) {
			c.WebhookSecrets = []kyc.Private{kyc.Hide("hunter2"), {}}
		}),
		Entry("public key: none in it", "PublicKey", cashfree.Sandbox, func(c *cashfree.Credentials, _ *cashfree.Options) { c.PublicKey = &rsa.PublicKey{} }),
		Entry("public key: too small for a client id", "PublicKey", cashfree.Sandbox, func(c *cashfree.Credentials, _ *cashfree.Options) {
			c.PublicKey = &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 511, 1), E: 65537}
		}),
		Entry("public key: too small for a long client id", "PublicKey", cashfree.Sandbox, func(c *cashfree.Credentials, _ *cashfree.Options) {
			c.PublicKey, c.ClientID = publicKey(), strings.Repeat("a", 300)
		}),
		Entry("API version: no header's value", "APIVersion", cashfree.Sandbox, func(_ *cashfree.Credentials, o *cashfree.Options) { o.APIVersion = "2024-12-01\r\n" }),
		Entry("age of a webhook: negative", "WebhookAge", cashfree.Sandbox, func(_ *cashfree.Credentials, o *cashfree.Options) { o.WebhookAge = -time.Second }),
	)

	It("does not share the caller's list of secrets", func() {
		secrets := []kyc.Private{kyc.Hide(secret)}
		a := offline(func(c *cashfree.Credentials, _ *cashfree.Options) { c.WebhookSecrets = secrets })
		secrets[0] = kyc.Hide("another")
		_, err := a.ParseWebhook(headers(timestamp, publishedSignature), []byte(published))
		Expect(err).NotTo(HaveOccurred())
	})
})

var _ = Describe("Before any call", func() {
	var nobody *pretended
	BeforeEach(func() { nobody = answering(http.StatusTeapot, `{}`) })
	AfterEach(func() { Expect(nobody.Received).To(BeEmpty()) })

	ids := []TableEntry{
		Entry("with a space", "order 42"), Entry("with a slash", "../status"), Entry("with a query", "a?b=c"),
		Entry("with another parameter", "a&reference_id=1"), Entry("with a fragment", "a#b"), Entry("encoded", "a%2Fb"),
		Entry("with a line break", "a\n"), Entry("in other letters", "ऑर्डर"), Entry("of 51 characters", strings.Repeat("a", 51)),
	}

	DescribeTable("an id is refused", func(ctx SpecContext, id string) {
		req := journey()
		req.ID = id
		_, err := nobody.adapter().Start(ctx, req)
		refused(err, kyc.ErrInvalid, "ID", id)
		_, err = nobody.adapter().CheckAccount(ctx, kyc.AccountQuery{ID: id, Mobile: kyc.Hide("9999999999")})
		refused(err, kyc.ErrInvalid, "ID", id)
	}, ids)

	It("a document that Cashfree does not have is unsupported", Label("CF-D38"), func(ctx SpecContext) {
		req := journey()
		req.Documents = append(req.Documents, "voter_id")
		_, err := nobody.adapter().Start(ctx, req)
		Expect(err).To(MatchError(errors.ErrUnsupported))
		_, err = nobody.adapter().Fetch(ctx, "order-42", "voter_id")
		Expect(err).To(MatchError(errors.ErrUnsupported))
	})

	DescribeTable("an account query is refused", func(ctx SpecContext, field string, query kyc.AccountQuery) {
		_, err := nobody.adapter().CheckAccount(ctx, query)
		refused(err, kyc.ErrInvalid, field, "65567552371")
	},
		Entry("for nobody", "Mobile", kyc.AccountQuery{}, Label("CF-D37")),
		Entry("for an Aadhaar number of eleven digits", "Aadhaar", kyc.AccountQuery{Aadhaar: kyc.Hide("65567552371")}),
		Entry("for a masked Aadhaar number", "Aadhaar", kyc.AccountQuery{Aadhaar: kyc.Hide("XXXXXXXX3712")}),
	)
})

const created = `{"verification_id":"ABC00123","reference_id":12345,"url":"https://verification-test.cashfree.com/dgl/h7562ci7us0","status":"PENDING","document_requested":["AADHAAR","PAN","DRIVING_LICENSE"],"redirect_url":"https://www.cashfree.com","user_flow":"signup"}`

var _ = Describe("Starting a journey", func() {
	DescribeTable("sends", func(ctx SpecContext, req kyc.StartRequest, body string) {
		s := answering(200, created)
		consent, err := s.adapter().Start(ctx, req)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(kyc.Ref(req.ID)), "the caller's id, whatever the answer repeats")
		Expect(s.Received).To(HaveLen(1))
		Expect(s.Received[0].Method + " " + s.Received[0].Path + "?" + s.Received[0].Query).To(Equal("POST /verification/digilocker?"))
		Expect(s.Received[0].Body).To(MatchJSON(body))
	},
		Entry("the least", journey(),
			`{"verification_id":"order-42","document_requested":["AADHAAR"],"redirect_url":"https://shop.invalid/back"}`, Label("CF-D31")),
		Entry("all three documents in their order, and a flow",
			kyc.StartRequest{ID: "A.b_c-1", Documents: []kyc.Document{kyc.DrivingLicence, kyc.Aadhaar, kyc.PAN}, ReturnTo: back + "?a=1&b=2", Flow: kyc.SignIn},
			`{"verification_id":"A.b_c-1","document_requested":["DRIVING_LICENSE","AADHAAR","PAN"],"redirect_url":"https://shop.invalid/back?a=1&b=2","user_flow":"signin"}`),
		Entry("the flow for a new account",
			kyc.StartRequest{ID: strings.Repeat("a", 50), Documents: []kyc.Document{kyc.PAN}, ReturnTo: back, Flow: kyc.SignUp},
			`{"verification_id":"`+strings.Repeat("a", 50)+`","document_requested":["PAN"],"redirect_url":"https://shop.invalid/back","user_flow":"signup"}`),
	)

	It("makes an id for a caller who has none, another one each time", func(ctx SpecContext) {
		s := answering(200, created)
		req := journey()
		req.ID = ""
		first, err := s.adapter().Start(ctx, req)
		Expect(err).NotTo(HaveOccurred())
		second, err := s.adapter().Start(ctx, req)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(first.Ref)).To(MatchRegexp(`^[A-Za-z0-9._-]{20,50}$`))
		Expect(second.Ref).NotTo(Equal(first.Ref))
		Expect(s.Received[0].Body).To(ContainSubstring(string(first.Ref)))
	})

	It("returns where to send the user", func(ctx SpecContext) {
		consent, err := answering(200, created).adapter().Start(ctx, journey())
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Pending))
		Expect(consent.URL.Reveal()).To(Equal("https://verification-test.cashfree.com/dgl/h7562ci7us0"))
		Expect(consent.ExpiresAt).To(BeZero())
		Expect(consent.Requested).To(Equal([]kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}))
		Expect(consent.TraceID).To(Equal("12345"))
		Expect(string(consent.Raw.Bytes())).To(Equal(created))
	})

	It("needs no member but the URL", Label("CF-D23"), func(ctx SpecContext) {
		consent, err := answering(200, `{"url":"https://pay.invalid/x"}`).adapter().Start(ctx, journey())
		Expect(err).NotTo(HaveOccurred())
		Expect(*consent).To(And(HaveField("Ref", kyc.Ref("order-42")), HaveField("State", kyc.Pending), HaveField("Requested", BeNil())))
	})

	DescribeTable("needs a URL, and gets", func(ctx SpecContext, answer string) {
		_, err := answering(200, answer).adapter().Start(ctx, journey())
		refused(err, kyc.ErrUnexpected, "url")
	},
		Entry("none", `{"status":"PENDING"}`),
		Entry("null", `{"url":null}`),
		Entry("an empty one", `{"url":""}`),
		Entry("no URL", `{"url":"<link>"}`),
		Entry("another scheme", `{"url":"javascript:alert(1)"}`),
		Entry("null for all", `null`),
	)
})

var _ = Describe("What every call carries", func() {
	for _, op := range operations {
		It("is, for "+op.id+", the credentials and nothing that was not asked for", Label("CF-D35", "CF-D36"), func(ctx SpecContext) {
			s := answering(http.StatusTeapot, `{}`)
			_ = op.call(ctx, s.adapter())
			Expect(s.Received).To(HaveLen(1))
			Expect(s.Received[0].Header).To(And(HaveKeyWithValue("X-Client-Id", []string{clientID}), HaveKeyWithValue("X-Client-Secret", []string{secret}),
				Not(HaveKey("X-Cf-Signature")), Not(HaveKey("X-Api-Version"))))
		})

		It("is, for "+op.id+", the API version that was asked for", Label("CF-D35"), func(ctx SpecContext) {
			s := answering(http.StatusTeapot, `{}`)
			_ = op.call(ctx, s.adapter(func(_ *cashfree.Credentials, o *cashfree.Options) { o.APIVersion = "2024-12-01" }))
			Expect(s.Received[0].Header).To(HaveKeyWithValue("X-Api-Version", []string{"2024-12-01"}))
		})
	}

	DescribeTable("names the journey in the query alone", func(ctx SpecContext, do func(context.Context, *cashfree.Adapter), path string) {
		s := answering(http.StatusTeapot, `{}`)
		do(ctx, s.adapter())
		Expect(s.Received).To(HaveLen(1))
		Expect(s.Received[0]).To(And(HaveField("Method", "GET"), HaveField("Path", path), HaveField("Query", "verification_id=A.b_c-1"), HaveField("Body", "")))
	},
		Entry("for its status", func(ctx context.Context, a *cashfree.Adapter) { _, _ = a.Status(ctx, "A.b_c-1") }, "/verification/digilocker"),
		Entry("for the Aadhaar", func(ctx context.Context, a *cashfree.Adapter) { _, _ = a.Fetch(ctx, "A.b_c-1", kyc.Aadhaar) }, "/verification/digilocker/document/AADHAAR"),
		Entry("for the PAN", func(ctx context.Context, a *cashfree.Adapter) { _, _ = a.Fetch(ctx, "A.b_c-1", kyc.PAN) }, "/verification/digilocker/document/PAN"),
		Entry("for the licence", func(ctx context.Context, a *cashfree.Adapter) { _, _ = a.Fetch(ctx, "A.b_c-1", kyc.DrivingLicence) }, "/verification/digilocker/document/DRIVING_LICENSE"),
	)
})

var _ = Describe("Checking for an account", func() {
	DescribeTable("sends", func(ctx SpecContext, query kyc.AccountQuery, body string) {
		s := answering(200, `{"status":"ACCOUNT_EXISTS"}`)
		account, err := s.adapter().CheckAccount(ctx, query)
		Expect(err).NotTo(HaveOccurred())
		Expect(account.ID).To(Equal(query.ID))
		Expect(s.Received[0].Method + " " + s.Received[0].Path).To(Equal("POST /verification/digilocker/verify-account"))
		Expect(s.Received[0].Body).To(MatchJSON(body))
	},
		Entry("a mobile number as it is", kyc.AccountQuery{ID: "ABC001238", Mobile: kyc.Hide("101340612345")}, `{"verification_id":"ABC001238","mobile_number":"101340612345"}`, Label("CF-D2")),
		Entry("an Aadhaar number", kyc.AccountQuery{ID: "ABC001238", Aadhaar: kyc.Hide("655675523712")}, `{"verification_id":"ABC001238","aadhaar_number":"655675523712"}`),
	)

	It("makes an id for a caller who has none, and says it", func(ctx SpecContext) {
		s := answering(200, `{"status":"ACCOUNT_EXISTS"}`)
		account, err := s.adapter().CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide("9999999999")})
		Expect(err).NotTo(HaveOccurred())
		Expect(account.ID).NotTo(BeEmpty())
		Expect(s.Received[0].Body).To(ContainSubstring(account.ID))
	})

	DescribeTable("reads", func(ctx SpecContext, answer string, state kyc.AccountState, id, mobile, number string) {
		account, err := answering(200, answer).adapter().CheckAccount(ctx, kyc.AccountQuery{ID: "check-42", Mobile: kyc.Hide("1234567899")})
		Expect(err).NotTo(HaveOccurred())
		Expect(account.State).To(Equal(state))
		Expect(account.DigiLockerID.Reveal()).To(Equal(id))
		Expect(account.Mobile.Reveal()).To(Equal(mobile))
		Expect(account.Number.Reveal()).To(Equal(number))
		Expect(string(account.Raw.Bytes())).To(Equal(answer))
		suite.Silent(account, "1234567899", "8aa626bf")
	},
		Entry("an account by mobile, a number", `{"verification_id":"ABC00123","reference_id":12345,"mobile_number":1234567899,"status":"ACCOUNT_EXISTS","digilocker_id":"8aa626bf-34aa-5ffc-a123-f69207e129a7"}`,
			kyc.AccountExists, "8aa626bf-34aa-5ffc-a123-f69207e129a7", "1234567899", "", Label("CF-D1")),
		Entry("an account by mobile, a number that is spelt with a fraction", `{"mobile_number":1234567899.0,"status":"ACCOUNT_EXISTS"}`, kyc.AccountExists, "", "1234567899", ""),
		Entry("an account by mobile, a number that is spelt with an exponent", `{"mobile_number":1.234567899e9,"status":"ACCOUNT_EXISTS"}`, kyc.AccountExists, "", "1234567899", ""),
		Entry("an account by mobile, a number that is none of a telephone", `{"mobile_number":1.5,"status":"ACCOUNT_EXISTS"}`, kyc.AccountExists, "", "1.5", ""),
		Entry("an account by mobile, text with a leading zero", `{"mobile_number":"0123456789","status":"ACCOUNT_EXISTS"}`, kyc.AccountExists, "", "0123456789", "", Label("CF-D1")),
		Entry("an account by Aadhaar", `{"aadhaar_number":"XXXXXXXX3712","status":"ACCOUNT_EXISTS","digilocker_id":"8aa626bf-34aa-5ffc-a123-f69207e129a7"}`,
			kyc.AccountExists, "8aa626bf-34aa-5ffc-a123-f69207e129a7", "", "XXXXXXXX3712", Label("CF-D39")),
		Entry("no account", `{"mobile_number":123456789,"status":"ACCOUNT_NOT_FOUND"}`, kyc.AccountNotFound, "", "123456789", ""),
		Entry("a state that nobody documented", `{"status":"ACCOUNT_LOCKED"}`, kyc.AccountState("ACCOUNT_LOCKED"), "", "", ""),
		Entry("an account, in small letters", `{"status":"account_exists"}`, kyc.AccountExists, "", "", ""),
		Entry("no account, in a list", `[{"status":["Account_Not_Found"]}]`, kyc.AccountNotFound, "", "", ""),
		Entry("nulls as nothing", `{"reference_id":null,"mobile_number":null,"aadhaar_number":null,"status":"ACCOUNT_EXISTS","digilocker_id":null}`, kyc.AccountExists, "", "", ""),
		Entry("a mobile number that is none as nothing", `{"mobile_number":{"a":1},"status":"ACCOUNT_EXISTS"}`, kyc.AccountExists, "", "", ""),
	)

	It("keeps all digits of Cashfree's reference", Label("CF-D6"), func(ctx SpecContext) {
		account, err := answering(200, `{"reference_id":92233720368547758071,"status":"ACCOUNT_EXISTS"}`).adapter().CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide("9999999999")})
		Expect(err).NotTo(HaveOccurred())
		Expect(account.Reference).To(Equal("92233720368547758071"))
	})

	DescribeTable("needs a status, and gets", func(ctx SpecContext, answer string) {
		_, err := answering(200, answer).adapter().CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide("9999999999")})
		refused(err, kyc.ErrUnexpected, "status", "9999999999")
	},
		Entry("none", `{}`), Entry("null", `{"status":null}`), Entry("an empty one", `{"status":""}`),
	)
})

var _ = Describe("The user's return", func() {
	parse := func(query string) (kyc.Return, error) {
		u, err := url.Parse(back)
		Expect(err).NotTo(HaveOccurred())
		u.RawQuery = query
		return offline().ParseReturn("ABC00123", u)
	}

	DescribeTable("names the journey and no outcome", func(query string) {
		for range 2 { // replayed
			r, err := parse(query)
			Expect(err).NotTo(HaveOccurred())
			Expect(r).To(Equal(kyc.Return{Ref: "ABC00123"}))
		}
	},
		Entry("with nothing", ""),
		Entry("with the id", "verification_id=ABC00123"),
		Entry("with the id twice", "verification_id=ABC00123&verification_id=ABC00123"),
		Entry("with the id encoded", "verification_id=%41BC00123"),
		Entry("with an outcome that nobody signed", "verification_id=ABC00123&status=AUTHENTICATED&success=true"),
		Entry("with the caller's own parameters", "cart=7&verification_id=ABC00123"),
		Entry("with the id in another spelling of its name", "verificationId=ABC00123"),
		Entry("with garbage of the caller's own", "%zz"),
		Entry("with a semicolon of the caller's own", "view=a;b&verification_id=ABC00123"),
		Entry("with a percent sign of the caller's own", "off=50%&verification_id=ABC00123"),
		Entry("with a name in another case, which is the caller's own", "Verification_Id=somebody-elses"),
	)

	DescribeTable("is refused", func(query, member string) {
		r, err := parse(query)
		refused(err, kyc.ErrInvalid, member, "somebody-elses")
		Expect(r).To(BeZero())
	},
		Entry("with the id of another journey", "verification_id=somebody-elses", "verification_id"),
		Entry("with the id in another case", "verification_id=abc00123", "verification_id"),
		Entry("with an empty id", "verification_id=", "verification_id"),
		Entry("with two ids", "verification_id=ABC00123&verification_id=somebody-elses", "verification_id"),
		Entry("with another journey behind a semicolon", "verification_id=ABC00123;verification_id=somebody-elses", "verification_id"),
		Entry("with garbage for an id", "verification_id=%zzsomebody-elses", "verification_id"),
		Entry("with two ids under two names", "verification_id=ABC00123&verificationId=somebody-elses", "verificationId"),
	)
})

// idPattern is Cashfree's rule, written a second time.
var idPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{1,50}$`)
