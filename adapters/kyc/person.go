package kyc

import (
	"encoding/base64"
	"regexp"
	"strings"
)

// Person is what a provider says of the user. Each field is zero if the provider
// leaves it out.
type Person struct {
	Name Private // in Latin letters, as the document writes it

	// Birth is the day or the year of birth. Source: Eko documents DD-MM-YYYY and
	// Setu shows it ("22-01-1980"). Cashfree shows only "02-02-1995"; its
	// expiry_date, at "16-09-2039", suggests DD-MM.
	Birth  Date
	Gender Gender

	CareOf    Private // with the document's own prefix, if any: "S/O ..."
	Address   Address // of a licence the present one
	Permanent Address // of a licence
	Photo     Photo

	Mobile       Private // as given, possibly masked
	Email        Private
	DigiLockerID Private // account id; not always a UUID (SE-D12)
}

// IsZero reports whether nothing is known of the person.
func (p Person) IsZero() bool {
	return p.Name.IsZero() && p.Birth.IsZero() && p.Gender.IsZero() && p.CareOf.IsZero() && p.Address.IsZero() &&
		p.Permanent.IsZero() && p.Photo.IsZero() && p.Mobile.IsZero() && p.Email.IsZero() && p.DigiLockerID.IsZero()
}

// Gender is the holder's gender. The zero value is not stated.
type Gender struct{ hidden[string] }

// GenderCode is a gender in one letter.
type GenderCode string

// The genders that DigiLocker knows.
const (
	Male        GenderCode = "M"
	Female      GenderCode = "F"
	Transgender GenderCode = "T"
)

// ParseGender reads M, F, T, Male, Female and Transgender in any case.
func ParseGender(s string) Gender {
	switch s {
	case "M":
		return male
	case "F":
		return female
	}
	if strings.TrimSpace(s) == "" {
		return Gender{}
	}
	return Gender{hide(s)}
}

// male and female are what most people are said to be, hidden once.
var male, female = Gender{hide("M")}, Gender{hide("F")}

// Code returns the gender, or "" if it is not stated or in a word that nobody
// documented.
func (g Gender) Code() GenderCode {
	switch strings.ToUpper(strings.TrimSpace(g.reveal())) {
	case "M", "MALE":
		return Male
	case "F", "FEMALE":
		return Female
	case "T", "TRANSGENDER":
		return Transgender
	default:
		return ""
	}
}

// Raw returns the gender as it came.
func (g Gender) Raw() string { return g.reveal() }

// Address is a postal address. Providers give its parts, or one line, or both;
// no part is derived from the line.
type Address struct {
	House       Private
	Street      Private
	Landmark    Private
	Locality    Private
	City        Private // village, town or city ("vtc")
	PostOffice  Private
	SubDistrict Private
	District    Private
	State       Private
	PIN         Private // postal code, six digits
	Country     Private

	Line Private // the whole as one line, only if the provider gives it so
}

// IsZero reports whether nothing of the address is known.
func (a Address) IsZero() bool { return a.OneLine().IsZero() }

// OneLine returns Line or, if that is absent, the known parts joined by ", ", without
// one that repeats its predecessor: a town is often its own post office and district.
func (a Address) OneLine() Private {
	if !a.Line.IsZero() {
		return a.Line
	}
	var known []string
	for _, part := range []Private{
		a.House, a.Street, a.Landmark, a.Locality, a.City, a.PostOffice,
		a.SubDistrict, a.District, a.State, a.PIN, a.Country,
	} {
		if text := part.Reveal(); text != "" && (len(known) == 0 || known[len(known)-1] != text) {
			known = append(known, text)
		}
	}
	return Hide(strings.Join(known, ", "))
}

// Photo is the holder's portrait. The zero value is no photo.
type Photo struct{ hidden[photo] }

type photo struct {
	raw       string
	data      []byte
	mediaType string
}

// ParsePhoto reads a picture in base64, in either alphabet, padded or not, possibly
// broken into lines, possibly as a data URL, whose own word on its type it does not
// believe. Anything else, such as the link that Cashfree's older document promises
// (CF-D21), it keeps as Raw.
func ParsePhoto(s string) Photo {
	text := strings.TrimSpace(s)
	if text == "" {
		return Photo{}
	}
	if head, body, is := strings.Cut(text, ","); is && dataURL.MatchString(head) {
		text = body
	}
	data, mediaType := picture(text)
	return Photo{hide(photo{raw: s, data: data, mediaType: mediaType})}
}

// dataURL is how a data URL in base64 begins, up to its comma (RFC 2397).
var dataURL = regexp.MustCompile(`(?i)^data:[^,]*;\s*base64\s*$`)

// picture decodes base64 and names the type; what begins as one and is broken off
// has the type alone. Text is copied only if it is not plain base64, as most is.
func picture(text string) (data []byte, mediaType string) {
	for _, isPlain := range []bool{true, false} { // at first it is taken for plain
		if !isPlain {
			text = plainBase64(text)
		}
		text = strings.TrimRight(text, "=")
		var head [6]byte
		n, _ := base64.RawStdEncoding.Decode(head[:], []byte(text[:min(len(text), 8)]))
		if mediaType = imageType(head[:n]); mediaType == "" {
			continue
		}
		if data == nil {
			data = make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
		}
		if n, err := base64.RawStdEncoding.Decode(data, []byte(text)); err == nil {
			return data[:n], mediaType
		}
	}
	return nil, mediaType
}

// plainBase64 is base64 without white space and in the standard alphabet.
func plainBase64(text string) string {
	return strings.NewReplacer("-", "+", "_", "/").Replace(strings.Join(strings.Fields(text), ""))
}

// imageType judges by the magic bytes, as labels lie; "" if it knows none.
func imageType(head []byte) string {
	for _, format := range []struct{ magic, mediaType string }{
		{"\xff\xd8\xff", "image/jpeg"},
		{"\x00\x00\x00\x0cjP", "image/jp2"},
		{"\xff\x4f\xff\x51", "image/j2c"},
		{"\x89PNG", "image/png"},
	} {
		if strings.HasPrefix(string(head), format.magic) {
			return format.mediaType
		}
	}
	return ""
}

// Bytes returns the picture itself, not a copy; nil if there is none, or if what
// came is cut off or no picture.
func (p Photo) Bytes() []byte { return p.reveal().data }

// Type returns the media type by the picture's first bytes: "image/jpeg",
// "image/jp2", "image/j2c", "image/png", or "" for all else.
func (p Photo) Type() string { return p.reveal().mediaType }

// Link returns where the picture is, if the provider gave an http or https URL
// instead of the picture; else "".
func (p Photo) Link() string {
	raw := strings.TrimSpace(p.reveal().raw)
	if strings.HasPrefix(raw, "https://") || strings.HasPrefix(raw, "http://") {
		return raw
	}
	return ""
}

// Raw returns the member as it came.
func (p Photo) Raw() string { return p.reveal().raw }
