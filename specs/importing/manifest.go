package importing

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// manifest is specs/<provider>/import.yaml: what to take, and from where.
type manifest struct {
	file string

	// Publisher is the provider's name as a reader knows it.
	Publisher string `yaml:"publisher"`
	Select    selection
	// Sources in order of rank: where several agree, the first is named.
	Sources []source
	Decide  []decision
}

// selection names what to keep: operations at or below one of Paths, and those
// whose operationId is in Operations. One of the two must be there.
type selection struct {
	Paths      []string
	Operations []string
}

// source is one publication.
type source struct {
	Name    string
	Date    string // of publication, YYYY-MM-DD, or "undated"
	URL     string `yaml:"url"`
	Licence string
	SHA256  string `yaml:"sha256"`
}

// decision says which source wins at the JSON pointer At and below it.
type decision struct {
	At   string
	Take string
}

var (
	hexSum      = regexp.MustCompile(`^[0-9a-f]{64}$`)
	dateOrNone  = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2}|undated)$`)
	providerDir = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
)

func readManifest(specs, provider string) (*manifest, error) {
	file := filepath.Join(specs, provider, "import.yaml")
	_, err := os.Stat(file)
	if !providerDir.MatchString(provider) || errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("unknown provider %q: there is no %s (there is one for %s)", provider, file, quoted(providers(specs)))
	}
	m := &manifest{file: file}
	if _, err := document.Decode(file, m); err != nil {
		return nil, err
	}
	return m, m.check()
}

func (m *manifest) check() error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%s: %s", m.file, fmt.Sprintf(format, args...))
	}
	if m.Publisher == "" {
		return fail("publisher is missing")
	}
	if len(m.Select.Paths)+len(m.Select.Operations) == 0 {
		return fail("select names neither paths nor operations")
	}
	if len(m.Sources) == 0 {
		return fail("sources is empty")
	}
	names, sums := map[string]bool{}, map[string]bool{}
	for _, s := range m.Sources {
		switch {
		case s.Name == "" || names[s.Name]:
			return fail("each source needs a name of its own; %q is not one", s.Name)
		case !dateOrNone.MatchString(s.Date):
			return fail("source %q: date %q is neither YYYY-MM-DD nor \"undated\"", s.Name, s.Date)
		case !hexSum.MatchString(s.SHA256):
			return fail("source %q: sha256 must be 64 hexadecimal digits", s.Name)
		case sums[s.SHA256]:
			return fail("source %q: has the sha256 of a source above it", s.Name)
		}
		names[s.Name], sums[s.SHA256] = true, true
	}
	for _, d := range m.Decide {
		if !names[d.Take] {
			return fail("decide at %s takes %q, which is no source", d.At, d.Take)
		}
	}
	return nil
}

// header is the comment on top of the written document.
func (m *manifest) header() string {
	var b strings.Builder
	fmt.Fprintf(&b, "What %s publishes. Written by specs/import: never edited, corrections belong into overlay.yaml.\n", m.Publisher)
	for _, s := range m.Sources {
		fmt.Fprintf(&b, "%s: %s, %s, sha256 %s\n", s.Name, s.URL, s.Date, s.SHA256)
	}
	return b.String()
}

// sources is the header's content as data.
func (m *manifest) sources() *yaml.Node {
	list := document.Seq()
	for _, s := range m.Sources {
		n := document.Map()
		for _, kv := range [][2]string{{"name", s.Name}, {"date", s.Date}, {"url", s.URL}, {"licence", s.Licence}, {"sha256", s.SHA256}} {
			if kv[1] != "" {
				document.Set(n, kv[0], document.String(kv[1]))
			}
		}
		list.Content = append(list.Content, n)
	}
	return list
}

// decided returns the source that wins at pointer, by the longest decision that
// covers it, and that decision's index; -1 if nobody decided.
func (m *manifest) decided(pointer string) (string, int) {
	best := -1
	for i, d := range m.Decide {
		if pointer != d.At && !strings.HasPrefix(pointer, d.At+"/") {
			continue
		}
		if best < 0 || len(d.At) > len(m.Decide[best].At) {
			best = i
		}
	}
	if best < 0 {
		return "", -1
	}
	return m.Decide[best].Take, best
}

// selected says whether the operation at path with this operationId is wanted,
// and notes in found which entries of the selection say so.
func (s selection) selected(path, operationID string, found map[string]bool) bool {
	wanted := false
	for _, p := range s.Paths {
		if below := strings.TrimSuffix(p, "/"); path == below || strings.HasPrefix(path, below+"/") {
			found[p], wanted = true, true
		}
	}
	if operationID != "" && slices.Contains(s.Operations, operationID) {
		found[operationID], wanted = true, true
	}
	return wanted
}
