package eaadhaartest_test

import (
	"fmt"
	"strings"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
)

const document = `<Certificate><CertificateData><KycRes ret="Y" ts="2026-01-15T12:00:00.000+05:30" ttl="2027-01-15T12:00:00">` +
	`<UidData uid="xxxxxxxx0000"><Poi dob="01-01-1990" gender="M" name="Nobody Invented"/></UidData></KycRes></CertificateData></Certificate>`

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

	_, err = signer.Sign(signed)
	fmt.Println(err)
	_, err = signer.Sign([]byte("no XML"))
	fmt.Println(err)
	// Output:
	// pinned: verified
	// another signer pinned: failed
	// nobody pinned: not checked
	// changed: failed
	// eaadhaartest: the document is signed already
	// eaadhaartest: the document has no root with an end tag
}
