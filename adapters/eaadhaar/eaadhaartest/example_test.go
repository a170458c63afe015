package eaadhaartest_test

import (
	"fmt"
	"strings"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
)

// A PAN record states no time, so that it is judged by the time of its test.
const document = `<Certificate type="PANCR" number="AAAPA0000A" status="A"><IssuedTo><Person name="Nobody Invented"/></IssuedTo>` +
	`<CertificateData><PAN num="AAAPA0000A"/></CertificateData></Certificate>`

// A test signs a document with a key of its own, and pins that key.
func Example() {
	signer, err := eaadhaartest.NewSigner()
	if err != nil {
		panic(err)
	}
	other, err := eaadhaartest.NewSigner()
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign([]byte(document))
	if err != nil {
		panic(err)
	}
	show := func(what string, xml []byte, anchors ...eaadhaar.Anchor) {
		v, err := eaadhaar.NewVerifier(anchors, eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s: %v\n", what, v.Verify(xml, time.Now()).Status())
	}
	mine := eaadhaar.Anchor{Name: "test", Certificate: signer.Certificate}
	show("pinned", signed, mine)
	show("another signer pinned", signed, eaadhaar.Anchor{Name: "other", Certificate: other.Certificate})
	show("nobody pinned", signed)
	show("changed", []byte(strings.Replace(string(signed), "Nobody", "Somebody", 1)), mine)
	// Output:
	// pinned: verified
	// another signer pinned: failed
	// nobody pinned: not checked
	// changed: failed
}
