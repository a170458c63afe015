package example

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

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

// Operation returns the operation with that id.
func (d *Document) Operation(id string) (Operation, bool) {
	i, found := d.operations[id]
	if !found {
		return Operation{}, false
	}
	return d.Operations[i], true
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

// Bodiless says whether the document has a success of the operation, and a body for none.
func (d *Document) Bodiless(op Operation) bool {
	found := false
	for status, response := range document.Members(document.Get(op.node, "responses")) {
		resolved, _, err := document.Resolve(d.root, response, "")
		if err != nil || !strings.HasPrefix(status, "2") {
			continue
		}
		if found = true; document.Get(resolved, "content") != nil {
			return false
		}
	}
	return found
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
		ranges = slices.DeleteFunc([]int{4, 5, 3, 2},
			func(r int) bool { return document.Get(responses, fmt.Sprintf("%dXX", r)) != nil })
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
