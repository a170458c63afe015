package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestCheck(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/recording/check")
}

var _ = Describe("The check of the fixtures", func() {
	var out, errs bytes.Buffer
	BeforeEach(func() { out.Reset(); errs.Reset() })

	It("finds nothing in those that are kept", func() {
		Expect(run([]string{"../../provider"}, &out, &errs)).To(Equal(0), out.String())
		Expect(out.String()).To(MatchRegexp(`^\d+ fixtures hold no secret`))
	})

	It("names file, line and kind of what redaction has missed, and does not show it", func() {
		dir := GinkgoT().TempDir()
		text, err := os.ReadFile("../../provider/cashfree/fixtures/getDocument/200/pan.yaml")
		Expect(err).NotTo(HaveOccurred())
		changed := bytes.Replace(text, []byte("ABCPV1234D"), []byte("BNZPK4821Q"), 1)
		Expect(changed).NotTo(Equal(text))
		Expect(os.Mkdir(filepath.Join(dir, "fixtures"), 0o700)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, "fixtures", "pan.yaml"), changed, 0o600)).To(Succeed())
		Expect(run([]string{dir}, &out, &errs)).To(Equal(1))
		Expect(out.String()).To(MatchRegexp(`pan\.yaml:\d+: pan\n`))
		Expect(out.String() + errs.String()).NotTo(ContainSubstring("BNZPK"))
		Expect(errs.String()).To(ContainSubstring("make record"))
	})

	It("does not take an empty folder for a clean one", func() {
		Expect(run([]string{GinkgoT().TempDir()}, &out, &errs)).To(Equal(2))
		Expect(run([]string{"no-such-folder"}, &out, &errs)).To(Equal(2))
		Expect(run([]string{"a", "b"}, &out, &errs)).To(Equal(2))
	})
})
