package readme

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/providers"
)

var _ = Describe("the README and the page of mutants", func() {
	BeforeEach(func() { GinkgoT().Chdir("../..") })

	// pages are those two, with these texts, in a folder that is no tree.
	pages := func(readmeText, caughtText string) string {
		GinkgoHelper()
		root := GinkgoT().TempDir()
		Expect(os.MkdirAll(filepath.Dir(filepath.Join(root, caughtPage)), 0o755)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(root, readme), []byte(readmeText), 0o644)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(root, caughtPage), []byte(caughtText), 0o644)).To(Succeed())
		return root
	}
	read := func(root, file string) string {
		GinkgoHelper()
		text, err := os.ReadFile(filepath.Join(root, file))
		Expect(err).NotTo(HaveOccurred())
		return string(text)
	}

	It("have the current tables", func() {
		root := pages(read("", readme), read("", caughtPage))
		Expect(write(root, "specs", providers.All)).To(Succeed())
		for _, file := range []string{readme, caughtPage} {
			Expect(read(root, file)).To(Equal(read("", file)), "run make generate")
		}
	})

	const coveragePlace = "<!-- coverage: written by make generate -->\n<!-- end of coverage -->\n"
	const mutantsPlace = "<!-- mutants: written by make generate -->\n<!-- end of mutants -->\n"
	DescribeTable("are left alone where there is no place for", func(name, readmeText, caughtText string) {
		root := pages(readmeText, caughtText)
		Expect(write(root, "specs", providers.All)).
			To(MatchError(And(ContainSubstring("no place for the table"), ContainSubstring(name))))
		Expect(read(root, readme)).To(Equal(readmeText))
		Expect(read(root, caughtPage)).To(Equal(caughtText))
	},
		Entry("any table", "coverage", "# nothing here\n", "# nor here\n"),
		Entry("the first", "coverage", "# nothing here\n", mutantsPlace),
		Entry("the second", "mutants", coveragePlace, "# nothing here\n"),
	)
})
