package readme

import (
	"os"
	"path/filepath"
	"strings"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
)

var _ = Describe("the README and the guides with a table", func() {
	BeforeEach(func() { GinkgoT().Chdir("../..") })

	// tree has these pages, and nothing else.
	tree := func(texts map[string]string) string {
		GinkgoHelper()
		root := GinkgoT().TempDir()
		for file, text := range texts {
			at := filepath.Join(root, file)
			Expect(os.MkdirAll(filepath.Dir(at), 0o755)).To(Succeed())
			Expect(os.WriteFile(at, []byte(text), 0o644)).To(Succeed())
		}
		return root
	}
	// read has all pages of the tree at root.
	read := func(root string) map[string]string {
		GinkgoHelper()
		texts := map[string]string{}
		for _, file := range pages {
			text, err := os.ReadFile(filepath.Join(root, file))
			Expect(err).NotTo(HaveOccurred())
			texts[file] = string(text)
		}
		return texts
	}

	It("have the current tables", func() {
		root := tree(read(""))
		Expect(write(root, "specs", providers.All)).To(Succeed())
		Expect(read(root)).To(Equal(read("")), "run make generate")
	})

	DescribeTable("are left alone where there is no place for", func(file, name string) {
		texts := read("")
		begin := "<!-- " + name + ": written by make generate -->\n"
		Expect(texts[file]).To(ContainSubstring(begin))
		texts[file] = strings.Replace(texts[file], begin, "", 1)
		for other := range texts {
			texts[other] = strings.ReplaceAll(texts[other], "|\n", "| old |\n")
		}
		root := tree(texts)
		Expect(write(root, "specs", providers.All)).
			To(MatchError(And(ContainSubstring(file+" has no place for the table"), ContainSubstring(name))))
		Expect(read(root)).To(Equal(texts))
	},
		Entry("the names", readme, "providers"), Entry("the coverage", readme, "coverage"),
		Entry("the mutants", caughtPage, "mutants"), Entry("the calls of a sandbox", sandboxPage, "calls"),
		Entry("what changes", movingPage, "moving"),
	)
})

var _ = Describe("a table", func() {
	const document = `{"openapi":"3.0.3","info":{"title":"Acme","version":"1"},
		"servers":[{"url":"https://sandbox.acme.example"}],
		"paths":{"/a":{"post":{"operationId":"start","responses":{"200":{"description":"OK",
			"content":{"application/json":{
			"examples":{"one":{"value":{}},"two":{"value":{}}}}}}}}}}}`
	bare := provider.Provider{Name: "bolt", Document: []byte(document)}
	acme := func(files fstest.MapFS) provider.Provider {
		return provider.Provider{
			Name: "acme", Document: []byte(document), Files: files, Account: &provider.Account{
				Sandbox: "https://sandbox.acme.example",
				Variables: []provider.Variable{
					{Name: "ACME_ID"}, {Name: "ACME_TOKEN", Obtained: true}, {Name: "ACME_FILE", Optional: true},
					{Name: "ACME_KEY"},
				},
			},
		}
	}
	answers := func(but string) fstest.MapFS {
		text := ""
		for _, q := range provider.Questions() {
			if q.Key != but {
				text += q.Key + ": of " + q.Key + "\n"
			}
		}
		return fstest.MapFS{"moving.yaml": {Data: []byte(text)}}
	}

	It("of the calls has a row for whom an account and cases are described", func() {
		row := func(text string) string {
			GinkgoHelper()
			rows, err := calls([]provider.Provider{bare, acme(fstest.MapFS{"cases.yaml": {Data: []byte(text)}})})
			Expect(err).NotTo(HaveOccurred())
			return strings.SplitAfter(rows, "|---|---|---|---|---|---|\n")[1]
		}
		const one = "acme/start/200/one: {means: record, runs: {simulator: yes, sandbox: yes}}\n"
		const two = "acme/start/200/two: {means: record, runs: {simulator: yes, sandbox: needs a person}}\n"
		const variables = " `ACME_ID`, `ACME_KEY`, optional `ACME_FILE` |\n"
		Expect(row(one + two)).To(Equal("| Acme | 1 | 1 | 2 | 2 |" + variables))
		Expect(row(one)).To(Equal("| Acme | 1 | 1 | 1 | 1 |"+variables), "of a new example that has no case yet")
	})

	It("of what changes has a column for who says so, and each question", func() {
		rows, err := moving([]provider.Provider{bare, acme(answers(""))})
		Expect(err).NotTo(HaveOccurred())
		Expect(rows).To(HavePrefix("| | Acme |\n|---|---|\n| documents as data | of documents |\n"))
		Expect(strings.Count(rows, "\n")).To(Equal(2 + len(provider.Questions())))
	})

	DescribeTable("of what changes is not written from", func(files fstest.MapFS, want string) {
		_, err := moving([]provider.Provider{acme(files)})
		Expect(err).To(MatchError(And(ContainSubstring("contract/provider/acme/moving.yaml"), ContainSubstring(want))))
	},
		Entry("a file without an answer", answers("price"), `write "price"`),
		Entry("an answer to no question", fstest.MapFS{"moving.yaml": {Data: []byte("prices: none\n")}},
			"prices is no question"),
		Entry("an answer that ends the cell", fstest.MapFS{"moving.yaml": {Data: []byte("price: 'a | b'\n")}},
			"write one line without a |"),
		Entry("an answer that is to be decided", fstest.MapFS{"moving.yaml": {Data: []byte(
			"price: to be decided # price\n")}}, "moving.yaml:1: price is to be decided"),
		Entry("an empty answer", fstest.MapFS{"moving.yaml": {Data: []byte("price: ''\n")}}, "write one line"),
	)

	It("lists names as a sentence does", func() {
		Expect(named([]provider.Provider{bare})).To(Equal("The providers here are Bolt.\n"))
		Expect(named([]provider.Provider{acme(nil), bare, bare})).To(Equal(
			"The providers here are Acme, Bolt and Bolt.\n"))
		Expect(listed(nil)).To(BeEmpty())
	})
})
