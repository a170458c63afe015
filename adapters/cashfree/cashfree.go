// Package cashfree does DigiLocker KYC through Cashfree Secure ID: Aadhaar, PAN and driving licence
// as data, each with a link to the ZIP that holds the signed file.
//
// Status tells consent, denial and expiry, and so do webhooks; the user's return tells nothing. An
// [Adapter] also says whether somebody has a DigiLocker account ([Adapter.CheckAccount]). Where an
// account asks for a signature of each request, [Credentials] have the public key for it.
//
// Source: https://www.cashfree.com/docs/api-reference/vrs/v2/digilocker/create-digilocker-url and
// its sister pages; what contradicts what in them is numbered, CF-D1 to CF-D39, in
// contract/provider/cashfree/differences.yaml.
package cashfree

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/cashfreeapi"
)

// The servers that Cashfree publishes; New has no default.
const (
	Sandbox    = cashfreeapi.Sandbox
	Production = cashfreeapi.Production
)

const provider = "cashfree"

// Credentials are an account's, from Cashfree's dashboard.
type Credentials struct {
	ClientID     string      // required; printable ASCII without spaces
	ClientSecret kyc.Private // required; printable ASCII without spaces

	// PublicKey belongs to accounts whose second factor is "Public Key": every
	// call then carries x-cf-signature. nil: none does, since an account whose
	// second factor is an address list must not send it (CF-D36). ParsePublicKey
	// reads the dashboard's file.
	PublicKey *rsa.PublicKey

	// WebhookSecrets are the client secrets that a webhook may be signed with:
	// with several keys, Cashfree signs with the oldest active one. Empty:
	// ClientSecret alone. No call is made with them.
	WebhookSecrets []kyc.Private
}

// Options tunes an Adapter; its zero value is ready to use.
type Options struct {
	// HTTPClient sends every request and is never modified: retries, metrics and
	// logs belong in its Transport. Default: a client on http.DefaultTransport. A
	// call ends after wire.DefaultTimeout, or the client's own if that is shorter.
	HTTPClient *http.Client

	// APIVersion is sent as x-api-version, a date; empty sends none. The OpenAPI
	// does not have the header, SDKs send "2023-12-18", and a newer text demands
	// "2024-12-01" (CF-D35).
	APIVersion string

	// WebhookAge is how old, and how far ahead of Now, the time stamp of a webhook
	// may be. Zero: no limit, since Cashfree publishes none and may repeat an
	// event later. With a limit, events in the body scheme are refused: their time
	// is not signed.
	WebhookAge time.Duration

	// Credentials says what the account's credentials are now, so that a rotated secret
	// needs no new Adapter. It is asked before each call with the call's context, and by
	// ParseWebhook with context.Background; it must be quick, and safe for concurrent use.
	// What it says is checked as New checks its argument; if that fails, or it does, nothing
	// is sent, and the error is kyc.ErrCredentials and, to errors.Is and errors.As, its own,
	// whose text nothing prints: it may have a secret. Nil: New's argument for ever. With it,
	// New does not look at that.
	Credentials func(context.Context) (Credentials, error)

	// Verify looks at each record before Fetch returns it: signedfile.Checker's Verify fails for one that its
	// signed file does not say, and sets Record.Signed. It is called with Fetch's context and must be safe for
	// concurrent use. Where it fails, Fetch does: with a kyc.Error of its error's kind, kyc.ErrUnverified if that
	// is of none, to errors.Is and errors.As its error too, whose text nothing prints. The answer may have been
	// billed: the error has it as Raw, and signedfile's as a Record, also where ctx ends meanwhile, whose error
	// errors.Is finds. Nil: nothing is verified.
	Verify func(context.Context, *kyc.Record) error

	// Now is the clock for signatures, file expiry and WebhookAge. Default:
	// time.Now.
	Now func() time.Time
}

// Adapter is Cashfree as a [kyc.Provider]. It is safe for concurrent use. Make
// one with New.
type Adapter struct {
	api    *cashfreeapi.ClientWithResponses
	creds  func() Credentials // a closure, into which no printer looks
	opts   Options
	random io.Reader // seeds of signatures

	authorized []cashfreeapi.RequestEditorFn // by New's credentials
}

var (
	_ kyc.Provider       = (*Adapter)(nil)
	_ kyc.StartChecker   = (*Adapter)(nil)
	_ kyc.AccountChecker = (*Adapter)(nil)
	_ kyc.ReturnParser   = (*Adapter)(nil)
	_ kyc.WebhookParser  = (*Adapter)(nil)
)

// New returns an Adapter for baseURL: Sandbox, Production or a test server. With
// Options.Credentials, creds may be zero. What cannot work is ErrInvalid, with the
// field's name as Member: a base URL that is not absolute http or https, or has more
// than scheme, host and path; a credential that is missing or that no header can
// carry; a public key that cannot encrypt; an empty webhook secret; a negative
// WebhookAge.
func New(baseURL string, creds Credentials, opts Options) (*Adapter, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	creds = creds.complete()
	a := &Adapter{creds: func() Credentials { return creds }, opts: opts, random: rand.Reader}
	a.authorized = a.authorize(creds)
	c := call.New(context.Background(), provider, "New")
	version := call.Setting{Name: "APIVersion", Value: opts.APIVersion, Optional: true}
	if err := c.Settings(baseURL, version); err != nil {
		return nil, err
	}
	if opts.WebhookAge < 0 {
		return nil, c.Invalid("WebhookAge", "a duration that is not negative")
	}
	if opts.Credentials == nil {
		if err := a.check(c, creds); err != nil {
			return nil, err
		}
	}
	var err error
	a.api, err = cashfreeapi.NewClientWithResponses(baseURL,
		cashfreeapi.WithHTTPClient(wire.Doer{Client: opts.HTTPClient}))
	return a, err
}

// complete is a copy with what an empty field stands for.
func (creds Credentials) complete() Credentials {
	creds.WebhookSecrets = slices.Clone(creds.WebhookSecrets)
	if len(creds.WebhookSecrets) == 0 {
		creds.WebhookSecrets = []kyc.Private{creds.ClientSecret}
	}
	return creds
}

// check refuses credentials with which no call can succeed.
func (a *Adapter) check(c *call.Call, creds Credentials) error {
	if err := c.Values(
		call.Setting{Name: "ClientID", Value: creds.ClientID},
		call.Setting{Name: "ClientSecret", Value: creds.ClientSecret.Reveal()},
	); err != nil {
		return err
	}
	if slices.ContainsFunc(creds.WebhookSecrets, kyc.Private.IsZero) {
		return c.Invalid("WebhookSecrets", "no empty one: anyone can sign with it")
	}
	if creds.PublicKey != nil {
		if _, err := a.signature(creds); err != nil {
			return c.Invalid("PublicKey", "an RSA key that is long enough for the signature")
		}
	}
	return nil
}

// credentials are those of this call.
func (a *Adapter) credentials(c *call.Call) (Credentials, error) {
	creds, err := call.Credentials(c, a.creds(), a.opts.Credentials, a.check)
	if a.opts.Credentials != nil {
		creds = creds.complete()
	}
	return creds, err
}

// authorization is that of this call.
func (a *Adapter) authorization(c *call.Call) ([]cashfreeapi.RequestEditorFn, error) {
	if a.opts.Credentials == nil {
		return a.authorized, nil
	}
	creds, err := a.credentials(c)
	return a.authorize(creds), err
}

// authorize adds to a request what all four operations need; verifyAccount too
// demands the signature that it does not declare (CF-D4).
func (a *Adapter) authorize(creds Credentials) []cashfreeapi.RequestEditorFn {
	header := http.Header{}
	header.Set("x-client-id", creds.ClientID)
	header.Set("x-client-secret", creds.ClientSecret.Reveal())
	if a.opts.APIVersion != "" {
		header.Set("x-api-version", a.opts.APIVersion)
	}
	return []cashfreeapi.RequestEditorFn{func(_ context.Context, req *http.Request) error {
		maps.Copy(req.Header, header)
		if creds.PublicKey == nil {
			return nil
		}
		signature, err := a.signature(creds)
		if err != nil {
			return err
		}
		req.Header.Set("x-cf-signature", signature)
		return nil
	}}
}

// CheckStart implements [kyc.StartChecker].
func (a *Adapter) CheckStart(req kyc.StartRequest) error {
	_, err := toRequest(call.New(context.Background(), provider, "createURL"), req)
	return err
}

// toRequest is what createURL is asked, with the id that the journey gets.
func toRequest(c *call.Call, req kyc.StartRequest) (body cashfreeapi.CreateURLRequest, err error) {
	if err := req.Validate(provider, "createURL"); err != nil {
		return body, err
	}
	body = cashfreeapi.CreateURLRequest{VerificationID: cmp.Or(req.ID, rand.Text()), RedirectURL: &req.ReturnTo}
	if !validID(body.VerificationID) {
		return body, c.Invalid("ID", wantID)
	}
	if err := c.FreeOf(req.ReturnTo, body.VerificationID, returned...); err != nil {
		return body, err
	}
	for _, doc := range req.Documents {
		kind, err := toType(doc)
		if err != nil {
			return body, err
		}
		body.DocumentRequested = append(body.DocumentRequested, kind)
	}
	if flow := cashfreeapi.UserFlow(req.Flow); flow != "" {
		body.UserFlow = &flow
	}
	return body, nil
}

// Start implements [kyc.Provider]. req.ID becomes the verification_id, 1 to 50 of
// [A-Za-z0-9._-], and with it the Ref; empty, a random one is made. An id used
// before, for a CheckAccount perhaps, is ErrDuplicate. Any document but the
// constants of kyc is [errors.ErrUnsupported] (CF-D38). A ReturnTo whose parameter
// verification_id is another id is ErrInvalid, as ParseReturn would refuse it. The URL can be used for
// ten minutes, which only prose says: ExpiresAt stays zero. The consent's TraceID
// is Cashfree's reference_id.
func (a *Adapter) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	c := call.New(ctx, provider, "createURL")
	body, err := toRequest(c, req)
	if err != nil {
		return nil, err
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, cashfreeapi.ParseCreateURLResponse)(a.api.CreateURLWithResponse(c.Context(), nil, body,
		authorized...))
	if err != nil {
		return nil, failed(c, err)
	}
	if resp.JSON200 == nil {
		return nil, refused(c, resp.Body)
	}
	created := resp.JSON200
	link := call.Link(call.Text(created.URL))
	if link.IsZero() {
		return nil, c.Missing("url")
	}
	return &kyc.Consent{
		Ref: kyc.Ref(body.VerificationID),
		// Pending: the URL says as much, and Start is not repeatable.
		State:     cmp.Or(toState(call.Text(created.Status)), kyc.Pending),
		URL:       link,
		Requested: toDocuments(created.DocumentRequested),
		TraceID:   call.Integer(created.ReferenceID),
		Unread:    c.Unread(),
		Raw:       c.Raw(),
	}, nil
}

// Status implements [kyc.Provider]. A state that nobody documented is kept as it
// came. EXPIRED covers a link that nobody followed and a consent that lapsed
// (CF-D14). Granted is nil both for a null and for an empty document_consent,
// which Cashfree sends for the same journey (CF-D11): ask for each document.
func (a *Adapter) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, provider, "getStatus")
	id := string(ref)
	if !validID(id) {
		return nil, c.Invalid("Ref", "that of a Consent")
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, cashfreeapi.ParseGetStatusResponse)(
		a.api.GetStatusWithResponse(c.Context(), &cashfreeapi.GetStatusParams{VerificationID: &id}, authorized...))
	if err != nil {
		return c.OrState(ref, failed(c, err))
	}
	if resp.JSON200 == nil {
		return c.OrState(ref, refused(c, resp.Body))
	}
	if call.Text(resp.JSON200.Status) == "" {
		return nil, c.Missing("status")
	}
	consent := toConsent(c, ref, *resp.JSON200, "")
	consent.Unread, consent.Raw = c.Unread(), c.Raw()
	return &consent, nil
}

// Fetch implements [kyc.Provider]. ErrPending means that Cashfree is still validating, or
// that there is no consent to the document: Cashfree says the same before the user has
// decided, after they have refused, and of a document that they do not share. It is
// never ErrDenied: Status tells a refusal, and in Granted what is shared. File is a
// ZIP with the signed XML; its ExpiresAt is the documented life of 48 hours,
// counted from the answer by Options.Now.
func (a *Adapter) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	c := call.New(ctx, provider, "getDocument")
	kind, err := toType(doc)
	if err != nil {
		return nil, err
	}
	id := string(ref)
	if !validID(id) {
		return nil, c.Invalid("Ref", "that of a Consent")
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, cashfreeapi.ParseGetDocumentResponse)(
		a.api.GetDocumentWithResponse(c.Context(), kind, &cashfreeapi.GetDocumentParams{VerificationID: &id},
			authorized...))
	if err != nil {
		return nil, failed(c, err)
	}
	if resp.JSON200 == nil {
		return nil, refused(c, resp.Body)
	}
	record, err := toRecord(c, kind, resp.JSON200)
	if err != nil {
		return nil, err
	}
	if record.File != nil {
		record.File.ExpiresAt = a.opts.Now().Add(fileLife)
	}
	record.Document, record.Unread, record.Raw = doc, c.Unread(), c.Raw()
	return c.Verified(record, a.opts.Verify)
}

// Fetches implements [kyc.DocumentReader].
func (a *Adapter) Fetches() []kyc.Document {
	return []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}
}

// CheckAccount implements [kyc.AccountChecker]. query.ID becomes the
// verification_id as in Start. An Aadhaar number has twelve digits; for mobile
// numbers no rule is published (CF-D2), so they are left to Cashfree. What it
// answers to both numbers at once is not published. A Mobile that comes back as a
// JSON number has lost its leading zeros (CF-D1).
func (a *Adapter) CheckAccount(ctx context.Context, query kyc.AccountQuery) (*kyc.Account, error) {
	c := call.New(ctx, provider, "verifyAccount")
	mobile, aadhaar := query.Mobile.Reveal(), query.Aadhaar.Reveal()
	body := cashfreeapi.VerifyAccountRequest{VerificationID: cmp.Or(query.ID, rand.Text())}
	switch {
	case !validID(body.VerificationID):
		return nil, c.Invalid("ID", wantID)
	case mobile == "" && aadhaar == "":
		return nil, c.Invalid("Mobile", "a number, or an Aadhaar number")
	case aadhaar != "" && (len(aadhaar) != 12 || !digits(aadhaar)):
		return nil, c.Invalid("Aadhaar", "twelve digits")
	}
	if mobile != "" {
		body.MobileNumber = &mobile
	}
	if aadhaar != "" {
		body.AadhaarNumber = &aadhaar
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, cashfreeapi.ParseVerifyAccountResponse)(a.api.VerifyAccountWithResponse(c.Context(), nil,
		body, authorized...))
	if err != nil {
		return nil, failed(c, err)
	}
	if resp.JSON200 == nil {
		return nil, refused(c, resp.Body)
	}
	if call.Text(resp.JSON200.Status) == "" {
		return nil, c.Missing("status")
	}
	account := toAccount(c, body.VerificationID, *resp.JSON200)
	account.Unread, account.Raw = c.Unread(), c.Raw()
	return &account, nil
}

// returned are the parameters of a return that are read. Cashfree says that the address
// "will contain the verification_id" and publishes no parameters: that one is named so is
// an inference.
var returned = []string{"verification_id", "verificationId"}

// ParseReturn implements [kyc.ReturnParser]. Each verification_id that is there, in either
// of its spellings, must be ref, else the address names another journey, which is
// ErrInvalid. Nothing else is read: State stays zero, whatever the address says.
func (a *Adapter) ParseReturn(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	c := call.New(context.Background(), provider, "ParseReturn")
	if !validID(string(ref)) {
		return kyc.Return{}, c.Invalid("Ref", "that of a Consent")
	}
	query, err := c.Query(u, returned...)
	if err != nil {
		return kyc.Return{}, err
	}
	for name, ids := range query {
		if slices.ContainsFunc(ids, func(id string) bool { return id != string(ref) }) {
			return kyc.Return{}, c.Invalid(name, "the Ref's")
		}
	}
	return kyc.Return{Ref: ref}, nil
}

// wantID is what validID asks for.
const wantID = "1 to 50 letters, digits, dots, hyphens or underscores"

// validID reports whether Cashfree takes id as a verification_id; it limits the
// length on both operations, though only one documents the error (CF-D18). No such
// id can change the query that it stands in. Package webhook takes the same, and has no use for
// this package, nor its callers for such a function: a spec holds the two together.
func validID(id string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
	return id != "" && len(id) <= 50 && strings.Trim(id, allowed) == ""
}

// toType is Cashfree's word for a document that a caller asks for.
func toType(doc kyc.Document) (cashfreeapi.DocumentType, error) {
	switch doc {
	case kyc.Aadhaar:
		return cashfreeapi.DocumentTypeAadhaar, nil
	case kyc.PAN:
		return cashfreeapi.DocumentTypePAN, nil
	case kyc.DrivingLicence:
		return cashfreeapi.DocumentTypeDrivingLicense, nil
	default:
		return "", call.Unsupported("cashfree: document", doc, kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence)
	}
}
