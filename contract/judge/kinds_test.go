package judge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/judge/testdata/everykind"
)

const base = "/base"

// everyKind is the document of which the client of everykind was generated.
func everyKind() *example.Document {
	GinkgoHelper()
	d, err := example.Parse("kinds", everykind.OpenAPI)
	Expect(err).NotTo(HaveOccurred())
	return d
}

// entry is the one of that id, and its operation, with the media type of the entry where it
// is a request.
func entry(d *example.Document, id string) (example.Operation, example.Entry) {
	GinkgoHelper()
	for _, e := range d.Entries {
		if e.ID == "kinds/"+id {
			op, found := d.Operation(e.Operation)
			Expect(found).To(BeTrue())
			if e.Direction == example.Request {
				op.MediaType = e.MediaType()
			}
			return op, e
		}
	}
	Fail("no entry " + id)
	return example.Operation{}, example.Entry{}
}

// sending is a generated client at a server that answers with the entry, and what arrived
// there. change makes the client a wrong one; nil: it is the right one.
func sending(
	status int, mediaType string, body []byte, change func(*http.Request),
) (*everykind.ClientWithResponses, string, *judge.Sent) {
	GinkgoHelper()
	sent := new(judge.Sent)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		if *sent, err = judge.Receive(r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", mediaType)
		w.WriteHeader(status)
		_, _ = w.Write(body) // the client's reading is what is judged
	}))
	DeferCleanup(s.Close)
	through := doer(func(r *http.Request) (*http.Response, error) {
		if change != nil {
			change(r)
		}
		return http.DefaultClient.Do(r)
	})
	c, err := everykind.NewClientWithResponses(s.URL+base, everykind.WithHTTPClient(through))
	Expect(err).NotTo(HaveOccurred())
	return c, s.URL + base, sent
}

// doer sends requests.
type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

// sendable are the samples of an operation without those that no client sends.
func sendable(op example.Operation) map[string]json.RawMessage {
	params := op.Samples(nil)
	for _, p := range op.Parameters {
		if v, said := params[p.Name]; said && judge.Unsent(p, v) != "" {
			delete(params, p.Name)
		}
	}
	return params
}

// rewritten changes the raw query of a request.
func rewritten(pairs ...string) func(*http.Request) {
	return func(r *http.Request) { r.URL.RawQuery = strings.NewReplacer(pairs...).Replace(r.URL.RawQuery) }
}

// rebodied changes the body of a request.
func rebodied(pairs ...string) func(*http.Request) {
	return func(r *http.Request) {
		text, err := io.ReadAll(r.Body)
		Expect(err).NotTo(HaveOccurred())
		text = []byte(strings.NewReplacer(pairs...).Replace(string(text)))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	}
}

var _ = Describe("a request of a kind that vendors write", func() {
	pointers := func(ctx context.Context, id string, change func(*http.Request)) []string {
		GinkgoHelper()
		op, e := entry(everyKind(), id)
		c, server, sent := sending(204, "", nil, change)
		body, documented := json.RawMessage(nil), (*example.Entry)(nil)
		if e.Direction == example.Request {
			body, documented = e.Value, &e
		}
		params := sendable(op)
		_, err := judge.NewClient(c, server).Call(ctx, op, params, body)
		Expect(err).NotTo(HaveOccurred())
		at := []string{}
		for _, f := range judge.CheckSent(op, base, params, documented, *sent) {
			at = append(at, f.Pointer)
		}
		return at
	}

	DescribeTable("leaves the client as it is documented", func(ctx SpecContext, id, query string) {
		Expect(pointers(ctx, id, func(r *http.Request) {
			if query != "" {
				Expect(r.URL.RawQuery).To(Equal(query))
			}
		})).To(BeEmpty())
	},
		Entry("with every style of parameters", "getCheck/404/ok",
			"ids=x&ids=y%2Cz&codes=x,y%2Cz&pipes=x|y&filter[k]=v&filter[n]=7&limit=10&order=up&flat=limit,10,order,up&"+
				"all=true&amount=1.50&asked=%7B%22a%22%3A%22b%22%7D"),
		Entry("with the styles of a path", "getPaper/200/ok", ""),
		Entry("with labels of a path", "getLabels/200/ok", ""),
		Entry("with parameters of which no sample is documented", "getUntold/200/ok",
			"n=1&all=true&list=no-example-published"),
		Entry("as JSON", "create_check/request/json", ""),
		Entry("as JSON of another name", "create_check/request/second", ""),
		Entry("as JSON with a charset", "create_check/request/charset", ""),
		Entry("as a form", "create_check/request/form", ""),
		Entry("as text", "create_check/request/text", ""),
		Entry("as bytes", "create_check/request/bytes", ""),
	)

	DescribeTable("leaves a client otherwise that",
		func(ctx SpecContext, id, pointer string, change func(*http.Request)) {
			Expect(pointers(ctx, id, change)).To(ContainElement(pointer))
		},
		Entry("joins an exploded list", "getCheck/404/ok", "(query ids)", rewritten("ids=x&ids=y%2Cz", "ids=x,y%2Cz")),
		Entry("turns a list around", "getCheck/404/ok", "(query ids)", rewritten("ids=x&ids=y%2Cz", "ids=y%2Cz&ids=x")),
		Entry("explodes a list", "getCheck/404/ok", "(query codes)", rewritten("codes=x,y%2Cz", "codes=x&codes=y%2Cz")),
		Entry("escapes the comma between items",
			"getCheck/404/ok", "(query codes)", rewritten("codes=x,y", "codes=x%2Cy")),
		Entry("does not escape the comma within an item", "getCheck/404/ok", "(query codes)",
			rewritten("codes=x,y%2Cz", "codes=x,y,z")),
		Entry("writes commas for pipes", "getCheck/404/ok", "(query pipes)", rewritten("x|y", "x,y")),
		Entry("writes a deep object flat", "getCheck/404/ok", "(query filter[k])", rewritten("filter[k]=v", "k=v")),
		Entry("loses a member of a deep object", "getCheck/404/ok", "(query filter[n])", rewritten("&filter[n]=7", "")),
		Entry("loses a member of an exploded object", "getCheck/404/ok", "(query order)", rewritten("&order=up", "")),
		Entry("loses the value of a member", "getCheck/404/ok", "(query flat)", rewritten("order,up", "order,")),
		Entry("loses a member of a parameter in JSON", "getCheck/404/ok", "(query asked)",
			rewritten("%22a%22%3A%22b%22", "")),
		Entry("writes a number otherwise", "getCheck/404/ok", "(query amount)", rewritten("amount=1.50", "amount=1.5")),
		Entry("writes a boolean otherwise", "getCheck/404/ok", "(query all)", rewritten("all=true", "all=1")),
		Entry("loses a header", "getCheck/404/ok", "(header X-Lower-Id)",
			func(r *http.Request) { r.Header.Del("x-lower-id") }),
		Entry("repeats a header for a list", "getCheck/404/ok", "(header X-List)",
			func(r *http.Request) { r.Header["X-List"] = []string{"x", "y"} }),
		Entry("loses a cookie", "getCheck/404/ok", "(cookie sid)", func(r *http.Request) { r.Header.Del("Cookie") }),
		Entry("adds a cookie", "getCheck/404/ok", "(cookie more)",
			func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "more", Value: "1"}) }),
		Entry("writes another cookie", "getCheck/404/ok", "(cookie sid)",
			func(r *http.Request) { r.Header.Set("Cookie", "sid=ab") }),
		Entry("escapes nothing in the path", "getPaper/200/ok", "(path)",
			func(r *http.Request) { r.URL.Path, r.URL.RawPath = base+"/papers/a/;matrix=a;matrix=b/1,2.pdf", "" }),
		Entry("loses a member of a form", "create_check/request/form", "/n", rebodied("&n=7", "")),
		Entry("escapes nothing in a form", "create_check/request/form", "/a", rebodied("b+c%26d", "b c&d")),
		Entry("adds a member to a form", "create_check/request/form", "/m", rebodied("n=7", "n=7&m=1")),
		Entry("repeats a member of a form", "create_check/request/form", "/n", rebodied("n=7", "n=7&n=7")),
		Entry("sends a form as JSON",
			"create_check/request/form", "/a", rebodied("a=b+c%26d&n=7", `{"a":"b c&d","n":7}`)),
		Entry("loses a byte of a text", "create_check/request/text", "", rebodied("a\nb", "a b")),
		Entry("loses a byte of a file", "create_check/request/bytes", "", rebodied("\n", "")),
	)

	It("may have the pipes of a list escaped, which some servers want", func(ctx SpecContext) {
		Expect(pointers(ctx, "getCheck/404/ok", rewritten("x|y", "x%7Cy"))).To(BeEmpty())
	})

	It("is sent in its own media type, with its charset", func(ctx SpecContext) {
		op, e := entry(everyKind(), "create_check/request/charset")
		c, server, sent := sending(204, "", nil, nil)
		_, err := judge.NewClient(c, server).Call(ctx, op, nil, e.Value)
		Expect(err).NotTo(HaveOccurred())
		Expect(sent.Header.Get("Content-Type")).To(Equal("application/json; charset=utf-8"))
		sent.Header.Set("Content-Type", "application/json")
		faults := judge.CheckSent(op, base, nil, &e, *sent)
		Expect(faults).To(ConsistOf(HaveField("Pointer", "(header Content-Type)")))
	})
})

// changed is a client that hands on answers otherwise than the generated one.
type changed struct {
	*everykind.ClientWithResponses
	change func(*everykind.GetCheckResponse)
}

func (c changed) GetCheckWithResponse(
	ctx context.Context, id string, params *everykind.GetCheckParams, editors ...everykind.RequestEditorFn,
) (*everykind.GetCheckResponse, error) {
	r, err := c.ClientWithResponses.GetCheckWithResponse(ctx, id, params, editors...)
	if err == nil && c.change != nil {
		c.change(r)
	}
	return r, err
}

var _ = Describe("an answer of a kind that vendors write", func() {
	faults := func(ctx context.Context, id string, change func(*everykind.GetCheckResponse)) []example.Fault {
		GinkgoHelper()
		d := everyKind()
		op, e := entry(d, id)
		text, err := judge.Written(e.MediaType(), e.Value)
		Expect(err).NotTo(HaveOccurred())
		c, server, _ := sending(d.StatusOf(e), e.MediaType(), text, nil)
		answer, err := judge.NewClient(changed{c, change}, server).Call(ctx, op, sendable(op), nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(answer.Status()).To(Equal(d.StatusOf(e)))
		return judge.CheckAnswer(d, e, answer)
	}
	text := func(s string) *string { return &s }

	DescribeTable("arrives", func(ctx SpecContext, id, field string) {
		Expect(faults(ctx, id, nil)).To(BeEmpty())
		_, e := entry(everyKind(), id)
		Expect(judge.Field(e)).To(Equal(field))
	},
		Entry("JSON", "getCheck/200/ok", "JSON200"),
		Entry("XML beside JSON", "getCheck/200/ok-application-xml", "XML200"),
		Entry("an object in XML", "getCheck/201/ok", "XML201"),
		Entry("JSON with a charset", "getCheck/202/ok", "application/json; charset=utf-8202"),
		Entry("one kind of JSON of two", "getCheck/203/plain", "JSON203"),
		Entry("the other kind of JSON", "getCheck/203/second", "application/vnd.kinds.v2+json203"),
		Entry("a PDF", "getCheck/206/ok", ""),
		Entry("a problem", "getCheck/400/ok", "application/problem+json400"),
		Entry("a text", "getCheck/404/ok", ""),
		Entry("JSON without a schema", "getCheck/411/ok", ""),
		Entry("a status of a range", "getCheck/5XX/ok", "application/problem+json5XX"),
	)

	type change = func(*everykind.GetCheckResponse)
	DescribeTable("is not what was documented, of a client that",
		func(ctx SpecContext, id string, want types, c change) {
			Expect(faults(ctx, id, c)).To(ContainElement(want))
		},
		Entry("decodes it into the field of another media type", "getCheck/203/second", about("", "JSON203"),
			func(r *everykind.GetCheckResponse) {
				r.JSON203, r.ApplicationVndKindsV2JSON203 = &everykind.GetCheck203JSONResponseBody{}, nil
			}),
		Entry("decodes it into the field of another status", "getCheck/400/ok", about("", "ApplicationProblemJSON5XX"),
			func(r *everykind.GetCheckResponse) {
				r.ApplicationProblemJSON400 = nil
				r.ApplicationProblemJSON5XX = &everykind.GetCheck5XXApplicationProblemPlusJSONResponseBody{
					Title: text("no")}
			}),
		Entry("knows no charset", "getCheck/202/ok", about("", "no field of GetCheckResponse holds the answer"),
			func(r *everykind.GetCheckResponse) {
				r.ApplicationJSONCharsetUTF8202 = nil
			}),
		Entry("decodes it twice", "getCheck/200/ok", about("", "JSON200 and XML200 are set"),
			func(r *everykind.GetCheckResponse) { r.XML200 = text("b") }),
		Entry("loses a member", "getCheck/202/ok", about("/a", "nothing"),
			func(r *everykind.GetCheckResponse) { r.ApplicationJSONCharsetUTF8202.A = nil }),
		Entry("loses a byte of a text", "getCheck/404/ok", about("", `"not foun"`),
			func(r *everykind.GetCheckResponse) { r.Body = r.Body[:8] }),
		Entry("takes whitespace off a file", "getCheck/206/ok", about("", `"%PDF-1.7"`),
			func(r *everykind.GetCheckResponse) { r.Body = bytes.TrimSpace(r.Body) }),
		Entry("decodes a text into JSON", "getCheck/404/ok", about("", "JSON409"),
			func(r *everykind.GetCheckResponse) { r.JSON409 = &everykind.GetCheck409JSONResponseBody{} }),
		Entry("loses what stands in an element", "getCheck/201/ok", about("/named/name", "nothing in the typed value"),
			func(r *everykind.GetCheckResponse) { r.XML201.Name = nil }),
		Entry("loses the bytes of XML", "getCheck/200/ok-application-xml", about("", `""`),
			func(r *everykind.GetCheckResponse) { r.Body = nil }),
	)
})

// types is a matcher of a fault.
type types interface {
	Match(actual any) (bool, error)
	FailureMessage(actual any) string
	NegatedFailureMessage(actual any) string
}

// about matches a fault at the pointer that got that.
func about(pointer, got string) types {
	return And(HaveField("Pointer", pointer), HaveField("Got", HavePrefix(got)))
}

// edited lets a client edit its requests.
func edited(c *everykind.ClientWithResponses, editor everykind.RequestEditorFn) {
	client, made := c.ClientInterface.(*everykind.Client)
	Expect(made).To(BeTrue())
	client.RequestEditors = append(client.RequestEditors, editor)
}

var _ = Describe("the method of an operation", func() {
	DescribeTable("is found by what it sends", func(ctx SpecContext, id, path string) {
		d := everyKind()
		op, found := d.Operation(id)
		Expect(found).To(BeTrue())
		c, server, sent := sending(204, "", nil, nil)
		_, err := judge.NewClient(c, server).Call(ctx, op, sendable(op), nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(sent.Method + " " + sent.URL.EscapedPath()).To(Equal(path))
	},
		Entry("an id with an underscore", "create_check", "POST /base/checks"),
		Entry("an id with a hyphen", "GET-check_V2", "GET /base/checks/latest"),
		Entry("an id with spaces", "Get File id", "POST /base/files"),
		Entry("an id that differs from another in the case of a letter", "getCheck", "GET /base/checks/a%20b%2Fc"),
		Entry("and that other one", "getcheck", "DELETE /base/checks/a"),
	)

	It("is found whatever its name is", func(ctx SpecContext) {
		op, _ := everyKind().Operation("GET-check_V2")
		op.ID = "renamed since"
		c, server, sent := sending(204, "", nil, nil)
		_, err := judge.NewClient(c, server).Call(ctx, op, nil, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(sent.URL.Path).To(Equal("/base/checks/latest"))
	})

	It("is found by what the document writes behind the path", func(ctx SpecContext) {
		op, _ := everyKind().Operation("GET-check_V2")
		c, server, _ := sending(204, "", nil, nil)
		op.Path += "?action=one"
		_, err := judge.NewClient(c, server).Call(ctx, op, nil, nil)
		Expect(err).
			To(MatchError("GET-check_V2: no method of the generated client sends GET /checks/latest?action=one"))
		edited(c, func(_ context.Context, r *http.Request) error {
			r.URL.RawQuery = url.Values{"action": {"one"}}.Encode()
			return nil
		})
		_, err = judge.NewClient(c, server).Call(ctx, op, nil, nil)
		Expect(err).NotTo(HaveOccurred())
	})

	DescribeTable("refuses", func(ctx SpecContext, change func(*example.Operation), body, complaint string) {
		op, _ := entry(everyKind(), "create_check/request/json")
		change(&op)
		c, server, _ := sending(204, "", nil, nil)
		_, err := judge.NewClient(c, server).Call(ctx, op, nil, json.RawMessage(body))
		Expect(err).To(MatchError(ContainSubstring(complaint)))
	},
		Entry("another path", func(op *example.Operation) { op.Path = "/tea" }, "{}",
			"create_check: no method of the generated client sends POST /tea with a body of application/json"),
		Entry("another method", func(op *example.Operation) { op.Method = "PUT" }, "{}",
			"create_check: no method of the generated client sends PUT /checks"),
		Entry("more in the path", func(op *example.Operation) { op.Path += "/{id}" }, "{}",
			"create_check: no method of the generated client sends POST /checks/{id}"),
		Entry("less of the path", func(op *example.Operation) { op.Path = "/check" }, "{}",
			"create_check: no method of the generated client sends POST /check with"),
		Entry("a body of another type", func(*example.Operation) {}, `{"a":1}`, "takes no"),
		Entry("an object that nothing says how to write",
			func(op *example.Operation) { op.MediaType = "application/octet-stream" }, `{"a":1}`,
			"nothing says how it is written as application/octet-stream"),
	)

	It("refuses a parameter that stands for several parts of the path", func(ctx SpecContext) {
		op, _ := everyKind().Operation("getcheck")
		op.Path = "/{id}"
		c, server, _ := sending(204, "", nil, nil)
		_, err := judge.NewClient(c, server).Call(ctx, op, sendable(op), nil)
		Expect(err).To(MatchError(ContainSubstring("no method of the generated client sends DELETE /{id}")))
	})

	It("refuses a body where none belongs, and a client that is none", func(ctx SpecContext) {
		op, _ := everyKind().Operation("GET-check_V2")
		c, server, _ := sending(204, "", nil, nil)
		_, err := judge.NewClient(c, server).Call(ctx, op, nil, json.RawMessage(`{}`))
		Expect(err).To(MatchError(ContainSubstring("takes no body")))
		_, err = judge.NewClient(nil, server).Call(ctx, op, nil, nil)
		Expect(err).To(MatchError(ContainSubstring("there is no client")))
	})

	It("fails with what the method panics with", func(ctx SpecContext) {
		op, _ := everyKind().Operation("GET-check_V2")
		c, server, _ := sending(204, "", nil, func(*http.Request) { panic("no more") })
		_, err := judge.NewClient(c, server).Call(ctx, op, nil, nil)
		Expect(err).To(MatchError("GET-check_V2: the generated method panics: no more"))
	})

	It("fails with what the method says", func(ctx SpecContext) {
		op, _ := everyKind().Operation("GET-check_V2")
		c, server, _ := sending(204, "", nil, nil)
		edited(c, func(context.Context, *http.Request) error { return io.ErrUnexpectedEOF })
		_, err := judge.NewClient(c, server).Call(ctx, op, nil, nil)
		Expect(err).
			To(MatchError(ContainSubstring("GETCheckV2WithResponse fails: it makes no request: unexpected EOF")))
	})
})

var _ = It("the client of each kind is made by the generator that the module pins", func() {
	module, err := os.ReadFile("../../go.mod")
	Expect(err).NotTo(HaveOccurred())
	pinned := regexp.MustCompile(`github.com/oapi-codegen/oapi-codegen/v2 (v\S+)`).FindSubmatch(module)
	Expect(pinned).NotTo(BeNil())
	text, err := os.ReadFile("testdata/everykind/generate.go")
	Expect(err).NotTo(HaveOccurred())
	Expect(string(text)).To(ContainSubstring("cmd/oapi-codegen@" + string(pinned[1]) + " "))
})

var _ = DescribeTable("no client sends", func(p example.Parameter, value, why string) {
	Expect(judge.Unsent(p, json.RawMessage(value))).To(Equal(why))
},
	Entry("a header that Go writes",
		example.Parameter{In: "header", Name: "host"}, `"a"`, "Go writes the header itself"),
	Entry("a style of another place", example.Parameter{In: "query", Style: "matrix"}, `"a"`,
		"OpenAPI has no style matrix in a query"),
	Entry("pipes without a list", example.Parameter{In: "query", Style: "pipeDelimited"}, `"a"`,
		"OpenAPI has the style pipeDelimited for lists alone"),
	Entry("an object with pipes", example.Parameter{In: "query", Style: "pipeDelimited"}, `{"a":1}`,
		"the generator writes no object in the style pipeDelimited"),
	Entry("an empty list", example.Parameter{In: "query"}, `[]`,
		"OpenAPI does not say how an empty list or object is written"),
	Entry("null in a list", example.Parameter{In: "query"}, `["a",null]`,
		"OpenAPI does not say how null within a list or an object is written"),
	Entry("null in an object", example.Parameter{In: "query"}, `{"a":null}`,
		"OpenAPI does not say how null within a list or an object is written"),
	Entry("null in a deep object within a deep object",
		example.Parameter{In: "query", Style: "deepObject", Explode: true}, `{"a":{"b":null}}`,
		"OpenAPI does not say how null within a list or an object is written"),
	Entry("a list in a list", example.Parameter{In: "query"}, `[[1]]`,
		"OpenAPI does not say how a list or an object within another is written in the style form"),
	Entry("an exploded list in a cookie", example.Parameter{In: "cookie", Explode: true}, `[1]`,
		"the generator writes no exploded list or object into a cookie"),
	Entry("a deep list", example.Parameter{In: "query", Style: "deepObject", Explode: true}, `[1]`,
		"OpenAPI has the style deepObject for objects alone"),
	Entry("a list in a deep object", example.Parameter{In: "query", Style: "deepObject", Explode: true}, `{"a":[1]}`,
		"OpenAPI does not say how a list within a deepObject is written"),
	Entry("a deep object that is not exploded", example.Parameter{In: "query", Style: "deepObject"}, `{"a":1}`,
		"the generator writes a deepObject only exploded"),
	Entry("an object in another media type", example.Parameter{In: "query", MediaType: "text/xml"}, `{"a":1}`,
		"nothing says how it is written as text/xml"),
	Entry("two dots in a path", example.Parameter{In: "path"}, `".."`,
		`".." is no part of a path: it goes when the URL is resolved`),
	Entry("a list of a dot in a path", example.Parameter{In: "path"}, `["."]`,
		`"." is no part of a path: it goes when the URL is resolved`),
	Entry("a semicolon in a cookie", example.Parameter{In: "cookie"}, `"a;b"`, "Go leaves ';' out of a cookie"),
	Entry("another alphabet in a list in a cookie", example.Parameter{In: "cookie"}, `["a","é"]`,
		"Go leaves 'é' out of a cookie"),
	Entry("a file", example.Parameter{In: "query", Binary: true}, `"a"`,
		"the generator makes a file of the format binary, and writes base64 of it into a parameter"),
	Entry("nothing else: dots in a query", example.Parameter{In: "query"}, `".."`, ""),
	Entry("nothing else: a comma and a space in a cookie", example.Parameter{In: "cookie"}, `"a, b"`, ""),
	Entry("nothing else: a list of one with spaces",
		example.Parameter{In: "query", Style: "spaceDelimited"}, `["a"]`, ""),
	Entry("nothing else: a deep object in a deep object",
		example.Parameter{In: "query", Style: "deepObject", Explode: true}, `{"a":{"b":1}}`, ""),
	Entry("nothing else: an object in JSON", example.Parameter{In: "query", MediaType: "application/json"},
		`{"a":[{}]}`, ""),
)
