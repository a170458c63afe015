package importing

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// request is what the caller asks for.
type request struct {
	provider string
	files    []string
	source   string // that the file is; "" to tell it by its content
	date     string // of the file; "" if the caller does not say
}

func (r request) check() error {
	switch {
	case r.provider == "" && len(r.files) > 0:
		return errors.New("PROVIDER is missing: say whose publication it is, as in: make import PROVIDER=acme FROM=page.md")
	case r.source != "" && len(r.files) != 1:
		return fmt.Errorf("SOURCE=%q is for one file: name it with FROM=", r.source)
	case r.date != "" && len(r.files) != 1:
		return fmt.Errorf("DATE=%q is for one file: name it with FROM=", r.date)
	case r.date != "" && !isDate(r.date):
		return fmt.Errorf("DATE=%q is neither YYYY-MM-DD nor \"undated\"", r.date)
	}
	return nil
}

// given is a file that was published, before it is known which source it is.
type given struct {
	file string
	data []byte
	docs []*yaml.Node
	sum  string // that the source says it is of; of an authored file, "" if it says none
	own  string // of the file itself
	// with has the sums of the other files that were bundled, by name, and unfollowed the
	// references that could not be, each with the reason.
	with, unfollowed map[string]string
	// authored is what an authored file says of itself, nil if it is none.
	authored *origin
}

func readGiven(file string) (*given, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if sealed, _ := document.Sealed(data); sealed {
		return nil, fmt.Errorf("%s: was written by make import: give the file that was published", file)
	}
	docs, err := parsePublication(file, data)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	g := &given{file: file, data: data, docs: docs, sum: hex.EncodeToString(sum[:])}
	g.own = g.sum
	if !isDocument(data) || document.Get(docs[0], originKey) == nil {
		g.with, g.unfollowed, err = bundled(file, docs)
		return g, err
	}
	o, err := originOf(file, docs[0])
	if err != nil {
		return nil, err
	}
	if o.Authored {
		g.authored, g.sum = &o, o.SHA256
	}
	return g, nil
}

// supersede reads the files and gives the publications that they are, by the name of
// their source.
func (m *manifest) supersede(r request, all map[string]*kept) (map[string]*publication, error) {
	files := make([]*given, len(r.files))
	for i, file := range r.files {
		g, err := readGiven(file)
		if err != nil {
			return nil, err
		}
		for _, other := range files[:i] {
			if string(other.data) == string(g.data) {
				return nil, fmt.Errorf("%s: is the same file as %s", file, other.file)
			}
		}
		files[i] = g
	}
	found, by := map[string]*publication{}, map[string]*given{}
	for _, g := range files {
		s, err := m.sourceOf(g, r, all)
		if err != nil {
			return nil, err
		}
		if other := by[s.Name]; other != nil {
			return nil, fmt.Errorf("%s and %s: both are taken for source %q; give them one after the other, with SOURCE=", other.file, g.file, s.Name)
		}
		p, err := m.publication(s, g, r, all[s.Name])
		if err != nil {
			return nil, err
		}
		found[s.Name], by[s.Name] = p, g
	}
	return found, nil
}

// sourceOf tells which source a file is: the one asked for, the one with its sum, the one
// that has the same operations, or the only one of which nothing is kept yet.
func (m *manifest) sourceOf(g *given, r request, all map[string]*kept) (*source, error) {
	if r.source != "" {
		for _, s := range m.Sources {
			if s.Name == r.source {
				return s, nil
			}
		}
		return nil, fmt.Errorf("SOURCE=%q: there is no such source in %s; there is %s", r.source, m.file, quoted(m.names(m.Sources)))
	}
	for _, s := range m.Sources {
		k := all[s.Name]
		if slices.Contains(s.files(), g.own) || g.sum != "" && k != nil && k.origin.SHA256 == g.sum {
			return s, nil
		}
	}
	operations := m.operations(g.docs)
	if len(operations) == 0 {
		return nil, m.takesNothing(g.file, g.docs)
	}
	alike, none := m.alike(operations, all)
	if len(alike) == 1 && len(none) == 0 {
		return alike[0], nil
	}
	if len(alike) == 0 && len(none) == 1 {
		return none[0], nil
	}
	why := "the operations are those of no source"
	switch could := slices.Concat(alike, none); {
	case len(could) > 0 && len(alike) == 0:
		why = fmt.Sprintf("nothing is kept yet of %s; list them in %s one after the other, or each with the sha256 of its file", quoted(m.names(could)), m.file)
	case len(could) > 0:
		why = fmt.Sprintf("it could be %s", quoted(m.names(could)))
	}
	return nil, fmt.Errorf("%s: its content (%s, sha256 %s) does not tell which source it is: %s; say SOURCE=, one of %s, or list a new one in %s",
		g.file, strings.Join(operations, ", "), g.sum, why, quoted(m.names(m.Sources)), m.file)
}

// alike are the sources whose operations are most like those, and those of which nothing
// is kept. Alike means that the two share at least half of what either has.
func (m *manifest) alike(operations []string, all map[string]*kept) (alike, none []*source) {
	best, of := 0, 1 // the greatest part of all operations of the two that they share
	for _, s := range m.Sources {
		k := all[s.Name]
		if k == nil || k.facts == nil {
			none = append(none, s)
			continue
		}
		has := m.operations([]*yaml.Node{k.facts})
		shared := 0
		for _, op := range has {
			if slices.Contains(operations, op) {
				shared++
			}
		}
		if 2*shared < len(has) || 2*shared < len(operations) {
			continue
		}
		either := len(has) + len(operations) - shared
		switch more := shared*of - best*either; {
		case more > 0:
			best, of, alike = shared, either, []*source{s}
		case more == 0:
			alike = append(alike, s)
		}
	}
	return alike, none
}

// operations are the selected operations of documents, each once.
func (m *manifest) operations(docs []*yaml.Node) []string {
	var all []string
	for _, doc := range docs {
		for _, section := range sections {
			for path, item := range document.Members(document.Get(doc, section)) {
				whole, err := pathItem(doc, item, "")
				if err != nil {
					continue // facts says so, with the line
				}
				for method, op := range document.Members(whole) {
					name := strings.ToUpper(method) + " " + path
					if section == "webhooks" {
						name = "webhook " + name
					}
					if document.PathItem.Member(method) == document.Operation && !slices.Contains(all, name) &&
						m.Select.takes(section, path, document.Text(op, "operationId"), map[string]bool{}) {
						all = append(all, name)
					}
				}
			}
		}
	}
	return all
}

func (m *manifest) takesNothing(file string, docs []*yaml.Node) error {
	paths := 0
	var webhooks []string
	for _, doc := range docs {
		for range document.Members(document.Get(doc, "paths")) {
			paths++
		}
		for name := range document.Members(document.Get(doc, "webhooks")) {
			webhooks = append(webhooks, name)
		}
	}
	if webhooks != nil {
		return fmt.Errorf("%s: select takes none of the %d paths and of the webhooks %s in %s",
			m.file, paths, quoted(webhooks), file)
	}
	return fmt.Errorf("%s: select takes none of the %d paths in %s", m.file, paths, file)
}

func (m *manifest) names(sources []*source) []string {
	names := make([]string, len(sources))
	for i, s := range sources {
		names[i] = s.Name
	}
	return names
}

// publication is what the file says, as the source's.
func (m *manifest) publication(s *source, g *given, r request, before *kept) (*publication, error) {
	p := &publication{
		source: s, file: g.file, unfollowed: g.unfollowed,
		origin: origin{Name: s.Name, Date: undated, SHA256: g.sum, With: g.with},
	}
	if g.authored != nil {
		if r.date != "" {
			return nil, fmt.Errorf("DATE=%q: %s is authored, and says its date itself", r.date, g.file)
		}
		p.origin, p.text = *g.authored, g.data
		return p, m.take(p, g.docs)
	}
	if before != nil && before.origin.Authored {
		return nil, fmt.Errorf("%s: is taken for source %q, which is authored: edit %s, or delete it and give the file again", g.file, s.Name, before.file)
	}
	if sums := s.files(); sums != nil && !slices.Contains(sums, g.sum) {
		return nil, fmt.Errorf("%s: is taken for source %q, which %s lists by its sum, and that of the file is another; if it is a newer publication, write there the address of it, and \"sha256: %s\" with its date, or neither",
			g.file, s.Name, m.file, g.sum)
	}
	switch {
	case s.Date != "" && r.date != "" && r.date != s.Date:
		return nil, fmt.Errorf("DATE=%q: %s says %s of source %q: correct it there", r.date, m.file, s.Date, s.Name)
	case s.Date != "":
		p.origin.Date = s.Date
	case r.date != "":
		p.origin.Date = r.date
	case before != nil && before.origin.SHA256 == g.sum && before.origin.Date != "":
		p.origin.Date = before.origin.Date
	}
	for _, change := range s.Replace {
		done := false
		for _, doc := range g.docs {
			if n := document.At(doc, change.At); n != nil {
				line := n.Line
				*n = *document.Clone(change.with)
				n.Line, done = line, true
			}
		}
		if !done {
			return nil, fmt.Errorf("%s: has nothing at %s, which %s replaces: see where it stands now, and correct replace", g.file, change.At, m.file)
		}
	}
	return p, m.take(p, g.docs)
}
