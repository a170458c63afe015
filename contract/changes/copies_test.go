package changes

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters"
	"example.com/digilocker/gen"
	"example.com/digilocker/gen/vendoring"
)

// A client as somebody copied it: its document, and Go that could have been made of it.
const (
	copiedDocument = `openapi: 3.0.3
info: {title: Cedar, version: "1"}
paths:
  /check:
    get:
      operationId: check
      responses:
        "200":
          description: well
          content:
            application/json:
              schema:
                type: object
                properties: {name: {type: string}, state: {type: string}}
`
	copiedClient = "package cedarapi\n\nimport \"net/http\"\n\n// Check is checked.\ntype Check struct {\n" +
		"\tName  *string `json:\"name,omitempty\"`\n\tState *string `json:\"state,omitempty\"`\n\tRaw http.Header\n}\n"
	copiedMod = "module shop.example/app\n\ngo 1.25\n"
)

var _ = Describe("a copied client", func() {
	var top string
	BeforeEach(func() { top = GinkgoT().TempDir() })
	write := func(name, text string) {
		GinkgoHelper()
		name = filepath.Join(top, name)
		Expect(os.MkdirAll(filepath.Dir(name), 0o755)).To(Succeed())
		Expect(os.WriteFile(name, []byte(text), 0o600)).To(Succeed())
	}
	// becoming is the folder of a copy that is there and becomes that, in a module that compiles.
	becoming := func(document, client string) vendoring.Folder {
		GinkgoHelper()
		write("go.mod", copiedMod)
		write("api/openapi.gen.yaml", copiedDocument)
		write("api/client.gen.go", copiedClient)
		return vendoring.Folder{Dir: filepath.Join(top, "api"), Package: "gen/cedarapi", Was: "v1.0.0", Is: "v1.1.0",
			Files: map[string][]byte{"openapi.gen.yaml": []byte(document), "client.gen.go": []byte(client)}}
	}
	fewer := func(text, line string) string {
		GinkgoHelper()
		without := regexp.MustCompile(line).ReplaceAllString(text, "")
		Expect(without).NotTo(Equal(text))
		return without
	}
	told := func(folders ...vendoring.Folder) (string, bool) {
		told := Copies(context.Background(), folders)
		return told.Text, told.Breaks
	}

	It("says what breaks, on the wire and in Go, and stays as it is", func() {
		folder := becoming(fewer(copiedDocument, `, state: {type: string}`), fewer(copiedClient, `\tState .*\n`))
		text, breaking := told(folder)
		Expect(text).To(Equal("# What changed from the copy in " + folder.Dir + ` (v1.0.0) to gen/cedarapi (v1.1.0)

**Verdict: breaking.** 2 breaking.

## Wire

### cedar

- **breaking** removed the optional property ` + "`state`" + ` from the response with the ` + "`200`" + ` status (check)

## Go

### gen/cedarapi

- **breaking** Check.State: removed
`))
		Expect(breaking).To(BeTrue())
		Expect(os.ReadFile(filepath.Join(folder.Dir, "client.gen.go"))).To(BeEquivalentTo(copiedClient))
	})

	It("says what does not break", func() {
		text, breaking := told(becoming(strings.Replace(copiedDocument, "properties: {",
			"properties: {more: {type: string}, ", 1),
			strings.Replace(copiedClient, "\tRaw", "\tMore *string `json:\"more\"`\n\tRaw", 1)))
		Expect(breaking).To(BeFalse())
		Expect(text).To(And(ContainSubstring("**Verdict: nothing breaks.** 2 compatible.\n"),
			ContainSubstring("Check.More: added"),
			Not(ContainSubstring("Next")), Not(ContainSubstring("left to do"))))
	})

	It("is compared without the files that will be taken away", func() {
		folder := becoming(copiedDocument, copiedClient)
		write("api/gone.go", "package cedarapi\n\n// Half is what callers may call.\nfunc Half() {}\n")
		folder.Dropped = []string{"gone.go"}
		text, breaking := told(folder)
		Expect(breaking).To(BeTrue(), text)
		Expect(text).To(ContainSubstring("Half: removed"))

		folder = becoming(copiedDocument, copiedClient+"\nfunc half() {}\n")
		write("api/gone.go", "package cedarapi\n\nfunc half() {}\n")
		text, breaking = told(folder)
		Expect(breaking).To(BeTrue(), text) // as both have it
		folder.Dropped = []string{"gone.go"}
		text, breaking = told(folder)
		Expect(breaking).To(BeFalse(), text)
		Expect(filepath.Join(folder.Dir, "gone.go")).To(BeAnExistingFile())
	})

	It("says that nothing changed", func() {
		text, breaking := told(becoming(copiedDocument, copiedClient))
		Expect(breaking).To(BeFalse())
		Expect(text).To(HaveSuffix("\n\n**Nothing changed** on the wire or in Go.\n"))
	})

	It("may lie behind a link", func() {
		folder := becoming(copiedDocument, fewer(copiedClient, `\tState .*\n`))
		Expect(os.Symlink(top, filepath.Join(top, "link"))).To(Succeed())
		folder.Dir = filepath.Join(top, "link", "api")
		text, _ := told(folder)
		Expect(text).To(ContainSubstring("Check.State: removed"))
	})

	It("says what of its owner's would not compile any more", func() {
		folder := becoming(copiedDocument, fewer(copiedClient, `\tState .*\n`))
		write("api/mine.go", "package cedarapi\n\nvar _ = Check{}.State\n")
		text, breaking := told(folder)
		Expect(breaking).To(BeTrue())
		Expect(text).To(MatchRegexp(`does not compile any more: \./mine\.go:3:\d+: .*State`))
	})

	It("looks at what came along, and not at what comes anew", func() {
		folder := becoming(copiedDocument, copiedClient)
		write("api/wire/wire.go", "package wire\n\nvar Old, Older int\n")
		write("api/webhook/mine.go", "package webhook // not copied\n")
		text, breaking := told(folder,
			vendoring.Folder{Dir: filepath.Join(folder.Dir, "wire"), Package: "adapters/wire",
				Was: "v1.0.0", Is: "v1.1.0",
				Files: map[string][]byte{"wire.go": []byte("package wire\n\nvar Old int\n")}},
			vendoring.Folder{Dir: filepath.Join(folder.Dir, "webhook"), Package: "adapters/cedar/webhook", Is: "v1.1.0",
				Files: map[string][]byte{"webhook.go": []byte("package other\n")}})
		Expect(breaking).To(BeTrue())
		Expect(text).To(And(ContainSubstring("### adapters/wire\n\n- **breaking** Older: removed\n"),
			Not(ContainSubstring("webhook"))))
	})

	DescribeTable("says why Go is not compared, and tells of the wire", func(because string, spoil func()) {
		folder := becoming(fewer(copiedDocument, `, state: {type: string}`), fewer(copiedClient, `\tState .*\n`))
		spoil()
		text, breaking := told(folder)
		Expect(breaking).To(BeTrue())
		Expect(text).To(And(MatchRegexp(`\n\*\*Not compared:\*\* Go: `+because),
			ContainSubstring("removed the optional property `state`"),
			Not(ContainSubstring("## Go")), Not(ContainSubstring(top+"/api/client"))))
	},
		Entry("without a module around it", `.*go\.mod`, func() {
			for dir := filepath.Dir(top); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
				if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
					Skip("a go.mod lies above the folder for temporary files: " + dir)
				}
			}
			Expect(os.Remove(filepath.Join(top, "go.mod"))).To(Succeed())
		}),
		Entry("without a go command", `there is no go command, which compiles it\n`,
			func() { GinkgoT().Setenv("PATH", top) }),
		Entry("without a module that it imports",
			`the copy does not compile as it is: gen/cedarapi: .*: no required module provides `+
				`package acme\.example/runtime; to add it: go get acme\.example/runtime, `+
				`or all that is missing: go mod tidy\n`,
			func() { write("api/b.go", "package cedarapi\n\nimport _ \"acme.example/runtime\"\n") }),
		Entry("without a module that would be downloaded", `.*: a module has to be downloaded first: go mod download\n`,
			func() {
				write("api/b.go", "package cedarapi\n\nimport _ \"acme.example/runtime\"\n")
				write("go.mod", copiedMod+"\nrequire acme.example/runtime v1.0.0\n")
				const sum = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
				write("go.sum", "acme.example/runtime v1.0.0 "+sum+"acme.example/runtime v1.0.0/go.mod "+sum)
			}),
		Entry("where it does not compile",
			`the copy does not compile as it is: gen/cedarapi: \./b\.go:3:\d+: undefined: nothing\n`,
			func() { write("api/b.go", "package cedarapi\n\nvar _ = nothing\n") }),
	)

	It("is not known to be well where Go is not compared", func() {
		folder := becoming(copiedDocument, fewer(copiedClient, `\tState .*\n`))
		write("api/b.go", "package cedarapi\n\nimport _ \"acme.example/runtime\"\n")
		folder.Was, folder.Is = vendoring.Unknown, vendoring.Unknown
		Expect(Copies(context.Background(), []vendoring.Folder{folder})).To(And(HaveField("Breaks", false),
			HaveField("Partly", true),
			HaveField("Text", HavePrefix("# What changed from the copy in "+folder.Dir+" to gen/cedarapi\n\n"+
				"**Verdict: not all could be compared.** Nothing changed in what was.\n"))))
	})

	DescribeTable("says why the wire is not compared, and tells of Go", func(because string, spoil func()) {
		folder := becoming(copiedDocument, fewer(copiedClient, `\tState .*\n`))
		spoil()
		text, breaking := told(folder)
		Expect(breaking).To(BeTrue())
		Expect(text).To(And(ContainSubstring("**Not compared:** wire: "+because),
			ContainSubstring("Check.State: removed")))
	},
		Entry("without its document", "there is no ",
			func() { Expect(os.Remove(filepath.Join(top, "api/openapi.gen.yaml"))).To(Succeed()) }),
		Entry("with one that cannot be read", "gen/cedarapi/openapi.gen.yaml",
			func() { write("api/openapi.gen.yaml", "\tx") }),
	)

	Describe("of a provider that there is", func() {
		var dir string
		changes := func(args ...string) (int, string, string) {
			var out, errs bytes.Buffer
			status := Run(context.Background(), args, nil, &out, &errs)
			return status, out.String(), errs.String()
		}
		BeforeEach(func() {
			dir = filepath.Join(top, "internal", "api")
			gens, err := gen.Files.ReadDir(".")
			Expect(err).NotTo(HaveOccurred())
			provider := ""
			for _, entry := range gens {
				if name, is := strings.CutSuffix(entry.Name(), "api"); is && entry.IsDir() {
					provider = name
				}
			}
			mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
			Expect(err).NotTo(HaveOccurred())
			write("go.mod", strings.Replace(string(mod), "module "+strings.TrimSuffix(module, "/"),
				"module shop.example/app", 1))
			sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
			Expect(err).NotTo(HaveOccurred())
			write("go.sum", string(sums))
			var out, errs bytes.Buffer
			Expect(vendoring.Run(context.Background(), []string{"-provider", provider, "-dest", dir}, nil, &out, &errs,
				vendoring.Parts{Gen: gen.Files, Adapters: adapters.Files})).To(BeZero(), errs.String())
		})

		It("is compared with what the command would write, by its own module", func() {
			status, out, errs := changes("-copy", dir)
			Expect(errs).To(BeEmpty())
			Expect(status).To(BeZero())
			Expect(out).To(HaveSuffix("**Nothing changed** on the wire or in Go.\n"))

			client := filepath.Join(dir, "client.gen.go")
			text, err := os.ReadFile(client)
			Expect(err).NotTo(HaveOccurred())
			older := regexp.MustCompile(`(?m)^type Client struct \{$`).ReplaceAllString(string(text),
				"$0\n\tOlder string\n")
			Expect(os.WriteFile(client, []byte(older), 0o600)).To(Succeed())
			report := filepath.Join(top, "report")
			status, out, errs = changes("-report", report, "-copy", dir)
			Expect(errs).To(BeEmpty())
			Expect(status).To(Equal(1))
			Expect(out).To(And(ContainSubstring("- **breaking** Client.Older: removed\n"),
				Not(ContainSubstring("Not compared"))))
			Expect(os.ReadFile(filepath.Join(report, "changes.md"))).To(BeEquivalentTo(out))
			var kept struct{ Verdict string }
			programs, err := os.ReadFile(filepath.Join(report, "changes.json"))
			Expect(err).NotTo(HaveOccurred())
			Expect(json.Unmarshal(programs, &kept)).To(Succeed())
			Expect(kept.Verdict).To(Equal("breaking"))
			Expect(os.ReadFile(client)).To(BeEquivalentTo(older))
		})

		spoil := func(name, more string) {
			GinkgoHelper()
			text, err := os.ReadFile(filepath.Join(dir, name))
			Expect(err).NotTo(HaveOccurred())
			Expect(os.WriteFile(filepath.Join(dir, name), append(text, more...), 0o600)).To(Succeed())
		}

		It("tells of a file that was edited, which is to be looked at", func() {
			spoil("quick.go", "\n// mine\n")
			spoil("cfg.yaml", "\n# mine\n")
			status, out, errs := changes("-copy", dir)
			Expect(errs).To(BeEmpty())
			Expect(status).To(BeZero())
			Expect(out).To(ContainSubstring(
				"**Verdict: nothing breaks, have a look.** 2 to look at.\n\n## Copy\n\n### gen/"))
			for _, name := range []string{"quick.go", "cfg.yaml"} {
				Expect(out).To(ContainSubstring("- **look** " + name + " was edited since it was copied"))
			}
		})

		DescribeTable("does not pass for well where Go is not compared", func(remedy string, spoilModule func()) {
			spoil("quick.go", "\n// mine\n")
			spoilModule()
			status, out, errs := changes("-copy", dir)
			Expect(errs).To(BeEmpty())
			Expect(status).To(Equal(2))
			Expect(out).To(MatchRegexp(`\n\*\*Not compared:\*\* Go: .*` + remedy))
		},
			Entry("for an empty module cache", "go mod download\n",
				func() { GinkgoT().Setenv("GOMODCACHE", GinkgoT().TempDir()) }),
			Entry("for a requirement that is missing", "go mod tidy\n", func() { write("go.mod", copiedMod) }),
			Entry("for sums that are missing", "go mod tidy\n", func() { write("go.sum", "") }),
		)

		It("says what takes long, once it does", func() {
			spoil("quick.go", "\n// mine\n")
			errs, err := os.Create(filepath.Join(top, "errors"))
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(errs.Close)
			// A go command that takes until something is said.
			write("bin/go", "#!/bin/sh\nn=0; until test -s '"+errs.Name()+"' || test $n = 600; do "+
				"sleep 0.1; n=$((n+1)); done; exit 1\n")
			Expect(os.Chmod(filepath.Join(top, "bin", "go"), 0o755)).To(Succeed())
			GinkgoT().Setenv("PATH", filepath.Join(top, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
			Expect(Run(context.Background(), []string{"-copy", dir}, nil, new(bytes.Buffer), errs)).To(Equal(2))
			Expect(os.ReadFile(errs.Name())).To(BeEquivalentTo(
				"changes: comparing the copy with what would be written; both are compiled ...\n"))
		})

		DescribeTable("is not compared", func(complaint string, args ...string) {
			status, out, errs := changes(args...)
			Expect(status).To(Equal(2))
			Expect(out).To(BeEmpty())
			Expect(errs).To(HavePrefix("changes: " + complaint))
		},
			Entry("where there is none", "-copy: there is no provenance.yaml in nowhere", "-copy", "nowhere"),
			Entry("with a revision", "-copy is compared with what this command would write: leave out",
				"-copy", "x", "HEAD"),
			Entry("from one", "-copy is compared with what this command would write: leave out",
				"-copy", "x", "-to", "HEAD"),
		)
	})
})
