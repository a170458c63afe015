// Package cashfree describes Cashfree (Secure ID, VRS v2) to the contract suite and to the
// simulator.
package cashfree

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/gen/cashfreeapi"
)

//go:embed cases.yaml ways.yaml differences.yaml examples.sum equivalent.yaml survivors.tsv score.tsv foreign.tsv
//go:embed moving.yaml fixtures
var files embed.FS

// The variables of an account.
const (
	clientID     = "CASHFREE_CLIENT_ID"
	clientSecret = "CASHFREE_CLIENT_SECRET"
	publicKey    = "CASHFREE_PUBLIC_KEY_FILE" // of the second factor, where the account has one
)

// Provider is the description.
var Provider = provider.Provider{
	Name: "cashfree", Title: "Cashfree", Document: cashfreeapi.OpenAPI, Files: files, Simulator: &behaviour,
	Hidden: map[string][]string{
		"name":      {"name_pan_card"},
		"signature": {"x-cf-signature"},
		"":          {"X-RateLimit-Retry"},
	},
	Client: &provider.Client{
		New: func(base string, hc *http.Client) (any, error) {
			return cashfreeapi.NewClientWithResponses(base, cashfreeapi.WithHTTPClient(hc))
		},
		Webhooks: map[string]func() any{
			"createURL": func() any { return new(cashfreeapi.JourneyEventJSONRequestBody) },
		},
	},
	Answers: provider.Answers{
		Fresh: map[string]provider.Class{
			"/reference_id": provider.ID, "/url": provider.Link, "/xml_file": provider.Link,
			"/event_time": provider.Time, "/data/reference_id": provider.ID, "/data/document_consent_validity": provider.Time,
		},
		Codes: []string{"/status"}, Refusals: []string{"/code", "/type"}, Messages: []string{"/message"},
		Free: []string{
			"/name", "/name_pan_card", "/care_of", "/permanent_address", "/present_address", "/dl_number", "/issued_at", "/user_details/name",
			"/categories/*/class_of_vehicle", "/categories/*/description",
			"/split_address/country", "/split_address/dist", "/split_address/house", "/split_address/landmark", "/split_address/po",
			"/split_address/state", "/split_address/street", "/split_address/subdist", "/split_address/vtc",
		},
		Past:    []string{"/dob", "/user_details/dob", "/issue_date", "/categories/*/issue_date"},
		Spelt:   []string{"/gender", "/user_details/gender"},
		Keys:    map[string][]string{"/categories": {"class_of_vehicle"}},
		Repeats: []string{"/verification_id", "/redirect_url", "/user_flow", "/document_requested"},
	},
	Journey: &provider.Journey{
		Started: "cashfree/createURL/200/success",
		IDs:     map[string]string{"verification_id": "/verification_id", "reference_id": "/reference_id"},
		Ref:     "verification_id",
		// A request shares no other id with the answer that is expected (CF-D3).
		CallerID: "verification_id",
		ReturnTo: "redirect_url",
	},
	Account: &provider.Account{
		Sandbox: cashfreeapi.Sandbox,
		Variables: []provider.Variable{
			{Name: clientID, Simulated: SimulatorClientID},
			{Name: clientSecret, Secret: true, Simulated: SimulatorClientSecret},
			{Name: publicKey, Optional: true, Public: true},
		},
		Authorize: authorize,
		SignWebhook: func(header http.Header, account provider.Values, body []byte) {
			const timestamp = "1746427759733"
			mac := hmac.New(sha256.New, []byte(account[clientSecret]))
			mac.Write([]byte(timestamp))
			mac.Write(body)
			header.Set("x-webhook-timestamp", timestamp)
			header.Set("x-webhook-signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		},
	},
	Adapter: &provider.Adapter{
		New: func(base string, account provider.Values, hc *http.Client) (kyc.Provider, error) {
			return cashfree.New(base, cashfree.Credentials{
				ClientID: account[clientID], ClientSecret: kyc.Hide(account[clientSecret]),
			}, cashfree.Options{HTTPClient: hc})
		},
		Can: []kyc.Capability{kyc.CanCheckAccount, kyc.CanParseReturn, kyc.CanParseWebhook},
		Calls: map[string]kyc.Method{
			"createURL": kyc.MethodStart, "getStatus": kyc.MethodStatus, "getDocument": kyc.MethodFetch,
			"verifyAccount": kyc.MethodCheckAccount,
		},
		Status: "cashfree/getStatus/200/authenticated", Fetched: "cashfree/getDocument/200/aadhaar",
		Odd: `{"status":"HALF_DONE"}`, OddState: "HALF_DONE",
		Essential: []string{"/url", "/uid", "/pan", "/dl_number"},
		Decides:   map[string][]string{"": {"code", "status", "event_type"}},
		Protocol:  []string{"status", "document_requested", "document_consent"},
		Documents: []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence},
		Foreign: []string{
			// The dashboard's test, and an event of another product.
			`{"type":"WEBHOOK","data":{"test_object":{"test_key":"v"}},"event_time":"2026-01-03T16:12:03Z"}`,
			`{"event_type":"E_SIGN_VERIFICATION_EXPIRED","event_time":"2026-01-03T16:12:03Z",` +
				`"data":{"verification_id":"order-42","status":"EXPIRED"}}`,
		},
		Outcomes: map[provider.Way]provider.Outcome{
			// Fetch tells no refusal: Cashfree says the same before the user has decided, and of
			// what they do not share (see adapters/cashfree).
			provider.Denied:   {State: kyc.Denied, Kind: kyc.ErrPending},
			provider.Expired:  {State: kyc.Expired, Kind: kyc.ErrExpired},
			provider.Lapsed:   {State: kyc.Expired, Kind: kyc.ErrExpired},
			provider.Early:    {State: kyc.Pending, Kind: kyc.ErrPending},
			provider.Without:  {State: kyc.Granted, Kind: kyc.ErrNoDocument},
			provider.Withheld: {State: kyc.Granted, Kind: kyc.ErrPending},
		},
	},
}

// authorize adds the credentials and, where the account has a second factor, its
// signature.
func authorize(header http.Header, account provider.Values, now time.Time) error {
	header.Set("x-client-id", account[clientID])
	header.Set("x-client-secret", account[clientSecret])
	file := account[publicKey]
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("%s: %w", publicKey, err)
	}
	key, err := cashfree.ParsePublicKey(text)
	if err != nil {
		return fmt.Errorf("%s: %w", publicKey, err)
	}
	plain := account[clientID] + "." + strconv.FormatInt(now.Unix(), 10)
	sealed, err := rsa.EncryptOAEP(sha1.New(), rand.Reader, key, []byte(plain), nil)
	if err != nil {
		return fmt.Errorf("%s: %w", publicKey, err)
	}
	header.Set("x-cf-signature", base64.StdEncoding.EncodeToString(sealed))
	return nil
}
