package ledger

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Totals counts what one provider's part of a ledger holds.
type Totals struct {
	// Operations are those with examples: the table of the README counts the others too.
	Operations, Examples      int
	Passed, Known, NA, Failed int
	// Simulated counts the recordings of the simulator that replay: no provider has passed
	// them.
	Simulated int
	Skipped   map[string]int // by reason

	operations map[string]bool
}

func (t *Totals) add(e *Entry) {
	if t.operations == nil {
		t.operations, t.Skipped = map[string]bool{}, map[string]int{}
	}
	if name := e.Provider + "/" + e.Operation; !t.operations[name] {
		t.operations[name] = true
		t.Operations++
	}
	t.Examples++
	for _, state := range e.Checks {
		reason, skipped := strings.CutPrefix(string(state), "skip: ")
		switch {
		case skipped:
			t.Skipped[reason]++
		case state == PassSimulator:
			t.Simulated++
		case state.Failed():
			t.Failed++
		case state == NA:
			t.NA++
		case strings.HasPrefix(string(state), "known: "):
			t.Known++
		default:
			t.Passed++
		}
	}
}

// Print writes a line for each provider, the totals, and what the example
// doctor says.
func (l *Ledger) Print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "provider\toperations with examples\texamples\tchecks passed\tsimulator replays\tknown\tfailed\t"+
		"n/a\tskipped\tspecs\tdifferences pinned\t")
	var providers []string
	totals := map[string]*Totals{}
	var sum Totals
	for _, e := range l.Entries {
		if totals[e.Provider] == nil {
			totals[e.Provider] = &Totals{}
			providers = append(providers, e.Provider)
		}
		totals[e.Provider].add(e)
		sum.add(e)
	}
	var specs Specs
	var differences Differences
	for _, s := range l.Specs {
		specs.Passed += s.Passed
		specs.Failed += s.Failed
	}
	for _, p := range providers {
		differences.Numbered += l.Differences[p].Numbered
		differences.Pinned += l.Differences[p].Pinned
		differences.Partly = differences.Partly || l.Differences[p].Partly
		if l.Specs[p] == nil {
			l.Specs[p] = &Specs{}
		}
		row(tw, p, totals[p], *l.Specs[p], l.Differences[p])
	}
	row(tw, "all", &sum, specs, differences)
	if err := tw.Flush(); err != nil {
		return err
	}
	if differences.Partly {
		fmt.Fprintln(w, "differences pinned: by the suite's own specs alone; those of the provider's folder, "+
			"which pin others, run in the repository only")
	}
	stale := 0
	for _, e := range l.Entries {
		if e.Recording != nil && e.Recording.Stale {
			stale++
		}
	}
	if stale > 0 {
		fmt.Fprintf(w, "%d recordings of a sandbox are too old to vouch for it: make record\n", stale)
	}
	for _, d := range l.Doctor {
		if _, err := fmt.Fprintln(w, d); err != nil {
			return err
		}
	}
	return nil
}

func row(w io.Writer, name string, t *Totals, specs Specs, differences Differences) {
	var skipped []string
	for reason, n := range t.Skipped {
		skipped = append(skipped, fmt.Sprintf("%d %s", n, reason))
	}
	slices.Sort(skipped)
	if len(skipped) == 0 {
		skipped = []string{"0"}
	}
	result := fmt.Sprintf("%d passed", specs.Passed)
	if specs.Failed > 0 {
		result = fmt.Sprintf("%d FAILED of %d", specs.Failed, specs.Passed+specs.Failed)
	}
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%d of %d\t\n", name, t.Operations, t.Examples,
		t.Passed, t.Simulated, t.Known, t.Failed, t.NA, strings.Join(skipped, ", "), result, differences.Pinned, differences.Numbered)
}

// Checked counts the checks that were made. What only the simulator has answered counts
// apart, as Simulated.
func (l *Ledger) Checked() int {
	t := l.totals()
	return t.Passed + t.Known + t.Failed
}

// Simulated counts the recordings of the simulator that replayed.
func (l *Ledger) Simulated() int { return l.totals().Simulated }

func (l *Ledger) totals() Totals {
	var sum Totals
	for _, e := range l.Entries {
		sum.add(e)
	}
	return sum
}
