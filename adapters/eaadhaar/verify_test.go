package eaadhaar_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

var _ = Describe("Verify", func() {
	DescribeTable("a genuine document of the JDK's signer",
		func(file, signer string, sha1 bool, kind eaadhaar.Kind, clock eaadhaar.Clock) {
			doc := verified(legacy(signer).Verify(java(file), fetched))
			Expect(doc.Kind).To(Equal(kind))
			Expect(strings.ToUpper(doc.Person.Name.Reveal())).To(Equal("FAKE PERSON"))
			proof := doc.Proof()
			Expect(proof.Anchor).To(Equal(signer))
			Expect(proof.Signer.Fingerprint).To(HaveLen(64))
			Expect(proof.SHA1).To(Equal(sha1))
			Expect(proof.JudgedBy).To(Equal(clock))
			if clock == eaadhaar.ClockCaller {
				Expect(proof.JudgedAt).To(Equal(fetched))
			} else {
				Expect(proof.JudgedAt).To(BeTemporally("==", time.Date(2026, 1, 15, 6, 30, 0, 0, time.UTC)))
			}
			strict := verifier(signer).Verify(java(file), fetched)
			if sha1 {
				refused(strict, eaadhaar.ErrSHA1)
				Expect(strict.Err()).NotTo(MatchError(eaadhaar.ErrSignature))
			} else {
				verified(strict)
			}
		},
		Entry("e-Aadhaar, rsa-sha1", "eaadhaar-sha1", "signer", true, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("e-Aadhaar, rsa-sha256", "eaadhaar-sha256", "signer", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("ds: prefix", "eaadhaar-prefix", "signer", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("inclusive SignedInfo", "eaadhaar-inclusive", "signer", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("default namespace on the root", "eaadhaar-default-namespace", "signer", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("unused namespace", "eaadhaar-unused-namespace", "signer", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("unused namespace, inclusive", "eaadhaar-unused-namespace-inclusive", "signer", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("xml:lang", "eaadhaar-xml-lang", "signer", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("xml:lang, inclusive", "eaadhaar-xml-lang-inclusive", "signer", false, eaadhaar.EAadhaar,
			eaadhaar.ClockTS),
		Entry("one element a line", "eaadhaar-lines", "signer", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("character references", "eaadhaar-escapes", "signer", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("chain, leaf first", "eaadhaar-chain", "chained", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("chain, root first", "eaadhaar-chain-root-first", "chained", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("KeyInfo with a name only", "eaadhaar-subject-only", "signer", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("no KeyInfo", "eaadhaar-no-keyinfo", "signer", false, eaadhaar.EAadhaar, eaadhaar.ClockTS),
		Entry("offline e-KYC", "offline-sha1", "uidai", true, eaadhaar.OfflineEKYC, eaadhaar.ClockReference),
		Entry("PAN, rsa-sha1", "pan-sha1", "signer", true, eaadhaar.PANRecord, eaadhaar.ClockCaller),
		Entry("PAN, rsa-sha256", "pan-sha256", "signer", false, eaadhaar.PANRecord, eaadhaar.ClockCaller),
		Entry("licence, rsa-sha1", "licence-sha1", "signer", true, eaadhaar.DrivingLicence, eaadhaar.ClockCaller),
		Entry("licence, rsa-sha256", "licence-sha256", "signer", false, eaadhaar.DrivingLicence, eaadhaar.ClockCaller),
	)

	DescribeTable("a genuine document of the Go signer", func(xml string, kind eaadhaar.Kind) {
		g := theSigner()
		doc := verified(g.verifier(eaadhaar.SHA256Only).Verify(g.sign(xml, nil), fetched))
		Expect(doc.Kind).To(Equal(kind))
		signed := g.sign(xml, replace(rsa256, rsa1))
		refused(g.verifier(eaadhaar.SHA256Only).Verify(signed, fetched), eaadhaar.ErrSHA1)
		Expect(verified(g.verifier(eaadhaar.LegacySHA1).Verify(signed, fetched)).Proof().SHA1).To(BeTrue())
	},
		Entry("e-Aadhaar", eaadhaarXML, eaadhaar.EAadhaar),
		Entry("offline e-KYC", offlineXML, eaadhaar.OfflineEKYC),
		Entry("PAN", panXML, eaadhaar.PANRecord),
		Entry("licence", licenceXML, eaadhaar.DrivingLicence),
	)

	DescribeTable("a harmless change of the bytes", func(file string, change func(string) string) {
		doc := string(java(file))
		changed := change(doc)
		Expect(changed).NotTo(Equal(doc))
		got := verified(verifier("signer").Verify([]byte(changed), fetched))
		Expect(got.Person).To(Equal(verified(verifier("signer").Verify([]byte(doc), fetched)).Person))
	},
		Entry("byte-order mark", "eaadhaar-sha256", func(s string) string { return "\xef\xbb\xbf" + s }),
		Entry("no XML declaration", "eaadhaar-sha256", func(s string) string { return s[strings.Index(s, "?>")+2:] }),
		Entry("CRLF", "eaadhaar-lines", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }),
		Entry("line end after the root", "eaadhaar-sha256", func(s string) string { return s + "\r\n\n" }),
		Entry("white space inside Signature", "eaadhaar-sha256", func(s string) string {
			s = strings.Replace(s, "<KeyInfo>", "\n\t <KeyInfo>\r\n", 1)
			return strings.Replace(s, "</X509Data>", " \n</X509Data>", 1)
		}),
		Entry("white space inside SignatureValue and X509Certificate", "eaadhaar-sha256", func(s string) string {
			s = strings.Replace(s, "<SignatureValue>", "<SignatureValue> \t\n", 1)
			return strings.Replace(s, "</X509Certificate>", "\t &#13;</X509Certificate>", 1)
		}),
		Entry("Id on Signature", "eaadhaar-sha256", replace(sigOpen, `<Signature Id="s" xmlns="http://www.w3.org/2000/09/xmldsig#">`)),
		Entry("issuer and serial in KeyInfo", "eaadhaar-sha256", replace("<X509Data>",
			"<X509Data><X509IssuerSerial><X509IssuerName>CN=X</X509IssuerName><X509SerialNumber>1</X509SerialNumber></X509IssuerSerial>")),
		Entry("Signature moved to the front of the root", "eaadhaar-sha256", func(s string) string {
			sig := s[strings.Index(s, sigOpen):strings.Index(s, "</Certificate>")]
			return strings.Replace(strings.Replace(s, sig, "", 1), "<Certificate>", "<Certificate>"+sig, 1)
		}),
		Entry("CDATA", "eaadhaar-sha256", func(s string) string {
			return strings.Replace(strings.Replace(s, "<Pht>", "<Pht><![CDATA[", 1), "</Pht>", "]]></Pht>", 1)
		}),
		Entry("single quotes, other attribute order", "eaadhaar-sha256",
			replace(`dob="01-01-1990" gender="M" name="Fake Person"`, `name='Fake Person' gender = 'M' dob="01-01-1990"`)),
		Entry("character references for letters", "eaadhaar-sha256", replace("Fake Person", "&#70;ake&#x20;Person")),
		Entry("literal line end in an attribute", "eaadhaar-sha256", replace("Fake Person", "Fake\nPerson")),
		Entry("literal CRLF and tab in attributes", "eaadhaar-sha256", func(s string) string {
			return replace("Near Nothing", "Near\tNothing")(replace("Fake Person", "Fake\r\nPerson")(s))
		}),
		Entry("literal line ends and tabs between attributes", "eaadhaar-sha256",
			replace(`dob="01-01-1990" gender="M" name="Fake Person"/>`, "\tdob\n=\r\n\"01-01-1990\"\r\ngender='M'\t\rname = \"Fake Person\"\n/>")),
		Entry("literal carriage return in an attribute", "eaadhaar-sha256", replace("Fake Person", "Fake\rPerson")),
	)

	It("tries every anchor where the document names none", func() {
		v := legacy("attacker", "uidai", "signer")
		Expect(verified(v.Verify(java("eaadhaar-no-keyinfo"), fetched)).Proof().Anchor).To(Equal("signer"))
		Expect(verified(v.Verify(java("eaadhaar-subject-only"), fetched)).Proof().Anchor).To(Equal("signer"))
		Expect(verified(v.Verify(java("offline-sha1"), fetched)).Proof().Anchor).To(Equal("uidai"))
	})

	It("hands out copies of its proof", func() {
		doc := verified(verifier("signer").Verify(java("eaadhaar-sha256"), fetched))
		doc.Proof().Anchor = "somebody"
		Expect(doc.Proof().Anchor).To(Equal("signer"))
	})

	It("answers many callers at once", Label("beside"), func() {
		v := legacy("signer", "uidai")
		var wg sync.WaitGroup
		for _, file := range []string{"eaadhaar-sha1", "pan-sha1", "licence-sha256", "offline-sha1", "eaadhaar-sha1"} {
			wg.Go(func() {
				defer GinkgoRecover()
				verified(v.Verify(java(file), fetched))
			})
		}
		wg.Wait()
	})

	It("leaves the bytes alone", func() {
		data := []byte(replace("Fake Person", "Fake\nPerson")(string(java("eaadhaar-sha256"))))
		before := string(data)
		verified(verifier("signer").Verify(data, fetched))
		Expect(string(data)).To(Equal(before))
	})

	Describe("without an anchor", func() {
		It("is never a success", func() {
			for _, v := range []*eaadhaar.Verifier{legacy(), {}} {
				r := v.Verify(java("eaadhaar-sha256"), fetched)
				Expect(r.Status()).To(Equal(eaadhaar.NotChecked))
				Expect(r.Err()).To(MatchError(eaadhaar.ErrNotChecked))
				doc, err := r.Document()
				Expect(doc).To(BeNil())
				Expect(err).To(MatchError(eaadhaar.ErrNotChecked))
			}
		})
		It("still refuses what no anchor could save", func() {
			refused(legacy().Verify([]byte("<Certificate>"), fetched), eaadhaar.ErrSyntax)
			refused(legacy().Verify([]byte(replace("</Pht>", "</Pht2>")(string(java("eaadhaar-sha256")))), fetched), eaadhaar.ErrSyntax)
			refused(legacy().Verify(java("attack-hmac"), fetched), eaadhaar.ErrAlgorithm)
			refused(verifier().Verify(java("eaadhaar-sha1"), fetched), eaadhaar.ErrSHA1)
			refused(legacy().Verify([]byte(eaadhaarXML), fetched), eaadhaar.ErrUnsigned)
		})
		It("is what zero values say", func() {
			Expect((*eaadhaar.Verifier)(nil).Verify(java("eaadhaar-sha256"),
				fetched).Status()).To(Equal(eaadhaar.NotChecked))
			_, unknown := eaadhaar.NewVerifier(nil, eaadhaar.Options{Profile: 9})
			Expect(unknown).To(MatchError(ContainSubstring("unknown Options.Profile")))
			var r eaadhaar.Result
			Expect(r.Status()).To(Equal(eaadhaar.NotChecked))
			Expect(r.Err()).To(MatchError(eaadhaar.ErrNotChecked))
			_, err := r.Document()
			Expect(err).To(MatchError(eaadhaar.ErrNotChecked))
			Expect([]string{eaadhaar.NotChecked.String(), eaadhaar.Failed.String(), eaadhaar.Verified.String()}).
				To(Equal([]string{"not checked", "failed", "verified"}))
		})
	})

	Describe("time", func() {
		g := theSigner()
		signedAt := func(ts string) []byte {
			return g.sign(replace("2026-01-15T12:00:00.000+05:30", ts)(eaadhaarXML), nil)
		}
		at := func(t time.Time, fresh bool) *eaadhaar.Verifier {
			return must(eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "go", Certificate: g.Certificate}},
				eaadhaar.Options{Now: func() time.Time { return t }, WithinTTL: fresh}))
		}

		DescribeTable("a certificate of 2025 and 2026 judges by ts", func(ts string, reason error) {
			r := at(date(2040, 1, 1), false).Verify(signedAt(ts), date(2025, 6, 1))
			if reason == nil {
				verified(r)
				return
			}
			Expect(r.Err()).To(MatchError(reason))
			Expect(r.Status()).To(Equal(eaadhaar.Failed))
		},
			Entry("before it", "2024-12-31T23:59:59Z", eaadhaar.ErrValidity),
			Entry("its first second", "2025-01-01T00:00:00Z", nil),
			Entry("its last second", "2027-01-01T00:00:00Z", nil),
			Entry("after it", "2027-01-01T00:00:01Z", eaadhaar.ErrValidity),
			Entry("without offset: Indian time", "2025-01-01T05:30:00", nil),
			Entry("without offset: too early", "2025-01-01T05:29:59", eaadhaar.ErrValidity),
			Entry("after now", "2040-02-01T00:00:00Z", eaadhaar.ErrFuture),
			Entry("no time", "soon", eaadhaar.ErrTime),
			Entry("empty", "", eaadhaar.ErrTime),
		)
		It("keeps a document verifiable after its signer expired", func() {
			verified(at(date(2039, 1, 1), false).Verify(g.sign(eaadhaarXML, nil), time.Time{}))
		})
		It("lets a clock be five minutes wrong", func() {
			signed := time.Date(2026, 1, 15, 6, 30, 0, 0, time.UTC)
			verified(at(signed.Add(-5*time.Minute), false).Verify(g.sign(eaadhaarXML, nil), time.Time{}))
			refused(at(signed.Add(-5*time.Minute-time.Second), false).Verify(g.sign(eaadhaarXML, nil), time.Time{}), eaadhaar.ErrFuture)
		})
		It("takes the caller's for PAN and licence, and no other", func() {
			for _, xml := range []string{panXML, licenceXML} {
				signed := g.sign(xml, nil)
				verified(at(now, false).Verify(signed, date(2026, 1, 1)))
				refused(at(now, false).Verify(signed, time.Time{}), eaadhaar.ErrTime)
				refused(at(now, false).Verify(signed, date(2024, 1, 1)), eaadhaar.ErrValidity)
				refused(at(now, false).Verify(signed, date(2026, 12, 1)), eaadhaar.ErrFuture)
			}
		})
		It("reads the offline file's to the millisecond, in Indian time", func() {
			doc := verified(at(now, false).Verify(g.sign(offlineXML, nil), time.Time{}))
			Expect(doc.Proof().JudgedAt).To(BeTemporally("==", time.Date(2026, 1, 15, 6, 30, 0, 123e6, time.UTC)))
			old := replace("000020260115120000123", "000020240115120000123")(offlineXML)
			refused(at(now, false).Verify(g.sign(old, nil), now), eaadhaar.ErrValidity)
		})
		It("refuses a stale document only if told to", func() {
			signed := g.sign(eaadhaarXML, nil)
			ttl := time.Date(2027, 1, 15, 6, 30, 0, 0, time.UTC)
			verified(at(ttl.Add(-time.Second), true).Verify(signed, time.Time{}))
			refused(at(ttl, true).Verify(signed, time.Time{}), eaadhaar.ErrStale)
			verified(at(ttl, false).Verify(signed, time.Time{}))
			refused(at(now, true).Verify(g.sign(replace(` ttl="2027-01-15T12:00:00"`, "")(eaadhaarXML), nil), time.Time{}), eaadhaar.ErrStale)
			verified(at(now, true).Verify(g.sign(panXML, nil), fetched))
		})
		It("finds the valid one of two certificates of one key", func() {
			renewed := must(eaadhaartest.NewCertificate(g.Key, date(2029, 1, 1), date(2031, 1, 1)))
			signed := string(g.sign(replace("2026-01-15T12", "2030-01-15T12")(eaadhaarXML), nil))
			signed = signed[:strings.Index(signed, "<KeyInfo>")] + "</Signature></Certificate>"
			v := must(eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "old", Certificate: g.Certificate}, {Name: "renewed", Certificate: renewed}},
				eaadhaar.Options{Now: func() time.Time { return date(2040, 1, 1) }}))
			Expect(verified(v.Verify([]byte(signed), time.Time{})).Proof().Anchor).To(Equal("renewed"))
		})
		It("defaults to the real clock", func() {
			v := must(eaadhaar.NewVerifier([]eaadhaar.Anchor{{Certificate: g.Certificate}}, eaadhaar.Options{}))
			refused(v.Verify(signedAt("9999-01-01T00:00:00Z"), time.Time{}), eaadhaar.ErrFuture)
		})
	})

	Describe("an anchor", func() {
		It("is read from PEM and DER", func() {
			block, _ := pem.Decode(must(os.ReadFile("testdata/java/signer.pem")))
			a := must(eaadhaar.ReadAnchor("der", block.Bytes))
			Expect(a.Certificate.Equal(anchor("signer").Certificate)).To(BeTrue())
		})
		It("is one certificate, and nothing else", func() {
			file := must(os.ReadFile("testdata/java/signer.pem"))
			block, _ := pem.Decode(file)
			mislabelled := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: block.Bytes})
			for _, bad := range [][]byte{nil, []byte("x"), append(file, file...), mislabelled} {
				_, err := eaadhaar.ReadAnchor("bad", bad)
				Expect(err).To(MatchError(eaadhaar.ErrAnchor))
			}
		})
		It("has an RSA key of 2048 bits or more", func() {
			_, err := eaadhaar.ReadAnchor("weak", must(os.ReadFile("testdata/java/weak.pem")))
			Expect(err).To(MatchError(eaadhaar.ErrAnchor))
			block, _ := pem.Decode(must(os.ReadFile("testdata/java/weak.pem")))
			ec := must(eaadhaartest.NewCertificate(must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), date(2020, 1, 1), date(2040, 1, 1)))
			for _, c := range []*x509.Certificate{
				must(x509.ParseCertificate(block.Bytes)), ec, nil, {}, {PublicKey: &rsa.PublicKey{N: theSigner().Key.N, E: 65537}},
			} {
				_, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{anchor("signer"), {Name: "bad", Certificate: c}}, eaadhaar.Options{})
				Expect(err).To(MatchError(eaadhaar.ErrAnchor))
			}
		})
	})

	It("reports SHA-1 refused by FIPS mode as that, without a panic", func() {
		child := func(file string) string {
			cmd := exec.Command(must(os.Executable()))
			cmd.Env = append(os.Environ(), "GODEBUG=fips140=only", "EAADHAAR_VERIFY="+file)
			out, err := cmd.CombinedOutput()
			Expect(err).NotTo(HaveOccurred(), string(out))
			return string(out)
		}
		Expect(child("eaadhaar-sha1")).To(ContainSubstring(string(eaadhaar.ErrSHA1)))
		Expect(child("eaadhaar-sha256")).To(ContainSubstring("verified"))
	})
})
