package wire_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/wire"
)

var _ = Describe("A Doer", func() {
	It("is ready to use as its zero value", func(ctx SpecContext) {
		DeferCleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
		result, _, err := ask(ctx, wire.Doer{}, serve(odd{status: 200, body: `{"value":"x"}`}.ServeHTTP))
		Expect(err).NotTo(HaveOccurred())
		Expect(result.JSON200.Value).To(Equal("x"))
	})

	It("does not modify the caller's client", func(ctx SpecContext) {
		jar, err := cookiejar.New(nil)
		Expect(err).NotTo(HaveOccurred())
		doer := direct(new(http.Transport))
		doer.Client.Jar, doer.Client.Timeout = jar, time.Minute
		before := *doer.Client
		_, _, err = ask(ctx, doer, serve(odd{status: 302, headers: http.Header{"Location": {"/"}}}.ServeHTTP))
		Expect(err).To(MatchError(wire.ErrRedirect))
		Expect(*doer.Client).To(Equal(before))
	})

	It("leaves the header that a RoundTripper gave it alone", func(ctx SpecContext) {
		canned := http.Header{"Content-Type": {"text/plain"}, "Content-Length": {"99"}}
		doer := through(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: canned, ContentLength: -1, Body: io.NopCloser(strings.NewReader(`{"value":"x"}`))}, nil
		})
		_, _, err := ask(ctx, doer, "http://provider.invalid")
		Expect(err).NotTo(HaveOccurred())
		Expect(canned).To(Equal(http.Header{"Content-Type": {"text/plain"}, "Content-Length": {"99"}}))
	})

	It("survives a RoundTripper that gives no header", func(ctx SpecContext) {
		result, _, err := ask(ctx, through(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, ContentLength: -1, Body: io.NopCloser(strings.NewReader(`{"value":"x"}`))}, nil
		}), "http://provider.invalid")
		Expect(err).NotTo(HaveOccurred())
		Expect(result.JSON200.Value).To(Equal("x"))
	})

	It("returns a reply whose length is that of its body", func(ctx SpecContext) {
		url := serve(odd{status: 200, body: "\xef\xbb\xbf{}"}.ServeHTTP)
		resp, err := direct(new(http.Transport)).Do(request(ctx, http.MethodGet, url))
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.ContentLength).To(BeEquivalentTo(2))
		Expect(resp.Header).NotTo(HaveKey("Content-Length"))
		Expect(io.ReadAll(resp.Body)).To(BeEquivalentTo("{}"))
		Expect(resp.Body.Close()).To(Succeed())
	})

	It("hands its body on to who knows it without a copy", func(ctx SpecContext) {
		var reply wire.Reply
		url := serve(odd{status: 200, label: "application/json", body: `{"value":1}`}.ServeHTTP)
		resp, err := direct(new(http.Transport)).Do(request(wire.WithReply(ctx, &reply), http.MethodGet, url))
		Expect(err).NotTo(HaveOccurred())
		held, ok := resp.Body.(interface{ Bytes() []byte })
		Expect(ok).To(BeTrue())
		Expect(&held.Bytes()[0]).To(BeIdenticalTo(&reply.Body()[0]))
		_, err = io.ReadFull(resp.Body, make([]byte, 9))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(held.Bytes())).To(Equal("1}"), "what has not been read")
		Expect(io.ReadAll(resp.Body)).To(BeEquivalentTo("1}"))
		Expect(held.Bytes()).To(BeEmpty())
	})

	It("repairs a header of its own", func(ctx SpecContext) {
		var reply wire.Reply
		marked := odd{status: 200, label: "text/plain", body: "\xef\xbb\xbf{}", headers: http.Header{"Trace": {"7"}}}
		url := serve(marked.ServeHTTP)
		resp, err := direct(new(http.Transport)).Do(request(wire.WithReply(ctx, &reply), http.MethodGet, url))
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Header.Get("Content-Type")).To(Equal("application/json"))
		Expect(resp.Header.Get("Trace")).To(Equal("7"))
		Expect(reply.Header().Get("Content-Type")).To(Equal("text/plain"))
		Expect(reply.Header().Get("Content-Length")).To(Equal("5"))
		Expect(string(reply.Text())).To(Equal("{}"))
		Expect(reply.Body()).To(HaveLen(5))
	})

	It("keeps the reply where the parser fails", func(ctx SpecContext) {
		var reply wire.Reply
		url := serve(odd{status: 200, label: "application/json", body: `{"value":[]}`}.ServeHTTP)
		resp, err := direct(new(http.Transport)).Do(request(wire.WithReply(ctx, &reply), http.MethodGet, url))
		Expect(err).NotTo(HaveOccurred())
		_, err = parse(resp)
		Expect(err).To(HaveOccurred())
		Expect(reply.Status).To(Equal(200))
		Expect(string(reply.Body())).To(Equal(`{"value":[]}`))
	})

	It("empties the Reply of an earlier call", func(ctx SpecContext) {
		reply := wire.NewReply(200, http.Header{}, []byte("old"))
		_, err := direct(new(http.Transport)).Do(request(wire.WithReply(ctx, &reply), http.MethodGet, nobody()))
		Expect(err).To(MatchError(wire.ErrConnect))
		Expect(reply).To(BeZero())
	})

	It("keeps no Reply where there is none to keep it in", func(ctx SpecContext) {
		url := serve(odd{status: 200, body: `{}`}.ServeHTTP)
		_, err := direct(new(http.Transport)).Do(request(wire.WithReply(ctx, nil), http.MethodGet, url))
		Expect(err).NotTo(HaveOccurred())
	})

	DescribeTable("takes each limit from the context, else from itself, else the default", func(ctx SpecContext, own, call, want wire.Limits) {
		var deadline, sent time.Time
		doer := through(func(req *http.Request) (*http.Response, error) {
			deadline, _ = req.Context().Deadline()
			sent = time.Now()
			return &http.Response{StatusCode: 200, ContentLength: -1, Body: io.NopCloser(strings.NewReader(strings.Repeat(" ", 11<<20)))}, nil
		})
		doer.Limits = own
		begun := time.Now()
		_, reply, err := ask(wire.WithLimits(ctx, call), doer, "http://provider.invalid")
		Expect(err).To(MatchError(wire.ErrTooLarge))
		Expect(reply.Body()).To(HaveLen(int(want.Body)))
		Expect(deadline).To(BeTemporally(">=", begun.Add(want.Timeout)))
		Expect(deadline).To(BeTemporally("<=", sent.Add(want.Timeout)))
	},
		Entry("default", wire.Limits{}, wire.Limits{}, wire.Limits{Timeout: 30 * time.Second, Body: 10 << 20}),
		Entry("own", wire.Limits{Timeout: time.Minute, Body: 1}, wire.Limits{}, wire.Limits{Timeout: time.Minute, Body: 1}),
		Entry("the call's", wire.Limits{Timeout: time.Minute, Body: 1}, wire.Limits{Timeout: 5 * time.Minute, Body: 2}, wire.Limits{Timeout: 5 * time.Minute, Body: 2}),
		Entry("one of each", wire.Limits{Timeout: time.Minute, Body: 1}, wire.Limits{Body: 2}, wire.Limits{Timeout: time.Minute, Body: 2}),
	)

	It("serves many calls at once", func(ctx SpecContext) {
		doer := direct(new(http.Transport))
		url := serve(func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintf(w, "{%q:%q}", "value", r.Header.Get("N"))
		})
		var all sync.WaitGroup
		for n := range 32 {
			all.Go(func() {
				defer GinkgoRecover()
				var reply wire.Reply
				req := request(wire.WithReply(ctx, &reply), http.MethodPost, url)
				req.Header.Set("N", fmt.Sprint(n))
				resp, err := doer.Do(req)
				Expect(err).NotTo(HaveOccurred())
				result, err := parse(resp)
				Expect(err).NotTo(HaveOccurred())
				Expect(result.JSON200.Value).To(Equal(fmt.Sprint(n)))
				Expect(reply.Body()).To(Equal(result.Body))
			})
		}
		all.Wait()
	})
})

var _ = DescribeTable("What holds a reply prints no more than its size", func(holder any) {
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		Expect(fmt.Sprintf(format, holder)).To(HaveSuffix(", 6 bytes"))
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("", "holder", holder)
	Expect(json.Valid(log.Bytes())).To(BeTrue())
	Expect(log.String()).To(ContainSubstring(`"bytes":6`))
	Expect(log.String()).NotTo(ContainSubstring(secret))
},
	Entry("Reply", wire.NewReply(200, http.Header{"X": {secret}}, []byte(secret))),
	Entry("*Reply", new(wire.NewReply(200, http.Header{"X": {secret}}, []byte(secret)))),
	Entry("File", *wire.NewFile([]byte(secret))),
	Entry("*File", wire.NewFile([]byte(secret))),
)

var _ = DescribeTable("What holds a reply shows nothing of it inside", func(holder any) {
	var shown bytes.Buffer
	// fmt refuses the last
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%p", "%w", "%t", "%U"} {
		fmt.Fprintf(&shown, format, holder)
	}
	slog.New(slog.NewJSONHandler(&shown, nil)).Info("", "holder", holder)
	slog.New(slog.NewTextHandler(&shown, nil)).Info("", "holder", holder)
	Expect(json.NewEncoder(&shown).Encode(holder)).To(Succeed())
	for _, form := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%v", []byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret))} {
		Expect(shown.String()).NotTo(ContainSubstring(strings.Trim(form, "[]=")))
	}
},
	Entry("a struct", struct{ File wire.File }{*wire.NewFile([]byte(secret))}),
	Entry("a struct, by pointer", struct{ File *wire.File }{wire.NewFile([]byte(secret))}),
	Entry("a list", []wire.File{*wire.NewFile([]byte(secret))}),
	Entry("a field that fmt cannot call", struct{ file wire.File }{*wire.NewFile([]byte(secret))}),
	Entry("a Reply", wire.NewReply(200, http.Header{"X": {secret}}, []byte(secret))),
	Entry("a Reply, by pointer", new(wire.NewReply(200, http.Header{"X": {secret}}, []byte(secret)))),
	Entry("a Reply that fmt cannot call", struct{ reply wire.Reply }{wire.NewReply(200, http.Header{"X": {secret}},
		[]byte(secret))}),
	Entry("a struct, as a Reply", struct{ Reply wire.Reply }{wire.NewReply(200, http.Header{"Set-Cookie": {secret}},
		[]byte(secret))}),
)
