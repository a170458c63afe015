package judge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// Typed returns the one field, JSON200 or JSONDefault, that holds the decoded
// answer, or an error if none or several do.
func (a Result) Typed() (string, any, error) {
	set := a.decoded()
	switch len(set) {
	case 0:
		return "", nil, fmt.Errorf("no field of %s holds the answer", a.value.Type().Name())
	case 1:
		return set[0], a.value.FieldByName(set[0]).Interface(), nil
	}
	return "", nil, fmt.Errorf("%s are set", strings.Join(set, " and "))
}

// decoded are the names of the fields that hold a decoded body. Each is a pointer, as the one
// of the HTTP answer and those of its headers are.
func (a Result) decoded() []string {
	var set []string
	for i := range a.value.NumField() {
		f := a.value.Type().Field(i)
		other := f.Name == "HTTPResponse" || strings.HasPrefix(f.Name, "Headers")
		if f.Type.Kind() == reflect.Pointer && !other && !a.value.Field(i).IsNil() {
			set = append(set, f.Name)
		}
	}
	return set
}

// The media types that the generator decodes besides JSON.
var (
	xmlTypes  = []string{"application/xml", "text/xml", "application/problems+xml"}
	yamlTypes = []string{"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"}
)

// Field is the name of the field in which the answer to e must arrive: what the generator
// calls its media type, and its status. It is "" where the generator makes no such field, of
// a media type that it does not decode or without a schema: the answer is in Body alone.
func Field(e example.Entry) string {
	var kind string
	switch mediaType := e.MediaType(); {
	case e.Schema() == "":
		return ""
	case mediaType == "application/json":
		kind = "JSON"
	case mediaType == "application/hal+json":
		kind = "HALJSON"
	case example.IsJSON(mediaType):
		kind = mediaType // in letters and digits, see isField
	case slices.Contains(xmlTypes, mediaType):
		kind = "XML"
	case slices.Contains(yamlTypes, mediaType):
		kind = "YAML"
	default:
		return ""
	}
	switch {
	case e.Range != 0:
		return fmt.Sprintf("%s%dXX", kind, e.Range)
	case e.Status == 0:
		return kind + "Default"
	}
	return fmt.Sprintf("%s%d", kind, e.Status)
}

// isField says whether a field is the one that is wanted. The generator makes a Go name of a
// media type, with letters and digits alone and in a case of its choice:
// ApplicationProblemJSON400 for application/problem+json.
func isField(name, want string) bool { return document.PlainName(name) == document.PlainName(want) }

// CheckAnswer says what is wrong with how the client read the entry: it must
// stand in the field of its status and media type and hold all that the example says. Where
// the generator makes no such field, all bytes must stand in Body.
func CheckAnswer(doc *example.Document, e example.Entry, a Result) []example.Fault {
	want := Field(e)
	if want == "" {
		if set := a.decoded(); len(set) > 0 {
			return []example.Fault{{Want: "the answer in Body alone", Got: strings.Join(set, ", ")}}
		}
		return checkBody(e, a)
	}
	field, value, err := a.Typed()
	if err != nil {
		return []example.Fault{{Want: want, Got: err.Error()}}
	}
	switch {
	case !isField(field, want):
		return []example.Fault{{Want: want, Got: field}}
	case example.IsJSON(e.MediaType()):
		return CheckValue(doc, e, value)
	case slices.Contains(xmlTypes, e.MediaType()):
		return append(checkBody(e, a), checkXML(e.Value, value)...)
	}
	return checkBody(e, a)
}

// checkBody says where the bytes that the client hands on are not those of the entry.
func checkBody(e example.Entry, a Result) []example.Fault {
	want, err := Written(e.MediaType(), e.Value)
	if err != nil {
		return []example.Fault{{Want: "an example that can be sent", Got: err.Error()}}
	}
	if got := a.Body(); !bytes.Equal(got, want) {
		return []example.Fault{{Want: fmt.Sprintf("in Body, byte for byte: %q", want), Got: fmt.Sprintf("%q", got)}}
	}
	return nil
}

// Branch decodes a union to the branch of that Go name.
func Branch(union any, goName string) (any, error) {
	as := reflect.ValueOf(union).MethodByName("As" + goName)
	if !as.IsValid() {
		return nil, fmt.Errorf("%T has no method As%s", union, goName)
	}
	out := as.Call(nil)
	if err, failed := out[1].Interface().(error); failed {
		return nil, err
	}
	return out[0].Interface(), nil
}

// CheckValue says what a decoded value lost or added of the entry. A union is
// judged by the branch that the request chose.
func CheckValue(doc *example.Document, e example.Entry, value any) []example.Fault {
	if e.Branch() != "" {
		concrete, err := Branch(value, doc.GoName(e.Branch()))
		if err != nil {
			return []example.Fault{{Want: "the branch " + e.Branch(), Got: err.Error()}}
		}
		value = concrete
	}
	back, err := json.Marshal(value)
	if err != nil {
		return []example.Fault{{Want: "a value that can be written", Got: err.Error()}}
	}
	all := example.Compare(e.Value, back)
	for i, f := range all {
		if f.Got == "nothing" && !doc.Documents(e, f.Pointer) {
			all[i].Got = "nothing: the schema at " + e.Schema() +
				" names no such member, and the generator makes none; " +
				"an action of the overlay may name it, or say additionalProperties: true"
		}
	}
	return append(all, lostInVariants(reflect.ValueOf(value), "")...)
}
