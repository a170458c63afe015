package eko_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var _ = It("a record is returned once the caller's function has verified it", suite.Verifying{
	New: func(url string, verify func(context.Context, *kyc.Record) error) (kyc.Provider, error) {
		return eko.New(url, credentials(), eko.Options{HTTPClient: suite.Client(), Verify: verify})
	},
	Answer: `{"status":0,"data":{"documents":[{"document_type":"AADHAAR","name":"Invented Person"}]}}`,
	Ref:    ref, Name: "Invented Person",
}.Verifies)
