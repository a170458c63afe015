// Answers what the JDK's javax.xml.crypto.dsig says of documents, many a second:
//
//	java Oracle.java CERTIFICATE.pem...
//
// Standard input is documents, each behind its length in four bytes, most
// significant first. The answer to each is one line: "valid", "invalid" or
// "unparsable", or "keyinfo" for a document that is valid only without its
// KeyInfo: the JDK reads that, and gives up at what it cannot read, but uses
// nothing of it. Behind "valid" and "keyinfo" stands the digest of what was
// signed, in hex. The parser is the default one with namespaces: it follows a
// DOCTYPE. The keys are those of the certificates.

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

public class Oracle {
    final List<PublicKey> keys = new ArrayList<>();
    final boolean secure;
    final DocumentBuilder builder;
    final XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");

    /** An oracle that pins these certificates; secure is the JDK's secure validation, which forbids SHA-1. */
    Oracle(boolean secure, List<Path> certificates) throws Exception {
        this.secure = secure;
        CertificateFactory x509 = CertificateFactory.getInstance("X.509");
        for (Path p : certificates) {
            keys.add(x509.generateCertificate(new ByteArrayInputStream(Files.readAllBytes(p))).getPublicKey());
        }
        DocumentBuilderFactory dbf = DocumentBuilderFactory.newInstance();
        dbf.setNamespaceAware(true);
        builder = dbf.newDocumentBuilder();
        builder.setErrorHandler(new DefaultHandler()); // throws what is fatal, and prints nothing
    }

    String judge(byte[] data) {
        Document doc;
        try {
            doc = builder.parse(new ByteArrayInputStream(data));
        } catch (SAXException | IOException | RuntimeException e) {
            return "unparsable";
        }
        NodeList signatures = doc.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
        if (signatures.getLength() == 0) {
            return "invalid";
        }
        Element signature = (Element) signatures.item(0);
        String digest = signed(signature);
        if (digest != null) {
            return "valid " + digest;
        }
        for (Node n = signature.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (XMLSignature.XMLNS.equals(n.getNamespaceURI()) && "KeyInfo".equals(n.getLocalName())) {
                signature.removeChild(n);
                digest = signed(signature);
                break;
            }
        }
        return digest == null ? "invalid" : "keyinfo " + digest;
    }

    /** The digest of what was signed with one of the keys; null if nothing was. */
    private String signed(Element element) {
        for (PublicKey key : keys) {
            DOMValidateContext ctx = new DOMValidateContext(key, element);
            ctx.setProperty("org.jcp.xml.dsig.secureValidation", secure);
            try {
                XMLSignature signature = factory.unmarshalXMLSignature(ctx);
                if (signature.validate(ctx)) {
                    Reference reference = signature.getSignedInfo().getReferences().get(0);
                    return HexFormat.of().formatHex(reference.getCalculatedDigestValue());
                }
            } catch (MarshalException | XMLSignatureException | RuntimeException e) {
                continue; // with this key it is not valid
            }
        }
        return null;
    }

    public static void main(String[] args) throws Exception {
        List<Path> certificates = new ArrayList<>();
        for (String arg : args) {
            certificates.add(Path.of(arg));
        }
        Oracle oracle = new Oracle(false, certificates);
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        PrintStream out = new PrintStream(new BufferedOutputStream(System.out));
        while (true) {
            int length;
            try {
                length = in.readInt();
            } catch (EOFException e) {
                return;
            }
            out.println(oracle.judge(in.readNBytes(length)));
            out.flush();
        }
    }
}
