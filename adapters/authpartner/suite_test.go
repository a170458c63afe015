package authpartner_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

func TestAuthpartner(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/authpartner")
}

var _ = BeforeEach(suite.NothingLeft)

// Invented, and said so.
const (
	clientID = "TESTCLIENT"
	secret   = `test_secret_do;not=use&"%2B+:`
	back     = "https://shop.example/back?attempt=1"
	code     = "test-code-do-not-use"
	access   = "test-access-do-not-use"
	refresh  = "test-refresh-do-not-use"
	idToken  = "test.id-token.do-not-use"
)

// seed stands in answers where a person's data does, and must come to light nowhere.
const seed = "Zzyzx"

// number is in scopes and URIs.
const number = "AAAPA0000A"

// noon is the time in specs.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// key number n is made of it.
func key(n byte) authpartner.Key {
	secret := bytes.Repeat([]byte{n}, authpartner.KeySize)
	secret[0] = ^n
	return authpartner.NewKey(secret)
}

func credentials() authpartner.Credentials {
	return authpartner.Credentials{ClientID: kyc.Hide(clientID), ClientSecret: kyc.Hide(secret)}
}

func request() kyc.StartRequest {
	return kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar, kyc.PAN}, ReturnTo: back}
}

// reply is an answer of DigiLocker's.
type reply struct {
	status int
	body   string
	header http.Header
}

// answers are those of each operation, by its path. What has none is answered with an outage.
type answers map[string]reply

// The paths.
const (
	tokenPath   = "/base/public/oauth2/1/token"
	openIDPath  = "/base/public/oauth2/2/token"
	revokePath  = "/base/public/oauth2/1/revoke"
	userPath    = "/base/public/oauth2/1/user"
	issuedPath  = "/base/public/oauth2/2/files/issued"
	aadhaarPath = "/base/public/oauth2/3/xml/eaadhaar"
	xmlPath     = "/base/public/oauth2/1/xml/"
	filePath    = "/base/public/oauth2/1/file/"
)

// The answers of a journey that goes well, with the members of the published samples.
var (
	token = fmt.Sprintf(`{"access_token":%q,"expires_in":3600,"token_type":"Bearer",`+
		`"scope":"files.issueddocs issued/in.gov.pan-PANCR-%s partners.DRVLC","consent_valid_till":%d,`+
		`"refresh_token":%q,"digilockerid":"123e4567-e89b-12d3-a456-426655440000","name":"%s Person",`+
		`"dob":"31121970","gender":"M","eaadhaar":"Y","new_account":"Y",`+
		`"reference_key":"2a33349e7e606a8ad2e30e3c84521f9377450cf09083e162e0a9b1480ce0f972"}`,
		access, number, noon.Add(48*time.Hour).Unix(), refresh, seed)
	openID = fmt.Sprintf(`{"access_token":%q,"expires_in":3600,"token_type":"Bearer","scope":"openid",`+
		`"consent_valid_till":"%d","id_token":%q}`, access, noon.Add(48*time.Hour).Unix(), idToken)
	user = `{"digilockerid":"123e4567-e89b-12d3-a456-426655440000","name":"` + seed + ` Person","dob":"31121970",` +
		`"gender":"F","eaadhaar":"N","reference_key":"` +
		`2a33349e7e606a8ad2e30e3c84521f9377450cf09083e162e0a9b1480ce0f972"}`
	pan = `{"name":"PAN Verification Record","type":"file","size":"","date":" 2015-05-12T15:50:38Z","parent":"",` +
		`"mime":["application/xml","application/PDF"],"uri":" in.gov.pan-PANCR-` + number + `","doctype":"PANCR",` +
		`"description":"PAN Verification Record","issuerid":"in.gov.pan","issuer":"Income Tax Department"}`
	issued = `{"items":[` + pan + `]}`
	file   = `<?xml version="1.0"?><Certificate><IssuedTo>` + seed + `</IssuedTo></Certificate>`
)

// sum is the hmac over a body.
func sum(body string) string {
	h := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(h, body)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// vouched is a file with its hmac.
func vouched(body string) reply { return reply{200, body, http.Header{"Hmac": {sum(body)}}} }

// well are the answers to each operation of a journey that goes well.
func well() answers {
	return answers{
		tokenPath: {200, token, nil}, openIDPath: {200, openID, nil}, revokePath: {200, "", nil},
		userPath: {200, user, nil}, issuedPath: {200, issued, nil}, aadhaarPath: vouched(file),
		xmlPath + "in.gov.pan-PANCR-" + number:  vouched(file),
		filePath + "in.gov.pan-PANCR-" + number: vouched("%PDF-1.7\n" + seed),
	}
}

// server is DigiLocker, which gives each path its own answer.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	all      answers
	received []suite.Request
}

func serving(all answers) *server {
	s := &server{all: all}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.received = append(s.received, suite.Request{
			Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header, Body: string(sent),
		})
		answer, ok := s.all[r.URL.Path]
		if !ok {
			answer = reply{http.StatusInternalServerError, `{}`, nil}
		}
		for name, values := range answer.header {
			w.Header()[name] = values
		}
		if strings.HasPrefix(answer.body, "{") {
			w.Header().Set("Content-Type", "application/json;charset=UTF-8")
		}
		w.WriteHeader(answer.status)
		_, _ = io.WriteString(w, answer.body)
	}))
	DeferCleanup(s.Close)
	return s
}

// with gives a path another answer.
func (s *server) with(path string, answer reply) *server { s.all[path] = answer; return s }

// forms are the forms that were sent to a path.
func (s *server) forms(path string) (forms []url.Values) {
	GinkgoHelper()
	for _, r := range s.received {
		if r.Path == path {
			Expect(r.Header.Get("Content-Type")).To(Equal("application/x-www-form-urlencoded"))
			form, err := url.ParseQuery(r.Body)
			Expect(err).NotTo(HaveOccurred())
			forms = append(forms, form)
		}
	}
	return forms
}

// adapter calls s, at noon.
func (s *server) adapter(change ...func(*authpartner.Options)) *authpartner.Adapter {
	GinkgoHelper()
	return at(s.URL+"/base", change...)
}

func at(base string, change ...func(*authpartner.Options)) *authpartner.Adapter {
	GinkgoHelper()
	opts := authpartner.Options{
		HTTPClient: suite.Client(), Keys: []authpartner.Key{key(1)}, Now: func() time.Time { return noon },
	}
	for _, f := range change {
		f(&opts)
	}
	a, err := authpartner.New(base, credentials(), opts)
	Expect(err).NotTo(HaveOccurred())
	return a
}

// offline is an adapter that makes no call.
func offline(change ...func(*authpartner.Options)) *authpartner.Adapter {
	GinkgoHelper()
	return at(authpartner.Production, change...)
}

// begun is a journey that has begun, and the parameters of its authorize URL.
func begun(ctx context.Context, a *authpartner.Adapter) (kyc.Ref, url.Values) {
	GinkgoHelper()
	consent, err := a.Start(ctx, request())
	Expect(err).NotTo(HaveOccurred())
	u, err := url.Parse(consent.URL.Reveal())
	Expect(err).NotTo(HaveOccurred())
	return consent.Ref, u.Query()
}

// returning is the address that a user comes back to.
func returning(parameters ...string) *url.URL {
	GinkgoHelper()
	u, err := url.Parse(back)
	Expect(err).NotTo(HaveOccurred())
	for i := 0; i < len(parameters); i += 2 {
		u.RawQuery += "&" + parameters[i] + "=" + url.QueryEscape(parameters[i+1])
	}
	return u
}

// exchanged is the Ref of a journey with tokens.
func exchanged(ctx context.Context, a *authpartner.Adapter) kyc.Ref {
	GinkgoHelper()
	ref, query := begun(ctx, a)
	said, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
	Expect(err).NotTo(HaveOccurred())
	return said.Ref
}

// detail is err as the type that every refusal has.
func detail(err error) *kyc.Error {
	GinkgoHelper()
	var e *kyc.Error
	Expect(errors.As(err, &e)).To(BeTrue(), "%v", err)
	Expect(e.Provider).To(Equal("authpartner"))
	return e
}

// answer is a published one with members changed; a nil removes one.
var answer = suite.Answer

// refusal is DigiLocker's own form of one.
func refusal(code string) string {
	return fmt.Sprintf(`{"error":%q,"error_description":"%s said"}`, code, seed)
}

// secrets are what nothing may print.
var secrets = []string{secret, code, access, refresh, idToken, number, seed}

// operation is one that a Ref with tokens asks for.
type operation struct {
	id, method, path string
	call             func(context.Context, *authpartner.Adapter, kyc.Ref) error
}

var operations = []operation{
	{"getEAadhaar", "GET", aadhaarPath, func(ctx context.Context, a *authpartner.Adapter, ref kyc.Ref) error {
		_, err := a.Fetch(ctx, ref, kyc.Aadhaar)
		return err
	}},
	{"listIssued", "GET", issuedPath, func(ctx context.Context, a *authpartner.Adapter, ref kyc.Ref) error {
		_, err := a.ListDocuments(ctx, ref)
		return err
	}},
	{"getXML", "GET", xmlPath + "in.gov.pan-PANCR-" + number,
		func(ctx context.Context, a *authpartner.Adapter, ref kyc.Ref) error {
			_, err := a.Fetch(ctx, ref, kyc.PAN)
			return err
		}},
	{"getFile", "GET", filePath + "in.gov.pan-PANCR-" + number,
		func(ctx context.Context, a *authpartner.Adapter, ref kyc.Ref) error {
			_, err := a.FetchFile(ctx, ref, kyc.FileRequest{Type: "PANCR", Format: "pdf"})
			return err
		}},
	{"getUser", "GET", userPath, func(ctx context.Context, a *authpartner.Adapter, ref kyc.Ref) error {
		_, err := a.ReadUser(ctx, ref)
		return err
	}},
	{"getToken", "POST", tokenPath, func(ctx context.Context, a *authpartner.Adapter, ref kyc.Ref) error {
		_, err := a.Refresh(ctx, ref)
		return err
	}},
	{"revokeToken", "POST", revokePath, func(ctx context.Context, a *authpartner.Adapter, ref kyc.Ref) error {
		return a.Revoke(ctx, ref)
	}},
}

// ofUser are the operations of a user's token.
var ofUser = operations[:5]
