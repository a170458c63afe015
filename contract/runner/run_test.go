package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/contract/sandbox"
	"example.com/digilocker/contract/simulator"
)

// writer is an [io.Writer] that is told of what is written.
type writer func(text string)

func (w writer) Write(p []byte) (int, error) {
	w(string(p))
	return len(p), nil
}

// one is the provider that the specs run, others those that have an account besides it.
// Of those that have a sandbox and behaviour for each operation at the simulator it is the
// one of most examples.
var one, others = func() (one provider.Provider, others []provider.Provider) {
	most := 0
	for _, p := range providers.All {
		d, err := p.Parse()
		if err != nil {
			panic(err)
		}
		whole := p.Simulator != nil && !slices.ContainsFunc(d.Operations, func(op example.Operation) bool { return p.Simulator.Operations[op.ID] == nil })
		if whole && p.Account != nil && p.Account.Sandbox != "" && len(d.Entries) > most {
			one, most = p, len(d.Entries)
		}
	}
	for _, p := range providers.All {
		if p.Name != one.Name && p.Account != nil && p.Account.Sandbox != "" {
			others = append(others, p)
		}
	}
	return one, others
}()

// needOne skips where no provider has a sandbox and a behaviour at the simulator.
func needOne() {
	if one.Name == "" {
		Skip("no provider has a sandbox and a behaviour at the simulator")
	}
}

// needed are the variables without which p has no account.
func needed(p provider.Provider) string {
	if p.Account == nil {
		return ""
	}
	var names []string
	for _, v := range p.Account.Variables {
		if !v.Optional && !v.Obtained {
			names = append(names, v.Name)
		}
	}
	return strings.Join(names, ", ")
}

// variable is one of one's, such as BASE_URL.
func variable(name string) string { return strings.ToUpper(one.Name) + "_" + name }

// production is a server that is not the sandbox.
func production() string {
	GinkgoHelper()
	d, err := one.Parse()
	Expect(err).NotTo(HaveOccurred())
	for _, server := range d.Servers() {
		if server != one.Account.Sandbox {
			return server
		}
	}
	Fail(one.Name + " has no server beside the sandbox")
	return ""
}

// suites is where specs keep what they build, which is the same for all of them.
var suites string

var _ = BeforeSuite(func() { suites = GinkgoT().TempDir() })

// plannable are the examples of one that a run calls for, without anybody's help.
func plannable() []string {
	GinkgoHelper()
	d, err := one.Parse()
	Expect(err).NotTo(HaveOccurred())
	book, err := one.Cases()
	Expect(err).NotTo(HaveOccurred())
	plan, err := sandbox.Make(one, d, book, sandbox.Limits{MaxCalls: sandbox.DefaultMaxCalls}, false)
	Expect(err).NotTo(HaveOccurred())
	var ids []string
	for _, c := range plan.Cases {
		if c.Skip == "" {
			ids = append(ids, c.Example)
		}
	}
	Expect(len(ids)).To(BeNumerically(">=", 5))
	return ids
}

var _ = Describe("a run of the contract suite", func() {
	DescribeTable("is refused", func(ctx SpecContext, complaint string, args ...string) {
		GinkgoT().Chdir("../..")
		var out, errs bytes.Buffer
		Expect(Run(ctx, args, nil, &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(ContainSubstring(complaint))
		Expect(out.String()).To(BeEmpty())
	},
		Entry("for an unknown provider, naming the known ones",
			`no provider "unlisted"; there is `+strings.Join(provider.Names(providers.All), ", "), "-provider",
			"unlisted"),
		Entry("against an unknown target", `no target "moon"`, "-target", "moon"),
		Entry("since a run that left no ledger",
			"-since: no ledger can be read: open nowhere.json", "-since", "nowhere.json"),
		Entry("since a run of the suite, for mutants",
			"-since compares runs of the suite", "-since", "nowhere.json", "-mutants"),
		Entry("with a word that means nothing", `"acme" means nothing here`, "acme"),
		Entry("with an unknown flag", "flag provided but not defined", "-colour"),
	)

	It("says what its flags are", func(ctx SpecContext) {
		var errs bytes.Buffer
		Expect(Run(ctx, []string{"-h"}, nil, io.Discard, &errs)).To(Equal(clean))
		Expect(errs.String()).To(ContainSubstring("-provider provider"))
	})

	DescribeTable("is not begun where its report cannot be written:", func(ctx SpecContext, args ...string) {
		GinkgoT().Chdir("../..")
		taken := filepath.Join(GinkgoT().TempDir(), "report")
		Expect(os.WriteFile(taken, nil, 0o600)).To(Succeed())
		var out, errs bytes.Buffer
		Expect(Run(ctx, append(args, "-report", taken), nil, &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(MatchRegexp(`^contract: no report can be written to \S+/report: .* not a directory; -report names another folder\n$`))
		Expect(out.String()).To(BeEmpty())
	},
		Entry("the suite", "-target", "fixtures", "-provider", one.Name), Entry("the mutants", "-mutants"),
	)

	It("is not begun where its suites cannot be kept", func(ctx SpecContext) {
		GinkgoT().Chdir("../..")
		taken := filepath.Join(GinkgoT().TempDir(), "suites")
		Expect(os.WriteFile(taken, nil, 0o600)).To(Succeed())
		var out, errs bytes.Buffer
		args := []string{"-target", "fixtures", "-report", GinkgoT().TempDir(), "-suites", taken}
		Expect(Run(ctx, args, nil, &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(MatchRegexp(
			`^contract: no suites can be kept in \S+/suites: .* not a directory; -suites names another folder\n$`))
		Expect(out.String()).To(BeEmpty())
	})

	It("keeps its suites where it is told to, and builds those anew that are not as it would", func(ctx SpecContext) {
		needOne()
		GinkgoT().Chdir("../..")
		kept := filepath.Join(GinkgoT().TempDir(), "not", "there", "yet")
		run := func() []byte {
			GinkgoHelper()
			var out, errs bytes.Buffer
			args := []string{"-target", "fixtures", "-provider", one.Name, "-suites", kept}
			args = append(args, "-report", GinkgoT().TempDir())
			Expect(Run(ctx, args, nil, &out, &errs)).To(Equal(clean), errs.String())
			program, err := os.ReadFile(filepath.Join(kept, one.Name+".test"))
			Expect(err).NotTo(HaveOccurred())
			return program
		}
		program := run()
		old := filepath.Join(GinkgoT().TempDir(), "old")
		said, err := exec.CommandContext(ctx, "go", "build", "-o", old, "./contract/cmd/scan").CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(said))
		Expect(os.Rename(old, filepath.Join(kept, one.Name+".test"))).To(Succeed())
		Expect(bytes.Equal(run(), program)).To(BeTrue())
		left, err := os.ReadDir(kept)
		Expect(err).NotTo(HaveOccurred())
		Expect(left).To(HaveLen(1))
	}, NodeTimeout(10*time.Minute))

	It("runs no suite of old where there is none any more", func(ctx SpecContext) {
		GinkgoT().Chdir("../..")
		temp := filepath.Join(GinkgoT().TempDir(), "a", "b")
		Expect(os.MkdirAll(temp, 0o755)).To(Succeed())
		without := provider.Provider{Name: "../ledger/page"} // a folder of Go without tests
		_, err := (runner{options: options{here: true}, stdout: io.Discard,
			providers: []provider.Provider{without}}).specs(ctx, temp, nil)
		Expect(err).To(MatchError("a provider's folder has no test that calls the suite"))
	}, NodeTimeout(10*time.Minute))

	Describe("as a process", func() {
		var temporary, report string
		var errs bytes.Buffer
		BeforeEach(func() {
			needOne()
			GinkgoT().Chdir("../..")
			temporary, report = GinkgoT().TempDir(), GinkgoT().TempDir()
			errs.Reset()
		})
		started := func(ctx context.Context, stdout io.Writer) *exec.Cmd {
			GinkgoHelper()
			binary := filepath.Join(GinkgoT().TempDir(), "contract")
			said, err := exec.CommandContext(ctx, "go", "build", "-o", binary,
				"./contract/cmd/digilocker").CombinedOutput()
			Expect(err).NotTo(HaveOccurred(), string(said))
			c := exec.CommandContext(ctx, binary, "contract", "-target", "fixtures", "-provider", one.Name, "-report",
				report)
			c.Env, c.Stdout, c.Stderr = append(os.Environ(), "TMPDIR="+temporary), stdout, &errs
			Expect(c.Start()).To(Succeed())
			return c
		}
		left := func(pattern string) []string {
			GinkgoHelper()
			all, err := filepath.Glob(filepath.Join(temporary, pattern))
			Expect(err).NotTo(HaveOccurred())
			return all
		}

		It("ends with an error where nobody reads what it says, and leaves nothing but the report", func(ctx SpecContext) {
			reader, stdout, err := os.Pipe()
			Expect(err).NotTo(HaveOccurred())
			Expect(reader.Close()).To(Succeed())
			c := started(ctx, stdout)
			Expect(stdout.Close()).To(Succeed())
			Expect(c.Wait()).To(HaveOccurred())
			Expect(c.ProcessState.ExitCode()).To(Equal(failed))
			Expect(errs.String()).To(MatchRegexp(`^contract: not all of the output was written: .*broken pipe\n$`))
			Expect(left("*")).To(BeEmpty())
			Expect(filepath.Join(report, "index.html")).To(BeAnExistingFile())
		}, NodeTimeout(10*time.Minute))

		It("ends when it is told to, and leaves nothing", func(ctx SpecContext) {
			c := started(ctx, io.Discard)
			Eventually(left).WithArguments("contract*/go-build*").WithTimeout(5*time.Minute).ShouldNot(BeEmpty(), "the suite is being built")
			Expect(c.Process.Signal(syscall.SIGTERM)).To(Succeed())
			Expect(c.Wait()).To(HaveOccurred())
			Expect(c.ProcessState.ExitCode()).To(Equal(failed))
			Expect(errs.String()).To(ContainSubstring("interrupted"))
			Expect(left("*")).To(BeEmpty())
		}, NodeTimeout(10*time.Minute))
	})

	It("names the providers for a matrix of jobs", func(ctx SpecContext) {
		var out, errs bytes.Buffer
		Expect(Run(ctx, []string{"-providers"}, nil, &out, &errs)).To(Equal(clean))
		Expect(out.String()).To(MatchJSON(`["` + strings.Join(provider.Names(providers.All), `","`) + `"]`))
	})

	DescribeTable("records from no sandbox without credentials", func(ctx SpecContext, complaint string, args ...string) {
		needOne()
		GinkgoT().Chdir("../..")
		report := GinkgoT().TempDir()
		var out, errs bytes.Buffer
		Expect(Record(ctx, append(args, "-report", report), nil, &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(Equal("record: nothing to record: no credentials; set " + complaint +
			", or say -target simulator (TARGET=simulator)\n"))
		Expect(out.String()).To(BeEmpty())
		Expect(os.ReadDir(report)).To(BeEmpty())
	},
		Entry("of one provider", needed(one), "-provider", one.Name),
		Entry("of any", func() string {
			var all []string
			for _, p := range providers.All {
				if p.Account != nil && p.Account.Sandbox != "" {
					all = append(all, needed(p))
				}
			}
			return strings.Join(all, ", or ")
		}()),
	)

	It("ends at once where nobody has credentials for a sandbox, and says what they are", func(ctx SpecContext) {
		needOne()
		GinkgoT().Chdir("../..")
		report, kept := GinkgoT().TempDir(), GinkgoT().TempDir()
		var out, errs bytes.Buffer
		args := []string{"-target", "sandbox", "-report", report, "-suites", kept}
		Expect(Run(ctx, args, nil, &out, &errs)).To(Equal(clean), errs.String())
		Expect(out.String()).To(And(
			ContainSubstring(one.Name+": skipped, needs credentials: "+needed(one)+"\n"),
			HaveSuffix("\nsandbox: nothing is called without credentials, which are read from the environment\n")))
		Expect(os.ReadDir(report)).To(BeEmpty())
		Expect(os.ReadDir(kept)).To(BeEmpty(), "no suite was built")
	})

	Describe("against a simulator posing as a sandbox", func() {
		var (
			sim       *simulator.Simulator
			server    *httptest.Server
			report    string
			out, errs bytes.Buffer
		)
		BeforeEach(func() {
			needOne()
			var err error
			sim, err = simulator.New(simulator.Options{}, providers.Simulated()...)
			Expect(err).NotTo(HaveOccurred())
			server = httptest.NewTLSServer(sim)
			DeferCleanup(func() { sim.Close(); server.Close() })
			environment := map[string]string{
				"SSL_CERT_FILE": calls.Trusted(server), variable("BASE_URL"): server.URL + "/" + one.Name,
				"SPACING": "0s",
			}
			maps.Copy(environment, one.Account.Environment())
			for name, value := range environment {
				GinkgoT().Setenv(name, value)
			}
			GinkgoT().Chdir("../..")
			report = GinkgoT().TempDir()
			out.Reset()
			errs.Reset()
		})

		run := func(ctx context.Context, stdout io.Writer, args ...string) int {
			args = append([]string{"-target", "sandbox", "-report", report, "-suites", suites}, args...)
			return Run(ctx, args, nil, stdout, &errs)
		}

		It("prints the plan and stops there, if told to", func(ctx SpecContext) {
			GinkgoT().Setenv("DRY_RUN", "1")
			Expect(run(ctx, &out)).To(Equal(clean))
			Expect(out.String()).To(And(MatchRegexp(one.Name+`: \d+ of \d+ cases, \d+ calls \(budget 60, one every 0s\) to https://127`), ContainSubstring(plannable()[0])))
			for _, p := range others {
				Expect(out.String()).To(ContainSubstring(p.Name + ": skipped, needs credentials: " + needed(p) + "\n"))
			}
			Expect(filepath.Join(report, "ledger.partial.json")).NotTo(BeAnExistingFile())
		})

		DescribeTable("calls nobody where a switch is neither on nor off", func(ctx SpecContext, name, value string) {
			GinkgoT().Setenv(name, value)
			Expect(run(ctx, &out, "-provider", one.Name)).To(Equal(usage))
			Expect(errs.String()).To(Equal(fmt.Sprintf("contract: %s=%q is neither 1 nor 0\n", name, value)))
			Expect(out.String()).To(BeEmpty())
		},
			Entry("that is to keep it from calling", "DRY_RUN", "true"), Entry("that says that somebody is there", "PERSON", "yes"),
		)

		It("calls nobody without the command either", func(ctx SpecContext) {
			GinkgoT().Setenv("DRY_RUN", "1")
			Expect(sim.AddFault(simulator.Fault{Kind: simulator.GatewayHTML})).To(Succeed()) // which any call would tell of
			o := options{here: true, target: "sandbox", suites: suites}
			r := runner{options: o, providers: []provider.Provider{one}, stdout: &out}
			runs, err := r.specs(ctx, report, func(*specRun) suiteOptions { return suiteOptions{target: "sandbox"} })
			Expect(err).NotTo(HaveOccurred(), runs[0].output)
			Expect(out.String()).To(And(
				ContainSubstring("\nsandbox: DRY_RUN=1: nothing is called\nsandbox: "+one.Name+": "),
				ContainSubstring(plannable()[0])))
		})

		It("tells of each case as it goes, and reports", func(ctx SpecContext) {
			summary := filepath.Join(report, "summary.md")
			GinkgoT().Setenv("GITHUB_STEP_SUMMARY", summary)
			Expect(run(ctx, &out, "-provider", one.Name)).To(Equal(clean), errs.String()+out.String())
			Expect(out.String()).To(ContainSubstring("sandbox: " + plannable()[0] + ": as known"))
			Expect(filepath.Join(report, "ledger.partial.json")).To(BeAnExistingFile())
			Expect(os.ReadFile(summary)).To(ContainSubstring("### Sandbox: "))
			for _, secret := range one.Account.Secrets(one.Account.Simulated()) {
				Expect(out.String()).NotTo(ContainSubstring(secret))
			}
		}, NodeTimeout(10*time.Minute))

		It("has a status of its own for an answer that is not as known", func(ctx SpecContext) {
			id := plannable()[len(plannable())-1]
			Expect(sim.AddFault(simulator.Fault{Operation: strings.Split(id, "/")[1], Kind: simulator.GatewayHTML})).To(Succeed())
			Expect(run(ctx, &out, "-provider", one.Name)).To(Equal(drift))
			Expect(out.String()).To(ContainSubstring("sandbox: " + id + ": 1 difference\n"))
			Expect(out.String()).To(ContainSubstring("service"))
		}, NodeTimeout(10*time.Minute))

		It("shows nothing of an answer in which a secret comes back", func(ctx SpecContext) {
			const secret = "kept-from-everybody"
			for _, v := range one.Account.Variables {
				if v.Secret && !v.Optional {
					GinkgoT().Setenv(v.Name, secret)
				}
			}
			echo := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(http.StatusTeapot)
				_ = r.Header.Write(w)
			}))
			DeferCleanup(echo.Close)
			GinkgoT().Setenv("SSL_CERT_FILE", calls.Trusted(echo))
			GinkgoT().Setenv(variable("BASE_URL"), echo.URL)
			Expect(run(ctx, &out, "-provider", one.Name)).To(Equal(drift), errs.String())
			Expect(out.String()).To(ContainSubstring("no journey is started: "), "else nothing is shown here")
			junit, err := os.ReadFile(filepath.Join(report, "junit.xml"))
			Expect(err).NotTo(HaveOccurred())
			page, err := os.ReadFile(filepath.Join(report, "index.html"))
			Expect(err).NotTo(HaveOccurred())
			Expect(out.String() + errs.String() + string(junit) + string(page)).NotTo(ContainSubstring(secret))
		}, NodeTimeout(10*time.Minute))

		It("shows nothing of what is no HTTP, in which a secret comes back", func(ctx SpecContext) {
			const secret = "kept-from-everybody"
			echo := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				conn, _, err := http.NewResponseController(w).Hijack()
				if err == nil {
					_, _ = io.WriteString(conn, "HTTP/1.1 "+secret+" "+secret+"\r\n\r\n")
					_ = conn.Close()
				}
			}))
			DeferCleanup(echo.Close)
			GinkgoT().Setenv("SSL_CERT_FILE", calls.Trusted(echo))
			GinkgoT().Setenv(variable("BASE_URL"), echo.URL)
			Expect(run(ctx, &out, "-provider", one.Name)).NotTo(Equal(clean), errs.String())
			junit, err := os.ReadFile(filepath.Join(report, "junit.xml"))
			Expect(err).NotTo(HaveOccurred())
			Expect(out.String()).To(ContainSubstring("no answer: what came is not HTTP that can be read"))
			Expect(out.String() + errs.String() + string(junit)).NotTo(ContainSubstring(secret))
		}, NodeTimeout(10*time.Minute))

		It("tells an account that nobody knows from an answer that is not as known", func(ctx SpecContext) {
			summary := filepath.Join(GinkgoT().TempDir(), "summary.md")
			GinkgoT().Setenv("GITHUB_STEP_SUMMARY", summary)
			for _, v := range one.Account.Variables {
				if !v.Optional {
					GinkgoT().Setenv(v.Name, "somebody-else")
				}
			}
			Expect(run(ctx, &out, "-provider", one.Name)).To(Equal(usage), out.String())
			said := one.Name + ": nothing succeeded, HTTP 401: the account is another one, or the base URL; look at " +
				needed(one) + ", " + variable("BASE_URL")
			Expect(errs.String()).To(HaveSuffix("contract: " + said + "\n"))
			Expect(os.ReadFile(summary)).To(ContainSubstring("**Called wrongly: " + said + "**"))
		}, NodeTimeout(10*time.Minute))

		It("takes it for a change where a part alone is refused", func(ctx SpecContext) {
			id := plannable()[len(plannable())-1]
			Expect(sim.AddFault(simulator.Fault{
				Operation: strings.Split(id, "/")[1], Kind: simulator.Status, Status: http.StatusUnauthorized,
			})).To(Succeed())
			Expect(run(ctx, &out, "-provider", one.Name)).To(Equal(drift), out.String())
		}, NodeTimeout(10*time.Minute))

		It("tells a base URL of somewhere else from it, too", func(ctx SpecContext) {
			GinkgoT().Setenv(variable("BASE_URL"), server.URL+"/elsewhere")
			Expect(run(ctx, &out, "-provider", one.Name)).To(Equal(usage), out.String())
			Expect(errs.String()).To(ContainSubstring(one.Name + ": nothing succeeded, HTTP 404: "))
		}, NodeTimeout(10*time.Minute))

		It("tells an outage from an answer that is not as known, and judges nothing", func(ctx SpecContext) {
			gone := httptest.NewServer(sim)
			gone.Close()
			summary := filepath.Join(GinkgoT().TempDir(), "summary.md")
			GinkgoT().Setenv("GITHUB_STEP_SUMMARY", summary)
			GinkgoT().Setenv(variable("BASE_URL"), gone.URL+"/"+one.Name)
			Expect(run(ctx, &out)).To(Equal(outage), errs.String())
			said := one.Name + ": " + strings.TrimPrefix(gone.URL, "http://") + " cannot be reached (connection refused); nothing was judged"
			Expect(errs.String()).To(Equal("contract: " + said + "\n"))
			Expect(out.String()).To(And(ContainSubstring("0 checks in "), Not(ContainSubstring("sandbox: "))))
			page, err := os.ReadFile(filepath.Join(report, "index.html"))
			Expect(err).NotTo(HaveOccurred())
			Expect(string(page)).To(And(ContainSubstring(said), ContainSubstring("No check of an example failed"), ContainSubstring(fmt.Sprintf("%d checks (cannot be reached)", len(plannable())))))
			Expect(os.ReadFile(summary)).To(And(ContainSubstring("### Sandbox: 0 as known, 0 not\n\n**An outage, and no change: "+said+"**"), ContainSubstring(fmt.Sprintf("%d skipped: cannot be reached", len(plannable())))))
			errs.Reset()
			Expect(run(ctx, &out, "-provider", one.Name, "-focus", "^contract sandbox ")).To(Equal(outage),
				errs.String())
			Expect(errs.String()).To(Equal("contract: " + said + "\n"))
			errs.Reset()
			args := []string{"-provider", one.Name, "-report", report, "-suites", suites}
			Expect(Record(ctx, args, nil, &out, &errs)).To(Equal(outage))
			Expect(errs.String()).To(Equal("record: " + said +
				"\nrecord: nothing is recorded, since not all that was to be called could be\n"))
		}, NodeTimeout(10*time.Minute))

		It("judges no case in which the sandbox goes away", func(ctx SpecContext) {
			GinkgoT().Setenv("PERSON", "1")
			stdout := writer(func(text string) {
				if strings.Contains(text, "waits until somebody consents") {
					server.Listener.Close() // first, or a client may be back before
					server.CloseClientConnections()
				}
			})
			Expect(run(ctx, stdout, "-provider", one.Name)).To(Equal(outage), errs.String())
			Expect(errs.String()).To(MatchRegexp(`^contract: ` + one.Name + `: \S+ cannot be reached \([^)]+\); judged until then: \d+, not judged: \d+\n$`))
		}, NodeTimeout(10*time.Minute))

		It("records what came, and plays that back", func(ctx SpecContext) {
			tree := GinkgoT().TempDir() // whose fixtures are embedded when it is built
			for _, part := range []string{"specs", "gen", "adapters", "contract"} {
				Expect(os.CopyFS(filepath.Join(tree, part), os.DirFS(part))).To(Succeed())
			}
			for _, file := range []string{"go.mod", "go.sum"} {
				text, err := os.ReadFile(file)
				Expect(err).NotTo(HaveOccurred())
				Expect(os.WriteFile(filepath.Join(tree, file), text, 0o600)).To(Succeed())
			}
			GinkgoT().Chdir(tree)
			GinkgoT().Setenv("GOFLAGS", "-trimpath") // what is compiled in one folder is right in another

			args := []string{"-report", report} // of providers with credentials
			Expect(Record(ctx, args, nil, &out, &errs)).To(Equal(clean), errs.String())
			for _, p := range others {
				Expect(out.String()).To(ContainSubstring(p.Name + ": skipped"))
			}
			ids := plannable()
			Expect(out.String()).To(ContainSubstring(fmt.Sprintf("%d fixtures recorded from the sandbox", len(ids))))
			text, err := os.ReadFile(filepath.Join(folder(one), recording.Path(ids[0])))
			Expect(err).NotTo(HaveOccurred())
			Expect(string(text)).To(ContainSubstring("recorded_from: sandbox"))
			for _, secret := range one.Account.Secrets(one.Account.Simulated()) {
				Expect(string(text)).NotTo(ContainSubstring(secret))
			}
			since := filepath.Join(report, "ledger.partial.json")
			Expect(Run(ctx, []string{"-target", "fixtures", "-report", report, "-since", since}, nil, &out, &errs)).
				To(Equal(clean), errs.String())
			changed := "nothing changed"
			if slices.ContainsFunc(providers.All, func(p provider.Provider) bool {
				return p.Account == nil || p.Account.Sandbox == ""
			}) { // of which the run against the sandboxes said nothing
				changed = `0 newly failing, 0 mended, \d+ new, 0 gone`
			}
			Expect(out.String()).To(MatchRegexp(
				`\nsince the run of \d+ \w+ \d{4}, \d\d:\d\d UTC: ` + changed + `\n$`))
		}, NodeTimeout(20*time.Minute))

		It("refuses a variable that is misspelt, and production", func(ctx SpecContext) {
			GinkgoT().Setenv(variable("BASE_URL"), production())
			Expect(Run(ctx, []string{"-target", "sandbox"}, nil, &out, &errs)).To(Equal(usage))
			Expect(errs.String()).To(ContainSubstring("production host"))
			GinkgoT().Setenv(variable("SECERT"), "x")
			Expect(Run(ctx, []string{"-target", "sandbox"}, nil, &out, &errs)).To(Equal(usage))
			Expect(errs.String()).To(ContainSubstring(variable("SECERT") + " is no variable"))
		})
	})

	DescribeTable("puts recordings in their place, and removes what has none", func(all bool, left ...string) {
		from, to := GinkgoT().TempDir(), GinkgoT().TempDir()
		for path, text := range map[string]string{
			filepath.Join(from, "fixtures", "a", "new.yaml"): "1", filepath.Join(from, "fixtures", "kept.yaml"): "2",
			filepath.Join(to, "fixtures", "kept.yaml"): "old", filepath.Join(to, "cases.yaml"): "4",
			filepath.Join(to, "fixtures", "gone.yaml"):      "example: a/b\nrecorded_from: simulator\n",
			filepath.Join(to, "fixtures", ".kept.yaml.123"): "half",
			filepath.Join(to, "fixtures", ".gitattributes"): "somebody's",
			filepath.Join(to, "fixtures", "a", "own.yaml"):  "somebody's: recorded_from",
		} {
			Expect(os.MkdirAll(filepath.Dir(path), 0o755)).To(Succeed())
			Expect(os.WriteFile(path, []byte(text), 0o600)).To(Succeed())
		}
		Expect(replace(from, to, all)).To(Equal(2))
		var names []string
		Expect(filepath.WalkDir(to, func(path string, e os.DirEntry, err error) error {
			if !e.IsDir() {
				name, _ := filepath.Rel(to, path)
				names = append(names, filepath.ToSlash(name))
			}
			return err
		})).To(Succeed())
		Expect(names).To(ConsistOf(left))
		Expect(os.ReadFile(filepath.Join(to, "fixtures", "kept.yaml"))).To(Equal([]byte("2")))
	},
		Entry("of a whole run", true, "fixtures/a/new.yaml", "fixtures/kept.yaml", "cases.yaml",
			"fixtures/.gitattributes",
			"fixtures/a/own.yaml"),
		Entry("of a run that left out cases", false, "fixtures/a/new.yaml", "fixtures/kept.yaml",
			"fixtures/gone.yaml", "cases.yaml",
			"fixtures/.gitattributes", "fixtures/a/own.yaml"),
	)

	It("has no recordings to put where none were made", func() {
		Expect(replace(filepath.Join(GinkgoT().TempDir(), "none"), GinkgoT().TempDir(), true)).To(BeZero())
	})

	It("enters what changed since an earlier run in the ledger", func() {
		from, to := GinkgoT().TempDir(), GinkgoT().TempDir()
		text, err := json.Marshal(ledger.New(ledger.Offline, nil))
		Expect(err).NotTo(HaveOccurred())
		Expect(os.WriteFile(filepath.Join(from, "ledger.json"), text, 0o600)).To(Succeed())
		text, err = ledger.JUnit("contract", nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(os.WriteFile(filepath.Join(from, "junit.xml"), text, 0o600)).To(Succeed())
		before := &ledger.Ledger{Entries: []*ledger.Entry{{ID: "acme/a/200/gone"}}}
		r := runner{options: options{target: ledger.Offline, report: to}, before: before}
		_, _, err = r.merged([]*specRun{{report: from}})
		Expect(err).NotTo(HaveOccurred())
		l, err := ledger.Read(to)
		Expect(err).NotTo(HaveOccurred())
		Expect(l.Changes).To(Equal(&ledger.Changes{Gone: []string{"acme/a/200/gone"}}))
	})

	It("prints failures without Ginkgo's progress", func() {
		Expect(withoutDots("Will run\n••S•\nit failed\n•\n")).To(Equal("Will run\nit failed\n"))
	})
})
