package docs

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/verbs"
)

// What stands in the sentences and tables of a page. docs_test.go runs or compiles the blocks, and follows the links.
var _ = Describe("The sentences of the guides and the README", func() {
	var all []page
	BeforeEach(func() {
		var err error
		all, err = pages()
		Expect(err).NotTo(HaveOccurred())
	})

	It("show verbs and flags that the command has", func(ctx SpecContext) {
		helps := map[string]string{}
		n := 0
		for _, p := range all {
			for _, code := range inline(p.text) {
				words := strings.Fields(code)
				if len(words) < 2 || path.Base(words[0]) != "digilocker" || strings.HasPrefix(words[1], "-") {
					continue
				}
				n++
				verb := words[1]
				if helps[verb] == "" {
					helps[verb] = help(ctx, verb)
				}
				for _, word := range words[2:] {
					if strings.HasPrefix(word, "-") {
						flag, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
						known := MatchRegexp(`(?m)^  -%s\b`, regexp.QuoteMeta(flag))
						Expect(helps[verb]).To(known, "%s: %q", p.name, code)
					}
				}
			}
		}
		Expect(n).To(BeNumerically(">", 8))
	})

	It("name what the packages have", func() {
		names, err := exported()
		Expect(err).NotTo(HaveOccurred())
		n := 0
		for _, p := range all {
			for _, code := range inline(p.text) {
				for _, m := range qualified.FindAllStringSubmatch(code, -1) {
					if has := names[m[1]]; has != nil {
						n++
						Expect(has).To(HaveKey(m[2]), "%s: %q", p.name, code)
					}
				}
				if strings.HasPrefix(code, "Err") && token.IsIdentifier(code) {
					n++
					Expect(names["kyc"]).To(HaveKey(code), p.name)
				}
			}
		}
		Expect(n).To(BeNumerically(">", 20))
	})

	It("say the exit statuses as the command has them", func() {
		statuses := constants("../runner/runner.go")
		rows := table(all, "contract/docs/sandbox.md", "| exit status | |")
		meanings := map[string]string{"clean": "all is well", "failed": "a check failed", "usage": "called wrongly",
			"drift": "answers otherwise", "outage": "cannot be reached"}
		Expect(rows).To(HaveLen(len(meanings)))
		for name, meaning := range meanings {
			Expect(statuses).To(HaveKey(name))
			Expect(rows).To(ContainElement(And(HaveExactElements(statuses[name], ContainSubstring(meaning)))), name)
		}
	})

	It("say the results of a nightly run as the workflow has them", func() {
		text, err := os.ReadFile(filepath.Join(root, ".github/workflows/sandbox.yml"))
		Expect(err).NotTo(HaveOccurred())
		want := map[string]string{"no account": "2", "not run": ""} // which contract/workflows sees come
		arm := regexp.MustCompile(`(?m)^ +(\d|\*)\) result="?([a-z ]+?)"? ;;$`)
		for _, m := range arm.FindAllStringSubmatch(string(text), -1) {
			want[m[2]] = strings.ReplaceAll(m[1], "*", "1") // any other is that of a failure
		}
		Expect(len(want)).To(BeNumerically(">", 6))
		said := map[string]string{}
		for _, row := range table(all, "contract/docs/workflow.md", "| result | exit status | what to do |") {
			said[strings.Trim(row[0], "`")] = row[1]
		}
		Expect(said).To(Equal(want))
		output := regexp.MustCompile(`(?s)result:\s+description: (.*?)\n`).FindSubmatch(text)
		Expect(output).NotTo(BeNil())
		for _, result := range slices.Sorted(maps.Keys(want)) {
			Expect(string(output[1])).To(ContainSubstring(result))
		}
	})
})

var (
	code      = regexp.MustCompile("`([^`\n]+)`")
	qualified = regexp.MustCompile(`\b([a-z]\w*)\.([A-Z]\w*)`)
)

// inline is the code in a page's sentences and tables.
func inline(text string) []string {
	var all []string
	inside := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimLeft(line, " "), "```") {
			inside = !inside
		} else if !inside {
			for _, m := range code.FindAllStringSubmatch(line, -1) {
				all = append(all, m[1])
			}
		}
	}
	return all
}

// help is what a verb says of its flags.
func help(ctx context.Context, verb string) string {
	GinkgoHelper()
	var out bytes.Buffer
	status := verbs.Run(ctx, []string{verb, "-h"}, strings.NewReader(""), &out, &out)
	Expect(status).To(BeZero(), "digilocker %s: %s", verb, &out)
	return out.String()
}

// exported are the names that the packages of adapters and contract declare, by the name of the package.
func exported() (map[string]map[string]bool, error) {
	all := map[string]map[string]bool{}
	for _, top := range []string{"adapters", "contract"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
				return err
			}
			tree, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, d := range tree.Decls {
				for _, declared := range declares(d) {
					if all[tree.Name.Name] == nil {
						all[tree.Name.Name] = map[string]bool{}
					}
					all[tree.Name.Name][declared] = true
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// declares are the names of a declaration that is no method.
func declares(d ast.Decl) []string {
	var all []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			all = append(all, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				all = append(all, s.Name.Name)
			case *ast.ValueSpec:
				for _, name := range s.Names {
					all = append(all, name.Name)
				}
			}
		}
	}
	return all
}

// constants are the numbers that a Go file names, as they are written.
func constants(file string) map[string]string {
	GinkgoHelper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	Expect(err).NotTo(HaveOccurred())
	all := map[string]string{}
	ast.Inspect(tree, func(n ast.Node) bool {
		if s, ok := n.(*ast.ValueSpec); ok {
			for i, value := range s.Values {
				if literal, ok := value.(*ast.BasicLit); ok {
					if _, err := strconv.Atoi(literal.Value); err == nil {
						all[s.Names[i].Name] = literal.Value
					}
				}
			}
		}
		return true
	})
	return all
}

// table are the rows below the head of a page's table, cell by cell.
func table(all []page, name, head string) [][]string {
	GinkgoHelper()
	i := slices.IndexFunc(all, func(p page) bool { return p.name == name })
	Expect(i).NotTo(Equal(-1), name)
	_, rest, found := strings.Cut(all[i].text, head+"\n")
	Expect(found).To(BeTrue(), "%s has no table %s", name, head)
	var rows [][]string
	for line := range strings.Lines(rest) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			break
		}
		var cells []string
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		rows = append(rows, cells)
	}
	return rows[min(1, len(rows)):]
}
