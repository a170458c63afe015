package quicko_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/quicko"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/wire"
)

var _ = It("a record is returned once the caller's function has verified it", suite.Verifying{
	New: func(url string, verify func(context.Context, *kyc.Record) error) (kyc.Provider, error) {
		return quicko.New(url, credentials(), quicko.Options{HTTPClient: suite.Client(), Tokens: tokens(),
			Verify: verify})
	},
	Answer: document, Ref: ref,
}.Verifies)

// The signed documents of an invented person, in the form of Quicko's samples.
const (
	signedAadhaar = `<Certificate><CertificateData><KycRes code="0" ret="Y" ts="2026-01-15T12:00:00.000+05:30">` +
		`<UidData uid="xxxxxxxx1234">` +
		`<Poi dob="01-01-1990" gender="M" name="SAMPLE NAME"/>` +
		`<Poa co="C/O SAMPLE GUARDIAN" pc="380001" state="Gujarat"/>` +
		`</UidData></KycRes></CertificateData></Certificate>`
	signedPAN = `<Certificate type="PANCR" number="AAAPA0000A" status="A"><IssuedTo>` +
		`<Person name="SAMPLE NAME" dob="01-01-1990" gender="MALE"/>` +
		`</IssuedTo><CertificateData><PAN num="AAAPA0000A"/></CertificateData></Certificate>`
	signedLicence = `<Certificate type="DRVLC" number="GJ0120200000001" issueDate="01-02-2020" ` +
		`expiryDate="31-01-2040" status="Active"><IssuedTo>` +
		`<Person name="SAMPLE NAME" dob="01-01-1990" gender="MALE"/></IssuedTo><CertificateData><DrivingLicense>` +
		`<Categories>` +
		`<Category code="NT" abbreviation="MCWG" description="Motor cycle with gear" issueDate="01-02-2020"/>` +
		`</Categories></DrivingLicense></CertificateData></Certificate>`
)

var _ = Describe("signedfile's Checker", Label("SB-D36", "SB-D37"), func() {
	signer, err := eaadhaartest.NewSigner()
	if err != nil {
		panic(err)
	}

	// pinned is a Checker that knows that signer.
	pinned := func(by *eaadhaartest.Signer) *signedfile.Checker {
		GinkgoHelper()
		v, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "test", Certificate: by.Certificate}},
			eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
		Expect(err).NotTo(HaveOccurred())
		return &signedfile.Checker{
			Verifier: v, Files: wire.Downloader{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
			Now: func() time.Time { return noon },
		}
	}

	// handing is Quicko, whose link leads to that document; the link was made then.
	handing := func(xml string, made time.Time) *server {
		GinkgoHelper()
		text, err := signer.Sign([]byte(xml))
		Expect(err).NotTo(HaveOccurred())
		store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			Expect(r.Header).NotTo(HaveKey("Authorization"), "a link needs no token, and its host gets none")
			Expect(r.Header).NotTo(HaveKey("X-Api-Key"))
			_, _ = w.Write(text)
		}))
		DeferCleanup(store.Close)
		return answering(200,
			fmt.Sprintf(`{"code":200,"timestamp":%d,"data":{"files":[{"@entity":"org.quicko.drive.file","size":%d,`+
				`"url":"%s/document.xml?X-Amz-Date=%s&X-Amz-Expires=3600","metadata":%s}]},`+
				`"transaction_id":"a4d43b74-0f9c-480c-9300-f011100b674b"}`,
				made.UnixMilli(), len(text), store.URL, made.UTC().Format("20060102T150405Z"), metadata))
	}

	DescribeTable("opens", func(ctx SpecContext, doc kyc.Document, xml, number string, more func(*kyc.Record)) {
		a := handing(xml, noon).adapter(func(o *quicko.Options) { o.Verify = pinned(signer).Verify })
		record, err := a.Fetch(ctx, ref, doc)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Unopened).To(BeFalse())
		Expect(record.Document).To(Equal(doc))
		Expect(record.Person.Name.Reveal()).To(Equal("SAMPLE NAME"))
		Expect(record.Person.Birth.ISO()).To(Equal("1990-01-01"))
		Expect(record.Person.Gender.Code()).To(Equal(kyc.Male))
		Expect(record.Number.Reveal()).To(Equal(number))
		Expect(record.Signed).NotTo(BeNil())
		Expect(record.File.ExpiresAt).To(BeTemporally("==", noon.Add(time.Hour)))
		Expect(record.Raw.Bytes()).NotTo(BeEmpty())
		more(record)
		suite.Silent(record, "SAMPLE", "AAAPA", "GJ01", "1990")
	},
		Entry("an Aadhaar", kyc.Aadhaar, signedAadhaar, "XXXXXXXX1234", func(r *kyc.Record) {
			Expect(r.Person.Address.State.Reveal()).To(Equal("Gujarat"))
		}),
		Entry("a PAN", kyc.PAN, signedPAN, "AAAPA0000A", func(*kyc.Record) {}),
		Entry("a licence", kyc.DrivingLicence, signedLicence, "GJ0120200000001", func(r *kyc.Record) {
			Expect(r.Licence.ExpiresOn.ISO()).To(Equal("2040-01-31"))
		}),
	)

	It("is not there: then the record says that nobody has opened its file", func(ctx SpecContext) {
		record, err := handing(signedPAN, noon).adapter().Fetch(ctx, ref, kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Unopened).To(BeTrue())
		Expect(record.Signed).To(BeNil())
		Expect(record.Person.IsZero()).To(BeTrue())
	})

	DescribeTable("lets no record through", func(ctx SpecContext, doc kyc.Document, made time.Time,
		by func() *eaadhaartest.Signer, kind kyc.Err) {
		s := handing(signedPAN, made)
		record, err := s.adapter(func(o *quicko.Options) { o.Verify = pinned(by()).Verify }).Fetch(ctx, ref, doc)
		Expect(record).To(BeNil())
		Expect(kyc.KindOf(err)).To(Equal(kind))
		Expect(*detail(err)).To(And(HaveField("Op", "getDocument"), HaveField("Status", 200)))
		Expect(detail(err).Raw()).NotTo(BeEmpty(), "it was billed")
		var found *signedfile.Error
		Expect(errors.As(err, &found)).To(BeTrue())
		Expect(found.Record().Unopened).To(BeTrue())
		suite.Silent(err, "SAMPLE", "AAAPA", "127.0.0.1")
	},
		Entry("whose file is another document", kyc.Aadhaar, noon, func() *eaadhaartest.Signer { return signer },
			kyc.ErrUnverified),
		Entry("that somebody else signed", kyc.PAN, noon, func() *eaadhaartest.Signer {
			other, err := eaadhaartest.NewSigner()
			Expect(err).NotTo(HaveOccurred())
			return other
		}, kyc.ErrUnverified),
		Entry("whose link has ended", kyc.PAN, noon.Add(-time.Hour), func() *eaadhaartest.Signer { return signer },
			kyc.ErrUnverified),
	)
})
