package authpartner_test

import (
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = It("each point of oauth.md that a spec shows is shown by a spec", func() {
	page, err := os.ReadFile("oauth.md")
	Expect(err).NotTo(HaveOccurred())
	files, err := filepath.Glob("*_test.go")
	Expect(err).NotTo(HaveOccurred())
	var specs strings.Builder
	for _, name := range files {
		text, err := os.ReadFile(name)
		Expect(err).NotTo(HaveOccurred())
		specs.Write(text)
	}
	shown := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 3 || cells[2] == "- |" || strings.HasPrefix(line, "| point") {
			continue
		}
		shown++
		Expect(specs.String()).To(ContainSubstring(strings.TrimSuffix(cells[2], " |")), cells[0])
	}
	Expect(shown).To(BeNumerically(">", 30))
})
