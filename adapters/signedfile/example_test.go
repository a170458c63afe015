package signedfile_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/wire"
)

// A provider's record is held against the file that was signed. The server stands for where that lies, and the signer
// for DigiLocker's; a real Checker needs neither Files nor this Accept.
func ExampleChecker_Check() {
	signer, err := eaadhaartest.NewSigner()
	if err != nil {
		panic(err)
	}
	xml, err := signer.Sign([]byte(`<Certificate type="PANCR" number="AAAPA0000A" status="A"><IssuedTo>` +
		`<Person name="QUILL MARBLE" dob="01-02-1990"/></IssuedTo>` +
		`<CertificateData><PAN num="AAAPA0000A"/></CertificateData></Certificate>`))
	if err != nil {
		panic(err)
	}
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(xml) }))
	defer store.Close()
	verifier, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "test", Certificate: signer.Certificate}},
		eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
	if err != nil {
		panic(err)
	}
	checker := &signedfile.Checker{
		Verifier: verifier, Accept: kyc.AllowUsual | kyc.AllowInitials,
		Files: wire.Downloader{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
	}
	for _, birth := range []string{"01-02-1990", "02-02-1990"} {
		record := &kyc.Record{
			Document: kyc.PAN, Number: kyc.MaskNumber("AAAPA0000A"), File: &kyc.File{Link: kyc.Hide(store.URL)},
			Person: kyc.Person{Name: kyc.Hide("Q. Marble"), Birth: kyc.ParseDate(birth)},
		}
		found, err := checker.Check(context.Background(), record)
		switch e := (*signedfile.Error)(nil); {
		case err == nil:
			fmt.Println("verified:", found.Comparison)
		case kyc.Outage(err):
			fmt.Println("later, with the same record:", err)
		case errors.As(err, &e) && e.Step == signedfile.StepCompare:
			fmt.Println("not what was signed:", e.Finding().Comparison.Differences(checker.Accept))
		default:
			fmt.Println("somebody must act:", err)
		}
	}
	// Output:
	// verified: Person.Name alike but for case, spacing and initials; equal: Document, Person.Birth, Number
	// not what was signed: Person.Birth different
}
