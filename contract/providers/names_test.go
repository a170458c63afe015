package providers_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/providers"
	"example.com/digilocker/specs/document"
)

// root is that of the tree, as the tests here see it.
const root = "../.."

// placeholder is what examples of commands and tests call a provider that nobody has. A real
// one of that name cannot be told from it.
const placeholder = "acme"

// A provider is named in folders of its name, and in the list. Comments are free to name
// it, and so are the README, the guides and the examples that go doc shows.
var _ = Describe("The rest of the tree", func() {
	It("names no provider", func() {
		files := 0
		var found []string
		walk(func(file string, text []byte) {
			files++
			for _, line := range spoken(file, text) {
				for _, p := range providers.All {
					if p.Name != placeholder && names(line.text, p.Name) {
						found = append(found, fmt.Sprintf("%s:%d: names %s: %.60s", file, line.number, p.Name, strings.TrimSpace(line.text)))
					}
				}
			}
		})
		Expect(files).To(BeNumerically(">", 150))
		Expect(strings.Join(found, "\n")).To(BeEmpty(), "what is told of a provider lies in contract/provider/<name>")
	})

	DescribeTable("would be found to", func(file, text string, want int) {
		n := 0
		for _, line := range spoken(file, []byte(text)) {
			if names(line.text, "zeta") {
				n++
			}
		}
		Expect(n).To(Equal(want))
	},
		Entry("as an identifier", "a.go", "package a\nvar zeta = 1\n", 1),
		Entry("as a part of one", "a.go", "package a\nvar zetaURL, simZeta, aZetaB int\n", 3),
		Entry("as a generated package", "a.go", "package a\nimport _ \"x/gen/zetaapi\"\n", 1),
		Entry("in a text", "a.go", "package a\nvar x = \"https://dg.zeta.co\"\n", 1),
		Entry("in a raw text of several lines", "a.go", "package a\nvar x = `\nZETA_CLIENT_ID\n`\n", 1),
		Entry("not in a comment", "a.go", "package a\n// zeta does it so\nvar x = 1 // zeta\n", 0),
		Entry("not in a longer word", "a.go", "package a\nvar zetabyte = \"zetas\"\n", 0),
		Entry("in a workflow", "a.yml", "matrix: [zeta]\n", 1),
		Entry("not in a comment of one", "a.yml", "on: push # zeta\n# zeta\n", 0),
		Entry("in a page", "a.html", "<p>Zeta</p>\n", 1),
		Entry("in a list", "a.tsv", "live\tzeta/get\n", 1),
	)

	It("has no member, parameter or operation of one provider in a shared judge", func() {
		words := map[string]string{}
		for _, p := range providers.All {
			text, err := document.Parse(p.Name, p.Document)
			Expect(err).NotTo(HaveOccurred())
			wireWords(text, func(word string) { words[word] = p.Name })
			d, err := p.Parse()
			Expect(err).NotTo(HaveOccurred())
			for _, op := range d.Operations {
				if several(op.ID) && !strings.ContainsAny(op.ID, " -/.") {
					Expect(words).To(HaveKey(op.ID))
				}
			}
		}
		var found []string
		walk(func(file string, text []byte) {
			if filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") || !judges.MatchString(file) {
				return
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, text, 0)
			Expect(err).NotTo(HaveOccurred())
			ast.Inspect(tree, func(n ast.Node) bool {
				if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					value, err := strconv.Unquote(literal.Value)
					Expect(err).NotTo(HaveOccurred())
					for _, word := range regexp.MustCompile(`[A-Za-z0-9_]+`).FindAllString(value, -1) {
						if p := words[word]; p != "" {
							found = append(found, fmt.Sprintf("%s: %q is a word of %s's", file, word, p))
						}
					}
				}
				return true
			})
		})
		Expect(strings.Join(found, "\n")).To(BeEmpty(), "a description says it: Journey, Answers, Adapter or Hidden in contract/provider")
	})
})

// judges are the packages that judge all providers alike.
var judges = regexp.MustCompile(`^contract/(?:[^/]+|(?:judge|ledger|recording|sandbox|simulator)/(?:[^/]+/)*[^/]+)\.go$`)

// wireWords are the names of members and parameters, and the ids of operations, that can be
// one provider's alone: those of several words.
func wireWords(n *yaml.Node, say func(string)) {
	for name, member := range document.Members(n) {
		switch name {
		case "properties":
			for property := range document.Members(member) {
				if several(property) {
					say(property)
				}
			}
		case "operationId", "name":
			if several(member.Value) && !strings.ContainsAny(member.Value, " -/.") {
				say(member.Value)
			}
		}
		wireWords(member, say)
	}
	for _, item := range document.Items(n) {
		wireWords(item, say)
	}
}

// several says whether a word is made of several.
func several(word string) bool {
	return strings.Contains(word, "_") || strings.IndexFunc(word, unicode.IsUpper) > 0 && strings.IndexFunc(word, unicode.IsLower) == 0
}

// walk reads all files that no folder of a provider's name holds.
func walk(read func(file string, text []byte)) {
	GinkgoHelper()
	own := map[string]bool{
		".git": true, "bin": true, ".ci/fourth": true, ".ci/guide": true, "contract/report": true, "README.md": true, "LICENSE": true, "go.sum": true,
		"contract/docs/own": true, "contract/docs/service": true, // the guides' programs, each of one provider
		"contract/providers/providers.go": true,
	}
	for _, p := range providers.All {
		for _, folder := range []string{"specs/", "adapters/", "contract/provider/"} {
			own[folder+p.Name] = true
		}
		own["gen/"+p.Name+"api"] = true
	}
	Expect(filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case own[name] && entry.IsDir():
			return filepath.SkipDir
		case own[name], entry.IsDir(), filepath.Base(name) == "example_test.go", strings.HasSuffix(name, ".md"), filepath.Ext(name) == ".png":
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil {
			read(name, text)
		}
		return err
	})).To(Succeed())
}

// line is one of a file, without comments.
type line struct {
	number int
	text   string
}

// spoken is what a file says, without its comments: of Go each identifier and each line of a
// literal, else each line.
func spoken(file string, text []byte) []line {
	var all []line
	if filepath.Ext(file) == ".go" {
		var s scanner.Scanner
		files := token.NewFileSet()
		at := files.AddFile(file, -1, len(text))
		s.Init(at, text, nil, 0)
		for {
			pos, kind, literal := s.Scan()
			switch kind {
			case token.EOF:
				return all
			case token.IDENT, token.STRING, token.CHAR:
				for i, l := range strings.Split(literal, "\n") {
					all = append(all, line{at.Line(pos) + i, l})
				}
			}
		}
	}
	hash := slices.Contains([]string{".yaml", ".yml", ".tsv", ".sum", ".toml", ""}, filepath.Ext(file))
	for i, l := range strings.Split(string(text), "\n") {
		if trimmed := strings.TrimSpace(l); hash && strings.HasPrefix(trimmed, "#") {
			continue
		}
		if before, _, found := strings.Cut(l, " # "); hash && found {
			l = before
		}
		all = append(all, line{i + 1, l})
	}
	return all
}

var letters = regexp.MustCompile(`[A-Z]+(?:[a-z]+|\b|_)|[A-Z]?[a-z]+|[A-Z]+`)

// names says whether a word of the text is the provider's name, or that of its generated
// package.
func names(text, name string) bool {
	if !strings.Contains(strings.ToLower(text), name) {
		return false // as almost all lines of the tree, in a tenth of the time
	}
	for _, word := range letters.FindAllString(text, -1) {
		if w := strings.Trim(strings.ToLower(word), "_"); w == name || w == name+"api" {
			return true
		}
	}
	return false
}
