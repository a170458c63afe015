// The documents of corpus/ with bytes changed after they were signed; see Corpus.java.

import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.UnaryOperator;

class Changes extends Corpus {
    static void add() {
        declarations();
        outside();
        characters();
        tags();
        lineEnds();
        signatureParts();
    }

    static void declarations() {
        String[][] encodings = {
            {"latin1", "encoding=\"ISO-8859-1\""}, {"latin1-blanks", "encoding = \"ISO-8859-1\""},
            {"us-ascii", "encoding=\"US-ASCII\""}, {"utf7", "encoding=\"UTF-7\""},
            {"utf7-blanks", "encoding = \"UTF-7\""}, {"utf16", "encoding=\"UTF-16\""},
            {"utf16-blanks", "encoding = \"UTF-16\""},
        };
        for (String[] e : encodings) {
            change("encoding-" + e[0], NATIVE, ENCODING, visible(e[1]) + ", Hindi in UTF-8",
                declaration("<?xml version=\"1.0\" " + e[1] + "?>"));
        }
        String ascii = "a declaration that the bytes do not keep to is a second reading";
        change("encoding-latin1-ascii", XMLSEC, ENCODING, "encoding=\"ISO-8859-1\", ASCII only",
            declaration("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>")).why = ascii;
        change("encoding-latin1-blanks-ascii", XMLSEC, ENCODING, "encoding = \"ISO-8859-1\", ASCII only",
            declaration("<?xml version=\"1.0\" encoding = \"ISO-8859-1\"?>")).why = ascii;
        change("encoding-utf8-no-hyphen", NATIVE, ENCODING, "encoding=\"utf8\"",
            declaration("<?xml version=\"1.0\" encoding=\"utf8\"?>")).why = "the name is UTF-8";

        good("encoding-lower-case", NATIVE, "<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        good("encoding-blanks", NATIVE, "<?xml version = \"1.0\" encoding = \"UTF-8\" ?>");
        good("encoding-single-quotes", NATIVE, "<?xml version='1.0' encoding='UTF-8'?>");
        good("declaration-line-ends", NATIVE, "<?xml\tversion\n=\r\n'1.0'\rencoding='UTF-8'\n?>\n");
        good("declaration-version-only", NATIVE, "<?xml version=\"1.0\"?>");
        good("declaration-none", NATIVE, "");
        good("declaration-none-blank", NATIVE, "\n ");
        good("declaration-full", NATIVE, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>");
        good("mark", NATIVE, "\ufeff<?xml version=\"1.0\" encoding=\"UTF-8\"?>");

        String[][] bad = {
            {"encoding-mixed-quotes", "<?xml version=\"1.0\" encoding=\"UTF-8'?>"},
            {"encoding-empty", "<?xml version=\"1.0\" encoding=\"\"?>", ENCODING},
            {"encoding-blank-inside", "<?xml version=\"1.0\" encoding=\" UTF-8\"?>", ENCODING},
            {"encoding-twice", "<?xml version=\"1.0\" encoding=\"UTF-8\" encoding=\"UTF-8\"?>"},
            {"encoding-second-latin1", "<?xml version=\"1.0\" encoding=\"UTF-8\" encoding=\"ISO-8859-1\"?>"},
            {"encoding-first", "<?xml encoding=\"UTF-8\" version=\"1.0\"?>"},
            {"encoding-no-blank", "<?xml version=\"1.0\"encoding=\"UTF-8\"?>"},
            {"version-blank-behind", "<?xml version=\"1.0 \"?>"},
            {"version-2.0", "<?xml version=\"2.0\"?>"},
            {"version-1.10", "<?xml version=\"1.10\"?>"},
            {"version-empty", "<?xml version=\"\"?>"},
            {"version-twice", "<?xml version=\"1.0\" version=\"1.0\"?>"},
            {"version-second-1.1", "<?xml version=\"1.0\" version=\"1.1\"?>"},
            {"version-blanks-2.0", "<?xml version = \"2.0\"?>"},
            {"declaration-no-blank", "<?xmlversion=\"1.0\"?>", PROC_INST},
            {"declaration-empty", "<?xml?>"},
            {"declaration-standalone-only", "<?xml standalone=\"yes\"?>"},
            {"declaration-unknown", "<?xml version=\"1.0\" unknown=\"1\"?>"},
            {"declaration-blank-in-start", "<? xml version=\"1.0\"?>", PROC_INST},
            {"standalone-maybe", "<?xml version=\"1.0\" standalone=\"maybe\"?>"},
            {"standalone-first", "<?xml version=\"1.0\" standalone=\"yes\" encoding=\"UTF-8\"?>"},
            {"standalone-before-latin1", "<?xml version=\"1.0\" standalone=\"yes\" encoding = \"ISO-8859-1\"?>"},
            {"standalone-no-blank", "<?xml version=\"1.0\" encoding=\"UTF-8\"standalone=\"yes\"?>"},
            {"declaration-nel", "<?xml\u0085version=\"1.0\"?>", PROC_INST},
        };
        for (String[] d : bad) {
            change(d[0], XMLSEC, d.length > 2 ? d[2] : SYNTAX, visible(d[1]), declaration(d[1]));
        }
        String other = "line ends and characters are others in XML 1.1";
        change("version-1.1", XMLSEC, SYNTAX, "version=\"1.1\"", declaration("<?xml version=\"1.1\"?>")).why = other;
        change("version-1.1-blanks", XMLSEC, SYNTAX, "version = \"1.1\"",
            declaration("<?xml version = \"1.1\"?>")).why = other;
        change("version-1.1-nel", JAVA, SYNTAX,
            "version = '1.1' and NEL for a line end between attributes of the person",
            then(declaration("<?xml version = '1.1'?>"), replace("<Poi ", "<Poi\u0085")));
        change("version-1.1-control", JAVA, SYNTAX, "version = '1.1' and &#1; in KeyInfo",
            then(declaration("<?xml version = '1.1'?>"), text("&#1;")));
        change("declaration-upper-case", XMLSEC, PROC_INST, "<?XML version=\"1.0\"?>",
            declaration("<?XML version=\"1.0\"?>"));
        change("declaration-after-blank", XMLSEC, PROC_INST, "blank before the declaration", before(" "));
        change("declaration-after-line-end", XMLSEC, PROC_INST, "line end before the declaration", before("\n"));
        change("declaration-twice", XMLSEC, PROC_INST, "two declarations", before("<?xml version=\"1.0\"?>"));
        change("declaration-in-root", XMLSEC, PROC_INST, "declaration in KeyInfo",
            inKeyInfo("<?xml version=\"1.0\"?>"));
        change("declaration-after-root", XMLSEC, PROC_INST, "declaration after the root",
            after("<?xml version=\"1.0\"?>"));
        change("mark-twice", XMLSEC, SYNTAX, "two byte-order marks", before("\ufeff\ufeff"));
        change("mark-after-declaration", XMLSEC, TRAILING, "byte-order mark behind the declaration",
            beforeRoot("\ufeff"));

        String utf16 = "<?xml version=\"1.0\" encoding=\"UTF-16\"?>";
        String le = "\u00ff\u00fe";
        String readable = "parsers differ about encodings; DigiLocker and UIDAI write UTF-8";
        change("utf16-little", XMLSEC, ENCODING, "UTF-16, little end first, with a mark",
            then(declaration(utf16), utf16(StandardCharsets.UTF_16LE, le))).why = readable;
        change("utf16-declared-utf8", XMLSEC, ENCODING, "UTF-16 with a mark, declared UTF-8",
            utf16(StandardCharsets.UTF_16LE, le));
        change("bytes-latin1", JAVA, ENCODING, "byte E9 alone in KeyInfo", s -> s.replace("CN=TEST", "CN=T\u00e9ST"));
        change("bytes-overlong", JAVA, ENCODING, "overlong UTF-8 in KeyInfo",
            s -> s.replace("CN=TEST", "CN=T\u00c1\u0085ST"));
    }

    static void good(String name, String base, String declaration) {
        String what = declaration.isBlank() ? "no declaration" : visible(declaration);
        change(name, base, VERIFIED, what, declaration(declaration));
    }

    static String visible(String s) {
        StringBuilder b = new StringBuilder();
        s.codePoints().forEach(c -> {
            switch (c) {
                case '\t' -> b.append("[tab]");
                case '\n' -> b.append("[LF]");
                case '\r' -> b.append("[CR]");
                default -> {
                    if (c >= ' ' && c < 0x7f) {
                        b.appendCodePoint(c);
                    } else {
                        b.append(String.format("[U+%04X]", c));
                    }
                }
            }
        });
        return b.toString();
    }

    /** Changes of one sort: name, what is put there, and where they are others, our verdict and why it is stricter. */
    static void each(String prefix, String base, String ours, String where,
            Function<String, UnaryOperator<String>> edit, String[][] table) {
        for (String[] t : table) {
            Row r = change(prefix + t[0], base, ours, where.replace("{}", visible(t[1]).strip()), edit.apply(t[1]));
            if (t.length > 2) {
                r.ours(t[2], t.length > 3 ? t[3] : "");
            }
        }
    }

    static void outside() {
        each("before-root-", JAVA, TRAILING, "{} before the root", Corpus::beforeRoot, new String[][] {
            {"text", "x"}, {"cdata", "<![CDATA[]]>"}, {"reference", "&#32;"}, {"blanks", "\t \r\n", VERIFIED},
            {"comment", "<!--x-->", COMMENT, FIRST_TEXT}, {"instruction", "<?x y?>", PROC_INST},
            {"doctype", "<!DOCTYPE OfflinePaperlessKyc>", DOCTYPE, FOLLOWED},
            {"doctype-default", "<!DOCTYPE OfflinePaperlessKyc [<!ATTLIST Poi phone CDATA \"1\">]>", DOCTYPE},
            {"doctype-default-keyinfo", "<!DOCTYPE OfflinePaperlessKyc [<!ATTLIST KeyInfo Id CDATA \"1\">]>", DOCTYPE,
                FOLLOWED},
            {"root", "<a/>"},
        });
        each("after-root-", JAVA, TRAILING, "{} after the root", Corpus::after, new String[][] {
            {"text", "x"}, {"cdata", "<![CDATA[]]>"}, {"reference", "&#10;"}, {"blanks", " \r\n\t", VERIFIED},
            {"ls", "\u2028"}, {"comment", "<!--x-->", COMMENT, FIRST_TEXT}, {"instruction", "<?x y?>", PROC_INST},
            {"doctype", "<!DOCTYPE OfflinePaperlessKyc>", DOCTYPE}, {"root", "<a/>"}, {"nul", "\0", ENCODING},
            {"control-z", "\u001a", SYNTAX},
        });
        change("after-root-byte", JAVA, ENCODING, "byte FF after the root", s -> s + "\u00ff");
        change("unclosed-root", JAVA, SYNTAX, "root not closed",
            s -> s.substring(0, s.lastIndexOf("</OfflinePaperlessKyc>")));
        change("doctype-in-root", JAVA, DOCTYPE, "DOCTYPE in KeyInfo", inKeyInfo("<!DOCTYPE OfflinePaperlessKyc>"));
        change("doctype-entity-in-name", JAVA, DOCTYPE, "DOCTYPE with an entity that is used in the name",
            then(beforeRoot("<!DOCTYPE OfflinePaperlessKyc [<!ENTITY x \"Fake\">]>"),
            replace("\"Fake Person", "\"&x; Person"))).why = FOLLOWED;
        change("doctype-entity-unfollowed", JAVA, DOCTYPE, "DOCTYPE with an entity for nothing, used in the name",
            then(beforeRoot("<!DOCTYPE OfflinePaperlessKyc [<!ENTITY x \"\">]>"),
            replace("\"Fake Person", "\"Fake&x; Person"))).why = FOLLOWED;
        change("doctype-normalised", JAVA, DOCTYPE,
            "DOCTYPE that gives an attribute another type, blanks added to its value",
            then(beforeRoot("<!DOCTYPE OfflinePaperlessKyc [<!ATTLIST Poi name NMTOKENS #IMPLIED>]>"),
            replace("\"Fake Person", "\" Fake  Person"))).why = FOLLOWED;
        change("doctype-namespace", JAVA, DOCTYPE, "DOCTYPE that declares a namespace on the root",
            beforeRoot("<!DOCTYPE OfflinePaperlessKyc [<!ATTLIST OfflinePaperlessKyc xmlns CDATA #FIXED \"urn:x\">]>"));
    }

    static void characters() {
        each("reference-", JAVA, SYNTAX, "{} in KeyInfo", Corpus::text, new String[][] {
            {"surrogate", "&#xD800;"}, {"fffe", "&#xFFFE;"}, {"nul", "&#0;"}, {"control", "&#x1F;"},
            {"capital-x", "&#X41;"}, {"no-semicolon", "&#65"}, {"ampersand", "& "}, {"nbsp", "&nbsp;"},
            {"beyond", "&#x110000;"}, {"overflow", "&#4294967361;"}, {"overflow-hex", "&#x100000041;"},
            {"empty", "&#;"}, {"entity-no-semicolon", "&amp"}, {"devanagari-digits", "&#\u096c\u096b;"},
            {"leading-zeros", "&#0065;", VERIFIED},
            {"leading-zeros-many", "&#x0000000000041;", SYNTAX, "nobody pads so far"}, {"last", "&#x10FFFF;", VERIFIED},
            {"delete", "&#x7F;&#x85;", VERIFIED},
        });
        each("raw-", JAVA, SYNTAX, "{}, as it is, in KeyInfo", Corpus::text, new String[][] {
            {"1", "\u0001"}, {"fffe", "\ufffe"}, {"nul", "\0", ENCODING}, {"nel", "\u0085", VERIFIED},
            {"ls", "\u2028", VERIFIED}, {"mark", "\ufeff", VERIFIED}, {"cr", "\r", VERIFIED}, {"cdata-end", "]]>"},
            {"greater-than", ">", VERIFIED},
        });
        each("cdata-", JAVA, SYNTAX, "{} in KeyInfo", Corpus::text, new String[][] {
            {"text", "<![CDATA[ <&>]] ]]>", VERIFIED}, {"empty", "<![CDATA[]]>", VERIFIED},
            {"nested", "<![CDATA[<![CDATA[]]>]]>"}, {"lower-case", "<![cdata[x]]>", DOCTYPE},
            {"unclosed", "<![CDATA[x"},
        });
        each("markup-", JAVA, COMMENT, "{} in KeyInfo", Corpus::text, new String[][] {
            {"comment", "<!--x-->", COMMENT, FIRST_TEXT},
            {"comment-hyphens", "<!-- -- -->"},
            {"instruction", "<?x y?>", PROC_INST, INSTRUCTION},
            {"instruction-xml", "<?xml y?>", PROC_INST},
            {"instruction-digit", "<?1 y?>", PROC_INST},
        });
    }

    static void tags() {
        each("attribute-", JAVA, SYNTAX, "{} on Signature", Corpus::onSignature, new String[][] {
            {"id", " Id=\"a\" ", VERIFIED}, {"no-blank", " Id=\"a\""}, {"blanks", "\n Id\t=\r\n 'a'\t", VERIFIED},
            {"unquoted", " Id=a "}, {"no-value", " Id "}, {"twice", " Id=\"a\" Id=\"a\" ", DUPLICATE},
            {"twice-capital", " Id=\"a\" ID=\"a\" ", DUPLICATE, "who goes by ID may find either"},
            {"less-than", " Id=\"a<b\" "}, {"greater-than", " Id=\"a>b]]>\" ", VERIFIED},
            {"ampersand", " Id=\"a & b\" "}, {"reference-surrogate", " Id=\"&#xDFFF;\" "},
            {"reference-overflow", " Id=\"&#x100000041;\" "}, {"tab", " Id=\"a\tb\nc\rd\" ", VERIFIED},
            {"nel-before", "\u0085Id=\"a\" "}, {"colon", " :Id=\"a\" ", SYNTAX, COLON}, {"colon-end", " xml:=\"a\" "},
            {"colons", " xml:a:b=\"a\" "}, {"undeclared", " x:a=\"a\" "},
            {"xml-prefix", " xml:lang=\"en\" ", SHAPE, UNSIGNED}, {"unknown", " name=\"a\" ", SHAPE, UNSIGNED},
        });
        each("prefix-", JAVA, SYNTAX, "xmlns:{}=\"urn:x\" on KeyInfo", p -> keyInfo(" xmlns:" + p + "=\"urn:x\""),
            new String[][] {
            {"letter", "a", VERIFIED}, {"latin", "\u00e9", SYNTAX, EDITIONS},
            {"hindi", "\u0928\u093e\u092e", SYNTAX, EDITIONS}, {"empty", ""}, {"colons", "a:b"}, {"digit", "1a"},
            {"hyphen", "-a"}, {"multiplication", "\u00d7"}, {"glagolitic", "\u2c00"}, {"linear-b", "\ud800\udc00"},
            {"kelvin", "\u212a", SYNTAX, EDITIONS}, {"xmlns", "xmlns"}, {"xml", "xml"}, {"xmlfoo", "xmlfoo", VERIFIED},
        });
        each("namespace-", JAVA, SYNTAX, "{} on KeyInfo", Corpus::keyInfo, new String[][] {
            {"xml-right", " xmlns:xml=\"http://www.w3.org/XML/1998/namespace\"", VERIFIED},
            {"xml-other-prefix", " xmlns:x=\"http://www.w3.org/XML/1998/namespace\""},
            {"xml-default", " xmlns=\"http://www.w3.org/XML/1998/namespace\""},
            {"xmlns-other-prefix", " xmlns:x=\"http://www.w3.org/2000/xmlns/\""},
            {"xmlns-right", " xmlns:xmlns=\"http://www.w3.org/2000/xmlns/\""}, {"prefix-undeclared", " xmlns:x=\"\""},
            {"twice", " xmlns:x=\"urn:x\" xmlns:x=\"urn:x\"", DUPLICATE},
            {"attribute-twice", " xmlns:x=\"urn:x\" xmlns:y=\"urn:x\" x:a=\"1\" y:a=\"1\"", DUPLICATE},
            {"relative", " xmlns:x=\"other\""}, {"blank", " xmlns:x=\" \""},
            {"dsig-again", " xmlns=\"" + DSIG + "\" xmlns:x=\"" + DSIG + "\"", VERIFIED},
            {"default-twice", " xmlns=\"" + DSIG + "\" xmlns=\"" + DSIG + "\"", DUPLICATE},
        });
        change("namespace-dsig-prefixes", JAVA, VERIFIED, "KeyInfo under a second prefix of the signature's namespace",
            then(replace("<KeyInfo>", "<d:KeyInfo xmlns:d=\"" + DSIG + "\">"), replace("</KeyInfo>", "</d:KeyInfo>")));
        change("namespace-dsig-end-tag", JAVA, SYNTAX, "end tag under another prefix of the same namespace",
            then(onSignature(" xmlns:d=\"" + DSIG + "\" "), replace("</KeyInfo>", "</d:KeyInfo>")));
        change("namespace-dsig-twice-root", "java-prefix", SIGNATURE,
            "signature's namespace bound to a second prefix on the root",
            replace("<OfflinePaperlessKyc", "<OfflinePaperlessKyc xmlns:d=\"" + DSIG + "\""));
        change("namespace-relative-signed-info", JAVA, SYNTAX, "xmlns:x=\"other\" on Reference",
            replace("<Reference ", "<Reference xmlns:x=\"other\" "));
        each("element-", JAVA, SYNTAX, "{} in KeyInfo", Corpus::inKeyInfo, new String[][] {
            {"colon-first", "<:a/>", SYNTAX, COLON}, {"colons", "<xml:a:b/>"}, {"digit", "<1a/>"}, {"blank", "< a/>"},
            {"undeclared", "<x:a/>"}, {"unknown", "<a/>", SHAPE, UNSIGNED}, {"unclosed", "<KeyName>", SHAPE},
        });
        each("end-tag-", JAVA, SYNTAX, "{} for an end tag in KeyInfo", Corpus::end, new String[][] {
            {"blank-behind", "</X509SubjectName >", VERIFIED}, {"blank-before", "</ X509SubjectName>"},
            {"attribute", "</X509SubjectName a=\"1\">"}, {"lower-case", "</x509subjectname>"}, {"missing", ""},
            {"prefix", "</xml:X509SubjectName>"},
        });
        change("content-attribute-line-ends", JAVA, VERIFIED, "CRLF, as it is, for the blank in the name",
            replace("Fake Person", "Fake\r\nPerson"));
        change("content-attribute-order", JAVA, VERIFIED, "other order of attributes, other quotes",
            replace(POI, "<Poi name='Fake Person'\ngender='M'/>"));
        change("content-cdata", JAVA, VERIFIED, "photo in CDATA", replace(PHT, "<Pht><![CDATA[/9j/4AAQ]]></Pht>"));
        change("content-comment", JAVA, COMMENT, "comment in the photo",
            replace("/9j/", "/9j/<!--x-->")).why = FIRST_TEXT;
        change("content-no-blank", JAVA, SYNTAX, "no blank between two attributes of the person",
            replace("\"M\" name", "\"M\"name"));
        change("content-duplicate", JAVA, DUPLICATE, "name twice, the signed one last",
            replace("name=\"Fake Person\"", "name=\"Forged Person\" name=\"Fake Person\""));
        change("content-name", JAVA, SIGNATURE, "another name", replace("Fake Person", "Forged Person"));
        change("content-nel", JAVA, SIGNATURE, "NEL for the blank in the name",
            replace("Fake Person", "Fake\u0085Person"));
        change("content-no-namespace", JAVA, VERIFIED, "xmlns=\"\" on the root, which binds nothing",
            replace("<OfflinePaperlessKyc", "<OfflinePaperlessKyc xmlns=\"\""));
    }

    static void lineEnds() {
        change("lines-crlf", LINES, VERIFIED, "CRLF for each line end", all("\n", "\r\n"));
        change("lines-cr", LINES, VERIFIED, "CR for each line end", all("\n", "\r"));
        change("lines-nel", LINES, SIGNATURE, "NEL for line ends in the content", s -> {
            int i = s.indexOf("<Signature");
            return s.substring(0, i).replace(">\n<", utf8(">\u0085<")).replace(utf8("?>\u0085"), "?>\n")
                + s.substring(i);
        });
        String text = "text where none belongs";
        change("signature-nel", JAVA, SHAPE, "NEL between the parts of KeyInfo", inKeyInfo("\u0085")).why = text;
        change("signature-blanks", JAVA, VERIFIED, "white space between the parts of Signature",
            then(inKeyInfo("\r\n\t "), replace("</Signature>", "&#13;\n</Signature>")));
        change("signature-cdata-blank", JAVA, VERIFIED, "white space in CDATA between the parts of KeyInfo",
            inKeyInfo("<![CDATA[ ]]>"));
    }

    static void signatureParts() {
        each("value-", JAVA, VERIFIED, "{} at the start of SignatureValue",
            v -> replace("<SignatureValue>", "<SignatureValue>" + v), new String[][] {
            {"blanks", " \t\r\n"}, {"reference", "&#13;&#10;"}, {"cdata", "<![CDATA[]]>"},
            {"comment", "<!--x-->", COMMENT, FIRST_TEXT}, {"garbage", "!", SIGNATURE},
            {"element", "<a/>", SHAPE, UNSIGNED},
        });
        change("value-all-cdata", JAVA, SHAPE, "SignatureValue in CDATA",
            then(replace("<SignatureValue>", "<SignatureValue><![CDATA["),
            s -> s.replace("</SignatureValue>", "]]></SignatureValue>").replace("&#13;\n", "\n")));
        change("value-lines-76", JAVA, VERIFIED, "SignatureValue in lines of 76", s -> {
            int i = s.indexOf("<SignatureValue>") + "<SignatureValue>".length();
            int end = s.indexOf("</SignatureValue>");
            String value = s.substring(i, end).replace("&#13;", "").replace("\n", "");
            return s.substring(0, i) + "\n" + value.replaceAll(".{76}", "$0\n") + s.substring(end);
        });
        change("value-padding-missing", JAVA, SIGNATURE, "padding of SignatureValue missing",
            s -> s.replace("==</SignatureValue>", "</SignatureValue>"));
        change("value-padding-apart", JAVA, SIGNATURE, "tab between the two signs of SignatureValue's padding",
            replace("==</SignatureValue>", "=\t=</SignatureValue>"));
        change("value-more", JAVA, SIGNATURE, "more base64 behind SignatureValue's padding",
            replace("</SignatureValue>", "AAAA</SignatureValue>"));
        change("value-trailing-bits", JAVA, VERIFIED, "bits that base64 leaves unused set in SignatureValue",
            s -> {
                int i = s.indexOf("==</SignatureValue>") - 1;
                return s.substring(0, i) + (char) (s.charAt(i) + 1) + s.substring(i + 1);
            });
        change("value-references", JAVA, VERIFIED, "first letter of SignatureValue as a reference", s -> {
            int i = s.indexOf("<SignatureValue>") + "<SignatureValue>".length();
            return s.substring(0, i) + "&#" + (int) s.charAt(i) + ";" + s.substring(i + 1);
        });
        change("digest-cdata", JAVA, SHAPE, "DigestValue in CDATA",
            then(replace("<DigestValue>", "<DigestValue><![CDATA["), replace("</DigestValue>", "]]></DigestValue>")));
        change("digest-blank", JAVA, SIGNATURE, "blank in DigestValue, not signed so",
            replace("<DigestValue>", "<DigestValue> "));
        change("digest-comment", JAVA, COMMENT, "comment in DigestValue",
            replace("<DigestValue>", "<DigestValue><!--x-->")).why = FIRST_TEXT;
        change("signed-info-tags", JAVA, VERIFIED, "other quotes and long form in SignedInfo",
            replace("<Reference URI=\"\">", "<Reference\nURI = ''\t>"));
        change("certificate-blanks", CERTIFIED, VERIFIED, "white space in X509Certificate",
            replace("<X509Certificate>", "<X509Certificate> \t&#13;\n"));
        change("certificate-cdata", CERTIFIED, VERIFIED, "CDATA in X509Certificate",
            replace("<X509Certificate>", "<X509Certificate><![CDATA[]]>"));
        change("certificate-comment", CERTIFIED, COMMENT, "comment in X509Certificate",
            replace("<X509Certificate>", "<X509Certificate><!--x-->")).why = FIRST_TEXT;
        change("certificate-garbage", CERTIFIED, "signer is not pinned", "no base64 in X509Certificate",
            replace("<X509Certificate>", "<X509Certificate>!")).why =
            "an embedded certificate has to be the pinned one, byte for byte";
        change("serial-number-tab", "xmlsec1-issuer-serial", SHAPE, "tab before the number in X509SerialNumber",
            replace("<X509SerialNumber>", "<X509SerialNumber>&#9;"));
        change("certificate-twice", CERTIFIED, SHAPE, "the certificate, and an unreadable one behind it",
            replace("</X509Certificate>", "</X509Certificate><X509Certificate>AAAA</X509Certificate>"));
    }
}
