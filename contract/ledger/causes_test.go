package ledger_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
)

// journeys are documented examples of a provider whose operation open begins a journey.
func journeys() *ledger.Ledger {
	entry := func(operation, kind, name string, d example.Direction) example.Entry {
		id := "acme/" + operation + "/" + kind + "/" + name
		return example.Entry{
			ID: id, Provider: "acme", Operation: operation, Direction: d, Value: []byte(`{}`),
			Pointer: "/paths/~1" + operation + "/post/" + kind + "/examples/the " + name + "/value",
		}
	}
	l := ledger.New("offline", []*example.Document{{Provider: "acme", Entries: []example.Entry{
		entry("open", "200", "opened", example.Response), entry("open", "request", "one", example.Request),
		entry("open", "request", "two", example.Request), entry("read", "200", "paper", example.Response),
		entry("read", "401", "early", example.Response), entry("read", "401", "early-too", example.Response),
	}}})
	results(l, ledger.Pass)
	return l
}

// failing enters a failure of a check of acme's, with a fault at a pointer.
func failing(l *ledger.Ledger, check ledger.Check, id, pointer, want, got string) {
	GinkgoHelper()
	Expect(l.Set(ledger.Result{ID: "acme/" + id, Check: check, State: ledger.Fail(pointer), Faults: []example.Fault{
		{Pointer: pointer, Want: want, Got: got},
	}})).To(Succeed())
}

// stopping enters that a check of acme's stopped before it could compare.
func stopping(l *ledger.Ledger, check ledger.Check, id, why string) {
	GinkgoHelper()
	Expect(l.Set(ledger.Result{ID: "acme/" + id, Check: check, State: ledger.Fail(""), Note: why})).To(Succeed())
}

// causesOf are the causes on the page of l, each as its heading with what follows from it.
func causesOf(l *ledger.Ledger) []string {
	GinkgoHelper()
	var all []string
	for _, part := range strings.Split(pageOf(l), `<article class="cause">`)[1:] {
		heading := read(part, "<h4>", "</h4>")
		if part, _, _ = strings.Cut(part, "</article>"); strings.Contains(part, "<details>") {
			heading += " < " + read(part, "<summary>What follows from it:", "</details>")
		}
		all = append(all, heading)
	}
	return all
}

var _ = Describe("failures on the page", func() {
	It("stand below the one that is behind them", func() {
		l := journeys()
		failing(l, ledger.Schema, "open/request/one", "/backTo", "a string", "5")
		failing(l, ledger.Fixtures, "open/200/opened", "fixtures/open/200/opened.yaml#/body/backTo", `"https"`, "5")
		failing(l, ledger.Simulator, "open/request/one", "(status)", "200", "400")
		for _, id := range []string{"read/200/paper", "read/401/early"} {
			why := "no journey is started: to acme/open/request/one comes 400\nExpected\n  400"
			stopping(l, ledger.Simulator, id, why)
		}
		l.BrokenSpecs = []ledger.BrokenSpec{
			{Provider: "acme", Name: "it generates", Says: "at /paths/~1open/post/request/examples/the one/value/0"},
			{Provider: "acme", Name: "it opens", Says: "cannot make OpenBody.BackTo of 5"},
			{Provider: "other", Name: "another opens", Says: "cannot make OpenBody.BackTo of 6"},
		}
		Expect(causesOf(l)).To(HaveExactElements(
			"acme/open/request/one schema < 4 checks, 2 specs "+
				`fixtures 1 at /body/backTo of the recorded request: expected "https", got 5 acme/open/200/opened `+
				"simulator 1 at (status): expected 200, got 400 acme/open/request/one "+
				"simulator 2 no journey is started: to acme/open/request/one comes 400 "+
				"acme/read/200/paper acme/read/401/early "+
				"specs 2 it generates at /paths/~1open/post/request/examples/the one/value/0 "+
				"it opens cannot make OpenBody.BackTo of 5",
			"another opens",
		))
		Expect(read(pageOf(l), "<body>", "</p>")).
			To(ContainSubstring("5 checks failed. One likely cause is behind them."))
	})

	It("are not put together where they have nothing in common, and the one behind most comes first", func() {
		l := journeys()
		failing(l, ledger.Schema, "open/request/one", "/url", "a string", "5")
		failing(l, ledger.Schema, "open/request/two", "/id", "a string", "6")
		failing(l, ledger.Simulator, "open/request/two", "(status)", "200", "400")
		failing(l, ledger.Adapter, "open/200/opened", "/url", "a string", "none")
		Expect(causesOf(l)).To(HaveExactElements(
			"acme/open/request/two schema < 1 check "+
				"simulator 1 at (status): expected 200, got 400 acme/open/request/two",
			"acme/open/request/one schema", "acme/open/200/opened adapter", // at /url of an answer
		))
		Expect(read(pageOf(l), "<body>", "</p>")).
			To(ContainSubstring("4 checks failed. 3 likely causes are behind them."))
	})

	It("stand below the example that they name, before others at the same point", func() {
		l := journeys()
		failing(l, ledger.Schema, "open/request/one", "/url", "a string", "5")
		failing(l, ledger.Adapter, "read/200/paper", "/x", "1", "2")
		failing(l, ledger.Simulator, "read/401/early", "/x", "1", "400, after acme/open/request/one")
		Expect(causesOf(l)).To(HaveExactElements(
			HavePrefix("acme/open/request/one schema < 1 check"), "acme/read/200/paper adapter",
		))
	})

	DescribeTable("are together for what they have in common:", func(enter func(*ledger.Ledger)) {
		l := journeys()
		enter(l)
		Expect(causesOf(l)).To(HaveExactElements(HavePrefix("acme/read/401/early adapter < 1 check")))
	},
		Entry("the point of an operation", func(l *ledger.Ledger) {
			failing(l, ledger.Adapter, "read/401/early", "/code", "1", "2")
			failing(l, ledger.Adapter, "read/401/early-too", "/code", "3", "4")
		}),
		Entry("what was expected and got", func(l *ledger.Ledger) {
			failing(l, ledger.Adapter, "read/401/early", "", "error pending", "error denied")
			failing(l, ledger.Simulator, "open/200/opened", "", "error pending", "error denied")
		}),
		Entry("what was got, but for the operation that it names", func(l *ledger.Ledger) {
			failing(l, ledger.Adapter, "read/401/early", "", "error pending", "error: acme: read: expired")
			failing(l, ledger.Simulator, "open/200/opened", "", "error pending", "error: acme: open: expired")
		}),
		Entry("the message, wherever a value lies in memory", func(l *ledger.Ledger) {
			stopping(l, ledger.Adapter, "read/401/early", "nobody at 0xc000\nExpected\n  1")
			stopping(l, ledger.Simulator, "open/200/opened", "nobody at 0xd111\nExpected\n  2")
		}),
	)

	It("say that it is the recording that is read otherwise", func() {
		l := journeys()
		failing(l, ledger.Adapter, "read/401/early", "", "error pending", "error denied")
		failing(l, ledger.Fixtures, "read/401/early", "fixtures/read/401/early.yaml#", "error pending", "error denied")
		Expect(causesOf(l)).To(Equal([]string{"acme/read/401/early adapter < 1 check " +
			"fixtures 1 at the recording: expected error pending, got error denied acme/read/401/early"}))
	})

	It("are not taken for those of an example whose id begins alike", func() {
		l := journeys()
		failing(l, ledger.Adapter, "read/401/early", "/code", "1", "2")
		stopping(l, ledger.Simulator, "open/200/opened", "it gets acme/read/401/early-too")
		Expect(causesOf(l)).To(HaveLen(2))
	})

	It("are specs of which a ledger of before has the names alone", func() {
		l := journeys()
		l.Broken = []string{"a journey ends"}
		Expect(causesOf(l)).To(Equal([]string{"a journey ends"}))
		Expect(read(pageOf(l), `<section id="wrong">`, "</section>")).
			To(HaveSuffix("a journey ends Its message is in junit.xml."))
	})

	It("show the first faults of a cause, and how many more there are", func() {
		l := journeys()
		var faults []example.Fault
		for n := range 5 {
			faults = append(faults, example.Fault{Pointer: fmt.Sprintf("/%d", n), Want: "w", Got: "g"})
		}
		Expect(l.Set(ledger.Result{
			ID: "acme/open/200/opened", Check: ledger.Client, State: ledger.Fail("/0"), Faults: faults,
		})).To(Succeed())
		Expect(read(pageOf(l), `<section id="wrong">`, "</section>")).
			To(HaveSuffix("/0 w g /1 w g /2 w g and 2 more, which the example has"))
	})
})
