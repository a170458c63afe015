package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
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
	}, setu.Options{HTTPClient: sim.Client})
	if err != nil {
		t.Fatal(err)
	}
	shop := serviceOf(provider)
	shop.verify = sim.Checker.Verify

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
	back, err := provider.Deny(shop.journeys[started.Cookies()[0].Value].begun.Ref)
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

// What was fetched is kept, though the user leaves while it comes, and its file is not there at first.
func TestKept(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	fetched := 0
	provider := kycmem.New(kycmem.Options{Before: func(ctx context.Context, method string) error {
		if method == "Fetch" {
			fetched++
			leave()
		}
		return ctx.Err()
	}})
	shop := serviceOf(provider)
	started := ask(shop, "POST", "/start", nil)
	back, err := provider.Allow(shop.journeys[started.Cookies()[0].Value].begun.Ref, kycmem.Complete)
	if err != nil {
		t.Fatal(err)
	}
	shop.verify = func(context.Context, *kyc.Record) error { return kyc.ErrUnavailable }
	r := httptest.NewRequestWithContext(ctx, "GET", back.RequestURI(), nil)
	r.AddCookie(started.Cookies()[0])
	shop.routes().ServeHTTP(httptest.NewRecorder(), r)

	shop.verify = func(context.Context, *kyc.Record) error { return nil }
	answer := ask(shop, "GET", back.RequestURI(), started.Cookies())
	expect(t, answer, http.StatusOK, "Verified: Invented Complete\n")
	if fetched != 1 {
		t.Errorf("fetched %d times", fetched)
	}
}

func serviceOf(provider kyc.Provider) *service {
	return &service{provider: provider, origin: "https://shop.example", journeys: map[string]*journey{}}
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
