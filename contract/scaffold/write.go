package scaffold

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/gonames"
	"example.com/digilocker/specs/importing"
)

//go:embed templates
var texts embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"quote": strconv.Quote,
	"bare":  func(call string) string { return strings.TrimSuffix(call, "WithResponse") },
}).ParseFS(texts, "templates/*.tmpl"))

// about is what the templates are filled with.
type about struct {
	Name, Title, Module, Generator string
	Adapter                        bool
	Sources                        []source
	Cited                          []string // what the document names as the source of a fact, and lists nowhere
	Pathless                       []string // the ids of the operations that stand outside paths
	Missing                        []identifier
	Renamed                        []gonames.Clash
	Client                         client
	Webhooks                       []webhook
	Document                       *example.Document
	Prefix                         string   // of the numbered differences, two letters
	Refusals                       []string // what the document's refusals are known by, a line each
	Questions                      []provider.Question
}

// source is one published file. By the sum several new ones are told apart.
type source struct {
	Name, SHA256 string
	about        importing.About
}

// identifier is an operationId that the first overlay gives.
type identifier struct {
	Section, Name, Method, ID string // the section of the document, and the path or webhook there
	Was                       string // which another operation has too; "" if it was published without one
}

// webhook is what the body of an operation's webhook is decoded into.
type webhook struct{ Operation, Type string }

// client is what there is in the generated client.
type client struct {
	Calls []string // of a *ClientWithResponses, sorted
	Types []string
}

// sources are the published files, each under a name of its own.
func sources(files []string) ([]source, error) {
	var all []source
	names, sums := map[string]bool{}, map[string]string{}
	for _, file := range files {
		text, err := read("FROM", file)
		if errors.Is(err, fs.ErrNotExist) && len(files) > 1 {
			err = fmt.Errorf("%w; FROM is split at blanks: copy a file that has one in its path to a path without", err)
		}
		if err != nil {
			return nil, err
		}
		sum := fmt.Sprintf("%x", sha256.Sum256(text))
		if other, twice := sums[sum]; twice {
			return nil, fmt.Errorf("FROM: %s is the same file as %s: name it once", file, other)
		}
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		for n, first := 2, name; names[name]; n++ {
			name = fmt.Sprintf("%s %d", first, n)
		}
		names[name], sums[sum] = true, file
		all = append(all, source{name, sum, importing.AboutFile(file, text)})
	}
	return all, nil
}

// read reads a file that the caller named in a variable.
func read(variable, file string) ([]byte, error) {
	if strings.Contains(file, "://") {
		return nil, fmt.Errorf("%s: %s is an address: download it first, and name the file", variable, file)
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s: %s is a folder: name a file in it", variable, file)
	}
	text, err := os.ReadFile(file)
	var failed *os.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", variable, file, err)
	}
	return text, nil
}

// write fills a template and writes the file below the stage.
func (j *job) write(file, template string, a about) error {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, template+".tmpl", a); err != nil {
		return err
	}
	text := b.Bytes()
	if filepath.Ext(file) == ".go" {
		formatted, err := format.Source(text)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		text = formatted
	}
	return os.WriteFile(filepath.Join(j.stage, file), text, 0o644)
}

// writeOverlay writes the caller's overlay, or a first one.
func (j *job) writeOverlay(specs string, a about) error {
	if j.overlay != "" {
		text, err := read("OVERLAY", j.overlay)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(j.stage, specs, "overlay.yaml"), text, 0o644)
	}
	root, err := document.Read(filepath.Join(j.stage, specs, "openapi.yaml"))
	if err != nil {
		return err
	}
	if document.Get(root, "info") == nil {
		return fmt.Errorf("%s: has no info: write \"info: {title: ..., version: ...}\" there, in a copy",
			strings.Join(j.files, ", "))
	}
	a.Missing, a.Cited = missing(root), cited(root)
	j.cited = a.Cited
	return j.write(specs+"/overlay.yaml", "overlay.yaml", a)
}

// cited are the publications that a document names as the source of a fact (x-source) without
// listing them (x-sources), sorted: of one that was written by hand from several pages, each page.
func cited(root *yaml.Node) []string {
	known := map[string]bool{"": true}
	for _, s := range document.Items(document.Get(root, "x-sources")) {
		known[document.Text(s, "name")] = true
	}
	var names []string
	document.Walk(document.Document, root, "", func(_ document.Kind, n *yaml.Node, _ string) {
		if name := document.Text(n, "x-source"); !known[name] {
			known[name] = true
			names = append(names, name)
		}
	})
	slices.Sort(names)
	return names
}

// writeDescription writes the folder below contract/provider, in which the examples are
// accepted as they are, and, with a skeleton, the adapter.
func (j *job) writeDescription(a about) error {
	folder := "contract/provider/" + j.name
	files := map[string]string{folder + "/provider.go": "provider.go", folder + "/" + j.name + "_test.go": "provider_test.go"}
	if a.Adapter {
		a.Prefix, a.Refusals, a.Questions = prefix(j.name), refusals(a.Document), provider.Questions()
		for _, file := range []string{"simulator.go", "cases.yaml", "differences.yaml", "ways.yaml", "moving.yaml"} {
			files[folder+"/"+file] = file
		}
		adapter := "adapters/" + j.name
		files[adapter+"/"+j.name+".go"] = "adapter.go"
		files[adapter+"/errors.go"] = "errors.go"
		files[adapter+"/provider_test.go"] = "adapter_test.go"
		files[adapter+"/suite_test.go"] = "suite_test.go"
	}
	for file, template := range files {
		if err := j.write(file, template, a); err != nil {
			return err
		}
	}
	return document.WriteFile(filepath.Join(j.stage, folder, "examples.sum"), []byte(a.Document.SumsText()))
}

// readClient reads what a generated client declares.
func readClient(file string) (client, error) {
	var c client
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		return c, err
	}
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil && strings.HasSuffix(d.Name.Name, "WithResponse") && !strings.HasSuffix(d.Name.Name, "WithBodyWithResponse") {
				c.Calls = append(c.Calls, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok {
					c.Types = append(c.Types, t.Name.Name)
				}
			}
		}
	}
	slices.Sort(c.Calls)
	c.Calls = slices.Compact(c.Calls)
	return c, nil
}

// webhooks finds the types of the webhooks' bodies: of each webhook, and of each operation
// that documents exactly one as a callback. Of several, nobody could tell which of them an
// example is.
func (a *about) webhooks(doc *example.Document) {
	find := func(operation, hook string) {
		want := letters(hook) + "jsonrequestbody"
		if i := slices.IndexFunc(a.Client.Types, func(t string) bool { return letters(t) == want }); i >= 0 {
			a.Webhooks = append(a.Webhooks, webhook{operation, a.Client.Types[i]})
		}
	}
	for _, op := range doc.Operations {
		if len(op.Callbacks) == 1 && op.Callbacks[0] != "" {
			find(op.ID, op.Callbacks[0])
		}
	}
	for _, hook := range doc.Webhooks {
		find(hook.ID, hook.ID)
	}
}

// letters are the letters and digits of a name, in lower case: what its names in Go have in
// common with it.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

// marshal writes a value as JSON to the file, and returns the file's name.
func marshal(file string, v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return file, os.WriteFile(file, text, 0o600)
}
