package apply

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"example.com/digilocker/specs/document/documenttest"
)

func BenchmarkApply(b *testing.B) {
	documenttest.Grow(b, func(b *testing.B, _ int, folder string) {
		args := []string{"-specs", filepath.Join(folder, "specs"), "-gen", filepath.Join(folder, "gen")}
		for b.Loop() {
			if status := Run(args, nil, io.Discard, os.Stderr); status != 0 {
				b.Fatal(status)
			}
		}
	})
}
