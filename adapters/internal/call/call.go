// Package call is what every adapter does around a call of its generated
// client: keep the raw reply, and make a [*kyc.Error] of an answer that could
// not be had, not be read, or that refuses.
//
//	c := call.New(ctx, "setu", "getStatus")
//	resp, err := api.GetStatusWithResponse(c.Context(), id, nil)
//	if err != nil {
//		return nil, c.Failed(err)
//	}
//	if resp.JSON200 == nil {
//		return nil, c.Refused(kind, code, traceID)
//	}
package call

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

// Call is one call of an operation. It serves one goroutine.
type Call struct {
	provider, op string
	caller, ctx  context.Context
	reply        wire.Reply
	plain        []byte   // the body, if Fit found nothing in it to fit
	unread       []string // see Unread
	spared       []string // see Spare
	fault        string   // the documented member for which Fit could not read the answer
	hider        kyc.Hider
}

// New prepares a call of op, an operationId in specs/<provider>.
func New(ctx context.Context, provider, op string) *Call {
	c := &Call{provider: provider, op: op, caller: ctx}
	c.ctx = wire.WithReply(ctx, &c.reply)
	for trace, _ := ctx.Value(traceKey{}).(*Trace); trace != nil; trace = trace.outer {
		trace.call.Store(c)
	}
	return c
}

// Trace is the last call that was prepared under a context, by whichever goroutine.
type Trace struct {
	call  atomic.Pointer[Call]
	outer *Trace // of the context around; nil if it has none
}

type traceKey struct{}

// WithTrace returns a context under which calls are noted in the Trace.
func WithTrace(ctx context.Context) (context.Context, *Trace) {
	outer, _ := ctx.Value(traceKey{}).(*Trace)
	t := &Trace{outer: outer}
	return context.WithValue(ctx, traceKey{}, t), t
}

// Untraced returns a context under which no call is noted in the Traces of ctx: for those that an
// adapter makes besides the one that it was asked for.
func Untraced(ctx context.Context) context.Context {
	return context.WithValue(ctx, traceKey{}, (*Trace)(nil))
}

// Last says which call it was, and the status of its answer, 0 without one; ok is false if
// there was no call. It must not be asked while a call goes on.
func (t *Trace) Last() (provider, op string, status int, ok bool) {
	c := t.call.Load()
	if c == nil {
		return "", "", 0, false
	}
	return c.provider, c.op, c.Status(), true
}

// Context is what the generated client must be called with.
func (c *Call) Context() context.Context { return c.ctx }

// Status of the answer; 0 if there was none.
func (c *Call) Status() int { return c.reply.Status }

// Body of the answer, as a parser is given it; nil if there was none.
func (c *Call) Body() []byte { return c.reply.Text() }

// Raw is Body in the form in which a result keeps it.
func (c *Call) Raw() kyc.Raw { return kyc.NewRaw(c.reply.Body()) }

// Failed is the error of a call for which the client returned err: ctx's own if
// that is done, else a *kyc.Error that keeps status and body of an answer that
// could not be read. It is both where ctx ended after a success had come, as that may
// have been for something: errors.Is finds ctx's in it.
func (c *Call) Failed(err error) error {
	done := c.ctx.Err()
	if done != nil && !c.succeeded(err) {
		return done
	}
	e := c.empty(kyc.ErrUnexpected)
	var w *wire.Error
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &w):
		e.Kind = c.kindOf(w)
		if memberPath.MatchString(c.fault) { // which may be in the provider's spelling
			e.Member = c.fault
		}
	case errors.As(err, &mistyped):
		e.Kind, e.Member = kyc.KindOfStatus(c.reply.Status), mistyped.Field
	}
	if done != nil {
		// no member is at fault where nobody went on to read it
		e.Kind, e.Member = kyc.ErrUnexpected, ""
		both := errors.Join(err, done)
		err = untold{done.Error(), func() error { return both }}
	}
	return kyc.NewError(e, err, c.reply.Body())
}

// succeeded reports whether a success came as a whole, though the client returned err.
func (c *Call) succeeded(err error) bool {
	if c.reply.Status/100 != 2 || errors.Is(err, c.ctx.Err()) {
		return false
	}
	w := (*wire.Error)(nil)
	whole := []wire.Err{wire.ErrNotJSON, wire.ErrEncoding, wire.ErrTooMany}
	return !errors.As(err, &w) || slices.Contains(whole, w.Kind)
}

// memberPath is how the documents call members.
var memberPath = regexp.MustCompile(`^[a-z][A-Za-z_]*(\.([a-z][A-Za-z_]*|[0-9]{1,4}))*$`)

// kindOf says what a failure of the wire means. Without an answer, or with half
// of one, the provider is unavailable; a whole answer that is no JSON means what
// its status means.
func (c *Call) kindOf(w *wire.Error) kyc.Err {
	switch w.Kind {
	case wire.ErrDNS, wire.ErrConnect, wire.ErrTLS, wire.ErrTimeout, wire.ErrCut:
		return kyc.ErrUnavailable
	case wire.ErrNotJSON:
		return kyc.KindOfStatus(c.reply.Status)
	default:
		return kyc.ErrUnexpected
	}
}

// Refused is the error of an answer that says no. An empty kind stands for a code that the
// documents do not have, of which only the status tells something.
func (c *Call) Refused(kind kyc.Err, code, traceID string) error {
	return c.RefusedAs(kind, code, traceID, kind != "")
}

// RefusedAs is Refused where the kind does not say whether the documents have the code: any
// other may be a name, and is not printed.
func (c *Call) RefusedAs(kind kyc.Err, code, traceID string, known bool) error {
	return c.refused(kyc.Error{Kind: kind, Code: code, CodeKnown: known, TraceID: traceID})
}

// Unconsented is Refused for what says no more than that there is no consent to a document.
func (c *Call) Unconsented(code string) error {
	return c.refused(kyc.Error{Kind: kyc.ErrPending, Code: code, CodeKnown: true, NoConsent: true})
}

func (c *Call) refused(said kyc.Error) error {
	e := c.empty(said.Kind)
	if e.Kind == "" {
		e.Kind = kyc.KindOfStatus(c.reply.Status)
	}
	e.Code, e.CodeKnown, e.TraceID, e.NoConsent = said.Code, said.CodeKnown, said.TraceID, said.NoConsent
	return kyc.NewError(e, nil, c.reply.Body())
}

// Missing is the error of an answer that lacks a member, or holds in it what
// cannot be read.
func (c *Call) Missing(member string) error {
	e := c.empty(kyc.ErrUnexpected)
	e.Member = member
	return kyc.NewError(e, nil, c.reply.Body())
}

// Invalid is the error of a request that is refused before any call, because the named
// field is not what is wanted.
func (c *Call) Invalid(field, want string) error { return c.unmade(kyc.ErrInvalid, field, want) }

// Early is the error of what is asked for before the named field is what is wanted, without any call.
func (c *Call) Early(field, want string) error { return c.unmade(kyc.ErrPending, field, want) }

func (c *Call) unmade(kind kyc.Err, field, want string) error {
	return kyc.NewError(kyc.Error{Provider: c.provider, Op: c.op, Kind: kind, Member: field, Want: want}, nil, nil)
}

func (c *Call) empty(kind kyc.Err) kyc.Error {
	return kyc.Error{
		Provider: c.provider, Op: c.op, Kind: kind, Status: c.reply.Status,
		RetryAfter: kyc.RetryAfter(c.reply.Header(), time.Now()),
	}
}

// Text is what an optional member says, "" if it is absent or null.
func Text[T ~string](p *T) string {
	if p == nil {
		return ""
	}
	return string(*p)
}

// List is an optional array: nil if it is absent or null.
func List[T any](p *[]T) []T {
	if p == nil {
		return nil
	}
	return *p
}

// Setting is what an adapter is made with and sends in a header of each request.
type Setting struct {
	Name, Value string
	Optional    bool // an empty Value is none
}

// Settings is the error of a constructor whose base is not an absolute http or
// https URL without user, query and fragment, or one of whose settings is missing
// or cannot be a header's value: net/http would refuse each request, which looks
// like an outage.
func (c *Call) Settings(base string, settings ...Setting) error {
	if u, ok := web(base); !ok || u.User != nil || strings.ContainsAny(base, "?#") {
		return c.Invalid("baseURL", "an absolute http or https URL without user, query and fragment")
	}
	return c.Values(settings...)
}

// Values is the error of Settings for the settings alone.
func (c *Call) Values(settings ...Setting) error {
	for _, s := range settings {
		if s.Value == "" && !s.Optional { // as of a variable of the environment that is not set
			return c.Invalid(s.Name, "a value, as it is empty")
		}
		unprintable := strings.ContainsFunc(s.Value, func(r rune) bool { return r <= ' ' || r > '~' })
		if unprintable {
			return c.Invalid(s.Name, "a value that a header can have, without blanks and line breaks")
		}
	}
	return nil
}

// Credentials are those for the call: what the adapter was made with or, if there is an ask,
// what that says now. An error of ask, or of check about what it says, is ErrCredentials:
// nothing is sent. errors.Is and errors.As find the former, and nothing prints its text, which
// may be a vault's word on a secret: see untold.
func Credentials[T any](c *Call, made T, ask func(context.Context) (T, error), check func(*Call, T) error) (T, error) {
	if ask == nil {
		return made, nil
	}
	var none T
	if err := c.caller.Err(); err != nil {
		return none, err
	}
	now, err := ask(c.caller)
	if done := c.caller.Err(); done != nil {
		return none, done
	}
	if err != nil {
		return none, c.Unsent(kyc.ErrCredentials, "Options.Credentials failed", err)
	}
	err = check(c, now)
	if e := (*kyc.Error)(nil); errors.As(err, &e) {
		said := kyc.Error{Provider: c.provider, Op: c.op, Kind: kyc.ErrCredentials, Member: e.Member, Want: e.Want,
			Unsent: true}
		return none, kyc.NewError(said, nil, nil)
	}
	return now, err
}

// Unsent is the error of a call that was not sent, as the caller's own code failed with err: what, in our words, is
// printed in its place. errors.Is and errors.As find err.
func (c *Call) Unsent(kind kyc.Err, what string, err error) error {
	said := kyc.Error{Provider: c.provider, Op: c.op, Kind: kind, Unsent: true}
	return kyc.NewError(said, untold{what, func() error { return err }}, nil)
}

// Verified is the record of an answer, unless verify, which is an adapter's Options.Verify and may be nil, says no.
// Then it is a *kyc.Error of the kind that verify's error is, kyc.ErrUnverified if that is of none, with the answer
// as its Raw: it was billed. errors.Is and errors.As find verify's error, and nothing prints its text, which may name
// a person, but for what its method Reason() string says. Where the caller's context has ended meanwhile, the kind is
// kyc.ErrUnverified, as that is no outage, and errors.Is finds the context's error too.
func (c *Call) Verified(record *kyc.Record, verify func(context.Context, *kyc.Record) error) (*kyc.Record, error) {
	if verify == nil {
		return record, nil
	}
	err := verify(c.caller, record) // not c.ctx, under which a download would take the place of the reply
	if err == nil {
		return record, nil
	}
	what, kind := "Options.Verify failed", cmp.Or(kyc.KindOf(err), kyc.ErrUnverified)
	var reasoned interface {
		error
		Reason() string
	}
	if errors.As(err, &reasoned) {
		what = reasoned.Reason()
	}
	if done := c.caller.Err(); done != nil {
		err, kind = errors.Join(err, done), kyc.ErrUnverified
	}
	said := kyc.Error{Provider: c.provider, Op: c.op, Status: c.Status(), Kind: kind}
	return nil, kyc.NewError(said, untold{what, func() error { return err }}, c.reply.Body())
}

// untold is an error of the caller's that nothing prints, but for the end of a context. It
// has no Unwrap, by which a printer of chains would find it, and keeps it in a closure.
type untold struct {
	what  string // is printed in its place
	cause func() error
}

func (u untold) Error() string {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(u.cause(), end) {
			return end.Error()
		}
	}
	return u.what
}

// Reason is Error, which is constant text.
func (u untold) Reason() string { return u.Error() }

func (u untold) Is(target error) bool { return errors.Is(u.cause(), target) }
func (u untold) As(target any) bool   { return errors.As(u.cause(), target) }

// Query is what the address that a user came back to says under those names. Other
// parameters are the caller's own, and may be anything.
func (c *Call) Query(u *url.URL, names ...string) (url.Values, error) {
	if u == nil {
		return nil, c.Invalid("URL", "the address that the user came back to")
	}
	return kyc.ReturnQuery(u, names...), nil
}

// FreeOf is the error of a ReturnTo that has a parameter of one of those names already: what
// the provider adds could not be told from it. One that says own, if that is not empty, may
// be there.
func (c *Call) FreeOf(returnTo, own string, names ...string) error {
	u, err := url.Parse(returnTo)
	taken := err != nil
	if !taken {
		for _, values := range kyc.ReturnQuery(u, names...) {
			taken = taken || own == "" || slices.ContainsFunc(values, func(v string) bool { return v != own })
		}
	}
	if taken {
		return c.Invalid("ReturnTo", "an address without the parameters of a return: "+strings.Join(names, ", "))
	}
	return nil
}

// Link is s if it is an absolute http or https URL, else zero: what a provider
// gives for one can be a placeholder, or a script, and nobody is to be sent there.
func Link(s string) kyc.Private {
	if _, ok := web(s); !ok {
		return kyc.Private{}
	}
	return kyc.Hide(s)
}

func web(s string) (*url.URL, bool) {
	u, err := url.Parse(s)
	return u, err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != ""
}

// YesNo reads Y, N and the other words for yes, without regard to case; nil for
// anything else.
func YesNo(p *string, yes ...string) *bool {
	is := func(word string) bool { return strings.EqualFold(Text(p), word) }
	said := is("Y") || slices.ContainsFunc(yes, is)
	if !said && !is("N") {
		return nil
	}
	return &said
}

// Mistyped reports whether err is about a member of a type that nobody
// documented, in an answer that is no success: the answer is still a refusal,
// and mostly has its code.
func (c *Call) Mistyped(err error) bool {
	return errors.As(err, new(*json.UnmarshalTypeError)) && c.reply.Status/100 != 2
}

// OrState is a consent if err says no more than how far the user is, as Status
// must not tell by an error what is a state.
func (c *Call) OrState(ref kyc.Ref, err error) (*kyc.Consent, error) {
	states := map[kyc.Err]kyc.State{kyc.ErrPending: kyc.Pending, kyc.ErrExpired: kyc.Expired, kyc.ErrDenied: kyc.Denied}
	if state, ok := states[kyc.KindOf(err)]; ok {
		return &kyc.Consent{Ref: ref, State: state, Raw: c.Raw()}, nil
	}
	return nil, err
}

// Time is the time in a member, zero if that has none: such a member must not fail a call.
// What cannot be read, or says no zone, for which zone is then taken, is told by Unread.
func (c *Call) Time(member, s string, zone *time.Location) time.Time {
	t, whole, err := kyc.ParseTimeIn(s, zone)
	if err != nil || !whole {
		c.Lose(member)
	}
	return t
}

// Link is the link in a member that is not needed: zero, and told by Unread, if it is none
// that can be followed.
func (c *Call) Link(member, s string) kyc.Private {
	link := c.HideText(s)
	if link.IsZero() {
		return link
	}
	if _, ok := web(s); !ok {
		c.Lose(member)
		return kyc.Private{}
	}
	return link
}

// Hide is an optional member as hidden text.
func (c *Call) Hide(p *string) kyc.Private { return c.HideText(Text(p)) }

// HideText is a member as hidden text.
func (c *Call) HideText(s string) kyc.Private { return c.hider.Hide(s) }

// Date is the date in a member; one in no form that is known is told by Unread.
func (c *Call) Date(member, s string) kyc.Date {
	date := kyc.ParseDate(s)
	if !date.IsZero() && date.Precision() == kyc.NoDate {
		c.Lose(member)
	}
	return date
}

// Photo is the photo in a member; what is neither a picture nor a link to one is told by
// Unread.
func (c *Call) Photo(member, s string) kyc.Photo {
	photo := kyc.ParsePhoto(s)
	if !photo.IsZero() && photo.Bytes() == nil && photo.Link() == "" {
		c.Lose(member)
	}
	return photo
}

// Aadhaar is the Aadhaar number in a member; one that does not end in four digits is told by
// Unread.
func (c *Call) Aadhaar(member, s string) kyc.Masked {
	number := kyc.MaskAadhaar(s)
	if number.IsZero() && !kyc.Hide(s).IsZero() {
		c.Lose(member)
	}
	return number
}

// Gender is an optional member as a gender.
func Gender(p *string) kyc.Gender { return kyc.ParseGender(Text(p)) }

// Integer is a whole number in decimal digits, none of them lost, also if it is
// written as 1e3 or 12345.0; "" if there is none, if it is not whole or beyond
// 256 bits.
func Integer(n *json.Number) string {
	if n == nil {
		return ""
	}
	r, ok := new(big.Rat).SetString(string(*n)) // refuses an exponent over a million by itself
	if !ok || !r.IsInt() || r.Num().BitLen() > 256 {
		return ""
	}
	return r.Num().String()
}
