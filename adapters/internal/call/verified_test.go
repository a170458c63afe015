package call_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

var _ = Describe("a record that is verified", func() {
	const answer = `{"name":"Fake Person"}`
	var c *call.Call
	record := &kyc.Record{Document: kyc.Aadhaar}

	answered := func(ctx context.Context) {
		c = call.New(ctx, "acme", "getIDCard")
		doer := wire.Doer{Client: &http.Client{Transport: answering(func(*http.Request) *http.Response {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
				Body: io.NopCloser(strings.NewReader(answer))}
		})}}
		request, err := http.NewRequestWithContext(c.Context(), http.MethodGet, "https://acme.example/card", nil)
		Expect(err).NotTo(HaveOccurred())
		_, err = doer.Do(request) //nolint:bodyclose // a Doer's body is memory
		Expect(err).NotTo(HaveOccurred())
	}
	failing := func(err error) func(context.Context, *kyc.Record) error {
		return func(context.Context, *kyc.Record) error { return err }
	}

	It("is as it came if nobody looks, and with what was added if somebody does", func(ctx SpecContext) {
		answered(ctx)
		Expect(c.Verified(record, nil)).To(BeIdenticalTo(record))
		Expect(c.Verified(record, func(_ context.Context, r *kyc.Record) error {
			r.Signed = &kyc.Record{Document: kyc.Aadhaar}
			return nil
		})).To(HaveField("Signed.Document", kyc.Aadhaar))
	})

	It("is looked at with the caller's context, so that a download does not take the place of the answer",
		func(ctx SpecContext) {
			caller := context.WithValue(ctx, wanted{}, true)
			answered(caller)
			_, _ = c.Verified(record, func(given context.Context, _ *kyc.Record) error {
				Expect(given).To(BeIdenticalTo(caller))
				return nil
			})
		})

	DescribeTable("is refused by an error of the kind", func(ctx SpecContext, err error, kind kyc.Err) {
		answered(ctx)
		r, refused := c.Verified(record, failing(err))
		Expect(r).To(BeNil())
		e := (*kyc.Error)(nil)
		Expect(errors.As(refused, &e)).To(BeTrue())
		Expect(*e).To(And(HaveField("Provider", "acme"), HaveField("Op", "getIDCard"), HaveField("Status", 200)))
		Expect(kyc.KindOf(refused)).To(Equal(kind))
		Expect(refused).To(MatchError(kind))
		Expect(errors.Is(refused, err)).To(BeTrue(), "the cause is reached")
		Expect(string(e.Raw())).To(Equal(answer), "a billed answer is not lost")
		Expect(kyc.Unsupported(refused)).To(BeFalse())
	},
		Entry("that the function's has", fmt.Errorf("of mine: %w", kyc.ErrUnavailable), kyc.ErrUnavailable),
		Entry("unverified, if that has none", io.ErrUnexpectedEOF, kyc.ErrUnverified),
		Entry("unverified, if that is of what is not supported", errors.ErrUnsupported, kyc.ErrUnverified),
		Entry("unverified, if a time of the function's own is over", context.DeadlineExceeded, kyc.ErrUnverified),
	)

	DescribeTable("is not lost with the caller's context, whose end is found in the error of",
		func(ctx SpecContext, cause error) {
			caller, end := context.WithCancel(ctx)
			answered(caller)
			end()
			r, err := c.Verified(record, failing(cause))
			Expect(r).To(BeNil())
			Expect(errors.Is(err, context.Canceled)).To(BeTrue())
			Expect(errors.Is(err, cause)).To(BeTrue())
			e := (*kyc.Error)(nil)
			Expect(errors.As(err, &e)).To(BeTrue())
			Expect(string(e.Raw())).To(Equal(answer), "it was billed")
			Expect(e.Status).To(Equal(http.StatusOK))
			Expect(kyc.KindOf(err)).To(Equal(kyc.ErrUnverified))
			Expect(kyc.Outage(err)).To(BeFalse(), "the end of a context is none")
			Expect(err).To(MatchError(ContainSubstring("context canceled")))
		},
		Entry("a function that returns it", context.Canceled),
		Entry("a function that failed", io.ErrUnexpectedEOF),
		Entry("a function that could not have the file", kyc.ErrUnavailable),
	)

	It("is there although the caller's context has ended, if nothing was wrong", func(ctx SpecContext) {
		caller, end := context.WithCancel(ctx)
		answered(caller)
		end()
		Expect(c.Verified(record, failing(nil))).To(BeIdenticalTo(record))
	})

	It("is refused without a word of the function's, but for its Reason", func(ctx SpecContext) {
		answered(ctx)
		_, err := c.Verified(record, failing(fmt.Errorf("it is Fake Person's")))
		Expect(err).To(MatchError("acme: getIDCard: signed file not verified (HTTP 200, Options.Verify failed)"))
		for e := err; e != nil; e = errors.Unwrap(e) {
			Expect(fmt.Sprintf("%v %+v %#v %s", e, e, e, format.Object(e, 1))).NotTo(ContainSubstring("Fake"))
		}
		_, err = c.Verified(record, failing(fmt.Errorf("it is Fake Person's: %w", reasoned{})))
		Expect(err).To(MatchError("acme: getIDCard: signed file not verified (HTTP 200, Person.Name differs)"))
	})
})

type wanted struct{}

// answering is a transport.
type answering func(*http.Request) *http.Response

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) { return a(r), nil }

// reasoned is an error that says in constant text what it is about.
type reasoned struct{}

func (reasoned) Error() string  { return "Fake Person is somebody else" }
func (reasoned) Reason() string { return "Person.Name differs" }
