package eko_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
)

// What every provider does is tested in kyctest; the specs here are of Eko alone.
func TestProvider(t *testing.T) {
	creds, opts := credentials(), eko.Options{HTTPClient: http.DefaultClient}
	with := func(creds eko.Credentials) func(string, *http.Client) (kyc.Provider, error) {
		return func(base string, client *http.Client) (kyc.Provider, error) {
			return eko.New(base, creds, eko.Options{HTTPClient: client})
		}
	}
	of := func(id, body string) kyctest.Operation {
		return kyctest.Operation{
			ID: id, Success: kyctest.Reply{Status: 200, Body: []byte(body)},
			Refusal: kyctest.Reply{Status: 400, Body: []byte(`{"status":1,"response_status_id":463,"message":"` + seed + `"}`)}, Kind: kyc.ErrNotFound,
		}
	}
	kyctest.Test(t, kyctest.Subject{
		Name: "eko", New: with(creds),
		Bare:    func(base string) (kyc.Provider, error) { return with(eko.Credentials{})(base, nil) },
		Can:     []kyc.Capability{kyc.CanParseReturn},
		Secrets: []string{"eko-test-developer-key", accessKey, initiator}, Printed: []any{creds, &creds, opts, &opts},
		Ref: wholeRef, Named: []string{"7483920"},
		Refused: []kyc.Ref{
			"0", "07483920", "-7483920", "1e9", "7483920.", ".vrf_digilocker_abc123", "vrf_digilocker_abc123.7483920", "७४८३९२०",
			"7483920.a%26b", "7483920.../../status", "7483920.a\x00", kyc.Ref(strings.Repeat("7", 79)),
			kyc.Ref("1." + strings.Repeat("a", 129)),
		},
		Operations: map[kyc.Method]kyctest.Operation{
			kyc.MethodStart: of("createURL", created), kyc.MethodFetch: of("getDocument", nested),
			kyc.MethodStatus: of("getStatus",
				`{"status":0,"data":{"user_details":{"name":"Vikram Singh","dob":"12-11-1987"}}}`),
		},
		NoContent: kyc.ErrNotAllowed, // EK-D44
		Protocol:  []string{"status", "document_type", "verification_status"},
		Returns:   &kyctest.Returns{IDs: []string{"verification_id", "verificationId"}, Other: "verification_id=" + seed},
	})
}
