package contract

import (
	"encoding/json"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/ledger"
)

// clientSpecs let the typed client send each documented request and read each answer.
func (suite *Suite) clientSpecs() {
	ginkgo.Describe("client", func() {
		suite.each(ledger.Client, func(ctx ginkgo.SpecContext, d *example.Document, e example.Entry) []example.Fault {
			op, _ := d.Operation(e.Operation)
			switch e.Direction {
			case example.Request:
				return blamed(d, e, suite.sends(ctx, op, &e))
			case example.Webhook:
				value := suite.Provider.Client.Webhooks[e.Operation]()
				if err := json.Unmarshal(e.Value, value); err != nil {
					return []example.Fault{{Want: "a body that can be decoded", Got: err.Error()}}
				}
				return blamed(d, e, judge.CheckValue(d, e, value))
			}
			return blamed(d, e, suite.reads(ctx, op, e))
		})

		for _, op := range suite.Document.Operations {
			if op.HasBody() {
				continue
			}
			ginkgo.It(suite.Provider.Name+"/"+op.ID+" sends its documented parameters", func(ctx ginkgo.SpecContext) {
				gomega.Expect(list(suite.sends(ctx, op, nil))).To(gomega.BeEmpty())
			})
		}
	})
}

// made says whether the request that the client sends for e, to get its answer, is one that
// nobody documented.
func (suite *Suite) made(e example.Entry) bool {
	op, _ := suite.Document.Operation(e.Operation)
	return e.Direction == example.Response && op.HasBody() && suite.Document.AnyBody(op) == nil
}

// sends lets the typed client make a documented request and compares what
// arrives.
func (suite *Suite) sends(ctx ginkgo.SpecContext, op example.Operation, e *example.Entry) []example.Fault {
	s := Answering(204, "", nil)
	params := op.Samples(nil)
	var body json.RawMessage
	if e != nil {
		params, body = op.Samples(e.Parameters), e.Value
	}
	if _, err := suite.Client(s).Call(ctx, op, params, body); err != nil {
		return []example.Fault{{Want: "a request that the typed client can send", Got: err.Error()}}
	}
	gomega.Expect(s.Received).To(gomega.HaveLen(1))
	return judge.CheckSent(op, BasePath, params, e, s.Received[0])
}

// reads lets the typed client receive a documented answer.
func (suite *Suite) reads(ctx ginkgo.SpecContext, op example.Operation, e example.Entry) []example.Fault {
	params := op.Samples(e.Parameters)
	s := Answering(suite.Document.StatusOf(e), e.MediaType(), e.Value)
	answer, err := suite.Client(s).Call(ctx, op, params, suite.Document.AnyBody(op))
	if err != nil {
		got := err.Error()
		if i := suite.Document.FirstRequest(op); i >= 0 && len(s.Received) == 0 {
			got += "; the request is " + suite.Document.Entries[i].Pointer
		}
		return []example.Fault{{Want: "an answer that the typed client can read", Got: got}}
	}
	return judge.CheckAnswer(suite.Document, e, answer)
}

// blamed says of each member that got lost which schema has no room for it.
func blamed(d *example.Document, e example.Entry, faults []example.Fault) []example.Fault {
	for i, f := range faults {
		if strings.HasPrefix(f.Pointer, "/") && !d.Documents(e, f.Pointer) {
			faults[i].Got += "; the schema at " + e.Schema() + " has no such member"
		}
	}
	return faults
}
