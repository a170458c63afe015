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
		changed := append(anyFixture(), "\n# BNZPK4821Q\n"...)
		Expect(os.Mkdir(filepath.Join(dir, "fixtures"), 0o700)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, "fixtures", "recorded.yaml"), changed, 0o600)).To(Succeed())
		Expect(Run(ctx, []string{dir}, nil, &out, &errs)).To(Equal(1))
		Expect(out.String()).To(MatchRegexp(`recorded\.yaml:\d+: pan\n`))
		Expect(out.String() + errs.String()).NotTo(ContainSubstring("BNZPK"))
		Expect(errs.String()).To(ContainSubstring("make record"))
	})

	It("does not take an empty folder for a clean one", func(ctx SpecContext) {
		Expect(Run(ctx, []string{GinkgoT().TempDir()}, nil, &out, &errs)).To(Equal(2))
		Expect(Run(ctx, []string{"no-such-folder"}, nil, &out, &errs)).To(Equal(2))
		Expect(Run(ctx, []string{"a", "b"}, nil, &out, &errs)).To(Equal(2))
	})
})

// anyFixture is the text of some provider's fixture.
func anyFixture() []byte {
	GinkgoHelper()
	var found []byte
	Expect(filepath.WalkDir("../../provider", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.Contains(filepath.ToSlash(path), "/fixtures/") {
			return err
		}
		if found, err = os.ReadFile(path); err != nil {
			return err
		}
		return fs.SkipAll
	})).To(Succeed())
	Expect(found).NotTo(BeEmpty())
	return found
}
