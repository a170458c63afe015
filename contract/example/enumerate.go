package example

import (
	"fmt"
	"mime"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

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
	if err := d.addParameters(&op,
		place{document.Get(node, "parameters"), document.Pointer(at, "parameters")}); err != nil {
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
	return d.addOtherExamples(op, shared)
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
		one.Differences = document.Differences(x.node)
		value := document.Get(x.node, "value")
		if value == nil {
			one.Pointer = x.at
			one.Lacks = "no value is published"
			if elsewhere := document.Text(x.node, "externalValue"); elsewhere != "" {
				one.Lacks = "its value is published elsewhere: " + elsewhere
			}
			if err := one.addPrinted(x); err != nil {
				return err
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
