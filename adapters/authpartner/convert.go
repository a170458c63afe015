package authpartner

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/authpartnerapi"
)

// toPerson is nil for who is not told of at all.
func toPerson(c *call.Call, u authpartnerapi.User) *kyc.Person {
	p := kyc.Person{
		Name: c.HideText(u.Name), Birth: c.Date("dob", u.Birth), Gender: kyc.ParseGender(u.Gender),
		Photo: c.Photo("picture", call.Text(u.Picture)), Mobile: c.Hide(u.Mobile), Email: c.Hide(u.Email),
		DigiLockerID: c.HideText(u.DigiLockerID),
	}
	if p.IsZero() {
		return nil
	}
	return &p
}

// uris match <issuer>-<type>-<id>, of which the id may have more hyphens. No such URI can change the path that it
// stands in, once it is escaped.
var uris = regexp.MustCompile(`^[A-Za-z0-9._]+-([A-Za-z0-9]+)-[^\x00-\x20\x7f]+$`)

// typeOf is the type in a URI, "" if it is none.
func typeOf(uri string) string {
	if m := uris.FindStringSubmatch(uri); m != nil {
		return m[1]
	}
	return ""
}

// issued is a document of the issued list.
type issued struct {
	kyc.ListedDocument
	date  time.Time // zero if it is not known
	place int       // in the answer
}

// lossy is a call that tells what is lost of its answer.
type lossy interface {
	Places(list string, n int) []int
	HideText(text string) kyc.Private
	Lose(member string)
	UnreadIn(list string) map[int][]string
}

// inList is where an answer has its documents.
const inList = "items"

// toIssued gives each document those unread members of the answer that are its own. One that could not be read as a
// whole is not there, nor is one that says nothing, such as null. Its error is ctx's.
func toIssued(ctx context.Context, c lossy, items []authpartnerapi.IssuedDocument) ([]issued, error) {
	list := make([]issued, 0, len(items))
	places := c.Places(inList, len(items))
	for i, item := range items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		uri := strings.TrimSpace(item.URI) // DL-D29
		code := cmp.Or(strings.TrimSpace(item.Doctype), typeOf(uri))
		formats, ok := toFormats(item.MIMETypes)
		if !ok {
			c.Lose(fmt.Sprintf("%s.%d.mime", inList, places[i]))
		}
		list = append(list, issued{place: places[i], date: toDate(item.Date), ListedDocument: kyc.ListedDocument{
			Document: toDocument(code), Type: code, Name: item.Name, Issuer: item.Issuer, Description: item.Description,
			ID: c.HideText(uri), Formats: formats,
		}})
	}
	unread := c.UnreadIn(inList)
	for i := range list {
		list[i].Unread = unread[list[i].place]
	}
	return slices.DeleteFunc(list, func(d issued) bool {
		said := d.Type + d.Name + d.Issuer + d.Description
		empty := said == "" && d.ID.IsZero() && d.Formats == nil && d.Unread == nil
		if empty {
			c.Lose(fmt.Sprintf("%s.%d", inList, d.place))
		}
		return empty
	}), nil
}

// toDate reads when a document was issued (DL-D28); zero if that cannot be read, as it only orders documents.
func toDate(text string) time.Time {
	text = strings.TrimSpace(text)
	if t, _, err := kyc.ParseTimeIn(text, time.UTC); err == nil {
		return t
	}
	t, _ := time.Parse("02-01-2006", text)
	return t
}

// toFormats reads the media types of a document in any shape that was seen (DL-D27): a text, a list of texts, a list
// of objects whose names or values they are. It is not ok for another shape, nor for more than mostFormats.
func toFormats(raw json.RawMessage) (formats []string, ok bool) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, true
	}
	ok = true
	add := func(mediaTypes ...string) {
		for _, mediaType := range mediaTypes {
			switch format := toFormat(mediaType); {
			case format == "" || slices.Contains(formats, format):
			case len(formats) == mostFormats:
				ok = false
			default:
				formats = append(formats, format)
			}
		}
	}
	var list []any
	var one string
	switch {
	case json.Unmarshal(raw, &one) == nil:
		add(strings.FieldsFunc(one, func(r rune) bool { return r == ',' || r == ' ' })...)
	case json.Unmarshal(raw, &list) == nil:
		for _, item := range list {
			switch item := item.(type) {
			case string:
				add(item)
			case map[string]any:
				var texts []string
				for name, value := range item {
					text, _ := value.(string)
					texts = append(texts, name, text)
				}
				slices.Sort(texts)
				add(texts...)
			}
		}
	default:
		return nil, false
	}
	return formats, ok
}

// mostFormats are as many as are told of one document, so that each media type of a long list is compared with few.
const mostFormats = 32

// toFormat is the last word of a media type, by which callers ask: "xml", "pdf", "jpeg"; "" for what is none. Case does
// not matter (DL-D30).
func toFormat(mediaType string) string {
	mediaType, _, err := mime.ParseMediaType(mediaType)
	_, format, found := strings.Cut(mediaType, "/")
	if err != nil || !found {
		return ""
	}
	return named(format)
}

// named is a format by the name that a File has for it: a JPEG is called by two.
func named(format string) string {
	if format == "jpg" {
		return "jpeg"
	}
	return format
}

// choose is the newest document of that type, of several the first. A document whose URI is none is not taken, nor one
// whose URI is that of another type: by the URI a file is asked for, and only by the type it is known what it is.
func choose(list []issued, code string) (best issued, found bool) {
	for _, d := range list {
		fits := strings.EqualFold(d.Type, code) && strings.EqualFold(typeOf(d.ID.Reveal()), code)
		if fits && (!found || d.date.After(best.date)) {
			best, found = d, true
		}
	}
	return best, found
}

// kindOf judges a file by its content, whatever its label says; "" for what DigiLocker does not hand out, such as a
// page of HTML.
func kindOf(content []byte) string {
	switch wire.NewFile(content).Type {
	case wire.XML:
		return xml
	case wire.PDF:
		return "pdf"
	case wire.JPEG:
		return "jpeg"
	}
	if bytes.HasPrefix(content, []byte("\x89PNG")) {
		return "png"
	}
	return ""
}
