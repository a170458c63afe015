package eaadhaar

import dsig "github.com/russellhaering/goxmldsig"

const (
	nsDSig     = dsig.Namespace
	rsaSHA1    = dsig.RSASHA1SignatureMethod
	rsaSHA256  = dsig.RSASHA256SignatureMethod
	sha256Hash = "http://www.w3.org/2001/04/xmlenc#sha256"
)

// part is what an element of a signature may hold.
type part struct {
	attr     string                            // its one attribute, required; "" for none
	keep     func(i *signedInfo, value string) // where attr goes
	text     bool                              // whether it may hold text
	base64   bool                              // whether that is base64
	children []child
}

// child is how often a part may occur in another, and the reason if it does not.
type child struct {
	name     string
	min, max int
	reason   Reason
}

func (p *part) child(name string) *child {
	for i := range p.children {
		if p.children[i].name == name {
			return &p.children[i]
		}
	}
	return nil
}

// grammar is the signature that DigiLocker and UIDAI write, and nothing more:
// XML Signature's Object, Manifest, KeyValue, RetrievalMethod, HMACOutputLength
// and InclusiveNamespaces have no place. X509IssuerSerial was not observed; it
// is what many signers add, and nothing reads it.
var grammar = map[string]part{
	"Signature": {children: []child{
		{"SignedInfo", 1, 1, ErrShape}, {"SignatureValue", 1, 1, ErrShape}, {"KeyInfo", 0, 1, ErrShape},
	}},
	"SignedInfo": {children: []child{
		{"CanonicalizationMethod", 1, 1, ErrShape}, {"SignatureMethod", 1, 1, ErrShape}, {"Reference", 1, 1, ErrReference},
	}},
	"CanonicalizationMethod": {attr: "Algorithm", keep: func(i *signedInfo, v string) { i.c14n = v }},
	"SignatureMethod":        {attr: "Algorithm", keep: func(i *signedInfo, v string) { i.method = v }},
	"Reference": {attr: "URI", keep: func(i *signedInfo, v string) { i.uri = v }, children: []child{
		{"Transforms", 1, 1, ErrTransform}, {"DigestMethod", 1, 1, ErrShape}, {"DigestValue", 1, 1, ErrShape},
	}},
	"Transforms":      {children: []child{{"Transform", 1, 1, ErrTransform}}},
	"Transform":       {attr: "Algorithm", keep: func(i *signedInfo, v string) { i.transform = v }},
	"DigestMethod":    {attr: "Algorithm", keep: func(i *signedInfo, v string) { i.digest = v }},
	"DigestValue":     {text: true, base64: true},
	"SignatureValue":  {text: true, base64: true},
	"KeyInfo":         {children: []child{{"X509Data", 0, 8, ErrShape}}},
	"X509Data":        {children: []child{{"X509SubjectName", 0, 8, ErrShape}, {"X509IssuerSerial", 0, 8, ErrShape}, {"X509Certificate", 0, 8, ErrShape}}},
	"X509SubjectName": {text: true},
	"X509IssuerSerial": {children: []child{
		{"X509IssuerName", 1, 1, ErrShape}, {"X509SerialNumber", 1, 1, ErrShape},
	}},
	"X509IssuerName":   {text: true},
	"X509SerialNumber": {text: true},
	"X509Certificate":  {text: true, base64: true},
}

// permitted checks what the signature refers to and with which algorithms.
func (f *form) permitted(p Profile) error {
	switch {
	case f.signature == nil:
		return refuse(ErrUnsigned, "")
	case f.uri != "":
		return refuse(ErrReference, "URI")
	case f.transform != string(dsig.EnvelopedSignatureAltorithmId):
		return refuse(ErrTransform, "")
	case f.c14n != string(dsig.CanonicalXML10ExclusiveAlgorithmId) &&
		f.c14n != string(dsig.CanonicalXML10RecAlgorithmId):
		return refuse(ErrAlgorithm, "canonicalization")
	case f.digest != sha256Hash:
		return refuse(ErrAlgorithm, "digest")
	case f.method == rsaSHA1 && p != LegacySHA1:
		return refuse(ErrSHA1, "all documents observed are signed so: see Options.Profile, LegacySHA1")
	case f.method == rsaSHA1 && !sha1Usable():
		return refuse(ErrSHA1, "FIPS 140 mode")
	case f.method != rsaSHA1 && f.method != rsaSHA256:
		return refuse(ErrAlgorithm, "signature")
	case f.unsorted:
		return refuse(ErrUnsupported, "attributes of two namespaces on one element")
	}
	return nil
}
