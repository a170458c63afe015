package eaadhaar

import (
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// parseAadhaar reads a masked number. It keeps the last four digits and refuses
// a digit in front of them.
func parseAadhaar(s string) (kyc.Masked, error) {
	var shown []byte
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' || c == '-':
		case c == 'x' || c == 'X' || c == '*':
			if len(shown) > 0 {
				return kyc.Masked{}, refuse(ErrContent, "Aadhaar number masked behind its digits")
			}
		case '0' <= c && c <= '9':
			shown = append(shown, c)
		default:
			return kyc.Masked{}, refuse(ErrContent, "Aadhaar number of unknown form")
		}
	}
	switch {
	case len(shown) > 4:
		return kyc.Masked{}, refuse(ErrUnmasked, "")
	case len(shown) == 4:
		return kyc.MaskAadhaar(string(shown)), nil
	case s == "":
		return kyc.Masked{}, nil
	}
	return kyc.Masked{}, refuse(ErrContent, "Aadhaar number of unknown form")
}

// ist is the zone of timestamps that state none. None of the sources says so;
// issuers and UIDAI are in India.
func ist() *time.Location { return time.FixedZone("IST", 5*60*60+30*60) }

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
