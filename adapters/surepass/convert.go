package surepass

import (
	"cmp"
	"encoding/json"
	"fmt"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/surepassapi"
)

// journey is what a Ref says.
type journey struct {
	id  string    // client_id
	end time.Time // of its link, by Surepass's clock; zero if it is not known
}

// ref is the id and, behind a full stop, the end in seconds since 1970 if it is known. An id has no full stop.
func (j journey) ref() kyc.Ref {
	if j.end.IsZero() {
		return kyc.Ref(j.id)
	}
	return kyc.Ref(j.id + "." + strconv.FormatInt(j.end.Unix(), 10))
}

// parseRef undoes ref, and refuses what ref does not make.
func parseRef(ref kyc.Ref) (journey, bool) {
	id, end, ends := strings.Cut(string(ref), ".")
	if !ids.MatchString(id) || ends && !seconds.MatchString(end) {
		return journey{}, false
	}
	j := journey{id: id}
	if ends {
		n, _ := strconv.ParseInt(end, 10, 64) // of at most eleven digits
		j.end = time.Unix(n, 0)
	}
	return j, true
}

// wantRef is what a caller's Ref has to be.
const wantRef = "that of a Consent"

var (
	// ids match what Surepass could have for a client_id: digilocker_ and twenty letters in the samples, which no page
	// promises. No such id can change the path that it stands in.
	ids     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	seconds = regexp.MustCompile(`^[1-9][0-9]{0,10}$`)
)

// toEnd is when a link that is not dead has lived for so many seconds, any JSON number (SP-D7); zero, and told by
// Unread, for more than a year.
func toEnd(c *call.Call, life json.Number) time.Time {
	if life == "" {
		return time.Time{}
	}
	n, err := life.Float64()
	if err != nil || n > (366*24*time.Hour).Seconds() {
		c.Lose("data.expiry_seconds")
		return time.Time{}
	}
	return c.Answered().Add(time.Duration(n * float64(time.Second))).Truncate(time.Second)
}

// dead reports whether a link has no second to live.
func dead(life json.Number) bool {
	n, err := life.Float64()
	return n < 0 || n == 0 && err == nil
}

// codes are DigiLocker's words for documents, by which Surepass lists them. Its pages show the first two (P3).
var codes = map[kyc.Document]string{
	kyc.Aadhaar:        "ADHAR",
	kyc.PAN:            "PANCR",
	kyc.DrivingLicence: "DRVLC",
}

// toDocument is "" for a code that is none of them.
func toDocument(code string) kyc.Document {
	for doc, known := range codes {
		if strings.EqualFold(code, known) {
			return doc
		}
	}
	return ""
}

// told is what Status decides by. The client's type does not tell false from nothing.
type told struct {
	Data struct {
		Completed     *bool `json:"completed"`
		Failed        *bool `json:"failed"`
		AadhaarLinked *bool `json:"aadhaar_linked"`
	} `json:"data"`
}

// toConsent goes by the two booleans, each of which has to be there. That both are true, nobody documented.
func toConsent(c *call.Call, ref kyc.Ref, j journey) (*kyc.Consent, error) {
	said, err := call.Decode[told](c, "", c.Body())
	if err != nil {
		return nil, c.Missing("data")
	}
	consent := &kyc.Consent{Ref: ref, Raw: c.Raw()}
	switch d := said.Data; {
	case d.Completed == nil:
		return nil, c.Missing("data.completed")
	case d.Failed == nil, *d.Failed && *d.Completed:
		return nil, c.Missing("data.failed")
	case *d.Completed:
		consent.State, consent.EAadhaar = kyc.Granted, d.AadhaarLinked
	case *d.Failed:
		consent.State = kyc.Denied
	case !j.end.IsZero() && c.Answered().After(j.end):
		consent.State = kyc.Expired
	default:
		consent.State, consent.ExpiresAt = kyc.Pending, j.end
	}
	consent.Unread = c.Unread()
	return consent, nil
}

// toRecord needs the name, since an Aadhaar without one is nobody's. father_name repeats care_of or is null (SP-D24),
// and is not looked at, nor are the members that only integrators have seen (SP-D25). client_id is not compared with
// the journey's: the one sample has a placeholder there, which is no journey's, and what a live answer has is not
// published. To refuse a good answer would cost the one copy.
func toRecord(c *call.Call, d *surepassapi.DownloadedAadhaar) (*kyc.Record, error) {
	const in = "data.aadhaar_xml_data."
	said := d.Aadhaar
	if c.Hide(said.FullName).IsZero() {
		return nil, c.Missing(in + "full_name")
	}
	born, member := call.Text(said.Birth), in+"dob"
	if born == "" {
		born, member = call.Text(said.BirthYear), in+"yob"
	}
	record := &kyc.Record{
		Document: kyc.Aadhaar,
		Person: kyc.Person{
			Name: c.Hide(said.FullName), Birth: c.Date(member, born), Gender: call.Gender(said.Gender),
			CareOf: c.Hide(said.CareOf), Address: toAddress(c, &said),
			Photo: c.Photo(in+"profile_image", call.Text(said.ProfileImage)),
		},
		Number: c.Aadhaar(in+"masked_aadhaar", call.Text(said.MaskedAadhaar)),
		Raw:    c.Raw(),
	}
	if link := c.Link("data.xml_url", d.XMLURL); !link.IsZero() {
		record.File = &kyc.File{Link: link, ExpiresAt: linkEnd(c, "data.xml_url", d.XMLURL), Format: "xml"}
	}
	record.Unread = c.Unread()
	return record, nil
}

func toAddress(c *call.Call, said *surepassapi.AadhaarData) kyc.Address {
	address := kyc.Address{PIN: c.Hide(said.PIN), Line: c.Hide(said.FullAddress)}
	if a := said.Address; a != nil {
		address.House, address.Street, address.Landmark = c.Hide(a.House), c.Hide(a.Street), c.Hide(a.Landmark)
		address.Locality, address.City, address.PostOffice = c.Hide(a.Locality), c.Hide(a.City), c.Hide(a.PostOffice)
		address.SubDistrict, address.District = c.Hide(a.SubDistrict), c.Hide(a.District)
		address.State, address.Country = c.Hide(a.State), c.Hide(a.Country)
	}
	return address
}

// lossy is a call that tells what is lost of its answer.
type lossy interface {
	Places(list string, n int) []int
	HideText(text string) kyc.Private
	UnreadIn(list string) map[int][]string
}

// inList is where an answer has its documents.
const inList = "data.documents"

// toListed gives each document those unread members of the answer that are its own. One that could not be read as a
// whole is not there.
func toListed(c lossy, documents []surepassapi.ListedDocument) []kyc.ListedDocument {
	listed := make([]kyc.ListedDocument, 0, len(documents))
	places, unread := c.Places(inList, len(documents)), c.UnreadIn(inList)
	for i, d := range documents {
		one := kyc.ListedDocument{
			Document: toDocument(d.DocType), Type: d.DocType, Name: d.Name, Issuer: d.Issuer,
			Description: d.Description,
			ID:          c.HideText(d.FileID), Unread: unread[places[i]],
		}
		if format := strings.ToLower(call.Text(d.FileType)); format != "" {
			one.Formats = []string{cmp.Or(toFormat(format), format)}
		}
		listed = append(listed, one)
	}
	return listed
}

// unidentified is the first member without which nobody can tell what one of the listed documents is: its type, or the
// whole of one that could not be read. It is "" if all can be told; only then what is not among them is not listed.
func unidentified(c *call.Call, listed []kyc.ListedDocument) string {
	if out := c.LeftOut(inList); len(out) > 0 {
		return fmt.Sprintf("%s.%d", inList, out[0])
	}
	at := slices.IndexFunc(listed, func(d kyc.ListedDocument) bool { return strings.TrimSpace(d.Type) == "" })
	if at < 0 {
		return ""
	}
	return memberOf(c, listed, at, "doc_type")
}

// memberOf is the path of a member of the document that is listed there.
func memberOf(c *call.Call, listed []kyc.ListedDocument, at int, name string) string {
	return fmt.Sprintf("%s.%d.%s", inList, c.Places(inList, len(listed))[at], name)
}

// indexOf is where the first file of that type and format is listed, -1 if none is. An empty format is any, and so is
// that of a file that does not say what it is (SP-D18).
func indexOf(listed []kyc.ListedDocument, code, format string) int {
	return slices.IndexFunc(listed, func(d kyc.ListedDocument) bool { return fits(d, code, format) })
}

func fits(d kyc.ListedDocument, code, format string) bool {
	said := strings.Join(d.Formats, "")
	return strings.EqualFold(d.Type, code) && (format == "" || said == "" || strings.EqualFold(said, format))
}

// choose takes the file of that type and format; of any format the XML first, which alone can be verified, and then one
// that does not say what it is (SP-D18); of several the first. A file whose id would be another path is none.
func choose(listed []kyc.ListedDocument, code, format string) (_ kyc.ListedDocument, found bool) {
	rank := func(d kyc.ListedDocument) int {
		id := d.ID.Reveal()
		switch said := strings.Join(d.Formats, ""); {
		case !fits(d, code, format), d.ID.IsZero(), id == ".", id == "..":
			return 0
		case said == "xml":
			return 3
		case said == "":
			return 2
		default:
			return 1
		}
	}
	best := slices.MaxFunc(append(listed, kyc.ListedDocument{}), func(a, b kyc.ListedDocument) int {
		return cmp.Compare(rank(a), rank(b))
	})
	return best, rank(best) > 0
}

// toFile needs the link, and what the answer says of the format has to be the one that was asked for, if any was. It
// counts before what the list said.
func toFile(
	c *call.Call, d *surepassapi.DownloadedDocument, chosen kyc.ListedDocument, asked string,
) (*kyc.File, error) {
	link := call.Link(d.DownloadURL)
	if link.IsZero() {
		return nil, c.Missing("data.download_url")
	}
	said := toFormat(call.Text(d.MIMEType))
	if asked != "" && said != "" && !strings.EqualFold(said, asked) {
		return nil, c.Missing("data.mime_type")
	}
	file := &kyc.File{
		Link: link, ExpiresAt: linkEnd(c, "data.download_url", d.DownloadURL), Raw: c.Raw(),
		Format: cmp.Or(said, strings.Join(chosen.Formats, "")),
	}
	file.Unread = c.Unread()
	return file, nil
}

// toFormat is "" for a media type that says nothing.
func toFormat(mediaType string) string {
	mediaType, _, _ = mime.ParseMediaType(mediaType) // of what is none there is none
	switch mediaType {
	case "application/pdf":
		return "pdf"
	case "application/xml", "text/xml":
		return "xml"
	default:
		return ""
	}
}

// linkEnd is when a presigned link of S3 ends by its own words; zero if it does not say, and, told by Unread, if that
// is in a year of more than four digits, which JSON cannot have. Source:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
func linkEnd(c *call.Call, member, link string) time.Time {
	u, err := url.Parse(link)
	if err != nil {
		return time.Time{}
	}
	made, err := time.Parse("20060102T150405Z", u.Query().Get("X-Amz-Date"))
	life, err2 := strconv.ParseUint(u.Query().Get("X-Amz-Expires"), 10, 20)
	if err != nil || err2 != nil {
		return time.Time{}
	}
	end := call.InJSON(made.Add(time.Duration(life) * time.Second))
	if end.IsZero() {
		c.Lose(member)
	}
	return end
}
