package contract_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/examples"
	"example.com/digilocker/contract/sandbox"
	"example.com/digilocker/contract/typed"
	"example.com/digilocker/specs/document"
)

// harness is what the suite must be told of a provider: how its generated
// client and its adapter are made, and how each operation is reached.
type harness struct {
	// client returns a *ClientWithResponses for the server at base, sending through
	// hc.
	client func(base string, hc *http.Client) (any, error)
	// webhook returns a pointer to what the body of a webhook is decoded into;
	// nil for a provider without any.
	webhook func() any
	// adapter returns an adapter for the server at base, sending through hc, with
	// the credentials that secrets lists.
	adapter func(base string, hc *http.Client) (kyc.Provider, error)
	// bare makes an adapter without credentials, which must fail.
	bare func(base string) error
	// secrets are the parts of the credentials that nothing may show.
	secrets []string
	// sign adds the headers of a webhook whose body this is; nil without webhooks.
	sign func(header http.Header, body []byte)
	// calls are how the operations are reached through the adapter.
	calls map[string]call
	// unused are the operations that the adapter does not call, though it reads
	// their answers.
	unused []string
	// can are the capabilities that the adapter is known to have.
	can []kyc.Capability
	// started is the id of the example with which Start succeeds, status and
	// fetched those of a status and a document that do.
	started, status, fetched string
	// link is the pointer of the journey's URL in started, where that is a
	// placeholder; else empty.
	link string
	// odd is an answer to Status with a state that nobody documented, and the
	// state; empty where the provider has no word for a state.
	odd, state string
	// essential are the pointers of what the adapter cannot do without, or chooses by,
	// though the documents call it optional and its values open.
	essential []string
	// consenting is the pointer of an essential member that is there once the user has
	// consented; "" where a code says so.
	consenting string
	// account has the simulator's credentials.
	account map[string]string
	// authorize adds the credentials of an account to a request made at that time.
	authorize func(header http.Header, a sandbox.Account, now time.Time)
	// own are the members and parameters in which a request names the account, each
	// with the variable.
	own map[string]string
	// ids are the parameters that name a journey, each with the pointer at which the
	// answer that starts one has its value.
	ids map[string]string
	// ref is the one of them that the adapter's Ref is.
	ref string
	// fresh are the pointers at which an answer has a value of its own each time.
	fresh map[string]class
	// codes and messages are the pointers of what says which answer it is, refusals those
	// of codes that only an error has.
	codes, refusals, messages []string
	// free are the pointers of free text, which is another one for another person.
	free []string
	// repeats are the pointers at which an answer repeats what the request said.
	repeats []string
	// documents are those that Fetch reads, files those that FetchFile does besides.
	documents []kyc.Document
	files     []kyc.FileRequest
	// outcomes are what becomes of a journey that does not go well.
	outcomes map[string]outcome
}

// outcome is what Status and Fetch say; an empty state is an error of Status, of
// the same kind.
type outcome struct {
	state kyc.State
	kind  kyc.Err
}

// harnesses of all providers; each <provider>_test.go adds its own.
var harnesses = map[string]harness{}

func provide(provider string, h harness) bool {
	harnesses[provider] = h
	return true
}

// server is a provider that receives one request and gives one answer.
type server struct {
	*httptest.Server
	received []typed.Sent
}

// answering starts a server that gives every request this answer. It stops with
// the spec.
func answering(status int, mediaType string, body []byte) *server {
	GinkgoHelper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := typed.Receive(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		s.received = append(s.received, sent)
		if mediaType != "" {
			w.Header().Set("Content-Type", mediaType)
		}
		w.WriteHeader(status)
		_, _ = w.Write(body) // the client's reading is what is judged
	}))
	DeferCleanup(s.Close)
	return s
}

// nobody is a server that no call must reach.
var nobody *server

// adapterOf is the provider's adapter, talking to s.
func adapterOf(provider string, s *server) kyc.Provider {
	GinkgoHelper()
	base := "https://nobody.example"
	if s != nobody {
		base = s.URL + basePath
	}
	p, err := harnesses[provider].adapter(base, nil)
	Expect(err).NotTo(HaveOccurred())
	return p
}

// begun is a journey that was started as documented.
func begun(ctx context.Context, provider string) *kyc.Consent {
	GinkgoHelper()
	e := entry(harnesses[provider].started)
	if h := harnesses[provider]; h.link != "" {
		e.Value = changed(e.Value, map[string]string{h.link: `"https://digilocker.example/login"`})
	}
	s := answering(e.Status, e.MediaType(), e.Value)
	consent, err := adapterOf(provider, s).Start(ctx, kyc.StartRequest{ID: documentedID(e), Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back})
	Expect(err).NotTo(HaveOccurred())
	return consent
}

// refs are those of journeys that were started already.
var refs = map[string]kyc.Ref{}

// journey is the ref of a journey that was started as documented.
func journey(ctx context.Context, provider string) kyc.Ref {
	GinkgoHelper()
	if refs[provider] == "" {
		refs[provider] = begun(ctx, provider).Ref
	}
	return refs[provider]
}

// documentedID is the caller's id that a documented answer repeats; "" if it
// repeats none.
func documentedID(e examples.Entry) string {
	var answer struct {
		VerificationID string `json:"verification_id"`
	}
	Expect(json.Unmarshal(e.Value, &answer)).To(Succeed())
	return answer.VerificationID
}

// basePath is a path in front of the documented ones, as every real server of
// a provider may have one.
const basePath = "/base"

// clientOf is the provider's generated client, talking to s.
func clientOf(provider string, s *server) typed.Client {
	GinkgoHelper()
	h, ok := harnesses[provider]
	Expect(ok).To(BeTrue(), "contract/%s_test.go must provide a harness", provider)
	c, err := h.client(s.URL+basePath, http.DefaultClient)
	Expect(err).NotTo(HaveOccurred())
	return typed.New(c)
}

// doc is the effective document of provider.
func doc(provider string) *examples.Document {
	GinkgoHelper()
	for _, d := range docs {
		if d.Provider == provider {
			return d
		}
	}
	Fail("no document for " + provider)
	return nil
}

// example is the value of the entry with that id.
func example(id string) json.RawMessage {
	GinkgoHelper()
	return entry(id).Value
}

// entry is the entry with that id.
func entry(id string) examples.Entry {
	GinkgoHelper()
	for _, d := range docs {
		for _, e := range d.Entries {
			if e.ID == id {
				return e
			}
		}
	}
	Fail("no example " + id)
	return examples.Entry{}
}

// effectiveNode is what stands at the pointer in provider's effective document;
// nil if nothing does.
func effectiveNode(provider, pointer string) *yaml.Node {
	GinkgoHelper()
	root, err := document.Read("../gen/" + provider + "api/openapi.gen.yaml")
	Expect(err).NotTo(HaveOccurred())
	return document.At(root, pointer)
}

// into decodes the example with that id into a T.
func into[T any](id string) T {
	GinkgoHelper()
	var v T
	Expect(json.Unmarshal(example(id), &v)).To(Succeed())
	return v
}

// must is an operation that is known to exist.
func must(op examples.Operation, found bool) examples.Operation {
	GinkgoHelper()
	Expect(found).To(BeTrue())
	return op
}

// diagnoses are what the example doctor said already.
var diagnoses = map[string]*examples.Diagnosis{}

// diagnosis is what the example doctor says of provider.
func diagnosis(provider string) *examples.Diagnosis {
	GinkgoHelper()
	if diagnoses[provider] == nil {
		d, err := examples.Diagnose("../specs", provider)
		Expect(err).NotTo(HaveOccurred())
		diagnoses[provider] = d
	}
	return diagnoses[provider]
}
