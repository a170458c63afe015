package call

import (
	"bytes"
	"encoding/json"
	"slices"
)

// manyNames is how many members of an object are compared with each other, by which the time
// stays in step with the text. No documented object has as many.
const manyNames = 64

// respelt reports whether an object in text, which is valid JSON, may have two members whose
// names differ in letter case alone: a parser takes the last for both. It also says so of an
// object with too many members to tell.
func respelt(text []byte) bool {
	var (
		names [][]byte // of the objects that are open
		first []int    // of each open object or array, its first of names
	)
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '{', '[':
			first = append(first, len(names))
		case '}', ']':
			names, first = names[:first[len(first)-1]], first[:len(first)-1]
		case '"':
			from := at
			at = closing(text, at)
			if rest := bytes.TrimLeft(text[at+1:], " \t\r\n"); len(rest) == 0 || rest[0] != ':' {
				continue // a text
			}
			name := text[from+1 : at]
			if bytes.IndexByte(name, '\\') >= 0 {
				var plain string
				_ = json.Unmarshal(text[from:at+1], &plain) // which is valid
				name = []byte(plain)
			}
			others := names[first[len(first)-1]:]
			if len(others) >= manyNames || slices.ContainsFunc(others, func(other []byte) bool {
				return bytes.EqualFold(name, other) && !bytes.Equal(name, other)
			}) {
				return true
			}
			names = append(names, name)
		}
	}
	return false
}

// closing is where the text ends whose opening quotation mark is at that place.
func closing(text []byte, at int) int {
	for {
		at += 1 + bytes.IndexByte(text[at+1:], '"')
		before := at
		for text[before-1] == '\\' {
			before--
		}
		if (at-before)%2 == 0 {
			return at
		}
	}
}
