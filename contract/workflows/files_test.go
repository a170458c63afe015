package workflows

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/sandbox"
)

// pinned is an action by the sum of its commit, with its version beside it.
var pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

var _ = Describe("the workflows", func() {
	It("use actions by the sums of their commits, one for each version", func() {
		sums := map[string]string{}
		for _, name := range names() {
			text, err := os.ReadFile(filepath.Join(folder, name))
			Expect(err).NotTo(HaveOccurred())
			for line := range strings.Lines(string(text)) {
				_, uses, is := strings.Cut(strings.TrimSpace(line), "uses: ")
				if !is || strings.HasPrefix(uses, "./.github/workflows/") {
					continue
				}
				Expect(uses).To(MatchRegexp(pinned.String()), name)
				action, sum, _ := strings.Cut(uses, "@")
				if before, known := sums[action]; known {
					Expect(sum).To(Equal(before), name+": "+action+" is of two versions")
				}
				sums[action] = sum
			}
		}
		Expect(len(sums)).To(BeNumerically(">=", 3))
	})

	It("put nothing that somebody says into a script, but by the environment", func() {
		scripts := 0
		for _, name := range names() {
			for _, j := range read(name).Jobs {
				for _, s := range j.Steps {
					Expect(s.Run).NotTo(ContainSubstring("${{"), name)
					if s.Run != "" {
						scripts++
					}
				}
			}
		}
		Expect(scripts).To(BeNumerically(">", 5))
	})

	It("may read the repository, and nothing else", func() {
		for _, name := range names() {
			w := read(name)
			Expect(w.Permissions).To(Equal(map[string]string{"contents": "read"}), name)
			for _, j := range w.Jobs {
				Expect(j.Permissions).To(BeEmpty(), name)
			}
		}
	})

	It("keep no token where a script of the tree could read it", func() {
		for _, name := range names() {
			for _, j := range read(name).Jobs {
				for _, s := range j.Steps {
					if strings.HasPrefix(s.Uses, "actions/checkout@") {
						Expect(s.With).To(HaveKeyWithValue("persist-credentials", "false"), name)
					}
				}
			}
		}
	})

	It("name no provider", func() {
		for _, name := range names() {
			text, err := os.ReadFile(filepath.Join(folder, name))
			Expect(err).NotTo(HaveOccurred())
			for _, p := range providers.All {
				Expect(strings.ToLower(string(text))).NotTo(MatchRegexp(`\b`+p.Name+`\b`), name)
			}
		}
	})

	It("call the sandbox where the runner's own environment says to plan alone", func() {
		for _, step := range read("sandbox.yml").Jobs["sandbox"].Steps {
			if step.ID == "check" {
				Expect(step.Env).To(HaveKeyWithValue(sandbox.DryRun, "0"))
				return
			}
		}
		Fail("there is no step check")
	})

	It("bound a run against a sandbox as the command does", func() {
		inputs := read("sandbox.yml").On.Call.Inputs
		Expect(inputs["max-calls"].Default).To(Equal(strconv.Itoa(sandbox.DefaultMaxCalls)))
		spacing := inputs["spacing"]
		Expect(spacing.Default).To(BeEmpty(), "so that the command's own holds, which knows what a provider publishes")
		Expect(spacing.Description).To(ContainSubstring("Default " + sandbox.DefaultSpacing.String()))
	})

	// What the run of its steps in sandbox_test.go cannot show: GitHub does it around them.
	It("check a sandbox on the caller's runner, one run at a time, and keep what there is of a report", func() {
		w := read("sandbox.yml")
		Expect(w.Jobs).To(HaveLen(1))
		for _, j := range w.Jobs {
			known := contexts{"inputs.runs-on": "theirs", "inputs.environment": "guarded", "inputs.provider": "acme"}
			for text, want := range map[string]string{
				j.RunsOn: "theirs", j.Environment: "guarded", j.Concurrency.Group: "sandbox-acme",
			} {
				Expect(known.fill(text)).To(Equal(want))
			}
			Expect(j.Concurrency.Cancel).To(BeFalse(), "a run that is ended leaves journeys behind")
			Expect(j.Timeout).To(BeNumerically(">", 0), "GitHub's own bound is six hours")
			with := map[string]map[string]string{}
			for _, s := range j.Steps {
				action, _, _ := strings.Cut(s.Uses, "@")
				with[action] = s.With
			}
			Expect(with["actions/setup-go"]).To(HaveKeyWithValue("cache", "false"), "a caller has no go.sum to go by")
			Expect(with["actions/setup-go"]).To(HaveKeyWithValue("go-version", "${{ inputs.go-version }}"))
			Expect(with["actions/upload-artifact"]).To(HaveKeyWithValue("if-no-files-found", "warn"),
				"without an account there is no report; otherwise a lost one is told")
		}
	})

	It("call the one for other repositories as the guide does: with inputs and secrets that it has", func() {
		guide, err := os.ReadFile("../docs/workflow.md")
		Expect(err).NotTo(HaveOccurred())
		block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(guide)
		Expect(block).NotTo(BeNil())
		var caller workflow
		Expect(yaml.Unmarshal(block[1], &caller)).To(Succeed())
		calls := slices.Collect(maps.Values(caller.Jobs))
		for _, name := range names() {
			calls = slices.AppendSeq(calls, maps.Values(read(name).Jobs))
		}
		called := read("sandbox.yml").On.Call
		count := 0
		for _, j := range calls {
			if !strings.Contains(j.Uses, "/.github/workflows/sandbox.yml") {
				continue
			}
			count++
			Expect(j.With).To(HaveKey("provider"))
			for input := range j.With {
				Expect(called.Inputs).To(HaveKey(input))
			}
			given := map[string]string{}
			if j.Secrets.Kind == yaml.MappingNode {
				Expect(j.Secrets.Decode(&given)).To(Succeed())
			}
			for secret := range given {
				Expect(called.Secrets).To(HaveKey(secret))
			}
		}
		Expect(count).To(Equal(2), "the guide's, and that of this repository")
	})

	It("run all that .ci/run does, by a whole history, on main, every week and on demand", func() {
		w := read("test.yml")
		Expect(w.On.Schedule).To(HaveLen(1))
		Expect(w.On.Push.Kind).NotTo(BeZero())
		Expect(w.On.Dispatch.Kind).NotTo(BeZero())
		found := 0
		for _, j := range w.Jobs {
			if !slices.ContainsFunc(j.Steps, func(s step) bool { return s.Run == ".ci/run" }) {
				continue
			}
			found++
			Expect(j.Steps[0].With).To(HaveKeyWithValue("fetch-depth", "0"))
			for event, runs := range map[[2]string]bool{
				{"push", "refs/heads/main"}: true, {"push", "refs/heads/x"}: false,
				{"schedule", "refs/heads/main"}: true, {"workflow_dispatch", "refs/heads/x"}: true, {"pull_request",
					"refs/pull/1/merge"}: false,
			} {
				is, err := contexts{"github.event_name": event[0], "github.ref": event[1]}.evaluate(j.If)
				Expect(err).NotTo(HaveOccurred())
				Expect(truthy(is)).To(Equal(runs), "%s", event)
			}
		}
		Expect(found).To(Equal(1))
	})
})

var _ = Describe(".ci/run", func() {
	DescribeTable("installs what is missing", func(ctx SpecContext, id, before string) {
		script, err := os.ReadFile("../../.ci/run")
		Expect(err).NotTo(HaveOccurred())
		first, _, found := strings.Cut(string(script), "\nmake\n")
		Expect(found).To(BeTrue())
		bash, err := exec.LookPath("bash")
		Expect(err).NotTo(HaveOccurred())
		machine := GinkgoT().TempDir()
		for name, code := range map[string]string{
			"id": "echo " + id, "dirname": "echo .", "sudo": `echo sudo "$@"`, "apt-get": `echo apt-get "$@"`,
		} {
			Expect(os.WriteFile(filepath.Join(machine, name), []byte("#!"+bash+"\n"+code+"\n"), 0o700)).To(Succeed())
		}
		c := exec.CommandContext(ctx, bash, "-c", first)
		c.Env = []string{"PATH=" + machine}
		said, err := c.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(said))
		Expect(string(said)).To(MatchRegexp("^" + before + "apt-get update -qq\n" +
			before + "apt-get install -y -qq gcc libc6-dev chromium( .*)?\n$"))
	},
		Entry("as root", "0", ""),
		Entry("as somebody else who may", "1000", "sudo "),
	)
})
