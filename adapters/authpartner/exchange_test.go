package authpartner_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/repeat"
)

var _ = Describe("Start", func() {
	It("makes no call, and sends the user to the authorize page with a challenge by S256", Label("DL-D3", "DL-D4"),
		func(ctx SpecContext) {
			s := serving(nil)
			consent, err := s.adapter().Start(ctx, request())
			Expect(err).NotTo(HaveOccurred())
			Expect(s.received).To(BeEmpty())
			Expect(consent.State).To(Equal(kyc.Pending))
			Expect(consent.Requested).To(Equal(request().Documents))
			u, err := url.Parse(consent.URL.Reveal())
			Expect(err).NotTo(HaveOccurred())
			Expect(u.Scheme + "://" + u.Host + u.Path).To(Equal(s.URL + "/base/public/oauth2/1/authorize"))
			query := u.Query()
			Expect(query["state"]).To(ConsistOf(MatchRegexp(`^[A-Za-z0-9_-]{43}$`)))
			Expect(query["code_challenge"]).To(ConsistOf(MatchRegexp(`^[A-Za-z0-9_-]{43}$`)))
			query.Del("state")
			query.Del("code_challenge")
			Expect(query).To(Equal(url.Values{
				"response_type": {"code"}, "client_id": {clientID}, "redirect_uri": {back},
				"code_challenge_method": {"S256"}, "req_doctype": {"ADHAR,PANCR"},
			}), "and nothing else (DL-D5, DL-D7, DL-D10)")
			suite.Silent(consent, u.Query().Get("state"))
		})

	It("makes another state, challenge and Ref each time", func(ctx SpecContext) {
		a, seen := offline(), map[string]bool{}
		for range 50 {
			ref, query := begun(ctx, a)
			seen[string(ref)], seen[query.Get("state")], seen[query.Get("code_challenge")] = true, true, true
		}
		Expect(seen).To(HaveLen(150))
	})

	It("sends what the options say", Label("DL-D5", "DL-D8", "DL-D9", "DL-D10", "DL-D11"), func(ctx SpecContext) {
		a := offline(func(o *authpartner.Options) {
			o.Scope, o.ACR, o.AMR, o.Prompt = "openid files.issueddocs", "pan", "pan aadhaar", "login"
			o.Purpose, o.ServiceName, o.ConsentFor = "availing services", "Shop_1", time.Hour
			o.PLA, o.PLSignup, o.ULSignup, o.AuthorizePath = true, true, true, "/public/oauth2/2/authorize"
		})
		r := request()
		r.Flow, r.Documents = kyc.SignUp, []kyc.Document{kyc.DrivingLicence, "HSCER"}
		consent, err := a.Start(ctx, r)
		Expect(err).NotTo(HaveOccurred())
		u, err := url.Parse(consent.URL.Reveal())
		Expect(err).NotTo(HaveOccurred())
		Expect(u.Path).To(Equal("/public/oauth2/2/authorize"))
		for name, want := range map[string]string{
			"scope": "openid files.issueddocs", "acr": "pan", "amr": "pan aadhaar", "prompt": "login",
			"purpose": "availing services", "service_name": "Shop_1", "consent_valid_till": "1772370000",
			"pla": "Y", "plsignup": "Y", "ulsignup": "Y", "dl_flow": "signup", "req_doctype": "DRVLC,HSCER",
		} {
			Expect(u.Query()[name]).To(Equal([]string{want}), name)
		}
	})

	DescribeTable("refuses a ReturnTo", func(ctx SpecContext, returnTo string, refused bool) {
		r := request()
		r.ReturnTo = returnTo
		s := suite.Answering(http.StatusTeapot, `{}`)
		s.StartsOrNot(ctx, at(s.URL), r, refused)
	},
		Entry("with a fragment", "https://shop.example/back#a", true),
		Entry("with a state of its own", "https://shop.example/back?state=a", true),
		Entry("with a code of its own", "https://shop.example/back?code=", true),
		Entry("with an error of its own", "https://shop.example/back?a=b&error=c", true),
		Entry("that is no text", "https://shop.example/\xff", true),
		Entry("that no Ref can keep", "https://shop.example/"+strings.Repeat("a", 3000), true),
		Entry("but not one of two thousand characters", "https://shop.example/"+strings.Repeat("a", 1979), false),
		Entry("but not one with a query", "https://shop.example/back?a=b&c=d", false),
	)

	It("begins no journey whose Ref could not keep a refusal", func(ctx SpecContext) {
		a, r := offline(), request()
		for n := 2500; ; n++ {
			r.ReturnTo = "https://shop.example/" + strings.Repeat("a", n)
			consent, err := a.Start(ctx, r)
			if err != nil {
				Expect(err).To(MatchError(kyc.ErrInvalid))
				Expect(n).To(BeNumerically(">", 2500), "or none was tried")
				break
			}
			u, err := url.Parse(consent.URL.Reveal())
			Expect(err).NotTo(HaveOccurred())
			said, err := a.Exchange(ctx, consent.Ref,
				returning("error", "access_denied", "state", u.Query().Get("state")))
			Expect(err).NotTo(HaveOccurred())
			Expect(a.Status(ctx, said.Ref)).To(HaveField("State", kyc.Denied), "with %d characters", n)
		}
	})

	It("refuses more documents than a Ref can keep, and what is none of DigiLocker's", func(ctx SpecContext) {
		r := request()
		for a := 'A'; a <= 'Z'; a++ {
			for b := 'A'; b <= 'Z'; b++ {
				r.Documents = append(r.Documents, kyc.Document("XXX"+string(a)+string(b)))
			}
		}
		_, err := offline().Start(ctx, r)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal("Documents"))
		for _, doc := range []kyc.Document{"PANCR", "library card", "hscer"} {
			r.Documents = []kyc.Document{doc}
			Expect(kyc.Unsupported(offline().CheckStart(r))).To(BeTrue(), "%s", doc)
		}
	})
})

var _ = Describe("Exchange", func() {
	It("sends the code with the verifier of the challenge and the same redirect URI, and seals what comes",
		Label("DL-D2", "DL-D6", "DL-D13"), func(ctx SpecContext) {
			s := serving(well())
			a := s.adapter()
			ref, query := begun(ctx, a)
			said, err := kyc.Complete(ctx, a, ref, returning("code", code, "state", query.Get("state")))
			Expect(err).NotTo(HaveOccurred())
			Expect(s.received).To(HaveLen(1))
			r := s.received[0]
			Expect([]string{r.Method, r.Path, r.Query}).To(Equal([]string{"POST", tokenPath, ""}))
			id, word, _ := (&http.Request{Header: r.Header}).BasicAuth()
			Expect([]string{id, word}).To(Equal([]string{clientID, secret}))
			form := s.forms(tokenPath)[0]
			verifier := form.Get("code_verifier")
			Expect(verifier).To(MatchRegexp(`^[A-Za-z0-9._~-]{43,128}$`))
			hash := sha256.Sum256([]byte(verifier))
			Expect(base64.RawURLEncoding.EncodeToString(hash[:])).To(Equal(query.Get("code_challenge")))
			Expect(form).To(Equal(url.Values{
				"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {back},
				"code_verifier": {verifier},
			}))

			Expect(said.State).To(Equal(kyc.Granted))
			Expect(said.Ref).NotTo(Equal(ref))
			Expect(said.IDToken.IsZero()).To(BeTrue())
			Expect(said.Granted).To(BeNil(), "the scope has the list too, in which there may be others")
			consent := said.Consent
			Expect(consent.Ref).To(Equal(said.Ref))
			Expect(consent.State).To(Equal(kyc.Granted))
			Expect(consent.Requested).To(Equal(request().Documents))
			Expect(consent.ValidUntil).To(BeTemporally("==", noon.Add(48*time.Hour)))
			Expect(*consent.EAadhaar).To(BeTrue())
			Expect(consent.User.Name.Reveal()).To(Equal(seed + " Person"))
			Expect(consent.User.Birth.ISO()).To(Equal("1970-12-31"))
			Expect(consent.User.Gender.Code()).To(Equal(kyc.Male))
			Expect(consent.User.DigiLockerID.Reveal()).To(HavePrefix("123e4567"))
			Expect(consent.TraceID).To(HavePrefix("2a33349e"))
			Expect(consent.Raw.Bytes()).To(MatchJSON(token))
			Expect(consent.Unread).To(BeNil())
			suite.Silent(said, append(secrets, verifier, query.Get("state"))...)
			suite.Silent(consent, append(secrets, verifier, query.Get("state"))...)
		})

	It("sends id and secret in the form, if it is told to", func(ctx SpecContext) {
		s := serving(well())
		exchanged(ctx, s.adapter(func(o *authpartner.Options) { o.SecretInForm = true }))
		Expect(s.received[0].Header).NotTo(HaveKey("Authorization"))
		form := s.forms(tokenPath)[0]
		Expect(form.Get("client_id")).To(Equal(clientID))
		Expect(form.Get("client_secret")).To(Equal(secret))
	})

	It("hands the id_token of version 2 over as it came", Label("DL-D2", "DL-D12"), func(ctx SpecContext) {
		s := serving(well())
		a := s.adapter(func(o *authpartner.Options) { o.TokenPath = authpartner.TokenPathOpenID })
		ref, query := begun(ctx, a)
		said, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
		Expect(err).NotTo(HaveOccurred())
		Expect(s.received[0].Path).To(Equal(openIDPath))
		Expect(s.forms(openIDPath)[0]).To(HaveKey("code_verifier"))
		Expect(said.IDToken.Reveal()).To(Equal(idToken))
		Expect(said.Granted).To(BeNil(), "the scope names no document")
		Expect(said.Consent.User).To(BeNil())
		Expect(said.Consent.ValidUntil).To(BeTemporally("==", noon.Add(48*time.Hour)), "which is a text")
		_, err = a.Refresh(ctx, said.Ref)
		Expect(kyc.Unsupported(err)).To(BeTrue())
		suite.Silent(said, secrets...)
	})

	It("takes from either version what only the other is known to have", func(ctx SpecContext) {
		s := serving(well())
		s.with(tokenPath, reply{200, answer(token, map[string]any{"id_token": idToken}), nil})
		a := s.adapter()
		ref, query := begun(ctx, a)
		said, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
		Expect(err).NotTo(HaveOccurred())
		Expect(said.IDToken.Reveal()).To(Equal(idToken))

		s.with(openIDPath, reply{200, answer(openID, map[string]any{"refresh_token": refresh}), nil})
		a = s.adapter(func(o *authpartner.Options) { o.TokenPath = authpartner.TokenPathOpenID })
		Expect(a.Refresh(ctx, exchanged(ctx, a))).NotTo(BeNil())
		Expect(s.received[2].Path).To(Equal(tokenPath), "where a refresh is published")
	})

	It("calls the path of the options, behind the base URL's", func(ctx SpecContext) {
		s := serving(answers{"/base/public/oauth2/9/token": {200, token, nil}})
		a := s.adapter(func(o *authpartner.Options) { o.TokenPath = "/public/oauth2/9/token" })
		ref := exchanged(ctx, a)
		Expect(a.Refresh(ctx, ref)).NotTo(BeNil())
		Expect(s.received).To(HaveLen(2))
	})

	It("calls a path behind that of a base URL with escapes, as it is written", func(ctx SpecContext) {
		for _, tokenPath := range []string{"", "/public/oauth2/9/token", authpartner.TokenPathOpenID} {
			s := suite.Answering(http.StatusOK, token)
			a := at(s.URL+"/one%2Ftwo", func(o *authpartner.Options) { o.TokenPath = tokenPath })
			ref := exchanged(ctx, a)
			Expect(a.Refresh(ctx, ref)).NotTo(BeNil())
			Expect(a.ReadUser(ctx, ref)).NotTo(BeNil())
			Expect(s.Received).To(HaveLen(3))
			for _, r := range s.Received {
				Expect(r.Path).To(HavePrefix("/one%2Ftwo/public/oauth2/"))
			}
		}
	})

	DescribeTable("believes nothing of an address", func(ctx SpecContext, member string, spoil func(url.Values)) {
		s := serving(well())
		a := s.adapter()
		ref, query := begun(ctx, a)
		for _, decided := range []string{"code=" + code, "error=access_denied&error_description=" + seed} {
			values, err := url.ParseQuery(decided)
			Expect(err).NotTo(HaveOccurred())
			values.Set("state", query.Get("state"))
			spoil(values)
			for _, read := range []func(*url.URL) (kyc.Return, error){
				func(u *url.URL) (kyc.Return, error) { return a.Exchange(ctx, ref, u) },
				func(u *url.URL) (kyc.Return, error) { return a.ParseReturn(ref, u) },
			} {
				said, err := read(&url.URL{Scheme: "https", Host: "shop.example", RawQuery: values.Encode()})
				Expect(err).To(MatchError(kyc.ErrInvalid), decided)
				Expect(detail(err).Member).To(Equal(member))
				Expect(said).To(BeZero())
				suite.Silent(err, append(secrets, query.Get("state"))...)
			}
		}
		Expect(s.received).To(BeEmpty())
	},
		Entry("without a state", "state", func(v url.Values) { v.Del("state") }),
		Entry("with an empty state", "state", func(v url.Values) { v.Set("state", "") }),
		Entry("with another state", "state", func(v url.Values) { v.Set("state", strings.Repeat("A", 43)) }),
		Entry("with a state of another length", "state", func(v url.Values) { v.Set("state", v.Get("state")+"A") }),
		Entry("with half a state", "state", func(v url.Values) { v.Set("state", v.Get("state")[:20]) }),
		Entry("with its state twice", "state", func(v url.Values) { v.Add("state", v.Get("state")) }),
		Entry("with another state before its own", "state",
			func(v url.Values) { v["state"] = []string{"A", v.Get("state")} }),
		Entry("with two codes", "code", func(v url.Values) { v["code"] = []string{code, "other"} }),
		Entry("with two errors", "error", func(v url.Values) { v["error"] = []string{"a", "b"} }),
		Entry("with a code and an error", "error", func(v url.Values) { v.Set("code", code); v.Set("error", seed) }),
	)

	DescribeTable("takes no code that is none", func(ctx SpecContext, given string) {
		s := serving(well())
		a := s.adapter()
		ref, query := begun(ctx, a)
		_, err := a.Exchange(ctx, ref, returning("code", given, "state", query.Get("state")))
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal("code"))
		Expect(s.received).To(BeEmpty())
	},
		Entry("nothing", ""), Entry("a blank in it", "a b"), Entry("a line break", "a\nb"), Entry("a letter", "é"),
	)

	It("takes an address that is none for invalid", func(ctx SpecContext) {
		a := offline()
		ref, _ := begun(ctx, a)
		_, err := a.Exchange(ctx, ref, nil)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal("URL"))
	})

	It("reads a refusal without a call, and the Ref remembers it", Label("DL-D46"), func(ctx SpecContext) {
		s := serving(well())
		a := s.adapter()
		ref, query := begun(ctx, a)
		address := returning("error", "access_denied", "error_description", seed, "state", query.Get("state"))
		said, err := a.Exchange(ctx, ref, address)
		Expect(err).NotTo(HaveOccurred())
		Expect(said.State).To(Equal(kyc.Denied))
		Expect(said.Code).To(Equal("access_denied"))
		Expect(said.Message.Reveal()).To(Equal(seed))
		Expect(said.Consent).To(BeNil())
		suite.Silent(said, seed)
		consent, err := a.Status(ctx, said.Ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Denied))
		_, err = a.Fetch(ctx, said.Ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrDenied))
		Expect(s.received).To(BeEmpty())
		Expect(a.SameJourney(ref, said.Ref)).To(BeTrue())

		reloaded, err := a.Exchange(ctx, said.Ref, address)
		Expect(err).NotTo(HaveOccurred())
		Expect(reloaded).To(Equal(said), "the same Ref for a page that is loaded again")

		hint, err := a.ParseReturn(ref, address)
		Expect(err).NotTo(HaveOccurred())
		Expect(hint.State).To(Equal(kyc.Denied))
		Expect(hint.Ref).To(Equal(ref))

		again, err := a.Exchange(ctx, said.Ref, returning("code", code, "state", query.Get("state")))
		Expect(err).NotTo(HaveOccurred(), "who went back and consented")
		Expect(again.State).To(Equal(kyc.Granted))
	})

	It("takes the end of a session for no refusal", Label("DL-D45"), func(ctx SpecContext) {
		a := offline()
		ref, query := begun(ctx, a)
		said, err := a.Exchange(ctx, ref, returning("error", "user_loggedout", "error_description", "user",
			"state", query.Get("state")))
		Expect(err).NotTo(HaveOccurred())
		Expect(said.State).To(BeEmpty())
		Expect(said.Ref).To(Equal(ref))
		_, err = a.Exchange(ctx, ref, returning("error", "user_loggedout", "error_description", "user"))
		Expect(err).To(MatchError(kyc.ErrInvalid), "as it comes, without a state")
		Expect(detail(err).Member).To(Equal("state"))
	})

	DescribeTable("takes another error for unexpected:", Label("DL-D46"),
		func(ctx SpecContext, failure, told string) {
			a := offline()
			ref, query := begun(ctx, a)
			_, err := a.Exchange(ctx, ref, returning("error", failure, "error_description", seed, "state",
				query.Get("state")))
			Expect(err).To(MatchError(kyc.ErrUnexpected))
			Expect(detail(err).Code).To(Equal(told))
			Expect(detail(err).CodeKnown).To(Equal(told != ""))
			Expect(detail(err).Op).To(Equal("getToken"))
			Expect(url.ParseQuery(string(detail(err).Raw()))).To(Equal(url.Values{
				"error": {failure}, "error_description": {seed},
			}))
			suite.Silent(err, seed)
			shown := *detail(err)
			Expect(fmt.Sprintf("%v", struct{ e kyc.Error }{shown})).NotTo(ContainSubstring(seed))
		},
		Entry("OAuth's", "server_error", "server_error"),
		Entry("OAuth's, in other letters", "Server_Error", "Server_Error"),
		Entry("a word of nobody's, which is no code", seed, ""),
	)

	It("has the same Ref again for a page that is loaded again, without a call", func(ctx SpecContext) {
		s := serving(well())
		a := s.adapter()
		ref, query := begun(ctx, a)
		address := returning("code", code, "state", query.Get("state"))
		said, err := a.Exchange(ctx, ref, address)
		Expect(err).NotTo(HaveOccurred())
		for _, u := range []*url.URL{address, returning("error", "access_denied", "state", query.Get("state"))} {
			again, err := a.Exchange(ctx, said.Ref, u)
			Expect(err).NotTo(HaveOccurred())
			Expect(again.Ref).To(Equal(said.Ref))
			Expect(again.State).To(Equal(kyc.Granted))
			Expect(again.Granted).To(Equal(said.Granted))
			Expect(again.Consent).To(BeNil())
		}
		Expect(s.received).To(HaveLen(1))
		_, err = a.Exchange(ctx, said.Ref, returning("code", code, "state", "other"))
		Expect(err).To(MatchError(kyc.ErrInvalid))
	})

	It("lets DigiLocker decide between two that bring one code with the first Ref", func(ctx SpecContext) {
		s := serving(well())
		a := s.adapter()
		ref, query := begun(ctx, a)
		address := returning("code", code, "state", query.Get("state"))
		Expect(a.Exchange(ctx, ref, address)).NotTo(BeZero())
		s.with(tokenPath, reply{400, refusal("invalid_grant"), nil})
		_, err := a.Exchange(ctx, ref, address)
		Expect(err).To(MatchError(kyc.ErrDuplicate))
		Expect(s.received).To(HaveLen(2))
	})

	It("is sent once, whatever comes of it", func(ctx SpecContext) {
		s := serving(nil) // an outage
		p, err := repeat.New(s.adapter(), repeat.Budget{Calls: 3, First: time.Nanosecond})
		Expect(err).NotTo(HaveOccurred())
		ref, query := begun(ctx, s.adapter())
		_, err = kyc.Complete(ctx, p, ref, returning("code", code, "state", query.Get("state")))
		Expect(err).To(MatchError(kyc.ErrUnavailable))
		Expect(s.received).To(HaveLen(1))
	})

	It("ends with its context before anything is sent", func(ctx SpecContext) {
		s := serving(well())
		a := s.adapter()
		ref, query := begun(ctx, a)
		over, cancel := context.WithCancel(ctx)
		cancel()
		granted := exchanged(ctx, a)
		s.received = nil
		for _, said := range []string{"code", "error"} {
			address := returning(said, "access_denied", "state", query.Get("state"))
			_, err := a.Exchange(over, ref, address)
			Expect(err).To(BeIdenticalTo(context.Canceled), said)
		}
		_, err := a.Exchange(over, granted, returning("code", code, "state", seed))
		Expect(err).To(BeIdenticalTo(context.Canceled))
		_, err = a.Start(over, request())
		Expect(err).To(BeIdenticalTo(context.Canceled))
		_, err = a.Status(over, ref)
		Expect(err).To(BeIdenticalTo(context.Canceled))
		Expect(s.received).To(BeEmpty())
	})

	DescribeTable("cannot go on without what it needs", func(ctx SpecContext, change map[string]any, member string) {
		s := serving(well())
		s.with(tokenPath, reply{200, answer(token, change), nil})
		a := s.adapter()
		ref, query := begun(ctx, a)
		_, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		Expect(detail(err).Member).To(Equal(member))
		Expect(detail(err).Raw()).NotTo(BeEmpty(), "a code is good once: what came is not lost")
		suite.Silent(err, secrets...)
	},
		Entry("without a token", map[string]any{"access_token": nil}, "access_token"),
		Entry("with one that no header can have", map[string]any{"access_token": "a b"}, "access_token"),
		Entry("that no Ref can keep", map[string]any{"access_token": strings.Repeat("a", 3000)}, "access_token"),
		Entry("with a token of another kind", map[string]any{"token_type": "mac"}, "token_type"),
	)

	DescribeTable("takes what it can of an answer", Label("DL-D2", "DL-D12", "DL-D25"),
		func(ctx SpecContext, change map[string]any, unread []string, look func(kyc.Return)) {
			s := serving(well())
			s.with(tokenPath, reply{200, answer(token, change), nil})
			a := s.adapter()
			ref, query := begun(ctx, a)
			said, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
			Expect(err).NotTo(HaveOccurred())
			Expect(said.Consent.Unread).To(Equal(unread))
			Expect(len(said.Ref)).To(BeNumerically("<=", authpartner.MaxRef))
			look(said)
			suite.Silent(said, secrets...)
		},
		Entry("without a type", map[string]any{"token_type": nil}, nil, func(kyc.Return) {}),
		Entry("with a type in other letters", map[string]any{"token_type": "bearer"}, nil, func(kyc.Return) {}),
		Entry("with a life that is a text", map[string]any{"expires_in": "3600"}, nil, func(kyc.Return) {}),
		Entry("with no life", map[string]any{"expires_in": -1}, []string{"expires_in"}, func(kyc.Return) {}),
		Entry("with an end that is a text", map[string]any{"consent_valid_till": "1772539200"}, nil,
			func(r kyc.Return) { Expect(r.Consent.ValidUntil).To(BeTemporally("==", noon.Add(48*time.Hour))) }),
		Entry("with an end that is none", map[string]any{"consent_valid_till": seed}, []string{"consent_valid_till"},
			func(r kyc.Return) { Expect(r.Consent.ValidUntil).To(BeZero()) }),
		Entry("without an end", map[string]any{"consent_valid_till": nil}, nil,
			func(r kyc.Return) { Expect(r.Consent.ValidUntil).To(BeZero()) }),
		Entry("with an end that has passed", map[string]any{"consent_valid_till": 1684731048}, nil,
			func(r kyc.Return) { Expect(r.State).To(Equal(kyc.Granted), "as DigiLocker has just said so") }),
		Entry("without a user", map[string]any{"name": nil, "dob": nil, "gender": nil, "digilockerid": nil}, nil,
			func(r kyc.Return) { Expect(r.Consent.User).To(BeNil()) }),
		Entry("with a refresh token that no Ref can keep", map[string]any{"refresh_token": strings.Repeat("a", 3000)},
			[]string{"refresh_token"}, func(kyc.Return) {}),
		Entry("with a refresh token that no form can have", map[string]any{"refresh_token": "a\nb"},
			[]string{"refresh_token"}, func(kyc.Return) {}),
		Entry("with a long scope", map[string]any{"scope": strings.Repeat("partners.PANCR partners.ADHAR ", 450)}, nil,
			func(r kyc.Return) { Expect(r.Granted).To(Equal([]kyc.Document{kyc.PAN, kyc.Aadhaar})) }),
		Entry("with a trace that is none", map[string]any{"reference_key": seed}, nil,
			func(r kyc.Return) { Expect(r.Consent.TraceID).To(BeEmpty()) }),
	)
})

var _ = Describe("A token that has run out", func() {
	It("is replaced, and the refresh token too", Label("DL-D15", "DL-D50"), func(ctx SpecContext) {
		s := serving(well())
		a := s.adapter()
		ref := exchanged(ctx, a)
		s.with(tokenPath, reply{200, answer(token, map[string]any{
			"access_token": "second-access", "refresh_token": "second-refresh", "consent_valid_till": nil,
			"scope": "partners.PANCR", "new_account": nil, "eaadhaar": "N",
		}), nil})
		consent, err := a.Refresh(ctx, ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.forms(tokenPath)[1]).To(Equal(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}))
		_, word, _ := (&http.Request{Header: s.received[1].Header}).BasicAuth()
		Expect(word).To(Equal(secret))
		Expect(consent.Ref).NotTo(Equal(ref))
		Expect(a.SameJourney(consent.Ref, ref)).To(BeTrue())
		Expect(consent.Granted).To(Equal([]kyc.Document{kyc.PAN}), "a refresh may change the scope")
		Expect(consent.ValidUntil).To(BeTemporally("==", noon.Add(48*time.Hour)), "as was known")
		suite.Silent(consent, append(secrets, "second-access", "second-refresh")...)

		Expect(a.Refresh(ctx, consent.Ref)).NotTo(BeNil())
		Expect(s.forms(tokenPath)[2].Get("refresh_token")).To(Equal("second-refresh"))
		Expect(a.Fetch(ctx, consent.Ref, kyc.Aadhaar)).NotTo(BeNil())
		Expect(s.received[3].Header.Get("Authorization")).To(Equal("Bearer second-access"))
	})

	It("is replaced by one without a refresh token, and the old one goes on", func(ctx SpecContext) {
		s := serving(well())
		a := s.adapter()
		ref := exchanged(ctx, a)
		for i, none := range []any{nil, "", " "} {
			s.with(tokenPath, reply{200, answer(token, map[string]any{"refresh_token": none}), nil})
			consent, err := a.Refresh(ctx, ref)
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.Unread).To(BeNil())
			Expect(a.Refresh(ctx, consent.Ref)).NotTo(BeNil())
			Expect(s.forms(tokenPath)[2*i+2].Get("refresh_token")).To(Equal(refresh))
		}
	})

	It("is replaced by one with a refresh token that cannot be kept, and the old one goes on", func(ctx SpecContext) {
		s := serving(well())
		a := s.adapter()
		ref := exchanged(ctx, a)
		for i, bad := range []string{"a b", "a\nb", strings.Repeat("a", 3000)} {
			s.with(tokenPath, reply{200, answer(token, map[string]any{"refresh_token": bad}), nil})
			consent, err := a.Refresh(ctx, ref)
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.Unread).To(Equal([]string{"refresh_token"}))
			Expect(a.Refresh(ctx, consent.Ref)).NotTo(BeNil())
			Expect(s.forms(tokenPath)[2*i+2].Get("refresh_token")).To(Equal(refresh))
		}
	})

	DescribeTable("makes the journey", func(ctx SpecContext, path string, later time.Duration, want kyc.State) {
		now := noon
		a := serving(well()).adapter(func(o *authpartner.Options) {
			o.TokenPath, o.Now = path, func() time.Time { return now }
		})
		ref := exchanged(ctx, a)
		now = now.Add(later)
		consent, err := a.Status(ctx, ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(want))
		Expect(consent.Ref).To(Equal(ref))
	},
		Entry("granted while it lives", "", 59*time.Minute, kyc.Granted),
		Entry("granted where it can be refreshed", "", 2*time.Hour, kyc.Granted),
		Entry("expired once the consent has ended", "", 48*time.Hour, kyc.Expired),
		Entry("granted while it lives, by version 2", authpartner.TokenPathOpenID, 59*time.Minute, kyc.Granted),
		Entry("expired, by version 2", authpartner.TokenPathOpenID, time.Hour, kyc.Expired),
	)

	It("never was, in a journey that nobody came back from", func(ctx SpecContext) {
		now := noon
		s := serving(well())
		a := s.adapter(func(o *authpartner.Options) {
			o.Now, o.ConsentFor = func() time.Time { return now }, time.Hour
		})
		ref, _ := begun(ctx, a)
		for _, want := range []struct {
			state kyc.State
			kind  kyc.Err
		}{{kyc.Pending, kyc.ErrPending}, {kyc.Expired, kyc.ErrExpired}} {
			consent, err := a.Status(ctx, ref)
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.State).To(Equal(want.state))
			for _, op := range operations {
				Expect(op.call(ctx, a, ref)).To(MatchError(want.kind), op.id)
				if want.kind == kyc.ErrPending {
					Expect(op.call(ctx, a, ref)).To(MatchError(ContainSubstring(
						`: not ready (member "Ref": want that of kyc.Complete, once the user is back)`)))
				}
			}
			now = now.Add(time.Hour)
		}
		Expect(s.received).To(BeEmpty())
	})
})

var _ = It("a user who comes back too late has to start again, and no call is made", func(ctx SpecContext) {
	now := noon
	s := serving(well())
	a := s.adapter(func(o *authpartner.Options) {
		o.Now, o.ReturnWithin = func() time.Time { return now }, 10*time.Minute
	})
	consent, err := a.Start(ctx, request())
	Expect(err).NotTo(HaveOccurred())
	Expect(consent.ExpiresAt).To(BeTemporally("==", noon.Add(10*time.Minute)))
	ref, query := begun(ctx, a)
	address := returning("code", code, "state", query.Get("state"))
	for _, u := range []*url.URL{address, returning("error", "access_denied", "state", query.Get("state"))} {
		now = noon.Add(10 * time.Minute)
		_, err = a.Exchange(ctx, ref, u)
		Expect(err).To(MatchError(kyc.ErrExpired))
	}
	Expect(s.received).To(BeEmpty())
	Expect(a.Status(ctx, ref)).To(HaveField("State", kyc.Expired))
	now = noon.Add(10*time.Minute - time.Second)
	said, err := a.Exchange(ctx, ref, address)
	Expect(err).NotTo(HaveOccurred())
	now = noon.Add(30 * time.Minute)
	Expect(a.Exchange(ctx, said.Ref, address)).To(HaveField("State", kyc.Granted), "a page that is loaded again")
	by := noon.Add(authpartner.DefaultReturnWithin).Local()
	Expect(offline().Start(ctx, request())).To(HaveField("ExpiresAt", by))
})

var _ = It("a user who comes back after the end of the consent that was asked for has to start again",
	func(ctx SpecContext) {
		now := noon
		s := serving(well())
		s.with(tokenPath, reply{200, answer(token, map[string]any{"consent_valid_till": nil}), nil})
		a := s.adapter(func(o *authpartner.Options) {
			o.Now, o.ConsentFor = func() time.Time { return now }, 10*time.Minute
		})
		consent, err := a.Start(ctx, request())
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.ExpiresAt).To(BeTemporally("==", noon.Add(10*time.Minute)))
		ref, query := begun(ctx, a)
		address := returning("code", code, "state", query.Get("state"))
		now = noon.Add(10 * time.Minute)
		for _, u := range []*url.URL{address, returning("error", "access_denied", "state", query.Get("state"))} {
			_, err = a.Exchange(ctx, ref, u)
			Expect(err).To(MatchError(kyc.ErrExpired))
		}
		Expect(a.Status(ctx, ref)).To(HaveField("State", kyc.Expired))
		_, err = a.Fetch(ctx, ref, kyc.PAN)
		Expect(err).To(MatchError(kyc.ErrExpired))
		Expect(s.received).To(BeEmpty())

		now = noon.Add(10*time.Minute - time.Second)
		said, err := a.Exchange(ctx, ref, address)
		Expect(err).NotTo(HaveOccurred())
		for _, want := range []kyc.State{kyc.Granted, kyc.Expired} {
			Expect(a.Status(ctx, said.Ref)).To(HaveField("State", want))
			Expect(a.Exchange(ctx, said.Ref, address)).To(HaveField("State", want), "a page loaded again")
			now = noon.Add(10 * time.Minute)
		}
		Expect(s.received).To(HaveLen(1))
	})

var _ = It("what the authorize page is told names no number of a person's", func(ctx SpecContext) {
	ref, query := begun(ctx, offline())
	Expect(query.Encode()).NotTo(MatchRegexp(`login_hint|verified_mobile`))
	Expect(regexp.MustCompile(`^[A-Za-z0-9_-]+$`).MatchString(string(ref))).To(BeTrue())
})
