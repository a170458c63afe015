package call_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

// person is an answer such as a generator writes.
type person struct {
	Name  *string      `json:"name,omitempty"`
	ID    string       `json:"id"`
	State word         `json:"state"`
	Sure  bool         `json:"sure"`
	Count *json.Number `json:"count"`
	Home  *struct {
		Pin *string `json:"pin"`
	} `json:"home"`
	Cards []struct {
		ID *string `json:"id"`
	} `json:"cards"`
	Words []word            `json:"words"`
	Code  string            `json:"code"`
	Notes map[string]string `json:"notes"`

	Message *string         `json:"message"`
	Raw     json.RawMessage `json:"raw"`
}

type word string

type parsedPerson struct {
	JSON200 *person
}

// parse does what a generator writes, as far as Fit needs it.
func parse(r *http.Response) (*parsedPerson, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	parsed := &parsedPerson{}
	if r.StatusCode == 200 {
		if err := json.Unmarshal(text, &parsed.JSON200); err != nil {
			return nil, err
		}
	}
	return parsed, nil
}

var _ = Describe("an answer", func() {
	// asked is a call that was answered so, and what Fit made of it.
	asked := func(ctx context.Context, status int, body string, spared ...string) (*call.Call, *parsedPerson, error) {
		GinkgoHelper()
		c := call.New(ctx, "acme", "op")
		c.Spare(spared...)
		req, err := http.NewRequestWithContext(c.Context(), http.MethodGet, "https://provider.invalid", nil)
		Expect(err).NotTo(HaveOccurred())
		resp, err := wire.Doer{Client: &http.Client{Transport: answer{status, body}}}.Do(req)
		if err != nil {
			parsed, err := call.Fit(c, parse)(nil, err)
			return c, parsed, err
		}
		parsed, err := call.Fit(c, parse)(parse(resp))
		return c, parsed, err
	}

	DescribeTable("with a member of another type keeps the rest:", func(ctx SpecContext, member, read string, lost ...string) {
		c, got, err := asked(ctx, 200, `{"name":"Asha",`+member+`}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(*got.JSON200.Name).To(Equal("Asha"))
		text, err := json.Marshal(got.JSON200)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(text)).To(ContainSubstring(read))
		Expect(c.Unread()).To(HaveExactElements(lost))
	},
		Entry("a number for an id", `"id":7`, `"id":"7"`),
		Entry("a large one", `"id":12345678901234567890`, `"id":"12345678901234567890"`),
		Entry("one with an exponent", `"id":1e3`, `"id":"1000"`),
		Entry("one that is not whole", `"id":1.50`, `"id":"1.50"`),
		Entry("a truth value for an id", `"id":true`, `"id":""`, "id"),
		Entry("a number for a word of a list", `"state":7`, `"state":""`, "state"),
		Entry("a text for a truth value", `"sure":"true"`, `"sure":false`, "sure"),
		Entry("a text for a number", `"id":7,"count":" 12 "`, `"count":12`),
		Entry("a text that is no number", `"count":"many"`, `"count":null`, "count"),
		Entry("an empty text for a number", `"count":""`, `"count":null`, "count"),
		Entry("a list for an object", `"home":[]`, `"home":null`, "home"),
		Entry("a text for an object", `"home":""`, `"home":null`, "home"),
		Entry("a list of one for an object", `"home":[{"pin":110001}]`, `"home":{"pin":"110001"}`),
		Entry("a list of two for an object", `"home":[{},{}]`, `"home":null`, "home"),
		Entry("a member within", `"home":{"pin":[]}`, `"home":{"pin":null}`, "home.pin"),
		Entry("members of a list", `"cards":[{"id":1},"x",{"id":{}}]`, `"cards":[{"id":"1"},{"id":null}]`, "cards.1", "cards.2.id"),
		Entry("a list of one for a word", `"state":["open"]`, `"state":"open"`),
		Entry("a list in a list for an object", `"home":[[{"pin":"1"}]]`, `"home":null`, "home"),
		Entry("a list in a list for a word", `"state":[["open"]]`, `"state":""`, "state"),
		Entry("a list of two for a word", `"state":["open","shut"]`, `"state":""`, "state"),
		Entry("a list of one for a text", `"id":["7"]`, `"id":""`, "id"),
		Entry("a list that is none", `"cards":{}`, `"cards":null`, "cards"),
		Entry("an object for a list", `"cards":{"id":7}`, `"cards":[{"id":"7"}]`),
		Entry("one with a member that cannot be read", `"cards":{"id":{}}`, `"cards":[{"id":null}]`, "cards.0.id"),
		Entry("one of another kind", `"cards":{"7":{"id":"7"}}`, `"cards":null`, "cards"),
		Entry("a text for a list", `"words":"open"`, `"words":["open"]`),
		Entry("an empty text for a list", `"words":""`, `"words":null`, "words"),
		Entry("a number for a list", `"words":7`, `"words":null`, "words"),
		Entry("a number for a code", `"code":7`, `"code":""`, "code"),
		Entry("another spelling behind", `"id":"7","ID":"8"`, `"id":"7"`, "ID"),
		Entry("another spelling before", `"ID":"8","id":"7"`, `"id":"7"`, "ID"),
		Entry("another spelling that says the same", `"home":{"pin":"1"},"Home": { "pin" : "1" }`,
			`"home":{"pin":"1"}`),
		Entry("two other spellings", `"Id":"8","ID":"7"`, `"id":"7"`, "Id"),
		Entry("another spelling that is escaped", `"id":"7","\u0049D":"8"`, `"id":"7"`, "ID"),
		Entry("another spelling within", `"cards":[{"id":"7"},{"iD":"8","id":"7"}]`,
			`"cards":[{"id":"7"},{"id":"7"}]`, "cards.1.iD"),
		Entry("one twice, of which parsers take the last", `"id":"8","id":"7"`, `"id":"7"`),
		Entry("two spellings of a name in a map", `"notes":{"a":"1","A":"2"}`, `"notes":{"A":"2","a":"1"}`),
		Entry("members of a map", `"notes":{"a":1,"b":[]}`, `"notes":{"a":"1"}`, "notes.b"),
		Entry("one in other letters", `"ID":7`, `"id":"7"`),
		Entry("one that nobody documented", `"id":7,"other":[1]`, `"id":"7"`),
		Entry("one of several types", `"id":7,"raw":[1]`, `"raw":[1]`),
		Entry("null", `"id":7,"home":null`, `"home":null`),
	)

	It("has no number for a name", func(ctx SpecContext) {
		c, got, err := asked(ctx, 200, `{"name":560000123400,"id":"7"}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(got.JSON200.Name).To(BeNil())
		Expect(c.Unread()).To(Equal([]string{"name"}))
	})

	DescribeTable("keeps its error", func(ctx SpecContext, status int, body string) {
		_, got, err := asked(ctx, status, body)
		Expect(err != nil || got.JSON200 == nil).To(BeTrue())
	},
		Entry("that is a list", 200, `[{"id":7},{}]`), Entry("that is a text", 200, `"x"`),
		Entry("that is a list in a list", 200, `[[{"id":"7"}]]`),
		Entry("that is no JSON", 200, `<html>`), Entry("that is a refusal", 400, `{"id":7}`),
	)

	It("changes nothing of one that can be read", func(ctx SpecContext) {
		c, got, err := asked(ctx, 200, `{"id":"7"}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(got.JSON200.ID).To(Equal("7"))
		Expect(c.Unread()).To(BeNil())
	})

	It("has many members, one of which is in another spelling", func(ctx SpecContext) {
		body := &strings.Builder{}
		for i := range 300_000 {
			fmt.Fprintf(body, `"other%d":1,`, i)
		}
		c, got, err := asked(ctx, 200, `{`+body.String()+`"id":"7","ID":"8"}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(got.JSON200.ID).To(Equal("7"))
		Expect(c.Unread()).To(Equal([]string{"ID"}))
	}, SpecTimeout(4*time.Minute))

	It("needs no message, and has every other text in UTF-8", func(ctx SpecContext) {
		c, got, err := asked(ctx, 200, "{\"message\":\"\xe9\",\"cards\":[{\"id\":\"7\",\"message\":\"\xe9\"}]}")
		Expect(err).NotTo(HaveOccurred())
		Expect(*got.JSON200.Cards[0].ID).To(Equal("7"))
		Expect(c.Unread()).To(Equal([]string{"message"}), "the other is nobody's")
		c, _, err = asked(ctx, 200, "{\"message\":\"\xe9\",\"name\":\"\xe9\",\"id\":\"\xe9\"}")
		Expect(c.Failed(err)).To(And(MatchError(kyc.ErrUnexpected), HaveField("Member", "name")))
		c, _, err = asked(ctx, 200, "{\"message\":\"\xe9\",\"\xe9\":1}")
		Expect(c.Failed(err)).To(And(MatchError(kyc.ErrUnexpected), HaveField("Member", "")))
	})

	It("does without what is spared", func(ctx SpecContext) {
		c, got, err := asked(ctx, 200, "{\"id\":\"7\",\"name\":\"\xe9\"}", "name")
		Expect(err).NotTo(HaveOccurred())
		Expect(got.JSON200.ID).To(Equal("7"))
		Expect(c.Unread()).To(Equal([]string{"name"}))
		c, _, err = asked(ctx, 200, "{\"id\":\"\xe9\",\"name\":\"\xe9\"}", "name")
		Expect(c.Failed(err)).To(And(MatchError(kyc.ErrUnexpected), HaveField("Member", "id")))
	})

	It("does without what is spared of each element of a list", func(ctx SpecContext) {
		const some = "{\"id\":\"7\",\"cards\":[{\"id\":\"1\"},{\"id\":\"\xe9\"}]," +
			"\"words\":[\"a\",\"\xe9\"],\"raw\":[\"\xe9\"]}"
		c, got, err := asked(ctx, 200, some, "cards.*.id", "words", "raw")
		Expect(err).NotTo(HaveOccurred())
		Expect(got.JSON200.Words).To(Equal([]word{"a"}))
		Expect(got.JSON200.Raw).To(BeNil())
		Expect(c.Unread()).To(Equal([]string{"cards.1.id", "raw", "words.1"}))
		for _, others := range [][]string{
			{"cards.*", "words"}, {"cards.0.id", "words", "raw"}, {"*.*.id", "words.0", "raw"},
			{"cards.1.id.x", "words", "raw"},
		} {
			c, _, err = asked(ctx, 200, some, others...)
			Expect(c.Failed(err)).To(MatchError(kyc.ErrUnexpected), "%v", others)
		}
	})

	DescribeTable("does without what is spared", func(ctx SpecContext, body string) {
		_, got, err := asked(ctx, 200, body, "cards.*.id", "name")
		Expect(err).NotTo(HaveOccurred())
		Expect(got.JSON200.ID).To(Equal("7"))
	},
		Entry("in another case", "{\"id\":\"7\",\"Name\":\"\xe9\",\"Cards\":[{\"ID\":\"\xe9\"}]}"),
		Entry("in an object that stands for a list of it", "{\"id\":\"7\",\"cards\":{\"id\":\"\xe9\"}}"),
		Entry("in a list of one that stands for the answer", "[{\"id\":\"7\",\"name\":\"\xe9\"}]"),
		Entry("as a message in another case", "{\"id\":\"7\",\"Message\":\"\xe9\"}"),
	)

	DescribeTable("needs nothing that nobody documented", func(ctx SpecContext, members string) {
		c, got, err := asked(ctx, 200, `{"id":"7",`+members+`}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(got.JSON200.ID).To(Equal("7"))
		Expect(c.Unread()).To(BeEmpty())
	},
		Entry("as a member", "\"foo\":\"\xe9\""),
		Entry("in one", "\"foo\":{\"id\":[\"\xe9\",{\"\xe9\":1}]}"),
		Entry("in a documented member", "\"home\":{\"foo\":\"\\ud800\"}"),
		Entry("in a list", "\"cards\":[{},{\"foo\":\"\xe9\"}]"),
		Entry("in an object that stands for a list of it", "\"cards\":{\"id\":\"1\",\"foo\":\"\xe9\"}"),
		Entry("in a list of one that stands for an object", "\"home\":[{\"foo\":\"\xe9\"}]"),
	)

	DescribeTable("needs what is documented", func(ctx SpecContext, members, member string) {
		c, _, err := asked(ctx, 200, `{"id":"7","foo":"`+"\xe9"+`",`+members+`}`)
		Expect(c.Failed(err)).To(And(MatchError(kyc.ErrUnexpected), HaveField("Member", member)))
	},
		Entry("of the answer", "\"code\":\"\xe9\"", "code"),
		Entry("of an element", "\"cards\":[{},{\"id\":\"\xe9\"}]", "cards.1.id"),
		Entry("of an object that stands for a list of it", "\"cards\":{\"id\":\"\xe9\"}", "cards.0.id"),
		Entry("of a list of one that stands for an object", "\"home\":[{\"pin\":\"\xe9\"}]", "home.pin"),
		Entry("in another case", "\"Cards\":[{\"ID\":\"\xe9\"}]", "cards.0.id"),
		Entry("of a map, whose names are the provider's", "\"notes\":{\"asha\":\"\xe9\"}", "notes"),
		Entry("of what may be anything", "\"raw\":{\"asha\":\"\xe9\"}", "raw"),
		Entry("of another type", "\"name\":{\"asha\":\"\xe9\"}", "name"),
		Entry("behind a hundred that nobody documented",
			"\"bar\":["+strings.Repeat("\"\xe9\",", 100)+"0],\"code\":\"\xe9\",\"cards\":[{\"id\":\"\xe9\"}]",
			"cards.0.id"),
	)

	It("names a long list, if it can be a documented one", func(ctx SpecContext) {
		long := `[0` + strings.Repeat(",0", wire.DefaultElements) + `]`
		c, _, err := asked(ctx, 200, `{"cards":`+long+`}`)
		Expect(c.Failed(err)).To(And(MatchError(kyc.ErrUnexpected), HaveField("Member", "cards")))
		c, _, err = asked(ctx, 200, `{"asha":`+long+`}`)
		Expect(c.Failed(err)).To(And(MatchError(kyc.ErrUnexpected), HaveField("Member", "")))
	})

	It("is not looked at again where it is decoded, but any other text is", func(ctx SpecContext) {
		const plain = `{"id":"7","name":"Asha"}`
		c, _, err := asked(ctx, 200, " "+plain+"\n")
		Expect(err).NotTo(HaveOccurred())
		got, err := call.Decode[person](c, "", []byte(plain))
		Expect(err).NotTo(HaveOccurred())
		Expect(got.ID).To(Equal("7"))
		got, err = call.Decode[person](c, "", []byte(`{"id":"7","ID":"8"}`))
		Expect(err).NotTo(HaveOccurred())
		Expect(got.ID).To(Equal("7"))
		Expect(c.Unread()).To(Equal([]string{"ID"}))
		_, err = call.Decode[person](c, "", []byte("\"\xe9\""))
		Expect(err).To(HaveOccurred())
	})

	It("is not fitted once the call has ended", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		c, got, err := asked(over, 200, `{"id":7}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(got.JSON200.ID).To(Equal("7"))
		cancel()
		_, err = call.Decode[person](c, "", []byte(`{"id":7}`))
		Expect(err).To(HaveOccurred())
	})

	It("is in the error if the call ends before it is fitted", func(ctx SpecContext) {
		long := `{"other":[0` + strings.Repeat(",0", wire.DefaultElements) + `]}`
		for _, body := range []string{`{"id":7}`, `[{"id":"7"}]`, "{\"message\":\"\xe9\"}", `<html>`, long} {
			over, cancel := context.WithCancel(ctx)
			c := call.New(over, "acme", "op")
			req, err := http.NewRequestWithContext(c.Context(), http.MethodPost, "https://provider.invalid", nil)
			Expect(err).NotTo(HaveOccurred())
			resp, err := wire.Doer{Client: &http.Client{Transport: answer{200, body}}}.Do(req)
			cancel()
			got := (*parsedPerson)(nil)
			if err == nil {
				got, err = parse(resp)
			}
			_, err = call.Fit(c, parse)(got, err)
			err = c.Failed(err)
			Expect(err).To(And(MatchError(kyc.ErrUnexpected), MatchError(context.Canceled)), body)
			e := (*kyc.Error)(nil)
			Expect(errors.As(err, &e)).To(BeTrue())
			Expect(string(e.Raw())).To(Equal(body), "it may be a token, or a journey that has begun")
			Expect(e.Status).To(Equal(http.StatusOK))
			Expect(err.Error()).To(Equal("acme: op: undocumented answer (HTTP 200, context canceled)"))
		}
	})

	DescribeTable("is no part of itself where the call ends while it is fitted:", func(ctx SpecContext, body string) {
		for left := range 6 {
			over := &suite.Ending{Context: ctx, Left: 1000}
			c := call.New(over, "acme", "op")
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://provider.invalid", nil)
			Expect(err).NotTo(HaveOccurred())
			resp, err := wire.Doer{Client: &http.Client{Transport: answer{200, body}}}.Do(
				req.WithContext(c.Context()))
			Expect(err).NotTo(HaveOccurred())
			got, err := parse(resp)
			over.Left = left
			_, err = call.Fit(c, parse)(got, err)
			Expect(err).To(HaveOccurred(), "after %d looks", left)
			Expect(c.Failed(err)).To(And(MatchError(kyc.ErrUnexpected), MatchError(context.Canceled)))
		}
	},
		Entry("of another type", `{"id":"7","cards":[{"id":1},{"id":2},{"id":3},{"id":4}]}`),
		Entry("in other letters", `{"id":"7","ID":"8","cards":[{"id":"1"},{"id":"2"},{"id":"3"},{"id":"4"}]}`),
	)

	It("names the member whose text is no UTF-8, if it can be one", func(ctx SpecContext) {
		c, _, err := asked(ctx, 200, "{\"home\":{\"pin\":\"\xe9\"}}")
		Expect(c.Failed(err)).To(And(MatchError(kyc.ErrUnexpected), HaveField("Member", "home.pin")))
		c, _, err = asked(ctx, 200, "{\"ABCPV1234D\":\"\xe9\"}")
		Expect(c.Failed(err)).To(And(MatchError(kyc.ErrUnexpected), HaveField("Member", "")))
	})
})

var _ = Describe("a text that is decoded", func() {
	c := func() *call.Call { return call.New(context.Background(), "acme", "op") }

	It("reads the documented spelling of a member", func() {
		c := c()
		got, err := call.Decode[person](c, "people", []byte(`{"id":"7","ID":"8"}`))
		Expect(err).NotTo(HaveOccurred())
		Expect(got.ID).To(Equal("7"))
		Expect(c.Unread()).To(Equal([]string{"people.ID"}))
	})

	It("tells what is unread of each element of a list, and what is not of it", func() {
		c := c()
		const people = `[7,{"sure":"x","home":{"pin":[]}},{"id":"7"},{"sure":8}]`
		list, err := call.Decode[[]person](c, "people", []byte(people))
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(HaveLen(3))
		for _, other := range []string{"people", "people.x.id", "people.02x.id", "peoples.1.id", "others.1.id"} {
			c.Lose(other)
		}
		Expect(c.UnreadIn("people")).To(Equal(map[int][]string{1: {"home.pin", "sure"}, 3: {"sure"}}))
		Expect(c.UnreadIn("nobody")).To(BeEmpty())
	})

	It("says where the rest stands of a list", func() {
		c := c()
		list, err := call.Decode[[]person](c, "people", []byte(`[7,{"sure":"x"},"x",{}]`))
		Expect(err).NotTo(HaveOccurred())
		Expect(c.Places("people", len(list))).To(Equal([]int{1, 3}))
		Expect(c.Places("others", 2)).To(Equal([]int{0, 1}))
		Expect(c.LeftOut("people")).To(Equal([]int{0, 2}))
		Expect(c.LeftOut("others")).To(BeEmpty())
	})

	It("says where it stands in what it loses", func() {
		c := c()
		list, err := call.Decode[[]person](c, "people", []byte(`[{"name":"Asha"},7,{"sure":"x"}]`))
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(HaveLen(2))
		Expect(c.Unread()).To(Equal([]string{"people.1", "people.2.sure"}))
	})

	It("loses a text that would be changed, and no other", func() {
		c := c()
		got, err := call.Decode[person](c, "", []byte("{\"name\":\"Ren\xe9\",\"id\":\"7\"}"))
		Expect(err).NotTo(HaveOccurred())
		Expect(got.Name).To(BeNil())
		Expect(got.ID).To(Equal("7"))
		Expect(c.Unread()).To(Equal([]string{"name"}))
	})

	It("is refused if it is none of it", func() {
		for _, text := range []string{`7`, `[]`, `[{},{}]`, ``, "\"\xe9\""} {
			_, err := call.Decode[person](c(), "", []byte(text))
			Expect(err).To(HaveOccurred(), text)
		}
	})
})

var _ = Describe("what a member says that is not needed", func() {
	It("is told where it cannot be read", func() {
		c := call.New(context.Background(), "acme", "op")
		Expect(c.Time("at", "2026-03-01T10:00:00Z", time.UTC)).To(Equal(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)))
		Expect(c.Time("none", "", time.UTC)).To(BeZero())
		Expect(c.Link("link", "https://files.example/a").IsZero()).To(BeFalse())
		Expect(c.Link("empty", " ").IsZero()).To(BeTrue())
		Expect(c.Unread()).To(BeNil())
		Expect(c.Time("zoneless", "2026-03-01 10:00:00", time.FixedZone("", 19800)).UTC().Hour()).To(Equal(4))
		Expect(c.Time("odd", "soon", time.UTC)).To(BeZero())
		Expect(c.Link("script", "javascript:alert(1)").IsZero()).To(BeTrue())
		c.Lose("more")
		c.Lose("more")
		Expect(c.Unread()).To(Equal([]string{"more", "odd", "script", "zoneless"}))
	})

	It("is told where it is no date, photo or Aadhaar number", func() {
		c := call.New(context.Background(), "acme", "op")
		Expect(c.Date("dob", "1990").ISO()).To(Equal("1990"))
		Expect(c.Photo("photo", "https://photos.example/1").Link()).NotTo(BeEmpty())
		Expect(c.Aadhaar("uid", "XXXX XXXX 1234").Reveal()).To(Equal("XXXXXXXX1234"))
		c.Date("dob", " ")
		c.Photo("photo", "")
		c.Aadhaar("uid", " ")
		Expect(c.Unread()).To(BeNil())
		Expect(c.Date("dob", "soon").Raw()).To(Equal("soon"))
		Expect(c.Photo("photo", "none").Raw()).To(Equal("none"))
		Expect(c.Aadhaar("uid", "none").IsZero()).To(BeTrue())
		Expect(c.Unread()).To(Equal([]string{"dob", "photo", "uid"}))
	})
})

var _ = DescribeTable("a ReturnTo", func(returnTo, own string, free bool) {
	err := call.New(context.Background(), "acme", "op").FreeOf(returnTo, own, "id", "code")
	if free {
		Expect(err).NotTo(HaveOccurred())
		return
	}
	Expect(err).To(And(MatchError(kyc.ErrInvalid), HaveField("Member", "ReturnTo")))
	Expect(err.Error()).To(ContainSubstring("id, code"))
},
	Entry("is free", "https://shop.example/?a=b&ID=1#id=7", "", true),
	Entry("has one of the parameters", "https://shop.example/?id=7", "", false),
	Entry("has an empty one", "https://shop.example/?code", "", false),
	Entry("has the caller's own value", "https://shop.example/?id=7", "7", true),
	Entry("has the caller's own value and another", "https://shop.example/?id=7&id=8", "7", false),
)

// vault is an error whose text has the secret.
type vault struct{ secret string }

func (v *vault) Error() string { return "vault: " + v.secret + " has run out" }

var _ = Describe("credentials", func() {
	check := func(c *call.Call, s string) error {
		if s == "bad" {
			return c.Invalid("Secret", "a better one")
		}
		return nil
	}

	It("are those of the constructor without a function", func() {
		Expect(call.Credentials(call.New(context.Background(), "acme", "op"), "made", nil, check)).To(Equal("made"))
	})

	It("are the function's, with the caller's own context", func(ctx SpecContext) {
		got, err := call.Credentials(call.New(ctx, "acme", "op"), "made", func(got context.Context) (string, error) {
			Expect(got).To(BeIdenticalTo(ctx))
			return "now", nil
		}, check)
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(Equal("now"))
	})

	It("are none if the function fails, or says what cannot work", func(ctx SpecContext) {
		cause := &vault{"hunter2"}
		failing := func(err error) error {
			_, err = call.Credentials(call.New(ctx, "acme", "op"), "", func(context.Context) (string, error) {
				return "", err
			}, check)
			return err
		}
		err := failing(fmt.Errorf("vault: %w", cause))
		Expect(err).To(MatchError(kyc.ErrCredentials))
		Expect(err).To(MatchError("acme: op: credentials refused (Options.Credentials failed)"))
		Expect(errors.Is(err, cause)).To(BeTrue())
		found := (*vault)(nil)
		Expect(errors.As(err, &found)).To(BeTrue())
		Expect(found).To(BeIdenticalTo(cause))
		for e := err; e != nil; e = errors.Unwrap(e) {
			Expect(fmt.Sprintf("%v %+v %#v %s", e, e, e, format.Object(e, 1))).NotTo(ContainSubstring("hunter2"))
		}
		for _, end := range []error{context.Canceled, context.DeadlineExceeded} { // of a context of the function's own
			err := failing(fmt.Errorf("secret hunter2: %w", end))
			Expect(errors.Unwrap(err)).To(And(MatchError(end.Error()), MatchError(end)))
		}
		_, err = call.Credentials(call.New(ctx, "acme", "op"), "", func(context.Context) (string, error) { return "bad", nil }, check)
		Expect(err).To(And(MatchError(kyc.ErrCredentials), HaveField("Member", "Secret"), HaveField("Op", "op")))
	})

	It("are not waited for by a call that has ended", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		_, err := call.Credentials(call.New(over, "acme", "op"), "", func(context.Context) (string, error) {
			cancel()
			return "", errors.New("late")
		}, check)
		Expect(err).To(BeIdenticalTo(context.Canceled))
	})
})
