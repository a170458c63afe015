package changes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// serverNames compares the names in Go of the addresses, which callers compile against. A
// name is tied to its URL, and not to the place of that in the list.
func (r *report) serverNames(was, is *yaml.Node, add func(finding, string)) {
	before, after := serversByURL(was), serversByURL(is)
	for _, url := range slices.Sorted(maps.Keys(after)) {
		old, known := before[url]
		name := after[url]
		if !known || old == name {
			continue
		}
		text := fmt.Sprintf("the server `%s` is called %s in Go, and was %s", url, or(name), or(old))
		if name == "" || slices.Contains(slices.Collect(maps.Values(before)), name) {
			text += byURL
		}
		add(finding{Level: breaking, Rule: "server-renamed", Pointer: "/servers", Text: text}, "")
	}
}

// servers compares the addresses, of which oasdiff has no rule: those of the document, of
// which the constants of the client are made, and those of the operations that have their own.
func (r *report) servers(was, is *yaml.Node, add func(finding, string)) {
	r.addresses("/servers", document.Get(was, "servers"), document.Get(is, "servers"), func(f finding) { add(f, "") })
	for path, item := range document.Members(document.Get(is, "paths")) {
		before := document.Get(document.Get(was, "paths"), path)
		for method, op := range document.Members(item) {
			old := document.Get(before, method)
			own, theirs := document.Get(old, "servers"), document.Get(op, "servers")
			if old == nil || own == nil && theirs == nil {
				continue
			}
			if own == nil {
				own = document.Get(was, "servers")
			}
			if theirs == nil {
				theirs = document.Get(is, "servers")
			}
			r.addresses(document.Pointer("/paths", path, method, "servers"), own, theirs,
				func(f finding) { add(f, document.Text(op, "operationId")) })
		}
	}
}

// addresses compares two lists of servers, the new one of which stands at the pointer.
func (r *report) addresses(pointer string, was, is *yaml.Node, add func(finding)) {
	byAddress := func(list *yaml.Node) map[string]*yaml.Node {
		all := map[string]*yaml.Node{}
		for _, s := range document.Items(list) {
			variables := document.Get(s, "variables")
			if variables == nil {
				variables = document.Map()
			}
			all[document.Text(s, "url")] = variables
		}
		return all
	}
	before, after := byAddress(was), byAddress(is)
	for _, u := range slices.Sorted(maps.Keys(before)) {
		variables, still := after[u]
		switch {
		case !still:
			add(finding{Level: breaking, Rule: "server-removed", Pointer: pointer,
				Text: fmt.Sprintf("removed the server `%s`", u)})
		case !document.Equal(before[u], variables):
			add(finding{Level: look, Rule: "server-variables", Pointer: pointer,
				Text: fmt.Sprintf("the variables of the server `%s` are %s, and were %s", u,
					textAt(variables, ""), textAt(before[u], ""))})
		}
	}
	for _, u := range slices.Sorted(maps.Keys(after)) {
		if _, known := before[u]; !known {
			add(finding{Level: compatible, Rule: "server-added", Pointer: pointer,
				Text: fmt.Sprintf("added the server `%s`", u)})
		}
	}
}

// operationNames tells of operations that are called otherwise than before, or have no
// makeshift name any more: Go calls what it makes of them by that. The section on Go judges it.
func (r *report) operationNames(base *provider, was, is *yaml.Node, add func(finding, string)) {
	after := operations(is)
	for _, old := range operations(was) {
		i := slices.IndexFunc(after, old.isAt)
		if i < 0 || after[i].id == old.id {
			continue
		}
		text := fmt.Sprintf("the operation is called `%s`, and was `%s`", after[i].id, old.id)
		if slices.Contains(base.unnamed, old.id) {
			text = "the operation has a name, and had none"
		}
		text += ": Go calls by it what it makes of the operation"
		add(finding{Level: look, Rule: "operation-named", Text: text}, after[i].id)
	}
}

// byURL is what a name that went to another server asks for.
const byURL = ": the overlay must name servers by their URL"

// serversByURL are the names in Go of the servers of a document.
func serversByURL(root *yaml.Node) map[string]string {
	all := map[string]string{}
	for _, s := range document.Items(document.Get(root, "servers")) {
		all[document.Text(s, "url")] = document.Text(s, "x-go-name")
	}
	return all
}

// callbacks compares where the provider sends its callbacks to, and what it takes for an
// answer of ours, to these and to webhooks.
func (r *report) callbacks(was, is *yaml.Node, add func(finding, string)) {
	before, after := expectations(was), expectations(is)
	for _, name := range slices.Sorted(maps.Keys(before)) {
		old, now := before[name], after[name]
		if now.operation == "" {
			continue // gone, which the rules say
		}
		for _, part := range []struct{ rule, what, was, is string }{
			{"callback-url", "is sent to", old.urls, now.urls},
			{"callback-status", "expects of us the status", old.statuses, now.statuses},
		} {
			if part.was != part.is {
				text := fmt.Sprintf("%s %s %s, and before %s", name, part.what, or(part.is), or(part.was))
				add(finding{Level: look, Rule: part.rule, Text: text}, now.operation)
			}
		}
	}
}

// or is the text as code, or the word nothing.
func or(text string) string {
	if text == "" {
		return "nothing"
	}
	return "`" + text + "`"
}

// expectation is what a provider's call of us is sent to, and which answers it knows.
type expectation struct{ operation, urls, statuses string }

// expectations are those of a document's callbacks and webhooks, by what the report calls
// each.
func expectations(root *yaml.Node) map[string]expectation {
	all := map[string]expectation{}
	of := func(name, url string, item *yaml.Node) {
		for method, op := range document.Members(item) {
			if document.PathItem.Member(method) != document.Operation {
				continue
			}
			one := all[name]
			one.operation = document.Text(op, "operationId")
			if one.operation == "" {
				one.operation = name
			}
			one.urls = strings.TrimPrefix(one.urls+", "+url, ", ")
			for status := range document.Members(document.Get(op, "responses")) {
				one.statuses = strings.TrimPrefix(one.statuses+", "+status, ", ")
			}
			sorted := strings.Split(one.statuses, ", ")
			slices.Sort(sorted)
			one.statuses = strings.Join(slices.Compact(sorted), ", ")
			all[name] = one
		}
	}
	for path, item := range document.Members(document.Get(root, "paths")) {
		for method, op := range document.Members(item) {
			for name, callback := range document.Members(document.Get(op, "callbacks")) {
				callback, _, _ := document.Resolve(root, callback, "") // nil has no members
				for url, target := range document.Members(callback) {
					of("the "+callbackName(name, method, path), url, target)
				}
			}
		}
	}
	for name, item := range document.Members(document.Get(root, "webhooks")) {
		of("the "+webhookName(name), "", item)
	}
	return all
}

// callbackName and webhookName are what the report calls a call of us that has no
// operationId.
func callbackName(name, method, path string) string {
	return "callback `" + name + "` of " + method + " " + path
}

func webhookName(name string) string { return "webhook `" + name + "`" }

// sameSchemes pairs the security schemes that head calls otherwise: its name, and that of
// the same scheme in base.
func sameSchemes(was, is *yaml.Node) map[string]string {
	const at = "/components/securitySchemes"
	before, after := document.At(was, at), document.At(is, at)
	renamed := map[string]string{}
	for name, scheme := range document.Members(after) {
		if document.Get(before, name) != nil {
			continue
		}
		for old, other := range document.Members(before) {
			taken := slices.Contains(slices.Collect(maps.Values(renamed)), old)
			if document.Get(after, old) == nil && !taken && document.Equal(scheme, other) {
				renamed[name] = old
				break
			}
		}
	}
	return renamed
}

// withSchemes is the document with its security schemes called as renamed says.
func withSchemes(root *yaml.Node, renamed map[string]string) *yaml.Node {
	root = document.Clone(root)
	rename := func(n *yaml.Node) {
		for i := 0; n != nil && n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
			if old := renamed[n.Content[i].Value]; old != "" {
				n.Content[i] = document.String(old)
			}
		}
	}
	rename(document.At(root, "/components/securitySchemes"))
	all := list(document.Get(root, "security"))
	for _, item := range document.Members(document.Get(root, "paths")) {
		for _, op := range document.Members(item) {
			all = append(all, list(document.Get(op, "security"))...)
		}
	}
	for _, requirement := range all {
		rename(requirement)
	}
	return root
}
