package documenttest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// Growth is how much more work there is for ten times the operations, over ten: 1 is
// linear, 10 is quadratic. work measures it for that many.
func Growth(operations int, work func(operations int) float64) float64 {
	return work(10*operations) / work(operations) / 10
}

// Allocated is how many bytes do allocates, whatever else the machine has to do:
// what is copied again and again shows here.
func Allocated(do func()) float64 {
	do() // what is made once for all does not count
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

// work is the variable that tells a program of Steps how much to do.
const work = "DOCUMENTTEST_WORK"

// Steps counts the statements of packages that a test comes through, whatever else the
// machine has to do: what is only looked through allocates nothing, but shows here. The
// test is one of the package in the current folder, and asks Work how much to do. It is
// built on its own, since a program counts statements only if it is built for that.
// A search that a package leaves to another one is one step, if packages has not that one.
func Steps(tb testing.TB, test string, packages ...string) func(operations int) float64 {
	tb.Helper()
	program := filepath.Join(tb.TempDir(), "steps.test")
	command(tb, exec.CommandContext(tb.Context(), "go", "test", "-c", "-covermode=count", "-coverpkg="+strings.Join(packages, ","), "-o", program, "."))
	return func(operations int) float64 {
		tb.Helper()
		profile := filepath.Join(tb.TempDir(), "profile")
		c := exec.CommandContext(tb.Context(), program, "-test.run=^"+test+"$", "-test.coverprofile="+profile)
		c.Env = append(os.Environ(), work+"="+strconv.Itoa(operations))
		command(tb, c)
		text, err := os.ReadFile(profile)
		if err != nil {
			tb.Fatal(err)
		}
		steps := 0.0
		for line := range strings.Lines(string(text)) { // file:from,to statements times
			fields := strings.Fields(line)
			if len(fields) != 3 {
				continue // the mode
			}
			statements, err := strconv.ParseFloat(fields[1], 64)
			if err != nil {
				tb.Fatal(err)
			}
			times, err := strconv.ParseFloat(fields[2], 64)
			if err != nil {
				tb.Fatal(err)
			}
			steps += statements * times
		}
		return steps
	}
}

// Work is how many operations the test shall work on. It skips one that nobody counts.
func Work(t *testing.T) (operations int) {
	t.Helper()
	operations, err := strconv.Atoi(os.Getenv(work))
	if err != nil {
		t.Skip("its steps are counted by another test")
	}
	return operations
}

func command(tb testing.TB, c *exec.Cmd) {
	tb.Helper()
	if said, err := c.CombinedOutput(); err != nil {
		tb.Fatalf("%s: %v\n%s", c, err, said)
	}
}
