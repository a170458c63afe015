package example

import (
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/dlclark/regexp2"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// pattern is a regular expression of a schema, which is one of ECMA 262.
type pattern struct {
	text  string
	match func(string) bool
}

// MatchString says whether text matches anywhere in it.
func (p *pattern) MatchString(text string) bool { return p.match(text) }

func (p *pattern) String() string { return p.text }

var patterns sync.Map // from the text to a pattern, or the error

// compile reads a regular expression: by Go's package where that can, which never takes
// long, and else, as for a look ahead, by one that can do all that ECMA 262 can.
func compile(text string) (*pattern, error) {
	known, found := patterns.Load(text)
	if !found {
		known, _ = patterns.LoadOrStore(text, compiled(text))
	}
	if err, failed := known.(error); failed {
		return nil, err
	}
	return known.(*pattern), nil
}

// patience is how long a regular expression may try to match. One that takes longer, as
// only one with nested repetitions does, counts as matching: it is not judged.
const patience = 10 * time.Second

func compiled(text string) any {
	if plain, err := regexp.Compile(text); err == nil {
		return &pattern{text, plain.MatchString}
	}
	full, err := regexp2.Compile(text, regexp2.ECMAScript|regexp2.Unicode)
	if err != nil {
		return err
	}
	full.MatchTimeout = patience
	return &pattern{text, func(value string) bool {
		matches, err := full.MatchString(value)
		return matches || err != nil
	}}
}

// judged is compile for a schema that judges: what cannot be read matches anything, which
// NotJudged says.
func judged(text string) *pattern {
	p, err := compile(text)
	if err != nil {
		return &pattern{text, func(string) bool { return true }}
	}
	return p
}

// unreadable are the patterns of a document by which nothing is judged, each with its place
// and the reason.
func unreadable(root *yaml.Node) []string {
	var all []string
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, pointer string) {
		if kind != document.Schema {
			return
		}
		check := func(text, at string) {
			if _, err := compile(text); err != nil {
				all = append(all, fmt.Sprintf("%s: %q is no regular expression of ECMA 262, so nothing is judged by it: %v", at, text, err))
			}
		}
		if p := document.Get(n, "pattern"); p != nil {
			check(p.Value, document.Pointer(pointer, "pattern"))
		}
		for text := range document.Members(document.Get(n, "patternProperties")) {
			check(text, document.Pointer(pointer, "patternProperties", text))
		}
	})
	return all
}
