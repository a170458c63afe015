package mutants

import (
	"encoding/json"
	"strconv"

	"example.com/digilocker/specs/document"
)

// point is a value of a JSON text and where it stands there.
type point struct {
	pointer    string
	kind       byte // { [ " t for a boolean, n for null, 0 for a number
	start, end int  // of the value
	text       string
	member     *member // nil for the whole and for items
	size       int     // members or items
	first      *point  // item of an array; nil if it has none
}

// member is where a member of an object stands, name and all.
type member struct {
	name       string
	start, end int // from the name to the end of the value
	before     int // where the comma or the brace before it begins
}

// scanner lists the points of a valid JSON text.
type scanner struct {
	*document.Scanner
	all []*point
}

// points are those of a valid JSON text, the whole first.
func points(text []byte) []*point {
	s := &scanner{Scanner: document.NewScanner(text)}
	s.value("")
	return s.all
}

func (s *scanner) value(at string) *point {
	token, start := s.Next()
	p := &point{pointer: at, start: start}
	s.all = append(s.all, p)
	switch t := token.(type) {
	case json.Delim:
		p.kind = byte(t)
		if t == '{' {
			s.members(p)
		} else {
			s.items(p)
		}
		s.Next()
	case string:
		p.kind, p.text = '"', t
	case bool:
		p.kind = 't'
	case nil:
		p.kind = 'n'
	}
	p.end = int(s.InputOffset())
	return p
}

func (s *scanner) members(p *point) {
	for ; s.More(); p.size++ {
		before := int(s.InputOffset())
		name, start := s.Next()
		m := &member{name: name.(string), start: start, before: before}
		value := s.value(document.Pointer(p.pointer, m.name))
		value.member, m.end = m, value.end
	}
}

func (s *scanner) items(p *point) {
	for ; s.More(); p.size++ {
		item := s.value(document.Pointer(p.pointer, strconv.Itoa(p.size)))
		if p.first == nil {
			p.first = item
		}
	}
}
