package page

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
)

// failure is a check of an example that failed, or a spec that is about no single example: then
// Entry is nil.
type failure struct {
	*ledger.Entry
	Check  ledger.Check
	Spec   string
	Faults []example.Fault
	Says   string // where there are no faults

	provider string // of a spec
}

// cause is a failure with those that are likely to follow from it.
type cause struct {
	failure
	Checks []failure // of examples
	Specs  []failure
}

// Follows counts what follows.
func (c *cause) Follows() int { return len(c.Checks) + len(c.Specs) }

// Groups are the checks that follow, those together that are of one kind and fail alike.
func (c *cause) Groups() []following {
	var all []following
	places := map[[2]string]int{}
	for _, check := range ledger.Checks {
		for _, f := range c.Checks {
			if f.Check != check {
				continue
			}
			key := [2]string{string(check), f.how()}
			if _, there := places[key]; !there {
				places[key] = len(all)
				all = append(all, following{Check: check, How: f.how()})
			}
			group := &all[places[key]]
			group.Failures = append(group.Failures, f)
		}
	}
	return all
}

// following are failures of one check that fail alike.
type following struct {
	Check    ledger.Check
	How      string
	Failures []failure
}

// how is what a failure of an example says, in a line.
func (f failure) how() string {
	first := f.First()
	if first == nil {
		return f.Line()
	}
	at := cmp.Or(first.Pointer, "the whole")
	if _, in, recorded := strings.Cut(at, "#"); in != "" {
		at = in + " of the recorded request"
	} else if recorded {
		at = "the recording"
	}
	return "at " + at + ": expected " + first.Want + ", got " + cmp.Or(first.Got, "nothing")
}

// First is the fault that stands for all of a failure.
func (f failure) First() *example.Fault {
	if len(f.Faults) == 0 {
		return nil
	}
	return &f.Faults[0]
}

// few is how many faults of a cause stand in the overview; its example has all.
const few = 3

// Few are the first faults.
func (f failure) Few() []example.Fault { return f.Faults[:min(len(f.Faults), few)] }

// Rest counts the others.
func (f failure) Rest() int { return max(len(f.Faults)-few, 0) }

// Line is the first line of what a failure without faults says.
func (f failure) Line() string {
	line, _, _ := strings.Cut(f.Says, "\n")
	return line
}

// text is all that a failure says.
func (f failure) text() string {
	var b strings.Builder
	b.WriteString(f.Says)
	for _, x := range f.Faults {
		b.WriteString("\n" + x.Want + "\n" + x.Got)
	}
	return b.String()
}

// causes groups failures by what is likely behind them. Each goes to the group with which it has
// most in common: it is of the example that the group begins with, or its message names that;
// it is of an example, or at a point of an operation, at which another of the group is; its
// message is another's. What has nothing in common with any begins a group. Those come first
// that come closest to the documents: schema before client, and both before what stands on them.
func causes(l *ledger.Ledger) []*cause {
	g := grouping{ids: map[string]*cause{}, pointers: map[string]string{}, keys: map[string]*cause{}}
	for _, e := range l.Entries {
		g.pointers[e.Pointer] = e.ID
	}
	for _, f := range failures(l) {
		g.add(f)
	}
	slices.SortStableFunc(g.all, func(a, b *cause) int { return cmp.Compare(b.Follows(), a.Follows()) })
	return g.all
}

// failures are all of a run, in the order in which they may be behind others.
func failures(l *ledger.Ledger) []failure {
	var checks, stopped []failure
	for _, check := range ledger.Checks {
		for _, direction := range []bool{true, false} { // what is sent is behind what comes
			for _, e := range l.Entries {
				if !e.Checks[check].Failed() || (e.Direction == example.Request) != direction {
					continue
				}
				f := failure{Entry: e, Check: check, Faults: e.Faults[check]}
				if len(f.Faults) > 0 {
					checks = append(checks, f)
					continue
				}
				f.Says = e.Notes[check]
				stopped = append(stopped, f)
			}
		}
	}
	all := slices.Concat(checks, stopped)
	specs := l.BrokenSpecs
	if specs == nil { // of a run that kept the names alone
		for _, name := range l.Broken {
			specs = append(specs, ledger.BrokenSpec{Name: name})
		}
	}
	for _, s := range specs {
		all = append(all, failure{Spec: s.Name, Says: s.Says, provider: s.Provider})
	}
	return all
}

// grouping puts failures together, one after the other.
type grouping struct {
	all      []*cause
	ids      map[string]*cause // by the id of the example that a group begins with
	pointers map[string]string // the id of an example by its pointer
	keys     map[string]*cause // by what a failure has in common with others
}

func (g *grouping) add(f failure) {
	keys := f.keys()
	c := g.of(f, keys)
	switch {
	case c == nil:
		c = &cause{failure: f}
		g.all = append(g.all, c)
		if f.Entry != nil {
			g.ids[f.ID] = c
		}
	case f.Entry != nil:
		c.Checks = append(c.Checks, f)
	default:
		c.Specs = append(c.Specs, f)
	}
	for _, k := range keys {
		if g.keys[k] == nil {
			g.keys[k] = c
		}
	}
}

// of is the group of f; nil if it begins one.
func (g *grouping) of(f failure, keys []string) *cause {
	named := g.named(f.text())
	if f.Entry != nil && g.ids[f.ID] != nil {
		return g.ids[f.ID]
	}
	for _, id := range named {
		if c := g.ids[id]; c != nil {
			return c
		}
	}
	for _, id := range named {
		keys = append(keys, exampleKey(id))
	}
	for _, k := range keys {
		if c := g.keys[k]; c != nil {
			return c
		}
	}
	if f.Entry == nil {
		return g.said(f)
	}
	return nil
}

// said is the group whose first failure is at a member that the message of a spec names together
// with the operation: generated code names both, and no example.
func (g *grouping) said(f failure) *cause {
	text := strings.ToLower(f.Says)
	for _, c := range g.all {
		first := c.First()
		if c.Entry == nil || first == nil || f.provider != c.Provider {
			continue
		}
		pointer := place(c.Entry, first.Pointer)
		member := strings.ToLower(pointer[strings.LastIndex(pointer, "/")+1:])
		if len(member) > 3 && strings.Contains(text, member) && strings.Contains(text, strings.ToLower(c.Operation)) {
			return c
		}
	}
	return nil
}

var (
	// exampleID is what may be the id of an example, in a text.
	exampleID = regexp.MustCompile(`[\w-]+/[\w.-]+/(?:request|webhook|redirect|default|\d\w\w)/[\w-]+`)
	// pointer is what may be one into a document: names may have spaces.
	pointer = regexp.MustCompile(`/(?:paths|webhooks)/[^"\n]+`)
)

// named are the ids of the examples that a text names, by their id or their pointer.
func (g *grouping) named(text string) []string {
	all := exampleID.FindAllString(text, -1)
	for _, p := range pointer.FindAllString(text, -1) {
		for p != "" && g.pointers[p] == "" {
			p = p[:strings.LastIndex(p, "/")]
		}
		if id := g.pointers[p]; id != "" {
			all = append(all, id)
		}
	}
	return all
}

func exampleKey(id string) string { return "example " + id }

// address is where a value happened to lie in memory.
var address = regexp.MustCompile(`0x[0-9a-f]+`)

// keys are what a failure may have in common with others, the closest first.
func (f failure) keys() []string {
	var all []string
	if f.Entry != nil {
		all = append(all, exampleKey(f.ID))
		for _, x := range f.Faults {
			if x.Pointer != "" {
				all = append(all, "point "+f.Provider+"/"+f.Operation+" "+place(f.Entry, x.Pointer))
			}
		}
	}
	if first := f.First(); first != nil {
		got := strings.ReplaceAll(first.Got, f.Operation, "") // an error says which call it is of
		return append(all, "message "+first.Pointer+"\n"+first.Want+"\n"+got)
	}
	says, _, _ := strings.Cut(f.Says, "\nExpected\n") // the values may differ
	if says = address.ReplaceAllString(says, ""); says != "" {
		all = append(all, "message "+says)
	}
	return all
}

// place is a fault's pointer with the message that it is of: a recording's is that of the
// request that was made.
func place(e *ledger.Entry, pointer string) string {
	if _, in, recorded := strings.Cut(pointer, "#"); recorded {
		return string(example.Request) + " " + strings.TrimPrefix(in, "/body")
	}
	return string(e.Direction) + " " + pointer
}
