package call

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// manyNames is how many members of an object are compared with each other, by which the time
// stays in step with the text. No documented object has as many.
const manyNames = 64

// respelt reports whether an object in text, which is valid JSON, may have two members whose
// names differ in letter case alone: a parser takes the last for both. It also says so of an
// object with too many members to tell.
func respelt(text []byte) bool {
	names := make([][]byte, 0, manyNames) // of the objects that are open
	first := make([]int, 0, 16)           // of each open object or array, its first of names
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '{', '[':
			first = append(first, len(names))
		case '}', ']':
			names, first = names[:first[len(first)-1]], first[:len(first)-1]
		case '"':
			from := at
			at = closing(text, at)
			next := at + 1
			for next < len(text) && isSpace(text[next]) {
				next++
			}
			if next == len(text) || text[next] != ':' {
				continue // a text
			}
			name := text[from+1 : at]
			if bytes.IndexByte(name, '\\') >= 0 {
				var plain string
				_ = json.Unmarshal(text[from:at+1], &plain) // which is valid
				name = []byte(plain)
			}
			others := names[first[len(first)-1]:]
			if len(others) >= manyNames {
				return true
			}
			for _, other := range others {
				if mayFold(name, other) && bytes.EqualFold(name, other) && !bytes.Equal(name, other) {
					return true
				}
			}
			names = append(names, name)
		}
	}
	return false
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// mayFold is false for names whose first letters differ in more than their case; only beyond
// ASCII are there others that are the same but for it.
func mayFold(a, b []byte) bool {
	return len(a) == 0 || len(b) == 0 || (a[0]|b[0]) >= utf8.RuneSelf || (a[0]^b[0])&^0x20 == 0
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
