package changes

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

var recorded = "example: cedar/getStatus/200/example\ndocument: " + strings.Repeat("0", 64) + "\n"

var _ = It("A published document is examined without ids of its own", func() {
	const get = "get: {operationId: same, responses: {'200': {description: ok, content: {application/json: {schema: {type: string}, examples: {ok: {value: 1}}}}}}}\n"
	is, err := readSide("head", fstest.MapFS{documentFile("acme"): {Data: []byte("openapi: 3.0.3\npaths:\n  /a:\n    " + get + "  /b:\n    " + get)}})
	Expect(err).NotTo(HaveOccurred())
	broken, err := is.providers["acme"].broken()
	Expect(err).NotTo(HaveOccurred())
	Expect(broken).To(HaveLen(2))
})

var _ = Describe("a tree in which files of ours fail", func() {
	var was *side

	// after is the report once the tree was changed by what is done to its files.
	after := func(change func()) *report {
		GinkgoHelper()
		change()
		is, err := readSide("head", os.DirFS("."))
		Expect(err).NotTo(HaveOccurred())
		r := compare(was, is, decided)
		r.revision = "HEAD"
		r.finish()
		Expect(r.count(breaking)).To(BeZero(), r.markdown())
		return r
	}
	write := func(name, text string) {
		GinkgoHelper()
		Expect(os.MkdirAll(filepath.Dir(name), 0o750)).To(Succeed())
		Expect(os.WriteFile(name, []byte(text), 0o600)).To(Succeed())
	}
	BeforeEach(func() {
		dir := GinkgoT().TempDir()
		Expect(os.CopyFS(filepath.Join(dir, "specs"), os.DirFS("testdata/specs"))).To(Succeed())
		GinkgoT().Chdir(dir)
		generated, err := document.Marshal(trees[cedar].effective, "")
		Expect(err).NotTo(HaveOccurred())
		write("gen/cedarapi/openapi.gen.yaml", string(generated))
		write("contract/provider/cedar/cases.yaml", "cedar/getStatus/200/example: {}\n")
		write("contract/provider/cedar/fixtures/getStatus/200/example.yaml", recorded)
		write("go.mod", "module x\n\nrequire github.com/oapi-codegen/oapi-codegen/v2 v2.8.2\n")
		write("gen/cedarapi/generate.go", "package cedarapi\n\n//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config cfg.yaml openapi.gen.yaml\n")
		was, err = readSide("base", os.DirFS("."))
		Expect(err).NotTo(HaveOccurred())
	})

	It("has the overlay mended, and not thrown away with what else was written into it", func() {
		r := after(func() { rewrite("specs/cedar/overlay.yaml", `(?m)^  - target:`, "  - targte:") })
		Expect(commands(r)[0]).To(MatchRegexp(`^edit specs/cedar/overlay.yaml`), r.markdown())
		Expect(r.markdown()).NotTo(ContainSubstring("git checkout"))
	})

	It("brings back what is gone, and nothing else", func() {
		r := after(func() { Expect(os.Remove("specs/cedar/overlay.yaml")).To(Succeed()) })
		Expect(commands(r)[0]).To(Equal("git checkout HEAD -- specs/cedar/overlay.yaml"))
		Expect(r.says(inOverlay, "specs-gone")).To(BeTrue(), r.markdown())
	})

	It("says in the section of the examples that the cases cannot be read", func() {
		r := after(func() { write("contract/provider/cedar/cases.yaml", "a: [\n") })
		Expect(r.says(inExamples, "unreadable")).To(BeTrue(), r.markdown())
		Expect(commands(r)[0]).To(HavePrefix("edit contract/provider/cedar/cases.yaml:"))
	})

	DescribeTable("says that a recording cannot be read", func(text string) {
		r := after(func() { write("contract/provider/cedar/fixtures/getStatus/200/example.yaml", text) })
		Expect(r.says(inExamples, "unreadable")).To(BeTrue(), r.markdown())
		Expect(r.markdown()).To(ContainSubstring("make record writes it anew"))
	},
		Entry("that says not against what it was made", "example: x\n"),
		Entry("that is no YAML behind its sum", recorded+"}{\n"),
		Entry("whose sum is none", "document: abc\n"),
	)

	It("has every file edited that still names what is gone, before all has to compile and the examples are "+
		"accepted and recorded", func() {
		for name, text := range map[string]string{
			"adapters/cedar/convert.go":                 "package cedar\n\n// Pan is no member.\nvar x = a.ShareCode\n",
			"adapters/cedar/errors.go":                  "package cedar\n",
			"contract/provider/cedar/simulator.go":      "package cedar\n\nvar y = `shareCode`\n",
			"contract/provider/cedar/simulator_test.go": "package cedar\n// share_code\n",
			"contract/provider/cedar/differences.yaml":  "a: the shareCode is empty\n",
			"contract/e2e/look_test.go":                 "package e2e\n// \"shareCode\"\n",
			"contract/provider/cedar/fixtures/getAadhaar/200/example.yaml": "document: " + strings.Repeat("a",
				64) + "\n",
			"README.md": "a `shareCode` is there\n", "contract/shop/shop.go": "package shop // the share code\n",
		} {
			write(name, text)
		}
		was, err := readSide("base", os.DirFS("."))
		Expect(err).NotTo(HaveOccurred())
		text, err := os.ReadFile("specs/cedar/openapi.yaml")
		Expect(err).NotTo(HaveOccurred())
		write("specs/cedar/openapi.yaml", strings.ReplaceAll(string(text), "shareCode", "shareToken"))
		is, err := readSide("head", os.DirFS("."))
		Expect(err).NotTo(HaveOccurred())
		r := compare(was, is, decided)
		r.finish()
		Expect(r.worst()).To(Equal(breaking), r.markdown())
		edits := slices.DeleteFunc(commands(r), func(c string) bool {
			return strings.HasPrefix(c, "edit specs/") || strings.HasPrefix(c, "git ") || strings.HasSuffix(c,
				"/cases.yaml")
		})
		Expect(edits).To(Equal([]string{"make clients",
			"edit adapters/cedar/convert.go:4", "edit contract/provider/cedar/simulator.go:3",
			"edit contract/provider/cedar/simulator_test.go:2",
			"edit contract/provider/cedar/differences.yaml:1", "edit README.md:1", "edit contract/e2e/look_test.go:2",
			"go vet ./...", "make generate", "make changes BASE=", "make accept PROVIDER=cedar",
			"make record PROVIDER=cedar TARGET=simulator", "make contract PROVIDER=cedar",
			"make mutants ACCEPT=1", "make test"}), r.markdown())
	})

	It("has an adapter's function say that what it calls is deprecated, until it does", func() {
		deprecate := func(text string) []command {
			GinkgoHelper()
			const test = "package acme\n\nfunc try() { api.CreateURLWithResponse() }\n"
			write("adapters/acme/acme.go", text)
			write("adapters/acme/acme_test.go", test)
			write("contract/provider/acme/acme.go", test)
			document := "specs/acme/openapi.yaml"
			was, err := readSide("base", os.DirFS("."))
			Expect(err).NotTo(HaveOccurred())
			kept, err := os.ReadFile(document)
			Expect(err).NotTo(HaveOccurred())
			const id = "      operationId: VrsDigilockerVerificationCreateUrl\n"
			write(document, strings.Replace(string(kept), id, id+"      deprecated: true\n", 1))
			is, err := readSide("head", os.DirFS("."))
			Expect(err).NotTo(HaveOccurred())
			write(document, string(kept))
			r := compare(was, is, decided)
			r.finish()
			Expect(r.Changes).To(ContainElement(HaveField("Rule", "endpoint-deprecated")), r.markdown())
			return slices.DeleteFunc(r.Next, func(c command) bool {
				return !strings.Contains(c.Why, "calls deprecated")
			})
		}
		const does = "func (a *Adapter) open() {\n\ta.api.CreateURLWithResponse()\n}\n\n" +
			"func (a *Adapter) other() { a.createURL() }\n"
		const head = "package acme\n\n// open opens.\n"
		Expect(deprecate(head + does)).To(ConsistOf(And(HaveField("Command", "edit adapters/acme/acme.go:5"),
			HaveField("Why", ContainSubstring("it calls `createURL`, which the provider calls deprecated")))))
		Expect(deprecate(head + "// Deprecated: not seen by Go's tools.\n" + does)).To(HaveLen(1))
		Expect(deprecate(head + "//\n// Deprecated: the provider says so.\n" + does)).To(BeEmpty())
	})

	It("has each generate.go name the generator that go.mod has, and then write the clients", func() {
		r := after(func() { rewrite("go.mod", `v2\.8\.2`, "v2.9.0") })
		Expect(commands(r)[:3]).To(Equal([]string{"edit gen/cedarapi/generate.go", "make generate", "make changes BASE=HEAD"}))
		r = after(func() { rewrite("gen/cedarapi/generate.go", `v2\.8\.2`, "v2.9.0") })
		Expect(commands(r)[:2]).To(Equal([]string{"make generate", "make changes BASE=HEAD"}))
	})
})
