package bench

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// figure is the time that one benchmark takes.
type figure struct {
	name    string // in full, as the benchmark prints it
	what    string // the name without the key
	key     string // "by", "ops" or ""
	value   string // of the key
	seconds float64
	spread  float64 // how far off that may be, as a fraction; infinite if too few runs tell
}

var (
	// keyed is the one part of a name that says how, or on how much, the work is done.
	keyed = regexp.MustCompile(`/(by|ops)=([^/]+)`)
	// result is a line that a benchmark prints: its name, and how long it took.
	result = regexp.MustCompile(`(?m)^Benchmark(\S+)\s+\d+\s+(\S+) ns/op`)
	// processors is what package testing appends to a name.
	processors = regexp.MustCompile(`-\d+$`)
)

// read takes the CSV that benchstat writes of one file, in its order.
func read(r io.Reader) ([]figure, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1
	rows, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("benchstat: %w", err)
	}
	var all []figure
	for _, row := range rows {
		if len(row) < 3 || row[0] == "" || row[0] == "geomean" {
			continue // the head and the foot
		}
		f := figure{name: row[0], what: processors.ReplaceAllString(row[0], ""), spread: math.Inf(1)}
		if f.seconds, err = strconv.ParseFloat(row[1], 64); err != nil {
			return nil, fmt.Errorf("benchstat: %s takes %q", row[0], row[1])
		}
		if percent, err := strconv.ParseFloat(strings.TrimSuffix(row[2], "%"), 64); err == nil {
			f.spread = percent / 100
		}
		if m := keyed.FindStringSubmatch(f.what); m != nil {
			f.key, f.value = m[1], m[2]
			f.what = strings.Replace(f.what, m[0], "", 1)
		}
		all = append(all, f)
	}
	return all, nil
}

// measured are the times of all runs, by the benchmark's name, as they were printed.
func measured(raw []byte) map[string][]float64 {
	all := map[string][]float64{}
	for _, m := range result.FindAllSubmatch(raw, -1) {
		if nanoseconds, err := strconv.ParseFloat(string(m[2]), 64); err == nil {
			all[string(m[1])] = append(all[string(m[1])], nanoseconds)
		}
	}
	return all
}

// ratio is how much more one takes than another, with how far off that may be.
func ratio(over, under figure, scale float64, runs map[string][]float64) string {
	text := fmt.Sprintf("%.2f", over.seconds/under.seconds/scale)
	if spread := math.Hypot(over.spread, under.spread); !math.IsInf(spread, 0) {
		return text + fmt.Sprintf(" ± %.0f%%", 100*spread)
	}
	a, b := runs[over.name], runs[under.name]
	if len(a) < 2 || len(b) < 2 {
		return text + " (one run)"
	}
	return text + fmt.Sprintf(" (%.2f to %.2f)", slices.Min(a)/slices.Max(b)/scale, slices.Max(a)/slices.Min(b)/scale)
}

// table compares each figure with the one before it that does the same. runs are the
// times of which the figures are made.
func table(figures []figure, runs map[string][]float64) string {
	var ways, growth strings.Builder
	byWay, bySize := tabwriter.NewWriter(&ways, 0, 0, 2, ' ', 0), tabwriter.NewWriter(&growth, 0, 0, 2, ' ', 0)
	last := map[string]figure{}
	for _, f := range figures {
		before, found := last[f.key+" "+f.what]
		last[f.key+" "+f.what] = f
		switch {
		case !found:
		case f.key == "by":
			fmt.Fprintf(byWay, "%s\t%s / %s\t%s\n", strings.Replace(f.what, "/", " ", 1), f.value, before.value, ratio(f, before, 1, runs))
		case f.key == "ops":
			from, _ := strconv.ParseFloat(before.value, 64) // what is no number makes a ratio that is none
			to, _ := strconv.ParseFloat(f.value, 64)
			fmt.Fprintf(bySize, "%s\t%s to %s\t%s\n", f.what, before.value, f.value, ratio(f, before, to/from, runs))
		}
	}
	_, _ = byWay.Flush(), bySize.Flush() // into memory
	text := "times as long, by two ways of doing the same\n" + ways.String()
	if ways.Len() == 0 {
		text = ""
	}
	if growth.Len() > 0 {
		text += "growth over documents of that many operations; 1.00 is linear, ten times as long for ten times as many\n" + growth.String()
	}
	return text
}
