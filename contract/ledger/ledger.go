// Package ledger holds what the contract suite found: for each documented
// example, the state of each check.
package ledger

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/contract/examples"
)

// Check names one of the suite's checks. The zero value is none.
type Check string

// The checks, in the order in which they are reported.
const (
	Schema    Check = "schema"    // the example conforms to the effective schema
	Client    Check = "client"    // the typed client sends or reads it without loss
	Adapter   Check = "adapter"   // the adapter makes of it what its case names
	Fixtures  Check = "fixtures"  // the recorded exchange replays
	Simulator Check = "simulator" // the simulator gives it for its cause
	Sandbox   Check = "sandbox"   // the provider's sandbox gives it live
)

// Checks are all of them.
var Checks = []Check{Schema, Client, Adapter, Fixtures, Simulator, Sandbox}

// targets are what a run can be made against, with the checks that it makes.
var targets = map[string][]Check{
	"offline":   Checks,
	"simulator": {Simulator},
}

// Target says whether the suite can be run against that.
func Target(name string) bool { return targets[name] != nil }

// built are the checks that the suite performs so far.
var built = []Check{Schema, Client, Adapter, Simulator}

// State of a check: one of the closed list that Valid knows.
type State string

// The states without a variable part.
const (
	Pass     State = "pass"
	NA       State = "n/a"
	NotBuilt State = "skip: not built yet"
)

// Fail is the state of a check that found a fault at that JSON pointer.
func Fail(pointer string) State { return State("fail: " + pointer) }

// reasons are all the reasons for which a check may be skipped.
var reasons = []string{
	"not built yet", "needs credentials", "needs an empty balance", "needs a foreign address",
	"needs a person", "cannot be provoked",
}

var known = regexp.MustCompile(`^known: [A-Z]{2}-D[1-9]\d*$`)

// Valid says whether s is a state that the ledger may hold.
func (s State) Valid() bool {
	reason, skipped := strings.CutPrefix(string(s), "skip: ")
	return s == Pass || s == "pass (simulator)" || s == NA ||
		skipped && slices.Contains(reasons, reason) ||
		known.MatchString(string(s)) || s.Failed()
}

// Failed says whether the check found something that nobody knew.
func (s State) Failed() bool { return strings.HasPrefix(string(s), "fail: ") }

// Ledger is what one run found.
type Ledger struct {
	Target  string                `json:"target"`
	Entries []*Entry              `json:"entries"`
	Doctor  []*examples.Diagnosis `json:"doctor"`
	// Specs counts all specs of the run, by provider; "" has those of none.
	Specs map[string]*Specs `json:"specs"`
	// Differences by provider.
	Differences map[string]Differences `json:"differences"`

	seen   map[string]bool // providers with a result
	checks []Check         // of this run
}

// Specs counts what became of specs. Those that a narrowed run left out are not
// counted.
type Specs struct {
	Passed int `json:"passed"`
	Failed int `json:"failed"`
}

// Differences counts the numbered ones, and of these those that a spec shows.
type Differences struct {
	Numbered int `json:"numbered"`
	Pinned   int `json:"pinned"`
}

// Count adds a spec with these labels, one of which can be a provider. state is
// Ginkgo's.
func (l *Ledger) Count(labels []string, state string) {
	provider := ""
	for _, e := range l.Entries {
		if slices.Contains(labels, e.Provider) {
			provider = e.Provider
			break
		}
	}
	if l.Specs[provider] == nil {
		l.Specs[provider] = &Specs{}
	}
	switch state {
	case "passed":
		l.Specs[provider].Passed++
	case "skipped", "pending":
	default:
		l.Specs[provider].Failed++
	}
}

// Entry is one documented example and the state of its checks.
type Entry struct {
	ID          string             `json:"id"`
	Provider    string             `json:"provider"`
	Operation   string             `json:"operation"`
	Direction   examples.Direction `json:"direction"`
	Status      int                `json:"status,omitempty"` // of a response; absent for "default"
	Example     string             `json:"example"`
	Pointer     string             `json:"pointer"`
	Source      string             `json:"source"`
	Value       json.RawMessage    `json:"value"`
	Checks      States             `json:"checks"`
	Notes       map[Check]string   `json:"notes,omitempty"` // why a check is n/a, or what it found
	Differences []string           `json:"differences"`
}

// States are those of one entry's checks, written in the order of Checks.
type States map[Check]State

// MarshalJSON implements json.Marshaler.
func (s States) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('{')
	for _, c := range Checks {
		state, ok := s[c]
		if !ok {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%q", c, state)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

// NotApplicable says why a check has nothing to look at in an entry of that
// direction; "" if it has.
func NotApplicable(c Check, d examples.Direction) string {
	switch {
	case d == examples.Redirect && c == Schema:
		return "a redirect is a URL and has no schema"
	case d == examples.Redirect && c == Client:
		return "a redirect goes through the browser, not through the client"
	case d == examples.Request && c == Adapter:
		return "a request means nothing to the caller of an adapter"
	case (d == examples.Redirect || d == examples.Webhook) && c == Fixtures:
		return "it is no exchange that a client starts"
	}
	return ""
}

// New is the ledger of docs before any check against target was made: n/a and not
// built yet are entered, the rest is open.
func New(target string, docs []*examples.Document) *Ledger {
	l := &Ledger{
		Target: target, Specs: map[string]*Specs{}, Differences: map[string]Differences{}, seen: map[string]bool{}, checks: targets[target],
	}
	for _, d := range docs {
		for _, x := range d.Entries {
			e := &Entry{
				ID: x.ID, Provider: x.Provider, Operation: x.Operation, Direction: x.Direction, Status: x.Status,
				Example: x.Example, Pointer: x.Pointer, Source: x.Source, Value: x.Value,
				Differences: append([]string{}, x.Differences...), Checks: States{}, Notes: map[Check]string{},
			}
			for _, c := range l.checks {
				if why := NotApplicable(c, x.Direction); why != "" {
					e.Checks[c], e.Notes[c] = NA, why
				} else if !slices.Contains(built, c) {
					e.Checks[c] = NotBuilt
				}
			}
			l.Entries = append(l.Entries, e)
		}
	}
	return l
}

// Result is what one spec found.
type Result struct {
	ID    string
	Check Check
	State State
	Note  string // what was found, for a check that failed
}

// Set enters a result. An unknown example and an unknown state are errors.
func (l *Ledger) Set(r Result) error {
	if !r.State.Valid() {
		return fmt.Errorf("%s: %s: %q is no state", r.ID, r.Check, r.State)
	}
	for _, e := range l.Entries {
		if e.ID == r.ID {
			e.Checks[r.Check] = r.State
			l.seen[e.Provider] = true
			if r.Note != "" {
				e.Notes[r.Check] = r.Note
			}
			return nil
		}
	}
	return fmt.Errorf("%s: no such example", r.ID)
}

// Narrow drops what a narrowed run did not come to: the providers without a
// result, and the entries that have a check without a state. It says whether the
// ledger is not that of a whole run.
func (l *Ledger) Narrow() bool {
	all := len(l.Entries)
	l.Entries = slices.DeleteFunc(l.Entries, func(e *Entry) bool {
		return !l.seen[e.Provider] || len(e.Checks) < len(l.checks)
	})
	return len(l.Entries) < all || len(l.checks) < len(Checks)
}
