package simulator_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	simcashfree "example.com/digilocker/contract/provider/cashfree"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

func TestSimulator(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "simulator")
}

// No spec leaves a goroutine behind, and so neither does a simulator.
var _ = BeforeEach(func() {
	before := gleak.Goroutines()
	DeferCleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		Eventually(gleak.Goroutines, "5s").ShouldNot(gleak.HaveLeaked(before))
	})
})

// serving starts a simulator that stops with the spec.
func serving(opts simulator.Options) (*simulator.Simulator, *httptest.Server) {
	GinkgoHelper()
	sim, err := simulator.New(opts, providers.Simulated()...)
	Expect(err).NotTo(HaveOccurred())
	server := httptest.NewServer(sim)
	DeferCleanup(func() { sim.Close(); server.Close() })
	return sim, server
}

// answer is what came of a request.
type answer struct {
	status int
	header http.Header
	body   string
}

// member is a member of the body, as text.
func (a answer) member(name string) string {
	var all map[string]any
	Expect(json.Unmarshal([]byte(a.body), &all)).To(Succeed(), a.body)
	text, _ := all[name].(string)
	return text
}

// call sends one request; header has names and values in turn.
func call(ctx context.Context, method, address, body string, header ...string) answer {
	GinkgoHelper()
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := noRedirects.Do(r)
	Expect(err).NotTo(HaveOccurred())
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	return answer{resp.StatusCode, resp.Header, string(text)}
}

var noRedirects = http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// cashfree are the credentials of a call to Cashfree.
var cashfree = []string{"x-client-id", simcashfree.SimulatorClientID, "x-client-secret", simcashfree.SimulatorClientSecret}

// start opens a journey at Cashfree and returns its consent URL.
func start(ctx context.Context, server *httptest.Server, id string) string {
	GinkgoHelper()
	got := call(ctx, "POST", server.URL+"/cashfree/digilocker",
		`{"verification_id":"`+id+`","document_requested":["AADHAAR","PAN"],"redirect_url":"https://shop.example/back?order=42"}`, cashfree...)
	Expect(got.status).To(Equal(http.StatusOK), got.body)
	return got.member("url")
}

// status is how Cashfree says that a journey is.
func status(ctx context.Context, server *httptest.Server, id string) answer {
	GinkgoHelper()
	return call(ctx, "GET", server.URL+"/cashfree/digilocker?verification_id="+id, "", cashfree...)
}

const second = time.Second
