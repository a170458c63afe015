package authpartner_test

import (
	"context"
	"errors"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/signedfile"
)

var _ = Describe("A file that somebody looks at", func() {
	signer, err := eaadhaartest.NewSigner()
	if err != nil {
		panic(err)
	}
	signed := func(code, content string) string {
		GinkgoHelper()
		xml, err := signer.Sign([]byte(fmt.Sprintf(`<Certificate type="%s" number="%s" status="A"><IssuedTo>`+
			`<Person name="Fake Person" dob="15-05-1990" gender="FEMALE"/></IssuedTo>`+
			`<CertificateData>%s</CertificateData></Certificate>`, code, number, content)))
		Expect(err).NotTo(HaveOccurred())
		return string(xml)
	}
	pan := func() string { return signed("PANCR", `<PAN num="`+number+`"/>`) }
	licence := func() string {
		return signed("DRVLC",
			`<DrivingLicense><Categories><Category abbreviation="MCWG"/></Categories></DrivingLicense>`)
	}
	fetch := func(ctx SpecContext, file string, list reply) (*kyc.Record, error) {
		GinkgoHelper()
		verifier, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "test", Certificate: signer.Certificate}},
			eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
		Expect(err).NotTo(HaveOccurred())
		checker := &signedfile.Checker{Verifier: verifier}
		s := serving(well()).with(issuedPath, list)
		s.with(xmlPath+"in.gov.pan-PANCR-"+number, vouched(file))
		a := s.adapter(func(o *authpartner.Options) { o.Verify = checker.Verify })
		return a.Fetch(ctx, exchanged(ctx, a), kyc.PAN)
	}

	It("has its content once it was verified", func(ctx SpecContext) {
		record, err := fetch(ctx, pan(), reply{200, issued, nil})
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Unopened).To(BeFalse())
		Expect(record.Person.Name.Reveal()).To(Equal("Fake Person"))
		Expect(record.Number.Reveal()).To(Equal(number))
		Expect(record.Signed).NotTo(BeNil())
		Expect(record.File.Content.IsZero()).To(BeFalse())
		suite.Silent(record, "Fake Person", number)
	})

	DescribeTable("is not handed out as", func(ctx SpecContext, file func() string, mime string) {
		record, err := fetch(ctx, file(), items(item(map[string]any{"mime": mime})))
		Expect(record).To(BeNil())
		Expect(err).To(MatchError(kyc.ErrUnverified))
		Expect(detail(err).Raw()).NotTo(BeEmpty())
		suite.Silent(err, "Fake Person", number)
	},
		Entry("another document", licence, "application/xml"),
		Entry("one whose signature is not its own", func() string { return pan()[:40] + "X" + pan()[40:] },
			"application/xml"),
		Entry("a PDF, in which nobody can look", pan, "application/pdf"),
	)

	It("fails with the caller's function, whose text nothing prints", func(ctx SpecContext) {
		cause := errors.New(seed)
		a := serving(well()).adapter(func(o *authpartner.Options) {
			o.Verify = func(context.Context, *kyc.Record) error { return cause }
		})
		_, err := a.Fetch(ctx, exchanged(ctx, a), kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrUnverified))
		Expect(errors.Is(err, cause)).To(BeTrue())
		Expect(string(detail(err).Raw())).To(Equal(file))
		suite.Silent(err, secrets...)
	})
})
