package eaadhaar_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"regexp"

	"example.com/digilocker/adapters/eaadhaar"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// holder hides its parts from fmt, which cannot call their methods then.
type holder struct {
	person  eaadhaar.Person
	aadhaar eaadhaar.Aadhaar
	name    eaadhaar.Text
	birth   eaadhaar.Date
	photo   eaadhaar.Photo
}

// printed is v in every way that a log or an error might write it.
func printed(v any) string {
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%e", "%10.3v", "%U"} {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	slog.New(slog.NewTextHandler(&b, nil)).Info("text", "v", v)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("json", "v", v)
	if out, err := json.Marshal(v); err == nil {
		b.Write(out)
	}
	if out, err := xml.Marshal(v); err == nil {
		b.Write(out)
	}
	return b.String()
}

var _ = Describe("Personal data", func() {
	// No digits alone: they occur in the addresses that fmt prints.
	secrets := []string{"Fake", "FAKE", "नकली", "01-01-1990", "Nowhere", "NOWHERE", "Testtown", "TESTTOWN", "Teststate", "AAAPA0000A",
		"/9j/", "UKC", "XX00", "Seeded", "46616b65", "46414B45", "536565646564"}

	DescribeTable("of a document shows in no output", func(file, signer string) {
		r := legacy(signer).Verify(java(file), fetched)
		doc := verified(r)
		values := []any{r, &r, doc, *doc, doc.Person, &doc.Person, doc.Person.Name, doc.Person.Birth, doc.Person.Photo, doc.Person.Addresses,
			doc.Aadhaar, doc.PAN, doc.Licence, doc.Certificate, holder{person: doc.Person, name: doc.Person.Name, birth: doc.Person.Birth, photo: doc.Person.Photo}}
		if doc.Aadhaar != nil {
			values = append(values, *doc.Aadhaar, doc.Aadhaar.Number, &doc.Aadhaar.Number, doc.Aadhaar.Local, holder{aadhaar: *doc.Aadhaar})
		}
		for _, a := range doc.Person.Addresses {
			values = append(values, a, a.Line(), a.PIN)
		}
		for _, v := range values {
			out := printed(v)
			for _, s := range secrets {
				Expect(out).NotTo(ContainSubstring(s), "%T", v)
			}
		}
	},
		Entry("e-Aadhaar", "eaadhaar-sha1", "signer"),
		Entry("offline e-KYC", "offline-sha1", "uidai"),
		Entry("PAN", "pan-sha1", "signer"),
		Entry("licence", "licence-sha1", "signer"),
	)

	It("shows in no output, whichever field it is in", func() {
		seeded := regexp.MustCompile(`(name|dob|yob|phone|email|co|house|street|lm|loc|vtc|po|subdist|dist|state|pc|country|tkn|txn|gender|num|number|swd|swdIndicator|issuedAt|prevNumber|issueDate)="[^"]*"`)
		for _, xml := range []string{
			`<Certificate><CertificateData><KycRes ret="Y" txn=""><UidData tkn="" uid="xxxxxxxx0000"><Poi name="" dob="" gender="" phone="" email=""/>` +
				`<Poa co="" house="" street="" lm="" loc="" vtc="" po="" subdist="" dist="" state="" pc="" country=""/>` +
				`<LData name="" co="" house="" pc=""/><Pht>Seeded</Pht></UidData></KycRes></CertificateData></Certificate>`,
			`<Certificate type="PANCR" number="" prevNumber="" issuedAt="" issueDate=""><IssuedBy><Organization name=""/></IssuedBy><IssuedTo><Person name="" dob="" gender="" swd="" swdIndicator="" phone="" email=""/></IssuedTo>` +
				`<CertificateData><PAN num=""/></CertificateData></Certificate>`,
		} {
			doc := unverified(seeded.ReplaceAllString(xml, `$1="Seeded"`))
			Expect(doc.Person.Email.Reveal()).To(Equal("Seeded"))
			for _, v := range []any{doc, doc.Person, doc.Aadhaar, doc.PAN, doc.Certificate, &holder{person: doc.Person}} {
				Expect(printed(v)).NotTo(ContainSubstring("Seeded"))
			}
		}
	})

	It("prints as a mask where there is some, and as nothing where there is none", func() {
		p := verified(verifier("signer").Verify(java("eaadhaar-sha256"), fetched)).Person
		for _, v := range []fmt.Stringer{p.Name, p.Birth, p.Photo, p.Gender} {
			Expect(v.String()).To(Equal("****"))
			Expect(fmt.Sprintf("%#v|%d|%v|%q", v, v, v, v)).To(Equal("****|****|****|****"))
			Expect(must(json.Marshal(v))).To(MatchJSON(`"****"`))
			Expect(v.(slog.LogValuer).LogValue().String()).To(Equal("****"))
			Expect(v.(fmt.GoStringer).GoString()).To(Equal("****"))
		}
		for _, v := range []fmt.Stringer{eaadhaar.Text{}, eaadhaar.Date{}, eaadhaar.Photo{}, eaadhaar.AadhaarNumber{}, eaadhaar.GenderUnstated} {
			Expect(v.String()).To(BeEmpty())
			Expect(fmt.Sprintf("%v", v)).To(BeEmpty())
			Expect(must(json.Marshal(v))).To(MatchJSON(`""`))
			Expect(v.(slog.LogValuer).LogValue().String()).To(BeEmpty())
		}
		_, _, err := eaadhaar.Photo{}.Decode()
		Expect(err).To(MatchError(eaadhaar.ErrPhoto))
		Expect(eaadhaar.Text{}.Reveal()).To(BeEmpty())
	})

	It("shows in no error", func() {
		_, err := eaadhaar.ReadUnverified([]byte(`<Fake Person="1" Person="2"/>`))
		Expect(err).To(MatchError(eaadhaar.ErrDuplicate))
		Expect(printed(err)).NotTo(ContainSubstring("Person"))
		Expect(err.Error()).To(Equal("eaadhaar: duplicate attribute or ID: attribute (byte 0)"))
	})
})
