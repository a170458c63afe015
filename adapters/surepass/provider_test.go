package surepass_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/adapters/surepass"
)

// What every provider does is tested in kyctest; the specs here are of Surepass alone.
func TestProvider(t *testing.T) {
	creds := credentials()
	opts := surepass.Options{HTTPClient: http.DefaultClient, Flow: kyc.SignUp}
	with := func(creds surepass.Credentials) func(string, *http.Client) (kyc.Provider, error) {
		return func(base string, client *http.Client) (kyc.Provider, error) {
			return surepass.New(base, creds, surepass.Options{HTTPClient: client, Flow: kyc.SignUp})
		}
	}
	of := func(id string, body string) kyctest.Operation {
		return kyctest.Operation{
			ID: id, Success: kyctest.Reply{Status: 200, Body: []byte(body)}, Kind: kyc.ErrNotFound,
			Refusal: kyctest.Reply{Status: http.StatusNotFound, Body: []byte(refusal(404, "client_not_found"))},
		}
	}
	// FetchFile asks for the list first, and the server gives both its calls one answer.
	var list, file map[string]map[string]any
	for body, into := range map[string]*map[string]map[string]any{listed: &list, download: &file} {
		data := map[string]json.RawMessage{}
		if json.Unmarshal([]byte(body), &data) != nil {
			t.Fatal("a published answer is no JSON")
		}
		one := map[string]any{}
		if json.Unmarshal(data["data"], &one) != nil {
			t.Fatal("a published answer has no data")
		}
		*into = map[string]map[string]any{"data": one}
	}
	file["data"]["documents"] = list["data"]["documents"]
	both, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	kyctest.Test(t, kyctest.Subject{
		Name: "surepass", New: with(creds),
		Bare:    func(base string) (kyc.Provider, error) { return with(surepass.Credentials{})(base, nil) },
		Can:     []kyc.Capability{kyc.CanListDocuments, kyc.CanFetchFile},
		Secrets: []string{token}, Printed: []any{creds, &creds, opts, &opts},
		Request: kyc.StartRequest{ID: "order-42"}, File: fileRequest(), Ref: ref, Named: []string{id},
		Refused: []kyc.Ref{"..", kyc.Ref(id + "."), kyc.Ref(id + ".1.2"), kyc.Ref(strings.Repeat("a", 65)),
			"7483920.vrf_digilocker_abc123"},
		Operations: map[kyc.Method]kyctest.Operation{
			kyc.MethodStart: of("initialize", created), kyc.MethodStatus: of("getStatus", done),
			kyc.MethodFetch: of("downloadAadhaar", aadhaar), kyc.MethodListDocuments: of("listDocuments", listed),
			kyc.MethodFetchFile: of("listDocuments", string(both)),
		},
		Protocol: []string{"status", "error_description"},
	})
}
