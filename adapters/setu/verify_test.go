package setu_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
)

var _ = It("a record is returned once the caller's function has verified it", suite.Verifying{
	New: func(url string, verify func(context.Context, *kyc.Record) error) (kyc.Provider, error) {
		return setu.New(url, credentials(), setu.Options{HTTPClient: suite.Client(), Verify: verify})
	},
	Answer: aadhaar, Ref: ref, Name: "Jack Doe",
}.Verifies)
