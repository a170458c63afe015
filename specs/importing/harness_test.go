package importing

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// house is a temporary folder with the specs of an invented provider, acme, and
// with what acme publishes.
type house struct {
	dir            string
	stdout, stderr string
	sources        []string // entries of the manifest
	files          []string // arguments
}

func newHouse() *house {
	GinkgoHelper()
	h := &house{dir: GinkgoT().TempDir()}
	Expect(os.MkdirAll(h.path("specs", "acme"), 0o755)).To(Succeed())
	return h
}

func (h *house) path(names ...string) string {
	return filepath.Join(append([]string{h.dir}, names...)...)
}

func (h *house) write(name, text string) string {
	GinkgoHelper()
	Expect(os.WriteFile(h.path(name), []byte(text), 0o644)).To(Succeed())
	return h.path(name)
}

// text is what a file of the house holds.
func (h *house) text(name string) string {
	GinkgoHelper()
	data, err := os.ReadFile(h.path(name))
	Expect(err).NotTo(HaveOccurred())
	return string(data)
}

// publish makes file one of acme's sources, called name.
func (h *house) publish(name, file string) {
	GinkgoHelper()
	data, err := os.ReadFile(file)
	if err != nil { // some specs want a file that cannot be read
		data = []byte(name)
	}
	h.sources = append(h.sources, fmt.Sprintf("  - {name: %q, date: 2022-02-03, url: 'https://acme.example/%s', licence: Acme Free 1.0, sha256: %x}\n", name, name, sha256.Sum256(data)))
	h.files = append(h.files, file)
}

// manifest writes acme's import.yaml; rest is what follows its sources.
func (h *house) manifest(selection, rest string) {
	GinkgoHelper()
	h.write("specs/acme/import.yaml", "publisher: Acme\nselect: "+selection+"\nsources:\n"+strings.Join(h.sources, "")+rest)
}

func (h *house) run(args ...string) int {
	var stdout, stderr bytes.Buffer
	status := Run(append([]string{"-specs", h.path("specs")}, args...), nil, &stdout, &stderr)
	h.stdout, h.stderr = stdout.String(), stderr.String()
	return status
}

// takes runs import on what was published and must succeed.
func (h *house) takes() *yaml.Node {
	GinkgoHelper()
	Expect(h.run(append([]string{"acme"}, h.files...)...)).To(Equal(0), h.stderr)
	Expect(h.stderr).To(BeEmpty())
	root, err := document.Read(h.path("specs/acme/openapi.yaml"))
	Expect(err).NotTo(HaveOccurred())
	return root
}

// refuses runs import, which must end with status 2 and begin with want what it says, and
// leave every file as it was, an older result too. It is one line, but for decisions.
func (h *house) refuses(want string, args ...string) {
	GinkgoHelper()
	for _, older := range []string{"", "older: yes\n"} {
		if older != "" {
			h.write("specs/acme/openapi.yaml", older) // which make import has no use for
		}
		before := h.state()
		Expect(h.run(args...)).To(Equal(2))
		Expect(strings.ReplaceAll(h.stderr, h.dir+"/", "")).To(HavePrefix("import: " + want))
		if !strings.Contains(h.stderr, "decision") && !strings.Contains(h.stderr, "nobody decided") {
			Expect(h.stderr).To(MatchRegexp(`^[^\n]+\n$`), "one line")
		}
		Expect(h.stdout).To(BeEmpty())
		Expect(h.state()).To(Equal(before))
	}
}

// state is every file below the house with its time.
func (h *house) state() map[string]time.Time {
	GinkgoHelper()
	found := map[string]time.Time{}
	Expect(filepath.WalkDir(h.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		found[path] = info.ModTime()
		return err
	})).To(Succeed())
	return found
}

// imported is what becomes of one document.
func imported(text string) *yaml.Node {
	GinkgoHelper()
	h := newHouse()
	h.publish("page", h.write("page", text))
	h.manifest("{paths: [/]}", "")
	return h.takes()
}

// haveAt matches a document with this JSON at a pointer, or with nothing there
// if want is empty.
func haveAt(pointer, want string) OmegaMatcher {
	return WithTransform(func(root *yaml.Node) string {
		if n := document.At(root, pointer); n != nil {
			return string(document.JSON(n))
		}
		return ""
	}, Equal(want))
}

// mustParse is a document that must be one.
func mustParse(text string) *yaml.Node {
	GinkgoHelper()
	root, err := document.Parse("document", []byte(text))
	Expect(err).NotTo(HaveOccurred())
	return root
}
