package judge_test

import (
	"encoding/json"
	"net/http"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
)

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
		Entry("a host, as of a request to a proxy", "(host)", func(s *judge.Sent) { s.URL.Host = "elsewhere.example" }),
		Entry("a scheme, as of a request to a proxy", "(scheme)", func(s *judge.Sent) { s.URL.Scheme = "http" }),
		Entry("a user before the host", "(host)", func(s *judge.Sent) { s.URL.User = url.User("quill") }),
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

	It("finds a question mark with nothing behind it", func() {
		without := map[string]json.RawMessage{"id": params["id"], "x-note": params["x-note"]}
		alone := sent(func(s *judge.Sent) { s.URL.RawQuery, s.URL.ForceQuery = "", true })
		Expect(judge.CheckSent(op, "/base", without, nil,
			alone)).To(Equal([]example.Fault{{Pointer: "(query)", Want: `""`, Got: `"?"`}}))
	})

	It("finds a header missing whose documented value is empty", func() {
		empty := map[string]json.RawMessage{"id": params["id"], "n": params["n"], "x-note": json.RawMessage(`""`)}
		Expect(judge.CheckSent(op, "/base", empty, nil, sent(func(s *judge.Sent) { s.Header.Del("X-Note") }))).To(HaveLen(1))
		Expect(judge.CheckSent(op, "/base", empty, nil, sent(func(s *judge.Sent) { s.Header.Set("X-Note", "") }))).To(BeEmpty())
	})

	It("is content with what is documented", func() {
		Expect(judge.CheckSent(op, "/base", params, nil, sent(func(*judge.Sent) {}))).To(BeEmpty())
	})
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
