package changes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// operation is a method of a path.
type operation struct {
	path, method, id string
}

// paths pairs the operations that are gone with new ones that say the same: what got
// another path or another method.
func (r *report) paths(base, head *provider, add func(finding, string)) {
	was, is := operations(base.facts()), operations(head.facts())
	var taken []operation
	for _, from := range was {
		if slices.ContainsFunc(is, from.isAt) {
			continue
		}
		for _, to := range is {
			if slices.ContainsFunc(was, to.isAt) || slices.Contains(taken, to) ||
				!saysSame(base, head, from, to) {
				continue
			}
			taken = append(taken, to)
			add(finding{Level: breaking, Rule: "operation-renamed", from: from, to: to,
				Text: fmt.Sprintf("`%s %s` is now `%s %s`", from.method, from.path, to.method, to.path)}, from.id)
			break
		}
	}
}

// unsettled says whether the example is of an operation whose path moved and to which our
// overlay still gives no name: its cases and recordings wait for that.
func (r *report) unsettled(provider, id string) bool {
	return slices.ContainsFunc(r.Changes, func(f finding) bool {
		return f.Of == provider && f.from.path != "" && f.from.id != f.to.id &&
			(strings.HasPrefix(id, provider+"/"+f.from.id+"/") || strings.HasPrefix(id, provider+"/"+f.to.id+"/"))
	})
}

// isAt says whether two operations have one path and one method.
func (o operation) isAt(other operation) bool {
	return o.path == other.path && o.method == other.method
}

// operations are those of a document, in its order.
func operations(root *yaml.Node) []operation {
	var all []operation
	for path, item := range document.Members(document.Get(root, "paths")) {
		for method, op := range document.Members(item) {
			if document.PathItem.Member(method) == document.Operation {
				all = append(all, operation{path, method, document.Text(op, "operationId")})
			}
		}
	}
	return all
}

// saysSame says whether the two operations are the same to the provider but for their
// paths, methods and names: an action of ours that was for the one is not for the other.
func saysSame(base, head *provider, from, to operation) bool {
	said := func(p *provider, o operation) *yaml.Node {
		root := p.facts()
		if p.published != nil {
			root = p.said()
		}
		op := document.Get(document.Get(document.Get(root, "paths"), o.path), o.method)
		if op == nil {
			return nil
		}
		out := whole(root, op, nil)
		for _, p := range document.Items(document.Get(out, "parameters")) {
			at := slices.Index(pathParameter.FindAllString(o.path, -1), "{"+document.Text(p, "name")+"}")
			if document.Text(p, "in") == "path" && at >= 0 {
				document.Set(p, "name", document.String(strconv.Itoa(at))) // by its place, whatever it is called
			}
		}
		out = keyed(out)
		document.Delete(out, "operationId")
		return out
	}
	return document.Equal(said(base, from), said(head, to))
}

// isDetailOf says whether a change is one of what a renamed operation comes to.
func (f finding) isDetailOf(renamed finding) bool {
	if renamed.from.path == "" || f.Of != renamed.Of || f.from.path != "" {
		return false
	}
	both := []operation{renamed.from, renamed.to}
	if len(f.Where) > 0 {
		return !slices.ContainsFunc(f.Where, func(where string) bool {
			return !slices.ContainsFunc(both, func(o operation) bool {
				return where == o.id || where == strings.ToUpper(o.method)+" "+o.path ||
					strings.HasPrefix(where, f.Of+"/"+o.id+"/")
			})
		})
	}
	return slices.ContainsFunc(both, func(o operation) bool {
		at := document.Pointer("/paths", o.path, o.method)
		return f.Pointer == at || strings.HasPrefix(f.Pointer, at+"/") ||
			strings.Contains(f.Text, "`"+at+"/") || strings.Contains(f.Text, "`$.paths['"+o.path+"'].")
	})
}
