package rename

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"golang.org/x/mod/modfile"
)

// files are those below the current folder with what they hold and may be.
func files() map[string]string {
	GinkgoHelper()
	all := map[string]string{}
	Expect(filepath.WalkDir(".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		all[name] = info.Mode().String() + "\n" + string(text)
		return err
	})).To(Succeed())
	return all
}

// put writes a file of the current folder.
func put(name, text string, mode fs.FileMode) {
	GinkgoHelper()
	Expect(os.MkdirAll(filepath.Dir(name), 0o755)).To(Succeed())
	Expect(os.WriteFile(name, []byte(text), mode)).To(Succeed())
	Expect(os.Chmod(name, mode)).To(Succeed())
}

const old = "old.example/thing"

var _ = Describe("module", func() {
	var out, errs bytes.Buffer
	BeforeEach(func() {
		out.Reset()
		errs.Reset()
		GinkgoT().Chdir(GinkgoT().TempDir())
		put("go.mod", "module "+old+"\n\ngo 1.26.0\n", 0o644)
	})

	DescribeTable("puts one path in the place of another", func(old, now, text, want string) {
		Expect(string(newReplacer(old, now).replace([]byte(text)))).To(Equal(want))
	},
		Entry("at the ends of a text", old, "git.new/x", old, "git.new/x"),
		Entry("in an import", old, "git.new/x", `import "old.example/thing/part"`, `import "git.new/x/part"`),
		Entry("in a command with a version", old, "git.new/x", "go run old.example/thing/cmd@v1.0.0",
			"go run git.new/x/cmd@v1.0.0"),
		Entry("in an address", old, "git.new/x", "https://old.example/thing.", "https://git.new/x."),
		Entry("one after another", old, "git.new/x", "old.example/thing old.example/thing=old.example/thing",
			"git.new/x git.new/x=git.new/x"),
		Entry("on each line", old, "git.new/x", "old.example/thing\nold.example/thing\n", "git.new/x\ngit.new/x\n"),
		Entry("not in a longer name", old, "git.new/x",
			"old.example/things old.example/thing-more an.old.example/thing",
			"old.example/things old.example/thing-more an.old.example/thing"),
		Entry("not where a dot is another letter", old, "git.new/x", "old-example/thing", "old-example/thing"),
		Entry("with a version", old, old+"/v2", `"old.example/thing/part" in old.example/thing/v2`,
			`"old.example/thing/v2/part" in old.example/thing/v2`),
		Entry("with the next version", old+"/v2", old+"/v3", "old.example/thing/v2/part, old.example/thing/v20",
			"old.example/thing/v3/part, old.example/thing/v20"),
		Entry("without a version", old+"/v2", old, "old.example/thing/v2/part", "old.example/thing/part"),
		Entry("in a workflow", old, "github.com/team/kyc/v2", "uses: "+repository+"/.github/workflows/x.yml@v1",
			"uses: team/kyc/.github/workflows/x.yml@v1"),
		Entry("of a repository that is named", old, "github.com/team/kyc", "`"+repository+"` is it",
			"`team/kyc` is it"),
		Entry("of the next", "github.com/team/kyc/v2", "github.com/other/kyc/v2",
			"uses: team/kyc/.github/workflows/x.yml@v1", "uses: other/kyc/.github/workflows/x.yml@v1"),
		Entry("and back to none", "github.com/team/kyc", old, "uses: team/kyc/.github/x",
			"uses: "+repository+"/.github/x"),
		Entry("not of a folder that is called like a repository", "github.com/team/kyc", "github.com/a/b",
			"team/kyc/part x/team/kyc", "team/kyc/part x/team/kyc"),
		Entry("not where there is none, nor one before", old, "git.new/x", repository+"/.github/x",
			repository+"/.github/x"),
	)

	It("renames in every text file, and keeps what a file may be", func(ctx SpecContext) {
		text := "see old.example/thing\n"
		for _, name := range []string{".github/workflows/a.yml", "a/docs/b.md", "a/testdata/c.txt", ".ci/x/run"} {
			put(name, text, 0o755)
		}
		for _, name := range []string{".git/config", "bin/a", "contract/report/b"} {
			put(name, text, 0o644)
		}
		put("picture.png", "\x89PNG\x00"+text, 0o644)
		put("a/a.go", "package a\n\nimport (\n\t_ \"m.example/m\"\n\t_ \"old.example/thing/b\"\n)\n", 0o600)
		put("a/unformatted.go", "package a\nimport _ \"old.example/thing/b\"\n", 0o600)
		before := files()
		Expect(Run(ctx, []string{"git.new/x"}, nil, &out, &errs)).To(BeZero(), errs.String())
		Expect(out.String()).To(Equal("the module was renamed from old.example/thing to git.new/x, in 7 files\n" +
			"next: git commit -am \"Rename the module\"  # a release is made of what is committed\n"))
		want := map[string]string{}
		for name, text := range before {
			if !slices.Contains([]string{".git/config", "bin/a", "contract/report/b", "picture.png"}, name) {
				text = strings.ReplaceAll(text, old, "git.new/x")
			}
			want[name] = text
		}
		want["a/a.go"] = "-rw-------\npackage a\n\nimport (\n\t_ \"git.new/x/b\"\n\t_ \"m.example/m\"\n)\n"
		Expect(files()).To(Equal(want))
	})

	It("does nothing where the module is called that", func(ctx SpecContext) {
		before := files()
		Expect(Run(ctx, []string{old}, nil, &out, &errs)).To(BeZero(), errs.String())
		Expect(out.String()).To(Equal("the module is called old.example/thing already\n"))
		Expect(files()).To(Equal(before))
	})

	DescribeTable("refuses what is no module path:", func(ctx SpecContext, path, why string) {
		before := files()
		Expect(Run(ctx, []string{"--", path}, nil, &out, &errs)).To(Equal(2))
		Expect(errs.String()).To(Equal("make module: MODULE=" + path + " is no module path, such as " +
			"github.com/you/digilocker (" + why + "); nothing was changed\n"))
		Expect(files()).To(Equal(before))
	},
		Entry("without a host", "thing", "missing dot in first path element"),
		Entry("a URL", "https://git.new/x", "double slash"),
		Entry("the first version", "git.new/x/v1", "invalid version"),
		Entry("a flag", "-x", "leading dash"),
		Entry("with what make takes for a variable", "git.new/you/dig$ilocker", "invalid char '$'"),
		Entry("with a quote", `git.new/you/"x`, "invalid char '\"'"),
		Entry("with a blank", "git.new/you/a b", "invalid char ' '"),
		Entry("relative", "../thing", "invalid path element \"..\""),
		Entry("with an end", "git.new/you/", "trailing slash"),
	)

	DescribeTable("is called wrongly", func(ctx SpecContext, want string, args ...string) {
		Expect(Run(ctx, args, nil, &out, &errs)).To(Equal(2))
		Expect(errs.String()).To(HavePrefix(want))
	},
		Entry("without a path", "make module: say MODULE=github.com/you/digilocker\n"),
		Entry("with an empty one", "make module: say MODULE=github.com/you/digilocker\n", ""),
		Entry("with two", "make module: say MODULE=github.com/you/digilocker\n", "git.new/x", "git.new/y"),
		Entry("with a flag that there is not", "flag provided but not defined: -x\nusage: module PATH\n", "-x"),
	)

	It("runs in the top folder", func(ctx SpecContext) {
		Expect(os.Remove("go.mod")).To(Succeed())
		Expect(Run(ctx, []string{"git.new/x"}, nil, &out, &errs)).To(Equal(2))
		Expect(errs.String()).To(Equal("make module: there is no go.mod here: run it in the top folder of the " +
			"module; nothing was changed\n"))
	})

	It("leaves nothing half done, whichever file cannot be written, and when it is interrupted", func(ctx SpecContext) {
		for _, name := range []string{"a", "b", "c"} {
			put(name, old+"\n", 0o644)
		}
		before := files()
		for at := range 4 {
			n := 0
			failing := func(c change) error {
				if n++; n == at+1 {
					return errors.Join(write(c), errors.New("invented")) // it was written, or not
				}
				return write(c)
			}
			_, err := rename(ctx, "git.new/x", failing)
			Expect(err).To(MatchError(HavePrefix("invented")))
			Expect(files()).To(Equal(before))

			each, cancel := context.WithCancel(ctx)
			n = 0
			_, err = rename(each, "git.new/x", func(c change) error {
				if n++; n == at {
					cancel()
				}
				return write(c)
			})
			if at == 0 {
				Expect(err).NotTo(HaveOccurred())
				_, err = rename(ctx, old, write)
				Expect(err).NotTo(HaveOccurred())
				cancel()
				continue
			}
			Expect(err).To(MatchError("interrupted"))
			Expect(files()).To(Equal(before))
		}
	})

	It("names what it could not put back, and says how to", func(ctx SpecContext) {
		for _, name := range []string{"a", "b", "c"} {
			put(name, old+"\n", 0o644)
		}
		n := 0
		filling := func(c change) error { // a disk that is full from the third file on
			if n++; n > 2 {
				return errors.New("invented")
			}
			return write(c)
		}
		Expect(run(ctx, []string{"git.new/x"}, filling, &out, &errs)).To(Equal(2))
		Expect(errs.String()).To(Equal("make module: invented; and what they had could not be given back (invented): " +
			"git checkout -- a b brings back what was committed\n"))
		Expect(out.String()).To(BeEmpty())
		Expect(files()).To(And(
			HaveKeyWithValue("b", HaveSuffix("git.new/x\n")), HaveKeyWithValue("c", HaveSuffix(old+"\n"))))
	})

	It("has changed nothing where the first file cannot be written, nor be written back", func(ctx SpecContext) {
		put("a", old+"\n", 0o644)
		before := files()
		full := func(change) error { return errors.New("invented") }
		Expect(run(ctx, []string{"git.new/x"}, full, &out, &errs)).To(Equal(2))
		Expect(errs.String()).To(Equal("make module: invented; nothing was changed\n"))
		Expect(files()).To(Equal(before))
	})

	It("can be called again after a kill, whichever file was the last", func(ctx SpecContext) {
		for _, name := range []string{"a", "b/c", "z"} {
			put(name, old+"\n", 0o644)
		}
		before := files()
		_, err := rename(ctx, "git.new/x", write)
		Expect(err).NotTo(HaveOccurred())
		after := files()
		for at := range len(before) {
			for name, text := range before {
				_, text, _ = strings.Cut(text, "\n")
				put(name, text, 0o644)
			}
			written := 0
			_, err := rename(ctx, "git.new/x", func(c change) error { // of what follows on a kill, nothing is written
				if written++; written > at {
					return errors.New("killed")
				}
				return write(c)
			})
			Expect(err).To(MatchError(HavePrefix("killed")))
			Expect(files()).NotTo(Equal(after))
			_, err = rename(ctx, "git.new/x", write)
			Expect(err).NotTo(HaveOccurred())
			Expect(files()).To(Equal(after), "after %d files", at)
		}
	})

	It("writes go.mod last, so that it can be called again", func(ctx SpecContext) {
		put("z", old+"\n", 0o644)
		var order []string
		_, err := rename(ctx, "git.new/x", func(c change) error { order = append(order, c.name); return nil })
		Expect(err).NotTo(HaveOccurred())
		Expect(order).To(Equal([]string{"z", "go.mod"}))

		order = nil
		_, err = rename(ctx, "git.new/x", func(c change) error {
			order = append(order, c.name+": "+modfile.ModulePath(c.is))
			if len(order) == 2 {
				return errors.New("invented")
			}
			return nil
		})
		Expect(err).To(MatchError("invented"))
		Expect(order).To(Equal([]string{"z: ", "go.mod: git.new/x", "go.mod: " + old, "z: "}),
			"and takes it back first")
	})
})

// What a fork does first, on a copy of this tree.
var _ = Describe("this module", func() {
	var path string
	BeforeEach(func() {
		text, err := os.ReadFile("../../go.mod")
		Expect(err).NotTo(HaveOccurred())
		path = modfile.ModulePath(text)
		top, err := filepath.Abs("../..")
		Expect(err).NotTo(HaveOccurred())
		GinkgoT().Chdir(GinkgoT().TempDir())
		Expect(filepath.WalkDir(top, func(name string, e fs.DirEntry, err error) error {
			below, _ := filepath.Rel(top, name) // it is below
			switch {
			case err != nil:
				return err
			case e.IsDir() && slices.Contains(skipped, below):
				return fs.SkipDir
			case e.IsDir():
				return os.MkdirAll(below, 0o755)
			case !e.Type().IsRegular():
				return nil
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			return os.WriteFile(below, text, 0o600)
		})).To(Succeed())
	})

	DescribeTable("gets another path and its own again", func(ctx SpecContext, another string) {
		before := files()
		_, err := rename(ctx, another, write)
		Expect(err).NotTo(HaveOccurred())
		renamed := 0
		for name, text := range files() {
			was := before[name]
			if text == was {
				Expect(strings.Contains(text, path)).To(BeFalse(), name)
				continue
			}
			renamed++
			Expect(text).NotTo(ContainSubstring(path), name)
			lines, now := strings.Split(was, "\n"), strings.Split(text, "\n")
			Expect(now).To(HaveLen(len(lines)), name)
			for i, line := range now {
				if line != lines[i] && filepath.Ext(name) != ".go" { // whose imports may have another order
					Expect(line).To(Or(ContainSubstring(another), ContainSubstring(slug(another))), name)
				}
			}
		}
		Expect(renamed).To(BeNumerically(">", 400))
		_, err = rename(ctx, path, write)
		Expect(err).NotTo(HaveOccurred())
		now := files()
		for name, text := range before {
			if now[name] != text { // of which there are many
				Expect(now[name]).To(Equal(text), name)
			}
		}
		Expect(now).To(HaveLen(len(before)))
	},
		// Each is put together, since this file is renamed too.
		Entry("shorter", "a"+".b/c"),
		Entry("with a version, dashes and dots", "github.com/"+"some-team/kyc.digi-locker_x/v2"),
	)
})
