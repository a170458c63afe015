package wire_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"net/http"
	"runtime"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"

	"example.com/digilocker/adapters/wire"
)

var _ = Describe("A text that is no UTF-8", func() {
	const latin1 = "{\"value\":\"Ren\xe9 \x96 N\xfa\xf1ez\"}"
	answer := func(ctx context.Context, o odd) (*parsed, wire.Reply, error) {
		GinkgoHelper()
		return ask(ctx, direct(&http.Transport{}), serve(o.ServeHTTP))
	}

	DescribeTable("is read by the charset that is stated", func(ctx SpecContext, label string) {
		result, reply, err := answer(ctx, odd{status: 200, label: label, body: latin1})
		Expect(err).NotTo(HaveOccurred())
		Expect(*result).To(HaveField("JSON200.Value", "René – Núñez"))
		Expect(string(reply.Body())).To(Equal(latin1), "the reply is kept unrepaired")
		Expect(string(reply.Text())).To(Equal(`{"value":"René – Núñez"}`))
	},
		Entry(nil, "application/json; charset=ISO-8859-1"),
		Entry("in another spelling", `application/json;charset="latin1"`),
		Entry("by its newer name", "application/json; charset=windows-1252"),
	)

	DescribeTable("is refused, with its member", func(ctx SpecContext, label, body, member string) {
		_, reply, err := answer(ctx, odd{status: 200, label: label, body: body})
		Expect(err).To(kind(wire.ErrEncoding, 200))
		Expect(err).To(HaveField("Member", member))
		Expect(string(reply.Body())).To(Equal(body))
	},
		Entry("without a charset", "application/json", latin1, "value"),
		Entry("with the charset that it does not have", "application/json; charset=utf-8", latin1, "value"),
		Entry("with a charset that nobody here reads", "application/json; charset=koi8-r", latin1, "value"),
		Entry("with a label that cannot be read", "application/json; charset", latin1, "value"),
		Entry("deep inside", "application/json", "{\"a\":{\"b\":[1,{},{\"c\":\"\\\\ud800\",\"d\":\"\xe9\"}]}}", "a.b.2.d"),
		Entry("in the name of a member", "application/json", "{\"a\":{\"\xe9\":1}}", "a"),
		Entry("half a surrogate pair", "application/json", `{"a":"b","value":"\ud83d"}`, "value"),
		Entry("the other half", "application/json", `{"value":"\uDE00"}`, "value"),
		Entry("half a pair before another letter", "application/json", `{"value":"\ud83d\u0041"}`, "value"),
	)

	It("is told in all the members that have it", func() {
		Expect(wire.Garbled([]byte("{\"a\":[\"\xe9\",{\"b\":\"\\ud800\"},\"c\"],\"\xe9\":\"\xe9\"}"))).
			To(Equal([]string{"a.0", "a.1.b", "", "\ufffd"}))
		Expect(wire.Garbled([]byte(`{"a":"é"}`))).To(BeNil())
	})

	DescribeTable("is left", func(ctx SpecContext, o odd, want string) {
		result, _, err := answer(ctx, o)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(result.Body)).To(Equal(want))
	},
		Entry("in a refusal, whose code counts", odd{status: 400, label: "application/json", body: latin1}, latin1),
		Entry("if it is none: UTF-8 with another label", odd{status: 200, label: "application/json; charset=ISO-8859-1", body: `{"value":"é"}`}, `{"value":"é"}`),
		Entry("if it is none: a whole pair", odd{status: 200, label: "application/json", body: `{"value":"\ud83d\ude00 \\ud800"}`}, `{"value":"\ud83d\ude00 \\ud800"}`),
	)
})

var _ = Describe("Texts that are no UTF-8", func() {
	It("are told of the deepest value at no more cost than its depth", func() {
		const depth = 9000
		body := strings.Repeat(`{"a":`, depth) + "\"\xe9\"" + strings.Repeat("}", depth)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		Expect(wire.Garbled([]byte(body))).To(HaveLen(1))
		runtime.ReadMemStats(&after)
		Expect(after.TotalAlloc-before.TotalAlloc).To(BeNumerically("<", 100<<20), "bytes allocated")
	})

	It("are told a hundred times at most, as each has its whole path", func() {
		body := `{"` + strings.Repeat("a", 1000) + `":[` + strings.Repeat("\"\xe9\",", 200) + `"é"]}`
		Expect(wire.Garbled([]byte(body))).To(HaveLen(100))
	})
})

var _ = Describe("A limit below nothing", func() {
	It("lets no reply through, and sends nothing", func(ctx SpecContext) {
		calls := 0
		url := serve(func(http.ResponseWriter, *http.Request) { calls++ })
		for _, limits := range []wire.Limits{{Body: -1}, {Timeout: -1}} {
			_, _, err := ask(wire.WithLimits(ctx, limits), direct(&http.Transport{}), url)
			if limits.Body < 0 {
				Expect(err).To(kind(wire.ErrTooLarge, 0))
				Expect(unsent(err)).To(BeTrue())
			} else {
				Expect(err).To(kind(wire.ErrTimeout, 0))
			}
		}
		Expect(calls).To(BeZero())
	})

	It("lets no file out of an archive", func() {
		for limit, want := range map[int64]wire.Err{-1: wire.ErrTooLarge, -1 << 62: wire.ErrTooLarge, 0: wire.ErrTooLarge} {
			_, err := wire.Unzip(archive(entry{name: "a.xml", body: document}), limit)
			Expect(err).To(HaveField("Kind", want))
		}
	})
})

var _ = Describe("What a reply and a file hold", func() {
	It("is shown by no encoder and in no message of a failed test", func() {
		reply := wire.NewReply(200, http.Header{"X-Token": {secret}}, []byte(secret))
		file, err := wire.Unzip(archive(entry{name: "a.xml", body: document + "<!--" + secret + "-->"}), 1<<20)
		Expect(err).NotTo(HaveOccurred())
		for _, v := range []any{reply, &reply, *file, struct{ R wire.Reply }{reply}, struct{ F *wire.File }{file}} {
			var out bytes.Buffer
			Expect(gob.NewEncoder(&out).Encode(v)).To(Succeed())
			out.WriteString(format.Object(v, 1))
			Expect(out.String()).NotTo(ContainSubstring(secret))
			Expect(out.String()).NotTo(ContainSubstring("X-Token"))
		}
		// Of unexported fields Gomega calls no method.
		message := format.Object([]any{struct{ r wire.Reply }{reply}, struct{ f *wire.File }{file}}, 1)
		Expect(message).NotTo(Or(ContainSubstring(secret), ContainSubstring("X-Token")))
	})
})
