package example

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-openapi/jsonpointer"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// schemaIndex finds the schemas of a document by JSON pointer.
type schemaIndex struct {
	byPointer map[string]*openapi3.Schema
	rules     map[side]rules
}

// indexSchemas hands the document to kin-openapi, and notes where each schema stands.
func indexSchemas(root *yaml.Node) (*schemaIndex, error) {
	bare := withoutExamples(root)
	whole := refsAsAllOf(bare)
	loaded, err := load(whole)
	if err != nil {
		return nil, err
	}
	x := &schemaIndex{byPointer: pointed(whole, loaded), rules: map[side]rules{}}
	if !hasSides(bare) {
		all := newRules(whole, loaded)
		for _, from := range []side{either, sent, answered} {
			x.rules[from] = all
		}
		return x, nil
	}
	for _, from := range []side{either, sent, answered} {
		own := refsAsAllOf(oneSided(bare, from))
		if loaded, err = load(own); err != nil {
			return nil, err
		}
		x.rules[from] = newRules(own, loaded)
	}
	return x, nil
}

// schemaAt is the schema at the pointer into a loaded document; nil if there is none.
func schemaAt(loaded *openapi3.T, pointer string) *openapi3.Schema {
	at, err := jsonpointer.New(inWebhooks(pointer))
	if err != nil {
		return nil
	}
	found, _, err := at.Get(loaded)
	if err != nil {
		return nil
	}
	s, _ := found.(*openapi3.Schema)
	return s
}

// withoutExamples is what kin-openapi has to see: it would take every example apart,
// twice, which is half of its work.
func withoutExamples(root *yaml.Node) *yaml.Node {
	out := document.Clone(root)
	document.Walk(document.Document, out, "", func(kind document.Kind, n *yaml.Node, _ string) {
		document.DeleteFunc(n, kind.IsExample)
	})
	return out
}

// Fault is one point at which a value is not what it should be.
type Fault struct {
	// Pointer into the value; "" is the value as a whole.
	Pointer string `json:"pointer"`
	// Want and Got in words. They may hold the value itself, which for a
	// published example is public.
	Want string `json:"want"`
	Got  string `json:"got"`
	// Keyword of the schema that refuses the value, such as "enum", or Twice; ""
	// elsewhere.
	Keyword string `json:"keyword,omitempty"`
}

func (f Fault) String() string {
	return fmt.Sprintf("at %q: want %s, got %s", f.Pointer, f.Want, f.Got)
}

// validate checks value against the schema at pointer, looked at from a side.
func (x *schemaIndex) validate(from side, pointer string, value json.RawMessage) []Fault {
	if x.byPointer[pointer] == nil {
		return []Fault{{Want: "a schema at " + pointer, Got: "none"}}
	}
	v, err := decode(value)
	if err != nil {
		return []Fault{{Want: "JSON", Got: err.Error()}}
	}
	return x.rules[from].faults(pointer, v)
}

func faults(err error) []Fault {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		var all []Fault
		for _, e := range many {
			all = append(all, faults(e)...)
		}
		return all
	}
	var one *openapi3.SchemaError
	if errors.As(err, &one) {
		if nearer := meant(one); nearer != nil {
			return nearer
		}
		got, _ := json.Marshal(one.Value) // it was decoded from JSON
		if keyword, foreign := one.Schema.Extensions[foreignMember].(string); foreign && one.SchemaField == "not" {
			return []Fault{foreignFault(document.Pointer("", one.JSONPointer()...), keyword, string(got))}
		}
		return []Fault{{
			Pointer: document.Pointer("", one.JSONPointer()...),
			Want:    fmt.Sprintf("what %q allows: %s", one.SchemaField, one.Reason),
			Got:     string(got),
			Keyword: one.SchemaField,
		}}
	}
	return []Fault{{Want: "to conform to the schema", Got: err.Error()}}
}

// foreignFault is that of a member that belongs to the other side.
func foreignFault(pointer, keyword, got string) Fault {
	other := map[string]string{"readOnly": "in a request", "writeOnly": "in an answer"}[keyword]
	return Fault{Pointer: pointer, Want: "no such member " + other + ", as it is " + keyword, Got: got, Keyword: keyword}
}

// meant are the faults by the one alternative whose kind of value it is, if no
// alternative fits and there is just one of which something within is wrong: an object
// where an object or a text can be. Else it is nil.
func meant(err *openapi3.SchemaError) []Fault {
	if err.SchemaField != "anyOf" && err.SchemaField != "oneOf" {
		return nil
	}
	var near []Fault
	for _, part := range slices.Concat(err.Schema.AnyOf, err.Schema.OneOf) {
		wrong := part.Value.VisitJSON(err.Value, openapi3.MultiErrors(), ecma262)
		if wrong == nil {
			return nil // more than one fits
		}
		found := faults(wrong)
		switch {
		case slices.ContainsFunc(found, func(f Fault) bool { return f.Pointer == "" }):
		case near != nil:
			return nil
		default:
			near = found
		}
	}
	at := document.Pointer("", err.JSONPointer()...)
	for i := range near {
		near[i].Pointer = at + near[i].Pointer
	}
	return near
}

// CheckSchema checks an entry against the schema it stands under and, where the
// request chose one of several, against that one alone too. What has no schema, such
// as a redirect, has nothing to find, and neither has what no schema judges.
func (d *Document) CheckSchema(e Entry) []Fault {
	if e.schema == "" || d.IsWritten(e) {
		return nil
	}
	found := d.schemas.validate(sideOf(e.Direction), e.schema, e.Value)
	if e.branch != "" {
		found = append(found, d.schemas.validate(sideOf(e.Direction), e.branch, e.Value)...)
	}
	return found
}

// IsWritten says whether an example is the text of a body as it travels, in XML, YAML or as a
// form, where its schema is of the value that is written so: no schema judges the text.
func (d *Document) IsWritten(e Entry) bool {
	if e.schema == "" || !bytes.HasPrefix(e.Value, []byte{'"'}) || !writesValues.MatchString(e.mediaType) {
		return false
	}
	return slices.ContainsFunc(d.schemas.validate(sideOf(e.Direction), e.schema, e.Value), func(f Fault) bool {
		return f.Pointer == "" && f.Keyword == "type"
	})
}

// writesValues are the media types that write objects and lists, besides JSON.
var writesValues = regexp.MustCompile(`(?i)^[^;]*([/+](xml|yaml|x-yaml)|/x-www-form-urlencoded) *(;|$)`)

// CheckOther checks the example of a parameter, a header or a schema.
func (d *Document) CheckOther(m OtherExample) []Fault {
	return d.schemas.validate(either, m.schema, m.Value)
}

// Conforms checks any value against the schema at the JSON pointer, be it one that is sent
// or one that is answered.
func (d *Document) Conforms(schema string, value json.RawMessage) []Fault {
	return d.schemas.validate(either, schema, value)
}

// ConformsAs checks any value against the schema of the entry: the one that its
// request chose, if there are several.
func (d *Document) ConformsAs(e Entry, value json.RawMessage) []Fault {
	if e.branch != "" {
		return d.schemas.validate(sideOf(e.Direction), e.branch, value)
	}
	e.Value = value
	return d.CheckSchema(e)
}

// Documents says whether the schema of the entry names the member at the JSON
// pointer. A schema that names no members at all has room for any.
func (d *Document) Documents(e Entry, pointer string) bool {
	schema, ok := d.schemas.byPointer[cmp.Or(e.branch, e.schema)]
	return !ok || documents(schema, document.Tokens(pointer))
}

func documents(s *openapi3.Schema, tokens []string) bool {
	if len(tokens) == 0 {
		return true
	}
	parts := alternatives(s)
	switch p := member(s, tokens[0]); {
	case p != nil:
		return documents(p.Value, tokens[1:])
	case s.Items != nil:
		return documents(s.Items.Value, tokens[1:])
	case s.AdditionalProperties.Schema != nil:
		return documents(s.AdditionalProperties.Schema.Value, tokens[1:])
	case s.AdditionalProperties.Has != nil && *s.AdditionalProperties.Has:
		return true
	case len(parts) > 0:
		return slices.ContainsFunc(parts, func(part *openapi3.SchemaRef) bool { return documents(part.Value, tokens) })
	}
	return len(s.Properties) == 0 && len(s.PatternProperties) == 0
}

// member is the schema that s has for the member of an object, or the item of an array, of
// that name or index alone; nil if it has none.
func member(s *openapi3.Schema, name string) *openapi3.SchemaRef {
	if p := s.Properties[name]; p != nil {
		return p
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(s.PrefixItems) {
		return s.PrefixItems[i]
	}
	for _, pattern := range slices.Sorted(maps.Keys(s.PatternProperties)) {
		if p, err := compile(pattern); err == nil && p.MatchString(name) {
			return s.PatternProperties[pattern]
		}
	}
	return nil
}

// alternatives are the schemas beside which s stands: a value is by one of them, or by all.
func alternatives(s *openapi3.Schema) openapi3.SchemaRefs {
	all := slices.Concat(s.AllOf, s.AnyOf, s.OneOf)
	for _, part := range []*openapi3.SchemaRef{s.If, s.Then, s.Else} {
		if part != nil {
			all = append(all, part)
		}
	}
	return all
}

// Enum has the texts that the schema of the entry allows at the JSON pointer into its
// value, sorted; none if it does not restrict them.
func (d *Document) Enum(e Entry, pointer string) []string {
	schema, ok := d.schemas.byPointer[cmp.Or(e.branch, e.schema)]
	if !ok {
		return nil
	}
	values := enum(schema, document.Tokens(pointer))
	slices.Sort(values)
	return slices.Compact(values)
}

func enum(s *openapi3.Schema, tokens []string) []string {
	var all []string
	for _, part := range alternatives(s) {
		all = append(all, enum(part.Value, tokens)...)
	}
	if len(tokens) == 0 {
		for _, v := range append(slices.Clone(s.Enum), s.Const) {
			if text, ok := v.(string); ok {
				all = append(all, text)
			}
		}
		return all
	}
	if p := member(s, tokens[0]); p != nil {
		return append(all, enum(p.Value, tokens[1:])...)
	}
	if s.Items != nil {
		return append(all, enum(s.Items.Value, tokens[1:])...)
	}
	return all
}

// CheckHeaders checks what came as headers of the answer e against those that the
// document declares for it: each must be there and conform to its schema.
func (d *Document) CheckHeaders(e Entry, h http.Header) []Fault {
	response, _, _ := strings.Cut(e.Pointer, "/content/")
	var all []Fault
	for pointer := range d.schemas.byPointer {
		tokens := document.Tokens(strings.TrimPrefix(pointer, response))
		if !strings.HasPrefix(pointer, response+"/headers/") || len(tokens) != 3 || tokens[2] != "schema" {
			continue
		}
		name := tokens[1]
		value := h.Get(name)
		if len(h.Values(name)) == 0 {
			all = append(all, Fault{Pointer: "(header " + http.CanonicalHeaderKey(name) + ")", Want: "the header", Got: "no such header"})
			continue
		}
		text, _ := json.Marshal(value) // a string
		if s := d.schemas.byPointer[pointer]; s.Type != nil && !s.Type.Is("string") && json.Valid([]byte(value)) {
			text = []byte(value)
		}
		for _, f := range d.schemas.validate(answered, pointer, text) {
			f.Pointer = "(header " + http.CanonicalHeaderKey(name) + ")"
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b Fault) int { return strings.Compare(a.Pointer, b.Pointer) })
	return all
}
