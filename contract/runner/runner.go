// Package runner is the command contract: it executes the contract suites in the
// providers' folders and says what came of them, a line for each provider, the totals, and
// where the report lies.
//
//	contract [-provider NAME] [-target offline|fixtures|simulator|sandbox] [-record] [-report DIR] [-since FILE]
//	         [-suites DIR]
//	contract -mutants [-accept] [-provider NAME] [-report DIR] [-suites DIR]
//	contract -accept [-provider NAME]
//	contract -providers
//
// With -providers it prints the names of all providers as a JSON array, for a matrix of
// jobs. With -accept alone it takes the documented examples as they are now for right.
//
// With -since, the ledger.json of an earlier run, it also says what changed since: in a line, and
// on the page. That may be the one in the folder of the report, which is read before the run.
//
// With -mutants it says how many wrong answers and requests the suite would catch, and
// runs nothing else. With -accept it takes those that survive for known from then on.
//
// With -record it writes what the target answered to fixtures/ of the providers' folders. The
// sandboxes are called with the credentials in the environment, whose names are
// those in the providers' accounts; MAX_CALLS and SPACING bound a run, DRY_RUN=1 prints what it
// would do, and PERSON=1 says that somebody is there to consent. Of these two, 0 and
// nothing mean no, and any other value is refused.
//
// With -suites it keeps the suites that it builds in that folder, where the next run finds
// what has not changed, and need not link it again: a tenth of its time.
//
// Its exit status is 0 when all is well, 1 when a check failed, 2 when it was called
// wrongly, 3 when a live answer is not what is known of it, and 4 when all answers are,
// but a sandbox cannot be reached: there is no connection to it, so that nothing can be
// said of what it answers. It is then called no more, and its cases count as skipped.
package runner

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
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/contract/judge/mutants"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/ledger/page"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/sandbox"
	"example.com/digilocker/specs/document"
)

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

// Run runs the command with those arguments and returns its exit status. It works in the
// root of the tree. The command reads nothing.
func Run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	out := &outlet{to: stdout}
	status := command(ctx, args, out, stderr)
	if out.err == nil {
		return status
	}
	fmt.Fprintln(stderr, "contract: not all of the output was written:", out.err)
	return cmp.Or(status, failed)
}

func command(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("contract", flag.ContinueOnError)
	flags.SetOutput(stderr)
	name := flags.String("provider", "", "only this `provider`; all if empty")
	target := flags.String("target", ledger.Offline, "run against this `target`: offline, fixtures, simulator or sandbox")
	recording := flags.Bool("record", false, "write what the target answered to fixtures/ of the provider's folder")
	proof := flags.Bool("mutants", false, "judge all mutants of what is right, and nothing else")
	accept := flags.Bool("accept", false, "write examples.sum, or with -mutants the scores, in the providers' folders")
	list := flags.Bool("providers", false, "print the names of all providers as a JSON array, and do nothing else")
	dir := flags.String("report", filepath.Join("contract", "report"), "the `folder` to write the report to")
	suites := flags.String("suites", "", "keep the suites that are built in this `folder`, for the next run")
	since := flags.String("since", "", "say what changed since the run whose ledger.json this `file` is")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return clean
	} else if err != nil {
		return usage
	}
	wrong := func(format string, args ...any) int {
		fmt.Fprintf(stderr, "contract: "+format+"\n", args...)
		return usage
	}
	if flags.NArg() > 0 {
		return wrong("%q means nothing here; narrow with PROVIDER=", flags.Arg(0))
	}
	all := providers.All
	if *name != "" {
		p, err := provider.Find(all, *name)
		if err != nil {
			return wrong("there is no PROVIDER=%s; there is %s", *name, strings.Join(provider.Names(all), ", "))
		}
		all = []provider.Provider{p}
	}
	if err := provider.CheckAll(all); err != nil {
		return wrong("%v", err)
	}
	if *list {
		if err := json.NewEncoder(stdout).Encode(provider.Names(all)); err != nil {
			return failed
		}
		return clean
	}
	if _, err := os.Stat("go.mod"); err != nil {
		return wrong("there is no go.mod here: run it in the root of the tree")
	}
	switch {
	case !ledger.Target(*target):
		return wrong("there is no TARGET=%s; there is %s", *target, strings.Join(ledger.Targets(), ", "))
	case *recording && *target != "simulator" && *target != "sandbox":
		return wrong("nothing is recorded from TARGET=%s; TARGET=simulator and TARGET=sandbox answer", *target)
	case (*proof || *accept) && (*target != ledger.Offline || *recording):
		return wrong("this is done against no target; leave TARGET away")
	case *since != "" && (*proof || *accept):
		return wrong("-since compares runs of the suite, and this is none")
	case len(all) == 0:
		return wrong("contract/providers lists no provider")
	}
	var before *ledger.Ledger
	if *since != "" {
		var err error
		if before, err = ledger.ReadFile(*since); err != nil {
			return wrong("-since: no ledger can be read: %v", err)
		}
	}
	r := runner{
		providers: all, narrowed: *name != "", target: *target, dir: *dir, stdout: stdout, stderr: stderr,
		record: *recording, before: before, suites: *suites,
	}
	if *accept && !*proof {
		if err := r.accept(); err != nil {
			return wrong("%v", err)
		}
		return clean
	}
	if *target == "sandbox" {
		stop, err := r.plan()
		if err != nil {
			return wrong("%v", err)
		}
		if stop {
			return clean
		}
	}
	if err := r.writable(); err != nil {
		return wrong("%v", err)
	}
	job := r.suite
	if *proof {
		job = func(ctx context.Context) (int, error) { return r.mutants(ctx, *accept) }
	}
	status, err := job(ctx)
	if err != nil {
		fmt.Fprintln(stderr, "contract:", err)
	}
	return status
}

// runner is one run of the providers' suites.
type runner struct {
	providers      []provider.Provider
	narrowed       bool // to one of them
	target, dir    string
	record         bool
	before         *ledger.Ledger // of an earlier run; nil if none was given
	suites         string         // where those that are built are kept; "" if nowhere
	stdout, stderr io.Writer
}

// folder is where all that is told of a provider lies.
func folder(p provider.Provider) string { return filepath.Join("contract", "provider", p.Name) }

// accept takes the examples as they are now for right.
func (s runner) accept() error {
	for _, p := range s.providers {
		d, err := p.Parse()
		if err != nil {
			return err
		}
		if err := document.WriteFile(filepath.Join(folder(p), "examples.sum"), []byte(d.SumsText())); err != nil {
			return err
		}
	}
	return nil
}

// writable says why the report could not be written after the run, or the suites not be kept.
func (s runner) writable() error {
	if err := document.Writable(s.dir); err != nil {
		return fmt.Errorf("no report can be written to %s: %w; -report names another folder", s.dir, err)
	}
	if s.suites == "" {
		return nil
	}
	if err := document.Writable(s.suites); err != nil {
		return fmt.Errorf("no suites can be kept in %s: %w; -suites names another folder", s.suites, err)
	}
	return nil
}

// plan prints what a run against the sandboxes will do. It says whether that was
// all that was asked for, or is all that can be done: without any credentials nothing is built.
// To record from nobody is an error.
func (s runner) plan() (stop bool, err error) {
	var lines []string
	var needed []string // by each provider that has no account
	ready, dry := false, false
	for _, described := range s.providers {
		d, err := described.Parse()
		if err != nil {
			return false, err
		}
		book, err := described.Cases()
		if err != nil {
			return false, err
		}
		o, err := sandbox.Prepare(os.Environ(), described, d, book)
		if err != nil {
			return false, err
		}
		if len(o.Account.Missing) > 0 {
			needed = append(needed, strings.Join(o.Account.Missing, ", "))
		}
		ready, dry = ready || o.Account.Ready(), o.Dry
		lines = append(lines, o.Lines()...)
	}
	if s.record && !ready && len(needed) == 0 {
		return false, errors.New("nothing to record: no account with a sandbox is described; say TARGET=simulator")
	}
	if s.record && !ready {
		return false, fmt.Errorf("nothing to record: no credentials; set %s (README, \"Check a provider's sandbox\"), or say TARGET=simulator", strings.Join(needed, ", or "))
	}
	if !ready {
		lines = append(lines, "sandbox: nothing is called without credentials (README, \"Check a provider's sandbox\")")
	}
	_, err = io.WriteString(s.stdout, strings.Join(lines, "\n")+"\n")
	return dry || !ready, err
}

// suite runs the specs and prints what they wrote.
func (s runner) suite(ctx context.Context) (status int, err error) {
	// Each suite writes into a folder of its own, so that an interrupted run leaves the
	// last report as it was.
	temp, err := os.MkdirTemp("", "contract")
	if err != nil {
		return failed, err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	start := time.Now()
	live := s.target == "sandbox"
	runs, failure := s.specs(ctx, temp, func(r *specRun) []string {
		args := []string{"-report=" + r.report, "-target=" + s.target}
		if s.record { // the cases alone: others are judged by what is recorded already
			args = append(args, "-record="+r.recorded, "-ginkgo.focus=^contract "+s.target+" ")
		}
		return args
	})
	if ctx.Err() != nil && !live {
		return failed, fmt.Errorf("interrupted; %s is as it was", s.dir)
	}
	took := time.Since(start)
	for _, r := range runs {
		if r.err != nil && !live {
			fmt.Fprintln(s.stderr, withoutDots(r.output))
		}
	}
	l, name, err := s.merged(runs)
	if err != nil {
		for _, r := range runs {
			if r.err != nil && live { // which has printed what was called alone
				fmt.Fprintln(s.stderr, withoutDots(r.output))
			}
		}
		return failed, fmt.Errorf("the suite did not come to its report: %w", errors.Join(err, failure))
	}
	if err := l.Print(s.stdout); err != nil {
		return failed, err
	}
	played := ""
	if n := l.Simulated(); n > 0 {
		played = fmt.Sprintf(" and %d recordings of the simulator", n)
	}
	fmt.Fprintf(s.stdout, "%d checks%s in %.1f s; report: %s, %s, junit.xml\n", l.Checked(), played, took.Seconds(), filepath.Join(s.dir, "index.html"), name)
	if l.Changes != nil {
		fmt.Fprintln(s.stdout, l.Changes)
	}
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
	case len(outages) > 0 && s.record:
		return outage, errors.New("nothing is recorded, since not all that was to be called could be")
	case len(outages) > 0:
		return outage, nil
	case failure != nil && s.record:
		return failed, errors.New("a check failed, see above; nothing is recorded")
	case failure != nil:
		return failed, errors.New("a check failed, see above")
	case s.record:
		sum := 0
		for _, r := range runs {
			n, err := replace(r.recorded, folder(r.provider), s.target == "simulator")
			if err != nil {
				return failed, err
			}
			sum += n
		}
		fmt.Fprintf(s.stdout, "%d fixtures recorded from the %s in contract/provider\n", sum, s.target)
	}
	return clean, nil
}

// merged puts the reports of the runs together, and writes them to where they belong.
func (s runner) merged(runs []*specRun) (l *ledger.Ledger, name string, err error) {
	l, name = ledger.New(s.target, nil), "ledger.json"
	var junit [][]byte
	for _, r := range runs {
		one, err := ledger.Read(r.report)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", r.provider.Name, err)
		}
		l.Add(one)
		text, err := os.ReadFile(filepath.Join(r.report, "junit.xml"))
		if err != nil {
			return nil, "", err
		}
		junit = append(junit, text)
	}
	if l.Partial = l.Partial || s.narrowed || s.target != ledger.Offline; l.Partial {
		name = "ledger.partial.json"
	}
	if s.before != nil {
		l.Compare(s.before)
	}
	proof, err := mutants.Read(filepath.Join(s.dir, mutants.File))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, "", err
	}
	text, err := json.MarshalIndent(l, "", " ")
	if err != nil {
		return nil, "", err
	}
	xml, err := ledger.MergeJUnit(junit...)
	if err != nil {
		return nil, "", err
	}
	html, err := page.HTML(l, proof)
	if err != nil {
		return nil, "", err
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return nil, "", err
	}
	for file, data := range map[string][]byte{name: append(text, '\n'), "junit.xml": xml, "index.html": html} {
		if err := document.WriteFile(filepath.Join(s.dir, file), data); err != nil {
			return nil, "", err
		}
	}
	return l, name, nil
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

// specs builds the suites and runs them, those of a live run one after the other. Lines
// that tell of live calls are printed as they come. An interrupt goes on to the suites,
// which then write what they have. The error is that of one that failed.
func (s runner) specs(ctx context.Context, temp string, args func(*specRun) []string) ([]*specRun, error) {
	var runs []*specRun
	build := []string{"test", "-c", "-ldflags=-w", "-o", temp + string(filepath.Separator)} // -w: no debugger will see it, and it links in half the time
	for _, p := range s.providers {
		own := filepath.Join(temp, p.Name)
		r := &specRun{provider: p, report: filepath.Join(own, "report"), recorded: filepath.Join(own, "recorded"), accepted: filepath.Join(own, "accepted")}
		if err := os.MkdirAll(r.accepted, 0o755); err != nil {
			return nil, err
		}
		runs, build = append(runs, r), append(build, "./"+filepath.ToSlash(folder(p)))
		s.lend(r.binary(temp))
	}
	compile := interruptible(ctx, "go", build...)
	compile.Env = append(os.Environ(), "GOTMPDIR="+temp) // which go does not always clear when it is interrupted
	said, err := compile.CombinedOutput()
	if err == nil && bytes.Contains(said, []byte("[no test files]")) { // what is lent is then an old one
		err = errors.New("a provider's folder has no test that calls the suite")
	}
	if err != nil {
		for _, r := range runs {
			r.err = err
		}
		runs[0].output = string(said)
		return runs, err
	}
	for _, r := range runs {
		s.keepSuite(r.binary(temp))
	}
	one := make(chan struct{}, 1)
	var all sync.WaitGroup
	for _, r := range runs {
		all.Go(func() {
			if s.target == "sandbox" { // one account at a time
				one <- struct{}{}
				defer func() { <-one }()
			}
			test := interruptible(ctx, r.binary(temp),
				append([]string{"-test.run=^TestContract$", "-ginkgo.no-color"}, args(r)...)...)
			test.Dir, test.Env = folder(r.provider), os.Environ()
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

// replace puts the recordings below from in the place of those in the provider's folder
// to, one file after the other and each in one step. It removes what a run that was killed
// has left and, if the recordings are all that there can be, those that from has none
// for. It says how many there are.
func replace(from, to string, all bool) (n int, err error) {
	fresh := map[string]bool{}
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
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			return err
		}
		return document.WriteFile(filepath.Join(to, name), data)
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, err
	}
	if len(fresh) == 0 {
		return 0, nil
	}
	return len(fresh), filepath.WalkDir(filepath.Join(to, "fixtures"), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(to, path)
		if left := strings.HasPrefix(e.Name(), "."); err == nil && (left || all && !fresh[name]) {
			return os.Remove(path)
		}
		return err
	})
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
