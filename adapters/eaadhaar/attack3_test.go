package eaadhaar_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"regexp"
	"strings"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// around puts s before and behind the Signature.
func around(before, behind string) func(string) string {
	return func(doc string) string {
		return strings.Replace(doc, signatureOf(doc), before+signatureOf(doc)+behind, 1)
	}
}

// value changes the bytes of the SignatureValue.
func value(change func([]byte) []byte) func(string) string {
	part := regexp.MustCompile(`<SignatureValue>([^<]*)</SignatureValue>`)
	return func(doc string) string {
		b := must(base64.StdEncoding.DecodeString(part.FindStringSubmatch(doc)[1]))
		return part.ReplaceAllLiteralString(doc,
			"<SignatureValue>"+base64.StdEncoding.EncodeToString(change(b))+"</SignatureValue>")
	}
}

var _ = Describe("A change of a signed document", func() {
	g := theSigner()
	verify := func(change func(string) string) eaadhaar.Result {
		doc := string(g.sign(eaadhaarXML, nil))
		Expect(change(doc)).NotTo(Equal(doc))
		return g.verifier(eaadhaar.SHA256Only).Verify([]byte(change(doc)), fetched)
	}

	DescribeTable("is refused",
		func(reason eaadhaar.Reason, change func(string) string) { refused(verify(change), reason) },
		Entry("text before Signature", eaadhaar.ErrSignature, around("x", "")),
		Entry("text behind Signature", eaadhaar.ErrSignature, around("", "x")),
		Entry("white space around Signature", eaadhaar.ErrSignature, around(" ", "\n")),
		Entry("a base on the root", eaadhaar.ErrSignature,
			replace("<Certificate>", `<Certificate xml:base="http://example.test/">`)),
		Entry("a language on the root", eaadhaar.ErrSignature, replace("<Certificate>", `<Certificate xml:lang="en">`)),
		Entry("an attribute of a field's name, of another namespace", eaadhaar.ErrSignature,
			replace("<UidData ", `<UidData xmlns:z="urn:z" z:uid="xxxxxxxx0001" `)),
		Entry("an element of a field's name, of another namespace", eaadhaar.ErrSignature,
			replace("<Poi ", `<Poi xmlns="urn:z" name="Forged"/><Poi `)),
		Entry("a byte-order mark in the root", eaadhaar.ErrSignature, replace("<Certificate>", "<Certificate>\ufeff")),
		Entry("the other form of an accented letter", eaadhaar.ErrSignature, replace("Fake", "Fake\u0301")),
		Entry("Signature in the namespace of xml", eaadhaar.ErrShape, replace("<Signature ", "<xml:Signature ")),
		Entry("Signature in a namespace of other case", eaadhaar.ErrShape, replace("xmldsig#\">", "XMLDSIG#\">")),
		Entry("nine X509Data", eaadhaar.ErrShape, replace("<KeyInfo>", "<KeyInfo>"+strings.Repeat("<X509Data/>", 8))),
		Entry("nine certificates in X509Data", eaadhaar.ErrShape,
			replace("<X509Data>", "<X509Data>"+strings.Repeat("<X509Certificate/>", 8))),
		Entry("KeyName", eaadhaar.ErrShape, replace("<KeyInfo>", "<KeyInfo><KeyName>x</KeyName>")),
		Entry("white space in SignedInfo", eaadhaar.ErrSignature, replace("<SignedInfo>", "<SignedInfo> ")),
		Entry("a prefix on a part of SignedInfo", eaadhaar.ErrSignature, func(s string) string {
			return replace("</Reference>", "</d:Reference>")(replace("<Reference ",
				`<d:Reference xmlns:d="http://www.w3.org/2000/09/xmldsig#" `)(s))
		}),
		Entry("a blank behind an algorithm", eaadhaar.ErrAlgorithm, replace(sha256URI+`"`, sha256URI+` "`)),
		Entry("a line end before an algorithm", eaadhaar.ErrAlgorithm, replace(`"`+sha256URI, "\"\n"+sha256URI)),
		Entry("an algorithm of other case", eaadhaar.ErrAlgorithm, replace(rsa256, strings.ToUpper(rsa256))),
		Entry("more in the digest", eaadhaar.ErrSignature, replace("<DigestValue>", "<DigestValue>AAAA")),
		Entry("a byte 0 before the signature's value", eaadhaar.ErrSignature,
			value(func(b []byte) []byte { return append([]byte{0}, b...) })),
		Entry("a byte behind the signature's value", eaadhaar.ErrSignature,
			value(func(b []byte) []byte { return append(b, 0) })),
		Entry("a signature's value of zero", eaadhaar.ErrSignature,
			value(func(b []byte) []byte { return make([]byte, len(b)) })),
		Entry("a signature's value of one", eaadhaar.ErrSignature,
			value(func(b []byte) []byte { return append(make([]byte, len(b)-1), 1) })),
		Entry("the modulus added to the signature's value", eaadhaar.ErrSignature, value(func(b []byte) []byte {
			return new(big.Int).Add(new(big.Int).SetBytes(b), g.Key.N).Bytes()
		})),
		Entry("a signature's value of a megabyte", eaadhaar.ErrSignature,
			value(func(b []byte) []byte { return append(b, make([]byte, 1<<20)...) })),
		Entry("base64 for URLs", eaadhaar.ErrSignature, replace("<SignatureValue>", "<SignatureValue>_-")),
	)

	DescribeTable("is none", func(change func(string) string) {
		Expect(verified(verify(change)).Person.Name.Reveal()).To(Equal("Fake Person"))
	},
		Entry("Signature in the first place", func(s string) string {
			return strings.Replace(strings.Replace(s, signatureOf(s), "", 1), "<Certificate>",
				"<Certificate>"+signatureOf(s), 1)
		}),
		Entry("a reference in the signature's namespace", replace("xmldsig#\">", "xmldsig&#35;\">")),
		Entry("a reference in an algorithm", replace(sha256URI, strings.Replace(sha256URI, "#", "&#x23;", 1))),
		Entry("a namespace that SignedInfo does not use", replace("<SignedInfo>", `<SignedInfo xmlns:z="urn:z">`)),
		Entry("the namespace of SignedInfo, once more",
			replace("<Reference ", `<Reference xmlns="http://www.w3.org/2000/09/xmldsig#" `)),
		Entry("no certificate in X509Data", func(s string) string {
			return regexp.MustCompile(`(?s)<X509Data>.*</X509Data>`).ReplaceAllString(s, "<X509Data/>")
		}),
	)
})

var _ = Describe("A time in a signed document", func() {
	g := theSigner()
	DescribeTable("is refused", func(reason eaadhaar.Reason, ts string) {
		xml := replace("2026-01-15T12:00:00.000+05:30", ts)(eaadhaarXML)
		refused(g.verifier(eaadhaar.SHA256Only).Verify(g.sign(xml, nil), fetched), reason)
	},
		Entry("of the hour 24", eaadhaar.ErrTime, "2026-01-15T24:00:00Z"),
		Entry("of the second 60", eaadhaar.ErrTime, "2026-01-15T12:00:60Z"),
		Entry("of no day", eaadhaar.ErrTime, "2026-02-29T12:00:00Z"),
		Entry("in small letters", eaadhaar.ErrTime, "2026-01-15t12:00:00z"),
		Entry("of no zone", eaadhaar.ErrTime, "2026-01-15T12:00:00+99:99"),
		Entry("of a zone without a colon", eaadhaar.ErrTime, "2026-01-15T12:00:00+0530"),
		Entry("with text behind it", eaadhaar.ErrTime, "2026-01-15T12:00:00Z;"),
		Entry("in other digits", eaadhaar.ErrTime, "२०२६-01-15T12:00:00Z"),
		Entry("of the year 1", eaadhaar.ErrTime, "0001-01-01T00:00:00Z"),
		Entry("of the year 1, in India", eaadhaar.ErrTime, "0001-01-01T05:30:00+05:30"),
		Entry("of the year 0", eaadhaar.ErrValidity, "0000-01-01T00:00:00Z"),
		Entry("of the last year", eaadhaar.ErrFuture, "9999-12-31T23:59:59Z"),
		Entry("that a zone puts in the future", eaadhaar.ErrFuture, "2026-02-28T23:59:59-00:10"),
	)
})

var _ = Describe("A key inside a document", func() {
	base := certified(theKey(), nil, nil)
	// with is base with another key; its own signature matches no longer, which nobody asks.
	with := func(n *big.Int, e int64) (der, spki []byte) {
		key := must(asn1.Marshal(struct {
			N *big.Int
			E int64
		}{n, e}))
		rsaKey := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1},
			Parameters: asn1.NullRawValue}
		spki = must(asn1.Marshal(struct {
			Algorithm pkix.AlgorithmIdentifier
			Key       asn1.BitString
		}{rsaKey, asn1.BitString{Bytes: key, BitLength: 8 * len(key)}}))
		var c struct {
			TBS       asn1.RawValue
			Algorithm pkix.AlgorithmIdentifier
			Signature asn1.BitString
		}
		must(asn1.Unmarshal(base.Raw, &c))
		tbs := bytes.Replace(c.TBS.Bytes, base.RawSubjectPublicKeyInfo, spki, 1)
		c.TBS = asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: tbs}
		return must(asn1.Marshal(c)), spki
	}
	odd := func(bits uint) *big.Int { // 2^bits-1
		return new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), bits), big.NewInt(1))
	}
	even := new(big.Int).Sub(theKey().N, big.NewInt(1))

	DescribeTable("is no signer's and does no harm", func(n *big.Int, e int64) {
		der, spki := with(n, e)
		genuine := string(signedWith(eaadhaarXML, base))
		doc := []byte(strings.Replace(genuine, base64.StdEncoding.EncodeToString(base.Raw),
			base64.StdEncoding.EncodeToString(der), 1))
		for _, v := range []*eaadhaar.Verifier{
			believing(eaadhaar.Options{}), believing(eaadhaar.Options{}, eaadhaar.Anchor{Key: sha256.Sum256(spki)}),
			believing(eaadhaar.Options{Authorities: rules()}),
		} {
			Expect(v.Verify(doc, fetched).Status()).NotTo(Equal(eaadhaar.Verified))
		}
		in := must(eaadhaar.Inspect(doc))
		Expect(in.Certificates).To(HaveLen(1))
		Expect(in.Certificates[0].Signed).To(BeFalse())
	},
		Entry("of the modulus 0", big.NewInt(0), int64(65537)),
		Entry("of the modulus 1", big.NewInt(1), int64(65537)),
		Entry("of the modulus 2", big.NewInt(2), int64(65537)),
		Entry("of a modulus below 0", big.NewInt(-7), int64(65537)),
		Entry("of an even modulus", even, int64(65537)),
		Entry("of 2047 bits", odd(2047), int64(65537)),
		Entry("of 8192 bits and a large exponent", odd(8192), int64(1<<31-1)),
		Entry("of 8193 bits", odd(8193), int64(65537)),
		Entry("of 16384 bits", odd(16384), int64(65537)),
		Entry("of the exponent 0", odd(2048), int64(0)),
		Entry("of the exponent 1", odd(2048), int64(1)),
		Entry("of an even exponent", odd(2048), int64(65538)),
		Entry("of an exponent below 0", odd(2048), int64(-65537)),
		Entry("of an exponent of 32 bits", odd(2048), int64(1<<31+1)),
		Entry("of an exponent of 63 bits", odd(2048), int64(1<<62+1)),
	)
})

var _ = Describe("A subject below an authority's root", func() {
	type parts = pkix.RDNSequence
	const o, cn = "Invented Corporation", "TEST SIGNER 2"
	as := func(tag int, text string) asn1.RawValue { return asn1.RawValue{Tag: tag, Bytes: []byte(text)} }
	// wide is a BMPString, but for its first byte.
	wide := func(text string) string { return strings.Join(strings.Split(text, ""), "\x00") }
	is := func(last int, v any) pkix.AttributeTypeAndValue {
		return pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{2, 5, 4, last}, Value: v}
	}
	name := pkix.RelativeDistinguishedNameSET{is(3, cn)}
	verify := func(subject parts) eaadhaar.Result {
		cert := certified(theKey(), theSubCA(),
			func(t *x509.Certificate) { t.RawSubject = must(asn1.Marshal(subject)) })
		doc := withoutNames(signedWith(eaadhaarXML, cert, theSubCA().Certificate))
		return believing(eaadhaar.Options{Authorities: rules()}).Verify(doc, fetched)
	}

	DescribeTable("is the signer's", func(subject parts) { verified(verify(subject)) },
		Entry("in UTF8String", parts{{is(10, as(12, o))}, name}),
		Entry("in IA5String", parts{{is(10, as(22, o))}, name}),
		Entry("in T61String", parts{{is(10, as(20, o))}, name}),
		Entry("in BMPString", parts{{is(10, as(30, "\x00"+wide(o)))}, name}),
		Entry("in one part", parts{{is(10, o), is(3, cn)}}),
		Entry("without a name, of which nothing is asked", parts{{is(10, o)}}),
	)
	DescribeTable("is not the signer's", func(subject parts) { refused(verify(subject), eaadhaar.ErrUntrusted) },
		Entry("in other case", parts{{is(10, strings.ToLower(o))}, name}),
		Entry("with a blank behind it", parts{{is(10, o+" ")}, name}),
		Entry("with a NUL behind it", parts{{is(10, as(12, o+"\x00"))}, name}),
		Entry("with more behind a NUL", parts{{is(10, as(12, o+"\x00 Limited"))}, name}),
		Entry("with a letter that T61String writes otherwise", parts{{is(10, as(20, o+"\xff"))}, name}),
		Entry("behind an empty one", parts{{is(10, as(12, ""))}, {is(10, o)}, name}),
		Entry("before an empty one", parts{{is(10, o)}, {is(10, as(12, ""))}, name}),
		Entry("behind another in one part", parts{{is(10, o), is(10, as(12, "Other"))}, name}),
		Entry("before another in one part", parts{{is(10, o), is(10, as(12, "Invented Corporation Limited"))}, name}),
		Entry("as a unit", parts{{is(11, o)}, name}),
		Entry("within a name", parts{{is(3, cn+",O="+o)}}),
		Entry("that is empty", parts{}),
	)
})

var _ = Describe("A chain below an authority's root", func() {
	verify := func(doc []byte) eaadhaar.Result {
		return believing(eaadhaar.Options{Authorities: rules()}).Verify(doc, fetched)
	}
	chain := func(change func(*x509.Certificate), above ...*issuer) []byte {
		certs := []*x509.Certificate{certified(theKey(), above[0], change)}
		for _, ca := range above {
			certs = append(certs, ca.Certificate)
		}
		return signedWith(eaadhaarXML, certs...)
	}

	DescribeTable("is refused", func(doc func() []byte) { refused(verify(doc()), eaadhaar.ErrUntrusted) },
		Entry("that is too long for a CA in it", func() []byte {
			short := authority(theRoot(), "TEST SHORT", func(t *x509.Certificate) { t.MaxPathLenZero = true })
			return chain(nil, authority(short, "TEST LONG", nil), short)
		}),
		Entry("of a CA that calls itself as one below the root, by name and key identifier", func() []byte {
			return chain(nil,
				authority(nil, "TEST SUB-CA", func(t *x509.Certificate) { t.SubjectKeyId = theSubCA().SubjectKeyId }))
		}),
		Entry("that brings its own root", func() []byte {
			root := authority(nil, "TEST ROOT", nil)
			return chain(nil, authority(root, "TEST SUB-CA", nil), root)
		}),
		Entry("of a CA that may not sign certificates", func() []byte {
			return chain(nil, authority(theRoot(), "TEST CA",
				func(t *x509.Certificate) { t.KeyUsage = x509.KeyUsageDigitalSignature }))
		}),
		Entry("of a CA for other names", func() []byte {
			ca := authority(theRoot(), "TEST CA", func(t *x509.Certificate) {
				t.PermittedDNSDomains, t.PermittedDNSDomainsCritical = []string{"one.test"}, true
			})
			return chain(func(t *x509.Certificate) { t.DNSNames = []string{"two.test"} }, ca)
		}),
		Entry("with a critical extension that nobody knows", func() []byte {
			return chain(func(t *x509.Certificate) {
				t.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true,
					Value: []byte{5, 0}}}
			}, theSubCA())
		}),
		Entry("of a signer that SHA-1 certifies", func() []byte {
			return chain(func(t *x509.Certificate) { t.SignatureAlgorithm = x509.SHA1WithRSA }, theSubCA())
		}),
		Entry("of another than who signed", func() []byte {
			believed := certified(must(rsa.GenerateKey(rand.Reader, 2048)), theSubCA(), nil)
			return signedWith(eaadhaarXML, certified(theKey(), nil, nil), believed, theSubCA().Certificate)
		}),
		Entry("that leaves out a CA", func() []byte { return chain(nil, authority(theSubCA(), "TEST CA", nil)) }),
	)

	It("is taken in whatever order, and with a CA's renewed certificate beside the one that ended", func() {
		key := must(rsa.GenerateKey(rand.Reader, 2048))
		until := func(end time.Time) *x509.Certificate {
			return certified(key, theRoot(), func(t *x509.Certificate) {
				t.Subject, t.IsCA, t.KeyUsage = pkix.Name{CommonName: "TEST RENEWED CA"}, true, x509.KeyUsageCertSign
				t.NotBefore, t.NotAfter = date(2020, 1, 1), end
			})
		}
		ended, renewed := until(date(2025, 1, 1)), until(date(2030, 1, 1))
		leaf := certified(theKey(), &issuer{ended, key}, nil)
		verified(verify(signedWith(eaadhaarXML, leaf, theRoot().Certificate, ended, renewed)))
		first := strings.Replace(string(signedWith(eaadhaarXML, leaf)), "<X509Certificate>",
			"<X509Certificate>"+base64.StdEncoding.EncodeToString(renewed.Raw)+"</X509Certificate><X509Certificate>", 1)
		verified(verify([]byte(first)))
	})
})
