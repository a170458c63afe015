package eaadhaar_test

import (
	"fmt"
	"strings"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("XML that parsers read differently", func() {
	g := theSigner()
	verify := func(doc string) eaadhaar.Result { return g.verifier(eaadhaar.SHA256Only).Verify([]byte(doc), fetched) }

	// What stands before the root is in no digest: a signature says nothing about it.
	DescribeTable("is refused for its declaration", func(declaration string, reason eaadhaar.Reason, detail string) {
		doc := string(g.sign(eaadhaarXML, nil))
		r := verify(declaration + doc)
		if reason == "" {
			verified(r)
			return
		}
		Expect(failure(r, reason).Detail).To(ContainSubstring(detail))
	},
		Entry("but not this one", `<?xml version="1.0"?>`, eaadhaar.Reason(""), ""),
		Entry("nor this", "<?xml\tversion = '1.0'\r\nencoding\n=\n\"utf-8\" standalone='no' ?>\n", eaadhaar.Reason(""),
			""),
		Entry("nor without encoding", `<?xml version="1.0" standalone="yes"?>`, eaadhaar.Reason(""), ""),
		Entry("another encoding", `<?xml version="1.0" encoding="ISO-8859-1"?>`, eaadhaar.ErrEncoding,
			"another encoding"),
		Entry("another encoding, spaced", `<?xml version="1.0" encoding = "ISO-8859-1"?>`, eaadhaar.ErrEncoding,
			"another encoding"),
		Entry("UTF-7", `<?xml version="1.0" encoding="UTF-7"?>`, eaadhaar.ErrEncoding, "another encoding"),
		Entry("UTF-16 declared", `<?xml version="1.0" encoding="UTF-16"?>`, eaadhaar.ErrEncoding, "another encoding"),
		Entry("utf8", `<?xml version="1.0" encoding="utf8"?>`, eaadhaar.ErrEncoding, "another encoding"),
		Entry("an empty encoding", `<?xml version="1.0" encoding=""?>`, eaadhaar.ErrEncoding, "another encoding"),
		Entry("version 1.1", `<?xml version="1.1"?>`, eaadhaar.ErrSyntax, "version other than 1.0"),
		Entry("version 1.1, spaced", `<?xml version = "1.1"?>`, eaadhaar.ErrSyntax, "version other than 1.0"),
		Entry("version 2.0", `<?xml version="2.0"?>`, eaadhaar.ErrSyntax, "version other than 1.0"),
		Entry("version with a space", `<?xml version="1.0 "?>`, eaadhaar.ErrSyntax, "version other than 1.0"),
		Entry("two encodings", `<?xml version="1.0" encoding="UTF-8" encoding="UTF-8"?>`, eaadhaar.ErrSyntax, "twice"),
		Entry("two versions", `<?xml version="1.0" version="1.0"?>`, eaadhaar.ErrSyntax, "twice"),
		Entry("encoding behind standalone", `<?xml version="1.0" standalone="yes" encoding="UTF-8"?>`,
			eaadhaar.ErrSyntax, "wrong place"),
		Entry("encoding before version", `<?xml encoding="UTF-8" version="1.0"?>`, eaadhaar.ErrSyntax,
			"without a version"),
		Entry("no version", `<?xml encoding="UTF-8"?>`, eaadhaar.ErrSyntax, "without a version"),
		Entry("nothing", `<?xml?>`, eaadhaar.ErrSyntax, "without a version"),
		Entry("an unknown part", `<?xml version="1.0" lang="en"?>`, eaadhaar.ErrSyntax, "unknown"),
		Entry("an unknown part of known ones",
			`<?xml version="1.0" encoding="UTF-8" charset="UTF-7" standalone="yes"?>`, eaadhaar.ErrSyntax, "unknown"),
		Entry("standalone of another word", `<?xml version="1.0" standalone="maybe"?>`, eaadhaar.ErrSyntax,
			"XML declaration"),
		Entry("no space between", `<?xml version="1.0"encoding="UTF-8"?>`, eaadhaar.ErrSyntax, "XML declaration"),
		Entry("no quotes", `<?xml version=1.0?>`, eaadhaar.ErrSyntax, "XML declaration"),
		Entry("no end", `<?xml version="1.0">`, eaadhaar.ErrSyntax, "XML declaration"),
		Entry("in capitals", `<?XML version="1.0"?>`, eaadhaar.ErrProcInst, ""),
		Entry("of a longer name", `<?xml-stylesheet href="x"?>`, eaadhaar.ErrProcInst, ""),
		Entry("not at the beginning", "\n"+`<?xml version="1.0"?>`, eaadhaar.ErrProcInst, ""),
		Entry("twice", `<?xml version="1.0"?><?xml version="1.0"?>`, eaadhaar.ErrProcInst, ""),
		Entry("CDATA before the root", "<![CDATA[]]>", eaadhaar.ErrTrailing, "CDATA"),
		Entry("a reference before the root", `<?xml version="1.0"?>&#32;`, eaadhaar.ErrTrailing, "text"),
		Entry("a no-break space before the root", `<?xml version="1.0"?>`+"\u00a0", eaadhaar.ErrTrailing, "text"),
	)

	DescribeTable("is refused", func(reason eaadhaar.Reason, change func(string) string) {
		refused(verify(change(string(g.sign(eaadhaarXML, nil)))), reason)
	},
		Entry("no space between attributes", eaadhaar.ErrSyntax,
			replace(`dob="01-01-1990" gender`, `dob="01-01-1990"gender`)),
		Entry("half of a surrogate pair", eaadhaar.ErrSyntax, replace("Fake Person", "Fake&#xD800;Person")),
		Entry("a reference to no character", eaadhaar.ErrSyntax, replace("Fake Person", "Fake&#xFFFE;Person")),
		Entry("a reference to NUL", eaadhaar.ErrSyntax, replace("Fake Person", "Fake&#0;Person")),
		Entry("a reference with X", eaadhaar.ErrSyntax, replace("Fake Person", "F&#X61;ke Person")),
		Entry("a reference without an end", eaadhaar.ErrSyntax, replace("Fake Person", "F&#97ke Person")),
		Entry("a reference of no digits", eaadhaar.ErrSyntax, replace("Fake Person", "F&#;ke Person")),
		Entry("a reference beyond Unicode", eaadhaar.ErrSyntax, replace("Fake Person", "F&#x110000;ke Person")),
		Entry("an unknown entity", eaadhaar.ErrSyntax, replace("Fake Person", "Fake&nbsp;Person")),
		Entry("a bare ampersand", eaadhaar.ErrSyntax, replace("Fake Person", "Fake & Person")),
		Entry("U+FFFF", eaadhaar.ErrSyntax, replace("Fake Person", "Fake\uffffPerson")),
		Entry("a control character", eaadhaar.ErrSyntax, replace("Fake Person", "Fake\x0bPerson")),
		Entry("< in an attribute", eaadhaar.ErrSyntax, replace("Fake Person", "Fake<Person")),
		Entry("]]> in text", eaadhaar.ErrSyntax, replace("</Pht>", "]]></Pht>")),
		Entry("CDATA without an end", eaadhaar.ErrSyntax, replace("<Pht>", "<Pht><![CDATA[")),
		Entry("a name in other letters", eaadhaar.ErrSyntax, replace("<Pht>", "<É/><Pht>")),
		Entry("a name of two colons", eaadhaar.ErrSyntax, replace("<Pht>", `<a:b:c xmlns:a="urn:x"/><Pht>`)),
		Entry("a name that a colon begins", eaadhaar.ErrSyntax, replace("<Pht>", "<:a/><Pht>")),
		Entry("a name that a colon ends", eaadhaar.ErrSyntax, replace("<Pht>", `<a: xmlns:a="urn:x"/><Pht>`)),
		Entry("a name that a digit begins", eaadhaar.ErrSyntax, replace("<Pht>", "<1/><Pht>")),
		Entry("a space before a name", eaadhaar.ErrSyntax, replace("<Pht>", "< Pht>")),
		Entry("an attribute on an end tag", eaadhaar.ErrSyntax, replace("</Pht>", `</Pht a="1">`)),
		Entry("an attribute without a value", eaadhaar.ErrSyntax, replace("<Pht>", "<Pht a>")),
		Entry("an attribute without quotes", eaadhaar.ErrSyntax, replace("<Pht>", "<Pht a=1>")),
		Entry("a DOCTYPE in the root", eaadhaar.ErrDoctype, replace("<Pht>", "<!DOCTYPE a><Pht>")),
		Entry("CDATA behind the root", eaadhaar.ErrTrailing, func(s string) string { return s + "<![CDATA[ ]]>" }),
		Entry("the XML namespace of another prefix", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x="http://www.w3.org/XML/1998/namespace">`)),
		Entry("a namespace with an ampersand, which libxml2 does not escape", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x="http://example.test/?a&amp;b">`)),
		Entry("a namespace with a letter beyond ASCII, which libxml2 refuses", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x="urn:é">`)),
		Entry("a namespace with a blank", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x="urn:a b">`)),
		Entry("a namespace with a quote", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x='urn:"'>`)),
		Entry("a namespace with an apostrophe", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x="urn:'">`)),
		Entry("a namespace with a less-than", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x="urn:&lt;">`)),
		Entry("a namespace with a percent sign", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x="urn:%zz">`)),
		Entry("a namespace with a bracket", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x="urn:[">`)),
		Entry("a namespace with two fragments", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x="urn:a#b#c">`)),
		Entry("a namespace with a port", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x="http://example.test:x/">`)),
		Entry("a namespace with a scheme of other signs", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:x="u/n:x">`)),
		Entry("the prefix xml of another namespace", eaadhaar.ErrSyntax,
			replace("<Certificate>", `<Certificate xmlns:xml="urn:x">`)),
	)

	DescribeTable("is no ZIP, PDF, JSON or page", func(doc, detail string) {
		Expect(failure(verify(doc), eaadhaar.ErrSyntax).Detail).To(ContainSubstring(detail))
	},
		Entry("a ZIP", "PK\x03\x04\x14\x00\x00\x00", "wire.Unzip"),
		Entry("a PDF", "%PDF-1.7\n\xff\x00", "PDF"),
		Entry("JSON", `{"xml":"<a/>"}`, "JSON"),
		Entry("a text", "Not found", "does not begin with a tag"),
		Entry("an empty ZIP", "PK\x05\x06\x00\x00", "nothing in it"),
		Entry("gzip", "\x1f\x8b\x08\x00", "gzip"),
		Entry("an image", "\xff\xd8\xff\xe0\x00", "an image"),
		Entry("an HTML page", "\n<!DOCTYPE html><html><body>Sign in</body></html>",
			"fetch the record anew, in a new journey if it is handed out once"),
		Entry("an HTML page without DOCTYPE", "<HTML><body>Gone</body></HTML>", "an HTML page"),
		Entry("a file that ends in a tag", eaadhaarXML[:300], "cut; download it again"),
		Entry("a file that ends in the last tag", eaadhaarXML[:len(eaadhaarXML)-3], "cut; download it again"),
		Entry("a file that ends between tags", "<Certificate><CertificateData>", "cut; download it again"),
		Entry("white space", " \n", "it is empty"),
		Entry("nothing", "", "it is empty"),
	)
})

var _ = Describe("XML that was refused without need", func() {
	g := theSigner()
	DescribeTable("is verified", func(xml string, edit func(string) string) {
		doc := verified(g.verifier(eaadhaar.SHA256Only).Verify(g.sign(xml, edit), fetched))
		Expect(doc.Person.Name.Reveal()).To(Equal("Fake Person"))
	},
		Entry("white space in the digest", eaadhaarXML, replace("<DigestValue>", "<DigestValue>\n ")),
		Entry("attributes of two namespaces that are in order by name too",
			replace("<Poi ", `<Poi xmlns:a="urn:a" xmlns:b="urn:b" a:x="1" b:y="2" `)(eaadhaarXML), nil),
		Entry("namespaces of several forms", replace("<Certificate>",
			`<Certificate xmlns:a="http://www.w3.org/2001/XMLSchema-instance" `+
				`xmlns:b="urn:x-1:a:b" xmlns:c="u+r.n-1:?a=b;#c">`)(eaadhaarXML), nil),
		Entry("two prefixes of one namespace",
			replace("<Poi ", `<Poi xmlns:a="urn:a" xmlns:b="urn:a" b:x="1" a:y="2" `)(eaadhaarXML), nil),
	)
	It("is verified with xmlns:xml, which canonical XML leaves out", func() {
		signed := strings.Replace(string(g.sign(eaadhaarXML, nil)), "<Certificate>",
			`<Certificate xmlns:xml="http://www.w3.org/XML/1998/namespace">`, 1)
		verified(g.verifier(eaadhaar.SHA256Only).Verify([]byte(signed), fetched))
	})
	DescribeTable("is told as what cannot be checked where goxmldsig would sort wrongly", func(attributes string) {
		xml := replace("<Poi ", `<Poi xmlns:a="urn:b" xmlns:b="urn:a" `+attributes)(eaadhaarXML)
		refused(g.verifier(eaadhaar.SHA256Only).Verify(g.sign(xml, nil), fetched), eaadhaar.ErrUnsupported)
		Expect(must(eaadhaar.ReadUnverified([]byte(xml))).Person.Name.Reveal()).To(Equal("Fake Person"))
	},
		Entry("by another name than by namespace", `a:x="1" b:y="2" `),
		Entry("of one name in two namespaces", `a:x="1" b:x="2" `),
	)
})

// The cost of a hostile document is counted in bytes allocated, not in time, and beside that of a
// genuine one of its size, whose photo makes it large.
var _ = Describe("A hostile document", func() {
	const size = 1 << 20
	allocated := func(v *eaadhaar.Verifier, doc []byte) uint64 { return allocated(func() { v.Verify(doc, fetched) }) }
	g := theSigner()
	v := g.verifier(eaadhaar.SHA256Only)
	photo := func(n int) string { return "/9j/" + strings.Repeat("A", n) }

	DescribeTable("costs no more memory than a genuine one of its size", func(hostile func(n int) string) {
		genuine := g.sign(strings.Replace(eaadhaarXML, "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD", photo(size), 1), nil)
		verified(v.Verify(genuine, fetched))
		doc := strings.Replace(eaadhaarXML, "<Pht>", hostile(size)+"<Pht>", 1)
		signed, err := g.Sign([]byte(doc))
		if err != nil { // one that encoding/xml refuses, too
			signed = []byte(doc)
		}
		Expect(len(signed)).To(BeNumerically(">", size/2))
		most := allocated(v, genuine)
		Expect(allocated(v, signed)).To(BeNumerically("<=", most+most/10))
	},
		Entry("of CDATA sections", func(n int) string { return strings.Repeat("a<![CDATA[b]]>", n/14) }),
		Entry("of CDATA sections in many texts", func(n int) string {
			return strings.Repeat("<b>"+strings.Repeat("a<![CDATA[b]]>", 250)+"</b>", n/3600)
		}),
		Entry("of empty elements", func(n int) string { return strings.Repeat("<a/>", n/4) }),
		Entry("of attributes", func(n int) string {
			return strings.Repeat("<a"+attributes(60)+"/>", n/len("<a"+attributes(60)+"/>"))
		}),
		Entry("of elements in each other",
			func(n int) string { return strings.Repeat("<a>", n/7) + strings.Repeat("</a>", n/7) }),
		Entry("of references", func(n int) string { return strings.Repeat("&#13;", n/5) }),
		Entry("of characters that are escaped", func(n int) string { return strings.Repeat(">", n) }),
		Entry("of quotes in an attribute", func(n int) string { return "<a b='" + strings.Repeat(`"`, n) + "'/>" }),
		Entry("of white space between attributes",
			func(n int) string { return "<a" + strings.Repeat(" ", n) + ">\r\n</a>" }),
		Entry("of one long name", func(n int) string { return "<a" + strings.Repeat("b", n) + "/>" }),
		Entry("of line ends", func(n int) string { return strings.Repeat("\r\n", n/2) }),
		Entry("of an attribute of line ends", func(n int) string { return "<a b='" + strings.Repeat("\n", n) + "'/>" }),
		Entry("of namespaces", func(n int) string {
			var b strings.Builder
			for i := 0; b.Len() < n; i++ {
				fmt.Fprintf(&b, `<a xmlns:p%d="urn:%d">`, i, i)
			}
			return b.String()
		}),
	)

	It("with many certificates has a few of them read", func() {
		cert := certified(theKey(), nil, nil)
		many := strings.Repeat(embedded("attacker"), 8)
		doc := strings.Replace(string(signedWith(eaadhaarXML, cert)), "</X509Data>",
			strings.Repeat("</X509Data><X509Data>"+many, 7)+"</X509Data>", 1)
		genuine := g.sign(strings.Replace(eaadhaarXML, "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD", photo(len(doc)), 1), nil)
		Expect(allocated(verifier("uidai"), []byte(doc))).To(BeNumerically("<=", 3*allocated(v, genuine)))
		refused(verifier("uidai").Verify([]byte(doc), fetched), eaadhaar.ErrUntrusted)
	})

	It("survives limits below zero, which are the default", func() {
		opts := options(eaadhaar.SHA256Only)
		opts.MaxBytes = -1
		verified(pinning(opts, "signer").Verify(java("eaadhaar-sha256"), fetched))
		opts.MaxAge = -time.Hour
		verified(pinning(opts, "signer").Verify(java("eaadhaar-sha256"), fetched))
	})

	It("is no document that is older than MaxAge", func() {
		for _, xml := range []string{eaadhaarXML, offlineXML} {
			at := must(eaadhaar.ReadUnverified([]byte(xml))).Aadhaar.SignedAt
			aged := func(by time.Duration) eaadhaar.Result {
				opts := eaadhaar.Options{MaxAge: time.Hour, Now: func() time.Time { return at.Add(by) }}
				return believing(opts, eaadhaar.Anchor{Certificate: g.Certificate}).Verify(g.sign(xml, nil), fetched)
			}
			verified(aged(time.Hour))
			refused(aged(time.Hour+time.Second), eaadhaar.ErrStale)
		}
		opts := eaadhaar.Options{MaxAge: time.Hour}
		verified(believing(opts, eaadhaar.Anchor{Certificate: g.Certificate}).Verify(g.sign(panXML, nil), fetched))
	})
})
