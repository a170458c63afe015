package cashfree_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"testing"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/kyc"
)

func fuzzed(f *testing.F) *cashfree.Adapter {
	a, err := cashfree.New(cashfree.Sandbox, cashfree.Credentials{ClientID: clientID, ClientSecret: kyc.Hide(secret)}, cashfree.Options{})
	if err != nil {
		f.Fatal(err)
	}
	return a
}

// FuzzWebhook reads any body: signed with nobody's key it gives no event; signed
// as published an event with a usable Ref, or an error of the two documented
// kinds; and no body is changed.
func FuzzWebhook(f *testing.F) {
	a := fuzzed(f)
	f.Add(timestamp, []byte(published))
	f.Add("", []byte(flatBody(`{"status":"AUTHENTICATED","verification_id":"ABC00123","reference_id":12345}`, flatSignature)))
	f.Add("1746427759", []byte(testDelivery)) // in seconds
	f.Add(timestamp, []byte(eSign))
	f.Add(timestamp, bytes.ReplaceAll([]byte(published), []byte("John Doe"), []byte("Ren\xe9")))
	f.Add(timestamp, []byte(`{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","event_time":"2026-03-01 10:00:00","data":[{"verification_id":7,"user_details":""}]}`))
	for _, body := range []string{"", "null", "{}", `{"data":{"verification_id":"a"}}`, `{"data":null}`, `{"data":{"verification_id":"a","status":7}}`, `{"a":1,"A":2}`, `[[[`} {
		f.Add("1", []byte(body))
	}
	f.Fuzz(func(t *testing.T, at string, body []byte) {
		before := bytes.Clone(body)
		if event, err := a.ParseWebhook(headers(at, mac("nobody's", at+string(body))), body); event != nil || !errors.Is(err, kyc.ErrInvalid) {
			t.Fatalf("not signed, and yet %v", err)
		}
		// The published known answer is the one signature that the corpus can hold.
		event, err := a.ParseWebhook(http.Header{}, body)
		if err == nil && !event.Foreign && event.Consent.Ref != "ABC00123" {
			t.Fatal("another journey under a signature that is not its own")
		}
		event, err = a.ParseWebhook(headers(at, mac(secret, at+string(body))), body)
		switch {
		case err == nil && event.Foreign && (event.Consent.Ref != "" || event.Consent.State != ""):
			t.Fatal("a foreign event of a journey")
		case err == nil && !event.Foreign && !idPattern.MatchString(string(event.Consent.Ref)):
			t.Fatal("an event without a usable Ref")
		case err == nil && len(event.Key) != 64:
			t.Fatal("an event without a key")
		case err == nil && !bytes.Equal(event.Consent.Raw.Bytes(), before):
			t.Fatal("another body than the one that was signed")
		case err != nil && (event != nil || !errors.Is(err, kyc.ErrInvalid) && !errors.Is(err, kyc.ErrUnexpected)):
			t.Fatalf("an undocumented kind: %v", err)
		}
		if !bytes.Equal(body, before) {
			t.Fatal("the body was changed")
		}
		if err == nil { // delivered again, through a gateway that writes headers in lower case
			lower := http.Header{"x-webhook-timestamp": {"7"}, "x-webhook-signature": {mac(secret, "7"+string(body))}}
			again, err := a.ParseWebhook(lower, body)
			if err != nil || again.Key != event.Key {
				t.Fatalf("another key for the same event: %v", err)
			}
		}
	})
}

// FuzzReturn reads any query: it names the caller's own journey and nothing else,
// or it is an error of the one documented kind; the same twice.
func FuzzReturn(f *testing.F) {
	a := fuzzed(f)
	for _, query := range []string{
		"", "verification_id=ABC00123", "verification_id=a&verification_id=b", "status=AUTHENTICATED", "%zz",
		"a;b", "verification_id=%41BC00123", "view=a;b", "off=50%", "verificationId=7", "verification_id=7",
		"verification_id=ABC00123;b",
	} {
		f.Add("ABC00123", query)
	}
	f.Fuzz(func(t *testing.T, ref, query string) {
		u := &url.URL{Scheme: "https", Host: "shop.invalid", RawQuery: query}
		got, err := a.ParseReturn(kyc.Ref(ref), u)
		if err != nil {
			if !errors.Is(err, kyc.ErrInvalid) || !reflect.DeepEqual(got, kyc.Return{}) {
				t.Fatalf("an undocumented error, or a result beside it: %v", err)
			}
			return
		}
		if !idPattern.MatchString(ref) || !reflect.DeepEqual(got, kyc.Return{Ref: kyc.Ref(ref)}) {
			t.Fatal("more than the journey, or a journey that is none")
		}
		for _, name := range []string{"verification_id", "verificationId"} {
			if id := u.Query().Get(name); id != "" && id != ref {
				t.Fatal("the address of another journey")
			}
		}
		if again, err := a.ParseReturn(kyc.Ref(ref), u); err != nil || !reflect.DeepEqual(again, got) {
			t.Fatal("read twice, read differently")
		}
	})
}
