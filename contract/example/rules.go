package example

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// newRules are what judges values by the schemas of the document at root: JSON Schema
// 2020-12 from OpenAPI 3.1 on, and what kin-openapi makes of OpenAPI 3.0 before. loaded is
// the document as kin-openapi read it.
func newRules(root *yaml.Node, loaded *openapi3.T) rules {
	if jsonSchemaSince.MatchString(document.Text(root, "openapi")) {
		return newJSONSchema(root)
	}
	return openAPI30(pointed(root, loaded))
}

// jsonSchemaSince are the versions of OpenAPI that have the schemas of JSON Schema 2020-12.
var jsonSchemaSince = regexp.MustCompile(`^3\.[1-9]`)

// rules judge values by the schemas of a document.
type rules interface {
	// faults are those of the value by the schema at the pointer; the document has a schema
	// there.
	faults(pointer string, value any) []Fault
}

// openAPI30 are the schemas of an OpenAPI 3.0 document by pointer.
type openAPI30 map[string]*openapi3.Schema

// pointed are the schemas of a loaded document by pointer.
func pointed(root *yaml.Node, loaded *openapi3.T) map[string]*openapi3.Schema {
	all := map[string]*openapi3.Schema{}
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, pointer string) {
		if kind != document.Schema || document.Get(n, "$ref") != nil {
			return
		}
		if s := schemaAt(loaded, pointer); s != nil {
			all[pointer] = s
		}
	})
	return all
}

func (o openAPI30) faults(pointer string, value any) []Fault {
	err := o[pointer].VisitJSON(value, openapi3.MultiErrors(), ecma262)
	if err == nil {
		return nil
	}
	return faults(err)
}

// ecma262 lets kin-openapi read patterns as those of ECMA 262.
var ecma262 = openapi3.SetSchemaRegexCompiler(func(text string) (openapi3.RegexMatcher, error) { return judged(text), nil })

// jsonSchema judges by JSON Schema 2020-12. Each schema that stands in no other one is a
// resource of its own, so that one that cannot be read spoils no other.
type jsonSchema struct {
	mutex    sync.Mutex // the compiler is not safe for concurrent use
	compiler *jsonschema.Compiler
	outer    map[string]string // the address of each resource, by its pointer
	foreign  map[string]string // the keyword of each member of the other side, by the address of its schema
}

// resourceBase is where the resources are said to be: nothing is ever read from there.
const resourceBase = "https://document.invalid/"

// newJSONSchema makes a resource of each schema.
func newJSONSchema(root *yaml.Node) *jsonSchema {
	j := &jsonSchema{compiler: jsonschema.NewCompiler(), outer: map[string]string{}, foreign: map[string]string{}}
	j.compiler.DefaultDraft(jsonschema.Draft2020)
	j.compiler.UseRegexpEngine(func(text string) (jsonschema.Regexp, error) { return judged(text), nil })
	nodes := map[string]*yaml.Node{}
	formats := map[string]bool{}
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, pointer string) {
		if kind != document.Schema {
			return
		}
		formats[document.Text(n, "format")] = true
		if j.resource(pointer) == "" {
			nodes[pointer], j.outer[pointer] = n, resourceBase+strconv.Itoa(len(nodes))
		}
		if keyword := document.Text(n, foreignMember); keyword != "" {
			j.foreign[j.address(pointer)] = keyword
		}
	})
	for name := range formats {
		j.compiler.RegisterFormat(&jsonschema.Format{Name: name, Validate: func(v any) error { return checkFormat(name, v) }})
	}
	j.compiler.AssertFormat()
	for pointer, n := range nodes {
		resource := document.Clone(n)
		j.refer(resource)
		value, err := decode(document.JSON(resource))
		if err == nil {
			err = j.compiler.AddResource(j.address(pointer), value)
		}
		if err != nil {
			panic(fmt.Sprintf("%s: %v", pointer, err)) // the tree has a JSON form, and no address comes twice
		}
	}
	return j
}

// resource is the pointer of the resource in which the schema at pointer stands; "" if it
// stands in none.
func (j *jsonSchema) resource(pointer string) string {
	for at := pointer; at != ""; at = at[:strings.LastIndexByte(at, '/')] {
		if j.outer[at] != "" {
			return at
		}
	}
	return ""
}

// address is where a resource, or a schema in one, is said to be.
func (j *jsonSchema) address(pointer string) string {
	resource := j.resource(pointer)
	if inner := strings.TrimPrefix(pointer, resource); inner != "" {
		return j.outer[resource] + "#" + (&url.URL{Fragment: inner}).EscapedFragment()
	}
	return j.outer[resource]
}

// refer lets the references in a schema lead to the resources.
func (j *jsonSchema) refer(schema *yaml.Node) {
	document.Walk(document.Schema, schema, "", func(kind document.Kind, n *yaml.Node, _ string) {
		ref := document.Get(n, "$ref")
		if kind != document.Schema || ref == nil {
			return
		}
		if target, inside := document.Target(ref.Value); inside && j.resource(target) != "" {
			ref.Value = j.address(target)
		}
	})
}

func (j *jsonSchema) faults(pointer string, value any) []Fault {
	j.mutex.Lock()
	schema, err := j.compiler.Compile(j.address(pointer))
	j.mutex.Unlock()
	if err != nil {
		return []Fault{{Want: "a schema of JSON Schema 2020-12 at " + pointer, Got: strings.ReplaceAll(err.Error(), "\n", " ")}}
	}
	var wrong *jsonschema.ValidationError
	if err := schema.Validate(value); !errors.As(err, &wrong) {
		return nil
	}
	all := j.told(wrong, value)
	slices.SortStableFunc(all, func(a, b Fault) int { // which come in the order of a map
		return strings.Compare(a.Pointer+"\x00"+a.Keyword+"\x00"+a.Want, b.Pointer+"\x00"+b.Keyword+"\x00"+b.Want)
	})
	return slices.Compact(all)
}

// told are the points of an error that say what is wrong: each of the innermost ones, and
// of several alternatives the one that was meant.
func (j *jsonSchema) told(err *jsonschema.ValidationError, value any) []Fault {
	one := func(keyword string, below ...string) Fault {
		at := append(slices.Clone(err.InstanceLocation), below...)
		return Fault{
			Pointer: document.Pointer("", at...), Keyword: keyword, Got: text(valueAt(value, at)),
			Want: fmt.Sprintf("what %q allows: %s", keyword, err.ErrorKind.LocalizedString(english)),
		}
	}
	each := func(keyword string, names []string) []Fault {
		var all []Fault
		for _, name := range names {
			all = append(all, one(keyword, name))
		}
		return all
	}
	var all []Fault
	switch k := err.ErrorKind.(type) {
	case *kind.AnyOf:
		return j.nearest(err, value, one("anyOf"))
	case *kind.OneOf:
		return j.nearest(err, value, one("oneOf"))
	case *kind.Not:
		not := one("not")
		if keyword := j.foreign[err.SchemaURL]; keyword != "" {
			return []Fault{foreignFault(not.Pointer, keyword, not.Got)}
		}
		return []Fault{not}
	case *kind.Contains:
		return []Fault{one("contains")}
	case *kind.Required:
		return each("required", k.Missing)
	case *kind.DependentRequired:
		return each("dependentRequired", k.Missing)
	case *kind.AdditionalProperties:
		return each("additionalProperties", k.Properties)
	case *kind.PropertyNames:
		return each("propertyNames", []string{k.Property})
	}
	for _, cause := range err.Causes {
		all = append(all, j.told(cause, value)...)
	}
	if len(all) > 0 {
		return all
	}
	keyword := "false"
	if path := err.ErrorKind.KeywordPath(); len(path) > 0 {
		keyword = path[len(path)-1]
	}
	return []Fault{one(keyword)}
}

var english = message.NewPrinter(language.English)

// nearest are the faults by the one alternative whose kind of value it is, if there is just
// one of which something within is wrong; else it is none, which says that no alternative
// fits, or too many do.
func (j *jsonSchema) nearest(err *jsonschema.ValidationError, value any, none Fault) []Fault {
	var near []Fault
	for _, part := range err.Causes {
		found := j.told(part, value)
		switch {
		case slices.ContainsFunc(found, func(f Fault) bool { return f.Pointer == none.Pointer }):
		case near != nil:
			return []Fault{none}
		default:
			near = found
		}
	}
	if near == nil {
		return []Fault{none}
	}
	return near
}

// valueAt is the value at the tokens within a decoded one; nil if there is none.
func valueAt(value any, tokens []string) any {
	for _, token := range tokens {
		switch v := value.(type) {
		case map[string]any:
			value = v[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// checkFormat holds a value to a format as kin-openapi knows it, which is what holds for a
// document of OpenAPI 3.0; a format that it does not know allows anything.
func checkFormat(name string, value any) error {
	switch v := value.(type) {
	case string:
		if f := openapi3.SchemaStringFormats[name]; f != nil {
			return f.Validate(v)
		}
	case json.Number:
		if f := openapi3.SchemaIntegerFormats[name]; f != nil {
			if n, err := v.Int64(); err == nil {
				return f.Validate(n)
			}
			return errors.New("is no integer of 64 bits")
		}
		if f := openapi3.SchemaNumberFormats[name]; f != nil {
			n, err := v.Float64()
			if err != nil {
				return err
			}
			return f.Validate(n)
		}
	}
	return nil
}
