package doctor_test

import (
	"path/filepath"
	"testing"

	"example.com/digilocker/contract/doctor"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/specs/document/documenttest"
)

// The example doctor's work on all providers.
func BenchmarkDiagnose(b *testing.B) {
	specs := filepath.Join("..", "..", "specs")
	for b.Loop() {
		for _, p := range providers.All {
			if _, err := doctor.Diagnose(specs, p.Name); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// How that grows.
func BenchmarkDoctor(b *testing.B) {
	documenttest.Grow(b, func(b *testing.B, n int, folder string) {
		specs := filepath.Join(folder, "specs")
		for b.Loop() {
			d, err := doctor.Diagnose(specs, documenttest.Provider)
			if err != nil || len(d.Broken) != n*documenttest.Broken+1 {
				b.Fatal(err)
			}
		}
	})
}
