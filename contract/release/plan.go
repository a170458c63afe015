package release

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"example.com/digilocker/contract/changes"
	"example.com/digilocker/specs/slow"
)

// main is the branch that releases are made of.
const mainBranch = "main"

// placeholders are the hosts that nobody can own, by which a module cannot be had.
var placeholders = []string{"example.com", "example.org", "example.net", "example", "test", "invalid", "localhost"}

// finding is what one check came to.
type finding struct {
	text string
	bad  bool
}

// plan is what a release would do.
type plan struct {
	job
	version, date string

	path     string // of the module
	head     string // the commit that it is made of
	last     string // the release before it; "" for the first
	remote   string // where main is pushed to; "" without one
	log      changelog
	findings []finding
}

func (p *plan) fine(format string, args ...any) {
	p.findings = append(p.findings, finding{text: fmt.Sprintf(format, args...)})
}

func (p *plan) refuse(format string, args ...any) {
	p.findings = append(p.findings, finding{text: fmt.Sprintf(format, args...), bad: true})
}

// good says whether every check lets the release pass.
func (p *plan) good() bool {
	return !slices.ContainsFunc(p.findings, func(f finding) bool { return f.bad })
}

// check makes all checks. An error is of what could not be looked at.
func (p *plan) check(ctx context.Context, slowly slow.Teller) error {
	for _, one := range []func(context.Context) error{p.module, p.commits, p.changelog, p.tags} {
		if err := one(ctx); err != nil {
			return err
		}
	}
	return p.changes(ctx, slowly)
}

// module looks at what go.mod says.
func (p *plan) module(context.Context) error {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		return err
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return err
	}
	if mod.Module == nil {
		return errors.New("go.mod names no module")
	}
	p.path = mod.Module.Mod.Path
	valid := semver.IsValid(p.version) && module.CanonicalVersion(p.version) == p.version
	if !valid {
		p.refuse("%q is no version of a Go module: v, three numbers, and perhaps a pre-release, as in v0.1.0 or "+
			"v1.2.0-rc.1",
			p.version)
	}
	host, _, _ := strings.Cut(p.path, "/")
	prefix, major, ok := module.SplitPathVersion(p.path)
	switch {
	case slices.ContainsFunc(placeholders, func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) }):
		p.refuse("the module's path is the placeholder %s, from where nobody can have it: "+
			"make module MODULE=github.com/you/digilocker", p.path)
	case !ok:
		p.refuse("the module's path %s ends in a version that no path may have", p.path)
	case valid && module.CheckPathMajor(p.version, major) != nil:
		want := prefix
		if semver.Major(p.version) > "v1" || len(semver.Major(p.version)) > 2 {
			want += "/" + semver.Major(p.version)
		}
		p.refuse("the module's path is %s, and %s needs %s: make module MODULE=%s", p.path, p.version, want, want)
	default:
		p.fine("the module is %s", p.path)
	}
	if n := len(mod.Replace) + len(mod.Exclude); n > 0 {
		p.refuse("go.mod has a replace or exclude line, with which go run and go install by version refuse the module")
	}
	return nil
}

// commits looks whether what is committed is what is there, and where.
func (p *plan) commits(ctx context.Context) error {
	dirty, err := p.git(ctx, "", "status", "--porcelain")
	if err != nil {
		return err
	}
	if n := strings.Count(dirty, "\n"); n > 0 {
		p.refuse("the working tree is not clean (git status --short: %d lines): commit that, or git stash -u", n)
	} else {
		p.fine("the working tree is clean")
	}
	head, err := p.git(ctx, "", "rev-parse", "--verify", "HEAD^{commit}")
	if err != nil {
		return fmt.Errorf("there is no commit yet: %w", err)
	}
	p.head = strings.TrimSpace(head)
	branch, err := p.git(ctx, "", "symbolic-ref", "--quiet", "--short", "HEAD")
	switch branch = strings.TrimSpace(branch); {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		p.refuse("no branch is checked out: git switch %s", mainBranch)
	case branch != mainBranch:
		p.refuse("the branch is %s, and releases are made of %s: git switch %[2]s", branch, mainBranch)
	default:
		p.fine("the branch is %s, at %.10s", mainBranch, p.head)
	}
	if _, err := p.git(ctx, "", "var", "GIT_COMMITTER_IDENT"); err != nil {
		p.refuse("git does not know who commits: git config user.name and user.email")
	}
	remote, _ := p.git(ctx, "", "config", "branch."+mainBranch+".remote")
	remotes, err := p.git(ctx, "", "remote")
	if err != nil {
		return err
	}
	p.remote = strings.TrimSpace(remote)
	if all := strings.Fields(remotes); p.remote == "" && len(all) > 0 {
		p.remote = all[0]
		if slices.Contains(all, "origin") {
			p.remote = "origin"
		}
	}
	tracked := "refs/remotes/" + p.remote + "/" + mainBranch
	if _, err := p.git(ctx, "", "rev-parse", "--verify", "--quiet", tracked); p.remote == "" || err != nil {
		return ctx.Err()
	}
	if _, err := p.git(ctx, "", "merge-base", "--is-ancestor", tracked, "HEAD"); err != nil {
		p.refuse("%s/%s has commits that are not here: git pull", p.remote, mainBranch)
	}
	return ctx.Err()
}

// changelog looks whether it says what is new.
func (p *plan) changelog(context.Context) error {
	text, err := os.ReadFile(changelogFile)
	if err != nil {
		return err
	}
	if p.log, err = readChangelog(string(text)); err != nil {
		p.refuse("%s: %v", changelogFile, err)
		return nil
	}
	switch n := p.log.entries(); {
	case n == 0:
		p.refuse(`%s has nothing under "Unreleased": write a line "- ..." for each thing that is new`, changelogFile)
	case p.log.knows(p.version):
		p.refuse("%s has a section of %s already", changelogFile, p.version)
	default:
		p.fine(`%s has %d entries under "Unreleased"`, changelogFile, n)
	}
	return nil
}

// tags looks which release is the last, and whether the version comes after all.
func (p *plan) tags(ctx context.Context) error {
	shallow, err := p.git(ctx, "", "rev-parse", "--is-shallow-repository")
	if err != nil {
		return err
	}
	if strings.TrimSpace(shallow) == "true" {
		p.refuse("the clone is shallow, and may lack the last release: git fetch --unshallow --tags")
	}
	all, err := p.versions(ctx)
	if err != nil {
		return err
	}
	merged, err := p.versions(ctx, "--merged", "HEAD")
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(merged, func(v string) bool { return semver.Prerelease(v) == "" }); i >= 0 {
		p.last = merged[i]
	}
	switch {
	case len(all) == 0:
		p.fine("%s is the first release: there is no tag of a version yet", p.version)
	case p.ended(ctx, all[0]):
		p.refuse("the release %s was ended before %s had it: no branch has the commit of that tag. If nobody pushed "+
			"it: git tag -d %[1]s; git restore --staged --worktree %[3]s", all[0], mainBranch, changelogFile)
	case slices.Contains(all, p.version):
		p.refuse("%s is released: what has a tag cannot be released anew, the proxies of Go modules keep what they saw",
			p.version)
	case !slices.Contains(merged, all[0]):
		p.refuse("%s is the newest release, and %s does not come from it: git pull, or git log %[1]s", all[0],
			mainBranch)
	case semver.IsValid(p.version) && semver.Compare(p.version, all[0]) < 0:
		p.refuse("%s comes before %s, which is released", p.version, all[0])
	case semver.IsValid(p.version):
		p.fine("%s comes after %s", p.version, all[0])
	}
	return nil
}

// ended says whether the tag of a version is what a release left that could undo nothing, as after
// a kill: no branch has its commit, which is one of a release and comes from what is here.
func (p *plan) ended(ctx context.Context, version string) bool {
	commit := tagRef + version + "^{commit}"
	branches, err := p.git(ctx, "", "for-each-ref", "--contains", commit, "refs/heads", "refs/remotes")
	if err != nil || branches != "" {
		return false
	}
	subject, err := p.git(ctx, "", "log", "-1", "--format=%s", commit)
	if err != nil || strings.TrimSpace(subject) != message(version) {
		return false
	}
	_, err = p.git(ctx, "", "merge-base", "--is-ancestor", commit+"~1", "HEAD")
	return err == nil
}

// versions are the tags that are versions, the newest first.
func (p *plan) versions(ctx context.Context, args ...string) ([]string, error) {
	tags, err := p.git(ctx, "", append([]string{"tag", "--list"}, args...)...)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(strings.Fields(tags), func(tag string) bool { return module.CanonicalVersion(tag) != tag })
	slices.SortFunc(all, func(a, b string) int { return semver.Compare(b, a) })
	return all, nil
}

// changes looks how far the version has to go.
func (p *plan) changes(ctx context.Context, slowly slow.Teller) error {
	if p.last == "" {
		return nil
	}
	var v changes.Verdict
	if err := slowly.Step("release: comparing with "+p.last+", both of which may have to be built", func() (err error) {
		v, err = p.compare(ctx, p.last, "HEAD")
		return err
	}); err != nil {
		return fmt.Errorf("comparing with %s: %w", p.last, err)
	}
	said := fmt.Sprintf("since %s: %s (%d breaking, %d to look at, %d compatible)", p.last, v.Says, v.Breaking, v.Look,
		v.Compatible)
	step := v.Step
	if p.log.breaking() && step != "unknown" {
		step = "major"
		if v.Breaking == 0 {
			said += `, and the changelog has the heading "Breaking"`
		}
	}
	look := "make changes BASE=" + p.last
	switch {
	case step == "unknown":
		p.refuse("%s: nobody knows what breaks; mend what %s could not compare", said, look)
	case v.Breaking > 0 && !p.log.breaking():
		p.refuse(`%s: say under "### Breaking" of the changelog what callers have to do (%s lists it)`, said, look)
	}
	if least := atLeast(p.last, step); step == "unknown" || !semver.IsValid(p.version) {
		return nil
	} else if core, _, _ := strings.Cut(p.version, "-"); semver.Compare(core, least) < 0 {
		p.refuse("%s: that is %s at least, and %s is too small (%s)", said, least, p.version, look)
	} else {
		p.fine("%s: %s or more", said, least)
	}
	for _, part := range v.NotCompared {
		p.fine("not compared: %s", part)
	}
	return nil
}

// atLeast is the smallest version after last that a step asks for. Before v1, what breaks counts up
// the second number, and everything else the third.
func atLeast(last, step string) string {
	var n [3]int
	_, _ = fmt.Sscanf(last, "v%d.%d.%d", &n[0], &n[1], &n[2]) // a tag of a version has them
	i := map[string]int{"major": 0, "minor": 1}
	at, known := i[step]
	if !known {
		at = 2
	}
	if n[0] == 0 && at < 2 {
		at++
	}
	n[at]++
	for at++; at < len(n); at++ {
		n[at] = 0
	}
	return fmt.Sprintf("v%d.%d.%d", n[0], n[1], n[2])
}

// print says what was found, and what would be done.
func (p *plan) print(out io.Writer) {
	fmt.Fprintf(out, "Release %s\n\nchecked:\n", p.version)
	for _, f := range p.findings {
		mark := "ok      "
		if f.bad {
			mark = "REFUSED "
		}
		fmt.Fprintf(out, "  %s %s\n", mark, f.text)
	}
	fmt.Fprintf(out, "not checked: whether make, make test and make check are green on %.10s\n", p.head)
	fmt.Fprintf(out, "\nto do:\n  write    %s: \"Unreleased\" becomes \"%s, %s\", below a new one\n", changelogFile,
		p.version, p.date)
	fmt.Fprintf(out, "  commit   %q on %s, of that file alone\n", message(p.version), mainBranch)
	fmt.Fprintf(out, "  tag      %s on that commit, annotated, with the section as its text\n", p.version)
	fmt.Fprintf(out, "left to you: %s\n", p.pushing())
}

// message is that of the commit of a version.
func message(version string) string { return "Release " + version }

// pushing is how the release gets to others.
func (p *plan) pushing() string {
	if p.remote == "" {
		return fmt.Sprintf("git remote add origin <URL>, then git push --atomic origin %s %s", mainBranch, p.version)
	}
	return fmt.Sprintf("git push --atomic %s %s %s", p.remote, mainBranch, p.version)
}
