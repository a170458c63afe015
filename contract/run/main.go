// Command run executes the contract suite and says what came of it: a line for
// each provider, the totals, and where the report lies.
//
//	run [-provider NAME] [-target offline|simulator] [-report DIR]
//
// Its exit status is 0 when all is well, 1 when a check failed and 2 when it was
// called wrongly.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/contract/examples"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/specs/document"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// The exit statuses.
const (
	clean  = 0
	failed = 1
	usage  = 2
)

// toCome are targets that are not built yet, named so that asking for one says so.
var toCome = []string{"fixtures", "sandbox"}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(stderr)
	provider := flags.String("provider", "", "only this `provider`; all if empty")
	target := flags.String("target", "offline", "what to run `against`")
	dir := flags.String("report", filepath.Join("contract", "report"), "the `folder` to write the report to")
	if err := flags.Parse(args); err != nil {
		return usage
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "contract: %q means nothing here; narrow with PROVIDER=\n", flags.Arg(0))
		return usage
	}
	docs, err := examples.ReadAll("gen")
	if err != nil {
		fmt.Fprintln(stderr, "contract:", err)
		return usage
	}
	var names []string
	for _, d := range docs {
		names = append(names, d.Provider)
	}
	if !ledger.Target(*target) {
		if slices.Contains(toCome, *target) {
			fmt.Fprintf(stderr, "contract: TARGET=%s is not built yet; TARGET=offline and TARGET=simulator are\n", *target)
		} else {
			fmt.Fprintf(stderr, "contract: there is no TARGET=%s; there is TARGET=offline and TARGET=simulator\n", *target)
		}
		return usage
	}
	if *provider != "" && !slices.Contains(names, *provider) {
		fmt.Fprintf(stderr, "contract: there is no PROVIDER=%s; there is %s\n", *provider, strings.Join(names, ", "))
		return usage
	}
	if err := suite(ctx, *provider, *target, *dir, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "contract:", err)
		return failed
	}
	return clean
}

// suite runs the specs and prints what they wrote.
func suite(ctx context.Context, provider, target, dir string, stdout, stderr io.Writer) error {
	// The suite writes into a folder of its own, so that an interrupted run leaves
	// the last report as it was.
	full, err := os.MkdirTemp("", "contract")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(full) }()
	name := "ledger.json"
	args := []string{"test", "./contract", "-count=1", "-ginkgo.no-color", "-report=" + full, "-target=" + target}
	var labels []string
	if provider != "" {
		labels = append(labels, provider)
	}
	if target != "offline" {
		labels = append(labels, target)
	}
	if labels != nil {
		name = "ledger.partial.json"
		args = append(args, "-ginkgo.label-filter="+strings.Join(labels, " && "))
	}
	file := filepath.Join(full, name)
	start := time.Now()
	test := exec.CommandContext(ctx, "go", args...)
	var output bytes.Buffer
	test.Stdout, test.Stderr = &output, &output
	failure := test.Run()
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted; %s is as it was", dir)
	}
	took := time.Since(start)
	if failure != nil {
		fmt.Fprintln(stderr, withoutDots(output.String()))
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("the suite did not come to its report (%w)", failure)
	}
	l := new(ledger.Ledger)
	if err := json.Unmarshal(text, l); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if err := keep(full, dir); err != nil {
		return err
	}
	if err := l.Print(stdout); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d checks in %.1f s; report: %s, junit.xml\n", l.Checked(), took.Seconds(), filepath.Join(dir, name))
	if failure != nil {
		return errors.New("a check failed, see above")
	}
	return nil
}

// keep moves the files of a finished report to where it belongs.
func keep(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			return err
		}
		if err := document.WriteFile(filepath.Join(to, f.Name()), data); err != nil {
			return err
		}
	}
	return nil
}

// withoutDots leaves out the lines in which Ginkgo shows its progress.
func withoutDots(output string) string {
	var b strings.Builder
	for line := range strings.Lines(output) {
		if strings.Trim(line, "•S\n") != "" {
			b.WriteString(line)
		}
	}
	return b.String()
}
