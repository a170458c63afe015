// Package page shows a ledger to people: one HTML page.
package page

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge/mutants"
	"example.com/digilocker/contract/ledger"
)

//go:embed report.html report.css report.js
var files embed.FS

// report makes the page. Style and script are templates without an action: so they
// are escaped for their place like all else.
var report = template.Must(template.New("").Funcs(template.FuncMap{
	"again": again, "becomes": becomes, "brief": brief, "count": plural, "day": day, "filter": filter,
	"grouped": grouped, "kind": kindOf, "title": title,
}).ParseFS(files, "report.*"))

// HTML is the ledger as one page, for people: what was checked and what is wrong, and
// what the last run of make mutants found, which may be nil. It needs no other file, and
// its scripts only to filter and to search. It shows the values that the ledger has, which
// are those of published examples.
func HTML(l *ledger.Ledger, proof *mutants.Report) ([]byte, error) {
	var out bytes.Buffer
	p := read(l)
	p.Mutants = proof
	if err := report.ExecuteTemplate(&out, "report.html", p); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// A kind is what states have in common: the page counts and filters by it.
type kind string

const (
	failedKind  kind = "fail"
	knownKind   kind = "known"
	passKind    kind = "pass"
	simKind     kind = "sim" // a pass on what the simulator has answered, which counts apart
	skippedKind kind = "skip"
	naKind      kind = "na"
)

// kinds are all of them, those first that a reader has to know of.
var kinds = []kind{failedKind, knownKind, passKind, simKind, skippedKind, naKind}

func kindOf(s ledger.State) kind {
	switch {
	case s.Failed():
		return failedKind
	case s == ledger.NA:
		return naKind
	case s == ledger.PassSimulator:
		return simKind
	case strings.HasPrefix(string(s), "known: "):
		return knownKind
	case strings.HasPrefix(string(s), "skip: "):
		return skippedKind
	}
	return passKind
}

// Name is what people call it.
func (k kind) Name() string {
	return map[kind]string{
		failedKind: "failed", knownKind: "known difference", passKind: "passed", simKind: "passed (simulator)", skippedKind: "skipped", naKind: "n/a",
	}[k]
}

// tally counts checks by kind.
type tally map[kind]int

// Counts are those that are not zero, in the order of kinds.
func (t tally) Counts() []count {
	var all []count
	for _, k := range kinds {
		if t[k] > 0 {
			all = append(all, count{Kind: k, N: t[k]})
		}
	}
	return all
}

// Made is how many checks were made, whatever they found. What only the simulator has
// answered is none of them.
func (t tally) Made() int { return t[failedKind] + t[knownKind] + t[passKind] }

// Replayed is how many recordings of the simulator were played back.
func (t tally) Replayed() int { return t[simKind] }

type count struct {
	Kind  kind
	N     int
	First string // id of the first example
}

// page is what the template shows.
type page struct {
	*ledger.Ledger
	Mutants   *mutants.Report
	Tally     tally
	Checks    []ledger.Check // of this run
	Kinds     []kind
	Providers []*provider
	Failed    int      // checks
	Causes    []*cause // what is behind the checks that failed
	Others    []*cause // and behind the specs that failed, and follow from no such check
	// Stale are the examples whose recording is older than it may be.
	Stale []*ledger.Entry
	// SpecsPassed and SpecsFailed count all specs of the run.
	SpecsPassed, SpecsFailed int
}

// Wrong says whether there is anything that somebody should look after.
func (p *page) Wrong() bool {
	return p.Failed > 0 || p.SpecsFailed > 0 || len(p.Outages()) > 0 || len(p.Stale) > 0 ||
		slices.ContainsFunc(p.Doctor, func(d *example.Diagnosis) bool { return len(d.StillBroken) > 0 })
}

// Skipped counts the checks that were not made, by the reason.
func (p *page) Skipped() map[string]int {
	all := map[string]int{}
	for _, e := range p.Entries {
		for _, state := range e.Checks {
			if reason, skipped := strings.CutPrefix(string(state), "skip: "); skipped {
				all[reason]++
			}
		}
	}
	return all
}

// provider is what the page has of one.
type provider struct {
	Name       string
	Tally      tally
	Examples   int
	Specs      ledger.Specs
	Operations []*operation
	Pinned     ledger.Differences
	Numbered   []numbered
	Doctor     *example.Diagnosis
	Sources    []example.Source
	Recordings []recordings
}

type operation struct {
	ID, Name string // with and without the provider
	Examples []*shown
	Cells    []cell
}

// cell is one of the matrix: the counts of one check of one operation.
type cell struct {
	Check  ledger.Check
	Counts []count
}

// numbered is a difference and the examples that carry it.
type numbered struct {
	ledger.Difference
	Examples []string
}

// recordings sums up those of one provider from one kind of service.
type recordings struct {
	From           string
	N, Stale       int
	Oldest, Newest time.Time
}

// shown is an entry as it is shown.
type shown struct {
	*ledger.Entry
	Known    []ledger.Difference
	Findings []finding
	Payload  string
	Started  time.Time
}

// finding is what checks that came out alike have in common.
type finding struct {
	Kind   kind
	Why    string
	Checks []ledger.Check
}

// read is what the page shows of a ledger.
func read(l *ledger.Ledger) *page {
	p := &page{Ledger: l, Tally: tally{}, Kinds: kinds}
	for _, s := range l.Specs {
		p.SpecsPassed += s.Passed
		p.SpecsFailed += s.Failed
	}
	for _, c := range ledger.Checks {
		if slices.ContainsFunc(l.Entries, func(e *ledger.Entry) bool { return e.Checks[c] != "" }) {
			p.Checks = append(p.Checks, c)
		}
	}
	for _, e := range l.Entries {
		v := p.provider(e.Provider)
		v.Examples++
		for _, c := range p.Checks {
			state, made := e.Checks[c]
			if !made {
				continue
			}
			p.Tally[kindOf(state)]++
			v.Tally[kindOf(state)]++
			if state.Failed() {
				p.Failed++
			}
		}
		if e.Recording != nil && e.Recording.Stale {
			p.Stale = append(p.Stale, e)
		}
		x := &shown{Entry: e, Known: carried(l.Differences[e.Provider].List, e.Differences), Findings: findings(e), Payload: indented(e.Value), Started: l.Started}
		o := v.operation(e)
		o.Examples = append(o.Examples, x)
	}
	for _, v := range p.Providers {
		v.complete(p)
	}
	for _, c := range causes(l) {
		if c.Entry == nil {
			p.Others = append(p.Others, c)
		} else {
			p.Causes = append(p.Causes, c)
		}
	}
	return p
}

// provider is the one with that name, new if there is none yet.
func (p *page) provider(name string) *provider {
	for _, v := range p.Providers {
		if v.Name == name {
			return v
		}
	}
	v := &provider{Name: name, Tally: tally{}, Pinned: p.Differences[name], Sources: p.Sources[name]}
	if s := p.Specs[name]; s != nil {
		v.Specs = *s
	}
	for _, d := range p.Doctor {
		if d.Provider == name {
			v.Doctor = d
		}
	}
	p.Providers = append(p.Providers, v)
	return v
}

// operation is the one of e, new if there is none yet.
func (v *provider) operation(e *ledger.Entry) *operation {
	for _, o := range slices.Backward(v.Operations) { // the examples of one stand together
		if o.Name == e.Operation {
			return o
		}
	}
	o := &operation{ID: e.Provider + "/" + e.Operation, Name: e.Operation}
	v.Operations = append(v.Operations, o)
	return o
}

// complete adds what needs all examples.
func (v *provider) complete(p *page) {
	carriers := map[string][]string{}
	bySource := map[string]*recordings{}
	for _, o := range v.Operations {
		for _, c := range p.Checks {
			o.Cells = append(o.Cells, o.cell(c))
		}
		for _, x := range o.Examples {
			for _, id := range x.Differences {
				carriers[id] = append(carriers[id], x.ID)
			}
			if x.Recording != nil {
				add(bySource, x.Recording)
			}
		}
	}
	for _, d := range v.Pinned.List {
		v.Numbered = append(v.Numbered, numbered{d, carriers[d.ID]})
	}
	for _, r := range bySource {
		v.Recordings = append(v.Recordings, *r)
	}
	slices.SortFunc(v.Recordings, func(a, b recordings) int { return cmp.Compare(a.From, b.From) })
}

func add(bySource map[string]*recordings, r *ledger.Recording) {
	sum := bySource[r.From]
	if sum == nil {
		sum = &recordings{From: r.From, Oldest: r.At, Newest: r.At}
		bySource[r.From] = sum
	}
	sum.N++
	if r.Stale {
		sum.Stale++
	}
	if r.At.Before(sum.Oldest) {
		sum.Oldest = r.At
	}
	if r.At.After(sum.Newest) {
		sum.Newest = r.At
	}
}

func (o *operation) cell(c ledger.Check) cell {
	t, first := tally{}, map[kind]string{}
	for _, x := range o.Examples {
		if state, made := x.Checks[c]; made {
			k := kindOf(state)
			if t[k]++; t[k] == 1 {
				first[k] = x.ID
			}
		}
	}
	counts := t.Counts()
	for i := range counts {
		counts[i].First = first[counts[i].Kind]
	}
	return cell{c, counts}
}

// findings are the outcomes of the checks in words, those that are alike together,
// in the order of kinds.
func findings(e *ledger.Entry) []finding {
	var all []finding
	for _, c := range ledger.Checks {
		state, made := e.Checks[c]
		if !made {
			continue
		}
		k, why := kindOf(state), ""
		switch k {
		case naKind:
			why = e.Notes[c]
		case knownKind, skippedKind:
			_, why, _ = strings.Cut(string(state), ": ")
		}
		i := slices.IndexFunc(all, func(f finding) bool { return f.Kind == k && f.Why == why })
		if i < 0 {
			i = len(all)
			all = append(all, finding{Kind: k, Why: why})
		}
		all[i].Checks = append(all[i].Checks, c)
	}
	slices.SortStableFunc(all, func(a, b finding) int { return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind) })
	return all
}

// Answer is the id of the answer that a request gets.
func (x *shown) Answer() string { return x.Provider + "/" + x.Operation + "/" + x.Gets }

// Failed are the checks that failed.
func (x *shown) Failed() []ledger.Check {
	var all []ledger.Check
	for _, c := range ledger.Checks {
		if x.Checks[c].Failed() {
			all = append(all, c)
		}
	}
	return all
}

// Marks are the checks in their order.
func (x *shown) Marks() []ledger.Check {
	return slices.DeleteFunc(slices.Clone(ledger.Checks), func(c ledger.Check) bool { return x.Checks[c] == "" })
}

// Lines is the length of the payload.
func (x *shown) Lines() int { return strings.Count(x.Payload, "\n") + 1 }

// Shown is the payload as text of the page. The quotes of JSON stay as they are: escaped, they would be most of it.
func (x *shown) Shown() template.HTML { return template.HTML(markup.Replace(x.Payload)) } //nolint:gosec // see markup

// markup has all of what means something in a text of HTML.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\x00", "\uFFFD")

// Long says whether the payload is more than a reader wants to scroll past.
func (x *shown) Long() bool { return x.Lines() > 24 || len(x.Payload) > 2000 }

// Age is how old the recording was when the suite ran; "" if nobody knows.
func (x *shown) Age() string {
	if x.Recording == nil || x.Started.IsZero() || x.Started.Before(x.Recording.At) {
		return ""
	}
	return plural(int(x.Started.Sub(x.Recording.At).Hours()/24), "day") + " old"
}

// carried are the differences with these ids. One that nobody has numbered has no text.
func carried(list []ledger.Difference, ids []string) []ledger.Difference {
	var all []ledger.Difference
	for _, id := range ids {
		d := ledger.Difference{ID: id}
		if i := slices.IndexFunc(list, func(d ledger.Difference) bool { return d.ID == id }); i >= 0 {
			d = list[i]
		}
		all = append(all, d)
	}
	return all
}

// indented is JSON as people read it: as it was written, but for the space.
func indented(value json.RawMessage) string {
	var b bytes.Buffer
	if err := json.Indent(&b, value, "", "  "); err != nil {
		return string(value)
	}
	return b.String()
}

// again is the command that makes a check of an example once more.
func again(c ledger.Check, id string) string {
	provider, _, _ := strings.Cut(id, "/")
	command := fmt.Sprintf("go test ./contract/provider/%s -count=1 -ginkgo.focus='^contract %s %s$'", provider, c, regexp.QuoteMeta(id))
	if c == ledger.Sandbox {
		command += " -target=sandbox"
	}
	return command
}

// filter is what the script filters by: operation, check and kind of state.
func filter(operation string, c ledger.Check, k kind) string {
	return url.Values{"in": {operation + "/"}, "check": {string(c)}, "state": {string(k)}}.Encode()
}

// becomes is what a caller of the adapter gets of an example: the name of an error's kind, or the
// words of its case; "" without a case.
func becomes(means string) string {
	kind, isError := strings.CutPrefix(means, "error ")
	if !isError {
		return means
	}
	name := "kyc.Err"
	for word := range strings.FieldsSeq(kind) {
		name += title(word)
	}
	return name
}

// brief is enough of a hash to tell it from others.
func brief(hash string) string { return hash[:min(len(hash), 12)] }

func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

func title(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return grouped(n) + " " + noun
}

// grouped is a number with a comma for each thousand.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
