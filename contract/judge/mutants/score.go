package mutants

import (
	_ "embed" // the groups of all providers
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"example.com/digilocker/specs/document"
)

// Judge is a judgement that mutants go through.
type Judge string

// The judges of answers are the suite's own, by values as against the fixtures and by
// shape as against a sandbox; the schema alone is there to compare with. Those of
// requests are a recording that is played back and the client check.
const (
	Fixtures Judge = "fixtures"
	Live     Judge = "live"
	Schema   Judge = "schema alone"
	Recorded Judge = "recorded request"
	Client   Judge = "client"
)

// Judges are all of them, in the order in which they are reported.
var Judges = []Judge{Fixtures, Live, Schema, Recorded, Client}

// Result is what became of one mutant.
type Result struct {
	Judge     Judge    `json:"judge"`
	Provider  string   `json:"-"`
	Operation string   `json:"-"`
	Example   string   `json:"example"`
	Operator  Operator `json:"operator"`
	Pointer   string   `json:"pointer"`
	Null      bool     `json:"-"` // what was changed is null, or a member that is
	Foreign   bool     `json:"-"` // the operator is of the second list
	Free      bool     `json:"-"` // what was changed is declared to be free text
	Fresh     bool     `json:"-"` // what was changed is declared to be an id or a link of its own in each answer
	Message   string   `json:"-"` // tells the wrong message, of that example, from others
	Caught    bool     `json:"-"` // the judgement found something
	Placed    bool     `json:"-"` // and at the place that was changed, or around it
}

// Survivor is a mutant that a judgement accepted.
type Survivor struct {
	Result
	// Equivalent is why nobody could tell it from a right one; "" if somebody could.
	Equivalent string `json:"equivalent,omitempty"`
}

// Count counts mutants.
type Count struct {
	Made       int `json:"made"`
	Caught     int `json:"caught"`
	Placed     int `json:"placed"`
	Equivalent int `json:"equivalent"` // of those that were not caught
}

func (c *Count) add(r Result, equivalent bool) {
	c.Made++
	switch {
	case r.Caught:
		c.Caught++
	case equivalent:
		c.Equivalent++
	}
	if r.Placed {
		c.Placed++
	}
}

// Rate is the part that was caught of those that are not equivalent, in percent; 100
// if there is none.
func (c Count) Rate() float64 {
	if c.Made == c.Equivalent {
		return 100
	}
	return 100 * float64(c.Caught) / float64(c.Made-c.Equivalent)
}

// Row is a count by some name.
type Row struct {
	Name string `json:"name"`
	Count
	// First is what was caught when the mutants were judged first; nil of those of which
	// nobody keeps it.
	First *Count `json:"first,omitempty"`
}

// Judgement is what one judge caught.
type Judgement struct {
	Judge Judge `json:"judge"`
	Count
	First      *Count `json:"first,omitempty"` // as in a Row
	Providers  []Row  `json:"providers"`
	Operations []Row  `json:"operations"`
	Operators  []Row  `json:"operators"`
}

// Survived is how many were accepted that somebody could have told.
func (c Count) Survived() int { return c.Made - c.Caught - c.Equivalent }

// Operator is the row of that operator; nil if it made nothing.
func (j *Judgement) Operator(name string) *Row {
	if i := slices.IndexFunc(j.Operators, func(r Row) bool { return r.Name == name }); i >= 0 {
		return &j.Operators[i]
	}
	return nil
}

// Report is what became of all mutants.
type Report struct {
	Started time.Time `json:"started"`
	// Messages are how many distinct wrong answers and requests were made, each of which
	// was given to one judge or to several.
	Messages   Messages     `json:"messages"`
	Judgements []*Judgement `json:"judgements"`
	Survivors  []Survivor   `json:"survivors"`
	// Foreign is what became of the mutants by the operators of the second list, which
	// count nowhere else; nil if they were not judged.
	Foreign *Report `json:"foreign,omitempty"`
}

// Messages counts wrong messages that differ from each other.
type Messages struct {
	Answers  int `json:"answers"`
	Requests int `json:"requests"`
}

// All is how many there are.
func (m Messages) All() int { return m.Answers + m.Requests }

// Merge adds up the reports of several providers; the time is that of the first.
func Merge(all ...*Report) *Report {
	sum := &Report{Survivors: []Survivor{}}
	var foreign []*Report
	for i, r := range all {
		if r.Foreign != nil {
			foreign = append(foreign, r.Foreign)
		}
		if i == 0 {
			sum.Started = r.Started
		}
		sum.Messages.Answers += r.Messages.Answers
		sum.Messages.Requests += r.Messages.Requests
		sum.Survivors = append(sum.Survivors, r.Survivors...)
	}
	for _, judge := range Judges {
		j := &Judgement{Judge: judge}
		for _, r := range all {
			part := r.Of(judge)
			if part == nil {
				continue
			}
			j.plus(part.Count)
			for rows, more := range map[*[]Row][]Row{&j.Providers: part.Providers, &j.Operations: part.Operations, &j.Operators: part.Operators} {
				for _, one := range more {
					row(rows, one.Name).plus(one.Count)
				}
			}
		}
		if j.Made > 0 {
			j.sort()
			sum.Judgements = append(sum.Judgements, j)
		}
	}
	if foreign != nil {
		sum.Foreign = Merge(foreign...)
	}
	return sum
}

func (c *Count) plus(d Count) {
	c.Made, c.Caught, c.Placed, c.Equivalent = c.Made+d.Made, c.Caught+d.Caught, c.Placed+d.Placed, c.Equivalent+d.Equivalent
}

func (j *Judgement) sort() {
	for _, rows := range [][]Row{j.Providers, j.Operations, j.Operators} {
		slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	}
}

// The least that a judge of the suite's own has to catch, in percent: of all mutants, of
// those of one operator, and at the place that was changed.
var aims = map[Judge]float64{Fixtures: 98, Live: 90, Recorded: 98, Client: 98}

const (
	aimOfOperator = 60
	aimOfPlace    = 95
)

// fewest is how many mutants a judge must have seen for a part in percent to say something
// of it: below, score.tsv says what it catches, to the mutant.
const fewest = 100

// told is where a provider's description says of which members an operator speaks.
var told = map[Operator]string{ToCome: "Past", Gender: "Spelt", SameID: "Keys"}

// Short says where the judges catch less than they have to, a line each.
func (r *Report) Short() []string {
	var all []string
	for _, j := range r.Judgements {
		aim, own := aims[j.Judge]
		if !own || j.Made < fewest {
			continue
		}
		if j.Rate() < aim {
			all = append(all, fmt.Sprintf("%s: %.1f %% of the mutants are caught, and %.0f have to be", j.Judge, j.Rate(), aim))
		}
		if 100*j.Placed < aimOfPlace*j.Caught {
			all = append(all, fmt.Sprintf("%s: of %d that are caught, %d are where the mutant is", j.Judge, j.Caught, j.Placed))
		}
		for _, o := range j.Operators {
			if o.Rate() < aimOfOperator {
				one := fmt.Sprintf("%s: %s: %.1f %% are caught, and %d have to be",
					j.Judge, o.Name, o.Rate(), aimOfOperator)
				if where, known := told[Operator(o.Name)]; known {
					one += "; say which members these are in Answers." + where + " of the provider's description"
				}
				all = append(all, one)
			}
		}
	}
	return all
}

// NewReport counts results, whatever their order.
func NewReport(started time.Time, results []Result, list Equivalents) *Report {
	r := &Report{Started: started.UTC().Truncate(time.Second), Survivors: []Survivor{}}
	for _, judge := range Judges {
		j := &Judgement{Judge: judge}
		for _, one := range results {
			if one.Judge != judge {
				continue
			}
			why := ""
			if !one.Caught {
				why = list.why(one)
				r.Survivors = append(r.Survivors, Survivor{one, why})
			}
			j.add(one, why != "")
			for rows, name := range map[*[]Row]string{&j.Providers: one.Provider, &j.Operations: one.Provider + "/" + one.Operation, &j.Operators: string(one.Operator)} {
				row(rows, name).add(one, why != "")
			}
		}
		if j.Made > 0 {
			r.Judgements = append(r.Judgements, j)
		}
	}
	for _, j := range r.Judgements {
		j.sort()
	}
	seen := map[string]bool{}
	for _, one := range results {
		key := one.Example + "\x00" + one.Message
		if one.Message == "" || seen[key] {
			continue
		}
		seen[key] = true
		if one.Judge == Recorded || one.Judge == Client {
			r.Messages.Requests++
		} else {
			r.Messages.Answers++
		}
	}
	return r
}

// row is the one with that name, new if there is none yet.
func row(rows *[]Row, name string) *Count {
	for i := range *rows {
		if (*rows)[i].Name == name {
			return &(*rows)[i].Count
		}
	}
	*rows = append(*rows, Row{Name: name})
	return &(*rows)[len(*rows)-1].Count
}

// Of is what that judge caught; nil if it judged nothing.
func (r *Report) Of(judge Judge) *Judgement {
	for _, j := range r.Judgements {
		if j.Judge == judge {
			return j
		}
	}
	return nil
}

// Operators are the names of all that made anything, sorted.
func (r *Report) Operators() []string {
	var names []string
	for _, j := range r.Judgements {
		for _, row := range j.Operators {
			names = append(names, row.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Made is how often a mutant was judged, over all judges.
func (r *Report) Made() int {
	n := 0
	for _, j := range r.Judgements {
		n += j.Made
	}
	return n
}

// table begins a table with a column for each judge; the function writes a line of it.
func (r *Report) table(w io.Writer, title string) (*tabwriter.Writer, func(name string, cell func(*Judgement) string)) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(name string, cell func(*Judgement) string) {
		text := name + "\t"
		for _, j := range r.Judgements {
			text += cell(j) + "\t"
		}
		fmt.Fprintln(tw, text)
	}
	line(title, func(j *Judgement) string { return string(j.Judge) })
	return tw, line
}

// PrintForeign writes the table of the second list, if it was judged: of each operator,
// by each judge, what was caught at first and what is caught now. Kept has what was first.
func (r *Report) PrintForeign(w io.Writer, kept Standings) error {
	if r.Foreign == nil {
		return nil
	}
	now := kept.Accept(r.Foreign)
	tw, line := r.Foreign.table(w, "operators of the second list: caught at first, and now, in %")
	cell := func(s Standing) string { return fmt.Sprintf("%.1f  %.1f", s.First.Rate(), s.Now.Rate()) }
	for _, o := range now.Operators() {
		line(string(o), func(j *Judgement) string {
			if s, judged := now[Aspect{j.Judge, o}]; judged {
				return cell(s)
			}
			return ""
		})
	}
	line("all", func(j *Judgement) string { return cell(now.Of(j.Judge)) })
	line("judged", func(j *Judgement) string { return fmt.Sprint(j.Made) })
	line("survivors", func(j *Judgement) string { return fmt.Sprint(j.Survived()) })
	return tw.Flush()
}

// Print writes the table: a line for each operator, a column for each judge.
func (r *Report) Print(w io.Writer) error {
	tw, line := r.table(w, "caught, in %")
	for _, name := range r.Operators() {
		line(name, func(j *Judgement) string {
			if row := j.Operator(name); row != nil {
				return fmt.Sprintf("%.1f", row.Rate())
			}
			return ""
		})
	}
	line("all", func(j *Judgement) string { return fmt.Sprintf("%.1f", j.Rate()) })
	line("judged", func(j *Judgement) string { return fmt.Sprint(j.Made) })
	line("survivors", func(j *Judgement) string { return fmt.Sprint(j.Survived()) })
	line("equivalent", func(j *Judgement) string { return fmt.Sprint(j.Equivalent) })
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d distinct wrong messages (%d answers, %d requests), judged %d times\n", r.Messages.All(), r.Messages.Answers, r.Messages.Requests, r.Made())
	return err
}

// Equivalent is a group of mutants that a judge cannot tell from what is right, and
// why nobody could.
type Equivalent struct {
	Judges    []Judge    `yaml:"judges"`
	Operators []Operator `yaml:"operators"`
	// Pointers are patterns, in which * stands for one token.
	Pointers []string `yaml:"pointers"`
	// Null: only of what was null. Free and Fresh: only of what is declared to be free
	// text, or an id or a link that is new in each answer, at any pointer if there are none.
	Null  bool   `yaml:"null"`
	Free  bool   `yaml:"free"`
	Fresh bool   `yaml:"fresh"`
	Why   string `yaml:"why"`
}

// Equivalents is the list of them.
type Equivalents []Equivalent

// ReadEquivalents reads the list in text, which came from file. Its errors name the file.
func ReadEquivalents(file string, text []byte) (Equivalents, error) {
	var all struct{ Groups Equivalents }
	if len(text) == 0 {
		return nil, nil
	}
	if _, err := document.DecodeText(file, text, &all); err != nil {
		return nil, err
	}
	for i, e := range all.Groups {
		if e.Why == "" || len(e.Judges) == 0 || len(e.Operators) == 0 || len(e.Pointers) == 0 && !e.Free && !e.Fresh {
			return nil, &document.Error{File: file, Msg: fmt.Sprintf("the group %d of equivalent mutants needs judges, operators, pointers and why", i+1)}
		}
		for _, pattern := range e.Pointers {
			if _, err := path.Match(pattern, ""); err != nil {
				return nil, &document.Error{File: file, Msg: fmt.Sprintf("%q is no pattern of pointers", pattern)}
			}
		}
	}
	return all.Groups, nil
}

// why is the reason for which a survivor is equivalent; "" if it is not.
func (list Equivalents) why(r Result) string {
	for _, e := range list {
		if e.covers(r) {
			return e.Why
		}
	}
	return ""
}

func (e Equivalent) covers(r Result) bool {
	return slices.Contains(e.Judges, r.Judge) && slices.Contains(e.Operators, r.Operator) && (!e.Null || r.Null) && (!e.Free || r.Free) && (!e.Fresh || r.Fresh) &&
		(len(e.Pointers) == 0 || slices.ContainsFunc(e.Pointers, func(pattern string) bool {
			match, _ := path.Match(pattern, r.Pointer) // ReadEquivalents has tried the pattern
			return match
		}))
}

// Everywhere are the groups of all providers.
func Everywhere() (Equivalents, error) { return ReadEquivalents("equivalent.yaml", everywhere) }

//go:embed equivalent.yaml
var everywhere []byte

// Idle are the groups that cover no survivor, and so are of no use any more.
func (list Equivalents) Idle(survivors []Survivor) Equivalents {
	var idle Equivalents
	for _, e := range list {
		if !slices.ContainsFunc(survivors, func(s Survivor) bool { return s.Equivalent == e.Why }) {
			idle = append(idle, e)
		}
	}
	return idle
}

// File is the name of the file that a report is written to.
const File = "mutants.json"

// Read reads a report as it was written.
func Read(file string) (*Report, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	r := new(Report)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s is no report of mutants, make mutants writes it anew: %w", file, err)
	}
	return r, nil
}
