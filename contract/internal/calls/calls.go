// Package calls sends requests to a simulator in specs. It fails the spec where a
// request cannot be sent.
package calls

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
)

// Serving starts a simulator that stops with the spec.
func Serving(opts simulator.Options, providers ...simulator.Provider) (*simulator.Simulator, *httptest.Server) {
	ginkgo.GinkgoHelper()
	sim, err := simulator.New(opts, providers...)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	server := httptest.NewServer(sim)
	ginkgo.DeferCleanup(func() { sim.Close(); server.Close() })
	return sim, server
}

// Answer is what came of a request.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Member is a member of the body, "" if it is no text.
func (a Answer) Member(name string) string {
	ginkgo.GinkgoHelper()
	var all map[string]any
	gomega.Expect(json.Unmarshal([]byte(a.Body), &all)).To(gomega.Succeed(), a.Body)
	text, _ := all[name].(string)
	return text
}

// NoRedirects is a client that gives a redirect to the spec.
var NoRedirects = http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Send sends one request; header has names and values in turn.
func Send(ctx context.Context, method, address, body string, header ...string) Answer {
	ginkgo.GinkgoHelper()
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	return Do(&NoRedirects, r)
}

// Do sends r.
func Do(client *http.Client, r *http.Request) Answer {
	ginkgo.GinkgoHelper()
	resp, err := client.Do(r)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return Answer{resp.StatusCode, resp.Header, string(text)}
}

// WhileDeciding asks, four times at once and again and again, until the user at the address
// has consented.
func WhileDeciding(ctx context.Context, address string, ask func()) {
	ginkgo.GinkgoHelper()
	decided := make(chan struct{})
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			defer ginkgo.GinkgoRecover()
			for {
				ask()
				select {
				case <-decided:
					return
				default:
				}
			}
		})
	}
	_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, address)
	close(decided)
	wait.Wait()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
}

// RoundTrip takes a user of p through a journey to a shop whose address has cart=7, and
// fetches Aadhaar for what the return says.
func RoundTrip(ctx context.Context, p provider.Provider) (*kyc.Consent, *url.URL, kyc.Return) {
	ginkgo.GinkgoHelper()
	_, server := Serving(simulator.Options{}, provider.Simulated(p)...)
	a, err := p.Adapter.New(server.URL+"/"+p.Name, p.Account.Simulated(), server.Client())
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	consent, err := a.Start(ctx, kyc.StartRequest{Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back?cart=7"})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, consent.URL.Reveal())
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	said, err := a.(kyc.ReturnParser).ParseReturn(consent.Ref, back)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	_, err = a.Fetch(ctx, said.Ref, kyc.Aadhaar)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return consent, back, said
}

// Trusted is a file with the certificate of server, by which another process trusts it that has
// it as SSL_CERT_FILE. On macOS, where Go asks the system alone, the spec is skipped.
func Trusted(server *httptest.Server) string {
	ginkgo.GinkgoHelper()
	if runtime.GOOS == "darwin" {
		ginkgo.Skip("on macOS a process trusts no certificate for SSL_CERT_FILE")
	}
	file := filepath.Join(ginkgo.GinkgoT().TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	gomega.Expect(os.WriteFile(file, text, 0o600)).To(gomega.Succeed())
	return file
}
