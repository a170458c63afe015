package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"example.com/digilocker/contract/judge/mutants"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/ledger/page"
	"example.com/digilocker/specs/document"
)

// judgeMutants lets the suites judge all mutants, prints what they caught of them and adds it
// to the report. An interrupted run leaves the report as it was.
func (s runner) judgeMutants(ctx context.Context) (status int, err error) {
	temp, err := os.MkdirTemp("", "contract")
	if err != nil {
		return failed, err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	start := time.Now()
	runs, failure := s.specs(ctx, temp, func(r *specRun) suiteOptions {
		p := suiteOptions{mutants: true, report: r.report}
		if s.accept {
			p.accept = r.accepted
		}
		return p
	})
	if ctx.Err() != nil {
		return failed, fmt.Errorf("interrupted; %s is as it was", s.report)
	}
	took := time.Since(start)
	var all []*mutants.Report
	var kept []mutants.Standings
	for _, r := range runs {
		if r.err != nil {
			fmt.Fprintln(s.stderr, withoutDots(r.output))
		}
		one, err := mutants.Read(filepath.Join(r.report, mutants.File))
		if errors.Is(err, os.ErrNotExist) && r.err == nil {
			fmt.Fprintf(s.stdout, "%s: no case has a recording, and so there are no mutants\n", r.provider.Name)
			continue
		}
		if err != nil {
			return failed, fmt.Errorf("the suite did not come to its report: %w", errors.Join(err, failure))
		}
		all = append(all, one)
		standings, err := r.provider.Foreign()
		if err != nil {
			return failed, err
		}
		kept = append(kept, standings)
	}
	r, first := mutants.Merge(all...), mutants.MergeStandings(kept...)
	if r.Foreign != nil {
		first.Accept(r.Foreign).Recall(r.Foreign)
	}
	if err := r.Print(s.stdout); err != nil {
		return failed, err
	}
	if err := r.PrintForeign(s.stdout, first); err != nil {
		return failed, err
	}
	if s.narrowed() {
		fmt.Fprintf(s.stdout, "%d mutants judged in %.1f s; the report is that of all providers, and is as it was, "+
			"and so are the percentages that have to be reached\n", r.Made(), took.Seconds())
	} else if err := s.addToReport(r); err != nil {
		return failed, err
	} else {
		fmt.Fprintf(s.stdout, "%d mutants judged in %.1f s; survivors by pointer: %s\n",
			r.Made(), took.Seconds(), filepath.Join(s.report, mutants.File))
	}
	short, err := s.short(r)
	if err != nil {
		return failed, err
	}
	for _, one := range short {
		fmt.Fprintln(s.stderr, "contract:", one)
	}
	if failure != nil || len(short) > 0 {
		return failed, errors.New("the suite catches less than it is said to, see above")
	}
	for _, one := range runs {
		if err := keep(one.accepted, folder(one.provider)); s.accept && err != nil {
			return failed, err
		}
	}
	return clean, nil
}

// short says where the judges catch less than they have to of all providers together, and which group of
// equivalent mutants of all covers none of them, a line each. Of one provider neither says anything: its
// suite holds what is caught there to its score.tsv.
func (s runner) short(r *mutants.Report) ([]string, error) {
	if s.narrowed() {
		return nil, nil
	}
	everywhere, err := mutants.Everywhere()
	if err != nil {
		return nil, err
	}
	survivors := r.Survivors
	if r.Foreign != nil {
		survivors = slices.Concat(survivors, r.Foreign.Survivors)
	}
	all := r.Short()
	for _, idle := range everywhere.Idle(survivors) {
		all = append(all, "a group of equivalent mutants of all providers covers no survivor, delete it from "+
			"contract/judge/mutants/equivalent.yaml: "+idle.Why)
	}
	return all, nil
}

// addToReport keeps what became of the mutants, also on the page of the last run, of
// which there may be none.
func (s runner) addToReport(r *mutants.Report) error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.report, 0o755); err != nil {
		return err
	}
	if err := document.WriteFile(filepath.Join(s.report, mutants.File), append(text, '\n')); err != nil {
		return err
	}
	l, err := ledger.Read(s.report)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	html, err := page.HTML(l, r)
	if err != nil {
		return err
	}
	return document.WriteFile(filepath.Join(s.report, "index.html"), html)
}
