package example

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

const pathItems = "/components/pathItems"

// asWebhooks is the document at root with its path items among the components as webhooks too: kin-openapi does
// not read them where they are.
func asWebhooks(root *yaml.Node) *yaml.Node {
	out := root
	for name, item := range document.Members(document.At(root, pathItems)) {
		if out == root {
			out = document.Clone(root)
		}
		if document.Get(out, "webhooks") == nil {
			document.Set(out, "webhooks", document.Map())
		}
		document.Set(document.Get(out, "webhooks"), webhookPrefix+name, item)
	}
	return out
}

// webhookPrefix begins the name of a webhook that is a path item among the components.
const webhookPrefix = "components pathItems "

// inWebhooks is the pointer of what stands at pointer in what asWebhooks makes.
func inWebhooks(pointer string) string {
	if rest, found := strings.CutPrefix(pointer, pathItems+"/"); found {
		return "/webhooks/" + webhookPrefix + rest
	}
	return pointer
}

// addPathless adds the operations of those path items.
func (d *Document) addPathless(wanted []string) error {
	names, items, err := d.children(document.At(d.root, pathItems), pathItems)
	if err != nil {
		return err
	}
	for i, item := range items {
		for method := range document.Members(item.node) {
			if document.PathItem.Member(method) != document.Operation || !slices.Contains(wanted, names[i]) {
				continue
			}
			if err := d.addUncalled(method, item); err != nil {
				return err
			}
		}
	}
	return nil
}

// addUncalled adds an operation that nobody can call, with its examples.
func (d *Document) addUncalled(method string, item place) error {
	entries, operations := len(d.Entries), len(d.Operations)
	if err := d.addOperation("", method, item); err != nil {
		return err
	}
	op := d.Operations[operations]
	why := fmt.Sprintf("no path of %s is published", op.ID)
	if numbered := document.Differences(op.node); len(numbered) > 0 {
		why += " (" + strings.Join(numbered, ", ") + ")"
	}
	for _, e := range d.Entries[entries:] {
		e.Nowhere = why
		d.Uncalled = append(d.Uncalled, e)
	}
	d.Pathless = append(d.Pathless, op)
	d.Entries, d.Operations = slices.Clip(d.Entries[:entries]), slices.Clip(d.Operations[:operations])
	delete(d.operations, op.ID)
	return nil
}
