package cashfree

import (
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strconv"

	"example.com/digilocker/adapters/kyc"
)

// signature is a value of x-cf-signature, which Cashfree takes for five minutes.
// It is an encryption and differs each time. SHA-1 is Cashfree's choice, for both
// hashes of OAEP.
func (a *Adapter) signature(creds Credentials) (string, error) {
	text := creds.ClientID + "." + strconv.FormatInt(a.opts.Now().Unix(), 10)
	sealed, err := rsa.EncryptOAEP(sha1.New(), a.random, creds.PublicKey, []byte(text), nil)
	return base64.StdEncoding.EncodeToString(sealed), err
}

// ParsePublicKey reads the file that Cashfree's dashboard gives for
// Credentials.PublicKey: the first block of a PEM file, which may hold a public
// key (SPKI or PKCS #1) or a certificate. Anything else is ErrInvalid.
func ParsePublicKey(file []byte) (*rsa.PublicKey, error) {
	block, _ := pem.Decode(file)
	if block == nil {
		return nil, noKey(nil)
	}
	var key any
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	case "CERTIFICATE":
		var certificate *x509.Certificate
		if certificate, err = x509.ParseCertificate(block.Bytes); err == nil {
			key = certificate.PublicKey
		}
	}
	if public, ok := key.(*rsa.PublicKey); ok && err == nil {
		return public, nil
	}
	return nil, noKey(err)
}

func noKey(cause error) error {
	return kyc.NewError(kyc.Error{Provider: provider, Op: "ParsePublicKey", Kind: kyc.ErrInvalid, Member: "file",
		Want: "an RSA public key or a certificate in PEM"}, cause, nil)
}
