package example_test

import (
	"os"
	"path/filepath"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
)

// published is a document of testdata, each of a kind that vendors publish.
func published(name string) *example.Document {
	GinkgoHelper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".yaml"))
	Expect(err).NotTo(HaveOccurred())
	d, err := example.Parse("acme", text)
	Expect(err).NotTo(HaveOccurred())
	return d
}

// found are the faults of a document's examples, each as its pointer and keyword, by id;
// those of an example beside the bodies by its pointer.
func found(d *example.Document) map[string][]string {
	all := map[string][]string{}
	add := func(key string, faults []example.Fault) {
		for _, f := range faults {
			all[key] = append(all[key], f.Pointer+" "+f.Keyword)
		}
	}
	for _, e := range d.Entries {
		add(e.ID, d.CheckSchema(e))
	}
	for _, m := range d.OtherExamples {
		add(m.Pointer, d.CheckOther(m))
	}
	return all
}

// oneSided is a schema of which each side has a member of its own.
const oneSided = `{type: object, required: [id, pin], properties: {id: {type: string, readOnly: true}, pin: {type: string, writeOnly: true}}}`

// ids are those of the entries.
func ids(entries []example.Entry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, e.ID)
	}
	return all
}

var _ = Describe("of a document of each kind that vendors publish", func() {
	It("3.1 is judged by JSON Schema 2020-12", func() {
		d := published("3.1-keywords")
		Expect(d.Entries).To(HaveLen(9))
		Expect(found(d)).To(Equal(map[string][]string{
			"acme/getCheck/200/const":       {"/status const"},
			"acme/getCheck/200/exclusive":   {"/score exclusiveMinimum"},
			"acme/getCheck/200/pattern":     {"/extra/a additionalProperties"},
			"acme/getCheck/200/prefix":      {"/pair/0 type", "/pair/1 type"},
			"acme/getCheck/200/dependent":   {"/person/last dependentRequired"},
			"acme/getCheck/200/conditional": {"/branch/number required"},
			"acme/getCheck/200/contains":    {"/list contains"},
			"acme/getCheck/200/names":       {"/named/ABC propertyNames"},
		}))
		right := d.Entries[0]
		for pointer, known := range map[string]bool{"/extra/x-a": true, "/extra/a": false, "/pair/1": true, "/branch/kind": true, "/other": false} {
			Expect(d.Documents(right, pointer)).To(Equal(known), pointer)
		}
		Expect(d.Enum(right, "/status")).To(Equal([]string{"SUCCESS"}))
		Expect(d.Enum(right, "/branch/kind")).To(Equal([]string{"PAN"}))
	})

	It("a request and an answer are each judged from their own side", func() {
		Expect(found(published("read-and-write-only"))).To(BeEmpty())
	})

	It("an answer may stand under a range of statuses, and x- members are none", func() {
		d := published("status-ranges")
		Expect(ids(d.Entries)).To(HaveExactElements("acme/getCheck/200/ok", "acme/getCheck/4XX/bad", "acme/getCheck/5XX/worse"))
		Expect(found(d)).To(BeEmpty())
		Expect(d.Operations[0].Statuses()).To(HaveExactElements("200", "4XX", "5XX"))
		bad := d.Entries[1]
		Expect(bad).To(SatisfyAll(HaveField("Status", 0), HaveField("Range", 4)))
		Expect(bad.IsError()).To(BeTrue())
		Expect(d.StatusOf(bad)).To(Equal(400))
		Expect(d.StatusOf(d.Entries[2])).To(Equal(500))
	})

	DescribeTable("an answer is sent with a status that no other one has:", func(others, under string, want int) {
		d, err := example.Parse("acme", []byte(`
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /checks:
    get:
      operationId: getCheck
      responses: {`+others+under+`: {description: it, content: {application/json: {schema: {type: object}, examples: {it: {value: {}}}}}}}
`))
		Expect(err).NotTo(HaveOccurred())
		Expect(d.StatusOf(d.Entries[0])).To(Equal(want))
		Expect(d.Entries[0].IsError()).To(Equal(want >= 400 || under == "default"))
	},
		Entry("of a range", `"400": {description: a}, `, "4XX", 401),
		Entry("of a range of successes", `"200": {description: a}, `, "2XX", 201),
		Entry("of a default beside a range", `4XX: {description: a}, `, "default", 500),
		Entry("of a default beside both ranges of errors", `4XX: {description: a}, 5XX: {description: a}, "404": {description: a}, x-note: a, `, "default", 300),
	)

	It("references, aliases and merge keys are followed, and a path's own parameters judged", func() {
		d := published("references")
		Expect(ids(d.Entries)).To(HaveExactElements("acme/getCheck/200/ok", "acme/getCheck/400/no", "acme/getCheck/401/no"))
		Expect(found(d)).To(Equal(map[string][]string{"/paths/~1checks/parameters/0/example": {" type"}}))
	})

	It("each example has an id of its own, whatever its name", func() {
		d := published("example-names")
		Expect(ids(d.Entries)).To(HaveExactElements(
			"acme/getCheck/200/success", MatchRegexp("^acme/getCheck/200/success-[0-9a-f]{8}$"),
			MatchRegexp("^acme/getCheck/200/example-[0-9a-f]{8}$"), MatchRegexp("^acme/getCheck/200/example-[0-9a-f]{8}$")))
		Expect(d.Valueless).To(HaveExactElements(
			SatisfyAll(HaveField("ID", "acme/getCheck/200/elsewhere"), HaveField("Lacks", "its value is published elsewhere: https://acme.example/e.json")),
			SatisfyAll(HaveField("ID", "acme/getCheck/200/only-a-summary"), HaveField("Lacks", "no value is published"))))
		all := ids(append(d.Entries, d.Valueless...))
		Expect(slices.Compact(slices.Sorted(slices.Values(all)))).To(HaveLen(6))
		Expect(ids(published("example-names").Entries)).To(Equal(ids(d.Entries)))
	})

	It("an example of each media type has an id of its own, which the first one's is not changed by", func() {
		d, err := example.Parse("acme", []byte(`
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /checks:
    get:
      operationId: getCheck
      responses:
        "200":
          description: ok
          content:
            application/json: {schema: {}, examples: {ok: {value: {}}, ok application/xml: {value: {}}}}
            application/xml: {schema: {}, examples: {ok: {value: a}}}
            text/plain: {schema: {}, examples: {ok: {value: a}}}
`))
		Expect(err).NotTo(HaveOccurred())
		Expect(ids(d.Entries)).To(HaveExactElements("acme/getCheck/200/ok", "acme/getCheck/200/ok-application-xml",
			MatchRegexp("^acme/getCheck/200/ok-[0-9a-f]{8}$"), "acme/getCheck/200/ok-text-plain"))
	})

	DescribeTable("a member of the other side is", func(version, schema, request, answer string, want ...string) {
		d, err := example.Parse("acme", []byte(`
openapi: `+version+`
info: {title: Acme, version: "1"}
paths:
  /checks:
    post:
      operationId: createCheck
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Check"}, examples: {ok: {value: `+request+`}}}}}
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Check"}, examples: {ok: {value: `+answer+`}}}}}
components:
  schemas:
    Given: {type: object, properties: {id: {$ref: "#/components/schemas/Id"}}}
    Id: {type: string, readOnly: true}
    Check: `+schema+"\n"))
		Expect(err).NotTo(HaveOccurred())
		faults := []string{}
		for _, e := range d.Entries {
			for _, f := range d.CheckSchema(e) {
				faults = append(faults, e.ID+" "+f.Pointer+" "+f.Keyword)
			}
		}
		Expect(faults).To(HaveExactElements(want))
	},
		Entry("refused in a request", "3.0.3", oneSided, `{id: k, pin: "1"}`, `{id: k}`, "acme/createCheck/request/ok /id readOnly"),
		Entry("refused in an answer", "3.0.3", oneSided, `{pin: "1"}`, `{id: k, pin: "1"}`, "acme/createCheck/200/ok /pin writeOnly"),
		Entry("refused in a request of 3.1", "3.1.0", oneSided, `{id: k, pin: "1"}`, `{id: k}`, "acme/createCheck/request/ok /id readOnly"),
		Entry("refused in an answer of 3.1", "3.1.0", oneSided, `{pin: "1"}`, `{id: k, pin: "1"}`, "acme/createCheck/200/ok /pin writeOnly"),
		Entry("required on its own side", "3.0.3", oneSided, `{}`, `{}`, "acme/createCheck/request/ok /pin required", "acme/createCheck/200/ok /id required"),
		Entry("required on its own side in 3.1", "3.1.0", oneSided, `{}`, `{}`, "acme/createCheck/request/ok /pin required", "acme/createCheck/200/ok /id required"),
		Entry("known if all parts together describe it", "3.0.3",
			`{required: [id], allOf: [{$ref: "#/components/schemas/Given"}, {type: object, required: [id], properties: {n: {type: integer}}}]}`, `{n: 1}`, `{id: k, n: 1}`),
		Entry("known by a keyword beside a reference", "3.1.0",
			`{type: object, required: [id], properties: {id: {$ref: "#/components/schemas/Mere", readOnly: true}}, $defs: {x: {}}}
    Mere: {type: string}`, `{}`, `{id: k}`),
		Entry("left alone if a reference leads to it", "3.0.3",
			`{type: object, properties: {id: {type: string, readOnly: true}, same: {$ref: "#/components/schemas/Check/properties/id"}}}`, `{id: k}`, `{same: 1}`,
			"acme/createCheck/200/ok /same type"),
	)

	It("a pattern is one of ECMA 262", func() {
		d := published("patterns")
		Expect(found(d)).To(Equal(map[string][]string{"acme/getCheck/200/wrong": {"/aadhaar pattern"}}))
		Expect(d.NotJudged).To(BeEmpty())
	})

	DescribeTable("a pattern that is none is said to be, and judges nothing, in", func(version string) {
		d, err := example.Parse("acme", []byte(`
openapi: `+version+`
info: {title: Acme, version: "1"}
paths: {}
components:
  schemas:
    Odd: {type: object, properties: {a: {type: string, pattern: "(["}, b: {type: string, pattern: "^(?=a)"}}, patternProperties: {"*": {}}}
`))
		Expect(err).NotTo(HaveOccurred())
		Expect(d.NotJudged).To(HaveExactElements(
			HavePrefix(`/components/schemas/Odd/patternProperties/*: "*" is no regular expression of ECMA 262`),
			HavePrefix(`/components/schemas/Odd/properties/a/pattern: "([" is no regular expression of ECMA 262`)))
		Expect(d.Conforms("/components/schemas/Odd", []byte(`{"a": "any", "b": "b"}`))).To(HaveExactElements(HaveField("Pointer", "/b")))
	},
		Entry(nil, "3.0.3"),
		Entry(nil, "3.1.0"),
	)

	DescribeTable("3.1 says what is wrong with", func(schema, value string, want ...string) {
		d, err := example.Parse("acme", []byte(`
openapi: 3.1.0
info: {title: Acme, version: "1"}
paths: {}
components:
  schemas:
    Spoilt: {type: nothing}
    Paper Kind: {type: object, properties: {n: {type: integer, format: int32}, next: {$ref: "#/components/schemas/Paper%20Kind"}}}
    Whole: `+schema+"\n"))
		Expect(err).NotTo(HaveOccurred())
		faults := []string{}
		for _, f := range d.Conforms("/components/schemas/Whole", []byte(value)) {
			Expect(f.Got).NotTo(Equal("none"))
			faults = append(faults, f.Pointer+" "+f.Keyword)
		}
		Expect(faults).To(HaveExactElements(want))
	},
		Entry("a value behind references", `{allOf: [{$ref: "#/components/schemas/Paper%20Kind"}]}`, `{"n": 1, "next": {"n": "a"}}`, "/next/n type"),
		Entry("a reference into a schema", `{type: array, items: {$ref: "#/components/schemas/Paper%20Kind/properties/n"}}`, `[1, "a"]`, "/1 type"),
		Entry("two members of one object", `{required: [a, b]}`, `{}`, "/a required", "/b required"),
		Entry("the alternative that was meant", `{anyOf: [{type: string}, {type: object, required: [a]}]}`, `{}`, "/a required"),
		Entry("alternatives of which none was", `{anyOf: [{type: string}, {type: object}]}`, `1`, " anyOf"),
		Entry("alternatives of which two fit", `{oneOf: [{type: object}, {minProperties: 0}]}`, `{}`, " oneOf"),
		Entry("alternatives of which two were", `{anyOf: [{required: [a]}, {required: [b]}]}`, `{}`, " anyOf"),
		Entry("what must not be", `{not: {type: object}}`, `{}`, " not"),
		Entry("a member for which false stands", `{properties: {a: false}}`, `{"a": 1}`, "/a false"),
		Entry("an escaped name", `{properties: {a/b: {type: integer}}}`, `{"a/b": ""}`, "/a~1b type"),
		Entry("a number too large for its format", `{allOf: [{$ref: "#/components/schemas/Paper%20Kind"}]}`, `{"n": 2147483648}`, "/n format"),
		Entry("a number too large for any", `{type: integer, format: int64}`, `9223372036854775808`, " format"),
		Entry("a day that there is not", `{format: date}`, `"2026-13-41"`, " format"),
		Entry("a format that is none, of which nothing is known", `{format: odd}`, `"anything"`),
		Entry("a schema that is none, of which no other suffers", `{allOf: [{$ref: "#/components/schemas/Spoilt"}]}`, `{}`, " "),
	)
})
