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
	Name, LocalName string // LocalName is the name in Devanagari
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

// attributes are names and values in turn; those without a value are left out.
func attributes(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			b.WriteString(" " + pairs[i] + `="` + escape(pairs[i+1]) + `"`)
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

// XML is the e-Aadhaar as of at.
func (a Aadhaar) XML(at time.Time) []byte {
	born := "dob"
	if len(a.Birth) == 4 {
		born = "yob"
	}
	var b bytes.Buffer
	b.WriteString(header + `<Certificate><CertificateData><KycRes` + attributes(
		"code", "00000000000000000000000000000000", "ret", "Y", "ts", at.In(ist).Format("2006-01-02T15:04:05.000-07:00"),
		"ttl", at.In(ist).AddDate(1, 0, 0).Format("2006-01-02T15:04:05"), "txn", "UKC:00000000000000000000000000000000") + `>` +
		`<UidData tkn="" uid="xxxxxxxx` + escape(a.UID[max(0, len(a.UID)-4):]) + `">` +
		`<Poi` + attributes(born, a.Birth, "gender", a.Gender, "name", a.Name) + `></Poi>` +
		`<Poa` + attributes("co", a.CareOf, "country", a.Country, "dist", a.District, "house", a.House, "lm", a.Landmark, "loc", a.Locality,
		"pc", a.PIN, "po", a.PostOffice, "state", a.State, "street", a.Street, "subdist", a.SubDistrict, "vtc", a.City) + `></Poa>`)
	if a.LocalName != "" {
		b.WriteString(`<LData` + attributes("country", " ", "lang", "06", "name", a.LocalName, "pc", a.PIN) + `></LData>`)
	}
	b.WriteString(`<Pht>` + escape(a.Photo) + `</Pht></UidData></KycRes></CertificateData></Certificate>`)
	return b.Bytes()
}

// verified is the time of a check, as PAN and licence write it.
func verified(at time.Time) string { return at.In(ist).Format("02-01-2006 15:04:05") }

const organisation = `<IssuedBy><Organization name="%s" code="" tin="" uid="" type="%s"><Address type="" line1="" line2="" house="" landmark="" ` +
	`locality="" vtc="" district="" pin="" state="" country="IN"></Address></Organization></IssuedBy>`

var genders = map[string]string{"M": "Male", "F": "Female", "T": "Transgender"}

// XML is the PAN record as of at.
func (p PAN) XML(at time.Time) []byte {
	return []byte(header + `<Certificate language="99" name="PAN Verification Record" type="PANCR" number="` + escape(p.Number) +
		`" issuedAt="DigiLocker" issueDate="" validFromDate="" status="A">` + fmt.Sprintf(organisation, "Income Tax Department", "CG") +
		`<IssuedTo><Person uid=""` + attributes("name", p.Name, "dob", p.Birth, "gender", strings.ToUpper(genders[p.Gender])) + `></Person></IssuedTo>` +
		`<CertificateData><PAN` + attributes("num", p.Number, "verifiedOn", verified(at)) + `></PAN></CertificateData></Certificate>`)
}

// XML is the driving licence as of at.
func (l Licence) XML(at time.Time) []byte {
	var b bytes.Buffer
	b.WriteString(header + `<Certificate language="99" name="Driving License" type="DRVLC" number="` + escape(l.Number) + `" prevNumber=""` +
		attributes("issuedAt", l.IssuedBy, "issueDate", l.IssuedOn, "expiryDate", l.ExpiresOn, "validFromDate", l.IssuedOn) + ` status="Active">` +
		fmt.Sprintf(organisation, escape(l.IssuedBy), "SG") +
		`<IssuedTo><Person uid=""` + attributes("name", l.Name, "dob", l.Birth, "swd", l.CareOf, "gender", genders[l.Gender]) + `>` +
		`<Address type="present"` + attributes("line1", l.Present) + ` country="IN"></Address>` +
		`<Address2 type="permanent"` + attributes("line1", l.Permanent) + ` country="IN"></Address2>` +
		`<Photo format="">` + escape(l.Photo) + `</Photo></Person></IssuedTo>` +
		`<CertificateData><DrivingLicense` + attributes("verifiedOn", verified(at)) + `><Categories>`)
	for _, c := range l.Categories {
		b.WriteString(`<Category code="NT"` + attributes("abbreviation", c.Class, "description", c.Description, "issueDate", c.IssuedOn) + `></Category>`)
	}
	b.WriteString(`</Categories></DrivingLicense></CertificateData></Certificate>`)
	return b.Bytes()
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

// PDF is a page with these lines, in Latin letters: any other becomes a question
// mark.
func PDF(lines ...string) []byte {
	var text bytes.Buffer
	text.WriteString("BT /F1 14 Tf 50 780 Td 20 TL\n")
	for _, line := range lines {
		text.WriteByte('(')
		for _, r := range line {
			switch {
			case r == '(' || r == ')' || r == '\\':
				text.WriteString(`\` + string(r))
			case r < ' ' || r > '~':
				text.WriteByte('?')
			default:
				text.WriteRune(r)
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
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
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
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}
