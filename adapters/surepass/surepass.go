// Package surepass does DigiLocker KYC through Surepass: Aadhaar as data, with the signed file behind it, and any
// other document as a signed file alone.
//
// # Aadhaar is handed out once
//
// Integrators report that Aadhaar can be downloaded once in a journey, and that the second call is refused (SP-D22);
// Surepass publishes nothing of it. Store the Record that Fetch returns, or the file behind its File, before anything
// else is done. Nothing here repeats the call: not the adapter, nor package repeat, failover or kyc.WaitFetch. After an
// error that is [kyc.Error].Spent, nobody knows whether the document is used up, or it is: what came is in Raw, and
// only a new journey brings more. The same is so after ctx.Err() itself, of a ctx that ended before the answer had
// come; where it ends behind that, while Options.Verify looks, the error is Spent and has it as Raw. net/http, which
// repeats a GET where a kept connection turns out to be closed, is kept from it, and so the error may be Spent of a
// call that was never seen. Let no other [http.RoundTripper] repeat it.
//
// # How a journey ends
//
// Surepass has no word for a user who never comes, nor for one who refused (SP-D11). What failed is Denied, whatever
// the reason, which only the answer's error_description tells, in Raw. What neither failed nor was completed is Pending
// for as long as Start said that the link lives, and Expired then. That time is kept in the Ref, behind the journey's
// client_id, and compared with the Date of Surepass's answers, by whose clock it was set, or with this machine's where
// that is more than a day from it; a bare client_id is a Ref too, of which no end is known. A user may still finish who
// was late: an Expired journey that is asked for again can be Granted.
//
// A user can be back at ReturnTo while Surepass still says client_initiated: that is Pending, ask again. What the
// address says then is not published, and neither is a signature of the webhook (SP-D13): there is no
// kyc.ReturnParser and no kyc.WebhookParser. Take either for a hint, and ask Status.
//
// Source: the pages that specs/surepass lists; what contradicts what in them is numbered in
// contract/provider/surepass/differences.yaml.
package surepass

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/surepassapi"
)

// The servers that Surepass publishes; New has no default. Its pages name two of each (SP-D1, SP-D2): a page that names
// those of .io calls one of .app, and integrators report that DigiLocker is served at .app alone.
const (
	Sandbox    = surepassapi.Sandbox    // "UAT", https://sandbox.surepass.app
	Production = surepassapi.Production // https://kyc-api.surepass.app

	SandboxIO    = "https://sandbox.surepass.io"
	ProductionIO = "https://kyc-api.surepass.io"
)

// In errors: the provider, and the operations in specs/surepass.
const (
	provider         = "surepass"
	initialize       = "initialize"
	getStatus        = "getStatus"
	listDocuments    = "listDocuments"
	downloadDocument = "downloadDocument"
	downloadAadhaar  = "downloadAadhaar"
)

// Credentials are what Surepass hands out; each call carries them. Blanks and control characters in them are refused,
// as a secret read from a file ends in a line break.
type Credentials struct {
	Token kyc.Private // required; a long-lived token, without "Bearer"
}

// Options tunes an Adapter; its zero value is ready to use, where each Start says its Flow.
type Options struct {
	// HTTPClient sends every request and is never modified: retries, metrics and logs belong in its Transport, but
	// what repeats a GET there repeats the one download of Aadhaar too. Its Timeout applies besides the 30 s of an
	// operation, the shorter one wins. Default: a client on http.DefaultTransport.
	HTTPClient *http.Client

	// Credentials says what the credentials are now, so that a rotated token needs no new Adapter. It is asked before
	// each call with the call's context; it must be quick, and safe for concurrent use. What it says is checked as New
	// checks its argument; if that fails, or it does, nothing is sent, and the error is kyc.ErrCredentials and, to
	// errors.Is and errors.As, its own, whose text nothing prints: it may have a secret. Nil: New's argument for ever.
	// With it, New does not look at that.
	Credentials func(context.Context) (Credentials, error)

	// Verify looks at each record before Fetch returns it: signedfile.Checker's Verify opens the file of one that is
	// Unopened, fails for one that its signed file does not say, and sets Record.Signed. It is called with Fetch's
	// context and must be safe for concurrent use. Where it fails, Fetch does: with a kyc.Error of its error's kind,
	// kyc.ErrUnverified if that is of none, to errors.Is and errors.As its error too, whose text nothing prints. The
	// answer may have been billed, and Aadhaar is handed out once: the error has it as Raw, and signedfile's as a
	// Record, also where ctx ends meanwhile, whose error errors.Is finds; of Aadhaar it is Spent, whatever Verify says,
	// an outage too: look at that Record again. What FetchFile returns is not looked at: see
	// signedfile.Checker's ReadFile. Nil: nothing is verified.
	Verify func(context.Context, *kyc.Record) error

	// Flow is that of a Start without one. Surepass has no default: it must be told whether the user is new (SP-D3).
	// Zero: such a Start is ErrInvalid.
	Flow kyc.Flow

	// Expiry is how long a journey can be begun, in whole minutes from 5 to 30; what Surepass makes of it is
	// Consent.ExpiresAt (SP-D6). Zero: Surepass's own, 10 or 30 minutes by its pages.
	Expiry time.Duration

	// WebhookURL is where Surepass sends its webhook, an absolute https URL. What comes there is not signed: ask
	// Status. Empty: nowhere.
	WebhookURL string
}

// The least and the most that Options.Expiry may be.
const (
	leastExpiry = 5 * time.Minute
	mostExpiry  = 30 * time.Minute
)

// Adapter is Surepass as a [kyc.Provider]. It is safe for concurrent use. Make one with New.
type Adapter struct {
	api        *surepassapi.ClientWithResponses
	opts       Options
	authorized []surepassapi.RequestEditorFn // by New's credentials
}

var _ interface {
	kyc.Provider
	kyc.StartChecker
	kyc.DocumentReader
	kyc.OnceFetcher
	kyc.DocumentLister
	kyc.FileFetcher
	kyc.RefMatcher
} = (*Adapter)(nil)

// New returns an Adapter for baseURL: Sandbox, Production or a test server. With Options.Credentials, creds may be
// zero. What cannot work is ErrInvalid, with the argument's or the field's name as Member: a base URL that is not
// absolute or has more than scheme, host and path, a token that is missing or cannot be a header's value, an unknown
// Flow, an Expiry or a WebhookURL that Surepass would not take.
func New(baseURL string, creds Credentials, opts Options) (*Adapter, error) {
	c := call.New(context.Background(), provider, "New")
	if err := c.Settings(baseURL); err != nil {
		return nil, err
	}
	hook, err := url.Parse(opts.WebhookURL)
	inRange := opts.Expiry >= leastExpiry && opts.Expiry <= mostExpiry && opts.Expiry%time.Minute == 0
	switch {
	case opts.Flow != "" && opts.Flow != kyc.SignIn && opts.Flow != kyc.SignUp:
		return nil, c.Invalid("Flow", "SignIn, SignUp or nothing")
	case opts.Expiry != 0 && !inRange:
		return nil, c.Invalid("Expiry", "whole minutes, from 5 to 30, or nothing")
	case opts.WebhookURL != "" && (err != nil || hook.Scheme != "https" || hook.Hostname() == ""):
		return nil, c.Invalid("WebhookURL", "an absolute https URL, or nothing")
	}
	if opts.Credentials == nil {
		if err := check(c, creds); err != nil {
			return nil, err
		}
	}
	a := &Adapter{opts: opts, authorized: authorize(creds)}
	a.api, err = surepassapi.NewClientWithResponses(baseURL,
		surepassapi.WithHTTPClient(wire.Doer{Client: opts.HTTPClient}))
	return a, err
}

// check refuses credentials with which no call can succeed.
func check(c *call.Call, creds Credentials) error {
	return c.Values(call.Setting{Name: "Token", Value: creds.Token.Reveal()})
}

// authorization is that of this call.
func (a *Adapter) authorization(c *call.Call) ([]surepassapi.RequestEditorFn, error) {
	if a.opts.Credentials == nil {
		return a.authorized, nil
	}
	creds, err := call.Credentials(c, Credentials{}, a.opts.Credentials, check)
	return authorize(creds), err
}

// authorize adds the token to a request.
func authorize(creds Credentials) []surepassapi.RequestEditorFn {
	return []surepassapi.RequestEditorFn{func(_ context.Context, req *http.Request) error {
		req.Header.Set("Authorization", "Bearer "+creds.Token.Reveal())
		return nil
	}}
}

// CheckStart implements [kyc.StartChecker].
func (a *Adapter) CheckStart(req kyc.StartRequest) error {
	return a.checkStart(call.New(context.Background(), provider, initialize), req)
}

func (a *Adapter) checkStart(c *call.Call, req kyc.StartRequest) error {
	if err := req.Validate(provider, initialize); err != nil {
		return err
	}
	for _, doc := range req.Documents {
		if _, known := codes[doc]; !known {
			return call.Unsupported("surepass: start with", doc, a.Fetches()...)
		}
	}
	switch {
	case cmp.Or(req.Flow, a.opts.Flow) == "":
		return c.Invalid("Flow", "SignIn or SignUp, here or in Options")
	case !utf8.ValidString(req.ID) || utf8.RuneCountInString(req.ID) > longestState:
		return c.Invalid("ID", "at most 100 characters")
	}
	return nil
}

// longestState is what Surepass takes of state, in characters.
const longestState = 100

// Start implements [kyc.Provider]. ID is sent as state, at most 100 characters of any kind: no answer and no webhook
// is documented to have it, and it may be used again (SP-D13). Flow is needed, here or in Options. What the user
// shares is the user's choice at DigiLocker, and Requested stays nil: of Documents, Surepass is told whether Aadhaar
// is among them, so that its XML is had too. A document other than the constants of kyc is [errors.ErrUnsupported].
//
// ReturnTo must be another one for each attempt, such as by a query of your own: one that was used before can bring
// back the earlier journey, which may have ended (SP-D34). A link of which Surepass says that no time is left is
// ErrExpired, with ReturnTo as Member: Start anew with another. It cannot be an address of the caller's own machine:
// the page with which Surepass refuses that is ErrInvalid, with ReturnTo as Member too.
//
// ExpiresAt is what the answer says of the link's life, whatever Options.Expiry asked for. An answer without a URL
// that the user can follow is ErrUnexpected, and so are Surepass's own samples, which are of its SDK (SP-D8).
func (a *Adapter) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	c := call.New(ctx, provider, initialize)
	if err := a.checkStart(c, req); err != nil {
		return nil, err
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, surepassapi.ParseInitializeResponse)(a.api.InitializeWithResponse(c.Context(),
		surepassapi.InitializeRequest{Data: a.options(req)}, authorized...))
	switch {
	case refusesLocal(c, req.ReturnTo):
		return nil, badReturn(c, kyc.ErrInvalid, "an address that is not of the caller's own machine")
	case err != nil:
		return nil, failed(c, false, err)
	case resp.JSON200 == nil || refuses(c):
		return nil, refused(c, false)
	}
	started := resp.JSON200.Data
	link := call.Link(call.Text(started.URL))
	switch {
	case !ids.MatchString(started.ClientID):
		return nil, c.Missing("data.client_id")
	case link.IsZero():
		return nil, c.Missing("data.url") // nobody can continue that journey
	case dead(started.ExpirySeconds):
		return nil, badReturn(c, kyc.ErrExpired, "another than that of an earlier journey")
	}
	j := journey{started.ClientID, toEnd(c, started.ExpirySeconds)}
	consent := &kyc.Consent{Ref: j.ref(), State: kyc.Pending, URL: link, ExpiresAt: j.end, Raw: c.Raw()}
	consent.Unread = c.Unread()
	return consent, nil
}

// options are what Start sends.
func (a *Adapter) options(req kyc.StartRequest) surepassapi.JourneyOptions {
	options := surepassapi.JourneyOptions{
		SignupFlow: cmp.Or(req.Flow, a.opts.Flow) == kyc.SignUp, RedirectURL: &req.ReturnTo,
	}
	for _, doc := range req.Documents {
		if doc == kyc.Aadhaar {
			yes := true
			options.AadhaarXML = &yes
		}
	}
	if req.ID != "" {
		options.State = &req.ID
	}
	if a.opts.WebhookURL != "" {
		options.WebhookURL = &a.opts.WebhookURL
	}
	if a.opts.Expiry != 0 {
		minutes := json.Number(strconv.Itoa(int(a.opts.Expiry / time.Minute)))
		options.ExpiryMinutes = &minutes
	}
	return options
}

// Status implements [kyc.Provider]. The two booleans decide, and not the word beside them (SP-D10); the package says
// what becomes of a journey of which both stay false. Granted stays nil: see ListDocuments for what the user shares.
// EAadhaar is aadhaar_linked, once the user is done (SP-D12).
func (a *Adapter) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, provider, getStatus)
	j, ok := parseRef(ref)
	if !ok {
		return nil, c.Invalid("Ref", wantRef)
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, surepassapi.ParseGetStatusResponse)(a.api.GetStatusWithResponse(c.Context(), j.id,
		authorized...))
	switch {
	case err != nil:
		return nil, failed(c, true, err)
	case resp.JSON200 == nil || refuses(c):
		return nil, refused(c, true)
	}
	return toConsent(c, ref, j)
}

// Fetch implements [kyc.Provider]. It hands Aadhaar out once: store the record, as the package says. The second Fetch
// of it is ErrExpired, and so is one after somebody else's.
//
// PAN and DrivingLicence are files alone: Fetch lists what the user shares and has the link made of the document's XML
// or, if there is none, of another file. The record is Unopened, unless Options.Verify opens it, which only XML can be.
// Of two documents of one type, such as two driving licences, the first that is listed is taken, by FetchFile too:
// ListDocuments tells that there are two.
//
// What Surepass says before consent, to who did not share the document, and for an account without Aadhaar is not
// published. Where it refuses in a way that nobody documented, or the document is not in the list, Status is asked too,
// and for Aadhaar the list, and the error is what they say: ErrPending, ErrExpired, ErrDenied, or ErrNoDocument if no
// Aadhaar is linked. Behind a 409, a 410 and a 422 it is Spent all the same, unless the flow failed or no Aadhaar is
// linked, as the document may have gone, and the state may be late: so ask Status first, or call WaitFetch, which does.
// A document that is not listed is ErrDenied, though
// the user may not have it: Surepass does not tell the two apart, and who did not share it can do so in another
// journey. Any other document is [errors.ErrUnsupported]; FetchFile has it. A file that was listed and is not found is
// ErrUnexpected, and no journey that is not there. So is a document that is not listed where the list has one that does
// not say what it is, as that may be the one (SP-D18): Member is the first such.
func (a *Adapter) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	code, known := codes[doc]
	if !known {
		return nil, call.Unsupported("surepass: fetch", doc, a.Fetches()...)
	}
	if doc == kyc.Aadhaar {
		record, err := a.fetchAadhaar(ctx, ref)
		return record, a.explained(ctx, ref, err)
	}
	file, c, err := a.fetchFile(ctx, ref, code, "")
	if err != nil {
		return nil, err
	}
	record := &kyc.Record{Document: doc, Unopened: true, File: file, Raw: file.Raw, Unread: file.Unread}
	file.Raw, file.Unread = kyc.Raw{}, nil // the record has them
	return c.Verified(record, a.opts.Verify)
}

// Fetches implements [kyc.DocumentReader].
func (a *Adapter) Fetches() []kyc.Document {
	return []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}
}

// FetchesOnce implements [kyc.OnceFetcher].
func (a *Adapter) FetchesOnce() []kyc.Document { return []kyc.Document{kyc.Aadhaar} }

// fetchAadhaar makes the one download. Its errors say whether that may be used up.
func (a *Adapter) fetchAadhaar(ctx context.Context, ref kyc.Ref) (*kyc.Record, error) {
	c := call.New(ctx, provider, downloadAadhaar)
	j, ok := parseRef(ref)
	if !ok {
		return nil, c.Invalid("Ref", wantRef)
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, surepassapi.ParseDownloadAadhaarResponse)(a.api.DownloadAadhaarWithResponse(c.Context(),
		j.id, slices.Concat(authorized, []surepassapi.RequestEditorFn{call.Once})...))
	switch {
	case err != nil:
		return nil, spent(c, failed(c, true, err))
	case resp.JSON200 == nil || refuses(c):
		return nil, spent(c, refused(c, true))
	}
	record, err := toRecord(c, &resp.JSON200.Data)
	if err == nil {
		record, err = c.Verified(record, a.opts.Verify)
	}
	return record, spent(c, err)
}

// ListDocuments implements [kyc.DocumentLister]. A document stands there once for each of its files, where Surepass
// says which is which (SP-D18). ID is what it calls file_id. A list of nothing makes Status asked too, so that who
// has not decided is told from who shares nothing; a list none of whose documents can be read is ErrUnexpected, and no
// list of nothing.
func (a *Adapter) ListDocuments(ctx context.Context, ref kyc.Ref) ([]kyc.ListedDocument, error) {
	c, listed, err := a.list(ctx, ref)
	if err != nil {
		return nil, a.explained(ctx, ref, err)
	}
	if len(listed) == 0 {
		kind, _, err := a.standing(ctx, ref)
		switch {
		case err != nil:
			return nil, err
		case kind != "":
			return nil, c.Refused(kind, "", "")
		}
		if member := unidentified(c, listed); member != "" {
			return nil, c.Missing(member)
		}
	}
	return listed, nil
}

func (a *Adapter) list(ctx context.Context, ref kyc.Ref) (*call.Call, []kyc.ListedDocument, error) {
	c := call.New(ctx, provider, listDocuments)
	j, ok := parseRef(ref)
	if !ok {
		return c, nil, c.Invalid("Ref", wantRef)
	}
	authorized, err := a.authorization(c)
	if err != nil {
		return c, nil, err
	}
	resp, err := call.Fit(c, surepassapi.ParseListDocumentsResponse)(a.api.ListDocumentsWithResponse(c.Context(), j.id,
		authorized...))
	switch {
	case err != nil:
		return c, nil, failed(c, true, err)
	case resp.JSON200 == nil || refuses(c):
		return c, nil, refused(c, true)
	case resp.JSON200.Data.Documents == nil:
		return c, nil, c.Missing(inList)
	}
	return c, toListed(c, resp.JSON200.Data.Documents), nil
}

// FetchFile implements [kyc.FileFetcher] for what ListDocuments lists, which it asks for first, as Surepass knows no
// file otherwise (SP-D19). Type is required. Format may be empty: then the XML is taken, or another file if there is
// none; a file of which Surepass does not say the format is taken for any. IssuerID and Parameters have to be empty,
// as Surepass has a user's own documents and no catalogue. It fails as Fetch does for a document that is not listed,
// and a file of type ADHAR is ErrNoDocument if no Aadhaar is linked to the account. So is a document that is listed in
// other formats alone. A file of which the download says another format than the one asked for is ErrUnexpected, with
// data.mime_type as Member, whatever the list said of it.
//
// ExpiresAt is what the link itself says; where it was seen, ten minutes.
func (a *Adapter) FetchFile(ctx context.Context, ref kyc.Ref, req kyc.FileRequest) (*kyc.File, error) {
	c := call.New(ctx, provider, listDocuments)
	_, ok := parseRef(ref)
	switch {
	case !ok:
		return nil, c.Invalid("Ref", wantRef)
	case req.Type == "":
		return nil, c.Invalid("Type", "that of a ListedDocument")
	case req.IssuerID != "":
		return nil, c.Invalid("IssuerID", "nothing")
	case len(req.Parameters) > 0:
		return nil, c.Invalid("Parameters", "nothing")
	}
	file, _, err := a.fetchFile(ctx, ref, req.Type, req.Format)
	return file, err
}

// fetchFile lists the documents and has the link made of one of that type, in that format if there is one. It returns
// the last call.
func (a *Adapter) fetchFile(ctx context.Context, ref kyc.Ref, code, format string) (*kyc.File, *call.Call, error) {
	c, listed, err := a.list(ctx, ref)
	if err != nil {
		return nil, c, a.explained(ctx, ref, err)
	}
	chosen, found := choose(listed, code, format)
	if !found {
		return nil, c, a.unlisted(ctx, c, ref, listed, code, format)
	}
	j, _ := parseRef(ref) // list has looked at it
	c = call.New(ctx, provider, downloadDocument)
	authorized, err := a.authorization(c)
	if err != nil {
		return nil, c, err
	}
	resp, err := call.Fit(c, surepassapi.ParseDownloadDocumentResponse)(a.api.DownloadDocumentWithResponse(c.Context(),
		j.id, chosen.ID.Reveal(), authorized...))
	switch {
	case err != nil:
		return nil, c, failed(c, false, err)
	case resp.JSON200 == nil || refuses(c):
		return nil, c, refused(c, false)
	}
	file, err := toFile(c, &resp.JSON200.Data, chosen, format)
	return file, c, err
}

// unlisted is why choose found no file in the list that c brought.
func (a *Adapter) unlisted(
	ctx context.Context, c *call.Call, ref kyc.Ref, listed []kyc.ListedDocument, code, format string,
) error {
	if at := indexOf(listed, code, format); at >= 0 { // with an id that names no file
		return c.Missing(memberOf(c, listed, at, "file_id"))
	}
	why := kyc.ErrNoDocument // in that format
	if indexOf(listed, code, "") < 0 {
		kind, consent, err := a.standing(ctx, ref)
		switch {
		case err != nil:
			return err
		case kind != "":
			return c.Refused(kind, "", "")
		case strings.EqualFold(code, codes[kyc.Aadhaar]) && linksNone(consent):
			return c.Refused(kyc.ErrNoDocument, "", "") // whatever else the list has
		}
		why = kyc.ErrDenied
	}
	if member := unidentified(c, listed); member != "" { // which may be of that document
		return c.Missing(member)
	}
	return c.Refused(why, "", "")
}

// SameJourney implements [kyc.RefMatcher]: a bare client_id, such as a webhook's, is of the journey that Start gave
// with the end of its link behind it.
func (a *Adapter) SameJourney(one, other kyc.Ref) bool {
	j, ok := parseRef(one)
	k, ok2 := parseRef(other)
	return ok && ok2 && j.id == k.id
}
