package bench

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
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

// As the benchmarks print what benchstat is unsure of.
const results = `goos: linux
BenchmarkOther/by=hand-2   	       1	1000000000 ns/op	      16 B/op	       1 allocs/op
BenchmarkOther/by=hand-2   	       2	 500000000 ns/op	      16 B/op	       1 allocs/op
BenchmarkOther/by=client-2 	       1	2000000000 ns/op	      16 B/op	       1 allocs/op
BenchmarkOther/by=client-2 	       3	 800000000 ns/op	      16 B/op	       1 allocs/op
PASS
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
		Expect(figures()[1]).To(Equal(figure{name: "Call/answer=1KB/by=client-2", what: "Call/answer=1KB", key: "by", value: "client", seconds: 1.5e-05, spread: .04}))
	})

	It("become ratios: each way over the one before it, each size over the smaller one", func() {
		Expect(strings.Split(table(figures(), measured([]byte(results))), "\n")).To(HaveExactElements(
			ContainSubstring("two ways"),
			"Call answer=1KB  client / hand     1.50 ± 5%",
			"Call answer=1KB  adapter / client  2.00 ± 4%",
			"Other            client / hand     2.00 (0.80 to 4.00)",
			ContainSubstring("1.00 is linear"),
			"Straight  10 to 100    1.00 ± 0%",
			"Straight  100 to 1000  1.00 ± 0%",
			"Square    10 to 100    10.00 ± 1%",
			"",
		))
	})

	It("are of one run where no more are known", func() {
		Expect(table(figures(), nil)).To(ContainSubstring("client / hand     2.00 (one run)\n"))
	})

	It("need a benchstat that writes numbers", func() {
		_, err := read(strings.NewReader("A-2,many,1%\n"))
		Expect(err).To(MatchError(`benchstat: A-2 takes "many"`))
	})
})

var _ = Describe("a run of the benchmarks", func() {
	const before = "of the last run\n"
	var out, errs bytes.Buffer
	var here string
	BeforeEach(func() {
		out.Reset()
		errs.Reset()
		var err error
		here, err = os.Getwd()
		Expect(err).NotTo(HaveOccurred())
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
		return Run(ctx, append([]string{"-report", "report", "-count", "1", "-time", "1ms"}, args...), nil, &out, &errs)
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
		Expect(out.String()).To(And(ContainSubstring("adapter / client  2.00"), ContainSubstring("report/bench.txt"), HaveSuffix("\nbench: COUNT=1 is too few to tell; say COUNT=6 or more\n")))
	}, SpecTimeout(10*time.Minute))

	It("has nothing to add where there are runs enough", func(ctx SpecContext) {
		Expect(bench(ctx, "-bench", "Quick", "-count", "6", "sh", "-c", "cat statistics")).To(Equal(0), errs.String())
		Expect(out.String()).To(HaveSuffix("medians of 6 runs; all figures, for benchstat: report/bench.txt\n"))
	}, SpecTimeout(10*time.Minute))

	It("says what its flags are", func(ctx SpecContext) {
		Expect(bench(ctx, "-h")).To(Equal(0))
		Expect(errs.String()).To(ContainSubstring("-bench regexp"))
	})

	It("is not begun where its figures cannot be written", func(ctx SpecContext) {
		Expect(os.Rename("report/bench.txt", "taken")).To(Succeed())
		Expect(os.Remove("report")).To(Succeed())
		Expect(os.Rename("taken", "report")).To(Succeed())
		Expect(bench(ctx, "-bench", "Quick", "true")).To(Equal(2))
		Expect(errs.String()).To(Equal("bench: no figures can be written to report: mkdir report: not a directory; -report names another folder\n"))
	})

	It("ends with an error where nobody reads what it says", func(ctx SpecContext) {
		reader, stdout, err := os.Pipe()
		Expect(err).NotTo(HaveOccurred())
		Expect(reader.Close()).To(Succeed())
		DeferCleanup(stdout.Close)
		Expect(Run(ctx, []string{"-report", "report", "-count", "1", "-time", "1ms", "-bench", "Quick", "sh", "-c", "cat statistics"}, nil, stdout, &errs)).To(Equal(1))
		Expect(errs.String()).To(HaveSuffix("broken pipe\n"))
	}, SpecTimeout(10*time.Minute))

	DescribeTable("that comes to nothing leaves the last figures", func(ctx SpecContext, complaint string, args ...string) {
		Expect(bench(ctx, args...)).NotTo(BeZero())
		Expect(errs.String()).To(ContainSubstring(complaint))
		Expect(out.String()).To(BeEmpty())
		Expect(kept()).To(Equal(before))
	},
		Entry("since one breaks, saying how", SpecTimeout(10*time.Minute), "it broke", "-bench", "Broken", "true"),
		Entry("since none matches", SpecTimeout(10*time.Minute), `no benchmark matches "Missing"`, "-bench", "Missing", "true"),
		Entry("since it is to run nothing", SpecTimeout(10*time.Minute), "bench: COUNT=0 is no number of runs; say COUNT=6\n", "-count", "0", "true"),
		Entry("since it is to run no number of times", SpecTimeout(10*time.Minute), "bench: COUNT=x is no number of runs; say COUNT=6\n", "-count", "x", "true"),
		Entry("since its pattern is none", SpecTimeout(10*time.Minute), "bench: BENCH=( is no regular expression (error parsing regexp: missing closing ): `(`); say BENCH=Call, or nothing for all\n", "-bench", "(", "true"),
		Entry("since nothing reads them", SpecTimeout(10*time.Minute), "use make bench"),
		Entry("since a flag is unknown", SpecTimeout(10*time.Minute), "flag provided but not defined", "-often"),
	)

	It("that is interrupted leaves the last figures", func(ctx SpecContext) {
		interrupted, interrupt := context.WithCancel(ctx)
		go func() {
			defer GinkgoRecover()
			defer interrupt()
			Eventually(ctx, func() error { _, err := os.Stat("it/begun"); return err }).WithTimeout(5 * time.Minute).Should(Succeed())
		}()
		Expect(bench(interrupted, "-bench", "Slow", "true")).To(Equal(1))
		Expect(errs.String()).To(ContainSubstring("interrupted; report/bench.txt is as it was"))
		Expect(kept()).To(Equal(before))
	}, SpecTimeout(10*time.Minute))

	It("ends like that when it is told to, and leaves nothing", func(ctx SpecContext) {
		binary, temporary := filepath.Join(GinkgoT().TempDir(), "bench"), GinkgoT().TempDir()
		build := exec.CommandContext(ctx, "go", "build", "-o", binary, "../cmd/bench")
		build.Dir = here
		said, err := build.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(said))
		c := exec.CommandContext(ctx, binary, "-report", "report", "-bench", "Slow", "true")
		c.Env, c.Stderr = append(os.Environ(), "TMPDIR="+temporary), &errs
		Expect(c.Start()).To(Succeed())
		Eventually(ctx, func() error { _, err := os.Stat("it/begun"); return err }).WithTimeout(5 * time.Minute).Should(Succeed())
		Expect(c.Process.Signal(syscall.SIGTERM)).To(Succeed())
		Expect(c.Wait()).To(HaveOccurred())
		Expect(c.ProcessState.ExitCode()).To(Equal(1))
		Expect(errs.String()).To(HaveSuffix("interrupted; report/bench.txt is as it was\n"))
		Expect(filepath.Glob(filepath.Join(temporary, "*"))).To(BeEmpty())
	}, SpecTimeout(10*time.Minute))
})
