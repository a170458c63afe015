package overlay_test

import (
	"path/filepath"
	"testing"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/document/documenttest"
	"example.com/digilocker/specs/overlay"
)

// What it costs to apply an overlay, beside reading its two files.
func BenchmarkEffective(b *testing.B) {
	dir := filepath.Join(documenttest.Write(b, 10), "specs", documenttest.Provider)
	b.Run("by=reading", func(b *testing.B) {
		for b.Loop() {
			for _, name := range []string{"openapi.yaml", "overlay.yaml"} {
				if _, err := document.Read(filepath.Join(dir, name)); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("by=overlay", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := overlay.Effective(dir); err != nil {
				b.Fatal(err)
			}
		}
	})
}
