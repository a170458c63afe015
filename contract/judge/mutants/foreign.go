package mutants

import (
	"slices"

	"example.com/digilocker/contract/judge"
)

// Foreigner is an operator of the second list. The operators of the first were written
// together with the judges, and a judge may see just what its author thought of. Those of
// the second were written by somebody who had not read the judges, out of what providers,
// proxies and clients do in practice; what a judge caught of them at first is kept.
type Foreigner struct {
	Operator Operator
	// Harm is what comes of it for somebody who takes the message as it is.
	Harm string

	// One of these makes the mutants. Where one would not differ, it makes none.
	texts    func(text string) []string             // instead of a text, which is not empty
	values   func(v value) []splice                 // at a value
	bodies   func(text string) []string             // instead of a whole body
	answers  func(a judge.Answer) []answerChange    // of an answer, its body apart
	requests func(s Sent, base string) []sentChange // of a request, its body apart
}

// value is the point i of a JSON text.
type value struct {
	*point
	whole []byte
	all   []*point
	i     int
	about About
}

// raw is the value as it is written.
func (v value) raw() string { return v.part(v.start, v.end) }

// part is what stands between start and end of the text.
func (v value) part(start, end int) string { return string(v.whole[start:end]) }

// instead puts texts in the place of the value, a mutant each.
func (v value) instead(texts ...string) []splice {
	var all []splice
	for _, text := range texts {
		all = append(all, splice{v.pointer, v.start, v.end, text})
	}
	return all
}

// inner are the points of the members or items of v, not of theirs.
func (v value) inner() []*point {
	var all []*point
	for end, rest := v.start, v.all[v.i+1:]; len(rest) > 0 && len(all) < v.size; rest = rest[1:] {
		if rest[0].start >= end {
			all, end = append(all, rest[0]), rest[0].end
		}
	}
	return all
}

// splice puts text between start and end of a body; pointer is what it changes.
type splice struct {
	pointer    string
	start, end int
	text       string
}

type answerChange struct {
	pointer string
	change  func(*judge.Answer)
}

type sentChange struct {
	pointer string
	change  func(*Sent)
}

// Foreigners are the operators of the second list.
func Foreigners() []Foreigner {
	return slices.Concat(linkOperators, dateOperators, encodedOperators, textOperators, valueOperators, listOperators,
		objectOperators, bodyOperators, answerOperators, addressOperators, requestOperators)
}

// ForeignAnswers are the mutants of an answer by the operators of the second list, each
// different from it and from the others. The body is JSON.
func ForeignAnswers(a judge.Answer, about About) []Answer {
	var all []Answer
	bodies := foreignBodies(a.Body, about)
	for _, f := range Foreigners() {
		for _, b := range bodies[f.Operator] {
			one := judge.Answer{Status: a.Status, Header: a.Header.Clone(), Body: b.text}
			all = append(all, Answer{b.operator, b.pointer, b.null, one})
		}
		if f.answers == nil {
			continue
		}
		for _, c := range f.answers(a) {
			one := judge.Answer{Status: a.Status, Header: a.Header.Clone(), Body: a.Body}
			c.change(&one)
			all = append(all, Answer{Operator: f.Operator, Pointer: c.pointer, Answer: one})
		}
	}
	return all
}

// ForeignRequests are the mutants of a request by the operators of the second list; the
// arguments are those of Requests.
func ForeignRequests(s Sent, base string, about About) []Request {
	var all []Request
	var bodies map[Operator][]body
	if len(s.Body) > 0 {
		bodies = foreignBodies(s.Body, about)
	}
	for _, f := range Foreigners() {
		for _, b := range bodies[f.Operator] {
			one := s.clone()
			one.Body = b.text
			all = append(all, Request{b.operator, b.pointer, one})
		}
		if f.requests == nil {
			continue
		}
		for _, c := range f.requests(s, base) {
			one := s.clone()
			c.change(&one)
			all = append(all, Request{f.Operator, c.pointer, one})
		}
	}
	return all
}

// foreignBodies are the mutants of a JSON text.
func foreignBodies(text []byte, about About) map[Operator][]body {
	all, made := map[Operator][]body{}, map[string]bool{string(text): true}
	add := func(o Operator, null bool, s splice) {
		changed := slices.Concat(text[:s.start], []byte(s.text), text[s.end:])
		if !made[string(changed)] {
			made[string(changed)] = true
			all[o] = append(all[o], body{o, s.pointer, changed, null})
		}
	}
	points := points(text)
	for _, f := range Foreigners() {
		if f.bodies != nil {
			for _, changed := range f.bodies(string(text)) {
				add(f.Operator, false, splice{"", 0, len(text), changed})
			}
		}
		for i, p := range points {
			v := value{p, text, points, i, about}
			if f.values != nil {
				for _, s := range f.values(v) {
					add(f.Operator, p.kind == 'n', s)
				}
			}
			if f.texts == nil || p.kind != '"' || p.text == "" {
				continue
			}
			for _, changed := range f.texts(p.text) {
				if changed != p.text {
					add(f.Operator, false, v.instead(quoted(changed))[0])
				}
			}
		}
	}
	return all
}
