package surepass_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/surepass"
	"example.com/digilocker/adapters/wire"
)

var _ = It("a record is returned once the caller's function has verified it", suite.Verifying{
	New: func(url string, verify func(context.Context, *kyc.Record) error) (kyc.Provider, error) {
		return surepass.New(url, credentials(), surepass.Options{HTTPClient: suite.Client(), Verify: verify})
	},
	Answer: aadhaar, Ref: ref, Name: "John Doe",
}.Verifies)

var _ = Describe("a document that is a signed file alone", func() {
	signer, err := eaadhaartest.NewSigner()
	if err != nil {
		panic(err)
	}
	// signed is an invented document of that type.
	signed := func(code, number, content string) []byte {
		GinkgoHelper()
		xml, err := signer.Sign([]byte(fmt.Sprintf(`<Certificate type="%s" number="%s" status="A"><IssuedTo>`+
			`<Person name="Fake Person" dob="15-05-1990" gender="FEMALE"/></IssuedTo>`+
			`<CertificateData>%s</CertificateData></Certificate>`, code, number, content)))
		Expect(err).NotTo(HaveOccurred())
		return xml
	}
	pan := func() []byte { return signed("PANCR", "AAAPA0000A", `<PAN num="AAAPA0000A"/>`) }
	licence := func() []byte {
		return signed("DRVLC", "XX0019900000001",
			`<DrivingLicense><Categories><Category abbreviation="MCWG"/></Categories></DrivingLicense>`)
	}
	// fetch has the file at the end of the link, and a Checker with the signer pinned.
	fetch := func(ctx SpecContext, doc kyc.Document, code string, file []byte, verified bool) (*kyc.Record, error) {
		GinkgoHelper()
		store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(file)
		}))
		DeferCleanup(store.Close)
		s := each(answers{
			"list-documents": {200, `{"data":{"documents":[{"file_id":"digilocker_file_a",` +
				`"doc_type":"` + code + `","file_type":"xml"}]}}`},
			"download-document": {200, `{"data":{"download_url":"` + store.URL + `/file.xml",` +
				`"mime_type":"application/xml"}}`},
		})
		verifier, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "test", Certificate: signer.Certificate}},
			eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
		Expect(err).NotTo(HaveOccurred())
		checker := &signedfile.Checker{
			Verifier: verifier, Files: wire.Downloader{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
		}
		return calling(s.URL, func(o *surepass.Options) {
			if verified {
				o.Verify = checker.Verify
			}
		}).Fetch(ctx, ref, doc)
	}

	DescribeTable("has its content once it is opened:",
		func(ctx SpecContext, doc kyc.Document, code string, file func() []byte, number string) {
			record, err := fetch(ctx, doc, code, file(), true)
			Expect(err).NotTo(HaveOccurred())
			Expect(record.Unopened).To(BeFalse())
			Expect(record.Document).To(Equal(doc))
			Expect(record.Person.Name.Reveal()).To(Equal("Fake Person"))
			Expect(record.Person.Birth.ISO()).To(Equal("1990-05-15"))
			Expect(record.Number.Reveal()).To(Equal(number))
			Expect(record.Licence != nil).To(Equal(doc == kyc.DrivingLicence))
			Expect(record.Signed).NotTo(BeNil())
			Expect(record.File.Link.IsZero()).To(BeFalse())
			Expect(record.Raw.Bytes()).NotTo(BeEmpty())
			suite.Silent(record, "Fake Person", number)
		},
		Entry("a PAN", kyc.PAN, "PANCR", pan, "AAAPA0000A"),
		Entry("a licence", kyc.DrivingLicence, "DRVLC", licence, "XX0019900000001"),
	)

	It("says that nobody has opened it, where nobody was to", func(ctx SpecContext) {
		record, err := fetch(ctx, kyc.PAN, "PANCR", pan(), false)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Unopened).To(BeTrue())
		Expect(record.Person.IsZero()).To(BeTrue())
		Expect(record.Number.IsZero()).To(BeTrue())
		Expect(record.Signed).To(BeNil())
		Expect(record.File.Format).To(Equal("xml"))
	})

	DescribeTable("is not handed out as", func(ctx SpecContext, file func() []byte) {
		record, err := fetch(ctx, kyc.PAN, "PANCR", file(), true)
		Expect(err).To(MatchError(kyc.ErrUnverified))
		Expect(record).To(BeNil())
		Expect(detail(err).Op).To(Equal("downloadDocument"))
		Expect(detail(err).Raw()).NotTo(BeEmpty())
		suite.Silent(err, "Fake Person")
	},
		Entry("another document", licence),
		Entry("one whose signature is not its own",
			func() []byte { return []byte(string(pan()[:40]) + "X" + string(pan()[40:])) }),
		Entry("a PDF, in which nobody can look", func() []byte { return []byte("%PDF-1.7\n%%EOF\n") }),
	)
})
