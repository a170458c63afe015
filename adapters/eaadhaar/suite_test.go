package eaadhaar_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// now is the current time of every spec; the documents are of January 2026.
var now = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// fetched is the caller's time for documents that state none.
var fetched = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)

func TestEAadhaar(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "eaadhaar")
}

// TestMain verifies one document and prints the answer when a spec starts this
// binary again with other GODEBUG settings.
func TestMain(m *testing.M) {
	if name := os.Getenv("EAADHAAR_VERIFY"); name != "" {
		fmt.Println(answer(legacy("signer").Verify(java(name), fetched)))
		return
	}
	os.Exit(m.Run())
}

func answer(r eaadhaar.Result) string {
	if r.Err() != nil {
		return r.Err().Error()
	}
	return r.Status().String()
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// java returns a document that the JDK signed; see testdata/README.md.
func java(name string) []byte {
	return must(os.ReadFile(filepath.Join("testdata", "java", name+".xml")))
}

func anchor(name string) eaadhaar.Anchor {
	return must(eaadhaar.ReadAnchor(name, must(os.ReadFile(filepath.Join("testdata", "java", name+".pem")))))
}

func options(p eaadhaar.Profile) eaadhaar.Options {
	return eaadhaar.Options{Profile: p, Now: func() time.Time { return now }}
}

// verifier pins signers of testdata/java under the default profile.
func verifier(signers ...string) *eaadhaar.Verifier {
	return pinning(options(eaadhaar.SHA256Only), signers...)
}

// legacy is verifier under LegacySHA1.
func legacy(signers ...string) *eaadhaar.Verifier {
	return pinning(options(eaadhaar.LegacySHA1), signers...)
}

func pinning(opts eaadhaar.Options, signers ...string) *eaadhaar.Verifier {
	var anchors []eaadhaar.Anchor
	for _, s := range signers {
		anchors = append(anchors, anchor(s))
	}
	return must(eaadhaar.NewVerifier(anchors, opts))
}

// verified is the document of a Result that has to be a success.
func verified(r eaadhaar.Result) *eaadhaar.Document {
	GinkgoHelper()
	Expect(r.Err()).NotTo(HaveOccurred())
	Expect(r.Status()).To(Equal(eaadhaar.Verified))
	doc, err := r.Document()
	Expect(err).NotTo(HaveOccurred())
	Expect(doc.Proof()).NotTo(BeNil())
	return doc
}

// random is where in memory an error lies, or the SHA-256 of a certificate: both may have 0000 in
// them by chance.
var random = regexp.MustCompile("[0-9a-f]{64}|0x[0-9a-f]+")

// refused checks that a Result is a failure for that reason, hands out nothing,
// and says nothing about the document.
func refused(r eaadhaar.Result, reason eaadhaar.Reason) {
	GinkgoHelper()
	Expect(r.Err()).To(MatchError(reason))
	Expect(r.Status()).To(Equal(eaadhaar.Failed))
	doc, err := r.Document()
	Expect(doc).To(BeNil())
	Expect(err).To(MatchError(reason))
	var e *eaadhaar.Error
	Expect(err).To(BeAssignableToTypeOf(e))
	Expect(errors.As(err, &e)).To(BeTrue())
	for _, s := range []string{fmt.Sprint(err), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
		if e.Signer != nil { // whose sums and numbers are any digits
			s = strings.ReplaceAll(s, e.Signer.String(), "")
		}
		s = random.ReplaceAllString(s, "")
		for _, secret := range []string{"Fake", "FAKE", "Forged", "123456789012", "0000", "1990", "AAAPA", "/9j/", "Nowhere", "NOWHERE"} {
			Expect(s).NotTo(ContainSubstring(secret))
		}
	}
}
