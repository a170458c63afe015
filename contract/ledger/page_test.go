package ledger_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge/mutants"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/ledger/page"
	"example.com/digilocker/contract/providers"
)

var ran = time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)

// results enters the same state for all checks of the sample that are open.
func results(l *ledger.Ledger, state ledger.State) {
	GinkgoHelper()
	l.Started, l.Took = ran, ledger.Seconds(12340*time.Millisecond)
	for _, e := range l.Entries {
		for _, c := range ledger.Checks {
			if e.Checks[c] == "" {
				Expect(l.Set(ledger.Result{ID: e.ID, Check: c, State: state})).To(Succeed())
			}
		}
	}
}

// pageOf is the HTML of l, with what became of the mutants where that is given.
func pageOf(l *ledger.Ledger, proof ...*mutants.Report) string {
	GinkgoHelper()
	text, err := page.HTML(l, append(proof, nil)[0])
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

var tag = regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>|<[^>]*>`)

// read is what a person sees of a part of the page: from one text to another.
func read(page, from, to string) string {
	GinkgoHelper()
	_, part, found := strings.Cut(page, from)
	Expect(found).To(BeTrue(), from)
	part, _, found = strings.Cut(part, to)
	Expect(found).To(BeTrue(), to)
	return strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(part, " "))), " ")
}

// shown is what it sees of one example.
func shown(page, id string) string {
	GinkgoHelper()
	return read(page, `id="`+id+`" data-direction=`, "\n</details>\n")
}

var _ = Describe("the page", func() {
	It("says that nothing is wrong where nothing is", func() {
		l := sample()
		results(l, ledger.Pass)
		p := pageOf(l)
		Expect(read(p, "<body>", "<nav")).To(Equal("Contract report Nothing is wrong. 8 checks of 3 published examples were made. " +
			"Target offline Ran 21 November 2026, 06:30 UTC , for 12.3 s Specs 0 passed Documents 0 of Acme , 0 of Other"))
		Expect(read(p, `<section id="wrong">`, "</section>")).To(Equal("What is wrong Nothing that this run has looked at."))
	})

	It("counts what only the simulator has answered apart", func() {
		l := sample()
		results(l, ledger.Pass)
		Expect(l.Set(ledger.Result{ID: "acme/a/request/x", Check: ledger.Fixtures, State: ledger.PassSimulator})).To(Succeed())
		Expect(read(pageOf(l), "<body>", "</p>")).To(HaveSuffix("7 checks of 3 published examples were made, and 1 recording of the simulator played back."))
	})

	It("shows all faults of a check that failed, and how to repeat it", func() {
		l := sample()
		results(l, ledger.Pass)
		Expect(l.Set(ledger.Result{ID: "acme/a/request/x", Check: ledger.Client, State: ledger.Fail("/a"), Note: "note", Faults: []example.Fault{
			{Pointer: "/a", Want: `"one"`, Got: `"two"`}, {Pointer: "/b/0", Want: "nothing", Got: "[1]"}, {Want: "text", Got: "none"},
		}})).To(Succeed())
		p := pageOf(l)
		Expect(read(p, "<body>", "</p>")).To(ContainSubstring("1 check failed."))
		Expect(read(p, `<section id="wrong">`,
			"</section>")).To(Equal("What is wrong Likely causes 1 What seems to follow from each is folded below " +
			"it. " +
			`acme/a/request/x client Pointer Expected Got /a "one" "two" /b/0 nothing [1] the whole text none`))
		Expect(shown(p, "acme/a/request/x")).To(And(
			ContainSubstring(`The client check failed Pointer Expected Got /a "one" "two" /b/0 nothing [1] the whole text none`),
			ContainSubstring("go test ./contract/provider/acme -count=1 -ginkgo.focus='^contract client acme/a/request/x$'"),
		))
	})

	It("shows a failure that was not explained", func() {
		l := sample()
		results(l, ledger.Fail(""))
		Expect(shown(pageOf(l), "acme/a/request/x")).To(ContainSubstring("The client check failed It stopped before it could compare; its message is in junit.xml."))
	})

	It("shows why a check stopped before it could compare, where the ledger says it", func() {
		l := sample()
		results(l, ledger.Pass)
		Expect(l.Set(ledger.Result{ID: "acme/a/request/x", Check: ledger.Client, State: ledger.Fail(""),
			Note: "no journey\nExpected\n  1"})).To(Succeed())
		p := pageOf(l)
		Expect(shown(p, "acme/a/request/x")).To(ContainSubstring("The client check failed no journey Expected 1"))
		Expect(read(p, `<section id="wrong">`,
			"</section>")).To(HaveSuffix("acme/a/request/x client no journey Expected 1"))
	})

	DescribeTable("says what an example becomes", func(means, gets, beside, inside string) {
		l := sample()
		results(l, ledger.Pass)
		l.Entries[0].Means, l.Entries[0].Gets = means, gets
		Expect(shown(pageOf(l), "acme/a/request/x")).To(And(
			MatchRegexp(`acme/a/request/x `+beside+`schema`), MatchRegexp(`sandbox `+inside+`Published as`),
		))
	},
		Entry("by the name of the error", "error not found", "", "kyc.ErrNotFound ", "Becomes kyc.ErrNotFound "),
		Entry("in the words of its case", "consent granted", "", "consent granted ", "Becomes consent granted "),
		Entry("of a request: the answer that it gets", "", "200/x", "", "Gets 200/x "),
		Entry("not, without a case", "", "", "", ""),
	)

	It("is not content where a spec failed that is about no example, or where an example breaks the effective schema", func() {
		l := sample()
		results(l, ledger.Pass)
		l.Count("", "failed")
		l.Broken = []string{"a journey ends"}
		l.Doctor = []*example.Diagnosis{{Provider: "acme", StillBroken: []string{"/paths/x"}}}
		p := pageOf(l)
		Expect(read(p, "<body>", "</p>")).To(ContainSubstring("No check of an example failed, but something is wrong."))
		Expect(read(p, `<section id="wrong">`, "</section>")).To(And(ContainSubstring("a journey ends"), ContainSubstring("Examples of Acme that break the effective schema /paths/x")))
	})

	It("is not content where a sandbox could not be reached, and calls that no failure", func() {
		l := ledger.New("sandbox", []*example.Document{{Provider: "acme", Entries: []example.Entry{{ID: "acme/1", Provider: "acme", Operation: "a", Value: json.RawMessage(`{}`)}}}})
		Expect(l.Set(ledger.Result{ID: "acme/1", Check: ledger.Sandbox, State: ledger.Unreached, Note: "acme.example cannot be reached (timed out)"})).To(Succeed())
		p := pageOf(l)
		Expect(read(p, "<body>", "</p>")).To(Equal("Contract report No check of an example failed, but something is wrong. 0 checks of 1 published example were made."))
		Expect(read(p, `<section id="wrong">`, "</section>")).To(Equal("What is wrong Sandboxes that could not be reached acme: acme.example cannot be reached (timed out); nothing was judged"))
	})

	It("gives each state its reason, and counts the simulator's apart", func() {
		l := sample()
		results(l, ledger.Pass)
		for check, state := range map[ledger.Check]ledger.State{ledger.Schema: "known: AC-D1", ledger.Fixtures: ledger.PassSimulator} {
			Expect(l.Set(ledger.Result{ID: "acme/a/request/x", Check: check, State: state})).To(Succeed())
		}
		p := pageOf(l)
		Expect(shown(p, "acme/a/request/x")).To(ContainSubstring("known difference schema: AC-D1 passed client, simulator " +
			"passed (simulator) fixtures skipped sandbox: needs credentials n/a adapter: a request means nothing to the caller of an adapter"))
		Expect(read(p, `<h3>Acme`, "</ul>")).To(ContainSubstring("1 known difference 4 passed 1 passed (simulator) 2 skipped 4 n/a"))
		Expect(read(p, `<section id="totals">`, "</section>")).To(HaveSuffix("Not made: 3 checks (needs credentials)."))
	})

	It("leads from each number of the matrix to the first example that it counts", func() {
		l := sample()
		results(l, ledger.Pass)
		Expect(pageOf(l)).To(ContainSubstring(`<td data-check="adapter"><a class="mark pass" href="#acme/a/redirect/x" data-filter="check=adapter&amp;in=acme%2Fa%2F&amp;state=pass" aria-label="adapter: 1 passed">1</a>` +
			`<a class="mark na" href="#acme/a/request/x"`))
	})

	It("shows the numbered differences, who pins them and who carries them", func() {
		l := sample()
		results(l, ledger.Pass)
		l.Entries[0].Differences = []string{"AC-D1"}
		l.Differences["acme"] = ledger.Differences{Numbered: 3, Pinned: 2, List: []ledger.Difference{
			{ID: "AC-D1", Says: "one and two differ", Sources: []string{"P", "Q"}, Pins: []ledger.Pin{{Spec: "a pins it", State: "passed"}, {Spec: "b pins it", State: "failed"}}},
			{ID: "AC-D2", Says: "three", Sources: []string{"P"}, Untested: "nobody can"},
			{ID: "AC-D3", Says: "four", Sources: []string{"P"}, Pins: []ledger.Pin{{Spec: "c pins it", State: "skipped"}}},
		}}
		p := pageOf(l)
		Expect(shown(p, "acme/a/request/x")).To(ContainSubstring("Difference AC-D1 one and two differ"))
		Expect(read(p, `id="differences-acme">`, "</dl>")).To(Equal("Acme 2 of 3 pinned AC-D1 one and two differ Sources: P, Q. Pinned by 2 specs a pins it b pins it failed " +
			"Carried by 1 example acme/a/request/x AC-D2 three Sources: P. No spec can show it: nobody can AC-D3 four Sources: P. Pinned by 1 spec c pins it not run"))
	})

	It("shows what the doctor found", func() {
		l := sample()
		results(l, ledger.Pass)
		l.Doctor = []*example.Diagnosis{{Provider: "acme", Published: 2, Effective: 3, Broken: []example.Broken{
			{Pointer: "/x", Faults: []example.Fault{{Pointer: "/y", Want: "a string", Got: "5"}}, MendedBy: "$.x", Differences: []string{"AC-D1", "AC-D2"}},
		}}}
		Expect(read(pageOf(l), `<section id="doctor">`, "</section>")).To(HaveSuffix("Acme 2 published examples, of which 1 breaks its schema; 3 examples in the effective document, of which none. " +
			"/x Pointer Expected Got /y a string 5 Mended by the overlay's action on $.x , for AC-D1 , AC-D2 ."))
	})

	It("shows where recordings come from, and how old they are", func() {
		l := sample()
		results(l, ledger.PassSimulator)
		l.Entries[0].Recording = &ledger.Recording{File: "fixtures/a.yaml", From: "simulator", At: ran.Truncate(24*time.Hour).AddDate(0, 0, -3), Hash: strings.Repeat("ab", 32)}
		l.Entries[1].Recording = &ledger.Recording{File: "fixtures/b.yaml", From: "sandbox", At: ran.AddDate(0, 0, -100), Stale: true}
		p := pageOf(l)
		Expect(shown(p, "acme/a/request/x")).To(ContainSubstring("Recording from the simulator, 18 November 2026, 3 days old: fixtures/a.yaml , sha256 abababababab"))
		Expect(shown(p, "acme/a/redirect/x")).To(ContainSubstring("Recording too old , from the sandbox, 13 August 2026, 100 days old"))
		Expect(read(p, `<section id="recordings">`, "</section>")).To(HaveSuffix("Acme: 1 example recorded from the sandbox, on 13 August 2026; 1 too old " +
			"Acme: 1 example recorded from the simulator, on 18 November 2026 Other: the ledger names no recording"))
		Expect(read(p, `<section id="wrong">`, "</section>")).To(ContainSubstring("Recordings that are too old acme/a/redirect/x of 13 August 2026"))
	})

	It("says that it is a part of the suite", func() {
		l := sample()
		Expect(l.Set(ledger.Result{ID: "acme/a/redirect/x", Check: ledger.Adapter, State: ledger.Pass})).To(Succeed())
		Expect(l.Set(ledger.Result{ID: "acme/a/redirect/x", Check: ledger.Simulator, State: ledger.Pass})).To(Succeed())
		Expect(l.Narrow()).To(BeTrue())
		Expect(read(pageOf(l), "<body>", "<nav")).To(ContainSubstring("Target offline, a part of the suite"))
	})

	It("is the same when made from the ledger's file", func() {
		l := thousand()
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		Expect(encoder.Encode(l)).To(Succeed())
		again := new(ledger.Ledger)
		Expect(json.NewDecoder(&text).Decode(again)).To(Succeed())
		Expect(pageOf(again)).To(Equal(pageOf(l)))
	})

	It("lets nothing out of its place", func() {
		const evil = `'"></pre></details></script></style><img src=x onerror=alert(1)><!--{{.}}`
		l := ledger.New(evil, []*example.Document{{Provider: "acme", Entries: []example.Entry{{
			ID: evil, Provider: evil, Operation: evil, Direction: evil, Example: evil, Pointer: evil, Source: evil,
			Value: json.RawMessage(evil), Differences: []string{evil},
		}}}})
		l.Sources = map[string][]example.Source{evil: {{Name: evil, Date: evil, URL: "javascript:alert(1)", Licence: evil, SHA256: evil}}}
		l.Broken = []string{evil}
		l.Specs[evil] = &ledger.Specs{Failed: 1}
		l.Differences[evil] = ledger.Differences{List: []ledger.Difference{{ID: evil, Says: evil, Sources: []string{evil}, Untested: evil, Pins: []ledger.Pin{{Spec: evil, State: evil}}}}}
		l.Doctor = []*example.Diagnosis{{Provider: evil, StillBroken: []string{evil}, Broken: []example.Broken{{Pointer: evil, MendedBy: evil, Differences: []string{evil}, Faults: []example.Fault{{Pointer: evil, Want: evil, Got: evil}}}}}}
		e := l.Entries[0]
		e.Recording = &ledger.Recording{File: evil, From: evil, Hash: evil, Stale: true}
		e.Notes[ledger.Adapter] = evil
		e.Means, e.Gets, l.Changes = evil, evil, &ledger.Changes{Failing: []ledger.Change{{Spec: evil},
			{ID: evil, Check: evil}}, New: []string{evil}, Gone: []string{evil}}
		l.BrokenSpecs = []ledger.BrokenSpec{{Provider: evil, Name: evil, Says: evil}}
		e.Checks = ledger.States{ledger.Schema: ledger.Fail(evil), ledger.Adapter: ledger.NA, ledger.Client: "known: " + evil, ledger.Sandbox: "skip: " + evil}
		e.Faults[ledger.Schema] = []example.Fault{{Pointer: evil, Want: evil, Got: evil}}
		p := pageOf(l)
		Expect(strings.Count(p, "onerror")).To(BeNumerically(">", 30)) // it is there
		Expect(p).NotTo(ContainSubstring("<img"))
		Expect(p).NotTo(ContainSubstring("<!--"))
		Expect(p).NotTo(ContainSubstring(`="javascript:`))
		for _, once := range []string{"<script>", "</script>", "<style>", "</style>"} {
			Expect(strings.Count(p, once)).To(Equal(1), once)
		}
		Expect(strings.Count(p, "<pre")).To(Equal(1))
		Expect(strings.Count(p, "</pre>")).To(Equal(1))
	})

	It("needs no other file", func() {
		for _, tag := range regexp.MustCompile(`<(?:link|script|img|iframe|object|embed|source|base)\b[^>]*>`).FindAllString(pageOf(thousand()), -1) {
			Expect(tag).To(BeElementOf(`<link rel="icon" href="data:,">`, `<script>`))
		}
		style := regexp.MustCompile(`(?s)<style>.*</style>`).FindString(pageOf(sample()))
		Expect(style).NotTo(Or(ContainSubstring("url("), ContainSubstring("@import")))
	})

	It("has a thousand examples in less than 2 MB", func() {
		size := len(pageOf(thousand()))
		AddReportEntry("bytes", size)
		Expect(size).To(And(BeNumerically(">", 1_000_000), BeNumerically("<", 2_000_000)))
	})
})

// thousand is a ledger of 1,000 entries: the documented examples, again and again,
// one in 25 of them with a failure.
func thousand() *ledger.Ledger {
	GinkgoHelper()
	var docs []*example.Document
	for _, p := range providers.All {
		d, err := p.Parse()
		Expect(err).NotTo(HaveOccurred())
		docs = append(docs, d)
	}
	total := 0
	for round := 0; total < 1000; round++ {
		for _, d := range docs {
			if round == 0 {
				total += len(ledger.New("offline", []*example.Document{d}).Entries)
				continue
			}
			for _, e := range d.Entries {
				if total == 1000 || round > 1 && strings.Contains(e.ID, "-again-") {
					break
				}
				e.ID += fmt.Sprintf("-again-%d", round)
				d.Entries = append(d.Entries, e)
				total++
			}
		}
	}
	l := ledger.New("offline", docs)
	results(l, ledger.Pass)
	for i, e := range l.Entries {
		Expect(l.Set(ledger.Result{ID: e.ID, Check: ledger.Fixtures, State: ledger.PassSimulator})).To(Succeed())
		e.Recording = &ledger.Recording{File: "fixtures/" + e.ID + ".yaml", From: "simulator", At: ran.AddDate(0, 0, -i%60), Hash: strings.Repeat("5a", 32)}
		for _, id := range e.Differences {
			number(l, e.Provider, id)
		}
		if i%25 == 0 {
			var faults []example.Fault
			for n := range 1 + i%4 {
				faults = append(faults, example.Fault{Pointer: fmt.Sprintf("/digilocker_user_details/eaadhaar/%d", n), Want: `"https://www.example.com/a-link"`, Got: `"nothing"`})
			}
			Expect(l.Set(ledger.Result{ID: e.ID, Check: ledger.Client, State: ledger.Fail(faults[0].Pointer), Note: faults[0].String(), Faults: faults})).To(Succeed())
		}
	}
	Expect(l.Entries).To(HaveLen(1000))
	return l
}

// number adds a difference of the usual length.
func number(l *ledger.Ledger, provider, id string) {
	counted := l.Differences[provider]
	for _, d := range counted.List {
		if d.ID == id {
			return
		}
	}
	counted.Numbered++
	counted.Pinned++
	counted.List = append(counted.List, ledger.Difference{
		ID: id, Says: strings.Repeat("One page says this, and the other page says that. ", 4), Sources: []string{"OAS", "QS 2026-03-12"},
		Pins: []ledger.Pin{{Spec: "adapter " + id + " is read as the quickstart has it", State: "passed"}, {Spec: "client " + id + " is sent as the document has it", State: "passed"}},
	})
	l.Differences[provider] = counted
}

var _ = Describe("the page's evidence", func() {
	It("lies where the numbers of the scorecard lead", func() {
		l := sample()
		results(l, ledger.Pass)
		l.Doctor = []*example.Diagnosis{{Provider: "acme", Published: 9, Broken: []example.Broken{{Pointer: "/a"}}}}
		l.Differences["acme"] = ledger.Differences{Numbered: 1, Pinned: 1, List: []ledger.Difference{{ID: "AC-D1", Says: "they differ", Sources: []string{"page", "file"}}}}
		l.Scorecards = []example.Card{{
			Provider: "acme", Broken: []string{"/a"}, Published: 9, Prose: []example.ProseStatus{{Operation: "a", Status: "401"}},
			Contradictions: []string{"AC-D1"}, Pinned: []string{"AC-D1"}, Numbered: 1,
		}}
		p := pageOf(l)
		Expect(read(p, `<section id="scorecard">`, "</section>")).To(ContainSubstring("published with them 1 of 9 Statuses documented in prose only 1 a 401 " +
			"Contradictions between publications 1 AC-D1 Differences that a spec pins 1 of 1 Differences that no spec can show 0"))
		_, card, _ := strings.Cut(p, `<section id="scorecard">`)
		card, _, _ = strings.Cut(card, "</section>")
		links := regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(card, -1)
		Expect(links).To(HaveLen(4))
		for _, link := range links {
			Expect(p).To(ContainSubstring(`id="` + link[1] + `"`))
		}
	})

	It("has what became of the mutants, where they were judged", func() {
		l := sample()
		results(l, ledger.Pass)
		Expect(pageOf(l)).NotTo(ContainSubstring(`id="mutants"`))
		proof := mutants.NewReport(ran, []mutants.Result{
			{Judge: mutants.Live, Provider: "acme", Operation: "a", Operator: mutants.Drop, Caught: true},
			{Judge: mutants.Live, Provider: "acme", Operation: "a", Operator: mutants.Drop},
		}, nil)
		Expect(read(pageOf(l, proof), `<section id="mutants">`, "</section>")).To(And(
			ContainSubstring("Measured on 21 November 2026"),
			ContainSubstring("There were 0 distinct wrong messages, by 1 operator."),
			ContainSubstring("Operator live member dropped 50.0 all 50.0 judged 2 survivors 1 equivalent 0 live: 1 survivor, 0 more"),
			ContainSubstring("acme/a 2 50.0"),
			Not(ContainSubstring("second list")),
		))
	})

	It("has what became of the mutants of the second list apart, with what was caught at first", func() {
		l := sample()
		results(l, ledger.Pass)
		own := mutants.Result{Judge: mutants.Live, Provider: "acme", Operation: "a", Caught: true}
		own.Operator = mutants.Drop
		other := own
		other.Operator = "text that says null"
		proof := mutants.NewReport(ran, []mutants.Result{own}, nil)
		proof.Foreign = mutants.NewReport(ran, []mutants.Result{other, other}, nil)
		mutants.Standings{{Judge: mutants.Live, Operator: other.Operator}: {
			First: mutants.Count{Made: 2, Caught: 1}, Now: mutants.Count{Made: 2, Caught: 2},
		}}.Recall(proof.Foreign)
		page := read(pageOf(l, proof), `<section id="mutants">`, "</section>")
		one, two, apart := strings.Cut(page, "By the second list")
		Expect(apart).To(BeTrue())
		Expect(one).To(And(ContainSubstring("member dropped 100.0 all 100.0 judged 1"), Not(ContainSubstring("null"))))
		Expect(two).To(And(ContainSubstring("text that says null 50.0 → 100.0 all 50.0 → 100.0 judged 2"),
			Not(ContainSubstring("member dropped"))))
	})
})
