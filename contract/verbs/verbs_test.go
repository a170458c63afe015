package verbs

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/gen"
)

// command is the variable by which this test, run again, is the command. It has no Ginkgo specs of
// its own, which the command would run among those of its suite.
const command = "DIGILOCKER_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(command) == "" {
		os.Exit(m.Run())
	}
	os.Exit(Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// outcome is what came of a command.
type outcome struct {
	status      int
	out, errors string
}

// run runs the command in the folder dir, which has nothing to do with this module's tree.
func run(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], args...)
	var out, errs bytes.Buffer
	c.Dir, c.Stdout, c.Stderr = dir, &out, &errs
	c.Env = append(os.Environ(), command+"=1", "GITHUB_STEP_SUMMARY=")
	err := c.Run()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{c.ProcessState.ExitCode(), out.String(), errs.String()}
}

// want fails the test where the command did not end like that, or did not say that.
func (o outcome) want(t *testing.T, status int, says ...string) {
	t.Helper()
	if o.status != status {
		t.Errorf("exit status %d, and %d was wanted:\n%s%s", o.status, status, o.out, o.errors)
	}
	for _, text := range says {
		if !strings.Contains(o.out+o.errors, text) {
			t.Errorf("not said: %q; said was:\n%s%s", text, o.out, o.errors)
		}
	}
}

// played is the provider that is run here: one that has an account and recordings.
func played(t *testing.T) provider.Provider {
	t.Helper()
	i := slices.IndexFunc(providers.All, func(p provider.Provider) bool {
		return p.Account != nil && p.Account.Sandbox != "" && p.Simulator != nil
	})
	if i < 0 {
		t.Skip("no provider has an account and a behaviour at the simulator")
	}
	return providers.All[i]
}

// What a newcomer types first, and what is said to it.
func TestWords(t *testing.T) {
	for name, try := range map[string]struct {
		args   []string
		status int
		says   []string
	}{
		"nothing":           {nil, usage, names()},
		"the wish for help": {[]string{"-h"}, clean, names()},
		"help as a word":    {[]string{"help"}, clean, names()},
		"a verb that there is not": {[]string{"contracts"}, usage,
			[]string{`there is no "contracts"; there is simulator, shop, contract,`}},
		"a flag without a verb": {[]string{"-provider", "acme"}, usage, []string{"Flags come behind the verb"}},
		"a provider as a word": {[]string{"contract", "acme"}, usage,
			[]string{`contract: "acme" means nothing here; -provider names a provider`}},
		"an unknown provider": {[]string{"contract", "-provider", "unlisted"}, usage,
			[]string{`there is no provider "unlisted"; there is `}},
		"an unknown flag": {[]string{"record", "-focus", "x"}, usage,
			[]string{"flag provided but not defined", "usage: digilocker record"}},
		"what is for the tree": {[]string{"contract", "-mutants"}, usage, []string{"for the tree of ",
			"run them in its root"}},
		"accepting":      {[]string{"contract", "-accept"}, usage, []string{"for the tree of "}},
		"suites to keep": {[]string{"contract", "-suites", "x"}, usage, []string{"for the tree of "}},
		"no expression": {[]string{"contract", "-focus", "("}, usage,
			[]string{`-focus "(" is no regular expression`}},
		"an account for a replay": {[]string{"contract", "-require-account"}, usage,
			[]string{"-require-account is for -target sandbox"}},
		"recordings of nobody": {[]string{"contract", "-recordings", "nowhere"}, usage,
			[]string{"-recordings: nowhere has no ", "digilocker record writes such a folder"}},
		"recording a replay": {[]string{"record", "-target", "fixtures"}, usage,
			[]string{"nothing is recorded from the target fixtures"}},
		"help for a verb":      {[]string{"help", "record"}, clean, []string{"usage: digilocker record [flags]"}},
		"a version with flags": {[]string{"version", "-v"}, usage, []string{`"-v" means nothing here`}},
		"the version":          {[]string{"version"}, clean, []string{"built with go"}},
		"the providers": {[]string{"contract", "-providers"}, clean, []string{`["` +
			strings.Join(provider.Names(providers.All), `","`) + `"]`}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			run(t, dir, try.args...).want(t, try.status, try.says...)
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("it left %v, %v", left, err)
			}
		})
	}
}

func TestHelpOfEachVerb(t *testing.T) {
	for _, v := range verbs() {
		run(t, t.TempDir(), v.name, "-h").want(t, clean, "usage: digilocker "+v.name)
	}
}

// A folder in this module's tree is not any other: what is edited there would not be looked at.
func TestInsideTheTree(t *testing.T) {
	run(t, ".", "contract", "-provider", played(t).Name).want(t, usage, "contract: this is a folder in the tree of ",
		"run it in its root, ../..")
	if _, err := os.Stat("report"); err == nil {
		t.Error("it left a report")
	}
}

// By a link such a folder may be called with fewer folders above it than it has.
func TestInsideTheTreeByALink(t *testing.T) {
	tree := t.TempDir()
	if err := os.WriteFile(filepath.Join(tree, "go.mod"), []byte("module "+gen.Module()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	deep, link := filepath.Join(tree, strings.Repeat("d/", 40)), filepath.Join(t.TempDir(), "link")
	if err := errors.Join(os.MkdirAll(deep, 0o755), os.Symlink(deep, link)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PWD", link) // by which a process knows the folder, as one that a shell starts
	run(t, link, "contract", "-target", "fixtures").want(t, usage, "contract: this is a folder in the tree of ")
}

// What would be found out after a run, or would not be noticed at all.
func TestBeforehand(t *testing.T) {
	p, dir := played(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "taken"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o := run(t, dir, "record", "-provider", p.Name, "-target", "simulator", "-dest", "taken")
	o.want(t, usage, "record: no recordings can be written to taken/"+p.Name, "-dest names another folder")
	if o.out != "" {
		t.Errorf("it ran: %s", o.out)
	}
	o = run(t, dir, "contract", "-provider", p.Name, "-target", "fixtures", "-focus", "nothing that there is")
	o.want(t, usage, `contract: no spec was run whose name matches -focus "nothing that there is"`)
}

// Without credentials a sandbox is not called: that is said, and is a fault where it is meant to be.
func TestWithoutAnAccount(t *testing.T) {
	p := played(t)
	for _, v := range p.Account.Variables {
		t.Setenv(v.Name, "")
	}
	args := []string{"contract", "-provider", p.Name, "-target", "sandbox"}
	run(t, t.TempDir(), args...).want(t, clean, p.Name+": skipped, needs credentials: ",
		"nothing is called without credentials")
	run(t, t.TempDir(), append(args, "-require-account")...).want(t, usage,
		"contract: -require-account: no credentials; set ")
	run(t, t.TempDir(), "record", "-provider", p.Name).want(t, usage, "record: nothing to record: no credentials; set ")
}

// The suite that is built in, recordings made with it, and those played back: in a folder of
// somebody else's module.
func TestSuiteAnywhere(t *testing.T) {
	p, dir := played(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module shop.example/kyc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "contract", "-provider", p.Name).want(t, clean, "running the built-in suite of "+p.Name+"\n",
		"report: report/index.html, ledger.partial.json")
	l, err := ledger.ReadFile(filepath.Join(dir, "report", "ledger.partial.json"))
	if err != nil {
		t.Fatal(err)
	}
	passed := map[ledger.Check]int{}
	for _, e := range l.Entries {
		for check, state := range e.Checks {
			if state == ledger.Pass || state == ledger.PassSimulator {
				passed[check]++
			}
		}
	}
	for _, check := range []ledger.Check{ledger.Schema, ledger.Client, ledger.Adapter, ledger.Fixtures,
		ledger.Simulator} {
		if passed[check] == 0 {
			t.Errorf("no check %s passed", check)
		}
	}

	run(t, dir, "record", "-provider", p.Name, "-target", "simulator").want(t, clean,
		"fixtures recorded from the simulator in recordings\n")
	replay := []string{"contract", "-provider", p.Name, "-target", "fixtures", "-recordings", "recordings"}
	run(t, dir, replay...).want(t, clean, " recordings of the simulator in ")

	stray := filepath.Join(dir, "recordings", p.Name, "fixtures", "stray.yaml")
	if err := os.WriteFile(stray, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, replay...).want(t, usage, "stray.yaml is the recording of no example of "+p.Name)
	if err := os.Remove(stray); err != nil {
		t.Fatal(err)
	}
	text, file := "", ""
	_ = filepath.WalkDir(filepath.Join(dir, "recordings"), func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && file == "" {
			data, _ := os.ReadFile(path)
			text, file = string(data), path
		}
		return err
	})
	if err := os.Remove(file); err != nil { // as after a run against a sandbox, which records a part
		t.Fatal(err)
	}
	run(t, dir, replay...).want(t, clean, " recordings of the simulator in ")
	broken := regexp.MustCompile(`status: \d+`).ReplaceAllString(text, "status: 299")
	if err := os.WriteFile(file, []byte(broken), 0o600); err != nil || broken == text {
		t.Fatal(err, file)
	}
	o := run(t, dir, replay...)
	o.want(t, failed, "the fixtures check failed", "contract: a check failed, see above")
	again := regexp.MustCompile(`(?m)^ *digilocker (contract .* -recordings 'recordings' -report again -focus) ` +
		`'(.*)'$`).FindStringSubmatch(o.errors)
	if again == nil {
		t.Fatalf("no command runs that check again:\n%s", o.errors)
	}
	args := append(strings.Fields(strings.ReplaceAll(again[1], "'", "")), again[2])
	o = run(t, dir, args...)
	o.want(t, failed, "Ran 1 of ", "the fixtures check failed")
}

// What is reported along with a fault: the module, its version, and by what it was built.
func TestVersion(t *testing.T) {
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`^` + regexp.QuoteMeta(modfile.ModulePath(text)) + ` (\(devel\)|v\d\S+), built with ` +
		regexp.QuoteMeta(runtime.Version()+" for "+runtime.GOOS+"/"+runtime.GOARCH) + `\n$`)
	for _, word := range []string{"version", "-version", "--version"} {
		if o := run(t, t.TempDir(), word); o.status != clean || !want.MatchString(o.out) {
			t.Errorf("%s: %d, %q", word, o.status, o.out)
		}
	}
}
