package eaadhaar

import (
	"errors"
	"strings"

	"github.com/beevik/etree"

	"example.com/digilocker/adapters/kyc"
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
					return strings.Clone(v) // a piece of the document would keep all of it
				}
			}
		}
	}
	return ""
}

func text(el *etree.Element, keys ...string) kyc.Private { return kyc.Hide(attr(el, keys...)) }

func number(el *etree.Element, key string) kyc.Masked { return kyc.MaskNumber(attr(el, key)) }

func date(el *etree.Element, keys ...string) kyc.Date { return kyc.ParseDate(attr(el, keys...)) }

func photo(el *etree.Element) kyc.Photo {
	if el == nil {
		return kyc.Photo{}
	}
	return kyc.ParsePhoto(el.Text())
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
	a := &Aadhaar{
		SignedAt:    parseTime(attr(res, "ts")),
		ExpiresAt:   parseTime(attr(res, "ttl")),
		Transaction: text(res, "txn"),
		Token:       text(uid, "tkn"),
	}
	if l := r.maybe(uid, "LData"); l != nil {
		a.Local = &Local{
			Language: attr(l, "lang"), Name: text(l, "name"), CareOf: text(l, "co"), Address: uidaiAddress(l),
		}
	}
	return &Document{Kind: EAadhaar, Person: r.uidaiPerson(uid), Number: r.aadhaarNumber(attr(uid, "uid")), Aadhaar: a}
}

func (r *reader) offline(root *etree.Element) *Document {
	uid := r.need(root, "UidData")
	poi := r.maybe(uid, "Poi")
	last4, at, ok := parseReference(attr(root, "referenceId"))
	if !ok {
		r.fail(ErrContent, "referenceId of unknown form")
	}
	a := &Aadhaar{
		SignedAt: at, Transaction: text(root, "referenceId"),
		MobileHash: text(poi, "m"), EmailHash: text(poi, "e"),
	}
	return &Document{Kind: OfflineEKYC, Person: r.uidaiPerson(uid), Number: r.aadhaarNumber(last4), Aadhaar: a}
}

func (r *reader) aadhaarNumber(s string) kyc.Masked {
	n, err := parseAadhaar(s)
	if err != nil && r.err == nil {
		r.err = err
	}
	return n
}

func (r *reader) uidaiPerson(uid *etree.Element) kyc.Person {
	poi, poa := r.need(uid, "Poi"), r.maybe(uid, "Poa")
	return kyc.Person{
		Name:    text(poi, "name"),
		Birth:   date(poi, "dob", "yob"),
		Gender:  kyc.ParseGender(attr(poi, "gender")),
		CareOf:  text(poa, "co", "careof"),
		Mobile:  text(poi, "phone"),
		Email:   text(poi, "email"),
		Address: uidaiAddress(poa),
		Photo:   photo(r.maybe(uid, "Pht")),
	}
}

func uidaiAddress(el *etree.Element) kyc.Address {
	return unlessCountry(kyc.Address{
		House:       text(el, "house"),
		Street:      text(el, "street"),
		Landmark:    text(el, "lm", "landmark"),
		Locality:    text(el, "loc"),
		City:        text(el, "vtc"),
		PostOffice:  text(el, "po"),
		SubDistrict: text(el, "subdist"),
		District:    text(el, "dist"),
		State:       text(el, "state"),
		PIN:         text(el, "pc"),
		Country:     text(el, "country"),
	})
}

func (r *reader) pan(root *etree.Element) *Document {
	data := r.need(root, "CertificateData")
	el := r.maybe(data, "PAN")
	if el == nil {
		el = r.need(data, "PANVerificationRecord") // API Setu's schema calls it so
	}
	d := &Document{Kind: PANRecord, PAN: &PAN{VerifiedOn: parseTime(attr(el, "verifiedOn"))}}
	d.Number = number(el, "num")
	if d.Number.IsZero() {
		d.Number = number(root, "number")
	}
	holder := r.need(root, "IssuedTo")
	if organization := r.maybe(holder, "Organization"); organization != nil {
		if r.maybe(holder, "Person") != nil {
			r.fail(ErrContent, "issued to a person and to an organization")
		}
		d.Certificate, d.Organization = r.certificate(root), r.organization(organization)
		return d
	}
	d.Certificate, d.Person = r.issuedTo(root)
	return d
}

func (r *reader) organization(el *etree.Element) *Organization {
	o := &Organization{
		Name:    text(el, "name"),
		Code:    text(el, "code"),
		TIN:     text(el, "tin"),
		Type:    attr(el, "type"),
		Address: certificateAddress(r.maybe(el, "Address")),
	}
	uid := attr(el, "uid")
	if _, err := parseAadhaar(uid); !errors.Is(err, ErrUnmasked) {
		o.UID = kyc.Hide(uid)
	}
	return o
}

func (r *reader) licence(root *etree.Element) *Document {
	el := r.need(r.need(root, "CertificateData"), "DrivingLicense")
	l := &Licence{VerifiedOn: parseTime(attr(el, "verifiedOn"))}
	if list := r.maybe(el, "Categories"); list != nil {
		for _, c := range list.ChildElements() {
			if c.Tag == "Category" {
				l.Categories = append(l.Categories, category(c))
			}
		}
	} else if attr(el, "code", "abbreviation") != "" { // API Setu's schema has no list
		l.Categories = []Category{category(el)}
	}
	d := &Document{Kind: DrivingLicence, Number: number(root, "number"), Licence: l}
	d.Certificate, d.Person = r.issuedTo(root)
	return d
}

func category(el *etree.Element) Category {
	return Category{
		Category: kyc.Category{
			Class: text(el, "abbreviation"), Description: text(el, "description"), IssuedOn: date(el, "issueDate"),
		},
		Code:       text(el, "code"),
		EndorsedOn: date(el, "endorseDate"),
	}
}

func (r *reader) certificate(root *etree.Element) *Certificate {
	return &Certificate{
		Type:      attr(root, "type"),
		Title:     attr(root, "name"),
		Language:  attr(root, "language"),
		Status:    attr(root, "status"),
		Number:    number(root, "number"),
		Previous:  number(root, "prevNumber"),
		Issuer:    text(r.maybe(r.maybe(root, "IssuedBy"), "Organization"), "name"),
		IssuedAt:  text(root, "issuedAt"),
		IssueDate: date(root, "issueDate"),
		ValidFrom: date(root, "validFromDate"),
		Expiry:    date(root, "expiryDate"),
	}
}

// issuedTo reads a certificate and the person that it was issued to.
func (r *reader) issuedTo(root *etree.Element) (*Certificate, kyc.Person) {
	c, el := r.certificate(root), r.need(r.need(root, "IssuedTo"), "Person")
	c.Relation = text(el, "swdIndicator")
	p := kyc.Person{
		Name:   text(el, "name"),
		Birth:  date(el, "dob"),
		Gender: kyc.ParseGender(attr(el, "gender")),
		CareOf: text(el, "swd"),
		Mobile: text(el, "phone"),
		Email:  text(el, "email"),
		Photo:  photo(r.maybe(el, "Photo")),
	}
	if el == nil {
		return c, p
	}
	for _, child := range el.ChildElements() {
		if child.Tag != "Address" && child.Tag != "Address2" {
			continue
		}
		switch a, kind := certificateAddress(child), attr(child, "type"); {
		case a.IsZero():
		case (kind == "present" || kind == "") && p.Address.IsZero():
			p.Address = a
		case kind == "permanent" && p.Permanent.IsZero():
			p.Permanent = a
		default:
			c.Addresses = append(c.Addresses, Address{kind, a})
		}
	}
	return c, p
}

func certificateAddress(el *etree.Element) kyc.Address {
	line := text(el, "line1")
	if second := text(el, "line2"); line.IsZero() {
		line = second
	} else if !second.IsZero() {
		line = kyc.Hide(line.Reveal() + ", " + second.Reveal())
	}
	return unlessCountry(kyc.Address{
		Line:     line,
		House:    text(el, "house"),
		Landmark: text(el, "landmark"),
		Locality: text(el, "locality"),
		City:     text(el, "vtc"),
		District: text(el, "district"),
		State:    text(el, "state"),
		PIN:      text(el, "pin"),
		Country:  text(el, "country"),
	})
}

// unlessCountry returns a, or no address if it is a country alone, which issuers
// write without an address.
func unlessCountry(a kyc.Address) kyc.Address {
	rest := a
	rest.Country = kyc.Private{}
	if rest.IsZero() {
		return kyc.Address{}
	}
	return a
}
