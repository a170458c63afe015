package importing

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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
	Sources []*source
	Decide  []decision
}

// selection names what to keep: operations at or below one of Paths, those whose
// operationId is in Operations, and Webhooks. One of them must be there. The path / takes
// everything, webhooks too. An operation of a path item among the components, to which no path
// refers, is taken by its id alone.
type selection struct {
	Paths      []string
	Operations []string
	Webhooks   []string
}

// source is one publication. Its facts, and which file of which date they are from, are
// in a file of its own: see kept.
type source struct {
	Name string
	URL  string `yaml:"url"`
	// File is where the file itself is, if what is at URL is a page for people.
	File    string
	Licence string
	// SHA256 is that of the only file that is this source, and Date its date: for an
	// address whose content never changes. Without it any file can be the next one.
	SHA256 string `yaml:"sha256"`
	Date   string
	// Instead are the sums of files that may be given for that one, such as a cut of it.
	Instead []string
	Replace []replacement
}

// replacement is a value that is written in the place of the published one: a person
// in an example who could be real.
type replacement struct {
	At   string // JSON pointer into the document as published
	With yaml.Node
	with *yaml.Node // With, as package document reads it
}

// files are the sums of the files that the source can be; none if it can be any.
func (s *source) files() []string {
	if s.SHA256 == "" {
		return nil
	}
	return append([]string{s.SHA256}, s.Instead...)
}

// decision says which source wins at the JSON pointer At and below it.
type decision struct {
	At   string
	Take string
}

var (
	hexSum      = regexp.MustCompile(`^[0-9a-f]{64}$`)
	providerDir = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
)

func readManifest(specs, provider string) (*manifest, error) {
	file := filepath.Join(specs, provider, "import.yaml")
	_, err := os.Stat(file)
	if !providerDir.MatchString(provider) || errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("unknown provider %q: there is no %s (there is one for %s)", provider, file, quoted(providers(specs)))
	}
	m := &manifest{file: file}
	root, err := document.Decode(file, m)
	if err != nil {
		return nil, err
	}
	for i, s := range m.Sources {
		if s == nil { // an entry that says nothing
			m.Sources[i] = &source{}
			continue
		}
		for j := range s.Replace {
			s.Replace[j].with = document.At(root, fmt.Sprintf("/sources/%d/replace/%d/with", i, j))
		}
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
	if len(m.Select.Paths)+len(m.Select.Operations)+len(m.Select.Webhooks) == 0 {
		return fail("select names neither paths nor operations nor webhooks")
	}
	if len(m.Sources) == 0 {
		return fail("sources is empty")
	}
	names, files, sums := map[string]bool{}, map[string]string{}, map[string]bool{}
	for _, s := range m.Sources {
		switch {
		case s.Name == "" || names[s.Name]:
			return fail("each source needs a name of its own; %q is not one", s.Name)
		case s.fileName() == ".yaml":
			return fail("source %q: its name has no letter and no digit to call a file by", s.Name)
		case files[s.fileName()] != "":
			return fail("sources %q and %q would both be kept in %s; give one another name", files[s.fileName()], s.Name, s.fileName())
		case s.SHA256 == "" && (s.Date != "" || s.Instead != nil):
			return fail("source %q: date and instead belong to a sha256; without one the date comes from DATE=", s.Name)
		case s.Date != "" && !isDate(s.Date):
			return fail("source %q: date %q is neither YYYY-MM-DD nor \"undated\"", s.Name, s.Date)
		}
		for _, sum := range s.files() {
			switch {
			case !hexSum.MatchString(sum):
				return fail("source %q: sha256 must be 64 hexadecimal digits", s.Name)
			case sums[sum]:
				return fail("source %q: has a sha256 that stands above it", s.Name)
			}
			sums[sum] = true
		}
		for _, r := range s.Replace {
			if !strings.HasPrefix(r.At, "/") || r.with == nil {
				return fail("source %q: each entry of replace says at, a JSON pointer such as /components/examples/a/value/name, and with, the value to write there", s.Name)
			}
		}
		names[s.Name], files[s.fileName()] = true, s.Name
	}
	for _, d := range m.Decide {
		if !names[d.Take] {
			return fail("decide at %s takes %q, which is no source", d.At, d.Take)
		}
	}
	return nil
}

// isDate says whether text is a day, or that a publication carries none.
func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil || text == undated
}

const undated = "undated"

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

// takes says whether the operation with this operationId is wanted, which stands at name in
// that section of a document, and notes in found which entries of the selection say so.
func (s selection) takes(section, name, operationID string, found map[string]bool) bool {
	wanted := false
	for _, p := range s.Paths {
		below := strings.TrimSuffix(p, "/")
		if section == "paths" && (name == below || strings.HasPrefix(name, below+"/")) ||
			section == "webhooks" && p == "/" {
			found[p], wanted = true, true
		}
	}
	if section == "webhooks" && slices.Contains(s.Webhooks, name) {
		found[name], wanted = true, true
	}
	if operationID != "" && slices.Contains(s.Operations, operationID) {
		found[operationID], wanted = true, true
	}
	return wanted
}

// oneVersion says that a publication of OpenAPI 3.0 goes into a document of 3.1 only where it reads the
// same there: a few words mean something else, so that a plain merge would be wrong without a word.
func (m *manifest) oneVersion(pubs []*publication) error {
	newer := slices.IndexFunc(pubs, (*publication).of31)
	if newer < 0 {
		return nil
	}
	version := func(p *publication) string { return document.Text(p.facts, "openapi") }
	for _, p := range pubs {
		if p.of31() {
			continue
		}
		if at := reread(p.facts, ""); at != "" {
			return fmt.Errorf("%s: source %q is OpenAPI %s and source %q is OpenAPI %s, and schemas of 3.0 mean "+
				"something else in 3.1 (nullable, exclusiveMinimum, members beside a $ref, and what 3.0 does not "+
				"know), as at %s; convert the file of %q, for example with openapi-format --convertTo 3.1, and "+
				"give that instead, together with the others (FROM=)",
				m.file, p.Name, version(p), pubs[newer].Name, version(pubs[newer]), at, p.Name)
		}
	}
	return nil
}

// of31 says whether the publication is of OpenAPI 3.1.
func (p *publication) of31() bool {
	return strings.HasPrefix(document.Text(p.facts, "openapi"), "3.1.")
}

// obeyed are words of a schema that 3.1 obeys and 3.0 does not know.
var obeyed = strings.Fields(`$anchor $defs $dynamicAnchor $dynamicRef $id $schema const contains contentEncoding
	contentMediaType contentSchema dependentRequired dependentSchemas else if maxContains minContains patternProperties
	prefixItems propertyNames then unevaluatedItems unevaluatedProperties`)

// reread is the pointer of the first word in n, at pointer, that 3.1 reads otherwise than 3.0; "" if there
// is none. A member or an example of that name counts too: rather one refusal too many.
func reread(n *yaml.Node, pointer string) string {
	for name, value := range document.Members(n) {
		at := document.Pointer(pointer, name)
		switch {
		case name == "nullable", name == "exclusiveMinimum", name == "exclusiveMaximum",
			name == "$ref" && len(n.Content) > 2, slices.Contains(obeyed, name):
			return at
		}
		if found := reread(value, at); found != "" {
			return found
		}
	}
	for i, value := range document.Items(n) {
		if found := reread(value, document.Pointer(pointer, strconv.Itoa(i))); found != "" {
			return found
		}
	}
	return ""
}
