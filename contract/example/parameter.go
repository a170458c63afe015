package example

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/digilocker/specs/document"
)

// Parameter is a declared parameter of an operation.
type Parameter struct {
	Name     string
	In       string // path, query, header, cookie
	Required bool
	// Style and Explode say how a list or an object is written; the defaults of OpenAPI
	// stand where the document says nothing.
	Style   string
	Explode bool
	// MediaType in which the value is written, instead of a style; "" for a style.
	MediaType string
	// Binary says whether its schema, or that of its items, has the format binary.
	Binary bool
	// Sample is a value as the document shows it; where it shows none, text that
	// says so, or a value of the type that its schema wants.
	Sample json.RawMessage
	// Documented says whether Sample is the document's.
	Documented bool
	// Pointer leads to a documented sample, and Faults are what the parameter's own schema
	// finds wrong with it.
	Pointer string
	Faults  []Fault

	text bool // its schema takes a text
}

// addParameters adds the parameters in a list. One that is there already by its name and
// place, from the path item, is replaced.
func (d *Document) addParameters(op *Operation, list place) error {
	for i, item := range document.Items(list.node) {
		p, err := d.resolve(item, document.Pointer(list.at, strconv.Itoa(i)))
		if err != nil {
			return err
		}
		param, err := d.parameter(p)
		if err != nil {
			return err
		}
		same := func(p Parameter) bool { return p.Name == param.Name && p.In == param.In }
		if i := slices.IndexFunc(op.Parameters, same); i >= 0 {
			op.Parameters[i] = param
			continue
		}
		op.Parameters = append(op.Parameters, param)
	}
	return nil
}

// parameter reads the declaration of one.
func (d *Document) parameter(p place) (Parameter, error) {
	param := Parameter{
		Name: document.Text(p.node, "name"), In: document.Text(p.node, "in"),
		Required: document.Text(p.node, "required") == "true", Style: document.Text(p.node, "style"),
	}
	if param.Style == "" {
		param.Style = map[string]string{"path": "simple", "header": "simple"}[param.In]
	}
	if param.Style == "" {
		param.Style = "form"
	}
	param.Explode = param.Style == "form" || param.Style == "deepObject"
	if explode := document.Text(p.node, "explode"); explode != "" {
		param.Explode = explode == "true"
	}
	holder := p // of schema and examples
	for mediaType, m := range document.Members(document.Get(p.node, "content")) {
		var err error
		if holder, err = d.resolve(m, document.Pointer(p.at, "content", mediaType)); err != nil {
			return param, err
		}
		param.MediaType = mediaType
	}
	schema, err := d.resolve(document.Get(holder.node, "schema"), document.Pointer(holder.at, "schema"))
	if err != nil {
		return param, err
	}
	loaded := d.schemas.byPointer[schema.at]
	param.text = loaded == nil || loaded.Type == nil || loaded.Type.Includes("string")
	param.Binary = loaded != nil && (loaded.Format == "binary" ||
		loaded.Items != nil && loaded.Items.Value != nil && loaded.Items.Value.Format == "binary")
	sample := d.sample(holder, schema)
	if sample.node == nil {
		param.Sample = standIn(&openapi3.SchemaRef{Value: loaded}, 3)
		return param, nil
	}
	param.Sample, param.Documented, param.Pointer = document.JSON(sample.node), true, sample.at
	if loaded != nil {
		param.Faults = d.schemas.validate(either, schema.at, param.Sample)
	}
	return param, nil
}

// sample is the first value that a parameter or its schema shows. holder is the parameter,
// or the media type in which it is written.
func (d *Document) sample(holder, schema place) place {
	within := func(p place, tokens ...string) (place, bool) {
		pointer := document.Pointer("", tokens...)
		node := document.At(p.node, pointer)
		return place{node, p.at + pointer}, node != nil
	}
	if x, found := within(holder, "example"); found {
		return x
	}
	for name, x := range document.Members(document.Get(holder.node, "examples")) {
		shown, err := d.resolve(x, document.Pointer(holder.at, "examples", name))
		if value, found := within(shown, "value"); err == nil && found {
			return value
		}
	}
	for _, tokens := range [][]string{{"example"}, {"examples", "0"}, {"enum", "0"}} {
		if x, found := within(schema, tokens...); found {
			return x
		}
	}
	return place{}
}

// standIn is a value for a parameter of which the document shows none: of the type that its
// schema wants, or text that says so. schema may be nil; deeper are the levels that may stand
// within it, as a schema may require itself.
func standIn(schema *openapi3.SchemaRef, deeper int) json.RawMessage {
	var value any = "no-example-published"
	var s openapi3.Schema
	if schema != nil && schema.Value != nil && deeper >= 0 {
		s = *schema.Value
	}
	switch {
	case len(s.Enum) > 0:
		value = s.Enum[0]
	case s.Type.Includes("string"):
	case s.Type.Includes("integer"), s.Type.Includes("number"):
		value = 1
		if s.Min != nil {
			value = *s.Min
		}
	case s.Type.Includes("boolean"):
		value = true
	case s.Type.Includes("array"):
		value = []json.RawMessage{standIn(s.Items, deeper-1)}
	case s.Type.Includes("object"):
		members := map[string]json.RawMessage{}
		for _, name := range s.Required {
			members[name] = standIn(s.Properties[name], deeper-1)
		}
		value = members
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // a value that was decoded from JSON, or made here
	}
	return text
}

// PathParameters are the names of the parameters in the path, in its order.
func (op Operation) PathParameters() []string {
	var names []string
	for _, m := range inBraces.FindAllStringSubmatch(op.Path, -1) {
		names = append(names, m[1])
	}
	return names
}

var inBraces = regexp.MustCompile(`\{([^{}]+)\}`)

// Samples are the values of the operation's parameters as documented: those that the
// document shows, for a required one without any a value that stands in for it, and own
// instead where it has one. An optional one whose documented value its own schema refuses is
// left out: a call with it is none that the document describes.
func (op Operation) Samples(own map[string]string) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for name, v := range own {
		all[name], _ = json.Marshal(v) // a string
	}
	for _, p := range op.Parameters {
		v, said := own[p.Name]
		switch {
		case said && !p.text && json.Valid([]byte(v)):
			all[p.Name] = json.RawMessage(v)
		case !said && (p.Required || p.Documented && len(p.Faults) == 0):
			all[p.Name] = p.Sample
		}
	}
	return all
}
