package main

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("the README", func() {
	It("has the current table", func() {
		table, err := coverage("../../gen", "../../specs", "../differences")
		Expect(err).NotTo(HaveOccurred())
		readme, err := os.ReadFile("../../README.md")
		Expect(err).NotTo(HaveOccurred())
		Expect(string(readme)).To(ContainSubstring(begin+table+end), "run make generate")
	})

	It("is left alone where it has no place for the table", func() {
		file := filepath.Join(GinkgoT().TempDir(), "README.md")
		Expect(os.WriteFile(file, []byte("# nothing here\n"), 0o644)).To(Succeed())
		Expect(run(file)).To(MatchError(ContainSubstring("no place for the table")))
		Expect(os.ReadFile(file)).To(BeEquivalentTo("# nothing here\n"))
	})
})
