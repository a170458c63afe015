package changes

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// untold are the steps to the files of the provider's adapter in which a function makes a call
// that the provider newly calls deprecated, and says nothing of that in its comment: neither does
// the adapter's caller learn it then, nor are the tools content that look for such calls.
func (r *report) untold(t *todo, provider string) {
	var calls []string
	for _, f := range r.Changes {
		if f.Of == provider && f.Rule == "endpoint-deprecated" {
			calls = append(calls, f.Where...)
		}
	}
	head := r.sideOf(provider).head
	if head == nil {
		return
	}
	for _, file := range slices.Sorted(maps.Keys(head.files)) {
		if !isAdapter(provider, file) {
			continue
		}
		if found, line := silent(head.files[file], calls); line > 0 {
			t.do("it calls "+quoted(found)+", which the provider calls deprecated: say so in the function's "+
				"comment, in a paragraph that begins with `Deprecated: `, and in the package's",
				"edit %s:%d", file, line)
		}
	}
}

// silent are the calls in a file's functions that have no paragraph on a deprecation, with the
// first line of one.
func silent(text []byte, calls []string) (found []string, first int) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, "", text, parser.ParseComments)
	if err != nil {
		return nil, 0 // that it does not compile is said elsewhere
	}
	for _, d := range parsed.Decls {
		function, ok := d.(*ast.FuncDecl)
		if !ok || isDeprecation.MatchString("\n\n"+function.Doc.Text()) {
			continue
		}
		from, to := set.Position(function.Pos()).Offset, set.Position(function.End()).Offset
		for _, call := range calls {
			method := strings.ToUpper(call[:1]) + "(?i:" + regexp.QuoteMeta(call[1:]) + ")(WithBody)?(WithResponse)?"
			at := regexp.MustCompile(`\.` + method + `\(`).FindIndex(text[from:to])
			if at == nil {
				continue
			}
			line := 1 + bytes.Count(text[:from+at[0]], []byte("\n"))
			if found = append(found, call); first == 0 || line < first {
				first = line
			}
		}
	}
	return found, first
}

// isDeprecation finds the paragraph of a comment by which Go's tools know what is deprecated.
var isDeprecation = regexp.MustCompile(`\n\nDeprecated: `)
