package call_test

import (
	"context"

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
