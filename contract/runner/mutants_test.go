package runner

import (
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/judge/mutants"
)

var _ = Describe("What the judges have to catch", func() {
	unseen := slices.Repeat([]mutants.Result{{Judge: mutants.Live, Operator: mutants.ToCome}}, 100)
	nothing := mutants.NewReport(time.Time{}, unseen, nil)

	It("is said of all providers together", func() {
		all, err := runner{}.short(nothing)
		Expect(err).NotTo(HaveOccurred())
		Expect(all).To(ContainElement(HavePrefix("live: 0.0 % of the mutants are caught")))
	})

	It("is no word on one of them, of which its score.tsv holds what is caught", func() {
		Expect(runner{options: options{provider: one.Name}}.short(nothing)).To(BeEmpty())
		Expect(runner{options: options{focus: "any"}}.short(nothing)).To(BeEmpty())
	})
})
