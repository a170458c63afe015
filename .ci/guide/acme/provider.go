// Package acme describes Acme to the contract suite and to the simulator.
package acme

import (
	"embed"
	"net/http"
	"time"

	"example.com/digilocker/adapters/acme"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/gen/acmeapi"
)

//go:embed cases.yaml
var files embed.FS

const key = "ACME_KEY" // the variable of an account

// Provider is the description.
var Provider = provider.Provider{
	Name: "acme", Document: acmeapi.OpenAPI, Files: files, Simulator: &behaviour,
	Hidden: map[string][]string{"credential": {"x-acme-key"}},
	Client: &provider.Client{
		New: func(base string, hc *http.Client) (any, error) {
			return acmeapi.NewClientWithResponses(base, acmeapi.WithHTTPClient(hc))
		},
	},
	Answers: provider.Answers{
		Fresh:    map[string]provider.Class{"/link": provider.Link},
		Codes:    []string{"/state"},
		Refusals: []string{"/code"},
		Free:     []string{"/name"},
		Past:     []string{"/birth"},
		Repeats:  []string{"/id"},
	},
	Journey: &provider.Journey{
		Started: "acme/openJourney/200/opened", IDs: map[string]string{"journey-id": "/id"}, Ref: "journey-id",
		CallerID: "id", ReturnTo: "return_to",
	},
	Account: &provider.Account{
		Sandbox:   "https://sandbox.acme.example",
		Variables: []provider.Variable{{Name: key, Secret: true, Simulated: SimulatorKey}},
		Authorize: func(header http.Header, account provider.Values, _ time.Time) error {
			header.Set("x-acme-key", account[key])
			return nil
		},
	},
	Adapter: &provider.Adapter{
		New: func(base string, account provider.Values, hc *http.Client) (kyc.Provider, error) {
			return acme.New(base, acme.Credentials{Key: kyc.Hide(account[key])}, acme.Options{HTTPClient: hc})
		},
		Calls: map[string]kyc.Method{
			"openJourney": kyc.MethodStart, "getJourney": kyc.MethodStatus, "getIDCard": kyc.MethodFetch,
		},
		Status: "acme/getJourney/200/consented", Fetched: "acme/getIDCard/200/card",
		Odd: `{"id":"order-42","state":"HALF_DONE"}`, OddState: "HALF_DONE",
		Decides:   map[string][]string{"": {"code", "state"}},
		Protocol:  []string{"state", "id"},
		Essential: []string{"/link", "/number"},
		Documents: []kyc.Document{kyc.Aadhaar},
		Outcomes: map[provider.Way]provider.Outcome{
			provider.Denied:   {State: kyc.Denied, Kind: kyc.ErrDenied},
			provider.Expired:  {State: kyc.Expired, Kind: kyc.ErrExpired},
			provider.Lapsed:   {State: kyc.Expired, Kind: kyc.ErrExpired},
			provider.Early:    {State: kyc.Pending, Kind: kyc.ErrPending},
			provider.Without:  {State: kyc.Granted, Kind: kyc.ErrNoDocument},
			provider.Withheld: {State: kyc.Granted, Kind: kyc.ErrDenied},
		},
	},
}
