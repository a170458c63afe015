package example

import "fmt"

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

// String is the diagnosis in one line.
func (d *Diagnosis) String() string {
	text := fmt.Sprintf("%s: %d of %d published examples break their published schema, %d of %d after the overlay",
		d.Provider, len(d.Broken), d.Published, len(d.StillBroken), d.Effective)
	if n := len(d.Unreadable); n > 0 {
		text += fmt.Sprintf("; %d operations cannot be read as published, such as %s", n, d.Unreadable[0])
	}
	return text
}

// Broken lists the examples of bodies, parameters, headers and schemas that break
// their schema, in the document's order, without asking what mends them.
func (d *Document) Broken() []Broken { return d.Examine().Broken() }

// Examined are the examples of a document with a schema, by pointer.
type Examined struct {
	Order  []string
	Faults map[string][]Fault
	// ShownBy is the pointer of the operation that shows the example: of the first one, where
	// several share it.
	ShownBy map[string]string
}

// NewExamined are none.
func NewExamined() *Examined {
	return &Examined{Faults: map[string][]Fault{}, ShownBy: map[string]string{}}
}

// Add notes what is wrong with an example, unless it has been noted.
func (x *Examined) Add(pointer, operation string, faults []Fault) {
	if _, seen := x.Faults[pointer]; !seen {
		x.Order = append(x.Order, pointer)
		x.Faults[pointer], x.ShownBy[pointer] = faults, operation
	}
}

// Broken lists those that have faults, in the document's order.
func (x *Examined) Broken() []Broken {
	var all []Broken
	for _, at := range x.Order {
		if faults := x.Faults[at]; len(faults) > 0 {
			all = append(all, Broken{Pointer: at, Faults: faults})
		}
	}
	return all
}

// Examine checks the examples of bodies, parameters, headers and schemas.
func (d *Document) Examine() *Examined {
	x := NewExamined()
	for _, e := range d.Shown() {
		if e.schema != "" {
			x.Add(e.Pointer, e.at, d.CheckSchema(e))
		}
	}
	for _, m := range d.OtherExamples {
		x.Add(m.Pointer, m.at, d.CheckOther(m))
	}
	return x
}
