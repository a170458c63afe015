package eaadhaar

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	minKeyBits  = 2048
	minExponent = 65537
	maxKeyBits  = 8192    // of a certificate inside a document: what a hostile one may cost
	maxLength   = 8 << 10 // of one, in bytes: crypto/x509 writes out a long name in its square
	mostChains  = 2       // certificates of one key for which an authority looks for a chain; genuine: one
)

// Anchor is a signer that the operator pinned: by its certificate, or by its public key. Make one
// with [ReadAnchor] or [PinKey], or by its fields.
type Anchor struct {
	Name string // for Proof and reports; need not be unique

	// Certificate is the signer's own, not that of a CA above it. A document that embeds
	// certificates is checked with it only if this one is among them.
	Certificate *x509.Certificate

	// Key is the SHA-256 of a public key (SubjectPublicKeyInfo), in place of Certificate. The key
	// itself then comes from a certificate inside the document, of which nothing else is
	// believed: who pins a key, pins it whatever certificate it gets, and has to say From and
	// Until if it shall end. A document without a certificate cannot be checked with it.
	Key [sha256.Size]byte

	// From and Until bound when a document may have been signed, the bounds included, besides the
	// certificate's own dates. Zero: no bound. No authority believes that key beyond them: they are
	// the way to stop trusting a signer that an authority would go on believing.
	From, Until time.Time

	// Kinds are the kinds of document that the signer signs. Nil: every kind; an empty list is
	// ErrAnchor, and so is a kind that is not among the constants. DigiLocker's signer does not
	// sign OfflineEKYC, UIDAI's signs nothing else.
	Kinds []Kind
}

// ReadAnchor makes an Anchor of a file with one certificate, PEM or DER, as UIDAI's .cer files
// are, or with one public key in PEM ("PUBLIC KEY"). It fails with ErrAnchor for what
// [NewVerifier] would refuse. The file's origin is yours to check.
func ReadAnchor(name string, file []byte) (Anchor, error) {
	a, err := readAnchor(file)
	if err == nil {
		a.Name = name
		err = a.usable()
	}
	if err != nil {
		return Anchor{}, named(name, err)
	}
	return a, nil
}

func readAnchor(file []byte) (Anchor, *Error) {
	kind, der := "CERTIFICATE", file
	if block, rest := pem.Decode(file); block != nil {
		kind, der = block.Type, block.Bytes
		if more, _ := pem.Decode(rest); more != nil {
			return Anchor{}, refuse(ErrAnchor, "several blocks: keep the signer's own alone")
		}
		if len(bytes.TrimSpace(rest)) > 0 {
			return Anchor{}, refuse(ErrAnchor, "something behind the certificate")
		}
	}
	switch {
	case len(bytes.TrimSpace(file)) == 0:
		return Anchor{}, refuse(ErrAnchor, "the file is empty")
	case kind == "PUBLIC KEY":
		public, err := x509.ParsePKIXPublicKey(der)
		if err != nil {
			return Anchor{}, refuse(ErrAnchor, "not a public key")
		}
		return Anchor{Key: sha256.Sum256(der)}, strong(public)
	case strings.HasSuffix(kind, "PRIVATE KEY"):
		return Anchor{}, refuse(ErrAnchor, "a private key, which should not be here: give the certificate")
	case kind != "CERTIFICATE":
		return Anchor{}, refuse(ErrAnchor, "a file of another kind: give the certificate, in PEM or DER")
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return Anchor{}, refuse(ErrAnchor, "neither a certificate nor a public key, in PEM or DER")
	}
	return Anchor{Certificate: cert}, nil
}

// labelled is what may stand before a SHA-256.
var labelled = regexp.MustCompile("^(?i:sha256)[/: ] *")

// PinKey makes an Anchor of the SHA-256 of a public key (SubjectPublicKeyInfo), in hex, with
// colons or without, or in base64, with "sha256/", "SHA256:" or "sha256 " before it or without.
// It fails with ErrAnchor.
func PinKey(name, sum string) (Anchor, error) {
	text := labelled.ReplaceAllString(strings.TrimSpace(sum), "")
	b, err := hex.DecodeString(strings.ReplaceAll(text, ":", ""))
	if err != nil || len(b) != sha256.Size {
		b, err = base64.StdEncoding.DecodeString(text)
	}
	if err != nil || len(b) != sha256.Size {
		return Anchor{}, named(name, refuse(ErrAnchor, "not a SHA-256 in hex or base64"))
	}
	a := Anchor{Name: name, Key: [sha256.Size]byte(b)}
	if err := a.usable(); err != nil {
		return Anchor{}, named(name, err)
	}
	return a, nil
}

// holds reports whether a document may have been signed then, as far as From and Until go.
func (a *Anchor) holds(at time.Time) bool {
	return (a.From.IsZero() || !at.Before(a.From)) && (a.Until.IsZero() || !at.After(a.Until))
}

// sum is the SHA-256 of the key that is pinned.
func (a *Anchor) sum() [sha256.Size]byte {
	if a.Certificate != nil {
		return keySum(a.Certificate)
	}
	return a.Key
}

func (a Anchor) usable() *Error {
	keyed := a.Key != [sha256.Size]byte{}
	switch {
	case keyed && a.Certificate != nil:
		return refuse(ErrAnchor, "a certificate and a key: pin one of them")
	case !a.From.IsZero() && !a.Until.IsZero() && a.Until.Before(a.From):
		return refuse(ErrAnchor, "Until is before From")
	case !known(a.Kinds):
		return refuse(ErrAnchor, "no kind of document, or an unknown one")
	case keyed:
		return nil
	case a.Certificate == nil || len(a.Certificate.Raw) == 0:
		return refuse(ErrAnchor, "no certificate")
	}
	return signs(a.Certificate)
}

// known reports whether kinds are nil, which is every kind, or some of the constants.
func known(kinds []Kind) bool {
	all := []Kind{EAadhaar, OfflineEKYC, PANRecord, DrivingLicence}
	unknown := func(k Kind) bool { return !slices.Contains(all, k) }
	return kinds == nil || len(kinds) > 0 && !slices.ContainsFunc(kinds, unknown)
}

// signs refuses a certificate that is not for signing documents.
func signs(c *x509.Certificate) *Error {
	const signing = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	switch {
	case c.IsCA || c.KeyUsage&x509.KeyUsageCertSign != 0:
		return refuse(ErrAnchor, "the certificate of a CA: pin the signer below it, or see Options.Authorities")
	case c.KeyUsage != 0 && c.KeyUsage&signing == 0:
		return refuse(ErrAnchor, "a certificate that is not for signatures")
	case len(c.ExtKeyUsage) > 0 && len(c.UnknownExtKeyUsage) == 0 && !slices.ContainsFunc(c.ExtKeyUsage, forDocuments):
		return refuse(ErrAnchor, "a certificate for another use than documents, such as TLS")
	}
	return strong(c.PublicKey)
}

// forDocuments reports whether a use does not rule out the signing of documents. That has
// identifiers which crypto/x509 does not know.
func forDocuments(use x509.ExtKeyUsage) bool {
	switch use {
	case x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageCodeSigning,
		x509.ExtKeyUsageTimeStamping, x509.ExtKeyUsageOCSPSigning, x509.ExtKeyUsageIPSECEndSystem,
		x509.ExtKeyUsageIPSECTunnel, x509.ExtKeyUsageIPSECUser:
		return false
	}
	return true
}

func strong(public any) *Error {
	key, ok := public.(*rsa.PublicKey)
	switch {
	case !ok:
		return refuse(ErrAnchor, "not an RSA key")
	case key.N.BitLen() < minKeyBits:
		return refuse(ErrAnchor, "a key of less than 2048 bits")
	case key.E < minExponent:
		return refuse(ErrAnchor, "a key with a public exponent below 65537")
	}
	return nil
}

// Authority is the rule of a root and a subject, for [Options.Authorities]: whoever has a
// certificate in that name, below one of those roots, is believed to be the signer. A signer's
// renewal under a new key is then no outage; in return, every CA below the roots is believed not
// to give that name to anybody else. Chain and dates are judged by [crypto/x509] at the time of
// signing, without revocation lists: see Anchor.Until. It takes no certificate that was signed
// with SHA-1, no chain with an RSA key of less than 2048 bits, and with perhaps no signer below
// CCA India's root of 2014.
type Authority struct {
	Name  string              // for Proof and reports
	Roots []*x509.Certificate // at least one; such as CCA India's, from cca.gov.in

	// Intermediates are the CAs between, for documents that embed the signer's certificate alone.
	Intermediates []*x509.Certificate

	// Organization is what the O of the signer's subject has to be, to the letter. Required.
	Organization string
	// CommonName is what the CN of the signer's subject, of which there may be one, has to begin
	// with. Empty: anything.
	CommonName string

	Kinds []Kind // as of an Anchor
}

func (a Authority) usable() *Error {
	switch {
	case len(a.Roots) == 0:
		return refuse(ErrAnchor, "an authority without a root")
	case strings.TrimSpace(a.Organization) == "":
		return refuse(ErrAnchor, "an authority without an organization would believe everybody below its roots")
	case !known(a.Kinds):
		return refuse(ErrAnchor, "no kind of document, or an unknown one")
	}
	for _, c := range append(slices.Clone(a.Roots), a.Intermediates...) {
		if c == nil || len(c.Raw) == 0 || !c.IsCA {
			return refuse(ErrAnchor, "an authority's certificate that is not a CA's")
		}
	}
	return nil
}

// names reports whether the rule on the subject holds for a signer's certificate. Of two CNs
// crypto/x509 tells the last, and others the first: there may be one.
func (a Authority) names(c *x509.Certificate) bool {
	commonNames := 0
	for _, n := range c.Subject.Names {
		if n.Type.Equal(commonName) {
			commonNames++
		}
	}
	return len(c.Subject.Organization) == 1 && c.Subject.Organization[0] == a.Organization &&
		commonNames <= 1 && strings.HasPrefix(c.Subject.CommonName, a.CommonName)
}

// commonName is the CN of a subject. Source: X.520, 6.2.2.
var commonName = asn1.ObjectIdentifier{2, 5, 4, 3}

// trusted is why a key is believed: it is an anchor's, or a certificate that is to be checked
// against an authority.
type trusted struct {
	anchor    *Anchor
	authority *Authority
	cert      *x509.Certificate // the signer's; nil of a pinned key
	key       [sha256.Size]byte // of the public key
	others    []*x509.Certificate
}

func (t *trusted) name() string {
	if t.anchor != nil {
		return t.anchor.Name
	}
	return t.authority.Name
}

func (t *trusted) kinds() []Kind {
	if t.anchor != nil {
		return t.anchor.Kinds
	}
	return t.authority.Kinds
}

// valid says why a signer may not have signed at that time; nil if it may.
func (t *trusted) valid(at time.Time, by Clock) *Error {
	if c := t.cert; c != nil && (at.Before(c.NotBefore) || at.After(c.NotAfter)) {
		return refuse(ErrValidity, string(by))
	}
	if a := t.anchor; a != nil {
		if !a.holds(at) {
			return refuse(ErrValidity, string(by)+", by the anchor's own bounds")
		}
		return nil
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range t.authority.Roots {
		roots.AddCert(c)
	}
	below := append(slices.Clone(t.authority.Intermediates), t.others...)
	for _, c := range below {
		between.AddCert(c)
	}
	chain := func(at time.Time) ([][]*x509.Certificate, error) {
		return t.cert.Verify(x509.VerifyOptions{
			Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
		})
	}
	chains, err := chain(at)
	if invalid := (x509.CertificateInvalidError{}); errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		// It need not be a CA below a root that has ended: those were valid when they certified the signer.
		if _, err := chain(t.cert.NotBefore); err == nil {
			return refuse(ErrValidity, string(by)+", of a CA above the signer")
		}
	}
	if err != nil && slices.ContainsFunc(append(below, t.cert), t.authority.bySHA1) {
		return refuse(ErrUntrusted, "a certificate of the chain is signed with SHA-1, which no authority takes: "+
			"pin the signer")
	}
	if err != nil {
		return refuse(ErrUntrusted, "no chain from the signer to a root of the authority: see Authority.Intermediates")
	}
	if !slices.ContainsFunc(chains, firm) {
		return refuse(ErrUntrusted, "a CA above the signer has a key of less than 2048 bits")
	}
	return nil
}

// firm reports whether no RSA key of a chain is so short that others than its owner may have it.
func firm(chain []*x509.Certificate) bool {
	return !slices.ContainsFunc(chain, func(c *x509.Certificate) bool {
		key := keyOf(c)
		return key != nil && key.N.BitLen() < minKeyBits
	})
}

// bySHA1 reports whether a root or an intermediate of the operator's signed a certificate with
// SHA-1. What nobody vouches for, a stranger's certificate, is no reason to say so.
func (a *Authority) bySHA1(c *x509.Certificate) bool {
	signed := func(ca *x509.Certificate) bool {
		return ca.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
	}
	return c.SignatureAlgorithm == x509.SHA1WithRSA &&
		(slices.ContainsFunc(a.Roots, signed) || slices.ContainsFunc(a.Intermediates, signed))
}

// candidates are the keys that f may be signed with, as far as the operator has pinned them.
// KeyInfo says which to try, never whom to believe.
func (v *Verifier) candidates(f *form) candidates {
	var keys candidates
	inside := f.embedded()
	for i := range v.anchors {
		a := &v.anchors[i]
		if c := a.Certificate; c != nil {
			is := func(der []byte) bool { return bytes.Equal(der, c.Raw) }
			if len(f.certs) == 0 || slices.ContainsFunc(f.certs, is) {
				keys.add(keyOf(c), trusted{anchor: a, cert: c, key: keySum(c)})
			}
			continue
		}
		for _, c := range inside {
			if keySum(c) == a.Key && strong(c.PublicKey) == nil {
				keys.add(keyOf(c), trusted{anchor: a, key: a.Key})
				break
			}
		}
	}
	for i := range v.opts.Authorities {
		a := &v.opts.Authorities[i]
		tried := map[[sha256.Size]byte]int{}
		for _, c := range inside {
			if key := keySum(c); tried[key] < mostChains && a.names(c) && signs(c) == nil {
				tried[key]++
				keys.add(keyOf(c), trusted{authority: a, cert: c, key: key, others: inside})
			}
		}
	}
	return keys
}

// embedded are the certificates inside a document that can be read and have an RSA key which
// costs no more than the largest in use. Anybody can embed them.
func (f *form) embedded() []*x509.Certificate {
	const most = 8
	var certs []*x509.Certificate
	for _, der := range f.certs {
		if len(der) > maxLength || len(certs) == most {
			continue
		}
		if c, err := x509.ParseCertificate(der); err == nil {
			if key := keyOf(c); key != nil && key.N.BitLen() <= maxKeyBits {
				certs = append(certs, c)
			}
		}
	}
	return certs
}

func keySum(c *x509.Certificate) [sha256.Size]byte { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

// keyOf is the RSA key of a certificate; nil if it has another.
func keyOf(c *x509.Certificate) *rsa.PublicKey {
	key, _ := c.PublicKey.(*rsa.PublicKey)
	return key
}
