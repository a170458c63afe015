package eaadhaar

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode"
)

// Signer describes who signed, or is said to have signed, a document: by it an operator finds the
// certificate to pin. Names are as the certificate writes them, without what a terminal would
// take for a command. They and the serial number are cut after 200 characters.
type Signer struct {
	Subject     string    // "CN=...,O=..."; empty of a key that was pinned without a certificate
	Issuer      string    // the CA
	Serial      string    // upper-case hex
	Fingerprint string    // SHA-256 of the certificate, lower-case hex
	Key         string    // SHA-256 of the public key, lower-case hex: what PinKey takes
	NotBefore   time.Time // with NotAfter, when the certificate is valid
	NotAfter    time.Time
}

func describe(c *x509.Certificate) *Signer {
	sum, key := sha256.Sum256(c.Raw), keySum(c)
	return &Signer{
		Subject: printable(c.Subject.String()), Issuer: printable(c.Issuer.String()),
		Serial:      printable(serial(c.SerialNumber)),
		Fingerprint: hex.EncodeToString(sum[:]), Key: hex.EncodeToString(key[:]),
		NotBefore: c.NotBefore, NotAfter: c.NotAfter,
	}
}

// serial is a certificate's number in whole bytes, as other tools write it.
func serial(n *big.Int) string {
	s := strings.ToUpper(n.Text(16))
	if len(s)%2 == 1 && n.Sign() >= 0 {
		return "0" + s
	}
	return s
}

// String is one line: subject, serial, fingerprint and dates.
func (s Signer) String() string {
	if s.Fingerprint == "" {
		return "the key with SHA-256 " + s.Key
	}
	return fmt.Sprintf("%q, serial %s, SHA-256 %s, valid from %s to %s", s.Subject, s.Serial, s.Fingerprint,
		s.NotBefore.UTC().Format(time.DateOnly), s.NotAfter.UTC().Format(time.DateOnly))
}

// printable is text from a certificate that anybody can have made.
func printable(s string) string {
	const most = 200
	n := 0
	return strings.Map(func(r rune) rune {
		if n++; n > most {
			return -1
		}
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}
