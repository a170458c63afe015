package setu_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
)

// That a user refused is told by the return alone: hand it to WaitFetch, or the journey looks
// as if the user had yet to decide.
func Example() {
	ctx := context.Background()
	creds := setu.Credentials{ClientID: "client", ClientSecret: kyc.Hide("secret"), ProductInstanceID: "product"}
	client := &http.Client{Transport: pretend{}} // in an application, setu.Options{} is enough
	provider, err := setu.New(setu.Sandbox, creds, setu.Options{HTTPClient: client})
	if err != nil {
		panic(err)
	}
	consent, err := provider.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		panic(err)
	}
	back, err := url.Parse("https://shop.example/back?success=False&id=ea31e1e6&errCode=access_denied")
	if err != nil {
		panic(err)
	}
	returned, err := kyc.Complete(ctx, provider, consent.Ref, back)
	if err != nil {
		panic(err)
	}
	waiting := kyc.Waiting{Last: consent, Return: returned}
	_, err = kyc.WaitFetch(ctx, provider, returned.Ref, kyc.Aadhaar, waiting)
	fmt.Println("denied:", errors.Is(err, kyc.ErrDenied), "- the last word:", kyc.Final(err))
	// Output: denied: true - the last word: true
}

// pretend is Setu, at which a journey is opened and nothing is decided.
type pretend struct{}

func (pretend) RoundTrip(r *http.Request) (*http.Response, error) {
	status := http.StatusOK
	if r.Method == http.MethodPost {
		status = http.StatusCreated
	}
	const open = `{"id":"ea31e1e6","status":"unauthenticated","url":"https://digilocker.example/login","validUpto":""}`
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(open)),
	}, nil
}
