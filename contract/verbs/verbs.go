// Package verbs is the command digilocker: what this module does at a terminal, a verb for each.
// All that the verbs need is built in, so that they work in any folder:
//
//	go run example.com/digilocker/contract/cmd/digilocker@latest contract -provider acme
//
// What a verb does, which flags it has and what its exit statuses mean stands in the package that
// does it, and behind -h. The exit status is 2 if the command was called wrongly.
package verbs

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"example.com/digilocker/adapters"
	"example.com/digilocker/adapters/eaadhaar/inspect"
	"example.com/digilocker/contract/changes"
	"example.com/digilocker/contract/runner"
	"example.com/digilocker/contract/shop"
	"example.com/digilocker/contract/simulator/serve"
	"example.com/digilocker/gen"
	"example.com/digilocker/gen/vendoring"
)

// The exit statuses that are not a verb's own.
const (
	clean  = 0
	failed = 1
	usage  = 2
)

// verb is a thing that the command does.
type verb struct {
	name, does string
	run        func(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int
}

// verbs are all of them, in the order in which a newcomer needs them.
func verbs() []verb {
	return []verb{
		{"simulator", "serve all providers on your own machine, consent page included", serve.Run},
		{"shop", "serve an example application, and a simulator behind it", shop.Run},
		{"contract", "check documents, clients and adapters, a simulator or a provider's sandbox", runner.Run},
		{"record", "keep what a sandbox answers, free of secrets and personal data", runner.Record},
		{"vendor", "copy a provider's client into your own module", vendor},
		{"changes", "say what changed, for the wire, the examples and Go callers", changes.Run},
		{"inspect", "show who signed a document of DigiLocker, and verify it", inspect.Run},
		{"version", "print the version of this command", version},
	}
}

// Run runs the verb that args begin with, and returns its exit status.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		_ = help(stderr) // where an error of writing could be told is what is written to
		return usage
	}
	switch args[0] {
	case "help":
		if len(args) > 1 { // help VERB
			return Run(ctx, []string{args[1], "-h"}, stdin, stdout, stderr)
		}
		fallthrough
	case "-h", "-help", "--help":
		if err := help(stdout); err != nil {
			fmt.Fprintln(stderr, "digilocker:", err)
			return failed
		}
		return clean
	case "-version", "--version":
		return version(ctx, nil, stdin, stdout, stderr)
	case runner.Suite:
		return runner.RunSuite(args[1:], stderr)
	}
	for _, v := range verbs() {
		if v.name == args[0] {
			return v.run(ctx, args[1:], stdin, stdout, stderr)
		}
	}
	fmt.Fprintf(stderr, "digilocker: there is no %q; there is %s. "+
		"Flags come behind the verb; digilocker -h says more\n",
		args[0], strings.Join(names(), ", "))
	return usage
}

// vendor copies what is built in, or lies in this module's tree, and says what that changes.
func vendor(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return vendoring.Run(ctx, args, stdin, stdout, stderr,
		vendoring.Parts{Gen: gen.Files, Adapters: adapters.Files, Changes: changes.Copies})
}

// names are those of the verbs.
func names() []string {
	var all []string
	for _, v := range verbs() {
		all = append(all, v.name)
	}
	return all
}

func help(w io.Writer) error {
	var b strings.Builder
	b.WriteString("usage: digilocker VERB [flags]\n\n")
	for _, v := range verbs() {
		fmt.Fprintf(&b, "  %-10s %s\n", v.name, v.does)
	}
	b.WriteString(`
digilocker VERB -h lists the flags of a verb. Nobody is called but a sandbox whose credentials are in
the environment (contract, record) and who is named for webhooks (simulator -webhook). simulator and
shop listen on your own machine, unless simulator -addr says otherwise.
`)
	_, err := io.WriteString(w, b.String())
	return err
}

// version prints what is known of the build: the module's version, where it was built from one.
func version(_ context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	switch {
	case len(args) == 1 && (args[0] == "-h" || args[0] == "--help"):
		fmt.Fprintln(stderr, "usage: digilocker version\nIt has no flags.")
		return clean
	case len(args) > 0:
		fmt.Fprintf(stderr, "version: %q means nothing here; it has no flags\n", args[0])
		return usage
	}
	module := "a build without a module"
	if info, ok := debug.ReadBuildInfo(); ok {
		module = info.Main.Path + " " + info.Main.Version
	}
	_, err := fmt.Fprintf(stdout, "%s, built with %s for %s/%s\n", module, runtime.Version(), runtime.GOOS,
		runtime.GOARCH)
	if err != nil {
		fmt.Fprintln(stderr, "version:", err)
		return failed
	}
	return clean
}
