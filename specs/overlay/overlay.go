// Package overlay reads a provider's overlay.yaml (OpenAPI Overlay 1.1.0) and
// applies it strictly: an action that finds no target, changes nothing, or
// describes what is not there, is an error that names it.
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
	// Line in which it begins.
	Line int
	// Words says that it sets prose, names in Go and the like: no example comes to
	// fit its schema, or to break it, by that.
	Words bool

	body lib.Action
	text string
}

// Removes says whether the action takes its targets away.
func (a Action) Removes() bool { return a.body.Remove }

// Text is the action as JSON, without where it stands: the same for two that do the
// same.
func (a Action) Text() string { return a.text }

// Effective reads openapi.yaml and overlay.yaml in dir and returns the document
// that results, with the overlay that made it.
func Effective(dir string) (*yaml.Node, *Overlay, error) {
	root, err := readPublished(filepath.Join(dir, "openapi.yaml"))
	if err != nil {
		return nil, nil, err
	}
	o, err := Read(filepath.Join(dir, "overlay.yaml"))
	if err != nil {
		return nil, nil, err
	}
	published := document.Clone(root)
	if err := o.Apply(root, 0, len(o.Actions)); err != nil {
		return nil, nil, err
	}
	if err := o.checkExamples(published, root); err != nil {
		return nil, nil, err
	}
	WriteOut(root)
	return root, o, nil
}

// readPublished reads what specs/import wrote, unless somebody edited it since.
func readPublished(file string) (*yaml.Node, error) {
	root, err := document.Read(file)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if sealed, unbroken := document.Sealed(data); sealed && !unbroken {
		return nil, &document.Error{File: file, Msg: "was edited by hand: put it back, or write it anew with make import; corrections belong into overlay.yaml"}
	}
	return root, nil
}

// Read parses the overlay in file and checks the form of its actions.
func Read(file string) (*Overlay, error) {
	if _, err := document.Read(file); err != nil {
		return nil, err // says without a machine's words what cannot be read
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(file, data)
}

// Parse is Read of data, which errors call file.
func Parse(file string, data []byte) (*Overlay, error) {
	tree, err := document.Parse(file, data)
	if err != nil {
		return nil, err
	}
	o := &Overlay{file: file}
	if err := yaml.Unmarshal(data, &o.head); err != nil {
		return nil, &document.Error{File: file, Msg: oneLine.Replace(err.Error())}
	}
	if o.head.Version != lib.Version110 {
		return nil, &document.Error{File: file, Msg: fmt.Sprintf("overlay: %q, want %q", o.head.Version, lib.Version110)}
	}
	if err := o.head.Validate(); err != nil {
		return nil, &document.Error{File: file, Msg: oneLine.Replace(err.Error())}
	}
	for i, node := range document.Items(document.Get(tree, "actions")) {
		a := Action{Line: node.Line, body: o.head.Actions[i], Target: document.Text(node, "target"), Source: document.Text(node, "x-source")}
		a.text = string(document.JSON(node))
		a.Differences = document.Differences(node)
		// The library's tree has comments and styles; ours has neither.
		if update := document.Get(node, "update"); update != nil {
			a.body.Update, a.Words = *update, onlyWords(update)
		}
		o.Actions = append(o.Actions, a)
		if a.body.Update.IsZero() && !a.body.Remove && a.body.Copy == "" {
			return nil, o.fail(i, "has neither update nor remove nor copy")
		}
		if err := o.checkReason(i, node); err != nil {
			return nil, err
		}
	}
	return o, nil
}

var oneLine = strings.NewReplacer(":\n  ", ": ", "\n  ", "; ", "\n", "; ")

// Differences lists what the overlay answers, sorted, each once.
func (o *Overlay) Differences() []string {
	var ids []string
	for _, a := range o.Actions {
		ids = append(ids, a.Differences...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Apply performs the actions from the index first up to, not including, the
// index end on root.
func (o *Overlay) Apply(root *yaml.Node, first, end int) error {
	for i := first; i < end; i++ {
		if err := o.applyOne(root, i); err != nil {
			return err
		}
	}
	return nil
}

// Step is what one action came to.
type Step struct {
	// Gone: the action finds no target. Needless: it changes nothing.
	Gone, Needless bool
	// Targets are how many places it found.
	Targets int
	// Adds are the members that its update brought to a target that lacked them, as
	// pointers from the target, sorted; one for each such target.
	Adds []string
	// Describes are the properties and the examples that it describes or corrects and
	// that the target does not have.
	Describes []string
	// Hides are what it took away or wrote over: of this the result says nothing any
	// more.
	Hides []*yaml.Node
	// Err is why the action is refused; nil if it is not.
	Err error
}

// ApplyEach performs on root every action that can be performed, and says what
// each came to, in their order. Apply stops at the first that is refused. What an
// action describes and the document does not have is left out.
func (o *Overlay) ApplyEach(root *yaml.Node) []Step {
	steps := make([]Step, len(o.Actions))
	copied := map[*yaml.Node]bool{}
	for i := range o.Actions {
		steps[i] = o.step(root, i, copied)
	}
	return steps
}

// Author is the index of the last action by which the node n stands in root, the
// document that the overlay made; -1 if it was published.
func (o *Overlay) Author(root, n *yaml.Node) int {
	for i := len(o.Actions) - 1; i >= 0; i-- {
		action := o.Actions[i].body
		path, err := o.head.NewPath(o.Actions[i].Target, nil)
		if err != nil || action.Remove {
			continue
		}
		for _, target := range path.Query(root) {
			if action.Copy != "" && holds(target, nil, n) || action.Copy == "" && holds(target, &o.Actions[i].body.Update, n) {
				return i
			}
		}
	}
	return -1
}

// holds says whether n is target or stands in it, and in update, if there is one, at
// the same place.
func holds(target, update, n *yaml.Node) bool {
	if target == n {
		return true
	}
	for key, member := range document.Members(target) {
		inner := update
		if update != nil {
			if inner = document.Get(update, key); inner == nil {
				continue
			}
		}
		if holds(member, inner, n) {
			return true
		}
	}
	return false
}

func (o *Overlay) applyOne(root *yaml.Node, i int) error {
	return o.step(root, i, map[*yaml.Node]bool{}).Err
}

// step performs an action. What an earlier one copied is in copied: to take the
// original away hides nothing.
func (o *Overlay) step(root *yaml.Node, i int, copied map[*yaml.Node]bool) (s Step) {
	one := o.head
	one.Actions = []lib.Action{o.Actions[i].body}
	action := &one.Actions[0]
	made := map[*yaml.Node][]string{}
	var targets []*yaml.Node
	if path, err := one.NewPath(o.Actions[i].Target, nil); err == nil {
		targets = path.Query(root)
		s.Targets = len(targets)
		for _, target := range targets {
			switch {
			case action.Copy != "":
			case !action.Remove:
				s.weigh(target, &action.Update, "", lastName.FindString(o.Actions[i].Target), made)
				retype(target, &action.Update)
			case !copied[target]:
				s.Hides = append(s.Hides, document.Clone(target))
			}
		}
		slices.Sort(s.Adds)
	}
	if path, err := one.NewPath(action.Copy, nil); err == nil && action.Copy != "" {
		for _, source := range path.Query(root) {
			copied[source] = true
		}
	}
	if action.Remove && len(targets) == 1 && remove(root, targets[0], o.Actions[i].Target) {
		return s
	}
	warnings, err := one.ApplyToStrict(root)
	for parent, names := range made {
		for _, name := range names {
			document.Delete(parent, name)
		}
	}
	slices.Sort(s.Describes)
	s.Describes = slices.Compact(s.Describes)
	switch {
	case err != nil && strings.Contains(err.Error(), "did not match any"):
		s.Gone = true
		s.Err = o.fail(i, "finds nothing: the published document no longer has it; change or remove the action")
	case err != nil:
		why, _, _ := strings.Cut(err.Error(), "\n") // a drawing of the path may follow
		s.Err = o.fail(i, "cannot be applied: %s", why)
	case len(warnings) > 0:
		s.Needless = true
		s.Err = o.fail(i, "changes nothing: the document already says so; remove the action")
	case len(s.Describes) > 0:
		s.Err = o.fail(i, "describes %s, which the document does not have; change or remove it", strings.Join(s.Describes, ", "))
	}
	return s
}

// lastName is the end of a target that names its members' kind.
var lastName = regexp.MustCompile(`[a-z]+$`)

// weigh notes what update will do to target, a member called in: which members it
// adds, which values it writes over, and which properties or examples it describes or
// corrects without there being any.
func (s *Step) weigh(target, update *yaml.Node, at, in string, made map[*yaml.Node][]string) {
	own := in == "properties" || in == "examples" // the members have names of their own
	for key, value := range document.Members(update) {
		pointer := document.Pointer(at, key)
		switch member := document.Get(target, key); {
		case member == nil && own && !defines(in, value):
			s.Describes = append(s.Describes, pointer)
			made[target] = append(made[target], key)
		case isWording(key) && !own:
		case member == nil:
			s.Adds = append(s.Adds, pointer)
		case member.Kind == yaml.ScalarNode && !document.Equal(member, value):
			s.Hides = append(s.Hides, document.Clone(member))
		case own:
			s.weigh(member, value, pointer, "", made)
		default:
			s.weigh(member, value, pointer, key, made)
		}
	}
}

// defines says whether a property says by itself what its values are, or an example
// what its value is. What does not only describes or corrects what must be there.
func defines(in string, n *yaml.Node) bool {
	needs := []string{"type", "$ref", "allOf", "anyOf", "oneOf", "not", "const"}
	if in == "examples" {
		needs = []string{"value", "$ref"}
	}
	for _, key := range needs {
		if document.Get(n, key) != nil {
			return true
		}
	}
	return n.Kind != yaml.MappingNode || len(n.Content) == 0
}

// retype prepares target for an update that turns text into a number or the
// like: the library replaces a scalar's value, but keeps its type.
func retype(target, update *yaml.Node) {
	if target.Kind == yaml.ScalarNode && update.Kind == yaml.ScalarNode && target.Tag != update.Tag {
		*target = yaml.Node{Kind: yaml.ScalarNode, Tag: update.Tag}
	}
	for key, value := range document.Members(update) {
		if member := document.Get(target, key); member != nil {
			retype(member, value)
		}
	}
}

func (o *Overlay) fail(i int, format string, args ...any) error {
	a := o.Actions[i]
	return &document.Error{File: o.file, Line: a.Line, Msg: fmt.Sprintf("action %d (%s) %s", i+1, a.Target, fmt.Sprintf(format, args...))}
}

var differenceID = regexp.MustCompile(`^[A-Z]{2}-D[1-9]\d*$`)

// isWording says whether a member needs no reason: prose, names in Go, and hints to
// the generator that do not change what goes over the wire.
func isWording(member string) bool {
	return document.Kind("").IsProse(member) || slices.Contains(names, member)
}

var names = []string{
	"operationId", "title", "x-go-name", "x-go-type-name", "x-enum-varnames", "x-oapi-codegen-server-name",
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
	if !a.Words {
		return o.fail(i, "changes a fact without a reason: cite x-difference or x-source")
	}
	return nil
}

// onlyWords says whether an update does nothing but set wording. What has
// members is no wording itself: it is a property that happens to be called title.
func onlyWords(update *yaml.Node) bool {
	if update.Kind != yaml.MappingNode {
		return false
	}
	for key, value := range document.Members(update) {
		if isWording(key) && value.Kind != yaml.MappingNode {
			continue
		}
		if !onlyWords(value) {
			return false
		}
	}
	return true
}

// checkExamples sees to it that no published example was edited or taken away,
// and that each added one says which known publication it comes from.
func (o *Overlay) checkExamples(published, effective *yaml.Node) error {
	known := map[string]bool{}
	for _, s := range document.Items(document.Get(effective, "x-sources")) {
		known[document.Text(s, "name")] = true
	}
	for i, a := range o.Actions {
		if a.Source != "" && !known[a.Source] {
			return o.fail(i, "names the source %q, which is not in x-sources", a.Source)
		}
	}
	fault := exampleFault(published, effective, known)
	if fault == "" {
		return nil
	}
	// The action to blame is the one since which the fault has been there.
	step, before, blame := document.Clone(published), "", 0
	for i := range o.Actions {
		if err := o.applyOne(step, i); err != nil {
			return err
		}
		now := exampleFault(published, step, known)
		if now == fault && before != fault {
			blame = i
		}
		before = now
	}
	return o.fail(blame, "%s", fault)
}

// exampleFault says what is wrong with the examples of effective, or "". An
// example may stand elsewhere than published (a parameter before it was
// removed), under its name and with its value; those of a parameter or a header
// may go with it.
func exampleFault(published, effective *yaml.Node, known map[string]bool) string {
	key := func(pointer string, example *yaml.Node) string {
		return pointer[strings.LastIndex(pointer, "/"):] + " " + string(document.JSON(document.Get(example, "value")))
	}
	missing := map[string]int{}
	eachExample(published, func(pointer string, example *yaml.Node) {
		missing[key(pointer, example)]++
	})
	var fault string
	eachExample(effective, func(pointer string, example *yaml.Node) {
		k := key(pointer, example)
		_, kept := missing[k]
		missing[k]--
		source := document.Text(example, "x-source")
		switch {
		case fault != "":
		case !kept && document.At(published, pointer) != nil:
			fault = fmt.Sprintf("edits the published example at %s; widen the schema instead", pointer)
		case !kept && source == "":
			fault = fmt.Sprintf("adds the example at %s without x-source", pointer)
		case source != "" && !known[source]:
			fault = fmt.Sprintf("gives the example at %s the source %q, which is not in x-sources", pointer, source)
		}
	})
	eachExample(published, func(pointer string, example *yaml.Node) {
		if fault == "" && missing[key(pointer, example)] > 0 && !ofHeader.MatchString(pointer) {
			fault = fmt.Sprintf("takes away the published example at %s", pointer)
		}
	})
	return fault
}

var ofHeader = regexp.MustCompile(`/(headers|parameters)/`)

// eachExample visits every Example Object that has a value, in the order written.
func eachExample(root *yaml.Node, visit func(pointer string, example *yaml.Node)) {
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, pointer string) {
		if kind == document.Example && document.Get(n, "value") != nil {
			visit(pointer, n)
		}
	})
}
