package changes

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// level is how much a change matters to who uses this module.
type level string

const (
	// breaking: a caller who compiles against the old client, sends its requests and
	// reads by its types does not compile any more, is refused, or misreads.
	breaking level = "breaking"
	// look: nothing breaks by itself; a person has to see it.
	look level = "look"
	// compatible: more than before, and all that was before.
	compatible level = "compatible"
)

// step is the part of the version that a change asks to count up.
type step string

const (
	major step = "major"
	minor step = "minor"
	patch step = "patch"
	none  step = "none"
	// unknown is that of a change that could not be compared as a whole.
	unknown step = "unknown"
)

var (
	levels = []level{breaking, look, compatible}
	steps  = []step{major, minor, patch, none}
)

// The sections of a report, in its order.
const (
	inWire     = "wire"
	inExamples = "examples"
	inOverlay  = "overlay"
	inGo       = "Go"
	inShape    = "wire shape"
	inCopy     = "copy"
)

var sections = []string{inCopy, inWire, inExamples, inOverlay, inGo, inShape}

// finding is one change.
type finding struct {
	Section string `json:"section"`
	Level   level  `json:"level"`
	Step    step   `json:"step"`
	// Provider, or the package.
	Of   string `json:"of"`
	Rule string `json:"rule"`
	// Where are the operations or the examples concerned.
	Where   []string `json:"where,omitempty"`
	Pointer string   `json:"pointer,omitempty"`
	Text    string   `json:"text"`

	// names are what was taken away or is asked for now, as the document calls it.
	names []string
	// gone are those of names, and the paths, that nobody knows any more.
	gone []string
	// at is where a member stands, as oasdiff has it.
	at string
	// moved are the codes that come with another status.
	moved []lost
	// target is that of an action of our overlay, and fewer says that it finds less.
	target string
	fewer  bool
	// from and to are the operations that a finding of a renamed path pairs.
	from, to operation
}

// command is something to do next.
type command struct {
	Command string `json:"command"`
	Why     string `json:"why"`
}

// changes says whether the command is there to change a file.
func (c command) changes() bool {
	checks := []string{"make contract ", "make test", "make mutants ", "make changes ", "git switch ", "go vet "}
	return !slices.ContainsFunc(checks, func(check string) bool { return strings.HasPrefix(c.Command, check) })
}

// report is the whole comparison.
type report struct {
	Base    string    `json:"base"`
	Head    string    `json:"head"`
	Verdict string    `json:"verdict"`
	Step    step      `json:"step"`
	Changes []finding `json:"changes"`
	// Notes change nothing about the verdict.
	Notes []string `json:"notes,omitempty"`
	// NotCompared are the parts for which one side gave nothing to compare.
	NotCompared []string  `json:"not_compared,omitempty"`
	Next        []command `json:"next,omitempty"`

	revision string   // what Base was asked for as
	to       string   // what Head was asked for as; "" for the working tree
	copied   bool     // it is about a client that somebody copied
	partly   bool     // something of head itself keeps it from being compared
	stale    bool     // gen/ of head is not what specs/ and the generator make
	unpinned []string // the generate.go of head that name another generator than go.mod does
	respelt  bool     // an example says the same in other words
	decides  decides
	both     []sides           // the providers that were compared
	lost     map[string][]lost // what the document of each provider no longer has
}

// sides are the two states of one provider.
type sides struct{ base, head *provider }

// sideOf are those of the provider; of one that was not compared there are none.
func (r *report) sideOf(name string) sides {
	for _, both := range r.both {
		if both.head.name == name {
			return both
		}
	}
	return sides{}
}

func (r *report) add(f ...finding) { r.Changes = append(r.Changes, f...) }

func (r *report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

func (r *report) missing(format string, args ...any) {
	r.NotCompared = append(r.NotCompared, fmt.Sprintf(format, args...))
}

// unable is missing, for what head itself does not give: nobody knows what it comes to.
func (r *report) unable(format string, args ...any) {
	r.partly = true
	r.missing(format, args...)
}

// join makes one of the changes that differ in nothing but where they are.
func (r *report) join() {
	type same struct{ section, level, of, rule, pointer, text string }
	first := map[same]int{}
	var all []finding
	for _, f := range r.Changes {
		key := same{f.Section, string(f.Level), f.Of, f.Rule, f.Pointer, f.Text}
		if i, known := first[key]; known && len(f.Where) > 0 {
			all[i].Where = append(all[i].Where, f.Where...)
			continue
		}
		first[key] = len(all)
		all = append(all, f)
	}
	for i := range all {
		slices.Sort(all[i].Where)
	}
	r.Changes = all
}

// finish puts all in order and comes to the verdict.
func (r *report) finish() {
	r.join()
	slices.SortStableFunc(r.Changes, func(a, b finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(sections, a.Section), slices.Index(sections, b.Section)), cmp.Compare(a.Of, b.Of),
			cmp.Compare(slices.Index(levels, a.Level), slices.Index(levels, b.Level)),
			cmp.Compare(a.Rule, b.Rule), slices.Compare(a.Where, b.Where), cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Text, b.Text))
	})
	slices.Sort(r.Notes)
	r.Notes = slices.Compact(r.Notes)
	slices.Sort(r.NotCompared)
	r.Step = none
	for _, f := range r.Changes {
		if slices.Index(steps, f.Step) < slices.Index(steps, r.Step) {
			r.Step = f.Step
		}
	}
	if r.partly && r.count(breaking) == 0 {
		r.Step = unknown
	}
	switch {
	case r.count(breaking) > 0:
		r.Verdict = "breaking"
	case r.partly:
		r.Verdict = "not all could be compared"
	case len(r.Changes) == 0 && len(r.NotCompared) > 0:
		r.Verdict = "nothing changed in what was compared"
	case len(r.Changes) == 0:
		r.Verdict = "nothing changed"
	case r.count(look) > 0:
		r.Verdict = "nothing breaks, have a look"
	default:
		r.Verdict = "nothing breaks"
	}
	if !r.copied { // of whose module nothing is known
		r.Next = r.next()
	}
}

// breaks says whether something does.
func (r *report) breaks() bool { return r.count(breaking) > 0 }

func (r *report) count(l level) int {
	n := 0
	for _, f := range r.Changes {
		if f.Level == l {
			n++
		}
	}
	return n
}

// json is the report for programs.
func (r *report) json() []byte {
	if r.Changes == nil {
		r.Changes = []finding{}
	}
	text, _ := json.MarshalIndent(r, "", "  ") // of strings alone
	return append(text, '\n')
}

// markdown is the report for people.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# What changed from %s to %s\n\n", r.Base, r.Head)
	switch {
	case len(r.Changes) == 0 && r.partly:
		fmt.Fprintf(&b, "**Verdict: %s.** Nothing changed in what was.\n", r.Verdict)
	case len(r.Changes) == 0 && len(r.NotCompared) > 0:
		b.WriteString("**Nothing changed** in what was compared.\n")
	case len(r.Changes) == 0 && r.copied:
		b.WriteString("**Nothing changed** on the wire or in Go.\n")
	case len(r.Changes) == 0:
		b.WriteString("**Nothing changed** on the wire, in the examples, in the overlay, in Go, or in what the clients send.\n")
	case r.copied:
		fmt.Fprintf(&b, "**Verdict: %s.** %s.\n", r.Verdict, r.counts())
	default:
		fmt.Fprintf(&b, "**Verdict: %s.** Next version: **%s**. %s.\n", r.Verdict, r.Step, r.counts())
	}
	for _, text := range r.NotCompared {
		fmt.Fprintf(&b, "\n**Not compared:** %s\n", plain(text))
	}
	for _, s := range sections {
		r.section(&b, s)
	}
	if len(r.Notes) > 0 {
		b.WriteString("\n## Notes\n\n")
		for _, n := range r.Notes {
			fmt.Fprintf(&b, "- %s\n", plain(n))
		}
	}
	switch {
	case r.copied:
	case len(r.Next) == 0:
		b.WriteString("\nNothing is left to do.\n")
	case !slices.ContainsFunc(r.Next, command.changes):
		b.WriteString("\nNothing is left to write or to mend: what follows are checks.\n")
	}
	if len(r.Next) > 0 {
		b.WriteString("\n## What to do next\n\n")
		for i, c := range r.Next {
			fmt.Fprintf(&b, "%d. `%s`: %s\n", i+1, c.Command, plain(c.Why))
		}
	}
	return b.String()
}

func (r *report) counts() string {
	var parts []string
	for _, l := range levels {
		if n := r.count(l); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, map[level]string{breaking: "breaking", look: "to look at", compatible: "compatible"}[l]))
		}
	}
	return strings.Join(parts, ", ")
}

func (r *report) section(b *strings.Builder, name string) {
	of, open := "", false
	for _, f := range r.Changes {
		if f.Section != name || slices.ContainsFunc(r.Changes, f.isDetailOf) {
			continue
		}
		if !open {
			fmt.Fprintf(b, "\n## %s\n", strings.ToUpper(name[:1])+name[1:])
			open = true
		}
		if f.Of != of {
			fmt.Fprintf(b, "\n### %s\n\n", f.Of)
			of = f.Of
		}
		f.line(b, "")
		for _, detail := range r.Changes {
			if detail.isDetailOf(f) {
				detail.line(b, "  ")
			}
		}
	}
}

// line writes the change on one line.
func (f finding) line(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%s- **%s** %s", indent, f.Level, plain(f.Text))
	if len(f.Where) > 0 {
		fmt.Fprintf(b, " (%s)", strings.Join(f.Where, ", "))
	}
	b.WriteString("\n")
}

// plain keeps text on one line, and a value from being taken for HTML.
func plain(text string) string {
	return strings.NewReplacer("\n", " ", "<", "&lt;").Replace(text)
}
