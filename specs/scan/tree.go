package scan

import (
	"encoding/json"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// Suspect is a value of a document that looks like a person's, a number or a key.
type Suspect struct {
	Pointer string
	Line    int
	Kind    string
	Value   string
}

// shown are the members of OpenAPI, of an overlay, of an import.yaml and of a case below which
// there are values that somebody may send: there the names of members say what a value is.
// Elsewhere a member called name has the name of a parameter, a tag or a schema.
var shown = []string{
	"value", "example", "examples", "default", "enum", "const",
	"with", "request", "given", "says", "parameters", "x-parameters",
}

// Suspects are those of the tree of a document, in its order.
func (s *Scanner) Suspects(root *yaml.Node) []Suspect {
	var all []Suspect
	var look func(n *yaml.Node, at, label string, named bool)
	look = func(n *yaml.Node, at, label string, named bool) {
		for name, member := range document.Members(n) {
			shows := named || slices.Contains(shown, name) && !isParameters(name, member)
			look(member, document.Pointer(at, name), name, shows && !isParameterName(name, n))
		}
		for i, item := range document.Items(n) {
			look(item, document.Pointer(at, strconv.Itoa(i)), label, named)
		}
		if n.Kind != yaml.ScalarNode {
			return
		}
		text, _ := json.Marshal(n.Value) // a string
		if named {
			text = append([]byte(strconv.Quote(label)+": "), text...)
		}
		var kinds []string
		for _, f := range s.Find(text, nil) {
			if !slices.Contains(kinds, f.Kind) {
				kinds = append(kinds, f.Kind)
				all = append(all, Suspect{Pointer: at, Line: n.Line, Kind: f.Kind, Value: n.Value})
			}
		}
	}
	look(root, "", "", false)
	return all
}

// isParameterName says whether a member is the name of a parameter or of a security scheme,
// beside which there is the place where it is sent.
func isParameterName(name string, n *yaml.Node) bool {
	return name == "name" && slices.Contains([]string{"query", "path", "header", "cookie"}, document.Text(n, "in"))
}

// isParameters says whether a member is the list of an operation's parameters, and not the
// values of such.
func isParameters(name string, member *yaml.Node) bool {
	return name == "parameters" && member.Kind == yaml.SequenceNode
}
