// Package apply writes the effective document of each provider: what the provider
// publishes (openapi.yaml) with our word on it (overlay.yaml).
//
//	apply [-specs DIR] [-gen DIR] [PROVIDER...]
//
// Without a provider it writes the documents of all of them. The result goes to
// gen/<provider>api/openapi.gen.yaml, in one step. A fault in an overlay ends
// the command with status 2; it names the action and writes nothing for any
// provider. So do names that clash in Go, by the settings of the client in
// gen/<provider>api/cfg.yaml: all of them are told at once, each with the action
// of the overlay that cures it, and the client of before stays.
package apply

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/gonames"
	"example.com/digilocker/specs/overlay"
	"example.com/digilocker/specs/slow"
)

// Run does what the command's arguments say, and returns its exit status: 0, or 2 if it
// was called wrongly or a document cannot be made. It reads nothing from its input.
func Run(args []string, _ io.Reader, out, errs io.Writer) int {
	flags := flag.NewFlagSet("apply", flag.ContinueOnError)
	flags.SetOutput(errs)
	specs := flags.String("specs", "specs", "the `folder` that holds a folder for each provider")
	gen := flags.String("gen", "gen", "the `folder` that holds a package for each provider")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	names := flags.Args()
	if len(names) == 0 {
		found, _ := filepath.Glob(filepath.Join(*specs, "*", "openapi.yaml")) // the pattern is well formed
		for _, f := range found {
			names = append(names, filepath.Base(filepath.Dir(f)))
		}
	}
	if len(names) == 0 {
		fmt.Fprintf(errs, "apply: there is no %s\n", filepath.Join(*specs, "*", "openapi.yaml"))
		return 2
	}
	type result struct {
		path string
		data []byte
	}
	var results []result
	var report strings.Builder
	clash := false
	for _, name := range names {
		var root *yaml.Node
		var o *overlay.Overlay
		var data []byte
		err := slow.Watched(errs).Step("apply: applying the overlay of "+name, func() (err error) {
			if root, o, err = overlay.Effective(filepath.Join(*specs, name)); err != nil {
				return err
			}
			data, err = document.Marshal(root, fmt.Sprintf(
				"The effective document: what %s publishes (openapi.yaml) with our word on it (overlay.yaml). "+
					"Written by specs/apply: never edited.", name))
			return err
		})
		if err != nil {
			fmt.Fprintln(errs, "apply:", err)
			return 2
		}
		words, settings := filepath.Join(*specs, name, "overlay.yaml"), filepath.Join(*gen, name+"api", "cfg.yaml")
		if err := slow.Watched(errs).Step("apply: looking for names of "+name+" that clash in Go", func() error {
			return clashes(root, words, settings)
		}); err != nil {
			fmt.Fprintf(errs, "apply: %s: %v\n", name, err)
			clash = true
			continue
		}
		results = append(results, result{filepath.Join(*gen, name+"api", "openapi.gen.yaml"), data})
		fmt.Fprintf(&report, "%s: %d overlay actions applied, answering %d differences\n", name, len(o.Actions), len(o.Differences()))
	}
	if clash {
		return 2
	}
	for _, r := range results {
		if err := os.MkdirAll(filepath.Dir(r.path), 0o755); err != nil {
			fmt.Fprintln(errs, "apply:", err)
			return 2
		}
		if err := document.WriteFile(r.path, r.data); err != nil {
			fmt.Fprintln(errs, "apply:", err)
			return 2
		}
	}
	fmt.Fprint(out, report.String())
	return 0
}

// clashes says which names of the document clash in a client that is made by the settings, if
// there are settings.
func clashes(root *yaml.Node, overlay, settings string) error {
	text, err := os.ReadFile(settings)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	found, err := gonames.Clashes(root, text)
	if err != nil {
		return fmt.Errorf("%w; correct the document by an action of %s", err, overlay)
	}
	return gonames.Refused(found, overlay)
}
