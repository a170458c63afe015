package changes

import (
	"fmt"
	"slices"
	"strings"
)

// next is what to do about the changes, in the order in which it can be done.
func (r *report) next() []command {
	var todo []command
	do := func(why string, format string, args ...any) {
		if one := (command{Command: fmt.Sprintf(format, args...), Why: why}); !slices.Contains(todo, one) {
			todo = append(todo, one)
		}
	}
	if r.to != "" {
		do("the rest is about that revision", "git switch --detach %s", forShell(r.to))
	}
	for _, f := range r.Changes {
		if f.Rule == "unreadable" || f.Rule == "does-not-build" && f.Pointer != "" {
			do("mend it, and compare again", "edit %s", f.Pointer)
		}
	}
	touched := r.providers()
	for _, f := range r.Changes {
		switch f.Rule {
		case "specs-gone":
			do("bring back what is gone", "git checkout %s -- %s", forShell(r.revision), f.Pointer)
		case "target-gone", "action-needless", "action-refused", "target-fewer", "describes-gone", "published-now":
			do(map[string]string{
				"target-gone": "give the action the target's new name, or remove it", "action-needless": "remove the action",
				"action-refused": "mend the action", "target-fewer": "add the new names to its target, or shorten it",
				"describes-gone": "describe the member by its new name, or not at all", "published-now": "compare the two, and leave one to the provider",
			}[f.Rule], "edit %s", f.Pointer)
		case "difference-mended":
			id, _, _ := strings.Cut(f.Text, " ")
			do(fmt.Sprintf("remove what answers %s, and say in %s why no spec shows it any more", id, differencesFile(f.Of)), "grep -n %s %s", id, overlayFile(f.Of))
		case "contradiction-request":
			do(fmt.Sprintf("the example at %s lacks `%s`, which the provider now asks for: number that, or import "+
				"what shows it", f.Pointer, f.names[0]), "edit %s", differencesFile(f.Of))
		case "contradiction":
			do("widen the schema at the example "+f.Pointer+", citing a new numbered difference", "edit %s", overlayFile(f.Of))
		case "contradiction-ours":
			do("the document no longer says what this example of ours does; look up its source and write it anew", "edit %s", f.Pointer)
		case "unnamed":
			do("give it an operationId, and its types their names", "edit %s", overlayFile(f.Of))
		case "server-renamed":
			if strings.HasSuffix(f.Text, byURL) {
				do("name each server by its URL: $.servers[?@.url=='https://...']", "edit %s", overlayFile(f.Of))
			}
		case "change-hidden", "break-hidden", "required-hidden", "removal-hidden":
			if f.Pointer == "" {
				f.Pointer = overlayFile(f.Of)
			}
			do("see whether the action is still right", "edit %s", f.Pointer)
		case "edited":
			do("put back what make import wrote", "git checkout %s", documentFile(f.Of))
		case "unmerged":
			do("merge the sources again, or see what keeps them from it", "make import PROVIDER=%s", f.Of)
			do("see what has become of the document", "make changes BASE=%s", forShell(r.revision))
		}
	}
	for _, f := range r.Changes {
		if f.Level == breaking && asks.MatchString(f.Rule) {
			do(fmt.Sprintf("send `%s`, which the provider now asks for", f.asked()), "edit %s", adapterFile(f.Of))
		}
	}
	for _, file := range r.unpinned {
		do("call the generator by the version that go.mod has", "edit %s", file)
	}
	if r.stale {
		do("write the clients that the documents ask for", "make generate")
		do("see what has become of Go and of what the clients send", "make changes BASE=%s", forShell(r.revision))
	}
	if r.has(inGo, breaking) {
		do("see what of ours used what is gone", "go vet ./...")
	}
	for _, p := range touched {
		var missing, orphaned int
		for _, f := range r.Changes {
			if f.Of == p && f.Rule == "case-missing" {
				missing += len(f.Where)
			}
			if f.Of == p && f.Rule == "case-orphaned" {
				orphaned += len(f.Where)
			}
		}
		for _, f := range r.Changes {
			switch {
			case f.Of != p || f.Rule != "example-decides":
			case slices.ContainsFunc(f.Where, func(id string) bool { return strings.Contains(id, "/webhook/") }):
				do("say what the new events mean", "edit %s", webhookFile(p))
			default:
				do("say what the new codes, messages or states mean", "edit %s", errorsFile(p))
			}
		}
		for _, one := range r.untold(p) {
			do("it calls "+quoted(one.names)+", which the provider calls deprecated: say so in the function's "+
				"comment, in a paragraph that begins with `Deprecated: `, and in the package's",
				"edit %s:%d", one.file, one.line)
		}
		for _, one := range r.naming(p) {
			why := "it still names " + quoted(one.names) + ", gone from what the provider publishes"
			do(why, "edit %s:%d", one.file, one.line)
		}
		if missing+orphaned > 0 {
			var what []string
			if missing > 0 {
				what = append(what, "write "+plural(missing, "case"))
			}
			if orphaned > 0 {
				what = append(what, "remove "+plural(orphaned, "case"))
			}
			do(strings.Join(what, ", "), "edit %s", casesFile(p))
		}
	}
	if r.any("example-") || r.respelt {
		do("take the documented examples as they are now for right, once you have looked at them", "make accept")
	}
	if r.any("fixture-") {
		do("record the exchanges anew; without TARGET, at the sandboxes", "make record TARGET=simulator")
	}
	for _, p := range touched {
		do("run every check of the provider", "make contract PROVIDER=%s", p)
	}
	if r.to != "" && len(todo) == 1 {
		return nil
	}
	if r.any("example-") || r.any("fixture-") || r.found(inWire) {
		do("take what the suite catches of the new documents for known, once you have looked at it", "make mutants ACCEPT=1")
	}
	if len(todo) > 0 {
		do("run all the rest", "make test")
	}
	return todo
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
