package contract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/judge/mutants"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/specs/document"
)

// The suite proves itself: what is right, changed at one point, must not pass, but for
// what a list knows to survive. The rates count over all mutants; a usual run judges
// some, and none may survive where none is known to.
func (suite *Suite) mutantSpecs() {
	ginkgo.Describe("the judgement of", ginkgo.Label("mutants"), ginkgo.Ordered, func() {
		var results []mutants.Result
		var list mutants.Equivalents
		started := time.Now()
		ginkgo.BeforeAll(func() {
			everywhere, err := mutants.Everywhere()
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			own, err := suite.Provider.Equivalents()
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			list = slices.Concat(everywhere, own)
		})

		ginkgo.It("answers takes what is right, and no mutants of it", func(ctx ginkgo.SpecContext) {
			for _, e := range suite.Document.Entries {
				if e.Direction == example.Response && suite.applies(ledger.Fixtures, e) {
					results = append(results, suite.judgeAnswers(ctx, e)...)
				}
			}
		})

		ginkgo.It("requests takes what is right, and no mutants of it", func(ctx ginkgo.SpecContext) {
			for _, e := range suite.Document.Entries {
				if suite.applies(ledger.Fixtures, e) {
					results = append(results, suite.judgeRecorded(ctx, e)...)
				}
			}
			if suite.Provider.Client == nil {
				return
			}
			for _, op := range suite.Document.Operations {
				results = append(results, suite.judgeSent(ctx, op)...)
			}
		})

		ginkgo.It("both catches what it is said to catch", func() {
			foreign := func(r mutants.Result) bool { return r.Foreign }
			own := slices.DeleteFunc(slices.Clone(results), foreign)
			others := slices.DeleteFunc(results, func(r mutants.Result) bool { return !foreign(r) })
			r := mutants.NewReport(started, own, list)
			r.Foreign = mutants.NewReport(started, others, list)
			known, err := suite.Provider.Survived()
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			standings, err := suite.Provider.Foreign()
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			if suite.opts.Every > 1 {
				for _, j := range r.Judgements {
					gomega.Expect(j.Made).To(gomega.BeNumerically(">", 0), "%s", j.Judge)
				}
				gomega.Expect(r.Judgements).NotTo(gomega.BeEmpty())
				gomega.Expect(known.Beyond(r.Survived())).To(gomega.BeEmpty(), "a judge sees less than it did")
				gomega.Expect(standings.Blind(r.Foreign)).To(gomega.BeEmpty(), "a judge sees less than it did")
				return
			}
			if suite.opts.Report != "" {
				text, err := json.MarshalIndent(r, "", " ")
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				gomega.Expect(os.MkdirAll(suite.opts.Report, 0o755)).To(gomega.Succeed())
				gomega.Expect(document.WriteFile(filepath.Join(suite.opts.Report, mutants.File), append(text, '\n'))).To(gomega.Succeed())
			}
			groups, err := suite.Provider.Equivalents()
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			survivors := slices.Concat(r.Survivors, r.Foreign.Survivors)
			gomega.Expect(groups.Idle(survivors)).To(gomega.BeEmpty(),
				"these groups of equivalent mutants cover no survivor")
			if suite.opts.Accept != "" {
				gomega.Expect(document.WriteFile(filepath.Join(suite.opts.Accept, "survivors.tsv"), []byte(r.Survived().Text()))).To(gomega.Succeed())
				gomega.Expect(document.WriteFile(filepath.Join(suite.opts.Accept, "score.tsv"), []byte(r.Score()))).To(gomega.Succeed())
				next := standings.Accept(r.Foreign)
				gomega.Expect(next.Short(r.Foreign)).To(gomega.BeEmpty(), "a judge sees less than it did at first")
				file := filepath.Join(suite.opts.Accept, "foreign.tsv")
				gomega.Expect(document.WriteFile(file, []byte(next.Text()))).To(gomega.Succeed())
				return
			}
			gomega.Expect(strings.Join(known.Changes(r.Survived()), "\n")).To(gomega.BeEmpty(), "survivors.tsv of %s says otherwise; if it is meant, make mutants ACCEPT=1", suite.Provider.Name)
			kept, err := suite.Provider.Score()
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			gomega.Expect(kept).NotTo(gomega.BeNil(), "%s has no score.tsv; make mutants ACCEPT=1 writes it", suite.Provider.Name)
			gomega.Expect(r.Score()).To(gomega.Equal(kept.Score()), "score.tsv of %s says otherwise; if it is meant, make mutants ACCEPT=1", suite.Provider.Name)
			gomega.Expect(standings.Short(r.Foreign)).To(gomega.BeEmpty(), "foreign.tsv of %s", suite.Provider.Name)
		})
	})
}

// sampled says whether that judge looks at the next mutant, by an operator of its own list
// or of the second one. It does at the first.
func (suite *Suite) sampled(judge mutants.Judge, foreign bool) bool {
	key := seen{judge, foreign}
	n := suite.seen[key]
	suite.seen[key]++
	return n%suite.opts.Every == 0
}

// seen is which mutants a judge has seen.
type seen struct {
	judge   mutants.Judge
	foreign bool
}

// playback is a recorded exchange that was played back once, as it is.
type playback struct {
	*attempt
	fixture *recording.Fixture
	request mutants.Sent // as it went to the provider
	sent    received     // what the caller knows of it
}

// playback plays the last exchange of a recording once, as it is.
func (suite *Suite) playback(ctx context.Context, e example.Entry) *playback {
	ginkgo.GinkgoHelper()
	s, f, player, err := suite.playedBack(e)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	t := &playback{attempt: s, fixture: f}
	s.transport = through(func(r *http.Request) (*http.Response, error) {
		t.request = mutants.Sent{Method: r.Method, URL: r.URL, Header: r.Header.Clone()}
		if r.Body != nil {
			t.request.Body, err = io.ReadAll(r.Body)
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			r.Body = io.NopCloser(bytes.NewReader(t.request.Body))
		}
		return player.RoundTrip(r)
	})
	if slices.ContainsFunc(s.c.Given, func(step example.Step) bool { return step.Verb == "journey" }) {
		op, j := s.starting()
		s.begun = s.body(op, example.Change{Like: map[bool]string{true: j.Like}[j.Begin != nil]}, nil)
	}
	op, _ := suite.Document.Operation(e.Operation)
	t.sent = s.send(ctx, op, s.c.Request, s.documented())
	return t
}

// last is the recorded answer.
func (t *playback) last() recording.Answer {
	return t.fixture.Exchanges[len(t.fixture.Exchanges)-1].Answer
}

// byValues is how the fixtures check judges an answer: by its values, and then by what
// the adapter makes of it.
func (t *playback) byValues(ctx context.Context, a judge.Answer) []example.Fault {
	ginkgo.GinkgoHelper()
	got := received{status: a.Status, mediaType: a.Header.Get("Content-Type"), header: a.Header, body: a.Body, sent: t.sent.sent}
	if faults := t.judge(t.answer(), got); len(faults) > 0 {
		return faults
	}
	flat := recording.Answer{Status: a.Status, Header: map[string]string{}, Body: recording.Body(a.Body)}
	for name := range a.Header {
		flat.Header[name] = a.Header.Get(name)
	}
	if !t.suite.understands(t.e) {
		return nil
	}
	value, err := t.adapted(ctx, flat)
	return means(t.c.Means, value, err)
}

// judgeAnswers lets the judges look at the mutants of a recorded answer, after they
// took the answer itself.
func (suite *Suite) judgeAnswers(ctx context.Context, e example.Entry) []mutants.Result {
	ginkgo.GinkgoHelper()
	d := suite.Document
	t := suite.playback(ctx, e)
	right, known := asAnswer(t.last()), t.known(t.sent, t.fixture)
	known.Base = t.base // as if it had been called
	judges := map[mutants.Judge]func(judge.Answer) []example.Fault{
		mutants.Fixtures: func(a judge.Answer) []example.Fault { return t.byValues(ctx, a) },
		mutants.Live:     func(a judge.Answer) []example.Fault { return asFaults(judge.Live(known, a)) },
		mutants.Schema:   func(a judge.Answer) []example.Fault { return d.ConformsAs(e, a.Body) },
	}
	before := map[mutants.Judge][]example.Fault{}
	for judge, faults := range judges {
		before[judge] = faults(right)
		if judge != mutants.Live {
			gomega.Expect(before[judge]).To(gomega.BeEmpty(), "%s: %s", judge, e.ID)
		}
	}
	gomega.Expect(judge.Live(known, right)).To(gomega.Or(gomega.BeEmpty(), gomega.HaveEach(gomega.HaveField("Kind", judge.Order))), "%s: the simulator has an order of its own, and no more", e.ID)
	about := mutants.About{Enum: func(pointer string) []string { return d.Enum(e, pointer) }, Codes: suite.decisive(e), Messages: t.p.Answers.Messages}
	for _, other := range d.Entries {
		if other.Operation == e.Operation && other.Direction == example.Response {
			about.Others = append(about.Others, other.Value)
			about.Statuses = append(about.Statuses, d.StatusOf(other))
		}
	}
	var all []mutants.Result
	own := mutants.Answers(right, about)
	for i, m := range append(own, mutants.ForeignAnswers(right, about)...) {
		foreign := i >= len(own)
		if !suite.sampled(mutants.Fixtures, foreign) { // and the other two
			continue
		}
		for judge, faults := range judges {
			r := result(judge, e, m.Operator, m.Pointer, slices.DeleteFunc(faults(m.Answer), func(f example.Fault) bool { return slices.Contains(before[judge], f) }))
			r.Foreign, r.Null, r.Free = foreign, m.Null, slices.Contains(t.p.Answers.Free, document.General(m.Pointer))
			class := t.p.Answers.Fresh[document.General(m.Pointer)]
			r.Fresh = class != 0 && class != provider.Time && class != provider.Happened
			r.Message = message(m.Status, m.Header, m.Body)
			all = append(all, r)
		}
	}
	return all
}

// result is what a judge found of a mutant of e.
func result(judge mutants.Judge, e example.Entry, o mutants.Operator, pointer string, faults []example.Fault) mutants.Result {
	r := mutants.Result{Judge: judge, Provider: e.Provider, Operation: e.Operation, Example: e.ID, Operator: o, Pointer: pointer, Caught: len(faults) > 0}
	r.Placed = slices.ContainsFunc(faults, func(f example.Fault) bool {
		return f.Pointer == pointer || f.Pointer != "" && strings.HasPrefix(pointer+"/", f.Pointer+"/") || strings.HasPrefix(f.Pointer+"/", pointer+"/")
	})
	return r
}

// message tells the parts of a message from those of another.
func message(parts ...any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", parts))
	return string(sum[:])
}

// judgeRecorded lets the recording of an exchange judge the mutants of its request.
func (suite *Suite) judgeRecorded(ctx context.Context, e example.Entry) []mutants.Result {
	ginkgo.GinkgoHelper()
	t := suite.playback(ctx, e)
	off := suite.redactor(t.account, t.fixture.Off)
	judge := func(s mutants.Sent) []example.Fault {
		player := &recording.Player{Fixture: t.fixture, Base: t.base, Redactor: off}
		r := &http.Request{Method: s.Method, URL: s.URL, Header: s.Header, Body: io.NopCloser(bytes.NewReader(s.Body))}
		resp, err := player.RoundTrip(r.WithContext(ctx))
		if err == nil {
			_ = resp.Body.Close() // nothing of it is read
		}
		return mismatches(err)
	}
	gomega.Expect(judge(t.request)).To(gomega.BeEmpty(), e.ID)
	base, err := url.Parse(t.base)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	var all []mutants.Result
	own := mutants.Requests(t.request, base.EscapedPath(), mutants.About{})
	for i, m := range append(own, mutants.ForeignRequests(t.request, base.EscapedPath(), mutants.About{})...) {
		if foreign := i >= len(own); suite.sampled(mutants.Recorded, foreign) {
			r := result(mutants.Recorded, e, m.Operator, m.Pointer, judge(m.Sent))
			r.Foreign = foreign
			r.Message = message(m.Method, m.URL, m.Header, m.Body)
			all = append(all, r)
		}
	}
	return all
}

// mismatches are what a player found of a request, in the pointers of mutants.
func mismatches(err error) []example.Fault {
	if err == nil {
		return nil
	}
	mismatch := new(recording.Mismatch)
	if !errors.As(err, &mismatch) {
		return []example.Fault{{Got: err.Error()}}
	}
	faults := slices.Clone(mismatch.Faults)
	for i, f := range faults {
		what, rest, _ := strings.Cut(strings.TrimPrefix(f.Pointer, "/"), "/")
		switch what {
		case "body":
			faults[i].Pointer = strings.TrimPrefix(f.Pointer, "/body")
		case "query", "header":
			faults[i].Pointer = "(" + strings.TrimSpace(what+" "+rest) + ")"
		default:
			faults[i].Pointer = "(" + what + ")"
		}
	}
	return faults
}

// judgeSent lets the client check judge the mutants of what the typed client sends: of
// each documented request, or of the one there is of an operation without a body.
func (suite *Suite) judgeSent(ctx context.Context, op example.Operation) []mutants.Result {
	ginkgo.GinkgoHelper()
	d := suite.Document
	var all []mutants.Result
	judge := func(name example.Entry, e *example.Entry, params map[string]json.RawMessage, body json.RawMessage) {
		s := Answering(204, "", nil)
		_, err := suite.Client(s).Call(ctx, op, params, body)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		gomega.Expect(s.Received).To(gomega.HaveLen(1))
		right := s.Received[0]
		faults := func(s mutants.Sent) []example.Fault {
			return judge.CheckSent(op, BasePath, params, e, judge.Sent{Method: s.Method, URL: s.URL, Header: s.Header, Body: s.Body})
		}
		sent := mutants.Sent{Method: right.Method, URL: right.URL, Header: right.Header, Body: right.Body}
		gomega.Expect(faults(sent)).To(gomega.BeEmpty(), op.ID)
		set := sent.Header.Clone()
		for _, name := range []string{"User-Agent", "Accept-Encoding", "Content-Length"} { // Go's own
			set.Del(name)
		}
		sent.Header = set
		own := mutants.Requests(sent, BasePath, mutants.About{})
		for i, m := range append(own, mutants.ForeignRequests(sent, BasePath, mutants.About{})...) {
			if foreign := i >= len(own); suite.sampled(mutants.Client, foreign) {
				r := result(mutants.Client, name, m.Operator, m.Pointer, faults(m.Sent))
				r.Foreign = foreign
				r.Message = message("by the client", m.Method, m.URL, m.Header, m.Body)
				all = append(all, r)
			}
		}
	}
	if !op.HasBody() && suite.callLacks(op, nil) == "" {
		none := example.Entry{ID: d.Provider + "/" + op.ID, Provider: d.Provider, Operation: op.ID}
		judge(none, nil, parameters(op, nil), nil)
	}
	for _, e := range d.Requests(op) {
		if suite.applies(ledger.Client, e) {
			op.MediaType = e.MediaType()
			judge(e, &e, parameters(op, e.Parameters), e.Value)
		}
	}
	return all
}
