package acme

import (
	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/acmeapi"
)

// states reads Acme's words for how far a user is.
var states = map[acmeapi.State]kyc.State{
	acmeapi.StateWAITING: kyc.Pending, acmeapi.StateCONSENTED: kyc.Granted,
	acmeapi.StateREFUSED: kyc.Denied, acmeapi.StateEXPIRED: kyc.Expired,
}

// kinds reads Acme's refusals, by their codes.
var kinds = map[string]kyc.Err{
	"no_documents": kyc.ErrInvalid,
	"no_key":       kyc.ErrCredentials,
	"id_taken":     kyc.ErrDuplicate,
	"no_journey":   kyc.ErrNotFound,
	"no_card":      kyc.ErrNoDocument,
	"not_yet":      kyc.ErrPending,
	"refused":      kyc.ErrDenied,
	"not_shared":   kyc.ErrDenied,
	"too_late":     kyc.ErrExpired,
}

// refusal is what every refusal has.
type refusal struct {
	Code string `json:"code"`
}

// refused is the error of an answer that is no success. What has no code in kinds is known by its status.
func refused(c *call.Call) error {
	said, _ := call.Decode[refusal](c, "", c.Body()) // of what cannot be read there is nothing
	return c.Refused(kinds[said.Code], said.Code, "")
}

// failed is the error of a call for which the client returned err. A refusal is one whatever the type of its
// other members.
func failed(c *call.Call, err error) error {
	if c.Mistyped(err) {
		return refused(c)
	}
	return c.Failed(err)
}
