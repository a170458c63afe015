package eaadhaar

import (
	"time"

	"example.com/digilocker/adapters/kyc"
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
// What the document leaves out, or sends empty, is zero; text has no white space
// around it.
type Document struct {
	Kind Kind

	// Person is whom the document is about; zero if that is an Organization.
	//
	// CareOf is the care-of line with its prefix (S/O, D/O, W/O, C/O) for
	// Aadhaar, and Person/@swd without one otherwise. Address is Aadhaar's, or a
	// certificate's of type present or of no type; Permanent is of type
	// permanent. Of a certificate's address, line1 and line2 joined with ", " are
	// Line. An address of which only the country is said is left out. The
	// attribute Person/@uid is not read: it is a reference, an Aadhaar number, or
	// nothing.
	Person kyc.Person

	// Number is an Aadhaar number's last four digits, as kyc.MaskAadhaar gives
	// them, and the number of a PAN or a licence as written: states write both
	// "XX00 00000000000" and "XX0000000000000".
	Number kyc.Masked

	Aadhaar      *Aadhaar      // nil unless Kind is EAadhaar or OfflineEKYC
	Certificate  *Certificate  // nil unless Kind is PANRecord or DrivingLicence
	PAN          *PAN          // nil unless Kind is PANRecord
	Licence      *Licence      // nil unless Kind is DrivingLicence
	Organization *Organization // whose PAN it is, if not a person's; else nil

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

// Aadhaar is what only Aadhaar documents say.
type Aadhaar struct {
	// SignedAt is KycRes/@ts or the time in referenceId, taken as Indian time
	// where no offset is written; zero if there is none.
	SignedAt time.Time
	// ExpiresAt is KycRes/@ttl, a year after ts; it has no offset and is taken
	// as Indian time. Zero for the offline file.
	ExpiresAt time.Time
	// Transaction is KycRes/@txn or the whole referenceId. The per-fetch
	// KycRes/@code is not read: it looks like an identity key and is none.
	Transaction kyc.Private
	Token       kyc.Private // UidData/@tkn, UIDAI's token for this person and agency; may be empty
	// MobileHash and EmailHash are Poi/@m and @e of the offline file. UIDAI
	// does not explain its hash well enough to check it here.
	MobileHash, EmailHash kyc.Private
	Local                 *Local // nil if the document has no LData
}

// Local is name and address in a regional language.
type Local struct {
	Language string // UIDAI's code: 06 Hindi, 13 Marathi, ...; empty if left out
	Name     kyc.Private
	CareOf   kyc.Private
	Address  kyc.Address
}

// Certificate is what DigiLocker certificates have in common.
type Certificate struct {
	Type      string // doctype: PANCR, DRVLC
	Title     string // "PAN Verification Record", "PAN Card", "Driving License"
	Language  string // 99: English
	Status    string // published: A, E, R, S; live licences say Active
	Number    kyc.Masked
	Previous  kyc.Masked  // prevNumber
	Issuer    kyc.Private // IssuedBy/Organization/@name; for a licence the office, which tells where the person lives
	IssuedAt  kyc.Private
	IssueDate kyc.Date
	ValidFrom kyc.Date
	Expiry    kyc.Date

	// Relation is Person/@swdIndicator, of whom CareOf names: published as S, W or
	// D, but other letters occur.
	Relation kyc.Private
	// Addresses are those for which kyc.Person has no place, in document order: of
	// another type (mailing, official), or a second one of a type.
	Addresses []Address
}

// Address is one of a certificate's further addresses.
type Address struct {
	Type string // mailing, official; may be empty
	kyc.Address
}

// PAN is what only a PAN record says.
type PAN struct {
	VerifiedOn time.Time // taken as Indian time; zero if left out or of another form
}

// Organization is whom a PAN record is about if it is no person, such as a company.
type Organization struct {
	Name kyc.Private
	Code kyc.Private
	TIN  kyc.Private // tax identification number
	// UID is left out if it is nothing but digits: it may be an Aadhaar number then.
	UID     kyc.Private
	Type    string // published for issuers: CG, SG, NG (central, state, no government)
	Address kyc.Address
}

// Licence is what only a driving licence says. Its validity is
// Certificate.ValidFrom and Certificate.Expiry.
type Licence struct {
	VerifiedOn time.Time // taken as Indian time; zero if left out or of another form
	Categories []Category
}

// Category is a class of vehicles that a licence covers. Class is the abbreviation: MCWG, LMV.
type Category struct {
	kyc.Category
	Code       kyc.Private // NT: non-transport, TR: transport
	EndorsedOn kyc.Date
}
