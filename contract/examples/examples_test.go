package examples_test

import (
	"encoding/json"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/examples"
	"example.com/digilocker/specs/document"
)

// acme is an invented provider with one of everything that can hold an example.
const acme = `
openapi: 3.0.3
x-sources: [{name: PAGE, date: "2026-01-02"}, {name: BLOG, date: undated}]
info: {title: Acme, version: "1"}
paths:
  /thing/{id}:
    post:
      operationId: makeThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: mood, in: query, schema: {type: string, enum: [calm]}, example: calm}
        - {name: x-note, in: header, schema: {type: integer}, examples: {one: {value: 1}}}
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
      responses:
        "200":
          description: OK
          headers:
            X-Left: {schema: {type: integer}, example: many}
          content:
            application/json:
              schema:
                anyOf: [{$ref: '#/components/schemas/Thing'}, {$ref: '#/components/schemas/Other'}]
                x-branch: {parameter: mood, calm: '#/components/schemas/Other'}
              examples:
                All Well!:
                  x-parameters: {mood: calm}
                  x-source: BLOG
                  x-difference: [AC-D1]
                  value: {size: 12345678901234567890, description: null}
        default:
          description: refused
          content:
            application/json:
              schema: {type: object}
              examples:
                no: {$ref: '#/components/examples/No'}
      callbacks:
        done:
          '{$url}':
            post:
              operationId: thingDone
              requestBody:
                content:
                  application/json:
                    schema: {type: object}
                    examples: {done: {value: {}}}
              responses: {"200": {description: OK}}
      x-redirects:
        back: {x-source: PAGE, value: 'https://acme.example/back?ok={True}'}
components:
  examples:
    No: {value: {code: "no"}}
  schemas:
    Thing:
      type: object
      required: [name]
      properties:
        name: {type: string, example: 7}
        description: {type: string}
      example: {name: thing}
    Other:
      type: object
      properties:
        size: {type: integer}
        description: {type: string, nullable: true}
`

func read(text string) (*examples.Document, error) {
	GinkgoHelper()
	root, err := document.Parse("acme.yaml", []byte(text))
	Expect(err).NotTo(HaveOccurred())
	return examples.New("acme", root)
}

var _ = Describe("a document taken apart", func() {
	var d *examples.Document
	BeforeEach(func() {
		var err error
		d, err = read(acme)
		Expect(err).NotTo(HaveOccurred())
	})

	DescribeTable("has an entry for", func(id, pointer, source string) {
		for _, e := range d.Entries {
			if e.ID == id {
				Expect(e.Pointer).To(Equal(pointer))
				Expect(e.Source).To(Equal(source))
				return
			}
		}
		Fail("no entry " + id)
	},
		Entry("a schema's own example where the media type has none", "acme/makeThing/request/schema-example", "/components/schemas/Thing/example", "PAGE 2026-01-02"),
		Entry("an answer", "acme/makeThing/200/all-well", "/paths/~1thing~1{id}/post/responses/200/content/application~1json/examples/All Well!/value", "BLOG"),
		Entry("a default answer whose example is a reference", "acme/makeThing/default/no", "/components/examples/No/value", "PAGE 2026-01-02"),
		Entry("a webhook", "acme/makeThing/webhook/done", "/paths/~1thing~1{id}/post/callbacks/done/{$url}/post/requestBody/content/application~1json/examples/done/value", "PAGE 2026-01-02"),
		Entry("a redirect", "acme/makeThing/redirect/back", "/paths/~1thing~1{id}/post/x-redirects/back/value", "PAGE 2026-01-02"),
	)

	It("has no other entry", func() { Expect(d.Entries).To(HaveLen(5)) })

	It("keeps values as written, in their order", func() {
		Expect(string(d.Entries[1].Value)).To(Equal(`{"size":12345678901234567890,"description":null}`))
		Expect(d.Entries[1].Differences).To(Equal([]string{"AC-D1"}))
	})

	It("checks an answer against the branch that its request chose", func() {
		Expect(d.Entries[1].Branch()).To(Equal("/components/schemas/Other"))
		Expect(d.CheckSchema(d.Entries[1])).To(BeEmpty())
		wrong := d.Entries[1]
		wrong.Value = json.RawMessage(`{"name":"fits the other branch","size":"large"}`)
		Expect(d.CheckSchema(wrong)).NotTo(BeEmpty())
	})

	It("checks the examples of parameters, headers and schemas", func() {
		var broken []string
		for _, m := range d.Minor {
			if len(d.CheckMinor(m)) > 0 {
				broken = append(broken, m.Pointer)
			}
		}
		Expect(d.Minor).To(HaveLen(5))
		Expect(broken).To(ConsistOf(
			"/components/schemas/Thing/properties/name/example",
			"/paths/~1thing~1{id}/post/responses/200/headers/X-Left/example"))
	})

	It("knows a sample for each parameter, and whether it is the document's", func() {
		op, _ := d.Operation("makeThing")
		Expect(op.Samples(nil)).To(Equal(map[string]json.RawMessage{
			"id": json.RawMessage(`"no-example-published"`), "mood": json.RawMessage(`"calm"`), "x-note": json.RawMessage(`1`),
		}))
		Expect(op.PathParameters()).To(Equal([]string{"id"}))
		Expect(op.Callbacks).To(Equal([]string{"thingDone"}))
	})

	DescribeTable("refuses", func(from, to, complaint string) {
		_, err := read(replace(acme, from, to))
		Expect(err).To(MatchError(ContainSubstring(complaint)))
	},
		Entry("two examples with one id", "examples: {done: {value: {}}}", "examples: {done: {value: {}}, Done: {value: {}}}", "same id acme/makeThing/webhook/done"),
		Entry("an operation without a name", "operationId: makeThing", "summary: none", "has no operationId"),
		Entry("a reference that leads nowhere", "components/examples/No'", "components/examples/Nope'", "Nope"),
		Entry("a choice that the example does not make", "x-parameters: {mood: calm}", "x-parameters: {}", "x-parameters must say which mood"),
	)
})

var _ = DescribeTable("two JSON texts", func(want, got string, pointers ...string) {
	found := []string{}
	for _, f := range examples.Equal([]byte(want), []byte(got)) {
		found = append(found, f.Pointer)
	}
	Expect(found).To(HaveExactElements(pointers))
},
	Entry("are equal in any order", `{"a":1,"b":[true]}`, `{"b":[true],"a":1}`),
	Entry("are equal with null for absent", `{"a":null,"b":{"c":null}}`, `{"b":{}}`),
	Entry("differ in a digit", `{"n":12345678901234567890}`, `{"n":12345678901234567891}`, "/n"),
	Entry("differ in how a number is written", `{"n":1}`, `{"n":1.0}`, "/n"),
	Entry("differ in a number and its text", `{"n":1}`, `{"n":"1"}`, "/n"),
	Entry("differ in empty text and absent", `{"s":""}`, `{}`, "/s"),
	Entry("differ in an empty object and absent", `{"s":{}}`, `{}`, "/s"),
	Entry("differ in an empty array and null", `{"s":[]}`, `{"s":null}`, "/s"),
	Entry("differ in the length of an array", `{"s":[1]}`, `{"s":[1,2]}`, "/s"),
	Entry("differ in null inside an array", `[null]`, `[1]`, "/0"),
	Entry("differ in two places", `{"a":1,"b":{"c":2}}`, `{"a":2,"b":{"d":2}}`, "/a", "/b/c", "/b/d"),
	Entry("differ where one is no JSON", `{}`, `<html>`, ""),
)

func replace(text, from, to string) string {
	GinkgoHelper()
	Expect(strings.Count(text, from)).To(Equal(1), from)
	return strings.Replace(text, from, to, 1)
}
