package readme

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/providers"
)

var _ = Describe("the README", func() {
	BeforeEach(func() { GinkgoT().Chdir("../..") })

	It("has the current tables", func() {
		readme, err := os.ReadFile("README.md")
		Expect(err).NotTo(HaveOccurred())
		file := filepath.Join(GinkgoT().TempDir(), "README.md")
		Expect(os.WriteFile(file, readme, 0o644)).To(Succeed())
		Expect(write(file, "specs", providers.All)).To(Succeed())
		Expect(os.ReadFile(file)).To(Equal(readme), "run make generate")
	})

	DescribeTable("is left alone where it has no place for", func(name, text string) {
		file := filepath.Join(GinkgoT().TempDir(), "README.md")
		Expect(os.WriteFile(file, []byte(text), 0o644)).To(Succeed())
		Expect(write(file, "specs", providers.All)).To(MatchError(And(ContainSubstring("no place for the table"), ContainSubstring(name))))
		Expect(os.ReadFile(file)).To(BeEquivalentTo(text))
	},
		Entry("any table", "coverage", "# nothing here\n"),
		Entry("one of them", "mutants", "<!-- coverage: written by make generate -->\n<!-- end of coverage -->\n"),
	)
})
