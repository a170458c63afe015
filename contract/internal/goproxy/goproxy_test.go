package goproxy

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestGoproxy(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/internal/goproxy")
}

var _ = Describe("a version of a tree", func() {
	It("has what the tree has, but for what nobody commits", func() {
		root, dir := GinkgoT().TempDir(), GinkgoT().TempDir()
		committed := []string{"go.mod", "a/a.go", "a/bin/b.go", ".github/w.yml"}
		for _, name := range append([]string{"bin/x", ".git/HEAD", "contract/report/r"}, committed...) {
			Expect(os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o755)).To(Succeed())
			Expect(os.WriteFile(filepath.Join(root, name), []byte("module acme.example/Thing\n"), 0o600)).To(Succeed())
		}
		env, err := Serve(root, "v1.2.3", dir)
		Expect(err).NotTo(HaveOccurred())
		Expect(env).To(ContainElement(HavePrefix("GOPROXY=file://" + filepath.ToSlash(dir) + "/proxy,file://")))
		at := filepath.Join(dir, "proxy/acme.example/!thing/@v")
		Expect(os.ReadFile(filepath.Join(at, "list"))).To(BeEquivalentTo("v1.2.3\n"))
		Expect(os.ReadFile(filepath.Join(at, "v1.2.3.mod"))).To(BeEquivalentTo("module acme.example/Thing\n"))
		archive, err := zip.OpenReader(filepath.Join(at, "v1.2.3.zip"))
		Expect(err).NotTo(HaveOccurred())
		defer func() { _ = archive.Close() }()
		var names []string
		for _, f := range archive.File {
			names = append(names, strings.TrimPrefix(f.Name, "acme.example/Thing@v1.2.3/"))
		}
		Expect(names).To(ConsistOf(committed))
	})

	DescribeTable("is made of a module alone:", func(version string, mod []byte) {
		root := GinkgoT().TempDir()
		if mod != nil {
			Expect(os.WriteFile(filepath.Join(root, "go.mod"), mod, 0o600)).To(Succeed())
		}
		_, err := Serve(root, version, GinkgoT().TempDir())
		Expect(err).To(HaveOccurred())
	},
		Entry("not of any folder", "v1.2.3", nil), Entry("not of one without a path", "v1.2.3", []byte("go 1.26\n")),
		Entry("and of a version", "latest", []byte("module acme.example/thing\n")),
	)
})
