package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/cases"
	"example.com/digilocker/contract/drift"
	"example.com/digilocker/contract/examples"
	"example.com/digilocker/contract/mutants"
	"example.com/digilocker/contract/record"
	"example.com/digilocker/contract/typed"
	"example.com/digilocker/specs/document"
)

var (
	every  = flag.Int("every", 47, "judge one mutant of so `many`; 1 judges all")
	accept = flag.Bool("accept", false, "write the list of survivors instead of holding to it")
)

// survivors is the list of where mutants survive, score that of what is caught.
const (
	survivors = "mutants/survivors.tsv"
	score     = "mutants/score.tsv"
)

// The suite proves itself: what is right, changed at one point, must not pass, but for
// what a list knows to survive. The rates count over all mutants; a usual run judges
// some, and none may survive where none is known to.
var _ = Describe("the judgement of", Label("mutants"), Ordered, func() {
	var results []mutants.Result
	var list mutants.Equivalents
	started := time.Now()
	BeforeAll(func() {
		var err error
		list, err = mutants.ReadEquivalents("mutants/equivalent.yaml")
		Expect(err).NotTo(HaveOccurred())
	})

	for _, d := range docs {
		It("answers takes "+d.Provider+"'s own, and no mutants of them", Label(d.Provider), func(ctx SpecContext) {
			for _, e := range d.Entries {
				if e.Direction == examples.Response {
					results = append(results, judgeAnswers(ctx, d, e)...)
				}
			}
		})

		It("requests takes "+d.Provider+"'s own, and no mutants of them", Label(d.Provider), func(ctx SpecContext) {
			for _, e := range d.Entries {
				if e.Direction == examples.Response || e.Direction == examples.Request {
					results = append(results, judgeRecorded(ctx, d, e)...)
				}
			}
			for _, op := range d.Operations {
				results = append(results, judgeSent(ctx, d, op)...)
			}
		})
	}

	It("both catches what it is said to catch", func() {
		r := mutants.NewReport(started, results, list)
		if *report != "" && *every == 1 {
			text, err := json.MarshalIndent(r, "", " ")
			Expect(err).NotTo(HaveOccurred())
			Expect(os.MkdirAll(*report, 0o755)).To(Succeed())
			Expect(document.WriteFile(filepath.Join(*report, "mutants.json"), append(text, '\n'))).To(Succeed())
		}
		if *every > 1 {
			for _, judge := range []mutants.Judge{mutants.Fixtures, mutants.Live, mutants.Recorded, mutants.Client} {
				Expect(r.Of(judge).Made).To(BeNumerically(">", 2000 / *every), "%s", judge)
			}
			known, err := mutants.ReadSurvived(survivors)
			Expect(err).NotTo(HaveOccurred())
			Expect(known.Beyond(r.Survived())).To(BeEmpty(), "a judge sees less than it did")
			return
		}
		Expect(r.Of(mutants.Fixtures).Made).To(BeNumerically(">=", 10_000))
		Expect(r.Of(mutants.Fixtures).Rate()).To(BeNumerically(">=", 98))
		Expect(r.Of(mutants.Live).Rate()).To(BeNumerically(">=", 90))
		Expect(r.Of(mutants.Recorded).Rate()).To(BeNumerically(">=", 98))
		Expect(r.Of(mutants.Client).Rate()).To(BeNumerically(">=", 98))
		for _, judge := range []mutants.Judge{mutants.Fixtures, mutants.Live, mutants.Recorded, mutants.Client} {
			Expect(float64(r.Of(judge).Placed)).To(BeNumerically(">=", 0.95*float64(r.Of(judge).Caught)), "%s: what is found is found where it is", judge)
			for _, o := range r.Of(judge).Operators {
				Expect(o.Rate()).To(BeNumerically(">=", 60), "%s: %s", judge, o.Name)
			}
		}
		Expect(list.Idle(r.Survivors)).To(BeEmpty(), "these groups of equivalent mutants cover no survivor")
		if *accept {
			Expect(r.Survived().Write(survivors)).To(Succeed())
			Expect(document.WriteFile(score, []byte(r.Score()))).To(Succeed())
			return
		}
		known, err := mutants.ReadSurvived(survivors)
		Expect(err).NotTo(HaveOccurred())
		Expect(strings.Join(known.Changes(r.Survived()), "\n")).To(BeEmpty(), "contract/mutants/survivors.tsv says otherwise; if it is meant, make mutants ACCEPT=1")
		kept, err := os.ReadFile(score)
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Score()).To(Equal(string(kept)), "contract/mutants/score.tsv says otherwise; if it is meant, make mutants ACCEPT=1")
	})
})

// made counts the mutants of all that is right.
var made int

// sampled says whether the next mutant is judged.
func sampled() bool {
	made++
	return made%*every == 0
}

// theatre is where the mutants of one recorded exchange are judged.
type theatre struct {
	*stage
	fixture *record.Fixture
	request mutants.Sent // as it went to the provider
	sent    received     // what the caller knows of it
}

// stageOf plays the last exchange of a recording once, as it is.
func stageOf(ctx context.Context, d *examples.Document, e examples.Entry) *theatre {
	GinkgoHelper()
	s, f, player, err := restage(d, e)
	Expect(err).NotTo(HaveOccurred())
	t := &theatre{stage: s, fixture: f}
	s.transport = through(func(r *http.Request) (*http.Response, error) {
		t.request = mutants.Sent{Method: r.Method, URL: r.URL, Header: r.Header.Clone()}
		if r.Body != nil {
			t.request.Body, err = io.ReadAll(r.Body)
			Expect(err).NotTo(HaveOccurred())
			r.Body = io.NopCloser(bytes.NewReader(t.request.Body))
		}
		return player.RoundTrip(r)
	})
	if slices.ContainsFunc(s.c.Given, func(step cases.Step) bool { return step.Verb == "journey" }) {
		start, _ := d.Operation(entry(s.h.started).Operation)
		s.begun = s.body(start, cases.Request{}, nil)
	}
	op, _ := d.Operation(e.Operation)
	t.sent = s.send(ctx, op, s.c.Request, s.documented())
	return t
}

// last is the recorded answer.
func (t *theatre) last() record.Answer { return t.fixture.Exchanges[len(t.fixture.Exchanges)-1].Answer }

// byValues is how the fixtures check judges an answer: by its values, and then by what
// the adapter makes of it.
func (t *theatre) byValues(ctx context.Context, a drift.Answer) []examples.Fault {
	GinkgoHelper()
	got := received{status: a.Status, mediaType: a.Header.Get("Content-Type"), header: a.Header, body: a.Body, sent: t.sent.sent}
	if faults := t.judge(t.answer(), got); len(faults) > 0 {
		return faults
	}
	flat := record.Answer{Status: a.Status, Header: map[string]string{}, Body: record.Body(a.Body)}
	for name := range a.Header {
		flat.Header[name] = a.Header.Get(name)
	}
	value, err := t.adapted(ctx, flat)
	return means(t.c.Means, value, err)
}

// judgeAnswers lets the judges look at the mutants of a recorded answer, after they
// took the answer itself.
func judgeAnswers(ctx context.Context, d *examples.Document, e examples.Entry) []mutants.Result {
	GinkgoHelper()
	t := stageOf(ctx, d, e)
	right, known := asAnswer(t.last()), t.known(t.sent, t.fixture)
	judges := map[mutants.Judge]func(drift.Answer) []examples.Fault{
		mutants.Fixtures: func(a drift.Answer) []examples.Fault { return t.byValues(ctx, a) },
		mutants.Live:     func(a drift.Answer) []examples.Fault { return asFaults(drift.Judge(known, a)) },
		mutants.Schema:   func(a drift.Answer) []examples.Fault { return d.ConformsAs(e, a.Body) },
	}
	before := map[mutants.Judge][]examples.Fault{}
	for judge, faults := range judges {
		before[judge] = faults(right)
		if judge != mutants.Live {
			Expect(before[judge]).To(BeEmpty(), "%s: %s", judge, e.ID)
		}
	}
	Expect(drift.Judge(known, right)).To(Or(BeEmpty(), HaveEach(HaveField("Kind", drift.Order))), "%s: the simulator has an order of its own, and no more", e.ID)
	about := mutants.About{Enum: func(pointer string) []string { return d.Enum(e, pointer) }, Codes: t.h.decisive(e), Messages: t.h.messages}
	for _, other := range d.Entries {
		if other.Operation == e.Operation && other.Direction == examples.Response {
			about.Others = append(about.Others, other.Value)
			about.Statuses = append(about.Statuses, d.StatusOf(other))
		}
	}
	var all []mutants.Result
	for _, m := range mutants.Answers(right, about) {
		if !sampled() {
			continue
		}
		for judge, faults := range judges {
			r := result(judge, e, m.Operator, m.Pointer, slices.DeleteFunc(faults(m.Answer), func(f examples.Fault) bool { return slices.Contains(before[judge], f) }))
			r.Null, r.Free = m.Null, slices.Contains(t.h.free, document.General(m.Pointer))
			all = append(all, r)
		}
	}
	return all
}

// result is what a judge found of a mutant of e.
func result(judge mutants.Judge, e examples.Entry, o mutants.Operator, pointer string, faults []examples.Fault) mutants.Result {
	r := mutants.Result{Judge: judge, Provider: e.Provider, Operation: e.Operation, Example: e.ID, Operator: o, Pointer: pointer, Caught: len(faults) > 0}
	r.Placed = slices.ContainsFunc(faults, func(f examples.Fault) bool {
		return f.Pointer == pointer || f.Pointer != "" && strings.HasPrefix(pointer+"/", f.Pointer+"/") || strings.HasPrefix(f.Pointer+"/", pointer+"/")
	})
	return r
}

// judgeRecorded lets the recording of an exchange judge the mutants of its request.
func judgeRecorded(ctx context.Context, d *examples.Document, e examples.Entry) []mutants.Result {
	GinkgoHelper()
	t := stageOf(ctx, d, e)
	off := redactor(t.account, t.fixture.Off)
	judge := func(s mutants.Sent) []examples.Fault {
		player := &record.Player{Fixture: t.fixture, Base: t.base, Redactor: off}
		r := &http.Request{Method: s.Method, URL: s.URL, Header: s.Header, Body: io.NopCloser(bytes.NewReader(s.Body))}
		_, err := player.RoundTrip(r.WithContext(ctx))
		return mismatches(err)
	}
	Expect(judge(t.request)).To(BeEmpty(), e.ID)
	base, err := url.Parse(t.base)
	Expect(err).NotTo(HaveOccurred())
	var all []mutants.Result
	for _, m := range mutants.Requests(t.request, base.EscapedPath(), mutants.About{}) {
		if sampled() {
			all = append(all, result(mutants.Recorded, e, m.Operator, m.Pointer, judge(m.Sent)))
		}
	}
	return all
}

// mismatches are what a player found of a request, in the pointers of mutants.
func mismatches(err error) []examples.Fault {
	if err == nil {
		return nil
	}
	mismatch, ok := err.(*record.Mismatch)
	if !ok {
		return []examples.Fault{{Got: err.Error()}}
	}
	faults := slices.Clone(mismatch.Faults)
	for i, f := range faults {
		what, rest, _ := strings.Cut(strings.TrimPrefix(f.Pointer, "/"), "/")
		switch what {
		case "body":
			faults[i].Pointer = strings.TrimPrefix(f.Pointer, "/body")
		case "query", "header":
			faults[i].Pointer = "(" + what + " " + rest + ")"
		default:
			faults[i].Pointer = "(" + what + ")"
		}
	}
	return faults
}

// judgeSent lets the client check judge the mutants of what the typed client sends: of
// each documented request, or of the one there is of an operation without a body.
func judgeSent(ctx context.Context, d *examples.Document, op examples.Operation) []mutants.Result {
	GinkgoHelper()
	var all []mutants.Result
	judge := func(name examples.Entry, e *examples.Entry, params map[string]json.RawMessage, body json.RawMessage) {
		s := answering(204, "", nil)
		_, err := clientOf(d.Provider, s).Call(ctx, op, params, body)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.received).To(HaveLen(1))
		right := s.received[0]
		faults := func(s mutants.Sent) []examples.Fault {
			return typed.JudgeSent(op, basePath, params, e, typed.Sent{Method: s.Method, URL: s.URL, Header: s.Header, Body: s.Body})
		}
		sent := mutants.Sent{Method: right.Method, URL: right.URL, Header: right.Header, Body: right.Body}
		Expect(faults(sent)).To(BeEmpty(), op.ID)
		own := sent.Header.Clone()
		for _, name := range []string{"User-Agent", "Accept-Encoding", "Content-Length"} { // Go's own
			own.Del(name)
		}
		sent.Header = own
		for _, m := range mutants.Requests(sent, basePath, mutants.About{}) {
			if sampled() {
				all = append(all, result(mutants.Client, name, m.Operator, m.Pointer, faults(m.Sent)))
			}
		}
	}
	if !op.HasBody() {
		none := examples.Entry{ID: d.Provider + "/" + op.ID, Provider: d.Provider, Operation: op.ID}
		judge(none, nil, op.Samples(nil), nil)
	}
	for _, e := range d.Entries {
		if e.Operation == op.ID && e.Direction == examples.Request {
			judge(e, &e, op.Samples(e.Parameters), e.Value)
		}
	}
	return all
}
