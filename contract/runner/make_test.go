package runner

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// beside is what starts something that runs beside its caller.
var beside = regexp.MustCompile(`(?m)^\s*go (func|\w+[.(])|\.(Go|Parallel|AfterFunc|NewTimer|NewTicker)\(|` +
	`\bhttptest\.|\bhttp\.(Listen|Serve)`)

// listed are the folders in a list of the Makefile.
func listed(name string) []string {
	GinkgoHelper()
	text, err := os.ReadFile("../../Makefile")
	Expect(err).NotTo(HaveOccurred())
	m := regexp.MustCompile(`(?m)^` + name + ` *:= ((?:.*\\\n)*.*)$`).FindSubmatch(text)
	Expect(m).NotTo(BeNil(), name)
	return strings.Fields(strings.ReplaceAll(string(m[1]), "\\\n", " "))
}

// sources are the Go files of a folder.
func sources(folder string) map[string]string {
	GinkgoHelper()
	files, err := filepath.Glob(filepath.Join("..", "..", folder, "*.go"))
	Expect(err).NotTo(HaveOccurred())
	Expect(files).NotTo(BeEmpty(), folder)
	all := map[string]string{}
	for _, file := range files {
		code, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		all[file] = string(code)
	}
	return all
}

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
	BeforeEach(func() {
		dir = GinkgoT().TempDir()
		Expect(os.Mkdir(filepath.Join(dir, "part"), 0o755)).To(Succeed())
		for name, text := range map[string]string{"go.mod": mod, "main.go": file, "part/part.go": "package part\n"} {
			Expect(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)).To(Succeed())
		}
	})

	DescribeTable("gives a command what its caller said, letter by letter:", func(ctx SpecContext, path string) {
		Expect(os.Mkdir(filepath.Join(dir, "bin"), 0o755)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, "bin", "module"), []byte("#!/bin/sh\nprintf '<%s>' \"$@\"\n"),
			0o700)).To(Succeed())
		said, err := made(ctx, "module", "MODULE="+path, "GO=true")
		Expect(err).NotTo(HaveOccurred(), said)
		Expect(said).To(Equal("<--><" + path + ">"))
	},
		Entry("what make takes for a variable", "github.com/you/dig$ilocker"), Entry("a quote", `github.com/you/"x`),
		Entry("a blank", "github.com/you/a b"), Entry("what begins like a flag", "-x"), Entry("nothing", ""),
		Entry("a folder", "../thing"), Entry("an end", "github.com/you/"),
	)

	It("says that it builds a command, where that takes longer than two seconds", func(ctx SpecContext) {
		Expect(os.Mkdir(filepath.Join(dir, "bin"), 0o755)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, "bin", "module"), []byte("#!/bin/sh\n"), 0o700)).To(Succeed())
		for name, code := range map[string]string{
			"quick": "", "fails": "test $1 != build", // and a build that ends when it has been told of
			"slow": `test $1 != build || until grep -q . told; do sleep 0.05; done`,
		} {
			Expect(os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+code+"\n"), 0o700)).To(Succeed())
		}
		for _, shell := range []string{"/bin/sh", "/bin/bash"} {
			if _, err := os.Stat(shell); err != nil {
				continue
			}
			told, err := os.Create(filepath.Join(dir, "told"))
			Expect(err).NotTo(HaveOccurred())
			makefile, err := filepath.Abs("../../Makefile")
			Expect(err).NotTo(HaveOccurred())
			c := exec.CommandContext(ctx, "make", "-s", "-f", makefile, "-C", dir, "SHELL="+shell, "GO=./slow",
				"MODULE=x", "module")
			c.Env, c.Stderr = append(os.Environ(), "MAKEFLAGS=", "MAKELEVEL="), told
			Expect(c.Run()).To(Succeed())
			Expect(told.Close()).To(Succeed())
			Expect(os.ReadFile(told.Name())).To(BeEquivalentTo("module: building bin/module ...\n"))
			said, err := made(ctx, "SHELL="+shell, "GO=./fails", "MODULE=x", "module")
			Expect(err).To(HaveOccurred())
			Expect(said).To(MatchRegexp(`^make: \*\*\* .*module\] Error 1\n$`))
		}
	}, SpecTimeout(time.Minute))

	// Each line that runs something is announced by the one before it.
	DescribeTable("says beforehand what a step does that takes longer than two seconds:", func(target string,
		steps int) {
		text, err := os.ReadFile("../../Makefile")
		Expect(err).NotTo(HaveOccurred())
		_, recipe, found := strings.Cut(string(text), "\n"+target+":")
		Expect(found).To(BeTrue())
		recipe, _, _ = strings.Cut(recipe, "\n\n")
		runs := regexp.MustCompile(`^\t@(?:CGO_ENABLED=\d |before=.*; )?` +
			`\$\((?:GO|VULNS|STATIC|GOLANGCI|ACTIONS|GREMLINS|MAKE)\)`)
		lines := strings.Split(recipe, "\n")
		n := 0
		for i, line := range lines {
			if runs.MatchString(line) && !strings.Contains(line, ">/dev/null") {
				n++
				Expect(lines[i-1]).To(MatchRegexp(`^\t@echo "\$@: .* \.\.\."$`), "%s", line)
			}
		}
		Expect(n).To(Equal(steps), "%s", recipe)
	},
		Entry(nil, "test", 2), Entry(nil, "e2e", 1), Entry(nil, "generate", 1), Entry(nil, "clients", 2),
		Entry(nil, "check", 8), Entry(nil, "gremlins", 1), Entry(nil, "vulnerabilities", 1),
	)

	It("hands on letter by letter whatever a recipe takes from the environment", func() {
		text, err := os.ReadFile("../../Makefile")
		Expect(err).NotTo(HaveOccurred())
		said := listed("SAID")
		taken := regexp.MustCompile(`"\$\$\{?([A-Z]+)\b`).FindAllSubmatch(text, -1)
		Expect(len(taken)).To(BeNumerically(">", 20))
		for _, m := range taken {
			Expect(said).To(ContainElement(string(m[1])))
		}
	})

	It("tests without the race detector only what starts nothing beside itself", func() {
		alone := listed("ALONE")
		Expect(len(alone)).To(BeNumerically(">", 5))
		for _, folder := range alone {
			for file, code := range sources(folder) {
				Expect(beside.FindString(code)).To(BeEmpty(), file)
			}
		}
	})

	// What a package itself starts beside itself is reached through functions that only files with
	// such specs call.
	It("tests with it the specs of other packages that do", func() {
		reach := map[string]*regexp.Regexp{
			"adapters/eaadhaar": nil, // it starts nothing
			"contract/changes":  regexp.MustCompile(`\b(Run|between)\(ctx|\bbuilt\(`),
		}
		for _, folder := range listed("BESIDE") {
			Expect(reach).To(HaveKey(folder))
			labelled := 0
			for file, code := range sources(folder) {
				if filepath.Base(file) == "bench_test.go" {
					continue // without specs
				}
				starts := beside.MatchString(code)
				if strings.HasSuffix(file, "_test.go") {
					starts = starts || reach[folder] != nil && reach[folder].MatchString(code)
				} else if reach[folder] == nil {
					Expect(starts).To(BeFalse(), file)
				}
				if has := strings.Contains(code, `Label("beside")`); strings.HasSuffix(file, "_test.go") {
					Expect(has).To(Equal(starts), file)
					if has {
						labelled++
					}
				}
			}
			Expect(labelled).To(BeNumerically(">", 0), folder)
		}
	})

	DescribeTable("keeps colours for terminals", func(ctx SpecContext, want string, set ...string) {
		GinkgoT().Setenv("GINKGO_NO_COLOR", "") // which is put back
		Expect(os.Unsetenv("GINKGO_NO_COLOR")).To(Succeed())
		said, _ := made(ctx, append(set, "gremlins", "PKG=./part", "GREMLINS=printenv GINKGO_NO_COLOR #")...)
		Expect(strings.Contains(said, "\ntrue\n")).To(Equal(want == "none"), said)
	},
		Entry("of which there is none", "none"),
		Entry("of which there is one", "some", "MAKE_TERMOUT=tty", "NO_COLOR="),
		Entry("whose owner wants none", "none", "MAKE_TERMOUT=tty", "NO_COLOR=1"),
	)

	It("asks for what it copies in its own words, and where to", func(ctx SpecContext) {
		said, err := made(ctx, "vendor", "PROVIDER=acme", "TOOL=@false")
		Expect(err).To(HaveOccurred())
		Expect(said).To(HavePrefix("make vendor: say DEST=..., a folder of your own module, such as: " +
			"make vendor PROVIDER=acme DEST=../app/internal/acmeapi\nmake: "))
	})

	It("looks for mutants in packages alone", func(ctx SpecContext) {
		said, err := made(ctx, "gremlins", "PKG=./nope", "GREMLINS=echo")
		Expect(err).To(HaveOccurred())
		Expect(said).To(HavePrefix("make gremlins: there is no package PKG=./nope; name a folder with one, such as " +
			"PKG=./adapters/kyc\nmake: "))
		said, err = made(ctx, "gremlins", "PKG=./part", "GREMLINS=echo")
		Expect(err).NotTo(HaveOccurred(), said)
		Expect(said).To(And(HavePrefix("gremlins: testing ./part as it is"), ContainSubstring("\nunleash "),
			HaveSuffix(" ./part\n")))
	})
})
