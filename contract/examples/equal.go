package examples

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"example.com/digilocker/specs/document"
)

// Equal compares two JSON texts and lists the points at which got is not want.
// null and absent are the same (CF-D11), the order of members does not count,
// and nothing else is forgiven: 1 is not 1.0, and "" is not absent.
func Equal(want, got json.RawMessage) []Fault {
	w, err := decode(want)
	if err != nil {
		return []Fault{{Want: "JSON to compare with", Got: err.Error()}}
	}
	g, err := decode(got)
	if err != nil {
		return []Fault{{Want: string(want), Got: string(got)}}
	}
	return compare(w, g, "")
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
