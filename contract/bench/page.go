package bench

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// row is one of the table in contract/docs/speed.md.
type row struct {
	says string
	of   []figure
}

// figure is a ratio in a row. The second part says of which case it is; it may be empty.
type figure struct{ ratio, of string }

// rows are what that page says of the benchmarks.
var rows = []row{
	{"the generated client, over the same call written by hand with `net/http` and `encoding/json`", []figure{
		{"Call answer=0.4KB  client / hand", "an answer of 0.4 KB"}, {"Call answer=16KB  client / hand", "16 KB"}}},
	{"an adapter, over the same: a time-out, a first look at the JSON, values that do not print themselves", []figure{
		{"Call answer=0.4KB  adapter / hand", "0.4 KB"}, {"Call answer=16KB  adapter / hand", "16 KB"}}},
	{"verifying a signed document, over SHA-256 and RSA of as many bytes", []figure{
		{"Verify photo=0KB  eaadhaar / rsa", "no photo"}, {"Verify photo=16KB  eaadhaar / rsa", "16 KB"},
		{"Verify photo=200KB  eaadhaar / rsa", "200 KB"}, {"Verify photo=2048KB  eaadhaar / rsa", "2 MB"}}},
	{"the simulator, over a handler that writes the same bytes, by what a process takes of the processors", []figure{
		{"Start  simulator / bare", ""}}},
	{"checking the documented examples against their schemas, over decoding them", []figure{
		{"Schema  schema / decoding", ""}}},
	{"taking the documents apart, over parsing their YAML", []figure{{"Load  examples / yaml", ""}}},
	{"applying an overlay, over reading its two files", []figure{{"Effective  overlay / reading", ""}}},
	{"a report on changes where no Go changed, over comparing the same documents with oasdiff", []figure{
		{"Report  report / oasdiff", ""}}},
	{"the memory that an import of 1,000 operations takes at its most, over the size of the document", []figure{
		{"ImportMemory  memory / document", ""}}},
}

// place is where the page has the table.
var place = regexp.MustCompile(`(?s)(` + begin + `).*(` + end + `)`)

const (
	begin = "<!-- speed: written by make bench ACCEPT=1 -->\n"
	end   = "<!-- end of speed -->\n"
)

// accepted is the page in the file, with the table of those ratios.
func accepted(file string, all []ratio, raw []byte, now time.Time) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	m := place.FindSubmatchIndex(text)
	if m == nil {
		return nil, fmt.Errorf("%s has no place for the table; put back the lines %q and %q", file, begin, end)
	}
	written, err := markdown(all, raw, now)
	if err != nil {
		return nil, err
	}
	return []byte(string(text[:m[3]]) + written + string(text[m[4]:])), nil
}

// processor is where package testing says which one it is.
var processor = regexp.MustCompile(`(?m)^cpu: (.+)$`)

// markdown is the table, and when and on what it was measured.
func markdown(all []ratio, raw []byte, now time.Time) (string, error) {
	known := map[string]ratio{}
	runs, least, most := 0, ratio{}, ratio{}
	for _, r := range all {
		known[r.name] = r
		runs = max(runs, len(r.runs))
		if r.key == "ops" && (least.runs == nil || r.median() < least.median()) {
			least = r
		}
		if r.key == "ops" && (most.runs == nil || r.median() > most.median()) {
			most = r
		}
	}
	var b bytes.Buffer
	cpu := "processor"
	if m := processor.FindSubmatch(raw); m != nil {
		cpu = string(m[1])
	}
	fmt.Fprintf(&b, "Medians of %d runs, and from where to where they lie: %s, %d cores (%s), %s on %s/%s.\n\n"+
		"| | times as much |\n|---|---|\n",
		runs, now.Format("2 January 2006"), runtime.NumCPU(), cpu, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, row := range rows {
		var figures []string
		for _, f := range row.of {
			r, found := known[f.ratio]
			if !found {
				return "", fmt.Errorf("no benchmark gave %q, which the table has; leave BENCH away", f.ratio)
			}
			if said := r.String(); f.of == "" {
				figures = append(figures, said)
			} else {
				figures = append(figures, f.of+": "+said)
			}
		}
		fmt.Fprintf(&b, "| %s | %s |\n", row.says, strings.Join(figures, "; "))
	}
	if most.runs == nil {
		return "", fmt.Errorf("no benchmark gave growth, of which the page speaks; leave BENCH away")
	}
	fmt.Fprintf(&b, "\nFor ten times as many operations, of 20 examples each, a step takes %s to %s times as long, "+
		"the medians of %d runs (%s; %s).\n", short(10*least.median()), short(10*most.median()), min(runs, growthRuns),
		strings.ReplaceAll(least.name, "  ", ", "), strings.ReplaceAll(most.name, "  ", ", "))
	return b.String(), nil
}
