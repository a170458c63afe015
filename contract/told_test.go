package contract

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
)

// A report has the messages of what failed, what each example becomes, and no folder of the
// machine that it was made on.
func TestReportIsPortable(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	if report := os.Getenv(again); report != "" {
		p := described()
		p.Client.New = func(string, *http.Client) (any, error) {
			return nil, errors.New("open " + filepath.Join(here, "client.yaml") + ": no such file")
		}
		p.Adapter, p.Simulator = nil, nil
		Run(t, Options{Report: report, Specs: func(*Suite) {
			ginkgo.Describe("acme", func() {
				ginkgo.It("looks", func() {
					beside, temporary := filepath.Join(here, "a", "b"), filepath.Join(os.TempDir(), "c")
					ginkgo.Fail("found in " + here + ": " + beside + ", " + temporary)
				})
			})
		}}, p)
		return
	}
	report := t.TempDir()
	if said, err := child(t, report); err == nil {
		t.Fatalf("nothing failed\n%s", said)
	}
	for _, file := range []string{"ledger.json", "index.html", "junit.xml"} {
		text, err := os.ReadFile(filepath.Join(report, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, folder := range []string{here, os.TempDir() + string(filepath.Separator)} {
			if n := strings.Count(string(text), folder); n > 0 {
				t.Errorf("%s has %s %d times", file, folder, n)
			}
		}
		if !strings.Contains(string(text), "open client.yaml: no such file") {
			t.Errorf("%s does not say why the check stopped", file)
		}
	}
	l, err := ledger.Read(report)
	if err != nil {
		t.Fatal(err)
	}
	want := ledger.BrokenSpec{Provider: "acme", Name: "acme looks", Says: "found in .: a/b, $TMPDIR/c"}
	if !slices.Contains(l.BrokenSpecs, want) {
		t.Errorf("%v, and %v was wanted", l.BrokenSpecs, want)
	}
	means := map[string]string{}
	for _, e := range l.Entries {
		means[e.ID] = e.Means + "|" + e.Gets
	}
	if means["acme/open/redirect/back"] != "return denied|" || means["acme/check/request/one"] != "|200/right" {
		t.Errorf("the cases are told otherwise: %v", means)
	}
}

// The message of a spec is cut at a letter, and stays out of a ledger of a live run.
func TestMessage(t *testing.T) {
	suite, err := New(Options{}, provider.Provider{Name: "acme", Document: []byte(acmeDocument)})
	if err != nil {
		t.Fatal(err)
	}
	failed := types.SpecReport{State: types.SpecStateFailed}
	failed.Failure.Message = strings.Repeat("é", longest)
	if got, want := suite.message(failed), strings.Repeat("é", longest/2)+" …"; got != want {
		t.Errorf("%d bytes, and %d were wanted", len(got), len(want))
	}
	failed.Failure.Message = "x" + failed.Failure.Message
	if got, want := suite.message(failed), "x"+strings.Repeat("é", longest/2-1)+" …"; got != want {
		t.Errorf("%q was not wanted", got[len(got)-8:])
	}
	suite.opts.Target = "sandbox"
	if got := suite.message(failed); got != "" {
		t.Errorf("a live run tells of %q", got)
	}
}
