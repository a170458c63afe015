package redact

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Rule is one kind of value that is replaced.
type Rule struct {
	ID    string
	About string // what it replaces, and with what
}

// rule is how a kind of value is found and replaced. Its zero functions are: any
// match is one, no value is a replacement already, a value is its own key.
type rule struct {
	Rule
	// pattern finds values in text; if it has a group, that is the value. What no pattern can
	// say, find finds. Both nil: they are known by their member's name alone.
	pattern *regexp.Regexp
	find    func(text string) [][]int // start and end of each
	genuine func(match string) bool
	fake    func(value string) bool   // says of a replacement that it is one
	key     func(value string) string // what two spellings of a value share
	// replace makes the replacement of the value that is the n-th, from 0, of its
	// kind; "" if the value does not have the form of the kind.
	replace func(value string, n int) string
	// echoed: the value of a member is looked for in all other text too.
	echoed bool
}

// mark is what credentials and signatures become, all alike, since some differ
// with every call. It begins whatever else has no form to keep.
const mark = "redacted"

// The kinds, in the order in which they are looked for in a text.
var (
	jwt = &rule{
		Rule:    Rule{"jwt", "JSON Web Tokens become unsigned ones that say nothing"},
		pattern: regexp.MustCompile(`eyJ[\w-]{5,}\.[\w-]+\.[\w-]*`),
		fake:    func(s string) bool { return strings.HasPrefix(s, noClaims) },
		replace: func(_ string, n int) string {
			return noClaims + base64.RawURLEncoding.EncodeToString([]byte(opaque(n)))
		},
	}
	signature = &rule{
		Rule:    Rule{"signature", `signatures, digests and certificates become "` + mark + `"`},
		pattern: regexp.MustCompile(`[A-Za-z0-9+/]{43}=|-----BEGIN [A-Z ]+-----[^-]*-----END [A-Z ]+-----`), // HMAC-SHA-256; PEM
		replace: func(string, int) string { return mark },
		fake:    func(s string) bool { return s == mark },
		echoed:  true,
	}
	file = &rule{
		Rule:    Rule{"file", "photos, files and other long base64 become a few bytes with the same beginning"},
		pattern: regexp.MustCompile(`/9j/[A-Za-z0-9+/]{16,}=*|[A-Za-z0-9+/]{64,}=*|[A-Za-z0-9_-]{64,}=*`),
		genuine: func(s string) bool {
			return strings.ContainsAny(s, "0123456789") && strings.ToLower(s) != s && strings.ToUpper(s) != s
		},
		fake:    isFakeFile,
		key:     func(s string) string { return strings.Join(strings.Fields(s), "") },
		replace: fakeFile,
	}
	email = &rule{
		Rule:    Rule{"email", "e-mail addresses become ones at example.invalid"},
		pattern: regexp.MustCompile(`[\w.+%-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`),
		fake:    func(s string) bool { return strings.HasSuffix(s, "@example.invalid") },
		key:     strings.ToLower,
		replace: func(s string, n int) string {
			if !strings.Contains(s, "@") {
				return ""
			}
			return "person" + letters(n) + "@example.invalid"
		},
	}
	licence = &rule{
		Rule:    Rule{"licence", "numbers of driving licences keep their spelling, of a state XX and with zeros"},
		pattern: regexp.MustCompile(`(?i)[A-Z]{2}[- /]?\d{2}[A-Z]?[- /]?(?:19|20)\d{2}[- /]?\d{7,8}`),
		fake:    isShaped,
		key:     alphanumeric,
		replace: shaped,
	}
	masked = &rule{
		Rule:    Rule{"masked-aadhaar", "masked Aadhaar numbers keep their mask and get other last four digits"},
		pattern: regexp.MustCompile(`[Xx*]{4}[ -]?[Xx*]{3,4}[ -]?\d{4}`),
		key:     lastFour,
		replace: func(s string, n int) string { return s[:len(s)-4] + fmt.Sprintf("%04d", n%10000) },
	}
	aadhaar = &rule{
		Rule:    Rule{"aadhaar", "Aadhaar numbers keep their spelling and check digit, and begin with 1, as nobody's does"},
		find:    aadhaars,
		fake:    func(s string) bool { return strings.HasPrefix(s, "1") && verhoeff(s) },
		key:     digits,
		replace: fakeAadhaar,
	}
	mobile = &rule{
		Rule: Rule{"mobile", "mobile numbers keep their prefix and begin with 1, as nobody's does"},
		find: mobiles,
		fake: func(s string) bool { d := digits(s); return len(d) >= 10 && strings.HasPrefix(d[len(d)-10:], "10000") },
		key:  func(s string) string { d := digits(s); return d[len(d)-10:] },
		replace: func(s string, n int) string {
			if len(digits(s)) < 10 {
				return ""
			}
			return putDigits(s, fmt.Sprintf("1%09d", n))
		},
	}
	pan = &rule{
		Rule:    Rule{"pan", "PANs become XXXXX0000X and so on; X is no kind of holder"},
		pattern: regexp.MustCompile(`(?i)[A-Z]{5}\d{4}[A-Z]`),
		fake:    func(s string) bool { return strings.HasPrefix(s, "XXXXX0") },
		key:     strings.ToUpper,
		replace: func(s string, n int) string {
			if len(s) != 10 {
				return ""
			}
			return fmt.Sprintf("XXXXX%04dX", n%1000)
		},
	}
	birth = &rule{
		Rule:    Rule{"birth", "dates of birth keep their layout and lie before 1910; years likewise"},
		pattern: regexp.MustCompile(`(?i)(?:dob|birth|born on)\W{1,4}(\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4})`),
		fake:    func(s string) bool { t, _ := date(s); return t.Year() >= 1850 && t.Year() < 1910 },
		key: func(s string) string {
			if t, layout := date(s); layout != yearOnly {
				return t.Format(time.DateOnly)
			}
			return s
		},
		replace: fakeBirth,
		echoed:  true,
	}
	pin = &rule{
		Rule:    Rule{"pin", "PIN codes begin with 10, which is no postal zone"},
		pattern: regexp.MustCompile(`(?i)pin(?:[ _]?code)?\W{1,4}(\d{6})`),
		fake:    func(s string) bool { return len(s) == 6 && (s[0] == '0' || strings.HasPrefix(s, "10")) },
		replace: func(s string, n int) string {
			if len(s) != 6 || digits(s) != s {
				return ""
			}
			return fmt.Sprintf("10%04d", n%10000)
		},
	}
	link = &rule{
		Rule:    Rule{"link", `secrets in the query and tokens in the path of a URL become "` + mark + `" with a number`},
		fake:    regexp.MustCompile(`^` + mark + `\d{6}$`).MatchString,
		replace: func(_ string, n int) string { return fmt.Sprintf(mark+"%06d", n) },
	}
	credential = &rule{
		Rule: Rule{"credential", `credentials in headers and members, and those that New is told, become "` + mark +
			`", in a header behind their scheme`},
		fake:    func(s string) bool { return s == mark },
		replace: func(string, int) string { return mark },
		echoed:  true,
	}
	name = &rule{
		Rule: Rule{"name", "names keep the number and case of their words, C/O and the like, and a file's ending"},
		fake: func(s string) bool {
			stem, _ := cutEnding(s)
			return isWords(stem, "fakename", "person", "नकलीनाम", "व्यक्ति")
		},
		key: strings.ToLower,
		replace: func(s string, n int) string {
			stem, ending := cutEnding(s)
			return words(stem, n, "fakename", "person", "नकलीनाम", "व्यक्ति") + ending
		},
		echoed: true,
	}
	address = &rule{
		Rule: Rule{"address", "addresses keep the number and case of their words; their digits become 0"},
		fake: func(s string) bool {
			return isWords(s, "fakeplace", "place", "नकलीगाँव", "स्थान")
		},
		key: strings.ToLower,
		replace: func(s string, n int) string {
			return words(s, n, "fakeplace", "place", "नकलीगाँव", "स्थान")
		},
		echoed: true,
	}
	digiLockerID = &rule{
		Rule: Rule{"digilocker-id", "DigiLocker ids keep their prefix and hyphens, and are zeros with a number"},
		fake: regexp.MustCompile(`^(DL-)?0{8}-`).MatchString,
		replace: func(s string, n int) string {
			prefix, id := "", s
			if strings.HasPrefix(s, "DL-") {
				prefix, id = s[:3], s[3:]
			}
			if len(id) != 36 {
				return ""
			}
			return prefix + fmt.Sprintf("00000000-0000-0000-0000-%012d", n)
		},
		echoed: true,
	}
	number = &rule{
		Rule:    Rule{"number", "other numbers of papers and accounts, and what stands where another kind is expected, keep their shape"},
		fake:    isShaped,
		replace: shaped,
		echoed:  true,
	}
)

var rules = []*rule{jwt, signature, file, email, licence, masked, aadhaar, mobile, pan, birth, pin, link, credential, name, address, digiLockerID, number}

// formed says whether values of the kind are known by their form.
func (k *rule) formed() bool { return k.pattern != nil || k.find != nil }

// in finds the values of the kind in a text, by their start and end.
func (k *rule) in(text string) [][]int {
	if k.find != nil {
		return k.find(text)
	}
	found := k.pattern.FindAllStringSubmatchIndex(text, -1)
	for i, at := range found {
		found[i] = at[len(at)-2:]
	}
	return found
}

// is says whether s as a whole has the form of the kind.
func (k *rule) is(s string) bool {
	if k.find != nil {
		at := k.find(s)
		return len(at) == 1 && at[0][0] == 0 && at[0][1] == len(s)
	}
	at := k.pattern.FindStringSubmatchIndex(s)
	return len(at) == 2 && at[0] == 0 && at[1] == len(s) && (k.genuine == nil || k.genuine(s))
}

// Rules are the kinds of values that a Redactor replaces.
func Rules() []Rule {
	all := make([]Rule, len(rules))
	for i, r := range rules {
		all[i] = r.Rule
	}
	return all
}

// opaque is the content of what cannot be read.
func opaque(n int) string { return fmt.Sprintf(mark+" %06d", n) }

// letters numbers in letters: a, b, ..., z, aa, ab, ...
func letters(n int) string {
	s := ""
	for n++; n > 0; n = (n - 1) / 26 {
		s = string(rune('a'+(n-1)%26)) + s
	}
	return s
}

var (
	noDigit = regexp.MustCompile(`\D+`)
	noWord  = regexp.MustCompile(`[^A-Za-z0-9]+`)
)

func digits(s string) string       { return noDigit.ReplaceAllString(s, "") }
func alphanumeric(s string) string { return strings.ToUpper(noWord.ReplaceAllString(s, "")) }
func lastFour(s string) string     { return s[len(s)-4:] }

// putDigits replaces the last digits of s by those given.
func putDigits(s, with string) string {
	b, at := []byte(s), len(with)
	for i := len(b) - 1; i >= 0 && at > 0; i-- {
		if b[i] >= '0' && b[i] <= '9' {
			at--
			b[i] = with[at]
		}
	}
	return string(b)
}

// shaped replaces letters by X, and digits by zeros with the number at their end.
// What has fewer than four digits gets a number alone.
func shaped(s string, n int) string {
	have := len(digits(s))
	if have < 4 {
		return fmt.Sprintf("X%03d", n%1000)
	}
	s = strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsMark(c) {
			return 'X'
		}
		return c
	}, s)
	return putDigits(s, fmt.Sprintf("%0*d", have, n%1000))
}

func isShaped(s string) bool {
	d := digits(s)
	return len(d) >= 3 && strings.Trim(d[:len(d)-3], "0") == "" && strings.Trim(s, "X0123456789-/ .") == "" && (len(d) > 3 || s[0] == 'X')
}

// The tables of Verhoeff's check: the dihedral group of a pentagon, and the powers
// of a permutation.
var (
	product = [10][10]int{
		{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
		{4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1}, {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
		{8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
	}
	permuted = [8][10]int{
		{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}, {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
		{9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1}, {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8},
	}
)

// verhoeff says whether the twelve digits of s end in the check digit of the others.
func verhoeff(s string) bool {
	d, sum := digits(s), 0
	for i := range len(d) {
		sum = product[sum][permuted[i%8][d[len(d)-1-i]-'0']]
	}
	return len(d) == 12 && sum == 0
}

func fakeAadhaar(s string, n int) string {
	if len(digits(s)) != 12 {
		return ""
	}
	for check := range 10 {
		if d := fmt.Sprintf("1%010d%d", n, check); verhoeff(d) {
			return putDigits(s, d)
		}
	}
	return ""
}

// magics are how the kinds of files begin that are told apart.
var magics = []string{"\xff\xd8\xff", "\x89PNG", "%PDF", "PK\x03\x04", "<?xm", "\x00\x00\x00\x0cjP  ", "\xff\x4f\xff\x51"}

// decode reads base64 of either alphabet, and as much as is sound of a broken one.
func decode(s string) string {
	s = strings.NewReplacer("-", "+", "_", "/", "\n", "", "\r", "", " ", "", "\t", "", "=", "").Replace(s)
	b, _ := base64.RawStdEncoding.DecodeString(s)
	return string(b)
}

func magic(s string) string {
	head := decode(s[:min(len(s), 16)])
	for _, m := range magics {
		if strings.HasPrefix(head, m) {
			return m
		}
	}
	return ""
}

func fakeFile(s string, n int) string {
	return base64.StdEncoding.EncodeToString([]byte(magic(s) + opaque(n)))
}

var content = regexp.MustCompile(`^` + mark + ` \d{6}$`)

func isFakeFile(s string) bool {
	return len(s) < 64 && content.MatchString(strings.TrimPrefix(decode(s), magic(s)))
}

// noClaims is the head of a JWT without signature, and an empty body.
var noClaims = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(`{}`)) + "."

var layouts = []string{"02-01-2006", "2006-01-02", "02/01/2006", "2006/01/02", "02.01.2006", "02012006", "02-Jan-2006", "2 January 2006", yearOnly}

const yearOnly = "2006"

// date reads s, and says in which layout; "" if it is no date.
func date(s string) (time.Time, string) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, layout
		}
	}
	return time.Time{}, ""
}

func fakeBirth(s string, n int) string {
	switch _, layout := date(s); layout {
	case "":
		return ""
	case yearOnly:
		return strconv.Itoa(1909 - n%60)
	default:
		return time.Date(1900, 1, 1+n%3650, 0, 0, 0, 0, time.UTC).Format(layout)
	}
}

var (
	guardian = regexp.MustCompile(`(?i)^\s*[SDWCFH]/O\b:?`)
	word     = regexp.MustCompile(`\p{Nd}+|[\p{L}\p{M}'’]+`)
)

// words replaces the words of s: the first by stem and a number in letters, the
// rest by other. Devanagari stays Devanagari.
func words(s string, n int, stem, other, localStem, localOther string) string {
	prefix := guardian.FindString(s)
	first := stem + letters(n)
	named := false
	s = word.ReplaceAllStringFunc(s[len(prefix):], func(w string) string {
		if c, _ := utf8.DecodeRuneInString(w); unicode.IsDigit(c) {
			return strings.Repeat("0", utf8.RuneCountInString(w))
		}
		with, local := other, localOther
		if !named {
			with, local, named = first, localStem+strings.Map(func(c rune) rune { return 'क' + c - 'a' }, letters(n)), true
		}
		if strings.ContainsFunc(w, func(c rune) bool { return unicode.Is(unicode.Devanagari, c) }) {
			return local
		}
		switch {
		case strings.ToLower(w) == w:
			return with
		case strings.ToUpper(w) == w && len(w) > 1:
			return strings.ToUpper(with)
		default:
			return strings.ToUpper(with[:1]) + with[1:]
		}
	})
	if !named {
		s = strings.ToUpper(first[:1]) + first[1:]
	}
	return prefix + s
}

// isWords says whether s was made by words.
func isWords(s string, stem, other, localStem, localOther string) bool {
	named := false
	for _, w := range word.FindAllString(strings.ToLower(s[len(guardian.FindString(s)):]), -1) {
		switch {
		case strings.Trim(w, "0") == "":
		case !named && (len(w)-len(stem) <= 3 && strings.HasPrefix(w, stem) || len(w)-len(localStem) <= 9 && strings.HasPrefix(w, localStem)):
			named = true
		case !named || w != other && w != localOther:
			return false
		}
	}
	return named
}
