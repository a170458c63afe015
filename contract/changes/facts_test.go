package changes

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

var _ = DescribeTable("without words and extensions, the facts have", func(k document.Kind, text, want string) {
	n, err := document.Parse("acme.yaml", []byte("--- "+text))
	Expect(err).NotTo(HaveOccurred())
	Expect(string(document.JSON(reduced(k, n)))).To(Equal(want))
},
	Entry("a schema's keywords", document.Schema,
		"{type: string, title: T, description: d, examples: [e], x-acme: 1}", `{"type":"string"}`),
	Entry("properties that are called like them", document.Schema,
		"{properties: {title: {}, example: {}, x-acme: {description: d}}}",
		`{"properties":{"title":{},"example":{},"x-acme":{}}}`),
	Entry("data, whatever is in it", document.Schema, "{default: {title: T, x-acme: 1}, enum: [b, a, b]}",
		`{"default":{"title":"T","x-acme":1},"enum":["a","b"]}`),
	Entry("a scheme of security that is called like an extension or a word", document.Operation,
		"{security: [{x-api-key: [], tags: [a]}]}",
		`{"security":[{"x-api-key":[],"tags":["a"]}]}`),
	Entry("a callback whose address is one", document.Operation,
		"{callbacks: {example: {description: {post: {summary: s}}}}}",
		`{"callbacks":{"example":{"description":{"post":{}}}}}`),
	Entry("what a link passes on", document.Response,
		"{links: {l: {description: d, parameters: {title: $request.body#/title}}}}",
		`{"links":{"l":{"parameters":{"title":"$request.body#/title"}}}}`),
	Entry("the names of scopes", document.Components,
		"{securitySchemes: {s: {flows: {implicit: {scopes: {a: Read it.}}}}}}",
		`{"securitySchemes":{"s":{"flows":{"implicit":{"scopes":{"a":""}}}}}}`),
	Entry("a member that nobody knows", document.Schema,
		"{acme: {title: T, type: string}}", `{"acme":{"type":"string"}}`),
	Entry("what only its members tell the kind of", document.Kind(""),
		"{Server: {description: d, schema: {properties: {title: {title: T}}}}}",
		`{"Server":{"schema":{"properties":{"title":{}}}}}`),
)

var _ = It("a callback is a fact, whatever else its address has", func() {
	root, err := document.Parse("acme.yaml", []byte(`--- {paths: {/a: {post: {callbacks: {c: {'{$url}': {
  post: {operationId: hook}, parameters: [{name: q}]}}}}}}}`))
	Expect(err).NotTo(HaveOccurred())
	Expect(document.Text(document.At(facts(root), "/paths/~1webhooks~1a~1post~1c/get"), "operationId")).To(Equal("hook"))
})

var _ = It("a webhook is a fact, with its body and headers, in a document without paths too", func() {
	root, err := document.Parse("acme.yaml", []byte(`--- {webhooks: {done: {
  post: {operationId: hook, parameters: [{name: X-Id, in: header}], requestBody: {$ref: '#/components/requestBodies/B'}},
  parameters: [{$ref: '#/components/parameters/P'}]}},
  components: {requestBodies: {B: {content: {a/b: {}}}}, parameters: {P: {name: X-Key, in: header, required: true}}}}`))
	Expect(err).NotTo(HaveOccurred())
	out := facts(root)
	Expect(document.Get(out, "webhooks")).To(BeNil())
	Expect(string(document.JSON(document.At(out, "/paths/~1webhooks~1done~1post/get")))).To(Equal(
		`{"operationId":"hook","responses":{"200":{"description":"","content":{"a/b":{}},` +
			`"headers":{"x-key":{"required":true},"x-id":{}}}}}`))
})

var _ = DescribeTable("the keyword that decides at a pointer is", func(pointer, want string) {
	Expect(keyword(pointer)).To(Equal(want))
},
	Entry("the last", "/requestBody/required", "required"),
	Entry("the map's, for what stands under a name", "/responses/200/headers/schema", "headers"),
	Entry("the list's, for an item", "/responses/200/content/a~1b/schema/enum/0", "enum"),
	Entry("not a property's name", "/parameters/query enum/schema/properties/required/maxLength", "maxLength"),
	Entry("the outermost of data", "/requestBody/content/a~1b/schema/default/type", "default"),
	Entry("that of security, servers and discriminators, for all below",
		"/responses/200/content/a~1b/schema/oneOf/1/discriminator/mapping/a", "discriminator"),
)
