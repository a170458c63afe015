// Package acme does DigiLocker KYC through Acme, a provider that nobody has: the adapter to
// which the guide for contributors leads.
package acme

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/acmeapi"
)

// In errors: the provider, and its operations in specs/acme.
const (
	provider    = "acme"
	openJourney = "openJourney"
	getJourney  = "getJourney"
	getIDCard   = "getIDCard"
)

// Credentials are what Acme hands out for an account. Blanks and control characters in them are
// refused, as a secret read from a file ends in a line break.
type Credentials struct {
	Key kyc.Private // required; each call carries it, as x-acme-key
}

// Options tunes an Adapter; its zero value is ready to use.
type Options struct {
	// HTTPClient sends every request and is never modified: retries, metrics and logs belong in its
	// Transport. Its Timeout applies besides the operation's 30 s, the shorter one wins. Default: a
	// client on http.DefaultTransport.
	HTTPClient *http.Client
	// Credentials says what the account's credentials are now, so that a rotated key needs no new
	// Adapter. It is asked before each call with the call's context; it must be quick, and safe for
	// concurrent use. What it says is checked as New checks its argument; if that fails, or it does,
	// nothing is sent, and the error is kyc.ErrCredentials and, to errors.Is and errors.As, its own,
	// whose text nothing prints: it may have a secret. Nil: New's argument for ever. With it, New does
	// not look at that.
	Credentials func(context.Context) (Credentials, error)
	// Verify looks at each record before Fetch returns it: signedfile.Checker's Verify fails for one that
	// its signed file does not say. It is called with Fetch's context and must be safe for concurrent use.
	// Where it fails, Fetch does: with a kyc.Error of its error's kind, kyc.ErrUnverified if that is of
	// none, to errors.Is and errors.As its error too, whose text nothing prints. The answer may have been
	// billed: the error has it as Raw. Nil: nothing is verified.
	Verify func(context.Context, *kyc.Record) error
}

// Adapter is Acme as a [kyc.Provider]. It is safe for concurrent use. Make one with New.
type Adapter struct {
	api    *acmeapi.ClientWithResponses
	creds  func() Credentials                         // a closure, into which no printer looks
	ask    func(context.Context) (Credentials, error) // nil: creds
	verify func(context.Context, *kyc.Record) error   // may be nil
}

var _ interface {
	kyc.Provider
	kyc.StartChecker
	kyc.DocumentReader
} = (*Adapter)(nil)

// New returns an Adapter for baseURL, a server of Acme's or a test server. With Options.Credentials,
// creds may be zero. An error names the argument that is missing or malformed and does not repeat it.
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
	api, err := acmeapi.NewClientWithResponses(baseURL, acmeapi.WithHTTPClient(wire.Doer{Client: opts.HTTPClient}))
	return &Adapter{
		api: api, creds: func() Credentials { return creds }, ask: opts.Credentials, verify: opts.Verify,
	}, err
}

// check refuses credentials with which no call can succeed.
func check(c *call.Call, creds Credentials) error {
	return c.Values(call.Setting{Name: "Key", Value: creds.Key.Reveal()})
}

// authorized adds the credentials of this call to its request.
func (a *Adapter) authorized(c *call.Call) (acmeapi.RequestEditorFn, error) {
	creds, err := call.Credentials(c, a.creds(), a.ask, check)
	return func(_ context.Context, r *http.Request) error {
		r.Header.Set("x-acme-key", creds.Key.Reveal())
		return nil
	}, err
}

// documents are those that a journey can be started for, and that Fetch reads.
var documents = []kyc.Document{kyc.Aadhaar}

// ids are what Acme takes for a journey's, which is its Ref.
var ids = regexp.MustCompile(`^[A-Za-z0-9-]{1,40}$`)

const wantID = "1 to 40 letters, digits or hyphens"

// CheckStart implements [kyc.StartChecker].
func (a *Adapter) CheckStart(req kyc.StartRequest) error {
	_, err := toID(call.New(context.Background(), provider, openJourney), req)
	return err
}

// toID is the id of a request that is in order.
func toID(c *call.Call, req kyc.StartRequest) (string, error) {
	if err := req.Validate(provider, openJourney); err != nil {
		return "", err
	}
	for _, doc := range req.Documents {
		if !slices.Contains(documents, doc) {
			return "", fmt.Errorf("acme: start with %q: %w", doc, errors.ErrUnsupported)
		}
	}
	id := cmp.Or(req.ID, rand.Text())
	if !ids.MatchString(id) {
		return "", c.Invalid("ID", wantID)
	}
	return id, nil
}

// Start implements [kyc.Provider]. The ID is Acme's too; without one, one is made.
func (a *Adapter) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	c := call.New(ctx, provider, openJourney)
	id, err := toID(c, req)
	if err != nil {
		return nil, err
	}
	authorized, err := a.authorized(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, acmeapi.ParseOpenJourneyResponse)(a.api.OpenJourneyWithResponse(c.Context(),
		acmeapi.OpenJourneyJSONRequestBody{
			ID: id, ReturnTo: req.ReturnTo,
			Documents: []acmeapi.OpenJourneyJSONBodyDocuments{acmeapi.OpenJourneyJSONBodyDocumentsIDCard},
		}, authorized))
	switch {
	case err != nil:
		return nil, failed(c, err)
	case resp.JSON200 == nil:
		return nil, refused(c)
	}
	consent := &kyc.Consent{
		Ref: kyc.Ref(id), State: kyc.Pending, URL: call.Link(resp.JSON200.Link),
		Requested: slices.Clone(req.Documents), Unread: c.Unread(), Raw: c.Raw(),
	}
	if consent.URL.IsZero() {
		return nil, c.Missing("link")
	}
	return consent, nil
}

// Status implements [kyc.Provider].
func (a *Adapter) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, provider, getJourney)
	if !ids.MatchString(string(ref)) {
		return nil, c.Invalid("Ref", wantID)
	}
	authorized, err := a.authorized(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, acmeapi.ParseGetJourneyResponse)(
		a.api.GetJourneyWithResponse(c.Context(), string(ref), authorized))
	switch {
	case err != nil:
		return c.OrState(ref, failed(c, err))
	case resp.JSON200 == nil:
		return c.OrState(ref, refused(c))
	case resp.JSON200.State == "":
		return nil, c.Missing("state")
	}
	state, known := states[resp.JSON200.State]
	if !known { // is kept as it came
		state = kyc.State(resp.JSON200.State)
	}
	return &kyc.Consent{Ref: ref, State: state, Unread: c.Unread(), Raw: c.Raw()}, nil
}

// Fetch implements [kyc.Provider], for Aadhaar.
func (a *Adapter) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	if !slices.Contains(documents, doc) {
		return nil, fmt.Errorf("acme: fetch %q: %w", doc, errors.ErrUnsupported)
	}
	c := call.New(ctx, provider, getIDCard)
	if !ids.MatchString(string(ref)) {
		return nil, c.Invalid("Ref", wantID)
	}
	authorized, err := a.authorized(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, acmeapi.ParseGetIDCardResponse)(
		a.api.GetIDCardWithResponse(c.Context(), string(ref), authorized))
	switch {
	case err != nil:
		return nil, failed(c, err)
	case resp.JSON200 == nil:
		return nil, refused(c)
	case resp.JSON200.Number == "":
		return nil, c.Missing("number")
	}
	card := resp.JSON200
	birth := c.Date("birth", call.Text(card.Birth))
	return c.Verified(&kyc.Record{
		Document: kyc.Aadhaar, Number: kyc.MaskAadhaar(card.Number), Raw: c.Raw(), Unread: c.Unread(),
		Person: kyc.Person{Name: kyc.Hide(card.Name), Birth: birth},
	}, a.verify)
}

// Fetches implements [kyc.DocumentReader].
func (a *Adapter) Fetches() []kyc.Document { return slices.Clone(documents) }
