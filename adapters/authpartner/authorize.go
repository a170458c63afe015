package authpartner

import (
	"cmp"
	"context"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
)

// codes are DigiLocker's words for documents.
var codes = map[kyc.Document]string{
	kyc.Aadhaar:        "ADHAR",
	kyc.PAN:            "PANCR",
	kyc.DrivingLicence: "DRVLC",
}

// doctypes match a type of DigiLocker's, which has five characters.
var doctypes = regexp.MustCompile(`^[A-Z0-9]{5}$`)

// toType is "" for what is no document of DigiLocker's.
func toType(doc kyc.Document) string {
	if code, known := codes[doc]; known {
		return code
	}
	if doctypes.MatchString(string(doc)) && toDocument(string(doc)) == "" {
		return string(doc)
	}
	return ""
}

// toDocument is "" for a type that is none of the constants'.
func toDocument(code string) kyc.Document {
	for doc, known := range codes {
		if strings.EqualFold(code, known) {
			return doc
		}
	}
	return ""
}

// documentOf is the document of a type of DigiLocker's: kyc's own or, of another, the type in upper case.
func documentOf(code string) kyc.Document {
	return cmp.Or(toDocument(code), kyc.Document(strings.ToUpper(code)))
}

// CheckStart implements [kyc.StartChecker].
func (a *Adapter) CheckStart(req kyc.StartRequest) error {
	_, err := a.begin(call.New(context.Background(), provider, "Start"), req)
	return err
}

// Start implements [kyc.Provider]. It makes no call: URL is DigiLocker's authorize page, with a code_challenge by S256
// and a state of 256 random bits, which the sealed Ref keeps. ID is not sent, as DigiLocker has no place for it.
//
// Documents are sent as req_doctype, which limits what the consent page offers; besides the constants of kyc, a
// Document may be a type of DigiLocker's, such as "HSCER". Any other is [errors.ErrUnsupported]. SignUp sends dl_flow;
// without a Flow the user signs in (DL-D10).
//
// ReturnTo has to be the registered redirect URI, character for character. One with a fragment, or with a parameter
// that DigiLocker adds, is ErrInvalid, and so is one that is so long that the Ref would be over MaxRef: two thousand
// characters of ASCII, without a backslash, always fit.
func (a *Adapter) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	c := call.New(ctx, provider, "Start")
	j, err := a.begin(c, req)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	j.State, j.Verifier = unguessable(), unguessable()
	return &kyc.Consent{
		Ref: a.sealer().seal(j), State: kyc.Pending, URL: kyc.Hide(a.page(j, req.Flow)),
		Requested: slices.Clone(req.Documents), ExpiresAt: a.returnBy(j),
	}, nil
}

// returnBy is until when the user of a journey may come back: for Options.ReturnWithin, and no longer than the consent
// is to hold that was asked for.
func (a *Adapter) returnBy(j journey) time.Time {
	by := time.Unix(j.Started, 0).Add(a.opts.ReturnWithin)
	if till := time.Unix(j.ValidTill, 0); j.ValidTill != 0 && till.Before(by) {
		return till
	}
	return by
}

// late reports whether the user of a journey did not come back in time. It is the one rule by which a journey ends
// before the exchange.
func (a *Adapter) late(j journey) bool { return !j.exchanged() && !a.opts.Now().Before(a.returnBy(j)) }

// begin is a journey that begins now, without its secrets.
func (a *Adapter) begin(c *call.Call, req kyc.StartRequest) (journey, error) {
	if err := req.Validate(provider, "Start"); err != nil {
		return journey{}, err
	}
	for _, doc := range req.Documents {
		if toType(doc) == "" {
			can := append(a.Fetches(), "a type of DigiLocker's, such as HSCER")
			return journey{}, call.Unsupported("authpartner: start with", doc, can...)
		}
	}
	if strings.Contains(req.ReturnTo, "#") || !utf8.ValidString(req.ReturnTo) {
		return journey{}, c.Invalid("ReturnTo", "a URL without a fragment")
	}
	if err := c.FreeOf(req.ReturnTo, "", returned...); err != nil {
		return journey{}, err
	}
	now := a.opts.Now()
	j := journey{Requested: req.Documents, Started: now.Unix(), ReturnTo: req.ReturnTo}
	if a.opts.ConsentFor > 0 {
		j.ValidTill = now.Add(a.opts.ConsentFor).Unix()
	}
	whole := j
	whole.State, whole.Verifier, whole.Denied = unguessable(), unguessable(), true // the longest before the exchange
	switch {
	case sealedSize(whole) <= MaxRef:
		return j, nil
	case len(req.ReturnTo) > longestReturn:
		return journey{}, c.Invalid("ReturnTo", "two thousand characters at most")
	default:
		return journey{}, c.Invalid("Documents", "as many as a Ref can keep")
	}
}

// longestReturn is the length of a ReturnTo, of ASCII without a backslash, that always fits.
const longestReturn = 2000

// page is the address of the authorize page.
func (a *Adapter) page(j journey, flow kyc.Flow) string {
	types := make([]string, 0, len(j.Requested))
	for _, doc := range j.Requested {
		types = append(types, toType(doc))
	}
	query := url.Values{
		"response_type": {"code"}, "client_id": {a.clientID.Reveal()}, "redirect_uri": {j.ReturnTo}, "state": {j.State},
		"code_challenge": {challenge(j.Verifier)}, "code_challenge_method": {"S256"},
		"req_doctype": {strings.Join(types, ",")},
	}
	set := func(name, value string) {
		if value != "" {
			query.Set(name, value)
		}
	}
	yes := map[bool]string{true: "Y"}
	set("scope", a.opts.Scope)
	set("acr", a.opts.ACR)
	set("amr", a.opts.AMR)
	set("purpose", a.opts.Purpose)
	set("service_name", a.opts.ServiceName)
	set("prompt", a.opts.Prompt)
	set("pla", yes[a.opts.PLA])
	set("plsignup", yes[a.opts.PLSignup])
	set("ulsignup", yes[a.opts.ULSignup])
	if flow == kyc.SignUp {
		query.Set("dl_flow", "signup")
	}
	if j.ValidTill != 0 {
		query.Set("consent_valid_till", strconv.FormatInt(j.ValidTill, 10)) // of no zone (DL-D11)
	}
	return a.base + a.opts.AuthorizePath + "?" + query.Encode()
}

// Status implements [kyc.Provider]. It makes no call, as DigiLocker has none to ask: it says what the Ref says, by
// Options.Now.
//
// Before the exchange that is Pending, or Denied in the Ref that Exchange returns of a refusal, with which the user may
// still come back and consent. It is Expired once Options.ReturnWithin is over or the consent has ended that
// Options.ConsentFor asked for, whichever is first; Exchange is ErrExpired from then on too.
//
// After the exchange it is Granted, with what the scope names, if that is all: kyc's documents, and the types that were
// asked for. Where Aadhaar was asked for and the scope does not name it, nobody says whether it is shared, as no word
// for the e-Aadhaar is published: Granted is nil then, unless the account has none. It is Expired once the consent has
// ended, or the access token of a journey that cannot be refreshed. That a user withdrew the consent, at DigiLocker or
// by Revoke, no Ref knows: Fetch is then ErrExpired.
func (a *Adapter) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, provider, "Status")
	j, err := a.open(c, ref)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return a.consent(ref, j), nil
}

// consent is what a journey says of itself.
func (a *Adapter) consent(ref kyc.Ref, j journey) *kyc.Consent {
	consent := &kyc.Consent{Ref: ref, Requested: j.Requested, State: a.state(j)}
	if !j.exchanged() {
		return consent
	}
	if j.Granted != nil && !j.Listed && !j.leavesAadhaarOpen() { // else nobody says what there is besides
		consent.Granted = append([]kyc.Document{}, *j.Granted...)
	}
	if j.ValidTill != 0 {
		consent.ValidUntil = time.Unix(j.ValidTill, 0)
	}
	consent.EAadhaar = j.EAadhaar
	return consent
}

// leavesAadhaarOpen reports whether Aadhaar was asked for and may be shared, though the scope does not name it.
func (j journey) leavesAadhaarOpen() bool {
	return slices.Contains(j.Requested, kyc.Aadhaar) && !slices.Contains(*j.Granted, kyc.Aadhaar) &&
		(j.EAadhaar == nil || *j.EAadhaar)
}

func (a *Adapter) state(j journey) kyc.State {
	now := a.opts.Now()
	switch {
	case a.late(j):
		return kyc.Expired
	case j.exchanged() && (past(j.ValidTill, now) || j.Refresh == "" && past(j.Ends, now)):
		return kyc.Expired
	case j.exchanged():
		return kyc.Granted
	case j.Denied:
		return kyc.Denied
	default:
		return kyc.Pending
	}
}

// open is the journey of a caller's Ref.
func (a *Adapter) open(c *call.Call, ref kyc.Ref) (journey, error) {
	j, ok := a.sealer().open(ref)
	if !ok {
		return journey{}, c.Invalid("Ref", "that of a Consent or a Return, sealed by one of Options.Keys")
	}
	return j, nil
}

// granted is the journey of a Ref that has a token; before the exchange the error is ErrPending, or ErrDenied after a
// refusal.
func (a *Adapter) granted(c *call.Call, ref kyc.Ref) (journey, error) {
	j, err := a.open(c, ref)
	if err != nil || j.exchanged() {
		return j, err
	}
	switch a.state(j) {
	case kyc.Denied:
		return j, c.Refused(kyc.ErrDenied, "", "")
	case kyc.Expired:
		return j, c.Refused(kyc.ErrExpired, "", "")
	default:
		return j, c.Early("Ref", "that of kyc.Complete, once the user is back")
	}
}

// SameJourney implements [kyc.RefMatcher]: each seal makes another Ref of a journey.
func (a *Adapter) SameJourney(one, other kyc.Ref) bool {
	j, ok := a.sealer().open(one)
	k, ok2 := a.sealer().open(other)
	return ok && ok2 && j.is(k.State)
}

// returned are the parameters of a return that DigiLocker adds.
var returned = []string{"state", "code", "error", "error_description"}

// answer is what the address of a journey's return says.
type answer struct {
	code, failure string
	words         kyc.Private
}

// read compares the state before it believes anything else that the address says, a refusal included.
func (j journey) read(c *call.Call, u *url.URL) (answer, error) {
	query, err := c.Query(u, returned...)
	if err != nil {
		return answer{}, err
	}
	if states := query["state"]; len(states) != 1 || !j.is(states[0]) {
		return answer{}, c.Invalid("state", "that of the journey, once")
	}
	for _, name := range returned {
		if len(query[name]) > 1 {
			return answer{}, c.Invalid(name, "one value")
		}
	}
	said := answer{query.Get("code"), query.Get("error"), kyc.Hide(query.Get("error_description"))}
	if said.code != "" && said.failure != "" {
		return answer{}, c.Invalid("error", "none beside a code")
	}
	return said, nil
}

// denied reports whether the user refused (DL-D46).
func (s answer) denied() bool { return strings.EqualFold(s.failure, "access_denied") }

// loggedOut is what DigiLocker says where a session has ended, which is a success and no refusal (DL-D45).
func (s answer) loggedOut() bool { return strings.EqualFold(s.failure, "user_loggedout") }

// toReturn is what an address says that brings no code.
func (s answer) toReturn(ref kyc.Ref) kyc.Return {
	r := kyc.Return{Ref: ref}
	if oauth[strings.ToLower(s.failure)] {
		r.Code, r.Message = s.failure, s.words
	}
	if s.denied() {
		r.State = kyc.Denied
	}
	return r
}

// oauth are the words that the error of a return may be: those of RFC 6749, section 4.1.2.1, and DigiLocker's own.
var oauth = map[string]bool{
	"access_denied": true, "invalid_request": true, "invalid_scope": true, "server_error": true,
	"temporarily_unavailable": true, "unauthorized_client": true, "unsupported_response_type": true,
	"user_loggedout": true,
}

// ParseReturn implements [kyc.ReturnParser]. An address whose state is not the journey's is ErrInvalid. Denied is told
// of access_denied alone; of a code nothing is told, as only Exchange learns what it is worth. The Ref is the one that
// was given: that of Exchange remembers.
func (a *Adapter) ParseReturn(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	c := call.New(context.Background(), provider, "ParseReturn")
	j, err := a.open(c, ref)
	if err != nil {
		return kyc.Return{}, err
	}
	said, err := j.read(c, u)
	if err != nil {
		return kyc.Return{}, err
	}
	return said.toReturn(ref), nil
}
