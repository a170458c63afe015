package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/sandbox"
)

var _ = Describe("The guides and the README", func() {
	var all []page
	BeforeEach(func() {
		var err error
		all, err = pages()
		Expect(err).NotTo(HaveOccurred())
		Expect(len(all)).To(BeNumerically(">", 5))
	})

	It("have blocks of known languages alone", func() {
		for _, p := range all {
			for _, b := range p.blocks {
				Expect([]string{"", "go", "sh", "yaml", "mermaid"}).To(ContainElement(b.language), b.at())
			}
		}
	})

	It("show Go that is compiled and run", func() {
		functions, err := compiled()
		Expect(err).NotTo(HaveOccurred())
		n := 0
		for _, p := range all {
			for _, b := range p.blocks {
				if b.language != "go" {
					continue
				}
				n++
				if b.file != "" {
					Expect(b.lines[0]).To(Or(HavePrefix("// "), HavePrefix("package ")), "%s: no whole file", b.at())
					// Other files are compiled by the run of the shell blocks.
					if text, err := os.ReadFile(b.file); err == nil {
						Expect(strings.Join(b.lines, "\n")+"\n").To(Equal(string(text)),
							"%s is not contract/docs/%s", b.at(), b.file)
					}
					continue
				}
				Expect(slices.ContainsFunc(functions, func(f function) bool { return f.has(b) })).
					To(BeTrue(), "%s: no test and no program of contract/docs has these lines, in this order", b.at())
			}
		}
		Expect(n).To(BeNumerically(">", 5))
	})

	DescribeTable("would be found to show Go", func(shown string, want bool) {
		text := "package a\n\nfunc ExampleOne() {\n\tx, err := f()\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\n" +
			"\t// said\n\tg(x)\n\tmust(h())\n\tk()\n\t// Output: 1\n}\n\nfunc ExampleTwo() {\n\tf()\n\tg(2)\n}\n"
		functions, err := read("a_test.go", []byte(text))
		Expect(err).NotTo(HaveOccurred())
		b := block{lines: strings.Split(shown, "\n")}
		Expect(slices.ContainsFunc(functions, func(f function) bool { return f.has(b) })).To(Equal(want))
	},
		Entry("that is there but for the errors", "x, err := f()\ng(x)", true),
		Entry("that is there with them", "x, err := f()\nif err != nil {\n\tpanic(err)\n}\ng(x)", true),
		Entry("with a comment in the place of some", "x, err := f()\n// and so on\nk()", true),
		Entry("with a line left out in silence", "x, err := f()\nk()", false),
		Entry("with a line between", "x, err := f()\ny := 1\ng(x)", false),
		Entry("with another word", "x, err := f()\ng(y)", false),
		Entry("in another order", "k()\n// and before\ng(x)", false),
		Entry("of an example that is not run", "f()\ng(2)", false),
		Entry("of nothing but errors", "if err != nil {\n\tpanic(err)\n}", false),
	)

	It("show commands that are run, here or elsewhere", func() {
		used := map[string]bool{}
		for _, p := range all {
			for _, b := range p.blocks {
				if b.language != "sh" {
					continue
				}
				for _, c := range b.commands() {
					used[plain(c)] = true
				}
			}
		}
		for command, e := range elsewhere {
			Expect(used).To(HaveKey(command), "no page shows this command any more: take it out of the list")
			script, err := os.ReadFile(filepath.Join(root, e.script))
			Expect(err).NotTo(HaveOccurred())
			Expect(strings.Split(string(script), "\n")).To(ContainElement(e.line),
				"%s does not run %q", e.script, command)
		}
		run, err := os.ReadFile(filepath.Join(root, ".ci/docs/run"))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(run)).To(ContainSubstring("-tags e2e ./contract/docs"),
			"which runs all others: see shell_test.go")
	})

	It("say what a run calls by default", func() {
		text, err := os.ReadFile("sandbox.md")
		Expect(err).NotTo(HaveOccurred())
		Expect(string(text)).To(ContainSubstring(fmt.Sprintf("beyond it, %d a provider if", sandbox.DefaultMaxCalls)))
		Expect(string(text)).To(ContainSubstring(fmt.Sprintf("%s if you do not say", sandbox.DefaultSpacing)))
	})

	It("have no link that leads nowhere", func() {
		n := 0
		for _, p := range all {
			for _, target := range links(p.text) {
				u, err := url.Parse(target)
				Expect(err).NotTo(HaveOccurred(), p.name)
				if u.IsAbs() {
					continue
				}
				n++
				file := p.name
				if u.Path != "" {
					file = path.Join(path.Dir(p.name), u.Path)
				}
				Expect(filepath.Join(root, file)).To(BeAnExistingFile(), "%s links %s", p.name, target)
				if u.Fragment == "" {
					continue
				}
				text, err := os.ReadFile(filepath.Join(root, file))
				Expect(err).NotTo(HaveOccurred())
				Expect(anchors(string(text))).To(ContainElement(u.Fragment), "%s links %s", p.name, target)
			}
		}
		Expect(n).To(BeNumerically(">", 20))
	})

	It("are all reached from the README", func() {
		linked := links(all[0].text)
		for _, p := range all[1:] {
			Expect(linked).To(ContainElement(p.name), "the README does not link "+p.name)
		}
	})
})

// elsewhere are the commands that a script runs already, too dear to be run twice: the script, and its line.
var elsewhere = map[string]struct{ script, line string }{
	"make":       {".ci/run", "make"},
	"make test":  {".ci/run", "make test RACE=required"},
	"make check": {".ci/run", "make check"},
}

// function is code that a test runs: the lines of a function or of another declaration, see bare.
type function []string

// compiled are the functions that a block can be a part of: of the tree's tests, and of the programs here.
func compiled() ([]function, error) {
	var all []function
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && strings.HasPrefix(e.Name(), ".") && len(e.Name()) > 2, e.IsDir() && e.Name() == "testdata":
			return filepath.SkipDir
		case filepath.Ext(name) != ".go",
			!strings.HasSuffix(name, "_test.go") && path.Base(path.Dir(path.Dir(name))) != "docs":
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		functions, err := read(name, text)
		all = append(all, functions...)
		return err
	})
	return all, err
}

// read reads a file, without the examples that have no output, which are compiled and not run.
func read(name string, text []byte) ([]function, error) {
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, name, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(string(text), "\n")
	var all []function
	for _, d := range tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && strings.HasPrefix(f.Name.Name, "Example") && !slices.ContainsFunc(tree.Comments,
			func(c *ast.CommentGroup) bool {
				return c.Pos() > f.Pos() && c.End() < f.End() && strings.Contains(c.Text(), "Output:")
			}) {
			continue
		}
		own := lines[files.Position(d.Pos()).Line-1 : files.Position(d.End()).Line]
		all = append(all, slices.Concat(bare(own)...))
	}
	return all, nil
}

// has says whether the lines of the block stand in the function, one after the other. Where the block has a comment,
// there may be others between.
func (f function) has(b block) bool {
	parts := bare(b.lines)
	for _, part := range parts {
		i := 0
		for i+len(part) <= len(f) && !slices.Equal(f[i:i+len(part)], part) {
			i++
		}
		if i+len(part) > len(f) {
			return false
		}
		f = f[i+len(part):]
	}
	return len(parts) > 0
}

// bare are lines of Go without what a page may leave out: indentation, empty lines, what is done about an error, and
// comments that have a line of their own. These part the others.
func bare(lines []string) [][]string {
	var all [][]string
	inside, parted := "", true
	for _, line := range lines {
		text := strings.TrimSpace(line)
		indent := line[:len(line)-len(strings.TrimLeft(line, "\t"))]
		switch {
		case inside != "":
			if line == inside {
				inside = ""
			}
		case text == "if err != nil {":
			inside = indent + "}"
		case strings.HasPrefix(text, "//"):
			parted = true
		case text == "" || strings.HasPrefix(text, "must("):
		case parted:
			all, parted = append(all, []string{text}), false
		default:
			all[len(all)-1] = append(all[len(all)-1], text)
		}
	}
	return all
}

// links are the targets of a page's links and images, blocks left out.
func links(text string) []string {
	var all []string
	inside := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimLeft(line, " "), "```") {
			inside = !inside
		}
		for _, mark := range []struct{ begin, end string }{{"](", ")"}, {`src="`, `"`}} {
			for _, rest := range strings.Split(line, mark.begin)[1:] {
				if target, _, found := strings.Cut(rest, mark.end); found && !inside {
					all = append(all, target)
				}
			}
		}
	}
	return all
}

// anchors are what a link to a heading of the page is called.
func anchors(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if title, found := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); found && strings.HasPrefix(line, "#") {
			all = append(all, strings.Map(func(r rune) rune {
				switch {
				case r == ' ':
					return '-'
				case strings.ContainsRune("`,.:;'\"()/?", r):
					return -1
				}
				return r
			}, strings.ToLower(strings.TrimSpace(title))))
		}
	}
	return all
}
