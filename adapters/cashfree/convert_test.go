package cashfree_test

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("A status", func() {
	read := func(ctx SpecContext, answer string) *kyc.Consent {
		GinkgoHelper()
		consent, err := answering(200, answer).adapter().Status(ctx, "ABC00123")
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(kyc.Ref("ABC00123")))
		Expect(string(consent.Raw.Bytes())).To(Equal(answer))
		return consent
	}

	DescribeTable("is a state", func(ctx SpecContext, word string, state kyc.State) {
		Expect(read(ctx, `{"status":"`+word+`"}`).State).To(Equal(state))
	},
		Entry("pending", "PENDING", kyc.Pending), Entry("granted", "AUTHENTICATED", kyc.Granted),
		Entry("expired", "EXPIRED", kyc.Expired, Label("CF-D14")), Entry("denied", "CONSENT_DENIED", kyc.Denied),
		Entry("pending, of the oldest page", "Pending", kyc.Pending, Label("CF-D13")),
		Entry("granted, of the oldest page", "Authenticated", kyc.Granted, Label("CF-D13")),
		Entry("expired, of the oldest page", "Expired", kyc.Expired, Label("CF-D13")),
		Entry("denied, in lower case", "consent_denied", kyc.Denied, Label("CF-D13")),
		Entry("that nobody documented", "HALF_DONE", kyc.State("HALF_DONE"), Label("CF-D13")),
	)

	DescribeTable("is needed, and is", func(ctx SpecContext, answer string) {
		_, err := answering(200, answer).adapter().Status(ctx, "ABC00123")
		refused(err, kyc.ErrUnexpected, "status", "John Doe")
	},
		Entry("absent", `{"user_details":{"name":"John Doe"}}`), Entry("null", `{"status":null}`), Entry("empty", `{"status":""}`),
	)

	It("tells of the user what it knows", Label("CF-D19"), func(ctx SpecContext) {
		consent := read(ctx, `{"user_details":{"name":"John Doe","dob":"02-02-1995","gender":"M","eaadhaar":"Y","mobile":"9999999999"},"status":"AUTHENTICATED","document_requested":["AADHAAR","PAN","DRIVING_LICENSE"],"document_consent":["AADHAAR","PAN"],"document_consent_validity":"2025-09-30T07:10:00Z","verification_id":"ABC00123","reference_id":12345}`)
		Expect(consent.User.Name.Reveal()).To(Equal("John Doe"))
		Expect(consent.User.Birth.ISO()).To(Equal("1995-02-02"))
		Expect(consent.User.Gender.Code()).To(Equal(kyc.Male))
		Expect(consent.User.Mobile.Reveal()).To(Equal("9999999999"))
		Expect(*consent.EAadhaar).To(BeTrue())
		Expect(consent.Requested).To(Equal([]kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}))
		Expect(consent.Granted).To(Equal([]kyc.Document{kyc.Aadhaar, kyc.PAN}))
		Expect(consent.ValidUntil).To(Equal(time.Date(2025, 9, 30, 7, 10, 0, 0, time.UTC)))
		Expect(consent.TraceID).To(Equal("12345"))
		Expect(consent.URL.IsZero()).To(BeTrue())
		suite.Silent(consent, "John Doe", "02-02-1995", "1995-02-02", "9999999999")
	})

	DescribeTable("tells of no user", func(ctx SpecContext, details string) {
		consent := read(ctx, `{"status":"PENDING","user_details":`+details+`}`)
		Expect(consent.User).To(BeNil())
		Expect(consent.EAadhaar).To(BeNil())
	},
		Entry("in an empty object", `{}`), Entry("in null", `null`),
		Entry("in nulls", `{"name":null,"dob":null,"gender":null,"eaadhaar":null,"mobile":null}`),
		Entry("in empty strings", `{"name":"","dob":" ","gender":"","eaadhaar":"","mobile":""}`),
	)

	DescribeTable("says whether there is an e-Aadhaar", func(ctx SpecContext, word string, want any) {
		Expect(read(ctx, `{"status":"PENDING","user_details":{"eaadhaar":"`+word+`"}}`).EAadhaar).To(want.(OmegaMatcher))
	},
		Entry("yes", "Y", HaveValue(BeTrue())), Entry("yes, in lower case", "y", HaveValue(BeTrue())),
		Entry("no", "N", HaveValue(BeFalse())), Entry("nothing", "maybe", BeNil()),
	)

	DescribeTable("tells of no consent", Label("CF-D11"), func(ctx SpecContext, member string) {
		Expect(read(ctx, `{"status":"AUTHENTICATED"`+member+`}`).Granted).To(BeNil())
	},
		Entry("null", `,"document_consent":null`), Entry("an empty array", `,"document_consent":[]`), Entry("nothing", ``),
	)

	It("reads a document that is no list", func(ctx SpecContext) {
		Expect(read(ctx,
			`{"status":"AUTHENTICATED","document_consent":"PAN"}`).Granted).To(Equal([]kyc.Document{kyc.PAN}))
	})

	It("tells a date of birth that is none", func(ctx SpecContext) {
		consent := read(ctx, `{"status":"AUTHENTICATED","user_details":{"name":"Quill Marble","dob":"31-02-1995"}}`)
		Expect(consent.User.Name.Reveal()).To(Equal("Quill Marble"))
		Expect(consent.Unread).To(Equal([]string{"user_details.dob"}))
	})

	It("reads documents in any case, and keeps one that nobody documented", func(ctx SpecContext) {
		Expect(read(ctx, `{"status":"AUTHENTICATED","document_consent":["Pan","Driving_License","VOTER_ID"]}`).Granted).To(Equal([]kyc.Document{kyc.PAN, kyc.DrivingLicence, "VOTER_ID"}))
	})

	DescribeTable("has no end of consent", func(ctx SpecContext, validity string) {
		Expect(read(ctx, `{"status":"AUTHENTICATED","document_consent_validity":`+validity+`}`).ValidUntil).To(BeZero())
	},
		Entry("in null", `null`), Entry("in an empty string", `""`), Entry("in what cannot be read", `"tomorrow"`),
	)

	It("may have its reference as text", func(ctx SpecContext) {
		Expect(read(ctx, `{"status":"PENDING","reference_id":"10"}`).TraceID).To(Equal("10"))
	})

	It("of another type is undocumented", func(ctx SpecContext) {
		_, err := answering(200, `{"status":["Zzyzx","PENDING"]}`).adapter().Status(ctx, "ABC00123")
		refused(err, kyc.ErrUnexpected, "status", "Zzyzx")
	})
})

const (
	placeholder = `"<xml file link with 48hrs expiry>"`
	jpeg        = "/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAgGBgcGBQgHB"
	aadhaar     = `{"reference_id":408,"verification_id":"test001","status":"SUCCESS","uid":"xxxxxxxx5647","care_of":"S/O: Sample Guardian","dob":"02-02-1995","gender":"M","name":"Sample Person","photo_link":"` + jpeg + `","split_address":{"country":"India","dist":"Haveri","house":"1 Sample House","landmark":"","pincode":"581115","po":"Ranebennur","state":"Karnataka","street":"Sample Street","subdist":"Ranibennur","vtc":"Sampleville"},"xml_file":` + placeholder + `}`
	notLinked   = `{"reference_id":408,"verification_id":"test001","status":"AADHAAR_NOT_LINKED","care_of":null,"dob":null,"gender":null,"name":null,"photo_link":null,"split_address":{"country":null,"dist":null,"house":null,"landmark":null,"pincode":null,"po":null,"state":null,"street":null,"subdist":null,"vtc":null},"uid":null}`
	pan         = `{"reference_id":408,"verification_id":"test001","status":"SUCCESS","pan":"ABCPV1234D","type":"Individual","dob":"02-02-1995","name_pan_card":"JOHN SNOW","gender":"Male","xml_file":` + placeholder + `}`
	categories  = `[{"class_of_vehicle":"MCWG","description":"Motor Cycle with Gear(Non Transport)","issue_date":"03-11-2022"}]`
	licence     = `{"reference_id":408,"verification_id":"test001","status":"SUCCESS","dl_number":"KA51201900089895","issued_at":"RTO,RAIPUR RTO","categories":` + categories + `,"issue_date":"03-11-2022","expiry_date":"16-09-2039","name":"JOHN DOE","dob":"02-02-1994","care_of":"JOHN SNOW","present_address":"FLAT NO D-901 SUN,BELLANDUR","permanent_address":"1 Sample House","gender":"Male","photo_link":"` + jpeg + `","xml_file":` + placeholder + `}`
)

var _ = Describe("A document", func() {
	fetch := func(ctx SpecContext, doc kyc.Document, answer string) (*kyc.Record, error) {
		GinkgoHelper()
		return answering(200, answer).adapter().Fetch(ctx, "test001", doc)
	}
	read := func(ctx SpecContext, doc kyc.Document, answer string) *kyc.Record {
		GinkgoHelper()
		record, err := fetch(ctx, doc, answer)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Document).To(Equal(doc))
		Expect(string(record.Raw.Bytes())).To(Equal(answer))
		return record
	}
	revealed := func(values ...kyc.Private) string {
		var all []string
		for _, v := range values {
			all = append(all, v.Reveal())
		}
		return strings.Join(all, "|")
	}

	It("is an Aadhaar", func(ctx SpecContext) {
		r := read(ctx, kyc.Aadhaar, aadhaar)
		Expect(r.Number.Reveal()).To(Equal("XXXXXXXX5647"))
		Expect(revealed(r.Person.Name, r.Person.CareOf)).To(Equal("Sample Person|S/O: Sample Guardian"))
		Expect(r.Person.Birth.ISO()).To(Equal("1995-02-02"))
		Expect(r.Person.Gender.Code()).To(Equal(kyc.Male))
		Expect(r.Person.Photo.Type()).To(Equal("image/jpeg"))
		a := r.Person.Address
		Expect(revealed(a.House, a.Street, a.City, a.PostOffice, a.SubDistrict, a.District, a.State, a.PIN, a.Country)).To(
			Equal("1 Sample House|Sample Street|Sampleville|Ranebennur|Ranibennur|Haveri|Karnataka|581115|India"))
		Expect(a.Landmark.IsZero()).To(BeTrue())
		Expect(a.Line.IsZero()).To(BeTrue())
		Expect(r.Licence).To(BeNil())
		suite.Silent(r, "Sample", "Haveri", "02-02-1995")
	})

	It("is a PAN", Label("CF-D19", "CF-D39"), func(ctx SpecContext) {
		r := read(ctx, kyc.PAN, pan)
		Expect(r.Number.Reveal()).To(Equal("ABCPV1234D"))
		Expect(revealed(r.Person.Name, r.HolderType)).To(Equal("JOHN SNOW|Individual"))
		Expect(r.Person.Birth.ISO()).To(Equal("1995-02-02"))
		Expect(r.Person.Gender.Code()).To(Equal(kyc.Male))
		suite.Silent(r, "ABCPV1234D", "JOHN SNOW")
	})

	It("is a licence", Label("CF-D20"), func(ctx SpecContext) {
		r := read(ctx, kyc.DrivingLicence, licence)
		Expect(r.Number.Reveal()).To(Equal("KA51201900089895"))
		Expect(revealed(r.Person.Name, r.Person.CareOf, r.Person.Address.Line, r.Person.Permanent.Line, r.Licence.IssuedBy)).To(
			Equal("JOHN DOE|JOHN SNOW|FLAT NO D-901 SUN,BELLANDUR|1 Sample House|RTO,RAIPUR RTO"))
		Expect(r.Person.Birth.ISO()).To(Equal("1994-02-02"))
		Expect(r.Person.Gender.Code()).To(Equal(kyc.Male))
		Expect(r.Person.Photo.Type()).To(Equal("image/jpeg"))
		Expect(r.IssuedOn.ISO()).To(Equal("2022-11-03"))
		Expect(r.Licence.ExpiresOn.ISO()).To(Equal("2039-09-16"))
		suite.Silent(r, "KA51201900089895", "JOHN", "BELLANDUR")
	})

	DescribeTable("has the categories of a licence", Label("CF-D9"), func(ctx SpecContext, value string, n int) {
		got := read(ctx, kyc.DrivingLicence, strings.Replace(licence, categories, value, 1)).Licence.Categories
		Expect(got).To(HaveLen(n))
		if n > 0 {
			Expect(revealed(got[0].Class, got[0].Description)).To(Equal("MCWG|Motor Cycle with Gear(Non Transport)"))
			Expect(got[0].IssuedOn.ISO()).To(Equal("2022-11-03"))
		} else {
			Expect(got).To(BeNil())
		}
	},
		Entry("in an array, as the example", categories, 1),
		Entry("in an object, as the schema", `{"categories":`+categories+`}`, 1),
		Entry("two of them", `[`+categories[1:len(categories)-1]+`,{"class_of_vehicle":"LMV"}]`, 2),
		Entry("null", `null`, 0), Entry("an empty array", `[]`, 0), Entry("null in an object", `{"categories":null}`, 0),
		Entry("neither", `"MCWG"`, 0), Entry("one alone", categories[1:len(categories)-1], 1),
	)

	DescribeTable("has a year of birth if it has no day", func(ctx SpecContext, members, iso string) {
		Expect(read(ctx, kyc.Aadhaar, `{"status":"SUCCESS","uid":"xxxxxxxx5647",`+members+`}`).Person.Birth.ISO()).To(Equal(iso))
	},
		Entry("a day", `"dob":"02-02-1995","year_of_birth":1995`, "1995-02-02"),
		Entry("a year", `"dob":null,"year_of_birth":1995`, "1995"),
		Entry("a year as text", `"year_of_birth":"1995"`, "1995"),
		Entry("neither", `"dob":"","year_of_birth":null`, ""),
		Entry("a day that is none", `"dob":"31-02-1995"`, ""),
	)

	It("keeps a gender that nobody documented", func(ctx SpecContext) {
		gender := read(ctx, kyc.PAN, strings.Replace(pan, `"Male"`, `"Undisclosed"`, 1)).Person.Gender
		Expect(gender.Code()).To(BeEmpty())
		Expect(gender.Raw()).To(Equal("Undisclosed"))
	})

	It("may have a link for a photo", Label("CF-D21"), func(ctx SpecContext) {
		photo := read(ctx, kyc.Aadhaar, strings.Replace(aadhaar, jpeg, "https://photos.invalid/1", 1)).Person.Photo
		Expect(photo.Link()).To(Equal("https://photos.invalid/1"))
	})

	DescribeTable("has a file for 48 hours", func(ctx SpecContext, doc kyc.Document, answer string) {
		r := read(ctx, doc, strings.Replace(answer, placeholder, `"https://files.invalid/a?key=Zzyzx"`, 1))
		Expect(r.File.Link.Reveal()).To(Equal("https://files.invalid/a?key=Zzyzx"))
		Expect(r.File.ExpiresAt).To(Equal(noon.Add(48 * time.Hour)))
		Expect(r.File.Format).To(Equal("zip"))
		suite.Silent(r, "Zzyzx")

		for _, none := range []string{placeholder, `null`, `""`, `"files.invalid/a"`} {
			Expect(read(ctx, doc, strings.Replace(answer, placeholder, none, 1)).File).To(BeNil(), none)
		}
	},
		Entry("Aadhaar", kyc.Aadhaar, aadhaar), Entry("PAN", kyc.PAN, pan), Entry("licence", kyc.DrivingLicence, licence),
	)

	It("is not there although the reply is a success", Label("CF-D10"), func(ctx SpecContext) {
		for _, answer := range []string{notLinked, strings.ToLower(notLinked)} {
			_, err := fetch(ctx, kyc.Aadhaar, answer)
			refused(err, kyc.ErrNoDocument, "")
			Expect(kyc.Final(err)).To(BeTrue())
		}
	})

	DescribeTable("is undocumented", Label("CF-D8"), func(ctx SpecContext, doc kyc.Document, answer, member string) {
		_, err := fetch(ctx, doc, answer)
		refused(err, kyc.ErrUnexpected, member, "Sample Person", "ABCPV1234D")
	},
		Entry("with a status that nobody documented", kyc.PAN, strings.Replace(pan, "SUCCESS", "PAN_LOCKED", 1), ""),
		Entry("without a status", kyc.Aadhaar, `{"uid":"xxxxxxxx5647"}`, "status"),
		Entry("with a null status", kyc.Aadhaar, `{"status":null,"uid":"xxxxxxxx5647"}`, "status"),
		Entry("that is null", kyc.Aadhaar, `null`, "status"),
		Entry("an Aadhaar without its number", kyc.Aadhaar, `{"status":"SUCCESS","name":"Sample Person","uid":null}`, "uid"),
		Entry("a PAN for an Aadhaar", kyc.Aadhaar, pan, "uid"),
		Entry("an Aadhaar for a PAN", kyc.PAN, aadhaar, "pan"),
		Entry("a PAN for a licence", kyc.DrivingLicence, pan, "dl_number"),
		Entry("that is a list of two", kyc.PAN, `[{"status":"SUCCESS"},{"pan":"ABCPV1234D"}]`, ""),
	)

	It("keeps the rest where a member cannot be read, and tells which", Label("CF-D8"), func(ctx SpecContext) {
		answer := strings.NewReplacer(`"pincode":"581115"`, `"pincode":581115`, `"Haveri"`, `["Haveri"]`, `"02-02-1995"`, `{"a":1}`).Replace(aadhaar)
		r := read(ctx, kyc.Aadhaar, answer)
		Expect(r.Person.Name.Reveal()).To(Equal("Sample Person"))
		Expect(r.Number.Reveal()).To(Equal("XXXXXXXX5647"))
		Expect(r.Person.Address.PIN.Reveal()).To(Equal("581115"))
		Expect(r.Person.Address.State.Reveal()).To(Equal("Karnataka"))
		Expect(r.Person.Address.District.IsZero() && r.Person.Birth.IsZero()).To(BeTrue())
		Expect(r.Unread).To(Equal([]string{"dob", "photo_link", "split_address.dist", "xml_file"}),
			"the sample's photo is cut off, and its file a placeholder")
		suite.Silent(r, "Sample Person", "581115", "Karnataka")
	})

	DescribeTable("keeps the rest where what is needed alone is odd, and tells it:",
		func(ctx SpecContext, doc kyc.Document, member, value string) {
			number := map[kyc.Document]string{kyc.Aadhaar: `"uid":"xxxxxxxx5647"`, kyc.PAN: `"pan":"ABCPV1234D"`,
				kyc.DrivingLicence: `"dl_number":"KA51201900089895"`}[doc]
			answer := `{"status":"SUCCESS",` + number + `,"name":"Sample Person","name_pan_card":"Sample Person","` +
				member + `":` + value + `}`
			if strings.Contains(number, `"`+member+`"`) {
				answer = strings.Replace(answer, number+",", "", 1)
			}
			r := read(ctx, doc, answer)
			Expect(r.Person.Name.Reveal()).To(Equal("Sample Person"))
			Expect(r.Unread).To(Equal([]string{member}))
		},
		Entry("a number that is a word", kyc.Aadhaar, "uid", `"none"`),
		Entry("a number that is masked whole", kyc.Aadhaar, "uid", `"XXXXXXXXXXXX"`),
		Entry("a number that is an object", kyc.Aadhaar, "uid", `{"no":"xxxxxxxx5647"}`),
		Entry("a PAN that is a list", kyc.PAN, "pan", `["ABCPV1234D","x"]`),
		Entry("a licence's number that is a truth value", kyc.DrivingLicence, "dl_number", `true`),
		Entry("a date of birth", kyc.Aadhaar, "dob", `"31-02-1995"`),
		Entry("a year of birth", kyc.Aadhaar, "year_of_birth", `12`),
		Entry("a photo", kyc.Aadhaar, "photo_link", `"no photo"`),
		Entry("a PAN's date of birth", kyc.PAN, "dob", `"soon"`),
		Entry("a licence's date of birth", kyc.DrivingLicence, "dob", `"31-02-1995"`),
		Entry("a licence's photo", kyc.DrivingLicence, "photo_link", `"no photo"`),
		Entry("a licence's date of issue", kyc.DrivingLicence, "issue_date", `"today"`),
		Entry("its end", kyc.DrivingLicence, "expiry_date", `"never"`),
	)

	It("tells the date of a category at its place", func(ctx SpecContext) {
		r := read(ctx, kyc.DrivingLicence, strings.Replace(licence, categories,
			`[7,{"class_of_vehicle":"MCWG","issue_date":"soon"}]`, 1))
		Expect(r.Licence.Categories).To(HaveLen(1))
		Expect(r.Unread).To(ContainElements("categories.0", "categories.1.issue_date"))
	})

	DescribeTable("refuses by its status, whatever else", Label("CF-D10"), func(ctx SpecContext, answer string) {
		_, err := fetch(ctx, kyc.Aadhaar, answer)
		refused(err, kyc.ErrNoDocument, "", "Caf")
	},
		Entry("in a list", `[`+notLinked+`]`),
		Entry("in a list itself", strings.Replace(notLinked, `"AADHAAR_NOT_LINKED"`, `["aadhaar_not_linked"]`, 1)),
		Entry("with a message that is no UTF-8", strings.Replace(notLinked, `"uid":null`,
			"\"uid\":null,\"message\":\"Caf\xe9\"", 1)),
		Entry("with another text that is none", strings.Replace(notLinked, `"care_of":null`,
			"\"care_of\":\"Caf\xe9\"", 1)),
	)

	It("names the text that is no UTF-8, and needs no message", Label("CF-D8"), func(ctx SpecContext) {
		garbled := strings.Replace(aadhaar, `"Sample Person"`, "\"Ren\xe9\"", 1)
		message := strings.Replace(aadhaar, `{"reference_id"`, "{\"message\":\"Caf\xe9\",\"reference_id\"", 1)
		_, err := fetch(ctx, kyc.Aadhaar, garbled)
		refused(err, kyc.ErrUnexpected, "name", "Ren")
		_, err = fetch(ctx, kyc.Aadhaar, strings.Replace(message, `"Sample Person"`, "\"Ren\xe9\"", 1))
		refused(err, kyc.ErrUnexpected, "name", "Ren", "Caf")
		Expect(read(ctx, kyc.Aadhaar, message).Person.Name.Reveal()).To(Equal("Sample Person"))
	})

	It("reads the documented spelling of a member", func(ctx SpecContext) {
		for _, order := range []string{`"name":"Quill Marble","Name":"Ash Pebble"`,
			`"Name":"Ash Pebble","name":"Quill Marble"`} {
			r := read(ctx, kyc.Aadhaar, `{"status":"SUCCESS","uid":"xxxxxxxx5647",`+order+`}`)
			Expect(r.Person.Name.Reveal()).To(Equal("Quill Marble"))
			Expect(r.Unread).To(Equal([]string{"Name"}))
		}
	})

	DescribeTable("keeps the rest without an address that is none:", Label("CF-D8"), func(ctx SpecContext, address string, lost ...string) {
		r := read(ctx, kyc.Aadhaar, `{"status":"SUCCESS","uid":560000125647,"name":"Sample Person","split_address":`+address+`}`)
		Expect(r.Person.Name.Reveal()).To(Equal("Sample Person"))
		Expect(r.Number.Reveal()).To(Equal("XXXXXXXX5647"))
		Expect(r.Unread).To(HaveExactElements(lost))
	},
		Entry("an empty list", `[]`, "split_address"), Entry("an empty text", `""`, "split_address"), Entry("false", `false`, "split_address"),
		Entry("null, which is none", `null`), Entry("a list of one, which is one", `[{"state":"Karnataka"}]`),
	)

	It("keeps the rest where a licence's categories cannot be read", Label("CF-D9"), func(ctx SpecContext) {
		r := read(ctx, kyc.DrivingLicence, `{"status":"SUCCESS","dl_number":"KA51201900089895","name":["Sample Person"],"categories":[{"class_of_vehicle":7,"description":[]},"MCWG"]}`)
		Expect(r.Licence.Categories).To(HaveLen(1))
		Expect(r.Licence.Categories[0].Class.Reveal()).To(Equal("7"))
		Expect(r.Unread).To(Equal([]string{"categories.0.description", "categories.1", "name"}))
		Expect(read(ctx, kyc.DrivingLicence, `{"status":"SUCCESS","dl_number":"KA1","categories":"MCWG"}`).Unread).To(Equal([]string{"categories"}))
	})

	DescribeTable("reads nulls and empty strings as nothing", func(ctx SpecContext, doc kyc.Document, number string) {
		for _, nothing := range []string{`null`, `""`} {
			members := ""
			for _, name := range strings.Fields("name dob gender care_of photo_link xml_file type name_pan_card issued_at issue_date expiry_date present_address permanent_address") {
				members += fmt.Sprintf(`,%q:%s`, name, nothing)
			}
			r := read(ctx, doc, `{"status":"SUCCESS"`+number+members+`}`)
			Expect(r.Person.Name.IsZero() && r.Person.Birth.IsZero() && r.Person.Gender.IsZero() && r.Person.CareOf.IsZero() &&
				r.Person.Photo.IsZero() && r.Person.Address.IsZero() && r.Person.Permanent.IsZero() && r.IssuedOn.IsZero() && r.HolderType.IsZero()).To(BeTrue())
			Expect(r.File).To(BeNil())
		}
	},
		Entry("Aadhaar", kyc.Aadhaar, `,"uid":"xxxxxxxx5647","split_address":null`), Entry("PAN", kyc.PAN, `,"pan":"ABCPV1234D"`),
		Entry("licence", kyc.DrivingLicence, `,"dl_number":"KA51201900089895"`),
	)
})
