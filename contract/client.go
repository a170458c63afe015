package contract

import (
	"encoding/json"
	"fmt"
	"slices"
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
			ginkgo.It(suite.Provider.Name+"/"+op.ID+" sends its documented parameters", func(ctx ginkgo.SpecContext) {
				if why := suite.callLacks(op, nil); why != "" {
					ginkgo.Skip(why)
				}
				faults := suite.sends(ctx, op, nil)
				if why := refusedSample(op, faults); why != "" {
					ginkgo.Skip(why)
				}
				gomega.Expect(list(faults)).To(gomega.BeEmpty())
			})
		}
	})
}

// sends lets the typed client make a documented request and compares what
// arrives.
func (suite *Suite) sends(ctx ginkgo.SpecContext, op example.Operation, e *example.Entry) []example.Fault {
	s := Answering(204, "", nil)
	params := parameters(op, nil)
	var body json.RawMessage
	if e != nil {
		params, body, op.MediaType = parameters(op, e.Parameters), e.Value, e.MediaType()
	}
	if _, err := suite.Client(s).Call(ctx, op, params, body); err != nil {
		return []example.Fault{{Want: wantSendable, Got: err.Error()}}
	}
	gomega.Expect(s.Received).To(gomega.HaveLen(1))
	return judge.CheckSent(op, BasePath, params, e, s.Received[0])
}

// reads lets the typed client receive a documented answer.
func (suite *Suite) reads(ctx ginkgo.SpecContext, op example.Operation, e example.Entry) []example.Fault {
	text, err := judge.Written(e.MediaType(), e.Value)
	gomega.Expect(err).NotTo(gomega.HaveOccurred()) // or the check does not apply
	s := Answering(suite.Document.StatusOf(e), e.MediaType(), text)
	var body json.RawMessage
	request := suite.anyRequest(op)
	if request != nil {
		body, op.MediaType = request.Value, request.MediaType()
	}
	answer, err := suite.Client(s).Call(ctx, op, parameters(op, e.Parameters), body)
	if err != nil {
		got := err.Error()
		if request != nil && len(s.Received) == 0 {
			got += "; the request is " + request.Pointer
		}
		return []example.Fault{{Want: wantReadable, Got: got}}
	}
	return judge.CheckAnswer(suite.Document, e, answer)
}

// What is wanted of a call as a whole.
const (
	wantSendable = "a request that the typed client can send"
	wantReadable = "an answer that the typed client can read"
)

// parameters are those with which op is called: its samples, but for optional ones that no
// client sends.
func parameters(op example.Operation, own map[string]string) map[string]json.RawMessage {
	params := op.Samples(own)
	for _, p := range op.Parameters {
		if v, said := params[p.Name]; said && !p.Required && judge.Unsent(p, v) != "" {
			delete(params, p.Name)
		}
	}
	return params
}

// leftOut are the documented parameters without which op is called, each with the reason.
func leftOut(op example.Operation, own map[string]string) []string {
	var all []string
	params := op.Samples(own)
	for _, p := range op.Parameters {
		value, said := params[p.Name]
		switch {
		case p.Required:
		case said && judge.Unsent(p, value) != "":
			all = append(all, fmt.Sprintf("sent without the %s parameter %s: %s", p.In, p.Name, judge.Unsent(p, value)))
		case !said && len(p.Faults) > 0:
			all = append(all, fmt.Sprintf("sent without the %s parameter %s: its schema refuses its example, %s",
				p.In, p.Name, p.Pointer))
		}
	}
	return all
}

// callLacks says why op cannot be called as documented: it requires a parameter that no client
// sends; "" if it can be called.
func (suite *Suite) callLacks(op example.Operation, own map[string]string) string {
	params := op.Samples(own)
	for _, p := range op.Parameters {
		if !p.Required {
			continue
		}
		if why := judge.Unsent(p, params[p.Name]); why != "" {
			return fmt.Sprintf("its required %s parameter %s cannot be sent: %s", p.In, p.Name, why)
		}
	}
	return ""
}

// anyRequest is the first documented request of op that the client can send; nil if there is
// none.
func (suite *Suite) anyRequest(op example.Operation) *example.Entry {
	for _, e := range suite.Document.Requests(op) {
		if suite.clientLacks(e) == "" && len(suite.Document.CheckSchema(e)) == 0 {
			return &e
		}
	}
	return nil
}

// clientNotes say what a passed check of the client has to be told of: a request that nobody
// documented, parameters that were left out, and where the answer was looked for.
func (suite *Suite) clientNotes(e example.Entry) string {
	if e.Direction != example.Request && e.Direction != example.Response {
		return ""
	}
	op, _ := suite.Document.Operation(e.Operation)
	all := leftOut(op, e.Parameters)
	if e.Direction == example.Response && op.HasBody() && suite.anyRequest(op) == nil {
		why := "none is documented"
		if len(suite.Document.Requests(op)) > 0 {
			why = "none of the documented ones can be sent"
		}
		all = append(all, "the request was made from its schema: "+why)
	}
	if e.Direction == example.Response && judge.Field(e) == "" {
		why := "without a schema"
		if e.Schema() != "" {
			why = "for " + e.MediaType()
		}
		all = append(all, "compared in Body, byte for byte: the generator makes no typed field "+why)
	}
	return strings.Join(all, "; ")
}

// bodiless are the statuses whose answers have no body, whatever is documented.
var bodiless = []int{204, 304}

// clientLacks says why the client check has nothing to look at in e; "" if it has.
func (suite *Suite) clientLacks(e example.Entry) string {
	client := suite.Provider.Client
	op, found := suite.Document.Operation(e.Operation)
	switch {
	case client == nil:
		return "no client is described"
	case e.Direction == example.Webhook && client.Webhooks[e.Operation] == nil:
		return "no type is described for the webhook"
	case e.Direction == example.Webhook && !example.IsJSON(e.MediaType()):
		return "a webhook is read as JSON, and this one is " + e.MediaType()
	case e.Direction == example.Webhook, e.Direction == example.Redirect, !found:
		return ""
	case e.Direction == example.Request && judge.UnsentBody(e) != "":
		return judge.UnsentBody(e)
	case e.Direction == example.Response && (slices.Contains(bodiless, e.Status) || 0 < e.Status && e.Status < 200):
		return fmt.Sprintf("no answer with the status %d has a body", e.Status)
	}
	if _, err := judge.Written(e.MediaType(), e.Value); err != nil {
		return err.Error()
	}
	return suite.callLacks(op, e.Parameters)
}

// explained says why what the client check found is no news of the client: the example breaks
// the schema that the client was generated from at the same points, or a required parameter
// does, so that no such client could do otherwise. The schema check reports both. It is "" if
// the check has found more.
func (suite *Suite) explained(e example.Entry, found []example.Fault) string {
	op, _ := suite.Document.Operation(e.Operation)
	if why := refusedSample(op, found); why != "" {
		return why
	}
	broken := suite.Document.CheckSchema(e)
	for _, f := range found {
		if !slices.ContainsFunc(broken, func(b example.Fault) bool { return explains(b, f) }) {
			return ""
		}
	}
	if len(found) == 0 {
		return ""
	}
	return fmt.Sprintf("the example breaks its schema at %q, see the schema check", broken[0].Pointer)
}

// explains says whether a fault of the schema check is behind one of the client check: it
// stands at the same place or around it, or it is a wrong type, which no call gets past.
func explains(schema, client example.Fault) bool {
	if client.Want == wantSendable || client.Want == wantReadable {
		return slices.Contains([]string{"type", "oneOf", "anyOf"}, schema.Keyword)
	}
	return client.Pointer == schema.Pointer || strings.HasPrefix(client.Pointer, schema.Pointer+"/")
}

// refusedSample says which required parameter of op is to blame for a call that cannot be
// made: its own schema refuses what is documented for it. It is "" if none is.
func refusedSample(op example.Operation, found []example.Fault) string {
	if len(found) != 1 || found[0].Want != wantSendable && found[0].Want != wantReadable {
		return ""
	}
	for _, p := range op.Parameters {
		if p.Required && slices.ContainsFunc(p.Faults, func(f example.Fault) bool { return explains(f, found[0]) }) {
			return fmt.Sprintf("no call can be made: its schema refuses the example of its "+
				"required %s parameter %s, %s",
				p.In, p.Name, p.Pointer)
		}
	}
	return ""
}
