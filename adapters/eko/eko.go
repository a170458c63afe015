// Package eko does DigiLocker KYC through Eko Platform Services, Aadhaar alone.
//
// Eko refuses with HTTP 200: only the member status tells a success (EK-D11,
// EK-D12). It has no word for a journey's state, which follows from what the
// answer says of the user. How a journey ends without consent is not published:
// a reference that has expired looks like one that never was, and both are
// [kyc.ErrNotFound] (EK-D17). A user who denies, or never comes back, looks like one who has not decided:
// [kyc.WaitFetch] ends with its budget or, once Eko has forgotten the journey, with [kyc.ErrExpired].
//
// Source: https://eps.eko.in/docs/digilocker-create-url and its sister pages;
// what contradicts what in them is numbered in contract/provider/eko/differences.yaml.
package eko

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/ekoapi"
)

// The servers that Eko publishes. Older documents have Production at port 25002
// (EK-D19), which is [ekoapi.LegacyProduction]; New takes it as well.
const (
	Sandbox    = ekoapi.Sandbox
	Production = ekoapi.Production
)

const (
	provider    = "eko" // in errors
	createURL   = "createURL"
	getStatus   = "getStatus"
	getDocument = "getDocument"
)

// Credentials are what Eko hands out for an account. Blanks and control
// characters in them are refused, as a key read from a file ends in a line break.
type Credentials struct {
	DeveloperKey kyc.Private // sent with each request; required
	AccessKey    kyc.Private // signs each request and is never sent; required
	InitiatorID  kyc.Private // mobile number that the account is registered with; required
	// Eko's code of the agent acting; empty: not sent, as the newest documents have none (EK-D1)
	UserCode string
}

// Options tunes an Adapter; its zero value is ready to use.
type Options struct {
	// HTTPClient sends every request and is never modified: retries, metrics
	// and logs belong in its Transport, but one that repeats a request repeats
	// its time stamp too. Its Timeout applies besides the operation's 30 s, the
	// shorter one wins. Default: a client on http.DefaultTransport.
	HTTPClient *http.Client
	// Credentials says what the account's credentials are now, so that a rotated key needs no
	// new Adapter. It is asked before each call with the call's context; it must be quick,
	// and safe for concurrent use. What it says is checked as New checks its argument; if
	// that fails, or it does, nothing is sent, and the error is kyc.ErrCredentials and, to
	// errors.Is and errors.As, its own, whose text nothing prints: it may have a secret. Nil:
	// New's argument for ever. With it, New does not look at that.
	Credentials func(context.Context) (Credentials, error)
	// Verify looks at each record before Fetch returns it: signedfile.Checker's Verify fails for one that its
	// signed file does not say, and sets Record.Signed. It is called with Fetch's context and must be safe for
	// concurrent use. Where it fails, Fetch does: with a kyc.Error of its error's kind, kyc.ErrUnverified if that
	// is of none, to errors.Is and errors.As its error too, whose text nothing prints. The answer may have been
	// billed: the error has it as Raw, and signedfile's as a Record, also where ctx ends meanwhile, whose error
	// errors.Is finds. Eko hands out no signed file, so that signedfile.Checker refuses each record: who asks for
	// proof is not to be given an answer without it. Nil: nothing is verified.
	Verify func(context.Context, *kyc.Record) error
	// Now is the clock by which requests are signed. One that is too far from
	// Eko's makes every call ErrCredentials; how far is not published. Default:
	// time.Now.
	Now func() time.Time
}

// Adapter is a [kyc.Provider] that can also read a return. It is safe for
// concurrent use.
type Adapter struct {
	api   *ekoapi.ClientWithResponses
	creds func() Credentials                         // a closure, into which no printer looks
	ask   func(context.Context) (Credentials, error) // nil: creds
	now   func() time.Time

	verify func(context.Context, *kyc.Record) error // may be nil
}

var _ interface {
	kyc.Provider
	kyc.StartChecker
	kyc.ReturnParser
	kyc.RefMatcher
} = (*Adapter)(nil)

// New returns an Adapter for baseURL: Sandbox, Production or a test server. With
// Options.Credentials, creds may be zero. An error names the argument that is missing or
// malformed and does not repeat it.
func New(baseURL string, creds Credentials, opts Options) (*Adapter, error) {
	c := call.New(context.Background(), provider, "New")
	if err := c.Settings(baseURL); err != nil {
		return nil, err
	}
	if opts.Credentials == nil {
		if err := check(c, creds); err != nil {
			return nil, err
		}
	}
	api, err := ekoapi.NewClientWithResponses(baseURL, ekoapi.WithHTTPClient(wire.Doer{Client: opts.HTTPClient}))
	if err != nil {
		return nil, fmt.Errorf("eko: %w", err)
	}
	a := &Adapter{
		api: api, creds: func() Credentials { return creds }, ask: opts.Credentials, now: opts.Now, verify: opts.Verify,
	}
	if a.now == nil {
		a.now = time.Now
	}
	return a, nil
}

// check refuses credentials with which no call can succeed.
func check(c *call.Call, creds Credentials) error {
	return c.Values(
		call.Setting{Name: "DeveloperKey", Value: creds.DeveloperKey.Reveal()},
		call.Setting{Name: "AccessKey", Value: creds.AccessKey.Reveal()},
		call.Setting{Name: "InitiatorID", Value: creds.InitiatorID.Reveal()},
		call.Setting{Name: "UserCode", Value: creds.UserCode, Optional: true},
	)
}

// credentials are those of this call.
func (a *Adapter) credentials(c *call.Call) (Credentials, error) {
	return call.Credentials(c, a.creds(), a.ask, check)
}

// CheckStart implements [kyc.StartChecker].
func (a *Adapter) CheckStart(req kyc.StartRequest) error {
	_, err := toID(call.New(context.Background(), provider, createURL), req)
	return err
}

// toID is the client_ref_id of a request that is in order.
func toID(c *call.Call, req kyc.StartRequest) (string, error) {
	if err := req.Validate(provider, createURL); err != nil {
		return "", err
	}
	for _, doc := range req.Documents {
		if doc != kyc.Aadhaar {
			return "", call.Unsupported("eko: start with", doc, kyc.Aadhaar)
		}
	}
	id := cmp.Or(req.ID, rand.Text()[:20]) // 100 bits
	if !ids.MatchString(id) {
		return "", c.Invalid("ID", wantID)
	}
	return id, c.FreeOf(req.ReturnTo, "", returned...)
}

// Start implements kyc.Provider. ID becomes client_ref_id: up to 20 letters,
// digits, hyphens, underscores and full stops, since Eko publishes the length and
// not the characters. A longer one is an opaque 403 there (EK-D34). Eko has no place for
// the Flow, which is not sent. A document other than Aadhaar is ErrUnsupported (EK-D25). A
// ReturnTo with a parameter verification_id is ErrInvalid: ParseReturn could not tell it
// from Eko's.
func (a *Adapter) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	c := call.New(ctx, provider, createURL)
	id, err := toID(c, req)
	if err != nil {
		return nil, err
	}
	creds, err := a.credentials(c)
	if err != nil {
		return nil, err
	}
	p := creds.signed(a.now())
	resp, err := call.Fit(c, ekoapi.ParseCreateURLResponse)(a.api.CreateURLWithResponse(c.Context(), &p,
		ekoapi.CreateURLRequest{
			InitiatorID: creds.InitiatorID.Reveal(), ClientRefID: &id, RedirectURL: req.ReturnTo,
			DocumentRequested: []ekoapi.DocumentType{ekoapi.DocumentTypeAadhaar}, UserCode: creds.userCode(),
		}))
	switch {
	case err != nil:
		return nil, failed(c, createURL, err)
	case resp.JSON200 == nil || !succeeded(resp.JSON200.Status):
		return nil, refused(c, createURL)
	}
	data, in := beside(c, resp.JSON200.Data)
	if data == nil {
		return nil, c.Missing("data")
	}
	j := journey{call.Integer(data.ReferenceID), call.Text(data.VerificationID)}
	if _, ok := parseRef(kyc.Ref(j.reference)); !ok {
		return nil, c.Missing(in + "reference_id")
	}
	if _, ok := parseRef(j.ref()); !ok {
		return nil, c.Missing(in + "verification_id")
	}
	consent := &kyc.Consent{
		Ref: j.ref(), State: kyc.Pending, URL: call.Link(call.Text(data.URL)), Requested: slices.Clone(req.Documents),
		Unread: c.Unread(), Raw: c.Raw(),
	}
	if consent.URL.IsZero() {
		return nil, c.Missing(in + "url")
	}
	return consent, nil
}

// Status implements kyc.Provider. A success that tells something of the user is
// Granted, any other Pending, and so is the refusal that says so (EK-D15). Expired
// comes only of a word of Cashfree's that Eko passes on and does not document (EK-D36). A 404
// that is not in Eko's envelope is ErrUnavailable and no reason to stop asking: integrators
// have met it in production, where the document tells what the status does not (EK-D30).
func (a *Adapter) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, provider, getStatus)
	j, ok := parseRef(ref)
	if !ok {
		return nil, c.Invalid("Ref", "that of a Consent or a Return")
	}
	creds, err := a.credentials(c)
	if err != nil {
		return nil, err
	}
	p := creds.signed(a.now())
	resp, err := call.Fit(c, ekoapi.ParseGetStatusResponse)(a.api.GetStatusWithResponse(c.Context(),
		&ekoapi.GetStatusParams{
			InitiatorID: creds.InitiatorID.Reveal(), ReferenceID: json.Number(j.reference), UserCode: creds.userCode(),
			ContentType:  "application/json",
			DeveloperKey: p.DeveloperKey, SecretKey: p.SecretKey, SecretKeyTimestamp: p.SecretKeyTimestamp,
		}))
	switch {
	case err != nil:
		return c.OrState(ref, absent(c, failed(c, getStatus, err)))
	case resp.JSON200 == nil || !succeeded(resp.JSON200.Status):
		return c.OrState(ref, absent(c, refused(c, getStatus)))
	}
	data, in := beside(c, resp.JSON200.Data)
	if data == nil {
		return nil, c.Missing("data")
	}
	return toConsent(c, ref, data, in), nil
}

// Fetch implements kyc.Provider, for Aadhaar; any other document is
// ErrUnsupported. Eko asks for both ids of the journey. As long as it has told
// the reference_id alone, that stands for both: the two are equal in the older
// documents' samples, and nothing else is known to send (EK-D2). In production they differ,
// and the return may be the one place that has the second (EK-D33). See ParseReturn.
func (a *Adapter) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	if doc != kyc.Aadhaar {
		return nil, call.Unsupported("eko: fetch", doc, kyc.Aadhaar)
	}
	c := call.New(ctx, provider, getDocument)
	j, ok := parseRef(ref)
	if !ok {
		return nil, c.Invalid("Ref", "that of a Consent or a Return")
	}
	creds, err := a.credentials(c)
	if err != nil {
		return nil, err
	}
	p := ekoapi.GetDocumentParams(creds.signed(a.now()))
	resp, err := call.Fit(c, ekoapi.ParseGetDocumentResponse)(a.api.GetDocumentWithResponse(c.Context(), &p,
		ekoapi.GetDocumentRequest{
			InitiatorID: creds.InitiatorID.Reveal(), ReferenceID: j.reference,
			VerificationID: cmp.Or(j.verification, j.reference),
			DocumentType:   []ekoapi.DocumentType{ekoapi.DocumentTypeAadhaar}, UserCode: creds.userCode(),
		}))
	switch {
	case err != nil:
		return nil, failed(c, getDocument, err)
	case resp.JSON200 == nil || !succeeded(resp.JSON200.Status):
		return nil, refused(c, getDocument)
	}
	data, in := beside(c, resp.JSON200.Data)
	if data == nil {
		return nil, c.Missing("data")
	}
	record, err := toRecord(c, j, data, in)
	if err != nil {
		return nil, err
	}
	return c.Verified(record, a.verify)
}

// returned are the parameters of a return that are read; integrators have met the second
// spelling (EK-D33).
var returned = []string{"verification_id", "verificationId"}

// Fetches implements [kyc.DocumentReader].
func (a *Adapter) Fetches() []kyc.Document { return []kyc.Document{kyc.Aadhaar} }

// ParseReturn implements kyc.ReturnParser. The address says no outcome, but by the
// older documents verification_id (EK-D24), in either of its spellings. If ref lacks that,
// Return.Ref has it and is the Ref to go on with: keep it once a call has answered for it, as
// nothing else may tell. Anyone can write another's into an address: Fetch refuses an answer that
// names another journey, but an answer need not name one. Status asks by reference_id alone, so
// compare its User with the Record.
func (a *Adapter) ParseReturn(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	c := call.New(context.Background(), provider, "ParseReturn")
	j, ok := parseRef(ref)
	if !ok {
		return kyc.Return{}, c.Invalid("Ref", "that of a Consent or a Return")
	}
	q, err := c.Query(u, returned...)
	if err != nil {
		return kyc.Return{}, err
	}
	for _, name := range returned {
		id := q.Get(name)
		if len(q[name]) > 1 || id != "" && j.verification != "" && id != j.verification {
			return kyc.Return{}, c.Invalid(name, wantVerification)
		}
		j.verification = cmp.Or(id, j.verification)
		if _, ok := parseRef(j.ref()); !ok {
			return kyc.Return{}, c.Invalid(name, wantVerification)
		}
	}
	return kyc.Return{Ref: j.ref()}, nil
}

// SameJourney implements [kyc.RefMatcher]: a Ref of Start that lacks the second id, and the one
// that a return completes, are of one journey.
func (a *Adapter) SameJourney(one, other kyc.Ref) bool {
	j, ok := parseRef(one)
	k, ok2 := parseRef(other)
	whole := j.verification == "" || k.verification == "" || j.verification == k.verification
	return ok && ok2 && j.reference == k.reference && whole
}

const wantVerification = "one, and the Ref's if that has one"

// userCode is nil, and so not sent, unless the account has one.
func (creds Credentials) userCode() *string {
	if creds.UserCode == "" {
		return nil
	}
	return &creds.UserCode
}

// wantID is what ids ask for.
const wantID = "1 to 20 letters, digits, dots, hyphens or underscores"

// ids are what Start takes for a client_ref_id.
var ids = regexp.MustCompile(`^[A-Za-z0-9._-]{1,20}$`)

// BilledPerRequest says what Eko's documents say of prices: that each request to create a
// journey has one. A note in an integrator's code has it debited at the consent (EK-D43).
func (a *Adapter) BilledPerRequest(operation string) bool { return operation == createURL }
