// Package runner is the verbs contract and record: it executes the contract suites and says what
// came of them, a line for each provider, the totals, and where the report lies.
//
//	digilocker contract [-provider NAME] [-target offline|fixtures|simulator|sandbox] [-focus REGEXP] [-report DIR]
//	         [-since FILE] [-recordings DIR] [-require-account] [-suites DIR]
//	digilocker contract -mutants [-accept] [-provider NAME] [-report DIR] [-suites DIR]
//	digilocker contract -accept [-provider NAME]
//	digilocker contract -providers
//	digilocker record [-provider NAME] [-target sandbox|simulator] [-dest DIR] [-report DIR] [-suites DIR]
//
// In the root of this module's tree the suites are those of the providers' folders, which are built
// for it, with the specs of the numbered differences and with what was edited. In any other folder
// the suite is the one that the command was built with: its documents, cases and recordings.
//
// With -providers it prints the names of all providers as a JSON array, for a matrix of
// jobs. With -accept alone it takes the documented examples as they are now for right.
//
// With -since, the ledger.json of an earlier run, it also says what changed since: in a line, and
// on the page. That may be the one in the folder of the report, which is read before the run.
//
// With -mutants it says how many wrong answers and requests the suite would catch, and
// runs nothing else. With -accept it takes those that survive for known from then on. Both are done
// in the tree alone.
//
// The verb record writes what the target answered to fixtures/ of the providers' folders or,
// elsewhere, of folders of their names below -dest, which -recordings of contract plays back. The
// sandboxes are called with the credentials in the environment, whose names are
// those in the providers' accounts; MAX_CALLS and SPACING bound a run, DRY_RUN=1 prints what it
// would do, and PERSON=1 says that somebody is there to consent. Of these two, 0 and
// nothing mean no, and any other value is refused. Without any credentials the run ends at once; with
// -require-account that is a fault, so that no nightly check is green for nothing.
//
// With -suites it keeps the suites that it builds in that folder, where the next run finds
// what has not changed, and need not link it again: a tenth of its time.
//
// Its exit status is 0 when all is well, 1 when a check failed, 2 when it was called wrongly, which an
// account that the provider does not know is too, 3 when a live answer is not what is known of it, and 4
// when all answers are, but a sandbox cannot be reached: there is no connection to it, so that nothing
// can be said of what it answers. It is then called no more, and its cases count as skipped.
package runner

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/contract/judge/mutants"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/ledger/page"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/sandbox"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/outlet"
	"example.com/digilocker/specs/summary"
)

// The exit statuses.
const (
	clean  = 0
	failed = 1
	usage  = 2
	drift  = 3
	outage = 4
)

// Run is the verb contract: it runs the command with those arguments and returns its exit status.
// The command reads nothing.
func Run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	return runFully(ctx, options{verb: "contract"}, args, stdout, stderr)
}

// Record is the verb record, as Run is the other one.
func Record(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	return runFully(ctx, options{verb: "record"}, args, stdout, stderr)
}

// runFully runs the command, and does not take it for done where not all was written.
func runFully(ctx context.Context, o options, args []string, stdout, stderr io.Writer) int {
	out := &outlet.Outlet{To: stdout}
	status := o.command(ctx, args, out, stderr)
	if out.Err == nil {
		return status
	}
	fmt.Fprintf(stderr, "%s: not all of the output was written: %v\n", o.verb, out.Err)
	return cmp.Or(status, failed)
}

// runner is one run of the providers' suites.
type runner struct {
	options
	providers      []provider.Provider
	before         *ledger.Ledger // of an earlier run; nil if none was given
	stdout, stderr io.Writer
}

// folder is where all that is told of a provider lies in the tree.
func folder(p provider.Provider) string { return filepath.Join("contract", "provider", p.Name) }

// home is where the recordings of a provider belong.
func (s runner) home(p provider.Provider) string {
	if s.here && s.dest == "" {
		return folder(p)
	}
	return filepath.Join(cmp.Or(s.dest, "recordings"), p.Name)
}

// acceptExamples takes the examples as they are now for right.
func (s runner) acceptExamples() error {
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

// writable says why the report or the recordings could not be written after the run, or the suites
// not be kept.
func (s runner) writable() error {
	if err := document.Writable(s.report); err != nil {
		return fmt.Errorf("no report can be written to %s: %w; -report names another folder", s.report, err)
	}
	for _, p := range s.providers {
		if !s.record() || s.here && s.dest == "" {
			break
		}
		if err := document.Writable(s.home(p)); err != nil {
			return fmt.Errorf("no recordings can be written to %s: %w; -dest names another folder", s.home(p), err)
		}
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
	if s.record() && !ready && len(needed) == 0 {
		return false, errors.New("nothing to record: no account with a sandbox is described; " +
			"say -target simulator (TARGET=simulator)")
	}
	if s.record() && !ready {
		return false, fmt.Errorf("nothing to record: no credentials; set %s, "+
			"or say -target simulator (TARGET=simulator)", strings.Join(needed, ", or "))
	}
	if !ready {
		lines = append(lines, "sandbox: nothing is called without credentials, which are read from the environment")
	}
	if _, err := io.WriteString(s.stdout, strings.Join(lines, "\n")+"\n"); err != nil || ready {
		return dry, err
	}
	if s.needAccount {
		return false, fmt.Errorf("-require-account: no credentials; set %s", strings.Join(needed, ", or "))
	}
	return true, summary.Add("### Sandbox: not called\n\n" + strings.Join(lines, "\n\n") + "\n")
}

// runSuites runs the specs and prints what they wrote.
func (s runner) runSuites(ctx context.Context) (status int, err error) {
	// Each suite writes into a folder of its own, so that an interrupted run leaves the
	// last report as it was.
	temp, err := os.MkdirTemp("", "contract")
	if err != nil {
		return failed, err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	start := time.Now()
	live := s.target == "sandbox"
	runs, failure := s.specs(ctx, temp, func(r *specRun) suiteOptions {
		p := suiteOptions{report: r.report, target: s.target, focus: s.focus}
		if s.record() { // the cases alone: others are judged by what is recorded already
			p.record, p.focus = r.recorded, "^contract "+s.target+" "
		}
		return p
	})
	if ctx.Err() != nil && !live {
		return failed, fmt.Errorf("interrupted; %s is as it was", s.report)
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
	fmt.Fprintf(s.stdout, "%d checks%s in %.1f s; report: %s, %s, junit.xml\n", l.Checked(), played, took.Seconds(),
		filepath.Join(s.report, "index.html"), name)
	if l.Changes != nil {
		fmt.Fprintln(s.stdout, l.Changes)
	}
	var unknown []string
	if live {
		unknown = s.turnedAway(l)
		if err := summary.Add(markdown(l, unknown)); err != nil { // which is not what came of the run
			fmt.Fprintf(s.stderr, "%s: no summary of the step: %v\n", s.verb, err)
			defer func() { status = cmp.Or(status, failed) }()
		}
	}
	outages := l.Outages()
	for _, o := range outages {
		fmt.Fprintf(s.stderr, "%s: %s\n", s.verb, o)
	}
	switch {
	case ctx.Err() != nil:
		return failed, errors.New("interrupted; the report has what was done until then, and nothing is recorded")
	case failure != nil && live && len(unknown) > 0:
		return usage, errors.New(strings.Join(unknown, "; "))
	case failure != nil && live:
		return drift, errors.New("a live answer is not what is known of it, see above")
	case len(outages) > 0 && s.record():
		return outage, errors.New("nothing is recorded, since not all that was to be called could be")
	case len(outages) > 0:
		return outage, nil
	case failure != nil && s.record():
		return failed, errors.New("a check failed, see above; nothing is recorded")
	case failure != nil:
		return failed, errors.New("a check failed, see above")
	case s.focus != "" && !slices.ContainsFunc(slices.Collect(maps.Values(l.Specs)),
		func(specs *ledger.Specs) bool { return specs.Passed+specs.Failed > 0 }):
		return usage, fmt.Errorf("no spec was run whose name matches -focus %q; what was skipped, the report says",
			s.focus)
	case s.record():
		sum := 0
		for _, r := range runs {
			n, err := replace(r.recorded, s.home(r.provider), s.target == "simulator")
			if err != nil {
				return failed, err
			}
			sum += n
		}
		fmt.Fprintf(s.stdout, "%d fixtures recorded from the %s in %s\n", sum, s.target,
			filepath.Dir(s.home(runs[0].provider)))
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
	if l.Partial = l.Partial || s.narrowed() || s.target != ledger.Offline; l.Partial {
		name = "ledger.partial.json"
	}
	if s.before != nil {
		l.Compare(s.before)
	}
	proof, err := mutants.Read(filepath.Join(s.report, mutants.File))
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
	if err := os.MkdirAll(s.report, 0o755); err != nil {
		return nil, "", err
	}
	for file, data := range map[string][]byte{name: append(text, '\n'), "junit.xml": xml, "index.html": html} {
		if err := document.WriteFile(filepath.Join(s.report, file), data); err != nil {
			return nil, "", err
		}
	}
	return l, name, nil
}

// turnedAway says of each provider that failed that it took nobody for its customer: all that failed
// got one and the same refusal of the caller or of the address, and nothing came as known but what is
// documented for credentials that are none. Of anything else nobody can say more than that it is not as
// known.
func (s runner) turnedAway(l *ledger.Ledger) (all []string) {
	if s.focus != "" || len(l.Broken) > 0 {
		return nil
	}
	for _, p := range s.providers {
		status, success := "", false // whether one was documented as a success
		for _, e := range l.Entries {
			if e.Provider != p.Name {
				continue
			}
			for check, state := range e.Checks {
				if check != ledger.Sandbox && state.Failed() {
					return nil
				}
			}
			switch state := e.Checks[ledger.Sandbox]; {
			case state.Failed():
				switch got, told := refusal(e); {
				case !told:
				case got == "" || status != "" && got != status:
					return nil
				default:
					status, success = got, success || e.Status >= 200 && e.Status < 300
				}
			case state == ledger.Pass && e.Means != credentials:
				return nil
			}
		}
		if status != "" && !success {
			return nil
		}
		if status != "" {
			all = append(all, fmt.Sprintf("%s: nothing succeeded, HTTP %s: the account is another one, "+
				"or the base URL; look at %s, %s",
				p.Name, status, needs(p), strings.ToUpper(p.Name)+"_BASE_URL"))
		}
	}
	return all
}

// refusal is the status by which the caller of a case was turned away, by its own call or by the one that was to get
// what that needs; "" if that is not what failed.
// It is not told of a case that did not come to an answer, since a step before it failed, nor of one that
// is documented with such a status and got it with something else.
func refusal(e *ledger.Entry) (status string, told bool) {
	faults := e.Faults[ledger.Sandbox]
	for _, f := range faults {
		if f.Pointer == "(status)" || f.Pointer == ledger.Account {
			return refused.FindString(f.Got), true
		}
	}
	return "", len(faults) > 0 && !refused.MatchString(strconv.Itoa(e.Status))
}

// credentials is what a case says of an answer that is documented for credentials that are none.
const credentials = "error credentials"

// refused is a status of an answer by which a caller is turned away.
var refused = regexp.MustCompile(`^40[134]\b`)

// needs are the variables without which p has no account.
func needs(p provider.Provider) string {
	var names []string
	for _, v := range p.Account.Variables {
		if !v.Optional && !v.Obtained {
			names = append(names, v.Name)
		}
	}
	return strings.Join(names, ", ")
}

// markdown is what a live run found, with what is said of the run as a whole.
func markdown(l *ledger.Ledger, whole []string) string {
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
		fmt.Fprintf(&b, "| `%s` | %s |\n", e.ID, strings.NewReplacer("|", "\\|", "\n",
			" ").Replace(e.Notes[ledger.Sandbox]))
	}
	head := fmt.Sprintf("### Sandbox: %d as known, %d not\n\n", counts[ledger.Pass], counts[ledger.Fail("")])
	for _, o := range l.Outages() {
		head += fmt.Sprintf("**An outage, and no change: %s**\n\n", o)
	}
	for _, said := range whole {
		head += fmt.Sprintf("**Called wrongly: %s**\n\n", said)
	}
	for _, state := range slices.Sorted(maps.Keys(counts)) {
		if reason, skipped := strings.CutPrefix(string(state), "skip: "); skipped {
			fmt.Fprintf(&b, "\n%d skipped: %s", counts[state], reason)
		}
	}
	return head + b.String() + "\n\n"
}
