package example_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/document/documenttest"
)

// acme is an invented provider with one of everything that can hold an example.
const acme = `
openapi: 3.0.3
x-sources: [{name: PAGE, date: "2026-01-02"}, {name: BLOG, date: undated}]
info: {title: Acme, version: "1"}
paths:
  /thing/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    post:
      operationId: makeThing
      parameters:
        - {name: mood, in: query, schema: {type: string, enum: [calm]}, example: calm}
        - {name: x-note, in: header, schema: {type: integer}, examples: {one: {value: 1}}}
        - {name: count, in: query, schema: {type: integer, example: 3}}
        - {name: colour, in: query, schema: {type: string, enum: [red]}}
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
      responses:
        "200":
          description: OK
          headers:
            X-Left: {schema: {type: integer}, example: many}
            x-right: {schema: {type: integer}, example: 1}
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
            text/plain: {example: no entry without a schema}
            application/json:
              schema: {type: object}
              examples:
                no: {$ref: '#/components/examples/No'}
            text/html: {schema: {type: string, example: refused}}
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
    No: {value: {code: "no", schema: {type: string}, example: 5}}
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
      x-note: {schema: {type: string}, example: 5}
      properties:
        x-size: {type: integer, example: large}
        inner: {$ref: '#/components/schemas/Other'}
        size: {type: integer}
        description: {type: string, nullable: true}
`

func read(text string) (*example.Document, error) {
	GinkgoHelper()
	root, err := document.Parse("acme.yaml", []byte(text))
	Expect(err).NotTo(HaveOccurred())
	return example.New("acme", root)
}

var _ = Describe("a document taken apart", func() {
	var d *example.Document
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
		Entry("a schema's own example beside other media types", "acme/makeThing/default/schema-example", "/paths/~1thing~1{id}/post/responses/default/content/text~1html/schema/example", "PAGE 2026-01-02"),
		Entry("a webhook", "acme/makeThing/webhook/done", "/paths/~1thing~1{id}/post/callbacks/done/{$url}/post/requestBody/content/application~1json/examples/done/value", "PAGE 2026-01-02"),
		Entry("a redirect", "acme/makeThing/redirect/back", "/paths/~1thing~1{id}/post/x-redirects/back/value", "PAGE 2026-01-02"),
	)

	It("has no other entry", func() { Expect(d.Entries).To(HaveLen(6)) })

	It("has entries that conform", func() {
		for _, e := range d.Entries {
			Expect(d.CheckSchema(e)).To(BeEmpty(), e.ID)
		}
	})

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
		for _, m := range d.OtherExamples {
			for _, f := range d.CheckOther(m) {
				broken = append(broken, m.Pointer+": "+f.Keyword)
			}
		}
		Expect(d.OtherExamples).To(HaveLen(9))
		Expect(broken).To(ConsistOf(
			"/components/schemas/Thing/properties/name/example: type",
			"/components/schemas/Other/properties/x-size/example: type",
			"/paths/~1thing~1{id}/post/responses/200/headers/X-Left/example: type"))
	})

	It("knows a sample for each parameter, and whether it is the document's", func() {
		op, _ := d.Operation("makeThing")
		Expect(op.Samples(nil)).To(Equal(map[string]json.RawMessage{
			"id": json.RawMessage(`"no-example-published"`), "mood": json.RawMessage(`"calm"`), "x-note": json.RawMessage(`1`),
			"count": json.RawMessage(`3`), "colour": json.RawMessage(`"red"`),
		}))
		Expect(op.PathParameters()).To(Equal([]string{"id"}))
		Expect(example.Operation{Path: "/a/{b}/c/{d}"}.PathParameters()).To(Equal([]string{"b", "d"}))
		Expect(op.Callbacks).To(Equal([]string{"thingDone"}))
	})

	It("tells errors by their status", func() {
		told := map[string]bool{}
		for _, e := range d.Entries {
			told[e.ID] = e.IsError()
		}
		Expect(told).To(Equal(map[string]bool{
			"acme/makeThing/request/schema-example": false, "acme/makeThing/200/all-well": false, "acme/makeThing/default/no": true,
			"acme/makeThing/default/schema-example": true,
			"acme/makeThing/webhook/done":           false, "acme/makeThing/redirect/back": false,
		}))
		Expect(example.Entry{Direction: example.Response, Status: 400}.IsError()).To(BeTrue())
		Expect(example.Entry{Direction: example.Response, Status: 399}.IsError()).To(BeFalse())
	})

	It("knows a body for an operation that takes one", func() {
		op, found := d.Operation("makeThing")
		Expect(found).To(BeTrue())
		Expect(op.HasBody()).To(BeTrue())
		Expect(d.AnyBody(op)).To(MatchJSON(`{"name":"thing"}`))
		_, found = d.Operation("thingDone")
		Expect(found).To(BeFalse())
		Expect(example.Operation{ID: "another"}.HasBody()).To(BeFalse())
		Expect(d.AnyBody(example.Operation{ID: "another"})).To(BeNil())
	})

	It("sends what stands under default with a status that is not documented", func() {
		Expect(d.StatusOf(d.Entries[1])).To(Equal(200))
		Expect(d.StatusOf(d.Entries[2])).To(Equal(400))
		d, err := read(documenttest.Replace(acme, "        default:\n", "        \"400\": {description: no}\n        \"401\": {description: no}\n        default:\n"))
		Expect(err).NotTo(HaveOccurred())
		Expect(d.StatusOf(d.Entries[2])).To(Equal(402))
	})

	It("checks any value as the entry that its request chose", func() {
		value := json.RawMessage(`{"name":"fits the other branch","size":"large"}`)
		Expect(d.ConformsAs(d.Entries[1], value)).To(HaveLen(1))
		Expect(d.ConformsAs(d.Entries[0], value)).To(BeEmpty())
		Expect(d.ConformsAs(d.Entries[0], json.RawMessage(`{}`))).NotTo(BeEmpty())
		Expect(d.Conforms("/components/schemas/Nope", value)).To(HaveExactElements(HaveField("Want", "a schema at /components/schemas/Nope")))
	})

	DescribeTable("refuses", func(from, to, complaint string) {
		_, err := read(documenttest.Replace(acme, from, to))
		Expect(err).To(MatchError(ContainSubstring(complaint)))
	},
		Entry("two operations with one id", "paths:\n", "paths:\n  /it's: {get: {operationId: makeThing, responses: {}}}\n",
			`the operations at /paths/~1it's/get and /paths/~1thing~1{id}/post have the same operationId makeThing; give one of them another by an action of overlay.yaml with target: $['paths']['/thing/{id}']['post'] and update: {operationId: ...}`),
		Entry("an operation without a name", "operationId: makeThing", "summary: none", "acme: /paths/~1thing~1{id}/post has no operationId; give it one by an action of overlay.yaml with target: $['paths']['/thing/{id}']['post'] and update: {operationId: ...}"),
		Entry("an answer under what is no status", "        default:\n          description: refused", "        4xx: {description: no}\n        default:\n          description: refused", "responses/4xx is not a status: one is 404, 4XX or default"),
		Entry("a reference that leads nowhere", "components/examples/No'", "components/examples/Nope'", "Nope"),
		Entry("a choice that the example does not make", "x-parameters: {mood: calm}", "x-parameters: {}", "x-parameters must say which mood"),
	)
})

var _ = DescribeTable("a schema documents", func(schema, pointer string, want bool) {
	d, err := read(documenttest.Replace(documenttest.Replace(acme, "schema: {type: object}\n              examples:\n                no:", "schema: "+schema+"\n              examples:\n                no:"), "No: {value: {code: \"no\", schema: {type: string}, example: 5}}", "No: {value: {}}"))
	Expect(err).NotTo(HaveOccurred())
	Expect(d.Documents(d.Entries[2], pointer)).To(Equal(want))
},
	Entry("the whole value", "{type: object, properties: {a: {type: string}}}", "", true),
	Entry("a member", "{type: object, properties: {a: {type: string}}}", "/a", true),
	Entry("no other member", "{type: object, properties: {a: {type: string}}}", "/b", false),
	Entry("a member of a member, and no other", "{type: object, properties: {a: {type: object, properties: {b: {type: string}}}}}", "/a/c", false),
	Entry("any member where it names none", "{type: object}", "/a", true),
	Entry("the elements of an array", "{type: array, items: {type: object, properties: {a: {type: string}}}}", "/0/a", true),
	Entry("no other member of them", "{type: array, items: {type: object, properties: {a: {type: string}}}}", "/0/b", false),
	Entry("further members of a form", "{type: object, properties: {a: {type: string}}, additionalProperties: {type: object, properties: {b: {type: string}}}}", "/x/b", true),
	Entry("no others within them", "{type: object, properties: {a: {type: string}}, additionalProperties: {type: object, properties: {b: {type: string}}}}", "/x/c", false),
	Entry("further members of any form", "{type: object, properties: {a: {type: string}}, additionalProperties: true}", "/x", true),
	Entry("none if it says so", "{type: object, properties: {a: {type: string}}, additionalProperties: false}", "/x", false),
	Entry("what one of its parts does", "{anyOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {b: {type: string}}}]}", "/b", true),
	Entry("not what none of them does", "{anyOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {b: {type: string}}}]}", "/c", false),
	Entry("what all its parts do together", "{allOf: [{type: object, properties: {a: {type: string}}}]}", "/a", true),
)

var _ = DescribeTable("a schema's example is checked", func(schema string, places ...string) {
	d, err := read(documenttest.Replace(documenttest.Replace(documenttest.Sound, "3.0.3", "3.1.0"), "schema: {type: integer}", "schema: "+schema))
	Expect(err).NotTo(HaveOccurred())
	var found []string
	for _, m := range d.OtherExamples {
		_, place, _ := strings.Cut(m.Pointer, "/schema/")
		found = append(found, place)
		Expect(d.CheckOther(m)).To(HaveLen(1), place)
	}
	Expect(found).To(HaveExactElements(places))
},
	Entry("in each of a list", "{prefixItems: [{type: string, example: 1}], anyOf: [{}, {type: string, examples: [2]}]}",
		"prefixItems/0/example", "anyOf/1/examples/0"),
	Entry("under a keyword", "{if: {type: string, example: 1}, contentSchema: {type: string, example: 1}}", "if/example", "contentSchema/example"),
	Entry("under a name", "{$defs: {example: {type: string, example: 1}}, dependentSchemas: {default: {type: string, example: 1}}}",
		"$defs/example/example", "dependentSchemas/default/example"),
	Entry("not in data", "{default: {type: string, example: 1}, enum: [{type: string, example: 1}], x-acme: {type: string, example: 1}}"),
)

var _ = It("an example fits a schema that is true, and breaks one that is false", func() {
	for schema, faults := range map[string]int{"true": 0, "false": 1} {
		d, err := read(documenttest.Replace(documenttest.Replace(documenttest.Sound, "3.0.3", "3.1.0"), "schema: {type: integer}", "schema: "+schema))
		Expect(err).NotTo(HaveOccurred())
		Expect(d.CheckSchema(d.Entries[0])).To(HaveLen(faults), schema)
	}
})

var _ = It("a redirect has no schema: it documents anything, and conforms", func() {
	d, err := read(acme)
	Expect(err).NotTo(HaveOccurred())
	Expect(d.Entries[5].Direction).To(Equal(example.Redirect))
	Expect(d.Documents(d.Entries[5], "/any")).To(BeTrue())
	Expect(d.CheckSchema(d.Entries[5])).To(BeEmpty())
})

var _ = DescribeTable("the headers of an answer", func(h http.Header, want ...string) {
	d, err := read(acme)
	Expect(err).NotTo(HaveOccurred())
	var answered example.Entry
	for _, e := range d.Entries {
		if e.Status == 200 {
			answered = e
		}
	}
	var got []string
	for _, f := range d.CheckHeaders(answered, h) {
		got = append(got, f.Pointer+" "+f.Got)
	}
	Expect(got).To(HaveExactElements(want))
},
	Entry("are those that are declared", http.Header{"X-Left": {"7"}, "X-Right": {"-1"}, "X-Other": {"x"}}),
	Entry("lack one", http.Header{"X-Left": {"7"}}, "(header X-Right) no such header"),
	Entry("lack all", http.Header{}, "(header X-Left) no such header", "(header X-Right) no such header"),
	Entry("have another type", http.Header{"X-Left": {"many"}, "X-Right": {"1"}}, `(header X-Left) "many"`),
	Entry("have one that is empty", http.Header{"X-Left": {""}, "X-Right": {"1"}}, `(header X-Left) ""`),
)

var _ = Describe("the sums of the examples", func() {
	It("are read as they were written", func() {
		d, err := read(acme)
		Expect(err).NotTo(HaveOccurred())
		read, err := example.ReadSums("examples.sum", []byte(d.SumsText()))
		Expect(err).NotTo(HaveOccurred())
		Expect(read).To(HaveLen(6))
		Expect(read).To(Equal(d.Sums()))
	})

	It("say in which line they cannot be read", func() {
		_, err := example.ReadSums("examples.sum", []byte("# a\nsum id\n# b\nsum\n"))
		Expect(err).To(MatchError(HaveSuffix("examples.sum:4: is no sum and id; make accept writes the file")))
	})
})

var _ = Describe("a document", func() {
	It("that is a file is of the provider whose folder it is in", func() {
		dir := filepath.Join(GinkgoT().TempDir(), "beeapi")
		Expect(os.Mkdir(dir, 0o700)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, "openapi.gen.yaml"), []byte(documenttest.Sound), 0o600)).To(Succeed())
		d, err := example.Read(filepath.Join(dir, "openapi.gen.yaml"))
		Expect(err).NotTo(HaveOccurred())
		Expect(d.Provider).To(Equal("bee"))
		_, err = example.Read(filepath.Join(dir, "none.yaml"))
		Expect(err).To(MatchError(ContainSubstring("no such file")))
	})

	It("that is a text is of the provider who is named", func() {
		Expect(example.Parse("ant", []byte(documenttest.Sound))).To(HaveField("Provider", "ant"))
	})

	DescribeTable("is refused", func(text, complaint string) {
		d, err := example.Parse("ant", []byte(text))
		Expect(err).To(MatchError(And(HavePrefix("ant"), ContainSubstring(complaint))))
		Expect(d).To(BeNil())
	},
		Entry("if it cannot be parsed", "openapi: [", "(document)"),
		Entry("if it cannot be taken apart", documenttest.Replace(documenttest.Sound, "operationId: getThing", "summary: none"), "has no operationId"),
	)
})

var _ = DescribeTable("two JSON texts", func(want, got string, pointers ...string) {
	found := []string{}
	for _, f := range example.Compare([]byte(want), []byte(got)) {
		found = append(found, f.Pointer)
	}
	Expect(found).To(HaveExactElements(pointers))
},
	Entry("are equal in any order", `{"a":1,"b":[true]}`, `{"b":[true],"a":1}`),
	Entry("are equal with null for absent", `{"a":null,"b":{"c":null}}`, `{"b":{}}`),
	Entry("differ behind what is null in both", `{"a":null,"b":1}`, `{"a":null,"b":2}`, "/b"),
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

var _ = It("a difference says what was wanted and what came", func() {
	Expect(example.Compare([]byte(`[{},{"b":1}]`), []byte(`[{},{"b":1,"b":1}]`))).To(Equal([]example.Fault{
		{Pointer: "/1/b", Want: "one such member", Got: "another", Keyword: example.Twice},
	}))
	Expect(example.Compare([]byte(`{"a":1,"b":["x"]}`), []byte(`{"a":null,"b":"x"}`))).To(Equal([]example.Fault{
		{Pointer: "/a", Want: "1", Got: "nothing"}, {Pointer: "/b", Want: `["x"]`, Got: `"x"`},
	}))
})
