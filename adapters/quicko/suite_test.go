package quicko_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/quicko"
)

func TestQuicko(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/quicko")
}

var _ = BeforeEach(suite.NothingLeft)

// Invented, and said so.
const (
	apiKey    = "key_test_do_not_use"
	apiSecret = "secret_test_do_not_use"
	access    = "eyJ0.invented-token.do_not_use"
	back      = "https://shop.example/back"
)

// ref is the journey of Quicko's samples.
const ref = kyc.Ref("f1bd0342-cc1d-4051-8301-e8ee17e3a3c3")

// seed stands in answers where a person's data does, and must come to light nowhere.
const seed = "Zzyzx"

// noon is the time in specs.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func credentials() quicko.Credentials {
	return quicko.Credentials{APIKey: kyc.Hide(apiKey), APISecret: kyc.Hide(apiSecret)}
}

func request() kyc.StartRequest {
	return kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back}
}

// ledger is a Tokens that has one, and keeps what it is told to forget.
type ledger struct {
	token quicko.Token
	err   error

	mu        sync.Mutex
	forgotten []string
}

// tokens has a token that lives for another hour.
func tokens() *ledger {
	return &ledger{token: quicko.Token{Value: kyc.Hide(access), ExpiresAt: noon.Add(time.Hour)}}
}

func (l *ledger) Token(context.Context) (quicko.Token, error) { return l.token, l.err }

func (l *ledger) Forget(t quicko.Token) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forgotten = append(l.forgotten, t.Value.Reveal())
}

// server is Quicko, which gives each request the same answer.
type server struct{ *suite.Server }

func answering(status int, body string) *server { return &server{suite.Answering(status, body)} }

// adapter calls s, at noon.
func (s *server) adapter(change ...func(*quicko.Options)) *quicko.Adapter {
	GinkgoHelper()
	opts := quicko.Options{HTTPClient: suite.Client(), Tokens: tokens(), Now: func() time.Time { return noon }}
	for _, c := range change {
		c(&opts)
	}
	a, err := quicko.New(s.URL+"/base", credentials(), opts)
	Expect(err).NotTo(HaveOccurred())
	return a
}

// offline is an adapter that makes no call.
func offline() *quicko.Adapter {
	GinkgoHelper()
	a, err := quicko.New(quicko.Sandbox, credentials(), quicko.Options{Tokens: tokens()})
	Expect(err).NotTo(HaveOccurred())
	return a
}

// detail is err as the type that every refusal has.
func detail(err error) *kyc.Error {
	GinkgoHelper()
	var e *kyc.Error
	Expect(errors.As(err, &e)).To(BeTrue(), "%v", err)
	Expect(e.Provider).To(Equal("quicko"))
	return e
}

// answer is a published one with members changed; a nil removes one.
var answer = suite.Answer

// null is JSON's, since nil removes a member.
var null = json.RawMessage("null")

// refusal is Quicko's own form of one.
func refusal(code int, message string) string {
	return fmt.Sprintf(`{"code":%d,"timestamp":1760431743347,"message":%q,`+
		`"transaction_id":"031c9d24-99c4-49cb-b4ba-11e8c3630f9f"}`,
		code, message)
}

// operation is one of the four, with a request that is in order.
type operation struct {
	id, method, path string
	call             func(context.Context, *quicko.Adapter) error
}

var operations = []operation{
	{"initiateSession", "POST", "/base/kyc/digilocker/sessions/init", func(ctx context.Context,
		a *quicko.Adapter) error {
		_, err := a.Start(ctx, request())
		return err
	}},
	{"getSessionStatus", "GET", "/base/kyc/digilocker/sessions/" + string(ref) + "/status", func(ctx context.Context,
		a *quicko.Adapter) error {
		_, err := a.Status(ctx, ref)
		return err
	}},
	{"getDocument", "GET", "/base/kyc/digilocker/sessions/" + string(ref) + "/documents/driving_license",
		func(ctx context.Context, a *quicko.Adapter) error {
			_, err := a.Fetch(ctx, ref, kyc.DrivingLicence)
			return err
		}},
	{"verifyUserAccount", "POST", "/base/kyc/digilocker/user/verify", func(ctx context.Context,
		a *quicko.Adapter) error {
		_, err := a.CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide("9000000001")})
		return err
	}},
}
