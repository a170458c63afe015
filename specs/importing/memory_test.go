//go:build unix

package importing

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"example.com/digilocker/specs/document/documenttest"
)

// toImport is the variable by which BenchmarkImportMemory tells TestImportAlone what to import.
const toImport = "IMPORTING_TEST_FOLDER"

// TestImportAlone imports in a process of its own, whose memory is then that of the import.
func TestImportAlone(t *testing.T) {
	folder := os.Getenv(toImport)
	if folder == "" {
		t.Skip("it is for BenchmarkImportMemory")
	}
	if err := importWritten(folder); err != nil {
		t.Fatal(err)
	}
}

// How much memory the import of a large document takes at its most, beside the size of what
// is published.
func BenchmarkImportMemory(b *testing.B) {
	folder := documenttest.Write(b, documenttest.Sizes[len(documenttest.Sizes)-1])
	published, err := os.Stat(filepath.Join(folder, "published.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	peak := int64(0) // bytes
	for b.Loop() {
		child := exec.Command(os.Args[0], "-test.run", "^TestImportAlone$")
		child.Env = append(os.Environ(), toImport+"="+folder)
		if said, err := child.CombinedOutput(); err != nil {
			b.Fatal(err, string(said))
		}
		usage, ok := child.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			b.Skip("the system does not say how much memory a process took")
		}
		size := usage.Maxrss
		if runtime.GOOS == "linux" {
			size <<= 10 // which says it in KiB
		}
		peak = max(peak, size)
	}
	b.ReportMetric(float64(peak)/float64(published.Size()), "memory/document")
}
