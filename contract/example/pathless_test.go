package example_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
)

var _ = Describe("an operation that stands outside paths", func() {
	const components = `
components:
  pathItems:
    Check:
      post:
        operationId: check
        x-difference: AC-D7
        parameters: [{name: X-Try, in: header, schema: {type: integer}, example: first}]
        requestBody:
          content:
            application/json:
              schema: {type: object, required: [id]}
              examples: {one: {value: {id: 1}}, none: {value: {}}}
        responses:
          "200": {description: OK, content: {application/json: {schema: {type: object}, examples: {ok: {value: {}}}}}}
`

	It("is nobody's to call, and its examples are judged by their schema", func() {
		d := parsed("3.1.0", "paths: {/a: {get: {operationId: read, responses: {}}}}"+components)
		Expect(d.Entries).To(BeEmpty())
		Expect(d.Operations).To(HaveExactElements(HaveField("ID", "read")))
		Expect(d.Pathless).To(HaveExactElements(HaveField("ID", "check")))
		Expect(ids(d.Uncalled)).To(HaveExactElements(
			"acme/check/request/one", "acme/check/request/none", "acme/check/200/ok"))
		Expect(d.Uncalled).To(HaveEach(HaveField("Nowhere", "no path of check is published (AC-D7)")))
		_, found := d.Operation("check")
		Expect(found).To(BeFalse())
		Expect(d.Examine().Broken()).To(HaveLen(2)) // the parameter's example, and the body without an id
		Expect(d.Sums()).To(HaveLen(3))
		Expect(d.Values()).To(ContainElement(MatchJSON(`{"id":1}`)))
	})

	It("is one to which no path refers", func() {
		d := parsed("3.1.0", "paths: {/a: {$ref: '#/components/pathItems/Check'}}"+components)
		Expect(d.Pathless).To(BeEmpty())
		Expect(d.Uncalled).To(BeEmpty())
		Expect(ids(d.Entries)).To(HaveLen(3))
	})

	It("has an id of its own", func() {
		_, err := example.Parse("acme", []byte("openapi: 3.1.0\ninfo: {title: Acme, version: '1'}\n"+
			"paths: {/a: {get: {operationId: check, responses: {}}}}"+components))
		Expect(err).To(MatchError(ContainSubstring("have the same operationId check")))
	})
})
