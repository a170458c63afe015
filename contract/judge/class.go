package judge

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Class is what a value that differs each time must be.
type Class int

const (
	// ID is not empty, unless the one compared with is, and a UUID if that is one.
	ID Class = iota + 1
	// Time is in the layout of the one compared with.
	Time
	// Link is an absolute URL.
	Link
)

// fits says whether got is of the class. A placeholder of an example, such as "User
// login url", asks for no more than that.
func (c Class) fits(want, got *node) bool {
	w := form(want.text)
	switch c {
	case ID:
		return IsID(want.text, got.text)
	case Time:
		return loose[w] || isLike(want.text, got.text)
	case Link:
		return IsLink(want.text, got.text) || got.text == "" && want.text == ""
	}
	return true
}

// IsID says whether a text can be an id where the documented or recorded one is: not empty
// unless that is, a UUID if that is one, not of zeros, nor a word for nothing, nor with
// whitespace around it or signs that nobody sees.
func IsID(want, got string) bool {
	switch {
	case got == "" || got == want:
		return want == got
	case form(want) == uuid && form(got) != uuid, strings.Trim(got, "0-") == "":
		return false
	}
	return spoilt(got) == "" && !isPadded(got)
}

// IsLink says whether a text is a link like the documented or recorded one, which may be a
// placeholder such as "User login url": absolute, without a user, whitespace or quotes, with
// a path or a query if that has one, and encrypted unless that is not, or it leads to this
// machine or a host of the same network, as a simulator's do.
func IsLink(want, got string) bool {
	u, err := url.Parse(got)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(got, " \t\r\n\"'<>\\") {
		return false
	}
	near := !strings.Contains(u.Hostname(), ".") || strings.HasPrefix(u.Hostname(), "127.")
	w, err := url.Parse(want)
	isLink := err == nil && w.Host != ""
	if isLink && leads(w) && !leads(u) {
		return false
	}
	switch u.Scheme {
	case "https":
		return near || !isLink || w.Port() != "" || u.Port() == ""
	case "http":
		return near || isLink && w.Scheme == "http"
	}
	return false
}

// leads says whether a link leads further than to a front page.
func leads(u *url.URL) bool { return strings.Trim(u.Path, "/") != "" || u.RawQuery != "" }

const (
	uuid       = "a UUID"
	yesNo      = "Y or N"
	capital    = "a capital letter"
	masked     = "a masked number"
	emptyText  = "empty text"
	word       = "a word"
	otherText  = "text"
	someDigits = "%d digits"
	noDate     = "a date that does not exist"
	noWord     = "a word for nothing"
	unseen     = "text with signs that are not seen"
	otherSigns = ", with other signs"
)

// forms are the classes of text, the first that matches counts.
var forms = []struct {
	name string
	is   *regexp.Regexp
}{
	{emptyText, regexp.MustCompile(`^$`)},
	{yesNo, regexp.MustCompile(`^[YN]$`)},
	{capital, regexp.MustCompile(`^[A-Z]$`)},
	{uuid, regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)},
	{"a date DD-MM-YYYY", regexp.MustCompile(`^(0[1-9]|[12]\d|3[01])-(0[1-9]|1[0-2])-\d{4}$`)},
	{"a date DD/MM/YYYY", regexp.MustCompile(`^(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/\d{4}$`)},
	{"a date YYYY-MM-DD", regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)},
	{"a time with an offset", regexp.MustCompile(`^` + moment + `[+-]\d\d:\d\d$`)},
	{"a time with a fraction and an offset", regexp.MustCompile(`^` + moment + `\.\d+[+-]\d\d:\d\d$`)},
	{"a time in UTC", regexp.MustCompile(`^` + moment + `Z$`)},
	{"a time in UTC with a fraction", regexp.MustCompile(`^` + moment + `\.\d+Z$`)},
	{"a time without a zone", regexp.MustCompile(`^` + moment + `$`)},
	{"a time as in HTTP", regexp.MustCompile(`^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d `)},
	{"a PAN", regexp.MustCompile(`^[A-Z]{5}\d{4}[A-Z]$`)},
	{masked, regexp.MustCompile(`^[\dxX*]{0,4}-?([xX*]{2,}-?)+\d*$`)},
	{"an https URL", regexp.MustCompile(`^https://[^\s/]+`)},
	{"an http URL", regexp.MustCompile(`^http://[^\s/]+`)},
	{someDigits, regexp.MustCompile(`^\d{6,}$`)},
	{"a constant", regexp.MustCompile(`^[A-Z]{3}[A-Z0-9]*(_[A-Z0-9]+)*$`)},
	{word, regexp.MustCompile(`^[\p{L}_]+$`)},
}

const moment = `\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d`

// files are how files of a kind begin in base64.
var files = map[string]string{"/9j/": "JPEG", "iVBORw0KGgo": "PNG", "JVBERi0": "PDF", "PD94bWw": "XML"}

// loose are the classes that any text may take the place of.
var loose = map[string]bool{emptyText: true, word: true, otherText: true, noWord: true, unseen: true}

// nothings are what programs write for a value that is not there.
var nothings = []string{"null", "undefined", "NaN", "N/A", "n/a", "[object Object]"}

// template is a placeholder that a program did not fill in.
var template = regexp.MustCompile(`^(\{\{.*\}\}|\$\{.*\})$`)

// hidden are signs that nobody sees and that make two texts differ, or turn what is around
// them: not those that join or part letters in Indian scripts, nor the marks of a direction that
// names from right to left have.
var hidden = regexp.MustCompile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f" +
	"\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffd]")

// spoilt is the class of a text that no value has, whatever its kind; "" of any other.
func spoilt(text string) string {
	switch {
	case slices.Contains(nothings, text) || template.MatchString(text):
		return noWord
	case hidden.MatchString(text):
		return unseen
	}
	return ""
}

// isPadded says whether whitespace stands around a text.
func isPadded(text string) bool { return strings.TrimSpace(text) != text }

// exists says whether the date or time in a text of that form is one: of the calendar and of
// the clock, and not a program's zero.
func exists(form, text string) bool {
	layouts := map[string]string{
		"a date DD-MM-YYYY": "02-01-2006", "a date DD/MM/YYYY": "02/01/2006", "a date YYYY-MM-DD": time.DateOnly,
		"a time without a zone": "2006-01-02T15:04:05",
		"a time in UTC":         time.RFC3339, "a time in UTC with a fraction": time.RFC3339,
		"a time with an offset": time.RFC3339, "a time with a fraction and an offset": time.RFC3339,
	}
	layout, known := layouts[form]
	if !known {
		return true
	}
	t, err := time.Parse(layout, strings.Replace(text, " ", "T", 1))
	return err == nil && t.Year() >= 1000
}

// isAccidental says whether free text can be of the class by accident.
func isAccidental(class string) bool {
	return class == yesNo || class == capital || strings.HasSuffix(class, strings.TrimPrefix(someDigits, "%d"))
}

// form is the class of a text, in words that tell nothing else.
func form(text string) string {
	switch shape := shape(text); {
	case isBase64(text) && !inAlphabet.MatchString(text):
		return shape + otherSigns
	case !exists(shape, text):
		return noDate
	default:
		return shape
	}
}

// isLike says whether a text is of the class of the wanted one. An example may be broken, as
// base64 is that was cut short, and asks no more than for what it should have been.
func isLike(want, got string) bool {
	class := form(want)
	return form(got) == class || class != shape(want) && shape(got) == shape(want)
}

// shape is the class of a text by its looks: the day may not exist.
func shape(text string) string {
	if isBase64(text) {
		return "base64 of a " + fileOf(text)
	}
	if class := spoilt(text); class != "" {
		return class
	}
	for _, f := range forms {
		if !f.is.MatchString(text) {
			continue
		}
		switch f.name {
		case masked:
			return masked + " like " + digit.ReplaceAllString(text, "0")
		case someDigits:
			return fmt.Sprintf(someDigits, len(text))
		}
		return f.name
	}
	return otherText
}

var digit = regexp.MustCompile(`\d`)

// inAlphabet is base64 of either alphabet, in one line or in lines.
var inAlphabet = regexp.MustCompile(`^[A-Za-z0-9+/_\s-]*={0,2}\s*$`)

func isBase64(text string) bool { return fileOf(text) != "" }

func fileOf(text string) string {
	text = standard.Replace(text[:min(len(text), 16)])
	for magic, kind := range files {
		if strings.HasPrefix(text, magic) {
			return kind
		}
	}
	return ""
}

var standard = strings.NewReplacer("-", "+", "_", "/")
