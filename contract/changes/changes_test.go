package main

import (
	"os"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// trees are the providers as they are, read once.
var trees = func() map[string]*provider {
	s, err := readSide("base", os.DirFS(root))
	if err != nil {
		panic(err)
	}
	return s.providers
}()

// judged compares a seed with the tree as it is.
func judged(s seed) *report {
	GinkgoHelper()
	p, err := s.grown()
	Expect(err).NotTo(HaveOccurred())
	r := compare(&side{name: "base", providers: map[string]*provider{s.provider: trees[s.provider]}},
		&side{name: "head", providers: map[string]*provider{s.provider: p}})
	r.finish()
	return r
}

// worst is the level of what a report has found; "" if that is nothing.
func (r *report) worst() level {
	for _, l := range levels {
		if r.count(l) > 0 {
			return l
		}
	}
	return ""
}

// found says whether the rule spoke in the section.
func (r *report) found(section, rule string) bool {
	return slices.ContainsFunc(r.Changes, func(f finding) bool {
		return f.Section == section && strings.HasPrefix(f.Rule, rule)
	})
}

func entries(seeds []seed) []TableEntry {
	var list []TableEntry
	for _, s := range seeds {
		list = append(list, Entry(s.what, s))
	}
	return list
}

var _ = Describe("a changed document", func() {
	check := func(s seed) {
		r := judged(s)
		Expect(r.worst()).To(Equal(s.want), r.markdown())
		if s.want != "" {
			Expect(r.found(s.in, s.rule)).To(BeTrue(), "no %s in %s:\n%s", s.rule, s.in, r.markdown())
		}
		Expect(r.NotCompared).To(BeEmpty())
	}
	DescribeTable("on the wire:", check, entries(onTheWire))
	DescribeTable("in its examples alone:", check, entries(inTheExamples))
	DescribeTable("against our word on it:", check, entries(inOurWord))
	DescribeTable("of which nothing is to be said:", check, entries(sayingNothing))
})
