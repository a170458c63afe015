package authpartner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/authpartnerapi"
)

// Exchange implements [kyc.Exchanger]. It compares the state of the address with the Ref's before it believes
// anything that the address says: another state, none or two are ErrInvalid, with "state" as Member, and no call is
// made. A refusal (access_denied) is Denied, in the Ref too, and no error: the same address with the new Ref is that
// Ref once more. Another error is ErrUnexpected, with the error as Code if it is a word of OAuth's, and with both
// parameters, whatever their words, in Raw. Otherwise the code is exchanged, once.
//
// The end of a session, user_loggedout, is neither a refusal nor an error (DL-D45). As it is published it comes without
// a state, though, and is ErrInvalid with "state" as Member, as every such address is: give the sign-out an address of
// its own, or look for it in the address before Exchange does.
//
// Where Status of the Ref is Expired, as the user took longer than Options.ReturnWithin or than the consent was to
// hold, the error is ErrExpired, without a call.
//
// The Ref of the Return is the one to store from then on, in place of the other: it has the tokens. With a Ref that has
// them already, as where a page is loaded again, the State is that of Status, whatever the address brings beside the
// state, without a call and without a Consent. A code that was used before is ErrDuplicate, and so is one that has run
// out or is not this journey's, as DigiLocker says 400 of all of them: a Ref without a store cannot promise "once", and
// of two calls that bring one code with the Ref of Start, DigiLocker serves the first. Whoever needs "once" over
// machines marks the journey in a store of its own, before. After a lost answer, which is ErrUnavailable, the code is
// mostly used up: Start anew.
//
// Consent says what the answer tells of the user, if TokenPath is version 1, and IDToken what version 2 gives, which
// nobody has verified. What is too long for a Ref is left out of it and told by Consent.Unread: first a refresh token.
// A name that is no UTF-8 is left out as well.
func (a *Adapter) Exchange(ctx context.Context, ref kyc.Ref, back *url.URL) (kyc.Return, error) {
	c := call.New(ctx, provider, a.exchange())
	if err := ctx.Err(); err != nil {
		return kyc.Return{}, err
	}
	j, err := a.open(c, ref)
	if err != nil {
		return kyc.Return{}, err
	}
	said, err := j.read(c, back)
	switch {
	case err != nil:
		return kyc.Return{}, err
	case j.exchanged():
		known := a.consent(ref, j)
		return kyc.Return{Ref: ref, State: known.State, Granted: known.Granted}, nil
	case a.late(j):
		return kyc.Return{}, c.Refused(kyc.ErrExpired, "", "")
	case said.denied() && j.Denied:
		return said.toReturn(ref), nil
	case said.denied():
		j.Denied = true
		return said.toReturn(a.sealer().seal(j)), nil
	case said.loggedOut():
		return said.toReturn(ref), nil
	case said.failure != "":
		return kyc.Return{}, said.failed(a.exchange())
	case !sendable(said.code):
		return kyc.Return{}, c.Invalid("code", "that of DigiLocker")
	}
	t, err := a.exchangeCode(c, j, said.code)
	if err != nil {
		return kyc.Return{}, err
	}
	j.Verifier, j.ReturnTo, j.Denied = "", "", false
	consent, err := a.keep(c, j, t)
	if err != nil {
		return kyc.Return{}, err
	}
	return kyc.Return{
		Ref: consent.Ref, State: consent.State, Granted: consent.Granted, Consent: consent,
		IDToken: c.Hide(t.IDToken),
	}, nil
}

// failed is the error of a return that is neither a consent nor a refusal. Whoever made the address chose its words:
// one that nobody documented is in Raw alone, which nothing prints.
func (s answer) failed(op string) error {
	e := kyc.Error{Provider: provider, Op: op, Kind: kyc.ErrUnexpected, Member: "error"}
	if oauth[strings.ToLower(s.failure)] {
		e.Code, e.CodeKnown = s.failure, true
	}
	raw := url.Values{"error": {s.failure}, "error_description": {s.words.Reveal()}}
	return kyc.NewError(e, nil, []byte(raw.Encode()))
}

// exchange is the operation by which a code is exchanged.
func (a *Adapter) exchange() string {
	if a.opts.TokenPath == TokenPathOpenID {
		return getTokenOpenID
	}
	return getToken
}

// sendable reports whether a text of DigiLocker's can be sent back to it: visible ASCII, as RFC 6749 has it.
func sendable(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

// tokens is the answer of either token operation.
type tokens struct {
	authpartnerapi.Token
	IDToken *string
}

// exchangeCode makes the one call with a code.
func (a *Adapter) exchangeCode(c *call.Call, j journey, code string) (*tokens, error) {
	creds, err := a.credentials(c)
	if err != nil {
		return nil, err
	}
	c.Spare("name")
	var id, secret *string
	editor := basic(creds)
	if a.opts.SecretInForm {
		who, word := creds.ClientID.Reveal(), creds.ClientSecret.Reveal()
		id, secret, editor = &who, &word, unchanged
	}
	if a.exchange() == getToken {
		return a.getToken(c, ofExchange, authpartnerapi.TokenRequest{
			GrantType: authpartnerapi.GrantCode, ClientID: id, ClientSecret: secret,
			Code: &code, CodeVerifier: &j.Verifier, RedirectURI: &j.ReturnTo,
		}, editor)
	}
	resp, err := call.Fit(c, authpartnerapi.ParseGetTokenOpenIDResponse)(
		a.api.GetTokenOpenIDWithFormdataBodyWithResponse(c.Context(), authpartnerapi.CodeExchange{
			GrantType: authpartnerapi.CodeGrantValue, ClientID: id, ClientSecret: secret,
			Code: code, CodeVerifier: &j.Verifier, RedirectURI: j.ReturnTo,
		}, editor))
	switch {
	case err != nil:
		return nil, ofExchange.failed(c, err)
	case resp.JSON200 == nil || refuses(c):
		return nil, ofExchange.refused(c)
	}
	return &tokens{IDToken: resp.JSON200.IDToken, Token: authpartnerapi.Token{
		AccessToken: resp.JSON200.AccessToken, ExpiresIn: resp.JSON200.ExpiresIn, TokenType: resp.JSON200.TokenType,
		Scope: resp.JSON200.Scope, ConsentValidTill: resp.JSON200.ConsentValidTill,
		RefreshToken: besides(c, "refresh_token"), // nobody published whether there ever is one
	}}, nil
}

// getToken calls the token operation of version 1, or that of another path which answers as it does.
func (a *Adapter) getToken(
	c *call.Call, r reading, body authpartnerapi.TokenRequest, editor authpartnerapi.RequestEditorFn,
) (*tokens, error) {
	resp, err := call.Fit(c, authpartnerapi.ParseGetTokenResponse)(
		a.api.GetTokenWithFormdataBodyWithResponse(c.Context(), body, editor, a.toTokenPath))
	switch {
	case err != nil:
		return nil, r.failed(c, err)
	case resp.JSON200 == nil || refuses(c):
		return nil, r.refused(c)
	}
	return &tokens{*resp.JSON200, besides(c, "id_token")}, nil
}

// besides is a member that only the answer of the other version is known to have; nil, and told by Unread, if it is
// there and no text in UTF-8.
func besides(c *call.Call, member string) (text *string) {
	var all map[string]json.RawMessage
	_ = json.Unmarshal(c.Body(), &all) // in a list, which Fit reads too, there is none
	for name, raw := range all {
		if !strings.EqualFold(name, member) {
			continue
		}
		if wire.Garbled(raw) != nil || json.Unmarshal(raw, &text) != nil {
			c.Lose(member)
			return nil
		}
	}
	return text
}

// toTokenPath sends a request of version 1 to the path of the options, which has no escapes. Those of the base URL's
// path stay as they are written.
func (a *Adapter) toTokenPath(_ context.Context, req *http.Request) error {
	if path := a.opts.TokenPath; path != TokenPathOpenID {
		req.URL.Path = strings.TrimSuffix(req.URL.Path, TokenPath) + path
		if req.URL.RawPath != "" {
			req.URL.RawPath = strings.TrimSuffix(req.URL.RawPath, TokenPath) + path
		}
	}
	return nil
}

// refuses reports whether a success says itself that it is none.
func refuses(c *call.Call) bool {
	_, refusal := said(c)
	return refusal
}

// keep seals what the answer to a token call says into the journey, and is the consent that it tells of. A token call
// is not repeatable: what does not fit is left out, the refresh token first, and what is missing is told by an error
// that has the answer as Raw. Without a new refresh token that can be kept and sent, the older one goes on (RFC 6749,
// section 6).
func (a *Adapter) keep(c *call.Call, j journey, t *tokens) (*kyc.Consent, error) {
	switch kind := strings.TrimSpace(call.Text(t.TokenType)); {
	case !sendable(t.AccessToken):
		return nil, c.Missing("access_token")
	case kind != "" && !strings.EqualFold(kind, "Bearer"): // which is not to be used so (RFC 6749, section 7.1)
		return nil, c.Missing("token_type")
	}
	now := a.opts.Now()
	older := j.Refresh
	j.Access, j.Ends = t.AccessToken, ends(c, now, t.ExpiresIn)
	switch token := call.Text(t.RefreshToken); {
	case strings.TrimSpace(token) == "":
	case sendable(token):
		j.Refresh = token
	default:
		c.Lose("refresh_token")
	}
	if till := validTill(c, t.ConsentValidTill); till != 0 {
		j.ValidTill = till
	}
	if t.Scope != nil {
		j.Granted, j.Listed = toGranted(*t.Scope, j.Requested)
	}
	if has := call.YesNo(t.EAadhaar); has != nil {
		j.EAadhaar = has
	}
	if sealedSize(j) > MaxRef {
		j.Refresh = older
		c.Lose("refresh_token")
	}
	if sealedSize(j) > MaxRef {
		j.Refresh = ""
	}
	ref := a.sealer().seal(j)
	if ref == "" {
		return nil, c.Missing("access_token") // of a length that no Ref can keep
	}
	consent := a.consent(ref, j)
	consent.State = kyc.Granted // whatever the clocks say: DigiLocker has just answered
	consent.User = toPerson(c, authpartnerapi.User{
		DigiLockerID: call.Text(t.DigiLockerID), Name: call.Text(t.Name), Birth: call.Text(t.Birth),
		Gender: call.Text(t.Gender), Mobile: t.Mobile,
	})
	consent.TraceID, consent.Raw = trace(call.Text(t.ReferenceKey)), c.Raw()
	consent.Unread = c.Unread()
	return consent, nil
}

// trace is DigiLocker's reference_key, if it has the form of one.
func trace(key string) string {
	if kyc.IsTraceID(key) {
		return key
	}
	return ""
}

// ends is when a token of so many seconds has ended; 0, and told by Unread, if that is no time.
func ends(c *call.Call, now time.Time, life *json.Number) int64 {
	if life == nil || *life == "" {
		return 0
	}
	seconds, err := life.Float64()
	if err != nil || seconds < 0 || seconds > (10*366*24*time.Hour).Seconds() {
		c.Lose("expires_in")
		return 0
	}
	return now.Unix() + int64(math.Ceil(seconds))
}

// validTill is the end of the consent, a number or a text (DL-D12); 0 if the answer does not say, and told by Unread if
// what it says is no time.
func validTill(c *call.Call, raw json.RawMessage) int64 {
	raw = bytes.Trim(bytes.TrimSpace(raw), `"`)
	if len(raw) == 0 || string(raw) == "null" {
		return 0
	}
	seconds, err := strconv.ParseFloat(string(bytes.TrimSpace(raw)), 64)
	const year2200 = 7258118400
	if err != nil || !(seconds > 0 && seconds < year2200) {
		c.Lose("consent_valid_till")
		return 0
	}
	return int64(seconds)
}

// toGranted is what a scope names of kyc's documents and of the types that were asked for, in its order; nil if it
// names no document at all. Listed says that there may be others besides: it has the list of issued documents, and
// does not say what is in it, or a word whose type cannot be read. It is read without regard to case, in each form that
// is published (DL-D24): issued/<URI> for a document that the account has, file.partners/<type> and partners.<type> for
// one that it may have.
func toGranted(scope string, requested []kyc.Document) (granted *[]kyc.Document, listed bool) {
	named, found := false, []kyc.Document{}
	for _, word := range strings.Fields(scope) {
		code, names := typeIn(word)
		readable := doctypes.MatchString(code)
		named = named || readable
		listed = listed || strings.EqualFold(word, "files.issueddocs") || names && !readable
		doc := documentOf(code)
		kept := toDocument(code) != "" || slices.Contains(requested, doc)
		if readable && kept && !slices.Contains(found, doc) {
			found = append(found, doc)
		}
	}
	if !named {
		return nil, listed
	}
	return &found, listed
}

// typeIn is the type that a word of a scope names, in upper case; "" where the word names a document whose type cannot
// be read. It is not ok for a word that names none.
func typeIn(word string) (code string, ok bool) {
	word = strings.ToUpper(word)
	for _, front := range []string{"FILE.PARTNERS/", "FILES.PARTNERS/", "PARTNERS.", "PARTNERS/"} {
		if code, ok = strings.CutPrefix(word, front); ok {
			return code, true
		}
	}
	if uri, is := strings.CutPrefix(word, "ISSUED/"); is {
		return typeOf(uri), true
	}
	return "", false
}

// Refresh implements [kyc.Refresher]: the Consent's Ref has a new access token and a new refresh token, and replaces
// the stored one. Whether the older refresh token still works, nobody published (DL-D50): of two refreshes at a time,
// store the Ref of the one that came last. A refresh token that DigiLocker does not take is ErrExpired: Start anew.
// Where the new refresh token cannot be kept, which Consent.Unread tells, or there is none, the older one goes on.
// Before the exchange it is ErrPending; a journey without a refresh token, as of TokenPathOpenID, is
// [errors.ErrUnsupported]. The call is not repeatable: after a lost answer, which is ErrUnavailable, the refresh token
// may be used up.
func (a *Adapter) Refresh(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, provider, getToken)
	j, err := a.granted(c, ref)
	if err != nil {
		return nil, err
	}
	if j.Refresh == "" {
		return nil, fmt.Errorf("authpartner: refresh: the journey has no refresh token: %w", errors.ErrUnsupported)
	}
	creds, err := a.credentials(c)
	if err != nil {
		return nil, err
	}
	c.Spare("name")
	t, err := a.getToken(c, ofRefresh, authpartnerapi.TokenRequest{
		GrantType: authpartnerapi.GrantRefresh, RefreshToken: &j.Refresh,
	}, basic(creds))
	if err != nil {
		return nil, err
	}
	return a.keep(c, j, t)
}

// Revoke implements [kyc.Revoker]. It revokes the refresh token or, if there is none, the access token; DigiLocker then
// ends what else comes of the same consent. A token that it does not know is no error (DL-D22): so hand over the newest
// Ref, that of the last Refresh. Of an older one, whose tokens were replaced, Revoke may succeed while the consent
// goes on. The Ref itself cannot know: Status goes on to say what it said, and Fetch is ErrExpired. Before the exchange
// there is nothing to revoke, and the error is ErrPending.
//
// Nobody published what a success looks like. It is 200 without a body, or with JSON that has no error, or with one
// word that says yes, such as OK. Anything else, a page and a sentence above all, is ErrUnexpected: whoever was told
// that a consent is withdrawn does not look again.
func (a *Adapter) Revoke(ctx context.Context, ref kyc.Ref) error {
	c := call.New(ctx, provider, revokeToken)
	j, err := a.granted(c, ref)
	if err != nil {
		return err
	}
	creds, err := a.credentials(c)
	if err != nil {
		return err
	}
	body := authpartnerapi.Revocation{Token: j.Refresh}
	hint := authpartnerapi.TokenKindRefreshToken
	if j.Refresh == "" {
		body.Token, hint = j.Access, authpartnerapi.TokenKindAccessToken
	}
	body.Hint = &hint
	resp, err := a.files.RevokeTokenWithFormdataBody(c.Context(), body, basic(creds)) //nolint:bodyclose // in memory
	switch {
	case err != nil:
		return ofRevoke.failed(c, err)
	case resp.StatusCode != http.StatusOK || refuses(c):
		return ofRevoke.refused(c)
	case !revoked(resp.Header, c.Body()):
		return c.Refused(kyc.ErrUnexpected, "", "")
	}
	return nil
}

// revoked reports whether a body can be that of a revocation: nothing, an object, null, an empty list, which is PHP's
// empty object, or a word that says yes. What is JSON is so whatever its label; a word that is said to be HTML is a
// page.
func revoked(header http.Header, body []byte) bool {
	body = bytes.TrimSpace(body)
	var word string
	switch {
	case len(body) == 0:
		return true
	case body[0] == '{':
		var said struct {
			Error any `json:"error"`
		}
		err := json.Unmarshal(body, &said)
		return err == nil && (said.Error == nil || said.Error == false || said.Error == "")
	case json.Unmarshal(body, &word) == nil: // null too, of which there is no word
		return word == "" || agrees(word)
	default:
		label := strings.ToLower(header.Get("Content-Type"))
		return string(body) == "[]" || !strings.Contains(label, "html") && agrees(string(body))
	}
}

// agrees reports whether a text is one word that says yes.
func agrees(text string) bool {
	switch strings.ToLower(strings.TrimRight(text, ".!")) {
	case "ok", "true", "yes", "done", "success", "successful", "revoked":
		return true
	}
	return false
}
