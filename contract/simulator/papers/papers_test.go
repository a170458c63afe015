package papers_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/simulator/papers"
)

func TestPapers(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "papers")
}

// at is the time of every paper. It moves with the clock, as the signer's
// certificate does; PAN and licence write it without a fraction.
var at = time.Now().Truncate(time.Second)

// photo is the beginning of a JPEG file.
const photo = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD"

var _ = Describe("A paper", func() {
	var read func(xml []byte) *eaadhaar.Document

	BeforeEach(func() {
		signer, err := eaadhaartest.NewSigner()
		Expect(err).NotTo(HaveOccurred())
		verifier, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "test", Certificate: signer.Certificate}}, eaadhaar.Options{
			Profile: eaadhaar.LegacySHA1, WithinTTL: true,
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

	It("is an e-Aadhaar with every value", func() {
		doc := read(papers.Aadhaar{
			Name: "Fake Person", LocalName: "नकली व्यक्ति", Birth: "17-03-1990", Gender: "T", UID: "000000001234", CareOf: "C/O Fake Guardian",
			House: "h", Street: "s", Landmark: "l", Locality: "o", City: "v", PostOffice: "p", SubDistrict: "u", District: "d", State: "t",
			PIN: "000000", Country: "India", Photo: photo,
		}.XML(at))
		Expect(doc.Kind).To(Equal(eaadhaar.EAadhaar))
		Expect(doc.Person.Name.Reveal()).To(Equal("Fake Person"))
		Expect(doc.Person.Birth.Raw()).To(Equal("17-03-1990"))
		Expect(doc.Person.Birth.Precision()).To(Equal(kyc.FullDate))
		Expect(doc.Person.Gender.Raw()).To(Equal("T"))
		Expect(doc.Person.Gender.Code()).To(Equal(kyc.Transgender))
		Expect(doc.Person.CareOf.Reveal()).To(Equal("C/O Fake Guardian"))
		Expect(doc.Number.Reveal()).To(Equal("XXXXXXXX1234"))
		Expect(doc.Aadhaar.SignedAt).To(BeTemporally("==", at))
		Expect(doc.Aadhaar.ExpiresAt).To(BeTemporally("~", at.AddDate(1, 0, 0), 24*time.Hour))
		Expect(doc.Aadhaar.Local.Name.Reveal()).To(Equal("नकली व्यक्ति"))
		Expect(doc.Aadhaar.Local.Language).To(Equal("06"))
		a := doc.Person.Address
		Expect([]string{
			a.House.Reveal(), a.Street.Reveal(), a.Landmark.Reveal(), a.Locality.Reveal(), a.City.Reveal(),
			a.PostOffice.Reveal(), a.SubDistrict.Reveal(), a.District.Reveal(), a.State.Reveal(),
			a.PIN.Reveal(), a.Country.Reveal(),
		}).To(Equal([]string{"h", "s", "l", "o", "v", "p", "u", "d", "t", "000000", "India"}))
		Expect(doc.Person.Photo.Type()).To(Equal("image/jpeg"))
		Expect(doc.Person.Photo.Bytes()).NotTo(BeEmpty())
	})

	It("keeps a year of birth a year, and leaves out what is not known", func() {
		xml := papers.Aadhaar{Name: "Fake Person", Birth: "1951", UID: "1234"}.XML(at)
		doc := read(xml)
		Expect(doc.Person.Birth.Raw()).To(Equal("1951"))
		Expect(doc.Person.Birth.Precision()).To(Equal(kyc.YearOnly))
		Expect(doc.Person.Address.IsZero()).To(BeTrue())
		Expect(doc.Person.Photo.IsZero()).To(BeTrue())
		Expect(doc.Aadhaar.Local).To(BeNil())
		Expect(string(xml)).To(ContainSubstring(`<Poi yob="1951" name="Fake Person"></Poi><Poa></Poa></UidData>`))
		Expect(read(papers.Aadhaar{}.XML(at)).Number.IsZero()).To(BeTrue())
	})

	It("is a PAN record with every value", func() {
		xml := papers.PAN{Number: "AAAPA0001A", Name: "FAKE PERSON", Birth: "17-03-1990", Gender: "F"}.XML(at)
		doc := read(xml)
		Expect(doc.Kind).To(Equal(eaadhaar.PANRecord))
		Expect(doc.Number.Reveal()).To(Equal("AAAPA0001A"))
		Expect(doc.PAN.VerifiedOn).To(BeTemporally("==", at))
		Expect(doc.Certificate.Number.Reveal()).To(Equal("AAAPA0001A"))
		Expect(doc.Certificate.Issuer.Reveal()).To(Equal("Income Tax Department"))
		Expect(doc.Person.Name.Reveal()).To(Equal("FAKE PERSON"))
		Expect(doc.Person.Birth.Raw()).To(Equal("17-03-1990"))
		Expect(doc.Person.Gender.Raw()).To(Equal("FEMALE"))
		Expect(doc.Person.Address.IsZero()).To(BeTrue())
		Expect(string(xml)).To(ContainSubstring(` swd="" swdIndicator="" gender="FEMALE" maritalStatus="" `)) // empty ones are written
	})

	It("is a driving licence with every value", func() {
		doc := read(papers.Licence{
			Number: "XX0019900000001", Name: "FAKE PERSON", Birth: "17-03-1990", Gender: "M", CareOf: "FAKE GUARDIAN", IssuedBy: "RTO,TESTTOWN",
			IssuedOn: "01-01-2020", ExpiresOn: "31-12-2039", Present: "1 Nowhere", Permanent: "2 Nowhere", Photo: photo,
			Categories: []papers.Category{
				{Class: "MCWG", Description: "Motor Cycle with Gear(Non Transport)", IssuedOn: "02-01-2020"},
				{Class: "LMV", Description: "LIGHT MOTOR VEHICLE", IssuedOn: "13-01-2025"},
			},
		}.XML(at))
		Expect(doc.Kind).To(Equal(eaadhaar.DrivingLicence))
		Expect(doc.Number.Reveal()).To(Equal("XX0019900000001"))
		Expect(doc.Licence.VerifiedOn).To(BeTemporally("==", at))
		Expect(doc.Person.Name.Reveal()).To(Equal("FAKE PERSON"))
		Expect(doc.Person.Birth.Raw()).To(Equal("17-03-1990"))
		Expect(doc.Person.Gender.Raw()).To(Equal("Male"))
		Expect(doc.Person.CareOf.Reveal()).To(Equal("FAKE GUARDIAN"))
		Expect(doc.Person.Photo.IsZero()).To(BeFalse())
		Expect(doc.Certificate.Issuer.Reveal()).To(Equal("RTO,TESTTOWN"))
		Expect(doc.Certificate.IssuedAt.Reveal()).To(Equal("RTO,TESTTOWN"))
		Expect(doc.Certificate.IssueDate.Raw()).To(Equal("01-01-2020"))
		Expect(doc.Certificate.ValidFrom.Raw()).To(Equal("01-01-2020"))
		Expect(doc.Certificate.Expiry.Raw()).To(Equal("31-12-2039"))
		Expect(doc.Person.Address.Line.Reveal()).To(Equal("1 Nowhere"))
		Expect(doc.Person.Permanent.Line.Reveal()).To(Equal("2 Nowhere"))
		var categories []string
		for _, c := range doc.Licence.Categories {
			categories = append(categories, c.Class.Reveal()+": "+c.Description.Reveal()+" "+c.IssuedOn.Raw())
		}
		Expect(categories).To(Equal([]string{"MCWG: Motor Cycle with Gear(Non Transport) 02-01-2020", "LMV: LIGHT MOTOR VEHICLE 13-01-2025"}))
	})

	DescribeTable("gives back a value with", func(value, want string) {
		aadhaar := read(papers.Aadhaar{Name: value, LocalName: value, UID: "0000", House: value}.XML(at))
		pan := read(papers.PAN{Number: value, Name: value}.XML(at))
		licence := read(papers.Licence{
			Number: value, Name: value, IssuedBy: value, Present: value, Categories: []papers.Category{{Class: value, Description: value}},
		}.XML(at))
		Expect([]string{
			aadhaar.Person.Name.Reveal(), aadhaar.Aadhaar.Local.Name.Reveal(), aadhaar.Person.Address.House.Reveal(),
			pan.Person.Name.Reveal(), pan.Number.Reveal(),
			licence.Person.Name.Reveal(), licence.Number.Reveal(), licence.Certificate.Issuer.Reveal(),
			licence.Person.Address.Line.Reveal(), licence.Licence.Categories[0].Class.Reveal(),
			licence.Licence.Categories[0].Description.Reveal(),
		}).To(HaveEach(want))
	},
		Entry("quotes", `"Fake" 'Person'`, `"Fake" 'Person'`),
		Entry("markup", `a" b="c"><d/>&amp;&<!--`, `a" b="c"><d/>&amp;&<!--`),
		Entry("the end of CDATA", "a]]>b", "a]]>b"),
		Entry("directives of fmt", "100%d%s", "100%d%s"),
		Entry("tabs and line ends", "a\tb\nc\rd\r\ne", "a\tb\nc\rd\r\ne"),
		Entry("Devanagari", "नकली व्यक्ति", "नकली व्यक्ति"),
		Entry("letters beyond 16 bits", "𑀦𑀓", "𑀦𑀓"),
		Entry("what XML does not allow, replaced", "a\x00b\x1bc\ufffed", "a\uFFFDb\uFFFDc\uFFFDd"),
		Entry("bytes that are not UTF-8, replaced", "a\xffb", "a\uFFFDb"),
	)
})

var _ = Describe("A file", func() {
	unzip := func(name string, content []byte) *wire.File {
		GinkgoHelper()
		data, err := papers.ZIP(name, content)
		Expect(err).NotTo(HaveOccurred())
		again, err := papers.ZIP(name, content)
		Expect(err).NotTo(HaveOccurred())
		Expect(again).To(Equal(data))
		file, err := wire.Unzip(data, 1<<20)
		Expect(err).NotTo(HaveOccurred())
		Expect(file.Bytes()).To(Equal(content))
		return file
	}

	It("is a ZIP with one document, the same bytes each time", func() {
		Expect(unzip("a.xml", papers.PAN{Number: "AAAPA0001A"}.XML(at)).Type).To(Equal(wire.XML))
	})

	It("is a PDF that says it is simulated", func() {
		data := papers.PDF()
		Expect(unzip("a.pdf", data).Type).To(Equal(wire.PDF))
		Expect(string(data)).To(HavePrefix("%PDF-1.4\n"))
		Expect(string(data)).To(HaveSuffix("%%EOF\n"))
		Expect(string(data)).To(ContainSubstring("(SIMULATED, NOT ISSUED BY ANYBODY) Tj"))
	})

	It("is a PDF whose lines cannot end early", func() {
		Expect(string(papers.PDF(`(a) \b`, "é ÿ", "a\nb\u0085", "नक"))).
			To(ContainSubstring(`(\(a\) \\b) Tj T*` + "\n" + `(\351 \377) Tj T*` + "\n" + `(a?b?) Tj T*` + "\n" + `(??) Tj T*`))
	})

	It("is a PDF whose table and lengths are right", func() {
		data := string(papers.PDF("a", "é"))
		number := func(pattern string) int {
			GinkgoHelper()
			found := regexp.MustCompile(pattern).FindStringSubmatch(data)
			Expect(found).To(HaveLen(2))
			n, err := strconv.Atoi(found[1])
			Expect(err).NotTo(HaveOccurred())
			return n
		}
		table := data[number(`startxref\n(\d+)\n`):]
		Expect(table).To(HavePrefix("xref\n0 6\n0000000000 65535 f \n"))
		offsets := regexp.MustCompile(`(\d{10}) 00000 n \n`).FindAllStringSubmatch(table, -1)
		Expect(offsets).To(HaveLen(5))
		for i, o := range offsets {
			offset, err := strconv.Atoi(o[1])
			Expect(err).NotTo(HaveOccurred())
			Expect(data[offset:]).To(HavePrefix(fmt.Sprintf("%d 0 obj\n", i+1)))
		}
		_, stream, _ := strings.Cut(data, "stream\n")
		Expect(stream[number(`/Length (\d+) `):]).To(HavePrefix("\nendstream\nendobj\n"))
	})
})
