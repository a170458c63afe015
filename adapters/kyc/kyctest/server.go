package kyctest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// server answers each request alike, and counts them.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	received []string // each as method, address and body, and with the Authorization that names an exchanged journey
}

// over skips a check that needs an adapter over HTTP.
func (c check) over() {
	c.Helper()
	if c.New == nil {
		c.Skip("Subject.New is nil: the provider makes no calls over HTTP")
	}
}

// dated is when each answer was made, as its Date says: what an adapter counts from there, such as the end of a link,
// is the same for two answers that are compared, whenever they come. An adapter need not believe a day that is far from
// the clock of its machine, so it is a minute before the process began.
var dated = time.Now().Add(-time.Minute).UTC().Format(http.TimeFormat)

// serve starts a server that ends with the check.
func (c check) serve(h http.HandlerFunc) *server {
	c.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a client that goes away is judged by what it says
		token := ""
		if c.exchanges() { // of any other provider it names the caller, and no journey
			token = r.Header.Get("Authorization")
		}
		s.mu.Lock()
		s.received = append(s.received, fmt.Sprintf("%s %s\n%s\n%s", r.Method, r.URL, body, token))
		s.mu.Unlock()
		w.Header().Set("Date", dated)
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
	return c.through(base, client(), "the base URL of a test's server")
}

// through is an adapter that sends through that client.
func (c check) through(base string, client *http.Client, given string) kyc.Provider {
	c.Helper()
	p, err := c.New(base, client)
	if p == nil && err == nil {
		err = errNothing
	}
	c.usable("New", given, err)
	return p
}

// answering is an adapter whose server gives each request that answer, and the server.
func (c check) answering(r Reply) (kyc.Provider, *server) {
	c.Helper()
	s := c.serve(func(w http.ResponseWriter, _ *http.Request) { r.send(w) })
	return c.adapter(s.URL + "/base"), s
}

// mediaType is the answer's.
func (r Reply) mediaType() string { return cmp.Or(r.Type, "application/json") }

// isJSON reports whether the answer is JSON, by its media type or by what it is.
func (r Reply) isJSON() bool { return strings.Contains(r.mediaType(), "json") || json.Valid(r.Body) }

// send writes the answer.
func (r Reply) send(w http.ResponseWriter) { reply(w, r.Status, r.mediaType(), r.Body) }

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
// that it made none since the last.
func (c check) untouched() (p kyc.Provider, ref kyc.Ref, none func(called any, given string)) {
	c.Helper()
	if c.New == nil {
		p = c.local()
		consent, err := c.open(p, c.request(), c.maker())
		c.usable(kyc.MethodStart, "a request in order", err)
		return p, consent.Ref, func(any, string) {}
	}
	p, s := c.answering(teapot)
	told := 0
	return p, c.ref(), func(called any, given string) {
		c.Helper()
		if n := len(s.requests()); n > told {
			c.wrong(called, given, "no call", fmt.Sprint(n-told))
			told = n
		}
	}
}

// local is a provider that makes no calls over HTTP.
func (c check) local() kyc.Provider {
	c.Helper()
	if c.Local == nil {
		return c.journey().Provider
	}
	p := c.Local(c.TB)
	if p == nil {
		c.unfit("Subject.Local returned nil: it has to make a provider")
	}
	return p
}

// maker is the field that makes a provider without journeys; "" if an adapter over HTTP is made,
// whose server says what there is.
func (s Subject) maker() string {
	switch {
	case s.New != nil:
		return ""
	case s.Local != nil:
		return "Local"
	default:
		return "Journey"
	}
}

// open starts a journey with a provider that the field made. So far it has none.
func (c check) open(p kyc.Provider, r kyc.StartRequest, field string) (*kyc.Consent, error) {
	c.Helper()
	consent, err := sure{p}.Start(c.Context(), r)
	if errors.Is(err, kyc.ErrDuplicate) && field != "" && r.ID == c.Request.ID {
		c.notNew(field, "this one says of the first ID that it was used before")
	}
	return consent, err
}

// journey is a provider whose user can be driven.
func (c check) journey() *Journey {
	c.Helper()
	j := c.Journey(c.TB)
	switch {
	case j == nil:
		c.unfit("Subject.Journey returned nil: it has to make a provider whose user can be driven")
	case j.Provider == nil:
		c.unfit("Journey.Provider is missing: it is what is checked")
	case j.Allow == nil:
		c.unfit("Journey.Allow is missing: without it no user can consent")
	}
	return j
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
	if c.exchanges() {
		p, _ := c.answering(c.success(kyc.MethodExchange))
		said, err := c.exchanged(c.Context(), p)
		c.usable(kyc.MethodExchange, "its success", err)
		return said.Ref
	}
	p, _ := c.answering(c.success(kyc.MethodStart))
	consent, err := sure{p}.Start(c.Context(), c.request())
	c.usable(kyc.MethodStart, "its success", err)
	return consent.Ref
}
