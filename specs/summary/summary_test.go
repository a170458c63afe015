package summary_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/digilocker/specs/summary"
)

func TestAdd(t *testing.T) {
	file := filepath.Join(t.TempDir(), "summary.md")
	t.Setenv("GITHUB_STEP_SUMMARY", file)
	for _, text := range []string{"# one\n", "two\n"} {
		if err := summary.Add(text); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil || string(text) != "# one\ntwo\n" {
		t.Errorf("it has %q (%v)", text, err)
	}
	t.Setenv("GITHUB_STEP_SUMMARY", filepath.Join(file, "below"))
	if summary.Add("three") == nil {
		t.Error("what cannot be written is no error")
	}
}

func TestAddElsewhere(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("GITHUB_STEP_SUMMARY", "")
	if err := summary.Add("one"); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("it wrote %v (%v)", left, err)
	}
}
