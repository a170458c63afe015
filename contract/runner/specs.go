package runner

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/specs/document"
)

// specRun is a run of the specs in one provider's folder.
type specRun struct {
	provider                   provider.Provider
	report, recorded, accepted string // folders that it writes to
	output                     string
	err                        error
}

// binary is the suite that is built in temp.
func (r specRun) binary(temp string) string { return filepath.Join(temp, r.provider.Name+".test") }

// lend puts what was kept of a suite to where it is built, so that the go command finds what has
// not changed. It builds into no folder that is kept, where a kill would leave a half. What
// cannot be lent is built anew.
func (s runner) lend(binary string) {
	kept := filepath.Join(s.suites, filepath.Base(binary))
	program, err := os.ReadFile(kept)
	if s.suites == "" || err != nil {
		return
	}
	if err := os.WriteFile(binary, program, 0o700); err != nil {
		_ = os.Remove(binary)
	}
}

// keepSuite keeps a suite for the next run. What cannot be kept is built anew then.
func (s runner) keepSuite(binary string) {
	if program, err := os.ReadFile(binary); s.suites != "" && err == nil {
		_ = document.WriteFile(filepath.Join(s.suites, filepath.Base(binary)), program)
	}
}

// suiteOptions are what one suite is told to do.
type suiteOptions struct {
	report, target, record, accept string // as contract.Options has them
	focus                          string // only specs with such a name; "" for all
	mutants                        bool   // judge each mutant, and do nothing else
}

// inTest are the flags of the test that a suite in the tree is.
func (p suiteOptions) inTest() []string {
	args := []string{"-test.run=^TestContract$", "-ginkgo.no-color", "-report=" + p.report}
	if p.mutants {
		return append(args, "-ginkgo.label-filter=mutants", "-every=1", "-accept="+p.accept)
	}
	return append(args, "-target="+p.target, "-record="+p.record, "-ginkgo.focus="+p.focus)
}

// Suite is the verb with which the command runs the suite that it was built with, in a process for
// each provider, as Ginkgo asks for. RunSuite is what it does.
const Suite = "suite"

// RunSuite runs the suite of one provider as args say, and returns the exit status.
func RunSuite(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet(Suite, flag.ContinueOnError)
	flags.SetOutput(stderr)
	var o contract.Options
	name := flags.String("provider", "", "the `provider`")
	recordings := flags.String("recordings", "",
		"a `folder` with recordings below the provider's name, before those that are built in")
	focus := flags.String("focus", "", "only the specs whose name matches this regular `expression`")
	flags.StringVar(&o.Report, "report", "", "the `folder` for the report; none if empty")
	flags.StringVar(&o.Target, "target", "", "what the suite is run against; offline if empty")
	flags.StringVar(&o.Record, "record", "", "the `folder` to record fixtures into; none if empty")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return usage
	}
	p, err := provider.Find(providers.All, *name)
	if err == nil && *recordings != "" {
		p.Files = replayed{p.Files, os.DirFS(filepath.Join(*recordings, p.Name))}
	}
	passed := false
	if err == nil {
		o.Again = again(*name, o.Target, *recordings)
		passed, err = contract.RunAlone(o, *focus, p)
	}
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "%s: %v\n", Suite, err)
		return usage
	case !passed:
		return failed
	}
	return clean
}

// again is the command that runs specs again whose names match what is put behind it.
func again(name, target, recordings string) string {
	command := "digilocker contract -provider " + name
	if target != "" {
		command += " -target " + target
	}
	if recordings != "" {
		command += " -recordings '" + strings.ReplaceAll(recordings, "'", `'\''`) + "'" // one word for a shell
	}
	return command + " -report again -focus " // not over the report that names it
}

// build builds the suites of the providers' folders in temp.
func (s runner) build(ctx context.Context, temp string, runs []*specRun) (said string, err error) {
	// -w: no debugger will see it, and it links in half the time.
	args := []string{"test", "-c", "-ldflags=-w", "-o", temp + string(filepath.Separator)}
	for _, r := range runs {
		args = append(args, "./"+filepath.ToSlash(folder(r.provider)))
		s.lend(r.binary(temp))
	}
	compile := interruptible(ctx, "go", args...)
	compile.Env = append(os.Environ(), "GOTMPDIR="+temp) // which go does not always clear when it is interrupted
	output, err := compile.CombinedOutput()
	if err == nil && bytes.Contains(output, []byte("[no test files]")) { // what is lent is then an old one
		err = errors.New("a provider's folder has no test that calls the suite")
	}
	if err != nil {
		return string(output), err
	}
	for _, r := range runs {
		s.keepSuite(r.binary(temp))
	}
	return "", nil
}

// process is the one that runs the suite of r.
func (s runner) process(ctx context.Context, temp string, r *specRun, p suiteOptions) (*exec.Cmd, error) {
	if s.here {
		c := interruptible(ctx, r.binary(temp), p.inTest()...)
		c.Dir = folder(r.provider)
		return c, nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return interruptible(ctx, self, Suite, "-provider="+r.provider.Name, "-recordings="+s.recordings,
		"-report="+p.report, "-target="+p.target, "-record="+p.record, "-focus="+p.focus), nil
}

// say tells of what takes its time.
func (s runner) say(format string, args ...any) { fmt.Fprintf(s.stdout, format+"\n", args...) }

// specs runs the suites, those of a live run one after the other; in the tree it builds them before.
// Lines that tell of live calls are printed as they come. An interrupt goes on to the suites,
// which then write what they have. The error is that of one that failed.
func (s runner) specs(ctx context.Context, temp string, suites func(*specRun) suiteOptions) ([]*specRun, error) {
	var runs []*specRun
	for _, p := range s.providers {
		own := filepath.Join(temp, p.Name)
		r := &specRun{provider: p, report: filepath.Join(own, "report"), recorded: filepath.Join(own, "recorded"),
			accepted: filepath.Join(own, "accepted")}
		if err := os.MkdirAll(r.accepted, 0o755); err != nil {
			return nil, err
		}
		runs = append(runs, r)
	}
	names := strings.Join(provider.Names(s.providers), ", ")
	if s.here {
		s.say("building the suite of %s", names)
		if said, err := s.build(ctx, temp, runs); err != nil {
			for _, r := range runs {
				r.err = err
			}
			runs[0].output = said
			return runs, err
		}
	}
	if s.here {
		s.say("running the suite of %s", names)
	} else {
		s.say("running the built-in suite of %s", names)
	}
	one := make(chan struct{}, 1)
	var all sync.WaitGroup
	for _, r := range runs {
		all.Go(func() {
			if s.target == "sandbox" { // one account at a time
				one <- struct{}{}
				defer func() { <-one }()
			}
			var test *exec.Cmd
			if test, r.err = s.process(ctx, temp, r, suites(r)); r.err != nil {
				return
			}
			test.Env = os.Environ()
			if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" { // a short run has memory to spare
				test.Env = append(test.Env, "GOGC=400", "GOMEMLIMIT=1GiB")
			}
			var output bytes.Buffer
			watch := &watcher{all: &output, live: s.stdout}
			test.Stdout, test.Stderr = watch, watch
			r.err = test.Run()
			r.output = output.String()
		})
	}
	all.Wait()
	var failure error
	for _, r := range runs {
		if r.err != nil {
			failure = fmt.Errorf("%s: %w", r.provider.Name, r.err)
		}
	}
	return runs, failure
}

// interruptible is a command that is interrupted with ctx, and has time to clean up.
func interruptible(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 30 * time.Second
	return c
}

// watcher keeps all output and passes on the lines of live calls.
type watcher struct {
	all  *bytes.Buffer
	live io.Writer
	line []byte
}

// progress is what such a line begins with.
const progress = "sandbox: "

func (w *watcher) Write(p []byte) (int, error) {
	w.all.Write(p)
	w.line = append(w.line, p...)
	for {
		line, rest, found := bytes.Cut(w.line, []byte("\n"))
		if !found {
			return len(p), nil
		}
		if line = bytes.TrimLeft(line, dots); bytes.HasPrefix(line, []byte(progress)) {
			fmt.Fprintf(w.live, "%s\n", line)
		}
		w.line = rest
	}
}

// dots are the signs by which Ginkgo shows its progress.
const dots = "•S"

// withoutDots leaves out the lines in which Ginkgo shows its progress.
func withoutDots(output string) string {
	var b strings.Builder
	for line := range strings.Lines(output) {
		if strings.Trim(line, dots+"\n") != "" {
			b.WriteString(line)
		}
	}
	return b.String()
}
