package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
)

// Err is why there is no readable reply. Test it with errors.Is.
type Err string

// From a [Doer] or a [Downloader].
const (
	ErrDNS      Err = "name not resolved"
	ErrConnect  Err = "no connection" // refused, unreachable, or a proxy's refusal
	ErrTLS      Err = "no TLS connection"
	ErrTimeout  Err = "time-out"         // ours or the http.Client's, never the context's
	ErrCut      Err = "reply cut off"    // no reply, or not all of it: EOF, reset, bad gzip, JSON that just ends
	ErrTooLarge Err = "reply over limit" // Reply.Body holds what came before the limit
	ErrRedirect Err = "redirect refused" // from a Doer any 3xx, from a Downloader one too many or to nowhere
	// HTML, text, nothing at all, or bytes after the value; the status decides what it means
	ErrNotJSON Err = "not a JSON value"
	// nor in what the label states: a parser would put U+FFFD into a name; of a 2xx alone
	ErrEncoding Err = "text not in UTF-8"
	ErrTooMany  Err = "list over limit" // Limits.Elements; of a 2xx alone
)

// From a [Downloader] or [Unzip] alone.
const (
	ErrExpired Err = "link expired"        // nothing was sent
	ErrLink    Err = "link refused"        // or a redirect's target; Error.Why says why
	ErrAddress Err = "address not allowed" // the link's host resolves to an address that is not public, or http is for
	ErrStatus  Err = "status not 200"
	ErrContent Err = "unknown content" // neither XML nor ZIP, PDF or JPEG
	ErrArchive Err = "archive refused" // damaged, encrypted, not one plain file, or packed too well
	// it can be unpacked by a program that knows ZipCrypto or AES, with the password that came with its link;
	// to errors.Is it is ErrArchive too
	ErrEncrypted Err = "archive encrypted"
)

// Error returns what e says; it is constant text.
func (e Err) Error() string { return string(e) }

// Error is a reply that could not be had or read.
//
// It prints its fields and nothing else. The cause often names a host or quotes
// the reply, so there is no Unwrap: errors.Is and errors.As find it, as in
// errors.Is(err, syscall.ECONNREFUSED), and nothing prints it by walking the chain.
type Error struct {
	Kind   Err
	Status int // HTTP status, 0 without a reply
	// Unsent says that there never was a connection to send the request on,
	// so the provider cannot have seen it. False means sent, or not known.
	// It takes a RoundTripper that repeats requests into account.
	Unsent bool
	// Member is where in the JSON value an ErrEncoding or ErrTooMany is first, such as data.documents.0.name;
	// it is not printed, since anyone can name a member. See [Garbled].
	Member string
	// Why is what is wrong with the link of an ErrLink or the file of an ErrArchive or ErrContent, or
	// what to do about an ErrEncrypted or an ErrStatus, in constant text; may be empty.
	Why string

	cause error
}

// Error prints kind and status.
func (e *Error) Error() string {
	text := "wire: " + string(e.Kind)
	if e.Status != 0 {
		text += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	if e.Why != "" {
		text += ": " + e.Why
	}
	return text
}

// Reason is what an error of package kyc whose cause it is prints of it; it is constant text.
func (e *Error) Reason() string {
	if e.Why != "" {
		return string(e.Kind) + ": " + e.Why
	}
	return string(e.Kind)
}

// Format prints Error for every verb; %#v and %d would print the cause.
func (e Error) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.Error()) }

// GomegaString is Error, for the messages of failed tests.
func (e Error) GomegaString() string { return e.Error() }

// Is reports whether target is e's Kind or is found in its cause. An ErrEncrypted is an ErrArchive.
func (e *Error) Is(target error) bool {
	return target == e.Kind || e.Kind == ErrEncrypted && target == ErrArchive || errors.Is(e.cause, target)
}

// As looks for target in e's cause.
func (e *Error) As(target any) bool { return errors.As(e.cause, target) }

// failure says what err, from http.Client or from reading a body, means.
func failure(caller context.Context, status int, seen *sightings, err error) error {
	if done := caller.Err(); done != nil {
		return done
	}
	if ours := (*Error)(nil); errors.As(err, &ours) {
		return &Error{Kind: ours.Kind, Status: status, Unsent: ours.Unsent, Why: ours.Why, cause: ours.cause}
	}
	for outer := (*url.Error)(nil); errors.As(err, &outer); {
		err = outer.Err // each prints a URL
	}
	e := &Error{Status: status, cause: err}
	connected := status != 0 || seen.connected.Load()
	var (
		dns         *net.DNSError
		op          *net.OpError
		certificate *tls.CertificateVerificationError
		timeout     interface{ Timeout() bool }
	)
	switch {
	case errors.As(err, &dns):
		e.Kind, e.Unsent = ErrDNS, !connected
	case errors.As(err, &timeout) && timeout.Timeout():
		e.Kind, e.Unsent = ErrTimeout, !connected && seen.asked.Load()
		e.cause = nil // a context.DeadlineExceeded that is not the caller's
	case errors.As(err, &certificate), seen.noTLS.Load() && !connected:
		e.Kind, e.Unsent = ErrTLS, !connected
	case errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect"):
		e.Kind, e.Unsent = ErrConnect, !connected
	case isRedirect(status):
		e.Kind = ErrRedirect // a Location that is no URL, or a body that nobody needs
	case seen.asked.Load() && !connected: // a proxy's refusal is plain text
		e.Kind, e.Unsent = ErrConnect, true
	default:
		e.Kind = ErrCut
	}
	return e
}

// sightings are what http.Transport says on its way. It is silent under a
// RoundTripper that is not built on one, so only what was seen proves anything.
type sightings struct {
	asked     atomic.Bool // for a connection
	connected atomic.Bool // TLS included
	noTLS     atomic.Bool // a handshake failed
}

// watch has what http.Transport says noted in seen.
func (a *attempt) watch(ctx context.Context) context.Context {
	a.trace = httptrace.ClientTrace{
		GetConn: func(string) { a.seen.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { a.seen.connected.Store(true) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if err != nil {
				a.seen.noTLS.Store(true)
			}
		},
	}
	return httptrace.WithClientTrace(ctx, &a.trace)
}
