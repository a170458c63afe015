package setu_test

import (
	"net/url"
	"testing"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
)

// FuzzReturn: whatever an address says, it is read without a panic, names no
// other journey, and says the same twice.
func FuzzReturn(f *testing.F) {
	for _, seed := range []string{
		"https://shop.example/back?success=True&id=ea31e1e6&scope=ADHAR%2BPANCR", "?success=false&errCode=a&errMessage=b",
		"?success=true&success=false", "?%zz", "", "?id=other", "?scope=&success=true",
	} {
		f.Add(seed)
	}
	a, err := setu.New(setu.Sandbox, creds, setu.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err != nil {
			return
		}
		r, err := a.ParseReturn("ea31e1e6", u)
		if err == nil && (r.Ref != "ea31e1e6" || r.State != "" && r.State != kyc.Granted && r.State != kyc.Denied) {
			t.Errorf("%q reads as %s of %s", address, r.State, r.Ref)
		}
		if again, err2 := a.ParseReturn("ea31e1e6", u); (err == nil) != (err2 == nil) || again.State != r.State {
			t.Errorf("%q reads in two ways", address)
		}
	})
}
