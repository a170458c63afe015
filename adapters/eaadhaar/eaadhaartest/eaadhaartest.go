// Package eaadhaartest signs documents for tests of what uses eaadhaar, in the
// shape that DigiLocker's signer was observed to write, with a throw-away key.
package eaadhaartest

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// Subject is the name in every certificate of NewSigner.
const Subject = "TEST SIGNER, NOT DIGILOCKER"

// The algorithms of a signature, and what else its text consists of.
const (
	RSASHA1   = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
	RSASHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"

	namespace = "http://www.w3.org/2000/09/xmldsig#"
	exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
	enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
	digest    = "http://www.w3.org/2001/04/xmlenc#sha256"
)

// Signer signs documents. It is safe for concurrent use once its fields are set.
type Signer struct {
	Key         *rsa.PrivateKey
	Certificate *x509.Certificate

	// Edit changes SignedInfo, in canonical form, before it is signed, for
	// documents that have to be refused; nil leaves it as it is.
	Edit func(signedInfo string) string
	// Method is the algorithm of the signature. Default: RSASHA1, which is what was
	// observed; eaadhaar takes it under LegacySHA1 alone.
	Method string
}

// NewSigner makes a signer with a new key of 2048 bits, whose certificate is valid
// from a year ago for three years.
func NewSigner() (*Signer, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("eaadhaartest: %w", err)
	}
	now := time.Now()
	return WithKey(key, now.AddDate(-1, 0, 0), now.AddDate(2, 0, 0))
}

// WithKey makes a signer with that key, and with a certificate that is valid
// between those times.
func WithKey(key *rsa.PrivateKey, from, to time.Time) (*Signer, error) {
	certificate, err := NewCertificate(key, from, to)
	if err != nil {
		return nil, err
	}
	return &Signer{Key: key, Certificate: certificate}, nil
}

// NewCertificate signs a certificate with its own key.
func NewCertificate(key crypto.Signer, from, to time.Time) (*x509.Certificate, error) {
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: Subject}, NotBefore: from, NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("eaadhaartest: %w", err)
	}
	return x509.ParseCertificate(der)
}

// PEM is the certificate as a file, such as eaadhaar.ReadAnchor takes.
func (s *Signer) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate.Raw})
}

// Sign returns the document with a Signature as the last child of its root. The
// rest of its bytes stay as they are. Tabs and line ends in attribute values have
// to be written as references, such as &#10;, or the signature does not match.
//
// It is an error if the Signer has no Key or Certificate, or the document is no XML in UTF-8
// with one root that has an end tag, or is signed already.
func (s *Signer) Sign(document []byte) ([]byte, error) {
	if s.Key == nil || s.Certificate == nil {
		return nil, errors.New("eaadhaartest: a Signer needs a Key and a Certificate: see NewSigner")
	}
	end, err := endTag(document)
	if err != nil {
		return nil, fmt.Errorf("eaadhaartest: %w", err)
	}
	tree := etree.NewDocument()
	if err := tree.ReadFromBytes(document); err != nil {
		return nil, fmt.Errorf("eaadhaartest: %w", err)
	}
	if tree.Root().SelectElement("Signature") != nil {
		return nil, errors.New("eaadhaartest: the document is signed already")
	}
	canonical, err := dsig.MakeNullCanonicalizer().Canonicalize(tree.Root())
	if err != nil {
		return nil, fmt.Errorf("eaadhaartest: %w", err)
	}
	method := s.Method
	if method == "" {
		method = RSASHA1
	}
	sum := sha256.Sum256(canonical)
	info := `<SignedInfo><CanonicalizationMethod Algorithm="` + exclusive + `"></CanonicalizationMethod>` +
		`<SignatureMethod Algorithm="` + method + `"></SignatureMethod><Reference URI=""><Transforms>` +
		`<Transform Algorithm="` + enveloped + `"></Transform></Transforms><DigestMethod Algorithm="` + digest + `"></DigestMethod>` +
		`<DigestValue>` + base64.StdEncoding.EncodeToString(sum[:]) + `</DigestValue></Reference></SignedInfo>`
	if s.Edit != nil {
		info = s.Edit(info)
	}
	value, err := s.value(strings.Replace(info, "<SignedInfo>", `<SignedInfo xmlns="`+namespace+`">`, 1))
	if err != nil {
		return nil, err
	}
	signature := `<Signature xmlns="` + namespace + `">` + info + `<SignatureValue>` + value + `</SignatureValue><KeyInfo><X509Data>` +
		`<X509SubjectName>` + escape(s.Certificate.Subject.String()) + `</X509SubjectName>` +
		`<X509Certificate>` + base64.StdEncoding.EncodeToString(s.Certificate.Raw) + `</X509Certificate></X509Data></KeyInfo></Signature>`
	return append(append(append([]byte(nil), document[:end]...), signature...), document[end:]...), nil
}

// endTag is the offset of the root's end tag.
func endTag(document []byte) (int, error) {
	errRoot := errors.New("the document is not one element with an end tag")
	d := xml.NewDecoder(bytes.NewReader(document))
	end, depth := 0, 0
	for {
		offset := int(d.InputOffset())
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && bytes.HasPrefix(document[end:], []byte("</")): // not <root/>, nor nothing
			return end, nil
		case errors.Is(err, io.EOF):
			return 0, errRoot
		case err != nil:
			return 0, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth == 0 && end > 0 {
				return 0, errRoot
			}
			depth++
		case xml.EndElement:
			if depth--; depth == 0 {
				end = offset
			}
		case xml.CharData:
			if depth == 0 && strings.Trim(string(t), "\ufeff \t\r\n") != "" {
				return 0, errRoot
			}
		}
	}
}

// value is the SignatureValue over a SignedInfo in canonical form, by the
// algorithm that stands in it.
func (s *Signer) value(signedInfo string) (string, error) {
	hash, sum := crypto.SHA256, sha256.New()
	if strings.Contains(signedInfo, RSASHA1) {
		hash, sum = crypto.SHA1, sha1.New()
	}
	sum.Write([]byte(signedInfo))
	value, err := rsa.SignPKCS1v15(rand.Reader, s.Key, hash, sum.Sum(nil))
	if err != nil {
		return "", fmt.Errorf("eaadhaartest: %w", err)
	}
	return base64.StdEncoding.EncodeToString(value), nil
}

// escape is text between tags.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}
