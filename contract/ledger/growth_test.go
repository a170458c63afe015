package ledger_test

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/ledger/page"
	"example.com/digilocker/specs/document/documenttest"
)

var _ = Describe("as the documents grow,", func() {
	It("results are entered as soon", func() {
		growth := documenttest.Growth(20, func(n int) float64 {
			docs := synthetic(GinkgoTB(), n)
			return documenttest.Fastest(func() { filled(GinkgoTB(), docs) })
		})
		Expect(growth).To(BeNumerically("<", 3))
	})

	It("the work of writing the ledger and its page grows in step", func() {
		growth := documenttest.Growth(10, func(n int) float64 {
			l := filled(GinkgoTB(), synthetic(GinkgoTB(), n))
			return documenttest.Allocated(func() {
				_, err := json.Marshal(l)
				Expect(err).NotTo(HaveOccurred())
				_, err = page.HTML(l, nil)
				Expect(err).NotTo(HaveOccurred())
			})
		})
		Expect(growth).To(BeNumerically("<", 1.5))
	})
})
