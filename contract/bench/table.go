package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// ratio is how a benchmark relates to another, or to a smaller one of itself.
type ratio struct {
	name string // what is measured, and by which two ways or sizes, as the table shows it
	key  string // "by", "ops" or "" for what a benchmark itself gives as a ratio
	runs []float64
}

// median is the middle of the runs.
func (r ratio) median() float64 {
	sorted := slices.Sorted(slices.Values(r.runs))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}

// String is the median, and from where to where the runs lie.
func (r ratio) String() string {
	if len(r.runs) == 1 {
		return fmt.Sprintf("%s (one run)", short(r.runs[0]))
	}
	return fmt.Sprintf("%s (%s to %s)", short(r.median()), short(slices.Min(r.runs)), short(slices.Max(r.runs)))
}

// short is a ratio to three digits or to the whole.
func short(f float64) string {
	switch {
	case f < 9.995:
		return fmt.Sprintf("%.2f", f)
	case f < 99.95:
		return fmt.Sprintf("%.1f", f)
	}
	return fmt.Sprintf("%.0f", f)
}

var (
	// keyed is the one part of a name that says how, or on how much, the work is done.
	keyed = regexp.MustCompile(`/(by|ops)=([^/]+)`)
	// processors is what package testing appends to a name.
	processors = regexp.MustCompile(`-\d+$`)
	// given is the unit of a ratio that a benchmark made itself. Those of package testing, and
	// what is counted in a second, are none.
	given   = regexp.MustCompile(`^[A-Za-z-]+/[A-Za-z-]+$`)
	counted = regexp.MustCompile(`^\w+/(?:op|s|check)$`)
)

// result is a line that a benchmark prints.
type result struct {
	what       string // the name without the key
	key, value string // "by" or "ops" and its value; "" if the name has neither
	seconds    float64
	ratios     [][2]string // unit and value of each that the benchmark gives itself
}

// results are what the benchmarks printed: in the order of the first time, each with the
// results of its runs.
func results(raw []byte) (order []string, runs map[string][]result, err error) {
	runs = map[string][]result{}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(lines.Text(), "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		r := result{what: processors.ReplaceAllString(name, "")}
		if m := keyed.FindStringSubmatch(r.what); m != nil {
			r.key, r.value = m[1], m[2]
			r.what = strings.Replace(r.what, m[0], "", 1)
		}
		for i := 2; i+1 < len(fields); i += 2 {
			switch unit := fields[i+1]; {
			case unit == "ns/op":
				if r.seconds, err = strconv.ParseFloat(fields[i], 64); err != nil {
					return nil, nil, fmt.Errorf("%s takes %q", name, fields[i])
				}
			case given.MatchString(unit) && !counted.MatchString(unit):
				r.ratios = append(r.ratios, [2]string{unit, fields[i]})
			}
		}
		if runs[name] == nil {
			order = append(order, name)
		}
		runs[name] = append(runs[name], r)
	}
	return order, runs, lines.Err()
}

// ratios compares each benchmark with the one before it that does the same, run by run: what
// else the machine did met both of a run. After each are those that it gives itself.
func ratios(raw []byte) ([]ratio, error) {
	order, runs, err := results(raw)
	if err != nil {
		return nil, err
	}
	var all []ratio
	last := map[string]string{}
	for _, name := range order {
		first := runs[name][0]
		same := first.key + " " + first.what
		before, found := last[same]
		last[same] = name
		what := strings.Replace(first.what, "/", " ", 1)
		if found && first.key != "" {
			under := runs[before]
			r := ratio{key: first.key, name: fmt.Sprintf("%s  %s / %s", what, first.value, under[0].value)}
			scale := 1.0
			if first.key == "ops" {
				r.name = fmt.Sprintf("%s  %s to %s", what, under[0].value, first.value)
				from, _ := strconv.ParseFloat(under[0].value, 64) // what is no number makes a ratio that is none
				to, _ := strconv.ParseFloat(first.value, 64)
				scale = to / from
			}
			for i := range min(len(runs[name]), len(under)) {
				r.runs = append(r.runs, runs[name][i].seconds/under[i].seconds/scale)
			}
			all = append(all, r)
		}
		for n, pair := range first.ratios {
			r := ratio{name: what + "  " + strings.Replace(pair[0], "/", " / ", 1)}
			for _, run := range runs[name] {
				if n >= len(run.ratios) {
					return nil, fmt.Errorf("%s gives %s in one run and not in another", name, pair[0])
				}
				f, err := strconv.ParseFloat(run.ratios[n][1], 64)
				if err != nil {
					return nil, fmt.Errorf("%s takes %q %s", name, run.ratios[n][1], pair[0])
				}
				r.runs = append(r.runs, f)
			}
			all = append(all, r)
		}
	}
	return all, nil
}

// table is what make bench prints.
func table(all []ratio) string {
	var text strings.Builder
	write := func(title string, of func(ratio) bool) {
		var rows strings.Builder
		columns := tabwriter.NewWriter(&rows, 0, 0, 2, ' ', 0)
		for _, r := range all {
			if of(r) {
				fmt.Fprintf(columns, "%s\t%s\n", strings.ReplaceAll(r.name, "  ", "\t"), r)
			}
		}
		_ = columns.Flush() // into memory
		if rows.Len() > 0 {
			text.WriteString(title + "\n" + rows.String())
		}
	}
	write("times as long, or as much, by two ways of doing the same", func(r ratio) bool { return r.key != "ops" })
	write("growth over documents of that many operations; 1.00 is linear, ten times as long for ten times as many",
		func(r ratio) bool { return r.key == "ops" })
	return text.String()
}
