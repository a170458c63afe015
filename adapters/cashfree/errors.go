package cashfree

import (
	"errors"
	"net/http"
	"strings"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/cashfreeapi"
)

type answer struct {
	status int
	code   string
}

// notGranted is said of a document that the user did not share, and of one asked for too
// early. Who takes it for a refusal loses a user who has only not decided yet, so it is not
// final: Status tells whether the user has, and [kyc.WaitFetch] goes by that.
const notGranted = "consent_not_granted"

// notLinked is the one document status that refuses, in the letters of the codes.
const notLinked = "aadhaar_not_linked"

// kinds reads Cashfree's codes, which are compared without regard to case; an empty code is any
// that the status has no other row for. Source: the error examples of its OpenAPI, gen/cashfreeapi/openapi.gen.yaml.
// Messages decide nothing: they change with time (CF-D26), and those that share a
// code share their kind (CF-D17). The member "type" decides nothing either (CF-D5).
var kinds = map[answer]kyc.Err{
	{200, notLinked}: kyc.ErrNoDocument, // the document's status, which stands where a code would (CF-D10)

	{202, "validation_pending"}: kyc.ErrPending, // with the body of an error (CF-D15)
	{202, ""}:                   kyc.ErrPending, // "accepted" has no other meaning, and asking again does no harm

	{400, "verification_id_missing"}: kyc.ErrInvalid,
	// its characters; two statuses below say other things (CF-D16)
	{400, "verification_id_value_invalid"}:   kyc.ErrInvalid,
	{400, "verification_id_length_exceeded"}: kyc.ErrInvalid,
	{400, "document_requested_missing"}:      kyc.ErrInvalid,
	{400, "document_type_value_invalid"}:     kyc.ErrInvalid, // its message knows one of the three types (CF-D7)
	{400, "user_flow_value_invalid"}:         kyc.ErrInvalid,
	{400, "redirect_url_value_invalid"}:      kyc.ErrInvalid,
	{400, "mobile_number_value_invalid"}:     kyc.ErrInvalid,
	{400, "aadhaar_invalid"}:                 kyc.ErrInvalid,
	{400, "invalid_request"}:                 kyc.ErrInvalid,
	{400, "x-client-id_missing"}:             kyc.ErrCredentials, // no caller can mend it: an operator must (CF-D28)
	{400, "x-client-secret_value_invalid"}:   kyc.ErrCredentials, // of the test environment
	{400, "url_expired"}:                     kyc.ErrExpired,     // after ten minutes
	{400, "session_expired"}:                 kyc.ErrExpired,     // an hour after consent
	{400, "user_detail_mismatch"}:            kyc.ErrMismatch,
	{400, notGranted}:                        kyc.ErrPending,

	{401, "authentication_failed"}: kyc.ErrCredentials,
	// x-cf-signature is missing: the second factor is a credential (CF-D5)
	{403, "authentication_failed"}: kyc.ErrCredentials,
	{403, "ip_validation_failed"}:  kyc.ErrNotAllowed,

	// No row for any other 404: a gateway says that too, of a wrong base URL.
	{404, "verification_id_value_invalid"}: kyc.ErrNotFound,
	{404, "reference_id_value_invalid"}:    kyc.ErrNotFound,

	{409, "verification_id_value_invalid"}: kyc.ErrDuplicate,
	// older pages and integrators know other spellings (CF-D31)
	{409, ""}: kyc.ErrDuplicate,

	{422, "insufficient_balance"}: kyc.ErrBalance, // of the two reads as well (CF-D30)

	{429, "too_many_requests_per_operation"}: kyc.ErrRateLimited,
	{429, "too_many_requests_per_ip"}:        kyc.ErrRateLimited,

	{500, "verification_failed"}: kyc.ErrUnavailable, // an internal error, not a verdict on the user
	{502, "verification_failed"}: kyc.ErrUnavailable, // the source beyond Cashfree (CF-D27)
}

// refusedAs is the error of an answer with that code, of which the status alone may say
// something.
func refusedAs(c *call.Call, spelt string) error {
	code := strings.ToLower(spelt)
	kind, ok := kinds[answer{c.Status(), code}]
	if !ok {
		kind = kinds[answer{c.Status(), ""}] // "" for what nobody documented
	}
	if kind == kyc.ErrPending && code == notGranted {
		return c.Unconsented(spelt)
	}
	return c.RefusedAs(kind, spelt, "", documented(code))
}

// documented reports whether Cashfree's documents have the code, in small letters, with any
// status.
func documented(code string) bool {
	for a := range kinds {
		if code != "" && a.code == code {
			return true
		}
	}
	return false
}

// refused is the error of an answer other than a success.
func refused(c *call.Call, body []byte) error {
	refusal, _ := call.Decode[cashfreeapi.ErrorBody](c, "", body) // a body without a code still has its status
	return refusedAs(c, call.Text(refusal.Code))
}

// failed is the error of a call for which the client returned err. A refusal is one whatever
// the type of its other members, and whatever text in them is no UTF-8.
func failed(c *call.Call, err error) error {
	garbled := errors.Is(err, wire.ErrEncoding)
	switch {
	case c.Mistyped(err), garbled && c.Status() != http.StatusOK:
		return refused(c, c.Body())
	case garbled:
		document, _ := call.Decode[cashfreeapi.AadhaarDocument](c, "", c.Body())
		if status := call.Text(document.Status); strings.EqualFold(status, notLinked) {
			return refusedAs(c, status)
		}
	}
	return c.Failed(err)
}
