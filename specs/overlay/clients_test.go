package overlay_test

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

// written is the effective document of a published one whose components are given.
func written(version, components string) *yaml.Node {
	GinkgoHelper()
	dir := provider(head + "  - {target: $.info, update: {description: ours}}\n")
	text := "openapi: " + version + `
info: {title: Acme, version: "1"}
paths:
  /papers:
    get:
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Paper'}}}}
` + components
	Expect(os.WriteFile(filepath.Join(dir, "openapi.yaml"), []byte(text), 0o600)).To(Succeed())
	root, _, err := overlay.Effective(dir)
	Expect(err).NotTo(HaveOccurred())
	return root
}

// at is the JSON of what stands at the pointer.
func at(root *yaml.Node, pointer string) string {
	return string(document.JSON(document.At(root, pointer)))
}

var _ = Describe("for the clients", func() {
	DescribeTable("a number with listed values", func(schema, want string) {
		root := written("3.1.0", "components: {schemas: {Paper: "+schema+"}}")
		Expect(document.Text(document.At(root, "/components/schemas/Paper"), "x-go-type")).To(Equal(want))
	},
		Entry("keeps its digits", "{type: integer, enum: [1000, 1001]}", "json.Number"),
		Entry("or null, too", "{type: [number, 'null'], enum: [1.5, null]}", "json.Number"),
		Entry("which is one, too", "{type: integer, const: 1}", "json.Number"),
		Entry("which have titles, too", "{type: integer, oneOf: [{const: 1, title: one}]}", "json.Number"),
		Entry("has the type that the overlay gives it", "{type: integer, enum: [1], x-go-type: int}", "int"),
		Entry("or text has none", "{type: [integer, string], enum: [1, a]}", ""),
		Entry("has none if they are text", "{type: string, enum: ['1']}", ""),
		Entry("has none if none is listed", "{type: integer}", ""),
	)

	Describe("a base schema with variants", func() {
		const answer = "/paths/~1papers/get/responses/200/content/application~1json/schema"
		const union = `{"description":"Any variant of Paper, told apart by kind.","anyOf":[` +
			`{"$ref":"#/components/schemas/Pan"},{"$ref":"#/components/schemas/Paper"}],` +
			`"discriminator":{"propertyName":"kind"`

		DescribeTable("is any of them where a value stands:", func(paper, more, want string) {
			root := written("3.0.3", "components: {schemas: {Paper: "+paper+
				", Pan: {allOf: [{$ref: '#/components/schemas/Paper'}]}"+more+"}}")
			Expect(at(root, answer)).To(Equal(`{"$ref":"#/components/schemas/AnyPaper"}`))
			Expect(at(root, "/components/schemas/AnyPaper")).To(Equal(want))
			Expect(at(root, "/components/schemas/Pan/allOf/0")).To(Equal(`{"$ref":"#/components/schemas/Paper"}`))
		},
			Entry("without a mapping", "{discriminator: {propertyName: kind}}", "", union+"}}"),
			Entry("with a mapping by reference",
				"{discriminator: {propertyName: kind, mapping: {p: '#/components/schemas/Pan'}}}", "",
				union+`,"mapping":{"p":"#/components/schemas/Pan"}}}`),
			Entry("with a mapping by name", "{discriminator: {propertyName: kind, mapping: {p: Pan}}}", "",
				union+`,"mapping":{"p":"#/components/schemas/Pan"}}}`),
			Entry("with a mapping that leads nowhere",
				"{discriminator: {propertyName: kind, mapping: {p: None}}}", "", union+"}}"),
			Entry("with a name in Go", "{x-go-name: Document, discriminator: {propertyName: kind}}", "",
				`{"x-go-name":"AnyDocument",`+union[1:]+"}}"),
			Entry("of a variant, too",
				"{discriminator: {propertyName: kind}}", ", Card: {allOf: [{$ref: '#/components/schemas/Pan'}]}",
				`{"description":"Any variant of Paper, told apart by `+
					`kind.","anyOf":[{"$ref":"#/components/schemas/Pan"},`+
					`{"$ref":"#/components/schemas/Card"},{"$ref":"#/components/schemas/Paper"}],`+
					`"discriminator":{"propertyName":"kind"}}`),
		)

		It("is any of its own variants where it is itself one", func() {
			root := written("3.0.3", `components: {schemas: {
  Paper: {discriminator: {propertyName: kind, mapping: {p: Pan, c: Card, l: Licence}}, properties: {pan: {$ref: '#/components/schemas/Pan'}}},
  Licence: {allOf: [{$ref: '#/components/schemas/Paper'}]},
  Pan: {allOf: [{$ref: '#/components/schemas/Paper'}]}, Card: {allOf: [{$ref: '#/components/schemas/Pan'}]}}}`)
			Expect(at(root, "/components/schemas/Paper/properties/pan")).
				To(Equal(`{"$ref":"#/components/schemas/AnyPan"}`))
			Expect(at(root, "/components/schemas/AnyPan")).
				To(Equal(`{"description":"Any variant of Pan, told apart by kind.","anyOf":[` +
					`{"$ref":"#/components/schemas/Card"},{"$ref":"#/components/schemas/Pan"}],` +
					`"discriminator":{"propertyName":"kind","mapping":{"p":"#/components/schemas/Pan",` +
					`"c":"#/components/schemas/Card"}}}`))
		})

		It("takes a name that is free", func() {
			root := written("3.0.3", `components: {schemas: {AnyPaper: {}, `+
				`Paper: {discriminator: {propertyName: kind}}, Pan: {allOf: [{$ref: '#/components/schemas/Paper'}]}}}`)
			Expect(at(root, answer)).To(Equal(`{"$ref":"#/components/schemas/AnyPaperVariant"}`))
		})

		DescribeTable("stays what it is", func(schemas string) {
			root := written("3.0.3", "components: {schemas: {"+schemas+"}}")
			Expect(at(root, answer)).To(Equal(`{"$ref":"#/components/schemas/Paper"}`))
		},
			Entry("without variants", "Paper: {discriminator: {propertyName: kind}}"),
			Entry("without a discriminator", "Paper: {}, Pan: {allOf: [{$ref: '#/components/schemas/Paper'}]}"),
			Entry("if it names them itself", "Paper: {oneOf: [{$ref: '#/components/schemas/Pan'}], "+
				"discriminator: {propertyName: kind}}, Pan: {allOf: [{$ref: '#/components/schemas/Paper'}]}"),
			Entry("if it is made of itself",
				"Paper: {discriminator: {propertyName: kind}, allOf: [{$ref: '#/components/schemas/Paper'}]}"),
		)

		It("stays what it is where another schema chooses", func() {
			root := written("3.0.3",
				`components: {schemas: {Paper: {discriminator: {propertyName: kind}}, Pan: {allOf: [{$ref: '#/components/schemas/Paper'}]},
  One: {oneOf: [{$ref: '#/components/schemas/Paper'}], discriminator: {propertyName: of}}, Other: {oneOf: [{$ref: '#/components/schemas/Paper'}]}, No: {not: {$ref: '#/components/schemas/Paper'}}}}`)
			Expect(at(root, "/components/schemas/One/oneOf/0")).To(Equal(`{"$ref":"#/components/schemas/Paper"}`))
			Expect(at(root, "/components/schemas/Other/oneOf/0")).To(Equal(`{"$ref":"#/components/schemas/AnyPaper"}`))
			Expect(at(root, "/components/schemas/No/not")).To(Equal(`{"$ref":"#/components/schemas/Paper"}`))
		})
	})
})

var _ = Describe("for the clients, too,", func() {
	answer := func(members string) *yaml.Node {
		return written("3.0.3", `components: {responses: {R: {description: ok, `+members+`}}}`)
	}
	const object = "{type: object, properties: {a: {type: string}}}"

	DescribeTable("what an answer defines in XML or YAML is left open", func(content, want string) {
		root := answer("content: {" + content + "}")
		got := ""
		for _, m := range document.Members(document.At(root, "/components/responses/R/content")) {
			got = document.Text(document.Get(m, "schema"), "x-go-type")
		}
		Expect(got).To(Equal(want))
	},
		Entry("in XML", "application/xml: {schema: "+object+"}", "any"),
		Entry("in YAML, in a list", "application/yaml: {schema: {type: array, items: "+object+"}}", "any"),
		Entry("but not in JSON", "application/json: {schema: "+object+"}", ""),
		Entry("but not text", "application/xml: {schema: {type: string}}", ""),
		Entry("but not what has a type",
			"application/xml: {schema: {type: object, properties: {}, x-go-type: json.RawMessage}}",
			"json.RawMessage"),
		Entry("but not what is defined elsewhere",
			"application/xml: {schema: {$ref: '#/components/schemas/Paper'}}", ""),
	)

	It("what a request defines in XML is not", func() {
		root := written("3.0.3", "components: {requestBodies: {R: {content: {application/xml: {schema: "+object+"}}}}}")
		Expect(document.At(root, "/components/requestBodies/R/content/application~1xml/schema/x-go-type")).To(BeNil())
	})

	DescribeTable("a header", func(schema, want string) {
		root := answer("headers: {Date: {schema: " + schema + "}}")
		Expect(document.Text(document.At(root, "/components/responses/R/headers/Date/schema"), "x-go-type")).
			To(Equal(want))
	},
		Entry("without a type is text", "{example: Mon}", "string"),
		Entry("keeps its type", "{type: integer}", ""),
		Entry("keeps what it refers to", "{$ref: '#/components/schemas/Date'}", ""),
	)

	DescribeTable("a header with a media type has a schema:", func(content, want string) {
		root := answer("headers: {Date: {content: " + content + "}}")
		Expect(at(root, "/components/responses/R/headers/Date")).To(Equal(want))
	},
		Entry("that of text",
			"{text/plain: {schema: {type: string}, example: Mon}}", `{"example":"Mon","schema":{"type":"string"}}`),
		Entry("text, if it is something else",
			"{application/json: {schema: {type: object}}}", `{"schema":{"type":"object","x-go-type":"string"}}`),
		Entry("text, if there is none", "{text/plain: {}}", `{"schema":{"x-go-type":"string"}}`),
	)
})
