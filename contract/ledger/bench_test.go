package ledger_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/ledger/page"
	"example.com/digilocker/specs/document/documenttest"
	"example.com/digilocker/specs/overlay"
)

// What a run makes of its results: the ledger, as JSON and as a page.
func BenchmarkLedger(b *testing.B) {
	documenttest.Grow(b, func(b *testing.B, _ int, folder string) {
		docs := synthetic(b, folder)
		for b.Loop() {
			l := filled(b, docs)
			if _, err := json.MarshalIndent(l, "", " "); err != nil {
				b.Fatal(err)
			}
			if _, err := page.HTML(l, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// synthetic is an invented provider's document, in the folder that [documenttest.Write] makes.
func synthetic(tb testing.TB, folder string) []*example.Document {
	tb.Helper()
	root, _, err := overlay.Effective(filepath.Join(folder, "specs", documenttest.Provider))
	if err != nil {
		tb.Fatal(err)
	}
	d, err := example.New(documenttest.Provider, root)
	if err != nil {
		tb.Fatal(err)
	}
	return []*example.Document{d}
}

// filled is the ledger of docs after a run in which each check passed.
func filled(tb testing.TB, docs []*example.Document) *ledger.Ledger {
	tb.Helper()
	l := ledger.New("offline", docs)
	for _, d := range docs {
		for _, e := range d.Entries {
			for _, c := range ledger.Checks {
				if ledger.NotApplicable(c, e.Direction) != "" || c == ledger.Sandbox {
					continue
				}
				l.Count(d.Provider, "passed")
				if err := l.Set(ledger.Result{ID: e.ID, Check: c, State: ledger.Pass}); err != nil {
					tb.Fatal(err)
				}
			}
		}
	}
	return l
}
