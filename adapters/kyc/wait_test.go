package kyc_test

import (
	"context"
	"errors"
	"io"
	"math"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"example.com/digilocker/adapters/kyc"
)

// scripted answers Status with a state or an error each; the last one stays.
type scripted struct {
	kyc.Provider
	answers  []any
	takes    time.Duration // that long each, unless ctx ends
	stubborn bool          // takes that long whatever ctx does
	calls    []time.Duration
	began    time.Time
}

func (s *scripted) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	answer := s.answers[min(len(s.calls), len(s.answers)-1)]
	s.calls = append(s.calls, time.Since(s.began))
	if s.stubborn {
		ctx = context.WithoutCancel(ctx)
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(s.takes):
	}
	if err, ok := answer.(error); ok {
		return nil, err
	}
	return &kyc.Consent{Ref: ref, State: answer.(kyc.State)}, nil
}

// waited is the outcome of a Wait in a bubble whose clock only goes on while
// everyone sleeps.
type waited struct {
	consent *kyc.Consent
	calls   int
	err     error
	at      []time.Duration // when the calls were made
	took    time.Duration
}

func wait(p *scripted, budget func() kyc.Budget, within time.Duration) (w waited) {
	synctest.Test(suite, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		p.began = time.Now()
		w.consent, w.calls, w.err = kyc.Wait(ctx, p, "ref-1", budget())
		w.at, w.took = p.calls, time.Since(p.began)
	})
	return w
}

var _ = Describe("Waiting", func() {
	const s = time.Second
	rateLimited := func(after time.Duration) error {
		return kyc.NewError(kyc.Error{Kind: kyc.ErrRateLimited, RetryAfter: after}, nil, nil)
	}
	answers := func(a ...any) *scripted { return &scripted{answers: a} }
	doubling := func() kyc.Budget { return kyc.Budget{First: s, Growth: 2, Calls: 5} }
	until := func(d time.Duration) func() kyc.Budget {
		return func() kyc.Budget { return kyc.Budget{First: s, Growth: 1, Calls: 100, Deadline: time.Now().Add(d)} }
	}

	BeforeEach(func() {
		good := gleak.Goroutines()
		DeferCleanup(func() { Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(good)) })
	})

	DescribeTable("ends with a final state, at once", func(p *scripted, state kyc.State, at ...time.Duration) {
		w := wait(p, doubling, time.Hour)
		Expect(w.err).NotTo(HaveOccurred())
		Expect(w.consent).To(Equal(&kyc.Consent{Ref: "ref-1", State: state}))
		Expect(w.at).To(Equal(at))
		Expect(w.calls).To(Equal(len(at)))
		Expect(w.took).To(Equal(at[len(at)-1]), "no pause after the last call")
	},
		Entry("granted", answers(kyc.Granted), kyc.Granted, 0*s),
		Entry("denied", answers(kyc.Denied), kyc.Denied, 0*s),
		Entry("expired", answers(kyc.Expired), kyc.Expired, 0*s),
		Entry("revoked", answers(kyc.Revoked), kyc.Revoked, 0*s),
		Entry("after a growing pause", answers(kyc.Pending, kyc.Pending, kyc.Pending, kyc.Granted), kyc.Granted, 0*s, 1*s, 3*s, 7*s),
		Entry("after a state nobody documented", answers(kyc.State("LUNCH"), kyc.Granted), kyc.Granted, 0*s, 1*s),
		Entry("after a call that was not there", answers(kyc.NewError(kyc.Error{Kind: kyc.ErrUnavailable, NoStatus: true}, nil, nil), kyc.Granted), kyc.Granted, 0*s, 1*s),
		Entry("after a provider's ErrPending", answers(kyc.ErrPending, kyc.Granted), kyc.Granted, 0*s, 1*s),
		Entry("after a rate limit, no sooner than told", answers(rateLimited(30*s), kyc.Pending, kyc.Granted), kyc.Granted, 0*s, 30*s, 32*s),
		Entry("after a rate limit without a time", answers(rateLimited(0), kyc.Granted), kyc.Granted, 0*s, 1*s),
		Entry("after a bare rate limit", answers(kyc.ErrRateLimited, kyc.Granted), kyc.Granted, 0*s, 1*s),
	)

	DescribeTable("ends with its budget, as not ready", func(p *scripted, budget func() kyc.Budget, calls int, took time.Duration) {
		w := wait(p, budget, 1000*time.Hour)
		Expect(w.err).To(MatchError(kyc.ErrPending))
		Expect(w.calls).To(Equal(calls))
		Expect(w.at).To(HaveLen(calls))
		Expect(w.took).To(Equal(took), "it does not wait for a call that it may not make")
	},
		Entry("of calls", answers(kyc.Pending), doubling, 5, 15*s),
		Entry("of one call", answers(kyc.Pending), func() kyc.Budget { return kyc.Budget{Calls: 1} }, 1, 0*s),
		Entry("of time", answers(kyc.Pending), until(3500*time.Millisecond), 4, 3*s),
		Entry("of time, whose end is when the next call would be", answers(kyc.Pending), until(3*s), 3, 2*s),
		Entry("of time, past already", answers(kyc.Granted), until(-s), 0, 0*s),
		Entry("of time, within a call", &scripted{answers: []any{kyc.Granted}, takes: time.Minute}, until(10*s), 1, 10*s),
		Entry("with intervals up to an hour", answers(kyc.Pending), func() kyc.Budget {
			return kyc.Budget{First: s, Growth: math.Inf(1), Calls: 4}
		}, 4, s+2*time.Hour),
	)

	DescribeTable("ends with a rate limit that asks for more than the budget has", func(p *scripted, budget func() kyc.Budget, at ...time.Duration) {
		w := wait(p, budget, 1000*time.Hour)
		Expect(w.err).To(MatchError(kyc.ErrRateLimited))
		Expect(w.at).To(Equal(at))
		Expect(w.took).To(Equal(at[len(at)-1]), "it does not wait for a call that it may not make")
		if len(p.answers) > 1 {
			Expect(w.consent).To(HaveField("State", kyc.Pending), "the last that was seen")
		}
	},
		Entry("until its deadline", answers(rateLimited(time.Minute)), until(30*s), 0*s),
		Entry("a day, by default", answers(kyc.Pending, rateLimited(24*time.Hour)), func() kyc.Budget { return kyc.Budget{} }, 0*s, 3*s),
		Entry("as often as it may, by default", answers(rateLimited(4*time.Minute)), func() kyc.Budget { return kyc.Budget{} }, 0*s, 4*time.Minute, 8*time.Minute),
		Entry("of no time that it tells, as the last word", answers(kyc.Pending, rateLimited(0)), func() kyc.Budget { return kyc.Budget{First: s, Growth: 1, Calls: 3} }, 0*s, s, 2*s),
		Entry("in the caller's word", answers(kyc.Pending, rateLimited(10*s)), func() kyc.Budget { return kyc.Budget{First: s, Growth: 1, Longer: 8 * s} }, 0*s, s),
	)

	It("has a budget by default: 20 calls in some minutes", func() {
		w := wait(answers(kyc.Pending), func() kyc.Budget { return kyc.Budget{} }, time.Hour)
		Expect(w.calls).To(Equal(20))
		Expect(w.at[1]).To(Equal(3 * s))
		Expect(w.took).To(BeNumerically("~", 8*time.Minute, time.Minute))
	})

	It("hands out the last state that it saw", func() {
		Expect(wait(answers(kyc.State("LUNCH"), kyc.ErrPending), doubling, time.Hour).consent.State).To(Equal(kyc.State("LUNCH")))
		Expect(wait(answers(kyc.ErrPending), doubling, time.Hour).consent).To(BeNil())
	})

	DescribeTable("ends with any other error, at once", func(err error) {
		w := wait(answers(kyc.Pending, err, kyc.Granted), doubling, time.Hour)
		Expect(w.err).To(BeIdenticalTo(err))
		Expect(w.calls).To(Equal(2))
		Expect(w.consent).To(HaveField("State", kyc.Pending))
	},
		Entry("outage", kyc.ErrUnavailable), Entry("unknown reference", kyc.ErrNotFound), Entry("denied", kyc.ErrDenied),
		Entry("credentials", kyc.ErrCredentials), Entry("unsupported", errors.ErrUnsupported), Entry("of another package", io.EOF),
		Entry("a time-out of the provider's own", kyc.NewError(kyc.Error{Kind: kyc.ErrUnavailable}, context.DeadlineExceeded, nil)),
	)

	It("does not take an answer for the end of its time", func() {
		late := &scripted{answers: []any{kyc.ErrNotFound}, takes: 10 * s, stubborn: true}
		Expect(wait(late, until(5*s), time.Hour).err).To(BeIdenticalTo(kyc.ErrNotFound))
	})

	DescribeTable("ends with ctx", func(p *scripted, within time.Duration, calls int) {
		w := wait(p, doubling, within)
		Expect(w.err).To(BeIdenticalTo(context.DeadlineExceeded))
		Expect(w.calls).To(Equal(calls))
		Expect(w.took).To(Equal(max(0, within)))
	},
		Entry("before the first call", answers(kyc.Granted), -s, 0),
		Entry("between calls", answers(kyc.Pending), 2*s, 2),
		Entry("within a call", &scripted{answers: []any{kyc.Granted}, takes: time.Minute}, 10*s, 1),
	)

	DescribeTable("refuses a budget that makes no sense, and names its field", func(budget kyc.Budget, field string) {
		p := answers(kyc.Granted)
		_, calls, err := kyc.Wait(context.Background(), p, "ref-1", budget)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(err).To(And(HaveField("Op", "Wait"), HaveField("Member", "Budget."+field),
			HaveField("Want", Not(BeEmpty()))))
		Expect(calls).To(BeZero())
		Expect(p.calls).To(BeEmpty())
	},
		Entry("negative interval", kyc.Budget{First: -s}, "First"),
		Entry("negative calls", kyc.Budget{Calls: -1}, "Calls"),
		Entry("shrinking", kyc.Budget{Growth: 0.5}, "Growth"),
		Entry("negative growth", kyc.Budget{Growth: -2}, "Growth"),
		Entry("negative patience", kyc.Budget{Longer: -s}, "Longer"),
		Entry("no number", kyc.Budget{Growth: math.NaN()}, "Growth"),
	)

	DescribeTable("where only kyc.Complete brings the journey on", func(p kyc.Provider, ref kyc.Ref, helps bool) {
		synctest.Test(suite, func(t *testing.T) {
			consent, calls, err := kyc.Wait(t.Context(), p, ref, doubling())
			Expect(err).To(MatchError(kyc.ErrPending))
			Expect(consent).To(HaveField("State", kyc.Pending))
			if helps {
				Expect(calls).To(Equal(5))
				return
			}
			Expect(calls).To(Equal(1), "as waiting does not help")
			Expect(err).To(And(HaveField("Op", "Wait"), HaveField("Member", "Ref"),
				HaveField("Want", ContainSubstring("kyc.Complete"))))
		})
	},
		Entry("ends at once", exchanging{completing{answers(kyc.Pending)}}, kyc.Ref("1"), false),
		Entry("ends at once behind a wrapper",
			wrapped{exchanging{completing{answers(kyc.Pending)}}}, kyc.Ref("1"), false),
		Entry("ends at once at the one of several that is such a provider",
			several{answers(kyc.Pending), exchanging{completing{answers(kyc.Pending)}}}, kyc.Ref("mine.1"), false),
		Entry("goes on at another one of several",
			exchangingSome{several{answers(kyc.Pending), nil}}, kyc.Ref("other"), true),
	)

	It("goes on where such a provider says what nobody documented", func() {
		synctest.Test(suite, func(t *testing.T) {
			p := exchanging{completing{answers(kyc.State("LUNCH"), kyc.Granted)}}
			consent, calls, err := kyc.Wait(t.Context(), p, "1", doubling())
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.State).To(Equal(kyc.Granted))
			Expect(calls).To(Equal(2))
		})
	})

	It("ends with what has to be given first, at once", func() {
		early := kyc.NewError(kyc.Error{Kind: kyc.ErrPending, Member: "Ref", Want: "a newer one"}, nil, nil)
		w := wait(answers(early, kyc.Granted), doubling, time.Hour)
		Expect(w.err).To(BeIdenticalTo(early))
		Expect(w.calls).To(Equal(1))
	})
})
