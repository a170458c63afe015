package changes

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
	description "example.com/digilocker/contract/provider"
	"example.com/digilocker/specs/document"
)

// decides are the members by which the adapters tell one answer from another, by provider
// and operation; those of the operation "" are of all. An answer that says another thing
// there means another thing to the caller, though its schema has not changed.
type decides map[string]map[string][]string

// described are those of the descriptions.
func described(all []description.Provider) decides {
	d := decides{}
	for _, p := range all {
		if p.Adapter != nil {
			d[p.Name] = p.Adapter.Decides
		}
	}
	return d
}

// decisive says whether the member, somewhere in an answer of the example's operation, is
// one of those. Of a provider without an adapter, a code and a status are.
func (d decides) decisive(e example.Entry, member string) bool {
	of, known := d[e.Provider]
	if !known {
		return member == "code" || member == "status"
	}
	return slices.Contains(of[""], member) || slices.Contains(of[e.Operation], member)
}

// examples compares the documented examples, and what stands beside them for each:
// its case and its recording.
func (r *report) examples(base, head *provider) {
	if base.doc == nil || head.doc == nil {
		if head.doc == nil {
			r.unable("examples of %s: %s", head.name, strings.Join(head.problems, "; "))
		} else {
			r.missing("examples of %s: %s", head.name, strings.Join(base.problems, "; "))
		}
		return
	}
	was, is := base.entries(), head.entries()
	add := func(f finding) {
		f.Section, f.Of, f.Step = inExamples, head.name, patch
		if f.Level == breaking {
			f.Step = major
		}
		r.add(f)
	}
	for _, f := range r.moved(base, head) {
		add(f)
	}
	respelt := 0
	renamed := renames(was, is)
	for _, id := range slices.Sorted(maps.Keys(was)) {
		e := was[id]
		now, still := is[id]
		switch to := renamed[id]; {
		case to != "":
			add(finding{Level: look, Rule: "example-renamed", Where: []string{id}, Pointer: is[to].Pointer, Text: fmt.Sprintf("renamed to `%s`", to)})
			if still {
				add(finding{Level: compatible, Rule: "example-added", Where: []string{id}, Pointer: now.Pointer,
					Text: "added"})
			}
		case !still:
			add(finding{Level: look, Rule: "example-removed", Where: []string{id}, Pointer: e.Pointer, Text: "removed"})
		default:
			for _, f := range r.changed(e, now) {
				add(f)
			}
			if len(r.changed(e, now)) == 0 && !bytes.Equal(e.Value, now.Value) {
				respelt++
			}
		}
	}
	if respelt > 0 {
		r.respelt = true
		r.note("%s: %s written differently and saying the same; examples.sum has to know.",
			head.name, plural(respelt, "example"))
	}
	old := slices.Collect(maps.Values(renamed))
	for _, id := range slices.Sorted(maps.Keys(is)) {
		if _, was := was[id]; !was && !slices.Contains(old, id) {
			add(finding{Level: compatible, Rule: "example-added", Where: []string{id}, Pointer: is[id].Pointer, Text: "added"})
		}
	}
	r.otherExamples(base, head, add)
	r.beside(base, head)
}

// moved lists the codes, or whatever the adapters decide by, that came with one status and
// now come with another: the two decide together.
func (r *report) moved(base, head *provider) []finding {
	was, is := r.refusals(base), r.refusals(head)
	var all []finding
	for _, key := range slices.Sorted(maps.Keys(was)) {
		old, now := slices.Sorted(maps.Keys(was[key])), slices.Sorted(maps.Keys(is[key]))
		gone, come := without(old, now), without(now, old)
		if len(gone) == 0 || len(come) == 0 {
			continue
		}
		var ids []string
		for _, status := range come {
			ids = append(ids, is[key][status]...)
		}
		_, code, _ := strings.Cut(key, " ")
		text := fmt.Sprintf("%s moved from status %s to %s, by which the adapters decide",
			code, strings.Join(gone, ", "), strings.Join(come, ", "))
		one := finding{Level: breaking, Rule: "example-decides", Where: ids, Text: text}
		for _, value := range decidedBy.FindAllStringSubmatch(code, -1) {
			for _, status := range gone {
				one.moved = append(one.moved, lost{
					name: status + " " + value[1], now: strings.Join(come, ", ") + " " + value[1],
					own: regexp.MustCompile(`\b` + status + "\\b.*[\"`]" + regexp.QuoteMeta(value[1]) + "[\"`]"),
				})
			}
		}
		all = append(all, one)
	}
	return all
}

// decidedBy is a value in what refusals says of an answer.
var decidedBy = regexp.MustCompile("` `([^`]+)`")

// refusals are the examples of answers that have something to decide by: by operation and
// that, and then by status.
func (r *report) refusals(p *provider) map[string]map[string][]string {
	all := map[string]map[string][]string{}
	for _, e := range p.doc.Entries {
		root, err := document.Parse("", slices.Concat([]byte(`{"v":`), e.Value, []byte("}")))
		if e.Direction != example.Response || e.Status == 0 || err != nil {
			continue
		}
		var said []string
		var walk func(n *yaml.Node)
		walk = func(n *yaml.Node) {
			for name, value := range document.Members(n) {
				if value.Kind == yaml.ScalarNode && r.decides.decisive(e, name) {
					said = append(said, fmt.Sprintf("`%s` `%s`", name, value.Value))
				}
				walk(value)
			}
			for _, item := range document.Items(n) {
				walk(item)
			}
		}
		walk(document.Get(root, "v"))
		if len(said) == 0 {
			continue
		}
		slices.Sort(said)
		key := e.Operation + " " + strings.Join(slices.Compact(said), ", ")
		if all[key] == nil {
			all[key] = map[string][]string{}
		}
		status := strconv.Itoa(e.Status)
		all[key][status] = append(all[key][status], e.ID)
	}
	return all
}

// renames pairs examples that are gone, or whose id another has now, with new ones of the
// same value beside them: the second media type that shows an example of one name has it in
// the id, so that one listed first gives the others new ids.
func renames(was, is map[string]example.Entry) map[string]string {
	pairs := map[string]string{}
	taken := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(was)) {
		if now, still := is[id]; still && bytes.Equal(was[id].Value, now.Value) {
			continue
		}
		for _, to := range slices.Sorted(maps.Keys(is)) {
			a, b := was[id], is[to]
			if _, known := was[to]; known || taken[to] || parent(id) != parent(to) || !bytes.Equal(a.Value, b.Value) {
				continue
			}
			pairs[id], taken[to] = to, true
			break
		}
	}
	return pairs
}

// parent is the operation, and the status or the like, of an example's id.
func parent(id string) string { return id[:strings.LastIndex(id, "/")] }

// changed lists what an example says otherwise than it did, by pointer.
func (r *report) changed(was, is example.Entry) []finding {
	var all []finding
	for _, f := range example.Compare(was.Value, is.Value) {
		one := finding{Level: look, Rule: "example-changed", Where: []string{is.ID}, Pointer: f.Pointer,
			Text: fmt.Sprintf("changed at `%s` from `%s` to `%s`", pointerOr(f.Pointer), shorten(f.Want), shorten(f.Got))}
		tokens := document.Tokens(f.Pointer)
		answer := is.Direction == example.Response || is.Direction == example.Webhook
		if answer && len(tokens) > 0 && isScalar(f.Want) && isScalar(f.Got) &&
			r.decides.decisive(is, tokens[len(tokens)-1]) {
			one.Level, one.Rule = breaking, "example-decides"
			one.Text += ", by which the adapters decide"
		}
		all = append(all, one)
	}
	if len(all) == 0 && !sameJSON(was.Value, is.Value) {
		all = append(all, finding{Level: look, Rule: "example-changed", Where: []string{is.ID}, Text: "changed between null and absent, which our types take for the same"})
	}
	if !maps.Equal(was.Parameters, is.Parameters) {
		all = append(all, finding{Level: look, Rule: "example-parameters", Where: []string{is.ID}, Text: fmt.Sprintf("answers %v, and answered %v", is.Parameters, was.Parameters)})
	}
	return all
}

// isScalar says whether the JSON text is neither an object nor a list: nobody decides by one.
func isScalar(text string) bool {
	return !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[")
}

func pointerOr(pointer string) string {
	if pointer == "" {
		return "(the whole)"
	}
	return pointer
}

// sameJSON compares two values, null and absent told apart.
func sameJSON(a, b []byte) bool {
	wrap := func(v []byte) []byte { return slices.Concat([]byte(`{"v":`), v, []byte("}")) }
	x, errX := document.Parse("", wrap(a))
	y, errY := document.Parse("", wrap(b))
	return errX == nil && errY == nil && document.Equal(x, y)
}

// pathParameter is a parameter in a path, by whatever name.
var pathParameter = regexp.MustCompile(`\{[^{}/]*\}`)

// sampleKey is where a sample stands, told by names: that of a parameter by its own and
// not by its place in the list, that of a header in any case.
func sampleKey(root *yaml.Node, pointer string) string {
	tokens := document.Tokens(pointer)
	for i := 1; i < len(tokens); i++ {
		n := document.At(root, document.Pointer("", document.Tokens(pointer)[:i+1]...))
		switch in := document.Text(n, "in"); {
		case tokens[i-1] == "headers":
			tokens[i] = strings.ToLower(tokens[i])
		case tokens[i-1] == "parameters" && in != "":
			tokens[i] = in + " " + document.Text(n, "name")
			if in == "header" {
				tokens[i] = strings.ToLower(tokens[i])
			}
		}
	}
	return pathParameter.ReplaceAllString(document.Pointer("", tokens...), "{}")
}

// otherExamples compares what parameters, headers and schemas show.
func (r *report) otherExamples(base, head *provider, add func(finding)) {
	values := func(p *provider) map[string]example.OtherExample {
		all := map[string]example.OtherExample{}
		for _, m := range p.doc.OtherExamples {
			all[sampleKey(p.effective, m.Pointer)] = m
		}
		return all
	}
	was, is := values(base), values(head)
	leaveOutMoved(was, base, head)
	leaveOutMoved(is, head, base)
	for _, key := range slices.Sorted(maps.Keys(was)) {
		now, still := is[key]
		switch at := was[key].Pointer; {
		case !still:
			add(finding{Level: look, Rule: "sample-removed", Pointer: at, Text: fmt.Sprintf("the sample at `%s` was removed", at)})
		case !sameJSON(was[key].Value, now.Value):
			add(finding{Level: look, Rule: "sample-changed", Pointer: at,
				Text: fmt.Sprintf("the sample at `%s` changed from `%s` to `%s`", at, shorten(string(was[key].Value)), shorten(string(now.Value)))})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(is)) {
		if _, known := was[key]; !known {
			at := is[key].Pointer
			add(finding{Level: compatible, Rule: "sample-added", Pointer: at, Text: fmt.Sprintf("a sample was added at `%s`", at)})
		}
	}
}

// leaveOutMoved takes out of the samples all those that the documents of both sides show,
// only elsewhere, such as one whose reference is written out: for the same operations, under
// one name, with one value.
func leaveOutMoved(all map[string]example.OtherExample, of, other *provider) {
	shown := map[string]bool{}
	for _, m := range other.doc.OtherExamples {
		shown[saidBy(other.effective, m)] = true
	}
	lost := map[string]bool{}
	for _, m := range of.doc.OtherExamples {
		if !shown[saidBy(of.effective, m)] {
			lost[sampleKey(of.effective, m.Pointer)] = true
		}
	}
	theirs := map[string]bool{}
	for _, m := range other.doc.OtherExamples {
		theirs[sampleKey(other.effective, m.Pointer)] = true
	}
	maps.DeleteFunc(all, func(key string, _ example.OtherExample) bool { return !theirs[key] && !lost[key] })
}

// saidBy is what a sample says, wherever it stands.
func saidBy(root *yaml.Node, m example.OtherExample) string {
	name := ""
	for _, token := range document.Tokens(sampleKey(root, m.Pointer)) {
		if !slices.Contains([]string{"schema", "example", "examples", "value"}, token) {
			name = token
		}
	}
	return m.Operation + " " + name + " " + string(m.Value)
}

// beside says which cases and recordings the examples have left behind. What was so
// before is not told again.
func (r *report) beside(base, head *provider) {
	was, is := base.entries(), head.entries()
	add := func(rule, id, text string) {
		r.add(finding{Section: inExamples, Level: look, Step: patch, Of: head.name, Rule: rule, Where: []string{id}, Text: text})
	}
	orphan := func(p *provider, entries map[string]example.Entry, id string) bool {
		_, has := entries[id]
		_, there := p.cases[id]
		return there && !has
	}
	for _, id := range slices.Sorted(maps.Keys(head.cases)) {
		if orphan(head, is, id) && !orphan(base, was, id) {
			add("case-orphaned", id, fmt.Sprintf("%s:%d is the case of an example that is gone", casesFile(head.name), head.cases[id]))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(is)) {
		e := is[id]
		_, hadCase := base.cases[id]
		_, hadExample := was[id]
		news := !hadExample || hadCase // what lacked one before lacks it still
		if _, has := head.cases[id]; !has && news && head.cases != nil && len(head.cases)+len(base.cases) > 0 {
			add("case-missing", id, fmt.Sprintf("has no case in %s", casesFile(head.name)))
		}
		if ledger.NotApplicable(ledger.Fixtures, e.Direction) != "" || len(head.fixtures)+len(base.fixtures) == 0 {
			continue
		}
		_, hadFixture := base.fixtures[id]
		if _, has := head.fixtures[id]; !has && (!hadExample || hadFixture) {
			add("fixture-missing", id, "has no recording")
		} else if has && hadExample && !sameJSON(was[id].Value, e.Value) && head.fixtures[id] == base.fixtures[id] {
			add("fixture-outdated", id, "its recording was made before it changed")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(head.fixtures)) {
		_, has := is[id]
		_, had := was[id]
		if _, there := base.fixtures[id]; !has && (had || !there) {
			add("fixture-orphaned", id, "its example is gone, its recording is not")
		}
	}
	stale := 0
	for id, sum := range head.fixtures {
		if _, has := is[id]; has && !head.stale && sum != head.sum && base.fixtures[id] == base.sum {
			stale++
		}
	}
	if stale > 0 && r.touches(head.name) {
		r.note("%s: %d recordings were made against the effective document as it was.", head.name, stale)
	}
}

// touches says whether anything is found of the provider so far.
func (r *report) touches(provider string) bool {
	return slices.ContainsFunc(r.Changes, func(f finding) bool { return f.Of == provider })
}
