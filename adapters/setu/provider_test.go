package setu_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/adapters/setu"
)

// What every provider does is tested in kyctest; the specs here are of Setu alone.
func TestProvider(t *testing.T) {
	creds, opts := credentials(), setu.Options{HTTPClient: http.DefaultClient}
	with := func(creds setu.Credentials) func(string, *http.Client) (kyc.Provider, error) {
		return func(base string, client *http.Client) (kyc.Provider, error) {
			return setu.New(base, creds, setu.Options{HTTPClient: client})
		}
	}
	of := func(id string, status int, body string) kyctest.Operation {
		return kyctest.Operation{
			ID: id, Success: kyctest.Reply{Status: status, Body: []byte(body)},
			Refusal: kyctest.Reply{Status: http.StatusNotFound, Body: []byte(refusal("request_not_found"))}, Kind: kyc.ErrNotFound,
		}
	}
	list := of("listDocuments", 200, catalogue)
	list.Limit = 100 << 20
	kyctest.Test(t, kyctest.Subject{
		Name: "setu", New: with(creds),
		Bare:    func(base string) (kyc.Provider, error) { return with(setu.Credentials{})(base, nil) },
		Can:     []kyc.Capability{kyc.CanListCatalogue, kyc.CanFetchFile, kyc.CanRevoke, kyc.CanParseReturn},
		Secrets: []string{secret}, Printed: []any{creds, &creds, opts, &opts},
		File: fileRequest(), Ref: ref,
		Refused: []kyc.Ref{"..", "{" + ref + "}", kyc.Ref(strings.Repeat("a", 65)), "7483920.vrf_digilocker_abc123"},
		Operations: map[kyc.Method]kyctest.Operation{
			kyc.MethodStart: of("createRequest", 201, created), kyc.MethodStatus: of("getStatus", 200, status),
			kyc.MethodFetch:         of("getAadhaar", 200, aadhaar),
			kyc.MethodListCatalogue: list, kyc.MethodFetchFile: of("fetchDocument", 200, file),
			kyc.MethodRevoke: of("revoke", 200, `{"success":true}`),
		},
		Protocol: []string{"status", "traceId"},
		Odd:      kyctest.Reply{Status: 200, Body: []byte(`{"id":"ea31e1e6","status":"half done"}`)}, OddState: "half done",
		Returns: &kyctest.Returns{Answers: []string{"success", "scope", "errCode", "errMessage"}, IDs: []string{"id"}, Other: "success=true&id=" + seed},
	})
}
