package surepass_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/surepass"
)

func TestSurepass(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/surepass")
}

var _ = BeforeEach(suite.NothingLeft)

// Invented, and said so; the token has all that a header's value can have.
const (
	token = `test_token_do;not=use&"%2B+`
	back  = "https://shop.example/back?attempt=1"
)

// The journey of R1's sample: its client_id, and with it the end of its link, which is about now, as no Date is
// believed that is far from it.
const id = "digilocker_cntWpMxWHbcvgghtyvxw"

var (
	ends = time.Now().UTC().Truncate(time.Second)
	ref  = kyc.Ref(fmt.Sprintf("%s.%d", id, ends.Unix()))
)

// seed stands in answers where a person's data does, and must come to light nowhere.
const seed = "Zzyzx"

func credentials() surepass.Credentials { return surepass.Credentials{Token: kyc.Hide(token)} }

func request() kyc.StartRequest {
	return kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back, Flow: kyc.SignUp}
}

func fileRequest() kyc.FileRequest { return kyc.FileRequest{Type: "PANCR"} }

// server is Surepass, which gives each request the same answer.
type server struct{ *suite.Server }

func answering(status int, body string) *server { return &server{suite.Answering(status, body)} }

// adapter calls s.
func (s *server) adapter(change ...func(*surepass.Options)) *surepass.Adapter {
	GinkgoHelper()
	return calling(s.URL, change...)
}

func calling(url string, change ...func(*surepass.Options)) *surepass.Adapter {
	GinkgoHelper()
	opts := surepass.Options{HTTPClient: suite.Client()}
	for _, f := range change {
		f(&opts)
	}
	a, err := surepass.New(url+"/base", credentials(), opts)
	Expect(err).NotTo(HaveOccurred())
	return a
}

// offline is an adapter that makes no call.
func offline() *surepass.Adapter {
	GinkgoHelper()
	a, err := surepass.New(surepass.Sandbox, credentials(), surepass.Options{})
	Expect(err).NotTo(HaveOccurred())
	return a
}

// answers are those of each operation, by its word in the path. What has none is answered with an outage.
type answers map[string]reply

type reply struct {
	status int
	body   string
}

// surepassWith is a server that gives each operation its own answer, dated at, and says which it was asked for.
type surepassWith struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string // the operations' words, in order
	files []string // the ids of those that were downloaded
	at    time.Time
}

func each(all answers) *surepassWith {
	s := &surepassWith{at: ends.Add(-time.Minute)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		word := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/base/api/v1/digilocker/"), "/")[0]
		s.asked = append(s.asked, word)
		if word == "download-document" {
			s.files = append(s.files, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:])
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", s.at.Format(http.TimeFormat))
		answer, ok := all[word]
		if !ok {
			answer = reply{http.StatusInternalServerError, `{}`}
		}
		w.WriteHeader(answer.status)
		fmt.Fprint(w, answer.body)
	}))
	DeferCleanup(s.Close)
	return s
}

// detail is err as the type that every refusal has.
func detail(err error) *kyc.Error {
	GinkgoHelper()
	var e *kyc.Error
	Expect(errors.As(err, &e)).To(BeTrue(), "%v", err)
	Expect(e.Provider).To(Equal("surepass"))
	return e
}

// answer is a published one with members changed; a nil removes one.
var answer = suite.Answer

// null is JSON's, since nil removes a member.
var null = json.RawMessage("null")

// refusal is Surepass's own form of one.
func refusal(status int, code string) string {
	return fmt.Sprintf(`{"data":null,"status_code":%d,"success":false,"message":"%s said",`+
		`"message_code":%q}`, status, seed, code)
}

// operation is one of the five, with a request that is in order and asks for it first.
type operation struct {
	id, method, path string
	call             func(SpecContext, *surepass.Adapter) error
}

const api = "/base/api/v1/digilocker/"

var operations = []operation{
	{"initialize", "POST", api + "initialize", func(ctx SpecContext, a *surepass.Adapter) error {
		_, err := a.Start(ctx, request())
		return err
	}},
	{"getStatus", "GET", api + "status/" + id, func(ctx SpecContext, a *surepass.Adapter) error {
		_, err := a.Status(ctx, ref)
		return err
	}},
	{"downloadAadhaar", "GET", api + "download-aadhaar/" + id, func(ctx SpecContext, a *surepass.Adapter) error {
		_, err := a.Fetch(ctx, ref, kyc.Aadhaar)
		return err
	}},
	{"listDocuments", "GET", api + "list-documents/" + id, func(ctx SpecContext, a *surepass.Adapter) error {
		_, err := a.ListDocuments(ctx, ref)
		return err
	}},
	{"listDocuments", "GET", api + "list-documents/" + id, func(ctx SpecContext, a *surepass.Adapter) error {
		_, err := a.Fetch(ctx, ref, kyc.PAN)
		return err
	}},
	{"listDocuments", "GET", api + "list-documents/" + id, func(ctx SpecContext, a *surepass.Adapter) error {
		_, err := a.FetchFile(ctx, ref, fileRequest())
		return err
	}},
}
