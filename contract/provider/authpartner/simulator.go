package authpartner

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
)

// The credentials that the simulator takes. They are no secrets and open nothing else.
const (
	SimulatorClientID     = "SIMULATE"
	SimulatorClientSecret = "authpartner-simulator-secret-opens-nothing"
)

// How long the simulator takes a code and an access token, by its clock.
const (
	CodeLife  = 10 * time.Minute
	TokenLife = time.Hour
)

// The challenge in the link of the first page, and its verifier: those of RFC 7636, appendix B.
const (
	SimulatorVerifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	simulatorChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// behaviour has the page that a journey begins with among its Pages. Of most refusals there is no example: they have
// the form of those that are shown.
var behaviour = simulator.Behaviour{
	Credentials: []simulator.Credential{
		{Name: "client_id", Value: SimulatorClientID}, {Name: "client_secret", Value: SimulatorClientSecret},
		{Name: "code_verifier", Value: SimulatorVerifier},
	},
	Refuse: refuse,
	Operations: map[string]func(*simulator.Exchange) simulator.Reply{
		"getToken": getToken, "getTokenOpenID": getTokenOpenID, "revokeToken": revokeToken, "getUser": getUser,
		"listFiles": listFiles, "listRootFiles": listRootFiles, "listIssued": listIssued, "getFile": getFile,
		"getXML": getXML, "getEAadhaar": getEAadhaar, "uploadFile": uploadFile, "pullDocument": pullDocument,
		"getAPAAR": getAPAAR, "listIssuers": known(listIssuers), "listDoctypes": known(listDoctypes),
		"listParameters": known(listParameters), "verifyAccount": known(verifyAccount), "pushURI": known(pushURI),
		"countStatistics": known(countStatistics),
	},
	Pages: map[string]func(*simulator.Exchange) simulator.Turn{
		"GET /public/oauth2/1/authorize": authorize, "GET /signin/logout/{sure}": logout,
	},
	Sizes: map[string]int64{"uploadFile": largestUpload + 1<<20},
	Causes: map[string][]string{
		"internal error":               {"500/unexpected-error"},
		"partner service unresponsive": {"500/partner-service-unresponsive"},
		"uri missing":                  {"400/uri-missing"},
	},
	Variants:    variants,
	Unpublished: unpublished,
	Back:        back,
	Paper:       paper,
	Begin: func(base string, _ time.Time) string {
		return base + "/public/oauth2/1/authorize?" + url.Values{
			"response_type": {"code"}, "client_id": {SimulatorClientID}, "redirect_uri": {"https://shop.example/back"},
			"state": {"a-state-of-the-first-page"}, "code_challenge": {simulatorChallenge},
			"code_challenge_method": {"S256"}, "req_doctype": {"ADHAR,PANCR,DRVLC"}, "purpose": {"kyc"},
			"service_name": {"A shop"},
		}.Encode()
	},
}

// grant is what is kept of a journey: what its authorize page was asked, and what has come of it since. It is never
// changed: a change is another one.
type grant struct {
	redirect, state, challenge string
	scopes                     []string // that were asked for; nil: all
	types                      []string // of documents, that were asked for; nil: all
	acr, purpose               string

	code     string
	used     bool // the code was exchanged
	access   token
	refresh  string
	uploaded []upload
	pulled   []pulled
}

// token is an access token; its zero value is none.
type token struct {
	text  string
	until time.Time
}

// grantOf is what is kept of j.
func grantOf(j *simulator.Journey) grant { return j.Kept.(grant) }

// refusal is one in the form that all have.
func refusal(status int, code, description string) *simulator.Reply {
	return simulator.JSON(status, []byte(`{"error":`+string(simulator.Quote(code))+
		`,"error_description":`+string(simulator.Quote(description))+`}`))
}

// The descriptions that the tables of errors have.
const (
	saysClient  = "The client credentials are invalid"
	saysTwice   = "A parameter is there twice"
	saysRefresh = "The refresh token is invalid"
	saysToken   = "The access token is invalid"
	saysScope   = "The request requires higher privileges than provided by the access token"
	saysError   = "Internal server error"
)

// random is 2n random hexadecimal digits.
func random(x *simulator.Exchange, n int) string {
	b := make([]byte, n)
	if _, err := io.ReadFull(x.Options().Random, b); err != nil {
		panic(fmt.Sprintf("simulator: Options.Random: %v", err))
	}
	return hex.EncodeToString(b)
}

// idLength is that of a journey's id, with which its code and its tokens begin.
const idLength = 16

// newToken is one of 40 hexadecimal digits, as in the samples.
func newToken(x *simulator.Exchange, id string) string { return id + random(x, 12) }

// find is the journey to which a code or a token belongs, if it begins as one does; nil if there is none.
func find(x *simulator.Exchange, text string) *simulator.Journey {
	if len(text) != idLength+24 {
		return nil
	}
	return x.Find(text[:idLength])
}

// codes are DigiLocker's of the documents that the consent page has.
var codes = map[kyc.Document]string{kyc.Aadhaar: "ADHAR", kyc.PAN: "PANCR", kyc.DrivingLicence: "DRVLC"}

// everything is what the consent page asks for where the caller does not say it.
var everything = []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}

var (
	challenges = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	verifiers  = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)
	words      = regexp.MustCompile(`^[A-Za-z0-9 _]*$`)
)

// once is the parameter, which is there once and not empty; "" otherwise.
func once(query url.Values, name string) string {
	if all := query[name]; len(all) == 1 {
		return all[0]
	}
	return ""
}

// safe says whether a user can be sent to that address: by https, or to the user's own machine.
func safe(address string) bool {
	u, err := url.Parse(address)
	if err != nil || !simulator.WebAddress(address) || u.Fragment != "" || strings.HasSuffix(address, "#") {
		return false
	}
	ip, _ := netip.ParseAddr(strings.Trim(u.Hostname(), "[]"))
	return u.Scheme == "https" || u.Hostname() == "localhost" || ip.IsLoopback()
}

// authorize begins a journey. Where client_id or redirect_uri is wrong, the user gets a page and goes nowhere; any
// other mistake goes back to the caller, as a denial does.
func authorize(x *simulator.Exchange) simulator.Turn {
	asked := x.Query
	redirect := once(asked, "redirect_uri")
	switch {
	case once(asked, "client_id") != SimulatorClientID:
		return simulator.Turn{Status: http.StatusBadRequest, Title: "Unknown client",
			Text: "The client_id is missing, is there twice, or is nobody's. The first page of the simulator has one."}
	case !safe(redirect):
		return simulator.Turn{Status: http.StatusBadRequest, Title: "Unknown redirect_uri",
			Text: "The redirect_uri is missing, is there twice, or is no address of https or of this machine."}
	}
	code, wrong := mistake(x)
	if code != "" {
		query := url.Values{"error": {code}, "error_description": {wrong}}
		if state := once(asked, "state"); state != "" {
			query.Set("state", state)
		}
		return simulator.Turn{To: simulator.AddQuery(redirect, query.Encode())}
	}
	g := grant{
		redirect: redirect, state: once(asked, "state"), challenge: once(asked, "code_challenge"),
		acr: once(asked, "acr"), purpose: once(asked, "purpose"), types: list(once(asked, "req_doctype")),
	}
	for _, scope := range strings.Fields(once(asked, "scope")) {
		if !strings.EqualFold(scope, "openid") {
			g.scopes = append(g.scopes, strings.ToLower(scope))
		}
	}
	o := simulator.Opening{ID: random(x, idLength/2), Redirect: redirect, Life: simulator.LinkLife}
	for _, doc := range everything {
		if g.approves(codes[doc]) {
			o.Documents = append(o.Documents, doc)
		}
	}
	if once(asked, "dl_flow") == "signup" {
		o.Flow = "signup"
	}
	if seconds, err := strconv.ParseInt(once(asked, "consent_valid_till"), 10, 64); err == nil {
		o.Until = time.Unix(seconds, 0)
	}
	g.code = newToken(x, o.ID)
	o.Keep = g
	j := x.Open(o)
	if j == nil {
		panic("simulator: Options.Random gave the same id twice")
	}
	return simulator.Turn{To: j.ConsentURL()}
}

// list are the parts of a text between commas.
func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.ToUpper(text), ",")
}

// repeats says whether a parameter is there more than once, which OAuth has nobody take: RFC 6749, 3.1 and 3.2.
func repeats(parameters url.Values) bool {
	for _, all := range parameters {
		if len(all) > 1 {
			return true
		}
	}
	return false
}

// mistake is what is wrong with the query of authorize, as OAuth calls it and in words; "": nothing.
func mistake(x *simulator.Exchange) (code, wrong string) {
	asked := x.Query
	if repeats(asked) {
		return "invalid_request", saysTwice
	}
	till := asked.Get("consent_valid_till")
	seconds, err := strconv.ParseInt(till, 10, 64)
	switch {
	case asked.Get("state") == "":
		return "invalid_request", "The state parameter is missing"
	case asked.Get("response_type") == "":
		return "invalid_request", "The response_type parameter is missing"
	case asked.Get("response_type") != "code":
		return "unsupported_response_type", "The response_type parameter is invalid"
	case asked.Get("code_challenge_method") != "S256", !challenges.MatchString(asked.Get("code_challenge")):
		return "invalid_request", "The code_challenge parameters are missing or invalid"
	case !words.MatchString(asked.Get("purpose")), !words.MatchString(asked.Get("service_name")):
		return "invalid_request", "The purpose or service_name parameter is invalid"
	case till != "" && (err != nil || !time.Unix(seconds, 0).After(x.Now)):
		return "invalid_request", "The consent_valid_till parameter is invalid"
	}
	return "", ""
}

// approves says whether the caller asked for documents of that type.
func (g grant) approves(code string) bool { return g.types == nil || slices.Contains(g.types, code) }

// logout ends a session that nobody has: it is a success that looks like a denial (DL-D45).
func logout(x *simulator.Exchange) simulator.Turn {
	redirect := once(x.Query, "redirect_uri")
	if once(x.Query, "client_id") != SimulatorClientID || !safe(redirect) {
		return simulator.Turn{
			Title: "You have signed out",
			Text:  "No client_id and redirect_uri say where to go back to.",
		}
	}
	return simulator.Turn{To: simulator.AddQuery(redirect, "error=user_loggedout&error_description=user")}
}

// back is what the user comes back with.
func back(_ *simulator.Service, j *simulator.Journey) string {
	g := grantOf(j)
	query := url.Values{"state": {g.state}}
	if j.State == simulator.Denied {
		query.Set("error", "access_denied")
		query.Set("error_description", "The user denied the request")
	} else {
		query.Set("code", g.code)
	}
	return query.Encode()
}

// needs says by what a caller shows who it is.
func needs(x *simulator.Exchange) string {
	switch x.Operation.ID {
	case "getToken", "getTokenOpenID", "revokeToken":
		return "client"
	case "listIssuers", "listDoctypes", "listParameters", "verifyAccount", "pushURI", "countStatistics":
		return "clientid"
	default:
		return "token"
	}
}

// refuse looks at the client's id and secret alone: a fault, such as an internal error, strikes a request whatever its
// token or its digest.
func refuse(x *simulator.Exchange) *simulator.Reply {
	if needs(x) == "client" {
		return stranger(x)
	}
	return nil
}

// known is an operation for who says the client's id, and when.
func known(operation func(*simulator.Exchange) simulator.Reply) func(*simulator.Exchange) simulator.Reply {
	return func(x *simulator.Exchange) simulator.Reply {
		if wrong := stranger(x); wrong != nil {
			return *wrong
		}
		if wrong := untimely(x); wrong != nil {
			return *wrong
		}
		return operation(x)
	}
}

// stranger is the refusal of a caller who does not show what the operation needs: see needs.
func stranger(x *simulator.Exchange) *simulator.Reply {
	switch needs(x) {
	case "client":
		if repeats(x.Form()) {
			return refusal(http.StatusBadRequest, "invalid_request", saysTwice)
		}
		if !isClient(x) {
			return refusal(http.StatusBadRequest, "invalid_client", saysClient)
		}
	case "clientid":
		if x.Form().Get("clientid") != SimulatorClientID {
			return refusal(http.StatusUnauthorized, "invalid_client_id", "The client_id parameter is invalid")
		}
	default:
		if bearer(x) == nil {
			return refusal(http.StatusUnauthorized, "invalid_token", saysToken)
		}
	}
	return nil
}

// isClient says whether a request has the client's id and secret: by HTTP Basic, or in the form of an exchange. What
// both say has to be the same.
func isClient(x *simulator.Exchange) bool {
	id, secret, basic := x.Request.BasicAuth()
	form := x.Form()
	if !basic && x.Operation.ID != "revokeToken" && form.Get("grant_type") != "refresh_token" {
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	for name, said := range map[string]string{"client_id": id, "client_secret": secret} {
		if form.Has(name) && form.Get(name) != said {
			return false
		}
	}
	return id == SimulatorClientID && secret == SimulatorClientSecret
}

// bearer is the journey of the request's access token; nil if that is none, or no more.
func bearer(x *simulator.Exchange) *simulator.Journey {
	scheme, text, _ := strings.Cut(x.Request.Header.Get("Authorization"), " ")
	j := find(x, text)
	if !strings.EqualFold(scheme, "Bearer") || j == nil || j.State != simulator.Granted {
		return nil
	}
	if access := grantOf(j).access; access.text != text || !x.Now.Before(access.until) {
		return nil
	}
	return j
}

// allowed is the journey of the request's access token, or the refusal of one that is none, or was not given for that.
func allowed(x *simulator.Exchange, scope string) (*simulator.Journey, *simulator.Reply) {
	j := bearer(x)
	if j == nil {
		return nil, refusal(http.StatusUnauthorized, "invalid_token", saysToken)
	}
	if !grantOf(j).has(scope) {
		return nil, insufficient()
	}
	return j, nil
}

func insufficient() *simulator.Reply {
	return refusal(http.StatusForbidden, "insufficient_scope", saysScope)
}

// The scopes that do not name a document.
const (
	issuedScope   = "files.issueddocs"
	uploadedScope = "files.uploadeddocs"
	userScope     = "userdetails"
)

// has says whether the user was asked for that scope.
func (g grant) has(scope string) bool { return g.scopes == nil || slices.Contains(g.scopes, scope) }

// scopeOf is what the user of j agreed to: a document of the account by its URI, a type that the account lacks by its
// name, as those who call DigiLocker see it; of the published person, what the samples have.
func scopeOf(x *simulator.Exchange, j *simulator.Journey, sample string) string {
	if sampled(j) {
		return sample
	}
	g := grantOf(j)
	var all []string
	if x.Operation.ID == "getTokenOpenID" {
		all = append(all, "openid")
	}
	for _, scope := range []string{issuedScope, uploadedScope, userScope} {
		if g.has(scope) {
			all = append(all, scope)
		}
	}
	for _, doc := range j.Requested {
		switch {
		case j.Has(doc):
			all = append(all, "issued/"+uriOf(j.Person, doc))
		case !j.Person.Has(doc):
			all = append(all, "file.partners/"+codes[doc])
		}
	}
	return strings.Join(all, " ")
}

// sampled says whether j is answered as in the samples: that of the published person, who shared all.
func sampled(j *simulator.Journey) bool {
	return j.Person.Published && len(j.Shared) == len(everything) && grantOf(j).scopes == nil
}

// verifies says whether that is the verifier of the challenge.
func (g grant) verifies(verifier string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return verifiers.MatchString(verifier) && base64.RawURLEncoding.EncodeToString(sum[:]) == g.challenge
}

// exchange uses the code of the request up, and gives its journey with an access token and, if that is wanted, a
// refresh token; nil if the code is not taken.
func exchange(x *simulator.Exchange, refresh bool) *simulator.Journey {
	form := x.Form()
	j := find(x, form.Get("code"))
	if j == nil || j.State != simulator.Granted || x.Now.After(j.At.Add(CodeLife)) {
		return nil
	}
	taken := false
	x.Keep(j, func(kept any) any {
		g := kept.(grant)
		taken = g.code == form.Get("code") && !g.used && g.redirect == form.Get("redirect_uri") &&
			g.verifies(form.Get("code_verifier"))
		if !taken {
			return g
		}
		g.used = true
		return g.renewed(x, j.ID, refresh)
	})
	if !taken {
		return nil
	}
	return x.Find(j.ID)
}

// renewed is g with other tokens.
func (g grant) renewed(x *simulator.Exchange, id string, refresh bool) grant {
	g.access = token{newToken(x, id), x.Now.Add(TokenLife)}
	if refresh {
		g.refresh = newToken(x, id)
	}
	return g
}

func getToken(x *simulator.Exchange) simulator.Reply {
	switch x.Form().Get("grant_type") {
	case "authorization_code":
		j := exchange(x, true)
		if j == nil {
			return noGrant()
		}
		r := tokens(x, j, "200/code-exchange-mended")
		if !j.Person.Published {
			r = *r.With(simulator.Values{"/new_account": simulator.Quote(yes(j.SignedUp))})
		}
		return r
	case "refresh_token":
		return renew(x)
	default:
		return x.Say(nil, "400/invalid-grant-type")
	}
}

// noGrant is the refusal of a code, for which no table has a word.
func noGrant() simulator.Reply {
	return *refusal(http.StatusBadRequest, "invalid_grant", "The authorization code is invalid")
}

// renew gives other tokens in the place of a refresh token, which is not taken again (DL-D50).
func renew(x *simulator.Exchange) simulator.Reply {
	text := x.Form().Get("refresh_token")
	j := find(x, text)
	taken := false
	if j != nil && j.State == simulator.Granted {
		x.Keep(j, func(kept any) any {
			g := kept.(grant)
			if taken = g.refresh == text; taken {
				g = g.renewed(x, j.ID, true)
			}
			return g
		})
	}
	if !taken {
		return *refusal(http.StatusBadRequest, "invalid_grant", saysRefresh)
	}
	if j = x.Find(j.ID); j == nil { // forgotten just now
		return *refusal(http.StatusBadRequest, "invalid_grant", saysRefresh)
	}
	return tokens(x, j, "200/refresh")
}

// tokens is the answer with the tokens of j, in the form of that example.
func tokens(x *simulator.Exchange, j *simulator.Journey, name string) simulator.Reply {
	r := x.Say(nil, name)
	g := grantOf(j)
	put := simulator.Values{
		"/access_token":       simulator.Quote(g.access.text),
		"/refresh_token":      simulator.Quote(g.refresh),
		"/scope":              simulator.Quote(scopeOf(x, j, r.Example.Text("/scope"))),
		"/consent_valid_till": simulator.Integer(j.Until.Unix()),
	}
	describe(put, j)
	return *r.With(put)
}

// describe puts the user into an answer.
func describe(put simulator.Values, j *simulator.Journey) {
	p := j.Person
	if p.Published && p.Aadhaar == "" {
		put["/eaadhaar"] = simulator.Quote("N")
	}
	if !p.Published {
		put.Texts("/", map[string]string{
			"digilockerid": p.AccountID(), "name": p.Name, "dob": strings.ReplaceAll(birthOf(p), "-", ""),
			"gender": p.Gender, "eaadhaar": yes(p.Aadhaar != ""), "reference_key": sum("reference of " + j.ID),
		})
	}
}

// birthOf is the day of birth, DD-MM-YYYY, also where only the year is known.
func birthOf(p *simulator.Person) string {
	if len(p.Birth) == len("YYYY") {
		return "01-01-" + p.Birth
	}
	return p.Birth
}

func yes(b bool) string {
	if b {
		return "Y"
	}
	return "N"
}

// sum is SHA-256 of the text in hexadecimal digits.
func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

func getTokenOpenID(x *simulator.Exchange) simulator.Reply {
	if x.Form().Get("grant_type") != "authorization_code" {
		return x.Borrow("getToken/400/invalid-grant-type", 0)
	}
	j := exchange(x, false)
	if j == nil {
		return noGrant()
	}
	r := tokens(x, j, "200/code-exchange-mended")
	return *r.With(simulator.Values{"/id_token": simulator.Quote(idToken(x, j))})
}

// claims are those of an ID token.
type claims struct {
	Issuer    string `json:"iss"`
	Subject   string `json:"sub"`
	Audience  string `json:"aud"`
	IssuedAt  int64  `json:"iat"`
	Expires   int64  `json:"exp"`
	SignedIn  int64  `json:"auth_time"`
	Name      string `json:"given_name"`
	UserName  string `json:"preferred_username"`
	Email     string `json:"email"`
	Birth     string `json:"birthdate"` // DD/MM/YYYY
	Mobile    string `json:"phone_number"`
	ID        string `json:"jti"`
	SSO       string `json:"user_sso_id"`
	PAN       string `json:"pan_number,omitempty"`
	Licence   string `json:"driving_licence,omitempty"`
	MaskedUID string `json:"masked_aadhaar,omitempty"`
}

// idToken is a JWT, which the simulator's throw-away key signs, by the clock of the callers.
func idToken(x *simulator.Exchange, j *simulator.Journey) string {
	p, now := j.Person, x.Options().Now()
	user := "fake." + strings.ReplaceAll(p.Key, "-", ".")
	c := claims{
		Issuer: "https://api.digitallocker.gov.in", Subject: user, Audience: SimulatorClientID,
		IssuedAt: now.Unix(), Expires: now.Add(24 * time.Hour).Unix(), SignedIn: now.Unix(),
		Name: p.Name, UserName: user, Email: user + "@example.invalid",
		Birth: strings.ReplaceAll(birthOf(p), "-", "/"), Mobile: p.Mobile,
		ID: random(x, 16), SSO: "DL-" + p.AccountID(),
	}
	for _, asked := range strings.FieldsFunc(grantOf(j).acr, func(r rune) bool { return r == '+' || r == ' ' }) {
		switch asked {
		case "pan":
			c.PAN = p.PANCard().Number
		case "driving_licence":
			c.Licence = p.DrivingLicence().Number
		case "aadhaar":
			if p.Aadhaar != "" {
				c.MaskedUID = "xxxxxxx" + p.Aadhaar[len(p.Aadhaar)-4:]
			}
		}
	}
	said, _ := json.Marshal(c) // texts and numbers always have JSON
	head := `{"typ":"JWT","alg":"RS256","kid":"00000000000000000000000000000000"}`
	text := base64.RawURLEncoding.EncodeToString([]byte(head)) + "." + base64.RawURLEncoding.EncodeToString(said)
	signature, err := x.Sign([]byte(text))
	if err != nil {
		panic(fmt.Sprintf("simulator: the throw-away key: %v", err))
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// revokeToken ends the consent that a token is of. A token that nobody has is no error (DL-D22).
func revokeToken(x *simulator.Exchange) simulator.Reply {
	text := x.Form().Get("token")
	if text == "" {
		return *refusal(http.StatusBadRequest, "invalid_request", "The token parameter is missing")
	}
	if j := find(x, text); j != nil {
		if g := grantOf(j); text == g.access.text || text == g.refresh {
			x.Revoke(j)
		}
	}
	return simulator.Reply{Status: http.StatusOK}
}

func getUser(x *simulator.Exchange) simulator.Reply {
	j, wrong := allowed(x, userScope)
	if wrong != nil {
		return *wrong
	}
	put := simulator.Values{}
	describe(put, j)
	return x.Say(put, "200/user")
}

// vouched is a file, with the sum of its bytes that the client's secret is the key of.
func vouched(mediaType string, body []byte) *simulator.Reply {
	return &simulator.Reply{
		Status: http.StatusOK, Body: body,
		Header: http.Header{
			"Content-Type":   {mediaType},
			"Hmac":           {sumOf(body)},
			"Content-Length": {strconv.Itoa(len(body))},
		},
	}
}

// sumOf is the sum over the bytes of a file.
func sumOf(body []byte) string {
	mac := hmac.New(sha256.New, []byte(SimulatorClientSecret))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
