package importing

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

// acme publishes two pages and an older file that disagree on one component and
// one operation.
func acme() *house {
	GinkgoHelper()
	h := newHouse()
	h.publish("create", "testdata/create.md")
	h.publish("status", "testdata/status.md")
	h.publish("older", "testdata/older.json")
	h.manifest("{paths: [/consents]}", `decide:
  - {at: /paths/~1consents/post, take: create}
  - {at: /components/schemas/Consent, take: create}
`)
	return h
}

var _ = Describe("import", func() {
	It("says how it is called", func() {
		h := acme()
		Expect(h.run("-h")).To(Equal(0))
		Expect(h.stderr).To(HavePrefix("usage: import [-specs DIR] [-source NAME] [-date DATE] [PROVIDER [FILE...]]"))
		Expect(h.stdout).To(BeEmpty())
	})

	It("makes one document of three publications, facts only, byte for byte", func() {
		h := acme()
		h.takes()
		got, err := os.ReadFile(h.path("specs/acme/openapi.yaml"))
		Expect(err).NotTo(HaveOccurred())
		want, err := os.ReadFile("testdata/acme.want.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(string(got)).To(Equal(string(want)))
		Expect(h.stdout).To(HavePrefix("acme: 3 operations, 4 request and response examples, 9 components; sources: 3; written to " + h.path("specs/acme/openapi.yaml") + `
  2 conflicts, decided by import.yaml:
    /paths/~1consents/post: create
    /components/schemas/Consent: create
  source "create" is now testdata/create.md (2022-02-03, sha256 `))
		Expect(h.stdout).To(HaveSuffix("); written to " + h.path("specs/acme/sources/older.yaml") + `
  not selected: path /elsewhere
  not taken, as nothing that is taken refers to it: securitySchemes/unused, schemas/Elsewhere, schemas/Unused
`))
	})

	It("writes what other readers of OpenAPI take as it was published", func() {
		h := acme()
		h.takes()
		doc, err := openapi3.NewLoader().LoadFromFile(h.path("specs/acme/openapi.yaml"))
		Expect(err).NotTo(HaveOccurred())
		Expect(doc.Validate(GinkgoT().Context(), openapi3.DisableExamplesValidation())).To(Succeed())
		body := doc.Paths.Value("/consents").Post.RequestBody.Value.Content["application/json"].Examples["example"].Value.Value
		Expect(body).To(And(HaveKeyWithValue("pin", "007"), HaveKeyWithValue("answer", "no"), HaveKeyWithValue("since", "2022-02-03")))
	})

	It("changes no byte and no time when it runs again, whatever the order of the files", func() {
		h := acme()
		h.takes()
		old := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
		Expect(os.Chtimes(h.path("specs/acme/openapi.yaml"), old, old)).To(Succeed())
		before := h.state()
		h.files = []string{h.files[2], h.files[0], h.files[1]}
		h.takes()
		Expect(h.state()).To(Equal(before))
	})

	It("says where a document comes from, and each part of it if there are several", func() {
		one := imported("openapi: 3.0.3\npaths: {/a: {get: {responses: {'200': {description: d}}}}}\n")
		Expect(one).To(haveAt("/paths/~1a/get", `{"responses":{"200":{"description":"OK"}}}`))
		Expect(document.Text(document.At(one, "/x-sources/0"), "sha256")).To(HaveLen(64))

		all := acme().takes()
		Expect(document.Get(all, "x-sources").Content).To(HaveLen(3))
		Expect(all).To(And(
			haveAt("/paths/~1consents/post/x-source", `"create"`),
			haveAt("/paths/~1consents~1{id}/get/x-source", `"status"`),
			haveAt("/paths/~1consents~1{id}~1files/get/x-source", `"older"`),
			haveAt("/components/schemas/Error/x-source", `"create"`),
			haveAt("/components/schemas/File/x-source", `"older"`),
		))
	})

	It("does not make up what the manifest leaves out", func() {
		h := newHouse()
		h.publish("older", "testdata/older.json")
		_, sum, _ := strings.Cut(h.sources[0], "sha256: ")
		h.sources = []string{"  - {name: older, sha256: " + sum}
		h.manifest("{paths: [/]}", "")
		Expect(h.takes()).To(haveAt("/x-sources/0", `{"name":"older","date":"undated","sha256":"`+strings.TrimSuffix(sum, "}\n")+`"}`))
	})

	It("counts the examples of requests and responses that several operations share, for each of them", func() {
		h := newHouse()
		h.publish("page", h.write("a.yaml", `openapi: 3.0.3
paths:
  /a: {post: {requestBody: {$ref: '#/components/requestBodies/R'}, responses: {'200': {$ref: '#/components/responses/R'}}}}
  /b: {post: {requestBody: {$ref: '#/components/requestBodies/R'}, responses: {'200': {$ref: '#/components/responses/R'}}}}
components:
  requestBodies: {R: {content: {a/b: {example: 1}}}}
  responses: {R: {content: {a/b: {examples: {one: {value: 1}, two: {value: 2}}}}}}
`))
		h.manifest("{paths: [/]}", "")
		h.takes()
		Expect(h.stdout).To(HavePrefix("acme: 2 operations, 6 request and response examples, 2 components; sources: 1"))
	})

	DescribeTable("takes, of what is published, only", func(selection, want string) {
		h := newHouse()
		h.publish("older", "testdata/older.json")
		h.manifest(selection, "")
		root := h.takes()
		var ids []string
		for _, item := range document.Members(document.Get(root, "paths")) {
			for _, op := range document.Members(item) {
				ids = append(ids, document.Text(op, "operationId"))
			}
		}
		Expect(quoted(ids)).To(Equal(want))
	},
		Entry("everything, below /", `{paths: [/]}`, `"create-consent", "list-files", "elsewhere"`),
		Entry("a path and what is below it", `{paths: [/consents]}`, `"create-consent", "list-files"`),
		Entry("a path written with a slash", `{paths: [/consents/]}`, `"create-consent", "list-files"`),
		Entry("one path of several levels", `{paths: ["/consents/{id}/files"]}`, `"list-files"`),
		Entry("operations", `{operations: [elsewhere, create-consent]}`, `"create-consent", "elsewhere"`),
		Entry("both, in the order published", `{paths: [/elsewhere], operations: [list-files]}`, `"list-files", "elsewhere"`),
	)

	DescribeTable("keeps a component that is reached, and no other:", func(section, want string) {
		h := newHouse()
		h.publish("older", "testdata/older.json")
		h.manifest("{operations: [list-files]}", "")
		var names []string
		for name := range document.Members(document.At(h.takes(), "/components/"+section)) {
			names = append(names, name)
		}
		Expect(quoted(names)).To(Equal(want))
	},
		Entry("by $ref (Owner, File in itself), by name (Pdf) and pointer (Xml) in a discriminator", "schemas", `"Pdf", "Xml", "Owner", "File"`),
		Entry("by security of the operation (token) and of all (key)", "securitySchemes", `"key", "token"`),
	)

	It("reads OpenAPI 3.1 in YAML, with anchors", func() {
		h := newHouse()
		h.publish("bolt", "testdata/bolt.yaml")
		h.manifest("{paths: [/]}", "")
		root := h.takes()
		for _, path := range []string{"/paths/~1locks/get", "/paths/~1keys/get"} {
			Expect(root).To(And(
				haveAt(path+"/parameters/0/schema", `{"type":["integer","null"]}`),
				haveAt(path+"/parameters/1/schema/enum", `["y","n","on","off","1",1e3,"2022-02-03"]`),
				haveAt(path+"/responses/200/content/application~1json/schema/prefixItems", `[{"type":"string"}]`),
				haveAt(path+"/responses/200/content/application~1json/examples", `{"two":{"value":["a","b"]},"example":{"value":["c"]}}`),
			))
		}
		Expect(root).To(haveAt("/info", `{"title":"Bolt","version":"2022-02-03","license":{"name":"Bolt Free"}}`))
		Expect(h.stdout).To(ContainSubstring("2 operations, 4 request and response examples, 0 components; sources: 1"))
		Expect(h.stdout).To(ContainSubstring("\n  no conflict\n"))
	})
})

var _ = Describe("a page", func() {
	const doc = "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses: {'200': {description: d}}\n"
	DescribeTable("can hold its document", func(page string) {
		Expect(imported(page)).To(haveAt("/paths/~1a/get/responses/200/description", `"OK"`))
	},
		Entry("in three backticks", "# Acme\n\n```yaml\n"+doc+"```\nbye\n"),
		Entry("in four, with three inside", "# Acme\n\n````yaml\ninfo:\n  description: |\n   ```\n   inside\n   ```\n"+doc+"````\n"),
		Entry("in three, with a line that could only open another", "```yaml\ninfo:\n  description: |\n   ```json\n   x\n"+doc+"```\n"),
		Entry("in tildes", "# Acme\n~~~\n"+doc+"~~~\n"),
		Entry("under a fence that names its operation", "````yaml get /a\n"+doc+"````\n"),
		Entry("under a fence that names a file and its operation", "```yaml acme.yaml GET /a\n"+doc+"```\n"),
		Entry("under a fence that names other things", "```yaml title=\"acme\" wrap lines\n"+doc+"```\n"),
		Entry("after other blocks", "```\nopen: 1\n```\n~~~json\n{}\n~~~\n```yaml\n"+doc+"```\n"),
		Entry("in an indented fence", "1. Acme\n\n   ```yaml\n   openapi: 3.0.3\n   paths:\n     /a: {get: {responses: {'200': {description: d}}}}\n   ```\n"),
		Entry("as JSON", "# Acme\n```json\n{\"openapi\":\"3.0.3\",\n\"paths\":{\"/a\":{\"get\":{\"responses\":{\"200\":{}}}}}}\n```\n"),
		Entry("with CRLF", "# Acme\r\n\r\n```yaml\r\nopenapi: 3.0.3\r\npaths:\r\n  /a: {get: {responses: {'200': {description: d}}}}\r\n```\r\n"),
		Entry("without a closing fence", "# Acme\n```yaml\n"+doc),
		Entry("in two blocks that agree", "```yaml\n"+doc+"```\n```yaml\n"+doc+"```\n"),
		Entry("or be it", doc),
		Entry("or be it, after a byte order mark and comments", "\ufeff# Acme\n"+doc),
		Entry("or be it, with a fence in its own prose", "info:\n  description: |\n    ```\n    x\n    ```\n"+doc),
	)
})

var _ = Describe("prose and facts", func() {
	DescribeTable("of a schema:", func(published, want string) {
		root := imported("openapi: 3.1.0\npaths: {/a: {get: {responses: {'200': {content: {application/json: {schema: " + published + "}}}}}}}\n")
		Expect(root).To(haveAt("/paths/~1a/get/responses/200/content/application~1json/schema", want))
	},
		Entry("prose goes", `{type: object, description: d, summary: s, externalDocs: {url: u}}`, `{"type":"object"}`),
		Entry("properties of such names stay", `{properties: {description: {type: string, description: d}, summary: {}, externalDocs: {}}}`,
			`{"properties":{"description":{"type":"string"},"summary":{},"externalDocs":{}}}`),
		Entry("required names stay", `{required: [description]}`, `{"required":["description"]}`),
		Entry("an example, a default, a constant and an enum stay whole",
			`{example: {description: d}, default: {summary: s}, const: {description: d}, enum: [{description: d}], examples: [{description: d}]}`,
			`{"example":{"description":"d"},"default":{"summary":"s"},"const":{"description":"d"},"enum":[{"description":"d"}],"examples":[{"description":"d"}]}`),
		Entry("titles, formats, limits and extensions stay", `{title: T, format: date, maxLength: 3, pattern: '^a$', x-acme: {description: d}}`,
			`{"title":"T","format":"date","maxLength":3,"pattern":"^a$","x-acme":{"description":"d"}}`),
		Entry("all that is below is read in the same way",
			`{items: {description: d}, allOf: [{description: d}], oneOf: [{description: d}], anyOf: [{description: d}], not: {description: d}, additionalProperties: {description: d}, $defs: {description: {description: d}}, if: {description: d}, contentSchema: {description: d}}`,
			`{"items":{},"allOf":[{}],"oneOf":[{}],"anyOf":[{}],"not":{},"additionalProperties":{},"$defs":{"description":{}},"if":{},"contentSchema":{}}`),
		Entry("a schema that is true stays", `{additionalProperties: true, items: false}`, `{"additionalProperties":true,"items":false}`),
	)

	DescribeTable("of an operation:", func(published, pointer, want string) {
		root := imported("openapi: 3.0.3\npaths: {/a: {post: " + published + "}}\ncomponents: {responses: {R: {description: d}, S: {}}, examples: {E: {summary: s, value: {summary: v}}}}\n")
		Expect(root).To(haveAt(pointer, want))
	},
		Entry("its words go", `{summary: s, description: d, operationId: o, tags: [t], deprecated: true}`, "/paths/~1a/post", `{"operationId":"o","tags":["t"],"deprecated":true}`),
		Entry("a parameter's words go", `{parameters: [{name: description, in: query, description: d, example: {description: e}}]}`,
			"/paths/~1a/post/parameters/0", `{"name":"description","in":"query","example":{"description":"e"}}`),
		Entry("a request's words go", `{requestBody: {description: d, content: {a/b: {schema: {description: d}}}}}`, "/paths/~1a/post/requestBody", `{"content":{"a/b":{"schema":{}}}}`),
		Entry("a header's, a link's and a server's words go",
			`{servers: [{url: u, description: d, variables: {v: {default: x, description: d}}}], responses: {'200': {headers: {description: {description: d}}, links: {l: {description: d, operationId: o}}}}}`,
			"/paths/~1a/post", `{"servers":[{"url":"u","variables":{"v":{"default":"x"}}}],"responses":{"200":{"headers":{"description":{}},"links":{"l":{"operationId":"o"}},"description":"OK"}}}`),
		Entry("a callback's words go", `{callbacks: {done: {'{$request.body#/url}': {post: {description: d, responses: {'204': {description: d}}}}}}}`,
			"/paths/~1a/post/callbacks", `{"done":{"{$request.body#/url}":{"post":{"responses":{"204":{"description":"No Content"}}}}}}`),
		Entry("a response is described by its status", `{responses: {'404': {description: d}}}`, "/paths/~1a/post/responses/404/description", `"Not Found"`),
		Entry("even if it had no description", `{responses: {'404': {}}}`, "/paths/~1a/post/responses/404/description", `"Not Found"`),
		Entry("a status that nobody registered by its number", `{responses: {'499': {description: d}}}`, "/paths/~1a/post/responses/499/description", `"499"`),
		Entry("a class of statuses by its name", `{responses: {5XX: {description: d}, default: {description: d}}}`, "/paths/~1a/post/responses", `{"5XX":{"description":"5XX"},"default":{"description":"default"}}`),
		Entry("an extension among the responses is none", `{responses: {x-acme: {a: 1}}}`, "/paths/~1a/post/responses", `{"x-acme":{"a":1}}`),
		Entry("a response component by the first status that leads to it", `{responses: {'402': {$ref: '#/components/responses/R'}, '403': {$ref: '#/components/responses/R'}}}`,
			"/components/responses/R/description", `"Payment Required"`),
		Entry("a reference stays one", `{responses: {'402': {$ref: '#/components/responses/S'}}}`, "/paths/~1a/post/responses/402", `{"$ref":"#/components/responses/S"}`),
		Entry("an example becomes one of several", `{requestBody: {content: {a/b: {example: null}}}}`, "/paths/~1a/post/requestBody/content/a~1b", `{"examples":{"example":{"value":null}}}`),
		Entry("beside others, under a name of its own", `{requestBody: {content: {a/b: {examples: {example: {value: 1}}, example: 2}}}}`,
			"/paths/~1a/post/requestBody/content/a~1b/examples", `{"example":{"value":1},"example 2":{"value":2}}`),
		Entry("also where there is room for others, but none", `{requestBody: {content: {a/b: {examples: null, example: 2}}}}`,
			"/paths/~1a/post/requestBody/content/a~1b/examples", `{"example":{"value":2}}`),
		Entry("an example's words go, its value stays", `{requestBody: {content: {a/b: {examples: {e: {$ref: '#/components/examples/E'}}}}}}`,
			"/components/examples/E", `{"value":{"summary":"v"}}`),
	)

	It("of a path: what its operations share stays, what it refers to is taken in", func() {
		root := imported("openapi: 3.1.0\npaths:\n  /a: {$ref: '#/components/pathItems/A'}\ncomponents:\n  pathItems:\n    A:\n      summary: s\n      parameters: [{name: n, in: query, description: d}]\n      get: {description: d, operationId: o}\n")
		Expect(root).To(haveAt("/paths", `{"/a":{"get":{"operationId":"o"},"parameters":[{"name":"n","in":"query"}]}}`))
		Expect(root).To(haveAt("/components", ""))
	})

	It("leaves no file of its own behind", func() {
		h := acme()
		h.takes()
		Expect(filepath.Glob(h.path("specs/acme/.*"))).To(BeEmpty())
		Expect(filepath.Glob(h.path("specs/acme/*/.*"))).To(BeEmpty())
		Expect(os.ReadDir(h.path("specs/acme"))).To(HaveLen(3))
		Expect(os.ReadDir(h.path("specs/acme/sources"))).To(HaveLen(3))
	})
})
