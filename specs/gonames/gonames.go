// Package gonames finds the names of a document that clash in Go, before anything is
// compiled: two members that become one field, an operation that no method can be named
// after, and the like. Of each it says which places of the document are concerned, and the
// action of an overlay that cures it.
//
// It runs the generator of the clients with the settings of the client's folder, on a copy
// of the document whose descriptions are the pointers of what they describe, and reads what
// was generated. Each action was tried in that way: with it the clash is gone.
package gonames

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// Clash is a name that Go has no room for.
type Clash struct {
	// What is wrong, with the pointers of all places that are concerned.
	What string
	// Action cures it: an item of an overlay's actions, on one line. It is "" if none that was
	// tried does; Advice then says what may.
	Action, Advice string

	of *cure // that the action is
}

// Line says what is wrong, and what to write.
func (c Clash) Line() string {
	return c.What + ": " + c.Action + c.Advice
}

// Clashes are the names of the effective document root that clash in the client made of it by
// the settings, which are a cfg.yaml. The error is that of a generator that makes nothing of
// the document for another reason.
func Clashes(root *yaml.Node, settings []byte) ([]Clash, error) {
	s := &search{root: document.Clone(root), settings: settings}
	found, err := s.inspect(s.root)
	var clashes []Clash
	for err == nil {
		i := slices.IndexFunc(found, func(f fault) bool { return !s.incurable[f.what()] })
		if i < 0 || len(clashes) >= mostClashes {
			return clashes, nil
		}
		cured, left, done := s.cureAll(found)
		if !done {
			cured, left, err = s.cure(found[i])
		}
		clashes, found = joined(clashes, cured), left
	}
	return nil, err
}

// joined has the clashes that were found before, and the new ones. Of two that name the values of
// one enum, the later names those of both: a list that two actions set would have both their items.
func joined(before, cured []Clash) []Clash {
	for _, c := range cured {
		i := slices.IndexFunc(before, func(b Clash) bool {
			return b.of != nil && c.of != nil && c.of.value.Kind == yaml.SequenceNode && b.of.sets(*c.of)
		})
		if i < 0 {
			before = append(before, c)
			continue
		}
		before[i] = Clash{What: before[i].What + "; " + c.What, Action: c.Action, of: c.of}
	}
	return before
}

// mostClashes are told at once: a cure may bring the next.
const mostClashes = 200

// search is what has been found out, and a copy of the document with the cures so far.
type search struct {
	root      *yaml.Node
	settings  []byte
	incurable map[string]bool // by what is wrong
}

// cureAll tries the first cure of each fault, all of them together, and says whether all are
// gone then. One is enough for several faults of a parameter that operations share.
func (s *search) cureAll(found []fault) ([]Clash, []fault, bool) {
	var cures []cure
	var clashes []Clash
	for _, f := range found {
		if len(f.cures) == 0 {
			return nil, nil, false
		}
		first := f.cures[0]
		i := slices.IndexFunc(cures, first.sets)
		switch {
		case i < 0:
			first.value = document.Clone(first.value)
			cures, clashes = append(cures, first), append(clashes, Clash{What: f.what()})
		case first.value.Kind == yaml.SequenceNode:
			cures[i].value.Content[first.index] = first.value.Content[first.index]
			clashes[i].What += "; " + f.what()
		}
	}
	for i := range clashes {
		clashes[i].Action, clashes[i].of = cures[i].action(s.root), &cures[i]
	}
	left, done := s.try(cures, found)
	return clashes, left, done
}

// try applies the cures, and keeps them if none of the faults is there any more.
func (s *search) try(cures []cure, faults []fault) ([]fault, bool) {
	changed := document.Clone(s.root)
	for _, c := range cures {
		target := document.At(changed, c.pointer)
		if target == nil || target.Kind != yaml.MappingNode {
			return nil, false
		}
		document.Set(target, c.member, document.Clone(c.value))
	}
	left, err := s.inspect(changed)
	if err != nil || slices.ContainsFunc(left, func(l fault) bool {
		return slices.ContainsFunc(faults, func(f fault) bool { return f.key == l.key })
	}) {
		return nil, false
	}
	s.root = changed
	return left, true
}

// cure tries the cures of a fault, each by itself and then more and more of them together, until
// it is gone. It returns what it needs, a clash for each action, and what is still wrong then.
func (s *search) cure(f fault) ([]Clash, []fault, error) {
	tries := make([][]cure, 0, 2*len(f.cures))
	for i := range f.cures {
		tries = append(tries, f.cures[i:i+1])
	}
	for i := range f.cures {
		tries = append(tries, f.cures[:i+1])
	}
	for _, cures := range tries {
		if left, done := s.try(cures, []fault{f}); done {
			var clashes []Clash
			for _, c := range cures {
				clashes = append(clashes, Clash{What: f.what(), Action: c.action(s.root), of: &c})
			}
			return clashes, left, nil
		}
	}
	if s.incurable == nil {
		s.incurable = map[string]bool{}
	}
	s.incurable[f.what()] = true
	advice := f.advice
	if advice == "" {
		advice = "give one of them another name, by x-go-name, x-go-type-name or operationId"
	}
	left, err := s.inspect(s.root)
	return []Clash{{What: f.what(), Advice: advice}}, left, err
}

// fault is one name that clashes.
type fault struct {
	// key is the name in Go and what it is the name of: as long as it is there, the name
	// clashes.
	key string
	// says what is wrong about the places; places are pointers.
	says   string
	places []string
	cures  []cure
	advice string // what to do if none of them cures it, where that is not to choose a name
}

func (f fault) what() string {
	return strings.Join(f.places, " and ") + " " + f.says
}

// cure is a member of the object at the pointer that may help.
type cure struct {
	pointer, member string
	value           *yaml.Node
	index           int // of what is new in a list
}

// sets says whether it sets the same member as the other.
func (c cure) sets(other cure) bool { return c.pointer == other.pointer && c.member == other.member }

// action is the cure as an item of an overlay's actions, on one line.
func (c cure) action(root *yaml.Node) string {
	path := document.JSONPath(root, c.pointer)
	return fmt.Sprintf("- {target: %q, update: {%s: %s}}", path, c.member, document.JSON(c.value))
}

func rename(pointer, member, name string) cure {
	return cure{pointer: pointer, member: member, value: document.String(name)}
}

// Refused is what a caller says who does not go on because of clashes: what to do in one
// line, and a line for each clash. It is nil if there are none.
func Refused(clashes []Clash, overlay string) error {
	if len(clashes) == 0 {
		return nil
	}
	text := "a name of the document clashes in Go; write this action, or another like it, into " + overlay
	if len(clashes) > 1 {
		text = fmt.Sprintf("%d names of the document clash in Go; write these actions, or others like them, into %s",
			len(clashes), overlay)
	}
	for _, c := range clashes {
		text += "\n  " + c.Line()
	}
	return errors.New(text)
}
