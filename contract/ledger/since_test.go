package ledger_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/ledger"
)

// asRead is l as it is read from its file.
func asRead(l *ledger.Ledger) *ledger.Ledger {
	GinkgoHelper()
	text, err := json.Marshal(l)
	Expect(err).NotTo(HaveOccurred())
	file := filepath.Join(GinkgoT().TempDir(), "ledger.json")
	Expect(os.WriteFile(file, text, 0o600)).To(Succeed())
	l, err = ledger.ReadFile(file)
	Expect(err).NotTo(HaveOccurred())
	return l
}

var _ = Describe("what changed since an earlier run", func() {
	var before, now *ledger.Ledger
	BeforeEach(func() {
		before, now = journeys(), journeys()
	})

	It("is nothing where all is the same", func() {
		failing(before, ledger.Client, "open/request/one", "/a", "1", "2")
		failing(now, ledger.Client, "open/request/one", "/b", "3", "4")
		now.Compare(asRead(before))
		Expect(now.Changes.String()).To(Equal("since the run of 21 November 2026, 06:30 UTC: nothing changed"))
		Expect(read(pageOf(now), `<section id="changes">`, "</section>")).
			To(Equal("What changed Since the run of 21 November 2026, 06:30 UTC : nothing."))
	})

	It("is what fails newly, is mended, new and gone, in the ledger, in a line and on the page", func() {
		failing(now, ledger.Client, "open/request/one", "/a", "1", "2")
		failing(before, ledger.Adapter, "open/200/opened", "/a", "1", "2")
		failing(before, ledger.Simulator, "open/200/opened", "/a", "1", "2")
		skipped := ledger.Result{ID: "acme/open/200/opened", Check: ledger.Simulator, State: "skip: cannot be provoked"}
		Expect(now.Set(skipped)).To(Succeed())
		before.Broken, now.Broken = []string{"a", "b", "b"}, []string{"b", "c"}
		before.Entries = before.Entries[:len(before.Entries)-1]
		now.Entries = now.Entries[:3:3]
		now.Entries = append(now.Entries, journeys().Entries[5])
		now.Compare(asRead(before))
		Expect(now.Changes).To(Equal(&ledger.Changes{
			Since:   ran,
			Failing: []ledger.Change{{ID: "acme/open/request/one", Check: ledger.Client}, {Spec: "c"}},
			Mended:  []ledger.Change{{ID: "acme/open/200/opened", Check: ledger.Adapter}, {Spec: "a"}, {Spec: "b"}},
			New:     []string{"acme/read/401/early-too"},
			Gone:    []string{"acme/read/200/paper", "acme/read/401/early"},
		}))
		Expect(now.Changes.String()).To(HaveSuffix(": 2 newly failing, 3 mended, 1 new, 2 gone"))
		Expect(asRead(now).Changes).To(Equal(now.Changes))
		Expect(read(pageOf(now), `<section id="changes">`, "</section>")).To(HaveSuffix(
			"Newly failing: 2 acme/open/request/one client c Mended: 3 acme/open/200/opened adapter a b " +
				"New: 1 example acme/read/401/early-too Gone: 2 examples acme/read/200/paper acme/read/401/early"))
	})

	It("is a failure of an example that is new", func() {
		failing(now, ledger.Client, "open/request/one", "/a", "1", "2")
		before.Entries = before.Entries[:1]
		now.Compare(asRead(before))
		Expect(now.Changes.Failing).To(HaveLen(1))
		Expect(now.Changes.New).To(HaveLen(5))
	})

	It("is not what a part of the suite did not look at", func() {
		before.Broken = []string{"a"}
		now.Entries, now.Partial = now.Entries[:1], true
		now.Compare(asRead(before))
		Expect(now.Changes.None()).To(BeTrue())
	})

	It("is not said where no run was given", func() {
		Expect(pageOf(now)).NotTo(ContainSubstring("#changes"))
	})

	It("needs no time of the earlier run", func() {
		before.Started = time.Time{}
		now.Compare(before)
		Expect(now.Changes.String()).To(Equal("since the run that was given: nothing changed"))
	})

	DescribeTable("cannot be told from JSON that no run has written:", func(text string) {
		file := filepath.Join(GinkgoT().TempDir(), "ledger.json")
		Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
		_, err := ledger.ReadFile(file)
		Expect(err).To(MatchError(file + " is no ledger that a run has written"))
	},
		Entry("nothing", "null"), Entry("another file", `{"name":"x"}`),
		Entry("an entry of nothing", `{"target":"offline","entries":[null]}`),
	)

	It("cannot be told from what is no ledger", func() {
		file := filepath.Join(GinkgoT().TempDir(), "ledger.json")
		_, err := ledger.ReadFile(file)
		Expect(err).To(MatchError(os.ErrNotExist))
		Expect(os.WriteFile(file, []byte("<"), 0o600)).To(Succeed())
		_, err = ledger.ReadFile(file)
		Expect(err).To(MatchError(ContainSubstring("ledger.json: invalid character")))
	})
})
