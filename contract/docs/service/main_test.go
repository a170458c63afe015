package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/setu"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/simulatortest"
)

// The whole way, against the simulator: HTTP, the provider's own answers, a file that is signed.
func TestVerified(t *testing.T) {
	sim := simulatortest.New(t)
	account := sim.Account("setu")
	provider, err := setu.New(sim.BaseURL("setu"), setu.Credentials{
		ClientID:          account["SETU_CLIENT_ID"],
		ClientSecret:      kyc.Hide(account["SETU_CLIENT_SECRET"]),
		ProductInstanceID: account["SETU_PRODUCT_INSTANCE_ID"],
	}, setu.Options{HTTPClient: sim.Client, Verify: sim.Checker.Verify})
	if err != nil {
		t.Fatal(err)
	}
	shop := serviceOf(provider)

	started := ask(shop, "POST", "/start", nil)
	// Anybody can write an address, and send the user a link to it: what it says must not last.
	forged := ask(shop, "GET", "/back?success=False", started.Cookies())
	expect(t, forged, http.StatusForbidden, "You are not verified. You can start again.\n")

	back, err := sim.Visitor(simulator.Complete).Allow(t.Context(), started.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, ask(shop, "GET", back.RequestURI(), started.Cookies()), http.StatusOK, "Verified: Fake Complete\n")
}

// A provider in memory has no network: the test says what the user does.
func TestDenied(t *testing.T) {
	provider := kycmem.New(kycmem.Options{})
	shop := serviceOf(provider)

	started := ask(shop, "POST", "/start", nil)
	back, err := provider.Deny(shop.journeys[started.Cookies()[0].Value].Ref)
	if err != nil {
		t.Fatal(err)
	}
	answer := ask(shop, "GET", back.RequestURI(), started.Cookies())
	expect(t, answer, http.StatusForbidden, "You are not verified. You can start again.\n")
}

// In a bubble of synctest, waiting takes no time.
func TestUndecided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := serviceOf(kycmem.New(kycmem.Options{}))
		started := ask(shop, "POST", "/start", nil)
		answer := ask(shop, "GET", "/back", started.Cookies())
		expect(t, answer, http.StatusAccepted, "DigiLocker is not ready yet. Please load this page again.\n")
	})
}

// Before fails whatever call the test wants to fail.
func TestOutage(t *testing.T) {
	shop := serviceOf(kycmem.New(kycmem.Options{
		Before: func(context.Context, string) error { return kyc.ErrUnavailable },
	}))
	answer := ask(shop, "POST", "/start", nil)
	expect(t, answer, http.StatusBadGateway, "DigiLocker cannot be asked now. Please try again later.\n")
}

// A user who closes the page is no fault.
func TestGone(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	shop := serviceOf(kycmem.New(kycmem.Options{
		Before: func(_ context.Context, method string) error {
			if method == "Status" {
				leave()
			}
			return nil
		},
	}))
	started := ask(shop, "POST", "/start", nil)
	var logged strings.Builder
	log.SetOutput(&logged)
	defer log.SetOutput(os.Stderr)
	r := httptest.NewRequestWithContext(ctx, "GET", "/back", nil)
	r.AddCookie(started.Cookies()[0])
	shop.routes().ServeHTTP(httptest.NewRecorder(), r)
	if ctx.Err() == nil || logged.Len() > 0 {
		t.Errorf("left: %v, and logged is %q", ctx.Err(), logged.String())
	}
}

func serviceOf(provider kyc.Provider) *service {
	return &service{provider: provider, origin: "https://shop.example", journeys: map[string]*kyc.Consent{}}
}

func ask(shop *service, method, path string, cookies []*http.Cookie) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for _, cookie := range cookies {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	shop.routes().ServeHTTP(w, r)
	return w.Result()
}

func expect(t *testing.T, answer *http.Response, status int, text string) {
	t.Helper()
	got, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status || string(got) != text {
		t.Errorf("got %d %q (%v), want %d %q", answer.StatusCode, got, err, status, text)
	}
}
