package judge

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// finding is what one witness finds at a point. Only an order and an encoding say in
// it what was wanted and what came.
type finding struct {
	kind      Kind
	want, got string
}

// comparison holds a live answer against one witness.
type comparison struct {
	Known
	example, recording, live *node
	byExample                bool // the witness is the example
	found                    map[point]finding
}

// compare lists how live is not what the witness has: the example, or the recording, which may
// be nil.
func compare(k Known, example, recording, witness, live *view) map[point]finding {
	c := comparison{Known: k, example: example.root, live: live.root,
		byExample: witness == example, found: map[point]finding{}}
	if recording != nil {
		c.recording = recording.root
	}
	if witness.root != nil && live.root != nil {
		c.value(witness.root, live.root, "")
	} else if witness.class("") != live.class("") {
		c.add("", Type)
	}
	for _, f := range live.faults {
		if f.kind == Encoding && !witness.shares(f) {
			c.found[f.point()] = finding{kind: Encoding, got: f.got}
		}
	}
	return c.found
}

func (c comparison) add(at string, kind Kind) { c.found[pointOf(at, kind)] = finding{kind: kind} }

// value compares what stands at one pointer.
func (c comparison) value(want, got *node, at string) {
	switch {
	case want.isNothing() && got.isNothing():
	case want == nil:
		c.add(at, NewMember)
	case got == nil:
		c.add(at, MissingMember)
	case want.kind == "null" || got.kind == "null" || !c.byExample && want.kind == got.kind && got.isNothing():
		c.add(at, Null)
	case want.kind != got.kind:
		c.add(at, Type)
	case want.kind == "an object":
		c.object(want, got, at)
	case want.kind == "an array" && c.mustRepeat(document.General(at)):
		c.list(got, at)
	case want.kind == "an array":
		for i, item := range got.items {
			c.item(want.items, item, document.Pointer(at, strconv.Itoa(i)))
		}
		if i := c.sameKeys(got.items, at); i > 0 && c.sameKeys(want.items, at) == 0 {
			c.add(document.Pointer(at, strconv.Itoa(i)), Type)
		}
		if i := again(got.items); i > 0 && again(want.items) == 0 {
			at := document.Pointer(at, strconv.Itoa(i))
			c.found[point{at, Encoding}] = finding{kind: Encoding, got: "an item that stands there twice"}
		}
	default:
		c.scalar(want, got, at)
	}
}

func (c comparison) object(want, got *node, at string) {
	for _, name := range want.names {
		c.value(want.members[name], got.members[name], document.Pointer(at, name))
	}
	for _, name := range got.names {
		if want.members[name] == nil {
			c.value(nil, got.members[name], document.Pointer(at, name))
		}
	}
	w, g := common(want, got), common(got, want)
	if !slices.Equal(w, g) {
		c.found[point{at, Order}] = finding{Order, strings.Join(w, ", "), strings.Join(g, ", ")}
	}
}

// list compares an array that has to be the request's, item by item.
func (c comparison) list(got *node, at string) {
	asked, _ := c.Echo[document.Tokens(at)[0]].([]any)
	for i, item := range got.items {
		if i >= len(asked) || !item.is(asked[i]) {
			c.add(document.Pointer(at, strconv.Itoa(i)), Code)
		}
	}
	if len(got.items) < len(asked) {
		c.add(at, Code)
	}
}

// is says whether n has that value.
func (n *node) is(v any) bool {
	text, err := json.Marshal(v)
	return err == nil && len(example.Compare(text, json.RawMessage(n.raw))) == 0
}

// again is the index of the first item that is, as written, one before it; 0 if none is.
func again(items []*node) int {
	seen := map[string]bool{}
	for i, item := range items {
		if seen[item.raw] {
			return i
		}
		seen[item.raw] = true
	}
	return 0
}

// sameKeys is the index of the first item of the list at a pointer whose keys are those of one
// before it; 0 if none is, or if nobody says what the keys are.
func (c comparison) sameKeys(items []*node, at string) int {
	keys := c.Keys[document.General(at)]
	seen := map[string]bool{}
	for i, item := range items {
		var values []string
		for _, name := range keys {
			if n := item.members[name]; !n.isNothing() {
				values = append(values, n.raw)
			}
		}
		key := strings.Join(values, "\n")
		if len(values) > 0 && len(values) == len(keys) && seen[key] {
			return i
		}
		seen[key] = true
	}
	return 0
}

// common are the members of a that b has too, in the order of a.
func common(a, b *node) []string {
	return slices.DeleteFunc(slices.Clone(a.names), func(name string) bool { return b.members[name] == nil })
}

// item compares an item of an array, whose length means nothing, with the most
// similar one of want.
func (c comparison) item(want []*node, got *node, at string) {
	var least map[point]finding
	for _, w := range want {
		one := c
		one.found = map[point]finding{}
		one.value(w, got, at)
		if least == nil || len(one.found) < len(least) {
			least = one.found
		}
		if len(least) == 0 {
			break
		}
	}
	for p, f := range least {
		c.found[p] = f
	}
}

// scalar compares two values of the same JSON type.
func (c comparison) scalar(want, got *node, at string) {
	pointer := document.General(at)
	switch class, fresh := c.Fresh[pointer]; {
	case want.kind == "a number" && strings.HasPrefix(got.raw, "-") && !strings.HasPrefix(want.raw, "-"):
		c.add(at, Type)
		return
	case c.isToCome(pointer, got):
		c.add(at, Type)
		return
	case c.mustRepeat(pointer):
		if !c.repeats(at) {
			c.add(at, Code)
			return
		}
	case slices.Contains(c.Codes, pointer):
		if !equal(want, got) {
			c.add(at, Code)
			return
		}
	case want.kind == "text" && !slices.Contains(c.Messages, pointer) && c.isSpoilt(want, got, at):
		c.add(at, Type)
		return
	case fresh:
		if !c.fits(class, want, got, at) {
			c.add(at, Type)
			return
		}
	case slices.Contains(c.Messages, pointer):
		if address.ReplaceAllString(want.text, "") != address.ReplaceAllString(got.text, "") {
			c.add(at, Message)
			return
		}
	case slices.Contains(c.Spelt, pointer) && !isSpeltLike(want, got),
		isOtherUnit(want, got) && !c.repeats(at):
		c.add(at, Type)
		return
	case slices.Contains(c.Free, pointer):
	case want.kind == "text" && !c.alike(want.text, got.text, at) && !c.repeats(at):
		c.add(at, Type)
		return
	}
	if w, g, same := spelling(want, got); !same {
		c.found[point{at, Encoding}] = finding{Encoding, w, g}
	}
}

// isSpoilt says whether a text is one that no value is, and the other was not: a word for
// nothing, or with signs that nobody sees; where it is not free, with whitespace around it.
// Bytes that are no UTF-8 are told of as an encoding.
func (c comparison) isSpoilt(want, got *node, at string) bool {
	padded := isPadded(got.text) && !isPadded(want.text) && !slices.Contains(c.Free, document.General(at))
	changed := spoilt(got.text) != "" && spoilt(want.text) == "" && utf8.ValidString(got.raw)
	return (changed || padded) && !c.repeats(at)
}

// isToCome says whether a day that should have been is still to come, in every time zone.
func (c comparison) isToCome(pointer string, got *node) bool {
	day, isOne, exists := timeOf(form(got.text), got.text)
	return !c.Now.IsZero() && slices.Contains(c.Past, pointer) && isOne && exists && day.After(c.Now.AddDate(0, 0, 1))
}

// isSpeltLike says whether two words are spelt in the same way. There may be none.
func isSpeltLike(want, got *node) bool {
	return want.text == "" || got.text == "" || spelt(want.text) == spelt(got.text)
}

// Of a time that is a number of seconds or of milliseconds, from 2001 to 2033.
var (
	seconds = regexp.MustCompile(`^1\d{9}$`)
	millis  = regexp.MustCompile(`^1\d{12}$`)
)

// isOtherUnit says whether the one number is of seconds and the other of milliseconds.
func isOtherUnit(want, got *node) bool {
	return seconds.MatchString(want.raw) && millis.MatchString(got.raw) ||
		millis.MatchString(want.raw) && seconds.MatchString(got.raw)
}

// address is the caller's own, which a refusal may tell.
var address = regexp.MustCompile(`\d{1,3}(\.\d{1,3}){3}`)

// alike says whether two texts are of one class. A class that any text can have by
// accident counts only where the example does not have free text.
func (c comparison) alike(want, got, at string) bool {
	class := form(want)
	if got == "" || loose[class] {
		return true
	}
	if class == httpsURL {
		return c.isLink(want, got, at)
	}
	if isAccidental(class) {
		if n := c.example.at(at); n == nil || loose[form(n.text)] {
			return true
		}
	}
	return isLike(want, got)
}

// repeats says whether the live value at the pointer, or one around it, is that of
// the request's member of the same name.
func (c comparison) repeats(at string) bool {
	tokens := document.Tokens(at)
	for i, name := range tokens {
		if v, ok := c.Echo[name]; ok {
			n := c.live.at(document.Pointer("", tokens[:i+1]...))
			return n != nil && n.is(v)
		}
	}
	return false
}

// mustRepeat says whether what stands at the pointer, or an array around it, has to be
// what the request said.
func (c comparison) mustRepeat(pointer string) bool {
	return slices.ContainsFunc(c.Repeats, func(rule string) bool {
		name := document.Tokens(rule)[0]
		return (rule == pointer || strings.HasPrefix(pointer, rule+"/")) && c.Echo[name] != nil
	})
}

// equal says whether two scalars of one type have the same value.
func equal(a, b *node) bool {
	if a.text == b.text || a.kind != "a number" {
		return a.text == b.text
	}
	x, errX := strconv.ParseFloat(a.raw, 64)
	y, errY := strconv.ParseFloat(b.raw, 64)
	const exact = 1 << 53
	return errX == nil && errY == nil && x == y && math.Abs(x) < exact
}

// spelling says whether two scalars of one type are written in the same way, as far
// as their values tell.
func spelling(want, got *node) (w, g string, same bool) {
	if want.kind == "a number" {
		w, g = numberForm(want.raw), numberForm(got.raw)
		return w, g, w == g || w == decimal && !whole(want.raw) || g == decimal && !whole(got.raw)
	}
	for _, s := range spellings {
		plain, other := s.plain(want), s.other(want)
		switch {
		case plain && !other && s.other(got):
			return s.names[0], s.names[1], false
		case other && !plain && s.plain(got) && !s.other(got):
			return s.names[1], s.names[0], false
		}
	}
	return "", "", true
}

const decimal = "a decimal point"

func numberForm(raw string) string {
	switch {
	case strings.ContainsAny(raw, "eE"):
		return "an exponent"
	case strings.Contains(raw, "."):
		return decimal
	}
	return "digits"
}

// whole says whether a number with a decimal point has only zeros behind it.
func whole(raw string) bool {
	_, fraction, _ := strings.Cut(raw, ".")
	return strings.Trim(fraction, "0") == ""
}

// spellings are the ways to write one text, each with how to see that it was
// written plainly, and in the other way.
var spellings = []struct {
	names        [2]string
	plain, other func(n *node) bool
}{
	{[2]string{"plain slashes", "escaped slashes"}, unescaped(`/`), written(`\\/|\\u002[fF]`)},
	{[2]string{"plain signs", "escaped signs"}, unescaped(`[<>&=']`), written(`\\u00(3[cCeEdD]|2[67])`)},
	{[2]string{"plain letters", "escaped letters"}, unescaped(`[^\x00-\x7f]`), written(`\\u(00[89a-fA-F]|0[1-9a-fA-F]|[1-9a-fA-F])`)},
	{[2]string{"plain ASCII", "escaped ASCII"}, unescaped(`[0-9A-Za-z]`), written(`\\u00[3-7]`)},
	{[2]string{"base64 in one line", "base64 in lines"}, encoded(`^[^\r\n]+$`), encoded(`[\r\n]`)},
	{[2]string{"base64", "base64 for URLs"}, encoded(`[+/]`), encoded(`[-_]`)},
}

// written says that the text has such a sequence, as sent.
func written(sequence string) func(*node) bool {
	re := regexp.MustCompile(sequence)
	return func(n *node) bool { return re.MatchString(strings.ReplaceAll(n.raw, `\\`, "")) }
}

// unescaped says that the text has such a character that no escape stands for.
func unescaped(character string) func(*node) bool {
	re := regexp.MustCompile(character)
	return func(n *node) bool { return n.kind == "text" && re.MatchString(escape.ReplaceAllString(n.raw, "")) }
}

var escape = regexp.MustCompile(`\\(u[0-9a-fA-F]{4}|.)`)

// encoded says that the text is base64 and matches.
func encoded(pattern string) func(*node) bool {
	re := regexp.MustCompile(pattern)
	return func(n *node) bool { return isBase64(n.text) && re.MatchString(n.text) }
}
