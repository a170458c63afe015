package kyctest_test

import (
	"context"
	"net/url"
	"testing"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/kyc/kyctest"
)

// A test of a provider whose user the test can drive. What the Subject does not say is skipped, with the reason.
func ExampleTest() {
	var t *testing.T // that of your func TestProvider(t *testing.T)

	kyctest.Test(t, kyctest.Subject{
		Name: "kycmem",
		Can:  []kyc.Capability{kyc.CanRevoke, kyc.CanParseReturn},
		Journey: func(testing.TB) *kyctest.Journey {
			p := kycmem.New(kycmem.Options{})
			return &kyctest.Journey{
				Provider: p,
				Allow: func(_ context.Context, c *kyc.Consent) (*url.URL, error) {
					return p.Allow(c.Ref, kycmem.Complete)
				},
				Deny: func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return p.Deny(c.Ref) },
			}
		},
	})
}
