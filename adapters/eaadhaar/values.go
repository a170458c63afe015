package eaadhaar

import (
	"bytes"
	"encoding/base64"
	"strings"
	"time"
)

// ist is the zone of timestamps that state none. None of the sources says so;
// issuers and UIDAI are in India.
func ist() *time.Location { return time.FixedZone("IST", 5*60*60+30*60) }

// Precision says how much of a date the document states.
type Precision uint8

// The precisions. UIDAI has records with a year of birth only.
const (
	NoDate Precision = iota // absent, or of a form nobody documented: see Date.Raw
	YearOnly
	FullDate
)

// Date is a calendar date without a time zone. It prints, logs and marshals as
// a mask. The zero value is a date that the document left out.
//
// Read: DD-MM-YYYY, DD/MM/YYYY, DDMMYYYY, YYYY-MM-DD and YYYY.
type Date struct{ masked[date] }

type date struct {
	raw       string
	year, day int
	month     time.Month
}

// Raw returns the date as the document writes it.
func (d Date) Raw() string { return d.get().raw }

// Precision says which of Parts are stated.
func (d Date) Precision() Precision {
	switch v := d.get(); {
	case v.day != 0:
		return FullDate
	case v.year != 0:
		return YearOnly
	}
	return NoDate
}

// Parts returns year, month and day; what the document does not state is 0, and
// is not to be replaced by 1.
func (d Date) Parts() (year int, month time.Month, day int) {
	v := d.get()
	return v.year, v.month, v.day
}

func parseDate(s string) Date {
	if s == "" {
		return Date{}
	}
	d := date{raw: s}
	for _, layout := range []string{"02-01-2006", "02/01/2006", "02012006", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 {
			d.year, d.month, d.day = t.Date()
			return Date{hide(d)}
		}
	}
	if t, err := time.Parse("2006", s); err == nil {
		d.year = t.Year()
	}
	return Date{hide(d)}
}

// parseTime reads a timestamp with or without an offset; the zero time if it
// has another form.
func parseTime(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "02-01-2006 15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, ist()); err == nil {
			return t
		}
	}
	return time.Time{}
}

// parseReference splits the offline file's referenceId into the last four
// digits, which are not checked here, and the time: 0000 20260115120000000
// without the space.
func parseReference(s string) (last4 string, at time.Time, ok bool) {
	const number, second = 4, 4 + len("20060102150405")
	if len(s) != second+len("000") {
		return "", time.Time{}, false
	}
	at, err := time.ParseInLocation("20060102150405.000", s[number:second]+"."+s[second:], ist())
	return s[:number], at, err == nil
}

func parseGender(s string) Gender {
	switch strings.ToUpper(s) {
	case "M", "MALE":
		return Male
	case "F", "FEMALE":
		return Female
	case "T", "TRANSGENDER":
		return Transgender
	}
	return GenderUnstated
}

// Photo is the person's picture. It prints, logs and marshals as a mask. The
// zero value is a picture that the document left out.
type Photo struct{ masked[string] }

// Decode returns the picture and its media type: image/jpeg, image/jp2,
// image/j2c (a bare JPEG 2000 codestream) or image/png. The type is judged by
// the first bytes, never by a label. It fails with ErrPhoto for what is not
// base64, or no such picture, and for the zero value.
func (p Photo) Decode() (data []byte, mediaType string, err error) {
	data, err = base64.StdEncoding.DecodeString(stripSpace(p.get()))
	if err != nil {
		return nil, "", refuse(ErrPhoto, "not base64")
	}
	for _, known := range []struct{ magic, mediaType string }{
		{"\xff\xd8\xff", "image/jpeg"},
		{"\x00\x00\x00\x0cjP", "image/jp2"},
		{"\xff\x4f\xff\x51", "image/j2c"},
		{"\x89PNG\r\n\x1a\n", "image/png"},
	} {
		if bytes.HasPrefix(data, []byte(known.magic)) {
			return data, known.mediaType, nil
		}
	}
	return nil, "", refuse(ErrPhoto, "no known image format")
}

// stripSpace removes the ASCII white space that base64 is broken into lines
// with; Java writes &#13; there.
func stripSpace(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\n', '\r':
			return -1
		}
		return r
	}, s)
}
