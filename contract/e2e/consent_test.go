//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
)

var _ = Describe("the consent page", func() {
	var w *world

	BeforeEach(func() { w = newWorld() })

	DescribeTable("a user who allows comes back, and the documents can be fetched",
		func(ctx SpecContext, p provider.Provider) {
			j := w.start(ctx, p, "")
			t := visitor()
			Expect(t.open(j.link)).To(Equal(http.StatusOK))
			Expect(t.text("main")).To(ContainSubstring(strings.TrimPrefix(w.shop.URL, "https://") + " asks through"))
			t.fill("number", mobile(simulator.Complete))
			Expect(t.press("Send OTP")).To(Equal(http.StatusOK))
			Expect(j.state(ctx)).To(Equal(kyc.Pending))
			t.fill("otp", t.text("#issued"))
			Expect(t.press("Sign in")).To(Equal(http.StatusOK))
			Expect(j.state(ctx)).To(Equal(kyc.Pending))
			w.nobodyReturned()
			shared := t.ticked()
			Expect(shared).To(ContainElement(kyc.Aadhaar))
			Expect(t.press("Allow")).To(Equal(http.StatusOK))
			Expect(t.heading()).To(Equal("Welcome back"))

			back := w.returned()
			Expect(back.Query()).To(HaveKeyWithValue("cart", []string{"7"}), "the shop's own")
			said := j.complete(ctx, back)
			consent, err := j.Status(ctx, said.Ref)
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.State).To(Equal(kyc.Granted))
			record, err := j.Fetch(ctx, said.Ref, kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			Expect(record.Document).To(Equal(kyc.Aadhaar))
			if statusLists(p) {
				Expect(consent.Granted).To(ConsistOf(shared))
			}
			if returnLists(p) {
				Expect(said.Granted).To(Equal(shared))
			}
		}, each(),
	)

	for _, step := range []string{"number", "otp", "documents"} {
		DescribeTable("a user who denies comes back too, at the step "+step,
			func(ctx SpecContext, p provider.Provider) {
				j := w.start(ctx, p, "")
				t := visitor()
				t.open(j.link)
				switch step {
				case "documents":
					t.signIn(simulator.Complete)
				case "otp":
					t.pick(simulator.Complete)
				}
				Expect(t.press("Deny")).To(Equal(http.StatusOK))
				Expect(t.heading()).To(Equal("Welcome back"))
				want := p.Adapter.Outcomes[provider.Denied]
				said := j.complete(ctx, w.returned())
				Expect(said.State).To(Equal(want.Return))
				Expect(j.state(ctx)).To(Equal(want.State))
				_, err := j.Fetch(ctx, said.Ref, kyc.Aadhaar)
				Expect(err).To(MatchError(want.Kind))
			}, each(),
		)
	}

	It("shares what is ticked and nothing else", func(ctx SpecContext) {
		j := w.start(ctx, first(readsAll), "", everything...)
		t := visitor()
		t.open(j.link)
		t.signIn(simulator.Complete)
		t.do(chromedp.Click(`//label[contains(., "PAN card")]`))
		Expect(t.press("Allow")).To(Equal(http.StatusOK))
		consent, err := j.Status(ctx, j.ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Granted).To(ConsistOf(kyc.Aadhaar, kyc.DrivingLicence))
		_, err = j.Fetch(ctx, j.ref, kyc.DrivingLicence)
		Expect(err).NotTo(HaveOccurred())
		_, err = j.Fetch(ctx, j.ref, kyc.PAN)
		Expect(err).To(HaveOccurred())
	}, limit)

	It("tells the shop of a user who shares none", func(ctx SpecContext) {
		j := w.start(ctx, first(returnLists), "", everything...)
		t := visitor()
		t.open(j.link)
		t.signIn(simulator.Complete)
		for _, name := range []string{"Aadhaar", "PAN card", "Driving licence"} {
			t.do(chromedp.Click(fmt.Sprintf(`//label[contains(., %q)]`, name)))
		}
		Expect(t.ticked()).To(BeEmpty())
		Expect(t.press("Allow")).To(Equal(http.StatusOK))
		said := j.complete(ctx, w.returned())
		Expect(said.State).To(Equal(kyc.Granted))
		Expect(said.Granted).To(And(BeEmpty(), Not(BeNil())))
	}, limit)

	It("offers what the account has, and says what it lacks", func(ctx SpecContext) {
		j := w.start(ctx, first(readsAll), "", everything...)
		t := visitor()
		t.open(j.link)
		t.signIn(simulator.LicenceOnly)
		Expect(ask[[]string](t, `Array.from(document.querySelectorAll("[name=document]"), (e) => e.value + (e.checked ? " checked" : "") + (e.disabled ? " disabled" : ""))`)).
			To(Equal([]string{"aadhaar disabled", "pan disabled", "driving_licence checked"}))
		Expect(t.text("fieldset")).To(Equal("Documents Aadhaar Not in this account. PAN card Not in this account. Driving licence"))
	}, limit)

	It("tells a user without an account that allowing makes one", func(ctx SpecContext) {
		j := w.start(ctx, first(readsAll), "", everything...)
		t := visitor()
		t.open(j.link)
		t.signIn(simulator.WithoutAccount)
		Expect(t.text(".note")).To(Equal("Fake Newcomer has no DigiLocker account. Allowing creates one."))
	}, limit)

	It("speaks of signing up where the journey says so", func(ctx SpecContext) {
		j := w.start(ctx, first(choosesFlow), kyc.SignUp)
		t := visitor()
		t.open(j.link)
		Expect(t.heading()).To(Equal("Sign up"))
		t.pick(simulator.WithoutAccount)
		t.fill("otp", t.text("#issued"))
		Expect(t.press("Sign up")).To(Equal(http.StatusOK))
		Expect(t.text(".note")).To(ContainSubstring("Allowing creates one"))
		Expect(t.press("Allow")).To(Equal(http.StatusOK))
		Expect(j.state(ctx)).To(Equal(kyc.Granted))
	}, limit)

	It("takes an Aadhaar number as people write it", func(ctx SpecContext) {
		j := w.start(ctx, first(), "")
		t := visitor()
		t.open(j.link)
		t.fill("number", "0000 0000 0001")
		Expect(t.press("Send OTP")).To(Equal(http.StatusOK))
		Expect(t.text(".who")).To(ContainSubstring("Fake Complete"))
	}, limit)

	DescribeTable("says what is wrong with a number, and keeps it",
		func(ctx SpecContext, number, problem string) {
			t := visitor()
			t.open(w.start(ctx, first(), "").link)
			t.fill("number", number)
			Expect(t.press("Send OTP")).To(Equal(http.StatusUnprocessableEntity))
			Expect(t.text("[role=alert]")).To(ContainSubstring(problem))
			Expect(ask[string](t, `document.title`)).To(HavePrefix("Error: "))
			focused := func() string { return ask[string](t, `document.activeElement.id + "=" + document.activeElement.value`) }
			Eventually(focused).Should(Equal("number=" + number)) // autofocus comes a moment after the page
			Expect(ask[string](t, `document.getElementById("number").getAttribute("aria-invalid")`)).To(Equal("true"))
			t.fill("number", mobile(simulator.Complete))
			Expect(t.press("Send OTP")).To(Equal(http.StatusOK))
			Expect(t.heading()).To(Equal("Enter the OTP"))
		},
		Entry("that is missing", limit, "", "Enter a mobile or Aadhaar number."),
		Entry("that nobody has", limit, "12345", "No invented person has this number."),
		Entry("that would be another's markup", limit, `"><script>alert(1)</script>`, "No invented person has this number."),
	)

	It("takes the right OTP after a wrong one", func(ctx SpecContext) {
		j := w.start(ctx, first(), "")
		t := visitor()
		t.open(j.link)
		t.pick(simulator.Complete)
		otp := t.text("#issued")
		t.fill("otp", wrong(otp))
		Expect(t.press("Sign in")).To(Equal(http.StatusUnprocessableEntity))
		Expect(t.text("#error")).To(Equal("This is not the OTP."))
		Expect(j.state(ctx)).To(Equal(kyc.Pending))
		t.fill("otp", otp)
		Expect(t.press("Sign in")).To(Equal(http.StatusOK))
		Expect(t.heading()).To(Equal("Choose what to share"))
	}, limit)

	It("goes back to the start after three wrong OTPs", func(ctx SpecContext) {
		t := visitor()
		t.open(w.start(ctx, first(), "").link)
		t.pick(simulator.Complete)
		otp := t.text("#issued")
		for range 3 {
			Expect(t.heading()).To(Equal("Enter the OTP"))
			t.fill("otp", wrong(otp))
			Expect(t.press("Sign in")).To(Equal(http.StatusUnprocessableEntity))
		}
		Expect(t.heading()).To(Equal("Sign in"))
		Expect(t.text("#error")).To(Equal("The OTP was wrong three times. Sign in again."))
		t.signIn(simulator.Complete)
	}, limit)

	It("lets a user who took the wrong person begin anew", func(ctx SpecContext) {
		j := w.start(ctx, first(), "")
		t := visitor()
		t.open(j.link)
		t.signIn(simulator.Mismatch)
		Expect(t.press("Use another number")).To(Equal(http.StatusOK))
		Expect(t.heading()).To(Equal("Sign in"))
		t.signIn(simulator.Complete)
		Expect(t.text(".who")).To(ContainSubstring("Fake Complete"))
	}, limit)

	It("refuses a link that has expired, before and after signing in", func(ctx SpecContext) {
		j := w.start(ctx, first(tellsExpiry), "")
		t := visitor()
		t.open(j.link)
		t.signIn(simulator.Complete)
		w.sim.Advance(simulator.LinkLife + time.Second)
		Expect(t.press("Allow")).To(Equal(http.StatusGone))
		Expect(t.heading()).To(Equal("The link has expired"))
		Expect(visitor().open(j.link)).To(Equal(http.StatusGone))
		w.nobodyReturned()
		Expect(j.state(ctx)).To(Equal(kyc.Expired))
	}, limit)

	It("knows no link that it did not make", func() {
		t := visitor()
		Expect(t.open(w.server.URL + "/consent/" + first().Name + "/NOBODYS")).To(Equal(http.StatusNotFound))
		Expect(t.heading()).To(Equal("No such journey"))
	})

	It("says after the back button that the link was used", func(ctx SpecContext) {
		j := w.start(ctx, first(readsAll), "", everything...)
		t := visitor()
		t.open(j.link)
		t.signIn(simulator.Complete)
		t.press("Allow")
		t.back()
		Expect(ask[string](t, `location.href`)).To(Equal(j.link))
		Expect(t.heading()).To(Equal("The link was used"))
		Expect(t.reload()).To(Equal(http.StatusGone))
		w.returned() // once
		consent, err := j.Status(ctx, j.ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Granted))
		Expect(consent.Granted).To(Equal(everything))
	}, limit)

	It("repeats no step when the page is loaded again", func(ctx SpecContext) {
		t := visitor()
		t.open(w.start(ctx, first(), "").link)
		t.pick(simulator.Complete)
		otp := t.text("#issued")
		Expect(t.reload()).To(Equal(http.StatusOK))
		Expect(t.text("#issued")).To(Equal(otp))
	}, limit)

	It("lets two tabs go on with one journey, and tells the late one", func(ctx SpecContext) {
		j := w.start(ctx, first(readsAll), "", everything...)
		one := visitor()
		one.open(j.link)
		two := one.another()
		two.open(j.link)
		one.pick(simulator.Complete)
		one.fill("otp", one.text("#issued"))
		two.reload()
		Expect(two.heading()).To(Equal("Enter the OTP"))
		Expect(one.press("Sign in")).To(Equal(http.StatusOK))
		two.reload()
		Expect(two.heading()).To(Equal("Choose what to share"))
		Expect(two.press("Allow")).To(Equal(http.StatusOK))
		Expect(one.press("Deny")).To(Equal(http.StatusGone))
		Expect(one.heading()).To(Equal("The link was used"))
		w.returned() // once
		Expect(j.state(ctx)).To(Equal(kyc.Granted))
	}, limit)

	It("shows another browser nothing of who signs in", func(ctx SpecContext) {
		j := w.start(ctx, first(), "")
		one := visitor()
		one.open(j.link)
		one.signIn(simulator.Complete)
		two := visitor()
		Expect(two.open(j.link)).To(Equal(http.StatusOK))
		Expect(two.heading()).To(Equal("Sign in"))
		Expect(one.press("Allow")).To(Equal(http.StatusOK))
	}, limit)

	It("needs no pointer", func(ctx SpecContext) {
		j := w.start(ctx, first(returnLists), "", everything...)
		t := visitor()
		t.open(j.link)
		t.tabTo(`document.activeElement.id === "number"`)
		t.do(chromedp.KeyEvent(mobile(simulator.Complete)))
		Expect(t.lead(chromedp.KeyEvent(kb.Enter))).To(Equal(http.StatusOK)) // in the field: the first button
		Expect(t.heading()).To(Equal("Enter the OTP"))
		Eventually(func() string { return ask[string](t, `document.activeElement.id`) }).Should(Equal("otp"))
		t.do(chromedp.KeyEvent(t.text("#issued")))
		Expect(t.lead(chromedp.KeyEvent(kb.Enter))).To(Equal(http.StatusOK))
		Expect(t.heading()).To(Equal("Choose what to share"))
		t.tabTo(`document.activeElement.value === "pan"`)
		t.do(chromedp.KeyEvent(" "))
		t.tabTo(`document.activeElement.textContent === "Allow"`)
		Expect(t.lead(chromedp.KeyEvent(" "))).To(Equal(http.StatusOK))
		Expect(j.complete(ctx, w.returned()).Granted).To(ConsistOf(kyc.Aadhaar, kyc.DrivingLicence))
	}, limit)

	It("lets the keyboard pick a person, and deny", func(ctx SpecContext) {
		j := w.start(ctx, first(tellsRefusals), "")
		t := visitor()
		t.open(j.link)
		t.tabTo(fmt.Sprintf(`document.activeElement.value === %q`, mobile(simulator.NonLatin)))
		Expect(t.lead(chromedp.KeyEvent(kb.Enter))).To(Equal(http.StatusOK))
		Expect(t.text(".who")).To(ContainSubstring("नकली व्यक्ति"))
		t.tabTo(`document.activeElement.textContent === "Deny"`)
		Expect(t.lead(chromedp.KeyEvent(kb.Enter))).To(Equal(http.StatusOK))
		Expect(j.state(ctx)).To(Equal(kyc.Denied))
	}, limit)

	It("hides nothing that has the focus below its notice", func(ctx SpecContext) {
		t := visitor()
		t.do(chromedp.EmulateViewport(320, 480))
		t.open(w.start(ctx, first(), "").link)
		t.tabTo(`document.activeElement.closest("footer") !== null`)
		t.tabTo(`document.activeElement.id === "number"`, chromedp.KeyModifiers(chromedp.ModifierShift))
	}, limit)

	It("needs no script", func(ctx SpecContext) {
		j := w.start(ctx, first(), "")
		t := visitor()
		tell(t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		t.open(j.link)
		t.signIn(simulator.Complete)
		Expect(t.press("Allow")).To(Equal(http.StatusOK))
		w.returned()
		Expect(j.state(ctx)).To(Equal(kyc.Granted))
	}, limit)

	It("lets the shop send its users on to another of its hosts", func(ctx SpecContext) {
		home := httptest.NewTLSServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(out, `<!doctype html><html lang="en"><title>App</title><h1>The app</h1>`)
		}))
		DeferCleanup(home.Close)
		w.home = home.URL
		j := w.start(ctx, first(), "")
		t := visitor()
		t.open(j.link)
		t.signIn(simulator.Complete)
		Expect(t.press("Allow")).To(Equal(http.StatusOK))
		Expect(t.heading()).To(Equal("The app"))
	}, limit)

	It("works without TLS under any name", func(ctx SpecContext) {
		plain := httptest.NewServer(w.sim) // http://simulator:8700, say, for containers and phones
		DeferCleanup(plain.Close)
		base := strings.Replace(plain.URL, "127.0.0.1", "simulator.test", 1)
		p := first()
		a, err := p.Adapter.New(base+"/"+p.Name, p.Account.Simulated(), &http.Client{Transport: toHere{plain.Listener.Addr().String()}})
		Expect(err).NotTo(HaveOccurred())
		consent, err := a.Start(ctx, kyc.StartRequest{Documents: p.Adapter.Documents, ReturnTo: w.shop.URL + "/back"})
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.URL.Reveal()).To(HavePrefix(base))
		t := visitor()
		t.open(consent.URL.Reveal())
		t.signIn(simulator.Complete)
		Expect(t.press("Allow")).To(Equal(http.StatusOK))
		Expect(t.heading()).To(Equal("Welcome back"))
	}, limit)

	It("takes no form from another site", func(ctx SpecContext) {
		j := w.start(ctx, first(), "")
		t := visitor()
		t.open(j.link)
		t.signIn(simulator.Complete)
		token := ask[string](t, `document.querySelector("[name=token]").value`)
		evil := httptest.NewTLSServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(out, `<!doctype html><html lang="en"><title>Evil</title><form method="post" action=%q><input name="token" value=%q><input name="step" value="documents"><button name="decision" value="allow">Win</button></form>`, j.link, token)
		}))
		DeferCleanup(evil.Close)
		t.open(strings.Replace(evil.URL, "127.0.0.1", "evil.test", 1))
		Expect(t.press("Win")).To(Equal(http.StatusForbidden))
		Expect(t.heading()).To(Equal("That did not come from this page"))
		Expect(j.state(ctx)).To(Equal(kyc.Pending))
		w.nobodyReturned()
	}, limit)
})

// wrong is an OTP that is not otp.
func wrong(otp string) string {
	if otp == "000000" {
		return "111111"
	}
	return "000000"
}

// tabTo presses Tab until the condition holds, and says that each stop can be seen.
func (t *tab) tabTo(condition string, how ...chromedp.KeyOption) {
	GinkgoHelper()
	const seen = `(() => {
		const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
		const banner = document.querySelector(".banner").getBoundingClientRect();
		if (parseFloat(s.outlineWidth) < 2 || s.outlineStyle === "none") return e.outerHTML + " has no outline";
		if (r.top < banner.bottom && r.bottom > banner.top && !e.closest(".banner")) return e.outerHTML + " is below the banner";
		if (r.top < 0 || r.top > innerHeight) return e.outerHTML + " is off the screen";
		return "";
	})()`
	for range 40 {
		t.do(chromedp.KeyEvent(kb.Tab, how...))
		Expect(ask[string](t, seen)).To(BeEmpty())
		if ask[bool](t, condition) {
			return
		}
	}
	Fail("Tab never leads to where " + condition)
}

// toHere sends every request to one address.
type toHere struct{ address string }

func (h toHere) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(context.WithoutCancel(r.Context()))
	r.Host, r.URL.Host = r.URL.Host, h.address
	return http.DefaultTransport.RoundTrip(r)
}
