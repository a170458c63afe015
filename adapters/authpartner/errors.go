package authpartner

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

// kinds reads DigiLocker's codes, without the blanks that some are printed with (DL-D21) and whatever their case. They
// count with any status but a success: the older line has 500 where the newer has 530 (DL-D18).
var kinds = map[string]kyc.Err{
	"invalid_token":      kyc.ErrExpired, // of the user: Refresh, or Start anew
	"insufficient_scope": kyc.ErrDenied,  // the user did not share that

	"aadhaar_not_linked":    kyc.ErrNoDocument,
	"aadhaar_not_available": kyc.ErrNoDocument, // until the user has done the e-KYC of Aadhaar again
	"invalid_uri":           kyc.ErrNoDocument, // listed, and gone since

	// the client's
	"invalid_client":      kyc.ErrCredentials,
	"unauthorized_client": kyc.ErrNotAllowed,

	// this adapter's, which never asks so
	"uri_missing":            kyc.ErrUnexpected, // also said of e-Aadhaar, which has no URI (DL-D20)
	"invalid_request":        kyc.ErrUnexpected,
	"invalid_grant_type":     kyc.ErrUnexpected, // DL-D17
	"unsupported_grant_type": kyc.ErrUnexpected,
	"invalid_scope":          kyc.ErrUnexpected,

	// an issuer's, for this document alone (DL-D19)
	"repository_service_unresponsive": kyc.ErrUnavailable,
	"repository_service_configerror":  kyc.ErrUnavailable,
	"repository_service_resperror":    kyc.ErrUnavailable,
	"repository_service_exception":    kyc.ErrUnavailable,
	"repository_service_unpublished":  kyc.ErrUnavailable,
	"repository_service_inactive":     kyc.ErrUnavailable,
	"partner_service_unresponsive":    kyc.ErrUnavailable,

	"unexpected_error":      kyc.ErrUnavailable,
	"internal_server_error": kyc.ErrUnavailable,
}

// reading is what an operation reads besides.
type reading struct {
	// of invalid_grant, and of 400 without a code unless the body is a page: it is the one status that is published of
	// an exchange (DL-D17)
	grant kyc.Err
	// of 401 without a code unless the body is a page: the user's token is all that such a call shows, and its end all
	// that is published of that status
	ended      kyc.Err
	credential bool // it is the client's secret that 401 is about, whatever code the user's token would have
}

var (
	ofUser = reading{ended: kyc.ErrExpired}
	// of a code that was used before, has run out, is somebody else's, or of another verifier
	ofExchange = reading{grant: kyc.ErrDuplicate, credential: true}
	ofRefresh  = reading{grant: kyc.ErrExpired, credential: true}
	ofRevoke   = reading{credential: true}
)

// refused is the error of an answer that is no documented success.
func (r reading) refused(c *call.Call) error {
	code, _ := said(c)
	word := strings.ToLower(code)
	kind, known := kinds[word]
	switch {
	case c.Status()/100 == 2:
		kind = kyc.ErrUnexpected // DigiLocker refuses with 4xx and 5xx
	case r.credential && c.Status() == http.StatusUnauthorized:
		kind = kyc.ErrCredentials
	case r.grant != "" && word == "invalid_grant":
		kind, known = r.grant, true
	case !known:
		kind = r.bare(c)
	}
	return c.RefusedAs(kind, code, "", known)
}

// bare is what the status of a refusal without a documented code means to the operation, whatever else stands in the
// answer; "" if that is a page, which a gateway gave, or if the status means what it means everywhere.
func (r reading) bare(c *call.Call) kyc.Err {
	switch {
	case isPage(c.Body()):
		return ""
	case c.Status() == http.StatusBadRequest:
		return r.grant
	case c.Status() == http.StatusUnauthorized:
		return r.ended
	}
	return ""
}

// isPage reports whether a body is markup.
func isPage(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff"))), []byte("<"))
}

// failed is the error of a call for which the client returned err. A refusal is one whatever the type of its other
// members, an empty one too, and one that is no object where its status alone says what it means.
func (r reading) failed(c *call.Call, err error) error {
	_, refusal := said(c)
	w := (*wire.Error)(nil)
	text := errors.As(err, &w) && w.Kind == wire.ErrNotJSON
	empty := text && len(bytes.TrimSpace(c.Body())) == 0
	if c.Status()/100 > 3 && (refusal || empty || r.bare(c) != "" && (text || c.Mistyped(err))) {
		return r.refused(c)
	}
	return c.Failed(err)
}

// said is the code of an answer, and whether that is a refusal of DigiLocker's own form. A success is one if its error
// is a text or an object: with an empty text, or a false, the rest of it counts, as a code is good once.
func said(c *call.Call) (code string, refusal bool) {
	var e struct {
		Code json.RawMessage `json:"error"`
	}
	if json.Unmarshal(c.Body(), &e) != nil { // what is no JSON, or no object
		return "", false
	}
	_ = json.Unmarshal(e.Code, &code) // of what is no text there is none
	code = strings.TrimSpace(code)
	if c.Status()/100 == 2 {
		return code, code != "" || bytes.HasPrefix(e.Code, []byte("{"))
	}
	return code, len(e.Code) > 0 && string(e.Code) != "null"
}

// unverified is the error of a file whose hmac does not vouch for it.
func unverified(c *call.Call, op, want string) error {
	return kyc.NewError(kyc.Error{
		Provider: provider, Op: op, Kind: kyc.ErrUnverified, Status: c.Status(), Member: "hmac", Want: want,
	}, nil, c.Raw().Bytes())
}
