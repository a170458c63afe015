package signedfile_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/wire"
)

func TestSignedFile(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "signedfile")
}

var _ = BeforeEach(suite.NothingLeft)

// The invented person, and what must come to light nowhere.
const (
	name   = "Fake Person"
	number = "AAAPA0000A"
	birth  = "15-05-1990"
)

var secrets = []string{"Fake", "AAAPA", "15-05-1990", "1990-05-15", "/file", "127.0.0.1"}

var signer, other = newSigner(), newSigner()

func newSigner() *eaadhaartest.Signer {
	s, err := eaadhaartest.NewSigner()
	if err != nil {
		panic(err)
	}
	return s
}

// pan is a signed PAN record.
func pan(by *eaadhaartest.Signer, name, number string) []byte {
	GinkgoHelper()
	xml, err := by.Sign([]byte(fmt.Sprintf(`<Certificate type="PANCR" number="%[1]s" status="A"><IssuedTo>`+
		`<Person name="%[2]s" dob="%[3]s" gender="FEMALE"/></IssuedTo>`+
		`<CertificateData><PAN num="%[1]s"/></CertificateData></Certificate>`,
		number, name, birth)))
	Expect(err).NotTo(HaveOccurred())
	return xml
}

// company is a signed PAN record of an organization.
func company(name, number string) []byte {
	GinkgoHelper()
	xml, err := signer.Sign([]byte(fmt.Sprintf(`<Certificate type="PANCR" number="%[1]s" status="A"><IssuedTo>`+
		`<Organization name="%[2]s"/></IssuedTo><CertificateData><PAN num="%[1]s"/></CertificateData></Certificate>`,
		number, name)))
	Expect(err).NotTo(HaveOccurred())
	return xml
}

// zipped is the document in an archive, encrypted as far as its flags say.
func zipped(xml []byte, encrypted bool) []byte {
	GinkgoHelper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	header := &zip.FileHeader{Name: "document.xml", Method: zip.Deflate}
	file, err := w.CreateHeader(header)
	Expect(err).NotTo(HaveOccurred())
	_, err = file.Write(xml)
	Expect(err).NotTo(HaveOccurred())
	Expect(w.Close()).To(Succeed())
	if encrypted {
		out.Bytes()[6] |= 1
		out.Bytes()[bytes.Index(out.Bytes(), []byte("PK\x01\x02"))+8] |= 1
	}
	return out.Bytes()
}

// store serves one file, and counts how often.
type store struct {
	*httptest.Server
	calls int
}

// serving is a store of a file; as is how it answers, if not with 200 and the file.
func serving(file []byte, as ...http.HandlerFunc) *store {
	s := new(store)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.calls++
		for _, answer := range as {
			answer(w, r)
			return
		}
		_, _ = w.Write(file)
	}))
	DeferCleanup(s.Close)
	return s
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// record is what a provider says, with that store's file.
func (s *store) record(changes ...func(*kyc.Record)) *kyc.Record {
	r := &kyc.Record{Document: kyc.PAN, Number: kyc.MaskNumber(number), Person: kyc.Person{
		Name: kyc.Hide(strings.ToUpper(name)), Birth: kyc.ParseDate(birth), Gender: kyc.ParseGender("F"),
	}, File: &kyc.File{Link: kyc.Hide(s.URL + "/file"), ShareCode: kyc.Hide("0000")}}
	for _, change := range changes {
		change(r)
	}
	return r
}

// checker pins the signer, and calls stores.
func checker(changes ...func(*signedfile.Checker)) *signedfile.Checker {
	GinkgoHelper()
	c := &signedfile.Checker{
		Verifier: verifier(eaadhaar.Anchor{Name: "test", Certificate: signer.Certificate}),
		Files:    wire.Downloader{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
	}
	for _, change := range changes {
		change(c)
	}
	return c
}

func verifier(pinned ...eaadhaar.Anchor) *eaadhaar.Verifier {
	GinkgoHelper()
	v, err := eaadhaar.NewVerifier(pinned, eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
	Expect(err).NotTo(HaveOccurred())
	return v
}
