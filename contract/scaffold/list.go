package scaffold

import (
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// listFile is the list of the providers.
const listFile = "contract/providers/providers.go"

// listed is the list with an import and an entry for a provider, which is the last one. It
// is an error if it has either already.
func listed(text []byte, module, name string) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, listFile, text, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("%w: correct it, or put it back: git checkout %s", err, listFile)
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
	line := func(p token.Pos) int { return files.Position(p).Line }
	var all []byte
	done := 0
	insert := func(p token.Pos, more string) {
		all = append(append(all, text[done:offset(p)]...), more...)
		done = offset(p)
	}
	insert(file.Imports[0].End(), "\n"+strconv.Quote(own)) // formatting sorts the imports
	last := entries.Lbrace
	for _, entry := range entries.Elts { // each gets a line of its own
		if line(entry.Pos()) == line(last) {
			insert(entry.Pos(), "\n")
		}
		last = entry.End()
	}
	entry := name + ".Provider,\n"
	if line(last) == line(entries.Rbrace) {
		entry = "\n" + entry
		rest := string(text[offset(last):offset(entries.Rbrace)])
		if len(entries.Elts) > 0 && !strings.HasPrefix(strings.TrimSpace(rest), ",") {
			entry = "," + entry
		}
	}
	insert(entries.Rbrace, entry)
	return format.Source(append(all, text[done:]...))
}

// enter inserts the provider into the list as it is now, which may be another one than when
// the work began. Of two runs at once, one makes the file that becomes the list, and the
// other one is refused.
func (j *job) enter() error {
	list := filepath.Join(j.root, listFile)
	next, err := os.OpenFile(list+".next", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s.next is there: another run is about to change the list; run this one again, and if it says so again, delete that file", listFile)
	}
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(next.Name()) }() // fails once the file is renamed, as it should
	defer func() { _ = next.Close() }()
	text, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	if text, err = listed(text, j.module, j.name); err != nil {
		return err
	}
	_, err = next.Write(text)
	if err := errors.Join(err, next.Close()); err != nil {
		return err
	}
	return os.Rename(next.Name(), list)
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
