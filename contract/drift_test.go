package contract_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/cases"
	"example.com/digilocker/contract/drift"
	"example.com/digilocker/contract/examples"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/sandbox"
	"example.com/digilocker/contract/simulator"
)

// The simulator behind TLS poses as the sandboxes, and changes what it says.
var _ = Describe("a live run", Label("simulator"), func() {
	// posing is the way to a sandbox that passes what it answers through change.
	posing := func(provider string, change func(*http.Response)) *line {
		GinkgoHelper()
		sim, err := simulator.New(simulator.Options{}, providers.Simulators()...)
		Expect(err).NotTo(HaveOccurred())
		server := httptest.NewTLSServer(sim)
		DeferCleanup(func() { sim.Close(); server.Close() })
		direct := server.Client().Transport
		return &line{
			account: sandbox.New(provider, server.URL+"/"+provider, harnesses[provider].account), ready: true,
			transport: through(func(r *http.Request) (*http.Response, error) {
				resp, err := direct.RoundTrip(r)
				if err == nil && change != nil {
					change(resp)
				}
				return resp, err
			}),
		}
	}
	// playable are the examples that a sandbox can be made to give by nobody's help.
	playable := func(d *examples.Document) []examples.Entry {
		GinkgoHelper()
		plan, err := sandbox.Make(d, books[d.Provider], sandbox.Limits{MaxCalls: 1000}, false)
		Expect(err).NotTo(HaveOccurred())
		var all []examples.Entry
		for _, e := range d.Entries {
			if plan.Of(e.ID).Skip == "" {
				all = append(all, e)
			}
		}
		return all
	}

	for _, d := range docs {
		It("reports nothing in twenty runs against an unchanged "+d.Provider, Label(d.Provider), func(ctx SpecContext) {
			all := playable(d)
			Expect(len(all)).To(BeNumerically(">=", 5))
			l := posing(d.Provider, nil)
			for range 20 {
				for _, e := range all {
					found, _ := l.play(ctx, d, e)
					Expect(found).To(BeEmpty(), e.ID)
				}
			}
		})
	}

	DescribeTable("takes another person's answers for what is known, when somebody consents", Serial, func(ctx SpecContext, id string) {
		e := entry(id)
		l := posing(e.Provider, nil)
		client := &http.Client{Transport: l.transport}
		kept := invite
		DeferCleanup(func() { invite = kept })
		invited := 0
		invite = func(ctx context.Context, s *stage, step cases.Step) {
			GinkgoHelper()
			invited++
			v := simulator.NewVisitor(simulator.Complete)
			v.Client, v.Documents = client, nil
			for _, doc := range step.To {
				v.Documents = append(v.Documents, kyc.Document(doc))
			}
			_, err := v.Allow(ctx, s.consent)
			Expect(err).NotTo(HaveOccurred())
		}
		found, _ := l.play(ctx, doc(e.Provider), e)
		Expect(found).To(BeEmpty())
		Expect(invited).To(Equal(1))
	},
		Entry("Cashfree, Aadhaar", "cashfree/getDocument/200/aadhaar"),
		Entry("Cashfree, PAN", "cashfree/getDocument/200/pan"),
		Entry("Cashfree, status", "cashfree/getStatus/200/authenticated"),
		Entry("Eko", "eko/getDocument/200/success"),
		Entry("Setu", "setu/getAadhaar/200/example"),
	)

	DescribeTable("is silent about another person,", func(id string, recorded, live map[string]string) {
		e := entry(id)
		t := &stage{d: doc(e.Provider), h: harnesses[e.Provider], e: e}
		known := drift.Of(t.d, e)
		known.Rules = t.h.rules(e)
		answer := func(values map[string]string) drift.Answer {
			return drift.Answer{Status: e.Status, Header: http.Header{"Content-Type": {e.MediaType()}}, Body: changed(e.Value, values)}
		}
		was := answer(recorded)
		for pointer, class := range known.Fresh {
			if class == drift.Link && valueAt(e.Value, pointer) != nil { // a placeholder in the example
				link := map[string]string{pointer: `"https://files.example/a"`}
				was.Body, live = changed(was.Body, link), union(live, link)
			}
		}
		known.Recording = &was
		Expect(drift.Judge(known, answer(live))).To(BeEmpty())
		known.Recording = nil
		Expect(drift.Judge(known, answer(live))).To(BeEmpty())
	},
		Entry("whose name was in capitals", "cashfree/getDocument/200/aadhaar", map[string]string{"/name": `"RAVI"`, "/split_address/vtc": `"DELHI"`, "/split_address/house": `"XXXX"`},
			map[string]string{"/name": `"Priya Sample"`, "/split_address/vtc": `"New Town"`, "/split_address/house": `"4B"`}),
		Entry("who has no house number", "cashfree/getDocument/200/aadhaar", nil, map[string]string{"/split_address/house": `""`, "/care_of": `""`}),
		Entry("that is a company", "cashfree/getDocument/200/pan", nil, map[string]string{"/type": `"Company"`}),
		Entry("who drives other vehicles", "cashfree/getDocument/200/driving-license", nil, map[string]string{"/categories/0/class_of_vehicle": `"LMV-NT"`, "/categories/0/description": `"LIGHT"`, "/issued_at": `"RTO"`}),
		Entry("with the state in capitals, at Setu", "setu/getAadhaar/200/example", map[string]string{"/aadhaar/address/state": `"KERALA"`}, map[string]string{"/aadhaar/address/state": `"Tamil Nadu"`}),
		Entry("whose house had letters alone, at Eko", "eko/getDocument/200/success", map[string]string{"/data/documents/0/address/house": `"MIG"`}, map[string]string{"/data/documents/0/address/house": `"15B"`}),
	)

	DescribeTable("names what has changed:", func(ctx SpecContext, id, pointer string, kind drift.Kind, verdict drift.Verdict, change func(*http.Response)) {
		e := entry(id)
		l := posing(e.Provider, func(r *http.Response) {
			if documented, _ := doc(e.Provider).Operation(e.Operation); strings.HasSuffix(r.Request.URL.Path, documented.Path) || strings.Contains(documented.Path, "{") && r.Request.Method == documented.Method {
				change(r)
			}
		})
		found, _ := l.play(ctx, doc(e.Provider), e)
		Expect(found).To(HaveLen(1), "%v", found)
		Expect(found[0]).To(And(HaveField("Pointer", pointer), HaveField("Kind", kind), HaveField("Verdict", verdict)))
	},
		Entry("new member at /flow of cashfree/createURL/200/success", "cashfree/createURL/200/success", "/flow", drift.NewMember, drift.Service, body(`"user_flow"`, `"flow":"x","user_flow"`)),
		Entry("missing member at /status of cashfree/createURL/200/success", "cashfree/createURL/200/success", "/status", drift.MissingMember, drift.Service, body(`"status":"PENDING",`, ``)),
		Entry("enum value at /status of cashfree/createURL/200/success", "cashfree/createURL/200/success", "/status", drift.EnumValue, drift.Service, body(`"PENDING"`, `"HALF_DONE"`)),
		Entry("type at /redirect_url of cashfree/createURL/200/success", "cashfree/createURL/200/success", "/redirect_url", drift.Type, drift.Service, body(`"redirect_url":"https://www.cashfree.com"`, `"redirect_url":5`)),
		Entry("null at /redirect_url of cashfree/createURL/200/success", "cashfree/createURL/200/success", "/redirect_url", drift.Null, drift.Service, body(`"redirect_url":"https://www.cashfree.com"`, `"redirect_url":null`)),
		Entry("code at /code of cashfree/createURL/400/document-requested-missing", "cashfree/createURL/400/document-requested-missing", "/code", drift.Code, drift.Service, body(`document_requested_missing`, `document_missing`)),
		Entry("message at /message of cashfree/createURL/400/document-requested-missing", "cashfree/createURL/400/document-requested-missing", "/message", drift.Message, drift.Service, body(`is missing in`, `is not in`)),
		Entry("status at (status) of cashfree/createURL/400/document-requested-missing", "cashfree/createURL/400/document-requested-missing", "(status)", drift.Status, drift.Service, func(r *http.Response) { r.StatusCode = 422 }),
		Entry("media type at (header Content-Type) of cashfree/createURL/400/document-requested-missing", "cashfree/createURL/400/document-requested-missing", "(header Content-Type)", drift.MediaType, drift.Service, func(r *http.Response) { r.Header.Set("Content-Type", "text/plain") }),
		Entry("code at /error/code of setu/createRequest/400/example", "setu/createRequest/400/example", "/error/code", drift.Code, drift.Service, body(`invalid_redirect_url`, `bad_redirect_url`)),
		Entry("header at (header Retry-After) of setu/createRequest/400/example", "setu/createRequest/400/example", "(header Retry-After)", drift.Header, drift.Recording, func(r *http.Response) { r.Header.Set("Retry-After", "7") }),
		Entry("order at /error of setu/createRequest/400/example", "setu/createRequest/400/example", "/error", drift.Order, drift.Service, body(`"code":"invalid_redirect_url","detail":"Please enter a valid redirect URL."`, `"detail":"Please enter a valid redirect URL.","code":"invalid_redirect_url"`)),
		Entry("encoding at /response_type_id of eko/createURL/200/success", "eko/createURL/200/success", "/response_type_id", drift.Encoding, drift.Service, body(`1388`, `1388.0`)),
	)
})

// union has what both have.
func union(a, b map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	return all
}

// body changes the text of an answer.
func body(old, with string) func(*http.Response) {
	return func(r *http.Response) {
		text, err := io.ReadAll(r.Body)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(text)).To(ContainSubstring(old))
		text = bytes.Replace(text, []byte(old), []byte(with), 1)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	}
}
