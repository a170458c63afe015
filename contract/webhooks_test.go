package contract

import (
	"net/http"
	"testing"

	"github.com/onsi/gomega"

	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
)

// hooksDocument has two webhooks and nothing else; one of them has no schema.
const hooksDocument = `openapi: 3.1.0
info: {title: Acme, version: "1"}
webhooks:
  done:
    post:
      operationId: onDone
      requestBody: {content: {application/json: {schema: {type: object}, examples: {ok: {value: {}}}}}}
  told:
    post:
      operationId: onTold
      requestBody: {content: {text/plain: {examples: {ok: {value: said}}}}}
`

// Webhooks alone are a provider: what checks them is the schema, and the type that was
// generated for the body.
func TestWebhooksAlone(t *testing.T) {
	g := gomega.NewWithT(t)
	p := provider.Provider{
		Name: "acme", Document: []byte(hooksDocument), Simulator: &simulator.Behaviour{},
		Client: &provider.Client{
			New:      func(string, *http.Client) (any, error) { return struct{}{}, nil },
			Webhooks: map[string]func() any{"onDone": func() any { return new(map[string]any) }},
		},
	}
	suite, err := New(Options{}, p)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	gomega.RegisterTestingT(t) // for count, which is called within a spec
	g.Expect(count(p.Document)).To(gomega.Equal(2))
	why := map[string]map[ledger.Check]string{}
	for _, e := range suite.Document.Entries {
		why[e.ID] = map[ledger.Check]string{}
		for _, c := range []ledger.Check{ledger.Schema, ledger.Client, ledger.Adapter,
			ledger.Simulator, ledger.Sandbox} {
			why[e.ID][c] = suite.notApplicable(c, e)
		}
	}
	const noAdapter, noWebhook, noAccount = "no adapter is described",
		"the simulator sends no webhook", "no account is described"
	g.Expect(why).To(gomega.Equal(map[string]map[ledger.Check]string{
		"acme/onDone/webhook/ok": {
			ledger.Schema: "", ledger.Client: "", ledger.Adapter: noAdapter, ledger.Simulator: noWebhook,
			ledger.Sandbox: noAccount,
		},
		"acme/onTold/webhook/ok": {
			ledger.Schema: "no schema is published for it", ledger.Client: "no type is described for the webhook",
			ledger.Adapter: noAdapter, ledger.Simulator: noWebhook, ledger.Sandbox: noAccount,
		},
	}))

	_, err = simulator.New(simulator.Options{}, provider.Simulated(p)...)
	g.Expect(err).NotTo(gomega.HaveOccurred())
}
