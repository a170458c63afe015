package example_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
)

const runs = "  runs: {simulator: yes, sandbox: needs a person}\n"

func readCases(text string) (*example.Cases, error) {
	GinkgoHelper()
	return example.ReadCases("acme.yaml", []byte(text))
}

var _ = Describe("a book of cases", func() {
	It("has what a case says", func() {
		book, err := readCases("acme/a/200/x:\n  means: record\n  given: [journey, \"consent as slow to aadhaar, pan\", consent to nothing, after 61m, fault rate limit of the address]\n" +
			"  request: {like: y, source: L, body: {a: null}, query: {b: 1}}\n" + runs)
		Expect(err).NotTo(HaveOccurred())
		c, err := book.Of("acme/a/200/x")
		Expect(err).NotTo(HaveOccurred())
		Expect(c.Given).To(Equal([]example.Step{
			{Verb: "journey"}, {Verb: "consent", As: "slow", To: []string{"aadhaar", "pan"}}, {Verb: "consent", To: []string{}},
			{Verb: "after", Of: "61m"}, {Verb: "fault", Of: "rate limit of the address"},
		}))
		Expect(c.Request.Body).To(HaveKeyWithValue("a", BeNil()))
		_, err = book.Of("acme/a/200/y")
		Expect(err).To(MatchError(ContainSubstring("the example acme/a/200/y has no case")))
		Expect(book.Orphans(nil)).To(ConsistOf(ContainSubstring("acme.yaml:2: acme/a/200/x")))
	})

	It("refuses each undecided case with its line", func() {
		const undecided = "  runs: {simulator: yes, sandbox: yes}\n"
		_, err := readCases("acme/a/request/x:\n  gets: to be decided\n" + undecided +
			"acme/a/200/y:\n  means: to be decided\n" + undecided)
		Expect(err).To(MatchError(And(
			ContainSubstring(`acme.yaml:2: acme/a/request/x: "to be decided" is nothing that a request gets`),
			ContainSubstring(`acme.yaml:5: acme/a/200/y: "to be decided" is nothing that an example can mean`))))
	})

	It("refuses a request that gets nothing", func() {
		_, err := readCases("acme/a/request/x:\n" + runs)
		Expect(err).To(MatchError("acme.yaml:2: acme/a/request/x: gets is missing: the answer to that request, as " +
			"200/success"))
	})

	DescribeTable("refuses", func(text, want string) {
		_, err := readCases("acme/a/200/x:\n" + text)
		Expect(err).To(MatchError(And(ContainSubstring(want), ContainSubstring("acme.yaml"))))
	},
		Entry("an unknown meaning", "  means: luck\n"+runs, `"luck" is nothing that an example can mean`),
		Entry("a request that gets no answer", "  gets: yes\n"+runs,
			`"yes" is nothing that a request gets; that is a documented answer by its status and name`),
		Entry("a request that means something", "  means: record\n  gets: 200/y\n"+runs, "gets an answer and means nothing"),
		Entry("an unknown step", "  means: record\n  given: [a miracle]\n"+runs, `"a miracle" is no step`),
		Entry("a step without its object", "  means: record\n  given: [after]\n"+runs, `"after" is no step`),
		Entry("a step with a person that has none", "  means: record\n  given: [denial as slow]\n"+runs, `"denial as slow" is no step`),
		Entry("a target that is not spoken of", "  means: record\n  runs: {simulator: yes}\n", "runs: sandbox"),
		Entry("a reason of its own", "  means: record\n  runs: {simulator: yes, sandbox: too hard}\n", `"too hard" is neither yes nor a reason`),
		Entry("an unknown target", "  means: record\n  runs: {simulator: yes, sandbox: yes, moon: yes}\n", "nothing else"),
		Entry("a rule switched off without a reason", "  means: record\n  unredacted: {photo: \"\"}\n"+runs, "unredacted: photo has no reason"),
		Entry("an unknown member", "  means: record\n  expects: {}\n"+runs, "expects"),
	)
})
