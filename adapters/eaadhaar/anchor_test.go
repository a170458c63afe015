package eaadhaar_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// certified makes a certificate for key, signed by above, or by itself if that is nil.
func certified(key *rsa.PrivateKey, above *issuer, change func(*x509.Certificate)) *x509.Certificate {
	t := &x509.Certificate{
		SerialNumber: big.NewInt(0x99ee),
		Subject:      pkix.Name{CommonName: "TEST SIGNER 2", Organization: []string{"Invented Corporation"}},
		NotBefore:    date(2025, 1, 1), NotAfter: date(2027, 1, 1), BasicConstraintsValid: true,
	}
	if change != nil {
		change(t)
	}
	parent, by := t, key
	if above != nil {
		parent, by = above.Certificate, above.key
	}
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, t, parent, key.Public(), by))))
}

// named gives a certificate those CNs, in their order, beside the usual O.
func named(commonNames ...string) func(*x509.Certificate) {
	return func(t *x509.Certificate) {
		names := pkix.RDNSequence{{{Type: asn1.ObjectIdentifier{2, 5, 4, 10}, Value: "Invented Corporation"}}}
		for _, n := range commonNames {
			names = append(names,
				pkix.RelativeDistinguishedNameSET{{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: n}})
		}
		t.RawSubject = must(asn1.Marshal(names))
	}
}

type issuer struct {
	*x509.Certificate
	key *rsa.PrivateKey
}

func authority(above *issuer, name string, change func(*x509.Certificate)) *issuer {
	key := must(rsa.GenerateKey(rand.Reader, 2048))
	return &issuer{certified(key, above, func(t *x509.Certificate) {
		t.Subject = pkix.Name{CommonName: name}
		t.IsCA, t.KeyUsage = true, x509.KeyUsageCertSign
		t.NotBefore, t.NotAfter = date(2020, 1, 1), date(2040, 1, 1)
		if change != nil {
			change(t)
		}
	}), key}
}

var (
	theRoot  = sync.OnceValue(func() *issuer { return authority(nil, "TEST ROOT", nil) })
	theSubCA = sync.OnceValue(func() *issuer { return authority(theRoot(), "TEST SUB-CA", nil) })
	theKey   = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
)

// by signs documents with theKey, and embeds those certificates.
func by(certs ...*x509.Certificate) goSigner {
	g := goSigner{&eaadhaartest.Signer{Key: theKey(), Certificate: certs[0], Method: rsa256}}
	return g
}

// signedWith signs doc with theKey and puts the certificates into it.
func signedWith(doc string, certs ...*x509.Certificate) []byte {
	signed := string(by(certs...).sign(doc, nil))
	for _, c := range certs[1:] {
		signed = strings.Replace(signed, "</X509Data>",
			"<X509Certificate>"+base64.StdEncoding.EncodeToString(c.Raw)+"</X509Certificate></X509Data>", 1)
	}
	return []byte(signed)
}

func believing(opts eaadhaar.Options, anchors ...eaadhaar.Anchor) *eaadhaar.Verifier {
	if opts.Now == nil {
		opts.Now = func() time.Time { return now }
	}
	return must(eaadhaar.NewVerifier(anchors, opts))
}

// failure is the *Error of a Result that has to be a failure for that reason.
func failure(r eaadhaar.Result, reason eaadhaar.Reason) *eaadhaar.Error {
	GinkgoHelper()
	refused(r, reason)
	var e *eaadhaar.Error
	Expect(errors.As(r.Err(), &e)).To(BeTrue())
	return e
}

var _ = Describe("An anchor", func() {
	DescribeTable("is a certificate for signing documents", func(why string, change func(*x509.Certificate)) {
		cert := certified(theKey(), nil, change)
		read, err := eaadhaar.ReadAnchor("it", cert.Raw)
		_, pinned := eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "it", Certificate: cert}}, eaadhaar.Options{})
		if why == "" {
			Expect(err).NotTo(HaveOccurred())
			Expect(pinned).NotTo(HaveOccurred())
			Expect(read.Certificate.Equal(cert)).To(BeTrue())
			return
		}
		Expect(err).To(MatchError(eaadhaar.ErrAnchor))
		Expect(err).To(MatchError(ContainSubstring(why)))
		Expect(pinned).To(MatchError(ContainSubstring("it: " + why)))
	},
		Entry("without uses", "", nil),
		Entry("for signatures", "", func(t *x509.Certificate) { t.KeyUsage = x509.KeyUsageDigitalSignature }),
		Entry("for content commitment and encipherment", "", func(t *x509.Certificate) {
			t.KeyUsage = x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment
		}),
		Entry("for e-mail and TLS clients", "", func(t *x509.Certificate) {
			t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageEmailProtection}
		}),
		Entry("for a use that crypto/x509 does not know", "", func(t *x509.Certificate) {
			t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
			t.UnknownExtKeyUsage = append(t.UnknownExtKeyUsage, []int{1, 3, 6, 1, 4, 1, 311, 10, 3, 12})
		}),
		Entry("not a CA's", "the certificate of a CA", func(t *x509.Certificate) { t.IsCA = true }),
		Entry("not one that signs certificates", "the certificate of a CA", func(t *x509.Certificate) {
			t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
		}),
		Entry("not for encipherment alone", "a certificate that is not for signatures", func(t *x509.Certificate) {
			t.KeyUsage = x509.KeyUsageKeyEncipherment
		}),
		Entry("not a TLS server's", "a certificate for another use", func(t *x509.Certificate) {
			t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}),
		Entry("not for time stamps", "a certificate for another use", func(t *x509.Certificate) {
			t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping, x509.ExtKeyUsageServerAuth}
		}),
	)

	It("has no exponent below 65537", func() {
		weak := *theKey()
		weak.E = 3
		c := *certified(theKey(), nil, nil)
		c.PublicKey = &weak.PublicKey
		_, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{{Certificate: &c}}, eaadhaar.Options{})
		Expect(err).To(MatchError(ContainSubstring("exponent")))
	})

	DescribeTable("of a public key is pinned by its SHA-256", func(write func(sum []byte) string) {
		cert := certified(theKey(), nil, nil)
		sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
		pin := must(eaadhaar.PinKey("the key", write(sum[:])))
		renewed := certified(theKey(), nil, func(t *x509.Certificate) { t.Subject.CommonName = "TEST SIGNER 3" })
		for _, c := range []*x509.Certificate{cert, renewed} {
			proof := verified(believing(eaadhaar.Options{}, pin).Verify(signedWith(eaadhaarXML, c), fetched)).Proof()
			Expect(proof.Anchor).To(Equal("the key"))
			Expect(proof.Signer).To(Equal(eaadhaar.Signer{Key: hex.EncodeToString(sum[:])}),
				"the certificate is not believed")
		}
	},
		Entry("in hex", hex.EncodeToString),
		Entry("in upper-case hex with colons",
			func(b []byte) string { return strings.ReplaceAll(fmt.Sprintf("% X", b), " ", ":") }),
		Entry("in base64", base64.StdEncoding.EncodeToString),
		Entry("as inspect writes it", func(b []byte) string { return "sha256 " + hex.EncodeToString(b) }),
		Entry("as OpenSSH writes it",
			func(b []byte) string { return "SHA256:" + base64.StdEncoding.EncodeToString(b) }),
		Entry("as HPKP writes it", func(b []byte) string { return "sha256/" + base64.StdEncoding.EncodeToString(b) }),
	)

	It("of a public key is read from PEM", func() {
		cert := certified(theKey(), nil, nil)
		file := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: cert.RawSubjectPublicKeyInfo})
		v := believing(eaadhaar.Options{}, must(eaadhaar.ReadAnchor("the key", file)))
		verified(v.Verify(signedWith(eaadhaarXML, cert), fetched))
		_, err := eaadhaar.ReadAnchor("bad", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: cert.Raw}))
		Expect(err).To(MatchError(ContainSubstring("not a public key")))
		small := must(x509.MarshalPKIXPublicKey(must(rsa.GenerateKey(rand.Reader, 1024)).Public()))
		_, err = eaadhaar.ReadAnchor("weak", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: small}))
		Expect(err).To(MatchError(ContainSubstring("2048 bits")))
	})

	It("of a public key is no other key, no bad sum, and nothing beside a certificate", func() {
		cert := certified(theKey(), nil, nil)
		other := must(eaadhaar.PinKey("another", strings.Repeat("ab", 32)))
		e := failure(believing(eaadhaar.Options{}, other).Verify(signedWith(eaadhaarXML, cert), fetched),
			eaadhaar.ErrUntrusted)
		Expect(must(eaadhaar.PinKey("found", e.Signer.Key)).Key).To(Equal(sha256.Sum256(cert.RawSubjectPublicKeyInfo)))
		for _, bad := range []string{"", "x", strings.Repeat("ab", 20), "sha1/" + strings.Repeat("ab", 32)} {
			_, err := eaadhaar.PinKey("bad", bad)
			Expect(err).To(MatchError(eaadhaar.ErrAnchor))
		}
		other.Certificate = cert
		_, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{other}, eaadhaar.Options{})
		Expect(err).To(MatchError(ContainSubstring("pin one of them")))
		other.Certificate = nil
		bare := strings.Replace(string(signedWith(eaadhaarXML, cert)), string(must(keyInfo(cert))), "", 1)
		refused(believing(eaadhaar.Options{}, other).Verify([]byte(bare), fetched), eaadhaar.ErrUntrusted)
	})

	It("of a public key is no weak one, though its sum is pinned", func() {
		key := must(rsa.GenerateKey(rand.Reader, 1024))
		cert := certified(key, nil, nil)
		weak := goSigner{&eaadhaartest.Signer{Key: key, Certificate: cert, Method: rsa256}}
		pin := eaadhaar.Anchor{Name: "weak", Key: sha256.Sum256(cert.RawSubjectPublicKeyInfo)}
		refused(believing(eaadhaar.Options{}, pin).Verify(weak.sign(eaadhaarXML, nil), fetched), eaadhaar.ErrUntrusted)
	})

	It("of a public key is not the certificate's fingerprint, and says so", func() {
		cert := certified(theKey(), nil, nil)
		pin := eaadhaar.Anchor{Key: sha256.Sum256(cert.Raw)}
		e := failure(believing(eaadhaar.Options{}, pin).Verify(signedWith(eaadhaarXML, cert), fetched),
			eaadhaar.ErrUntrusted)
		Expect(e.Detail).To(ContainSubstring("fingerprint"))
	})

	DescribeTable("is no file that", func(why string, file func() []byte) {
		_, err := eaadhaar.ReadAnchor("it", file())
		Expect(err).To(MatchError(eaadhaar.ErrAnchor))
		Expect(err).To(MatchError(ContainSubstring("it: " + why)))
	},
		Entry("is empty", "the file is empty", func() []byte { return []byte(" \n") }),
		Entry("has two certificates", "several blocks",
			func() []byte { return append(anchorFile("signer"), anchorFile("uidai")...) }),
		Entry("has more behind it", "something behind", func() []byte { return append(anchorFile("signer"), 'x') }),
		Entry("has a private key", "a private key", func() []byte {
			return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(theKey())})
		}),
		Entry("has a request", "a file of another kind",
			func() []byte { return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST"}) }),
		Entry("is a document", "neither a certificate nor a public key",
			func() []byte { return java("eaadhaar-sha1") }),
	)

	It("is for the kinds of document that it says", func() {
		cert := certified(theKey(), nil, nil)
		bound := eaadhaar.Anchor{Name: "UIDAI", Certificate: cert, Kinds: []eaadhaar.Kind{eaadhaar.OfflineEKYC}}
		verified(believing(eaadhaar.Options{}, bound).Verify(signedWith(offlineXML, cert), fetched))
		e := failure(believing(eaadhaar.Options{}, bound).Verify(signedWith(eaadhaarXML, cert), fetched),
			eaadhaar.ErrKind)
		Expect(e.Signer.Subject).To(Equal("CN=TEST SIGNER 2,O=Invented Corporation"))
		Expect(e.Detail).To(Equal("it is e-Aadhaar"))
		free := eaadhaar.Anchor{Name: "free", Certificate: cert}
		proof := verified(believing(eaadhaar.Options{}, bound, free).Verify(signedWith(eaadhaarXML, cert),
			fetched)).Proof()
		Expect(proof.Anchor).To(Equal("free"))
	})

	It("is for no empty list of kinds, which a mistake makes, and for none that nobody knows", func() {
		for _, kinds := range [][]eaadhaar.Kind{{}, {eaadhaar.PANRecord, "pan"}, {""}} {
			cert := certified(theKey(), nil, nil)
			for _, a := range []eaadhaar.Anchor{{Name: "it", Certificate: cert, Kinds: kinds},
				{Name: "it", Key: [32]byte{1}, Kinds: kinds}} {
				_, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{a}, eaadhaar.Options{})
				Expect(err).To(MatchError(ContainSubstring("it: no kind of document")))
			}
		}
	})

	It("is for the time between From and Until", func() {
		cert := certified(theKey(), nil, nil)
		signed := time.Date(2026, 1, 15, 6, 30, 0, 0, time.UTC) // what eaadhaarXML says
		verify := func(from, until time.Time) eaadhaar.Result {
			bounded := eaadhaar.Anchor{Certificate: cert, From: from, Until: until}
			return believing(eaadhaar.Options{}, bounded).Verify(signedWith(eaadhaarXML, cert), fetched)
		}
		verified(verify(signed, signed))
		refused(verify(signed.Add(time.Second), time.Time{}), eaadhaar.ErrValidity)
		refused(verify(time.Time{}, signed.Add(-time.Second)), eaadhaar.ErrValidity)
		_, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{{Certificate: cert, From: signed, Until: signed.Add(-1)}},
			eaadhaar.Options{})
		Expect(err).To(MatchError(ContainSubstring("Until is before From")))
	})
})

// keyInfo is the KeyInfo of a document with that certificate alone.
func keyInfo(c *x509.Certificate) ([]byte, error) {
	signed := string(signedWith(eaadhaarXML, c))
	begin, end := strings.Index(signed, "<KeyInfo>"), strings.Index(signed, "</KeyInfo>")+len("</KeyInfo>")
	return []byte(signed[begin:end]), nil
}

func anchorFile(name string) []byte {
	return must(os.ReadFile(filepath.Join("testdata", "java", name+".pem")))
}

var _ = Describe("A signer that nobody pinned", func() {
	It("is told from a document that was changed, and described", func() {
		cert := certified(theKey(), nil, nil)
		v := verifier("signer")
		e := failure(v.Verify(signedWith(eaadhaarXML, cert), fetched), eaadhaar.ErrUntrusted)
		sum := sha256.Sum256(cert.Raw)
		Expect(*e.Signer).To(Equal(eaadhaar.Signer{
			Subject: "CN=TEST SIGNER 2,O=Invented Corporation", Serial: "99EE",
			Issuer:      "CN=TEST SIGNER 2,O=Invented Corporation",
			Fingerprint: hex.EncodeToString(sum[:]), Key: e.Signer.Key,
			NotBefore: date(2025, 1, 1), NotAfter: date(2027, 1, 1),
		}))
		Expect(e.Error()).To(Equal(`eaadhaar: signer is not pinned: "CN=TEST SIGNER 2,O=Invented Corporation", ` +
			`serial 99EE, SHA-256 ` +
			e.Signer.Fingerprint + `, valid from 2025-01-01 to 2027-01-01`))
		changed := strings.Replace(string(signedWith(eaadhaarXML, cert)), "Fake Person", "Forged Person", 1)
		e = failure(v.Verify([]byte(changed), fetched), eaadhaar.ErrSignature)
		Expect(e.Signer).To(BeNil())
	})

	It("is described where no anchor is configured", func() {
		cert := certified(theKey(), nil, nil)
		r := believing(eaadhaar.Options{}).Verify(signedWith(eaadhaarXML, cert), fetched)
		Expect(r.Status()).To(Equal(eaadhaar.NotChecked))
		var e *eaadhaar.Error
		Expect(errors.As(r.Err(), &e)).To(BeTrue())
		Expect(e.Signer.Serial).To(Equal("99EE"))
	})

	It("can put nothing but printable text into an error, and not much", func() {
		cert := certified(theKey(), nil, func(t *x509.Certificate) {
			t.Subject = pkix.Name{CommonName: "A\x1b[2J\nB\u202e" + strings.Repeat("C", 500)}
		})
		doc := regexp.MustCompile(`(?s)<X509SubjectName>.*</X509SubjectName>`).ReplaceAll(signedWith(eaadhaarXML, cert),
			nil)
		e := failure(verifier("signer").Verify(doc, fetched), eaadhaar.ErrUntrusted)
		Expect(e.Error()).NotTo(ContainSubstring("\x1b"))
		Expect(e.Error()).NotTo(ContainSubstring("\n"))
		Expect(e.Error()).NotTo(ContainSubstring("\u202e"))
		Expect([]rune(e.Signer.Subject)).To(HaveLen(200))
	})
})

var _ = Describe("A certificate inside a document that nobody pinned", func() {
	DescribeTable("is not read if it could cost much", func(cert func() *x509.Certificate) {
		e := failure(verifier("signer").Verify(signedWith(eaadhaarXML, cert()), fetched), eaadhaar.ErrUntrusted)
		Expect(e.Detail).To(Equal("it has no certificate that can be read"))
	},
		Entry("by its size", func() *x509.Certificate {
			return certified(theKey(), nil, func(t *x509.Certificate) {
				t.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3}, Value: make([]byte, 9<<10)}}
			})
		}),
		Entry("by its key", func() *x509.Certificate {
			n := new(big.Int).Lsh(big.NewInt(1), 8192)
			huge := &rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 65537}
			t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "HUGE"},
				NotAfter: date(2030, 1, 1)}
			return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, t, t, huge, theKey()))))
		}),
	)
})

var _ = Describe("An authority", func() {
	rule := func() eaadhaar.Authority {
		return eaadhaar.Authority{
			Name: "rule", Roots: []*x509.Certificate{theRoot().Certificate},
			Intermediates: []*x509.Certificate{theSubCA().Certificate},
			Organization:  "Invented Corporation", CommonName: "TEST SIGNER",
		}
	}
	verify := func(doc []byte, change func(*eaadhaar.Authority)) eaadhaar.Result {
		a := rule()
		if change != nil {
			change(&a)
		}
		return believing(eaadhaar.Options{Authorities: []eaadhaar.Authority{a}}).Verify(doc, fetched)
	}
	below := func(change func(*x509.Certificate)) *x509.Certificate { return certified(theKey(), theSubCA(), change) }

	It("believes a certificate in the signer's name below its root, whichever key it has", func() {
		cert := below(nil)
		proof := verified(verify(signedWith(eaadhaarXML, cert), nil)).Proof()
		Expect(proof.Anchor).To(Equal("rule"))
		Expect(proof.Signer.Issuer).To(Equal("CN=TEST SUB-CA"))
	})
	It("takes the CAs between from the document too", func() {
		alone := func(a *eaadhaar.Authority) { a.Intermediates = nil }
		verified(verify(signedWith(eaadhaarXML, below(nil), theSubCA().Certificate), alone))
		refused(verify(signedWith(eaadhaarXML, below(nil)), alone), eaadhaar.ErrUntrusted)
	})
	It("says why it does not believe a signer", func() {
		other := below(func(t *x509.Certificate) { t.Subject.Organization = []string{"Invented Corporation Limited"} })
		Expect(failure(verify(signedWith(eaadhaarXML, other), nil),
			eaadhaar.ErrUntrusted).Detail).To(ContainSubstring("O or CN"))
		server := below(func(t *x509.Certificate) { t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
		Expect(failure(verify(signedWith(eaadhaarXML, server), nil),
			eaadhaar.ErrUntrusted).Detail).To(ContainSubstring("another use"))
		old := below(func(t *x509.Certificate) { t.SignatureAlgorithm = x509.SHA1WithRSA })
		Expect(failure(verify(signedWith(eaadhaarXML, old), nil),
			eaadhaar.ErrUntrusted).Detail).To(ContainSubstring("SHA-1"))
	})
	It("is off unless it is asked for", func() {
		refused(believing(eaadhaar.Options{}, anchor("signer")).Verify(signedWith(eaadhaarXML, below(nil)), fetched),
			eaadhaar.ErrUntrusted)
	})

	DescribeTable("refuses", func(reason eaadhaar.Reason, cert func() *x509.Certificate) {
		refused(verify(signedWith(eaadhaarXML, cert()), nil), reason)
	},
		Entry("another organization", eaadhaar.ErrUntrusted, func() *x509.Certificate {
			return below(func(t *x509.Certificate) {
				t.Subject.Organization = []string{"Invented Corporation Limited"}
			})
		}),
		Entry("two organizations", eaadhaar.ErrUntrusted, func() *x509.Certificate {
			return below(func(t *x509.Certificate) {
				t.Subject.Organization = []string{"Invented Corporation", "Other"}
			})
		}),
		Entry("two names, the right one last", eaadhaar.ErrUntrusted,
			func() *x509.Certificate { return below(named("SOMEBODY ELSE", "TEST SIGNER 2")) }),
		Entry("two names, the right one first", eaadhaar.ErrUntrusted,
			func() *x509.Certificate { return below(named("TEST SIGNER 2", "SOMEBODY ELSE")) }),
		Entry("another name", eaadhaar.ErrUntrusted, func() *x509.Certificate {
			return below(func(t *x509.Certificate) { t.Subject.CommonName = "SOMEBODY ELSE" })
		}),
		Entry("the name on a certificate that signed itself", eaadhaar.ErrUntrusted,
			func() *x509.Certificate { return certified(theKey(), nil, nil) }),
		Entry("the name below another root of the same name", eaadhaar.ErrUntrusted, func() *x509.Certificate {
			return certified(theKey(), authority(nil, "TEST ROOT", nil), nil)
		}),
		Entry("the name below a certificate that is no CA's", eaadhaar.ErrUntrusted, func() *x509.Certificate {
			key := must(rsa.GenerateKey(rand.Reader, 2048))
			return certified(theKey(), &issuer{certified(key, theSubCA(), nil), key}, nil)
		}),
		Entry("a CA", eaadhaar.ErrUntrusted, func() *x509.Certificate {
			return below(func(t *x509.Certificate) { t.IsCA = true })
		}),
		Entry("another use", eaadhaar.ErrUntrusted, func() *x509.Certificate {
			return below(func(t *x509.Certificate) { t.KeyUsage = x509.KeyUsageKeyEncipherment })
		}),
		Entry("a certificate that had expired when it signed", eaadhaar.ErrValidity, func() *x509.Certificate {
			return below(func(t *x509.Certificate) { t.NotAfter = date(2026, 1, 1) })
		}),
	)
	It("judges the CAs at the time of signing too", func() {
		old := authority(theRoot(), "TEST OLD SUB-CA", func(t *x509.Certificate) { t.NotAfter = date(2026, 1, 1) })
		doc := signedWith(eaadhaarXML, certified(theKey(), old, nil), old.Certificate)
		Expect(failure(verify(doc, nil), eaadhaar.ErrValidity).Detail).To(ContainSubstring("CA above"))
	})
	It("judges them at that time alone, not today", func() {
		short := authority(theRoot(), "TEST SHORT SUB-CA", func(t *x509.Certificate) {
			t.NotBefore, t.NotAfter = date(2026, 1, 1), date(2026, 2, 1)
		})
		verified(verify(signedWith(eaadhaarXML, certified(theKey(), short, nil), short.Certificate), nil))
	})
	It("is bound to kinds", func() {
		only := func(a *eaadhaar.Authority) { a.Kinds = []eaadhaar.Kind{eaadhaar.PANRecord} }
		refused(verify(signedWith(eaadhaarXML, below(nil)), only), eaadhaar.ErrKind)
		verified(verify(signedWith(panXML, below(nil)), only))
	})
	DescribeTable("is unusable", func(why string, change func(*eaadhaar.Authority)) {
		a := rule()
		change(&a)
		_, err := eaadhaar.NewVerifier(nil, eaadhaar.Options{Authorities: []eaadhaar.Authority{a}})
		Expect(err).To(MatchError(eaadhaar.ErrAnchor))
		Expect(err).To(MatchError(ContainSubstring("rule: " + why)))
	},
		Entry("without a root", "an authority without a root", func(a *eaadhaar.Authority) { a.Roots = nil }),
		Entry("without an organization", "an authority without an organization",
			func(a *eaadhaar.Authority) { a.Organization = " " }),
		Entry("with a root that is no CA", "an authority's certificate that is not a CA's",
			func(a *eaadhaar.Authority) { a.Roots[0] = certified(theKey(), nil, nil) }),
		Entry("for no kind", "no kind of document", func(a *eaadhaar.Authority) { a.Kinds = []eaadhaar.Kind{} }),
		Entry("for an unknown kind", "no kind of document",
			func(a *eaadhaar.Authority) { a.Kinds = []eaadhaar.Kind{"e-aadhaar"} }),
		Entry("with a CA that is none", "an authority's certificate that is not a CA's",
			func(a *eaadhaar.Authority) { a.Intermediates = []*x509.Certificate{nil} }),
	)
})
