package simulator_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/specs/document"
)

// template is a parameter in a documented path.
var template = regexp.MustCompile(`\{[^}]*\}`)

// credentials are the headers of a call to p, with names and values in turn: those of
// the command that its behaviour shows.
func credentials(p simulator.Provider) []string {
	if p.Behaviour.Curl == nil {
		return nil
	}
	var all []string
	for args := p.Behaviour.Curl("", time.Now()); len(args) > 1; args = args[1:] {
		if name, value, ok := strings.Cut(args[1], ": "); args[0] == "-H" && ok {
			all = append(all, name, value)
		}
	}
	return all
}

// heap is what is in use, in bytes.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// connections is a client that keeps up to n connections open.
func connections(n int) (*http.Client, func()) {
	t := &http.Transport{MaxIdleConnsPerHost: n, MaxConnsPerHost: n}
	return &http.Client{Transport: t, CheckRedirect: calls.NoRedirects.CheckRedirect}, t.CloseIdleConnections
}

var _ = Describe("Under load, a simulator", Serial, func() {
	It("starts 10,000 journeys from 64 connections, and keeps what it states", func(ctx SpecContext) {
		const journeys, limit = 10_000, 1_000
		sim, err := simulator.New(simulator.Options{Limit: limit}, acme())
		Expect(err).NotTo(HaveOccurred())
		server := httptest.NewServer(sim)
		client, done := connections(64)
		DeferCleanup(func() { done(); server.Close() })
		begin := func(id int) (int, error) {
			body := fmt.Sprintf(`{"id":"order-%d","documents":["id-card"],"return_to":"https://shop.example/back"}`, id)
			r, err := http.NewRequestWithContext(ctx, "POST", server.URL+"/acme/journeys", strings.NewReader(body))
			if err != nil {
				return 0, err
			}
			r.Header.Set("x-acme-key", acmeKey)
			resp, err := client.Do(r)
			if err != nil {
				return 0, err
			}
			defer resp.Body.Close()
			_, err = io.Copy(io.Discard, resp.Body)
			return resp.StatusCode, err
		}
		run := func(from, to int) {
			GinkgoHelper()
			var next, failed atomic.Int64
			next.Store(int64(from))
			var wait sync.WaitGroup
			for range 64 {
				wait.Go(func() {
					for id := next.Add(1) - 1; id < int64(to); id = next.Add(1) - 1 {
						if status, err := begin(int(id)); err != nil || status != http.StatusOK {
							failed.Add(1)
						}
					}
				})
			}
			wait.Wait()
			Expect(failed.Load()).To(BeZero())
		}
		run(0, journeys/2)
		before := heap()
		run(journeys/2, journeys)
		Expect(heap()).To(BeNumerically("<", before+1<<20), "the second half needs no more memory than the first")
		Expect(status(ctx, server, fmt.Sprint("order-", journeys-1)).Status).To(Equal(200))
		Expect(status(ctx, server, "order-0").Status).To(Equal(404))
	}, NodeTimeout(10*time.Minute))

	It("gives whole answers while the user decides", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		for i := range 150 {
			id := fmt.Sprint("order-", i)
			calls.WhileDeciding(ctx, start(ctx, server, id), func() {
				for _, path := range []string{"/papers/id-card", ""} {
					got := calls.Send(ctx, "GET", server.URL+"/acme/journeys/"+id+path, "", key...)
					Expect(got.Body).NotTo(ContainSubstring("Published Person"), "a person who is not there")
				}
			})
		}
	}, NodeTimeout(10*time.Minute))

	It("lets go of a request whose caller has left", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Timeout})).To(Succeed())
		client := http.Client{Timeout: 100 * time.Millisecond, Transport: &http.Transport{}}
		before := runtime.NumGoroutine()
		for range 10 {
			resp, err := client.Post(server.URL+"/acme/journeys", "application/json", strings.NewReader("{}"))
			if err == nil {
				resp.Body.Close()
			}
			Expect(err).To(HaveOccurred())
		}
		client.CloseIdleConnections()
		Eventually(runtime.NumGoroutine).Should(BeNumerically("<=", before+3))
	})

	It("bounds what one journey can hold", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		long := "https://shop.example/" + strings.Repeat("x", 2048)
		body := `{"id":"a","documents":["tax-card"],"return_to":"` + long + `"}`
		got := calls.Send(ctx, "POST", server.URL+"/acme/journeys", body, key...)
		Expect(got.Status).To(Equal(400))
		Expect(got.Member("code")).To(Equal("return_to_invalid"))
	})

	It("answers whatever comes, without a panic", func(ctx SpecContext) {
		own := []simulator.Provider{acme(), bolt()}
		all := append(slices.DeleteFunc(providers.Simulated(), func(p simulator.Provider) bool { // somebody may have listed one of that name
			return p.Name == own[0].Name || p.Name == own[1].Name
		}), own...)
		_, server := calls.Serving(simulator.Options{}, all...)
		client, done := connections(8)
		DeferCleanup(done)
		methods := []string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"}
		pieces := []string{
			"digilocker", "document", "AADHAAR", "tools", "kyc", "api", "status", "journeys", "papers", "..", "%2e", "%00",
			"consent", "files", "_control", "faults", "clock", "", "ea31e1e6", strings.Repeat("x", 500),
		}
		bodies := []string{
			"", "{}", "[]", "null", `"text"`, "{", `{"verification_id":{}}`, `{"document_requested":"AADHAAR"}`,
			`{"document_requested":[1,null]}`, `{"parameters":[[]]}`, `{"redirectUrl":1e999}`, "\x00\xff\xfe",
			strings.Repeat("[", 100_000), `{"reference_id":` + strings.Repeat("9", 1000) + `}`,
		}
		headers := []string{"Prefer", "code=9999", "Prefer", "source=L", "Content-Type", "application/json"}
		var docs []*example.Document
		unwritten := map[string]bool{}
		// by the provider's name, its own statuses, which mean no fault of a server
		answers := map[string]map[int]bool{}
		for _, p := range all {
			pieces = append(pieces, p.Name)
			root, err := document.Parse(p.Name, p.Document)
			Expect(err).NotTo(HaveOccurred())
			d, err := example.New(p.Name, root)
			Expect(err).NotTo(HaveOccurred())
			docs = append(docs, d)
			answers[p.Name] = map[int]bool{}
			for _, e := range d.Entries {
				answers[p.Name][e.Status] = http.StatusText(e.Status) == ""
			}
			for _, op := range d.Operations {
				unwritten[p.Name+"/"+op.ID] = p.Behaviour.Operations[op.ID] == nil
			}
		}
		random := rand.New(rand.NewPCG(42, uint64(GinkgoRandomSeed())))
		one := func(list []string) string { return list[random.IntN(len(list))] }
		reached := map[string]int{}
		for i := range 300 * len(unwritten) { // half of them to operations, each as often as any other
			method, path, query, body, of := one(methods), "", "?reference_id="+one(pieces[:16]), one(bodies), ""
			nth := random.IntN(len(unwritten))
			chosen := 0
			for nth >= len(docs[chosen].Operations) {
				nth -= len(docs[chosen].Operations)
				chosen++
			}
			for range 1 + random.IntN(5) {
				path += "/" + one(pieces)
			}
			if i%2 == 0 { // to an operation, with something in the place of each parameter
				d := docs[chosen]
				op := d.Operations[nth]
				inPath := template.ReplaceAllStringFunc(op.Path, func(string) string { return url.PathEscape(one(pieces) + "x") })
				method, path, of = op.Method, "/"+d.Provider+inPath, d.Provider+"/"+op.ID
				for _, p := range op.Parameters {
					if p.In == "query" {
						query += "&" + p.Name + "=" + url.QueryEscape(one(pieces))
					}
				}
				if documented := string(d.AnyBody(op)); documented != "" && random.IntN(3) > 0 { // with other bytes somewhere
					at := random.IntN(len(documented))
					body = documented[:at] + one(bodies[:10]) + documented[min(len(documented), at+random.IntN(9)):]
				}
			}
			r, err := http.NewRequestWithContext(ctx, method, server.URL+path+query, strings.NewReader(body))
			if err != nil {
				continue // no such request can be sent
			}
			sent := slices.Concat(headers, credentials(all[chosen]))
			for k := 0; k < len(sent); k += 2 {
				if of != "" && sent[k] != "Prefer" && random.IntN(10) > 0 || random.IntN(4) == 0 {
					r.Header.Set(sent[k], sent[k+1])
				}
			}
			resp, err := client.Do(r)
			Expect(err).NotTo(HaveOccurred(), "%s %s", r.Method, path) // a panic would cut the connection
			_, err = io.Copy(io.Discard, resp.Body)
			Expect(err).NotTo(HaveOccurred())
			resp.Body.Close()
			if unwritten[of] {
				Expect(resp.StatusCode).To(BeNumerically("<=", http.StatusNotImplemented), "%s %s", r.Method, path)
				continue
			}
			if !answers[all[chosen].Name][resp.StatusCode] {
				Expect(resp.StatusCode).To(BeNumerically("<", 500), "%s %s", r.Method, path)
			}
			// An answer that no provider gives is plain text.
			if of != "" && resp.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
				reached[of]++
			}
		}
		for op, no := range unwritten {
			if !no {
				Expect(reached[op]).To(BeNumerically(">", 20), op)
			}
		}
	})

	It("does not read a body of 100 MiB", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		client, done := connections(1)
		DeferCleanup(done)
		var sent countingReader
		r, err := http.NewRequestWithContext(ctx, "POST", server.URL+"/acme/journeys", io.LimitReader(&sent, 100<<20))
		Expect(err).NotTo(HaveOccurred())
		before := heap()
		resp, err := client.Do(r)
		if err == nil { // else the connection was cut while it was sent
			Expect(resp.StatusCode).To(Equal(http.StatusRequestEntityTooLarge))
			resp.Body.Close()
		}
		Expect(sent.n.Load()).To(BeNumerically("<", 20<<20), "of which much lies in buffers of the system")
		Expect(heap()).To(BeNumerically("<", before+8<<20))
	})

	const slow = "POST /acme/journeys HTTP/1.1\r\nHost: x\r\nX-Slow: "

	It("lives with slow headers and with 1,000 idle connections", func(ctx SpecContext) {
		sim, err := simulator.New(simulator.Options{}, acme())
		Expect(err).NotTo(HaveOccurred())
		server := sim.Server("")
		server.ReadHeaderTimeout, server.IdleTimeout = time.Hour, time.Hour // however long this takes
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		served := make(chan error)
		go func() { served <- server.Serve(listener) }()
		DeferCleanup(func(ctx context.Context) {
			Expect(server.Shutdown(ctx)).To(Succeed())
			Eventually(served).Should(Receive(MatchError(http.ErrServerClosed)))
		})
		address := listener.Addr().String()
		for i := range 1_000 {
			c, err := net.Dial("tcp", address)
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(c.Close)
			if i == 0 {
				_, err = c.Write([]byte(slow))
				Expect(err).NotTo(HaveOccurred())
			}
		}
		Expect(calls.Send(ctx, "GET", "http://"+address+"/_control/clock", "").Status).To(Equal(200))
	})

	It("gives up on slow headers", func() {
		synctest.Test(suite, func(*testing.T) {
			defer GinkgoRecover()
			sim, err := simulator.New(simulator.Options{}, acme())
			Expect(err).NotTo(HaveOccurred())
			defer sim.Close()
			server, conns := sim.Server(""), make(pipes, 1)
			go func() { _ = server.Serve(conns) }()
			defer server.Close()
			client, conn := net.Pipe()
			defer client.Close()
			conns <- conn
			begun := time.Now()
			_, err = io.WriteString(client, slow)
			Expect(err).NotTo(HaveOccurred())
			text, err := io.ReadAll(client)
			Expect(err).NotTo(HaveOccurred()) // closed
			Expect(string(text)).To(Or(BeEmpty(), ContainSubstring("408")))
			Expect(time.Since(begun)).To(Equal(server.ReadHeaderTimeout))
			Expect(server.ReadHeaderTimeout).To(Equal(5 * time.Second))
		})
	})
})

// pipes is a listener without a network.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if c, open := <-p; open {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (p pipes) Close() error { close(p); return nil }

func (pipes) Addr() net.Addr { return &net.TCPAddr{} }

// countingReader is an endless JSON text that knows how much of it was read.
type countingReader struct{ n atomic.Int64 }

func (c *countingReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	c.n.Add(int64(len(p)))
	return len(p), nil
}
