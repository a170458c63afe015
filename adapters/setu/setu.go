// Package setu does DigiLocker KYC through Setu: Aadhaar as data, any other
// document as a file.
//
// Which documents a journey yields is the user's choice at DigiLocker, and it may
// be none: only the user's return says which, and Status does not (SE-D15). That
// the user refused, only the return says too: without it such a journey is pending
// until Setu deletes it. A journey that has expired is deleted, so that it looks like one that never was:
// both are [kyc.ErrNotFound]. Setu publishes no webhook.
//
// Source: https://docs.setu.co/data/digilocker/quickstart and its sister pages;
// what contradicts what in them is numbered in contract/provider/setu/differences.yaml.
package setu

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/setuapi"
)

// The servers that Setu publishes; New has no default.
const (
	Sandbox    = setuapi.Sandbox
	Production = setuapi.Production
)

// In errors: the provider, and the operations in specs/setu.
const (
	provider      = "setu"
	createRequest = "createRequest"
	getStatus     = "getStatus"
	getAadhaar    = "getAadhaar"
	listDocuments = "listDocuments"
	fetchDocument = "fetchDocument"
	revoke        = "revoke"
)

// Credentials are what Setu hands out for a product; each call carries all three.
// Blanks and control characters in them are refused, as a secret read from a file
// ends in a line break.
type Credentials struct {
	ClientID          string      // required
	ClientSecret      kyc.Private // required
	ProductInstanceID string      // required; a UUID in the samples
}

// Options tunes an Adapter; its zero value is ready to use.
type Options struct {
	// HTTPClient sends every request and is never modified: retries, metrics and
	// logs belong in its Transport, but what repeats a GET there repeats Revoke
	// too. Its Timeout applies besides the 30 s of an operation and the 5 minutes
	// of ListCatalogue, the shorter one wins. Default: a client on
	// http.DefaultTransport.
	HTTPClient *http.Client

	// Credentials says what the product's credentials are now, so that a rotated secret needs
	// no new Adapter. It is asked before each call with the call's context; it must be quick,
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
	// errors.Is finds. What FetchFile returns is not looked at: see signedfile.Checker's ReadFile. Nil: nothing is
	// verified.
	Verify func(context.Context, *kyc.Record) error
}

// Adapter is Setu as a [kyc.Provider]. It is safe for concurrent use. Make one
// with New.
type Adapter struct {
	api *setuapi.ClientWithResponses
	ask func(context.Context) (Credentials, error) // nil: those in authorized

	verify func(context.Context, *kyc.Record) error // may be nil

	authorized []setuapi.RequestEditorFn // by New's credentials
}

var _ interface {
	kyc.Provider
	kyc.StartChecker
	kyc.CatalogueLister
	kyc.FileFetcher
	kyc.Revoker
	kyc.ReturnParser
} = (*Adapter)(nil)

// New returns an Adapter for baseURL: Sandbox, Production or a test server. With
// Options.Credentials, creds may be zero. What cannot work is ErrInvalid, with the
// argument's or the field's name as Member: a base URL that is not absolute or has more
// than scheme, host and path, a credential that is missing or cannot be a header's value.
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
	a := &Adapter{ask: opts.Credentials, verify: opts.Verify, authorized: authorize(creds)}
	var err error
	a.api, err = setuapi.NewClientWithResponses(baseURL, setuapi.WithHTTPClient(wire.Doer{Client: opts.HTTPClient}))
	return a, err
}

// check refuses credentials with which no call can succeed.
func check(c *call.Call, creds Credentials) error {
	return c.Values(
		call.Setting{Name: "ClientID", Value: creds.ClientID},
		call.Setting{Name: "ClientSecret", Value: creds.ClientSecret.Reveal()},
		call.Setting{Name: "ProductInstanceID", Value: creds.ProductInstanceID},
	)
}

// authorization is that of this call.
func (a *Adapter) authorization(c *call.Call) ([]setuapi.RequestEditorFn, error) {
	if a.ask == nil {
		return a.authorized, nil
	}
	creds, err := call.Credentials(c, Credentials{}, a.ask, check)
	return authorize(creds), err
}

// authorize adds to a request what every operation demands: three headers, and no bearer
// token (SE-D3).
func authorize(creds Credentials) []setuapi.RequestEditorFn {
	header := http.Header{}
	header.Set("x-client-id", creds.ClientID)
	header.Set("x-client-secret", creds.ClientSecret.Reveal())
	header.Set("x-product-instance-id", creds.ProductInstanceID)
	return []setuapi.RequestEditorFn{func(_ context.Context, req *http.Request) error {
		maps.Copy(req.Header, header)
		return nil
	}}
}

// CheckStart implements [kyc.StartChecker].
func (a *Adapter) CheckStart(req kyc.StartRequest) error {
	return checkStart(call.New(context.Background(), provider, createRequest), req)
}

func checkStart(c *call.Call, req kyc.StartRequest) error {
	if err := req.Validate(provider, createRequest); err != nil {
		return err
	}
	for _, doc := range req.Documents {
		if _, known := codes[doc]; !known {
			return call.Unsupported("setu: start with", doc, kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence)
		}
	}
	return c.FreeOf(req.ReturnTo, "", returned...)
}

// Start implements [kyc.Provider]. Setu has no place for ID and Flow, which are
// not sent, and makes the Ref itself. Of Documents it can be told one thing: that
// a driving licence is the only one (SE-D25). That is sent, and is what Requested
// says; otherwise nothing is, and the user chooses. A document other than the
// constants of kyc is [errors.ErrUnsupported]. A ReturnTo with one of the parameters that
// Setu adds is ErrInvalid, as ParseReturn would refuse it. An answer without a URL that the
// user can follow is ErrUnexpected, and so are Setu's own samples (SE-D30).
func (a *Adapter) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	c := call.New(ctx, provider, createRequest)
	if err := checkStart(c, req); err != nil {
		return nil, err
	}
	body := setuapi.CreateRequestBody{RedirectURL: req.ReturnTo}
	var requested []kyc.Document
	if len(req.Documents) == 1 && req.Documents[0] == kyc.DrivingLicence {
		code := codes[kyc.DrivingLicence]
		body.DocType, requested = &code, []kyc.Document{kyc.DrivingLicence}
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, setuapi.ParseCreateRequestResponse)(a.api.CreateRequestWithResponse(c.Context(), nil,
		body, authorized...))
	if err != nil {
		return nil, failed(c, err)
	}
	created := cmp.Or(resp.JSON200, resp.JSON201) // SE-D1
	switch {
	case created == nil:
		return nil, refused(c)
	case !refs.MatchString(created.ID):
		return nil, c.Missing("id")
	case call.Link(created.URL).IsZero():
		return nil, c.Missing("url") // nobody can continue that journey
	}
	consent := &kyc.Consent{
		Ref:       kyc.Ref(created.ID),
		State:     cmp.Or(toState(created.Status), kyc.Pending), // the URL says as much, and Start is not repeatable
		URL:       call.Link(created.URL),
		ExpiresAt: c.Time("validUpto", created.ValidUpto, zone),
		Requested: requested,
		Raw:       c.Raw(),
	}
	consent.Unread = c.Unread()
	return consent, nil
}

// Status implements [kyc.Provider]. A state that nobody documented is kept as it
// came. Granted stays nil: Setu does not say what the user shares, which may be
// nothing (SE-D15). ExpiresAt is the end of the whole journey, after which Setu
// deletes it.
func (a *Adapter) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, provider, getStatus)
	if !refs.MatchString(string(ref)) {
		return nil, c.Invalid("Ref", wantRef)
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, setuapi.ParseGetStatusResponse)(a.api.GetStatusWithResponse(c.Context(), string(ref),
		nil, authorized...))
	switch {
	case err != nil:
		return orState(c, ref, failed(c, err))
	case resp.JSON200 == nil:
		return orState(c, ref, refused(c))
	case resp.JSON200.Status == "":
		return nil, c.Missing("status")
	}
	return toConsent(c, ref, resp.JSON200), nil
}

// Fetch implements [kyc.Provider]. Setu gives Aadhaar as data and everything else
// as a file, see FetchFile: any other document is [errors.ErrUnsupported]. File is
// the XML that DigiLocker signed.
func (a *Adapter) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	if doc != kyc.Aadhaar {
		return nil, call.Unsupported("setu: fetch", doc, a.Fetches()...)
	}
	c := call.New(ctx, provider, getAadhaar)
	if !refs.MatchString(string(ref)) {
		return nil, c.Invalid("Ref", wantRef)
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, setuapi.ParseGetAadhaarResponse)(a.api.GetAadhaarWithResponse(c.Context(), string(ref),
		nil, authorized...))
	if err != nil {
		return nil, failed(c, err)
	}
	if resp.JSON200 == nil {
		return nil, refused(c)
	}
	record, err := toRecord(c, &resp.JSON200.Aadhaar, resp.Body)
	if err != nil {
		return nil, err
	}
	return c.Verified(record, a.verify)
}

// Fetches implements [kyc.DocumentReader].
func (a *Adapter) Fetches() []kyc.Document { return []kyc.Document{kyc.Aadhaar} }

// ListCatalogue implements [kyc.CatalogueLister]. Setu answers within minutes, and
// without pages: the call may last 5 minutes and bring 100 MiB and a million documents, whatever
// [wire.WithLimits] says in ctx.
func (a *Adapter) ListCatalogue(ctx context.Context) ([]kyc.CatalogueEntry, error) {
	c := call.New(ctx, provider, listDocuments)
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	limited := wire.WithLimits(c.Context(), wire.Limits{
		Timeout: 5 * time.Minute, Body: 100 << 20, Elements: 1_000_000,
	})
	resp, err := call.Fit(c, setuapi.ParseListDocumentsResponse)(a.api.ListDocumentsWithResponse(limited, nil,
		authorized...))
	switch {
	case err != nil:
		return nil, failed(c, err)
	case resp.JSON200 == nil:
		return nil, refused(c)
	case resp.JSON200.Documents == nil:
		return nil, c.Missing("documents")
	}
	return toCatalogue(ctx, c, resp.JSON200.Documents)
}

// FetchFile implements [kyc.FileFetcher]. It tells Setu that the user consents,
// which the journey has established. Type, IssuerID, Format and the name and value
// of each parameter are required; whether the catalogue has them is left to Setu,
// and so is Aadhaar, which it does or does not serve as a file (SE-D5). Link is
// zero, and told by Unread, if what Setu sends is no URL, as in one of its samples.
func (a *Adapter) FetchFile(ctx context.Context, ref kyc.Ref, req kyc.FileRequest) (*kyc.File, error) {
	c := call.New(ctx, provider, fetchDocument)
	parameters, complete := toParameters(req.Parameters)
	switch {
	case !refs.MatchString(string(ref)):
		return nil, c.Invalid("Ref", wantRef)
	case req.Type == "":
		return nil, c.Invalid("Type", wantCatalogue)
	case req.IssuerID == "":
		return nil, c.Invalid("IssuerID", wantCatalogue)
	case req.Format == "":
		return nil, c.Invalid("Format", wantCatalogue)
	case !complete:
		return nil, c.Invalid("Parameters", "a name and a value for each")
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, setuapi.ParseFetchDocumentResponse)(a.api.FetchDocumentWithResponse(c.Context(),
		string(ref), nil, setuapi.FetchDocumentBody{
			DocType: req.Type, OrgID: &req.IssuerID, Format: req.Format, Consent: "Y", Parameters: parameters,
		}, authorized...))
	switch {
	case err != nil:
		return nil, failed(c, err)
	case resp.JSON200 == nil:
		return nil, refused(c)
	case kyc.Hide(resp.JSON200.FileURL).IsZero():
		return nil, c.Missing("fileUrl")
	}
	file := &kyc.File{
		Link: c.Link("fileUrl", resp.JSON200.FileURL), ExpiresAt: c.Time("validUpto", resp.JSON200.ValidUpto, zone),
		Format: req.Format, Raw: c.Raw(),
	}
	file.Unread = c.Unread()
	return file, nil
}

// Revoke implements [kyc.Revoker]. Before consent it is ErrPending. It is a GET
// that changes something (SE-D22), which net/http itself repeats when a kept
// connection breaks: ErrNotFound, ErrExpired and ErrPending can also mean that the
// first attempt took effect. Status tells.
func (a *Adapter) Revoke(ctx context.Context, ref kyc.Ref) error {
	c := call.New(ctx, provider, revoke)
	if !refs.MatchString(string(ref)) {
		return c.Invalid("Ref", wantRef)
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return err
	}
	resp, err := call.Fit(c, setuapi.ParseRevokeResponse)(a.api.RevokeWithResponse(c.Context(), string(ref), nil,
		authorized...))
	switch {
	case err != nil:
		return failed(c, err)
	case resp.JSON200 == nil:
		return refused(c)
	case !resp.JSON200.Success:
		return c.Missing("success") // true is its only documented value
	}
	return nil
}

// returned are the parameters that Setu adds to the address of a return.
var returned = []string{"success", "id", "scope", "errCode", "errMessage"}

// ParseReturn implements [kyc.ReturnParser]. Any failure is Denied, since no
// errCode is published; Code has it if it is one of Setu's codes, one of OAuth's or a trace id,
// as anyone can write another into the address, such as a name. Granted is nil for an address without scope,
// as they were before December 2024. An address with another id than ref, or with one
// of Setu's five parameters twice, is ErrInvalid; other parameters are not looked at.
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
	if id := query.Get("id"); id != "" && id != string(ref) {
		return kyc.Return{}, c.Invalid("id", "the Ref's")
	}
	return toReturn(ref, query), nil
}

// zone is taken for a time that says none: all that do, in Setu's documents, say this one.
var zone = time.FixedZone("IST", 5*60*60+30*60)

// What a caller's field has to be.
const (
	wantRef       = "that of a Consent"
	wantCatalogue = "what the catalogue says"
)

// refs match what Setu could have for an id: it has a UUID in all samples, and no
// page promises one. No such ref can change the path that it stands in.
var refs = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
