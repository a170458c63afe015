package scan

import (
	"regexp"
	"slices"
	"strings"
)

// A label and a value may be two members of one object: {"field": "full_name", "value": "..."}.
var (
	labelMember = regexp.MustCompile(`(?i)"(?:field|name|key|param|parameter|member|property|label|attr|attribute|id)` +
		`(?:_?(?:name|id|key))?"\s*:\s*"([^"]*)"`)
	valueMember = regexp.MustCompile(`(?i)"[a-z_]*(?:val|value|content|answer)s?"\s*:\s*(?:\[\s*)?"?([^",}\]\s][^",}\]]*)`)
)

// labelled is a value and the label that stands in another member of its object.
type labelled struct {
	label   string
	at, end int // of the value
}

// apart finds the values that have a known label in another member of their object, and where
// those members are, which name no person.
func apart(text string, known []check) (all []labelled, words [][]int) {
	for _, m := range labelMember.FindAllStringSubmatchIndex(text, -1) {
		label := strings.ReplaceAll(text[m[2]:m[3]], " ", "_")
		if !slices.ContainsFunc(known, func(l check) bool { return l.pattern.MatchString(label) }) {
			continue
		}
		start, members := object(text, m[0])
		values := valueMember.FindAllStringSubmatchIndex(members, -1)
		for _, v := range values {
			all = append(all, labelled{label, start + v[2], start + v[3]})
		}
		if len(values) > 0 {
			words = append(words, m[:2])
		}
	}
	return all, words
}

// widest is how far a value and its label may lie apart, in bytes.
const widest = 4000

// object is the object around a place, without its braces and with blanks for the objects in it,
// and where it starts.
func object(text string, at int) (start int, members string) {
	start = max(0, at-widest)
	for i, depth := at-1, 0; i >= start; i-- {
		if depth += deeper(text[i]); depth > 0 {
			start = i + 1
			break
		}
	}
	var b strings.Builder
	depth := 0
	for i := start; i < min(len(text), at+widest) && depth >= 0; i++ {
		inner := depth > 0
		if depth += deeper(text[i]); inner || depth > 0 {
			b.WriteByte(' ')
		} else {
			b.WriteByte(text[i])
		}
	}
	return start, b.String()
}

// deeper is by how many objects one is deeper behind a character.
func deeper(c byte) int { return strings.Count("{", string(c)) - strings.Count("}", string(c)) }
