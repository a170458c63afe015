package judge

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/digilocker/specs/document"
)

// node is a JSON value as it was written; nil is an absent one.
type node struct {
	kind    string // "an object", "an array", "text", "a number", "a boolean", "null"
	raw     string
	text    string // without quotes; raw for anything but text
	names   []string
	members map[string]*node
	items   []*node
}

func (n *node) isScalar() bool { return n.kind != "an object" && n.kind != "an array" }

// isNothing says whether n is absent, null or an empty array.
func (n *node) isNothing() bool {
	return n == nil || n.kind == "null" || n.kind == "an array" && len(n.items) == 0
}

// class is what may be told of a value that nobody published.
func (n *node) class() string {
	switch {
	case n.kind == "text":
		return form(n.text)
	case n.kind == "an array" && len(n.items) == 0:
		return "an empty array"
	}
	return n.kind
}

// at is the value at the pointer, nil if there is none. Beyond the end of an array
// its last item stands for any.
func (n *node) at(pointer string) *node {
	for _, token := range document.Tokens(pointer) {
		switch {
		case n == nil:
			return nil
		case len(n.items) > 0:
			i, err := strconv.Atoi(token)
			if err != nil {
				return nil
			}
			n = n.items[min(i, len(n.items)-1)]
		default:
			n = n.members[token]
		}
	}
	return n
}

// holds says whether text is one of the scalars in n.
func (n *node) holds(text string) bool {
	for _, m := range n.members {
		if m.holds(text) {
			return true
		}
	}
	return n.isScalar() && n.text == text || slices.ContainsFunc(n.items, func(item *node) bool { return item.holds(text) })
}

// parser builds the tree of a valid JSON text.
type parser struct {
	*document.Scanner
	text  []byte
	twice []string // pointers of members that stand there more than once
}

// parse is the tree of a valid JSON text.
func parse(text []byte) *node {
	return newParser(text).value("")
}

func newParser(text []byte) *parser {
	return &parser{Scanner: document.NewScanner(text), text: text}
}

func (p *parser) value(at string) *node {
	n := &node{}
	token, start := p.Next()
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			p.object(n, at)
		} else {
			n.kind = "an array"
			for i := 0; p.More(); i++ {
				n.items = append(n.items, p.value(document.Pointer(at, strconv.Itoa(i))))
			}
		}
		p.Next()
	case string:
		n.kind, n.text = "text", t
	case json.Number:
		n.kind = "a number"
	case bool:
		n.kind = "a boolean"
	default:
		n.kind = "null"
	}
	n.raw = string(p.text[start:p.InputOffset()])
	if n.kind != "text" {
		n.text = n.raw
	}
	return n
}

// object reads members; of those with one name the last counts, as everywhere in Go.
func (p *parser) object(n *node, at string) {
	n.kind, n.members = "an object", map[string]*node{}
	for p.More() {
		token, _ := p.Next()
		name := token.(string)
		pointer := document.Pointer(at, name)
		if n.members[name] == nil {
			n.names = append(n.names, name)
		} else {
			p.twice = append(p.twice, pointer)
		}
		n.members[name] = p.value(pointer)
	}
}

// view is a body with what is wrong about it by itself, or by the schema.
type view struct {
	root   *node // nil if it is not JSON
	empty  bool
	faults []fault
}

// fault is one point that the schema, or JSON itself, refuses.
type fault struct {
	pointer string
	kind    Kind
	vague   bool // no alternative fits: the fault is there or below
	got     string
}

// point is where a difference can be: an object can have another order and be
// another value, each for itself.
type point struct {
	pointer string
	group   Kind // Type stands for all kinds that concern the value
}

func pointOf(pointer string, kind Kind) point {
	if kind == Order || kind == Encoding {
		return point{pointer, kind}
	}
	return point{pointer, Type}
}

func (f fault) point() point { return pointOf(f.pointer, f.kind) }

// explained says whether one of points says more precisely what f does.
func (f fault) explained(points map[point]bool) bool {
	for p := range points {
		if p.group == Type && f.covers(p.pointer) {
			return true
		}
	}
	return false
}

// covers says whether the pointer is that of f, or below.
func (f fault) covers(pointer string) bool {
	return pointer == f.pointer || strings.HasPrefix(pointer, f.pointer+"/")
}

// refuses is the fault at the point, if there is one.
func (v *view) refuses(p point) (fault, bool) {
	i := slices.IndexFunc(v.faults, func(f fault) bool {
		return f.point() == p || f.vague && p.group == Type && f.covers(p.pointer)
	})
	if i < 0 {
		return fault{}, false
	}
	return v.faults[i], true
}

// shares says whether v has the same fault, at any index of an array.
func (v *view) shares(f fault) bool {
	return slices.ContainsFunc(v.faults, func(own fault) bool {
		return own.kind == f.kind && document.General(own.pointer) == document.General(f.pointer)
	})
}

// class is what may be told of the value at the pointer.
func (v *view) class(pointer string) string {
	switch n := v.root.at(pointer); {
	case n != nil:
		return n.class()
	case v.empty:
		return "an empty body"
	case v.root == nil:
		return "no JSON"
	}
	return "nothing"
}

var byteOrderMark = []byte("\ufeff")

// look reads a body.
func (k Known) look(body []byte) *view {
	v := &view{empty: len(body) == 0}
	text, marked := bytes.CutPrefix(body, byteOrderMark)
	if marked {
		v.faults = append(v.faults, fault{kind: Encoding, got: "a byte-order mark"})
	}
	if !json.Valid(text) {
		v.faults = append(v.faults, fault{kind: Type})
		return v
	}
	if !utf8.Valid(text) {
		v.faults = append(v.faults, fault{kind: Encoding, got: "bytes that are not UTF-8"})
	}
	p := newParser(text)
	v.root = p.value("")
	for _, pointer := range p.twice {
		v.faults = append(v.faults, fault{pointer: pointer, kind: Encoding, got: "a member that stands there twice"})
	}
	if k.Conforms != nil {
		for _, f := range k.Conforms(text) {
			v.faults = append(v.faults, v.named(f.Pointer, f.Keyword))
		}
	}
	if k.Documents != nil {
		v.undocumented(k.Documents, v.root, "")
	}
	return v
}

// named is a fault of the schema, by what stands there.
func (v *view) named(pointer, keyword string) fault {
	f := fault{pointer: pointer, kind: Type, vague: keyword == "anyOf" || keyword == "oneOf"}
	switch n := v.root.at(pointer); {
	case n == nil:
		f.kind = MissingMember
	case n.kind == "null":
		f.kind = Null
	case (keyword == "enum" || keyword == "const") && n.kind == "text":
		f.kind = EnumValue
	}
	return f
}

// undocumented adds the members of n that the schema does not name, but not those
// within, nor any where a value is refused.
func (v *view) undocumented(documents func(pointer string) bool, n *node, at string) {
	if _, refused := v.refuses(point{at, Type}); refused {
		return
	}
	for i, item := range n.items {
		v.undocumented(documents, item, document.Pointer(at, strconv.Itoa(i)))
	}
	for _, name := range n.names {
		pointer := document.Pointer(at, name)
		if !documents(pointer) {
			v.faults = append(v.faults, fault{pointer: pointer, kind: NewMember})
			continue
		}
		v.undocumented(documents, n.members[name], pointer)
	}
}
