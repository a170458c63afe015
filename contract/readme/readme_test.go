package main

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("the README", func() {
	BeforeEach(func() { GinkgoT().Chdir("../..") })

	It("has the current tables", func() {
		readme, err := os.ReadFile("README.md")
		Expect(err).NotTo(HaveOccurred())
		file := filepath.Join(GinkgoT().TempDir(), "README.md")
		Expect(os.WriteFile(file, readme, 0o644)).To(Succeed())
		Expect(run(file)).To(Succeed())
		Expect(os.ReadFile(file)).To(Equal(readme), "run make generate")
	})

	DescribeTable("is left alone where it has no place for", func(name, text string) {
		file := filepath.Join(GinkgoT().TempDir(), "README.md")
		Expect(os.WriteFile(file, []byte(text), 0o644)).To(Succeed())
		Expect(run(file)).To(MatchError(And(ContainSubstring("no place for the table"), ContainSubstring(name))))
		Expect(os.ReadFile(file)).To(BeEquivalentTo(text))
	},
		Entry("any table", "coverage", "# nothing here\n"),
		Entry("one of them", "mutants", "<!-- coverage: written by make generate -->\n<!-- end of coverage -->\n"),
	)

	It("says by whom a file of scores was made that lacks a judge", func() {
		file := filepath.Join(GinkgoT().TempDir(), "score.tsv")
		Expect(os.WriteFile(file, []byte("live\tnull\t2\t1\t0\n"), 0o644)).To(Succeed())
		_, err := caught(file)
		Expect(err).To(MatchError(And(ContainSubstring(`nothing of the judge "fixtures"`), ContainSubstring("make mutants ACCEPT=1"))))
	})
})
