package cashfree

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/cashfreeapi"
)

// fileLife is how long an xml_file can be downloaded. Source: its description.
const fileLife = 48 * time.Hour

// toConsent reads the status object, which is also the data of a webhook: then it stands
// in a member of that name.
func toConsent(c *call.Call, ref kyc.Ref, s cashfreeapi.VerificationStatus, in string) kyc.Consent {
	consent := kyc.Consent{
		Ref:   ref,
		State: toState(call.Text(s.Status)),
		// as in the one published value
		ValidUntil: c.Time(in+"document_consent_validity", call.Text(s.DocumentConsentValidity), time.UTC),
		Requested:  toDocuments(s.DocumentRequested),
		Granted:    toDocuments(s.DocumentConsent),
		TraceID:    call.Integer(s.ReferenceID),
	}
	if u := s.UserDetails; u != nil {
		consent.EAadhaar = call.YesNo(u.Eaadhaar)
		user := kyc.Person{
			Name: c.Hide(u.Name), Birth: c.Date(in+"user_details.dob", call.Text(u.DOB)),
			Gender: call.Gender(u.Gender), Mobile: c.Hide(u.Mobile),
		}
		if !user.IsZero() {
			consent.User = &user
		}
	}
	return consent
}

// toState compares without regard to case, which differs by the age of the page
// (CF-D13). A word that nobody documented stays as it came.
func toState(status string) kyc.State {
	switch cashfreeapi.JourneyStatus(strings.ToUpper(status)) {
	case cashfreeapi.JourneyStatusPENDING:
		return kyc.Pending
	case cashfreeapi.JourneyStatusAUTHENTICATED:
		return kyc.Granted
	case cashfreeapi.JourneyStatusEXPIRED:
		return kyc.Expired
	case cashfreeapi.JourneyStatusCONSENTDENIED:
		return kyc.Denied
	default:
		return kyc.State(status)
	}
}

// toDocuments reads null, an empty array and no array alike, as nil (CF-D11). A
// word that nobody documented stays as it came.
func toDocuments[T ~string](list *[]T) []kyc.Document {
	var docs []kyc.Document
	for _, item := range call.List(list) {
		switch cashfreeapi.DocumentType(strings.ToUpper(string(item))) {
		case cashfreeapi.DocumentTypeAadhaar:
			docs = append(docs, kyc.Aadhaar)
		case cashfreeapi.DocumentTypePAN:
			docs = append(docs, kyc.PAN)
		case cashfreeapi.DocumentTypeDrivingLicense:
			docs = append(docs, kyc.DrivingLicence)
		default:
			docs = append(docs, kyc.Document(item))
		}
	}
	return docs
}

// toRecord reads the document by the type that was asked for, since nothing in it
// tells which one it is (CF-D8). It needs a status, which must be a success, and
// the document's number, without which it is another document or none; one that cannot be
// read costs nothing but itself.
func toRecord(c *call.Call, kind cashfreeapi.DocumentType, doc *cashfreeapi.Document) (*kyc.Record, error) {
	var (
		record               kyc.Record
		status, member, link string
		err                  error
	)
	switch kind {
	case cashfreeapi.DocumentTypeAadhaar:
		var d cashfreeapi.AadhaarDocument
		d, err = decoded[cashfreeapi.AadhaarDocument](c, doc)
		record, status, member, link = fromAadhaar(c, d), call.Text(d.Status), "uid", call.Text(d.XMLFile)
	case cashfreeapi.DocumentTypePAN:
		var d cashfreeapi.PANDocument
		d, err = decoded[cashfreeapi.PANDocument](c, doc)
		record, status, member, link = fromPAN(c, d), call.Text(d.Status), "pan", call.Text(d.XMLFile)
	case cashfreeapi.DocumentTypeDrivingLicense:
		var d cashfreeapi.DrivingLicence
		d, err = decoded[cashfreeapi.DrivingLicence](c, doc)
		record, status, member, link = fromLicence(c, d), call.Text(d.Status), "dl_number", call.Text(d.XMLFile)
	}
	switch {
	case err != nil:
		return nil, c.Failed(err)
	case status == "":
		return nil, c.Missing("status")
	case !strings.EqualFold(status, "SUCCESS"):
		return nil, refusedAs(c, status)
	case record.Number.IsZero() && !slices.Contains(c.Unread(), member):
		return nil, c.Missing(member)
	}
	if link := c.Link("xml_file", link); !link.IsZero() { // the published examples have a placeholder here
		record.File = &kyc.File{Link: link, Format: "zip"}
	}
	return &record, nil
}

// decoded is the document as the one that was asked for.
func decoded[T any](c *call.Call, doc *cashfreeapi.Document) (T, error) {
	text, err := doc.MarshalJSON()
	if err != nil {
		return *new(T), err
	}
	return call.Decode[T](c, "", text)
}

func fromAadhaar(c *call.Call, d cashfreeapi.AadhaarDocument) kyc.Record {
	person := kyc.Person{
		Name: c.Hide(d.Name), Birth: c.Date("dob", call.Text(d.DOB)), Gender: call.Gender(d.Gender),
		CareOf: c.Hide(d.CareOf), Photo: c.Photo("photo_link", call.Text(d.PhotoLink)), // CF-D21
	}
	if person.Birth.IsZero() {
		person.Birth = c.Date("year_of_birth", call.Integer(d.YearOfBirth))
	}
	if s := d.SplitAddress; s != nil {
		person.Address = kyc.Address{
			House: c.Hide(s.House), Street: c.Hide(s.Street), Landmark: c.Hide(s.Landmark),
			City: c.Hide(s.VTC), PostOffice: c.Hide(s.PO), SubDistrict: c.Hide(s.Subdist),
			District: c.Hide(s.Dist), State: c.Hide(s.State), PIN: c.Hide(s.Pincode),
			Country: c.Hide(s.Country),
		}
	}
	return kyc.Record{Person: person, Number: c.Aadhaar("uid", call.Text(d.UID))}
}

func fromPAN(c *call.Call, d cashfreeapi.PANDocument) kyc.Record {
	return kyc.Record{
		Person: kyc.Person{
			Name: c.Hide(d.NamePANCard), Birth: c.Date("dob", call.Text(d.DOB)), Gender: call.Gender(d.Gender),
		},
		Number:     kyc.MaskNumber(call.Text(d.PAN)),
		HolderType: c.Hide(d.Type),
	}
}

func fromLicence(c *call.Call, d cashfreeapi.DrivingLicence) kyc.Record {
	return kyc.Record{
		Person: kyc.Person{
			Name: c.Hide(d.Name), Birth: c.Date("dob", call.Text(d.DOB)), Gender: call.Gender(d.Gender),
			CareOf: c.Hide(d.CareOf), Photo: c.Photo("photo_link", call.Text(d.PhotoLink)),
			Address:   kyc.Address{Line: c.Hide(d.PresentAddress)},
			Permanent: kyc.Address{Line: c.Hide(d.PermanentAddress)},
		},
		Number:   kyc.MaskNumber(call.Text(d.Number)),
		IssuedOn: c.Date("issue_date", call.Text(d.IssueDate)),
		Licence: &kyc.Licence{
			IssuedBy: c.Hide(d.IssuedAt), ExpiresOn: c.Date("expiry_date", call.Text(d.ExpiryDate)),
			Categories: toCategories(c, d.Categories),
		},
	}
}

// toCategories reads an array, as the example has it, an object that holds the array, as the
// schema has it (CF-D9), or one category alone. What is none of them is told.
func toCategories(c *call.Call, raw json.RawMessage) []kyc.Category {
	var object struct {
		Categories json.RawMessage `json:"categories"`
	}
	if json.Unmarshal(raw, &object) == nil && object.Categories != nil {
		raw = object.Categories
	}
	if len(raw) == 0 {
		return nil
	}
	list, err := call.Decode[[]cashfreeapi.LicenceCategory](c, "categories", raw)
	if err != nil {
		c.Lose("categories")
		return nil
	}
	var categories []kyc.Category
	places := c.Places("categories", len(list))
	for i, item := range list {
		categories = append(categories, kyc.Category{
			Class: c.Hide(item.ClassOfVehicle), Description: c.Hide(item.Description),
			IssuedOn: c.Date(fmt.Sprintf("categories.%d.issue_date", places[i]), call.Text(item.IssueDate)),
		})
	}
	return categories
}

func toAccount(c *call.Call, id string, answer cashfreeapi.Account) kyc.Account {
	account := kyc.Account{
		ID:           id,
		Reference:    call.Integer(answer.ReferenceID),
		State:        kyc.AccountState(call.Text(answer.Status)),
		DigiLockerID: c.Hide(answer.DigiLockerID),
		Mobile:       toMobile(c, answer.MobileNumber),
		Number:       c.Aadhaar("aadhaar_number", call.Text(answer.AadhaarNumber)),
	}
	switch cashfreeapi.AccountStatus(strings.ToUpper(string(account.State))) {
	case cashfreeapi.AccountStatusACCOUNTEXISTS:
		account.State = kyc.AccountExists
	case cashfreeapi.AccountStatusACCOUNTNOTFOUND:
		account.State = kyc.AccountNotFound
	}
	return account
}

// toMobile reads text or a number (CF-D1), whose digits it keeps as they came, however
// the number is spelt: 1234567899.0 has ten.
func toMobile(c *call.Call, raw json.RawMessage) kyc.Private {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return kyc.Hide(text)
	}
	var number json.Number
	if json.Unmarshal(raw, &number) != nil && len(raw) > 0 { // what is neither text nor number is no mobile number
		c.Lose("mobile_number")
	}
	if n, err := number.Float64(); strings.ContainsAny(number.String(), ".eE") && err == nil && n >= 0 && n < 1<<53 &&
		n == math.Trunc(n) {
		return kyc.Hide(strconv.FormatFloat(n, 'f', 0, 64))
	}
	return kyc.Hide(number.String())
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
