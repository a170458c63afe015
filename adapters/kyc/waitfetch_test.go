package kyc_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"example.com/digilocker/adapters/kyc"
)

// counted are the calls of all specs here, by method, and how many of them came after an
// answer: for a document after it was had or refused for good.
var counted = map[string]int{}

var _ = ReportAfterSuite("calls", func(Report) {
	for _, method := range slices.Sorted(maps.Keys(counted)) {
		fmt.Fprintf(GinkgoWriter, "%s: %d\n", method, counted[method])
	}
})

// journey answers Status and Fetch by a script each, the last answers of which stay.
type journey struct {
	states    []any // a kyc.State, a kyc.Consent or an error each
	documents []any // a *kyc.Record or an error each

	status, fetch int
	refs          []kyc.Ref
	answered      bool // a document was had, or refused for good
	at            []time.Duration
	began         time.Time
	fetching      func() // while Fetch is made; may be nil
}

func (*journey) Start(context.Context, kyc.StartRequest) (*kyc.Consent, error) {
	panic("nobody starts a journey by waiting for it")
}

func (j *journey) count(method string, ref kyc.Ref) {
	counted[method]++
	j.refs, j.at = append(j.refs, ref), append(j.at, time.Since(j.began))
	if j.answered && method == "Fetch" { // a state may be asked for, to tell what an answer means
		counted[method+" after an answer"]++
	}
}

func (j *journey) Status(_ context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	j.count("Status", ref)
	answer := j.states[min(j.status, len(j.states)-1)]
	j.status++
	switch answer := answer.(type) {
	case error:
		return nil, answer
	case kyc.Consent:
		answer.Ref = ref
		return &answer, nil
	default:
		return &kyc.Consent{Ref: ref, State: answer.(kyc.State)}, nil
	}
}

func (j *journey) Fetch(_ context.Context, ref kyc.Ref, _ kyc.Document) (*kyc.Record, error) {
	j.count("Fetch", ref)
	if j.fetching != nil {
		j.fetching()
	}
	answer := j.documents[min(j.fetch, len(j.documents)-1)]
	j.fetch++
	if err, failed := answer.(error); failed {
		j.answered = !errors.Is(err, kyc.ErrPending) && !errors.Is(err, kyc.ErrRateLimited)
		return nil, err
	}
	j.answered = true
	return answer.(*kyc.Record), nil
}

var _ = Describe("Waiting for a document", func() {
	const s = time.Second
	record := &kyc.Record{Document: kyc.Aadhaar}
	no := false
	budget := kyc.Budget{First: s, Growth: 2, Calls: 6}
	refusal := func(kind kyc.Err) error {
		return kyc.NewError(kyc.Error{Provider: "acme", Op: "getStatus", Kind: kind, Status: 404, Code: "gone"}, nil, []byte("{}"))
	}

	complete := kyc.NewError(kyc.Error{Kind: kyc.ErrPending, Member: "Ref", Want: "that of kyc.Complete"}, nil, nil)
	eopnotsupp := kyc.NewError(kyc.Error{Kind: kyc.ErrUnavailable}, syscall.EOPNOTSUPP, nil)

	BeforeEach(func() {
		good := gleak.Goroutines()
		DeferCleanup(func() { Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(good)) })
	})
	AfterEach(func() {
		Expect(counted).NotTo(HaveKey("Fetch after an answer"))
	})

	// await runs WaitFetch where the clock only goes on while everyone waits.
	await := func(j *journey, w kyc.Waiting) (saw kyc.Waited, err error) {
		synctest.Test(suite, func(t *testing.T) {
			j.began = time.Now()
			saw, err = kyc.WaitFetch(t.Context(), j, "ref-1", kyc.Aadhaar, w)
		})
		Expect(saw.Status).To(Equal(j.status))
		Expect(saw.Fetch).To(Equal(j.fetch))
		return saw, err
	}
	with := func(w kyc.Waiting) kyc.Waiting {
		w.Budget = budget
		return w
	}

	DescribeTable("has it", func(j *journey, w kyc.Waiting, at ...time.Duration) {
		saw, err := await(j, with(w))
		Expect(err).NotTo(HaveOccurred())
		Expect(saw.Record).To(BeIdenticalTo(record))
		Expect(j.at).To(Equal(at))
	},
		Entry("at once", &journey{states: []any{kyc.Granted}, documents: []any{record}}, kyc.Waiting{}, 0*s, 0*s),
		Entry("after the consent", &journey{states: []any{kyc.Pending, kyc.ErrPending, kyc.Granted}, documents: []any{record}}, kyc.Waiting{}, 0*s, s, 3*s, 3*s),
		Entry("after it was checked", &journey{states: []any{kyc.Granted}, documents: []any{kyc.ErrPending, kyc.ErrPending, record}}, kyc.Waiting{}, 0*s, 0*s, s, 3*s),
		Entry("after a rate limit", &journey{states: []any{kyc.Granted}, documents: []any{
			kyc.NewError(kyc.Error{Kind: kyc.ErrRateLimited, RetryAfter: 30 * s}, nil, nil), record,
		}}, kyc.Waiting{}, 0*s, 0*s, 30*s),
		Entry("of a journey whose consent was seen before", &journey{documents: []any{record}}, kyc.Waiting{Last: &kyc.Consent{State: kyc.Granted}}, 0*s),
		Entry("of a user who is back", &journey{states: []any{kyc.Granted}, documents: []any{record}}, kyc.Waiting{Return: kyc.Return{State: kyc.Granted}}, 0*s, 0*s),
		Entry("although the return says that the user refused, which is no proof", &journey{states: []any{kyc.Granted}, documents: []any{record}},
			kyc.Waiting{Return: kyc.Return{State: kyc.Denied}}, 0*s, 0*s),
		Entry("where no state can be asked for", &journey{states: []any{fmt.Errorf("acme: %w", errors.ErrUnsupported)}, documents: []any{kyc.ErrPending, record}},
			kyc.Waiting{}, 0*s, 0*s, s),
		Entry("where no state can be asked for, and it was too early", &journey{states: []any{errors.ErrUnsupported}, documents: []any{
			kyc.NewError(kyc.Error{Kind: kyc.ErrPending, NoConsent: true}, nil, nil), record,
		}}, kyc.Waiting{}, 0*s, 0*s, s),
		Entry("where the call for a state is not there, and there again", &journey{states: []any{
			kyc.NewError(kyc.Error{Kind: kyc.ErrUnavailable, NoStatus: true}, nil, nil), kyc.Granted,
		}, documents: []any{kyc.ErrPending, record}}, kyc.Waiting{}, 0*s, 0*s, s, s),
		Entry("where the user shares what may be another word for it", &journey{states: []any{kyc.Consent{State: kyc.Granted, Granted: []kyc.Document{"ADHAR", kyc.PAN}}}, documents: []any{record}},
			kyc.Waiting{}, 0*s, 0*s),
		Entry("where the user shares it", &journey{states: []any{kyc.Consent{State: kyc.Granted, Granted: []kyc.Document{kyc.PAN, kyc.Aadhaar}}}, documents: []any{record}},
			kyc.Waiting{}, 0*s, 0*s),
	)

	DescribeTable("ends with the reason why there is none", func(j *journey, w kyc.Waiting, kind kyc.Err, calls int) {
		saw, err := await(j, with(w))
		Expect(kyc.KindOf(err)).To(Equal(kind), "%v", err)
		Expect(kyc.Final(err)).To(BeTrue())
		Expect(saw.Record).To(BeNil())
		Expect(saw.Status + saw.Fetch).To(Equal(calls))
	},
		Entry("denied", &journey{states: []any{kyc.Pending, kyc.Denied}}, kyc.Waiting{}, kyc.ErrDenied, 2),
		Entry("denied, as the return alone says", &journey{states: []any{kyc.Pending}}, kyc.Waiting{Return: kyc.Return{State: kyc.Denied}}, kyc.ErrDenied, 1),
		Entry("denied, as the return says of a journey that has no state yet", &journey{states: []any{kyc.ErrPending}}, kyc.Waiting{Return: kyc.Return{State: kyc.Denied}}, kyc.ErrDenied, 1),
		Entry("denied, as the return says of a journey that has gone", &journey{states: []any{refusal(kyc.ErrNotFound)}}, kyc.Waiting{Return: kyc.Return{State: kyc.Denied}}, kyc.ErrDenied, 1),
		Entry("denied, as was seen before", &journey{}, kyc.Waiting{Last: &kyc.Consent{State: kyc.Denied}}, kyc.ErrDenied, 0),
		Entry("expired", &journey{states: []any{kyc.Pending, kyc.Expired}}, kyc.Waiting{}, kyc.ErrExpired, 2),
		Entry("expired, though the return says otherwise", &journey{states: []any{kyc.Expired}}, kyc.Waiting{Return: kyc.Return{State: kyc.Denied}}, kyc.ErrExpired, 1),
		Entry("revoked", &journey{states: []any{kyc.Revoked}}, kyc.Waiting{}, kyc.ErrExpired, 1),
		Entry("gone, after it was there", &journey{states: []any{kyc.Pending, refusal(kyc.ErrNotFound)}}, kyc.Waiting{}, kyc.ErrExpired, 2),
		Entry("gone, after it was started", &journey{states: []any{refusal(kyc.ErrNotFound)}}, kyc.Waiting{Last: &kyc.Consent{State: kyc.Pending}}, kyc.ErrExpired, 1),
		Entry("gone, when its document was asked for", &journey{states: []any{kyc.Granted, refusal(kyc.ErrNotFound)}, documents: []any{refusal(kyc.ErrNotFound)}}, kyc.Waiting{}, kyc.ErrExpired, 3),
		Entry("gone, since it was seen", &journey{documents: []any{refusal(kyc.ErrNotFound)}}, kyc.Waiting{Last: &kyc.Consent{State: kyc.Granted}}, kyc.ErrExpired, 1),
		Entry("denied, where no state can be asked for", &journey{states: []any{errors.ErrUnsupported}}, kyc.Waiting{Return: kyc.Return{State: kyc.Denied}}, kyc.ErrDenied, 1),
		Entry("not shared, without a fetch", &journey{states: []any{kyc.Consent{State: kyc.Granted, Granted: []kyc.Document{kyc.PAN}}}}, kyc.Waiting{}, kyc.ErrDenied, 1),
		Entry("not shared beside another that was asked for, without a fetch", &journey{states: []any{kyc.Consent{
			State: kyc.Granted, Requested: []kyc.Document{kyc.Aadhaar, "HSCER"}, Granted: []kyc.Document{"HSCER"},
		}}}, kyc.Waiting{}, kyc.ErrDenied, 1),
		Entry("no e-Aadhaar, without a fetch", &journey{states: []any{kyc.Consent{State: kyc.Granted, EAadhaar: &no}}}, kyc.Waiting{}, kyc.ErrNoDocument, 1),
		Entry("no document", &journey{states: []any{kyc.Granted}, documents: []any{kyc.ErrPending, refusal(kyc.ErrNoDocument)}}, kyc.Waiting{}, kyc.ErrNoDocument, 3),
		Entry("not shared", &journey{states: []any{kyc.Granted}, documents: []any{refusal(kyc.ErrDenied)}}, kyc.Waiting{}, kyc.ErrDenied, 2),
		Entry("no consent to it, after the consent", &journey{states: []any{kyc.Granted}, documents: []any{
			kyc.NewError(kyc.Error{Kind: kyc.ErrPending, NoConsent: true}, nil, nil),
		}}, kyc.Waiting{}, kyc.ErrDenied, 2),
		Entry("somebody else", &journey{states: []any{kyc.Granted}, documents: []any{refusal(kyc.ErrMismatch)}}, kyc.Waiting{}, kyc.ErrMismatch, 2),
	)

	It("keeps what the provider said of a journey that has gone", func() {
		_, err := await(&journey{states: []any{kyc.Pending, refusal(kyc.ErrNotFound)}}, with(kyc.Waiting{}))
		var e *kyc.Error
		Expect(errors.As(err, &e)).To(BeTrue())
		Expect(e).To(And(HaveField("Provider", "acme"), HaveField("Status", 404), HaveField("Code", "gone")))
		Expect(e.Raw()).To(Equal([]byte("{}")))
	})

	DescribeTable("ends at once with any other error, and does not call again", func(j *journey, want error, calls int) {
		saw, err := await(j, with(kyc.Waiting{}))
		Expect(err).To(BeIdenticalTo(want))
		Expect(saw.Status + saw.Fetch).To(Equal(calls))
	},
		Entry("an outage of Status", &journey{states: []any{kyc.Pending, kyc.ErrUnavailable}}, kyc.ErrUnavailable, 2),
		Entry("a Ref that never was", &journey{states: []any{kyc.ErrNotFound}}, kyc.ErrNotFound, 1),
		Entry("a journey that is there, and its document is not known", &journey{states: []any{kyc.Granted}, documents: []any{kyc.ErrNotFound}}, kyc.ErrNotFound, 3),
		Entry("an outage that package syscall calls unsupported", &journey{states: []any{eopnotsupp}, documents: []any{record}}, eopnotsupp, 1),
		Entry("an outage of Fetch", &journey{states: []any{kyc.Granted}, documents: []any{kyc.ErrUnavailable, record}}, kyc.ErrUnavailable, 2),
		Entry("an answer that cannot be read", &journey{states: []any{kyc.Granted}, documents: []any{kyc.ErrUnexpected, record}}, kyc.ErrUnexpected, 2),
		Entry("a document that the provider does not have", &journey{states: []any{kyc.Granted}, documents: []any{errors.ErrUnsupported}}, errors.ErrUnsupported, 2),
		Entry("a document that it does not have, and no state", &journey{states: []any{errors.ErrUnsupported}, documents: []any{errors.ErrUnsupported}}, errors.ErrUnsupported, 2),
	)

	DescribeTable("ends with its budget, and says what is known", func(j *journey, b kyc.Budget, kind kyc.Err, state kyc.State, calls int) {
		saw, err := await(j, kyc.Waiting{Budget: b})
		Expect(kyc.KindOf(err)).To(Equal(kind))
		Expect(saw.Consent).To(HaveField("State", state))
		Expect(saw.Status + saw.Fetch).To(Equal(calls))
	},
		Entry("of calls, before consent", &journey{states: []any{kyc.Pending}}, budget, kyc.ErrPending, kyc.Pending, 6),
		Entry("of calls, after consent", &journey{states: []any{kyc.Granted}, documents: []any{kyc.ErrPending}}, budget, kyc.ErrPending, kyc.Granted, 6),
		Entry("of one call, which the state took", &journey{states: []any{kyc.Granted}, documents: []any{record}}, kyc.Budget{Calls: 1}, kyc.ErrPending, kyc.Granted, 1),
		Entry("of patience", &journey{states: []any{kyc.Granted}, documents: []any{
			kyc.NewError(kyc.Error{Kind: kyc.ErrRateLimited, RetryAfter: 24 * time.Hour}, nil, nil),
		}}, kyc.Budget{}, kyc.ErrRateLimited, kyc.Granted, 2),
	)

	It("fetches another document of an account without e-Aadhaar", func() {
		j := &journey{states: []any{kyc.Consent{State: kyc.Granted, EAadhaar: &no}}, documents: []any{record}}
		saw, err := kyc.WaitFetch(context.Background(), j, "ref-1", kyc.PAN, with(kyc.Waiting{}))
		Expect(err).NotTo(HaveOccurred())
		Expect(saw.Record).To(BeIdenticalTo(record))
	})

	DescribeTable("is not asked for again where it is handed out once, and may have been", func(kind kyc.Err) {
		used := kyc.NewError(kyc.Error{Kind: kind, Spent: true}, nil, nil)
		_, err := await(&journey{states: []any{kyc.Granted}, documents: []any{used, record}}, with(kyc.Waiting{}))
		Expect(err).To(BeIdenticalTo(used))
	},
		Entry("by an outage", kyc.ErrUnavailable), Entry("by what is called not ready", kyc.ErrPending),
		Entry("by a rate limit", kyc.ErrRateLimited), Entry("by a journey that is not there", kyc.ErrNotFound),
	)

	DescribeTable("tells where the deadline cut the call for it", func(doc kyc.Document, kind kyc.Err, spent bool) {
		synctest.Test(suite, func(t *testing.T) {
			j := &journey{states: []any{kyc.Granted}, documents: []any{context.DeadlineExceeded}}
			j.fetching = func() { time.Sleep(time.Minute) }
			w := kyc.Waiting{Budget: kyc.Budget{Deadline: time.Now().Add(s)}}
			saw, err := kyc.WaitFetch(t.Context(), single{j}, "ref-1", doc, w)
			Expect(err).To(MatchError(kind))
			Expect(saw.Fetch).To(Equal(1))
			e := (*kyc.Error)(nil)
			Expect(errors.As(err, &e) && e.Spent).To(Equal(spent))
		})
	},
		Entry("and it is handed out once", kyc.Aadhaar, kyc.ErrUnavailable, true),
		Entry("and it can be asked for again", kyc.PAN, kyc.ErrPending, false),
	)

	DescribeTable("tells so of the one that holds the journey", func(ref kyc.Ref, kind kyc.Err) {
		synctest.Test(suite, func(t *testing.T) {
			j := &journey{states: []any{kyc.Granted}, documents: []any{context.DeadlineExceeded}}
			j.fetching = func() { time.Sleep(time.Minute) }
			w := kyc.Waiting{Budget: kyc.Budget{Deadline: time.Now().Add(s)}}
			p := wrapped{several{j, wrapped{several{j, single{j}}}}}
			_, err := kyc.WaitFetch(t.Context(), p, ref, kyc.Aadhaar, w)
			Expect(err).To(MatchError(kind))
		})
	},
		Entry("and hands it out again", kyc.Ref("other"), kyc.ErrPending),
		Entry("and hands it out again, behind another", kyc.Ref("mine.other"), kyc.ErrPending),
		Entry("and hands it out once", kyc.Ref("mine.mine.1"), kyc.ErrUnavailable),
	)

	It("is handed out once by one that holds nothing but itself", func() {
		p := new(over)
		p.Provider = single{new(journey)}
		Expect(kyc.FetchesOnce(p, "1", kyc.Aadhaar)).To(BeTrue())
		Expect(kyc.FetchesOnce(p, "1", kyc.PAN)).To(BeFalse())
	})

	DescribeTable("is not lost where the deadline comes behind the answer", func(doc kyc.Document, once bool) {
		came := kyc.NewError(kyc.Error{Provider: "acme", Kind: kyc.ErrUnverified, Status: 200, Spent: once},
			context.DeadlineExceeded, []byte(`{"name":"Fake Person"}`))
		synctest.Test(suite, func(t *testing.T) {
			j := &journey{states: []any{kyc.Granted}, documents: []any{came}}
			j.fetching = func() { time.Sleep(time.Minute) }
			w := kyc.Waiting{Budget: kyc.Budget{Deadline: time.Now().Add(s)}}
			saw, err := kyc.WaitFetch(t.Context(), single{j}, "ref-1", doc, w)
			Expect(err).To(BeIdenticalTo(came))
			Expect(saw.Fetch).To(Equal(1))
		})
	},
		Entry("of what is handed out once", kyc.Aadhaar, true),
		Entry("of what can be asked for again, but may be billed", kyc.PAN, false),
	)

	It("is none that the provider does not read, and nobody is asked", func() {
		j := new(journey)
		_, err := kyc.WaitFetch(context.Background(), reads{j}, "ref-1", kyc.Aadhaar, with(kyc.Waiting{}))
		Expect(err).To(MatchError(errors.ErrUnsupported))
		Expect(j.refs).To(BeEmpty())
	})

	It("goes on with the Ref that the return has completed", func() {
		j := &journey{states: []any{kyc.Granted}, documents: []any{record}}
		w := with(kyc.Waiting{Return: kyc.Return{Ref: "ref-1.more"}, Last: &kyc.Consent{Ref: "ref-1",
			State: kyc.Pending}})
		_, err := kyc.WaitFetch(context.Background(), wrapped{matching{j}}, "ref-1", kyc.Aadhaar, w)
		Expect(err).NotTo(HaveOccurred())
		Expect(j.refs).To(Equal([]kyc.Ref{"ref-1.more", "ref-1.more"}))
	})

	DescribeTable("makes no call by what is said of another journey", func(w kyc.Waiting, member string) {
		for _, p := range []kyc.Provider{&journey{}, matching{&journey{}}} {
			saw, err := kyc.WaitFetch(context.Background(), p, "ref-1", kyc.Aadhaar, w)
			Expect(err).To(And(MatchError(kyc.ErrInvalid), HaveField("Member", member)))
			Expect(saw).To(Equal(kyc.Waited{}))
		}
	},
		Entry("in a return", kyc.Waiting{Return: kyc.Return{Ref: "ref-12", State: kyc.Denied}}, "Return"),
		Entry("in a consent", kyc.Waiting{Last: &kyc.Consent{Ref: "ref-12", State: kyc.Denied}}, "Last"),
		Entry("in a consent, as one that was granted",
			kyc.Waiting{Last: &kyc.Consent{Ref: "ref-2", State: kyc.Granted}}, "Last"),
	)

	It("takes two Refs for those of two journeys if the provider does not say otherwise", func() {
		_, err := kyc.WaitFetch(context.Background(), &journey{}, "ref-1", kyc.Aadhaar,
			kyc.Waiting{Return: kyc.Return{Ref: "ref-1.more"}})
		Expect(err).To(MatchError(kyc.ErrInvalid))
	})

	Describe("takes what a webhook tells", func() {
		event := func(ref kyc.Ref, state kyc.State) *kyc.Event {
			return &kyc.Event{Consent: kyc.Consent{Ref: ref, State: state}}
		}

		DescribeTable("while it waits:", func(events []*kyc.Event, j *journey, kind kyc.Err, took time.Duration, calls int) {
			var saw kyc.Waited
			var err error
			synctest.Test(suite, func(t *testing.T) {
				told := make(chan *kyc.Event)
				j.began = time.Now()
				go func() {
					time.Sleep(1500 * time.Millisecond)
					for _, e := range events {
						told <- e
					}
					close(told)
				}()
				saw, err = kyc.WaitFetch(t.Context(), j, "ref-1", kyc.Aadhaar, kyc.Waiting{Budget: budget, Events: told})
				Expect(time.Since(j.began)).To(Equal(took))
			})
			Expect(kyc.KindOf(err)).To(Equal(kind))
			Expect(saw.Status + saw.Fetch).To(Equal(calls))
		},
			Entry("granted: the document is asked for at once", []*kyc.Event{event("ref-1", kyc.Granted)},
				&journey{states: []any{kyc.Pending}, documents: []any{record}}, kyc.Err(""), 1500*time.Millisecond, 3),
			Entry("granted, but the document is asked for no sooner than a rate limit tells",
				[]*kyc.Event{event("ref-1", kyc.Granted)},
				&journey{
					states:    []any{kyc.NewError(kyc.Error{Kind: kyc.ErrRateLimited, RetryAfter: 10 * s}, nil, nil)},
					documents: []any{record},
				},
				kyc.Err(""), 10*s, 2),
			Entry("denied", []*kyc.Event{event("ref-1", kyc.Denied)}, &journey{states: []any{kyc.Pending}}, kyc.ErrDenied, 1500*time.Millisecond, 2),
			Entry("expired", []*kyc.Event{event("ref-1", kyc.Expired)}, &journey{states: []any{kyc.Pending}}, kyc.ErrExpired, 1500*time.Millisecond, 2),
			Entry("nothing of this journey, and then nothing more", []*kyc.Event{event("ref-2", kyc.Denied), event("ref-1", kyc.Pending), nil},
				&journey{states: []any{kyc.Pending, kyc.Pending, kyc.Granted}, documents: []any{record}}, kyc.Err(""), 3*s, 4),
		)

		It("before it asks for anything", func() {
			told := make(chan *kyc.Event, 2)
			told <- event("ref-2", kyc.Denied)
			told <- event("ref-1", kyc.Granted)
			j := &journey{documents: []any{record}}
			saw, err := kyc.WaitFetch(context.Background(), j, "ref-1", kyc.Aadhaar, kyc.Waiting{Budget: budget, Events: told})
			Expect(err).NotTo(HaveOccurred())
			Expect(saw).To(And(HaveField("Status", 0), HaveField("Fetch", 1)))
		})
	})

	It("does not ask anew for a document that the provider did not know, whatever a webhook tells meanwhile", func() {
		told := make(chan *kyc.Event, 1)
		j := &journey{states: []any{kyc.Granted}, documents: []any{refusal(kyc.ErrNotFound), record}}
		j.fetching = func() { told <- &kyc.Event{Consent: kyc.Consent{Ref: "ref-1", State: kyc.Granted}} }
		saw, err := await(j, kyc.Waiting{Budget: budget, Events: told})
		Expect(err).To(MatchError(kyc.ErrNotFound))
		Expect(saw).To(And(HaveField("Status", 2), HaveField("Fetch", 1)))
	})

	It("ends with ctx", func() {
		synctest.Test(suite, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*s)
			defer cancel()
			j := &journey{states: []any{kyc.Pending}, began: time.Now()}
			saw, err := kyc.WaitFetch(ctx, j, "ref-1", kyc.Aadhaar, kyc.Waiting{Budget: budget})
			Expect(err).To(BeIdenticalTo(context.DeadlineExceeded))
			Expect(saw.Consent).To(HaveField("State", kyc.Pending))
			Expect(time.Since(j.began)).To(Equal(2 * s))
		})
	})

	It("refuses a budget that makes no sense", func() {
		j := new(journey)
		_, err := kyc.WaitFetch(context.Background(), j, "ref-1", kyc.Aadhaar, kyc.Waiting{Budget: kyc.Budget{Calls: -1}})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(err).To(And(HaveField("Op", "WaitFetch"), HaveField("Member", "Budget.Calls")))
		Expect(j.refs).To(BeEmpty())
	})

	DescribeTable("is told by its name in errors", func(j *journey) {
		_, err := await(j, kyc.Waiting{Budget: budget})
		Expect(err).To(MatchError(HavePrefix("kyc: WaitFetch: ")))
	},
		Entry("at the end of the budget", &journey{states: []any{kyc.Pending}}),
		Entry("at the end of the journey", &journey{states: []any{kyc.Expired}}),
	)

	DescribeTable("where only kyc.Complete brings the journey on", func(j *journey, w kyc.Waiting,
		calls int, about OmegaMatcher,
	) {
		synctest.Test(suite, func(t *testing.T) {
			p := wrapped{several{nil, exchanging{completing{j}}}}
			saw, err := kyc.WaitFetch(t.Context(), p, "mine.1", kyc.Aadhaar, with(w))
			Expect(err).To(about)
			Expect(saw.Status + saw.Fetch).To(Equal(calls))
		})
	},
		Entry("ends at once", &journey{states: []any{kyc.Pending}}, kyc.Waiting{}, 1,
			And(MatchError(kyc.ErrPending), HaveField("Op", "WaitFetch"), HaveField("Member", "Ref"),
				HaveField("Want", ContainSubstring("kyc.Complete")))),
		Entry("ends at once where the document is asked for too early, as a newer Ref is known",
			&journey{documents: []any{complete}}, kyc.Waiting{Last: &kyc.Consent{State: kyc.Granted}}, 1,
			BeIdenticalTo(complete)),
		Entry("ends with a refusal that the return tells", &journey{states: []any{kyc.Pending}},
			kyc.Waiting{Return: kyc.Return{State: kyc.Denied}}, 1, MatchError(kyc.ErrDenied)),
		Entry("goes on after a rate limit",
			&journey{states: []any{kyc.ErrRateLimited, kyc.Granted}, documents: []any{record}}, kyc.Waiting{}, 3,
			Not(HaveOccurred())),
		Entry("waits for a document that is being checked",
			&journey{states: []any{kyc.Granted}, documents: []any{kyc.ErrPending, record}}, kyc.Waiting{}, 3,
			Not(HaveOccurred())),
	)
})

// reads is a provider that reads no Aadhaar.
type reads struct{ kyc.Provider }

func (reads) Fetches() []kyc.Document { return []kyc.Document{kyc.PAN} }

// matching is a journey that has two Refs, the second of which begins with the first.
type matching struct{ *journey }

func (matching) SameJourney(a, b kyc.Ref) bool { return strings.HasPrefix(string(b), string(a)+".") }

// one is one of several providers, of which this one reads no returns.
type one struct{ kyc.Provider }

func (one) ParseReturn(kyc.Ref, *url.URL) (kyc.Return, error) {
	return kyc.Return{}, fmt.Errorf("one: %w", errors.ErrUnsupported)
}

// completing is a provider that reads returns; others do not.
type completing struct{ kyc.Provider }

func (completing) ParseReturn(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	return kyc.Return{Ref: ref + kyc.Ref(u.RawQuery), State: kyc.Denied}, nil
}

// exchanging is a provider whose return brings a code; it reads returns, too.
type exchanging struct{ completing }

func (exchanging) Exchange(_ context.Context, ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	switch u.RawQuery {
	case "code":
		return kyc.Return{Ref: ref + ".token", State: kyc.Granted, Consent: &kyc.Consent{Ref: ref + ".token"}}, nil
	case "another's":
		return kyc.Return{}, fmt.Errorf("exchanging: %w", errors.ErrUnsupported)
	}
	return kyc.Return{}, kyc.ErrInvalid
}

// wrapped is a provider around another one.
type wrapped struct{ kyc.Provider }

func (w wrapped) Unwrap() kyc.Provider { return w.Provider }

// deaf is a provider around another one, of which it returns one capability under its name.
type deaf struct{ wrapped }

func (deaf) As(target any) bool {
	parser, ok := target.(*kyc.ReturnParser)
	if ok {
		*parser = silent{}
	}
	return ok
}

type silent struct{}

func (silent) ParseReturn(ref kyc.Ref, _ *url.URL) (kyc.Return, error) {
	return kyc.Return{Ref: ref}, nil
}

var _ = Describe("The user's return", func() {
	back := &url.URL{RawQuery: ".7"}

	It("completes the Ref where it has more of it", func(ctx SpecContext) {
		Expect(kyc.Complete(ctx, completing{}, "1", back)).To(Equal(kyc.Return{Ref: "1.7", State: kyc.Denied}))
		Expect(kyc.Complete(ctx, wrapped{completing{}}, "1", back)).To(Equal(kyc.Return{Ref: "1.7", State: kyc.Denied}), "also behind a wrapper")
	})

	It("leaves it where the provider reads none", func(ctx SpecContext) {
		Expect(kyc.Complete(ctx, &journey{}, "1", back)).To(Equal(kyc.Return{Ref: "1"}))
	})

	It("leaves it where one of several providers reads none", func(ctx SpecContext) {
		Expect(kyc.Complete(ctx, one{}, "1", back)).To(Equal(kyc.Return{Ref: "1"}))
	})

	It("is exchanged where it brings a code, and not read besides", func(ctx SpecContext) {
		code, forged := &url.URL{RawQuery: "code"}, &url.URL{RawQuery: "forged"}
		said, err := kyc.Complete(ctx, wrapped{exchanging{}}, "1", code)
		Expect(err).NotTo(HaveOccurred())
		Expect(said.Ref).To(Equal(kyc.Ref("1.token")))
		Expect(said.Consent.Ref).To(Equal(said.Ref))
		Expect(said.State).To(Equal(kyc.Granted))
		said, err = kyc.Complete(ctx, exchanging{}, "1", forged)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(said).To(BeZero())
	})

	It("is read where one of several providers exchanges none", func(ctx SpecContext) {
		Expect(kyc.Complete(ctx, exchanging{}, "1", &url.URL{RawQuery: "another's"})).To(
			Equal(kyc.Return{Ref: "1another's", State: kyc.Denied}))
	})

	DescribeTable("is refused where there is none", func(ctx SpecContext, p kyc.Provider) {
		said, err := kyc.Complete(ctx, p, "1", nil)
		Expect(err).To(And(MatchError(kyc.ErrInvalid), HaveField("Op", "Complete"), HaveField("Member", "back"),
			HaveField("Want", Not(BeEmpty()))))
		Expect(said).To(BeZero())
	},
		Entry("by a provider that reads none", &journey{}), Entry("by one that reads it", completing{}),
		Entry("by one that exchanges its code", exchanging{}),
	)

	It("is not read once ctx is done", func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := kyc.Complete(ctx, completing{}, "1", back)
		Expect(err).To(BeIdenticalTo(context.Canceled))
	})
})

// endless is a provider that wraps what it is told, such as itself.
type endless struct {
	kyc.Provider
	next kyc.Provider
}

func (e *endless) Unwrap() kyc.Provider              { return e.next }
func (e *endless) CheckStart(kyc.StartRequest) error { return nil }

// asking is an endless provider that asks what it wraps.
type asking struct{ endless }

func (a *asking) As(target any) bool {
	revoker, is := target.(*kyc.Revoker)
	if !is {
		return false
	}
	var ok bool
	*revoker, ok = kyc.As[kyc.Revoker](a.next)
	return ok
}

var _ = Describe("A capability", func() {
	It("is found in what a provider wraps", func() {
		Expect(kyc.Capabilities(wrapped{wrapped{completing{}}})).To(Equal([]kyc.Capability{kyc.CanParseReturn}))
		Expect(kyc.Capabilities(struct{ kyc.Provider }{completing{}})).To(BeEmpty(), "nothing says what that wraps")
		Expect(kyc.Capabilities(wrapped{})).To(BeEmpty())
	})

	It("is looked for in a provider that wraps itself, and then no more", func() {
		loop := &endless{}
		loop.next = loop
		ring := &endless{next: deaf{wrapped{loop}}}
		loop2 := &endless{next: ring}
		ring.next = deaf{wrapped{loop2}}
		for _, p := range []kyc.Provider{loop, ring, loop2} {
			_, ok := kyc.As[kyc.Revoker](p)
			Expect(ok).To(BeFalse())
			checker, ok := kyc.As[kyc.StartChecker](p)
			Expect(ok).To(BeTrue(), "which it is itself")
			Expect(checker).To(Not(BeNil()))
			Expect(kyc.Capabilities(p)).To(BeEmpty())
		}
		asks := &asking{}
		asks.next = asks
		_, ok := kyc.As[kyc.Revoker](asks)
		Expect(ok).To(BeFalse())
	})

	It("is the wrapper's own where it has a word on it", func() {
		parser, ok := kyc.As[kyc.ReturnParser](wrapped{deaf{wrapped{completing{}}}})
		Expect(ok).To(BeTrue())
		Expect(parser).To(Equal(silent{}))
		_, ok = kyc.As[kyc.Revoker](deaf{wrapped{completing{}}})
		Expect(ok).To(BeFalse())
	})
})

// single is a provider that hands Aadhaar out once.
type single struct{ kyc.Provider }

func (single) FetchesOnce() []kyc.Document { return []kyc.Document{kyc.Aadhaar} }

// several is a provider over others, of which "mine" holds the journeys whose Ref begins so.
type several struct {
	kyc.Provider
	mine kyc.Provider
}

func (s several) For(ref kyc.Ref) (kyc.Provider, kyc.Ref, error) {
	if own, is := strings.CutPrefix(string(ref), "mine."); is {
		return s.mine, kyc.Ref(own), nil
	}
	return s.Provider, ref, nil
}

// exchangingSome is one of several of which some exchange a code.
type exchangingSome struct{ several }

func (exchangingSome) Exchange(context.Context, kyc.Ref, *url.URL) (kyc.Return, error) {
	return kyc.Return{}, fmt.Errorf("several: %w", errors.ErrUnsupported)
}

func (s several) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	member, own, err := s.For(ref)
	if err != nil {
		return nil, err
	}
	return member.Status(ctx, own)
}

func (s several) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	member, own, err := s.For(ref)
	if err != nil {
		return nil, err
	}
	return member.Fetch(ctx, own, doc)
}

// FetchesOnce is what any of them does.
func (several) FetchesOnce() []kyc.Document { return []kyc.Document{kyc.Aadhaar} }

// over is one that says that it is over itself.
type over struct{ kyc.Provider }

func (e *over) For(ref kyc.Ref) (kyc.Provider, kyc.Ref, error) { return e, ref, nil }
func (e *over) Unwrap() kyc.Provider                           { return e.Provider }
