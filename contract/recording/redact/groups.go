package redact

import (
	"regexp"
	"slices"
	"strings"
)

// A person's number is written in groups of digits, which everybody divides in another way:
// 98765 43210, 987-654-3210, 98 76 54 32 10, +91 (98765) 43210.
var (
	group = regexp.MustCompile(`\d+`)
	// gap is what stands between two groups: blanks and dashes of any kind, a slash, brackets, marks
	// that nobody sees, or a full stop. U+FFFD is a byte that is no UTF-8, as both are in ISO-8859-1.
	gap = regexp.MustCompile(`^(?:[\p{Zs}\p{Pd}\p{Cf}\t()/\x{2212}\x{FFFD}]{1,3}|\.|&(?:nbsp|ndash|shy);)$`)

	mobileForm  = regexp.MustCompile(`^((?:00)?91|0?)[6-9]\d{9}$`)
	aadhaarForm = regexp.MustCompile(`^()\d{12}$`)
	// dated is the beginning of a date, behind which a time may stand.
	dated = regexp.MustCompile(`^(?:(?:19|20)\d\d\D{1,3}(?:0[1-9]|1[0-2])\D|(?:19|20)\d{6}\D|` +
		`(?:0[1-9]|[12]\d|3[01])(?:\D{0,3})(?:0[1-9]|1[0-2])(?:\D{0,3})(?:19|20)\d\d\D)`)
)

// mobiles finds mobile numbers in s, by their start and end.
func mobiles(s string) [][]int { return grouped(s, mobileForm, nil) }

// aadhaars finds Aadhaar numbers in s, by their start and end.
func aadhaars(s string) [][]int {
	return grouped(s, aadhaarForm, func(value string, sizes []int) bool {
		switch d := digits(value); {
		case !verhoeff(d), strings.HasPrefix(d, "9110000"), value[0] == '+': // the last two are mobile numbers
			return false
		case len(sizes) == 1 || slices.Equal(sizes, []int{4, 4, 4}):
			return true
		default:
			return d[0] >= '2' && !dated.MatchString(value) && (sizes[0] != 2 || !mobileForm.MatchString(d))
		}
	})
}

// grouped finds the groups of s whose digits have a form, which has a prefix as its group, and
// that are divided as people do it. What also may be nil.
func grouped(s string, form *regexp.Regexp, also func(value string, sizes []int) bool) [][]int {
	var found [][]int
	groups := group.FindAllStringIndex(s, -1)
	joined := func(i int) bool { // group i is joined to the one before
		return i > 0 && i < len(groups) && gap.MatchString(s[groups[i-1][1]:groups[i][0]])
	}
	for i := 0; i < len(groups); i++ {
		last, all := -1, ""
		var value []int
		for j := i; j < len(groups) && len(all) < 14 && (j == i || joined(j)); j++ {
			start, end := groups[j][0], groups[j][1]
			if inWord(s, start, end) {
				break
			}
			all += s[start:end]
			m := form.FindStringSubmatch(all)
			if m == nil {
				continue
			}
			start = groups[i][0]
			closed := strings.Contains(s[start:end], ")")
			for start > 0 && (s[start-1] == '+' || s[start-1] == '(' && closed) && !inWord(s, start-1, end) {
				start--
			}
			sizes, gaps := sizesOf(s, groups[i:j+1], len(m[1]))
			alone := !joined(i) && !joined(j+1)
			if divided(s[:start], s[start:end], sizes, gaps, alone) && (also == nil || also(s[start:end], sizes)) {
				last, value = j, []int{start, end}
			}
		}
		if last >= 0 {
			found, i = append(found, value), last
		}
	}
	return found
}

// sizesOf are how many digits the groups have, without those of a prefix, and what stands
// between them.
func sizesOf(s string, groups [][]int, prefix int) (sizes []int, gaps string) {
	for i, g := range groups {
		size := g[1] - g[0]
		if size <= prefix {
			prefix -= size
			continue
		}
		if len(sizes) > 0 {
			gaps += s[groups[i-1][1]:g[0]]
		}
		sizes, prefix = append(sizes, size-prefix), 0
	}
	return sizes, gaps
}

// divided says of a value behind before that its groups are those of a person's number, and
// not of a decimal number, a version or a row of small numbers.
func divided(before, value string, sizes []int, gaps string, alone bool) bool {
	least, most := slices.Min(sizes), slices.Max(sizes)
	switch {
	case strings.Count(value, "(") != strings.Count(value, ")"):
		return false
	case len(sizes) == 1:
		return true
	case strings.Contains(gaps, ".") && (least < 3 || len(sizes) == 2 && least != most):
		return false
	case strings.HasSuffix(before, ".") && group.MatchString(before[max(0, len(before)-2):]): // a fraction
		return false
	case most <= 2:
		return alone && least == most
	default:
		return least > 1
	}
}
