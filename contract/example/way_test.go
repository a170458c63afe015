package example_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
)

var _ = Describe("a list of ways", func() {
	It("has what a way says", func() {
		ways, err := example.ReadWays("acme.yaml", []byte("answers:\n"+
			"  a: {by: fault, operations: [open], given: [journey, fault no balance], shows: {/code: \"1\"}}\n"+
			"  b: {by: request, status: 404}\n"))
		Expect(err).NotTo(HaveOccurred())
		Expect(ways.Answers["a"].Given).To(Equal([]example.Step{{Verb: "journey"}, {Verb: "fault", Of: "no balance"}}))
		Expect([]bool{ways.Answers["a"].Of("open"), ways.Answers["a"].Of("look"), ways.Answers["b"].Of("look")}).
			To(Equal([]bool{true, false, true}))
		Expect([]int{ways.Answers["a"].HTTP(), ways.Answers["b"].HTTP()}).To(Equal([]int{200, 404}))
	})

	It("need not be there", func() {
		ways, err := example.ReadWays("acme.yaml", nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(ways).To(BeNil())
	})

	DescribeTable("refuses", func(text, want string) {
		_, err := example.ReadWays("acme.yaml", []byte(text))
		Expect(err).To(MatchError(And(ContainSubstring(want), ContainSubstring("acme.yaml"))))
	},
		Entry("a fault that is called a request", "answers:\n  a: {by: request, given: [fault x], status: 500}\n",
			`acme.yaml:2: a: by is "request", and what is given and sent is a fault`),
		Entry("a preference that is called a fault",
			"answers:\n  a: {by: fault, request: {header: {Prefer: b}}, status: 500}\n", "is a prefer"),
		Entry("a publication that is called a request",
			"answers:\n  a: {by: request, request: {source: L}, status: 500}\n", "is a prefer"),
		Entry("a request that is called a fault", "answers:\n  a: {by: fault, status: 500}\n", "is a request"),
		Entry("an answer of which it says nothing", "answers:\n  a: {by: request}\n", "says nothing of the answer"),
		Entry("a pattern of a header that is none", "answers:\n  a: {by: request, headers: {X: '('}}\n", "headers: X"),
		Entry("a pattern that is none", "answers:\n  a: {by: request, matches: '('}\n", "missing closing"),
		Entry("an unknown member", "answers:\n  a: {by: request, status: 500, luck: 1}\n", "luck"),
		Entry("no reason", "without: {a: ' '}\n", "a has no reason"),
	)
})
