package vendoring

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"
)

// cacheFirst is a GOPROXY that asks the network only for what is not in the
// module cache.
func cacheFirst() string {
	env, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY").Output()
	Expect(err).NotTo(HaveOccurred())
	cache, proxy, _ := strings.Cut(strings.TrimSpace(string(env)), "\n")
	return "file://" + cache + "/cache/download," + proxy
}

// first is the provider whose package is copied here: one of those that there are.
var first = packages("..")[0]

var _ = Describe("a copied package", func() {
	var dest string
	BeforeEach(func() { dest = filepath.Join(GinkgoT().TempDir(), "internal", "acmeapi") })

	copied := func() (int, string) {
		var out, errs bytes.Buffer
		status := Run(context.Background(), []string{"-gen", "..", "-provider", first, "-dest", dest}, nil, &out, &errs)
		return status, out.String() + errs.String()
	}
	file := func(name string) string { return filepath.Join(dest, name) }
	edit := func(name, text string) { Expect(os.WriteFile(file(name), []byte(text), 0o644)).To(Succeed()) }

	It("says where it came from", func() {
		status, _ := copied()
		Expect(status).To(BeZero())
		var p provenance
		text, err := os.ReadFile(file(provenanceFile))
		Expect(err).NotTo(HaveOccurred())
		Expect(yaml.Unmarshal(text, &p)).To(Succeed())
		document, err := os.ReadFile("../" + first + "api/openapi.gen.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(p.Document).To(Equal(sum(document)))
		var says struct {
			Sources []source `yaml:"x-sources"`
		}
		Expect(yaml.Unmarshal(document, &says)).To(Succeed())
		Expect(p.Sources).To(And(Not(BeEmpty()), Equal(says.Sources)))
		Expect(p.Sources[0]).To(And(HaveField("Name", Not(BeEmpty())), HaveField("URL", HavePrefix("https://"))))
		Expect(p.Revision).NotTo(BeEmpty())
		Expect(p.Licence).To(Equal("Apache-2.0"))
		Expect(p.Files).To(HaveLen(6))
	})

	It("is left alone by a second copy", func() {
		copied()
		_, said := copied()
		Expect(said).To(ContainSubstring("0 of 7 files written"))
	})

	It("is brought up to date where nobody edited it", func() {
		copied()
		var p provenance
		text, err := os.ReadFile(file(provenanceFile))
		Expect(err).NotTo(HaveOccurred())
		Expect(yaml.Unmarshal(text, &p)).To(Succeed())
		older := "package: older\n" // as an older copy would have left it
		edit("cfg.yaml", older)
		p.Files["cfg.yaml"] = sum([]byte(older))
		text, err = p.text()
		Expect(err).NotTo(HaveOccurred())
		edit(provenanceFile, string(text))

		status, said := copied()
		Expect(status).To(BeZero(), said)
		Expect(os.ReadFile(file("cfg.yaml"))).NotTo(BeEquivalentTo(older))
	})

	It("can be finished after an interruption", func() {
		copied()
		Expect(os.Remove(file(provenanceFile))).To(Succeed())
		Expect(os.Remove(file("client.gen.go"))).To(Succeed())
		status, said := copied()
		Expect(status).To(BeZero(), said)
		Expect(said).To(ContainSubstring("2 of 7 files written"))
	})

	DescribeTable("is not overwritten", func(name, text string) {
		copied()
		edit("generate.go", "// stays as it is\n")
		edit(name, text)
		before, err := os.ReadFile(file("generate.go"))
		Expect(err).NotTo(HaveOccurred())
		status, said := copied()
		Expect(status).To(Equal(2))
		Expect(said).To(ContainSubstring(name))
		Expect(os.ReadFile(file("generate.go"))).To(Equal(before))
	},
		Entry("where a file was edited", "client.gen.go", "package acmeapi // mine\n"),
		Entry("where its provenance cannot be read", provenanceFile, "\tnot yaml"),
	)

	It("is not replaced by another package", func() {
		copied()
		gen := GinkgoT().TempDir()
		Expect(os.CopyFS(filepath.Join(gen, "boltapi"), os.DirFS("../"+first+"api"))).To(Succeed())
		var out, errs bytes.Buffer
		Expect(Run(context.Background(), []string{"-gen", gen, "-provider", "bolt", "-dest", dest}, nil, &out, &errs)).To(Equal(2))
		Expect(errs.String()).To(ContainSubstring("holds a copy of ../" + first + "api"))
	})

	It("does not replace somebody else's file of the same name", func() {
		Expect(os.MkdirAll(dest, 0o755)).To(Succeed())
		edit("generate.go", "package somethingelse\n")
		status, said := copied()
		Expect(status).To(Equal(2))
		Expect(said).To(ContainSubstring("generate.go"))
		Expect(filepath.Glob(filepath.Join(dest, "*"))).To(HaveLen(1))
	})

	It("compiles and regenerates in another module, which needs the runtime alone", func() {
		copied()
		module := filepath.Dir(filepath.Dir(dest))
		sums, err := os.ReadFile("../../go.sum")
		Expect(err).NotTo(HaveOccurred())
		Expect(os.WriteFile(filepath.Join(module, "go.sum"), sums, 0o644)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(module, "go.mod"), []byte("module example.com/elsewhere\n\ngo 1.25.0\n\nrequire github.com/oapi-codegen/runtime v1.8.0\n"), 0o644)).To(Succeed())
		in := func(dir string, args ...string) string {
			cmd := exec.Command("go", args...)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY="+cacheFirst())
			out, err := cmd.CombinedOutput()
			Expect(err).NotTo(HaveOccurred(), string(out))
			return string(out)
		}
		in(module, "vet", "./...")
		direct := in(module, "list", "-m", "-f", "{{if not (or .Main .Indirect)}}{{.Path}}{{end}}", "all")
		Expect(bytes.Fields([]byte(direct))).To(HaveExactElements(BeEquivalentTo("github.com/oapi-codegen/runtime")))

		generated, err := os.ReadFile(file("client.gen.go"))
		Expect(err).NotTo(HaveOccurred())
		Expect(os.Remove(file("client.gen.go"))).To(Succeed())
		in(dest, "generate", ".")
		Expect(os.ReadFile(file("client.gen.go"))).To(Equal(generated))
	})

	It("takes the Doer along, which compiles beside it", func() {
		var out, errs bytes.Buffer
		Expect(Run(context.Background(), []string{"-gen", "..", "-provider", first, "-dest", dest, "-with", "wire"}, nil, &out, &errs)).To(BeZero(), errs.String())
		Expect(out.String()).To(ContainSubstring("wire: "))
		module := filepath.Dir(filepath.Dir(dest))
		Expect(os.WriteFile(filepath.Join(module, "go.mod"), []byte("module example.com/elsewhere\n\ngo 1.25.0\n"), 0o644)).To(Succeed())
		vet := exec.Command("go", "vet", "./internal/acmeapi/wire")
		vet.Dir = module
		said, err := vet.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(said))
		Expect(filepath.Glob(filepath.Join(dest, "wire", "*_test.go"))).To(BeEmpty())
		Expect(os.ReadFile(filepath.Join(dest, "wire", provenanceFile))).To(ContainSubstring("adapters/wire"))
	})

	DescribeTable("is refused", func(complaint string, args ...string) {
		var out, errs bytes.Buffer
		Expect(Run(context.Background(), args, nil, &out, &errs)).To(Equal(2))
		Expect(errs.String()).To(ContainSubstring(complaint))
	},
		Entry("without a folder", "name a provider and a folder", "-provider", "acme"),
		Entry("with something else than wire", "vendor: there is no WITH=tyre; there is wire\n", "-gen", "..", "-provider", first, "-dest", "x", "-with", "tyre"),
		Entry("into the folder that it comes from", "lies in the module that it is copied from", "-gen", "..", "-provider", first, "-dest", "../"+first+"api"),
		Entry("into another folder of the module", "DEST=../../internal/new lies in the module", "-gen", "..", "-provider", first, "-dest", "../../internal/new"),
		Entry("into the module's own folder", "such as DEST=../app/internal/"+first+"api\n", "-gen", "..", "-provider", first, "-dest", "../.."),
	)

	It("is refused for a provider that there is not", func() {
		gen := GinkgoT().TempDir()
		for _, name := range []string{"corkapi", "boltapi", "other"} {
			Expect(os.Mkdir(filepath.Join(gen, name), 0o755)).To(Succeed())
		}
		var out, errs bytes.Buffer
		Expect(Run(context.Background(), []string{"-gen", gen, "-provider", "acme", "-dest", dest}, nil, &out, &errs)).To(Equal(2))
		Expect(errs.String()).To(Equal("vendor: there is no PROVIDER=acme; there is bolt, cork\n"))
	})

	It("is refused in the module by another name", func() {
		link := filepath.Join(GinkgoT().TempDir(), "link")
		here, err := filepath.Abs("../..")
		Expect(err).NotTo(HaveOccurred())
		Expect(os.Symlink(here, link)).To(Succeed())
		dest = filepath.Join(link, "internal", "new")
		status, said := copied()
		Expect(status).To(Equal(2))
		Expect(said).To(ContainSubstring("lies in the module that it is copied from"))
	})

	It("goes into a module below this one", func() {
		below, err := os.MkdirTemp(".", "module")
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(os.RemoveAll, below)
		Expect(os.WriteFile(filepath.Join(below, "go.mod"), []byte("module example.com/below\n"), 0o644)).To(Succeed())
		dest = filepath.Join(below, "api")
		status, said := copied()
		Expect(status).To(BeZero(), said)
	})

	DescribeTable("goes through make to a folder of any name", func(name string) {
		dest = filepath.Join(GinkgoT().TempDir(), name)
		said, err := exec.Command("make", "-C", "../..", "vendor", "PROVIDER="+first, "DEST="+dest).CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(said))
		Expect(file("client.gen.go")).To(BeAnExistingFile())
	},
		Entry(nil, `a "b" c`), Entry(nil, "it's"), Entry(nil, "a$b"), Entry(nil, "$(shell exit)"), Entry(nil, "`exit`"),
	)

	It("says what its flags are", func() {
		var out, errs bytes.Buffer
		Expect(Run(context.Background(), []string{"-h"}, nil, &out, &errs)).To(BeZero())
		Expect(errs.String()).To(ContainSubstring("-provider provider"))
	})
})
