package contract

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/example"
)

// replySpecs are the replies that real gateways give, and what a caller of an adapter must
// get: each for every operation. Those that concern one provider's members stand in
// members_test.go of its folder.
func (suite *Suite) replySpecs() {
	ginkgo.Describe("an odd reply", func() {
		for _, m := range suite.methods() {
			name, call := m.name, m.call
			ginkgo.Describe("to "+name, ginkgo.Label("replies"), func() {
				// asked makes the call against h and says what came of it.
				asked := func(ctx context.Context, h http.HandlerFunc) (any, error) {
					ginkgo.GinkgoHelper()
					ref := suite.journey(ctx)
					s := httptest.NewServer(h)
					ginkgo.DeferCleanup(func() { s.CloseClientConnections(); s.Close() })
					p, err := suite.newAdapter(s.URL, nil)
					gomega.Expect(err).NotTo(gomega.HaveOccurred())
					return call(ctx, p, ref, suite.success(name))
				}

				ginkgo.DescribeTable("is read as what it is:", func(ctx ginkgo.SpecContext, send func(http.ResponseWriter, example.Entry)) {
					e := suite.success(name)
					plain, err := asked(ctx, func(w http.ResponseWriter, _ *http.Request) { reply(w, e.Status, e.MediaType(), e.Value) })
					gomega.Expect(err).NotTo(gomega.HaveOccurred())
					odd, err := asked(ctx, func(w http.ResponseWriter, _ *http.Request) { send(w, e) })
					gomega.Expect(err).NotTo(gomega.HaveOccurred())
					gomega.Expect(got(odd, nil)).To(gomega.Equal(got(plain, nil)))
					c, err := suite.cases.Of(e.ID)
					gomega.Expect(err).NotTo(gomega.HaveOccurred())
					gomega.Expect(says(odd, c.Says)).To(gomega.BeEmpty())
				},
					ginkgo.Entry("JSON as text/plain", func(w http.ResponseWriter, e example.Entry) { reply(w, e.Status, "text/plain", e.Value) }),
					ginkgo.Entry("a media type in capitals", func(w http.ResponseWriter, e example.Entry) { reply(w, e.Status, "Application/JSON", e.Value) }),
					ginkgo.Entry("JSON without a media type", func(w http.ResponseWriter, e example.Entry) {
						w.Header()["Content-Type"] = nil
						reply(w, e.Status, "", e.Value)
					}),
					ginkgo.Entry("a charset", func(w http.ResponseWriter, e example.Entry) {
						reply(w, e.Status, "application/json; charset=utf-8", e.Value)
					}),
					ginkgo.Entry("a byte-order mark", func(w http.ResponseWriter, e example.Entry) {
						reply(w, e.Status, e.MediaType(), append([]byte("\xef\xbb\xbf"), e.Value...))
					}),
					ginkgo.Entry("gzip", func(w http.ResponseWriter, e example.Entry) {
						w.Header().Set("Content-Encoding", "gzip")
						reply(w, e.Status, e.MediaType(), packed(e.Value))
					}),
					ginkgo.Entry("members that nobody documented", func(w http.ResponseWriter, e example.Entry) {
						reply(w, e.Status, e.MediaType(), append([]byte(`{"nobody_documented":[{"this":1e3}],`), e.Value[1:]...))
					}),
					ginkgo.Entry("a member twice", func(w http.ResponseWriter, e example.Entry) {
						reply(w, e.Status, e.MediaType(), append([]byte(`{"nobody_documented":1,"nobody_documented":2,`), e.Value[1:]...))
					}),
				)

				ginkgo.DescribeTable("is refused as", func(ctx ginkgo.SpecContext, kind kyc.Err, status int, h http.HandlerFunc) {
					_, err := asked(ctx, h)
					gomega.Expect(err).To(gomega.MatchError(kind))
					var e *kyc.Error
					gomega.Expect(errors.As(err, &e)).To(gomega.BeTrue())
					gomega.Expect(e.Status).To(gomega.Equal(status))
					gomega.Expect(e.Provider).To(gomega.Equal(suite.Provider.Name))
					silent(err, Seed)
				},
					ginkgo.Entry("unavailable: 503 with a page", kyc.ErrUnavailable, 503, gatewayPage(503, "text/html")),
					ginkgo.Entry("unexpected: 400 with a page", kyc.ErrUnexpected, 400, gatewayPage(400, "text/html")),
					ginkgo.Entry("not allowed: 403 with a firewall's page", kyc.ErrNotAllowed, 403, gatewayPage(403, "text/html")),
					ginkgo.Entry("unexpected: 200 with a page called JSON", kyc.ErrUnexpected, 200, gatewayPage(200, "application/json")),
					ginkgo.Entry("unavailable: 500 with a page called JSON", kyc.ErrUnavailable, 500, gatewayPage(500, "application/json")),
					ginkgo.Entry("unexpected: 200 with nothing, called JSON", kyc.ErrUnexpected, 200, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "application/json", nil) }),
					ginkgo.Entry("unexpected: 204", kyc.ErrUnexpected, 204, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }),
					ginkgo.Entry("unexpected: bytes after the value", kyc.ErrUnexpected, 200, func(w http.ResponseWriter, _ *http.Request) {
						reply(w, 200, "application/json", []byte(`{}`+Seed))
					}),
					ginkgo.Entry("unexpected: an array", kyc.ErrUnexpected, 200, func(w http.ResponseWriter, _ *http.Request) {
						reply(w, 200, "application/json", []byte(`["`+Seed+`"]`))
					}),
					ginkgo.Entry("unavailable: JSON cut off", kyc.ErrUnavailable, 200, func(w http.ResponseWriter, _ *http.Request) {
						reply(w, 200, "application/json", []byte(`{"half":"`+Seed))
					}),
					ginkgo.Entry("unavailable: less than its length", kyc.ErrUnavailable, 200, func(w http.ResponseWriter, _ *http.Request) {
						w.Header().Set("Content-Length", "1000")
						reply(w, 200, "application/json", []byte(`{"half":"`+Seed))
					}),
					ginkgo.Entry("unavailable: a reset inside the body", kyc.ErrUnavailable, 200, func(w http.ResponseWriter, _ *http.Request) {
						w.Header().Set("Content-Length", "1000")
						reply(w, 200, "application/json", []byte(`{"half":`))
						_ = http.NewResponseController(w).Flush()
						conn, _, err := http.NewResponseController(w).Hijack()
						if err == nil {
							_ = conn.(*net.TCPConn).SetLinger(0)
							_ = conn.Close()
						}
					}),
					ginkgo.Entry("rate limited: 429 without a code", kyc.ErrRateLimited, 429, func(w http.ResponseWriter, _ *http.Request) {
						reply(w, 429, "application/json", []byte(`{"note":"`+Seed+`"}`))
					}),
				)

				ginkgo.It("is no reason to follow a redirect", func(ctx ginkgo.SpecContext) {
					followed := false
					elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed = true }))
					ginkgo.DeferCleanup(elsewhere.Close)
					_, err := asked(ctx, func(w http.ResponseWriter, r *http.Request) {
						http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
					})
					gomega.Expect(err).To(gomega.MatchError(kyc.ErrUnexpected))
					var e *kyc.Error
					gomega.Expect(errors.As(err, &e)).To(gomega.BeTrue())
					gomega.Expect(e.Status).To(gomega.Equal(http.StatusTemporaryRedirect))
					gomega.Expect(followed).To(gomega.BeFalse())
				})

				ginkgo.It("has its documented kind as problem+json, and its code at another status", func(ctx ginkgo.SpecContext) {
					e, c := suite.refusal(name)
					if e.ID == "" {
						ginkgo.Skip("no refusal with a status of its own is documented")
					}
					value, err := asked(ctx, func(w http.ResponseWriter, _ *http.Request) {
						reply(w, e.Status, "application/problem+json; charset=utf-8", e.Value)
					})
					gomega.Expect(means(c.Means, value, err)).To(gomega.BeEmpty())
					_, err = asked(ctx, func(w http.ResponseWriter, _ *http.Request) {
						reply(w, http.StatusTeapot, "application/json", e.Value)
					})
					var told *kyc.Error
					gomega.Expect(errors.As(err, &told)).To(gomega.BeTrue())
					gomega.Expect(told.Status).To(gomega.Equal(http.StatusTeapot))
					gomega.Expect(told.Code).NotTo(gomega.BeEmpty())
				})

				ginkgo.It("keeps a rate limit's time", func(ctx ginkgo.SpecContext) {
					_, err := asked(ctx, func(w http.ResponseWriter, _ *http.Request) {
						w.Header().Set("Retry-After", "17")
						reply(w, 429, "application/json", []byte(`{}`))
					})
					gomega.Expect(err).To(gomega.MatchError(kyc.ErrRateLimited))
					var e *kyc.Error
					gomega.Expect(errors.As(err, &e)).To(gomega.BeTrue())
					gomega.Expect(e.RetryAfter).To(gomega.Equal(17 * time.Second))
				})

				ginkgo.It("stops at the limit of its size", ginkgo.Serial, func(ctx ginkgo.SpecContext) {
					limit := cmp.Or(suite.Provider.Adapter.Sizes[name], 10<<20)
					var before, after runtime.MemStats
					runtime.GC()
					runtime.ReadMemStats(&before)
					_, err := asked(ctx, endless)
					runtime.ReadMemStats(&after)
					gomega.Expect(err).To(gomega.MatchError(kyc.ErrUnexpected))
					gomega.Expect(after.TotalAlloc - before.TotalAlloc).To(gomega.BeNumerically("<", 4*limit))
				})

				ginkgo.DescribeTable("that never ends is left when the caller's context ends:", func(ctx ginkgo.SpecContext, h func(http.ResponseWriter, chan<- bool, <-chan struct{})) {
					begun, release := make(chan bool, 1), make(chan struct{})
					s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { h(w, begun, release) }))
					ginkgo.DeferCleanup(func() { close(release); s.CloseClientConnections(); s.Close() })
					p, err := suite.newAdapter(s.URL, nil)
					gomega.Expect(err).NotTo(gomega.HaveOccurred())
					ref := suite.journey(ctx)
					over, cancel := context.WithCancel(wire.WithLimits(ctx, wire.Limits{Timeout: time.Hour})) // nothing else ends it
					done := make(chan error, 1)
					go func() {
						_, err := call(over, p, ref, suite.success(name))
						done <- err
					}()
					gomega.Eventually(ctx, begun).WithTimeout(time.Minute).WithPolling(time.Millisecond).Should(gomega.Receive())
					cancel()
					gomega.Eventually(ctx, done).WithTimeout(time.Minute).Should(gomega.Receive(&err))
					gomega.Expect(err).To(gomega.BeIdenticalTo(context.Canceled))
				},
					ginkgo.Entry("no headers", func(_ http.ResponseWriter, begun chan<- bool, release <-chan struct{}) {
						begun <- true
						<-release
					}),
					ginkgo.Entry("a byte at a time", func(w http.ResponseWriter, begun chan<- bool, release <-chan struct{}) {
						w.Header().Set("Content-Type", "application/json")
						for n := 0; ; n++ {
							if n == 2 { // by now the client has the headers, and a byte
								begun <- true
							}
							if _, err := w.Write([]byte(" ")); err != nil {
								return
							}
							_ = http.NewResponseController(w).Flush()
							select {
							case <-release:
								return
							case <-time.After(5 * time.Millisecond):
							}
						}
					}),
				)

				ginkgo.It("stops at the limit of its size when it is unpacked", ginkgo.Serial, func(ctx ginkgo.SpecContext) {
					bomb()
					var before, after runtime.MemStats
					runtime.GC()
					runtime.ReadMemStats(&before)
					_, err := asked(ctx, func(w http.ResponseWriter, _ *http.Request) {
						w.Header().Set("Content-Encoding", "gzip")
						reply(w, 200, "application/json", bomb())
					})
					runtime.ReadMemStats(&after)
					gomega.Expect(err).To(gomega.MatchError(kyc.ErrUnexpected))
					gomega.Expect(after.TotalAlloc - before.TotalAlloc).To(gomega.BeNumerically("<", 4*100<<20))
				})

				ginkgo.It("does not come in time", func(ctx ginkgo.SpecContext) {
					release := make(chan struct{})
					s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
					ginkgo.DeferCleanup(func() { close(release); s.Close() })
					p, err := suite.newAdapter(s.URL, &http.Client{Timeout: 10 * time.Millisecond})
					gomega.Expect(err).NotTo(gomega.HaveOccurred())
					_, err = call(ctx, p, suite.journey(ctx), suite.success(name))
					gomega.Expect(err).To(gomega.MatchError(kyc.ErrUnavailable))
				})

				ginkgo.It("does not come: the name does not resolve", func(ctx ginkgo.SpecContext) {
					transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
						return nil, &net.DNSError{Err: "no such host", Name: Seed, IsNotFound: true}
					}}
					p, err := suite.newAdapter("https://provider.invalid", &http.Client{Transport: transport})
					gomega.Expect(err).NotTo(gomega.HaveOccurred())
					_, err = call(ctx, p, suite.journey(ctx), suite.success(name))
					gomega.Expect(err).To(gomega.MatchError(kyc.ErrUnavailable))
					silent(err, Seed, "provider.invalid")
				})

				ginkgo.It("does not come: TLS fails", func(ctx ginkgo.SpecContext) {
					s := httptest.NewUnstartedServer(http.NotFoundHandler())
					s.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell of each handshake
					s.StartTLS()                                   // with a certificate that nobody trusts
					ginkgo.DeferCleanup(s.Close)
					p, err := suite.newAdapter(s.URL, nil)
					gomega.Expect(err).NotTo(gomega.HaveOccurred())
					_, err = call(ctx, p, suite.journey(ctx), suite.success(name))
					gomega.Expect(err).To(gomega.MatchError(kyc.ErrUnavailable))
				})
			})
		}
	})
}

// success is the first documented example with which the operation succeeds, in
// the sense of its case.
func (suite *Suite) success(operation string) example.Entry {
	ginkgo.GinkgoHelper()
	for _, e := range suite.Document.Entries {
		if e.Operation != operation || e.Direction != example.Response || e.Status/100 != 2 {
			continue
		}
		if c, err := suite.cases.Of(e.ID); err == nil && c.Error() == "" {
			return e
		}
	}
	ginkgo.Fail("no success of " + operation)
	return example.Entry{}
}

// refusal is the first documented answer of the operation that refuses with a
// status of its own, and its case; zero if there is none.
func (suite *Suite) refusal(operation string) (example.Entry, example.Case) {
	for _, e := range suite.Document.Entries {
		if c, err := suite.cases.Of(e.ID); err == nil && e.Operation == operation && e.Status >= 400 && c.Error() != "" {
			return e, c
		}
	}
	return example.Entry{}, example.Case{}
}

// bomb is 110 MiB of blanks, packed: more than any operation takes.
var bomb = sync.OnceValue(func() []byte { return packed(bytes.Repeat([]byte(" "), 110<<20)) })

func reply(w http.ResponseWriter, status int, mediaType string, body []byte) {
	if mediaType != "" {
		w.Header().Set("Content-Type", mediaType)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client's reading is what is judged
}

// gatewayPage answers with a gateway's HTML.
func gatewayPage(status int, mediaType string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		reply(w, status, mediaType, []byte(fmt.Sprintf("<html><title>%d</title><p>%s</p></html>", status, Seed)))
	}
}

// endless sends 200 MiB, or what the client takes of them.
func endless(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	chunk := []byte(strings.Repeat(" ", 1<<20))
	for range 200 {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

func packed(text []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.Copy(w, bytes.NewReader(text)) // into a buffer: nothing can fail
	_ = w.Close()
	return b.Bytes()
}
