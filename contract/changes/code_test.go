package changes

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

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
