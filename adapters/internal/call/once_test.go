package call_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/call"
)

var _ = Describe("a GET that is sent once", func() {
	get := func(ctx context.Context, url string, once bool) *http.Request {
		GinkgoHelper()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		Expect(err).NotTo(HaveOccurred())
		r.Header.Set("Authorization", "Bearer test-token")
		if once {
			Expect(call.Once(ctx, r)).To(Succeed())
		}
		return r
	}

	It("is the same on the wire of HTTP/1, byte for byte", func(ctx SpecContext) {
		sent := func(once bool) string {
			GinkgoHelper()
			ours, theirs := net.Pipe()
			transport := &http.Transport{
				DialContext: func(context.Context, string, string) (net.Conn, error) { return ours, nil },
			}
			DeferCleanup(transport.CloseIdleConnections)
			whole := make(chan string)
			go func() {
				defer GinkgoRecover()
				defer func() { _ = theirs.Close() }()
				var text bytes.Buffer
				r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(theirs, &text)))
				Expect(err).NotTo(HaveOccurred())
				_, err = httputil.DumpRequest(r, true)
				Expect(err).NotTo(HaveOccurred())
				_, err = io.WriteString(theirs, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
				Expect(err).NotTo(HaveOccurred())
				rest, err := io.ReadAll(theirs) // what came behind it
				Expect(err).NotTo(HaveOccurred())
				whole <- text.String() + string(rest)
			}()
			resp, err := transport.RoundTrip(get(ctx, "http://acme.example/card?a=b", once))
			Expect(err).NotTo(HaveOccurred())
			Expect(resp.Body.Close()).To(Succeed())
			return <-whole
		}
		once := sent(true)
		Expect(once).To(HavePrefix("GET /card?a=b HTTP/1.1\r\n"))
		Expect(once).To(HaveSuffix("\r\n\r\n"))
		Expect(once).To(Equal(sent(false)))
	})

	It("has the same headers and no body over HTTP/2", func(ctx SpecContext) {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer GinkgoRecover()
			Expect(r.ProtoMajor).To(Equal(2))
			Expect(io.ReadAll(r.Body)).To(BeEmpty())
			Expect(r.TransferEncoding).To(BeEmpty())
			for name, values := range r.Header {
				w.Header()["Saw-"+name] = values
			}
		}))
		s.EnableHTTP2 = true
		s.StartTLS()
		DeferCleanup(s.Close)
		saw := func(once bool) http.Header {
			GinkgoHelper()
			resp, err := s.Client().Do(get(ctx, s.URL, once))
			Expect(err).NotTo(HaveOccurred())
			Expect(resp.Body.Close()).To(Succeed())
			resp.Header.Del("Date")
			return resp.Header
		}
		once := saw(true)
		Expect(once).To(HaveKeyWithValue("Saw-Authorization", []string{"Bearer test-token"}))
		Expect(once).NotTo(HaveKey("Saw-Content-Length"))
		Expect(once).To(Equal(saw(false)))
	})

	DescribeTable("on a kept connection that is closed under it is sent", func(ctx SpecContext, once bool, times int) {
		var n atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/card" {
				n.Add(1)
				conn, _, err := http.NewResponseController(w).Hijack()
				Expect(err).NotTo(HaveOccurred())
				_ = conn.Close()
			}
		}))
		DeferCleanup(s.Close)
		client := &http.Client{Transport: new(http.Transport)}
		DeferCleanup(client.CloseIdleConnections)
		resp, err := client.Do(get(ctx, s.URL, false)) // by which there is a connection
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Body.Close()).To(Succeed())
		_, err = client.Do(get(ctx, s.URL+"/card", once)) //nolint:bodyclose // there is none
		Expect(err).To(HaveOccurred())
		Expect(n.Load()).To(BeEquivalentTo(times))
	},
		Entry("once", true, 1),
		Entry("twice by net/http, if nobody minds", false, 2),
	)
})
