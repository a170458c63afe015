package authpartner_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
)

// What every provider does is tested in kyctest; the specs here are of DigiLocker alone.
func TestProvider(t *testing.T) {
	creds := credentials()
	opts := authpartner.Options{HTTPClient: http.DefaultClient, Keys: []authpartner.Key{key(1)}}
	with := func(creds authpartner.Credentials) func(string, *http.Client) (kyc.Provider, error) {
		return func(base string, client *http.Client) (kyc.Provider, error) {
			return authpartner.New(base, creds, authpartner.Options{
				HTTPClient: client, Keys: opts.Keys, Now: func() time.Time { return noon },
				BoundTo: "digilocker", // whichever server of the checks it is
			})
		}
	}
	of := func(id, body, mediaType string) kyctest.Operation {
		return kyctest.Operation{
			ID: id, Success: kyctest.Reply{Status: 200, Type: mediaType, Body: []byte(body)},
			Refusal: kyctest.Reply{Status: 418, Body: []byte(refusal("unauthorized_client"))}, Kind: kyc.ErrNotAllowed,
		}
	}
	kyctest.Test(t, kyctest.Subject{
		Name: "authpartner", New: with(creds),
		Bare: func(base string) (kyc.Provider, error) { return with(authpartner.Credentials{})(base, nil) },
		Can: []kyc.Capability{
			kyc.CanExchange, kyc.CanRefresh, kyc.CanRevoke, kyc.CanReadUser, kyc.CanListDocuments, kyc.CanFetchFile,
			kyc.CanParseReturn,
		},
		Secrets: []string{secret, clientID, string(key(1).Bytes())}, Printed: []any{creds, &creds, opts, &opts},
		Uncalled: []kyc.Method{kyc.MethodStart, kyc.MethodStatus},
		Back: func(c *kyc.Consent) *url.URL {
			u, err := url.Parse(c.URL.Reveal())
			if err != nil {
				panic(err)
			}
			back, err := url.Parse(u.Query().Get("redirect_uri"))
			if err != nil {
				panic(err)
			}
			back.RawQuery = url.Values{"code": {code}, "state": {u.Query().Get("state")}}.Encode()
			return back
		},
		Named: []string{access, refresh}, File: kyc.FileRequest{Type: "ADHAR"},
		Operations: map[kyc.Method]kyctest.Operation{
			kyc.MethodExchange: of("getToken", token, ""), kyc.MethodRefresh: of("getToken", token, ""),
			kyc.MethodFetch: of("getEAadhaar", file, "application/xml"), kyc.MethodReadUser: of("getUser", user, ""),
			kyc.MethodListDocuments: of("listIssued", issued, ""),
			kyc.MethodFetchFile:     of("getEAadhaar", file, "application/xml"),
			kyc.MethodRevoke:        of("revokeToken", "", "text/plain"),
		},
		Protocol: []string{
			"access_token", "refresh_token", "token_type", "scope", "eaadhaar", "reference_key", "uri", "doctype",
			"mime",
		},
		Returns: &kyctest.Returns{Answers: []string{"error", "error_description"}, IDs: []string{"state"}},
	})
}
