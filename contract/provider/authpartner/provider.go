// Package authpartner describes DigiLocker itself, as its authorised partners call it, to the contract suite and to the
// simulator.
package authpartner

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/gen/authpartnerapi"
)

//go:embed cases.yaml differences.yaml examples.sum ways.yaml moving.yaml equivalent.yaml
//go:embed survivors.tsv score.tsv foreign.tsv fixtures
var embedded embed.FS

// The variables of an account. The key seals the Refs, and is sent to nobody.
const (
	clientID     = "AUTHPARTNER_CLIENT_ID"
	clientSecret = "AUTHPARTNER_CLIENT_SECRET"
	refKey       = "AUTHPARTNER_REF_KEY"
)

// Keys for journeys at the simulator, which everybody knows: the account's, and one for a rotation.
const (
	simulatorRefKey = "c2ltdWxhdG9yIGtleSBzZWFscyBub3RoaW5nIHJlYWw="
	laterRefKey     = "YSBsYXRlciBrZXkgc2VhbHMgbm90aGluZyByZWFsISE="
)

// Provider is the description.
var Provider = provider.Provider{
	Name: "authpartner", Title: "DigiLocker", Document: authpartnerapi.OpenAPI, Files: embedded, Simulator: &behaviour,
	Hidden: map[string][]string{
		"credential": {"code", "code_verifier", "state", "scope"},
		"number":     {"uri"},
	},
	Requests: map[string]map[string]any{
		"getToken": {
			"grant_type": "authorization_code", "code": "", "code_verifier": "", "redirect_uri": "",
		},
		"getToken/refresh": {"grant_type": "refresh_token", "refresh_token": ""},
		"getTokenOpenID": {
			"grant_type": "authorization_code", "code": "", "code_verifier": "", "redirect_uri": "",
		},
		"revokeToken":    {"token": ""},
		"pullDocument":   {"orgid": "000018", "doctype": "HSCER", "consent": "Y"},
		"listDoctypes":   {"orgid": "000018"},
		"listParameters": {"orgid": "000018", "doctype": "HSCER"},
		"verifyAccount":  {"mobile": "9999999999"},
		"pushURI": {
			"digilockerid": "123e4567-e89b-12d3-a456-426655440000", "uri": "in.gov.cbse-HSCER-201412345678",
			"doctype": "HSCER", "description": "Class XII Marksheet", "docid": "201412345678", "issuedate": "12052015",
			"action": "A",
		},
	},
	Client: &provider.Client{
		New: func(base string, hc *http.Client) (any, error) {
			return authpartnerapi.NewClientWithResponses(base, authpartnerapi.WithHTTPClient(hc))
		},
	},
	Answers: provider.Answers{
		Fresh: map[string]provider.Class{
			"/access_token": provider.ID, "/refresh_token": provider.ID, "/id_token": provider.ID,
			"/consent_valid_till": provider.Time,
		},
		Codes:    []string{"/error", "/token_type"},
		Messages: []string{"/error_description"},
		Free: []string{
			"/name", "/items/*/name", "/items/*/description", "/items/*/issuer", "/issuers/*/description",
			"/documents/*/description", "/parameters/*/label", "/parameters/*/example",
		},
		Past:  []string{"/dob", "/items/*/date", "/count_as_on"},
		Spelt: []string{"/gender", "/eaadhaar", "/new_account"},
		Keys: map[string][]string{
			"/items": {"uri", "name"}, "/issuers": {"orgid"}, "/documents": {"doctype"}, "/parameters": {"paramname"},
			"/monthwise_registrations": {"id"}, "/yearwise_authentic_documents": {"id"},
		},
	},
	Journey: &provider.Journey{
		Started: "authpartner/getToken/200/code-exchange-mended", Begin: begin,
		Authorize: func(header http.Header, operation string, ids map[string]string) {
			switch {
			case ofUsers[operation]:
				header.Set("Authorization", "Bearer "+ids["access_token"])
			case signed[operation] != nil: // whose body says who asks
				header.Del("Authorization")
			}
		},
		IDs: map[string]string{
			"state": "", "code": "", "code_verifier": "", "redirect_uri": "",
			"access_token": "/access_token", "refresh_token": "/refresh_token", "token": "/refresh_token",
		},
		Returned: []string{"code"}, ReturnTo: "redirect_uri", Placeholders: []string{"<redirect_uri>"},
	},
	Account: &provider.Account{
		Variables: []provider.Variable{
			{Name: clientID, Simulated: SimulatorClientID},
			{Name: clientSecret, Secret: true, Simulated: SimulatorClientSecret},
			{Name: refKey, Secret: true, Simulated: simulatorRefKey},
		},
		Authorize: func(header http.Header, account provider.Values, _ time.Time) error {
			r := http.Request{Header: header}
			r.SetBasicAuth(account[clientID], account[clientSecret])
			return nil
		},
		SignBody: signBody,
	},
	Adapter: &provider.Adapter{
		New: func(base string, account provider.Values, hc *http.Client) (kyc.Provider, error) {
			return newAt(base, account, hc, nil)
		},
		NewAt: func(base string, account provider.Values, hc *http.Client, now func() time.Time) (kyc.Provider, error) {
			return newAt(base, account, hc, now)
		},
		Rotated: func(base string, account provider.Values, hc *http.Client) (kyc.Provider, error) {
			return newAt(base, account, hc, nil, laterRefKey)
		},
		Can: []kyc.Capability{
			kyc.CanExchange, kyc.CanRefresh, kyc.CanReadUser, kyc.CanListDocuments, kyc.CanFetchFile, kyc.CanRevoke,
			kyc.CanParseReturn,
		},
		Calls: map[string]kyc.Method{
			"getToken": kyc.MethodExchange, "getTokenOpenID": kyc.MethodExchange, "revokeToken": kyc.MethodRevoke,
			"getUser": kyc.MethodReadUser, "listIssued": kyc.MethodListDocuments, "getFile": kyc.MethodFetchFile,
			"getXML": kyc.MethodFetch, "getEAadhaar": kyc.MethodFetch,
		},
		Also:     map[string]kyc.Method{"getToken": kyc.MethodRefresh},
		Uncalled: []kyc.Method{kyc.MethodStart, kyc.MethodStatus},
		Unused:   []string{"getTokenOpenID"},
		First:    map[string]string{"getFile": "listIssued", "getXML": "listIssued"},
		Asks:     map[string]kyc.Document{"getXML": kyc.PAN},
		Samples: map[string]provider.Sample{
			"listIssued": {MediaType: "application/json", Body: `{"items":[` +
				`{"name":"PAN Verification Record","type":"file","size":"","date":"07-09-2024","parent":"",` +
				`"mime":["application/pdf","application/xml"],"uri":"in.gov.pan-PANCR-AAAPA0000A","doctype":"PANCR",` +
				`"description":"PAN Verification Record","issuerid":"in.gov.pan","issuer":"Income Tax Department"}]}`},
			"getEAadhaar": {MediaType: "application/xml", Body: `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
				`<Certificate type="ADHAR" status="A"></Certificate>`}, // which nobody signed
		},
		Essential: []string{"/access_token"},
		Decides:   map[string][]string{"": {"error", "token_type"}},
		Protocol:  []string{"error", "token_type", "expires_in", "eaadhaar", "new_account", "type", "doctype", "mime"},
		Documents: []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence},
		Files:     []kyc.FileRequest{{Type: "PANCR", Format: "pdf"}, {Type: "DRVLC", Format: "xml"}},
		Outcomes: map[provider.Way]provider.Outcome{
			provider.Denied:   {State: kyc.Denied, Kind: kyc.ErrDenied, Return: kyc.Denied},
			provider.Expired:  {State: kyc.Expired, Kind: kyc.ErrExpired},
			provider.Lapsed:   {State: kyc.Expired, Kind: kyc.ErrExpired},
			provider.Early:    {State: kyc.Pending, Kind: kyc.ErrPending},
			provider.Without:  {State: kyc.Granted, Kind: kyc.ErrNoDocument},
			provider.Withheld: {State: kyc.Granted, Kind: kyc.ErrDenied},
			provider.Revoked:  {State: kyc.Granted, Kind: kyc.ErrExpired}, // which no Ref knows
		},
	},
}

// ofUsers are the operations that a user's access token opens.
var ofUsers = map[string]bool{
	"getUser": true, "listFiles": true, "listRootFiles": true, "listIssued": true, "getFile": true, "getXML": true,
	"getEAadhaar": true, "uploadFile": true, "pullDocument": true, "getAPAAR": true,
}

// newAt is the adapter, with that clock; nil: the usual one. Newer are keys in front of the account's.
func newAt(
	base string, account provider.Values, hc *http.Client, now func() time.Time, newer ...string,
) (kyc.Provider, error) {
	opts := authpartner.Options{
		HTTPClient: hc, Now: now, ReturnWithin: simulator.LinkLife,
		BoundTo: authpartner.Production, // wherever it is called
	}
	for _, text := range append(newer, account[refKey]) {
		if key, err := authpartner.ParseKey(text); err == nil { // else New says that there is none
			opts.Keys = append(opts.Keys, key)
		}
	}
	return authpartner.New(base, authpartner.Credentials{
		ClientID: kyc.Hide(account[clientID]), ClientSecret: kyc.Hide(account[clientSecret]),
	}, opts)
}

// begin is the address of the authorize page.
func begin(base, back, fresh string, account provider.Values) (string, map[string]string) {
	sum := sha256.Sum256([]byte(fresh))
	state := "of" + fresh[:20]
	return base + "/public/oauth2/1/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {account[clientID]}, "redirect_uri": {back}, "state": {state},
		"code_challenge":        {base64.RawURLEncoding.EncodeToString(sum[:])},
		"code_challenge_method": {"S256"}, "purpose": {"kyc"},
	}.Encode(), map[string]string{"state": state, "code_verifier": fresh, "redirect_uri": back}
}

// signed are the members of which the digest of an operation without a user is, in their order.
var signed = map[string][]string{
	"listIssuers": {"clientid", "ts"}, "listDoctypes": {"clientid", "orgid", "ts"},
	"listParameters": {"clientid", "orgid", "doctype", "ts"}, "verifyAccount": {"clientid", "mobile", "ts"},
	"countStatistics": {"clientid", "ts"},
	"pushURI":         pushedToP12,
}

// signBody adds the client, the time and the digest: SHA-256 in lower-case hexadecimal (DL-D34).
func signBody(operation string, body map[string]any, account provider.Values, now time.Time) {
	names := signed[operation]
	if names == nil {
		return
	}
	body["clientid"], body["ts"] = account[clientID], strconv.FormatInt(now.Unix(), 10)
	text := account[clientSecret]
	for _, name := range names {
		value, _ := body[name].(string)
		text += value
	}
	sum := sha256.Sum256([]byte(text))
	body["hmac"] = hex.EncodeToString(sum[:])
}
