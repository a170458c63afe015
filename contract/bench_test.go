package contract_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/specs/document/documenttest"
	"example.com/digilocker/specs/overlay"
)

// How judging every documented example grows: the schema check, what a request or an
// answer of its operation is made from, and whether the value is still itself after
// it was decoded and written again. As there is no client for an invented provider,
// it is decoded into a map, and nothing goes over HTTP.
func BenchmarkJudge(b *testing.B) {
	documenttest.Grow(b, func(b *testing.B, _ int, folder string) {
		root, _, err := overlay.Effective(filepath.Join(folder, "specs", documenttest.Provider))
		if err != nil {
			b.Fatal(err)
		}
		d, err := example.New(documenttest.Provider, root)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			for _, e := range d.Entries {
				if faults := judged(d, e); len(faults) > 0 {
					b.Fatal(e.ID, faults)
				}
			}
		}
	})
}

func judged(d *example.Document, e example.Entry) []example.Fault {
	op, found := d.Operation(e.Operation)
	if !found || len(op.Samples(e.Parameters)) == 0 || e.Direction == example.Response && (d.StatusOf(e) == 0 || d.AnyBody(op) == nil) {
		return []example.Fault{{Want: "an operation with parameters and a body", Got: e.Operation}}
	}
	var value map[string]json.RawMessage
	if err := json.Unmarshal(e.Value, &value); err != nil {
		return []example.Fault{{Want: "JSON", Got: err.Error()}}
	}
	return append(d.CheckSchema(e), judge.CheckValue(d, e, value)...)
}
