// Package example is the ledger's source: it enumerates every documented
// example of an effective OpenAPI document, with the place it stands in, the
// publication it comes from and the schema it must conform to.
//
// Nothing here is a list kept by hand: an example added to a document is an
// entry the next time it is read.
package example

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// Direction says who sends an example to whom.
type Direction string

// The directions. A webhook comes from the provider unasked, a redirect brings
// the user back through the browser.
const (
	Request  Direction = "request"
	Response Direction = "response"
	Webhook  Direction = "webhook"
	Redirect Direction = "redirect"
)

// Entry is one documented example.
type Entry struct {
	// ID is <provider>/<operationId>/<request|status|webhook|redirect>/<slug>.
	ID        string
	Provider  string
	Operation string
	Direction Direction
	// Status of a response; 0 for "default", for a range and for all that is no response.
	Status int
	// Range is the first digit of the statuses of a response that stands for all of them,
	// 4 for "4XX"; else 0.
	Range int
	// Example is the name as published; "" for a schema's own example.
	Example string
	// Pointer leads to the value in the effective document.
	Pointer string
	// Source is the publication, with its date where it has one.
	Source string
	// Differences are the numbered differences that concern it.
	Differences []string
	// Value as written; a redirect's is a JSON string, and so is a printed text that is no JSON, of
	// which Lacks says so.
	Value json.RawMessage
	// Parameters are those of the request that a response answers, where the
	// document says that they matter (x-parameters).
	Parameters map[string]string

	// Lacks is why the example has no value; "" if it has one.
	Lacks string
	// Nowhere is why its operation cannot be called, for one of Uncalled; else empty.
	Nowhere string

	mediaType string
	schema    string // pointer; "" for a redirect, and where the media type has none
	branch    string // pointer to the schema that Parameters choose, or ""
	at        string // pointer to the operation that shows it
}

// Document is an effective document, taken apart.
type Document struct {
	Provider   string
	Operations []Operation
	// Webhooks are the operations that the provider calls, without a path: those that stand
	// for themselves. Others are the Callbacks of an operation.
	Webhooks []Operation
	Entries  []Entry
	// Pathless are the operations that stand outside paths, among the components, where no path
	// refers to them: nobody says where they are called. Uncalled are their examples, entries of
	// the ledger that get the schema check alone.
	Pathless []Operation
	Uncalled []Entry
	// Valueless are the examples that were published without a value, or with one that is no JSON,
	// which nothing can be checked of: entries of the ledger all the same.
	Valueless []Entry
	// OtherExamples are those of parameters, headers and schemas: they get the
	// schema check, but are no entries of the ledger.
	OtherExamples []OtherExample
	// NotJudged are the patterns of schemas by which nothing can be judged, each with its
	// place and the reason.
	NotJudged []string

	root       *yaml.Node
	schemas    *schemaIndex
	operations map[string]int       // index by id
	walked     map[string][]finding // by the kind and the pointer of the part
}

// OtherExample is the example of a parameter, a header or a schema.
type OtherExample struct {
	Operation string
	Pointer   string
	Value     json.RawMessage

	schema string
	at     string // pointer to the operation that shows it
}

// Read takes the document at file apart. Its provider is the name of its
// folder without "api".
func Read(file string) (*Document, error) {
	root, err := document.Read(file)
	if err != nil {
		return nil, err
	}
	return New(strings.TrimSuffix(filepath.Base(filepath.Dir(file)), "api"), root)
}

// Parse takes the document in text apart; its errors call it by the provider's name.
func Parse(provider string, text []byte) (*Document, error) {
	root, err := document.Parse(provider+" (document)", text)
	if err != nil {
		return nil, err
	}
	return New(provider, root)
}

// New takes a parsed document apart. Its operations and examples must have ids of their own.
func New(provider string, root *yaml.Node) (*Document, error) {
	d, err := NewPublished(provider, root)
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(d.checkIDs(), d.checkPrinted()); err != nil {
		return nil, err
	}
	return d, nil
}

// NewPublished takes a document apart as it was published: ids that are missing, or that two
// have, are for the overlay to give, and no operation or entry is found by them.
func NewPublished(provider string, root *yaml.Node) (*Document, error) {
	pathless := document.Pathless(root)
	root = document.WithPathItems(root)
	schemas, err := indexSchemas(root)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", provider, err)
	}
	d := &Document{Provider: provider, root: root, schemas: schemas, operations: map[string]int{},
		walked: map[string][]finding{}, NotJudged: unreadable(root)}
	if err := cmp.Or(d.addItems("paths", d.addOperation), d.addItems("webhooks", d.addWebhook),
		d.addPathless(pathless)); err != nil {
		return nil, fmt.Errorf("%s: %w", provider, err)
	}
	return d, nil
}

// Shown are all examples of operations that have a value, Uncalled among them.
func (d *Document) Shown() []Entry { return slices.Concat(d.Entries, d.Uncalled) }

// Values are the values of all documented examples, and those that the document enumerates.
func (d *Document) Values() []json.RawMessage {
	all := enumerated(d.root)
	for _, e := range d.Shown() {
		all = append(all, e.Value)
	}
	for _, m := range d.OtherExamples {
		all = append(all, m.Value)
	}
	return all
}

// enumerated are the values that may stand in a place, and no others, wherever n says so.
func enumerated(n *yaml.Node) []json.RawMessage {
	var all []json.RawMessage
	for name, member := range document.Members(n) {
		if name == "enum" {
			for _, value := range document.Items(member) {
				all = append(all, document.JSON(value))
			}
		}
		all = append(all, enumerated(member)...)
	}
	for _, item := range document.Items(n) {
		all = append(all, enumerated(item)...)
	}
	return all
}

// GoName is the name that the document gives the schema at pointer in Go.
func (d *Document) GoName(pointer string) string {
	return document.Text(document.At(d.root, pointer), "x-go-name")
}

// Branch is the pointer of the schema that the entry's request chose out of
// several, or "".
func (e Entry) Branch() string { return e.branch }

// Schema is the pointer of the schema that the document gives the entry, "" for a redirect.
func (e Entry) Schema() string { return e.schema }

// MediaType of the entry; "" for a redirect.
func (e Entry) MediaType() string { return e.mediaType }

// IsError says whether the entry is a response with an error's status. A
// refusal inside a 200 is not told apart here.
func (e Entry) IsError() bool {
	return e.Direction == Response && (e.Status == 0 && e.Range == 0 || e.Status >= 400 || e.Range >= 4)
}
