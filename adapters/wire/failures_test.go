package wire_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"

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

		It("when the time-out ends the TLS handshake", func() {
			bubble(func(ctx context.Context) {
				doer := wire.Doer{Client: &http.Client{Transport: piped(silence)}, Limits: wire.Limits{Timeout: limit}}
				took, err := timed(func() error { _, _, err := ask(ctx, doer, "https://"+someHost); return err })
				Expect(took).To(Equal(limit))
				Expect(err).To(kind(wire.ErrTimeout, 0))
				Expect(unsent(err)).To(BeTrue())
			})
		})
	})

	Describe("may have reached the provider", func() {
		It("when its Transport repeated the request and only the last one was refused", func(ctx SpecContext) {
			transport := new(http.Transport)
			DeferCleanup(transport.CloseIdleConnections)
			first, second := serveRaw(func(net.Conn) {}), nobody()
			_, _, err := ask(ctx, through(func(req *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(req.Body)
				Expect(err).NotTo(HaveOccurred())
				again := req.Clone(req.Context())
				req.Body = io.NopCloser(bytes.NewReader(body))
				_, err = transport.RoundTrip(req)
				Expect(err).To(HaveOccurred())
				again.URL, _ = again.URL.Parse(second)
				again.Host = again.URL.Host
				again.Body = io.NopCloser(bytes.NewReader(body))
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
			It("end "+name, func() {
				bubble(func(ctx context.Context) {
					doer := wire.Doer{Client: &http.Client{Transport: piped(asked(script))}}
					took, err := timed(func() error {
						_, _, err := ask(wire.WithLimits(ctx, wire.Limits{Timeout: limit}), doer, "http://"+someHost)
						return err
					})
					Expect(took).To(Equal(limit))
					Expect(err).To(MatchError(wire.ErrTimeout))
					Expect(err).NotTo(MatchError(context.DeadlineExceeded), "the caller's context is not done")
					Expect(unsent(err)).To(BeFalse())
				})
			})

			It("of the caller's client end "+name, func() {
				bubble(func(ctx context.Context) {
					doer := wire.Doer{Client: &http.Client{Transport: piped(asked(script)), Timeout: limit}}
					took, err := timed(func() error { _, _, err := ask(ctx, doer, "http://"+someHost); return err })
					Expect(took).To(Equal(limit))
					Expect(err).To(MatchError(wire.ErrTimeout))
					Expect(err).NotTo(MatchError(context.DeadlineExceeded))
				})
			})

			It("of the context end "+name+" with its own error", func() {
				bubble(func(ctx context.Context) {
					short, cancel := context.WithTimeout(ctx, limit)
					defer cancel()
					took, err := timed(func() error {
						_, _, err := ask(short, wire.Doer{Client: &http.Client{Transport: piped(asked(script))}}, "http://"+someHost)
						return err
					})
					Expect(took).To(Equal(limit))
					Expect(err).To(BeIdenticalTo(context.DeadlineExceeded))
				})
			})

			It("cancelling ends "+name+" at once", func() {
				expectPrompt(asked(script), "http://"+someHost)
			})
		}

		It("cancelling ends a TLS handshake at once", func() {
			expectPrompt(silence, "https://"+someHost)
		})

		It("a context that is done sends nothing", func(ctx SpecContext) {
			done, cancel := context.WithCancel(ctx)
			cancel()
			_, reply, err := ask(done, direct(new(http.Transport)), nobody())
			Expect(err).To(BeIdenticalTo(context.Canceled))
			Expect(reply).To(BeZero())
		})

		It("keep the status of a reply whose body did not end", func() {
			bubble(func(ctx context.Context) {
				doer := wire.Doer{Client: &http.Client{Transport: piped(asked(stop))}}
				_, reply, err := ask(wire.WithLimits(ctx, wire.Limits{Timeout: limit}), doer, "http://"+someHost)
				Expect(err).To(kind(wire.ErrTimeout, 503))
				Expect(string(reply.Body())).To(Equal("{"))
			})
		})
	})
})

const (
	limit    = 100 * time.Millisecond
	someHost = "provider.invalid"

	// handshakeTimeout ends TLS handshakes: http.Transport continues one whose call has
	// ended, for another to use, and without an end of its own never stops.
	handshakeTimeout = 300 * time.Millisecond
)

var _ = It("An error of the wire prints no cause, by value as by pointer", func(ctx SpecContext) {
	_, _, err := ask(ctx, direct(new(http.Transport)), nobody())
	var e *wire.Error
	Expect(errors.As(err, &e)).To(BeTrue())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		Expect(fmt.Sprintf(verb, *e)).To(Equal("wire: no connection"))
		Expect(fmt.Sprintf(verb, e)).To(Equal("wire: no connection"))
	}
	Expect(format.Object(*e, 0)).To(Equal("<wire.Error>: wire: no connection"))
	Expect(format.Object(e, 0)).NotTo(ContainSubstring("cause"))
})

// timed is how long call takes.
func timed(call func() error) (took time.Duration, err error) {
	begun := time.Now()
	err = call()
	return time.Since(begun), err
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

// expectPrompt cancels a call that hangs, which then takes no more time.
func expectPrompt(script func(net.Conn), url string) {
	GinkgoHelper()
	bubble(func(ctx context.Context) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		time.AfterFunc(limit, cancel)
		took, err := timed(func() error {
			_, _, err := ask(ctx, wire.Doer{Client: &http.Client{Transport: piped(script)}}, url)
			return err
		})
		Expect(took).To(Equal(limit))
		Expect(err).To(BeIdenticalTo(context.Canceled))
	})
}
