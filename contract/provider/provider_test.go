package provider_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/provider"
)

func TestProvider(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/provider")
}

var _ = Describe("A description", func() {
	check := func(hidden map[string][]string) error {
		GinkgoHelper()
		p := provider.Provider{
			Name: "acme", Hidden: hidden,
			Document: []byte(`{"openapi":"3.0.3","info":{"title":"Acme","version":"1"},"paths":{}}`),
		}
		d, err := p.Parse()
		Expect(err).NotTo(HaveOccurred())
		return p.Check(d)
	}

	It("may say of what kind its own members are, or that they stay", func() {
		Expect(check(nil)).To(Succeed())
		Expect(check(map[string][]string{"credential": {"X-Acme-Key"}, "masked-aadhaar": {"acme_no"}, "": {"X-Acme-Version"}})).To(Succeed())
	})

	It("is refused with a kind that there is not, and the kinds that there are", func() {
		err := check(map[string][]string{"name": {"holder"}, "secret": {"X-Acme-Key"}, "names": {"card"}})
		Expect(err).To(MatchError(ContainSubstring(`provider "acme": Hidden has the kind "secret"`)))
		Expect(err).To(MatchError(ContainSubstring(`provider "acme": Hidden has the kind "names"`)))
		Expect(err).NotTo(MatchError(ContainSubstring(`kind "name",`)))
		Expect(err).To(MatchError(ContainSubstring("there is aadhaar, address, birth, credential, ")))
	})
})
