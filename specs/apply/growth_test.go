package apply

import (
	"io"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document/documenttest"
)

var _ = It("the work of apply grows in step with the document and its overlay", func() {
	growth := documenttest.Growth(10, func(n int) float64 {
		folder := documenttest.Write(GinkgoTB(), n)
		return documenttest.Allocated(func() {
			status := Run([]string{"-specs", filepath.Join(folder, "specs"), "-gen", filepath.Join(folder, "gen")}, nil, io.Discard, GinkgoWriter)
			Expect(status).To(BeZero())
		})
	})
	Expect(growth).To(BeNumerically("<", 1.5))
})
