package example

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"example.com/digilocker/specs/document"
)

// printedMember holds, in an Example Object without a value, the text of a sample that its publication
// prints as JSON and that is none. No check can be made of it; its text is kept, so that it is seen
// when it changes.
const printedMember = "x-printed"

// addPrinted gives e the printed text of the Example Object at x, if it has one, as a JSON string.
func (e *Entry) addPrinted(x place) error {
	printed := document.Get(x.node, printedMember)
	switch {
	case printed == nil:
		return nil
	case json.Valid([]byte(printed.Value)):
		return fmt.Errorf("%s: what is printed is JSON: write it as value, without %s", x.at, printedMember)
	}
	e.Pointer, e.Value = document.Pointer(x.at, printedMember), document.JSON(document.String(printed.Value))
	e.Lacks = "what is printed is no JSON"
	if len(e.Differences) > 0 {
		e.Lacks += " (" + strings.Join(e.Differences, ", ") + ")"
	}
	return nil
}

// printed are the examples that have a printed text in the place of a value.
func (d *Document) printed() []Entry {
	return slices.DeleteFunc(slices.Clone(d.Valueless), func(e Entry) bool { return e.Value == nil })
}

// checkPrinted says which of them has no numbered difference.
func (d *Document) checkPrinted() error {
	for _, e := range d.printed() {
		if len(e.Differences) == 0 {
			return fmt.Errorf("%s: %s: what is printed is no JSON: number it, and have an action of overlay.yaml "+
				"give the example its x-difference", d.Provider, e.Pointer)
		}
	}
	return nil
}
