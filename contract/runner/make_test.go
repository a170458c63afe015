package runner

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// beside is what starts something that runs beside its caller.
var beside = regexp.MustCompile(`(?m)^\s*go (func|\w+[.(])|\.(Go|Parallel|AfterFunc|NewTimer|NewTicker)\(|` +
	`\bhttptest\.|\bhttp\.(Listen|Serve)`)

var _ = Describe("make", func() {
	// made is what make says in a module of its own, with the Makefile of this one.
	var dir string
	made := func(ctx context.Context, args ...string) (string, error) {
		GinkgoHelper()
		makefile, err := filepath.Abs("../../Makefile")
		Expect(err).NotTo(HaveOccurred())
		c := exec.CommandContext(ctx, "make", append([]string{"-s", "-f", makefile, "-C", dir}, args...)...)
		c.Env = append(os.Environ(), "MAKEFLAGS=", "MAKELEVEL=")
		said, err := c.CombinedOutput()
		return string(said), err
	}
	const (
		mod  = "module old.example/thing\n\ngo 1.25\n"
		file = "package main\n\nimport _ \"old.example/thing/part\"\n\nfunc main() {}\n"
	)
	kept := func(name string) string {
		GinkgoHelper()
		text, err := os.ReadFile(filepath.Join(dir, name))
		Expect(err).NotTo(HaveOccurred())
		return string(text)
	}
	BeforeEach(func() {
		dir = GinkgoT().TempDir()
		Expect(os.Mkdir(filepath.Join(dir, "part"), 0o755)).To(Succeed())
		for name, text := range map[string]string{"go.mod": mod, "main.go": file, "part/part.go": "package part\n"} {
			Expect(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)).To(Succeed())
		}
	})

	It("gives the module another path, and says which it had", func(ctx SpecContext) {
		said, err := made(ctx, "module", "MODULE=new.example/you/thing")
		Expect(err).NotTo(HaveOccurred(), said)
		Expect(said).To(HaveSuffix("the module was renamed from old.example/thing to new.example/you/thing\n"))
		Expect(kept("go.mod")).To(HavePrefix("module new.example/you/thing\n"))
		Expect(kept("main.go")).To(ContainSubstring(`"new.example/you/thing/part"`))
	})

	DescribeTable("refuses what is no module path:", func(ctx SpecContext, path string) {
		said, err := made(ctx, "module", "MODULE="+path)
		Expect(err).To(HaveOccurred())
		Expect(said).To(HavePrefix("make module: MODULE=" + path + " is no module path, such as github.com/you/digilocker; nothing was changed\n"))
		Expect(kept("go.mod")).To(Equal(mod))
		Expect(kept("main.go")).To(Equal(file))
	},
		Entry("with what make takes for a variable", "github.com/you/dig$ilocker"), Entry("with a quote", `github.com/you/"x`), Entry("without a host", "digilocker"),
		Entry("relative", "../thing"), Entry("a URL", "https://github.com/you/digilocker"), Entry("with a blank", "github.com/you/a b"), Entry("with an end", "github.com/you/"),
	)

	It("tests without the race detector only what starts nothing beside itself", func() {
		text, err := os.ReadFile("../../Makefile")
		Expect(err).NotTo(HaveOccurred())
		_, list, found := strings.Cut(string(text), "\nALONE :=")
		Expect(found).To(BeTrue())
		list, _, _ = strings.Cut(list, "\nnone")
		alone := strings.Fields(strings.ReplaceAll(list, "\\\n", " "))
		Expect(len(alone)).To(BeNumerically(">", 5))
		for _, folder := range alone {
			files, err := filepath.Glob(filepath.Join("..", "..", folder, "*.go"))
			Expect(err).NotTo(HaveOccurred())
			Expect(files).NotTo(BeEmpty(), folder)
			for _, file := range files {
				code, err := os.ReadFile(file)
				Expect(err).NotTo(HaveOccurred())
				Expect(beside.FindString(string(code))).To(BeEmpty(), file)
			}
		}
	})

	It("looks for mutants in packages alone", func(ctx SpecContext) {
		said, err := made(ctx, "gremlins", "PKG=./nope", "GREMLINS=echo")
		Expect(err).To(HaveOccurred())
		Expect(said).To(HavePrefix("make gremlins: there is no package PKG=./nope; name a folder with one, such as PKG=./adapters/kyc\nmake: "))
		said, err = made(ctx, "gremlins", "PKG=./part", "GREMLINS=echo")
		Expect(err).NotTo(HaveOccurred(), said)
		Expect(said).To(And(HavePrefix("unleash "), HaveSuffix(" ./part\n")))
	})
})
