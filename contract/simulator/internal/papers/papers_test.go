package papers_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/simulator/internal/papers"
)

func TestPapers(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "papers")
}

var at = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

var _ = Describe("A paper", func() {
	var read func(xml []byte) *eaadhaar.Document

	BeforeEach(func() {
		signer, err := eaadhaartest.NewSigner()
		Expect(err).NotTo(HaveOccurred())
		verifier, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "test", Certificate: signer.Certificate}}, eaadhaar.Options{
			Profile: eaadhaar.LegacySHA1, Now: func() time.Time { return at.Add(time.Hour) },
		})
		Expect(err).NotTo(HaveOccurred())
		read = func(xml []byte) *eaadhaar.Document {
			GinkgoHelper()
			signed, err := signer.Sign(xml)
			Expect(err).NotTo(HaveOccurred())
			doc, err := verifier.Verify(signed, at).Document()
			Expect(err).NotTo(HaveOccurred())
			return doc
		}
	})

	// Values that XML has to escape, and letters of two scripts.
	const name, local = `A & "B" <C> 'D'` + "\tE", "नकली व्यक्ति"

	It("is an e-Aadhaar with every value", func() {
		doc := read(papers.Aadhaar{
			Name: name, LocalName: local, Birth: "17-03-1990", Gender: "T", UID: "000000001234", CareOf: "C/O x", House: "h", Street: "s",
			Landmark: "l", Locality: "o", City: "v", PostOffice: "p", SubDistrict: "u", District: "d", State: "t", PIN: "000000", Country: "India",
			Photo: "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD",
		}.XML(at))
		Expect(doc.Kind).To(Equal(eaadhaar.EAadhaar))
		Expect(doc.Person.Name.Reveal()).To(Equal(name))
		Expect(doc.Aadhaar.Local.Name.Reveal()).To(Equal(local))
		Expect(doc.Aadhaar.Number.Last4()).To(Equal("1234"))
		Expect(doc.Aadhaar.SignedAt).To(BeTemporally("==", at))
		Expect(doc.Person.Birth.Raw()).To(Equal("17-03-1990"))
		Expect(doc.Person.GenderText.Reveal()).To(Equal("T"))
		Expect(doc.Person.Guardian.Reveal()).To(Equal("C/O x"))
		a := doc.Person.Addresses[0]
		for text, want := range map[eaadhaar.Text]string{
			a.House: "h", a.Street: "s", a.Landmark: "l", a.Locality: "o", a.Town: "v", a.PostOffice: "p", a.SubDistrict: "u",
			a.District: "d", a.State: "t", a.PIN: "000000", a.Country: "India",
		} {
			Expect(text.Reveal()).To(Equal(want))
		}
		_, mediaType, err := doc.Person.Photo.Decode()
		Expect(err).NotTo(HaveOccurred())
		Expect(mediaType).To(Equal("image/jpeg"))
	})

	It("keeps a year of birth a year, and leaves out what is not known", func() {
		doc := read(papers.Aadhaar{Name: "n", Birth: "1951", UID: "1234"}.XML(at))
		Expect(doc.Person.Birth.Raw()).To(Equal("1951"))
		Expect(doc.Person.Addresses).To(BeEmpty())
		Expect(doc.Aadhaar.Local).To(BeNil())
	})

	It("is a PAN record", func() {
		doc := read(papers.PAN{Number: "AAAPA0001A", Name: name, Birth: "17-03-1990", Gender: "F"}.XML(at))
		Expect(doc.Kind).To(Equal(eaadhaar.PANRecord))
		Expect(doc.PAN.Number.Reveal()).To(Equal("AAAPA0001A"))
		Expect(doc.Person.Name.Reveal()).To(Equal(name))
		Expect(doc.Person.GenderText.Reveal()).To(Equal("FEMALE"))
	})

	It("is a driving licence", func() {
		doc := read(papers.Licence{
			Number: "XX0019900000001", Name: name, Birth: "17-03-1990", Gender: "M", CareOf: "g", IssuedBy: "RTO,TESTTOWN",
			IssuedOn: "01-01-2020", ExpiresOn: "31-12-2039", Present: "1 Nowhere", Permanent: "2 Nowhere",
			Categories: []papers.Category{{Class: "LMV", Description: "LIGHT MOTOR VEHICLE", IssuedOn: "13-01-2025"}},
		}.XML(at))
		Expect(doc.Kind).To(Equal(eaadhaar.DrivingLicence))
		Expect(doc.Licence.Number.Reveal()).To(Equal("XX0019900000001"))
		Expect(doc.Licence.Categories).To(HaveLen(1))
		Expect(doc.Licence.Categories[0].Abbreviation).To(Equal("LMV"))
		Expect(doc.Person.Addresses).To(HaveLen(2))
	})

	It("has no character that XML does not allow", func() {
		doc := read(papers.PAN{Number: "n", Name: "a\x00b\x1bc\xffd"}.XML(at))
		Expect(doc.Person.Name.Reveal()).To(Equal("a\uFFFDb\uFFFDc\uFFFDd"))
	})
})

var _ = Describe("A file", func() {
	It("is a ZIP with one document", func() {
		data, err := papers.ZIP("a.xml", []byte("<a></a>"))
		Expect(err).NotTo(HaveOccurred())
		again, err := papers.ZIP("a.xml", []byte("<a></a>"))
		Expect(err).NotTo(HaveOccurred())
		Expect(again).To(Equal(data))
		file, err := wire.Unzip(data, 1000)
		Expect(err).NotTo(HaveOccurred())
		Expect(file.Type).To(Equal(wire.XML))
		Expect(file.Bytes()).To(Equal([]byte("<a></a>")))
	})

	It("is a PDF whose texts cannot end early", func() {
		data := string(papers.PDF(`(a) \b`, "é"))
		Expect(data).To(HavePrefix("%PDF-1.4\n"))
		Expect(data).To(HaveSuffix("%%EOF\n"))
		Expect(data).To(ContainSubstring(`(\(a\) \\b) Tj`))
		Expect(data).To(ContainSubstring(`(?) Tj`))
	})
})
