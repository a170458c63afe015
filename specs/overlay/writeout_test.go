package overlay_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

var _ = Describe("for the generator", func() {
	// written is what the document's JSON at the pointer is written as.
	written := func(text, pointer string) string {
		GinkgoHelper()
		root, err := document.Parse("document", []byte(text))
		Expect(err).NotTo(HaveOccurred())
		overlay.WriteOut(root)
		return string(document.JSON(document.At(root, pointer)))
	}

	DescribeTable("a reference is written without the escapes of a URL, and still leads to",
		func(name, ref, want string) {
			text := `{"components": {"schemas": {"` + name + `": {}, "Other": {"$ref": "` + ref + `"}}}}`
			Expect(written(text, "/components/schemas/Other/$ref")).To(Equal(`"` + want + `"`))
			root, err := document.Parse("document", []byte(text))
			Expect(err).NotTo(HaveOccurred())
			overlay.WriteOut(root)
			_, at, err := document.Resolve(root, document.At(root, "/components/schemas/Other"), "")
			Expect(err).NotTo(HaveOccurred())
			Expect("#" + at).To(Equal(want))
		},
		Entry("a plain name", "Paper.v1_a-b", "#/components/schemas/Paper.v1_a-b", "#/components/schemas/Paper.v1_a-b"),
		Entry("a name with a space",
			"Paper Kind", "#/components/schemas/Paper%20Kind", "#/components/schemas/Paper Kind"),
		Entry("a name in letters of Europe",
			"Größe", "#/components/schemas/Gr%C3%B6%C3%9Fe", "#/components/schemas/Größe"),
		Entry("a name with a slash", "a/b", "#/components/schemas/a~1b", "#/components/schemas/a-b"),
		Entry("a name with a slash, escaped twice", "a/b", "#/components/schemas/a%7E1b", "#/components/schemas/a-b"),
		Entry("a name with a tilde", "a~b", "#/components/schemas/a~0b", "#/components/schemas/a-b"),
		Entry("a name with a per cent sign", "a%b", "#/components/schemas/a%25b", "#/components/schemas/a-b"),
	)

	It("a component gets a name that no other one has, wherever its name is written", func() {
		const text = `
components:
  schemas: {a-b: {}, a/b: {}, a~b: {}, Union: {oneOf: [{$ref: '#/components/schemas/a~0b'}],
    discriminator: {propertyName: k, mapping: {one: '#/components/schemas/a~1b', two: a~b, three: a-b}}}}
  securitySchemes: {a/b: {}}
`
		Expect(written(text, "/components/schemas/Union")).To(Equal(`{"oneOf":[{"$ref":"#/components/schemas/a-b3"}],` +
			`"discriminator":{"propertyName":"k","mapping":{"one":"#/components/schemas/a-b2",` +
			`"two":"#/components/schemas/a-b3","three":"#/components/schemas/a-b"}}}`))
		Expect(written(text, "/components/securitySchemes")).To(Equal(`{"a/b":{}}`))
	})

	It("a discriminator's bare name of a schema becomes a reference, and any other target stays", func() {
		const text = `
components: {schemas: {Dog: {}, Pet: {oneOf: [{$ref: '#/components/schemas/Dog'}],
  discriminator: {propertyName: k, mapping: {dog: Dog, hound: '#/components/schemas/Dog', cat: cat.yaml}}}}}
`
		Expect(written(text, "/components/schemas/Pet/discriminator/mapping")).To(
			Equal(`{"dog":"#/components/schemas/Dog","hound":"#/components/schemas/Dog","cat":"cat.yaml"}`))
	})

	It("path items are written out, with what stands beside the reference", func() {
		Expect(written(`
paths: {/a: {$ref: '#/components/pathItems/A', servers: []}}
components: {pathItems: {A: {get: {operationId: read, callbacks: {c: {'{$url}': {$ref: '#/components/pathItems/B'}}}}}, B: {post: {}}}}
`, "/paths")).To(Equal(`{"/a":{"servers":[],"get":{"operationId":"read","callbacks":{"c":{"{$url}":{"post":{}}}}}}}`))
	})

	It("a path item that has itself for a callback is written out once", func() {
		Expect(written(`
paths: {/a: {$ref: '#/components/pathItems/A'}}
components: {pathItems: {A: {get: {callbacks: {c: {'{$url}': {$ref: '#/components/pathItems/A'}}}}}}}
`, "/paths")).To(Equal(`{"/a":{"get":{"callbacks":{"c":{"{$url}":{"$ref":"#/components/pathItems/A"}}}}}}`))
	})

	DescribeTable("what a reference leads to is written out where that is no component by itself:",
		func(version, schema, want string) {
			text := "openapi: " + version + `
paths:
  /a/b:
    get:
      responses:
        "200": {content: {application/json: {schema: {type: object, properties: {n: {type: integer}, next: {$ref: '#/paths/~1a~1b/get/responses/200/content/application~1json/schema'}}}}}}
        "400": {content: {application/json: {schema: ` + schema + `}}}
components: {schemas: {Paper: {properties: {kind: {enum: [pan], x: {$ref: '#/components/schemas/Kind'}}, same: {$ref: '#/components/schemas/Paper/properties/kind'}}}, Kind: {}}}
`
			Expect(written(text, "/paths/~1a~1b/get/responses/400/content/application~1json/schema")).To(Equal(want))
		},
		Entry("a member of a component", "3.0.3", "{$ref: '#/components/schemas/Paper/properties/same'}",
			`{"enum":["pan"],"x":{"$ref":"#/components/schemas/Kind"}}`),
		Entry("what stands in a path",
			"3.0.3", "{$ref: '#/paths/~1a~1b/get/responses/200/content/application~1json/schema/properties/n'}",
			`{"type":"integer"}`),
		Entry("what stands beside it says nothing in 3.0",
			"3.0.3", "{$ref: '#/components/schemas/Paper/properties/kind', maxLength: 3}",
			`{"enum":["pan"],"x":{"$ref":"#/components/schemas/Kind"}}`),
		Entry("what stands beside it stays in 3.1",
			"3.1.0", "{$ref: '#/components/schemas/Paper/properties/kind', maxLength: 3}",
			`{"maxLength":3,"allOf":[{"enum":["pan"],"x":{"$ref":"#/components/schemas/Kind"}}]}`),
		Entry("what has itself in it, once",
			"3.0.3", "{$ref: '#/paths/~1a~1b/get/responses/200/content/application~1json/schema'}",
			`{"type":"object","properties":{"n":{"type":"integer"},`+
				`"next":{"$ref":"#/paths/~1a~1b/get/responses/200/content/application~1json/schema"}}}`),
		Entry("a component", "3.0.3", "{$ref: '#/components/schemas/Paper'}", `{"$ref":"#/components/schemas/Paper"}`),
	)

	It("what only looks like a reference, or leads elsewhere, stays", func() {
		Expect(written(`{"components": {"examples": {"e": {"value": {"$ref": "#/components/schemas/a%20b"}}}}}`,
			"/components/examples/e/value/$ref")).
			To(Equal(`"#/components/schemas/a%20b"`))
		Expect(written(`{"components": {"schemas": {"A": {"$ref": "b%20c.yaml#/x/y/z"}}}}`,
			"/components/schemas/A/$ref")).To(Equal(`"b%20c.yaml#/x/y/z"`))
	})
})
