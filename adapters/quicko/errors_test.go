package quicko_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/observe"
	"example.com/digilocker/adapters/quicko"
	"example.com/digilocker/adapters/repeat"
)

// tooEarly is Quicko's answer to who asks for a document at the wrong time, at that moment.
func tooEarly(at time.Time) string {
	return strings.Replace(refusal(523, "Cannot get document due to invalid session lifecycle"), "1760431743347",
		fmt.Sprint(at.UnixMilli()), 1)
}

// session is one in a state since that moment.
func session(word string, since time.Time) string {
	return strings.Replace(inState(word), "1751975465494", fmt.Sprint(since.UnixMilli()), 1)
}

// answers is Quicko, which gives a document and a state each its own answer.
type answers struct {
	*httptest.Server
	paths []string // those of the requests, in order
}

type reply struct {
	status int
	body   string
}

func serving(document, state reply) *answers {
	s := new(answers)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said := document
		s.paths = append(s.paths, "document")
		if strings.HasSuffix(r.URL.Path, "/status") {
			said, s.paths[len(s.paths)-1] = state, "status"
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(said.status)
		fmt.Fprint(w, said.body)
	}))
	DeferCleanup(s.Close)
	return s
}

func (s *answers) adapter(change ...func(*quicko.Options)) *quicko.Adapter {
	GinkgoHelper()
	return (&server{&suite.Server{Server: s.Server}}).adapter(change...)
}

var _ = Describe("a refusal", func() {
	DescribeTable("by its code is", func(ctx SpecContext, code int, want kyc.Err) {
		for _, op := range operations {
			for _, status := range []int{code, 400, 502} { // a gateway may say another one
				err := op.call(ctx, answering(status, refusal(code, seed)).adapter())
				if op.id == "getSessionStatus" && want == kyc.ErrPending {
					Expect(err).NotTo(HaveOccurred(), "a state is no error of Status")
					continue
				}
				Expect(err).To(MatchError(want), "%s: %d", op.id, status)
				Expect(detail(err).Op).To(Equal(op.id))
				Expect(detail(err).Status).To(Equal(status))
				Expect(detail(err).Code).To(Equal(fmt.Sprint(code)))
				Expect(detail(err).CodeKnown).To(BeTrue())
				Expect(detail(err).TraceID).To(Equal("031c9d24-99c4-49cb-b4ba-11e8c3630f9f"))
				suite.Silent(err, seed)
			}
		}
	},
		Entry("invalid: 400", 400, kyc.ErrInvalid),
		Entry("credentials: 401", Label("SB-D32"), 401, kyc.ErrCredentials),
		Entry("not allowed: 403, with a token that lives", Label("SB-D32"), 403, kyc.ErrNotAllowed),
		Entry("unexpected: 404, a wrong URL", Label("SB-D38"), 404, kyc.ErrUnexpected),
		Entry("invalid: 422", 422, kyc.ErrInvalid),
		Entry("rate limited: 429", 429, kyc.ErrRateLimited),
		Entry("unavailable: 500", 500, kyc.ErrUnavailable),
		Entry("unavailable: 503", 503, kyc.ErrUnavailable),
		Entry("unavailable: 504", 504, kyc.ErrUnavailable),
		Entry("not found: 521", Label("SB-D15"), 521, kyc.ErrNotFound),
		Entry("pending: 523", Label("SB-D15"), 523, kyc.ErrPending),
	)

	DescribeTable("of a gateway's means what its status means:", func(ctx SpecContext, status int, want kyc.Err) {
		for _, op := range operations {
			for body, code := range map[string]string{
				`{}`: "", `null`: "", `{"code":null}`: "", `["` + seed + `"]`: "", `{"message":"` + seed + `"}`: "",
				`{"code":"` + seed + `"}`: "", `{"code":{}}`: "", `{"code":777,"message":"` + seed + `"}`: "777",
				`<html>` + seed + `</html>`: "",
			} {
				err := op.call(ctx, answering(status, body).adapter())
				Expect(err).To(MatchError(want), "%s: %s", op.id, body)
				Expect(detail(err).Status).To(Equal(status))
				Expect(detail(err).CodeKnown).To(BeFalse())
				Expect(detail(err).Code).To(Equal(code), "%s: %s", op.id, body)
				suite.Silent(err, seed)
			}
		}
	},
		Entry("400: unexpected", 400, kyc.ErrUnexpected),
		Entry("401: credentials", 401, kyc.ErrCredentials),
		Entry("403: not allowed", 403, kyc.ErrNotAllowed),
		Entry("404: unexpected", 404, kyc.ErrUnexpected),
		Entry("429: rate limited", 429, kyc.ErrRateLimited),
		Entry("500: unavailable", 500, kyc.ErrUnavailable),
		Entry("503: unavailable", 503, kyc.ErrUnavailable),
		Entry("521: unavailable, as a gateway says of a server that is down", 521, kyc.ErrUnavailable),
		Entry("523: unavailable, as a gateway says of a server that it cannot reach", 523, kyc.ErrUnavailable),
	)

	DescribeTable("in Quicko's own form, but without a code, is what its status says:", Label("SB-D15"),
		func(ctx SpecContext, status int, want kyc.Err, outage bool) {
			for _, op := range operations {
				for _, code := range []any{nil, null, seed, "", []int{}} {
					body := answer(refusal(status, seed), map[string]any{"code": code})
					err := op.call(ctx, answering(status, body).adapter())
					if op.id == "getSessionStatus" && want == kyc.ErrPending {
						Expect(err).NotTo(HaveOccurred(), "a state is no error of Status")
						continue
					}
					Expect(err).To(MatchError(want), "%s: %v", op.id, code)
					Expect(kyc.Outage(err)).To(Equal(outage))
					Expect(*detail(err)).To(And(HaveField("Status", status), HaveField("Code", ""),
						HaveField("TraceID", "031c9d24-99c4-49cb-b4ba-11e8c3630f9f")))
					suite.Silent(err, seed)
				}
			}
		},
		Entry("invalid: 400", 400, kyc.ErrInvalid, false),
		Entry("not found: 521", 521, kyc.ErrNotFound, false),
		Entry("pending: 523", 523, kyc.ErrPending, false),
		Entry("an outage: 503", 503, kyc.ErrUnavailable, true),
	)

	DescribeTable("without a code, and without what is Quicko's own, is an outage:", Label("SB-D15"),
		func(ctx SpecContext, change map[string]any) {
			for _, status := range []int{521, 523} {
				change["code"] = nil
				_, err := answering(status, answer(refusal(status, seed), change)).adapter().Status(ctx, ref)
				Expect(err).To(MatchError(kyc.ErrUnavailable))
				suite.Silent(err, seed)
			}
		},
		Entry("no transaction", map[string]any{"transaction_id": nil}),
		Entry("a transaction that is none", map[string]any{"transaction_id": []int{1}}),
		Entry("no message", map[string]any{"message": nil}),
	)

	It("without a code is asked the state about, and read for a refusal of the document, as with one", Label("SB-D15",
		"SB-D16"), func(ctx SpecContext) {
		early := reply{523, answer(tooEarly(noon), map[string]any{"code": nil})}
		s := serving(early, reply{200, session("expired", noon)})
		_, err := s.adapter().Fetch(ctx, ref, kyc.PAN)
		Expect(err).To(MatchError(kyc.ErrExpired))
		Expect(s.paths).To(Equal([]string{"document", "status"}))
		refused := answer(refusal(400, "Consent for pan not provided"), map[string]any{"code": nil})
		_, err = answering(400, refused).adapter().Fetch(ctx, ref, kyc.PAN)
		Expect(err).To(MatchError(kyc.ErrDenied))
	})

	DescribeTable("of no consent to a document is a denial, by the beginning of its message:", Label("SB-D16"),
		func(ctx SpecContext, message string, want kyc.Err) {
			_, err := answering(400, refusal(400, message)).adapter().Fetch(ctx, ref, kyc.PAN)
			Expect(err).To(MatchError(want))
			Expect(kyc.Final(err)).To(Equal(want == kyc.ErrDenied))
			suite.Silent(err, "pan not", seed)
		},
		Entry("as published", "Consent for pan not provided", kyc.ErrDenied),
		Entry("of another document", "Consent for driving_license not provided", kyc.ErrDenied),
		Entry("with another ending", "Consent for pan was withdrawn by "+seed, kyc.ErrDenied),
		Entry("in other letters", "CONSENT FOR pan not provided", kyc.ErrDenied),
		Entry("but not of a broken request", "Invalid request body", kyc.ErrInvalid),
		Entry("but not of one without the consent's expiry", "consent_expiry is invalid", kyc.ErrInvalid),
		Entry("but not of one that tells of it in passing", "No Consent for pan "+seed, kyc.ErrInvalid),
		Entry("but not of one that says nothing", "", kyc.ErrInvalid),
	)

	DescribeTable("is known whatever its other members:", func(ctx SpecContext, rest string) {
		for _, op := range operations {
			for _, status := range []int{400, 500, 521} {
				err := op.call(ctx, answering(status, `{"code":521,`+rest+`}`).adapter())
				Expect(err).To(MatchError(kyc.ErrNotFound), "%s: %d", op.id, status)
				suite.Silent(err, seed)
			}
		}
	},
		Entry("none", `"who":"knows"`),
		Entry("nulls", `"message":null,"timestamp":null,"transaction_id":null`),
		Entry("a message in a list", `"message":["`+seed+`","`+seed+`"]`),
		Entry("a message in an object", `"message":{"`+seed+`":1}`),
		Entry("a time in text", `"timestamp":"`+seed+`"`),
		Entry("a code beside one in other letters", `"Code":401`),
	)

	It("whose body does not end is left when the caller's context ends", func(ctx SpecContext) {
		for _, op := range operations {
			over, cancel := context.WithCancel(ctx)
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // or the server does not see that the client leaves
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(500)
				fmt.Fprint(w, refusal(521, seed))
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
			}))
			err := op.call(over, (&server{&suite.Server{Server: s}}).adapter(func(o *quicko.Options) {
				kept := suite.Client()
				o.HTTPClient = &http.Client{Transport: through(func(r *http.Request) (*http.Response, error) {
					resp, err := kept.Transport.RoundTrip(r)
					cancel() // by now there is a status
					return resp, err
				})}
			}))
			s.Close()
			Expect(err).To(BeIdenticalTo(context.Canceled), op.id)
		}
	})

	It("that is cut off is none", func(ctx SpecContext) {
		for _, op := range operations {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Content-Length", "1000")
				w.WriteHeader(400)
				fmt.Fprint(w, refusal(400, "Consent for pan not provided"))
			}))
			err := op.call(ctx, (&server{&suite.Server{Server: s}}).adapter())
			s.Close()
			Expect(err).To(MatchError(kyc.ErrUnavailable), op.id)
		}
	})

	It("may have its code as text", Label("SB-D25"), func(ctx SpecContext) {
		_, err := answering(521, strings.Replace(refusal(521, seed), "521", `"521"`, 1)).adapter().Status(ctx, ref)
		Expect(err).To(MatchError(kyc.ErrNotFound))
	})

	DescribeTable("in a success is itself, as the code says what the status should:", func(ctx SpecContext, code any,
		want kyc.Err, known bool) {
		published := map[string]string{
			"initiateSession": created, "getSessionStatus": succeeded, "getDocument": document,
			"verifyUserAccount": exists,
		}
		for _, op := range operations {
			for _, body := range []string{
				answer(published[op.id], map[string]any{"code": code}),
				answer(refusal(200, seed), map[string]any{"code": code}),
			} {
				err := op.call(ctx, answering(200, body).adapter())
				Expect(err).To(MatchError(want), op.id)
				Expect(detail(err).Status).To(Equal(200))
				Expect(detail(err).Code).To(Equal(fmt.Sprint(code)))
				Expect(detail(err).CodeKnown).To(Equal(known))
				suite.Silent(err, seed)
			}
		}
	},
		Entry("not found", 521, kyc.ErrNotFound, true),
		Entry("not found, by a text", Label("SB-D25"), "521", kyc.ErrNotFound, true),
		Entry("a wrong URL", 404, kyc.ErrUnexpected, true),
		Entry("an outage", 500, kyc.ErrUnavailable, true),
		Entry("one that nobody documented", 777, kyc.ErrUnexpected, false),
		Entry("a success that nobody documented", 204, kyc.ErrUnexpected, false),
	)

	It("of the wrong time in a success is that, whatever else it has", func(ctx SpecContext) {
		body := answer(document, map[string]any{"code": 523})
		_, err := serving(reply{200, body}, reply{200, begun}).adapter().Fetch(ctx, ref, kyc.PAN)
		Expect(err).To(MatchError(kyc.ErrPending))
	})

	It("of no consent to a document is none of another operation", Label("SB-D16"), func(ctx SpecContext) {
		for _, op := range operations {
			want := kyc.ErrInvalid
			if op.id == "getDocument" {
				want = kyc.ErrDenied
			}
			err := op.call(ctx, answering(400, refusal(400, "Consent for pan not provided")).adapter())
			Expect(err).To(MatchError(want), op.id)
		}
	})

	It("that is no documented status is unexpected, though its code says 200", func(ctx SpecContext) {
		for _, op := range operations {
			for _, status := range []int{201, 202, 206} {
				Expect(op.call(ctx, answering(status, exists).adapter())).To(MatchError(kyc.ErrUnexpected), "%s: %d",
					op.id, status)
			}
		}
	})
})

var _ = Describe("a document asked for at the wrong time", Label("SB-D15"), func() {
	early := reply{523, tooEarly(noon)}

	DescribeTable("is", func(ctx SpecContext, state reply, want kyc.Err) {
		s := serving(early, state)
		record, err := s.adapter().Fetch(ctx, ref, kyc.PAN)
		Expect(record).To(BeNil())
		Expect(kyc.KindOf(err)).To(Equal(want))
		Expect(*detail(err)).To(And(HaveField("Op", "getDocument"), HaveField("Status", 523), HaveField("Code", "523")))
		Expect(detail(err).Raw()).To(MatchJSON(early.body))
		Expect(s.paths).To(Equal([]string{"document", "status"}))
		Expect(kyc.Outage(err)).To(BeFalse())
		suite.Silent(err, seed)
	},
		Entry("pending before anybody has followed the link", reply{200, begun}, kyc.ErrPending),
		Entry("pending while the user is at DigiLocker", reply{200, session("initialized", noon)}, kyc.ErrPending),
		Entry("pending while no document is shared yet", reply{200, session("authorized", noon.Add(-time.Hour))},
			kyc.ErrPending),
		Entry("pending in a state that nobody documented", reply{200, session("half done", noon)}, kyc.ErrPending),
		Entry("expired, once the link has", reply{200, session("expired", noon)}, kyc.ErrExpired),
		Entry("denied, once the journey failed", Label("SB-D14"), reply{200, session("failed", noon)}, kyc.ErrDenied),
		Entry("expired, long after the consent", reply{200, session("succeeded", noon.Add(-time.Hour))},
			kyc.ErrExpired),
		Entry("expired, more than a minute after the consent",
			reply{200, session("succeeded", noon.Add(-time.Minute-time.Millisecond))}, kyc.ErrExpired),
		Entry("pending, within a minute of the consent", reply{200, session("succeeded", noon.Add(-time.Minute))},
			kyc.ErrPending),
		Entry("pending, as the user has consented since", reply{200, session("succeeded", noon.Add(time.Second))},
			kyc.ErrPending),
		Entry("expired, as the user cannot have consented since then",
			reply{200, session("succeeded", noon.Add(time.Minute+time.Millisecond))}, kyc.ErrExpired),
		Entry("expired, as the state is final and nobody says since when",
			reply{200, strings.Replace(succeeded, `"updated_at":1751975465494,`, "", 1)}, kyc.ErrExpired),
		Entry("expired, as the state is final, since a time in seconds",
			reply{200, strings.Replace(succeeded, "1751975465494", "1772366400", 1)}, kyc.ErrExpired),
		Entry("expired, as the session is gone since", reply{521, refusal(521, seed)}, kyc.ErrExpired),
		Entry("pending, as a gateway's 521 is no word on the session", reply{521, `{}`}, kyc.ErrPending),
		Entry("pending, as the state cannot be had: an outage", reply{503, refusal(503, seed)}, kyc.ErrPending),
		Entry("pending, as the state cannot be had: a page", reply{500, "<html>" + seed}, kyc.ErrPending),
		Entry("pending, as the state cannot be had: too many calls", reply{429, refusal(429, seed)}, kyc.ErrPending),
		Entry("pending, as the state cannot be had: not allowed", reply{403, refusal(403, seed)}, kyc.ErrPending),
		Entry("pending, as the state cannot be had: the same refusal", early, kyc.ErrPending),
		Entry("pending, as the state cannot be read", reply{200, `{"code":200,"data":{"status":7}}`}, kyc.ErrPending),
	)

	It("is expired where neither says a time", func(ctx SpecContext) {
		early := reply{523, `{"code":523}`}
		s := serving(early, reply{200, strings.Replace(succeeded, `"updated_at":1751975465494,`, "", 1)})
		_, err := s.adapter().Fetch(ctx, ref, kyc.PAN)
		Expect(err).To(MatchError(kyc.ErrExpired))
	})

	It("asks for no state after any other answer", func(ctx SpecContext) {
		for status, body := range map[int]string{
			200: document, 400: refusal(400, "Consent for pan not provided"), 403: refusal(403, seed),
			500: refusal(500, seed), 521: refusal(521, seed),
		} {
			s := serving(reply{status, body}, reply{200, succeeded})
			_, _ = s.adapter().Fetch(ctx, ref, kyc.PAN)
			Expect(s.paths).To(Equal([]string{"document"}), "%d", status)
		}
	})

	It("is told by a success as well", func(ctx SpecContext) {
		s := serving(reply{200, tooEarly(noon)}, reply{200, session("expired", noon)})
		_, err := s.adapter().Fetch(ctx, ref, kyc.PAN)
		Expect(err).To(MatchError(kyc.ErrExpired))
	})

	It("ends with the caller's context", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		n := 0
		s := serving(early, reply{200, begun})
		_, err := s.adapter(func(o *quicko.Options) {
			o.Tokens = source(func(context.Context) (quicko.Token, error) {
				if n++; n > 1 {
					cancel()
				}
				return tokens().token, nil
			})
		}).Fetch(over, ref, kyc.PAN)
		Expect(err).To(BeIdenticalTo(context.Canceled))
		Expect(s.paths).To(Equal([]string{"document"}))
	})

	It("is one call of getDocument to who observes", func(ctx SpecContext) {
		var seen []observe.Call
		a := serving(early, reply{200, session("expired", noon)}).adapter()
		p := observe.New(a, func(_ context.Context, c observe.Call) { seen = append(seen, c) })
		_, err := p.Fetch(ctx, ref, kyc.PAN)
		Expect(err).To(MatchError(kyc.ErrExpired))
		Expect(seen).To(HaveLen(1))
		Expect(seen[0]).To(And(HaveField("Operation", "getDocument"), HaveField("Status", 523),
			HaveField("Kind", kyc.ErrExpired)))
	})

	It("forgets the token with which the state was refused", func(ctx SpecContext) {
		l := tokens()
		a := serving(early, reply{401, refusal(401, seed)}).adapter(func(o *quicko.Options) { o.Tokens = l })
		_, err := a.Fetch(ctx, ref, kyc.PAN)
		Expect(err).To(MatchError(kyc.ErrPending))
		Expect(l.forgotten).To(Equal([]string{access}))
	})
})

var _ = Describe("521 and 523", Label("SB-D15"), func() {
	for _, code := range []int{521, 523} {
		It(fmt.Sprintf("are answers, which nothing repeats: %d", code), func(ctx SpecContext) {
			for _, op := range operations {
				s := answering(code, refusal(code, seed))
				p, err := repeat.New(s.adapter(), repeat.Budget{Calls: 3, First: time.Nanosecond})
				Expect(err).NotTo(HaveOccurred())
				switch op.id {
				case "initiateSession":
					_, err = p.Start(ctx, request())
				case "getSessionStatus":
					_, err = p.Status(ctx, ref)
				case "getDocument":
					_, err = p.Fetch(ctx, ref, kyc.PAN)
				case "verifyUserAccount":
					checker, ok := kyc.As[kyc.AccountChecker](p)
					Expect(ok).To(BeTrue())
					_, err = checker.CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide("9000000001")})
				}
				Expect(kyc.Outage(err)).To(BeFalse(), op.id)
				asked := map[string]int{}
				for _, r := range s.Received {
					asked[r.Path]++
				}
				for path, n := range asked {
					Expect(n).To(Equal(1), "%s: %s", op.id, path)
				}
			}
		})

		It(fmt.Sprintf("start no journey elsewhere: %d", code), func(ctx SpecContext) {
			ours, others := answering(code, refusal(code, seed)), answering(200, created)
			p, err := failover.New([]failover.Member{
				{Name: "quicko", Provider: ours.adapter()}, {Name: "other", Provider: others.adapter()},
			}, failover.Options{AlsoAfter: kyc.Outage})
			Expect(err).NotTo(HaveOccurred())
			_, err = p.Start(ctx, request())
			Expect(err).To(HaveOccurred())
			Expect(ours.Received).To(HaveLen(1))
			Expect(others.Received).To(BeEmpty())
		})
	}

	It("are not taken for an outage by who waits", func(ctx SpecContext) {
		s := serving(reply{200, document}, reply{521, refusal(521, seed)})
		waited, err := kyc.WaitFetch(ctx, s.adapter(), ref, kyc.PAN, kyc.Waiting{})
		Expect(err).To(MatchError(kyc.ErrNotFound))
		Expect(waited.Status).To(Equal(1))
	})
})

var _ = Describe("a Status", func() {
	It("is pending where Quicko says that it is too early for it", func(ctx SpecContext) {
		consent, err := answering(523, tooEarly(noon)).adapter().Status(ctx, ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Pending))
		Expect(consent.Ref).To(Equal(ref))
	})

	It("of a session that is unknown is an error", Label("SB-D10", "SB-D11"), func(ctx SpecContext) {
		_, err := answering(521, refusal(521, "Data not found for: "+string(ref))).adapter().Status(ctx, ref)
		Expect(err).To(MatchError(kyc.ErrNotFound))
		suite.Silent(err, string(ref))
	})
})
