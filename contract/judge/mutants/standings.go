package mutants

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Aspect is one operator before one judge.
type Aspect struct {
	Judge    Judge
	Operator Operator
}

// Standing is what a judge caught of an operator's mutants: when they were judged for the
// first time, and when a result was accepted last.
type Standing struct{ First, Now Count }

// Standings are what the judges caught of the operators of the second list.
type Standings map[Aspect]Standing

// counts are what the judges caught, by aspect.
func (r *Report) counts() map[Aspect]Count {
	all := map[Aspect]Count{}
	for _, j := range r.Judgements {
		for _, o := range j.Operators {
			all[Aspect{j.Judge, Operator(o.Name)}] = o.Count
		}
	}
	return all
}

// Accept takes the result for the one of now; what is new has it for its first too.
func (s Standings) Accept(r *Report) Standings {
	all := Standings{}
	for at, count := range r.counts() {
		count.Placed = 0 // is not kept
		was, known := s[at]
		if !known {
			was.First = count
		}
		all[at] = Standing{was.First, count}
	}
	return all
}

// Recall notes in a report what was caught at first, of each operator and of all.
func (s Standings) Recall(r *Report) {
	for _, j := range r.Judgements {
		first := s.Of(j.Judge).First
		j.First = &first
		for i, o := range j.Operators {
			if was, known := s[Aspect{j.Judge, Operator(o.Name)}]; known {
				j.Operators[i].First = &was.First
			}
		}
	}
}

// Short says where less is caught than was accepted, what is not known, and what is
// gone, a line each. The schema alone is held to nothing: it is there to compare with.
func (s Standings) Short(r *Report) []string {
	var all []string
	say := func(at Aspect, text string, values ...any) {
		all = append(all, fmt.Sprintf("%s: %s: ", at.Judge, at.Operator)+fmt.Sprintf(text, values...))
	}
	counts := r.counts()
	for at, is := range counts {
		was, known := s[at]
		switch {
		case at.Judge == Schema:
		case !known:
			say(at, "is new; make mutants ACCEPT=1 keeps what is caught of it")
		case is.Rate() < was.Now.Rate() || is.Rate() < was.First.Rate():
			say(at, "%.1f %% are caught, and %.1f were", is.Rate(), max(was.Now.Rate(), was.First.Rate()))
		}
	}
	for at := range s {
		if _, made := counts[at]; !made && at.Judge != Schema {
			say(at, "makes nothing any more")
		}
	}
	slices.Sort(all)
	return all
}

// Blind says where a sample shows that a judge who caught all of an operator's mutants
// does not any more, or more of them survive than did of all. Of a provider of which
// nothing was accepted it says nothing: s is nil.
func (s Standings) Blind(r *Report) []string {
	var all []string
	if s == nil {
		return nil
	}
	for at, is := range r.counts() {
		was, known := s[at]
		if at.Judge != Schema && (!known || is.Survived() > was.Now.Survived()) {
			all = append(all, fmt.Sprintf("%s: %s: %d survive of a sample, and %d are known to of all",
				at.Judge, at.Operator, is.Survived(), was.Now.Survived()))
		}
	}
	slices.Sort(all)
	return all
}

const standingsHead = "# What the judges catch of the second list of operators: judge, operator; mutants, caught\n" +
	"# and equivalent ones when they were judged first; and the same when a result was accepted last.\n" +
	"# Written by make mutants ACCEPT=1, which never changes what was first.\n"

// Text is the list as it is kept.
func (s Standings) Text() string {
	var lines []string
	for at, c := range s {
		lines = append(lines, fmt.Sprintf("%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\n", at.Judge, at.Operator,
			c.First.Made, c.First.Caught, c.First.Equivalent, c.Now.Made, c.Now.Caught, c.Now.Equivalent))
	}
	slices.Sort(lines)
	return standingsHead + strings.Join(lines, "")
}

// ReadStandings reads what Text wrote in text, which came from file. Its errors name file
// and line.
func ReadStandings(file string, text []byte) (Standings, error) {
	all := Standings{}
	return all, eachLine(file, text, 8, func(f []string) bool {
		var n [6]int
		for i, one := range f[2:] {
			count, err := strconv.Atoi(one)
			if err != nil {
				return false
			}
			n[i] = count
		}
		all[Aspect{Judge(f[0]), Operator(f[1])}] = Standing{
			Count{Made: n[0], Caught: n[1], Equivalent: n[2]}, Count{Made: n[3], Caught: n[4], Equivalent: n[5]},
		}
		return true
	})
}

// MergeStandings adds up those of several providers.
func MergeStandings(all ...Standings) Standings {
	sum := Standings{}
	for _, one := range all {
		for at, c := range one {
			both := sum[at]
			both.First.plus(c.First)
			both.Now.plus(c.Now)
			sum[at] = both
		}
	}
	return sum
}

// Of is what that judge caught of all operators; Made is 0 if it judged nothing.
func (s Standings) Of(judge Judge) Standing {
	var sum Standing
	for at, c := range s {
		if at.Judge == judge {
			sum.First.plus(c.First)
			sum.Now.plus(c.Now)
		}
	}
	return sum
}

// Weakest is the operator of whose mutants the judge catches the smallest part now.
func (s Standings) Weakest(judge Judge) (Operator, Standing) {
	var weakest Operator
	for _, o := range s.Operators() {
		c, judged := s[Aspect{judge, o}]
		if judged && (weakest == "" || c.Now.Rate() < s[Aspect{judge, weakest}].Now.Rate()) {
			weakest = o
		}
	}
	return weakest, s[Aspect{judge, weakest}]
}

// Operators are the names of all, sorted.
func (s Standings) Operators() []Operator {
	names := map[Operator]bool{}
	for at := range s {
		names[at.Operator] = true
	}
	return slices.Sorted(maps.Keys(names))
}
