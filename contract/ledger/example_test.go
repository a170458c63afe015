package ledger_test

import (
	"fmt"
	"os"
	"path/filepath"

	"example.com/digilocker/contract/ledger"
)

// What a run found is read from its report, by a program that decides what becomes of it.
func ExampleRead() {
	report, err := os.MkdirTemp("", "report") // in a job, the folder of the report
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(report) }()
	const found = `{"target": "sandbox", "doctor": [], "specs": {}, "differences": {}, "entries": [
		{"id": "acme/getStatus/200/pending", "provider": "acme", "checks": {"sandbox": "pass"}},
		{"id": "acme/getStatus/404/unknown", "provider": "acme", "checks": {"sandbox": "fail: /code"}}]}`
	if err := os.WriteFile(filepath.Join(report, "ledger.json"), []byte(found), 0o600); err != nil {
		panic(err)
	}

	l, err := ledger.Read(report)
	if err != nil {
		panic(err)
	}
	for _, e := range l.Entries {
		for check, state := range e.Checks {
			if state.Failed() {
				fmt.Printf("%s: the %s check says %s\n", e.ID, check, state)
			}
		}
	}
	// Output: acme/getStatus/404/unknown: the sandbox check says fail: /code
}
