package wire_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	neturl "net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"example.com/digilocker/adapters/wire"
)

// suite is what testing/synctest asks for.
var suite *testing.T

func TestWire(t *testing.T) {
	suite = t
	SetDefaultEventuallyTimeout(time.Minute)
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/wire")
}

// Nothing may be left running by any spec; registered first, checked last.
var _ = BeforeEach(func() {
	before := gleak.Goroutines()
	DeferCleanup(func() { Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(before)) })
})

// secret is in every URL, request header, Location and refused body of these
// specs, and must be in no error.
const secret = "s3cret"

// answer is what the parsers under test decode to.
type answer struct {
	Value string `json:"value"`
}

// parsed has the shape of a generated response.
type parsed struct {
	Body         []byte
	HTTPResponse *http.Response
	JSON200      *answer
	JSON400      *answer
	JSON500      *answer
}

// parse does what oapi-codegen v2.8.2 generates.
func parse(rsp *http.Response) (*parsed, error) {
	bodyBytes, err := io.ReadAll(rsp.Body)
	defer func() { _ = rsp.Body.Close() }()
	if err != nil {
		return nil, err
	}
	response := &parsed{Body: bodyBytes, HTTPResponse: rsp}
	switch {
	case strings.Contains(rsp.Header.Get("Content-Type"), "json") && rsp.StatusCode == 200:
		err = json.Unmarshal(bodyBytes, &response.JSON200)
	case strings.Contains(rsp.Header.Get("Content-Type"), "json") && rsp.StatusCode == 400:
		err = json.Unmarshal(bodyBytes, &response.JSON400)
	case strings.Contains(rsp.Header.Get("Content-Type"), "json") && rsp.StatusCode == 500:
		err = json.Unmarshal(bodyBytes, &response.JSON500)
	}
	if err != nil {
		return nil, err
	}
	return response, nil
}

// request is one that no error may quote.
func request(ctx context.Context, method, url string) *http.Request {
	GinkgoHelper()
	req, err := http.NewRequestWithContext(ctx, method, url+"/path?token="+secret, strings.NewReader(`{}`))
	Expect(err).NotTo(HaveOccurred())
	req.Header.Set("X-Client-Secret", secret)
	return req
}

// ask calls url as a generated client would.
func ask(ctx context.Context, doer wire.Doer, url string) (*parsed, wire.Reply, error) {
	GinkgoHelper()
	var reply wire.Reply
	resp, err := doer.Do(request(wire.WithReply(ctx, &reply), http.MethodPost, url))
	if err != nil {
		expectClean(err)
		return nil, reply, err
	}
	result, err := parse(resp)
	Expect(err).NotTo(HaveOccurred(), "the parser must be able to read what Do returns")
	return result, reply, nil
}

// expectClean looks through err as any logger could.
func expectClean(err error) {
	GinkgoHelper()
	Expect(errors.As(err, new(*neturl.Error))).To(BeFalse(), "it prints the URL")
	for ; err != nil; err = errors.Unwrap(err) {
		for _, format := range []string{"%v", "%+v", "%#v", "%q", "%s", "%d", "%x"} {
			text := fmt.Sprintf(format, err)
			Expect(text).NotTo(ContainSubstring(secret))
			Expect(text).NotTo(ContainSubstring(fmt.Sprintf("%x", secret)))
			Expect(text).NotTo(ContainSubstring("127.0.0.1"))
		}
	}
}

// direct is a Doer whose connections end with the spec.
func direct(transport *http.Transport) wire.Doer {
	DeferCleanup(transport.CloseIdleConnections)
	return wire.Doer{Client: &http.Client{Transport: transport}}
}

// serve answers over HTTP/1.1.
func serve(handler http.HandlerFunc) string {
	server := httptest.NewServer(handler)
	DeferCleanup(server.Close)
	return server.URL
}

// serveRaw hands each connection to script once the request's header is read,
// and closes it afterwards. script must end when the peer does.
func serveRaw(script func(net.Conn)) string {
	return "http://" + listen(asked(script))
}

// listen hands each connection to script and closes it afterwards.
func listen(script func(net.Conn)) string {
	GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer func() { _ = conn.Close() }()
				script(conn)
			})
		}
	})
	DeferCleanup(func() {
		_ = listener.Close()
		running.Wait()
	})
	return listener.Addr().String()
}

// silence says nothing until the peer has gone.
func silence(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// bubble runs do where the clock only goes on while everyone waits: what happens at once
// takes no time at all, and a time-out takes exactly its time. There is no network there,
// see [piped].
func bubble(do func(ctx context.Context)) {
	synctest.Test(suite, func(t *testing.T) {
		defer GinkgoRecover()
		do(t.Context())
		time.Sleep(handshakeTimeout) // by then everything has ended
	})
}

// piped connects to script instead of an address. It is for a bubble, at whose end no
// call may run.
func piped(script func(net.Conn)) *http.Transport {
	return &http.Transport{TLSHandshakeTimeout: handshakeTimeout, DialContext: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer func() { _ = server.Close() }()
			script(server)
		}()
		return client, nil
	}}
}

// asked is script once a request was read.
func asked(script func(net.Conn)) func(net.Conn) {
	return func(conn net.Conn) {
		req, err := http.ReadRequest(bufio.NewReader(conn))
		if err == nil {
			_, _ = io.Copy(io.Discard, req.Body)
			script(conn)
		}
	}
}

// kind matches an *wire.Error by kind and status.
func kind(k wire.Err, status int) OmegaMatcher {
	return SatisfyAll(
		MatchError(k),
		WithTransform(func(err error) int {
			var e *wire.Error
			errors.As(err, &e)
			return e.Status
		}, Equal(status)),
	)
}

func unsent(err error) bool {
	var e *wire.Error
	return errors.As(err, &e) && e.Unsent
}
