package example

import (
	"cmp"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// finding is one thing that a walk through a part of the document comes upon: an object that may
// show values, at its pointer, or a reference to another part.
type finding struct {
	at    string
	shown []OtherExample // of no operation yet
	to    place          // where a reference leads to
	kind  document.Kind  // of what is there; "" if this is no reference
	err   error          // why it leads nowhere
}

// addOtherExamples collects what is shown beside the bodies of an operation: examples
// of its parameters and headers, those of every schema that it reaches, and those of the
// parameters in shared, which its path has for all operations.
func (d *Document) addOtherExamples(op Operation, shared place) error {
	seen := map[string]bool{}
	var failed error
	var collect func(all []finding)
	collect = func(all []finding) {
		for _, f := range all {
			switch {
			case f.err != nil:
				failed = cmp.Or(failed, f.err)
			case f.kind == "":
				if !seen[f.at] {
					seen[f.at] = true
					for _, x := range f.shown {
						x.Operation, x.at = op.ID, op.at
						d.OtherExamples = append(d.OtherExamples, x)
					}
				}
			case !seen[toward+f.to.at]:
				seen[toward+f.to.at] = true
				collect(d.findings(f.kind, f.to))
			}
		}
	}
	collect(d.findings(document.Operation, place{op.node, op.at}))
	collect(d.findings("[]"+document.Parameter, shared))
	return failed
}

// toward begins the key of a part that has been followed into, which is not the one of the object
// at its root.
const toward = ">"

// findings are what a walk through the part at p comes upon, in order, without what references
// lead to. They are remembered: operations share most of the components.
func (d *Document) findings(kind document.Kind, p place) []finding {
	key := string(kind) + p.at
	if known, ok := d.walked[key]; ok {
		return known
	}
	var all []finding
	own := func(kind document.Kind, p place) {
		if shown := d.own(kind, p); len(shown) > 0 {
			all = append(all, finding{at: p.at, shown: shown})
		}
	}
	document.Walk(kind, p.node, p.at, func(kind document.Kind, n *yaml.Node, pointer string) {
		to, err := d.resolve(n, pointer)
		switch {
		case err != nil:
			all = append(all, finding{at: pointer, err: err})
		case to.at == pointer:
			own(kind, to)
		default:
			if kind == document.Schema && d.besideRefs() {
				own(kind, place{n, pointer}) // what stands beside the reference
			}
			all = append(all, finding{at: pointer, to: to, kind: kind})
		}
	})
	d.walked[key] = all
	return all
}

// own is what p itself shows, if p is a schema, or has one.
func (d *Document) own(kind document.Kind, p place) []OtherExample {
	inner := p
	if kind != document.Schema {
		inner = place{document.Get(p.node, "schema"), document.Pointer(p.at, "schema")}
		if !slices.Contains([]document.Kind{document.Parameter, document.Header, document.MediaType}, kind) {
			return nil
		}
	}
	inner, err := d.schemaOf(inner.node, inner.at)
	if err != nil || d.schemas.byPointer[inner.at] == nil {
		return nil
	}
	var shown []OtherExample
	add := func(value *yaml.Node, pointer string) {
		shown = append(shown, OtherExample{Pointer: pointer, Value: document.JSON(value), schema: inner.at})
	}
	if x := document.Get(p.node, "example"); x != nil {
		add(x, document.Pointer(p.at, "example"))
	}
	if kind == document.MediaType {
		return shown // its examples are entries
	}
	for name, x := range document.Members(document.Get(p.node, "examples")) {
		if value := document.Get(x, "value"); value != nil {
			add(value, document.Pointer(p.at, "examples", name, "value"))
		}
	}
	for i, x := range document.Items(document.Get(p.node, "examples")) {
		add(x, document.Pointer(p.at, "examples", strconv.Itoa(i)))
	}
	return shown
}
