package failover_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"

	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

// moves says when Start moves on after an outcome.
type moves int

const (
	never    moves = iota
	ifOutage       // with AlsoAfter: kyc.Outage
	always
)

// cut is the beginning of an answer of that status.
const cut = "HTTP/1.1 %s\r\nContent-Length: 9999\r\n\r\n{"

var _ = Describe("Start, after the first member", func() {
	for _, also := range []bool{false, true} {
		name, opts := "by default", failover.Options{}
		if also {
			name, opts.AlsoAfter = "with AlsoAfter: kyc.Outage", kyc.Outage
		}
		outcome := func(ctx context.Context, first func() kyc.Provider, kind kyc.Err, when moves) {
			GinkgoHelper()
			main, spare := first(), new(fake)
			consent, err := pair(opts, main, spare).Start(ctx, request)

			if when == always || also && when == ifOutage {
				Expect(err).NotTo(HaveOccurred())
				Expect(consent.Ref).To(Equal(kyc.Ref("spare:j-order-42")))
				Expect(spare.starts.Load()).To(BeEquivalentTo(1))
			} else {
				Expect(consent).To(BeNil())
				Expect(spare.starts.Load()).To(BeZero(), "the second member was asked")
				tried := attempts(err)
				Expect(tried).To(HaveLen(1))
				Expect(tried[0].Name).To(Equal("main"))
				expectClean(err)
			}

			// The same outcome of the last member ends Start in any case.
			_, err = pair(opts, failing(fmt.Errorf("none of that: %w", errors.ErrUnsupported)), first()).Start(ctx, request)
			Expect(kyc.KindOf(err)).To(Equal(kind))
			Expect(attempts(err)).To(HaveLen(2))
			expectClean(err)
		}

		DescribeTable(name+", where the first hangs", func(first func() kyc.Provider, kind kyc.Err, when moves) {
			bubble(func(ctx context.Context) { outcome(ctx, first, kind, when) })
		},
			Entry("in the TLS handshake until the time-out",
				func() kyc.Provider { return hanging("https", "") }, kyc.ErrUnavailable, always),
			Entry("until the time-out", func() kyc.Provider { return hanging("http", "") }, kyc.ErrUnavailable, ifOutage),
			Entry("inside the body",
				func() kyc.Provider { return hanging("http", fmt.Sprintf(cut, "200 OK")) }, kyc.ErrUnavailable, ifOutage),
		)

		DescribeTable(name, func(ctx SpecContext, first func() kyc.Provider, kind kyc.Err, when moves) {
			outcome(ctx, first, kind, when)
		},
			// There was no connection.
			Entry("refused the connection",
				func() kyc.Provider { return at("http://" + nobody()) }, kyc.ErrUnavailable, always),
			Entry("could not be reached through a proxy", func() kyc.Provider {
				proxy := func(*http.Request) (*url.URL, error) { return url.Parse("http://" + nobody()) }
				return over(&http.Transport{Proxy: proxy}, "https://provider.invalid")
			}, kyc.ErrUnavailable, always),
			Entry("has a name that does not resolve",
				func() kyc.Provider { return unresolved() }, kyc.ErrUnavailable, always),
			Entry("has a foreign certificate", func() kyc.Provider { return foreign() }, kyc.ErrUnavailable, always),
			Entry("does not speak TLS", func() kyc.Provider {
				return at("https://" + listen(func(conn net.Conn) { _, _ = io.WriteString(conn, "HTTP/1.1 400 Bad\r\n\r\n") }))
			}, kyc.ErrUnavailable, always),
			Entry("closed the TLS handshake", func() kyc.Provider {
				return at("https://" + listen(func(conn net.Conn) { _, _ = conn.Read(make([]byte, 5)) }))
			}, kyc.ErrUnavailable, always),

			// A gateway answered.
			Entry("answered 502", func() kyc.Provider { return status(502) }, kyc.ErrUnavailable, always),
			Entry("answered 503", func() kyc.Provider { return status(503) }, kyc.ErrUnavailable, always),
			Entry("answered 502 in HTML",
				func() kyc.Provider { return body(502, "text/html", "<h1>"+secret) }, kyc.ErrUnavailable, always),
			Entry("answered 503 and cut the body, of which the status is enough", func() kyc.Provider {
				return answering(fmt.Sprintf(cut, "503 Busy"))
			}, kyc.ErrUnavailable, always),

			// What the call needs first could not be had.
			Entry("had no token to be called with, for an outage", func() kyc.Provider {
				e := kyc.Error{Kind: kyc.ErrUnavailable, Status: 500, Unsent: true}
				return failing(kyc.NewError(e, nil, []byte(secret)))
			}, kyc.ErrUnavailable, always),
			Entry("was refused a token", func() kyc.Provider {
				e := kyc.Error{Kind: kyc.ErrCredentials, Status: 401, Unsent: true}
				return failing(kyc.NewError(e, nil, []byte(secret)))
			}, kyc.ErrCredentials, never),

			// It cannot do that.
			Entry("cannot do that", func() kyc.Provider {
				return failing(fmt.Errorf("acme: start with %q: %w", secret, errors.ErrUnsupported))
			}, kyc.Err(""), always),
			Entry("could not send for want of a feature, which is no answer", func() kyc.Provider {
				return failing(refusal(kyc.ErrUnavailable, 0, syscall.EOPNOTSUPP))
			}, kyc.ErrUnavailable, ifOutage),

			// A journey may have begun.
			Entry("closed the connection without an answer",
				func() kyc.Provider { return answering("") }, kyc.ErrUnavailable, ifOutage),
			Entry("cut the body",
				func() kyc.Provider { return answering(fmt.Sprintf(cut, "200 OK")) }, kyc.ErrUnavailable, ifOutage),
			Entry("sent half a value",
				func() kyc.Provider { return body(200, "application/json", `{"id":"j`) }, kyc.ErrUnavailable, ifOutage),
			Entry("answered 500", func() kyc.Provider { return status(500) }, kyc.ErrUnavailable, ifOutage),
			Entry("answered 501", func() kyc.Provider { return status(501) }, kyc.ErrUnavailable, ifOutage),
			Entry("answered 504", func() kyc.Provider { return status(504) }, kyc.ErrUnavailable, ifOutage),
			Entry("answered 408", func() kyc.Provider { return status(408) }, kyc.ErrUnavailable, ifOutage),
			Entry("was asked twice by its RoundTripper and refused only the second connection",
				func() kyc.Provider { return repeating() }, kyc.ErrUnavailable, ifOutage),
			Entry("is unavailable and does not say why",
				func() kyc.Provider { return failing(refusal(kyc.ErrUnavailable, 0, nil)) }, kyc.ErrUnavailable, ifOutage),
			Entry("is unavailable in a word",
				func() kyc.Provider { return failing(kyc.ErrUnavailable) }, kyc.ErrUnavailable, ifOutage),
			Entry("was not waited for by a context of its own",
				func() kyc.Provider { return failing(context.DeadlineExceeded) }, kyc.Err(""), never),
			Entry("failed in words of its own",
				func() kyc.Provider { return failing(errors.New(secret)) }, kyc.Err(""), never),

			// It refused.
			Entry("answered 400", func() kyc.Provider { return status(400) }, kyc.ErrUnexpected, never),
			Entry("answered 401", func() kyc.Provider { return status(401) }, kyc.ErrCredentials, never),
			Entry("answered 403", func() kyc.Provider { return status(403) }, kyc.ErrNotAllowed, never),
			Entry("answered 429", func() kyc.Provider { return status(429) }, kyc.ErrRateLimited, never),
			Entry("redirected", func() kyc.Provider { return status(307) }, kyc.ErrUnexpected, never),
			Entry("answered 200 in HTML",
				func() kyc.Provider { return body(200, "text/html", "<h1>"+secret) }, kyc.ErrUnexpected, never),
			Entry("answered what cannot be read",
				func() kyc.Provider { return body(200, "application/json", `{"id":1}`) }, kyc.ErrUnexpected, never),
			Entry("refused the request",
				func() kyc.Provider { return failing(refusal(kyc.ErrInvalid, 400, nil)) }, kyc.ErrInvalid, never),
			Entry("refused the request unseen",
				func() kyc.Provider { return failing(kyc.StartRequest{}.Validate("acme", "start")) }, kyc.ErrInvalid, never),
			Entry("knows the ID",
				func() kyc.Provider { return failing(refusal(kyc.ErrDuplicate, 409, nil)) }, kyc.ErrDuplicate, never),
			Entry("wants money",
				func() kyc.Provider { return failing(refusal(kyc.ErrBalance, 402, nil)) }, kyc.ErrBalance, never),
			Entry("gives a documented refusal with 503",
				func() kyc.Provider { return failing(refusal(kyc.ErrRateLimited, 503, nil)) }, kyc.ErrRateLimited, never),

			// It is a failover itself.
			Entry("is two, of which none was reached", func() kyc.Provider {
				return pair(failover.Options{}, at("http://"+nobody()), status(503))
			}, kyc.ErrUnavailable, always),
			Entry("is two, the second of which may have begun", func() kyc.Provider {
				return pair(failover.Options{}, at("http://"+nobody()), status(504))
			}, kyc.ErrUnavailable, ifOutage),
			Entry("is two, the first of which may have begun", func() kyc.Provider {
				return pair(failover.Options{AlsoAfter: kyc.Outage}, status(504), at("http://"+nobody()))
			}, kyc.ErrUnavailable, ifOutage),
			Entry("is two, of which none can do that", func() kyc.Provider {
				return pair(failover.Options{}, failing(errors.ErrUnsupported), failing(errors.ErrUnsupported))
			}, kyc.Err(""), always),
		)
	}

	It("finds that a request was not sent through what hides the cause", func(ctx SpecContext) {
		_, err := at("http://"+nobody()).Start(ctx, request)
		var refused *kyc.Error
		Expect(errors.As(err, &refused)).To(BeTrue())
		var sent *wire.Error
		Expect(errors.As(err, &sent)).To(BeTrue())
		Expect(sent.Unsent).To(BeTrue())
		Expect(err).To(MatchError(syscall.ECONNREFUSED))
	})

	It("does not ask the second if the first has opened a journey", func(ctx SpecContext) {
		main, spare := new(fake), new(fake)
		consent, err := pair(failover.Options{}, main, spare).Start(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(kyc.Ref("main:j-order-42")))
		Expect(consent.State).To(Equal(kyc.Pending))
		Expect(consent.URL.Reveal()).To(Equal("https://consent.example/"))
		Expect(spare.starts.Load()).To(BeZero())
		Expect(main.last.Ref).To(Equal(kyc.Ref("j-order-42")), "the member's own consent is left alone")
	})

	It("asks in the order given, the first member first each time", func(ctx SpecContext) {
		var order []string
		named := func(name string) failover.Member {
			return failover.Member{Name: name, Provider: &fake{fails: func(context.Context) error {
				order = append(order, name)
				return refusal(kyc.ErrUnavailable, 503, nil)
			}}}
		}
		members := []failover.Member{named("c"), named("a"), named("d"), named("b")}
		p, err := failover.New(members, failover.Options{})
		Expect(err).NotTo(HaveOccurred())
		members[0] = named("changed later")
		for range 2 {
			_, err = p.Start(ctx, request)
			Expect(err).To(MatchError(kyc.ErrUnavailable))
		}
		Expect(order).To(Equal([]string{"c", "a", "d", "b", "c", "a", "d", "b"}))
		var names []string
		for _, a := range attempts(err) {
			names = append(names, a.Name)
		}
		Expect(names).To(Equal([]string{"c", "a", "d", "b"}))
	})

	It("asks AlsoAfter about the member's own error, and only where it does not move on anyway", func(ctx SpecContext) {
		balance := refusal(kyc.ErrBalance, 402, nil)
		var asked []error
		p, err := failover.New([]failover.Member{
			{Name: "down", Provider: failing(refusal(kyc.ErrUnavailable, 502, nil))},
			{Name: "poor", Provider: failing(balance)},
			{Name: "good", Provider: new(fake)},
		}, failover.Options{AlsoAfter: func(err error) bool {
			asked = append(asked, err)
			return errors.Is(err, kyc.ErrBalance)
		}})
		Expect(err).NotTo(HaveOccurred())
		consent, err := p.Start(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(kyc.Ref("good:j-order-42")))
		Expect(asked).To(HaveExactElements(BeIdenticalTo(balance)))
	})

	Describe("once the context is done", func() {
		It("asks nobody", func(ctx SpecContext) {
			done, cancel := context.WithCancel(ctx)
			cancel()
			main, spare := new(fake), new(fake)
			_, err := pair(failover.Options{}, main, spare).Start(done, request)
			Expect(err).To(BeIdenticalTo(context.Canceled))
			Expect(main.starts.Load() + spare.starts.Load()).To(BeZero())
		})

		It("does not ask the next", func(ctx SpecContext) {
			ctx2, cancel := context.WithCancel(ctx)
			main := &fake{fails: func(context.Context) error { cancel(); return refusal(kyc.ErrUnavailable, 503, nil) }}
			spare := new(fake)
			_, err := pair(failover.Options{}, main, spare).Start(ctx2, request)
			Expect(err).To(BeIdenticalTo(context.Canceled))
			Expect(spare.starts.Load()).To(BeZero())
		})

		It("says so after the last, too", func(ctx SpecContext) {
			ctx2, cancel := context.WithCancel(ctx)
			spare := &fake{fails: func(context.Context) error { cancel(); return refusal(kyc.ErrUnavailable, 503, nil) }}
			_, err := pair(failover.Options{}, failing(errors.ErrUnsupported), spare).Start(ctx2, request)
			Expect(err).To(BeIdenticalTo(context.Canceled))
		})

		It("keeps the answer of a member that had begun a journey by then", func(ctx SpecContext) {
			ctx2, cancel := context.WithCancel(ctx)
			main := &fake{fails: func(ctx context.Context) error {
				cancel()
				return refusal(kyc.ErrUnexpected, 200, ctx.Err())
			}}
			spare := new(fake)
			always := failover.Options{AlsoAfter: func(error) bool { return true }}
			_, err := pair(always, main, spare).Start(ctx2, request)
			Expect(err).To(And(MatchError(context.Canceled), MatchError(kyc.ErrUnexpected)))
			e := (*kyc.Error)(nil)
			Expect(errors.As(err, &e)).To(BeTrue())
			Expect(string(e.Raw())).To(Equal(secret))
			Expect(attempts(err)).To(HaveLen(1))
			expectClean(err)
			Expect(spare.starts.Load()).To(BeZero())
		})

		It("returns at once, whatever AlsoAfter says", func() {
			bubble(func(ctx context.Context) {
				short, cancel := context.WithTimeout(ctx, time.Second)
				defer cancel()
				spare, begun := new(fake), time.Now()
				_, err := pair(failover.Options{AlsoAfter: func(error) bool { return true }}, hanging("http", ""), spare).Start(short, request)
				Expect(time.Since(begun)).To(Equal(time.Second))
				Expect(err).To(BeIdenticalTo(context.DeadlineExceeded))
				Expect(spare.starts.Load()).To(BeZero())
			})
		})

		It("keeps a journey that was opened all the same", func(ctx SpecContext) {
			ctx2, cancel := context.WithCancel(ctx)
			main := &fake{fails: func(context.Context) error { cancel(); return nil }}
			Expect(pair(failover.Options{}, main, new(fake)).Start(ctx2, request)).To(HaveField("Ref", kyc.Ref("main:j-order-42")))
		})
	})

	Describe("if all fail", func() {
		DescribeTable("has the kind of the last that is more than unable", func(ctx SpecContext, first, second error, kind kyc.Err, unable bool) {
			_, err := pair(failover.Options{}, failing(first), failing(second)).Start(ctx, request)
			Expect(kyc.KindOf(err)).To(Equal(kind))
			Expect(errors.Is(err, errors.ErrUnsupported)).To(Equal(unable))
			for _, other := range []kyc.Err{kyc.ErrUnavailable, kyc.ErrBalance, kyc.ErrInvalid} {
				Expect(errors.Is(err, other)).To(Equal(other == kind), "one answer to a switch, not %q too", other)
			}
			tried := attempts(err)
			Expect(tried[0].Err).To(BeIdenticalTo(first))
			Expect(tried[1].Err).To(BeIdenticalTo(second))
		},
			Entry("refused", down, refusal(kyc.ErrBalance, 402, nil), kyc.ErrBalance, false),
			Entry("down", down, down, kyc.ErrUnavailable, false),
			Entry("unable, then down", errors.ErrUnsupported, down, kyc.ErrUnavailable, false),
			Entry("down, then unable", down, errors.ErrUnsupported, kyc.ErrUnavailable, false),
			Entry("down for want of a feature, then unable", refusal(kyc.ErrUnavailable, 503, syscall.EOPNOTSUPP), errors.ErrUnsupported, kyc.ErrUnavailable, true),
			Entry("unable, both", errors.ErrUnsupported, fmt.Errorf("acme: %w", errors.ErrUnsupported), kyc.Err(""), true),
		)

		It("says who failed and how", func(ctx SpecContext) {
			_, err := pair(failover.Options{}, failing(down), failing(errors.New(secret))).Start(ctx, request)
			Expect(err.Error()).To(SatisfyAll(ContainSubstring("main"), ContainSubstring(down.Error()), ContainSubstring("spare")))
			expectClean(err)
		})

		It("names the kind of what a stranger says, or the type", func(ctx SpecContext) {
			p := pair(failover.Options{AlsoAfter: func(error) bool { return true }}, failing(fmt.Errorf("%s: %w", secret, kyc.ErrBalance)), failing(talkative{secret}))
			_, err := p.Start(ctx, request)
			Expect(err).To(MatchError("failover: start: main: balance exhausted; spare: failover_test.talkative"))
		})

		It("shows nothing that a stranger says", func(ctx SpecContext) {
			for _, stranger := range []error{
				errors.New(secret), fmt.Errorf("%s: %w", secret, down), fmt.Errorf("%s: %w", secret, kyc.ErrBalance),
				fmt.Errorf("%s: %w", secret, errors.ErrUnsupported), talkative{secret},
			} {
				_, err := pair(failover.Options{}, failing(errors.ErrUnsupported), failing(stranger)).Start(ctx, request)
				expectClean(err)
			}
		})
	})

	It("serves many at once", func(ctx SpecContext) {
		main, spare := &fake{fails: func(context.Context) error { return down }}, new(able)
		p := pair(failover.Options{AlsoAfter: kyc.Outage}, main, spare)
		var running sync.WaitGroup
		for i := range 50 {
			running.Go(func() {
				defer GinkgoRecover()
				req := request
				req.ID = fmt.Sprint("order-", i)
				consent, err := p.Start(ctx, req)
				Expect(err).NotTo(HaveOccurred())
				want := kyc.Ref("spare:j-" + req.ID)
				Expect(consent.Ref).To(Equal(want))
				Expect(p.Status(ctx, consent.Ref)).To(HaveField("Ref", want))
				Expect(p.Fetch(ctx, consent.Ref, kyc.PAN)).To(HaveField("Document", kyc.PAN))
				Expect(p.ParseReturn(consent.Ref, &url.URL{RawQuery: "ref=j-" + req.ID})).To(HaveField("Ref", want))
			})
		}
		running.Wait()
		Expect(main.starts.Load()).To(BeEquivalentTo(50), "no memory of outages")
		Expect(spare.asked).To(HaveLen(150))
	})
})

var down = refusal(kyc.ErrUnavailable, 503, nil)

// repeating sends once to a server that closes the connection, and again to
// nobody.
func repeating() remote {
	transport := new(http.Transport)
	DeferCleanup(transport.CloseIdleConnections)
	first, second := answering(""), nobody()
	first.doer.Client = &http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(req.Body)
		Expect(err).NotTo(HaveOccurred())
		again := req.Clone(req.Context())
		again.URL.Host, again.Host = second, second
		req.Body, again.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
		_, err = transport.RoundTrip(req)
		Expect(err).To(HaveOccurred())
		return transport.RoundTrip(again)
	})}
	return first
}

type talkative struct{ Secret string }

func (t talkative) Error() string { return t.Secret }

// expectClean prints a failover.Error as any logger could. Its members' errors,
// which errors.As finds, print as their makers chose.
func expectClean(err error) {
	GinkgoHelper()
	var e *failover.Error
	Expect(errors.As(err, &e)).To(BeTrue())
	text, log := []string{err.Error()}, new(bytes.Buffer)
	for _, verb := range strings.Fields("%v %+v %#v %q %s %d %x") {
		text = append(text, fmt.Sprintf(verb, err), fmt.Sprintf(verb, *e))
	}
	text = append(text, format.Object(err, 0), format.Object(*e, 0))
	encoded, jsonErr := json.Marshal(struct{ Err any }{err})
	Expect(jsonErr).NotTo(HaveOccurred())
	slog.New(slog.NewJSONHandler(log, nil)).Error("start", "err", err, "in", struct{ Err any }{*e})
	for _, t := range append(text, string(encoded), log.String()) {
		Expect(t).NotTo(SatisfyAny(BeEmpty(), ContainSubstring(secret), ContainSubstring(fmt.Sprintf("%x", secret)), ContainSubstring("127.0.0.1")))
	}
}
