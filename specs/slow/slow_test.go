package slow_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"example.com/digilocker/specs/slow"
)

func TestStep(t *testing.T) {
	for name, step := range map[string]struct {
		takes time.Duration
		want  string
	}{
		"of a quick step nothing is said":     {slow.Patience - time.Millisecond, ""},
		"of a slow step it is said, and once": {10 * slow.Patience, "acme: merging ...\n"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // where time passes at once
				var out bytes.Buffer
				fault := errors.New("no")
				err := slow.Teller{Out: &out}.Step("acme: merging",
					func() error { time.Sleep(step.takes); return fault })
				if !errors.Is(err, fault) || out.String() != step.want {
					t.Errorf("it said %q, and returned %v", out.String(), err)
				}
				time.Sleep(2 * slow.Patience)
				if out.String() != step.want {
					t.Errorf("it said %q after the step", out.String())
				}
			})
		})
	}
}

func TestNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if err := (slow.Teller{}).Step("acme: merging",
			func() error { time.Sleep(2 * slow.Patience); return nil }); err != nil {
			t.Error(err)
		}
	})
}

func TestWatched(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "errors"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	if slow.Watched(file).Out != file || slow.Watched(new(bytes.Buffer)).Out != nil {
		t.Error("a file is watched, and nothing else")
	}
}
