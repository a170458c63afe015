package changes

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

// side is one of the two states that are compared.
type side struct {
	name string // what the report calls it
	// dir is its tree on disk, for Go to read.
	dir       string
	providers map[string]*provider
}

// provider is what a side says of one provider. What it has not is nil.
type provider struct {
	name string
	// published is specs/<provider>/openapi.yaml, and edited says that somebody
	// changed it by hand.
	published *yaml.Node
	edited    bool
	// unmerged says why published is not what its sources are merged to; "" if it is.
	unmerged string
	overlay  *overlay.Overlay
	// steps are what the overlay's actions came to. Those that are refused are left
	// out of effective.
	steps     []overlay.Step
	effective *yaml.Node
	doc       *example.Document
	// unnamed are the operations without an operationId. They have got a makeshift one.
	unnamed []string
	// generated is gen/<provider>api/openapi.gen.yaml, and sum that of its text. It is
	// stale if specs/ makes something else. asGenerated says that it stands for
	// effective, as specs/ makes nothing.
	generated   *yaml.Node
	sum         string
	stale       bool
	asGenerated bool
	// recipe is how the generator is called, pin its version in go.mod, client the sum
	// of what it wrote.
	recipe, pin, client string
	// cases are the lines of cases.yaml in the provider's folder, nil if that cannot be
	// read, fixtures the sums of the documents that its fixtures were recorded against:
	// both by example.
	cases    map[string]int
	fixtures map[string]string
	// What takes time is found out once.
	facts   func() *yaml.Node
	spec    func() (*openapi3.T, error)                // of facts
	said    func() *yaml.Node                          // the facts of published
	spoken  func() (*openapi3.T, error)                // of said
	broken  func() (map[string][]example.Fault, error) // by the published schema
	left    func() map[string][]example.Fault          // by the effective one
	menders func() ([]example.Broken, error)
	// present are the files of it that are there.
	present []string
	// problems are what kept parts of it from being read.
	problems []string
	// files are those of ours that may name what the provider publishes, and documents
	// that are about all providers.
	files map[string][]byte
	// lookAgain says that something in the sources that somebody looked at, since it could be a
	// person's, stands no longer where it did.
	lookAgain bool
}

// readSide reads what the tree files says of every provider.
func readSide(name string, files fs.FS) (*side, error) {
	var names []string
	for _, pattern := range documentPatterns {
		found, err := fs.Glob(files, pattern)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			names = append(names, strings.TrimSuffix(path.Base(path.Dir(f)), "api"))
		}
	}
	slices.Sort(names)
	s := &side{name: name, providers: map[string]*provider{}}
	for _, n := range slices.Compact(names) {
		s.providers[n] = readProvider(n, files)
	}
	return s, nil
}

// readProvider reads one provider. A part that cannot be read is a problem, and the
// rest is still compared.
func readProvider(name string, files fs.FS) *provider {
	p := &provider{name: name}
	p.generated = p.parse(files, generatedFile(name), func(data []byte) {
		p.sum = sumOf(data)
	})
	for _, file := range []string{settingsFile(name), generateFile(name)} {
		data, _ := p.read(files, file)
		if file == generateFile(name) {
			data = bytes.Join(directive.FindAll(data, -1), nil)
		}
		p.recipe += string(data)
	}
	if data, ok := p.read(files, "go.mod"); ok {
		if m := pinned.FindSubmatch(data); m != nil {
			p.pin = string(m[1])
		}
	}
	if data, ok := p.read(files, clientFile(name)); ok {
		p.client = sumOf(data)
	}
	before := len(p.problems)
	book := p.parse(files, casesFile(name), nil)
	if len(p.problems) == before {
		p.cases = map[string]int{}
	}
	for id, node := range document.Members(book) {
		p.cases[id] = node.Line
	}
	p.readFixtures(files)
	p.readOurs(files)
	p.readSpecs(files)
	return p
}

// directive is how the generator is called, and pinned which one go.mod names.
var (
	directive = regexp.MustCompile(`(?m)^//go:generate .*`)
	pinned    = regexp.MustCompile(`github.com/oapi-codegen/oapi-codegen/v2 (v\S+)`)
)

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// readSpecs reads what is published and our word on it, and puts them together.
func (p *provider) readSpecs(files fs.FS) {
	name := p.name
	p.published = p.parse(files, documentFile(name), func(data []byte) {
		sealed, unbroken := document.Sealed(data)
		p.edited = sealed && !unbroken
	})
	file := overlayFile(name)
	if data, ok := p.read(files, file); ok && p.published != nil {
		o, err := overlay.Parse(file, data)
		if err != nil {
			p.problem("%v", err)
		} else {
			p.overlay = o
			p.effective = document.Clone(p.published)
			p.steps = o.ApplyEach(p.effective)
			overlay.WriteOut(p.effective)
			p.stale = p.generated != nil && !document.Equal(p.generated, p.effective)
		}
	}
	if p.effective == nil && p.generated != nil {
		p.effective, p.asGenerated = p.generated, true
	}
	nameAll(p.published)
	if p.effective != nil {
		p.unnamed = nameAll(p.effective)
		doc, err := example.New(name, p.effective)
		if err != nil {
			p.problem("%s: what it makes of the published document cannot be read: %v", file, err)
		}
		p.doc = doc
	}
	p.facts = sync.OnceValue(func() *yaml.Node { return facts(p.effective) })
	p.broken = sync.OnceValues(func() (map[string][]example.Fault, error) {
		doc, err := example.NewPublished(name, p.published)
		if err != nil {
			return nil, err
		}
		return unfit(doc), nil
	})
	p.left = sync.OnceValue(func() map[string][]example.Fault { return unfit(p.doc) })
	p.said = sync.OnceValue(func() *yaml.Node { return facts(p.published) })
	p.spec = sync.OnceValues(func() (*openapi3.T, error) {
		return openapi3.NewLoader().LoadFromData(document.JSON(p.facts()))
	})
	p.spoken = sync.OnceValues(func() (*openapi3.T, error) {
		return openapi3.NewLoader().LoadFromData(document.JSON(p.said()))
	})
	p.menders = sync.OnceValues(p.findMenders)
}

// gone are the files of specs/ that are not there. One that cannot be read is.
func (p *provider) gone() []string {
	var all []string
	for _, file := range []string{documentFile(p.name), overlayFile(p.name)} {
		if !slices.Contains(p.present, file) {
			all = append(all, file)
		}
	}
	return all
}

// nameAll gives every operation a name, so that it can be compared.
func nameAll(root *yaml.Node) (unnamed []string) {
	for _, section := range []string{"paths", "webhooks"} {
		for path, item := range document.Members(document.Get(root, section)) {
			for method, op := range document.Members(item) {
				if document.PathItem.Member(method) == document.Operation && document.Text(op, "operationId") == "" {
					name := method + " " + path
					document.Set(op, "operationId", document.String(name))
					unnamed = append(unnamed, name)
				}
			}
		}
	}
	return unnamed
}

func (p *provider) problem(format string, args ...any) {
	p.problems = append(p.problems, fmt.Sprintf(format, args...))
}

// read gives the bytes of a file; one that is not there is no problem.
func (p *provider) read(files fs.FS, file string) ([]byte, bool) {
	data, err := fs.ReadFile(files, file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		p.problem("%v", err)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		p.present = append(p.present, file)
	}
	return data, err == nil
}

// parse gives the tree of a file, or nil.
func (p *provider) parse(files fs.FS, file string, also func([]byte)) *yaml.Node {
	data, ok := p.read(files, file)
	if !ok {
		return nil
	}
	root, err := document.Parse(file, data)
	if err != nil {
		p.problem("%v", err)
		return nil
	}
	if also != nil {
		also(data)
	}
	return root
}

var isSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (p *provider) readFixtures(files fs.FS) {
	folder := fixturesFolder(p.name)
	p.fixtures = map[string]string{}
	err := fs.WalkDir(files, folder, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(name) != ".yaml" {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		id := p.name + strings.TrimSuffix(strings.TrimPrefix(name, folder), ".yaml")
		recording, err := document.Parse(name, data)
		if err != nil {
			p.problem("%v; make record writes it anew", err)
			return nil
		}
		sum := document.Text(recording, "document")
		if !isSum.MatchString(sum) {
			p.problem("%s: does not say against which document it was recorded; make record writes it anew", name)
			return nil
		}
		p.fixtures[id] = sum
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		p.problem("%v", err)
	}
}

// entries are the documented examples by id.
func (p *provider) entries() map[string]example.Entry {
	all := map[string]example.Entry{}
	if p == nil || p.doc == nil {
		return all
	}
	for _, e := range p.doc.Shown() {
		all[e.ID] = e
	}
	return all
}
