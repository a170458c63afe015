package mutants

import (
	"slices"
	"strings"

	"example.com/digilocker/contract/judge"
)

// Variation is a way in which a provider may change its answers without breaking
// anybody.
type Variation string

// The variations.
const (
	UnknownMember    Variation = "an unknown member"
	UnknownEnumValue Variation = "an unknown enum value"
	NullOptional     Variation = "a null optional"
	OtherOrder       Variation = "another member order"
	ExtraHeader      Variation = "an extra header"
	NumberSpelling   Variation = "another number spelling"
)

// Variations are the answers that differ from a in that way, each at one point. The
// body is JSON.
func Variations(a judge.Answer, v Variation, about About) []Answer {
	var all []Answer
	add := func(pointer string, change func(*judge.Answer)) {
		one := judge.Answer{Status: a.Status, Header: a.Header.Clone(), Body: a.Body}
		change(&one)
		all = append(all, Answer{Pointer: pointer, Answer: one})
	}
	if v == ExtraHeader {
		add("(header "+extraHeader+")", func(one *judge.Answer) { one.Header.Set(extraHeader, "1") })
		return all
	}
	whole := points(a.Body)
	for i, p := range whole {
		value := string(a.Body[p.start:p.end])
		with := func(text string) {
			add(p.pointer, func(one *judge.Answer) {
				one.Body = slices.Concat(a.Body[:p.start], []byte(text), a.Body[p.end:])
			})
		}
		switch {
		case v == UnknownMember && p.kind == '{' && p.size > 0:
			with("{" + quoted(extra) + `:{"text":"text"},` + value[1:])
		case v == UnknownEnumValue && p.kind == '"' && len(about.Enum(p.pointer)) > 0:
			with(quoted("UNHEARD_OF"))
		case v == NullOptional && p.member != nil && p.kind != 'n' && (p.kind != '[' || p.size > 0): // an empty array means the same
			if about.Optional(p.pointer, without(a.Body, p)) {
				with("null")
			}
		case v == OtherOrder && p.kind == '{' && p.size > 1:
			with(reversed(a.Body, whole[i+1:], p))
		case v == NumberSpelling && p.kind == 0 && !strings.ContainsAny(value, ".eE"):
			with(value + ".0")
			with(value + "e0")
		}
	}
	return all
}

// without is the text without the member whose value is p.
func without(text []byte, p *point) []byte {
	m := p.member
	switch {
	case text[m.before] == ',':
		return slices.Concat(text[:m.before], text[m.end:])
	case text[m.end] == ',':
		return slices.Concat(text[:m.start], text[m.end+1:])
	}
	return slices.Concat(text[:m.start], text[m.end:])
}

// reversed is the object p with its members in the reverse order; later are the points
// after it.
func reversed(text []byte, later []*point, p *point) string {
	var members []string
	for _, inner := range later {
		if parent := inner.pointer[:strings.LastIndex(inner.pointer, "/")]; inner.member != nil && parent == p.pointer {
			members = append(members, string(text[inner.member.start:inner.member.end]))
		}
	}
	slices.Reverse(members)
	return "{" + strings.Join(members, ",") + "}"
}
