package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	simsetu "example.com/digilocker/contract/provider/setu"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

// writer is an [io.Writer] that is told of what is written.
type writer func(text string)

func (w writer) Write(p []byte) (int, error) {
	w(string(p))
	return len(p), nil
}

var _ = Describe("a run of the contract suite", func() {
	DescribeTable("is refused", func(ctx SpecContext, complaint string, args ...string) {
		GinkgoT().Chdir("../..")
		var out, errs bytes.Buffer
		Expect(run(ctx, args, &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(ContainSubstring(complaint))
		Expect(out.String()).To(BeEmpty())
	},
		Entry("for an unknown provider, naming the known ones", "no PROVIDER=acme; there is cashfree, eko, setu", "-provider", "acme"),
		Entry("against an unknown target", "no TARGET=moon", "-target", "moon"),
		Entry("recording from what is recorded", "nothing is recorded from TARGET=fixtures", "-target", "fixtures", "-record"),
		Entry("with a word that means nothing", `"setu" means nothing here`, "setu"),
		Entry("with an unknown flag", "flag provided but not defined", "-colour"),
	)

	It("says what its flags are", func(ctx SpecContext) {
		var errs bytes.Buffer
		Expect(run(ctx, []string{"-h"}, io.Discard, &errs)).To(Equal(clean))
		Expect(errs.String()).To(ContainSubstring("-provider provider"))
	})

	DescribeTable("is not begun where its report cannot be written:", func(ctx SpecContext, args ...string) {
		GinkgoT().Chdir("../..")
		taken := filepath.Join(GinkgoT().TempDir(), "report")
		Expect(os.WriteFile(taken, nil, 0o600)).To(Succeed())
		var out, errs bytes.Buffer
		Expect(run(ctx, append(args, "-report", taken), &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(MatchRegexp(`^contract: no report can be written to \S+/report: .* not a directory; -report names another folder\n$`))
		Expect(out.String()).To(BeEmpty())
	},
		Entry("the suite", "-target", "fixtures", "-provider", "setu"), Entry("the mutants", "-mutants"),
	)

	Describe("as a process", func() {
		var temporary, report string
		var errs bytes.Buffer
		BeforeEach(func() {
			GinkgoT().Chdir("../..")
			temporary, report = GinkgoT().TempDir(), GinkgoT().TempDir()
			errs.Reset()
		})
		started := func(ctx context.Context, stdout io.Writer) *exec.Cmd {
			GinkgoHelper()
			binary := filepath.Join(GinkgoT().TempDir(), "contract")
			said, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./contract/run").CombinedOutput()
			Expect(err).NotTo(HaveOccurred(), string(said))
			c := exec.CommandContext(ctx, binary, "-target", "fixtures", "-provider", "setu", "-report", report)
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
			Expect(errs.String()).To(MatchRegexp(`^contract: not all was said: .*broken pipe\n$`))
			Expect(left("*")).To(BeEmpty())
			Expect(filepath.Join(report, "index.html")).To(BeAnExistingFile())
		}, NodeTimeout(2*time.Minute))

		It("ends when it is told to, and leaves nothing", func(ctx SpecContext) {
			c := started(ctx, io.Discard)
			Eventually(left).WithArguments("contract*/go-build*").WithTimeout(time.Minute).ShouldNot(BeEmpty(), "the suite is being built")
			Expect(c.Process.Signal(syscall.SIGTERM)).To(Succeed())
			Expect(c.Wait()).To(HaveOccurred())
			Expect(c.ProcessState.ExitCode()).To(Equal(failed))
			Expect(errs.String()).To(ContainSubstring("interrupted"))
			Expect(left("*")).To(BeEmpty())
		}, NodeTimeout(2*time.Minute))
	})

	It("is refused outside the repository", func(ctx SpecContext) {
		GinkgoT().Chdir(GinkgoT().TempDir())
		var out, errs bytes.Buffer
		Expect(run(ctx, nil, &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(ContainSubstring("run make generate"))
	})

	DescribeTable("records from no sandbox without credentials", func(ctx SpecContext, complaint string, args ...string) {
		GinkgoT().Chdir("../..")
		report := GinkgoT().TempDir()
		var out, errs bytes.Buffer
		Expect(run(ctx, append(args, "-target", "sandbox", "-record", "-report", report), &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(Equal("contract: nothing to record: no credentials; set " + complaint + " (README, \"Check a provider's sandbox\"), or say TARGET=simulator\n"))
		Expect(out.String()).To(BeEmpty())
		Expect(os.ReadDir(report)).To(BeEmpty())
	},
		Entry("of one provider", "SETU_CLIENT_ID, SETU_CLIENT_SECRET, SETU_PRODUCT_INSTANCE_ID", "-provider", "setu"),
		Entry("of any", "CASHFREE_CLIENT_ID, CASHFREE_CLIENT_SECRET, or EKO_DEVELOPER_KEY, EKO_ACCESS_KEY, EKO_INITIATOR_ID, or SETU_CLIENT_ID, SETU_CLIENT_SECRET, SETU_PRODUCT_INSTANCE_ID"),
	)

	Describe("against a simulator posing as Setu's sandbox", func() {
		var (
			sim       *simulator.Simulator
			server    *httptest.Server
			report    string
			out, errs bytes.Buffer
		)
		BeforeEach(func() {
			var err error
			sim, err = simulator.New(simulator.Options{}, providers.Simulators()...)
			Expect(err).NotTo(HaveOccurred())
			server = httptest.NewTLSServer(sim)
			DeferCleanup(func() { sim.Close(); server.Close() })
			trust := filepath.Join(GinkgoT().TempDir(), "ca.pem")
			Expect(os.WriteFile(trust, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600)).To(Succeed())
			for name, value := range map[string]string{
				"SSL_CERT_FILE": trust, "SETU_BASE_URL": server.URL + "/setu", "SETU_CLIENT_ID": simsetu.SimulatorClientID,
				"SETU_CLIENT_SECRET": simsetu.SimulatorClientSecret, "SETU_PRODUCT_INSTANCE_ID": simsetu.SimulatorProductInstanceID, "SPACING": "0s",
			} {
				GinkgoT().Setenv(name, value)
			}
			GinkgoT().Chdir("../..")
			report = GinkgoT().TempDir()
			out.Reset()
			errs.Reset()
		})

		It("prints the plan and stops there, if told to", func(ctx SpecContext) {
			GinkgoT().Setenv("DRY_RUN", "1")
			Expect(run(ctx, []string{"-target", "sandbox", "-report", report}, &out, &errs)).To(Equal(clean))
			Expect(out.String()).To(And(MatchRegexp(`setu: \d+ of 75 cases, \d+ calls \(budget 60, one every 0s\) to https://127`), ContainSubstring("setu/createRequest/201/example"),
				ContainSubstring("eko: skipped, needs credentials: EKO_DEVELOPER_KEY, EKO_ACCESS_KEY, EKO_INITIATOR_ID")))
			Expect(filepath.Join(report, "ledger.partial.json")).NotTo(BeAnExistingFile())
		})

		DescribeTable("calls nobody where a switch is neither on nor off", func(ctx SpecContext, name, value string) {
			GinkgoT().Setenv(name, value)
			Expect(run(ctx, []string{"-target", "sandbox", "-provider", "setu", "-report", report}, &out, &errs)).To(Equal(usage))
			Expect(errs.String()).To(Equal(fmt.Sprintf("contract: %s=%q is neither 1 nor 0\n", name, value)))
			Expect(out.String()).To(BeEmpty())
		},
			Entry("that is to keep it from calling", "DRY_RUN", "true"), Entry("that says that somebody is there", "PERSON", "yes"),
		)

		It("calls nobody without the command either", func(ctx SpecContext) {
			GinkgoT().Setenv("DRY_RUN", "1")
			Expect(sim.AddFault(simulator.Fault{Kind: simulator.GatewayHTML})).To(Succeed()) // which any call would tell of
			said, err := run1{stdout: &out}.specs(ctx, filepath.Join(report, "contract.test"), []string{"-test.run=^TestContract$", "-ginkgo.no-color", "-target=sandbox", "-ginkgo.label-filter=sandbox"})
			Expect(err).NotTo(HaveOccurred(), said)
			Expect(out.String()).To(Equal("sandbox: DRY_RUN=1: nothing is called; make contract TARGET=sandbox prints the plan\n"))
		})

		It("tells of each case as it goes, and reports", func(ctx SpecContext) {
			summary := filepath.Join(report, "summary.md")
			GinkgoT().Setenv("GITHUB_STEP_SUMMARY", summary)
			Expect(run(ctx, []string{"-target", "sandbox", "-provider", "setu", "-report", report}, &out, &errs)).To(Equal(clean), errs.String()+out.String())
			Expect(out.String()).To(ContainSubstring("sandbox: setu/createRequest/201/example: as known"))
			Expect(filepath.Join(report, "ledger.partial.json")).To(BeAnExistingFile())
			Expect(os.ReadFile(summary)).To(ContainSubstring("### Sandbox: "))
			Expect(out.String()).NotTo(ContainSubstring(simsetu.SimulatorClientSecret))
		}, NodeTimeout(2*time.Minute))

		It("has a status of its own for an answer that is not as known", func(ctx SpecContext) {
			Expect(sim.AddFault(simulator.Fault{Operation: "listDocuments", Kind: simulator.GatewayHTML})).To(Succeed())
			Expect(run(ctx, []string{"-target", "sandbox", "-provider", "setu", "-report", report}, &out, &errs)).To(Equal(drift))
			Expect(out.String()).To(ContainSubstring("sandbox: setu/listDocuments/200/example: 1 differences"))
			Expect(out.String()).To(ContainSubstring("service"))
		}, NodeTimeout(2*time.Minute))

		It("tells an outage from an answer that is not as known, and judges nothing", func(ctx SpecContext) {
			gone := httptest.NewServer(sim)
			gone.Close()
			summary := filepath.Join(GinkgoT().TempDir(), "summary.md")
			GinkgoT().Setenv("GITHUB_STEP_SUMMARY", summary)
			GinkgoT().Setenv("SETU_BASE_URL", gone.URL+"/setu")
			Expect(run(ctx, []string{"-target", "sandbox", "-report", report}, &out, &errs)).To(Equal(outage), errs.String())
			said := "setu: " + strings.TrimPrefix(gone.URL, "http://") + " cannot be reached (connection refused); nothing was judged"
			Expect(errs.String()).To(Equal("contract: " + said + "\n"))
			Expect(out.String()).To(And(ContainSubstring("0 checks in "), Not(ContainSubstring("sandbox: "))))
			page, err := os.ReadFile(filepath.Join(report, "index.html"))
			Expect(err).NotTo(HaveOccurred())
			Expect(string(page)).To(And(ContainSubstring(said), ContainSubstring("No check of an example failed"), ContainSubstring("14 checks (cannot be reached)")))
			Expect(os.ReadFile(summary)).To(And(ContainSubstring("### Sandbox: 0 as known, 0 not\n\n**An outage, and no change: "+said+"**"), ContainSubstring("14 skipped: cannot be reached")))
			errs.Reset()
			Expect(run(ctx, []string{"-target", "sandbox", "-provider", "setu", "-record", "-report", report}, &out, &errs)).To(Equal(outage))
			Expect(errs.String()).To(Equal("contract: " + said + "\ncontract: nothing is recorded, since not all that was to be called could be\n"))
		}, NodeTimeout(2*time.Minute))

		It("judges no case in which the sandbox goes away", func(ctx SpecContext) {
			GinkgoT().Setenv("PERSON", "1")
			stdout := writer(func(text string) {
				if strings.Contains(text, "waits until somebody consents") {
					server.CloseClientConnections()
					server.Listener.Close()
				}
			})
			Expect(run(ctx, []string{"-target", "sandbox", "-provider", "setu", "-report", report}, stdout, &errs)).To(Equal(outage), errs.String())
			Expect(errs.String()).To(MatchRegexp(`^contract: setu: \S+ cannot be reached \([^)]+\); judged until then: \d+, not judged: \d+\n$`))
		}, NodeTimeout(2*time.Minute))

		It("records what came, and plays that back", func(ctx SpecContext) {
			kept := fixtures
			DeferCleanup(func() { fixtures = kept })
			fixtures = filepath.Join(GinkgoT().TempDir(), "fixtures")
			Expect(os.CopyFS(fixtures, os.DirFS(kept))).To(Succeed())
			Expect(run(ctx, []string{"-target", "sandbox", "-record", "-report", report}, &out, &errs)).To(Equal(clean), errs.String()) // of the providers that have credentials
			Expect(out.String()).To(And(ContainSubstring("cashfree: skipped"), ContainSubstring("14 fixtures recorded from the sandbox")))
			text, err := os.ReadFile(filepath.Join(fixtures, "setu", "createRequest", "201", "example.yaml"))
			Expect(err).NotTo(HaveOccurred())
			Expect(string(text)).To(ContainSubstring("recorded_from: sandbox"))
			Expect(string(text)).NotTo(ContainSubstring(simsetu.SimulatorClientSecret))
			Expect(run(ctx, []string{"-target", "fixtures", "-report", report}, &out, &errs)).To(Equal(clean), errs.String())
		}, NodeTimeout(2*time.Minute))

		It("refuses a variable that is misspelt, and production", func(ctx SpecContext) {
			GinkgoT().Setenv("SETU_BASE_URL", "https://dg.setu.co")
			Expect(run(ctx, []string{"-target", "sandbox"}, &out, &errs)).To(Equal(usage))
			Expect(errs.String()).To(ContainSubstring("production host"))
			GinkgoT().Setenv("SETU_SECRET", "x")
			Expect(run(ctx, []string{"-target", "sandbox"}, &out, &errs)).To(Equal(usage))
			Expect(errs.String()).To(ContainSubstring("SETU_SECRET is no variable"))
		})
	})

	DescribeTable("puts recordings in their place, and removes what has none", func(all bool, left ...string) {
		from, to := GinkgoT().TempDir(), GinkgoT().TempDir()
		for path, text := range map[string]string{
			filepath.Join(from, "acme", "a", "new.yaml"): "1", filepath.Join(from, "acme", "kept.yaml"): "2", filepath.Join(to, "acme", "kept.yaml"): "old",
			filepath.Join(to, "acme", "gone.yaml"): "3", filepath.Join(to, "acme", ".kept.yaml.123"): "half", filepath.Join(to, "other", "x.yaml"): "4",
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
		Expect(os.ReadFile(filepath.Join(to, "acme", "kept.yaml"))).To(Equal([]byte("2")))
	},
		Entry("of a whole run", true, "acme/a/new.yaml", "acme/kept.yaml", "other/x.yaml"),
		Entry("of a run that left out cases", false, "acme/a/new.yaml", "acme/kept.yaml", "acme/gone.yaml", "other/x.yaml"),
	)

	It("prints failures without Ginkgo's progress", func() {
		Expect(withoutDots("Will run\n••S•\nit failed\n•\n")).To(Equal("Will run\nit failed\n"))
	})
})
