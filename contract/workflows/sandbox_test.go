package workflows

import (
	"context"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/internal/goproxy"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

// one is the provider whose sandbox is stood in for: the first that has one, and behaves at the
// simulator in each of its operations.
func one() provider.Provider {
	GinkgoHelper()
	for _, p := range providers.All {
		d, err := p.Parse()
		Expect(err).NotTo(HaveOccurred())
		whole := p.Simulator != nil && !slices.ContainsFunc(d.Operations, func(op example.Operation) bool {
			return p.Simulator.Operations[op.ID] == nil
		})
		if whole && p.Account != nil && p.Account.Sandbox != "" {
			return p
		}
	}
	Skip("no provider has a sandbox and a behaviour at the simulator")
	return provider.Provider{}
}

var _ = Describe("the workflow that checks a sandbox", Ordered, func() {
	var (
		w       workflow
		p       provider.Provider
		machine []string // its environment, where version v0.1.0 of this module is the latest
		sim     *simulator.Simulator
		server  *httptest.Server
		account provider.Values // of p, with the address of the stand-in
	)
	variable := func(name string) string { return strings.ToUpper(p.Name) + "_" + name }
	BeforeAll(func() {
		p, w = one(), read("sandbox.yml")
		env, err := goproxy.Serve("../..", "v0.1.0", GinkgoT().TempDir())
		Expect(err).NotTo(HaveOccurred())
		sim, err = simulator.New(simulator.Options{}, providers.Simulated()...)
		Expect(err).NotTo(HaveOccurred())
		server = httptest.NewTLSServer(sim)
		DeferCleanup(func() { sim.Close(); server.Close() })
		machine = slices.Concat(os.Environ(), env)
	})
	BeforeEach(func() {
		sim.ClearFaults()
		account = p.Account.Environment()
		account[variable("BASE_URL")] = server.URL + "/" + p.Name
	})
	lines := func() string {
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(account)) {
			b.WriteString(name + "=" + account[name] + "\n")
		}
		return b.String()
	}
	// checked is what comes of a call with the account, and with inputs besides the provider.
	checked := func(ctx context.Context, inputs map[string]string) *outcome {
		GinkgoHelper()
		c := call{workspace: GinkgoT().TempDir()}
		c.environment = slices.Concat(machine, []string{"SSL_CERT_FILE=" + calls.Trusted(server)})
		c.inputs = map[string]string{"provider": p.Name, "spacing": "0s"}
		maps.Copy(c.inputs, inputs)
		c.secrets = map[string]string{"account": lines()}
		o := run(ctx, w, c)
		for name, secret := range account {
			if secret != "" {
				Expect(o.log+o.summary).NotTo(ContainSubstring(secret), name)
			}
		}
		return o
	}
	// instead is the workflow with a script in the place of the command that it would build.
	instead := func(script string) workflow {
		GinkgoHelper()
		w := read("sandbox.yml")
		for name, j := range w.Jobs {
			at := slices.IndexFunc(j.Steps, func(s step) bool { return s.Name == "Build the command" })
			Expect(at).To(BeNumerically(">", 0))
			j.Steps[at].Run = `cd "$RUNNER_TEMP"; printf '#!/bin/sh\n%s\n' "$SCRIPT" >digilocker; chmod +x digilocker`
			j.Steps[at].Env = map[string]string{"SCRIPT": script}
			w.Jobs[name] = j
		}
		return w
	}
	reported := func(o *outcome) {
		GinkgoHelper()
		Expect(o.artefact).To(Equal("sandbox-" + p.Name))
		for _, name := range []string{"index.html", "ledger.partial.json", "junit.xml"} {
			Expect(filepath.Join(o.uploaded, name)).To(BeAnExistingFile())
		}
	}

	It("is green where all is as known", func(ctx SpecContext) {
		o := checked(ctx, nil)
		Expect(o.statuses).To(Equal(map[string]int{"check": 0}), o.log)
		Expect(o.failed).To(BeFalse())
		Expect(o.outputs).To(Equal(map[string]string{"result": "green"}))
		Expect(o.log).To(ContainSubstring(": as known"))
		Expect(o.summary).To(And(ContainSubstring("### Sandbox: "), HaveSuffix("**"+p.Name+": green**\n")))
		reported(o)
	}, NodeTimeout(20*time.Minute))

	It("fails where answers have changed", func(ctx SpecContext) {
		Expect(sim.AddFault(simulator.Fault{Provider: p.Name, Kind: simulator.GatewayHTML})).To(Succeed())
		o := checked(ctx, map[string]string{"allow-outage": "true"})
		Expect(o.statuses).To(Equal(map[string]int{"check": 3}), o.log)
		Expect(o.failed).To(BeTrue())
		Expect(o.outputs).To(Equal(map[string]string{"result": "drifted"}))
		Expect(o.summary).To(And(ContainSubstring("| what is not as known |"), HaveSuffix("**"+p.Name+": drifted**\n")))
		reported(o)
	}, NodeTimeout(20*time.Minute))

	DescribeTable("tells an outage from that", func(ctx SpecContext, allow string, status int) {
		gone := httptest.NewServer(nil)
		gone.Close()
		account[variable("BASE_URL")] = gone.URL
		o := checked(ctx, map[string]string{"allow-outage": allow})
		Expect(o.statuses).To(Equal(map[string]int{"check": status}), o.log)
		Expect(o.failed).To(Equal(status != 0))
		Expect(o.outputs).To(Equal(map[string]string{"result": "unreachable"}))
		Expect(strings.Contains(o.log, "::warning::")).To(Equal(status == 0))
		Expect(o.summary).To(And(
			ContainSubstring("**An outage, and no change: "), HaveSuffix("**"+p.Name+": unreachable**\n")))
		reported(o)
	},
		Entry("and fails", NodeTimeout(20*time.Minute), "false", 4),
		Entry("and succeeds, if the caller takes it so", NodeTimeout(20*time.Minute), "true", 0),
	)

	DescribeTable("says that there is no account", func(ctx SpecContext, required string, status int) {
		for name := range account {
			account[name] = "" // as a secret is that nobody has set
		}
		o := checked(ctx, map[string]string{"require-account": required})
		Expect(o.statuses).To(Equal(map[string]int{"check": status}), o.log)
		Expect(o.failed).To(Equal(status != 0))
		Expect(o.outputs).To(Equal(map[string]string{"result": "no account"}))
		Expect(o.log).To(ContainSubstring("credentials"))
		Expect(o.summary).To(HaveSuffix("**" + p.Name + ": no account**\n"))
	},
		Entry("and fails", NodeTimeout(20*time.Minute), "true", 2),
		Entry("and succeeds, if the caller takes it so", NodeTimeout(20*time.Minute), "false", 0),
	)

	DescribeTable("tells what is called wrongly from an account that is missing", func(ctx SpecContext, required, input,
		value, says string) {
		account = nil
		o := checked(ctx, map[string]string{"require-account": required, input: value})
		Expect(o.statuses).To(Equal(map[string]int{"check": 2}), o.log)
		Expect(o.outputs).To(Equal(map[string]string{"result": "wrong"}))
		Expect(o.log).To(ContainSubstring(says))
	},
		Entry("a provider", NodeTimeout(20*time.Minute), "true", "provider", "unlisted", `no provider "unlisted"`),
		Entry("a provider, where there need be no account", NodeTimeout(20*time.Minute), "false", "provider",
			"unlisted", `no provider "unlisted"`),
		Entry("a number of calls", NodeTimeout(20*time.Minute), "true", "max-calls", "many", "MAX_CALLS"),
		Entry("a spacing, where there need be no account", NodeTimeout(20*time.Minute), "false", "spacing", "soon",
			"SPACING"),
	)

	It("takes a run that needs no account for what it is", func(ctx SpecContext) {
		c := call{inputs: map[string]string{"provider": p.Name}, environment: machine, workspace: GinkgoT().TempDir()}
		o := run(ctx, instead(`mkdir "$RUNNER_TEMP/report"`), c)
		Expect(o.statuses).To(Equal(map[string]int{"check": 0}), o.log)
		Expect(o.outputs).To(Equal(map[string]string{"result": "green"}))
	})

	It("takes an account without what an account needs for a mistake", func(ctx SpecContext) {
		for _, v := range p.Account.Variables {
			if !v.Optional {
				delete(account, v.Name)
			}
		}
		o := checked(ctx, map[string]string{"require-account": "false"})
		Expect(o.statuses).To(Equal(map[string]int{"check": 2}), o.log)
		Expect(o.outputs).To(Equal(map[string]string{"result": "wrong"}))
	}, NodeTimeout(20*time.Minute))

	DescribeTable("refuses a line of the account without printing it", func(ctx SpecContext, line string) {
		c := call{inputs: map[string]string{"provider": p.Name}, environment: machine, workspace: GinkgoT().TempDir()}
		c.secrets = map[string]string{"account": "\n" + strings.ReplaceAll(line, "NAME", strings.ToUpper(p.Name))}
		o := run(ctx, instead("echo called"), c)
		Expect(o.statuses).To(Equal(map[string]int{"check": 2}), o.log)
		Expect(o.outputs).To(Equal(map[string]string{"result": "wrong"}))
		Expect(o.log + o.summary).To(And(ContainSubstring("line 2 of the secret account"),
			Not(ContainSubstring("hidden")), Not(ContainSubstring("called"))))
	},
		Entry("of another program's variable", "PATH=/hidden"),
		Entry("of no variable", "hidden"),
		Entry("without a name", "NAME_=hidden"),
		Entry("with code in the name", "NAME_$(echo hidden >&2)=hidden"),
		Entry("that names a file that is not given", "NAME_KEY_FILE=@file"),
	)

	It("is called for one provider alone", func(ctx SpecContext) {
		c := call{inputs: map[string]string{"provider": ""}, environment: machine, workspace: GinkgoT().TempDir()}
		o := run(ctx, instead("echo called"), c)
		Expect(o.outputs).To(Equal(map[string]string{"result": "wrong"}))
		Expect(o.log).To(Equal("::error::the input provider is empty\n"))
	})

	It("puts a file where a variable names it", func(ctx SpecContext) {
		c := call{inputs: map[string]string{"provider": p.Name}, environment: machine, workspace: GinkgoT().TempDir()}
		c.secrets = map[string]string{"account": variable("KEY_FILE") + "=@file\r\n", "file": "one\ntwo"}
		key := `"$` + variable("KEY_FILE") + `"`
		o := run(ctx, instead("cat "+key+"; ls -l "+key+"; exit 7"), c)
		Expect(o.log).To(ContainSubstring("one\ntwo\n-rw------- "), "which nobody else may read")
		Expect(os.ReadDir(filepath.Dir(o.uploaded))).To(HaveLen(1), "the command, and no file of the account")
		Expect(o.statuses).To(Equal(map[string]int{"check": 7}))
		Expect(o.outputs).To(Equal(map[string]string{"result": "failed"}))
	})

	It("gives the command what was asked for, and no more of the account than the variables", func(ctx SpecContext) {
		c := call{environment: machine, workspace: GinkgoT().TempDir()}
		c.inputs = map[string]string{"provider": p.Name, "max-calls": "7", "spacing": "3s"}
		c.secrets = map[string]string{"account": variable("KEY") + "=a=b%25 c"}
		o := run(ctx, instead("echo \"$MAX_CALLS $SPACING $ACCOUNT$ACCOUNT_FILE $"+variable("KEY")+" $*\""), c)
		Expect(o.log).To(MatchRegexp(
			`^7 3s  \*\*\* contract -target sandbox -provider ` + p.Name + ` -report \S+/report -require-account\n$`))
		Expect(o.outputs).To(Equal(map[string]string{"result": "green"}))
	})

	It("says that nothing was run where there is no such version", func(ctx SpecContext) {
		o := checked(ctx, map[string]string{"version": "v9.9.9", "report-name": "mine"})
		Expect(o.failed).To(BeTrue())
		Expect(o.statuses).To(BeEmpty())
		Expect(o.outputs).To(Equal(map[string]string{"result": "not run"}))
		Expect(o.artefact).To(Equal("mine"))
	}, NodeTimeout(20*time.Minute))

	It("checks by what is checked out, in this repository", func(ctx SpecContext) {
		root, err := filepath.Abs("../..")
		Expect(err).NotTo(HaveOccurred())
		c := call{inputs: map[string]string{"provider": p.Name, "spacing": "0s", "version": "tree"}, workspace: root}
		c.environment = append(os.Environ(), "SSL_CERT_FILE="+calls.Trusted(server))
		c.secrets = map[string]string{"account": lines()}
		o := run(ctx, w, c)
		Expect(o.statuses).To(Equal(map[string]int{"check": 0}), o.log)
		Expect(o.outputs).To(Equal(map[string]string{"result": "green"}))
		reported(o)
	}, NodeTimeout(20*time.Minute))
})
