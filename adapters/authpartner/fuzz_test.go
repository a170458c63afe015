package authpartner_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/kyc"
)

// through is a RoundTripper that is a function.
type through func(*http.Request) (*http.Response, error)

func (f through) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// offered is an adapter whose calls are answered by the function.
func offered(t testing.TB, f through) *authpartner.Adapter {
	t.Helper()
	a, err := authpartner.New(authpartner.Production, credentials(), authpartner.Options{
		HTTPClient: &http.Client{Transport: f}, Keys: []authpartner.Key{key(1)}, Now: func() time.Time { return noon },
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// uncalled is an adapter that must make no call.
func uncalled(t testing.TB) *authpartner.Adapter {
	t.Helper()
	return offered(t, func(*http.Request) (*http.Response, error) {
		t.Error("a call was made")
		return nil, errors.New("no network")
	})
}

// saying is an answer with that body.
func saying(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)),
	}
}

// started is a journey that has begun, with its state.
func started(t testing.TB, a *authpartner.Adapter) (kyc.Ref, string) {
	t.Helper()
	consent, err := a.Start(t.Context(), request())
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(consent.URL.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return consent.Ref, u.Query().Get("state")
}

// FuzzRef opens any text: nobody without the key writes a Ref, and none is refused with a word of it.
func FuzzRef(f *testing.F) {
	a := uncalled(f)
	ref, _ := started(f, a)
	other, err := authpartner.New("https://other.example", credentials(),
		authpartner.Options{Keys: []authpartner.Key{key(1)}})
	if err != nil {
		f.Fatal(err)
	}
	foreign, _ := started(f, other)
	for _, text := range []string{
		"", string(foreign), string(ref[:8]), string(foreign) + "\n", string(ref[:len(ref)/2]), string(ref[8:]),
		strings.Repeat("A", authpartner.MaxRef), strings.Repeat("_", 54),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		consent, err := a.Status(t.Context(), kyc.Ref(text))
		if !errors.Is(err, kyc.ErrInvalid) || consent != nil || len(text) > 8 && strings.Contains(err.Error(), text) {
			t.Fatalf("%q: %v beside %v", text, err, consent)
		}
		if a.SameJourney(kyc.Ref(text), kyc.Ref(text)) {
			t.Fatalf("%q is of a journey", text)
		}
	})
}

// FuzzReturn reads any query behind the journey's own state, and without it: without it all is ErrInvalid; with it, it
// is refused with nothing beside the error, or denied by OAuth's one word alone, and never granted without a call.
func FuzzReturn(f *testing.F) {
	for _, query := range []string{
		"", "error=access_denied", "error=ACCESS_DENIED&error_description=a+b", "error=a&error=b", "error=server_error",
		"error=user_loggedout&error_description=user", "code=%zz", "code=a&code=b", "code=a&error=access_denied", "%zz",
		"state=a", "%73tate=a", "state", "error=access_denied;x", "code=a%20b", "sTATE=a", "a=b%26state=c",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		sent := 0
		a := offered(t, func(*http.Request) (*http.Response, error) {
			sent++
			return saying(http.StatusBadRequest, refusal("invalid_grant")), nil
		})
		ref, state := started(t, a)
		for _, front := range []string{"state=" + state + "&", ""} {
			u := &url.URL{Scheme: "https", Host: "shop.example", RawQuery: front + query}
			values := kyc.ReturnQuery(u, "state", "code", "error", "error_description")
			own := len(values["state"]) == 1 && values.Get("state") == state
			read, readErr := a.ParseReturn(ref, u)
			sent = 0
			said, err := a.Exchange(t.Context(), ref, u)
			for _, r := range []struct {
				said kyc.Return
				err  error
			}{{read, readErr}, {said, err}} {
				if r.err != nil && (!reflect.DeepEqual(r.said, kyc.Return{}) ||
					len(query) > 16 && strings.Contains(r.err.Error(), query)) {
					t.Fatalf("%q: %v beside %v", u.RawQuery, r.err, r.said)
				}
				denied := own && strings.EqualFold(values.Get("error"), "access_denied")
				if r.said.State != "" && !denied {
					t.Fatalf("%q is read as %q", u.RawQuery, r.said.State)
				}
			}
			if !own && (!errors.Is(err, kyc.ErrInvalid) || !errors.Is(readErr, kyc.ErrInvalid) || sent > 0) {
				t.Fatalf("%q is believed, with another state: %v, %v", u.RawQuery, err, readErr)
			}
			if code := values.Get("code"); own && sent > 0 && (len(values["code"]) != 1 || code == "" ||
				values.Get("error") != "") {
				t.Fatalf("%q is sent", u.RawQuery)
			}
		}
	})
}

// FuzzTokens exchanges a code for any answer: it is a Ref of the journey that is no longer than MaxRef, or an error
// that keeps the answer; no text of it is printed.
func FuzzTokens(f *testing.F) {
	f.Add(access, refresh, "partners.PANCR issued/in.gov.pan-PANCR-"+number, "3600", "1772539200")
	f.Add(strings.Repeat("a", 1300), strings.Repeat("b", 1300), "", `"3600"`, `"1772539200"`)
	f.Add(strings.Repeat("a", 2800), "b", "issued/--", "1e400", "-1")
	f.Add("a b", "\x00", "ISSUED/", "null", "null")
	f.Add(`"\`, `<>&"\`, "partners.", "0", "1e17")
	f.Fuzz(func(t *testing.T, token, renewal, scope, life, till string) {
		body := fmt.Sprintf(`{"access_token":%q,"refresh_token":%q,"scope":%q,"expires_in":%s,"consent_valid_till":%s}`,
			token, renewal, scope, life, till)
		a := offered(t, func(*http.Request) (*http.Response, error) { return saying(http.StatusOK, body), nil })
		ref, state := started(t, a)
		u := &url.URL{RawQuery: "code=a&state=" + state}
		said, err := a.Exchange(t.Context(), ref, u)
		if err != nil {
			e := (*kyc.Error)(nil)
			if !errors.As(err, &e) || string(e.Raw()) != body || !reflect.DeepEqual(said, kyc.Return{}) {
				t.Fatalf("%s: %v", body, err)
			}
			return
		}
		consent, err := a.Status(t.Context(), said.Ref)
		switch {
		case len(said.Ref) > authpartner.MaxRef, !a.SameJourney(said.Ref, ref), said.State != kyc.Granted:
			t.Fatalf("%s becomes %d characters, %q", body, len(said.Ref), said.State)
		case err != nil || consent.State != kyc.Granted && consent.State != kyc.Expired:
			t.Fatalf("%s cannot be opened: %v", body, err)
		case len(token) > 8 && strings.Contains(fmt.Sprintf("%+v %+v", said, said.Consent), token):
			t.Fatalf("%s is printed", body)
		}
	})
}
