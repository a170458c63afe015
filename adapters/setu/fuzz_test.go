package setu_test

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
)

// ours is what a ref of Setu's may be.
var ours = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// FuzzReturn reads any query for any ref: it is refused as invalid, with nothing
// beside the error and nothing of the query in it; or it is the caller's own
// journey, with an outcome only where there is one word for it, and the same twice.
func FuzzReturn(f *testing.F) {
	for _, query := range []string{
		"", "success=True&id=" + string(ref) + "&scope=ADHAR%2BPANCR%2BDRVLC", "success=true&scope=", "success={True}",
		"success=False&errCode=a&errMessage=b", "id=a&id=b", "success=true&id=somebody-elses",
		"success=true&success=false", "%zz", ";", "scope=+%2B+", "success=TRUE&scope=ADHAR+x",
		"success=False&errCode=a&errMessage=Denied;+try+again", "success=False&errMessage=100%+sure",
		"view=a;b&success=true", "off=50%&success=true", "success=true&id=a;b", "id=7",
	} {
		f.Add(string(ref), query)
	}
	f.Add("../status", "success=true")
	f.Fuzz(func(t *testing.T, ref, query string) {
		a, err := setu.New(setu.Sandbox, credentials(), setu.Options{HTTPClient: &http.Client{Transport: through(func(*http.Request) (*http.Response, error) {
			t.Error("a call was made")
			return nil, errors.New("no network")
		})}})
		if err != nil {
			t.Fatal(err)
		}
		u := &url.URL{Scheme: "https", Host: "shop.example", RawQuery: query}
		got, err := a.ParseReturn(kyc.Ref(ref), u)
		if err != nil {
			if !errors.Is(err, kyc.ErrInvalid) || !reflect.DeepEqual(got, kyc.Return{}) || len(query) > 16 && strings.Contains(err.Error(), query) {
				t.Fatalf("%q, %q: %v, beside %v", ref, query, err, got)
			}
			return
		}
		said := kyc.ReturnQuery(u, "success", "id", "scope", "errCode", "errMessage")
		success, id := strings.ToLower(said.Get("success")), said.Get("id")
		switch {
		case !ours.MatchString(ref), string(got.Ref) != ref, id != "" && id != ref:
			t.Fatalf("%q is read as the journey %q", ref, got.Ref)
		case (got.State == kyc.Granted) != (success == "true"), (got.State == kyc.Denied) != (success == "false"):
			t.Fatalf("success=%q is read as %q", success, got.State)
		case (got.Granted != nil) != (success == "true" && said.Has("scope")):
			t.Fatalf("%q grants %v", query, got.Granted)
		case got.Code != "" && got.Code != said.Get("errCode"), got.Message.Reveal() != "" && got.Message.Reveal() != said.Get("errMessage"):
			t.Fatalf("%q fails with %q", query, got.Code)
		}
		for _, doc := range got.Granted {
			if doc == "" || strings.ContainsAny(string(doc), "+ ") {
				t.Fatalf("%q grants %q", query, doc)
			}
		}
		again, err := a.ParseReturn(got.Ref, u)
		if err != nil || again.State != got.State || !reflect.DeepEqual(again.Granted, got.Granted) {
			t.Fatalf("read twice, read differently: %q", query)
		}
	})
}
