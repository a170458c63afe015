package setu

import (
	"encoding/json"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/setuapi"
)

// kinds reads Setu's codes, whose meaning no status changes. Most have no
// published status. Source: https://docs.setu.co/data/digilocker/error-codes
var kinds = map[string]kyc.Err{
	"user_not_authenticated": kyc.ErrPending,
	"user_consent_not_given": kyc.ErrDenied, // for this document
	"invalid_grant":          kyc.ErrDenied, // for this document
	"token_revoked":          kyc.ErrExpired,
	"invalid_token":          kyc.ErrExpired, // the user's, not the account's

	"aadhaar_not_linked":       kyc.ErrNoDocument,
	"aadhaar_not_available":    kyc.ErrNoDocument,
	"invalid_uri":              kyc.ErrNoDocument, // no file at the issuer's address
	"customer_detail_mismatch": kyc.ErrMismatch,

	"request_not_found":    kyc.ErrNotFound, // expired requests are deleted: the two look alike
	"invalid_redirect_url": kyc.ErrInvalid,
	"invalid_payload":      kyc.ErrInvalid,
	"invalid_match_key":    kyc.ErrInvalid,
	"bad_request":          kyc.ErrInvalid,
	"consent_not_given":    kyc.ErrInvalid, // the request's own "Y", not the user's word (SE-D17)
	"vault_secret_error":   kyc.ErrCredentials,

	"get_xml_failed":        kyc.ErrUnavailable,
	"unwrap_aadhaar_failed": kyc.ErrUnavailable,
	"upstream_server_error": kyc.ErrUnavailable,
	"internal_server_error": kyc.ErrUnavailable,
}

// refused is the error of an answer that is not the documented success. A
// gateway's own JSON has no code, so that its status decides.
func refused(c *call.Call) error {
	var body setuapi.ErrorBody
	if json.Unmarshal(c.Body(), &body) != nil {
		return c.Refused("", "", "")
	}
	return c.Refused(kinds[body.Error.Code], body.Error.Code, body.Error.TraceID)
}
