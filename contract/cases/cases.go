// Package cases reads what each documented example means: written by hand, one
// case for each, and independent of the adapters that it judges.
package cases

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/specs/document"
)

// Case is what one documented example means.
type Case struct {
	// ID of the example.
	ID string `yaml:"-"`
	// Means is what a caller of the adapter gets, such as "error pending",
	// "consent granted" or "record".
	Means string
	// Says are members of that value, by their path in Go, as text.
	Says map[string]string
	// With are what stands for the placeholders of a redirect's template.
	With map[string]string

	line int
}

// Error is the kind of error that the example means, in the words of kyc's
// constants; "" if it means none.
func (c Case) Error() string {
	kind, ok := strings.CutPrefix(c.Means, "error ")
	if !ok {
		return ""
	}
	return kind
}

// meanings are all that Means can be.
var meanings = regexp.MustCompile(`^(` +
	`error (pending|denied|expired|no document|mismatch|not found|duplicate|invalid|credentials|not allowed|balance|rate limited|unavailable|unexpected)` +
	`|(consent|event) (pending|granted|denied|expired|revoked)` +
	`|return( (granted|denied))?` +
	`|account (exists|not found)` +
	`|record|catalogue|file|nothing)$`)

// Book holds the cases of one provider.
type Book struct {
	file  string
	cases map[string]Case
}

// Read reads <dir>/<provider>.yaml.
func Read(dir, provider string) (*Book, error) {
	file := filepath.Join(dir, provider+".yaml")
	b := &Book{file: file, cases: map[string]Case{}}
	root, err := document.Decode(file, &b.cases)
	if err != nil {
		return nil, err
	}
	for id, node := range document.Members(root) {
		c := b.cases[id]
		c.ID, c.line = id, node.Line
		if !meanings.MatchString(c.Means) {
			return nil, &document.Error{File: file, Line: node.Line, Msg: fmt.Sprintf("%s: %q is nothing that an example can mean", id, c.Means)}
		}
		b.cases[id] = c
	}
	return b, nil
}

// Of returns the case of the example with that id.
func (b *Book) Of(id string) (Case, error) {
	c, ok := b.cases[id]
	if !ok {
		return c, fmt.Errorf("%s: the example %s has no case", b.file, id)
	}
	return c, nil
}

// Orphans lists the cases without an example among ids, each with its place.
func (b *Book) Orphans(ids []string) []string {
	var all []string
	for id, c := range b.cases {
		if !slices.Contains(ids, id) {
			all = append(all, fmt.Sprintf("%s:%d: %s", b.file, c.line, id))
		}
	}
	slices.Sort(all)
	return all
}
