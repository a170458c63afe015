package recording

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Body is a body byte for byte. In a file, JSON in compact form stands indented,
// for people; any other text stands as it is. What is no UTF-8, which YAML cannot hold,
// stands as ISO-8859-1 reads it: it then has another form, and is no less readable to
// people and to the scan.
type Body string

// How JSON in compact form, and what is no UTF-8, stand in a file.
const (
	indented = "json"
	latin1   = "latin1"
)

// MarshalYAML implements [yaml.Marshaler].
func (b Body) MarshalYAML() (any, error) {
	if !utf8.ValidString(string(b)) {
		return map[string]string{latin1: fromLatin1(string(b))}, nil
	}
	if wide, ok := b.wide(); ok {
		return map[string]string{indented: wide}, nil
	}
	return string(b), nil
}

// wide is compact JSON, indented; ok is false for anything else.
func (b Body) wide() (text string, ok bool) {
	var compact, wide bytes.Buffer
	if json.Compact(&compact, []byte(b)) != nil || compact.String() != string(b) {
		return "", false
	}
	err := json.Indent(&wide, []byte(b), "", "  ")
	return wide.String(), err == nil
}

// UnmarshalYAML implements [yaml.Unmarshaler].
func (b *Body) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		return node.Decode((*string)(b))
	}
	var wide map[string]string
	if err := node.Decode(&wide); err != nil {
		return err
	}
	var compact bytes.Buffer
	text, ok := toLatin1(wide[latin1])
	switch {
	case len(wide) == 1 && json.Compact(&compact, []byte(wide[indented])) == nil:
		*b = Body(compact.String())
	case len(wide) == 1 && ok && text != "":
		*b = Body(text)
	default:
		return fmt.Errorf("line %d: it is a text, JSON below %q, or a text of characters up to U+00FF below %q",
			node.Line, indented, latin1)
	}
	return nil
}

// fromLatin1 has for each byte the character of its number.
func fromLatin1(s string) string {
	text := make([]rune, 0, len(s))
	for i := range len(s) {
		text = append(text, rune(s[i]))
	}
	return string(text)
}

// toLatin1 undoes fromLatin1; ok is false for what that does not make.
func toLatin1(s string) (_ string, ok bool) {
	text := make([]byte, 0, len(s))
	for _, c := range s {
		if c > 0xff {
			return "", false
		}
		text = append(text, byte(c))
	}
	return string(text), true
}

// Header are the headers that are kept, by name. In a file a value that is no UTF-8 stands as in a [Body].
type Header map[string]string

// MarshalYAML implements [yaml.Marshaler].
func (h Header) MarshalYAML() (any, error) {
	all := map[string]any{}
	for name, value := range h {
		all[name] = value
		if !utf8.ValidString(value) {
			all[name] = map[string]string{latin1: fromLatin1(value)}
		}
	}
	return all, nil
}

// UnmarshalYAML implements [yaml.Unmarshaler].
func (h *Header) UnmarshalYAML(node *yaml.Node) error {
	var all map[string]Body
	if err := node.Decode(&all); err != nil {
		return err
	}
	*h = Header{}
	for name, value := range all {
		(*h)[name] = string(value)
	}
	return nil
}

// Query are the parameters of a URL, by name. In a file they stand escaped, as one text, where
// one of them is no UTF-8.
type Query map[string][]string

// MarshalYAML implements [yaml.Marshaler].
func (q Query) MarshalYAML() (any, error) {
	for name, values := range q {
		if slices.ContainsFunc(append(slices.Clone(values), name), func(s string) bool { return !utf8.ValidString(s) }) {
			return url.Values(q).Encode(), nil
		}
	}
	return map[string][]string(q), nil
}

// UnmarshalYAML implements [yaml.Unmarshaler].
func (q *Query) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return node.Decode((*map[string][]string)(q))
	}
	all, err := url.ParseQuery(node.Value)
	if err != nil {
		return fmt.Errorf("line %d: a query is a list of values for each name, or is escaped", node.Line) // err has the text
	}
	*q = Query(all)
	return nil
}
