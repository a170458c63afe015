package runner

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

// obtains is a provider whose calls need what a call of its own gets; without a name if there is none.
var obtains = func() provider.Provider {
	i := slices.IndexFunc(providers.All, func(p provider.Provider) bool {
		return p.Account != nil && p.Account.Sandbox != "" && p.Account.Obtain != nil && p.Simulator != nil
	})
	if i < 0 {
		return provider.Provider{}
	}
	return providers.All[i]
}()

// asked are the paths of the requests that a server got.
type asked struct {
	mu    sync.Mutex
	paths []string
}

func (a *asked) add(path string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.paths = append(a.paths, path)
}

func (a *asked) all() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.paths)
}

var _ = Describe("a run against a sandbox that does not give what every call needs", func() {
	const secret = "kept-from-everybody"
	var (
		got       asked
		report    string
		out, errs bytes.Buffer
	)
	BeforeEach(func() {
		if obtains.Name == "" {
			Skip("no provider's calls need what a call of its own gets")
		}
		GinkgoT().Chdir("../..")
		report, got = GinkgoT().TempDir(), asked{}
		out.Reset()
		errs.Reset()
		environment := map[string]string{"SPACING": "0s", "GITHUB_STEP_SUMMARY": filepath.Join(report, "summary.md")}
		maps.Copy(environment, obtains.Account.Environment())
		for _, v := range obtains.Account.Variables {
			if v.Secret && !v.Optional && !v.Obtained {
				environment[v.Name] = secret
			}
		}
		for name, value := range environment {
			GinkgoT().Setenv(name, value)
		}
	})
	serve := func(handler http.Handler) *httptest.Server {
		GinkgoHelper()
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got.add(r.URL.Path)
			handler.ServeHTTP(w, r)
		}))
		DeferCleanup(server.Close)
		GinkgoT().Setenv("SSL_CERT_FILE", calls.Trusted(server))
		GinkgoT().Setenv(strings.ToUpper(obtains.Name)+"_BASE_URL", server.URL+"/"+obtains.Name)
		return server
	}
	run := func(ctx SpecContext) int {
		return Run(ctx, []string{"-target", "sandbox", "-provider", obtains.Name, "-report", report, "-suites", suites},
			nil, &out, &errs)
	}
	// shown is all that anybody can read of the run.
	shown := func() string {
		GinkgoHelper()
		all := out.String() + errs.String()
		for _, name := range []string{"junit.xml", "index.html", "summary.md", "ledger.partial.json"} {
			text, err := os.ReadFile(filepath.Join(report, name))
			Expect(err).NotTo(HaveOccurred())
			all += string(text)
		}
		return all
	}

	It("takes the account for another one where that call is refused, and calls nothing else", func(ctx SpecContext) {
		sim, err := simulator.New(simulator.Options{}, providers.Simulated()...)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(sim.Close)
		serve(sim)
		Expect(run(ctx)).To(Equal(usage), out.String())
		Expect(errs.String()).To(HaveSuffix("contract: " + obtains.Name +
			": nothing succeeded, HTTP 401: the account is another one, or the base URL; look at " +
			needed(obtains) + ", " + strings.ToUpper(obtains.Name) + "_BASE_URL\n"))
		Expect(slices.Compact(got.all())).To(HaveLen(1), "%v", got.all())
		Expect(shown()).NotTo(ContainSubstring(secret))
	}, NodeTimeout(10*time.Minute))

	It("tells an outage where nobody is there", func(ctx SpecContext) {
		serve(http.NotFoundHandler()).Close()
		Expect(run(ctx)).To(Equal(outage), errs.String())
		Expect(errs.String()).To(And(HavePrefix("contract: "+obtains.Name+": "),
			HaveSuffix(" cannot be reached (connection refused); nothing was judged\n")))
		Expect(shown()).NotTo(ContainSubstring(secret))
	}, NodeTimeout(10*time.Minute))

	DescribeTable("takes anything else for a change, and calls nothing else:",
		func(ctx SpecContext, answer http.HandlerFunc, said string) {
			serve(answer)
			Expect(run(ctx)).To(Equal(drift), out.String())
			Expect(out.String()).To(ContainSubstring("which every other call needs: " + said + "; "))
			Expect(slices.Compact(got.all())).To(HaveLen(1), "%v", got.all())
			Expect(shown()).NotTo(ContainSubstring(secret))
		},
		Entry("a failure", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_ = r.Header.Write(w)
		}, "500 Internal Server Error", NodeTimeout(10*time.Minute)),
		Entry("an answer without it", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"data":"`+secret+`"}`)
		}, "200 OK", NodeTimeout(10*time.Minute)),
		Entry("a way to elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, "307 Temporary Redirect", NodeTimeout(10*time.Minute)),
		Entry("what is no HTTP", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "HTTP/1.1 "+secret+" "+secret+"\r\n\r\n")
				_ = conn.Close()
			}
		}, "no answer: what came is not HTTP that can be read", NodeTimeout(10*time.Minute)),
	)
})
