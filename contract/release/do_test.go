package release

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("making a release", func() {
	var r *repo
	BeforeEach(func(ctx SpecContext) { r = newRepo(ctx) })

	DescribeTable("that was killed is not taken for one that was made", func(ctx SpecContext, at string) {
		killed := false
		r.before = func(_ context.Context, args []string) error {
			if killed = killed || args[0] == at; killed {
				return errors.New("git " + args[0] + ": killed")
			}
			return nil
		}
		Expect(r.run(ctx, "-do", "release", "v0.1.0")).To(Equal(refused))
		r.before = nil
		for _, next := range []string{"v0.1.0", "v0.1.1"} {
			Expect(r.run(ctx, next)).To(Equal(refused))
			Expect(r.out.String()).To(ContainSubstring("REFUSED  the release v0.1.0 was ended before main had it: no " +
				"branch has the commit of that tag. If nobody pushed it: git tag -d v0.1.0; git restore --staged " +
				"--worktree .github/CHANGELOG.md\n"))
			Expect(r.out.String()).NotTo(ContainSubstring("is released"))
		}
		r.git(ctx, "tag", "-d", "v0.1.0")
		r.git(ctx, "restore", "--staged", "--worktree", changelogFile)
		Expect(r.run(ctx, "-do", "release", "v0.1.0")).To(Equal(well), r.out.String()+r.errs.String())

		r.git(ctx, "restore", "--source", "HEAD~1", changelogFile)
		r.commit(ctx)
		Expect(r.run(ctx, "v0.1.0")).To(Equal(refused))
		Expect(r.out.String()).To(ContainSubstring("REFUSED  v0.1.0 is released: "))
	},
		Entry("before the working tree", "read-tree"),
		Entry("before the branch", "update-ref"),
	)

	It("that is on a commit which this main is far from is not taken for one that was killed", func(ctx SpecContext) {
		r.commit(ctx)
		r.git(ctx, "commit", "-q", "--allow-empty", "-m", "Release v0.1.0")
		r.git(ctx, "tag", "v0.1.0")
		r.git(ctx, "reset", "-q", "--hard", "HEAD~2")
		Expect(r.run(ctx, "v0.1.0")).To(Equal(refused))
		Expect(r.out.String()).To(ContainSubstring("REFUSED  v0.1.0 is released: "))
	})

	It("leaves a branch alone that somebody moved meanwhile", func(ctx SpecContext) {
		other := r.git(ctx, "commit-tree", "-p", "HEAD", "-m", "Somebody's", "HEAD^{tree}")
		r.before = func(ctx context.Context, args []string) error {
			if args[0] == "update-ref" {
				r.before = nil
				r.git(ctx, "update-ref", "refs/heads/main", other)
			}
			return nil
		}
		Expect(r.run(ctx, "-do", "release", "v0.1.0")).To(Equal(refused))
		Expect(r.errs.String()).To(MatchRegexp(`^release: git update-ref: .*; nothing was changed\n$`))
		Expect(r.git(ctx, "rev-parse", "main")).To(Equal(other))
		Expect(r.git(ctx, "tag")).To(BeEmpty())
		Expect(r.git(ctx, "status", "--porcelain")).To(BeEmpty())
	})

	DescribeTable("signs the commit where git is told to", func(ctx SpecContext, told string, signed bool) {
		program := filepath.Join(GinkgoT().TempDir(), "sign")
		Expect(os.WriteFile(program, []byte("#!/bin/sh\ncat >/dev/null\n"+ //nolint:gosec // which has to be run
			"printf '%s\\n' '-----BEGIN PGP SIGNATURE-----' invented '-----END PGP SIGNATURE-----'\n"+
			"printf '\\n[GNUPG:] SIG_CREATED \\n' >&2\n"), 0o700)).To(Succeed())
		r.git(ctx, "config", "gpg.program", program)
		r.git(ctx, "config", "commit.gpgSign", told)
		Expect(r.run(ctx, "-do", "release", "v0.1.0")).To(Equal(well), r.errs.String())
		Expect(strings.Contains(r.git(ctx, "cat-file", "commit", "HEAD"), "\ngpgsig -----BEGIN")).To(Equal(signed))
	},
		Entry("always", "on", true),
		Entry("never", "off", false),
	)

	DescribeTable("looks for an interrupt", func(ctx SpecContext, last string, status int) {
		before := r.state(ctx)
		each, cancel := context.WithCancel(ctx)
		defer cancel()
		r.after = func(args []string) error {
			if strings.HasPrefix(strings.Join(args, " "), last) {
				cancel()
			}
			return nil
		}
		Expect(r.run(each, "-do", "release", "v0.1.0")).To(Equal(status))
		if status == well {
			return
		}
		Expect(r.errs.String()).To(Equal("release: interrupted; nothing was changed\n"))
		Expect(r.state(ctx)).To(Equal(before))
	},
		Entry("after the commit", "commit-tree", refused),
		Entry("after the tag", "tag --annotate", refused),
		Entry("after the working tree", "read-tree", refused),
		Entry("and has made the release after the branch", "update-ref", well),
	)

	DescribeTable("knows the heading of what breaks", func(heading string, breaking bool) {
		c, err := readChangelog(unreleased + "\n" + heading + "\n\n- A thing.\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(c.breaking()).To(Equal(breaking))
	},
		Entry(nil, "### Breaking", true), Entry(nil, "### BREAKING  ", true), Entry(nil, "### Breaking changes", true),
		Entry(nil, "### ⚠ BREAKING CHANGES", true), Entry(nil, "### **Breaking:**", true),
		Entry(nil, "#### Breaking for callers", true), Entry(nil, "### breaking\r", true),
		Entry(nil, "### Fixed", false), Entry(nil, "### Nothing breaking", false), Entry(nil, "### Breakings", false),
		Entry(nil, "Breaking", false), Entry(nil, "- Breaking", false), Entry(nil, "###\nBreaking", false),
	)
})
