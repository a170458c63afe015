package eaadhaar_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"reflect"
	"regexp"

	"example.com/digilocker/adapters/eaadhaar"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"
)

// holder hides its parts from fmt, which cannot call their methods then.
type holder struct {
	document    eaadhaar.Document
	aadhaar     *eaadhaar.Aadhaar
	certificate *eaadhaar.Certificate
	result      eaadhaar.Result
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
	if p := reflect.ValueOf(v); p.Kind() != reflect.Pointer || !p.IsNil() { // of which gob panics
		_ = gob.NewEncoder(&b).Encode(v) // it may refuse: then it shows nothing
	}
	if _, reflects := v.(holder); !reflects { // into which Gomega looks, as package kyc says
		b.WriteString(format.Object(v, 1) + format.Object(&v, 1))
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
		values := []any{
			r, &r, []any{r}, map[string]eaadhaar.Result{"r": r},
			doc, *doc, doc.Aadhaar, doc.PAN, doc.Licence, doc.Certificate, doc.Record(),
			holder{document: *doc, aadhaar: doc.Aadhaar, certificate: doc.Certificate, result: r},
		}
		outputs := []string{format.Object(holder{result: r}, 1)} // where Gomega calls no method
		for _, v := range values {
			outputs = append(outputs, printed(v))
		}
		for i, out := range outputs {
			for _, s := range secrets {
				Expect(out).NotTo(ContainSubstring(s), "output %d", i)
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
			for _, v := range []any{doc, doc.Person, doc.Aadhaar, doc.PAN, doc.Certificate, holder{document: *doc}} {
				Expect(printed(v)).NotTo(ContainSubstring("Seeded"))
			}
		}
	})

	It("is shown as a mask where there is some", func() {
		doc := verified(verifier("signer").Verify(java("eaadhaar-sha256"), fetched))
		pin := doc.Aadhaar.Local.Address.PIN
		Expect(fmt.Sprintf("%v|%v|%d", doc.Person.Name, doc.Number, pin)).To(Equal("[hidden]|[hidden]|[hidden]"))
		Expect(must(json.Marshal(doc.Aadhaar.Token))).To(MatchJSON(`""`))
	})

	It("is not in a result, which says only how it ended and who signed", func() {
		stranger := verifier("uidai").Verify(java("eaadhaar-sha256"), fetched)
		Expect(stranger.String()).To(HavePrefix(`failed: eaadhaar: signer is not pinned: "CN=TEST SIGNER`))
		for _, c := range []struct {
			result eaadhaar.Result
			want   string
		}{
			{verifier("signer").Verify(java("eaadhaar-sha256"), fetched), "verified"},
			{stranger, "failed: " + stranger.Err().Error()},
			{verifier().Verify(java("eaadhaar-sha256"), fetched), "not checked"},
			{eaadhaar.Result{}, "not checked"},
		} {
			Expect(fmt.Sprintf("%v|%s|%#v", c.result, c.result,
				c.result)).To(Equal(c.want + "|" + c.want + "|" + c.want))
			Expect(must(json.Marshal(c.result))).To(MatchJSON(must(json.Marshal(c.want))))
			Expect(must(c.result.MarshalBinary())).To(BeEquivalentTo(c.want))
			Expect(format.Object(c.result, 0)).To(Equal("<eaadhaar.Result>: " + c.want))
		}
	})

	It("shows in no error", func() {
		_, err := eaadhaar.ReadUnverified([]byte(`<Fake Person="1" Person="2"/>`))
		Expect(err).To(MatchError(eaadhaar.ErrDuplicate))
		Expect(printed(err)).NotTo(ContainSubstring("Person"))
		Expect(err.Error()).To(Equal("eaadhaar: duplicate attribute or ID: attribute (byte 0)"))
	})
})
