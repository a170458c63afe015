// Package importing turns what a provider publishes into specs/<provider>/openapi.yaml.
//
//	import [-specs DIR] PROVIDER FILE...
//
// The files are OpenAPI 3.0 or 3.1 documents, YAML or JSON, or documentation
// pages with such a document in a fenced block. Which of their operations to
// take, and which publication wins where two disagree, is written in
// specs/<provider>/import.yaml; each file is recognised there by its sha256.
//
// Facts are kept (paths, names, types, enums, examples, servers, security,
// licence), prose is dropped. The same sources always give the same bytes.
// A fault in the input ends the command with status 2 and nothing written.
package importing

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"sort"
	"strings"

	"example.com/digilocker/specs/document"
)

// Run does what the command's arguments say, and returns its exit status: 0, or 2 if it
// was called wrongly or a source has a fault. It reads nothing from its input.
func Run(args []string, _ io.Reader, out, errs io.Writer) int {
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	flags.SetOutput(errs)
	specs := flags.String("specs", "specs", "the `folder` that holds a folder for each provider")
	flags.Usage = func() {
		fmt.Fprintln(errs, "usage: import [-specs DIR] PROVIDER FILE...")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if flags.NArg() < 2 {
		fmt.Fprintln(errs, "import: name a provider and at least one published file, as in: make import PROVIDER=acme FROM=\"create.md all.json\"")
		return 2
	}
	report, err := importProvider(*specs, flags.Arg(0), flags.Args()[1:])
	if err != nil {
		fmt.Fprintln(errs, "import:", err)
		return 2
	}
	fmt.Fprint(out, report)
	return 0
}

// importProvider writes specs/<provider>/openapi.yaml from files and says what
// it did.
func importProvider(specs, provider string, files []string) (string, error) {
	m, err := readManifest(specs, provider)
	if err != nil {
		return "", err
	}
	pubs, err := readPublications(m, files)
	if err != nil {
		return "", err
	}
	merged, err := merge(m, pubs)
	if err != nil {
		return "", err
	}
	out, err := document.Seal(merged.root, m.header())
	if err != nil {
		return "", err
	}
	target := filepath.Join(specs, provider, "openapi.yaml")
	if err := document.WriteFile(target, out); err != nil {
		return "", err
	}
	return merged.report(provider, target, len(pubs)), nil
}

// providers lists the folders below specs that have an import.yaml.
func providers(specs string) []string {
	found, _ := filepath.Glob(filepath.Join(specs, "*", "import.yaml")) // the pattern is well formed
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = filepath.Base(filepath.Dir(f))
	}
	sort.Strings(names)
	return names
}

func quoted(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(q, ", ")
}
