package eko_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/kyc"
)

// recorder is Eko without a network: it keeps the last request.
type recorder struct {
	answer string
	url    *url.URL
	body   []byte
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.url, r.body = req.URL, nil
	if req.Body != nil {
		r.body, _ = io.ReadAll(req.Body) // from memory
	}
	return &http.Response{
		StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(r.answer)), Request: req,
	}, nil
}

func recorded(t testing.TB, answer string) (*eko.Adapter, *recorder) {
	r := &recorder{answer: answer}
	a, err := eko.New("https://eko.example/base", credentials(), eko.Options{HTTPClient: &http.Client{Transport: r}})
	if err != nil {
		t.Fatal(err)
	}
	return a, r
}

// FuzzRef: a ref is refused before any call, or asks for exactly the journey that
// it names; and whatever ids Start is told, a ref that it makes gives them back.
func FuzzRef(f *testing.F) {
	for _, seed := range []string{"7483920", "7483920.vrf_digilocker_abc123", "1.2.3", "0", "1.", ".", "1&a=b", "1#", "1\n", "1e3", "1.%2F", "../status", strings.Repeat("9", 78)} {
		reference, verification, _ := strings.Cut(seed, ".")
		f.Add(seed, reference, verification)
	}
	f.Fuzz(func(t *testing.T, ref, reference, verification string) {
		asks(t, kyc.Ref(ref))

		id, err := json.Marshal(verification)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := recorded(t, fmt.Sprintf(`{"status":0,"data":{"url":"https://eko.example","reference_id":%s,"verification_id":%s}}`, reference, id))
		consent, err := a.Start(t.Context(), request())
		if err != nil {
			return
		}
		gotReference, gotVerification := asks(t, consent.Ref)
		if json.Valid([]byte(`[`+reference+`]`)) && strings.Trim(reference, "0123456789") == "" && gotReference != reference {
			t.Fatalf("reference_id %q became %q", reference, gotReference)
		}
		if want := verification; want != "" && gotVerification != want {
			t.Fatalf("verification_id %q became %q", want, gotVerification)
		}
	})
}

// asks are the ids that a ref makes the adapter send; "" for one that is refused.
func asks(t *testing.T, ref kyc.Ref) (reference, verification string) {
	a, r := recorded(t, `{"status":0,"data":{}}`)
	if _, err := a.Status(t.Context(), ref); err != nil {
		if !errors.Is(err, kyc.ErrInvalid) || r.url != nil {
			t.Fatalf("ref %q: %v, sent to %v", ref, err, r.url)
		}
		if _, err := a.Fetch(t.Context(), ref, kyc.Aadhaar); !errors.Is(err, kyc.ErrInvalid) || r.url != nil {
			t.Fatalf("ref %q: Status refuses what Fetch takes: %v", ref, err)
		}
		return "", ""
	}
	reference, _, _ = strings.Cut(string(ref), ".")
	if want := "https://eko.example/base/tools/kyc/digilocker/status?initiator_id=" + initiator + "&reference_id=" + reference; r.url.String() != want {
		t.Fatalf("ref %q asks for %s", ref, r.url)
	}
	if _, err := a.Fetch(t.Context(), ref, kyc.Aadhaar); !errors.Is(err, kyc.ErrUnexpected) {
		t.Fatalf("ref %q: %v", ref, err)
	}
	var sent struct {
		Reference    string `json:"reference_id"`
		Verification string `json:"verification_id"`
	}
	if err := json.Unmarshal(r.body, &sent); err != nil {
		t.Fatal(err)
	}
	if string(ref) != sent.Reference && string(ref) != sent.Reference+"."+sent.Verification || sent.Reference != reference {
		t.Fatalf("ref %q asks for %+v", ref, sent)
	}
	return sent.Reference, sent.Verification
}

// FuzzReturn: an address is refused without being repeated, or leaves the ref as
// it is, or completes it for good; and never tells an outcome.
func FuzzReturn(f *testing.F) {
	for _, query := range []string{
		"", "verification_id=vrf_digilocker_abc123", "verification_id=", "verification_id=a&verification_id=b",
		"verification_id=%2e%2e%2f", "%zz", ";", "status=SUCCESS", "view=a;b", "off=50%",
		"verificationId=3571170546", "verification_id=3571170546", "verification_id=7",
		"verification_id=1&verificationId=2", "verification_id=a;b",
	} {
		f.Add(string(ref), query)
		f.Add(string(wholeRef), query)
	}
	f.Fuzz(func(t *testing.T, ref, query string) {
		a, r := recorded(t, `{}`)
		u := &url.URL{Scheme: "https", Host: "shop.example", RawQuery: query}
		got, err := a.ParseReturn(kyc.Ref(ref), u)
		if r.url != nil {
			t.Fatal("a call was made")
		}
		if err != nil {
			if !errors.Is(err, kyc.ErrInvalid) || got.Ref != "" || len(query) > 16 && strings.Contains(err.Error(), query) {
				t.Fatalf("%q, %q: %v, %v", ref, query, got, err)
			}
			return
		}
		said := kyc.ReturnQuery(u, "verification_id", "verificationId")
		if id := cmp.Or(said.Get("verification_id"), said.Get("verificationId")); string(got.Ref) != ref && (strings.Contains(ref, ".") || string(got.Ref) != ref+"."+id) {
			t.Fatalf("ref %q became %q by %q", ref, got.Ref, query)
		}
		if got.State != "" || got.Granted != nil || got.Code != "" || !got.Message.IsZero() {
			t.Fatalf("%q tells %v", query, got)
		}
		again, err := a.ParseReturn(got.Ref, u)
		if err != nil || again.Ref != got.Ref {
			t.Fatalf("replayed: %q became %q, %v", got.Ref, again.Ref, err)
		}
		asks(t, got.Ref)
	})
}
