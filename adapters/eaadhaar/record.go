package eaadhaar

import "example.com/digilocker/adapters/kyc"

// Record returns the document as a provider would give it, to be handled or
// compared like one that a provider gave; nil of a nil Document. It is made
// whether the document was verified or not: Proof tells.
//
// Document is kyc.Aadhaar of the offline file too, and "" of a Kind that is not
// among the constants. Person is the document's; of an organization's PAN its Name
// and Address are the organization's. GeneratedAt is Aadhaar's SignedAt, and else
// VerifiedOn. IssuedOn and Licence are the certificate's.
//
// Left out is what kyc.Record has no place for: what only Aadhaar documents say
// but SignedAt, the certificate's status, start of validity, language and further
// addresses, an organization's numbers, and a category's Code and EndorsedOn. Zero
// is what only a provider can say: HolderType, Verified, File, Raw, Unread.
func (d *Document) Record() *kyc.Record {
	if d == nil {
		return nil
	}
	r := &kyc.Record{Person: d.Person, Number: d.Number}
	if d.Aadhaar != nil {
		r.GeneratedAt = d.Aadhaar.SignedAt
	}
	if d.PAN != nil {
		r.GeneratedAt = d.PAN.VerifiedOn
	}
	if d.Organization != nil {
		r.Person.Name, r.Person.Address = d.Organization.Name, d.Organization.Address
	}
	if d.Certificate != nil {
		r.IssuedOn = d.Certificate.IssueDate
	}
	if d.Licence != nil {
		r.GeneratedAt = d.Licence.VerifiedOn
		r.Licence = d.Licence.of(d.Certificate)
	}
	switch d.Kind {
	case EAadhaar, OfflineEKYC:
		r.Document = kyc.Aadhaar
	case PANRecord:
		r.Document = kyc.PAN
	case DrivingLicence:
		r.Document = kyc.DrivingLicence
	}
	return r
}

// of returns the licence that the certificate, which may be nil, is about.
func (l *Licence) of(c *Certificate) *kyc.Licence {
	licence := new(kyc.Licence)
	if c != nil {
		licence.IssuedBy, licence.ExpiresOn = c.Issuer, c.Expiry
	}
	for _, category := range l.Categories {
		licence.Categories = append(licence.Categories, category.Category)
	}
	return licence
}
