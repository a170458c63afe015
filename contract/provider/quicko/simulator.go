package quicko

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
)

// The credentials that the simulator takes. They are no secrets and open nothing else. The access
// token is taken beside those that authenticate gives, and never runs out.
const (
	SimulatorAPIKey      = "key_test_simulator"
	SimulatorAPISecret   = "secret_test_simulator_opens_nothing"
	SimulatorAccessToken = "quicko-simulator-token-opens-nothing"
)

// TokenLife is how long a token of authenticate is taken, by the simulator's clock.
const TokenLife = 24 * time.Hour

// behaviour has no page for the SDK: what a user of the server flow decided is what the calls of
// either flow say of the session.
var behaviour = simulator.Behaviour{
	Credentials: []simulator.Credential{
		{Name: "x-api-key", Value: SimulatorAPIKey}, {Name: "x-api-secret", Value: SimulatorAPISecret},
		{Name: "Authorization", Value: SimulatorAccessToken},
	},
	Refuse:      refuse,
	Operations:  operations,
	Variants:    variants(),
	Unpublished: unpublished,
	Back:        back,
	Paper:       paper,
	Curl: func(base string, _ time.Time) []string {
		return []string{
			base + "/kyc/digilocker/sessions/init",
			"-H", "x-api-key: " + SimulatorAPIKey, "-H", "Authorization: " + SimulatorAccessToken,
			"--json", `{"@entity":"in.co.sandbox.kyc.digilocker.session.request","flow":"signin",` +
				`"doc_types":["aadhaar","pan","driving_license"],"redirect_url":"https://shop.example/back"}`,
		}
	},
}

var operations = map[string]func(*simulator.Exchange) simulator.Reply{
	"authenticate":        authenticate,
	"verifyUserAccount":   verifyUserAccount,
	"initiateSession":     initiateSession,
	"getSessionStatus":    getSessionStatus,
	"getUserProfile":      getUserProfile,
	"getDocument":         getDocument,
	"createSession":       createSession,
	"getSDKSessionStatus": getSDKSessionStatus,
	"getSDKUserProfile":   getUserProfile,
	"getSDKDocument":      getDocument,
}

// documentWords are Quicko's names of the documents.
var documentWords = map[kyc.Document]string{
	kyc.Aadhaar: "aadhaar", kyc.PAN: "pan", kyc.DrivingLicence: "driving_license",
}

// documentsOf are the documents of those words; ok is false if one is none, or there are none.
func documentsOf(words []string) (docs []kyc.Document, ok bool) {
	for _, word := range words {
		found := false
		for doc, w := range documentWords {
			if w == word {
				docs, found = append(docs, doc), true
			}
		}
		if !found {
			return nil, false
		}
	}
	return docs, len(docs) > 0
}

// freshID is a random UUID.
func freshID(x *simulator.Exchange) string {
	id, err := uuid.NewRandomFromReader(x.Options().Random)
	if err != nil {
		panic(fmt.Sprintf("simulator: Options.Random: %v", err))
	}
	return id.String()
}

func millis(t time.Time) json.RawMessage { return simulator.Integer(t.UnixMilli()) }

// enveloped is r with a time and an id of its own, as each answer has.
func enveloped(x *simulator.Exchange, r simulator.Reply) simulator.Reply {
	return *r.With(simulator.Values{"/timestamp": millis(x.Now), "/transaction_id": simulator.Quote(freshID(x))})
}

// say gives the example of that name of the operation.
func say(x *simulator.Exchange, put simulator.Values, names ...string) simulator.Reply {
	return enveloped(x, x.Say(put, names...))
}

// refusal is a refusal of which no body is published: in the form of those that are, with the words
// of HTTP for a message.
func refusal(x *simulator.Exchange, status int) simulator.Reply {
	r := x.Borrow("createSession/400/400-invalid-request-body", status)
	return enveloped(x, *r.With(simulator.Values{
		"/code": simulator.Integer(int64(status)), "/message": simulator.Quote(http.StatusText(status)),
	}))
}

// refuse checks the key and, but for authenticate, which checks the secret itself, the token.
func refuse(x *simulator.Exchange) *simulator.Reply {
	h := x.Request.Header
	var r simulator.Reply
	switch {
	case h.Get("x-api-key") != SimulatorAPIKey,
		x.Operation.ID == "authenticate" && h.Get("x-api-secret") != SimulatorAPISecret:
		r = refusal(x, http.StatusUnauthorized)
	case x.Operation.ID != "authenticate" && !isToken(h.Get("Authorization"), x.Now):
		r = refusal(x, http.StatusForbidden)
	default:
		return nil
	}
	return &r
}

// claims are what a token says.
type claims struct {
	ID       string `json:"jti"`
	IssuedAt int64  `json:"iat"` // in seconds
}

// sealed is the text with its signature, in the form of the published token.
func sealed(text string) string {
	mac := hmac.New(sha256.New, []byte(SimulatorAPISecret))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// newToken is a token that was given at that time.
func newToken(id string, at time.Time) string {
	said, _ := json.Marshal(claims{ID: id, IssuedAt: at.Unix()}) // texts and numbers always have JSON
	return sealed(base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`)) + "." +
		base64.RawURLEncoding.EncodeToString(said))
}

// isToken says whether a token is taken at that time.
func isToken(token string, now time.Time) bool {
	if token == SimulatorAccessToken {
		return true
	}
	end := strings.LastIndexByte(token, '.')
	if end < 0 || !hmac.Equal([]byte(sealed(token[:end])), []byte(token)) {
		return false
	}
	_, text, _ := strings.Cut(token[:end], ".")
	said, err := base64.RawURLEncoding.DecodeString(text)
	var c claims
	return err == nil && json.Unmarshal(said, &c) == nil && now.Before(time.Unix(c.IssuedAt, 0).Add(TokenLife))
}

func authenticate(x *simulator.Exchange) simulator.Reply {
	token := newToken(freshID(x), x.Now)
	return say(x, simulator.Values{"/data/access_token": simulator.Quote(token)}, "200/200")
}

// invalidBody is the one refusal of a body that is published, of an operation of the SDK flow
// without a word of its cause (SB-D7).
func invalidBody(x *simulator.Exchange) *simulator.Reply {
	r := enveloped(x, x.Borrow("createSession/400/400-invalid-request-body", 0))
	return &r
}

// unprocessable is the refusal of a value that breaks the schema's rules.
func unprocessable(x *simulator.Exchange) *simulator.Reply {
	r := refusal(x, http.StatusUnprocessableEntity)
	return &r
}

// entities are what each request calls itself.
var entities = map[string]string{
	"verifyUserAccount": "in.co.sandbox.kyc.digilocker.user.verification.request",
	"initiateSession":   "in.co.sandbox.kyc.digilocker.session.request",
	"createSession":     "in.co.sandbox.kyc.digilocker.sdk.session.request",
}

// broken is the refusal of a body that is no JSON object, or has one of the members not as a text;
// nil: it is neither.
func broken(x *simulator.Exchange, members ...string) *simulator.Reply {
	for _, name := range append(members, "@entity") {
		var text string
		if x.Missing(name) || json.Unmarshal(x.Body[name], &text) != nil {
			return invalidBody(x)
		}
	}
	if x.Text("@entity") != entities[x.Operation.ID] {
		return unprocessable(x)
	}
	return nil
}

var (
	tenDigits    = regexp.MustCompile(`^[0-9]{10}$`)
	ownMobiles   = regexp.MustCompile(`^[6-9][0-9]{9}$`)
	twelveDigits = regexp.MustCompile(`^[0-9]{12}$`)
)

// The published numbers: of people with an account and without one. The one of 13 digits breaks
// its own pattern (SB-D5).
var (
	publishedWith    = []string{"9000000002", "1234567890123"}
	publishedWithout = []string{"9999999999", "987654321098"}
)

func verifyUserAccount(x *simulator.Exchange) simulator.Reply {
	if wrong := broken(x); wrong != nil {
		return *wrong
	}
	mobile, aadhaar := x.Text("mobile"), x.Text("aadhaar_number")
	switch {
	case x.Missing("mobile") && x.Missing("aadhaar_number"):
		return *invalidBody(x)
	case !x.Missing("mobile") && !tenDigits.MatchString(mobile),
		!x.Missing("aadhaar_number") && !twelveDigits.MatchString(aadhaar) && !slices.Contains(publishedWith, aadhaar):
		return *unprocessable(x)
	}
	number := cmp.Or(mobile, aadhaar)
	person := simulator.FindPerson(number)
	exists := slices.Contains(publishedWith, number) ||
		!slices.Contains(publishedWithout, number) && person != nil && x.HasAccount(person)
	name := map[bool]string{true: "user-exists-validated-with-", false: "user-does-not-exist-validated-with-"}[exists]
	if mobile != "" {
		return say(x, nil, "200/"+name+"mobile")
	}
	return say(x, nil, "200/"+name+"aadhaar-number")
}

// wanted are the documents of the body, or what is wrong with them or with the flow.
func wanted(x *simulator.Exchange, flows ...string) ([]kyc.Document, *simulator.Reply) {
	words, ok := x.Texts("doc_types")
	if !ok {
		return nil, invalidBody(x)
	}
	docs, known := documentsOf(words)
	if !known || !slices.Contains(flows, x.Text("flow")) {
		return nil, unprocessable(x)
	}
	return docs, nil
}

// start opens a session; redirect is "" in the SDK flow.
func start(x *simulator.Exchange, redirect string, docs []kyc.Document) *simulator.Journey {
	flow := strings.ReplaceAll(x.Text("flow"), "_", "")
	j := x.Start(freshID(x), redirect, docs, flow)
	if j == nil {
		panic("simulator: Options.Random gave the same id twice")
	}
	return j
}

func initiateSession(x *simulator.Exchange) simulator.Reply {
	wrong := broken(x, "flow", "redirect_url")
	if wrong != nil {
		return *wrong
	}
	docs, wrong := wanted(x, "signin", "signup")
	redirect := x.Text("redirect_url")
	switch {
	case wrong != nil:
		return *wrong
	case !strings.HasPrefix(redirect, "https://") || !simulator.WebAddress(redirect):
		return *unprocessable(x)
	case !x.Missing("options"):
		wrong = wrongOptions(x)
	}
	if wrong == nil && !x.Missing("consent_expiry") {
		wrong = wrongExpiry(x)
	}
	if wrong != nil {
		return *wrong
	}
	j := start(x, redirect, docs)
	return say(x, simulator.Values{
		"/data/session_id": simulator.Quote(j.ID), "/data/authorization_url": simulator.Quote(link(j)),
	}, "200/200-ok")
}

// methods are those of a sign-up.
var methods = []string{"aadhaar", "pan", "driving_license", "email", "username", "mobile", "other"}

// wrongOptions is the refusal of options that break a rule. That they are of the other flow breaks
// none: a published request has such (SB-D18).
func wrongOptions(x *simulator.Exchange) *simulator.Reply {
	var options struct {
		Methods      *[]string `json:"verification_method"`
		Pinless      *bool     `json:"pinless"`
		Usernameless *bool     `json:"usernameless"`
		Mobile       *string   `json:"verified_mobile"`
	}
	switch err := json.Unmarshal(x.Body["options"], &options); {
	case err != nil:
		return invalidBody(x)
	case options.Mobile != nil && !ownMobiles.MatchString(*options.Mobile),
		options.Methods != nil && (len(*options.Methods) == 0 ||
			slices.ContainsFunc(*options.Methods, func(m string) bool { return !slices.Contains(methods, m) })):
		return unprocessable(x)
	}
	return nil
}

// wrongExpiry is the refusal of an end of the consent that is less than an hour ahead, or in
// seconds (SB-D19).
func wrongExpiry(x *simulator.Exchange) *simulator.Reply {
	ms, err := strconv.ParseInt(string(x.Body["consent_expiry"]), 10, 64)
	switch {
	case err != nil:
		return invalidBody(x)
	case time.UnixMilli(ms).Before(x.Now.Add(time.Hour)):
		return unprocessable(x)
	}
	return nil
}

// createSession takes the older words for the flow too, in which one of its requests is published
// (SB-D8).
func createSession(x *simulator.Exchange) simulator.Reply {
	if wrong := broken(x, "flow"); wrong != nil {
		return *wrong
	}
	docs, wrong := wanted(x, "signin", "signup", "sign_in", "sign_up")
	if wrong != nil {
		return *wrong
	}
	for name := range x.Body {
		if !slices.Contains([]string{"@entity", "flow", "doc_types"}, name) { // the schema allows no other
			return *invalidBody(x)
		}
	}
	j := start(x, "", docs)
	return say(
		x,
		simulator.Values{"/data/id": simulator.Quote(j.ID), "/data/created_at": millis(j.Created)},
		"200/200-ok",
	)
}

// find is the session of the path, nil if there is none.
func find(x *simulator.Exchange) *simulator.Journey { return x.Find(x.Request.PathValue("session_id")) }

// unknown is the refusal of a session that there is not.
func unknown(x *simulator.Exchange) simulator.Reply {
	r := x.Borrow("getSDKDocument/521/521-data-not-found", 0)
	return enveloped(x, *r.With(simulator.Values{
		"/message": simulator.Quote("Data not found for: " + x.Request.PathValue("session_id")),
	}))
}

// status is how far a session is.
func status(x *simulator.Exchange, j *simulator.Journey) string {
	switch {
	case j.State == simulator.Pending:
		return "created"
	case j.State == simulator.Denied:
		return "failed"
	case j.State == simulator.LinkExpired, j.State == simulator.ConsentExpired:
		return "expired"
	case j.Person.Slow && x.Now.Sub(j.At) < simulator.Validation:
		return "authorized"
	}
	return "succeeded"
}

// sessionStatus gives the example for what became of the session of the path: created for one just
// opened, ended for one that expired, succeeded for any other.
func sessionStatus(x *simulator.Exchange, created, ended, succeeded string) simulator.Reply {
	j := find(x)
	if j == nil {
		return unknown(x)
	}
	state := status(x, j)
	put := simulator.Values{
		"/data/id": simulator.Quote(
			j.ID,
		),
		"/data/created_at": millis(j.Created),
		"/data/status":     simulator.Quote(state),
	}
	if state == "created" {
		return say(x, put, created)
	}
	put["/data/updated_at"] = put["/data/created_at"] // as the example of one that expired has it
	if !j.At.IsZero() {
		put["/data/updated_at"] = millis(j.At)
	}
	if state == "expired" && ended != succeeded {
		return say(x, put, ended)
	}
	put["/data/documents_consented"] = nil
	if state == "succeeded" {
		put["/data/documents_consented"] = simulator.QuoteAll(simulator.Words(documentWords, j.Shared))
	}
	return say(x, put, succeeded)
}

func getSessionStatus(x *simulator.Exchange) simulator.Reply {
	return sessionStatus(x, "200/200-session-created", "200/succeeded", "200/succeeded")
}

func getSDKSessionStatus(x *simulator.Exchange) simulator.Reply {
	return sessionStatus(x, "200/200-session-created", "200/200-session-expired", "200/200-session-succeeded")
}

// unready is what stands in the way of reading anything of the session.
func unready(x *simulator.Exchange, j *simulator.Journey) *simulator.Reply {
	if j == nil {
		r := unknown(x)
		return &r
	}
	if status(x, j) != "succeeded" {
		r := enveloped(x, x.Borrow("getSDKDocument/523/523-invalid-session-lifecycle", 0))
		return &r
	}
	return nil
}

func getUserProfile(x *simulator.Exchange) simulator.Reply {
	j := find(x)
	if wrong := unready(x, j); wrong != nil {
		return *wrong
	}
	person := j.Person
	put := simulator.Values{"/data/id": simulator.Quote(person.AccountID())}
	if !person.Published {
		put.Texts("/data/", map[string]string{
			"name": person.Name, "mobile": person.Mobile, "gender": gender(person.Gender),
			"date_of_birth": strings.ReplaceAll(person.Birth, "-", "/"), "email": "",
		})
		put["/data/eaadhaar"] = json.RawMessage(strconv.FormatBool(person.Aadhaar != ""))
	}
	return say(
		x,
		put,
		map[string]string{"getUserProfile": "200/example", "getSDKUserProfile": "200/200-ok"}[x.Operation.ID],
	)
}

// gender is the profile's word for M, F or T.
func gender(letter string) string {
	return map[string]string{"M": "male", "F": "female", "T": "transgender"}[letter]
}

// metadata are what stands beside the link of a document.
var metadata = map[kyc.Document]map[string]string{
	kyc.PAN: {
		"issuer_id": "in.gov.pan", "issuer": "Income Tax Department", "description": "PAN Verification Record",
	},
	kyc.DrivingLicence: {
		"issuer_id":   "in.gov.transport",
		"issuer":      "Ministry of Road Transport and Highways",
		"description": "Driving License",
	},
}

func getDocument(x *simulator.Exchange) simulator.Reply {
	word := x.Request.PathValue("doc_type")
	docs, known := documentsOf([]string{word})
	if !known {
		return *unprocessable(x)
	}
	doc, j := docs[0], find(x)
	if wrong := unready(x, j); wrong != nil {
		return *wrong
	}
	if !j.Has(doc) {
		r := x.Borrow("getSDKDocument/400/400-consent-not-provided", 0)
		return enveloped(
			x,
			*r.With(simulator.Values{"/message": simulator.Quote("Consent for " + word + " not provided")}),
		)
	}
	put := simulator.Values{"/data/files/0/url": simulator.Quote(x.Link(j, doc, "xml"))}
	put.Texts("/data/files/0/metadata/", metadata[doc])
	return say(x, put, "200/200-ok")
}

// workspace is the account, as the state of a link names it.
const workspace = "00000000-0000-4000-8000-000000000000"

// state is what DigiLocker gives back with the user's return: account, session and address.
func state(j *simulator.Journey) string { return workspace + "|" + j.ID + "|" + j.Redirect }

// link is where the user goes, with the verifier of PKCE beside its challenge (SB-D21).
func link(j *simulator.Journey) string {
	verifier := hash("verifier of " + j.ID)
	return j.ConsentURL() + "?" + url.Values{
		"response_type": {"code"}, "state": {state(j)}, "code_verifier": {verifier}, "code_challenge": {hash(verifier)},
		"code_challenge_method": {"S256"}, "redirect_uri": {j.Redirect},
	}.Encode()
}

// hash is SHA-256 of the text, as PKCE writes it.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// back is the query that DigiLocker itself would add (SB-D22).
func back(_ *simulator.Service, j *simulator.Journey) string {
	query := url.Values{"state": {state(j)}}
	if j.State == simulator.Denied {
		query.Set("error", "access_denied")
		query.Set("error_description", "User denied access")
	} else {
		query.Set("code", hash("code of "+j.ID))
	}
	return query.Encode()
}

// paper is the XML behind the link of a file. No example says what the published person's documents
// say, so that they say what is invented.
func paper(_ *simulator.Service, j *simulator.Journey, doc kyc.Document, at time.Time) []byte {
	switch doc {
	case kyc.Aadhaar:
		return j.Person.EAadhaar().XML(at)
	case kyc.PAN:
		return j.Person.PANCard().XML(at)
	default:
		return j.Person.DrivingLicence().XML(at)
	}
}
