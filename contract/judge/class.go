package judge

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Class is what a value that differs each time must be.
type Class int

const (
	// ID is not empty, unless the one compared with is, and a UUID if that is one.
	ID Class = iota + 1
	// Time is in the layout of the one compared with; of numbers, in its unit.
	Time
	// Link is an absolute URL.
	Link
	// Return is a Link with each of the parameters that the one compared with has.
	Return
)

// fits says whether got is of the class. A placeholder of an example, such as "User
// login url", asks for no more than that.
func (c comparison) fits(class Class, want, got *node, at string) bool {
	switch class {
	case ID:
		return IsID(want.text, got.text)
	case Time:
		if want.kind == "a number" {
			return unitOf(want.raw) == unitOf(got.raw)
		}
		return loose[form(want.text)] || isLike(want.text, got.text)
	case Link:
		return c.isLink(want.text, got.text, at) || got.text == "" && want.text == ""
	case Return:
		return c.isLink(want.text, got.text, at) && hasParameters(want.text, got.text)
	}
	return true
}

// unitOf is 1 for a number of seconds since 1970, and 1000 for one of milliseconds, of the years 2001 to 2286,
// however it is spelt; else 0.
func unitOf(raw string) int {
	switch n, err := strconv.ParseFloat(raw, 64); {
	case err == nil && n >= 1e9 && n < 1e10:
		return 1
	case err == nil && n >= 1e12 && n < 1e13:
		return 1000
	}
	return 0
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

const (
	uuid       = "a UUID"
	yesNo      = "Y or N"
	capital    = "a capital letter"
	masked     = "a masked number"
	emptyText  = "empty text"
	word       = "a word"
	otherText  = "text"
	someDigits = "%d digits"
	anID       = "an id of letters and digits"
	httpsURL   = "an https URL"
	noDate     = "a date that does not exist"
	noWord     = "a word for nothing"
	unseen     = "text with signs that are not seen"
	withBlank  = ", with a space before the clock"
	undecoded  = ", which does not decode"
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
	{"an e-mail address", regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@.]+$`)},
	{httpsURL, regexp.MustCompile(`^https://[^\s/]+`)},
	{"an http URL", regexp.MustCompile(`^http://[^\s/]+`)},
	{someDigits, regexp.MustCompile(`^\d{6,}$`)},
	{"a constant", regexp.MustCompile(`^[A-Z]{3}[A-Z0-9]*(_[A-Z0-9]+)*$`)},
	{word, regexp.MustCompile(`^[\p{L}_]+$`)},
}

const moment = `\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d`

// loose are the classes that any text may take the place of.
var loose = map[string]bool{emptyText: true, word: true, otherText: true, noWord: true, unseen: true}

// idForm is an id that is no word: a sign at least is a digit.
var idForm = regexp.MustCompile(`^[A-Za-z_.-]*\d[A-Za-z0-9_.-]*$`)

// shortestID is how many signs an id has at least: what is shorter can be anything.
const shortestID = 16

// nothings are what programs write for a value that is not there.
var nothings = []string{"null", "undefined", "NaN", "N/A", "n/a", "[object Object]"}

// nothing is what stands for a value that is not there, of any length: whitespace, the stars of a
// rule against leaks, an id of zeros, a placeholder that a program did not fill in.
var nothing = regexp.MustCompile(`^(\s+|\*+|0{8}(-0{4}){3}-0{12}|\{\{.*\}\}|\$\{.*\})$`)

// hidden are signs that nobody sees and that make two texts differ, or turn what is around
// them: not those that join or part letters in Indian scripts, nor the marks of a direction that
// names from right to left have.
var hidden = regexp.MustCompile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f" +
	"\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffd]")

// spoilt is the class of a text that no value has, whatever its kind; "" of any other.
func spoilt(text string) string {
	switch {
	case slices.Contains(nothings, text) || nothing.MatchString(text):
		return noWord
	case hidden.MatchString(text), isPadded(strings.Trim(text, " ")): // a line end, a no-break space
		return unseen
	}
	return ""
}

// isPadded says whether whitespace stands around a text.
func isPadded(text string) bool { return strings.TrimSpace(text) != text }

// layouts are those of the forms that are dates or times.
var layouts = map[string]string{
	"a date DD-MM-YYYY": "02-01-2006", "a date DD/MM/YYYY": "02/01/2006", "a date YYYY-MM-DD": time.DateOnly,
	"a time without a zone": "2006-01-02T15:04:05",
	"a time in UTC":         time.RFC3339, "a time in UTC with a fraction": time.RFC3339,
	"a time with an offset": time.RFC3339, "a time with a fraction and an offset": time.RFC3339,
}

// timeOf is the date or time in a text of that form. isOne says whether the form is of any, and
// exists whether there is that one: it is of the calendar and of the clock, and not a program's
// zero.
func timeOf(form, text string) (t time.Time, isOne, exists bool) {
	layout, isOne := layouts[strings.TrimSuffix(form, withBlank)]
	if !isOne {
		return t, false, false
	}
	t, err := time.Parse(layout, strings.Replace(text, " ", "T", 1))
	return t, true, err == nil && t.Year() >= 1000
}

// isAccidental says whether free text can be of the class by accident.
func isAccidental(class string) bool {
	return class == yesNo || class == capital || strings.HasSuffix(class, strings.TrimPrefix(someDigits, "%d"))
}

// form is the class of a text, in words that tell nothing else.
func form(text string) string {
	shape := shape(text)
	if isBase64(text) {
		if !decodes(text) {
			return shape + undecoded
		}
		return shape
	}
	if _, isOne, exists := timeOf(shape, text); isOne && !exists {
		return noDate
	}
	return shape
}

// isLike says whether a text is of the class of the wanted one. An example may be broken, as
// base64 is that was cut short, and asks no more than for what it should have been, or for itself.
func isLike(want, got string) bool {
	wanted, class := form(want), form(got)
	if strings.HasSuffix(class, undecoded) {
		return plainBase64(want) == plainBase64(got)
	}
	return class == wanted || wanted != shape(want) && shape(got) == shape(want)
}

// spelt is how a word is spelt: a letter or more, and which of them are capitals. Of several words
// it says that they are no word.
func spelt(text string) string {
	lower, upper := strings.ToLower(text) == text, strings.ToUpper(text) == text
	first, size := utf8.DecodeRuneInString(text)
	switch one := size == len(text); {
	case strings.Contains(text, " "):
		return otherText
	case one && upper:
		return capital
	case one && lower:
		return "a small letter"
	case upper:
		return "a word in capitals"
	case lower:
		return "a word in small letters"
	case unicode.IsUpper(first):
		return "a word with a capital"
	}
	return otherText
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
		switch {
		case f.name == masked:
			return masked + " like " + digit.ReplaceAllString(text, "0")
		case f.name == someDigits:
			return fmt.Sprintf(someDigits, len(text))
		case layouts[f.name] != "" && strings.Contains(text, " "):
			return f.name + withBlank
		}
		return f.name
	}
	if len(text) >= shortestID && idForm.MatchString(text) {
		return anID
	}
	return otherText
}

var digit = regexp.MustCompile(`\d`)
