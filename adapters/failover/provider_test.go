package failover_test

import (
	"context"
	"net/url"
	"testing"

	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/kyc/kyctest"
)

// A provider over several is one, too.
func TestProvider(t *testing.T) {
	kyctest.Test(t, kyctest.Subject{
		Name: "failover", Can: []kyc.Capability{kyc.CanParseReturn},
		Journey: func(t testing.TB) *kyctest.Journey {
			main, spare := kycmem.New(kycmem.Options{Name: "failover"}), kycmem.New(kycmem.Options{Name: "failover"})
			p, err := failover.New([]failover.Member{{Name: "main", Provider: main}, {Name: "spare", Provider: spare}}, failover.Options{})
			if err != nil {
				t.Fatal(err)
			}
			own := func(c *kyc.Consent) kyc.Ref { _, ref, _ := p.For(c.Ref); return ref }
			return &kyctest.Journey{
				Provider: p,
				Allow:    func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return main.Allow(own(c), kycmem.Complete) },
				Deny:     func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return main.Deny(own(c)) },
				Expire:   func(context.Context, *kyc.Consent) error { main.Expire(); return nil },
			}
		},
	})
}
