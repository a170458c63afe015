package contract

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/sandbox"
	"example.com/digilocker/contract/simulator"
)

// The simulator behind TLS poses as the sandbox.
func (suite *Suite) liveSpecs() {
	ginkgo.Describe("a live run", ginkgo.Label("simulator"), func() {
		ginkgo.It("reports nothing in twenty runs against a provider that has not changed", func(ctx ginkgo.SpecContext) {
			all := suite.playable()
			if len(all) == 0 {
				ginkgo.Skip("no case is said to run at a sandbox by nobody's help")
			}
			l := suite.posing(nil)
			for range 20 {
				for _, e := range all {
					found, _ := l.play(ctx, e)
					gomega.Expect(found).To(gomega.BeEmpty(), e.ID)
				}
			}
		})
		ginkgo.It("gets what every call needs by a call of its own, once", func(ctx ginkgo.SpecContext) {
			var paths []string
			l := suite.obtaining(func(r *http.Response) { paths = append(paths, r.Request.URL.Path) })
			all := suite.playable()
			gomega.Expect(l.lacks(ctx, all[0])).To(gomega.BeEmpty())
			gomega.Expect(suite.Provider.Account.Wants(l.account)).To(gomega.BeEmpty())
			gomega.Expect(paths).To(gomega.HaveLen(1))
			own := paths[0]
			other := slices.IndexFunc(all, suite.elsewhere(own))
			if other < 0 {
				ginkgo.Skip("every case that needs nothing before it is about that call")
			}
			for range 2 {
				gomega.Expect(l.lacks(ctx, all[other])).To(gomega.BeEmpty())
				found, _ := l.play(ctx, all[other])
				gomega.Expect(found).To(gomega.BeEmpty(), all[other].ID)
			}
			gomega.Expect(paths).To(gomega.HaveLen(3))
			gomega.Expect(paths[1:]).NotTo(gomega.ContainElement(own))
		})
		ginkgo.It("plays what is about that call alone where it fails", func(ctx ginkgo.SpecContext) {
			var paths []string
			l := suite.obtaining(func(r *http.Response) {
				paths, r.StatusCode = append(paths, r.Request.URL.Path), http.StatusInternalServerError
			})
			for _, e := range suite.playable() {
				lacking := l.lacks(ctx, e)
				c, err := suite.cases.Of(e.ID)
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				if len(c.Given) > 0 || suite.elsewhere(paths[0])(e) {
					gomega.Expect(lacking).To(gomega.ConsistOf(gomega.HaveField("Pointer", ledger.Account)), e.ID)
				} else {
					gomega.Expect(lacking).To(gomega.BeEmpty(), e.ID)
				}
			}
			gomega.Expect(paths).To(gomega.HaveLen(1))
		})
	})
}

// obtaining is a run against the simulator as if it were the sandbox, with an account that lacks what a call of its
// own gets.
func (suite *Suite) obtaining(change func(*http.Response)) *liveRun {
	ginkgo.GinkgoHelper()
	a := suite.Provider.Account
	if len(suite.playable()) == 0 || a.Obtain == nil {
		ginkgo.Skip("no case is said to run at a sandbox by nobody's help, or no call needs what another one gets")
	}
	l := suite.posing(change)
	l.account = a.Environment()
	return l
}

// elsewhere says of an example whether its case needs nothing before it and calls another path than that.
func (suite *Suite) elsewhere(path string) func(example.Entry) bool {
	return func(e example.Entry) bool {
		c, err := suite.cases.Of(e.ID)
		return err == nil && len(c.Given) == 0 && !strings.HasSuffix(path, suite.Operation(e.Operation).Path)
	}
}

// posing is a run against the simulator as if it were the sandbox, which passes what it
// answers through change.
func (suite *Suite) posing(change func(*http.Response)) *liveRun {
	ginkgo.GinkgoHelper()
	sim, err := simulator.New(simulator.Options{}, provider.Simulated(suite.Provider)...)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	server := httptest.NewTLSServer(sim)
	ginkgo.DeferCleanup(func() { sim.Close(); server.Close() })
	direct := server.Client().Transport
	return &liveRun{
		suite: suite, base: server.URL + "/" + suite.Provider.Name,
		account: suite.Provider.Account.Simulated(), ready: true, says: func(string, ...any) {},
		transport: through(func(r *http.Request) (*http.Response, error) {
			resp, err := direct.RoundTrip(r)
			if err == nil && change != nil {
				change(resp)
			}
			return resp, err
		}),
	}
}

// playable are the examples that a sandbox, and the simulator posing as one, can be made to
// give by nobody's help.
func (suite *Suite) playable() []example.Entry {
	ginkgo.GinkgoHelper()
	if slices.ContainsFunc(suite.Document.Entries, suite.caseless) {
		ginkgo.Skip("not every example has a case")
	}
	plan, err := sandbox.Make(suite.Provider, suite.Document, suite.cases, sandbox.Limits{MaxCalls: 1000}, false)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	var all []example.Entry
	for _, e := range suite.Document.Entries {
		if plan.Of(e.ID).Skip == "" && suite.applies(ledger.Simulator, e) {
			all = append(all, e)
		}
	}
	return all
}

// OfAnotherPerson says that a live run takes another person's answer for what is known of
// the example, once that person has consented.
func (suite *Suite) OfAnotherPerson(ctx context.Context, id string) {
	ginkgo.GinkgoHelper()
	l := suite.posing(nil)
	client := &http.Client{Transport: l.transport}
	kept := suite.invite
	ginkgo.DeferCleanup(func() { suite.invite = kept })
	invited := 0
	suite.invite = func(ctx context.Context, s *attempt, step example.Step) {
		ginkgo.GinkgoHelper()
		invited++
		v := simulator.NewVisitor(simulator.Complete)
		v.Client, v.Documents = client, nil
		for _, doc := range step.To {
			v.Documents = append(v.Documents, kyc.Document(doc))
		}
		u, err := v.Allow(ctx, s.consent)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		s.returned(u)
	}
	found, _ := l.play(ctx, suite.Entry(id))
	gomega.Expect(found).To(gomega.BeEmpty())
	gomega.Expect(invited).To(gomega.Equal(1))
}

// SilentAbout says that a live run reports nothing of an answer with these values, by
// pointers, also where another person's was recorded.
func (suite *Suite) SilentAbout(id string, recorded, live map[string]string) {
	ginkgo.GinkgoHelper()
	e := suite.Entry(id)
	known := judge.KnownOf(suite.Document, e)
	known.Rules = suite.rules(e)
	answer := func(values map[string]string) judge.Answer {
		return judge.Answer{Status: e.Status, Header: http.Header{"Content-Type": {e.MediaType()}}, Body: Changed(e.Value, values)}
	}
	was := answer(recorded)
	for pointer, class := range known.Fresh {
		documented := valueAt(e.Value, pointer)
		text := plainText(documented)
		if class == judge.Link && documented != nil && !judge.IsLink(text, text) { // a placeholder
			link := map[string]string{pointer: `"https://files.example/a"`}
			was.Body, live = Changed(was.Body, link), union(live, link)
		}
	}
	known.Recording = &was
	gomega.Expect(judge.Live(known, answer(live))).To(gomega.BeEmpty())
	known.Recording = nil
	gomega.Expect(judge.Live(known, answer(live))).To(gomega.BeEmpty())
}

// Reported says that a live run reports one difference of the example, that one, when its
// answer passes through change.
func (suite *Suite) Reported(ctx context.Context, id string, want judge.Difference, change func(*http.Response)) {
	ginkgo.GinkgoHelper()
	e := suite.Entry(id)
	l := suite.posing(func(r *http.Response) {
		if documented := suite.Operation(e.Operation); strings.HasSuffix(r.Request.URL.Path, documented.Path) ||
			strings.Contains(documented.Path, "{") && r.Request.Method == documented.Method {
			change(r)
		}
	})
	found, _ := l.play(ctx, e)
	gomega.Expect(found).To(gomega.HaveLen(1), "%v", found)
	gomega.Expect(found[0]).To(gomega.And(gomega.HaveField("Pointer", want.Pointer), gomega.HaveField("Kind", want.Kind), gomega.HaveField("Verdict", want.Verdict)))
}

// union has what both have.
func union(a, b map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	return all
}

// Body changes the text of an answer, in which old must stand.
func Body(old, with string) func(*http.Response) {
	return func(r *http.Response) {
		text, err := io.ReadAll(r.Body)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		gomega.Expect(string(text)).To(gomega.ContainSubstring(old))
		text = bytes.Replace(text, []byte(old), []byte(with), 1)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	}
}
