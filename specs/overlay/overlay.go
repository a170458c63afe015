// Package overlay reads a provider's overlay.yaml (OpenAPI Overlay 1.1.0) and
// applies it strictly: an action that finds no target, or changes nothing, is
// an error that names it.
//
// Beyond the Overlay specification it asks for reasons. An action that changes
// a fact says which numbered difference it answers (x-difference: CF-D1) or
// which publication states what it adds (x-source: QS). Only our own words and
// Go names need no reason.
package overlay

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	lib "github.com/speakeasy-api/openapi/overlay"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// Overlay is a parsed overlay.yaml.
type Overlay struct {
	// Actions in the order in which they are applied.
	Actions []Action

	file string
	head lib.Overlay
}

// Action is one step of an overlay, with the reasons it gives.
type Action struct {
	// Target is a JSONPath (RFC 9535).
	Target string
	// Differences are the numbered differences that it answers.
	Differences []string
	// Source names the publication that states what it adds; may be empty.
	Source string

	line int
	body lib.Action
}

// Effective reads openapi.yaml and overlay.yaml in dir and returns the document
// that results, with the overlay that made it.
func Effective(dir string) (*yaml.Node, *Overlay, error) {
	root, err := document.Read(filepath.Join(dir, "openapi.yaml"))
	if err != nil {
		return nil, nil, err
	}
	o, err := Read(filepath.Join(dir, "overlay.yaml"))
	if err != nil {
		return nil, nil, err
	}
	published := document.Clone(root)
	if err := o.Apply(root, len(o.Actions)); err != nil {
		return nil, nil, err
	}
	return root, o, o.checkExamples(published, root)
}

// Read parses the overlay in file and checks the form of its actions.
func Read(file string) (*Overlay, error) {
	tree, err := document.Read(file)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	o := &Overlay{file: file}
	if err := yaml.Unmarshal(data, &o.head); err != nil {
		return nil, &document.Error{File: file, Msg: err.Error()}
	}
	if o.head.Version != lib.Version110 {
		return nil, &document.Error{File: file, Msg: fmt.Sprintf("overlay: %q, want %q", o.head.Version, lib.Version110)}
	}
	if err := o.head.Validate(); err != nil {
		return nil, &document.Error{File: file, Msg: err.Error()}
	}
	for i, node := range document.Items(document.Get(tree, "actions")) {
		a := Action{line: node.Line, body: o.head.Actions[i], Target: document.Text(node, "target"), Source: document.Text(node, "x-source")}
		a.Differences = Differences(node)
		// The library's tree has comments and styles; ours has neither.
		if update := document.Get(node, "update"); update != nil {
			a.body.Update = *update
		}
		o.Actions = append(o.Actions, a)
		if err := o.checkReason(i, node); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// Differences are the numbered differences that an action or an example cites:
// x-difference holds one or a list.
func Differences(n *yaml.Node) []string {
	cited := document.Get(n, "x-difference")
	if cited == nil {
		return nil
	}
	if cited.Kind == yaml.ScalarNode {
		return []string{cited.Value}
	}
	var ids []string
	for _, id := range document.Items(cited) {
		ids = append(ids, id.Value)
	}
	return ids
}

// Differences lists what the overlay answers, sorted, each once.
func (o *Overlay) Differences() []string {
	var ids []string
	for _, a := range o.Actions {
		ids = append(ids, a.Differences...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Apply performs the first n actions on root.
func (o *Overlay) Apply(root *yaml.Node, n int) error {
	for i, a := range o.Actions[:n] {
		one := o.head
		one.Actions = []lib.Action{a.body}
		warnings, err := one.ApplyToStrict(root)
		switch {
		case err != nil && strings.Contains(err.Error(), "did not match any"):
			return o.fail(i, "finds nothing: the published document no longer has it; change or remove the action")
		case err != nil:
			return o.fail(i, "cannot be applied: %v", err)
		case len(warnings) > 0:
			return o.fail(i, "changes nothing: the document already says so; remove the action")
		}
	}
	return nil
}

func (o *Overlay) fail(i int, format string, args ...any) error {
	a := o.Actions[i]
	return &document.Error{File: o.file, Line: a.line, Msg: fmt.Sprintf("action %d (%s) %s", i+1, a.Target, fmt.Sprintf(format, args...))}
}

var differenceID = regexp.MustCompile(`^[A-Z]{2}-D[1-9]\d*$`)

// wording are the members that need no reason: prose, names in Go, and hints to
// the generator that do not change what goes over the wire.
var wording = map[string]bool{
	"description": true, "summary": true, "operationId": true, "title": true,
	"x-go-name": true, "x-go-type-name": true, "x-enum-varnames": true, "x-oapi-codegen-server-name": true,
}

func (o *Overlay) checkReason(i int, node *yaml.Node) error {
	a := o.Actions[i]
	for _, id := range a.Differences {
		if !differenceID.MatchString(id) {
			return o.fail(i, "cites %q, which is no difference (CF-D1)", id)
		}
	}
	if len(a.Differences) > 0 || a.Source != "" || document.Text(node, "x-same-wire") != "" || strings.HasSuffix(a.Target, "['x-sources']") {
		return nil
	}
	if update := document.Get(node, "update"); update == nil || !onlyWords(update) {
		return o.fail(i, "changes a fact without a reason: cite x-difference or x-source")
	}
	return nil
}

// onlyWords says whether an update does nothing but set wording.
func onlyWords(update *yaml.Node) bool {
	if update.Kind != yaml.MappingNode {
		return false
	}
	for key, value := range document.Members(update) {
		if !wording[key] && !onlyWords(value) {
			return false
		}
	}
	return true
}

// checkExamples sees to it that no published example was edited, and that each
// added one says which known publication it comes from.
func (o *Overlay) checkExamples(published, effective *yaml.Node) error {
	known := map[string]bool{}
	for _, s := range document.Items(document.Get(effective, "x-sources")) {
		known[document.Text(s, "name")] = true
	}
	for _, a := range o.Actions {
		if a.Source != "" && !known[a.Source] {
			return &document.Error{File: o.file, Line: a.line, Msg: fmt.Sprintf("action (%s) names the source %q, which is not in x-sources", a.Target, a.Source)}
		}
	}
	var fault error
	eachExample(effective, "", func(pointer string, example *yaml.Node) {
		if fault != nil {
			return
		}
		before := document.At(published, pointer)
		source := document.Text(example, "x-source")
		switch {
		case before != nil && !document.Equal(document.Get(before, "value"), document.Get(example, "value")):
			fault = &document.Error{File: o.file, Msg: fmt.Sprintf("edits the published example at %s; widen the schema instead", pointer)}
		case before == nil && source == "":
			fault = &document.Error{File: o.file, Msg: fmt.Sprintf("adds the example at %s without x-source", pointer)}
		case source != "" && !known[source]:
			fault = &document.Error{File: o.file, Msg: fmt.Sprintf("the example at %s names the source %q, which is not in x-sources", pointer, source)}
		}
	})
	return fault
}

// eachExample visits the entries of every examples or x-redirects map whose
// entries are Example Objects, in the order written. It does not look into values.
func eachExample(n *yaml.Node, pointer string, visit func(pointer string, example *yaml.Node)) {
	for i, item := range document.Items(n) {
		eachExample(item, document.Pointer(pointer, fmt.Sprint(i)), visit)
	}
	for key, child := range document.Members(n) {
		at := document.Pointer(pointer, key)
		switch key {
		case "examples", "x-redirects":
			for name, example := range document.Members(child) {
				if document.Get(example, "value") != nil {
					visit(document.Pointer(at, name), example)
				}
			}
		case "example", "value", "default", "enum", "properties":
			if key == "properties" {
				eachExample(child, at, visit)
			}
		default:
			eachExample(child, at, visit)
		}
	}
}
