package call_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

var _ = Describe("a constructor", func() {
	c := call.New(context.Background(), "acme", "New")
	const base = "https://provider.example/base"
	// faulty is the member that err names, "" for no error.
	faulty := func(err error) string {
		if err == nil {
			return ""
		}
		Expect(err).To(MatchError(kyc.ErrInvalid))
		var e *kyc.Error
		Expect(errors.As(err, &e)).To(BeTrue())
		Expect(e.Want).NotTo(BeEmpty())
		return e.Member
	}

	DescribeTable("takes a base URL", func(base, member string) {
		Expect(faulty(c.Settings(base))).To(Equal(member))
	},
		Entry(nil, base, ""),
		Entry("of this machine", "http://127.0.0.1:8700", ""),
		Entry("but none without a host", "https:///base", "baseURL"),
		Entry("but none of another scheme", "ftp://provider.example", "baseURL"),
		Entry("but none with a user", "https://user@provider.example", "baseURL"),
		Entry("but none with a query", "https://provider.example?", "baseURL"),
		Entry("but none with a fragment", "https://provider.example#a", "baseURL"),
		Entry("but not what is none", "provider.example", "baseURL"),
	)

	It("says of a setting that is empty that it is missing, and of any other how it has to be", func() {
		c := call.New(context.Background(), "acme", "New")
		for value, want := range map[string]string{
			"": "a value, as it is empty", "a key": "a value that a header can",
		} {
			Expect(c.Values(call.Setting{Name: "Key", Value: value})).To(
				And(HaveField("Member", "Key"), HaveField("Want", HavePrefix(want))))
		}
	})

	DescribeTable("takes a setting", func(s call.Setting, member string) {
		s.Name = "Key"
		Expect(faulty(c.Settings(base, call.Setting{Name: "ID", Value: "id"}, s))).To(Equal(member))
	},
		Entry(nil, call.Setting{Value: "0123-abc"}, ""),
		Entry("of the first and the last printable characters", call.Setting{Value: "!~"}, ""),
		Entry("that is left out", call.Setting{Optional: true}, ""),
		Entry("but none that is missing", call.Setting{}, "Key"),
		Entry("but none with a line break", call.Setting{Value: "key\n", Optional: true}, "Key"),
		Entry("but none with a blank", call.Setting{Value: "a key"}, "Key"),
		Entry("but none beyond ASCII", call.Setting{Value: "schlüssel"}, "Key"),
	)
})

var _ = DescribeTable("a link", func(s string, is bool) {
	want := ""
	if is {
		want = s
	}
	Expect(call.Link(s).Reveal()).To(Equal(want))
},
	Entry(nil, "https://files.example/a.zip?key=1", true),
	Entry("that is a placeholder", "<xml file link with 48hrs expiry>", false),
	Entry("that is a script", "javascript:alert(1)", false),
	Entry("that is nothing", "", false),
)

var _ = DescribeTable("a word for yes or no", func(word string, want *bool) {
	Expect(call.YesNo(&word, "Available")).To(Equal(want))
},
	Entry(nil, "Y", pointer(true)),
	Entry("in another case", "n", pointer(false)),
	Entry("of the caller's", "available", pointer(true)),
	Entry("that nobody knows", "perhaps", nil),
)

var _ = DescribeTable("a whole number", func(written, digits string) {
	n := json.Number(written)
	Expect(call.Integer(&n)).To(Equal(digits))
},
	Entry(nil, "12345678901234567890", "12345678901234567890"),
	Entry("with an exponent", "1e3", "1000"),
	Entry("with a fraction of zero", "12345.0", "12345"),
	Entry("below zero", "-1", "-1"),
	Entry("that is none", "1.5", ""),
	Entry("of 256 bits", "115792089237316195423570985008687907853269984665640564039457584007913129639935",
		"115792089237316195423570985008687907853269984665640564039457584007913129639935"),
	Entry("of 257 bits", "115792089237316195423570985008687907853269984665640564039457584007913129639936", ""),
	Entry("that is too large", "1e99", ""),
	Entry("that would fill the memory", "1e999999999", ""),
	Entry("that is no number", "x", ""),
)

var _ = Describe("the address that a user came back to", func() {
	c := call.New(context.Background(), "acme", "ParseReturn")

	It("has a query, of which only what is asked for is read", func() {
		for raw, want := range map[string]url.Values{
			"id=1&id=2&other=3":            {"id": {"1", "2"}},
			"off=50%&view=a;id=7&%zz&id=1": {"id": {"1"}},
			"%69d=a%2Bb+c&":                {"id": {"a+b c"}},
			"id=100%+sure;+try+%C3%A9%4":   {"id": {"100% sure; try é%4"}},
			"id":                           {"id": {""}},
			"ID=1&id%3D=2":                 {},
			"":                             {},
		} {
			Expect(c.Query(&url.URL{RawQuery: raw}, "id")).To(Equal(want), raw)
		}
	})

	It("is refused if there is none", func() {
		query, err := c.Query(nil, "id")
		Expect(err).To(And(MatchError(kyc.ErrInvalid), HaveField("Member", "URL")))
		Expect(query).To(BeNil())
	})
})

var _ = It("absent members are empty", func() {
	Expect(call.Integer(nil)).To(BeEmpty())
	Expect(call.Text[string](nil)).To(BeEmpty())
	Expect(call.List[int](nil)).To(BeNil())
	Expect(call.New(context.Background(), "acme", "op").Hide(nil).IsZero()).To(BeTrue())
	Expect(call.Gender(nil).IsZero()).To(BeTrue())
	Expect(call.YesNo(nil)).To(BeNil())
})

var _ = Describe("a call", func() {
	// done is a call that was answered with that status and body.
	done := func(ctx context.Context, status int, body string) *call.Call {
		GinkgoHelper()
		c := call.New(ctx, "acme", "op")
		doer := wire.Doer{Client: &http.Client{Transport: answer{status, body}}}
		req, err := http.NewRequestWithContext(c.Context(), http.MethodGet, "https://provider.invalid", nil)
		Expect(err).NotTo(HaveOccurred())
		_, _ = doer.Do(req)
		return c
	}
	mistyped := func() error {
		var n struct{ N int }
		return json.Unmarshal([]byte(`{"N":"x"}`), &n)
	}()

	It("keeps the answer without its byte-order mark", func(ctx SpecContext) {
		c := done(ctx, 400, "\xef\xbb\xbf{}")
		Expect(c.Status()).To(Equal(400))
		Expect(string(c.Body())).To(Equal("{}"))
	})

	DescribeTable("that failed is", func(ctx SpecContext, status int, body string, err error, kind kyc.Err) {
		Expect(done(ctx, status, body).Failed(err)).To(MatchError(kind))
	},
		Entry("unavailable when cut", 200, `{`, &wire.Error{Kind: wire.ErrCut}, kyc.ErrUnavailable),
		Entry("unexpected when too large", 200, `{}`, &wire.Error{Kind: wire.ErrTooLarge}, kyc.ErrUnexpected),
		Entry("what its status means when it is no JSON", 403, `<html>`, &wire.Error{Kind: wire.ErrNotJSON}, kyc.ErrNotAllowed),
		Entry("what its status means when a member is mistyped", 503, `{"N":"x"}`, mistyped, kyc.ErrUnavailable),
		Entry("unexpected for any other reason", 200, `{}`, errors.New("odd"), kyc.ErrUnexpected),
	)

	It("is over when its context is", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		c := call.New(over, "acme", "op")
		cancel()
		Expect(c.Failed(errors.New("odd")) == context.Canceled).To(BeTrue())
	})

	It("knows a refusal with a mistyped member from a success with one", func(ctx SpecContext) {
		Expect(done(ctx, 400, `{"N":"x"}`).Mistyped(mistyped)).To(BeTrue())
		Expect(done(ctx, 200, `{"N":"x"}`).Mistyped(mistyped)).To(BeFalse())
		Expect(done(ctx, 400, `{}`).Mistyped(errors.New("odd"))).To(BeFalse())
	})

	DescribeTable("tells a state", func(ctx SpecContext, kind kyc.Err, state kyc.State) {
		c := done(ctx, 400, `{}`)
		consent, err := c.OrState("ref", c.Refused(kind, "", ""))
		if state == "" {
			Expect(err).To(MatchError(kind))
			return
		}
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(kyc.Ref("ref")))
		Expect(consent.State).To(Equal(state))
	},
		Entry("of pending", kyc.ErrPending, kyc.Pending),
		Entry("of expired", kyc.ErrExpired, kyc.Expired),
		Entry("of denied", kyc.ErrDenied, kyc.Denied),
		Entry("but not of an outage", kyc.ErrUnavailable, kyc.State("")),
	)
})

var _ = Describe("a trace", func() {
	It("leaves out what an adapter calls besides", func(ctx SpecContext) {
		outer, around := call.WithTrace(ctx)
		traced, trace := call.WithTrace(outer)
		call.New(traced, "acme", "getStatus")
		call.New(call.Untraced(traced), "acme", "authenticate")
		for _, t := range []*call.Trace{around, trace} {
			_, op, _, _ := t.Last()
			Expect(op).To(Equal("getStatus"))
		}
		inner, within := call.WithTrace(call.Untraced(traced)) // of somebody who looks at those calls
		call.New(inner, "acme", "authenticate")
		_, op, _, ok := within.Last()
		Expect([]any{op, ok}).To(HaveExactElements("authenticate", true))
	})

	It("is of calls in several goroutines, too, as the race detector knows", func(ctx SpecContext) {
		traced, trace := call.WithTrace(ctx)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() { call.New(traced, "acme", "getStatus") })
		}
		all.Wait()
		provider, op, status, ok := trace.Last()
		Expect([]any{provider, op, status, ok}).To(HaveExactElements("acme", "getStatus", 0, true))
	})
})

// answer is a RoundTripper that gives one.
type answer struct {
	status int
	body   string
}

func (a answer) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status, Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(a.body)),
		Body: io.NopCloser(strings.NewReader(a.body)), Request: r,
	}, nil
}

func pointer[T any](v T) *T { return &v }
