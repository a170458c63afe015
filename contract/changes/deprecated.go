package changes

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// untold are the files of the provider's adapter in which a function makes a call that the
// provider newly calls deprecated, and says nothing of that in its comment: neither does the
// adapter's caller learn it then, nor are the tools content that look for such calls.
func (r *report) untold(provider string) []named {
	var calls []string
	for _, f := range r.Changes {
		if f.Of == provider && f.Rule == "endpoint-deprecated" {
			calls = append(calls, f.Where...)
		}
	}
	var all []named
	for _, p := range r.heads {
		for _, file := range slices.Sorted(maps.Keys(p.files)) {
			ours, _ := path.Match(adaptersFolder+provider+"/*.go", file) // the pattern is well formed
			if p.name != provider || !ours || strings.HasSuffix(file, "_test.go") {
				continue
			}
			if one := silent(file, p.files[file], calls); one.line > 0 {
				all = append(all, one)
			}
		}
	}
	return all
}

// silent names the calls of a file's functions that have no paragraph on a deprecation, with the
// first line of one.
func silent(file string, text []byte, calls []string) named {
	one := named{file: file}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, text, parser.ParseComments)
	if err != nil {
		return one // that it does not compile is said elsewhere
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
			if one.names = append(one.names, call); one.line == 0 || line < one.line {
				one.line = line
			}
		}
	}
	return one
}

// isDeprecation finds the paragraph of a comment by which Go's tools know what is deprecated.
var isDeprecation = regexp.MustCompile(`\n\nDeprecated: `)
