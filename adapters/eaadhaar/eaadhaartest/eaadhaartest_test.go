package eaadhaartest_test

import (
	"crypto/rsa"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
)

func TestEAadhaarTest(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "eaadhaartest")
}

var _ = Describe("A signer", func() {
	var signer *eaadhaartest.Signer

	BeforeEach(func() {
		var err error
		signer, err = eaadhaartest.NewSigner()
		Expect(err).NotTo(HaveOccurred())
	})

	status := func(signed []byte) eaadhaar.Status {
		GinkgoHelper()
		anchor, err := eaadhaar.ReadAnchor("test", signer.PEM())
		Expect(err).NotTo(HaveOccurred())
		v, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{anchor}, eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
		Expect(err).NotTo(HaveOccurred())
		return v.Verify(signed, time.Now()).Status()
	}

	It("has a certificate that cannot be taken for DigiLocker's", func() {
		c := signer.Certificate
		Expect(c.Subject.String()).To(Equal("CN=TEST SIGNER\\, NOT DIGILOCKER"))
		Expect(c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature)).To(Succeed())
		Expect(c.PublicKey.(*rsa.PublicKey).N.BitLen()).To(Equal(2048))
		now := time.Now()
		Expect(c.NotBefore).To(BeTemporally("~", now.AddDate(-1, 0, 0), time.Minute))
		Expect(c.NotAfter).To(BeTemporally("~", now.AddDate(2, 0, 0), time.Minute))
	})

	It("writes the observed shape, and leaves the document's bytes alone", func() {
		signed, err := signer.Sign([]byte(document))
		Expect(err).NotTo(HaveOccurred())
		before, after, _ := strings.Cut(string(signed), "<Signature ")
		signature, after, _ := strings.Cut(after, "</Signature>")
		Expect(before + after).To(Equal(document))
		Expect(after).To(Equal("</Certificate>"))
		Expect(signature).To(MatchRegexp(`^xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>` +
			`<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></CanonicalizationMethod>` +
			`<SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"></SignatureMethod>` +
			`<Reference URI=""><Transforms>` +
			`<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform></Transforms>` +
			`<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod>` +
			`<DigestValue>[^<]{44}</DigestValue></Reference></SignedInfo><SignatureValue>[^<]{344}</SignatureValue>` +
			`<KeyInfo><X509Data><X509SubjectName>CN=TEST SIGNER\\, NOT DIGILOCKER</X509SubjectName>` +
			`<X509Certificate>[^<]+</X509Certificate></X509Data></KeyInfo>$`))
		Expect(signature).To(ContainSubstring(base64.StdEncoding.EncodeToString(signer.Certificate.Raw)))
	})

	DescribeTable("signs what is verified", func(change func(string) string) {
		signed, err := signer.Sign([]byte(change(document)))
		Expect(err).NotTo(HaveOccurred())
		Expect(status(signed)).To(Equal(eaadhaar.Verified))
	},
		Entry("XML declaration", func(s string) string { return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + s }),
		Entry("byte-order mark", func(s string) string { return "\ufeff" + s }),
		Entry("one element a line", func(s string) string { return strings.ReplaceAll(s, "><", ">\r\n<") + "\r\n" }),
		Entry("end tags in CDATA", func(s string) string {
			return strings.Replace(s, "</Certificate>", "<![CDATA[</x>]]></Certificate>", 1)
		}),
		Entry("space in the end tag", func(s string) string { return strings.Replace(s, "</Certificate>", "</Certificate\n>", 1) }),
		Entry("references in values", func(s string) string { return strings.Replace(s, "Nobody", "A&amp;B &lt;&quot;&#10;&#x928;", 1) }),
		Entry("default namespace", func(s string) string {
			return strings.Replace(s, "<Certificate ", `<Certificate xmlns="http://nowhere.invalid/" `, 1)
		}),
	)

	It("puts the Signature into the root whatever follows it", func() {
		signed, err := signer.Sign([]byte(document + "<!-- </x> -->"))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(signed)).To(HaveSuffix("</Signature></Certificate><!-- </x> -->"))
	})

	DescribeTable("refuses to sign", func(document string) {
		signed, err := signer.Sign([]byte(document))
		Expect(err).To(MatchError(HavePrefix("eaadhaartest: ")))
		Expect(signed).To(BeNil())
	},
		Entry("nothing", ""),
		Entry("text", "no XML"),
		Entry("a declaration alone", `<?xml version="1.0"?>`),
		Entry("a root without an end tag", "<a/>"),
		Entry("a root without an end tag, behind something like one", "<!-- </a> --><a/>"),
		Entry("two roots", "<a></a><b></b>"),
		Entry("two roots, the second without an end tag", "<a></a><b/>"),
		Entry("text in front of the root", "x<a></a>"),
		Entry("text behind the root", "<a></a>x"),
		Entry("an element that is not closed", "<a><b></b>"),
		Entry("end tags in the wrong order", "<a><b></a></b>"),
		Entry("bytes that are not UTF-8", "<a>\xff</a>"),
		Entry("another encoding", `<?xml version="1.0" encoding="UTF-16"?><a></a>`),
		Entry("an entity that XML does not have", "<a>&nbsp;</a>"),
		Entry("a signed document", `<a><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"></Signature></a>`),
		Entry("a signed document with a prefix", `<a><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></a>`),
	)

	It("refuses to sign its own signature again", func() {
		signed, err := signer.Sign([]byte(document))
		Expect(err).NotTo(HaveOccurred())
		_, err = signer.Sign(signed)
		Expect(err).To(HaveOccurred())
	})
})
