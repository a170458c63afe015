package simulator

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/recording/redact"
	"example.com/digilocker/specs/document"
)

// Provider is what a Simulator is told of one provider.
type Provider struct {
	Name  string // as in its base URL, http://127.0.0.1:8700/<name>: lower-case letters, digits, - and _
	Title string // as people know it; default: Name
	// Document is the effective OpenAPI document, in YAML. It is parsed by the first
	// New that gets it, and once for all simulators.
	Document  []byte
	Behaviour *Behaviour
	// Hidden are members, parameters and headers that the log of the front page must not show
	// as they are, by the kinds of package redact; those that are known of all need not be told.
	Hidden map[string][]string
}

// Behaviour is what code knows of a provider, beside its document: which cause leads
// to which documented example. Every function may be nil. Simulators share a
// Behaviour, so nothing in it may change once it is in use.
type Behaviour struct {
	// Credentials are those that Refuse accepts, for the front page to show.
	Credentials []Credential
	// Slash says that the provider's paths may end in a slash.
	Slash bool
	// Refuse says what is wrong with the credentials of a request; nil: nothing.
	// Without it no request needs any.
	Refuse func(*Exchange) *Reply
	// Operations answer the requests to the operations, by operationId. One that is
	// missing answers 501, but gives the examples that a request prefers.
	Operations map[string]func(*Exchange) Reply
	// Pages are the provider's own pages in the user's browser, such as the one with which an OAuth
	// journey begins, by method and path: "GET /authorize". A page answers in the place of an
	// operation of that method and path. No fault and no preference concerns it.
	Pages map[string]func(*Exchange) Turn
	// Sizes are the largest requests that are read, in bytes, by operationId. Default: 1 MiB.
	Sizes map[string]int64
	// Causes are what no request can bring about, such as "no balance": a kind of
	// Fault each, with the examples that it leads to, such as
	// 422/insufficient-balance. An operation gives the first one that it documents.
	Causes map[string][]string
	// Variants are answers that no example of the document shows, by name, such as "flat
	// document": a kind of Fault each, and what a request prefers as
	// "Prefer: variant=flat-document". None has the name of a cause.
	Variants map[string]Variant
	// Unpublished are what the behaviour decides without a publication, each in a short plain
	// sentence, for the front page to show.
	Unpublished []string
	// Limits are the headers of a rate limit; "" stands for the seconds to wait.
	Limits map[string]string
	// Offers are the documents that the consent page asks the user for. Without it
	// they are those that the journey requested.
	Offers func(*Journey) []kyc.Document
	// Back is what is added to the query of the caller's redirect URL when the user
	// returns. Without it nothing is.
	Back func(*Service, *Journey) string
	// Decided is called after the user's decision and before the user returns, to
	// send a webhook, for example.
	Decided func(s *Service, j *Journey, now time.Time)
	// Paper is the unsigned XML of a document that the user shared, as it is at that
	// time; nil: the document has none. Without it all links to XML lead nowhere.
	Paper func(s *Service, j *Journey, doc kyc.Document, at time.Time) []byte
	// Curl is a request that starts a journey, as the arguments of curl: base is the
	// provider's base URL, now is the callers' time. Without it the front page shows
	// none.
	Curl func(base string, now time.Time) []string
	// Begin is the address of the page with which a journey begins, where a browser begins it and
	// no call: base and now are as for Curl. Without it the front page shows none.
	Begin func(base string, now time.Time) string
}

// Credential is what a request must carry: the name of a header or of a member, and
// its value.
type Credential struct{ Name, Value string }

// Service is one provider at work in a Simulator.
type Service struct {
	*documented
	title     string
	behaviour *Behaviour
	hidden    map[string][]string
	sim       *Simulator
	store     *store
}

// Options are those of the Simulator, with its defaults filled in. Signatures, made
// by a caller or for one, go by its Now; journeys go by the Simulator's own clock.
func (s *Service) Options() Options { return s.sim.opts }

// Example is the documented example with that id below the provider's name, such as
// createURL/200/success or createURL/webhook/success; nil if there is none.
func (s *Service) Example(id string) *Example { return s.examples[id] }

// HasAccount says whether the person has an account by now.
func (s *Service) HasAccount(p *Person) bool {
	_, signedUp := s.sim.signedUp.Load(p.Key)
	return p.account || signedUp
}

// Notify posts a webhook to Options.WebhookURL, if there is one. That nobody
// received it goes to the log.
func (s *Service) Notify(body []byte, header http.Header) {
	if s.sim.opts.WebhookURL == "" {
		return
	}
	err := s.sim.post(s.sim.opts.WebhookURL, body, header)
	if failed := new(url.Error); errors.As(err, &failed) {
		err = failed.Err // without the URL, in which there may be a secret
	}
	if err != nil {
		s.sim.opts.Logger.Warn("the webhook was not received", "provider", s.name, "error", err)
	}
}

// post sends JSON, with the header on top of its media type.
func (s *Simulator) post(to string, body []byte, header http.Header) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	for name, all := range header {
		r.Header[http.CanonicalHeaderKey(name)] = all
	}
	resp, err := s.opts.HTTPClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody)) // so that the connection can be used again
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	return nil
}

// Example is a documented example.
type Example struct {
	Source string // the publication that shows it, with its date where it has one
	*sample
	entry  example.Entry
	status int // of entry, or one that its operation does not document
}

// Text is the text that stands in the example at that JSON pointer; "" if nothing or
// no text does.
func (e *Example) Text(pointer string) string {
	if e == nil {
		return ""
	}
	return e.at(pointer)
}

// JSON is the example with put in it, in compact form.
func (e *Example) JSON(put Values) []byte { return e.appendTo(make([]byte, 0, 1024), put) }

// documented is a provider's effective document, taken apart once for all
// simulators.
type documented struct {
	name       string
	operations []example.Operation
	entries    []example.Entry
	examples   map[string]*Example // by id without the provider: createURL/200/success
	sources    []string            // the publications that show what the provider sends, sorted
	domains    []string            // of its servers
}

func (d *documented) has(operation string) bool {
	return slices.ContainsFunc(d.operations, func(op example.Operation) bool { return op.ID == operation })
}

// parsed are the documents that were read so far: functions by parsedKey.
var parsed sync.Map

type parsedKey struct {
	name string
	sum  [sha256.Size]byte
}

// read is the document of p, taken apart.
func (p Provider) read() (*documented, error) {
	first := sync.OnceValues(func() (*documented, error) { return takeApart(p.Name, p.Document) })
	read, _ := parsed.LoadOrStore(parsedKey{p.Name, sha256.Sum256(p.Document)}, first)
	return read.(func() (*documented, error))()
}

func takeApart(name string, data []byte) (*documented, error) {
	root, err := document.Parse("its document", data)
	if err != nil {
		return nil, err
	}
	d, err := example.New(name, root)
	if err != nil {
		return nil, err
	}
	if len(d.Operations)+len(d.Webhooks) == 0 {
		return nil, errors.New("it has neither operations nor webhooks")
	}
	one := &documented{name: name, operations: d.Operations, entries: d.Entries, examples: map[string]*Example{}}
	for _, server := range d.Servers() {
		if domain := domainOf(server); domain != "" {
			one.domains = append(one.domains, domain)
		}
	}
	for _, e := range d.Entries {
		t, err := parse(e.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.ID, err)
		}
		one.examples[strings.TrimPrefix(e.ID, name+"/")] = &Example{
			Source: e.Source, entry: e, sample: t, status: d.StatusOf(e),
		}
		if e.Direction != example.Request {
			one.sources = append(one.sources, e.Source)
		}
	}
	slices.Sort(one.sources)
	one.sources = slices.Compact(one.sources)
	return one, nil
}

// domainOf is the domain that a server's URL belongs to: api.acme.example has its
// pages beside it, so it is acme.example. It is "" for a URL that names no host on
// the internet: a relative one, a template, an address, localhost.
func domainOf(server string) string {
	u, err := url.Parse(server)
	if err != nil || net.ParseIP(u.Hostname()) != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	_, domain, _ := strings.Cut(host, ".")
	switch {
	case strings.Contains(domain, "."):
		return domain
	case domain != "":
		return host
	default:
		return ""
	}
}

var (
	validName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
	// taken are the simulator's own paths.
	taken = []string{"consent", "files", "done"}
)

// add adds the provider and its operations to s.
func (s *Simulator) add(p Provider) error {
	switch {
	case !validName.MatchString(p.Name) || slices.Contains(taken, p.Name):
		return fmt.Errorf("a provider is called %q, which cannot stand in a base URL; "+
			"call it by lower-case letters, digits, - and _, and by none of %s", p.Name, strings.Join(taken, ", "))
	case slices.ContainsFunc(s.services, func(other *Service) bool { return other.name == p.Name }):
		return fmt.Errorf("two providers are called %q; give one of them another Name, which becomes its base URL", p.Name)
	case p.Behaviour == nil:
		return fmt.Errorf("%s has no Behaviour; give it one, which may be empty, or leave the provider out", p.Name)
	}
	if _, err := redact.New(redact.Options{Names: p.Hidden}); err != nil {
		return fmt.Errorf("%s: Hidden: %w", p.Name, err)
	}
	d, err := p.read()
	if err != nil {
		return fmt.Errorf("%s: its Document cannot be used: %w; "+
			"it must be the effective OpenAPI document, in YAML", p.Name, err)
	}
	for _, id := range slices.Sorted(maps.Keys(p.Behaviour.Operations)) {
		if !d.has(id) {
			return fmt.Errorf("%s: Behaviour.Operations has %q, which the document lacks; it has %s: "+
				"correct the name, or remove the operation", p.Name, id, strings.Join(d.ids(), ", "))
		}
	}
	if err := p.Behaviour.check(d); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	service := &Service{
		documented: d, title: cmp.Or(p.Title, p.Name), behaviour: p.Behaviour, hidden: p.Hidden,
		sim: s, store: newStore(s.opts.Limit),
	}
	if err := s.serveAll(service); err != nil {
		return err
	}
	s.services = append(s.services, service)
	s.domains = append(s.domains, d.domains...)
	return nil
}

// ids are those of the operations.
func (d *documented) ids() []string {
	var all []string
	for _, op := range d.operations {
		all = append(all, op.ID)
	}
	return all
}

// check says what is wrong with the causes and the variants.
func (b *Behaviour) check(d *documented) error {
	for _, name := range b.Kinds() {
		_, isCause := b.Causes[name]
		v, isVariant := b.Variants[name]
		if slices.Contains(general, name) || isCause && isVariant {
			return fmt.Errorf("two kinds of fault are called %q; give the cause or the variant another name", name)
		}
		for _, operation := range slices.Sorted(maps.Keys(v.Answers)) {
			if !d.has(operation) {
				return fmt.Errorf("the variant %q is of %q, which the document lacks; it has %s",
					name, operation, strings.Join(d.ids(), ", "))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Sizes)) {
		if !d.has(name) {
			return fmt.Errorf("Behaviour.Sizes has %q, which the document lacks; it has %s",
				name, strings.Join(d.ids(), ", "))
		}
	}
	return b.checkPages()
}
