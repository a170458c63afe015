package mutants

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"example.com/digilocker/specs/document"
)

// ofKind puts texts in the place of values of that kind.
func ofKind(kind byte, texts func(v value) []string) func(value) []splice {
	return func(v value) []splice {
		if v.kind != kind {
			return nil
		}
		return v.instead(texts(v)...)
	}
}

// inEnum changes a text for which the schema lists values.
func inEnum(texts func(v value, listed []string) []string) func(value) []splice {
	return ofKind('"', func(v value) []string {
		if v.about.Enum == nil || v.text == "" {
			return nil
		}
		listed := v.about.Enum(v.pointer)
		if len(listed) == 0 {
			return nil
		}
		return texts(v, listed)
	})
}

// spelt puts other spellings of an enumerated value in its place, but none that is listed.
func spelt(change func(text string) string) func(value) []splice {
	return inEnum(func(v value, listed []string) []string {
		if with := change(v.text); !slices.Contains(listed, with) {
			return []string{quoted(with)}
		}
		return nil
	})
}

var (
	seconds = regexp.MustCompile(`^"?(1\d{9})"?$`)
	millis  = regexp.MustCompile(`^"?(1\d{12})"?$`)
	whole   = regexp.MustCompile(`^-?\d+$`)
)

var valueOperators = []Foreigner{
	{Operator: "enumerated value with spaces", Harm: "a state is not known any more",
		values: spelt(func(text string) string { return strings.NewReplacer("_", " ", "-", " ").Replace(text) })},
	{Operator: "enumerated value with hyphens", Harm: "a state is not known any more",
		values: spelt(func(text string) string { return strings.ReplaceAll(text, "_", "-") })},
	{Operator: "enumerated value run together", Harm: "a state is not known any more",
		values: spelt(func(text string) string { return strings.NewReplacer("_", "", "-", "").Replace(text) })},
	{Operator: "enumerated value with a capital", Harm: "a state is not known any more",
		values: spelt(func(text string) string { return strings.ToUpper(text[:1]) + strings.ToLower(text[1:]) })},
	{Operator: "enumerated value with its type before it", Harm: "a state is not known any more",
		values: spelt(func(text string) string { return "STATUS_" + text })},
	{Operator: "enumerated value with a full stop", Harm: "a state is not known any more",
		values: spelt(func(text string) string { return text + "." })},
	{Operator: "enumerated value as its number", Harm: "a state is not known any more",
		values: inEnum(func(v value, listed []string) []string {
			return []string{strconv.Itoa(slices.Index(listed, v.text))}
		})},
	{Operator: "two enumerated values in one", Harm: "a state is not known any more",
		values: inEnum(func(v value, listed []string) []string { return []string{quoted(v.text + "," + listed[0])} })},
	{Operator: "yes and no", Harm: "no is true, as every text is that is not empty",
		values: ofKind('t', func(v value) []string {
			if v.raw() == "true" {
				return []string{`"yes"`, `"Y"`}
			}
			return []string{`"no"`, `"N"`}
		})},
	{Operator: "time in another unit", Harm: "it is in 1970, or 50000 years away", values: func(v value) []splice {
		raw := v.raw()
		switch {
		case seconds.MatchString(raw):
			return v.instead(seconds.ReplaceAllString(raw, "${1}000"))
		case millis.MatchString(raw):
			return v.instead(strings.TrimSuffix(strings.Trim(raw, `"`), "000"))
		}
		return nil
	}},
	{Operator: "date as a number of seconds", Harm: "no reader of dates takes it",
		values: ofKind('"', func(v value) []string {
			if date.MatchString(v.text) {
				return []string{"1700000000"}
			}
			return nil
		})},
	{Operator: "number of zero", Harm: "nothing is taken for a value",
		values: ofKind(0, func(value) []string { return []string{"0"} })},
	{Operator: "number of minus one", Harm: "nothing is taken for a value",
		values: ofKind(0, func(value) []string { return []string{"-1"} })},
	{Operator: "number with a fraction", Harm: "a reader of whole numbers fails, or cuts",
		values: ofKind(0, func(v value) []string {
			if !whole.MatchString(v.raw()) {
				return nil
			}
			return []string{v.raw() + ".5"}
		})},
	{Operator: "number too large for a double", Harm: "its last digits change on the way",
		values: ofKind(0, func(value) []string {
			return []string{"9007199254740993"}
		})},
	{Operator: "number without end", Harm: "a reader fails, or gets infinity",
		values: ofKind(0, func(value) []string { return []string{"1e400"} })},
	{Operator: "number with a comma", Harm: "a reader of numbers stops at the comma",
		values: ofKind(0, func(v value) []string {
			return []string{quoted(grouped(v.raw(), ",", 3, true)), quoted(v.raw() + ",00")}
		})},
	{Operator: "number that is none", Harm: "the whole answer is no JSON any more",
		values: ofKind(0, func(value) []string { return []string{"NaN"} })},
	{Operator: "number with a unit", Harm: "a reader of numbers fails",
		values: ofKind(0, func(v value) []string { return []string{quoted(v.raw() + " s")} })},
	{Operator: "broken letter", Harm: "the whole answer is no UTF-8 any more",
		values: ofKind('"', func(v value) []string {
			return []string{v.raw()[:len(v.raw())-1] + "\xff\""}
		})},
	{Operator: "text in quotes of another kind", Harm: "the whole answer is no JSON any more",
		values: ofKind('"', func(v value) []string {
			return []string{"'" + v.raw()[1:len(v.raw())-1] + "'"}
		})},
}

// items are the items of an array as they are written.
func (v value) items() []string {
	var all []string
	for _, p := range v.inner() {
		all = append(all, v.part(p.start, p.end))
	}
	return all
}

// inList puts texts in the place of arrays of at least so many items.
func inList(least int, texts func(items []string) string) func(value) []splice {
	return ofKind('[', func(v value) []string {
		if v.size < least {
			return nil
		}
		return []string{texts(v.items())}
	})
}

func list(items ...string) string { return "[" + strings.Join(items, ",") + "]" }

var listOperators = []Foreigner{
	{Operator: "list reversed", Harm: "the first is the last", values: inList(2, func(items []string) string {
		slices.Reverse(items)
		return list(items...)
	})},
	{Operator: "first item for the last", Harm: "one is there twice, and one is missing",
		values: inList(2, func(items []string) string {
			return list(append(items[:len(items)-1], items[0])...)
		})},
	{Operator: "last item missing", Harm: "a document that was granted is not seen",
		values: inList(2, func(items []string) string {
			return list(items[:len(items)-1]...)
		})},
	{Operator: "list as an object", Harm: "no reader of lists takes it", values: inList(1, func(items []string) string {
		for i := range items {
			items[i] = quoted(strconv.Itoa(i)) + ":" + items[i]
		}
		return "{" + strings.Join(items, ",") + "}"
	})},
	{Operator: "list with a hole", Harm: "a reader meets nothing where it expects a thing",
		values: inList(0, func(items []string) string { return list(append(items, "null")...) })},
	{Operator: "list in a list", Harm: "no reader of lists of things takes it",
		values: inList(0, func(items []string) string { return list(list(items...)) })},
	{Operator: "list of an empty thing", Harm: "there is one where there should be none, and it says nothing",
		values: inList(0, func(items []string) string { return list(append(items, "{}")...) })},
	{Operator: "list as a text", Harm: "its items are read as one", values: inList(1, func(items []string) string {
		return quoted(strings.ReplaceAll(strings.Join(items, ","), `"`, ""))
	})},
}

// inObject puts texts in the place of objects that have members.
func inObject(texts func(v value) []string) func(value) []splice {
	return ofKind('{', func(v value) []string {
		if v.size == 0 {
			return nil
		}
		return texts(v)
	})
}

// kebab is a name in words with hyphens.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case r == '_':
			b.WriteRune('-')
		case unicode.IsUpper(r) && i > 0:
			b.WriteString("-" + string(unicode.ToLower(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// renamed gives each member another name.
func renamed(change func(name string) string) func(value) []splice {
	return func(v value) []splice {
		if v.member == nil || change(v.member.name) == v.member.name {
			return nil
		}
		name, tokens := change(v.member.name), document.Tokens(v.pointer)
		tokens[len(tokens)-1] = name
		return []splice{{document.Pointer("", tokens...), v.member.start, v.member.end, quoted(name) + ":" + v.raw()}}
	}
}

var objectOperators = []Foreigner{
	{Operator: "two members swapped", Harm: "a value stands under another's name",
		values: inObject(func(v value) []string {
			var all []string
			inner := v.inner()
			for i := 1; i < len(inner); i++ {
				a, b := inner[i-1], inner[i]
				one, other := v.part(a.start, a.end), v.part(b.start, b.end)
				if a.kind == b.kind && one != other {
					all = append(all, v.part(v.start, a.start)+other+v.part(a.end, b.start)+one+v.part(b.end, v.end))
				}
			}
			return all
		})},
	{Operator: "member twice, and they disagree", Harm: "two readers read two values", values: func(v value) []splice {
		if v.member == nil || v.kind == 'n' {
			return nil
		}
		disagreeing := `"unheard"`
		if v.kind == '"' {
			disagreeing = "null"
		}
		return []splice{
			{v.pointer, v.member.end, v.member.end, "," + quoted(v.member.name) + ":" + disagreeing},
			{v.pointer, v.member.start, v.member.start, quoted(v.member.name) + ":" + disagreeing + ","},
		}
	}},
	{Operator: "name with a space", Harm: "the member is not found",
		values: renamed(func(name string) string { return name + " " })},
	{Operator: "name in capitals", Harm: "the member is not found, or by some readers",
		values: renamed(strings.ToUpper)},
	{Operator: "name with hyphens", Harm: "the member is not found", values: renamed(kebab)},
	{Operator: "name of an attribute", Harm: "the member is not found: a converter from XML marked it",
		values: renamed(func(name string) string { return "@" + name })},
	{Operator: "object as an empty list", Harm: "a reader of objects fails",
		values: inObject(func(value) []string { return []string{"[]"} })},
	{Operator: "object as a text", Harm: "its members are not found",
		values: inObject(func(v value) []string { return []string{quoted(v.raw())} })},
	{Operator: "object as its values", Harm: "its members have lost their names",
		values: inObject(func(v value) []string { return []string{list(v.items()...)} })},
	{Operator: "object in its holder", Harm: "its members stand a level too high", values: func(v value) []splice {
		if v.kind != '{' || v.member == nil || v.size == 0 {
			return nil
		}
		raw := v.raw()
		return []splice{{v.pointer, v.member.start, v.member.end, raw[1 : len(raw)-1]}}
	}},
	{Operator: "object in an object of its name", Harm: "its members stand a level too deep",
		values: func(v value) []splice {
			if v.kind != '{' || v.member == nil {
				return nil
			}
			return v.instead("{" + quoted(v.member.name) + ":" + v.raw() + "}")
		}},
	{Operator: "text in an object", Harm: "a text is read as an object, or not at all",
		values: ofKind('"', func(v value) []string {
			return []string{`{"#text":` + v.raw() + "}", `{"value":` + v.raw() + "}"}
		})},
}

// beforeEnd puts something before the last brace of an object.
func beforeEnd(text, what string) []string {
	if end := strings.LastIndex(text, "}"); end > 0 && strings.TrimSpace(text[1:end]) != "" {
		return []string{strings.TrimRight(text[:end], " \r\n\t") + what + text[end:]}
	}
	return nil
}

var bodyOperators = []Foreigner{
	{Operator: "body in an envelope", Harm: "no member is where it was",
		bodies: func(text string) []string { return []string{`{"data":` + text + `}`} }},
	{Operator: "body in a list", Harm: "no member is where it was",
		bodies: func(text string) []string { return []string{"[" + text + "]"} }},
	{Operator: "body of null", Harm: "a reader finds no member, and no error", bodies: always("null")},
	{Operator: "body that is a page", Harm: "a proxy's page is no answer",
		bodies: always("<!DOCTYPE html><title>Just a moment...</title>")},
	{Operator: "body that is empty but for a line", Harm: "there is no answer", bodies: always("\r\n")},
	{Operator: "body behind a guard", Harm: "a guard against other pages makes it no JSON",
		bodies: func(text string) []string { return []string{")]}',\n" + text} }},
	{Operator: "body behind a byte order mark", Harm: "a strict reader takes none of it",
		bodies: func(text string) []string { return []string{"\ufeff" + text} }},
	{Operator: "body in a call", Harm: "it is a script, and no JSON",
		bodies: func(text string) []string { return []string{"callback(" + text + ");"} }},
	{Operator: "body twice", Harm: "a reader of streams takes the first, and others none",
		bodies: func(text string) []string { return []string{text + "\n" + text} }},
	{Operator: "body with something behind it", Harm: "a reader that stops early does not see that it is broken",
		bodies: func(text string) []string {
			return []string{text + "\n<!-- served by a proxy -->", text + "\nWarning: something happened on line 7"}
		}},
	{Operator: "body in 16 bits", Harm: "a reader of UTF-8 takes none of it", bodies: func(text string) []string {
		out := []byte{0xff, 0xfe}
		for _, unit := range utf16.Encode([]rune(text)) {
			out = append(out, byte(unit), byte(unit>>8))
		}
		return []string{string(out)}
	}},
	{Operator: "comma too many", Harm: "it is no JSON any more",
		bodies: func(text string) []string { return beforeEnd(text, ",") }},
	{Operator: "comment in a body", Harm: "it is no JSON any more",
		bodies: func(text string) []string { return beforeEnd(text, " /* v2 */ ") }},
	{Operator: "refusal beside what was asked for", Harm: "it says that it failed, and nobody reads it",
		bodies: func(text string) []string {
			return slices.Concat(beforeEnd(text, `,"error":{"code":"INTERNAL","message":"failed"}`),
				beforeEnd(text, `,"errors":["failed"]`), beforeEnd(text, `,"success":false`))
		}},
}
