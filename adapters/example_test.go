// Package adapters_test shows how an application uses the adapters. The servers
// here stand for the providers; real ones are setu.Sandbox and the like.
package adapters_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
)

// One journey: start it, wait until the user has consented, read the Aadhaar.
func Example_journey() {
	ctx := context.Background()
	provider := pretendSetu()

	consent, err := provider.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		panic(err)
	}
	// Send the user to consent.URL.Reveal(), keep consent.Ref in the session.

	consent, calls, err := kyc.Wait(ctx, provider, consent.Ref, kyc.Budget{First: time.Millisecond, Calls: 5})
	if err != nil {
		panic(err)
	}
	fmt.Println(consent.State, "after", calls, "calls")

	record, err := provider.Fetch(ctx, consent.Ref, kyc.Aadhaar)
	if err != nil {
		panic(err)
	}
	fmt.Println("printed:", record.Person.Name, record.Number)
	fmt.Println("meant:", record.Person.Name.Reveal(), record.Person.Birth.ISO(), record.Number.Reveal())
	// Output:
	// granted after 2 calls
	// printed: [hidden] [hidden]
	// meant: Jack Doe 1990-01-01 XXXXXXXX1234
}

// What to do about an error is in its kind.
func Example_kinds() {
	_, err := refusing(http.StatusUnauthorized, `{"error":{"code":"user_not_authenticated","detail":"","traceId":""}}`).
		Fetch(context.Background(), "ea31e1e6", kyc.Aadhaar)

	switch {
	case err == nil:
		fmt.Println("done")
	case errors.Is(err, kyc.ErrPending):
		fmt.Println("ask again later")
	case kyc.Final(err):
		fmt.Println("an answer about the user, not a fault")
	case kyc.Outage(err):
		fmt.Println("repeat, or fail over")
	case errors.Is(err, kyc.ErrRateLimited):
		fmt.Println("wait")
	default:
		fmt.Println("somebody must act:", err) // shows no personal data
	}
	// Output: ask again later
}

// A webhook is believed once it is verified, and not before.
func Example_webhook() {
	secret := kyc.Hide("test_client_secret_do_not_use")
	provider, err := cashfree.New(cashfree.Sandbox, cashfree.Credentials{ClientID: "CFTEST", ClientSecret: secret}, cashfree.Options{})
	if err != nil {
		panic(err)
	}
	done := map[string]bool{}
	handler := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		event, err := provider.ParseWebhook(r.Header, body)
		switch {
		case errors.Is(err, kyc.ErrInvalid):
			http.Error(w, "not verified", http.StatusForbidden)
			return
		case err != nil: // verified and not understood, or no credentials to verify it with
			http.Error(w, "not read", http.StatusInternalServerError)
			return
		case event.Foreign: // a test of the address, another product's: 200, or the address cannot be added
			fmt.Println("of no journey")
			return
		case done[event.Key]: // the same event can come twice
			return
		}
		done[event.Key] = true // a real application keeps it with what it does, in one transaction
		fmt.Println(event.Consent.Ref, event.Consent.State)
	}

	granted := `{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","event_time":"2006-01-02T15:04:05Z","version":"v1","data":{"status":"AUTHENTICATED","verification_id":"order-42"}}`
	test := `{"type":"WEBHOOK","data":{"test_object":{"test_key":"v"}},"event_time":"2026-01-03T16:12:03Z"}`
	for _, delivery := range []struct{ key, body string }{
		{secret.Reveal(), granted}, {secret.Reveal(), granted}, {secret.Reveal(), test}, {"somebody else's", granted},
	} {
		mac := hmac.New(sha256.New, []byte(delivery.key))
		mac.Write([]byte("1746427759733" + delivery.body))
		r := httptest.NewRequest(http.MethodPost, "/webhook", strings.NewReader(delivery.body))
		r.Header.Set("x-webhook-timestamp", "1746427759733")
		r.Header.Set("x-webhook-signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		w := httptest.NewRecorder()
		handler(w, r)
		fmt.Println(w.Code)
	}
	// Output:
	// order-42 granted
	// 200
	// 200
	// of no journey
	// 200
	// 403
}

// pretendSetu is Setu with a user who consents between the first question and
// the second.
func pretendSetu() kyc.Provider {
	asked := 0
	return serving(func(path string) (int, string) {
		switch {
		case strings.HasSuffix(path, "/aadhaar"):
			return http.StatusOK, aadhaar
		case strings.HasSuffix(path, "/status"):
			if asked++; asked == 1 {
				return http.StatusOK, `{"id":"ea31e1e6","status":"unauthenticated","url":"","validUpto":"","digilockerUserDetails":{}}`
			}
			return http.StatusOK, `{"id":"ea31e1e6","status":"authenticated","url":"","validUpto":"","digilockerUserDetails":{}}`
		default:
			return http.StatusCreated, `{"id":"ea31e1e6","status":"unauthenticated","url":"https://digilocker.example/login","validUpto":"2021-10-05T19:06:28+05:30"}`
		}
	})
}

// refusing is Setu answering everything with that refusal.
func refusing(status int, body string) kyc.Provider {
	return serving(func(string) (int, string) { return status, body })
}

func serving(answer func(path string) (int, string)) kyc.Provider {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, body := answer(r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	provider, err := setu.New(server.URL, setu.Credentials{ClientID: "test-client", ClientSecret: kyc.Hide("secret"), ProductInstanceID: "product"}, setu.Options{})
	if err != nil {
		panic(err)
	}
	return provider
}

const aadhaar = `{"aadhaar":{"address":{"careOf":"S/O John Doe","country":"India","district":"district","house":"house address","landmark":"","locality":"locality","pin":"123456","postOffice":"","state":"state","street":"","subDistrict":"","vtc":"vtc"},"dateOfBirth":"01-01-1990","email":"","gender":"M","generatedAt":"2021-10-26T17:17:36.342+05:30","maskedNumber":"xxxx-xxxx-1234","name":"Jack Doe","phone":"","photo":"","verified":{"email":false,"phone":false,"signature":true},"xml":{"fileUrl":"https://s3linkgoeshere.com","shareCode":"","validUntil":"2021-10-09T06:04:16+05:30"}},"id":"ea31e1e6","status":"complete"}`
