package ledger_test

import (
	"encoding/json"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/ledger/page"
	"example.com/digilocker/specs/document/documenttest"
)

// TestEntering enters the results of a run.
func TestEntering(t *testing.T) {
	filled(t, synthetic(t, documenttest.Write(t, documenttest.Work(t))))
}

var _ = Describe("as the documents grow,", func() {
	It("results are entered as soon", func() {
		const module = "example.com/digilocker/contract/"
		steps := documenttest.Steps(GinkgoTB(), "TestEntering", module+"ledger", module+"example")
		Expect(documenttest.Growth(10, steps)).To(BeNumerically("<", 1.5))
	})

	It("the work of writing the ledger and its page grows in step", func() {
		growth := documenttest.Growth(10, func(n int) float64 {
			l := filled(GinkgoTB(), synthetic(GinkgoTB(), documenttest.Write(GinkgoTB(), n)))
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
