package overlay_test

import (
	"path/filepath"
	"testing"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

// What it costs to apply an overlay, beside reading its two files.
func BenchmarkEffective(b *testing.B) {
	found, err := filepath.Glob(filepath.Join("..", "*", "overlay.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	if len(found) == 0 {
		b.Skip("no provider has an overlay")
	}
	dir := filepath.Dir(found[0])
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
