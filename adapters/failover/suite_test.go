package failover_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

// suite is what testing/synctest asks for.
var suite *testing.T

func TestFailover(t *testing.T) {
	suite = t
	SetDefaultEventuallyTimeout(time.Minute)
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/failover")
}

// Nothing may be left running by any spec; registered first, checked last.
var _ = BeforeEach(func() {
	before := gleak.Goroutines()
	DeferCleanup(func() { Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(before)) })
})

// secret is in every URL, every refused body and every error of a stranger, and
// must be in no error of ours.
const secret = "s3cret"

var request = kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back"}

// fake is a Provider in memory. It opens the journey "j-" and the request's ID,
// unless it is told to fail.
type fake struct {
	fails func(context.Context) error // of Start, Status and Fetch; nil: never

	starts atomic.Int32
	mu     sync.Mutex
	asked  []kyc.Ref // by Status, Fetch and the rest
	last   *kyc.Consent
}

func failing(err error) *fake { return &fake{fails: func(context.Context) error { return err }} }

func (f *fake) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	f.starts.Add(1)
	return f.answer(ctx, kyc.Ref("j-"+req.ID))
}

func (f *fake) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	f.note(ref)
	return f.answer(ctx, ref)
}

func (f *fake) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	f.note(ref)
	if _, err := f.answer(ctx, ref); err != nil {
		return nil, err
	}
	return &kyc.Record{Document: doc}, nil
}

func (f *fake) answer(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	if f.fails != nil {
		if err := f.fails(ctx); err != nil {
			return nil, err
		}
	}
	consent := &kyc.Consent{Ref: ref, State: kyc.Pending, URL: kyc.Hide("https://consent.example/")}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = consent
	return consent, nil
}

func (f *fake) note(ref kyc.Ref) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, ref)
}

// able is a fake with what belongs to a journey but not to every provider.
type able struct{ fake }

func (a *able) Revoke(_ context.Context, ref kyc.Ref) error {
	a.note(ref)
	return nil
}

func (a *able) ParseReturn(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	a.note(ref)
	if u.Query().Get("ref") != string(ref) {
		return kyc.Return{Ref: ref}, kyc.ErrInvalid
	}
	return kyc.Return{Ref: ref, State: kyc.Granted}, nil
}

// remote is a Provider over HTTP, made as the adapters are.
type remote struct {
	doer wire.Doer
	url  string
}

func (r remote) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	c := call.New(ctx, "remote", "createJourney")
	post, err := http.NewRequestWithContext(c.Context(), http.MethodPost, r.url+"/journeys?key="+secret, strings.NewReader(`{"id":"`+req.ID+`"}`))
	if err != nil {
		return nil, c.Failed(err)
	}
	resp, err := r.doer.Do(post)
	if err != nil {
		return nil, c.Failed(err)
	}
	defer resp.Body.Close()
	var journey struct{ ID kyc.Ref }
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil, c.Refused("", "", "")
	case json.NewDecoder(resp.Body).Decode(&journey) != nil:
		return nil, c.Missing("id")
	}
	return &kyc.Consent{Ref: journey.ID, State: kyc.Pending}, nil
}

func (remote) Status(context.Context, kyc.Ref) (*kyc.Consent, error) { panic("no journey is here") }

func (remote) Fetch(context.Context, kyc.Ref, kyc.Document) (*kyc.Record, error) {
	panic("no journey is here")
}

// at is a remote with connections of its own.
func at(url string) remote { return over(new(http.Transport), url) }

func over(transport *http.Transport, url string) remote {
	DeferCleanup(transport.CloseIdleConnections)
	return remote{wire.Doer{Client: &http.Client{Transport: transport}, Limits: wire.Limits{Timeout: time.Minute}}, url}
}

// bubble runs do where the clock only goes on while everyone waits, so that a time-out
// takes exactly its time. There is no network there, see [hanging].
func bubble(do func(ctx context.Context)) {
	synctest.Test(suite, func(t *testing.T) {
		defer GinkgoRecover()
		do(t.Context())
		time.Sleep(handshakeTimeout) // by then everything has ended
	})
}

// handshakeTimeout ends TLS handshakes, which http.Transport continues without their call.
const handshakeTimeout = time.Hour

// hanging is a remote without a network, for a bubble. It reads the request, writes text and
// waits for the client to go; over https it does not get through the handshake.
func hanging(scheme, text string) remote {
	return remote{wire.Doer{Client: &http.Client{Transport: &http.Transport{
		TLSHandshakeTimeout: handshakeTimeout,
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go func() {
				defer server.Close()
				if scheme == "https" {
					silence(server)
					return
				}
				answer(server, text)
				silence(server)
			}()
			return client, nil
		},
	}}}, scheme + "://provider.invalid"}
}

// status answers with that status and JSON.
func status(code int) remote { return body(code, "application/json", `{"message":"`+secret+`"}`) }

func body(code int, mediaType, text string) remote {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.WriteHeader(code)
		fmt.Fprint(w, text)
	}))
	DeferCleanup(server.Close)
	return at(server.URL)
}

// answering reads the request, writes text and closes the connection.
func answering(text string) remote {
	return at("http://" + listen(func(conn net.Conn) { answer(conn, text) }))
}

// answer reads a request and writes text.
func answer(conn net.Conn, text string) {
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, req.Body)
	_, _ = io.WriteString(conn, text)
}

// foreign has a certificate that nobody vouches for.
func foreign() remote {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	DeferCleanup(server.Close)
	return at(server.URL)
}

// unresolved has a name of which the resolver says that there is none.
func unresolved() remote {
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			size := make([]byte, 2)
			for {
				if _, err := io.ReadFull(server, size); err != nil {
					return
				}
				message := make([]byte, binary.BigEndian.Uint16(size))
				_, _ = io.ReadFull(server, message)
				message[2], message[3] = 0x81, 0x83 // RFC 1035, section 4.1.1: an answer, no such name
				_, _ = server.Write(append(size, message...))
			}
		}()
		return client, nil
	}}
	return over(&http.Transport{DialContext: (&net.Dialer{Resolver: resolver}).DialContext}, "http://provider.invalid")
}

// nobody is an address at which nothing listens. A port that was just closed is
// none: another test's server may get it.
func nobody() string { return "127.0.0.1:1" }

// listen hands each connection to script and closes it afterwards.
func listen(script func(net.Conn)) string {
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
				defer conn.Close()
				script(conn)
			})
		}
	})
	DeferCleanup(func() {
		listener.Close()
		running.Wait()
	})
	return listener.Addr().String()
}

// silence says nothing until the peer has gone.
func silence(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// pair is a Provider over "main" and "spare".
func pair(opts failover.Options, main, spare kyc.Provider) *failover.Provider {
	GinkgoHelper()
	p, err := failover.New([]failover.Member{{Name: "main", Provider: main}, {Name: "spare", Provider: spare}}, opts)
	Expect(err).NotTo(HaveOccurred())
	return p
}

// refusal is a provider's, with that kind and HTTP status.
func refusal(kind kyc.Err, status int, cause error) error {
	return kyc.NewError(kyc.Error{Provider: "acme", Op: "createRequest", Kind: kind, Status: status}, cause, []byte(secret))
}

// attempts are those of a Start that failed.
func attempts(err error) []failover.Attempt {
	GinkgoHelper()
	var e *failover.Error
	Expect(errors.As(err, &e)).To(BeTrue(), "%T", err)
	return e.Attempts
}
