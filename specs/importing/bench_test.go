package importing

import (
	"path/filepath"
	"testing"

	"example.com/digilocker/specs/document/documenttest"
)

func BenchmarkImport(b *testing.B) {
	documenttest.Grow(b, func(b *testing.B, _ int, folder string) {
		for b.Loop() {
			if err := importWritten(folder); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// importWritten imports what [documenttest.Write] wrote to the folder.
func importWritten(folder string) error {
	files := []string{filepath.Join(folder, "published.yaml")}
	_, err := importProvider(filepath.Join(folder, "specs"), request{provider: documenttest.Provider, files: files})
	return err
}
