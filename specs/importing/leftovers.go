package importing

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// leftovers are what is not taken of a publication. Prose goes without a word; what could be
// a fact is told.
type leftovers struct {
	members    []member
	items      []string // the paths and webhooks of which no operation is selected
	components []string // those that nothing taken refers to
}

// member is one that is not taken.
type member struct {
	name, at string // at is the pointer of its object
	line     int
}

// forPeople are members that only tell people something, though OpenAPI's grammar has objects
// for them: who answers questions, and what is said of the labels of operations.
var forPeople = map[document.Kind]string{"info": "contact", document.Document: "tags"}

// add notes what is not taken of an object of that kind at pointer: all but what its kind
// has for operations, path items and lists of components, and the members kept.
func (l *leftovers) add(kind document.Kind, n *yaml.Node, pointer string, kept ...string) {
	if l == nil || n == nil {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		is := kind.Member(name)
		if kind.IsProse(name) || forPeople[kind] == name || slices.Contains(kept, name) ||
			is == document.Operation || is == document.PathItem || kind == document.Components && is != "" {
			continue
		}
		l.members = append(l.members, member{name, pointer, n.Content[i].Line})
	}
}

// unselected notes a path or a webhook of which nothing is selected.
func (l *leftovers) unselected(section, name string) {
	if l != nil {
		l.items = append(l.items, strings.TrimSuffix(section, "s")+" "+name)
	}
}

// report says what was not taken of the file.
func (l *leftovers) report(file string) string {
	var b strings.Builder
	places := map[string]int{}
	for _, m := range l.members {
		places[m.name]++
	}
	for _, m := range l.members {
		if places[m.name] == 0 {
			continue // told with the first place
		}
		more := ""
		if places[m.name] > 1 {
			more = fmt.Sprintf(", and at %d places more", places[m.name]-1)
		}
		places[m.name] = 0
		what := "which OpenAPI 3 does not have there"
		if strings.HasPrefix(m.name, "x-") {
			what = "an extension that nothing here reads there"
		}
		fmt.Fprintf(&b, droppedLine+"%s:%d: %s in %s%s: %s; overlay.yaml can add what matters of it\n",
			file, m.line, m.name, orWhole(m.at), more, what)
	}
	if len(l.items) > 0 {
		fmt.Fprintf(&b, "%s%s\n", unselectedLine, some(l.items))
	}
	if len(l.components) > 0 {
		fmt.Fprintf(&b, "%s%s\n", unreachedLine, some(l.components))
	}
	return b.String()
}

func orWhole(pointer string) string {
	if pointer == "" {
		return "the document"
	}
	return pointer
}

// some are the first of the names, and how many more there are.
func some(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// Told are those lines of what the command says which tell what it did not take, and what in
// the publications looks like a person, a number or a key, of which it has the first few.
func Told(said string) []string {
	const few = 5
	var all []string
	pasted := 0
	rest := func() {
		if pasted > few {
			all = append(all, fmt.Sprintf("        and %d more, which go run ./contract/cmd/scan lists", pasted-few))
		}
		pasted = 0
	}
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, pastedLine) {
			if pasted++; pasted > few {
				continue
			}
		} else {
			rest()
		}
		for _, begins := range []string{droppedLine, unselectedLine, unreachedLine, warningLine, pastedLine} {
			if strings.HasPrefix(line, begins) {
				all = append(all, strings.TrimSuffix(line, "\n"))
			}
		}
	}
	rest()
	return all
}

// How these lines begin.
const (
	droppedLine    = "  dropped: "
	unselectedLine = "  not selected: "
	unreachedLine  = "  not taken, as nothing that is taken refers to it: "
	warningLine    = "  warning: "
	pastedLine     = "        - {"
)
