package doctor_test

import (
	"fmt"
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/doctor"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/specs/document/documenttest"
)

var _ = Describe("as a document grows,", func() {
	It("the doctor's work grows in step, and each broken example has its mender", func() {
		growth := documenttest.Growth(10, func(n int) float64 {
			specs := filepath.Join(documenttest.Write(GinkgoTB(), n), "specs")
			return documenttest.Allocated(func() {
				d, err := doctor.Diagnose(specs, documenttest.Provider)
				Expect(err).NotTo(HaveOccurred())
				Expect(d.Broken).
					To(SatisfyAll(HaveLen(n*documenttest.Broken+1), HaveEach(HaveField("MendedBy", Not(BeEmpty())))))
				Expect(d.StillBroken).To(BeEmpty())
			})
		})
		Expect(growth).To(BeNumerically("<", 1.5))
	})
})

// The example doctor's work on all providers.
func BenchmarkDiagnose(b *testing.B) {
	specs := filepath.Join("..", "..", "specs")
	for b.Loop() {
		for _, p := range providers.All {
			if _, err := doctor.Diagnose(specs, p.Name); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// How that grows.
func BenchmarkDoctor(b *testing.B) {
	for _, n := range documenttest.Sizes {
		b.Run(fmt.Sprintf("ops=%d", n), func(b *testing.B) {
			specs := filepath.Join(documenttest.Write(b, n), "specs")
			for b.Loop() {
				d, err := doctor.Diagnose(specs, documenttest.Provider)
				if err != nil || len(d.Broken) != n*documenttest.Broken+1 {
					b.Fatal(err)
				}
			}
		})
	}
}
