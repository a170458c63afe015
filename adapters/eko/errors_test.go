package eko_test

import (
	"errors"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("a refusal", func() {
	// refusedBy lets one operation be answered and returns its error. Status
	// tells a state where the others tell an error.
	refusedBy := func(ctx SpecContext, op string, status int, body string) error {
		GinkgoHelper()
		s := answering(status, body)
		switch op {
		case "createURL":
			_, err := s.adapter().Start(ctx, request())
			return err
		case "getDocument":
			_, err := s.adapter().Fetch(ctx, ref, kyc.Aadhaar)
			return err
		default:
			consent, err := s.adapter().Status(ctx, ref)
			if err == nil {
				return map[kyc.State]error{kyc.Pending: kyc.ErrPending, kyc.Expired: kyc.ErrExpired}[consent.State]
			}
			return err
		}
	}
	all := []string{"createURL", "getStatus", "getDocument"}

	DescribeTable("of one operation means", Label("EK-D11"), func(ctx SpecContext, op, body string, want kyc.Err) {
		for _, other := range all {
			err := refusedBy(ctx, other, 200, body)
			Expect(err).To(HaveOccurred())
			Expect(errors.Is(err, want)).To(Equal(other == op), "%s: %v", other, err)
			suite.Silent(err, "DigiLocker consent", "Invalid re", seed)
		}
	},
		Entry("invalid: 301", Label("EK-D13"), "createURL", `{"status":1,"response_status_id":301,"message":"Invalid redirect URL provided.","data":{}}`, kyc.ErrInvalid),
		Entry("pending: -1 and the message", Label("EK-D17"), "getStatus", `{"status":1,"response_status_id":-1,"message":"Verification pending. User has not completed DigiLocker consent.","data":{}}`, kyc.ErrPending),
		Entry("not found: -1 and the message", Label("EK-D17"), "getStatus", `{"status":1,"response_status_id":-1,"message":"Invalid reference_id","data":{}}`, kyc.ErrNotFound),
	)

	DescribeTable("of any operation means", func(ctx SpecContext, code string, want kyc.Err) {
		for _, op := range all {
			for _, body := range []string{
				`{"status":` + code + `,"response_status_id":1,"message":"` + seed + `","data":{}}`,
				`{"status":1,"response_status_id":` + code + `,"message":"` + seed + `","data":{}}`,
				`{"status":1,"response_status_id":"` + code + `"}`,
				`{"status":` + code + `.0}`,
				`{"response_status_id":` + code + `,"data":[]}`,
				"\xef\xbb\xbf" + `{"status":` + code + `}`,
				`{"status":` + code + `,"data":[],"message":["` + seed + `"]}`,
			} {
				err := refusedBy(ctx, op, 200, body)
				Expect(err).To(MatchError(want), "%s: %s", op, body)
				suite.Silent(err, seed)
				if e := (*kyc.Error)(nil); errors.As(err, &e) {
					Expect(e.Code).To(Equal(code))
				}
			}
		}
	},
		Entry("pending: 327", Label("EK-D13"), "327", kyc.ErrPending),
		Entry("not found: 463", Label("EK-D13"), "463", kyc.ErrNotFound),
		Entry("invalid: 461", "461", kyc.ErrInvalid),
		Entry("credentials: 319", "319", kyc.ErrCredentials),
		Entry("not allowed: 346", "346", kyc.ErrNotAllowed),
		Entry("not allowed: 1297", "1297", kyc.ErrNotAllowed),
		Entry("balance: 347", "347", kyc.ErrBalance),
	)

	DescribeTable("that nobody documented is unexpected", func(ctx SpecContext, body, code string) {
		for _, op := range all {
			err := refusedBy(ctx, op, 200, body)
			Expect(err).To(MatchError(kyc.ErrUnexpected), op)
			Expect(detail(err).Code).To(Equal(code))
			suite.Silent(err, seed)
		}
	},
		Entry("by its finer code", `{"status":1,"response_status_id":999}`, "999"),
		Entry("by its status", `{"status":585,"response_status_id":1}`, "585"),
		Entry("by neither", `{"status":1}`, "1"),
		Entry("by a code that is no number", `{"status":1,"code":"who_knows"}`, "who_knows"),
		Entry("by a message in other words", Label("EK-D17"), `{"status":1,"response_status_id":-1,"message":"Invalid reference_id."}`, "-1"),
		Entry("by the other operation's wording", Label("EK-D18"), `{"status":1,"response_status_id":-1,"message":"Invalid reference ID. Please check and retry."}`, "-1"),
		Entry("by a message that is prose", `{"status":1,"message":"`+seed+`"}`, "1"),
		Entry("by a code that is prose", `{"status":1,"code":"`+seed+` was here"}`, seed+" was here"),
	)

	It("has no code in a number that no code is", func(ctx SpecContext) {
		for _, code := range []string{"1e300", "1.5", "null"} {
			err := refusedBy(ctx, "createURL", 200, `{"status":`+code+`}`)
			Expect(err).To(MatchError(kyc.ErrUnexpected))
			Expect([]string{detail(err).Code, detail(err).Member}).To(Equal([]string{"", "status"}))
		}
	})

	It("keeps what is wrong with the parameters out of sight", Label("EK-D14"), func(ctx SpecContext) {
		for _, member := range []string{"invalid_params", "invalid_parameters"} {
			body := `{"status":461,"response_status_id":1,"response_type_id":-1,"` + member + `":{"name":"` + seed + ` is too long"}}`
			err := refusedBy(ctx, "createURL", 200, body)
			Expect(err).To(MatchError(kyc.ErrInvalid))
			Expect(detail(err).Raw()).To(MatchJSON(body))
			suite.Silent(err, seed)
		}
	})

	DescribeTable("whose data has an odd type is known by its code:", func(ctx SpecContext, data string) {
		body := `{"status":1,"response_status_id":463,"data":` + data + `}`
		for _, op := range all {
			Expect(refusedBy(ctx, op, 200, body)).To(MatchError(kyc.ErrNotFound), op)
		}
	},
		Entry("a list", `[]`),
		Entry("text", `""`),
		Entry("null", `null`),
		Entry("false", `false`),
	)

	DescribeTable("by the HTTP status, in JSON or without a body, means", Label("EK-D28"), func(ctx SpecContext, status int, want kyc.Err) {
		for _, op := range all {
			for _, body := range []string{``, `{}`, `{"error":"` + seed + `"}`, `"` + seed + `"`, `["` + seed + `"]`, `{"status":"` + seed + `"}`} {
				err := refusedBy(ctx, op, status, body)
				if op == "getStatus" && status == http.StatusNotFound {
					Expect(err).To(MatchError(kyc.ErrUnavailable), "the call is not there, which must not end a poll (EK-D30): %s", body)
					continue
				}
				Expect(err).To(MatchError(want), "%s: %s", op, body)
				Expect(detail(err).Status).To(Equal(status))
				suite.Silent(err, seed)
			}
		}
	},
		Entry("401: credentials", http.StatusUnauthorized, kyc.ErrCredentials),
		Entry("403: credentials", http.StatusForbidden, kyc.ErrCredentials),
		Entry("404: invalid", http.StatusNotFound, kyc.ErrInvalid),
		Entry("405: invalid", http.StatusMethodNotAllowed, kyc.ErrInvalid),
		Entry("415: invalid", http.StatusUnsupportedMediaType, kyc.ErrInvalid),
		Entry("429: rate limited", http.StatusTooManyRequests, kyc.ErrRateLimited),
		Entry("500: unavailable", http.StatusInternalServerError, kyc.ErrUnavailable),
		Entry("503: unavailable", http.StatusServiceUnavailable, kyc.ErrUnavailable),
		Entry("400: unexpected", http.StatusBadRequest, kyc.ErrUnexpected),
		Entry("204: not allowed, a product that is not enabled", Label("EK-D44"), http.StatusNoContent, kyc.ErrNotAllowed),
	)

	DescribeTable("by a gateway's page means", func(ctx SpecContext, status int, want kyc.Err) {
		for _, op := range all {
			err := refusedBy(ctx, op, status, "<html>"+seed+"</html>")
			if op == "getStatus" && status == http.StatusNotFound {
				Expect(err).To(MatchError(kyc.ErrUnavailable), "EK-D30")
				continue
			}
			Expect(err).To(MatchError(want), op)
			suite.Silent(err, seed)
		}
	},
		Entry("403: not allowed", Label("EK-D34", "EK-D44"), http.StatusForbidden, kyc.ErrNotAllowed),
		Entry("401: credentials", Label("EK-D40"), http.StatusUnauthorized, kyc.ErrCredentials),
		Entry("404: unexpected", http.StatusNotFound, kyc.ErrUnexpected),
		Entry("502: unavailable", http.StatusBadGateway, kyc.ErrUnavailable),
		Entry("200: unexpected", http.StatusOK, kyc.ErrUnexpected),
	)

	DescribeTable("with a code and an HTTP status of", func(ctx SpecContext, status int, want kyc.Err) {
		for _, op := range all {
			Expect(refusedBy(ctx, op, status, `{"status":1,"response_status_id":463}`)).To(MatchError(want), op)
		}
	},
		Entry("200 means what the code means", 200, kyc.ErrNotFound),
		Entry("400 means what the code means", 400, kyc.ErrNotFound),
		Entry("422 means what the code means", 422, kyc.ErrNotFound),
		Entry("401 means what the status means", 401, kyc.ErrCredentials),
		Entry("403 means what the status means", 403, kyc.ErrCredentials),
		Entry("404 means what the status means", 404, kyc.ErrInvalid),
		Entry("500 means what the status means", 500, kyc.ErrUnavailable),
	)

	It("is no success because its HTTP status is another", func(ctx SpecContext) {
		Expect(refusedBy(ctx, "createURL", 400, created)).To(MatchError(kyc.ErrUnexpected))
		Expect(refusedBy(ctx, "getDocument", 202, nested)).To(MatchError(kyc.ErrUnexpected))
	})

	DescribeTable("of a product that is not enabled is not allowed:", Label("EK-D44"), func(ctx SpecContext, status int, message string) {
		for _, op := range all {
			for _, body := range []string{
				`{"status":1,"response_status_id":1,"message":"` + message + `","data":{}}`,
				`{"message":"` + message + `"}`, `{"status":346,"message":"` + message + `"}`,
			} {
				err := refusedBy(ctx, op, status, body)
				Expect(err).To(MatchError(kyc.ErrNotAllowed), "%s: %s", op, body)
				suite.Silent(err, message)
			}
		}
	},
		Entry("the customer", 200, "Customer not allowed"),
		Entry("the agent", 200, "Agent not allowed"),
		Entry("the agent, in more words", 200, "Agent not allowed to do this transaction"),
		Entry("in capitals, with a full stop", 200, "CUSTOMER NOT ALLOWED."),
		Entry("beside a 403, which else means a wrong key", 403, "Customer not allowed"),
	)

	It("of a test key in production is about credentials", func(ctx SpecContext) {
		Expect(refusedBy(ctx, "createURL", 200, `{"status":1,"message":"Kindly use your production key"}`)).To(MatchError(kyc.ErrCredentials))
	})

	It("of the status call that is not there does not end a poll, unless Eko says it", Label("EK-D30"), func(ctx SpecContext) {
		for _, body := range []string{`{"message":"No Mapping Rule matched"}`, `{"error":"Not Found"}`, `<html>`, ``} {
			err := refusedBy(ctx, "getStatus", 404, body)
			Expect(err).To(MatchError(kyc.ErrUnavailable), body)
			Expect(kyc.Outage(err)).To(BeTrue())
			Expect(err).To(HaveField("NoStatus", true))
			Expect(refusedBy(ctx, "getDocument", 404, body)).NotTo(MatchError(kyc.ErrUnavailable))
		}
		Expect(refusedBy(ctx, "getStatus", 404, `{"status":1,"response_status_id":463}`)).To(And(MatchError(kyc.ErrInvalid), HaveField("NoStatus", false)))
		Expect(refusedBy(ctx, "getStatus", 503, `<html>`)).To(And(MatchError(kyc.ErrUnavailable), HaveField("NoStatus", false)))
	})

	DescribeTable("in Cashfree's words, which Eko passes on, means what they mean there", Label("EK-D36"), func(ctx SpecContext, code string, want kyc.Err, state kyc.State) {
		for _, body := range []string{
			`{"response_status_id":1,"code":"` + code + `","message":"Digilocker consent session expired"}`,
			`{"status":1,"response_status_id":-1,"code":"` + code + `"}`,
		} {
			for _, status := range []int{200, 400} {
				for _, op := range []string{"createURL", "getDocument"} {
					err := refusedBy(ctx, op, status, body)
					Expect(err).To(MatchError(want), op)
					Expect(detail(err).Code).To(Equal(code))
					Expect(err.Error()).To(ContainSubstring(code), "it is documented, if by another")
				}
			}
			consent, err := answering(200, body).adapter().Status(ctx, ref)
			if state == "" {
				Expect(err).To(MatchError(want))
				continue
			}
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.State).To(Equal(state))
		}
	},
		Entry("the session", "session_expired", kyc.ErrExpired, kyc.Expired),
		Entry("the URL", "url_expired", kyc.ErrExpired, kyc.Expired),
		Entry("the validation", "validation_pending", kyc.ErrPending, kyc.Pending),
		Entry("the consent", "consent_not_granted", kyc.ErrPending, kyc.Pending),
		Entry("the user's details", "user_detail_mismatch", kyc.ErrMismatch, kyc.State("")),
	)

	It("is known by Cashfree's words in other letters too", func(ctx SpecContext) {
		err := refusedBy(ctx, "getDocument", 200, `[{"response_status_id":1,"code":"SESSION_EXPIRED"}]`)
		Expect(err).To(MatchError(kyc.ErrExpired))
		Expect(detail(err)).To(And(HaveField("Code", "SESSION_EXPIRED"), HaveField("CodeKnown", true)))
		err = refusedBy(ctx, "getDocument", 200, `{"response_status_id":1,"code":"Consent_Not_Granted"}`)
		Expect(detail(err).NoConsent).To(BeTrue())
	})

	It("keeps its code where its message is no UTF-8", func(ctx SpecContext) {
		Expect(refusedBy(ctx, "getDocument", 200, "{\"status\":1,\"response_status_id\":327,\"message\":\"\xe9\"}")).To(MatchError(kyc.ErrPending))
	})

	It("prints no code that nobody documented", func(ctx SpecContext) {
		err := refusedBy(ctx, "createURL", 200, `{"status":1,"code":"ABCPV1234D"}`)
		Expect(detail(err).Code).To(Equal("ABCPV1234D"))
		suite.Silent(err, "ABCPV1234D")
	})
})
