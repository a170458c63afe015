package eko

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

// refusal is what an answer that says no is known by.
type refusal struct {
	op      string // "": any
	code    string // see envelope.code; Cashfree's in small letters, whatever they came in; "": any
	message string // only where the code says too little: exact, or alone in its row in small letters; "": any
	http    int    // alone in its row, or with op for what is not in Eko's envelope; 0: any
}

// notGranted is Cashfree's word for an early Fetch, and for a document that is not shared.
const notGranted = "consent_not_granted"

// kinds reads Eko's refusals. Sources: the examples of each operation, and for
// rows without op https://eps.eko.in/docs/error-codes, the table for all of Eko's
// APIs; its codes for wallets, transfers and one-time passwords are left out.
var kinds = map[refusal]kyc.Err{
	{op: createURL, code: "301"}: kyc.ErrInvalid, // redirect URL; in no table (EK-D13)

	// Both of getStatus' refusals have this code: the message decides (EK-D17). The
	// second is documented as "invalid or expired". It is not ErrExpired: who has
	// mistyped a reference must not be told that the user was late.
	{op: getStatus, code: "-1",
		message: "Verification pending. User has not completed DigiLocker consent."}: kyc.ErrPending,
	{op: getStatus, code: "-1", message: "Invalid reference_id"}: kyc.ErrNotFound,

	{op: getDocument, code: "PENDING"}: kyc.ErrPending, // verification_status of a success (EK-D15)
	// Words for it that an integrator looks for, and nobody has seen (EK-D42). Two of the five
	// do not say whose word they are, and must not be taken for the user's.
	{op: getDocument, code: "EXPIRED"}:        kyc.ErrExpired,
	{op: getDocument, code: "CONSENT_DENIED"}: kyc.ErrDenied,
	{op: getDocument, code: "CANCELLED"}:      kyc.ErrDenied,
	{op: getDocument, code: "FAILED"}:         kyc.ErrUnexpected,
	{op: getDocument, code: "REJECTED"}:       kyc.ErrUnexpected,

	{code: "327"}:  kyc.ErrPending,  // consent pending; elsewhere "enrolment done" (EK-D13)
	{code: "463"}:  kyc.ErrNotFound, // reference invalid; elsewhere "user not found" (EK-D13)
	{code: "461"}:  kyc.ErrInvalid,  // parameters did not pass; invalid_params, in Raw, has them by name
	{code: "319"}:  kyc.ErrCredentials,
	{code: "346"}:  kyc.ErrNotAllowed, // not onboarded, or user_code wrong: the account as Eko has set it up
	{code: "1297"}: kyc.ErrNotAllowed, // not onboarded
	{code: "347"}:  kyc.ErrBalance,

	// Cashfree's own codes, passed through behind Eko: the first was seen by an integrator,
	// the others are by analogy, as Cashfree's adapter reads them (EK-D36).
	{code: "session_expired"}:      kyc.ErrExpired,
	{code: "url_expired"}:          kyc.ErrExpired,
	{code: "validation_pending"}:   kyc.ErrPending,
	{code: notGranted}:             kyc.ErrPending,
	{code: "user_detail_mismatch"}: kyc.ErrMismatch,

	// A product that Eko has not switched on for the account (EK-D44). The messages are in the
	// older documents, without a code; a 204 has neither.
	{message: "customer not allowed"}:                     kyc.ErrNotAllowed,
	{message: "agent not allowed"}:                        kyc.ErrNotAllowed,
	{message: "agent not allowed to do this transaction"}: kyc.ErrNotAllowed,
	{http: http.StatusNoContent}:                          kyc.ErrNotAllowed,
	{message: "kindly use your production key"}:           kyc.ErrCredentials,

	// Eko itself refuses with 200 (EK-D11), so that these come from in front of it
	// and no code in them counts. 401, seen and not documented (EK-D28), 429 and 5xx
	// need no row: they mean what they mean everywhere. A 403 is Eko's word for a wrong
	// secret-key or time stamp, in JSON or without a body; as an HTML page it is a
	// gateway's, and means that the account or its address may not (EK-D34, EK-D40,
	// EK-D44): see failed.
	{http: http.StatusForbidden}: kyc.ErrCredentials,
	{http: http.StatusNotFound}:  kyc.ErrInvalid, // the URL, not the journey
	// Of the status call it is the call that is not there (EK-D30), see absent.
	{op: getStatus, http: http.StatusNotFound}: kyc.ErrUnavailable,
	{http: http.StatusMethodNotAllowed}:        kyc.ErrInvalid,
	{http: http.StatusUnsupportedMediaType}:    kyc.ErrInvalid,
}

// envelope is what every answer has in common.
type envelope struct {
	Status           *json.Number `json:"status"`
	ResponseStatusID *json.Number `json:"response_status_id"`
	Code             string       `json:"code"` // Cashfree's
	Message          string       `json:"message"`
}

// code is status or, as a 1 says no more than no, the first that does: which of
// the two members has the code differs between the pages and the samples (EK-D13).
func (e envelope) code() string {
	code := call.Integer(e.Status)
	for _, finer := range []string{call.Integer(e.ResponseStatusID), e.Code} {
		if code == "" || code == "1" {
			code = cmp.Or(finer, code)
		}
	}
	return code
}

// succeeded tells a success, which nothing but status does (EK-D12).
func succeeded(status *json.Number) bool { return call.Integer(status) == "0" }

// absent is err of the status call, with a word where that call is not there: it is no outage,
// and [kyc.WaitFetch] asks for the document instead (EK-D30).
func absent(c *call.Call, err error) error {
	e := (*kyc.Error)(nil)
	if c.Status() != http.StatusNotFound || !errors.As(err, &e) || e.Kind != kyc.ErrUnavailable {
		return err
	}
	said := *e
	said.NoStatus = true
	return kyc.NewError(said, e.Unwrap(), e.Raw())
}

// read returns what can be read of the answer's envelope; of the rest, such as a
// gateway's own JSON, the HTTP status decides.
func read(c *call.Call) envelope {
	e, _ := call.Decode[envelope](c, "", c.Body())
	return e
}

// refused is the error of an answer that is no success.
func refused(c *call.Call, op string) error {
	e := read(c)
	code := e.code()
	var rows []refusal
	kind := kyc.KindOfStatus(c.Status())
	if code == "" { // not in Eko's envelope
		rows = append(rows, refusal{op: op, http: c.Status()})
	}
	if kind == kyc.ErrUnexpected || c.Status() == http.StatusForbidden {
		rows = append(rows, refusal{message: strings.ToLower(strings.Trim(e.Message, " ."))})
	}
	rows = append(rows, refusal{http: c.Status()})
	if kind == kyc.ErrUnexpected { // of a 200 in the first place
		rows = append(rows,
			refusal{code: strings.ToLower(e.Code)}, refusal{op: op, code: code, message: e.Message},
			refusal{op: op, code: code}, refusal{code: code})
	}
	for _, row := range rows {
		if kind, ok := kinds[row]; ok {
			if row.code != "" && strings.EqualFold(row.code, e.Code) {
				code = e.Code
			}
			if row.code == notGranted {
				return c.Unconsented(code)
			}
			return c.RefusedAs(kind, code, "", documented(code))
		}
	}
	if code == "" && c.Status() == http.StatusOK {
		return c.Missing("status")
	}
	return c.RefusedAs("", code, "", documented(code))
}

// documented reports whether a row has the code, or it is the 1 that says no.
func documented(code string) bool {
	for row := range kinds {
		if code != "" && strings.EqualFold(row.code, code) {
			return true
		}
	}
	return code == "1"
}

// failed is the error of a call for which the client returned err. A refusal is
// one whatever the type of its data, which is a list at times, and also without a
// body, as none is published beside 200; a gateway's page is not Eko's word.
func failed(c *call.Call, op string, err error) error {
	if c.Status() != 0 && len(bytes.TrimSpace(c.Body())) == 0 && errors.Is(err, wire.ErrNotJSON) {
		return refused(c, op)
	}
	if kind, ok := kinds[refusal{op: op, http: c.Status()}]; ok && errors.Is(err, wire.ErrNotJSON) {
		return c.Refused(kind, "", "")
	}
	if errors.As(err, new(*json.UnmarshalTypeError)) || errors.Is(err, wire.ErrEncoding) {
		if e := read(c); e.code() != "" && !succeeded(e.Status) {
			return refused(c, op)
		}
	}
	return c.Failed(err)
}
