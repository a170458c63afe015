package setu

import (
	"strings"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/setuapi"
)

// docTypes are Setu's words for documents, in a scope and in docType.
var docTypes = map[kyc.Document]string{kyc.Aadhaar: "ADHAR", kyc.PAN: "PANCR", kyc.DrivingLicence: "DRVLC"}

// states are the documented ones; any other stays as it came.
var states = map[setuapi.Status]kyc.State{
	setuapi.StatusUnauthenticated: kyc.Pending,
	setuapi.StatusAuthenticated:   kyc.Granted,
	setuapi.StatusRevoked:         kyc.Revoked,
}

func toConsent(c *call.Call, ref kyc.Ref, status setuapi.Status, url, validUpto string) *kyc.Consent {
	state, known := states[status]
	if !known {
		state = kyc.State(status)
	}
	consent := &kyc.Consent{Ref: ref, State: state, URL: kyc.Hide(url), ExpiresAt: call.Time(validUpto), Raw: c.Raw()}
	if state.Final() {
		consent.URL = kyc.Private{} // of no use any more
	}
	return consent
}

func toUser(d *setuapi.UserDetails) *kyc.Person {
	if d == nil || *d == (setuapi.UserDetails{}) {
		return nil
	}
	return &kyc.Person{
		DigiLockerID: kyc.Hide(call.Text(d.DigiLockerID)), Email: kyc.Hide(call.Text(d.Email)), Mobile: kyc.Hide(call.Text(d.PhoneNumber)),
	}
}

func toRecord(c *call.Call, a *setuapi.Aadhaar) *kyc.Record {
	r := &kyc.Record{
		Document: kyc.Aadhaar,
		Person: kyc.Person{
			Name: kyc.Hide(a.Name), Birth: kyc.ParseDate(a.DateOfBirth), Gender: kyc.ParseGender(a.Gender),
			CareOf: kyc.Hide(a.Address.CareOf), Address: toAddress(a.Address), Photo: kyc.ParsePhoto(a.Photo),
			Mobile: kyc.Hide(a.Phone), Email: kyc.Hide(a.Email),
		},
		Number:      kyc.MaskAadhaar(a.MaskedNumber),
		GeneratedAt: call.Time(a.GeneratedAt),
		Verified:    &kyc.Verified{Email: a.Verified.Email, Mobile: a.Verified.Phone, Signature: a.Verified.Signature},
		Raw:         c.Raw(),
	}
	if a.XML.FileURL != "" {
		r.File = &kyc.File{Link: kyc.Hide(a.XML.FileURL), ExpiresAt: call.Time(a.XML.ValidUntil), Format: "xml", ShareCode: kyc.Hide(a.XML.ShareCode)}
	}
	return r
}

func toAddress(a setuapi.Address) kyc.Address {
	return kyc.Address{
		House: kyc.Hide(a.House), Street: kyc.Hide(a.Street), Landmark: kyc.Hide(a.Landmark), Locality: kyc.Hide(a.Locality),
		City: kyc.Hide(a.VTC), PostOffice: kyc.Hide(a.PostOffice), SubDistrict: kyc.Hide(a.SubDistrict),
		District: kyc.Hide(a.District), State: kyc.Hide(a.State), PIN: kyc.Hide(a.PIN), Country: kyc.Hide(a.Country),
	}
}

func toCatalogue(documents []setuapi.AvailableDocument) []kyc.CatalogueEntry {
	list := make([]kyc.CatalogueEntry, len(documents))
	for i, d := range documents {
		list[i] = kyc.CatalogueEntry{Type: d.DocType, IssuerID: d.OrgID, Issuer: d.OrgName, Description: d.Description, Formats: d.AvailableFormats}
		for _, p := range d.Parameters {
			list[i].Parameters = append(list[i].Parameters, kyc.CatalogueParameter{Name: p.Name, Description: p.Description})
		}
	}
	return list
}

func toFile(c *call.Call, f *setuapi.DocumentFile, format string) *kyc.File {
	return &kyc.File{Link: kyc.Hide(f.FileURL), ExpiresAt: call.Time(f.ValidUpto), Format: format, Raw: c.Raw()}
}

// toScope reads the documents of a return: codes joined by a plus sign, which
// stands as %2B in the address. An empty scope is an empty list, not nil.
func toScope(scope string) []kyc.Document {
	granted := []kyc.Document{}
	for code := range strings.FieldsFuncSeq(scope, func(r rune) bool { return r == '+' || r == ' ' }) {
		doc := kyc.Document(code)
		for known, c := range docTypes {
			if c == code {
				doc = known
			}
		}
		granted = append(granted, doc)
	}
	return granted
}
