package contract

import (
	"strings"
	"testing"

	"github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
)

// Who adds a provider meets these failures first: each says what is wrong, where, and what to do.
func TestWordsOfFirstFailures(t *testing.T) {
	gomega.RegisterTestingT(t)
	gomega.Expect(unnumbered("acme", "AC-D1")).To(gomega.Equal(
		"AC-D1, which is not in contract/provider/acme/differences.yaml, or provider.go beside it does not embed " +
			"that file: number the difference there"))
	const remedy = "correct what is wrong, the schema or the example, by an action of specs/acme/overlay.yaml that " +
		"cites a numbered difference, then run make generate"
	gomega.Expect(stillBroken("acme", []string{"/paths/a", "/paths/b"})).To(gomega.Equal(
		"these examples break their schema, and no action of specs/acme/overlay.yaml corrects that:\n" +
			"  /paths/a\n  /paths/b\n" + remedy))
	e := example.Entry{ID: "acme/start/200/one", Pointer: "/paths/a", Source: "page"}
	faults := []example.Fault{{Pointer: "/n", Want: "integer", Got: `"1"`}}
	gomega.Expect(explain(ledger.Schema, e, faults, correction("acme"))).To(gomega.HaveSuffix(
		"  expected integer\n  got      \"1\"\n  remedy   " + remedy + "\n"))
	gomega.Expect(explain(ledger.Client, e, faults, "")).To(gomega.HaveSuffix("  got      \"1\"\n"))
}

// The other reader counts the examples of a path item to which nothing refers once, and those of one
// to which a path refers where the path is.
func TestCountOfPathless(t *testing.T) {
	gomega.RegisterTestingT(t)
	const item = `{get: {operationId: %, responses: {"200": {description: OK, content: {application/json: ` +
		`{examples: {one: {value: {}}, two: {value: {}}}}}}}}}`
	text := []byte("openapi: 3.1.0\ninfo: {title: Acme, version: '1'}\n" +
		"paths: {/a: {$ref: '#/components/pathItems/CheckAll'}, /b: {$ref: \"#/components/pathItems/Check.2\"}}\n" +
		"components:\n  pathItems:\n")
	for _, name := range []string{"Check", "CheckAll", "Check.2"} {
		text = append(text, "    "+name+": "+strings.Replace(item, "%", "get"+name, 1)+"\n"...)
	}
	d, err := example.Parse("acme", text)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	gomega.Expect(d.Shown()).To(gomega.HaveLen(6))
	gomega.Expect(count(text)).To(gomega.Equal(6))
}
