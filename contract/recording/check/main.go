// Package check is the command scan. It searches the fixtures for secrets and personal data
// that redaction has missed, with a scanner that shares nothing with it, and the documents for
// what looks like a person, a number or a key.
//
//	scan [-accept] [FOLDER]
//
// The folder is contract/provider by default. Only files below a folder named fixtures are
// read; in the folder of a listed provider its own words for secrets and personal data are
// known too. What is found is reported by file, line and kind, and never shown. The exit status
// is 0 if nothing is found, 1 if something is, and 2 if the files cannot be read.
//
// Without a FOLDER the documents of each provider are searched too: its folder in specs, its
// effective document in gen, and its cases.yaml. There a value is nothing to report that
// accepted.tsv of the provider's folder lists, by its sum and its place: somebody has looked
// at it, and found it invented. -accept writes these files as the documents are now.
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
	"example.com/digilocker/specs/scan"
)

// Run runs the command with those arguments and returns its exit status. It reads no
// standard input.
func Run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("scan", flag.ContinueOnError)
	flags.SetOutput(stderr)
	accept := flags.Bool("accept", false, "take what the documents hold for looked at")
	flags.Usage = func() { fmt.Fprintln(stderr, "usage: scan [-accept] [FOLDER]") }
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
	if flags.NArg() > 0 {
		return 0
	}
	return runDocuments(ctx, *accept, stdout, stderr)
}

// runDocuments is Run for the documents.
func runDocuments(ctx context.Context, accept bool, stdout, stderr io.Writer) int {
	scanners, err := scannersOfAll()
	files, found := 0, 0
	for _, p := range providers.All {
		if err != nil {
			break
		}
		var some, more int
		some, more, err = scanDocuments(ctx, scanners[p.Name], p.Name, accept, stdout)
		files, found = files+some, found+more
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "scan:", err)
		return 2
	case found > 0:
		fmt.Fprintf(stderr, "scan: %d values in the documents that nobody has looked at; replace what may be real (replace in specs/<provider>/import.yaml, and make import), "+
			"and take the rest for looked at: go run ./contract/cmd/scan -accept\n", found)
		return 1
	}
	fmt.Fprintf(stdout, "%d documents hold nothing that looks like a person, a number or a key and was not looked at\n", files)
	return 0
}

// scannersOfAll are the scanners of the providers, by name.
func scannersOfAll() (map[string]*scan.Scanner, error) {
	all := map[string]*scan.Scanner{}
	for _, p := range providers.All {
		var err error
		if all[p.Name], err = scan.New(p.Hidden); err != nil {
			return nil, fmt.Errorf("provider %q: %w", p.Name, err)
		}
	}
	return all, nil
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
	scanners, err := scannersOfAll()
	if err != nil {
		return 0, 0, err
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
