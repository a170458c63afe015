// Package eko describes Eko (Eko Platform Services, v3) to the contract suite and to the
// simulator.
package eko

import (
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/gen/ekoapi"
)

//go:embed cases.yaml ways.yaml differences.yaml examples.sum equivalent.yaml survivors.tsv score.tsv foreign.tsv
//go:embed moving.yaml fixtures
var files embed.FS

// The variables of an account.
const (
	developerKey = "EKO_DEVELOPER_KEY"
	accessKey    = "EKO_ACCESS_KEY"
	initiatorID  = "EKO_INITIATOR_ID"
	userCode     = "EKO_USER_CODE"
)

// Provider is the description. No answer has the verification_id (EK-D2), which the user's return
// tells. Before it the reference_id stands for it, as the older samples show one number for both.
var Provider = provider.Provider{
	Name: "eko", Title: "Eko", Document: ekoapi.OpenAPI, Files: files, Simulator: &behaviour,
	Hidden: map[string][]string{
		"address":    {"village_or_city"},
		"credential": {"developer_key", "secret-key-timestamp", "user_code"},
		"mobile":     {"initiator_id", "customer_id"},
		"signature":  {"request_hash"},
	},
	Client: &provider.Client{
		New: func(base string, hc *http.Client) (any, error) {
			return ekoapi.NewClientWithResponses(base, ekoapi.WithHTTPClient(hc))
		},
	},
	Answers: provider.Answers{
		Fresh:    map[string]provider.Class{"/data/reference_id": provider.ID, "/data/url": provider.Link, "/data/redirect_url": provider.Return},
		Codes:    []string{"/status", "/response_status_id", "/response_type_id", "/data/status", "/data/verification_status"},
		Messages: []string{"/message"},
		Free: []string{
			"/data/name", "/data/care_of", "/data/user_details/name", "/data/documents/*/name",
			"/data/split_address/country", "/data/split_address/dist", "/data/split_address/house", "/data/split_address/landmark",
			"/data/split_address/po", "/data/split_address/state", "/data/split_address/street", "/data/split_address/subdist",
			"/data/split_address/vtc",
			"/data/documents/*/address/district", "/data/documents/*/address/house", "/data/documents/*/address/state",
			"/data/documents/*/address/street", "/data/documents/*/address/village_or_city",
		},
		Past: []string{"/data/dob", "/data/user_details/dob", "/data/documents/*/dob", "/data/documents/*/issue_date"},
		Spelt: []string{
			"/data/gender", "/data/user_details/gender", "/data/user_details/eaadhaar", "/data/documents/*/gender",
		},
		Keys: map[string][]string{"/data/documents": {"document_type"}, "/data/document_consent": {"document_type"}},
	},
	Journey: &provider.Journey{
		Started:  "eko/createURL/200/success",
		IDs:      map[string]string{"reference_id": "/data/reference_id", "verification_id": "/data/reference_id"},
		Ref:      "reference_id",
		Returned: []string{"verification_id"},
		ReturnTo: "redirect_url",
	},
	Account: &provider.Account{
		Sandbox: ekoapi.Sandbox,
		Variables: []provider.Variable{
			{Name: developerKey, Secret: true, Simulated: SimulatorDeveloperKey},
			{Name: accessKey, Secret: true, Simulated: SimulatorAccessKey},
			{Name: initiatorID, Secret: true, Member: "initiator_id", Simulated: SimulatorInitiatorID},
			{Name: userCode, Optional: true, Public: true, Member: "user_code"},
		},
		Authorize: func(header http.Header, account provider.Values, now time.Time) error {
			timestamp := strconv.FormatInt(now.UnixMilli(), 10)
			mac := hmac.New(sha256.New, []byte(base64.StdEncoding.EncodeToString([]byte(account[accessKey]))))
			mac.Write([]byte(timestamp))
			header.Set("developer_key", account[developerKey])
			header.Set("secret-key-timestamp", timestamp)
			header.Set("secret-key", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
			return nil
		},
	},
	Adapter: &provider.Adapter{
		New: func(base string, account provider.Values, hc *http.Client) (kyc.Provider, error) {
			return eko.New(base, eko.Credentials{
				DeveloperKey: kyc.Hide(account[developerKey]), AccessKey: kyc.Hide(account[accessKey]), InitiatorID: kyc.Hide(account[initiatorID]),
			}, eko.Options{HTTPClient: hc})
		},
		Can: []kyc.Capability{kyc.CanParseReturn},
		Calls: map[string]kyc.Method{
			"createURL": kyc.MethodStart, "getStatus": kyc.MethodStatus, "getDocument": kyc.MethodFetch,
			"getDocumentLegacy": kyc.MethodFetch,
		},
		Unused: []string{"getDocumentLegacy"},
		Status: "eko/getStatus/200/success", Fetched: "eko/getDocument/200/success",
		Essential: []string{
			"/data", "/data/reference_id", "/data/url", "/data/name", "/data/user_details",
			"/data/documents", "/data/documents/0/name", "/data/documents/0/document_type",
		},
		Consenting: "/data/user_details",
		Decides: map[string][]string{
			"":          {"status", "response_status_id", "verification_status"},
			"getStatus": {"message"}, // both of its refusals have one code (EK-D17)
		},
		Protocol:  []string{"status", "document_requested", "document_consent", "document_type", "consent", "verification_status"},
		Documents: []kyc.Document{kyc.Aadhaar},
		NoContent: kyc.ErrNotAllowed, // a product that is not enabled (EK-D44)
		Outcomes: map[provider.Way]provider.Outcome{
			provider.Denied:   {State: kyc.Pending, Kind: kyc.ErrPending}, // Eko has no word for it
			provider.Expired:  {Kind: kyc.ErrNotFound},
			provider.Lapsed:   {Kind: kyc.ErrNotFound},
			provider.Early:    {State: kyc.Pending, Kind: kyc.ErrPending},
			provider.Without:  {State: kyc.Granted, Kind: kyc.ErrPending}, // nor for this
			provider.Withheld: {State: kyc.Granted, Kind: kyc.ErrPending}, // nor for this
		},
	},
}
