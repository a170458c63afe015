//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"time"

	permission "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/simulator"
)

var _ = Describe("the first page", func() {
	var (
		w *world
		t *tab
	)

	BeforeEach(func() {
		w = newWorld()
		t = visitor()
		Expect(t.open(w.server.URL + "/")).To(Equal(http.StatusOK))
	})

	It("copies what is needed elsewhere", func(_ SpecContext) {
		for _, name := range []string{"clipboard-read", "clipboard-write"} {
			tell(t, permission.SetPermission, permission.SetPermissionParams{
				Permission: &permission.PermissionDescriptor{Name: name}, Setting: permission.PermissionSettingGranted,
				Origin: w.server.URL, BrowserContextID: chromedp.FromContext(t.ctx).BrowserContextID,
			})
		}
		tell(t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		selector := "button.copy[aria-label='Copy the base URL of " + first().Named() + "']"
		button := fmt.Sprintf("document.querySelector(%q)", selector)
		t.do(chromedp.Click(chromedp.CSS(selector)))
		Eventually(func() string { return ask[string](t, button+`.textContent`) }).Should(Equal("Copied"))
		text, err := chromedp.Run(t.ctx, chromedp.Evaluate[string](`navigator.clipboard.readText()`, chromedp.EvalAwaitPromise))
		Expect(err).NotTo(HaveOccurred())
		Expect(text).To(Equal(w.server.URL + "/" + first().Name))
	}, limit)

	It("shows by itself what happens, and leaves open what is being read", func(ctx SpecContext) {
		j := w.start(ctx, first(), "")
		Eventually(func() string { return t.text(".journeys") }).Should(ContainSubstring("waiting for consent"))
		Eventually(func() string { return t.text(".exchanges") }).Should(ContainSubstring(first().Named()))
		ask[bool](t, `document.querySelector(".exchanges details").open = true, true`)
		Expect(j.state(ctx)).NotTo(BeEmpty())
		Eventually(func() int { return ask[int](t, `document.querySelectorAll(".exchanges details").length`) }).Should(Equal(2))
		Expect(ask[[]bool](t, `Array.from(document.querySelectorAll(".exchanges details"), (e) => e.open)`)).To(Equal([]bool{false, true}))
	}, limit)

	It("sets a fault, and clears it", func(_ SpecContext) {
		t.do(chromedp.SendKeys(chromedp.CSS("#fault-kind"), simulator.RateLimit))
		t.fill("fault-count", "")
		Expect(t.press("Set it")).To(Equal(http.StatusOK))
		Expect(w.sim.Faults()).To(HaveExactElements(simulator.Fault{Kind: simulator.RateLimit}))
		Expect(t.text(".set")).To(Equal("rate limit at every provider, until it is cleared"))
		Expect(t.press("Clear all")).To(Equal(http.StatusOK))
		Expect(w.sim.Faults()).To(BeEmpty())
	}, limit)

	It("moves the clock", func(_ SpecContext) {
		before := w.sim.Now()
		Expect(t.press("An hour on")).To(Equal(http.StatusOK))
		Expect(w.sim.Now().Sub(before)).To(BeNumerically(">", time.Hour))
		Expect(t.text("[data-live=clock]")).To(ContainSubstring("an hour ahead"))
	}, limit)

	It("does the same without scripts, but for what is live", func(ctx SpecContext) {
		tell(t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		Expect(t.reload()).To(Equal(http.StatusOK))
		Expect(t.press("10 minutes on")).To(Equal(http.StatusOK))
		w.start(ctx, first(), "")
		Expect(t.reload()).To(Equal(http.StatusOK))
		Expect(t.text("[data-live=journeys]")).To(ContainSubstring("Reload for what happened since."))
		Expect(ask[int](t, `document.querySelectorAll("button.copy").length`)).To(BeZero())
	}, limit)
})
