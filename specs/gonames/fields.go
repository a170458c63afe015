package gonames

import (
	"go/ast"
	"go/token"
	"go/types"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// fields are the members and parameters that become a field of another's name, of a method's,
// or one that encoding/json does not see.
func (n *naming) fields() []fault {
	var all []fault
	for t := range n.declaredTypes() {
		all = append(all, n.fieldsOfType(t)...)
	}
	return all
}

func (n *naming) fieldsOfType(t *ast.TypeSpec) []fault {
	var all []fault
	first := map[string]*ast.Field{}
	for _, field := range fieldsOf(t) {
		name, at := fieldName(field), n.memberAt(t, field)
		of := t.Name.Name + "." + name
		f := fault{places: []string{at}}
		other, taken := first[name]
		switch {
		case name == "" && tagged(field) != "":
			name, f.says = "Member", "makes no name in Go"
		case taken && at == "":
			at = n.memberAt(t, other)
			f.places, f.says = []string{at}, "becomes the field "+of+", which is another's name already"
		case taken && n.memberAt(t, other) != "":
			f.places, f.says = []string{n.memberAt(t, other), at}, "both become the field "+of
		case taken:
			f.says = "becomes the field " + of + ", which is another's name already"
		case n.methods[t.Name.Name][name] && at != "":
			f.says = "becomes the field " + of + ", which is a method's name already"
		case !ast.IsExported(name) && at != "":
			name, f.says = "Member", "becomes the field "+of+", which encoding/json does not see"
		default:
			first[name] = field
			continue
		}
		f.key = "field of " + t.Name.Name + " " + at
		f.cures = []cure{rename(at, "x-go-name", n.freeField(t, name+n.placeOfParameter(at)))}
		all = append(all, f)
	}
	return all
}

// fieldName is a field's name, "" for one that only has a type.
func fieldName(f *ast.Field) string {
	if len(f.Names) == 0 {
		return ""
	}
	return f.Names[0].Name
}

// freeField is name, or that with a number, so that no field or method of the type has it.
func (n *naming) freeField(t *ast.TypeSpec, name string) string {
	one := name
	taken := func(f *ast.Field) bool { return fieldName(f) == one }
	for i := 2; n.methods[t.Name.Name][one] || slices.ContainsFunc(fieldsOf(t), taken); i++ {
		one = name + strconv.Itoa(i)
	}
	return one
}

// placeOfParameter tells a parameter from one of the same name that stands elsewhere: Header.
func (n *naming) placeOfParameter(at string) string {
	if in := document.Text(document.At(n.root, at), "in"); in != "" {
		return capitalized(in)
	}
	return ""
}

// memberAt is the pointer of what a field was made of, "" if the document does not have it.
func (n *naming) memberAt(t *ast.TypeSpec, field *ast.Field) string {
	name := tagged(field)
	marked := pointerIn(field.Doc.Text())
	isParameter := document.Get(document.At(n.root, marked), "in") != nil && !strings.Contains(marked, "/properties/")
	if isParameter || strings.HasSuffix(marked, document.Pointer("/properties", name)) { // and no reference
		return marked
	}
	owner := n.pointers[t]
	if owner == "" || name == "" || name == "-" {
		return ""
	}
	return n.propertyAt(owner, name, nil)
}

// propertyAt is the pointer of a property of the schema, or of one that it is made of.
func (n *naming) propertyAt(schema, name string, seen []string) string {
	node, schema, err := document.Resolve(n.root, document.At(n.root, schema), schema)
	if err != nil || slices.Contains(seen, schema) {
		return ""
	}
	if at := document.Pointer(schema, "properties", name); document.At(n.root, at) != nil {
		return at
	}
	for i := range document.Items(document.Get(node, "allOf")) {
		item := document.Pointer(schema, "allOf", strconv.Itoa(i))
		if at := n.propertyAt(item, name, append(seen, schema)); at != "" {
			return at
		}
	}
	return ""
}

// arguments are the parameters in paths that become an argument whose name a function has for
// something else: one that makes a request, with and without a body, or a method of a client.
func (n *naming) arguments() []fault {
	var all []fault
	for _, ofMethods := range []bool{false, true} {
		for _, d := range n.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil || (f.Recv != nil) != ofMethods {
				continue
			}
			at, ok := n.callOf(f)
			if !ok {
				continue
			}
			for _, found := range n.argumentsOf(f, at) {
				if !slices.ContainsFunc(all, func(other fault) bool { return other.key == found.key }) {
					all = append(all, found)
				}
			}
		}
	}
	return all
}

// callOf is the pointer of the operation for which there is the function.
func (n *naming) callOf(f *ast.FuncDecl) (string, bool) {
	name := strings.TrimSuffix(f.Name.Name, "WithResponse")
	if f.Recv == nil {
		made, ok := strings.CutPrefix(f.Name.Name, "New")
		if !ok {
			return "", false
		}
		name = strings.TrimSuffix(strings.TrimSuffix(made, "WithBody"), "Request")
	}
	at, ok := n.calls[name]
	return at, ok
}

func (n *naming) argumentsOf(f *ast.FuncDecl, at string) []fault {
	var all []fault
	inside := n.variablesOf(f.Body)
	seen := map[string]bool{}
	if f.Recv != nil {
		seen[f.Recv.List[0].Names[0].Name] = true
	}
	for i, argument := range f.Type.Params.List {
		for _, id := range argument.Names {
			if i > 0 && (seen[id.Name] || inside[id.Name] || n.imports[id.Name] || predeclared(f.Body, id.Name)) {
				all = append(all, n.sameArgument(at, id.Name))
			}
			seen[id.Name] = true
		}
	}
	return all
}

// predeclared says whether a function uses the name as Go's own, such as nil: what is an
// argument is handed on once.
func predeclared(body *ast.BlockStmt, name string) bool {
	if types.Universe.Lookup(name) == nil {
		return false
	}
	uses, handedOn := 0, 0
	isIt := func(e ast.Node) bool {
		id, ok := e.(*ast.Ident)
		return ok && id.Name == name
	}
	ast.Inspect(body, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			for _, a := range call.Args {
				if isIt(a) {
					handedOn++
				}
			}
		}
		if isIt(node) {
			uses++
		}
		return true
	})
	return uses > handedOn || handedOn > 1
}

// variablesOf are the variables that a function declares outside of its blocks.
func (n *naming) variablesOf(body *ast.BlockStmt) map[string]bool {
	names := map[string]bool{}
	for _, statement := range body.List {
		switch s := statement.(type) {
		case *ast.AssignStmt:
			for _, left := range s.Lhs {
				if id, ok := left.(*ast.Ident); ok && s.Tok == token.DEFINE {
					names[id.Name] = true
				}
			}
		case *ast.DeclStmt:
			for _, spec := range s.Decl.(*ast.GenDecl).Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for _, id := range v.Names {
						names[id.Name] = true
					}
				}
			}
		}
	}
	return names
}

// sameArgument is the fault of the parameter of an operation that became that argument.
func (n *naming) sameArgument(operation, name string) fault {
	f := fault{key: "argument " + name + " " + operation}
	f.says = "becomes the argument " + name + ", which is another's name already"
	for at, p := range n.parameters(operation) {
		if document.Text(p, "in") == "path" && document.PlainName(nameOf(p)) == document.PlainName(name) {
			f.places = append(f.places, at)
			f.cures = []cure{rename(at, "x-go-name", capitalized(name)+"InPath")}
		}
	}
	if len(f.places) > 1 {
		f.says = "both become the argument " + name
	}
	return f
}

func nameOf(p *yaml.Node) string {
	if name := document.Text(p, "x-go-name"); name != "" {
		return name
	}
	return document.Text(p, "name")
}

// parameters ranges over those of an operation, and of its path item.
func (n *naming) parameters(operation string) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		item := operation[:strings.LastIndex(operation, "/")]
		for _, owner := range []string{item, operation} {
			for i, p := range document.Items(document.At(n.root, document.Pointer(owner, "parameters"))) {
				node, at, err := document.Resolve(n.root, p, document.Pointer(owner, "parameters", strconv.Itoa(i)))
				if err == nil && !yield(at, node) {
					return
				}
			}
		}
	}
}

// sameType is the fault of a type of which the generator only says that two have its name: the
// places are those from whose names that one can be made.
func (n *naming) sameType(name string) []fault {
	f := fault{key: "type " + name, says: "all become the type " + name}
	document.Walk(document.Document, n.root, "", func(kind document.Kind, schema *yaml.Node, at string) {
		if kind == document.Schema && document.Get(schema, "$ref") == nil && n.mayBecome(name, schema, at) {
			f.places = append(f.places, at)
		}
	})
	for i, at := range slices.Backward(f.places) {
		f.cures = append(f.cures, n.nameType(at, name, i)...)
	}
	// An object inside is the better one to name: the others are what callers begin with.
	slices.SortStableFunc(f.cures, func(a, b cure) int { return strings.Compare(b.member, a.member) })
	switch len(f.places) {
	case 0, 1:
		f.says = "becomes the type " + name + ", which is another's name already"
	case 2:
		f.says = "both become the type " + name
	}
	return []fault{f}
}

// mayBecome says whether the generator may call the type of the schema so.
func (n *naming) mayBecome(name string, schema *yaml.Node, at string) bool {
	if own := document.Text(schema, "x-go-type-name"); own != "" {
		return own == name
	}
	if own := document.Text(schema, "x-go-name"); own != "" && isComponent(at) {
		return own == name
	}
	tokens := document.Tokens(at)
	prefix, words := "", ""
	switch {
	case tokens[0] == "components":
		prefix, tokens = tokens[2], tokens[3:]
	case len(tokens) > 3 && tokens[0] == "paths":
		operation := document.At(n.root, document.Pointer("", tokens[:3]...))
		prefix, tokens = document.Text(operation, "operationId"), tokens[3:]
	default:
		return false
	}
	for i := 0; i < len(tokens); i++ {
		switch tokens[i] {
		case "properties", "anyOf", "oneOf":
			i++
			if i < len(tokens) {
				words += tokens[i]
			}
		case "allOf":
			i++
		case "additionalProperties":
			words += tokens[i]
		}
	}
	whole := document.PlainName(name)
	// A name in Go begins with a letter: the generator puts an N before a figure.
	if strings.IndexFunc(document.PlainName(prefix), unicode.IsDigit) == 0 {
		prefix = "N" + prefix
	}
	if schemaOf := document.PlainName(prefix + words); whole == schemaOf || whole == schemaOf+"item" {
		return true
	}
	// Between the two, an operation's types have words such as 200JSONResponseBody.
	return strings.HasPrefix(at, "/paths/") && words != "" &&
		strings.HasPrefix(whole, document.PlainName(prefix)) && strings.HasSuffix(whole, document.PlainName(words))
}
