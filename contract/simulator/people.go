package simulator

import (
	"slices"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator/papers"
)

// Person is an invented user, who signs in at the consent page with Mobile or
// Aadhaar. Neither can be anybody's, as no mobile number starts with 1 and no
// Aadhaar number with 0; those of the published examples are published.
type Person struct {
	Key     string // by which tests and the page call the person
	About   string // what is special, in a few words
	Name    string
	Mobile  string
	Aadhaar string // twelve digits; "" if none is linked to the account

	// Published says that the answers about this person are those of the published
	// examples, which contradict each other: the names differ from document to
	// document.
	Published bool
	Mismatch  bool   // the names in PAN and Aadhaar differ
	Slow      bool   // the documents are being checked for Validation after consent
	Birth     string // DD-MM-YYYY, or the year
	Gender    string // M, F or T

	account bool // has one before signing up
	local   string
	pan     string
	licence string
}

// Has says whether the person's account holds that document.
func (p *Person) Has(doc kyc.Document) bool {
	switch doc {
	case kyc.Aadhaar:
		return p.Aadhaar != ""
	case kyc.PAN:
		return p.pan != ""
	case kyc.DrivingLicence:
		return p.licence != ""
	default:
		return false
	}
}

// The keys of the people.
const (
	Published        = "published"
	PublishedWithout = "published-without-aadhaar"
	Complete         = "complete"
	WithoutAadhaar   = "without-aadhaar"
	WithoutAccount   = "without-account"
	LicenceOnly      = "licence-only"
	Mismatch         = "mismatch"
	NonLatin         = "non-latin"
	YearOnly         = "year-only"
	Slow             = "slow"
)

var people = []*Person{
	{
		Key: Published, About: "answers as in the published examples", Name: "Sample Person", Mobile: "9999999999", Aadhaar: "655675523712",
		Published: true, account: true, Birth: "02-02-1995", Gender: "M", pan: "AAAPA0000A", licence: "XX0019900000000",
	},
	{
		Key: PublishedWithout, About: "the same, without an e-Aadhaar", Name: "Sample Person", Mobile: "1000000000",
		Published: true, account: true, Birth: "02-02-1995", Gender: "M", pan: "AAAPA0000A", licence: "XX0019900000000",
	},
	{
		Key: Complete, About: "has all three documents", Name: "Fake Complete", Mobile: "1000000001", Aadhaar: "000000000001",
		account: true, Birth: "17-03-1990", Gender: "F", pan: "AAAPA0001A", licence: "XX0019900000001",
	},
	{
		Key: WithoutAadhaar, About: "Aadhaar is not linked to the account", Name: "Fake Unlinked", Mobile: "1000000002",
		account: true, Birth: "18-04-1985", Gender: "T", pan: "AAAPA0002A", licence: "XX0019900000002",
	},
	{
		Key: WithoutAccount, About: "has no DigiLocker account until signing up", Name: "Fake Newcomer", Mobile: "1000000003", Aadhaar: "000000000003",
		Birth: "19-05-2000", Gender: "M",
	},
	{
		Key: LicenceOnly, About: "has a driving licence and nothing else", Name: "Fake Driver", Mobile: "1000000004",
		account: true, Birth: "20-06-1979", Gender: "M", licence: "XX0019900000004",
	},
	{
		Key: Mismatch, About: "the names in PAN and Aadhaar differ", Name: "Fake Mismatch", Mobile: "1000000005", Aadhaar: "000000000005",
		account: true, Mismatch: true, Birth: "21-07-1992", Gender: "F", pan: "AAAPA0005A", licence: "XX0019900000005",
	},
	{
		Key: NonLatin, About: "the name is in Devanagari", Name: "नकली व्यक्ति", Mobile: "1000000006", Aadhaar: "000000000006",
		account: true, local: "नकली व्यक्ति", Birth: "22-08-1988", Gender: "F", pan: "AAAPA0006A", licence: "XX0019900000006",
	},
	{
		Key: YearOnly, About: "only the year of birth is known", Name: "Fake Yearling", Mobile: "1000000007", Aadhaar: "000000000007",
		account: true, Birth: "1951", Gender: "M", pan: "AAAPA0007A",
	},
	{
		Key: Slow, About: "the documents are being checked for 30 seconds", Name: "Fake Patience", Mobile: "1000000008", Aadhaar: "000000000008",
		account: true, Slow: true, Birth: "24-10-1996", Gender: "F", pan: "AAAPA0008A", licence: "XX0019900000008",
	},
}

// People are the invented users.
func People() []Person {
	all := make([]Person, len(people))
	for i, p := range people {
		all[i] = *p
	}
	return all
}

// FindPerson finds the person with that mobile or Aadhaar number, nil if there is
// none.
func FindPerson(number string) *Person {
	i := slices.IndexFunc(people, func(p *Person) bool { return number != "" && (p.Mobile == number || p.Aadhaar == number) })
	if i < 0 {
		return nil
	}
	return people[i]
}

// Where everybody lives; nobody does.
const (
	guardian = "Fake Guardian"
	house    = "1 Nowhere"
	street   = "Test Street"
	town     = "Testtown"
	district = "Testdist"
	region   = "Teststate"
	pin      = "000000"
	country  = "India"
)

// photo is a whole JPEG file of one grey dot, which image/jpeg wrote, in base64. That of the
// published examples is cut off.
const photo = "/9j/2wCEAP////////////////////////////////////////////////////////////////////////////////////8B////" +
	"///////////////////////////////////////////////////////////////////////////////////AAAsIAAEAAQEBEQD/" +
	"xADSAAABBQEBAQEBAQAAAAAAAAAAAQIDBAUGBwgJCgsQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNC" +
	"scEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SV" +
	"lpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAAgBAQAAPwAr/9k="

// AccountID is the person's id at DigiLocker: the same for the same person, and
// visibly made up.
func (p *Person) AccountID() string { return "00000000-0000-4000-8000-00" + p.Mobile }

// EAadhaar is what the person's e-Aadhaar says.
func (p *Person) EAadhaar() papers.Aadhaar {
	return papers.Aadhaar{
		Name: p.Name, LocalName: p.local, Birth: p.Birth, Gender: p.Gender, UID: p.Aadhaar, CareOf: "C/O " + guardian,
		House: house, Street: street, City: town, PostOffice: town, SubDistrict: district, District: district,
		State: region, PIN: pin, Country: country, Photo: photo,
	}
}

// PANCard is what the person's PAN record says; of Mismatch, under another name.
func (p *Person) PANCard() papers.PAN {
	card := papers.PAN{Number: p.pan, Name: p.Name, Birth: p.Birth, Gender: p.Gender}
	if p.Mismatch {
		card.Name = "Fake Another"
	}
	return card
}

// DrivingLicence is what the person's driving licence says.
func (p *Person) DrivingLicence() papers.Licence {
	address := house + ", " + street + ", " + town + ", " + region + ", " + pin
	return papers.Licence{
		Number: p.licence, Name: p.Name, Birth: p.Birth, Gender: p.Gender, CareOf: guardian, IssuedBy: "RTO,TESTTOWN",
		IssuedOn: "01-01-2020", ExpiresOn: "31-12-2039", Present: address, Permanent: address, Photo: photo,
		Categories: []papers.Category{
			{Class: "MCWG", Description: "Motor Cycle with Gear(Non Transport)", IssuedOn: "01-01-2020"},
			{Class: "LMV", Description: "LIGHT MOTOR VEHICLE", IssuedOn: "13-01-2025"},
		},
	}
}
