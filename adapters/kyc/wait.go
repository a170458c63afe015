package kyc

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Budget bounds what Wait and WaitFetch may spend. The zero value makes at most 20 calls,
// within about eight minutes, and ten more if the provider asks for them.
type Budget struct {
	First    time.Duration // between the first two calls; default 3 s
	Growth   float64       // each further interval is that many times the last, up to an hour; at least 1; default 1.2
	Calls    int           // most calls; default 20
	Deadline time.Time     // no call begins or lasts beyond it, Consent.ExpiresAt for one; zero: none but ctx's
	Longer   time.Duration // most that RetryAfter may add to the intervals, all together; default 10 minutes
}

// Wait asks p for the state of a journey, at once and then at growing intervals,
// until the state is final, and says how many calls it made. A final state, be it
// Denied, is a result and no error. A state that nobody documented is waited on.
// What a provider's Status cannot tell, it cannot wait for: see [WaitFetch].
//
// Once the budget is spent, or would be before the next call, the error is
// [ErrPending]; the consent is then the last that was seen, and may be nil. Wait
// goes on after ErrPending and, no sooner than RetryAfter tells, after
// [ErrRateLimited], which is its error if that was the last answer, or asks for more than the
// budget allows. Any other
// error of Status ends it, and so does ctx, with ctx.Err(). A budget that makes no sense is
// [ErrInvalid], with its field as Member.
//
// At an [Exchanger] a journey that is pending stays so until [Complete] gives another Ref: Wait then ends after one
// call, with an ErrPending whose Member is "Ref". So does an ErrPending of Status that has a Want.
func Wait(ctx context.Context, p Provider, ref Ref, budget Budget) (consent *Consent, calls int, err error) {
	w, err := newWait(ctx, "Wait", budget)
	if err != nil {
		return nil, 0, err
	}
	defer w.cancel()
	for {
		if err := w.next(); err != nil {
			return consent, w.calls, err
		}
		now, err := p.Status(w.inTime, ref)
		switch {
		case err == nil && now.State.Final():
			return now, w.calls, nil
		case err == nil:
			consent = now
			err = w.uncompleted(p, ref, now)
		}
		if err := w.pause(err, w.sleep); err != nil {
			return consent, w.calls, err
		}
	}
}

// wait is the waiting of one journey.
type wait struct {
	op     string // the function that waits, as errors name it
	ctx    context.Context
	inTime context.Context // ctx, until the budget's Deadline
	cancel context.CancelFunc

	budget   Budget
	interval time.Duration // until the next call
	longer   time.Duration // what is left of the budget's
	calls    int
}

func newWait(ctx context.Context, op string, budget Budget) (*wait, error) {
	budget, err := budget.complete(op)
	if err != nil {
		return nil, err
	}
	w := &wait{
		op: op, ctx: ctx, inTime: ctx, cancel: func() {},
		budget: budget, interval: budget.First, longer: budget.Longer,
	}
	if !budget.Deadline.IsZero() {
		w.inTime, w.cancel = context.WithDeadline(ctx, budget.Deadline)
	}
	return w, nil
}

// next counts a call that is about to be made; an error says that none may be.
func (w *wait) next() error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.inTime.Err() != nil || w.calls >= w.budget.Calls {
		return w.spent()
	}
	w.calls++
	return nil
}

// pause waits until the next call after one that failed with err, nil included, by sleep,
// which returns when wake or ctx says so. Its error ends the waiting.
func (w *wait) pause(err error, sleep func(wake <-chan time.Time)) error {
	pause, limited := w.interval, error(nil)
	switch {
	case early(err):
		return err
	case err == nil, errors.Is(err, ErrPending), noStatus(err):
	case w.late(err):
		return w.spent()
	case errors.Is(err, ErrRateLimited):
		limited = err
		if e := (*Error)(nil); errors.As(err, &e) {
			pause = max(pause, e.RetryAfter)
		}
	default:
		return err
	}
	switch late := !w.budget.Deadline.IsZero() && time.Until(w.budget.Deadline) <= pause ||
		pause-w.interval > w.longer; {
	case !late && w.calls < w.budget.Calls:
	case limited != nil:
		return limited
	default:
		return w.spent()
	}
	w.longer -= pause - w.interval
	w.interval = w.budget.after(w.interval)
	timer := time.NewTimer(pause)
	defer timer.Stop()
	sleep(timer.C)
	return nil
}

// late reports whether err is that of a call which the budget's Deadline cut.
func (w *wait) late(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) && w.inTime.Err() != nil && w.ctx.Err() == nil
}

func (w *wait) sleep(wake <-chan time.Time) {
	select {
	case <-w.ctx.Done():
	case <-wake:
	}
}

func (w *wait) spent() error {
	return fmt.Errorf("kyc: %s: %w after %d calls", w.op, ErrPending, w.calls)
}

// uncompleted is the error of waiting for a journey that is pending where the user's return alone brings it on, by
// [Complete], which gives another Ref; nil for any other.
func (w *wait) uncompleted(p Provider, ref Ref, now *Consent) error {
	if now.State != Pending {
		return nil
	}
	if _, exchanges := As[Exchanger](holder(p, ref)); !exchanges {
		return nil
	}
	return NewError(Error{Provider: "kyc", Op: w.op, Kind: ErrPending, Member: "Ref",
		Want: "that of kyc.Complete, once the user is back"}, nil, nil)
}

// early reports whether err says that something else has to be given first: the same request gets no further.
func early(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Kind == ErrPending && e.Want != ""
}

// after returns the interval after that one. It limits before it converts, since
// a float may be more than a Duration holds.
func (b Budget) after(interval time.Duration) time.Duration {
	return time.Duration(min(float64(interval)*b.Growth, float64(time.Hour)))
}

// complete fills in defaults. A negated comparison refuses NaN too. Errors name op.
func (b Budget) complete(op string) (Budget, error) {
	if b.First == 0 {
		b.First = 3 * time.Second
	}
	if b.Growth == 0 {
		b.Growth = 1.2
	}
	if b.Calls == 0 {
		b.Calls = 20
	}
	field, want := "", "0, which is the default, or more"
	switch {
	case b.First < 0:
		field = "First"
	case !(b.Growth >= 1):
		field, want = "Growth", "0, which is the default, or 1 at least"
	case b.Calls < 0:
		field = "Calls"
	case b.Longer < 0:
		field = "Longer"
	}
	if field != "" {
		return b, NewError(Error{Provider: "kyc", Op: op, Kind: ErrInvalid, Member: "Budget." + field, Want: want},
			nil, nil)
	}
	if b.Longer == 0 {
		b.Longer = 10 * time.Minute
	}
	return b, nil
}
