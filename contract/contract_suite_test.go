package contract_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/cases"
	"example.com/digilocker/contract/differences"
	"example.com/digilocker/contract/examples"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/mutants"
	"example.com/digilocker/contract/record"
	"example.com/digilocker/contract/scorecard"
	"example.com/digilocker/specs/document"
)

var report = flag.String("report", "", "the `folder` to write ledger.json, index.html and junit.xml to; none if empty")

var proof = flag.String("mutants", "", "the `file` that says what became of the mutants, for index.html; none if empty")

var target = flag.String("target", "offline", "what the suite is run `against`, for the report")

var (
	docs     []*examples.Document        // the effective documents of all providers
	books    = map[string]*cases.Book{}  // what the examples mean, by provider
	numbered map[string]differences.List // the differences, by provider
	labelled = map[string]bool{}         // the labels of all specs written by hand that are not pending
)

// generated are the containers of the specs that are made from the examples.
// They carry the differences that an example cites, but pin none: they would
// pass as well if the documents agreed.
var generated = ledger.Checks

func TestContract(t *testing.T) {
	RegisterFailHandler(Fail)
	var err error
	if docs, err = examples.ReadAll("../gen"); err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		if books[d.Provider], err = cases.Read("cases", d.Provider); err != nil {
			t.Fatal(err)
		}
	}
	if numbered, err = differences.ReadAll("differences"); err != nil {
		t.Fatal(err)
	}
	for _, spec := range PreviewSpecs("contract").SpecReports {
		if !written(spec) || spec.State.Is(types.SpecStatePending) {
			continue
		}
		for _, label := range spec.Labels() {
			labelled[label] = true
		}
	}
	RunSpecs(t, "contract")
}

// written says whether a spec was written by hand.
func written(s types.SpecReport) bool {
	c := s.ContainerHierarchyTexts
	return len(c) == 0 || !slices.Contains(generated, ledger.Check(c[0]))
}

// The names of the report entries by which a spec tells what it found.
const (
	resultEntry    = "result"
	pointerEntry   = "pointer"
	diagnosisEntry = "diagnosis"
)

// tell hands v to whoever writes the report, which may be another process.
func tell(name string, v any) {
	text, err := json.Marshal(v)
	Expect(err).NotTo(HaveOccurred())
	AddReportEntry(name, string(text), ReportEntryVisibilityNever)
}

// A spec that failed says how to run it alone again.
var _ = AfterEach(func() {
	if r := CurrentSpecReport(); r.Failed() {
		AddReportEntry("again: go test ./contract -count=1 -ginkgo.focus='^contract "+regexp.QuoteMeta(r.FullText())+"$'", ReportEntryVisibilityFailureOrVerbose)
	}
})

var _ = ReportAfterSuite("ledger", func(r Report) {
	if *report == "" || r.SuiteConfig.DryRun { // PreviewSpecs comes by here too
		return
	}
	l := ledger.New(*target, docs)
	l.Started, l.Took = r.StartTime, ledger.Seconds(r.RunTime)
	var specs []ledger.Spec
	pins := map[string][]ledger.Pin{}
	for _, s := range r.SpecReports {
		if s.LeafNodeType != types.NodeTypeIt {
			continue
		}
		specs = append(specs, junit(s))
		l.Count(s.Labels(), s.State.String())
		if s.Failed() && specs[len(specs)-1].ID == "" {
			l.Broken = append(l.Broken, s.FullText())
		}
		for _, label := range s.Labels() {
			if written(s) {
				pins[label] = append(pins[label], ledger.Pin{Spec: s.FullText(), State: s.State.String()})
			}
		}
		for _, e := range s.ReportEntries {
			switch e.Name {
			case resultEntry:
				var result ledger.Result
				Expect(json.Unmarshal([]byte(e.StringRepresentation()), &result)).To(Succeed())
				Expect(l.Set(result)).To(Succeed())
			case diagnosisEntry:
				d := new(examples.Diagnosis)
				Expect(json.Unmarshal([]byte(e.StringRepresentation()), d)).To(Succeed())
				l.Doctor = append(l.Doctor, d)
			}
		}
	}
	for provider, list := range numbered {
		counted := ledger.Differences{Numbered: len(list), Pinned: list.Pinned()}
		for _, d := range list {
			counted.List = append(counted.List, ledger.Difference{ID: d.ID, Says: d.Says, Sources: d.Sources, Untested: d.Untested, Pins: pins[d.ID]})
		}
		l.Differences[provider] = counted
	}
	for _, d := range docs {
		for _, doctor := range l.Doctor {
			if doctor.Provider == d.Provider {
				card, err := scorecard.Of("../specs", d, doctor, numbered[d.Provider])
				Expect(err).NotTo(HaveOccurred())
				l.Scorecards = append(l.Scorecards, card)
			}
		}
	}
	hashes := map[string]string{}
	for _, e := range l.Entries {
		if e.Recording = recording(e.ID, l.Started); e.Recording != nil {
			hashes[e.ID] = e.Recording.Hash
		}
	}
	for i := range specs {
		specs[i].Fixture = hashes[specs[i].ID]
	}
	name := "ledger.json"
	if l.Narrow() {
		name = "ledger.partial.json"
	}
	text, err := json.MarshalIndent(l, "", " ")
	Expect(err).NotTo(HaveOccurred())
	xml, err := ledger.JUnit("contract", specs)
	Expect(err).NotTo(HaveOccurred())
	if *proof != "" {
		l.Mutants, err = mutants.Read(*proof)
		if !errors.Is(err, os.ErrNotExist) {
			Expect(err).NotTo(HaveOccurred())
		}
	}
	page, err := l.HTML()
	Expect(err).NotTo(HaveOccurred())
	Expect(os.MkdirAll(*report, 0o755)).To(Succeed())
	Expect(document.WriteFile(filepath.Join(*report, name), append(text, '\n'))).To(Succeed())
	Expect(document.WriteFile(filepath.Join(*report, "junit.xml"), xml)).To(Succeed())
	Expect(document.WriteFile(filepath.Join(*report, "index.html"), page)).To(Succeed())
})

// maxAge is how many days the recording of a sandbox is good for.
const maxAge = 90

// recording is what the ledger says of the fixture of an example; nil if it has none
// that can be read.
func recording(id string, now time.Time) *ledger.Recording {
	f, err := record.Read(*fixtures, id)
	if err != nil {
		return nil // which the fixtures check says
	}
	file := record.Path(*fixtures, id)
	text, err := os.ReadFile(file)
	Expect(err).NotTo(HaveOccurred())
	at, err := time.Parse(time.DateOnly, f.Recorded)
	Expect(err).NotTo(HaveOccurred())
	return &ledger.Recording{
		File: filepath.ToSlash(file), From: f.From, At: at, Hash: fmt.Sprintf("%x", sha256.Sum256(text)),
		Stale: f.From == record.Sandbox && f.Age(now) > maxAge,
	}
}

func junit(s types.SpecReport) ledger.Spec {
	out := ledger.Spec{Class: "contract", Name: s.LeafNodeText, Time: s.RunTime}
	for _, c := range s.ContainerHierarchyTexts {
		out.Class += "." + c
	}
	for _, e := range s.ReportEntries {
		switch e.Name {
		case resultEntry:
			var result ledger.Result
			Expect(json.Unmarshal([]byte(e.StringRepresentation()), &result)).To(Succeed())
			out.ID = result.ID
		case pointerEntry:
			Expect(json.Unmarshal([]byte(e.StringRepresentation()), &out.Pointer)).To(Succeed())
		}
	}
	switch {
	case s.Failed():
		out.Failure = s.FailureMessage()
	case s.State.Is(types.SpecStateSkipped | types.SpecStatePending):
		if out.Skipped = s.FailureMessage(); out.Skipped == "" {
			out.Skipped = "narrowed"
		}
	}
	return out
}
