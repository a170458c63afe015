// Package observe tells of each call of a [kyc.Provider] how it went, for logs and metrics,
// without anything personal: no reference, no document, no text of the provider's.
//
//	p := observe.New(provider, func(ctx context.Context, c observe.Call) {
//		slog.LogAttrs(ctx, slog.LevelInfo, "kyc", c.Attrs()...)
//	})
//
// It is outside the adapters, which know nothing of it. Beneath package repeat it sees every
// repetition; around it, one call. Of a failover, observe the members.
package observe

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"example.com/digilocker/adapters/internal/around"
	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
)

// Call is a call that was made, or was refused before it was.
type Call struct {
	Method    kyc.Method
	Provider  string        // as in its errors; "" if it made no call and named none
	Operation string        // the operationId in specs/<provider>; "" as Provider
	Kind      kyc.Err       // of its error; "" for a success, and for an error that has none
	Failed    bool          // it returned an error, be it ctx's
	Status    int           // HTTP status of the answer; 0 without one
	Duration  time.Duration // from call to return
	Billed    Billed
}

// Billed is whether a call costs money, as far as the provider's documents say.
type Billed string

// What the documents say. Of most calls they say nothing, which is no promise.
const (
	NotSaid    Billed = "not said"
	PerRequest Billed = "per request"
)

// Biller is a provider whose documents say something of prices.
type Biller interface {
	// BilledPerRequest reports whether the documents name a price for each request of the
	// operation.
	BilledPerRequest(operation string) bool
}

// Attrs are the Call for a log.
func (c Call) Attrs() []slog.Attr {
	attrs := []slog.Attr{
		slog.String("provider", c.Provider), slog.String("operation", c.Operation),
		slog.String("method", string(c.Method)), slog.Bool("failed", c.Failed), slog.Int("status", c.Status),
		slog.Duration("duration", c.Duration), slog.String("billed", string(c.Billed)),
	}
	if c.Kind != "" {
		attrs = append(attrs, slog.String("kind", string(c.Kind)))
	}
	return attrs
}

// New returns p with a hook, which is called once for each call of p that makes one, after
// it and in its goroutine: with the call's ctx, and before the caller has the result. It must
// be safe for concurrent use; nil is none. What p can do besides [kyc.Provider], the one that is returned
// can too, by [kyc.As].
func New(p kyc.Provider, hook func(ctx context.Context, c Call)) kyc.Provider {
	if hook == nil {
		return p
	}
	biller, bills := kyc.As[Biller](p)
	return around.New(p, func(ctx context.Context, m kyc.Method, do func(context.Context) error) error {
		traced, trace := call.WithTrace(ctx)
		began := time.Now()
		err := do(traced)
		c := Call{Method: m, Kind: kyc.KindOf(err), Failed: err != nil, Duration: time.Since(began), Billed: NotSaid}
		refused := (*kyc.Error)(nil)
		c.Provider, c.Operation, c.Status, _ = trace.Last()
		if errors.As(err, &refused) && refused.Op != "" { // it may be of one besides, which is not traced
			c.Provider, c.Operation, c.Status = refused.Provider, refused.Op, refused.Status
		}
		if bills && c.Status != 0 && biller.BilledPerRequest(c.Operation) {
			c.Billed = PerRequest
		}
		hook(ctx, c)
		return err
	})
}
