package release

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/changes"
)

const (
	goMod = "module git.shop.invented/kyc\n\ngo 1.26.0\n"
	log   = "# Changes\n\nNewest first.\n\n## Unreleased\n\n### Added\n\n- A thing.\n- Another\n  thing.\n"
)

// repo is a scratch repository, which is the current folder.
type repo struct {
	dir       string
	verdict   changes.Verdict // what comparing comes to
	failing   error           // what comparing fails with
	compared  []string        // what was compared
	before    func(ctx context.Context, args []string) error
	after     func(args []string) error
	out, errs bytes.Buffer
}

// newRepo has a commit on main, a remote, and no tag.
func newRepo(ctx context.Context) *repo {
	GinkgoHelper()
	r := &repo{dir: GinkgoT().TempDir(), verdict: changes.Verdict{Says: "nothing changed", Step: "none"}}
	GinkgoT().Chdir(r.dir)
	GinkgoT().Setenv("GIT_CONFIG_GLOBAL", filepath.Join(r.dir, "..", "none"))
	GinkgoT().Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, name := range []string{"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
		"EMAIL"} {
		GinkgoT().Setenv(name, "") // which is put back
		Expect(os.Unsetenv(name)).To(Succeed())
	}
	r.git(ctx, "init", "-q", "-b", "main")
	r.git(ctx, "config", "user.name", "Asha Invented")
	r.git(ctx, "config", "user.email", "asha@shop.invented")
	r.git(ctx, "config", "user.useConfigOnly", "true")
	r.git(ctx, "remote", "add", "origin", "https://git.shop.invented/kyc")
	r.write("go.mod", goMod)
	r.write(changelogFile, log)
	r.write("deep/er/file", "text\n")
	r.commit(ctx)
	return r
}

func (r *repo) git(ctx context.Context, args ...string) string {
	GinkgoHelper()
	said, err := git(ctx, "", args...)
	Expect(err).NotTo(HaveOccurred())
	return strings.TrimSpace(said)
}

func (r *repo) write(name, text string) {
	GinkgoHelper()
	Expect(os.MkdirAll(filepath.Dir(name), 0o755)).To(Succeed())
	Expect(os.WriteFile(name, []byte(text), 0o644)).To(Succeed())
}

func (r *repo) read(name string) string {
	GinkgoHelper()
	text, err := os.ReadFile(name)
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

func (r *repo) commit(ctx context.Context) {
	GinkgoHelper()
	r.git(ctx, "add", "-A")
	r.git(ctx, "commit", "-q", "--allow-empty", "-m", "A commit")
}

// released makes the repository one with a release, and something new since.
func (r *repo) released(ctx context.Context, version string) {
	GinkgoHelper()
	c, err := readChangelog(r.read(changelogFile))
	Expect(err).NotTo(HaveOccurred())
	r.write(changelogFile, c.released(version, "2026-01-02"))
	r.commit(ctx)
	r.git(ctx, "tag", "-a", "-m", version, version)
	r.news(ctx, "### Fixed\n\n- A fault.\n")
}

// news writes what is new, and commits it.
func (r *repo) news(ctx context.Context, text string) {
	GinkgoHelper()
	r.write(changelogFile, strings.Replace(r.read(changelogFile), nothingYet, text, 1))
	r.commit(ctx)
}

// run runs the command, and returns its exit status.
func (r *repo) run(ctx context.Context, args ...string) int {
	r.out.Reset()
	r.errs.Reset()
	return job{
		git: func(ctx context.Context, input string, args ...string) (string, error) {
			if r.before != nil {
				if err := r.before(ctx, args); err != nil {
					return "", err
				}
			}
			said, err := git(ctx, input, args...)
			if r.after != nil && err == nil {
				err = r.after(args)
			}
			return said, err
		},
		compare: func(_ context.Context, base, to string) (changes.Verdict, error) {
			r.compared = append(r.compared, base+".."+to)
			return r.verdict, r.failing
		},
		now: func() time.Time { return time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) },
	}.run(ctx, args, &r.out, &r.errs)
}

// files is every file below the folder, those of Git included, with what it holds.
func (r *repo) files() map[string]string {
	GinkgoHelper()
	all := map[string]string{}
	Expect(filepath.WalkDir(r.dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		all[strings.TrimPrefix(name, r.dir)] = string(text)
		return err
	})).To(Succeed())
	return all
}

// state is what anybody sees of the repository.
func (r *repo) state(ctx context.Context) string {
	GinkgoHelper()
	return strings.Join([]string{
		r.git(ctx, "for-each-ref", "--format=%(refname) %(objectname)"), r.git(ctx, "status", "--porcelain",
			"--branch"),
		r.git(ctx, "ls-files", "--stage"), r.read(changelogFile), r.git(ctx, "symbolic-ref", "HEAD"),
	}, "\n--\n")
}

// locks are the locks that a Git command left.
func (r *repo) locks() []string {
	var all []string
	for name := range r.files() {
		if strings.HasSuffix(name, ".lock") {
			all = append(all, name)
		}
	}
	return all
}

var _ = Describe("release", func() {
	var r *repo
	BeforeEach(func(ctx SpecContext) { r = newRepo(ctx) })

	It("says what it would do, and leaves the repository byte for byte", func(ctx SpecContext) {
		before := r.files()
		Expect(os.Chtimes("deep/er/file", time.Unix(1, 0), time.Unix(1, 0))).To(Succeed()) // the index has another time
		Expect(r.run(ctx, "v0.1.0")).To(Equal(well), r.errs.String())
		Expect(r.files()).To(Equal(before))
		Expect(r.errs.String()).To(BeEmpty())
		Expect(r.compared).To(BeEmpty())
		Expect(strings.ReplaceAll(r.out.String(), r.git(ctx, "rev-parse", "HEAD")[:10],
			"<head>")).To(Equal(`Release v0.1.0

checked:
  ok       the module is git.shop.invented/kyc
  ok       the working tree is clean
  ok       the branch is main, at <head>
  ok       .github/CHANGELOG.md has 2 entries under "Unreleased"
  ok       v0.1.0 is the first release: there is no tag of a version yet
not checked: whether make, make test and make check are green on <head>

to do:
  write    .github/CHANGELOG.md: "Unreleased" becomes "v0.1.0, 2026-11-30", below a new one
  commit   "Release v0.1.0" on main, of that file alone
  tag      v0.1.0 on that commit, annotated, with the section as its text
left to you: git push --atomic origin main v0.1.0

Nothing was changed. To do it: make release VERSION=v0.1.0 DO=release
`))
	})

	It("does it when it is told to: one file, one commit, one tag, and nothing pushed", func(ctx SpecContext) {
		was := r.git(ctx, "rev-parse", "HEAD")
		Expect(r.run(ctx, "-do", "release", "v0.1.0")).To(Equal(well), r.errs.String())
		Expect(r.out.String()).To(HaveSuffix("\nv0.1.0 is commit " + r.git(ctx, "rev-parse", "HEAD")[:10] +
			" and its tag. git push --atomic origin main v0.1.0\n"))
		Expect(r.read(changelogFile)).To(Equal("# Changes\n\nNewest first.\n\n## Unreleased\n\nNothing yet.\n\n" +
			"## v0.1.0, 2026-11-30\n\n### Added\n\n- A thing.\n- Another\n  thing.\n"))
		Expect(r.git(ctx, "status", "--porcelain", "--branch")).To(Equal("## main"))
		Expect(r.git(ctx, "log", "-1", "--format=%P %an %s", "main")).To(Equal(was + " Asha Invented Release v0.1.0"))
		Expect(r.git(ctx, "diff", "--name-only", "HEAD~1", "HEAD")).To(Equal(changelogFile))
		Expect(r.git(ctx, "cat-file", "-t", "v0.1.0")).To(Equal("tag"))
		Expect(r.git(ctx, "rev-parse", "v0.1.0^{commit}")).To(Equal(r.git(ctx, "rev-parse", "HEAD")))
		Expect(r.git(ctx, "tag", "-l", "--format=%(contents)", "v0.1.0")).To(Equal(
			"v0.1.0, 2026-11-30\n\n### Added\n\n- A thing.\n- Another\n  thing."))
		Expect(r.git(ctx, "fsck", "--strict")).To(BeEmpty())
	})

	It("makes one release after another", func(ctx SpecContext) {
		Expect(r.run(ctx, "-do", "release", "v0.1.0")).To(Equal(well), r.errs.String())
		Expect(r.run(ctx, "v0.1.1")).To(Equal(refused))
		Expect(r.out.String()).To(ContainSubstring(`REFUSED  .github/CHANGELOG.md has nothing under "Unreleased"`))
		r.news(ctx, "- A fault mended.\n")
		Expect(r.run(ctx, "-do", "release", "v0.1.1")).To(Equal(well), r.out.String()+r.errs.String())
		Expect(r.compared).To(HaveEach("v0.1.0..HEAD"))
		Expect(r.read(changelogFile)).To(ContainSubstring("## Unreleased\n\nNothing yet.\n\n## v0.1.1, 2026-11-30\n\n" +
			"- A fault mended.\n\n## v0.1.0, 2026-11-30\n\n### Added\n"))
		Expect(r.git(ctx, "tag", "-l", "--format=%(contents)",
			"v0.1.1")).To(Equal("v0.1.1, 2026-11-30\n\n- A fault mended."))
	})

	DescribeTable("refuses", func(ctx SpecContext, version, want string, spoil func(ctx context.Context)) {
		spoil(ctx)
		before := r.files()
		Expect(r.run(ctx, "-do", "release", version)).To(Equal(refused), r.out.String())
		Expect(r.out.String()).To(ContainSubstring("  REFUSED  " + want))
		Expect(strings.Count(r.out.String(), "REFUSED")).To(Equal(1), r.out.String())
		Expect(r.errs.String()).To(Equal("release: " + version + " is refused, see above; nothing was changed\n"))
		Expect(r.files()).To(Equal(before))
	},
		Entry("what is no version", "0.1.0", `"0.1.0" is no version of a Go module`, func(context.Context) {}),
		Entry("half a version", "v1", `"v1" is no version of a Go module`, func(context.Context) {}),
		Entry("a version that Go would write otherwise", "v0.1.0+build", `"v0.1.0+build" is no version`,
			func(context.Context) {}),
		Entry("a file that is not committed", "v0.1.0", "the working tree is not clean (git status --short: 1 lines)",
			func(context.Context) { r.write("new", "") }),
		Entry("a file that changed", "v0.1.0", "the working tree is not clean (git status --short: 1 lines)",
			func(context.Context) { r.write("deep/er/file", "") }),
		Entry("another branch", "v0.1.0", "the branch is work, and releases are made of main: git switch main",
			func(ctx context.Context) {
				r.git(ctx, "switch", "-q", "-c", "work")
			}),
		Entry("no branch", "v0.1.0", "no branch is checked out: git switch main", func(ctx context.Context) {
			r.git(ctx,
				"switch", "-q", "--detach")
		}),
		Entry("a main that is behind", "v0.1.0", "origin/main has commits that are not here: git pull",
			func(ctx context.Context) {
				r.commit(ctx)
				r.git(ctx, "update-ref", "refs/remotes/origin/main", "HEAD")
				r.git(ctx, "reset", "-q", "--hard", "HEAD~1")
			}),
		Entry("nobody's commit", "v0.1.0", "git does not know who commits: git config user.name",
			func(ctx context.Context) {
				r.git(ctx, "config", "--unset", "user.email")
			}),
		Entry("the placeholder", "v0.1.0",
			"the module's path is the placeholder example.com/kyc, from where nobody can have it: make module MODULE=",
			func(ctx context.Context) { r.write("go.mod", "module example.com/kyc\n"); r.commit(ctx) }),
		Entry("a host that nobody can own", "v0.1.0", "the module's path is the placeholder old.example/kyc",
			func(ctx context.Context) { r.write("go.mod", "module old.example/kyc\n"); r.commit(ctx) }),
		Entry("v2 without its path", "v2.0.0",
			"the module's path is git.shop.invented/kyc, and v2.0.0 needs git.shop.invented/kyc/v2: make module "+
				"MODULE=git.shop.invented/kyc/v2",
			func(context.Context) {}),
		Entry("v10 with the path of v2", "v10.0.0",
			"the module's path is git.shop.invented/kyc/v2, and v10.0.0 needs git.shop.invented/kyc/v10",
			func(ctx context.Context) { r.write("go.mod", "module git.shop.invented/kyc/v2\n"); r.commit(ctx) }),
		Entry("v1 with the path of v2", "v1.0.0",
			"the module's path is git.shop.invented/kyc/v2, and v1.0.0 needs git.shop.invented/kyc: ",
			func(ctx context.Context) { r.write("go.mod", "module git.shop.invented/kyc/v2\n"); r.commit(ctx) }),
		Entry("a path that no module may have", "v0.1.0",
			"the module's path git.shop.invented/kyc/v1 ends in a version",
			func(ctx context.Context) { r.write("go.mod", "module git.shop.invented/kyc/v1\n"); r.commit(ctx) }),
		Entry("what go run refuses", "v0.1.0", "go.mod has a replace or exclude line", func(ctx context.Context) {
			r.write("go.mod", goMod+"\nreplace shop.invented/x => ../x\n")
			r.commit(ctx)
		}),
		Entry("nothing that is new", "v0.1.0", `.github/CHANGELOG.md has nothing under "Unreleased"`,
			func(ctx context.Context) {
				r.write(changelogFile, "## Unreleased\n\nA text.\n\n## v0.0.9, 2026-01-02\n\n- An entry.\n")
				r.commit(ctx)
			}),
		Entry("a changelog without the heading", "v0.1.0", `.github/CHANGELOG.md: there is no heading "## Unreleased"`,
			func(ctx context.Context) {
				r.write(changelogFile, "# Changes\n\n- An entry.\n")
				r.commit(ctx)
			}),
		Entry("a changelog with two", "v0.1.0", `.github/CHANGELOG.md: there are several headings`,
			func(ctx context.Context) {
				r.write(changelogFile, log+"\n"+unreleased)
				r.commit(ctx)
			}),
		Entry("a section that there is", "v0.1.0", ".github/CHANGELOG.md has a section of v0.1.0 already",
			func(ctx context.Context) {
				r.write(changelogFile, log+"\n## v0.1.0, 2026-01-02\n\n- An entry.\n")
				r.commit(ctx)
			}),
		Entry("a version that comes before the last", "v0.1.9", "v0.1.9 comes before v0.2.0-rc.1, which is released",
			func(ctx context.Context) {
				r.released(ctx, "v0.1.0")
				r.released(ctx, "v0.2.0-rc.1")
			}),
		Entry("what nobody could compare", "v0.1.1",
			"since v0.1.0: not all could be compared (0 breaking, 0 to look at, 0 compatible): nobody knows what "+
				"breaks",
			func(ctx context.Context) {
				r.released(ctx, "v0.1.0")
				r.verdict = changes.Verdict{Says: "not all could be compared", Step: "unknown"}
			}),
		Entry("a break of which the changelog says nothing", "v0.2.0",
			`since v0.1.0: breaking (2 breaking, 0 to look at, 1 compatible): say under "### Breaking"`,
			func(ctx context.Context) {
				r.released(ctx, "v0.1.0")
				r.verdict = changes.Verdict{Says: "breaking", Step: "major", Breaking: 2, Compatible: 1}
			}),
		Entry("a version too small for what breaks", "v0.1.1",
			"since v0.1.0: breaking (2 breaking, 0 to look at, 0 compatible): that is v0.2.0 at least, and v0.1.1 "+
				"is too small (make changes BASE=v0.1.0)",
			func(ctx context.Context) {
				r.released(ctx, "v0.1.0")
				r.write(changelogFile, strings.Replace(r.read(changelogFile), "### Fixed", "### Breaking", 1))
				r.commit(ctx)
				r.verdict = changes.Verdict{Says: "breaking", Step: "major", Breaking: 2}
			}),
		Entry("a pre-release of one", "v0.1.1-rc.1",
			`since v0.1.0: nothing changed (0 breaking, 0 to look at, 0 compatible), and the changelog has the `+
				`heading "Breaking": that is v0.2.0 at least`,
			func(ctx context.Context) {
				r.released(ctx, "v0.1.0")
				r.write(changelogFile, strings.Replace(r.read(changelogFile), "### Fixed", "### Breaking", 1))
				r.commit(ctx)
			}),
		Entry("a release that is not where main is", "v0.3.0",
			"v0.2.0 is the newest release, and main does not come from it: git pull, or git log v0.2.0",
			func(ctx context.Context) {
				r.released(ctx, "v0.1.0")
				r.released(ctx, "v0.2.0")
				r.git(ctx, "reset", "-q", "--hard", "v0.1.0")
				r.news(ctx, "- A fault.\n")
			}),
		Entry("what is released", "v0.1.0", "v0.1.0 is released: what has a tag cannot be released anew",
			func(ctx context.Context) {
				r.git(ctx, "commit", "-q", "--allow-empty", "-m", "A commit that main has not")
				r.git(ctx, "tag", "v0.1.0")
				r.git(ctx, "reset", "-q", "--hard", "HEAD~1")
			}),
		Entry("a clone without its history", "v0.1.0", "the clone is shallow",
			func(ctx context.Context) { r.write(".git/shallow", r.git(ctx, "rev-parse", "HEAD")+"\n") }),
	)

	It("says all that is wrong at once", func(ctx SpecContext) {
		r.write("go.mod", "module example.com/kyc\n")
		r.git(ctx, "switch", "-q", "-c", "work")
		Expect(r.run(ctx, "one")).To(Equal(refused))
		Expect(strings.Count(r.out.String(), "REFUSED")).To(Equal(4), r.out.String())
	})

	DescribeTable("needs a version as far as what changed goes", func(last, step, want string) {
		Expect(atLeast(last, step)).To(Equal(want))
	},
		Entry(nil, "v0.1.2", "major", "v0.2.0"), Entry(nil, "v0.1.2", "minor", "v0.1.3"), Entry(nil, "v0.1.2", "patch",
			"v0.1.3"), Entry(nil, "v0.1.2", "none", "v0.1.3"),
		Entry(nil, "v1.9.2", "major", "v2.0.0"), Entry(nil, "v1.9.2", "minor", "v1.10.0"), Entry(nil, "v1.9.2", "patch",
			"v1.9.3"), Entry(nil, "v1.9.2", "none", "v1.9.3"),
	)

	It("counts from the last release, whatever pre-releases came since", func(ctx SpecContext) {
		r.released(ctx, "v0.1.0")
		r.released(ctx, "v0.2.0-rc.1")
		r.git(ctx, "tag", "no-version")
		Expect(r.run(ctx, "v0.2.0")).To(Equal(well), r.out.String())
		Expect(r.compared).To(Equal([]string{"v0.1.0..HEAD"}))
		Expect(r.out.String()).To(ContainSubstring("v0.2.0 comes after v0.2.0-rc.1\n"))
		Expect(r.out.String()).To(ContainSubstring("since v0.1.0: nothing changed (0 breaking, 0 to look at, 0 " +
			"compatible): v0.1.1 or more\n"))
	})

	It("orders versions by their numbers", func(ctx SpecContext) {
		r.released(ctx, "v0.9.0")
		r.released(ctx, "v0.10.0")
		Expect(r.run(ctx, "v0.11.0")).To(Equal(well), r.out.String())
		Expect(r.compared).To(Equal([]string{"v0.10.0..HEAD"}))
		Expect(r.out.String()).To(ContainSubstring("v0.11.0 comes after v0.10.0\n"))
	})

	It("takes a pre-release for what it comes before", func(ctx SpecContext) {
		r.released(ctx, "v0.1.0")
		r.write(changelogFile, strings.Replace(r.read(changelogFile), "### Fixed", "### Breaking", 1))
		r.commit(ctx)
		Expect(r.run(ctx, "v0.2.0-rc.1")).To(Equal(well), r.out.String())
		Expect(r.out.String()).To(ContainSubstring(`and the changelog has the heading "Breaking": v0.2.0 or more`))
	})

	It("names what there was nothing to compare of", func(ctx SpecContext) {
		r.released(ctx, "v0.1.0")
		r.verdict.NotCompared = []string{"the simulator"}
		Expect(r.run(ctx, "v0.1.1")).To(Equal(well), r.out.String())
		Expect(r.out.String()).To(ContainSubstring("not compared: the simulator\n"))
	})

	It("fails with what comparing fails with", func(ctx SpecContext) {
		r.released(ctx, "v0.1.0")
		r.failing = errors.New("no space")
		Expect(r.run(ctx, "v0.1.1")).To(Equal(refused))
		Expect(r.errs.String()).To(Equal("release: comparing with v0.1.0: no space; nothing was changed\n"))
	})

	It("says how to push where there is no remote", func(ctx SpecContext) {
		r.git(ctx, "remote", "remove", "origin")
		Expect(r.run(ctx, "v0.1.0")).To(Equal(well), r.out.String())
		Expect(r.out.String()).To(ContainSubstring("left to you: git remote add origin <URL>, then git push " +
			"--atomic origin main v0.1.0\n"))
	})

	DescribeTable("is called wrongly", func(ctx SpecContext, want string, args ...string) {
		Expect(r.run(ctx, args...)).To(Equal(usage))
		Expect(r.errs.String()).To(HavePrefix(want))
		Expect(r.out.String()).To(BeEmpty())
	},
		Entry("without a version", "release: say which version: make release VERSION=v0.1.0\n"),
		Entry("with an empty one", "release: say which version: make release VERSION=v0.1.0\n", ""),
		Entry("with two", `release: "v0.2.0" means nothing here`, "v0.1.0", "v0.2.0"),
		Entry("with another word", "release: DO=1 means nothing; leave it away for the plan, or say DO=release\n",
			"-do", "1", "v0.1.0"),
		Entry("with a flag that there is not", "flag provided but not defined: -push", "-push", "v0.1.0"),
	)

	It("says how it is called", func(ctx SpecContext) {
		Expect(r.run(ctx, "-h")).To(Equal(well))
		Expect(r.errs.String()).To(HavePrefix("usage: release [-do release] VERSION\n"))
	})

	It("runs in the top folder alone", func(ctx SpecContext) {
		GinkgoT().Chdir("deep")
		Expect(r.run(ctx, "v0.1.0")).To(Equal(usage))
		Expect(r.errs.String()).To(Equal("release: there is no go.mod here: run it in the top folder of the " +
			"repository\n"))
		r.write("go.mod", goMod)
		r.write(changelogFile, log)
		Expect(r.run(ctx, "v0.1.0")).To(Equal(usage))
		Expect(r.errs.String()).To(HavePrefix("release: the repository has its top above deep/: "))
	})

	It("needs a repository", func(ctx SpecContext) {
		Expect(os.RemoveAll(".git")).To(Succeed())
		GinkgoT().Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(r.dir))
		Expect(r.run(ctx, "v0.1.0")).To(Equal(usage))
		Expect(r.errs.String()).To(HavePrefix("release: a release is made in a clone (git clone): git rev-parse: " +
			"exit status 128: "))
	})

	It("leaves nothing half done, whichever of its commands fails, is ended after its work, or is the last before "+
		"an interrupt", func(ctx SpecContext) {
		r.released(ctx, "v0.1.0")
		before := r.state(ctx)
		for _, way := range []string{"fails", "ended", "interrupted"} {
			var at, n int
			failed := 0
			for at = 1; ; at++ {
				n = 0
				once := func(args []string) error {
					if n++; n == at {
						return errors.New("git " + args[0] + ": invented")
					}
					return nil
				}
				each, cancel := context.WithCancel(ctx)
				switch way {
				case "fails":
					r.before, r.after = func(_ context.Context, args []string) error { return once(args) }, nil
				case "ended":
					r.before, r.after = nil, once
				case "interrupted":
					r.before, r.after = nil, func(args []string) error {
						if once(args) != nil {
							cancel()
						}
						return nil
					}
				}
				status := r.run(each, "-do", "release", "v0.1.1")
				cancel()
				r.before, r.after = nil, nil
				if status == well { // the command was the last, or one whose failure says nothing
					Expect(r.git(ctx, "tag", "-l", "v0.1.1")).To(Equal("v0.1.1"), way)
					Expect(r.git(ctx, "status", "--porcelain", "--branch")).To(Equal("## main"))
					r.git(ctx, "tag", "-d", "v0.1.1")
					r.git(ctx, "reset", "-q", "--hard", "HEAD~1")
					Expect(r.state(ctx)).To(Equal(before), "for the next")
					if n < at {
						break
					}
					continue
				}
				failed++
				Expect(r.state(ctx)).To(Equal(before), "%s at %d: %s", way, at, &r.errs)
				Expect(r.locks()).To(BeEmpty())
				Expect(r.errs.String()).To(HavePrefix("release: "), "%s at %d", way, at)
				if way == "interrupted" {
					Expect(r.errs.String()).To(ContainSubstring("interrupted"), "at %d", at)
				}
			}
			Expect(failed).To(BeNumerically(">", 10), way)
		}
	})

	It("takes back a file that was written before its command was ended", func(ctx SpecContext) {
		before := r.state(ctx)
		r.before = func(_ context.Context, args []string) error {
			if args[0] != "read-tree" {
				return nil
			}
			r.before = nil
			c, err := readChangelog(r.read(changelogFile))
			Expect(err).NotTo(HaveOccurred())
			r.write(changelogFile, c.released("v0.1.0", "2026-11-30"))
			return errors.New("git read-tree: signal: interrupt")
		}
		Expect(r.run(ctx, "-do", "release", "v0.1.0")).To(Equal(refused))
		Expect(r.errs.String()).To(Equal("release: git read-tree: signal: interrupt; nothing was changed\n"))
		Expect(r.state(ctx)).To(Equal(before))
	})

	It("keeps what somebody writes meanwhile", func(ctx SpecContext) {
		r.before = func(_ context.Context, args []string) error {
			if args[0] == "tag" && args[1] == "--annotate" {
				r.write(changelogFile, "mine\n")
			}
			return nil
		}
		Expect(r.run(ctx, "-do", "release", "v0.1.0")).To(Equal(refused))
		Expect(r.errs.String()).To(MatchRegexp(`^release: git read-tree: .*CHANGELOG.md.*; nothing was changed\n$`))
		Expect(r.read(changelogFile)).To(Equal("mine\n"))
		Expect(r.git(ctx, "tag")).To(BeEmpty())
	})

	It("says what to do by hand where it cannot be undone", func(ctx SpecContext) {
		r.before = func(_ context.Context, args []string) error {
			if args[0] == "update-ref" {
				return errors.New("git update-ref: no space")
			}
			return nil
		}
		Expect(r.run(ctx, "-do", "release", "v0.1.0")).To(Equal(refused))
		Expect(r.errs.String()).To(Equal("release: git update-ref: no space; and it could not be undone: git " +
			"update-ref: no space. " +
			"By hand: git tag -d v0.1.0; git restore --staged --worktree .github/CHANGELOG.md\n"))
	})
})
