package contract

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/provider"
)

// A journey that ends in a redirect begins as any other one, and as the case of the redirect says.
func TestStartOfARedirect(t *testing.T) {
	gomega.RegisterTestingT(t)
	g := gomega.NewWithT(t)
	p := provider.Provider{Name: "acme", Document: []byte(`openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /journeys:
    post:
      operationId: open
      requestBody: {content: {application/json: {examples: {
        first: {value: {kind: first}}, second: {value: {kind: second, note: a, of: {a: 1, b: 2}}}}}}}
      responses: {"200": {description: OK, content: {application/json: {examples: {opened: {value: {id: j-1}}}}}}}
      x-redirects: {back: {value: "<back>?id=j-1"}}
`), Journey: &provider.Journey{
		Started: "acme/open/200/opened", IDs: map[string]string{"id": "/id"}, Ref: "id",
		Like: "second", Body: map[string]any{"back": "x", "of": map[string]any{"a": 3.0, "c": 4.0}},
	}}
	suite, err := New(Options{}, p)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	stop := errors.New("sent")
	sent := func(id string, change example.Change) map[string]any {
		e, found := suite.entry(id)
		g.Expect(found).To(gomega.BeTrue())
		var body map[string]any
		s := &attempt{
			suite: suite, d: suite.Document, p: p, e: e, c: example.Case{Request: change}, base: "https://acme.example",
			transport: through(func(r *http.Request) (*http.Response, error) {
				text, err := io.ReadAll(r.Body)
				g.Expect(err).NotTo(gomega.HaveOccurred())
				g.Expect(json.Unmarshal(text, &body)).To(gomega.Succeed())
				return nil, stop
			}),
			failed: func(err error) { g.Expect(err).To(gomega.MatchError(stop)); panic(stop) },
		}
		func() {
			defer func() { g.Expect(recover()).To(gomega.Equal(any(stop))) }()
			s.start(t.Context())
		}()
		return body
	}
	started := map[string]any{
		"kind": "second", "note": "a", "back": "x", "of": map[string]any{"a": 3.0, "b": 2.0, "c": 4.0},
	}
	g.Expect(sent("acme/open/200/opened", example.Change{Body: map[string]any{"note": "its own"}})).
		To(gomega.Equal(started))
	g.Expect(sent("acme/open/redirect/back", example.Change{})).To(gomega.Equal(started))
	g.Expect(sent("acme/open/redirect/back", example.Change{
		Body: map[string]any{"note": nil, "of": map[string]any{"c": 5.0}},
	})).To(gomega.Equal(map[string]any{
		"kind": "second", "back": "x", "of": map[string]any{"a": 3.0, "b": 2.0, "c": 5.0},
	}))
	g.Expect(sent("acme/open/redirect/back", example.Change{Like: "first"})).To(gomega.Equal(map[string]any{
		"kind": "first", "back": "x", "of": map[string]any{"a": 3.0, "c": 4.0},
	}))
}
