package eaadhaar_test

import (
	"encoding/base64"
	"encoding/binary"
	"os"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf16"

	"example.com/digilocker/adapters/eaadhaar"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// forged is a whole document that says something else.
var forged = strings.Replace(eaadhaarXML, "Fake Person", "Forged Person", 1)

// signatureOf cuts the Signature out of a document.
func signatureOf(doc string) string {
	return regexp.MustCompile(`(?s)<Signature.*</Signature>`).FindString(doc)
}

func body(doc string) string { return doc[strings.Index(doc, "?>")+2:] }

// inside puts s in front of the root's end tag.
func inside(doc, s string) string {
	return strings.Replace(doc, "</Certificate>", s+"</Certificate>", 1)
}

func embedded(name string) string {
	return `<X509Certificate>` + base64.StdEncoding.EncodeToString(anchor(name).Certificate.Raw) + `</X509Certificate>`
}

func utf16Bytes(s string, order binary.AppendByteOrder) string {
	b := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

var _ = Describe("An attack", func() {
	DescribeTable("that the JDK signed", func(file string, reason eaadhaar.Reason, signers ...string) {
		refused(legacy(append(signers, "signer")...).Verify(java(file), fetched), reason)
	},
		Entry("other key, its certificate embedded", "attack-other-key", eaadhaar.ErrUntrusted),
		Entry("key of the CA above a pinned signer", "eaadhaar-chain", eaadhaar.ErrUntrusted),
		Entry("weak key", "attack-weak-key", eaadhaar.ErrUntrusted),
		Entry("certificate expired when signed", "attack-expired", eaadhaar.ErrValidity, "expired"),
		Entry("certificate not valid yet when signed", "attack-not-yet-valid", eaadhaar.ErrValidity, "later"),
		Entry("signed in the future", "attack-future", eaadhaar.ErrFuture),
		Entry("unmasked number", "attack-unmasked", eaadhaar.ErrUnmasked),
		Entry("HMAC keyed with the signer's public key", "attack-hmac", eaadhaar.ErrAlgorithm),
		Entry("rsa-sha512, which no signer writes", "attack-rsa-sha512", eaadhaar.ErrAlgorithm),
		Entry("RSA-PSS", "attack-rsa-pss", eaadhaar.ErrAlgorithm),
		Entry("SHA-1 digest", "attack-digest-sha1", eaadhaar.ErrAlgorithm),
		Entry("SHA-512 digest, which no signer writes", "attack-digest-sha512", eaadhaar.ErrAlgorithm),
		Entry("canonicalization with comments", "attack-c14n-comments", eaadhaar.ErrAlgorithm),
		Entry("canonicalization 1.1", "attack-c14n11", eaadhaar.ErrAlgorithm),
		Entry("second transform", "attack-second-transform", eaadhaar.ErrTransform),
		Entry("XPath transform that leaves the name out", "attack-xpath", eaadhaar.ErrTransform),
		Entry("XPath transform in place of the enveloped one", "attack-xpath-instead", eaadhaar.ErrShape),
		Entry("reference by ID", "attack-uri-id", eaadhaar.ErrReference),
		Entry("reference by XPointer", "attack-uri-xpointer", eaadhaar.ErrReference),
		Entry("two references", "attack-two-references", eaadhaar.ErrReference),
		Entry("forged document in an Object", "attack-object", eaadhaar.ErrShape),
		Entry("Manifest", "attack-manifest", eaadhaar.ErrShape),
		Entry("reference to an Object, forged root", "attack-wrapped-object", eaadhaar.ErrTransform),
	)

	DescribeTable("on SignedInfo, signed with the pinned key", func(reason eaadhaar.Reason, edit func(string) string) {
		g := theSigner()
		refused(g.verifier(eaadhaar.LegacySHA1).Verify(g.sign(eaadhaarXML, edit), fetched), reason)
	},
		Entry("empty set of references", eaadhaar.ErrReference, func(s string) string {
			return regexp.MustCompile(`<Reference.*</Reference>`).ReplaceAllString(s, "")
		}),
		Entry("Reference without URI", eaadhaar.ErrReference, replace(` URI=""`, "")),
		Entry("URI #", eaadhaar.ErrReference, replace(`URI=""`, `URI="#"`)),
		Entry("URI of white space", eaadhaar.ErrReference, replace(`URI=""`, `URI=" "`)),
		Entry("URI of a file", eaadhaar.ErrReference, replace(`URI=""`, `URI="file:///etc/hostname"`)),
		Entry("URI of a server", eaadhaar.ErrReference, replace(`URI=""`, `URI="http://example.test/x"`)),
		Entry("Type on Reference", eaadhaar.ErrShape, replace(`URI=""`, `Type="x" URI=""`)),
		Entry("no transforms", eaadhaar.ErrTransform, replace(enveloped, "")),
		Entry("empty transforms", eaadhaar.ErrTransform, replace(enveloped, "<Transforms></Transforms>")),
		Entry("enveloped transform twice", eaadhaar.ErrTransform, replace("<Transforms>",
			`<Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform>`)),
		Entry("base64 transform", eaadhaar.ErrTransform, replace("xmldsig#enveloped-signature", "xmldsig#base64")),
		Entry("XSLT transform", eaadhaar.ErrTransform, replace("http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/TR/1999/REC-xslt-19991116")),
		Entry("something inside a transform", eaadhaar.ErrShape, replace("</Transform>", "<XPath>1</XPath></Transform>")),
		Entry("no digest method", eaadhaar.ErrShape, replace(`<DigestMethod Algorithm="`+sha256URI+`"></DigestMethod>`, "")),
		Entry("MD5 digest", eaadhaar.ErrAlgorithm, replace(sha256URI, "http://www.w3.org/2001/04/xmldsig-more#md5")),
		Entry("RSA-MD5", eaadhaar.ErrAlgorithm, replace(rsa256, "http://www.w3.org/2001/04/xmldsig-more#rsa-md5")),
		Entry("ECDSA", eaadhaar.ErrAlgorithm, replace(rsa256, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256")),
		Entry("DSA", eaadhaar.ErrAlgorithm, replace(rsa256, "http://www.w3.org/2000/09/xmldsig#dsa-sha1")),
		Entry("HMAC-SHA1", eaadhaar.ErrAlgorithm, replace(rsa256, "http://www.w3.org/2000/09/xmldsig#hmac-sha1")),
		Entry("no algorithm", eaadhaar.ErrShape, replace(`<SignatureMethod Algorithm="`+rsa256+`">`, "<SignatureMethod>")),
		Entry("empty algorithm", eaadhaar.ErrAlgorithm, replace(rsa256, "")),
		Entry("HMACOutputLength", eaadhaar.ErrShape, replace("</SignatureMethod>", "<HMACOutputLength>1</HMACOutputLength></SignatureMethod>")),
		Entry("InclusiveNamespaces", eaadhaar.ErrShape, replace("</CanonicalizationMethod>",
			`<e:InclusiveNamespaces xmlns:e="`+c14nExc+`" PrefixList="x"></e:InclusiveNamespaces></CanonicalizationMethod>`)),
		Entry("two signature methods", eaadhaar.ErrShape, replace("<SignatureMethod",
			`<SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"></SignatureMethod><SignatureMethod`)),
		Entry("two digest values", eaadhaar.ErrShape, replace("</DigestValue>", "</DigestValue><DigestValue></DigestValue>")),
		Entry("digest of something else", eaadhaar.ErrSignature, func(s string) string {
			return regexp.MustCompile(`<DigestValue>.*</DigestValue>`).ReplaceAllString(s, "<DigestValue>AAAA</DigestValue>")
		}),
		Entry("digest that is not base64", eaadhaar.ErrSignature, replace("<DigestValue>", "<DigestValue>!")),
		Entry("empty digest", eaadhaar.ErrSignature, func(s string) string {
			return regexp.MustCompile(`<DigestValue>.*</DigestValue>`).ReplaceAllString(s, "<DigestValue></DigestValue>")
		}),
		Entry("text between parts", eaadhaar.ErrShape, replace("<SignedInfo>", "<SignedInfo>text")),
	)

	DescribeTable("on a genuine document's bytes", func(reason eaadhaar.Reason, change func(string) string) {
		doc := string(java("eaadhaar-sha256"))
		changed := change(doc)
		Expect(changed).NotTo(Equal(doc))
		refused(legacy("signer", "uidai").Verify([]byte(changed), fetched), reason)
	},
		// changed content
		Entry("name changed", eaadhaar.ErrSignature, replace("Fake Person", "Forged Person")),
		Entry("attribute added", eaadhaar.ErrSignature, replace("<Poi ", `<Poi phone="1" `)),
		Entry("attribute removed", eaadhaar.ErrSignature, replace(` gender="M"`, "")),
		Entry("time changed", eaadhaar.ErrSignature, replace("2026-01-15T12:00:00.000", "2026-01-15T12:00:00.001")),
		Entry("line end inside the root", eaadhaar.ErrSignature, replace("<CertificateData>", "\n<CertificateData>")),
		Entry("indented", eaadhaar.ErrSignature, func(s string) string { return strings.ReplaceAll(s, "><", ">\n<") }),
		Entry("namespace declared on the root", eaadhaar.ErrSignature, replace("<Certificate>", `<Certificate xmlns:x="urn:x">`)),
		Entry("written anew in upper-case entities", eaadhaar.ErrSyntax, replace("Fake Person", "&FAKE;")),

		// wrapping
		Entry("nested in a forged document", eaadhaar.ErrShape, func(s string) string { return inside(forged, body(s)) }),
		Entry("nested, its signature lifted to the forged root", eaadhaar.ErrSignature, func(s string) string {
			sig := signatureOf(s)
			return inside(forged, strings.Replace(body(s), sig, "", 1)+sig)
		}),
		Entry("forged document nested in the genuine one", eaadhaar.ErrSignature, func(s string) string {
			return strings.Replace(s, "<Signature", forged+"<Signature", 1)
		}),
		Entry("its signature on a forged document", eaadhaar.ErrSignature, func(s string) string { return inside(forged, signatureOf(s)) }),
		Entry("genuine document inside its signature", eaadhaar.ErrShape, func(s string) string {
			sig := signatureOf(s)
			genuine := strings.Replace(body(s), sig, "", 1)
			return inside(forged, strings.Replace(sig, "</Signature>", "<Object>"+genuine+"</Object></Signature>", 1))
		}),
		Entry("signature deeper", eaadhaar.ErrShape, func(s string) string {
			sig := signatureOf(s)
			return strings.Replace(strings.Replace(s, sig, "", 1), "</CertificateData>", sig+"</CertificateData>", 1)
		}),
		Entry("signature as the root", eaadhaar.ErrShape, func(s string) string { return signatureOf(s) }),
		Entry("two signatures", eaadhaar.ErrShape, func(s string) string { return inside(s, signatureOf(s)) }),
		Entry("second signature deeper", eaadhaar.ErrShape, func(s string) string {
			return strings.Replace(s, "</CertificateData>", signatureOf(s)+"</CertificateData>", 1)
		}),
		Entry("second signature in the first", eaadhaar.ErrShape, func(s string) string {
			return strings.Replace(s, "</Signature>", signatureOf(s)+"</Signature>", 1)
		}),
		Entry("an element called Signature of no namespace", eaadhaar.ErrShape, replace("<Pht>", "<Signature/><Pht>")),
		Entry("an element called Signature of another namespace", eaadhaar.ErrShape, func(s string) string {
			return inside(s, `<Signature xmlns="urn:x"/>`)
		}),
		Entry("a signature's part outside of it", eaadhaar.ErrShape, func(s string) string {
			return inside(s, `<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#"/>`)
		}),
		Entry("a signature's part in place of a signature", eaadhaar.ErrShape, func(s string) string {
			return strings.Replace(s, signatureOf(s), `<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"/>`, 1)
		}),
		Entry("no signature", eaadhaar.ErrUnsigned, func(s string) string { return strings.Replace(s, signatureOf(s), "", 1) }),

		// the parts of Signature that nothing signs
		Entry("Object", eaadhaar.ErrShape, replace("</Signature>", "<Object><Poi name=\"Forged\"/></Object></Signature>")),
		Entry("empty Object", eaadhaar.ErrShape, replace("</Signature>", "<Object/></Signature>")),
		Entry("foreign element", eaadhaar.ErrShape, replace("</Signature>", "<x:Poi xmlns:x=\"urn:x\"/></Signature>")),
		Entry("known name of another namespace", eaadhaar.ErrShape, replace("<KeyInfo>", "<KeyInfo xmlns=\"urn:x\">")),
		Entry("RetrievalMethod", eaadhaar.ErrShape, replace("<KeyInfo>", `<KeyInfo><RetrievalMethod URI="http://example.test/k"/>`)),
		Entry("KeyValue", eaadhaar.ErrShape, replace("<KeyInfo>", "<KeyInfo><KeyValue/>")),
		Entry("second SignedInfo", eaadhaar.ErrShape, func(s string) string {
			info := s[strings.Index(s, "<SignedInfo>"):strings.Index(s, "<SignatureValue>")]
			return strings.Replace(s, info, info+info, 1)
		}),
		Entry("second SignatureValue", eaadhaar.ErrShape, replace("<SignatureValue>", "<SignatureValue>AAAA</SignatureValue><SignatureValue>")),
		Entry("second KeyInfo", eaadhaar.ErrShape, replace("<KeyInfo>", "<KeyInfo></KeyInfo><KeyInfo>")),
		Entry("no SignedInfo", eaadhaar.ErrShape, func(s string) string {
			return regexp.MustCompile(`(?s)<SignedInfo>.*</SignedInfo>`).ReplaceAllString(s, "")
		}),
		Entry("no SignatureValue", eaadhaar.ErrShape, func(s string) string {
			return regexp.MustCompile(`(?s)<SignatureValue>.*</SignatureValue>`).ReplaceAllString(s, "")
		}),
		Entry("attribute on Signature", eaadhaar.ErrShape, replace("<Signature ", `<Signature name="Forged" `)),
		Entry("namespaced attribute on SignedInfo", eaadhaar.ErrShape, replace("<SignedInfo>", `<SignedInfo xml:lang="en">`)),
		Entry("text in Signature", eaadhaar.ErrShape, replace("<KeyInfo>", "text<KeyInfo>")),
		Entry("element in SignatureValue", eaadhaar.ErrShape, replace("<SignatureValue>", "<SignatureValue><b/>")),
		Entry("URI given twice by namespace", eaadhaar.ErrShape, replace(`URI=""`, `URI="" xmlns:d="http://www.w3.org/2000/09/xmldsig#" d:URI="#x"`)),
		Entry("empty signature value", eaadhaar.ErrSignature, func(s string) string {
			return regexp.MustCompile(`(?s)<SignatureValue>.*</SignatureValue>`).ReplaceAllString(s, "<SignatureValue/>")
		}),
		Entry("signature value that is not base64", eaadhaar.ErrSignature, replace("<SignatureValue>", "<SignatureValue>!!")),
		Entry("SignedInfo changed", eaadhaar.ErrSignature, replace(c14nExc, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315")),
		Entry("a line end between the signs of the padding", eaadhaar.ErrSignature,
			replace("==</SignatureValue>", "=\n=</SignatureValue>")),
		Entry("rsa-sha1 written over rsa-sha256", eaadhaar.ErrSignature, replace(rsa256, rsa1)),

		// certificates
		Entry("embedded certificate of nobody pinned, who did not sign", eaadhaar.ErrSignature, func(s string) string {
			return regexp.MustCompile(`(?s)<X509Certificate>.*</X509Certificate>`).ReplaceAllString(s, embedded("attacker"))
		}),
		Entry("embedded certificate of another pinned signer", eaadhaar.ErrSignature, func(s string) string {
			return regexp.MustCompile(`(?s)<X509Certificate>.*</X509Certificate>`).ReplaceAllString(s, embedded("uidai"))
		}),
		Entry("embedded certificate that is not base64", eaadhaar.ErrUntrusted, replace("<X509Certificate>", "<X509Certificate>!")),
		Entry("embedded certificate and more", eaadhaar.ErrUntrusted, replace("</X509Certificate>", "!</X509Certificate>")),
		Entry("empty embedded certificate", eaadhaar.ErrShape, func(s string) string {
			return regexp.MustCompile(`(?s)<X509Certificate>.*</X509Certificate>`).ReplaceAllString(s, "<X509Certificate/>")
		}),

		// comments, document types, instructions
		Entry("comment in the photo", eaadhaar.ErrComment, replace("/9j/", "/9j/<!--x-->")),
		Entry("comment before the root", eaadhaar.ErrComment, replace("<Certificate>", "<!--x--><Certificate>")),
		Entry("comment after the root", eaadhaar.ErrComment, func(s string) string { return s + "<!--x-->" }),
		Entry("comment in Signature", eaadhaar.ErrComment, replace("<SignatureValue>", "<SignatureValue><!--x-->")),
		Entry("DOCTYPE", eaadhaar.ErrDoctype, replace("<Certificate>", "<!DOCTYPE Certificate><Certificate>")),
		Entry("DOCTYPE with an attribute default", eaadhaar.ErrDoctype,
			replace("<Certificate>", `<!DOCTYPE Certificate [<!ATTLIST Poi phone CDATA "1">]><Certificate>`)),
		Entry("DOCTYPE with an external entity", eaadhaar.ErrDoctype,
			replace("<Certificate>", `<!DOCTYPE Certificate [<!ENTITY x SYSTEM "file:///etc/hostname">]><Certificate>`)),
		Entry("DOCTYPE with an entity bomb", eaadhaar.ErrDoctype,
			replace("<Certificate>", `<!DOCTYPE Certificate [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><Certificate>`)),
		Entry("entity without a DOCTYPE", eaadhaar.ErrSyntax, replace("Fake Person", "Fake &nbsp;Person")),
		Entry("processing instruction", eaadhaar.ErrProcInst, replace("<CertificateData>", "<?x y?><CertificateData>")),
		Entry("processing instruction on top", eaadhaar.ErrProcInst, func(s string) string { return "<?x y?>" + body(s) }),
		Entry("style sheet", eaadhaar.ErrProcInst, replace("<Certificate>", `<?xml-stylesheet href="x"?><Certificate>`)),
		Entry("second XML declaration", eaadhaar.ErrProcInst, replace("<Certificate>", `<?xml version="1.0"?><Certificate>`)),
		Entry("XML declaration after a space", eaadhaar.ErrProcInst, func(s string) string { return " " + s }),

		// more than one document
		Entry("second root", eaadhaar.ErrTrailing, func(s string) string { return s + forged }),
		Entry("forged root first", eaadhaar.ErrTrailing, func(s string) string { return forged + body(s) }),
		Entry("text after the root", eaadhaar.ErrTrailing, func(s string) string { return s + "x" }),
		Entry("text before the root", eaadhaar.ErrTrailing, replace("<Certificate>", "x<Certificate>")),
		Entry("two byte-order marks", eaadhaar.ErrSyntax,
			func(s string) string { return "\xef\xbb\xbf\xef\xbb\xbf" + s }),

		// what parsers disagree about
		Entry("duplicate attribute", eaadhaar.ErrDuplicate, replace(`name="Fake Person"`, `name="Forged" name="Fake Person"`)),
		Entry("duplicate attribute by namespace", eaadhaar.ErrDuplicate,
			replace("<Poi ", `<Poi xmlns:a="urn:x" xmlns:b="urn:x" a:n="1" b:n="2" `)),
		Entry("duplicate namespace declaration", eaadhaar.ErrDuplicate, replace("<Certificate>", `<Certificate xmlns:a="urn:x" xmlns:a="urn:y">`)),
		Entry("duplicate default namespace", eaadhaar.ErrDuplicate, replace("<Signature ", `<Signature xmlns="urn:x" `)),
		Entry("duplicate IDs", eaadhaar.ErrDuplicate, func(s string) string {
			return replace("<Poa ", `<Poa Id="a" `)(replace("<Poi ", `<Poi Id="a" `)(s))
		}),
		Entry("duplicate IDs in two spellings", eaadhaar.ErrDuplicate, func(s string) string {
			return replace("<Poa ", `<Poa ID="a" `)(replace("<Poi ", `<Poi xml:id="a" `)(s))
		}),
		Entry("ID repeated by Signature", eaadhaar.ErrDuplicate, func(s string) string {
			return replace("<Signature ", `<Signature Id="a" `)(replace("<Poi ", `<Poi Id="a" `)(s))
		}),
		Entry("undeclared prefix on an element", eaadhaar.ErrSyntax, replace("<Pht>", "<x:b/><Pht>")),
		Entry("undeclared prefix on an attribute", eaadhaar.ErrSyntax, replace("<Pht>", `<Pht x:b="1">`)),
		Entry("prefix bound to nothing", eaadhaar.ErrSyntax, replace("<Pht>", `<Pht xmlns:x="">`)),
		Entry("prefix xmlns bound", eaadhaar.ErrSyntax, replace("<Pht>", `<Pht xmlns:xmlns="urn:x">`)),
		Entry("prefix xml bound to something else", eaadhaar.ErrSyntax, replace("<Pht>", `<Pht xmlns:xml="urn:x">`)),
		Entry("prefix bound to the namespace of xml", eaadhaar.ErrSyntax, replace("<Pht>", `<Pht xmlns:x="http://www.w3.org/XML/1998/namespace">`)),
		Entry("prefix bound to the namespace of xmlns", eaadhaar.ErrSyntax, replace("<Pht>", `<Pht xmlns:x="http://www.w3.org/2000/xmlns/">`)),
		Entry("two colons in a name", eaadhaar.ErrSyntax, replace("<Pht>", `<Pht xml:a:b="1">`)),
		Entry("colon at the end of an attribute name", eaadhaar.ErrSyntax, replace("<Pht>", `<Pht xml:="1">`)),
		Entry("colon at the start of an element name", eaadhaar.ErrSyntax, replace("<Pht>", "<:b/><Pht>")),
		Entry("unclosed element", eaadhaar.ErrSyntax, func(s string) string { return strings.TrimSuffix(s, "</Certificate>") }),
		Entry("crossed end tags", eaadhaar.ErrSyntax, replace("</UidData></KycRes>", "</KycRes></UidData>")),
		Entry("end tag without a start", eaadhaar.ErrSyntax, func(s string) string { return s + "</Certificate>" }),
		Entry("end tag of another prefix", eaadhaar.ErrSyntax, replace("</Pht>", "</xml:Pht>")),
		Entry("attribute without quotes", eaadhaar.ErrSyntax, replace(`dob="01-01-1990"`, "dob=1990")),
		Entry("less-than in an attribute", eaadhaar.ErrSyntax, replace("Fake Person", "Fake < Person")),
		Entry("character that XML forbids", eaadhaar.ErrSyntax, replace("Fake Person", "Fake \x0bPerson")),
		Entry("reference to a forbidden character", eaadhaar.ErrSyntax, replace("Fake Person", "Fake &#0;Person")),
		Entry("XML 1.1", eaadhaar.ErrSyntax, replace(`version="1.0"`, `version="1.1"`)),
		Entry("cut off", eaadhaar.ErrSyntax, func(s string) string { return s[:len(s)/2] }),
		Entry("empty", eaadhaar.ErrSyntax, func(string) string { return "" }),
		Entry("white space only", eaadhaar.ErrSyntax, func(string) string { return " \n" }),
		Entry("JSON", eaadhaar.ErrSyntax, func(string) string { return `{"name":"Forged"}` }),

		// encodings
		Entry("UTF-16, little end first", eaadhaar.ErrEncoding, func(s string) string { return utf16Bytes(s, binary.LittleEndian) }),
		Entry("UTF-16, big end first", eaadhaar.ErrEncoding, func(s string) string { return utf16Bytes(s, binary.BigEndian) }),
		Entry("UTF-16 without a mark, ASCII only", eaadhaar.ErrEncoding, func(string) string { return "<\x00a\x00/\x00>\x00" }),
		Entry("Latin-1 declared", eaadhaar.ErrEncoding, replace(`encoding="UTF-8"`, `encoding="ISO-8859-1"`)),
		Entry("UTF-7 declared", eaadhaar.ErrEncoding, replace(`encoding="UTF-8"`, `encoding="UTF-7"`)),
		Entry("UTF-16 declared", eaadhaar.ErrEncoding, replace(`encoding="UTF-8"`, `encoding="UTF-16"`)),
		Entry("Latin-1 bytes", eaadhaar.ErrEncoding, replace("Fake Person", "F\xe4ke Person")),
		Entry("overlong UTF-8", eaadhaar.ErrEncoding, replace("Fake Person", "Fake\xc0\xa0Person")),
		Entry("surrogate in UTF-8", eaadhaar.ErrEncoding, replace("Fake Person", "Fake\xed\xa0\x80Person")),
		Entry("NUL", eaadhaar.ErrEncoding, func(s string) string { return s + "\x00" }),
		Entry("NUL before all else", eaadhaar.ErrEncoding, func(s string) string { return "\x00" + s }),

		// too much
		Entry("more than 5 MiB", eaadhaar.ErrTooLarge, replace("/9j/", strings.Repeat("A", 5<<20))),
		Entry("deep nesting", eaadhaar.ErrLimit, replace("<Pht>", strings.Repeat("<a>", 100)+strings.Repeat("</a>", 100)+"<Pht>")),
		Entry("very deep nesting, never closed", eaadhaar.ErrLimit, replace("<Pht>", strings.Repeat("<a>", 1<<20))),
		Entry("many elements", eaadhaar.ErrLimit, replace("<Pht>", strings.Repeat("<a/>", 1000)+"<Pht>")),
		Entry("many attributes", eaadhaar.ErrLimit, replace("<Pht>", "<Pht"+attributes(1000)+">")),
	)

	DescribeTable("that is genuine but no document to accept", func(xml string, reason eaadhaar.Reason) {
		g := theSigner()
		refused(g.verifier(eaadhaar.SHA256Only).Verify(g.sign(xml, nil), fetched), reason)
	},
		Entry("KycRes that reports a refusal", replace(`ret="Y"`, `ret="N"`)(eaadhaarXML), eaadhaar.ErrContent),
		Entry("a refusal, told before an unmasked number", replace(`ret="Y"`, `ret="N"`)(replace("xxxxxxxx0000", "123456789012")(eaadhaarXML)), eaadhaar.ErrContent),
		Entry("KycRes without ret", replace(`ret="Y" `, "")(eaadhaarXML), eaadhaar.ErrContent),
		Entry("two people", replace("<Poi ", `<Poi name="Forged"/><Poi `)(eaadhaarXML), eaadhaar.ErrContent),
		Entry("two UidData", replace("<UidData ", `<UidData/><UidData `)(eaadhaarXML), eaadhaar.ErrContent),
		Entry("no person", replace("<Poi ", `<Pox `)(eaadhaarXML), eaadhaar.ErrContent),
		Entry("unmasked number", replace("xxxxxxxx0000", "123456789012")(eaadhaarXML), eaadhaar.ErrUnmasked),
		Entry("unmasked number in groups", replace("xxxxxxxx0000", "1234 5678 9012")(eaadhaarXML), eaadhaar.ErrUnmasked),
		Entry("half-masked number", replace("xxxxxxxx0000", "xxxx56789012")(eaadhaarXML), eaadhaar.ErrUnmasked),
		Entry("number masked at the wrong end", replace("xxxxxxxx0000", "0000xxxxxxxx")(eaadhaarXML), eaadhaar.ErrContent),
		Entry("number with too few digits", replace("xxxxxxxx0000", "xxxxxxxxx000")(eaadhaarXML), eaadhaar.ErrContent),
		Entry("number in other letters", replace("xxxxxxxx0000", "abcdefgh0000")(eaadhaarXML), eaadhaar.ErrContent),
		Entry("number in other digits", replace("xxxxxxxx0000", "१२३४५६७८९०१२")(eaadhaarXML), eaadhaar.ErrContent),
		Entry("another certificate", replace("PANCR", "XXXXX")(panXML), eaadhaar.ErrUnknown),
		Entry("a licence that calls itself PAN", replace("DRVLC", "PANCR")(licenceXML), eaadhaar.ErrContent),
		Entry("e-Aadhaar that calls itself a licence", replace("<Certificate>", `<Certificate type="DRVLC">`)(eaadhaarXML), eaadhaar.ErrContent),
		Entry("e-Aadhaar with a certificate's type", replace("<Certificate>", `<Certificate type="XXXXX">`)(eaadhaarXML), eaadhaar.ErrUnknown),
		Entry("e-Aadhaar of endpoint version 2", `<KycRes ret="Y"><UidData/></KycRes>`, eaadhaar.ErrUnknown),
		Entry("a certificate of no type and no content", `<Certificate></Certificate>`, eaadhaar.ErrUnknown),
		Entry("referenceId that is too short", replace("000020260115120000123", "00002026011512")(offlineXML), eaadhaar.ErrContent),
		Entry("referenceId with letters", replace("000020260115120000123", "0000202601151200001x3")(offlineXML), eaadhaar.ErrContent),
		Entry("referenceId with letters for a number", replace("000020260115120000123", "xxxx20260115120000123")(offlineXML), eaadhaar.ErrContent),
		Entry("referenceId with a sign", replace("000020260115120000123", "000020260115120000-12")(offlineXML), eaadhaar.ErrContent),
		Entry("referenceId of no day", replace("000020260115120000123", "000020261315120000123")(offlineXML), eaadhaar.ErrContent),
	)

	DescribeTable("of form has a limit", func(most int, grow func(n int) string) {
		changed := func(n int) []byte { return []byte(replace("<Pht>", grow(n))(eaadhaarXML)) }
		_, err := eaadhaar.ReadUnverified(changed(most))
		Expect(err).NotTo(HaveOccurred())
		_, err = eaadhaar.ReadUnverified(changed(most + 1))
		Expect(err).To(MatchError(eaadhaar.ErrLimit))
	},
		Entry("of 16 elements in each other, 4 of them the document's", 12, func(n int) string {
			return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) + "<Pht>"
		}),
		Entry("of 512 elements, 7 of them the document's", 505, func(n int) string { return strings.Repeat("<a/>", n) + "<Pht>" }),
		Entry("of 64 namespace declarations", 64,
			func(n int) string { return strings.Repeat(`<a xmlns:p="urn:x"/>`, n) + "<Pht>" }),
		Entry("of 256 CDATA sections in a text", 256,
			func(n int) string { return "<Pht>" + strings.Repeat("<![CDATA[]]>", n) }),
		Entry("of 2048 attributes, 14 of them the document's", 2034, func(n int) string {
			return strings.Repeat("<a"+attributes(52)+"/>", n/52) + strings.Repeat(`<a a="1"/>`, n%52) + "<Pht>"
		}),
		Entry("of 256 letters in a name", 256, func(n int) string { return "<" + strings.Repeat("a", n) + "/><Pht>" }),
		Entry("of 64 attributes", 64, func(n int) string { return "<Pht" + attributes(n) + ">" }),
	)

	It("has a limit of the caller's", func() {
		opts := options(eaadhaar.LegacySHA1)
		opts.MaxBytes = len(java("eaadhaar-sha256"))
		verified(pinning(opts, "signer").Verify(java("eaadhaar-sha256"), fetched))
		opts.MaxBytes--
		refused(pinning(opts, "signer").Verify(java("eaadhaar-sha256"), fetched), eaadhaar.ErrTooLarge)
	})

	It("that nobody pinned is refused whatever the certificate says", func() {
		refused(verifier("uidai").Verify(java("attack-other-key"), fetched), eaadhaar.ErrUntrusted)
		e := failure(verifier("uidai").Verify(java("eaadhaar-no-keyinfo"), fetched), eaadhaar.ErrSignature)
		Expect(e.Detail).To(ContainSubstring("keep the bytes as they were received"))
		verified(verifier("attacker").Verify(java("attack-other-key"), fetched))
	})

	It("by one byte changed, put in or left out changes no field of a verified document", func() {
		doc, v := java("eaadhaar-sha256"), verifier("signer")
		genuine := verified(v.Verify(doc, fetched))
		accepted := 0
		try := func(i, skip int, put string) {
			changed := string(doc[:i]) + put + string(doc[i+skip:])
			got, err := v.Verify([]byte(changed), fetched).Document()
			if err != nil {
				return
			}
			accepted++
			if !reflect.DeepEqual(got, genuine) {
				Fail("a changed document was verified: " + changed)
			}
		}
		for i, c := range doc {
			try(i, 1, string([]byte{c ^ 1}))
			try(i, 0, "\n")
			try(i, 1, "")
		}
		Expect(accepted).To(BeNumerically(">", 0), "white space between attributes is nobody's business")
	})

	It("is among the specs for each file of testdata", func() {
		source := string(must(os.ReadFile("attack_test.go"))) + string(must(os.ReadFile("verify_test.go")))
		for _, f := range must(os.ReadDir("testdata/java")) {
			if name, ok := strings.CutSuffix(f.Name(), ".xml"); ok {
				Expect(source).To(ContainSubstring(`"` + name + `"`))
			}
		}
	})
})

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(" a" + strings.Repeat("b", i) + `="1"`)
	}
	return b.String()
}
