package contract

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/contract/sandbox"
)

// Each spec here plays a case at the provider's own sandbox and judges the live
// answer by the schema, the documented example and the last recording. There are
// none unless the suite runs against the sandboxes.
func (suite *Suite) sandboxSpecs() {
	if suite.opts.Target != "sandbox" || !suite.has(ledger.Sandbox) {
		return
	}
	ginkgo.Describe("sandbox", ginkgo.Label("sandbox"), ginkgo.Serial, func() {
		o := suite.outlook
		if o.Dry {
			ginkgo.It("is not called", func() {
				say("%s=1: nothing is called", sandbox.DryRun)
				for _, line := range o.Lines() {
					say("%s", line)
				}
			})
			return
		}
		spaced := &sandbox.Spaced{Next: http.DefaultTransport, Limits: o.Limits}
		suite.sandbox = &liveRun{
			suite: suite, base: o.Account.BaseURL, account: o.Account.Values, ready: o.Account.Ready(),
			plan: o.Plan, transport: spaced, out: spaced.Out, says: say,
		}
		// A spec that did not come to a judgement says why: nobody answered, a step
		// before the request failed, the run was interrupted.
		judged := false
		ginkgo.BeforeEach(func() { judged = false })
		ginkgo.AfterEach(func() {
			if r := ginkgo.CurrentSpecReport(); r.Failed() && !judged {
				said, _, _ := strings.Cut(strings.TrimSpace(r.FailureMessage()), "\n")
				say("%s: not judged: %s", r.LeafNodeText, said)
			}
		})
		suite.each(ledger.Sandbox, func(ctx ginkgo.SpecContext, _ *example.Document, e example.Entry) []example.Fault {
			if faults := suite.sandbox.lacks(ctx, e); faults != nil {
				judged = true
				say("%s: not called", e.ID)
				return faults
			}
			found, keep := suite.sandbox.play(ctx, e)
			judged = true
			if len(found) == 0 && suite.opts.Record != "" {
				keep()
			}
			result := "as known"
			switch len(found) {
			case 0:
			case 1:
				result = "1 difference"
			default:
				result = fmt.Sprintf("%d differences", len(found))
			}
			say("%s: %s", e.ID, result)
			for _, f := range found {
				say("  %s", f)
			}
			return asFaults(found)
		})
	})
}

// asFaults are differences as a spec reports them.
func asFaults(found []judge.Difference) (faults []example.Fault) {
	for _, f := range found {
		faults = append(faults, example.Fault{Pointer: f.Pointer, Want: f.Want, Got: fmt.Sprintf("%s (%s; who is wrong: the %s)", f.Got, f.Kind, f.Verdict)})
	}
	return faults
}

// skipped says why a check of an example is not made, "" if it is, and what there is to
// say of that besides.
func (suite *Suite) skipped(check ledger.Check, e example.Entry) (why, note string) {
	c, err := suite.cases.Of(e.ID)
	switch {
	case err != nil:
		return "", "" // which the check finds
	case check == ledger.Simulator && c.Runs["simulator"] != "yes":
		return c.Runs["simulator"], ""
	case check == ledger.Sandbox && !suite.sandbox.ready:
		return "needs credentials", ""
	case check == ledger.Sandbox && suite.sandbox.plan.Of(e.ID).Skip != "":
		return suite.sandbox.plan.Of(e.ID).Skip, ""
	case check == ledger.Sandbox && suite.sandbox.out() != nil:
		return strings.TrimPrefix(string(ledger.Unreached), "skip: "), suite.sandbox.out().Error()
	}
	return "", ""
}

// liveRun is a run against a provider's sandbox.
type liveRun struct {
	suite     *Suite
	base      string
	account   provider.Values
	ready     bool
	plan      sandbox.Plan
	transport http.RoundTripper
	out       func() *sandbox.Unreachable // why nobody is there; nil: not asked
	obtaining *obtaining                  // of what the account lacks; nil: not tried
	says      func(string, ...any)        // tells somebody who watches
}

// obtaining is the one call that a run makes for what every other one needs.
type obtaining struct {
	method, path string
	status       int   // of the answer; 0 if none came
	err          error // why none came
	lacking      []string
}

// came is what came in place of what was to be got. Of an answer it says the status alone: the rest may have a
// secret.
func (o *obtaining) came() string {
	if o.status == 0 {
		return "no answer: " + sandbox.Cause(o.err)
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", o.status, http.StatusText(o.status)))
}

// obtain gets what the account lacks, once.
func (l *liveRun) obtain(ctx context.Context) {
	a := l.suite.Provider.Account
	lacking := a.Wants(l.account)
	if l.obtaining != nil || len(lacking) == 0 {
		return
	}
	o := &obtaining{lacking: lacking}
	l.obtaining = o
	client := &http.Client{
		Transport: through(func(r *http.Request) (*http.Response, error) {
			resp, err := l.transport.RoundTrip(r)
			o.method, o.path, o.err = r.Method, r.URL.Path, err
			if err == nil {
				o.status = resp.StatusCode
			}
			return resp, err
		}),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	got, err := a.Obtain(ctx, l.base, l.account, client)
	if err == nil {
		l.account = maps.Clone(l.account)
		maps.Copy(l.account, got)
		o.lacking = a.Wants(l.account)
	}
	if len(o.lacking) > 0 && (l.out == nil || l.out() == nil) {
		l.says("there is no %s, which every other call needs: %s; nothing else is called",
			strings.Join(o.lacking, ", "), o.came())
	}
}

// lacks is what the account lacks for the case of an example, which it first tries to get; nil if nothing. The
// cases of the call that was to get it need nothing of that.
func (l *liveRun) lacks(ctx context.Context, e example.Entry) []example.Fault {
	ginkgo.GinkgoHelper()
	l.obtain(ctx)
	skipUnreached(l.out)
	o := l.obtaining
	if o == nil || len(o.lacking) == 0 {
		return nil
	}
	c, err := l.suite.cases.Of(e.ID)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	op := l.suite.Operation(e.Operation)
	if len(c.Given) == 0 && op.Method == o.method && strings.HasSuffix(o.path, op.Path) {
		return nil
	}
	return []example.Fault{{
		Pointer: ledger.Account, Want: strings.Join(o.lacking, ", "), Got: o.came() + " to the call that gets it",
	}}
}

// play plays the case of an example and judges what comes. keep writes the
// recording of it.
func (l *liveRun) play(ctx context.Context, e example.Entry) (found []judge.Difference, keep func()) {
	ginkgo.GinkgoHelper()
	suite := l.suite
	c, err := suite.cases.Of(e.ID)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	s := &attempt{
		suite: suite, d: suite.Document, p: suite.Provider, e: e, c: c, ids: map[string]string{}, now: time.Now, base: l.base, account: l.account, members: suite.Provider.Account.Members(),
		transport: l.transport, fresh: fresh, out: l.out, unique: "-" + strconv.FormatInt(time.Now().UnixNano(), 36),
	}
	for _, step := range c.Given {
		s.live(ctx, step)
	}
	recorder := s.recorder()
	s.transport = recorder
	op, _ := suite.Document.Operation(e.Operation)
	sent := s.send(ctx, op, c.Request, s.documented())
	last, _ := recording.Read(s.suite.Provider.Files, e.ID) // nil if there is none
	exchanges, known := recorder.Exchanges(), s.known(sent, last)
	known.Base = s.base
	came := exchanges[len(exchanges)-1].Answer
	return judge.Live(known, asAnswer(came)), func() { s.keep(recorder, recording.Sandbox) }
}

// known is what is known of the answer to a request, with the last recording of it;
// nil: there is none.
func (s *attempt) known(sent received, last *recording.Fixture) judge.Known {
	ginkgo.GinkgoHelper()
	known := judge.KnownOf(s.d, s.answer())
	known.Rules, known.Echo = s.suite.rules(s.answer()), map[string]any{}
	known.Now = s.now()
	maps.Copy(known.Echo, s.begun)
	for name, id := range s.ids {
		known.Echo[name] = id
	}
	maps.Copy(known.Echo, sent.sent)
	if last != nil {
		recorded := asAnswer(last.Exchanges[len(last.Exchanges)-1].Answer)
		known.Recording, known.Simulated = &recorded, last.From == recording.Simulator
	}
	return known
}

// asAnswer is a recorded answer, redacted, which is all that is judged.
func asAnswer(a recording.Answer) judge.Answer {
	header := http.Header{}
	for name, value := range a.Header {
		header.Set(name, value)
	}
	for _, name := range a.Others {
		header.Set(name, "")
	}
	return judge.Answer{Status: a.Status, Header: header, Body: []byte(a.Body)}
}

// rules are what the description says of an answer.
func (suite *Suite) rules(e example.Entry) judge.Rules {
	a := suite.Provider.Answers
	fresh := map[string]judge.Class{}
	for pointer, class := range a.Fresh {
		fresh[pointer] = map[provider.Class]judge.Class{
			provider.ID: judge.ID, provider.Link: judge.Link, provider.Time: judge.Time, provider.Return: judge.Return,
			provider.Happened: judge.Time,
		}[class]
	}
	return judge.Rules{
		Fresh: fresh, Codes: suite.decisive(e), Messages: a.Messages, Free: a.Free, Repeats: a.Repeats,
		Past: a.Past, Spelt: a.Spelt, Keys: a.Keys,
		Headers: []string{"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "Retry-After"},
	}
}

// decisive are the pointers of the codes in an answer. One below 400 has those of a refusal if it
// is documented with all of them, as one is that is not ready yet.
func (suite *Suite) decisive(e example.Entry) []string {
	a := suite.Provider.Answers
	lacks := func(pointer string) bool { return valueAt(e.Value, pointer) == nil }
	if e.IsError() || e.Direction == example.Response && !slices.ContainsFunc(a.Refusals, lacks) {
		return slices.Concat(a.Codes, a.Refusals)
	}
	return a.Codes
}

// live does at the sandbox what a case is given.
func (s *attempt) live(ctx context.Context, step example.Step) {
	ginkgo.GinkgoHelper()
	switch step.Verb {
	case "consent":
		s.suite.invite(ctx, s, step)
		s.wait(ctx)
	default:
		s.do(ctx, step)
	}
}

// ask asks the person who is there to decide.
func ask(_ context.Context, s *attempt, step example.Step) {
	what := "everything"
	if step.To != nil {
		what = strings.Join(step.To, ", ")
	}
	say("%s waits until somebody consents to %s at %s", s.e.ID, what, s.consent)
}

// wait asks for the state of the journey until the user has decided, with calls of
// the budget.
func (s *attempt) wait(ctx context.Context) {
	ginkgo.GinkgoHelper()
	p, err := s.p.Adapter.New(s.base, s.account, &http.Client{Transport: s.transport})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	consent, _, err := kyc.Wait(ctx, p, kyc.Ref(s.ids[s.p.Journey.Ref]), kyc.Budget{First: 5 * time.Second})
	skipUnreached(s.out)
	gomega.Expect(err).NotTo(gomega.HaveOccurred(), "nobody decided")
	gomega.Expect(consent.State).NotTo(gomega.Equal(kyc.Expired))
}

// skipUnreached ends a spec that says nothing of its provider, since nobody is there.
func skipUnreached(why func() *sandbox.Unreachable) {
	ginkgo.GinkgoHelper()
	if why == nil {
		return
	}
	if out := why(); out != nil {
		ginkgo.Skip(out.Error())
	}
}

// say tells somebody who watches.
func say(format string, args ...any) { fmt.Printf("sandbox: "+format+"\n", args...) }
