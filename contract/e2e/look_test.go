//go:build e2e

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
)

// The sizes and schemes in which each page is looked at. 320 is what a desktop at
// 400 % zoom has. papers say how much red the background of a scheme has.
var (
	widths  = []int64{320, 390, 1280}
	schemes = []string{"light", "dark"}
	papers  = map[string]OmegaMatcher{"light": BeNumerically(">", 200), "dark": BeNumerically("<", 60)}
)

var _ = Describe("every page", func() {
	var w *world

	BeforeEach(func() { w = newWorld() })

	DescribeTable("can be read and used by everybody",
		func(ctx SpecContext, name string, lead func(context.Context, *tab)) {
			t := visitor()
			lead(ctx, t)
			named(t)
			for _, width := range widths {
				t.do(chromedp.EmulateViewport(width, 800))
				Expect(ask[[]string](t, laidOut)).To(BeEmpty(), "%d px wide", width)
			}
			for _, scheme := range schemes {
				tell(t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
					Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
				})
				Expect(ask[int](t, `parseInt(getComputedStyle(document.body).backgroundColor.slice(4))`)).To(papers[scheme])
				Expect(ask[[]string](t, legible)).To(BeEmpty(), scheme)
				for _, width := range widths {
					t.picture(fmt.Sprintf("%s-%d-%s.png", name, width, scheme), width)
				}
			}
		},
		Entry("the first step", limit, "1-number", func(ctx context.Context, t *tab) {
			t.open(w.start(ctx, first(readsAll), "", everything...).link)
		}),
		Entry("the first step of signing up", limit, "1-number-signup", func(ctx context.Context, t *tab) {
			t.open(w.start(ctx, first(choosesFlow), kyc.SignUp).link)
		}),
		Entry("the first step, with an error and a shop of a long name", limit, "1-number-error", func(ctx context.Context, t *tab) {
			p := first()
			consent, err := w.account(p).Start(ctx, kyc.StartRequest{
				Documents: p.Adapter.Documents, ReturnTo: "https://" + strings.Repeat("averylongname", 4) + ".shop.example/back",
			})
			Expect(err).NotTo(HaveOccurred())
			t.open(consent.URL.Reveal())
			t.fill("number", "98765")
			Expect(t.press("Send OTP")).To(Equal(http.StatusUnprocessableEntity))
		}),
		Entry("the OTP", limit, "2-otp", func(ctx context.Context, t *tab) {
			t.open(w.start(ctx, first(), "").link)
			t.pick(simulator.NonLatin)
		}),
		Entry("the OTP, with an error", limit, "2-otp-error", func(ctx context.Context, t *tab) {
			t.open(w.start(ctx, first(), "").link)
			t.pick(simulator.Complete)
			t.fill("otp", wrong(t.text("#issued")))
			Expect(t.press("Sign in")).To(Equal(http.StatusUnprocessableEntity))
		}),
		Entry("the documents", limit, "3-documents", func(ctx context.Context, t *tab) {
			t.open(w.start(ctx, first(readsAll), "", everything...).link)
			t.signIn(simulator.Complete)
		}),
		Entry("the documents, of which some are not there", limit, "3-documents-licence", func(ctx context.Context, t *tab) {
			t.open(w.start(ctx, first(), "").link)
			t.signIn(simulator.LicenceOnly)
		}),
		Entry("the documents of a new account", limit, "3-documents-new", func(ctx context.Context, t *tab) {
			t.open(w.start(ctx, first(readsAll), "", everything...).link)
			t.signIn(simulator.WithoutAccount)
		}),
		Entry("the documents, as consent.png shows them to readers of the README", limit, "consent", func(ctx context.Context, t *tab) {
			consent, err := w.account(first(readsAll)).Start(ctx, kyc.StartRequest{Documents: everything, ReturnTo: "https://shop.example/back"})
			Expect(err).NotTo(HaveOccurred())
			t.open(consent.URL.Reveal())
			t.signIn(simulator.WithoutAadhaar)
		}),
		Entry("a message", limit, "4-message", func(_ context.Context, t *tab) {
			Expect(t.open(w.server.URL + "/consent/" + first().Name + "/NOBODYS")).To(Equal(http.StatusNotFound))
		}),
		Entry("the end of a journey without an address", limit, "4-done", func(_ context.Context, t *tab) {
			Expect(t.open(w.server.URL + "/done")).To(Equal(http.StatusOK))
		}),
		Entry("the first page, before any journey", limit, "0-index-empty", func(_ context.Context, t *tab) {
			Expect(t.open(w.server.URL + "/")).To(Equal(http.StatusOK))
		}),
		Entry("the first page, with a problem", limit, "0-index-problem", func(_ context.Context, t *tab) {
			Expect(t.open(w.server.URL + "/")).To(Equal(http.StatusOK))
			t.fill("fault-delay", "soon")
			Expect(t.press("Set it")).To(Equal(http.StatusUnprocessableEntity))
		}),
		Entry("the first page", limit, "0-index", func(ctx context.Context, t *tab) {
			for _, p := range usable {
				request := kyc.StartRequest{ID: strings.Repeat("a-long-id.", 5), Documents: p.Adapter.Documents, ReturnTo: w.shop.URL + "/back"}
				_, err := w.account(p).Start(ctx, request)
				if errors.Is(err, kyc.ErrInvalid) { // too long for it
					request.ID = ""
					_, err = w.account(p).Start(ctx, request)
				}
				Expect(err).NotTo(HaveOccurred())
			}
			j := w.start(ctx, first(), "")
			_, err := simulator.Visitor{Number: mobile(simulator.Complete), Client: w.server.Client()}.Allow(ctx, j.link)
			Expect(err).NotTo(HaveOccurred())
			Expect(w.sim.AddFault(simulator.Fault{Kind: simulator.Latency, Delay: time.Millisecond})).To(Succeed())
			Expect(t.open(w.server.URL + "/")).To(Equal(http.StatusOK))
			ask[bool](t, `document.querySelectorAll("details").forEach((e) => { e.open = true; }), true`)
			Expect(t.text(".journeys")).To(And(ContainSubstring("waiting for consent"), ContainSubstring("consented")))
		}),
	)

	It("leads from the first page to the journeys that wait", func(ctx SpecContext) {
		j := w.start(ctx, first(), "")
		t := visitor()
		t.open(w.server.URL + "/")
		Expect(t.lead(chromedp.Click(chromedp.CSS(".journeys a")))).To(Equal(http.StatusOK))
		Expect(ask[string](t, `location.href`)).To(Equal(j.link))
	}, limit)
})

// named says that whatever can be operated has a name for those who do not see it.
func named(t *tab) {
	GinkgoHelper()
	operable := map[string]bool{"textbox": true, "checkbox": true, "button": true, "link": true, "DisclosureTriangle": true, "region": true, "navigation": true}
	found := 0
	for _, node := range tell(t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		if node.Ignored || node.Role == nil || !operable[said(node.Role)] {
			continue
		}
		found++
		Expect(said(node.Name)).NotTo(BeEmpty(), "the name of a %s", said(node.Role))
	}
	Expect(found).To(BeNumerically(">", 0), "what can be operated")
	labels := ask[int](t, `Array.from(document.querySelectorAll("input:not([type=hidden])"), (e) => e.labels.length).filter((n) => n !== 1).length`)
	Expect(labels).To(BeZero(), "inputs that have not one label")
}

// said is the text of v.
func said(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	return strings.Trim(strings.TrimSpace(string(v.Value)), `"`)
}

// laidOut lists what is wrong with the structure of the page and its layout.
const laidOut = `(() => {
	const wrong = [], all = (s) => Array.from(document.querySelectorAll(s));
	const brief = (e) => e.outerHTML.slice(0, 90);
	if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page is " + document.documentElement.scrollWidth + " wide");
	for (const e of all("body *")) {
		if (e.getBoundingClientRect().right > innerWidth + 1) wrong.push("beyond the edge: " + brief(e));
	}
	if (document.documentElement.lang !== "en") wrong.push("no language");
	if (!document.title) wrong.push("no title");
	for (const one of ["h1", "main", "body > header", "body > footer"]) {
		if (all(one).length !== 1) wrong.push(all(one).length + " of " + one);
	}
	if (!document.querySelector("body > header").innerText.includes("Not DigiLocker")) wrong.push("no notice");
	for (const e of all("fieldset")) if (!e.querySelector(":scope > legend")?.innerText) wrong.push("no legend");
	let level = 0;
	for (const h of all("h1, h2, h3, h4")) {
		const next = Number(h.tagName[1]);
		if (next > level + 1) wrong.push("a level is left out before " + brief(h));
		level = next;
	}
	const ids = all("[id]").map((e) => e.id);
	for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push("twice: " + id);
	for (const e of all("[aria-describedby], [aria-labelledby]")) {
		for (const id of ((e.getAttribute("aria-describedby") || "") + " " + (e.getAttribute("aria-labelledby") || "")).trim().split(/\s+/)) {
			if (!document.getElementById(id)) wrong.push("nothing has the id " + id);
		}
	}
	for (const e of all("a[href^='#']")) if (!document.getElementById(e.hash.slice(1))) wrong.push("leads nowhere: " + brief(e));
	for (const e of all("button, select, input[type=text], summary, label:has(input), a")) {
		const r = e.getBoundingClientRect();
		if (e.checkVisibility() && (r.height < 44 || r.width < 44)) wrong.push("small: " + Math.round(r.width) + "x" + Math.round(r.height) + " " + brief(e));
	}
	for (const f of all("form")) {
		const b = f.querySelector("button");
		if (b && b.value === "deny") wrong.push("Enter denies: " + brief(f));
	}
	for (const e of all("[style], script:not([src=\"/index.js\"]), img, iframe, style")) wrong.push("not allowed: " + brief(e));
	return wrong;
})()`

// legible lists what has too little contrast: WCAG 2.2, 1.4.3 and, of fields, 1.4.11.
const legible = `(() => {
	const wrong = [];
	const parts = (c) => c.match(/[\d.]+/g).map(Number);
	const light = (c) => {
		const [r, g, b] = parts(c).slice(0, 3).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const below = (e) => {
		for (; e; e = e.parentElement) {
			const c = getComputedStyle(e).backgroundColor, p = parts(c);
			if (p.length < 4 || p[3] === 1) return c;
			if (p[3] !== 0) wrong.push("half transparent: " + e.outerHTML.slice(0, 60));
		}
		return "rgb(255, 255, 255)";
	};
	const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + 0.05) / (y + 0.05); };
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	let seen = 0;
	while (texts.nextNode()) {
		const e = texts.currentNode.parentElement;
		if (!texts.currentNode.data.trim() || !e.checkVisibility()) continue;
		seen++;
		const s = getComputedStyle(e), r = ratio(s.color, below(e));
		if (s.opacity !== "1") wrong.push("opacity: " + e.outerHTML.slice(0, 60));
		if (r < 4.5) wrong.push(r.toFixed(2) + ": " + e.outerHTML.slice(0, 90));
	}
	if (!seen) wrong.push("no text");
	for (const e of document.querySelectorAll("input[type=text], select")) {
		const r = ratio(getComputedStyle(e).borderTopColor, below(e.parentElement));
		if (r < 3) wrong.push("border " + r.toFixed(2) + ": " + e.outerHTML.slice(0, 90));
	}
	return wrong;
})()`

// picture takes one of the whole page, if anybody wants it. consent.png is
// consent-390-light.png, with fewer colours.
func (t *tab) picture(name string, width int64) {
	GinkgoHelper()
	folder := os.Getenv("E2E_SCREENSHOTS")
	if folder == "" {
		return
	}
	t.do(chromedp.EmulateViewport(width, 800))
	ask[bool](t, `scrollTo(0, 0), true`) // else the notice is in the middle
	data, err := chromedp.Run(t.ctx, chromedp.FullScreenshot(100))
	Expect(err).NotTo(HaveOccurred())
	Expect(os.MkdirAll(folder, 0o755)).To(Succeed())
	Expect(os.WriteFile(filepath.Join(folder, name), data, 0o644)).To(Succeed())
}
