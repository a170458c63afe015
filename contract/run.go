// Package contract is the contract suite: it executes every documented request, answer,
// webhook and redirect of a provider against the typed client, the adapter, recorded
// fixtures, the simulator or the provider's own sandbox, and says who is wrong.
//
//	func TestContract(t *testing.T) {
//		contract.Run(t, contract.Options{}, provider.Provider{Name: "acme", Document: doc, Client: client})
//	}
//
// What a provider does not have is not checked: the ledger says n/a, with the reason.
// Importing this package registers no spec and defines no flag.
package contract

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/doctor"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge/mutants"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/ledger/page"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/contract/recording/redact"
	"example.com/digilocker/contract/sandbox"
	"example.com/digilocker/specs/document"
)

// Options say how the suite is run. The zero value runs all offline checks and writes
// nothing.
type Options struct {
	// Target is what the suite is run against: offline, fixtures, simulator or sandbox, the
	// last of which reads the account from the environment. Default: offline.
	Target string
	// Report is the folder to write ledger.json, index.html and junit.xml to; "" for none.
	Report string
	// Record is the folder to record fixtures into; "" for none.
	Record string
	// Every says that each n-th mutant is judged. Default: 47; 1 judges all.
	Every int
	// Accept is the folder to write survivors.tsv, score.tsv and foreign.tsv to, instead of holding to
	// them; "" for none.
	Accept string
	// Tree is the root of the tree in which the provider's specs/ and gen/ lie: with it, the
	// published document is looked at too. "" for none.
	Tree string
	// Test is how the package of the test is called on the command line, for the command
	// that runs a failed spec again. Default: the folder that the test runs in.
	Test string
	// Again is, for a program that is no test, the command that runs a failed spec again, up to
	// the regular expression of its name. Default: go test, of Test.
	Again string
	// Specs adds specs of the provider's own, among them those that pin the numbered
	// differences: each bears its difference as a label. May be nil.
	Specs func(*Suite)
}

// ran lets Run go on once in a test binary, as Ginkgo allows it.
var ran sync.Once

// Run runs the suite for p as part of the test t, and with it the other Ginkgo specs that
// the package has, such as those of a provider's own folder. It is that package's RunSpecs,
// and so can be called once in a test binary, and in none that calls RunSpecs itself: there
// is [Describe] for that.
func Run(t *testing.T, o Options, p provider.Provider) {
	t.Helper()
	first := false
	ran.Do(func() { first = true })
	if !first {
		t.Fatal("contract: Run can be called once in a test binary, as Ginkgo's RunSpecs can: give each provider a package of its own, or write var _ = contract.Describe(...) in a package that has a Ginkgo suite")
	}
	suite, err := New(o, p)
	if err != nil {
		t.Fatal(err)
	}
	config, reporter := suite.configured()
	ginkgo.RunSpecs(t, "contract", config, reporter)
	if suite.opts.Target != ledger.Offline && suite.judged == 0 && !t.Failed() {
		t.Skipf("contract: nothing was judged, against TARGET=%s: %s", suite.opts.Target, suite.idle())
	}
}

// RunAlone runs the suite for p in a program that is no test, whose output is that of Ginkgo, and
// says whether all specs passed. focus narrows it to the specs whose names match that regular
// expression; "" is all. It can be called once in a process. An error says that nothing was run.
func RunAlone(o Options, focus string, p provider.Provider) (passed bool, err error) {
	suite, err := New(o, p)
	if err != nil {
		return false, err
	}
	config, reporter := suite.configured()
	reporter.NoColor = true
	if focus != "" {
		config.FocusStrings = []string{focus}
	}
	return ginkgo.RunSpecs(noTest{}, "contract", config, reporter), nil
}

// noTest stands for the test of a run that belongs to none.
type noTest struct{}

// Fail is called where a spec failed, which RunSpecs says too.
func (noTest) Fail() {}

// configured registers the specs, and says how Ginkgo is to run them.
func (suite *Suite) configured() (types.SuiteConfig, types.ReporterConfig) {
	gomega.RegisterFailHandler(ginkgo.Fail)
	suite.register()
	ginkgo.ReportAfterSuite("ledger", suite.report)
	suite.labelled = map[string]bool{}
	for _, spec := range ginkgo.PreviewSpecs("contract").SpecReports {
		if !written(spec) || spec.State.Is(types.SpecStatePending) {
			continue
		}
		for _, label := range spec.Labels() {
			suite.labelled[label] = true
		}
	}
	config, reporter := ginkgo.GinkgoConfiguration()
	if suite.opts.Target != ledger.Offline {
		filters := []string{suite.opts.Target}
		if config.LabelFilter != "" {
			filters = append(filters, "("+config.LabelFilter+")")
		}
		config.LabelFilter = strings.Join(filters, " && ")
	}
	return config, reporter
}

// idle is why a run against one target had nothing to judge.
func (suite *Suite) idle() string {
	switch why := suite.outlook.Account.Why(); {
	case suite.outlook.Dry:
		return sandbox.DryRun + "=1"
	case why != "":
		return why
	case suite.sandbox != nil && suite.sandbox.out() != nil:
		return suite.sandbox.out().Error()
	}
	for _, e := range suite.Document.Entries {
		if why := suite.notApplicable(ledger.Check(suite.opts.Target), e); why != "" {
			return why
		}
	}
	return "no spec was chosen"
}

// containers are those of Describe, of which each can be one provider's.
var containers = map[string]bool{}

// Describe adds the suite for p to a package that has a Ginkgo suite of its own:
//
//	var _ = contract.Describe(contract.Options{Report: "report"}, acme.Provider)
//
// Its specs stand in a container "contract acme", which is all that the report is of. Other
// providers may be described beside it, with folders of their own for their reports. A
// Target other than offline adds its specs and leaves the others: -ginkgo.label-filter
// narrows. What is wrong with p fails a spec, and so does a second provider of one name.
func Describe(o Options, p provider.Provider) bool {
	var suite *Suite
	within := "contract " + p.Name
	if containers[within] {
		return ginkgo.Describe(within+", once more", func() {
			ginkgo.It("has a report of its own", func() {
				ginkgo.Fail("contract: " + p.Name + " is described twice in one package, and their reports would mix: give one another name, or a package of its own")
			})
		})
	}
	containers[within] = true
	ginkgo.Describe(within, func() {
		var err error
		if suite, err = New(o, p); err != nil {
			ginkgo.It("can be described", func() { ginkgo.Fail(err.Error()) })
			return
		}
		suite.within = within
		suite.register()
	})
	return ginkgo.ReportAfterSuite(within, func(r ginkgo.Report) {
		if suite != nil {
			suite.report(r)
		}
	})
}

// Suite is the suite of one provider, for specs of the provider's own.
type Suite struct {
	Provider provider.Provider
	Document *example.Document // the effective one

	opts     Options
	cases    *example.Cases
	numbered example.Differences
	labelled map[string]bool // labels of all specs by hand that are not pending; nil in a suite of another's
	seen     map[seen]int    // mutants so far

	ref       kyc.Ref // of a journey that was started as documented; "" before
	diagnosed func() (*example.Diagnosis, error)
	published func() (redact.Public, error)   // the values that no recording has to hide
	secondKey func() (*rsa.PrivateKey, error) // of the account's second factor
	outlook   sandbox.Outlook                 // of a run against the provider's sandbox, if that is the target
	sandbox   *liveRun                        // the way there; nil unless that is the target
	judged    int                             // specs that ran to their end
	within    string                          // the container of its specs in a suite of another's; "" in its own
	// invite asks the person who is there to decide.
	invite func(context.Context, *attempt, example.Step)
}

// New reads what the description of p names. Run does so; it is for tests of a
// description.
func New(o Options, p provider.Provider) (*Suite, error) {
	if o.Target == "" {
		o.Target = ledger.Offline
	}
	if !ledger.Target(o.Target) {
		return nil, fmt.Errorf("contract: there is no target %q; there is %v", o.Target, ledger.Targets())
	}
	if o.Every == 0 {
		o.Every = 47
	}
	if o.Test == "" {
		o.Test = "."
	}
	if p.Files == nil {
		p.Files = fstest.MapFS{}
	}
	suite := &Suite{Provider: p, opts: o, seen: map[seen]int{}, invite: ask}
	suite.secondKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })
	if o.Report != "" {
		if err := document.Writable(o.Report); err != nil {
			return nil, fmt.Errorf("contract: Options.Report: no report can be written there: %w", err)
		}
	}
	var err error
	if suite.Document, err = p.Parse(); err != nil {
		return nil, fmt.Errorf("contract: the document of %s: %w", p.Name, err)
	}
	if suite.cases, err = p.Cases(); err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	if suite.numbered, err = p.Differences(); err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	if err := p.Check(suite.Document); err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	if o.Target == string(ledger.Sandbox) {
		if suite.outlook, err = sandbox.Prepare(os.Environ(), p, suite.Document, suite.cases); err != nil {
			return nil, fmt.Errorf("contract: %w", err)
		}
	}
	suite.published = sync.OnceValues(func() (redact.Public, error) { return redact.Published(suite.Document.Values()...) })
	suite.diagnosed = sync.OnceValues(func() (*example.Diagnosis, error) {
		return doctor.Diagnose(filepath.Join(o.Tree, "specs"), p.Name)
	})
	return suite, nil
}

// register adds all specs. What the provider does not have has none.
func (suite *Suite) register() {
	p := suite.Provider
	suite.schemaSpecs()
	if p.Client != nil {
		suite.clientSpecs()
	}
	if p.Adapter != nil {
		suite.adapterSpecs()
		suite.commonSpecs()
		suite.memberSpecs()
	}
	if suite.has(ledger.Fixtures) {
		suite.fixtureSpecs()
		suite.mutantSpecs()
	}
	if suite.has(ledger.Fixtures) && p.Adapter != nil {
		suite.toleranceSpecs()
	}
	if suite.has(ledger.Simulator) {
		suite.simulatorSpecs()
		suite.waySpecs()
		if suite.has(ledger.Fixtures) {
			suite.liveSpecs()
		}
		if p.Adapter != nil {
			suite.journeySpecs()
		}
	}
	suite.sandboxSpecs()
	suite.ledgerSpecs()
	if suite.opts.Specs != nil {
		suite.opts.Specs(suite)
	}
}

// own are the specs of the suite among those of a report, without the container that they
// have in a suite of another's.
func (suite *Suite) own(r ginkgo.Report) []types.SpecReport {
	var all []types.SpecReport
	for _, s := range r.SpecReports {
		if s.LeafNodeType != types.NodeTypeIt {
			continue
		}
		if suite.within != "" {
			if len(s.ContainerHierarchyTexts) == 0 || s.ContainerHierarchyTexts[0] != suite.within {
				continue
			}
			s.ContainerHierarchyTexts = s.ContainerHierarchyTexts[1:]
		}
		all = append(all, s)
	}
	return all
}

// again is the command that runs the current spec alone.
func (suite *Suite) again() string {
	whole := "^contract "
	if suite.within != "" { // after the name of the other suite
		whole = " "
	}
	command := cmp.Or(suite.opts.Again, "go test "+suite.opts.Test+" -count=1 -ginkgo.focus=")
	return command + "'" + whole + regexp.QuoteMeta(ginkgo.CurrentSpecReport().FullText()) + "$'"
}

// written says whether a spec was written by hand. Those that are made from the
// examples carry the differences that an example cites, but pin none: they would pass as
// well if the documents agreed.
func written(s types.SpecReport) bool {
	c := s.ContainerHierarchyTexts
	return len(c) == 0 || !slices.Contains(ledger.Checks, ledger.Check(c[0]))
}

// The names of the report entries by which a spec tells what it found.
const (
	resultEntry    = "result"
	pointerEntry   = "pointer"
	diagnosisEntry = "diagnosis"
)

// tell hands v to whoever writes the report, which may be another process.
func tell(name string, v any) {
	text, err := json.Marshal(v)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	ginkgo.AddReportEntry(name, string(text), ginkgo.ReportEntryVisibilityNever)
}

// report writes the report of a run.
func (suite *Suite) report(r ginkgo.Report) {
	if r.SuiteConfig.DryRun { // PreviewSpecs comes by here too
		return
	}
	for _, s := range suite.own(r) {
		if s.State.Is(types.SpecStatePassed) || s.Failed() {
			suite.judged++
		}
	}
	if suite.opts.Report == "" {
		return
	}
	name := suite.Provider.Name
	l := ledger.New(suite.opts.Target, []*example.Document{suite.Document})
	l.Exclude(suite.Document, suite.notApplicable)
	l.Started, l.Took = r.StartTime, ledger.Seconds(r.RunTime)
	var specs []ledger.Spec
	pins := map[string][]ledger.Pin{}
	for _, s := range suite.own(r) {
		specs = append(specs, suite.junit(s))
		l.Count(name, s.State.String())
		if s.Failed() && specs[len(specs)-1].ID == "" {
			l.Broken = append(l.Broken, s.FullText())
			l.BrokenSpecs = append(l.BrokenSpecs, ledger.BrokenSpec{
				Provider: name, Name: s.FullText(), Says: suite.message(s),
			})
		}
		for _, label := range s.Labels() {
			if written(s) {
				pins[label] = append(pins[label], ledger.Pin{Spec: s.FullText(), State: s.State.String()})
			}
		}
		for _, e := range s.ReportEntries {
			switch e.Name {
			case resultEntry:
				var result ledger.Result
				told := suite.portable(e.StringRepresentation())
				gomega.Expect(json.Unmarshal([]byte(told), &result)).To(gomega.Succeed())
				if result.State.Failed() && len(result.Faults) == 0 {
					result.Note = cmp.Or(result.Note, suite.message(s))
				}
				gomega.Expect(l.Set(result)).To(gomega.Succeed())
			case diagnosisEntry:
				d := new(example.Diagnosis)
				gomega.Expect(json.Unmarshal([]byte(e.StringRepresentation()), d)).To(gomega.Succeed())
				l.Doctor = append(l.Doctor, d)
			}
		}
	}
	counted := ledger.Differences{Numbered: len(suite.numbered), Pinned: suite.numbered.Pinned()}
	if suite.opts.Specs == nil { // then a spec of the ledger does not hold it to what pins them
		counted.Pinned, counted.Partly = 0, counted.Numbered > 0
	}
	for _, d := range suite.numbered {
		if suite.opts.Specs == nil && len(pins[d.ID]) > 0 {
			counted.Pinned++
		}
		counted.List = append(counted.List, ledger.Difference{ID: d.ID, Says: d.Says, Sources: d.Sources, Untested: d.Untested, Pins: pins[d.ID]})
	}
	l.Differences[name] = counted
	for _, doctor := range l.Doctor {
		card, err := example.CardOf(filepath.Join(suite.opts.Tree, "specs"), suite.Document, doctor, suite.numbered)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		l.Scorecards = append(l.Scorecards, card)
	}
	hashes := map[string]string{}
	for _, e := range l.Entries {
		if c, err := suite.cases.Of(e.ID); err == nil {
			e.Means, e.Gets = c.Means, c.Gets
		}
		if e.Recording = suite.recording(e.ID, l.Started); e.Recording != nil {
			hashes[e.ID] = e.Recording.Hash
		}
	}
	for i := range specs {
		specs[i].Fixture = hashes[specs[i].ID]
	}
	file := "ledger.json"
	if l.Narrow() {
		file = "ledger.partial.json"
	}
	text, err := json.MarshalIndent(l, "", " ")
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	xml, err := ledger.JUnit("contract", specs)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	proof, err := mutants.Read(filepath.Join(suite.opts.Report, mutants.File))
	if !errors.Is(err, os.ErrNotExist) {
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
	}
	html, err := page.HTML(l, proof)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	gomega.Expect(os.MkdirAll(suite.opts.Report, 0o755)).To(gomega.Succeed())
	gomega.Expect(document.WriteFile(filepath.Join(suite.opts.Report, file), append(text, '\n'))).To(gomega.Succeed())
	gomega.Expect(document.WriteFile(filepath.Join(suite.opts.Report, "junit.xml"), xml)).To(gomega.Succeed())
	gomega.Expect(document.WriteFile(filepath.Join(suite.opts.Report, "index.html"), html)).To(gomega.Succeed())
}

// notApplicable says what the provider lacks for a check of an example; "" if nothing.
func (suite *Suite) notApplicable(c ledger.Check, e example.Entry) string {
	if c != ledger.Schema && e.Nowhere != "" {
		return e.Nowhere
	}
	lacks := map[ledger.Check]func(example.Entry) string{
		ledger.Client: suite.clientLacks, ledger.Adapter: suite.adapterLacks, ledger.Simulator: suite.simulatorLacks, ledger.Sandbox: suite.sandboxLacks,
	}[c]
	if lacks != nil {
		if why := lacks(e); why != "" {
			return why
		}
	}
	switch {
	case c == ledger.Schema && e.Direction != example.Redirect && e.Schema() == "":
		return "no schema is published for it"
	case c == ledger.Schema && suite.Document.IsWritten(e):
		return "the example is the text of a body, and its schema is of the value that is written as " + e.MediaType()
	case c == ledger.Schema || c == ledger.Client:
		return ""
	case suite.cases.Empty():
		return "no cases are written"
	case suite.caseless(e):
		return "no case is written for it"
	case c != ledger.Adapter && suite.unreachable(c, e) != "":
		return suite.unreachable(c, e)
	case c == ledger.Fixtures:
		return suite.fixturesLack(e)
	}
	return ""
}

// caseless says whether an example has no case, where others have one: which the ledger's
// own spec finds.
func (suite *Suite) caseless(e example.Entry) bool {
	_, err := suite.cases.Of(e.ID)
	return err != nil
}

// unreachable says what the description lacks for what the case of an example is given; ""
// if nothing. A recording is played without the calls that came before.
func (suite *Suite) unreachable(check ledger.Check, e example.Entry) string {
	c, _ := suite.cases.Of(e.ID)
	for _, step := range c.Given {
		method := map[string]kyc.Method{
			"revocation": kyc.MethodRevoke, "account check": kyc.MethodCheckAccount,
		}[step.Verb]
		switch {
		case suite.Provider.Journey == nil &&
			slices.Contains([]string{"journey", "consent", "denial", "exchange"}, step.Verb):
			return "no journey is described, and its case needs one"
		case method != "" && suite.Provider.Adapter == nil && check != ledger.Fixtures:
			return "no adapter is described, which would say which operation is " + string(method)
		}
	}
	return ""
}

func (suite *Suite) adapterLacks(e example.Entry) string {
	adapter := suite.Provider.Adapter
	switch {
	case adapter == nil:
		return "no adapter is described"
	case e.Direction == example.Response && adapter.Calls[e.Operation] == "":
		return "the adapter does not reach the operation"
	case e.Direction == example.Redirect && !slices.Contains(adapter.Can, kyc.CanParseReturn) && !suite.exchanges():
		return cited("the adapter reads no return", e)
	case e.Direction == example.Webhook && !slices.Contains(adapter.Can, kyc.CanParseWebhook):
		return cited("the adapter reads no webhook", e)
	}
	return ""
}

// cited is a reason with the numbered differences that the example cites.
func cited(why string, e example.Entry) string {
	if len(e.Differences) == 0 {
		return why
	}
	return why + " (" + strings.Join(e.Differences, ", ") + ")"
}

func (suite *Suite) simulatorLacks(e example.Entry) string {
	behaviour := suite.Provider.Simulator
	switch {
	case behaviour == nil:
		return "no behaviour is written for the simulator"
	case suite.Provider.Account == nil && len(behaviour.Credentials) > 0:
		return "no account is described, whose credentials the simulator wants"
	case e.Direction == example.Redirect && suite.Provider.Journey == nil:
		return "no journey is described"
	case e.Direction == example.Webhook && behaviour.Decided == nil:
		return "the simulator sends no webhook"
	case (e.Direction == example.Request || e.Direction == example.Response) && behaviour.Operations[e.Operation] == nil:
		return "no behaviour is written for the operation"
	}
	return ""
}

func (suite *Suite) sandboxLacks(e example.Entry) string {
	account := suite.Provider.Account
	c, err := suite.cases.Of(e.ID)
	switch {
	case account == nil:
		return "no account is described"
	case account.Sandbox == "":
		return "no sandbox is declared"
	case err == nil && suite.Provider.Adapter == nil && slices.ContainsFunc(c.Given, func(s example.Step) bool { return s.Verb == "consent" }):
		return "no adapter is described, which would wait for the user"
	case err == nil && suite.Provider.Journey != nil && suite.Provider.Journey.Begin != nil &&
		slices.ContainsFunc(c.Given, func(s example.Step) bool { return s.Verb == "consent" }):
		return "its user brings back what a run does not see"
	}
	return ""
}

func (suite *Suite) fixturesLack(e example.Entry) string {
	if suite.recorded(e.ID) && suite.Provider.Account == nil {
		return "no account is described, of which the recorded requests are"
	}
	if suite.recorded(e.ID) {
		return ""
	}
	c, err := suite.cases.Of(e.ID)
	why := cmp.Or(suite.simulatorLacks(e), suite.unreachable(ledger.Simulator, e), c.Runs["simulator"])
	switch {
	case !slices.ContainsFunc(suite.Document.Entries, func(e example.Entry) bool { return suite.recorded(e.ID) }):
		return "nothing is recorded"
	case err == nil && why != "yes":
		return "it is not recorded, and the simulator cannot give it: " + why
	}
	return ""
}

// has says whether the provider has what a check needs, for any example.
func (suite *Suite) has(c ledger.Check) bool {
	return slices.ContainsFunc(suite.Document.Entries, func(e example.Entry) bool { return suite.applies(c, e) })
}

// applies says whether a check has something to look at in e.
func (suite *Suite) applies(c ledger.Check, e example.Entry) bool {
	return ledger.NotApplicable(c, e.Direction) == "" && suite.notApplicable(c, e) == ""
}

// maxAge is how many days the recording of a sandbox is good for.
const maxAge = 90

// recording is what the ledger says of the fixture of an example; nil if it has none
// that can be read.
func (suite *Suite) recording(id string, now time.Time) *ledger.Recording {
	f, err := recording.Read(suite.Provider.Files, id)
	if err != nil {
		return nil // which the fixtures check says
	}
	text, err := fs.ReadFile(suite.Provider.Files, recording.Path(id))
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	at, err := time.Parse(time.DateOnly, f.Recorded)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return &ledger.Recording{
		File: suite.Provider.Name + "/" + recording.Path(id), From: f.From, At: at, Hash: fmt.Sprintf("%x", sha256.Sum256(text)),
		Stale: f.From == recording.Sandbox && f.Age(now) > maxAge,
	}
}

func (suite *Suite) junit(s types.SpecReport) ledger.Spec {
	out := ledger.Spec{Class: "contract", Name: s.LeafNodeText, Time: s.RunTime}
	for _, c := range s.ContainerHierarchyTexts {
		out.Class += "." + c
	}
	for _, e := range s.ReportEntries {
		switch e.Name {
		case resultEntry:
			var result ledger.Result
			gomega.Expect(json.Unmarshal([]byte(e.StringRepresentation()), &result)).To(gomega.Succeed())
			out.ID = result.ID
		case pointerEntry:
			gomega.Expect(json.Unmarshal([]byte(e.StringRepresentation()), &out.Pointer)).To(gomega.Succeed())
		}
	}
	switch {
	case s.Failed():
		out.Failure = suite.portable(s.FailureMessage())
	case s.State.Is(types.SpecStateSkipped | types.SpecStatePending):
		if out.Skipped = s.FailureMessage(); out.Skipped == "" {
			out.Skipped = "narrowed"
		}
	}
	return out
}
