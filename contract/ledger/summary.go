package ledger

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"example.com/digilocker/contract/examples"
)

// Totals counts what one provider's part of a ledger holds.
type Totals struct {
	Operations, Examples        int
	Passed, Known, NA, Failed   int
	Skipped                     map[string]int // by reason
	Requests, Responses, Others int
	operations                  map[string]bool
}

func (t *Totals) add(e *Entry) {
	if t.operations == nil {
		t.operations, t.Skipped = map[string]bool{}, map[string]int{}
	}
	if !t.operations[e.Operation] {
		t.operations[e.Operation] = true
		t.Operations++
	}
	t.Examples++
	switch e.Direction {
	case examples.Request:
		t.Requests++
	case examples.Response:
		t.Responses++
	default:
		t.Others++
	}
	for _, state := range e.Checks {
		reason, skipped := strings.CutPrefix(string(state), "skip: ")
		switch {
		case skipped:
			t.Skipped[reason]++
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

// Totals counts by provider.
func (l *Ledger) Totals() ([]string, map[string]*Totals) {
	var providers []string
	all := map[string]*Totals{}
	for _, e := range l.Entries {
		if all[e.Provider] == nil {
			all[e.Provider] = &Totals{}
			providers = append(providers, e.Provider)
		}
		all[e.Provider].add(e)
	}
	return providers, all
}

// Print writes a line for each provider, the totals, and what the example
// doctor says.
func (l *Ledger) Print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "provider\toperations\texamples\tpassed\tknown\tfailed\tn/a\tskipped\t")
	providers, totals := l.Totals()
	var sum Totals
	sum.Skipped = map[string]int{}
	for _, p := range providers {
		t := totals[p]
		row(tw, p, t)
		sum.Operations += t.Operations
		sum.Examples += t.Examples
		sum.Passed += t.Passed
		sum.Known += t.Known
		sum.Failed += t.Failed
		sum.NA += t.NA
		for reason, n := range t.Skipped {
			sum.Skipped[reason] += n
		}
	}
	row(tw, "all", &sum)
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, d := range l.Doctor {
		if _, err := fmt.Fprintln(w, d); err != nil {
			return err
		}
	}
	return nil
}

func row(w io.Writer, name string, t *Totals) {
	var skipped []string
	for reason, n := range t.Skipped {
		skipped = append(skipped, fmt.Sprintf("%d %s", n, reason))
	}
	slices.Sort(skipped)
	if len(skipped) == 0 {
		skipped = []string{"0"}
	}
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t\n", name, t.Operations, t.Examples, t.Passed, t.Known, t.Failed, t.NA, strings.Join(skipped, ", "))
}

// Checked counts the checks that were made.
func (l *Ledger) Checked() int {
	n := 0
	for _, e := range l.Entries {
		for _, s := range e.Checks {
			if s != NA && !strings.HasPrefix(string(s), "skip: ") {
				n++
			}
		}
	}
	return n
}
