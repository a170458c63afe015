package quicko_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/quicko"
)

// A document is a file. Options.Verify, such as signedfile.Checker's Verify, opens it; without it the record has its
// link, and says that nobody has.
func Example() {
	ctx := context.Background()
	creds := quicko.Credentials{APIKey: kyc.Hide("key_test_do_not_use"), APISecret: kyc.Hide("secret_test_do_not_use")}
	client := &http.Client{Transport: pretend{}} // in an application, no HTTPClient is needed
	tokens, err := quicko.NewTokens(quicko.Sandbox, creds, quicko.TokenOptions{HTTPClient: client})
	if err != nil {
		panic(err)
	}
	provider, err := quicko.New(quicko.Sandbox, creds, quicko.Options{Tokens: tokens, HTTPClient: client})
	if err != nil {
		panic(err)
	}
	consent, err := provider.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.PAN}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		panic(err)
	}
	waited, err := kyc.WaitFetch(ctx, provider, consent.Ref, kyc.PAN, kyc.Waiting{Last: consent})
	if err != nil {
		panic(err)
	}
	record := waited.Record
	fmt.Println("the", record.Document, "is", record.File.Format, "at", record.File.Link, "- unopened:",
		record.Unopened)
	// Output: the pan is xml at [hidden] - unopened: true
}

// A token that several machines share is kept where all of them find it.
func ExampleTokens() {
	creds := quicko.Credentials{APIKey: kyc.Hide("key_test_do_not_use")} // whoever fetches the token has the secret
	_, err := quicko.New(quicko.Sandbox, creds, quicko.Options{Tokens: shared{}})
	fmt.Println(err)
	_, err = quicko.New(quicko.Sandbox, creds, quicko.Options{})
	fmt.Println("without one:", errors.Is(err, kyc.ErrInvalid))
	// Output:
	// <nil>
	// without one: true
}

// shared is a token in a cache of several machines, which somebody else renews.
type shared struct{}

// Token reads the cache, here an invented one.
func (shared) Token(context.Context) (quicko.Token, error) {
	return quicko.Token{Value: kyc.Hide("invented-token")}, nil
}

// Forget asks for another one, unless that of the cache is another already.
func (shared) Forget(quicko.Token) {}

// pretend is Quicko, whose user shares a PAN.
type pretend struct{}

func (pretend) RoundTrip(r *http.Request) (*http.Response, error) {
	data := `{"access_token":"invented-token"}`
	switch {
	case strings.HasSuffix(r.URL.Path, "/init"):
		data = `{"session_id":"invented-1",` +
			`"authorization_url":"https://digilocker.example/authorize?code_verifier=secret"}`
	case strings.HasSuffix(r.URL.Path, "/status"):
		data = `{"id":"invented-1","status":"succeeded","documents_consented":["pan"]}`
	case strings.HasSuffix(r.URL.Path, "/documents/pan"):
		data = `{"files":[{"url":"https://files.example/pan.xml","metadata":{"ContentType":"application/xml"}}]}`
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(`{"code":200,"data":` + data + `}`)),
	}, nil
}
