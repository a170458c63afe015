// Package surepass describes Surepass to the contract suite and to the simulator.
package surepass

import (
	"embed"
	"net/http"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/surepass"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/gen/surepassapi"
)

//go:embed cases.yaml ways.yaml differences.yaml moving.yaml examples.sum equivalent.yaml
//go:embed survivors.tsv score.tsv foreign.tsv fixtures
var files embed.FS

const token = "SUREPASS_TOKEN" // the variable of an account

// Provider is the description.
var Provider = provider.Provider{
	Name: "surepass", Title: "Surepass", Document: surepassapi.OpenAPI, Files: files, Simulator: &behaviour,
	Hidden: map[string][]string{
		"":        {"client_id"}, // of a journey, and nobody's credential
		"aadhaar": {"masked_aadhaar"},
	},
	Client: &provider.Client{
		New: func(base string, hc *http.Client) (any, error) {
			return surepassapi.NewClientWithResponses(base, surepassapi.WithHTTPClient(hc))
		},
		Webhooks: map[string]func() any{
			"initialize": func() any { return new(surepassapi.WebhookJSONRequestBody) },
		},
	},
	Answers: provider.Answers{
		Fresh: map[string]provider.Class{
			"/data/client_id": provider.ID, "/data/token": provider.ID, "/data/url": provider.Link,
			"/data/documents/*/file_id": provider.ID, "/data/xml_url": provider.Link,
			"/data/download_url": provider.Link, "/client_id": provider.ID,
		},
		Codes: []string{
			"/status_code", "/success", "/message_code", "/data/status", "/data/completed", "/data/failed", "/status",
		},
		Messages: []string{"/message"},
		Free: []string{
			"/data/error_description", "/data/documents/*/name", "/data/documents/*/issuer",
			"/data/documents/*/description", "/data/digilocker_metadata/name",
			"/data/aadhaar_xml_data/full_name", "/data/aadhaar_xml_data/care_of",
			"/data/aadhaar_xml_data/father_name", "/data/aadhaar_xml_data/full_address",
			"/data/aadhaar_xml_data/address/country", "/data/aadhaar_xml_data/address/dist",
			"/data/aadhaar_xml_data/address/state", "/data/aadhaar_xml_data/address/po",
			"/data/aadhaar_xml_data/address/house", "/data/aadhaar_xml_data/address/loc",
			"/data/aadhaar_xml_data/address/vtc", "/data/aadhaar_xml_data/address/subdist",
			"/data/aadhaar_xml_data/address/street", "/data/aadhaar_xml_data/address/landmark",
		},
		Past:  []string{"/data/digilocker_metadata/dob", "/data/aadhaar_xml_data/dob", "/data/aadhaar_xml_data/yob"},
		Spelt: []string{"/data/digilocker_metadata/gender", "/data/aadhaar_xml_data/gender"},
		Keys:  map[string][]string{"/data/documents": {"file_id"}},
	},
	Journey: &provider.Journey{
		Started: "surepass/initialize/200/sdk-flow", Link: "/data/url",
		Body: map[string]any{"data": map[string]any{"redirect_url": "https://shop.example/back"}},
		IDs:  map[string]string{"client_id": "/data/client_id"}, Ref: "client_id",
	},
	Account: &provider.Account{
		Sandbox:   surepassapi.Sandbox,
		Variables: []provider.Variable{{Name: token, Secret: true, Simulated: SimulatorToken}},
		Authorize: func(header http.Header, account provider.Values, _ time.Time) error {
			header.Set("Authorization", "Bearer "+account[token])
			return nil
		},
	},
	Adapter: &provider.Adapter{
		New: func(base string, account provider.Values, hc *http.Client) (kyc.Provider, error) {
			return surepass.New(base, surepass.Credentials{Token: kyc.Hide(account[token])},
				surepass.Options{HTTPClient: hc, Flow: kyc.SignIn})
		},
		Can: []kyc.Capability{kyc.CanListDocuments, kyc.CanFetchFile},
		Calls: map[string]kyc.Method{
			"initialize": kyc.MethodStart, "getStatus": kyc.MethodStatus, "downloadAadhaar": kyc.MethodFetch,
			"listDocuments": kyc.MethodListDocuments, "downloadDocument": kyc.MethodFetchFile,
		},
		First:  map[string]string{"downloadDocument": "listDocuments"},
		Status: "surepass/getStatus/200/completed", Fetched: "surepass/downloadAadhaar/200/aadhaar",
		Essential: []string{"/data/url", "/data/aadhaar_xml_data/full_name"},
		Decides:   map[string][]string{"": {"message_code", "success", "completed", "failed"}},
		Protocol:  []string{"status", "doc_type", "client_id"},
		Documents: []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence},
		Files: []kyc.FileRequest{
			{Type: "DRVLC", Format: "xml"},
		},
		Outcomes: map[provider.Way]provider.Outcome{
			provider.Denied:   {State: kyc.Pending, Kind: kyc.ErrPending}, // Surepass has no word for it
			provider.Expired:  {State: kyc.Expired, Kind: kyc.ErrExpired},
			provider.Lapsed:   {Kind: kyc.ErrNotFound},
			provider.Early:    {State: kyc.Pending, Kind: kyc.ErrPending},
			provider.Without:  {State: kyc.Granted, Kind: kyc.ErrNoDocument},
			provider.Withheld: {State: kyc.Granted, Kind: kyc.ErrDenied},
		},
	},
}
