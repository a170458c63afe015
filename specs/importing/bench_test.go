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
			for b.Loop() {
				if err := importWritten(folder); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// importWritten imports what [documenttest.Write] wrote to the folder.
func importWritten(folder string) error {
	files := []string{filepath.Join(folder, "published.yaml")}
	_, err := importProvider(filepath.Join(folder, "specs"), request{provider: documenttest.Provider, files: files})
	return err
}
