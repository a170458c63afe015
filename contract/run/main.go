// Command run executes the contract suite and says what came of it: a line for
// each provider, the totals, and where the report lies.
//
//	run [-provider NAME] [-target offline|fixtures|simulator|sandbox] [-record] [-report DIR]
//	run -mutants [-accept] [-report DIR]
//
// With -mutants it says how many wrong answers and requests the suite would catch, and
// runs nothing else. With -accept it takes those that survive for known from then on.
//
// With -record it writes what the target answered to contract/fixtures. The
// sandboxes are called with the credentials in the environment, of which package
// sandbox has the names; MAX_CALLS and SPACING bound a run, DRY_RUN=1 prints what it
// would do, and PERSON=1 says that somebody is there to consent. Of these two, 0 and
// nothing mean no, and any other value is refused.
//
// Its exit status is 0 when all is well, 1 when a check failed, 2 when it was called
// wrongly, 3 when a live answer is not what is known of it, and 4 when all answers are,
// but a sandbox cannot be reached: there is no connection to it, so that nothing can be
// said of what it answers. It is then called no more, and its cases count as skipped.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"example.com/digilocker/contract/cases"
	"example.com/digilocker/contract/examples"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/mutants"
	"example.com/digilocker/contract/sandbox"
	"example.com/digilocker/specs/document"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // a reader who leaves is an error of writing, not the end; to ignore it would go on to what is run from here
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// The exit statuses.
const (
	clean  = 0
	failed = 1
	usage  = 2
	drift  = 3
	outage = 4
)

// outlet keeps the first error of writing to a [io.Writer], and lets who writes go on: a
// run is finished, and its report written, though nobody reads any more.
type outlet struct {
	to  io.Writer
	err error
}

func (o *outlet) Write(p []byte) (int, error) {
	if o.err == nil {
		_, o.err = o.to.Write(p)
	}
	return len(p), nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	out := &outlet{to: stdout}
	status := command(ctx, args, out, stderr)
	if out.err == nil {
		return status
	}
	fmt.Fprintln(stderr, "contract: not all was said:", out.err)
	return cmp.Or(status, failed)
}

func command(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(stderr)
	provider := flags.String("provider", "", "only this `provider`; all if empty")
	target := flags.String("target", "offline", "what to run `against`")
	recording := flags.Bool("record", false, "write what the target answered to contract/fixtures")
	proof := flags.Bool("mutants", false, "judge all mutants of what is right, and nothing else")
	accept := flags.Bool("accept", false, "with -mutants, write survivors.tsv and score.tsv in contract/mutants")
	dir := flags.String("report", filepath.Join("contract", "report"), "the `folder` to write the report to")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return clean
	} else if err != nil {
		return usage
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "contract: %q means nothing here; narrow with PROVIDER=\n", flags.Arg(0))
		return usage
	}
	docs, err := examples.ReadAll("gen")
	if err != nil {
		fmt.Fprintln(stderr, "contract:", err)
		return usage
	}
	var names []string
	for _, d := range docs {
		names = append(names, d.Provider)
	}
	if !ledger.Target(*target) {
		fmt.Fprintf(stderr, "contract: there is no TARGET=%s; there is %s\n", *target, strings.Join(ledger.Targets(), ", "))
		return usage
	}
	if *recording && *target != "simulator" && *target != "sandbox" {
		fmt.Fprintf(stderr, "contract: nothing is recorded from TARGET=%s; TARGET=simulator and TARGET=sandbox answer\n", *target)
		return usage
	}
	if *provider != "" && !slices.Contains(names, *provider) {
		fmt.Fprintf(stderr, "contract: there is no PROVIDER=%s; there is %s\n", *provider, strings.Join(names, ", "))
		return usage
	}
	if *proof && (*provider != "" || *target != "offline" || *recording) {
		fmt.Fprintln(stderr, "contract: the mutants are those of all providers, against no target; leave PROVIDER and TARGET away")
		return usage
	}
	if *accept && !*proof {
		fmt.Fprintln(stderr, "contract: -accept goes with -mutants; examples are accepted by make accept")
		return usage
	}
	s := run1{provider: *provider, target: *target, dir: *dir, stdout: stdout, stderr: stderr}
	if *recording {
		s.record = fixtures
	}
	if *proof {
		if err := s.writable(); err != nil {
			fmt.Fprintln(stderr, "contract:", err)
			return usage
		}
		status, err := s.mutants(ctx, *accept)
		if err != nil {
			fmt.Fprintln(stderr, "contract:", err)
		}
		return status
	}
	if *target == "sandbox" {
		stop, err := s.plan(docs)
		if err != nil {
			fmt.Fprintln(stderr, "contract:", err)
			return usage
		}
		if stop {
			return clean
		}
	}
	if err := s.writable(); err != nil {
		fmt.Fprintln(stderr, "contract:", err)
		return usage
	}
	status, err := s.suite(ctx)
	if err != nil {
		fmt.Fprintln(stderr, "contract:", err)
	}
	return status
}

// fixtures is where recordings are kept.
var fixtures = filepath.Join("contract", "fixtures")

// run1 is one run of the suite.
type run1 struct {
	provider, target, dir string
	record                string // the folder of the fixtures; "" to record nothing
	stdout, stderr        io.Writer
}

// writable says why the report could not be written after the run.
func (s run1) writable() error {
	if err := document.Writable(s.dir); err != nil {
		return fmt.Errorf("no report can be written to %s: %w; -report names another folder", s.dir, err)
	}
	return nil
}

// plan prints what a run against the sandboxes will do. It says whether that was
// all that was asked for. To record from nobody is an error.
func (s run1) plan(docs []*examples.Document) (stop bool, err error) {
	limits, err := sandbox.ReadLimits(os.Getenv)
	if err != nil {
		return false, err
	}
	dry, err := sandbox.Switch(os.Getenv, sandbox.DryRun)
	if err != nil {
		return false, err
	}
	person, err := sandbox.Switch(os.Getenv, sandbox.Person)
	if err != nil {
		return false, err
	}
	var text strings.Builder
	var needed []string // by each provider that has no account
	ready := false
	for _, d := range docs {
		if s.provider != "" && s.provider != d.Provider {
			continue
		}
		account, missing, err := sandbox.Read(os.Environ(), d)
		if err != nil {
			return false, err
		}
		if len(missing) > 0 {
			needed = append(needed, strings.Join(missing, ", "))
			fmt.Fprintf(&text, "%s: skipped, needs credentials: %s\n", d.Provider, needed[len(needed)-1])
			continue
		}
		ready = true
		book, err := cases.Read(filepath.Join("contract", "cases"), d.Provider)
		if err != nil {
			return false, err
		}
		p, err := sandbox.Make(d, book, limits, person)
		if err != nil {
			return false, err
		}
		cases, calls := p.Count()
		fmt.Fprintf(&text, "%s: %d of %d cases, %d calls (budget %d, one every %v) to %s\n",
			d.Provider, cases, len(p.Cases), calls, limits.MaxCalls, limits.Spacing, account.BaseURL)
		for _, c := range p.Cases {
			if dry && c.Skip == "" {
				fmt.Fprintf(&text, "  %d  %s\n", c.Calls, c.Example)
			}
		}
	}
	if s.record != "" && !ready {
		return false, fmt.Errorf("nothing to record: no credentials; set %s (README, \"Check a provider's sandbox\"), or say TARGET=simulator", strings.Join(needed, ", or "))
	}
	_, err = io.WriteString(s.stdout, text.String())
	return dry, err
}

// suite runs the specs and prints what they wrote.
func (s run1) suite(ctx context.Context) (status int, err error) {
	// The suite writes into a folder of its own, so that an interrupted run leaves
	// the last report as it was.
	full, err := os.MkdirTemp("", "contract")
	if err != nil {
		return failed, err
	}
	defer func() { _ = os.RemoveAll(full) }()
	name := "ledger.json"
	report, recorded := filepath.Join(full, "report"), filepath.Join(full, "fixtures")
	kept, err := filepath.Abs(fixtures)
	if err != nil {
		return failed, err
	}
	proof, err := filepath.Abs(filepath.Join(s.dir, proofs))
	if err != nil {
		return failed, err
	}
	args := []string{"-test.run=^TestContract$", "-ginkgo.no-color", "-fixtures=" + kept, "-report=" + report, "-target=" + s.target, "-mutants=" + proof}
	var labels []string
	if s.provider != "" {
		labels = append(labels, s.provider)
	}
	if s.target != "offline" {
		labels = append(labels, s.target)
	}
	if s.record != "" { // the cases alone: others are judged by what is recorded already
		args = append(args, "-record="+recorded, "-ginkgo.focus=^contract "+s.target+" ")
	}
	if labels != nil {
		name = "ledger.partial.json"
		args = append(args, "-ginkgo.label-filter="+strings.Join(labels, " && "))
	}
	file := filepath.Join(report, name)
	start := time.Now()
	output, failure := s.specs(ctx, filepath.Join(full, "contract.test"), args)
	live := s.target == "sandbox"
	if ctx.Err() != nil && !live {
		return failed, fmt.Errorf("interrupted; %s is as it was", s.dir)
	}
	took := time.Since(start)
	if failure != nil && !live {
		fmt.Fprintln(s.stderr, withoutDots(output))
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return failed, fmt.Errorf("the suite did not come to its report (%w)", failure)
	}
	l := new(ledger.Ledger)
	if err := json.Unmarshal(text, l); err != nil {
		return failed, fmt.Errorf("%s: %w", file, err)
	}
	if err := keep(report, s.dir); err != nil {
		return failed, err
	}
	if err := l.Print(s.stdout); err != nil {
		return failed, err
	}
	fmt.Fprintf(s.stdout, "%d checks in %.1f s; report: %s, %s, junit.xml\n", l.Checked(), took.Seconds(), filepath.Join(s.dir, "index.html"), name)
	if file := os.Getenv("GITHUB_STEP_SUMMARY"); file != "" && live {
		if err := appendTo(file, summary(l)); err != nil {
			return failed, err
		}
	}
	outages := l.Outages()
	for _, o := range outages {
		fmt.Fprintln(s.stderr, "contract:", o)
	}
	switch {
	case ctx.Err() != nil:
		return failed, errors.New("interrupted; the report has what was done until then, and nothing is recorded")
	case failure != nil && live:
		return drift, errors.New("a live answer is not what is known of it, see above")
	case len(outages) > 0 && s.record != "":
		return outage, errors.New("nothing is recorded, since not all that was to be called could be")
	case len(outages) > 0:
		return outage, nil
	case failure != nil && s.record != "":
		return failed, errors.New("a check failed, see above; nothing is recorded")
	case failure != nil:
		return failed, errors.New("a check failed, see above")
	case s.record != "":
		n, err := replace(recorded, s.record, s.target == "simulator")
		if err != nil {
			return failed, err
		}
		fmt.Fprintf(s.stdout, "%d fixtures recorded from the %s in %s\n", n, s.target, s.record)
	}
	return clean, nil
}

// proofs is the file that says what became of the mutants.
const proofs = "mutants.json"

// mutants lets the suite judge all mutants, prints what it caught of them and adds it
// to the report. An interrupted run leaves the report as it was.
func (s run1) mutants(ctx context.Context, accept bool) (status int, err error) {
	full, err := os.MkdirTemp("", "contract")
	if err != nil {
		return failed, err
	}
	defer func() { _ = os.RemoveAll(full) }()
	start := time.Now()
	output, failure := s.specs(ctx, filepath.Join(full, "contract.test"), []string{
		"-test.run=^TestContract$", "-ginkgo.no-color", "-ginkgo.label-filter=mutants", "-every=1", "-report=" + full, "-accept=" + strconv.FormatBool(accept),
	})
	if ctx.Err() != nil {
		return failed, fmt.Errorf("interrupted; %s is as it was", s.dir)
	}
	took := time.Since(start)
	if failure != nil {
		fmt.Fprintln(s.stderr, withoutDots(output))
	}
	text, err := os.ReadFile(filepath.Join(full, proofs))
	if err != nil {
		return failed, fmt.Errorf("the suite did not come to its report (%w)", failure)
	}
	r, err := mutants.Read(filepath.Join(full, proofs))
	if err != nil {
		return failed, err
	}
	if err := r.Print(s.stdout); err != nil {
		return failed, err
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return failed, err
	}
	if err := document.WriteFile(filepath.Join(s.dir, proofs), text); err != nil {
		return failed, err
	}
	if err := s.addToPage(r); err != nil {
		return failed, err
	}
	fmt.Fprintf(s.stdout, "%d mutants judged in %.1f s; survivors by pointer: %s\n", r.Made(), took.Seconds(), filepath.Join(s.dir, proofs))
	if failure != nil {
		return failed, errors.New("the suite catches less than it is said to, see above")
	}
	return clean, nil
}

// addToPage writes the page of the last run with what became of the mutants; there
// may be none.
func (s run1) addToPage(r *mutants.Report) error {
	text, err := os.ReadFile(filepath.Join(s.dir, "ledger.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	l := new(ledger.Ledger)
	if err := json.Unmarshal(text, l); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(s.dir, "ledger.json"), err)
	}
	l.Mutants = r
	page, err := l.HTML()
	if err != nil {
		return err
	}
	return document.WriteFile(filepath.Join(s.dir, "index.html"), page)
}

// summary is what a live run found, as Markdown.
func summary(l *ledger.Ledger) string {
	var b strings.Builder
	counts := map[ledger.State]int{}
	for _, e := range l.Entries {
		state := e.Checks[ledger.Sandbox]
		if !state.Failed() {
			counts[state]++
			continue
		}
		if counts[ledger.Fail("")]++; counts[ledger.Fail("")] == 1 {
			b.WriteString("| example | what is not as known |\n|---|---|\n")
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", e.ID, strings.NewReplacer("|", "\\|", "\n", " ").Replace(e.Notes[ledger.Sandbox]))
	}
	head := fmt.Sprintf("### Sandbox: %d as known, %d not\n\n", counts[ledger.Pass], counts[ledger.Fail("")])
	for _, o := range l.Outages() {
		head += fmt.Sprintf("**An outage, and no change: %s**\n\n", o)
	}
	for _, state := range slices.Sorted(maps.Keys(counts)) {
		if reason, skipped := strings.CutPrefix(string(state), "skip: "); skipped {
			fmt.Fprintf(&b, "\n%d skipped: %s", counts[state], reason)
		}
	}
	return head + b.String() + "\n\n"
}

// appendTo appends text to a file that others write to as well.
func appendTo(file, text string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// specs builds the suite and runs it. Lines that tell of live calls are printed as
// they come. An interrupt goes on to the suite, which then writes what it has.
func (s run1) specs(ctx context.Context, binary string, args []string) (output string, err error) {
	build := interruptible(ctx, "go", "test", "-c", "-ldflags=-w", "-o", binary, "./contract") // -w: no debugger will see it, and it links in half the time
	build.Env = append(os.Environ(), "GOTMPDIR="+filepath.Dir(binary))                         // which go does not always clear when it is interrupted
	said, err := build.CombinedOutput()
	if err != nil {
		return string(said), err
	}
	test := interruptible(ctx, binary, args...)
	test.Dir = "contract"
	var all bytes.Buffer
	watch := &watcher{all: &all, live: s.stdout}
	test.Stdout, test.Stderr = watch, watch
	err = test.Run()
	return all.String(), err
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

// replace puts the recordings of from in the place of those in to, one file after
// the other and each in one step. It removes what a run that was killed has left
// and, if the recordings are all that there can be, those of the same providers that
// from has none for. It says how many there are.
func replace(from, to string, all bool) (n int, err error) {
	fresh := map[string]bool{}
	providers := map[string]bool{}
	err = filepath.WalkDir(from, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fresh[name] = true
		provider, _, _ := strings.Cut(filepath.ToSlash(name), "/")
		providers[provider] = true
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			return err
		}
		return document.WriteFile(filepath.Join(to, name), data)
	})
	if err != nil {
		return 0, err
	}
	for provider := range providers {
		err := filepath.WalkDir(filepath.Join(to, provider), func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			name, err := filepath.Rel(to, path)
			if left := strings.HasPrefix(e.Name(), "."); err == nil && (left || all && !fresh[name]) {
				return os.Remove(path)
			}
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return len(fresh), nil
}

// keep moves the files of a finished report to where it belongs.
func keep(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			return err
		}
		if err := document.WriteFile(filepath.Join(to, f.Name()), data); err != nil {
			return err
		}
	}
	return nil
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
