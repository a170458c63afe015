package surepass_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/observe"
)

// page is HTML, as gateways give it.
const page = `<html><head><title>` + seed + `</title></head><body>` + seed + `</body></html>`

var _ = Describe("a refusal", func() {
	DescribeTable("means, whatever the operation and the status,", func(ctx SpecContext, code string, want kyc.Err) {
		for _, op := range operations {
			for _, status := range []int{400, 401, 403, 404, 418, 422, 500, 503} {
				body := refusal(status, code)
				s := answering(status, body)
				err := op.call(ctx, s.adapter())
				Expect(err).To(MatchError(want), "%s: %d", op.id, status)
				e := detail(err)
				Expect(e.Op).To(Equal(op.id))
				Expect(e.Status).To(Equal(status))
				Expect(e.Code).To(Equal(code))
				Expect(e.CodeKnown).To(BeTrue())
				Expect(e.Raw()).To(MatchJSON(body))
				Expect(s.Received).To(HaveLen(1), "nobody has to explain it")
				suite.Silent(err, seed, token)
			}
		}
	},
		Entry("not found: client_not_found", Label("SP-D20"), "client_not_found", kyc.ErrNotFound),
		Entry("not found, as integrators have it", Label("SP-D20"), "digilocker_client_not_found", kyc.ErrNotFound),
		Entry("not found, in other letters", "CLIENT_NOT_FOUND", kyc.ErrNotFound),
		Entry("expired: already_downloaded", Label("SP-D22", "SP-D23"), "already_downloaded", kyc.ErrExpired),
	)

	DescribeTable("without a documented code means what its status means:",
		func(ctx SpecContext, status int, want kyc.Err) {
			for _, op := range operations {
				for body, code := range map[string]string{
					`{}`:                                "",
					`null`:                              "",
					`["` + seed + `"]`:                  "",
					`{"message":"` + seed + `"}`:        "", // a gateway's
					page:                                "",
					``:                                  "",
					`{"data":null,"message_code":null}`: "",
				} {
					s := answering(status, body)
					err := op.call(ctx, s.adapter())
					Expect(err).To(MatchError(want), "%s: %s", op.id, body)
					Expect(detail(err).Status).To(Equal(status))
					Expect(detail(err).Code).To(Equal(code))
					Expect(s.Received).To(HaveLen(1), op.id)
					suite.Silent(err, seed)
				}
			}
		},
		Entry("400: unexpected", 400, kyc.ErrUnexpected),
		Entry("401: credentials", 401, kyc.ErrCredentials),
		Entry("403: not allowed", Label("SP-D34"), 403, kyc.ErrNotAllowed),
		Entry("404: unexpected, as a wrong base URL gives", Label("SP-D20"), 404, kyc.ErrUnexpected),
		Entry("422: unexpected", 422, kyc.ErrUnexpected),
		Entry("429: rate limited", 429, kyc.ErrRateLimited),
		Entry("500: unavailable", 500, kyc.ErrUnavailable),
		Entry("503: unavailable", 503, kyc.ErrUnavailable),
	)

	DescribeTable("of Surepass's own, with a code that nobody documented:",
		func(ctx SpecContext, status int, want kyc.Err) {
			for _, op := range operations {
				kind := want
				if op.id == "initialize" && status == 404 {
					kind = kyc.ErrUnexpected // it names no journey
				}
				err := op.call(ctx, answering(status, refusal(status, seed)).adapter())
				Expect(err).To(MatchError(kind), op.id)
				Expect(detail(err).CodeKnown).To(BeFalse())
				suite.Silent(err, seed)
			}
		},
		Entry("401: credentials", 401, kyc.ErrCredentials),
		Entry("404: not found, which decides", Label("SP-D20"), 404, kyc.ErrNotFound),
		Entry("422: unexpected, as of a field that is wrong", Label("SP-D23"), 422, kyc.ErrUnexpected),
		Entry("500: unavailable", 500, kyc.ErrUnavailable),
	)

	It("is that of credentials in the sample of the list, without a code", Label("SP-D21"), func(ctx SpecContext) {
		const cut = `{"status_code":401,"success":false,"message":"Invalid or expired token"}`
		for _, op := range operations {
			err := op.call(ctx, answering(401, cut).adapter())
			Expect(err).To(MatchError(kyc.ErrCredentials), op.id)
		}
	})

	DescribeTable("is the same", Label("SP-D21"), func(ctx SpecContext, body string) {
		for _, op := range operations[1:] {
			Expect(op.call(ctx, answering(404, body).adapter())).To(MatchError(kyc.ErrNotFound), op.id)
		}
	},
		Entry("without data", `{"status_code":404,"success":false,"message":"a","message_code":"client_not_found"}`),
		Entry("with data that is a list",
			`{"data":[],"status_code":404,"success":false,"message_code":"client_not_found"}`),
		Entry("with data that is a text", `{"data":"`+seed+`","status_code":404,"message_code":"client_not_found"}`),
		Entry("with a status that is a text", `{"status_code":"four","message_code":"client_not_found"}`),
		Entry("with a message that is a list", `{"message":["`+seed+`"],"message_code":"client_not_found"}`),
		Entry("behind a byte-order mark", "\xef\xbb\xbf"+`{"message_code":"client_not_found"}`),
	)

	DescribeTable("in a success is unexpected, with its code:", func(ctx SpecContext, status int) {
		for _, op := range operations {
			s := answering(status, refusal(404, "client_not_found"))
			err := op.call(ctx, s.adapter())
			Expect(err).To(MatchError(kyc.ErrUnexpected), op.id)
			Expect(s.Received).To(HaveLen(1), "no journey explains that")
			Expect(detail(err).Code).To(Equal("client_not_found"), op.id)
			Expect(detail(err).Status).To(Equal(status))
		}
	},
		Entry("200", 200), Entry("201", 201), Entry("206", 206),
	)

	DescribeTable("in a success is unexpected, whatever says so:", func(ctx SpecContext, success any) {
		for op, whole := range map[int]string{1: done, 2: aadhaar, 3: listed} {
			err := operations[op].call(ctx, answering(200, answer(whole, map[string]any{"success": success})).adapter())
			Expect(err).To(MatchError(kyc.ErrUnexpected), operations[op].id)
			Expect(detail(err).Member).To(BeEmpty(), operations[op].id)
		}
		s := each(answers{"list-documents": {200, listed},
			"download-document": {200, answer(download, map[string]any{"success": success})}})
		_, err := calling(s.URL).FetchFile(ctx, ref, fileRequest())
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		Expect(detail(err).Op).To(Equal("downloadDocument"))
	},
		Entry("false", false), Entry("a text", "False"), Entry("a number", 0), Entry("a number as a text", "0"),
	)

	DescribeTable("in a success is unexpected, if its status_code says so,", func(ctx SpecContext, code any) {
		for _, success := range []any{nil, true, null} {
			said := map[string]any{"success": success, "status_code": code, "message_code": "client_not_found"}
			for op, whole := range map[int]string{0: created, 1: done, 2: aadhaar, 3: listed} {
				s := answering(200, answer(whole, said))
				err := operations[op].call(ctx, s.adapter())
				Expect(err).To(And(MatchError(kyc.ErrUnexpected), HaveField("Member", "")), operations[op].id)
				Expect(detail(err).Code).To(Equal("client_not_found"))
				Expect(detail(err).Spent).To(Equal(op == 2), "%s: it was answered", operations[op].id)
				Expect(s.Received).To(HaveLen(1))
			}
		}
	},
		Entry("404", 404), Entry("422", 422), Entry("500", 500), Entry("a text", "404"),
		Entry("a number with a fraction", json.Number("404.0")),
	)

	DescribeTable("is none by a status_code that says nothing of a failure:", func(ctx SpecContext, code any) {
		for op, whole := range map[int]string{0: created, 1: done, 2: aadhaar, 3: listed} {
			body := answer(whole, map[string]any{"success": nil, "status_code": code})
			Expect(operations[op].call(ctx, answering(200, body).adapter())).To(Succeed(), operations[op].id)
		}
	},
		Entry("200", 200), Entry("201", 201), Entry("a text", "200"), Entry("zero", 0), Entry("a word", "success"),
		Entry("absent", nil), Entry("null", null), Entry("no status", 1000),
	)

	DescribeTable("of a redirect to", Label("SP-D34"),
		func(ctx SpecContext, returnTo string, body string, want kyc.Err) {
			r := request()
			r.ReturnTo = returnTo
			_, err := answering(403, body).adapter().Start(ctx, r)
			Expect(err).To(MatchError(want))
			e := detail(err)
			Expect(e.Status).To(Equal(403))
			if want == kyc.ErrInvalid {
				Expect(e).To(And(HaveField("Op", "initialize"), HaveField("Member", "ReturnTo"),
					HaveField("Want", "an address that is not of the caller's own machine")))
				Expect(string(e.Raw())).To(Equal(body))
			}
			suite.Silent(err, seed)
		},
		Entry("this machine, by a page, is of the request", "https://localhost:8443/back", page, kyc.ErrInvalid),
		Entry("this machine, in capitals", "https://LOCALHOST/back", page, kyc.ErrInvalid),
		Entry("this machine, by another name", "https://shop.localhost/back", page, kyc.ErrInvalid),
		Entry("this machine, by its address", "https://127.0.0.1/back", page, kyc.ErrInvalid),
		Entry("this machine, by its address in IPv6", "https://[::1]/back", page, kyc.ErrInvalid),
		Entry("this machine, with no page", "https://localhost/back", refusal(403, seed), kyc.ErrNotAllowed),
		Entry("the shop, by a firewall", back, page, kyc.ErrNotAllowed),
	)
})

// fetching and listing are what an observer may see.
func fetching(doc kyc.Document) func(SpecContext, kyc.Provider) error {
	return func(ctx SpecContext, p kyc.Provider) error { _, err := p.Fetch(ctx, ref, doc); return err }
}

func listing(ctx SpecContext, p kyc.Provider) error {
	GinkgoHelper()
	lister, ok := kyc.As[kyc.DocumentLister](p)
	Expect(ok).To(BeTrue())
	_, err := lister.ListDocuments(ctx, ref)
	return err
}

var _ = Describe("a refusal that nobody documented is explained by the journey:", func() {
	odd := func(status int) reply { return reply{status, refusal(status, "nobody_knows")} }
	without := answer(listed, map[string]any{"data.documents": []any{}})

	DescribeTable("of Aadhaar,", func(ctx SpecContext, all answers, want kyc.Err, spent bool, asked ...string) {
		all["download-aadhaar"] = odd(422)
		s := each(all)
		_, err := calling(s.URL).Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(MatchError(want))
		Expect(s.asked).To(Equal(append([]string{"download-aadhaar"}, asked...)))
		e := detail(err)
		Expect([]any{e.Op, e.Status, e.Code, e.CodeKnown, e.Spent}).
			To(Equal([]any{"downloadAadhaar", 422, "nobody_knows", false, spent}))
		Expect(e.Raw()).To(MatchJSON(refusal(422, "nobody_knows")))
		suite.Silent(err, seed)
	},
		Entry("not ready, by a state that may be late", Label("SP-D11"), answers{"status": {200, open}}, kyc.ErrPending,
			true, "status"),
		Entry("denied", answers{"status": {200, broken}}, kyc.ErrDenied, false, "status"),
		Entry("none is linked", Label("SP-D12"), answers{"status": {200, unlinked}}, kyc.ErrNoDocument, false,
			"status"),
		Entry("not shared", answers{"status": {200, done}, "list-documents": {200, without}}, kyc.ErrDenied, true,
			"status", "list-documents"),
		Entry("shared: nobody knows", answers{"status": {200, done}, "list-documents": {200, listed}},
			kyc.ErrUnexpected, true, "status", "list-documents"),
		Entry("no list: nobody knows", answers{"status": {200, done}}, kyc.ErrUnexpected, true, "status",
			"list-documents"),
		Entry("no state: nobody knows", answers{}, kyc.ErrUnexpected, true, "status"),
	)

	DescribeTable("and says that the one copy may be used up where its status may:", Label("SP-D22"),
		func(ctx SpecContext, status int, code string, spent bool) {
			s := each(answers{"status": {200, open}, "download-aadhaar": {status, refusal(status, code)}})
			_, err := calling(s.URL).Fetch(ctx, ref, kyc.Aadhaar)
			Expect(err).To(And(MatchError(kyc.ErrPending), HaveField("Spent", spent)))
			s.asked = nil
			last := &kyc.Consent{Ref: ref, State: kyc.Granted}
			saw, err := kyc.WaitFetch(ctx, calling(s.URL), ref, kyc.Aadhaar,
				kyc.Waiting{Budget: kyc.Budget{First: time.Nanosecond, Calls: 3}, Last: last})
			Expect(err).To(MatchError(kyc.ErrPending))
			if spent {
				Expect(saw.Fetch).To(Equal(1), "no machine asks for it again")
			} else {
				Expect(saw.Fetch).To(Equal(3))
			}
		},
		Entry("422", 422, "nobody_knows", true), Entry("422 without a code", 422, "", true),
		Entry("409", 409, "nobody_knows", true), Entry("410", 410, "", true),
		Entry("400, which turns it away", 400, "nobody_knows", false),
	)

	DescribeTable("of an Aadhaar that is not found,",
		func(ctx SpecContext, all answers, want kyc.Err, asked ...string) {
			for _, code := range []string{"nobody_knows", ""} {
				all["download-aadhaar"] = reply{404, refusal(404, code)}
				s := each(all)
				_, err := calling(s.URL).Fetch(ctx, ref, kyc.Aadhaar)
				Expect(err).To(MatchError(want), code)
				Expect(s.asked).To(Equal(append([]string{"download-aadhaar"}, asked...)))
				e := detail(err)
				Expect([]any{e.Op, e.Status, e.Code, e.CodeKnown, e.Spent}).
					To(Equal([]any{"downloadAadhaar", 404, code, false, false}))
				Expect(e.Raw()).To(MatchJSON(refusal(404, code)))
				suite.Silent(err, seed)
			}
		},
		Entry("none is linked", Label("SP-D12"), answers{"status": {200, unlinked}}, kyc.ErrNoDocument, "status"),
		Entry("not ready", answers{"status": {200, open}}, kyc.ErrPending, "status"),
		Entry("denied", answers{"status": {200, broken}}, kyc.ErrDenied, "status"),
		Entry("not shared", answers{"status": {200, done}, "list-documents": {200, without}}, kyc.ErrDenied,
			"status", "list-documents"),
		Entry("shared: nobody knows, as the journey is there",
			answers{"status": {200, done}, "list-documents": {200, listed}}, kyc.ErrUnexpected,
			"status", "list-documents"),
		Entry("no such journey", Label("SP-D20"), answers{"status": {404, refusal(404, "nobody_knows")}},
			kyc.ErrNotFound, "status"),
		Entry("no state: the 404 decides", Label("SP-D20"), answers{}, kyc.ErrNotFound, "status"),
	)

	DescribeTable("is the one call to who observes,",
		func(
			ctx SpecContext, all answers, fetch func(SpecContext, kyc.Provider) error, op string, status int,
			kind kyc.Err,
		) {
			var seen []observe.Call
			p := observe.New(calling(each(all).URL), func(_ context.Context, c observe.Call) { seen = append(seen, c) })
			err := fetch(ctx, p)
			Expect(kyc.KindOf(err)).To(Equal(kind))
			Expect(seen).To(HaveLen(1))
			Expect(seen[0]).To(And(HaveField("Provider", "surepass"), HaveField("Operation", op),
				HaveField("Status", status), HaveField("Kind", kind)))
		},
		Entry("of Aadhaar, by the state", answers{"download-aadhaar": odd(422), "status": {200, open}},
			fetching(kyc.Aadhaar), "downloadAadhaar", 422, kyc.ErrPending),
		Entry("of Aadhaar, by the list",
			answers{"download-aadhaar": odd(400), "status": {200, done}, "list-documents": {200, without}},
			fetching(kyc.Aadhaar), "downloadAadhaar", 400, kyc.ErrDenied),
		Entry("of Aadhaar, by nobody", answers{"download-aadhaar": odd(400)}, fetching(kyc.Aadhaar),
			"downloadAadhaar", 400, kyc.ErrUnexpected),
		Entry("of the list", answers{"list-documents": odd(400), "status": {200, open}}, listing, "listDocuments", 400,
			kyc.ErrPending),
		Entry("of a list of nothing, which is an answer",
			answers{"list-documents": {200, without}, "status": {200, done}}, listing, "listDocuments", 200,
			kyc.Err("")),
		Entry("of a list of nothing, which is none", answers{"list-documents": {200, without}, "status": {200, open}},
			listing, "listDocuments", 200, kyc.ErrPending),
		Entry("of a list of nothing, if nobody tells the state", answers{"list-documents": {200, without}}, listing,
			"getStatus", 500, kyc.ErrUnavailable),
		Entry("of a document that is not listed", answers{"list-documents": {200, without}, "status": {200, done}},
			fetching(kyc.PAN), "listDocuments", 200, kyc.ErrDenied),
	)

	It("of Aadhaar, expired", Label("SP-D11"), func(ctx SpecContext) {
		s := each(answers{"download-aadhaar": odd(400), "status": {200, open}})
		s.at = ends.Add(time.Hour)
		_, err := calling(s.URL).Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrExpired))
		Expect(detail(err).Spent).To(BeFalse(), "it was never there")
	})

	DescribeTable("of a list,", func(ctx SpecContext, status string, want kyc.Err) {
		for _, op := range operations[3:] {
			s := each(answers{"list-documents": odd(400), "status": {200, status}})
			err := op.call(ctx, calling(s.URL))
			Expect(err).To(MatchError(want))
			Expect(detail(err).Op).To(Equal("listDocuments"))
			Expect(s.asked).To(Equal([]string{"list-documents", "status"}))
		}
	},
		Entry("not ready", open, kyc.ErrPending),
		Entry("denied", broken, kyc.ErrDenied),
		Entry("nobody knows", done, kyc.ErrUnexpected),
	)

	It("but one that is documented is not, nor an outage", func(ctx SpecContext) {
		used := reply{422, refusal(422, "already_downloaded")}
		gone := reply{404, refusal(404, "client_not_found")}
		for _, answer := range []reply{odd(401), odd(403), odd(429), odd(500), gone, used} {
			s := each(answers{"download-aadhaar": answer, "status": {200, open}})
			_, err := calling(s.URL).Fetch(ctx, ref, kyc.Aadhaar)
			Expect(err).To(HaveOccurred())
			Expect(s.asked).To(Equal([]string{"download-aadhaar"}))
		}
	})

	It("unless ctx has ended meanwhile", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == api+"status/"+id {
				cancel()
			}
			w.WriteHeader(422)
			_, _ = w.Write([]byte(refusal(422, "nobody_knows")))
		}))
		DeferCleanup(s.Close)
		_, err := calling(s.URL).Fetch(over, ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrUnexpected), "it had come before")
	})
})
