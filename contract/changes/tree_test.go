package changes

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/gen"
)

// beside labels what starts something beside itself: both revisions are built at once.
var beside = Label("beside")

// A clone of this module, for what has to be compiled and for what Git has to say.
var _ = Describe("in a clone", Ordered, func() {
	var (
		clone     string
		out, errs bytes.Buffer
	)
	BeforeAll(func(ctx SpecContext) {
		clone = GinkgoT().TempDir()
		copyModule(clone)
		commit(ctx, clone)
	})
	BeforeEach(func() {
		GinkgoT().Chdir(clone)
		GinkgoT().Setenv("TMPDIR", GinkgoT().TempDir())
		out.Reset()
		errs.Reset()
	})
	AfterEach(func(ctx SpecContext) {
		left, err := filepath.Glob(filepath.Join(os.TempDir(), "*"))
		Expect(err).NotTo(HaveOccurred())
		left = slices.DeleteFunc(left, func(name string) bool { return strings.Contains(filepath.Base(name), "ginkgo") })
		Expect(left).To(BeEmpty(), "what is unpacked and built must go")
		reset := exec.CommandContext(ctx, "git", "reset", "-q", "--hard", "HEAD")
		reset.Dir = clone
		Expect(reset.Run()).To(Succeed())
	})

	It("says that nothing changed", func(ctx SpecContext) {
		Expect(Run(ctx, []string{"HEAD"}, nil, &out, &errs)).To(Equal(clean), errs.String())
		Expect(out.String()).To(ContainSubstring("**Nothing changed**"))
		Expect(out.String()).NotTo(ContainSubstring("What to do next"))
		Expect(os.ReadFile(filepath.Join("contract", "report", "changes.md"))).To(Equal(out.Bytes()))
		Expect(os.ReadFile(filepath.Join("contract", "report", "changes.json"))).To(MatchJSON(
			`{"base": "` + title(out.String()) + `", "head": "the working tree", "verdict": "nothing changed", "step": "none", "changes": []}`))
		Expect(Between(ctx, "HEAD", "HEAD")).To(Equal(Verdict{Says: "nothing changed", Step: "none"}))
		_, err := Between(ctx, "v0.0.9", "HEAD")
		Expect(err).To(MatchError(HavePrefix(`"v0.0.9" is no revision of this clone`)))
	})

	It("says that a document is to be merged again, where its sources or what decides about them changed", func(ctx SpecContext) {
		name := providers.All[0].Name
		file := filepath.Join("specs", name, "import.yaml")
		text, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		Expect(os.WriteFile(file, bytes.Replace(text, []byte("publisher: "), []byte("publisher: New "), 1), 0o600)).To(Succeed())
		r, err := between(ctx, "HEAD", "")
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Changes).To(ConsistOf(And(HaveField("Rule", "unmerged"), HaveField("Level", look),
			HaveField("Text", MatchRegexp(`^the published document is not what its sources are merged to: specs/`+name+`/sources/\S+ is not what import.yaml`)))), r.markdown())
		Expect(commands(r)).To(HaveExactElements("make import PROVIDER="+name, "make changes BASE=HEAD", "make contract PROVIDER="+name, "make test"))
	})

	spoil := func(file string) {
		GinkgoHelper()
		text, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		Expect(os.WriteFile(file, append(text, "func (\n"...), 0o600)).To(Succeed())
	}

	It("says first where to mend a go.mod that cannot be read", func(ctx SpecContext) {
		spoil("go.mod")
		r, err := between(ctx, "HEAD", "")
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Changes).To(ConsistOf(And(HaveField("Rule", "does-not-build"), HaveField("Level", look), HaveField("Of", "go.mod"))), r.markdown())
		Expect(r.Verdict).To(Equal("not all could be compared"))
		Expect(commands(r)).To(HaveExactElements(MatchRegexp(`^edit go.mod:\d+$`), "make test"))
	})

	It("compares the clients also where the suite does not build or lies elsewhere", beside, func(ctx SpecContext) {
		Expect(os.Rename(filepath.Join("contract", "example"), filepath.Join("contract", "examples"))).To(Succeed())
		DeferCleanup(os.RemoveAll, filepath.Join(clone, "contract", "examples"))
		spoil("contract/judge/client.go")
		s := inWhatIsSent[0].make(nil)
		r, err := between(ctx, "HEAD", "")
		Expect(err).NotTo(HaveOccurred())
		Expect(r.NotCompared).To(BeEmpty())
		Expect(r.Changes).To(ContainElement(And(HaveField("Rule", "sent-differently"), HaveField("Of", s.provider), HaveField("Pointer", s.pointer))), r.markdown())
	})

	It("finds between two revisions what another generator lets the clients send", beside, func(ctx SpecContext) {
		var changed []madeSeed
		for _, s := range inWhatIsSent {
			changed = append(changed, s.make(changed))
		}
		commit(ctx, clone)
		r, err := between(ctx, "HEAD~1", "HEAD")
		Expect(err).NotTo(HaveOccurred())
		Expect(r.NotCompared).To(BeEmpty())
		for _, s := range changed {
			of := &report{Changes: slices.Clone(r.Changes)}
			of.Changes = slices.DeleteFunc(of.Changes, func(f finding) bool { return f.Of != s.provider })
			tell(row{"in what is sent", s.provider, s.what, breaking, inShape, "sent-differently"}, of)
			Expect(of.Changes).NotTo(BeEmpty())
			Expect(of.Changes).To(HaveEach(And(HaveField("Section", inShape), HaveField("Level", breaking))))
			Expect(of.Changes).To(ContainElement(HaveField("Pointer", s.pointer)))
		}
		Expect(r.markdown()).To(MatchRegexp(`^# What changed from HEAD~1 \([0-9a-f]{10}\) to HEAD \(`))
	})

	It("still reports the rest where the overlay, Go and the old revision fail", beside, func(ctx SpecContext) {
		rename := func(from, to string) {
			GinkgoHelper()
			for _, pattern := range []string{"gen/*api/client.gen.go", "adapters/*/*.go"} {
				found, err := filepath.Glob(pattern)
				Expect(err).NotTo(HaveOccurred())
				for _, file := range found {
					code, err := os.ReadFile(file)
					Expect(err).NotTo(HaveOccurred())
					Expect(os.WriteFile(file, bytes.ReplaceAll(code, []byte(from), []byte(to)), 0o600)).To(Succeed())
				}
			}
		}
		rename("WithHTTPClient", "WithDoer")
		commit(ctx, clone)
		rename("WithDoer", "WithHTTPClient")
		one := "specs/" + providers.All[0].Name + "/overlay.yaml"
		rewrite(one, `(?m)^actions:$`, "actions:\n  - target: $$.components.schemas.NotThere\n    update: {description: Not there.}")
		rewrite("adapters/kyc/provider.go", `type Provider interface`, "type Provider interfaces")
		Expect(Run(ctx, []string{"HEAD"}, nil, &out, &errs)).To(Equal(breaks), errs.String())
		Expect(out.String()).To(And(
			MatchRegexp("action \\d+ \\(line \\d+, `\\$.components.schemas.NotThere`\\) finds nothing"),
			ContainSubstring("does not compile any more: adapters/kyc/provider.go:"),
			MatchRegexp(`\*\*Not compared:\*\* wire shape: HEAD \([0-9a-f]{10}\) is older than the clients that the comparison can call \(gen/\w+api has no WithHTTPClient\)`),
			MatchRegexp("`edit "+one+":\\d+`"), ContainSubstring("make test"),
		))
		Expect(out.String()).NotTo(ContainSubstring(clone))
	})

	DescribeTable("is refused", func(ctx SpecContext, complaint string, args ...string) {
		Expect(Run(ctx, args, nil, &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(ContainSubstring(complaint))
		Expect(out.String()).To(BeEmpty())
	},
		Entry("without a revision", "BASE=<revision>"),
		Entry("with an empty revision", "BASE=<revision>", ""),
		Entry("with two revisions", "BASE=<revision>", "HEAD", "HEAD"),
		Entry("with a revision that is not there, naming the remedy", `"v9.9.9" is no revision of this clone: git log --oneline --all lists them, git fetch`, "v9.9.9"),
		Entry("with a second revision that is not there", `"v9.9.9" is no revision`, "-to", "v9.9.9", "HEAD"),
		Entry("with an option in the place of a revision", `"--help" is no revision`, "--", "--help"),
	)

	DescribeTable("is refused in another folder than its own, and leaves nothing there",
		func(ctx SpecContext, mod string, said string) {
			dir := GinkgoT().TempDir()
			GinkgoT().Chdir(dir)
			Expect(os.WriteFile("notes", nil, 0o600)).To(Succeed())
			if mod != "" {
				Expect(os.WriteFile("go.mod", []byte(mod), 0o600)).To(Succeed())
			}
			commit(ctx, dir)
			Expect(Run(ctx, []string{"HEAD"}, nil, &out, &errs)).To(Equal(usage))
			Expect(errs.String()).To(And(HavePrefix("changes: "+said), ContainSubstring(" revisions of "+gen.Module()),
				ContainSubstring("root of a clone of it"), HaveSuffix("digilocker changes -copy DIR\n")))
			Expect(out.String()).To(BeEmpty())
			Expect("contract").NotTo(BeADirectory())
			_, err := Between(ctx, "HEAD", "")
			Expect(err).To(MatchError(HavePrefix(said)))
		},
		Entry("of no module", "", "there is no go.mod here; "),
		Entry("of another module", "module shop.example/kyc\n", "this is the module shop.example/kyc; "),
		Entry("of a go.mod without a name", "go 1.26\n", "go.mod names no module here; "),
	)

	It("is refused where there is no clone, in words", func(ctx SpecContext) {
		GinkgoT().Chdir(GinkgoT().TempDir())
		Expect(os.WriteFile("go.mod", []byte("module "+gen.Module()+"\n"), 0o600)).To(Succeed())
		Expect(Run(ctx, []string{"HEAD"}, nil, &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(And(HavePrefix("changes: there are no revisions to compare with: "+
			"run it in a clone (git clone). Git says: not a git repository"),
			Not(ContainSubstring("exit status")), Not(ContainSubstring("fatal"))))
		Expect("contract").NotTo(BeADirectory())
	})

	It("leaves everything as it was when it is interrupted", beside, func(ctx SpecContext) {
		Expect(os.WriteFile(filepath.Join("adapters", "kyc", "new.go"), []byte("package kyc\n"), 0o600)).To(Succeed())
		DeferCleanup(os.Remove, filepath.Join(clone, "adapters", "kyc", "new.go"))
		Expect(os.RemoveAll(filepath.Join("contract", "report"))).To(Succeed())
		interrupted, stop := context.WithCancel(ctx)
		go func() { // once there is something to leave behind
			defer GinkgoRecover()
			defer stop()
			Eventually(ctx, func() ([]string, error) {
				return filepath.Glob(filepath.Join(os.TempDir(), "changes*", "base", "go.mod"))
			}).Should(HaveLen(1))
		}()
		Expect(Run(interrupted, []string{"HEAD"}, nil, &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(ContainSubstring("interrupted"))
		Expect(out.String()).To(BeEmpty())
		Expect(filepath.Join("contract", "report")).NotTo(BeADirectory())
	}, SpecTimeout(10*time.Minute))
})

// madeSeed is a seed that was made in the client of a provider.
type madeSeed struct {
	shapeSeed
	provider string
}

// make makes the seed in the current folder: in a client with a match in which none of
// the others was made, if there is one.
func (s shapeSeed) make(others []madeSeed) madeSeed {
	GinkgoHelper()
	made := func(name string) bool {
		return slices.ContainsFunc(others, func(o madeSeed) bool { return o.provider == name })
	}
	var provider, file string
	var match []int
	var text []byte
	for _, p := range providers.All {
		d, err := p.Parse()
		Expect(err).NotTo(HaveOccurred())
		if !slices.ContainsFunc(d.Entries, func(e example.Entry) bool { return e.Direction == example.Request }) {
			continue // without a documented request nothing is sent that could be compared
		}
		name := "gen/" + p.Name + "api/client.gen.go"
		code, err := os.ReadFile(name)
		Expect(err).NotTo(HaveOccurred())
		at := regexp.MustCompile(s.from).FindSubmatchIndex(code)
		if at != nil && (match == nil || made(provider) && !made(p.Name)) {
			provider, file, match, text = p.Name, name, at, code
		}
	}
	Expect(match).NotTo(BeNil(), "no client has %q", s.from)
	s.pointer = string(regexp.MustCompile(s.from).Expand(nil, []byte(s.pointer), text, match))
	if header, found := strings.CutPrefix(s.pointer, "/header/"); found {
		s.pointer = "/header/" + http.CanonicalHeaderKey(header)
	}
	rewrite(file, s.from, s.to)
	return madeSeed{s, provider}
}

// rewrite changes a file of the current folder.
func rewrite(file, from, to string) {
	GinkgoHelper()
	text, err := once(os.DirFS("."), file, from, to)
	Expect(err).NotTo(HaveOccurred())
	Expect(os.WriteFile(file, text, 0o600)).To(Succeed())
}

// title is the base in a report's first line.
func title(report string) string {
	_, rest, _ := strings.Cut(report, "from ")
	base, _, _ := strings.Cut(rest, " to ")
	return base
}

// copyModule copies what belongs to the module, as it is, to dir.
func copyModule(dir string) {
	GinkgoHelper()
	for _, name := range []string{"go.mod", "go.sum", "gen", "specs", "adapters", "contract"} {
		from, to := filepath.Join(root, name), filepath.Join(dir, name)
		info, err := os.Stat(from)
		Expect(err).NotTo(HaveOccurred())
		if info.IsDir() {
			Expect(os.CopyFS(to, os.DirFS(from))).To(Succeed())
			continue
		}
		text, err := os.ReadFile(from)
		Expect(err).NotTo(HaveOccurred())
		Expect(os.WriteFile(to, text, 0o600)).To(Succeed())
	}
	Expect(os.RemoveAll(filepath.Join(dir, "contract", "report"))).To(Succeed())
	Expect(os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("/contract/report/\n"), 0o600)).To(Succeed())
}

// commit commits all of dir.
func commit(ctx context.Context, dir string) {
	GinkgoHelper()
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=A", "-c", "user.email=a@b.example", "commit", "-q", "-m", "x"}} {
		command := exec.CommandContext(ctx, "git", args...)
		command.Dir = dir
		said, err := command.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(said))
	}
}
