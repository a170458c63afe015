// Package kycmem is a [kyc.Provider] in memory, for tests of what uses one. Its users are
// invented, and the test drives them:
//
//	p := kycmem.New(kycmem.Options{})
//	consent, err := p.Start(ctx, request)
//	back, err := p.Allow(consent.Ref, kycmem.Complete) // where the user is sent
//	record, err := p.Fetch(ctx, consent.Ref, kyc.Aadhaar)
//
// Nothing happens by itself: there is no network, no goroutine, and a clock that only
// [Provider.Advance] moves, unless [Options] name another.
package kycmem

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// How long a link and a consent are good for, unless Options say otherwise.
const (
	LinkLife    = 10 * time.Minute
	ConsentLife = time.Hour
)

// Epoch is the time on the clock of a new Provider.
var Epoch = time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)

// Options tunes a Provider; its zero value is ready to use.
type Options struct {
	// Name is what errors call the provider. Default: kycmem.
	Name string
	// Now is the clock, to which Advance adds. It must be safe for concurrent use, and call
	// no method of the Provider. Default: one that stands at Epoch.
	Now func() time.Time
	// LinkLife and ConsentLife are how long a user can follow the link, counted from Start,
	// and how long documents can be fetched, counted from the consent. Zero or less: the
	// constants.
	LinkLife, ConsentLife time.Duration
	// Before is called before each method that other providers would make a call for, with
	// the method's name. Its error, such as kyc.ErrUnavailable, is what the method returns.
	// It must be safe for concurrent use. Nil: no method fails so.
	Before func(ctx context.Context, method string) error
}

// User is an invented person with a DigiLocker account. A document that is not in it has the
// zero value.
type User struct {
	Name    string
	Birth   string // DD-MM-YYYY
	Gender  string // M, F or T
	Aadhaar string // the number, masked
	PAN     string
	Licence string
}

// Invented users. None of their numbers can be anybody's.
var (
	Complete       = User{Name: "Invented Complete", Birth: "17-03-1990", Gender: "F", Aadhaar: "XXXXXXXX0001", PAN: "AAAPA0001A", Licence: "XX0019900000001"}
	WithoutAadhaar = User{Name: "Invented Without Aadhaar", Birth: "18-04-1991", Gender: "M", PAN: "AAAPA0002A", Licence: "XX0019910000002"}
	WithoutPAN     = User{Name: "Invented Without Pan", Birth: "19-05-1992", Gender: "T", Aadhaar: "XXXXXXXX0003"}
)

// number is that of the document; "" if the account does not have it.
func (u User) number(doc kyc.Document) string {
	return map[kyc.Document]string{kyc.Aadhaar: u.Aadhaar, kyc.PAN: u.PAN, kyc.DrivingLicence: u.Licence}[doc]
}

// documents are those that a journey can ask for.
var documents = []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}

// Provider keeps journeys in memory. It is safe for concurrent use. The zero value is ready
// to use, and has no Options.
type Provider struct {
	opts Options

	mu       sync.Mutex
	advanced time.Duration
	journeys map[kyc.Ref]*journey
	made     int // ids, for callers without one
}

type journey struct {
	request kyc.StartRequest
	state   kyc.State
	ends    time.Time // of the link or, once granted, of the consent
	user    User
	shared  []kyc.Document
}

var _ interface {
	kyc.Provider
	kyc.StartChecker
	kyc.Revoker
	kyc.ReturnParser
} = (*Provider)(nil)

// New returns a Provider without journeys.
func New(opts Options) *Provider { return &Provider{opts: opts} }

func (p *Provider) name() string { return cmp.Or(p.opts.Name, "kycmem") }

// life is a length of Options, or what it is by default.
func life(told, usual time.Duration) time.Duration {
	if told <= 0 {
		return usual
	}
	return told
}

// refs are what New and Start make, and what Start takes for an ID.
var refs = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

const wantID = "1 to 64 letters, digits, dots, hyphens or underscores"

// CheckStart implements [kyc.StartChecker]. It knows nothing of IDs used before.
func (p *Provider) CheckStart(req kyc.StartRequest) error {
	if err := req.Validate(p.name(), "Start"); err != nil {
		return err
	}
	if req.ID != "" && !refs.MatchString(req.ID) {
		return p.invalid("Start", "ID", wantID)
	}
	if back, err := url.Parse(req.ReturnTo); err != nil ||
		len(kyc.ReturnQuery(back, refParameter, resultParameter)) > 0 {
		return p.invalid("Start", "ReturnTo", "an address without "+refParameter+" and "+resultParameter)
	}
	for _, doc := range req.Documents {
		if !slices.Contains(documents, doc) {
			return fmt.Errorf("%s: start with %q: %w", p.name(), doc, errors.ErrUnsupported)
		}
	}
	return nil
}

// Start implements [kyc.Provider]. The ID is the journey's Ref, and ErrDuplicate if it was
// one before; without an ID, one is made. The flow makes no difference. A ReturnTo that has
// one of the parameters that Allow adds is ErrInvalid.
func (p *Provider) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	if err := p.CheckStart(req); err != nil {
		return nil, err
	}
	if err := p.before(ctx, "Start"); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	ref := kyc.Ref(req.ID)
	for p.journeys[ref] != nil || ref == "" {
		if req.ID != "" {
			return nil, p.refusal("Start", kyc.ErrDuplicate)
		}
		p.made++
		ref = kyc.Ref(fmt.Sprintf("journey-%d", p.made))
	}
	req.Documents = slices.Clone(req.Documents)
	j := &journey{request: req, state: kyc.Pending, ends: p.now().Add(life(p.opts.LinkLife, LinkLife))}
	if p.journeys == nil {
		p.journeys = map[kyc.Ref]*journey{}
	}
	p.journeys[ref] = j
	return j.consent(ref), nil
}

// Status implements [kyc.Provider].
func (p *Provider) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	if err := p.checked(ctx, "Status", ref); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	j, err := p.find("Status", ref)
	if err != nil {
		return nil, err
	}
	return j.consent(ref), nil
}

// Fetch implements [kyc.Provider]. A Record has name, birth, gender and number.
func (p *Provider) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	if !slices.Contains(documents, doc) {
		return nil, fmt.Errorf("%s: fetch %q: %w", p.name(), doc, errors.ErrUnsupported)
	}
	if err := p.checked(ctx, "Fetch", ref); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	j, err := p.granted("Fetch", ref)
	switch {
	case err != nil:
		return nil, err
	case j.user.number(doc) == "":
		return nil, p.refusal("Fetch", kyc.ErrNoDocument)
	case !slices.Contains(j.shared, doc):
		return nil, p.refusal("Fetch", kyc.ErrDenied)
	}
	number := kyc.MaskNumber(j.user.number(doc))
	if doc == kyc.Aadhaar {
		number = kyc.MaskAadhaar(j.user.Aadhaar)
	}
	return &kyc.Record{
		Document: doc,
		Person:   kyc.Person{Name: kyc.Hide(j.user.Name), Birth: kyc.ParseDate(j.user.Birth), Gender: kyc.ParseGender(j.user.Gender)},
		Number:   number, GeneratedAt: p.now(),
	}, nil
}

// Fetches implements [kyc.DocumentReader].
func (p *Provider) Fetches() []kyc.Document { return slices.Clone(documents) }

// Revoke implements [kyc.Revoker]. Before consent it is ErrPending.
func (p *Provider) Revoke(ctx context.Context, ref kyc.Ref) error {
	if err := p.checked(ctx, "Revoke", ref); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	j, err := p.granted("Revoke", ref)
	if err == nil {
		j.state = kyc.Revoked
	}
	return err
}

// The parameters that Allow, Share and Deny add to the address to which the user returns.
const (
	refParameter    = "journey"
	resultParameter = "result"
)

// ParseReturn implements [kyc.ReturnParser]. An address that names another journey, or says
// a thing twice, is ErrInvalid.
func (p *Provider) ParseReturn(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	if !refs.MatchString(string(ref)) {
		return kyc.Return{}, p.invalid("ParseReturn", "Ref", "that of a Consent")
	}
	if u == nil {
		return kyc.Return{}, p.invalid("ParseReturn", "URL", "the address that the user came back to")
	}
	query := kyc.ReturnQuery(u, refParameter, resultParameter)
	for _, name := range []string{refParameter, resultParameter} {
		if len(query[name]) > 1 {
			return kyc.Return{}, p.invalid("ParseReturn", name, "one value")
		}
	}
	if query.Has(refParameter) && query.Get(refParameter) != string(ref) {
		return kyc.Return{}, p.invalid("ParseReturn", refParameter, "the Ref's")
	}
	r := kyc.Return{Ref: ref}
	switch state := kyc.State(query.Get(resultParameter)); state {
	case kyc.Granted, kyc.Denied:
		r.State = state
	}
	return r, nil
}

// Allow lets the user consent to all that the journey asks for and the account has. It
// returns the address to which the user is sent. A journey that nobody started is
// ErrNotFound, one that is no longer pending ErrInvalid.
func (p *Provider) Allow(ref kyc.Ref, u User) (back *url.URL, err error) {
	return p.decide("Allow", ref, kyc.Granted, u, documents)
}

// Share is Allow for a user who shares no more than those documents, which may be none. One
// that no account has is ErrInvalid.
func (p *Provider) Share(ref kyc.Ref, u User, docs ...kyc.Document) (back *url.URL, err error) {
	for _, doc := range docs {
		if !slices.Contains(documents, doc) {
			return nil, p.invalid("Share", "Documents", "documents that a journey can ask for")
		}
	}
	return p.decide("Share", ref, kyc.Granted, u, docs)
}

// Deny lets the user refuse. It returns what Allow returns.
func (p *Provider) Deny(ref kyc.Ref) (back *url.URL, err error) {
	return p.decide("Deny", ref, kyc.Denied, User{}, nil)
}

// Advance moves the clock on by d, from which links and consents run out.
func (p *Provider) Advance(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.advanced += d
}

// Expire is Advance until nobody can follow the link, or nobody fetch a document by the
// consent, of any journey that there is.
func (p *Provider) Expire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, j := range p.journeys {
		if left := j.ends.Sub(p.now()); left > 0 {
			p.advanced += left
		}
	}
}

func (p *Provider) decide(op string, ref kyc.Ref, state kyc.State, u User, share []kyc.Document) (*url.URL, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	j, err := p.find(op, ref)
	if err != nil {
		return nil, err
	}
	if j.state != kyc.Pending {
		return nil, p.invalid(op, "Ref", "that of a journey whose user has not decided, and can")
	}
	back, err := url.Parse(j.request.ReturnTo)
	if err != nil {
		return nil, p.invalid(op, "ReturnTo", "an absolute https URL")
	}
	j.state, j.user = state, u
	if state == kyc.Granted {
		j.ends = p.now().Add(life(p.opts.ConsentLife, ConsentLife))
		j.shared = slices.DeleteFunc(slices.Clone(j.request.Documents), func(doc kyc.Document) bool {
			return u.number(doc) == "" || !slices.Contains(share, doc)
		})
	}
	said := url.Values{refParameter: {string(ref)}, resultParameter: {string(state)}}.Encode()
	back.RawQuery = strings.TrimPrefix(back.RawQuery+"&"+said, "&")
	return back, nil
}

// now is the time on the clock.
func (p *Provider) now() time.Time {
	begin := Epoch
	if p.opts.Now != nil {
		begin = p.opts.Now()
	}
	return begin.Add(p.advanced)
}

// before is why a method fails before it looks at any journey; nil if it does not.
func (p *Provider) before(ctx context.Context, op string) error {
	if err := ctx.Err(); err != nil || p.opts.Before == nil {
		return err
	}
	return p.opts.Before(ctx, op)
}

func (p *Provider) checked(ctx context.Context, op string, ref kyc.Ref) error {
	if !refs.MatchString(string(ref)) {
		return p.invalid(op, "Ref", "that of a Consent")
	}
	return p.before(ctx, op)
}

// find is the journey, with what the clock has done to it.
func (p *Provider) find(op string, ref kyc.Ref) (*journey, error) {
	j := p.journeys[ref]
	if j == nil {
		return nil, p.refusal(op, kyc.ErrNotFound)
	}
	if (j.state == kyc.Pending || j.state == kyc.Granted) && !p.now().Before(j.ends) {
		j.state = kyc.Expired
	}
	return j, nil
}

// granted is a journey with a consent that is good.
func (p *Provider) granted(op string, ref kyc.Ref) (*journey, error) {
	j, err := p.find(op, ref)
	if err != nil {
		return nil, err
	}
	kind := map[kyc.State]kyc.Err{
		kyc.Pending: kyc.ErrPending, kyc.Denied: kyc.ErrDenied, kyc.Expired: kyc.ErrExpired, kyc.Revoked: kyc.ErrExpired,
	}[j.state]
	if kind != "" {
		return nil, p.refusal(op, kind)
	}
	return j, nil
}

func (j *journey) consent(ref kyc.Ref) *kyc.Consent {
	c := &kyc.Consent{Ref: ref, State: j.state, Requested: slices.Clone(j.request.Documents)}
	switch j.state {
	case kyc.Pending:
		c.URL, c.ExpiresAt = kyc.Hide("https://consent.example/"+string(ref)), j.ends
	case kyc.Granted:
		c.ValidUntil, c.Granted, c.User = j.ends, append([]kyc.Document{}, j.shared...), &kyc.Person{Name: kyc.Hide(j.user.Name)}
	}
	return c
}

func (p *Provider) refusal(op string, kind kyc.Err) error {
	return kyc.NewError(kyc.Error{Provider: p.name(), Op: op, Kind: kind}, nil, nil)
}

func (p *Provider) invalid(op, field, want string) error {
	return kyc.NewError(kyc.Error{Provider: p.name(), Op: op, Kind: kyc.ErrInvalid, Member: field, Want: want}, nil, nil)
}
