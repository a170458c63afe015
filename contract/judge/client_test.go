package judge_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
)

var _ = Describe("the judge of a request", func() {
	var (
		op     = example.Operation{Method: "GET", Path: "/thing/{id}", Parameters: []example.Parameter{{Name: "id", In: "path"}, {Name: "n", In: "query"}, {Name: "x-note", In: "header"}}}
		params = map[string]json.RawMessage{"id": json.RawMessage(`"a b"`), "n": json.RawMessage(`12`), "x-note": json.RawMessage(`"hi"`)}
	)
	sent := func(change func(*judge.Sent)) judge.Sent {
		u, err := url.Parse("/base/thing/a%20b?n=12")
		Expect(err).NotTo(HaveOccurred())
		s := judge.Sent{Method: "GET", URL: u, Header: http.Header{"X-Note": {"hi"}, "User-Agent": {"Go"}, "Accept-Encoding": {"gzip"}}}
		change(&s)
		return s
	}

	DescribeTable("finds", func(pointer string, change func(*judge.Sent)) {
		faults := judge.CheckSent(op, "/base", params, nil, sent(change))
		Expect(faults).To(HaveLen(1))
		Expect(faults[0].Pointer).To(Equal(pointer))
	},
		Entry("another method", "(method)", func(s *judge.Sent) { s.Method = "POST" }),
		Entry("another path", "(path)", func(s *judge.Sent) { s.URL.Path, s.URL.RawPath = "/base/things/a b", "" }),
		Entry("another query", "(query)", func(s *judge.Sent) { s.URL.RawQuery = "n=13" }),
		Entry("a query that nobody declared", "(query)", func(s *judge.Sent) { s.URL.RawQuery += "&m=1" }),
		Entry("a missing header", "(header X-Note)", func(s *judge.Sent) { s.Header.Del("X-Note") }),
		Entry("a header that nobody declared", "(header X-More)", func(s *judge.Sent) { s.Header.Set("X-More", "1") }),
		Entry("a body where none belongs", "(body)", func(s *judge.Sent) { s.Body = []byte("{}") }),
	)

	It("finds a header missing whose documented value is empty", func() {
		empty := map[string]json.RawMessage{"id": params["id"], "n": params["n"], "x-note": json.RawMessage(`""`)}
		Expect(judge.CheckSent(op, "/base", empty, nil, sent(func(s *judge.Sent) { s.Header.Del("X-Note") }))).To(HaveLen(1))
		Expect(judge.CheckSent(op, "/base", empty, nil, sent(func(s *judge.Sent) { s.Header.Set("X-Note", "") }))).To(BeEmpty())
	})

	It("is content with what is documented", func() {
		Expect(judge.CheckSent(op, "/base", params, nil, sent(func(*judge.Sent) {}))).To(BeEmpty())
	})
})

// acmeClient has methods as a generated client has them, and calls nothing.
type acmeClient struct{}

type (
	journey struct {
		Order string `json:"order"`
	}
	openJourneyParams struct {
		Key string `json:"x-key"`
	}
	response struct{ HTTPResponse *http.Response }
	editor   func(context.Context, *http.Request) error
)

func (acmeClient) OpenJourneyWithResponse(_ context.Context, params *openJourneyParams, body journey, _ ...editor) (*response, error) {
	if params.Key != "a key" || body.Order != "order-1" {
		return nil, errors.New("no key, or no order")
	}
	return &response{&http.Response{StatusCode: http.StatusOK}}, nil
}

func (acmeClient) GetKindWithResponse(_ context.Context, kind string, _ ...editor) (*response, error) {
	return nil, errors.New("no kind " + kind)
}

var _ = Describe("the driver of a client", func() {
	c := judge.NewClient(acmeClient{})
	var (
		opening = example.Operation{ID: "openJourney", Parameters: []example.Parameter{{Name: "x-key", In: "header"}}}
		kind    = example.Operation{ID: "getKind", Path: "/kinds/{kind}", Parameters: []example.Parameter{{Name: "kind", In: "path"}}}
	)

	It("hands over parameters and body, and takes the answer", func(ctx SpecContext) {
		r, err := c.Call(ctx, opening, map[string]json.RawMessage{"x-key": json.RawMessage(`"a key"`)}, json.RawMessage(`{"order":"order-1"}`))
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Status()).To(Equal(http.StatusOK))
		_, err = c.Call(ctx, kind, map[string]json.RawMessage{"kind": json.RawMessage(`"tax"`)}, nil)
		Expect(err).To(MatchError("no kind tax"))
	})

	DescribeTable("refuses", func(ctx SpecContext, op example.Operation, params map[string]json.RawMessage, body json.RawMessage, complaint string) {
		_, err := c.Call(ctx, op, params, body)
		Expect(err).To(MatchError(ContainSubstring(complaint)))
	},
		Entry("an operation that the client lacks", example.Operation{ID: "makeTea"}, nil, nil, "no method makeTeaWithResponse"),
		Entry("a body where none belongs", kind, map[string]json.RawMessage{"kind": json.RawMessage(`"tax"`)}, json.RawMessage(`{}`), "takes no body"),
		Entry("a body of another type", opening, nil, json.RawMessage(`{"order":1}`), "takes no"),
	)
})

// paper is a union as the generator makes one.
type paper struct{ union json.RawMessage }

type (
	taxPaper struct {
		Tax    string `json:"tax"`
		Status string `json:"status"`
	}
	identityPaper struct {
		Masked *string `json:"masked,omitempty"`
		Status string  `json:"status"`
	}
)

func (p paper) AsTaxPaper() (v taxPaper, err error) {
	err = json.Unmarshal(p.union, &v)
	return v, err
}

func (p paper) AsIdentityPaper() (v identityPaper, err error) {
	err = json.Unmarshal(p.union, &v)
	return v, err
}

var _ = DescribeTable("a union is judged by", func(branch string, whole bool) {
	text := []byte(`{"tax":"ABCPV1234D","status":"DONE"}`)
	value, err := judge.Branch(paper{text}, branch)
	Expect(err).NotTo(HaveOccurred())
	back, err := json.Marshal(value)
	Expect(err).NotTo(HaveOccurred())
	Expect(len(example.Compare(text, back)) == 0).To(Equal(whole))
},
	Entry("the branch that was asked for, which keeps all", "TaxPaper", true),
	Entry("another branch, which does not", "IdentityPaper", false),
)

var _ = It("a union is judged by no branch that it lacks, or that cannot be read", func() {
	_, err := judge.Branch(paper{}, "Licence")
	Expect(err).To(MatchError(ContainSubstring("no method AsLicence")))
	_, err = judge.Branch(paper{[]byte(`{"tax":1}`)}, "TaxPaper")
	Expect(err).To(HaveOccurred())
})
