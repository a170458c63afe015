package overlay

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// keepNumbers gives an integer or a number with listed values the Go type of all others: the
// generator would declare constants of a type that is made of json.Number, which neither
// compile nor, being another type, are read from a number.
func keepNumbers(root *yaml.Node) {
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, _ string) {
		listed := document.Get(n, "enum") != nil || document.Get(n, "const") != nil || document.Get(n, "oneOf") != nil
		if kind == document.Schema && listed && isNumber(document.Get(n, "type")) &&
			document.Get(n, "x-go-type") == nil {
			document.Set(n, "x-go-type", document.String("json.Number"))
		}
	})
}

// isNumber says whether a schema's type is integer or number, or that or null.
func isNumber(kind *yaml.Node) bool {
	if kind == nil {
		return false
	}
	kinds := []*yaml.Node{kind}
	if kind.Kind == yaml.SequenceNode {
		kinds = kind.Content
	}
	numbers := 0
	for _, k := range kinds {
		switch k.Value {
		case "integer", "number":
			numbers++
		case "null":
		default:
			return false
		}
	}
	return numbers == 1
}

// leaveOpen gives an object or a list that an answer in XML or YAML defines where it stands the
// type any: the generator forgets to declare a type of it. What came is in Body.
func leaveOpen(root *yaml.Node) {
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, pointer string) {
		tokens := document.Tokens(pointer)
		if kind != document.MediaType || len(tokens) < 4 || tokens[len(tokens)-4] != "responses" {
			return
		}
		mediaType, schema := tokens[len(tokens)-1], document.Get(n, "schema")
		if !strings.Contains(mediaType, "xml") && !strings.Contains(mediaType, "yaml") ||
			hasAny(schema, "$ref", "x-go-type") {
			return
		}
		if hasAny(schema, "properties", "additionalProperties", "items", "allOf", "anyOf", "oneOf") {
			document.Set(schema, "x-go-type", document.String("any"))
		}
	})
}

// readHeaders writes a header whose media type is said as one with a schema, and gives one of
// which the document does not say the type the type that it has on the wire: the generated
// client would refuse each answer with such a header.
func readHeaders(root *yaml.Node) {
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, _ string) {
		if kind != document.Header {
			return
		}
		for mediaType, content := range document.Members(document.Get(n, "content")) { // there is one
			schema := document.Get(content, "schema")
			if schema == nil || schema.Kind != yaml.MappingNode {
				schema = document.Map()
			}
			if mediaType != "text/plain" {
				document.Set(schema, "x-go-type", document.String("string"))
			}
			document.Delete(n, "content")
			for _, member := range []string{"example", "examples"} {
				if shown := document.Get(content, member); shown != nil {
					document.Set(n, member, shown)
				}
			}
			document.Set(n, "schema", schema)
			break
		}
		schema := document.Get(n, "schema")
		if schema != nil && schema.Kind == yaml.MappingNode &&
			!hasAny(schema, "type", "$ref", "allOf", "anyOf", "oneOf", "enum", "properties", "x-go-type") {
			document.Set(schema, "x-go-type", document.String("string"))
		}
	})
}

// hasAny says whether the object has one of the members.
func hasAny(n *yaml.Node, members ...string) bool {
	return slices.ContainsFunc(members, func(member string) bool { return document.Get(n, member) != nil })
}

// schemas is the pointer of the schemas of a document.
const schemas = "/components/schemas"

// writeOutVariants writes out what a reference to a base schema stands for where a value
// stands, a base being a schema with a discriminator of which others are made by allOf: any
// of the variants, or the base. The generator would decode a variant into the base, and lose
// the members that the base does not have. Any value that the base allows is still allowed.
func writeOutVariants(root *yaml.Node) {
	f := family{root: root, parents: map[string][]string{}, children: map[string][]string{}}
	for name, schema := range document.Members(document.At(root, schemas)) {
		for _, part := range document.Items(document.Get(schema, "allOf")) {
			if parent := component(document.Text(part, "$ref")); parent != "" {
				f.parents[name] = append(f.parents[name], parent)
				f.children[parent] = append(f.children[parent], name)
			}
		}
	}
	type site struct {
		ref  *yaml.Node
		base string
	}
	var sites []site
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, pointer string) {
		if base := component(document.Text(n, "$ref")); kind == document.Schema && base != "" && f.isValue(pointer) {
			sites = append(sites, site{document.Get(n, "$ref"), base})
		}
	})
	unions := map[string]string{}
	for _, s := range sites {
		union, known := unions[s.base]
		if !known {
			union = f.addUnion(s.base)
			unions[s.base] = union
		}
		if union != "" {
			s.ref.Value = "#" + document.Pointer(schemas, union)
		}
	}
}

// component is the name of the schema that a reference leads to, "" for another reference.
func component(ref string) string {
	pointer, _ := document.Target(ref)
	if tokens := document.Tokens(pointer); len(tokens) == 3 && strings.HasPrefix(pointer, schemas+"/") {
		return tokens[2]
	}
	return ""
}

// family has the schemas of which a schema is made by allOf, and those that are made of it.
type family struct {
	root              *yaml.Node
	parents, children map[string][]string
}

// isValue says whether a value stands where the schema at the pointer is asked for, and not
// only a part of what it must be, or a choice that another schema makes.
func (f family) isValue(pointer string) bool {
	tokens := document.Tokens(pointer)
	switch last := len(tokens) - 1; {
	case last < 1 || tokens[last] == "not" || tokens[last-1] == "allOf":
		return false
	case tokens[last-1] == "anyOf" || tokens[last-1] == "oneOf":
		chooser := document.At(f.root, document.Pointer("", tokens[:last-1]...))
		return document.Get(chooser, "discriminator") == nil
	}
	return true
}

// addUnion adds the schema that stands for any variant of base, and returns its name, "" if
// there are no variants.
func (f family) addUnion(base string) string {
	all := document.At(f.root, schemas)
	schema := document.Get(all, base)
	discriminator, own := f.discriminator(base)
	if discriminator == nil || document.Get(schema, "oneOf") != nil || document.Get(schema, "anyOf") != nil {
		return ""
	}
	variants := f.descendants(base)
	property, mapping := document.Text(discriminator, "propertyName"), document.Map()
	for value, ref := range document.Members(document.Get(discriminator, "mapping")) {
		name := component(ref.Value)
		if document.Get(all, ref.Value) != nil { // a name does for a reference
			name = ref.Value
		}
		if document.Get(all, name) == nil || !own && name != base && !slices.Contains(variants, name) {
			continue
		}
		if name != base && !slices.Contains(variants, name) {
			variants = append(variants, name)
		}
		document.Set(mapping, value, document.String("#"+document.Pointer(schemas, name)))
	}
	if len(variants) == 0 {
		return ""
	}
	name, goName := "Any"+base, document.Text(schema, "x-go-name")
	for document.Get(all, name) != nil {
		name += "Variant"
	}
	union, choices := document.Map(), document.Seq()
	if goName != "" {
		document.Set(union, "x-go-name", document.String("Any"+goName))
	}
	description := fmt.Sprintf("Any variant of %s, told apart by %s.", base, property)
	document.Set(union, "description", document.String(description))
	for _, v := range append(variants, base) {
		choice := document.Map()
		document.Set(choice, "$ref", document.String("#"+document.Pointer(schemas, v)))
		choices.Content = append(choices.Content, choice)
	}
	document.Set(union, "anyOf", choices)
	by := document.Map()
	document.Set(by, "propertyName", document.String(property))
	if len(mapping.Content) > 0 {
		document.Set(by, "mapping", mapping)
	}
	document.Set(union, "discriminator", by)
	document.Set(all, name, union)
	return name
}

// discriminator is that of the schema, or of the nearest that it is made of; own says which.
func (f family) discriminator(name string) (found *yaml.Node, own bool) {
	above, seen := []string{name}, map[string]bool{}
	for len(above) > 0 {
		next := above[0]
		above = above[1:]
		if seen[next] {
			continue
		}
		seen[next] = true
		if found := document.Get(document.At(f.root, document.Pointer(schemas, next)), "discriminator"); found != nil {
			return found, next == name
		}
		above = append(above, f.parents[next]...)
	}
	return nil, false
}

// descendants are the schemas that are made of name, and those that are made of these.
func (f family) descendants(name string) []string {
	var all []string
	below := slices.Clone(f.children[name])
	for len(below) > 0 {
		next := below[0]
		below = below[1:]
		if next != name && !slices.Contains(all, next) {
			all = append(all, next)
			below = append(below, f.children[next]...)
		}
	}
	return all
}
