package gonames

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// generator is used by one caller at a time: it keeps its settings in variables.
var generator sync.Mutex

// generate returns the client that is made of the document.
func generate(root *yaml.Node, settings []byte) (string, error) {
	var options struct {
		codegen.Configuration `yaml:",inline"`
		Output                string
	}
	if err := yaml.Unmarshal(settings, &options); err != nil {
		return "", fmt.Errorf("cfg.yaml: %w", err)
	}
	options.Configuration = options.UpdateDefaults()
	options.OutputOptions.SkipFmt = true
	if options.OutputOptions.ResponseTypeSuffix == "" {
		options.OutputOptions.ResponseTypeSuffix = "Response" // otherwise that of the last run
	}
	if err := options.Validate(); err != nil {
		return "", fmt.Errorf("cfg.yaml: %w", err)
	}
	spec, err := openapi3.NewLoader().LoadFromData(document.JSON(root))
	if err != nil {
		return "", err
	}
	return codegen.Generate(spec, options.Configuration)
}

// marked is a copy of the document without words and examples, in which each schema and
// each parameter is described by a mark with its pointer. The generator writes that above
// what it makes of them.
func marked(root *yaml.Node) *yaml.Node {
	marked := document.Clone(root)
	document.Walk(document.Document, marked, "", func(kind document.Kind, n *yaml.Node, pointer string) {
		if n.Kind != yaml.MappingNode || document.Get(n, "$ref") != nil {
			return
		}
		document.DeleteFunc(n, func(name string) bool {
			// A response must have a description.
			return kind.IsExample(name) || kind.IsProse(name) && kind != document.Response
		})
		if kind == document.Schema || kind == document.Parameter {
			document.Set(n, "description", document.String(markOf(pointer)))
		}
	})
	return marked
}

const markSign = "@"

func markOf(pointer string) string { return markSign + url.PathEscape(pointer) }

var mark = regexp.MustCompile(markSign + `(%2F\S*)`)

// pointerIn is the pointer that a comment is marked with, or "".
func pointerIn(comment string) string {
	found := mark.FindStringSubmatch(comment)
	if found == nil {
		return ""
	}
	pointer, err := url.PathUnescape(found[1])
	if err != nil {
		return ""
	}
	return pointer
}

// duplicateType is how the generator refuses two types of one name.
var duplicateType = regexp.MustCompile(`duplicate typename '([^']*)'`)

// inspect generates a client and says which names of the document clash in it. Those that
// follow from others are not among them, which is why it has to be asked again after a cure.
func (s *search) inspect(root *yaml.Node) ([]fault, error) {
	generator.Lock()
	defer generator.Unlock()
	names := newNaming(root)
	if unnamed := names.components(); len(unnamed) > 0 {
		return unnamed, nil
	}
	text, err := generate(marked(root), s.settings)
	if err != nil {
		if found := duplicateType.FindStringSubmatch(err.Error()); found != nil {
			return names.sameType(found[1]), nil
		}
		return nil, fmt.Errorf("the generator makes nothing of the document: %s",
			strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return names.read(text, s.incurable)
}
