package example_test

import (
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/document/documenttest"
	"example.com/digilocker/specs/overlay"
)

// TestLookingUp takes a document apart and looks up what belongs to each example, often
// enough for that to be most of the work.
func TestLookingUp(t *testing.T) {
	n := documenttest.Work(t)
	root, _, err := overlay.Effective(filepath.Join(documenttest.Write(t, n), "specs", documenttest.Provider))
	if err != nil {
		t.Fatal(err)
	}
	d, err := example.New(documenttest.Provider, root)
	if err != nil {
		t.Fatal(err)
	}
	if want := n * (documenttest.Examples + 1); len(d.Entries) != want { // the overlay adds one
		t.Fatalf("%d examples, not %d", len(d.Entries), want)
	}
	for range 100 {
		for _, e := range d.Entries {
			op, _ := d.Operation(e.Operation)
			d.StatusOf(e)
			d.AnyBody(op)
		}
	}
}

var _ = Describe("as a document grows,", func() {
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

	It("the work of taking it apart grows in step, also where its operations share what they answer", func() {
		growth := documenttest.Growth(30, func(n int) float64 {
			root, err := document.Parse(documenttest.Provider, documenttest.Shared(n))
			Expect(err).NotTo(HaveOccurred())
			return documenttest.Allocated(func() {
				d, err := example.NewPublished(documenttest.Provider, root)
				Expect(err).NotTo(HaveOccurred())
				Expect(len(d.Entries)).To(Equal(n * documenttest.Examples))
			})
		})
		Expect(growth).To(BeNumerically("<", 1.2))
	})

	It("what belongs to an example is found as soon", func() {
		steps := documenttest.Steps(GinkgoTB(), "TestLookingUp", "example.com/digilocker/contract/example")
		Expect(documenttest.Growth(10, steps)).To(BeNumerically("<", 1.5))
	})
})
