package authpartner_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/kyc"
)

// The Ref that the return gives takes the place of the one that Start gave, wherever that was kept.
func Example() {
	ctx := context.Background()
	// of your secrets, and not of your source
	key, err := authpartner.ParseKey("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=")
	if err != nil {
		panic(err)
	}
	creds := authpartner.Credentials{ClientID: kyc.Hide("ABCDEFGH"), ClientSecret: kyc.Hide("secret")}
	provider, err := authpartner.New(authpartner.Production, creds, authpartner.Options{
		HTTPClient: &http.Client{Transport: digilocker{}}, // in an application, leave it out
		Keys:       []authpartner.Key{key},
		Purpose:    "kyc", ServiceName: "shop",
	})
	if err != nil {
		panic(err)
	}
	consent, err := provider.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		panic(err)
	}
	cookie := consent.Ref // with the user, who goes to consent.URL

	said, err := kyc.Complete(ctx, provider, cookie, visit(consent.URL)) // and is back
	if err != nil {
		panic(err)
	}
	cookie = said.Ref
	fmt.Println(said.State, len(cookie) <= authpartner.MaxRef, said.Consent.User.Name)

	record, err := provider.Fetch(ctx, cookie, kyc.Aadhaar)
	if err != nil {
		panic(err)
	}
	fmt.Println(record.Unopened, record.File.Format) // Options.Verify, such as signedfile.Checker's, opens it
	// Output:
	// granted true [hidden]
	// true xml
}

// visit is a user who consents, and the address that DigiLocker sends them to.
func visit(link kyc.Private) *url.URL {
	page, err := url.Parse(link.Reveal())
	if err != nil {
		panic(err)
	}
	back, err := url.Parse(page.Query().Get("redirect_uri"))
	if err != nil {
		panic(err)
	}
	back.RawQuery = url.Values{"code": {"a-code"}, "state": {page.Query().Get("state")}}.Encode()
	return back
}

// digilocker pretends to be DigiLocker.
type digilocker struct{}

func (digilocker) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, mediaType := `<Certificate type="ADHAR"/>`, "application/xml"
	if strings.HasSuffix(r.URL.Path, "/token") {
		answer = `{"access_token":"a-token","expires_in":3600,"refresh_token":"another","name":"Fake Person"}`
		mediaType = "application/json"
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {mediaType}},
		Body: io.NopCloser(strings.NewReader(answer)),
	}, nil
}
