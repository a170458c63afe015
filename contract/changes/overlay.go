package changes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/doctor"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

// overlay says what a changed document did to our word on it.
func (r *report) overlay(base, head *provider) {
	add := func(f finding) {
		f.Section, f.Of = inOverlay, head.name
		if f.Step == "" {
			f.Step = patch
		}
		r.add(f)
	}
	if head.edited && !base.edited {
		add(finding{Level: look, Rule: "edited", Text: fmt.Sprintf("%s was edited by hand; make generate will refuse it", documentFile(head.name))})
	}
	if head.unmerged != "" && base.unmerged == "" && !head.edited {
		add(finding{Level: look, Rule: "unmerged", Text: "the published document is not what its sources are merged to: " + head.unmerged})
	}
	for _, name := range without(head.unnamed, base.unnamed) {
		add(finding{Level: look, Rule: "unnamed", Text: fmt.Sprintf("`%s` has no operationId, and so no name in Go", name)})
	}
	if head.overlay == nil || base.overlay == nil {
		if head.overlay != nil {
			r.missing("overlay of %s: %s has none", head.name, r.Base)
		}
		return
	}
	r.actions(base, head, add)
	if err := r.masked(base, head, add); err != nil {
		r.missing("the published documents of %s: %v", head.name, err)
	}
	r.doctor(base, head, add)
}

// actions compares what each action of head came to with what the same action came
// to on the old document. One that is new is held against itself alone.
func (r *report) actions(base, head *provider, add func(finding)) {
	type known struct {
		overlay.Step
		there bool
	}
	before := map[string]known{}
	for i, a := range base.overlay.Actions {
		before[identity(base.overlay, i, a)] = known{base.steps[i], true}
	}
	for i, a := range head.overlay.Actions {
		was, is := before[identity(head.overlay, i, a)], head.steps[i]
		what := fmt.Sprintf("action %d (line %d, `%s`%s)", i+1, a.Line, a.Target, cites(a))
		one := finding{Level: look, Pointer: fmt.Sprintf("%s:%d", overlayFile(head.name), a.Line), target: a.Target,
			fewer: is.Targets < was.Targets}
		switch {
		case is.Gone && !was.Gone:
			one.Rule, one.Text = "target-gone", what+" finds nothing"
			if a.Removes() && len(a.Differences) > 0 {
				one.Text += ": what it took away is gone by itself, so " + strings.Join(a.Differences, ", ") + " looks mended by the provider"
			}
			add(one)
		case is.Needless && !was.Needless:
			one.Rule, one.Text = "action-needless", what+" changes nothing"
			if len(a.Differences) > 0 {
				one.Text += ": " + strings.Join(a.Differences, ", ") + " looks mended by the provider"
			}
			add(one)
		case len(without(is.Describes, was.Describes)) > 0:
			one.Rule = "describes-gone"
			one.Text = fmt.Sprintf("%s describes %s, which the document no longer has", what, quoted(without(is.Describes, was.Describes)))
			add(one)
		case is.Err != nil && was.Err == nil:
			one.Rule, one.Text = "action-refused", what+" cannot be applied: "+is.Err.Error()
			add(one)
		case !was.there || is.Err != nil:
		default:
			if is.Targets < was.Targets {
				one.Rule, one.Text = "target-fewer", fmt.Sprintf("%s finds %d places and found %d", what, is.Targets, was.Targets)
				add(one)
			}
			if before, after := hidden(a, was.Hides), hidden(a, is.Hides); before != after {
				before, after = apart(before, after)
				one.Rule, one.Text = "change-hidden", fmt.Sprintf(
					"%s hides a change: what it takes away or writes over is %s, and was %s",
					what, or(after), or(before))
				add(one)
			}
			if at := without(was.Adds, is.Adds); len(at) > 0 && is.Targets >= was.Targets {
				one.Rule, one.Text = "published-now", fmt.Sprintf("%s sets %s, which the provider now publishes itself", what, quoted(at))
				add(one)
			}
		}
	}
}

// identity tells actions apart, those of the same text by their turn.
func identity(o *overlay.Overlay, i int, a overlay.Action) string {
	turn := 0
	for _, b := range o.Actions[:i] {
		if b.Text() == a.Text() {
			turn++
		}
	}
	return fmt.Sprintf("%s#%d", a.Text(), turn)
}

func cites(a overlay.Action) string {
	if len(a.Differences) == 0 {
		return ""
	}
	return ", " + strings.Join(a.Differences, ", ")
}

// hidden are the facts that an action hides, as text in an order of its own.
func hidden(a overlay.Action, nodes []*yaml.Node) string {
	kind := document.Kind("")
	if strings.HasSuffix(a.Target, ".headers") {
		kind = headers
	}
	var all []string
	for _, n := range nodes {
		all = append(all, string(document.JSON(keysSorted(speller{}.spell(kind, reduced(kind, n), nil)))))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// keysSorted is n with the members of each object in the order of their names.
func keysSorted(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = nil
	members := maps.Collect(document.Members(n))
	for _, name := range slices.Sorted(maps.Keys(members)) {
		document.Set(&out, name, keysSorted(members[name]))
	}
	for _, item := range document.Items(n) {
		out.Content = append(out.Content, keysSorted(item))
	}
	return &out
}

// around is how much of what two texts have in common stands beside what differs.
const around = 20

// apart are two texts without what both begin with and end with, but for a little of it.
func apart(a, b string) (string, string) {
	x, y := []rune(a), []rune(b)
	first := 0
	for first < min(len(x), len(y)) && x[first] == y[first] {
		first++
	}
	last := 0
	for last < min(len(x), len(y))-first && x[len(x)-1-last] == y[len(y)-1-last] {
		last++
	}
	first, last = max(first-around, 0), max(last-around, 0)
	cut := func(r []rune) string {
		text := shorten(string(r[first : len(r)-last]))
		if first > 0 {
			text = "..." + text
		}
		if last > 0 && !strings.HasSuffix(text, "...") {
			text += "..."
		}
		return text
	}
	return cut(x), cut(y)
}

// without is list less those of taken, each as often as it is there.
func without(list, taken []string) []string {
	left := slices.Clone(taken)
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool {
		i := slices.Index(left, s)
		if i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
		return i >= 0
	})
}

func quoted(list []string) string {
	return "`" + strings.Join(slices.Compact(slices.Clone(list)), "`, `") + "`"
}

// doctor compares which examples break their schema: the published one with the
// published document, and both with the effective one.
func (r *report) doctor(base, head *provider, add func(finding)) {
	wasBroken, err1 := base.broken()
	isBroken, err2 := head.broken()
	for _, err := range []error{err1, err2} {
		if err != nil {
			r.missing("contradictions of %s: %v", head.name, err)
			return
		}
	}
	if base.doc == nil || head.doc == nil {
		return // which examples has said
	}
	wasLeft, isLeft := base.left(), head.left()
	for _, at := range slices.Sorted(maps.Keys(isLeft)) {
		if _, was := wasLeft[at]; was {
			continue
		}
		faults := isLeft[at]
		inNew := newMediaType(base, at)
		if inNew != "" && !example.IsJSON(inNew) && document.At(head.effective, at).ShortTag() == "!!str" {
			continue // as that media type writes it
		}
		one := finding{Level: look, Rule: "contradiction", Pointer: at, Text: fmt.Sprintf("the example at `%s` breaks its schema: %s", at, said(faults))}
		if n := document.At(head.effective, at); document.At(head.published, at) == nil && head.overlay.Author(head.effective, n) >= 0 {
			line := head.overlay.Actions[head.overlay.Author(head.effective, n)].Line
			one.Rule, one.Pointer = "contradiction-ours", fmt.Sprintf("%s:%d", overlayFile(head.name), line)
			one.Text = fmt.Sprintf("our example at `%s` no longer fits the document: %s", at, said(faults))
		}
		if name := r.newlyAsked(head.name, faults); name != "" {
			one.Rule, one.names = "contradiction-request", []string{name}
			one.Text += "; the provider now asks for `" + name + "`"
		}
		ofType := slices.ContainsFunc(faults, func(f example.Fault) bool { return f.Keyword == "type" })
		if ofType && inNew == "" {
			one.Level, one.Step = breaking, major
			one.Text += "; the client's types cannot hold it"
		}
		add(one)
	}
	for _, at := range slices.Sorted(maps.Keys(isBroken)) {
		_, was := wasBroken[at]
		_, left := isLeft[at]
		if !was && !left {
			add(finding{Level: look, Rule: "contradiction-published", Pointer: at,
				Text: fmt.Sprintf("the published example at `%s` breaks the published schema (%s); the overlay mends it", at, said(isBroken[at]))})
		}
	}
	r.mended(base, head, wasBroken, isBroken, add)
}

// newMediaType is the media type in which the example at the pointer stands, if base has
// something there and not in that one: nobody reads it yet. Else it is "".
func newMediaType(base *provider, at string) string {
	tokens := document.Tokens(at)
	i := slices.Index(tokens, "content")
	if i < 0 || i+1 >= len(tokens) {
		return ""
	}
	content := document.At(base.effective, document.Pointer("", tokens[:i+1]...))
	if content == nil || document.Get(content, tokens[i+1]) != nil {
		return ""
	}
	return tokens[i+1]
}

// newlyAsked is the member that a request of the provider's has to have now, if nothing else
// is wrong with an example; else "".
func (r *report) newlyAsked(provider string, faults []example.Fault) string {
	found := ""
	for _, fault := range faults {
		tokens := document.Tokens(fault.Pointer)
		if fault.Keyword != "required" || len(tokens) == 0 {
			return ""
		}
		found = tokens[len(tokens)-1]
		if !slices.ContainsFunc(r.Changes, func(f finding) bool {
			return f.Of == provider && f.Level == breaking && asks.MatchString(f.Rule) &&
				slices.Contains(f.names, found)
		}) {
			return ""
		}
	}
	return found
}

// mended names the differences whose evidence is gone: each published example that
// an action for it mended still stands there, and is no longer broken.
func (r *report) mended(base, head *provider, was, is map[string][]example.Fault, add func(finding)) {
	still := func(at string) bool { _, broken := is[at]; return broken }
	if !slices.ContainsFunc(slices.Collect(maps.Keys(was)), func(at string) bool { return !still(at) }) {
		return
	}
	all, err := base.menders()
	if err != nil {
		r.missing("mended differences of %s: %v", head.name, err)
		return
	}
	open, shut := map[string]bool{}, map[string][]string{}
	for _, b := range all {
		for _, id := range b.Differences {
			switch {
			case still(b.Pointer):
				open[id] = true
			case document.At(head.published, b.Pointer) != nil:
				shut[id] = append(shut[id], b.Pointer)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(shut)) {
		if !open[id] && slices.Contains(head.overlay.Differences(), id) {
			add(finding{Level: compatible, Rule: "difference-mended", Pointer: shut[id][0],
				Text: fmt.Sprintf("%s is mended by the provider: %s no longer breaks the published schema; "+
					"take the action out", id, quoted(shut[id]))})
		}
	}
}

// findMenders are the broken examples with what mended each.
func (p *provider) findMenders() ([]example.Broken, error) {
	broken, err := p.broken()
	if err != nil {
		return nil, err
	}
	var all []example.Broken
	for _, at := range slices.Sorted(maps.Keys(broken)) {
		all = append(all, example.Broken{Pointer: at, Faults: broken[at]})
	}
	return all, doctor.Menders(p.name, document.Clone(p.published), p.overlay, all)
}

// unfit lists the examples of a document that break its schema, by pointer.
func unfit(doc *example.Document) map[string][]example.Fault {
	all := map[string][]example.Fault{}
	for _, b := range doc.Broken() {
		all[b.Pointer] = b.Faults
	}
	return all
}

func said(faults []example.Fault) string {
	text := fmt.Sprintf("at `%s` want %s, got `%s`", pointerOr(faults[0].Pointer), shorten(faults[0].Want), shorten(faults[0].Got))
	if more := len(faults) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text
}
