//go:build e2e

package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/doctor"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
	report "example.com/digilocker/contract/ledger/page"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
)

// subject is what the specs of the report are about, chosen among the documented examples.
type subject struct {
	provider provider.Provider
	// operation is the beginning of the ids of one operation's examples, such as
	// acme/getPaper/.
	operation string
	broken    *ledger.Entry // its one answer with 200, of which the ledger says that a check failed
	whole     *ledger.Entry // its answer with an error, of which no check failed
	also      string        // the id of an example of another operation, of which a check failed
	code      string        // that answers of this provider alone have
	message   string        // that an answer says
	says      string        // the id of that answer
	other     provider.Provider
}

// about is the subject; its broken is nil if no provider documents enough for one.
var about = choose()

func choose() subject {
	var documented []*example.Document
	for _, p := range providers.All {
		d, err := p.Parse()
		if err != nil {
			panic(err)
		}
		documented = append(documented, d)
	}
	entries := ledger.New("offline", documented).Entries
	for _, p := range usable {
		for _, broken := range entries {
			if broken.ID != p.Adapter.Fetched {
				continue
			}
			if a := (subject{provider: p, broken: broken}); a.complete(entries) {
				return a
			}
		}
	}
	return subject{}
}

// complete finds the rest of the subject, and says whether there is all of it.
func (a *subject) complete(entries []*ledger.Entry) bool {
	p := a.provider
	a.operation = p.Name + "/" + a.broken.Operation + "/"
	good, outages := 0, 0
	for _, e := range entries {
		code := text(e.Value, p.Answers.Codes)
		switch {
		case e.Provider != p.Name || e.Direction != example.Response:
			continue
		case e.Status >= 400 && len(code) > 8 && !slices.ContainsFunc(entries, func(o *ledger.Entry) bool {
			return o.Provider != p.Name && strings.Contains(strings.ToLower(string(o.Value)), strings.ToLower(code))
		}):
			a.code = code
		}
		if !strings.HasPrefix(e.ID, a.operation) {
			continue
		}
		switch {
		case e.Status == 200:
			good++
		case e.Status >= 500:
			outages++
		case e.Status >= 400 && code != "":
			a.whole = e
		}
	}
	for _, o := range providers.All {
		if o.Name != p.Name && a.other.Name == "" {
			a.other = o
		}
	}
	for _, o := range append(those(func(o provider.Provider) bool { return o.Name != p.Name && o.Name != a.other.Name }), p) {
		if a.also == "" && o.Journey.Started != a.broken.ID {
			a.also = o.Journey.Started
		}
	}
	for _, o := range usable {
		for _, e := range entries {
			if said := text(e.Value, o.Answers.Messages); e.Provider == o.Name && e.Status >= 400 && len(said) > 8 && a.says == "" {
				a.message, a.says = said, e.ID
			}
		}
	}
	return good == 1 && outages > 0 && a.whole != nil && a.code != "" && a.also != "" && a.other.Name != "" && a.says != ""
}

// text is the first text at one of the pointers.
func text(value json.RawMessage, pointers []string) string {
	for _, pointer := range pointers {
		var at any
		if json.Unmarshal(value, &at) != nil {
			return ""
		}
		for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
			members, _ := at.(map[string]any)
			at = members[name]
		}
		if found, ok := at.(string); ok {
			return found
		}
	}
	return ""
}

var reportWidths = []int64{320, 390, 900, 1400}

var _ = Describe("the report", Ordered, ContinueOnFailure, func() {
	var address string // of a file
	var t *tab
	var entries []*ledger.Entry

	BeforeAll(func() {
		if about.broken == nil {
			Skip("no provider documents an operation with one answer, a refusal and an outage")
		}
		l := reported()
		entries = l.Entries
		text, err := report.HTML(l, nil)
		Expect(err).NotTo(HaveOccurred())
		file := filepath.Join(GinkgoT().TempDir(), "index.html")
		Expect(os.WriteFile(file, text, 0o600)).To(Succeed())
		address = (&url.URL{Scheme: "file", Path: file}).String()
	})
	BeforeEach(func() {
		t = visitor()
		t.open(address)
	})

	count := func(fits func(*ledger.Entry) bool) int {
		n := 0
		for _, e := range entries {
			if fits(e) {
				n++
			}
		}
		return n
	}
	// visible are the ids of the examples that are shown.
	visible := func() []string {
		GinkgoHelper()
		return ask[[]string](t, `Array.from(document.querySelectorAll(".example")).filter((e) => e.checkVisibility()).map((e) => e.id)`)
	}
	choose := func(name, value string) {
		GinkgoHelper()
		ask[bool](t, fmt.Sprintf(`(() => { const f = document.forms[0].elements[%q]; f.value = %q; return f.dispatchEvent(new Event("input", {bubbles: true})); })()`, name, value))
	}
	search := func(text string) {
		GinkgoHelper()
		field := chromedp.CSS("[name=q]")
		t.do(chromedp.Clear(field), chromedp.SendKeys(field, text))
	}
	hash := func() string { return ask[string](t, `location.hash`) }

	It("says first what is wrong, and leads there", func() {
		Expect(t.text(".verdict")).To(HavePrefix("2 checks failed."))
		Expect(ask[string](t, `document.title`)).To(Equal("Wrong: offline contract report"))
		t.do(chromedp.Click(chromedp.CSS(`#wrong a[href*="` + about.broken.Operation + `"]`)))
		Expect(ask[string](t, `document.querySelector(":target").id`)).To(Equal(about.broken.ID))
		Expect(t.text(":target .faults tbody")).To(ContainSubstring("Kumar"))
		Eventually(func() float64 {
			return ask[float64](t, `document.querySelector(":target").getBoundingClientRect().top`)
		}).Should(BeNumerically("~", 0, 100))
	})

	It("filters by provider, operation, direction and state of a check, and keeps that in the address", func() {
		all := len(visible())
		Expect(all).To(Equal(len(entries)))
		choose("in", about.other.Name+"/")
		theirs := count(func(e *ledger.Entry) bool { return e.Provider == about.other.Name })
		Expect(visible()).To(And(HaveLen(theirs), HaveEach(HavePrefix(about.other.Name+"/"))))
		Expect(t.text("#count")).To(Equal(fmt.Sprintf("%d of %d examples: %s", theirs, all, about.other.Named())))
		choose("in", about.operation)
		choose("direction", "response")
		choose("state", "skip")
		choose("check", "simulator")
		Expect(visible()).To(HaveLen(count(func(e *ledger.Entry) bool {
			return strings.HasPrefix(e.ID, about.operation) && e.Direction == "response" && e.Checks[ledger.Simulator] == "skip: cannot be provoked"
		})))
		Expect(visible()).NotTo(BeEmpty())
		kept := visible()
		Expect(hash()).To(Equal("#?in=" + url.QueryEscape(about.operation) + "&direction=response&check=simulator&state=skip"))

		t.do(chromedp.Reload())
		Expect(visible()).To(Equal(kept))
		Expect(ask[[]string](t, `Array.from(document.querySelectorAll("select"), (s) => s.value)`)).To(Equal([]string{about.operation, "response", "simulator", "skip"}))

		t.do(chromedp.Click(chromedp.CSS("[name=clear]")))
		Expect(visible()).To(HaveLen(all))
		Expect(hash()).To(BeEmpty())
	})

	It("tells a pass on the simulator's answer from another", func() {
		choose("state", "sim")
		simulated := visible()
		Expect(simulated).To(HaveLen(count(func(e *ledger.Entry) bool { return e.Checks[ledger.Fixtures] == ledger.PassSimulator })))
		choose("check", "fixtures")
		Expect(visible()).To(Equal(simulated))
		choose("check", "client")
		Expect(visible()).To(BeEmpty())
		choose("state", "pass")
		choose("check", "fixtures")
		Expect(visible()).To(BeEmpty())
	})

	DescribeTable("finds", func(what func() (string, OmegaMatcher)) {
		text, found := what()
		search(text)
		Expect(visible()).To(found)
		Expect(t.text("#count")).To(HavePrefix(fmt.Sprintf("%d of ", len(visible()))))
	},
		finding("an id", func() (string, OmegaMatcher) { return about.broken.ID, Equal([]string{about.broken.ID}) }),
		finding("a part of it, in other letters", func() (string, OmegaMatcher) {
			return strings.ToUpper(about.broken.Operation + "/200"), Equal([]string{about.broken.ID})
		}),
		finding("a pointer", func() (string, OmegaMatcher) {
			return "responses/200 " + about.broken.Operation, ContainElement(about.broken.ID)
		}),
		finding("a code", func() (string, OmegaMatcher) {
			return about.code, And(Not(BeEmpty()), HaveEach(HavePrefix(about.provider.Name+"/")))
		}),
		finding("a message", func() (string, OmegaMatcher) { return strings.ToLower(about.message), ContainElement(about.says) }),
		finding("what a check has found", func() (string, OmegaMatcher) { return "kumar wrongly", Equal([]string{about.broken.ID}) }),
		finding("nothing, where there is nothing", func() (string, OmegaMatcher) { return "no such words", BeEmpty() }),
	)

	It("says that nothing fits, and lets search and filter work together", func() {
		search(about.code)
		choose("in", about.other.Name+"/")
		Expect(visible()).To(BeEmpty())
		Expect(t.text("#count")).To(MatchRegexp(`^0 of \d+ examples: “` + regexp.QuoteMeta(about.code) + `”, ` + about.other.Named() + `$`))
		Expect(ask[int](t, `Array.from(document.querySelectorAll(".operation")).filter((o) => o.checkVisibility()).length`)).To(BeZero())
	})

	It("opens on an address with a filter, and forgives one that it does not know", func() {
		t = visitor()
		t.open(address + "#?state=fail&in=moon&check=client")
		Expect(visible()).To(Equal([]string{about.broken.ID}))
	})

	It("leads from the matrix to the examples that a number counts", func() {
		script := `document.querySelector('[data-filter*="` + about.broken.Operation + `"].fail')`
		Expect(ask[string](t, script+`.textContent`)).To(Equal("1"))
		ask[bool](t, script+`.click() || true`)
		Eventually(visible).Should(Equal([]string{about.broken.ID}))
		t.back()
		Eventually(func() []string { return visible() }).Should(HaveLen(len(entries)))
	})

	It("shows what a link leads to, even if the filter hides it", func() {
		choose("in", about.other.Name+"/")
		ask[bool](t, `(location.hash = "#`+about.whole.ID+`", true)`)
		Eventually(visible).Should(ContainElement(about.whole.ID))
		Expect(ask[bool](t, `document.querySelector(":target").open`)).To(BeTrue())
	})

	It("can be used with the keyboard alone", func() {
		t.do(chromedp.Focus(chromedp.CSS("[name=q]")))
		t.do(chromedp.KeyEvent(strings.ToLower(about.whole.ID)), chromedp.KeyEvent(kb.Enter)) // which sends no form
		first := visible()[0]
		focused := func() string {
			return ask[string](t, `document.activeElement.name || document.activeElement.closest(".example")?.id || document.activeElement.localName`)
		}
		var passed []string
		for focused() != first {
			passed = append(passed, focused())
			Expect(len(passed)).To(BeNumerically("<", 10), "%v", passed)
			t.do(chromedp.KeyEvent(kb.Tab))
		}
		Expect(passed).To(Equal([]string{"q", "in", "direction", "check", "state", "clear", "open", "close"}))
		Expect(ask[string](t, `getComputedStyle(document.activeElement).outlineStyle`)).To(Equal("solid"))
		t.do(chromedp.KeyEvent(kb.Enter))
		Expect(ask[bool](t, `document.activeElement.closest("details").open`)).To(BeTrue())
	})

	It("opens and closes what is shown", func() {
		opened := `document.querySelectorAll(".example[open]").length`
		Expect(ask[int](t, opened)).To(Equal(2)) // what failed
		choose("in", about.other.Name+"/")
		t.do(chromedp.Click(chromedp.CSS("[name=open]")))
		Expect(ask[int](t, opened)).To(Equal(2 + count(func(e *ledger.Entry) bool { return e.Provider == about.other.Name })))
		t.do(chromedp.Click(chromedp.CSS("[name=close]")))
		Expect(ask[int](t, opened)).To(Equal(2))
	})

	It("can be read without its script", func() {
		tell(t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		t.open(address)
		Expect(ask[bool](t, `document.forms[0].checkVisibility()`)).To(BeFalse())
		Expect(visible()).To(HaveLen(len(entries)))
		Expect(ask[[]string](t, `Array.from(document.querySelectorAll("[data-filter]")).filter((a) => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map((a) => a.href)`)).To(BeEmpty())
		t.do(chromedp.Click(chromedp.CSS(`[id="` + about.whole.ID + `"] > summary`)))
		Expect(t.text(`[id="` + about.whole.ID + `"] pre`)).To(ContainSubstring(text(about.whole.Value, about.provider.Answers.Codes)))
	})

	It("keeps its sections in reach, and covers little of the page with them", func() {
		menu := chromedp.CSS(`nav summary`)
		for _, width := range reportWidths {
			t.do(chromedp.EmulateViewport(width, 800))
			ask[bool](t, `(scrollTo(0, document.body.scrollHeight), true)`)
			at := ask[[]float64](t,
				`(({top, height}) => [top, height])(document.querySelector("nav").getBoundingClientRect())`)
			Expect(at[0]).To(BeNumerically("~", 0, 1), "%d px wide", width)
			Expect(at[1]).To(BeNumerically("<", 60), "%d px wide", width)
			if ask[bool](t, `document.querySelector("nav summary").checkVisibility()`) {
				Expect(width).To(BeNumerically("<", 704))
				t.do(chromedp.Click(menu))
			}
			t.do(chromedp.Click(chromedp.CSS(`nav a[href="#examples"]`)))
			Eventually(func() float64 {
				return ask[float64](t, `document.querySelector("#examples h2").getBoundingClientRect().top`)
			}).Should(BeNumerically("~", at[1], 40), "%d px wide", width) // below the sections
			Expect(ask[bool](t, `document.querySelector("nav details").open`)).To(BeFalse())
		}
	})

	It("opens what is folded where a link leads into it", func() {
		ask[bool](t, `(location.hash = "#differences-`+about.provider.Name+`", true)`)
		Eventually(func() bool { return ask[bool](t, `document.querySelector(":target").open`) }).Should(BeTrue())
		ask[bool](t, `(location.hash = document.querySelector("#differences .part:not([open]) [id]").id, true)`)
		Eventually(func() bool {
			return ask[bool](t, `document.querySelector(":target").closest(".part").open`)
		}).Should(BeTrue())
	})

	It("can be read and used by everybody, at every width", func() {
		named(t)
		for _, width := range reportWidths {
			t.do(chromedp.EmulateViewport(width, 800))
			ask[bool](t, `(document.querySelectorAll("details").forEach((d) => d.open = false), true)`)
			Expect(ask[[]string](t, spread)).To(BeEmpty(), "%d px wide, closed", width)
			ask[bool](t, `(document.querySelectorAll("details").forEach((d) => d.open = true), true)`)
			Expect(ask[[]string](t, spread)).To(BeEmpty(), "%d px wide, opened", width)
		}
		for _, scheme := range schemes {
			tell(t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			Expect(ask[int](t, `parseInt(getComputedStyle(document.body).backgroundColor.slice(4))`)).To(papers[scheme])
			Expect(ask[[]string](t, legible)).To(BeEmpty(), scheme)
		}
	})

	It("prints all that it has, without what is for the screen", func() {
		choose("in", about.operation)
		t.do(chromedp.EmulateViewport(700, 1000)) // the width of A4
		tell(t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
		})
		Expect(ask[[]string](t, spread)).To(BeEmpty())
		Expect(ask[[]string](t, `Array.from(document.querySelectorAll("form, nav")).filter((e) => e.checkVisibility()).map((e) => e.localName)`)).To(BeEmpty())
		Expect(ask[[]string](t, `Array.from(document.querySelectorAll(".example:not([hidden]) pre, .pins li")).filter((e) => !e.checkVisibility() || !e.getBoundingClientRect().height).map((e) => e.textContent)`)).To(BeEmpty())
		Expect(ask[[]string](t, `Array.from(document.querySelectorAll("body *")).filter((e) => e.checkVisibility() && getComputedStyle(e).overflow !== "visible" && e.scrollHeight > e.clientHeight + 1).map((e) => e.outerHTML.slice(0, 90))`)).To(BeEmpty())
		Expect(ask[string](t, `getComputedStyle(document.body).backgroundColor`)).To(Equal("rgb(255, 255, 255)"))
		Expect(t.text("#count")).To(ContainSubstring(strings.TrimSuffix(about.operation, "/")))
		Expect(ask[bool](t, `document.querySelector("#count").checkVisibility()`)).To(BeTrue())

		// Browsers that know no ::details-content.
		ask[bool](t, `dispatchEvent(new Event("beforeprint"))`)
		Expect(ask[int](t, `document.querySelectorAll("details:not([open])").length`)).To(BeZero())
		ask[bool](t, `dispatchEvent(new Event("afterprint"))`)
		Expect(ask[int](t, `document.querySelectorAll(".example[open]").length`)).To(Equal(2))

		printed := tell(t, page.PrintToPDF, page.PrintToPDFParams{})
		if folder := os.Getenv("E2E_SCREENSHOTS"); folder != "" {
			Expect(os.WriteFile(filepath.Join(folder, "report.pdf"), printed.Data, 0o644)).To(Succeed())
		}
	})

	It("can be looked at", func() {
		for _, width := range reportWidths {
			for _, scheme := range schemes {
				tell(t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
					Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
				})
				t.picture(fmt.Sprintf("report-%d-%s.png", width, scheme), width)
			}
		}
	})
})

// reported is the ledger of all documented examples after a run in which some checks
// failed.
func reported() *ledger.Ledger {
	GinkgoHelper()
	var docs []*example.Document
	for _, p := range providers.All {
		d, err := p.Parse()
		Expect(err).NotTo(HaveOccurred())
		docs = append(docs, d)
	}
	numbered := "" // the id of a difference
	for _, p := range providers.All {
		if list, err := p.Differences(); err == nil && len(list) > 0 && numbered == "" {
			numbered = list[0].ID
		}
	}
	l := ledger.New("offline", docs)
	l.Started, l.Took = time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC), ledger.Seconds(15600*time.Millisecond)
	for i, e := range l.Entries {
		for _, c := range ledger.Checks {
			state := ledger.Pass
			switch {
			case e.Checks[c] != "":
				continue
			case c == ledger.Fixtures:
				state = ledger.PassSimulator
				e.Recording = &ledger.Recording{
					File: "fixtures/" + e.ID + ".yaml", From: "simulator", At: l.Started.Truncate(24*time.Hour).AddDate(0, 0, -i%7), Hash: strings.Repeat("5a", 32),
				}
			case c == ledger.Simulator && e.Status >= 500:
				state = "skip: cannot be provoked"
			case c == ledger.Adapter && i%40 == 0 && numbered != "":
				state = ledger.State("known: " + numbered)
			}
			Expect(l.Set(ledger.Result{ID: e.ID, Check: c, State: state})).To(Succeed())
			l.Count(e.Provider, "passed")
		}
	}
	for _, r := range []ledger.Result{
		{ID: about.broken.ID, Check: ledger.Client, State: ledger.Fail("/aadhaar/name"), Faults: []example.Fault{
			{Pointer: "/aadhaar/name", Want: `"Ravi Kumar"`, Got: `"Kumar wrongly"`},
			{Pointer: "/aadhaar/xml/validUntil", Want: `"2023-09-23T10:15:30.123Z"`, Got: "nothing"},
			{Pointer: "/aadhaar/address", Want: `{"careOf":"S/O: Sample","country":"India","district":"Haveri","house":"1 Sample House","landmark":""}`, Got: `[]`},
		}},
		{ID: about.also, Check: ledger.Adapter, State: ledger.Fail("")},
	} {
		Expect(l.Set(r)).To(Succeed())
		l.Count(strings.Split(r.ID, "/")[0], "failed")
	}
	l.Broken = []string{"a journey with " + about.provider.Named() + " ends when the consent is revoked"}
	for _, p := range providers.All {
		provider := p.Name
		list, err := p.Differences()
		Expect(err).NotTo(HaveOccurred())
		counted := ledger.Differences{Numbered: len(list), Pinned: list.Pinned()}
		for _, d := range list {
			shown := ledger.Difference{ID: d.ID, Says: d.Says, Sources: d.Sources, Untested: d.Untested}
			if d.Untested == "" {
				shown.Pins = []ledger.Pin{{Spec: "what " + provider + " documents twice is read as " + d.ID + " says", State: "passed"}}
			}
			counted.List = append(counted.List, shown)
		}
		l.Differences[provider] = counted
		diagnosis, err := doctor.Diagnose("../../specs", provider)
		Expect(err).NotTo(HaveOccurred())
		l.Doctor = append(l.Doctor, diagnosis)
	}
	return l
}

// finding is an entry of what a search finds; the text to search for is known once the specs run.
func finding(what string, search func() (string, OmegaMatcher)) TableEntry {
	return Entry(what, search)
}

// spread lists what is wrong with the layout and the structure of the report.
const spread = `(() => {
	const wrong = [], all = (s) => Array.from(document.querySelectorAll(s));
	const brief = (e) => e.outerHTML.slice(0, 90);
	const width = document.documentElement.scrollWidth;
	if (width > innerWidth) wrong.push("the page is " + width + " wide");
	for (const e of all("body *")) {
		if (!e.checkVisibility()) continue;
		const r = e.getBoundingClientRect();
		if (r.right > innerWidth + 1 || r.left < -1) wrong.push("beyond the edge: " + brief(e));
		if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth && getComputedStyle(e).overflowX !== "visible") wrong.push("cut off: " + brief(e));
	}
	let level = 0;
	for (const h of all("h1, h2, h3, h4")) {
		const next = Number(h.tagName[1]);
		if (next > level + 1) wrong.push("a level is left out before " + brief(h));
		level = next;
	}
	const seen = new Set();
	for (const e of all("[id]")) if (seen.size === seen.add(e.id).size) wrong.push("twice: " + e.id);
	for (const a of all("a[href^='#']:not([data-filter])")) if (!seen.has(decodeURIComponent(a.hash.slice(1)))) wrong.push("leads nowhere: " + brief(a));
	for (const e of matchMedia("print").matches ? [] : all("button, input, select, summary, nav a, .matrix a")) {
		const r = e.getBoundingClientRect();
		if (e.checkVisibility() && r.height && (r.height < 40 || r.width < 40)) wrong.push("small: " + Math.round(r.width) + "x" + Math.round(r.height) + " " + brief(e));
	}
	return wrong.slice(0, 10);
})()`
