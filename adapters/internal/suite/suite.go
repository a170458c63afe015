// Package suite is what the suites of several adapters share: a provider that
// gives each request the same answer, and checks that nothing is left running and
// nothing is shown.
package suite

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"example.com/digilocker/adapters/kyc/kyctest"
)

// NothingLeft says that a spec leaves no goroutine behind. It is for a BeforeEach
// of the package: registered first, it is checked last.
func NothingLeft() {
	before := gleak.Goroutines()
	ginkgo.DeferCleanup(func() { gomega.Eventually(gleak.Goroutines, time.Minute).ShouldNot(gleak.HaveLeaked(before)) })
}

// Server is a provider that gives each request the same answer.
type Server struct {
	*httptest.Server
	Received []Request
}

// Request is one that came, path and query as sent.
type Request struct {
	Method, Path, Query string
	Header              http.Header
	Body                string
}

// Answering starts a Server that answers with status and that JSON, and closes it
// after the spec.
func Answering(status int, body string) *Server {
	s := &Server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		s.Received = append(s.Received, Request{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header, string(sent)})
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	ginkgo.DeferCleanup(s.Close)
	return s
}

// One is the one request that came.
func (s *Server) One() Request {
	ginkgo.GinkgoHelper()
	gomega.Expect(s.Received).To(gomega.HaveLen(1))
	return s.Received[0]
}

// Client keeps no connection, so that nothing is left.
func Client() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
}

// Silent is kyctest's, in a spec.
func Silent(v any, texts ...string) {
	ginkgo.GinkgoHelper()
	kyctest.Silent(ginkgo.GinkgoTB(), v, texts...)
}
