package example

import (
	"fmt"
	"path/filepath"
	"strings"

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
	// Unreadable are the operations of the published document that cannot be examined, each
	// with the reason: what is wrong with them is for the overlay to mend.
	Unreadable []string `json:"unreadable,omitempty"`
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
	after, err := examine(provider, effective)
	if err != nil {
		return nil, err
	}
	before, unreadable := examinePublished(provider, published)
	d := &Diagnosis{Provider: provider, Published: len(before.order), Effective: len(after.order),
		Broken: before.broken(), Unreadable: unreadable}
	if err := findMenders(provider, published, o, d.Broken, before.shownBy); err != nil {
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

// examined are the examples of a document, by pointer.
type examined struct {
	order  []string
	faults map[string][]Fault
	// shownBy is the pointer of the operation that shows the example: of the first one, where
	// several share it.
	shownBy map[string]string
}

func newExamined() *examined {
	return &examined{faults: map[string][]Fault{}, shownBy: map[string]string{}}
}

func (x *examined) add(pointer, operation string, faults []Fault) {
	if _, seen := x.faults[pointer]; !seen {
		x.order = append(x.order, pointer)
		x.faults[pointer], x.shownBy[pointer] = faults, operation
	}
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
	doc, err := NewPublished(provider, root)
	if err != nil {
		return nil, err
	}
	return doc.examine(), nil
}

func (d *Document) examine() *examined {
	x := newExamined()
	for _, e := range d.Entries {
		if e.schema != "" {
			x.add(e.Pointer, e.at, d.CheckSchema(e))
		}
	}
	for _, m := range d.OtherExamples {
		x.add(m.Pointer, m.at, d.CheckOther(m))
	}
	return x
}

// examinePublished is examine for a document that may have faults of any kind: what they
// keep from being read is left out, operation by operation, and told with the reason.
func examinePublished(provider string, root *yaml.Node) (all *examined, unreadable []string) {
	all, err := examine(provider, root)
	if err == nil {
		return all, nil
	}
	all = newExamined()
	r := newReferences(root)
	for _, operation := range operationsOf(root) {
		x, err := examine(provider, cutTo(root, r.parts(operation)))
		if err != nil {
			unreadable = append(unreadable, strings.ReplaceAll(fmt.Sprintf("%s: %v", operation, err), "\n", " "))
			continue
		}
		for _, pointer := range x.order {
			all.add(pointer, x.shownBy[pointer], x.faults[pointer])
		}
	}
	return all, unreadable
}

// String is the diagnosis in one line.
func (d *Diagnosis) String() string {
	text := fmt.Sprintf("%s: %d of %d published examples break their published schema, %d of %d after the overlay",
		d.Provider, len(d.Broken), d.Published, len(d.StillBroken), d.Effective)
	if n := len(d.Unreadable); n > 0 {
		text += fmt.Sprintf("; %d operations cannot be read as published, such as %s", n, d.Unreadable[0])
	}
	return text
}
