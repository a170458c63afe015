package ledger_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
)

var _ = DescribeTable("a state", func(s ledger.State, valid bool) {
	Expect(s.Valid()).To(Equal(valid))
},
	Entry(nil, ledger.Pass, true),
	Entry(nil, ledger.NA, true),
	Entry(nil, ledger.State("pass (simulator)"), true),
	Entry(nil, ledger.Fail("/a/0"), true),
	Entry(nil, ledger.State("known: AC-D1"), true),
	Entry(nil, ledger.State("known: something"), false),
	Entry(nil, ledger.State("skip: needs a person"), true),
	Entry(nil, ledger.Unreached, true),
	Entry(nil, ledger.State("skip: no time"), false),
	Entry(nil, ledger.State(""), false),
)

func sample() *ledger.Ledger {
	return ledger.New("offline", []*example.Document{
		{Provider: "acme", Entries: []example.Entry{
			{ID: "acme/a/request/x", Provider: "acme", Operation: "a", Direction: example.Request, Value: json.RawMessage(`{}`)},
			{ID: "acme/a/redirect/x", Provider: "acme", Operation: "a", Direction: example.Redirect, Value: json.RawMessage(`""`)},
		}},
		{Provider: "other", Entries: []example.Entry{
			{ID: "other/b/redirect/x", Provider: "other", Operation: "b", Direction: example.Redirect, Value: json.RawMessage(`""`)},
		}},
	})
}

var _ = Describe("a ledger", func() {
	It("refuses what is no example and what is no state", func() {
		Expect(sample().Set(ledger.Result{ID: "acme/b/request/x", Check: ledger.Schema, State: ledger.Pass})).To(MatchError(ContainSubstring("no such example")))
		Expect(sample().Set(ledger.Result{ID: "acme/a/request/x", Check: ledger.Schema, State: "fine"})).To(MatchError(ContainSubstring("no state")))
	})

	It("is partial until each check has a state, and drops what was not come to", func() {
		l := sample()
		Expect(l.Set(ledger.Result{ID: "acme/a/request/x", Check: ledger.Schema, State: ledger.Pass})).To(Succeed())
		for _, c := range []ledger.Check{ledger.Adapter, ledger.Simulator} {
			Expect(l.Set(ledger.Result{ID: "acme/a/redirect/x", Check: c, State: ledger.Pass})).To(Succeed())
		}
		Expect(l.Narrow()).To(BeTrue())
		Expect(l.Entries).To(HaveLen(1)) // the redirect, which has nothing open; the other provider was not run
		Expect(l.Entries[0].ID).To(Equal("acme/a/redirect/x"))
	})

	It("has the checks of its target, and is partial where these are not all", func() {
		l := ledger.New("simulator", []*example.Document{{Provider: "acme", Entries: []example.Entry{{ID: "acme/a/request/x", Provider: "acme"}}}})
		Expect(l.Set(ledger.Result{ID: "acme/a/request/x", Check: ledger.Simulator, State: ledger.Pass})).To(Succeed())
		Expect(l.Narrow()).To(BeTrue())
		Expect(l.Entries).To(HaveLen(1))
		Expect(l.Entries[0].Checks).To(Equal(ledger.States{ledger.Simulator: ledger.Pass}))
		Expect(ledger.Target("simulator")).To(BeTrue())
		Expect(ledger.Target("moon")).To(BeFalse())
	})

	It("writes the checks in their order, and says why one does not apply", func() {
		l := sample()
		Expect(l.Set(ledger.Result{ID: "acme/a/request/x", Check: ledger.Fixtures, State: ledger.PassSimulator})).To(Succeed())
		for _, c := range []ledger.Check{ledger.Simulator, ledger.Client, ledger.Schema} {
			Expect(l.Set(ledger.Result{ID: "acme/a/request/x", Check: c, State: ledger.Pass})).To(Succeed())
		}
		text, err := json.Marshal(l.Entries[0])
		Expect(err).NotTo(HaveOccurred())
		Expect(string(text)).To(ContainSubstring(`"checks":{"schema":"pass","client":"pass","adapter":"n/a","fixtures":"pass (simulator)","simulator":"pass","sandbox":"skip: needs credentials"}`))
		Expect(l.Entries[0].Notes).To(HaveKey(ledger.Adapter))
		Expect(l.Checked()).To(Equal(3))
		Expect(l.Simulated()).To(Equal(1))
	})

	It("waits for no check but that of the schema of what nobody can call", func() {
		l := ledger.New("offline", []*example.Document{{Provider: "acme", Uncalled: []example.Entry{
			{
				ID: "acme/a/request/x", Provider: "acme", Direction: example.Request,
				Nowhere: "no path of a is published (AC-D1)",
			},
		}}})
		Expect(l.Entries).To(HaveLen(1))
		Expect(l.Entries[0].Checks).NotTo(HaveKey(ledger.Schema))
		for _, c := range []ledger.Check{
			ledger.Client, ledger.Adapter, ledger.Fixtures, ledger.Simulator, ledger.Sandbox,
		} {
			Expect(l.Entries[0].Checks).To(HaveKeyWithValue(c, ledger.NA), string(c))
			Expect(l.Entries[0].Notes).To(HaveKeyWithValue(c, "no path of a is published (AC-D1)"))
		}
	})

	It("tells of each provider that could not be reached, and what was judged before", func() {
		l := ledger.New("sandbox", []*example.Document{
			{Provider: "acme", Entries: []example.Entry{{ID: "acme/1", Provider: "acme"}, {ID: "acme/2", Provider: "acme"}, {ID: "acme/3", Provider: "acme"}}},
			{Provider: "other", Entries: []example.Entry{{ID: "other/1", Provider: "other"}, {ID: "other/2", Provider: "other"}}},
			{Provider: "there", Entries: []example.Entry{{ID: "there/1", Provider: "there"}}},
		})
		Expect(l.Outages()).To(BeEmpty())
		const why = "acme.example cannot be reached (timed out)"
		for id, state := range map[string]ledger.State{
			"acme/1": ledger.Fail("/a"), "acme/2": ledger.Unreached, "acme/3": ledger.Unreached, "other/1": "skip: needs a person", "other/2": ledger.Unreached, "there/1": ledger.Pass,
		} {
			Expect(l.Set(ledger.Result{ID: id, Check: ledger.Sandbox, State: state, Note: why})).To(Succeed())
		}
		Expect(l.Outages()).To(HaveExactElements(
			HaveField("String()", "acme: "+why+"; judged until then: 1, not judged: 2"), HaveField("String()", "other: "+why+"; nothing was judged"),
		))
		Expect(l.Checked()).To(Equal(2))
	})

	It("prints a line for each provider, and the totals", func() {
		l := sample()
		Expect(l.Set(ledger.Result{ID: "acme/a/request/x", Check: ledger.Schema, State: ledger.Pass})).To(Succeed())
		Expect(l.Set(ledger.Result{ID: "acme/a/request/x", Check: ledger.Client, State: ledger.Fail("/a")})).To(Succeed())
		Expect(l.Set(ledger.Result{ID: "acme/a/request/x", Check: ledger.Fixtures, State: ledger.PassSimulator})).To(Succeed())
		var out bytes.Buffer
		Expect(l.Print(&out)).To(Succeed())
		Expect(out.String()).To(MatchRegexp(`acme +1 +2 +1 +1 +0 +1 +4 +2 needs credentials`))
		Expect(out.String()).To(MatchRegexp(`all +2 +3 +1 +1 +0 +1 +7 +3 needs credentials`))
	})

	It("says where the specs that pin most differences were not here", func() {
		printed := func(partly bool) string {
			l := sample()
			l.Differences["acme"] = ledger.Differences{Numbered: 3, Pinned: 1, Partly: partly}
			var out bytes.Buffer
			Expect(l.Print(&out)).To(Succeed())
			return out.String()
		}
		Expect(printed(true)).To(And(ContainSubstring("1 of 3"), ContainSubstring(
			"\ndifferences pinned: by the suite's own specs alone; ")))
		Expect(printed(false)).NotTo(ContainSubstring("alone"))
	})
})

var _ = Describe("the JUnit report", func() {
	It("names example, pointer and fixture, and counts failures and skips", func() {
		text, err := ledger.JUnit("contract", []ledger.Spec{
			{Class: "contract.client", Name: "ok", ID: "acme/a/request/x", Pointer: "/p", Fixture: "5a5a", Time: 1500 * time.Millisecond},
			{Class: "contract.client", Name: "bad", Failure: "first <line>\nsecond"},
			{Class: "contract.client", Name: "not run", Skipped: "narrowed"},
		})
		Expect(err).NotTo(HaveOccurred())
		var got struct {
			Suite struct {
				Tests    int `xml:"tests,attr"`
				Failures int `xml:"failures,attr"`
				Skipped  int `xml:"skipped,attr"`
				Cases    []struct {
					Time       string `xml:"time,attr"`
					Properties []struct {
						Name  string `xml:"name,attr"`
						Value string `xml:"value,attr"`
					} `xml:"properties>property"`
					Failure struct {
						Message string `xml:"message,attr"`
						Text    string `xml:",chardata"`
					} `xml:"failure"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		Expect(xml.Unmarshal(text, &got)).To(Succeed())
		Expect(got.Suite.Tests).To(Equal(3))
		Expect(got.Suite.Failures).To(Equal(1))
		Expect(got.Suite.Skipped).To(Equal(1))
		Expect(got.Suite.Cases[0].Time).To(Equal("1.500"))
		var properties []string
		for _, p := range got.Suite.Cases[0].Properties {
			properties = append(properties, p.Name+"="+p.Value)
		}
		Expect(properties).To(Equal([]string{"example=acme/a/request/x", "pointer=/p", "fixture=5a5a"}))
		Expect(got.Suite.Cases[1].Failure.Message).To(Equal("first <line>"))
		Expect(got.Suite.Cases[1].Failure.Text).To(Equal("first <line>\nsecond"))
	})
})
