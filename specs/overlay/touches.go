package overlay

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// Touches are the JSON pointers of what the action at index i is about to change in root:
// of what it takes away, sets or adds, as far in as it goes.
func (o *Overlay) Touches(root *yaml.Node, i int) []string {
	action := o.Actions[i].body
	update := &action.Update
	if !action.Remove && update.IsZero() {
		update = nil
		for _, source := range o.find(root, action.Copy) {
			update = source
		}
	}
	var all []string
	for _, at := range o.places(root, o.Actions[i].Target) {
		if action.Remove || update == nil {
			all = append(all, at)
		} else {
			all = append(all, leaves(at, update)...)
		}
	}
	return all
}

// leaves are the pointers of what is in n, which shall stand at the pointer at, and has no
// members of its own.
func leaves(at string, n *yaml.Node) []string {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return []string{at}
	}
	var all []string
	for name, member := range document.Members(n) {
		all = append(all, leaves(document.Pointer(at, name), member)...)
	}
	return all
}

// find are the nodes to which the JSONPath leads; none if it cannot be read.
func (o *Overlay) find(root *yaml.Node, jsonPath string) []*yaml.Node {
	path, err := o.head.NewPath(jsonPath, nil)
	if err != nil {
		return nil
	}
	return path.Query(root)
}

// places are the pointers of the nodes to which the JSONPath leads. One that names each
// step says so itself; else the whole document is looked through, as for the path itself.
func (o *Overlay) places(root *yaml.Node, jsonPath string) []string {
	if pointer, named := namedSteps(jsonPath); named {
		return []string{pointer}
	}
	found := map[*yaml.Node]bool{}
	for _, n := range o.find(root, jsonPath) {
		found[n] = true
	}
	var all []string
	var look func(n *yaml.Node, at string)
	look = func(n *yaml.Node, at string) {
		if found[n] {
			all = append(all, at)
		}
		for i, child := range n.Content {
			switch {
			case n.Kind == yaml.SequenceNode:
				look(child, document.Pointer(at, strconv.Itoa(i)))
			case i%2 == 1:
				look(child, document.Pointer(at, n.Content[i-1].Value))
			case found[child]: // the name of a member
				all = append(all, document.Pointer(at, child.Value))
			}
		}
	}
	look(root, "")
	return all
}

var stepByName = regexp.MustCompile(`^(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\['([^'\\]*)'\]|\["([^"\\]*)"\]|\[([0-9]+)\])`)

// namedSteps is the JSON pointer of a JSONPath of which each step is a name or an index.
func namedSteps(jsonPath string) (pointer string, named bool) {
	rest, rooted := strings.CutPrefix(jsonPath, "$")
	for rooted && rest != "" {
		step := stepByName.FindStringSubmatch(rest)
		if step == nil {
			return "", false
		}
		pointer, rest = document.Pointer(pointer, strings.Join(step[1:], "")), rest[len(step[0]):]
	}
	return pointer, rooted
}

// remove takes away the target to which a JSONPath of named steps leads, and says whether
// it did. The library would do it too, but looks for its parent in the whole document.
func remove(root, target *yaml.Node, jsonPath string) bool {
	pointer, named := namedSteps(jsonPath)
	if !named || pointer == "" || document.At(root, pointer) != target {
		return false
	}
	parent := document.At(root, pointer[:strings.LastIndexByte(pointer, '/')])
	i := slices.Index(parent.Content, target)
	first := i
	if parent.Kind == yaml.MappingNode {
		first-- // its name
	}
	parent.Content = slices.Delete(parent.Content, first, i+1)
	return true
}
