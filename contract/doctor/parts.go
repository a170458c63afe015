package doctor

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// partDepth is how many tokens the pointer of a part of a document has: an operation, a
// component, or the parameters of a path.
const partDepth = 3

// partOf is the part in which the pointer lies; the pointer itself, if that is shorter.
func partOf(pointer string) string {
	end := 0
	for range partDepth {
		next := strings.IndexByte(pointer[min(end+1, len(pointer)):], '/')
		if next < 0 {
			return pointer
		}
		end += 1 + next
	}
	return pointer[:end]
}

// partsAt are the parts that lie at or below the pointer, or in which it lies.
func partsAt(root *yaml.Node, pointer string) []string {
	if part := partOf(pointer); part != pointer {
		return []string{part}
	}
	parts := []string{pointer}
	if len(document.Tokens(pointer)) < partDepth {
		for name := range document.Members(document.At(root, pointer)) {
			parts = append(parts, partsAt(root, document.Pointer(pointer, name))...)
		}
	}
	return parts
}

// operationsOf are the pointers of the operations, in the order of the document; those
// of callbacks are not among them, which stand in one of these.
func operationsOf(root *yaml.Node) []string {
	var all []string
	document.Walk(document.Document, root, "", func(kind document.Kind, _ *yaml.Node, at string) {
		if kind == document.Operation && partOf(at) == at {
			all = append(all, at)
		}
	})
	return all
}

// references finds what the parts of a document refer to.
type references struct {
	root *yaml.Node
	to   map[string][]string // by the part that refers
}

func newReferences(root *yaml.Node) *references {
	return &references{root: root, to: map[string][]string{}}
}

// parts are those that it takes to read the operation: itself, and whatever it refers to,
// be it there or not.
func (r *references) parts(operation string) []string {
	item := operation[:max(0, strings.LastIndexByte(operation, '/'))]
	parts := []string{"/openapi", document.Pointer(item, "parameters"), operation}
	known := map[string]bool{}
	for i := 0; i < len(parts); i++ {
		for _, part := range r.from(parts[i]) {
			if !known[part] && !slices.Contains(parts[:3], part) {
				known[part] = true
				parts = append(parts, part)
			}
		}
	}
	return parts
}

// from are the parts to which one refers. Whatever looks like a reference is taken for one.
func (r *references) from(part string) []string {
	if to, known := r.to[part]; known {
		return to
	}
	var to []string
	var look func(n *yaml.Node)
	look = func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode && strings.HasPrefix(n.Value, "#/") {
			if target, inside := document.Target(n.Value); inside {
				to = append(to, partOf(target))
			}
		}
		for _, c := range n.Content {
			look(c)
		}
	}
	if n := document.At(r.root, part); n != nil {
		look(n)
	}
	slices.Sort(to)
	r.to[part] = slices.Compact(to)
	return r.to[part]
}

// cutTo is a document that has these parts of root alone, each at its place: it shares
// their nodes. What is not there is left out.
func cutTo(root *yaml.Node, parts []string) *yaml.Node {
	out := document.Map()
	for _, part := range parts {
		tokens := document.Tokens(part)
		if len(tokens) == 0 {
			return root
		}
		from, to := root, out
		for i, token := range tokens {
			whole, cut := document.Get(from, token), document.Get(to, token)
			switch {
			case whole == nil, whole == cut: // not there, or taken with what holds it
			case i == len(tokens)-1 || whole.Kind != yaml.MappingNode:
				document.Set(to, token, whole)
			case cut == nil:
				document.Set(to, token, document.Map())
				from, to = whole, document.Get(to, token)
				continue
			default:
				from, to = whole, cut
				continue
			}
			break
		}
	}
	return out
}
