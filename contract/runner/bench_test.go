package runner

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"example.com/digilocker/contract/ledger"
)

// The whole suite offline, as make contract runs it: linked, run and reported.
func BenchmarkSuite(b *testing.B) {
	b.Chdir(filepath.Join("..", ".."))
	report := b.TempDir()
	for b.Loop() {
		if status := Run(b.Context(), []string{"-report", report}, nil, io.Discard, os.Stderr); status != clean {
			b.Fatal("exit status ", status)
		}
	}
	text, err := os.ReadFile(filepath.Join(report, "ledger.json"))
	if err != nil {
		b.Fatal(err)
	}
	var l ledger.Ledger
	if err := json.Unmarshal(text, &l); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/float64(l.Checked()), "ms/check")
}
