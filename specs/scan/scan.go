// Package scan looks for secrets and personal data in text that should hold none,
// such as a recording. It shares nothing with the package that removes them, so that
// a gap in one is no gap in the other, and knows what is harmless by what cannot be
// real: a mobile number that begins with 1, a PAN of no kind of holder.
package scan

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// nothing are values of members that say nothing of anybody.
var nothing = map[string]bool{"": true, "null": true, "true": true, "false": true}

// Finding is a place in a text that holds what it should not. It never says what.
type Finding struct {
	Line int // from 1
	Kind string
}

// check is a kind of value: pattern is its form, of which the group is the value,
// or that of a label before it.
type check struct {
	kind    string
	pattern *regexp.Regexp
	real    func(value string) bool
}

// standingAlone is a value of that form that does not go on from another word.
func standingAlone(expr string) *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^A-Za-z0-9_])(` + expr + `)`)
}

var checks = []check{
	{"masked-aadhaar", standingAlone(`[xX*]{4}[- ]?[xX*]{3,4}[- ]?[0-9]{4}`),
		func(s string) bool { return s[len(s)-4:] > "0099" }},
	// The fourth letter is the kind of holder.
	{"pan", standingAlone(`[A-Za-z]{3}[ABCEFGHJKLPTabcefghjklpt][A-Za-z][0-9]{4}[A-Za-z]`), nil},
	{"licence", standingAlone(`[A-Za-z]{2}[-/ ]?[0-9]{2}[A-Za-z]?[-/ ]?(?:19|20)[0-9]{2}[-/ ]?[0-9]{7,8}`),
		func(s string) bool { return !strings.HasPrefix(s, "XX") }},
	{"email", standingAlone(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]*[A-Za-z]`),
		func(s string) bool { return !strings.HasSuffix(s, "@example.invalid") }},
	{"jwt", standingAlone(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`), unredacted},
	{"signature", standingAlone(`[A-Za-z0-9+/]{43}=`), nil},
	{"signature", standingAlone(`-----BEGIN [A-Z ]*(?:KEY|CERTIFICATE)-----`), nil},
	{"file", standingAlone(`[A-Za-z0-9+/]{64,}=*|[A-Za-z0-9_-]{64,}=*`), mixed},
	{"file", regexp.MustCompile(
		`["'>=\s,](/9j/[A-Za-z0-9+/]{12,}=*|iVBORw0KGgo[A-Za-z0-9+/]{8,}=*|JVBERi0[A-Za-z0-9+/]{8,}=*)`),
		func(s string) bool { return !strings.Contains(decode(s), "redacted ") }},
	{"link", regexp.MustCompile(
		`(?i)[?&;](?:[a-z0-9_-]*(?:token|secret|signature|session|session_?id|credential|password|key)|` +
			`sig|otp|code|shortcode)=([^&\s"'<>\\]+)`),
		unredacted},
	{"link", regexp.MustCompile(
		`://[^\s"'<>/]+/(?:[^\s"'<>?#]*/)?([A-Za-z0-9_~-]{8,})(?:\.[a-z0-9]+)?(?:[?#\s"'<>]|$)`),
		func(s string) bool {
			return !strings.HasPrefix(s, "redacted") && strings.ContainsAny(s, "0123456789") &&
				hasLetter(s) && !identifier.MatchString(s)
		}},
	{"pin", regexp.MustCompile(`(?i)\bpin(?:[ _]?code)?[^A-Za-z0-9]{1,4}([1-9][0-9]{5})`),
		func(s string) bool { return !strings.HasPrefix(s, "10") }},
	{"birth", regexp.MustCompile(
		`(?i)(?:dob|birth|born on)[^A-Za-z0-9]{1,4}([0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4})`), mayBeBirth},
}

// labels are kinds that have no form, and are known by what stands before them. They are
// words that any provider may use; New is told what only one calls so.
var labels = []check{
	{"name", regexp.MustCompile(
		`(?i)^(?:(?:full|first|middle|last|father|mother|spouse|guardian|local|aadhaar)_?name|` +
			`name(?:_?on_?(?:pan(?:_?card)?|card))?|dl(?:concate|nat)name|surname|care_?of|co|swd)$`),
		mayBePerson},
	{"mobile", regexp.MustCompile(`(?i)^(?:mobile(?:_?no|_?number)?|phone(?:_?no|_?number)?)$`), mayBePhone},
	{"address", regexp.MustCompile(
		`(?i)^(?:(?:present_?|permanent_?|full_?)?address|house|street|landmark|lm|loc|locality|vtc|` +
			`sub_?dist(?:rict)?|dist(?:rict)?|po|post_?office|line[12])$`),
		mayBePlace},
	{"pin", regexp.MustCompile(`(?i)^(?:pin|pin_?code|pc|postal_?code|zip_?code)$`),
		func(s string) bool { return len(s) == 6 && s[0] != '0' && !strings.HasPrefix(s, "10") }},
	{"birth", regexp.MustCompile(`(?i)^(?:dob|date_?of_?birth|birth_?date|yob|year_?of_?birth)$`), mayBeBirth},
	{"credential", regexp.MustCompile(
		`(?i)^(?:(?:x-)?client[_-]?(?:id|secret)|(?:access|refresh|id)?_?token|tkn|uidtoken|secret(?:[_-]key)?|` +
			`access_?key|(?:x-)?api[_-]?key|password|authorization|otp|share_?code)$`),
		unredacted},
	{"signature", regexp.MustCompile(`(?i)^(?:(?:x-webhook-)?signature(?:value)?|digestvalue|x509certificate)$`),
		unredacted},
	{"digilocker-id", regexp.MustCompile(`(?i)^digilocker_?id$`),
		func(s string) bool { return !strings.HasPrefix(strings.TrimPrefix(s, "DL-"), "00000000-") }},
}

var (
	// A pair is a label and a value: of JSON, of an attribute, of an element, of a
	// form, or of a line.
	pair = regexp.MustCompile(
		`["']?([A-Za-z0-9_-]+)["']?(?:\s*[:=]\s*(?:"([^"]*)"|'([^']*)'|([0-9]+)(?:[\s,}\]]|$))|` +
			`=([^&\s"'<>]+)|>([^<]+)</|: ([^"'\s{|>\[,][^\n",]*))`)
	// Elsewhere are names that are no person's.
	elsewhere = regexp.MustCompile(
		`"parameters"\s*:\s*\[[^\]]*\]|<(?:[a-z]+:)?(?:Certificate|Organization)\b[^>]*>|` +
			`"invalid_param(?:s|eters)"\s*:\s*\{[^}]*\}|` +
			below(`organi[sz]ation|issuers?|issued_?by|department|authority|(?:doc(?:ument)?_?)?types?|category|scopes?`))
	identifier = regexp.MustCompile(`^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$`)
	identities = regexp.MustCompile(`[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}`)
	// An id is a value after such a label; its digits are no other number.
	id    = regexp.MustCompile(`(?:(?:[A-Za-z_]_|\b)id|[a-z]Id|\btxn)["']?\s*[:=]\s*["']?[^\s"',&]*$`)
	inURL = regexp.MustCompile(`https?://[^\s"'<>]*$`)
)

// Scanner knows, beside the labels of all, those that only one provider has. Its zero
// value knows none.
type Scanner struct{ own, nobody []check }

// New returns a Scanner for a provider's own labels, by kind: {"credential":
// {"X-Acme-Key"}}. A label is spelt in any way. What is known by its form needs none, and
// of a number that is none of these kinds, as of what is nobody's ("") and has no form,
// nothing is told; any other kind is an error. A label with its parent (card/title) is found nowhere.
func New(names map[string][]string) (*Scanner, error) {
	s := new(Scanner)
	for kind, all := range names {
		is := func(c check) bool { return c.kind == kind }
		i := slices.IndexFunc(labels, is)
		if i < 0 && (kind == "number" || divided[kind] != nil || slices.ContainsFunc(checks, is)) {
			continue
		}
		if i < 0 && kind != "" {
			return nil, fmt.Errorf("scan: there is no kind %q", kind)
		}
		for _, name := range all {
			spelt := strings.Join(strings.FieldsFunc(name, func(c rune) bool { return c == '_' || c == '-' }), "[_-]?")
			pattern, err := regexp.Compile("(?i)^" + spelt + "$")
			if err != nil {
				return nil, fmt.Errorf("scan: %q is no label: %w", name, err)
			}
			if kind == "" {
				s.nobody = append(s.nobody, check{pattern: pattern})
				continue
			}
			s.own = append(s.own, check{kind, pattern, labels[i].real})
		}
	}
	return s, nil
}

// Find is that of a Scanner that knows no provider.
func Find(text []byte, public func(value string) bool) []Finding {
	return new(Scanner).Find(text, public)
}

// Find says what a text holds, in its order. Values for which public is true are
// published, and no finding. A nil public is: none are.
func (s *Scanner) Find(text []byte, public func(value string) bool) []Finding {
	readable := unescape(string(text))
	var found []Finding
	add := func(at int, kind, value string) {
		if public != nil && (public(value) || public(scalar(readable, at))) {
			return
		}
		f := Finding{1 + strings.Count(readable[:at], "\n"), kind}
		if !slices.Contains(found, f) {
			found = append(found, f)
		}
	}
	blank := identities.ReplaceAllStringFunc(readable, func(s string) string { return strings.Repeat("_", len(s)) })
	for kind, find := range divided {
		for _, m := range find(blank) {
			if start := m[0]; !id.MatchString(blank[max(0, start-80):start]) {
				add(start, kind, blank[start:m[1]])
			}
		}
	}
	for _, c := range checks {
		in := blank
		if c.kind == "link" {
			in = readable
		}
		for from := 0; from < len(in); {
			m := c.pattern.FindStringSubmatchIndex(in[from:])
			if m == nil {
				break
			}
			first, start, end := from+m[0], from+m[2], from+m[3]
			from = end
			value := in[start:end]
			switch {
			case start > 0 && isWord(in[start-1]), end < len(in) && isWord(in[end]), c.real != nil && !c.real(value):
			case c.kind == "link" && strings.Contains(in[first:start], "://www.w3.org/"): // a name
			case c.kind != "link" && c.kind != "email" && c.kind != "jwt" && id.MatchString(in[max(0, start-80):start]):
			case c.kind == "file" && inURL.MatchString(in[max(0, start-300):start]):
			default:
				add(start, c.kind, value)
			}
		}
	}
	known := slices.Concat(labels, s.own)
	said, words := apart(readable, known)
	for _, m := range said {
		for _, l := range known {
			if value := readable[m.at:m.end]; l.pattern.MatchString(m.label) && !nothing[value] && l.real(value) {
				add(m.at, l.kind, value)
			}
		}
	}
	others := append(elsewhere.FindAllStringIndex(readable, -1), words...)
	for _, m := range pair.FindAllStringSubmatchIndex(readable, -1) {
		label := readable[m[2]:m[3]]
		if slices.ContainsFunc(s.nobody, func(l check) bool { return l.pattern.MatchString(label) }) {
			continue
		}
		for _, l := range known {
			if !l.pattern.MatchString(label) || l.kind == "name" && within(m[2], others) {
				continue
			}
			for i := 4; i < len(m); i += 2 {
				if m[i] < 0 {
					continue
				}
				if value := strings.TrimSpace(readable[m[i]:m[i+1]]); !nothing[value] && l.real(value) {
					add(m[i], l.kind, value)
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(a.Line-b.Line, strings.Compare(a.Kind, b.Kind))
	})
	return found
}

// escapes are those of JSON, XML and URLs. What they stand for never ends a line, so
// that lines stay what they are.
var escapes = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[nrt"/\\]|%[0-9A-Fa-f]{2}|` +
	`&(?:quot|amp|apos|lt|gt|#x?[0-9A-Fa-f]+);`)

func unescape(s string) string {
	return escapes.ReplaceAllStringFunc(s, func(e string) string {
		switch {
		case strings.HasPrefix(e, `\u`), strings.HasPrefix(e, `\x`): // the latter is of YAML
			c, _ := strconv.ParseUint(e[2:], 16, 16)
			e = string(rune(c))
		case e[0] == '\\':
			e = map[byte]string{'"': `"`, '/': "/", '\\': `\`}[e[1]]
		case e[0] == '%':
			e, _ = url.PathUnescape(e)
		default:
			e = html.UnescapeString(e)
		}
		if strings.TrimSpace(e) == "" {
			return " "
		}
		return e
	})
}

// scalar is the value around a place: up to quotes, markup or the line's end.
func scalar(s string, at int) string {
	start := 1 + strings.LastIndexAny(s[:at], "\"'<>\n")
	end := strings.IndexAny(s[at:], "\"'<>\n")
	if end < 0 {
		end = len(s) - at
	}
	return s[start : at+end]
}

func within(at int, ranges [][]int) bool {
	return slices.ContainsFunc(ranges, func(r []int) bool { return r[0] <= at && at < r[1] })
}

func isWord(c byte) bool { return c == '_' || c >= '0' && c <= '9' || hasLetter(string(c)) }

func hasLetter(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' })
}

// mayBePhone says of what stands in the place of a mobile number that it may be one, or most of
// one: seven digits or more, not of a replacement.
func mayBePhone(s string) bool {
	d := notDigit.ReplaceAllString(s, "")
	if len(d) < 7 || len(d) > 13 || notOfNumber.MatchString(s) {
		return false
	}
	last := d[max(0, len(d)-10):]
	return last[0] != '1' && strings.Trim(d[:len(d)-3], "0") != ""
}

var (
	notDigit    = regexp.MustCompile(`[^0-9]+`)
	notOfNumber = regexp.MustCompile(`[^0-9\p{Z}\p{Pd}\p{Cf}/().+]`)
)

// mixed says whether long base64 holds something: a path or a word does not mix
// capitals, small letters and digits.
func mixed(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.ToUpper(s) != s && strings.ToLower(s) != s
}

func decode(s string) string {
	s = strings.NewReplacer("-", "+", "_", "/", "=", "").Replace(s)
	b, _ := base64.RawStdEncoding.DecodeString(s)
	return string(b)
}

// mayBeBirth says of a date of birth that somebody living may have it.
func mayBeBirth(s string) bool {
	return strings.ContainsAny(s, "123456789") && !longAgo.MatchString(s)
}

// scheme is one of authorisation, behind which stands what has to be redacted.
var scheme = regexp.MustCompile(`^(?i:basic|bearer|digest) `)

// unredacted says of an opaque value that it does not call itself redacted.
func unredacted(s string) bool {
	s = s[len(scheme.FindString(s)):]
	return !strings.HasPrefix(s, "redacted") &&
		!strings.Contains(decode(s[strings.LastIndexByte(s, '.')+1:]), "redacted ")
}

var (
	longAgo       = regexp.MustCompile(`^(?:18[5-9][0-9]|190[0-9])(?:\D|$)|(?:18[5-9][0-9]|190[0-9])$`)
	words         = regexp.MustCompile(`[\p{L}\p{M}]+`)
	kinship       = regexp.MustCompile(`(?i)^[a-z]/o\b`)
	inventedName  = regexp.MustCompile(`(?i)^(?:fakename[a-z]{1,3}|person|नकलीनाम.{1,3}|व्यक्ति)$`)
	inventedPlace = regexp.MustCompile(`(?i)^(?:fakeplace[a-z]{1,3}|place|नकलीगाँव.{1,3}|स्थान|[SDWC]|O)$`)
)

func mayBePerson(s string) bool {
	if s = suffix.ReplaceAllString(s, ""); isPaper(s) {
		return false
	}
	return slices.ContainsFunc(words.FindAllString(kinship.ReplaceAllString(s, ""), -1),
		func(w string) bool { return !inventedName.MatchString(w) })
}

func mayBePlace(s string) bool {
	return strings.ContainsAny(s, "123456789") ||
		slices.ContainsFunc(words.FindAllString(s, -1), func(w string) bool { return !inventedPlace.MatchString(w) })
}

// verhoeff is Verhoeff's sum of the digits of s, worked out in the group of a
// pentagon's turns (0 to 4) and flips (5 to 9). It is 0 for a sound number.
func verhoeff(s string) int {
	sum, place := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		b := int(s[i] - '0')
		for range place % 8 {
			b = int("1576283094"[b] - '0')
		}
		switch a := sum; {
		case a < 5 && b < 5:
			sum = (a + b) % 5
		case a < 5:
			sum = 5 + (a+b)%5
		case b < 5:
			sum = 5 + (a-b)%5
		default:
			sum = (a - b + 5) % 5
		}
		place++
	}
	return sum
}
