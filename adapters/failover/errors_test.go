package failover_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/kyc"
)

var _ = It("an error says once who is called as the provider is", func(ctx SpecContext) {
	refusal := kyc.NewError(kyc.Error{Provider: "acme", Op: "createURL", Kind: kyc.ErrBalance}, nil, nil)
	for name, want := range map[string]string{
		"acme": "failover: start: acme: createURL: balance exhausted",
		"main": "failover: start: main: acme: createURL: balance exhausted",
	} {
		p, err := failover.New([]failover.Member{{Name: name, Provider: failing(refusal)}}, failover.Options{})
		Expect(err).NotTo(HaveOccurred())
		_, err = p.Start(ctx, request)
		Expect(err).To(MatchError(want))
	}
})
