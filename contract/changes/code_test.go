package changes

import (
	"bytes"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"
)

// compiled are the packages as they are, with what they import as the compiler has
// left it.
var compiled = sync.OnceValues(func() (*compiler, error) {
	found, err := packages.Load(&packages.Config{
		Dir: root, Mode: packages.NeedName | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile | packages.NeedCompiledGoFiles,
	}, "./gen/...", "./adapters/...")
	if err != nil {
		return nil, err
	}
	c := &compiler{fset: token.NewFileSet(), files: map[string][]string{}, known: map[string]*types.Package{}}
	exports := map[string]string{}
	packages.Visit(found, nil, func(p *packages.Package) {
		exports[p.PkgPath] = p.ExportFile
		c.files[p.PkgPath] = p.CompiledGoFiles
	})
	c.importer = importer.ForCompiler(c.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	return c, nil
})

type compiler struct {
	fset     *token.FileSet
	files    map[string][]string
	importer types.Importer
	known    map[string]*types.Package
}

const module = "example.com/digilocker/"

// check types the package in folder, with another text for one of its files.
func (c *compiler) check(folder, file, text string) (*types.Package, error) {
	var files []*ast.File
	for _, f := range c.files[module+folder] {
		var source any
		if filepath.Base(f) == file {
			source = text
		}
		parsed, err := parser.ParseFile(c.fset, f, source, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, parsed)
	}
	config := types.Config{Importer: c.importer}
	return config.Check(module+folder, c.fset, files, nil)
}

// files are those of the tree in which the seed has something to change.
func (s codeSeed) files() []string {
	GinkgoHelper()
	found, err := fs.Glob(os.DirFS(root), s.file)
	Expect(err).NotTo(HaveOccurred())
	found = slices.DeleteFunc(found, func(name string) bool {
		_, err := once(os.DirFS(root), name, s.from, s.to)
		return err != nil || strings.HasSuffix(name, "_test.go")
	})
	Expect(found).NotTo(BeEmpty(), "no %s has %q", s.file, s.from)
	return found
}

// judge compares the package of a file as the seed leaves it with the package as it is.
func (s codeSeed) judge(file string) *report {
	GinkgoHelper()
	c, err := compiled()
	Expect(err).NotTo(HaveOccurred())
	folder := path.Dir(file)
	if c.known[folder] == nil {
		c.known[folder], err = c.check(folder, "", "")
		Expect(err).NotTo(HaveOccurred())
	}
	text, err := once(os.DirFS(root), file, s.from, s.to)
	Expect(err).NotTo(HaveOccurred())
	mod := &modfile.File{}
	mod.AddModuleStmt(strings.TrimSuffix(module, "/"))
	base := &program{module: strings.TrimSuffix(module, "/"), mod: mod, packages: map[string]*types.Package{folder: c.known[folder]}}
	head := &program{module: base.module, mod: mod, packages: map[string]*types.Package{}, broken: map[string]string{}}
	now, err := c.check(folder, path.Base(file), string(text))
	if err != nil {
		head.broken[folder] = withoutPaths(err.Error(), root)
	} else {
		head.packages[folder] = now
	}
	r := &report{Base: "base", Head: "head"}
	r.code(base, head)
	r.finish()
	return r
}

var _ = Describe("changed code", func() {
	var seeds []TableEntry
	for _, s := range inGoCode {
		seeds = append(seeds, Entry(s.what, s))
	}
	DescribeTable("of which the report says what callers get:", func(s codeSeed) {
		group := "in Go"
		if s.want == "" {
			group = "that says nothing new"
		}
		for _, file := range s.files() {
			r := s.judge(file)
			tell(row{group, path.Dir(file), s.what, s.want, inGo, s.rule}, r)
			Expect(r.worst()).To(Equal(s.want), file+"\n"+r.markdown())
			if s.want != "" {
				Expect(r.says(inGo, s.rule)).To(BeTrue(), file+"\n"+r.markdown())
			}
			if s.rule == "does-not-compile" {
				Expect(r.markdown()).To(ContainSubstring("cannot use"), file)
			}
		}
	}, seeds)
})

var _ = DescribeTable("Go is compiled only where what others import changed:", func(file, text string, another bool) {
	tree := func() fstest.MapFS {
		all := fstest.MapFS{}
		for name, text := range map[string]string{
			"go.mod":                       "module example.com/digilocker\n",
			"gen/acmeapi/client.gen.go":    "package acmeapi\n",
			"gen/acmeapi/openapi.gen.yaml": "openapi: 3.0.3\n",
			"adapters/acme/acme.go":        "package acme\n\nimport _ \"example.com/digilocker/shared/words\"\n",
			"adapters/acme/acme_test.go":   "package acme\n\nimport _ \"example.com/digilocker/tests\"\n",
			"shared/words/words.go":        "package words\n\nimport _ \"example.com/digilocker/shared/more\"\n",
			"shared/more/more.go":          "package more\n",
			"shared/other/other.go":        "package other\n",
			"tests/tests.go":               "package tests\n",
			"contract/suite.go":            "package contract\n\nimport _ \"example.com/digilocker/adapters/acme\"\n",
		} {
			all[name] = &fstest.MapFile{Data: []byte(text)}
		}
		return all
	}
	was, err := sources(tree())
	Expect(err).NotTo(HaveOccurred())
	changed := tree()
	changed[file] = &fstest.MapFile{Data: []byte(text)}
	is, err := sources(changed)
	Expect(err).NotTo(HaveOccurred())
	Expect(!maps.EqualFunc(was, is, bytes.Equal)).To(Equal(another))
},
	Entry("a client", "gen/acmeapi/client.gen.go", "package acmeapi // new\n", true),
	Entry("what it is made from", "gen/acmeapi/openapi.gen.yaml", "openapi: 3.1.0\n", true),
	Entry("a file of an adapter that is new", "adapters/acme/errors.go", "package acme\n", true),
	Entry("what an adapter imports", "shared/words/words.go", "package words // new\n", true),
	Entry("what that imports", "shared/more/more.go", "package more // new\n", true),
	Entry("which modules there are", "go.sum", "a v1 h1:b\n", true),
	Entry("no test", "adapters/acme/acme_test.go", "package acme\n", false),
	Entry("nothing that tests import", "tests/tests.go", "package tests // new\n", false),
	Entry("nothing of the suite", "contract/suite.go", "package contract // new\n", false),
	Entry("no package beside", "shared/other/other.go", "package other // new\n", false),
)
