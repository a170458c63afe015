package provider_test

import (
	"fmt"

	"example.com/digilocker/contract/provider"
)

// The least that can be told of a provider: a name and a document. Its examples are then held to their schemas, and
// what is not told is n/a.
func Example() {
	acme := provider.Provider{Name: "acme", Document: []byte(`
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /status:
    get:
      operationId: getStatus
      responses:
        "200":
          description: How the journey is.
          content:
            application/json:
              schema: {type: object, required: [state], properties: {state: {type: string}}}
              examples:
                pending: {value: {state: pending}}
`)}
	if err := provider.CheckAll([]provider.Provider{acme}); err != nil {
		panic(err)
	}
	d, err := acme.Parse()
	if err != nil {
		panic(err)
	}
	for _, e := range d.Entries {
		fmt.Println(acme.Named(), "documents", e.ID)
	}
	// Output: Acme documents acme/getStatus/200/pending
}
