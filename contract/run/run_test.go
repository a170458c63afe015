package main

import (
	"bytes"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("a run of the contract suite", func() {
	DescribeTable("is refused", func(ctx SpecContext, complaint string, args ...string) {
		GinkgoT().Chdir("../..")
		var out, errs bytes.Buffer
		Expect(run(ctx, args, &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(ContainSubstring(complaint))
		Expect(out.String()).To(BeEmpty())
	},
		Entry("for an unknown provider, naming the known ones", "no PROVIDER=acme; there is cashfree, eko, setu", "-provider", "acme"),
		Entry("against an unknown target", "no TARGET=moon", "-target", "moon"),
		Entry("against a target to come", "TARGET=sandbox is not built yet", "-target", "sandbox"),
		Entry("with a word that means nothing", `"setu" means nothing here`, "setu"),
		Entry("with an unknown flag", "flag provided but not defined", "-colour"),
	)

	It("is refused outside the repository", func(ctx SpecContext) {
		GinkgoT().Chdir(GinkgoT().TempDir())
		var out, errs bytes.Buffer
		Expect(run(ctx, nil, &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(ContainSubstring("run make generate"))
	})

	It("prints failures without Ginkgo's progress", func() {
		Expect(withoutDots("Will run\n••S•\nit failed\n•\n")).To(Equal("Will run\nit failed\n"))
	})
})
