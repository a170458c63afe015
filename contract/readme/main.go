// Command readme writes the README's tables, between their markers: what is covered,
// that is what each adapter can do, and static counts of operations, examples and
// differences; and what the suite would catch, as make mutants found it last.
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
	"example.com/digilocker/contract/mutants"
	"example.com/digilocker/contract/scorecard"
	"example.com/digilocker/specs/document"
)

func main() {
	if err := run("README.md"); err != nil {
		fmt.Fprintln(os.Stderr, "readme:", err)
		os.Exit(2)
	}
}

func run(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		name  string
		write func() (string, error)
	}{
		{"coverage", func() (string, error) { return coverage("gen", "specs", "contract/differences") }},
		{"mutants", func() (string, error) { return caught("contract/mutants/score.tsv") }},
	} {
		begin, end := "<!-- "+part.name+": written by make generate -->\n", "<!-- end of "+part.name+" -->\n"
		head, rest, ok1 := bytes.Cut(text, []byte(begin))
		_, tail, ok2 := bytes.Cut(rest, []byte(end))
		if !ok1 || !ok2 {
			return fmt.Errorf("%s has no place for the table; put back the lines %q and %q", file, begin, end)
		}
		table, err := part.write()
		if err != nil {
			return err
		}
		text = []byte(string(head) + begin + table + end + string(tail))
	}
	return document.WriteFile(file, text)
}

// caught is what the suite would catch, in Markdown: a row for each judge.
func caught(score string) (string, error) {
	r, err := mutants.ReadScore(score)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| | mutants | caught, in % | weakest operator |\n| --- | --- | --- | --- |\n")
	for _, row := range []struct {
		judge mutants.Judge
		name  string
	}{
		{mutants.Fixtures, "answers, by values as against the fixtures"},
		{mutants.Live, "answers, by shape as against a live sandbox"},
		{mutants.Schema, "answers, by the schema alone, to compare with"},
		{mutants.Recorded, "requests, by a recording"},
		{mutants.Client, "requests, by the client check"},
	} {
		j := r.Of(row.judge)
		if j == nil {
			return "", fmt.Errorf("%s has nothing of the judge %q; make mutants ACCEPT=1 writes it anew", score, row.judge)
		}
		weakest := ""
		if w := j.Weakest(); w.Rate() < 100 {
			weakest = fmt.Sprintf("%s: %.1f", w.Name, w.Rate())
		}
		fmt.Fprintf(&b, "| %s | %d | %.1f | %s |\n", row.name, j.Made, j.Rate(), weakest)
	}
	fmt.Fprintf(&b, "| all, of %d operators | %d | | |\n", len(r.Operators()), r.Made())
	return b.String(), nil
}

// adapters by provider: what they can do is in their types.
var adapters = map[string]kyc.Provider{
	"cashfree": (*cashfree.Adapter)(nil), "eko": (*eko.Adapter)(nil), "setu": (*setu.Adapter)(nil),
}

// coverage is the table in Markdown: a column for each provider.
func coverage(gen, specs, lists string) (string, error) {
	docs, err := examples.ReadAll(gen)
	if err != nil {
		return "", err
	}
	numbered, err := differences.ReadAll(lists)
	if err != nil {
		return "", err
	}
	var lines []string
	for _, d := range docs {
		diagnosis, err := examples.Diagnose(specs, d.Provider)
		if err != nil {
			return "", err
		}
		adapter, ok := adapters[d.Provider]
		if !ok {
			return "", fmt.Errorf("contract/readme does not know the adapter of %s", d.Provider)
		}
		column, err := column(specs, d, adapter, diagnosis, numbered[d.Provider])
		if err != nil {
			return "", err
		}
		if lines == nil {
			lines = make([]string, len(column))
			for i, c := range column {
				lines[i] = "| " + c.name
			}
		}
		for i, c := range column {
			lines[i] += fmt.Sprintf(" | %v", c.value)
		}
	}
	return strings.Join(lines, " |\n") + " |\n", nil
}

// cell is one row of one provider's column.
type cell struct {
	name  string
	value any
}

func column(specs string, d *examples.Document, adapter kyc.Provider, doctor *examples.Diagnosis, list differences.List) ([]cell, error) {
	column := []cell{{"", strings.ToUpper(d.Provider[:1]) + d.Provider[1:]}, {"---", "---"}}
	can := kyc.Capabilities(adapter)
	for _, c := range kyc.AllCapabilities() {
		word := "no"
		if slices.Contains(can, c) {
			word = "yes"
		}
		column = append(column, cell{string(c), word})
	}
	count := map[examples.Direction]int{}
	refusals := 0
	for _, e := range d.Entries {
		count[e.Direction]++
		if e.IsError() {
			refusals++
		}
	}
	card, err := scorecard.Of(specs, d, doctor, list)
	if err != nil {
		return nil, err
	}
	overlay := "specs/" + d.Provider + "/overlay.yaml"
	numbered, pins := "contract/differences/"+d.Provider+".yaml", "contract/"+d.Provider+"_test.go"
	return append(column,
		cell{"operations", len(d.Operations)},
		cell{"documented requests", count[examples.Request]},
		cell{"documented answers", count[examples.Response]},
		cell{"of these, errors by status", refusals},
		cell{"documented webhooks", count[examples.Webhook]},
		cell{"documented redirects", count[examples.Redirect]},
		cell{"published examples that break the schema published with them", link(overlay, len(card.Broken)) + fmt.Sprintf(" of %d", card.Published)},
		cell{"statuses documented in prose only", link(overlay, len(card.Prose))},
		cell{"contradictions between publications", link(numbered, len(card.Contradictions))},
		cell{"numbered differences", link(numbered, card.Numbered)},
		cell{"of these, pinned by a spec", link(pins, len(card.Pinned))},
	), nil
}

// link is a number that leads to its evidence.
func link(file string, n int) string { return fmt.Sprintf("[%d](%s)", n, file) }
