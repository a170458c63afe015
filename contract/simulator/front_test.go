package simulator_test

import (
	"context"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/simulator"
)

var _ = Describe("The first page", func() {
	const form = "application/x-www-form-urlencoded"
	// sends a form as a browser does from that page.
	sends := func(ctx context.Context, address, fields string, header ...string) calls.Answer {
		return calls.Send(ctx, "POST", address+"/", fields, append([]string{"Content-Type", form}, header...)...)
	}

	It("shows what was asked and answered, the newest first, and nothing that could be somebody's", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		start(ctx, server, "order-42")
		calls.Send(ctx, "POST", server.URL+"/acme/accounts",
			`{"id":"check-1","mobile":"9999900001","full_name":"Quill Marble"}`, key...)
		page := calls.Send(ctx, "GET", server.URL+"/", "").Body
		_, page, _ = strings.Cut(page, `<h2 id="exchanges">`)
		page, _, _ = strings.Cut(page, "</section>")
		Expect(page).To(And(ContainSubstring("POST /acme/accounts"), ContainSubstring("check-1"),
			ContainSubstring(`<span class="state">200</span>`)))
		Expect(strings.Index(page, "/acme/accounts")).To(BeNumerically("<", strings.Index(page, "/acme/journeys")))
		Expect(page).NotTo(Or(ContainSubstring("9999900001"), ContainSubstring("Quill"), ContainSubstring(acmeKey)))
	})

	It("hides what only this provider calls so", func(ctx SpecContext) {
		p := acme()
		p.Hidden = map[string][]string{"name": {"holder"}}
		_, server := calls.Serving(simulator.Options{}, p)
		calls.Send(ctx, "POST", server.URL+"/acme/accounts", `{"id":"check-1","holder":"Quill Marble"}`, key...)
		Expect(calls.Send(ctx, "GET", server.URL+"/", "").Body).
			To(And(ContainSubstring("holder"), Not(ContainSubstring("Quill"))))
		p.Hidden = map[string][]string{"names": {"holder"}}
		_, err := simulator.New(simulator.Options{}, p)
		Expect(err).To(MatchError(ContainSubstring("acme: Hidden: ")))
	})

	It("says which fault a request met, and that there was no answer", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Reset, Count: 1})).To(Succeed())
		r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/acme/kinds", http.NoBody)
		Expect(err).NotTo(HaveOccurred())
		resp, err := server.Client().Do(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		Expect(err).To(HaveOccurred())
		Eventually(func() string { return calls.Send(ctx, "GET", server.URL+"/", "").Body }).WithTimeout(time.Minute).
			Should(And(ContainSubstring(`no answer</span> <span class="state bad">fault: reset`)))
	})

	It("keeps the last fifty, and says how long a body was that is too long", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		for range 51 {
			calls.Send(ctx, "POST", server.URL+"/acme/accounts", `{"id":"check-1","mobile":"1000000001"}`, key...)
		}
		calls.Send(ctx, "POST", server.URL+"/acme/accounts", `{"id":"`+strings.Repeat("a", 17<<10)+`"}`, key...)
		page := calls.Send(ctx, "GET", server.URL+"/", "").Body
		Expect(strings.Count(page, `<details id="exchange-`)).To(Equal(50))
		Expect(page).To(ContainSubstring("17417 bytes, which are too many to show"))
	})

	It("keeps no address that is too long", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		calls.Send(ctx, "GET", server.URL+"/acme/kinds?cart="+strings.Repeat("a", 17<<10), "", key...)
		page := calls.Send(ctx, "GET", server.URL+"/", "").Body
		Expect(page).To(ContainSubstring("GET an address that is too long to show"))
		Expect(page).NotTo(ContainSubstring(strings.Repeat("a", 1<<10)))
	})

	It("sets faults, shows what is left of them, and clears them", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		got := sends(ctx, server.URL,
			"do=set&kind=latency&delay=1ms&count=2&provider=acme&operation=listKinds&status=500&probability=1")
		Expect(got.Status).To(Equal(http.StatusSeeOther))
		Expect(got.Header.Get("Location")).To(Equal("/#control"))
		Expect(sim.Faults()).To(HaveExactElements(simulator.Fault{
			Provider: "acme", Operation: "listKinds", Kind: simulator.Latency,
			Delay: time.Millisecond, Probability: 1, Count: 2,
		}), "a status is no matter of latency")
		calls.Send(ctx, "GET", server.URL+"/acme/kinds", "", key...)
		page := calls.Send(ctx, "GET", server.URL+"/", "").Body
		Expect(page).To(ContainSubstring("<li>latency of 1ms at Acme, listKinds, for 100 of 100 requests, once more</li>"))
		Expect(page).To(ContainSubstring("The first that concerns a request strikes."))
		Expect(sends(ctx, server.URL, "do=clear").Status).To(Equal(http.StatusSeeOther))
		Expect(sim.Faults()).To(BeEmpty())
	})

	It("moves the clock", func(ctx SpecContext) {
		now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
		sim, server := serving(simulator.Options{Now: func() time.Time { return now }})
		Expect(sends(ctx, server.URL, "do=advance&by=1h1s").Status).To(Equal(http.StatusSeeOther))
		Expect(sim.Now()).To(Equal(now.Add(time.Hour + time.Second)))
		Expect(calls.Send(ctx, "GET", server.URL+"/", "").Body).To(And(
			ContainSubstring("1 March 2026, 11:00:01 UTC</time></strong>, an hour ahead")))
	})

	DescribeTable("says what is wrong with a form, and keeps what was entered:", func(ctx SpecContext, fields, problem, kept string) {
		sim, server := serving(simulator.Options{})
		got := sends(ctx, server.URL, fields)
		Expect(got.Status).To(Equal(http.StatusUnprocessableEntity))
		Expect(got.Body).To(And(ContainSubstring(`role="alert"`), ContainSubstring(problem), ContainSubstring(kept)))
		Expect(sim.Faults()).To(BeEmpty())
	},
		Entry("a delay",
			"do=set&kind=latency&delay=soon", "delay: &#34;soon&#34; is no duration, such as 250ms or 2s", `value="soon"`),
		Entry("a status",
			"do=set&kind=status&status=many", "status: &#34;many&#34; is no whole number", `value="many"`),
		Entry("a count", "do=set&kind=reset&count=-", "how often: &#34;-&#34; is no whole number", `value="-"`),
		Entry("a wait",
			"do=set&kind=rate+limit&retryAfter=9", "retry after: &#34;9&#34; is no duration", `<option selected>rate limit`),
		Entry("a probability",
			"do=set&kind=reset&probability=half", "probability: &#34;half&#34; is no number", `value="half"`),
		Entry("what the fault itself refuses",
			"do=set&kind=reset&probability=2", "probability 2 is not from 0 to 1", `value="2"`),
		Entry("no kind", "do=set", "there is no kind &#34;&#34;", ""),
		Entry("nothing to do", "kind=reset", "does not say what to do", ""),
		Entry("time that goes back", "do=advance&by=-1h", "forward only", ""),
	)

	It("takes no form from elsewhere", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		got := sends(ctx, server.URL, "do=set&kind=reset", "Sec-Fetch-Site", "cross-site")
		Expect(got.Status).To(Equal(http.StatusForbidden))
		Expect(sim.Faults()).To(BeEmpty())
	})

	It("runs its own script and no other, and only there", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		got := calls.Send(ctx, "GET", server.URL+"/", "")
		Expect(got.Header.Get("Content-Security-Policy")).To(ContainSubstring("script-src 'self'; connect-src 'self'"))
		Expect(calls.Send(ctx, "GET", server.URL+"/index.js", "").Header.Get("Content-Type")).To(HavePrefix("text/javascript"))
		consent := calls.Send(ctx, "GET", start(ctx, server, "order-42"), "")
		Expect(consent.Header.Get("Content-Security-Policy")).NotTo(ContainSubstring("script-src"))
	})
})
