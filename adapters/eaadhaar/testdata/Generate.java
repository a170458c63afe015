// Generates the signed test documents of package eaadhaar with a signer that is
// not Go: the JDK's javax.xml.crypto.dsig. Nothing but a JDK (17 or later) is
// needed, the network least of all. From adapters/eaadhaar/testdata:
//
//	java Generate.java java
//
// It writes one XML file for each document and one PEM certificate for each
// signer. Keys are made anew in every run and thrown away with it, so a run
// replaces all files together. Every person, number and photo is invented.

import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import javax.xml.crypto.dom.DOMStructure;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignatureMethod;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLObject;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.keyinfo.KeyInfoFactory;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.crypto.dsig.spec.XPathFilterParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

public class Generate {
    static final String EXC = "http://www.w3.org/2001/10/xml-exc-c14n#";
    static final String EXC_COMMENTS = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments";
    static final String INC = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    static final String INC_11 = "http://www.w3.org/2006/12/xml-c14n11";
    static final String SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
    static final String SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    static final String SHA512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
    static final String HMAC = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
    static final String PSS = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1";
    static final String ENVELOPED = Transform.ENVELOPED;
    static final char[] PASSWORD = "throwaway".toCharArray();
    static final XMLSignatureFactory F = XMLSignatureFactory.getInstance("DOM");

    static final String PHOTO = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD";

    static Path out;
    static Path keystore;
    static KeyStore keys;

    /** One document to sign; the defaults are the observed shape with rsa-sha256. */
    static class Job {
        String xml, signer = "signer", c14n = EXC, method = SHA256, digest = DigestMethod.SHA256, prefix, uri = "", id;
        List<Transform> transforms = new ArrayList<>();
        List<Reference> more = new ArrayList<>();
        List<XMLObject> objects = new ArrayList<>();
        boolean keyInfo = true, subjectOnly, reversed;
        Key key;

        Job(String xml) throws Exception {
            this.xml = xml;
            transforms.add(F.newTransform(ENVELOPED, (TransformParameterSpec) null));
        }

        Job signer(String s) { signer = s; return this; }
        Job c14n(String s) { c14n = s; return this; }
        Job method(String s) { method = s; return this; }
        Job digest(String s) { digest = s; return this; }
        Job prefix(String s) { prefix = s; return this; }

        void write(String name) throws Exception {
            DocumentBuilderFactory dbf = DocumentBuilderFactory.newInstance();
            dbf.setNamespaceAware(true);
            Document doc = dbf.newDocumentBuilder().parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
            Element root = doc.getDocumentElement();
            if (id != null) {
                root.setIdAttribute(id, true);
            }
            List<Reference> refs = new ArrayList<>();
            refs.add(F.newReference(uri, F.newDigestMethod(digest, null), transforms, null, null));
            refs.addAll(more);
            SignedInfo info = F.newSignedInfo(
                F.newCanonicalizationMethod(c14n, (C14NMethodParameterSpec) null), F.newSignatureMethod(method, null), refs);
            DOMSignContext ctx = new DOMSignContext(key != null ? key : keys.getKey(signer, PASSWORD), root);
            if (prefix != null) {
                ctx.setDefaultNamespacePrefix(prefix);
            }
            F.newXMLSignature(info, keyInfo ? keyInfo() : null, objects, null, null).sign(ctx);
            save(name, doc);
        }

        KeyInfo keyInfo() throws Exception {
            List<Object> data = new ArrayList<>();
            List<X509Certificate> chain = new ArrayList<>();
            for (java.security.cert.Certificate c : keys.getCertificateChain(signer)) {
                chain.add((X509Certificate) c);
            }
            if (reversed) {
                Collections.reverse(chain);
            }
            for (X509Certificate c : chain) {
                data.add(c.getSubjectX500Principal().getName());
                if (!subjectOnly) {
                    data.add(c);
                }
            }
            KeyInfoFactory kif = F.getKeyInfoFactory();
            return kif.newKeyInfo(List.of(kif.newX509Data(data)));
        }
    }

    static String eaadhaar(String attributes, String ts, String uid) {
        return "<Certificate" + attributes + "><CertificateData><KycRes code=\"0123456789abcdef0123456789abcdef\" ret=\"Y\" ts=\"" + ts
            + "\" ttl=\"2027-01-15T12:00:00\" txn=\"UKC:00000000000000000000000000000000\"><UidData tkn=\"\" uid=\"" + uid + "\">"
            + "<Poi dob=\"01-01-1990\" gender=\"M\" name=\"Fake Person\"/>"
            + "<Poa co=\"C/O Fake Guardian\" country=\"India\" dist=\"Testdist\" house=\"1 Nowhere\" lm=\"Near Nothing\" loc=\"Testloc\""
            + " pc=\"000000\" po=\"Testpo\" state=\"Teststate\" street=\"Test Street\" subdist=\"Testsub\" vtc=\"Testtown\"/>"
            + "<LData co=\"\" country=\" \" dist=\"\" house=\"\" lang=\"06\" lm=\"\" loc=\"\" name=\"\u0928\u0915\u0932\u0940 \u0935\u094d\u092f\u0915\u094d\u0924\u093f\""
            + " pc=\"000000\" state=\"\" vtc=\"\"/>"
            + "<Pht>" + PHOTO + "</Pht></UidData></KycRes></CertificateData></Certificate>";
    }

    static String eaadhaar(String attributes) {
        return eaadhaar(attributes, "2026-01-15T12:00:00.000+05:30", "xxxxxxxx0000");
    }

    static final String OFFLINE = "<OfflinePaperlessKyc referenceId=\"000020260115120000000\"><UidData>"
        + "<Poi dob=\"01-01-1990\" e=\"\" gender=\"M\" m=\"0000000000000000000000000000000000000000000000000000000000000000\" name=\"Fake Person\"/>"
        + "<Poa careof=\"C/O Fake Guardian\" country=\"India\" dist=\"Testdist\" house=\"1 Nowhere\" landmark=\"\" loc=\"\" pc=\"000000\""
        + " po=\"Testpo\" state=\"Teststate\" street=\"\" subdist=\"Testsub\" vtc=\"Testtown\"/><Pht>" + PHOTO + "</Pht></UidData></OfflinePaperlessKyc>";

    static final String PAN = "<Certificate language=\"99\" name=\"PAN Verification Record\" type=\"PANCR\" number=\"AAAPA0000A\" issuedAt=\"DigiLocker\""
        + " issueDate=\"\" validFromDate=\"\" status=\"A\"><IssuedBy><Organization name=\"Income Tax Department\" code=\"\" tin=\"\" uid=\"\" type=\"CG\">"
        + "<Address type=\"\" line1=\"\" line2=\"\" house=\"\" landmark=\"\" locality=\"\" vtc=\"\" district=\"\" pin=\"\" state=\"\" country=\"IN\"/>"
        + "</Organization></IssuedBy><IssuedTo><Person uid=\"\" title=\"\" name=\"FAKE PERSON\" dob=\"01-01-1990\" swd=\"\" swdIndicator=\"\" gender=\"MALE\""
        + " maritalStatus=\"\" religion=\"\" phone=\"\" email=\"\"><Address type=\"permanent\" line1=\"\" line2=\"\" house=\"\" landmark=\"\" locality=\"\""
        + " vtc=\"\" district=\"\" pin=\"\" state=\"\" country=\"IN\"/><Photo format=\"\"/></Person></IssuedTo>"
        + "<CertificateData><PAN num=\"AAAPA0000A\" verifiedOn=\"01-01-2026 12:00:00\"/></CertificateData></Certificate>";

    static final String LICENCE = "<Certificate language=\"99\" name=\"Driving License\" type=\"DRVLC\" number=\"XX00 00000000000\" prevNumber=\"\""
        + " issuedAt=\"RTO,TESTTOWN\" issueDate=\"01-01-2020\" expiryDate=\"01-01-2040\" validFromDate=\"01-01-2020\" status=\"Active\">"
        + "<IssuedBy><Organization name=\"RTO,TESTTOWN\" code=\"\" tin=\"\" uid=\"\" type=\"CG\"><Address type=\"\" line1=\"\" line2=\"\" house=\"\" landmark=\"\""
        + " locality=\"\" vtc=\"\" district=\"\" pin=\"\" state=\"\" country=\"IN\"/></Organization></IssuedBy>"
        + "<IssuedTo><Person uid=\"\" uidToken=\"\" aadhaarName=\"\" title=\"\" name=\"FAKE PERSON\" dlConcateName=\"FAKE PERSON\" dlNatName=\"FAKE PERSON\""
        + " dob=\"01-01-1990\" age=\"\" swd=\"FAKE GUARDIAN\" swdIndicator=\"M\" gender=\"Male\" maritalStatus=\"\" religion=\"\" phone=\"\" email=\"\">"
        + "<Address type=\"present\" line1=\"1 NOWHERE, TESTTOWN, 000000\" line2=\"\" house=\"\" landmark=\"\" locality=\"\" vtc=\"\" district=\"\" pin=\"\" state=\"\" country=\"IN\"/>"
        + "<Address2 type=\"permanent\" line1=\"2 NOWHERE, TESTTOWN, 000000\" line2=\"\" house=\"\" landmark=\"\" locality=\"\" vtc=\"\" district=\"\" pin=\"\" state=\"\" country=\"IN\"/>"
        + "<Photo format=\"\">" + PHOTO + "</Photo></Person></IssuedTo><CertificateData><DrivingLicense verifiedOn=\"01-01-2026 12:00:00\"><Categories>"
        + "<Category code=\"NT\" abbreviation=\"MCWG\" description=\"Motor Cycle with Gear(Non Transport)\" issueDate=\"01-01-2020\" endorseDate=\"\"/>"
        + "<Category code=\"NT\" abbreviation=\"LMV\" description=\"LIGHT MOTOR VEHICLE\" issueDate=\"01-01-2025\" endorseDate=\"\"/>"
        + "</Categories></DrivingLicense></CertificateData></Certificate>";

    public static void main(String[] args) throws Exception {
        out = Path.of(args[0]);
        Files.createDirectories(out);
        keystore = Files.createTempDirectory("keys").resolve("keys.p12");
        try {
            signers();
            genuine();
            attacks();
        } finally {
            Files.deleteIfExists(keystore);
            Files.deleteIfExists(keystore.getParent());
        }
    }

    static void signers() throws Exception {
        keytool("root", "CN=TEST ROOT,O=Throw-away", "2020/01/01 00:00:00", 10957, 2048, null);
        keytool("signer", "CN=TEST SIGNER,O=Throw-away", "2020/01/01 00:00:00", 10957, 2048, null);
        keytool("chained", "CN=TEST SIGNER WITH CHAIN,O=Throw-away", "2020/01/01 00:00:00", 10957, 2048, "root");
        keytool("uidai", "CN=TEST OFFLINE SIGNER,O=Throw-away", "2020/01/01 00:00:00", 10957, 2048, null);
        keytool("attacker", "CN=TEST ATTACKER,O=Throw-away", "2020/01/01 00:00:00", 10957, 2048, null);
        keytool("expired", "CN=TEST EXPIRED SIGNER,O=Throw-away", "2020/01/01 00:00:00", 365, 2048, null);
        keytool("later", "CN=TEST LATER SIGNER,O=Throw-away", "2027/01/01 00:00:00", 8000, 2048, null);
        keytool("weak", "CN=TEST WEAK SIGNER,O=Throw-away", "2020/01/01 00:00:00", 10957, 1024, null);
        keys = KeyStore.getInstance(keystore.toFile(), PASSWORD);
        for (String alias : Collections.list(keys.aliases())) {
            String body = Base64.getMimeEncoder(64, "\n".getBytes()).encodeToString(keys.getCertificate(alias).getEncoded());
            Files.writeString(out.resolve(alias + ".pem"), "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
        }
    }

    static void genuine() throws Exception {
        new Job(eaadhaar("")).method(SHA1).write("eaadhaar-sha1");
        new Job(eaadhaar("")).write("eaadhaar-sha256");
        new Job(eaadhaar("")).prefix("ds").write("eaadhaar-prefix");
        new Job(eaadhaar("")).c14n(INC).write("eaadhaar-inclusive");
        new Job(eaadhaar(" xmlns=\"urn:example:test\"")).write("eaadhaar-default-namespace");
        new Job(eaadhaar(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"")).write("eaadhaar-unused-namespace");
        new Job(eaadhaar(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"")).c14n(INC).write("eaadhaar-unused-namespace-inclusive");
        new Job(eaadhaar(" xml:lang=\"en\"")).write("eaadhaar-xml-lang");
        new Job(eaadhaar(" xml:lang=\"en\"")).c14n(INC).write("eaadhaar-xml-lang-inclusive");
        new Job(eaadhaar("").replace("><", ">\n<")).write("eaadhaar-lines");
        new Job(eaadhaar("").replace("Near Nothing", "Near&#10;Nothing &amp; &lt;Nobody&gt; &quot;&apos;&#9;&#13;")).write("eaadhaar-escapes");
        new Job(eaadhaar("")).signer("chained").write("eaadhaar-chain");
        Job rootFirst = new Job(eaadhaar("")).signer("chained");
        rootFirst.reversed = true;
        rootFirst.write("eaadhaar-chain-root-first");
        Job subjectOnly = new Job(eaadhaar(""));
        subjectOnly.subjectOnly = true;
        subjectOnly.write("eaadhaar-subject-only");
        Job noKeyInfo = new Job(eaadhaar(""));
        noKeyInfo.keyInfo = false;
        noKeyInfo.write("eaadhaar-no-keyinfo");
        new Job(OFFLINE).signer("uidai").method(SHA1).c14n(INC).write("offline-sha1");
        new Job(PAN).write("pan-sha256");
        new Job(PAN).method(SHA1).write("pan-sha1");
        new Job(LICENCE).write("licence-sha256");
        new Job(LICENCE).method(SHA1).write("licence-sha1");
    }

    /** Documents to refuse. The pinned key signed them, unless the point is the key: so only the named check stands in the way. */
    static void attacks() throws Exception {
        new Job(eaadhaar("")).signer("attacker").write("attack-other-key");
        new Job(eaadhaar("")).signer("expired").write("attack-expired");
        new Job(eaadhaar("")).signer("later").write("attack-not-yet-valid");
        new Job(eaadhaar("")).signer("weak").write("attack-weak-key");
        new Job(eaadhaar("", "2099-01-01T00:00:00.000+05:30", "xxxxxxxx0000")).write("attack-future");
        new Job(eaadhaar("", "2026-01-15T12:00:00.000+05:30", "123456789012")).write("attack-unmasked");

        Job hmac = new Job(eaadhaar("")).method(HMAC);
        hmac.key = new SecretKeySpec(keys.getCertificate("signer").getPublicKey().getEncoded(), "HmacSHA256");
        hmac.write("attack-hmac");
        new Job(eaadhaar("")).method(SHA512).write("attack-rsa-sha512");
        new Job(eaadhaar("")).method(PSS).write("attack-rsa-pss");
        new Job(eaadhaar("")).digest(DigestMethod.SHA1).write("attack-digest-sha1");
        new Job(eaadhaar("")).digest(DigestMethod.SHA512).write("attack-digest-sha512");
        new Job(eaadhaar("")).c14n(EXC_COMMENTS).write("attack-c14n-comments");
        new Job(eaadhaar("")).c14n(INC_11).write("attack-c14n11");

        Job second = new Job(eaadhaar(""));
        second.transforms.add(F.newTransform(EXC, (TransformParameterSpec) null));
        second.write("attack-second-transform");
        Job xpath = new Job(eaadhaar(""));
        xpath.transforms.add(F.newTransform(Transform.XPATH, new XPathFilterParameterSpec("not(ancestor-or-self::Poi)")));
        xpath.write("attack-xpath");
        Job instead = new Job(eaadhaar(""));
        instead.transforms.clear();
        instead.transforms.add(F.newTransform(Transform.XPATH,
            new XPathFilterParameterSpec("not(ancestor-or-self::*[local-name()='Signature'])")));
        instead.write("attack-xpath-instead");

        Job byId = new Job(eaadhaar(" Id=\"whole\""));
        byId.uri = "#whole";
        byId.id = "Id";
        byId.write("attack-uri-id");
        Job pointer = new Job(eaadhaar(""));
        pointer.uri = "#xpointer(/)";
        pointer.write("attack-uri-xpointer");

        Job twice = new Job(eaadhaar(""));
        twice.more.add(F.newReference("", F.newDigestMethod(DigestMethod.SHA256, null), twice.transforms, null, null));
        twice.write("attack-two-references");
        Job object = new Job(eaadhaar(""));
        object.objects.add(object(eaadhaar("").replace("Fake Person", "Forged Person"), null));
        object.write("attack-object");
        Job manifest = new Job(eaadhaar(""));
        manifest.objects.add(F.newXMLObject(List.of(F.newManifest(List.of(
            F.newReference("", F.newDigestMethod(DigestMethod.SHA256, null), manifest.transforms, null, null)), "m")), null, null, null));
        manifest.write("attack-manifest");
        // The reference covers a genuine document in an Object; the root around it is anybody's.
        Job wrapped = new Job(eaadhaar("").replace("Fake Person", "Forged Person"));
        wrapped.transforms.clear();
        wrapped.uri = "#genuine";
        wrapped.objects.add(object(eaadhaar(""), "genuine"));
        wrapped.write("attack-wrapped-object");
    }

    static XMLObject object(String xml, String id) throws Exception {
        DocumentBuilderFactory dbf = DocumentBuilderFactory.newInstance();
        dbf.setNamespaceAware(true);
        Document doc = dbf.newDocumentBuilder().parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        return F.newXMLObject(List.of(new DOMStructure(doc.getDocumentElement())), id, null, null);
    }

    static void save(String name, Document doc) throws Exception {
        Transformer t = TransformerFactory.newInstance().newTransformer();
        t.setOutputProperty(OutputKeys.ENCODING, "UTF-8");
        StringWriter w = new StringWriter();
        t.transform(new DOMSource(doc), new StreamResult(w));
        Files.writeString(out.resolve(name + ".xml"), w.toString());
    }

    static void keytool(String alias, String name, String start, int days, int bits, String issuer) throws Exception {
        List<String> cmd = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", alias, "-keyalg", "RSA",
            "-keysize", "" + bits, "-sigalg", "SHA256withRSA", "-dname", name, "-startdate", start, "-validity", "" + days,
            "-keystore", keystore.toString(), "-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
        if (issuer != null) {
            cmd.addAll(List.of("-signer", issuer));
        }
        Process p = new ProcessBuilder(cmd).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (p.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
    }
}
