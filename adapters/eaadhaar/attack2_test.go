package eaadhaar_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"regexp"
	"runtime"
	"strings"

	"example.com/digilocker/adapters/eaadhaar"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// allocated are the bytes that do allocates: the least of some times, since what else runs, such as
// the race detector, allocates too.
func allocated(do func()) uint64 {
	least := ^uint64(0)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		do()
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

// longNamed is a certificate whose subject has n attributes.
func longNamed(n int) *x509.Certificate {
	return certified(theKey(), nil, func(t *x509.Certificate) {
		var names pkix.RDNSequence
		for range n {
			names = append(names, pkix.RelativeDistinguishedNameSET{{Type: asn1.ObjectIdentifier{1, 2}, Value: "a"}})
		}
		t.RawSubject = must(asn1.Marshal(names))
	})
}

// rules are an authority of the root and the organization of certified.
func rules() []eaadhaar.Authority {
	roots := []*x509.Certificate{theRoot().Certificate}
	return []eaadhaar.Authority{{Name: "rule", Roots: roots, Organization: "Invented Corporation"}}
}

// crossed is a certificate of that CA by itself, which differs from its others by a name.
func crossed(ca *issuer, name string) *x509.Certificate {
	return certified(ca.key, ca, func(t *x509.Certificate) {
		t.Subject, t.IsCA, t.KeyUsage, t.DNSNames = ca.Subject, true, x509.KeyUsageCertSign, []string{name}
	})
}

// withoutNames leaves out X509SubjectName, in which a test signer repeats what it is called.
func withoutNames(doc []byte) []byte {
	return regexp.MustCompile(`(?s)<X509SubjectName>.*</X509SubjectName>`).ReplaceAll(doc, nil)
}

var _ = Describe("A hostile certificate", func() {
	It("with a long subject costs an inspection no more than its length", func() {
		cost := func(doc []byte) uint64 {
			return allocated(func() {
				_, err := eaadhaar.Inspect(doc)
				Expect(err).NotTo(HaveOccurred())
			})
		}
		hostile := withoutNames(signedWith(eaadhaarXML, longNamed(5000)))
		photo := "/9j/" + strings.Repeat("A", len(hostile))
		genuine := theSigner().sign(replace("/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD", photo)(eaadhaarXML), nil)
		Expect(cost(hostile)).To(BeNumerically("<=", 2*cost(genuine)))

		in := must(eaadhaar.Inspect(hostile))
		Expect(in.Certificates).To(HaveLen(1))
		Expect(in.Certificates[0].Certificate).To(BeNil())
		Expect(in.Certificates[0].Unusable).To(MatchError(ContainSubstring("8 KiB")))
		Expect(in.Certificates[0].Fingerprint).To(HaveLen(64))
	})

	It("does not make an authority look for chains without an end", func() {
		loop := authority(nil, "LOOP", nil)
		var certs []*x509.Certificate
		for i := range 4 { // CAs that certify each other, in every order
			certs = append(certs, crossed(loop, fmt.Sprintf("loop%d.test", i)))
		}
		v := believing(eaadhaar.Options{Authorities: rules()})
		cost := func(leaves int) uint64 {
			all := certs
			for i := range leaves {
				leaf := certified(theKey(), loop, func(t *x509.Certificate) { t.SerialNumber = big.NewInt(int64(i)) })
				all = append([]*x509.Certificate{leaf}, all...)
			}
			doc := signedWith(eaadhaarXML, all...)
			return allocated(func() { refused(v.Verify(doc, fetched), eaadhaar.ErrUntrusted) })
		}
		Expect(cost(4)).To(BeNumerically("<", 2*cost(1)), "two chains are looked for, and not four")
	})

	It("with a long serial number does not fill an error", func() {
		cert := certified(theKey(), nil, func(t *x509.Certificate) {
			t.SerialNumber = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 8*7000), big.NewInt(1))
		})
		e := failure(verifier("signer").Verify(signedWith(eaadhaarXML, cert), fetched), eaadhaar.ErrUntrusted)
		Expect(e.Signer.Serial).To(HaveLen(200))
		Expect(len(e.Error())).To(BeNumerically("<", 500))
	})
})

var _ = Describe("A stranger's document", func() {
	DescribeTable("is told as one, whoever else is named inside",
		func(reason eaadhaar.Reason, change func(string) string) {
			cert := certified(theKey(), theSubCA(), nil)
			leaf := believing(eaadhaar.Options{}, anchor("signer"))
			above := believing(eaadhaar.Options{}, // pinned by mistake
				eaadhaar.Anchor{Key: sha256.Sum256(theSubCA().RawSubjectPublicKeyInfo)})
			others := map[*eaadhaar.Verifier]*x509.Certificate{leaf: anchor("signer").Certificate,
				above: theSubCA().Certificate}
			for v, beside := range others {
				doc := change(string(signedWith(eaadhaarXML, cert, beside)))
				e := failure(v.Verify([]byte(doc), fetched), reason)
				if reason == eaadhaar.ErrUntrusted {
					Expect(e.Signer.Subject).To(Equal("CN=TEST SIGNER 2,O=Invented Corporation"))
				} else {
					Expect(e.Signer).To(BeNil())
				}
			}
		},
		Entry("as it was signed", eaadhaar.ErrUntrusted, func(s string) string { return s }),
		Entry("but not if it was changed", eaadhaar.ErrSignature, replace("Fake Person", "Forged Person")),
		Entry("nor if its SignedInfo was", eaadhaar.ErrSignature, replace("<DigestValue>", "<DigestValue>AAAA")),
	)
})

var _ = Describe("An authority beside anchors", func() {
	verify := func(doc []byte, anchors ...eaadhaar.Anchor) eaadhaar.Result {
		return believing(eaadhaar.Options{Authorities: rules()}, anchors...).Verify(doc, fetched)
	}

	It("believes no key beyond the bounds of its anchor, whatever certificate it has", func() {
		pinned := certified(theKey(), theSubCA(), nil)
		again := certified(theKey(), theSubCA(), func(t *x509.Certificate) { t.SerialNumber = big.NewInt(2) })
		for _, cert := range []*x509.Certificate{pinned, again} {
			doc := signedWith(eaadhaarXML, cert, theSubCA().Certificate)
			verified(verify(doc))
			verified(verify(doc, eaadhaar.Anchor{Certificate: pinned, Until: date(2026, 2, 1)}))
			for _, a := range []eaadhaar.Anchor{
				{Certificate: pinned, Until: date(2026, 1, 1)}, {Certificate: pinned, From: date(2026, 2, 1)},
				{Key: sha256.Sum256(pinned.RawSubjectPublicKeyInfo), Until: date(2026, 1, 1)},
			} {
				e := failure(verify(doc, a), eaadhaar.ErrValidity)
				Expect(e.Detail).To(ContainSubstring("anchor"))
			}
			other := eaadhaar.Anchor{Certificate: theSigner().Certificate, Until: date(2026, 1, 1)}
			verified(verify(doc, other))
		}
	})

	It("takes a stranger's CA, which has ended or signs with SHA-1, for no CA of its own", func() {
		for _, change := range []func(*x509.Certificate){
			func(t *x509.Certificate) {
				if t.IsCA {
					t.NotAfter = date(2026, 1, 1)
				}
			},
			func(t *x509.Certificate) { t.SignatureAlgorithm = x509.SHA1WithRSA },
		} {
			ca := authority(nil, "TEST SUB-CA", change)
			e := failure(verify(signedWith(eaadhaarXML, certified(theKey(), ca, change), ca.Certificate)),
				eaadhaar.ErrUntrusted)
			Expect(e.Detail).To(HavePrefix("no chain from the signer"))
		}
		weak := certified(theKey(), theSubCA(), func(t *x509.Certificate) { t.SignatureAlgorithm = x509.SHA1WithRSA })
		own := rules()
		own[0].Intermediates = []*x509.Certificate{theSubCA().Certificate}
		r := believing(eaadhaar.Options{Authorities: own}).Verify(signedWith(eaadhaarXML, weak), fetched)
		Expect(failure(r, eaadhaar.ErrUntrusted).Detail).To(ContainSubstring("SHA-1"), "the signer's own CA did so")
	})

	It("believes no chain with a short key", func() {
		short := must(rsa.GenerateKey(rand.Reader, 1024))
		ca := &issuer{certified(short, theRoot(), func(t *x509.Certificate) {
			t.Subject, t.IsCA, t.KeyUsage = pkix.Name{CommonName: "TEST SHORT CA"}, true, x509.KeyUsageCertSign
		}), short}
		doc := signedWith(eaadhaarXML, certified(theKey(), ca, nil), ca.Certificate)
		Expect(failure(verify(doc), eaadhaar.ErrUntrusted).Detail).To(ContainSubstring("2048 bits"))
	})
})
