package importing

import (
	"fmt"
	"path/filepath"
	"testing"

	"example.com/digilocker/specs/document/documenttest"
)

func BenchmarkImport(b *testing.B) {
	for _, n := range documenttest.Sizes {
		b.Run(fmt.Sprintf("ops=%d", n), func(b *testing.B) {
			folder := documenttest.Write(b, n)
			specs, files := filepath.Join(folder, "specs"), []string{filepath.Join(folder, "published.yaml")}
			for b.Loop() {
				if _, err := importProvider(specs, request{provider: documenttest.Provider, files: files}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
