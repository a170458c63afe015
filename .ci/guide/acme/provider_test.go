package acme_test

import (
	"net/http"
	"testing"

	"example.com/digilocker/adapters/acme"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
)

// What every provider does is tested in kyctest; the specs here are of Acme alone.
func TestProvider(t *testing.T) {
	creds, opts := credentials(), acme.Options{HTTPClient: http.DefaultClient}
	with := func(creds acme.Credentials) func(string, *http.Client) (kyc.Provider, error) {
		return func(base string, client *http.Client) (kyc.Provider, error) {
			return acme.New(base, creds, acme.Options{HTTPClient: client})
		}
	}
	of := func(id, body string) kyctest.Operation {
		return kyctest.Operation{
			ID: id, Success: kyctest.Reply{Status: 200, Body: []byte(body)},
			Refusal: kyctest.Reply{Status: 404, Body: []byte(`{"code":"no_journey"}`)}, Kind: kyc.ErrNotFound,
		}
	}
	kyctest.Test(t, kyctest.Subject{
		Name: "acme", New: with(creds),
		Bare:    func(base string) (kyc.Provider, error) { return with(acme.Credentials{})(base, nil) },
		Secrets: []string{secret}, Printed: []any{creds, &creds, opts, &opts},
		Ref: ref,
		Operations: map[kyc.Method]kyctest.Operation{
			kyc.MethodStart:  of("openJourney", `{"id":"order-42","link":"https://acme.example/consent","state":"WAITING"}`),
			kyc.MethodStatus: of("getJourney", `{"id":"order-42","state":"CONSENTED"}`),
			kyc.MethodFetch:  of("getIDCard", card),
		},
		Protocol: []string{"state", "id"},
		Odd:      kyctest.Reply{Status: 200, Body: []byte(`{"id":"order-42","state":"HALF_DONE"}`)}, OddState: "HALF_DONE",
	})
}
