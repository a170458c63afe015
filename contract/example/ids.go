package example

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/specs/document"
)

func (d *Document) checkIDs() error {
	operations := map[string]string{}
	for _, op := range slices.Concat(d.Operations, d.Webhooks, d.Pathless) {
		at := op.at
		action := fmt.Sprintf("by an action of overlay.yaml with target: %s and update: {operationId: ...}",
			document.JSONPath(d.root, at))
		if op.ID == "" {
			return fmt.Errorf("%s: %s has no operationId; give it one %s", d.Provider, at, action)
		}
		if first, twice := operations[op.ID]; twice {
			return fmt.Errorf("%s: the operations at %s and %s have the same operationId %s; "+
				"give one of them another %s", d.Provider, first, at, op.ID, action)
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
