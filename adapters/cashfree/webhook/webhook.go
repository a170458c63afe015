// Package webhook verifies the webhooks that Cashfree sends of DigiLocker journeys. It links
// the standard library alone, so a team that vendors the generated client can take it along:
//
//	verifier := webhook.Verifier{
//		Secrets: func() ([]string, error) { return []string{os.Getenv("CASHFREE_CLIENT_SECRET")}, nil },
//		Age:     5 * time.Minute,
//	}
//	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20)) // anybody can send one
//	signed, err := verifier.Verify(r.Header, body)
//	// once err is nil, body can be read as the client's WebhookEvent
//
// Cashfree publishes two schemes that contradict each other (CF-D22). A webhook with one of the
// headers x-webhook-timestamp and x-webhook-signature is verified by the header scheme and by no
// other: the signature is the base64 of an HMAC-SHA256, keyed with the client secret, over the
// time stamp and the body as it came. A webhook with neither is verified by the body scheme, as
// far as that is determined: the signed text is the values of data in the ascending order of
// their names, and how a nested value becomes text is not published.
//
// Other products of Cashfree deliver to the same address, and so does the dashboard's test of
// it: a verified event is of a journey if its event_type begins with DIGILOCKER_. Answer all of
// them with 2xx. The same event can come more than once.
//
// Sources: https://www.cashfree.com/docs/api-reference/vrs/webhook-signature-verification and
// https://www.cashfree.com/docs/api-reference/vrs/v2/digilocker/webhooks-digilocker.
package webhook

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What Signed.Scheme says.
const (
	SchemeHeader = "header" // x-webhook-signature, over x-webhook-timestamp and the body
	SchemeBody   = "body"   // the member "signature", over the values of "data"
)

const (
	timestampHeader = "X-Webhook-Timestamp" // since 1970, see sent
	signatureHeader = "X-Webhook-Signature"
)

// Verifier verifies webhooks. It is safe for concurrent use if its functions are. The zero
// value refuses all.
type Verifier struct {
	// Secrets are the client secrets that a webhook may be signed with: with several keys,
	// Cashfree signs with the oldest active one. It is asked at most once for each webhook, so
	// that a secret can be rotated, and its error is returned as it is. An empty secret is left
	// out, since anyone can sign with it. Nil or none: all are refused.
	Secrets func() ([]string, error)

	// Age is how far the time stamp may be from Now, on either side. Zero: as far as it
	// likes, so that a webhook that somebody kept can be sent again. With an Age the body
	// scheme is refused, as it signs no time.
	Age time.Duration

	// Now is the clock for Age. Default: time.Now.
	Now func() time.Time
}

// Signed says what of a verified webhook is signed.
type Signed struct {
	Scheme string    // SchemeHeader or SchemeBody
	At     time.Time // the time stamp; zero in the body scheme

	// Text is what was signed, in the body scheme alone: values without their names. There
	// event_type and event_time are not signed, so that nothing may be decided by them.
	// It holds the caller's id and no name of a person. Nil in the header scheme, which
	// signs the whole body.
	Text []byte
}

// Error says why a webhook was refused. It holds nothing of the webhook's values.
type Error struct {
	Member string // what is wrong: "body", "signature" or the header X-Webhook-Signature
	Want   string // what belongs there
}

// Error names the member and what belongs there.
func (e *Error) Error() string { return "webhook: " + e.Member + ": want " + e.Want }

// Verify says whether the webhook is one of Cashfree's, and what of it is signed. The header may
// have its names in any case; body is the bytes as they came, before anything has read them. A
// refusal is an *Error; answer it with 403. Another error is that of Secrets: answer it with
// 500. Whether the event comes again then, Cashfree does not publish.
//
// Bound the body before, as by http.MaxBytesReader: in the body scheme it has to be read as JSON
// before its signature is known. In the header scheme nothing of it is read until it is verified.
//
// The body must be one JSON object without a member twice, be it in another case, so that every
// parser reads the same. In the body scheme, data may have no members but verification_id,
// status, both of which must be there, reference_id and document_consent_validity, each of its
// documented form: the signature covers neither names nor borders, and such values cannot be
// moved from one name to another.
func (v Verifier) Verify(header http.Header, body []byte) (*Signed, error) {
	ambiguous := &Error{Member: "body", Want: "a JSON object without a member twice"}
	h := canonical(header)
	byHeader := len(h[timestampHeader]) > 0 || len(h[signatureHeader]) > 0
	switch {
	case byHeader && !v.timely(h):
		return nil, headerRefused()
	case !byHeader && !unambiguous(body):
		return nil, ambiguous
	}
	var secrets []string
	if v.Secrets != nil {
		all, err := v.Secrets()
		if err != nil {
			return nil, err
		}
		secrets = slices.DeleteFunc(slices.Clone(all), func(secret string) bool { return secret == "" })
	}
	if !byHeader {
		return v.byBody(secrets, body)
	}
	signed, err := v.byHeader(secrets, h, body)
	if err == nil && !unambiguous(body) {
		return nil, ambiguous
	}
	return signed, err
}

// canonical are the two headers by their usual names: a gateway may hand them on in small
// letters, which http.Header does not find.
func canonical(header http.Header) http.Header {
	h := http.Header{}
	for name, values := range header {
		for _, value := range values {
			h.Add(name, value)
		}
	}
	return h
}

// headerRefused is what is said of a webhook that the header scheme refuses.
func headerRefused() *Error {
	return &Error{Member: signatureHeader,
		Want: "a signature of this body by one of the secrets, of a time within the age"}
}

// timely says whether the two headers are there once, and of a time within the age: what can be told
// before anybody is asked for a secret. The time stamp must be digits, as nothing else divides it from
// the body.
func (v Verifier) timely(header http.Header) bool {
	timestamp, signature := header[timestampHeader], header[signatureHeader]
	if len(timestamp) != 1 || len(signature) != 1 || !digits(timestamp[0]) {
		return false
	}
	if v.Age == 0 {
		return true
	}
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	age := now().Sub(sent(timestamp[0]))
	return -v.Age <= age && age <= v.Age
}

// byHeader verifies the header scheme, whose text is the time stamp and the raw body, of headers that
// are timely.
func (v Verifier) byHeader(secrets []string, header http.Header, body []byte) (*Signed, error) {
	timestamp := header[timestampHeader][0]
	if !signed(secrets, header[signatureHeader][0], []byte(timestamp), body) {
		return nil, headerRefused()
	}
	return &Signed{Scheme: SchemeHeader, At: sent(timestamp)}, nil
}

// sent is the time that a time stamp names, in seconds below 1e12, else in milliseconds, as the
// sample has it: no milliseconds below that are of this century. More digits than a number can
// have are too far ahead.
func sent(timestamp string) time.Time {
	n, _ := strconv.ParseInt(timestamp, 10, 64)
	if n < 1e12 {
		return time.Unix(n, 0)
	}
	return time.UnixMilli(n)
}

// byBody verifies the body scheme, whose text is the values of data in the ascending order of
// their names. It refuses data of which nobody published the text, and values that could have
// been moved from one name to another.
func (v Verifier) byBody(secrets []string, body []byte) (*Signed, error) {
	refused := &Error{Member: "signature", Want: "a signature of this body by one of the secrets"}
	var webhook struct {
		Signature string                     `json:"signature"`
		Data      map[string]json.RawMessage `json:"data"`
	}
	if json.Unmarshal(body, &webhook) != nil || v.Age != 0 {
		return nil, refused
	}
	var text []byte
	for _, name := range slices.Sorted(maps.Keys(webhook.Data)) {
		var value string
		if name == "reference_id" {
			var number json.Number
			_ = json.Unmarshal(webhook.Data[name], &number) // leaves "", which is no value below
			value = number.String()
		} else {
			_ = json.Unmarshal(webhook.Data[name], &value)
		}
		if form := flat[name]; form == nil || !form(value) {
			return nil, refused
		}
		text = append(text, value...)
	}
	// Only a status between them, which is no digit and a documented word, keeps
	// the values of the other members from being divided elsewhere.
	if webhook.Data["status"] == nil || webhook.Data["verification_id"] == nil ||
		!signed(secrets, webhook.Signature, text) {
		return nil, refused
	}
	return &Signed{Scheme: SchemeBody, Text: text}, nil
}

// flat are the members of data that the body scheme can verify, each with its
// form. With status and verification_id among them, no text of such values can be
// divided in two ways.
var flat = map[string]func(string) bool{
	"document_consent_validity": func(s string) bool { _, err := time.Parse(time.RFC3339, s); return err == nil },
	"reference_id":              digits,
	"status":                    func(s string) bool { return slices.Contains(statuses, strings.ToUpper(s)) },
	"verification_id":           validID,
}

// statuses are the documented states of a journey, as the client's JourneyStatus has them.
var statuses = []string{"AUTHENTICATED", "CONSENT_DENIED", "EXPIRED", "PENDING"}

// validID reports whether Cashfree takes id as a verification_id.
func validID(id string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
	return id != "" && len(id) <= 50 && strings.Trim(id, allowed) == ""
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// signed reports whether signature is the base64 of an HMAC-SHA256 over parts with one of the
// secrets. It takes as long for a wrong signature as for a right one.
func signed(secrets []string, signature string, parts ...[]byte) bool {
	return slices.ContainsFunc(secrets, func(secret string) bool {
		mac := hmac.New(sha256.New, []byte(secret))
		for _, part := range parts {
			mac.Write(part)
		}
		want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		return hmac.Equal([]byte(want), []byte(signature))
	})
}

// unambiguous reports whether body is one JSON object whose members have one
// meaning for every parser: no name twice, be it in another case, within one
// object.
func unambiguous(body []byte) bool {
	if !json.Valid(body) || !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	return once(d)
}

// once reads one value from d, which is known to be valid.
func once(d *json.Decoder) bool {
	token, err := d.Token()
	if err != nil {
		return false
	}
	opening, ok := token.(json.Delim)
	if !ok {
		return true
	}
	seen := map[string]bool{}
	for d.More() {
		if opening == '{' {
			name, _ := d.Token()
			folded := strings.ToLower(strings.ToUpper(name.(string))) // as encoding/json matches names
			if seen[folded] {
				return false
			}
			seen[folded] = true
		}
		if !once(d) {
			return false
		}
	}
	_, err = d.Token()
	return err == nil
}
