package judge_test

import (
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
)

var _ = Describe("the live judge, of a value that no provider means,", func() {
	// of is what it finds where an example has the one value and the answer the other.
	of := func(want, got string, change ...func(*judge.Known)) []judge.Difference {
		k := judge.Known{Status: 200, Example: example.Entry{Value: []byte(`{"v":` + want + `}`)}}
		for _, c := range change {
			c(&k)
		}
		a := judge.Answer{Status: 200, Header: http.Header{}, Body: []byte(`{"v":` + got + `}`)}
		var body []judge.Difference
		for _, d := range judge.Live(k, a) {
			if !strings.HasPrefix(d.Pointer, "(") {
				body = append(body, d)
			}
		}
		return body
	}
	free := func(k *judge.Known) { k.Free = []string{"/v"} }
	link := func(k *judge.Known) { k.Fresh = map[string]judge.Class{"/v": judge.Link} }

	DescribeTable("finds", func(want, got string, change ...func(*judge.Known)) {
		Expect(of(want, got,
			change...)).To(HaveExactElements(And(HaveField("Pointer", "/v"), HaveField("Kind", judge.Type))))
		Expect(of(want, want, change...)).To(BeEmpty())
		Expect(of(got, want, change...)).To(BeEmpty(), "an example may be wrong")
	},
		Entry("a day that does not exist", `"02-02-1995"`, `"31-02-1995"`),
		Entry("the year one", `"2021-10-05"`, `"0001-01-01"`),
		Entry("an hour that does not exist", `"2021-10-05T19:06:28Z"`, `"2021-10-05T25:06:28Z"`),
		Entry("base64 with a sign that is none", `"/9j/4AAQSkZJRgABAgAAAQABAAD"`, `"/9j/4AAQSkZJRgABAgAA!QABAAD"`),
		Entry("null as a word", `"Quill Marble"`, `"null"`),
		Entry("undefined as a name", `"Quill Marble"`, `"undefined"`, free),
		Entry("a template", `"Quill Marble"`, `"{{name}}"`, free),
		Entry("a zero-width character in a name", `"Quill Marble"`, `"Quill\u200b Marble"`, free),
		Entry("a control character", `"quill"`, `"qu\u0000ill"`),
		Entry("whitespace behind a text", `"quill"`, `"quill "`),
	)

	DescribeTable("is silent about", func(want, got string, change ...func(*judge.Known)) {
		Expect(of(want, got, change...)).To(BeEmpty())
	},
		Entry("another day", `"02-02-1995"`, `"29-02-1996"`),
		Entry("a day without end", `"02-02-2030"`, `"31-12-9999"`),
		Entry("whitespace behind a name", `"Quill"`, `"Quill "`, free),
		Entry("a joiner of Indian letters", `"Quill"`, `"ക്\u200dവിൽ"`, free),
		Entry("a person called Null", `"Quill"`, `"Null"`, free),
		Entry("a photo in lines", `"/9j/4AAQSkZJRgABAgAAAQABAAD"`, `"/9j/4AAQSkZJRgABAgAAAQABBBB"`),
		Entry("a link to another host", `"https://a.example/in/1"`, `"https://b.example/x?t=1"`, link),
		Entry("a link for a placeholder", `"the user's link"`, `"https://a.example/in/1"`, link),
		Entry("a simulator's link", `"https://a.example/in/1"`, `"http://127.0.0.1:8080/in/1"`, link),
		Entry("a link of a container", `"https://a.example/in/1"`, `"http://simulator:8080/in/1"`, link),
	)

	DescribeTable("asks of a broken example's successor what that should have been:", func(want, sound, other string) {
		Expect(of(want, sound)).To(BeEmpty())
		Expect(of(want, other)).To(HaveExactElements(HaveField("Kind", judge.Type)))
	},
		Entry("a day", `"31-02-1995"`, `"02-02-1995"`, `"soon"`),
		Entry("a photo cut short", `"/9j/4AAQSkZJRgABAg..."`, `"/9j/4AAQSkZJRgABAgAA"`, `"none"`),
	)

	DescribeTable("finds an id", func(got string) {
		id := func(k *judge.Known) { k.Fresh = map[string]judge.Class{"/v": judge.ID} }
		Expect(of(`"0b8bd4c8-3a5b-4e2c-9a70-3d6c8c1f4a11"`, got,
			id)).To(HaveExactElements(HaveField("Kind", judge.Type)))
		Expect(of(`"order-1"`, `"order-2"`, id)).To(BeEmpty())
		Expect(of(`""`, `"order-2"`, id)).To(BeEmpty())
		Expect(of(`"0"`, `"0"`, id)).To(BeEmpty(), "as documented")
	},
		Entry("of zeros", `"00000000-0000-0000-0000-000000000000"`),
		Entry("that says undefined", `"undefined"`),
		Entry("that is none", `""`),
		Entry("of another form", `"order-1"`),
		Entry("with whitespace", `"0b8bd4c8-3a5b-4e2c-9a70-3d6c8c1f4a11 "`),
	)

	DescribeTable("finds a link", func(got string) {
		Expect(of(`"https://a.example/in/1"`, got, link)).To(HaveExactElements(HaveField("Kind", judge.Type)))
	},
		Entry("without encryption", `"http://a.example/in/1"`),
		Entry("to the front page", `"https://a.example/"`),
		Entry("with a user", `"https://a.example:x@b.example/in/1"`),
		Entry("with a port", `"https://a.example:8443/in/1"`),
		Entry("with a space", `"https://a.example/in /1"`),
		Entry("of a script", `"javascript:alert(1)"`),
	)
})

var _ = Describe("the live judge, of headers,", func() {
	told := func(name, value string, change ...func(*judge.Known)) []judge.Difference {
		k := judge.Known{Status: 200, Example: example.Entry{Value: []byte(`{}`)}, Simulated: true,
			Recording: &judge.Answer{Status: 200, Header: http.Header{}, Body: []byte(`{}`)}}
		for _, c := range change {
			c(&k)
		}
		var all []judge.Difference
		for _, d := range judge.Live(k,
			judge.Answer{Status: 200, Header: http.Header{name: {value}}, Body: []byte(`{}`)}) {
			if d.Kind == judge.Header {
				all = append(all, d)
			}
		}
		return all
	}

	DescribeTable("finds", func(name, value string) {
		Expect(told(name,
			value)).To(HaveExactElements(And(HaveField("Pointer", "(header "+name+")"),
			HaveField("Verdict", judge.Service))))
		declared := func(k *judge.Known) { k.Headers = []string{name} }
		Expect(told(name, value, declared)).To(HaveLen(1), "once")
		Expect(told(name, value, func(k *judge.Known) { k.Recording = nil })).To(HaveLen(1), "without a recording")
	},
		Entry("a negative time to wait", "Retry-After", "-5"),
		Entry("a time to wait in words", "Retry-After", "a minute"),
		Entry("a time to wait with a fraction", "Retry-After", "1.5"),
		Entry("a time that is long over", "Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT"),
		Entry("a quota below nothing", "X-Ratelimit-Remaining", "-1"),
		Entry("a compression that the body has not", "Content-Encoding", "gzip"),
	)

	DescribeTable("tells of an end that is announced", func(name string) {
		Expect(told(name, "@1700000000")).To(HaveLen(1))
		again := func(k *judge.Known) { k.Recording.Header.Set(name, "@1600000000") }
		Expect(told(name, "@1700000000", again)).To(BeEmpty(), "it was known")
	},
		Entry(nil, "Deprecation"), Entry(nil, "Sunset"),
	)

	DescribeTable("is silent about", func(name, value string) {
		Expect(told(name, value)).To(BeEmpty())
	},
		Entry("seconds", "Retry-After", "120"),
		Entry("a date", "Retry-After", "Sun, 29 Nov 2026 12:00:00 GMT"),
		Entry("a quota", "X-Ratelimit-Remaining", "0"),
		Entry("no compression", "Content-Encoding", "identity"),
		Entry("any other", "X-Unheard", "1"),
	)
})
