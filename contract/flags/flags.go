// Package flags reads the options of the contract suite from the flags of a test binary.
// It is for the tests of this module, which make contract runs: importing it defines the
// flags.
package flags

import (
	"flag"

	"example.com/digilocker/contract"
)

var (
	report = flag.String("report", "", "the `folder` to write ledger.json, index.html and junit.xml to; none if empty")
	target = flag.String("target", "offline", "run the suite against this `target`: offline, fixtures, simulator or sandbox")
	record = flag.String("record", "", "the `folder` to record fixtures into; none if empty")
	every  = flag.Int("every", 47, "judge each `n`-th mutant; 1 judges all")
	accept = flag.String("accept", "",
		"the `folder` to write survivors.tsv, score.tsv and foreign.tsv to, instead of holding to them")
)

// Options are those that the flags say, for the test of the provider's folder of that
// name in this tree. specs may be nil.
func Options(provider string, specs func(*contract.Suite)) contract.Options {
	return contract.Options{
		Target: *target, Report: *report, Record: *record, Every: *every, Accept: *accept, Tree: "../../..",
		Test: "./contract/provider/" + provider, Specs: specs,
	}
}
