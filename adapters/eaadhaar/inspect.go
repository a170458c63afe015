package eaadhaar

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
)

// Inspection is who signed a document by its own word: what an operator needs to find the anchor.
// It says nothing about trust, and nothing about the person.
type Inspection struct {
	Kind   Kind   // "" for a kind that is not read
	Method string // "rsa-sha1" or "rsa-sha256"

	// Certificates are those inside the document, in its order: the signer's first, as a rule, and
	// then the CAs above it. Nil: it has none.
	Certificates []Embedded

	// Altered says what does not match; nil if the document is as it was when the key of one of
	// the certificates signed it, which Embedded.Signed tells, or if no certificate can be read.
	Altered error
}

// Embedded is a certificate inside a document. Anybody can embed one.
type Embedded struct {
	Signer
	Certificate *x509.Certificate // nil if it cannot be read
	Signed      bool              // its key made the signature; of several, each: one of them may be an impostor's
	Unusable    error             // why it cannot be pinned; nil if it can
}

// Inspect reads who signed data, and checks the signature with the certificates inside it, which
// proves that nothing was changed since, not who changed it last. The algorithms are those of
// LegacySHA1. It fails with an *Error for what is not XML of the strict form, or has no signature
// of the shape that DigiLocker and UIDAI write.
func Inspect(data []byte) (*Inspection, error) {
	f, err := parse(data, defaultMaxBytes)
	if err != nil {
		return nil, err
	}
	if err := f.permitted(LegacySHA1); err != nil {
		return nil, err
	}
	in := &Inspection{Method: map[string]string{rsaSHA1: "rsa-sha1", rsaSHA256: "rsa-sha256"}[f.method]}
	if doc, err := read(f.root); err == nil {
		in.Kind = doc.Kind
	}
	for _, der := range f.certs {
		in.Certificates = append(in.Certificates, examine(der))
	}
	signer, err := f.claimed()
	in.Altered = err
	for i := range in.Certificates {
		c := &in.Certificates[i]
		c.Signed = signer != nil && c.Certificate != nil && keySum(c.Certificate) == keySum(signer)
	}
	return in, nil
}

func examine(der []byte) Embedded {
	sum := sha256.Sum256(der)
	unread := func(why string) Embedded {
		return Embedded{Signer: Signer{Fingerprint: hex.EncodeToString(sum[:])}, Unusable: refuse(ErrAnchor, why)}
	}
	if len(der) > maxLength {
		return unread("a certificate of more than 8 KiB")
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return unread("not a certificate")
	}
	e := Embedded{Signer: *describe(c), Certificate: c}
	if why := signs(c); why != nil {
		e.Unusable = why
	}
	return e
}
