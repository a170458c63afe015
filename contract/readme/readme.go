// Package readme is the command that writes what README.md and the guides say of all providers, between markers: who
// they are; what is covered, that is what each adapter can do, and static counts of operations, examples and
// differences; what the suite would catch, as make mutants found it last; what a run calls at each sandbox; and what
// changes for whoever moves from one provider to another.
package readme

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/doctor"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge/mutants"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/slow"
)

// Run writes the tables. It works in the root of the tree, takes no arguments
// and reads nothing; its exit status is 0, or 2 if something cannot be read.
func Run(args []string, _ io.Reader, _, stderr io.Writer) int {
	err := fmt.Errorf("it takes no arguments")
	if len(args) == 0 {
		err = slow.Watched(stderr).Step("readme: examining the documents for its tables", func() error {
			return write("", "specs", providers.All)
		})
	}
	if err != nil {
		fmt.Fprintln(stderr, "readme:", err)
		return 2
	}
	return 0
}

// The pages that have a table, below the root of the tree.
const (
	readme      = "README.md"
	caughtPage  = "contract/docs/mutants.md"
	sandboxPage = "contract/docs/sandbox.md"
	movingPage  = "contract/docs/moving.md"
)

// pages are all of them.
var pages = []string{readme, caughtPage, sandboxPage, movingPage}

// write writes the tables of those providers into the pages of the tree at root.
func write(root, specs string, all []provider.Provider) error {
	if err := provider.CheckAll(all); err != nil {
		return err
	}
	tables := []struct {
		file, name string
		write      func() (string, error)
	}{
		{readme, "providers", func() (string, error) { return named(all), nil }},
		{readme, "coverage", func() (string, error) { return coverage(specs, all) }},
		{caughtPage, "mutants", func() (string, error) { return caught(all) }},
		{sandboxPage, "calls", func() (string, error) { return calls(all) }},
		{movingPage, "moving", func() (string, error) { return moving(all) }},
	}
	texts := map[string][]byte{}
	for _, file := range pages {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return err
		}
		texts[file] = text
	}
	for _, table := range tables { // all of them first, so that none is written where one cannot be
		text := texts[table.file]
		begin, end := "<!-- "+table.name+": written by make generate -->\n", "<!-- end of "+table.name+" -->\n"
		head, rest, ok1 := bytes.Cut(text, []byte(begin))
		_, tail, ok2 := bytes.Cut(rest, []byte(end))
		if !ok1 || !ok2 {
			return fmt.Errorf("%s has no place for the table; put back the lines %q and %q", table.file, begin, end)
		}
		rows, err := table.write()
		if err != nil {
			return err
		}
		texts[table.file] = []byte(string(head) + begin + rows + end + string(tail))
	}
	for _, file := range pages {
		if err := document.WriteFile(filepath.Join(root, file), texts[file]); err != nil {
			return err
		}
	}
	return nil
}

// judges are the rows of the tables of mutants.
var judges = []struct {
	judge mutants.Judge
	name  string
}{
	{mutants.Fixtures, "answers, by values as against the fixtures"},
	{mutants.Live, "answers, by shape as against a live sandbox"},
	{mutants.Schema, "answers, by the schema alone, to compare with"},
	{mutants.Recorded, "requests, by a recording"},
	{mutants.Client, "requests, by the client check"},
}

// caught is what the suite would catch, in Markdown: a table for each list of operators, a
// row for each judge.
func caught(all []provider.Provider) (string, error) {
	var scores []*mutants.Report
	var standings []mutants.Standings
	for _, p := range all {
		one, err := p.Score()
		if err != nil {
			return "", err
		}
		if one != nil {
			scores = append(scores, one)
		}
		foreign, err := p.Foreign()
		if err != nil {
			return "", err
		}
		standings = append(standings, foreign)
	}
	r := mutants.Merge(scores...)
	var b strings.Builder
	b.WriteString("| | judged | caught, in % | weakest operator |\n| --- | --- | --- | --- |\n")
	for _, row := range judges {
		j := r.Of(row.judge)
		if j == nil {
			continue
		}
		weakest := ""
		if w := j.Weakest(); w.Rate() < 100 {
			weakest = fmt.Sprintf("%s: %.1f", w.Name, w.Rate())
		}
		fmt.Fprintf(&b, "| %s | %d | %.1f | %s |\n", row.name, j.Made, j.Rate(), weakest)
	}
	fmt.Fprintf(&b, "| distinct wrong answers and requests, of %d operators | %d | | |\n", len(r.Operators()), r.Messages.All())
	foreign := mutants.MergeStandings(standings...)
	fmt.Fprintf(&b, "\n| by the second list, of %d operators | judged | caught at first, in %% | caught now, in %% "+
		"| weakest operator |\n", len(foreign.Operators()))
	b.WriteString("| --- | --- | --- | --- | --- |\n")
	for _, row := range judges {
		sum := foreign.Of(row.judge)
		if sum.Now.Made == 0 {
			continue
		}
		weakest := ""
		if o, s := foreign.Weakest(row.judge); s.Now.Rate() < 100 {
			weakest = fmt.Sprintf("%s: %.1f", o, s.Now.Rate())
		}
		fmt.Fprintf(&b, "| %s | %d | %.1f | %.1f | %s |\n",
			row.name, sum.Now.Made, sum.First.Rate(), sum.Now.Rate(), weakest)
	}
	return b.String(), nil
}

// coverage is the table in Markdown: a column for each provider.
func coverage(specs string, all []provider.Provider) (string, error) {
	var lines []string
	for _, p := range all {
		column, err := column(specs, p)
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

func column(specs string, p provider.Provider) ([]cell, error) {
	d, err := p.Parse()
	if err != nil {
		return nil, err
	}
	list, err := p.Differences()
	if err != nil {
		return nil, err
	}
	doctor, err := doctor.Diagnose(specs, p.Name)
	if err != nil {
		return nil, err
	}
	card, err := example.CardOf(specs, d, doctor, list)
	if err != nil {
		return nil, err
	}
	column := []cell{{"", p.Named()}, {"---", "---"}}
	for _, c := range kyc.AllCapabilities() {
		word := "no"
		switch {
		case p.Adapter == nil:
			word = "n/a"
		case slices.Contains(p.Adapter.Can, c):
			word = "yes"
		}
		column = append(column, cell{string(c), word})
	}
	count := map[example.Direction]int{}
	refusals := 0
	for _, e := range d.Shown() {
		count[e.Direction]++
		if e.IsError() {
			refusals++
		}
	}
	// What has no file has no evidence to lead to.
	evidence := func(n int, name string) string {
		file := "contract/provider/" + p.Name + "/" + name
		if _, err := os.Stat(file); n == 0 && errors.Is(err, fs.ErrNotExist) {
			return "0"
		}
		return link(file, n)
	}
	overlay := "specs/" + p.Name + "/overlay.yaml"
	return append(column,
		cell{"operations, with examples or without", len(d.Operations)},
		cell{"documented requests", count[example.Request]},
		cell{"documented answers", count[example.Response]},
		cell{"of these, errors by status", refusals},
		cell{"documented webhooks", count[example.Webhook]},
		cell{"documented redirects", count[example.Redirect]},
		cell{"published examples that break the schema published with them", link(overlay, len(card.Broken)) + fmt.Sprintf(" of %d", card.Published)},
		cell{"statuses documented in prose only", link(overlay, len(card.Prose))},
		cell{"contradictions between publications", evidence(len(card.Contradictions), "differences.yaml")},
		cell{"numbered differences", evidence(card.Numbered, "differences.yaml")},
		cell{"of these, pinned by a spec", evidence(len(card.Pinned), "differences_test.go")},
	), nil
}

// link is a number that leads to its evidence.
func link(file string, n int) string { return fmt.Sprintf("[%d](%s)", n, file) }
