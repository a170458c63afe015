package kyc

import (
	"net/http"
	"strings"
	"time"
)

// Date is a day, or only a year, as a document states it; it has no time zone.
// The zero value is no date.
type Date struct{ hidden[date] }

type date struct {
	day       time.Time
	precision Precision
	raw       string
}

// Precision says how much of a Date is known.
type Precision int

// The precisions.
const (
	NoDate   Precision = iota // absent, or in no documented form: see Raw
	YearOnly                  // month and day are not known; 1 January would be an invention
	FullDate
)

// ParseDate reads the forms that the providers document: DD-MM-YYYY, YYYY-MM-DD,
// DD/MM/YYYY, DDMMYYYY and YYYY, with a year from 1850 to 2199. Day comes before
// month, as everywhere in India. What it cannot read, such as 31-02-1990, it
// keeps as Raw, with precision NoDate.
func ParseDate(s string) Date {
	raw, s := s, strings.TrimSpace(s)
	if s == "" {
		return Date{}
	}
	for _, layout := range []string{"02-01-2006", "2006-01-02", "02/01/2006", "02012006", "2006"} {
		day, err := time.Parse(layout, s)
		if err != nil || day.Year() < 1850 || day.Year() > 2199 {
			continue
		}
		precision := FullDate
		if layout == "2006" {
			precision = YearOnly
		}
		return Date{hide(date{day, precision, raw})}
	}
	return Date{hide(date{raw: raw})}
}

// Precision says how much of d is known.
func (d Date) Precision() Precision { return d.reveal().precision }

// Parts returns year, month and day; those that are not known are 0.
func (d Date) Parts() (year int, month time.Month, day int) {
	v := d.reveal()
	switch v.precision {
	case FullDate:
		return v.day.Date()
	case YearOnly:
		return v.day.Year(), 0, 0
	default:
		return 0, 0, 0
	}
}

// ISO returns what is known: "1990-01-22", "1990" or "".
func (d Date) ISO() string {
	v := d.reveal()
	switch v.precision {
	case FullDate:
		return v.day.Format(time.DateOnly)
	case YearOnly:
		return v.day.Format("2006")
	default:
		return ""
	}
}

// Raw returns the date as it came.
func (d Date) Raw() string { return d.reveal().raw }

// ParseTime reads a time stamp in RFC 3339, with a blank for the T or an offset without
// its colon too, or in RFC 1123 with GMT or a numeric offset, and keeps its offset. ""
// is the zero time. What it cannot read is [ErrUnexpected]; so is RFC 1123 with another
// zone's letters, and a time without a zone: those do not say an offset. See
// [ParseTimeIn].
func ParseTime(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", http.TimeFormat, time.RFC1123Z,
		"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05 Z07:00",
		"2006-01-02 15:04:05 Z0700",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, ErrUnexpected
}

// ParseTimeIn is ParseTime of a provider that may leave the zone out. A time without one
// is read in zone, and is not whole: what it means is then the reader's guess.
func ParseTimeIn(s string, zone *time.Location) (t time.Time, whole bool, err error) {
	if t, err = ParseTime(s); err == nil {
		return t, true, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", time.DateTime} {
		if t, err := time.ParseInLocation(layout, strings.TrimSpace(s), zone); err == nil {
			return t, false, nil
		}
	}
	return time.Time{}, false, ErrUnexpected
}
