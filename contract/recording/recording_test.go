package recording_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/specs/scan"
)

func TestRecord(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/recording")
}

// plain hides the word "secret" and every header but the content's type.
type plain struct{}

func (plain) URL(u *url.URL) *url.URL { return u }
func (plain) Header(h http.Header) http.Header {
	return http.Header{"Content-Type": h["Content-Type"]}
}
func (plain) RequestBody(_ string, body []byte) []byte {
	return []byte(strings.ReplaceAll(string(body), "secret", "hidden"))
}
func (p plain) AnswerBody(mediaType string, body []byte) []byte {
	return p.RequestBody(mediaType, body)
}

// call sends one request through t.
func call(ctx context.Context, t http.RoundTripper, method, address, body string) (string, error) {
	GinkgoHelper()
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	r.Header.Set("Content-Type", "application/json")
	resp, err := t.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	return text2(resp.StatusCode, text), nil
}

func text2(status int, body []byte) string { return http.StatusText(status) + " " + string(body) }

var _ = Describe("A recording", func() {
	var (
		server *httptest.Server
		asked  int
		dir    string
	)
	BeforeEach(func() {
		asked, dir = 0, GinkgoT().TempDir()
		server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Other", "kept by nobody")
			_, _ = io.WriteString(w, []string{`{"b":1e3,"a":"secret"}`, `{"b": 2}`, "<html>\n"}[(asked-1)%3])
		}))
		DeferCleanup(server.Close)
	})

	recorded := func(ctx context.Context, n int) *recording.Fixture {
		GinkgoHelper()
		r := &recording.Recorder{Next: http.DefaultTransport, Base: server.URL + "/base", Redactor: plain{}}
		for range n {
			_, err := call(ctx, r, "POST", server.URL+"/base/poll?x=1&y=2", `{"my":"secret","n":1}`)
			Expect(err).NotTo(HaveOccurred())
		}
		f := &recording.Fixture{Example: "acme/poll/200/done", From: recording.Simulator, Recorded: "2026-11-21", Document: strings.Repeat("0", 64), Exchanges: r.Exchanges()}
		Expect(f.Write(dir)).To(Succeed())
		got, err := recording.Read(os.DirFS(dir), f.Example)
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(Equal(f))
		return got
	}
	player := func(f *recording.Fixture) *recording.Player {
		return &recording.Player{Fixture: f, Base: "https://elsewhere.example/v3", Redactor: plain{}}
	}
	const at = "https://elsewhere.example/v3/poll?y=2&x=1"

	It("plays repeats in their order, redacted, byte for byte", func(ctx SpecContext) {
		p := player(recorded(ctx, 3))
		for _, want := range []string{`OK {"b":1e3,"a":"hidden"}`, `OK {"b": 2}`, "OK <html>\n"} {
			Expect(call(ctx, p, "POST", at, `{"n":1,"my":"secret"}`)).To(Equal(want))
		}
		Expect(p.Rest()).To(Succeed())
		Expect(asked).To(Equal(3), "nobody was called")
		text, err := os.ReadFile(filepath.Join(dir, recording.Path("acme/poll/200/done")))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(text)).NotTo(ContainSubstring("secret"))
		Expect(string(text)).NotTo(ContainSubstring("127.0.0.1"))
		Expect(string(text)).To(ContainSubstring("recorded_from: simulator"))
	})

	DescribeTable("refuses a request to", func(ctx SpecContext, address, pointer string) {
		_, err := call(ctx, player(recorded(ctx, 1)), "POST", address, `{"n":1,"my":"secret"}`)
		mismatch := new(recording.Mismatch)
		Expect(errors.As(err, &mismatch)).To(BeTrue())
		Expect(mismatch.Faults).To(ContainElement(HaveField("Pointer", pointer)))
		Expect(mismatch.Error()).NotTo(ContainSubstring("secret"))
	},
		Entry("another host", "https://evil.example/v3/poll?y=2&x=1", "/host"),
		Entry("another port", "https://elsewhere.example:8443/v3/poll?y=2&x=1", "/host"),
		Entry("another scheme", "http://elsewhere.example/v3/poll?y=2&x=1", "/scheme"),
		Entry("a host with a user before it", "https://u:secret@elsewhere.example/v3/poll?y=2&x=1", "/host"),
		Entry("a path that is not below the base", "https://elsewhere.example/poll?y=2&x=1", "/path"),
		Entry("no query, with its question mark", "https://elsewhere.example/v3/poll?", "/query"),
	)

	DescribeTable("reads back what is no UTF-8 as it was written:", func(body string) {
		f := &recording.Fixture{
			Example: "acme/poll/200/done", From: recording.Simulator, Recorded: "2026-11-21", Document: strings.Repeat("0", 64),
			Exchanges: []recording.Exchange{{
				Request: recording.Request{
					Method: "POST", Path: "/poll", Query: recording.Query{"x": {"1", body}, "x" + body: {""}},
					Header: recording.Header{"X-Said": body, "X-Plain": "1"}, Body: recording.Body(body),
				},
				Answer: recording.Answer{Status: 200, Header: recording.Header{"Location": body}, Body: recording.Body(body)},
			}},
		}
		Expect(f.Write(dir)).To(Succeed())
		text, err := os.ReadFile(filepath.Join(dir, recording.Path(f.Example)))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(text)).NotTo(ContainSubstring("binary"))
		got, err := recording.Read(os.DirFS(dir), f.Example)
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(Equal(f))
	},
		Entry("JSON", "{\"name\":\"Ren\xe9\"}"),
		Entry("a page", "<html>\n Ren\xe9 \r\n</html>"),
		Entry("every byte", func() string {
			all := make([]byte, 256)
			for i := range all {
				all[i] = byte(i)
			}
			return string(all)
		}()),
		Entry("UTF-8 beside it", "é\xe9"),
		Entry("UTF-8 alone, which is", `{"name":"René"}`),
	)

	It("plays a header and a query that are no UTF-8 as they came", func(ctx SpecContext) {
		latin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; of=Ren\xe9")
		}))
		DeferCleanup(latin.Close)
		r := &recording.Recorder{Next: http.DefaultTransport, Base: latin.URL, Redactor: plain{}}
		_, err := call(ctx, r, "GET", latin.URL+"/poll?n=Ren%E9", "")
		Expect(err).NotTo(HaveOccurred())
		f := &recording.Fixture{
			Example: "acme/poll/200/done", From: recording.Simulator, Recorded: "2026-11-21", Document: strings.Repeat("0", 64),
			Exchanges: r.Exchanges(),
		}
		Expect(f.Write(dir)).To(Succeed())
		got, err := recording.Read(os.DirFS(dir), f.Example)
		Expect(err).NotTo(HaveOccurred())
		req, err := http.NewRequestWithContext(ctx, "GET", "https://elsewhere.example/v3/poll?n=Ren%E9", nil)
		Expect(err).NotTo(HaveOccurred())
		req.Header.Set("Content-Type", "application/json")
		resp, err := player(got).RoundTrip(req)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Body.Close()).To(Succeed())
		Expect(resp.Header).To(HaveKeyWithValue("Content-Type", []string{"text/plain; of=Ren\xe9"}))
	})

	It("shows what is no UTF-8 to the scan", func() {
		f := &recording.Fixture{
			Example: "acme/poll/200/done", From: recording.Simulator, Recorded: "2026-11-21", Document: strings.Repeat("0", 64),
			Exchanges: []recording.Exchange{{Request: recording.Request{Method: "GET"}, Answer: recording.Answer{Status: 200, Body: "{\"mobile\":\"9876543219\",\"x\":\"\xe9\"}"}}},
		}
		Expect(f.Write(dir)).To(Succeed())
		text, err := os.ReadFile(filepath.Join(dir, recording.Path(f.Example)))
		Expect(err).NotTo(HaveOccurred())
		Expect(scan.Find(text, nil)).To(ContainElement(HaveField("Kind", "mobile")))
	})

	It("fails what is asked for twice, and what is not asked for", func(ctx SpecContext) {
		p := player(recorded(ctx, 2))
		_, err := call(ctx, p, "POST", at, `{"my":"hidden","n":1}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(p.Rest()).To(MatchError(ContainSubstring("1 of 2 exchanges were not asked for, from POST /poll")))
		_, err = call(ctx, p, "POST", at, `{"my":"hidden","n":1}`)
		Expect(err).NotTo(HaveOccurred())
		_, err = call(ctx, p, "POST", at, `{"my":"hidden","n":1}`)
		Expect(err).To(MatchError(ContainSubstring("asked for after the last exchange")))
	})

	DescribeTable("is not that of another request:", func(ctx SpecContext, method, address, body, pointer string) {
		p := player(recorded(ctx, 1))
		_, err := call(ctx, p, method, address, body)
		mismatch := new(recording.Mismatch)
		Expect(errors.As(err, &mismatch)).To(BeTrue(), "%v", err)
		var pointers []string
		for _, f := range mismatch.Faults {
			pointers = append(pointers, f.Pointer)
		}
		Expect(pointers).To(ConsistOf(pointer))
		Expect(err.Error()).To(ContainSubstring("acme/poll/200/done: request 1"))
		Expect(p.Rest()).NotTo(Succeed(), "the exchange is still there")
	},
		Entry("method", "PUT", at, `{"my":"secret","n":1}`, "/method"),
		Entry("path", "POST", "https://elsewhere.example/v3/pole?x=1&y=2", `{"my":"secret","n":1}`, "/path"),
		Entry("query", "POST", "https://elsewhere.example/v3/poll?x=1&y=3", `{"my":"secret","n":1}`, "/query/y"),
		Entry("missing query", "POST", "https://elsewhere.example/v3/poll?x=1", `{"my":"secret","n":1}`, "/query/y"),
		Entry("member", "POST", at, `{"my":"secret","n":2}`, "/body/n"),
		Entry("spelling of a number", "POST", at, `{"my":"secret","n":1.0}`, "/body/n"),
		Entry("no body", "POST", at, ``, "/body"),
	)

	It("has an age", func() {
		f := recording.Fixture{Recorded: "2026-11-21"}
		Expect(f.Age(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))).To(Equal(0))
		Expect(f.Age(time.Date(2027, 2, 19, 12, 0, 0, 0, time.UTC))).To(Equal(90))
	})

	DescribeTable("that is damaged is named, with its remedy:", func(ctx SpecContext, change func(string) string, want string) {
		recorded(ctx, 1)
		path := filepath.Join(dir, recording.Path("acme/poll/200/done"))
		text, err := os.ReadFile(path)
		Expect(err).NotTo(HaveOccurred())
		changed := change(string(text))
		Expect(changed).NotTo(Equal(string(text)))
		Expect(os.WriteFile(path, []byte(changed), 0o600)).To(Succeed())
		_, err = recording.Read(os.DirFS(dir), "acme/poll/200/done")
		Expect(err).To(MatchError(And(ContainSubstring("fixtures/poll/200/done.yaml"), ContainSubstring(want))))
	},
		Entry("another example", replacing("acme/poll", "acme/pole"), `is of "acme/pole/200/done"; make record`),
		Entry("from nowhere", replacing("recorded_from: simulator", "recorded_from: memory"), `"memory" is neither simulator nor sandbox`),
		Entry("some day", replacing(`"2026-11-21"`, "yesterday"), `"yesterday" is no day`),
		Entry("no document", replacing(strings.Repeat("0", 64), "none"), "is no SHA-256"),
		Entry("no exchange", func(s string) string { return s[:strings.Index(s, "exchanges:")] + "exchanges: []\n" }, "has no exchanges"),
		Entry("a member", replacing("recorded:", "when:"), "when"),
		Entry("a query that is a text, and not escaped", func(s string) string {
			return regexp.MustCompile(`query:\n( +.*\n){4}`).ReplaceAllString(s, "query: '%zz'\n")
		}, "or is escaped"),
		Entry("half of it", func(s string) string { return s[:strings.Index(s, "answer:")] }, "without a method or a status"),
	)

	It("refuses an answer without end", func(ctx SpecContext) {
		big := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			block := make([]byte, 1<<20)
			for range 11 {
				_, _ = w.Write(block)
			}
		}))
		DeferCleanup(big.Close)
		r := &recording.Recorder{Next: http.DefaultTransport, Base: big.URL, Redactor: plain{}}
		_, err := call(ctx, r, "GET", big.URL, "")
		Expect(err).To(MatchError(ContainSubstring("more than 10 MiB")))
		Expect(r.Exchanges()).To(BeEmpty())
	})
})

var _ = Describe("Compare", func() {
	It("finds nothing in equal requests", func() {
		r := recording.Request{Method: "GET", Path: "/a", Header: map[string]string{"A": "b"}, Body: `{"a":null}`}
		Expect(recording.Compare(r, recording.Request{Method: "GET", Path: "/a", Header: map[string]string{"A": "b"}, Body: `{}`})).To(BeEmpty())
		Expect(recording.Compare(r, recording.Request{Method: "GET", Path: "/a", Body: `{}`})).To(Equal([]example.Fault{{Pointer: "/header/A", Want: "the header", Got: "no such header"}}))
		empty := recording.Request{Method: "GET", Path: "/a", Header: map[string]string{"A": ""}}
		Expect(recording.Compare(empty, recording.Request{Method: "GET", Path: "/a"})).To(HaveLen(1), "an empty header is one")
	})

	It("finds a header of another name, whatever its value", func() {
		with, without := recording.Request{Others: []string{"X-A", "X-B"}}, recording.Request{Others: []string{"X-B"}}
		Expect(recording.Compare(with, with)).To(BeEmpty())
		Expect(recording.Compare(with, without)).To(Equal([]example.Fault{{Pointer: "/header/X-A", Want: "the header", Got: "no such header"}}))
		Expect(recording.Compare(without, with)).To(Equal([]example.Fault{{Pointer: "/header/X-A", Want: "no such header", Got: "the header"}}))
	})
})

func replacing(old, with string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, old, with) }
}
