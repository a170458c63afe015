// Package release is the command release: it says what a release would do, and does it when it
// is told to.
//
//	release [-do release] VERSION
//
// It runs in the top folder of the repository, and looks whether a release can be made of what
// is there: each check is a line, and all of them are made. Then it says what it would write,
// commit and tag, and what is left to push. Without -do it changes nothing.
//
// With -do release it dates the changelog's section Unreleased, commits that alone on main, and
// tags the commit, with the section as the tag's text. It pushes nothing. If something fails or
// is interrupted on the way, what was done is undone: there is a release, or the repository is
// as it was.
//
// How far the version has to go, the policy in the changelog says: by what package changes finds
// since the last release, and by the changelog's own heading Breaking, which is for what nobody
// can find by comparing.
//
// The exit status is 0 if the release can be made, or was made, 1 if a check refuses it or it
// failed, and 2 if the command was called wrongly.
package release

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"example.com/digilocker/contract/changes"
	"example.com/digilocker/specs/slow"
)

// The exit statuses.
const (
	well    = 0
	refused = 1
	usage   = 2
)

// word is what -do has to say.
const word = "release"

// Run does what the command's arguments say, and returns its exit status. It reads nothing from
// its input.
func Run(ctx context.Context, args []string, _ io.Reader, out, errs io.Writer) int {
	return job{git: git, compare: changes.Between, now: time.Now}.run(ctx, args, out, errs)
}

// job is a release to make, and what it is made with.
type job struct {
	git     runner
	compare func(ctx context.Context, base, to string) (changes.Verdict, error)
	now     func() time.Time
}

// runner runs a git command with a text to read, and returns what it prints.
type runner func(ctx context.Context, input string, args ...string) (string, error)

func (j job) run(ctx context.Context, args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(errs)
	do := flags.String("do", "", "make the release, if this `word` is release; without it, only say what would be done")
	flags.Usage = func() {
		fmt.Fprintln(errs, "usage: release [-do release] VERSION\n"+
			"Says what a release would check, write, commit and tag; with -do release it does that. It pushes nothing.")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return well
	} else if err != nil {
		return usage
	}
	version := flags.Arg(0)
	switch {
	case version == "":
		fmt.Fprintln(errs, "release: say which version: make release VERSION=v0.1.0")
		return usage
	case flags.NArg() > 1:
		fmt.Fprintf(errs, "release: %q means nothing here; flags come before the version\n", flags.Arg(1))
		return usage
	case *do != "" && *do != word:
		fmt.Fprintf(errs, "release: DO=%s means nothing; leave it away for the plan, or say DO=%s\n", *do, word)
		return usage
	}
	if err := j.topFolder(ctx); err != nil {
		fmt.Fprintln(errs, "release:", err)
		return usage
	}
	p := plan{job: j, version: version, date: j.now().Format(time.DateOnly)}
	if err := p.check(ctx, slow.Watched(errs)); err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		fmt.Fprintf(errs, "release: %v; nothing was changed\n", err)
		return refused
	}
	p.print(out)
	if !p.good() {
		fmt.Fprintf(errs, "release: %s is refused, see above; nothing was changed\n", version)
		return refused
	}
	if *do == "" {
		fmt.Fprintf(out, "\nNothing was changed. To do it: make release VERSION=%s DO=%s\n", version, word)
		return well
	}
	commit, err := p.do(ctx)
	if err != nil {
		fmt.Fprintf(errs, "release: %v\n", err)
		return refused
	}
	fmt.Fprintf(out, "\n%s is commit %.10s and its tag. %s\n", version, commit, p.pushing())
	return well
}

// topFolder says why the current folder is not that of a repository and its module.
func (j job) topFolder(ctx context.Context) error {
	for _, name := range []string{"go.mod", changelogFile} {
		if _, err := os.Stat(name); err != nil {
			return fmt.Errorf("there is no %s here: run it in the top folder of the repository", name)
		}
	}
	prefix, err := j.git(ctx, "", "rev-parse", "--show-prefix")
	if err != nil {
		return fmt.Errorf("a release is made in a clone (git clone): %w", err)
	}
	if prefix = strings.TrimSpace(prefix); prefix != "" {
		return fmt.Errorf("the repository has its top above %s: run it there, where its go.mod has to be", prefix)
	}
	return nil
}
