package contract

import (
	"encoding/json"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/ledger"
)

// Each spec here is one check of one documented example. It is called by the
// check and the example's id, so that -ginkgo.focus finds it.

func (suite *Suite) schemaSpecs() {
	Describe("schema", func() {
		suite.each(ledger.Schema, func(_ SpecContext, d *example.Document, e example.Entry) []example.Fault {
			return d.CheckSchema(e)
		})

		d := suite.Document
		for _, op := range d.Operations {
			It(d.Provider+"/"+op.ID+" conforms in its parameters, headers and schemas", func() {
				for _, m := range d.Minor {
					if m.Operation == op.ID {
						Expect(list(d.CheckMinor(m))).To(BeEmpty(), m.Pointer)
					}
				}
			})
		}
	})
}

func (suite *Suite) clientSpecs() {
	Describe("client", func() {
		suite.each(ledger.Client, func(ctx SpecContext, d *example.Document, e example.Entry) []example.Fault {
			op, _ := d.Operation(e.Operation)
			switch e.Direction {
			case example.Request:
				return suite.sends(ctx, op, &e)
			case example.Webhook:
				value := suite.Provider.Client.Webhooks[e.Operation]()
				if err := json.Unmarshal(e.Value, value); err != nil {
					return []example.Fault{{Want: "a body that can be decoded", Got: err.Error()}}
				}
				return judge.CheckValue(d, e, value)
			}
			return suite.reads(ctx, op, e)
		})

		for _, op := range suite.Document.Operations {
			if op.HasBody() {
				continue
			}
			It(suite.Provider.Name+"/"+op.ID+" sends its documented parameters", func(ctx SpecContext) {
				Expect(list(suite.sends(ctx, op, nil))).To(BeEmpty())
			})
		}
	})
}

// each makes a spec of check for every entry to which it applies, and tells the
// report what it found.
func (suite *Suite) each(check ledger.Check, judge func(SpecContext, *example.Document, example.Entry) []example.Fault) {
	d := suite.Document
	for _, e := range d.Entries {
		if !suite.applies(check, e) {
			continue
		}
		It(e.ID, suite.labels(e), func(ctx SpecContext) {
			result := ledger.Result{ID: e.ID, Check: check, State: ledger.Fail("")}
			defer func() {
				if why, note := suite.skipped(check, e); why != "" { // as it may have found out itself
					result.State, result.Note = ledger.State("skip: "+why), note
				}
				tell(resultEntry, result)
			}()
			tell(pointerEntry, e.Pointer)
			if why, _ := suite.skipped(check, e); why != "" {
				Skip(why)
			}
			faults := judge(ctx, d, e)
			if len(faults) == 0 {
				result.State = suite.passed(check, e)
				return
			}
			result.State, result.Note, result.Faults = ledger.Fail(faults[0].Pointer), faults[0].String(), faults
			Fail(explain(check, e, faults))
		})
	}
}

// explain is the message of a failure: example, pointer, expected and got.
func explain(check ledger.Check, e example.Entry, faults []example.Fault) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: the %s check failed\n  example  %s (%s)\n", e.ID, check, e.Pointer, e.Source)
	b.WriteString(list(faults))
	return b.String()
}

// list is the faults as a person reads them.
func list(faults []example.Fault) string {
	var b strings.Builder
	for _, f := range faults {
		fmt.Fprintf(&b, "  pointer  %q\n  expected %s\n  got      %s\n", f.Pointer, f.Want, f.Got)
	}
	return b.String()
}

func (suite *Suite) labels(e example.Entry) Labels {
	l := Labels{string(e.Direction)}
	if c, err := suite.cases.Of(e.ID); e.IsError() || err == nil && c.Error() != "" {
		l = append(l, "error") // by its status, or inside a 200
	}
	return append(l, e.Differences...)
}

// sends lets the typed client make a documented request and compares what
// arrives.
func (suite *Suite) sends(ctx SpecContext, op example.Operation, e *example.Entry) []example.Fault {
	s := Answering(204, "", nil)
	params := op.Samples(nil)
	var body json.RawMessage
	if e != nil {
		params, body = op.Samples(e.Parameters), e.Value
	}
	if _, err := suite.Client(s).Call(ctx, op, params, body); err != nil {
		return []example.Fault{{Want: "a request that the typed client can send", Got: err.Error()}}
	}
	Expect(s.Received).To(HaveLen(1))
	return judge.CheckSent(op, BasePath, params, e, s.Received[0])
}

// reads lets the typed client receive a documented answer.
func (suite *Suite) reads(ctx SpecContext, op example.Operation, e example.Entry) []example.Fault {
	params := op.Samples(e.Parameters)
	s := Answering(suite.Document.StatusOf(e), e.MediaType(), e.Value)
	answer, err := suite.Client(s).Call(ctx, op, params, suite.Document.AnyBody(op))
	if err != nil {
		return []example.Fault{{Want: "an answer that the typed client can read", Got: err.Error()}}
	}
	return judge.CheckAnswer(suite.Document, e, answer)
}
