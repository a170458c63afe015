package kyc

import (
	"cmp"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Allowance is a way in which two documents write the same differently. Allowances are a set, to be joined by |; the
// zero value is none.
type Allowance uint8

// The allowances.
const (
	// AllowCase is of "FAKE PERSON" for "Fake Person": Unicode's simple case folding.
	AllowCase Allowance = 1 << iota
	// AllowSpacing is of "D'Souza" for "D Souza": whitespace, and the punctuation . , - '
	AllowSpacing
	// AllowOrder is of "Person Fake" for "Fake Person": the parts of a name, which blanks divide.
	AllowOrder
	// AllowInitials is of "F Person" for "Fake Person": as many parts, of which one at least is the same word of more
	// than a letter.
	AllowInitials
	// AllowCareOf is of "S/O: Fake Elder" for "Fake Elder": the prefix of a care-of, S/O, D/O, W/O, C/O and the like.
	AllowCareOf
	// AllowPrecision is of the year 1990 for the day 15-05-1990.
	AllowPrecision
	// AllowMask is of XXXXXX0001 for the mobile number 9000000001: what one masks, the other vouches for alone.
	AllowMask
)

// AllowUsual is what issuers are known to write differently of one and the same document. It is what package
// signedfile accepts by default.
const AllowUsual = AllowCase | AllowSpacing

// String names the allowances: "case and spacing"; "none" of the zero value.
func (a Allowance) String() string {
	var all []string
	for bit, name := range []string{"case", "spacing", "order", "initials", "care-of", "precision", "mask"} {
		if a&(1<<bit) != 0 {
			all = append(all, name)
		}
		a &^= 1 << bit
	}
	if a != 0 {
		all = append(all, "allowance "+strconv.Itoa(int(a)))
	}
	switch last := len(all) - 1; last {
	case -1:
		return "none"
	case 0:
		return all[0]
	default:
		return strings.Join(all[:last], ", ") + " and " + all[last]
	}
}

// within reports whether all of a is in accept.
func (a Allowance) within(accept Allowance) bool { return a&^accept == 0 }

// needed are the smallest sets of what may be allowed with any of which two texts are the same; nil if they never are.
func needed(may Allowance, same func(with Allowance) bool) (all []Allowance) {
	var sets []Allowance
	for set := Allowance(0); set <= may; set++ { // at most 32 of them: no member has more than five allowances
		if set.within(may) {
			sets = append(sets, set)
		}
	}
	size := func(set Allowance) int { return bits.OnesCount8(uint8(set)) }
	slices.SortStableFunc(sets, func(a, b Allowance) int { return cmp.Compare(size(a), size(b)) })
	for _, set := range sets {
		if !slices.ContainsFunc(all, func(enough Allowance) bool { return enough.within(set) }) && same(set) {
			all = append(all, set)
		}
	}
	return all
}

// sameName reports whether two names are the same with those allowances. The work grows as sorting their parts does.
func sameName(one, other string, with Allowance) bool {
	if with&AllowCareOf != 0 {
		one, other = careOf.ReplaceAllString(one, ""), careOf.ReplaceAllString(other, "")
	}
	if with&(AllowOrder|AllowInitials) == 0 {
		return sameText(one, other, with)
	}
	if with&AllowCase != 0 {
		one, other = fold(one), fold(other)
	}
	a, b := parts(one, with), parts(other, with)
	switch {
	case len(a) != len(b) || len(a) == 0:
		return false
	case with&AllowInitials == 0:
		slices.Sort(a)
		slices.Sort(b)
		return slices.Equal(a, b)
	case with&AllowOrder == 0:
		return abbreviated(a, b)
	default:
		return abbreviatedAnyhow(a, b)
	}
}

// sameText is sameName with the allowances of any text: case and spacing.
func sameText(one, other string, with Allowance) bool {
	if with&AllowCase != 0 {
		one, other = fold(one), fold(other)
	}
	if with&AllowSpacing != 0 {
		a, b := strings.Join(parts(one, with), ""), strings.Join(parts(other, with), "")
		if a != "" { // of nothing but punctuation, nothing is left to be the same
			return a == b
		}
	}
	return one == other
}

// careOf matches a care-of's prefix.
var careOf = regexp.MustCompile(`^\s*[A-Za-z]\s*/\s*[Oo]\b[\s:.,-]*`)

// parts are what blanks divide, or with AllowSpacing any whitespace and punctuation.
func parts(s string, with Allowance) []string {
	if with&AllowSpacing == 0 {
		return strings.Split(s, " ")
	}
	return strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(".,-'", r) })
}

// fold is s with one letter for each of its cases. What is no UTF-8 stays as it is.
func fold(s string) string {
	if !utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, s)
}

// isInitial reports whether a part is one letter.
func isInitial(part string) bool { return utf8.RuneCountInString(part) == 1 }

// abbreviated reports whether each part is the other's at its place, or its initial, and one is the same word in both.
func abbreviated(a, b []string) bool {
	whole := false
	for i := range a {
		switch {
		case a[i] == b[i]:
			whole = whole || !isInitial(a[i])
		case isInitial(a[i]) && strings.HasPrefix(b[i], a[i]), isInitial(b[i]) && strings.HasPrefix(a[i], b[i]):
		default:
			return false
		}
	}
	return whole
}

// abbreviatedAnyhow is abbreviated whatever the order. A word that both have is put together with itself, by which no
// way to pair the rest is lost. Each word that is left needs an initial of its letter on the other side. With as many
// parts of each letter on both, one side has enough initials if the other has, and initials are then left for initials.
func abbreviatedAnyhow(a, b []string) bool {
	type side struct{ parts, initials, words int }
	letters, more, whole := map[string]*[2]side{}, map[string]int{}, false
	for i, parts := range [][]string{a, b} {
		for _, part := range parts {
			l := letterOf(letters, part)
			l[i].parts++
			switch {
			case isInitial(part):
				l[i].initials++
			case i == 0:
				more[part]++
			default:
				whole = whole || more[part] > 0
				more[part]--
			}
		}
	}
	for word, n := range more {
		l := letterOf(letters, word)
		l[0].words += max(0, n)
		l[1].words += max(0, -n)
	}
	for _, l := range letters {
		if l[0].parts != l[1].parts || l[0].words > l[1].initials {
			return false
		}
	}
	return whole
}

// letterOf is what is kept of the letter with which a part begins.
func letterOf[T any](letters map[string]*T, part string) *T {
	_, size := utf8.DecodeRuneInString(part)
	begin := part[:size]
	if letters[begin] == nil {
		letters[begin] = new(T)
	}
	return letters[begin]
}
