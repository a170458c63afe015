package kyc

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Err says what a caller can do about a refusal. It is an error itself, so that
// errors.Is(err, kyc.ErrPending) asks for a kind.
type Err string

// The kinds.
const (
	ErrPending     Err = "not ready"            // no consent yet, or still being checked: ask again later
	ErrDenied      Err = "consent denied"       // the user refused: Start anew if they wish
	ErrExpired     Err = "expired"              // link, session or consent ran out or was revoked: Start anew
	ErrNoDocument  Err = "no such document"     // a final answer: the user does not have it
	ErrMismatch    Err = "details do not match" // a final answer
	ErrNotFound    Err = "unknown reference"    // do not repeat it
	ErrDuplicate   Err = "used before"          // Start with another ID; of a code: [Exchanger]
	ErrInvalid     Err = "invalid request"      // do not repeat it
	ErrCredentials Err = "credentials refused"  // an operator must act
	ErrNotAllowed  Err = "not allowed"          // address, plan or permission: an operator must act
	ErrBalance     Err = "balance exhausted"    // an operator must act
	ErrRateLimited Err = "rate limited"         // wait for RetryAfter
	ErrUnavailable Err = "provider unavailable" // repeat later, or fail over
	ErrUnexpected  Err = "undocumented answer"  // not in specs/: report it
	// do not use the answer: its signed file says something else, nobody who is pinned signed that, or it
	// could not be had, or the provider's own sum over the file is another's; an operator may have to act. Of an
	// adapter's Options.Verify, of package signedfile, and of an adapter that is handed a file with such a sum
	ErrUnverified Err = "signed file not verified"
)

// Error says what a caller can do.
func (e Err) Error() string { return string(e) }

// Error is a provider's refusal, or an answer that could not be had or read. No
// way of printing it shows URL, headers, body or a provider's free text: they
// carry personal data. Code, Member and TraceID are printed if they are fit for it; what fmt
// says of a verb that it refuses, %p of a value or %w outside Errorf, both of which go vet
// finds, shows them as they came. Make one with [NewError].
type Error struct {
	// Provider is "setu", for instance, and Op the operationId, in specs/setu, of the call that the method is for, also
	// where it was refused before that call was made, or did not need it. Where a method is for no call (a constructor,
	// ParseReturn, the Start of some), Op is the method's own name, and so it is of this package's functions.
	Provider, Op string
	Kind         Err    // also what errors.Is matches
	Status       int    // HTTP status, 0 without an answer; Eko refuses with 200
	Code         string // the provider's own code, verbatim
	// the provider's documents have Code: only then it is printed, as any other may be a name
	CodeKnown bool
	Member    string // member of the answer, or field of the request, that is at fault; mostly empty
	// what Member has to be, in our words, where an adapter refuses it before any call; else empty
	Want string
	// what the provider's support asks for; may be empty; printed in the form of a trace id alone
	TraceID    string
	RetryAfter time.Duration // zero if not told, see [RetryAfter]
	// NoConsent says of an ErrPending that there is no consent to the document: it was asked for
	// too early, or the user does not share it. The journey's state tells which, as WaitFetch
	// knows.
	NoConsent bool
	// NoStatus says of an ErrUnavailable of Status that the call is not there, at the address
	// that was asked. Wait goes on, and WaitFetch asks for the document in between.
	NoStatus bool
	// Unsent says that the call was not sent, as what it needs first, an access token for instance, could not be had:
	// Status, Code and Raw are of that. Where there was no connection, wire.Error has an Unsent of its own.
	Unsent bool
	// Spent says of an error of Fetch that the provider hands the document out once in a journey, and has done so or
	// may have: the answer was lost, came but could not be used (see Raw), or went to an earlier call. Fetch is not to
	// be repeated; package repeat does not. See [OnceFetcher].
	Spent bool

	cause error
	raw   func() []byte // a closure, into which no printer looks, also where the Error is in another's unexported field
}

// NewError completes e with its cause and the reply as it came, both of which may
// be nil. The cause is made safe to print: a [*url.Error], whose query carries
// secrets, gives way to what it wraps, and URLs, quoted text and numbers of six
// digits and more are cut out of its text. What else the cause is or wraps,
// [errors.Is] and [errors.As] still find.
func NewError(e Error, cause error, raw []byte) *Error {
	e.cause = scrub(cause)
	if len(raw) > 0 {
		e.raw = func() []byte { return raw }
	}
	return &e
}

// Error names provider, operation and kind, and of status, code, member (with what it
// has to be) and trace what there is, whether the document is Spent, and last what a cause with a method Reason()
// string says,
// which has to be constant text: "name not resolved".
func (e *Error) Error() string {
	var details []string
	if e.Status != 0 {
		details = append(details, fmt.Sprintf("HTTP %d", e.Status))
	}
	for _, d := range []struct {
		name, value string
		fit         bool
	}{
		{"code", e.Code, e.CodeKnown && isIdentifier(e.Code)},
		{"member", e.Member, e.Want != "" || isIdentifier(e.Member)},
		{"trace", e.TraceID, IsTraceID(e.TraceID)},
	} {
		switch {
		case d.value == "":
		case !d.fit:
			details = append(details, d.name+" "+mask)
		case d.name == "member" && e.Want != "":
			details = append(details, fmt.Sprintf("member %q: want %s", d.value, e.Want))
		default:
			details = append(details, fmt.Sprintf("%s %q", d.name, d.value))
		}
	}
	if e.Spent {
		details = append(details, "the one copy may be used up")
	}
	var said interface {
		error
		Reason() string
	}
	if errors.As(e.cause, &said) {
		details = append(details, said.Reason())
	}
	text := fmt.Sprintf("%s: %s: %s", e.Provider, e.Op, e.Kind)
	if len(details) > 0 {
		text += " (" + strings.Join(details, ", ") + ")"
	}
	return text
}

// IsTraceID reports whether a text has the form of a trace id, in which it can be printed: twelve hexadecimal digits
// or more, perhaps with hyphens between them, and a letter somewhere behind a digit. That
// have UUIDs, and X-Ray's and OpenTelemetry's ids; names, PANs and the numbers of persons,
// papers and accounts have it not.
func IsTraceID(s string) bool {
	return len(s) <= 64 && hexadecimal.MatchString(s) && len(s)-strings.Count(s, "-") >= 12
}

var hexadecimal = regexp.MustCompile(`^(?i:[0-9a-f-]*[0-9][0-9a-f-]*[a-f][0-9a-f-]*)$`)

// isIdentifier reports whether a text can be a code or an id.
func isIdentifier(s string) bool {
	return len(s) <= 64 && strings.Trim(s, identifier) == "" && !longNumber.MatchString(s)
}

// longNumber matches what can be a mobile or an Aadhaar number. Traces, which are
// mostly hexadecimal, are not of digits alone.
var longNumber = regexp.MustCompile(`^[\d .-]{6,}$|\d{10,}`)

// identifier has the characters of codes and ids; what has others may be prose.
const identifier = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:#/+-[]"

// Format writes Error whatever the verb, as %#v and %d would show the reply.
func (e Error) Format(f fmt.State, _ rune) { io.WriteString(f, e.Error()) }

// GoString returns Error, for printers other than fmt.
func (e Error) GoString() string { return e.Error() }

// MarshalText returns Error, for encoders, which would show Code and TraceID
// without looking at them.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// MarshalBinary is MarshalText, for gob and CBOR.
func (e Error) MarshalBinary() ([]byte, error) { return e.MarshalText() }

// GomegaString is Error, for the messages of failed tests.
func (e Error) GomegaString() string { return e.Error() }

// LogValue is Error, also where an Error is logged by value.
func (e Error) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// Is reports whether target is e's kind.
func (e *Error) Is(target error) bool { return target == error(e.Kind) }

// Unwrap returns the cause, safe to print; nil if there is none.
func (e *Error) Unwrap() error { return e.cause }

// Raw returns the reply as it came, not a copy, cut at the operation's size
// limit; nil without a reply. Nothing prints it, and neither should you.
func (e *Error) Raw() []byte {
	if e.raw == nil {
		return nil
	}
	return e.raw()
}

// telling matches what Go's own errors repeat of their input: URLs, quoted text,
// and numbers too long for a port or a size of note.
var telling = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"']*|"(?:[^"\\]|\\.)*"|\d{6,}`)

// scrub makes err safe to print; nil stays nil.
func scrub(err error) error {
	if err == nil {
		return nil
	}
	// Not errors.As: it would reach into an error that hides its cause, such as
	// wire's, and lose what that error says itself.
	inner := err
	for e := err; e != nil; e = errors.Unwrap(e) {
		if u, ok := e.(*url.Error); ok { //nolint:errorlint // see above
			inner = u.Err
		}
	}
	text := telling.ReplaceAllString(inner.Error(), mask)
	return &scrubbed{text, func() error { return err }, func() error { return inner }}
}

// scrubbed keeps its errors in closures, as Error its reply.
type scrubbed struct {
	text         string
	whole, inner func() error // inner is what the last *url.Error wraps
}

func (s *scrubbed) Error() string        { return s.text }
func (s *scrubbed) GomegaString() string { return s.text }
func (s *scrubbed) Is(target error) bool { return errors.Is(s.whole(), target) }
func (s *scrubbed) As(target any) bool   { return errors.As(s.inner(), target) }

// KindOf returns the kind of err for a switch: of the first Error in its chain,
// else of the first Err, "" if there is neither.
func KindOf(err error) Err {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.Kind
	}
	kind := Err("")
	errors.As(err, &kind)
	return kind
}

// Final reports whether err is an answer rather than a fault: the user refused,
// let the journey expire, does not have the document, or is someone else than the
// documents say. Asking the same again does not change it, and nobody needs to be
// alerted.
func Final(err error) bool {
	switch KindOf(err) {
	case ErrDenied, ErrExpired, ErrNoDocument, ErrMismatch:
		return true
	default:
		return false
	}
}

// Outage reports whether err is a fault on the way to the provider or beyond
// which passes by itself or that another provider does not share. It says nothing
// of the user, and not whether the call took effect: one that is [Spent] is not to be repeated. A context's end is
// none.
func Outage(err error) bool { return KindOf(err) == ErrUnavailable }

// Spent reports whether err says that the one copy of a document may be used up, see [Error].Spent and [OnceFetcher]:
// do not Fetch it again, whatever the kind of err. What came is in Raw, and only a new journey brings more.
func Spent(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Spent
}

// Unsupported reports whether err says that a provider cannot do what it was asked for, see
// [Provider]. An Error is none, even if its cause is, say, EOPNOTSUPP, which package syscall
// counts among [errors.ErrUnsupported].
func Unsupported(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) && KindOf(err) == ""
}

// KindOfStatus returns the kind of an HTTP status that comes without a documented
// code, such as a gateway's page: 401 ErrCredentials, 403 ErrNotAllowed, 408
// ErrUnavailable, 429 ErrRateLimited, 5xx ErrUnavailable, any other ErrUnexpected.
func KindOfStatus(status int) Err {
	switch {
	case status == http.StatusUnauthorized:
		return ErrCredentials
	case status == http.StatusForbidden:
		return ErrNotAllowed
	case status == http.StatusTooManyRequests:
		return ErrRateLimited
	case status == http.StatusRequestTimeout, status >= 500 && status <= 599:
		return ErrUnavailable
	default:
		return ErrUnexpected
	}
}

// longestWait is what RetryAfter believes.
const longestWait = 24 * time.Hour

// RetryAfter returns how long an answer asks to wait, counted from now; 0 if it
// does not say, names a moment in the past, or asks for more than a day, which is
// another unit, a broken clock or none of a caller's patience. It reads Retry-After (seconds or a
// date), else X-RateLimit-Retry, else X-RateLimit-Reset. Cashfree names the
// latter two without their unit: a number of 1e9 and more is taken as a Unix time
// in seconds, of 1e12 and more in milliseconds, a smaller one as seconds to wait.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	if wait := asked(h, now); wait > 0 && wait <= longestWait {
		return wait
	}
	return 0
}

// asked is what the first header that can be read asks for, be it a time that is past.
func asked(h http.Header, now time.Time) time.Duration {
	for _, name := range []string{"Retry-After", "X-RateLimit-Retry", "X-RateLimit-Reset"} {
		value := strings.TrimSpace(h.Get(name))
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			switch {
			case n >= 1e12:
				return time.UnixMilli(n).Sub(now)
			case n >= 1e9:
				return time.Unix(n, 0).Sub(now)
			default:
				return time.Duration(max(0, n)) * time.Second
			}
		}
		if date, err := http.ParseTime(value); err == nil {
			return date.Sub(now)
		}
	}
	return 0
}
