package acme_test

import (
	"context"
	"errors"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/acme"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

func TestAdapter(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/acme")
}

var _ = BeforeEach(suite.NothingLeft)

// Invented, and said so; the secret has all that a header's value can have.
const (
	secret = `test_secret,do;not=use&"%2B+`
	ref    = kyc.Ref("order-42")
)

// card is the published one.
const card = `{"name":"Published Person","birth":"17-03-1990","number":"XXXXXXXX0001"}`

func credentials() acme.Credentials { return acme.Credentials{Key: kyc.Hide(secret)} }

var rotating = suite.Rotating[*acme.Adapter, acme.Credentials]{
	New: func(url string, ask func(context.Context) (acme.Credentials, error)) (*acme.Adapter, error) {
		return acme.New(url, acme.Credentials{}, acme.Options{HTTPClient: suite.Client(), Credentials: ask})
	},
	Operations: map[string]func(SpecContext, *acme.Adapter) error{
		"openJourney": func(ctx SpecContext, a *acme.Adapter) error {
			_, err := a.Start(ctx, kyc.StartRequest{
				ID: "order-42", Documents: a.Fetches(), ReturnTo: "https://shop.example/back",
			})
			return err
		},
		"getJourney": func(ctx SpecContext, a *acme.Adapter) error {
			_, err := a.Status(ctx, ref)
			return err
		},
		"getIDCard": func(ctx SpecContext, a *acme.Adapter) error {
			_, err := a.Fetch(ctx, ref, kyc.Aadhaar)
			return err
		},
	},
	With:   func(secret string) acme.Credentials { return acme.Credentials{Key: kyc.Hide(secret)} },
	Header: "x-acme-key",
}

var _ = Describe("credentials that change", func() {
	It("are in no message of a failed test", func() {
		a, err := acme.New("https://acme.example", credentials(), acme.Options{})
		Expect(err).NotTo(HaveOccurred())
		suite.Unseen(a, "test_secret")
	})

	It("are asked for at each call", rotating.AskedAtEachCall)

	DescribeTable("that cannot be had send nothing", func(ctx SpecContext, value string, cause error, member string) {
		rotating.SendsNothing(ctx, acme.Credentials{Key: kyc.Hide(value)}, cause, member, "Zzyzx")
	},
		Entry("as the function fails", secret, errors.New("vault says Zzyzx"), ""),
		Entry("as the key is missing", "", nil, "Key"),
		Entry("as the key is no header's value", "Zzyzx\n", nil, "Key"),
	)
})

var _ = It("a record is returned once the caller's function has verified it", suite.Verifying{
	New: func(url string, verify func(context.Context, *kyc.Record) error) (kyc.Provider, error) {
		return acme.New(url, credentials(), acme.Options{HTTPClient: suite.Client(), Verify: verify})
	},
	Answer: card, Ref: ref, Name: "Published Person",
}.Verifies)
