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

const provider = "acme"

// Credentials are what Acme hands out for an account.
type Credentials struct {
	Key kyc.Private // sent as x-acme-key
}

// Options tunes an Adapter; its zero value is ready to use.
type Options struct {
	// HTTPClient sends every request and is never modified. Default: a client on
	// http.DefaultTransport.
	HTTPClient *http.Client
	// Verify looks at each record before Fetch returns it. Where it fails, Fetch does, with its error's kind, or
	// kyc.ErrUnverified. It must be safe for concurrent use. Nil: nothing is verified.
	Verify func(context.Context, *kyc.Record) error
}

// Adapter is Acme as a [kyc.Provider]. It is safe for concurrent use. Make one with New.
type Adapter struct {
	api    *acmeapi.ClientWithResponses
	verify func(context.Context, *kyc.Record) error // may be nil
}

var _ kyc.Provider = (*Adapter)(nil)

// New returns an Adapter for baseURL. An error names the argument that is missing or
// malformed and does not repeat it.
func New(baseURL string, creds Credentials, opts Options) (*Adapter, error) {
	c := call.New(context.Background(), provider, "New")
	if err := c.Settings(baseURL, call.Setting{Name: "Key", Value: creds.Key.Reveal()}); err != nil {
		return nil, err
	}
	api, err := acmeapi.NewClientWithResponses(baseURL, acmeapi.WithHTTPClient(wire.Doer{Client: opts.HTTPClient}),
		acmeapi.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.Header.Set("x-acme-key", creds.Key.Reveal())
			return nil
		}))
	if err != nil {
		return nil, fmt.Errorf("acme: %w", err)
	}
	return &Adapter{api: api, verify: opts.Verify}, nil
}

// ids are what Acme takes for a journey's.
var ids = regexp.MustCompile(`^[A-Za-z0-9-]{1,40}$`)

const wantID = "1 to 40 letters, digits or hyphens"

// Start implements [kyc.Provider]. The ID is Acme's too; without one, one is made.
func (a *Adapter) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	c := call.New(ctx, provider, "openJourney")
	if err := req.Validate(provider, "openJourney"); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(req.Documents, func(doc kyc.Document) bool { return doc != kyc.Aadhaar }) {
		return nil, fmt.Errorf("acme: start with another document than Aadhaar: %w", errors.ErrUnsupported)
	}
	id := cmp.Or(req.ID, rand.Text())
	if !ids.MatchString(id) {
		return nil, c.Invalid("ID", wantID)
	}
	resp, err := a.api.OpenJourneyWithResponse(c.Context(), acmeapi.OpenJourneyJSONRequestBody{
		ID: id, ReturnTo: req.ReturnTo,
		Documents: []acmeapi.OpenJourneyJSONBodyDocuments{acmeapi.OpenJourneyJSONBodyDocumentsIDCard},
	})
	switch {
	case err != nil:
		return nil, failed(c, err)
	case resp.JSON200 == nil:
		return nil, refused(c)
	}
	consent := &kyc.Consent{
		Ref: kyc.Ref(id), State: kyc.Pending, URL: call.Link(resp.JSON200.Link),
		Requested: slices.Clone(req.Documents), Raw: c.Raw(),
	}
	if consent.URL.IsZero() {
		return nil, c.Missing("link")
	}
	return consent, nil
}

// Status implements [kyc.Provider].
func (a *Adapter) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, provider, "getJourney")
	if !ids.MatchString(string(ref)) {
		return nil, c.Invalid("Ref", wantID)
	}
	resp, err := a.api.GetJourneyWithResponse(c.Context(), string(ref))
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
	return &kyc.Consent{Ref: ref, State: state, Raw: c.Raw()}, nil
}

// Fetch implements [kyc.Provider], for Aadhaar.
func (a *Adapter) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	if doc != kyc.Aadhaar {
		return nil, fmt.Errorf("acme: fetch %q: %w", doc, errors.ErrUnsupported)
	}
	c := call.New(ctx, provider, "getIDCard")
	if !ids.MatchString(string(ref)) {
		return nil, c.Invalid("Ref", wantID)
	}
	resp, err := a.api.GetIDCardWithResponse(c.Context(), string(ref))
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
