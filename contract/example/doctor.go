package example

import (
	"fmt"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

// Diagnosis is what the example doctor says of one provider: which published
// examples break the schema that was published with them, and what mended them.
type Diagnosis struct {
	Provider string `json:"provider"`
	// Published and Effective count the distinct examples of each document:
	// bodies, parameters, headers and schemas together.
	Published int `json:"published"`
	Effective int `json:"effective"`
	// Broken are the published examples that break their published schema.
	Broken []Broken `json:"broken"`
	// StillBroken are the examples of the effective document that break its
	// schema. There should be none.
	StillBroken []string `json:"still_broken"`
}

// Broken is a published example that breaks its published schema.
type Broken struct {
	Pointer string  `json:"pointer"`
	Faults  []Fault `json:"faults"`
	// MendedBy is the target of the overlay action that made it conform, and
	// Differences are those that the action cites.
	MendedBy    string   `json:"mended_by"`
	Differences []string `json:"differences"`
}

// Diagnose examines the provider in the folder specs.
func Diagnose(specs, provider string) (*Diagnosis, error) {
	dir := filepath.Join(specs, provider)
	published, err := document.Read(filepath.Join(dir, "openapi.yaml"))
	if err != nil {
		return nil, err
	}
	effective, o, err := overlay.Effective(dir)
	if err != nil {
		return nil, err
	}
	before, err := examine(provider, published)
	if err != nil {
		return nil, err
	}
	after, err := examine(provider, effective)
	if err != nil {
		return nil, err
	}
	d := &Diagnosis{Provider: provider, Published: len(before.order), Effective: len(after.order), Broken: before.broken()}
	if err := d.findMenders(published, o); err != nil {
		return nil, err
	}
	for _, at := range after.order {
		if len(after.faults[at]) > 0 {
			d.StillBroken = append(d.StillBroken, at)
		}
	}
	return d, nil
}

// Broken lists the examples of bodies, parameters, headers and schemas that break
// their schema, in the document's order, without asking what mends them.
func (d *Document) Broken() []Broken { return d.examine().broken() }

// Menders finds what mended the broken examples of the document published, which
// it changes.
func Menders(provider string, published *yaml.Node, o *overlay.Overlay, broken []Broken) error {
	d := &Diagnosis{Provider: provider, Broken: broken}
	return d.findMenders(published, o)
}

// examined are the examples of a document, by pointer.
type examined struct {
	order  []string
	faults map[string][]Fault
}

func (x *examined) broken() []Broken {
	var all []Broken
	for _, at := range x.order {
		if faults := x.faults[at]; len(faults) > 0 {
			all = append(all, Broken{Pointer: at, Faults: faults})
		}
	}
	return all
}

func examine(provider string, root *yaml.Node) (*examined, error) {
	doc, err := take(provider, root, true) // which what is published may need
	if err != nil {
		return nil, err
	}
	return doc.examine(), nil
}

func (d *Document) examine() *examined {
	x := &examined{faults: map[string][]Fault{}}
	add := func(at string, faults []Fault) {
		if _, seen := x.faults[at]; !seen {
			x.order = append(x.order, at)
			x.faults[at] = faults
		}
	}
	for _, e := range d.Entries {
		if e.schema != "" {
			add(e.Pointer, d.CheckSchema(e))
		}
	}
	for _, m := range d.Minor {
		add(m.Pointer, d.CheckMinor(m))
	}
	return x
}

// findMenders applies the overlay action by action and notes for each broken
// example the last one that mended it. An action that cites a difference comes
// before one that does not: what only moves a schema takes it away for a moment
// and mends nothing. A document in the middle of its overlay may not load, which
// tells nothing.
func (d *Diagnosis) findMenders(root *yaml.Node, o *overlay.Overlay) error {
	if len(d.Broken) == 0 {
		return nil
	}
	whole := make([]bool, len(d.Broken))
	for i, action := range o.Actions {
		if err := o.Apply(root, i, i+1); err != nil {
			return err
		}
		if action.Words {
			continue
		}
		now, err := examine(d.Provider, root)
		if err != nil {
			continue
		}
		for k := range d.Broken {
			b, was := &d.Broken[k], whole[k]
			whole[k] = len(now.faults[b.Pointer]) == 0
			if whole[k] && !was && (b.MendedBy == "" || len(action.Differences) > 0) {
				b.MendedBy, b.Differences = action.Target, action.Differences
			}
		}
	}
	return nil
}

// String is the diagnosis in one line.
func (d *Diagnosis) String() string {
	return fmt.Sprintf("%s: %d of %d published examples break their published schema, %d of %d after the overlay",
		d.Provider, len(d.Broken), d.Published, len(d.StillBroken), d.Effective)
}
