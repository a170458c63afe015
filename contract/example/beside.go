package example

import (
	"slices"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// From OpenAPI 3.1 on, what stands beside a reference in a schema holds too; before, it says
// nothing.

// notJudging are the members of a schema, beside words and examples, by which no value is judged.
var notJudging = []string{
	"$ref", "$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary", "$comment", "$defs", "definitions",
	"title", "default", "deprecated", "readOnly", "writeOnly", "discriminator", "xml",
}

// judgesBeside says whether something stands beside a reference in the schema by which values
// are judged.
func judgesBeside(schema *yaml.Node) bool {
	if document.Get(schema, "$ref") == nil {
		return false
	}
	for name := range document.Members(schema) {
		if document.Schema.Member(name) != "" && !document.Schema.IsProse(name) && !document.Schema.IsExample(name) &&
			!slices.Contains(notJudging, name) {
			return true
		}
	}
	return false
}

// refsAsAllOf is the document with a reference, and what stands beside it, written as what
// that means: {$ref: a, maxLength: 3} as {allOf: [{$ref: a}], maxLength: 3}. Pointers lead
// where they did.
func refsAsAllOf(root *yaml.Node) *yaml.Node {
	if !refsHaveSiblings(root) {
		return root
	}
	out := document.Clone(root)
	document.Walk(document.Document, out, "", func(kind document.Kind, n *yaml.Node, _ string) {
		if kind != document.Schema || !judgesBeside(n) {
			return
		}
		part := document.Map()
		document.Set(part, "$ref", document.Get(n, "$ref"))
		document.Delete(n, "$ref")
		if all := document.Get(n, "allOf"); all != nil && all.Kind == yaml.SequenceNode {
			all.Content = append(all.Content, part)
		} else {
			document.Set(n, "allOf", document.Seq(part))
		}
	})
	return out
}

// refsHaveSiblings says whether, in a document of its version, what stands beside a reference
// holds too.
func refsHaveSiblings(root *yaml.Node) bool {
	return jsonSchemaSince.MatchString(document.Text(root, "openapi"))
}

// besideRefs is refsHaveSiblings of the document.
func (d *Document) besideRefs() bool { return refsHaveSiblings(d.root) }

// schemaOf is the schema by which the values of a place are judged: what its reference leads
// to, but for one beside which something else is judged too.
func (d *Document) schemaOf(n *yaml.Node, at string) (place, error) {
	last, err := d.resolve(n, at)
	for p := (place{n, at}); err == nil && d.besideRefs() && p.at != last.at; {
		if judgesBeside(p.node) {
			return p, nil
		}
		pointer, _ := document.Target(document.Text(p.node, "$ref"))
		p = place{document.At(d.root, pointer), pointer}
	}
	return last, err
}
