package importing

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// sourcesFolder is where, beside import.yaml, the facts of each source are kept.
const sourcesFolder = "sources"

// originKey is the member of such a file that says what it was taken from.
const originKey = "x-source"

// origin is the published file that facts were taken from.
type origin struct {
	Name   string
	Date   string // of publication, YYYY-MM-DD, or "undated"
	SHA256 string `yaml:"sha256"`
	// With has the sums of the other files beside that one, by name, to which it refers.
	With map[string]string
	// Authored says that the facts were written by hand, since the publication has no
	// OpenAPI document; its sum may then be left out.
	Authored bool
}

// publication is what one source says: its facts, and where they are from.
type publication struct {
	*source
	origin origin
	file   string // that the lines of facts count in
	facts  *yaml.Node
	// unfollowed are references that lead out of it, each with the reason why it was not
	// followed.
	unfollowed map[string]string
	leftovers  leftovers
	// text is what the source's file is to hold; nil if that is authored and stays.
	text []byte
}

// kept is a source's file as it was found.
type kept struct {
	publication
	// fault is what keeps it from being used; it can still be superseded.
	fault error
}

var notInFileName = regexp.MustCompile(`[^a-z0-9]+`)

// fileName is what the source's file is called.
func (s *source) fileName() string {
	return strings.Trim(notInFileName.ReplaceAllString(strings.ToLower(s.Name), "-"), "-") + ".yaml"
}

func (m *manifest) folder() string { return filepath.Join(filepath.Dir(m.file), sourcesFolder) }

func (m *manifest) fileOf(s *source) string { return filepath.Join(m.folder(), s.fileName()) }

// readKept reads what is kept of the sources, by name. A source of which nothing is kept
// is not there.
func (m *manifest) readKept() (map[string]*kept, error) {
	found, err := os.ReadDir(m.folder())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	byFile := map[string]*source{}
	for _, s := range m.Sources {
		byFile[s.fileName()] = s
	}
	all := map[string]*kept{}
	for _, entry := range found {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		file := filepath.Join(m.folder(), entry.Name())
		s := byFile[entry.Name()]
		if s == nil {
			return nil, fmt.Errorf("%s: belongs to no source in %s: list its source there, or delete the file", file, m.file)
		}
		k := &kept{publication: publication{source: s, file: file}}
		k.fault = k.read()
		all[s.Name] = k
	}
	return all, nil
}

// read reads a source's file. Facts are there even if the file was edited by hand.
func (k *kept) read() error {
	data, err := os.ReadFile(k.file)
	if err != nil {
		return err
	}
	if k.facts, err = openAPI(k.file, data); err != nil {
		return err
	}
	if k.origin, err = originOf(k.file, k.facts); err != nil {
		return err
	}
	sealed, unbroken := document.Sealed(data)
	remedy := fmt.Sprintf("put it back, or give the publication again (FROM=, SOURCE=%q)", k.Name)
	switch {
	case k.origin.Authored && sealed:
		return fmt.Errorf("%s: says that it is authored, and has the sum of a text that was not: delete the line %q", k.file, "# sha256 of what follows: ...")
	case k.origin.Authored && len(k.Replace) > 0:
		return fmt.Errorf("%s: is authored, so nothing of it is replaced: write it as it should be, and take replace out of import.yaml", k.file)
	case k.origin.Authored:
		return nil
	case !sealed || k.origin.SHA256 == "":
		return fmt.Errorf("%s: was not written by make import, and does not say \"%s: {authored: true}\": %s", k.file, originKey, remedy)
	case !unbroken:
		return fmt.Errorf("%s: was edited by hand: %s", k.file, remedy)
	}
	k.text = data
	return nil
}

// originOf reads what a document says it was taken from.
func originOf(file string, root *yaml.Node) (origin, error) {
	var o origin
	n := document.Get(root, originKey)
	if n == nil {
		return o, nil
	}
	fail := func(format string, args ...any) error {
		return &document.Error{File: file, Line: n.Line, Msg: originKey + ": " + fmt.Sprintf(format, args...)}
	}
	for name := range document.Members(n) {
		if !slices.Contains([]string{"name", "date", "sha256", "with", "authored"}, name) {
			return o, fail("has no member %q; there are date, sha256 and authored", name)
		}
	}
	if err := n.Decode(&o); err != nil {
		return o, fail("authored is true or false, date and sha256 are text, with has a sha256 for each file")
	}
	switch {
	case o.Date == "" && o.Authored:
		o.Date = undated
	case !isDate(o.Date):
		return o, fail("date %q is neither YYYY-MM-DD nor \"undated\"", o.Date)
	}
	if summed := !o.Authored || o.SHA256 != ""; summed && !hexSum.MatchString(o.SHA256) {
		return o, fail("sha256 must be 64 hexadecimal digits")
	}
	return o, nil
}

// current is what is kept, as the manifest is now: taken again by its selection, and
// under the source's present name and date.
func (m *manifest) current(k *kept) (*publication, error) {
	if k.fault != nil {
		return nil, k.fault
	}
	if sums := k.files(); sums != nil && !k.origin.Authored && !slices.Contains(sums, k.origin.SHA256) {
		return nil, fmt.Errorf("%s: is of a file with the sha256 %s, and %s lists %s for source %q: give the file that is listed (FROM=)",
			k.file, k.origin.SHA256, m.file, strings.Join(sums, " or "), k.Name)
	}
	for _, r := range k.Replace {
		if n := document.At(k.facts, r.At); n != nil && !document.Equal(n, r.with) {
			return nil, fmt.Errorf("%s: has at %s another value than the replacement in %s: give the publication again (FROM=)", k.file, r.At, m.file)
		}
	}
	p := k.publication
	p.origin.Name = p.Name
	if p.Date != "" && !p.origin.Authored {
		p.origin.Date = p.Date
	}
	return &p, m.take(&p, []*yaml.Node{k.facts})
}

// take makes the publication's facts of documents, and the text of its file.
func (m *manifest) take(p *publication, docs []*yaml.Node) error {
	facts, err := m.facts(p, docs)
	if err != nil {
		return err
	}
	p.facts = facts
	if p.origin.Authored {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s, as %s published it: facts only. Written by make import: never edited, corrections belong into overlay.yaml.\n", p.Name, m.Publisher)
	fmt.Fprintf(&b, "%s, %s, sha256 %s\n", p.URL, p.origin.Date, p.origin.SHA256)
	p.text, err = document.Seal(facts, b.String())
	return err
}

// String says when the file was published, and what it was taken from.
func (o origin) String() string {
	switch {
	case o.Authored && o.SHA256 == "":
		return o.Date + ", written by hand"
	case o.Authored:
		return o.Date + ", written by hand from sha256 " + o.SHA256
	}
	return o.Date + ", sha256 " + o.SHA256
}

// node is the origin as a member of the source's file.
func (o origin) node() *yaml.Node {
	n := textual("name", o.Name, "date", o.Date, "sha256", o.SHA256)
	var with []string
	for _, name := range slices.Sorted(maps.Keys(o.With)) {
		with = append(with, name, o.With[name])
	}
	if with != nil {
		document.Set(n, "with", textual(with...))
	}
	return n
}

// textual is a mapping of those of the members that are not empty.
func textual(members ...string) *yaml.Node {
	n := document.Map()
	for i := 0; i < len(members); i += 2 {
		if members[i+1] != "" {
			document.Set(n, members[i], document.String(members[i+1]))
		}
	}
	return n
}

// header is the comment on top of the merged document.
func header(m *manifest, pubs []*publication) string {
	var b strings.Builder
	fmt.Fprintf(&b, "What %s publishes. Written by specs/import: never edited, corrections belong into overlay.yaml.\n", m.Publisher)
	for _, p := range pubs {
		fmt.Fprintf(&b, "%s: %s, %s\n", p.Name, p.URL, p.origin)
	}
	return b.String()
}

// provenance is the header's content as data.
func provenance(pubs []*publication) *yaml.Node {
	list := document.Seq()
	for _, p := range pubs {
		n := textual("name", p.Name, "date", p.origin.Date, "url", p.URL, "licence", p.Licence, "sha256", p.origin.SHA256)
		if p.origin.Authored {
			document.Set(n, "authored", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
		}
		list.Content = append(list.Content, n)
	}
	return list
}
