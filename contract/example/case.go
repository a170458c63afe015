package example

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/specs/document"
)

// Case is what one documented example means, and what brings it about: written by hand,
// and independent of the adapters and of the simulator that it judges. It never repeats
// the expected answer: that is the example.
type Case struct {
	// ID of the example.
	ID string `yaml:"-"`
	// Means is what a caller of the adapter gets, such as "error pending",
	// "consent granted" or "record".
	Means string
	// Says are members of that value, by their path in Go, as text.
	Says map[string]string
	// By is the method of the adapter that reads the example, where it is the second one that reaches the operation.
	By string
	// With are what stands for the placeholders of a redirect's template, and of an answer's
	// values that no real one has. A key is a text as it stands in the example, such as
	// "<redirectUrl>" or "{code}", no pointer; each place where it stands is replaced.
	With map[string]string

	// Gets is, for a request, the documented answer to it, below its operation:
	// 200/success. Its case has no Means.
	Gets string
	// Given is what has to be so before, step by step.
	Given []Step
	// Request is how the documented request of the operation is changed.
	Request Change
	// Runs says, for each target, "yes" or why the case cannot be run there, in
	// the words of the ledger.
	Runs map[string]string
	// Unredacted are the rules of redaction that its recording does without, by id,
	// each with the reason.
	Unredacted map[string]string

	line int
}

// Step is something that comes before a request: a verb and what it is about.
//
//	journey                     one is started as documented
//	consent [as KEY] [to DOCS]  its user consents: a person of the simulator, to these documents
//	denial                      its user refuses
//	exchange                    what its user brought back is exchanged for what opens it
//	revocation                  the caller revokes it
//	after 61m                   so much time passes
//	account check               one is made as documented
//	second factor               the account has one
//	fault KIND                  the provider is in that trouble
type Step struct {
	Verb string
	// As and To are those of a consent. To is nil for all documents.
	As string
	To []string
	// Of is the duration or the kind.
	Of string
}

var steps = regexp.MustCompile(
	`^(journey|consent|denial|exchange|revocation|account check|second factor|after|fault)` +
		`(?: as ([a-z-]+))?(?: to ([a-z_, ]+))?(?: (.+))?$`)

// UnmarshalText reads the form above.
func (s *Step) UnmarshalText(text []byte) error {
	m := steps.FindStringSubmatch(string(text))
	if m == nil {
		return fmt.Errorf("%q is no step", text)
	}
	*s = Step{Verb: m[1], As: m[2], Of: m[4]}
	if m[3] != "" {
		s.To = []string{}
	}
	if m[3] != "" && m[3] != "nothing" {
		s.To = strings.Split(m[3], ", ")
	}
	needs := s.Verb == "after" || s.Verb == "fault"
	if needs != (s.Of != "") || s.Verb != "consent" && (s.As != "" || s.To != nil) {
		return fmt.Errorf("%q is no step", text)
	}
	return nil
}

// Change changes a documented request. The ids of the journey that was given are
// in it already.
type Change struct {
	// Like is the documented request to change; "" for the first one.
	Like string
	// Source is the publication whose answer is expected, where several differ.
	Source string
	// Body is merged into the documented one (RFC 7396); in the others null
	// removes, too.
	Body                map[string]any
	Query, Path, Header map[string]any
}

// CaseTargets are where a case can run.
var CaseTargets = []string{"simulator", "sandbox"}

// Error is the kind of error that the example means, in the words of kyc's
// constants; "" if it means none.
func (c Case) Error() string {
	kind, ok := strings.CutPrefix(c.Means, "error ")
	if !ok {
		return ""
	}
	return kind
}

// Reasons are all the reasons for which a check of an example may be skipped.
var Reasons = []string{
	"needs credentials", "needs an empty balance", "needs a foreign address",
	"needs a person", "cannot be provoked", "over the budget", "cannot be reached",
}

// meanings are all that Means can be.
var meanings = regexp.MustCompile(`^(` +
	`error (pending|denied|expired|no document|mismatch|not found|duplicate|invalid|credentials|not allowed|balance|rate limited|unavailable|unexpected)` +
	`|(consent|event) (pending|granted|denied|expired|revoked)` +
	`|return( (granted|denied))?` +
	`|account (exists|not found)` +
	`|record|catalogue|documents|file|nothing)$`)

// Cases holds the cases of one provider.
type Cases struct {
	file  string
	cases map[string]Case
}

// ReadCases reads the cases in text, which came from file. Where there is no text, there are
// no cases.
func ReadCases(file string, text []byte) (*Cases, error) {
	b := &Cases{file: file, cases: map[string]Case{}}
	if len(text) == 0 {
		return b, nil
	}
	root, err := document.DecodeText(file, text, &b.cases)
	if err != nil {
		return nil, err
	}
	var wrong []error // of each case that is, as all may be undecided
	for id, node := range document.Members(root) {
		c := b.cases[id]
		c.ID, c.line = id, node.Line
		if err := c.check(); err != nil {
			wrong = append(wrong, &document.Error{File: file, Line: node.Line, Msg: fmt.Sprintf("%s: %v", id, err)})
		}
		b.cases[id] = c
	}
	if wrong != nil {
		return nil, errors.Join(wrong...)
	}
	return b, nil
}

// answerForm is the form of a documented answer, below its operation.
var answerForm = regexp.MustCompile(`^(default|[1-5](\d\d|XX))/.+$`)

func (c Case) check() error {
	if parts := strings.Split(c.ID, "/"); c.Gets == "" && c.Means == "" && len(parts) == 4 && parts[2] == "request" {
		return errors.New("gets is missing: the answer to that request, as 200/success")
	}
	if c.Gets != "" && !answerForm.MatchString(c.Gets) {
		return fmt.Errorf("%q is nothing that a request gets; "+
			"that is a documented answer by its status and name, as 200/success", c.Gets)
	}
	if c.Gets == "" && !meanings.MatchString(c.Means) {
		return fmt.Errorf("%q is nothing that an example can mean; that is one of %s", c.Means, strings.TrimSuffix(strings.TrimPrefix(meanings.String(), "^("), ")$"))
	}
	if c.Gets != "" && c.Means != "" {
		return fmt.Errorf("a request gets an answer and means nothing")
	}
	for _, target := range CaseTargets {
		if why := c.Runs[target]; why != "yes" && !slices.Contains(Reasons, why) {
			return fmt.Errorf("runs: %s: %q is neither yes nor a reason of the ledger; there is %s", target, why, strings.Join(Reasons, ", "))
		}
	}
	for rule, why := range c.Unredacted {
		if strings.TrimSpace(why) == "" {
			return fmt.Errorf("unredacted: %s has no reason", rule)
		}
	}
	if len(c.Runs) > len(CaseTargets) {
		return fmt.Errorf("runs: there is %s and nothing else", strings.Join(CaseTargets, ", "))
	}
	return nil
}

// Empty says whether there is no case at all.
func (b *Cases) Empty() bool { return len(b.cases) == 0 }

// Of returns the case of the example with that id.
func (b *Cases) Of(id string) (Case, error) {
	c, ok := b.cases[id]
	if !ok {
		return c, fmt.Errorf("%s: the example %s has no case", b.file, id)
	}
	return c, nil
}

// Place is where the case of the example with that id stands, as file:line; "" if there is none.
func (b *Cases) Place(id string) string {
	c, ok := b.cases[id]
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s:%d", b.file, c.line)
}

// Orphans lists the cases without an example among ids, each with its place.
func (b *Cases) Orphans(ids []string) []string {
	var all []string
	for id := range b.cases {
		if !slices.Contains(ids, id) {
			all = append(all, b.Place(id)+": "+id)
		}
	}
	slices.Sort(all)
	return all
}
