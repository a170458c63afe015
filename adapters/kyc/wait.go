package kyc

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Budget bounds what Wait may spend. The zero value asks at most 20 times, within
// about eight minutes.
type Budget struct {
	First    time.Duration // between the first two calls; default 3 s
	Growth   float64       // each further interval is that many times the last, up to an hour; at least 1; default 1.2
	Calls    int           // most calls; default 20
	Deadline time.Time     // no call begins or lasts beyond it, Consent.ExpiresAt for one; zero: none but ctx's
}

// Wait asks p for the state of a journey, at once and then at growing intervals,
// until the state is final, and says how many calls it made. A final state, be it
// Denied, is a result and no error. A state that nobody documented is waited on.
//
// Once the budget is spent, or would be before the next call, the error is
// [ErrPending]; the consent is then the last that was seen, and may be nil. Wait
// goes on after ErrPending and, no sooner than RetryAfter tells, after
// [ErrRateLimited]. Any other error of Status ends it, and so does ctx, with
// ctx.Err(). A budget that makes no sense is [ErrInvalid].
func Wait(ctx context.Context, p Provider, ref Ref, budget Budget) (consent *Consent, calls int, err error) {
	if budget, err = budget.complete(); err != nil {
		return nil, 0, err
	}
	inTime := ctx
	if !budget.Deadline.IsZero() {
		var cancel context.CancelFunc
		inTime, cancel = context.WithDeadline(ctx, budget.Deadline)
		defer cancel()
	}
	for interval := budget.First; ; interval = budget.after(interval) {
		if err := ctx.Err(); err != nil {
			return consent, calls, err
		}
		if inTime.Err() != nil {
			return consent, calls, spent(calls)
		}
		calls++
		now, err := p.Status(inTime, ref)
		pause := interval
		switch {
		case err == nil && now.State.Final():
			return now, calls, nil
		case err == nil:
			consent = now
		case errors.Is(err, context.DeadlineExceeded) && inTime.Err() != nil && ctx.Err() == nil:
			return consent, calls, spent(calls)
		case errors.Is(err, ErrPending):
		case errors.Is(err, ErrRateLimited):
			if e := (*Error)(nil); errors.As(err, &e) {
				pause = max(pause, e.RetryAfter)
			}
		default:
			return consent, calls, err
		}
		if calls == budget.Calls || !budget.Deadline.IsZero() && time.Until(budget.Deadline) <= pause {
			return consent, calls, spent(calls)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// after returns the interval after that one. It limits before it converts, since
// a float may be more than a Duration holds.
func (b Budget) after(interval time.Duration) time.Duration {
	return time.Duration(min(float64(interval)*b.Growth, float64(time.Hour)))
}

func spent(calls int) error { return fmt.Errorf("kyc: wait: %w after %d calls", ErrPending, calls) }

// complete fills in defaults. A negated comparison refuses NaN too.
func (b Budget) complete() (Budget, error) {
	if b.First == 0 {
		b.First = 3 * time.Second
	}
	if b.Growth == 0 {
		b.Growth = 1.2
	}
	if b.Calls == 0 {
		b.Calls = 20
	}
	if b.First < 0 || !(b.Growth >= 1) || b.Calls < 0 {
		return b, fmt.Errorf("kyc: wait: %w: negative interval or calls, or a growth below 1", ErrInvalid)
	}
	return b, nil
}
