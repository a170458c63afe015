package kyctest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// check is a check at work.
type check struct {
	testing.TB
	Subject
}

// wrong fails the check: what was called, what it was given, and what was expected of it.
func (c check) wrong(called any, given, want, got string) {
	c.Helper()
	c.Errorf("%s: %v, given %s: want %s; got %s", c.Subject.Name, called, given, want, got)
}

// usable ends the check if something that it rests on has failed.
func (c check) usable(called any, given string, err error) {
	c.Helper()
	if err != nil {
		c.wrong(called, given, "success, on which this check rests", described(nil, err))
		c.FailNow()
	}
}

// described is what came of a call, without any text that a provider sent or a person has.
func described(value any, err error) string {
	var e *kyc.Error
	switch {
	case err == nil:
	case err == context.Canceled, err == context.DeadlineExceeded, err == errors.ErrUnsupported: //nolint:errorlint // their very values
		return "the error " + err.Error()
	case errors.As(err, &e) && e.Status != 0:
		return fmt.Sprintf("an error of kind %q with HTTP %d", string(e.Kind), e.Status)
	case kyc.KindOf(err) != "":
		return fmt.Sprintf("an error of kind %q", string(kyc.KindOf(err)))
	case errors.Is(err, errors.ErrUnsupported):
		return "an error that is errors.ErrUnsupported"
	default:
		return fmt.Sprintf("an error of type %T and no kind", err)
	}
	switch v := value.(type) {
	case nil:
		return "success"
	case *kyc.Consent:
		if v != nil {
			return "a consent in " + state(v.State)
		}
	case kyc.Return:
		return "a return in " + state(v.State)
	}
	if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer && v.IsNil() {
		return "success with nil"
	}
	return fmt.Sprintf("a %T", value)
}

// state is a state in words: one that nobody documented is a provider's text.
func state(s kyc.State) string {
	switch {
	case s == "":
		return "no state"
	case s == kyc.Pending || s.Final():
		return fmt.Sprintf("the state %q", string(s))
	default:
		return "a state that nobody documented"
	}
}

// kind is what an error of that kind is called.
func kind(k kyc.Err) string { return fmt.Sprintf("an error of kind %q", string(k)) }

// refused says that err is a refusal of that kind in the provider's name, and returns it.
func (c check) refused(called any, given string, want kyc.Err, value any, err error) *kyc.Error {
	c.Helper()
	var e *kyc.Error
	switch {
	case !errors.Is(err, want) || kyc.KindOf(err) != want:
		c.wrong(called, given, kind(want), described(value, err))
	case !errors.As(err, &e):
		c.wrong(called, given, "a *kyc.Error", fmt.Sprintf("an error of type %T", err))
	case e.Provider != c.Subject.Name:
		c.wrong(called, given, "an error whose Provider is Subject.Name", "one with another Provider")
	default:
		return e
	}
	return nil
}

// invalid says that err refuses a request before any call, and names the field; "" for any.
func (c check) invalid(called any, given, field string, value any, err error) {
	c.Helper()
	if e := c.refused(called, given, kyc.ErrInvalid, value, err); e != nil && field != "" && e.Member != field {
		c.wrong(called, given, "an error whose Member is "+field, "one whose Member is another")
	}
}

// verbs are the ways of printing that show most.
var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"}

// Silent says that v shows none of the texts in any way of printing it: by the verbs of
// fmt, as plain text or hexadecimal, by log/slog and in JSON. Of an error it says so of each
// that is wrapped in it, and of a pointer to a struct, of the struct too. The failure does
// not repeat the text.
func Silent(t testing.TB, v any, texts ...string) {
	t.Helper()
	if how := showing(v, texts...); how != "" {
		t.Errorf("%T shows, printed %s, a text that must stay hidden", v, how)
	}
}

// showing is how printing v shows one of the texts; "" if nothing does.
func showing(v any, texts ...string) string {
	values := []any{v}
	if err, ok := v.(error); ok {
		for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
			values = append(values, inner)
		}
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && !r.IsNil() && r.Elem().Kind() == reflect.Struct {
		values = append(values, r.Elem().Interface())
	}
	for _, v := range values {
		for how, shown := range printed(v) {
			for _, text := range texts {
				if text != "" && (strings.Contains(shown, text) || strings.Contains(shown, fmt.Sprintf("%x", text))) {
					return how
				}
			}
		}
	}
	return ""
}

// printed is v in all ways of printing it.
func printed(v any) map[string]string {
	all := map[string]string{}
	for _, verb := range verbs {
		all["with "+verb] = fmt.Sprintf(verb, v)
	}
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("", "value", v)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("", "value", v)
	all["by log/slog"] = logged.String()
	if text, err := json.Marshal(v); err == nil {
		all["as JSON"] = string(text)
	}
	return all
}

// silent says that what came of a call shows none of the texts.
func (c check) silent(called any, given string, v any, texts ...string) {
	c.Helper()
	if how := showing(v, texts...); how != "" {
		c.wrong(called, given, "nothing that shows a secret, an address or the answer's text", fmt.Sprintf("a %T that does when it is printed %s", v, how))
	}
}

// seed is text that must not come to light.
const seed = "Zzyzx"

// methods are those that the provider has.
func (s Subject) methods() []Method {
	var all []Method
	for _, n := range needs {
		if s.has(n.method) {
			all = append(all, n.method)
		}
	}
	return all
}

func (s Subject) has(m Method) bool {
	for _, n := range needs {
		if n.method == m {
			return n.can == "" || slices.Contains(s.Can, n.can)
		}
	}
	return false
}

// call calls a method that p has.
func (c check) call(ctx context.Context, p kyc.Provider, m Method, ref kyc.Ref) (value any, err error) {
	c.Helper()
	missing := false
	switch m {
	case Start:
		value, err = p.Start(ctx, c.request())
	case Status:
		value, err = p.Status(ctx, ref)
	case Fetch:
		value, err = p.Fetch(ctx, ref, c.Document)
	case CheckAccount:
		checker, ok := p.(kyc.AccountChecker)
		if missing = !ok; ok {
			value, err = checker.CheckAccount(ctx, c.Account)
		}
	case ListCatalogue:
		lister, ok := p.(kyc.CatalogueLister)
		if missing = !ok; ok {
			value, err = lister.ListCatalogue(ctx)
		}
	case FetchFile:
		fetcher, ok := p.(kyc.FileFetcher)
		if missing = !ok; ok {
			value, err = fetcher.FetchFile(ctx, ref, c.File)
		}
	case Revoke:
		revoker, ok := p.(kyc.Revoker)
		if missing = !ok; ok {
			err = revoker.Revoke(ctx, ref)
		}
	}
	if missing {
		c.Fatalf("%s: Subject.Can says that the provider has %s, which it has not", c.Subject.Name, m)
	}
	return value, err
}

// request is a new Request, which a provider may keep.
func (s Subject) request() kyc.StartRequest {
	r := s.Request
	r.Documents = slices.Clone(r.Documents)
	return r
}

// server answers each request alike, and counts them.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	received []string // each as method, address and body
}

// over skips a check that needs an adapter over HTTP.
func (c check) over() {
	c.Helper()
	if c.New == nil {
		c.Skip("Subject.New is nil: the provider makes no calls over HTTP")
	}
}

// serve starts a server that ends with the check.
func (c check) serve(h http.HandlerFunc) *server {
	c.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a client that goes away is judged by what it says
		s.mu.Lock()
		s.received = append(s.received, fmt.Sprintf("%s %s\n%s", r.Method, r.URL, body))
		s.mu.Unlock()
		h(w, r)
	}))
	c.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s
}

// requests are those that came so far.
func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.received)
}

// client is an http.Client that keeps no connection.
func client() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
}

// adapter is one for the server at base.
func (c check) adapter(base string) kyc.Provider {
	c.Helper()
	p, err := c.New(base, client())
	c.usable("New", "the base URL of a test's server", err)
	return p
}

// answering is an adapter whose server gives each request that answer, and the server.
func (c check) answering(r Reply) (kyc.Provider, *server) {
	c.Helper()
	s := c.serve(func(w http.ResponseWriter, _ *http.Request) { r.send(w) })
	return c.adapter(s.URL + "/base"), s
}

// send writes the answer.
func (r Reply) send(w http.ResponseWriter) {
	mediaType := r.Type
	if mediaType == "" {
		mediaType = "application/json"
	}
	reply(w, r.Status, mediaType, r.Body)
}

func reply(w http.ResponseWriter, status int, mediaType string, body []byte) {
	if mediaType != "" {
		w.Header().Set("Content-Type", mediaType)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client's reading is what is judged
}

// teapot is an answer that nobody documents.
var teapot = Reply{Status: http.StatusTeapot, Body: []byte(`{"note":"` + seed + `"}`)}

// untouched is a provider that must make no call, a journey that it knows, and the check
// that it made none.
func (c check) untouched() (p kyc.Provider, ref kyc.Ref, none func(called any, given string)) {
	c.Helper()
	if c.New == nil {
		p = c.local()
		consent, err := p.Start(c.Context(), c.request())
		c.usable(Start, "a request in order", err)
		return p, consent.Ref, func(any, string) {}
	}
	p, s := c.answering(teapot)
	return p, c.ref(), func(called any, given string) {
		c.Helper()
		if n := len(s.requests()); n > 0 {
			c.wrong(called, given, "no call", fmt.Sprintf("%d", n))
		}
	}
}

// local is a provider that makes no calls over HTTP.
func (c check) local() kyc.Provider {
	c.Helper()
	switch {
	case c.Local != nil:
		return c.Local(c.TB)
	case c.Journey != nil:
		return c.Journey(c.TB).Provider
	}
	c.Fatal("kyctest: Subject has none of New, Local and Journey")
	return nil
}

// any is a provider that is asked nothing over HTTP.
func (c check) any() kyc.Provider {
	c.Helper()
	if c.New == nil {
		return c.local()
	}
	return c.adapter("https://provider.invalid")
}

// ref names a journey of an adapter over HTTP.
func (c check) ref() kyc.Ref {
	c.Helper()
	if c.Ref != "" {
		return c.Ref
	}
	p, _ := c.answering(c.success(Start))
	consent, err := p.Start(c.Context(), c.request())
	c.usable(Start, "its success", err)
	return consent.Ref
}

// success is the answer with which the method succeeds.
func (c check) success(m Method) Reply {
	c.Helper()
	r := c.Operations[m].Success
	if r.Status == 0 {
		c.Skipf("Subject.Operations has no Success of %s", m)
	}
	return r
}

// Same says whether two results of a method say the same. The answers as they came are not
// compared, nor is the end of the link of a Record's File, which may be counted from the call.
func Same(a, b any) bool { return reflect.DeepEqual(withoutRaw(a), withoutRaw(b)) }

func withoutRaw(value any) any {
	v := reflect.ValueOf(value)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return value
	}
	one := reflect.New(v.Type().Elem()).Elem()
	one.Set(v.Elem())
	if raw := one.FieldByName("Raw"); raw.IsValid() {
		raw.SetZero()
	}
	if record, ok := one.Interface().(kyc.Record); ok && record.File != nil {
		file := *record.File
		file.ExpiresAt = time.Time{}
		record.File = &file
		return record
	}
	return one.Interface()
}
