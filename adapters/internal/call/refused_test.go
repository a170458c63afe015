package call_test

import (
	"context"
	"errors"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
)

var _ = It("a refusal prints the code that the documents have, and no other", func() {
	c := call.New(context.Background(), "acme", "op")
	Expect(c.Refused(kyc.ErrExpired, "url_expired", "")).To(MatchError(`acme: op: expired (code "url_expired")`))
	Expect(c.Refused("", "Zzyzx", "Zzyzx")).To(MatchError(`acme: op: undocumented answer (code [hidden], trace [hidden])`))
	Expect(c.RefusedAs(kyc.ErrPending, "Zzyzx", "", false)).To(MatchError(`acme: op: not ready (code [hidden])`))
})

var _ = It("what kept a call from being sent is found, and not printed", func() {
	c := call.New(context.Background(), "acme", "op")
	cause := fmt.Errorf("vault says Zzyzx: %w", kyc.ErrRateLimited)
	err := c.Unsent(kyc.ErrUnavailable, "Options.Tokens failed", cause)
	Expect(err).To(MatchError("acme: op: provider unavailable (Options.Tokens failed)"))
	Expect(kyc.KindOf(err)).To(Equal(kyc.ErrUnavailable))
	Expect(errors.Is(err, cause)).To(BeTrue())
	for e := err; e != nil; e = errors.Unwrap(e) {
		Expect(fmt.Sprintf("%v %+v %#v", e, e, e)).NotTo(ContainSubstring("Zzyzx"))
	}
})
