package eaadhaar_test

import (
	"errors"
	"fmt"
	"os"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
)

// A document is verified against the signers that the operator pinned.
func Example() {
	file, _ := os.ReadFile("testdata/java/signer.pem") // checked against an official source when it was pinned
	signer, err := eaadhaar.ReadAnchor("DigiLocker 2023-2026", file)
	if err != nil {
		fmt.Println(err)
		return
	}
	verifier, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{signer}, eaadhaar.Options{
		Profile: eaadhaar.LegacySHA1, // what DigiLocker's signer has written so far
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	fetchedAt := time.Date(2026, 1, 15, 6, 31, 0, 0, time.UTC)
	for _, name := range []string{"eaadhaar-sha1", "attack-other-key"} {
		xml, _ := os.ReadFile("testdata/java/" + name + ".xml") // the bytes as they were received
		result := verifier.Verify(xml, fetchedAt)
		document, err := result.Document()
		switch {
		case errors.Is(err, eaadhaar.ErrNotChecked):
			fmt.Println("pin a signer first")
		case errors.Is(err, eaadhaar.ErrUntrusted):
			var refused *eaadhaar.Error
			errors.As(err, &refused)
			fmt.Println(result.Status(), "-", refused.Reason, "-", refused.Signer.Subject)
		case err != nil:
			fmt.Println(result.Status(), "-", err)
		default:
			proof := document.Proof()
			fmt.Printf("%v: %s signed by %q, SHA-1: %t\n", result.Status(), document.Kind, proof.Anchor, proof.SHA1)
			fmt.Printf("name %v, Aadhaar number ending in %s\n", document.Person.Name, document.Number.Tail())
		}
	}
	// Output:
	// verified: e-Aadhaar signed by "DigiLocker 2023-2026", SHA-1: true
	// name [hidden], Aadhaar number ending in 0000
	// failed - signer is not pinned - CN=TEST ATTACKER,O=Throw-away
}
