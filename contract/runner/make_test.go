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
	)

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
		Expect(strings.HasPrefix(said, "true\n")).To(Equal(want == "none"), said)
	},
		Entry("of which there is none", "none"),
		Entry("of which there is one", "some", "MAKE_TERMOUT=tty", "NO_COLOR="),
		Entry("whose owner wants none", "none", "MAKE_TERMOUT=tty", "NO_COLOR=1"),
	)

	It("looks for mutants in packages alone", func(ctx SpecContext) {
		said, err := made(ctx, "gremlins", "PKG=./nope", "GREMLINS=echo")
		Expect(err).To(HaveOccurred())
		Expect(said).To(HavePrefix("make gremlins: there is no package PKG=./nope; name a folder with one, such as PKG=./adapters/kyc\nmake: "))
		said, err = made(ctx, "gremlins", "PKG=./part", "GREMLINS=echo")
		Expect(err).NotTo(HaveOccurred(), said)
		Expect(said).To(And(HavePrefix("unleash "), HaveSuffix(" ./part\n")))
	})
})
