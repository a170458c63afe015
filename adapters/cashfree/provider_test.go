package cashfree_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
)

// What every provider does is tested in kyctest; the specs here are of Cashfree alone.
func TestProvider(t *testing.T) {
	key, err := cashfree.ParsePublicKey([]byte(publicPEM))
	if err != nil {
		t.Fatal(err)
	}
	creds := cashfree.Credentials{
		ClientID: clientID, ClientSecret: kyc.Hide(secret), PublicKey: key, WebhookSecrets: []kyc.Private{kyc.Hide("older_test_secret")},
	}
	opts := cashfree.Options{HTTPClient: &http.Client{}}
	with := func(creds cashfree.Credentials) func(string, *http.Client) (kyc.Provider, error) {
		return func(base string, client *http.Client) (kyc.Provider, error) {
			return cashfree.New(base, creds, cashfree.Options{HTTPClient: client})
		}
	}
	of := func(id, body string) kyctest.Operation {
		return kyctest.Operation{
			ID: id, Success: kyctest.Reply{Status: 200, Body: []byte(body)},
			Refusal: kyctest.Reply{Status: 422, Body: []byte(`{"type":"validation_error","code":"insufficient_balance","message":"Zzyzx"}`)}, Kind: kyc.ErrBalance,
		}
	}
	kyctest.Test(t, kyctest.Subject{
		Name: "cashfree", New: with(creds),
		Bare:    func(base string) (kyc.Provider, error) { return with(cashfree.Credentials{})(base, nil) },
		Can:     []kyc.Capability{kyc.CanCheckAccount, kyc.CanParseReturn, kyc.CanParseWebhook},
		Secrets: []string{secret, "older_test_secret"}, Printed: []any{creds, &creds, opts, &opts},
		Refused: []kyc.Ref{"ऑर्डर", kyc.Ref(strings.Repeat("a", 51))},
		Operations: map[kyc.Method]kyctest.Operation{
			kyc.MethodStart: of("createURL", created), kyc.MethodFetch: of("getDocument", aadhaar),
			kyc.MethodStatus: of("getStatus",
				`{"status":"AUTHENTICATED","user_details":{"name":"John Doe","dob":"15-08-1990","gender":"M"}}`),
			kyc.MethodCheckAccount: of("verifyAccount",
				`{"status":"ACCOUNT_EXISTS","digilocker_id":"8aa626bf-34aa-5ffc-a123-f69207e129a7"}`),
		},
		Protocol: []string{"status"},
		Odd:      kyctest.Reply{Status: 200, Body: []byte(`{"status":"HALF_DONE"}`)}, OddState: "HALF_DONE",
		Webhooks: []kyctest.Webhook{
			{Header: headers(timestamp, mac("older_test_secret", timestamp+published)), Body: []byte(published)},
			{Header: headers(timestamp, mac("older_test_secret", timestamp+testDelivery)), Body: []byte(testDelivery), Foreign: true},
			{Header: headers(timestamp, mac("older_test_secret", timestamp+eSign)), Body: []byte(eSign), Foreign: true},
		},
		Returns: &kyctest.Returns{IDs: []string{"verification_id", "verificationId"}, Other: "verification_id=somebody-elses"},
	})
}
