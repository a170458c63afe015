package cashfree_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/kyc"
)

// A delivery is believed once its signature is verified, and done once by its key.
func ExampleAdapter_ParseWebhook() {
	secret := kyc.Hide("test_client_secret_do_not_use")
	creds := cashfree.Credentials{ClientID: "CFTEST", ClientSecret: secret}
	provider, err := cashfree.New(cashfree.Sandbox, creds, cashfree.Options{})
	if err != nil {
		panic(err)
	}
	const at = "1746427759733"
	body := []byte(`{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","event_time":"2006-01-02T15:04:05Z",` +
		`"version":"v1","data":{"status":"AUTHENTICATED","verification_id":"order-42"}}`)
	mac := hmac.New(sha256.New, []byte(secret.Reveal())) // as Cashfree signs what it sends
	mac.Write(append([]byte(at), body...))
	header := http.Header{
		"X-Webhook-Timestamp": {at}, "X-Webhook-Signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
	}

	event, err := provider.ParseWebhook(header, body)
	if err != nil {
		panic(err)
	}
	fmt.Println(event.Consent.Ref, event.Consent.State, "has a key:", event.Key != "")

	_, err = provider.ParseWebhook(header, []byte(`{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS"}`))
	fmt.Println("somebody else's is refused:", errors.Is(err, kyc.ErrInvalid))
	// Output:
	// order-42 granted has a key: true
	// somebody else's is refused: true
}
