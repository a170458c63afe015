package quicko_test

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/quicko"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider"
	described "example.com/digilocker/contract/provider/quicko"
	"example.com/digilocker/contract/recording/redact"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/gen/quickoapi"
)

// credentials are those of a call.
var credentials = []string{
	"x-api-key",
	described.SimulatorAPIKey,
	"Authorization",
	described.SimulatorAccessToken,
	"Content-Type",
	"application/json",
}

// rig is a simulator over TLS, an adapter whose tokens the simulator gives, and the typed client.
type rig struct {
	sim     *simulator.Simulator
	server  *httptest.Server
	adapter *quicko.Adapter
	client  *quickoapi.ClientWithResponses
	files   wire.Downloader
}

// newRig is a rig that ends with the spec; its adapter verifies each document if that is so.
func newRig(verified bool) *rig {
	GinkgoHelper()
	r := &rig{}
	var err error
	r.sim, err = simulator.New(simulator.Options{}, provider.Simulated(described.Provider)...)
	Expect(err).NotTo(HaveOccurred())
	r.server = httptest.NewTLSServer(r.sim)
	DeferCleanup(func() { r.sim.Close(); r.server.Close() })
	roots := x509.NewCertPool()
	roots.AddCert(r.server.Certificate())
	r.files = wire.Downloader{Roots: roots, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

	base := r.server.URL + "/quicko"
	creds := quicko.Credentials{
		APIKey:    kyc.Hide(described.SimulatorAPIKey),
		APISecret: kyc.Hide(described.SimulatorAPISecret),
	}
	tokens, err := quicko.NewTokens(base, creds, quicko.TokenOptions{HTTPClient: r.server.Client(), Now: r.sim.Now})
	Expect(err).NotTo(HaveOccurred())
	opts := quicko.Options{HTTPClient: r.server.Client(), Tokens: tokens, Now: r.sim.Now}
	if verified {
		opts.Verify = r.checker(r.sim).Verify
	}
	r.adapter, err = quicko.New(base, creds, opts)
	Expect(err).NotTo(HaveOccurred())
	r.client, err = quickoapi.NewClientWithResponses(base, quickoapi.WithHTTPClient(r.server.Client()))
	Expect(err).NotTo(HaveOccurred())
	return r
}

// checker has pinned the signer of that simulator.
func (r *rig) checker(of *simulator.Simulator) *signedfile.Checker {
	GinkgoHelper()
	text, err := of.Certificate()
	Expect(err).NotTo(HaveOccurred())
	anchor, err := eaadhaar.ReadAnchor("simulator", text)
	Expect(err).NotTo(HaveOccurred())
	v, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{anchor}, eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
	Expect(err).NotTo(HaveOccurred())
	return &signedfile.Checker{Files: r.files, Verifier: v}
}

// consented is a session whose user shared that.
func (r *rig) consented(ctx context.Context, key string, documents ...kyc.Document) kyc.Ref {
	GinkgoHelper()
	consent, err := r.adapter.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}, ReturnTo: "https://shop.example/back",
	})
	Expect(err).NotTo(HaveOccurred())
	v := simulator.NewVisitor(key)
	v.Client, v.Documents = r.server.Client(), documents
	_, err = v.Allow(ctx, consent.URL.Reveal())
	Expect(err).NotTo(HaveOccurred())
	return consent.Ref
}

// params are the credentials of the typed client.
func params() *quickoapi.GetSDKSessionStatusParams {
	return &quickoapi.GetSDKSessionStatusParams{
		AccessToken: described.SimulatorAccessToken, APIKey: described.SimulatorAPIKey,
	}
}

// journeys are the specs of what the documents say of whole journeys.
func journeys() {
	Describe("quicko", Label("simulator"), func() {
		It("wraps the KycRes of Aadhaar in a certificate, as its sample does", Label("SB-D36"), func(ctx SpecContext) {
			r := newRig(false)
			record, err := r.adapter.Fetch(ctx, r.consented(ctx, simulator.Complete), kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			Expect(record.Unopened).To(BeTrue())
			file, err := r.files.Get(ctx, record.File.Link.Reveal(), record.File.ExpiresAt)
			Expect(err).NotTo(HaveOccurred())
			Expect(string(file.Bytes())).To(MatchRegexp(`<Certificate[^>]*><CertificateData><KycRes `))
			Expect(r.checker(r.sim).Verify(ctx, record)).To(Succeed())
			Expect(record.Person.Name.Reveal()).To(Equal("Fake Complete"))
		})

		It(
			"has files that verify by themselves whoever signed them, and by a pinned signer if that one did",
			Label("SB-D37"),
			func(ctx SpecContext) {
				r := newRig(true)
				ref := r.consented(ctx, simulator.Complete)
				for _, doc := range r.adapter.Fetches() {
					record, err := r.adapter.Fetch(ctx, ref, doc)
					Expect(err).NotTo(HaveOccurred(), string(doc))
					Expect(record.Unopened).To(BeFalse())
					Expect(record.Signed).NotTo(BeNil())
					Expect(strings.ToLower(record.Person.Name.Reveal())).To(Equal("fake complete"))
				}
				forger := newRig(false)
				record, err := forger.adapter.Fetch(ctx, forger.consented(ctx, simulator.Complete), kyc.PAN)
				Expect(err).NotTo(HaveOccurred())
				Expect(forger.checker(r.sim).Verify(ctx, record)).To(MatchError(kyc.ErrUnverified))
				Expect(record.Unopened).To(BeTrue())
			},
		)
	})
}

var _ = Describe("The simulator's Quicko", func() {
	It("sends users back as DigiLocker does, behind what the shop's address has", func(ctx SpecContext) {
		consent, back, said := calls.RoundTrip(ctx, described.Provider)
		query := back.Query()
		Expect(query).To(And(HaveLen(3), HaveKeyWithValue("cart", []string{"7"})))
		Expect(query.Get("code")).NotTo(BeEmpty())
		Expect(query.Get("state")).To(HaveSuffix("|" + string(consent.Ref) + "|https://shop.example/back?cart=7"))
		Expect(said).To(Equal(kyc.Return{Ref: consent.Ref}), "which says nothing that can be relied on")
	})

	It("sends a user who refused back with OAuth's error, and calls the session failed", func(ctx SpecContext) {
		r := newRig(false)
		consent, err := r.adapter.Start(
			ctx,
			kyc.StartRequest{Documents: []kyc.Document{kyc.PAN}, ReturnTo: "https://shop.example/back"},
		)
		Expect(err).NotTo(HaveOccurred())
		v := simulator.NewVisitor(simulator.Complete)
		v.Client = r.server.Client()
		back, err := v.Deny(ctx, consent.URL.Reveal())
		Expect(err).NotTo(HaveOccurred())
		Expect(back.Query()).To(Equal(url.Values{
			"error": {"access_denied"}, "error_description": {"User denied access"}, "state": back.Query()["state"],
		}))
		status, err := r.client.GetSessionStatusWithResponse(
			ctx,
			string(consent.Ref),
			(*quickoapi.GetSessionStatusParams)(params()),
		)
		Expect(err).NotTo(HaveOccurred())
		Expect(status.JSON200.Data.Status).To(Equal(quickoapi.SessionStateFailed))
		Expect(status.JSON200.Data.DocumentsConsented).To(BeNil())
		_, err = r.adapter.Fetch(ctx, consent.Ref, kyc.PAN)
		Expect(err).To(MatchError(kyc.ErrDenied))
	})

	It("has the PKCE verifier in the link, beside its own SHA-256", Label("SB-D21"), func(ctx SpecContext) {
		r := newRig(false)
		consent, err := r.adapter.Start(
			ctx,
			kyc.StartRequest{Documents: []kyc.Document{kyc.PAN}, ReturnTo: "https://shop.example/back"},
		)
		Expect(err).NotTo(HaveOccurred())
		u, err := url.Parse(consent.URL.Reveal())
		Expect(err).NotTo(HaveOccurred())
		Expect(len(u.Query().Get("code_verifier"))).To(BeNumerically(">=", 43), "the least that RFC 7636 allows")
		sum := sha256.Sum256([]byte(u.Query().Get("code_verifier")))
		Expect(u.Query().Get("code_challenge")).To(Equal(base64.RawURLEncoding.EncodeToString(sum[:])))
	})

	It("keeps from recordings what a key, a token and the link's verifier open", Label("SB-D21"), func() {
		Expect(described.Provider.Hidden["credential"]).To(ConsistOf("x-api-secret", "code_verifier"))
		r, err := redact.New(redact.Options{Names: described.Provider.Hidden})
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Header(http.Header{"X-Api-Key": {"a-key"}, "X-Api-Secret": {"a-secret"}})).
			To(Equal(http.Header{"X-Api-Key": {"redacted"}, "X-Api-Secret": {"redacted"}}))
		secret := map[string]bool{}
		for _, v := range described.Provider.Account.Variables {
			secret[v.Name] = v.Secret
		}
		Expect(secret).To(Equal(map[string]bool{
			"QUICKO_API_KEY": false, "QUICKO_API_SECRET": true, "QUICKO_ACCESS_TOKEN": true,
		}))
	})

	const path = "/quicko/kyc/digilocker/user/verify"
	const body = `{"@entity":"in.co.sandbox.kyc.digilocker.user.verification.request","mobile":"1000000001"}`

	DescribeTable("checks credentials:", func(ctx SpecContext, want int, header ...string) {
		_, server := calls.Serving(simulator.Options{}, provider.Simulated(described.Provider)...)
		Expect(
			calls.Send(ctx, "POST", server.URL+path, body, append(credentials[:4:4], header...)...).Status,
		).To(Equal(want))
	},
		Entry("right ones", 200),
		Entry("another key", 401, "x-api-key", "key_test_other"),
		Entry("no token", 403, "Authorization", ""),
		Entry("a token with Bearer", 403, "Authorization", "Bearer "+described.SimulatorAccessToken),
		Entry("a token that nobody gave", 403, "Authorization", "eyJ0.e30.AAAA"),
		Entry("a token without dots", 403, "Authorization", "another"),
	)

	DescribeTable(
		"gives a token for the key and the secret alone:",
		func(ctx SpecContext, want int, key, secret string) {
			_, server := calls.Serving(simulator.Options{}, provider.Simulated(described.Provider)...)
			got := calls.Send(
				ctx,
				"POST",
				server.URL+"/quicko/authenticate",
				"",
				"x-api-key",
				key,
				"x-api-secret",
				secret,
			)
			Expect(got.Status).To(Equal(want))
		},
		Entry("both right", 200, described.SimulatorAPIKey, described.SimulatorAPISecret),
		Entry("another secret", 401, described.SimulatorAPIKey, "another"),
		Entry("another key", 401, "another", described.SimulatorAPISecret),
	)

	It(
		"takes a token of authenticate for 24 hours of its clock, and the adapter brings another one in time",
		func(ctx SpecContext) {
			r := newRig(false)
			given, err := r.client.AuthenticateWithResponse(ctx, &quickoapi.AuthenticateParams{
				APIKey: described.SimulatorAPIKey, APISecret: described.SimulatorAPISecret,
			})
			Expect(err).NotTo(HaveOccurred())
			ask := func() int {
				p := params()
				p.AccessToken = *given.JSON200.Data.AccessToken
				got, err := r.client.GetSDKSessionStatusWithResponse(ctx, "a", p)
				Expect(err).NotTo(HaveOccurred())
				return got.StatusCode()
			}
			check := func() error {
				_, err := r.adapter.CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide("1000000001")})
				return err
			}
			Expect(check()).To(Succeed())
			r.sim.Advance(described.TokenLife - time.Minute)
			Expect(ask()).To(Equal(521), "it is taken, and there is no such session")
			r.sim.Advance(time.Minute)
			Expect(ask()).To(Equal(403))
			Expect(check()).To(Succeed())
		},
	)

	DescribeTable(
		"refuses a body",
		func(ctx SpecContext, want int, operation, body string) {
			_, server := calls.Serving(simulator.Options{}, provider.Simulated(described.Provider)...)
			paths := map[string]string{
				"init":   "/sessions/init",
				"verify": "/user/verify",
				"create": "-sdk/sessions/create",
			}
			entities := map[string]string{"init": "session", "verify": "user.verification", "create": "sdk.session"}
			body = strings.Replace(
				body,
				"{",
				`{"@entity":"in.co.sandbox.kyc.digilocker.`+entities[operation]+`.request",`,
				1,
			)
			got := calls.Send(ctx, "POST", server.URL+"/quicko/kyc/digilocker"+paths[operation], body, credentials...)
			Expect(got.Status).To(Equal(want), got.Body)
		},
		Entry("that is no object", 400, "init", `[1]`),
		Entry("without a flow", 400, "init", `{"doc_types":["pan"],"redirect_url":"https://shop.example"}`),
		Entry(
			"with documents that are no list",
			400,
			"init",
			`{"flow":"signin","doc_types":"pan","redirect_url":"https://shop.example"}`,
		),
		Entry(
			"with no document",
			422,
			"init",
			`{"flow":"signin","doc_types":[],"redirect_url":"https://shop.example"}`,
		),
		Entry(
			"with a document that nobody knows",
			422,
			"init",
			`{"flow":"signin","doc_types":["pan","card"],"redirect_url":"https://shop.example"}`,
		),
		Entry(
			"with the flow's older word",
			422,
			"init",
			`{"flow":"sign_in","doc_types":["pan"],"redirect_url":"https://shop.example"}`,
		),
		Entry(
			"with an address without encryption",
			422,
			"init",
			`{"flow":"signin","doc_types":["pan"],"redirect_url":"http://shop.example"}`,
		),
		Entry(
			"with an end of the consent in seconds",
			422,
			"init",
			`{"flow":"signin","doc_types":["pan"],"redirect_url":"https://shop.example","consent_expiry":4102444800}`,
		),
		Entry("with an end of the consent as text", 400, "init",
			`{"flow":"signin","doc_types":["pan"],"redirect_url":"https://shop.example","consent_expiry":"soon"}`),
		Entry("with options that are no object", 400, "init",
			`{"flow":"signin","doc_types":["pan"],"redirect_url":"https://shop.example","options":[]}`),
		Entry(
			"with a way of proving who one is that nobody knows",
			422,
			"init",
			`{"flow":"signup","doc_types":["pan"],"redirect_url":"https://a.example",`+
				`"options":{"verification_method":["face"]}}`,
		),
		Entry(
			"with a mobile number that was checked and can be nobody's",
			422,
			"init",
			`{"flow":"signup","doc_types":["pan"],"redirect_url":"https://a.example",`+
				`"options":{"verified_mobile":"1000000001"}}`,
		),
		Entry(
			"with a member that the SDK flow's schema does not allow",
			400,
			"create",
			`{"flow":"signin","doc_types":["pan"],"options":{}}`,
		),
		Entry("with neither number", 400, "verify", `{"name":"Quill"}`),
		Entry("with nine digits", 422, "verify", `{"mobile":"100000000"}`),
		Entry("with eleven digits of an Aadhaar number", 422, "verify", `{"aadhaar_number":"00000000001"}`),
	)

	It("has an account for those who have one, and for who signed up", func(ctx SpecContext) {
		r := newRig(false)
		state := func(query kyc.AccountQuery) kyc.AccountState {
			got, err := r.adapter.CheckAccount(ctx, query)
			Expect(err).NotTo(HaveOccurred())
			return got.State
		}
		newcomer := kyc.AccountQuery{Mobile: kyc.Hide("1000000003")}
		Expect(state(kyc.AccountQuery{Aadhaar: kyc.Hide("000000000001")})).To(Equal(kyc.AccountExists))
		Expect(state(newcomer)).To(Equal(kyc.AccountNotFound))
		r.consented(ctx, simulator.WithoutAccount)
		Expect(state(newcomer)).To(Equal(kyc.AccountExists))
	})

	It("calls a session authorized while its documents are being checked, and gives none", func(ctx SpecContext) {
		r := newRig(false)
		ref := r.consented(ctx, simulator.Slow)
		status := func() quickoapi.SessionState {
			got, err := r.client.GetSDKSessionStatusWithResponse(ctx, string(ref), params())
			Expect(err).NotTo(HaveOccurred())
			return got.JSON200.Data.Status
		}
		Expect(status()).To(Equal(quickoapi.SessionStateAuthorized))
		_, err := r.adapter.Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrPending))
		r.sim.Advance(simulator.Validation)
		Expect(status()).To(Equal(quickoapi.SessionStateSucceeded))
		_, err = r.adapter.Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).NotTo(HaveOccurred())
	})

	It("tells the user's profile, in the words of a profile", func(ctx SpecContext) {
		r := newRig(false)
		ref := r.consented(ctx, simulator.WithoutAadhaar)
		got, err := r.client.GetUserProfileWithResponse(ctx, string(ref), (*quickoapi.GetUserProfileParams)(params()))
		Expect(err).NotTo(HaveOccurred())
		profile := got.JSON200.Data
		Expect(profile.Name).To(Equal("Fake Unlinked"))
		Expect(profile.Mobile).To(Equal("1000000002"))
		Expect(profile.Gender).To(Equal("transgender"))
		Expect(string(profile.DateOfBirth)).To(Equal(`"18/04/1985"`))
		Expect(profile.EAadhaar).To(BeFalse())
		Expect(profile.Email).To(BeNil())
		sdk, err := r.client.GetSDKUserProfileWithResponse(
			ctx,
			string(ref),
			(*quickoapi.GetSDKUserProfileParams)(params()),
		)
		Expect(err).NotTo(HaveOccurred())
		Expect(sdk.JSON200.Data.Email).To(HaveValue(BeEmpty()))
		profile.Email = sdk.JSON200.Data.Email
		Expect(sdk.JSON200.Data).To(Equal(profile))
		r.sim.Advance(simulator.ConsentLife + time.Second)
		got, err = r.client.GetUserProfileWithResponse(ctx, string(ref), (*quickoapi.GetUserProfileParams)(params()))
		Expect(err).NotTo(HaveOccurred())
		Expect(got.JSON523).NotTo(BeNil())
	})

	It(
		"says beside a link what the document is, and refuses one that was not shared by its name",
		func(ctx SpecContext) {
			r := newRig(false)
			ref := r.consented(ctx, simulator.Complete, kyc.DrivingLicence)
			p := (*quickoapi.GetDocumentParams)(params())
			got, err := r.client.GetDocumentWithResponse(ctx, string(ref), quickoapi.DocumentTypeDrivingLicense, p)
			Expect(err).NotTo(HaveOccurred())
			Expect(
				got.JSON200.Data.Files[0].Metadata,
			).To(And(HaveField("Description", "Driving License"), HaveField("IssuerID", "in.gov.transport")))
			got, err = r.client.GetDocumentWithResponse(ctx, string(ref), quickoapi.DocumentTypePAN, p)
			Expect(err).NotTo(HaveOccurred())
			Expect(got.JSON400.Message).To(Equal("Consent for pan not provided"))
			got, err = r.client.GetDocumentWithResponse(ctx, string(ref), "library_card", p)
			Expect(err).NotTo(HaveOccurred())
			Expect(got.JSON422).NotTo(BeNil())
		},
	)

	It("opens sessions of the SDK, which nobody is sent back from", func(ctx SpecContext) {
		r := newRig(false)
		opened, err := r.client.CreateSessionWithResponse(
			ctx,
			(*quickoapi.CreateSessionParams)(params()),
			quickoapi.CreateSessionRequest{
				Entity: quickoapi.CreateSessionRequestEntityValue, Flow: quickoapi.SDKFlowOlderSignUp,
				DocTypes: []quickoapi.DocumentType{quickoapi.DocumentTypePAN},
			},
		)
		Expect(err).NotTo(HaveOccurred())
		id := *opened.JSON200.Data.ID
		early, err := r.client.GetSDKDocumentWithResponse(
			ctx,
			id,
			quickoapi.DocumentTypePAN,
			(*quickoapi.GetSDKDocumentParams)(params()),
		)
		Expect(err).NotTo(HaveOccurred())
		Expect(early.JSON523).NotTo(BeNil())
		r.sim.Advance(simulator.LinkLife + time.Second)
		late, err := r.client.GetSDKSessionStatusWithResponse(ctx, id, params())
		Expect(err).NotTo(HaveOccurred())
		Expect(late.JSON200.Data.Status).To(Equal(quickoapi.SessionStateExpired))
		Expect(late.JSON200.Data.UpdatedAt).NotTo(BeNil())
	})

	It("is not reached under its own hosts", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, provider.Simulated(described.Provider)...)
		for host, status := range map[string]int{
			"api.sandbox.co.in": 421, "test-api.sandbox.co.in": 421, "notsandbox.co.in": 200,
		} {
			base := simulator.Options{BaseURL: "https://" + host}
			if status == 421 {
				Expect(calls.Send(ctx, "GET", server.URL+"/", "", "Host", host).Status).To(Equal(status), host)
				_, err := simulator.New(base, provider.Simulated(described.Provider)...)
				Expect(err).To(MatchError(ContainSubstring("must not pass for it")))
				continue
			}
			_, own := calls.Serving(base, provider.Simulated(described.Provider)...)
			Expect(calls.Send(ctx, "GET", own.URL+"/", "", "Host", host).Status).To(Equal(status), host)
		}
	})
})
