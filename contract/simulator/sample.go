package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/specs/document"
)

// sample is a documented example into which a caller's own values are put. It
// keeps the order of its members.
type sample struct {
	pointer string
	text    []byte // of a scalar, an empty object or an empty array
	names   [][]byte
	members []*sample // of an object, beside names; else of an array
	array   bool
}

// Values are what is put into an example, by JSON pointer; nil leaves the member
// out. A pointer that the example does not have is not looked at: of two examples
// for one cause, one has members that the other lacks.
type Values map[string]json.RawMessage

// Texts puts texts, by what their pointers have after prefix.
func (v Values) Texts(prefix string, texts map[string]string) {
	for pointer, text := range texts {
		v[prefix+pointer] = Quote(text)
	}
}

// parse reads an example.
func parse(value json.RawMessage) (*sample, error) {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	return parseNext(d, "")
}

func parseNext(d *json.Decoder, pointer string) (*sample, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	t := &sample{pointer: pointer}
	opening, nested := token.(json.Delim)
	if !nested {
		t.text, err = marshal(token)
		return t, err
	}
	t.array = opening == '['
	for d.More() {
		name := strconv.Itoa(len(t.members))
		if !t.array {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			name = key.(string)
			quoted, err := marshal(name)
			if err != nil {
				return nil, err
			}
			t.names = append(t.names, append(quoted, ':'))
		}
		member, err := parseNext(d, document.Pointer(pointer, name))
		if err != nil {
			return nil, err
		}
		t.members = append(t.members, member)
	}
	_, err = d.Token()
	return t, err
}

// marshal leaves <, > and & as they are, as the published examples do.
func marshal(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// appendTo appends the example with put in it to b, in compact form.
func (t *sample) appendTo(b []byte, put Values) []byte {
	if own, ok := put[t.pointer]; ok {
		return append(b, own...)
	}
	if t.text != nil {
		return append(b, t.text...)
	}
	opening, closing := byte('{'), byte('}')
	if t.array {
		opening, closing = '[', ']'
	}
	b = append(b, opening)
	for i, m := range t.members {
		if own, ok := put[m.pointer]; ok && own == nil {
			continue
		}
		if b[len(b)-1] != opening {
			b = append(b, ',')
		}
		if !t.array {
			b = append(b, t.names[i]...)
		}
		b = m.appendTo(b, put)
	}
	return append(b, closing)
}

// at is the text that stands at pointer, "" if nothing or no text does.
func (t *sample) at(pointer string) string {
	if t.pointer == pointer {
		var text string
		_ = json.Unmarshal(t.text, &text) // leaves "", as for null and numbers
		return text
	}
	for _, m := range t.members {
		if text := m.at(pointer); text != "" {
			return text
		}
	}
	return ""
}

// Quote is s as JSON. It leaves <, > and & as they are.
func Quote(s string) json.RawMessage {
	text, err := marshal(s)
	if err != nil {
		panic(fmt.Sprintf("a text has no JSON: %v", err)) // it always has
	}
	return text
}

// QuoteAll is list as a JSON array.
func QuoteAll(list []string) json.RawMessage {
	b := []byte{'['}
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, Quote(s)...)
	}
	return append(b, ']')
}

// Words are the documents in a provider's words, in their order.
func Words(words map[kyc.Document]string, docs []kyc.Document) []string {
	var all []string
	for _, doc := range docs {
		all = append(all, words[doc])
	}
	return all
}

// Integer is n as JSON.
func Integer(n int64) json.RawMessage { return strconv.AppendInt(nil, n, 10) }
