// Package bench is the command bench. It runs the benchmarks and keeps what they print,
// for benchstat. It says how the figures relate to one another, and how uncertain that is:
// in percent where there are enough runs to tell, else as the smallest and the largest
// ratio that the runs allow.
//
//	bench [-bench REGEXP] [-count N] [-time D] [-report DIR] BENCHSTAT...
//
// It runs those of every package that has a bench_test.go. BENCHSTAT is the command
// that reads their results: medians and their uncertainty are its work.
//
// Names carry the rest. Benchmarks that differ in by=... alone do the same work in
// different ways: each is divided by the one before it. Those that differ in ops=...
// alone do ten times as much: the factor by which the time grows is divided by how
// much more there is to do, so that 1 is linear. Absolute times are in bench.txt
// alone, since they are those of one machine.
//
// A run that fails, or is interrupted, leaves the last bench.txt as it was.
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
	count := flags.String("count", strconv.Itoa(enough), "run each `n` times; under 6, benchstat knows no uncertainty")
	flags.DurationVar(&b.time, "time", 200*time.Millisecond, "run each for this `duration` at least")
	dir := flags.String("report", filepath.Join("contract", "report"), "the `folder` to write bench.txt to")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if flags.NArg() == 0 {
		fmt.Fprintln(stderr, "bench: say by which command benchstat runs, or use make bench")
		return 2
	}
	var err error
	if b.count, err = strconv.Atoi(*count); err != nil || b.count < 1 {
		fmt.Fprintf(stderr, "bench: COUNT=%s is no number of runs; say COUNT=%d\n", *count, enough)
		return 2
	}
	if _, err := regexp.Compile(b.pattern); err != nil {
		fmt.Fprintf(stderr, "bench: BENCH=%s is no regular expression (%v); say BENCH=Call, or nothing for all\n", b.pattern, err)
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
	err = document.WriteFile(file, raw)
	var text string
	if err == nil {
		text, err = ratios(ctx, flags.Args(), file, raw)
	}
	if err == nil {
		text += fmt.Sprintf("\nmedians of %d runs; all figures, for benchstat: %s\n", b.count, file)
		if b.count < enough {
			text += fmt.Sprintf("bench: COUNT=%d is too few to tell; say COUNT=%d or more\n", b.count, enough)
		}
		_, err = io.WriteString(stdout, text)
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 1
	}
	return 0
}

// enough is how many runs benchstat needs to say how far off a median may be.
const enough = 6

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
	var raw bytes.Buffer
	for line := range strings.Lines(string(list)) {
		pkg, dir, owner := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !owner {
			continue // what the template leaves of a package without any
		}
		fmt.Fprintln(progress, "bench:", pkg)
		if _, err := output(exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, pkg)); err != nil {
			return nil, err
		}
		for range b.count { // not -test.count, so that what else the machine does meets all of them
			test := exec.CommandContext(ctx, binary, "-test.run=^$", "-test.bench="+b.pattern, "-test.benchmem", "-test.benchtime="+b.time.String())
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

// ratios has benchstat read the file, which holds raw, and makes a table of what it says.
func ratios(ctx context.Context, benchstat []string, file string, raw []byte) (string, error) {
	args := slices.Concat(benchstat[1:], []string{"-format", "csv", "-filter", ".unit:sec/op", "-table", "", file})
	csv, err := output(exec.CommandContext(ctx, benchstat[0], args...))
	if err != nil {
		return "", err
	}
	figures, err := read(bytes.NewReader(csv))
	if err != nil {
		return "", err
	}
	if len(figures) == 0 {
		return "", errors.New("benchstat finds no times in " + file)
	}
	return table(figures, measured(raw)), nil
}
