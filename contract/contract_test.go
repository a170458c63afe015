package contract_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
)

// acme is a provider of which there is a document and nothing else.
func acme() provider.Provider {
	return provider.Provider{Name: "acme", Document: []byte(`openapi: 3.0.3
info: {title: Acme, version: "1"}
servers: [{url: 'https://api.acme.example'}, {url: 'https://{region}.acme.example'}, {url: /v1}]
paths:
  /checks:
    post:
      operationId: check
      requestBody: {content: {application/json: {schema: {type: object}, examples: {one: {value: {n: 1}}}}}}
      responses:
        "200": {description: OK, content: {application/json: {schema: {type: object, properties: {n: {type: integer}}}, examples: {right: {value: {n: 1}}}}}}
      callbacks:
        told: {'{$request.body#/url}': {post: {operationId: told, requestBody: {content: {application/json: {schema: {type: object}, examples: {done: {value: {}}}}}}, responses: {"200": {description: OK}}}}}
`)}
}

// The suite of a provider that is a document alone: its examples are held to their
// schemas, and all else is n/a with the reason.
func TestContract(t *testing.T) {
	report := t.TempDir()
	contract.Run(t, contract.Options{Report: report}, acme())
	l, err := ledger.Read(report)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Entries) != 3 || l.Checked() != 3 {
		t.Errorf("%d entries with %d checks, and 3 with one each were wanted", len(l.Entries), l.Checked())
	}
	for _, e := range l.Entries {
		for c, state := range e.Checks {
			switch {
			case c == ledger.Schema && state != ledger.Pass:
				t.Errorf("%s: %s: %s", e.ID, c, state)
			case c != ledger.Schema && (state != ledger.NA || e.Notes[c] == ""):
				t.Errorf("%s: %s: %s, %q; n/a and a reason were wanted", e.ID, c, state, e.Notes[c])
			}
		}
	}
	for _, file := range []string{"index.html", "junit.xml"} {
		if _, err := os.Stat(filepath.Join(report, file)); err != nil {
			t.Error(err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	unnamed, unread, unfit := acme(), acme(), acme()
	unnamed.Name = "Acme Inc."
	unread.Document = []byte("openapi: [\n")
	unfit.Account = &provider.Account{Sandbox: "https://elsewhere.example"}
	taken := filepath.Join(t.TempDir(), "report")
	if err := os.WriteFile(taken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for want, try := range map[string]struct {
		o contract.Options
		p provider.Provider
	}{
		`there is no target "moon"; there is [fixtures offline sandbox simulator]`: {contract.Options{Target: "moon"}, acme()},
		"Name must be lower case letters and digits":                               {contract.Options{}, unnamed},
		"the document of acme": {contract.Options{}, unread},
		`Account.Sandbox is "https://elsewhere.example", which is no server`: {contract.Options{}, unfit},
		"Options.Report: no report can be written there: ":                   {contract.Options{Report: taken}, acme()},
	} {
		if _, err := contract.New(try.o, try.p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, and %q was wanted", err, want)
		}
	}
}
