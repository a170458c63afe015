package wire_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/wire"
)

var _ = Describe("A Doer of files", func() {
	files := func() wire.Doer {
		doer := direct(new(http.Transport))
		doer.Files = true
		return doer
	}
	packed := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, err := w.Write([]byte(text))
		Expect(err).NotTo(HaveOccurred())
		Expect(w.Close()).To(Succeed())
		return b.String()
	}

	DescribeTable("returns a success as it came:", func(ctx SpecContext, status int, body string, header http.Header) {
		var reply wire.Reply
		req := request(wire.WithReply(ctx, &reply), http.MethodGet,
			serve(odd{status: status, label: "application/pdf", body: body, headers: header}.ServeHTTP))
		req.Header.Set("Accept-Encoding", "identity")
		resp, err := files().Do(req)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.StatusCode).To(Equal(status))
		Expect(resp.Header.Get("Content-Type")).To(Equal("application/pdf"))
		Expect(io.ReadAll(resp.Body)).To(BeEquivalentTo(body))
		Expect(resp.ContentLength).To(BeEquivalentTo(len(body)))
		Expect(string(reply.Body())).To(Equal(body))
	},
		Entry("what is no JSON", 200, "%PDF-1.7\xff", nil),
		Entry("with a byte-order mark", 200, "\xef\xbb\xbf<a/>", nil),
		Entry("nothing", 200, "", nil),
		Entry("packed", 201, packed("<a/>"), http.Header{"Content-Encoding": {"gzip"}}),
		Entry("what only says that it is packed", 200, "<a/>", http.Header{"Content-Encoding": {"gzip"}}),
	)

	It("reads a refusal as ever, also a packed one", func(ctx SpecContext) {
		refused := odd{status: 404, label: "application/json", body: packed(`{"value":"x"}`),
			headers: http.Header{"Content-Encoding": {"gzip"}}}
		req := request(ctx, http.MethodGet, serve(refused.ServeHTTP))
		req.Header.Set("Accept-Encoding", "identity")
		resp, err := files().Do(req)
		Expect(err).NotTo(HaveOccurred())
		Expect(io.ReadAll(resp.Body)).To(BeEquivalentTo(`{"value":"x"}`))
		_, err = files().Do(request(ctx, http.MethodGet, serve(odd{status: 404, body: "<a/>"}.ServeHTTP)))
		Expect(err).To(MatchError(wire.ErrNotJSON))
		_, err = files().Do(request(ctx, http.MethodGet,
			serve(odd{status: 302, headers: http.Header{"Location": {"/"}}}.ServeHTTP)))
		Expect(err).To(MatchError(wire.ErrRedirect))
	})

	It("holds no more than the limit", func(ctx SpecContext) {
		url := serve(odd{status: 200, body: strings.Repeat("a", 11)}.ServeHTTP)
		_, err := files().Do(request(wire.WithLimits(ctx, wire.Limits{Body: 10}), http.MethodGet, url))
		Expect(err).To(MatchError(wire.ErrTooLarge))
	})
})
