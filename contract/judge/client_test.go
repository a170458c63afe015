package judge_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
)

// client is one as the generator would make it of two operations.
type client struct{}

type (
	getStatusParams struct {
		ReferenceID *string `form:"reference_id,omitempty" json:"reference_id,omitempty"`
	}
	createURLRequest struct {
		VerificationID string `json:"verification_id"`
	}
	reply  struct{ HTTPResponse *http.Response }
	editor func(ctx context.Context, req *http.Request) error
)

func (client) GetStatusWithResponse(context.Context, *getStatusParams, ...editor) (*reply, error) {
	panic("nothing is sent")
}

func (client) CreateURLWithResponse(context.Context, createURLRequest, ...editor) (*reply, error) {
	panic("nothing is sent")
}

// document is a union as the generator would make it.
type document struct{ union json.RawMessage }

type panDocument struct {
	PAN    *string `json:"pan,omitempty"`
	Status *string `json:"status,omitempty"`
}

type aadhaarDocument struct {
	Status *string `json:"status,omitempty"`
	UID    *string `json:"uid,omitempty"`
}

func (d document) AsPANDocument() (one panDocument, err error) {
	err = json.Unmarshal(d.union, &one)
	return one, err
}

func (d document) AsAadhaarDocument() (one aadhaarDocument, err error) {
	err = json.Unmarshal(d.union, &one)
	return one, err
}

func (d *document) UnmarshalJSON(b []byte) error { return d.union.UnmarshalJSON(b) }

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
		Entry("another value of a parameter", "(query n)", func(s *judge.Sent) { s.URL.RawQuery = "n=13" }),
		Entry("a parameter that is gone", "(query n)", func(s *judge.Sent) { s.URL.RawQuery = "" }),
		Entry("a parameter without its value", "(query n)", func(s *judge.Sent) { s.URL.RawQuery = "n=" }),
		Entry("a parameter twice", "(query n)", func(s *judge.Sent) { s.URL.RawQuery += "&n=12" }),
		Entry("a parameter that nobody declared", "(query m)", func(s *judge.Sent) { s.URL.RawQuery += "&m" }),
		Entry("a query that cannot be read", "(query)", func(s *judge.Sent) { s.URL.RawQuery += "&%zz" }),
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

var _ = Describe("the driver of a client", func() {
	c := judge.NewClient(client{})

	DescribeTable("refuses", func(ctx SpecContext, op example.Operation, params map[string]json.RawMessage, body json.RawMessage, complaint string) {
		_, err := c.Call(ctx, op, params, body)
		Expect(err).To(MatchError(ContainSubstring(complaint)))
	},
		Entry("an operation that the client lacks", example.Operation{ID: "makeTea"}, nil, nil, "no method makeTeaWithResponse"),
		Entry("a body where none belongs", example.Operation{ID: "getStatus"}, nil, json.RawMessage(`{}`), "takes no body"),
		Entry("a body of another type", example.Operation{ID: "createURL"}, nil, json.RawMessage(`{"verification_id":1}`), "takes no"),
	)
})

var _ = DescribeTable("a union is judged by", func(branch string, whole bool) {
	var one document
	Expect(json.Unmarshal([]byte(`{"pan":"ABCPV1234D","status":"SUCCESS"}`), &one)).To(Succeed())
	value, err := judge.Branch(one, branch)
	Expect(err).NotTo(HaveOccurred())
	back, err := json.Marshal(value)
	Expect(err).NotTo(HaveOccurred())
	Expect(len(example.Compare([]byte(`{"pan":"ABCPV1234D","status":"SUCCESS"}`), back)) == 0).To(Equal(whole))
},
	Entry("the branch that was asked for, which keeps all", "PANDocument", true),
	Entry("another branch, which does not", "AadhaarDocument", false),
)
