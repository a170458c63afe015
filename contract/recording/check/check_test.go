package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestCheck(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/recording/check")
}

// number is a person's PAN.
var number = regexp.MustCompile(`\b[A-Z]{3}P[A-Z]\d{4}[A-Z]\b`)

// kept is a fixture in which the pattern has a match.
func kept(pattern *regexp.Regexp) []byte {
	GinkgoHelper()
	files, err := filepath.Glob("../../provider/*/fixtures/*/*/*.yaml")
	Expect(err).NotTo(HaveOccurred())
	for _, file := range files {
		text, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		if pattern.Match(text) {
			return text
		}
	}
	Fail("no fixture has a match of " + pattern.String())
	return nil
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
		text := kept(number)
		changed := bytes.Replace(text, number.Find(text), []byte("BNZPK4821Q"), 1)
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
