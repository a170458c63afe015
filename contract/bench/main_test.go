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

// As the benchmarks print it, of two runs.
const printed = `goos: linux
cpu: Some Processor
BenchmarkCall/answer=1KB-2     	     100	       900 ns/op	 1.5000 client/hand	 4 adapter/hand	 16 B/op
BenchmarkOther/by=hand-2       	       1	1000000000 ns/op	      16 B/op	       1 allocs/op
BenchmarkOther/by=client-2     	       1	2000000000 ns/op	      16 B/op	       1 allocs/op
BenchmarkOther/by=adapter-2    	       1	3000000000 ns/op	        12.00 req/s
BenchmarkStraight/ops=10-2     	       1	100 ns/op
BenchmarkStraight/ops=100-2    	       1	1000 ns/op
BenchmarkStraight/ops=1000-2   	       1	10000 ns/op
BenchmarkSquare/ops=10-2       	       1	100 ns/op
BenchmarkSquare/ops=100-2      	       1	10000 ns/op
BenchmarkAlone-2               	       1	700 ns/op
PASS
BenchmarkCall/answer=1KB-2     	     100	       900 ns/op	         1.700 client/hand	         3 adapter/hand
BenchmarkOther/by=hand-2       	       2	 500000000 ns/op	      16 B/op	       1 allocs/op
BenchmarkOther/by=client-2     	       3	1500000000 ns/op	      16 B/op	       1 allocs/op
BenchmarkOther/by=adapter-2    	       3	1500000000 ns/op
BenchmarkStraight/ops=10-2     	       1	1 ns/op
BenchmarkStraight/ops=100-2    	       1	10 ns/op
BenchmarkStraight/ops=1000-2   	       1	200 ns/op
BenchmarkSquare/ops=10-2       	       1	1 ns/op
BenchmarkSquare/ops=100-2      	       1	100 ns/op
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
	for _, by := range []string{"by=idle", "by=busy"} {
		b.Run(by, func(b *testing.B) {
			for b.Loop() {
			}
		})
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
	figures := func(text string) []ratio {
		GinkgoHelper()
		all, err := ratios([]byte(text))
		Expect(err).NotTo(HaveOccurred())
		return all
	}

	It("become ratios: each way over the one before it, each size over the smaller one, run by run", func() {
		Expect(strings.Split(table(figures(printed)), "\n")).To(HaveExactElements(
			ContainSubstring("two ways"),
			"Call answer=1KB  client / hand     1.60 (1.50 to 1.70)",
			"Call answer=1KB  adapter / hand    3.50 (3.00 to 4.00)",
			"Other            client / hand     2.50 (2.00 to 3.00)",
			"Other            adapter / client  1.25 (1.00 to 1.50)",
			ContainSubstring("1.00 is linear"),
			"Straight  10 to 100    1.00 (1.00 to 1.00)",
			"Straight  100 to 1000  1.50 (1.00 to 2.00)",
			"Square    10 to 100    10.0 (10.0 to 10.0)",
			"",
		))
	})

	It("are of one run where there was no other", func() {
		first, _, _ := strings.Cut(printed, "PASS")
		Expect(table(figures(first))).To(ContainSubstring("client / hand     2.00 (one run)\n"))
	})

	It("are numbers", func() {
		_, err := ratios([]byte("BenchmarkA-2 1 many ns/op\n"))
		Expect(err).To(MatchError(`A-2 takes "many"`))
	})
})

var _ = Describe("the table of the page", func() {
	var (
		all    []ratio
		before = rows
		now    = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	)
	BeforeEach(func() {
		var err error
		all, err = ratios([]byte(printed))
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { rows = before })
		rows = []row{
			{"a client", []figure{
				{"Call answer=1KB  client / hand", "1 KB"}, {"Call answer=1KB  adapter / hand", "again"}}},
			{"another", []figure{{"Other  client / hand", ""}}},
		}
		GinkgoT().Chdir(GinkgoT().TempDir())
	})

	It("has the ratios, the date and the machine, and leaves the rest alone", func() {
		Expect(os.WriteFile("speed.md", []byte("# Head\n"+begin+"old\n"+end+"tail\n"), 0o600)).To(Succeed())
		text, err := accepted("speed.md", all, []byte(printed), now)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(text)).To(MatchRegexp(`^# Head\n` + begin +
			`Medians of 2 runs, and from where to where they lie: 2 January 2026, ` +
			`\d+ cores \(Some Processor\), go\S+ on \w+/\w+\.\n\n` +
			`\| \| times as much \|\n\|---\|---\|\n` +
			`\| a client \| 1 KB: 1\.60 \(1\.50 to 1\.70\); again: 3\.50 \(3\.00 to 4\.00\) \|\n` +
			`\| another \| 2\.50 \(2\.00 to 3\.00\) \|\n\n` +
			`For ten times as many .* takes 10\.0 to 100 times as long.* ` +
			`\(Straight, 10 to 100; Square, 10 to 100\)\.\n` + end + `tail\n$`))
	})

	It("is not written where it has no place, or a row no figure", func() {
		Expect(os.WriteFile("speed.md", []byte("# Head\n"), 0o600)).To(Succeed())
		_, err := accepted("speed.md", all, []byte(printed), now)
		Expect(err).To(MatchError(ContainSubstring("speed.md has no place for the table; put back the lines")))
		Expect(os.WriteFile("speed.md", []byte(begin+end), 0o600)).To(Succeed())
		rows = append(rows, row{"a third", []figure{{"Third  a / b", ""}}})
		_, err = accepted("speed.md", all, []byte(printed), now)
		Expect(err).To(MatchError(ContainSubstring(`no benchmark gave "Third  a / b"`)))
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
			"go.mod": "module bench.example\n\ngo 1.25\n", "it/bench_test.go": benchmarks, "report/bench.txt": before,
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

	It("keeps what they print, and tells what that comes to", func(ctx SpecContext) {
		Expect(bench(ctx, "-bench", "Quick", "-count", "2")).To(Equal(0), errs.String())
		Expect(kept()).To(And(ContainSubstring("\nBenchmarkQuick"), ContainSubstring("\npkg: bench.example/it\n"), ContainSubstring("\nBenchmarkQuickToo"), Not(ContainSubstring("Slow"))))
		Expect(out.String()).To(And(MatchRegexp(`Quick +busy / idle +\S+ \(\S+ to \S+\)\n`),
			HaveSuffix("\nmedians of 2 runs, and the smallest and the largest; all figures: report/bench.txt\n")))
		Expect(errs.String()).To(Equal("bench: bench.example/it, 1 of 2 packages ...\n" +
			"bench: bench.example/outside, 2 of 2 packages ...\n"))
	}, SpecTimeout(10*time.Minute))

	It("writes the page of all benchmarks alone", func(ctx SpecContext) {
		Expect(os.WriteFile("speed.md", []byte(begin+end), 0o600)).To(Succeed())
		Expect(bench(ctx, "-bench", "Quick", "-accept", "speed.md")).To(Equal(2))
		Expect(errs.String()).To(Equal("bench: the table is of all benchmarks; leave BENCH away, or ACCEPT\n"))
		Expect(os.ReadFile("speed.md")).To(BeEquivalentTo(begin + end))
	}, SpecTimeout(10*time.Minute))

	It("says what its flags are", func(ctx SpecContext) {
		Expect(bench(ctx, "-h")).To(Equal(0))
		Expect(errs.String()).To(ContainSubstring("-bench regexp"))
	})

	It("is not begun where its figures cannot be written", func(ctx SpecContext) {
		Expect(os.Rename("report/bench.txt", "taken")).To(Succeed())
		Expect(os.Remove("report")).To(Succeed())
		Expect(os.Rename("taken", "report")).To(Succeed())
		Expect(bench(ctx, "-bench", "Quick")).To(Equal(2))
		Expect(errs.String()).To(Equal("bench: no figures can be written to report: mkdir report: not a directory; -report names another folder\n"))
	})

	It("ends with an error where nobody reads what it says", func(ctx SpecContext) {
		reader, stdout, err := os.Pipe()
		Expect(err).NotTo(HaveOccurred())
		Expect(reader.Close()).To(Succeed())
		DeferCleanup(stdout.Close)
		args := []string{"-report", "report", "-count", "1", "-time", "1ms", "-bench", "Quick"}
		Expect(Run(ctx, args, nil, stdout, &errs)).To(Equal(1))
		Expect(errs.String()).To(HaveSuffix("broken pipe\n"))
	}, SpecTimeout(10*time.Minute))

	DescribeTable("that comes to nothing leaves the last figures", func(ctx SpecContext, complaint string, args ...string) {
		Expect(bench(ctx, args...)).NotTo(BeZero())
		Expect(errs.String()).To(ContainSubstring(complaint))
		Expect(out.String()).To(BeEmpty())
		Expect(kept()).To(Equal(before))
	},
		Entry("since one breaks, saying how", SpecTimeout(10*time.Minute), "it broke", "-bench", "Broken"),
		Entry("since none matches", SpecTimeout(10*time.Minute), `no benchmark matches "Missing"`, "-bench", "Missing"),
		Entry("since it is to run nothing", SpecTimeout(10*time.Minute),
			"bench: COUNT=0 is no number of runs; say COUNT=6\n", "-count", "0"),
		Entry("since it is to run no number of times", SpecTimeout(10*time.Minute),
			"bench: COUNT=x is no number of runs; say COUNT=6\n", "-count", "x"),
		Entry("since its pattern is none", SpecTimeout(10*time.Minute),
			"bench: BENCH=( is no regular expression (error parsing regexp: missing closing ): "+
				"`(`); say BENCH=Call, or nothing for all\n", "-bench", "("),
		Entry("since a word means nothing", SpecTimeout(10*time.Minute),
			`"Call" means nothing here; narrow with -bench`, "Call"),
		Entry("since a flag is unknown", SpecTimeout(10*time.Minute), "flag provided but not defined", "-often"),
	)

	It("that is interrupted leaves the last figures", func(ctx SpecContext) {
		interrupted, interrupt := context.WithCancel(ctx)
		go func() {
			defer GinkgoRecover()
			defer interrupt()
			Eventually(ctx, func() error { _, err := os.Stat("it/begun"); return err }).WithTimeout(5 * time.Minute).Should(Succeed())
		}()
		Expect(bench(interrupted, "-bench", "Slow")).To(Equal(1))
		Expect(errs.String()).To(ContainSubstring("interrupted; report/bench.txt is as it was"))
		Expect(kept()).To(Equal(before))
	}, SpecTimeout(10*time.Minute))

	It("ends like that when it is told to, and leaves nothing", func(ctx SpecContext) {
		binary, temporary := filepath.Join(GinkgoT().TempDir(), "bench"), GinkgoT().TempDir()
		build := exec.CommandContext(ctx, "go", "build", "-o", binary, "../cmd/bench")
		build.Dir = here
		said, err := build.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(said))
		c := exec.CommandContext(ctx, binary, "-report", "report", "-bench", "Slow")
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
