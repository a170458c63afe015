package judge_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

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
	at := func(base string) func(*judge.Known) { return func(k *judge.Known) { k.Base = base } }
	recorded := func(value string, simulated bool) func(*judge.Known) {
		return func(k *judge.Known) {
			k.Recording = &judge.Answer{Status: 200, Header: http.Header{}, Body: []byte(`{"v":` + value + `}`)}
			k.Simulated = simulated
		}
	}
	past := func(k *judge.Known) {
		k.Past, k.Now = []string{"/v"}, time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	}
	back := func(k *judge.Known) { k.Fresh = map[string]judge.Class{"/v": judge.Return} }
	made := func(k *judge.Known) { k.Fresh = map[string]judge.Class{"/v": judge.Time} }
	spelt := func(k *judge.Known) { k.Spelt = []string{"/v"} }
	// whole is a JPEG, of a few bytes; cut is how one begins.
	const whole, cut = `"/9j/4AAQSkZJRgABAgAAAQABAAD/2Q=="`, `"/9j/4AAQSkZJRgABAgAAAQAB"`

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
		Entry("base64 that is cut within a byte", whole, `"/9j/4AAQSkZJRgABA"`),
		Entry("whitespace alone as a name", `"Quill"`, `"  "`, free),
		Entry("stars as a name", `"Quill"`, `"********"`, free),
		Entry("a line end behind a name", `"Quill"`, `"Quill\r\n"`, free),
		Entry("a no-break space behind a name", `"Quill"`, `"Quill\u00a0"`, free),
		Entry("an id of zeros", `"0b8bd4c8-3a5b-4e2c-9a70-3d6c8c1f4a11"`, `"00000000-0000-0000-0000-000000000000"`),
		Entry("an id with other signs", `"DL-8de97146-e7f0-5b80"`, `"DL+8de97146!e7f0-5b80"`),
		Entry("a text for an e-mail address", `"quill@shop.example"`, `"quill at shop"`),
		Entry("null as a word", `"Quill Marble"`, `"null"`),
		Entry("undefined as a name", `"Quill Marble"`, `"undefined"`, free),
		Entry("a template", `"Quill Marble"`, `"{{name}}"`, free),
		Entry("a zero-width character in a name", `"Quill Marble"`, `"Quill\u200b Marble"`, free),
		Entry("a control character", `"quill"`, `"qu\u0000ill"`),
		Entry("whitespace behind a text", `"quill"`, `"quill "`),
	)

	DescribeTable("finds, of an answer that came", func(want, got string, change ...func(*judge.Known)) {
		Expect(of(want, got,
			change...)).To(HaveExactElements(And(HaveField("Pointer", "/v"), HaveField("Kind", judge.Type))))
		Expect(of(want, want, change...)).To(BeEmpty())
	},
		Entry("a space before a clock", `"2021-10-05T19:06:28Z"`, `"2021-10-05 19:06:28Z"`),
		Entry("a space before a clock with an offset", `"2021-10-05T19:06:28+05:30"`, `"2021-10-05 19:06:28+05:30"`),
		Entry("a gender as a letter", `"Male"`, `"M"`, spelt),
		Entry("a gender in small letters", `"Male"`, `"female"`, spelt),
		Entry("a gender in capitals", `"Male"`, `"FEMALE"`, spelt),
		Entry("a gender as a small letter", `"M"`, `"f"`, spelt),
		Entry("a birth to come", `"02-02-1995"`, `"02-02-2095"`, past),
		Entry("a birth without end", `"1995-02-02"`, `"9999-12-31"`, past),
		Entry("seconds for milliseconds", `1700000000000`, `1700000000`),
		Entry("milliseconds for seconds", `1700000000`, `1700000000000`),
		Entry("a photo that does not decode, where the documented one is cut", cut, `"/9j/4AAQSkZJRgAB!gAAAQAB"`),
		Entry("a link to another host", `"https://in.a.example/in/1"`, `"https://in.b.example/in/1"`, link),
		Entry("a link to another host than is called", `"https://a.example/in/1"`, `"https://c.example/in/1"`, link,
			at("https://api.b.example")),
		Entry("a link to another host than was recorded", `"https://a.example/in/1"`, `"https://c.example/in/1"`, link,
			recorded(`"https://a.example/in/2"`, false)),
		Entry("a link to this machine, of a provider that is elsewhere", `"https://a.example/in/1"`,
			`"https://127.0.0.1/in/1"`, link, at("https://api.b.example")),
		Entry("a return without a parameter", `"https://a.example/in?id=1&of=2"`, `"https://a.example/in?of=2"`, back),
		Entry("a return that is no link", `"https://a.example/in?id=1"`, `"%zz"`, back),
		Entry("several words for a word", `"Available"`, `"Quill Marble"`, spelt),
		Entry("a time of making to come", `"2021-10-05T19:06:28Z"`, `"9999-12-31T19:06:28Z"`, past, made),
		Entry("a link with a fragment", `"https://a.example/in/1"`, `"https://a.example/in/1#2"`, link),
		Entry("a link with letters beyond ASCII", `"https://a.example/in/1"`, `"https://a.example/in/\u0967"`, link),
		Entry("a link that nobody declared, with a user", `"https://a.example/in/1"`, `"https://u@a.example/in/1"`),
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
		Entry("a link to another host of the site", `"https://in.a.example/in/1"`, `"https://x.a.example/x?t=1"`, link),
		Entry("a link to the host that is called", `"https://a.example/in/1"`, `"https://in.b.example/x?t=1"`, link,
			at("https://api.b.example")),
		Entry("a link to the host that was recorded", `"https://a.example/in/1"`, `"https://b.example/x?t=1"`, link,
			recorded(`"https://b.example/in/2"`, false)),
		Entry("a return with another id", `"https://a.example/in?id=1"`, `"https://a.example/in?id=2&of=3"`, back),
		Entry("a link to anywhere, where a front page is documented", `"https://linkgoeshere.example"`,
			`"https://bucket.files.example/1"`, link),
		Entry("a link to anywhere, where a simulator answered", `"the user's link"`,
			`"https://bucket.files.example/1"`, link, recorded(`"https://simulator.example/in/2"`, true)),
		Entry("a birth of today", `"02-02-1995"`, `"15-01-2026"`, past),
		Entry("a day to come of something else", `"02-02-1995"`, `"02-02-2095"`),
		Entry("another gender", `"Male"`, `"Female"`, spelt),
		Entry("another gender's letter", `"M"`, `"T"`, spelt),
		Entry("no gender", `"Male"`, `""`, spelt),
		Entry("another telephone number", `9800000001`, `9800000002`),
		Entry("a telephone number with its country", `1234567899`, `911234567899`),
		Entry("another number of days", `30`, `365`),
		Entry("another photo", whole, `"/9j/4AAQSkZJRgABAgAAAQABAAEAAf/Z"`),
		Entry("a whole photo, where the documented one is cut", cut, whole),
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

	DescribeTable("takes a time that is a number by its unit:", func(got string, kinds ...judge.Kind) {
		var found []judge.Kind
		for _, d := range of(`1752580258171`, got, made) {
			found = append(found, d.Kind)
		}
		Expect(slices.Equal(found, kinds)).To(BeTrue(), "%v", found)
	},
		Entry("another one", `1752579445983`),
		Entry("one in seconds", `1752579445`, judge.Type),
		Entry("zero", `0`, judge.Type),
		Entry("one of a digit less", `175258025817`, judge.Type),
		Entry("one of a digit more", `17525802581710`, judge.Type),
		Entry("another one, spelt otherwise", `1752579445983.0`, judge.Encoding),
	)

	It("calls a text that is not the schema's const another value of an enum", func() {
		for keyword, kind := range map[string]judge.Kind{"const": judge.EnumValue, "pattern": judge.Type} {
			refuses := func(value json.RawMessage) []example.Fault {
				if string(value) == `{"v":"acme.file"}` {
					return nil
				}
				return []example.Fault{{Pointer: "/v", Keyword: keyword}}
			}
			Expect(of(`"acme.file"`, `"acme.folder"`, func(k *judge.Known) { k.Conforms = refuses })).
				To(HaveExactElements(HaveField("Kind", kind)), keyword)
		}
	})

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
			Now:       time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC),
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
		Entry("a time that is over", "Retry-After", "Wed, 14 Jan 2026 12:00:00 GMT"),
		Entry("a quota below nothing", "X-Ratelimit-Remaining", "-1"),
		Entry("a quota in words", "X-Ratelimit-Limit", "many"),
		Entry("a quota without a prefix, in words", "Ratelimit-Remaining", "few"),
		Entry("a quota in quotes", "X-Ratelimit-Limit", `"200"`),
		Entry("a quota that is full again in words", "X-Ratelimit-Reset", "shortly"),
		Entry("a quota that was full again in the past", "X-Ratelimit-Reset", "Wed, 14 Jan 2026 12:00:00 GMT"),
		Entry("a compression that the body has not", "Content-Encoding", "gzip"),
	)

	It("finds a header twice, of which there can be one", func() {
		for _, name := range []string{"Retry-After", "X-Ratelimit-Limit", "Content-Type"} {
			a := judge.Answer{Header: http.Header{name: {"1", "2"}}, Body: []byte(`{}`)}
			Expect(judge.CheckHeaders(a, time.Time{})).To(HaveExactElements(HaveField("Pointer", "(header "+name+")")))
		}
		a := judge.Answer{Header: http.Header{"Set-Cookie": {"a=1", "b=2"}}}
		Expect(judge.CheckHeaders(a, time.Time{})).To(BeEmpty())
	})

	It("finds a length that is not the body's, where it was kept", func() {
		a := judge.Answer{Header: http.Header{"Content-Length": {"1"}}, Body: []byte(`{}`)}
		Expect(judge.CheckHeaders(a, time.Time{})).To(HaveLen(1))
		for _, value := range []string{"2", ""} {
			a.Header.Set("Content-Length", value)
			Expect(judge.CheckHeaders(a, time.Time{})).To(BeEmpty())
		}
	})

	It("takes the answer's own date where nobody says when it came", func() {
		a := judge.Answer{Header: http.Header{"Date": {"Thu, 15 Jan 2026 12:00:00 GMT"},
			"Retry-After": {"Wed, 14 Jan 2026 12:00:00 GMT"}}}
		Expect(judge.CheckHeaders(a, time.Time{})).To(HaveLen(1))
		a.Header.Del("Date")
		Expect(judge.CheckHeaders(a, time.Time{})).To(BeEmpty(), "it may have been then")
	})

	DescribeTable("tells of an end that is announced", func(name string) {
		Expect(told(name, "@1700000000")).To(HaveLen(1))
		again := func(k *judge.Known) { k.Recording.Header.Set(name, "@1600000000") }
		Expect(told(name, "@1700000000", again)).To(BeEmpty(), "it was known")
	},
		Entry("of a method", "Deprecation"), Entry("of all", "Sunset"),
	)

	DescribeTable("is silent about", func(name, value string) {
		Expect(told(name, value)).To(BeEmpty())
	},
		Entry("seconds", "Retry-After", "120"),
		Entry("a date", "Retry-After", "Sun, 29 Nov 2026 12:00:00 GMT"),
		Entry("a quota", "X-Ratelimit-Remaining", "0"),
		Entry("a quota whose value was not kept", "X-Ratelimit-Limit-Minute", ""),
		Entry("a quota with its policy", "Ratelimit-Limit", "100, 100;w=60"),
		Entry("when a quota is full again, in seconds", "X-Ratelimit-Reset", "1700000000.5"),
		Entry("when a quota is full again, as a date", "X-Ratelimit-Reset", "Sun, 29 Nov 2026 12:00:00 GMT"),
		Entry("no compression", "Content-Encoding", "identity"),
		Entry("any other", "X-Unheard", "1"),
	)
})

var _ = DescribeTable("the live judge, of a list with keys,", func(live string, want ...string) {
	k := judge.Known{Status: 200}
	k.Example.Value = []byte(`{"v":[{"id":"A","of":"x"},{"id":"B","of":"x"}]}`)
	k.Keys = map[string][]string{"/v": {"id", "of"}}
	var at []string
	a := judge.Answer{Status: 200, Header: http.Header{}, Body: []byte(`{"v":` + live + `}`)}
	for _, d := range judge.Live(k, a) {
		if d.Kind == judge.Type {
			at = append(at, d.Pointer)
		}
	}
	Expect(at).To(HaveExactElements(want))
},
	Entry("finds an item with the keys of another", `[{"id":"A","of":"x","n":1},{"id":"A","of":"x","n":2}]`, "/v/1"),
	Entry("takes one that differs in a key", `[{"id":"A","of":"x"},{"id":"A","of":"y"}]`),
	Entry("takes one that lacks a key", `[{"id":"A"},{"id":"A","n":2}]`),
)
