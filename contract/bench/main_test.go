package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// As benchstat writes it.
const statistics = `,bench.txt,
,sec/op,CI
Call/answer=1KB/by=hand-2,1e-05,3%
Call/answer=1KB/by=client-2,1.5e-05,4%
Call/answer=1KB/by=adapter-2,3e-05,0%
Other/by=hand-2,1,∞
Other/by=client-2,2,1%
Straight/ops=10-2,0.1,0%
Straight/ops=100-2,1,0%
Straight/ops=1000-2,10,0%
Square/ops=10-2,0.1,1%
Square/ops=100-2,10,1%
Alone-2,7,1%
geomean,1,
`

// A package whose benchmarks take as long as a spec wants.
const benchmarks = `package it

import (
	"os"
	"testing"
	"time"
)

func BenchmarkQuick(b *testing.B) {
	for b.Loop() {
	}
}

func BenchmarkSlow(b *testing.B) {
	os.WriteFile("begun", nil, 0o644)
	for b.Loop() {
		time.Sleep(time.Minute)
	}
}

func BenchmarkBroken(b *testing.B) { b.Fatal("it broke") }
`

var _ = Describe("the figures", func() {
	figures := func() []figure {
		GinkgoHelper()
		all, err := read(strings.NewReader(statistics))
		Expect(err).NotTo(HaveOccurred())
		return all
	}

	It("are read without head, foot and number of processors", func() {
		Expect(figures()).To(HaveLen(11))
		Expect(figures()[1]).To(Equal(figure{what: "Call/answer=1KB", key: "by", value: "client", seconds: 1.5e-05, spread: .04}))
	})

	It("become ratios: each way over the one before it, each size over the smaller one", func() {
		Expect(strings.Split(table(figures()), "\n")).To(HaveExactElements(
			ContainSubstring("two ways"),
			"Call answer=1KB  client / hand     1.50 ± 5%",
			"Call answer=1KB  adapter / client  2.00 ± 4%",
			"Other            client / hand     2.00",
			ContainSubstring("1.00 is linear"),
			"Straight  10 to 100    1.00 ± 0%",
			"Straight  100 to 1000  1.00 ± 0%",
			"Square    10 to 100    10.00 ± 1%",
			"",
		))
	})

	It("need a benchstat that writes numbers", func() {
		_, err := read(strings.NewReader("A-2,many,1%\n"))
		Expect(err).To(MatchError(`benchstat: A-2 takes "many"`))
	})
})

var _ = Describe("a run of the benchmarks", func() {
	const before = "of the last run\n"
	var out, errs bytes.Buffer
	BeforeEach(func() {
		out.Reset()
		errs.Reset()
		GinkgoT().Chdir(GinkgoT().TempDir())
		for file, text := range map[string]string{
			"go.mod": "module bench.example\n\ngo 1.25\n", "it/bench_test.go": benchmarks, "statistics": statistics, "report/bench.txt": before,
			"outside/bench_test.go": "package outside_test\n\nimport \"testing\"\n\nfunc BenchmarkQuickToo(b *testing.B) { for b.Loop() {} }\n",
			"other/other_test.go":   "package other\n\nimport \"testing\"\n\nfunc BenchmarkQuickElsewhere(b *testing.B) { b.Fatal() }\n",
			"third/third_test.go":   "package third_test\n\nimport \"testing\"\n\nfunc BenchmarkQuickElsewhere(b *testing.B) { b.Fatal() }\n",
		} {
			Expect(os.MkdirAll(filepath.Dir(file), 0o755)).To(Succeed())
			Expect(os.WriteFile(file, []byte(text), 0o644)).To(Succeed())
		}
	})
	bench := func(ctx context.Context, args ...string) int {
		return run(ctx, append([]string{"-report", "report", "-count", "1", "-time", "1ms"}, args...), &out, &errs)
	}
	kept := func() string {
		GinkgoHelper()
		text, err := os.ReadFile("report/bench.txt")
		Expect(err).NotTo(HaveOccurred())
		return string(text)
	}

	It("keeps what they print, and tells what benchstat makes of it", func(ctx SpecContext) {
		Expect(bench(ctx, "-bench", "Quick", "sh", "-c", "cat statistics")).To(Equal(0), errs.String())
		Expect(kept()).To(And(ContainSubstring("\nBenchmarkQuick"), ContainSubstring("\npkg: bench.example/it\n"), ContainSubstring("\nBenchmarkQuickToo"), Not(ContainSubstring("Slow"))))
		Expect(out.String()).To(And(ContainSubstring("adapter / client  2.00"), ContainSubstring("report/bench.txt")))
	}, SpecTimeout(time.Minute))

	DescribeTable("that comes to nothing leaves the last figures", func(ctx SpecContext, complaint string, args ...string) {
		Expect(bench(ctx, args...)).NotTo(BeZero())
		Expect(errs.String()).To(ContainSubstring(complaint))
		Expect(out.String()).To(BeEmpty())
		Expect(kept()).To(Equal(before))
	},
		Entry("since one breaks, saying how", SpecTimeout(time.Minute), "it broke", "-bench", "Broken", "true"),
		Entry("since none matches", SpecTimeout(time.Minute), `no benchmark matches "Missing"`, "-bench", "Missing", "true"),
		Entry("since it is to run nothing", SpecTimeout(time.Minute), "say COUNT=6", "-count", "0", "true"),
		Entry("since nothing reads them", SpecTimeout(time.Minute), "use make bench"),
		Entry("since a flag is unknown", SpecTimeout(time.Minute), "flag provided but not defined", "-often"),
	)

	It("that is interrupted leaves the last figures", func(ctx SpecContext) {
		interrupted, interrupt := context.WithCancel(ctx)
		go func() {
			defer GinkgoRecover()
			defer interrupt()
			Eventually(ctx, func() error { _, err := os.Stat("it/begun"); return err }).WithTimeout(time.Minute).Should(Succeed())
		}()
		Expect(bench(interrupted, "-bench", "Slow", "true")).To(Equal(1))
		Expect(errs.String()).To(ContainSubstring("interrupted; report/bench.txt is as it was"))
		Expect(kept()).To(Equal(before))
	}, SpecTimeout(time.Minute))
})
