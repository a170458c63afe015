package apply

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"example.com/digilocker/specs/document/documenttest"
)

func BenchmarkApply(b *testing.B) {
	for _, n := range documenttest.Sizes {
		b.Run(fmt.Sprintf("ops=%d", n), func(b *testing.B) {
			folder := documenttest.Write(b, n)
			args := []string{"-specs", filepath.Join(folder, "specs"), "-gen", filepath.Join(folder, "gen")}
			for b.Loop() {
				if status := Run(args, nil, io.Discard, os.Stderr); status != 0 {
					b.Fatal(status)
				}
			}
		})
	}
}
