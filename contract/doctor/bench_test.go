package doctor_test

import (
	"fmt"
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

// How that grows. Where all operations reach the same schemas it grows faster, since it looks at
// all of them after each action; that takes minutes for the largest document, and is left out.
func BenchmarkDoctor(b *testing.B) {
	for _, n := range documenttest.Sizes {
		b.Run(fmt.Sprintf("components=own/ops=%d", n), func(b *testing.B) {
			specs := filepath.Join(documenttest.Write(b, n), "specs")
			for b.Loop() {
				d, err := doctor.Diagnose(specs, documenttest.Provider)
				if err != nil || len(d.Broken) != n*documenttest.Broken+1 {
					b.Fatal(err)
				}
			}
		})
	}
}
