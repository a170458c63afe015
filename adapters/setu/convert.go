package setu

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/setuapi"
)

// codes are Setu's words for documents. Source: the scope of a return; on
// createRequest only DRVLC is documented (SE-D25).
var codes = map[kyc.Document]string{
	kyc.Aadhaar:        "ADHAR",
	kyc.PAN:            "PANCR",
	kyc.DrivingLicence: "DRVLC",
}

// toDocument keeps a code that nobody documented as it came.
func toDocument(code string) kyc.Document {
	for doc, known := range codes {
		if strings.EqualFold(code, known) {
			return doc
		}
	}
	return kyc.Document(code)
}

// toState keeps a status that nobody documented as it came, and with it
// "incomplete", which is another product's (SE-D7).
func toState(status setuapi.Status) kyc.State {
	switch setuapi.Status(strings.ToLower(string(status))) {
	case setuapi.StatusUnauthenticated:
		return kyc.Pending
	case setuapi.StatusAuthenticated:
		return kyc.Granted
	case setuapi.StatusRevoked:
		return kyc.Revoked
	default:
		return kyc.State(status)
	}
}

func toConsent(c *call.Call, ref kyc.Ref, s *setuapi.RequestStatus) *kyc.Consent {
	consent := &kyc.Consent{
		Ref: ref, State: toState(s.Status), ExpiresAt: c.Time("validUpto", s.ValidUpto, zone),
		TraceID: call.Text(s.TraceID), Raw: c.Raw(),
	}
	if !consent.State.Final() {
		consent.URL = c.Link("url", s.URL)
	}
	if u := s.UserDetails; u != nil { // absent from older answers, empty before consent (SE-D11)
		user := kyc.Person{
			DigiLockerID: c.Hide(u.DigiLockerID), // not always a UUID (SE-D12)
			Email:        c.Hide(u.Email),
			Mobile:       c.Hide(u.PhoneNumber),
		}
		if !user.IsZero() {
			consent.User = &user
		}
	}
	consent.Unread = c.Unread()
	return consent
}

// toRecord needs the name, since an Aadhaar without one is nobody's. The answer's
// own status has one documented value, "complete" (SE-D7), and decides nothing.
// email and phone may be hashes, and are given as they came.
func toRecord(c *call.Call, d *setuapi.Aadhaar, body []byte) (*kyc.Record, error) {
	switch {
	case *d == setuapi.Aadhaar{}:
		return nil, c.Missing("aadhaar")
	case c.HideText(d.Name).IsZero():
		return nil, c.Missing("aadhaar.name")
	}
	record := &kyc.Record{
		Document: kyc.Aadhaar,
		Person: kyc.Person{
			Name:   c.HideText(d.Name),
			Birth:  c.Date("aadhaar.dateOfBirth", d.DateOfBirth),
			Gender: kyc.ParseGender(d.Gender),
			CareOf: c.HideText(d.Address.CareOf),
			Address: kyc.Address{
				House: c.HideText(d.Address.House), Street: c.HideText(d.Address.Street),
				Landmark: c.HideText(d.Address.Landmark),
				Locality: c.HideText(d.Address.Locality), City: c.HideText(d.Address.VTC),
				PostOffice:  c.HideText(d.Address.PostOffice),
				SubDistrict: c.HideText(d.Address.SubDistrict), District: c.HideText(d.Address.District),
				State: c.HideText(d.Address.State),
				PIN:   c.HideText(d.Address.PIN), Country: c.HideText(d.Address.Country),
			},
			Photo:  c.Photo("aadhaar.photo", d.Photo),
			Mobile: c.HideText(d.Phone),
			Email:  c.HideText(d.Email),
		},
		Number: c.Aadhaar("aadhaar.maskedNumber", d.MaskedNumber),
		// zero for the form in bare digits, which says no zone (SE-D10)
		GeneratedAt: c.Time("aadhaar.generatedAt", d.GeneratedAt, zone),
		Verified:    toVerified(d.Verified, body),
		Raw:         c.Raw(),
	}
	if link := c.Link("aadhaar.xml.fileUrl", d.XML.FileURL); !link.IsZero() {
		record.File = &kyc.File{
			Link: link, ExpiresAt: c.Time("aadhaar.xml.validUntil", d.XML.ValidUntil, zone), Format: "xml",
			ShareCode: c.HideText(d.XML.ShareCode),
		}
	}
	record.Unread = c.Unread()
	return record, nil
}

// toVerified tells "nothing was checked" from nothing said, which v alone does
// not: where all of it is false, the body is read once more.
func toVerified(v setuapi.Verified, body []byte) *kyc.Verified {
	verified := &kyc.Verified{Email: v.Email, Mobile: v.Phone, Signature: v.Signature}
	if *verified != (kyc.Verified{}) {
		return verified
	}
	var said struct {
		Aadhaar struct{ Verified map[string]*bool }
	}
	_ = json.Unmarshal(body, &said) // what v was read from: only a member that is none of v's can be at fault
	for _, checked := range said.Aadhaar.Verified {
		if checked != nil {
			return verified
		}
	}
	return nil
}

// toCatalogue gives each entry those unread members of the answer that are its own. An
// entry that could not be read as a whole is not there. Its error is ctx's.
func toCatalogue(
	ctx context.Context, c *call.Call, documents []setuapi.AvailableDocument,
) ([]kyc.CatalogueEntry, error) {
	entries := make([]kyc.CatalogueEntry, 0, len(documents))
	places, unread := c.Places("documents", len(documents)), c.UnreadIn("documents")
	for i, d := range documents {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		entry := kyc.CatalogueEntry{
			Type: d.DocType, IssuerID: d.OrgID, Issuer: d.OrgName, Description: d.Description,
			Formats: d.AvailableFormats,
			Unread:  unread[places[i]],
		}
		for _, p := range d.Parameters {
			parameter := kyc.CatalogueParameter{Name: p.Name, Description: p.Description}
			entry.Parameters = append(entry.Parameters, parameter)
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// toParameters sorts by name, so that equal requests are equal on the wire. It is
// not complete if a name or a value is empty.
func toParameters(values map[string]kyc.Private) (_ *[]setuapi.DocumentParameter, complete bool) {
	if len(values) == 0 {
		return nil, true
	}
	parameters := make([]setuapi.DocumentParameter, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value := values[name]
		if name == "" || value.IsZero() {
			return nil, false
		}
		parameters = append(parameters, setuapi.DocumentParameter{Name: name, Value: value.Reveal()})
	}
	return &parameters, true
}

// toReturn reads success without regard to case, which differs by the age of the
// page; the braces around it there are a placeholder's (SE-D14). Another word than
// true or false tells nothing.
func toReturn(ref kyc.Ref, query url.Values) kyc.Return {
	r := kyc.Return{Ref: ref}
	switch strings.ToLower(query.Get("success")) {
	case "true":
		r.State = kyc.Granted
		if query.Has("scope") {
			r.Granted = toGranted(query.Get("scope"))
		}
	case "false":
		r.State, r.Message = kyc.Denied, kyc.Hide(query.Get("errMessage"))
		code := query.Get("errCode") // anyone can write the address
		known := strings.ToLower(code)
		if kinds[known] != "" || slices.Contains(oauth, known) || kyc.IsTraceID(code) {
			r.Code = code
		}
	}
	return r
}

// oauth are the codes with which OAuth sends a user back (RFC 6749, 4.1.2.1).
var oauth = []string{
	"access_denied", "invalid_request", "invalid_scope", "server_error", "temporarily_unavailable",
	"unauthorized_client", "unsupported_response_type",
}

// toGranted splits a scope, which joins codes by "+"; that has become a blank
// where it was not written as %2B. It is empty, not nil, if the user shared
// nothing (SE-D15).
func toGranted(scope string) []kyc.Document {
	granted := []kyc.Document{}
	for _, code := range strings.FieldsFunc(scope, func(r rune) bool { return r == '+' || r == ' ' }) {
		granted = append(granted, toDocument(code))
	}
	return granted
}
