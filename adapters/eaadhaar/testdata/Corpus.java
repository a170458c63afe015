// Makes the documents of corpus/; corpus.sh runs it, and says how. A document
// is signed by the JDK, or is a template for xmlsec1, or is one of the two with
// bytes changed. Most changes are where no signature looks: in the XML
// declaration, around the root, in KeyInfo. There a parser that lets a mistake
// pass verifies the document, and one that does not refuses it.
//
// The verdict of package eaadhaar stands beside each document here. Those of
// the JDK and of xmlsec1 are asked for.

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

public class Corpus {
    static final String VERIFIED = "verified";
    static final String ENCODING = "not UTF-8";
    static final String SYNTAX = "not well-formed XML";
    static final String DOCTYPE = "document type declaration";
    static final String COMMENT = "comment";
    static final String PROC_INST = "processing instruction";
    static final String TRAILING = "content outside the root";
    static final String DUPLICATE = "duplicate attribute or ID";
    static final String SHAPE = "signature of unknown shape";
    static final String SIGNATURE = "signature does not match";

    static final String UNSUPPORTED = "form that cannot be checked here";

    // Why a verdict is stricter than that of both tools.
    static final String EDITIONS = "the editions of XML 1.0 differ about letters beyond ASCII";
    static final String COLON = "namespaces allow no colon there";
    static final String UNSIGNED = "nothing in a signature may say what nobody signs";
    static final String FIRST_TEXT = "readers of the first text see another than the signer";
    static final String INSTRUCTION = "none has been seen, and readers differ about where text ends";
    static final String FOLLOWED = "another parser may follow it";
    static final String SORTED = "goxmldsig sorts such attributes otherwise";

    static final String DSIG = "http://www.w3.org/2000/09/xmldsig#";
    static final String SUBJECT = "<X509SubjectName>CN=TEST SIGNER</X509SubjectName>";
    static final String JAVA = "java-small";
    static final String XMLSEC = "xmlsec1-small";
    static final String NATIVE = "xmlsec1-native";
    static final String LINES = "xmlsec1-lines";
    static final String CERTIFIED = "xmlsec1-certificate";

    /** One document: how it is made and what is to be said of it. */
    static class Row {
        String name, signer = "signer", by, what, ours = VERIFIED, why = "";
        Generate.Job job; // signed by the JDK
        String template; // signed by xmlsec1
        String base; // changed, with edit
        UnaryOperator<String> edit;
        UnaryOperator<String> info; // changed, with an edit of SignedInfo, and signed anew

        Row ours(String verdict, String why) {
            this.ours = verdict;
            this.why = why;
            return this;
        }

        Row signer(String s) {
            signer = s;
            return this;
        }
    }

    static final Map<String, Row> rows = new LinkedHashMap<>();

    static Row row(String name, String by, String what) {
        Row r = new Row();
        r.name = name;
        r.by = by;
        r.what = what;
        if (rows.put(name, r) != null) {
            throw new IllegalStateException("two of " + name);
        }
        return r;
    }

    static Row jdk(String name, String what, Generate.Job job) {
        Row r = row(name, "java", what);
        r.job = job;
        r.signer = job.signer;
        return r;
    }

    static Row xmlsec(String name, String what, String template) {
        Row r = row(name, "xmlsec1", what);
        r.template = template;
        return r;
    }

    /** A document of the JDK's with another SignedInfo, for what the JDK does not write, signed anew. */
    static void again(String name, String what, UnaryOperator<String> edit) {
        Row r = row(name, "java", what);
        r.base = JAVA;
        r.info = edit;
    }

    /** A change of bytes. Documents are one char a byte here; utf8 makes such a string. */
    static Row change(String name, String base, String ours, String what, UnaryOperator<String> edit) {
        Row of = rows.get(base);
        Row r = row(name, of.by + ", then bytes changed", what);
        r.base = base;
        r.signer = of.signer;
        r.edit = edit;
        r.ours = ours;
        return r;
    }

    static String utf8(String s) {
        return new String(s.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    static UnaryOperator<String> replace(String old, String with) {
        return s -> {
            int i = s.indexOf(old);
            if (i < 0) {
                throw new IllegalStateException("nothing to replace: " + old);
            }
            return s.substring(0, i) + utf8(with) + s.substring(i + old.length());
        };
    }

    static UnaryOperator<String> all(String old, String with) {
        return s -> s.replace(old, utf8(with));
    }

    /** Another XML declaration; the signer's line end behind it goes as well. */
    static UnaryOperator<String> declaration(String with) {
        return s -> utf8(with) + s.substring(s.indexOf("<OfflinePaperlessKyc"));
    }

    static UnaryOperator<String> before(String put) {
        return s -> utf8(put) + s;
    }

    static UnaryOperator<String> beforeRoot(String put) {
        return replace("<OfflinePaperlessKyc", put + "<OfflinePaperlessKyc");
    }

    static UnaryOperator<String> after(String put) {
        return s -> s + utf8(put);
    }

    /** Text in KeyInfo. */
    static UnaryOperator<String> text(String put) {
        return replace("CN=TEST SIGNER", "CN=TEST" + put + "SIGNER");
    }

    /** Something between the elements of KeyInfo. */
    static UnaryOperator<String> inKeyInfo(String put) {
        return replace("<X509Data>", put + "<X509Data>");
    }

    /** Attributes, as written, on KeyInfo. */
    static UnaryOperator<String> keyInfo(String attributes) {
        return replace("<KeyInfo>", "<KeyInfo" + attributes + ">");
    }

    /** Attributes, as written, on Signature, before its namespace. */
    static UnaryOperator<String> onSignature(String attributes) {
        return replace("<Signature xmlns", "<Signature" + attributes + "xmlns");
    }

    /** Another end tag in KeyInfo. */
    static UnaryOperator<String> end(String tag) {
        return replace("</X509SubjectName>", tag);
    }

    static UnaryOperator<String> utf16(java.nio.charset.Charset charset, String mark) {
        return s -> mark + new String(new String(s.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
            .getBytes(charset), StandardCharsets.ISO_8859_1);
    }

    static UnaryOperator<String> then(UnaryOperator<String> a, UnaryOperator<String> b) {
        return s -> b.apply(a.apply(s));
    }

    /** The shortest of the four kinds of documents. */
    static String offline(String attributes, String person) {
        return "<OfflinePaperlessKyc" + attributes + " referenceId=\"000020260115120000000\"><UidData>" + person
            + "</UidData></OfflinePaperlessKyc>";
    }

    static final String POI = "<Poi gender=\"M\" name=\"Fake Person\"/>";
    static final String PHT = "<Pht>/9j/4AAQ</Pht>";
    static final String SMALL = offline("", POI + PHT);

    /** A document with an empty signature for xmlsec1 to fill; keyInfo is the content of KeyInfo, or null for none. */
    static String template(String xml, String c14n, String method, String prefix, String keyInfo) {
        String p = prefix.isEmpty() ? "" : prefix + ":";
        String signature = "<Signature xmlns" + (prefix.isEmpty() ? "" : ":" + prefix) + "=\"" + DSIG + "\">"
            + "<SignedInfo><CanonicalizationMethod Algorithm=\"" + c14n + "\"/><SignatureMethod Algorithm=\"" + method
            + "\"/><Reference URI=\"\"><Transforms><Transform Algorithm=\"" + Generate.ENVELOPED + "\"/></Transforms>"
            + "<DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>"
            + "<DigestValue/></Reference></SignedInfo>"
            + "<SignatureValue/>" + (keyInfo == null ? "" : "<KeyInfo>" + keyInfo + "</KeyInfo>") + "</Signature>";
        if (!p.isEmpty()) {
            signature = signature.replaceAll("<(/?)([A-Z])", "<$1" + p + "$2");
        }
        int end = xml.lastIndexOf("</");
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml.substring(0, end) + signature + xml.substring(end);
    }

    static String named(String xml) {
        return template(xml, Generate.EXC, Generate.SHA256, "", "<X509Data>" + SUBJECT + "</X509Data>");
    }

    static Generate.Job small(String xml) throws Exception {
        Generate.Job job = new Generate.Job(xml);
        job.subjectOnly = true;
        return job;
    }

    static void genuine() throws Exception {
        String hindi = "<LData name=\"\u0928\u0915\u0932\u0940 \u0935\u094d\u092f\u0915\u094d\u0924\u093f\"/>";
        String xsi = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
        String order = offline(" xmlns:a=\"urn:z\" xmlns:b=\"urn:a\" xmlns:c=\"urn:m\"",
            "<Poi a:first=\"1\" b:second=\"2\" c:third=\"3\" b:name=\"4\" gender=\"M\" name=\"Fake Person\"/>"
            + PHT);
        String again = offline(" xmlns:a=\"urn:x\"",
            "<a:Note xmlns:a=\"urn:y\"><a:Deep xmlns:a=\"urn:x\" a:b=\"1\"/></a:Note>" + POI + PHT);
        String undeclared = offline(" xmlns=\"urn:example:test\"",
            POI + "<Note xmlns=\"\"><Deep/><Deep xmlns=\"urn:example:test\"/></Note>" + PHT);
        String company = Generate.PAN.replaceAll("<Person .*</Person>",
            "<Organization name=\"FAKE COMPANY\" type=\"\" uid=\"\" code=\"\" tin=\"\"/>");

        jdk(JAVA, "offline e-KYC, only what has to be in it, KeyInfo with a name only", small(SMALL));
        jdk("java-eaadhaar-sha1", "e-Aadhaar in full, rsa-sha1",
            new Generate.Job(Generate.eaadhaar("")).method(Generate.SHA1));
        jdk("java-inclusive", "inclusive SignedInfo, unused namespace", small(offline(xsi, POI + PHT))
            .c14n(Generate.INC));
        jdk("java-lang-inclusive", "inclusive SignedInfo under xml:lang", small(offline(" xml:lang=\"en\"", POI + PHT))
            .c14n(Generate.INC));
        jdk("java-chain", "chain in KeyInfo, leaf first", new Generate.Job(SMALL).signer("chained"));
        jdk("java-prefix", "ds: prefix", small(SMALL).prefix("ds"));
        jdk("java-order", "attributes of three namespaces: order by URI is not that by prefix or by name", small(order))
            .ours(UNSUPPORTED, SORTED);
        jdk("java-redeclared", "prefix bound anew, and back, in children", small(again));
        jdk("java-undeclared", "default namespace undeclared and declared again", small(undeclared));
        jdk("java-cdata", "CDATA in the photo", small(offline("",
            POI + "<Pht><![CDATA[/9j/]]>4AAQ<![CDATA[]]></Pht>")));
        jdk("java-astral", "characters beyond U+FFFF", small(offline("",
            "<Poi gender=\"M\" name=\"Fake \ud83d\ude00 \ud840\udc00\"/>" + PHT)));
        jdk("java-returns", "&#13;, &#9; and &#10; in text and in an attribute", small(offline("",
            "<Poi gender=\"M\" name=\"Fake&#13;&#10;&#9;Person\"/><Pht>/9j/&#13;\n4AAQ</Pht>")));
        jdk("java-instruction", "processing instruction, signed", small(offline("", "<?x y?>" + POI + PHT)))
            .ours(PROC_INST, INSTRUCTION);
        jdk("java-comment", "comment, which the canonical form leaves out", small(offline("", "<!--x-->" + POI + PHT)))
            .ours(COMMENT, FIRST_TEXT);

        again("java-digest-lines", "DigestValue in two lines", s -> new StringBuilder(s)
            .insert(s.indexOf("</DigestValue>") - 20, "\n").toString());
        again("java-digest-indented", "DigestValue in lines of 20, indented", s -> {
            int i = s.indexOf("<DigestValue>") + "<DigestValue>".length();
            return s.substring(0, i) + "\n  " + s.substring(i, i + 20) + "\n  " + s.substring(i + 20, i + 40) + "\n  "
                + s.substring(i + 40, i + 44) + "\n" + s.substring(i + 44);
        });
        again("java-signed-info-indented", "SignedInfo indented", s -> s.replace("><", ">\n  <"));

        xmlsec(XMLSEC, "offline e-KYC, only what has to be in it, KeyInfo with a name only", named(SMALL));
        xmlsec(NATIVE, "offline e-KYC with a Hindi name", named(offline("", POI + hindi + PHT)));
        xmlsec(LINES, "an element a line", named(SMALL.replace("><", ">\n<")));
        xmlsec(CERTIFIED, "certificate in KeyInfo", template(SMALL, Generate.EXC, Generate.SHA256, "",
            "<X509Data><X509Certificate/></X509Data>"));
        xmlsec("xmlsec1-eaadhaar-sha1", "e-Aadhaar in full, rsa-sha1", template(Generate.eaadhaar(""), Generate.EXC,
            Generate.SHA1, "", "<X509Data>" + SUBJECT + "<X509Certificate/></X509Data>"));
        xmlsec("xmlsec1-issuer-serial", "issuer and serial number in KeyInfo", template(SMALL,
            Generate.EXC, Generate.SHA256, "", "<X509Data><X509IssuerSerial>"
            + "<X509IssuerName>CN=TEST SIGNER</X509IssuerName><X509SerialNumber>1</X509SerialNumber></X509IssuerSerial>"
            + SUBJECT + "<X509Certificate/></X509Data>"));
        xmlsec("xmlsec1-offline", "offline e-KYC, rsa-sha1, inclusive SignedInfo", template(Generate.OFFLINE,
            Generate.INC, Generate.SHA1, "", null));
        xmlsec("xmlsec1-pan", "PAN of a person", named(Generate.PAN));
        xmlsec("xmlsec1-pan-company", "PAN of a company: IssuedTo/Organization", named(company));
        xmlsec("xmlsec1-licence", "driving licence, rsa-sha1", template(Generate.LICENCE, Generate.EXC, Generate.SHA1,
            "", null));
        xmlsec("xmlsec1-no-keyinfo", "no KeyInfo", template(SMALL, Generate.EXC, Generate.SHA256, "", null));
        xmlsec("xmlsec1-prefix", "ds: prefix, inclusive SignedInfo", template(SMALL, Generate.INC, Generate.SHA256,
            "ds", null));
        xmlsec("xmlsec1-prefix-exclusive", "dsig: prefix under a default namespace", template(
            offline(" xmlns=\"urn:example:test\"", POI + PHT), Generate.EXC, Generate.SHA256, "dsig", null));
        xmlsec("xmlsec1-chain", "chain in KeyInfo, leaf first", template(SMALL, Generate.EXC, Generate.SHA256, "",
            "<X509Data><X509Certificate/></X509Data>")).signer("chained");
        xmlsec("xmlsec1-inclusive", "inclusive SignedInfo under three namespaces, two of them used", template(order,
            Generate.INC, Generate.SHA256, "", null)).ours(UNSUPPORTED, SORTED);
        xmlsec("xmlsec1-lang-inclusive", "inclusive SignedInfo under xml:lang and xml:space", template(
            offline(" xml:space=\"preserve\" xml:lang=\"en\"", POI + PHT), Generate.INC, Generate.SHA256, "", null));
        xmlsec("xmlsec1-lang-exclusive", "exclusive SignedInfo under xml:lang", named(
            offline(" xml:lang=\"en\"", POI + PHT)));
        xmlsec("xmlsec1-order", "attributes of three namespaces: order by URI is not that by prefix or by name",
            named(order)).ours(UNSUPPORTED, SORTED);
        xmlsec("xmlsec1-xml-declared", "xmlns:xml declared as what it is", named(
            offline(" xmlns:xml=\"http://www.w3.org/XML/1998/namespace\"", POI + PHT)));
        xmlsec("xmlsec1-redeclared", "prefix bound anew, and back, in children; inclusive SignedInfo", template(again,
            Generate.INC, Generate.SHA256, "", null));
        xmlsec("xmlsec1-undeclared", "default namespace undeclared and declared again", named(undeclared));
        xmlsec("xmlsec1-superfluous", "namespaces declared again as they are",
            named(offline(" xmlns=\"\" xmlns:a=\"urn:x\"", "<Note xmlns=\"\" xmlns:a=\"urn:x\"/>" + POI + PHT)));
        xmlsec("xmlsec1-cdata", "CDATA in the photo, markup in it", named(offline("",
            POI + "<Note><![CDATA[<Poi>&amp;]]&gt;]]></Note>" + PHT)));
        xmlsec("xmlsec1-references", "character references, all five entities, &#13;, a tab and a line end",
            named(offline("", "<Poi gender='&#x4D;' name=\"&lt;Fake&gt; &amp; &quot;P&apos;&#13;&#10;&#9;\t\n'\"/>"
            + "<Note>&lt;&gt;&amp;&quot;&apos;&#13;&#9;\"' &#xA0;</Note>" + PHT)));
        xmlsec("xmlsec1-astral", "characters beyond U+FFFF, written and referred to", named(offline("",
            "<Poi gender=\"M\" name=\"Fake \ud83d\ude00 &#x20000; &#1114109;\"/>" + PHT)));
        xmlsec("xmlsec1-long", "attribute of 3000 characters", named(offline("",
            "<Poi gender=\"M\" name=\"Fake Person\" note=\"" + "0123456789".repeat(300) + "\"/>" + PHT)));
        xmlsec("xmlsec1-space", "white space in tags, single quotes, no short form", named(offline("",
            "<Poi\n  gender\t= \"M\"\n name =\"Fake Person\" ></Poi >" + PHT)));
        xmlsec("xmlsec1-names", "names with letters beyond ASCII, a prefix too",
            named(offline(" xmlns:\u0915=\"urn:x\"",
            "<\u0928\u093e\u092e \u0915:\u00e9t\u00e9=\"1\"/><a-b.c_d \u00f1=\"\"/>" + POI + PHT)))
            .ours(SYNTAX, EDITIONS);
        xmlsec("xmlsec1-names-fifth", "element name that only the fifth edition of XML 1.0 allows", named(offline("",
            "<\u2c00/>" + POI + PHT))).ours(SYNTAX, "");
        xmlsec("xmlsec1-id-twice", "attribute ID with one value on two elements", named(offline("",
            POI.replace("<Poi", "<Poi ID=\"a\"") + PHT.replace("<Pht", "<Pht ID=\"a\""))))
            .ours(DUPLICATE, "who goes by ID may find either");
        xmlsec("xmlsec1-xml-id-twice", "xml:id with one value on two elements", named(offline("",
            POI.replace("<Poi", "<Poi xml:id=\"a\"") + PHT.replace("<Pht", "<Pht xml:id=\"a\""))))
            .ours(DUPLICATE, "who goes by ID may find either");
        xmlsec("xmlsec1-xml-id-blanks", "xml:id that is no name", named(offline("", POI.replace("<Poi",
            "<Poi xml:id=\" 1 a\"") + PHT)));
        xmlsec("xmlsec1-attribute-line-end", "line end and tab, as they are, in attributes", named(offline("",
            POI.replace("Fake Person", "Fake\nPerson\tand") + PHT)));
    }

    public static void main(String[] args) throws Exception {
        Path work = Path.of(args[1]);
        Path out = Path.of(args[2]);
        genuine();
        Changes.add();
        switch (args[0]) {
            case "sign" -> sign(work, out);
            case "change" -> edit(work, out);
            case "judge" -> judge(work, out);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    static void sign(Path work, Path out) throws Exception {
        Generate.out = out;
        Generate.keystore = work.resolve("keys.p12");
        Generate.keytool("root", "CN=TEST ROOT", "2020/01/01 00:00:00", 10957, 2048, null);
        Generate.keytool("signer", "CN=TEST SIGNER", "2020/01/01 00:00:00", 10957, 2048, null);
        Generate.keytool("chained", "CN=TEST SIGNER WITH CHAIN", "2020/01/01 00:00:00", 10957, 2048, "root");
        Generate.keys = KeyStore.getInstance(Generate.keystore.toFile(), Generate.PASSWORD);
        Files.writeString(work.resolve("root.pem"), pem("CERTIFICATE",
            Generate.keys.getCertificate("root").getEncoded()));
        for (String alias : List.of("signer", "chained")) {
            Files.writeString(out.resolve(alias + ".pem"), pem("CERTIFICATE",
                Generate.keys.getCertificate(alias).getEncoded()));
            Key key = Generate.keys.getKey(alias, Generate.PASSWORD);
            Files.writeString(work.resolve(alias + ".key"), pem("PRIVATE KEY", key.getEncoded()));
        }
        List<String> templates = new ArrayList<>();
        for (Row r : rows.values()) {
            if (r.job != null) {
                r.job.write(r.name);
            } else if (r.template != null) {
                Files.writeString(work.resolve(r.name + ".template"), r.template);
                templates.add(r.name + "\t" + r.signer);
            }
        }
        Files.write(work.resolve("templates.tsv"), templates);
        for (Row r : rows.values()) {
            if (r.info != null) {
                String doc = Files.readString(out.resolve(r.base + ".xml"));
                Files.writeString(out.resolve(r.name + ".xml"), signAgain(doc, r.info,
                    (PrivateKey) Generate.keys.getKey("signer",
                    Generate.PASSWORD)));
            }
        }
    }

    /** Signs an edited SignedInfo. As the JDK writes it, it is canonical but for its namespace and its short forms. */
    static String signAgain(String doc, UnaryOperator<String> edit, PrivateKey key) throws Exception {
        String info = doc.substring(doc.indexOf("<SignedInfo>"), doc.indexOf("<SignatureValue>"));
        String value = doc.substring(doc.indexOf("<SignatureValue>"), doc.indexOf("</SignatureValue>"));
        String edited = edit.apply(info.replaceAll("<(\\w+)([^<>]*)/>", "<$1$2></$1>"));
        Signature rsa = Signature.getInstance("SHA256withRSA");
        rsa.initSign(key);
        rsa.update(edited.replace("<SignedInfo>", "<SignedInfo xmlns=\"" + DSIG
            + "\">").getBytes(StandardCharsets.UTF_8));
        return doc.replace(info, edited)
            .replace(value, "<SignatureValue>" + Base64.getEncoder().encodeToString(rsa.sign()));
    }

    static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes()).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    static void edit(Path work, Path out) throws Exception {
        List<String> table = new ArrayList<>();
        for (Row r : rows.values()) {
            if (r.edit != null) {
                String doc = Files.readString(out.resolve(r.base + ".xml"), StandardCharsets.ISO_8859_1);
                String changed = r.edit.apply(doc);
                if (changed.equals(doc)) {
                    throw new IllegalStateException("nothing changed: " + r.name);
                }
                Files.writeString(out.resolve(r.name + ".xml"), changed, StandardCharsets.ISO_8859_1);
            }
            table.add(String.join("\t", r.name, r.signer, r.by, r.ours, r.what, r.why));
        }
        Files.write(work.resolve("rows.tsv"), table);
    }

    static void judge(Path work, Path out) throws Exception {
        List<String> verdicts = new ArrayList<>();
        for (Row r : rows.values()) {
            byte[] data = Files.readAllBytes(out.resolve(r.name + ".xml"));
            List<Path> pinned = List.of(out.resolve(r.signer + ".pem"));
            verdicts.add(verdict(new Oracle(false, pinned).judge(data)) + "\t" + verdict(new Oracle(true,
                pinned).judge(data)));
        }
        Files.write(work.resolve("java"), verdicts);
    }

    static String verdict(String answer) {
        return switch (answer.split(" ")[0]) {
            case "valid" -> "valid";
            case "unparsable" -> "refuses to parse";
            default -> "invalid";
        };
    }
}
