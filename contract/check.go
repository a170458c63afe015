package contract

import (
	"fmt"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
)

// each makes a spec of check for every entry to which it applies, and tells the
// report what it found. The spec is called by the check and the example's id, so that
// -ginkgo.focus finds it.
func (suite *Suite) each(check ledger.Check, judge func(ginkgo.SpecContext, *example.Document, example.Entry) []example.Fault) {
	d := suite.Document
	for _, e := range d.Shown() {
		if !suite.applies(check, e) {
			continue
		}
		ginkgo.It(e.ID, suite.labels(e), func(ctx ginkgo.SpecContext) {
			result := ledger.Result{ID: e.ID, Check: check, State: ledger.Fail("")}
			defer func() {
				if why, note := suite.skipped(check, e); why != "" { // as it may have found out itself
					result.State, result.Note = ledger.State("skip: "+why), note
				}
				tell(resultEntry, result)
			}()
			tell(pointerEntry, e.Pointer)
			if why, _ := suite.skipped(check, e); why != "" {
				ginkgo.Skip(why)
			}
			faults := judge(ctx, d, e)
			if len(faults) == 0 {
				result.State = suite.passed(check, e)
				if check == ledger.Client {
					result.Note = suite.clientNotes(e)
				}
				return
			}
			if check == ledger.Client {
				if why := suite.explained(e, faults); why != "" {
					result.State, result.Note = ledger.NA, why
					ginkgo.Skip(why)
				}
			}
			result.State, result.Note, result.Faults = ledger.Fail(faults[0].Pointer), faults[0].String(), faults
			ginkgo.AddReportEntry("again", suite.again(), ginkgo.ReportEntryVisibilityFailureOrVerbose)
			remedy := ""
			if check == ledger.Schema && suite.opts.Tree != "" {
				remedy = correction(d.Provider)
			}
			ginkgo.Fail(explain(check, e, faults, remedy))
		})
	}
}

// explain is the message of a failure: example, pointer, expected and got, and the remedy if there is one.
func explain(check ledger.Check, e example.Entry, faults []example.Fault, remedy string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: the %s check failed\n  example  %s (%s)\n", e.ID, check, e.Pointer, e.Source)
	b.WriteString(list(faults))
	if remedy != "" {
		fmt.Fprintf(&b, "  remedy   %s\n", remedy)
	}
	return b.String()
}

// list is the faults as a person reads them.
func list(faults []example.Fault) string {
	var b strings.Builder
	for _, f := range faults {
		fmt.Fprintf(&b, "  pointer  %q\n  expected %s\n  got      %s\n", f.Pointer, f.Want, f.Got)
	}
	return b.String()
}

func (suite *Suite) labels(e example.Entry) ginkgo.Labels {
	l := ginkgo.Labels{string(e.Direction)}
	if c, err := suite.cases.Of(e.ID); e.IsError() || err == nil && c.Error() != "" {
		l = append(l, "error") // by its status, or inside a 200
	}
	return append(l, e.Differences...)
}
