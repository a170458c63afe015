// Package published says whether what was imported is still what the providers publish.
//
//	published [-specs DIR] [-provider NAME]
//
// It fetches each publication that specs/<provider>/import.yaml lists, from file or else from url,
// and prints a line for each: its sum is the same; it has changed, with or without the facts that
// were taken; it has moved; it is gone; it cannot be reached; or nothing can be judged, and why.
// For what is not the same a line below says what to do. GITHUB_STEP_SUMMARY gets it as a table.
//
// It asks for https alone, sends no cookies, follows five redirects, and takes 8 MiB and a minute
// for each. One after the other is asked for, once.
//
// Its exit status is 0 if nothing has changed of what was taken; 1 if something has, was moved for
// good or is gone, and after an interrupt; 2 if it was called wrongly; and 4 if nothing could be
// judged, such as without a network.
package published

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"example.com/digilocker/specs/importing"
	"example.com/digilocker/specs/slow"
	"example.com/digilocker/specs/summary"
)

// The exit statuses.
const (
	same    = 0
	changed = 1
	usage   = 2
	unknown = 4
)

// Run does what the command's arguments say, and returns its exit status. It reads nothing.
func Run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	return run(ctx, http.DefaultTransport, args, stdout, stderr)
}

// run is Run by a transport.
func run(ctx context.Context, transport http.RoundTripper, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("published", flag.ContinueOnError)
	flags.SetOutput(stderr)
	specs := flags.String("specs", "specs", "the `folder` that holds a folder for each provider")
	provider := flags.String("provider", "", "only this `provider`; all if empty")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return same
	} else if err != nil {
		return usage
	}
	wrong := func(err error) int {
		fmt.Fprintln(stderr, "published:", err)
		return usage
	}
	if flags.NArg() > 0 {
		return wrong(fmt.Errorf("%q means nothing here; -provider names a provider", flags.Arg(0)))
	}
	list, err := importing.Publications(*specs, *provider)
	if err != nil {
		return wrong(err)
	}
	if len(list) == 0 {
		return wrong(fmt.Errorf("no import.yaml below %s lists a publication", *specs))
	}
	f := fetcher{transport: transport, limit: 8 << 20, patience: time.Minute}
	found := make([]finding, len(list))
	for i, p := range list {
		what := fmt.Sprintf("published: fetching %s (%s)", p.Address(), p.Provider)
		_ = slow.Watched(stderr).Step(what, func() error {
			found[i] = f.find(ctx, *specs, p)
			return nil
		})
		if ctx.Err() != nil {
			fmt.Fprintln(stderr, "published: interrupted")
			return changed
		}
	}
	if err := tell(stdout, found); err != nil {
		return wrong(err)
	}
	return status(found)
}

// status is the exit status for what was found.
func status(found []finding) int {
	best := unknown
	for _, f := range found {
		switch f.state {
		case changedFacts, moved, gone:
			return changed
		case asImported, otherBytes, there:
			best = same
		}
	}
	return best
}

// tell prints what was found, and writes it to the summary of a step on GitHub.
func tell(stdout io.Writer, found []finding) error {
	var text, table bytes.Buffer
	columns := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	table.WriteString("### Publications\n\n| provider | source | | |\n|---|---|---|---|\n")
	cell := strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;")
	counts := map[state]int{}
	var remedies []string
	for _, f := range found {
		counts[f.state]++
		fmt.Fprintf(columns, "%s\t%s\t%s\t%s\n", f.Provider, f.Name, f.state, f.detail)
		fmt.Fprintf(&table, "| %s | [%s](%s) | %s | %s |\n",
			f.Provider, cell.Replace(f.Name), f.Address(), f.state, cell.Replace(f.detail))
		if remedy := f.remedy(); remedy != "" {
			remedies = append(remedies, fmt.Sprintf("%s, %s: %s", f.Provider, f.Name, remedy))
		}
	}
	if err := columns.Flush(); err != nil {
		return err
	}
	for _, remedy := range remedies {
		fmt.Fprintln(&text, remedy)
		fmt.Fprintf(&table, "\n- %s", cell.Replace(remedy))
	}
	var parts []string
	for _, s := range states {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	total := fmt.Sprintf("%d publications: %s", len(found), strings.Join(parts, ", "))
	fmt.Fprintln(&text, total)
	fmt.Fprintf(&table, "\n\n%s\n", total)
	if _, err := stdout.Write(text.Bytes()); err != nil {
		return err
	}
	return summary.Add(table.String())
}
