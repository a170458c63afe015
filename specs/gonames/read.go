package gonames

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"iter"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// naming reads a generated client, and knows where the document names what it finds.
type naming struct {
	root *yaml.Node

	file     *ast.File
	names    map[string]bool          // every identifier
	imports  map[string]bool          // names of packages
	types    map[string]*ast.TypeSpec // by name; of several the first
	pointers map[*ast.TypeSpec]string // of the schemas that types were made of
	methods  map[string]map[string]bool
	calls    map[string]string // pointers of operations by the names of their methods
	results  map[string]string // pointers of operations by the types of their results
}

func newNaming(root *yaml.Node) *naming {
	n := &naming{root: root, names: map[string]bool{}}
	document.Walk(document.Document, root, "", func(_ document.Kind, object *yaml.Node, _ string) {
		for _, member := range []string{"x-go-name", "x-go-type-name"} {
			n.names[document.Text(object, member)] = true
		}
	})
	return n
}

// read says what clashes in the text of a client. Operations come first: what is made of two
// of one name clashes altogether. What is not curable does not hide what comes after it.
func (n *naming) read(text string, incurable map[string]bool) ([]fault, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "client.gen.go", text, parser.ParseComments)
	if file == nil || err != nil {
		return nil, fmt.Errorf("what is generated is no Go: %w", err)
	}
	n.file = file
	n.index()
	var all []fault
	for _, look := range []func() []fault{n.operations, n.declarations, n.undeclared, n.fields, n.arguments} {
		found := look()
		all = append(all, found...)
		if slices.ContainsFunc(found, func(f fault) bool { return !incurable[f.what()] }) {
			break
		}
	}
	return all, nil
}

// index notes what the file declares.
func (n *naming) index() {
	n.imports, n.types, n.pointers = map[string]bool{}, map[string]*ast.TypeSpec{}, map[*ast.TypeSpec]string{}
	n.methods, n.calls, n.results = map[string]map[string]bool{}, map[string]string{}, map[string]string{}
	ast.Inspect(n.file, func(node ast.Node) bool {
		if id, ok := node.(*ast.Ident); ok {
			n.names[id.Name] = true
		}
		return true
	})
	for _, i := range n.file.Imports {
		path, _ := strconv.Unquote(i.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if i.Name != nil {
			name = i.Name.Name
		}
		n.imports[name] = true
	}
	for t, comment := range n.declaredTypes() {
		n.pointers[t] = pointerIn(comment)
		if n.types[t.Name.Name] == nil {
			n.types[t.Name.Name] = t
		}
	}
	for _, d := range n.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
			of := typeName(f.Recv.List[0].Type)
			if n.methods[of] == nil {
				n.methods[of] = map[string]bool{}
			}
			n.methods[of][f.Name.Name] = true
		}
	}
	for method, at := range n.eachCall("ClientInterface") {
		n.calls[method.Names[0].Name] = at
	}
	for method, at := range n.eachCall("ClientWithResponsesInterface") {
		if f, ok := method.Type.(*ast.FuncType); ok && len(f.Results.List) == 2 {
			n.results[typeName(f.Results.List[0].Type)] = at
		}
	}
}

// declaredTypes ranges over the types of the file, with the comments above them.
func (n *naming) declaredTypes() iter.Seq2[*ast.TypeSpec, string] {
	return func(yield func(*ast.TypeSpec, string) bool) {
		for _, d := range n.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range g.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok && !yield(t, g.Doc.Text()+t.Doc.Text()) {
					return
				}
			}
		}
	}
}

// methodComment is how the generator describes the method of an operation.
var methodComment = regexp.MustCompile(`performs a ([A-Z]+) (\S+) \(`)

// eachCall ranges over the methods of an interface, with the pointers of their operations.
func (n *naming) eachCall(name string) iter.Seq2[*ast.Field, string] {
	return func(yield func(*ast.Field, string) bool) {
		t := n.types[name]
		if t == nil {
			return
		}
		i, ok := t.Type.(*ast.InterfaceType)
		if !ok {
			return
		}
		for _, m := range i.Methods.List {
			call := methodComment.FindStringSubmatch(strings.ReplaceAll(m.Doc.Text(), "\n", " "))
			if call != nil && len(m.Names) == 1 &&
				!yield(m, document.Pointer("/paths", call[2], strings.ToLower(call[1]))) {
				return
			}
		}
	}
}

// operations are those that no method, or one of another operation, can be named after.
func (n *naming) operations() []fault {
	var all []fault
	first, fields := map[string]string{}, n.clientFields()
	for method, at := range n.eachCall("ClientInterface") {
		name := strings.TrimSuffix(method.Names[0].Name, "WithBody")
		tokens := document.Tokens(at)
		f := fault{places: []string{document.Pointer(at, "operationId")}}
		f.cures = []cure{rename(at, "operationId", n.freeName(OperationID(tokens[2], tokens[1]), "2"))}
		id := document.Text(document.At(n.root, at), "operationId")
		switch other, taken := first[name]; {
		case !ast.IsExported(name), id != "" && !strings.ContainsFunc(id, keptByGenerator):
			f.key, f.says = "method "+name+" "+at, "makes no name in Go"
		case fields[name]:
			f.key = "method " + name + " " + at
			f.says = "becomes the method " + name + ", which is the name of a field that every client has"
		case taken && other != at:
			f.key, f.says = "method "+name, "both become the method "+name
			f.places = []string{document.Pointer(other, "operationId"), f.places[0]}
		default:
			first[name] = at
			continue
		}
		all = append(all, f)
	}
	return all
}

// clientFields are the names of the fields of the generator's own types, which have a method for
// each operation.
func (n *naming) clientFields() map[string]bool {
	fields := map[string]bool{}
	for _, name := range []string{"Client", "ClientWithResponses"} {
		t := n.types[name]
		if n.pointers[t] != "" {
			continue // a schema's
		}
		for _, field := range fieldsOf(t) {
			if own := fieldName(field); own != "" {
				fields[own] = true
			} else {
				fields[typeName(field.Type)] = true
			}
		}
	}
	return fields
}

// keptByGenerator says whether the generator keeps the letter of a name: it drops those of
// scripts that have no capitals.
func keptByGenerator(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsDigit(r)
}

// components are those whose names, with no letter that is kept, would leave a type without one.
func (n *naming) components() []fault {
	var all []fault
	for _, section := range []string{"schemas", "responses", "requestBodies", "parameters", "headers"} {
		for name, c := range document.Members(document.At(n.root, document.Pointer("/components", section))) {
			if strings.ContainsFunc(name, keptByGenerator) || document.Get(c, "x-go-name") != nil {
				continue
			}
			at := document.Pointer("/components", section, name)
			all = append(all, fault{key: at, says: "makes no name in Go", places: []string{at},
				cures: []cure{rename(at, "x-go-name", n.freeName("Schema", ""))}})
		}
	}
	return all
}

// OperationID is an operationId made of a method and a path: getChecks for GET /checks.
func OperationID(method, path string) string {
	words := strings.FieldsFunc(path, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	id := method
	for _, word := range words {
		id += strings.ToUpper(word[:1]) + word[1:]
	}
	return id
}

// freeName is name, or with the ending and then with numbers, so that it is nobody's yet.
func (n *naming) freeName(name, ending string) string {
	first := strings.TrimSuffix(name, ending) + ending
	if !n.names[capitalized(name)] {
		return name
	}
	one := first
	for i := 2; n.names[capitalized(one)]; i++ {
		one = first + strconv.Itoa(i)
	}
	return one
}

func capitalized(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// declarations are the types and the constants of which several have one name.
func (n *naming) declarations() []fault {
	type declared struct {
		typ   *ast.TypeSpec
		value *ast.ValueSpec
		index int
	}
	first := map[string]declared{}
	var all []fault
	add := func(name string, d declared) {
		other, taken := first[name]
		switch {
		case name == "_":
		case !taken:
			first[name] = d
		case d.value != nil:
			all = append(all, n.sameConstant(name, d.value, d.index))
		case other.value != nil:
			all = append(all, n.sameConstant(name, other.value, other.index))
		case d.typ != nil && other.typ != nil:
			all = append(all, n.sameTypes(name, n.pointers[other.typ], n.pointers[d.typ]))
		case d.typ != nil:
			all = append(all, n.sameTypes(name, "", n.pointers[d.typ]))
		case other.typ != nil:
			all = append(all, n.sameTypes(name, n.pointers[other.typ], ""))
		}
	}
	for _, d := range n.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				add(d.Name.Name, declared{})
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					add(spec.Name.Name, declared{typ: spec})
				case *ast.ValueSpec:
					for i, id := range spec.Names {
						add(id.Name, declared{value: spec, index: i})
					}
				}
			}
		}
	}
	return all
}

// sameTypes is the fault of two types of one name, made of the schemas at the pointers; "" is
// one that the generator makes of something else, such as its own Client.
func (n *naming) sameTypes(name, one, other string) fault {
	if one == "" && other == "" {
		return n.sameType(name)[0]
	}
	f := fault{key: "type " + name, says: "both become the type " + name}
	for _, at := range []string{other, one} {
		if at != "" {
			f.places = append([]string{at}, f.places...)
			f.cures = append(f.cures, n.nameType(at, name, 0)...)
		}
	}
	switch operation := n.results[name]; {
	case len(f.places) > 1:
	case operation != "":
		f.places = append(f.places, "the result of "+operation)
	default:
		f.says = "becomes the type " + name + ", which every client has"
	}
	return f
}

// nameType gives the type of a schema another name. The index tells several apart that get
// one instead of the same name.
func (n *naming) nameType(at, name string, index int) []cure {
	member, other := "x-go-type-name", n.freeName(fmt.Sprintf("%s%d", name, index+2), "")
	if isComponent(at) {
		member, other = "x-go-name", n.freeName(name+"Schema", strings.Repeat("2", min(index, 1)))
	}
	return []cure{rename(at, member, other)}
}

// isComponent says whether a component stands at the pointer, and nothing within one.
func isComponent(at string) bool {
	return len(document.Tokens(at)) == 3 && strings.HasPrefix(at, "/components/")
}

// sameConstant is the fault of a constant that is called as something else is. Its enum's
// values get names, the same as before but for that one.
func (n *naming) sameConstant(name string, spec *ast.ValueSpec, index int) fault {
	of := typeName(spec.Type)
	at := n.pointers[n.types[of]]
	f := fault{key: "constant " + name, places: []string{at}}
	f.says = "has a value that becomes the constant " + name + ", which is the name of something else"
	if at == "" || index >= len(spec.Values) {
		return f
	}
	names := document.Seq()
	changed := 0
	for i, v := range document.Items(document.Get(document.At(n.root, at), "enum")) {
		one := strings.TrimPrefix(n.constantOf(of, v), of)
		if of+one == name {
			one, changed = strings.TrimPrefix(n.freeName(name, "Value"), of), i
		}
		names.Content = append(names.Content, document.String(one))
	}
	f.cures = []cure{{pointer: at, member: "x-enum-varnames", value: names, index: changed}}
	return f
}

// constantOf is the name of the constant of that type that has the value.
func (n *naming) constantOf(of string, value *yaml.Node) string {
	for _, d := range n.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, spec := range g.Specs {
			spec := spec.(*ast.ValueSpec)
			if len(spec.Values) != 1 || typeName(spec.Type) != of {
				continue
			}
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					text = literal.Value
				}
				if text == value.Value {
					return spec.Names[0].Name
				}
			}
		}
	}
	return of + value.Value
}

// typeName is the name of a type, or of what it points to; "" if it has none.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// undeclared are the types that an x-go-type names and that there are not.
func (n *naming) undeclared() []fault {
	var all []fault
	for _, id := range n.file.Unresolved {
		key := "undeclared " + id.Name
		told := slices.ContainsFunc(all, func(f fault) bool { return f.key == key })
		if told || n.imports[id.Name] || types.Universe.Lookup(id.Name) != nil {
			continue
		}
		all = append(all, fault{
			key: key, says: "uses " + id.Name + ", which is not declared", places: []string{"the client"},
			advice: "let x-go-type name a type that is, such as any",
		})
	}
	return all
}

func fieldsOf(t *ast.TypeSpec) []*ast.Field {
	if t == nil {
		return nil
	}
	if s, ok := t.Type.(*ast.StructType); ok {
		return s.Fields.List
	}
	return nil
}

// tagged is the name that a field has in JSON or in a form, "" if it has none.
func tagged(f *ast.Field) string {
	if f.Tag == nil {
		return ""
	}
	text, err := strconv.Unquote(f.Tag.Value)
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(reflect.StructTag(text).Get("json"), ",")
	return name
}
