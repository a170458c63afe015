// Package quicko does DigiLocker KYC through Quicko, whose product is called Sandbox (sandbox.co.in): each document is
// a file that was signed, and nothing else.
//
// A [kyc.Record] of Fetch has a link to that file, and nothing of its content: it is Unopened. Options.Verify, such as
// signedfile.Checker's Verify, opens it, and makes of it the same record as another provider's. The link lives an hour
// in the samples, and minutes as an integrator found (SB-D28): download at once.
//
// Each call carries an access token that lives 24 hours and is fetched by a call of its own: see [Tokens] and
// [NewTokens].
//
//	tokens, err := quicko.NewTokens(quicko.Production, creds, quicko.TokenOptions{})
//	provider, err := quicko.New(quicko.Production, creds, quicko.Options{Tokens: tokens})
//
// Status tells consent, expiry and which documents the user shares; that a user refused is not told apart from other
// failures (SB-D14). Quicko publishes no webhook for DigiLocker (SB-D43), no list of documents and no way to revoke.
//
// Quicko's pages have no prices. An integrator found Start, Fetch and CheckAccount billed, Status and authenticate
// free. Quicko's user profile (quickoapi's GetUserProfile) is not used: it was found billed too, needs the same consent
// as a document, and says of the account's holder, unsigned, what the document says signed. Whoever needs the mobile
// number or the e-mail address that it has besides calls it with the typed client.
//
// By its guides Quicko takes 25 calls a minute at the sandbox and 100 in production. A call beyond that is
// kyc.ErrRateLimited; no Retry-After is published, so that Error.RetryAfter is zero: wait a second, as the guides say,
// and twice as long each time.
//
// Each call has the header x-api-version: it is optional, and 1.0.0 as in the newest document (SB-D26). Of the two
// flows that Quicko publishes, this is the one with a redirect; the one of its browser SDK is in quickoapi alone.
//
// Source: https://developer.sandbox.co.in/api-reference/kyc/digilocker/endpoints/initiate_session and its sister pages;
// what contradicts what in them is numbered, SB-D1 to SB-D43, in contract/provider/quicko/differences.yaml.
//
// # The sandbox
//
// The sandbox answers only requests that equal a published example; an integrator got 404 for each call about
// DigiLocker (SB-D38). So a 404 there, which is kyc.ErrUnexpected, need not mean that the base URL is wrong.
//
// In the published examples some mobile numbers look like real people's. In this repository 9000000001, 9000000002 and
// 9000000003 stand in their place, which Quicko does not know: give CheckAccount at the sandbox the number that its
// page has for a user who exists. The published request that Start can send has the documents Aadhaar, PAN and driving
// licence in this order, https://developer.sandbox.co.in/ for ReturnTo, and no consent_expiry.
package quicko

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/quickoapi"
)

// The servers that Quicko publishes; New has no default. Sandbox, which Quicko calls its test environment, answers only
// requests that equal a published example.
const (
	Sandbox    = quickoapi.Sandbox
	Production = quickoapi.Production
)

// apiVersion is that of the newest document, for which the client is made (SB-D26).
const apiVersion = "1.0.0"

// In errors: the provider, and the operations in specs/quicko.
const (
	provider          = "quicko"
	authenticate      = "authenticate"
	verifyUserAccount = "verifyUserAccount"
	initiateSession   = "initiateSession"
	getSessionStatus  = "getSessionStatus"
	getDocument       = "getDocument"
)

// Credentials are an account's, from Quicko's console. Blanks and control characters in them are refused, as a secret
// read from a file ends in a line break.
type Credentials struct {
	APIKey    kyc.Private // required; each call carries it
	APISecret kyc.Private // required by NewTokens, and not looked at by New: authenticate alone carries it
}

func (c Credentials) equal(other Credentials) bool {
	return c.APIKey.Reveal() == other.APIKey.Reveal() && c.APISecret.Reveal() == other.APISecret.Reveal()
}

// Options tunes an Adapter; Tokens is required.
type Options struct {
	// Tokens is where each call has its access token from, before the 30 s that the call may last. Required.
	Tokens Tokens

	// HTTPClient sends every request and is never modified: retries, metrics and logs belong in its Transport. What
	// repeats there by status must not repeat 521 and 523, which are answers (SB-D15). Default: a client on
	// http.DefaultTransport. A call ends after wire.DefaultTimeout, or the client's own if that is shorter.
	HTTPClient *http.Client

	// Credentials says what the account's credentials are now, so that a rotated key needs no new Adapter. It is asked
	// before each call with the call's context, and before Tokens; it must be quick, and safe for concurrent use. What
	// it says is checked as New checks its argument; if that fails, or it does, nothing is sent, and the error is
	// kyc.ErrCredentials and, to errors.Is and errors.As, its own, whose text nothing prints: it may have a secret.
	// Nil: New's argument for ever. With it, New does not look at that.
	Credentials func(context.Context) (Credentials, error)

	// Verify looks at each record before Fetch returns it: signedfile.Checker's Verify downloads and verifies the
	// signed file, and fills the record from it. It is called with Fetch's context and must be safe for concurrent
	// use. Where it fails, Fetch does: with a kyc.Error of its error's kind, kyc.ErrUnverified if that is of none, to
	// errors.Is and errors.As its error too, whose text nothing prints. The answer may have been billed: the error has
	// it as Raw, and signedfile's as a Record, also where ctx ends meanwhile, whose error errors.Is finds. Nil:
	// nothing is verified, and each record stays Unopened.
	Verify func(context.Context, *kyc.Record) error

	// Now is the clock by which a token that was refused has run out, and from which ConsentFor counts. Default:
	// time.Now.
	Now func() time.Time

	// ConsentFor is how long the request for consent is to hold, from Start on. Its end is sent as consent_expiry, in
	// milliseconds since 1970 (SB-D19): what is below one is cut off. It must be an hour or more, and some minutes
	// above that are safer, as the end has to be an hour ahead when Quicko reads it, by its clock. Zero: nothing is
	// sent, and the pages disagree on what holds then, an hour or a day (SB-D20).
	ConsentFor time.Duration
}

// leastConsent is the least that Options.ConsentFor can be, as the OAS says.
const leastConsent = time.Hour

// Adapter is Quicko as a [kyc.Provider]. It is safe for concurrent use if its Tokens are. Make one with New.
type Adapter struct {
	api   *quickoapi.ClientWithResponses
	creds func() Credentials // a closure, into which no printer looks
	opts  Options

	encrypted bool // its base URL is https
}

var _ interface {
	kyc.Provider
	kyc.StartChecker
	kyc.AccountChecker
	kyc.ReturnParser
} = (*Adapter)(nil)

// New returns an Adapter for baseURL: Sandbox, Production or a test server. With Options.Credentials, creds may be
// zero. What cannot work is ErrInvalid, with the argument's or the field's name as Member: a base URL that is not
// absolute or has more than scheme, host and path, a key that is missing or cannot be a header's value, no Tokens, a
// MemoryTokens that NewTokens did not make, or a ConsentFor of less than an hour.
func New(baseURL string, creds Credentials, opts Options) (*Adapter, error) {
	c := call.New(context.Background(), provider, "New")
	if err := c.Settings(baseURL); err != nil {
		return nil, err
	}
	if m, ok := opts.Tokens.(*MemoryTokens); opts.Tokens == nil || ok && (m == nil || m.source == nil) {
		return nil, c.Invalid("Tokens", "a source of access tokens, such as what NewTokens returns")
	}
	if opts.ConsentFor != 0 && opts.ConsentFor < leastConsent {
		return nil, c.Invalid("ConsentFor", "an hour or more, or zero")
	}
	if opts.Credentials == nil {
		if err := check(c, creds); err != nil {
			return nil, err
		}
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	a := &Adapter{creds: func() Credentials { return creds }, opts: opts, encrypted: https(kyc.Hide(baseURL))}
	var err error
	a.api, err = quickoapi.NewClientWithResponses(baseURL, quickoapi.WithHTTPClient(wire.Doer{Client: opts.HTTPClient}))
	return a, err
}

// https reports whether what is asked there is encrypted.
func https(link kyc.Private) bool {
	u, err := url.Parse(link.Reveal())
	return err == nil && u.Scheme == "https"
}

// check refuses credentials with which no call can succeed.
func check(c *call.Call, creds Credentials) error {
	return c.Values(call.Setting{Name: "APIKey", Value: creds.APIKey.Reveal()})
}

// authorize returns what is to be added to the request, and the token in it.
func (a *Adapter) authorize(ctx context.Context, c *call.Call) (quickoapi.RequestEditorFn, Token, error) {
	creds, err := call.Credentials(c, a.creds(), a.opts.Credentials, check)
	if err != nil {
		return nil, Token{}, err
	}
	token, err := a.token(ctx, c)
	return func(_ context.Context, req *http.Request) error {
		req.Header.Set("x-api-key", creds.APIKey.Reveal())
		req.Header.Set("Authorization", token.Value.Reveal()) // without "Bearer" (SB-D31)
		req.Header.Set("x-api-version", apiVersion)
		return nil
	}, token, err
}

// token is the one with which a call is sent.
func (a *Adapter) token(ctx context.Context, c *call.Call) (Token, error) {
	if err := ctx.Err(); err != nil {
		return Token{}, err
	}
	token, err := a.opts.Tokens.Token(ctx)
	if done := ctx.Err(); done != nil {
		return Token{}, done
	}
	e, ok := err.(*kyc.Error) //nolint:errorlint // what wraps one may print more than it
	switch {
	case err == nil:
	case ok && e == nil, ofJourney(err):
		return Token{}, c.Unsent(kyc.ErrCredentials, "Options.Tokens failed", nil)
	case ok:
		unsent := *e // which may be the source's to others too
		unsent.Unsent = true
		return Token{}, &unsent
	default:
		return Token{}, c.Unsent(cmp.Or(kyc.KindOf(err), kyc.ErrCredentials), "Options.Tokens failed", err)
	}
	if !sendable(c, token.Value.Reveal()) {
		return Token{}, c.Unsent(kyc.ErrCredentials, "Options.Tokens gave what cannot be a header's value", nil)
	}
	return token, nil
}

// CheckStart implements [kyc.StartChecker].
func (a *Adapter) CheckStart(req kyc.StartRequest) error {
	_, err := toRequest(call.New(context.Background(), provider, initiateSession), req)
	return err
}

// toRequest is what initiateSession is asked.
func toRequest(c *call.Call, req kyc.StartRequest) (body quickoapi.InitiateSessionRequest, err error) {
	if err := req.Validate(provider, initiateSession); err != nil {
		return body, err
	}
	body = quickoapi.InitiateSessionRequest{
		Entity:      quickoapi.InitiateSessionRequestEntityValue,
		Flow:        quickoapi.Flow(cmp.Or(req.Flow, kyc.SignIn)),
		RedirectURL: req.ReturnTo,
	}
	for _, doc := range req.Documents {
		kind, err := toType(doc)
		if err != nil {
			return body, err
		}
		body.DocTypes = append(body.DocTypes, kind)
	}
	return body, c.FreeOf(req.ReturnTo, "", returned...)
}

// Start implements [kyc.Provider]. Quicko has no place for ID, which is not sent, and makes the Ref itself. A Flow has
// to be sent: SignIn, if there is none. The options of a flow, for which a StartRequest has no place, are not sent, and
// consent_expiry is if Options.ConsentFor is set. ExpiresAt and ValidUntil are zero either way: of what is sent no page
// says whether the link ends with it, the consent or both, and without it the pages disagree (SB-D20). A document other
// than the constants of kyc is [errors.ErrUnsupported]. A ReturnTo with a parameter "error" is ErrInvalid, as
// ParseReturn would take it for DigiLocker's.
//
// URL is a secret, more than elsewhere: it has the PKCE verifier of the journey in it (SB-D21), so that one over http
// is ErrUnexpected, unless the base URL is a test server's over http. It is opaque, and may name other documents and
// another flow than were asked for (SB-D17).
func (a *Adapter) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	c := call.New(ctx, provider, initiateSession)
	body, err := toRequest(c, req)
	if err != nil {
		return nil, err
	}
	authorized, token, err := a.authorize(ctx, c)
	if err != nil {
		return nil, err
	}
	if a.opts.ConsentFor != 0 { // counted from here, as a token can take time
		end := json.Number(strconv.FormatInt(a.opts.Now().Add(a.opts.ConsentFor).UnixMilli(), 10))
		body.ConsentExpiry = &end
	}
	resp, err := call.Fit(c, quickoapi.ParseInitiateSessionResponse)(
		a.api.InitiateSessionWithResponse(c.Context(), nil, body, authorized))
	created, err := answered(c, resp, err,
		func(r *quickoapi.InitiateSessionResponse) *quickoapi.InitiateSessionAnswer { return r.JSON200 })
	if err != nil {
		return nil, a.judged(token, err)
	}
	link := call.Link(created.Data.AuthorizationURL)
	switch {
	case !refs.MatchString(created.Data.SessionID):
		return nil, c.Missing("data.session_id")
	case link.IsZero() || a.encrypted && !https(link):
		return nil, c.Missing("data.authorization_url") // nobody can continue that journey, or everybody could
	}
	return &kyc.Consent{
		Ref: kyc.Ref(created.Data.SessionID), State: kyc.Pending, URL: link,
		Requested: slices.Clone(req.Documents), TraceID: created.TransactionID,
		Unread: c.Unread(), Raw: c.Raw(),
	}, nil
}

// Status implements [kyc.Provider]. Only "succeeded" is Granted (SB-D13), and only then Granted says what
// the user shares; nil if Quicko does not say. "failed" is Denied, as a refusal has no word of its own: it is final
// either way (SB-D14). A state that nobody documented is kept as it came.
//
// The id in the answer is not compared with ref: Quicko's sandbox answers with the published examples, each of which is
// of a session of its own (SB-D40).
func (a *Adapter) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, provider, getSessionStatus)
	status, err := a.status(ctx, c, ref)
	if err != nil {
		return c.OrState(ref, err) // no token's error is of such a kind: see journeys
	}
	return toConsent(c, ref, status), nil
}

// status is the answer of getSessionStatus, with a word for the state.
func (a *Adapter) status(ctx context.Context, c *call.Call, ref kyc.Ref) (*quickoapi.SessionStatusAnswer, error) {
	if !refs.MatchString(string(ref)) {
		return nil, c.Invalid("Ref", wantRef)
	}
	authorized, token, err := a.authorize(ctx, c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, quickoapi.ParseGetSessionStatusResponse)(
		a.api.GetSessionStatusWithResponse(c.Context(), string(ref), nil, authorized))
	answer, err := answered(c, resp, err,
		func(r *quickoapi.GetSessionStatusResponse) *quickoapi.SessionStatusAnswer { return r.JSON200 })
	switch {
	case err != nil:
		return nil, a.judged(token, err)
	case answer.Data.Status == "":
		return nil, c.Missing("data.status")
	}
	return answer, nil
}

// Fetch implements [kyc.Provider]. The record is Unopened unless Options.Verify opens it: it has the link to the
// signed file, the XML if there are several whose links can be followed, and nothing of its content.
//
// A document that the user does not share is ErrDenied (SB-D16). What comes of one that the account does not have is
// not published; "Data not found" (HTTP 521) is ErrNotFound. Before consent, and once the journey has ended, Quicko
// says one and the same (HTTP 523, SB-D15). So that it is ErrPending only as long as it can change, Fetch then asks
// for the state, once, by a call of its own: after the end it is ErrExpired, or ErrDenied. It stays ErrPending where
// the state cannot be had, and where Quicko says that the user consented within a minute of it, as the answer may be
// older than that: ask again.
//
// Nothing ties the content of the file to the person who went through the journey: signedfile's Checker looks at who
// signed it and at which document it is, and its link comes from Quicko's word for the Ref. Compare its Person with
// what you know of the user (kyc.ComparePersons).
func (a *Adapter) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	kind, err := toType(doc)
	if err != nil {
		return nil, err
	}
	c := call.New(ctx, provider, getDocument)
	if !refs.MatchString(string(ref)) {
		return nil, c.Invalid("Ref", wantRef)
	}
	authorized, token, err := a.authorize(ctx, c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, quickoapi.ParseGetDocumentResponse)(
		a.api.GetDocumentWithResponse(c.Context(), string(ref), kind, nil, authorized))
	answer, err := answered(c, resp, err,
		func(r *quickoapi.GetDocumentResponse) *quickoapi.DocumentAnswer { return r.JSON200 })
	if err != nil {
		return nil, a.withheld(ctx, c, ref, a.judged(token, err))
	}
	record, err := toRecord(c, doc, answer)
	if err != nil {
		return nil, err
	}
	return c.Verified(record, a.opts.Verify)
}

// Fetches implements [kyc.DocumentReader].
func (a *Adapter) Fetches() []kyc.Document {
	return []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}
}

// CheckAccount implements [kyc.AccountChecker]. Quicko has no place for ID, which is not sent. A mobile
// number has ten digits and an Aadhaar number twelve (SB-D5, SB-D6); what Quicko answers to both at once is not
// published. Reference is its transaction_id. It tells nothing of an account but whether there is one.
func (a *Adapter) CheckAccount(ctx context.Context, query kyc.AccountQuery) (*kyc.Account, error) {
	c := call.New(ctx, provider, verifyUserAccount)
	mobile, aadhaar := query.Mobile.Reveal(), query.Aadhaar.Reveal()
	body := quickoapi.VerifyUserAccountRequest{Entity: quickoapi.VerifyUserAccountRequestEntityValue}
	switch {
	case mobile == "" && aadhaar == "":
		return nil, c.Invalid("Mobile", "ten digits, or an Aadhaar number")
	case mobile != "" && !tenDigits.MatchString(mobile):
		return nil, c.Invalid("Mobile", "ten digits")
	case aadhaar != "" && !twelveDigits.MatchString(aadhaar):
		return nil, c.Invalid("Aadhaar", "twelve digits")
	}
	if mobile != "" {
		body.Mobile = &mobile
	}
	if aadhaar != "" {
		body.AadhaarNumber = &aadhaar
	}
	authorized, token, err := a.authorize(ctx, c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, quickoapi.ParseVerifyUserAccountResponse)(
		a.api.VerifyUserAccountWithResponse(c.Context(), nil, body, authorized))
	answer, err := answered(c, resp, err,
		func(r *quickoapi.VerifyUserAccountResponse) *quickoapi.VerifyUserAccountAnswer { return r.JSON200 })
	if err != nil {
		return nil, a.judged(token, err)
	}
	state := toAccountState(c, answer)
	if state == "" {
		return nil, c.Missing("data.user_exists")
	}
	return &kyc.Account{
		ID: query.ID, Reference: answer.TransactionID, State: state, Unread: c.Unread(), Raw: c.Raw(),
	}, nil
}

// returned are the parameters of a return that are read. Quicko publishes none. By the link of its example, DigiLocker
// sends the user back itself, as OAuth says (RFC 6749, 4.1.2), with code and state or with these (SB-D22).
var returned = []string{"error", "error_description"}

// ParseReturn implements [kyc.ReturnParser]. No parameter is published, so that an address decides nothing and State is
// empty: ask Status, which says of a user who refused that the journey failed. An error of OAuth's and its description
// are Code and Message, a hint why; nothing else is read. No return names its journey in a form that is published, so
// that none can be taken for another's: keep the Ref in the user's session. An address with a parameter of these two
// twice is ErrInvalid.
func (a *Adapter) ParseReturn(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	c := call.New(context.Background(), provider, "ParseReturn")
	if !refs.MatchString(string(ref)) {
		return kyc.Return{}, c.Invalid("Ref", wantRef)
	}
	query, err := c.Query(u, returned...)
	if err != nil {
		return kyc.Return{}, err
	}
	for _, name := range returned {
		if len(query[name]) > 1 {
			return kyc.Return{}, c.Invalid(name, "one value")
		}
	}
	return toReturn(ref, query), nil
}

// toType is Quicko's word for a document that a caller asks for.
func toType(doc kyc.Document) (quickoapi.DocumentType, error) {
	for kind, known := range documents {
		if known == doc {
			return kind, nil
		}
	}
	return "", call.Unsupported("quicko: document", doc, kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence)
}

// wantRef is what a Ref has to be.
const wantRef = "that of a Consent"

// refs match what Quicko could have for an id: it has a UUID in all samples, and no page promises one. No such ref can
// change the path that it stands in.
var refs = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

var (
	tenDigits    = regexp.MustCompile(`^[0-9]{10}$`)
	twelveDigits = regexp.MustCompile(`^[0-9]{12}$`)
)
