package contract

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/onsi/gomega"

	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
)

// wordy is Acme with a word, a status and a difference of which no example tells, and with two
// kinds of fault.
func wordy(ways, cases string) provider.Provider {
	p := described()
	text := strings.Replace(acmeDocument, `operationId: spare, responses: {"200": {description: OK}`,
		`operationId: spare, responses: {"503": {description: No}`, 1)
	p.Document = []byte(text + "components: {schemas: {State: {type: string, enum: [OPEN]}}}\n")
	p.Files = fstest.MapFS{
		"cases.yaml": {Data: []byte(cases)}, "ways.yaml": {Data: []byte(ways)},
		"differences.yaml": {Data: []byte("AC-D1: {says: a, sources: [A]}\n" +
			"AC-D2: {says: b, sources: [A], untested: c}\n")},
	}
	p.Simulator.Causes = map[string][]string{"eclipse": {"200/opened"}}
	p.Simulator.Variants = map[string]simulator.Variant{"odd": {Says: "odd"}}
	p.Simulator.Operations["spare"] = func(*simulator.Exchange) simulator.Reply { return simulator.Reply{} }
	return p
}

// An operation that nobody has written a behaviour for needs no ways, and has none.
func TestWaylessWithoutBehaviour(t *testing.T) {
	gomega.RegisterFailHandler(func(message string, _ ...int) { t.Error(message) })
	p := wordy("answers: {}\nwithout: {AC-D1: a, OPEN: a, fault eclipse: a, fault odd: a}\n",
		strings.Replace(acmeCases, "check], runs: {simulator: yes", "check], runs: {simulator: cannot be provoked", 1))
	delete(p.Simulator.Operations, "spare")
	delete(p.Simulator.Operations, "look")
	suite, err := New(Options{}, p)
	if err != nil {
		t.Fatal(err)
	}
	ways, err := suite.Provider.Ways()
	if err != nil {
		t.Fatal(err)
	}
	if got := suite.wayless(ways); got != nil {
		t.Errorf("lacking %q", got)
	}
}

// What is documented has a way or a reason, and not both.
func TestWayless(t *testing.T) {
	gomega.RegisterFailHandler(func(message string, _ ...int) { t.Error(message) })
	const none = ": there is a way: false; a reason why not: false"
	const (
		status = "HTTP 503 of spare" + none
		closed = "OPEN" + none
		number = "AC-D1" + none
		cause  = "fault eclipse" + none
		odd    = "fault odd" + none
	)
	said := "answers:\n" +
		"  it: {by: fault, operations: [spare], given: [fault eclipse], status: 503, shows: {/state: OPEN}," +
		" differences: [AC-D1]}\n" +
		"  odd: {by: fault, operations: [open], given: [fault odd], status: 200}\n"
	uncited := strings.Replace(said, "differences: [AC-D1]", "differences: []", 1)
	unprovoked := strings.Replace(acmeCases, "check], runs: {simulator: yes",
		"check], runs: {simulator: cannot be provoked", 1)
	for _, try := range []struct {
		ways, cases string
		want        []string
	}{
		{"answers: {}\n", acmeCases, []string{number, status, closed, cause, odd}},
		{said, acmeCases, nil},
		{uncited, acmeCases, []string{number}},
		{strings.Replace(said, "[spare]", "[open]", 1), acmeCases, []string{status}},
		{strings.Replace(said, "OPEN", "SHUT", 1), acmeCases, []string{closed}},
		{uncited + "without: {AC-D1: because}\n", acmeCases, nil},
		{uncited + "shown: {AC-D1: [check/200/right]}\n", acmeCases, nil},
		{said + "shown: {AC-D1: [check/200/wrong]}\n", acmeCases, []string{"AC-D1: check/200/wrong" + none}},
		{said + "without: {OPEN: because}\n", acmeCases,
			[]string{"OPEN: there is a way: true; a reason why not: true"}},
		{said + "without: {SHUT: because}\n", acmeCases, []string{"SHUT: a reason for what is nowhere documented"}},
		{said, unprovoked, []string{"acme/look/200/seen" + none}},
	} {
		suite, err := New(Options{}, wordy(try.ways, try.cases))
		if err != nil {
			t.Fatal(err)
		}
		ways, err := suite.Provider.Ways()
		if err != nil {
			t.Fatal(err)
		}
		if got := suite.wayless(ways); !slices.Equal(got, try.want) {
			t.Errorf("%s\nis lacking %q, and %q was wanted", try.ways, got, try.want)
		}
	}
}
