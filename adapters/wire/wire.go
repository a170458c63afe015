// Package wire is the HTTP layer between a generated client and a provider:
// it gives a parser made by oapi-codegen only what that parser can read, and
// turns everything else into an [*Error] that says what happened. It links
// the standard library alone, so a team that vendors one generated client can
// take it along:
//
//	client, err := setuapi.NewClientWithResponses(url, setuapi.WithHTTPClient(wire.Doer{}))
//
//	var reply wire.Reply
//	resp, err := client.GetStatusWithResponse(wire.WithReply(ctx, &reply), id)
//	// reply holds status, header and body even where err says that they cannot be read
//
// # Layers
//
// A [Doer] puts these layers around the caller's [http.Client]. Each needs the
// one above it, and each place has a spec that fails if it is moved:
//
//  1. The caller's context: once it is done its Err is returned as it is,
//     whatever else went wrong.
//  2. The time-out, around headers and body alike: a parser that reads the
//     body after Do has returned would be outside it.
//  3. No redirects. Status and header are kept before http.Client sees a
//     Location, since one that it cannot parse makes it drop the reply.
//  4. gzip, below the limit: the limit counts bytes after decompression.
//  5. The limit, while reading: nothing beyond it is ever held.
//  6. The raw reply is kept, before anything is repaired or refused.
//  7. A cut body is told by the transport before its content is judged: what
//     arrived of it may happen to be a JSON value.
//  8. A 3xx is [ErrRedirect], whatever its body.
//  9. The byte-order mark goes, since JSON does not know it, and a text in another
//     encoding becomes UTF-8, if its label states it.
//  10. One JSON value and nothing else, or it is [ErrNotJSON]; a text in it that is still
//     no UTF-8 is [ErrEncoding], and a list that is too long [ErrTooMany]: a generated parser makes
//     a whole structure of each element, some hundred bytes of the two that {} has.
//  11. The media type is repaired last, from what the content has proved to be.
//
// [Downloader] fetches the files that a provider's reply links to. It shares
// layers 1, 2 and 4 to 7. A [Doer] of Files has those of a success that are not about its content.
package wire

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// What applies where no [Limits] say otherwise.
const (
	DefaultTimeout        = 30 * time.Second
	DefaultBody     int64 = 10 << 20 // bytes
	DefaultElements       = 10_000   // of a list; far more than any documented answer has
)

// Limits bound one exchange. A zero field leaves the choice to the next in
// line: the context, then the Doer or Downloader, then the default. Below a
// negative Timeout or Body nothing fits: nothing is sent, and the error is [ErrTimeout] or
// [ErrTooLarge].
type Limits struct {
	Timeout  time.Duration // from sending the request to the last byte of the body
	Body     int64         // bytes of body after decompression; reaching it is allowed
	Elements int           // of each list in the JSON value of a success; reaching it is allowed
}

func (l Limits) or(next Limits) Limits {
	return Limits{cmp.Or(l.Timeout, next.Timeout), cmp.Or(l.Body, next.Body), cmp.Or(l.Elements, next.Elements)}
}

// of returns the limits of an operation with that context.
func (l Limits) of(ctx context.Context) Limits {
	own, _ := ctx.Value(limitsKey{}).(Limits)
	return own.or(l).or(Limits{DefaultTimeout, DefaultBody, DefaultElements})
}

// Reply is what a provider answered, before any repair. It holds personal data
// and secrets: fmt, slog and JSON show its status and size alone, and fmt's word on
// a verb that it refuses, such as %p, the status.
type Reply struct {
	Status int // 0 if no answer came

	held func() *kept // a closure, into which no printer looks; nil: nothing
}

// kept is what a Reply holds.
type kept struct {
	header     http.Header
	body, text []byte // text is what Text says, if that is known
}

func (k *kept) itself() *kept { return k }

// NewReply returns a Reply that keeps header and body.
func NewReply(status int, header http.Header, body []byte) Reply {
	return Reply{status, (&kept{header: header, body: body}).itself}
}

// content is empty if no answer came.
func (r Reply) content() *kept {
	if r.held == nil {
		return new(kept)
	}
	return r.held()
}

// Header is the header as received, not a copy; nil if no answer came. The response that a Doer
// returns has the same, unless there was something to repair. http.Transport removes
// Content-Encoding and Content-Length of a gzip body that it unpacked.
func (r Reply) Header() http.Header { return r.content().header }

// Body is the body itself, not a copy, decompressed: what arrived of it, never more than the
// limit. It is nil if no answer came. What a generated client was handed may share its memory.
func (r Reply) Body() []byte { return r.content().body }

// String gives status and size.
func (r Reply) String() string { return fmt.Sprintf("HTTP %d, %d bytes", r.Status, len(r.Body())) }

// GoString is String.
func (r Reply) GoString() string { return r.String() }

// Format writes String for every verb.
func (r Reply) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.String()) }

// MarshalText is String, and with it JSON: header and body hold secrets.
func (r Reply) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// MarshalBinary is String, and with it gob and CBOR.
func (r Reply) MarshalBinary() ([]byte, error) { return r.MarshalText() }

// GomegaString is String, for the messages of failed tests.
func (r Reply) GomegaString() string { return r.String() }

// LogValue logs status and size.
func (r Reply) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("status", r.Status), slog.Int("bytes", len(r.Body())))
}

type (
	limitsKey struct{}
	replyKey  struct{}
)

// WithLimits sets the limits of the one operation that is called with the
// returned context: Setu's catalogue needs 5 minutes, 100 MiB and long lists.
func WithLimits(ctx context.Context, limits Limits) context.Context {
	return context.WithValue(ctx, limitsKey{}, limits)
}

// WithReply keeps the raw reply of the one call made with the returned context
// in r, also where the call fails. r is zero if no answer came. Calls that run
// at the same time need a Reply each.
func WithReply(ctx context.Context, r *Reply) context.Context {
	return context.WithValue(ctx, replyKey{}, r)
}

// replyOf returns the Reply to fill, emptied.
func replyOf(ctx context.Context) *Reply {
	reply, ok := ctx.Value(replyKey{}).(*Reply)
	if !ok || reply == nil {
		return new(Reply)
	}
	*reply = Reply{}
	return reply
}
