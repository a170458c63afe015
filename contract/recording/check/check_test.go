package check

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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

	It("finds nothing in those that are kept", func(ctx SpecContext) {
		Expect(Run(ctx, []string{"../../provider"}, nil, &out, &errs)).To(Equal(0), out.String())
		Expect(out.String()).To(MatchRegexp(`^\d+ fixtures hold no secret`))
	})

	It("names file, line and kind of what redaction has missed, and does not show it", func(ctx SpecContext) {
		dir := GinkgoT().TempDir()
		changed := bytes.Replace(fixtureWith("ABCPV1234D"), []byte("ABCPV1234D"), []byte("BNZPK4821Q"), 1)
		Expect(os.Mkdir(filepath.Join(dir, "fixtures"), 0o700)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, "fixtures", "pan.yaml"), changed, 0o600)).To(Succeed())
		Expect(Run(ctx, []string{dir}, nil, &out, &errs)).To(Equal(1))
		Expect(out.String()).To(MatchRegexp(`pan\.yaml:\d+: pan\n`))
		Expect(out.String() + errs.String()).NotTo(ContainSubstring("BNZPK"))
		Expect(errs.String()).To(ContainSubstring("make record"))
	})

	It("does not take an empty folder for a clean one", func(ctx SpecContext) {
		Expect(Run(ctx, []string{GinkgoT().TempDir()}, nil, &out, &errs)).To(Equal(2))
		Expect(Run(ctx, []string{"no-such-folder"}, nil, &out, &errs)).To(Equal(2))
		Expect(Run(ctx, []string{"a", "b"}, nil, &out, &errs)).To(Equal(2))
	})
})

// fixtureWith is some provider's fixture in which that text stands.
func fixtureWith(text string) []byte {
	GinkgoHelper()
	var found []byte
	Expect(filepath.WalkDir("../../provider", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.Contains(filepath.ToSlash(path), "/fixtures/") {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(text)) {
			found = content
			return fs.SkipAll
		}
		return err
	})).To(Succeed())
	Expect(found).NotTo(BeNil(), "no fixture has %s", text)
	return found
}
