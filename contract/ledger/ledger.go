// Package ledger holds what the contract suite found: for each documented
// example, the state of each check. It is what ledger.json of a report has, for
// people as a table ([Ledger.Print]) and a page (package page), for programs as
// JUnit ([JUnit]); [Ledger.Compare] says what changed since an earlier run.
package ledger

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/contract/example"
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
	"fixtures":  {Fixtures},
	"simulator": {Simulator},
	"sandbox":   {Sandbox},
}

// Offline is the target of all checks that need no network.
const Offline = "offline"

// Targets are the names of all targets.
func Targets() []string { return slices.Sorted(maps.Keys(targets)) }

// Target says whether the suite can be run against that.
func Target(name string) bool { return targets[name] != nil }

// State of a check: one of the closed list that Valid knows.
type State string

// The states without a variable part.
const (
	Pass State = "pass"
	// PassSimulator is a pass on what the simulator, not a provider, has answered.
	PassSimulator State = "pass (simulator)"
	NA            State = "n/a"
	NoCredentials State = "skip: needs credentials"
	// Unreached is no word on what a provider does: it could not be called.
	Unreached State = "skip: cannot be reached"
)

// Account is the pointer of a fault that is none of the answer: the case was not called, since the account lacks what
// a call of its own was to get.
const Account = "(account)"

// Fail is the state of a check that found a fault at that JSON pointer.
func Fail(pointer string) State { return State("fail: " + pointer) }

var known = regexp.MustCompile(`^known: [A-Z]{2}-D[1-9]\d*$`)

// Valid says whether s is a state that the ledger may hold.
func (s State) Valid() bool {
	reason, skipped := strings.CutPrefix(string(s), "skip: ")
	return s == Pass || s == PassSimulator || s == NA ||
		skipped && slices.Contains(example.Reasons, reason) ||
		known.MatchString(string(s)) || s.Failed()
}

// Failed says whether the check found something that nobody knew.
func (s State) Failed() bool { return strings.HasPrefix(string(s), "fail: ") }

// Ledger is what one run found. Its JSON only ever gets new members, which who does not know
// them may leave: changes and brokenSpecs of the whole, means and gets of an entry, and a note
// of a check that failed without a fault are the last that came.
type Ledger struct {
	Target  string    `json:"target"`
	Partial bool      `json:"partial,omitempty"` // a narrowed run, see Narrow
	Started time.Time `json:"started,omitzero"`
	Took    Seconds   `json:"seconds,omitempty"`
	// Sources are the publications behind the examples, by provider.
	Sources map[string][]example.Source `json:"sources,omitempty"`
	Entries []*Entry                    `json:"entries"`
	Doctor  []*example.Diagnosis        `json:"doctor"`
	// Specs counts all specs of the run, by provider; "" has those of none.
	Specs map[string]*Specs `json:"specs"`
	// Broken are the names of the specs that failed and are no check of an example.
	Broken []string `json:"broken,omitempty"`
	// BrokenSpecs are the same specs, with what they said.
	BrokenSpecs []BrokenSpec `json:"brokenSpecs,omitempty"`
	// Changes are what is otherwise than in an earlier run; nil if none was given.
	Changes *Changes `json:"changes,omitempty"`
	// Differences by provider.
	Differences map[string]Differences `json:"differences"`

	byID map[string]*Entry
	// Scorecards say how far each provider's documents can be relied on.
	Scorecards []example.Card  `json:"scorecards,omitempty"`
	seen       map[string]bool // providers with a result
	checks     []Check         // of this run
}

// BrokenSpec is a spec that failed and is no check of an example.
type BrokenSpec struct {
	Provider string `json:"provider"`
	Name     string `json:"name"`
	Says     string `json:"says,omitempty"` // its message; "" in a run against a sandbox
}

// Specs counts what became of specs. Those that a narrowed run left out are not
// counted.
type Specs struct {
	Passed int `json:"passed"`
	Failed int `json:"failed"`
}

// Seconds is how long something took. In JSON it has one decimal.
type Seconds time.Duration

// MarshalJSON implements [json.Marshaler].
func (s Seconds) MarshalJSON() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalJSON implements [json.Unmarshaler].
func (s *Seconds) UnmarshalJSON(text []byte) error {
	var n float64
	err := json.Unmarshal(text, &n)
	*s = Seconds(n * float64(time.Second))
	return err
}

func (s Seconds) String() string { return fmt.Sprintf("%.1f", time.Duration(s).Seconds()) }

// Differences counts the numbered ones, and of these those that a spec shows.
type Differences struct {
	Numbered int `json:"numbered"`
	Pinned   int `json:"pinned"`
	// Partly says that the specs of the provider's own folder, which pin most of them, were not here.
	Partly bool         `json:"partly,omitempty"`
	List   []Difference `json:"list,omitempty"`
}

// Difference is a numbered one: where the documents contradict each other.
type Difference struct {
	ID      string   `json:"id"`
	Says    string   `json:"says"`
	Sources []string `json:"sources"`
	// Untested is the reason why no spec pins it; empty otherwise.
	Untested string `json:"untested,omitempty"`
	// Pins are the specs that show it.
	Pins []Pin `json:"pins,omitempty"`
}

// Pin is a spec that shows a difference, and what became of it: Ginkgo's word.
type Pin struct {
	Spec  string `json:"spec"`
	State string `json:"state"`
}

// Count adds a spec of the provider. state is Ginkgo's.
func (l *Ledger) Count(provider, state string) {
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
	ID        string            `json:"id"`
	Provider  string            `json:"provider"`
	Operation string            `json:"operation"`
	Direction example.Direction `json:"direction"`
	Status    int               `json:"status,omitempty"` // of a response; absent for "default"
	Example   string            `json:"example"`
	Pointer   string            `json:"pointer"`
	Source    string            `json:"source"`
	Value     json.RawMessage   `json:"value"`
	// Means is what the example becomes in the words of its case, such as "error pending"; ""
	// for a request, and without a case.
	Means string `json:"means,omitempty"`
	// Gets is the answer to a request, below its operation, such as "200/success".
	Gets   string `json:"gets,omitempty"`
	Checks States `json:"checks"`
	// Notes say why a check is n/a, what it found, or how it stopped before it could compare.
	Notes       map[Check]string `json:"notes,omitempty"`
	Faults      Faults           `json:"faults,omitempty"`
	Differences []string         `json:"differences"`
	Recording   *Recording       `json:"recording,omitempty"`
}

// Faults are all that a check that failed has found.
type Faults map[Check][]example.Fault

// Recording is the fixture of an example.
type Recording struct {
	File string    `json:"file"` // below contract/provider/
	From string    `json:"from"` // "simulator" or "sandbox"
	At   time.Time `json:"at"`   // to the day
	Hash string    `json:"hash"` // SHA-256 of the file, hexadecimal
	// Stale says that it is older than recordings of that kind may be.
	Stale bool `json:"stale,omitempty"`
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
func NotApplicable(c Check, d example.Direction) string {
	switch {
	case d == example.Redirect && c == Schema:
		return "a redirect is a URL and has no schema"
	case d == example.Redirect && c == Client:
		return "a redirect goes through the browser, not through the client"
	case d == example.Request && c == Adapter:
		return "a request means nothing to the caller of an adapter"
	case (d == example.Redirect || d == example.Webhook) && c == Fixtures:
		return "it is no exchange that a client starts"
	}
	return ""
}

// New is the ledger of docs before any check against target was made: n/a is
// entered, and that nobody is called without credentials; the rest is open.
func New(target string, docs []*example.Document) *Ledger {
	l := &Ledger{
		Target: target, Sources: map[string][]example.Source{}, Specs: map[string]*Specs{}, Differences: map[string]Differences{},
		byID: map[string]*Entry{}, seen: map[string]bool{}, checks: targets[target],
	}
	for _, d := range docs {
		l.Sources[d.Provider] = d.Sources()
		for _, x := range slices.Concat(d.Shown(), d.Valueless) {
			e := &Entry{
				ID: x.ID, Provider: x.Provider, Operation: x.Operation, Direction: x.Direction, Status: x.Status,
				Example: x.Example, Pointer: x.Pointer, Source: x.Source, Value: x.Value,
				Differences: append([]string{}, x.Differences...), Checks: States{}, Notes: map[Check]string{}, Faults: Faults{},
			}
			for _, c := range l.checks {
				why := cmp.Or(x.Lacks, NotApplicable(c, x.Direction))
				if c != Schema {
					why = cmp.Or(x.Nowhere, why)
				}
				if why != "" {
					e.Checks[c], e.Notes[c] = NA, why
				} else if c == Sandbox && target != "sandbox" {
					e.Checks[c] = NoCredentials
				}
			}
			l.Entries, l.byID[e.ID] = append(l.Entries, e), e
		}
	}
	return l
}

// Exclude enters n/a for what a provider has nothing for: why says what it lacks for a
// check of an example, "" if nothing.
func (l *Ledger) Exclude(d *example.Document, why func(Check, example.Entry) string) {
	for _, x := range d.Shown() {
		e := l.byID[x.ID]
		for _, c := range l.checks {
			if reason := why(c, x); reason != "" && e.Checks[c] != NA {
				e.Checks[c], e.Notes[c] = NA, reason
			}
		}
	}
}

// Result is what one spec found.
type Result struct {
	ID    string
	Check Check
	State State
	Note  string // what was found, for a check that failed
	// Faults are all that was found.
	Faults []example.Fault
}

// Set enters a result. An unknown example and an unknown state are errors.
func (l *Ledger) Set(r Result) error {
	if !r.State.Valid() {
		return fmt.Errorf("%s: %s: %q is no state", r.ID, r.Check, r.State)
	}
	e, known := l.byID[r.ID]
	if !known {
		return fmt.Errorf("%s: no such example", r.ID)
	}
	e.Checks[r.Check] = r.State
	l.seen[e.Provider] = true
	if r.Note != "" {
		e.Notes[r.Check] = r.Note
	}
	if len(r.Faults) > 0 {
		e.Faults[r.Check] = r.Faults
	}
	return nil
}

// Outage is a provider whose sandbox could not be reached.
type Outage struct {
	Provider, Why string
	Judged, Left  int // how many of its examples were judged until then, and how many were not
}

func (o Outage) String() string {
	rest := "nothing was judged"
	if o.Judged > 0 {
		rest = fmt.Sprintf("judged until then: %d, not judged: %d", o.Judged, o.Left)
	}
	return fmt.Sprintf("%s: %s; %s", o.Provider, o.Why, rest)
}

// Outages are those that the run has met.
func (l *Ledger) Outages() []Outage {
	var all []Outage
	judged := map[string]int{}
	for _, e := range l.Entries {
		state := e.Checks[Sandbox]
		switch i := slices.IndexFunc(all, func(o Outage) bool { return o.Provider == e.Provider }); {
		case state == Pass || state.Failed():
			judged[e.Provider]++
		case state != Unreached:
		case i < 0:
			all = append(all, Outage{Provider: e.Provider, Why: e.Notes[Sandbox], Left: 1})
		default:
			all[i].Left++
		}
	}
	for i := range all {
		all[i].Judged = judged[all[i].Provider]
	}
	return all
}

// Narrow drops what a narrowed run did not come to: the providers without a
// result, and the entries that have a check without a state. It says whether the
// ledger is not that of a whole run.
func (l *Ledger) Narrow() bool {
	all := len(l.Entries)
	l.Entries = slices.DeleteFunc(l.Entries, func(e *Entry) bool {
		return !l.seen[e.Provider] || len(e.Checks) < len(l.checks)
	})
	l.Partial = len(l.Entries) < all || len(l.checks) < len(Checks)
	return l.Partial
}

// Read reads the ledger in a folder that a report was written to, of a whole run or of a
// narrowed one.
func Read(folder string) (*Ledger, error) {
	file := filepath.Join(folder, "ledger.json")
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		file = filepath.Join(folder, "ledger.partial.json")
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, err
	}
	return decode(file, text)
}

// ReadFile reads the ledger in a file.
func ReadFile(file string) (*Ledger, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return decode(file, text)
}

func decode(file string, text []byte) (*Ledger, error) {
	l := new(Ledger)
	if err := json.Unmarshal(text, l); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if !Target(l.Target) || slices.Contains(l.Entries, nil) {
		return nil, fmt.Errorf("%s is no ledger that a run has written", file)
	}
	return l, nil
}

// Add adds what a run of other providers found.
func (l *Ledger) Add(o *Ledger) {
	l.Partial = l.Partial || o.Partial
	if l.Started.IsZero() || o.Started.Before(l.Started) {
		l.Started = o.Started
	}
	l.Took += o.Took
	l.Entries = append(l.Entries, o.Entries...)
	l.Doctor = append(l.Doctor, o.Doctor...)
	l.Broken = append(l.Broken, o.Broken...)
	l.BrokenSpecs = append(l.BrokenSpecs, o.BrokenSpecs...)
	l.Scorecards = append(l.Scorecards, o.Scorecards...)
	maps.Copy(l.Sources, o.Sources)
	maps.Copy(l.Specs, o.Specs)
	maps.Copy(l.Differences, o.Differences)
}
