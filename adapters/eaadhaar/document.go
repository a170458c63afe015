package eaadhaar

import (
	"strings"
	"time"
)

// Kind is the kind of a document, judged by its content.
type Kind string

// The kinds that are read. Anything else is ErrUnknown, DigiLocker's older
// form of e-Aadhaar (root KycRes, endpoint version 2) included.
const (
	EAadhaar       Kind = "e-Aadhaar"       // Certificate without a type and with a KycRes
	OfflineEKYC    Kind = "offline e-KYC"   // UIDAI's OfflinePaperlessKyc
	PANRecord      Kind = "PAN"             // Certificate of type PANCR
	DrivingLicence Kind = "driving licence" // Certificate of type DRVLC
)

// Document is what a document says. Proof tells whether anybody vouches for it.
type Document struct {
	Kind        Kind
	Person      Person
	Aadhaar     *Aadhaar     // nil unless Kind is EAadhaar or OfflineEKYC
	Certificate *Certificate // nil unless Kind is PANRecord or DrivingLicence
	PAN         *PAN         // nil unless Kind is PANRecord
	Licence     *Licence     // nil unless Kind is DrivingLicence

	proof *Proof
}

// Proof returns how the document was verified, or nil if it was not: a document
// of ReadUnverified, or one that the caller made.
func (d *Document) Proof() *Proof {
	if d == nil || d.proof == nil {
		return nil
	}
	p := *d.proof
	return &p
}

// Proof says what a verified document was verified with.
type Proof struct {
	Anchor   string    // name of the Anchor or Authority by which the signer is believed
	Signer   Signer    // as far as it is believed: of a pinned key the key alone
	SHA1     bool      // the signature is rsa-sha1: accepted under LegacySHA1 only
	JudgedAt time.Time // when the certificate had to be valid
	JudgedBy Clock     // where JudgedAt comes from
}

// Clock names the source of the time at which a certificate was judged.
type Clock string

// The sources. The first two are inside the signed bytes.
const (
	ClockTS        Clock = "KycRes/@ts"
	ClockReference Clock = "referenceId"
	ClockCaller    Clock = "caller"
)

// Person is whom a document is about. A field that the document leaves out, or
// sends empty, is zero. The attribute Person/@uid of PAN and licence is not
// read: it is a reference, an Aadhaar number, or nothing.
type Person struct {
	Name       Text
	Birth      Date   // Poi/@dob, else @yob; Person/@dob
	Gender     Gender // normalised
	GenderText Text   // as written
	// Guardian is the care-of line with its prefix (S/O, D/O, W/O, C/O) for
	// Aadhaar, and Person/@swd without one otherwise.
	Guardian Text
	// Relation is Person/@swdIndicator: published as S, W or D, but other
	// letters occur. Aadhaar has none.
	Relation  Text
	Phone     Text
	Email     Text
	Addresses []Address // in document order; empty ones are left out
	Photo     Photo
}

// Address is an address in parts. No two issuers fill the same ones.
type Address struct {
	Type string // present, permanent, mailing, official; empty for Aadhaar

	Line1, Line2 Text // PAN and licence
	House        Text
	Street       Text
	Landmark     Text
	Locality     Text
	Town         Text // vtc: village, town or city
	PostOffice   Text
	SubDistrict  Text
	District     Text
	State        Text
	PIN          Text // six digits as text: it may begin with a zero
	Country      Text // India, IN
}

// Line returns the parts in postal order, joined with ", ", without the empty
// ones and without one that repeats its predecessor.
func (a Address) Line() Text {
	var line []string
	for _, t := range a.parts() {
		s := t.Reveal()
		if s != "" && (len(line) == 0 || line[len(line)-1] != s) {
			line = append(line, s)
		}
	}
	return newText(strings.Join(line, ", "))
}

func (a Address) parts() []Text {
	return []Text{
		a.Line1, a.Line2, a.House, a.Street, a.Landmark, a.Locality, a.Town,
		a.PostOffice, a.SubDistrict, a.District, a.State, a.PIN, a.Country,
	}
}

// empty ignores the country, which issuers write without an address.
func (a Address) empty() bool {
	a.Country = Text{}
	return a.Line().IsZero()
}

// Aadhaar is what only Aadhaar documents say.
type Aadhaar struct {
	Number AadhaarNumber
	// SignedAt is KycRes/@ts or the time in referenceId, taken as Indian time
	// where no offset is written; zero if there is none.
	SignedAt time.Time
	// ExpiresAt is KycRes/@ttl, a year after ts; it has no offset and is taken
	// as Indian time. Zero for the offline file.
	ExpiresAt time.Time
	// Transaction is KycRes/@txn or the whole referenceId. The per-fetch
	// KycRes/@code is not read: it looks like an identity key and is none.
	Transaction Text
	Token       Text // UidData/@tkn, UIDAI's token for this person and agency; may be empty
	// MobileHash and EmailHash are Poi/@m and @e of the offline file. UIDAI
	// does not explain its hash well enough to check it here.
	MobileHash, EmailHash Text
	Local                 *Local // nil if the document has no LData
}

// Local is name and address in a regional language.
type Local struct {
	Language string // UIDAI's code: 06 Hindi, 13 Marathi, ...; empty if left out
	Name     Text
	Guardian Text
	Address  Address
}

// Certificate is what DigiLocker certificates have in common.
type Certificate struct {
	Type      string // doctype: PANCR, DRVLC
	Title     string // "PAN Verification Record", "PAN Card", "Driving License"
	Language  string // 99: English
	Status    string // published: A, E, R, S; live licences say Active
	Number    Text
	Previous  Text // prevNumber
	Issuer    Text // IssuedBy/Organization/@name; for a licence the office, which tells where the person lives
	IssuedAt  Text
	IssueDate Date
	ValidFrom Date
	Expiry    Date
}

// PAN is what only a PAN record says.
type PAN struct {
	Number     Text
	VerifiedOn time.Time // taken as Indian time; zero if left out or of another form
}

// Licence is what only a driving licence says. Its validity is
// Certificate.ValidFrom and Certificate.Expiry.
type Licence struct {
	Number     Text
	VerifiedOn time.Time // taken as Indian time; zero if left out or of another form
	Categories []Category
}

// ComparableNumber returns the licence number in upper case without spaces and
// hyphens: states write both "XX00 00000000000" and "XX0000000000000".
func (l *Licence) ComparableNumber() Text {
	s := strings.NewReplacer(" ", "", "-", "").Replace(l.Number.Reveal())
	return newText(strings.ToUpper(s))
}

// Category is a class of vehicles that a licence covers.
type Category struct {
	Code         string // NT: non-transport, TR: transport
	Abbreviation string // MCWG, LMV
	Description  string
	Issued       Date
	Endorsed     Date
}
