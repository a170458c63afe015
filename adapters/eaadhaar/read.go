package eaadhaar

import (
	"strings"

	"github.com/beevik/etree"
)

// reader takes fields out of an element tree. It remembers the first refusal.
type reader struct{ err error }

func (r *reader) fail(reason Reason, detail string) {
	if r.err == nil {
		r.err = refuse(reason, detail)
	}
}

// maybe returns the child of that local name, or nil. Two of them are refused:
// readers differ about which one counts.
func (r *reader) maybe(el *etree.Element, tag string) *etree.Element {
	if el == nil {
		return nil
	}
	var found *etree.Element
	for _, c := range el.ChildElements() {
		if c.Tag == tag {
			if found != nil {
				r.fail(ErrContent, tag+" occurs twice")
				return nil
			}
			found = c
		}
	}
	return found
}

// need is maybe for what every genuine document has.
func (r *reader) need(el *etree.Element, tag string) *etree.Element {
	c := r.maybe(el, tag)
	if c == nil {
		r.fail(ErrContent, tag+" is missing")
	}
	return c
}

// attr returns the first of the unprefixed attributes that is present and not
// empty. (etree's own SelectAttr takes a:name for name.)
func attr(el *etree.Element, keys ...string) string {
	if el == nil {
		return ""
	}
	for _, key := range keys {
		for _, a := range el.Attr {
			if a.Space == "" && a.Key == key {
				if v := strings.TrimSpace(a.Value); v != "" {
					return v
				}
			}
		}
	}
	return ""
}

func text(el *etree.Element, keys ...string) Text { return newText(attr(el, keys...)) }

func photo(el *etree.Element) Photo {
	if el == nil || stripSpace(el.Text()) == "" {
		return Photo{}
	}
	return Photo{hide(el.Text())}
}

// read takes the fields out of a root element. It goes by a fixed path from the
// root, on which no Signature lies.
func read(root *etree.Element) (*Document, error) {
	var r reader
	var d *Document
	switch {
	case root.Tag == "OfflinePaperlessKyc":
		d = r.offline(root)
	case root.Tag != "Certificate":
		return nil, refuse(ErrUnknown, "root element")
	case attr(root, "type") == "PANCR":
		d = r.pan(root)
	case attr(root, "type") == "DRVLC":
		d = r.licence(root)
	case attr(root, "type") == "" && r.maybe(r.maybe(root, "CertificateData"), "KycRes") != nil:
		d = r.eaadhaar(root)
	default:
		r.fail(ErrUnknown, "certificate type")
	}
	if r.err != nil {
		return nil, r.err
	}
	return d, nil
}

func (r *reader) eaadhaar(root *etree.Element) *Document {
	res := r.need(r.need(root, "CertificateData"), "KycRes")
	if attr(res, "ret") != "Y" {
		r.fail(ErrContent, "KycRes/@ret is not Y")
	}
	uid := r.need(res, "UidData")
	a := r.aadhaar(attr(uid, "uid"))
	a.SignedAt = parseTime(attr(res, "ts"))
	a.ExpiresAt = parseTime(attr(res, "ttl"))
	a.Transaction = text(res, "txn")
	a.Token = text(uid, "tkn")
	if l := r.maybe(uid, "LData"); l != nil {
		a.Local = &Local{Language: attr(l, "lang"), Name: text(l, "name"), Guardian: text(l, "co"), Address: uidaiAddress(l)}
	}
	return &Document{Kind: EAadhaar, Person: r.uidaiPerson(uid), Aadhaar: a}
}

func (r *reader) offline(root *etree.Element) *Document {
	uid := r.need(root, "UidData")
	poi := r.maybe(uid, "Poi")
	last4, at, ok := parseReference(attr(root, "referenceId"))
	if !ok {
		r.fail(ErrContent, "referenceId of unknown form")
	}
	a := r.aadhaar(last4)
	a.SignedAt = at
	a.Transaction = text(root, "referenceId")
	a.MobileHash, a.EmailHash = text(poi, "m"), text(poi, "e")
	return &Document{Kind: OfflineEKYC, Person: r.uidaiPerson(uid), Aadhaar: a}
}

func (r *reader) aadhaar(number string) *Aadhaar {
	n, err := parseAadhaar(number)
	if err != nil && r.err == nil {
		r.err = err
	}
	return &Aadhaar{Number: n}
}

func (r *reader) uidaiPerson(uid *etree.Element) Person {
	poi, poa := r.need(uid, "Poi"), r.maybe(uid, "Poa")
	return Person{
		Name:       text(poi, "name"),
		Birth:      parseDate(attr(poi, "dob", "yob")),
		Gender:     parseGender(attr(poi, "gender")),
		GenderText: text(poi, "gender"),
		Guardian:   text(poa, "co", "careof"),
		Phone:      text(poi, "phone"),
		Email:      text(poi, "email"),
		Addresses:  addresses(uidaiAddress(poa)),
		Photo:      photo(r.maybe(uid, "Pht")),
	}
}

func uidaiAddress(el *etree.Element) Address {
	return Address{
		House:       text(el, "house"),
		Street:      text(el, "street"),
		Landmark:    text(el, "lm", "landmark"),
		Locality:    text(el, "loc"),
		Town:        text(el, "vtc"),
		PostOffice:  text(el, "po"),
		SubDistrict: text(el, "subdist"),
		District:    text(el, "dist"),
		State:       text(el, "state"),
		PIN:         text(el, "pc"),
		Country:     text(el, "country"),
	}
}

func (r *reader) pan(root *etree.Element) *Document {
	data := r.need(root, "CertificateData")
	el := r.maybe(data, "PAN")
	if el == nil {
		el = r.need(data, "PANVerificationRecord") // API Setu's schema calls it so
	}
	return &Document{
		Kind: PANRecord, Person: r.person(root), Certificate: r.certificate(root),
		PAN: &PAN{Number: newText(orElse(attr(el, "num"), attr(root, "number"))), VerifiedOn: parseTime(attr(el, "verifiedOn"))},
	}
}

func (r *reader) licence(root *etree.Element) *Document {
	el := r.need(r.need(root, "CertificateData"), "DrivingLicense")
	l := &Licence{Number: text(root, "number"), VerifiedOn: parseTime(attr(el, "verifiedOn"))}
	if list := r.maybe(el, "Categories"); list != nil {
		for _, c := range list.ChildElements() {
			if c.Tag == "Category" {
				l.Categories = append(l.Categories, category(c))
			}
		}
	} else if attr(el, "code", "abbreviation") != "" { // API Setu's schema has no list
		l.Categories = []Category{category(el)}
	}
	return &Document{Kind: DrivingLicence, Person: r.person(root), Certificate: r.certificate(root), Licence: l}
}

func category(el *etree.Element) Category {
	return Category{
		Code:         attr(el, "code"),
		Abbreviation: attr(el, "abbreviation"),
		Description:  attr(el, "description"),
		Issued:       parseDate(attr(el, "issueDate")),
		Endorsed:     parseDate(attr(el, "endorseDate")),
	}
}

func (r *reader) certificate(root *etree.Element) *Certificate {
	return &Certificate{
		Type:      attr(root, "type"),
		Title:     attr(root, "name"),
		Language:  attr(root, "language"),
		Status:    attr(root, "status"),
		Number:    text(root, "number"),
		Previous:  text(root, "prevNumber"),
		Issuer:    text(r.maybe(r.maybe(root, "IssuedBy"), "Organization"), "name"),
		IssuedAt:  text(root, "issuedAt"),
		IssueDate: parseDate(attr(root, "issueDate")),
		ValidFrom: parseDate(attr(root, "validFromDate")),
		Expiry:    parseDate(attr(root, "expiryDate")),
	}
}

func (r *reader) person(root *etree.Element) Person {
	el := r.need(r.need(root, "IssuedTo"), "Person")
	p := Person{
		Name:       text(el, "name"),
		Birth:      parseDate(attr(el, "dob")),
		Gender:     parseGender(attr(el, "gender")),
		GenderText: text(el, "gender"),
		Guardian:   text(el, "swd"),
		Relation:   text(el, "swdIndicator"),
		Phone:      text(el, "phone"),
		Email:      text(el, "email"),
		Photo:      photo(r.maybe(el, "Photo")),
	}
	if el != nil {
		for _, c := range el.ChildElements() {
			if c.Tag == "Address" || c.Tag == "Address2" {
				p.Addresses = append(p.Addresses, addresses(certificateAddress(c))...)
			}
		}
	}
	return p
}

func certificateAddress(el *etree.Element) Address {
	return Address{
		Type:     attr(el, "type"),
		Line1:    text(el, "line1"),
		Line2:    text(el, "line2"),
		House:    text(el, "house"),
		Landmark: text(el, "landmark"),
		Locality: text(el, "locality"),
		Town:     text(el, "vtc"),
		District: text(el, "district"),
		State:    text(el, "state"),
		PIN:      text(el, "pin"),
		Country:  text(el, "country"),
	}
}

func addresses(a Address) []Address {
	if a.empty() {
		return nil
	}
	return []Address{a}
}

func orElse(s, other string) string {
	if s != "" {
		return s
	}
	return other
}
