// Package repeat repeats those calls of a [kyc.Provider] that may be repeated: reads, after
// an outage or a rate limit.
//
//	p := repeat.New(provider, repeat.Budget{})
//
// Start, Exchange, Refresh and Revoke are never repeated: the first attempt may have taken effect. A read that
// may be billed (Fetch, FetchFile, CheckAccount) is not made again once the provider has
// answered it. It has not where there was no answer, where it says that it is too busy, and
// where a gateway stands in for it: 502 and 503 with a page that is no JSON, or with nothing.
//
// No Fetch is repeated that may have used up the one copy of a document ([kyc.Error].Spent).
//
// Nothing is repeated once ctx is done, nor what is no outage: a refusal stays one, and so
// does a call that is not there ([kyc.Error].NoStatus). Around [kyc.WaitFetch] it is of no use;
// beneath it, it is what copes with outages.
package repeat

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"example.com/digilocker/adapters/internal/around"
	"example.com/digilocker/adapters/kyc"
)

// Budget bounds the repetitions of one call. The zero value makes at most 3 calls, the
// repetitions one second and two seconds after the last one has failed.
type Budget struct {
	Calls  int           // most calls, the first one included; default 3
	First  time.Duration // between the first two calls, twice as long each time; default 1 s
	Longer time.Duration // most that RetryAfter may add to that, all pauses together; default 30 s
}

// New returns p with its reads repeated. What p can do besides [kyc.Provider], the one that
// is returned can too, by [kyc.As]. A negative budget, or no p, is [kyc.ErrInvalid].
func New(p kyc.Provider, b Budget) (kyc.Provider, error) {
	if p == nil {
		return nil, fmt.Errorf("repeat: %w: no provider", kyc.ErrInvalid)
	}
	if b.Calls < 0 || b.First < 0 || b.Longer < 0 {
		return nil, fmt.Errorf("repeat: %w: a negative number of calls, or a negative time", kyc.ErrInvalid)
	}
	b = Budget{cmp.Or(b.Calls, 3), cmp.Or(b.First, time.Second), cmp.Or(b.Longer, 30*time.Second)}
	return around.New(p, func(ctx context.Context, m kyc.Method, do func(context.Context) error) error {
		interval, longer := b.First, b.Longer
		for calls := 1; ; calls++ {
			err := do(ctx)
			if calls >= b.Calls || !repeatable(m, err) {
				return err
			}
			pause := interval
			if e := (*kyc.Error)(nil); errors.As(err, &e) {
				pause = max(pause, e.RetryAfter)
			}
			longer -= pause - interval
			if longer < 0 {
				return err
			}
			interval *= 2
			timer := time.NewTimer(pause)
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return ctx.Err()
			}
		}
	}), nil
}

// billable are the reads that a provider may send a bill for.
var billable = map[kyc.Method]bool{kyc.MethodFetch: true, kyc.MethodFetchFile: true, kyc.MethodCheckAccount: true}

// effects are the methods whose call may have taken effect though it failed.
var effects = map[kyc.Method]bool{
	kyc.MethodStart: true, kyc.MethodExchange: true, kyc.MethodRefresh: true, kyc.MethodRevoke: true,
}

// repeatable reports whether a call of m that ended with err may be made again.
func repeatable(m kyc.Method, err error) bool {
	switch {
	case effects[m] || kyc.Spent(err):
		return false
	case errors.Is(err, kyc.ErrRateLimited):
		return true
	case !kyc.Outage(err) || noStatus(err):
		return false
	}
	return !billable[m] || !answered(err)
}

// noStatus reports whether err says that the call is not there: no repetition brings it about.
func noStatus(err error) bool {
	e := (*kyc.Error)(nil)
	return errors.As(err, &e) && e.NoStatus
}

// answered reports whether an outage was told by the provider itself.
func answered(err error) bool {
	e := (*kyc.Error)(nil)
	if !errors.As(err, &e) || e.Status == 0 {
		return false
	}
	gateway := e.Status == http.StatusBadGateway || e.Status == http.StatusServiceUnavailable
	return !gateway || e.Code != "" || json.Valid(e.Raw())
}
