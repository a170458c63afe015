package authpartner_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

// page is HTML, as gateways give it.
const page = `<html><head><title>` + seed + `</title></head><body>` + seed + `</body></html>`

// refused is what comes of an operation that is answered so.
func refused(ctx context.Context, op operation, answer reply) error {
	GinkgoHelper()
	s := serving(well())
	a := s.adapter()
	ref := exchanged(ctx, a)
	for path := range s.all {
		if path != issuedPath || op.id == "listIssued" {
			s.with(path, answer)
		}
	}
	err := op.call(ctx, a, ref)
	Expect(err).To(HaveOccurred(), op.id)
	Expect(detail(err).Op).To(Equal(op.id))
	suite.Silent(err, secrets...)
	return err
}

// exchanging is what comes of an exchange that is answered so.
func exchanging(ctx context.Context, answer reply) error {
	GinkgoHelper()
	s := serving(answers{tokenPath: answer})
	a := s.adapter()
	ref, query := begun(ctx, a)
	said, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
	Expect(err).To(HaveOccurred())
	Expect(said).To(BeZero())
	Expect(s.received).To(HaveLen(1))
	Expect(detail(err).Op).To(Equal("getToken"))
	suite.Silent(err, append(secrets, query.Get("state"), s.forms(tokenPath)[0].Get("code_verifier"))...)
	return err
}

var _ = Describe("A refusal", func() {
	DescribeTable("of what a user's token asks for means, whatever the operation and the status,",
		func(ctx SpecContext, code string, want kyc.Err) {
			for _, op := range ofUser {
				for _, status := range []int{400, 401, 403, 404, 500, 503, 530} {
					err := refused(ctx, op, reply{status, refusal(code), nil})
					Expect(err).To(MatchError(want), "%s: %d", op.id, status)
					e := detail(err)
					Expect(e.Status).To(Equal(status))
					Expect(e.Code).To(Equal(strings.TrimSpace(code)))
					Expect(e.CodeKnown).To(BeTrue())
					Expect(e.Raw()).To(MatchJSON(refusal(code)))
				}
			}
		},
		Entry("expired", "invalid_token", kyc.ErrExpired),
		Entry("denied", Label("DL-D40", "DL-D44"), "insufficient_scope", kyc.ErrDenied),
		Entry("no document, as no Aadhaar is linked", Label("DL-D43"), "aadhaar_not_linked", kyc.ErrNoDocument),
		Entry("no document, as Aadhaar has to be confirmed anew", "aadhaar_not_available", kyc.ErrNoDocument),
		Entry("no document, as the file has gone", "invalid_uri", kyc.ErrNoDocument),
		Entry("unexpected, of a URI that was sent or that there is none of", Label("DL-D20"), "uri_missing",
			kyc.ErrUnexpected),
		Entry("unavailable", Label("DL-D19"), "repository_service_unresponsive", kyc.ErrUnavailable),
		Entry("unavailable", Label("DL-D19"), "repository_service_configerror", kyc.ErrUnavailable),
		Entry("unavailable", Label("DL-D19"), "repository_service_unpublished", kyc.ErrUnavailable),
		Entry("unavailable", Label("DL-D19"), "repository_service_inactive", kyc.ErrUnavailable),
		Entry("unavailable", "repository_service_resperror", kyc.ErrUnavailable),
		Entry("unavailable", "repository_service_exception", kyc.ErrUnavailable),
		Entry("unavailable, with blanks", Label("DL-D21"), " partner_service_unresponsive ", kyc.ErrUnavailable),
		Entry("unavailable", Label("DL-D18", "DL-D47"), "unexpected_error", kyc.ErrUnavailable),
		Entry("unavailable", Label("DL-D18"), "internal_server_error", kyc.ErrUnavailable),
		Entry("expired, in other letters", "INVALID_TOKEN", kyc.ErrExpired),
	)

	DescribeTable("without a documented code means what its status means:",
		func(ctx SpecContext, status int, want kyc.Err) {
			for _, op := range ofUser {
				for _, body := range []string{`{}`, `null`, `["` + seed + `"]`, `{"message":"` + seed + `"}`, page, ``,
					refusal(seed), `{"error":5}`, `{"error":null}`} {
					err := refused(ctx, op, reply{status, body, nil})
					Expect(err).To(MatchError(want), "%s: %s", op.id, body)
					Expect(detail(err).Status).To(Equal(status))
					Expect(detail(err).CodeKnown).To(BeFalse())
				}
			}
		},
		Entry("400: unexpected", 400, kyc.ErrUnexpected),
		Entry("403: not allowed", 403, kyc.ErrNotAllowed),
		Entry("404: unexpected, as of a wrong base URL", 404, kyc.ErrUnexpected),
		Entry("429: rate limited", 429, kyc.ErrRateLimited),
		Entry("500: unavailable", Label("DL-D18"), 500, kyc.ErrUnavailable),
		Entry("530: unavailable", Label("DL-D18"), 530, kyc.ErrUnavailable),
	)

	DescribeTable("by 401 without a documented code means that the user's token has ended,",
		func(ctx SpecContext, body string, want kyc.Err) {
			for _, op := range ofUser {
				err := refused(ctx, op, reply{401, body, nil})
				Expect(err).To(MatchError(want), op.id)
				Expect(detail(err).Status).To(Equal(401))
				Expect(detail(err).CodeKnown).To(BeFalse())
			}
		},
		Entry("of an object", `{}`, kyc.ErrExpired), Entry("of null", `null`, kyc.ErrExpired),
		Entry("of a list", `["`+seed+`"]`, kyc.ErrExpired),
		Entry("of a message", `{"message":"`+seed+`"}`, kyc.ErrExpired),
		Entry("of nothing", ``, kyc.ErrExpired),
		Entry("of a code that nobody documented", refusal(seed), kyc.ErrExpired),
		Entry("of an error that is no text", `{"error":5}`, kyc.ErrExpired),
		Entry("of no error", `{"error":null}`, kyc.ErrExpired), Entry("of plain text", seed, kyc.ErrExpired),
		Entry("unless a gateway says so by a page", page, kyc.ErrCredentials),
	)

	DescribeTable("of a code means", Label("DL-D17"), func(ctx SpecContext, status int, body string, want kyc.Err) {
		err := exchanging(ctx, reply{status, body, nil})
		Expect(err).To(MatchError(want))
		Expect(detail(err).Status).To(Equal(status))
	},
		Entry("used, run out or somebody else's", 400, refusal("invalid_grant"), kyc.ErrDuplicate),
		Entry("the same without a word, as published", 400, ``, kyc.ErrDuplicate),
		Entry("the same without a code", 400, `{}`, kyc.ErrDuplicate),
		Entry("the same with a code that nobody documented", 400, refusal(seed), kyc.ErrDuplicate),
		Entry("the same in plain text", 400, `Bad Request`, kyc.ErrDuplicate),
		Entry("the same as a text of JSON", 400, `"`+seed+`"`, kyc.ErrDuplicate),
		Entry("the same as an empty list", 400, `[]`, kyc.ErrDuplicate),
		Entry("the same in a text that is no UTF-8", 400, "\xe9", kyc.ErrDuplicate),
		Entry("the same with another status", 403, refusal("invalid_grant"), kyc.ErrDuplicate),
		Entry("credentials, by its code", 400, refusal("invalid_client"), kyc.ErrCredentials),
		Entry("credentials, by its status", 401, ``, kyc.ErrCredentials),
		Entry("credentials, whatever else it says", 401, refusal("invalid_token"), kyc.ErrCredentials),
		Entry("credentials, by both", 401, refusal("invalid_client"), kyc.ErrCredentials),
		Entry("that the client may not ask", 400, refusal("unauthorized_client"), kyc.ErrNotAllowed),
		Entry("that the request is wrong", 400, refusal("invalid_grant_type"), kyc.ErrUnexpected),
		Entry("that the request is wrong, in OAuth's word", 400, refusal("unsupported_grant_type"), kyc.ErrUnexpected),
		Entry("that a gateway did not like it", 400, page, kyc.ErrUnexpected),
		Entry("that a gateway did not like it, behind a mark", 400, "\ufeff\n"+page, kyc.ErrUnexpected),
		Entry("half a refusal", 400, `{"error":"inva`, kyc.ErrUnavailable),
		Entry("that it is too early to ask again", 429, `{}`, kyc.ErrRateLimited),
		Entry("an outage", 500, refusal("unexpected_error"), kyc.ErrUnavailable),
		Entry("an outage of the newer line", Label("DL-D18"), 530, refusal("unexpected_error"), kyc.ErrUnavailable),
		Entry("an outage, by a page", 530, page, kyc.ErrUnavailable),
		Entry("nothing documented, in a success", 200, refusal("invalid_grant"), kyc.ErrUnexpected),
		Entry("nothing documented, in another success", 201, token, kyc.ErrUnexpected),
		Entry("nothing documented, in a page", 200, page, kyc.ErrUnexpected),
		Entry("half an answer", 200, token[:100], kyc.ErrUnavailable),
	)

	DescribeTable("of a refresh token means", Label("DL-D16", "DL-D17"),
		func(ctx SpecContext, status int, body string, want kyc.Err) {
			err := refused(ctx, operations[5], reply{status, body, nil})
			Expect(err).To(MatchError(want))
		},
		Entry("that the user has to consent anew", 400, refusal("invalid_grant"), kyc.ErrExpired),
		Entry("the same without a code", 400, ``, kyc.ErrExpired),
		Entry("the same in plain text", 400, `Bad Request`, kyc.ErrExpired),
		Entry("the same as an empty list", 400, `[]`, kyc.ErrExpired),
		Entry("that a gateway did not like it", 400, page, kyc.ErrUnexpected),
		Entry("credentials", 400, refusal("invalid_client"), kyc.ErrCredentials),
		Entry("credentials, by its status", 401, `{}`, kyc.ErrCredentials),
		Entry("that the request is wrong", 400, refusal("invalid_grant_type"), kyc.ErrUnexpected),
		Entry("an outage", 500, refusal("unexpected_error"), kyc.ErrUnavailable),
	)

	DescribeTable("of a revocation means", func(ctx SpecContext, status int, body string, want kyc.Err) {
		Expect(refused(ctx, operations[6], reply{status, body, nil})).To(MatchError(want))
	},
		Entry("credentials", 400, refusal("invalid_client"), kyc.ErrCredentials),
		Entry("credentials, by its status", 401, ``, kyc.ErrCredentials),
		Entry("nothing documented", 400, ``, kyc.ErrUnexpected),
		Entry("nothing documented, in a success", 200, refusal("invalid_client"), kyc.ErrUnexpected),
		Entry("an outage", 503, ``, kyc.ErrUnavailable),
	)
})

var _ = Describe("A success with an error in it", func() {
	DescribeTable("keeps the tokens of an answer that only seems to be a refusal",
		func(ctx SpecContext, failure string) {
			s := serving(well())
			whole := `{"error":` + failure + `,` + strings.TrimPrefix(token, "{")
			list := `{"error":` + failure + `,` + strings.TrimPrefix(issued, "{")
			s.with(tokenPath, reply{200, whole, nil}).with(issuedPath, reply{200, list, nil})
			a := s.adapter()
			ref := exchanged(ctx, a)
			Expect(a.Refresh(ctx, ref)).NotTo(BeNil())
			Expect(a.ListDocuments(ctx, ref)).To(HaveLen(1))
		},
		Entry("of an empty text", `""`), Entry("of a blank", `" "`), Entry("of a no", `false`),
		Entry("of nothing", `null`), Entry("of an empty list", `[]`),
	)

	It("takes an object for a refusal, and a text", func(ctx SpecContext) {
		for _, failure := range []string{`"` + seed + `"`, `{"code":5}`} {
			err := exchanging(ctx, reply{200, `{"error":` + failure + `,` + strings.TrimPrefix(token, "{"), nil})
			Expect(err).To(MatchError(kyc.ErrUnexpected))
		}
	})
})

var _ = It("an answer that does not come is an outage, and nothing is sent twice", func(ctx SpecContext) {
	s := serving(well())
	a := s.adapter()
	ref := exchanged(ctx, a)
	begun, query := begun(ctx, a)
	var sent atomic.Int64
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		sent.Add(1)
		conn, _, err := http.NewResponseController(w).Hijack()
		Expect(err).NotTo(HaveOccurred())
		_ = conn.Close()
	})
	for i, op := range operations {
		err := op.call(ctx, a, ref)
		Expect(err).To(MatchError(kyc.ErrUnavailable), op.id)
		Expect(sent.Load()).To(BeEquivalentTo(i + 1))
		suite.Silent(err, secrets...)
	}
	_, err := a.Exchange(ctx, begun, returning("code", code, "state", query.Get("state")))
	Expect(err).To(MatchError(kyc.ErrUnavailable))
	Expect(sent.Load()).To(BeEquivalentTo(len(operations) + 1))
})
