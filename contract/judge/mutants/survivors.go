package mutants

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.com/digilocker/specs/document"
)

// Place is where mutants of one operator survive one judge. In Pointer, * is any
// index.
type Place struct {
	Judge     Judge
	Operation string // with its provider
	Operator  Operator
	Pointer   string
}

func (p Place) String() string {
	return fmt.Sprintf("%s, %s: %s at %s", p.Judge, p.Operation, p.Operator, p.Pointer)
}

// Tally counts the survivors of a place.
type Tally struct {
	Survivors  int // that somebody could have told
	Equivalent int
}

// Survived is where mutants survive. A list of them is kept, so that a judge who sees
// less than before is noticed, however little it is.
type Survived map[Place]Tally

// Survived are the survivors of all judges of the suite's own.
func (r *Report) Survived() Survived {
	all := Survived{}
	for _, s := range r.Survivors {
		if s.Judge == Schema {
			continue
		}
		place := Place{s.Judge, s.Provider + "/" + s.Operation, s.Operator, document.General(s.Pointer)}
		tally := all[place]
		if s.Equivalent != "" {
			tally.Equivalent++
		} else {
			tally.Survivors++
		}
		all[place] = tally
	}
	return all
}

const survivedHead = "# Where mutants survive: judge, operation, operator, pointer, survivors, equivalent ones.\n" +
	"# Written by make mutants ACCEPT=1.\n"

// Text is the list as it is kept.
func (s Survived) Text() string {
	var lines []string
	for p, t := range s {
		lines = append(lines, strings.Join([]string{string(p.Judge), p.Operation, string(p.Operator), p.Pointer, strconv.Itoa(t.Survivors), strconv.Itoa(t.Equivalent)}, "\t")+"\n")
	}
	slices.Sort(lines)
	return survivedHead + strings.Join(lines, "")
}

// ReadSurvived reads the list in text, which came from file. Its errors name file and line.
func ReadSurvived(file string, text []byte) (Survived, error) {
	all := Survived{}
	return all, eachLine(file, text, 6, func(f []string) bool {
		survivors, err1 := strconv.Atoi(f[4])
		equivalent, err2 := strconv.Atoi(f[5])
		all[Place{Judge(f[0]), f[1], Operator(f[2]), f[3]}] = Tally{survivors, equivalent}
		return err1 == nil && err2 == nil
	})
}

// eachLine gives take the columns of each line of a list that a provider's folder keeps, but for
// comments. Its error names the file and the first line that has another number of columns, or
// that take refuses.
func eachLine(file string, text []byte, columns int, take func(f []string) bool) error {
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if f := strings.Split(line, "\t"); len(f) != columns || !take(f) {
			return &document.Error{File: file, Line: i + 1, Msg: "is no line of this list; make mutants ACCEPT=1 writes it anew"}
		}
	}
	return nil
}

// Changes says how now is not s, a line for each place, sorted.
func (s Survived) Changes(now Survived) []string {
	var all []string
	places := maps.Clone(s)
	maps.Copy(places, now)
	for p := range places {
		if was, is := s[p], now[p]; was != is {
			all = append(all, fmt.Sprintf("%v: %d survivors and %d equivalent ones, not %d and %d", p, is.Survivors, is.Equivalent, was.Survivors, was.Equivalent))
		}
	}
	slices.Sort(all)
	return all
}

// Beyond are the places of now at which more survive than in s, or where some are
// taken for other than they were. It is what a sample can tell.
func (s Survived) Beyond(now Survived) []string {
	var all []string
	for p, is := range now {
		if was := s[p]; is.Survivors > was.Survivors || is.Equivalent > was.Equivalent {
			all = append(all, fmt.Sprintf("%v: %d survivors and %d equivalent ones, and only %d and %d are known", p, is.Survivors, is.Equivalent, was.Survivors, was.Equivalent))
		}
	}
	slices.Sort(all)
	return all
}

const scoreHead = "# What the judges catch: judge, operator, mutants, caught, equivalent to what is right;\n" +
	"# and first how many distinct wrong answers and requests there are.\n" +
	"# Written by make mutants ACCEPT=1.\n"

// Score is what each judge catches of each operator's mutants, as it is kept.
func (r *Report) Score() string {
	var b strings.Builder
	b.WriteString(scoreHead)
	fmt.Fprintf(&b, "messages\t%d\t%d\n", r.Messages.Answers, r.Messages.Requests)
	for _, j := range r.Judgements {
		for _, o := range j.Operators {
			fmt.Fprintf(&b, "%s\t%s\t%d\t%d\t%d\n", j.Judge, o.Name, o.Made, o.Caught, o.Equivalent)
		}
	}
	return b.String()
}

// ReadScore reads what Score wrote in text, which came from file: a report of counts
// alone. Its errors name file and line.
func ReadScore(file string, text []byte) (*Report, error) {
	r := new(Report)
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if _, err := fmt.Sscanf(line, "messages\t%d\t%d", &r.Messages.Answers, &r.Messages.Requests); err == nil {
			continue
		}
		var n [3]int
		ok := len(f) == 2+len(n)
		for k := range n {
			if ok {
				var err error
				n[k], err = strconv.Atoi(f[2+k])
				ok = err == nil
			}
		}
		if !ok {
			return nil, &document.Error{File: file, Line: i + 1, Msg: "is no line of this list; make mutants ACCEPT=1 writes it anew"}
		}
		j := r.Of(Judge(f[0]))
		if j == nil {
			j = &Judgement{Judge: Judge(f[0])}
			r.Judgements = append(r.Judgements, j)
		}
		c := Count{Made: n[0], Caught: n[1], Equivalent: n[2]}
		j.Operators = append(j.Operators, Row{Name: f[1], Count: c})
		j.Made, j.Caught, j.Equivalent = j.Made+c.Made, j.Caught+c.Caught, j.Equivalent+c.Equivalent
	}
	return r, nil
}

// Weakest is the operator of whose mutants the judge catches the smallest part.
func (j *Judgement) Weakest() Row {
	return slices.MinFunc(j.Operators, func(a, b Row) int { return cmp.Compare(a.Rate(), b.Rate()) })
}
