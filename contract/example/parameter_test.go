package example_test

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
)

var _ = Describe("the parameters of an operation", func() {
	d, err := example.Parse("acme", []byte(`
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /checks/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}, example: of the path}
      - {name: page, in: query, schema: {type: integer}, example: abc}
    get:
      operationId: getCheck
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}, example: of the operation}
        - {name: n, in: query, required: true, schema: {type: integer, minimum: 5}}
        - {name: all, in: query, required: true, schema: {type: boolean}}
        - {name: list, in: query, required: true, schema: {type: array, items: {type: string, enum: [a, b]}}}
        - {name: range, in: query, required: true, schema: {$ref: "#/components/schemas/Range"}}
        - {name: least, in: query, required: true, schema: {type: integer}, example: none}
        - {name: kind, in: query, schema: {type: string}, examples: {elsewhere: {externalValue: "https://acme.example/kind"}, here: {$ref: "#/components/examples/Kind"}}}
        - {name: asked, in: query, content: {application/json: {schema: {type: object}, example: {a: b}}}}
        - {name: flags, in: cookie, explode: false, schema: {type: array, items: {type: boolean}}}
        - {name: optional, in: header, schema: {type: string}}
      responses: {"200": {description: OK}}
components:
  examples: {Kind: {value: pan}}
  schemas: {Range: {type: object, required: [from, inner], properties: {from: {type: integer}, to: {type: integer}, inner: {$ref: "#/components/schemas/Range"}}}}
`))
	Expect(err).NotTo(HaveOccurred())
	op, _ := d.Operation("getCheck")
	at := func(name string) example.Parameter {
		for _, p := range op.Parameters {
			if p.Name == name {
				return p
			}
		}
		return example.Parameter{}
	}

	It("are sent as documented, but for an optional one whose own schema refuses its example", func() {
		samples := op.Samples(nil)
		Expect(samples).NotTo(HaveKey("page"))
		Expect(samples).NotTo(HaveKey("optional"))
		Expect(samples).NotTo(HaveKey("flags"))
		Expect(samples).To(And(
			HaveKeyWithValue("id", json.RawMessage(`"of the operation"`)),
			HaveKeyWithValue("kind", json.RawMessage(`"pan"`)),
			HaveKeyWithValue("asked", json.RawMessage(`{"a":"b"}`)),
			HaveKeyWithValue("least", json.RawMessage(`"none"`)),
		))
		Expect(at("page").Faults).To(ConsistOf(HaveField("Keyword", "type")))
		Expect(at("page").Pointer).To(Equal("/paths/~1checks~1{id}/parameters/1/example"))
		Expect(at("kind").Pointer).To(Equal("/components/examples/Kind/value"))
		Expect(at("id").Faults).To(BeEmpty())
	})

	It("are made by their schema where a required one is not documented", func() {
		samples := op.Samples(nil)
		Expect(samples).To(And(
			HaveKeyWithValue("n", json.RawMessage(`5`)),
			HaveKeyWithValue("all", json.RawMessage(`true`)),
			HaveKeyWithValue("list", json.RawMessage(`["a"]`)),
		))
		Expect(string(samples["range"])).To(HavePrefix(`{"from":1,"inner":{"from":1,`),
			"and a schema that requires itself comes to an end")
		Expect(at("n").Documented).To(BeFalse())
	})

	It("have those of an answer instead, in the type of their schema", func() {
		samples := op.Samples(map[string]string{"n": "7", "id": "7", "least": "some", "page": "2"})
		Expect(samples).To(And(
			HaveKeyWithValue("n", json.RawMessage(`7`)),
			HaveKeyWithValue("id", json.RawMessage(`"7"`)),
			HaveKeyWithValue("least", json.RawMessage(`"some"`)),
			HaveKeyWithValue("page", json.RawMessage(`2`)),
		))
	})

	It("have the styles that OpenAPI gives them where nothing is said", func() {
		got := map[string]string{}
		for _, p := range op.Parameters {
			got[p.Name] = p.Style
		}
		Expect(got).To(And(
			HaveKeyWithValue("id", "simple"), HaveKeyWithValue("optional", "simple"),
			HaveKeyWithValue("n", "form"), HaveKeyWithValue("flags", "form"),
		))
		Expect(op.Parameters).To(HaveLen(11))
		Expect([]bool{at("id").Explode, at("n").Explode, at("flags").Explode}).To(Equal([]bool{false, true, false}))
		Expect(at("asked").MediaType).To(Equal("application/json"))
	})
})

var _ = DescribeTable("a request is sent in", func(content, want string) {
	d, err := example.Parse("acme", []byte(`
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /checks: {post: {operationId: check, requestBody: {content: {`+content+`}}, responses: {"200": {description: OK}}}}
`))
	Expect(err).NotTo(HaveOccurred())
	op, _ := d.Operation("check")
	Expect(op.MediaType).To(Equal(want))
},
	Entry("the media type of the first documented request",
		`text/plain: {}, text/csv: {examples: {a: {value: b}}}, application/json: {examples: {a: {value: b}}}`,
		"text/csv"),
	Entry("JSON, where none is documented",
		`text/plain: {}, application/problem+json; charset=utf-8: {}, application/json: {}`,
		"application/problem+json; charset=utf-8"),
	Entry("the first one, where none is JSON", `text/plain: {}, text/csv: {}`, "text/plain"),
)

var _ = DescribeTable("a text under the schema of an object is", func(mediaType string, written bool) {
	d, err := example.Parse("acme", []byte(`
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /checks: {get: {operationId: check, responses: {"200": {description: OK, content: {`+mediaType+`: {schema: {type: object}, examples: {a: {value: b}}}}}}}}
`))
	Expect(err).NotTo(HaveOccurred())
	Expect(d.IsWritten(d.Entries[0])).To(Equal(written))
	Expect(d.CheckSchema(d.Entries[0])).To(HaveLen(map[bool]int{false: 1}[written]))
},
	Entry("the body as it travels, in XML", "application/soap+xml; charset=utf-8", true),
	Entry("the body as it travels, in YAML", "application/yaml", true),
	Entry("the body as it travels, as a form", "application/x-www-form-urlencoded", true),
	Entry("wrong in JSON", "application/json", false),
	Entry("wrong as plain text, which writes no object", "text/plain", false),
)
