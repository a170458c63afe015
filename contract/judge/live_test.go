package judge_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/providers"
)

//go:embed testdata/acme.yaml
var published []byte

// acme is the document of a provider that nobody has, with what each spec needs.
var acme *example.Document

// rules are those for its answers.
var rules = judge.Rules{
	Fresh: map[string]judge.Class{
		"/number": judge.ID, "/order": judge.ID, "/link": judge.Link, "/file": judge.Link,
		"/id": judge.ID, "/url": judge.Link, "/validUntil": judge.Time,
		"/card/made": judge.Time, "/card/xml/url": judge.Link, "/card/xml/validUntil": judge.Time,
	},
	Codes:    []string{"/code", "/kind", "/outcome", "/reason", "/form", "/error/code"},
	Free:     []string{"/error/trace"},
	Messages: []string{"/message", "/error/detail"},
	Headers:  []string{"X-RateLimit-Remaining", "Retry-After"},
}

// fresh are the values that differ each time, as published, each with how the n-th
// looks.
var fresh = map[string]string{
	`"number":408,`:     `"number":98765%d,`,
	`"number":12345}`:   `"number":98765%d}`,
	`"order":"test001"`: `"order":"order-%d"`,
	`<link to the file that works for 48 hours>`: `https://files.example/%d?sig=abc`,
	`ea31e1e6-96eb-4e56-a355-7bc51de94d24`:       `ea31e1e6-96eb-4e56-a355-7bc51de94d%02d`,
	`391a45be-d08d-4dd0-b8a8-06e53392d435`:       `391a45be-d08d-4dd0-b8a8-06e53392d4%02d`,
	`"The user's link"`:                          `"https://acme.example/%d"`,
	`2021-10-05T19:06:28+05:30`:                  `2026-10-05T19:06:%02d+05:30`,
	`2021-10-26T17:17:36.342+05:30`:              `2026-10-26T17:17:%02d.1+05:30`,
	`https://files.acme.example`:                 `https://files.example/%d`,
	`"trace":""`:                                 `"trace":"1-%d"`,
	`"name":"Vikram Sample"`:                     `"name":"Person %d"`,
	`"masked":"XXXX-XXXX-2345"`:                  `"masked":"XXXX-XXXX-99%02d"`,
	`"name":"Jack Doe"`:                          `"name":"J\u00e1n %d"`,
	`"born":"02-02-1995"`:                        `"born":"28-02-19%02d"`,
	`/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAgGB`:      `/9j/4AAQ%02dMM`,
}

var _ = BeforeSuite(func() {
	var err error
	acme, err = example.Parse("acme", published)
	Expect(err).NotTo(HaveOccurred())
})

// known is what is known of an example, without a recording.
func known(id string) judge.Known {
	GinkgoHelper()
	for _, e := range acme.Entries {
		if e.ID == id {
			k := judge.KnownOf(acme, e)
			k.Rules = rules
			return k
		}
	}
	Fail("no example " + id)
	return judge.Known{}
}

// answer is the n-th answer of a service that keeps to its example.
func answer(k judge.Known, n int) judge.Answer {
	body := string(k.Example.Value)
	for published, form := range fresh {
		body = strings.ReplaceAll(body, published, fmt.Sprintf(form, n))
	}
	return judge.Answer{Status: max(k.Status, 200), Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)}
}

// mutation is a change of a text that stands in an example. JSON is what stands
// there, in the example and in each answer that keeps to it.
type mutation struct {
	from, to string
	pointer  string
	kind     judge.Kind
	inverse  judge.Kind // what the change back is, if it is another; see nothing
	refused  bool       // by the schema
	broken   bool       // can be no published example
	// accidental: free text can look like the published value.
	accidental bool
}

func (m mutation) of(body []byte) []byte {
	GinkgoHelper()
	Expect(strings.Count(string(body), m.from)).To(BeNumerically(">", 0), m.from)
	return []byte(strings.Replace(string(body), m.from, m.to, 1))
}

// nothing is the inverse of a change whose result leaves room for what was before:
// free text for a date, an unknown word for a known one, an item like another.
const nothing judge.Kind = "nothing"

// told leaves only what the specs are about.
func told(all []judge.Difference) []judge.Difference {
	var short []judge.Difference
	for _, d := range all {
		short = append(short, judge.Difference{Pointer: d.Pointer, Kind: d.Kind, Verdict: d.Verdict})
	}
	return short
}

const (
	opened    = "acme/openJourney/200/opened"
	address   = "acme/openJourney/403/address"
	balance   = "acme/openJourney/422/balance"
	consented = "acme/getJourney/200/consented"
	account   = "acme/findAccount/200/found"
	identity  = "acme/getPaper/200/identity"
	bundle    = "acme/getBundle/200/bundle"
	refusal   = "acme/getBundle/200/no-such-bundle"
	created   = "acme/openRequest/201/opened"
	card      = "acme/getCard/200/card"
	revoked   = "acme/getCard/401/revoked"
	unlisted  = "acme/getCard/default/invalid-token"
	list      = "acme/listKinds/200/kinds"
)

var _ = Describe("Judge", func() {
	DescribeTable("finds each kind of drift, and nothing else:", func(id string, m mutation) {
		k := known(id)
		if k.Status == 0 {
			k.Status = 402
		}
		if m.inverse == "" {
			m.inverse = m.kind
		}
		documented := k
		was := func(n int) *judge.Answer { a := answer(documented, n); return &a }
		is := func(n int) *judge.Answer { a := was(n); a.Body = m.of(a.Body); return a }
		check := func(k judge.Known, got *judge.Answer, kind judge.Kind, v judge.Verdict) {
			GinkgoHelper()
			var want []judge.Difference
			if v != "" {
				want = []judge.Difference{{Pointer: m.pointer, Kind: kind, Verdict: v}}
			}
			Expect(told(judge.Live(k, *got))).To(Equal(want))
		}
		pick := func(refused, fine judge.Verdict) judge.Verdict {
			if m.refused {
				return refused
			}
			return fine
		}

		By("the service changed")
		k.Recording = was(1)
		check(k, is(2), m.kind, judge.Service)
		By("the recording is out of date")
		k.Recording = is(1)
		if m.inverse == nothing {
			check(k, was(2), "", "")
		} else {
			check(k, was(2), m.inverse, judge.Recording)
		}
		By("the service always was like that")
		check(k, is(2), m.kind, pick(judge.Service, judge.Example))
		By("nobody recorded it")
		k.Recording = nil
		check(k, is(2), m.kind, pick(judge.Service, judge.Example))
		if m.broken {
			return
		}
		By("the example is like that too")
		k.Example.Value = m.of(k.Example.Value)
		check(k, is(2), m.kind, pick(judge.Document, ""))
		k.Recording = is(1)
		check(k, is(2), m.kind, pick(judge.Document, ""))
		k.Recording = was(1)
		if m.accidental {
			check(k, is(2), "", "")
			return
		}
		check(k, is(2), m.kind, pick(judge.Document, judge.Recording))
	},
		Entry("a member that the schema lacks", identity, mutation{from: `"status":"DONE"`, to: `"status":"DONE","risk":{"score":3}`,
			pointer: "/risk", kind: judge.NewMember, inverse: judge.MissingMember, refused: true}),
		Entry("one that looks like a value", refusal, mutation{from: `"data":{}`, to: `"data":{},"98765 43210":1`,
			pointer: "/?", kind: judge.NewMember, inverse: judge.MissingMember, refused: true, broken: true}),
		Entry("a nested one", bundle, mutation{from: `"pin":"600001"`, to: `"pin":"600001","lat":1`,
			pointer: "/data/papers/0/address/lat", kind: judge.NewMember, inverse: judge.MissingMember, refused: true}),
		Entry("one in an item", list, mutation{from: `"kind":"PECER"`, to: `"kind":"PECER","new":true`,
			pointer: "/kinds/0/new", kind: judge.NewMember, inverse: nothing, refused: true}),
		Entry("a member that the schema knows", consented, mutation{from: `,"phone":"9999999999"`, to: ``,
			pointer: "/user/phone", kind: judge.MissingMember, inverse: judge.NewMember}),
		Entry("a member that the schema needs", card, mutation{from: `"gender":"M",`, to: ``,
			pointer: "/card/gender", kind: judge.MissingMember, inverse: judge.NewMember, refused: true}),
		Entry("an object that is gone", bundle, mutation{from: `,"address":{"house":"15B","street":"Sample Street","city":"Chennai","state":"Tamil Nadu","pin":"600001"}`, to: ``,
			pointer: "/data/papers/0/address", kind: judge.MissingMember, inverse: judge.NewMember}),
		Entry("a number as text", account, mutation{from: `"number":12345`, to: `"number":"12345"`,
			pointer: "/number", kind: judge.Type, refused: true}),
		Entry("a boolean as text", card, mutation{from: `"signature":true`, to: `"signature":"true"`,
			pointer: "/card/verified/signature", kind: judge.Type, refused: true}),
		Entry("text as a number, where both are documented", account, mutation{from: `"phone":1234567899`, to: `"phone":"1234567899"`,
			pointer: "/phone", kind: judge.Type}),
		Entry("an object as text", refusal, mutation{from: `"data":{}`, to: `"data":"none"`,
			pointer: "/data", kind: judge.Type, refused: true}),
		Entry("a date in another layout", bundle, mutation{from: `"born":"12-11-1987"`, to: `"born":"1987-11-12"`,
			pointer: "/data/papers/0/born", kind: judge.Type}),
		Entry("a month before the day", bundle, mutation{from: `"issued":"01-01-2020"`, to: `"issued":"01-31-2020"`,
			pointer: "/data/papers/0/issued", kind: judge.Type, inverse: nothing}),
		Entry("a time in UTC", created, mutation{from: `+05:30`, to: `Z`, pointer: "/validUntil", kind: judge.Type}),
		Entry("a number that is masked no more", identity, mutation{from: `"masked":"xxxxxxxx5647"`, to: `"masked":"999999990019"`,
			pointer: "/masked", kind: judge.Type}),
		Entry("digits that are more", identity, mutation{from: `"pin":"581115"`, to: `"pin":"5811150"`,
			pointer: "/address/pin", kind: judge.Type}),
		Entry("Y as a word", consented, mutation{from: `"card":"Y"`, to: `"card":"Available"`,
			pointer: "/user/card", kind: judge.Type, inverse: nothing, accidental: true}),
		Entry("a letter as a word", identity, mutation{from: `"gender":"M"`, to: `"gender":"Male"`,
			pointer: "/gender", kind: judge.Type, inverse: nothing, accidental: true}),
		Entry("a UUID that is none", created, mutation{from: `"id":"ea31e1e6-`, to: `"id":"`, pointer: "/id", kind: judge.Type, inverse: nothing}),
		Entry("a photo as a link", identity, mutation{from: `"photo":"/9j/`, to: `"photo":"https://photo.example/`,
			pointer: "/photo", kind: judge.Type}),
		Entry("null, which the schema allows", identity, mutation{from: `"care_of":"S/O: Sample Guardian"`, to: `"care_of":null`,
			pointer: "/care_of", kind: judge.Null}),
		Entry("null, which it does not", card, mutation{from: `"state":"state"`, to: `"state":null`,
			pointer: "/card/address/state", kind: judge.Null, refused: true}),
		Entry("an enum's value", consented, mutation{from: `"status":"CONSENTED"`, to: `"status":"ON_HOLD"`,
			pointer: "/status", kind: judge.EnumValue, refused: true, inverse: nothing}),
		Entry("an enum's value in an item", bundle, mutation{from: `"kind":"IDENTITY"`, to: `"kind":"PASSPORT"`,
			pointer: "/data/papers/0/kind", kind: judge.EnumValue, refused: true, inverse: nothing}),
		Entry("an enum's value within", bundle, mutation{from: `"check":"DONE"`, to: `"check":"READY"`,
			pointer: "/data/check", kind: judge.EnumValue, refused: true, inverse: nothing}),
		Entry("an enum's value in another case", card, mutation{from: `"status":"complete"`, to: `"status":"COMPLETE"`,
			pointer: "/status", kind: judge.EnumValue, refused: true, inverse: judge.Type}),
		Entry("a code", balance, mutation{from: `"code":"insufficient_balance"`, to: `"code":"balance_low"`, pointer: "/code", kind: judge.Code}),
		Entry("a code that is a number", refusal, mutation{from: `"reason":463`, to: `"reason":327`, pointer: "/reason", kind: judge.Code}),
		Entry("a code within", revoked, mutation{from: `consent_revoked`, to: `consent_expired`, pointer: "/error/code", kind: judge.Code}),
		Entry("a code under default", unlisted, mutation{from: `invalid_token`, to: `bad_token`, pointer: "/error/code", kind: judge.Code}),
		Entry("a message", balance, mutation{from: `Insufficient balance`, to: `insufficient balance`, pointer: "/message", kind: judge.Message}),
		Entry("a message of a refusal with 200", refusal, mutation{from: `retry.`, to: `retry`, pointer: "/message", kind: judge.Message}),
		Entry("a message within", revoked, mutation{from: `given request`, to: `request`, pointer: "/error/detail", kind: judge.Message}),
		Entry("an order", balance, mutation{from: `{"kind":"validation_error","code":"insufficient_balance",`, to: `{"code":"insufficient_balance","kind":"validation_error",`,
			pointer: "", kind: judge.Order}),
		Entry("an order within", bundle, mutation{from: `"house":"15B","street":"Sample Street"`, to: `"street":"Sample Street","house":"15B"`,
			pointer: "/data/papers/0/address", kind: judge.Order}),
		Entry("an order deep within", card, mutation{from: `"email":false,"phone":false`, to: `"phone":false,"email":false`,
			pointer: "/card/verified", kind: judge.Order}),
		Entry("escaped slashes", identity, mutation{from: `"photo":"/9j/4AAQ`, to: `"photo":"\/9j\/4AAQ`, pointer: "/photo", kind: judge.Encoding}),
		Entry("escaped ASCII", revoked, mutation{from: `consent_revoked`, to: `consent\u005frevoked`, pointer: "/error/code", kind: judge.Encoding, inverse: nothing}),
		Entry("escaped ASCII in a message", balance, mutation{from: `"Insufficient balance`, to: `"\u0049nsufficient balance`, pointer: "/message", kind: judge.Encoding, inverse: nothing}),
		Entry("an exponent", bundle, mutation{from: `"form":1388`, to: `"form":1.388e3`, pointer: "/form", kind: judge.Encoding}),
		Entry("a decimal point", refusal, mutation{from: `"reason":463`, to: `"reason":463.0`, pointer: "/reason", kind: judge.Encoding}),
		Entry("the other alphabet of base64", identity, mutation{from: `"photo":"/9j/4AAQ`, to: `"photo":"_9j_4AAQ`, pointer: "/photo", kind: judge.Encoding}),
		Entry("base64 in lines", bundle, mutation{from: `"/9j/4AAQ`, to: `"/9j/4A\r\nAQ`, pointer: "/data/papers/0/photo", kind: judge.Encoding}),
		Entry("a byte-order mark", card, mutation{from: `{"card"`, to: "\ufeff{\"card\"", pointer: "", kind: judge.Encoding, refused: true, broken: true, inverse: nothing}),
		Entry("bytes of Latin-1", consented, mutation{from: `"John Doe"`, to: "\"J\xf6hn Doe\"", pointer: "", kind: judge.Encoding, refused: true, broken: true, inverse: nothing}),
		Entry("a member twice", revoked, mutation{from: `"code":`, to: `"code":"consent_revoked","code":`, pointer: "/error/code", kind: judge.Encoding, refused: true, broken: true, inverse: nothing}),
		Entry("HTML labelled JSON", card, mutation{from: `{`, to: `<html>{`, pointer: "", kind: judge.Type, refused: true, broken: true}),
		Entry("bytes after the JSON", created, mutation{from: `{`, to: `{}{`, pointer: "", kind: judge.Type, refused: true, broken: true}),
	)
})

var _ = Describe("Judge, of a service that keeps to its documents,", func() {
	DescribeTable("finds nothing, each time anew:", func(id string) {
		k := known(id)
		if k.Status == 0 {
			k.Status = 402
		}
		for n := range 20 {
			Expect(judge.Live(k, answer(k, n))).To(BeEmpty())
			old := answer(k, n+20)
			k.Recording = &old
		}
	},
		Entry(nil, identity), Entry(nil, consented), Entry(nil, balance), Entry(nil, account), Entry(nil, bundle), Entry(nil, refusal),
		Entry(nil, created), Entry(nil, card), Entry(nil, revoked), Entry(nil, unlisted), Entry(nil, list),
	)

	It("finds nothing in any documented answer", func() {
		for _, p := range providers.All {
			d, err := p.Parse()
			Expect(err).NotTo(HaveOccurred())
			for _, e := range d.Entries {
				if e.Direction != example.Response {
					continue
				}
				k := judge.KnownOf(d, e)
				got := judge.Answer{Status: d.StatusOf(e), Header: http.Header{"Content-Type": {e.MediaType()}}, Body: e.Value}
				Expect(judge.Live(k, got)).To(BeEmpty(), e.ID)
				k.Recording = &got
				Expect(judge.Live(k, got)).To(BeEmpty(), e.ID)
			}
		}
	})
})

var _ = Describe("Judge, of what stands around a body,", func() {
	// judged is the answer to changes of the live one and of the recording.
	judged := func(id string, live, recorded func(a *judge.Answer)) []judge.Difference {
		GinkgoHelper()
		k := known(id)
		got, old := answer(k, 1), answer(k, 2)
		live(&got)
		recorded(&old)
		k.Recording = &old
		return told(judge.Live(k, got))
	}
	same := func(*judge.Answer) {}
	header := func(name, value string) func(*judge.Answer) {
		return func(a *judge.Answer) { a.Header = maps.Clone(a.Header); a.Header.Set(name, value) }
	}
	only := func(pointer string, kind judge.Kind, v judge.Verdict) []judge.Difference {
		return []judge.Difference{{Pointer: pointer, Kind: kind, Verdict: v}}
	}

	DescribeTable("finds", func(id, pointer string, kind judge.Kind, changed, recorded, both judge.Verdict, change func(*judge.Answer)) {
		want := func(v judge.Verdict) OmegaMatcher {
			if v == "" {
				return BeEmpty()
			}
			return Equal(only(pointer, kind, v))
		}
		Expect(judged(id, change, same)).To(Equal(only(pointer, kind, changed)))
		if recorded != "" {
			Expect(judged(id, same, change)).To(Equal(only(pointer, kind, recorded)))
		}
		Expect(judged(id, change, change)).To(want(both))
	},
		Entry("an undocumented status", revoked, "(status)", judge.Status, judge.Service, judge.Recording, judge.Service, func(a *judge.Answer) { a.Status = 418 }),
		Entry("another documented status", identity, "(status)", judge.Status, judge.Service, judge.Recording, judge.Service, func(a *judge.Answer) { a.Status = 202 }),
		Entry("a media type", bundle, "(header Content-Type)", judge.MediaType, judge.Service, judge.Recording, judge.Service, header("Content-Type", "text/plain")),
		Entry("a page of HTML", bundle, "(header Content-Type)", judge.MediaType, judge.Service, judge.Verdict(""), judge.Service, func(a *judge.Answer) {
			header("Content-Type", "text/html; charset=utf-8")(a)
			a.Body = []byte("<html>")
		}),
		Entry("a charset", card, "(header Content-Type)", judge.Encoding, judge.Recording, judge.Recording, judge.Verdict(""), header("Content-Type", "application/json; charset=utf-8")),
		Entry("a charset that JSON has not", card, "(header Content-Type)", judge.Encoding, judge.Service, judge.Recording, judge.Service, header("Content-Type", "application/json; charset=iso-8859-1")),
		Entry("a header", balance, "(header Retry-After)", judge.Header, judge.Recording, judge.Recording, judge.Verdict(""), header("Retry-After", "18")),
		Entry("an empty body", revoked, "", judge.Type, judge.Service, judge.Recording, judge.Service, func(a *judge.Answer) { a.Body = nil }),
	)

	It("takes a header for another only if its value is of another class", func() {
		Expect(judged(balance, header("Retry-After", "18"), header("Retry-After", "170"))).To(BeEmpty())
		Expect(judged(balance, header("Retry-After", "18"), header("Retry-After", "Fri, 09 Jan 2026"))).To(Equal(only("(header Retry-After)", judge.Header, judge.Recording)))
		Expect(judged(balance, header("Server", "a"), header("Server", "b"))).To(BeEmpty(), "not declared")
	})

	It("takes any error's status for default, and nothing else", func() {
		k := known(unlisted)
		got := answer(k, 1)
		for status, want := range map[int][]judge.Difference{402: nil, 503: nil, 200: only("(status)", judge.Status, judge.Service)} {
			got.Status = status
			Expect(told(judge.Live(k, got))).To(HaveExactElements(want))
		}
	})
})

var _ = Describe("Judge, of null, absent and empty arrays,", func() {
	const waiting = "acme/getJourney/200/waiting" // "shared":null
	withConsent := func(member string) *judge.Answer {
		a := answer(known(waiting), 1)
		a.Body = []byte(strings.Replace(string(a.Body), `"shared":null,`, member, 1))
		return &a
	}

	DescribeTable("takes them for the same, but not for a value that was recorded:", func(member string) {
		k := known(waiting)
		for _, recorded := range []string{``, `"shared":null,`, `"shared":[],`} {
			k.Recording = withConsent(recorded)
			Expect(judge.Live(k, *withConsent(member))).To(BeEmpty(), recorded)
		}
		k.Recording = withConsent(`"shared":["TAX"],`)
		Expect(told(judge.Live(k, *withConsent(member)))).To(Equal([]judge.Difference{{Pointer: "/shared", Kind: judge.Null, Verdict: judge.Recording}}))
	},
		Entry("absent", ``), Entry("null", `"shared":null,`), Entry("empty", `"shared":[],`))

	It("takes an array of any length for that of the example", func() {
		k := known(consented)
		got := answer(k, 1)
		got.Body = mutation{from: `["IDENTITY","TAX"]`, to: `[]`}.of(got.Body)
		Expect(judge.Live(k, got)).To(BeEmpty())
	})
})

var _ = Describe("Judge, of letters beyond ASCII,", func() {
	const escaped, plain = `"name":"J\u00e1n 1"`, `"name":"Ján 1"`
	DescribeTable("tells a new spelling by the recording, where the example has none of them:", func(from, to string) {
		k := known(card)
		old, got := answer(k, 1), answer(k, 1)
		old.Body = mutation{from: escaped, to: from}.of(old.Body)
		got.Body = mutation{from: escaped, to: to}.of(got.Body)
		Expect(judge.Live(k, got)).To(BeEmpty())
		k.Recording = &old
		Expect(told(judge.Live(k, got))).To(Equal([]judge.Difference{{Pointer: "/card/name", Kind: judge.Encoding, Verdict: judge.Recording}}))
	},
		Entry("escaped", plain, escaped), Entry("no longer escaped", escaped, plain))
})

var _ = Describe("Judge, of a value of the request,", func() {
	It("takes it as it was sent", func() {
		k := known(opened)
		got := answer(k, 1)
		got.Body = mutation{from: `"back_to":"https://www.shop.example"`, to: `"back_to":"shop:back"`}.of(got.Body)
		Expect(judge.Live(k, got)).To(HaveLen(1))
		k.Echo = map[string]any{"back_to": "shop:back"}
		Expect(judge.Live(k, got)).To(BeEmpty())
	})

	DescribeTable("holds a list to what was asked for, item by item:", func(came string, want ...judge.Difference) {
		k := known(consented)
		k.Repeats = []string{"/asked"}
		k.Echo = map[string]any{"asked": []any{"IDENTITY", "TAX"}}
		got := answer(k, 1)
		documented := regexp.MustCompile(`"asked":\[[^]]*\]`)
		Expect(documented.FindAll(got.Body, -1)).To(HaveLen(1))
		got.Body = documented.ReplaceAll(got.Body, []byte(`"asked":`+came))
		Expect(told(judge.Live(k, got))).To(HaveExactElements(want))
	},
		Entry("the same", `["IDENTITY","TAX"]`),
		Entry("another item", `["IDENTITY","LICENCE"]`, judge.Difference{Pointer: "/asked/1", Kind: judge.Code, Verdict: judge.Example}),
		Entry("one too many", `["IDENTITY","TAX","LICENCE"]`, judge.Difference{Pointer: "/asked/2", Kind: judge.Code, Verdict: judge.Example}),
		Entry("one too few", `["IDENTITY"]`, judge.Difference{Pointer: "/asked", Kind: judge.Code, Verdict: judge.Example}),
		Entry("another order", `["TAX","IDENTITY"]`, judge.Difference{Pointer: "/asked/0", Kind: judge.Code, Verdict: judge.Example},
			judge.Difference{Pointer: "/asked/1", Kind: judge.Code, Verdict: judge.Example}),
	)

	It("takes the caller's address in a message for any other", func() {
		k := known(address)
		got := answer(k, 1)
		got.Body = mutation{from: `198.51.100.4`, to: `10.0.0.1`}.of(got.Body)
		Expect(judge.Live(k, got)).To(BeEmpty())
	})
})

var _ = Describe("Difference", func() {
	It("holds no value that is not published", func() {
		k := known(identity)
		old, got := answer(k, 1), answer(k, 2)
		k.Recording = &old
		secrets := map[string]string{
			`"masked":"xxxxxxxx5647"`:                  `"masked":"987654321098"`,
			`"born":"28-02-1902"`:                      `"born":"1991-07-23"`,
			`"care_of":"S/O: Sample Guardian"`:         `"care_of":{"father":"Hidden Name"}`,
			`"status":"DONE"`:                          `"status":"Hidden Name"`,
			`"name":"Sample Person"`:                   `"name":["Hidden Name"],"9876543210":"Hidden Name"`,
			`"gender":"M"`:                             `"gender":"Hidden Name"`,
			`"country":"India","district":"Haveri"`:    `"district":"Haveri","country":"India"`,
			`"photo":"/9j/`:                            `"photo":"_9j_`,
			`"number":987652`:                          `"number":"9876543210"`,
			`"file":"https://files.example/2?sig=abc"`: `"file":"987654321098"`,
		}
		for from, to := range secrets {
			got.Body = mutation{from: from, to: to}.of(got.Body)
		}
		all := judge.Live(k, got)
		Expect(all).To(HaveLen(len(secrets) + 1))
		text, err := json.Marshal(all)
		Expect(err).NotTo(HaveOccurred())
		for _, secret := range []string{"9876543210", "1991", "Hidden", "28-02", "files.example", "sig="} {
			Expect(string(text)).NotTo(ContainSubstring(secret))
		}
		Expect(all).To(ContainElement(judge.Difference{Pointer: "/born", Kind: judge.Type, Verdict: judge.Service, Want: `"02-02-1995"`, Got: "a date YYYY-MM-DD"}))
		k.Recording = nil
		got = answer(k, 2)
		got.Body = mutation{from: `"masked":"xxxxxxxx5647"`, to: `"masked":"987654321098"`}.of(got.Body)
		Expect(fmt.Sprint(judge.Live(k, got)[0])).To(Equal(`example: type at "/masked": want "xxxxxxxx5647", got 12 digits`))
	})

	It("says a code that is published elsewhere", func() {
		k := known(refusal)
		got := answer(k, 1)
		got.Body = mutation{from: `463`, to: `327`}.of(got.Body)
		Expect(judge.Live(k, got)).To(Equal([]judge.Difference{{Pointer: "/reason", Kind: judge.Code, Verdict: judge.Example, Want: "463", Got: "327"}}))
	})
})
