package authpartner

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/authpartnerapi"
)

// The servers that are published: that of the specification of 2023, and that of the older line (DL-D1). New has no
// default, and no test server is published: DigiLocker names one to its partners (DL-D52).
const (
	Production      = authpartnerapi.Production
	OlderProduction = authpartnerapi.OlderProduction
)

// The paths that are published.
const (
	AuthorizePath   = "/public/oauth2/1/authorize"
	TokenPath       = "/public/oauth2/1/token" // with what the account says of the user, and a refresh token
	TokenPathOpenID = "/public/oauth2/2/token" // with an id_token instead
)

// DefaultReturnWithin is how long a user may take to sign in and consent, if Options do not say. DigiLocker publishes
// no such time.
const DefaultReturnWithin = time.Hour

// In errors: the provider, and the operations in specs/authpartner.
const (
	provider       = "authpartner"
	getToken       = "getToken"
	getTokenOpenID = "getTokenOpenID"
	revokeToken    = "revokeToken"
	getUser        = "getUser"
	listIssued     = "listIssued"
	getFile        = "getFile"
	getXML         = "getXML"
	getEAadhaar    = "getEAadhaar"
)

// Credentials are a partner's. Blanks and control characters in them are refused, as a secret read from a file ends in
// a line break.
type Credentials struct {
	ClientID     kyc.Private // required, also with Options.Credentials: Refs are bound to it
	ClientSecret kyc.Private // required
}

// Options tunes an Adapter; Keys are required.
type Options struct {
	// Keys seal the Refs and open them: the first seals, all open. To rotate over several machines, put a new key
	// behind the old one on each of them first, then in front on each, and drop the old one once no journey of its
	// time goes on. A new key that is in front at once seals Refs that a machine without it refuses, as ErrInvalid.
	// Each is of KeySize random bytes. Whoever has one reads the tokens in every Ref that it sealed. One key may seal
	// four thousand million Refs.
	Keys []Key

	// BoundTo is what the Refs are bound to besides the client's id: a Ref of one address opens nothing at another, so
	// that no token goes to a server that it is not of. Default: the base URL. Set it where one server is called at
	// several, such as by a proxy that moves.
	BoundTo string

	// HTTPClient sends every request and is never modified. Its Jar is not used: New makes a copy without, as a cookie
	// that DigiLocker sets in one user's call would else go with the token of another. Retries, metrics and logs belong
	// in its Transport, but what repeats there must not repeat a POST to the token path, which uses a code or a refresh
	// token up. Its Timeout applies besides the 30 s of an operation, the shorter one wins. Default: a client on
	// http.DefaultTransport.
	HTTPClient *http.Client

	// Credentials says what the credentials are now, so that a rotated secret needs no new Adapter. It is asked before
	// each call that needs the secret with the call's context; it must be quick, and safe for concurrent use. Its
	// ClientID has to be New's. What it says is checked as New checks its argument; if that fails, or it does, nothing
	// is sent, and the error is kyc.ErrCredentials and, to errors.Is and errors.As, its own, whose text nothing prints:
	// it may have a secret. Nil: New's argument for ever. With it, New does not look at that one's secret.
	Credentials func(context.Context) (Credentials, error)

	// Verify looks at each record before Fetch returns it: signedfile.Checker's Verify opens the file of one that is
	// Unopened, as each is here, and sets Record.Signed. It is called with Fetch's context and must be safe for
	// concurrent use. Where it fails, Fetch does: with a kyc.Error of its error's kind, kyc.ErrUnverified if that is of
	// none, to errors.Is and errors.As its error too, whose text nothing prints. The error has the answer as Raw. Nil:
	// nothing is verified.
	Verify func(context.Context, *kyc.Record) error

	// Now is the clock by which tokens and consents end. Default: time.Now.
	Now func() time.Time

	// AuthorizePath and TokenPath are the paths behind the base URL, as a partner was told. Default: the constants of
	// their names. A refresh goes to TokenPath too, but to the constant where that is TokenPathOpenID.
	AuthorizePath, TokenPath string

	// SecretInForm sends id and secret in the form of a token call, as integrators do. Both ways are published. False:
	// by HTTP Basic, which RFC 6749 asks for, as a refresh and a revocation always are.
	SecretInForm bool

	// RequireHMAC refuses a file without the hmac header, which the specification recommends to check, and which is
	// checked wherever it is there (DL-D35).
	RequireHMAC bool

	// What the authorize page is asked besides, sent if it is set. The older specification has five words for Purpose,
	// the newest takes any, and requires it and ServiceName (DL-D8). Scope is "openid" or nothing by the specification,
	// a list by integrators (DL-D5). Words for ACR and AMR: DL-D9. Prompt is "login" or nothing.
	Scope, ACR, AMR, Purpose, ServiceName, Prompt string

	// ConsentFor is how long the consent is to hold, sent as consent_valid_till in whole seconds; less than one is
	// refused, and so is a negative time. Zero: DigiLocker's default.
	ConsentFor time.Duration

	// ReturnWithin is how long after Start a user may come back. Later the journey is Expired, and an address of it is
	// ErrExpired without a call: a state that was stolen is of no use for longer. It must not be
	// negative. Zero: DefaultReturnWithin.
	ReturnWithin time.Duration

	// PLA signs in without a PIN, PLSignup signs up without one, and ULSignup without a user name.
	PLA, PLSignup, ULSignup bool
}

// Adapter is DigiLocker as a [kyc.Provider]. It is safe for concurrent use. Make one with New.
type Adapter struct {
	api      *authpartnerapi.ClientWithResponses
	files    *authpartnerapi.Client // its answers are handed over as they came
	base     string
	clientID kyc.Private
	sealer   func() *sealer // a closure, into which no printer looks
	creds    Credentials    // New's
	opts     Options
}

var _ interface {
	kyc.Provider
	kyc.StartChecker
	kyc.Exchanger
	kyc.Refresher
	kyc.Revoker
	kyc.UserReader
	kyc.DocumentReader
	kyc.DocumentLister
	kyc.FileFetcher
	kyc.ReturnParser
	kyc.RefMatcher
} = (*Adapter)(nil)

// New returns an Adapter for baseURL: Production or another server, without the path. What cannot work is ErrInvalid,
// with the argument's or the field's name as Member: a base URL that is not absolute, has more than scheme, host and
// path, or is http and not of this machine, as a secret goes there; an id or a secret that is missing or cannot be a
// header's value; Keys that are missing, of another length or the same twice; a path that does not begin with a slash,
// and words that DigiLocker would not take.
func New(baseURL string, creds Credentials, opts Options) (*Adapter, error) {
	c := call.New(context.Background(), provider, "New")
	if err := c.Settings(baseURL); err != nil {
		return nil, err
	}
	if public.MatchString(baseURL) { // which the paths have
		return nil, c.Invalid("baseURL", "the server alone, as AuthorizePath and TokenPath have the rest")
	}
	if !private(baseURL) {
		return nil, c.Invalid("baseURL", "https, or http on this machine")
	}
	if opts.Credentials != nil {
		creds.ClientSecret = kyc.Private{} // which nobody is to use
	}
	if err := check(c, creds, opts.Credentials == nil); err != nil {
		return nil, err
	}
	if opts.AuthorizePath == "" {
		opts.AuthorizePath = AuthorizePath
	}
	if opts.TokenPath == "" {
		opts.TokenPath = TokenPath
	}
	if opts.ReturnWithin == 0 {
		opts.ReturnWithin = DefaultReturnWithin
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if err := opts.check(c); err != nil {
		return nil, err
	}
	if opts.HTTPClient != nil {
		client := *opts.HTTPClient
		client.Jar = nil
		opts.HTTPClient = &client
	}
	sealing, ok := newSealer(opts.Keys, creds.ClientID.Reveal(), cmp.Or(opts.BoundTo, strings.TrimRight(baseURL, "/")))
	if !ok {
		return nil, c.Invalid("Keys", "one key or more, each of 32 random bytes, and each once")
	}
	api, err := authpartnerapi.NewClientWithResponses(baseURL,
		authpartnerapi.WithHTTPClient(wire.Doer{Client: opts.HTTPClient}))
	if err != nil {
		return nil, err
	}
	files, err := authpartnerapi.NewClient(baseURL,
		authpartnerapi.WithHTTPClient(wire.Doer{Client: opts.HTTPClient, Files: true}))
	return &Adapter{
		api: api, files: files, base: strings.TrimRight(baseURL, "/"), clientID: creds.ClientID, opts: opts,
		sealer: func() *sealer { return sealing }, creds: creds,
	}, err
}

// credentials are those for this call.
func (a *Adapter) credentials(c *call.Call) (Credentials, error) {
	return call.Credentials(c, a.creds, a.opts.Credentials, func(c *call.Call, now Credentials) error {
		if now.ClientID.Reveal() != a.clientID.Reveal() {
			return c.Invalid("ClientID", "that of New, to which Refs are bound")
		}
		return check(c, now, true)
	})
}

// basic says who calls by HTTP Basic, as DigiLocker has it: without the escapes of RFC 6749, section 2.3.1.
func basic(creds Credentials) authpartnerapi.RequestEditorFn {
	return func(_ context.Context, req *http.Request) error {
		req.SetBasicAuth(creds.ClientID.Reveal(), creds.ClientSecret.Reveal())
		return nil
	}
}

// bearer lets a request read what the user shares.
func bearer(j journey) authpartnerapi.RequestEditorFn {
	return func(_ context.Context, req *http.Request) error {
		req.Header.Set("Authorization", "Bearer "+j.Access)
		return nil
	}
}

// unchanged leaves a request as it is.
func unchanged(context.Context, *http.Request) error { return nil }

// private reports whether nobody on the way reads what is sent to a URL.
func private(baseURL string) bool {
	u, err := url.Parse(baseURL)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// check refuses credentials with which no call can succeed.
func check(c *call.Call, creds Credentials, secret bool) error {
	if err := c.Values(
		call.Setting{Name: "ClientID", Value: creds.ClientID.Reveal()},
		call.Setting{Name: "ClientSecret", Value: creds.ClientSecret.Reveal(), Optional: !secret},
	); err != nil {
		return err
	}
	if strings.Contains(creds.ClientID.Reveal(), ":") { // where HTTP Basic divides
		return c.Invalid("ClientID", "an id without a colon")
	}
	return nil
}

var (
	// public matches a base URL with what each path begins with, as an older specification writes the base URL (DL-D1).
	public = regexp.MustCompile(`(?i)^[a-z]+://[^/]+/(.*/)?public(/oauth2.*|/*)$`)

	paths = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+$`)
	plain = regexp.MustCompile(`^[A-Za-z0-9_ ]*$`) // letters, digits, blanks and underscores, as P24 asks
	words = regexp.MustCompile(`^([!-~]+( [!-~]+)*)?$`)
)

// check refuses what DigiLocker would refuse, or an address could not have.
func (o *Options) check(c *call.Call) error {
	for _, text := range []struct {
		name, value, want string
		of                *regexp.Regexp
	}{
		{"AuthorizePath", o.AuthorizePath, "a path that begins with a slash", paths},
		{"TokenPath", o.TokenPath, "a path that begins with a slash", paths},
		{"Purpose", o.Purpose, "letters, digits, blanks and underscores", plain},
		{"ServiceName", o.ServiceName, "letters, digits, blanks and underscores", plain},
		{"Scope", o.Scope, "words with a blank between", words}, {"ACR", o.ACR, "words with a blank between", words},
		{"AMR", o.AMR, "words with a blank between", words},
	} {
		if !text.of.MatchString(text.value) || strings.Contains(text.value, "/.") {
			return c.Invalid(text.name, text.want)
		}
	}
	switch {
	case o.Prompt != "" && o.Prompt != "login": // login_mobile needs the user's number
		return c.Invalid("Prompt", "login, or nothing")
	case o.ConsentFor < 0:
		return c.Invalid("ConsentFor", "a time that is not negative")
	case o.ConsentFor > 0 && o.ConsentFor < time.Second:
		return c.Invalid("ConsentFor", "a second or more, or nothing")
	case o.ReturnWithin < 0:
		return c.Invalid("ReturnWithin", "a time that is not negative")
	}
	return nil
}
