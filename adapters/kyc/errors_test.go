package kyc_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

var kinds = []kyc.Err{
	kyc.ErrPending, kyc.ErrDenied, kyc.ErrExpired, kyc.ErrNoDocument, kyc.ErrMismatch, kyc.ErrNotFound, kyc.ErrDuplicate,
	kyc.ErrInvalid, kyc.ErrCredentials, kyc.ErrNotAllowed, kyc.ErrBalance, kyc.ErrRateLimited, kyc.ErrUnavailable, kyc.ErrUnexpected,
	kyc.ErrUnverified,
}

func refusal(kind kyc.Err) error {
	return fmt.Errorf("caller: %w", kyc.NewError(kyc.Error{Provider: "testprovider", Op: "Fetch", Kind: kind}, nil, nil))
}

var _ = Describe("An error", func() {
	It("is its kind and no other", func() {
		for _, kind := range kinds {
			for _, other := range kinds {
				Expect(errors.Is(refusal(kind), other)).To(Equal(kind == other), "%v is %v", kind, other)
			}
			Expect(kyc.KindOf(refusal(kind))).To(Equal(kind))
		}
	})

	DescribeTable("has the kind", func(err error, want kyc.Err) {
		Expect(kyc.KindOf(err)).To(Equal(want))
	},
		Entry("none, without an error", nil, kyc.Err("")),
		Entry("none, of another package", io.EOF, kyc.Err("")),
		Entry("none, of a context's end", context.DeadlineExceeded, kyc.Err("")),
		Entry("itself, if bare", kyc.ErrPending, kyc.ErrPending),
		Entry("of the outer error", kyc.NewError(kyc.Error{Kind: kyc.ErrUnavailable}, kyc.ErrInvalid, nil), kyc.ErrUnavailable),
	)

	DescribeTable("tells an answer and an outage from all else", func(err error, final, outage bool) {
		Expect(kyc.Final(err)).To(Equal(final), "final")
		Expect(kyc.Outage(err)).To(Equal(outage), "outage")
	},
		Entry("no error", nil, false, false),
		Entry("pending", refusal(kyc.ErrPending), false, false),
		Entry("denied", refusal(kyc.ErrDenied), true, false),
		Entry("expired", refusal(kyc.ErrExpired), true, false),
		Entry("no document", refusal(kyc.ErrNoDocument), true, false),
		Entry("mismatch", refusal(kyc.ErrMismatch), true, false),
		Entry("not found", refusal(kyc.ErrNotFound), false, false),
		Entry("duplicate", refusal(kyc.ErrDuplicate), false, false),
		Entry("invalid", refusal(kyc.ErrInvalid), false, false),
		Entry("credentials", refusal(kyc.ErrCredentials), false, false),
		Entry("not allowed", refusal(kyc.ErrNotAllowed), false, false),
		Entry("balance", refusal(kyc.ErrBalance), false, false),
		Entry("rate limited", refusal(kyc.ErrRateLimited), false, false),
		Entry("unavailable", refusal(kyc.ErrUnavailable), false, true),
		Entry("unexpected", refusal(kyc.ErrUnexpected), false, false),
		Entry("unverified", refusal(kyc.ErrUnverified), false, false),
		Entry("unsupported", errors.ErrUnsupported, false, false),
		Entry("cancelled by the caller", context.Canceled, false, false),
	)

	DescribeTable("takes its kind from a status without a code", func(status int, want kyc.Err) {
		Expect(kyc.KindOfStatus(status)).To(Equal(want))
	},
		Entry("200 with a page", 200, kyc.ErrUnexpected), Entry("204", 204, kyc.ErrUnexpected),
		Entry("redirect", 307, kyc.ErrUnexpected), Entry("400", 400, kyc.ErrUnexpected),
		Entry("401", 401, kyc.ErrCredentials), Entry("403 of a firewall", 403, kyc.ErrNotAllowed),
		Entry("404", 404, kyc.ErrUnexpected), Entry("408", 408, kyc.ErrUnavailable), Entry("429", 429, kyc.ErrRateLimited),
		Entry("500", 500, kyc.ErrUnavailable), Entry("502", 502, kyc.ErrUnavailable), Entry("503", 503, kyc.ErrUnavailable),
		Entry("504", 504, kyc.ErrUnavailable), Entry("599", 599, kyc.ErrUnavailable), Entry("600", 600, kyc.ErrUnexpected),
	)

	It("keeps the reply and does not print it", func() {
		err := kyc.NewError(kyc.Error{
			Provider: "testprovider", Op: "Fetch", Kind: kyc.ErrUnexpected, Status: 200, Member: "url",
			Code: "the user Invented Person is not allowed", TraceID: "nobody@example.com",
		}, errors.New(`"Invented Person" at https://files.invalid/one-time?secret!`), []byte(`{"name":"Invented Person","n":"FAKEP0000X"}`))
		Expect(string(err.Raw())).To(ContainSubstring("Invented Person"))
		Expect(err.Code).To(ContainSubstring("Invented Person"))
		for _, v := range []any{err, errors.Unwrap(err), fmt.Sprint(fmt.Errorf("caller: %w", err))} {
			Expect(leaks(printed(v) + format.Object(v, 1))).To(BeEmpty())
		}
		Expect(leaks(err.GoString())).To(BeEmpty())

		type field struct{ err error } // fmt cannot call methods on it and shows what Error exports
		err.Code, err.TraceID = "not_allowed", "trace-1"
		for _, v := range []any{*err, field{err}, field{errors.Unwrap(err)}, fmt.Errorf("caller: %w", err), errors.Join(err)} {
			Expect(leaks(printed(v) + format.Object(v, 1))).To(BeEmpty())
		}
	})

	It("shows neither reply nor cause, whatever the verb, and what is unfit by none that fmt takes", func() {
		err := kyc.NewError(kyc.Error{Provider: "testprovider", Op: "Fetch", Code: "Invented Person",
			TraceID: "FAKEP0000X"},
			errors.New("secret! word"), []byte(`{"word":"secret!"}`))
		for _, verb := range strings.Split("v +v #v s q x X d o b c e g t U p w", " ") {
			for _, v := range []any{err, *err} {
				shown := fmt.Sprintf("%"+verb, v)
				Expect(leaks(shown)).NotTo(ContainElement(HavePrefix("secret!")), verb)
				if verb != "p" && verb != "w" {
					Expect(leaks(shown)).To(BeEmpty(), verb)
				}
			}
		}
		Expect(fmt.Sprintf("%p", err)).To(HavePrefix("0x"))
	})

	DescribeTable("prints what support asks for", func(err kyc.Error, parts ...string) {
		for _, part := range parts {
			Expect(kyc.NewError(err, nil, nil).Error()).To(ContainSubstring(part))
		}
	},
		Entry("who, what, kind", kyc.Error{Provider: "testprovider", Op: "Fetch", Kind: kyc.ErrPending}, "testprovider", "Fetch", kyc.ErrPending.Error()),
		Entry("status", kyc.Error{Status: 401}, "401"),
		Entry("code", kyc.Error{Code: "user_not_authenticated", CodeKnown: true}, "user_not_authenticated"),
		Entry("numeric code", kyc.Error{Code: "-1", CodeKnown: true}, "-1"),
		Entry("member", kyc.Error{Member: "data.url"}, "data.url"),
		Entry("a document that may be gone", kyc.Error{Spent: true}, "the one copy may be used up"),
		Entry("trace", kyc.Error{TraceID: "1-65f9b08c-0f46"}, "1-65f9b08c-0f46"),
		Entry("trace, as OpenTelemetry has it", kyc.Error{TraceID: "4bf92f3577b34da6a3ce929d0e0e4736"}, "4bf92f3577b34da6a3ce929d0e0e4736"),
		Entry("trace, a UUID", kyc.Error{TraceID: "EA31E1E6-96eb-4e56-a355-7bc51de94d24"}, "EA31E1E6-96eb-4e56-a355-7bc51de94d24"),
	)

	DescribeTable("prints nothing in the place of a code or a trace but one", func(text string) {
		for _, err := range []kyc.Error{{Code: text}, {TraceID: text}, {Code: text, TraceID: text, Status: 400}} {
			for _, v := range []any{&err, kyc.NewError(err, nil, nil), fmt.Sprintf("%v %+v %#v %q %x", err, err, err, err, err)} {
				Expect(printed(v)).NotTo(ContainSubstring(text))
			}
			Expect(format.Object(err, 1)).NotTo(ContainSubstring(text))
			var out bytes.Buffer
			Expect(gob.NewEncoder(&out).Encode(err)).To(Succeed())
			Expect(out.String()).NotTo(ContainSubstring(text))
			Expect(kyc.NewError(err, nil, nil).Error()).To(ContainSubstring("[hidden]"))
		}
	},
		Entry("a PAN", "FAKEP0000X"),
		Entry("a PAN that is hexadecimal", "ABCDE1234F"),
		Entry("a name", "InventedPerson"),
		Entry("a name like a code", "invented_person"),
		Entry("an Aadhaar number", "2345-6789-0124"),
		Entry("a mobile number", "9876543219"),
		Entry("a licence number that is hexadecimal", "DD0320190001234"),
		Entry("an account number", "1234567890123456"),
		Entry("a code that the documents do not have", "who_knows"),
	)

	It("is one line, with brackets only around what there is", func() {
		err := kyc.Error{Provider: "testprovider", Op: "Fetch", Kind: kyc.ErrPending}
		Expect(err.Error()).To(Equal("testprovider: Fetch: not ready"))
		err.Status, err.Code, err.Member, err.TraceID = 401, "no_consent", "data.url", "1-65f9b08c-0f46"
		err.CodeKnown = true
		Expect(err.Error()).To(Equal(`testprovider: Fetch: not ready (HTTP 401, code "no_consent", member "data.url", trace "1-65f9b08c-0f46")`))
	})

	It("prints what its cause says of itself in constant text, and nothing else of it", func() {
		e := kyc.Error{Provider: "acme", Op: "look", Kind: kyc.ErrUnavailable}
		err := kyc.NewError(e, fmt.Errorf("get: %w", &wire.Error{Kind: wire.ErrDNS}), nil)
		Expect(err).To(MatchError("acme: look: provider unavailable (name not resolved)"))
		Expect(kyc.NewError(e, errors.New("no such host quill.example"), nil)).
			To(MatchError("acme: look: provider unavailable"))
	})

	It("prints no code that is too long for one", func() {
		Expect(kyc.NewError(kyc.Error{Code: strings.Repeat("x", 64), CodeKnown: true}, nil, nil).Error()).To(ContainSubstring("xxx"))
		Expect(kyc.NewError(kyc.Error{Code: strings.Repeat("x", 65), CodeKnown: true}, nil, nil).Error()).NotTo(ContainSubstring("xxx"))
	})

	It("has no reply and no cause if it was given none", func() {
		err := kyc.NewError(kyc.Error{Kind: kyc.ErrInvalid}, nil, nil)
		Expect(err.Raw()).To(BeNil())
		Expect(err.Unwrap()).To(BeNil())
	})
})

var _ = Describe("The cause of an error", func() {
	because := func(cause error) error { return kyc.NewError(kyc.Error{Kind: kyc.ErrUnavailable}, cause, nil) }
	inURL := func(err error) error {
		return &url.Error{Op: "Get", URL: "https://api.invalid/v1?key=secret!", Err: err}
	}

	DescribeTable("loses what it repeats of its input", func(cause error) {
		Expect(leaks(cause.Error())).NotTo(BeEmpty(), "else this entry shows nothing")
		for err := because(cause); err != nil; err = errors.Unwrap(err) {
			Expect(leaks(printed(err))).To(BeEmpty())
		}
		Expect(errors.As(because(cause), new(*url.Error))).To(BeFalse())
		var timeout net.Error
		if errors.As(because(cause), &timeout) {
			Expect(leaks(timeout.Error())).To(BeEmpty())
		}
	},
		Entry("a URL", inURL(syscall.ECONNREFUSED)),
		Entry("a URL within", fmt.Errorf("sending: %w", inURL(io.EOF))),
		Entry("URLs in each other", inURL(inURL(io.EOF))),
		Entry("a URL in a text", errors.New("failed to parse Location header https://api.invalid/v1?key=secret!: no")),
		Entry("a URL with a password", errors.New("proxy socks5://secret!:secret!@proxy.invalid refused")),
		Entry("a quoted value", errors.New(`parsing time "14-03-1987" as "2006"`)),
		Entry("a quoted value with quotes", errors.New(`parsing "\"Invented\" Person": invalid`)),
		Entry("a number, as encoding/json repeats it", json.Unmarshal([]byte(`5600001234`), new(int8))),
		Entry("a number, as strconv repeats it", func() error { _, err := strconv.Atoi("FAKEP0000X"); return err }()),
	)

	DescribeTable("is still found", func(cause, target error) {
		Expect(errors.Is(because(cause), target)).To(BeTrue())
		Expect(because(cause)).To(MatchError(kyc.ErrUnavailable))
	},
		Entry("as it was", io.ErrUnexpectedEOF, io.ErrUnexpectedEOF),
		Entry("in a URL error", inURL(io.ErrUnexpectedEOF), io.ErrUnexpectedEOF),
		Entry("a refused connection", inURL(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), syscall.ECONNREFUSED),
		Entry("beside a URL error", errors.Join(io.ErrClosedPipe, inURL(io.EOF)), io.ErrClosedPipe),
		Entry("a time-out", inURL(context.DeadlineExceeded), context.DeadlineExceeded),
	)

	It("still has its type, by which failover judges", func() {
		var op *net.OpError
		Expect(errors.As(because(inURL(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED})), &op)).To(BeTrue())
		Expect(op.Op).To(Equal("dial"))
		Expect(errors.As(because(inURL(&net.DNSError{IsNotFound: true})), new(*net.DNSError))).To(BeTrue())
		Expect(errors.As(because(inURL(x509.UnknownAuthorityError{})), new(x509.UnknownAuthorityError))).To(BeTrue())
	})
})

var _ = DescribeTable("How long to wait is read from", func(header http.Header, want time.Duration) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	Expect(kyc.RetryAfter(header, now)).To(Equal(want))
},
	Entry("seconds", http.Header{"Retry-After": {"120"}}, 2*time.Minute),
	Entry("seconds with blanks", http.Header{"Retry-After": {" 7 "}}, 7*time.Second),
	Entry("a date", http.Header{"Retry-After": {"Fri, 02 Jan 2026 03:04:35 GMT"}}, 30*time.Second),
	Entry("a date of the older form", http.Header{"Retry-After": {"Friday, 02-Jan-26 03:04:35 GMT"}}, 30*time.Second),
	Entry("a date in the past: at once", http.Header{"Retry-After": {"Thu, 01 Jan 2026 00:00:00 GMT"}}, 0*time.Second),
	Entry("negative seconds: at once", http.Header{"Retry-After": {"-5"}}, 0*time.Second),
	Entry("the reset, in seconds to wait", http.Header{"X-Ratelimit-Reset": {"42"}}, 42*time.Second),
	Entry("the reset, as Unix time", http.Header{"X-Ratelimit-Reset": {"1767323055"}}, 10*time.Second),
	Entry("the reset, as Unix time in milliseconds", http.Header{"X-Ratelimit-Reset": {"1767323055500"}}, 10500*time.Millisecond),
	Entry("the reset in the past", http.Header{"X-Ratelimit-Reset": {"1000000000"}}, 0*time.Second),
	Entry("the reset in the past, in milliseconds", http.Header{"X-Ratelimit-Reset": {"1000000000000"}}, 0*time.Second),
	Entry("the retry header that a provider mentions", http.Header{"X-Ratelimit-Retry": {"9"}, "X-Ratelimit-Reset": {"42"}}, 9*time.Second),
	Entry("Retry-After before the others", http.Header{"Retry-After": {"3"}, "X-Ratelimit-Retry": {"9"}}, 3*time.Second),
	Entry("Retry-After before the reset", http.Header{"Retry-After": {"3"}, "X-Ratelimit-Reset": {"42"}}, 3*time.Second),
	Entry("the reset if Retry-After is a word", http.Header{"Retry-After": {"soon"}, "X-Ratelimit-Reset": {"42"}}, 42*time.Second),
	Entry("a day", http.Header{"Retry-After": {"86400"}}, 24*time.Hour),
	Entry("more than a day: nothing that it can mean", http.Header{"Retry-After": {"86401"}}, 0*time.Second),
	Entry("a number that is no count of seconds", http.Header{"Retry-After": {"9999999999"}}, 0*time.Second),
	Entry("a date that is more than a day ahead", http.Header{"Retry-After": {"Sat, 03 Jan 2026 03:04:06 GMT"}}, 0*time.Second),
	Entry("a reset that is more than a day ahead", http.Header{"X-Ratelimit-Reset": {"1767409446000"}}, 0*time.Second),
	Entry("nothing", http.Header{}, 0*time.Second),
	Entry("no number that fits", http.Header{"Retry-After": {"99999999999999999999"}}, 0*time.Second),
)

var _ = Describe("a cause that hides one of its own", func() {
	It("is found as itself, and what it hides is not shown", func() {
		hiding := &hidingError{cause: &url.Error{Op: "Get", URL: "https://api.invalid/?key=secret!", Err: errors.New("dial tcp 192.0.2.1:443")}}
		err := kyc.NewError(kyc.Error{Kind: kyc.ErrUnavailable}, hiding, nil)
		found := (*hidingError)(nil)
		Expect(errors.As(err, &found)).To(BeTrue())
		Expect(errors.Unwrap(err).Error()).To(Equal("no connection"))
	})
})

// hidingError finds its cause for errors.As and shows nothing of it, as wire's do.
type hidingError struct{ cause error }

func (*hidingError) Error() string        { return "no connection" }
func (e *hidingError) As(target any) bool { return errors.As(e.cause, target) }
