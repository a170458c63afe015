package setu

import (
	"errors"
	"strings"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/setuapi"
)

// kinds reads Setu's codes. None means two things by its status, and most have no
// published status at all, so a code counts with any but a success, whatever its case. Details decide
// nothing: one code has several (SE-D19), one detail several codes. Sources:
// https://docs.setu.co/data/digilocker/error-codes and, for invalid_payload alone,
// the quickstart (SE-D18).
var kinds = map[string]kyc.Err{
	"user_not_authenticated": kyc.ErrPending, // a 401 that is not about credentials; of Revoke too (SE-D22)

	"token_revoked": kyc.ErrExpired,
	"invalid_token": kyc.ErrExpired,
	// "invalid/expired": who has mistyped a Ref must not be told that the user was late
	"request_not_found": kyc.ErrNotFound,

	// of other documents too (SE-D20): without Aadhaar the account has none
	"aadhaar_not_linked": kyc.ErrNoDocument,
	// its detail goes on to ask for a new KYC, but what it states is a lack
	"aadhaar_not_available": kyc.ErrNoDocument,
	// no caller names a URI: it is DigiLocker's, and no file is behind it
	"invalid_uri":              kyc.ErrNoDocument,
	"customer_detail_mismatch": kyc.ErrMismatch,

	"user_consent_not_given": kyc.ErrDenied,
	// no OAuth fault: by its detail, this document is not among what was granted
	"invalid_grant": kyc.ErrDenied,

	"consent_not_given":    kyc.ErrInvalid, // the request's own "Y", not the user's word (SE-D17)
	"invalid_payload":      kyc.ErrInvalid,
	"invalid_redirect_url": kyc.ErrInvalid, // the same request may get invalid_payload (SE-D16)
	"bad_request":          kyc.ErrInvalid,
	"invalid_match_key":    kyc.ErrInvalid,

	"vault_secret_error": kyc.ErrCredentials, // a credential's header is missing

	"internal_server_error": kyc.ErrUnavailable,
	// an older table also has it for "Aadhaar Information not available"; by its code, an outage
	"upstream_server_error": kyc.ErrUnavailable,
	"get_xml_failed":        kyc.ErrUnavailable,
	"unwrap_aadhaar_failed": kyc.ErrUnavailable, // Setu cannot read what it got, which is no word on the user
}

// states are the codes that say how far a user is. getStatus does not document
// them, but must not tell by an error what is a state.
var states = map[string]kyc.State{
	"user_not_authenticated": kyc.Pending,
	"token_revoked":          kyc.Revoked,
	"invalid_token":          kyc.Expired,
}

// orState is a consent if err says no more than how far the user is.
func orState(c *call.Call, ref kyc.Ref, err error) (*kyc.Consent, error) {
	if e := (*kyc.Error)(nil); errors.As(err, &e) {
		code := strings.ToLower(e.Code)
		if state, ok := states[code]; ok && e.Kind == kinds[code] {
			return &kyc.Consent{Ref: ref, State: state, TraceID: e.TraceID, Raw: c.Raw()}, nil
		}
	}
	return nil, err
}

// refused is the error of an answer that is no documented success. What has no
// code, such as a gateway's own JSON, is known by its status.
func refused(c *call.Call) error {
	e := read(c)
	kind := kinds[strings.ToLower(e.Code)]
	known := kind != ""
	if c.Status()/100 == 2 {
		kind = kyc.ErrUnexpected // Setu refuses with 4xx and 5xx
	}
	return c.RefusedAs(kind, e.Code, e.TraceID, known)
}

// failed is the error of a call for which the client returned err. A refusal is
// one whatever the type of its other members.
func failed(c *call.Call, err error) error {
	if c.Mistyped(err) && read(c).Code != "" {
		return refused(c)
	}
	return c.Failed(err)
}

// read returns what can be read of the answer's error.
func read(c *call.Call) setuapi.ErrorDetail {
	body, _ := call.Decode[setuapi.ErrorBody](c, "", c.Body())
	return body.Error
}
