// Package recording keeps HTTP exchanges in files and plays them back: what was sent
// and what came, free of secrets and personal data, with where and when it was
// recorded.
package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// Where a fixture can have been recorded.
const (
	Simulator = "simulator"
	Sandbox   = "sandbox"
)

// Fixture is a recording: the exchanges of one documented example, in their order.
type Fixture struct {
	Example  string            `yaml:"example"`
	From     string            `yaml:"recorded_from"` // Simulator or Sandbox
	Recorded string            `yaml:"recorded"`      // day, YYYY-MM-DD
	Document string            `yaml:"document"`      // SHA-256 of the effective document, hexadecimal
	IDs      map[string]string `yaml:"ids,omitempty"` // of the journey, by parameter
	// Unique is what made the caller's own ids new; "" if nothing did.
	Unique string `yaml:"unique,omitempty"`
	// Off are the rules of redaction that were not applied, each with the reason.
	Off       map[string]string `yaml:"off,omitempty"`
	Exchanges []Exchange        `yaml:"exchanges"`
}

// Exchange is one request and its answer.
type Exchange struct {
	Request Request `yaml:"request"`
	Answer  Answer  `yaml:"answer"`
}

// Request is a request as it was sent, redacted.
type Request struct {
	Method string `yaml:"method"`
	Path   string `yaml:"path"` // below the base URL
	Query  Query  `yaml:"query,omitempty"`
	Header Header `yaml:"header,omitempty"`
	// Others are as in an Answer, but for those that any client sends.
	Others []string `yaml:"others,omitempty"`
	Body   Body     `yaml:"body,omitempty"`
}

// Answer is an answer as it came, redacted.
type Answer struct {
	Status int    `yaml:"status"`
	Header Header `yaml:"header,omitempty"`
	// Others are the names of the headers whose values are not kept, sorted, but for
	// those that any server sends.
	Others []string `yaml:"others,omitempty"`
	Body   Body     `yaml:"body,omitempty"`
}

// ordinary are the headers that any server or client sends, and that tell nothing of
// an API.
var ordinary = []string{
	"Accept-Encoding", "Alt-Svc", "Age", "Cache-Control", "Connection", "Content-Length", "Date", "Etag", "Expires", "Keep-Alive",
	"Server", "Set-Cookie", "Strict-Transport-Security", "Transfer-Encoding", "User-Agent", "Vary", "Via", "X-Simulator",
}

// others are the names for Others.
func others(all http.Header, kept map[string]string) []string {
	var names []string
	for name := range all {
		if _, there := kept[name]; !there && !slices.Contains(ordinary, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Redactor takes secrets and personal data out of what is stored and, in the same
// way, of what is matched.
type Redactor interface {
	URL(u *url.URL) *url.URL
	Header(h http.Header) http.Header
	RequestBody(mediaType string, body []byte) []byte
	AnswerBody(mediaType string, body []byte) []byte
}

var (
	days   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	hashes = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// Path is where the fixture of an example lies in its provider's folder.
func Path(example string) string {
	_, below, _ := strings.Cut(example, "/")
	return "fixtures/" + below + ".yaml"
}

// Read reads the fixture of an example in its provider's folder. Its errors name the file.
func Read(folder fs.FS, example string) (*Fixture, error) {
	path := Path(example)
	text, err := fs.ReadFile(folder, path)
	if err != nil {
		return nil, err
	}
	f := new(Fixture)
	if _, err := document.DecodeText(path, text, f); err != nil {
		return nil, err
	}
	problem := ""
	switch {
	case f.Example != example:
		problem = fmt.Sprintf("is of %q", f.Example)
	case f.From != Simulator && f.From != Sandbox:
		problem = fmt.Sprintf("recorded_from: %q is neither %s nor %s", f.From, Simulator, Sandbox)
	case !days.MatchString(f.Recorded):
		problem = fmt.Sprintf("recorded: %q is no day, YYYY-MM-DD", f.Recorded)
	case !hashes.MatchString(f.Document):
		problem = "document: is no SHA-256"
	case len(f.Exchanges) == 0:
		problem = "has no exchanges"
	case slices.ContainsFunc(f.Exchanges, func(e Exchange) bool { return e.Request.Method == "" || e.Answer.Status == 0 }):
		problem = "has an exchange without a method or a status"
	}
	if problem != "" {
		return nil, &document.Error{File: path, Msg: problem + "; make record writes it anew"}
	}
	return f, nil
}

const comment = "Recorded by make record, and never edited: see recorded_from for what answered."

// Write writes the fixture into the provider's folder at dir, in one step: a reader, or
// an interrupted writer, finds the old file or the new one.
func (f *Fixture) Write(dir string) error {
	path := filepath.Join(dir, filepath.FromSlash(Path(f.Example)))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	var text bytes.Buffer
	text.WriteString("# " + comment + "\n")
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(f); err != nil {
		return err
	}
	return document.WriteFile(path, text.Bytes())
}

// Age is how long ago the fixture was recorded, in whole days.
func (f *Fixture) Age(now time.Time) (days int) {
	t, err := time.Parse(time.DateOnly, f.Recorded)
	if err != nil {
		return 0 // Read has checked it
	}
	return int(now.Sub(t).Hours() / 24)
}

// Recorder is an [http.RoundTripper] that keeps what goes through it.
type Recorder struct {
	Next     http.RoundTripper
	Base     string // URL below which the paths begin
	Redactor Redactor

	mu        sync.Mutex
	exchanges []Exchange
}

// maxBody is the largest answer that is kept, in bytes.
const maxBody = 10 << 20

// RoundTrip implements [http.RoundTripper].
func (r *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	sent, err := take(req)
	if err != nil {
		return nil, err
	}
	resp, err := r.Next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	_ = resp.Body.Close()
	if err == nil && len(body) > maxBody {
		err = errors.New("recording: the answer has more than 10 MiB")
	}
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	r.mu.Lock()
	defer r.mu.Unlock()
	e := Exchange{Request: redacted(r.Redactor, r.Base, req, sent)}
	e.Answer = Answer{
		Status: resp.StatusCode, Header: flat(r.Redactor.Header(resp.Header)),
		Body: Body(r.Redactor.AnswerBody(resp.Header.Get("Content-Type"), body)),
	}
	e.Answer.Others = others(resp.Header, e.Answer.Header)
	r.exchanges = append(r.exchanges, e)
	return resp, nil
}

// Exchanges are those so far.
func (r *Recorder) Exchanges() []Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.exchanges)
}

// take reads the body of a request that is sent on afterwards.
func take(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(req.Body)
	_ = req.Body.Close()
	req.Body = io.NopCloser(bytes.NewReader(body))
	return body, err
}

// redacted is the request as it is stored and matched.
func redacted(r Redactor, base string, req *http.Request, body []byte) Request {
	u := r.URL(req.URL)
	prefix := ""
	if b, err := url.Parse(base); err == nil {
		prefix = b.EscapedPath()
	}
	one := Request{
		Method: req.Method, Path: strings.TrimPrefix(u.EscapedPath(), prefix), Header: flat(r.Header(req.Header)),
		Body: Body(r.RequestBody(req.Header.Get("Content-Type"), body)),
	}
	one.Others = others(req.Header, one.Header)
	if q := u.Query(); len(q) > 0 {
		one.Query = Query(q)
	}
	return one
}

func flat(h http.Header) map[string]string {
	if len(h) == 0 {
		return nil
	}
	all := map[string]string{}
	for name, values := range h {
		all[name] = strings.Join(values, ", ")
	}
	return all
}

// Player is an [http.RoundTripper] that gives the answers of a fixture, in its
// order, and calls nobody.
type Player struct {
	Fixture  *Fixture
	Base     string // URL below which the paths begin
	Redactor Redactor

	mu   sync.Mutex
	next int
}

// RoundTrip implements [http.RoundTripper]. A request that differs from the one
// recorded at this place is an error, and so is one beyond the last.
func (p *Player) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := take(req)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	got := redacted(p.Redactor, p.Base, req, body)
	if p.next == len(p.Fixture.Exchanges) {
		return nil, fmt.Errorf("recording: %s: %s %s was asked for after the last exchange", p.Fixture.Example, got.Method, got.Path)
	}
	want := p.Fixture.Exchanges[p.next]
	if faults := append(p.addressed(req.URL), Compare(want.Request, got)...); len(faults) > 0 {
		return nil, &Mismatch{Example: p.Fixture.Example, Exchange: p.next, Faults: faults}
	}
	p.next++
	header := http.Header{}
	for name, value := range want.Answer.Header {
		header.Set(name, value)
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", want.Answer.Status, http.StatusText(want.Answer.Status)), StatusCode: want.Answer.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header, Request: req,
		Body: io.NopCloser(strings.NewReader(string(want.Answer.Body))), ContentLength: int64(len(want.Answer.Body)),
	}, nil
}

// addressed says how the address of a request is not one below Base. What Base leaves open,
// as a path alone does its host, is not compared.
func (p *Player) addressed(u *url.URL) []example.Fault {
	base, err := url.Parse(p.Base)
	if err != nil {
		return nil
	}
	var all []example.Fault
	wrong := func(pointer, want, got string) {
		all = append(all, example.Fault{Pointer: pointer, Want: want, Got: got})
	}
	if base.Scheme != "" && u.Scheme != base.Scheme {
		wrong("/scheme", base.Scheme, u.Scheme)
	}
	if base.Host != "" && u.Host != base.Host {
		wrong("/host", base.Host, u.Host)
	}
	if u.User != nil {
		wrong("/host", "the host alone", "a user before it")
	}
	if !strings.HasPrefix(u.EscapedPath(), base.EscapedPath()) {
		wrong("/path", "a path below that of the base", "another")
	}
	if u.ForceQuery {
		wrong("/query", "no query", "a question mark alone")
	}
	return all
}

// Rest is an error if there are exchanges that nobody asked for.
func (p *Player) Rest() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if left := len(p.Fixture.Exchanges) - p.next; left > 0 {
		next := p.Fixture.Exchanges[p.next].Request
		return fmt.Errorf("recording: %s: %d of %d exchanges were not asked for, from %s %s on", p.Fixture.Example, left, len(p.Fixture.Exchanges), next.Method, next.Path)
	}
	return nil
}

// Mismatch is a request that is not the recorded one.
type Mismatch struct {
	Example  string
	Exchange int // from 0
	Faults   []example.Fault
}

func (m *Mismatch) Error() string {
	var all []string
	for _, f := range m.Faults {
		all = append(all, f.String())
	}
	return fmt.Sprintf("recording: %s: request %d is not the recorded one: %s", m.Example, m.Exchange+1, strings.Join(all, "; "))
}

// Compare says how a request differs from the recorded one, its host apart, by pointers: method,
// path, /query/NAME, /header/NAME, and pointers into the body below /body.
func Compare(want, got Request) []example.Fault {
	var all []example.Fault
	check := func(pointer, w, g string) {
		if w != g {
			all = append(all, example.Fault{Pointer: pointer, Want: fmt.Sprintf("%q", w), Got: fmt.Sprintf("%q", g)})
		}
	}
	check("/method", want.Method, got.Method)
	check("/path", want.Path, got.Path)
	for _, name := range names(want.Query, got.Query) {
		check(document.Pointer("/query", name), strings.Join(want.Query[name], ", "), strings.Join(got.Query[name], ", "))
	}
	for _, name := range names(want.Header, got.Header) {
		w, wanted := want.Header[name]
		g, sent := got.Header[name]
		if wanted == sent {
			check(document.Pointer("/header", name), w, g)
			continue
		}
		all = append(all, header(name, wanted))
	}
	for _, name := range want.Others {
		if !slices.Contains(got.Others, name) {
			all = append(all, header(name, true))
		}
	}
	for _, name := range got.Others {
		if !slices.Contains(want.Others, name) {
			all = append(all, header(name, false))
		}
	}
	if want.Body == got.Body {
		return all
	}
	if want.Body == "" || got.Body == "" {
		check("/body", string(want.Body), string(got.Body))
		return all
	}
	for _, f := range example.Compare([]byte(want.Body), []byte(got.Body)) {
		f.Pointer = "/body" + f.Pointer
		all = append(all, f)
	}
	return all
}

// header is the fault of a header that was wanted and is not there, or the reverse.
func header(name string, wanted bool) example.Fault {
	there := map[bool]string{true: "the header", false: "no such header"}
	return example.Fault{Pointer: document.Pointer("/header", name), Want: there[wanted], Got: there[!wanted]}
}

// names are the keys of both maps, sorted.
func names[V any](a, b map[string]V) []string {
	both := maps.Clone(a)
	if both == nil {
		both = map[string]V{}
	}
	maps.Copy(both, b)
	return slices.Sorted(maps.Keys(both))
}
