package kyctest_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/adapters/wire"
)

// acme is an adapter over HTTP that does all that it should.
type acme struct {
	base string
	key  kyc.Private
	do   func(*http.Request) (*http.Response, error)
}

const acmeKey = "test_key_do_not_use"

func newAcme(base, key string, client *http.Client) (*acme, error) {
	c := call.New(context.Background(), "acme", "New")
	if err := c.Settings(base, call.Setting{Name: "Key", Value: key}); err != nil {
		return nil, err
	}
	if base[len(base)-1] == '/' {
		base = base[:len(base)-1]
	}
	return &acme{base, kyc.Hide(key), wire.Doer{Client: client}.Do}, nil
}

// acmes are what Acme's codes mean.
var acmes = map[string]kyc.Err{"gone": kyc.ErrExpired, "no_such_journey": kyc.ErrNotFound, "used": kyc.ErrDuplicate}

// ask makes a call, and decodes the answer into into.
func (a *acme) ask(ctx context.Context, op, method, path string, body, into any) (*call.Call, error) {
	c := call.New(ctx, "acme", op)
	text, err := json.Marshal(body)
	if err != nil {
		return c, c.Failed(err)
	}
	r, err := http.NewRequestWithContext(c.Context(), method, a.base+path, bytes.NewReader(text))
	if err != nil {
		return c, c.Failed(err)
	}
	r.Header.Set("X-Acme-Key", a.key.Reveal())
	resp, err := a.do(r)
	if err != nil {
		return c, c.Failed(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		var refusal struct{ Code string }
		_ = json.NewDecoder(resp.Body).Decode(&refusal) // what cannot be read has no code
		return c, c.Refused(acmes[refusal.Code], refusal.Code, "")
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return c, c.Failed(err)
	}
	return c, nil
}

var acmeRefs = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

func wrongRef(op string, ref kyc.Ref) error {
	if acmeRefs.MatchString(string(ref)) {
		return nil
	}
	return call.New(context.Background(), "acme", op).Invalid("Ref", "that of a Consent")
}

func (a *acme) CheckStart(req kyc.StartRequest) error {
	if err := req.Validate("acme", "open"); err != nil {
		return err
	}
	if len(req.Documents) > 1 || req.Documents[0] != kyc.Aadhaar {
		return fmt.Errorf("acme: start: %w", errors.ErrUnsupported)
	}
	c := call.New(context.Background(), "acme", "open")
	if len(req.ID) > 40 {
		return c.Invalid("ID", "40 characters at most")
	}
	return c.FreeOf(req.ReturnTo, "", "journey", "ok")
}

func (a *acme) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	if err := a.CheckStart(req); err != nil {
		return nil, err
	}
	var opened struct{ ID, URL string }
	c, err := a.ask(ctx, "open", http.MethodPost, "/journeys", map[string]string{"id": req.ID, "return_to": req.ReturnTo}, &opened)
	switch {
	case err != nil:
		return nil, err
	case !acmeRefs.MatchString(opened.ID) || call.Link(opened.URL).IsZero():
		return nil, c.Missing("id")
	}
	return &kyc.Consent{Ref: kyc.Ref(opened.ID), State: kyc.Pending, URL: call.Link(opened.URL), Raw: c.Raw()}, nil
}

func (a *acme) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	if err := wrongRef("look", ref); err != nil {
		return nil, err
	}
	var seen struct{ State, Name string }
	c, err := a.ask(ctx, "look", http.MethodGet, "/journeys/"+string(ref), map[string]string{"call": rand.Text()},
		&seen) // a new id in each call
	switch {
	case err != nil:
		return nil, err
	case seen.State == "":
		return nil, c.Missing("state")
	}
	return &kyc.Consent{Ref: ref, State: kyc.State(seen.State), User: &kyc.Person{Name: kyc.Hide(seen.Name)}, Raw: c.Raw()}, nil
}

func (a *acme) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	if doc != kyc.Aadhaar {
		return nil, fmt.Errorf("acme: fetch: %w", errors.ErrUnsupported)
	}
	if err := wrongRef("read", ref); err != nil {
		return nil, err
	}
	var read struct{ Name, Birth string }
	c, err := a.ask(ctx, "read", http.MethodGet, "/journeys/"+string(ref)+"/aadhaar", nil, &read)
	switch {
	case err != nil:
		return nil, err
	case read.Name == "":
		return nil, c.Missing("name")
	}
	return &kyc.Record{Document: doc, Person: kyc.Person{Name: kyc.Hide(read.Name), Birth: kyc.ParseDate(read.Birth)}, Raw: c.Raw()}, nil
}

func (a *acme) ParseReturn(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	if err := wrongRef("ParseReturn", ref); err != nil {
		return kyc.Return{}, err
	}
	c := call.New(context.Background(), "acme", "ParseReturn")
	query, err := c.Query(u, "journey", "ok")
	if err != nil {
		return kyc.Return{}, err
	}
	r := kyc.Return{Ref: ref}
	switch {
	case len(query["journey"]) > 1 || len(query["ok"]) > 1:
		return kyc.Return{}, c.Invalid("journey", "one value")
	case query.Has("journey") && query.Get("journey") != string(ref):
		return kyc.Return{}, c.Invalid("journey", "the Ref's")
	case query.Get("ok") == "yes":
		r.State = kyc.Granted
	}
	return r, nil
}

// ParseWebhook believes whoever has the key.
func (a *acme) ParseWebhook(header http.Header, body []byte) (*kyc.Event, error) {
	var says struct {
		Key, Journey string
		State        kyc.State
	}
	if header.Get("X-Acme-Key") != a.key.Reveal() || json.Unmarshal(body, &says) != nil {
		return nil, call.New(context.Background(), "acme", "ParseWebhook").Invalid("X-Acme-Key", "the key")
	}
	return &kyc.Event{Key: says.Key, Foreign: says.Journey == "",
		Consent: kyc.Consent{Ref: kyc.Ref(says.Journey), State: says.State}}, nil
}

// subject is acme as it is told to kyctest. Each provider that it makes is changed by bug.
func subject(bug func(*acme) kyc.Provider) kyctest.Subject {
	refusal := kyctest.Reply{Status: http.StatusGone, Body: []byte(`{"code":"gone","text":"Invented Person is gone"}`)}
	of := func(id, body string) kyctest.Operation {
		return kyctest.Operation{ID: id, Success: kyctest.Reply{Status: http.StatusOK, Body: []byte(body)}, Refusal: refusal, Kind: kyc.ErrExpired}
	}
	if bug == nil {
		bug = func(a *acme) kyc.Provider { return a }
	}
	return kyctest.Subject{
		Name: "acme",
		New: func(base string, client *http.Client) (kyc.Provider, error) {
			a, err := newAcme(base, acmeKey, client)
			if err != nil {
				return nil, err
			}
			return bug(a), nil
		},
		Bare: func(base string) (kyc.Provider, error) {
			a, err := newAcme(base, "", nil)
			if err != nil {
				return nil, err
			}
			return bug(a), nil
		},
		Can:     []kyc.Capability{kyc.CanParseReturn, kyc.CanParseWebhook},
		Secrets: []string{acmeKey},
		Webhooks: []kyctest.Webhook{
			{Header: http.Header{"X-Acme-Key": {acmeKey}},
				Body: []byte(`{"key":"1","journey":"j-1","state":"granted"}`)},
			{Header: http.Header{"X-Acme-Key": {acmeKey}}, Body: []byte(`{"key":"2"}`), Foreign: true},
		},
		Operations: map[kyc.Method]kyctest.Operation{
			kyc.MethodStart:  of("open", `{"id":"j-1","url":"https://acme.example/j-1"}`),
			kyc.MethodStatus: of("look", `{"state":"pending","name":"Invented Person"}`),
			kyc.MethodFetch:  of("read", `{"name":"Invented Person","birth":"17-03-1990"}`),
		},
		Protocol: []string{"state"},
		Odd:      kyctest.Reply{Status: http.StatusOK, Body: []byte(`{"state":"at lunch"}`)}, OddState: "at lunch",
		Returns: &kyctest.Returns{Answers: []string{"ok"}, IDs: []string{"journey"}, Other: "journey=j-2"},
	}
}
