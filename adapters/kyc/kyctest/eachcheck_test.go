package kyctest_test

import (
	"context"
	"errors"
	"flag"
	"go/parser"
	"go/token"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/kyc/kyctest"
)

// What a subject does not have is skipped with the reason, and its names are unique.
func TestSkipped(t *testing.T) {
	bare := kyctest.Subject{Name: "kycmem", Can: []kyc.Capability{kyc.CanRevoke, kyc.CanParseReturn}, Local: func(testing.TB) kyc.Provider { return kycmem.New(kycmem.Options{}) }}
	names, reasons := map[string]bool{}, map[string]int{}
	for _, c := range kyctest.Checks(bare) {
		name := c.Group + " " + c.Name
		if names[name] {
			t.Errorf("there are two checks %q", name)
		}
		names[name] = true
		r := run(t, c)
		if len(r.failures) > 0 {
			t.Errorf("%s: %q", name, r.failures)
		}
		if r.skipped != "" {
			reasons[r.skipped]++
		}
	}
	for _, reason := range []string{
		"Subject.New is nil: the provider makes no calls over HTTP", "Subject.Journey is nil: no user can be driven",
		"Subject.Secrets is empty: the provider has no secrets", "Subject.Bare is nil: the provider needs no credentials",
		`Subject.Can has no "account check"`,
	} {
		if reasons[reason] == 0 {
			t.Errorf("no check was skipped because %q: %v", reason, reasons)
		}
	}
}

// A subject with nothing to check is told so.
func TestNothing(t *testing.T) {
	for _, c := range kyctest.Checks(kyctest.Subject{Name: "nobody"}) {
		if c.Name == "can do what its description says, and no more" {
			if r := run(t, c); !strings.Contains(strings.Join(r.failures, ""), "none of New, Local and Journey") {
				t.Errorf("got %q", r.failures)
			}
		}
	}
}

// yes succeeds at all that it is asked, and asks nobody. It shows the key.
type yes struct{ Key string }

func (yes) Start(_ context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	if len(req.Documents) > 0 {
		req.Documents[0] = "Zzyzx"
	}
	return &kyc.Consent{State: kyc.Granted}, nil
}

func (yes) Status(context.Context, kyc.Ref) (*kyc.Consent, error) {
	return &kyc.Consent{State: kyc.Granted, TraceID: "Zzyzx"}, nil
}

func (yes) Fetch(context.Context, kyc.Ref, kyc.Document) (*kyc.Record, error) {
	return &kyc.Record{Document: "Zzyzx", Person: kyc.Person{Name: kyc.Hide("Invented Person")}}, nil
}
func (yes) Fetches() []kyc.Document               { return nil }
func (yes) FetchesOnce() []kyc.Document           { return []kyc.Document{kyc.Aadhaar} }
func (yes) CheckStart(kyc.StartRequest) error     { return nil }
func (yes) Revoke(context.Context, kyc.Ref) error { return nil }
func (yes) ParseReturn(kyc.Ref, *url.URL) (kyc.Return, error) {
	return kyc.Return{State: kyc.Granted}, nil
}
func (yes) Exchange(context.Context, kyc.Ref, *url.URL) (kyc.Return, error) {
	return kyc.Return{Ref: "journey-1", Consent: &kyc.Consent{State: kyc.Pending}}, nil
}
func (yes) Refresh(context.Context, kyc.Ref) (*kyc.Consent, error)  { return nil, nil }
func (yes) ReadUser(context.Context, kyc.Ref) (*kyc.Consent, error) { return nil, nil }
func (yes) ParseWebhook(http.Header, []byte) (*kyc.Event, error)    { return &kyc.Event{}, nil }
func (yes) ListDocuments(context.Context, kyc.Ref) ([]kyc.ListedDocument, error) {
	return []kyc.ListedDocument{}, nil
}
func (yes) ListCatalogue(context.Context) ([]kyc.CatalogueEntry, error) {
	return nil, nil
}
func (yes) FetchFile(context.Context, kyc.Ref, kyc.FileRequest) (*kyc.File, error) {
	return nil, nil
}
func (yes) CheckAccount(context.Context, kyc.AccountQuery) (*kyc.Account, error) {
	return nil, nil
}

// no fails at all that it is asked, and asks nobody.
type no struct{ yes }

var errNo = errors.New("no, says Zzyzx")

func (no) CheckStart(kyc.StartRequest) error                                 { return errNo }
func (no) Start(context.Context, kyc.StartRequest) (*kyc.Consent, error)     { return nil, errNo }
func (no) Status(context.Context, kyc.Ref) (*kyc.Consent, error)             { return nil, errNo }
func (no) Fetch(context.Context, kyc.Ref, kyc.Document) (*kyc.Record, error) { return nil, errNo }
func (no) Revoke(context.Context, kyc.Ref) error                             { return errNo }
func (no) ParseReturn(kyc.Ref, *url.URL) (kyc.Return, error)                 { return kyc.Return{}, errNo }
func (no) Exchange(context.Context, kyc.Ref, *url.URL) (kyc.Return, error) {
	return kyc.Return{State: kyc.Granted}, errNo
}
func (no) Refresh(context.Context, kyc.Ref) (*kyc.Consent, error)                 { return nil, errNo }
func (no) ReadUser(context.Context, kyc.Ref) (*kyc.Consent, error)                { return nil, errNo }
func (no) ListDocuments(context.Context, kyc.Ref) ([]kyc.ListedDocument, error)   { return nil, errNo }
func (no) ListCatalogue(context.Context) ([]kyc.CatalogueEntry, error)            { return nil, errNo }
func (no) FetchFile(context.Context, kyc.Ref, kyc.FileRequest) (*kyc.File, error) { return nil, errNo }
func (no) CheckAccount(context.Context, kyc.AccountQuery) (*kyc.Account, error)   { return nil, errNo }

// nothing says neither yes nor no.
type nothing struct{ yes }

func (nothing) Start(context.Context, kyc.StartRequest) (*kyc.Consent, error)     { return nil, nil }
func (nothing) Status(context.Context, kyc.Ref) (*kyc.Consent, error)             { return nil, nil }
func (nothing) Fetch(context.Context, kyc.Ref, kyc.Document) (*kyc.Record, error) { return nil, nil }
func (nothing) ParseReturn(kyc.Ref, *url.URL) (kyc.Return, error)                 { return kyc.Return{}, nil }
func (nothing) ParseWebhook(http.Header, []byte) (*kyc.Event, error)              { return nil, nil }

// leaving is no, and leaves a goroutine behind.
type leaving struct {
	no
	until chan bool
}

func (l leaving) Status(context.Context, kyc.Ref) (*kyc.Consent, error) {
	go func() { <-l.until }()
	return nil, errNo
}

// There is no check that nobody fails: each is failed by one who says yes to all, by one who
// says no, or by one who leaves something running. One who says nothing is no reason to panic.
func TestEachCheckCanFail(t *testing.T) {
	kyctest.Hurry(t, time.Millisecond) // what they are waited for never happens
	until := make(chan bool)
	defer close(until)
	failed := map[string]bool{}
	for _, p := range []kyc.Provider{yes{acmeKey}, no{yes{acmeKey}}, nothing{yes{acmeKey}}, leaving{until: until}} {
		s := subject(nil)
		s.New = func(string, *http.Client) (kyc.Provider, error) { return p, nil }
		s.Bare = func(string) (kyc.Provider, error) { return p, nil }
		s.Can, s.Ref = []kyc.Capability{kyc.CanCheckAccount, kyc.CanListCatalogue, kyc.CanListDocuments,
			kyc.CanFetchFile, kyc.CanRevoke, kyc.CanParseReturn, kyc.CanExchange, kyc.CanRefresh,
			kyc.CanReadUser}, "journey-1"
		for m, o := range s.Operations {
			o.ID = string(m)
			s.Operations[m] = o
		}
		for _, m := range []kyc.Method{kyc.MethodCheckAccount, kyc.MethodListCatalogue, kyc.MethodListDocuments,
			kyc.MethodFetchFile, kyc.MethodRevoke, kyc.MethodExchange, kyc.MethodRefresh, kyc.MethodReadUser} {
			s.Operations[m] = s.Operations[kyc.MethodStatus]
		}
		back, err := url.Parse("https://shop.example/back")
		if err != nil {
			t.Fatal(err)
		}
		s.Journey = func(testing.TB) *kyctest.Journey {
			decide := func(context.Context, *kyc.Consent) (*url.URL, error) { return back, nil }
			pass := func(context.Context, *kyc.Consent) error { return nil }
			deliver := func(context.Context, *kyc.Consent) (http.Header, []byte, error) {
				return http.Header{}, nil, nil
			}
			return &kyctest.Journey{Provider: p, Deliver: deliver, Allow: decide, Deny: decide, Withhold: pass,
				Lack: pass, Expire: pass, Lapse: pass}
		}
		direct := s // whose user brings a code, and whose Start makes no call
		direct.Uncalled = []kyc.Method{kyc.MethodStart}
		direct.Back = func(*kyc.Consent) *url.URL { return back }
		exchange := func(c kyctest.Check) bool {
			return c.Group == "when the user brings a code back" || c.Group == "an odd reply to Exchange" ||
				c.Name == "makes none for the methods that need none"
		}
		checks := slices.DeleteFunc(kyctest.Checks(s), exchange)
		for _, c := range append(checks, slices.DeleteFunc(kyctest.Checks(direct),
			func(c kyctest.Check) bool { return !exchange(c) })...) {
			name := c.Group + " " + c.Name
			r := run(t, c)
			failed[name] = failed[name] || len(r.failures) > 0
			shows(t, r)
			if r.skipped != "" {
				t.Errorf("%s: skipped: %s", name, r.skipped)
			}
		}
	}
	for name, ok := range failed {
		if !ok {
			t.Errorf("nobody fails the check %q", name)
		}
	}
	if len(failed) < 310 {
		t.Errorf("there are %d checks", len(failed))
	}
}

// What kyctest rests on is the standard library, package kyc and package wire.
func TestImports(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			first, _, _ := strings.Cut(path, "/")
			own := strings.HasSuffix(path, "/adapters/kyc") || strings.HasSuffix(path, "/adapters/wire")
			if strings.Contains(first, ".") && !own {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}

// Importing kyctest defines no flag.
func TestFlags(t *testing.T) {
	flag.VisitAll(func(f *flag.Flag) {
		if !strings.HasPrefix(f.Name, "test.") {
			t.Errorf("there is a flag %s", f.Name)
		}
	})
}
