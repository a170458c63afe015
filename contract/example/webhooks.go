package example

import (
	"strings"

	"example.com/digilocker/specs/document"
)

// addWebhook adds an operation that the provider calls, which stands for itself.
func (d *Document) addWebhook(_, method string, item place) error {
	entries, valueless := len(d.Entries), len(d.Valueless)
	hook := place{document.Get(item.node, method), document.Pointer(item.at, method)}
	op := Operation{
		ID: document.Text(hook.node, "operationId"), Method: strings.ToUpper(method),
		at: hook.at, node: hook.node, first: entries,
	}
	shared := place{document.Get(item.node, "parameters"), document.Pointer(item.at, "parameters")}
	if err := d.addParameters(&op, shared); err != nil {
		return err
	}
	own := place{document.Get(hook.node, "parameters"), document.Pointer(hook.at, "parameters")}
	if err := d.addParameters(&op, own); err != nil {
		return err
	}
	if err := d.addHook(op, hook); err != nil {
		return err
	}
	d.tellApart(entries, valueless)
	d.Webhooks = append(d.Webhooks, op)
	return d.addOtherExamples(op, shared)
}

// addCallbacks adds the webhooks that an operation documents as callbacks of it.
func (d *Document) addCallbacks(op *Operation) error {
	_, callbacks, err := d.children(document.Get(op.node, "callbacks"), document.Pointer(op.at, "callbacks"))
	if err != nil {
		return err
	}
	for _, callback := range callbacks {
		_, items, err := d.children(callback.node, callback.at)
		if err != nil {
			return err
		}
		for _, item := range items {
			for method, node := range document.Members(item.node) {
				if document.PathItem.Member(method) != document.Operation {
					continue
				}
				op.Callbacks = append(op.Callbacks, document.Text(node, "operationId"))
				if err := d.addHook(*op, place{node, document.Pointer(item.at, method)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// addHook adds the examples of a webhook's body, which are entries of op. Those of the answers
// that the provider expects get the schema check alone: nothing here gives them.
func (d *Document) addHook(op Operation, hook place) error {
	e := Entry{Provider: d.Provider, Operation: op.ID, Direction: Webhook, at: op.at}
	if err := d.addBody(hook, e, "webhook"); err != nil {
		return err
	}
	_, responses, err := d.children(document.Get(hook.node, "responses"), document.Pointer(hook.at, "responses"))
	if err != nil {
		return err
	}
	for _, r := range responses {
		if err := d.addExpected(op, r); err != nil {
			return err
		}
	}
	return nil
}

// addExpected adds the examples of an answer to a webhook, for the schema check.
func (d *Document) addExpected(op Operation, response place) error {
	_, media, err := d.children(document.Get(response.node, "content"), document.Pointer(response.at, "content"))
	if err != nil {
		return err
	}
	for _, m := range media {
		schema, err := d.schemaOf(document.Get(m.node, "schema"), document.Pointer(m.at, "schema"))
		if err != nil {
			return err
		}
		_, examples, err := d.children(document.Get(m.node, "examples"), document.Pointer(m.at, "examples"))
		if err != nil {
			return err
		}
		for _, x := range examples {
			if value := document.Get(x.node, "value"); value != nil && schema.node != nil {
				d.OtherExamples = append(d.OtherExamples, OtherExample{
					Operation: op.ID, Pointer: document.Pointer(x.at, "value"), Value: document.JSON(value),
					schema: schema.at, at: op.at,
				})
			}
		}
	}
	return nil
}
