package authpartner_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	adapter "example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract"
	"example.com/digilocker/gen/authpartnerapi"
	"example.com/digilocker/specs/document"
)

// Ids of examples.
const (
	openID     = "authpartner/getTokenOpenID/200/code-exchange-mended"
	exchanged  = "authpartner/getToken/200/code-exchange-mended"
	refreshed  = "authpartner/getToken/200/refresh"
	badGrant   = "authpartner/getToken/400/invalid-grant-type"
	user       = "authpartner/getUser/200/user"
	issued     = "authpartner/listIssued/200/two-documents-mended"
	noIssuer   = "authpartner/listIssued/500/partner-service-unresponsive"
	noURI      = "authpartner/getEAadhaar/400/uri-missing"
	parameters = "authpartner/listParameters/200/two-parameters-mended"
	registered = "authpartner/verifyAccount/200/registered"
	counts     = "authpartner/countStatistics/200/counts"
)

// suite is the one that runs.
var suite *contract.Suite

// pinned are the specs of this folder, which the suite runs beside its own.
func pinned(s *contract.Suite) {
	suite = s
	differences()
}

// changed is contract.Changed, where there is something to change.
func changed(value json.RawMessage, changes map[string]string) json.RawMessage {
	GinkgoHelper()
	if changes == nil {
		return value
	}
	return contract.Changed(value, changes)
}

// effective is what stands there in the effective document; there must be something.
func effective(path ...string) *yaml.Node {
	GinkgoHelper()
	n := suite.Node(document.Pointer("", path...))
	Expect(n).NotTo(BeNil(), "there is nothing at %q", path)
	return n
}

// propertiesOf are the names of the properties of a schema.
func propertiesOf(schema string) []string {
	GinkgoHelper()
	var all []string
	for name := range document.Members(effective("components", "schemas", schema, "properties")) {
		all = append(all, name)
	}
	return all
}

// printed is the text of a sample that is no JSON.
func printed(id string) string {
	GinkgoHelper()
	for _, e := range suite.Document.Valueless {
		if e.ID == id {
			var text string
			Expect(json.Unmarshal(e.Value, &text)).To(Succeed())
			return text
		}
	}
	Fail("no printed sample " + id)
	return ""
}

// claims are those of the ID token of the sample, which says nothing of who signed it.
func claims() map[string]any {
	GinkgoHelper()
	token := contract.Into[authpartnerapi.OpenIDToken](suite, openID).IDToken
	Expect(token).NotTo(BeNil())
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(*token, ".")[1])
	Expect(err).NotTo(HaveOccurred())
	var all map[string]any
	Expect(json.Unmarshal(text, &all)).To(Succeed())
	return all
}

// differences pin those of differences.yaml.
func differences() {
	Describe("authpartner", func() {
		authorizing()
		tokens()
		reading()
		unused()
	})
}

// authorizing are the differences of the page that the user is sent to, and of the return from it.
func authorizing() {
	It("is called at the host that the caller names, which the issuer of an ID token is not", Label("DL-D1", "DL-D52"),
		func(ctx SpecContext) {
			Expect(suite.Document.Servers()).To(ConsistOf(authpartnerapi.Production, authpartnerapi.OlderProduction))
			Expect(adapter.Production).To(Equal("https://digilocker.meripehchaan.gov.in"))
			Expect(claims()).To(HaveKeyWithValue("iss", authpartnerapi.OlderProduction))
			for _, base := range []string{
				authpartnerapi.Production, authpartnerapi.OlderProduction, "https://beta.digilocker.example",
			} {
				a, err := partner(base, adapter.Options{})
				Expect(err).NotTo(HaveOccurred())
				consent, _ := started(ctx, a, kyc.SignIn)
				Expect(consent.URL.Reveal()).To(HavePrefix(base + "/public/oauth2/1/authorize?"))
			}
			_, err := partner("", adapter.Options{})
			Expect(err).To(MatchError(kyc.ErrInvalid), "there is a default")
		})

	It("is always asked with PKCE, by S256", Label("DL-D3"), func(ctx SpecContext) {
		d := newDesk()
		a := d.at(adapter.Options{})
		consent, page := started(ctx, a, kyc.SignIn)
		_, err := a.Exchange(ctx, consent.Ref, returning(page, "code", "the-code"))
		Expect(err).NotTo(HaveOccurred())
		verifier := d.last(tokenPath).form.Get("code_verifier")
		Expect(verifier).To(MatchRegexp(`^[A-Za-z0-9._~-]{43,128}$`))
		sum := sha256.Sum256([]byte(verifier))
		Expect(page.Get("code_challenge")).To(Equal(base64.RawURLEncoding.EncodeToString(sum[:])))
		Expect(page.Get("code_challenge_method")).To(Equal("S256"))
	})

	It("has its parameters in small letters", Label("DL-D4"), func(ctx SpecContext) {
		_, page := started(ctx, newDesk().at(adapter.Options{
			Scope: "openid", ACR: "pan", AMR: "pan", Purpose: "kyc", ServiceName: "Shop", Prompt: "login",
			ConsentFor: time.Hour, PLA: true, PLSignup: true, ULSignup: true,
		}), kyc.SignUp)
		Expect(page).To(HaveLen(18))
		described := effective("components", "securitySchemes", "user", "x-authorize", "parameters")
		for name := range page {
			Expect(name).To(Equal(strings.ToLower(name)))
			Expect(document.Get(described, name)).NotTo(BeNil(), name)
		}
	})

	DescribeTable("sends as scope what the caller says, and none otherwise", Label("DL-D5"),
		func(ctx SpecContext, scope string) {
			_, page := started(ctx, newDesk().at(adapter.Options{Scope: scope}), kyc.SignIn)
			Expect(page.Get("scope")).To(Equal(scope))
			Expect(page.Has("scope")).To(Equal(scope != ""))
		},
		Entry("nothing", ""), Entry("P23's only word", "openid"),
		Entry("an integrator's list", "files.issueddocs userdetails picture email address"),
	)

	It("sends the same redirect_uri at both steps", Label("DL-D6"), func(ctx SpecContext) {
		d := newDesk()
		a := d.at(adapter.Options{})
		consent, page := started(ctx, a, kyc.SignIn)
		_, err := a.Exchange(ctx, consent.Ref, returning(page, "code", "the-code"))
		Expect(err).NotTo(HaveOccurred())
		Expect(page["redirect_uri"]).To(HaveExactElements(returnTo))
		Expect(d.last(tokenPath).form["redirect_uri"]).To(HaveExactElements(returnTo))
	})

	It("asks for a code, whatever else is described", Label("DL-D7"), func(ctx SpecContext) {
		_, page := started(ctx, newDesk().at(adapter.Options{}), kyc.SignIn)
		Expect(page["response_type"]).To(HaveExactElements("code"))
	})

	It("sends purpose and service_name where the caller says them", Label("DL-D8"), func(ctx SpecContext) {
		_, page := started(ctx, newDesk().at(adapter.Options{}), kyc.SignIn)
		Expect(page).To(And(Not(HaveKey("purpose")), Not(HaveKey("service_name"))))
		a := newDesk().at(adapter.Options{Purpose: "Loan at Shop_1", ServiceName: "Shop"})
		_, page = started(ctx, a, kyc.SignIn)
		Expect(page.Get("purpose")).To(Equal("Loan at Shop_1"))
		Expect(page.Get("service_name")).To(Equal("Shop"))
		for member, opts := range map[string]adapter.Options{
			"Purpose": {Purpose: "kyc!"}, "ServiceName": {ServiceName: "Shop & Co"},
		} {
			_, err := partner(authpartnerapi.Production, opts)
			Expect(err).To(And(MatchError(kyc.ErrInvalid), HaveField("Member", member)))
		}
	})

	DescribeTable("sends acr and amr in any spelling", Label("DL-D9"), func(ctx SpecContext, words string) {
		_, page := started(ctx, newDesk().at(adapter.Options{ACR: words, AMR: words}), kyc.SignIn)
		Expect(page).To(And(HaveKeyWithValue("acr", []string{words}), HaveKeyWithValue("amr", []string{words})))
	}, Entry("P23's", "driving_licence aadhaar ndlemail"), Entry("a reseller's", "driving_license+aadhaar+email"))

	It("says dl_flow of a sign-up alone", Label("DL-D10"), func(ctx SpecContext) {
		a := newDesk().at(adapter.Options{})
		for flow, want := range map[kyc.Flow][]string{kyc.SignIn: nil, "": nil, kyc.SignUp: {"signup"}} {
			_, page := started(ctx, a, flow)
			Expect(page["dl_flow"]).To(Equal(want), string(flow))
		}
	})

	It("says until when in seconds since 1970, which have no zone", Label("DL-D11"), func(ctx SpecContext) {
		for _, zone := range []*time.Location{time.UTC, time.FixedZone("IST", 5*60*60+30*60)} {
			now := time.Unix(1700000000, 0).In(zone)
			_, page := started(ctx, newDesk().at(adapter.Options{
				Now: func() time.Time { return now }, ConsentFor: time.Hour,
			}), kyc.SignIn)
			Expect(page.Get("consent_valid_till")).To(Equal("1700003600"), zone.String())
		}
	})

	It("takes the end of a session for no denial", Label("DL-D45"), func(ctx SpecContext) {
		d := newDesk()
		a := d.at(adapter.Options{})
		consent, page := started(ctx, a, kyc.SignIn)
		var template string
		Expect(json.Unmarshal(suite.Example("authpartner/getToken/redirect/logged-out"), &template)).To(Succeed())
		Expect(template).To(HaveSuffix("?error=user_loggedout&error_description=user"))
		ended := returning(page, "error", "user_loggedout", "error_description", "user")
		back, err := a.Exchange(ctx, consent.Ref, ended)
		Expect(err).NotTo(HaveOccurred())
		Expect(back.State).To(BeEmpty())
		Expect(d.all).To(BeEmpty(), "it called")
		ended.RawQuery = "error=user_loggedout&error_description=user"
		_, err = a.Exchange(ctx, consent.Ref, ended)
		Expect(err).To(And(MatchError(kyc.ErrInvalid), HaveField("Member", "state")), "it is of no journey")
	})

	It("takes access_denied for a denial, and no other error", Label("DL-D46"), func(ctx SpecContext) {
		d := newDesk()
		a := d.at(adapter.Options{})
		consent, page := started(ctx, a, kyc.SignIn)
		back, err := a.Exchange(ctx, consent.Ref, returning(page, "error", "access_denied"))
		Expect(err).NotTo(HaveOccurred())
		Expect(back.State).To(Equal(kyc.Denied))
		_, err = a.Exchange(ctx, consent.Ref, returning(page, "error", "invalid_scope"))
		Expect(err).To(And(MatchError(kyc.ErrUnexpected), HaveField("Code", "invalid_scope")))
		Expect(d.all).To(BeEmpty(), "it called")
	})
}

// tokens are the differences of the token operations.
func tokens() {
	It("exchanges a code at either operation, as the caller says", Label("DL-D2"), func(ctx SpecContext) {
		Expect(propertiesOf("OpenIDToken")).NotTo(ContainElements("refresh_token", "digilockerid"))
		Expect(propertiesOf("Token")).To(ContainElements("refresh_token", "digilockerid", "mobile"))
		a := newDesk().at(adapter.Options{})
		back := granted(ctx, a)
		Expect(back.Consent.User.Name.Reveal()).To(Equal("Sample Person"))
		Expect(back.IDToken.Reveal()).To(BeEmpty())

		d := newDesk()
		a = d.at(adapter.Options{TokenPath: openIDPath})
		back = granted(ctx, a)
		Expect(back.Consent.User).To(BeNil())
		Expect(back.IDToken.Reveal()).NotTo(BeEmpty())
		_, err := a.Refresh(ctx, back.Ref)
		Expect(err).To(MatchError(ContainSubstring("unsupported")))
		for _, sent := range d.all {
			Expect(sent.path).To(Equal(openIDPath))
		}
	})

	DescribeTable("reads the end of a consent", Label("DL-D12"), func(ctx SpecContext, written string) {
		d := newDesk()
		d.example(tokenPath, exchanged, map[string]string{"/consent_valid_till": written})
		back := granted(ctx, d.at(adapter.Options{}))
		Expect(back.Consent.ValidUntil).To(BeTemporally("==", time.Unix(1684731048, 0)))
	}, Entry("that is a number", `1684731048`), Entry("that is a string", `"1684731048"`))

	It("sends a form for a token", Label("DL-D13"), func(ctx SpecContext) {
		d := newDesk()
		granted(ctx, d.at(adapter.Options{}))
		sent := d.last(tokenPath)
		Expect(sent.header.Get("Content-Type")).To(Equal("application/x-www-form-urlencoded"))
		Expect(sent.form.Get("grant_type")).To(Equal("authorization_code"))
		for _, op := range []string{"getToken", "getTokenOpenID"} {
			Expect(suite.Operation(op).MediaType).To(Equal("application/x-www-form-urlencoded"))
		}
	})

	DescribeTable("has a sample that is no JSON for a comma too few", Label("DL-D14"), func(id string) {
		text := printed(id)
		Expect(json.Valid([]byte(text))).To(BeFalse())
		Expect(strings.Replace(text, "1684731048\n", "1684731048,\n", 1)).To(MatchJSON(suite.Example(id + "-mended")))
	},
		Entry("of an ID token", strings.TrimSuffix(openID, "-mended")),
		Entry("of a refresh token", strings.TrimSuffix(exchanged, "-mended")))

	It("is told of a refresh what is not in its sample, and of another scope", Label("DL-D15"), func(ctx SpecContext) {
		Expect(contract.Into[map[string]any](suite, refreshed)).NotTo(HaveKey("consent_valid_till"))
		d := newDesk()
		a := d.at(adapter.Options{})
		d.example(tokenPath, exchanged, map[string]string{"/scope": `"partners.PANCR partners.DRVLC"`})
		back := granted(ctx, a, kyc.PAN, kyc.DrivingLicence)
		Expect(back.Granted).To(ConsistOf(kyc.PAN, kyc.DrivingLicence))
		d.example(tokenPath, refreshed, map[string]string{"/scope": `"userdetails partners.PANCR"`})
		consent, err := a.Refresh(ctx, back.Ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Granted).To(ConsistOf(kyc.PAN))
		Expect(consent.ValidUntil).To(BeTemporally("==", time.Unix(1684731048, 0)), "the end is forgotten")
	})

	It("reads a refused refresh, which leads nowhere", Label("DL-D16"), func(ctx SpecContext) {
		d := newDesk()
		a := d.at(adapter.Options{})
		back := granted(ctx, a)
		d.example(tokenPath, badGrant, nil)
		_, err := a.Refresh(ctx, back.Ref)
		Expect(err).To(And(MatchError(kyc.ErrUnexpected),
			HaveField("Status", 400), HaveField("Code", "invalid_grant_type")))
	})

	DescribeTable("reads a refusal of a token by its error, then by its status", Label("DL-D17"),
		func(ctx SpecContext, status int, body string, ofExchange, ofRefresh kyc.Err) {
			d := newDesk()
			a := d.at(adapter.Options{})
			back := granted(ctx, a)
			d.answers(tokenPath, status, body)
			_, err := exchange(ctx, a)
			Expect(err).To(MatchError(ofExchange))
			_, err = a.Refresh(ctx, back.Ref)
			Expect(err).To(MatchError(ofRefresh))
		},
		Entry("400 alone", 400, "", kyc.ErrDuplicate, kyc.ErrExpired),
		Entry("401 alone", 401, "", kyc.ErrCredentials, kyc.ErrCredentials),
		Entry("invalid_client", 400, `{"error":"invalid_client"}`, kyc.ErrCredentials, kyc.ErrCredentials),
		Entry("invalid_grant", 400, `{"error":"invalid_grant"}`, kyc.ErrDuplicate, kyc.ErrExpired),
	)

	It("revokes a token that may be unknown, which is no error", Label("DL-D22"), func(ctx SpecContext) {
		d := newDesk()
		a := d.at(adapter.Options{})
		back := granted(ctx, a)
		for range 2 {
			Expect(a.Revoke(ctx, back.Ref)).To(Succeed())
		}
		Expect(suite.Operation("revokeToken").Statuses()).To(ConsistOf("200", "default"))
		Expect(d.last(revokePath).form).To(HaveKey("token"))
	})

	DescribeTable("reads a scope", Label("DL-D24"), func(ctx SpecContext, scope string, want []kyc.Document) {
		d := newDesk()
		text, err := json.Marshal(scope)
		Expect(err).NotTo(HaveOccurred())
		d.example(tokenPath, exchanged, map[string]string{"/scope": string(text)})
		a := d.at(adapter.Options{})
		Expect(granted(ctx, a, kyc.PAN, kyc.DrivingLicence).Granted).To(Equal(want))
		Expect(granted(ctx, a).Granted).To(BeNil(), "no word for the e-Aadhaar is published")
	},
		Entry("of the samples, with the list, in which there may be others", "openid files.issueddocs partners.PANCR",
			nil),
		Entry("in the form of the samples", "openid partners.PANCR", []kyc.Document{kyc.PAN}),
		Entry("of the prose", "Userdetails file.partners/PANCR", []kyc.Document{kyc.PAN}),
		Entry("with a document that is there", "issued/in.gov.transport-DRVLC-DL0000000000000",
			[]kyc.Document{kyc.DrivingLicence}),
		Entry("in another case", "USERDETAILS Partners.pancr", []kyc.Document{kyc.PAN}),
		Entry("of the list, which names none", "files.issueddocs userdetails", nil),
	)

	It("lives as long as its answer says, and not as its ID token", Label("DL-D25"), func(ctx SpecContext) {
		Expect(claims()["exp"]).To(BeNumerically("==", claims()["iat"].(float64)+86400))
		now := time.Unix(1684700000, 0)
		a := newDesk().at(adapter.Options{TokenPath: openIDPath, Now: func() time.Time { return now }})
		ref := granted(ctx, a).Ref
		for after, want := range map[time.Duration]kyc.State{59 * time.Minute: kyc.Granted, time.Hour: kyc.Expired} {
			now = time.Unix(1684700000, 0).Add(after)
			consent, err := a.Status(ctx, ref)
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.State).To(Equal(want), after.String())
		}
	})

	It("refreshes with the newest token", Label("DL-D50"), func(ctx SpecContext) {
		d := newDesk()
		a := d.at(adapter.Options{})
		ref := granted(ctx, a).Ref
		d.example(tokenPath, refreshed, nil)
		for _, example := range []string{exchanged, refreshed} {
			consent, err := a.Refresh(ctx, ref)
			Expect(err).NotTo(HaveOccurred())
			Expect(d.last(tokenPath).form.Get("refresh_token")).
				To(Equal(*contract.Into[authpartnerapi.Token](suite, example).RefreshToken))
			ref = consent.Ref
		}
	})
}

// unused are the differences of what no method of kyc calls, and of the documents as such.
func unused() {
	It("sends forms to the meta operations, with all members in them", Label("DL-D36"), func() {
		for _, id := range []string{
			"listIssuers", "listDoctypes", "listParameters", "verifyAccount", "pushURI", "countStatistics",
		} {
			op := suite.Operation(id)
			Expect(op.MediaType).To(Equal("application/x-www-form-urlencoded"), id)
			Expect(op.Parameters).To(BeEmpty(), id)
		}
		Expect(propertiesOf("DoctypesQuery")).To(ContainElement("orgid"))
	})

	DescribeTable("says in two ways whether there is an account, which no adapter asks", Label("DL-D37"),
		func(written string) {
			text := contract.Changed(suite.Example(registered), map[string]string{"/registered": written})
			var account authpartnerapi.Account
			Expect(json.Unmarshal(text, &account)).To(Succeed())
			Expect(account.Registered).To(MatchJSON(written))
			Expect(suite.Document.ConformsAs(suite.Entry(registered), text)).To(BeEmpty())
			a, err := partner(authpartnerapi.Production, adapter.Options{})
			Expect(err).NotTo(HaveOccurred())
			_, asks := any(a).(kyc.AccountChecker)
			Expect(asks).To(BeFalse())
		}, Entry("in text", `"true"`), Entry("in JSON", `false`))

	It("has a sample that is no JSON for commas too many", Label("DL-D38"), func() {
		text := printed(strings.TrimSuffix(parameters, "-mended"))
		Expect(json.Valid([]byte(text))).To(BeFalse())
		Expect(strings.ReplaceAll(text, ",\n  }", "\n  }")).To(MatchJSON(suite.Example(parameters)))
	})

	It("counts by the names of the sample", Label("DL-D41"), func() {
		Expect(propertiesOf("Statistics")).To(ContainElements("requesters", "monthwise_registrations"))
		Expect(contract.Into[map[string]any](suite, counts)).
			To(And(HaveKey("requesters"), HaveKey("monthwise_registrations")))
	})

	It("has the category of an issuer in one text", Label("DL-D42"), func() {
		Expect(propertiesOf("Issuer")).To(And(ContainElement("category"), Not(ContainElement("categories"))))
		issuers := contract.Into[authpartnerapi.Issuers](suite, "authpartner/listIssuers/200/two-issuers")
		Expect(issuers.Issuers[0].Category).To(Equal("Education,Central Government"))
	})

	It("is called by ids of its own, and knows no media type that does not exist", Label("DL-D48"), func() {
		named := regexp.MustCompile(`^[a-z][A-Za-z]+$`)
		for _, op := range suite.Document.Operations {
			Expect(named.MatchString(op.ID)).To(BeTrue(), op.ID)
		}
		content := effective("paths", filePath+"{uri}", "get", "responses", "200", "content")
		for mediaType := range document.Members(content) {
			Expect(mediaType).To(BeElementOf("image/jpg", "image/jpeg", "image/png", "application/pdf"))
		}
	})
}

// refusal is the body of one, with any words for people.
func refusal(code string) string {
	return `{"error":"` + code + `","error_description":"Words for people"}`
}
