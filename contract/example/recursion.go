package example

import (
	"fmt"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// load hands the document to kin-openapi. Its Schema.IsEmpty looks into all parts of a schema that
// says nothing by itself, without an end where these lead back: those that do are marked as
// not empty, by a member that judges nothing.
func load(root *yaml.Node) (*openapi3.T, error) {
	if err := refuseEndless(root); err != nil {
		return nil, err
	}
	loaded, err := openapi3.NewLoader().LoadFromData(document.JSON(asWebhooks(root)))
	if err != nil {
		return nil, err
	}
	for pointer := range recurring(schemaReferences(root, "")) {
		if s := schemaAt(loaded, pointer); s != nil {
			s.AllowEmptyValue = true
		}
	}
	return loaded, nil
}

// refuseEndless refuses a schema that is made of itself by allOf alone: it says no more than
// without that, and many a reader of it does not come to an end.
func refuseEndless(root *yaml.Node) error {
	references := schemaReferences(root, "allOf")
	endless := recurring(references)
	for _, r := range references {
		if len(r.within) > 1 && endless[r.to] && leadsTo(references, r.to, r.within) {
			return fmt.Errorf("%s: the schema is made of itself by allOf, which says nothing; leave this item out: "+
				"- {target: %q, remove: true}", r.at, document.JSONPath(root, r.at))
		}
	}
	return nil
}

// leadsTo says whether references lead from the schema to one of the others.
func leadsTo(references []schemaReference, schema string, others []string) bool {
	reached := []string{schema}
	for i := 0; i < len(reached); i++ {
		if slices.Contains(others, reached[i]) {
			return true
		}
		for _, r := range references {
			if slices.Contains(r.within, reached[i]) && !slices.Contains(reached, r.to) {
				reached = append(reached, r.to)
			}
		}
	}
	return false
}

// schemaReference is one to a schema: where it stands, what it leads to, and in which schemas
// it stands, from itself to the outside.
type schemaReference struct {
	at, to string
	within []string
}

// schemaReferences are those of the document; if by is not "", those that are a schema by
// themselves, or one of the schemas that stand in others by that keyword alone.
func schemaReferences(root *yaml.Node, by string) []schemaReference {
	var all []schemaReference
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, at string) {
		to, inside := document.Target(document.Text(n, "$ref"))
		if kind != document.Schema || !inside {
			return
		}
		r := schemaReference{at: at, to: to, within: []string{at}}
		for tokens := document.Tokens(at); len(tokens) > 0; {
			keep := 1
			if by != "" {
				if keep = 2; len(tokens) < keep || tokens[len(tokens)-2] != by {
					break
				}
			}
			tokens = tokens[:len(tokens)-keep]
			r.within = append(r.within, document.Pointer("", tokens...))
		}
		all = append(all, r)
	})
	return all
}

// recurring are the targets of references from which others lead on and on.
func recurring(references []schemaReference) map[string]bool {
	leadOn := map[string]int{}        // how many references lead on from a target
	comeFrom := map[string][]string{} // the targets in which references to one stand
	for _, r := range references {
		leadOn[r.to] += 0
	}
	for _, r := range references {
		for _, at := range r.within {
			if _, isTarget := leadOn[at]; isTarget {
				leadOn[at]++
				comeFrom[r.to] = append(comeFrom[r.to], at)
			}
		}
	}
	ends := slices.DeleteFunc(slices.Collect(maps.Keys(leadOn)), func(at string) bool { return leadOn[at] > 0 })
	for i := 0; i < len(ends); i++ {
		for _, at := range comeFrom[ends[i]] {
			if leadOn[at]--; leadOn[at] == 0 {
				ends = append(ends, at)
			}
		}
	}
	recur := map[string]bool{}
	for at, count := range leadOn {
		if count > 0 {
			recur[at] = true
		}
	}
	return recur
}
