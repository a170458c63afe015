package mutants_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/judge/mutants"
)

var _ = Describe("the second list of operators", func() {
	const whole = `{"link":"https://kyc.example/in?a=1","page":"https://kyc.example/?a=1&b=2",` +
		`"born":"02-03-1990","made":"2026-11-01T10:00:00Z","state":"IN_PROGRESS",` +
		`"photo":"/9j/4AAQSkZJRgABAQAAAQABAAD+2wBDAAMC",` +
		`"id":"0b8bd4c8-3a5b-4e2c-9a70-3d6c8c1f4a11","uid":"xxxxxxxx4321","pin":"012345",` +
		`"name":"Quill & Marble","ok":true,"since":1700000000,"till":1700000000000,"score":42,` +
		`"sum":"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo/Pz8=",` +
		`"ids":["a","b"],"home":{"careOf":"c","po":"d"}}`
	answer := judge.Answer{Status: 403, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(whole)}
	about := mutants.About{Enum: func(pointer string) []string {
		return map[string][]string{"/state": {"DONE", "IN_PROGRESS"}}[pointer]
	}}
	all := mutants.ForeignAnswers(answer, about)
	success := answer
	success.Status = 200
	sent := func(method, address, body string, header http.Header) mutants.Sent {
		u, err := url.Parse(address)
		Expect(err).NotTo(HaveOccurred())
		return mutants.Sent{Method: method, URL: u, Header: header, Body: []byte(body)}
	}

	It("says of each in its own words what it harms", func() {
		names := map[mutants.Operator]bool{}
		for _, f := range mutants.Foreigners() {
			Expect(names).NotTo(HaveKey(f.Operator))
			names[f.Operator] = true
			Expect(f.Harm).NotTo(BeEmpty(), "%s", f.Operator)
			Expect(string(f.Operator)).NotTo(ContainSubstring("\t"))
		}
	})

	It("has none that makes nothing of a rich answer and two requests", func() {
		made := map[mutants.Operator]bool{}
		for _, m := range append(all, mutants.ForeignAnswers(success, about)...) {
			made[m.Operator] = true
		}
		get := sent("GET", "https://kyc.example/base/thing%207/x", "",
			http.Header{"X-Key": {"abc"}, "Authorization": {"Bearer abc"}})
		post := sent("POST", "https://kyc.example/base/thing?id=4%202&at=7", whole, http.Header{"X-Key": {"abc"}})
		for _, m := range append(mutants.ForeignRequests(get, "/base", about),
			mutants.ForeignRequests(post, "/base", about)...) {
			made[m.Operator] = true
		}
		var idle []mutants.Operator
		for _, f := range mutants.Foreigners() {
			if !made[f.Operator] {
				idle = append(idle, f.Operator)
			}
		}
		Expect(idle).To(BeEmpty())
	})

	It("changes an answer at one point each, and never into itself or another", func() {
		seen := map[string]bool{}
		key := func(a judge.Answer) string {
			header, err := json.Marshal(a.Header)
			Expect(err).NotTo(HaveOccurred())
			return strings.Join([]string{http.StatusText(a.Status), string(header), string(a.Body)}, "\n")
		}
		seen[key(answer)] = true
		for _, m := range all {
			Expect(seen[key(m.Answer)]).To(BeFalse(), "%s at %s", m.Operator, m.Pointer)
			seen[key(m.Answer)] = true
		}
		Expect(string(answer.Body)).To(Equal(whole))
		Expect(answer.Header).To(HaveLen(1))
	})

	DescribeTable("changes a body:", func(o mutants.Operator, pointer, old, with string) {
		want := strings.Replace(whole, old, with, 1)
		Expect(want).NotTo(Equal(whole))
		Expect(all).To(ContainElement(And(HaveField("Operator", o), HaveField("Pointer", pointer),
			HaveField("Body", BeEquivalentTo(want)))))
	},
		Entry(nil, mutants.Operator("link to a host that looks alike"), "/link", "kyc.example/",
			"kyc.example.elsewhere.invalid/"),
		Entry(nil, mutants.Operator("day that does not exist"), "/born", "02-03-1990", "31-02-1990"),
		Entry(nil, mutants.Operator("year one"), "/made", "2026-11-01T", "0001-01-01T"),
		Entry(nil, mutants.Operator("clock of another zone"), "/made", "00Z", "00+05:30"),
		Entry(nil, mutants.Operator("base64 of the other alphabet"), "/photo", "/9j/4AAQSkZJRgABAQAAAQABAAD+",
			"_9j_4AAQSkZJRgABAQAAAQABAAD-"),
		Entry(nil, mutants.Operator("mask at the other end"), "/uid", "xxxxxxxx4321", "4321xxxxxxxx"),
		Entry(nil, mutants.Operator("leading zero"), "/pin", "012345", "12345"),
		Entry(nil, mutants.Operator("digits in groups"), "/pin", "012345", "0123 45"),
		Entry(nil, mutants.Operator("digits with commas"), "/pin", "012345", "012,345"),
		Entry(nil, mutants.Operator("enumerated value with spaces"), "/state", "IN_PROGRESS", "IN PROGRESS"),
		Entry(nil, mutants.Operator("time in another unit"), "/till", "1700000000000", "1700000000"),
		Entry(nil, mutants.Operator("list reversed"), "/ids", `["a","b"]`, `["b","a"]`),
		Entry(nil, mutants.Operator("two members swapped"), "/home", `"c","po":"d"`, `"d","po":"c"`),
		Entry(nil, mutants.Operator("name with hyphens"), "/home/care-of", "careOf", "care-of"),
		Entry(nil, mutants.Operator("object in its holder"), "/home", `"home":{"careOf":"c","po":"d"}`,
			`"careOf":"c","po":"d"`),
		Entry(nil, mutants.Operator("comma too many"), "", `"d"}}`, `"d"},}`),
	)

	DescribeTable("leaves alone what it would not change:", func(o mutants.Operator, body string) {
		one := judge.Answer{Status: 200, Header: http.Header{}, Body: []byte(body)}
		Expect(mutants.ForeignAnswers(one, mutants.About{})).NotTo(ContainElement(HaveField("Operator", o)))
	},
		Entry(nil, mutants.Operator("link without encryption"), `{"a":"http://kyc.example/"}`),
		Entry(nil, mutants.Operator("link without its query"), `{"a":"https://kyc.example/a"}`),
		Entry(nil, mutants.Operator("text that says null"), `{"a":"null"}`),
		Entry(nil, mutants.Operator("text that says null"), `{"a":""}`),
		Entry(nil, mutants.Operator("list reversed"), `{"a":["a","a"]}`),
		Entry(nil, mutants.Operator("two members swapped"), `{"a":"a","b":1}`),
		Entry(nil, mutants.Operator("time to wait that is none"), `{"a":"a"}`),
		Entry(nil, mutants.Operator("enumerated value with a full stop"), `{"a":"A"}`),
	)

	DescribeTable("changes a request:", func(o mutants.Operator, is func(mutants.Sent) bool) {
		right := sent("GET", "https://kyc.example/base/thing/7?id=42", "", http.Header{"X-Key": {"abc"}})
		Expect(mutants.ForeignRequests(right, "/base", mutants.About{})).To(ContainElement(And(
			HaveField("Operator", o), HaveField("Sent", Satisfy(is)))))
		Expect(right.URL.String()).To(Equal("https://kyc.example/base/thing/7?id=42"))
		Expect(right.Header).To(Equal(http.Header{"X-Key": {"abc"}}))
	},
		Entry(nil, mutants.Operator("request to another host"),
			func(s mutants.Sent) bool { return s.URL.Host == "elsewhere.invalid" }),
		Entry(nil, mutants.Operator("request of another scheme"),
			func(s mutants.Sent) bool { return s.URL.Scheme == "http" }),
		Entry(nil, mutants.Operator("slash encoded"),
			func(s mutants.Sent) bool { return s.URL.EscapedPath() == "/base/thing%2F7" }),
		Entry(nil, mutants.Operator("slash twice"),
			func(s mutants.Sent) bool { return s.URL.EscapedPath() == "/base/thing//7" }),
		Entry(nil, mutants.Operator("request cut at a fragment"),
			func(s mutants.Sent) bool { return s.URL.Path == "/base/thing/" && s.URL.Fragment == "7" }),
		Entry(nil, mutants.Operator("parameter twice, the wrong one first"),
			func(s mutants.Sent) bool { return s.URL.RawQuery == "id=24&id=42" }),
		Entry(nil, mutants.Operator("request's header with underscores"),
			func(s mutants.Sent) bool { return maps.Equal(flat(s.Header), map[string]string{"X_Key": "abc"}) }),
		Entry(nil, mutants.Operator("header sent as a parameter"),
			func(s mutants.Sent) bool { return s.URL.Query().Get("x-key") == "abc" }),
	)
})

// flat are headers as they were set, in no canonical form.
func flat(h http.Header) map[string]string {
	all := map[string]string{}
	for name, values := range h {
		all[name] = strings.Join(values, ", ")
	}
	return all
}

var _ = Describe("the standings of the second list", func() {
	report := func(caught, missed int) *mutants.Report {
		var results []mutants.Result
		for i := range caught + missed {
			results = append(results,
				mutants.Result{Judge: mutants.Live, Provider: "acme", Operation: "open", Operator: "year one",
					Caught: i < caught})
		}
		r := mutants.NewReport(time.Unix(0, 0), nil, nil)
		r.Foreign = mutants.NewReport(time.Unix(0, 0), results, nil)
		return r
	}
	at := mutants.Aspect{Judge: mutants.Live, Operator: "year one"}
	first := mutants.Standings(nil).Accept(report(2, 2).Foreign)
	better := first.Accept(report(3, 1).Foreign)

	It("keep what was first", func() {
		Expect(better).To(Equal(mutants.Standings{at: {First: mutants.Count{Made: 4, Caught: 2},
			Now: mutants.Count{Made: 4, Caught: 3}}}))
		Expect(mutants.ReadStandings("foreign.tsv", []byte(better.Text()))).To(Equal(better))
	})

	It("hold a run to what was accepted last, and to what was first", func() {
		Expect(better.Short(report(3, 1).Foreign)).To(BeEmpty())
		Expect(better.Short(report(4, 0).Foreign)).To(BeEmpty())
		Expect(better.Short(report(2,
			2).Foreign)).To(Equal([]string{"live: year one: 50.0 % are caught, and 75.0 were"}))
		worse := better.Accept(report(1, 3).Foreign)
		Expect(worse.Short(report(1,
			3).Foreign)).To(Equal([]string{"live: year one: 25.0 % are caught, and 50.0 were"}))
	})

	It("say what is new and what is gone", func() {
		Expect(mutants.Standings{}.Short(report(1,
			0).Foreign)).To(HaveExactElements(HavePrefix("live: year one: is new")))
		Expect(first.Short(report(0, 0).Foreign)).To(Equal([]string{"live: year one: makes nothing any more"}))
	})

	It("tell from a sample where a judge has become blind", func() {
		Expect(better.Blind(report(1, 1).Foreign)).To(BeEmpty())
		Expect(better.Blind(report(1,
			2).Foreign)).To(Equal([]string{"live: year one: 2 survive of a sample, and 1 are known to of all"}))
		Expect(mutants.Standings{}.Blind(report(1, 0).Foreign)).To(HaveLen(1), "an operator that is not known")
		Expect(mutants.Standings(nil).Blind(report(0, 1).Foreign)).To(BeEmpty(),
			"a provider of which nothing was accepted")
	})

	It("add up", func() {
		sum := mutants.MergeStandings(first, better)
		Expect(sum.Of(mutants.Live)).To(Equal(mutants.Standing{First: mutants.Count{Made: 8, Caught: 4},
			Now: mutants.Count{Made: 8, Caught: 5}}))
		name, weakest := sum.Weakest(mutants.Live)
		Expect(name).To(Equal(at.Operator))
		Expect(weakest).To(Equal(sum[at]))
		Expect(sum.Of(mutants.Client)).To(BeZero())
		Expect(mutants.Merge(report(3, 1),
			report(2, 2)).Foreign.Of(mutants.Live).Count).To(Equal(mutants.Count{Made: 8, Caught: 5}))
	})

	It("are printed beside what is caught now, and count nowhere else", func() {
		var out bytes.Buffer
		r := report(3, 1)
		Expect(r.PrintForeign(&out, first)).To(Succeed())
		Expect(out.String()).To(MatchRegexp(`year one +50\.0  75\.0\n`))
		Expect(r.Made()).To(BeZero())
		out.Reset()
		Expect(new(mutants.Report).PrintForeign(&out, first)).To(Succeed())
		Expect(out.String()).To(BeEmpty())
	})

	DescribeTable("are refused with a line that has", func(line string) {
		_, err := mutants.ReadStandings("foreign.tsv", []byte("# head\n"+line+"\n"))
		Expect(err).To(MatchError(And(ContainSubstring("foreign.tsv:2: "), ContainSubstring("make mutants ACCEPT=1"))))
	},
		Entry("too few parts", "live"), Entry("too few counts", "live\tyear one\t1\t1"), Entry("no number",
			"live\tyear one\t1\t1\t0\t1\tx\t0"),
	)
})
