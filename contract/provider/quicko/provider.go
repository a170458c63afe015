// Package quicko describes Quicko, whose product is called Sandbox, to the contract suite and to the
// simulator.
package quicko

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/quicko"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/gen/quickoapi"
)

//go:embed cases.yaml ways.yaml differences.yaml examples.sum equivalent.yaml survivors.tsv score.tsv foreign.tsv
//go:embed moving.yaml fixtures
var files embed.FS

// The variables of an account.
const (
	apiKey      = "QUICKO_API_KEY"
	apiSecret   = "QUICKO_API_SECRET"
	accessToken = "QUICKO_ACCESS_TOKEN"
)

// version is that of the API, as the newest document has it (SB-D26).
const version = "1.0.0"

// Provider is the description.
var Provider = provider.Provider{
	Name: "quicko", Title: "Quicko", Document: quickoapi.OpenAPI, Files: files, Simulator: &behaviour,
	Hidden: map[string][]string{
		"":           {"session_id"}, // which names a journey, and opens nothing
		"credential": {"x-api-secret", "code_verifier"},
		"mobile":     {"verified_mobile"},
	},
	Client: &provider.Client{
		New: func(base string, hc *http.Client) (any, error) {
			return quickoapi.NewClientWithResponses(base, quickoapi.WithHTTPClient(hc))
		},
	},
	Answers: provider.Answers{
		Fresh: map[string]provider.Class{
			"/timestamp":              provider.Time,
			"/transaction_id":         provider.ID,
			"/data/access_token":      provider.ID,
			"/data/session_id":        provider.ID,
			"/data/authorization_url": provider.Link,
			"/data/id":                provider.ID,
			"/data/created_at":        provider.Happened,
			"/data/updated_at":        provider.Happened,
			"/data/files/*/url":       provider.Link,
		},
		Codes: []string{
			"/code", "/data/status", "/data/user_exists", "/data/@entity", "/data/files/*/metadata/ContentType",
			"/data/files/*/metadata/issuer_id",
		},
		Messages: []string{"/message"},
		Free: []string{
			"/data/name", "/data/files/*/metadata/issuer", "/data/files/*/metadata/description",
		},
		Past:  []string{"/data/date_of_birth", "/data/files/*/metadata/LastModified"},
		Spelt: []string{"/data/gender"},
	},
	Journey: &provider.Journey{
		Started:  "quicko/initiateSession/200/200-ok",
		Like:     "saved-request", // which asks for all documents
		IDs:      map[string]string{"session_id": "/data/session_id"},
		Ref:      "session_id",
		ReturnTo: "redirect_url",
		Answers:  []string{"error", "error_description"}, // OAuth's: DigiLocker itself sends the user back (SB-D22)
	},
	Account: &provider.Account{
		Sandbox: quickoapi.Sandbox,
		Spacing: 2500 * time.Millisecond, // 25 calls a minute, as its guides say
		Variables: []provider.Variable{
			{Name: apiKey, Simulated: SimulatorAPIKey},
			{Name: apiSecret, Secret: true, Simulated: SimulatorAPISecret},
			{Name: accessToken, Secret: true, Obtained: true, Simulated: SimulatorAccessToken},
		},
		Authorize: func(header http.Header, account provider.Values, _ time.Time) error {
			header.Set("x-api-key", account[apiKey])
			header.Set("x-api-version", version)
			if header.Get("x-api-secret") != "" { // authenticate, which alone has it
				header.Set("x-api-secret", account[apiSecret])
				return nil
			}
			header.Set("Authorization", account[accessToken]) // without Bearer (SB-D31)
			return nil
		},
		Obtain: obtain,
	},
	Adapter: &provider.Adapter{
		New: func(base string, account provider.Values, hc *http.Client) (kyc.Provider, error) {
			return quicko.New(base, quicko.Credentials{APIKey: kyc.Hide(account[apiKey])},
				quicko.Options{HTTPClient: hc, Tokens: knows(account[accessToken])})
		},
		Can: []kyc.Capability{kyc.CanCheckAccount, kyc.CanParseReturn},
		Calls: map[string]kyc.Method{
			"initiateSession": kyc.MethodStart, "getSessionStatus": kyc.MethodStatus, "getDocument": kyc.MethodFetch,
			"verifyUserAccount": kyc.MethodCheckAccount, "getSDKSessionStatus": kyc.MethodStatus,
			"getSDKDocument": kyc.MethodFetch,
		},
		Unused: []string{"getSDKSessionStatus", "getSDKDocument"},
		Status: "quicko/getSessionStatus/200/succeeded", Fetched: "quicko/getDocument/200/200-ok",
		Odd: `{"code":200,"timestamp":1752580258171,"data":{"id":"839fd8a0-d645-42e1-a904-bb43353b0139",` +
			`"created_at":1752579445983,"@entity":"in.co.sandbox.kyc.digilocker.session","status":"half done"},` +
			`"transaction_id":"800ff751-2191-4b7d-b20a-8301790a3e19"}`,
		OddState:  "half done",
		Decides:   map[string][]string{"": {"code", "status", "message", "user_exists"}},
		Protocol:  []string{"status", "documents_consented", "transaction_id", "@entity", "ContentType", "issuer_id"},
		Documents: []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence},
		Outcomes: map[provider.Way]provider.Outcome{
			provider.Denied:   {State: kyc.Denied, Kind: kyc.ErrDenied},
			provider.Expired:  {State: kyc.Expired, Kind: kyc.ErrExpired},
			provider.Lapsed:   {State: kyc.Expired, Kind: kyc.ErrExpired},
			provider.Early:    {State: kyc.Pending, Kind: kyc.ErrPending},
			provider.Without:  {State: kyc.Granted, Kind: kyc.ErrDenied}, // Quicko has no word for it
			provider.Withheld: {State: kyc.Granted, Kind: kyc.ErrDenied},
		},
	},
}

// known is a source of one token that was got before. It is a function, into which no printer looks.
type known func() quicko.Token

// knows is the source of that token.
func knows(token string) known {
	return func() quicko.Token { return quicko.Token{Value: kyc.Hide(token)} }
}

// Token implements quicko.Tokens.
func (k known) Token(context.Context) (quicko.Token, error) { return k(), nil }

// Forget implements quicko.Tokens. There is no other token.
func (known) Forget(quicko.Token) {}

// obtain gets an access token.
func obtain(ctx context.Context, base string, account provider.Values, hc *http.Client) (provider.Values, error) {
	client, err := quickoapi.NewClientWithResponses(base, quickoapi.WithHTTPClient(hc))
	if err != nil {
		return nil, err
	}
	answer, err := client.AuthenticateWithResponse(ctx, &quickoapi.AuthenticateParams{
		APIKey: account[apiKey], APISecret: account[apiSecret],
	})
	switch {
	case err != nil:
		return nil, err
	case answer.JSON200 == nil || answer.JSON200.Data == nil || answer.JSON200.Data.AccessToken == nil:
		return nil, errors.New("authenticate gave no access token")
	}
	return provider.Values{accessToken: *answer.JSON200.Data.AccessToken}, nil
}
