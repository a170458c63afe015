package runner

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"

	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/gen"
)

// options are what the command is asked for.
type options struct {
	verb                                           string // contract or record
	provider, target, focus, report, since, suites string
	dest, recordings                               string
	mutants, accept, list, needAccount             bool
	here                                           bool   // in the root of this module's tree
	root                                           string // of that tree, from a folder inside it; else ""
}

func (o *options) record() bool { return o.verb == "record" }

// flags are those of the verb.
func (o *options) flags(stderr io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet(o.verb, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintf(stderr, "usage: digilocker %s [flags]\n", o.verb)
		flags.PrintDefaults()
	}
	report, target := "report", ledger.Offline
	if o.here {
		report = filepath.Join("contract", "report")
	}
	if o.record() {
		target = string(ledger.Sandbox)
	}
	flags.StringVar(&o.provider, "provider", "", "only this `provider`; all if empty")
	flags.StringVar(&o.report, "report", report, "the `folder` to write the report to")
	flags.StringVar(&o.suites, "suites", "",
		"in the tree: keep the suites that are built in this `folder`, for the next run")
	if o.record() {
		flags.StringVar(&o.target, "target", target, "record this `target`: sandbox or simulator")
		flags.StringVar(&o.dest, "dest", "", "the `folder` for the recordings, below the provider's name; "+
			"default: in the tree the providers' own folders, elsewhere recordings")
		return flags
	}
	flags.StringVar(&o.target, "target", target, "run against this `target`: offline, fixtures, simulator or sandbox")
	flags.StringVar(&o.focus, "focus", "", "only the specs whose name matches this regular `expression`")
	flags.StringVar(&o.since, "since", "", "say what changed since the run whose ledger.json this `file` is")
	flags.StringVar(&o.recordings, "recordings", "",
		"elsewhere than in the tree: play back what record wrote to this `folder`, "+
			"and the recordings that are built in where it has none")
	flags.BoolVar(&o.needAccount, "require-account", false, "against sandboxes: without credentials, end with status 2")
	flags.BoolVar(&o.mutants, "mutants", false, "in the tree: judge all mutants of what is right, and nothing else")
	flags.BoolVar(&o.accept, "accept", false,
		"in the tree: write examples.sum, or with -mutants the scores, in the providers' folders")
	flags.BoolVar(&o.list, "providers", false, "print the names of all providers as a JSON array, and do nothing else")
	return flags
}

// refuse says what is wrong with what is asked for; nil if nothing.
func (o *options) refuse() error {
	live := o.target == string(ledger.Sandbox)
	switch {
	case o.root != "":
		return fmt.Errorf("this is a folder in the tree of %s: run it in its root, %s", gen.Module(), o.root)
	case !ledger.Target(o.target):
		return fmt.Errorf("there is no target %q; there is %s", o.target, strings.Join(ledger.Targets(), ", "))
	case o.record() && o.target != string(ledger.Simulator) && !live:
		return fmt.Errorf("nothing is recorded from the target %s; simulator and sandbox answer", o.target)
	case (o.mutants || o.accept) && o.target != ledger.Offline:
		return errors.New("this is done against no target; leave -target (TARGET) away")
	case (o.mutants || o.accept) && o.focus != "":
		return errors.New("this is done of all specs; leave -focus away")
	case o.since != "" && (o.mutants || o.accept):
		return errors.New("-since compares runs of the suite, and this is none")
	case o.needAccount && !live:
		return errors.New("-require-account is for -target sandbox, which alone needs one")
	case (o.mutants || o.accept || o.suites != "") && !o.here:
		return fmt.Errorf("-mutants, -accept and -suites are for the tree of %s: run them in its root", gen.Module())
	case o.recordings != "" && o.here:
		return errors.New("-recordings is for other folders: here the recordings are those of the providers' folders")
	}
	if _, err := regexp.Compile(o.focus); err != nil {
		return fmt.Errorf("-focus %q is no regular expression: %w", o.focus, err)
	}
	return nil
}

func (o *options) command(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	wrong := func(err error) int {
		fmt.Fprintf(stderr, "%s: %v\n", o.verb, err)
		return usage
	}
	var err error
	if o.here, o.root, err = inTree(); err != nil {
		return wrong(err)
	}
	flags := o.flags(stderr)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return clean
	} else if err != nil {
		return usage
	}
	if flags.NArg() > 0 {
		return wrong(fmt.Errorf("%q means nothing here; -provider names a provider", flags.Arg(0)))
	}
	all := providers.All
	if o.provider != "" {
		p, err := provider.Find(all, o.provider)
		if err != nil {
			return wrong(fmt.Errorf("there is no provider %q; there is %s", o.provider,
				strings.Join(provider.Names(all), ", ")))
		}
		all = []provider.Provider{p}
	}
	if err := provider.CheckAll(all); err != nil {
		return wrong(err)
	}
	if o.list {
		if err := json.NewEncoder(stdout).Encode(provider.Names(all)); err != nil {
			return failed
		}
		return clean
	}
	if err := o.refuse(); err != nil {
		return wrong(err)
	}
	if len(all) == 0 {
		return wrong(errors.New("contract/providers lists no provider"))
	}
	var before *ledger.Ledger
	if o.since != "" {
		if before, err = ledger.ReadFile(o.since); err != nil {
			return wrong(fmt.Errorf("-since: no ledger can be read: %w", err))
		}
	}
	if o.recordings != "" {
		counts, err := recorded(o.recordings, all)
		if err != nil {
			return wrong(err)
		}
		for _, p := range all {
			fmt.Fprintf(stdout, "%s: %d recordings from %s, and the built-in ones where it has none\n",
				p.Name, counts[p.Name], o.recordings)
		}
	}
	r := runner{options: *o, providers: all, stdout: stdout, stderr: stderr, before: before}
	return r.run(ctx, wrong)
}

// inTree says whether the command runs in the root of this module's tree or, with that root, in a
// folder inside it.
func inTree() (here bool, root string, err error) {
	dir, err := os.Getwd()
	if err == nil { // by a link it may be called with fewer folders above it than it has
		dir, err = filepath.EvalSymlinks(dir)
	}
	for up := "."; err == nil; up = filepath.Join(up, "..") {
		text, reading := os.ReadFile(filepath.Join(up, "go.mod"))
		switch {
		case reading == nil:
			own := modfile.ModulePath(text) == gen.Module()
			if here = own && up == "."; own && !here {
				root = up
			}
			return here, root, nil
		case !errors.Is(reading, fs.ErrNotExist):
			return false, "", reading
		case filepath.Dir(dir) == dir:
			return false, "", nil
		}
		dir = filepath.Dir(dir)
	}
	return false, "", err
}

// narrowed says whether it is a part of the suite, of which no whole report can be made.
func (o *options) narrowed() bool { return o.provider != "" || o.focus != "" }

// run does what was asked for, once it is known to make sense.
func (s runner) run(ctx context.Context, wrong func(error) int) int {
	if s.accept && !s.mutants {
		if err := s.acceptExamples(); err != nil {
			return wrong(err)
		}
		return clean
	}
	if s.target == string(ledger.Sandbox) {
		stop, err := s.plan()
		if err != nil {
			return wrong(err)
		}
		if stop {
			return clean
		}
	}
	if err := s.writable(); err != nil {
		return wrong(err)
	}
	job := s.runSuites
	if s.mutants {
		job = s.judgeMutants
	}
	status, err := job(ctx)
	if err != nil {
		fmt.Fprintf(s.stderr, "%s: %v\n", s.verb, err)
	}
	return status
}
