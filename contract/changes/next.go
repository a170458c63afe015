package changes

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/specs/document"
)

// todo is what to do, each once, in the order in which it can be done.
type todo []command

func (t *todo) do(why string, format string, args ...any) {
	if one := (command{Command: fmt.Sprintf(format, args...), Why: why}); !slices.Contains(*t, one) {
		*t = append(*t, one)
	}
}

// next is what to do about the changes, in the order in which it can be done: first what is
// generated from, then what of ours names or uses what is gone, without which nothing else
// compiles, and then what the suite needs to know.
func (r *report) next() []command {
	r.lost = map[string][]lost{}
	for _, both := range r.both {
		r.lost[both.head.name] = r.losses(both)
	}
	var t todo
	if r.to != "" {
		t.do("the rest is about that revision", "git switch --detach %s", forShell(r.to))
	}
	r.first(&t)
	r.generating(&t)
	for _, p := range r.providers() {
		r.knowing(&t, p)
	}
	for _, p := range r.providers() {
		t.do("run every check of the provider", "make contract PROVIDER=%s", p)
	}
	if r.to != "" && len(t) == 1 {
		return nil
	}
	if r.any("example-") || r.any("fixture-") || r.found(inWire) {
		t.do("take what the suite catches of the new documents for known, once you have looked at it",
			"make mutants ACCEPT=1")
	}
	if len(t) > 0 {
		t.do("run all the rest", "make test")
	}
	return t
}

// first is what has to be mended before anything can be generated.
func (r *report) first(t *todo) {
	for _, f := range r.Changes {
		if f.Rule == "unreadable" || f.Rule == "does-not-build" && f.Pointer != "" {
			t.do("mend it, and compare again", "edit %s", f.Pointer)
		}
	}
	for _, f := range r.Changes {
		switch f.Rule {
		case "specs-gone":
			t.do("bring back what is gone", "git checkout %s -- %s", forShell(r.revision), f.Pointer)
		case "target-gone", "action-needless", "action-refused", "target-fewer", "describes-gone", "published-now":
			if f.Rule != "target-fewer" || !r.followsOperation(f) {
				t.do(map[string]string{
					"target-gone":     "give the action the target's new name, or remove it",
					"action-needless": "remove the action", "action-refused": "mend the action",
					"target-fewer":   "add the new names to its target, or shorten it",
					"describes-gone": "describe the member by its new name, or not at all",
					"published-now":  "compare the two, and leave one to the provider",
				}[f.Rule]+r.becoming(f), "edit %s", f.Pointer)
			}
		case "difference-mended":
			id, _, _ := strings.Cut(f.Text, " ")
			t.do(fmt.Sprintf("remove what answers %s, and say in %s why no spec shows it any more",
				id, differencesFile(f.Of)), "grep -n %s %s", id, overlayFile(f.Of))
		case "contradiction-request":
			if strings.HasPrefix(f.Pointer, overlayFile(f.Of)) {
				t.do(fmt.Sprintf("our example lacks `%s`, which the provider now asks for: add it, or number in %s "+
					"that its publication does without", f.names[0], differencesFile(f.Of)), "edit %s", f.Pointer)
				continue
			}
			t.do(fmt.Sprintf("the example at %s lacks `%s`, which the provider now asks for: number that, or import "+
				"what shows it", f.Pointer, f.names[0]), "edit %s", differencesFile(f.Of))
		case "contradiction":
			t.do("widen the schema at the example "+f.Pointer+", citing a new numbered difference",
				"edit %s", overlayFile(f.Of))
		case "contradiction-ours":
			t.do("the document no longer says what this example of ours does; look up its source and write it anew",
				"edit %s", f.Pointer)
		case "unnamed":
			t.do("give it an operationId, and its types their names", "edit %s", overlayFile(f.Of))
		case "server-renamed":
			if strings.HasSuffix(f.Text, byURL) {
				t.do("name each server by its URL: $.servers[?@.url=='https://...']", "edit %s", overlayFile(f.Of))
			}
		case "change-hidden", "break-hidden", "required-hidden", "removal-hidden":
			if f.Pointer == "" {
				f.Pointer = overlayFile(f.Of)
			}
			if !r.followsOperation(f) {
				t.do("see whether the action is still right", "edit %s", f.Pointer)
			}
		case "edited":
			t.do("put back what make import wrote", "git checkout %s", documentFile(f.Of))
		case "unmerged":
			t.do("merge the sources again, or see what keeps them from it", "make import PROVIDER=%s", f.Of)
			t.do("see what has become of the document", "make changes BASE=%s", forShell(r.revision))
		}
	}
	r.unsourced(t)
	for _, p := range r.providers() {
		t.fromTheEnd(overlayFile(p))
	}
	for _, file := range r.unpinned {
		t.do("call the generator by the version that go.mod has", "edit %s", file)
	}
}

// followsOperation says whether an action finds less only because an operation is gone, which
// it names nowhere.
func (r *report) followsOperation(f finding) bool {
	if !f.fewer || slices.ContainsFunc(r.lost[f.Of], func(l lost) bool { return strings.Contains(f.target, l.name) }) {
		return false
	}
	return slices.ContainsFunc(r.Changes, func(other finding) bool {
		return other.Of == f.Of && strings.HasPrefix(other.Rule, "api-") && strings.Contains(other.Rule, "removed")
	})
}

// becoming says what the names in an action's target are now, where that is known.
func (r *report) becoming(f finding) string {
	var all []string
	target := f.target
	if f.Rule == "describes-gone" {
		target = f.Text
	}
	for _, l := range slices.SortedStableFunc(slices.Values(r.lost[f.Of]), func(a, b lost) int {
		return len(b.name) - len(a.name) // a path before the parameter in it
	}) {
		if l.now != "" && strings.Contains(target, l.name) {
			target = strings.ReplaceAll(target, l.name, "")
			all = append(all, l.becomes())
		}
	}
	if len(all) == 0 {
		return ""
	}
	return "; " + strings.Join(all, ", ")
}

// generating is to write the clients, and to mend what of ours uses what they no longer
// have: until then neither the rest of make generate nor anything else compiles.
func (r *report) generating(t *todo) {
	var mend todo
	for _, p := range r.providers() {
		r.asking(&mend, p)
		for _, one := range r.naming(p) {
			mend.do(one.why(), "edit %s:%d", one.file, one.line)
		}
	}
	broken := slices.ContainsFunc(r.Changes, func(f finding) bool { return f.Rule == "does-not-compile" })
	switch {
	case r.stale && len(mend) > 0:
		t.do("write the clients alone: the rest may not compile until what follows is mended", "make clients")
	case r.stale:
		t.do("write the clients that the documents ask for", "make generate")
	}
	*t = append(*t, mend...)
	if r.has(inGo, breaking) || r.stale && len(mend) > 0 {
		t.do("see what of ours used what is gone, and mend that too", "go vet ./...")
	}
	if r.stale && len(mend) > 0 || broken {
		t.do("write the tables too, for which all has to compile", "make generate")
	}
	if r.stale || broken {
		t.do("see what has become of Go and of what the clients send", "make changes BASE=%s", forShell(r.revision))
	}
}

// isAdapter says whether the file is code of the provider's adapter, and no test.
func isAdapter(provider, file string) bool {
	return path.Dir(file) == path.Dir(adapterFile(provider)) && !strings.HasSuffix(file, "_test.go")
}

// knowing is what has to be said of the examples, to the adapter, the simulator and the
// suite, and to be accepted and recorded.
func (r *report) knowing(t *todo, p string) {
	both := r.sideOf(p)
	var missing, orphaned []string
	changed := r.respelt
	for _, f := range r.Changes {
		if f.Of != p {
			continue
		}
		for _, id := range f.Where {
			switch {
			case r.unsettled(p, id):
			case f.Rule == "case-missing":
				missing = append(missing, strings.TrimPrefix(id, p+"/"))
			case strings.HasPrefix(f.Rule, "example-"):
				changed = true
			case f.Rule == "case-orphaned":
				orphaned = append(orphaned, id)
			}
		}
	}
	r.untold(t, p)
	codes := r.newRefusals(both)
	decides := false
	for _, f := range r.Changes {
		switch hook := func(id string) bool { return strings.Contains(id, "/webhook/") }; {
		case f.Of != p || f.Rule != "example-decides":
		case !slices.ContainsFunc(f.Where, hook):
			decides = true
		case !both.edited(webhookFile(p)):
			t.do("say what the new events mean", "edit %s", webhookFile(p))
		}
	}
	if decides && !both.edited(errorsFile(p)) || len(codes) > 0 {
		why := "say what the new codes, messages or states mean"
		if len(codes) > 0 {
			why += ": " + strings.Join(codes, "; ")
		}
		t.do(why, "edit %s", errorsFile(p))
	}
	unheard := slices.DeleteFunc(slices.Clone(missing), func(id string) bool {
		return slices.ContainsFunc(r.lost[p], func(l lost) bool { return l.now == id })
	})
	if len(unheard) > 0 && both.head != nil && both.head.files[simulatorFile(p)] != nil {
		t.do(fmt.Sprintf("answer with %s where that is due; what nothing brings about, say in %s with the reason",
			quoted(unheard), waysFile(p)), "edit %s", simulatorFile(p))
	}
	if len(missing)+len(orphaned) > 0 {
		var what []string
		if len(missing) > 0 {
			what = append(what, "write "+plural(len(missing), "case"))
		}
		if len(orphaned) > 0 {
			what = append(what, "remove "+plural(len(orphaned), "case"))
		}
		t.do(strings.Join(what, ", "), "edit %s", casesFile(p))
	}
	r.unshown(t, p)
	if changed && !both.accepted() {
		t.do("take the documented examples as they are now for right, once you have looked at them",
			"make accept PROVIDER=%s", p)
	}
	if both.head != nil && both.head.lookAgain && !both.base.lookAgain {
		t.do("take what the sources show for looked at, once you have looked at what it lists: something that was "+
			"looked at stands no longer where it did", "go run ./contract/cmd/scan -accept")
	}
	if r.unrecorded(both) || r.sentOtherwise(both) {
		t.do("record the exchanges anew; without TARGET, at the sandbox", "make record PROVIDER=%s TARGET=simulator", p)
	}
}

// edited says whether somebody has changed the file.
func (s sides) edited(file string) bool {
	return s.head != nil && !bytes.Equal(s.head.files[file], s.base.files[file])
}

// accepted says whether the examples of head are those that somebody took for right.
func (s sides) accepted() bool {
	return s.head != nil && s.head.doc != nil && string(s.head.files[sumsFile(s.head.name)]) == s.head.doc.SumsText()
}

// sentOtherwise says whether an operation has another path, or asks for something else, and a
// recording of it is as it was.
func (r *report) sentOtherwise(both sides) bool {
	return slices.ContainsFunc(r.Changes, func(f finding) bool {
		moved := f.from.path != "" && f.from.id == f.to.id
		if both.head == nil || f.Of != both.head.name || !moved && (f.Level != breaking || !asks.MatchString(f.Rule)) {
			return false
		}
		for id, sum := range both.head.fixtures {
			for _, operation := range f.Where {
				if strings.HasPrefix(id, f.Of+"/"+operation+"/") && sum == both.base.fixtures[id] {
					return true
				}
			}
		}
		return false
	})
}

// decidesBy says whether the adapter names each value in what refusals says of an answer.
func (p *provider) decidesBy(code string) bool {
	return !slices.ContainsFunc(decidedBy.FindAllStringSubmatch(code, -1), func(value []string) bool {
		words := strings.ReplaceAll(regexp.QuoteMeta(value[1]), "_", "_?") // a constant has none
		name := regexp.MustCompile(`(?i)` + words + `\b`)
		for file, text := range p.files {
			if isAdapter(p.name, file) && name.Match(text) {
				return false
			}
		}
		return true
	})
}

// newRefusals are the codes, or whatever the adapters decide by, that no answer had and that
// the adapter does not name.
func (r *report) newRefusals(both sides) []string {
	if both.head == nil || both.base.doc == nil || both.head.doc == nil {
		return nil
	}
	known := map[string]bool{}
	for key := range r.refusals(both.base) {
		_, code, _ := strings.Cut(key, " ")
		known[code] = true
	}
	var all []string
	is := r.refusals(both.head)
	for _, key := range slices.Sorted(maps.Keys(is)) {
		_, code, _ := strings.Cut(key, " ")
		if known[code] || both.head.decidesBy(code) {
			continue
		}
		known[code] = true
		all = append(all, code+" with "+strings.Join(slices.Sorted(maps.Keys(is[key])), ", "))
	}
	return all
}

// forShell is a word of a command, quoted if a shell would not leave it as it is.
func forShell(word string) string {
	if strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-~^@") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// providers are those of which something is found, sorted.
func (r *report) providers() []string {
	var all []string
	for _, f := range r.Changes {
		if f.Section != inGo && f.Rule != "provider-removed" && !slices.Contains(all, f.Of) {
			all = append(all, f.Of)
		}
	}
	slices.Sort(all)
	return all
}

func (r *report) any(prefix string) bool {
	return slices.ContainsFunc(r.Changes, func(f finding) bool { return strings.HasPrefix(f.Rule, prefix) })
}

// unrecorded says whether a recording is wrong or missing, and not only of examples whose
// cases say why the simulator does not play them.
func (r *report) unrecorded(both sides) bool {
	if both.head == nil {
		return false
	}
	cases, err := document.Parse(casesFile(both.head.name), both.head.files[casesFile(both.head.name)])
	return slices.ContainsFunc(r.Changes, func(f finding) bool {
		if f.Of != both.head.name || !strings.HasPrefix(f.Rule, "fixture-") {
			return false
		}
		return err != nil || f.Rule != "fixture-missing" || slices.ContainsFunc(f.Where, func(id string) bool {
			plays := document.Text(document.Get(document.Get(cases, id), "runs"), "simulator")
			return plays == "" || plays == "yes"
		})
	})
}

func (r *report) found(section string) bool {
	return slices.ContainsFunc(r.Changes, func(f finding) bool { return f.Section == section })
}

func (r *report) has(section string, l level) bool {
	return slices.ContainsFunc(r.Changes, func(f finding) bool { return f.Section == section && f.Level == l })
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
