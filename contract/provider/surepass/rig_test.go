package surepass_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	adapter "example.com/digilocker/adapters/surepass"
	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/provider/surepass"
	"example.com/digilocker/contract/simulator"
)

// base is the path of all operations.
const base = "/api/v1/digilocker/"

// id is the client_id of a journey, which stands in front of what the adapter keeps.
func id(ref kyc.Ref) string {
	id, _, _ := strings.Cut(string(ref), ".")
	return id
}

// rig is a simulator, an adapter that talks to it, and the caller's server for webhooks.
type rig struct {
	sim     *simulator.Simulator
	server  *httptest.Server
	adapter kyc.Provider
	hooks   func() []string
}

func newRig() rig {
	GinkgoHelper()
	var mu sync.Mutex
	var got []string
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got = append(got, string(text))
	}))
	DeferCleanup(hook.Close)
	r := rig{hooks: func() []string { mu.Lock(); defer mu.Unlock(); return got }}
	r.sim, r.server = calls.Serving(simulator.Options{WebhookURL: hook.URL}, provider.Simulated(surepass.Provider)...)
	r.adapter = r.asking(0)
	return r
}

// asking is an adapter that asks for links with that life.
func (r rig) asking(life time.Duration) kyc.Provider {
	GinkgoHelper()
	a, err := adapter.New(r.server.URL+"/surepass", adapter.Credentials{Token: kyc.Hide(surepass.SimulatorToken)},
		adapter.Options{Expiry: life})
	Expect(err).NotTo(HaveOccurred())
	return a
}

func (r rig) start(ctx context.Context) *kyc.Consent {
	GinkgoHelper()
	consent, err := r.adapter.Start(ctx, request)
	Expect(err).NotTo(HaveOccurred())
	return consent
}

// granted is a journey to which the person with that key consented.
func (r rig) granted(ctx context.Context, key string) kyc.Ref {
	GinkgoHelper()
	consent := r.start(ctx)
	_, err := simulator.NewVisitor(key).Allow(ctx, consent.URL.Reveal())
	Expect(err).NotTo(HaveOccurred())
	return consent.Ref
}

func (r rig) fault(kind string) {
	GinkgoHelper()
	Expect(r.sim.AddFault(simulator.Fault{Provider: "surepass", Kind: kind})).To(Succeed())
}

// authorized are the headers of a call.
var authorized = []string{"Authorization", "Bearer " + surepass.SimulatorToken}

func (r rig) get(ctx context.Context, path string) calls.Answer {
	GinkgoHelper()
	return calls.Send(ctx, "GET", r.server.URL+"/surepass"+base+path, "", authorized...)
}

func (r rig) initialize(ctx context.Context, body string) calls.Answer {
	GinkgoHelper()
	return calls.Send(ctx, "POST", r.server.URL+"/surepass"+base+"initialize", body, authorized...)
}

// script is a server that lists documents as that example does, and has a file for each.
type script struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func newScript(e example.Entry, changes map[string]string) *script {
	GinkgoHelper()
	list := contract.Changed(e.Value, changes)
	s := &script{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.seen = append(s.seen, r.URL.EscapedPath())
		s.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		switch path := r.URL.Path; {
		case strings.Contains(path, "/list-documents/"):
			_, _ = w.Write(list)
		case strings.Contains(path, "/download-document/"):
			_, _ = io.WriteString(w, `{"data":{"download_url":"https://files.example/one.xml",`+
				`"mime_type":"application/xml"},"status_code":200,"success":true}`)
		default:
			_, _ = w.Write(suite.Example(completed))
		}
	}))
	DeferCleanup(s.Close)
	return s
}

func (s *script) paths() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

func (s *script) adapter() *adapter.Adapter {
	GinkgoHelper()
	a, err := adapter.New(s.URL, adapter.Credentials{Token: kyc.Hide("token")}, adapter.Options{})
	Expect(err).NotTo(HaveOccurred())
	return a
}
