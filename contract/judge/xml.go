package judge

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// checkXML says which texts of an XML example the decoded value does not hold. The value has
// Go's names, and no document says which element is which of them: the texts are compared,
// each as often as it stands there.
func checkXML(text json.RawMessage, value any) []example.Fault {
	var body string
	if err := json.Unmarshal(text, &body); err != nil {
		return []example.Fault{{Want: "an example that is XML", Got: err.Error()}}
	}
	back, err := json.Marshal(value)
	if err != nil {
		return []example.Fault{{Want: "a value that can be written", Got: err.Error()}}
	}
	held := leaves(back)
	var all []example.Fault
	dec := xml.NewDecoder(strings.NewReader(body))
	var path []string
	want := func(text string, path ...string) {
		if text = strings.TrimSpace(text); text == "" {
			return
		}
		if i := slices.Index(held, text); i >= 0 {
			held = slices.Delete(held, i, i+1)
			return
		}
		all = append(all, example.Fault{
			Pointer: document.Pointer("", path...), Want: fmt.Sprintf("%q", text),
			Got: "nothing in the typed value, only in Body; an action of the overlay may tell the generator " +
				"the element of each member: x-oapi-codegen-extra-tags: {xml: name}",
		})
	}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			return append(all, example.Fault{Want: "an example that is XML", Got: err.Error()})
		}
		switch t := token.(type) {
		case xml.StartElement:
			path = append(path, t.Name.Local)
			for _, a := range t.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					want(a.Value, append(slices.Clone(path), "@"+a.Name.Local)...)
				}
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			want(string(t), path...)
		}
	}
}

// leaves are the texts, numbers and booleans of a JSON value, without the whitespace around
// them.
func leaves(text json.RawMessage) []string {
	var value any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&value); err != nil {
		return nil
	}
	var all []string
	var visit func(any)
	visit = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			for _, member := range v {
				visit(member)
			}
		case []any:
			for _, item := range v {
				visit(item)
			}
		case nil:
		default:
			all = append(all, strings.TrimSpace(fmt.Sprint(v)))
		}
	}
	visit(value)
	return all
}
