package changes

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// wire compares what goes over the wire: the effective documents without words,
// names in Go and examples.
func (r *report) wire(base, head *provider) {
	was, is := base.facts(), head.facts()
	fired := map[string][]string{}
	add := func(f finding, where string) {
		f.Section, f.Of = inWire, head.name
		if f.Step = minor; f.Level == breaking {
			f.Step = major
		}
		if where != "" {
			f.Where = []string{where}
		}
		r.add(f)
	}
	r.serverNames(base.effective, head.effective, add)
	r.callbacks(base.effective, head.effective, add)
	if document.Equal(was, is) {
		return
	}
	headSpec := head.spec
	if renamed := sameSchemes(was, is); len(renamed) > 0 {
		is = withSchemes(is, renamed)
		headSpec = func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(document.JSON(is)) }
	}
	changes, err := oasdiff(base.spec, headSpec)
	if err != nil {
		r.unable("wire of %s: %v", head.name, err)
		return
	}
	for _, c := range changes {
		name := c.GetOperationId()
		if name == "" {
			name = c.GetOperation() + " " + c.GetPath()
		}
		operation := strings.ToLower(c.GetOperation()) + " " + c.GetPath()
		fired[operation] = append(fired[operation], c.GetId())
		add(finding{Level: levelOf(c), Rule: c.GetId(), Text: c.GetUncolorizedText(localize),
			names: namesOf(c), gone: goneBy(c), at: atOf(c)}, name)
	}
	r.paths(base, head, add)
	r.servers(was, is, add)
	r.operationNames(base, was, is, add)
	otherAnswers(was, is, fired, add)
	r.unjudged(was, is, fired, add)
}

// goneBy are the names that nobody knows any more after a change: of a member, a parameter,
// a header, a value, or a path.
func goneBy(c checker.Change) []string {
	switch {
	case strings.HasPrefix(c.GetId(), "api-") && strings.Contains(c.GetId(), "removed"):
		return []string{c.GetPath()}
	case !removal[c.GetId()] || levelOf(c) != breaking:
		return nil
	}
	return slices.DeleteFunc(namesOf(c), func(name string) bool {
		return slices.Contains(places, name) || strings.Trim(name, "0123456789") == "" ||
			strings.HasPrefix(name, "application")
	})
}

// atOf is the member of which a change speaks, with what it stands in.
func atOf(c checker.Change) string {
	if args := c.GetArgs(); len(args) > 0 && strings.Contains(c.GetId(), "property") {
		return fmt.Sprint(args[0])
	}
	return ""
}

// places are where a parameter can be.
var places = []string{"query", "header", "path", "cookie"}

// asked is the name of the member, the parameter or the header that a request has to have.
func (f finding) asked() string {
	if len(f.names) > 1 && slices.Contains(places, f.names[0]) {
		return f.names[1] // a parameter's place comes first
	}
	return strings.Join(f.names[:min(len(f.names), 1)], "")
}

// namesOf are the arguments of a change, members by their last name.
func namesOf(c checker.Change) []string {
	var all []string
	for _, arg := range c.GetArgs() {
		name := fmt.Sprint(arg)
		all = append(all, name[strings.LastIndex(name, "/")+1:])
	}
	return all
}

var localize = checker.NewDefaultLocalizer()

// levelOf translates a level of oasdiff.
func levelOf(c checker.Change) level {
	switch c.GetLevel() {
	case checker.ERR:
		if ofLooseFormat(c) {
			return look
		}
		return breaking
	case checker.WARN:
		return look
	}
	return compatible
}

// oasdiff gives what its rules find, judged by our table.
func oasdiff(was, is func() (*openapi3.T, error)) (checker.Changes, error) {
	var specs [2]*load.SpecInfo
	for i, read := range []func() (*openapi3.T, error){was, is} {
		doc, err := read()
		if err != nil {
			return nil, err
		}
		specs[i] = &load.SpecInfo{Url: "openapi.gen.yaml", Spec: doc}
	}
	d, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), specs[0], specs[1])
	if err != nil {
		return nil, err
	}
	config := checker.NewConfig(checker.GetAllChecks(), checker.WithSeverityLevels(severity))
	return checker.CheckBackwardCompatibilityUntilLevel(config, d, sources, checker.INFO), nil
}

// otherAnswers compares which answers there are for statuses that are not named one by one,
// of which oasdiff has no rule: the ranges, and the default.
func otherAnswers(was, is *yaml.Node, fired map[string][]string, add func(finding, string)) {
	for path, item := range document.Members(document.Get(is, "paths")) {
		for method, op := range document.Members(item) {
			old := document.Get(document.Get(document.Get(was, "paths"), path), method)
			if old == nil {
				continue
			}
			before, after := document.Get(old, "responses"), document.Get(op, "responses")
			for _, one := range []struct {
				from, to   *yaml.Node
				level      level
				rule, done string
			}{
				{after, before, breaking, "other-response-removed", "removed"},
				{before, after, compatible, "other-response-added", "added"},
			} {
				for status := range document.Members(one.to) {
					if strings.Trim(status, "0123456789") == "" || document.Get(one.from, status) != nil {
						continue
					}
					fired[method+" "+path] = append(fired[method+" "+path], one.rule)
					add(finding{Level: one.level, Rule: one.rule,
						Text: fmt.Sprintf("%s the response for the status `%s`", one.done, status)},
						document.Text(op, "operationId"))
				}
			}
		}
	}
}

// unjudged is the net below oasdiff: what differs in an operation that both sides have
// and is none of what the rules that fired for it speak of.
func (r *report) unjudged(was, is *yaml.Node, fired map[string][]string, add func(finding, string)) {
	for path, item := range document.Members(document.Get(was, "paths")) {
		for method, op := range document.Members(item) {
			other := document.Get(document.Get(document.Get(is, "paths"), path), method)
			if other == nil {
				continue
			}
			a, b := keyed(whole(was, op, nil)), keyed(whole(is, other, nil))
			for _, name := range []string{"operationId", "servers"} { // which have judges of their own
				document.Delete(a, name)
				document.Delete(b, name)
			}
			for _, at := range document.Difference(a, b, "") {
				if speaks(fired[method+" "+path], at) {
					continue
				}
				asked := !strings.HasPrefix(at, "/responses")
				if asked && document.At(b, at) == nil && slices.Contains(limits, keyword(at)) {
					add(finding{Level: compatible, Rule: "limit-removed", Pointer: at,
						Text: fmt.Sprintf("removed the limit %s at `%s`", textAt(a, at), at)},
						document.Text(op, "operationId"))
					continue
				}
				add(finding{Level: look, Rule: "unjudged", Pointer: at,
					Text: fmt.Sprintf("changed `%s` from %s to %s, of which no rule says whether it breaks", at, textAt(a, at), textAt(b, at))}, document.Text(op, "operationId"))
			}
		}
	}
}

// limits are the keywords that refuse some of the values of a type: without one, a request
// can be more than it could.
var limits = []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
	"maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"}

// keyed is an operation whose parameters stand under their names, so that one more
// leaves the others where they are.
func keyed(op *yaml.Node) *yaml.Node {
	list := document.Get(op, "parameters")
	if list == nil {
		return op
	}
	named := document.Map()
	for _, p := range document.Items(list) {
		document.Set(named, document.Text(p, "in")+" "+document.Text(p, "name"), p)
	}
	document.Set(op, "parameters", named)
	return op
}

// keyword is the keyword of OpenAPI that decides what stands at the pointer into an
// operation: the last one, but for those whose members mean nothing by themselves.
func keyword(pointer string) string {
	last, kind := "", document.Operation
	for _, token := range document.Tokens(pointer) {
		if kind.Member("*") == "" { // token is neither a name that somebody chose nor an index
			last = token
		}
		kind = kind.Member(token)
		if kind == "" || kind == document.Plain || last == "security" || last == "servers" || last == "discriminator" {
			return last
		}
	}
	return last
}

// speaks says whether one of the rules that fired is about the keyword that stands at
// the pointer, in the same part of the operation. Their names have it in words:
// max-length for maxLength.
func speaks(fired []string, pointer string) bool {
	word := keyword(pointer)
	words := about[word]
	if words == nil {
		words = []string{strings.ToLower(capitals.ReplaceAllString(word, "-$0"))}
	}
	part := document.Tokens(pointer)[0]
	return slices.ContainsFunc(fired, func(rule string) bool {
		if m := ofPart[part]; m != nil && !m.MatchString(rule) {
			return false
		}
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(rule, w) })
	})
}

// ofPart are the rules that speak of a part of an operation, where that has its own. A
// header of a request is a parameter.
var ofPart = map[string]*regexp.Regexp{
	"parameters":  regexp.MustCompile(`request-(parameter|header|cookie)`),
	"requestBody": regexp.MustCompile(`request-(body|property|\w+-property)`),
	"responses":   regexp.MustCompile(`response`),
}

var capitals = regexp.MustCompile(`[A-Z]`)

// about are the words by which rules call a keyword, where they are others.
var about = map[string][]string{
	"properties": {"property"}, "parameters": {"parameter"}, "requestBody": {"request-body"}, "headers": {"header"},
	"responses": {"response-success-status", "response-non-success-status", "response-added", "response-removed"},
	"content":   {"media-type"}, "required": {"required", "optional"},
	"type": {"type-"}, "format": {"type-"}, "items": {"type-", "property"}, "schema": {"type-"},
	"deprecated": {"deprecated", "reactivated"},
	"maximum":    {"max-increased", "max-decreased", "max-set"},
	"minimum":    {"min-increased", "min-decreased", "min-set"},
	"anyOf":      {"any-of"}, "oneOf": {"one-of"}, "allOf": {"all-of"}, "enum": {"enum"},
}

// textAt is the value at pointer as text.
func textAt(n *yaml.Node, pointer string) string {
	if v := document.At(n, pointer); v != nil {
		return "`" + shorten(string(document.JSON(v))) + "`"
	}
	return "nothing"
}

// shorten keeps a value readable in a line.
func shorten(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:120]) + "..."
	}
	return s
}

// whole is n with every reference put in the place where it stands; one into itself
// is left.
func whole(root, n *yaml.Node, open []string) *yaml.Node {
	if n == nil {
		return document.Map()
	}
	if ref := document.Text(n, "$ref"); ref != "" {
		target, pointer, err := document.Resolve(root, n, "")
		if err != nil || slices.Contains(open, pointer) {
			return document.String(ref)
		}
		return whole(root, target, append(slices.Clone(open), pointer))
	}
	out := *n
	out.Content = nil
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			out.Content = append(out.Content, c)
			continue
		}
		out.Content = append(out.Content, whole(root, c, open))
	}
	return &out
}

// facts is a document reduced to what can be seen on the wire, in an order of its
// own, with each callback and each webhook as an operation whose body is an answer: it is
// sent to us.
func facts(root *yaml.Node) *yaml.Node {
	out := normal(reduced(document.Document, root))
	paths := document.Get(out, "paths")
	if paths == nil {
		paths = document.Map()
		document.Set(out, "paths", paths)
	}
	hooks := document.Map()
	for path, item := range document.Members(paths) {
		for method, op := range document.Members(item) {
			for name, callback := range document.Members(document.Get(op, "callbacks")) {
				for _, target := range document.Members(callback) {
					for verb, hook := range document.Members(target) {
						if document.PathItem.Member(verb) == document.Operation {
							document.Set(hooks, document.Pointer("/webhooks"+path, method, name),
								received(out, callbackName(name, method, path), hook))
						}
					}
				}
			}
			document.Delete(op, "callbacks")
		}
	}
	for name, item := range document.Members(document.Get(out, "webhooks")) {
		for verb, hook := range document.Members(item) {
			if document.PathItem.Member(verb) == document.Operation {
				document.Set(hooks, document.Pointer("/webhooks", name, verb),
					received(out, webhookName(name), hook, document.Get(item, "parameters")))
			}
		}
	}
	document.Delete(out, "webhooks")
	for path, hook := range document.Members(hooks) {
		document.Set(paths, path, hook)
	}
	return out
}

// received is a webhook as an operation that answers with its body. It has the parameters
// that are shared with it too, and is called name if the document does not name it.
func received(root *yaml.Node, name string, hook *yaml.Node, shared ...*yaml.Node) *yaml.Node {
	answer := document.Map()
	document.Set(answer, "description", document.String(""))
	body, _, err := document.Resolve(root, document.Get(hook, "requestBody"), "")
	if content := document.Get(body, "content"); err == nil && content != nil {
		document.Set(answer, "content", content)
	}
	headers := document.Map()
	for _, parameters := range append(shared, document.Get(hook, "parameters")) {
		for _, p := range document.Items(parameters) {
			p, _, err := document.Resolve(root, p, "")
			if err != nil || document.Text(p, "in") != "header" {
				continue
			}
			header := document.Map()
			for _, key := range []string{"required", "schema"} {
				if v := document.Get(p, key); v != nil {
					document.Set(header, key, v)
				}
			}
			document.Set(headers, document.Text(p, "name"), header)
		}
	}
	if len(headers.Content) > 0 {
		document.Set(answer, "headers", headers)
	}
	responses, op, item := document.Map(), document.Map(), document.Map()
	document.Set(responses, "200", answer)
	id := document.Get(hook, "operationId")
	if id == nil {
		id = document.String(name)
	}
	document.Set(op, "operationId", id)
	document.Set(op, "responses", responses)
	document.Set(item, "get", op)
	return item
}

// labels are the facts that say nothing about the wire.
var labels = []string{"title", "tags"}

// unordered are the lists whose order means nothing.
var unordered = []string{"enum", "required", "parameters"}

// reduced copies n, which is of that kind, without words, examples and extensions. What
// is not of a known kind is taken for what its members are called.
func reduced(kind document.Kind, n *yaml.Node) *yaml.Node {
	if kind == document.Plain {
		return n
	}
	out := *n
	out.Content = nil
	named := kind.Member("*") != "" // by whoever wrote the document
	for name, value := range document.Members(n) {
		member := kind.Member(name)
		if kind == "" {
			member = document.Guess(name, value)
		}
		switch {
		case member == document.Prose && (named || kind == document.Response):
			document.Set(&out, name, document.String("")) // OpenAPI demands it
		case named:
			document.Set(&out, name, reduced(member, value))
		case kind.IsProse(name), kind.IsExample(name), slices.Contains(labels, name), strings.HasPrefix(name, "x-"):
		case member == "info":
			document.Set(&out, name, anyInfo())
		default:
			document.Set(&out, name, ordered(reduced(member, value), name))
		}
	}
	for _, item := range document.Items(n) {
		out.Content = append(out.Content, reduced(kind.Member("*"), item))
	}
	if all := document.Get(&out, "allOf"); all != nil && !named && len(out.Content) == 2 && len(all.Content) == 1 {
		return all.Content[0] // a way to write words beside a reference
	}
	return &out
}

// anyInfo stands for every info object.
func anyInfo() *yaml.Node {
	info := document.Map()
	document.Set(info, "title", document.String(""))
	document.Set(info, "version", document.String("1.0.0"))
	return info
}

// ordered is the list n in an order of its own, each item once, if it is one of those
// in which neither counts.
func ordered(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.SequenceNode || !slices.Contains(unordered, key) {
		return n
	}
	out := *n
	out.Content = slices.Clone(n.Content)
	slices.SortStableFunc(out.Content, func(a, b *yaml.Node) int {
		return strings.Compare(string(document.JSON(a)), string(document.JSON(b)))
	})
	out.Content = slices.CompactFunc(out.Content, document.Equal)
	return &out
}
