package example_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("The published values of a document", func() {
	It("are its examples and what it enumerates", func() {
		d := parsed("3.0.3", `paths:
  /thing:
    get:
      operationId: getThing
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema: {type: object, properties: {name: {type: string, enum: [Marble, 7]}}}
              example: {name: Quill}
`)
		Expect(d.Values()).To(ConsistOf(MatchJSON(`{"name":"Quill"}`), MatchJSON(`"Marble"`), MatchJSON(`7`)))
	})
})
