package importing

import (
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// Each message is what a person at a command line has to go by: the file, the
// line where there is one, and what is wrong. Nothing is written in any case.
var _ = Describe("import refuses", func() {
	const good = "openapi: 3.0.3\npaths: {/a: {get: {operationId: read, responses: {}}}}\n"

	DescribeTable("a publication that", func(name, text, want string) {
		h := newHouse()
		h.publish("page", h.write(name, text))
		h.manifest("{paths: [/]}", "")
		h.refuses(want, "acme", h.path(name))
	},
		Entry("is empty", "a.md", "", "a.md: holds no OpenAPI document"),
		Entry("is a page without a block", "a.md", "# Acme\n\nopen an account\n", "a.md: holds no OpenAPI document: neither does it start with one, nor is one in a fenced block"),
		Entry("is a page with other blocks", "a.md", "# Acme\n```json\n{\"a\":1}\n```\n", "a.md: holds no OpenAPI document"),
		Entry("is YAML of another kind", "a.yaml", "acme: 1\n", "a.yaml: holds no OpenAPI document"),
		Entry("is not YAML", "a.yaml", "openapi: 3.0.3\npaths:\n  /a: [\n", "a.yaml:4: is not YAML"),
		Entry("is not YAML below a page's prose", "a.md", "# Acme\n\n```yaml\nopenapi: 3.0.3\npaths:\n\t/a: {}\n```\n", "a.md:6: is not YAML: found"),
		Entry("is not JSON", "a.json", "{\"openapi\": \"3.0.3\",\n\"paths\": }", "a.json:2: is not JSON"),
		Entry("is JSON in a page, and broken", "a.md", "# Acme\n```json\n{\"openapi\": \"3.0.3\",\n\"paths\": {},\n\"paths\": {}}\n```\n", `a.md:5: duplicate member "paths"`),
		Entry("is JSON of another kind", "a.json", "\n{\"acme\": 1}", "a.json:2: is no OpenAPI document: it has no member openapi"),
		Entry("has a duplicate member", "a.yaml", good+"paths: {}\n", `a.yaml:3: duplicate member "paths" (first in line 2)`),
		Entry("has a second document", "a.yaml", good+"---\n"+good, "a.yaml:3: holds a second YAML document"),
		Entry("is Swagger 2.0", "a.yaml", "# old\nswagger: \"2.0\"\npaths: {}\n", "a.yaml:2: is Swagger 2.0; "+
			"convert it to OpenAPI 3 first, for example with swagger2openapi, and give that"),
		Entry("is Swagger 2.0 in a page", "a.md", "# old\n```yaml\ninfo: {}\nswagger: \"2.0\"\n```\n", "a.md:4: is Swagger 2.0"),
		Entry("is of a version to come", "a.yaml", "openapi: 4.0.0\npaths: {}\n", `a.yaml:1: is OpenAPI "4.0.0"; only 3.0.x and 3.1.x are read`),
		Entry("has no paths", "a.yaml", "openapi: 3.1.0\ncomponents: {}\n", "a.yaml:1: has neither paths nor "+
			"webhooks; a file that others refer to lies beside them, and is not given itself"),
		Entry("has no webhooks either", "a.yaml", "openapi: 3.1.0\nwebhooks: {}\n",
			"specs/acme/import.yaml: select takes none of the 0 paths in a.yaml"),
		Entry("has a webhook without an operation", "a.yaml", "openapi: 3.1.0\nwebhooks: {done: {}}\n",
			`specs/acme/import.yaml: select takes none of the 0 paths and of the webhooks "done" in a.yaml`),
		Entry("has a list of paths", "a.yaml", "openapi: 3.1.0\npaths: []\n", "a.yaml:2: paths is no object"),
		Entry("has a list of webhooks",
			"a.yaml", "openapi: 3.1.0\npaths: {}\nwebhooks: []\n", "a.yaml:3: webhooks is no object"),
		Entry("has paths, but no operation", "a.yaml", "openapi: 3.1.0\npaths: {/a: {}, /b: {parameters: []}}\n", "specs/acme/import.yaml: select takes none of the 2 paths"),
		Entry("has an empty operation", "a.yaml", good[:len(good)-2]+", /b: {\n  get: }}\n",
			"a.yaml:3: /paths/~1b/get is empty, or no object: write the operation, or take the line away, in a copy"),
		Entry("is headed by an operation that it lacks", "a.md", "# Acme\n\n````yaml post /a\n"+good+"````\n", `a.md:3: the block is headed "yaml post /a", but the document in it has no such operation`),
		Entry("is headed by one in capitals", "a.md", "```yaml acme.yaml POST /a\n"+good+"```\n", `a.md:1: the block is headed "yaml acme.yaml POST /a"`),
		Entry("refers to nothing", "a.yaml", "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      requestBody:\n        $ref: '#/components/requestBodies/None'\n",
			`a.yaml:6: the reference "#/components/requestBodies/None" leads nowhere in the selected part`),
		Entry("refers to nothing from a component", "a.yaml", "openapi: 3.0.3\npaths: {/a: {get: {requestBody: {$ref: '#/components/requestBodies/R'}}}}\ncomponents:\n  requestBodies:\n    R: {content: {a/b: {schema: {$ref: '#/components/schemas/None'}}}}\n",
			`a.yaml:5: the reference "#/components/schemas/None"`),
		Entry("refers to nothing within a component", "a.yaml", "openapi: 3.0.3\npaths: {/a: {get: {requestBody: {$ref: '#/components/requestBodies/R/none'}}}}\ncomponents: {requestBodies: {R: {}}}\n",
			`a.yaml:2: the reference "#/components/requestBodies/R/none"`),
		Entry("refers to another file", "a.yaml", "openapi: 3.0.3\npaths:\n  /a: {get: {requestBody: {$ref: 'b.yaml#/x'}}}\n", `a.yaml:3: the reference "b.yaml#/x"`),
		Entry("has a path in another file", "a.yaml", "openapi: 3.0.3\npaths:\n  /a: {$ref: b.yaml}\n", `a.yaml:3: `+
			`the reference "b.yaml" cannot be followed: there is no file b.yaml beside a.yaml: save it there too`),
		Entry("discriminates by what is not there", "a.yaml", "openapi: 3.0.3\npaths: {/a: {get: {requestBody: {content: {a/b: {schema: {discriminator: {\n  mapping: {x: None}}}}}}}}}\n",
			`a.yaml:3: the reference "#/components/schemas/None"`),
		Entry("is secured by what is not there", "a.yaml", "openapi: 3.0.3\npaths: {/a: {get: {\n  security: [{none: []}]}}}\n", `a.yaml:3: the reference "#/components/securitySchemes/none"`),
		Entry("is wholly secured by what is not there", "a.yaml", good+"security: [{none: []}]\n", `a.yaml:3: the reference "#/components/securitySchemes/none"`),
	)

	DescribeTable("a manifest that", func(text, want string) {
		h := newHouse()
		h.publish("page", h.write("a.yaml", good))
		_, sum, _ := strings.Cut(strings.TrimSuffix(h.sources[0], "}\n"), "sha256: ")
		text = strings.ReplaceAll(text, "SUM", sum)
		text = strings.ReplaceAll(text, "SOURCE", strings.TrimSuffix(h.sources[0], "\n"))
		h.write("specs/acme/import.yaml", text)
		h.refuses("specs/acme/import.yaml"+want, "acme", h.path("a.yaml"))
	},
		Entry("is empty", "", ": is empty"),
		Entry("is a comment", "# to come\n", ": is empty but for comments"),
		Entry("is not YAML", "publisher: Acme\nselect: [\n", ":3: is not YAML"),
		Entry("has a duplicate member", "publisher: Acme\npublisher: Acme\n", `:2: duplicate member "publisher"`),
		Entry("has a member too many", "publisher: Acme\nselects: {}\n", ":2: field selects not found"),
		Entry("has text for a list", "publisher: Acme\nselect: {paths: /a}\n", ":2: cannot unmarshal"),
		Entry("names no publisher", "select: {paths: [/]}\n", ": publisher is missing"),
		Entry("selects nothing", "publisher: Acme\nselect: {}\n", ": select names neither paths nor operations"),
		Entry("has no sources", "publisher: Acme\nselect: {paths: [/]}\n", ": sources is empty"),
		Entry("has a source without a name", "publisher: Acme\nselect: {paths: [/]}\nsources: [{date: undated}]\n", `: each source needs a name of its own; "" is not one`),
		Entry("has two sources of one name", "publisher: Acme\nselect: {paths: [/]}\nsources:\nSOURCE\nSOURCE\n", `: each source needs a name of its own; "page" is not one`),
		Entry("has one file as two sources", "publisher: Acme\nselect: {paths: [/]}\nsources:\n  - {name: other, date: undated, sha256: SUM}\nSOURCE\n", `: source "page": has a sha256 that stands above it`),
		Entry("has a date of another form", "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: page, date: 3 February 2022, sha256: SUM}]\n", `: source "page": date "3 February 2022" is neither YYYY-MM-DD nor "undated"`),
		Entry("has a sha256 of another form", "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: page, date: undated, sha256: 12ab}]\n", `: source "page": sha256 must be 64 hexadecimal digits`),
		Entry("has a day that there is not", "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: page, date: 2022-02-30, sha256: SUM}]\n", `: source "page": date "2022-02-30" is neither`),
		Entry("has the sum of a cut of another form", "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: page, sha256: SUM, instead: [12ab]}]\n", `: source "page": sha256 must be 64 hexadecimal digits`),
		Entry("has one sum as publication and cut", "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: page, sha256: SUM, instead: [SUM]}]\n", `: source "page": has a sha256 that stands above it`),
		Entry("has a date without a sum", "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: page, date: 2022-02-03}]\n", `: source "page": date and instead belong to a sha256; without one the date comes from DATE=`),
		Entry("has a cut of nothing", "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: page, instead: [SUM]}]\n", `: source "page": date and instead belong to a sha256`),
		Entry("has a source that is nothing", "publisher: Acme\nselect: {paths: [/]}\nsources: [null]\n", `: each source needs a name of its own; "" is not one`),
		Entry("has a name that no file can have", "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: '!'}]\n", `: source "!": its name has no letter and no digit to call a file by`),
		Entry("has two names that make one file", "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: My page}, {name: my-page}]\n", `: sources "My page" and "my-page" would both be kept in my-page.yaml; give one another name`),
		Entry("replaces by nothing", "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: page, replace: [{at: /paths}]}]\n", `: source "page": each entry of replace says at, a JSON pointer such as`),
		Entry("replaces nothing", "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: page, replace: [{with: a}]}]\n", `: source "page": each entry of replace says at`),
		Entry("decides for nobody", "publisher: Acme\nselect: {paths: [/]}\nsources:\nSOURCE\ndecide: [{at: /info, take: guide}]\n", `: decide at /info takes "guide", which is no source`),
		Entry("decides what needs no decision", "publisher: Acme\nselect: {paths: [/]}\nsources:\nSOURCE\ndecide: [{at: /info, take: page}]\n", ": the decision at /info is not needed"),
		Entry("takes a path that is not there", "publisher: Acme\nselect: {paths: [/b]}\nsources:\nSOURCE\n", ": select takes none of the 1 paths"),
		Entry("takes an operation that only begins alike", "publisher: Acme\nselect: {paths: [/], operations: [rea]}\nsources:\nSOURCE\n", `: select names "rea", which takes nothing`),
		Entry("takes one path that is there and one that is not", "publisher: Acme\nselect: {paths: [/a, /gone]}\nsources:\nSOURCE\n", `: select names "/gone", which takes nothing from the sources; if a publication has it, give that again (FROM=)`),
	)

	It("a path that only begins alike", func() {
		h := newHouse()
		h.publish("older", "testdata/older.json")
		h.manifest("{paths: [/consents, /else]}", "")
		h.refuses(`specs/acme/import.yaml: select names "/else", which takes nothing`, "acme", h.files[0])
	})

	Describe("files that are not those of the manifest:", func() {
		var h *house
		BeforeEach(func() { h = acme() })

		It("no such file", func() {
			h.refuses("testdata/nothing.md: no such file or directory", "acme", "testdata/create.md", "testdata/nothing.md")
		})
		It("a folder", func() {
			h.refuses("testdata: is a directory", "acme", "testdata")
		})
		It("another sha256", func() {
			data, err := os.ReadFile("testdata/create.md")
			Expect(err).NotTo(HaveOccurred())
			file := h.write("create.md", string(data)+"\n")
			h.refuses("create.md: its content (POST /consents, sha256 ", "acme", file)
			Expect(h.stderr).To(ContainSubstring(`does not tell which source it is: nothing is kept yet of "create", "status", "older"; list them in ` + h.path("specs/acme/import.yaml") + ` one after the other`))
			h.refuses(`create.md: is taken for source "create", which specs/acme/import.yaml lists by its sum, and that of the file is another; if it is a newer publication`, "-source", "create", "acme", file)
			Expect(h.stderr).To(MatchRegexp(`write there the address of it, and "sha256: [0-9a-f]{64}" with its date, or neither`))
		})
		It("a source is missing", func() {
			h.refuses(`specs/acme/import.yaml: nothing is kept of source "older": give its publication, FROM= a file of https://acme.example/older`, "acme", h.files[0], h.files[1])
		})
		It("one file twice", func() {
			data, err := os.ReadFile("testdata/create.md")
			Expect(err).NotTo(HaveOccurred())
			file := h.write("again.md", string(data))
			h.refuses("again.md: is the same file as testdata/create.md", "acme", h.files[0], file)
		})
	})

	Describe("publications that disagree", func() {
		disagreeing := func(decide string) *house {
			h := newHouse()
			h.publish("guide", h.write("a.yaml", "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      parameters:\n        - {name: n, in: query}\n      responses: {}\n"))
			h.publish("page", h.write("b.yaml", "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      parameters:\n        - {name: n, in: header}\n      responses: {}\n"))
			h.manifest("{paths: [/]}", decide)
			return h
		}

		It("where nobody decided, naming the pointer, both sources and what to write", func() {
			h := disagreeing("")
			h.refuses("sources disagree, and nobody decided; paste into specs/acme/import.yaml, each with the source that is right:\n"+
				"decide:\n"+
				"  # \"guide\" (a.yaml:5) and \"page\" (b.yaml:5) disagree at /paths/~1a/get/parameters/0/in\n"+
				"  - at: /paths/~1a/get\n"+
				"    take: guide # or page\n", append([]string{"acme"}, h.files...)...)
		})

		It("at several places, all at once, and what was pasted settles them", func() {
			h := newHouse()
			const doc = "openapi: 3.0.3\npaths:\n  /a: {get: {operationId: ID, responses: {'200': {$ref: '#/components/responses/ID'}}}}\n  '/{b}': {get: {tags: [ID]}}\n" +
				"components:\n  responses: {one: {description: o}, two: {content: {a/b: {schema: {$ref: '#/components/schemas/S'}}}}}\n  schemas: {S: {title: ID}}\n"
			h.publish("page one", h.write("a.yaml", strings.ReplaceAll(doc, "ID", "one")+"  examples: {E: {value: one}}\n"))
			h.publish("page: two", h.write("b.yaml", strings.ReplaceAll(doc, "ID", "two")))
			third := strings.ReplaceAll(doc, "ID", "three")
			h.publish("three", h.write("c.yaml", strings.ReplaceAll(third, "responses/three", "responses/two")))
			const needless = "  - {at: /paths/~1gone, take: three}\n  - {at: /info, take: three}\n"
			h.manifest("{paths: [/]}", "decide:\n"+needless)
			h.refuses("sources disagree, and nobody decided; paste below decide in specs/acme/import.yaml", append([]string{"acme"}, h.files...)...)
			said := strings.SplitAfter(h.stderr, "\n")
			pasted, rest := strings.Join(said[1:len(said)-3], ""), strings.Join(said[len(said)-3:], "")
			Expect(strings.ReplaceAll(pasted, h.dir+"/", "")).To(Equal(`  # "page one" (a.yaml:3) and "page: two" (b.yaml:3) and "three" (c.yaml:3) disagree at /paths/~1a/get/operationId
  - at: /paths/~1a/get
    take: page one # or 'page: two', or three
  # "page one" (a.yaml:4) and "page: two" (b.yaml:4) and "three" (c.yaml:4) disagree at /paths/~1{b}/get/tags/0
  - at: /paths/~1{b}/get
    take: page one # or 'page: two', or three
  # "page: two" (b.yaml:7) and "three" (c.yaml:7) disagree at /components/schemas/S/title
  - at: /components/schemas/S
    take: 'page: two' # or three
`), "S is reached by two of the three variants alone")
			Expect(strings.ReplaceAll(rest, h.path("specs/acme/import.yaml"), "M")).To(Equal("M: the decision at /paths/~1gone is not needed: no two sources disagree there; remove it\n" +
				"M: the decision at /info is not needed: no two sources disagree there; remove it\n"))
			h.manifest("{paths: [/]}", "decide:\n"+strings.ReplaceAll(pasted, "take: page one # or 'page: two', or three", "take: three"))
			Expect(h.takes()).To(And(haveAt("/paths/~1a/get/operationId", `"three"`), haveAt("/paths/~1{b}/get/tags", `["three"]`), haveAt("/components/schemas/S/title", `"two"`)))
		})

		It("in one file, which nobody can decide", func() {
			const block = "```yaml\nopenapi: 3.0.3\npaths: {/a: {get: {operationId: %, responses: {}}}}\n```\n"
			h := newHouse()
			h.publish("page", h.write("a.md", strings.Replace(block, "%", "one", 1)+strings.Replace(block, "%", "two", 1)))
			h.manifest("{paths: [/]}", "")
			h.refuses(`two documents in "page" (a.md:3 and a.md:7) disagree at /paths/~1a/get/operationId; split the file into one for each document, each a source of specs/acme/import.yaml`,
				append([]string{"acme"}, h.files...)...)
		})

		DescribeTable("unless somebody did:", func(at, take, want string) {
			root := disagreeing("decide: [{at: " + at + ", take: " + take + "}]\n").takes()
			Expect(root).To(haveAt("/paths/~1a/get/parameters/0/in", want))
			Expect(root).To(haveAt("/paths/~1a/get/x-source", `"`+take+`"`))
		},
			Entry("for the first", "/paths/~1a/get", "guide", `"query"`),
			Entry("for the second", "/paths/~1a/get", "page", `"header"`),
			Entry("from higher up", "/paths", "page", `"header"`),
			Entry("for everything", `""`, "page", `"header"`),
		)

		It("where the nearer of two decisions wins", func() {
			h := newHouse()
			h.publish("guide", h.write("a.yaml", "openapi: 3.0.3\npaths: {/a: {get: {operationId: g}, put: {operationId: g}}}\n"))
			h.publish("page", h.write("b.yaml", "openapi: 3.0.3\npaths: {/a: {get: {operationId: p}, put: {operationId: p}}}\n"))
			h.manifest("{paths: [/]}", "decide:\n  - {at: /paths/~1a/get, take: page}\n  - {at: /paths, take: guide}\n")
			root := h.takes()
			Expect(root).To(haveAt("/paths/~1a/get/operationId", `"p"`))
			Expect(root).To(haveAt("/paths/~1a/put/operationId", `"g"`))
		})

		It("where the decision is too deep to be one", func() {
			h := disagreeing("decide: [{at: /paths/~1a/get/parameters, take: page}]\n")
			h.refuses("sources disagree, and nobody decided; paste below decide in specs/acme/import.yaml", append([]string{"acme"}, h.files...)...)
			Expect(h.stderr).To(ContainSubstring("the decision at /paths/~1a/get/parameters is not needed"))
		})

		It("where the decision goes to a source that says nothing there", func() {
			h := disagreeing("decide: [{at: /paths, take: third}]\n")
			h.publish("third", h.write("c.yaml", "openapi: 3.0.3\npaths: {/b: {get: {}}}\n"))
			h.manifest("{paths: [/]}", "decide: [{at: /paths, take: third}]\n")
			h.refuses(`specs/acme/import.yaml: the decision at /paths takes "third", which says nothing about /paths/~1a/get`, append([]string{"acme"}, h.files...)...)
		})

		It("but not in what nobody asks for, nor in prose", func() {
			h := newHouse()
			h.publish("guide", h.write("a.yaml", "openapi: 3.0.3\npaths: {/a: {get: {description: one}}, /b: {parameters: [{name: n, in: query}], get: {operationId: g}}}\ncomponents: {schemas: {A: {type: string}}}\n"))
			h.publish("page", h.write("b.yaml", "openapi: 3.0.3\npaths: {/a: {get: {description: two}}, /b: {get: {operationId: p}}}\ncomponents: {schemas: {A: {type: number}}}\n"))
			h.manifest("{paths: [/a]}", "")
			Expect(h.takes()).To(And(haveAt("/paths/~1b", ""), haveAt("/components", "")))
		})
	})

	It("a provider that nobody knows", func() {
		h := acme()
		h.refuses(`unknown provider "bolt": there is no specs/bolt/import.yaml (there is one for "acme")`, "bolt", "testdata/create.md")
	})

	It("a name that is no provider's", func() {
		acme().refuses(`unknown provider "../specs/acme"`, "../specs/acme", "testdata/create.md")
	})

	It("to write where something is in the way, and leaves no temporary file", func() {
		h := acme()
		Expect(os.MkdirAll(h.path("specs/acme/openapi.yaml/in the way"), 0o755)).To(Succeed())
		before := h.state()
		Expect(h.run(append([]string{"acme"}, h.files...)...)).To(Equal(2))
		Expect(h.stderr).To(MatchRegexp(`^import: .*openapi.yaml.*\n$`))
		Expect(h.stdout).To(BeEmpty())
		Expect(h.state()).To(Equal(before))
		Expect(filepath.Glob(h.path("specs/acme/.*"))).To(BeEmpty())
	})

	DescribeTable("a command line", func(want string, args ...string) {
		h := acme()
		Expect(h.run(args...)).To(Equal(2))
		Expect(h.stderr).To(ContainSubstring(want))
		Expect(h.stdout).To(BeEmpty())
	},
		Entry("without a provider", "PROVIDER is missing: say whose publication it is, as in: make import PROVIDER=acme FROM=page.md", "", "testdata/create.md"),
		Entry("with a source and no file", `SOURCE="create" is for one file: name it with FROM=`, "-source", "create", "acme"),
		Entry("with a source for two files", `SOURCE="create" is for one file`, "-source", "create", "acme", "testdata/create.md", "testdata/status.md"),
		Entry("with a date and no file", `DATE="2022-02-03" is for one file: name it with FROM=`, "-date", "2022-02-03", "acme"),
		Entry("with a date that is none", `DATE="2022-02-30" is neither YYYY-MM-DD nor "undated"`, "-date", "2022-02-30", "acme", "testdata/create.md"),
		Entry("with a source that there is none of", `SOURCE="page": there is no such source in `, "-source", "page", "acme", "testdata/create.md"),
		Entry("with a flag that there is none of", "usage: import [-specs DIR]", "-nope"),
	)
})
