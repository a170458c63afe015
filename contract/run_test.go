package contract

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/contract/simulator"
)

// Acme has an example of each direction, and the description of each part may stop anywhere.
const acmeDocument = `openapi: 3.0.3
info: {title: Acme, version: "1"}
servers: [{url: 'https://sandbox.acme.example'}]
paths:
  /journeys:
    post:
      operationId: open
      responses:
        "200": {description: OK, content: {application/json: {schema: {type: object}, examples: {opened: {value: {id: j-1}}}}}}
      callbacks:
        told: {'{$request.body#/url}': {post: {operationId: told, requestBody: {content: {application/json: {schema: {type: object}, examples: {done: {value: {}}}}}}, responses: {"200": {description: OK}}}}}
      x-redirects: {back: {value: 'https://shop.example/back?id={id}'}}
  /journeys/now:
    get: {operationId: look, responses: {"200": {description: OK, content: {application/json: {schema: {type: object}, examples: {seen: {value: {}}}}}}}}
    put: {operationId: spare, responses: {"200": {description: OK}}}
  /checks:
    post:
      operationId: check
      requestBody: {content: {application/json: {schema: {type: object}, examples: {one: {value: {n: 1}}}}}}
      responses:
        "200": {description: OK, content: {application/json: {schema: {type: object}, examples: {right: {value: {n: 1}}}}}}
`

const acmeCases = `acme/open/200/opened: {means: consent pending, runs: {simulator: yes, sandbox: yes}}
acme/open/webhook/done: {means: consent granted, given: [journey, consent], runs: {simulator: yes, sandbox: yes}}
acme/open/redirect/back: {means: return denied, given: [journey, denial], runs: {simulator: yes, sandbox: cannot be provoked}}
acme/look/200/seen: {means: consent granted, given: [account check], runs: {simulator: yes, sandbox: yes}}
acme/check/request/one: {gets: 200/right, runs: {simulator: yes, sandbox: yes}}
acme/check/200/right: {means: record, given: [journey, consent], runs: {simulator: yes, sandbox: yes}}
`

// described is Acme with every part, as little as there can be in each.
func described() provider.Provider {
	return provider.Provider{
		Name: "acme", Document: []byte(acmeDocument),
		Files:   fstest.MapFS{"cases.yaml": {Data: []byte(acmeCases)}},
		Client:  &provider.Client{New: func(string, *http.Client) (any, error) { return struct{}{}, nil }},
		Journey: &provider.Journey{Started: "acme/open/200/opened", IDs: map[string]string{"id": "/id"}, Ref: "id"},
		Account: &provider.Account{Sandbox: "https://sandbox.acme.example"},
		Adapter: &provider.Adapter{
			New:    func(string, provider.Values, *http.Client) (kyc.Provider, error) { return nil, nil },
			Calls:  map[string]kyc.Method{"open": kyc.MethodStart, "look": kyc.MethodStatus, "check": kyc.MethodFetch},
			Status: "acme/open/200/opened", Fetched: "acme/check/200/right",
		},
		Simulator: &simulator.Behaviour{
			Operations: map[string]func(*simulator.Exchange) simulator.Reply{
				"open": func(x *simulator.Exchange) simulator.Reply { return x.Say(nil, "200/opened") },
				"look": func(x *simulator.Exchange) simulator.Reply { return x.Say(nil, "200/seen") },
			},
		},
	}
}

// What a description lacks is n/a for the example, with the reason.
func TestNotApplicable(t *testing.T) {
	const opened, done, back, seen, right = "acme/open/200/opened", "acme/open/webhook/done", "acme/open/redirect/back", "acme/look/200/seen", "acme/check/200/right"
	for _, try := range []struct {
		lack  func(*provider.Provider)
		check ledger.Check
		id    string
		want  string
	}{
		{nil, ledger.Schema, opened, ""},
		{nil, ledger.Client, opened, ""},
		{nil, ledger.Client, done, "no type is described for the webhook"},
		{func(p *provider.Provider) { p.Client = nil }, ledger.Client, opened, "no client is described"},
		{nil, ledger.Adapter, opened, ""},
		{nil, ledger.Adapter, done, "the adapter reads no webhook"},
		{func(p *provider.Provider) { p.Adapter.Can = []kyc.Capability{kyc.CanParseWebhook} }, ledger.Adapter, done, ""},
		{nil, ledger.Adapter, back, "the adapter reads no return"},
		{func(p *provider.Provider) { p.Adapter.Can = []kyc.Capability{kyc.CanParseReturn} }, ledger.Adapter, back, ""},
		{func(p *provider.Provider) {
			p.Adapter.Calls["spare"] = kyc.MethodFetch
			delete(p.Adapter.Calls, "check")
		}, ledger.Adapter, right, "the adapter does not reach the operation"},
		{func(p *provider.Provider) { p.Adapter = nil }, ledger.Adapter, opened, "no adapter is described"},
		{nil, ledger.Simulator, opened, ""},
		{nil, ledger.Simulator, right, "no behaviour is written for the operation"},
		{nil, ledger.Simulator, back, ""},
		{func(p *provider.Provider) { p.Journey, p.Adapter = nil, nil }, ledger.Simulator, back, "no journey is described"},
		{func(p *provider.Provider) { p.Journey, p.Adapter = nil, nil }, ledger.Sandbox, right, "no adapter is described, which would wait for the user"},
		{func(p *provider.Provider) { record(p, right); p.Journey, p.Adapter = nil, nil }, ledger.Fixtures, right, "no journey is described, and its case needs one"},
		{func(p *provider.Provider) { record(p, opened); p.Account, p.Adapter = nil, nil }, ledger.Fixtures, opened, "no account is described, of which the recorded requests are"},
		{func(p *provider.Provider) { p.Account, p.Adapter = nil, nil }, ledger.Simulator, opened, ""},
		{func(p *provider.Provider) {
			p.Adapter, p.Account = nil, nil
			p.Simulator.Credentials = []simulator.Credential{{Name: "x-key", Value: "v"}}
		}, ledger.Simulator, opened, "no account is described, whose credentials the simulator wants"},
		{nil, ledger.Simulator, done, "the simulator sends no webhook"},
		{func(p *provider.Provider) { p.Simulator = nil }, ledger.Simulator, opened, "no behaviour is written for the simulator"},
		{nil, ledger.Fixtures, opened, "nothing is recorded"},
		{func(p *provider.Provider) { record(p, opened) }, ledger.Fixtures, opened, ""},
		{func(p *provider.Provider) { record(p, opened) }, ledger.Fixtures, right,
			"it is not recorded, and the simulator cannot give it: no behaviour is written for the operation"},
		{func(p *provider.Provider) { p.Files = nil }, ledger.Fixtures, opened, "no cases are written"},
		{func(p *provider.Provider) { p.Files = nil }, ledger.Simulator, opened, "no cases are written"},
		{func(p *provider.Provider) { uncased(p, right) }, ledger.Adapter, right, "no case is written for it"},
		{func(p *provider.Provider) { uncased(p, right) }, ledger.Client, right, ""},
		{func(p *provider.Provider) { uncased(p, right) }, ledger.Adapter, opened, ""},
		{func(p *provider.Provider) { record(p, seen); p.Adapter = nil }, ledger.Simulator, seen, "no adapter is described, which would say which operation is CheckAccount"},
		{func(p *provider.Provider) { record(p, seen); p.Adapter = nil }, ledger.Fixtures, seen, ""},
		{nil, ledger.Sandbox, right, ""},
		{func(p *provider.Provider) { p.Adapter = nil }, ledger.Sandbox, right, "no adapter is described, which would wait for the user"},
		{func(p *provider.Provider) { p.Adapter = nil }, ledger.Sandbox, opened, ""},
		{func(p *provider.Provider) { p.Account.Sandbox = "" }, ledger.Sandbox, opened, "no sandbox is declared"},
		{func(p *provider.Provider) { p.Account, p.Adapter = nil, nil }, ledger.Sandbox, opened, "no account is described"},
	} {
		p := described()
		if try.lack != nil {
			try.lack(&p)
		}
		suite, err := New(Options{}, p)
		if err != nil {
			t.Fatal(err)
		}
		if got := suite.notApplicable(try.check, suite.Entry(try.id)); got != try.want {
			t.Errorf("%s of %s is n/a for %q, and %q was wanted", try.check, try.id, got, try.want)
		}
	}
}

// record gives p a recording of the example.
func record(p *provider.Provider, id string) {
	p.Files.(fstest.MapFS)[recording.Path(id)] = &fstest.MapFile{}
}

// uncased takes the case of an example away.
func uncased(p *provider.Provider, id string) {
	p.Files = fstest.MapFS{"cases.yaml": {Data: []byte(regexp.MustCompile("(?m)^"+regexp.QuoteMeta(id)+":.*\n").ReplaceAllString(acmeCases, ""))}}
}

// again tells the tests below that this is the program that they run.
const again = "CONTRACT_RUN_AGAIN"

// child runs the test alone in a program of its own, with report as its argument.
func child(t *testing.T, report string) (said string, err error) {
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	c.Env = append(os.Environ(), again+"="+report)
	output, err := c.CombinedOutput()
	return string(output), err
}

// Run refuses its second call, after which Ginkgo would be silent.
func TestRunAgain(t *testing.T) {
	if report := os.Getenv(again); report != "" {
		Run(t, Options{Report: report}, provider.Provider{Name: "acme", Document: []byte(acmeDocument)})
		Run(t, Options{Report: report}, provider.Provider{Name: "acme", Document: []byte(acmeDocument)})
		return
	}
	said, err := child(t, t.TempDir())
	if err == nil || !strings.Contains(said, "Run can be called once in a test binary") {
		t.Errorf("the second call came through: %v\n%s", err, said)
	}
}

// A run against one target that had nothing to judge is skipped with the reason, and is
// not taken for one that found nothing.
func TestNothingJudged(t *testing.T) {
	if args := os.Getenv(again); args != "" {
		target, lacking, _ := strings.Cut(args, " ")
		p := described()
		p.Account.Variables = []provider.Variable{{Name: "ACME_ID", Member: "client"}}
		if lacking == "account" {
			p.Account, p.Adapter = nil, nil
		}
		Run(t, Options{Target: target}, p)
		return
	}
	for args, want := range map[string]string{
		"sandbox":         "against TARGET=sandbox: needs credentials: ACME_ID",
		"sandbox account": "against TARGET=sandbox: no account is described: write Account in contract/provider/acme",
		"fixtures":        "against TARGET=fixtures: nothing is recorded",
	} {
		said, err := child(t, args)
		if err != nil || !strings.Contains(said, "SKIP: TestNothingJudged") || !strings.Contains(said, want) {
			t.Errorf("%s: %v, and %q was wanted\n%s", args, err, want, said)
		}
	}
}

// A simulator that has behaviour for one of two operations, and no webhook: what it can
// give is checked, recorded and played back, and the rest is n/a.
func TestPartlySimulated(t *testing.T) {
	if report := os.Getenv(again); report != "" {
		p, o := described(), Options{Report: report, Target: "simulator", Record: report}
		p.Client, p.Adapter, p.Journey = nil, nil, nil
		if text, err := os.ReadFile(filepath.Join(report, recording.Path("acme/open/200/opened"))); err == nil {
			p.Files.(fstest.MapFS)[recording.Path("acme/open/200/opened")] = &fstest.MapFile{Data: text}
			o.Target, o.Record = "", ""
		}
		Run(t, o, p)
		return
	}
	report := t.TempDir()
	for range 2 { // to record, and to play that back
		if said, err := child(t, report); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
	}
	l, err := ledger.Read(report)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range l.Entries {
		got[e.ID] = fmt.Sprint(e.Checks[ledger.Simulator], ": ", e.Notes[ledger.Simulator])
		got[e.ID+" fixtures"] = fmt.Sprint(e.Checks[ledger.Fixtures], ": ", e.Notes[ledger.Fixtures])
	}
	for id, want := range map[string]string{
		"acme/open/200/opened":    "pass: ",
		"acme/open/webhook/done":  "n/a: the simulator sends no webhook",
		"acme/check/request/one":  "n/a: no behaviour is written for the operation",
		"acme/check/200/right":    "n/a: no behaviour is written for the operation",
		"acme/open/redirect/back": "n/a: no journey is described",

		"acme/open/200/opened fixtures": "pass (simulator): ",
		"acme/check/200/right fixtures": "n/a: no journey is described, and its case needs one",
		"acme/look/200/seen fixtures":   "n/a: it is not recorded, and the simulator cannot give it: no adapter is described, which would say which operation is CheckAccount",
	} {
		if got[id] != want {
			t.Errorf("%s: %s, and %q was wanted", id, got[id], want)
		}
	}
	if _, err := os.Stat(filepath.Join(report, "junit.xml")); err != nil {
		t.Error(err)
	}
}

// Importing the package defines no flag: those of Ginkgo and of go test are not ours.
func TestNoFlag(t *testing.T) {
	flag.VisitAll(func(f *flag.Flag) {
		if !strings.HasPrefix(f.Name, "test.") && !strings.HasPrefix(f.Name, "ginkgo.") {
			t.Errorf("there is a flag -%s", f.Name)
		}
	})
}

// A package with a Ginkgo suite of its own has the suite of a provider beside its specs,
// and a report of that provider alone.
func TestDescribe(t *testing.T) {
	if report := os.Getenv(again); report != "" {
		gomega.RegisterFailHandler(ginkgo.Fail)
		Describe(Options{Report: report}, provider.Provider{Name: "acme", Document: []byte(acmeDocument)})
		Describe(Options{}, provider.Provider{Name: "Bolt", Document: []byte(acmeDocument)})
		Describe(Options{}, provider.Provider{Name: "acme", Document: []byte(acmeDocument)})
		ginkgo.It("is a spec of the shop's", func() { ginkgo.Fail("as it should") })
		ginkgo.RunSpecs(t, "shop")
		return
	}
	report := t.TempDir()
	said, err := child(t, report)
	for _, want := range []string{"Name must be lower case letters and digits", "acme is described twice in one package"} {
		if err == nil || !strings.Contains(said, want) {
			t.Errorf("%q was wanted: %v\n%s", want, err, said)
		}
	}
	l, err := ledger.Read(report)
	if err != nil {
		t.Fatal(err)
	}
	if l.Partial || len(l.Entries) != 6 || l.Checked() != 5 || len(l.Broken) > 0 {
		t.Errorf("partial %v, %d entries with %d checks, broken %v", l.Partial, len(l.Entries), l.Checked(), l.Broken)
	}
	xml, err := os.ReadFile(filepath.Join(report, "junit.xml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(xml), `classname="contract.schema"`) || strings.Contains(string(xml), "shop") {
		t.Errorf("specs that are not those of the suite:\n%s", xml)
	}
}

// Without a command around it, a run against the sandbox reads the environment itself, and
// says what is wrong with it before anything is called.
func TestSandboxAlone(t *testing.T) {
	for name, try := range map[string]struct{ value, want string }{
		"DRY_RUN": {"true", `DRY_RUN="true" is neither 1 nor 0`}, "SPACING": {"soon", `SPACING="soon" is no duration`},
		"PERSON": {"yes", `PERSON="yes" is neither 1 nor 0`}, "ACME_KEY": {"k", "ACME_KEY is no variable; there is ACME_ID"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, try.value)
			p := described()
			p.Account.Variables = []provider.Variable{{Name: "ACME_ID", Member: "client"}}
			if _, err := New(Options{Target: "sandbox"}, p); err == nil || !strings.Contains(err.Error(), try.want) {
				t.Errorf("got %v, and %q was wanted", err, try.want)
			}
			if _, err := New(Options{}, p); err != nil {
				t.Errorf("a run that calls nobody looks at it: %v", err)
			}
		})
	}
}

// A check that fails says how to run it alone again.
func TestAgain(t *testing.T) {
	if os.Getenv(again) != "" {
		Run(t, Options{Test: "./somewhere"}, provider.Provider{Name: "acme", Document: []byte(strings.Replace(acmeDocument, "{type: object}, examples: {opened", "{type: array}, examples: {opened", 1))})
		return
	}
	said, err := child(t, t.TempDir())
	if want := `go test ./somewhere -count=1 -ginkgo.focus='^contract schema acme/open/200/opened$'`; err == nil ||
		!strings.Contains(said, want) {
		t.Errorf("%v, and %q was wanted\n%s", err, want, said)
	}
}
