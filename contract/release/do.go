package release

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

const (
	branchRef = "refs/heads/" + mainBranch
	tagRef    = "refs/tags/"
)

// do makes the release, and returns its commit. The tag is set on a commit that no branch has
// yet, and the branch comes last: until then all can be undone.
func (p *plan) do(ctx context.Context) (string, error) {
	commit, err := p.commit(ctx)
	if err == nil {
		err = p.publish(ctx, commit)
	}
	if err == nil {
		return commit, nil
	}
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	undoing := p.undo(context.WithoutCancel(ctx), commit)
	if undoing != nil {
		return "", fmt.Errorf("%w; and it could not be undone: %w. By hand: git tag -d %s; git restore --staged "+
			"--worktree %s",
			err, undoing, p.version, changelogFile)
	}
	return "", fmt.Errorf("%w; nothing was changed", err)
}

// commit makes the commit, which nothing names yet: neither the branch, nor the index or the
// working tree know of it.
func (p *plan) commit(ctx context.Context) (string, error) {
	said := func(input string, args ...string) (string, error) {
		out, err := p.git(ctx, input, args...)
		return strings.TrimSpace(out), err
	}
	blob, err := said(p.log.released(p.version, p.date), "hash-object", "-w", "--stdin")
	if err != nil {
		return "", err
	}
	tree, err := p.tree(ctx, strings.Split(changelogFile, "/"), p.head, blob)
	if err != nil {
		return "", err
	}
	args := []string{"commit-tree", "-p", p.head, "-m", message(p.version)}
	if signed, err := said("", "config", "--type=bool", "commit.gpgSign"); err == nil && signed == "true" {
		args = append(args, "-S")
	}
	return said("", append(args, tree)...)
}

// tree writes the tree of a revision anew, with another blob at the end of the path.
func (p *plan) tree(ctx context.Context, path []string, revision, blob string) (string, error) {
	list, err := p.git(ctx, "", "ls-tree", "-z", revision)
	if err != nil {
		return "", err
	}
	var now strings.Builder
	found := false
	for item := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		about, name, _ := strings.Cut(item, "\t")
		if fields := strings.Fields(about); name == path[0] && len(fields) == 3 {
			id := blob
			if len(path) > 1 {
				if id, err = p.tree(ctx, path[1:], fields[2], blob); err != nil {
					return "", err
				}
			}
			about, found = fmt.Sprintf("%s %s %s", fields[0], fields[1], id), true
		}
		fmt.Fprintf(&now, "%s\t%s\x00", about, name)
	}
	if !found {
		return "", fmt.Errorf("%s is not committed", changelogFile)
	}
	id, err := p.git(ctx, now.String(), "mktree", "-z")
	return strings.TrimSpace(id), err
}

// publish gives the commit its names: the tag, then the working tree, then the branch. An
// interrupt is looked for between the commands, since one that is ended hard leaves its locks.
func (p *plan) publish(ctx context.Context, commit string) error {
	text := fmt.Sprintf("%s, %s\n\n%s\n", p.version, p.date, strings.TrimSpace(p.log.section))
	for _, one := range []struct {
		input string
		args  []string
	}{
		{text, []string{"tag", "--annotate", "--cleanup=verbatim", "--file=-", p.version, commit}},
		{"", []string{"read-tree", "-m", "-u", p.head, commit}},
		{"", []string{"update-ref", "-m", "release: " + p.version, branchRef, commit, p.head}},
	} {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := p.git(context.WithoutCancel(ctx), one.input, one.args...); err != nil {
			return err
		}
	}
	return nil
}

// undo takes back what publish did, however much that was.
func (p *plan) undo(ctx context.Context, commit string) error {
	if commit == "" {
		return nil
	}
	at := func(name string) string { // "" if there is none
		id, _ := p.git(ctx, "", "rev-parse", "--verify", "--quiet", name)
		return strings.TrimSpace(id)
	}
	var all []error
	take := func(args ...string) {
		_, err := p.git(ctx, "", args...)
		all = append(all, err)
	}
	if at(branchRef) == commit {
		take("update-ref", "-m", "release: undone", branchRef, p.head, commit)
	}
	if at(tagRef+p.version+"^{commit}") == commit {
		take("update-ref", "-d", tagRef+p.version, at(tagRef+p.version))
	}
	if at(":"+changelogFile) == at(commit+":"+changelogFile) {
		take("read-tree", "-m", "-u", commit, p.head)
	}
	text, err := os.ReadFile(changelogFile)
	if err == nil && string(text) == p.log.released(p.version, p.date) { // the file was written, and the index not
		take("checkout-index", "--force", "--", changelogFile)
	}
	return errors.Join(all...)
}
