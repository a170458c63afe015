// Package setu does DigiLocker KYC through Setu.
//
// Setu gives Aadhaar as data and every other document as a file. It deletes a
// request once it has expired, so that an expired journey looks like one that
// never was: both are [kyc.ErrNotFound].
//
// Source: https://docs.setu.co/data/digilocker/quickstart and its sister pages;
// what contradicts what in them is numbered in contract/differences/setu.yaml.
package setu

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/setuapi"
)

// The servers that Setu publishes.
const (
	Sandbox    = setuapi.Sandbox
	Production = setuapi.Production
)

// provider is the name of this one in errors.
const provider = "setu"

// Credentials are what Setu hands out for an account; all three are required.
type Credentials struct {
	ClientID          string
	ClientSecret      kyc.Private
	ProductInstanceID string // of the account's DigiLocker product
}

// Options tunes an Adapter; its zero value is ready to use.
type Options struct {
	// HTTPClient sends every request and is never modified: retries, metrics
	// and logs belong in its Transport. Its Timeout applies besides the
	// operation's own (30 s; 5 minutes for the catalogue), the shorter one wins.
	// Default: a client on http.DefaultTransport.
	HTTPClient *http.Client
}

// Adapter is a [kyc.Provider] that can also revoke a journey, list the documents
// of all issuers, fetch one as a file and read a return. It is safe for
// concurrent use.
type Adapter struct {
	api   *setuapi.ClientWithResponses
	creds Credentials
}

var _ interface {
	kyc.Provider
	kyc.Revoker
	kyc.CatalogueLister
	kyc.FileFetcher
	kyc.ReturnParser
} = (*Adapter)(nil)

// New returns an Adapter for baseURL: Sandbox, Production or a test server.
func New(baseURL string, creds Credentials, opts Options) (*Adapter, error) {
	for _, field := range []struct{ name, value string }{
		{"ClientID", creds.ClientID}, {"ClientSecret", creds.ClientSecret.Reveal()}, {"ProductInstanceID", creds.ProductInstanceID},
	} {
		if field.value == "" || !call.Printable(field.value) {
			return nil, fmt.Errorf("setu: Credentials.%s is empty, or has what no header can hold", field.name)
		}
	}
	if !call.ValidBase(baseURL) {
		return nil, errors.New("setu: baseURL is not an absolute http or https URL without user, query and fragment")
	}
	api, err := setuapi.NewClientWithResponses(baseURL, setuapi.WithHTTPClient(wire.Doer{Client: opts.HTTPClient}))
	if err != nil {
		return nil, fmt.Errorf("setu: %w", err)
	}
	return &Adapter{api: api, creds: creds}, nil
}

// Start implements kyc.Provider. Setu has no place for the caller's ID and for
// the Flow: neither is sent. It asks for a document only if that is a driving
// licence alone (SE-D25); otherwise the user chooses at DigiLocker.
func (a *Adapter) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	if err := req.Validate(provider, "createRequest"); err != nil {
		return nil, err
	}
	body := setuapi.CreateRequestBody{RedirectURL: req.ReturnTo}
	for _, doc := range req.Documents {
		if code, ok := docTypes[doc]; !ok {
			return nil, fmt.Errorf("setu: start with %q: %w", doc, errors.ErrUnsupported)
		} else if doc == kyc.DrivingLicence && len(req.Documents) == 1 {
			body.DocType = &code
		}
	}
	c := call.New(ctx, provider, "createRequest")
	p := setuapi.CreateRequestParams(a.headers())
	resp, err := a.api.CreateRequestWithResponse(c.Context(), &p, body)
	if err != nil {
		return nil, c.Failed(err)
	}
	created := resp.JSON201 // by the OpenAPI; by the quickstart it is a 200 (SE-D1)
	if created == nil {
		created = resp.JSON200
	}
	switch {
	case created == nil:
		return nil, refused(c)
	case !refs.MatchString(created.ID):
		return nil, c.Missing("id")
	case created.URL == "":
		return nil, c.Missing("url")
	}
	consent := toConsent(c, kyc.Ref(created.ID), created.Status, created.URL, created.ValidUpto)
	consent.Requested = slices.Clone(req.Documents)
	return consent, nil
}

// Status implements kyc.Provider.
func (a *Adapter) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, provider, "getStatus")
	if !refs.MatchString(string(ref)) {
		return nil, c.Invalid("ref")
	}
	p := setuapi.GetStatusParams(a.headers())
	resp, err := a.api.GetStatusWithResponse(c.Context(), string(ref), &p)
	switch {
	case err != nil:
		return nil, c.Failed(err)
	case resp.JSON200 == nil:
		return nil, refused(c)
	case resp.JSON200.Status == "":
		return nil, c.Missing("status")
	}
	s := resp.JSON200
	consent := toConsent(c, ref, s.Status, s.URL, s.ValidUpto)
	consent.User = toUser(s.UserDetails)
	consent.TraceID = call.Text(s.TraceID)
	return consent, nil
}

// Fetch implements kyc.Provider. Setu gives Aadhaar as data and everything else
// as a file (see FetchFile), so any other document is ErrUnsupported.
func (a *Adapter) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	if doc != kyc.Aadhaar {
		return nil, fmt.Errorf("setu: fetch %q: %w", doc, errors.ErrUnsupported)
	}
	c := call.New(ctx, provider, "getAadhaar")
	if !refs.MatchString(string(ref)) {
		return nil, c.Invalid("ref")
	}
	p := setuapi.GetAadhaarParams(a.headers())
	resp, err := a.api.GetAadhaarWithResponse(c.Context(), string(ref), &p)
	switch {
	case err != nil:
		return nil, c.Failed(err)
	case resp.JSON200 == nil:
		return nil, refused(c)
	case resp.JSON200.Aadhaar.Name == "":
		return nil, c.Missing("aadhaar.name")
	}
	return toRecord(c, &resp.JSON200.Aadhaar), nil
}

// ListCatalogue implements kyc.CatalogueLister. The list can take minutes and
// be very large: the call has 5 minutes and 100 MiB. Setu advises to keep it for
// about a month.
func (a *Adapter) ListCatalogue(ctx context.Context) ([]kyc.CatalogueEntry, error) {
	c := call.New(wire.WithLimits(ctx, wire.Limits{Timeout: 5 * time.Minute, Body: 100 << 20}), provider, "listDocuments")
	p := setuapi.ListDocumentsParams(a.headers())
	resp, err := a.api.ListDocumentsWithResponse(c.Context(), &p)
	switch {
	case err != nil:
		return nil, c.Failed(err)
	case resp.JSON200 == nil:
		return nil, refused(c)
	case resp.JSON200.Documents == nil:
		return nil, c.Missing("documents")
	}
	return toCatalogue(resp.JSON200.Documents), nil
}

// FetchFile implements kyc.FileFetcher, for every document but Aadhaar. Calling
// it says that the user consents (consent=Y): Setu takes no other value.
func (a *Adapter) FetchFile(ctx context.Context, ref kyc.Ref, req kyc.FileRequest) (*kyc.File, error) {
	c := call.New(ctx, provider, "fetchDocument")
	switch {
	case !refs.MatchString(string(ref)):
		return nil, c.Invalid("ref")
	case req.Type == "":
		return nil, c.Invalid("Type")
	case req.IssuerID == "":
		return nil, c.Invalid("IssuerID")
	case req.Format == "":
		return nil, c.Invalid("Format")
	}
	body := setuapi.FetchDocumentBody{DocType: req.Type, OrgID: &req.IssuerID, Format: req.Format, Consent: "Y"}
	if len(req.Parameters) > 0 {
		var list []setuapi.DocumentParameter
		for _, name := range slices.Sorted(maps.Keys(req.Parameters)) {
			list = append(list, setuapi.DocumentParameter{Name: name, Value: req.Parameters[name].Reveal()})
		}
		body.Parameters = &list
	}
	p := setuapi.FetchDocumentParams(a.headers())
	resp, err := a.api.FetchDocumentWithResponse(c.Context(), string(ref), &p, body)
	switch {
	case err != nil:
		return nil, c.Failed(err)
	case resp.JSON200 == nil:
		return nil, refused(c)
	case resp.JSON200.FileURL == "":
		return nil, c.Missing("fileUrl")
	}
	return toFile(c, resp.JSON200, req.Format), nil
}

// Revoke implements kyc.Revoker. It is a GET that changes something (SE-D22);
// afterwards the journey is ErrExpired to Fetch.
func (a *Adapter) Revoke(ctx context.Context, ref kyc.Ref) error {
	c := call.New(ctx, provider, "revoke")
	if !refs.MatchString(string(ref)) {
		return c.Invalid("ref")
	}
	p := setuapi.RevokeParams(a.headers())
	resp, err := a.api.RevokeWithResponse(c.Context(), string(ref), &p)
	switch {
	case err != nil:
		return c.Failed(err)
	case resp.JSON200 == nil:
		return refused(c)
	case !resp.JSON200.Success:
		return c.Missing("success")
	}
	return nil
}

// ParseReturn implements kyc.ReturnParser. A success whose scope is empty means
// that the user shared nothing (SE-D15): State is Granted and Granted is empty.
func (a *Adapter) ParseReturn(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	c := call.New(context.Background(), provider, "createRequest")
	if !refs.MatchString(string(ref)) {
		return kyc.Return{}, c.Invalid("ref")
	}
	q, ok := call.Returned(u, "success", "id", "scope", "errCode", "errMessage")
	if !ok {
		return kyc.Return{}, c.Invalid("url")
	}
	if id, told := q["id"]; told && id != string(ref) {
		return kyc.Return{}, c.Invalid("id")
	}
	r := kyc.Return{Ref: ref}
	switch strings.ToLower(q["success"]) { // True and true (SE-D14)
	case "true":
		r.State = kyc.Granted
		if scope, told := q["scope"]; told { // not told before December 2024
			r.Granted = toScope(scope)
		}
	case "false":
		r.State = kyc.Denied
		r.Code, r.Message = q["errCode"], kyc.Hide(q["errMessage"])
	}
	return r, nil
}

// headers are the credentials as every operation declares them: the Params of
// each have these fields.
type headers struct{ ClientID, ClientSecret, ProductInstanceID string }

func (a *Adapter) headers() headers {
	return headers{a.creds.ClientID, a.creds.ClientSecret.Reveal(), a.creds.ProductInstanceID}
}

// refs are the request ids that Setu gives: UUIDs in all samples, which is not
// insisted on. Nothing in one can change the path of a request.
var refs = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
