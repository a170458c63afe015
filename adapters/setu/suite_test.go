package setu_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
)

func TestSetu(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/setu")
}

var _ = BeforeEach(suite.NothingLeft)

// Invented, and said so; the secret has all that a header's value can have.
const (
	clientID = "test-client"
	secret   = `test_secret,do;not=use&"%2B+`
	product  = "test-product"
	back     = "https://shop.example/back"
)

// ref is the journey of Setu's samples.
const ref = kyc.Ref("ea31e1e6-96eb-4e56-a355-7bc51de94d24")

// seed stands in answers where a person's data does, and must come to light
// nowhere.
const seed = "Zzyzx"

func credentials() setu.Credentials {
	return setu.Credentials{ClientID: clientID, ClientSecret: kyc.Hide(secret), ProductInstanceID: product}
}

func request() kyc.StartRequest {
	return kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back}
}

func fileRequest() kyc.FileRequest {
	return kyc.FileRequest{Type: "PRFND", IssuerID: "002317", Format: "pdf", Parameters: map[string]kyc.Private{
		"MemberName": kyc.Hide("Ramesh"), "AC_NO": kyc.Hide("98432234234"),
	}}
}

// server is Setu, which gives each request the same answer.
type server struct{ *suite.Server }

func answering(status int, body string) *server { return &server{suite.Answering(status, body)} }

// adapter calls s.
func (s *server) adapter() *setu.Adapter {
	GinkgoHelper()
	a, err := setu.New(s.URL+"/base", credentials(), setu.Options{HTTPClient: suite.Client()})
	Expect(err).NotTo(HaveOccurred())
	return a
}

// offline is an adapter that makes no call.
func offline() *setu.Adapter {
	GinkgoHelper()
	a, err := setu.New(setu.Sandbox, credentials(), setu.Options{})
	Expect(err).NotTo(HaveOccurred())
	return a
}

// detail is err as the type that every refusal has.
func detail(err error) *kyc.Error {
	GinkgoHelper()
	var e *kyc.Error
	Expect(errors.As(err, &e)).To(BeTrue(), "%v", err)
	Expect(e.Provider).To(Equal("setu"))
	return e
}

// answer is a published one with members changed; a nil removes one.
var answer = suite.Answer

// null is JSON's, since nil removes a member.
var null = json.RawMessage("null")

// refusal is Setu's own form of one.
func refusal(code string) string {
	return fmt.Sprintf(`{"error":{"code":%q,"detail":"%s","traceId":""}}`, code, seed)
}

// operation is one of the six, with a request that is in order.
type operation struct {
	id, method, path string
	call             func(SpecContext, *setu.Adapter) error
}

var operations = []operation{
	{"createRequest", "POST", "/base/api/digilocker", func(ctx SpecContext, a *setu.Adapter) error {
		_, err := a.Start(ctx, request())
		return err
	}},
	{"getStatus", "GET", "/base/api/digilocker/" + string(ref) + "/status", func(ctx SpecContext, a *setu.Adapter) error {
		_, err := a.Status(ctx, ref)
		return err
	}},
	{"getAadhaar", "GET", "/base/api/digilocker/" + string(ref) + "/aadhaar", func(ctx SpecContext, a *setu.Adapter) error {
		_, err := a.Fetch(ctx, ref, kyc.Aadhaar)
		return err
	}},
	{"listDocuments", "GET", "/base/api/digilocker/documents", func(ctx SpecContext, a *setu.Adapter) error {
		_, err := a.ListCatalogue(ctx)
		return err
	}},
	{"fetchDocument", "POST", "/base/api/digilocker/" + string(ref) + "/document", func(ctx SpecContext, a *setu.Adapter) error {
		_, err := a.FetchFile(ctx, ref, fileRequest())
		return err
	}},
	{"revoke", "GET", "/base/api/digilocker/" + string(ref) + "/revoke", func(ctx SpecContext, a *setu.Adapter) error {
		return a.Revoke(ctx, ref)
	}},
}
