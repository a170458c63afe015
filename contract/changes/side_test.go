package main

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

var _ = Describe("a tree in which files of ours fail", func() {
	var was *side

	// after is the report once the tree was changed by what is done to its files.
	after := func(change func()) *report {
		GinkgoHelper()
		change()
		is, err := readSide("head", os.DirFS("."))
		Expect(err).NotTo(HaveOccurred())
		r := compare(was, is)
		r.revision = "HEAD"
		r.finish()
		Expect(r.count(breaking)).To(BeZero(), r.markdown())
		return r
	}
	write := func(name, text string) {
		GinkgoHelper()
		Expect(os.MkdirAll(filepath.Dir(name), 0o750)).To(Succeed())
		Expect(os.WriteFile(name, []byte(text), 0o600)).To(Succeed())
	}
	BeforeEach(func() {
		dir := GinkgoT().TempDir()
		Expect(os.CopyFS(filepath.Join(dir, "specs"), os.DirFS("testdata/specs"))).To(Succeed())
		GinkgoT().Chdir(dir)
		generated, err := document.Marshal(trees[se].effective, "")
		Expect(err).NotTo(HaveOccurred())
		write("gen/setuapi/openapi.gen.yaml", string(generated))
		write("contract/cases/setu.yaml", "setu/getStatus/200/example: {}\n")
		was, err = readSide("base", os.DirFS("."))
		Expect(err).NotTo(HaveOccurred())
	})

	It("has the overlay mended, and not thrown away with what else was written into it", func() {
		r := after(func() { rewrite("specs/setu/overlay.yaml", `(?m)^  - target:`, "  - targte:") })
		Expect(commands(r)[0]).To(MatchRegexp(`^edit specs/setu/overlay.yaml`), r.markdown())
		Expect(r.markdown()).NotTo(ContainSubstring("git checkout"))
	})

	It("brings back what is gone, and nothing else", func() {
		r := after(func() { Expect(os.Remove("specs/setu/overlay.yaml")).To(Succeed()) })
		Expect(commands(r)[0]).To(Equal("git checkout HEAD -- specs/setu/overlay.yaml"))
		Expect(r.says(inOverlay, "specs-gone")).To(BeTrue(), r.markdown())
	})

	It("says in the section of the examples that the cases cannot be read", func() {
		r := after(func() { write("contract/cases/setu.yaml", "a: [\n") })
		Expect(r.says(inExamples, "unreadable")).To(BeTrue(), r.markdown())
		Expect(commands(r)[0]).To(HavePrefix("edit contract/cases/setu.yaml:"))
	})
})
