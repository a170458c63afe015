package contract

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/specs/document"
)

// Server is a provider that gives each request one answer.
type Server struct {
	*httptest.Server
	Received []judge.Sent
}

// Answering starts a server that gives every request this answer. It stops with the spec.
func Answering(status int, mediaType string, body []byte) *Server {
	ginkgo.GinkgoHelper()
	s := &Server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := judge.Receive(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		s.Received = append(s.Received, sent)
		if mediaType != "" {
			w.Header().Set("Content-Type", mediaType)
		}
		w.WriteHeader(status)
		_, _ = w.Write(body) // the client's reading is what is judged
	}))
	ginkgo.DeferCleanup(s.Close)
	return s
}

// nobody is a server that no call must reach, and nobodyAt its address.
var nobody *Server

const nobodyAt = "https://nobody.example"

// newAdapter is the provider's adapter, with the simulator's account.
func (suite *Suite) newAdapter(base string, hc *http.Client) (kyc.Provider, error) {
	return suite.Provider.Adapter.New(base, suite.Provider.Account.Simulated(), hc)
}

// Adapter is the provider's adapter, talking to s.
func (suite *Suite) Adapter(s *Server) kyc.Provider {
	ginkgo.GinkgoHelper()
	base := nobodyAt
	if s != nobody {
		base = s.URL + BasePath
	}
	p, err := suite.newAdapter(base, nil)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return p
}

// answering starts a server that answers the call that e answers with this body, and the one that the adapter
// makes before it with a success.
func (suite *Suite) answering(e example.Entry, body []byte) *Server {
	ginkgo.GinkgoHelper()
	status := suite.Document.StatusOf(e)
	first := suite.Provider.Adapter.First[e.Operation]
	before := suite.reply(first)
	if before.Status == 0 {
		return Answering(status, e.MediaType(), body)
	}
	op := suite.Operation(first)
	s := Answering(status, e.MediaType(), body)
	last := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != op.Method || r.URL.Path != BasePath+op.Path {
			last.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", before.Type)
		w.WriteHeader(before.Status)
		_, _ = w.Write(before.Body) // the adapter's reading is what is judged
	})
	return s
}

// reply is the answer of our own making to the operation; zero if there is none.
func (suite *Suite) reply(operation string) kyctest.Reply {
	sample, found := suite.Provider.Adapter.Samples[operation]
	if !found {
		return kyctest.Reply{}
	}
	return kyctest.Reply{Status: http.StatusOK, Type: sample.MediaType, Body: []byte(sample.Body)}
}

// linked is e with an address where the documents have a placeholder for the user's link, and, where a Ref is made of
// the answer, with times to come where the documents have them as they were.
func (suite *Suite) linked(e example.Entry) example.Entry {
	ginkgo.GinkgoHelper()
	if j := suite.Provider.Journey; j.Begin != nil && e.ID == j.Started {
		for pointer, class := range suite.Provider.Answers.Fresh {
			if value := valueAt(e.Value, pointer); class == provider.Time && value != nil {
				e.Value = Changed(e.Value, map[string]string{pointer: later(value)})
			}
		}
	}
	if j := suite.Provider.Journey; j.Link != "" && e.ID == j.Started {
		e.Value = Changed(e.Value, map[string]string{j.Link: `"https://digilocker.example/login"`})
	}
	return e
}

// started is a journey that was started as documented, and the adapter that did it. The adapter gets the
// documented answer to all that it asks, and nobody is called.
func (suite *Suite) started(ctx context.Context) (kyc.Provider, *kyc.Consent) {
	ginkgo.GinkgoHelper()
	e := suite.linked(suite.Entry(suite.Provider.Journey.Started))
	p, err := suite.newAdapter(nobodyAt, &http.Client{Transport: answers(recording.Answer{
		Status: e.Status, Header: map[string]string{"Content-Type": e.MediaType()}, Body: recording.Body(e.Value),
	})})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	consent, err := p.Start(ctx, suite.subject().Request)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return p, consent
}

// journey is the ref of a journey that was started as documented, and whose code was exchanged where that
// is what a user's return is for.
func (suite *Suite) journey(ctx context.Context) kyc.Ref {
	ginkgo.GinkgoHelper()
	if suite.ref == "" {
		p, consent := suite.started(ctx)
		suite.ref = consent.Ref
		if suite.exchanges() {
			said, err := kyc.Complete(ctx, p, consent.Ref, suite.consented(consent))
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			suite.ref = said.Ref
		}
	}
	return suite.ref
}

// BasePath is a path in front of the documented ones, as every real server of
// a provider may have one.
const BasePath = "/base"

// Client is the provider's generated client, talking to s.
func (suite *Suite) Client(s *Server) judge.Client {
	ginkgo.GinkgoHelper()
	c, err := suite.Provider.Client.New(s.URL+BasePath, http.DefaultClient)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return judge.NewClient(c, s.URL+BasePath)
}

// Example is the value of the entry with that id.
func (suite *Suite) Example(id string) json.RawMessage {
	ginkgo.GinkgoHelper()
	return suite.Entry(id).Value
}

// Entry is the entry with that id.
func (suite *Suite) Entry(id string) example.Entry {
	ginkgo.GinkgoHelper()
	for _, e := range suite.Document.Entries {
		if e.ID == id {
			return e
		}
	}
	ginkgo.Fail("no example " + id)
	return example.Entry{}
}

// Node is what stands at the pointer in the effective document; nil if nothing does.
func (suite *Suite) Node(pointer string) *yaml.Node {
	ginkgo.GinkgoHelper()
	root, err := document.Parse(suite.Provider.Name, suite.Provider.Document)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return document.At(root, pointer)
}

// Into decodes the example with that id into a T.
func Into[T any](suite *Suite, id string) T {
	ginkgo.GinkgoHelper()
	var v T
	gomega.Expect(json.Unmarshal(suite.Example(id), &v)).To(gomega.Succeed())
	return v
}

// Operation is the operation with that id, which must exist.
func (suite *Suite) Operation(id string) example.Operation {
	ginkgo.GinkgoHelper()
	op, found := suite.Document.Operation(id)
	gomega.Expect(found).To(gomega.BeTrue(), id)
	return op
}

// Diagnosis is what the example doctor says of the published document.
func (suite *Suite) Diagnosis() *example.Diagnosis {
	ginkgo.GinkgoHelper()
	d, err := suite.diagnosed()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return d
}

// Answered makes the call that the example with that id answers, with members of the
// answer changed as Changed does it.
func (suite *Suite) Answered(ctx context.Context, id string, changes map[string]string) (any, error) {
	ginkgo.GinkgoHelper()
	e := suite.Entry(id)
	return suite.call(ctx, e, suite.Adapter(suite.answering(e, Changed(e.Value, changes))))
}

// call makes the call of the adapter that e answers.
func (suite *Suite) call(ctx context.Context, e example.Entry, p kyc.Provider) (any, error) {
	ginkgo.GinkgoHelper()
	return suite.caller(suite.methodOf(e))(ctx, p, suite.journey(ctx), e)
}

// Changed is value with the members at some pointers replaced, added or, for an
// empty text, removed.
func Changed(value json.RawMessage, changes map[string]string) json.RawMessage {
	ginkgo.GinkgoHelper()
	root, err := document.Parse("answer", value)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	for pointer, text := range changes {
		tokens := document.Tokens(pointer)
		last := tokens[len(tokens)-1]
		parent := document.At(root, document.Pointer("", tokens[:len(tokens)-1]...))
		gomega.Expect(parent).NotTo(gomega.BeNil(), pointer)
		if text == "" {
			gomega.Expect(document.Delete(parent, last)).To(gomega.BeTrue(), pointer)
			continue
		}
		member, err := document.Parse("member", []byte(`{"is":`+text+`}`))
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		if node := document.At(root, pointer); node != nil {
			*node = *document.Get(member, "is")
		} else {
			document.Set(parent, last, document.Get(member, "is"))
		}
	}
	return document.JSON(root)
}
