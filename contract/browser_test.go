package contract

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/contract/simulator"
)

// The journeys of Bistro begin at its page, whose user comes back with a ticket. What a call gives for that opens the
// rest.
const bistroDocument = `openapi: 3.0.3
info: {title: Bistro, version: "1"}
servers: [{url: 'https://bistro.example'}]
paths:
  /tickets:
    post:
      operationId: swap
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object}}}}
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {type: object}, examples: {
            swapped: {value: {pass: a1b2c3d4, until: 1700000000}}, renewed: {value: {pass: e5f6a7b8}}}}}
        "400":
          description: No
          content: {application/json: {schema: {type: object}, examples: {used: {value: {word: used}}}}}
      x-redirects: {back: {value: '<back>?ticket=<ticket>&mark=<mark>'}, no: {value: '<back>?no=1&mark=<mark>'}}
  /menu:
    get:
      operationId: menu
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {type: object}, examples: {menu: {value: {soup: hot}}}}}
  /notes:
    post:
      operationId: note
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object}}}}
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {type: object}, examples: {noted: {value: {noted: true}}}}}
        "204": {description: OK}
  /leave:
    post: {operationId: leave, responses: {"200": {description: OK}}}
`

const bistroCases = `bistro/swap/200/swapped:
  means: return granted
  given: [journey, consent]
  runs: {simulator: yes, sandbox: needs a person}
bistro/swap/200/renewed:
  means: consent granted
  by: Refresh
  given: [journey, consent, exchange]
  request: {like: again}
  runs: {simulator: yes, sandbox: needs a person}
bistro/swap/400/used:
  means: error duplicate
  given: [journey, consent, exchange]
  runs: {simulator: yes, sandbox: needs a person}
bistro/swap/redirect/back:
  means: return granted
  given: [journey, consent]
  runs: {simulator: yes, sandbox: needs a person}
  with: {<ticket>: a-ticket, <mark>: a-mark}
bistro/swap/redirect/no:
  means: return denied
  given: [journey, denial]
  runs: {simulator: yes, sandbox: needs a person}
  with: {<mark>: a-mark}
bistro/menu/200/menu:
  means: documents
  given: [journey, consent, exchange]
  runs: {simulator: yes, sandbox: needs a person}
bistro/note/200/noted: {means: nothing, runs: {simulator: yes, sandbox: yes}}
`

// table is what Bistro keeps of a journey: its mark and its pass.
type table struct {
	mark, pass string
	swapped    bool
}

// bistroBehaviour knows a ticket by the journey's id.
var bistroBehaviour = simulator.Behaviour{
	Pages: map[string]func(*simulator.Exchange) simulator.Turn{
		"GET /enter": func(x *simulator.Exchange) simulator.Turn {
			return simulator.Turn{To: x.Open(simulator.Opening{
				ID: "t1ck3t-" + fmt.Sprint(x.Number()), Redirect: x.Query.Get("back"),
				Documents: []kyc.Document{kyc.Aadhaar}, Life: time.Minute, Keep: table{mark: x.Query.Get("mark")},
			}).ConsentURL()}
		},
	},
	Back: func(_ *simulator.Service, j *simulator.Journey) string {
		if j.State == simulator.Denied {
			return "no=1&mark=" + j.Kept.(table).mark
		}
		return url.Values{"ticket": {j.ID}, "mark": {j.Kept.(table).mark}}.Encode()
	},
	Operations: map[string]func(*simulator.Exchange) simulator.Reply{
		"swap": func(x *simulator.Exchange) simulator.Reply {
			form := x.Form()
			if pass := form.Get("old"); pass != "" {
				return x.Say(simulator.Values{"/pass": simulator.Quote(pass + "n3w")}, "200/renewed")
			}
			j := x.Find(form.Get("ticket"))
			if j == nil || j.Kept.(table).swapped || form.Get("proof") != "by "+j.Kept.(table).mark {
				return x.Say(nil, "400/used")
			}
			pass := "p4ss" + j.ID
			x.Keep(j, func(kept any) any { return table{kept.(table).mark, pass, true} })
			until := fmt.Appendf(nil, "%d", x.Now.Add(time.Hour).Unix())
			return x.Say(simulator.Values{"/pass": simulator.Quote(pass), "/until": until}, "200/swapped")
		},
		"menu": func(x *simulator.Exchange) simulator.Reply {
			id, held := strings.CutPrefix(x.Request.Header.Get("X-Pass"), "p4ss")
			if j := x.Find(id); !held || j == nil {
				return *simulator.JSON(http.StatusUnauthorized, []byte(`{}`))
			}
			return x.Say(nil, "200/menu")
		},
		"note": func(x *simulator.Exchange) simulator.Reply {
			if form := x.Form(); form.Get("sum") != "sum of "+form.Get("text") || x.Request.Header.Get("X-Pass") != "" {
				return *simulator.JSON(http.StatusUnauthorized, []byte(`{}`))
			}
			return x.Say(nil, "200/noted")
		},
	},
}

// bistro is the description, without an adapter.
func bistro() provider.Provider {
	return provider.Provider{
		Name: "bistro", Document: []byte(bistroDocument),
		Files:  fstest.MapFS{"cases.yaml": {Data: []byte(bistroCases)}},
		Hidden: map[string][]string{"credential": {"X-Pass", "pass", "old", "proof", "mark", "ticket"}},
		Requests: map[string]map[string]any{
			"swap": {"ticket": "", "proof": ""}, "swap/again": {"old": ""}, "note": {"text": "hello"},
		},
		Answers: provider.Answers{Fresh: map[string]provider.Class{"/pass": provider.ID, "/until": provider.Time}},
		Account: &provider.Account{
			SignBody: func(operation string, body map[string]any, _ provider.Values, _ time.Time) {
				if operation == "note" {
					body["sum"] = fmt.Sprint("sum of ", body["text"])
				}
			},
		},
		Journey: &provider.Journey{
			Started: "bistro/swap/200/swapped", Placeholders: []string{"<back>"},
			Begin: func(base, back, fresh string, _ provider.Values) (string, map[string]string) {
				return base + "/enter?" + url.Values{"back": {back}, "mark": {fresh}}.Encode(),
					map[string]string{"mark": fresh, "proof": "by " + fresh}
			},
			Authorize: func(header http.Header, operation string, ids map[string]string) {
				if operation == "menu" {
					header.Set("X-Pass", ids["pass"])
				}
			},
			IDs:      map[string]string{"mark": "", "proof": "", "ticket": "", "pass": "/pass", "old": "/pass"},
			Returned: []string{"ticket"},
		},
		Simulator: &bistroBehaviour,
	}
}

// What a journey that begins in the browser comes to is simulated, recorded without what opens it, and played back.
func TestBegunInTheBrowser(t *testing.T) {
	if report := os.Getenv(again); report != "" {
		p, o := bistro(), Options{Report: report, Target: "simulator", Record: report}
		err := filepath.WalkDir(filepath.Join(report, "fixtures"), func(path string, f os.DirEntry, err error) error {
			if err != nil || f.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			below, _ := filepath.Rel(report, path)
			p.Files.(fstest.MapFS)[filepath.ToSlash(below)] = &fstest.MapFile{Data: text}
			o.Target, o.Record = "", ""
			return err
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		Run(t, o, p)
		return
	}
	report := t.TempDir()
	for _, check := range []ledger.Check{ledger.Simulator, ledger.Fixtures} {
		said, err := child(t, report)
		l, readErr := ledger.Read(report)
		if check == ledger.Simulator && err != nil || readErr != nil { // nobody has accepted mutants of the recordings
			t.Fatalf("%v, %v\n%s", err, readErr, said)
		}
		for _, e := range l.Entries {
			if check == ledger.Fixtures && e.Direction == "redirect" {
				continue
			}
			if state := e.Checks[check]; !strings.HasPrefix(string(state), "pass") {
				t.Errorf("%s: %s: %s %s", e.ID, check, state, e.Notes[check])
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(report, recording.Path("bistro/menu/200/menu")))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"p4ss", "t1ck3t"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the recording has %q:\n%s", secret, text)
		}
	}
	if !strings.Contains(string(text), "X-Pass: redacted") {
		t.Errorf("the recording has no pass:\n%s", text)
	}
}

// waiter is an adapter at Bistro that does nothing.
type waiter struct{ kyc.Provider }

func (waiter) Start(_ context.Context, r kyc.StartRequest) (*kyc.Consent, error) {
	return &kyc.Consent{Ref: "r", URL: kyc.Hide("https://bistro.example/enter?mark=m-1&back=" + r.ReturnTo)}, nil
}

// The method that reads an example is the operation's, or the second one where the case says so. What there is no
// example of, or what has no body, is known.
func TestReadBy(t *testing.T) {
	gomega.RegisterTestingT(t)
	g := gomega.NewWithT(t)
	p := bistro()
	p.Adapter = &provider.Adapter{
		New:      func(string, provider.Values, *http.Client) (kyc.Provider, error) { return waiter{}, nil },
		Can:      []kyc.Capability{kyc.CanExchange, kyc.CanRefresh},
		Calls:    map[string]kyc.Method{"swap": kyc.MethodExchange, "menu": kyc.MethodFetch, "leave": kyc.MethodRevoke},
		Also:     map[string]kyc.Method{"swap": kyc.MethodRefresh},
		Uncalled: []kyc.Method{kyc.MethodStart, kyc.MethodStatus}, Fetched: "bistro/menu/200/menu",
		First: map[string]string{"menu": "swap"}, Asks: map[string]kyc.Document{"menu": kyc.PAN},
	}
	suite, err := New(Options{}, p)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(suite.methodOf(suite.Entry("bistro/swap/200/swapped"))).To(gomega.Equal(kyc.MethodExchange))
	g.Expect(suite.methodOf(suite.Entry("bistro/swap/200/renewed"))).To(gomega.Equal(kyc.MethodRefresh))
	g.Expect(suite.success(method{"swap", kyc.MethodRefresh}).ID).To(gomega.Equal("bistro/swap/200/renewed"))
	g.Expect(suite.methods()).To(gomega.Equal([]method{
		{"swap", kyc.MethodExchange}, {"swap", kyc.MethodRefresh}, {"menu", kyc.MethodFetch},
		{"leave", kyc.MethodRevoke},
	}))

	subject := suite.subject()
	g.Expect(subject.Uncalled).To(gomega.Equal(p.Adapter.Uncalled))
	g.Expect(subject.Named).To(gomega.HaveEach("a1b2c3d4"))
	g.Expect(subject.Returns.Answers).To(gomega.Equal([]string{"no"}), "a ticket says nothing")
	g.Expect(subject.Returns.IDs).To(gomega.Equal([]string{"mark"}))
	swap := subject.Operations[kyc.MethodExchange]
	g.Expect(string(swap.Success.Body)).NotTo(gomega.ContainSubstring("1700000000"), "a Ref is made of it")
	g.Expect(subject.Operations).NotTo(gomega.HaveKey(kyc.MethodFetch), "it is asked for a PAN")
	g.Expect(suite.operation(method{"menu", kyc.MethodFetch}).Success.Status).To(gomega.BeZero(), "swap comes first")
	leave := subject.Operations[kyc.MethodRevoke].Success
	g.Expect(leave.Status).To(gomega.Equal(http.StatusOK))
	g.Expect(leave.Body).To(gomega.BeEmpty())
	note, _ := suite.Document.Operation("note")
	g.Expect(suite.Document.Bodiless(note)).To(gomega.BeFalse(), "one of its successes has a body")

	consent, err := waiter{}.Start(t.Context(), subject.Request)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(subject.Back(consent).String()).To(gomega.Equal(back+"?mark=m-1&ticket=a-ticket"), "with the link's mark")
}
