package cashfree_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("A refusal", func() {
	// In each message is what an error must not show.
	body := func(code string) string {
		return fmt.Sprintf(`{"type":"validation_error","code":%q,"message":"Zzyzx, your current ip is 192.0.2.7.For assistance"}`, code)
	}

	DescribeTable("means, by status and code", func(ctx SpecContext, status int, code string, kind kyc.Err) {
		for _, op := range operations {
			if op.id == "getStatus" && (kind == kyc.ErrPending || kind == kyc.ErrExpired || kind == kyc.ErrDenied) {
				consent, err := answering(status, body(code)).adapter().Status(ctx, "order-42")
				Expect(err).NotTo(HaveOccurred()) // a state, not an error
				Expect(consent.State).To(BeElementOf(kyc.Pending, kyc.Expired, kyc.Denied))
				continue
			}
			err := op.call(ctx, answering(status, body(code)).adapter())
			refused(err, kind, "", "Zzyzx", "192.0.2.7", "order-42")
			var e *kyc.Error
			Expect(errors.As(err, &e)).To(BeTrue())
			Expect(*e).To(And(HaveField("Op", op.id), HaveField("Status", status), HaveField("Code", code)))
			Expect(string(e.Raw())).To(ContainSubstring("Zzyzx"))
		}
	},
		Entry("202: still validating", 202, "validation_pending", kyc.ErrPending, Label("CF-D15")),
		Entry("202: whatever it says", 202, "in_process", kyc.ErrPending),

		Entry("400: id missing", 400, "verification_id_missing", kyc.ErrInvalid),
		Entry("400: id of other characters", 400, "verification_id_value_invalid", kyc.ErrInvalid, Label("CF-D16")),
		Entry("400: id too long", 400, "verification_id_length_exceeded", kyc.ErrInvalid, Label("CF-D18")),
		Entry("400: documents missing", 400, "document_requested_missing", kyc.ErrInvalid),
		Entry("400: document unknown", 400, "document_type_value_invalid", kyc.ErrInvalid, Label("CF-D7")),
		Entry("400: flow unknown", 400, "user_flow_value_invalid", kyc.ErrInvalid),
		Entry("400: redirect", 400, "redirect_url_value_invalid", kyc.ErrInvalid),
		Entry("400: mobile number", 400, "mobile_number_value_invalid", kyc.ErrInvalid),
		Entry("400: Aadhaar number", 400, "aadhaar_invalid", kyc.ErrInvalid),
		Entry("400: one of five", 400, "invalid_request", kyc.ErrInvalid, Label("CF-D17")),
		Entry("400: client id missing", 400, "x-client-id_missing", kyc.ErrCredentials, Label("CF-D28")),
		Entry("400: test secret in production", 400, "x-client-secret_value_invalid", kyc.ErrCredentials, Label("CF-D28")),
		Entry("400: URL expired", 400, "url_expired", kyc.ErrExpired),
		Entry("400: session expired", 400, "session_expired", kyc.ErrExpired),
		Entry("400: another person", 400, "user_detail_mismatch", kyc.ErrMismatch),
		Entry("400: not shared, or not yet", 400, "consent_not_granted", kyc.ErrPending),
		Entry("400: nobody documented", 400, "teapot_invalid", kyc.ErrUnexpected),

		Entry("401: wrong pair", 401, "authentication_failed", kyc.ErrCredentials, Label("CF-D5", "CF-D28")),
		Entry("401: nobody documented", 401, "teapot", kyc.ErrCredentials),
		Entry("403: unsigned", 403, "authentication_failed", kyc.ErrCredentials, Label("CF-D5")),
		Entry("403: address", 403, "ip_validation_failed", kyc.ErrNotAllowed, Label("CF-D25")),
		Entry("403: nobody documented", 403, "teapot", kyc.ErrNotAllowed),

		Entry("404: unknown id", 404, "verification_id_value_invalid", kyc.ErrNotFound, Label("CF-D16")),
		Entry("404: unknown reference", 404, "reference_id_value_invalid", kyc.ErrNotFound),
		Entry("404: a gateway's", 404, "no_route", kyc.ErrUnexpected),

		Entry("409: id used before", 409, "verification_id_value_invalid", kyc.ErrDuplicate, Label("CF-D16")),
		Entry("409: in an older spelling", 409, "verification_id_already_exists", kyc.ErrDuplicate, Label("CF-D31")),

		Entry("422: balance", 422, "insufficient_balance", kyc.ErrBalance, Label("CF-D30")),
		Entry("422: nobody documented", 422, "teapot", kyc.ErrUnexpected),
		Entry("429: of the operation", 429, "too_many_requests_per_operation", kyc.ErrRateLimited),
		Entry("429: of the address", 429, "too_many_requests_per_ip", kyc.ErrRateLimited),
		Entry("429: nobody documented", 429, "teapot", kyc.ErrRateLimited),

		Entry("500: internal", 500, "verification_failed", kyc.ErrUnavailable, Label("CF-D26")),
		Entry("502: the source is down", 502, "verification_failed", kyc.ErrUnavailable, Label("CF-D27")),
		Entry("a code at a status where nobody documented it", 418, "insufficient_balance", kyc.ErrUnexpected),
	)

	DescribeTable("is the same", func(ctx SpecContext, status int, answer string, kind kyc.Err) {
		for _, op := range operations[2:] {
			err := op.call(ctx, answering(status, answer).adapter())
			refused(err, kind, "", "Zzyzx")
			var e *kyc.Error
			Expect(errors.As(err, &e)).To(BeTrue())
			Expect(e.CodeKnown).To(BeTrue())
		}
	},
		Entry("in capital letters", 400, body("URL_EXPIRED"), kyc.ErrExpired),
		Entry("in a list", 400, `[`+body("url_expired")+`]`, kyc.ErrExpired),
		Entry("with a message that is no UTF-8", 202, "{\"code\":\"validation_pending\",\"message\":\"Zzyzx\xe9\"}",
			kyc.ErrPending),
		Entry("with another text that is no UTF-8", 202, "{\"code\":\"validation_pending\",\"type\":\"Zzyzx\xe9\"}",
			kyc.ErrPending),
		Entry("beside a member whose name differs in case", 400, `{"code":"url_expired","Code":"aadhaar_invalid"}`,
			kyc.ErrExpired),
	)

	DescribeTable("without a code means what its status means", func(ctx SpecContext, status int, body string, kind kyc.Err) {
		for _, op := range operations {
			refused(op.call(ctx, answering(status, body).adapter()), kind, "", "Zzyzx")
		}
	},
		Entry("null", 503, `null`, kyc.ErrUnavailable),
		Entry("an empty object", 400, `{}`, kyc.ErrUnexpected),
		Entry("a code of null", 404, `{"code":null,"message":"Zzyzx"}`, kyc.ErrUnexpected),
		Entry("a code that is no text, where an error is undocumented", 451, `{"code":["Zzyzx"]}`, kyc.ErrUnexpected),
		Entry("a success that is none", 201, `{"url":"https://pay.invalid/Zzyzx"}`, kyc.ErrUnexpected),
	)

	It("says how long to wait", func(ctx SpecContext) {
		for header, value := range map[string]string{"X-RateLimit-Reset": "17"} {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(header, value)
				w.WriteHeader(http.StatusTooManyRequests)
				fmt.Fprint(w, `{"code":"too_many_requests_per_ip"}`)
			}))
			DeferCleanup(s.Close)
			_, err := pretending(s.URL).adapter().Status(ctx, "order-42")
			var e *kyc.Error
			Expect(errors.As(err, &e)).To(BeTrue())
			Expect(e.RetryAfter).To(Equal(17*time.Second), header)
		}
	})
})
