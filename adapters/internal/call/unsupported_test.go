package call_test

import (
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("a document that a provider does not have", func() {
	It("is refused with what it has", func() {
		err := call.Unsupported("acme: fetch", "passport", kyc.Aadhaar, kyc.PAN)
		Expect(err).To(MatchError(errors.ErrUnsupported))
		Expect(err).To(MatchError(`acme: fetch "passport": unsupported operation; supported: aadhaar, pan`))
		Expect(kyc.Unsupported(err)).To(BeTrue())
	})
})
