package example_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
)

// parsed is a document of acme with what follows the head.
func parsed(version, rest string) *example.Document {
	GinkgoHelper()
	d, err := example.Parse("acme", []byte("openapi: "+version+"\ninfo: {title: Acme, version: '1'}\n"+rest))
	Expect(err).NotTo(HaveOccurred())
	return d
}

var _ = Describe("a webhook that stands for itself", func() {
	It("is an entry by its own id, judged as what the provider sends, and no operation to call", func() {
		d := published("3.1-webhooks")
		Expect(ids(d.Entries)).To(HaveExactElements("acme/getCheck/200/ok", "acme/onCheckDone/webhook/good",
			"acme/onCheckDone/webhook/bad"))
		Expect(found(d)).To(Equal(map[string][]string{"acme/onCheckDone/webhook/bad": {"/id type"}}))
		bad := d.Entries[2]
		Expect(bad).To(SatisfyAll(
			HaveField("Direction", example.Webhook), HaveField("Operation", "onCheckDone"), HaveField("Status", 0),
			HaveField("Pointer", "/webhooks/checkDone/post/requestBody/content/application~1json/examples/bad/value")))
		Expect(d.Operations).To(HaveExactElements(HaveField("ID", "getCheck")))
		Expect(d.Webhooks).To(HaveExactElements(SatisfyAll(HaveField("ID", "onCheckDone"),
			HaveField("Method", "POST"), HaveField("Path", ""))))
		_, found := d.Operation("onCheckDone")
		Expect(found).To(BeFalse())
	})

	It("may be all that there is", func() {
		d := published("webhooks-only")
		Expect(ids(d.Entries)).To(HaveExactElements("acme/onCheckDone/webhook/good"))
		Expect(found(d)).To(BeEmpty())
		Expect(d.Operations).To(BeEmpty())
	})

	It("is found behind references, with what it shares and what it expects for an answer", func() {
		d := parsed("3.1.0", `
webhooks: {done: {$ref: '#/components/pathItems/Done'}}
components:
  pathItems:
    Done:
      parameters: [{name: X-Try, in: header, schema: {type: integer}, example: first}]
      post:
        operationId: onDone
        requestBody: {$ref: '#/components/requestBodies/Body'}
        responses:
          "200": {$ref: '#/components/responses/Thanks'}
  requestBodies: {Body: {content: {application/json: {schema: {type: object}, examples: {ok: {$ref: '#/components/examples/Ok'}}}}}}
  examples: {Ok: {value: {}}}
  responses: {Thanks: {description: OK, content: {application/json: {schema: {type: object, required: [got]}, examples: {wrong: {value: {}}, right: {value: {got: 1}}}}}}}
`)
		Expect(ids(d.Entries)).To(HaveExactElements("acme/onDone/webhook/ok"))
		Expect(found(d)).To(Equal(map[string][]string{
			"/webhooks/done/parameters/0/example":                                         {" type"},
			"/components/responses/Thanks/content/application~1json/examples/wrong/value": {"/got required"},
		}))
	})

	It("of a callback is found behind references too", func() {
		d := parsed("3.1.0", `
paths:
  /a:
    post: {operationId: make, responses: {}, callbacks: {done: {$ref: '#/components/callbacks/Done'}}}
components:
  callbacks: {Done: {'{$request.body#/url}': {$ref: '#/components/pathItems/Done'}}}
  pathItems: {Done: {post: {operationId: made, requestBody: {content: {application/json: {schema: {type: object}, examples: {ok: {value: {}}}}}}}}}
`)
		Expect(ids(d.Entries)).To(HaveExactElements("acme/make/webhook/ok"))
		Expect(d.Operations[0].Callbacks).To(HaveExactElements("made"))
	})

	DescribeTable("needs an id of its own:", func(hook, want string) {
		_, err := example.Parse("acme", []byte("openapi: 3.1.0\ninfo: {title: Acme, version: '1'}\n"+
			"paths: {/a: {get: {operationId: read, responses: {}}}}\nwebhooks: {'it''s done': {post: {"+hook+"}}}\n"))
		Expect(err).To(MatchError(want))
	},
		Entry("it has none", "", `acme: /webhooks/it's done/post has no operationId; give it one by an action of `+
			`overlay.yaml with target: $['webhooks']['it\'s done']['post'] and update: {operationId: ...}`),
		Entry("an operation has it", "operationId: read",
			`acme: the operations at /paths/~1a/get and /webhooks/it's done/post have the same operationId read; `+
				`give one of them another by an action of overlay.yaml with `+
				`target: $['webhooks']['it\'s done']['post'] `+
				`and update: {operationId: ...}`),
	)
})

var _ = Describe("a schema", func() {
	// of is a document whose one answer, {"n": 1}, has that schema.
	of := func(version, schema, components string) *example.Document {
		GinkgoHelper()
		return parsed(version, `
paths:
  /checks:
    get:
      operationId: getCheck
      responses: {"200": {description: ok, content: {application/json: {`+schema+`examples: {ok: {value: {n: 1}}}}}}}
components: {schemas: {`+components+"}}\n")
	}

	DescribeTable("beside a reference is", func(version, schema string, want ...string) {
		d := of(version, "schema: "+schema+", ", `Paper: {type: object, properties: {n: {type: integer}}}, `+
			`Limited: {$ref: '#/components/schemas/Paper', minProperties: 2}`)
		if len(want) == 0 {
			Expect(found(d)).To(BeEmpty())
		} else {
			Expect(found(d)).To(Equal(map[string][]string{"acme/getCheck/200/ok": want}))
		}
		Expect(d.Documents(d.Entries[0], "/n")).To(BeTrue())
	},
		Entry("judged from 3.1 on",
			"3.1.0", "{$ref: '#/components/schemas/Paper', minProperties: 2}", " minProperties"),
		Entry("judged in a schema that a reference leads to",
			"3.1.0", "{$ref: '#/components/schemas/Limited'}", " minProperties"),
		Entry("judged together with all that it refers to", "3.1.0",
			"{$ref: '#/components/schemas/Limited', required: [m]}", " minProperties", "/m required"),
		Entry("judged where it has parts of its own", "3.1.0",
			"{$ref: '#/components/schemas/Paper', allOf: [{required: [m]}]}", "/m required"),
		Entry("left alone in 3.0", "3.0.3", "{$ref: '#/components/schemas/Paper', minProperties: 2}"),
		Entry("left alone where it only tells people something",
			"3.1.0", "{$ref: '#/components/schemas/Paper', description: words, deprecated: true}"),
	)

	It("has its example judged where that stands beside a reference", func() {
		d := of("3.1.0", "schema: {$ref: '#/components/schemas/Paper', example: {n: a}}, ",
			"Paper: {type: object, properties: {n: {type: integer}, p: {$ref: '#/components/schemas/Number', "+
				"maximum: 3, examples: [2, 4]}}}, Number: {type: integer}")
		const at = "/paths/~1checks/get/responses/200/content/application~1json/schema/example"
		Expect(found(d)).To(Equal(map[string][]string{at: {"/n type"},
			"/components/schemas/Paper/properties/p/examples/1": {" maximum"}}))
	})

	It("that a media type lacks judges nothing", func() {
		for _, version := range []string{"3.0.3", "3.1.0"} {
			d := of(version, "", "")
			Expect(d.Entries).To(HaveLen(1))
			Expect(d.Entries[0].Schema()).To(BeEmpty())
			Expect(found(d)).To(BeEmpty())
		}
	})
})
