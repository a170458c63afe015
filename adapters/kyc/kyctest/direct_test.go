package kyctest_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/adapters/wire"
)

// direct is an adapter over HTTP whose Start makes no call, and whose user brings a code back. Its Ref is the state
// and, once the code was exchanged, the token, which no real adapter would leave open.
type direct struct {
	base  string
	do    func(*http.Request) (*http.Response, error)
	twice bool // exchanges what was exchanged already
	loose bool // looks at no state
	heard bool // tells nothing of what the exchange said
}

func newDirect(base string, client *http.Client) (*direct, error) {
	if err := call.New(context.Background(), "direct", "New").Settings(base); err != nil {
		return nil, err
	}
	return &direct{base: strings.TrimSuffix(base, "/"), do: wire.Doer{Client: client}.Do}, nil
}

// parts are those of a Ref. Such a provider refuses what it cannot read.
func (*direct) parts(op string, ref kyc.Ref) (state, token string, err error) {
	state, token, _ = strings.Cut(string(ref), ".")
	if len(state) != 26 || strings.Trim(state+token, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return "", "", call.New(context.Background(), "direct", op).Invalid("Ref", "that of a Consent")
	}
	return state, token, nil
}

func (d *direct) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	switch err := req.Validate("direct", "Start"); {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, err
	case len(req.Documents) > 1 || req.Documents[0] != kyc.Aadhaar:
		return nil, errors.ErrUnsupported
	}
	state := rand.Text()
	link := d.base + "/authorize?" + url.Values{"state": {state}, "redirect_uri": {req.ReturnTo}}.Encode()
	return &kyc.Consent{Ref: kyc.Ref(state), State: kyc.Pending, URL: kyc.Hide(link)}, nil
}

func (d *direct) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	_, token, err := d.parts("Status", ref)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	if token == "" {
		return &kyc.Consent{Ref: ref, State: kyc.Pending}, nil
	}
	return &kyc.Consent{Ref: ref, State: kyc.Granted}, nil
}

func (d *direct) Exchange(ctx context.Context, ref kyc.Ref, back *url.URL) (kyc.Return, error) {
	c := call.New(ctx, "direct", "exchange")
	state, token, err := d.parts("exchange", ref)
	switch {
	case ctx.Err() != nil:
		return kyc.Return{}, ctx.Err()
	case err != nil:
		return kyc.Return{}, err
	case back == nil:
		return kyc.Return{}, c.Invalid("state", "that of the journey")
	}
	said := kyc.ReturnQuery(back, "state", "code", "error")
	code := said.Get("code")
	switch {
	case !d.loose && !slices.Equal(said["state"], []string{state}):
		return kyc.Return{}, c.Invalid("state", "that of the journey")
	case said.Get("error") == "access_denied":
		return kyc.Return{Ref: ref, State: kyc.Denied}, nil
	case len(said["code"]) != 1 || code == "":
		return kyc.Return{}, c.Invalid("code", "one code")
	case token != "" && !d.twice:
		return kyc.Return{Ref: ref, State: kyc.Granted}, nil
	}
	var got struct{ Token string }
	if err := d.ask(c, "/token?code="+url.QueryEscape(code), "", &got); err != nil {
		return kyc.Return{}, err
	}
	if got.Token == "" {
		return kyc.Return{}, c.Missing("token")
	}
	consent := &kyc.Consent{Ref: kyc.Ref(state + "." + got.Token), State: kyc.Granted, Raw: c.Raw()}
	if d.heard {
		return kyc.Return{Ref: consent.Ref, State: kyc.Granted}, nil
	}
	return kyc.Return{Ref: consent.Ref, State: kyc.Granted, Consent: consent}, nil
}

// ParseReturn implements kyc.ReturnParser: it looks at the state, as Exchange does, and makes no call.
func (d *direct) ParseReturn(ref kyc.Ref, back *url.URL) (kyc.Return, error) {
	c := call.New(context.Background(), "direct", "ParseReturn")
	state, _, err := d.parts("ParseReturn", ref)
	if err != nil {
		return kyc.Return{}, err
	}
	said, err := c.Query(back, "state", "error")
	switch {
	case err != nil:
		return kyc.Return{}, err
	case !d.loose && !slices.Equal(said["state"], []string{state}):
		return kyc.Return{}, c.Invalid("state", "that of the journey")
	case len(said["error"]) > 1:
		return kyc.Return{}, c.Invalid("error", "one value")
	case said.Get("error") == "access_denied":
		return kyc.Return{Ref: ref, State: kyc.Denied}, nil
	}
	return kyc.Return{Ref: ref}, nil
}

// Refresh gives the Ref that there is: this provider's tokens do not end.
func (d *direct) Refresh(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, "direct", "refresh")
	state, token, err := d.parts("refresh", ref)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, err
	}
	var got struct{ Token string }
	if err := d.ask(c, "/refresh", token, &got); err != nil {
		return nil, err
	}
	if got.Token == "" {
		return nil, c.Missing("token")
	}
	return &kyc.Consent{Ref: kyc.Ref(state + "." + got.Token), State: kyc.Granted, Raw: c.Raw()}, nil
}

func (d *direct) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	c := call.New(ctx, "direct", "fetch")
	_, token, err := d.parts("fetch", ref)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case doc != kyc.Aadhaar:
		return nil, errors.ErrUnsupported
	case err != nil:
		return nil, err
	case token == "":
		return nil, kyc.NewError(kyc.Error{Provider: "direct", Op: "fetch", Kind: kyc.ErrPending}, nil, nil)
	}
	var got struct{ Name string }
	if err := d.ask(c, "/document", token, &got); err != nil {
		return nil, err
	}
	if got.Name == "" {
		return nil, c.Missing("name")
	}
	return &kyc.Record{Document: doc, Person: kyc.Person{Name: kyc.Hide(got.Name)}, Raw: c.Raw()}, nil
}

// SameJourney implements kyc.RefMatcher.
func (*direct) SameJourney(a, b kyc.Ref) bool {
	one, _, _ := strings.Cut(string(a), ".")
	two, _, _ := strings.Cut(string(b), ".")
	return one == two
}

// ask makes a call, and decodes the answer.
func (d *direct) ask(c *call.Call, path, token string, into any) error {
	r, err := http.NewRequestWithContext(c.Context(), http.MethodGet, d.base+path, http.NoBody)
	if err != nil {
		return c.Failed(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := d.do(r)
	if err != nil {
		return c.Failed(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		var refusal struct{ Code string }
		_ = json.NewDecoder(resp.Body).Decode(&refusal) // what cannot be read has no code
		return c.Refused(map[string]kyc.Err{"used": kyc.ErrDuplicate}[refusal.Code], refusal.Code, "")
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return c.Failed(err)
	}
	return nil
}

// directs is a server of such a provider, whose users consent, each with another code that is good once.
func directs(t testing.TB) string {
	var mu sync.Mutex
	used := map[string]bool{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code := r.URL.Query().Get("code")
		mu.Lock()
		defer mu.Unlock()
		switch {
		case r.URL.Path == "/document":
			_, _ = w.Write([]byte(`{"name":"Invented Direct"}`))
		case used[code]:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"code":"used"}`))
		default:
			used[code] = true
			_, _ = w.Write([]byte(`{"token":"` + rand.Text() + `"}`))
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// directly is the subject that a direct provider is, changed by bug.
func directly(bug func(*direct)) kyctest.Subject {
	back := func(c *kyc.Consent, query string) *url.URL {
		link, err := url.Parse(c.URL.Reveal())
		if err != nil {
			panic(err) // a direct makes a URL
		}
		to, _ := url.Parse(link.Query().Get("redirect_uri")) // which Start has validated
		to.RawQuery = "state=" + link.Query().Get("state") + "&" + query
		return to
	}
	made := func(base string, client *http.Client) (*direct, error) {
		d, err := newDirect(base, client)
		if err == nil {
			bug(d)
		}
		return d, err
	}
	token := kyctest.Reply{Status: 200, Body: []byte(`{"token":"AAAAAAAAAAAAAAAA"}`)}
	return kyctest.Subject{
		Name: "direct",
		New: func(base string, client *http.Client) (kyc.Provider, error) {
			d, err := made(base, client)
			if err != nil {
				return nil, err
			}
			return d, nil
		},
		Journey: func(t testing.TB) *kyctest.Journey {
			d, err := made(directs(t), http.DefaultClient)
			if err != nil {
				t.Fatal(err)
			}
			return &kyctest.Journey{
				Provider: d,
				Allow: func(_ context.Context, c *kyc.Consent) (*url.URL, error) {
					return back(c, "code="+rand.Text()), nil
				},
				Deny: func(_ context.Context, c *kyc.Consent) (*url.URL, error) {
					return back(c, "error=access_denied"), nil
				},
			}
		},
		Outcomes: map[kyctest.Way]kyctest.Outcome{kyctest.Denied: {State: kyc.Pending, Kind: kyc.ErrPending}},
		Can:      []kyc.Capability{kyc.CanExchange, kyc.CanRefresh, kyc.CanParseReturn},
		Returns:  &kyctest.Returns{Answers: []string{"error"}, IDs: []string{"state"}},
		Uncalled: []kyc.Method{kyc.MethodStart, kyc.MethodStatus},
		Back:     func(c *kyc.Consent) *url.URL { return back(c, "code=7") },
		Named:    []string{"AAAAAAAAAAAAAAAA"},
		Operations: map[kyc.Method]kyctest.Operation{
			kyc.MethodExchange: {ID: "exchange", Success: token,
				Refusal: kyctest.Reply{Status: 400, Body: []byte(`{"code":"used"}`)}, Kind: kyc.ErrDuplicate},
			kyc.MethodRefresh: {ID: "refresh", Success: token},
			kyc.MethodFetch: {ID: "fetch", Success: kyctest.Reply{
				Status: 200, Body: []byte(`{"name":"Invented Direct"}`)}},
		},
		Protocol: []string{},
	}
}

// Whoever exchanges codes as it should passes.
func TestDirect(t *testing.T) { kyctest.Test(t, directly(func(*direct) {})) }

// Whoever does not is told.
func TestWrongExchanges(t *testing.T) {
	const group = "when the user brings a code back "
	for _, try := range []struct {
		name, check string
		bug         func(*direct)
		says        []string
	}{
		{"exchanges twice", group + "has the same Ref for what a journey brought already, without a call",
			func(d *direct) { d.twice = true }, []string{"the same address again", "want no call"}},
		{"looks at no state", group + "refuses without a call the address of another journey",
			func(d *direct) { d.loose = true }, []string{"Exchange", "invalid request"}},
		{"looks at no state, and lets another journey take the code",
			group + "lets one of two calls with one code through", func(d *direct) { d.loose = true },
			[]string{"Exchange", "the address of another journey"}},
		{"reads a return without a look at the state", "when the user comes back refuses an id that cannot be read",
			func(d *direct) { d.loose = true }, []string{"ParseReturn", "invalid request"}},
		{"says nothing of the answer", group + "gives the Ref to go on with, which opens the journey",
			func(d *direct) { d.heard = true }, []string{"another Ref, a Consent"}},
	} {
		t.Run(try.name, func(t *testing.T) { wrong(t, directly(try.bug), try.check, try.says...) })
	}
}
