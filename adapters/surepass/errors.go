package surepass

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/surepassapi"
)

// kinds reads Surepass's message codes, which count with any status but a success, whatever their case. The first is
// published (P2), the others only integrators have seen (SP-D20, SP-D22).
var kinds = map[string]kyc.Err{
	"client_not_found":            kyc.ErrNotFound,
	"digilocker_client_not_found": kyc.ErrNotFound,
	"already_downloaded":          kyc.ErrExpired, // a 422 that is not about the request (SP-D23)
}

// used is the code of a document that was handed out before.
const used = "already_downloaded"

// refused is the error of an answer that is no documented success. What has no documented code is known by its status.
// Of 404, that means a journey that is not there, where the call names one and nothing else, such as a file (SP-D19),
// and the answer is Surepass's own and no gateway's (SP-D20).
func refused(c *call.Call, names bool) error {
	code := call.Text(read(c).MessageCode)
	kind := kinds[strings.ToLower(code)]
	known := kind != ""
	switch {
	case c.Status()/100 == 2:
		kind = kyc.ErrUnexpected // Surepass refuses with 4xx
	case kind == "" && names && c.Status() == http.StatusNotFound && enveloped(c.Body()):
		kind = kyc.ErrNotFound
	}
	return c.RefusedAs(kind, code, "", known)
}

// failed is the error of a call for which the client returned err. A refusal is one whatever the type of its other
// members.
func failed(c *call.Call, names bool, err error) error {
	if c.Status()/100 != 2 && enveloped(c.Body()) {
		return refused(c, names)
	}
	return c.Failed(err)
}

// enveloped reports whether an answer is Surepass's own: JSON with a member of its envelope that a gateway's has not.
func enveloped(body []byte) bool {
	var e struct {
		Success     any `json:"success"`
		StatusCode  any `json:"status_code"`
		MessageCode any `json:"message_code"`
	}
	_ = json.Unmarshal(body, &e) // of what is no JSON, or no object, there is nothing
	return e.Success != nil || e.StatusCode != nil || e.MessageCode != nil
}

// refuses reports whether an answer says itself that it is no success: by a success that is false, or a text or a
// number for that, or by the status_code of a failure, which is the HTTP status by Surepass's pages.
func refuses(c *call.Call) bool {
	type outcome struct {
		Success    json.RawMessage `json:"success"`
		StatusCode json.RawMessage `json:"status_code"`
	}
	e, _ := call.Decode[outcome](c, "", c.Body()) // of what cannot be read there is nothing
	said := func(raw json.RawMessage) (text string, n float64, isNumber bool) {
		text = strings.Trim(string(raw), `" `)
		n, err := strconv.ParseFloat(text, 64)
		return text, n, err == nil
	}
	success, n, isNumber := said(e.Success)
	_, status, _ := said(e.StatusCode)
	return strings.EqualFold(success, "false") || isNumber && n == 0 || status >= 400 && status < 600
}

// read returns what can be read of the answer's error. Data is null in it, or not there (SP-D21).
func read(c *call.Call) surepassapi.Refusal {
	body, _ := call.Decode[surepassapi.Refusal](c, "", c.Body())
	return body
}

// refusesLocal reports whether the answer is the page, no JSON, with which Surepass was seen to refuse a redirect to
// the caller's own machine (SP-D34). With any other redirect, such a page is a firewall's.
func refusesLocal(c *call.Call, returnTo string) bool {
	u, err := url.Parse(returnTo)
	if err != nil || c.Status() != http.StatusForbidden || json.Valid(c.Body()) {
		return false
	}
	host := strings.ToLower(u.Hostname())
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// badReturn is the error of a ReturnTo with which no journey can begin, as the answer tells.
func badReturn(c *call.Call, kind kyc.Err, want string) error {
	return kyc.NewError(kyc.Error{
		Provider: provider, Op: initialize, Kind: kind, Status: c.Status(), Member: "ReturnTo", Want: want,
	}, nil, c.Body())
}

// spent marks an error of the one download after which it may be used up: all but those of a call that was not sent,
// and of an answer that turns it away. What was answered was sent: a wire.Error then is of what Options.Verify did. Of
// 4xx, that have not 408 and a proxy's 499, of a call that was passed on, nor those that may say that the document has
// gone: 409, 410 and 422, which is that of already_downloaded.
func spent(c *call.Call, err error) error {
	e := (*kyc.Error)(nil)
	if !errors.As(err, &e) {
		return err
	}
	sent := (*wire.Error)(nil)
	unsent := c.Status() == 0 && errors.As(err, &sent) && sent.Unsent
	e.Spent = !unsent && !turnsAway(c.Status()) || strings.EqualFold(e.Code, used)
	return err
}

func turnsAway(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusGone, http.StatusUnprocessableEntity, proxyLeft:
		return false
	default:
		return status/100 == 3 || status/100 == 4
	}
}

// proxyLeft is nginx's status of a request whose client did not wait for the answer.
const proxyLeft = 499

// explained is err or, where Surepass refuses in a way that nobody documented, what the journey's state tells of that:
// who has not consented yet, who refused, and an account without Aadhaar may be told by any such refusal, by a 404 of
// the download too, which is then not about the journey. Two booleans that are still false (SP-D11) and a list without
// Aadhaar do not prove that it was not handed out: what was spent stays so, unless the flow failed or none is linked.
func (a *Adapter) explained(ctx context.Context, ref kyc.Ref, err error) error {
	e := (*kyc.Error)(nil)
	if !errors.As(err, &e) || e.Status/100 != 4 || !enveloped(e.Raw()) {
		return err
	}
	missed := e.Kind == kyc.ErrNotFound && !e.CodeKnown && e.Op == downloadAadhaar
	if e.Kind != kyc.ErrUnexpected && !missed {
		return err
	}
	kind, consent, failed := a.standing(ctx, ref)
	switch {
	case failed != nil:
		return err
	case kind == "" && e.Op == downloadAadhaar:
		kind = cmp.Or(a.withoutAadhaar(ctx, ref, consent), kyc.ErrUnexpected)
	case kind == "":
		return err
	}
	again := *e
	again.Kind = kind
	if consent.State == kyc.Denied || kind == kyc.ErrNoDocument {
		again.Spent = false // it was never there to be handed out
	}
	return kyc.NewError(again, e.Unwrap(), e.Raw())
}

// withoutAadhaar is why a user who consented has no Aadhaar to download; "" if nobody says.
func (a *Adapter) withoutAadhaar(ctx context.Context, ref kyc.Ref, consent *kyc.Consent) kyc.Err {
	if linksNone(consent) {
		return kyc.ErrNoDocument
	}
	c, listed, err := a.list(call.Untraced(ctx), ref)
	if err == nil && indexOf(listed, codes[kyc.Aadhaar], "") < 0 && unidentified(c, listed) == "" {
		return kyc.ErrDenied
	}
	return ""
}

// linksNone reports whether the journey's state says that the account has no Aadhaar (SP-D12).
func linksNone(consent *kyc.Consent) bool { return consent.EAadhaar != nil && !*consent.EAadhaar }

// standing asks for the journey's state, besides the call that was asked for, and says why there is no document in it:
// the kind is "" if the user consented.
func (a *Adapter) standing(ctx context.Context, ref kyc.Ref) (kyc.Err, *kyc.Consent, error) {
	consent, err := a.Status(call.Untraced(ctx), ref)
	if err != nil {
		return "", nil, err
	}
	return map[kyc.State]kyc.Err{
		kyc.Pending: kyc.ErrPending, kyc.Denied: kyc.ErrDenied, kyc.Expired: kyc.ErrExpired,
	}[consent.State], consent, nil
}
