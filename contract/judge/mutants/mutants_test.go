package mutants_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/judge/mutants"
)

func TestMutants(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/judge/mutants")
}

const body = `{"id": 42, "name":"Asha", "state":"PENDING", "born":"02-03-1990", "uid":"xxxxxxxx4321", "ok":true,` +
	` "none":null, "list":["a","b"],` +
	`"code":"denied","link":"https://kyc.example/a","made":"2026-11-01T10:00:00Z","dob":"02-03-1991","gender":"M",` +
	`"papers":[{"docType":"A","n":1},{"docType":"B","n":2}],"last":["a","b"]}`

var _ = Describe("an answer is changed", func() {
	answer := judge.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/json"}, "Retry-After": {"7"}}, Body: []byte(body)}
	about := mutants.About{
		Enum: func(pointer string) []string {
			return map[string][]string{"/state": {"DONE", "PENDING"}}[pointer]
		},
		Codes: []string{"/id"}, Others: []json.RawMessage{[]byte(`{"id":7}`), []byte(`{}`)}, Statuses: []int{200, 202},
	}
	all := mutants.Answers(answer, about)

	DescribeTable("by", func(o mutants.Operator, pointer, old, with string) {
		want := bytes.Replace([]byte(body), []byte(old), []byte(with), 1)
		Expect(string(want)).NotTo(Equal(body))
		Expect(all).To(ContainElement(mutants.Answer{Operator: o, Pointer: pointer, Answer: judge.Answer{Status: 200, Header: answer.Header, Body: want}}))
	},
		Entry("dropping the first member", mutants.Drop, "/id", `"id": 42, `, ` `),
		Entry("dropping the last member", mutants.Drop, "/last", `,"last":["a","b"]`, ``),
		Entry("null", mutants.Null, "/ok", `true`, `null`),
		Entry("another convention of names", mutants.Rename, "/name_value", `"name"`, `"name_value"`),
		Entry("another case of a name", mutants.Rename, "/Name", `"name"`, `"Name"`),
		Entry("misspelling a name", mutants.MisspeltName, "/naem", `"name"`, `"naem"`),
		Entry("a member nobody documented", mutants.Added, "/unheard", `["a","b"]}`, `["a","b"],"unheard":1}`),
		Entry("a member that stands there twice", mutants.Twice, "/ok", `"ok":true`, `"ok":true,"ok":true`),
		Entry("another type", mutants.WrongType, "/list", `["a","b"]`, `"a"`),
		Entry("a text for a number", mutants.NumberText, "/id", `42`, `"42"`),
		Entry("no text", mutants.Empty, "/name", `Asha`, ``),
		Entry("a documented value", mutants.EnumValue, "/state", `PENDING`, `DONE`),
		Entry("an unknown value", mutants.EnumValue, "/state", `PENDING`, `UNHEARD_OF`),
		Entry("another case", mutants.Case, "/name", `Asha`, `ASHA`),
		Entry("misspelling a text", mutants.Misspelt, "/name", `Asha`, `Asah`),
		Entry("a letter less", mutants.Length, "/name", `Asha`, `Ash`),
		Entry("a digit more", mutants.Length, "/id", `42`, `420`),
		Entry("the other boolean", mutants.Flipped, "/ok", `true`, `false`),
		Entry("a sign", mutants.Negative, "/id", `42`, `-42`),
		Entry("no items", mutants.Emptied, "/list", `["a","b"]`, `[]`),
		Entry("an item twice", mutants.ItemTwice, "/list", `["a","b"]`, `["a","a","b"]`),
		Entry("month before day", mutants.DateOrder, "/born", `02-03-1990`, `03-02-1990`),
		Entry("year before all", mutants.DateOrder, "/born", `02-03-1990`, `1990-03-02`),
		Entry("a mask that hides nothing", mutants.Mask, "/uid", `xxxxxxxx4321`, `000000004321`),
		Entry("another documented code", mutants.CodeOrMessage, "/id", `42`, `7`),
		Entry("a code that is none", mutants.NoCode, "/code", `denied`, `unheard_of`),
		Entry("a link for files", mutants.Scheme, "/link", `https://kyc.example/a`, `ftp://kyc.example/a`),
		Entry("a space before a clock", mutants.Blank, "/made", `2026-11-01T10`, `2026-11-01 10`),
		Entry("a birth to come", mutants.ToCome, "/dob", `02-03-1991`, `02-03-2150`),
		Entry("a gender as a word", mutants.Gender, "/gender", `"M"`, `"Female"`),
		Entry("a gender as a small letter", mutants.Gender, "/gender", `"M"`, `"f"`),
		Entry("an id twice", mutants.SameID, "/papers", `"docType":"B"`, `"docType":"A"`),
		Entry("cutting it", mutants.Cut, "", `["a","b"]}`, `["a","b"]`),
	)

	It("by its status, its media type and its headers", func() {
		var found []string
		for _, m := range all {
			if string(m.Body) == body {
				found = append(found, string(m.Operator)+" "+m.Pointer)
			}
		}
		Expect(found).To(ContainElements("other status (status)", "other media type (header Content-Type)",
			"header dropped (header Retry-After)", "other header value (header Retry-After)",
			"wait that is none (header Retry-After)", "quota that is none (header X-Ratelimit-Reset)"))
	})

	It("leaves a gender alone that is spelt in the same way", func() {
		Expect(all).NotTo(ContainElement(And(HaveField("Operator", mutants.Gender),
			HaveField("Body", ContainSubstring(`"gender":"F"`)))))
	})

	It("at one point each, and never into itself", func() {
		seen := map[string]bool{}
		for _, m := range all {
			text, err := json.Marshal(m.Answer)
			Expect(err).NotTo(HaveOccurred())
			Expect(seen[string(text)]).To(BeFalse(), "%s at %s twice", m.Operator, m.Pointer)
			seen[string(text)] = true
		}
		text, _ := json.Marshal(answer)
		Expect(seen[string(text)]).To(BeFalse())
	})
})

var _ = DescribeTable("a request is changed by", func(o mutants.Operator, pointer string, is func(mutants.Sent) bool) {
	u, err := url.Parse("https://provider.example/base/thing/7?id=42")
	Expect(err).NotTo(HaveOccurred())
	sent := mutants.Sent{Method: "GET", URL: u, Header: http.Header{"X-Key": {"abc"}}}
	Expect(mutants.Requests(sent, "/base", mutants.About{})).To(ContainElement(And(
		HaveField("Operator", o), HaveField("Pointer", pointer), HaveField("Sent", Satisfy(is)),
	)))
	Expect(u.String()).To(Equal("https://provider.example/base/thing/7?id=42"))
},
	Entry("its method", mutants.Method, "(method)", func(s mutants.Sent) bool { return s.Method == "PUT" }),
	Entry("a segment of its path", mutants.Path, "(path)", func(s mutants.Sent) bool { return s.URL.Path == "/base/thing" }),
	Entry("a slash behind its path", mutants.Path, "(path)", func(s mutants.Sent) bool { return s.URL.Path == "/base/thing/7/" }),
	Entry("a missing parameter", mutants.Query, "(query id)", func(s mutants.Sent) bool { return s.URL.RawQuery == "" }),
	Entry("another value of one", mutants.Query, "(query id)", func(s mutants.Sent) bool { return s.URL.RawQuery == "id=24" }),
	Entry("a missing header", mutants.DropHeader, "(header X-Key)", func(s mutants.Sent) bool { return len(s.Header) == 0 }),
	Entry("a header's value", mutants.HeaderValue, "(header X-Key)", func(s mutants.Sent) bool { return s.Header.Get("X-Key") == "acb" }),
	Entry("a header's name", mutants.HeaderName, "(header X-Key)", func(s mutants.Sent) bool { return s.Header.Get("X-Key-Value") == "abc" }),
	Entry("a header that nobody declared", mutants.AddedHeader, "(header X-Unheard)", func(s mutants.Sent) bool { return s.Header.Get("X-Unheard") == "1" }),
)

var _ = DescribeTable("an answer varies in", func(v mutants.Variation, want string) {
	about := mutants.About{
		Enum:     func(pointer string) []string { return map[string][]string{"/b": {"x"}}[pointer] },
		Optional: func(pointer string, without json.RawMessage) bool { return string(without) == `{"a":1}` },
	}
	var bodies []string
	for _, m := range mutants.Variations(judge.Answer{Header: http.Header{}, Body: []byte(`{"a":1,"b":"x"}`)}, v, about) {
		bodies = append(bodies, string(m.Body))
	}
	Expect(bodies).To(ContainElement(want))
},
	Entry("an unknown member", mutants.UnknownMember, `{"unheard":{"text":"text"},"a":1,"b":"x"}`),
	Entry("an unknown value", mutants.UnknownEnumValue, `{"a":1,"b":"UNHEARD_OF"}`),
	Entry("null", mutants.NullOptional, `{"a":1,"b":null}`),
	Entry("its order", mutants.OtherOrder, `{"b":"x","a":1}`),
	Entry("a number's spelling", mutants.NumberSpelling, `{"a":1.0,"b":"x"}`),
)

var _ = Describe("the report", func() {
	result := func(o mutants.Operator, pointer string, caught bool) mutants.Result {
		return mutants.Result{Judge: mutants.Live, Provider: "acme", Operation: "revoke", Example: "acme/revoke/200/example", Operator: o, Pointer: pointer, Caught: caught, Placed: caught}
	}
	list := mutants.Equivalents{{Judges: []mutants.Judge{mutants.Live}, Operators: []mutants.Operator{mutants.Case}, Pointers: []string{"/person/*"}, Why: "anybody's"}}
	r := mutants.NewReport(time.Unix(0, 0), []mutants.Result{
		result(mutants.Drop, "/a", true), result(mutants.Drop, "/b", false), result(mutants.Case, "/person/name", false), result(mutants.Case, "/code", true),
	}, list)

	It("counts what was caught of those that somebody could tell", func() {
		j := r.Of(mutants.Live)
		Expect(j.Count).To(Equal(mutants.Count{Made: 4, Caught: 2, Placed: 2, Equivalent: 1}))
		Expect(j.Rate()).To(BeNumerically("~", 66.7, 0.1))
		Expect(j.Operator("member dropped").Rate()).To(BeNumerically("==", 50))
		Expect(j.Operator("other case").Rate()).To(BeNumerically("==", 100))
		Expect(r.Survivors).To(HaveExactElements(HaveField("Equivalent", ""), HaveField("Equivalent", "anybody's")))
	})

	It("prints a line for each operator", func() {
		var out bytes.Buffer
		Expect(r.Print(&out)).To(Succeed())
		Expect(out.String()).To(MatchRegexp(`member dropped +50\.0\n`))
		Expect(out.String()).To(MatchRegexp(`survivors +1\n`))
	})

	It("names groups that cover nothing", func() {
		Expect(list.Idle(r.Survivors)).To(BeEmpty())
		Expect(list.Idle(nil)).To(HaveLen(1))
	})
})

var _ = Describe("the list of survivors", func() {
	result := func(judge mutants.Judge, pointer string, caught bool) mutants.Result {
		return mutants.Result{Judge: judge, Provider: "acme", Operation: "revoke", Operator: mutants.Drop, Pointer: pointer, Caught: caught}
	}
	list := mutants.Equivalents{{Judges: []mutants.Judge{mutants.Live}, Operators: []mutants.Operator{mutants.Drop}, Pointers: []string{"/all/*/nobodys"}, Why: "so"}}
	of := func(results ...mutants.Result) mutants.Survived {
		return mutants.NewReport(time.Unix(0, 0), results, list).Survived()
	}
	kept := of(result(mutants.Live, "/all/0/a", false), result(mutants.Live, "/all/1/a", false), result(mutants.Live, "/all/0/nobodys", false),
		result(mutants.Live, "/caught", true), result(mutants.Schema, "/a", false))
	const place = "live, acme/revoke: member dropped at /all/*/a: "

	It("counts by place, without those of the schema alone", func() {
		at := func(pointer string) mutants.Place {
			return mutants.Place{Judge: mutants.Live, Operation: "acme/revoke", Operator: mutants.Drop, Pointer: pointer}
		}
		Expect(kept).To(Equal(mutants.Survived{at("/all/*/a"): {Survivors: 2}, at("/all/*/nobodys"): {Equivalent: 1}}))
	})

	It("is read as it was written", func() {
		Expect(mutants.ReadSurvived("survivors.tsv", []byte(kept.Text()))).To(Equal(kept))
	})

	It("says what became more, fewer or other", func() {
		Expect(kept.Changes(kept)).To(BeEmpty())
		Expect(kept.Changes(of(result(mutants.Live, "/all/0/nobodys", false)))).To(Equal([]string{place + "0 survivors and 0 equivalent ones, not 2 and 0"}))
		Expect(of().Changes(kept)).To(HaveLen(2))
	})

	It("allows a sample to have fewer, and no other", func() {
		Expect(kept.Beyond(of(result(mutants.Live, "/all/7/a", false)))).To(BeEmpty())
		one := result(mutants.Live, "/all/7/a", false)
		Expect(kept.Beyond(of(one, one, one))).To(Equal([]string{place + "3 survivors and 0 equivalent ones, and only 2 and 0 are known"}))
		Expect(kept.Beyond(of(result(mutants.Live, "/new", false)))).To(HaveLen(1))
	})

	DescribeTable("is refused with a line that has", func(line, complaint string) {
		_, err := mutants.ReadSurvived("survivors.tsv", []byte("# head\n"+line+"\n"))
		Expect(err).To(MatchError(And(ContainSubstring("survivors.tsv:2: "), ContainSubstring(complaint), ContainSubstring("ACCEPT=1"))))
	},
		Entry("other parts", "live\tacme/revoke", "is no line of this list"),
		Entry("no number", "live\tacme/revoke\tnull\t/a\t1\tx", "is no line of this list"),
	)
})

var _ = Describe("the score", func() {
	of := func(o mutants.Operator, caught bool) mutants.Result {
		return mutants.Result{Judge: mutants.Live, Operator: o, Caught: caught}
	}

	It("is read as it was written", func() {
		r := mutants.NewReport(time.Unix(0, 0), []mutants.Result{of(mutants.Drop, true), of(mutants.Drop, false), of(mutants.Null, true)}, nil)
		kept, err := mutants.ReadScore("score.tsv", []byte(r.Score()))
		Expect(err).NotTo(HaveOccurred())
		Expect(kept.Score()).To(Equal(r.Score()))
		j := kept.Of(mutants.Live)
		Expect(j.Count).To(Equal(mutants.Count{Made: 3, Caught: 2}))
		Expect(j.Weakest()).To(Equal(mutants.Row{Name: "member dropped", Count: mutants.Count{Made: 2, Caught: 1}}))
	})

	DescribeTable("is refused with a line that has", func(line string) {
		_, err := mutants.ReadScore("score.tsv", []byte("# head\n"+line+"\n"))
		Expect(err).To(MatchError(And(ContainSubstring("score.tsv:2: "), ContainSubstring("ACCEPT=1"))))
	},
		Entry("too few parts", "live\tnull"), Entry("too many", "live\tnull\t1\t1\t0\t0"), Entry("no number", "live\tnull\t1\tx\t0"),
	)
})

var _ = Describe("equivalent mutants of what is null", func() {
	list := mutants.Equivalents{{Judges: []mutants.Judge{mutants.Live}, Operators: []mutants.Operator{mutants.Drop}, Pointers: []string{"/*"}, Null: true, Why: "so"}}
	It("are no others", func() {
		one := mutants.Result{Judge: mutants.Live, Operator: mutants.Drop, Pointer: "/a"}
		null := one
		null.Null = true
		r := mutants.NewReport(time.Unix(0, 0), []mutants.Result{one, null}, list)
		Expect(r.Of(mutants.Live).Count).To(Equal(mutants.Count{Made: 2, Equivalent: 1}))
	})

	It("say that they are, whether their value or the member is changed", func() {
		for _, m := range mutants.Answers(judge.Answer{Header: http.Header{}, Body: []byte(`{"a":null,"b":1}`)}, mutants.About{}) {
			Expect(m.Null).To(Equal(strings.HasPrefix(m.Pointer, "/a") || m.Pointer == "/A"), "%s at %s", m.Operator, m.Pointer)
		}
	})

	It("are all JSON but those that are cut", func() {
		for _, m := range mutants.Answers(judge.Answer{Header: http.Header{}, Body: []byte(`{"a":0,"b":-5,"c":1.5}`)}, mutants.About{}) {
			if m.Operator != mutants.Cut {
				Expect(json.Valid(m.Body)).To(BeTrue(), string(m.Body))
			}
		}
	})
})

var _ = DescribeTable("a list of equivalent mutants is refused that", func(text, complaint string) {
	_, err := mutants.ReadEquivalents("equivalent.yaml", []byte(text))
	Expect(err).To(MatchError(ContainSubstring(complaint)))
},
	Entry("gives no reason", "groups:\n  - {judges: [live], operators: [null], pointers: [/a]}\n", "group 1 of equivalent mutants needs"),
	Entry("has a pattern that is none", "groups:\n  - {judges: [live], operators: [other case], pointers: ['/[a'], why: so}\n", `"/[a" is no pattern`),
	Entry("has a word too much", "groups:\n  - {judge: live}\n", "judge"),
)

var _ = It("says by which words of a provider's description an operator is caught", func() {
	r := &mutants.Report{Judgements: []*mutants.Judgement{{
		Judge: mutants.Live, Count: mutants.Count{Made: 1000, Caught: 990, Placed: 990},
		Operators: []mutants.Row{
			{Name: string(mutants.ToCome), Count: mutants.Count{Made: 10}},
			{Name: string(mutants.Null), Count: mutants.Count{Made: 10}},
		},
	}}}
	Expect(r.Short()).To(ConsistOf(
		"live: birth to come: 0.0 % are caught, and 60 have to be; "+
			"say which members these are in Answers.Past of the provider's description",
		"live: null: 0.0 % are caught, and 60 have to be"))
})
