// Package check is the command scan. It searches the fixtures for secrets and personal data
// that redaction has missed, with a scanner that shares nothing with it.
//
//	scan [FOLDER]
//
// The folder is contract/provider by default. Only files below a folder named fixtures are
// read; in the folder of a listed provider its own words for secrets and personal data are
// known too. What is found is reported by file, line and kind, and never shown. The exit status
// is 0 if nothing is found, 1 if something is, and 2 if the fixtures cannot be read.
package check

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/recording/redact"
	"example.com/digilocker/contract/recording/scan"
)

// Run runs the command with those arguments and returns its exit status. It reads no
// standard input.
func Run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("scan", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprintln(stderr, "usage: scan [FOLDER]") }
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if flags.NArg() > 1 {
		fmt.Fprintln(stderr, "scan: name one folder at most")
		return 2
	}
	dir := cmp.Or(flags.Arg(0), filepath.Join("contract", "provider"))
	files, found, err := scanAll(ctx, dir, stdout)
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "scan:", err)
		return 2
	case files == 0 && flags.NArg() > 0:
		fmt.Fprintf(stderr, "scan: %s has no fixtures; name a folder with fixtures/ in it\n", dir)
		return 2
	case found > 0:
		fmt.Fprintf(stderr, "scan: %d secrets or personal data in %s; a rule of contract/recording/redact must replace them: then make record writes the files anew\n", found, dir)
		return 1
	}
	fmt.Fprintf(stdout, "%d fixtures hold no secret and no personal data that the scanner knows\n", files)
	return 0
}

// scanAll prints what is found in the fixtures below dir, and counts both.
func scanAll(ctx context.Context, dir string, stdout io.Writer) (files, found int, err error) {
	var values []json.RawMessage
	for _, p := range providers.All {
		d, err := p.Parse()
		if err != nil {
			return 0, 0, err
		}
		values = append(values, d.Values()...)
	}
	public, err := redact.Published(values...)
	if err != nil {
		return 0, 0, err
	}
	scanners := map[string]*scan.Scanner{} // by provider
	for _, p := range providers.All {
		if scanners[p.Name], err = scan.New(p.Hidden); err != nil {
			return 0, 0, fmt.Errorf("provider %q: %w", p.Name, err)
		}
	}
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || e.IsDir() || !strings.Contains(filepath.ToSlash(path), "/fixtures/") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, f := range scannerOf(scanners, path).Find(text, func(value string) bool { return public[value] }) {
			found++
			fmt.Fprintf(stdout, "%s:%d: %s\n", path, f.Line, f.Kind)
		}
		return nil
	})
	return files, found, err
}

// scannerOf is that of the provider in whose folder the file lies: <provider>/fixtures/. A
// file of none of them gets the scanner that knows no provider.
func scannerOf(scanners map[string]*scan.Scanner, file string) *scan.Scanner {
	folders := strings.Split(filepath.ToSlash(file), "/")
	for i, folder := range slices.Backward(folders[:len(folders)-1]) {
		if s := scanners[folder]; s != nil && folders[i+1] == "fixtures" {
			return s
		}
	}
	return new(scan.Scanner)
}
