package eaadhaar

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// rewritten is what mostly happened to a document whose signature does not match.
const rewritten = "parsed and written again, perhaps; keep the bytes as they were received"

// candidates are keys that may have signed, and what each is known by.
type candidates []candidate

type candidate struct {
	key     *rsa.PublicKey
	trusted []trusted
}

// add says that whoever signed with key is to be believed by t.
func (c *candidates) add(key *rsa.PublicKey, t trusted) {
	for i := range *c {
		if (*c)[i].key.Equal(key) {
			(*c)[i].trusted = append((*c)[i].trusted, t)
			return
		}
	}
	*c = append(*c, candidate{key, []trusted{t}})
}

// signedBy returns the first of the candidates whose key made the signature, nil if none of them
// did, and the document that was signed: its canonical bytes, parsed anew. Nothing else of the
// file is ever read. It is the validation of https://www.w3.org/TR/xmldsig-core1/#sec-CoreValidation,
// with goxmldsig's canonicalization, for the one shape that the grammar leaves; the cheap half
// comes first.
func (f *form) signedBy(keys candidates) (*etree.Element, *candidate, error) {
	signed, err := f.canonicalInfo()
	if err != nil {
		return nil, nil, refuse(ErrSignature, "SignedInfo has no canonical form")
	}
	value, err := base64.StdEncoding.DecodeString(f.sigValue)
	if err != nil {
		return nil, nil, refuse(ErrSignature, "SignatureValue is not base64")
	}
	by := keys.which(f.method, signed, value)
	if by == nil {
		return nil, nil, refuse(ErrSignature, "SignedInfo is not as the signer signed it: "+rewritten)
	}
	// From here on SignedInfo is what was signed, parsed anew, as the document below.
	again, err := parseText(string(signed), true)
	if err != nil || again.signedInfo != f.signedInfo {
		return nil, by, refuse(ErrSignature, "SignedInfo reads differently where it was signed")
	}
	digest, err := base64.StdEncoding.DecodeString(again.digestValue)
	if err != nil {
		return nil, by, refuse(ErrSignature, "DigestValue is not base64")
	}
	f.root.RemoveChild(f.signature)
	content, err := dsig.MakeNullCanonicalizer().Canonicalize(f.root)
	if err != nil {
		return nil, by, refuse(ErrSignature, "the document has no canonical form")
	}
	if sum := sha256.Sum256(content); subtle.ConstantTimeCompare(sum[:], digest) != 1 {
		return nil, by, refuse(ErrSignature, "the document was changed after signing: "+rewritten)
	}
	doc, err := parseText(string(content), false)
	if err != nil {
		return nil, by, refuse(ErrSignature, "the document reads differently where it was signed")
	}
	return doc.root, by, nil
}

// canonicalInfo is SignedInfo as it is signed.
func (f *form) canonicalInfo() ([]byte, error) {
	inclusive := f.c14n == string(dsig.CanonicalXML10RecAlgorithmId)
	info := f.info.Copy()
	info.Attr = nil // the grammar allows declarations alone, which are in scope
	for _, a := range f.inherited {
		if inclusive || a.Space != "xml" {
			info.Attr = append(info.Attr, a)
		}
	}
	if inclusive {
		return dsig.MakeC14N10RecCanonicalizer().Canonicalize(info)
	}
	return dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(info)
}

// which is the first of the candidates whose key made that signature; nil for none.
func (c candidates) which(method string, signed, value []byte) *candidate {
	hash, sum := crypto.SHA256, []byte(nil)
	if method == rsaSHA1 {
		s := sha1.Sum(signed)
		hash, sum = crypto.SHA1, s[:]
	} else {
		s := sha256.Sum256(signed)
		sum = s[:]
	}
	for i := range c {
		if rsa.VerifyPKCS1v15(c[i].key, hash, sum, value) == nil {
			return &c[i]
		}
	}
	return nil
}

// sha1Usable reports whether this process may use SHA-1: under GODEBUG=fips140=only
// crypto/sha1 panics.
func sha1Usable() (ok bool) {
	defer func() { ok = recover() == nil }()
	sha1.Sum(nil)
	return true
}
