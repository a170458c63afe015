package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// Get returns the member of mapping n called key, or nil where n is nil, is no
// mapping or has no such member.
func Get(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// Text is the value of the string member of n called key, or "".
func Text(n *yaml.Node, key string) string {
	if v := Get(n, key); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}

// Set gives mapping n the member key, in the place of one of that name if
// there is one and at the end otherwise.
func Set(n *yaml.Node, key string, value *yaml.Node) {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content[i+1] = value
			return
		}
	}
	n.Content = append(n.Content, String(key), value)
}

// Delete takes the member key out of mapping n and says whether it was there.
func Delete(n *yaml.Node, key string) bool {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = append(n.Content[:i], n.Content[i+2:]...)
			return true
		}
	}
	return false
}

// DeleteFunc takes those members out of mapping n of which gone says so.
func DeleteFunc(n *yaml.Node, gone func(key string) bool) {
	var kept []*yaml.Node
	for i := 0; i < len(n.Content); i += 2 {
		if !gone(n.Content[i].Value) {
			kept = append(kept, n.Content[i], n.Content[i+1])
		}
	}
	n.Content = kept
}

// Members ranges over the members of mapping n in the order written; over
// nothing if n is nil or no mapping.
func Members(n *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

// Items ranges over the items of sequence n; over nothing if n is nil or no
// sequence.
func Items(n *yaml.Node) iter.Seq2[int, *yaml.Node] {
	return func(yield func(int, *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.SequenceNode {
			return
		}
		for i, c := range n.Content {
			if !yield(i, c) {
				return
			}
		}
	}
}

// String is a new node of text.
func String(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tagStr, Value: s}
}

// Map is a new, empty mapping.
func Map() *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: tagMap}
}

// Seq is a new sequence of items.
func Seq(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: tagSeq, Content: items}
}

// FreeName is a name for a new member of mapping n: name, with a number behind it if n has
// one that differs in signs or in capitals alone, as both would be one name in Go.
func FreeName(n *yaml.Node, name string) string {
	taken := map[string]bool{}
	for other := range Members(n) {
		taken[PlainName(other)] = true
	}
	free := name
	for i := 2; taken[PlainName(free)]; i++ {
		free = name + strconv.Itoa(i)
	}
	return free
}

// PlainName is what all spellings of a name have in common that become one name in Go: its
// letters and digits, in lower case.
func PlainName(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, name))
}

// Clone is a copy of n that shares no node with it.
func Clone(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		out.Content[i] = Clone(c)
	}
	return &out
}

var (
	escaper   = strings.NewReplacer("~", "~0", "/", "~1")
	unescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// Pointer appends the reference tokens to the JSON pointer base (RFC 6901).
func Pointer(base string, tokens ...string) string {
	for _, t := range tokens {
		base += "/" + escaper.Replace(t)
	}
	return base
}

// Tokens splits a JSON pointer; the pointer "" has none.
func Tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, p := range parts {
		parts[i] = unescaper.Replace(p)
	}
	return parts
}

// General is a JSON pointer with * for each index of an array. What is no pointer, as it
// does not begin with a slash, stays.
func General(pointer string) string {
	if !strings.HasPrefix(pointer, "/") {
		return pointer
	}
	tokens := Tokens(pointer)
	for i, t := range tokens {
		if t != "" && strings.Trim(t, "0123456789") == "" {
			tokens[i] = "*"
		}
	}
	return Pointer("", tokens...)
}

// At returns the node that the JSON pointer leads to from n, or nil. It does
// not follow $ref.
func At(n *yaml.Node, pointer string) *yaml.Node {
	for _, t := range Tokens(pointer) {
		if n != nil && n.Kind == yaml.SequenceNode {
			i, err := strconv.Atoi(t)
			if err != nil || i < 0 || i >= len(n.Content) {
				return nil
			}
			n = n.Content[i]
			continue
		}
		n = Get(n, t)
	}
	return n
}

// JSONPath is the pointer of a place in root as the target of an overlay's action (RFC 9535).
func JSONPath(root *yaml.Node, pointer string) string {
	path, n := "$", root
	for _, token := range Tokens(pointer) {
		if n != nil && n.Kind == yaml.SequenceNode {
			path += "[" + token + "]"
		} else {
			path += "['" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(token) + "']"
		}
		n = At(n, Pointer("", token))
	}
	return path
}

// maxRefs bounds a chain of references; a longer one is a cycle.
const maxRefs = 32

// Resolve follows $ref from n, which stands at pointer in root, until it comes
// to something else, and returns that with its own pointer. Only references
// within the document are followed.
func Resolve(root, n *yaml.Node, pointer string) (*yaml.Node, string, error) {
	for range maxRefs {
		ref := Get(n, "$ref")
		if ref == nil || ref.Kind != yaml.ScalarNode {
			return n, pointer, nil
		}
		target, ok := Target(ref.Value)
		if !ok {
			return nil, pointer, fmt.Errorf("%s: $ref %q leads out of the document", pointer, ref.Value)
		}
		next := At(root, target)
		if next == nil {
			return nil, pointer, fmt.Errorf("%s: $ref %q leads nowhere", pointer, ref.Value)
		}
		n, pointer = next, target
	}
	return nil, pointer, fmt.Errorf("%s: $ref goes round in circles", pointer)
}

// WithPathItems is the document at root with each path item that is a reference written out,
// as not every reader of OpenAPI follows these; it is root itself if there is none. What
// stands beside the reference stays.
func WithPathItems(root *yaml.Node) *yaml.Node {
	return WithTargets(root, func(kind Kind, _ []string) bool { return kind == PathItem })
}

// WithTargets is the document at root with a copy of what it leads to in the place of each
// reference of which chosen says so by the kind of what stands there, and the tokens of the
// pointer; it is root itself if there is none. What stands beside such a reference stays,
// where it says anything: before OpenAPI 3.1, a schema beside a reference says nothing.
func WithTargets(root *yaml.Node, chosen func(kind Kind, tokens []string) bool) *yaml.Node {
	is := func(kind Kind, n *yaml.Node) bool {
		pointer, inside := Target(Text(n, "$ref"))
		return Get(n, "$ref") != nil && inside && chosen(kind, Tokens(pointer))
	}
	found := false
	Walk(Document, root, "", func(kind Kind, n *yaml.Node, _ string) { found = found || is(kind, n) })
	if !found {
		return root
	}
	out := Clone(root)
	old := strings.HasPrefix(Text(root, "openapi"), "3.0")
	written := map[string]string{} // what was written out, by where it stands now
	Walk(Document, out, "", func(kind Kind, n *yaml.Node, pointer string) {
		if !is(kind, n) {
			return
		}
		target, at, err := Resolve(root, n, "")
		if err != nil {
			return // whoever follows it says so
		}
		for outer, what := range written {
			if what == at && strings.HasPrefix(pointer+"/", outer+"/") {
				return // it has itself in it
			}
		}
		written[pointer] = at
		Delete(n, "$ref")
		switch {
		case kind == Schema && len(n.Content) > 0 && !old:
			all := Get(n, "allOf")
			if all == nil {
				all = Seq()
				Set(n, "allOf", all)
			}
			all.Content = append(all.Content, Clone(target))
		case kind == PathItem:
			for name, value := range Members(target) {
				if Get(n, name) == nil {
					Set(n, name, Clone(value))
				}
			}
		default:
			*n = *Clone(target)
		}
	})
	return out
}

// Target is the JSON pointer that a reference within the document has; inside is false if
// the reference leads out of it. A pointer in a URL may be escaped as one: %20 for a space.
func Target(ref string) (pointer string, inside bool) {
	fragment, inside := strings.CutPrefix(ref, "#")
	if plain, err := url.PathUnescape(fragment); err == nil {
		fragment = plain
	}
	return fragment, inside
}

// JSON writes n as compact JSON, members in their order, numbers digit by
// digit. A tree from Parse always has a JSON form.
func JSON(n *yaml.Node) json.RawMessage {
	var b bytes.Buffer
	writeJSON(&b, n)
	return b.Bytes()
}

func writeJSON(b *bytes.Buffer, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i < len(n.Content); i += 2 {
			if i > 0 {
				b.WriteByte(',')
			}
			writeString(b, n.Content[i].Value)
			b.WriteByte(':')
			writeJSON(b, n.Content[i+1])
		}
		b.WriteByte('}')
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, c := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, c)
		}
		b.WriteByte(']')
	default:
		if n.ShortTag() == tagStr {
			writeString(b, n.Value)
		} else {
			b.WriteString(n.Value)
		}
	}
}

func writeString(b *bytes.Buffer, s string) {
	if !strings.ContainsFunc(s, needsEncoder) { // most are plain, and an encoder costs more than they do
		b.WriteByte('"')
		b.WriteString(s)
		b.WriteByte('"')
		return
	}
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(strings.ToValidUTF8(s, "\ufffd")) // a string into a buffer: nothing can fail
	b.Truncate(b.Len() - 1)
}

func needsEncoder(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }

// Equal says whether a and b are the same JSON value: the order of members does
// not count, the digits of a number do.
func Equal(a, b *yaml.Node) bool {
	return a != nil && b != nil && len(Difference(a, b, "")) == 0
}

// Difference lists the pointers, below base, at which a and b differ; where one
// of two mappings lacks a member, at that member.
func Difference(a, b *yaml.Node, base string) []string {
	if a.Kind != b.Kind {
		return []string{base}
	}
	var out []string
	switch a.Kind {
	case yaml.MappingNode:
		for key, va := range Members(a) {
			at := Pointer(base, key)
			if vb := Get(b, key); vb == nil {
				out = append(out, at)
			} else {
				out = append(out, Difference(va, vb, at)...)
			}
		}
		for key := range Members(b) {
			if Get(a, key) == nil {
				out = append(out, Pointer(base, key))
			}
		}
	case yaml.SequenceNode:
		if len(a.Content) != len(b.Content) {
			return []string{base}
		}
		for i := range a.Content {
			out = append(out, Difference(a.Content[i], b.Content[i], Pointer(base, strconv.Itoa(i)))...)
		}
	default:
		if a.Value != b.Value || a.ShortTag() != b.ShortTag() {
			return []string{base}
		}
	}
	return out
}

// Pathless are the names of the path items among the components of the document at root to which
// nothing refers.
func Pathless(root *yaml.Node) []string {
	const pathItems = "/components/pathItems"
	referred := map[string]bool{}
	Walk(Document, root, "", func(kind Kind, n *yaml.Node, _ string) {
		if pointer, inside := Target(Text(n, "$ref")); kind == PathItem && inside {
			referred[pointer] = true
		}
	})
	var names []string
	for name := range Members(At(root, pathItems)) {
		if !referred[Pointer(pathItems, name)] {
			names = append(names, name)
		}
	}
	return names
}
