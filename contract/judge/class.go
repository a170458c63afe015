package judge

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
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
		return (got.text != "" || want.text == "") && (w != uuid || form(got.text) == uuid)
	case Time:
		return loose[w] || form(got.text) == w
	case Link:
		u, err := url.Parse(got.text)
		return err == nil && u.IsAbs() && u.Host != "" || got.text == "" && want.text == ""
	}
	return true
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
var loose = map[string]bool{emptyText: true, word: true, otherText: true}

// isAccidental says whether free text can be of the class by accident.
func isAccidental(class string) bool {
	return class == yesNo || class == capital || strings.HasSuffix(class, strings.TrimPrefix(someDigits, "%d"))
}

// form is the class of a text, in words that tell nothing else.
func form(text string) string {
	if isBase64(text) {
		return "base64 of a " + fileOf(text)
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
