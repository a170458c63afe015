package eaadhaar_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
)

// What it costs to verify a signed document, beside the bare SHA-256 and RSA of as
// many bytes: the least that any check of it takes.
func BenchmarkVerify(b *testing.B) {
	signer := must(eaadhaartest.NewSigner())
	signer.Method = eaadhaartest.RSASHA256
	verifier := must(eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "bench", Certificate: signer.Certificate}}, eaadhaar.Options{}))
	for _, photo := range []int{0, 16 << 10, 200 << 10, 2 << 20} {
		document := must(signer.Sign([]byte(`<Certificate type="PANCR" number="AAAPA0000A" status="A"><IssuedTo><Person name="Nobody Invented"><Photo>` +
			photoOf(photo) + `</Photo></Person></IssuedTo>` +
			`<CertificateData><PAN num="AAAPA0000A"/></CertificateData></Certificate>`)))
		sum := sha256.Sum256(document)
		signature := must(rsa.SignPKCS1v15(nil, signer.Key, crypto.SHA256, sum[:]))
		b.Run(fmt.Sprintf("photo=%dKB/by=rsa", photo>>10), func(b *testing.B) {
			b.SetBytes(int64(len(document)))
			for b.Loop() {
				sum := sha256.Sum256(document)
				if err := rsa.VerifyPKCS1v15(&signer.Key.PublicKey, crypto.SHA256, sum[:], signature); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("photo=%dKB/by=eaadhaar", photo>>10), func(b *testing.B) {
			b.SetBytes(int64(len(document)))
			for b.Loop() {
				if err := verifier.Verify(document, time.Now()).Err(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// photoOf is a picture of n bytes of base64, rounded up.
func photoOf(n int) string {
	if n == 0 {
		return ""
	}
	return "/9j/" + strings.Repeat("AbCd", n/4)
}

// What hostile documents cost beside a genuine one of their size, 1 MB.
func BenchmarkHostile(b *testing.B) {
	const size = 1 << 20
	g := theSigner()
	v := g.verifier(eaadhaar.SHA256Only)
	for _, doc := range []struct{ of, content string }{
		{"photo", photoOf(size)},
		{"CDATA", strings.Repeat("a<![CDATA[b]]>", size/14)},
		{"elements", strings.Repeat("<a/>", size/4)},
		{"attributes", strings.Repeat("<a"+attributes(60)+"/>", size/1900)},
		{"references", strings.Repeat("&#13;", size/5)},
		{"escapes", strings.Repeat(">", size)},
		{"lines", strings.Repeat("\r\n", size/2)},
		{"spaces", "<a" + strings.Repeat(" ", size) + "/>"},
	} {
		signed := g.sign(strings.Replace(eaadhaarXML, "<Pht>", "<Pht>"+doc.content, 1), nil)
		b.Run("of="+doc.of, func(b *testing.B) {
			b.SetBytes(int64(len(signed)))
			for b.Loop() {
				v.Verify(signed, fetched)
			}
		})
	}
}
