package workflows

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"
)

// workflow is a file of .github/workflows, as far as the specs look at it.
type workflow struct {
	On struct {
		Call struct {
			Inputs  map[string]input
			Secrets map[string]struct{ Required bool }
			Outputs map[string]struct{ Value string }
		} `yaml:"workflow_call"`
		Push     yaml.Node // of the kind 0 where it is not there
		Dispatch yaml.Node `yaml:"workflow_dispatch"`
		Schedule []map[string]string
	}
	Permissions map[string]string
	Jobs        map[string]job
}

type input struct {
	Type        string
	Required    bool
	Default     string
	Description string
}

type job struct {
	Uses, If    string
	With        map[string]string
	Secrets     yaml.Node // a mapping, or the word inherit
	Permissions map[string]string
	RunsOn      string `yaml:"runs-on"`
	Environment string
	Timeout     int `yaml:"timeout-minutes"`
	Concurrency struct {
		Group  string
		Cancel bool `yaml:"cancel-in-progress"`
	}
	Outputs  map[string]string
	Defaults struct{ Run struct{ Shell string } }
	Steps    []step
}

type step struct {
	ID, Name, If, Uses, Run, Shell string
	WorkingDirectory               string `yaml:"working-directory"`
	Continue                       string `yaml:"continue-on-error"`
	With, Env                      map[string]string
}

// folder is where the workflows are.
const folder = "../../.github/workflows"

func read(name string) workflow {
	GinkgoHelper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	Expect(err).NotTo(HaveOccurred())
	var w workflow
	Expect(yaml.Unmarshal(text, &w)).To(Succeed(), name)
	return w
}

// call is a call of a workflow from another repository, on a machine with an environment.
type call struct {
	inputs, secrets map[string]string
	environment     []string
	workspace       string // the folder that its steps run in
}

// outcome is what is seen of a call when it is over.
type outcome struct {
	failed             bool
	statuses           map[string]int // of the steps with an id that ran
	outputs            map[string]string
	log, summary       string // the log as it is shown: what is masked is ***
	artefact, uploaded string // its name, and the folder whose files it has
}

// runner is one machine on which a job's steps run, one after the other.
type runner struct {
	call
	temp   string
	known  contexts
	masked []string
	env    []string // that steps leave to the next by GITHUB_ENV
	o      *outcome
}

// run runs the only job of a workflow that is called, on a machine of its own.
func run(ctx context.Context, w workflow, c call) *outcome {
	GinkgoHelper()
	Expect(w.Jobs).To(HaveLen(1))
	r := &runner{call: c, temp: GinkgoT().TempDir()}
	r.o = &outcome{statuses: map[string]int{}, outputs: map[string]string{}}
	r.known = contexts{"runner.temp": r.temp}
	for name, in := range w.On.Call.Inputs {
		value, given := c.inputs[name]
		Expect(given || !in.Required).To(BeTrue(), name+" is required")
		if !given {
			value = in.Default
		}
		r.known["inputs."+name] = value
	}
	for name := range c.inputs {
		Expect(w.On.Call.Inputs).To(HaveKey(name))
	}
	for name := range w.On.Call.Secrets {
		r.known["secrets."+name] = c.secrets[name]
	}
	for name := range c.secrets {
		Expect(w.On.Call.Secrets).To(HaveKey(name))
	}
	for name, j := range w.Jobs {
		for _, s := range j.Steps {
			if s.ID != "" {
				r.known["steps."+strings.ToLower(s.ID)+".outputs."] = "" // and so is each that is not written
			}
		}
		for _, s := range j.Steps {
			r.step(ctx, j, s)
		}
		for output, text := range j.Outputs {
			r.known["jobs."+name+".outputs."+output] = r.filled(text)
		}
	}
	for name, out := range w.On.Call.Outputs {
		r.o.outputs[name] = r.filled(out.Value)
	}
	return r.o
}

func (r *runner) filled(text string) string {
	GinkgoHelper()
	value, err := r.known.fill(text)
	Expect(err).NotTo(HaveOccurred())
	return value
}

// step does a step, if its turn comes.
func (r *runner) step(ctx context.Context, j job, s step) {
	GinkgoHelper()
	Expect(s.WorkingDirectory+s.Continue).To(BeEmpty(), "what is not done here")
	wanted := "true"
	if s.If != "" {
		var err error
		wanted, err = r.known.evaluate(strings.TrimSuffix(strings.TrimPrefix(s.If, "${{"), "}}"))
		Expect(err).NotTo(HaveOccurred())
	}
	if !truthy(wanted) || r.o.failed && !strings.Contains(s.If, "always()") {
		return
	}
	action, _, _ := strings.Cut(s.Uses, "@")
	switch action {
	case "":
		r.script(ctx, j, s)
	case "actions/checkout", "actions/setup-go": // the machine has both
	case "actions/upload-artifact":
		r.o.artefact, r.o.uploaded = r.filled(s.With["name"]), r.filled(s.With["path"])
	default:
		Fail("nobody knows here what " + s.Uses + " does")
	}
}

// script runs a step's script by the shell that GitHub runs it by.
func (r *runner) script(ctx context.Context, j job, s step) {
	GinkgoHelper()
	Expect(s.Shell+j.Defaults.Run.Shell).To(Equal("bash"), "of another shell GitHub's options differ")
	dir := GinkgoT().TempDir()
	file := filepath.Join(dir, "script.sh")
	Expect(os.WriteFile(file, []byte(r.filled(s.Run)), 0o600)).To(Succeed())
	c := exec.CommandContext(ctx, "bash", "--noprofile", "--norc", "-eo", "pipefail", file)
	c.Dir = r.workspace
	c.Env = slices.Concat(r.environment, r.env, []string{"RUNNER_TEMP=" + r.temp, "GITHUB_ACTIONS=true"})
	for _, name := range []string{"OUTPUT", "ENV", "STEP_SUMMARY"} {
		Expect(os.WriteFile(filepath.Join(dir, name), nil, 0o600)).To(Succeed())
		c.Env = append(c.Env, "GITHUB_"+name+"="+filepath.Join(dir, name))
	}
	for name, text := range s.Env {
		c.Env = append(c.Env, name+"="+r.filled(text))
	}
	said, err := c.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		Expect(err).NotTo(HaveOccurred())
	}
	r.told(string(said))
	status := c.ProcessState.ExitCode()
	r.o.failed = r.o.failed || status != 0
	if s.ID != "" {
		r.o.statuses[s.ID] = status
	}
	for name, value := range r.written(filepath.Join(dir, "OUTPUT")) {
		r.known["steps."+s.ID+".outputs."+name] = value
	}
	for name, value := range r.written(filepath.Join(dir, "ENV")) {
		r.env = append(r.env, name+"="+value)
	}
	summary, err := os.ReadFile(filepath.Join(dir, "STEP_SUMMARY"))
	Expect(err).NotTo(HaveOccurred())
	r.o.summary += string(summary)
}

// written are the lines NAME=value of a file that a step wrote for the runner.
func (r *runner) written(file string) map[string]string {
	GinkgoHelper()
	text, err := os.ReadFile(file)
	Expect(err).NotTo(HaveOccurred())
	all := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		Expect(ok).To(BeTrue(), "a line of another form: "+line)
		all[name] = value
	}
	return all
}

// told shows what a step printed, line by line, and masks from there on what it asks to be masked.
// GitHub masks secrets by itself, too; here nobody does.
func (r *runner) told(said string) {
	for line := range strings.Lines(said) {
		if secret, mask := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "::add-mask::"); mask {
			r.masked = append(r.masked, strings.NewReplacer("%25", "%", "%0D", "\r", "%0A", "\n").Replace(secret))
			continue
		}
		for _, secret := range r.masked {
			line = strings.ReplaceAll(line, secret, "***")
		}
		r.o.log += line
	}
}

// names are those of the workflows.
func names() []string {
	files, err := filepath.Glob(filepath.Join(folder, "*.yml"))
	if err != nil || len(files) == 0 {
		panic(fmt.Sprint("no workflows: ", err))
	}
	for i, file := range files {
		files[i] = filepath.Base(file)
	}
	return files
}

var _ = Describe("a step of a workflow", func() {
	// one is what became of a script as the only step but for one that runs anyhow.
	one := func(ctx context.Context, script string, more ...step) *outcome {
		GinkgoHelper()
		first := step{ID: "s", Run: script, Env: map[string]string{"TOLD": "${{ secrets.key }}"}}
		j := job{Steps: append([]step{first}, more...)}
		j.Outputs = map[string]string{"o": "${{ steps.s.outputs.o || 'none' }}"}
		j.Defaults.Run.Shell = "bash"
		w := workflow{Jobs: map[string]job{"j": j}}
		w.On.Call.Secrets = map[string]struct{ Required bool }{"key": {}}
		w.On.Call.Outputs = map[string]struct{ Value string }{"o": {Value: "${{ jobs.j.outputs.o }}"}}
		c := call{environment: os.Environ(), workspace: GinkgoT().TempDir()}
		c.secrets = map[string]string{"key": "s3cr%t"}
		return run(ctx, w, c)
	}
	It("ends with the first command that fails, in a pipe too, and keeps the next from running", func(ctx SpecContext) {
		never, anyhow := step{Run: "echo never"}, step{If: "always()", Run: "echo anyhow"}
		o := one(ctx, "echo before\nfalse | true\necho after", never, anyhow)
		Expect(o.failed).To(BeTrue())
		Expect(o.statuses).To(Equal(map[string]int{"s": 1}))
		Expect(o.log).To(Equal("before\nanyhow\n"))
		Expect(o.outputs).To(Equal(map[string]string{"o": "none"}))
	})
	It("leaves outputs, variables and a summary", func(ctx SpecContext) {
		o := one(ctx, "echo o=a=b >>$GITHUB_OUTPUT\necho V=w >>$GITHUB_ENV\necho told >>$GITHUB_STEP_SUMMARY",
			step{Run: "echo $V"})
		Expect(o.failed).To(BeFalse())
		Expect(slices.Collect(maps.Values(o.outputs))).To(Equal([]string{"a=b"}))
		Expect(o.log + o.summary).To(Equal("w\ntold\n"))
	})
	It("prints what it has not masked before", func(ctx SpecContext) {
		Expect(one(ctx, "echo $TOLD\necho ::add-mask::${TOLD//%/%25}\necho a${TOLD}b").log).To(Equal("s3cr%t\na***b\n"))
	})
})
