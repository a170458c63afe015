package example

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/digilocker/specs/document"
)

// Difference is a numbered one: where a provider's documents contradict themselves or one
// another. Each is a label on at least one spec, or says why none can show it.
type Difference struct {
	// ID is two letters of the provider, -D and a number: AC-D1. A number is never given to something else.
	ID string `yaml:"-"`
	// Says what contradicts what, in our own words.
	Says string
	// Sources are the publications, by their names in the effective document.
	Sources []string
	// Untested is the reason why no offline spec can show it; empty otherwise.
	Untested string
}

// Differences is a provider's differences, in the order of their numbers.
type Differences []Difference

var differenceID = regexp.MustCompile(`^([A-Z]{2}-D)(\d+)$`)

// ReadDifferences reads the list in text, which came from file. It must be numbered from 1 without
// a gap. Where there is no text, there are no differences.
func ReadDifferences(file string, text []byte) (Differences, error) {
	if len(text) == 0 {
		return nil, nil
	}
	byID := map[string]Difference{}
	root, err := document.DecodeText(file, text, &byID)
	if err != nil {
		return nil, err
	}
	var list Differences
	for name, node := range document.Members(root) {
		fail := func(what string) error {
			return &document.Error{File: file, Line: node.Line, Msg: name + " " + what}
		}
		m := differenceID.FindStringSubmatch(name)
		d := byID[name]
		d.ID = name
		switch {
		case m == nil || m[2] != strconv.Itoa(len(list)+1):
			return nil, fail("is out of turn: the numbers go up from 1 without a gap")
		case len(list) > 0 && !strings.HasPrefix(list[0].ID, m[1]):
			return nil, fail("has another prefix than the rest of the file")
		case d.Says == "" || len(d.Sources) == 0:
			return nil, fail("needs says and sources")
		}
		list = append(list, d)
	}
	return list, nil
}

// Pinned counts the differences that a spec shows.
func (l Differences) Pinned() int {
	n := 0
	for _, d := range l {
		if d.Untested == "" {
			n++
		}
	}
	return n
}

// Find returns the difference with that id.
func (l Differences) Find(id string) (Difference, bool) {
	i := slices.IndexFunc(l, func(d Difference) bool { return d.ID == id })
	if i < 0 {
		return Difference{}, false
	}
	return l[i], true
}
