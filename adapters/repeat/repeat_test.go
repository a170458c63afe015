package repeat_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/adapters/repeat"
)

// suite is what testing/synctest asks for.
var suite *testing.T

func TestRepeat(t *testing.T) {
	suite = t
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/repeat")
}

// Whoever is repeated does what every provider must do.
func TestProvider(t *testing.T) {
	kyctest.Test(t, kyctest.Subject{
		Name: "kycmem", Can: []kyc.Capability{kyc.CanRevoke, kyc.CanParseReturn},
		Journey: func(t testing.TB) *kyctest.Journey {
			p := kycmem.New(kycmem.Options{})
			repeated, err := repeat.New(p, repeat.Budget{})
			if err != nil {
				t.Fatal(err)
			}
			return &kyctest.Journey{
				Provider: repeated,
				Allow: func(_ context.Context, c *kyc.Consent) (*url.URL, error) {
					return p.Allow(c.Ref, kycmem.Complete)
				},
				Deny:   func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return p.Deny(c.Ref) },
				Expire: func(context.Context, *kyc.Consent) error { p.Expire(); return nil },
			}
		},
	})
}

// counted are the calls of all specs here, by method, and how many of them were made of a
// billed read that was answered.
var counted = map[string]int{}

var _ = ReportAfterSuite("calls", func(Report) {
	for _, method := range slices.Sorted(maps.Keys(counted)) {
		fmt.Fprintf(GinkgoWriter, "%s: %d\n", method, counted[method])
	}
})

// scripted can do everything, and answers each call with the next of its errors; the last
// one stays.
type scripted struct {
	errs     []error
	answered bool // with more than "too busy", and by the provider itself
	at       []time.Duration
	began    time.Time
}

func (s *scripted) next(method string) error {
	counted[method]++
	if s.answered && method != "Status" && method != "ListCatalogue" && method != "ReadUser" {
		counted[method+" after an answer"]++
	}
	err := s.errs[min(len(s.at), len(s.errs)-1)]
	s.at = append(s.at, time.Since(s.began))
	e := (*kyc.Error)(nil)
	s.answered = err == nil || errors.As(err, &e) && e.Status != 0 && e.Kind != kyc.ErrRateLimited && e.Code != ""
	return err
}

func (s *scripted) Start(context.Context, kyc.StartRequest) (*kyc.Consent, error) {
	return new(kyc.Consent), s.next("Start")
}

func (s *scripted) Status(context.Context, kyc.Ref) (*kyc.Consent, error) {
	return new(kyc.Consent), s.next("Status")
}

func (s *scripted) Fetch(context.Context, kyc.Ref, kyc.Document) (*kyc.Record, error) {
	return new(kyc.Record), s.next("Fetch")
}

func (s *scripted) CheckAccount(context.Context, kyc.AccountQuery) (*kyc.Account, error) {
	return new(kyc.Account), s.next("CheckAccount")
}

func (s *scripted) ListCatalogue(context.Context) ([]kyc.CatalogueEntry, error) {
	return []kyc.CatalogueEntry{}, s.next("ListCatalogue")
}

func (s *scripted) FetchFile(context.Context, kyc.Ref, kyc.FileRequest) (*kyc.File, error) {
	return new(kyc.File), s.next("FetchFile")
}

func (s *scripted) Exchange(context.Context, kyc.Ref, *url.URL) (kyc.Return, error) {
	return kyc.Return{}, s.next("Exchange")
}

func (s *scripted) Refresh(context.Context, kyc.Ref) (*kyc.Consent, error) {
	return new(kyc.Consent), s.next("Refresh")
}

func (s *scripted) ReadUser(context.Context, kyc.Ref) (*kyc.Consent, error) {
	return new(kyc.Consent), s.next("ReadUser")
}

func (s *scripted) Revoke(context.Context, kyc.Ref) error { return s.next("Revoke") }

// call calls the method of that name.
func call(ctx context.Context, p kyc.Provider, method string) error {
	GinkgoHelper()
	var err error
	switch method {
	case "Start":
		_, err = p.Start(ctx, kyc.StartRequest{})
	case "Status":
		_, err = p.Status(ctx, "ref-1")
	case "Fetch":
		_, err = p.Fetch(ctx, "ref-1", kyc.Aadhaar)
	case "CheckAccount":
		can, ok := kyc.As[kyc.AccountChecker](p)
		Expect(ok).To(BeTrue())
		_, err = can.CheckAccount(ctx, kyc.AccountQuery{})
	case "ListCatalogue":
		can, ok := kyc.As[kyc.CatalogueLister](p)
		Expect(ok).To(BeTrue())
		_, err = can.ListCatalogue(ctx)
	case "FetchFile":
		can, ok := kyc.As[kyc.FileFetcher](p)
		Expect(ok).To(BeTrue())
		_, err = can.FetchFile(ctx, "ref-1", kyc.FileRequest{})
	case "Exchange":
		_, err = kyc.Complete(ctx, p, "ref-1", new(url.URL))
	case "Refresh":
		can, ok := kyc.As[kyc.Refresher](p)
		Expect(ok).To(BeTrue())
		_, err = can.Refresh(ctx, "ref-1")
	case "ReadUser":
		can, ok := kyc.As[kyc.UserReader](p)
		Expect(ok).To(BeTrue())
		_, err = can.ReadUser(ctx, "ref-1")
	case "Revoke":
		can, ok := kyc.As[kyc.Revoker](p)
		Expect(ok).To(BeTrue())
		err = can.Revoke(ctx, "ref-1")
	}
	return err
}

var _ = Describe("A call", func() {
	const s = time.Second
	outage := func(status int, code string) error {
		return kyc.NewError(kyc.Error{Kind: kyc.ErrUnavailable, Status: status, Code: code}, nil, nil)
	}
	limited := func(after time.Duration) error {
		return kyc.NewError(kyc.Error{Kind: kyc.ErrRateLimited, Status: 429, RetryAfter: after}, nil, nil)
	}
	// calls makes a call with that budget, and returns when it was made.
	calls := func(
		method string, b repeat.Budget, within time.Duration, errs ...error,
	) (at []time.Duration, took time.Duration, err error) {
		synctest.Test(suite, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), within)
			defer cancel()
			p := &scripted{errs: errs, began: time.Now()}
			repeated, refused := repeat.New(p, b)
			Expect(refused).NotTo(HaveOccurred())
			err = call(ctx, repeated, method)
			at, took = p.at, time.Since(p.began)
		})
		return at, took, err
	}

	AfterEach(func() {
		for method := range counted {
			Expect(method).NotTo(HaveSuffix("after an answer"))
		}
	})

	reads := []string{"Status", "ListCatalogue", "Fetch", "FetchFile", "CheckAccount", "ReadUser"}

	for _, method := range reads {
		DescribeTable(method+" is repeated after", func(first error, at ...time.Duration) {
			got, took, err := calls(method, repeat.Budget{}, time.Hour, first, nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(got).To(Equal(at))
			Expect(took).To(Equal(at[len(at)-1]))
		},
			Entry("no answer", outage(0, ""), 0*s, s),
			Entry("an outage of which nothing is known", kyc.ErrUnavailable, 0*s, s),
			Entry("a gateway's 502", outage(502, ""), 0*s, s),
			Entry("a gateway's 503", outage(503, ""), 0*s, s),
			Entry("a rate limit", limited(0), 0*s, s),
			Entry("a rate limit, no sooner than told", limited(20*s), 0*s, 20*s),
		)

		It(method+" ends with the last error, once the budget is spent", func() {
			at, _, err := calls(method, repeat.Budget{}, time.Hour, kyc.ErrUnavailable)
			Expect(err).To(BeIdenticalTo(kyc.ErrUnavailable))
			Expect(at).To(Equal([]time.Duration{0, s, 3 * s}))
		})

		DescribeTable(method+" is made once after", func(first error) {
			at, took, err := calls(method, repeat.Budget{}, time.Hour, first)
			if first == nil {
				Expect(err).NotTo(HaveOccurred())
			} else {
				Expect(err).To(BeIdenticalTo(first))
			}
			Expect(at).To(HaveLen(1))
			Expect(took).To(BeZero())
		},
			Entry("a success", nil), Entry("a refusal", kyc.ErrDenied),
			Entry("a document that is not ready", kyc.ErrPending),
			Entry("an answer that cannot be read", kyc.ErrUnexpected), Entry("another error", errors.ErrUnsupported),
			Entry("a rate limit beyond the budget", limited(time.Hour)),
			Entry("a call that is not there",
				kyc.NewError(kyc.Error{Kind: kyc.ErrUnavailable, Status: 404, NoStatus: true}, nil, nil)),
		)
	}

	DescribeTable("that may be billed is made once after an outage that the provider told itself:",
		func(method string, status int, code string, times int) {
			failed := outage(status, code)
			if code == `{}` {
				failed = kyc.NewError(kyc.Error{Kind: kyc.ErrUnavailable, Status: status}, nil, []byte(code))
			}
			at, _, err := calls(method, repeat.Budget{}, time.Hour, failed)
			Expect(err).To(MatchError(kyc.ErrUnavailable))
			Expect(at).To(HaveLen(times))
		},
		Entry("Fetch, 500", "Fetch", 500, "", 1), Entry("Fetch, 504", "Fetch", 504, "", 1),
		Entry("Fetch, 502 with its code", "Fetch", 502, "verification_failed", 1),
		Entry("Fetch, 502 in JSON", "Fetch", 502, `{}`, 1),
		Entry("FetchFile", "FetchFile", 500, "internal_server_error", 1),
		Entry("CheckAccount", "CheckAccount", 500, "", 1),
		Entry("but not Status", "Status", 500, "internal_server_error", 3),
		Entry("nor ListCatalogue", "ListCatalogue", 504, "", 3),
	)

	DescribeTable("for a document that is handed out once, and may have been, is made once:", func(status int,
		kind kyc.Err) {
		used := kyc.NewError(kyc.Error{Kind: kind, Status: status, Spent: true}, nil, nil)
		at, took, err := calls("Fetch", repeat.Budget{}, time.Hour, fmt.Errorf("caller: %w", used), nil)
		Expect(err).To(MatchError(kind))
		Expect(at).To(HaveLen(1))
		Expect(took).To(BeZero())
	},
		Entry("no answer", 0, kyc.ErrUnavailable),
		Entry("a gateway's 502", 502, kyc.ErrUnavailable),
		Entry("a rate limit", 429, kyc.ErrRateLimited),
		Entry("a refusal", 422, kyc.ErrExpired),
	)

	DescribeTable("that changes something is made once, whatever comes:", func(method string) {
		for _, err := range []error{kyc.ErrUnavailable, outage(0, ""), outage(503, ""), limited(0)} {
			at, _, got := calls(method, repeat.Budget{}, time.Hour, err)
			Expect(got).To(BeIdenticalTo(err))
			Expect(at).To(HaveLen(1))
		}
	}, Entry(nil, "Start"), Entry(nil, "Exchange"), Entry(nil, "Refresh"), Entry(nil, "Revoke"))

	It("is repeated as the budget says", func() {
		at, _, err := calls("Status", repeat.Budget{Calls: 4, First: 2 * s, Longer: 10 * s}, time.Hour, limited(10*s))
		Expect(err).To(MatchError(kyc.ErrRateLimited))
		Expect(at).To(Equal([]time.Duration{0, 10 * s}), "eight seconds more than the interval, and six the next time")
		at, _, err = calls("Status", repeat.Budget{Calls: 1}, time.Hour, kyc.ErrUnavailable)
		Expect(err).To(MatchError(kyc.ErrUnavailable))
		Expect(at).To(HaveLen(1))
	})

	It("ends with ctx", func() {
		at, took, err := calls("Status", repeat.Budget{}, 500*time.Millisecond, kyc.ErrUnavailable)
		Expect(err).To(BeIdenticalTo(context.DeadlineExceeded))
		Expect(at).To(HaveLen(1))
		Expect(took).To(Equal(500 * time.Millisecond))
	})

	DescribeTable("with a budget that makes no sense is none:", func(b repeat.Budget) {
		_, err := repeat.New(&scripted{}, b)
		Expect(err).To(MatchError(kyc.ErrInvalid))
	},
		Entry(nil, repeat.Budget{Calls: -1}), Entry(nil, repeat.Budget{First: -1}),
		Entry(nil, repeat.Budget{Longer: -1}))

	It("can be made by each capability that there was before", func() {
		p, err := repeat.New(kycmem.New(kycmem.Options{}), repeat.Budget{})
		Expect(err).NotTo(HaveOccurred())
		Expect(kyc.Capabilities(p)).To(Equal(kyc.Capabilities(kycmem.New(kycmem.Options{}))))
	})
})
