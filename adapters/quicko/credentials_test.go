package quicko_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/quicko"
)

var rotating = suite.Rotating[*quicko.Adapter, quicko.Credentials]{
	New: func(url string, ask func(context.Context) (quicko.Credentials, error)) (*quicko.Adapter, error) {
		return quicko.New(url, quicko.Credentials{}, quicko.Options{HTTPClient: suite.Client(), Tokens: tokens(),
			Credentials: ask})
	},
	Operations: map[string]func(SpecContext, *quicko.Adapter) error{},
	With:       func(key string) quicko.Credentials { return quicko.Credentials{APIKey: kyc.Hide(key)} },
	Header:     "x-api-key",
}

var _ = Describe("credentials that change", func() {
	for _, op := range operations {
		rotating.Operations[op.id] = func(ctx SpecContext, a *quicko.Adapter) error { return op.call(ctx, a) }
	}

	It("are in no message of a failed test", func() {
		suite.Unseen(offline(), apiKey, apiSecret)
		held, err := quicko.NewTokens(quicko.Sandbox, credentials(), quicko.TokenOptions{})
		Expect(err).NotTo(HaveOccurred())
		a, err := quicko.New(quicko.Sandbox, credentials(), quicko.Options{Tokens: held})
		Expect(err).NotTo(HaveOccurred())
		suite.Unseen(a, apiKey, apiSecret)
	})

	It("are asked for at each call", rotating.AskedAtEachCall)

	DescribeTable("that cannot be had send nothing", func(ctx SpecContext, key string, cause error, member string) {
		rotating.SendsNothing(ctx, quicko.Credentials{APIKey: kyc.Hide(key)}, cause, member, seed)
	},
		Entry("as the function fails", apiKey, errors.New("vault says "+seed), ""),
		Entry("as the key is missing", "", nil, "APIKey"),
		Entry("as the key is no header's value", seed+"\n", nil, "APIKey"),
	)

	It("are not asked for by a context that is over", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		cancel()
		asked := func(context.Context) (quicko.Credentials, error) { panic("asked") }
		_, err := rotating.Asking(answering(200, `{}`).Server, asked).Status(over, ref)
		Expect(err).To(BeIdenticalTo(context.Canceled))
	})
})

// source is a Tokens that is a function.
type source func(context.Context) (quicko.Token, error)

func (s source) Token(ctx context.Context) (quicko.Token, error) { return s(ctx) }
func (source) Forget(quicko.Token)                               {}

var _ = Describe("a token", func() {
	with := func(s quicko.Tokens) func(*quicko.Options) {
		return func(o *quicko.Options) { o.Tokens = s }
	}

	It("is asked for at each call, with its context", func(ctx SpecContext) {
		within := context.WithValue(ctx, callers{}, true)
		for _, op := range operations {
			s, n := answering(418, `{}`), 0
			a := s.adapter(with(source(func(got context.Context) (quicko.Token, error) {
				Expect(got.Value(callers{})).To(Equal(true))
				n++
				return quicko.Token{Value: kyc.Hide(fmt.Sprint("token-", n))}, nil
			})))
			Expect(op.call(within, a)).To(MatchError(kyc.ErrUnexpected))
			Expect(op.call(within, a)).To(MatchError(kyc.ErrUnexpected))
			Expect(s.Received).To(HaveLen(2), op.id)
			for i, r := range s.Received {
				Expect(r.Header["Authorization"]).To(Equal([]string{fmt.Sprint("token-", i+1)}))
			}
		}
	})

	DescribeTable("that cannot be had sends nothing, and is an error of the kind", func(ctx SpecContext, cause error,
		kind kyc.Err) {
		for _, op := range operations {
			s := answering(200, `{}`)
			err := op.call(ctx, s.adapter(with(&ledger{err: cause})))
			Expect(s.Received).To(BeEmpty(), op.id)
			Expect(kyc.KindOf(err)).To(Equal(kind), op.id)
			Expect(detail(err).Op).To(Equal(op.id))
			Expect(detail(err).Unsent).To(BeTrue())
			Expect(errors.Is(err, cause)).To(BeTrue())
			suite.Silent(err, seed)
		}
	},
		Entry("that the source's error has", fmt.Errorf("cache of %s: %w", seed, kyc.ErrUnavailable),
			kyc.ErrUnavailable),
		Entry("that the source's error wraps",
			fmt.Errorf("cache of %s: %w", seed, kyc.NewError(kyc.Error{Provider: "quicko", Op: "authenticate",
				Kind: kyc.ErrRateLimited}, nil, nil)),
			kyc.ErrRateLimited),
		Entry("of refused credentials, if that has none", errors.New("cache of "+seed), kyc.ErrCredentials),
		Entry("of refused credentials, if a time of the source's own is over", context.DeadlineExceeded,
			kyc.ErrCredentials),
	)

	DescribeTable("whose source fails by a word of a journey says nothing of one:", func(ctx SpecContext,
		word kyc.Err) {
		own := kyc.NewError(kyc.Error{Provider: "quicko", Op: "authenticate", Kind: word}, nil, nil)
		for name, cause := range map[string]error{
			"itself": word, "wrapped": fmt.Errorf("cache of %s: %w", seed, word),
			"behind another": errors.Join(kyc.ErrUnavailable, word), "as an error of Quicko's": own,
			"wrapped as that": fmt.Errorf("cache of %s: %w", seed, own),
			"of a document that is spent": kyc.NewError(kyc.Error{
				Provider: "quicko", Kind: kyc.ErrUnexpected, Spent: true}, nil, nil),
			"as that's cause": kyc.NewError(kyc.Error{Provider: "quicko", Kind: kyc.ErrUnavailable}, word, nil),
		} {
			for _, op := range operations {
				s := answering(200, succeeded)
				err := op.call(ctx, s.adapter(with(&ledger{err: cause})))
				Expect(err).To(HaveOccurred(), "%s: %s", op.id, name)
				Expect(kyc.KindOf(err)).To(Equal(kyc.ErrCredentials), "%s: %s", op.id, name)
				Expect(errors.Is(err, word)).To(BeFalse(), "%s: %s", op.id, name)
				Expect(s.Received).To(BeEmpty())
				suite.Silent(err, seed)
			}
		}
	},
		Entry("pending", kyc.ErrPending), Entry("denied", kyc.ErrDenied), Entry("expired", kyc.ErrExpired),
		Entry("no document", kyc.ErrNoDocument), Entry("mismatch", kyc.ErrMismatch),
		Entry("not found", kyc.ErrNotFound), Entry("duplicate", kyc.ErrDuplicate), Entry("invalid", kyc.ErrInvalid),
		Entry("unverified", kyc.ErrUnverified),
	)

	It("whose source fails by an error that is a nil pointer sends nothing", func(ctx SpecContext) {
		for _, op := range operations {
			s := answering(200, `{}`)
			err := op.call(ctx, s.adapter(with(&ledger{err: (*kyc.Error)(nil)})))
			Expect(err).To(MatchError(kyc.ErrCredentials), op.id)
			Expect(detail(err).Op).To(Equal(op.id))
			Expect(s.Received).To(BeEmpty())
		}
	})

	It("that authenticate refuses by a word of a journey says nothing of one", func(ctx SpecContext) {
		for _, op := range operations {
			for code, message := range map[int]string{
				400: "Consent for pan not provided", 422: seed, 521: seed, 523: seed,
			} {
				s := answering(code, refusal(code, message))
				held, err := quicko.NewTokens(s.URL, credentials(), quicko.TokenOptions{HTTPClient: suite.Client()})
				Expect(err).NotTo(HaveOccurred())
				err = op.call(ctx, s.adapter(with(held)))
				Expect(kyc.KindOf(err)).To(Equal(kyc.ErrUnexpected), "%s: %d", op.id, code)
				Expect(*detail(err)).To(And(HaveField("Op", "authenticate"), HaveField("Status", code)))
				Expect(s.One().Path).To(Equal("/authenticate"))
				suite.Silent(err, seed)
			}
		}
	})

	It("that Quicko refused to hand out is its own word on authenticate, of a call not sent", func(ctx SpecContext) {
		cause := kyc.NewError(kyc.Error{Provider: "quicko", Op: "authenticate", Kind: kyc.ErrCredentials, Status: 401},
			nil, []byte(seed))
		_, err := answering(200, `{}`).adapter(with(&ledger{err: cause})).Status(ctx, ref)
		Expect(err).To(MatchError(cause.Error()))
		Expect(detail(err)).To(And(HaveField("Kind", kyc.ErrCredentials), HaveField("Status", 401),
			HaveField("Unsent", true)))
		Expect(string(detail(err).Raw())).To(Equal(seed))
		Expect(cause.Unsent).To(BeFalse(), "which others may have too")
	})

	DescribeTable("that no header can have sends nothing:", func(ctx SpecContext, value string) {
		s := answering(200, `{}`)
		_, err := s.adapter(with(&ledger{token: quicko.Token{Value: kyc.Hide(value)}})).Status(ctx, ref)
		Expect(err).To(MatchError(kyc.ErrCredentials))
		Expect(s.Received).To(BeEmpty())
		suite.Silent(err, seed)
	},
		Entry("none", ""), Entry("a line break", seed+"\n"), Entry("two words", "Bearer "+seed),
		Entry("a letter beyond ASCII", seed+"é"), Entry("9 KB", seed+strings.Repeat("a", 9<<10)),
	)

	It("is not waited for beyond the call's context, whose end is the error", func(ctx SpecContext) {
		for _, op := range operations {
			over, cancel := context.WithCancel(ctx)
			a := answering(200, `{}`).adapter(with(source(func(context.Context) (quicko.Token, error) {
				cancel()
				return quicko.Token{}, errors.New(seed)
			})))
			Expect(op.call(over, a)).To(BeIdenticalTo(context.Canceled), op.id)
		}
	})

	DescribeTable("is told to its source to be forgotten after", func(ctx SpecContext, status int, body string,
		forgotten bool) {
		for _, op := range operations {
			l := tokens()
			_ = op.call(ctx, answering(status, body).adapter(with(l)))
			if forgotten {
				Expect(l.forgotten).To(Equal([]string{access}), op.id)
			} else {
				Expect(l.forgotten).To(BeEmpty(), op.id)
			}
		}
	},
		Entry("401", 401, refusal(401, seed), true),
		Entry("403", 403, refusal(403, seed), true),
		Entry("403 in a success", 200, refusal(403, seed), true),
		Entry("403 of a gateway's", 403, `{"message":"Forbidden"}`, true),
		Entry("but not a firewall's page", 403, `<html>`, false),
		Entry("but not a proxy's null", 403, `null`, false),
		Entry("but not a proxy's word", 401, `"denied"`, false),
		Entry("but not a proxy's list", 403, `["denied"]`, false),
		Entry("but not 400", 400, refusal(400, seed), false),
		Entry("but not 429", 429, refusal(429, seed), false),
		Entry("but not 500", 500, refusal(500, seed), false),
		Entry("but not 521", 521, refusal(521, seed), false),
		Entry("but not 523", 523, refusal(523, seed), false),
		Entry("but not an odd success", 200, `{}`, false),
	)

	DescribeTable("is what a 403 is about", Label("SB-D32"), func(ctx SpecContext, end func() (t quicko.Token),
		kind kyc.Err) {
		for _, op := range operations {
			l := &ledger{token: end()}
			err := op.call(ctx, answering(403, refusal(403, seed)).adapter(with(l)))
			Expect(kyc.KindOf(err)).To(Equal(kind), op.id)
			Expect(detail(err).Code).To(Equal("403"))
			Expect(kyc.Outage(err)).To(BeFalse())
		}
	},
		Entry("if it has run out", func() quicko.Token {
			return quicko.Token{Value: kyc.Hide(access), ExpiresAt: noon}
		}, kyc.ErrCredentials),
		Entry("but not a moment before", func() quicko.Token {
			return quicko.Token{Value: kyc.Hide(access), ExpiresAt: noon.Add(1)}
		}, kyc.ErrNotAllowed),
		Entry("but not if nobody knows", func() quicko.Token { return quicko.Token{Value: kyc.Hide(access)} },
			kyc.ErrNotAllowed),
	)
})

var _ = DescribeTable("a ReturnTo", func(ctx SpecContext, returnTo string, taken bool) {
	s := answering(200, created)
	r := request()
	r.ReturnTo = returnTo
	s.StartsOrNot(ctx, s.adapter(), r, taken)
},
	Entry("may have a semicolon", "https://s.example/b?view=a;b", false),
	Entry("may have a percent sign", "https://s.example/b?off=50%", false),
	Entry("may have a state of the caller's", back+"?state=7&code=8", false),
	Entry("may have no error", back+"?error=none", true),
	Entry("may have no error that is escaped", back+"?a=b&%65rror=7", true),
	Entry("may have no word on one", back+"?error_description=", true),
)
