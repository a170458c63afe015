package example_test

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = It("a schema keeps what is called example, and what is data", func() {
	d, err := read(`
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /thing:
    get:
      operationId: getThing
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema:
                type: object
                properties:
                  example: {example: 1, type: integer}
                  examples: {type: object, properties: {examples: {type: integer}}}
                  kind: {enum: [{example: 1}]}
              examples:
                fits: {value: {example: 1, examples: {examples: 2}, kind: {example: 1}}}
                does not: {value: {example: "1", examples: {examples: "2"}, kind: {}}}
`)
	Expect(err).NotTo(HaveOccurred())
	Expect(d.CheckSchema(d.Entries[0])).To(BeEmpty())
	var at []string
	for _, f := range d.CheckSchema(d.Entries[1]) {
		at = append(at, f.Pointer)
	}
	Expect(at).To(ConsistOf("/example", "/examples/examples", "/kind"))
})

var _ = It("an operation knows its first request among those of others", func() {
	d, err := read(acme)
	Expect(err).NotTo(HaveOccurred())
	op, _ := d.Operation("makeThing")
	Expect(string(d.AnyBody(op))).To(Equal(`{"name":"thing"}`))
	_, found := d.Operation("thingDone")
	Expect(found).To(BeFalse(), "a webhook is no operation")

	several, err := read(`
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /silent: {get: {operationId: silent, responses: {"200": {description: OK}}}}
  /answering: {get: {operationId: answering, responses: {"200": {description: OK, content: {application/json: {schema: {}, examples: {one: {value: {}}}}}}}}}
  /asking:
    post:
      operationId: asking
      requestBody: {content: {application/json: {schema: {}, examples: {one: {value: 1}, two: {value: 2}}}}}
      responses: {"200": {description: OK}}
  /last: {get: {operationId: last, responses: {"200": {description: OK}}}}
`)
	Expect(err).NotTo(HaveOccurred())
	for _, op := range several.Operations {
		want := map[string]json.RawMessage{"asking": json.RawMessage(`1`)}[op.ID]
		Expect(several.AnyBody(op)).To(Equal(want), op.ID)
	}
})
