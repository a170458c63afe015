package authpartner_test

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider/authpartner"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/gen/authpartnerapi"
)

const (
	shop     = "https://shop.example/back?cart=7"
	verifier = authpartner.SimulatorVerifier
	state    = "a-state"
)

// rig is a simulator of DigiLocker.
type rig struct {
	sim    *simulator.Simulator
	server *httptest.Server
	base   string
}

func newRig(opts simulator.Options) *rig {
	GinkgoHelper()
	sim, server := calls.Serving(opts, simulator.Provider{
		Name: "authpartner", Title: "DigiLocker", Document: authpartnerapi.OpenAPI, Behaviour: authpartner.Behaviour,
	})
	return &rig{sim, server, server.URL + "/authpartner"}
}

// challenge is S256 of a verifier.
func challenge(of string) string {
	sum := sha256.Sum256([]byte(of))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// asked is the query of authorize, with these parameters changed; "" leaves one out.
func asked(changes ...string) url.Values {
	query := url.Values{
		"response_type": {"code"}, "client_id": {authpartner.SimulatorClientID}, "redirect_uri": {shop},
		"state": {state}, "code_challenge": {challenge(verifier)}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(changes); i += 2 {
		query.Del(changes[i])
		if changes[i+1] != "" {
			query.Set(changes[i], changes[i+1])
		}
	}
	return query
}

// link is that of authorize.
func (r *rig) link(changes ...string) string {
	return r.base + "/public/oauth2/1/authorize?" + asked(changes...).Encode()
}

// consent is the code of the person with that key, who shares these documents; nil: all.
func (r *rig) consent(ctx context.Context, key string, docs []kyc.Document, changes ...string) string {
	GinkgoHelper()
	v := simulator.NewVisitor(key)
	v.Documents = docs
	back, err := v.Allow(ctx, r.link(changes...))
	Expect(err).NotTo(HaveOccurred())
	Expect(back.Query().Get("state")).To(Equal(state))
	Expect(back.Query().Get("cart")).To(Equal("7"))
	Expect(back.Query()).To(HaveKey("code"))
	return back.Query().Get("code")
}

// basic is the header of the client.
func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

var client = basic(authpartner.SimulatorClientID, authpartner.SimulatorClientSecret)

// post sends a form.
func (r *rig) post(ctx context.Context, path string, form url.Values, header ...string) calls.Answer {
	GinkgoHelper()
	return calls.Send(ctx, "POST", r.base+path, form.Encode(),
		append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)...)
}

// exchange exchanges a code, with the form changed as asked changes.
func (r *rig) exchange(ctx context.Context, path, code string, changes ...string) calls.Answer {
	GinkgoHelper()
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {shop}, "code_verifier": {verifier},
	}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return r.post(ctx, path, form, "Authorization", client)
}

// The paths of tokens.
const (
	first  = "/public/oauth2/1/token"
	second = "/public/oauth2/2/token"
)

// granted is what a code of that person was exchanged for.
func (r *rig) granted(ctx context.Context, key string, docs []kyc.Document, changes ...string) calls.Answer {
	GinkgoHelper()
	got := r.exchange(ctx, first, r.consent(ctx, key, docs, changes...))
	Expect(got.Status).To(Equal(http.StatusOK), got.Body)
	return got
}

// get reads with an access token.
func (r *rig) get(ctx context.Context, path, token string, header ...string) calls.Answer {
	GinkgoHelper()
	return calls.Send(
		ctx,
		"GET",
		r.base+"/public/oauth2"+path,
		"",
		append([]string{"Authorization", "Bearer " + token}, header...)...)
}

// refresh refreshes.
func (r *rig) refresh(ctx context.Context, token string, header ...string) calls.Answer {
	GinkgoHelper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
	return r.post(ctx, first, form, append([]string{"Authorization", client}, header...)...)
}

// refused expects a refusal.
func refused(got calls.Answer, status int, code string) {
	GinkgoHelper()
	Expect(got.Status).To(Equal(status), got.Body)
	Expect(got.Member("error")).To(Equal(code))
	Expect(got.Member("error_description")).NotTo(BeEmpty())
}

// sumOf is the sum of a file.
func sumOf(body string) string {
	mac := hmac.New(sha256.New, []byte(authpartner.SimulatorClientSecret))
	mac.Write([]byte(body))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

var _ = Describe("DigiLocker's authorize page", func() {
	It("leads to the consent page, and the user back with a code and the state", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		Expect(len(r.consent(ctx, simulator.Complete, nil))).To(Equal(40))
	})

	It("sends who refuses back with an error and the state", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		back, err := simulator.NewVisitor(simulator.Complete).Deny(ctx, r.link())
		Expect(err).NotTo(HaveOccurred())
		query := back.Query()
		Expect(query.Get("error_description")).NotTo(BeEmpty())
		query.Del("error_description")
		Expect(query).To(Equal(url.Values{"cart": {"7"}, "error": {"access_denied"}, "state": {state}}))
	})

	DescribeTable(
		"sends nobody to an address of somebody who is not known:",
		func(ctx SpecContext, title string, changes ...string) {
			r := newRig(simulator.Options{})
			got := calls.Send(ctx, "GET", r.link(changes...), "")
			Expect(got.Status).To(Equal(http.StatusBadRequest))
			Expect(got.Header).NotTo(HaveKey("Location"))
			Expect(got.Body).To(ContainSubstring("<h1>" + title + "</h1>"))
		},
		Entry("no client", "Unknown client", "client_id", ""),
		Entry("another client", "Unknown client", "client_id", "other"),
		Entry("no address", "Unknown redirect_uri", "redirect_uri", ""),
		Entry("a page without TLS", "Unknown redirect_uri", "redirect_uri", "http://shop.example/back"),
		Entry("another scheme", "Unknown redirect_uri", "redirect_uri", "javascript:alert(1)"),
		Entry("a fragment", "Unknown redirect_uri", "redirect_uri", "https://shop.example/back#x"),
	)

	It("takes no parameter twice", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		got := calls.Send(ctx, "GET", r.link()+"&redirect_uri=https%3A%2F%2Fevil.example", "")
		Expect(got.Status).To(Equal(http.StatusBadRequest))
		got = calls.Send(ctx, "GET", r.link()+"&acr=pan&acr=aadhaar", "")
		Expect(got.Header.Get("Location")).To(And(HavePrefix(shop+"&"), ContainSubstring("error=invalid_request")))
	})

	DescribeTable("takes an address of the caller's own machine:", func(ctx SpecContext, address string) {
		r := newRig(simulator.Options{})
		Expect(calls.Send(ctx, "GET", r.link("redirect_uri", address), "").Header.Get("Location")).
			To(HavePrefix(r.server.URL + "/consent/authpartner/"))
	},
		Entry("by name", "http://localhost:8080/back"), Entry("by number", "http://127.0.0.1/back"),
		Entry("by the other number", "http://[::1]:1/back"),
	)

	DescribeTable("sends back who asks wrongly:", func(ctx SpecContext, want string, changes ...string) {
		r := newRig(simulator.Options{})
		back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, r.link(changes...))
		Expect(err).NotTo(HaveOccurred())
		Expect(back.Query().Get("error")).To(Equal(want))
		Expect(back.Query()).NotTo(HaveKey("code"))
		Expect(back.Query().Get("state")).To(Equal(asked(changes...).Get("state")))
	},
		Entry("without a state", "invalid_request", "state", ""),
		Entry("without a type", "invalid_request", "response_type", ""),
		Entry("for a token", "unsupported_response_type", "response_type", "token"),
		Entry("without a challenge", "invalid_request", "code_challenge", ""),
		Entry("with a short challenge", "invalid_request", "code_challenge", "short"),
		Entry("with a plain challenge", "invalid_request", "code_challenge_method", "plain"),
		Entry("with a purpose of other characters", "invalid_request", "purpose", "a/b"),
		Entry("with a service's name of other characters", "invalid_request", "service_name", "<b>"),
		Entry("for a consent that has ended", "invalid_request", "consent_valid_till", "1684731048"),
		Entry("for a consent that ends at no time", "invalid_request", "consent_valid_till", "tomorrow"),
	)

	It("asks for the documents that the caller names", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		got := r.granted(ctx, simulator.Complete, nil, "req_doctype", "pancr,HSCER", "dl_flow", "signup")
		Expect(got.Member("scope")).To(Equal("files.issueddocs files.uploadeddocs userdetails issued/" +
			authpartner.URIOf(simulator.Complete, "PANCR")))
	})

	It("is left by the logout page with what looks like a denial", Label("DL-D45"), func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		query := url.Values{"client_id": {authpartner.SimulatorClientID}, "redirect_uri": {shop}}
		got := calls.Send(ctx, "GET", r.base+"/signin/logout/Y?"+query.Encode(), "")
		Expect(got.Header.Get("Location")).To(Equal(shop + "&error=user_loggedout&error_description=user"))
		got = calls.Send(ctx, "GET", r.base+"/signin/logout/Y", "")
		Expect(got.Status).To(Equal(http.StatusOK))
		Expect(got.Body).To(ContainSubstring("You have signed out"))
	})

	It("is linked on the first page with a verifier that its code is exchanged with", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		address := authpartner.Behaviour.Begin(r.base, time.Now())
		Expect(calls.Send(ctx, "GET", r.server.URL, "").Body).To(ContainSubstring("Begin a journey"))
		back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, address)
		Expect(err).NotTo(HaveOccurred())
		got := r.exchange(ctx, first, back.Query().Get("code"), "redirect_uri", "https://shop.example/back")
		Expect(got.Status).To(Equal(http.StatusOK), got.Body)
	})
})

var _ = Describe("DigiLocker's code", func() {
	DescribeTable("is exchanged for a token, whoever the client says it is:", func(ctx SpecContext, form bool) {
		r := newRig(simulator.Options{})
		code := r.consent(ctx, simulator.Complete, nil)
		got := r.exchange(ctx, first, code)
		if form {
			got = r.post(ctx, first, url.Values{
				"grant_type": {
					"authorization_code",
				}, "code": {r.consent(ctx, simulator.Complete, nil)}, "redirect_uri": {shop},
				"code_verifier": {verifier}, "client_id": {authpartner.SimulatorClientID},
				"client_secret": {authpartner.SimulatorClientSecret},
			})
		}
		Expect(got.Status).To(Equal(http.StatusOK), got.Body)
		Expect(got.Member("access_token")).To(MatchRegexp("^[0-9a-f]{40}$"))
		Expect(got.Member("refresh_token")).To(MatchRegexp("^[0-9a-f]{40}$"))
		Expect(got.Member("name")).To(Equal("Fake Complete"))
		Expect(got.Member("dob")).To(Equal("17031990"))
		Expect(got.Member("eaadhaar")).To(Equal("Y"))
		Expect(got.Member("new_account")).To(Equal("N"))
	}, Entry("by HTTP Basic", false), Entry("in the form", true))

	DescribeTable("is refused:", func(ctx SpecContext, changes ...string) {
		r := newRig(simulator.Options{})
		for _, path := range []string{first, second} {
			code := r.consent(ctx, simulator.Complete, nil)
			refused(r.exchange(ctx, path, code, changes...), http.StatusBadRequest, "invalid_grant")
			Expect(r.exchange(ctx, path, code).Status).To(Equal(http.StatusOK), "a wrong exchange does not use it up")
		}
	},
		Entry("with another verifier", "code_verifier", strings.Repeat("x", 43)),
		Entry("without one", "code_verifier", ""),
		Entry("with the challenge in its place", "code_verifier", challenge(verifier)),
		Entry("with another address", "redirect_uri", "https://shop.example/back"),
		Entry("without one", "redirect_uri", ""),
		Entry("where it is another one", "code", strings.Repeat("0", 40)),
		Entry("where it is none", "code", ""),
	)

	It("is taken from one user and given for another's journey in vain", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		other := strings.Repeat("y", 64)
		stolen := r.consent(ctx, simulator.Complete, nil, "code_challenge", challenge(other))
		refused(r.exchange(ctx, first, stolen), http.StatusBadRequest, "invalid_grant")
		Expect(r.exchange(ctx, first, stolen, "code_verifier", other).Status).To(Equal(http.StatusOK))
	})

	It("is taken once, of twenty that bring it at a time", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		code := r.consent(ctx, simulator.Complete, nil)
		var all sync.WaitGroup
		statuses := make([]int, 20)
		for i := range statuses {
			all.Go(func() {
				defer GinkgoRecover()
				statuses[i] = r.exchange(ctx, []string{first, second}[i%2], code).Status
			})
		}
		all.Wait()
		Expect(statuses).To(ContainElement(http.StatusOK))
		won := 0
		for _, status := range statuses {
			if status == http.StatusOK {
				won++
			}
		}
		Expect(won).To(Equal(1))
	})

	It("runs out", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		code, late := r.consent(ctx, simulator.Complete, nil), r.consent(ctx, simulator.Complete, nil)
		r.sim.Advance(authpartner.CodeLife - time.Minute)
		Expect(r.exchange(ctx, first, code).Status).To(Equal(http.StatusOK))
		r.sim.Advance(time.Minute + time.Second)
		refused(r.exchange(ctx, first, late), http.StatusBadRequest, "invalid_grant")
	})

	It("is not there before the user has consented", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		calls.Send(ctx, "GET", r.link(), "")
		refused(r.exchange(ctx, first, ""), http.StatusBadRequest, "invalid_grant")
	})

	DescribeTable("is exchanged by nobody but the client:", func(ctx SpecContext, header string) {
		r := newRig(simulator.Options{})
		code := r.consent(ctx, simulator.Complete, nil)
		form := url.Values{
			"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {shop}, "code_verifier": {verifier},
		}
		refused(r.post(ctx, first, form, "Authorization", header), http.StatusBadRequest, "invalid_client")
		Expect(r.exchange(ctx, first, code).Status).To(Equal(http.StatusOK))
	},
		Entry("nobody", ""), Entry("another secret", basic(authpartner.SimulatorClientID, "x")),
		Entry("another id", basic("x", authpartner.SimulatorClientSecret)), Entry("a token", "Bearer x"),
	)

	DescribeTable("is not exchanged by a form that says two things:",
		func(ctx SpecContext, code, name string, values ...string) {
			r := newRig(simulator.Options{})
			for _, path := range []string{first, second} {
				form := url.Values{
					"grant_type": {"authorization_code"}, "code": {r.consent(ctx, simulator.Complete, nil)},
					"redirect_uri": {shop}, "code_verifier": {verifier},
				}
				once := r.post(ctx, path, form, "Authorization", client)
				Expect(once.Status).To(Equal(http.StatusOK), once.Body)
				form.Set("code", r.consent(ctx, simulator.Complete, nil))
				wrong := maps.Clone(form)
				wrong[name] = slices.Concat(form[name], values)
				refused(r.post(ctx, path, wrong, "Authorization", client), http.StatusBadRequest, code)
				right := r.post(ctx, path, form, "Authorization", client)
				Expect(right.Status).To(Equal(http.StatusOK), "it is not used up")
			}
		},
		Entry("a code and another", "invalid_request", "code", "other"),
		Entry("a verifier and another", "invalid_request", "code_verifier", verifier),
		Entry("an address and another", "invalid_request", "redirect_uri", "https://other.example/back"),
		Entry("a grant and another", "invalid_request", "grant_type", "refresh_token"),
		Entry("what nobody knows, twice", "invalid_request", "other", "1", "1"),
		Entry("another client than the header", "invalid_client", "client_id", "other"),
		Entry("another secret than the header", "invalid_client", "client_secret", "other"),
		Entry("no secret, which the header has", "invalid_client", "client_secret", ""),
	)

	It("is exchanged where form and header say the same of the client", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		got := r.exchange(ctx, first, r.consent(ctx, simulator.Complete, nil),
			"client_id", authpartner.SimulatorClientID, "client_secret", authpartner.SimulatorClientSecret)
		Expect(got.Status).To(Equal(http.StatusOK), got.Body)
	})

	It("is refreshed and revoked by no form that says two things", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, nil).Member("refresh_token")
		for path, form := range map[string]url.Values{
			first:                     {"grant_type": {"refresh_token"}, "refresh_token": {token, token}},
			"/public/oauth2/1/revoke": {"token": {token, "other"}},
		} {
			refused(r.post(ctx, path, form, "Authorization", client), http.StatusBadRequest, "invalid_request")
		}
		Expect(r.refresh(ctx, token).Status).To(Equal(http.StatusOK))
	})

	It("is not exchanged for another grant", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		code := r.consent(ctx, simulator.Complete, nil)
		for _, path := range []string{first, second} {
			got := r.exchange(ctx, path, code, "grant_type", "password")
			refused(got, http.StatusBadRequest, "invalid_grant_type")
			Expect(got.Member("error_description")).To(Equal("The grant_type parameter is invalid"))
		}
		refused(
			r.exchange(ctx, second, code, "grant_type", "refresh_token"),
			http.StatusBadRequest,
			"invalid_grant_type",
		)
	})

	It("is exchanged for an ID token that the simulator's certificate verifies", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		got := r.exchange(
			ctx,
			second,
			r.consent(ctx, simulator.Complete, nil, "acr", "pan+aadhaar", "scope", "openid"),
		)
		Expect(got.Status).To(Equal(http.StatusOK), got.Body)
		Expect(got.Member("scope")).To(HavePrefix("openid files.issueddocs "))
		Expect(got.Body).NotTo(ContainSubstring("refresh_token"))
		parts := strings.Split(got.Member("id_token"), ".")
		Expect(parts).To(HaveLen(3))
		certificate, err := r.sim.Certificate()
		Expect(err).NotTo(HaveOccurred())
		block, _ := pem.Decode(certificate)
		parsed, err := x509.ParseCertificate(block.Bytes)
		Expect(err).NotTo(HaveOccurred())
		signature, err := base64.RawURLEncoding.DecodeString(parts[2])
		Expect(err).NotTo(HaveOccurred())
		sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		Expect(rsa.VerifyPKCS1v15(parsed.PublicKey.(*rsa.PublicKey), crypto.SHA256, sum[:], signature)).To(Succeed())
		said, err := base64.RawURLEncoding.DecodeString(parts[1])
		Expect(err).NotTo(HaveOccurred())
		var claims map[string]any
		Expect(json.Unmarshal(said, &claims)).To(Succeed())
		Expect(claims).To(And(
			HaveKeyWithValue(
				"iss",
				"https://api.digitallocker.gov.in",
			),
			HaveKeyWithValue("aud", authpartner.SimulatorClientID),
			HaveKeyWithValue("given_name", "Fake Complete"),
			HaveKeyWithValue("birthdate", "17/03/1990"),
			HaveKeyWithValue("pan_number", "AAAPA0001A"),
			HaveKeyWithValue("masked_aadhaar", "xxxxxxx0001"),
			Not(HaveKey("driving_licence")),
		))
		Expect(claims["exp"].(float64) - claims["iat"].(float64)).To(Equal(86400.0))
	})
})

var _ = Describe("DigiLocker's token", func() {
	It("names what the user agreed to", Label("DL-D24"), func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		for _, one := range []struct {
			key  string
			docs []kyc.Document
			want string
		}{
			{simulator.Complete, []kyc.Document{kyc.PAN}, " issued/in.gov.pan-PANCR-AAAPA0001A"},
			{simulator.Complete, []kyc.Document{}, ""},
			{simulator.LicenceOnly, nil, " file.partners/ADHAR file.partners/PANCR " +
				"issued/in.gov.transport-DRVLC-XX0019900000004"},
		} {
			Expect(r.granted(ctx, one.key, one.docs).Member("scope")).
				To(Equal("files.issueddocs files.uploadeddocs userdetails"+one.want), one.key)
		}
		Expect(r.granted(ctx, simulator.Published, nil).Member("scope")).
			To(Equal("files.issueddocs partners.PANCR partners.DRVLC"))
	})

	It("says who signed up on the way, and whose Aadhaar is not linked", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		Expect(r.granted(ctx, simulator.WithoutAccount, nil).Member("new_account")).To(Equal("Y"))
		Expect(r.granted(ctx, simulator.WithoutAadhaar, nil).Member("eaadhaar")).To(Equal("N"))
		Expect(r.granted(ctx, simulator.PublishedWithout, nil).Member("eaadhaar")).To(Equal("N"))
		Expect(r.granted(ctx, simulator.YearOnly, nil).Member("dob")).To(Equal("01011951"))
	})

	It("reads for an hour, and its consent lasts as long as was asked for", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		till := time.Now().Add(72 * time.Hour).Unix()
		got := r.granted(ctx, simulator.Complete, nil, "consent_valid_till", strconv.FormatInt(till, 10))
		Expect(got.Body).To(ContainSubstring(fmt.Sprintf(`"consent_valid_till":%d`, till)))
		Expect(got.Body).To(ContainSubstring(`"expires_in":3600`))
		token := got.Member("access_token")
		r.sim.Advance(authpartner.TokenLife - time.Minute)
		Expect(r.get(ctx, "/1/user", token).Status).To(Equal(http.StatusOK))
		r.sim.Advance(time.Minute)
		refused(r.get(ctx, "/1/user", token), http.StatusUnauthorized, "invalid_token")
		fresh := r.refresh(ctx, got.Member("refresh_token"))
		Expect(fresh.Status).To(Equal(http.StatusOK), fresh.Body)
		Expect(r.get(ctx, "/1/user", fresh.Member("access_token")).Status).To(Equal(http.StatusOK))
		r.sim.Advance(72 * time.Hour)
		refused(r.refresh(ctx, fresh.Member("refresh_token")), http.StatusBadRequest, "invalid_grant")
	})

	It("is replaced by a refresh, and its refresh token too", Label("DL-D50"), func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		old := r.granted(ctx, simulator.Complete, nil)
		fresh := r.refresh(ctx, old.Member("refresh_token"))
		Expect(fresh.Status).To(Equal(http.StatusOK), fresh.Body)
		for _, name := range []string{"access_token", "refresh_token"} {
			Expect(fresh.Member(name)).NotTo(Equal(old.Member(name)))
		}
		Expect(fresh.Body).NotTo(Or(ContainSubstring("new_account"), ContainSubstring("consent_valid_till")))
		Expect(fresh.Member("scope")).To(Equal(old.Member("scope")))
		Expect(fresh.Member("name")).To(Equal("Fake Complete"))
		refused(r.refresh(ctx, old.Member("refresh_token")), http.StatusBadRequest, "invalid_grant")
		refused(r.get(ctx, "/1/user", old.Member("access_token")), http.StatusUnauthorized, "invalid_token")
		refused(r.refresh(ctx, fresh.Member("access_token")), http.StatusBadRequest, "invalid_grant")
		refused(
			r.refresh(ctx, fresh.Member("refresh_token"), "Authorization", ""),
			http.StatusBadRequest,
			"invalid_client",
		)
	})

	It("takes the client's secret in the header alone for a refresh", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		form := url.Values{
			"grant_type": {
				"refresh_token",
			}, "refresh_token": {r.granted(ctx, simulator.Complete, nil).Member("refresh_token")},
			"client_id": {authpartner.SimulatorClientID}, "client_secret": {authpartner.SimulatorClientSecret},
		}
		refused(r.post(ctx, first, form), http.StatusBadRequest, "invalid_client")
	})

	DescribeTable("is revoked, with all of its consent:", Label("DL-D22"), func(ctx SpecContext, which string) {
		r := newRig(simulator.Options{})
		got := r.granted(ctx, simulator.Complete, nil)
		revoke := func(token string, header ...string) calls.Answer {
			return r.post(
				ctx,
				"/public/oauth2/1/revoke",
				url.Values{
					"token": {token}, "token_type_hint": {"none"},
					"client_id":     {authpartner.SimulatorClientID}, // which a revocation takes in the header alone
					"client_secret": {authpartner.SimulatorClientSecret},
				},
				header...)
		}
		refused(revoke(got.Member(which)), http.StatusBadRequest, "invalid_client")
		refused(revoke("", "Authorization", client), http.StatusBadRequest, "invalid_request")
		Expect(r.get(ctx, "/1/user", got.Member("access_token")).Status).To(Equal(http.StatusOK))
		for _, token := range []string{"unknown", got.Member(which), got.Member(which)} {
			answer := revoke(token, "Authorization", client)
			Expect(answer.Status).To(Equal(http.StatusOK))
			Expect(answer.Body).To(BeEmpty())
		}
		refused(r.get(ctx, "/1/user", got.Member("access_token")), http.StatusUnauthorized, "invalid_token")
		refused(r.refresh(ctx, got.Member("refresh_token")), http.StatusBadRequest, "invalid_grant")
	}, Entry("by the access token", "access_token"), Entry("by the refresh token", "refresh_token"))

	DescribeTable(
		"opens nothing where it is none:",
		func(ctx SpecContext, header string) {
			r := newRig(simulator.Options{})
			got := r.granted(ctx, simulator.Complete, nil)
			for _, path := range []string{
				"/1/user", "/1/files", "/1/files/1234", "/2/files/issued", "/1/file/x", "/1/xml/x",
				"/3/xml/eaadhaar", "/1/apaar",
			} {
				answer := calls.Send(
					ctx,
					"GET",
					r.base+"/public/oauth2"+path,
					"",
					"Authorization",
					strings.NewReplacer(
						"TOKEN",
						got.Member("access_token"),
						"REFRESH",
						got.Member("refresh_token"),
					).Replace(
						header,
					),
				)
				refused(answer, http.StatusUnauthorized, "invalid_token")
			}
		},
		Entry(
			"without",
			"",
		),
		Entry("unknown", "Bearer "+strings.Repeat("0", 40)),
		Entry("another scheme", "Basic TOKEN"),
		Entry("a refresh token", "Bearer REFRESH"),
		Entry("cut short", "Bearer TOKE"),
	)

	It("opens what it was asked for, and nothing else", Label("DL-D44"), func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, nil, "scope", "openid files.issueddocs").Member("access_token")
		Expect(r.get(ctx, "/2/files/issued", token).Status).To(Equal(http.StatusOK))
		refused(r.get(ctx, "/1/user", token), http.StatusForbidden, "insufficient_scope")
		refused(r.get(ctx, "/1/files", token), http.StatusForbidden, "insufficient_scope")
		other := r.granted(ctx, simulator.Complete, nil, "scope", "userdetails").Member("access_token")
		Expect(r.get(ctx, "/1/user", other).Status).To(Equal(http.StatusOK))
		for _, path := range []string{"/2/files/issued", "/1/file/x", "/1/xml/x", "/3/xml/eaadhaar", "/1/apaar"} {
			refused(r.get(ctx, path, other), http.StatusForbidden, "insufficient_scope")
		}
	})

	It("reads the user", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		got := r.get(ctx, "/1/user", r.granted(ctx, simulator.NonLatin, nil).Member("access_token"))
		Expect(got.Member("name")).To(Equal("नकली व्यक्ति"))
		Expect(got.Member("reference_key")).To(MatchRegexp("^[0-9a-f]{64}$"))
		got = r.get(ctx, "/1/user", r.granted(ctx, simulator.Published, nil).Member("access_token"))
		Expect(got.Member("digilockerid")).To(Equal("123e4567-e89b-12d3-a456-426655440000"))
	})
})
