package quicko_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/quicko"
)

// through is a RoundTripper that is a function.
type through func(*http.Request) (*http.Response, error)

func (f through) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// offered is an adapter whose calls are answered by the function.
func offered(t *testing.T, f through) *quicko.Adapter {
	t.Helper()
	a, err := quicko.New(quicko.Sandbox, credentials(), quicko.Options{Tokens: tokens(),
		HTTPClient: &http.Client{Transport: f}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestLinkOverHTTP(t *testing.T) {
	for scheme, taken := range map[string]bool{"http": false, "HTTP": false, "https": true, "HTTPS": true} {
		a := offered(t, func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}},
				Body:    io.NopCloser(strings.NewReader(strings.Replace(created, `"https`, `"`+scheme, 1))),
				Request: r}, nil
		})
		_, err := a.Start(t.Context(), request())
		if taken != (err == nil) || !taken && !errors.Is(err, kyc.ErrUnexpected) {
			t.Errorf("%s: %v; the link has the verifier in it, and goes over https", scheme, err)
		}
	}
}

// FuzzReturn reads any query for any ref: it is refused as invalid, with nothing beside the error and nothing of the
// query in it; or it is the caller's own journey, in no state that the address decides, and the same twice.
func FuzzReturn(f *testing.F) {
	for _, query := range []string{
		"", "error=access_denied", "error=ACCESS_DENIED&error_description=a+b", "error=a&error=b", "error=server_error",
		"code=1&state=a%7Cb%7Cc", "%zz", ";", "error=%zz", "view=a;b&error=access_denied",
		"off=50%&error=access_denied",
		"error=access_denied;x", "status=succeeded",
	} {
		f.Add(string(ref), query)
	}
	f.Add("../status", "error=access_denied")
	f.Fuzz(func(t *testing.T, ref, query string) {
		a := offered(t, func(*http.Request) (*http.Response, error) {
			t.Error("a call was made")
			return nil, errors.New("no network")
		})
		u := &url.URL{Scheme: "https", Host: "shop.example", RawQuery: query}
		got, err := a.ParseReturn(kyc.Ref(ref), u)
		if err != nil {
			if !errors.Is(err, kyc.ErrInvalid) || !reflect.DeepEqual(got, kyc.Return{}) || len(query) > 16 &&
				strings.Contains(err.Error(), query) {
				t.Fatalf("%q, %q: %v, beside %v", ref, query, err, got)
			}
			return
		}
		said := kyc.ReturnQuery(u, "error", "error_description")
		switch {
		case string(got.Ref) != ref, got.Granted != nil, got.State != "":
			t.Fatalf("%q is read as %v", query, got)
		case got.Code != "" && got.Code != said.Get("error"):
			t.Fatalf("%q fails with %q", query, got.Code)
		}
		again, err := a.ParseReturn(got.Ref, u)
		if err != nil || again.State != got.State || again.Code != got.Code {
			t.Fatalf("read twice, read differently: %q", query)
		}
	})
}

// FuzzLink reads any link in a document: it is what a browser can follow, or there is no record; and where its end is
// told, that is within a week of when it was made, which was within a day of the answer.
func FuzzLink(f *testing.F) {
	for _, l := range []string{
		link, "", "https://a", "https://a?X-Amz-Date=20250708T115214Z&X-Amz-Expires=1e3", "javascript:alert(1)",
		"https://a?%zz",
		"https://a?X-Amz-Date=20250708T115214Z&X-Amz-Expires=18446744073709551615", "https://{{vault}}/a", "//a",
		"https://a?X-Amz-Date=99991231T235959Z&X-Amz-Expires=1",
		"https://a?X-Amz-Date=00000101T000000Z&X-Amz-Expires=604800",
	} {
		f.Add(l, int64(1751975529441))
	}
	f.Add(link, int64(0))
	f.Add(link, int64(-1<<63))
	f.Fuzz(func(t *testing.T, l string, at int64) {
		text, err := json.Marshal(map[string]any{"code": 200, "timestamp": at, "data": map[string]any{"files": []any{
			map[string]any{"url": l, "metadata": map[string]any{"ContentType": "application/xml"}},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		a := offered(t, func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}},
				Body: io.NopCloser(bytes.NewReader(text)), Request: r}, nil
		})
		record, err := a.Fetch(context.Background(), ref, kyc.Aadhaar)
		if err != nil {
			if !errors.Is(err, kyc.ErrUnexpected) || len(l) > 16 && strings.Contains(err.Error(), l) {
				t.Fatalf("%q: %v", l, err)
			}
			return
		}
		u, err := url.Parse(record.File.Link.Reveal())
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || !record.Unopened {
			t.Fatalf("%q is a record", l)
		}
		if end := record.File.ExpiresAt; !end.IsZero() && !record.GeneratedAt.IsZero() {
			if life := end.Sub(record.GeneratedAt); life < -24*time.Hour || life > 8*24*time.Hour {
				t.Fatalf("%q ends %v after the answer", l, life)
			}
		}
	})
}
