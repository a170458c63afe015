package contract

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/onsi/ginkgo/v2/types"

	"example.com/digilocker/contract/ledger"
)

// portable is text without the folders of the machine: what lies in the tree, or below the
// folder that the test runs in where there is none, is told by its path from there. A report
// goes to people who have other folders.
func (suite *Suite) portable(text string) string {
	var pairs []string
	name := func(folder, as string) {
		if whole, err := filepath.Abs(folder); err == nil && filepath.Dir(whole) != whole {
			pairs = append(pairs, whole+string(filepath.Separator), as, whole, strings.TrimSuffix(cmp.Or(as, "."), "/"))
		}
	}
	name(cmp.Or(suite.opts.Tree, "."), "")
	name(os.TempDir(), "$TMPDIR/")
	return strings.NewReplacer(pairs...).Replace(text)
}

// longest is how many bytes of a spec's message the ledger keeps; junit.xml has all of it.
const longest = 2000

// message is what the ledger has of a failed spec's own words. Of a run against a sandbox it
// has none: they may quote an answer, which only the judges know how to tell of.
func (suite *Suite) message(s types.SpecReport) string {
	if !s.Failed() || suite.opts.Target == string(ledger.Sandbox) {
		return ""
	}
	text := strings.TrimSpace(suite.portable(s.FailureMessage()))
	if len(text) <= longest {
		return text
	}
	end := longest
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + " …"
}
