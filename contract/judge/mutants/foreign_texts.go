package mutants

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// inLink changes a text that is an absolute link, and no other.
func inLink(change func(u *url.URL) []string) func(string) []string {
	return func(text string) []string {
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil
		}
		return change(u)
	}
}

// linkTo changes a link's parts.
func linkTo(change func(u *url.URL)) func(string) []string {
	return inLink(func(u *url.URL) []string {
		change(u)
		return []string{u.String()}
	})
}

var linkOperators = []Foreigner{
	{Operator: "link without encryption", Harm: "the user's session travels where anybody on the way reads it",
		texts: linkTo(func(u *url.URL) { u.Scheme = "http" })},
	{Operator: "link to another host", Harm: "the user consents at somebody else's page",
		texts: linkTo(func(u *url.URL) { u.Host = "elsewhere.invalid" })},
	{Operator: "link to a host that looks alike", Harm: "a check of the host's beginning takes somebody else's page",
		texts: linkTo(func(u *url.URL) { u.Host += ".elsewhere.invalid" })},
	{Operator: "link with a user before its host", Harm: "the host that is read is not the host that is visited",
		texts: linkTo(func(u *url.URL) { u.User = url.UserPassword(u.Hostname(), "x") })},
	{Operator: "link to another port", Harm: "a firewall stops it, or another program answers",
		texts: linkTo(func(u *url.URL) { u.Host = u.Hostname() + ":8443" })},
	{Operator: "link to this machine", Harm: "a server that downloads it reads its own insides",
		texts: linkTo(func(u *url.URL) { u.Host = "127.0.0.1" })},
	{Operator: "link with a fragment", Harm: "what follows the sign is never sent to the server",
		texts: linkTo(func(u *url.URL) { u.Fragment = "unheard" })},
	{Operator: "link that runs a script", Harm: "a page that shows it runs what it says",
		texts: inLink(func(*url.URL) []string { return []string{"javascript:alert(1)"} })},
	{Operator: "link that is a page itself", Harm: "the user sees a page that came from no server",
		texts: inLink(func(*url.URL) []string { return []string{"data:text/html;base64,PGI+aGk8L2I+"} })},
	{Operator: "link without a host", Harm: "it leads into the application instead of to the provider",
		texts: inLink(func(u *url.URL) []string { return []string{u.RequestURI()} })},
	{Operator: "link without a scheme", Harm: "it is taken for a path",
		texts: inLink(func(u *url.URL) []string { return []string{strings.TrimPrefix(u.String(), u.Scheme+"://")} })},
	{Operator: "link to the front page", Harm: "the user's journey is not found there",
		texts: linkTo(func(u *url.URL) { *u = url.URL{Scheme: u.Scheme, Host: u.Host} })},
	{Operator: "link without its query", Harm: "the token that opens the journey or the file is gone",
		texts: linkTo(func(u *url.URL) { u.RawQuery = "" })},
	{Operator: "link escaped for a page", Harm: "its second parameter has another name",
		texts: inLink(func(u *url.URL) []string {
			return []string{strings.ReplaceAll(u.String(), "&", "&amp;")}
		})},
	{Operator: "link with a space in it", Harm: "it ends at the space where it is shown",
		texts: inLink(func(u *url.URL) []string {
			return []string{u.Scheme + "://" + u.Host + "/ " + strings.TrimPrefix(u.RequestURI(), "/")}
		})},
}

// day is a date in a text, and what stands behind it there.
type day struct {
	year, month, day, sep, rest string
	yearFirst                   bool
}

func (d day) String() string {
	if d.yearFirst {
		return d.year + d.sep + d.month + d.sep + d.day + d.rest
	}
	return d.day + d.sep + d.month + d.sep + d.year + d.rest
}

// inDate changes a text that begins with a date whose year has four digits.
func inDate(change func(d day) []string) func(string) []string {
	return func(text string) []string {
		f := date.FindStringSubmatch(text)
		switch {
		case f == nil || len(f[1]) == len(f[4]):
			return nil
		case len(f[1]) == 4:
			return change(day{f[1], f[3], f[4], f[2], f[5], true})
		}
		return change(day{f[4], f[3], f[1], f[2], f[5], false})
	}
}

// dateTo changes a date's parts.
func dateTo(change func(d *day)) func(string) []string {
	return inDate(func(d day) []string {
		change(&d)
		return []string{d.String()}
	})
}

var zone = regexp.MustCompile(`^([T ]\d{2}:\d{2}.*?)(Z|[+-]\d{2}:?\d{2})$`)

var dateOperators = []Foreigner{
	{Operator: "day that does not exist", Harm: "a lenient reader makes another day of it, a strict one none",
		texts: dateTo(func(d *day) { d.month, d.day = "02", "31" })},
	{Operator: "month that does not exist", Harm: "the order of day and month was another",
		texts: dateTo(func(d *day) { d.month = "13" })},
	{Operator: "day of zeros", Harm: "a database's nothing is taken for a day",
		texts: dateTo(func(d *day) { d.year, d.month, d.day = "0000", "00", "00" })},
	{Operator: "year one", Harm: "a program's nothing is taken for a day, and everything has expired",
		texts: dateTo(func(d *day) { d.year, d.month, d.day = "0001", "01", "01" })},
	{Operator: "year without end", Harm: "nothing expires any more, and nobody is of age",
		texts: dateTo(func(d *day) { d.year, d.month, d.day = "9999", "12", "31" })},
	{Operator: "year of two digits", Harm: "the century is guessed",
		texts: dateTo(func(d *day) { d.year = d.year[2:] })},
	{Operator: "month in letters", Harm: "no reader of numbers takes it", texts: inDate(func(d day) []string {
		t, err := time.Parse("01", d.month)
		if err != nil {
			return nil
		}
		d.month = t.Format("Jan")
		return []string{d.String()}
	})},
	{Operator: "date with dots", Harm: "no reader of the documented form takes it",
		texts: dateTo(func(d *day) { d.sep = "." })},
	{Operator: "date without separators", Harm: "it is taken for a number",
		texts: dateTo(func(d *day) { d.sep = "" })},
	{Operator: "date without leading zeros", Harm: "a reader by position reads another day",
		texts: dateTo(func(d *day) {
			d.day, d.month = strings.TrimPrefix(d.day, "0"), strings.TrimPrefix(d.month, "0")
		})},
	{Operator: "date with a clock behind it", Harm: "a zone moves the birthday by a day",
		texts: inDate(func(d day) []string {
			if d.rest != "" {
				return nil
			}
			return []string{d.String() + "T00:00:00Z"}
		})},
	{Operator: "time without its clock", Harm: "it is off by up to a day", texts: dateTo(func(d *day) { d.rest = "" })},
	{Operator: "time without its zone", Harm: "it is off by the distance to the server", texts: dateTo(func(d *day) {
		d.rest = zone.ReplaceAllString(d.rest, "$1")
	})},
	{Operator: "clock of another zone", Harm: "it is off by five and a half hours", texts: inDate(func(d day) []string {
		if strings.HasSuffix(d.rest, "+05:30") {
			d.rest = zone.ReplaceAllString(d.rest, "${1}Z")
		} else {
			d.rest = zone.ReplaceAllString(d.rest, "$1+05:30")
		}
		return []string{d.String()}
	})},
	{Operator: "hour that does not exist", Harm: "a lenient reader makes another day of it",
		texts: inDate(func(d day) []string {
			if !zone.MatchString(d.rest) {
				return nil
			}
			d.rest = d.rest[:1] + "25" + d.rest[3:]
			return []string{d.String()}
		})},
}

var (
	encoded = regexp.MustCompile(`^[A-Za-z0-9+/_-]{32,}={0,2}$`)
	hex     = regexp.MustCompile(`^[0-9a-fA-F-]+$`)
	uuid    = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// inBase64 changes a text that looks like base64.
func inBase64(change func(text string) string) func(string) []string {
	return func(text string) []string {
		if !encoded.MatchString(text) || hex.MatchString(text) {
			return nil
		}
		return []string{change(text)}
	}
}

// inMatch changes a text of that form.
func inMatch(form *regexp.Regexp, change func(text string) string) func(string) []string {
	return func(text string) []string {
		if !form.MatchString(text) {
			return nil
		}
		return []string{change(text)}
	}
}

var digits4 = regexp.MustCompile(`^[0-9]{4,}$`)

// grouped has a sign between groups of n digits, counted from the end or the beginning.
func grouped(text, sign string, n int, fromEnd bool) string {
	var b strings.Builder
	for i, r := range text {
		if i > 0 && (fromEnd && (len(text)-i)%n == 0 || !fromEnd && i%n == 0) {
			b.WriteString(sign)
		}
		b.WriteRune(r)
	}
	return b.String()
}

var encodedOperators = []Foreigner{
	{Operator: "base64 of the other alphabet", Harm: "the photo or the document cannot be decoded",
		texts: inBase64(func(text string) string {
			return strings.NewReplacer("+", "-", "/", "_", "-", "+", "_", "/").Replace(text)
		})},
	{Operator: "base64 without its padding", Harm: "a strict decoder takes none of it",
		texts: inBase64(func(text string) string { return strings.TrimRight(text, "=") })},
	{Operator: "base64 in lines", Harm: "a strict decoder takes none of it",
		texts: inBase64(func(text string) string { return text[:16] + "\r\n" + text[16:] })},
	{Operator: "base64 with a sign that is none", Harm: "a lenient decoder loses what follows",
		texts: inBase64(func(text string) string { return text[:16] + "!" + text[17:] })},
	{Operator: "base64 as a link of data", Harm: "the prefix is decoded too, and the picture is broken",
		texts: inBase64(func(text string) string { return "data:image/jpeg;base64," + text })},
	{Operator: "base64 cut short", Harm: "half a photo is shown, or half a document verified",
		texts: inBase64(func(text string) string { return text[:len(text)/8*4] })},
	{Operator: "id of zeros", Harm: "everybody has the same id",
		texts: inMatch(uuid, func(string) string { return "00000000-0000-0000-0000-000000000000" })},
	{Operator: "id without hyphens", Harm: "the id of an answer is not that of the next",
		texts: inMatch(uuid, func(text string) string { return strings.ReplaceAll(text, "-", "") })},
	{Operator: "id in braces", Harm: "the id of an answer is not that of the next",
		texts: inMatch(uuid, func(text string) string { return "{" + text + "}" })},
	{Operator: "mask of another sign", Harm: "the mask is not seen as one",
		texts: inMatch(masked, func(text string) string {
			return strings.Map(func(r rune) rune {
				switch r {
				case 'x', 'X':
					return '*'
				case '*':
					return '#'
				}
				return r
			}, text)
		})},
	{Operator: "mask at the other end", Harm: "the last four digits are not the last",
		texts: inMatch(masked, func(text string) string {
			at := strings.LastIndexAny(text, "xX*") + 1
			return text[at:] + text[:at]
		})},
	{Operator: "digits with commas", Harm: "a reader of numbers stops at the comma",
		texts: inMatch(digits4, func(text string) string { return grouped(text, ",", 3, true) })},
	{Operator: "digits in groups", Harm: "the number is not found where it is compared",
		texts: inMatch(digits4, func(text string) string { return grouped(text, " ", 4, false) })},
	{Operator: "digits with an exponent", Harm: "a spreadsheet has lost the last digits",
		texts: inMatch(digits4, func(text string) string {
			return text[:1] + "." + text[1:4] + "E+" + strconv.Itoa(len(text)-1)
		})},
	{Operator: "digits with a fraction", Harm: "a spreadsheet has made a number of an id",
		texts: inMatch(number, func(text string) string { return text + ".0" })},
	{Operator: "leading zero", Harm: "a number that went through a spreadsheet is another",
		texts: inMatch(number, func(text string) string {
			if rest := strings.TrimPrefix(text, "0"); rest != text && rest != "" {
				return rest
			}
			return "0" + text
		})},
}

// always puts a text in the place of any other.
func always(instead string) func(string) []string {
	return func(string) []string { return []string{instead} }
}

// made makes one text of another.
func made(change func(text string) string) func(string) []string {
	return func(text string) []string { return []string{change(text)} }
}

// half splits a text in its middle.
func half(text string) (first, second string) {
	r := []rune(text)
	return string(r[:len(r)/2]), string(r[len(r)/2:])
}

// firstLetter changes the first letter that the function takes.
func firstLetter(text string, change func(r rune) string) string {
	for i, r := range text {
		if with := change(r); with != "" {
			return text[:i] + with + text[i+len(string(r)):]
		}
	}
	return text
}

// alike are Cyrillic letters for Latin ones.
var alike = strings.NewReplacer("a", "а", "e", "е", "o", "о", "p", "р", "c", "с",
	"A", "А", "E", "Е", "O", "О", "C", "С", "P", "Р", "T", "Т")

var textOperators = []Foreigner{
	{Operator: "text that says N/A", Harm: "nothing is stored as a value", texts: always("N/A")},
	{Operator: "text that says null", Harm: "nothing is stored as a value", texts: always("null")},
	{Operator: "text that says undefined", Harm: "nothing is stored as a value", texts: always("undefined")},
	{Operator: "text that is a dash", Harm: "nothing is stored as a value", texts: always("-")},
	{Operator: "text that is a zero", Harm: "nothing is stored as a value", texts: always("0")},
	{Operator: "text that says what a program held", Harm: "nothing is stored as a value",
		texts: always("[object Object]")},
	{Operator: "text of a template", Harm: "the value was never filled in", texts: always("{{value}}")},
	{Operator: "text of a space", Harm: "it is not empty, and says nothing", texts: always(" ")},
	{Operator: "text of stars", Harm: "a rule against leaks hid what was asked for", texts: always("********")},
	{Operator: "whitespace around a text", Harm: "it differs from itself where it is compared",
		texts: func(text string) []string { return []string{" " + text, text + " "} }},
	{Operator: "line end behind a text", Harm: "a header or a log gets a line more",
		texts: made(func(text string) string { return text + "\r\n" })},
	{Operator: "zero-width character", Harm: "two texts that look the same differ",
		texts: made(func(text string) string {
			a, b := half(text)
			return a + "\u200b" + b
		})},
	{Operator: "no-break space", Harm: "two texts that look the same differ", texts: made(func(text string) string {
		if strings.Contains(text, " ") {
			return strings.Replace(text, " ", "\u00a0", 1)
		}
		return text + "\u00a0"
	})},
	{Operator: "byte order mark in a text", Harm: "two texts that look the same differ",
		texts: made(func(text string) string { return "\ufeff" + text })},
	{Operator: "direction turned", Harm: "it is shown backwards",
		texts: made(func(text string) string { return "\u202e" + text })},
	{Operator: "control character", Harm: "a database or a page takes none, or ends there",
		texts: made(func(text string) string {
			a, b := half(text)
			return a + "\x00" + b
		})},
	{Operator: "letter that looks alike", Harm: "two texts that look the same differ",
		texts: made(func(text string) string {
			return firstLetter(text, func(r rune) string {
				if with := alike.Replace(string(r)); with != string(r) {
					return with
				}
				return ""
			})
		})},
	{Operator: "letter that was lost", Harm: "a charset was not understood on the way",
		texts: made(func(text string) string {
			r := []rune(text)
			return string(r[:len(r)-1]) + "\ufffd"
		})},
	{Operator: "digit of another script", Harm: "it is a digit to some readers, and none to others",
		texts: made(func(text string) string {
			return firstLetter(text, func(r rune) string {
				if r >= '0' && r <= '9' {
					return string('०' + r - '0')
				}
				return ""
			})
		})},
	{Operator: "text encoded twice as JSON", Harm: "it has quotes around it where it is shown", texts: made(quoted)},
	{Operator: "text encoded for an address", Harm: "its spaces and slashes are shown as signs",
		texts: made(url.QueryEscape)},
	{Operator: "text encoded for a page", Harm: "its signs are shown as names", texts: made(html.EscapeString)},
	{Operator: "escape left as it was", Harm: "the letter is shown as its number",
		texts: made(func(text string) string {
			return firstLetter(text, func(r rune) string {
				if unicode.IsLetter(r) && r < 0x80 {
					return `\u00` + fmt.Sprintf("%02x", r)
				}
				return ""
			})
		})},
	{Operator: "markup in a text", Harm: "a page that shows it runs what it says",
		texts: made(func(text string) string { return "<b>" + text + "</b>" })},
	{Operator: "text that a spreadsheet runs", Harm: "an export to a spreadsheet runs it",
		texts: made(func(text string) string { return "=" + text })},
	{Operator: "text cut with dots", Harm: "the rest is lost",
		texts: made(func(text string) string { a, _ := half(text); return a + "..." })},
	{Operator: "text twice in a row", Harm: "two values were put together",
		texts: made(func(text string) string { return text + text })},
	{Operator: "text without end", Harm: "a column or a header is too short for it",
		texts: made(func(text string) string { return text + strings.Repeat("x", 4096) })},
}
