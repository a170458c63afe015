package cashfree_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/kyc"
)

// The key of the vector, made for it and used nowhere else.
const (
	primeP = "f6d3e125b92d0f8ff6a0426300c7702c4e70bd4a61af38214f619410343f023a64e8ce7dfec96ef47aac5b628d1f29ea206cc60182db05d924902a60cc122dbe61983358c4cbfe3a45a914c02637589c75314c12aaf0e63b400d2abd2f0a6276a421b07bf297e51a81e225efb804374a9874d37f70efdbba61753647ffe9505f"
	primeQ = "d4b926a7b2fbfdcf44ff3f995f5e128f9a7dd40c17bfb77d24336175f7bf81666c2e0e192611a9c7e6af716204055f21b864e9d811b2d3949760e8524364c36a53a61d739b9620b22e7fb09c9a50434a3a536c2435c2e370f990dd6cfab72f9428bd4ef903e0e3bac595229a497ecba602be48a461fcb8a0b33b7efcb63251f1"

	vector = "MPgZvlb/j0hIKLwTy8WCYOfDN+TdlEhbzdNCB0LCrpFPLQhXqTho+klyzpKoNjP0IzAliSjz2qEG3UGhio/d/n9niOF0gqyrmscIUF52nwGTZFSRvmMTo0pECyJpfRAhwO4tSM7jsaMPzKmLz+WjYouQ05X75EG18DK0LpRaouOqfSrnVSIyG3kIz02kwWIz/1WQfoTUqynah3JfPF0u+xaKMgS7a/6gzPLrajHDUiMLCjJ/l4Qdsolv4Sq2wDAU1unOmG7cAkqnisZ4EBr5dF/VzfhhteZU05ybWPB0M01/VElrx6+o+snutPr2kP0z1J7nZ7kQi0UlI8id4FCW1g=="

	publicPEM = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzRn61hXR5I0sFBH/kMpr
iB/qoeWSE9hj695/jajaeHqN1m7K+jfkmkhFZu/XHflItdaCrY9Hq+vl/Ox/1oMg
agKxe76hW4SMftv12JCXtlTOxCzrMdVFCutlNWi8w4sAfuOJrY1gCTBhT9bUDTtS
XFbLiZUN51vv8bAflVmRKJZrKztF2lLMM22TVO6FnEcNoXlifPNhX5gn5AaFIXz3
Z2unXXBpjaBnDBOVFP733Rkt4S/6d73a9Tn9sN3ioOxfklsmsrTUCcgUNRljMfbe
7vnTk0pXdih40N0kx2qbn0aOwKuN9FRyHxFNez2TqgOSaiGoFty/sPRRo5v5+aC4
bwIDAQAB
-----END PUBLIC KEY-----
`
)

func publicKey() *rsa.PublicKey {
	GinkgoHelper()
	key, err := cashfree.ParsePublicKey([]byte(publicPEM))
	Expect(err).NotTo(HaveOccurred())
	return key
}

func privateKey() *rsa.PrivateKey {
	GinkgoHelper()
	p, _ := new(big.Int).SetString(primeP, 16)
	q, _ := new(big.Int).SetString(primeQ, 16)
	one := big.NewInt(1)
	order := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{PublicKey: *publicKey(), D: new(big.Int).ModInverse(big.NewInt(65537), order), Primes: []*big.Int{p, q}}
	Expect(key.Validate()).To(Succeed())
	key.Precompute()
	return key
}

var _ = Describe("The signature", func() {
	signing := func(c *cashfree.Credentials, _ *cashfree.Options) { c.PublicKey = publicKey() }
	sent := func(s *pretended) []byte {
		GinkgoHelper()
		values := s.Received[len(s.Received)-1].Header.Values("X-Cf-Signature")
		Expect(values).To(HaveLen(1))
		sealed, err := base64.StdEncoding.DecodeString(values[0])
		Expect(err).NotTo(HaveOccurred())
		return sealed
	}

	It("has the known answer", func(ctx SpecContext) {
		s := answering(http.StatusTeapot, `{}`)
		a := s.adapter(signing)
		seed := make([]byte, 20)
		for i := range seed {
			seed[i] = byte(i)
		}
		a.SeedFrom(bytes.NewReader(seed))
		_, _ = a.Status(ctx, "order-42")
		Expect(s.Received[0].Header.Get("X-Cf-Signature")).To(Equal(vector))
	})

	for _, op := range operations {
		It("comes with "+op.id, Label("CF-D4"), func(ctx SpecContext) {
			s := answering(http.StatusTeapot, `{}`)
			_ = op.call(ctx, s.adapter(signing))
			text, err := rsa.DecryptOAEP(sha1.New(), nil, privateKey(), sent(s), nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(string(text)).To(Equal("CFTESTCLIENTID.1746427759"))
		})
	}

	It("cannot be read with another hash", func(ctx SpecContext) {
		s := answering(http.StatusTeapot, `{}`)
		_, _ = s.adapter(signing).Status(ctx, "order-42")
		_, err := rsa.DecryptOAEP(sha256.New(), nil, privateKey(), sent(s), nil)
		Expect(err).To(HaveOccurred())
		_, err = privateKey().Decrypt(nil, sent(s), &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA256})
		Expect(err).To(HaveOccurred())
	})

	It("differs on each call", func(ctx SpecContext) {
		s := answering(http.StatusTeapot, `{}`)
		a := s.adapter(signing)
		_, _ = a.Status(ctx, "order-42")
		first := sent(s)
		_, _ = a.Status(ctx, "order-42")
		Expect(sent(s)).NotTo(Equal(first))
	})

	It("has the time of the call, by the clock of the options or else the real one", func(ctx SpecContext) {
		s := answering(http.StatusTeapot, `{}`)
		_, _ = s.adapter(signing, func(_ *cashfree.Credentials, o *cashfree.Options) {
			o.Now = func() time.Time { return time.Unix(1, 999) }
		}).Status(ctx, "order-42")
		Expect(rsa.DecryptOAEP(sha1.New(), nil, privateKey(), sent(s), nil)).To(BeEquivalentTo("CFTESTCLIENTID.1"))
		_, _ = s.adapter(signing, func(_ *cashfree.Credentials, o *cashfree.Options) { o.Now = nil }).Status(ctx, "order-42")
		Expect(rsa.DecryptOAEP(sha1.New(), nil, privateKey(), sent(s), nil)).To(HavePrefix("CFTESTCLIENTID.1"))
	})
})

var _ = Describe("The dashboard's key file", func() {
	block := func(kind string, der []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	}

	DescribeTable("is read", func(file func() []byte) {
		key, err := cashfree.ParsePublicKey(file())
		Expect(err).NotTo(HaveOccurred())
		Expect(key.Equal(&privateKey().PublicKey)).To(BeTrue())
	},
		Entry("as SPKI", func() []byte { return []byte(publicPEM) }),
		Entry("with text before and line breaks of Windows", func() []byte {
			return append([]byte("Public key\r\n"), bytes.ReplaceAll([]byte(publicPEM), []byte("\n"), []byte("\r\n"))...)
		}),
		Entry("as PKCS #1", func() []byte { return block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&privateKey().PublicKey)) }),
		Entry("as a certificate", func() []byte {
			key := privateKey()
			der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{}, &key.PublicKey, key)
			Expect(err).NotTo(HaveOccurred())
			return block("CERTIFICATE", der)
		}),
	)

	DescribeTable("is refused", func(file func() []byte) {
		key, err := cashfree.ParsePublicKey(file())
		Expect(key).To(BeNil())
		Expect(err).To(MatchError(kyc.ErrInvalid))
	},
		Entry("if empty", func() []byte { return nil }),
		Entry("if it is no PEM", func() []byte { return []byte("MIIBIjANBgkq") }),
		Entry("if cut off", func() []byte { return []byte(publicPEM[:200]) }),
		Entry("if it holds no key", func() []byte { return block("PUBLIC KEY", []byte("none")) }),
		Entry("if it holds no key in PKCS #1", func() []byte { return block("RSA PUBLIC KEY", []byte("none")) }),
		Entry("if it holds no certificate", func() []byte { return block("CERTIFICATE", []byte("none")) }),
		Entry("if it holds the private key", func() []byte { return block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(privateKey())) }),
		Entry("if its key is of another kind", func() []byte {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			Expect(err).NotTo(HaveOccurred())
			der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
			Expect(err).NotTo(HaveOccurred())
			return block("PUBLIC KEY", der)
		}),
	)
})
