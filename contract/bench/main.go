// Package bench is the command bench. It runs the benchmarks and keeps what they print, in the
// form that benchstat compares. It says how the figures relate to one another: the median of the
// runs, and the smallest and the largest.
//
//	bench [-bench REGEXP] [-count N] [-time D] [-report DIR] [-accept FILE]
//
// It runs those of every package that has a bench_test.go; those of growth, which take long,
// twice at most.
//
// Names carry the rest. Benchmarks that differ in by=... alone do the same work in different
// ways: each is divided by the one before it, of the same run. Those that differ in ops=...
// alone do ten times as much: the factor by which the time grows is divided by how much more
// there is to do, so that 1 is linear. What a benchmark reports in a unit of two words, such
// as client/hand, is a ratio that it made itself. Absolute times are in bench.txt alone, since
// they are those of one machine.
//
// With -accept it also writes the table of contract/docs/speed.md, with the date and the machine. A run that
// fails, or is interrupted, leaves that and the last bench.txt as they were.
package bench

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/specs/document"
)

// Run runs the command with those arguments and returns its exit status. It reads nothing.
func Run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var b benches
	flags.StringVar(&b.pattern, "bench", ".", "run the benchmarks that match this `regexp`")
	count := flags.String("count", "6", "run each `n` times; those of growth twice at most")
	flags.DurationVar(&b.time, "time", 200*time.Millisecond, "run each for this `duration` at least")
	dir := flags.String("report", filepath.Join("contract", "report"), "the `folder` to write bench.txt to")
	accepting := flags.String("accept", "", "write the table in this `file`, contract/docs/speed.md")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "bench: %q means nothing here; narrow with -bench\n", flags.Arg(0))
		return 2
	}
	var err error
	if b.count, err = strconv.Atoi(*count); err != nil || b.count < 1 {
		fmt.Fprintf(stderr, "bench: COUNT=%s is no number of runs; say COUNT=6\n", *count)
		return 2
	}
	if _, err := regexp.Compile(b.pattern); err != nil {
		fmt.Fprintf(stderr, "bench: BENCH=%s is no regular expression (%v); say BENCH=Call, or nothing for all\n", b.pattern, err)
		return 2
	}
	if *accepting != "" && b.pattern != "." {
		fmt.Fprintln(stderr, "bench: the table is of all benchmarks; leave BENCH away, or ACCEPT")
		return 2
	}
	if err := document.Writable(*dir); err != nil {
		fmt.Fprintf(stderr, "bench: no figures can be written to %s: %v; -report names another folder\n", *dir, err)
		return 2
	}
	raw, err := b.all(ctx, stderr)
	if err == nil && !bytes.Contains(raw, []byte("\nBenchmark")) {
		err = fmt.Errorf("no benchmark matches %q", b.pattern)
	}
	file := filepath.Join(*dir, "bench.txt")
	switch {
	case ctx.Err() != nil:
		fmt.Fprintf(stderr, "bench: interrupted; %s is as it was\n", file)
		return 1
	case err != nil:
		fmt.Fprintf(stderr, "bench: %v; %s is as it was\n", err, file)
		return 1
	}
	all, err := ratios(raw)
	var page []byte // made before anything is written: a row may have no figure
	if err == nil && *accepting != "" {
		page, err = accepted(*accepting, all, raw, time.Now())
	}
	if err == nil {
		err = document.WriteFile(file, raw)
	}
	if err == nil && *accepting != "" {
		err = document.WriteFile(*accepting, page)
	}
	if err == nil {
		_, err = fmt.Fprintf(stdout, "%s\nmedians of %d runs, and the smallest and the largest; all figures: %s\n",
			table(all), b.count, file)
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 1
	}
	return 0
}

// growth is how the benchmarks of growth are told by their names, and growthRuns how often they are
// run at most: the largest document takes some of them twenty seconds.
const (
	growth     = "components="
	growthRuns = 2
)

// benches are the benchmarks to run, and how.
type benches struct {
	pattern string
	count   int
	time    time.Duration
}

// all runs them, package by package, and returns what they print. Each is built and
// then run by itself: an interrupt that reaches this process alone would not reach
// what go test starts.
func (b benches) all(ctx context.Context, progress io.Writer) ([]byte, error) {
	const owners = `{{range .TestGoFiles}}{{if eq . "bench_test.go"}}{{$.ImportPath}}{{"\t"}}{{$.Dir}}{{end}}{{end}}` +
		`{{range .XTestGoFiles}}{{if eq . "bench_test.go"}}{{$.ImportPath}}{{"\t"}}{{$.Dir}}{{end}}{{end}}`
	list, err := output(exec.CommandContext(ctx, "go", "list", "-f", owners, "./..."))
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	binary := filepath.Join(tmp, "bench.test")
	owned := slices.DeleteFunc(strings.Split(string(list), "\n"), func(line string) bool {
		return !strings.Contains(line, "\t") // what the template leaves of a package without any
	})
	var raw bytes.Buffer
	for n, line := range owned {
		pkg, dir, _ := strings.Cut(line, "\t")
		fmt.Fprintf(progress, "bench: %s, %d of %d packages ...\n", pkg, n+1, len(owned))
		if _, err := output(exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, pkg)); err != nil {
			return nil, err
		}
		for i := range b.count { // not -test.count, so that what else the machine does meets all of them
			test := exec.CommandContext(ctx, binary, "-test.run=^$", "-test.bench="+b.pattern, "-test.benchmem", "-test.benchtime="+b.time.String())
			if i >= growthRuns {
				test.Args = append(test.Args, "-test.skip=/"+growth)
			}
			test.Dir = dir
			text, err := output(test)
			if err != nil {
				return nil, err
			}
			raw.Write(text)
		}
	}
	return raw.Bytes(), nil
}

// output is what a command prints; if it fails, what it complains of is the error.
func output(command *exec.Cmd) ([]byte, error) {
	var complaint bytes.Buffer
	command.Stderr = &complaint
	text, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s%s", filepath.Base(command.Path), err, text, complaint.Bytes())
	}
	return text, nil
}
