package scan

import (
	"regexp"
	"slices"
	"strings"
)

// How people divide the digits of a number is not known beforehand: of a clump of figures, any
// neighbours are tried that have as many digits as such a number.
var (
	// A clump has between its figures a full stop, or up to three blanks, dashes, slashes, brackets
	// and marks that nobody sees, as they are or in HTML.
	clump = regexp.MustCompile(`[0-9]+(?:(?:\.|&(?:nbsp|ndash|shy);|` +
		`[\t\p{Zs}\p{Pd}\p{Cf}/()\x{2212}\x{80}-\x{9f}\x{fffd}]{1,3})[0-9]+)*`)
	figure = regexp.MustCompile(`[0-9]+`)

	tenDigits = regexp.MustCompile(`^(?:91|0091|0)?[6-9][0-9]{9}$`)
	// A day has a time behind it.
	day = regexp.MustCompile(`^(?:(?:19|20)[0-9]{2}[^0-9]+(?:0[1-9]|1[012])|(?:19|20)[0-9]{6}|` +
		`[0-3][0-9][^0-9]*[01][0-9][^0-9]*(?:19|20)[0-9]{2})[^0-9]`)
)

// divided are the kinds of numbers that people divide, and what finds those by their start and end.
var divided = map[string]func(in string) [][]int{"aadhaar": numbers(isAadhaar), "mobile": numbers(isMobile)}

// part is some neighbouring figures of a clump.
type part struct {
	before string // what stands before it, three bytes at most
	text   string
	digits string
	more   bool // the clump has other figures too
}

// numbers returns what finds the longest parts of clumps that are numbers by a rule, by their
// start and end.
func numbers(is func(part) bool) func(in string) [][]int {
	return func(in string) [][]int {
		var all [][]int
		for _, c := range clump.FindAllStringIndex(in, -1) {
			f := figure.FindAllStringIndex(in[c[0]:c[1]], -1)
			for first := 0; first < len(f); first++ {
				start, digits := c[0]+f[first][0], ""
				end, last := -1, first
				for i := first; i < len(f) && len(digits) < 14; i++ {
					from, to := c[0]+f[i][0], c[0]+f[i][1]
					if from > 0 && isWord(in[from-1]) || to < len(in) && isWord(in[to]) {
						break
					}
					digits += in[from:to]
					if is(part{in[max(0, start-3):start], in[start:to], digits, first > 0 || i < len(f)-1}) {
						end, last = to, i
					}
				}
				if end >= 0 {
					all, first = append(all, []int{start, end}), last
				}
			}
		}
		return all
	}
}

// isMobile says of a part that it is a mobile number, behind 91 or 0 or alone.
func isMobile(p part) bool {
	if !tenDigits.MatchString(p.digits) {
		return false
	}
	for skip := len(p.digits) - 10; skip > 0; p.text = p.text[1:] {
		if isDigit(rune(p.text[0])) {
			skip--
		}
	}
	if start := strings.IndexFunc(p.text, isDigit); start > 0 {
		p.before, p.text = p.text[:start], p.text[start:]
	}
	return isDivided(p)
}

// isAadhaar says of a part that it is an Aadhaar number, and neither a day with its time nor a
// mobile number behind 91.
func isAadhaar(p part) bool {
	if len(p.digits) != 12 || p.digits[0] < '2' || verhoeff(p.digits) != 0 || strings.HasPrefix(p.digits, "9110000") {
		return false
	}
	beside91 := strings.HasSuffix(p.before, "+") || !isDigit(rune(p.text[2])) && tenDigits.MatchString(p.digits)
	return !beside91 && isDivided(p) && !day.MatchString(p.text)
}

// isDivided says of the figures of a part that they are those of a person's number, and not of a
// decimal number, of a version or of a row of small numbers.
func isDivided(p part) bool {
	var sizes []int
	for _, f := range figure.FindAllString(p.text, -1) {
		sizes = append(sizes, len(f))
	}
	opened, closed := strings.Count(p.text, "("), strings.Count(p.text, ")")
	if closed > 0 && strings.HasSuffix(p.before, "(") {
		opened++
	}
	smallest, largest := slices.Min(sizes), slices.Max(sizes)
	stops := strings.Contains(p.text, ".")
	fraction := len(p.before) > 1 && p.before[len(p.before)-1] == '.' && isDigit(rune(p.before[len(p.before)-2]))
	switch {
	case opened != closed:
		return false
	case len(sizes) == 1:
		return true
	case fraction, stops && smallest < 3, stops && len(sizes) == 2 && smallest != largest:
		return false
	case largest < 3: // 98 76 54 32 10
		return smallest == largest && !p.more
	default:
		return smallest > 1
	}
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }
