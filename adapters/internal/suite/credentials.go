package suite

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/format"

	"example.com/digilocker/adapters/internal/around"
	"example.com/digilocker/adapters/kyc"
)

// Rotating is an adapter A whose Options.Credentials says what its credentials C are.
type Rotating[A, C any] struct {
	New        func(url string, ask func(context.Context) (C, error)) (A, error)
	Operations map[string]func(ginkgo.SpecContext, A) error // by the operationId, each with a request that is in order
	With       func(secret string) C                        // credentials that are in order
	Header     string                                       // which has the secret
}

// Asking is the adapter that calls s, and asks each time.
func (r Rotating[A, C]) Asking(s *Server, ask func(context.Context) (C, error)) A {
	ginkgo.GinkgoHelper()
	a, err := r.New(s.URL, ask)
	gomega.Expect(err).NotTo(gomega.HaveOccurred(), "the constructor's credentials may be zero")
	return a
}

// AskedAtEachCall says that each call is sent with what the function says then, and that this
// has the call's context.
func (r Rotating[A, C]) AskedAtEachCall(ctx ginkgo.SpecContext) {
	ginkgo.GinkgoHelper()
	for id, call := range r.Operations {
		s, asked := Answering(http.StatusTeapot, `{}`), 0
		a := r.Asking(s, func(got context.Context) (C, error) {
			gomega.Expect(got).To(gomega.BeIdenticalTo(ctx))
			asked++
			return r.With([]string{"", "first", "second"}[asked]), nil
		})
		_, _ = call(ctx, a), call(ctx, a)
		gomega.Expect(s.Received).To(gomega.HaveLen(2), id)
		gomega.Expect(s.Received[0].Header.Get(r.Header)).To(gomega.Equal("first"), id)
		gomega.Expect(s.Received[1].Header.Get(r.Header)).To(gomega.Equal("second"), id)
	}
}

// SendsNothing says that no call is sent with those credentials, or none as the function fails
// with cause, that the member is at fault, and that nothing prints the texts.
func (r Rotating[A, C]) SendsNothing(ctx ginkgo.SpecContext, creds C, cause error, member string, texts ...string) {
	ginkgo.GinkgoHelper()
	s := Answering(http.StatusOK, `{}`)
	a := r.Asking(s, func(context.Context) (C, error) { return creds, cause })
	for id, call := range r.Operations {
		Unusable(call(ctx, a), cause, member, texts...)
		gomega.Expect(s.Received).To(gomega.BeEmpty(), id)
	}
}

// Unseen says that no message of a failed test about an adapter, or about what wraps it, shows
// the secrets that it was made with: Gomega follows the pointers of unexported fields.
func Unseen(adapter kyc.Provider, secrets ...string) {
	ginkgo.GinkgoHelper()
	message := format.Object([]any{adapter, around.New(adapter, nil)}, 1)
	gomega.Expect(message).To(gomega.ContainSubstring("Adapter"))
	for _, secret := range secrets {
		gomega.Expect(strings.Contains(message, secret)).To(gomega.BeFalse(), secret)
	}
}

// Unusable says that err is about credentials that cannot be used.
func Unusable(err, cause error, member string, texts ...string) {
	ginkgo.GinkgoHelper()
	gomega.Expect(err).To(gomega.And(gomega.MatchError(kyc.ErrCredentials), gomega.HaveField("Member", member)))
	gomega.Expect(cause == nil || errors.Is(err, cause)).To(gomega.BeTrue(), "errors.Is finds the function's error")
	for e := err; e != nil; e = errors.Unwrap(e) {
		Silent(e, texts...)
	}
}

// StartsOrNot says that a provider which calls s takes the request or, by its ReturnTo, refuses
// it before any call.
func (s *Server) StartsOrNot(ctx context.Context, p kyc.Provider, r kyc.StartRequest, refused bool) {
	ginkgo.GinkgoHelper()
	checker, ok := kyc.As[kyc.StartChecker](p)
	gomega.Expect(ok).To(gomega.BeTrue())
	err := checker.CheckStart(r)
	_, again := p.Start(ctx, r)
	if !refused {
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		gomega.Expect(again).NotTo(gomega.HaveOccurred())
		return
	}
	gomega.Expect(err).To(gomega.And(gomega.MatchError(kyc.ErrInvalid), gomega.HaveField("Member", "ReturnTo")))
	gomega.Expect(again).To(gomega.MatchError(err.Error()))
	gomega.Expect(s.Received).To(gomega.BeEmpty(), "nothing was billed")
}
