package eko_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/kyc"
)

// The second id of a journey may be told by the return alone: the Ref that Complete gives is the
// one to keep.
func Example() {
	ctx := context.Background()
	creds := eko.Credentials{
		DeveloperKey: kyc.Hide("developer-key"), AccessKey: kyc.Hide("access-key"), InitiatorID: kyc.Hide("9000000000"),
	}
	client := &http.Client{Transport: pretend{}} // in an application, eko.Options{} is enough
	provider, err := eko.New(eko.Sandbox, creds, eko.Options{HTTPClient: client})
	if err != nil {
		panic(err)
	}
	consent, err := provider.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("kept at the start:", consent.Ref)

	back, err := url.Parse("https://shop.example/back?verification_id=vrf_invented")
	if err != nil {
		panic(err)
	}
	returned, err := kyc.Complete(ctx, provider, consent.Ref, back)
	if err != nil {
		panic(err)
	}
	fmt.Println("kept from the return on:", returned.Ref)
	// Output:
	// kept at the start: 7483920
	// kept from the return on: 7483920.vrf_invented
}

// pretend is Eko, which opens a journey.
type pretend struct{}

func (pretend) RoundTrip(*http.Request) (*http.Response, error) {
	const opened = `{"status":0,"data":{"reference_id":7483920,"url":"https://digilocker.example/auth?id=invented"}}`
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(opened)),
	}, nil
}
