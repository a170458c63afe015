package kyctest_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"example.com/digilocker/adapters/kyc/kyctest"
)

// wrong says that s fails at that check, with a message that says these things and none of
// what must stay hidden.
func wrong(t *testing.T, s kyctest.Subject, check string, says ...string) {
	t.Helper()
	for _, c := range kyctest.Checks(s) {
		if c.Group+" "+c.Name != check {
			continue
		}
		r := run(t, c)
		all := strings.Join(r.failures, "\n")
		if all == "" {
			t.Fatalf("the check passed, or was skipped: %q", r.skipped)
		}
		for _, part := range says {
			if !strings.Contains(all, part) {
				t.Errorf("the failure does not say %q:\n%s", part, all)
			}
		}
		shows(t, r)
		return
	}
	t.Fatalf("there is no check %q", check)
}

// shows says that no failure shows what must stay hidden.
func shows(t *testing.T, r *recorder) {
	t.Helper()
	for _, failure := range r.failures {
		for _, hidden := range []string{acmeKey, "Invented", "Zzyzx", "127.0.0.1"} {
			if strings.Contains(failure, hidden) {
				t.Errorf("the failure shows what must stay hidden:\n%s", failure)
			}
		}
	}
}

// recorder takes the failures of a check.
type recorder struct {
	testing.TB
	failures []string
	skipped  string
	cleanups []func()
}

// run runs a check as a test of its own.
func run(t *testing.T, c kyctest.Check) *recorder {
	r := &recorder{TB: t}
	done := make(chan bool)
	go func() { // which FailNow and Skip end
		defer close(done)
		defer func() {
			for _, f := range slices.Backward(r.cleanups) {
				f()
			}
		}()
		c.Run(r)
	}()
	<-done
	return r
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) FailNow()                          { runtime.Goexit() }
func (r *recorder) Fatal(args ...any)                 { r.Errorf("%s", fmt.Sprint(args...)); r.FailNow() }
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...); r.FailNow() }
func (r *recorder) Skip(args ...any)                  { r.skipped = fmt.Sprint(args...); runtime.Goexit() }
func (r *recorder) Skipf(format string, args ...any)  { r.Skip(fmt.Sprintf(format, args...)) }
