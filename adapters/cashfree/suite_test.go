package cashfree_test

import (
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

func TestCashfree(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "cashfree")
}

var _ = BeforeEach(suite.NothingLeft)

// Invented, and said so.
const (
	clientID = "CFTESTCLIENTID"
	secret   = "test_client_secret_do_not_use"
	back     = "https://shop.invalid/back"
)

// noon is the time of the published signature's vector.
var noon = time.Unix(1746427759, 0).UTC()

// pretended is a Cashfree that gives each request the same answer.
type pretended struct{ *suite.Server }

func answering(status int, body string) *pretended { return &pretended{suite.Answering(status, body)} }

// adapter is made with the credentials and options that change leaves.
func (s *pretended) adapter(change ...func(*cashfree.Credentials, *cashfree.Options)) *cashfree.Adapter {
	GinkgoHelper()
	creds := cashfree.Credentials{ClientID: clientID, ClientSecret: kyc.Hide(secret)}
	opts := cashfree.Options{HTTPClient: suite.Client(), Now: func() time.Time { return noon }}
	for _, c := range change {
		c(&creds, &opts)
	}
	a, err := cashfree.New(s.URL+"/verification", creds, opts)
	Expect(err).NotTo(HaveOccurred())
	return a
}

// pretending is somebody else's server.
func pretending(url string) *pretended {
	return &pretended{&suite.Server{Server: &httptest.Server{URL: url}}}
}

// offline is an adapter that makes no call.
func offline(change ...func(*cashfree.Credentials, *cashfree.Options)) *cashfree.Adapter {
	GinkgoHelper()
	return pretending("https://nobody.invalid").adapter(change...)
}

// refused says that err is of that kind, at that member or field, and shows none
// of the texts.
func refused(err error, kind kyc.Err, member string, texts ...string) {
	GinkgoHelper()
	Expect(err).To(MatchError(kind))
	var e *kyc.Error
	Expect(errors.As(err, &e)).To(BeTrue())
	Expect(e.Provider).To(Equal("cashfree"))
	Expect(e.Member).To(Equal(member))
	suite.Silent(err, append(texts, secret)...)
}

func journey() kyc.StartRequest {
	return kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back}
}

// operation is one of the four, with a request that is in order.
type operation struct {
	id   string
	call func(SpecContext, *cashfree.Adapter) error
}

var operations = []operation{
	{"createURL", func(ctx SpecContext, a *cashfree.Adapter) error {
		_, err := a.Start(ctx, journey())
		return err
	}},
	{"getStatus", func(ctx SpecContext, a *cashfree.Adapter) error {
		_, err := a.Status(ctx, "order-42")
		return err
	}},
	{"getDocument", func(ctx SpecContext, a *cashfree.Adapter) error {
		_, err := a.Fetch(ctx, "order-42", kyc.PAN)
		return err
	}},
	{"verifyAccount", func(ctx SpecContext, a *cashfree.Adapter) error {
		_, err := a.CheckAccount(ctx, kyc.AccountQuery{ID: "check-42", Mobile: kyc.Hide("9999999999")})
		return err
	}},
}
