package cashfree_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

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

// What cannot work is refused at once, with the field that is at fault.
func ExampleNew() {
	_, err := cashfree.New(cashfree.Sandbox, cashfree.Credentials{ClientID: "from the dashboard"}, cashfree.Options{})
	var refused *kyc.Error
	if errors.As(err, &refused) {
		fmt.Printf("%s: %s: want %s", refused.Kind, refused.Member, refused.Want)
	}
	// Output: invalid request: ClientID: want a value that a header can have, without blanks and line breaks
}

// A journey for three documents. Status tells what became of it, a refusal too; which of the documents the user shares
// stands in Granted.
func Example() {
	ctx := context.Background()
	creds := cashfree.Credentials{ClientID: "CFTEST", ClientSecret: kyc.Hide("test_client_secret_do_not_use")}
	client := &http.Client{Transport: pretend{}} // in an application, cashfree.Options{} is enough
	provider, err := cashfree.New(cashfree.Sandbox, creds, cashfree.Options{HTTPClient: client})
	if err != nil {
		panic(err)
	}
	consent, err := provider.Start(ctx, kyc.StartRequest{
		ID: "order-42", ReturnTo: "https://shop.example/back",
		Documents: []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("keep", consent.Ref, "and send the user to", consent.URL)

	consent, err = provider.Status(ctx, consent.Ref)
	if err != nil {
		panic(err)
	}
	fmt.Println(consent.State, consent.Granted)
	// Output:
	// keep order-42 and send the user to [hidden]
	// granted [aadhaar pan]
}

// pretend is Cashfree, whose user shares two documents.
type pretend struct{}

func (pretend) RoundTrip(r *http.Request) (*http.Response, error) {
	body := `{"verification_id":"order-42","reference_id":12345,"status":"PENDING",` +
		`"url":"https://digilocker.example/dgl/invented","document_requested":["AADHAAR","PAN","DRIVING_LICENSE"]}`
	if r.Method == http.MethodGet {
		body = `{"verification_id":"order-42","reference_id":12345,"status":"AUTHENTICATED",` +
			`"document_requested":["AADHAAR","PAN","DRIVING_LICENSE"],"document_consent":["AADHAAR","PAN"]}`
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}
