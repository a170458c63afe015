package example

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"example.com/digilocker/specs/document"
)

// Compare compares two JSON texts and lists the points at which got is not want.
// null and absent are the same, the order of members does not count,
// and nothing else is forgiven: 1 is not 1.0, "" is not absent, and a member that got
// has twice is one too many.
func Compare(want, got json.RawMessage) []Fault {
	w, err := decode(want)
	if err != nil {
		return []Fault{{Want: "JSON to compare with", Got: err.Error()}}
	}
	g, err := decode(got)
	if err != nil {
		return []Fault{{Want: string(want), Got: string(got)}}
	}
	return append(compare(w, g, ""), repeated(got)...)
}

// Twice is the Keyword of a member that stands there more than once.
const Twice = "twice"

// repeated lists the members that stand more than once in an object, of which readers
// take one or the other, and what follows the value. The text begins with JSON.
func repeated(text json.RawMessage) (all []Fault) {
	dec := json.NewDecoder(bytes.NewReader(text))
	var value func(at string)
	value = func(at string) {
		token, _ := dec.Token()
		switch token {
		case json.Delim('{'):
			names := map[string]bool{}
			for dec.More() {
				token, _ := dec.Token()
				name, _ := token.(string)
				if names[name] {
					all = append(all, Fault{Pointer: document.Pointer(at, name), Want: "one such member", Got: "another", Keyword: Twice})
				}
				names[name] = true
				value(document.Pointer(at, name))
			}
			_, _ = dec.Token()
		case json.Delim('['):
			for i := 0; dec.More(); i++ {
				value(document.Pointer(at, strconv.Itoa(i)))
			}
			_, _ = dec.Token()
		}
	}
	value("")
	if _, err := dec.Token(); err != io.EOF {
		all = append(all, Fault{Want: "one value", Got: "something behind it"})
	}
	return all
}

func decode(text json.RawMessage) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	err := dec.Decode(&v)
	return v, err
}

func compare(want, got any, at string) []Fault {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			return compareObjects(w, g, at)
		}
	case []any:
		if g, ok := got.([]any); ok && len(g) == len(w) {
			var all []Fault
			for i := range w {
				all = append(all, compare(w[i], g[i], document.Pointer(at, strconv.Itoa(i)))...)
			}
			return all
		}
	default:
		if want == got {
			return nil
		}
	}
	return []Fault{{Pointer: at, Want: text(want), Got: text(got)}}
}

func compareObjects(want, got map[string]any, at string) []Fault {
	var keys []string
	for k := range want {
		keys = append(keys, k)
	}
	for k := range got {
		if _, both := want[k]; !both {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	var all []Fault
	for _, k := range keys {
		w, g := want[k], got[k]
		if w == nil && g == nil {
			continue
		}
		all = append(all, compare(w, g, document.Pointer(at, k))...)
	}
	return all
}

func text(v any) string {
	if v == nil {
		return "nothing"
	}
	b, _ := json.Marshal(v) // it was decoded from JSON
	return string(b)
}
