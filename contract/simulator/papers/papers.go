// Package papers writes the documents of the simulator's people: XML in the shapes
// of DigiLocker, unsigned, and the files that they are handed out in.
package papers

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// Aadhaar is what an e-Aadhaar says. An empty member is left out, as in real
// files.
type Aadhaar struct {
	Name, LocalName string // LocalName is the name in Devanagari; empty: no LData
	Birth           string // DD-MM-YYYY, or the year alone
	Gender          string // M, F or T
	UID             string // only the last four digits are written

	CareOf, House, Street, Landmark, Locality, City, PostOffice, SubDistrict, District, State, PIN, Country string

	Photo string // base64
}

// PAN is what a PAN record says.
type PAN struct {
	Number, Name string
	Birth        string // DD-MM-YYYY
	Gender       string // M, F or T
}

// Licence is what a driving licence says. Dates are DD-MM-YYYY.
type Licence struct {
	Number, Name, Birth, Gender, CareOf, IssuedBy, IssuedOn, ExpiresOn string

	Present, Permanent string // addresses, one line each
	Photo              string // base64
	Categories         []Category
}

// Category is a class of vehicle.
type Category struct{ Class, Description, IssuedOn string }

var ist = time.FixedZone("IST", 5*60*60+30*60)

// attributes are names and values in turn.
func attributes(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		b.WriteString(" " + pairs[i] + `="` + escape(pairs[i+1]) + `"`)
	}
	return b.String()
}

// stated are those attributes that have a value.
func stated(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			b.WriteString(attributes(pairs[i], pairs[i+1]))
		}
	}
	return b.String()
}

// escape is a value or a text. What XML cannot say becomes a replacement
// character.
func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}

const header = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`

// XML is the e-Aadhaar as fetched at that time.
func (a Aadhaar) XML(at time.Time) []byte {
	born, uid := "dob", ""
	if len(a.Birth) == len("YYYY") {
		born = "yob"
	}
	if a.UID != "" {
		uid = "xxxxxxxx" + LastFour(a.UID)
	}
	var b strings.Builder
	b.WriteString(header + `<Certificate><CertificateData><KycRes` + attributes(
		"code", "00000000000000000000000000000000", "ret", "Y", "ts", at.In(ist).Format("2006-01-02T15:04:05.000-07:00"),
		"ttl", at.In(ist).AddDate(1, 0, 0).Format("2006-01-02T15:04:05"), "txn", "UKC:00000000000000000000000000000000") + `>` +
		`<UidData tkn=""` + stated("uid", uid) + `>` +
		`<Poi` + stated(born, a.Birth, "gender", a.Gender, "name", a.Name) + `></Poi>` +
		`<Poa` + stated("co", a.CareOf, "country", a.Country, "dist", a.District, "house", a.House, "lm", a.Landmark, "loc", a.Locality,
		"pc", a.PIN, "po", a.PostOffice, "state", a.State, "street", a.Street, "subdist", a.SubDistrict, "vtc", a.City) + `></Poa>`)
	if a.LocalName != "" {
		b.WriteString(`<LData` + stated("country", " ", "lang", "06", "name", a.LocalName, "pc", a.PIN) + `></LData>`)
	}
	if a.Photo != "" {
		b.WriteString(`<Pht>` + escape(a.Photo) + `</Pht>`)
	}
	b.WriteString(`</UidData></KycRes></CertificateData></Certificate>`)
	return []byte(b.String())
}

// verified is the time of a check, as PAN and licence write it.
func verified(at time.Time) string { return at.In(ist).Format("02-01-2006 15:04:05") }

var genders = map[string]string{"M": "Male", "F": "Female", "T": "Transgender"}

// Gender is the word that PAN and licence write for M, F or T; "" for another.
func Gender(letter string) string { return genders[letter] }

// LastFour are the digits of a number that may be shown.
func LastFour(number string) string { return number[max(0, len(number)-len("0000")):] }

// issuer is who issued a PAN or a licence.
func issuer(name string) string {
	return `<IssuedBy><Organization` + attributes("name", name, "code", "", "tin", "", "uid", "", "type", "CG") + `>` +
		address("Address", "", "") + `</Organization></IssuedBy>`
}

// address is one on a PAN or a licence, which fill no part but the first line.
func address(element, kind, line string) string {
	return `<` + element + attributes("type", kind, "line1", line, "line2", "", "house", "", "landmark", "", "locality", "", "vtc", "",
		"district", "", "pin", "", "state", "", "country", "IN") + `></` + element + `>`
}

// XML is the PAN record as verified at that time.
func (p PAN) XML(at time.Time) []byte {
	return []byte(header + `<Certificate` + attributes("language", "99", "name", "PAN Verification Record", "type", "PANCR", "number", p.Number,
		"issuedAt", "DigiLocker", "issueDate", "", "validFromDate", "", "status", "A") + `>` + issuer("Income Tax Department") +
		`<IssuedTo><Person` + attributes("uid", "", "title", "", "name", p.Name, "dob", p.Birth, "swd", "", "swdIndicator", "",
		"gender", strings.ToUpper(genders[p.Gender]), "maritalStatus", "", "religion", "", "phone", "", "email", "") + `>` +
		address("Address", "permanent", "") + `<Photo format=""></Photo></Person></IssuedTo>` +
		`<CertificateData><PAN` + attributes("num", p.Number, "verifiedOn", verified(at)) + `></PAN></CertificateData></Certificate>`)
}

// XML is the driving licence as verified at that time.
func (l Licence) XML(at time.Time) []byte {
	var b strings.Builder
	b.WriteString(header + `<Certificate` + attributes("language", "99", "name", "Driving License", "type", "DRVLC", "number", l.Number,
		"prevNumber", "", "issuedAt", l.IssuedBy, "issueDate", l.IssuedOn, "expiryDate", l.ExpiresOn, "validFromDate", l.IssuedOn,
		"status", "Active") + `>` + issuer(l.IssuedBy) +
		`<IssuedTo><Person` + attributes("uid", "", "uidToken", "", "aadhaarName", "", "title", "", "name", l.Name, "dlConcateName", l.Name,
		"dlNatName", l.Name, "dob", l.Birth, "age", "", "swd", l.CareOf, "swdIndicator", "", "gender", genders[l.Gender],
		"maritalStatus", "", "religion", "", "phone", "", "email", "") + `>` +
		address("Address", "present", l.Present) + address("Address2", "permanent", l.Permanent) +
		`<Photo format="">` + escape(l.Photo) + `</Photo></Person></IssuedTo>` +
		`<CertificateData><DrivingLicense` + attributes("verifiedOn", verified(at)) + `><Categories>`)
	for _, c := range l.Categories {
		b.WriteString(`<Category` + attributes("code", "NT", "abbreviation", c.Class, "description", c.Description,
			"issueDate", c.IssuedOn, "endorseDate", "") + `></Category>`)
	}
	b.WriteString(`</Categories></DrivingLicense></CertificateData></Certificate>`)
	return []byte(b.String())
}

// ZIP is an archive with one file, the same bytes each time.
func ZIP(name string, content []byte) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}

// PDF is a page with these lines below one that says it is simulated. A character
// outside Latin-1 becomes a question mark.
func PDF(lines ...string) []byte {
	var text bytes.Buffer
	text.WriteString("BT /F1 14 Tf 50 780 Td 20 TL\n")
	for _, line := range append([]string{"SIMULATED, NOT ISSUED BY ANYBODY"}, lines...) {
		text.WriteByte('(')
		for _, r := range line {
			switch {
			case r == '(' || r == ')' || r == '\\':
				text.WriteString(`\` + string(r))
			case ' ' <= r && r <= '~':
				text.WriteRune(r)
			case 0xA0 <= r && r <= 0xFF:
				fmt.Fprintf(&text, `\%03o`, r)
			default:
				text.WriteByte('?')
			}
		}
		text.WriteString(") Tj T*\n")
	}
	text.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}
