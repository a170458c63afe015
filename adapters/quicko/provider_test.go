package quicko_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/adapters/quicko"
)

// What every provider does is tested in kyctest; the specs here are of Quicko alone.
func TestProvider(t *testing.T) {
	held, err := quicko.NewTokens(quicko.Sandbox, credentials(), quicko.TokenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	creds, opts := credentials(), quicko.Options{HTTPClient: http.DefaultClient, Tokens: held}
	token := quicko.Token{Value: kyc.Hide(access)}
	with := func(creds quicko.Credentials, source quicko.Tokens) func(string, *http.Client) (kyc.Provider, error) {
		return func(base string, client *http.Client) (kyc.Provider, error) {
			return quicko.New(base, creds, quicko.Options{HTTPClient: client, Tokens: source})
		}
	}
	of := func(id, body string) kyctest.Operation {
		return kyctest.Operation{
			ID: id, Success: kyctest.Reply{Status: 200, Body: []byte(body)},
			Refusal: kyctest.Reply{Status: 521, Body: []byte(refusal(521, "Data not found for: "+seed))},
			Kind:    kyc.ErrNotFound,
		}
	}
	kyctest.Test(t, kyctest.Subject{
		Name: "quicko", New: with(creds, &ledger{token: token}),
		Bare: func(base string) (kyc.Provider, error) {
			return with(quicko.Credentials{}, &ledger{token: token})(base, nil)
		},
		Can:     []kyc.Capability{kyc.CanCheckAccount, kyc.CanParseReturn},
		Secrets: []string{apiKey, apiSecret, access}, Printed: []any{creds, &creds, opts, &opts, token, &token, held},
		Ref:     ref,
		Refused: []kyc.Ref{"..", "{" + ref + "}", kyc.Ref(strings.Repeat("a", 65)), "7483920.vrf_digilocker_abc123"},
		Operations: map[kyc.Method]kyctest.Operation{
			kyc.MethodStart: of("initiateSession", created), kyc.MethodStatus: of("getSessionStatus", succeeded),
			kyc.MethodFetch: of("getDocument", document), kyc.MethodCheckAccount: of("verifyUserAccount", exists),
		},
		// a trace, and words of which kyc.Consent tells
		Protocol: []string{"status", "transaction_id", "documents_consented"},
		Odd:      kyctest.Reply{Status: 200, Body: []byte(inState("half done"))}, OddState: "half done",
		Returns: &kyctest.Returns{Answers: []string{"error", "error_description"}},
	})
}

// inState is a status with that word.
func inState(word string) string {
	return strings.Replace(succeeded, `"status":"succeeded"`, `"status":"`+word+`"`, 1)
}
