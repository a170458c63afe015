package doctor

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

// Menders finds what mended the broken examples of the document published, which
// it changes.
func Menders(provider string, published *yaml.Node, o *overlay.Overlay, broken []example.Broken) error {
	before, _ := examinePublished(provider, published)
	return findMenders(provider, published, o, broken, before.ShownBy)
}

// findMenders applies the overlay action by action and notes for each broken
// example the last one that mended it. An action that cites a difference comes
// before one that does not: what only moves a schema takes it away for a moment
// and mends nothing. What cannot be read in the middle of the overlay tells nothing.
//
// The whole document is never looked at again: after each action those operations are that
// show a broken example and that it can have changed, cut out of the document with what
// they refer to.
func findMenders(provider string, root *yaml.Node, o *overlay.Overlay,
	broken []example.Broken, shownBy map[string]string) error {
	p := newPatients(provider, root)
	for i := range broken {
		p.admit(&patient{Broken: &broken[i]}, shownBy[broken[i].Pointer])
	}
	p.refer(slices.Collect(maps.Keys(p.byOperation)))
	for i, action := range o.Actions {
		var operations []string
		if !action.Words {
			operations = p.affectedBy(o.Touches(root, i))
		}
		if err := o.Apply(root, i, i+1); err != nil {
			return err
		}
		if len(operations) > 0 {
			p.refer(operations)
			p.look(operations, action)
		}
	}
	return nil
}

// patients are the broken examples of a document.
type patients struct {
	provider string
	root     *yaml.Node
	// byOperation has the patients by the operation that shows them, by its pointer, and order
	// the operations as they stand in the document.
	byOperation map[string][]*patient
	order       map[string]int
	// parts are those of the document on which an operation depends, affected the operations
	// that depend on a part.
	parts    map[string][]string
	affected map[string]map[string]bool
}

// nowhere is instead of an operation for an example that none shows at present. Any part of the
// document may come to show it.
const nowhere = ""

// patient is an example that was broken, and whether it is whole now.
type patient struct {
	*example.Broken
	operation string
	whole     bool
}

func newPatients(provider string, root *yaml.Node) *patients {
	p := &patients{
		provider: provider, root: root, byOperation: map[string][]*patient{}, order: map[string]int{},
		parts: map[string][]string{}, affected: map[string]map[string]bool{},
	}
	for i, op := range operationsOf(root) {
		p.order[op] = i
	}
	return p
}

// admit takes a patient in under the operation that shows it.
func (p *patients) admit(one *patient, operation string) {
	if p.byOperation[one.operation] != nil {
		p.byOperation[one.operation] = slices.DeleteFunc(p.byOperation[one.operation],
			func(other *patient) bool { return other == one })
	}
	one.operation = operation
	p.byOperation[operation] = append(p.byOperation[operation], one)
}

// refer notes on which parts the operations depend, as the document is now.
func (p *patients) refer(operations []string) {
	r := newReferences(p.root)
	for _, op := range operations {
		for _, part := range p.parts[op] {
			delete(p.affected[part], op)
		}
		p.parts[op] = r.parts(op)
		for _, part := range p.parts[op] {
			if p.affected[part] == nil {
				p.affected[part] = map[string]bool{}
			}
			p.affected[part][op] = true
		}
	}
}

// affectedBy are the operations that depend on what lies at the pointers, in the order of
// the document.
func (p *patients) affectedBy(pointers []string) []string {
	found := map[string]bool{}
	for _, pointer := range pointers {
		for _, part := range partsAt(p.root, pointer) {
			maps.Copy(found, p.affected[part])
			for part != "" { // a part that holds it
				part = part[:strings.LastIndexByte(part, '/')]
				maps.Copy(found, p.affected[part])
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b string) int { return p.order[a] - p.order[b] })
}

// look examines the patients of the operations after the action.
func (p *patients) look(operations []string, action overlay.Action) {
	var parts []string
	known := map[string]bool{} // which operations share
	for _, op := range operations {
		for _, part := range p.parts[op] {
			if !known[part] {
				known[part] = true
				parts = append(parts, part)
			}
		}
	}
	now, err := examine(p.provider, cutTo(p.root, parts))
	if err != nil {
		return
	}
	var missing []*patient
	for _, op := range operations {
		for _, one := range slices.Clone(p.byOperation[op]) {
			if _, shown := now.Faults[one.Pointer]; !shown && document.At(p.root, one.Pointer) != nil {
				missing = append(missing, one)
				continue
			}
			p.note(one, now, action)
		}
	}
	if missing == nil {
		return
	}
	// Another operation may show what this one shows no more.
	if now, err = examine(p.provider, p.root); err != nil {
		return
	}
	for _, one := range missing {
		p.note(one, now, action)
		if _, shown := now.ShownBy[one.Pointer]; !shown {
			p.admit(one, nowhere)
			p.refer([]string{nowhere})
		}
	}
}

// note takes down what is found of a patient after the action.
func (p *patients) note(one *patient, now *example.Examined, action overlay.Action) {
	was := one.whole
	one.whole = len(now.Faults[one.Pointer]) == 0
	if one.whole && !was && (one.MendedBy == "" || len(action.Differences) > 0) {
		one.MendedBy, one.Differences = action.Target, action.Differences
	}
	if operation, shown := now.ShownBy[one.Pointer]; shown && operation != one.operation {
		p.admit(one, operation)
		p.refer([]string{operation})
	}
}
