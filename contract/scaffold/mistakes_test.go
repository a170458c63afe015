package scaffold

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/providers"
)

// listedAlready is a provider that the list has.
var listedAlready = providers.All[0].Name

// A mistake writes nothing and says what to do.
var _ = Describe("provider refuses", func() {
	var t *tree
	BeforeEach(func() { t = newTree() })

	DescribeTable("a name that", func(ctx SpecContext, name, want string) {
		t.refuses(ctx, want, "-name", name, t.path("document.yaml"))
	},
		Entry("is missing", "", `NAME is missing, as in: make provider NAME=acme FROM="document.yaml" [WITH=adapter]`),
		Entry("has capitals", "Acme", "NAME=Acme is no name of a Go package here: write lower case letters and digits, beginning with a letter, such as NAME=acme"),
		Entry("has a dash", "acme-kyc", "NAME=acme-kyc is no name of a Go package here"),
		Entry("has a dot", "../acme", "NAME=../acme is no name of a Go package here"),
		Entry("begins with a digit", "4acme", "NAME=4acme is no name of a Go package here"),
		Entry("has other letters", "äcme", "NAME=äcme is no name of a Go package here"),
		Entry("is a keyword", "select", "NAME=select is a word of Go itself: take another one, such as NAME=selectkyc"),
		Entry("is predeclared", "string", "NAME=string is a word of Go itself"),
		Entry("means something to the go command", "internal", "NAME=internal means something to the go command"),
		Entry("ends in api", "acmeapi", "NAME=acmeapi ends in api, which the name of the client's package adds by itself: write NAME=acme"),
		Entry("is a package of the standard library", "fmt", "NAME=fmt is a package of the standard library (fmt): take another one, such as NAME=fmtkyc"),
		Entry("is one of several levels", "http", "NAME=http is a package of the standard library (net/http)"),
		Entry("ends in api, before which there is nothing", "api", "NAME=api ends in api, which the name of the client's package adds by itself: take another one, such as NAME=acme;"),
		Entry("ends in api, before which there is a name that cannot be taken", "basketapi", "NAME=basketapi ends in api, which the name of the client's package adds by itself: take another one, such as NAME=acme;"),
		Entry("is that of a test's argument", "t", "NAME=t is what tests in Go call their argument: take another one, such as NAME=tkyc"),
		Entry("is a word of the skeleton", "creds",
			"NAME=creds is a variable in the skeleton of an adapter: take another one, such as "+
				"NAME=credskyc"),
		Entry("is a package here", "basket", "NAME=basket is the name of one of the repository's own folders (contract/basket): take another one, such as NAME=basketkyc;"),
		Entry("is a folder of packages here", "cmd", "NAME=cmd is the name of one of the repository's own folders (specs/cmd): take another one, such as NAME=cmdkyc;"),
		Entry("is a package beside the adapters", "wire", "NAME=wire is the name of one of the repository's own folders (adapters/wire): take another one, such as NAME=wirekyc;"),
		Entry("is a folder without anything", "empty", "NAME=empty is taken: there is specs/empty, which has nothing of a provider; take another name, or move it away;"),
		Entry("the list has", listedAlready, "NAME="+listedAlready+" is taken: contract/providers/providers.go names it"),
	)

	DescribeTable("one of which there is", func(ctx SpecContext, file string) {
		t.write(file, "package acme\n\nimport _ \"m/gen/acmeapi\"\n")
		t.refuses(ctx, "NAME=acme is taken: there is "+filepath.Dir(file)+"; take another name, or delete the provider's folders", "-name", "acme", t.path("document.yaml"))
	},
		Entry("a document", "specs/acme/openapi.yaml"), Entry("a client", "gen/acmeapi/client.gen.go"),
		Entry("an adapter", "adapters/acme/acme.go"), Entry("a description", "contract/provider/acme/provider.go"),
	)

	It("a document without info, of which the overlay would say something", func(ctx SpecContext) {
		t.write("document.yaml", strings.Replace(published(""), "info: {title: Acme, version: \"1\"}\n", "", 1))
		t.refuses(ctx, "document.yaml: has no info: write \"info: {title: ..., version: ...}\" there, in a copy",
			"-name", "acme", t.path("document.yaml"))
	})

	It("one that the list has an entry for", func(ctx SpecContext) {
		t.write(listFile, strings.Replace(t.read(listFile), "\t"+listedAlready+".Provider,", "\tacme.Provider,", 1))
		t.refuses(ctx, "NAME=acme is taken: contract/providers/providers.go names it", "-name", "acme", t.path("document.yaml"))
	})

	It("a list that cannot be read", func(ctx SpecContext) {
		t.write(listFile, t.read(listFile)+"}\n")
		t.refuses(ctx, "contract/providers/providers.go:", "-name", "acme", t.path("document.yaml"))
		Expect(t.stderr).To(HaveSuffix(": correct it, or put it back: git checkout contract/providers/providers.go; nothing was written\n"))
	})

	It("a list that has none", func(ctx SpecContext) {
		t.write(listFile, "package providers\n\nimport \"fmt\"\n\nvar Some = fmt.Sprint()\n")
		t.refuses(ctx, "contract/providers/providers.go has no variable All with a list", "-name", "acme", t.path("document.yaml"))
	})

	DescribeTable("a tree without", func(ctx SpecContext, file string) {
		Expect(os.Remove(t.path(file))).To(Succeed())
		t.refuses(ctx, "there is no go.mod here, or no contract/providers/providers.go: run it in the top folder of the repository", "-name", "acme", t.path("document.yaml"))
	}, Entry("a module", "go.mod"), Entry("a list", listFile))

	It("another skeleton", func(ctx SpecContext) {
		t.refuses(ctx, "there is no WITH=wire; there is adapter", "-name", "acme", "-with", "wire", t.path("document.yaml"))
	})

	It("an unknown flag", func(ctx SpecContext) {
		before := t.files()
		Expect(t.run(ctx, "-names", "acme")).To(Equal(2))
		Expect(t.stderr).To(HavePrefix("flag provided but not defined: -names"))
		Expect(t.files()).To(Equal(before))
	})

	Describe("files:", func() {
		It("none", func(ctx SpecContext) {
			t.refuses(ctx, "FROM is missing: name the files that the provider published, as in: make provider NAME=acme", "-name", "acme")
		})
		It("one that is not there", func(ctx SpecContext) {
			t.refuses(ctx, "FROM: nothing.yaml: no such file or directory", "-name", "acme", t.path("nothing.yaml"))
		})
		It("a folder", func(ctx SpecContext) {
			t.refuses(ctx, "FROM: specs is a folder: name a file in it", "-name", "acme", t.path("specs"))
		})
		It("one that must be downloaded", func(ctx SpecContext) {
			t.refuses(ctx, "FROM: https://acme.example/document.yaml is an address: download it first, and name the file", "-name", "acme", "https://acme.example/document.yaml")
		})
		It("one whose path has a blank, which make splits", func(ctx SpecContext) {
			t.refuses(ctx, "FROM: the: no such file or directory; FROM is split at blanks: copy a file that has one in its path to a path without", "-name", "acme", t.path("the"), t.path("document.yaml"))
		})
		It("one twice", func(ctx SpecContext) {
			again := t.write("again.yaml", published(""))
			t.refuses(ctx, "FROM: again.yaml is the same file as document.yaml: name it once", "-name", "acme", t.path("document.yaml"), again)
		})
		It("an overlay that is not there", func(ctx SpecContext) {
			t.refuses(ctx, "OVERLAY: nothing.yaml: no such file", "-name", "acme", "-overlay", t.path("nothing.yaml"), t.path("document.yaml"))
		})
	})

	DescribeTable("a document that", func(ctx SpecContext, text, want string) {
		t.write("document.yaml", text)
		t.refuses(ctx, want, "-name", "acme", t.path("document.yaml"))
	},
		Entry("is none", "a: 1\n", "document.yaml: holds no OpenAPI document"),
		Entry("is Swagger", "swagger: \"2.0\"\npaths: {}\n", "document.yaml:1: is Swagger 2.0; convert it"),
		Entry("is broken", "openapi: 3.0.3\npaths: [\n", "document.yaml:3: is not YAML"),
		Entry("has a duplicate member", published("      operationId: other\n"), `document.yaml:7: duplicate member "operationId"`),
		Entry("refers to nothing", published("      requestBody: {$ref: '#/components/requestBodies/R'}\n"), `document.yaml:7: the reference`),
		Entry("has no operation", "openapi: 3.0.3\npaths: {}\n", "specs/acme/import.yaml: select takes none of the 0 paths"),
	)

	It("two documents that disagree, and says with what to begin", func(ctx SpecContext) {
		other := t.write("other.yaml", strings.Replace(published(""), "type: object", "type: array", 1))
		t.refuses(ctx, `"document" (document.yaml:6) and "other" (other.yaml:6) disagree at`, "-name", "acme", t.path("document.yaml"), other)
		Expect(t.stderr).To(ContainSubstring("; begin with one of the files, and add the others to import.yaml afterwards; nothing"))
	})

	It("a page with two documents that disagree", func(ctx SpecContext) {
		page := "```yaml\n" + published("") + "```\n"
		t.write("page.md", page+strings.Replace(page, "title: Acme", "title: Other", 1))
		t.refuses(ctx, `two documents in "page" (page.md:3 and page.md:13) disagree at /info/title; split the file into one for each document`, "-name", "acme", t.path("page.md"))
	})

	It("two operations with one id, which the caller's overlay leaves", func(ctx SpecContext) {
		t.write("document.yaml", published("")+strings.Replace(strings.SplitN(published(""), "paths:\n", 2)[1], "/checks", "/others", 1))
		overlay := t.write("mine.yaml", "overlay: 1.1.0\ninfo: {title: a, version: b}\nactions: [{target: $.info, update: {description: mine}}]\n")
		t.refuses(ctx, "the document cannot be used: acme: the operations at /paths/~1checks/get and /paths/~1others/get have the same operationId getCheck; "+
			"give one of them another by an action of overlay.yaml with target: $['paths']['/others']['get'] and update: {operationId: ...}; correct it by an action of mine.yaml;",
			"-name", "acme", "-overlay", overlay, t.path("document.yaml"))
	})

	It("names that clash in Go, which the caller's overlay leaves, and says what to write", func(ctx SpecContext) {
		t.write("document.yaml", strings.Replace(published(""), "{type: object}",
			"{type: object, properties: {status: {type: string}, Status: {type: string}}}", 1))
		overlay := t.write("mine.yaml",
			"overlay: 1.1.0\ninfo: {title: a, version: b}\nactions: [{target: $.info, update: {description: mine}}]\n")
		t.refuses(ctx, "a name of the document clashes in Go; write this action, or another like it, "+
			"into mine.yaml\n  /paths/~1checks/get/", "-name", "acme", "-overlay", overlay, t.path("document.yaml"))
		Expect(t.stderr).To(ContainSubstring(`['status']", update: {x-go-name: "Status2"}}; nothing was written`))
	})

	It("names that clash in Go and that nothing tells apart", func(ctx SpecContext) {
		t.write("document.yaml",
			strings.Replace(published(""), "{type: object}", "{type: object, x-go-type: Nothing}", 1))
		t.refuses(ctx, "a name of the document clashes in Go; write this action, or another like it, "+
			"into an overlay, and give that with OVERLAY=file\n  the client uses Nothing, which is not declared",
			"-name", "acme", t.path("document.yaml"))
	})

	It("what the generator makes nothing of", func(ctx SpecContext) {
		t.write("document.yaml", strings.Replace(published(""), "/checks", "/checks/{id}", 1))
		t.refuses(ctx,
			"no client can be generated: the generator makes nothing of the document: error creating operation "+
				"definitions: path '/checks/{id}' has 1 positional parameters, but spec has 0 declared; correct it by",
			"-name", "acme", t.path("document.yaml"))
	})

	It("an overlay with a fault", func(ctx SpecContext) {
		overlay := t.write("mine.yaml", "overlay: 1.1.0\ninfo: {title: a, version: b}\nactions:\n  - target: $.paths['/none']\n    update: {summary: s}\n")
		t.refuses(ctx, "OVERLAY: mine.yaml:4: action 1 ($.paths['/none']) finds nothing", "-name", "acme", "-overlay", overlay, t.path("document.yaml"))
	})

	It("a path that the simulator cannot serve, where it gets a skeleton", func(ctx SpecContext) {
		const answer = "{operationId: %, parameters: [{name: a, in: path, required: true, schema: {type: string}}], responses: {'200': {description: ok}}}\n"
		t.write("document.yaml", "openapi: 3.0.3\ninfo: {title: Acme, version: \"1\"}\npaths:\n  /a/{a}.pdf: {get: "+
			strings.Replace(answer, "%", "one", 1)[:len(answer)+1]+"}\n")
		t.refuses(ctx,
			"the document cannot be served: simulator: acme: one cannot be served: parsing \"GET /acme/a/{a}.pdf\": ",
			"-name", "acme", "-with", "adapter", t.path("document.yaml"))
		Expect(t.stderr).To(HaveSuffix("; leave WITH=adapter away, which asks for a skeleton of the simulator too; nothing was written\n"))
	})

	DescribeTable("what fails on the way:", func(ctx SpecContext, command, want string) {
		t.before = func(_ string, args []string) error {
			if args[0] == command && (len(t.commands) == 1 || t.commands[len(t.commands)-2] != command) {
				return errors.New("go " + command + ": it is broken")
			}
			return nil
		}
		t.refuses(ctx, want, "-name", "acme", "-with", "adapter", t.path("document.yaml"))
	},
		Entry("the generator", "generate", "no client can be generated: go generate: it is broken; correct it by"),
		Entry("the client, which does not compile", "build", "what was generated does not compile: go build: it is broken; if two names"),
		Entry("its test", "test", "what was generated does not compile: go test: it is broken"),
		Entry("the go command", "list", "go list: it is broken"),
	)

	It("a tree that does not compile before", func(ctx SpecContext) {
		t.before = func(_ string, args []string) error {
			if args[0] == "build" {
				return errors.New("go build: contract/contract.go is broken")
			}
			return nil
		}
		t.refuses(ctx, "the tree does not compile, even without acme: go build: contract/contract.go is broken; correct that first; nothing", "-name", "acme", t.path("document.yaml"))
	})

	DescribeTable("to go on when it is interrupted by", func(ctx SpecContext, command string) {
		ctx2, cancel := context.WithCancel(ctx)
		defer cancel()
		t.before = func(_ string, args []string) error {
			if args[0] == command {
				cancel()
			}
			return nil
		}
		t.refuses(ctx2, "interrupted", "-name", "acme", "-with", "adapter", t.path("document.yaml"))
	}, Entry("the look at the names", "list"), Entry("the generator", "generate"), Entry("the last command", "test"))

	It("to go on when a signal ended a command, and is not heard of yet", func(ctx SpecContext) {
		t.before = func(string, []string) error {
			return fmt.Errorf("go list: %w", exec.CommandContext(ctx, "sh", "-c", "kill -TERM $$").Run())
		}
		t.refuses(ctx, "interrupted; nothing was written", "-name", "acme", t.path("document.yaml"))
	})

	It("to overwrite what came meanwhile, and takes away what it had written", func(ctx SpecContext) {
		var before map[string]string
		t.before = func(_ string, args []string) error {
			if args[0] == "test" {
				t.write("contract/provider/acme/mine.go", "package acme\n")
				before = t.files()
			}
			return nil
		}
		Expect(t.run(ctx, "-name", "acme", "-with", "adapter", t.path("document.yaml"))).To(Equal(2))
		Expect(t.stderr).To(HavePrefix("provider: NAME=acme is taken: contract/provider/acme came while this run was at work, maybe from another run with the same name; keep what that wrote, or take another name; nothing"))
		Expect(t.files()).To(Equal(before))
	})

	DescribeTable("to write over the list, and takes away what it had written,", func(ctx SpecContext, file, text, want string) {
		var before map[string]string
		t.before = func(_ string, args []string) error {
			if args[0] == "test" {
				t.write(file, strings.Replace(t.read(listFile), listedAlready+".Provider", text, 1))
				before = t.files()
			}
			return nil
		}
		Expect(t.run(ctx, "-name", "acme", t.path("document.yaml"))).To(Equal(2))
		Expect(t.stderr).To(HavePrefix("provider: " + want))
		Expect(t.files()).To(Equal(before))
	},
		Entry("when the name was given away meanwhile", listFile, "acme.Provider", "NAME=acme is taken: contract/providers/providers.go names it"),
		Entry("while another run does", listFile+".next", "", "contract/providers/providers.go.next is there: another run is about to change the list; run this one again, and if it says so again, delete that file; nothing"),
	)

	It("a client that the go command does not compile", func(ctx SpecContext) {
		unknown := strings.Replace(published(""), "{type: object}", "{type: object, x-go-type: json.Nothing}", 1)
		j := job{root: root, name: "clashing", output: command, stage: GinkgoT().TempDir(),
			files: []string{t.write("document.yaml", unknown)}}
		Expect(j.check(ctx)).To(Succeed())
		Expect(j.try(ctx)).To(MatchError(MatchRegexp(`^what was generated does not compile: go build: exit status ` +
			`1: # .*/gen/clashingapi\n.*/gen/clashingapi/client.gen.go:\d+:\d+: undefined: json.Nothing`)))
	})
})
