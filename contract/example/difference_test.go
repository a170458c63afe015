package example_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
)

func readDifferences(text string) (example.Differences, error) {
	GinkgoHelper()
	return example.ReadDifferences("acme.yaml", []byte(text))
}

var _ = Describe("a list of differences", func() {
	It("is read in its order", func() {
		list, err := readDifferences("AC-D1: {says: one, sources: [P]}\nAC-D2: {says: two, sources: [P], untested: nobody can}\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(HaveLen(2))
		Expect(list.Pinned()).To(Equal(1))
		d, found := list.Find("AC-D2")
		Expect(found).To(BeTrue())
		Expect(d.Untested).To(Equal("nobody can"))
	})

	DescribeTable("is refused", func(text, complaint string) {
		_, err := readDifferences(text)
		Expect(err).To(MatchError(ContainSubstring(complaint)))
	},
		Entry("with a gap", "AC-D1: {says: one, sources: [P]}\nAC-D3: {says: three, sources: [P]}\n", "acme.yaml:2: AC-D3 is out of turn"),
		Entry("with a stranger in it", "AC-D1: {says: one, sources: [P]}\nBD-D2: {says: two, sources: [P]}\n", "another prefix"),
		Entry("with a number given twice", "AC-D1: {says: one, sources: [P]}\nAC-D1: {says: two, sources: [P]}\n", `duplicate member "AC-D1"`),
		Entry("without a source", "AC-D1: {says: one}\n", "needs says and sources"),
		Entry("with a misspelt member", "AC-D1: {says: one, sources: [P], untestd: x}\n", "untestd"),
	)
})
