package changes

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"
	"time"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// root is the top folder of the module, as the tests see it.
const root = "../.."

// doc is a published document that is changed.
type doc struct {
	tree *yaml.Node
	// unsealed says that it is not written as make import does.
	unsealed *bool
}

type edit = func(doc)

func value(text string) *yaml.Node {
	tree, err := document.Parse("seed", []byte("v: "+text))
	if strings.Contains(text, ": ") && err != nil || strings.HasPrefix(text, "get:") {
		tree, err = document.Parse("seed", []byte("v: {"+text+"}"))
	}
	if err != nil {
		panic(err)
	}
	return document.Get(tree, "v")
}

// at finds what a seed changes; a seed for what is not there is a fault in the seed.
func (d doc) at(pointer string) *yaml.Node {
	n := document.At(d.tree, pointer)
	if n == nil {
		panic("no " + pointer)
	}
	return n
}

func split(pointer string) (parent, name string) {
	tokens := document.Tokens(pointer)
	return document.Pointer("", tokens[:len(tokens)-1]...), tokens[len(tokens)-1]
}

func all(edits ...edit) edit {
	return func(d doc) {
		for _, e := range edits {
			e(d)
		}
	}
}

func set(pointer, text string) edit {
	parent, name := split(pointer)
	return func(d doc) {
		n := d.at(parent)
		if n.Kind == yaml.SequenceNode {
			*d.at(pointer) = *value(text)
			return
		}
		document.Set(n, name, value(text))
	}
}

func del(pointer string) edit {
	parent, name := split(pointer)
	return func(d doc) {
		n := d.at(parent)
		if n.Kind == yaml.SequenceNode {
			gone := d.at(pointer)
			n.Content = slices.DeleteFunc(n.Content, func(c *yaml.Node) bool { return c == gone })
			return
		}
		if !document.Delete(n, name) {
			panic("no " + pointer)
		}
	}
}

func ren(pointer, name string) edit {
	parent, old := split(pointer)
	return func(d doc) {
		n := d.at(parent)
		d.at(pointer)
		for i := 0; i < len(n.Content); i += 2 {
			if n.Content[i].Value == old {
				n.Content[i] = document.String(name)
			}
		}
	}
}

func add(pointer, text string) edit {
	return func(d doc) {
		n := d.at(pointer)
		n.Content = append(n.Content, value(text))
	}
}

func drop(pointer, text string) edit {
	return func(d doc) {
		n := d.at(pointer)
		before := len(n.Content)
		if n.Content = slices.DeleteFunc(n.Content, func(c *yaml.Node) bool { return c.Value == text }); len(n.Content) == before {
			panic("no " + text + " in " + pointer)
		}
	}
}

func reverse(pointer string) edit {
	return func(d doc) {
		n := d.at(pointer)
		if n.Kind == yaml.SequenceNode {
			slices.Reverse(n.Content)
			return
		}
		var out []*yaml.Node
		for i := len(n.Content) - 2; i >= 0; i -= 2 {
			out = append(out, n.Content[i], n.Content[i+1])
		}
		n.Content = out
	}
}

func renameSchema(from, to string) edit {
	return func(d doc) {
		ren(schemas+from, to)(d)
		var walk func(n *yaml.Node)
		walk = func(n *yaml.Node) {
			if n.Value == "#"+schemas+from {
				n.Value = "#" + schemas + to
			}
			for _, c := range n.Content {
				walk(c)
			}
		}
		walk(d.tree)
	}
}

func byHand(d doc) { *d.unsealed = true }

// patched is a tree some of whose files are others.
type patched struct {
	fs.FS
	files fstest.MapFS
}

func (p patched) Open(name string) (fs.File, error) {
	if _, other := p.files[name]; other {
		return p.files.Open(name)
	}
	return p.FS.Open(name)
}

// rewritten is a file of the tree with other text, in pairs of what stands there and
// what is put in its place.
func rewritten(files fs.FS, name string, pairs ...string) (fstest.MapFS, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	for i := 0; i < len(pairs); i += 2 {
		if !bytes.Contains(text, []byte(pairs[i])) {
			return nil, fmt.Errorf("%s has no %q", name, pairs[i])
		}
		text = bytes.ReplaceAll(text, []byte(pairs[i]), []byte(pairs[i+1]))
	}
	return fstest.MapFS{name: &fstest.MapFile{Data: text, ModTime: time.Unix(0, 0)}}, nil
}

// grown is the provider as the seed leaves it.
func (s seed) grown() (p *provider, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("the seed itself is wrong: %v", fault)
		}
	}()
	tree := os.DirFS("testdata")
	if s.on != nil {
		if before := s.on.edit; before != nil && s.edit != nil {
			s.edit = all(before, s.edit)
		} else if before != nil {
			s.edit = before
		}
		s.ours = slices.Concat(s.on.ours, s.ours)
	}
	changed := patched{FS: tree, files: fstest.MapFS{}}
	if s.ours != nil {
		files, err := rewritten(tree, "specs/"+s.provider+"/overlay.yaml", s.ours...)
		if err != nil {
			return nil, err
		}
		changed.files = files
	}
	if s.edit != nil {
		name := "specs/" + s.provider + "/openapi.yaml"
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, err
		}
		published, err := document.Parse(name, text)
		if err != nil {
			return nil, err
		}
		unsealed := false
		s.edit(doc{published, &unsealed})
		if text, err = document.Seal(published, "What is published.\n"); err != nil {
			return nil, err
		}
		if unsealed {
			text = append(text, "x-note: by hand\n"...)
		}
		changed.files[name] = &fstest.MapFile{Data: text}
	}
	was := trees[s.provider]
	now := &provider{name: was.name, generated: was.generated, sum: was.sum, cases: was.cases, fixtures: was.fixtures}
	now.readSpecs(changed)
	return now, nil
}

// once writes the first match of the pattern from in the file of a tree otherwise.
func once(files fs.FS, name, from, to string) ([]byte, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	pattern := regexp.MustCompile(from)
	at := pattern.FindSubmatchIndex(text)
	if at == nil {
		return nil, fmt.Errorf("%s has no %q", name, from)
	}
	return slices.Concat(text[:at[0]], pattern.Expand(nil, []byte(to), text, at), text[at[1]:]), nil
}
