package eaadhaar_test

import (
	"regexp"
	"strings"
	"time"
	"unsafe"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/kyc"
	"github.com/beevik/etree"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// parts is an address as plain text, from its one line to the country.
func parts(a kyc.Address) []string {
	var s []string
	for _, t := range []kyc.Private{
		a.Line, a.House, a.Street, a.Landmark, a.Locality, a.City,
		a.PostOffice, a.SubDistrict, a.District, a.State, a.PIN, a.Country,
	} {
		s = append(s, t.Reveal())
	}
	return s
}

// fields are those that a document has whether it was verified or not.
func fields(d *eaadhaar.Document) []any {
	return []any{d.Kind, d.Person, d.Number, d.Aadhaar, d.Certificate, d.PAN, d.Licence, d.Organization}
}

func unverified(xml string) *eaadhaar.Document {
	GinkgoHelper()
	doc, err := eaadhaar.ReadUnverified([]byte(xml))
	Expect(err).NotTo(HaveOccurred())
	return doc
}

var _ = Describe("The fields of", func() {
	It("an e-Aadhaar", func() {
		doc := verified(legacy("signer").Verify(java("eaadhaar-sha1"), fetched))
		p := doc.Person
		Expect(p.Name.Reveal()).To(Equal("Fake Person"))
		Expect(p.Birth.ISO()).To(Equal("1990-01-01"))
		Expect(p.Birth.Raw()).To(Equal("01-01-1990"))
		Expect(p.Gender.Code()).To(Equal(kyc.Male))
		Expect(p.Gender.Raw()).To(Equal("M"))
		Expect(p.CareOf.Reveal()).To(Equal("C/O Fake Guardian"))
		Expect(p.Permanent.IsZero()).To(BeTrue())
		Expect(parts(p.Address)).To(Equal([]string{"", "1 Nowhere", "Test Street", "Near Nothing", "Testloc",
			"Testtown", "Testpo", "Testsub", "Testdist", "Teststate", "000000", "India"}))
		Expect(p.Address.OneLine().Reveal()).To(Equal(
			"1 Nowhere, Test Street, Near Nothing, Testloc, Testtown, Testpo, Testsub, Testdist, Teststate, 000000, India"))
		Expect(p.Photo.Type()).To(Equal("image/jpeg"))
		Expect(p.Photo.Bytes()).To(HaveLen(24))

		a := doc.Aadhaar
		Expect(doc.Number.Reveal()).To(Equal("XXXXXXXX0000"))
		Expect(a.SignedAt).To(BeTemporally("==", time.Date(2026, 1, 15, 6, 30, 0, 0, time.UTC)))
		Expect(a.ExpiresAt).To(BeTemporally("==", time.Date(2027, 1, 15, 6, 30, 0, 0, time.UTC)))
		Expect(a.Transaction.Reveal()).To(Equal("UKC:" + strings.Repeat("0", 32)))
		Expect(a.Token.IsZero()).To(BeTrue())
		Expect(a.Local.Language).To(Equal("06"))
		Expect(a.Local.Name.Reveal()).To(Equal("नकली व्यक्ति"))
		Expect(a.Local.CareOf.IsZero()).To(BeTrue())
		Expect(a.Local.Address.PIN.Reveal()).To(Equal("000000"))
		Expect(a.Local.Address.Country.IsZero()).To(BeTrue(), "a single space is nothing")
		Expect(doc.Certificate).To(BeNil())
		Expect(doc.PAN).To(BeNil())
		Expect(doc.Licence).To(BeNil())
		Expect(doc.Organization).To(BeNil())
	})

	It("an e-Aadhaar with what is rare, and without what is usual", func() {
		xml := replace(`<Poi dob="01-01-1990" gender="M" name="Fake Person"/>`, `<Poi yob="1990" gender="T" name="Fake Person" phone="0" email="a@example.test"/>`)(eaadhaarXML)
		xml = replace(`<Poa co="C/O Fake Guardian" house="1 Nowhere" pc="000000" vtc="Testtown"/>`, `<Poa country="India"/>`)(xml)
		xml = replace(`tkn=""`, `tkn="token"`)(replace(`<Pht>/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD</Pht>`, "<Pht> </Pht>")(xml))
		doc := unverified(xml)
		Expect(doc.Person.Mobile.Reveal()).To(Equal("0"))
		Expect(doc.Person.Email.Reveal()).To(Equal("a@example.test"))
		Expect(doc.Person.Gender.Code()).To(Equal(kyc.Transgender))
		Expect(doc.Person.Birth.Precision()).To(Equal(kyc.YearOnly))
		Expect(doc.Person.Address.Country.IsZero()).To(BeTrue(), "a country is no address")
		Expect(doc.Person.Photo.IsZero()).To(BeTrue())
		Expect(doc.Aadhaar.Token.Reveal()).To(Equal("token"))
		Expect(doc.Aadhaar.Local).To(BeNil())
	})

	It("an offline file", func() {
		doc := verified(legacy("uidai").Verify(java("offline-sha1"), fetched))
		Expect(doc.Person.Name.Reveal()).To(Equal("Fake Person"))
		Expect(doc.Person.CareOf.Reveal()).To(Equal("C/O Fake Guardian"))
		Expect(parts(doc.Person.Address)).To(Equal([]string{"", "1 Nowhere", "", "", "",
			"Testtown", "Testpo", "Testsub", "Testdist", "Teststate", "000000", "India"}))
		Expect(doc.Number.Reveal()).To(Equal("XXXXXXXX0000"))
		Expect(doc.Aadhaar.Transaction.Reveal()).To(Equal("000020260115120000000"))
		Expect(doc.Aadhaar.MobileHash.Reveal()).To(Equal(strings.Repeat("0", 64)))
		Expect(doc.Aadhaar.EmailHash.IsZero()).To(BeTrue())
		Expect(doc.Aadhaar.ExpiresAt).To(BeZero())
		Expect(unverified(offlineXML).Person.Address.Landmark.Reveal()).To(Equal("Near Nothing"))
	})

	It("a PAN record", func() {
		doc := verified(verifier("signer").Verify(java("pan-sha256"), fetched))
		Expect(doc.Number.Reveal()).To(Equal("AAAPA0000A"))
		Expect(doc.PAN.VerifiedOn).To(BeTemporally("==", time.Date(2026, 1, 1, 6, 30, 0, 0, time.UTC)))
		Expect(doc.Person.Gender.Code()).To(Equal(kyc.Male))
		Expect(doc.Person.Address.IsZero()).To(BeTrue())
		Expect(doc.Person.Permanent.IsZero()).To(BeTrue())
		Expect(doc.Person.Photo.IsZero()).To(BeTrue())
		c := doc.Certificate
		Expect([]string{c.Type, c.Title, c.Language, c.Status}).To(Equal([]string{"PANCR", "PAN Verification Record", "99", "A"}))
		Expect(c.Number.Reveal()).To(Equal("AAAPA0000A"))
		Expect(c.Issuer.Reveal()).To(Equal("Income Tax Department"))
		Expect(c.IssuedAt.Reveal()).To(Equal("DigiLocker"))
		Expect(c.IssueDate.IsZero()).To(BeTrue())
		Expect(doc.Aadhaar).To(BeNil())
	})

	It("a PAN record of the published schema", func() {
		doc := unverified(panXML)
		Expect(doc.Number.Reveal()).To(Equal("AAAPA0000A"))
		Expect(doc.PAN.VerifiedOn).NotTo(BeZero())
		Expect(doc.Person.Gender.IsZero()).To(BeTrue())
		Expect(unverified(replace(` num="AAAPA0000A"`, "")(panXML)).Number.Reveal()).To(Equal("AAAPA0000A"))
		Expect(unverified(replace(`01-01-2026 12:00:00`, "soon")(panXML)).PAN.VerifiedOn).To(BeZero())
	})

	It("a driving licence", func() {
		doc := verified(verifier("signer").Verify(java("licence-sha256"), fetched))
		l := doc.Licence
		Expect(doc.Number.Reveal()).To(Equal("XX00 00000000000"))
		Expect(l.VerifiedOn).To(BeTemporally("==", time.Date(2026, 1, 1, 6, 30, 0, 0, time.UTC)))
		Expect(l.Categories).To(HaveLen(2))
		Expect(l.Categories[0].Code.Reveal()).To(Equal("NT"))
		Expect(l.Categories[0].Class.Reveal()).To(Equal("MCWG"))
		Expect(l.Categories[1].Description.Reveal()).To(Equal("LIGHT MOTOR VEHICLE"))
		Expect(l.Categories[1].IssuedOn.ISO()).To(Equal("2025-01-01"))
		Expect(l.Categories[1].EndorsedOn.IsZero()).To(BeTrue())
		Expect(doc.Certificate.ValidFrom.ISO()).To(Equal("2020-01-01"))
		Expect(doc.Certificate.Expiry.ISO()).To(Equal("2040-01-01"))
		Expect(doc.Certificate.Status).To(Equal("Active"))
		Expect(doc.Certificate.Previous.IsZero()).To(BeTrue())
		p := doc.Person
		Expect(p.CareOf.Reveal()).To(Equal("FAKE GUARDIAN"))
		Expect(doc.Certificate.Relation.Reveal()).To(Equal("M"))
		Expect(p.Address.Line.Reveal()).To(Equal("1 NOWHERE, TESTTOWN, 000000"))
		Expect(p.Permanent.Line.Reveal()).To(Equal("2 NOWHERE, TESTTOWN, 000000"))
		Expect(p.Permanent.Country.Reveal()).To(Equal("IN"))
		Expect(doc.Certificate.Addresses).To(BeEmpty())
		Expect(p.Photo.Type()).To(Equal("image/jpeg"))
	})

	It("a driving licence of the published schema", func() {
		l := unverified(licenceXML).Licence
		Expect(l.Categories).To(HaveLen(1))
		Expect(l.Categories[0].Class.Reveal()).To(Equal("LMV"))
		Expect(unverified(replace(`code="NT" abbreviation="LMV" `, "")(licenceXML)).Licence.Categories).To(BeEmpty())
	})

	It("an attribute of a namespace are not those of the document", func() {
		xml := replace(`<Poi dob="01-01-1990" gender="M" name="Fake Person"/>`, `<Poi xmlns:x="urn:x" x:name="Forged Person" name="Fake Person"/>`)(eaadhaarXML)
		Expect(unverified(xml).Person.Name.Reveal()).To(Equal("Fake Person"))
	})

	It("a document with a default namespace", func() {
		Expect(unverified(replace("<Certificate>", `<Certificate xmlns="urn:x">`)(eaadhaarXML)).Person.Name.Reveal()).To(Equal("Fake Person"))
	})
})

var _ = Describe("ReadUnverified", func() {
	It("reads what Verify refuses, and leaves no proof", func() {
		for _, file := range []string{"attack-other-key", "attack-hmac", "attack-expired", "eaadhaar-sha1"} {
			doc, err := eaadhaar.ReadUnverified(java(file))
			Expect(err).NotTo(HaveOccurred())
			Expect(doc.Person.Name.Reveal()).To(Equal("Fake Person"))
			Expect(doc.Proof()).To(BeNil())
		}
		Expect((*eaadhaar.Document)(nil).Proof()).To(BeNil())
	})

	It("reads the same fields as Verify", func() {
		for file, signer := range map[string]string{"eaadhaar-sha1": "signer", "eaadhaar-escapes": "signer", "offline-sha1": "uidai", "pan-sha1": "signer", "licence-sha1": "signer"} {
			signed := verified(legacy(signer).Verify(java(file), fetched))
			read, err := eaadhaar.ReadUnverified(java(file))
			Expect(err).NotTo(HaveOccurred())
			Expect(fields(read)).To(Equal(fields(signed)))
		}
	})

	DescribeTable("refuses by form and content as Verify does", func(xml string, reason eaadhaar.Reason) {
		doc, err := eaadhaar.ReadUnverified([]byte(xml))
		Expect(doc).To(BeNil())
		Expect(err).To(MatchError(reason))
	},
		Entry("comment", replace("/9j/", "<!--x-->")(eaadhaarXML), eaadhaar.ErrComment),
		Entry("DOCTYPE", "<!DOCTYPE x>"+eaadhaarXML, eaadhaar.ErrDoctype),
		Entry("unmasked number", replace("xxxxxxxx0000", "123456789012")(eaadhaarXML), eaadhaar.ErrUnmasked),
		Entry("two signatures", replace("</Certificate>", sigOpen+"</Signature></Certificate>")(eaadhaarXML), eaadhaar.ErrShape),
		Entry("too large", replace("/9j/", strings.Repeat("A", 6<<20))(eaadhaarXML), eaadhaar.ErrTooLarge),
		Entry("HTML", "<html><body>502</body></html>", eaadhaar.ErrSyntax),
	)

	DescribeTable("takes a masked number in every documented form", func(form, want string) {
		Expect(unverified(replace("xxxxxxxx0000", form)(eaadhaarXML)).Number.Reveal()).To(Equal(want))
	},
		Entry(nil, "xxxxxxxx0001", "XXXXXXXX0001"),
		Entry(nil, "xxxxxxx0001", "XXXXXXXX0001"),
		Entry(nil, "XXXXXXXX0001", "XXXXXXXX0001"),
		Entry(nil, "XXXX-XXXX-0001", "XXXXXXXX0001"),
		Entry(nil, "XXXX XXXX 0001", "XXXXXXXX0001"),
		Entry(nil, "********0001", "XXXXXXXX0001"),
		Entry(nil, "0001", "XXXXXXXX0001"),
		Entry("in other groups", "xxxx xxxx 00-01 ", "XXXXXXXX0001"),
		Entry(nil, "", ""),
	)

	DescribeTable("takes a date in every documented form",
		func(form string, precision kyc.Precision, y int, m time.Month, d int) {
			got := unverified(replace("01-01-1990", form)(eaadhaarXML)).Person.Birth
			Expect(got.Raw()).To(Equal(form))
			Expect(got.Precision()).To(Equal(precision))
			year, month, day := got.Parts()
			Expect([]int{year, int(month), day}).To(Equal([]int{y, int(m), d}))
		},
		Entry(nil, "31-12-1990", kyc.FullDate, 1990, time.December, 31),
		Entry(nil, "31/12/1990", kyc.FullDate, 1990, time.December, 31),
		Entry(nil, "31121990", kyc.FullDate, 1990, time.December, 31),
		Entry(nil, "1990-12-31", kyc.FullDate, 1990, time.December, 31),
		Entry(nil, "1990", kyc.YearOnly, 1990, time.Month(0), 0),
		Entry("no such day", "31-02-1990", kyc.NoDate, 0, time.Month(0), 0),
		Entry("month first", "12-31-1990", kyc.NoDate, 0, time.Month(0), 0),
		Entry("year zero", "0000", kyc.NoDate, 0, time.Month(0), 0),
		Entry("zeros", "01-01-0000", kyc.NoDate, 0, time.Month(0), 0),
		Entry("words", "unknown", kyc.NoDate, 0, time.Month(0), 0),
		Entry("nothing", "", kyc.NoDate, 0, time.Month(0), 0),
	)

	DescribeTable("takes a gender in every documented form", func(form string, gender kyc.GenderCode) {
		p := unverified(replace(`gender="M"`, `gender="`+form+`"`)(eaadhaarXML)).Person
		Expect(p.Gender.Code()).To(Equal(gender))
		Expect(p.Gender.Raw()).To(Equal(form))
	},
		Entry(nil, "M", kyc.Male), Entry(nil, "MALE", kyc.Male), Entry(nil, "Male", kyc.Male),
		Entry(nil, "F", kyc.Female), Entry(nil, "FEMALE", kyc.Female), Entry(nil, "Female", kyc.Female),
		Entry(nil, "T", kyc.Transgender), Entry(nil, "Transgender", kyc.Transgender),
		Entry(nil, "", kyc.GenderCode("")), Entry(nil, "X", kyc.GenderCode("")),
	)

	DescribeTable("judges a photo by its bytes", func(base64, mediaType string) {
		photo := unverified(replace("/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD", base64)(eaadhaarXML)).Person.Photo
		Expect(photo.Type()).To(Equal(mediaType))
		Expect(photo.Bytes() == nil).To(Equal(mediaType == ""))
		Expect(photo.IsZero()).To(Equal(base64 == ""))
	},
		Entry("JPEG", "/9j/4A==", "image/jpeg"),
		Entry("JPEG in lines", "/9j/\n\t 4A==&#13;\n", "image/jpeg"),
		Entry("JPEG 2000", "AAAADGpQICANCocK", "image/jp2"),
		Entry("JPEG 2000 codestream", "/0//UQ==", "image/j2c"),
		Entry("PNG", "iVBORw0KGgo=", "image/png"),
		Entry("PDF", "JVBERi0xLjQ=", ""),
		Entry("a web page", "PGh0bWw+", ""),
		Entry("base64 without its padding", "/9j/4A=", "image/jpeg"),
		Entry("not base64", "****", ""),
		Entry("nothing", "", ""),
	)
})

var _ = Describe("A certificate's addresses", func() {
	It("are the person's, and those of other types the certificate's", func() {
		doc := unverified(replace(`dob="01-01-1990"/>`, `dob="01-01-1990"><Address type="mailing" line1="3 Nowhere"/>`+
			`<Address type="permanent" line1="2 Nowhere"/>`+
			`<Address type="" line2="1 Nowhere" vtc="Testtown" pin="000000"/>`+
			`<Address2 type="present" line1="4 Nowhere" line2="Testtown"/>`+
			`<Address type="official" country="IN"/></Person>`)(licenceXML))
		Expect(parts(doc.Person.Address)).To(Equal([]string{"1 Nowhere", "", "", "", "", "Testtown", "", "", "", "",
			"000000", ""}))
		Expect(doc.Person.Permanent.Line.Reveal()).To(Equal("2 Nowhere"))
		var others []string
		for _, a := range doc.Certificate.Addresses {
			others = append(others, a.Type+": "+a.Line.Reveal())
		}
		Expect(others).To(Equal([]string{"mailing: 3 Nowhere", "present: 4 Nowhere, Testtown"}))
	})
})

var _ = Describe("An organization's PAN", func() {
	const company = `<Organization name="FAKE METALS LIMITED" code="c0" tin="t0" uid="u0" type="NG">` +
		`<Address line1="1 Nowhere" pin="000000" country="IN"/></Organization>`
	person := regexp.MustCompile(`<Person [^>]*/>`)
	issuedTo := func(holder string) string { return person.ReplaceAllString(panXML, holder) }

	It("is read and verified", func() {
		g := theSigner()
		doc := verified(g.verifier(eaadhaar.SHA256Only).Verify(g.sign(issuedTo(company), nil), fetched))
		Expect(doc.Person.IsZero()).To(BeTrue())
		Expect(doc.Number.Reveal()).To(Equal("AAAPA0000A"))
		Expect(doc.Certificate.Title).To(Equal("PAN Card"))
		Expect(doc.PAN.VerifiedOn).NotTo(BeZero())
		o := doc.Organization
		Expect([]string{o.Name.Reveal(), o.Code.Reveal(), o.TIN.Reveal(), o.UID.Reveal(), o.Type}).To(
			Equal([]string{"FAKE METALS LIMITED", "c0", "t0", "u0", "NG"}))
		Expect(o.Address.Line.Reveal()).To(Equal("1 Nowhere"))
		Expect(doc.Record().Person).To(Equal(kyc.Person{Name: o.Name, Address: o.Address}))
	})

	It("has no Aadhaar number", func() {
		Expect(unverified(issuedTo(replace("u0", "1234 5678 9012")(company))).Organization.UID.IsZero()).To(BeTrue())
	})

	DescribeTable("is refused if it is issued to", func(holder string) {
		_, err := eaadhaar.ReadUnverified([]byte(issuedTo(holder)))
		Expect(err).To(MatchError(eaadhaar.ErrContent))
	},
		Entry("a person too", `<Person name="FAKE PERSON"/>`+company),
		Entry("nobody", ""),
		Entry("two organizations", company+company),
	)

	It("is not what a licence is", func() {
		_, err := eaadhaar.ReadUnverified([]byte(person.ReplaceAllString(licenceXML, company)))
		Expect(err).To(MatchError(eaadhaar.ErrContent))
	})
})

var _ = Describe("A name that is kept", func() {
	It("does not keep the document with it", func() {
		text := `type="PANCR" number="AAAPA0000A" status="A" name="FAKE PERSON" dob="01-01-1990" gender="M" ` +
			`line1="1 Nowhere" country="IN"`
		attrs := func(names ...string) (as []etree.Attr) {
			for _, name := range names {
				_, after, _ := strings.Cut(text, name+`="`)
				value, _, _ := strings.Cut(after, `"`) // a piece of text
				as = append(as, etree.Attr{Key: name, Value: value})
			}
			return as
		}
		root := etree.NewElement("Certificate")
		root.Attr = attrs("type", "number", "status")
		root.CreateElement("CertificateData").CreateElement("PAN")
		person := root.CreateElement("IssuedTo").CreateElement("Person")
		person.Attr = attrs("name", "dob", "gender")
		person.CreateElement("Address").Attr = attrs("line1", "country")
		doc, err := eaadhaar.Read(root)
		Expect(err).NotTo(HaveOccurred())

		begin := uintptr(unsafe.Pointer(unsafe.StringData(text)))
		p := doc.Person
		for _, value := range []string{
			p.Name.Reveal(), p.Birth.Raw(), p.Gender.Raw(), p.Address.Line.Reveal(), p.Address.Country.Reveal(),
			doc.Number.Reveal(), doc.Certificate.Number.Reveal(), doc.Certificate.Type, doc.Certificate.Status,
		} {
			Expect(value).NotTo(BeEmpty())
			at := uintptr(unsafe.Pointer(unsafe.StringData(value)))
			Expect(begin <= at && at < begin+uintptr(len(text))).To(BeFalse())
		}
	})
})

var _ = Describe("The record of", func() {
	It("an e-Aadhaar, and of an offline file", func() {
		for file, signer := range map[string]string{"eaadhaar-sha1": "signer", "offline-sha1": "uidai"} {
			doc := verified(legacy(signer).Verify(java(file), fetched))
			Expect(doc.Record()).To(Equal(&kyc.Record{
				Document: kyc.Aadhaar, Person: doc.Person, Number: kyc.MaskAadhaar("0000"),
				GeneratedAt: doc.Aadhaar.SignedAt,
			}))
		}
	})

	It("a PAN record", func() {
		doc := unverified(replace(`status="A"`, `status="A" issueDate="02-01-2020"`)(panXML))
		Expect(doc.Record()).To(Equal(&kyc.Record{
			Document: kyc.PAN, Person: doc.Person, Number: kyc.MaskNumber("AAAPA0000A"),
			IssuedOn:    kyc.ParseDate("02-01-2020"),
			GeneratedAt: time.Date(2026, 1, 1, 12, 0, 0, 0, doc.PAN.VerifiedOn.Location()),
		}))
	})

	It("a driving licence", func() {
		doc := verified(verifier("signer").Verify(java("licence-sha256"), fetched))
		Expect(doc.Record()).To(Equal(&kyc.Record{
			Document: kyc.DrivingLicence, Person: doc.Person, Number: kyc.MaskNumber("XX00 00000000000"),
			IssuedOn: kyc.ParseDate("01-01-2020"), GeneratedAt: doc.Licence.VerifiedOn,
			Licence: &kyc.Licence{
				IssuedBy: kyc.Hide("RTO,TESTTOWN"), ExpiresOn: kyc.ParseDate("01-01-2040"),
				Categories: []kyc.Category{
					{
						Class: kyc.Hide("MCWG"), Description: kyc.Hide("Motor Cycle with Gear(Non Transport)"),
						IssuedOn: kyc.ParseDate("01-01-2020"),
					},
					{
						Class: kyc.Hide("LMV"), Description: kyc.Hide("LIGHT MOTOR VEHICLE"),
						IssuedOn: kyc.ParseDate("01-01-2025"),
					},
				},
			},
		}))
	})

	It("what the caller made, or did not", func() {
		Expect((*eaadhaar.Document)(nil).Record()).To(BeNil())
		Expect(new(eaadhaar.Document).Record()).To(Equal(new(kyc.Record)))
		Expect((&eaadhaar.Document{Kind: eaadhaar.DrivingLicence, Licence: new(eaadhaar.Licence)}).Record()).To(
			Equal(&kyc.Record{Document: kyc.DrivingLicence, Licence: new(kyc.Licence)}))
	})
})
