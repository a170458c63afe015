package eaadhaar_test

import (
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
)

const (
	sigOpen   = `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">`
	c14nExc   = "http://www.w3.org/2001/10/xml-exc-c14n#"
	enveloped = `<Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform></Transforms>`
	sha256URI = "http://www.w3.org/2001/04/xmlenc#sha256"
	rsa256    = eaadhaartest.RSASHA256
	rsa1      = eaadhaartest.RSASHA1
)

// goSigner signs test documents of any shape, with a key of this run.
type goSigner struct{ *eaadhaartest.Signer }

var theSigner = sync.OnceValue(func() goSigner {
	return signer(must(rsa.GenerateKey(rand.Reader, 2048)), time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
})

func signer(key *rsa.PrivateKey, from, to time.Time) goSigner {
	s := must(eaadhaartest.WithKey(key, from, to))
	s.Method = rsa256
	return goSigner{s}
}

func (g goSigner) verifier(p eaadhaar.Profile) *eaadhaar.Verifier {
	return must(eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "go", Certificate: g.Certificate}}, options(p)))
}

// sign signs doc in the observed shape. edit, if not nil, changes SignedInfo
// before it is signed: it has to stay in canonical form.
func (g goSigner) sign(doc string, edit func(signedInfo string) string) []byte {
	s := *g.Signer
	s.Edit = edit
	return must(s.Sign([]byte(doc)))
}

// replace returns an edit that has to change something.
func replace(old, with string) func(string) string {
	return func(s string) string {
		if !strings.Contains(s, old) {
			panic("nothing to replace: " + old)
		}
		return strings.Replace(s, old, with, 1)
	}
}

// eaadhaarXML is an unsigned e-Aadhaar; its parts are replaced by the specs.
const eaadhaarXML = `<Certificate><CertificateData><KycRes code="0123456789abcdef0123456789abcdef" ret="Y" ts="2026-01-15T12:00:00.000+05:30" ` +
	`ttl="2027-01-15T12:00:00" txn="UKC:00000000000000000000000000000000"><UidData tkn="" uid="xxxxxxxx0000">` +
	`<Poi dob="01-01-1990" gender="M" name="Fake Person"/><Poa co="C/O Fake Guardian" house="1 Nowhere" pc="000000" vtc="Testtown"/>` +
	`<Pht>/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD</Pht></UidData></KycRes></CertificateData></Certificate>`

const offlineXML = `<OfflinePaperlessKyc referenceId="000020260115120000123"><UidData><Poi dob="01-01-1990" e="" gender="M" m="00" name="Fake Person"/>` +
	`<Poa careof="C/O Fake Guardian" landmark="Near Nothing" pc="000000"/></UidData></OfflinePaperlessKyc>`

const panXML = `<Certificate name="PAN Card" type="PANCR" number="AAAPA0000A" status="A"><IssuedTo><Person uid="" name="FAKE PERSON" dob="01-01-1990" gender=""/></IssuedTo>` +
	`<CertificateData><PANVerificationRecord num="AAAPA0000A" verifiedOn="01-01-2026 12:00:00"/></CertificateData></Certificate>`

const licenceXML = `<Certificate name="Driving License" type="DRVLC" number="xx00-0000 0000000" status="Active"><IssuedTo><Person name="FAKE PERSON" dob="01-01-1990"/></IssuedTo>` +
	`<CertificateData><DrivingLicense code="NT" abbreviation="LMV" description="LIGHT MOTOR VEHICLE" issueDate="01-01-2020"/></CertificateData></Certificate>`
