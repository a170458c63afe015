package vendoring

import (
	"bytes"
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/gen"
)

// built is what the command has built in.
var built = Parts{Gen: os.DirFS(".."), Adapters: os.DirFS("../../adapters")}

// first is the provider whose package is copied here, and hooked one that has webhooks too: of
// those that there are.
var (
	first  = (&origin{gen: built.Gen}).providers()[0]
	hooked = (&origin{adapters: built.Adapters}).having("webhook")[0]
)

// said is the outcome of a call of the command.
type said struct {
	status      int
	out, errors string
}

func vendor(parts Parts, args ...string) said {
	var out, errs bytes.Buffer
	status := Run(context.Background(), args, nil, &out, &errs, parts)
	return said{status, out.String(), errs.String()}
}

// cacheFirst is a GOPROXY that asks the network only for what is not in the
// module cache.
func cacheFirst() string {
	env, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY").Output()
	Expect(err).NotTo(HaveOccurred())
	cache, proxy, _ := strings.Cut(strings.TrimSpace(string(env)), "\n")
	return "file://" + cache + "/cache/download," + proxy
}

// goIn runs the go command in a folder, and gives what it says.
func goIn(dir string, args ...string) string {
	GinkgoHelper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY="+cacheFirst())
	out, err := cmd.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(out))
	return string(out)
}

func textOf(name ...string) string {
	GinkgoHelper()
	text, err := os.ReadFile(filepath.Join(name...))
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

func edit(name, text string) {
	GinkgoHelper()
	Expect(os.WriteFile(name, []byte(text), 0o600)).To(Succeed())
}

// elsewhere makes a module of a folder, with what a client requires.
func elsewhere(dir, more string) {
	GinkgoHelper()
	here, err := readModule("../..")
	Expect(err).NotTo(HaveOccurred())
	edit(filepath.Join(dir, "go.sum"), textOf("../../go.sum"))
	edit(filepath.Join(dir, "go.mod"), "module shop.example/elsewhere\n\ngo 1.25.0\n\nrequire "+runtimeModule+" "+
		here.requires(runtimeModule)+"\n"+more)
}

// outside skips a spec where a module is around the folders for temporary files.
func outside() {
	GinkgoHelper()
	around, err := moduleOf(os.TempDir())
	Expect(err).NotTo(HaveOccurred())
	if around.dir != "" {
		Skip("a go.mod lies above the folder for temporary files: " + around.dir)
	}
}

var _ = Describe("a copied package", func() {
	var top, dest string
	BeforeEach(func() {
		top = GinkgoT().TempDir()
		edit(filepath.Join(top, "go.mod"), "module shop.example/elsewhere\n")
		dest = filepath.Join(top, "internal", "acmeapi")
	})
	copied := func(more ...string) said {
		return vendor(built, append([]string{"-provider", first, "-dest", dest}, more...)...)
	}
	file := func(name string) string { return filepath.Join(dest, name) }
	says := func() provenance {
		GinkgoHelper()
		p, err := readProvenance(dest)
		Expect(err).NotTo(HaveOccurred())
		return p
	}
	// older makes the copy one of an older state, in which a file had that text.
	older := func(name, text string) {
		GinkgoHelper()
		edit(file(name), text)
		p := says()
		p.Files[name], p.Revision = sum([]byte(text)), "v0.0.1"
		written, err := p.text()
		Expect(err).NotTo(HaveOccurred())
		edit(file(provenanceFile), string(written))
	}

	It("says where it came from, and with what it is tested", func() {
		elsewhere(top, "") // which lacks nothing
		Expect(copied()).To(Equal(said{out: first + "api: 8 of 8 files written to " + dest + "\n"}))
		p := says()
		document := textOf("..", first+"api", effectiveFile)
		Expect(p.Document).To(Equal(sum([]byte(document))))
		var all struct {
			Sources []source `yaml:"x-sources"`
		}
		Expect(yaml.Unmarshal([]byte(document), &all)).To(Succeed())
		Expect(p.Sources).To(And(Not(BeEmpty()), Equal(all.Sources)))
		Expect(p.Sources[0]).To(And(HaveField("Name", Not(BeEmpty())), HaveField("URL", HavePrefix("https://"))))
		Expect(p.Package).To(Equal("gen/" + first + "api"))
		Expect(p.Licence).To(Equal("Apache-2.0"))
		Expect(textOf(file(clientFile))).To(ContainSubstring(" version " + p.Generator + " DO NOT EDIT."))
		Expect(slices.Sorted(maps.Keys(p.Files))).To(Equal([]string{
			"LICENSE", "cfg.yaml", clientFile, generateFile, effectiveFile, "quick.go", "quicken.go"}))
	})

	It("has this module's licence beside it", func() {
		copied("-with", "wire")
		licence := textOf("../../LICENSE")
		Expect(textOf("../LICENSE")).To(Equal(licence), "make it a copy of the other: cp LICENSE gen/LICENSE")
		Expect(textOf(file("LICENSE"))).To(Equal(licence))
		Expect(textOf(file("wire/LICENSE"))).To(Equal(licence))
		Expect(textOf(file(provenanceFile))).To(ContainSubstring("LICENSE: " + sum([]byte(licence))))
	})

	It("is left alone by a second copy", func() {
		copied()
		Expect(copied().out).To(ContainSubstring("0 of 8 files written"))
	})

	It("is brought up to date where nobody edited it, and needs no word on whose it is", func() {
		copied()
		older("cfg.yaml", "package: older\n")
		again := vendor(built, "-dest", dest)
		Expect(again.status).To(BeZero(), again.errors)
		Expect(textOf(file("cfg.yaml"))).NotTo(Equal("package: older\n"))
	})

	It("loses the file that the original has no more, which would be built along", func() {
		copied()
		older("gone.go", "package "+first+"api // of an older state\n")
		edit(file("own.go"), "package "+first+"api // somebody's own\n")
		before := says()
		dry := vendor(built, "-dest", dest, "-dry-run")
		Expect(dry.status).To(BeZero(), dry.errors)
		Expect(file("gone.go")).To(BeAnExistingFile())
		again := vendor(built, "-dest", dest)
		Expect(again.status).To(BeZero(), again.errors)
		Expect(file("gone.go")).NotTo(BeAnExistingFile())
		Expect(file("own.go")).To(BeAnExistingFile())
		Expect(before.Files).To(HaveKey("gone.go"))
		Expect(says().Files).NotTo(HaveKey("gone.go"))
	})

	It("is not brought up to date where that would take away a file that was edited", func() {
		copied()
		older("gone.go", "package "+first+"api // of an older state\n")
		edit(file("gone.go"), "package "+first+"api // and edited\n")
		again := vendor(built, "-dest", dest)
		Expect(again.status).To(Equal(2))
		Expect(again.errors).To(ContainSubstring(": gone.go was edited since it was copied"))
		Expect(file("gone.go")).To(BeAnExistingFile())
	})

	It("brings up to date what came along before", func() {
		copied("-with", "wire")
		Expect(os.Remove(file("wire/wire.go"))).To(Succeed())
		Expect(copied().out).To(ContainSubstring("wire: 1 of "))
		Expect(file("wire/wire.go")).To(BeAnExistingFile())
	})

	It("can be finished after an interruption", func() {
		copied()
		Expect(os.Remove(file(provenanceFile))).To(Succeed())
		Expect(os.Remove(file(clientFile))).To(Succeed())
		again := copied()
		Expect(again.status).To(BeZero(), again.errors)
		Expect(again.out).To(ContainSubstring("2 of 8 files written"))
	})

	It("is not touched once the command is interrupted", func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		var out, errs bytes.Buffer
		Expect(Run(ctx, []string{"-provider", first, "-dest", dest}, nil, &out, &errs, built)).To(Equal(2))
		Expect(errs.String()).To(Equal("vendor: interrupted; nothing was written\n"))
		Expect(dest).NotTo(BeADirectory())
	})

	DescribeTable("is not overwritten", func(name, text string) {
		copied()
		edit(file(generateFile), "// stays as it is\n")
		edit(file(name), text)
		again := copied()
		Expect(again.status).To(Equal(2))
		Expect(again.errors).To(ContainSubstring(name))
		Expect(textOf(file(generateFile))).To(Equal("// stays as it is\n"))
	},
		Entry("where a file was edited", "quick.go", "package acmeapi // mine\n"),
		Entry("where a generated file was", clientFile,
			"// Code generated by "+generatorModule+" version v2.9.0 DO NOT EDIT.\n"),
		Entry("where its provenance cannot be read", provenanceFile, "\tnot yaml"),
	)

	It("is not replaced by another package", func() {
		copied()
		clients := fstest.MapFS{"LICENSE": {}}
		Expect(os.CopyFS(filepath.Join(top, "boltapi"), os.DirFS("../"+first+"api"))).To(Succeed())
		for _, name := range generated {
			clients["boltapi/"+name] = &fstest.MapFile{Data: []byte(textOf(top, "boltapi", name))}
		}
		other := vendor(Parts{Gen: clients, Adapters: built.Adapters}, "-provider", "bolt", "-dest", dest)
		Expect(other.status).To(Equal(2))
		Expect(other.errors).To(ContainSubstring("holds a copy of gen/" + first +
			"api; give gen/boltapi a folder of its own"))
	})

	It("does not replace somebody else's file of the same name", func() {
		Expect(os.MkdirAll(dest, 0o755)).To(Succeed())
		edit(file(generateFile), "package somethingelse\n")
		again := copied()
		Expect(again.status).To(Equal(2))
		Expect(again.errors).To(ContainSubstring(generateFile))
		Expect(filepath.Glob(file("*"))).To(HaveLen(1))
	})

	It("compiles and regenerates in another module, which needs the runtime alone", func() {
		copied()
		elsewhere(top, "")
		goIn(top, "vet", "./...")
		direct := goIn(top, "list", "-m", "-f", "{{if not (or .Main .Indirect)}}{{.Path}}{{end}}", "all")
		Expect(strings.Fields(direct)).To(Equal([]string{runtimeModule}))

		generated := textOf(file(clientFile))
		Expect(os.Remove(file(clientFile))).To(Succeed())
		goIn(dest, "generate", ".")
		Expect(textOf(file(clientFile))).To(Equal(generated))
	})

	It("takes the Doer and what verifies webhooks along, which need the standard library alone", func() {
		all := vendor(built, "-provider", hooked, "-dest", dest, "-with", "wire,webhook")
		Expect(all.status).To(BeZero(), all.errors)
		Expect(all.out).To(And(ContainSubstring("wire: "), ContainSubstring("webhook: ")))
		for folder, from := range map[string]string{"wire": "adapters/wire",
			"webhook": "adapters/" + hooked + "/webhook"} {
			Expect(filepath.Glob(file(folder + "/*_test.go"))).To(BeEmpty())
			Expect(textOf(file(folder), provenanceFile)).To(And(ContainSubstring("package: "+from+"\n"),
				Not(ContainSubstring("runtime"))))
		}
		// The example of the adapter's folder verifies what its provider documents.
		own := gen.Module() + "/adapters/" + hooked + "/webhook"
		example := textOf("../../adapters", hooked, "webhook/example_test.go")
		Expect(example).To(And(ContainSubstring(`"`+own+`"`), ContainSubstring("// Output:")))
		edit(file("webhook/example_test.go"),
			strings.ReplaceAll(example, own, "shop.example/elsewhere/internal/acmeapi/webhook"))
		edit(filepath.Join(top, "go.mod"), "module shop.example/elsewhere\n\ngo 1.25.0\n")
		Expect(goIn(top, "test", "-v", "./internal/acmeapi/wire", "./internal/acmeapi/webhook")).
			To(ContainSubstring("--- PASS: Example"))
	})

	Describe("with a generator of one's own", func() {
		directive := func() string {
			for line := range strings.Lines(textOf(file(generateFile))) {
				if strings.Contains(line, "oapi-codegen") && strings.HasPrefix(line, "//go:generate ") {
					return strings.TrimSpace(line)
				}
			}
			return ""
		}
		regenerated := func(version string) {
			text := pinnedVersion.ReplaceAllString(textOf(file(clientFile)), "${1}"+version+" ")
			Expect(text).To(ContainSubstring(version))
			edit(file(clientFile), text)
		}

		It("calls that, says so, and what it is tested with", func() {
			one := copied("-generator", "v2.99.0")
			Expect(one.status).To(BeZero(), one.errors)
			Expect(directive()).To(Equal("//go:generate go run " + generatorModule +
				"/cmd/oapi-codegen@v2.99.0 -config cfg.yaml openapi.gen.yaml"))
			p := says()
			Expect(p).To(And(HaveField("Pinned", "v2.99.0"), HaveField("Generator", Not(Equal("v2.99.0")))))
			Expect(textOf(file(provenanceFile))).To(ContainSubstring(
				"# generate.go calls the generator that pinned says"))
			Expect(one.out).To(ContainSubstring("next: cd " + dest +
				" && go generate .  # by your oapi-codegen (v2.99.0)"))
		})

		It("keeps it, and what it wrote, until something changes", func() {
			copied("-generator", "v2.99.0")
			regenerated("v2.99.0")
			again := copied()
			Expect(again.status).To(BeZero(), again.errors)
			Expect(again.out).To(And(ContainSubstring("0 of 8 files"), Not(ContainSubstring("go generate"))))
			Expect(says().Pinned).To(Equal("v2.99.0"))

			older("cfg.yaml", "package: older\n")
			again = copied()
			Expect(again.status).To(BeZero(), again.errors)
			Expect(again.out).To(And(ContainSubstring("3 of 8 files"), ContainSubstring("&& go generate")))
			Expect(textOf(file(clientFile))).To(Equal(textOf("..", first+"api", clientFile)))
		})

		It("can go back to ours", func() {
			copied("-generator", "v2.99.0")
			regenerated("v2.99.0")
			Expect(copied("-generator", says().Generator).status).To(BeZero())
			Expect(says().Pinned).To(BeEmpty())
			Expect(textOf(file(generateFile))).To(Equal(textOf("..", first+"api", generateFile)))
			Expect(textOf(file(clientFile))).To(Equal(textOf("..", first+"api", clientFile)))
		})

		It("is the tool of go.mod, which writes the client", func() {
			mod := strings.Replace(textOf("../../go.mod"), "module "+gen.Module()+"\n",
				"module shop.example/elsewhere\n", 1)
			edit(filepath.Join(top, "go.mod"), mod+"\ntool "+generatorModule+"/cmd/oapi-codegen\n")
			edit(filepath.Join(top, "go.sum"), textOf("../../go.sum"))
			one := copied("-generator", "tool")
			Expect(one.status).To(BeZero(), one.errors)
			Expect(directive()).To(Equal("//go:generate go tool oapi-codegen -config cfg.yaml openapi.gen.yaml"))
			ours := textOf(file(clientFile))
			Expect(os.Remove(file(clientFile))).To(Succeed())
			goIn(dest, "generate", ".")
			Expect(textOf(file(clientFile))).To(Equal(ours))
		})

		DescribeTable("is refused", func(generator, mod, complaint string) {
			edit(filepath.Join(top, "go.mod"), "module shop.example/elsewhere\n"+mod)
			one := copied("-generator", generator)
			Expect(one.status).To(Equal(2))
			Expect(one.errors).To(ContainSubstring(complaint))
			Expect(dest).NotTo(BeADirectory())
		},
			Entry("if it is older than the least", "v2.8.0", "",
				"-generator v2.8.0 is too old: "+LeastGenerator+" is the oldest"),
			Entry("if it is not even released", LeastGenerator+"-rc.1", "", "is too old"),
			Entry("if it is another major version", "v3.1.0", "", "-generator v3.1.0: v3 of oapi-codegen"),
			Entry("if it would be another every day", "latest", "",
				"-generator latest is no version of oapi-codegen, such as v2."),
			Entry("if it lacks its letter", "2.8.1", "", "-generator 2.8.1 is no version"),
			Entry("if it is a tool that there is not", "tool", "",
				"go get -tool "+generatorModule+"/cmd/oapi-codegen@v2."),
			Entry("if it is required, and no tool", "tool", "require "+generatorModule+" v2.8.2\n",
				"has no tool oapi-codegen"),
			Entry("if it is an old tool", "tool",
				"require "+generatorModule+" v2.7.0\ntool "+generatorModule+"/cmd/oapi-codegen\n",
				"-generator tool, which is v2.7.0, is too old"),
		)
	})

	Describe("that is there already", func() {
		var asked [][]Folder
		telling := func(what Told) Parts {
			asked, what.Text = nil, "all of it"
			parts := built
			parts.Changes = func(_ context.Context, folders []Folder) Told {
				asked = append(asked, folders)
				return what
			}
			return parts
		}

		It("says before it is written what that changes", func() {
			args := []string{"-provider", first, "-dest", dest}
			Expect(vendor(telling(Told{Breaks: true, Partly: true}), args...).status).To(BeZero())
			Expect(asked).To(BeEmpty(), "there was no copy")
			older("cfg.yaml", "package: older\n")
			parts := telling(Told{Breaks: true, Partly: true})
			tell := parts.Changes
			parts.Changes = func(ctx context.Context, folders []Folder) Told {
				Expect(textOf(file("cfg.yaml"))).To(Equal("package: older\n"))
				return tell(ctx, folders)
			}
			again := vendor(parts, append(args, "-with", "wire")...)
			Expect(again.status).To(BeZero())
			Expect(again.out).To(HavePrefix("all of it\n" + first + "api: 2 of 8 files written to "))
			Expect(asked).To(HaveLen(1))
			Expect(asked[0]).To(HaveLen(2))
			Expect(asked[0][0]).To(And(HaveField("Dir", dest), HaveField("Package", "gen/"+first+"api"),
				HaveField("Was", "v0.0.1"),
				HaveField("Files", HaveKeyWithValue("cfg.yaml",
					BeEquivalentTo(textOf("..", first+"api", "cfg.yaml"))))))
			Expect(asked[0][1]).To(And(HaveField("Package", "adapters/wire"), HaveField("Was", "")))
		})

		DescribeTable("stays as it is in a dry run", func(what Told, status int) {
			copied()
			older("cfg.yaml", "package: older\n")
			again := vendor(telling(what), "-dest", dest, "-dry-run")
			Expect(again).To(Equal(said{status: status,
				out: "all of it\n" + first + "api: 2 of 8 files would be written to " + dest + "\n"}))
			Expect(textOf(file("cfg.yaml"))).To(Equal("package: older\n"))
		},
			Entry("which fails if something breaks", Told{Breaks: true, Partly: true}, 1),
			Entry("which does not know if not all could be compared", Told{Partly: true}, 2),
			Entry("and otherwise does not fail", Told{}, 0),
		)

		It("says what takes long, once it does", func() {
			copied()
			errs, err := os.Create(filepath.Join(top, "errors"))
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(errs.Close)
			parts := telling(Told{})
			parts.Changes = func(context.Context, []Folder) Told {
				Eventually(func() string { return textOf(top, "errors") }, "1m").
					Should(Equal("vendor: comparing with the copy that is there; both are compiled ...\n"))
				return Told{}
			}
			Expect(Run(context.Background(), []string{"-dest", dest}, nil, new(bytes.Buffer), errs, parts)).To(BeZero())
		})

		It("is not made by a dry run", func() {
			Expect(copied("-dry-run")).To(Equal(said{out: first + "api: 8 of 8 files would be written to " + dest +
				"\n"}))
			Expect(dest).NotTo(BeADirectory())
		})

		It("can be asked for, as it would be", func() {
			copied("-with", "wire")
			edit(file("cfg.yaml"), "mine\n")
			folders, err := Copied(context.Background(), dest, built)
			Expect(err).NotTo(HaveOccurred())
			Expect(folders).To(HaveLen(2))
			Expect(string(folders[0].Files["cfg.yaml"])).To(Equal(textOf("..", first+"api", "cfg.yaml")))
			Expect(textOf(file("cfg.yaml"))).To(Equal("mine\n"))
			Expect(folders[0].Edited).To(Equal([]string{"cfg.yaml"}))
			Expect(folders[1].Edited).To(BeEmpty())
			_, err = Copied(context.Background(), top, built)
			Expect(err).To(MatchError("there is no provenance.yaml in " + top +
				": name the folder of a copy that vendor made"))
		})
	})

	DescribeTable("is refused", func(complaint string, args ...string) {
		Expect(vendor(built, args...)).To(Equal(said{status: 2, errors: "vendor: " + complaint + "\n"}))
	},
		Entry("without a folder", "say where to with -dest, a folder of your own module, "+
			"such as: digilocker vendor -provider acme -dest internal/acmeapi",
			"-provider", "acme"),
		Entry("with words that are no flags",
			`"acme" means nothing here: give the folder with -dest, the provider with -provider`, "acme"),
		Entry("with something else than there is", "there is no -with tyre; there is wire, webhook",
			"-provider", first, "-dest", "x", "-with", "wire,tyre"),
	)

	It("is refused for a provider that there is not, or none", func() {
		parts := Parts{Gen: fstest.MapFS{"corkapi/x": {}, "boltapi/x": {}, "other/x": {}}}
		Expect(vendor(parts, "-provider", "acme", "-dest", dest).errors).
			To(Equal("vendor: there is no provider \"acme\"; there is bolt, cork\n"))
		Expect(vendor(parts, "-dest", dest).errors).
			To(Equal("vendor: say whose client with -provider; there is bolt, cork\n"))
	})

	It("is refused without a folder, proposing one for the provider", func() {
		Expect(vendor(built, "-provider", "bolt").errors).To(HaveSuffix(" -provider bolt -dest internal/boltapi\n"))
	})

	DescribeTable("is refused where it could not be built", func(name, text, other string, refused bool) {
		Expect(os.MkdirAll(filepath.Join(dest, "wire"), 0o755)).To(Succeed())
		edit(file(name), strings.ReplaceAll(text, "OWN", first+"api"))
		one := copied("-with", "wire")
		if !refused {
			Expect(one.status).To(BeZero(), one.errors)
			return
		}
		own := map[bool]string{true: "wire", false: first + "api"}[strings.HasPrefix(name, "wire")]
		Expect(one).To(Equal(said{status: 2, errors: "vendor: " + file(name) + " is of package " + other +
			", and cannot lie in one folder with package " + own + ", which is copied; nothing was written. " +
			"Give another folder with -dest\n"}))
		Expect(filepath.Glob(file("*.*"))).To(HaveLen(strings.Count(name, ".") - strings.Count(name, "/")))
	},
		Entry("beside another package", "main.go", "package main\n", "main", true),
		Entry("beside another package, along with it", "wire/mine.go", "package other\n", "other", true),
		Entry("beside a test of another package", "a_test.go", "package other_test\n", "other_test", true),
		Entry("not beside its own package", "mine.go", "package OWN\n", "", false),
		Entry("not beside a test of it", "a_test.go", "package OWN_test\n", "", false),
		Entry("not beside a program that is run", "tool.go", "//go:build ignore\n\npackage main\n", "", false),
		Entry("not beside what is no Go", "notes.go", "notes\n", "", false),
	)

	It("fails if not all that it says can be written, and is written nevertheless", func() {
		full, err := os.Open(os.DevNull) // for reading
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(full.Close)
		var errs bytes.Buffer
		Expect(Run(context.Background(), []string{"-provider", first, "-dest", dest}, nil, full, &errs, built)).
			To(Equal(2))
		Expect(errs.String()).To(HavePrefix("vendor: not all of the output was written: "))
		Expect(file(clientFile)).To(BeAnExistingFile())
	})

	It("is refused with webhooks for a provider without", func() {
		parts := Parts{Gen: built.Gen, Adapters: fstest.MapFS{
			"bolt/webhook/a.go": {}, "cork/webhook/a.go": {}, first + "/webhook/a_test.go": {}}}
		Expect(vendor(parts, "-provider", first, "-dest", dest, "-with", "webhook").errors).To(HavePrefix(
			"vendor: -with webhook: there is none for " + first + "; who has one: bolt, cork"))
	})

	DescribeTable("is refused in this module, whatever the folder is called", func(below string) {
		link := filepath.Join(GinkgoT().TempDir(), "link")
		here, err := filepath.Abs("../..")
		Expect(err).NotTo(HaveOccurred())
		Expect(os.Symlink(here, link)).To(Succeed())
		for _, root := range []string{link, "../.."} {
			dest = filepath.Join(root, below)
			one := copied()
			Expect(one.status).To(Equal(2))
			Expect(one.errors).To(Equal("vendor: -dest " + dest + " lies in " + gen.Module() +
				", the module that it is copied from; copy it into another one, " +
				"such as -dest ../app/internal/acmeapi\n"))
		}
	},
		Entry("its own", "gen/"+first+"api"), Entry("a new one", "internal/new"), Entry("the top", "."),
	)

	It("is refused where there is no module, unless it is there already", func() {
		outside()
		Expect(copied().status).To(BeZero())
		Expect(os.Remove(filepath.Join(top, "go.mod"))).To(Succeed())
		again := copied()
		Expect(again.status).To(BeZero(), again.errors)
		Expect(again.out).To(ContainSubstring("no go.mod is above "))
		dest = filepath.Join(top, "other")
		for _, more := range [][]string{nil, {"-dry-run"}} {
			Expect(copied(more...)).To(Equal(said{status: 2, errors: "vendor: -dest " + dest + " lies in no module: " +
				"there is no go.mod in it or above it; name a folder of your own module, or make one first: " +
				"go mod init, in its top folder\n"}))
		}
		Expect(dest).NotTo(BeADirectory())
		Expect(vendor(built, "-provider", first, "-dest", string(filepath.Separator)).errors).To(
			ContainSubstring("lies in no module"))
	})

	It("is refused where a file is", func() {
		edit(filepath.Join(top, "notes"), "")
		for _, below := range []string{"", "x", "x/y"} {
			dest = filepath.Join(top, "notes", below)
			Expect(copied()).To(Equal(said{status: 2,
				errors: "vendor: " + filepath.Join(top, "notes") + " is a file: name a folder with -dest\n"}))
		}
	})

	It("goes into a module below this one", func() {
		below, err := os.MkdirTemp(".", "module")
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(os.RemoveAll, below)
		edit(filepath.Join(below, "go.mod"), "module example.com/below\n")
		dest = filepath.Join(below, "api")
		one := copied()
		Expect(one.status).To(BeZero(), one.errors)
	})

	DescribeTable("says what the module around it lacks", func(mod, next string) {
		edit(filepath.Join(top, "go.mod"), mod)
		from, err := origins(context.Background(), built)
		Expect(err).NotTo(HaveOccurred())
		j := &job{Folder: Folder{Dir: dest, Package: "gen/" + first + "api"}}
		Expect(j.client(from, "")).To(Succeed())
		if j.around = (module{}); mod != "" { // there may be one around the folder for temporary files
			j.around, err = moduleOf(dest)
			Expect(err).NotTo(HaveOccurred())
		}
		j.is.Runtime = "v1.8.0"
		if strings.Contains(mod, "shop.example/b") { // by a command that does not know
			j.is.Runtime = Unknown
		}
		Expect(strings.Join(j.next(), "\n")).To(HavePrefix(next))
		if next == "" {
			Expect(j.next()).To(BeEmpty())
		}
	},
		Entry("no module", "", "no go.mod is above "),
		Entry("no runtime", "module shop.example/a\n", "go get "+runtimeModule+"@v1.8.0  # the client needs it"),
		Entry("an unknown one", "module shop.example/b\n", "go get "+runtimeModule+"  # the client needs it"),
		Entry("an older one", "module shop.example/a\nrequire "+runtimeModule+" v1.1.0\n",
			"go get "+runtimeModule+"@v1.8.0  # the client is tested with it; your module has v1.1.0"),
		Entry("nothing", "module shop.example/a\nrequire "+runtimeModule+" v1.9.0\n", ""),
		Entry("nothing, by a Go that is newer", "module shop.example/a\nrequire "+runtimeModule+" v1.9.0\nfuture x\n",
			""),
	)

	DescribeTable("goes through make to a folder of any name", func(name string) {
		dest = filepath.Join(top, name)
		out, err := exec.Command("make", "-C", "../..", "vendor", "PROVIDER="+first, "DEST="+dest).CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(out))
		Expect(file(clientFile)).To(BeAnExistingFile())
	},
		Entry(nil, `a "b" c`), Entry(nil, "it's"), Entry(nil, "a$b"), Entry(nil, "$(shell exit)"), Entry(nil, "`exit`"),
	)

	It("says what its flags are", func() {
		help := vendor(built, "-h")
		Expect(help.status).To(BeZero())
		Expect(help.errors).To(And(ContainSubstring("-provider provider"), ContainSubstring(LeastGenerator)))
		Expect(vendor(built, "-gen", "x").status).To(Equal(2))
	})
})
