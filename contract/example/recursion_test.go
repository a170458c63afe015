package example_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

var _ = Describe("a schema that leads back to itself", func() {
	// answering is a document whose answer, {"k": "Dog", "next": {}}, is by the schema L.
	answering := func(version, schemas string) (*example.Document, error) {
		GinkgoHelper()
		root, err := document.Parse("acme.yaml", []byte(`
openapi: `+version+`
info: {title: Acme, version: "1"}
paths: {/a: {get: {operationId: getA, responses: {"200": {description: OK, content: {application/json: {
  schema: {$ref: '#/components/schemas/L'}, examples: {one: {value: {k: Dog, next: {}}}}}}}}}}}
components: {schemas: {`+schemas+`}}
`))
		Expect(err).NotTo(HaveOccurred())
		return example.New("acme", root)
	}
	const toL = "{$ref: '#/components/schemas/L'}"

	DescribeTable("is refused if it is made of itself by allOf alone:", func(schemas, want string) {
		for _, version := range []string{"3.0.3", "3.1.0"} {
			_, err := answering(version, schemas)
			Expect(err).To(MatchError("acme: " + want))
		}
	},
		Entry("at once", "L: {allOf: ["+toL+", {type: object}]}",
			`/components/schemas/L/allOf/0: the schema is made of itself by allOf, which says nothing; `+
				`leave this item out: `+
				`- {target: "$['components']['schemas']['L']['allOf'][0]", remove: true}`),
		Entry("by another one", "L: {allOf: [{type: object}, {$ref: '#/components/schemas/M'}]}, M: {allOf: ["+toL+"]}",
			`/components/schemas/L/allOf/1: the schema is made of itself by allOf, which says nothing; `+
				`leave this item out: `+
				`- {target: "$['components']['schemas']['L']['allOf'][1]", remove: true}`),
		Entry("where another one has it", "A: {allOf: [{$ref: '#/components/schemas/B'}]}, B: {allOf: ["+toL+
			"]}, L: {allOf: [{type: object}, "+toL+"]}",
			`/components/schemas/L/allOf/1: the schema is made of itself by allOf, which says nothing; `+
				`leave this item out: `+
				`- {target: "$['components']['schemas']['L']['allOf'][1]", remove: true}`),
	)

	DescribeTable("judges in any other way:", func(schemas string) {
		d, err := answering("3.0.3", schemas)
		Expect(err).NotTo(HaveOccurred())
		Expect(d.CheckSchema(d.Entries[0])).To(BeEmpty())
	},
		Entry("by a member", "L: {properties: {next: "+toL+"}}"),
		Entry("by any member of one that allOf has",
			"L: {allOf: [{$ref: '#/components/schemas/M'}]}, M: {properties: {next: {allOf: ["+toL+"]}}}"),
		Entry("by items", "L: {items: "+toL+"}"),
		Entry("by an alternative", "L: {anyOf: ["+toL+", {type: object}]}"),
		Entry("by a discriminator",
			"L: {type: object, discriminator: {propertyName: k}, oneOf: [{$ref: '#/components/schemas/Dog'}]}, "+
				"Dog: {allOf: ["+toL+", {type: object}]}"),
	)
})
