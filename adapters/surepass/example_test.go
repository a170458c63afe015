package surepass_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/surepass"
)

// Surepass has no word for a user who never came: the end of the link tells, and the Ref has it.
func Example() {
	ctx := context.Background()
	creds := surepass.Credentials{Token: kyc.Hide("token")}
	pretend := &pretend{}
	provider, err := surepass.New(surepass.Sandbox, creds, surepass.Options{
		HTTPClient: &http.Client{Transport: pretend}, // in an application, leave it out
		Expiry:     5 * time.Minute,
	})
	if err != nil {
		panic(err)
	}
	consent, err := provider.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar}, Flow: kyc.SignUp,
		ReturnTo: "https://shop.example/back?attempt=7f3a", // another one each time
	})
	if err != nil {
		panic(err)
	}
	for range 2 {
		status, err := provider.Status(ctx, consent.Ref)
		if err != nil {
			panic(err)
		}
		fmt.Println(status.State)
		pretend.ahead = 6 * time.Minute
	}
	// Output:
	// pending
	// expired
}

// pretend is Surepass, at which a journey is opened and nobody comes. Ahead is how much time has passed there.
type pretend struct{ ahead time.Duration }

func (p *pretend) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := `{"data":{"status":"client_initiated","completed":false,"failed":false,"aadhaar_linked":false}}`
	if r.Method == http.MethodPost {
		answer = `{"data":{"client_id":"digilocker_a","url":"https://digilocker.example/login","expiry_seconds":300}}`
	}
	now := time.Now().UTC().Add(p.ahead)
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/json"}, "Date": {now.Format(http.TimeFormat)}},
		Body:       io.NopCloser(strings.NewReader(answer)),
	}, nil
}
