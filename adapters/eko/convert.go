package eko

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/ekoapi"
)

// A journey has two ids at Eko: getStatus asks for reference_id, getDocument for
// both (EK-D2). The former is a number, kept as text to lose no digit (EK-D3).
type journey struct {
	reference    string
	verification string // "" if Eko has not told it
}

// ref packs the ids: reference_id and, behind a full stop, verification_id if it
// is known. The first full stop divides, as a number has none.
func (j journey) ref() kyc.Ref {
	if j.verification == "" {
		return kyc.Ref(j.reference)
	}
	return kyc.Ref(j.reference + "." + j.verification)
}

// parseRef undoes ref, and refuses what ref does not make.
func parseRef(ref kyc.Ref) (journey, bool) {
	if !refs.MatchString(string(ref)) {
		return journey{}, false
	}
	reference, verification, _ := strings.Cut(string(ref), ".")
	return journey{reference, verification}, true
}

// refs match a positive number and an id in the characters that Cashfree, behind
// Eko, has in a verification_id: none of them means something in a URL.
var refs = regexp.MustCompile(`^[1-9][0-9]{0,77}(\.[A-Za-z0-9._-]{1,128})?$`)

// beside is the data of a success and the path of its members, or, where there is no data,
// what stands beside the envelope's members, as integrators have met it (EK-D41); nil if
// nothing does.
func beside[T any](c *call.Call, data *T) (_ *T, in string) {
	if data != nil || slices.Contains(c.Unread(), "data") {
		return data, "data."
	}
	flat, err := call.Decode[T](c, "", c.Body())
	if err != nil || reflect.ValueOf(flat).IsZero() {
		return nil, ""
	}
	return &flat, ""
}

// toConsent reads getStatus' success. Before consent, user_details is empty
// (EK-D15), and what document_consent says is not yet the user's word.
func toConsent(c *call.Call, ref kyc.Ref, s *ekoapi.VerificationStatus, in string) *kyc.Consent {
	consent := &kyc.Consent{Ref: ref, State: kyc.Pending, Raw: c.Raw()}
	for _, word := range call.List(s.DocumentRequested) {
		consent.Requested = append(consent.Requested, toDocument(string(word)))
	}
	if u := s.UserDetails; u != nil {
		consent.EAadhaar = call.YesNo(u.Eaadhaar, "Available") // EK-D21
		user := kyc.Person{
			Name: c.Hide(u.Name), Birth: c.Date(in+"user_details.dob", call.Text(u.DOB)),
			Gender: call.Gender(u.Gender), Mobile: c.Hide(u.Mobile),
		}
		if !user.IsZero() {
			consent.User = &user
		}
	}
	if consent.User != nil {
		consent.State = kyc.Granted
		consent.Granted = toGranted(c, in+"document_consent", s.DocumentConsent, consent.Requested)
	}
	consent.Unread = c.Unread()
	return consent
}

// toGranted reads document_consent, which is that member: objects with a document and Y, a Y for each
// document requested, or the names of the documents (EK-D8); one of them may stand
// alone. It is nil if that cannot be read, or if nobody can say which document a Y is for.
func toGranted(c *call.Call, member string, raw json.RawMessage, requested []kyc.Document) []kyc.Document {
	var said []json.RawMessage
	if len(raw) > 0 && raw[0] == '{' {
		said = []json.RawMessage{raw}
	} else if err := json.Unmarshal(raw, &said); err != nil || said == nil {
		if len(raw) > 0 && err != nil {
			c.Lose(member)
		}
		return nil
	}
	granted := []kyc.Document{}
	for i, element := range said {
		var word string
		var of ekoapi.DocumentConsent
		switch {
		case json.Unmarshal(element, &of) == nil && of.DocumentType != nil:
			said := call.YesNo(of.Consent, "Yes", "true")
			switch {
			case said == nil:
				c.Lose(member)
				return nil
			case *said:
				granted = append(granted, toDocument(string(*of.DocumentType)))
			}
		case json.Unmarshal(element, &word) != nil || word == "":
			c.Lose(member)
			return nil
		case !strings.EqualFold(word, "Y") && !strings.EqualFold(word, "N"):
			granted = append(granted, toDocument(word))
		case len(said) != len(requested):
			return nil
		case strings.EqualFold(word, "Y"):
			granted = append(granted, requested[i])
		}
	}
	return granted
}

// toDocument keeps a word that nobody documented as it came.
func toDocument(word string) kyc.Document {
	if strings.EqualFold(word, string(ekoapi.DocumentTypeAadhaar)) {
		return kyc.Aadhaar
	}
	return kyc.Document(word)
}

// toRecord reads getDocument's success in either form (EK-D22).
// A status that refuses decides. In is the path of d's members.
func toRecord(c *call.Call, j journey, d *ekoapi.Documents, in string) (*kyc.Record, error) {
	state, documents := call.Text(d.VerificationStatus), call.List(d.Documents)
	kind := kinds[refusal{op: getDocument, code: strings.ToUpper(state)}]
	i := slices.IndexFunc(documents, func(d ekoapi.Document) bool {
		return call.Text(d.DocumentType) == "" || toDocument(string(*d.DocumentType)) == kyc.Aadhaar
	})
	told := d.ReferenceID != nil || slices.Contains(c.Unread(), in+"reference_id")
	r := &kyc.Record{Document: kyc.Aadhaar, Raw: c.Raw()}
	switch {
	case kind != "":
		return nil, c.Refused(kind, state, "")
	case j.verification != "" && told && call.Integer(d.ReferenceID) != j.reference:
		return nil, c.Missing(in + "reference_id") // the two ids sent were not of one journey
	case i >= 0:
		place := c.Places(in+"documents", len(documents))[i]
		nested(c, r, &documents[i], fmt.Sprintf("%sdocuments.%d.", in, place))
	default:
		flat(c, r, d, in)
	}
	r.Unread = c.Unread()
	switch {
	case !r.Person.Name.IsZero():
		return r, nil
	case i >= 0:
		return nil, c.Missing(in + "documents.name")
	case state != "" && !strings.EqualFold(state, string(ekoapi.DocumentsStateSuccess)):
		return nil, c.Refused("", state, "")
	default:
		return nil, c.Missing(in + "documents")
	}
}

func nested(c *call.Call, r *kyc.Record, d *ekoapi.Document, in string) {
	r.Number = c.Aadhaar(in+"masked_aadhaar", call.Text(d.MaskedAadhaar))
	r.IssuedOn = c.Date(in+"issue_date", call.Text(d.IssueDate))
	r.Person = kyc.Person{
		Name: c.Hide(d.Name), Birth: c.Date(in+"dob", call.Text(d.DOB)),
		Gender: call.Gender(d.Gender), Photo: c.Photo(in+"photo", call.Text(d.Photo)),
	}
	if a := d.Address; a != nil {
		r.Person.Address = kyc.Address{
			House: c.Hide(a.House), Street: c.Hide(a.Street), City: c.Hide(a.VillageOrCity),
			District: c.Hide(a.District), State: c.Hide(a.State), PIN: c.Hide(a.Pincode),
		}
	}
}

func flat(c *call.Call, r *kyc.Record, d *ekoapi.Documents, in string) {
	r.Number = c.Aadhaar(in+"uid", call.Text(d.UID)) // the sample has all twelve digits
	r.Person = kyc.Person{
		Name: c.Hide(d.Name), Birth: c.Date(in+"dob", call.Text(d.DOB)),
		Gender: call.Gender(d.Gender), Photo: c.Photo(in+"photo_link", call.Text(d.PhotoLink)),
		CareOf: c.Hide(d.CareOf),
	}
	if a := d.SplitAddress; a != nil {
		r.Person.Address = kyc.Address{
			House: c.Hide(a.House), Street: c.Hide(a.Street), Landmark: c.Hide(a.Landmark),
			City: c.Hide(a.VTC), PostOffice: c.Hide(a.PO), SubDistrict: c.Hide(a.Subdist),
			District: c.Hide(a.Dist), State: c.Hide(a.State), PIN: c.Hide(a.Pincode),
			Country: c.Hide(a.Country),
		}
	}
}
