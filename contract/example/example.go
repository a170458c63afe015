// Package example is the ledger's source: it enumerates every documented
// example of an effective OpenAPI document, with the place it stands in, the
// publication it comes from and the schema it must conform to.
//
// Nothing here is a list kept by hand: an example added to a document is an
// entry the next time it is read.
package example

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
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
	// Value as written; a redirect's is a JSON string.
	Value json.RawMessage
	// Parameters are those of the request that a response answers, where the
	// document says that they matter (x-parameters).
	Parameters map[string]string

	// Lacks is why the example has no value; "" if it has one.
	Lacks string

	mediaType string
	schema    string // pointer; "" for a redirect, and where the media type has none
	branch    string // pointer to the schema that Parameters choose, or ""
	at        string // pointer to the operation that shows it
}

// Operation is an operation of the effective document.
type Operation struct {
	ID         string
	Method     string // upper case
	Path       string // template, as in the document
	Parameters []Parameter
	// MediaType of the request body that is sent: that of the first documented request, JSON
	// where it is taken and none is documented, or the first of the others; "" if the
	// operation takes no body.
	MediaType string
	// Callbacks are the operationIds of its webhooks.
	Callbacks []string

	node  *yaml.Node
	at    string // pointer
	first int    // index of its first entry, if it has any
}

// Document is an effective document, taken apart.
type Document struct {
	Provider   string
	Operations []Operation
	// Webhooks are the operations that the provider calls, without a path: those that stand
	// for themselves. Others are the Callbacks of an operation.
	Webhooks []Operation
	Entries  []Entry
	// Valueless are the examples that were published without a value, which nothing can be
	// checked of: entries of the ledger all the same.
	Valueless []Entry
	// Minor are the examples of parameters, headers and schemas: they get the
	// schema check, but are no entries of the ledger.
	Minor []Minor
	// NotJudged are the patterns of schemas by which nothing can be judged, each with its
	// place and the reason.
	NotJudged []string

	root       *yaml.Node
	schemas    *schemaIndex
	operations map[string]int // index by id
}

// Minor is the example of a parameter, a header or a schema.
type Minor struct {
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
	if err := d.checkIDs(); err != nil {
		return nil, err
	}
	return d, nil
}

// NewPublished takes a document apart as it was published: ids that are missing, or that two
// have, are for the overlay to give, and no operation or entry is found by them.
func NewPublished(provider string, root *yaml.Node) (*Document, error) {
	root = document.WithPathItems(root)
	schemas, err := indexSchemas(root)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", provider, err)
	}
	d := &Document{Provider: provider, root: root, schemas: schemas, operations: map[string]int{}, NotJudged: unreadable(root)}
	if err := cmp.Or(d.addItems("paths", d.addOperation), d.addItems("webhooks", d.addWebhook)); err != nil {
		return nil, fmt.Errorf("%s: %w", provider, err)
	}
	return d, nil
}

// Operation returns the operation with that id.
func (d *Document) Operation(id string) (Operation, bool) {
	i, found := d.operations[id]
	if !found {
		return Operation{}, false
	}
	return d.Operations[i], true
}

// Server is the first server's URL.
func (d *Document) Server() string {
	return document.Text(document.At(d.root, "/servers/0"), "url")
}

// Servers are the URLs of all servers.
func (d *Document) Servers() []string {
	var all []string
	for _, s := range document.Items(document.Get(d.root, "servers")) {
		all = append(all, document.Text(s, "url"))
	}
	return all
}

// IsServer says whether the URL is that of one of the servers: where a server's has
// variables, with values that these can have.
func (d *Document) IsServer(url string) bool {
	for _, s := range document.Items(document.Get(d.root, "servers")) {
		template, pattern, from := document.Text(s, "url"), "", 0
		for _, m := range inBraces.FindAllStringSubmatchIndex(template, -1) {
			var values []string
			enum := document.At(s, document.Pointer("/variables", template[m[2]:m[3]], "enum"))
			for _, v := range document.Items(enum) {
				values = append(values, regexp.QuoteMeta(v.Value))
			}
			if values == nil {
				values = []string{`[^/?#]+`}
			}
			pattern += regexp.QuoteMeta(template[from:m[0]]) + "(?:" + strings.Join(values, "|") + ")"
			from = m[1]
		}
		if regexp.MustCompile("^" + pattern + regexp.QuoteMeta(template[from:]) + "$").MatchString(url) {
			return true
		}
	}
	return false
}

// Values are the values of all documented examples.
func (d *Document) Values() []json.RawMessage {
	var all []json.RawMessage
	for _, e := range d.Entries {
		all = append(all, e.Value)
	}
	for _, m := range d.Minor {
		all = append(all, m.Value)
	}
	return all
}

// Source is a publication that the document was made from.
type Source struct {
	Name    string `json:"name"`
	Date    string `json:"date"` // a day, a month or words, as far as it is known
	URL     string `json:"url"`
	Licence string `json:"licence,omitempty"`
	SHA256  string `json:"sha256,omitempty"` // of what was imported; "" if it was read by people only
}

// Sources are the publications that the document names (x-sources).
func (d *Document) Sources() []Source {
	var all []Source
	for _, s := range document.Items(document.Get(d.root, "x-sources")) {
		all = append(all, Source{
			Name: document.Text(s, "name"), Date: document.Text(s, "date"), URL: document.Text(s, "url"),
			Licence: document.Text(s, "licence"), SHA256: document.Text(s, "sha256"),
		})
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

func (d *Document) checkIDs() error {
	operations := map[string]string{}
	for _, op := range slices.Concat(d.Operations, d.Webhooks) {
		at := op.at
		action := fmt.Sprintf("by an action of overlay.yaml with target: %s and update: {operationId: ...}",
			document.JSONPath(d.root, at))
		if op.ID == "" {
			return fmt.Errorf("%s: %s has no operationId; give it one %s", d.Provider, at, action)
		}
		if first, twice := operations[op.ID]; twice {
			return fmt.Errorf("%s: the operations at %s and %s have the same operationId %s; give one of them another %s", d.Provider, first, at, op.ID, action)
		}
		operations[op.ID] = at
	}
	return nil
}

// tellApart sees to it that no two examples of an operation have the same id, those from
// the numbers on: the first one keeps it, and a later one gets its media type added, or a
// sum of its place.
func (d *Document) tellApart(entries, valueless int) {
	var all []*Entry
	for i := range d.Entries[entries:] {
		all = append(all, &d.Entries[entries+i])
	}
	for i := range d.Valueless[valueless:] {
		all = append(all, &d.Valueless[valueless+i])
	}
	first := map[string]*Entry{}
	for _, e := range all {
		if first[e.ID] == nil {
			first[e.ID] = e
		}
	}
	for _, e := range all {
		same := first[e.ID]
		if same == e {
			continue
		}
		id := e.ID + "-" + slug(e.mediaType)
		if e.mediaType == same.mediaType || first[id] != nil {
			id = e.ID + "-" + sum(e.mediaType+"\x00"+e.Example+"\x00"+e.Pointer)
		}
		e.ID = id
		first[id] = e
	}
}

// place is a node with its pointer, $ref followed.
type place struct {
	node *yaml.Node
	at   string
}

func (d *Document) resolve(n *yaml.Node, at string) (place, error) {
	node, pointer, err := document.Resolve(d.root, n, at)
	return place{node, pointer}, err
}

// children resolves the members of the map n, in order.
func (d *Document) children(n *yaml.Node, at string) ([]string, []place, error) {
	var names []string
	var places []place
	for name, child := range document.Members(n) {
		p, err := d.resolve(child, document.Pointer(at, name))
		if err != nil {
			return nil, nil, err
		}
		names, places = append(names, name), append(places, p)
	}
	return names, places, nil
}

// addItems adds each operation of the path items in a section of the document.
func (d *Document) addItems(section string, add func(name, method string, item place) error) error {
	names, items, err := d.children(document.Get(d.root, section), "/"+section)
	if err != nil {
		return err
	}
	for i, item := range items {
		for method := range document.Members(item.node) {
			if document.PathItem.Member(method) != document.Operation {
				continue
			}
			if err := add(names[i], method, item); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Document) addOperation(path, method string, item place) error {
	valueless := len(d.Valueless)
	node, at := document.Get(item.node, method), document.Pointer(item.at, method)
	op := Operation{
		ID: document.Text(node, "operationId"), Method: strings.ToUpper(method), Path: path,
		at: at, node: node, first: len(d.Entries),
	}
	base := Entry{Provider: d.Provider, Operation: op.ID, at: at}
	shared := place{document.Get(item.node, "parameters"), document.Pointer(item.at, "parameters")}
	if err := d.addParameters(&op, shared); err != nil {
		return err
	}
	if err := d.addParameters(&op, place{document.Get(node, "parameters"), document.Pointer(at, "parameters")}); err != nil {
		return err
	}
	request := base
	request.Direction = Request
	if err := d.addBody(place{node, at}, request, "request"); err != nil {
		return err
	}
	if err := d.chooseMediaType(&op, place{node, at}); err != nil {
		return err
	}
	statuses, responses, err := d.children(document.Get(node, "responses"), document.Pointer(at, "responses"))
	if err != nil {
		return err
	}
	for i, r := range responses {
		if strings.HasPrefix(statuses[i], "x-") {
			continue
		}
		e := base
		e.Direction = Response
		if e.Status, e.Range, err = status(statuses[i]); err != nil {
			return fmt.Errorf("%s/responses/%s %w", at, statuses[i], err)
		}
		if err := d.addContent(r, []place{{node, at}}, e, statuses[i]); err != nil {
			return err
		}
	}
	if err := d.addCallbacks(&op); err != nil {
		return err
	}
	redirect := base
	redirect.Direction = Redirect
	if err := d.addExamples(place{node, at}, "x-redirects", nil, redirect, "redirect"); err != nil {
		return err
	}
	d.tellApart(op.first, valueless)
	d.operations[op.ID] = len(d.Operations)
	d.Operations = append(d.Operations, op)
	return d.addMinor(op, shared)
}

func (d *Document) addBody(op place, e Entry, key string) error {
	body := document.Get(op.node, "requestBody")
	if body == nil {
		return nil
	}
	p, err := d.resolve(body, document.Pointer(op.at, "requestBody"))
	if err != nil {
		return err
	}
	return d.addContent(p, []place{op}, e, key)
}

// chooseMediaType says in what the body of op is sent, after its documented requests were added.
func (d *Document) chooseMediaType(op *Operation, at place) error {
	if op.first < len(d.Entries) {
		op.MediaType = d.Entries[op.first].mediaType
		return nil
	}
	body, err := d.resolve(document.Get(at.node, "requestBody"), document.Pointer(at.at, "requestBody"))
	if err != nil {
		return err
	}
	for mediaType := range document.Members(document.Get(body.node, "content")) {
		if op.MediaType == "" || IsJSON(mediaType) && !IsJSON(op.MediaType) {
			op.MediaType = mediaType
		}
	}
	return nil
}

// IsJSON says whether bodies of the media type are JSON: by its name or by its suffix, with
// any charset.
func IsJSON(mediaType string) bool {
	name, _, err := mime.ParseMediaType(mediaType)
	return err == nil && (name == "application/json" || strings.HasSuffix(name, "+json"))
}

// addContent adds the examples of each media type of holder, a response or a
// request body. above are the objects that holder stands in, outermost first.
func (d *Document) addContent(holder place, above []place, e Entry, key string) error {
	types, media, err := d.children(document.Get(holder.node, "content"), document.Pointer(holder.at, "content"))
	if err != nil {
		return err
	}
	above = append(slices.Clone(above), holder)
	for i, m := range media {
		e.mediaType = types[i]
		schema, err := d.schemaOf(document.Get(m.node, "schema"), document.Pointer(m.at, "schema"))
		if err != nil {
			return err
		}
		if e.schema = schema.at; schema.node == nil {
			e.schema = ""
		}
		if document.Get(m.node, "examples") != nil {
			if err := d.addExamples(m, "examples", above, e, key); err != nil {
				return err
			}
			continue
		}
		if document.Get(schema.node, "example") == nil {
			if schema, err = d.resolve(schema.node, schema.at); err != nil {
				return err
			}
		}
		own := document.Get(schema.node, "example")
		if own == nil {
			continue
		}
		e.ID = fmt.Sprintf("%s/%s/%s/schema-example", e.Provider, e.Operation, key)
		e.Pointer = document.Pointer(schema.at, "example")
		e.Value = document.JSON(own)
		e.Source = d.source(append(slices.Clone(above), schema))
		d.Entries = append(d.Entries, e)
	}
	return nil
}

// addExamples adds the Example Objects in the map called member of holder.
func (d *Document) addExamples(holder place, member string, above []place, e Entry, key string) error {
	names, found, err := d.children(document.Get(holder.node, member), document.Pointer(holder.at, member))
	if err != nil {
		return err
	}
	for i, x := range found {
		one := e
		one.Example = names[i]
		one.ID = fmt.Sprintf("%s/%s/%s/%s", e.Provider, e.Operation, key, slug(names[i]))
		one.Pointer = document.Pointer(x.at, "value")
		one.Source = d.source(append(append(slices.Clone(above), holder), x))
		one.Differences = overlay.Differences(x.node)
		value := document.Get(x.node, "value")
		if value == nil {
			one.Pointer = x.at
			one.Lacks = "no value is published"
			if elsewhere := document.Text(x.node, "externalValue"); elsewhere != "" {
				one.Lacks = "its value is published elsewhere: " + elsewhere
			}
			d.Valueless = append(d.Valueless, one)
			continue
		}
		one.Value = document.JSON(value)
		for name, v := range document.Members(document.Get(x.node, "x-parameters")) {
			if one.Parameters == nil {
				one.Parameters = map[string]string{}
			}
			one.Parameters[name] = v.Value
		}
		if one.branch, err = d.chosen(one); err != nil {
			return err
		}
		d.Entries = append(d.Entries, one)
	}
	return nil
}

// chosen reads a schema's x-branch: the parameter whose value chooses, and the
// schema for each value.
func (d *Document) chosen(e Entry) (string, error) {
	schema, err := d.resolve(document.At(d.root, e.schema), e.schema)
	choice := document.Get(schema.node, "x-branch")
	if err != nil || choice == nil || e.schema == "" {
		return "", err
	}
	name := document.Text(choice, "parameter")
	branch := document.Text(choice, e.Parameters[name])
	if branch == "" {
		return "", fmt.Errorf("%s: x-parameters must say which %s it answers", e.Pointer, name)
	}
	pointer, _ := document.Target(branch)
	return pointer, nil
}

// source is what the innermost x-source names, or the only publication there
// is, with its date.
func (d *Document) source(chain []place) string {
	published := document.Get(d.root, "x-sources")
	name := ""
	for _, p := range slices.Backward(chain) {
		if name = document.Text(p.node, "x-source"); name != "" {
			break
		}
	}
	if name == "" {
		name = document.Text(document.At(published, "/0"), "name")
	}
	for _, s := range document.Items(published) {
		date := document.Text(s, "date")
		if document.Text(s, "name") == name && publishedOn.MatchString(date) && !strings.Contains(name, date) {
			return name + " " + date
		}
	}
	return name
}

// publishedOn is the date of a publication that has one: others are undated, or
// known to be older than some day.
var publishedOn = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug is a name in small letters and digits of ASCII; one that has none is called by its
// sum.
func slug(name string) string {
	if plain := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(name), "-"), "-"); plain != "" {
		return plain
	}
	return "example-" + sum(name)
}

// sum is a short sum of text.
func sum(text string) string {
	all := sha256.Sum256([]byte(text))
	return hex.EncodeToString(all[:4])
}

// status reads under what a response stands: a status, a range or "default".
func status(text string) (status, statusRange int, err error) {
	switch digits, ranged := strings.CutSuffix(text, "XX"); {
	case text == "default":
		return 0, 0, nil
	case ranged && len(digits) == 1 && "1" <= digits && digits <= "5":
		return 0, int(digits[0] - '0'), nil
	}
	if status, err = strconv.Atoi(text); err != nil || len(text) != 3 {
		return 0, 0, errors.New("is not a status: one is 404, 4XX or default")
	}
	return status, 0, nil
}

// StatusOf is the status with which a response is sent: its own or, for what stands under
// a range or "default", the first one of those that its operation does not document
// otherwise. A default is taken for an error as long as there is any status for one.
func (d *Document) StatusOf(e Entry) int {
	if e.Status != 0 {
		return e.Status
	}
	op, _ := d.Operation(e.Operation)
	responses := document.Get(op.node, "responses")
	ranges := []int{e.Range}
	if e.Range == 0 {
		ranges = slices.DeleteFunc([]int{4, 5, 3, 2}, func(r int) bool { return document.Get(responses, fmt.Sprintf("%dXX", r)) != nil })
	}
	for _, r := range ranges {
		for status := 100 * r; status < 100*(r+1); status++ {
			if document.Get(responses, strconv.Itoa(status)) == nil {
				return status
			}
		}
	}
	return http.StatusInternalServerError // all are documented otherwise
}

// Statuses are those that the document has for the operation, as it writes them.
func (op Operation) Statuses() []string {
	var all []string
	for status := range document.Members(document.Get(op.node, "responses")) {
		if !strings.HasPrefix(status, "x-") {
			all = append(all, status)
		}
	}
	return all
}

// HasBody says whether the operation takes a request body.
func (op Operation) HasBody() bool { return document.Get(op.node, "requestBody") != nil }

// Requests are the documented requests of the operation.
func (d *Document) Requests(op Operation) []Entry {
	last := op.first
	// Requests come first.
	for last < len(d.Entries) && d.Entries[last].Operation == op.ID && d.Entries[last].Direction == Request {
		last++
	}
	return d.Entries[op.first:last]
}

// AnyBody is the body of the operation's first documented request, or nil.
func (d *Document) AnyBody(op Operation) json.RawMessage {
	if requests := d.Requests(op); len(requests) > 0 {
		return requests[0].Value
	}
	return nil
}
