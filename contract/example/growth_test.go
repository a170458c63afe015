package example_test

import (
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document/documenttest"
	"example.com/digilocker/specs/overlay"
)

var _ = Describe("as a document grows,", func() {
	taken := func(n int) *example.Document {
		GinkgoHelper()
		root, _, err := overlay.Effective(filepath.Join(documenttest.Write(GinkgoTB(), n), "specs", documenttest.Provider))
		Expect(err).NotTo(HaveOccurred())
		d, err := example.New(documenttest.Provider, root)
		Expect(err).NotTo(HaveOccurred())
		Expect(d.Entries).To(HaveLen(n * (documenttest.Examples + 1))) // the overlay adds one
		return d
	}

	It("the work of taking it apart grows in step", func() {
		growth := documenttest.Growth(10, func(n int) float64 {
			root, _, err := overlay.Effective(filepath.Join(documenttest.Write(GinkgoTB(), n), "specs", documenttest.Provider))
			Expect(err).NotTo(HaveOccurred())
			return documenttest.Allocated(func() {
				_, err := example.New(documenttest.Provider, root)
				Expect(err).NotTo(HaveOccurred())
			})
		})
		Expect(growth).To(BeNumerically("<", 1.5))
	})

	It("what belongs to an example is found as soon", func() {
		growth := documenttest.Growth(20, func(n int) float64 {
			d := taken(n)
			return documenttest.Fastest(func() {
				for _, e := range d.Entries {
					op, _ := d.Operation(e.Operation)
					d.StatusOf(e)
					d.AnyBody(op)
				}
			})
		})
		Expect(growth).To(BeNumerically("<", 3))
	})
})
