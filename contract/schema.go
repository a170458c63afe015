package contract

import (
	"fmt"
	"slices"

	"github.com/onsi/ginkgo/v2"

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
		for _, op := range slices.Concat(d.Operations, d.Webhooks, d.Pathless) {
			ginkgo.It(d.Provider+"/"+op.ID+" conforms in its parameters, headers and schemas", func() {
				wrong := ""
				for _, m := range d.OtherExamples {
					if faults := d.CheckOther(m); m.Operation == op.ID && len(faults) > 0 {
						wrong += fmt.Sprintf("\n  example  %s\n%s", m.Pointer, list(faults))
					}
				}
				if wrong != "" {
					ginkgo.Fail(fmt.Sprintf("%s/%s: the %s check failed%s", d.Provider, op.ID, ledger.Schema, wrong))
				}
			})
		}
	})
}
