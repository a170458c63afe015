package wire_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/wire"
)

var _ = Describe("A call that gets no reply", func() {
	Describe("line 28: cannot have reached the provider", func() {
		It("when the connection is refused", func(ctx SpecContext) {
			_, reply, err := ask(ctx, direct(new(http.Transport)), nobody())
			Expect(err).To(kind(wire.ErrConnect, 0))
			Expect(err).To(MatchError(syscall.ECONNREFUSED), "the cause can be asked for")
			Expect(unsent(err)).To(BeTrue())
			Expect(reply).To(BeZero())
		})

		It("when a proxy refuses", func(ctx SpecContext) {
			transport := &http.Transport{Proxy: func(req *http.Request) (*url, error) { return req.URL.Parse(nobody()) }}
			_, _, err := ask(ctx, direct(transport), "https://provider.invalid")
			Expect(err).To(kind(wire.ErrConnect, 0))
			Expect(unsent(err)).To(BeTrue())
		})

		It("when a proxy answers with a refusal", func(ctx SpecContext) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
			DeferCleanup(proxy.Close)
			transport := &http.Transport{Proxy: func(req *http.Request) (*url, error) { return req.URL.Parse(proxy.URL) }}
			_, _, err := ask(ctx, direct(transport), "https://provider.invalid")
			Expect(err).To(kind(wire.ErrConnect, 0))
			Expect(unsent(err)).To(BeTrue())
		})

		It("when the name does not resolve", func(ctx SpecContext) {
			dialer := &net.Dialer{Resolver: resolver(nil)}
			_, _, err := ask(ctx, direct(&http.Transport{DialContext: dialer.DialContext}), "http://provider.invalid")
			Expect(err).To(kind(wire.ErrDNS, 0))
			Expect(unsent(err)).To(BeTrue())
			var cause *net.DNSError
			Expect(errors.As(err, &cause)).To(BeTrue())
			Expect(cause.IsNotFound).To(BeTrue())
		})

		DescribeTable("when TLS fails", func(ctx SpecContext, start func() string) {
			_, _, err := ask(ctx, direct(new(http.Transport)), start())
			Expect(err).To(kind(wire.ErrTLS, 0))
			Expect(unsent(err)).To(BeTrue())
		},
			Entry("with a certificate that nobody vouches for", func() string {
				server := httptest.NewUnstartedServer(odd{status: 200})
				server.Config.ErrorLog = quiet
				server.StartTLS()
				DeferCleanup(server.Close)
				return server.URL
			}),
			Entry("against a server without TLS", func() string {
				return "https://" + listen(func(conn net.Conn) { _, _ = io.WriteString(conn, "HTTP/1.1 400 Bad\r\n\r\n") })
			}),
			Entry("by a connection closed inside the handshake", func() string {
				return "https://" + listen(func(conn net.Conn) { _, _ = conn.Read(make([]byte, 5)) })
			}),
		)

		It("and says so of a certificate without help by http.Transport", func(ctx SpecContext) {
			cause := x509.HostnameError{Certificate: new(x509.Certificate), Host: secret}
			_, _, err := ask(ctx, through(func(*http.Request) (*http.Response, error) { return nil, verification(cause) }), nobody())
			Expect(err).To(kind(wire.ErrTLS, 0))
			Expect(errors.As(err, new(x509.HostnameError))).To(BeTrue())
		})

		It("when the time-out ends the TLS handshake", func(ctx SpecContext) {
			doer := direct(handshaking())
			doer.Limits.Timeout = 50 * time.Millisecond
			_, _, err := ask(ctx, doer, "https://"+listen(silence))
			Expect(err).To(kind(wire.ErrTimeout, 0))
			Expect(unsent(err)).To(BeTrue())
		})
	})

	Describe("may have reached the provider", func() {
		It("when its Transport repeated the request and only the last one was refused", func(ctx SpecContext) {
			transport := new(http.Transport)
			DeferCleanup(transport.CloseIdleConnections)
			first, second := serveRaw(func(net.Conn) {}), nobody()
			_, _, err := ask(ctx, through(func(req *http.Request) (*http.Response, error) {
				_, err := transport.RoundTrip(req)
				Expect(err).To(HaveOccurred())
				again := req.Clone(req.Context())
				again.URL, _ = again.URL.Parse(second)
				again.Host = again.URL.Host
				again.Body, _ = req.GetBody()
				return transport.RoundTrip(again)
			}), first)
			Expect(err).To(kind(wire.ErrConnect, 0))
			Expect(unsent(err)).To(BeFalse())
		})

		DescribeTable("when a RoundTripper does not say where it failed", func(ctx SpecContext, cause error, want wire.Err) {
			_, _, err := ask(ctx, through(func(*http.Request) (*http.Response, error) { return nil, cause }), nobody())
			Expect(err).To(kind(want, 0))
			Expect(unsent(err)).To(BeFalse())
		},
			Entry("with a time-out", os.ErrDeadlineExceeded, wire.ErrTimeout),
			Entry("with a context's time-out, which is not the caller's", context.DeadlineExceeded, wire.ErrTimeout),
			Entry("with anything", errors.New("GET /"+secret), wire.ErrCut),
			Entry("with what prints itself", x509.HostnameError{Certificate: new(x509.Certificate), Host: secret}, wire.ErrCut),
		)
	})

	Describe("line 27: time-outs", func() {
		for name, script := range map[string]func(net.Conn){
			"headers that never come":   silence,
			"a body of a byte a moment": drip,
			"a body that stops":         stop,
		} {
			It("end "+name, func(ctx SpecContext) {
				doer := direct(new(http.Transport))
				begun := time.Now()
				_, _, err := ask(wire.WithLimits(ctx, wire.Limits{Timeout: 100 * time.Millisecond}), doer, serveRaw(script))
				Expect(time.Since(begun)).To(And(BeNumerically(">=", 100*time.Millisecond), BeNumerically("<", 3*time.Second)))
				Expect(err).To(MatchError(wire.ErrTimeout))
				Expect(err).NotTo(MatchError(context.DeadlineExceeded), "the caller's context is not done")
				Expect(unsent(err)).To(BeFalse())
			})

			It("of the caller's client end "+name, func(ctx SpecContext) {
				doer := direct(new(http.Transport))
				doer.Client.Timeout = 100 * time.Millisecond
				_, _, err := ask(ctx, doer, serveRaw(script))
				Expect(err).To(MatchError(wire.ErrTimeout))
				Expect(err).NotTo(MatchError(context.DeadlineExceeded))
			})

			It("of the context end "+name+" with its own error", func(ctx SpecContext) {
				short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
				defer cancel()
				_, _, err := ask(short, direct(new(http.Transport)), serveRaw(script))
				Expect(err).To(BeIdenticalTo(context.DeadlineExceeded))
			})

			It("cancelling ends "+name+" within 50 ms", func(ctx SpecContext) {
				url := serveRaw(script)
				expectPrompt(ctx, url)
			})
		}

		It("cancelling ends a TLS handshake within 50 ms", func(ctx SpecContext) {
			expectPrompt(ctx, "https://"+listen(silence))
		})

		It("a context that is done sends nothing", func(ctx SpecContext) {
			done, cancel := context.WithCancel(ctx)
			cancel()
			_, reply, err := ask(done, direct(new(http.Transport)), nobody())
			Expect(err).To(BeIdenticalTo(context.Canceled))
			Expect(reply).To(BeZero())
		})

		It("keep the status of a reply whose body did not end", func(ctx SpecContext) {
			_, reply, err := ask(wire.WithLimits(ctx, wire.Limits{Timeout: 100 * time.Millisecond}), direct(new(http.Transport)), serveRaw(stop))
			Expect(err).To(kind(wire.ErrTimeout, 503))
			Expect(string(reply.Body)).To(Equal("{"))
		})
	})
})

// handshaking gives up TLS handshakes: http.Transport continues one whose call
// has ended, for another to use, and without an end of its own never stops.
func handshaking() *http.Transport {
	return &http.Transport{TLSHandshakeTimeout: 300 * time.Millisecond}
}

// drip sends a body of one byte every 10 ms.
func drip(conn net.Conn) {
	_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
	for err == nil {
		_, err = conn.Write([]byte{' '})
		time.Sleep(10 * time.Millisecond)
	}
}

// stop sends the first byte of a body.
func stop(conn net.Conn) {
	_, _ = io.WriteString(conn, "HTTP/1.1 503 Busy\r\nContent-Length: 9999\r\n\r\n{")
	silence(conn)
}

// expectPrompt cancels a call that hangs and takes the time it needs to return.
func expectPrompt(ctx context.Context, url string) {
	GinkgoHelper()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cancelled := make(chan time.Time, 1)
	time.AfterFunc(100*time.Millisecond, func() { cancelled <- time.Now(); cancel() })
	_, _, err := ask(ctx, direct(handshaking()), url)
	Expect(time.Since(<-cancelled)).To(BeNumerically("<", time.Second))
	Expect(err).To(BeIdenticalTo(context.Canceled))
}
