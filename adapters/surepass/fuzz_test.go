package surepass_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/surepass"
)

// recorder is Surepass without a network: it gives its answers in order, the last one for good, and keeps the requests.
type recorder struct {
	answers []string
	asked   []*url.URL
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	answer := r.answers[min(len(r.asked), len(r.answers)-1)]
	r.asked = append(r.asked, req.URL)
	return &http.Response{
		StatusCode: 200,
		Header:     http.Header{"Content-Type": {"application/json"}, "Date": {ends.Format(http.TimeFormat)}},
		Body:       io.NopCloser(strings.NewReader(answer)), Request: req,
	}, nil
}

func recorded(t testing.TB, answers ...string) (*surepass.Adapter, *recorder) {
	r := &recorder{answers: answers}
	opts := surepass.Options{HTTPClient: &http.Client{Transport: r}}
	a, err := surepass.New("https://surepass.example/base", credentials(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return a, r
}

// ours is what a ref of Surepass's may be.
var ours = regexp.MustCompile(`^([A-Za-z0-9_-]{1,64})(\.[1-9][0-9]{0,10})?$`)

// FuzzRef: a ref is refused before any call, or asks for exactly the journey that it names; and whatever id and life
// Start is told, a ref that it makes asks for that id.
func FuzzRef(f *testing.F) {
	for _, ref := range []string{
		string(ref), id, ".", "..", id + ".", id + ".0", id + ".1.2", "a/b", "a%2fb", "a?b", "a\n",
		strings.Repeat("a", 65),
	} {
		f.Add(ref, ref, "600.0")
	}
	f.Add(id, "digilocker_a.1", "1e400")
	f.Add(id, "../a", `-1`)
	f.Fuzz(func(t *testing.T, ref, told, life string) {
		asks(t, kyc.Ref(ref))

		name, err := json.Marshal(told)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := recorded(t, fmt.Sprintf(`{"data":{"client_id":%s,"expiry_seconds":%s,`+
			`"url":"https://surepass.example"}}`, name, life))
		consent, err := a.Start(t.Context(), request())
		if err != nil {
			return
		}
		if asks(t, consent.Ref) != told {
			t.Fatalf("the journey %q, of a life of %q, became %q", told, life, consent.Ref)
		}
	})
}

// asks is the journey that a ref asks for; "" if it is refused.
func asks(t *testing.T, ref kyc.Ref) string {
	a, r := recorded(t, done)
	_, err := a.Status(t.Context(), ref)
	said := ours.FindStringSubmatch(string(ref))
	if (err == nil) != (said != nil) || err != nil && (!errors.Is(err, kyc.ErrInvalid) || len(r.asked) > 0) {
		t.Fatalf("%q: %v, after %d calls", ref, err, len(r.asked))
	}
	if err != nil {
		return ""
	}
	if path := r.asked[0].EscapedPath(); path != "/base/api/v1/digilocker/status/"+said[1] {
		t.Fatalf("%q asks at %q", ref, path)
	}
	return said[1]
}

// FuzzFileID: whatever id a file has in the list, it is asked for by that id and of no other journey, or not at all.
func FuzzFileID(f *testing.F) {
	for _, id := range []string{
		"digilocker_file_PjorZrpBQQSSbquyTPav", "aadhaar", "pan", "", " ", ".", "..", "../x",
		"a/b", `a\b`, "a?b=c", "a#b", "%2e%2e", "é", "a\x00b", ";", "*", "{a}",
	} {
		f.Add(id)
	}
	const before = "/base/api/v1/digilocker/download-document/" + id + "/"
	f.Fuzz(func(t *testing.T, file string) {
		text, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		var told string
		if err := json.Unmarshal(text, &told); err != nil { // what is no UTF-8 is told as something else
			t.Fatal(err)
		}
		a, r := recorded(t, fmt.Sprintf(`{"data":{"documents":[{"file_id":%s,"doc_type":"PANCR"}]}}`, text), download)
		if _, err = a.FetchFile(t.Context(), ref, fileRequest()); err != nil {
			for _, asked := range r.asked[1:] {
				if strings.Contains(asked.Path, "download") {
					t.Fatalf("%q is asked for at %q, and refused", file, asked.Path)
				}
			}
			return
		}
		rest, ours := strings.CutPrefix(r.asked[1].EscapedPath(), before)
		got, err := url.PathUnescape(rest)
		more := r.asked[1].RawQuery + r.asked[1].Fragment
		if !ours || err != nil || got != told || strings.Contains(rest, "/") || more != "" {
			t.Fatalf("%q is asked for at %q", file, r.asked[1])
		}
	})
}
