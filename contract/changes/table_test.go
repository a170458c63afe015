package changes

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var tableFile = flag.String("table", "", "the `file` to write the table of seeded changes to; none if empty")

// row is one seeded change: what was done, and what had to be said.
type row struct {
	group, provider, what string
	want                  level
	in, rule              string
}

// answer is what was said of a row.
type answer struct {
	row
	got   level
	said  string
	right bool
}

var told []answer

// tell keeps what the report r says of a row.
func tell(w row, r *report) {
	one := answer{row: w, got: r.worst(), said: "nothing"}
	one.right = one.got == w.want && (w.want == "" || r.says(w.in, w.rule))
	for _, f := range r.Changes {
		if f.Section == w.in && strings.HasPrefix(f.Rule, w.rule) || w.want == "" {
			one.said = f.Section + ": " + f.Text
			break
		}
	}
	told = append(told, one)
}

var _ = AfterSuite(func() {
	if *tableFile == "" {
		return
	}
	groups := []string{"on the wire", "in its examples alone", "against our word on it", "of which too little was said",
		"of which too much was said", "as published documents have changed", "in Go", "in what is sent",
		"that says nothing new"}
	slices.SortStableFunc(told, func(a, b answer) int {
		return cmp.Compare(slices.Index(groups, a.group), slices.Index(groups, b.group))
	})
	var b strings.Builder
	b.WriteString("| # | changed | of | what | wanted | got | what the report says |\n|---|---|---|---|---|---|---|\n")
	breaks, found, harmless, alarms := 0, 0, 0, 0
	for i, t := range told {
		got := cmp.Or(string(t.got), "nothing")
		if !t.right {
			got += " (wrong)"
		}
		said := shorten(strings.NewReplacer("|", "\\|", "\n", " ").Replace(t.said))
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %s | %s |\n", i+1, t.group, t.provider, t.what, cmp.Or(string(t.want), "nothing"), got, said)
		if t.want == breaking {
			breaks++
			if t.got == breaking {
				found++
			}
			continue
		}
		harmless++
		if t.got == breaking || t.want == "" && t.got != "" {
			alarms++
		}
	}
	fmt.Fprintf(&b, "\n%d seeded changes: %d of %d breaking ones found, %d false alarms in %d that break nothing.\n", len(told), found, breaks, alarms, harmless)
	Expect(os.WriteFile(*tableFile, []byte(b.String()), 0o600)).To(Succeed())
})
