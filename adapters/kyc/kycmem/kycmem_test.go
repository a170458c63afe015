package kycmem_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/kyc/kyctest"
)

// What every provider must do, of one without HTTP whose user can be driven.
func TestProvider(t *testing.T) {
	kyctest.Test(t, kyctest.Subject{
		Name: "kycmem",
		Can:  []kyc.Capability{kyc.CanRevoke, kyc.CanParseReturn, kyc.CanParseWebhook},
		Journey: func(testing.TB) *kyctest.Journey {
			p := kycmem.New(kycmem.Options{})
			return &kyctest.Journey{
				Provider: kycmem.Webhooks{Provider: p},
				Deliver: func(ctx context.Context, c *kyc.Consent) (http.Header, []byte, error) {
					return kycmem.Webhooks{Provider: p}.Deliver(ctx, c.Ref)
				},
				Allow: func(_ context.Context, c *kyc.Consent) (*url.URL, error) {
					return p.Allow(c.Ref, kycmem.Complete)
				},
				Deny: func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return p.Deny(c.Ref) },
				Withhold: func(_ context.Context, c *kyc.Consent) error {
					_, err := p.Share(c.Ref, kycmem.Complete)
					return err
				},
				Lack: func(_ context.Context, c *kyc.Consent) error {
					_, err := p.Allow(c.Ref, kycmem.WithoutAadhaar)
					return err
				},
				Expire: func(context.Context, *kyc.Consent) error { p.Expire(); return nil },
				Lapse:  func(context.Context, *kyc.Consent) error { p.Advance(kycmem.ConsentLife); return nil },
				Numbers: map[kyc.Document]string{
					kyc.Aadhaar: kycmem.Complete.Aadhaar, kyc.PAN: kycmem.Complete.PAN, kyc.DrivingLicence: kycmem.Complete.Licence,
				},
			}
		},
		Returns: &kyctest.Returns{Answers: []string{"result"}, IDs: []string{"journey"},
			Other: "journey=somebody-elses"},
		Webhooks: deliveries(t),
		Refused:  []kyc.Ref{"in{braces}"},
	})
}

// deliveries are one of a journey, and one of none.
func deliveries(t *testing.T) []kyctest.Webhook {
	p := kycmem.Webhooks{Provider: kycmem.New(kycmem.Options{})}
	consent, err := p.Start(t.Context(),
		kyc.StartRequest{Documents: []kyc.Document{kyc.PAN}, ReturnTo: "https://shop.example/back"})
	if err != nil {
		t.Fatal(err)
	}
	var all []kyctest.Webhook
	for _, ref := range []kyc.Ref{consent.Ref, ""} {
		header, body, err := p.Deliver(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, kyctest.Webhook{Header: header, Body: body, Foreign: ref == ""})
	}
	return all
}

// Nothing is delivered of a journey that there is not, and nothing believed that was changed.
func TestWebhooks(t *testing.T) {
	p := kycmem.Webhooks{Provider: kycmem.New(kycmem.Options{})}
	if _, _, err := p.Deliver(t.Context(), "nobody"); !errors.Is(err, kyc.ErrNotFound) {
		t.Errorf("a webhook of no journey: %v", err)
	}
	w := deliveries(t)[0]
	if _, err := p.ParseWebhook(w.Header, append(w.Body, ' ')); !errors.Is(err, kyc.ErrInvalid) {
		t.Errorf("another body: %v", err)
	}
}

// What only this provider does.
func TestOptions(t *testing.T) {
	begin := time.Date(2031, time.May, 5, 0, 0, 0, 0, time.UTC)
	down := false
	p := kycmem.New(kycmem.Options{
		Name: "acme", LinkLife: time.Second, ConsentLife: 2 * time.Second, Now: func() time.Time { return begin },
		Before: func(_ context.Context, method string) error {
			if down && method == "Status" {
				return kyc.ErrUnavailable
			}
			return nil
		},
	})
	request := kyc.StartRequest{Documents: []kyc.Document{kyc.PAN, kyc.Aadhaar}, ReturnTo: "https://shop.example/back?a=b"}
	first, err := p.Start(t.Context(), request)
	second, err2 := p.Start(t.Context(), request)
	if err != nil || err2 != nil || first.Ref == second.Ref || !first.ExpiresAt.Equal(begin.Add(time.Second)) {
		t.Fatalf("%v, %v: two journeys whose links last a second were wanted, and came %v and %v", err, err2, first, second)
	}
	back, err := p.Allow(first.Ref, kycmem.WithoutAadhaar)
	if err != nil || back.String() != "https://shop.example/back?a=b&journey=journey-1&result=granted" {
		t.Fatalf("the user went to %v: %v", back, err)
	}
	if _, err := p.Deny(first.Ref); !errors.Is(err, kyc.ErrInvalid) {
		t.Errorf("a user decided twice: %v", err)
	}
	if _, err := p.Deny("nobody"); !errors.Is(err, kyc.ErrNotFound) {
		t.Errorf("a user decided about nothing: %v", err)
	}
	p.Advance(time.Second)
	for ref, want := range map[kyc.Ref]kyc.State{first.Ref: kyc.Granted, second.Ref: kyc.Expired} {
		if c, err := p.Status(t.Context(), ref); err != nil || c.State != want {
			t.Errorf("%s is in %v, and %s was wanted: %v", ref, c, want, err)
		}
	}
	record, err := p.Fetch(t.Context(), first.Ref, kyc.PAN)
	if err != nil || record.Number.Reveal() != kycmem.WithoutAadhaar.PAN || !record.GeneratedAt.Equal(begin.Add(time.Second)) {
		t.Errorf("the PAN is %v: %v", record, err)
	}
	down = true
	if _, err := p.Status(t.Context(), first.Ref); !errors.Is(err, kyc.ErrUnavailable) {
		t.Errorf("Before was not asked: %v", err)
	}
	if _, err := p.Start(t.Context(), kyc.StartRequest{ID: "a b", Documents: request.Documents, ReturnTo: request.ReturnTo}); !errors.Is(err, kyc.ErrInvalid) {
		t.Errorf("an ID with a blank: %v", err)
	}
}

// Where a user cannot come back to, nobody is sent.
func TestReturnTo(t *testing.T) {
	p := kycmem.New(kycmem.Options{})
	for query, right := range map[string]bool{"": true, "?a=b": true, "#f": true, "?a;b": true, "?%zz": true,
		"?off=50%": true, "?journey=mine": false, "?result=": false} {
		consent, err := p.Start(t.Context(), kyc.StartRequest{Documents: []kyc.Document{kyc.PAN}, ReturnTo: "https://shop.example/back" + query})
		if !right {
			if e := (*kyc.Error)(nil); !errors.As(err, &e) || e.Kind != kyc.ErrInvalid || e.Member != "ReturnTo" {
				t.Errorf("%s: %v", query, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		back, err := p.Allow(consent.Ref, kycmem.Complete)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := p.ParseReturn(consent.Ref, back); err != nil || r.State != kyc.Granted {
			t.Errorf("%s: %v: %v", query, r.State, err)
		}
	}
}

// A user shares what an account can have.
func TestShare(t *testing.T) {
	p := kycmem.New(kycmem.Options{})
	consent, err := p.Start(t.Context(), kyc.StartRequest{Documents: []kyc.Document{kyc.PAN}, ReturnTo: "https://shop.example/back"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Share(consent.Ref, kycmem.Complete, kyc.PAN, "library card"); !errors.Is(err, kyc.ErrInvalid) {
		t.Errorf("a document that nobody knows was shared: %v", err)
	}
	if _, err := p.Share(consent.Ref, kycmem.Complete, kyc.PAN); err != nil {
		t.Errorf("after that, nothing can be shared: %v", err)
	}
}

// What Options do not say is as usual, in a Provider that New did not make too; and nothing
// lasts less than no time.
func TestZero(t *testing.T) {
	for name, p := range map[string]*kycmem.Provider{
		"the zero value": {}, "negative lives": kycmem.New(kycmem.Options{LinkLife: -1, ConsentLife: -1}),
	} {
		consent, err := p.Start(t.Context(), kyc.StartRequest{Documents: []kyc.Document{kyc.PAN}, ReturnTo: "https://shop.example/back"})
		if err != nil || !consent.ExpiresAt.Equal(kycmem.Epoch.Add(kycmem.LinkLife)) {
			t.Errorf("%s: %v: %v", name, consent, err)
			continue
		}
		if _, err := p.Allow(consent.Ref, kycmem.Complete); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		granted, err := p.Status(t.Context(), consent.Ref)
		if err != nil || !granted.ValidUntil.Equal(kycmem.Epoch.Add(kycmem.ConsentLife)) {
			t.Errorf("%s: %v: %v", name, granted, err)
		}
	}
}
