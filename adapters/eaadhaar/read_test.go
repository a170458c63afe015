package eaadhaar_test

import (
	"strings"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// parts is an address as plain text, in the order of the type's fields.
func parts(a eaadhaar.Address) []string {
	var s []string
	for _, t := range []eaadhaar.Text{
		a.Line1, a.Line2, a.House, a.Street, a.Landmark, a.Locality, a.Town,
		a.PostOffice, a.SubDistrict, a.District, a.State, a.PIN, a.Country,
	} {
		s = append(s, t.Reveal())
	}
	return s
}

func birth(d eaadhaar.Date) string {
	y, m, day := d.Parts()
	return time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Format("2 January 2006")
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
		Expect(birth(p.Birth)).To(Equal("1 January 1990"))
		Expect(p.Birth.Raw()).To(Equal("01-01-1990"))
		Expect(p.Gender).To(Equal(eaadhaar.Male))
		Expect(p.GenderText.Reveal()).To(Equal("M"))
		Expect(p.Guardian.Reveal()).To(Equal("C/O Fake Guardian"))
		Expect(p.Relation.IsZero()).To(BeTrue())
		Expect(p.Addresses).To(HaveLen(1))
		Expect(p.Addresses[0].Type).To(BeEmpty())
		Expect(parts(p.Addresses[0])).To(Equal([]string{"", "", "1 Nowhere", "Test Street", "Near Nothing", "Testloc",
			"Testtown", "Testpo", "Testsub", "Testdist", "Teststate", "000000", "India"}))
		Expect(p.Addresses[0].Line().Reveal()).To(Equal(
			"1 Nowhere, Test Street, Near Nothing, Testloc, Testtown, Testpo, Testsub, Testdist, Teststate, 000000, India"))
		data, mediaType, err := p.Photo.Decode()
		Expect(err).NotTo(HaveOccurred())
		Expect(mediaType).To(Equal("image/jpeg"))
		Expect(data).To(HaveLen(24))

		a := doc.Aadhaar
		Expect(a.Number.Last4()).To(Equal("0000"))
		Expect(a.SignedAt).To(BeTemporally("==", time.Date(2026, 1, 15, 6, 30, 0, 0, time.UTC)))
		Expect(a.ExpiresAt).To(BeTemporally("==", time.Date(2027, 1, 15, 6, 30, 0, 0, time.UTC)))
		Expect(a.Transaction.Reveal()).To(Equal("UKC:" + strings.Repeat("0", 32)))
		Expect(a.Token.IsZero()).To(BeTrue())
		Expect(a.Local.Language).To(Equal("06"))
		Expect(a.Local.Name.Reveal()).To(Equal("नकली व्यक्ति"))
		Expect(a.Local.Guardian.IsZero()).To(BeTrue())
		Expect(a.Local.Address.PIN.Reveal()).To(Equal("000000"))
		Expect(a.Local.Address.Country.IsZero()).To(BeTrue(), "a single space is nothing")
		Expect(doc.Certificate).To(BeNil())
		Expect(doc.PAN).To(BeNil())
		Expect(doc.Licence).To(BeNil())
	})

	It("an e-Aadhaar with what is rare, and without what is usual", func() {
		xml := replace(`<Poi dob="01-01-1990" gender="M" name="Fake Person"/>`, `<Poi yob="1990" gender="T" name="Fake Person" phone="0" email="a@example.test"/>`)(eaadhaarXML)
		xml = replace(`<Poa co="C/O Fake Guardian" house="1 Nowhere" pc="000000" vtc="Testtown"/>`, `<Poa country="India"/>`)(xml)
		xml = replace(`tkn=""`, `tkn="token"`)(replace(`<Pht>/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD</Pht>`, "<Pht> </Pht>")(xml))
		doc := unverified(xml)
		Expect(doc.Person.Phone.Reveal()).To(Equal("0"))
		Expect(doc.Person.Email.Reveal()).To(Equal("a@example.test"))
		Expect(doc.Person.Gender).To(Equal(eaadhaar.Transgender))
		Expect(doc.Person.Birth.Precision()).To(Equal(eaadhaar.YearOnly))
		Expect(doc.Person.Addresses).To(BeEmpty(), "a country is no address")
		Expect(doc.Person.Photo.IsZero()).To(BeTrue())
		Expect(doc.Aadhaar.Token.Reveal()).To(Equal("token"))
		Expect(doc.Aadhaar.Local).To(BeNil())
	})

	It("an offline file", func() {
		doc := verified(legacy("uidai").Verify(java("offline-sha1"), fetched))
		Expect(doc.Person.Name.Reveal()).To(Equal("Fake Person"))
		Expect(doc.Person.Guardian.Reveal()).To(Equal("C/O Fake Guardian"))
		Expect(parts(doc.Person.Addresses[0])).To(Equal([]string{"", "", "1 Nowhere", "", "", "",
			"Testtown", "Testpo", "Testsub", "Testdist", "Teststate", "000000", "India"}))
		Expect(doc.Aadhaar.Number.Last4()).To(Equal("0000"))
		Expect(doc.Aadhaar.Transaction.Reveal()).To(Equal("000020260115120000000"))
		Expect(doc.Aadhaar.MobileHash.Reveal()).To(Equal(strings.Repeat("0", 64)))
		Expect(doc.Aadhaar.EmailHash.IsZero()).To(BeTrue())
		Expect(doc.Aadhaar.ExpiresAt).To(BeZero())
		Expect(unverified(offlineXML).Person.Addresses[0].Landmark.Reveal()).To(Equal("Near Nothing"))
	})

	It("a PAN record", func() {
		doc := verified(verifier("signer").Verify(java("pan-sha256"), fetched))
		Expect(doc.PAN.Number.Reveal()).To(Equal("AAAPA0000A"))
		Expect(doc.PAN.VerifiedOn).To(BeTemporally("==", time.Date(2026, 1, 1, 6, 30, 0, 0, time.UTC)))
		Expect(doc.Person.Gender).To(Equal(eaadhaar.Male))
		Expect(doc.Person.Addresses).To(BeEmpty())
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
		Expect(doc.PAN.Number.Reveal()).To(Equal("AAAPA0000A"))
		Expect(doc.PAN.VerifiedOn).NotTo(BeZero())
		Expect(doc.Person.Gender).To(Equal(eaadhaar.GenderUnstated))
		Expect(unverified(replace(` num="AAAPA0000A"`, "")(panXML)).PAN.Number.Reveal()).To(Equal("AAAPA0000A"))
		Expect(unverified(replace(`01-01-2026 12:00:00`, "soon")(panXML)).PAN.VerifiedOn).To(BeZero())
	})

	It("a driving licence", func() {
		doc := verified(verifier("signer").Verify(java("licence-sha256"), fetched))
		l := doc.Licence
		Expect(l.Number.Reveal()).To(Equal("XX00 00000000000"))
		Expect(l.ComparableNumber().Reveal()).To(Equal("XX0000000000000"))
		Expect(l.VerifiedOn).To(BeTemporally("==", time.Date(2026, 1, 1, 6, 30, 0, 0, time.UTC)))
		Expect(l.Categories).To(HaveLen(2))
		Expect(l.Categories[0].Code).To(Equal("NT"))
		Expect(l.Categories[0].Abbreviation).To(Equal("MCWG"))
		Expect(l.Categories[1].Description).To(Equal("LIGHT MOTOR VEHICLE"))
		Expect(birth(l.Categories[1].Issued)).To(Equal("1 January 2025"))
		Expect(l.Categories[1].Endorsed.IsZero()).To(BeTrue())
		Expect(birth(doc.Certificate.ValidFrom)).To(Equal("1 January 2020"))
		Expect(birth(doc.Certificate.Expiry)).To(Equal("1 January 2040"))
		Expect(doc.Certificate.Status).To(Equal("Active"))
		Expect(doc.Certificate.Previous.IsZero()).To(BeTrue())
		p := doc.Person
		Expect(p.Guardian.Reveal()).To(Equal("FAKE GUARDIAN"))
		Expect(p.Relation.Reveal()).To(Equal("M"))
		Expect(p.Addresses).To(HaveLen(2))
		Expect(p.Addresses[0].Type).To(Equal("present"))
		Expect(p.Addresses[0].Line1.Reveal()).To(Equal("1 NOWHERE, TESTTOWN, 000000"))
		Expect(p.Addresses[1].Type).To(Equal("permanent"))
		Expect(p.Addresses[1].Line().Reveal()).To(Equal("2 NOWHERE, TESTTOWN, 000000, IN"))
		_, mediaType, err := p.Photo.Decode()
		Expect(err).NotTo(HaveOccurred())
		Expect(mediaType).To(Equal("image/jpeg"))
	})

	It("a driving licence of the published schema", func() {
		l := unverified(licenceXML).Licence
		Expect(l.Categories).To(HaveLen(1))
		Expect(l.Categories[0].Abbreviation).To(Equal("LMV"))
		Expect(l.ComparableNumber().Reveal()).To(Equal("XX0000000000000"))
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
			Expect([]any{read.Kind, read.Person, read.Aadhaar, read.Certificate, read.PAN, read.Licence}).To(
				Equal([]any{signed.Kind, signed.Person, signed.Aadhaar, signed.Certificate, signed.PAN, signed.Licence}))
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
		Entry("HTML", "<html><body>502</body></html>", eaadhaar.ErrUnknown),
	)

	DescribeTable("takes a masked number in every documented form", func(form, last4 string) {
		Expect(unverified(replace("xxxxxxxx0000", form)(eaadhaarXML)).Aadhaar.Number.Last4()).To(Equal(last4))
	},
		Entry(nil, "xxxxxxxx0001", "0001"),
		Entry(nil, "xxxxxxx0001", "0001"),
		Entry(nil, "XXXXXXXX0001", "0001"),
		Entry(nil, "XXXX-XXXX-0001", "0001"),
		Entry(nil, "XXXX XXXX 0001", "0001"),
		Entry(nil, "********0001", "0001"),
		Entry(nil, "0001", "0001"),
		Entry(nil, "", ""),
	)

	DescribeTable("takes a date in every documented form", func(form string, precision eaadhaar.Precision, y int, m time.Month, d int) {
		got := unverified(replace("01-01-1990", form)(eaadhaarXML)).Person.Birth
		Expect(got.Raw()).To(Equal(form))
		Expect(got.Precision()).To(Equal(precision))
		year, month, day := got.Parts()
		Expect([]int{year, int(month), day}).To(Equal([]int{y, int(m), d}))
	},
		Entry(nil, "31-12-1990", eaadhaar.FullDate, 1990, time.December, 31),
		Entry(nil, "31/12/1990", eaadhaar.FullDate, 1990, time.December, 31),
		Entry(nil, "31121990", eaadhaar.FullDate, 1990, time.December, 31),
		Entry(nil, "1990-12-31", eaadhaar.FullDate, 1990, time.December, 31),
		Entry(nil, "1990", eaadhaar.YearOnly, 1990, time.Month(0), 0),
		Entry("no such day", "31-02-1990", eaadhaar.NoDate, 0, time.Month(0), 0),
		Entry("month first", "12-31-1990", eaadhaar.NoDate, 0, time.Month(0), 0),
		Entry("year zero", "0000", eaadhaar.NoDate, 0, time.Month(0), 0),
		Entry("zeros", "01-01-0000", eaadhaar.NoDate, 0, time.Month(0), 0),
		Entry("words", "unknown", eaadhaar.NoDate, 0, time.Month(0), 0),
		Entry("nothing", "", eaadhaar.NoDate, 0, time.Month(0), 0),
	)

	DescribeTable("takes a gender in every documented form", func(form string, gender eaadhaar.Gender) {
		p := unverified(replace(`gender="M"`, `gender="`+form+`"`)(eaadhaarXML)).Person
		Expect(p.Gender).To(Equal(gender))
		Expect(p.GenderText.Reveal()).To(Equal(form))
	},
		Entry(nil, "M", eaadhaar.Male), Entry(nil, "MALE", eaadhaar.Male), Entry(nil, "Male", eaadhaar.Male),
		Entry(nil, "F", eaadhaar.Female), Entry(nil, "FEMALE", eaadhaar.Female), Entry(nil, "Female", eaadhaar.Female),
		Entry(nil, "T", eaadhaar.Transgender), Entry(nil, "Transgender", eaadhaar.Transgender),
		Entry(nil, "", eaadhaar.GenderUnstated), Entry(nil, "X", eaadhaar.GenderUnstated),
	)

	DescribeTable("judges a photo by its bytes", func(base64, mediaType string) {
		data, got, err := unverified(replace("/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD", base64)(eaadhaarXML)).Person.Photo.Decode()
		Expect(got).To(Equal(mediaType))
		if mediaType == "" {
			Expect(err).To(MatchError(eaadhaar.ErrPhoto))
			Expect(data).To(BeNil())
		} else {
			Expect(err).NotTo(HaveOccurred())
		}
	},
		Entry("JPEG", "/9j/4A==", "image/jpeg"),
		Entry("JPEG in lines", "/9j/\n\t 4A==&#13;\n", "image/jpeg"),
		Entry("JPEG 2000", "AAAADGpQICANCocK", "image/jp2"),
		Entry("JPEG 2000 codestream", "/0//UQ==", "image/j2c"),
		Entry("PNG", "iVBORw0KGgo=", "image/png"),
		Entry("PDF", "JVBERi0xLjQ=", ""),
		Entry("a web page", "PGh0bWw+", ""),
		Entry("not base64", "/9j/4A=", ""),
		Entry("nothing", "", ""),
	)

	It("joins an address without repeating a name", func() {
		xml := replace(`house="1 Nowhere" pc="000000" vtc="Testtown"`, `loc="Testtown" vtc="Testtown" dist="Testtown" state="Teststate"`)(eaadhaarXML)
		Expect(unverified(xml).Person.Addresses[0].Line().Reveal()).To(Equal("Testtown, Teststate"))
	})
})
