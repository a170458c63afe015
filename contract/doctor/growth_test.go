package doctor_test

import (
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/doctor"
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
