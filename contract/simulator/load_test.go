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
	"strings"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/examples"
	simcashfree "example.com/digilocker/contract/provider/cashfree"
	simeko "example.com/digilocker/contract/provider/eko"
	simsetu "example.com/digilocker/contract/provider/setu"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

// template is a parameter in a documented path.
var template = regexp.MustCompile(`\{[^}]*\}`)

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
	return &http.Client{Transport: t, CheckRedirect: noRedirects.CheckRedirect}, t.CloseIdleConnections
}

var _ = Describe("Under load, a simulator", Serial, func() {
	It("starts 10,000 journeys from 64 connections, and keeps what it states", func(ctx SpecContext) {
		const journeys, limit = 10_000, 1_000
		sim, err := simulator.New(simulator.Options{Limit: limit}, providers.Simulated()...)
		Expect(err).NotTo(HaveOccurred())
		server := httptest.NewServer(sim)
		client, done := connections(64)
		DeferCleanup(func() { done(); server.Close() })
		begin := func(id int) (int, error) {
			body := fmt.Sprintf(`{"verification_id":"order-%d","document_requested":["AADHAAR"],"redirect_url":"https://shop.example/back"}`, id)
			r, err := http.NewRequestWithContext(ctx, "POST", server.URL+"/cashfree/digilocker", strings.NewReader(body))
			if err != nil {
				return 0, err
			}
			r.Header.Set("x-client-id", simcashfree.SimulatorClientID)
			r.Header.Set("x-client-secret", simcashfree.SimulatorClientSecret)
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
		Expect(status(ctx, server, fmt.Sprint("order-", journeys-1)).status).To(Equal(200))
		Expect(status(ctx, server, "order-0").status).To(Equal(404))
	}, NodeTimeout(2*time.Minute))

	It("gives whole answers while the user decides", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		for i := range 150 {
			id := fmt.Sprint("order-", i)
			address := start(ctx, server, id)
			decided := make(chan struct{})
			var wait sync.WaitGroup
			for range 4 {
				wait.Go(func() {
					defer GinkgoRecover()
					for asking := true; asking; {
						select {
						case <-decided:
							asking = false
						default:
						}
						for _, path := range []string{"/document/AADHAAR", ""} {
							got := call(ctx, "GET", server.URL+"/cashfree/digilocker"+path+"?verification_id="+id, "", cashfree...)
							Expect(got.body).NotTo(ContainSubstring("John Doe"), "a person who is not there")
						}
					}
				})
			}
			_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, address)
			close(decided)
			wait.Wait()
			Expect(err).NotTo(HaveOccurred())
		}
	}, NodeTimeout(time.Minute))

	It("lets go of a request whose caller has left", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Timeout})).To(Succeed())
		client := http.Client{Timeout: 100 * time.Millisecond, Transport: &http.Transport{}}
		before := runtime.NumGoroutine()
		for range 10 {
			resp, err := client.Post(server.URL+"/cashfree/digilocker", "application/json", strings.NewReader("{}"))
			if err == nil {
				resp.Body.Close()
			}
			Expect(err).To(HaveOccurred())
		}
		client.CloseIdleConnections()
		Eventually(runtime.NumGoroutine, "3s").Should(BeNumerically("<=", before+3))
	})

	It("bounds what one journey can hold", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		long := "https://shop.example/" + strings.Repeat("x", 2048)
		got := call(ctx, "POST", server.URL+"/cashfree/digilocker", `{"verification_id":"a","document_requested":["PAN"],"redirect_url":"`+long+`"}`, cashfree...)
		Expect(got.status).To(Equal(400))
		Expect(got.member("code")).To(Equal("redirect_url_value_invalid"))
	})

	It("answers whatever comes, without a panic", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		client, done := connections(8)
		DeferCleanup(done)
		methods := []string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"}
		pieces := []string{"cashfree", "eko", "setu", "digilocker", "document", "AADHAAR", "tools", "kyc", "api", "status", "..", "%2e", "%00", "consent", "files", "_control", "faults", "clock", "", "ea31e1e6", strings.Repeat("x", 500)}
		bodies := []string{"", "{}", "[]", "null", `"text"`, "{", `{"verification_id":{}}`, `{"document_requested":"AADHAAR"}`, `{"document_requested":[1,null]}`, `{"parameters":[[]]}`,
			`{"redirectUrl":1e999}`, "\x00\xff\xfe", strings.Repeat("[", 100_000), `{"reference_id":` + strings.Repeat("9", 1000) + `}`}
		headers := append(append([]string{"x-product-instance-id", simsetu.SimulatorProductInstanceID, "Prefer", "code=9999", "Prefer", "source=L"}, cashfree...), signedEko(time.Now(), simeko.SimulatorAccessKey)...)
		docs, err := examples.Embedded()
		Expect(err).NotTo(HaveOccurred())
		random := rand.New(rand.NewPCG(42, uint64(GinkgoRandomSeed())))
		one := func(list []string) string { return list[random.IntN(len(list))] }
		reached := map[string]int{}
		for i := range 6_000 {
			method, path, query, body, of := one(methods), "", "?reference_id="+one(pieces[:16]), one(bodies), ""
			for range 1 + random.IntN(5) {
				path += "/" + one(pieces)
			}
			if i%2 == 0 { // to an operation, with something in the place of each parameter
				d := docs[random.IntN(len(docs))]
				op := d.Operations[random.IntN(len(d.Operations))]
				method, path, of = op.Method, "/"+d.Provider+template.ReplaceAllStringFunc(op.Path, func(string) string { return url.PathEscape(one(pieces) + "x") }), d.Provider+"/"+op.ID
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
			for k := 0; k < len(headers); k += 2 {
				if of != "" && headers[k] != "Prefer" && random.IntN(10) > 0 || random.IntN(4) == 0 {
					r.Header.Set(headers[k], headers[k+1])
				}
			}
			resp, err := client.Do(r)
			Expect(err).NotTo(HaveOccurred(), "%s %s", r.Method, path) // a panic would cut the connection
			_, err = io.Copy(io.Discard, resp.Body)
			Expect(err).NotTo(HaveOccurred())
			resp.Body.Close()
			Expect(resp.StatusCode).To(BeNumerically("<", 500), "%s %s", r.Method, path)
			if of != "" && resp.Header.Get("Content-Type") != "text/plain; charset=utf-8" { // as answers are that no provider gives
				reached[of]++
			}
		}
		for _, d := range docs {
			for _, op := range d.Operations {
				Expect(reached[d.Provider+"/"+op.ID]).To(BeNumerically(">", 20), op.ID)
			}
		}
	})

	It("does not read a body of 100 MiB", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		client, done := connections(1)
		DeferCleanup(done)
		var sent countingReader
		r, err := http.NewRequestWithContext(ctx, "POST", server.URL+"/cashfree/digilocker", io.LimitReader(&sent, 100<<20))
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

	It("gives up on slow headers, and lives with 1,000 idle connections", func(ctx SpecContext) {
		sim, err := simulator.New(simulator.Options{}, providers.Simulated()...)
		Expect(err).NotTo(HaveOccurred())
		server := sim.Server("")
		server.ReadHeaderTimeout = 300 * time.Millisecond // of the 5 s
		server.IdleTimeout = server.ReadHeaderTimeout
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		served := make(chan error)
		go func() { served <- server.Serve(listener) }()
		DeferCleanup(func(ctx context.Context) {
			Expect(server.Shutdown(ctx)).To(Succeed())
			Eventually(served).Should(Receive(MatchError(http.ErrServerClosed)))
		})
		address := listener.Addr().String()
		var all []net.Conn
		DeferCleanup(func() {
			for _, c := range all {
				c.Close()
			}
		})
		for range 1_000 {
			c, err := net.Dial("tcp", address)
			Expect(err).NotTo(HaveOccurred())
			all = append(all, c)
		}
		_, err = all[0].Write([]byte("POST /cashfree/digilocker HTTP/1.1\r\nHost: x\r\nX-Slow: "))
		Expect(err).NotTo(HaveOccurred())
		Expect(call(ctx, "GET", "http://"+address+"/_control/clock", "").status).To(Equal(200))
		Expect(all[0].SetReadDeadline(time.Now().Add(5 * time.Second))).To(Succeed())
		text, err := io.ReadAll(all[0])
		Expect(err).NotTo(HaveOccurred()) // closed, not timed out
		Expect(string(text)).To(Or(BeEmpty(), ContainSubstring("408")))
	})
})

// countingReader is an endless JSON text that knows how much of it was read.
type countingReader struct{ n atomic.Int64 }

func (c *countingReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	c.n.Add(int64(len(p)))
	return len(p), nil
}
