// Package calls sends requests to a simulator in specs. It fails the spec where a
// request cannot be sent.
package calls

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

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
