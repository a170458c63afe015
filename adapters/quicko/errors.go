package quicko

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/quickoapi"
)

// The codes that mean more than one thing.
const (
	badRequest   = "400"
	unauthorized = "401"
	forbidden    = "403"
)

// kinds reads Quicko's codes, which are an HTTP status each, its own 521 and 523 among them. The HTTP status says the
// same, but a gateway's 521 and 523, of a server that is down, come without a code: by the code, both are answers and
// no outage. A refusal in Quicko's own form that lacks the code is read by its status: see codeOf. Sources: the guide
// to errors, and the examples of initiateSession's sisters.
var kinds = map[string]kyc.Err{
	badRequest:   kyc.ErrInvalid,     // but for getDocument's about consent: see withheld (SB-D16)
	unauthorized: kyc.ErrCredentials, // key or secret
	forbidden:    kyc.ErrNotAllowed,  // plan, balance, quota, access, or the token: see judged (SB-D32)
	"404":        kyc.ErrUnexpected,  // the base URL is wrong, or at Sandbox the request is no example (SB-D38)
	"422":        kyc.ErrInvalid,
	"429":        kyc.ErrRateLimited,
	"500":        kyc.ErrUnavailable,
	"503":        kyc.ErrUnavailable, // the source beyond Quicko
	"504":        kyc.ErrUnavailable,
	"521":        kyc.ErrNotFound, // SB-D15
	"523":        kyc.ErrPending,  // or too late: see withheld (SB-D15)
}

// unshared begins the message of getDocument's 400 that is no broken request: "Consent for pan not provided" (SB-D16).
const unshared = "consent for "

// journeys are the kinds that tell of a journey or of what the caller asked for. No token's error is of one: a caller
// would end the journey for it.
var journeys = []kyc.Err{
	kyc.ErrPending, kyc.ErrDenied, kyc.ErrExpired, kyc.ErrNoDocument, kyc.ErrMismatch, kyc.ErrNotFound,
	kyc.ErrDuplicate, kyc.ErrInvalid, kyc.ErrUnverified,
}

// ofJourney reports whether err, or one that it wraps, is of a kind that no token's error can have.
func ofJourney(err error) bool {
	if e := (*kyc.Error)(nil); errors.As(err, &e) && e.Spent {
		return true
	}
	return slices.ContainsFunc(journeys, func(kind kyc.Err) bool { return errors.Is(err, kind) })
}

// refused is the error of an answer that is no documented success.
func refused(c *call.Call) error {
	e := read(c)
	code := call.Integer(&e.Code)
	kind, known := kinds[codeOf(c)]
	return c.RefusedAs(kind, code, e.TransactionID, known && code != "")
}

// codeOf is the code of a refusal. It is the status, which each published code repeats, where none can be read beside a
// message and a transaction_id: they are Quicko's own form, and a gateway has no transaction.
func codeOf(c *call.Call) string {
	e := read(c)
	if code := call.Integer(&e.Code); code != "" || e.Message == "" || e.TransactionID == "" {
		return code
	}
	return strconv.Itoa(c.Status())
}

// answered is the documented success of a call for which the client returned resp and err. A success whose code says
// that it is none is a refusal, whatever else it has: one with a code that nobody documented is unexpected.
func answered[R, A any](c *call.Call, resp *R, err error, success func(*R) *A) (*A, error) {
	if err != nil {
		return nil, failed(c, err)
	}
	if answer := success(resp); answer != nil && !denies(c) {
		return answer, nil
	}
	return nil, refused(c)
}

// failed is the error of a call for which the client returned err. A refusal that is JSON is one whatever the type of
// its members.
func failed(c *call.Call, err error) error {
	answered := c.Status() != 0 && c.Status()/100 != 2 && !errors.As(err, new(*wire.Error))
	if answered && c.Context().Err() == nil {
		return refused(c)
	}
	return c.Failed(err)
}

// denies reports whether the code in the answer is a number other than that of a success.
func denies(c *call.Call) bool {
	body := read(c)
	code := call.Integer(&body.Code)
	return code != "" && code != "200"
}

// read returns what can be read of the answer's error.
func read(c *call.Call) quickoapi.ErrorBody {
	body, _ := call.Decode[quickoapi.ErrorBody](c, "", c.Body())
	return body
}

// refusal is the code with which Quicko, or the gateway before it, refused a call that ended in err; "" if neither
// did. A page is a firewall's, which knows of no key and no token.
func refusal(err error) (e *kyc.Error, code string) {
	e, ok := err.(*kyc.Error) //nolint:errorlint // as package call makes it
	if !ok {
		return nil, ""
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(e.Raw(), &object) != nil || object == nil {
		return e, ""
	}
	return e, cmp.Or(e.Code, strconv.Itoa(e.Status))
}

// judged is the error of a call that carried that token. One that has run out is the reason of a 403; of any other
// nothing says whether it is, so that the source is told of each.
func (a *Adapter) judged(t Token, err error) error {
	switch e, code := refusal(err); code {
	case unauthorized:
		a.opts.Tokens.Forget(t)
	case forbidden:
		a.opts.Tokens.Forget(t)
		if !t.ExpiresAt.IsZero() && !a.opts.Now().Before(t.ExpiresAt) {
			e.Kind = kyc.ErrCredentials
		}
	}
	return err
}

// withheld is err, the error of getDocument, by what its code means there (SB-D15, SB-D16).
func (a *Adapter) withheld(ctx context.Context, c *call.Call, ref kyc.Ref, err error) error {
	e, ok := err.(*kyc.Error) //nolint:errorlint // as package call makes it
	switch {
	case !ok:
	case e.Kind == kyc.ErrInvalid && codeOf(c) == badRequest:
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(read(c).Message)), unshared) {
			e.Kind = kyc.ErrDenied
		}
	case e.Kind == kyc.ErrPending: // by its code alone
		kind, err := a.untimely(ctx, c, ref)
		if err != nil {
			return err
		}
		e.Kind = kind
	}
	return err
}

// lag is how long before or after the consent a document may be refused as too early, by Quicko's clock. No consent
// ends as soon.
const lag = time.Minute

// untimely is the kind of getDocument's 523: ErrPending unless the document can come no more. It is an error only
// because ctx is over.
func (a *Adapter) untimely(ctx context.Context, c *call.Call, ref kyc.Ref) (kyc.Err, error) {
	status, err := a.status(ctx, call.New(call.Untraced(ctx), provider, getSessionStatus), ref)
	if done := ctx.Err(); done != nil {
		return "", done
	}
	if errors.Is(err, kyc.ErrNotFound) { // getDocument knew the session: it is gone since
		return kyc.ErrExpired, nil
	}
	if err != nil {
		return kyc.ErrPending, nil
	}
	switch toState(status.Data.Status) {
	case kyc.Denied:
		return kyc.ErrDenied, nil
	case kyc.Expired:
		return kyc.ErrExpired, nil
	case kyc.Granted: // which is final: whatever does not say that the consent is just given is too late
		answer := read(c)
		asked, granted := millis(&answer.Timestamp), millis(status.Data.UpdatedAt)
		if asked.IsZero() || asked.Sub(granted).Abs() > lag {
			return kyc.ErrExpired, nil
		}
	}
	return kyc.ErrPending, nil
}
