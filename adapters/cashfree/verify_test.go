package cashfree_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var _ = It("a record is returned once the caller's function has verified it", suite.Verifying{
	New: func(url string, verify func(context.Context, *kyc.Record) error) (kyc.Provider, error) {
		return cashfree.New(url, cashfree.Credentials{ClientID: clientID, ClientSecret: kyc.Hide(secret)},
			cashfree.Options{HTTPClient: suite.Client(), Verify: verify})
	},
	Answer: aadhaar, Ref: "order-42", Name: "Sample Person",
}.Verifies)
