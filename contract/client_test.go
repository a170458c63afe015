package contract

import (
	"encoding/json"
	"testing"

	"github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/provider"
)

// A failure for a member that the schema does not have names the schema, and no other does.
func TestBlamed(t *testing.T) {
	g := gomega.NewWithT(t)
	const at = "/paths/~1checks/get/responses/200/content/application~1json"
	d, err := provider.Provider{Name: "acme", Document: []byte(`openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /checks:
    get:
      operationId: check
      responses:
        "200": {description: OK, content: {application/json: {schema: {type: object, properties: {n: {type: string}}}, examples: {one: {value: {n: a, m: b}}}}}}
`)}.Parse()
	g.Expect(err).NotTo(gomega.HaveOccurred())
	e := d.Entries[0]
	g.Expect(e.Value).To(gomega.Equal(json.RawMessage(`{"n":"a","m":"b"}`)))
	faults := blamed(d, e, []example.Fault{{Pointer: "/m", Got: "nothing"}, {Pointer: "/n", Got: "nothing"}, {Pointer: "(header X)", Got: "nothing"}, {Got: "nothing"}})
	var got []string
	for _, f := range faults {
		got = append(got, f.Got)
	}
	g.Expect(got).To(gomega.Equal([]string{"nothing; the schema at " + at + "/schema has no such member", "nothing", "nothing", "nothing"}))
}
