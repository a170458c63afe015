package setu_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("a refusal", func() {
	// states are the codes that Status tells as a state.
	states := map[string]kyc.State{
		"user_not_authenticated": kyc.Pending, "token_revoked": kyc.Revoked, "invalid_token": kyc.Expired,
	}

	DescribeTable("means, whatever the operation and the status,", func(ctx SpecContext, code string, want kyc.Err) {
		for _, op := range operations {
			for _, status := range []int{400, 401, 403, 404, 418, 422, 500, 503} {
				a := answering(status, refusal(code)).adapter()
				if state, ok := states[code]; ok && op.id == "getStatus" {
					consent, err := a.Status(ctx, ref)
					Expect(err).NotTo(HaveOccurred())
					Expect(consent.State).To(Equal(state))
					Expect(consent.Ref).To(Equal(ref))
					Expect(consent.URL.IsZero()).To(BeTrue())
					continue
				}
				err := op.call(ctx, a)
				Expect(err).To(MatchError(want), "%s: %d", op.id, status)
				e := detail(err)
				Expect(e.Op).To(Equal(op.id))
				Expect(e.Status).To(Equal(status))
				Expect(e.Code).To(Equal(code))
				Expect(e.Raw()).To(MatchJSON(refusal(code)))
				suite.Silent(err, seed, secret)
			}
		}
	},
		Entry("pending: user_not_authenticated", Label("SE-D22"), "user_not_authenticated", kyc.ErrPending),
		Entry("expired: token_revoked", "token_revoked", kyc.ErrExpired),
		Entry("expired: invalid_token", "invalid_token", kyc.ErrExpired),
		Entry("not found: request_not_found", "request_not_found", kyc.ErrNotFound),
		Entry("no document: aadhaar_not_linked", Label("SE-D20"), "aadhaar_not_linked", kyc.ErrNoDocument),
		Entry("no document: aadhaar_not_available", "aadhaar_not_available", kyc.ErrNoDocument),
		Entry("no document: invalid_uri", "invalid_uri", kyc.ErrNoDocument),
		Entry("mismatch: customer_detail_mismatch", "customer_detail_mismatch", kyc.ErrMismatch),
		Entry("denied: user_consent_not_given", Label("SE-D17"), "user_consent_not_given", kyc.ErrDenied),
		Entry("denied: invalid_grant", "invalid_grant", kyc.ErrDenied),
		Entry("invalid: consent_not_given", Label("SE-D17"), "consent_not_given", kyc.ErrInvalid),
		Entry("invalid: invalid_payload", Label("SE-D18"), "invalid_payload", kyc.ErrInvalid),
		Entry("invalid: invalid_redirect_url", Label("SE-D16"), "invalid_redirect_url", kyc.ErrInvalid),
		Entry("invalid: bad_request", "bad_request", kyc.ErrInvalid),
		Entry("invalid: invalid_match_key", "invalid_match_key", kyc.ErrInvalid),
		Entry("credentials: vault_secret_error", "vault_secret_error", kyc.ErrCredentials),
		Entry("unavailable: internal_server_error", Label("SE-D19"), "internal_server_error", kyc.ErrUnavailable),
		Entry("unavailable: upstream_server_error", Label("SE-D19"), "upstream_server_error", kyc.ErrUnavailable),
		Entry("unavailable: get_xml_failed", "get_xml_failed", kyc.ErrUnavailable),
		Entry("unavailable: unwrap_aadhaar_failed", "unwrap_aadhaar_failed", kyc.ErrUnavailable),
	)

	DescribeTable("without a documented code means what its status means:", Label("SE-D6"), func(ctx SpecContext, status int, want kyc.Err) {
		for _, op := range operations {
			for body, code := range map[string]string{
				`{}`:             "",
				`null`:           "",
				`{"error":null}`: "",
				`{"error":{"code":"","detail":"","traceId":""}}`:                                  "",
				`{"error":{"code":null}}`:                                                         "",
				`{"error":"` + seed + `"}`:                                                        "",
				`{"error":{"code":7}}`:                                                            "",
				`["` + seed + `"]`:                                                                "",
				`{"message":"` + seed + `","request_id":"9"}`:                                     "", // a gateway's
				`{"error":{"code":"nobody_knows","detail":"` + seed + `"}}`:                       "nobody_knows",
				`{"error":{"code":"` + seed + ` was here","detail":""}}`:                          seed + " was here",
				`{"error":{"code":"nobody_knows","detail":["` + seed + `"],"traceId":{"a":"b"}}}`: "nobody_knows",
			} {
				err := op.call(ctx, answering(status, body).adapter())
				Expect(err).To(MatchError(want), "%s: %s", op.id, body)
				Expect(detail(err).Status).To(Equal(status))
				Expect(detail(err).Code).To(Equal(code), "%s: %s", op.id, body)
				suite.Silent(err, seed)
			}
		}
	},
		Entry("400: unexpected", 400, kyc.ErrUnexpected),
		Entry("401: credentials", 401, kyc.ErrCredentials),
		Entry("403: not allowed", 403, kyc.ErrNotAllowed),
		Entry("404: unexpected, as a wrong base URL gives", 404, kyc.ErrUnexpected),
		Entry("409: unexpected", 409, kyc.ErrUnexpected),
		Entry("429: rate limited", 429, kyc.ErrRateLimited),
		Entry("500: unavailable", 500, kyc.ErrUnavailable),
		Entry("503: unavailable", 503, kyc.ErrUnavailable),
	)

	DescribeTable("is the same", func(ctx SpecContext, body string) {
		_, err := answering(403, body).adapter().Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrExpired))
		Expect(detail(err).CodeKnown).To(BeTrue())
		consent, err := answering(403, body).adapter().Status(ctx, ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Revoked))
	},
		Entry("in other letters", `{"error":{"code":"TOKEN_REVOKED"}}`),
		Entry("in a list", `[{"error":{"code":"token_revoked"}}]`),
		Entry("with a list in it", `{"error":[{"code":"token_revoked"}]}`),
		Entry("beside a member whose name differs in case",
			`{"error":{"code":"token_revoked"},"Error":{"code":"bad_request"}}`),
	)

	It("whose code is no text names that member", func(ctx SpecContext) {
		_, err := answering(400, `{"error":{"code":7}}`).adapter().Start(ctx, request())
		Expect(detail(err).Member).To(Equal("error.code"))
	})

	DescribeTable("in a success is unexpected, with its code:", func(ctx SpecContext, status int) {
		for _, op := range operations {
			if op.id == "createRequest" && status == 201 {
				continue // documented
			}
			err := op.call(ctx, answering(status, refusal("user_not_authenticated")).adapter())
			Expect(err).To(MatchError(kyc.ErrUnexpected), op.id)
			Expect(detail(err).Code).To(Equal("user_not_authenticated"), op.id)
			Expect(detail(err).Status).To(Equal(status))
		}
	},
		Entry("201", 201),
		Entry("202", 202),
		Entry("206", 206),
		Entry("299", 299),
	)

	It("in the documented success lacks what that has", func(ctx SpecContext) {
		for _, op := range operations {
			err := op.call(ctx, answering(200, refusal("user_not_authenticated")).adapter())
			Expect(err).To(MatchError(kyc.ErrUnexpected), op.id)
			Expect(detail(err).Member).NotTo(BeEmpty(), op.id)
		}
	})

	DescribeTable("is known by its code whatever its other members:", func(ctx SpecContext, rest string) {
		for _, op := range operations {
			for _, status := range []int{400, 404, 500, 503} {
				body := `{"error":{"code":"request_not_found",` + rest + `}}`
				err := op.call(ctx, answering(status, body).adapter())
				Expect(err).To(MatchError(kyc.ErrNotFound), "%s: %d", op.id, status)
				suite.Silent(err, seed)
			}
		}
	},
		Entry("none", `"who":"knows"`),
		Entry("nulls", `"detail":null,"traceId":null`),
		Entry("details in a list", `"detail":["`+seed+`"]`),
		Entry("details in an object", `"detail":{"`+seed+`":"`+seed+`"}`),
		Entry("a trace that is a number", `"traceId":7`),
	)

	DescribeTable("that says how far the user is is a state to Status, whatever its other members:", func(ctx SpecContext, rest, trace string) {
		for code, state := range states {
			for _, status := range []int{401, 404, 500} {
				body := `{"error":{"code":"` + code + `",` + rest + `}}`
				consent, err := answering(status, body).adapter().Status(ctx, ref)
				Expect(err).NotTo(HaveOccurred(), "%s: %d", code, status)
				Expect(consent.State).To(Equal(state))
				Expect(consent.TraceID).To(Equal(trace))
				Expect(consent.Raw.Bytes()).To(MatchJSON(body))
			}
		}
	},
		Entry("a trace", `"detail":"`+seed+`","traceId":"1-65f9b08c"`, "1-65f9b08c"),
		Entry("details in a list", `"detail":["`+seed+`"]`, ""),
	)

	DescribeTable("has the trace:", Label("SE-D13"), func(ctx SpecContext, member, want string) {
		for _, op := range operations {
			err := op.call(ctx, answering(404, `{"error":{"code":"request_not_found","detail":"",`+member+`}}`).adapter())
			Expect(detail(err).TraceID).To(Equal(want), op.id)
		}
	},
		Entry("as documented", `"traceId":"1-65f9b08c-0f4644093941c9dd0f9fd5cc"`, "1-65f9b08c-0f4644093941c9dd0f9fd5cc"),
		Entry("in the leftover spelling", `"traceID":"1-65f9b08c"`, "1-65f9b08c"),
		Entry("that all samples have", `"traceId":""`, ""),
	)

	It("is read behind a byte-order mark", func(ctx SpecContext) {
		for _, op := range operations {
			for _, status := range []int{404, 500} {
				Expect(op.call(ctx, answering(status, "\xef\xbb\xbf"+refusal("request_not_found")).adapter())).To(MatchError(kyc.ErrNotFound), op.id)
			}
		}
	})
})
