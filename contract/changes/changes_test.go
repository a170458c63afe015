package changes

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
	description "example.com/digilocker/contract/provider"
)

// trees are the providers of testdata, which are invented: a change of the real
// documents leaves these specs alone. Each example has a case and a recording.
var trees = func() map[string]*provider {
	s, err := readSide("base", os.DirFS("testdata"))
	if err != nil {
		panic(err)
	}
	for _, p := range s.providers {
		p.generated, p.sum = p.effective, strings.Repeat("0", 64)
		for i, e := range p.doc.Entries {
			p.cases[e.ID] = i + 1
			if ledger.NotApplicable(ledger.Fixtures, e.Direction) == "" {
				p.fixtures[e.ID] = p.sum
			}
		}
	}
	return s.providers
}()

// judged are the reports on seeds of documents, by what they do. They are made side by side.
func judged(seeds []seed) map[string]*report {
	var mu sync.Mutex
	reports := map[string]*report{}
	todo := make(chan seed)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for s := range todo {
				r, err := s.judge()
				if err != nil {
					r = &report{Verdict: err.Error()}
				}
				mu.Lock()
				reports[s.what] = r
				mu.Unlock()
			}
		})
	}
	for _, s := range seeds {
		todo <- s
	}
	close(todo)
	workers.Wait()
	return reports
}

// judge compares a seed with the tree as it is.
func (s seed) judge() (*report, error) {
	p, err := s.grown()
	if err != nil {
		return nil, err
	}
	was := trees[s.provider]
	if s.on != nil {
		if was, err = (seed{provider: s.provider, edit: s.on.edit, ours: s.on.ours}).grown(); err != nil {
			return nil, err
		}
	}
	r := compare(&side{name: "base", providers: map[string]*provider{s.provider: was}},
		&side{name: "head", providers: map[string]*provider{s.provider: p}}, decided)
	r.finish()
	return r, nil
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

// says tells whether the rule spoke in the section.
func (r *report) says(section, rule string) bool {
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
	called := map[string]bool{}
	table := func(group string, seeds []seed, labels ...any) {
		for _, s := range seeds {
			if called[s.what] {
				panic("two seeds are called " + s.what)
			}
			called[s.what] = true
		}
		reports := sync.OnceValue(func() map[string]*report { return judged(seeds) })
		check := func(s seed) {
			r := reports()[s.what]
			tell(row{group, s.provider, s.what, s.want, s.in, s.rule}, r)
			Expect(r.worst()).To(Equal(s.want), r.Verdict+"\n"+r.markdown())
			if s.want != "" {
				Expect(r.says(s.in, s.rule)).To(BeTrue(), "no %s in %s:\n%s", s.rule, s.in, r.markdown())
			}
			Expect(r.NotCompared).To(Or(BeEmpty(), ConsistOf(HavePrefix("Go and wire shape of "+s.provider+" as they will be"))))
		}
		DescribeTable(group+":", append(labels, check, entries(seeds))...)
	}
	table("on the wire", onTheWire)
	table("in its examples alone", inTheExamples)
	table("against our word on it", inOurWord)
	table("of which too little was said", saidTooLittle)
	table("of which too much was said", saidTooMuch)
	table("as published documents have changed", asPublished)
	table("that says nothing new", sayingNothing, Label("beside"))
})

// decided are the members by which adapters of the invented providers would decide.
var decided = decides{
	acme: {"": {"code", "status", "event_type"}},
	birch: {
		"":          {"status", "response_status_id", "verification_status"},
		"getStatus": {"message"}, // both of its refusals have one code
	},
	cedar: {"": {"code", "status"}},
}

var _ = It("takes what an adapter decides by from the provider's description", func() {
	d := described([]description.Provider{
		{Name: acme, Adapter: &description.Adapter{Decides: decided[acme]}},
		{Name: birch, Adapter: &description.Adapter{Decides: decided[birch]}},
		{Name: cedar},
	})
	Expect(d).To(Equal(decides{acme: decided[acme], birch: decided[birch]}))
	Expect(d.decisive(example.Entry{Provider: birch, Operation: "getStatus"}, "message")).To(BeTrue())
	Expect(d.decisive(example.Entry{Provider: birch, Operation: "getDocument"}, "message")).To(BeFalse())
	Expect(d.decisive(example.Entry{Provider: cedar}, "code")).To(BeTrue(), "without an adapter, a code does")
})
