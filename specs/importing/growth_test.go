package importing

import (
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document/documenttest"
)

var _ = It("the work of an import grows in step with what is published", func() {
	growth := documenttest.Growth(10, func(n int) float64 {
		folder := documenttest.Write(GinkgoTB(), n)
		return documenttest.Allocated(func() {
			_, err := importProvider(filepath.Join(folder, "specs"), request{provider: documenttest.Provider, files: []string{filepath.Join(folder, "published.yaml")}})
			Expect(err).NotTo(HaveOccurred())
		})
	})
	Expect(growth).To(BeNumerically("<", 1.5))
})
