package eko_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/kyc"
)

func TestEko(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/eko")
}

// Nothing may be left running by any spec; registered first, checked last.
var _ = BeforeEach(func() {
	before := gleak.Goroutines()
	DeferCleanup(func() { Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(before)) })
})

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
type server struct {
	*httptest.Server
	received []received
}

type received struct {
	method, path string
	query        url.Values
	header       http.Header
	body         []byte
}

func answering(status int, body string) *server {
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		s.received = append(s.received, received{r.Method, r.URL.Path, r.URL.Query(), r.Header, b})
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	DeferCleanup(s.Close)
	return s
}

// members are those of the one body that came.
func (s *server) members() map[string]any {
	GinkgoHelper()
	Expect(s.received).To(HaveLen(1))
	var m map[string]any
	Expect(json.Unmarshal(s.received[0].body, &m)).To(Succeed())
	return m
}

// adapter calls s. The client keeps no connection, so that nothing is left.
func (s *server) adapter(change ...func(*eko.Credentials)) *eko.Adapter {
	GinkgoHelper()
	creds := credentials()
	for _, c := range change {
		c(&creds)
	}
	a, err := eko.New(s.URL+"/base", creds, eko.Options{
		HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
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

// silent says that v shows none of the texts, whatever the verb.
func silent(v any, texts ...string) {
	GinkgoHelper()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, text := range texts {
			Expect(fmt.Sprintf(verb, v)).NotTo(ContainSubstring(text), verb)
			Expect(fmt.Sprintf(verb, v)).NotTo(ContainSubstring(fmt.Sprintf("%x", text)), verb)
		}
	}
}
