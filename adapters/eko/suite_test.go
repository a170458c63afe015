package eko_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

func TestEko(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/eko")
}

var _ = BeforeEach(suite.NothingLeft)

// What Eko publishes for its own vectors, and a journey of its samples.
const (
	accessKey = "TEST_ACCESS_KEY_DO_NOT_USE"
	initiator = "9962981729"
	ref       = kyc.Ref("7483920")
	wholeRef  = kyc.Ref("7483920.vrf_digilocker_abc123")
)

// seed stands in answers where a person's data does, and must come to light
// nowhere.
const seed = "Zzyzx"

func credentials() eko.Credentials {
	return eko.Credentials{DeveloperKey: kyc.Hide("eko-test-developer-key"), AccessKey: kyc.Hide(accessKey), InitiatorID: kyc.Hide(initiator)}
}

func request() kyc.StartRequest {
	return kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back"}
}

// server is Eko, which gives each request the same answer.
type server struct{ *suite.Server }

func answering(status int, body string) *server { return &server{suite.Answering(status, body)} }

// members are those of the one body that came.
func (s *server) members() map[string]any {
	GinkgoHelper()
	var m map[string]any
	Expect(json.Unmarshal([]byte(s.One().Body), &m)).To(Succeed())
	return m
}

// adapter calls s.
func (s *server) adapter(change ...func(*eko.Credentials)) *eko.Adapter {
	GinkgoHelper()
	creds := credentials()
	for _, c := range change {
		c(&creds)
	}
	a, err := eko.New(s.URL+"/base", creds, eko.Options{
		HTTPClient: suite.Client(),
		Now:        func() time.Time { return time.UnixMilli(1700000000000) },
	})
	Expect(err).NotTo(HaveOccurred())
	return a
}

// detail is err as the type that every refusal has.
func detail(err error) *kyc.Error {
	GinkgoHelper()
	var e *kyc.Error
	Expect(errors.As(err, &e)).To(BeTrue(), "%v", err)
	return e
}
