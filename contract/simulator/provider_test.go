package simulator_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/simulator"
)

// plain is acme as a document alone.
func plain(behaviour simulator.Behaviour) simulator.Provider {
	return simulator.Provider{Name: "acme", Document: acmeDocument, Behaviour: &behaviour}
}

// opens is a Behaviour that can only open journeys, and needs no credentials for it.
func opens() simulator.Behaviour {
	return simulator.Behaviour{Operations: map[string]func(*simulator.Exchange) simulator.Reply{"openJourney": acmeOpens}}
}

// paths is a document with one GET operation, get1 and so on, for each path.
func paths(all ...string) []byte {
	var b bytes.Buffer
	b.WriteString("openapi: 3.1.0\ninfo: {title: t, version: v}\npaths:\n")
	for i, path := range all {
		fmt.Fprintf(&b, "  %q: {get: {operationId: get%d, responses: {}}}\n", path, i+1)
	}
	return b.Bytes()
}

var _ = Describe("A provider", func() {
	DescribeTable("that cannot be one is refused:", func(want string, providers ...simulator.Provider) {
		_, err := simulator.New(simulator.Options{}, providers...)
		Expect(err).To(MatchError(And(HavePrefix("simulator: "), ContainSubstring(want))))
	},
		Entry("one of the same name", `two providers are called "acme"; give one of them another Name`,
			acme(), bolt(), acme()),
		Entry("one without behaviour", "acme has no Behaviour; give it one",
			simulator.Provider{Name: "acme", Document: acmeDocument}),
		Entry("one with behaviour that its document lacks",
			`acme: Behaviour.Operations has "pay", which the document lacks; `+
				"it has openJourney, getJourney, withdraw, getPaper, checkAccount, listKinds: correct the name",
			plain(simulator.Behaviour{Operations: map[string]func(*simulator.Exchange) simulator.Reply{"pay": nil}})),
		Entry("one without a document", "bolt: its Document cannot be used: ",
			simulator.Provider{Name: "bolt", Behaviour: &boltBehaviour}),
		Entry("one whose document is no YAML", "bolt: its Document cannot be used: ",
			simulator.Provider{Name: "bolt", Document: []byte("{"), Behaviour: &boltBehaviour}),
		Entry("one whose document is something else", "bolt: its Document cannot be used: it has neither operations nor webhooks; "+
			"it must be the effective OpenAPI document",
			simulator.Provider{Name: "bolt", Document: []byte("a: b"), Behaviour: &boltBehaviour}),
		Entry("one without a name", `a provider is called "", which cannot stand in a base URL`,
			simulator.Provider{Document: acmeDocument, Behaviour: &acmeBehaviour}),
		Entry("one whose name is a path", `a provider is called "a/b"`,
			simulator.Provider{Name: "a/b", Document: acmeDocument, Behaviour: &acmeBehaviour}),
		Entry("one whose name is the simulator's", `a provider is called "consent", which cannot stand in a base URL; `+
			"call it by lower-case letters, digits, - and _, and by none of consent, files, done",
			simulator.Provider{Name: "consent", Document: acmeDocument, Behaviour: &acmeBehaviour}),
		Entry("one whose paths are not told apart", "bolt: get2 cannot be served: ",
			simulator.Provider{Name: "bolt", Document: paths("/a/{x}", "/a/{y}"), Behaviour: &simulator.Behaviour{}}),
		Entry("one with half a segment in a parameter", "correct its path in the document",
			simulator.Provider{Name: "bolt", Document: paths("/a/{x}.json"), Behaviour: &simulator.Behaviour{}}),
	)

	It("with paths of which either could be meant is served by the one that is literal first, part by part", func(ctx SpecContext) {
		document, err := os.ReadFile("testdata/servers.yaml")
		Expect(err).NotTo(HaveOccurred())
		served := func(id string) func(*simulator.Exchange) simulator.Reply {
			return func(x *simulator.Exchange) simulator.Reply {
				name := strings.TrimSpace(id + " " + x.Request.PathValue("doc_type") + x.Request.PathValue("name"))
				return simulator.Reply{Status: 200, Header: http.Header{"X-Served": {name}}}
			}
		}
		behaviour := simulator.Behaviour{Operations: map[string]func(*simulator.Exchange) simulator.Reply{}}
		for _, id := range []string{"getCheck", "getLatest", "listFiles", "getNamed"} {
			behaviour.Operations[id] = served(id)
		}
		_, server := calls.Serving(simulator.Options{}, simulator.Provider{Name: "acme", Document: document, Behaviour: &behaviour}, bolt())
		for path, want := range map[string]string{
			"/checks/pan": "getCheck pan", "/checks/latest": "getLatest", "/checks/pan/files": "listFiles pan",
			"/checks/latest/files": "getNamed files", "/checks/latest/other": "getNamed other",
		} {
			got := calls.Send(ctx, "GET", server.URL+"/acme"+path, "")
			Expect(got.Status).To(Equal(200), path)
			Expect(got.Header.Get("X-Served")).To(Equal(want), path)
		}
		for path, want := range map[string]int{"/checks/pan/files": 405, "/checks/latest/files": 405, "/checks/pan/other": 404} {
			Expect(calls.Send(ctx, "PUT", server.URL+"/acme"+path, "").Status).To(Equal(want), path)
		}
		Expect(calls.Send(ctx, "POST", server.URL+"/bolt/close/", "").Status).To(Equal(200))
	})

	DescribeTable("finds the operation of a path whatever the others are:", func(ctx SpecContext, path, want string, all ...string) {
		_, server := calls.Serving(simulator.Options{}, simulator.Provider{Name: "acme", Document: paths(all...), Behaviour: &simulator.Behaviour{}})
		Expect(calls.Send(ctx, "GET", server.URL+"/acme"+path, "").Body).To(ContainSubstring(want))
	},
		Entry("the widest is not asked first", "/a/x/files", "get2", "/a/{x}/{y}", "/a/{x}/files", "/a/b/{y}"),
		Entry("nor before one of another mux", "/a/b/files", "get3", "/a/{x}/{y}", "/a/{x}/files", "/a/b/{y}"),
		Entry("the widest is there", "/a/x/y", "get1", "/a/{x}/{y}", "/a/{x}/files", "/a/b/{y}"),
	)

	It("is told of twice without being read twice, and never changes another of its name", func(ctx SpecContext) {
		_, first := calls.Serving(simulator.Options{}, acme())
		_, other := calls.Serving(simulator.Options{}, simulator.Provider{
			Name: "acme", Document: boltDocument, Behaviour: &boltBehaviour,
		})
		_, again := calls.Serving(simulator.Options{}, acme())
		for server, want := range map[*httptest.Server]int{first: 404, other: 200, again: 404} {
			Expect(calls.Send(ctx, "POST", server.URL+"/acme/close/", "").Status).To(Equal(want))
		}
		same, changed := acme(), acme()
		reading := func(p *simulator.Provider, change []byte) float64 {
			return testing.AllocsPerRun(3, func() {
				p.Document = append(bytes.Clone(p.Document), change...)
				_, err := simulator.New(simulator.Options{}, *p)
				Expect(err).NotTo(HaveOccurred())
			})
		}
		Expect(reading(&same, nil)).To(BeNumerically("<", reading(&changed, []byte("\n"))/2), "allocations")
	})

	It("can be there without any other, and without ours", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, bolt())
		Expect(calls.Send(ctx, "POST", server.URL+"/bolt/close/", "").Body).To(Equal(`{"closed":true}`))
		page := calls.Send(ctx, "GET", server.URL+"/", "").Body
		Expect(page).To(ContainSubstring("It answers as bolt documents it, keeps journeys"))
		Expect(page).NotTo(ContainSubstring("curl 'http://" + server.Listener.Addr().String() + "/bolt"))
		Expect(page).To(ContainSubstring("<code>night</code>"))
	})

	It("need not be there at all", func(ctx SpecContext) {
		sim, server := calls.Serving(simulator.Options{})
		page := calls.Send(ctx, "GET", server.URL+"/", "")
		Expect(page.Status).To(Equal(200))
		Expect(page.Body).To(And(ContainSubstring("It has no provider"), ContainSubstring("simulator.New")))
		Expect(page.Body).NotTo(ContainSubstring("The credentials"))
		got := calls.Send(ctx, "GET", server.URL+"/acme", "")
		Expect(got.Status).To(Equal(404))
		Expect(got.Body).To(Equal("There is nothing at /acme. " + server.URL +
			"/ shows what there is; this simulator has no provider.\n"))
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Reset})).To(Succeed())
		Expect(sim.AddFault(simulator.Fault{Provider: "acme", Kind: simulator.Reset})).
			To(MatchError(`fault: there is no provider "acme"; there is none`))
		Expect(sim.Causes()).To(BeEmpty())
	})

	It("is on the first page with its credentials, its command and its causes", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		start(ctx, server, "order-42")
		page := calls.Send(ctx, "GET", server.URL+"/", "").Body
		for _, want := range []string{
			"It answers as Acme and bolt document it", "<h3>Acme</h3>", "<h3>bolt</h3>", `x-acme-key</dt><dd data-copy="x-acme-key of Acme"><code>` + acmeKey,
			"curl &#39;" + server.URL + "/acme/journeys&#39; \\\n  -H", `it&#39;\&#39;&#39;s-42`,
			"<code>rate limit of the address</code>",
			`<span>Acme</span> <span class="id"><a href="` + server.URL + "/consent/acme/",
		} {
			Expect(page).To(ContainSubstring(want))
		}
		Expect(strings.Count(page, "<pre><code>curl &#39;"+server.URL+"/bolt")).To(BeZero())
		Expect(sim.Causes()).To(Equal(map[string][]string{
			"acme": {"no balance", "rate limit of the address", "source outage"}, "bolt": {"night"},
		}))
	})

	It("whose servers cannot be parsed, or are nobody's, is served all the same", func(ctx SpecContext) {
		_, server := serving(simulator.Options{}) // acme has a template, a relative one, localhost and 127.0.0.1
		for _, host := range []string{"127.0.0.1:8700", "localhost:8700", "simulator.example", "sim.test"} {
			Expect(calls.Send(ctx, "GET", server.URL+"/", "", "Host", host).Status).To(Equal(200), host)
		}
	})

	It("may write a slash at the end of its paths, or none", func(ctx SpecContext) {
		behaviour := boltBehaviour
		for _, both := range []bool{false, true} {
			behaviour.Slash = both
			_, server := calls.Serving(simulator.Options{}, simulator.Provider{
				Name: "bolt", Document: boltDocument, Behaviour: &behaviour,
			})
			Expect(calls.Send(ctx, "POST", server.URL+"/bolt/close/", "").Status).To(Equal(200))
			Expect(calls.Send(ctx, "POST", server.URL+"/bolt/close", "").Status == 200).To(Equal(both))
			Expect(calls.Send(ctx, "POST", server.URL+"/bolt/close/x", "").Status).To(Equal(404))
		}
	})
})

var _ = Describe("A behaviour", func() {
	It("that is not written says so, and gives what a request prefers", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		got := calls.Send(ctx, "GET", server.URL+"/acme/kinds", "", key...)
		Expect(got.Status).To(Equal(http.StatusNotImplemented))
		Expect(got.Header.Get("Content-Type")).To(HavePrefix("text/plain"))
		Expect(got.Body).To(Equal("The simulator knows listKinds of Acme from the document alone: " +
			"its behaviour is not written. A request that prefers a documented example gets it, as with \"Prefer: example=NAME\". There is:\n" +
			"200 all-kinds\n200 few-kinds\n"))
		got = calls.Send(ctx, "GET", server.URL+"/acme/kinds", "", with("Prefer", "example=few-kinds")...)
		Expect(got.Status).To(Equal(200))
		Expect(got.Body).To(Equal(`{"kinds":["id-card"]}`))
		Expect(calls.Send(ctx, "GET", server.URL+"/acme/kinds", "", with("Prefer", "code=200")...).Body).
			To(Equal(`{"kinds":["id-card","tax-card"]}`))
		Expect(calls.Send(ctx, "GET", server.URL+"/acme/kinds", "").Status).To(Equal(400), "credentials come first")
		Expect(sim.AddFault(simulator.Fault{Operation: "listKinds", Kind: simulator.Status, Status: 503})).To(Succeed())
		Expect(calls.Send(ctx, "GET", server.URL+"/acme/kinds", "", key...).Status).To(Equal(503))
	})

	It("that is empty needs no credentials, and gives what a request prefers", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, plain(simulator.Behaviour{}))
		address := server.URL + "/acme/journeys"
		Expect(calls.Send(ctx, "POST", address, "{}").Status).To(Equal(http.StatusNotImplemented))
		Expect(calls.Send(ctx, "POST", address, "{}", "Prefer", "code=422").Member("code")).To(Equal("no_balance"))
		page := calls.Send(ctx, "GET", server.URL+"/", "").Body
		Expect(page).To(And(ContainSubstring("<h3>acme</h3>"), ContainSubstring(server.URL+"/acme</code>")))
		Expect(page).NotTo(ContainSubstring("<code>curl &#39;"+address), "a command")
	})

	It("that wants an example which the document lacks says which", func(ctx SpecContext) {
		says := func(f func(*simulator.Exchange) simulator.Reply) simulator.Behaviour {
			return simulator.Behaviour{Operations: map[string]func(*simulator.Exchange) simulator.Reply{"listKinds": f}}
		}
		for want, f := range map[string]func(*simulator.Exchange) simulator.Reply{
			"answer listKinds/200/no-kinds here": func(x *simulator.Exchange) simulator.Reply {
				return x.Say(nil, "200/no-kinds")
			},
			"answer getJourney/410/gone here": func(x *simulator.Exchange) simulator.Reply {
				return x.Borrow("getJourney/410/gone", 0)
			},
			"has no answer to this": func(*simulator.Exchange) simulator.Reply { return simulator.Reply{} },
		} {
			_, server := calls.Serving(simulator.Options{}, plain(says(f)))
			got := calls.Send(ctx, "GET", server.URL+"/acme/kinds", "")
			Expect(got.Status).To(Equal(http.StatusNotImplemented))
			Expect(got.Body).To(ContainSubstring(want))
		}
		_, server := calls.Serving(simulator.Options{}, plain(says(func(x *simulator.Exchange) simulator.Reply {
			Expect(x.Example("listKinds/200/no-kinds")).To(BeNil())
			Expect(x.Example("listKinds/200/no-kinds").Text("/kinds")).To(BeEmpty())
			Expect(x.Example("openJourney/400/no-key").Text("/code")).To(Equal("key_missing"))
			return x.Borrow("openJourney/400/no-key", http.StatusTeapot)
		})))
		got := calls.Send(ctx, "GET", server.URL+"/acme/kinds", "")
		Expect(got.Status).To(Equal(http.StatusTeapot))
		Expect(got.Body).To(Equal(`{"code":"key_missing"}`))
	})

	It("without Offers, Back and Paper asks for what was requested, adds nothing and has no XML", func(ctx SpecContext) {
		behaviour := opens()
		behaviour.Operations["getPaper"] = acmeHandsOut
		_, server := calls.Serving(simulator.Options{WebhookURL: "http://127.0.0.1:1/"}, plain(behaviour))
		address := start(ctx, server, "order-42")
		page, _ := newBrowser().get(ctx, address)
		Expect(page).To(ContainSubstring("<li>Aadhaar</li><li>PAN card</li></ul>"))
		back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, address)
		Expect(err).NotTo(HaveOccurred())
		Expect(back.String()).To(Equal("https://shop.example/back?order=42"))
		for format, want := range map[string]int{"xml": 404, "zip": 404, "pdf": 200, "docx": 404} {
			Expect(calls.Send(ctx, "GET", paper(ctx, server, "order-42", "id-card", format), "").Status).To(Equal(want), format)
		}
	})

	It("has a paper for some documents only", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		body := `{"id":"order-42","documents":["id-card","licence"]}`
		address := calls.Send(ctx, "POST", server.URL+"/acme/journeys", body, key...).Member("url")
		back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, address)
		Expect(err).NotTo(HaveOccurred())
		Expect(back.String()).To(Equal(server.URL + "/done"))
		got := calls.Send(ctx, "GET", paper(ctx, server, "order-42", "id-card", "xml"), "")
		Expect(got.Header.Get("Content-Type")).To(Equal("application/xml"))
		Expect(got.Body).To(ContainSubstring(`name="Fake Complete"`))
		got = calls.Send(ctx, "GET", paper(ctx, server, "order-42", "licence", "xml"), "")
		Expect(got.Status).To(Equal(404))
		Expect(got.Body).To(ContainSubstring("There is no such file"))
	})

	It("with Offers asks for these", func(ctx SpecContext) {
		behaviour := opens()
		behaviour.Offers = func(j *simulator.Journey) []kyc.Document {
			return append([]kyc.Document{kyc.DrivingLicence}, j.Requested...)
		}
		_, server := calls.Serving(simulator.Options{}, plain(behaviour))
		page, _ := newBrowser().get(ctx, start(ctx, server, "order-42"))
		Expect(page).To(ContainSubstring("<li>Driving licence</li><li>Aadhaar</li><li>PAN card</li></ul>"))
	})

	It("tells the caller's server of the decision before the user is back", func(ctx SpecContext) {
		var told atomic.Pointer[http.Request]
		var body atomic.Pointer[string]
		hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			data, _ := io.ReadAll(r.Body)
			text := string(data)
			body.Store(&text)
			told.Store(r)
		}))
		DeferCleanup(hook.Close)
		_, server := serving(simulator.Options{WebhookURL: hook.URL})
		for id, decide := range map[string]func(simulator.Visitor, context.Context, string) (*url.URL, error){
			"CONSENTED": simulator.Visitor.Allow, "REFUSED": simulator.Visitor.Deny,
		} {
			_, err := decide(simulator.NewVisitor(simulator.Complete), ctx, start(ctx, server, id))
			Expect(err).NotTo(HaveOccurred())
			Expect(told.Load().Header.Get("X-Acme-Event")).To(Equal("decided"))
			Expect(told.Load().Header.Get("Content-Type")).To(Equal("application/json"))
			Expect(*body.Load()).To(Equal(`{"id":"` + id + `","state":"` + id + `"}`))
		}
	})

	It("sees the options, with their defaults", func(ctx SpecContext) {
		private, err := rsa.GenerateKey(rand.Reader, 2048)
		Expect(err).NotTo(HaveOccurred())
		var seen simulator.Options
		_, server := calls.Serving(simulator.Options{SignatureKey: private, WebhookURL: "http://127.0.0.1:1/"},
			plain(simulator.Behaviour{Refuse: func(x *simulator.Exchange) *simulator.Reply {
				seen = x.Options()
				return &simulator.Reply{Status: http.StatusForbidden}
			}}))
		got := calls.Send(ctx, "GET", server.URL+"/acme/kinds", "")
		Expect(got.Status).To(Equal(http.StatusForbidden))
		Expect(got.Body).To(BeEmpty())
		Expect(seen.SignatureKey).To(BeIdenticalTo(private))
		Expect(seen.WebhookURL).To(Equal("http://127.0.0.1:1/"))
		Expect(seen.Limit).To(Equal(simulator.DefaultLimit))
		before := time.Now()
		Expect(seen.Now()).To(And(BeTemporally(">=", before), Satisfy(func(t time.Time) bool { return !t.After(time.Now()) })))
		Expect(seen.Random).NotTo(BeNil())
	})

	It("knows an account that was made by allowing", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		account := func(id string) string {
			body := `{"id":"` + id + `","mobile":"1000000003"}`
			return calls.Send(ctx, "POST", server.URL+"/acme/accounts", body, key...).Member("account")
		}
		Expect(account("before")).To(BeEmpty())
		_, err := simulator.NewVisitor(simulator.WithoutAccount).Allow(ctx, start(ctx, server, "order-42"))
		Expect(err).NotTo(HaveOccurred())
		Expect(account("after")).To(Equal("00000000-0000-4000-8000-001000000003"))
	})
})

var _ = Describe("A journey", func() {
	It("is in each of its states", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		visitor := simulator.NewVisitor(simulator.Complete)
		said := func(id string) string { return status(ctx, server, id).Member("state") }
		withdraw := func(id string) int {
			return calls.Send(ctx, "DELETE", server.URL+"/acme/journeys/"+id, "", key...).Status
		}

		address := start(ctx, server, "late")
		Expect(said("late")).To(Equal("WAITING"))
		Expect(calls.Send(ctx, "POST", server.URL+"/acme/journeys", `{"id":"late"}`, key...).Status).To(Equal(409))
		Expect(withdraw("late")).To(Equal(409))
		_, err := visitor.Deny(ctx, start(ctx, server, "refused"))
		Expect(err).NotTo(HaveOccurred())
		Expect(said("refused")).To(Equal("REFUSED"))
		for _, id := range []string{"over", "withdrawn"} {
			_, err = visitor.Allow(ctx, start(ctx, server, id))
			Expect(err).NotTo(HaveOccurred())
			Expect(status(ctx, server, id).Body).To(
				Equal(`{"id":"` + id + `","state":"CONSENTED","shared":["id-card","tax-card"],"name":"Fake Complete"}`))
		}
		Expect(withdraw("withdrawn")).To(Equal(200))
		Expect(said("withdrawn")).To(Equal("WITHDRAWN"))
		Expect(withdraw("withdrawn")).To(Equal(409))

		sim.Advance(simulator.LinkLife + time.Second)
		Expect(said("late")).To(Equal("TOO_LATE"))
		_, err = visitor.Allow(ctx, address)
		Expect(err).To(MatchError(ContainSubstring("has expired")))
		sim.Advance(simulator.ConsentLife)
		Expect(said("over")).To(Equal("OVER"))
		Expect(said("withdrawn")).To(Equal("WITHDRAWN"))
		Expect(said("refused")).To(Equal("REFUSED"))
	})
})
