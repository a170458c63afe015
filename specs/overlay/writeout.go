package overlay

import (
	"cmp"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// WriteOut writes otherwise, with the same meaning, what the generator of the clients cannot
// read, or would make a client of that does not compile or that loses a part of an answer:
// path items that are references, references to anything but a whole component or with
// escapes, schemas that are true or false, and what each function below says. Effective does
// so at its end.
func WriteOut(root *yaml.Node) {
	*root = *document.WithTargets(root, func(kind document.Kind, tokens []string) bool {
		return kind == document.PathItem || len(tokens) > 0 && (len(tokens) != 3 || tokens[0] != "components")
	})
	writeOutBooleans(root)
	writeOutReferences(root)
	keepNumbers(root)
	writeOutVariants(root)
	leaveOpen(root)
	readHeaders(root)
	tellDeprecated(root)
}

// writeOutBooleans writes the schemas true and false of JSON Schema 2020-12 as the objects
// that mean the same, {} and {not: {}}: the generator of the clients reads them nowhere but
// where OpenAPI 3.0 has them too, or where its model has room for both.
func writeOutBooleans(root *yaml.Node) {
	if strings.HasPrefix(document.Text(root, "openapi"), "3.0") {
		return // it has no such schemas
	}
	kept := map[*yaml.Node]bool{}
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, _ string) {
		switch {
		case kind != document.Schema || kept[n]:
		case n.Kind == yaml.MappingNode:
			for _, name := range []string{"additionalProperties", "unevaluatedItems", "unevaluatedProperties"} {
				kept[document.Get(n, name)] = true
			}
		default:
			object := document.Map()
			if n.Value == "false" {
				document.Set(object, "not", document.Map())
			}
			*n = *object
		}
	})
}

// writeOutReferences writes each reference into the document without the escapes of a URL:
// the generator takes the name behind one for that of the type as it stands. A component with
// a name that needs escapes even so gets another one. A discriminator may map to the bare name
// of a schema; the generator only knows the value of one that maps to a reference.
func writeOutReferences(root *yaml.Node) {
	renamed := renameComponents(root)
	all := document.At(root, schemas)
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, _ string) {
		if ref := document.Get(n, "$ref"); ref != nil {
			ref.Value = writtenOut(ref.Value, renamed)
		}
		if kind != document.Discriminator {
			return
		}
		for _, target := range document.Members(document.Get(n, "mapping")) {
			name := cmp.Or(renamed[document.Pointer(schemas, target.Value)], target.Value)
			if document.Get(all, name) != nil {
				target.Value = "#" + document.Pointer(schemas, name)
				continue
			}
			target.Value = writtenOut(target.Value, renamed)
		}
	})
}

func writtenOut(ref string, renamed map[string]string) string {
	pointer, inside := document.Target(ref)
	tokens := document.Tokens(pointer)
	if !inside || len(tokens) < 3 {
		return ref
	}
	if name := renamed[document.Pointer("", tokens[:3]...)]; name != "" {
		tokens[2] = name
	}
	if plain := document.Pointer("#", tokens...); !strings.Contains(plain, "%") { // which a URL cannot have unescaped
		return plain
	}
	return ref
}

// needsEscapes has the characters that a name cannot have in a pointer, or a pointer in a
// URL.
const needsEscapes = "/~%"

// renameComponents gives components with such a name another one, and returns these by
// pointer.
func renameComponents(root *yaml.Node) map[string]string {
	renamed := map[string]string{}
	for section, entries := range document.Members(document.Get(root, "components")) {
		// Security schemes are not referred to by pointers.
		if document.Components.Member(section) == "" || section == "securitySchemes" {
			continue
		}
		for i := 0; entries.Kind == yaml.MappingNode && i < len(entries.Content); i += 2 {
			was := entries.Content[i].Value
			if !strings.ContainsAny(was, needsEscapes) {
				continue
			}
			entries.Content[i].Value = "" // which is no name for another one to differ from
			name := document.FreeName(entries, strings.Map(func(r rune) rune {
				if strings.ContainsRune(needsEscapes, r) {
					return '-'
				}
				return r
			}, was))
			entries.Content[i].Value = name
			renamed[document.Pointer("/components", section, was)] = name
		}
	}
	return renamed
}
