package contract

import (
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
)

// schemaSpecs hold each example to the schema that it stands with.
func (suite *Suite) schemaSpecs() {
	ginkgo.Describe("schema", func() {
		suite.each(ledger.Schema, func(_ ginkgo.SpecContext, d *example.Document, e example.Entry) []example.Fault {
			return d.CheckSchema(e)
		})

		d := suite.Document
		for _, pattern := range d.NotJudged {
			ginkgo.It(d.Provider+" is not judged by "+pattern, func() {
				ginkgo.Skip("correct the pattern by an action of specs/" + d.Provider + "/overlay.yaml")
			})
		}
		for _, op := range slices.Concat(d.Operations, d.Webhooks) {
			ginkgo.It(d.Provider+"/"+op.ID+" conforms in its parameters, headers and schemas", func() {
				for _, m := range d.Minor {
					if m.Operation == op.ID {
						gomega.Expect(list(d.CheckMinor(m))).To(gomega.BeEmpty(), m.Pointer)
					}
				}
			})
		}
	})
}
