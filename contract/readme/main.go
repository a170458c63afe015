// Command readme writes the README's table of what is covered, between its
// markers: what each adapter can do, and static counts of operations, examples
// and differences.
package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
	"example.com/digilocker/contract/differences"
	"example.com/digilocker/contract/examples"
	"example.com/digilocker/specs/document"
)

func main() {
	if err := run("README.md"); err != nil {
		fmt.Fprintln(os.Stderr, "readme:", err)
		os.Exit(2)
	}
}

const (
	begin = "<!-- coverage: written by make generate -->\n"
	end   = "<!-- end of coverage -->\n"
)

func run(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, ok1 := bytes.Cut(text, []byte(begin))
	_, tail, ok2 := bytes.Cut(rest, []byte(end))
	if !ok1 || !ok2 {
		return fmt.Errorf("%s has no place for the table; put back the lines %q and %q", file, begin, end)
	}
	table, err := coverage("gen", "specs", "contract/differences")
	if err != nil {
		return err
	}
	return document.WriteFile(file, []byte(string(head)+begin+table+end+string(tail)))
}

// adapters by provider: what they can do is in their types.
var adapters = map[string]kyc.Provider{
	"cashfree": (*cashfree.Adapter)(nil), "eko": (*eko.Adapter)(nil), "setu": (*setu.Adapter)(nil),
}

// capabilities are all that there are, in the order of kyc.
var capabilities = []kyc.Capability{
	kyc.CanCheckAccount, kyc.CanListCatalogue, kyc.CanFetchFile, kyc.CanRevoke, kyc.CanParseReturn, kyc.CanParseWebhook,
}

// coverage is the table in Markdown.
func coverage(gen, specs, lists string) (string, error) {
	docs, err := examples.ReadAll(gen)
	if err != nil {
		return "", err
	}
	numbered, err := differences.ReadAll(lists)
	if err != nil {
		return "", err
	}
	type row struct {
		name  string
		cells []string
	}
	rows := []row{{name: ""}, {name: "---"}}
	for _, c := range capabilities {
		rows = append(rows, row{name: string(c)})
	}
	counted := len(rows)
	rows = append(rows, []row{
		{name: "operations"}, {name: "documented requests"}, {name: "documented answers"},
		{name: "of these, errors by status"}, {name: "documented webhooks"}, {name: "documented redirects"},
		{name: "published examples that break their own schema (bodies, parameters, headers, schemas)"}, {name: "numbered differences"}, {name: "of these, pinned by a spec"},
	}...)
	for _, d := range docs {
		count := map[examples.Direction]int{}
		refusals := 0
		for _, e := range d.Entries {
			count[e.Direction]++
			if e.IsError() {
				refusals++
			}
		}
		diagnosis, err := examples.Diagnose(specs, d.Provider)
		if err != nil {
			return "", err
		}
		list := numbered[d.Provider]
		adapter, ok := adapters[d.Provider]
		if !ok {
			return "", fmt.Errorf("contract/readme does not know the adapter of %s", d.Provider)
		}
		rows[0].cells = append(rows[0].cells, strings.ToUpper(d.Provider[:1])+d.Provider[1:])
		rows[1].cells = append(rows[1].cells, "---")
		for i, c := range capabilities {
			word := "no"
			if slices.Contains(kyc.Capabilities(adapter), c) {
				word = "yes"
			}
			rows[i+2].cells = append(rows[i+2].cells, word)
		}
		cells := []any{
			len(d.Operations), count[examples.Request], count[examples.Response],
			refusals, count[examples.Webhook], count[examples.Redirect],
			fmt.Sprintf("%d of %d", len(diagnosis.Broken), diagnosis.Published), len(list), list.Pinned(),
		}
		for i, c := range cells {
			rows[counted+i].cells = append(rows[counted+i].cells, fmt.Sprint(c))
		}
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s |\n", r.name, strings.Join(r.cells, " | "))
	}
	return b.String(), nil
}
