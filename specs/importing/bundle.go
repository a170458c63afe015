package importing

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// bundle brings into a document what it refers to in other files: a schema of another
// file, for example, becomes a schema among the components. The other files lie in the
// document's folder or below it. No file elsewhere is read, and nothing is fetched.
type bundle struct {
	file   string // of the document
	folder *os.Root
	doc    *yaml.Node
	parts  map[string]*yaml.Node // the other files that were read, by their names in the folder
	sums   map[string]string     // the sha256 of each
	became map[string]string     // the reference within the document, by other file, pointer and kind
	// unfollowed are the references that stay as they are, each with the reason. One of them
	// is a fault only where it is taken.
	unfollowed map[string]string
}

// bundled bundles the documents of a file. It gives the sums of the other files that it
// read, and the references that it could not follow.
func bundled(file string, docs []*yaml.Node) (sums, unfollowed map[string]string, err error) {
	folder, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	b := &bundle{
		file: file, folder: folder, parts: map[string]*yaml.Node{}, sums: map[string]string{},
		unfollowed: map[string]string{},
	}
	for _, doc := range docs {
		b.doc, b.became = doc, map[string]string{}
		b.components()
		b.walk(document.Document, doc, "")
	}
	return b.sums, b.unfollowed, nil
}

// components puts other files in the place of those components that are nothing but a
// reference to one: they keep their names.
func (b *bundle) components() {
	type component struct {
		kind document.Kind
		node *yaml.Node
		in   string
	}
	var all []component
	for section, entries := range document.Members(document.Get(b.doc, "components")) {
		for name, node := range document.Members(entries) {
			kind := document.Components.Member(section).Member(name)
			ref := document.Text(node, "$ref")
			if kind == "" || ref == "" || len(node.Content) != 2 {
				continue
			}
			t := b.follow(kind, ref)
			if t == nil || t.in == "" || b.became[t.key] != "" {
				continue
			}
			b.became[t.key] = "#" + document.Pointer("/components", section, name)
			*node = *unplaced(t.node)
			all = append(all, component{kind, node, t.in})
		}
	}
	for _, c := range all { // once it is known what has become of each
		b.walk(c.kind, c.node, c.in)
	}
}

// walk writes the references in n, which stands in the other file that in names, or in the
// document where that is "", as those of the document.
func (b *bundle) walk(kind document.Kind, n *yaml.Node, in string) {
	document.Walk(kind, n, "", func(kind document.Kind, n *yaml.Node, _ string) {
		if ref := document.Get(n, "$ref"); ref != nil && ref.Kind == yaml.ScalarNode {
			ref.Value = b.refer(kind, ref.Value, in)
		}
		if kind != document.Discriminator {
			return
		}
		for _, target := range document.Members(document.Get(n, "mapping")) {
			if isReference(target.Value) {
				target.Value = b.refer(document.Schema, target.Value, in)
			}
		}
	})
}

// isReference says whether what a discriminator maps a value to is a reference; else it is
// the name of a schema.
func isReference(mapped string) bool {
	return strings.Contains(mapped, "/") || dataFile.MatchString(mapped)
}

var dataFile = regexp.MustCompile(`\.(json|ya?ml)(#|$)`)

// target is what a reference leads to.
type target struct {
	key  string // tells it from others
	in   string // the other file; "" if it is the document
	node *yaml.Node
	name string // that it could have among the components
}

// refer is a reference as one within the document. What it leads to is among the
// components then.
//
// A reference that cannot be followed is written as one from the document's folder, so that
// it leads to the same file when it is met again, in the component that now holds it.
func (b *bundle) refer(kind document.Kind, ref, in string) string {
	ref = fromFolder(ref, in)
	t := b.follow(kind, ref)
	switch {
	case t == nil:
		return ref
	case t.in == "":
		_, fragment, _ := strings.Cut(ref, "#")
		return "#" + fragment
	case b.became[t.key] != "":
		return b.became[t.key]
	}
	section := sectionOf(kind)
	all := child(child(b.doc, "components"), section)
	name := document.FreeName(all, t.name)
	node := unplaced(t.node)
	document.Set(all, name, node)
	b.became[t.key] = "#" + document.Pointer("/components", section, name)
	b.walk(kind, node, t.in)
	return b.became[t.key]
}

// fromFolder is a reference that stands in the other file that in names, as one from the
// document's folder. An address, and a path from the top, stay as they are.
func fromFolder(ref, in string) string {
	file, fragment, has := strings.Cut(ref, "#")
	u, err := url.Parse(file)
	if in == "" || err != nil || u.Scheme != "" || u.Host != "" || path.IsAbs(u.Path) {
		return ref
	}
	name := in
	if file != "" {
		name = path.Join(path.Dir(in), u.Path)
	}
	ref = (&url.URL{Path: name}).String()
	if has {
		ref += "#" + fragment
	}
	return ref
}

// follow finds what a reference leads to; nil if that cannot be, and unfollowed says why.
func (b *bundle) follow(kind document.Kind, ref string) *target {
	fail := func(format string, args ...any) *target {
		b.unfollowed[ref] = fmt.Sprintf(format, args...)
		return nil
	}
	file, fragment, _ := strings.Cut(ref, "#")
	name := ""
	if file != "" {
		u, err := url.Parse(file)
		switch {
		case err != nil || u.Scheme != "" || u.Host != "":
			return fail("it is an address, from which nothing is fetched: save that beside %s, "+
				"and write the file's name for the address, in a copy", b.file)
		case path.IsAbs(u.Path) || !filepath.IsLocal(path.Clean(u.Path)):
			return fail("it leads out of the folder of %s: copy that into the folder, "+
				"and write the file's name there, in a copy", b.file)
		}
		name = path.Clean(u.Path)
	}
	if name == "" || name == filepath.Base(b.file) {
		return &target{}
	}
	part, err := b.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fail("there is no file %s beside %s: save it there too", name, b.file)
	} else if err != nil {
		return fail("%v", err)
	}
	pointer, _ := document.Target("#" + fragment)
	node := document.At(part, pointer)
	switch {
	case pointer != "" && !strings.HasPrefix(pointer, "/"):
		return fail("it names the anchor %q: write the JSON pointer of what is meant, in a copy", pointer)
	case node == nil:
		return fail("there is nothing at %s in %s", pointer, name)
	case sectionOf(kind) == "":
		return fail("what stands there cannot be a component: write it out, in a copy")
	}
	as := strings.TrimSuffix(path.Base(name), path.Ext(name))
	if tokens := document.Tokens(pointer); len(tokens) > 0 {
		as = tokens[len(tokens)-1]
	}
	as = strings.Trim(notInComponentName.ReplaceAllString(as, "-"), "-")
	if as == "" {
		as = "other"
	}
	return &target{key: string(kind) + " " + name + "#" + pointer, in: name, node: node, name: as}
}

// read reads another file, once.
func (b *bundle) read(name string) (*yaml.Node, error) {
	if part := b.parts[name]; part != nil {
		return part, nil
	}
	data, err := b.folder.ReadFile(filepath.FromSlash(name))
	var failed *fs.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	part, err := document.Parse(name, data)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	b.parts[name], b.sums[name] = part, hex.EncodeToString(sum[:])
	return part, nil
}

// notInComponentName is what OpenAPI does not allow in the name of a component.
var notInComponentName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// sectionOf is where among the components an object of that kind stands; "" if nowhere.
func sectionOf(kind document.Kind) string {
	for _, section := range []string{
		"schemas", "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes", "links",
		"callbacks", "pathItems",
	} {
		if document.Components.Member(section).Member("*") == kind {
			return section
		}
	}
	return ""
}

// child is the object that is called key in n: a new one if there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	c := document.Get(n, key)
	if c == nil {
		c = document.Map()
		document.Set(n, key, c)
	}
	return c
}

// unplaced is a copy of n without lines, which are those of another file.
func unplaced(n *yaml.Node) *yaml.Node {
	out := document.Clone(n)
	var clear func(n *yaml.Node)
	clear = func(n *yaml.Node) {
		n.Line = 0
		for _, c := range n.Content {
			clear(c)
		}
	}
	clear(out)
	return out
}
