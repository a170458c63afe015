package ledger

import (
	"fmt"
	"slices"
	"time"
)

// Changes are what one run found otherwise than an earlier one. What only one of the two has
// looked at is not compared.
type Changes struct {
	// Since is when the earlier run started; zero if its ledger does not say.
	Since time.Time `json:"since,omitzero"`
	// Failing are what fails now and did not, Mended what failed and does no longer. A check
	// that is skipped now is not mended.
	Failing []Change `json:"failing,omitempty"`
	Mended  []Change `json:"mended,omitempty"`
	// New are the ids of the examples that the earlier run did not have, Gone of those that
	// only it had. A run of a part of the suite cannot tell what is gone.
	New  []string `json:"new,omitempty"`
	Gone []string `json:"gone,omitempty"`
}

// Change is a check of an example, or a spec that is about no single example.
type Change struct {
	ID    string `json:"id,omitempty"`
	Check Check  `json:"check,omitempty"`
	Spec  string `json:"spec,omitempty"`
}

// None says whether the two runs found the same.
func (c *Changes) None() bool { return len(c.Failing)+len(c.Mended)+len(c.New)+len(c.Gone) == 0 }

// String is a line for the terminal.
func (c *Changes) String() string {
	when := "since the run that was given"
	if !c.Since.IsZero() {
		when = c.Since.UTC().Format("since the run of 2 January 2006, 15:04 UTC")
	}
	if c.None() {
		return when + ": nothing changed"
	}
	return fmt.Sprintf("%s: %d newly failing, %d mended, %d new, %d gone",
		when, len(c.Failing), len(c.Mended), len(c.New), len(c.Gone))
}

// Compare enters what is otherwise in l than in the ledger of an earlier run.
func (l *Ledger) Compare(before *Ledger) {
	c := &Changes{Since: before.Started}
	old := map[string]*Entry{}
	for _, e := range before.Entries {
		old[e.ID] = e
	}
	here := map[string]bool{}
	for _, e := range l.Entries {
		here[e.ID] = true
		was := old[e.ID]
		if was == nil {
			c.New = append(c.New, e.ID)
			was = &Entry{}
		}
		for _, check := range Checks {
			now, then := e.Checks[check], was.Checks[check]
			switch {
			case now.Failed() && !then.Failed():
				c.Failing = append(c.Failing, Change{ID: e.ID, Check: check})
			case then.Failed() && now.judged():
				c.Mended = append(c.Mended, Change{ID: e.ID, Check: check})
			}
		}
	}
	for _, name := range missing(l.Broken, before.Broken) {
		c.Failing = append(c.Failing, Change{Spec: name})
	}
	if !l.Partial {
		for _, name := range missing(before.Broken, l.Broken) {
			c.Mended = append(c.Mended, Change{Spec: name})
		}
		for _, e := range before.Entries {
			if !here[e.ID] {
				c.Gone = append(c.Gone, e.ID)
			}
		}
	}
	l.Changes = c
}

// judged says whether a check came to a verdict, and that it is no fault.
func (s State) judged() bool {
	return s == Pass || s == PassSimulator || known.MatchString(string(s))
}

// missing are those of all that others have not, each as often as it is one too many: specs of
// two providers may have one name.
func missing(all, others []string) []string {
	rest := slices.Clone(others)
	var out []string
	for _, name := range all {
		if i := slices.Index(rest, name); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
			continue
		}
		out = append(out, name)
	}
	return out
}
