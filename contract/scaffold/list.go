package scaffold

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"strconv"
)

// listFile is the list of the providers.
const listFile = "contract/providers/providers.go"

// listed is the list with an import and an entry for a provider, which is the last one. It
// is an error if it has either already.
func listed(text []byte, module, name string) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, listFile, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	entries := listOf(file)
	if entries == nil {
		return nil, fmt.Errorf("%s has no variable All with a list: put it back", listFile)
	}
	taken := fmt.Errorf("NAME=%s is taken: %s names it; take another name, or delete its import and its entry", name, listFile)
	own := module + "/contract/provider/" + name
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if path.Base(imported) == name || spec.Name != nil && spec.Name.Name == name {
			return nil, taken
		}
	}
	for _, entry := range entries.Elts {
		if selector, ok := entry.(*ast.SelectorExpr); ok {
			if x, ok := selector.X.(*ast.Ident); ok && x.Name == name {
				return nil, taken
			}
		}
	}
	offset := func(p token.Pos) int { return files.Position(p).Offset }
	at, after := offset(entries.Rbrace), offset(file.Imports[0].End()) // formatting sorts the imports
	entry := name + ".Provider,\n"
	if n := len(entries.Elts); n == 0 || files.Position(entries.Elts[n-1].End()).Line == files.Position(entries.Rbrace).Line {
		if entry = "\n" + entry; n > 0 {
			entry = "," + entry
		}
	}
	var all []byte
	all = append(all, text[:after]...)
	all = append(all, "\n"+strconv.Quote(own)...)
	all = append(all, text[after:at]...)
	all = append(all, entry...)
	return format.Source(append(all, text[at:]...))
}

// listOf is the list in the variable All; nil if there is none.
func listOf(file *ast.File) *ast.CompositeLit {
	if len(file.Imports) == 0 {
		return nil
	}
	for _, d := range file.Decls {
		general, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			value, ok := spec.(*ast.ValueSpec)
			if !ok || len(value.Names) != 1 || value.Names[0].Name != "All" || len(value.Values) != 1 {
				continue
			}
			if list, ok := value.Values[0].(*ast.CompositeLit); ok {
				return list
			}
		}
	}
	return nil
}
