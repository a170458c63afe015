// Package setu describes Setu to the contract suite and to the simulator.
package setu

import (
	"embed"
	"net/http"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/gen/setuapi"
)

//go:embed cases.yaml ways.yaml differences.yaml examples.sum equivalent.yaml survivors.tsv score.tsv foreign.tsv
//go:embed moving.yaml fixtures
var files embed.FS

// The variables of an account.
const (
	clientID     = "SETU_CLIENT_ID"
	clientSecret = "SETU_CLIENT_SECRET"
	productID    = "SETU_PRODUCT_INSTANCE_ID"
)

// Provider is the description.
var Provider = provider.Provider{
	Name: "setu", Title: "Setu", Document: setuapi.OpenAPI, Files: files, Simulator: &behaviour,
	Hidden: map[string][]string{
		"aadhaar":    {"maskedNumber"},
		"credential": {"x-product-instance-id"},
	},
	Client: &provider.Client{
		New: func(base string, hc *http.Client) (any, error) {
			return setuapi.NewClientWithResponses(base, setuapi.WithHTTPClient(hc))
		},
	},
	Answers: provider.Answers{
		Fresh: map[string]provider.Class{
			"/id": provider.ID, "/url": provider.Link, "/validUpto": provider.Time, "/traceId": provider.ID, "/fileUrl": provider.Link,
			"/aadhaar/generatedAt": provider.Time, "/aadhaar/xml/fileUrl": provider.Link, "/aadhaar/xml/validUntil": provider.Time,
		},
		Codes: []string{"/error/code", "/status", "/success"}, Messages: []string{"/error/detail"},
		Free: []string{
			"/aadhaar/name", "/error/traceId", "/documents/*/description", "/documents/*/orgName", "/documents/*/parameters/*/description",
			"/aadhaar/address/careOf", "/aadhaar/address/country", "/aadhaar/address/district", "/aadhaar/address/house",
			"/aadhaar/address/landmark", "/aadhaar/address/locality", "/aadhaar/address/postOffice", "/aadhaar/address/state",
			"/aadhaar/address/street", "/aadhaar/address/subDistrict", "/aadhaar/address/vtc",
		},
		Past:  []string{"/aadhaar/dateOfBirth", "/aadhaar/generatedAt"},
		Spelt: []string{"/aadhaar/gender"},
		Keys:  map[string][]string{"/documents": {"orgId", "docType"}, "/documents/*/parameters": {"name"}},
	},
	Journey: &provider.Journey{
		Started: "setu/createRequest/201/example", Link: "/url",
		IDs:      map[string]string{"requestId": "/id"},
		Ref:      "requestId",
		ReturnTo: "redirectUrl", Placeholders: []string{"<redirectUrl>", "<redirect_url>"},
	},
	Account: &provider.Account{
		Sandbox: setuapi.Sandbox,
		Variables: []provider.Variable{
			{Name: clientID, Simulated: SimulatorClientID},
			{Name: clientSecret, Secret: true, Simulated: SimulatorClientSecret},
			{Name: productID, Simulated: SimulatorProductInstanceID},
		},
		Authorize: func(header http.Header, account provider.Values, _ time.Time) error {
			header.Set("x-client-id", account[clientID])
			header.Set("x-client-secret", account[clientSecret])
			header.Set("x-product-instance-id", account[productID])
			return nil
		},
	},
	Adapter: &provider.Adapter{
		New: func(base string, account provider.Values, hc *http.Client) (kyc.Provider, error) {
			return setu.New(base, setu.Credentials{
				ClientID: account[clientID], ClientSecret: kyc.Hide(account[clientSecret]), ProductInstanceID: account[productID],
			}, setu.Options{HTTPClient: hc})
		},
		Can: []kyc.Capability{kyc.CanListCatalogue, kyc.CanFetchFile, kyc.CanRevoke, kyc.CanParseReturn},
		Calls: map[string]kyc.Method{
			"createRequest": kyc.MethodStart, "getStatus": kyc.MethodStatus, "getAadhaar": kyc.MethodFetch,
			"listDocuments": kyc.MethodListCatalogue, "fetchDocument": kyc.MethodFetchFile, "revoke": kyc.MethodRevoke,
		},
		Status: "setu/getStatus/200/example", Fetched: "setu/getAadhaar/200/example",
		Odd: `{"id":"ea31e1e6","url":"","validUpto":"","status":"half done"}`, OddState: "half done",
		Decides:   map[string][]string{"": {"code", "status"}},
		Protocol:  []string{"traceId", "status"},
		Documents: []kyc.Document{kyc.Aadhaar},
		Files: []kyc.FileRequest{
			{Type: "PRFND", IssuerID: "002317", Format: "pdf", Parameters: map[string]kyc.Private{"AC_NO": kyc.Hide("98432234234"), "MemberName": kyc.Hide("Ramesh")}},
			{Type: "DRVLC", IssuerID: "002202", Format: "xml", Parameters: map[string]kyc.Private{"dlno": kyc.Hide("XX0019900000001")}},
			{Type: "DRVLC", IssuerID: "002202", Format: "pdf", Parameters: map[string]kyc.Private{"dlno": kyc.Hide("XX0019900000001")}},
		},
		Sizes: map[string]int{"listDocuments": 100 << 20},
		Outcomes: map[provider.Way]provider.Outcome{
			provider.Denied:   {State: kyc.Pending, Kind: kyc.ErrDenied, Return: kyc.Denied}, // Setu has no state for it
			provider.Expired:  {Kind: kyc.ErrNotFound},
			provider.Lapsed:   {State: kyc.Granted, Kind: kyc.ErrExpired},
			provider.Early:    {State: kyc.Pending, Kind: kyc.ErrPending},
			provider.Without:  {State: kyc.Granted, Kind: kyc.ErrNoDocument},
			provider.Withheld: {State: kyc.Granted, Kind: kyc.ErrDenied},
			provider.Revoked:  {State: kyc.Revoked, Kind: kyc.ErrExpired},
		},
	},
}
