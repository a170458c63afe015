package wire_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"runtime"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/wire"
)

const page = "<!DOCTYPE html><html><title>" + secret + "</title></html>"

// odd is one reply, with the bytes and the header as the table has them.
type odd struct {
	status  int
	label   string // Content-Type; empty: none is sent
	headers http.Header
	body    string
}

func (o odd) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header()["Content-Type"] = nil // keeps net/http from guessing
	if o.label != "" {
		w.Header().Set("Content-Type", o.label)
	}
	for name, values := range o.headers {
		w.Header()[name] = values
	}
	w.WriteHeader(o.status)
	_, _ = io.WriteString(w, o.body)
}

var _ = Describe("A reply", func() {
	const value = `{"value":"x"}`

	for _, protocol := range []string{"HTTP/1.1", "HTTP/2 over TLS"} {
		Context("over "+protocol, func() {
			call := func(ctx context.Context, handler http.Handler) (*parsed, wire.Reply, error) {
				GinkgoHelper()
				server := httptest.NewUnstartedServer(handler)
				DeferCleanup(server.Close)
				if protocol == "HTTP/1.1" {
					server.Start()
				} else {
					server.EnableHTTP2 = true
					server.StartTLS()
				}
				return ask(ctx, direct(server.Client().Transport.(*http.Transport)), server.URL)
			}

			DescribeTable("becomes the typed value", func(ctx SpecContext, o odd) {
				result, reply, err := call(ctx, o)
				Expect(err).NotTo(HaveOccurred())
				Expect(result).To(HaveField(fmt.Sprintf("JSON%d.Value", o.status), "x"))
				Expect(string(reply.Body())).To(Equal(o.body), "the reply is kept unrepaired")
				Expect(reply.Header().Get("Content-Type")).To(Equal(o.label))
			},
				Entry("line 1: text/plain", odd{status: 200, label: "text/plain", body: value}),
				Entry("line 1: text/html around JSON", odd{status: 200, label: "text/html; charset=utf-8", body: value}),
				Entry("line 2: Application/JSON", odd{status: 200, label: "Application/JSON", body: value}),
				Entry("line 3: no Content-Type", odd{status: 200, body: value}),
				Entry("line 4: with charset", odd{status: 200, label: "application/json; charset=utf-8", body: value}),
				Entry("line 5: problem+json, 400", odd{status: 400, label: "application/problem+json; charset=utf-8", body: value}),
				Entry("line 5: Problem+JSON, 500", odd{status: 500, label: "Application/Problem+JSON", body: value}),
				Entry("line 24: byte-order mark", odd{status: 200, label: "application/json", body: "\xef\xbb\xbf" + value}),
				Entry("line 24: byte-order mark, no label", odd{status: 200, body: "\xef\xbb\xbf" + value}),
				Entry("white space around", odd{status: 200, label: "application/json", body: "\r\n " + value + "\n\n"}),
			)

			DescribeTable("with a status that nobody documented keeps its body for the adapter", func(ctx SpecContext, status int, label string) {
				result, reply, err := call(ctx, odd{status: status, label: label, body: value})
				Expect(err).NotTo(HaveOccurred())
				Expect(result.HTTPResponse.StatusCode).To(Equal(status))
				Expect(result.HTTPResponse.Header.Get("Content-Type")).To(ContainSubstring("json"))
				Expect(string(result.Body)).To(Equal(value))
				Expect(reply.Status).To(Equal(status))
			},
				Entry("line 6: 418", 418, "application/json"),
				Entry("line 6: 409 as text", 409, "text/plain"),
			)

			DescribeTable("that is not JSON is refused with its status", func(ctx SpecContext, o odd) {
				o.headers = http.Header{"Retry-After": {"7"}}
				_, reply, err := call(ctx, o)
				Expect(err).To(kind(wire.ErrNotJSON, o.status))
				Expect(unsent(err)).To(BeFalse())
				Expect(reply.Status).To(Equal(o.status))
				Expect(string(reply.Body())).To(Equal(o.body))
				Expect(reply.Header().Get("Retry-After")).To(Equal("7"))
			},
				Entry("line 7: 503, HTML", odd{status: 503, label: "text/html", body: page}),
				Entry("line 8: 400, HTML", odd{status: 400, label: "text/html", body: page}),
				Entry("line 9: 403, a firewall's HTML", odd{status: 403, label: "text/html", body: page}),
				Entry("line 10: 200, HTML labelled JSON", odd{status: 200, label: "application/json", body: page}),
				Entry("line 11: 200, empty, labelled JSON", odd{status: 200, label: "application/json"}),
				Entry("line 11: 200, white space", odd{status: 200, label: "application/json", body: " \n"}),
				Entry("line 11: 204", odd{status: 204}),
				Entry("line 11: 204, labelled JSON", odd{status: 204, label: "application/json"}),
				Entry("line 12: 500, HTML labelled JSON", odd{status: 500, label: "application/json", body: page}),
				Entry("line 15: bytes after the value", odd{status: 200, label: "application/json", body: value + secret}),
				Entry("line 15: two values", odd{status: 200, label: "application/json", body: value + value}),
				Entry("a gateway's bare number", odd{status: 200, label: "text/plain", body: "404"}),
				Entry("a byte-order mark alone", odd{status: 200, label: "application/json", body: "\xef\xbb\xbf"}),
			)

			DescribeTable("line 23: JSON that ends early is cut off", func(ctx SpecContext, body string) {
				_, reply, err := call(ctx, odd{status: 200, label: "application/json", body: body})
				Expect(err).To(kind(wire.ErrCut, 200))
				Expect(string(reply.Body())).To(Equal(body))
			},
				Entry("in a string", `{"value":"`+secret),
				Entry("before the end", `{"value":"x"`),
				Entry("after the byte-order mark", "\xef\xbb\xbf{"),
			)

			DescribeTable("with a list over the limit is refused, with its member",
				func(ctx SpecContext, body, member string) {
					limited := wire.WithLimits(ctx, wire.Limits{Elements: 3})
					_, reply, err := call(limited, odd{status: 200, label: "application/json", body: body})
					Expect(err).To(kind(wire.ErrTooMany, 200))
					Expect(err).To(HaveField("Member", member))
					Expect(string(reply.Body())).To(Equal(body))
					_, _, err = call(wire.WithLimits(ctx, wire.Limits{Elements: 4}), odd{status: 200, body: body})
					Expect(errors.Is(err, wire.ErrTooMany)).To(BeFalse())
				},
				Entry("in a member", `{"other":[1,2,3],"more":[1,2,3,4]}`, "more"),
				Entry("in a list", `{"a":{"b":[{"c":[]},{"c":[0,"]",{},0]}]}}`, "a.b.1.c"),
				Entry("before another", ` { "a" : [ [ 1 , 2 , 3 , 4 ] ] , "b" : [1,2,3,4] } `, "a.0"),
			)

			It("with a list over the limit in a refusal is read, as its code counts", func(ctx SpecContext) {
				limited := wire.WithLimits(ctx, wire.Limits{Elements: 3})
				_, _, err := call(limited, odd{status: 400, label: "application/json", body: `{"a":[1,2,3,4]}`})
				Expect(err).NotTo(HaveOccurred())
			})

			It("has ten thousand elements in a list, unless another limit is set", func(ctx SpecContext) {
				list := func(n int) string { return `{"a":[0` + strings.Repeat(",0", n-1) + `]}` }
				_, _, err := call(ctx, odd{status: 200, label: "application/json", body: list(10_000)})
				Expect(err).NotTo(HaveOccurred())
				_, _, err = call(ctx, odd{status: 200, label: "application/json", body: list(10_001)})
				Expect(err).To(kind(wire.ErrTooMany, 200))
			})

			DescribeTable("line 26: a redirect is not followed", func(ctx SpecContext, status int, location string) {
				calls := 0
				_, reply, err := call(ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					calls++
					w.Header().Set("Location", location)
					w.WriteHeader(status)
					_, _ = io.WriteString(w, page)
				}))
				Expect(err).To(kind(wire.ErrRedirect, status))
				Expect(unsent(err)).To(BeFalse())
				Expect(calls).To(Equal(1))
				Expect(reply.Header().Get("Location")).To(Equal(location))
				Expect(string(reply.Body())).To(Equal(page))
			},
				Entry("301 to the trailing slash", 301, "/path/?token="+secret),
				Entry("302", 302, "/path/"),
				Entry("303", 303, "/path/"),
				Entry("307", 307, "/path/"),
				Entry("308", 308, "/path/"),
				Entry("to another host", 307, "https://files.invalid/"+secret),
				Entry("to what is no URL", 302, "http://[bad/"+secret),
				Entry("nowhere", 301, ""),
			)

			It("line 26: nor is one of a GET, which would take the credentials along", func(ctx SpecContext) {
				calls := 0
				var reply wire.Reply
				url := serve(func(w http.ResponseWriter, r *http.Request) {
					calls++
					http.Redirect(w, r, "/elsewhere", http.StatusFound)
				})
				_, err := direct(new(http.Transport)).Do(request(wire.WithReply(ctx, &reply), http.MethodGet, url))
				Expect(err).To(kind(wire.ErrRedirect, 302))
				Expect(calls).To(Equal(1))
			})
		})
	}

	DescribeTable("line 25: gzip", func(ctx SpecContext, encoding string, transport func() *http.Transport, body []byte, want OmegaMatcher) {
		url := serve(odd{status: 200, label: "application/json", headers: http.Header{"Content-Encoding": {encoding}}, body: string(body)}.ServeHTTP)
		result, reply, err := ask(ctx, direct(transport()), url)
		Expect(err).To(want)
		if err == nil {
			Expect(result.JSON200.Value).To(Equal("x"))
			Expect(string(reply.Body())).To(Equal(value))
			Expect(result.HTTPResponse.Header).NotTo(HaveKey("Content-Encoding"))
		}
	},
		Entry("by http.Transport", "gzip", plain, zipped(value), Succeed()),
		Entry("that nobody asked for", "gzip", uncompressed, zipped(value), Succeed()),
		Entry("by its old name", "X-GZIP", uncompressed, zipped(value), Succeed()),
		Entry("of nothing", "gzip", plain, nil, kind(wire.ErrNotJSON, 200)),
		Entry("of nothing, that nobody asked for", "gzip", uncompressed, nil, kind(wire.ErrNotJSON, 200)),
		Entry("cut off", "gzip", plain, zipped(value)[:20], kind(wire.ErrCut, 200)),
		Entry("cut off, that nobody asked for", "gzip", uncompressed, zipped(value)[:20], kind(wire.ErrCut, 200)),
		Entry("that is none", "gzip", plain, []byte(value), kind(wire.ErrCut, 200)),
		Entry("that is none, that nobody asked for", "gzip", uncompressed, []byte(value), kind(wire.ErrCut, 200)),
		Entry("in an encoding nobody asked for", "br", plain, zipped(value), kind(wire.ErrNotJSON, 200)),
	)

	DescribeTable("line 23: a connection that ends inside the reply is cut off", func(ctx SpecContext, status int, sent string, reset bool) {
		arrived := make(chan struct{})
		traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotFirstResponseByte: func() { close(arrived) }})
		_, reply, err := ask(traced, direct(new(http.Transport)), serveRaw(func(conn net.Conn) {
			_, _ = io.WriteString(conn, sent)
			if reset {
				<-arrived // with the whole header, which is read at once
				_ = conn.(*net.TCPConn).SetLinger(0)
			}
		}))
		Expect(err).To(kind(wire.ErrCut, status))
		Expect(unsent(err)).To(BeFalse())
		Expect(reply.Status).To(Equal(status))
	},
		Entry("Content-Length larger than the body, which is a JSON value", 200, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"value\":\"x\"}", false),
		Entry("Content-Length larger than the body, 503", 503, "HTTP/1.1 503 Gone\r\nContent-Length: 99\r\n\r\n{", false),
		Entry("reset inside the body", 200, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"value\":\"x\"}", true),
		Entry("reset inside a chunk", 200, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n{\"value\":\"x\"}\r\n", true),
		Entry("closed before the last chunk", 200, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n{\"value\":\"x\"}\r\n", false),
		Entry("closed inside the JSON, without any length", 200, "HTTP/1.1 200 OK\r\n\r\n{\"value\":", false),
		Entry("closed inside the header", 0, "HTTP/1.1 200 OK\r\nContent-", false),
		Entry("closed before the header", 0, "", false),
		Entry("what is no HTTP", 0, secret+"\r\n\r\n", false),
	)

	It("line 26: is a redirect even if its body is cut off", func(ctx SpecContext) {
		_, _, err := ask(ctx, direct(new(http.Transport)), serveRaw(func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 99\r\n\r\n{")
		}))
		Expect(err).To(kind(wire.ErrRedirect, 302))
	})

	DescribeTable("line 22: 200 MiB stop at the limit", func(ctx SpecContext, limit int64, header string, compressed bool, transport func() *http.Transport) {
		const size = 200 << 20
		url := serve(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", header)
			var out io.Writer = w
			if compressed {
				w.Header().Set("Content-Encoding", "gzip")
				packer := gzip.NewWriter(w)
				defer func() { _ = packer.Close() }()
				out = packer
			} else {
				w.Header().Set("Content-Length", fmt.Sprint(size))
			}
			block := bytes.Repeat([]byte{' '}, 64<<10)
			for sent := 0; sent < size; sent += len(block) {
				if _, err := out.Write(block); err != nil {
					return
				}
			}
		})
		doer := direct(transport())
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, reply, err := ask(wire.WithLimits(ctx, wire.Limits{Body: limit}), doer, url)
		runtime.ReadMemStats(&after)

		Expect(err).To(kind(wire.ErrTooLarge, 200))
		if limit == 0 {
			limit = wire.DefaultBody
		}
		Expect(reply.Body()).To(HaveLen(int(limit)))
		allocated := after.TotalAlloc - before.TotalAlloc // no peak is higher than all there was
		AddReportEntry("allocated / limit", float64(allocated)/float64(limit))
		Expect(allocated).To(BeNumerically("<", 4*limit))
	},
		Entry("of 10 MiB", int64(0), "text/html", false, plain),
		Entry("of a catalogue, 100 MiB", int64(100<<20), "application/json", false, plain),
		Entry("line 25: of 10 MiB, a gzip bomb", int64(0), "application/json", true, plain),
		Entry("line 25: of 10 MiB, a gzip bomb that nobody asked for", int64(0), "application/json", true, uncompressed),
	)

	DescribeTable("the limit is the last size allowed", func(ctx SpecContext, size int, want OmegaMatcher, chunked bool) {
		body := `"` + strings.Repeat("x", size-2) + `"`
		url := serve(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if chunked {
				w.(http.Flusher).Flush()
			}
			_, _ = io.WriteString(w, body)
		})
		var reply wire.Reply
		ctx2 := wire.WithReply(wire.WithLimits(ctx, wire.Limits{Body: 3 << 20}), &reply)
		_, err := direct(new(http.Transport)).Do(request(ctx2, http.MethodGet, url))
		Expect(err).To(want)
		Expect(body).To(HavePrefix(string(reply.Body())))
	},
		Entry("reached", 3<<20, Succeed(), false),
		Entry("reached, length unknown", 3<<20, Succeed(), true),
		Entry("exceeded by one byte", 3<<20+1, kind(wire.ErrTooLarge, 200), false),
		Entry("exceeded by one byte, length unknown", 3<<20+1, kind(wire.ErrTooLarge, 200), true),
		Entry("not reached", 3<<20-1, Succeed(), true),
		Entry("one piece of the reader's", 4<<10, Succeed(), true),
		Entry("one byte more than its piece", 4<<10+1, Succeed(), true),
	)
})

func plain() *http.Transport        { return new(http.Transport) }
func uncompressed() *http.Transport { return &http.Transport{DisableCompression: true} }

func zipped(s string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return out.Bytes()
}
