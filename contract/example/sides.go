package example

import (
	"slices"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// side is from where a value is looked at. A member that is read-only belongs into what the
// provider sends alone, and one that is write-only into what it is sent: there it may be
// required, on the other side it must not stand.
type side int

const (
	either   side = iota // an example of a schema, which may be of an answer or of a request
	sent                 // a request
	answered             // an answer, or a webhook: what the provider sends
)

// sideOf is the side of the direction.
func sideOf(d Direction) side {
	if d == Request {
		return sent
	}
	return answered
}

// foreign are the keywords of the members that belong to the other side.
func (s side) foreign() []string {
	return map[side][]string{either: {"readOnly", "writeOnly"}, sent: {"readOnly"}, answered: {"writeOnly"}}[s]
}

// foreignMember is the extension of the schema that stands in oneSided for a member of the
// other side: it holds the keyword.
const foreignMember = "x-foreign-member"

// oneSided is a copy of the document at root in which no schema requires a member of the
// other side, and in which such a member is refused, if a side is looked from.
func oneSided(root *yaml.Node, from side) *yaml.Node {
	out := document.Clone(root)
	referred := map[string]bool{}
	document.Walk(document.Document, out, "", func(_ document.Kind, n *yaml.Node, _ string) {
		if target, inside := document.Target(document.Text(n, "$ref")); inside {
			referred[target] = true
		}
	})
	type member struct {
		in      *yaml.Node // the properties
		name    string
		keyword string
	}
	var refused []member
	optional := map[*yaml.Node][]string{} // names, by the schema that may require them
	document.Walk(document.Document, out, "", func(kind document.Kind, n *yaml.Node, pointer string) {
		if kind != document.Schema {
			return
		}
		optional[n] = append(optional[n], foreignNames(out, n, from, map[*yaml.Node]bool{})...)
		for _, part := range document.Items(document.Get(n, "allOf")) {
			optional[part] = append(optional[part], optional[n]...)
		}
		properties := document.Get(n, "properties")
		for name, p := range document.Members(properties) {
			// What a reference leads to has to stay as it is for others.
			if keyword := foreignBy(out, p, from); keyword != "" && from != either && !referred[document.Pointer(pointer, "properties", name)] {
				refused = append(refused, member{properties, name, keyword})
			}
		}
	})
	for n, names := range optional {
		if required := document.Get(n, "required"); required != nil && required.Kind == yaml.SequenceNode {
			required.Content = slices.DeleteFunc(slices.Clone(required.Content), func(name *yaml.Node) bool { return slices.Contains(names, name.Value) })
			if len(required.Content) == 0 { // OpenAPI 3.0 has no empty list there
				document.Delete(n, "required")
			}
		}
	}
	for _, m := range refused {
		all := document.Map() // kin-openapi passes over {not: {}}
		document.Set(all, "nullable", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
		no := document.Map()
		document.Set(no, "not", all)
		document.Set(no, foreignMember, document.String(m.keyword))
		document.Set(m.in, m.name, no)
	}
	return out
}

// foreignNames are the members of the other side that a schema describes, by itself or by
// all of its parts.
func foreignNames(root, schema *yaml.Node, from side, seen map[*yaml.Node]bool) []string {
	schema, _, err := document.Resolve(root, schema, "")
	if err != nil || seen[schema] {
		return nil
	}
	seen[schema] = true
	var names []string
	for name, p := range document.Members(document.Get(schema, "properties")) {
		if foreignBy(root, p, from) != "" {
			names = append(names, name)
		}
	}
	for _, part := range document.Items(document.Get(schema, "allOf")) {
		names = append(names, foreignNames(root, part, from, seen)...)
	}
	return names
}

// foreignBy is the keyword by which a member with that schema belongs to the other side, or
// "". From 3.1 on it may stand beside a reference.
func foreignBy(root, schema *yaml.Node, from side) string {
	resolved, _, err := document.Resolve(root, schema, "")
	for _, keyword := range from.foreign() {
		if document.Text(schema, keyword) == "true" || err == nil && document.Text(resolved, keyword) == "true" {
			return keyword
		}
	}
	return ""
}

// hasSides says whether any schema of the document is of one side alone.
func hasSides(root *yaml.Node) bool {
	found := false
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, _ string) {
		found = found || kind == document.Schema && (document.Text(n, "readOnly") == "true" || document.Text(n, "writeOnly") == "true")
	})
	return found
}
