package changes

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// normal is the document root, reduced to its facts, in the one spelling in which two that
// mean the same are the same: names of headers in lower case, the parameters and the servers
// of a path at each of its operations, schemas as OpenAPI 3.0 spells them, and an allOf as the schema
// that it comes to.
func normal(root *yaml.Node) *yaml.Node {
	root = document.WithPathItems(root)
	s := speller{root: root, old: strings.HasPrefix(document.Text(root, "openapi"), "3.0")}
	out := s.spell(document.Document, root, nil)
	if document.Text(out, "openapi") != "" {
		document.Set(out, "openapi", document.String("3.0.3"))
	}
	for _, item := range document.Members(document.Get(out, "paths")) {
		shareOut(out, item)
	}
	return out
}

// shareOut gives each operation of a path the parameters that the path has for all, and its
// servers to those that have none.
func shareOut(root, item *yaml.Node) {
	if servers := document.Get(item, "servers"); servers != nil {
		document.Delete(item, "servers")
		for method, op := range document.Members(item) {
			if document.PathItem.Member(method) == document.Operation && document.Get(op, "servers") == nil {
				document.Set(op, "servers", servers)
			}
		}
	}
	shared := document.Get(item, "parameters")
	if shared == nil {
		return
	}
	document.Delete(item, "parameters")
	name := func(p *yaml.Node) string {
		p, _, _ = document.Resolve(root, p, "") // nil has no name
		return document.Text(p, "in") + " " + document.Text(p, "name")
	}
	for method, op := range document.Members(item) {
		if document.PathItem.Member(method) != document.Operation {
			continue
		}
		all := document.Seq(list(document.Get(op, "parameters"))...)
		for _, p := range document.Items(shared) {
			if !slices.ContainsFunc(all.Content, func(own *yaml.Node) bool { return name(own) == name(p) }) {
				all.Content = append(all.Content, p)
			}
		}
		document.Set(op, "parameters", ordered(all, "parameters"))
	}
}

// speller spells the objects of the document root. In an old one, of OpenAPI 3.0, what
// stands beside a reference says nothing.
type speller struct {
	root *yaml.Node
	old  bool
}

// spell is n, which is of that kind, in the one spelling. open are the schemas, by pointer,
// that are being written out above it.
func (s speller) spell(kind document.Kind, n *yaml.Node, open []string) *yaml.Node {
	if kind == document.Plain || n.Kind == yaml.ScalarNode {
		return n
	}
	out := *n
	out.Content = nil
	for name, value := range document.Members(n) {
		if kind == headers {
			name = strings.ToLower(name)
		}
		if !isDefault(name, value) || kind.Member("*") != "" {
			document.Set(&out, name, s.spell(kind.Member(name), value, open))
		}
	}
	for _, item := range document.Items(n) {
		out.Content = append(out.Content, s.spell(kind.Member("*"), item, open))
	}
	switch inHeader := document.Text(&out, "in") == "header"; {
	case inHeader && (kind == document.Parameter || kind == securityScheme):
		document.Set(&out, "name", document.String(strings.ToLower(document.Text(&out, "name"))))
	case kind == document.Schema && n.Kind == yaml.MappingNode:
		return s.schema(&out, open)
	}
	return &out
}

// The kinds that have names of headers, besides parameters.
const (
	headers        = "{}" + document.Header
	securityScheme = document.Kind("securityScheme")
)

// list are the items of the sequence n, which the caller may change; none if n is nil.
func list(n *yaml.Node) []*yaml.Node {
	if n == nil {
		return nil
	}
	return slices.Clone(n.Content)
}

// yes is a new node that says true.
func yes() *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"} }

// isDefault says whether a keyword says what holds without it.
func isDefault(name string, value *yaml.Node) bool {
	if name == "additionalProperties" {
		return value.Value == "true" || value.Kind == yaml.MappingNode && len(value.Content) == 0
	}
	return value.Kind == yaml.ScalarNode && value.Value == "false" && slices.Contains(off, name)
}

// off are the keywords that say nothing where they are false.
var off = []string{"deprecated", "nullable", "readOnly", "writeOnly", "uniqueItems", "required", "allowEmptyValue",
	"allowReserved"}

// schema spells the schema n as OpenAPI 3.0 does, and without an allOf if there is such a
// schema.
func (s speller) schema(n *yaml.Node, open []string) *yaml.Node {
	if ref := document.Get(n, "$ref"); ref != nil {
		if s.old || len(n.Content) == 2 {
			alone := document.Map()
			document.Set(alone, "$ref", ref)
			return alone
		}
		document.Delete(n, "$ref")
		part := document.Map()
		document.Set(part, "$ref", ref)
		document.Set(n, "allOf", document.Seq(append(list(document.Get(n, "allOf")), part)...))
	}
	if fixed := document.Get(n, "const"); fixed != nil && document.Get(n, "enum") == nil {
		document.Delete(n, "const")
		document.Set(n, "enum", document.Seq(fixed))
	}
	for _, limit := range []string{"minimum", "maximum"} {
		exclusive := "exclusive" + strings.ToUpper(limit[:1]) + limit[1:]
		bound := document.Get(n, exclusive)
		if bound != nil && bound.ShortTag() != "!!bool" && document.Get(n, limit) == nil {
			document.Set(n, limit, bound)
			document.Set(n, exclusive, yes())
		}
	}
	for _, newer := range []struct{ keyword, value, format string }{
		{"contentEncoding", "base64", "byte"}, {"contentMediaType", "application/octet-stream", "binary"},
	} {
		if document.Text(n, newer.keyword) == newer.value && document.Get(n, "format") == nil {
			document.Delete(n, newer.keyword)
			document.Set(n, "format", document.String(newer.format))
		}
	}
	orNull(n)
	for _, keyword := range []string{"anyOf", "oneOf"} {
		one := document.Get(n, keyword)
		if one != nil && len(one.Content) == 1 && document.Get(n, "allOf") == nil {
			document.Delete(n, keyword)
			document.Set(n, "allOf", one)
		}
	}
	return s.merged(n, open)
}

// orNull says of a schema by nullable that null will do, however it says so.
func orNull(n *yaml.Node) {
	null := false
	if kinds := document.Get(n, "type"); kinds != nil && kinds.Kind == yaml.SequenceNode {
		left := slices.DeleteFunc(slices.Clone(kinds.Content), func(k *yaml.Node) bool { return k.Value == "null" })
		null = len(left) < len(kinds.Content) && len(left) > 0
		switch {
		case len(left) == 1:
			document.Set(n, "type", left[0])
		case len(left) > 1:
			slices.SortFunc(left, func(a, b *yaml.Node) int { return strings.Compare(a.Value, b.Value) })
			document.Set(n, "type", document.Seq(left...))
		}
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		all := document.Get(n, keyword)
		left := slices.DeleteFunc(list(all), func(c *yaml.Node) bool {
			return document.Text(c, "type") == "null" && len(c.Content) == 2
		})
		if all != nil && len(left) < len(all.Content) && len(left) > 0 {
			null = true
			document.Set(n, keyword, document.Seq(left...))
		}
	}
	if null {
		document.Set(n, "nullable", yes())
	}
}

// merged is the schema n without its allOf, if one schema can say the same; n if none can.
func (s speller) merged(n *yaml.Node, open []string) *yaml.Node {
	all := document.Get(n, "allOf")
	if all == nil || all.Kind != yaml.SequenceNode {
		return n
	}
	if len(n.Content) == 2 && len(all.Content) == 1 {
		return all.Content[0]
	}
	own := *n
	own.Content = slices.Clone(n.Content)
	document.Delete(&own, "allOf")
	parts := []*yaml.Node{&own}
	for _, part := range all.Content {
		target, pointer, err := document.Resolve(s.root, part, "")
		if err != nil || slices.Contains(open, pointer) {
			return n
		}
		if pointer != "" {
			part = s.spell(document.Schema, target, append(slices.Clone(open), pointer))
		}
		parts = append(parts, part)
	}
	out := document.Map()
	for _, part := range parts {
		if !s.join(out, part, open) {
			return n
		}
	}
	return out
}

// alone are the keywords that speak of what else stands in the same schema, so that they
// say another thing in a larger one.
var alone = []string{"$ref", "allOf", "discriminator", "additionalProperties", "unevaluatedProperties",
	"unevaluatedItems", "$defs", "$id", "$anchor"}

// join adds what part says to the schema out, and says whether both can be said by one. A
// member of which the two say what no one schema can is all of both.
func (s speller) join(out, part *yaml.Node, open []string) bool {
	if document.Equal(out, part) {
		return true
	}
	if out.Kind != yaml.MappingNode || part.Kind != yaml.MappingNode {
		return false
	}
	for key, value := range document.Members(part) {
		there := document.Get(out, key)
		switch {
		case slices.Contains(alone, key):
			return false
		case there == nil:
			if value.Kind == yaml.MappingNode || value.Kind == yaml.SequenceNode {
				value = document.Clone(value)
			}
			document.Set(out, key, value)
		case document.Equal(there, value):
		case key == "required":
			there.Content = append(there.Content, value.Content...)
			document.Set(out, key, ordered(there, key))
		case key == "properties":
			for name, member := range document.Members(value) {
				both := document.Clone(member)
				if old := document.Get(there, name); old != nil && !s.join(both, old, open) {
					both = document.Map()
					document.Set(both, "allOf", document.Seq(old, member))
					both = s.merged(both, open)
				}
				document.Set(there, name, both)
			}
		default:
			return false
		}
	}
	return true
}
