package webhook_test

import (
	"fmt"
	"net/http"
	"time"

	"example.com/digilocker/adapters/cashfree/webhook"
)

// The webhook is Cashfree's published sample, signed with an invented secret.
func ExampleVerifier_Verify() {
	header := http.Header{}
	header.Set("x-webhook-timestamp", "1746427759733")
	header.Set("x-webhook-signature", "ko537zv0DdSOiJYexe7PS+n0bW148h1eQTZD4Sh+Q30=")
	body := []byte(`{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","event_time":"2006-01-02T15:04:05Z",` +
		`"version":"v1","data":{"user_details":{"name":"John Doe","dob":"02-02-1995","gender":"M",` +
		`"eaadhaar":"Y","mobile":"9999999999"},"status":"AUTHENTICATED",` +
		`"document_requested":["AADHAAR","PAN","DRIVING_LICENSE"],` +
		`"document_consent":["AADHAAR","PAN","DRIVING_LICENSE"],"document_consent_validity":"2025-09-30T07:10:00Z",` +
		`"verification_id":"ABC00123","reference_id":12345}}`)

	verifier := webhook.Verifier{
		Secrets: func() ([]string, error) { return []string{"test_client_secret_do_not_use"}, nil },
		Age:     5 * time.Minute,
		Now:     func() time.Time { return time.UnixMilli(1746427760000) }, // leave it out
	}
	signed, err := verifier.Verify(header, body)
	fmt.Println(signed.Scheme, signed.At.UTC().Format(time.DateOnly), err)

	_, err = verifier.Verify(header, append(body, ' '))
	fmt.Println(err)
	// Output:
	// header 2025-05-05 <nil>
	// webhook: X-Webhook-Signature: want a signature of this body by one of the secrets, of a time within the age
}
