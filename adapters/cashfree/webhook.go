package cashfree

import (
	"bytes"
	"context"
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

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/cashfreeapi"
)

// What Event.Scheme says.
const (
	SchemeHeader = "header" // x-webhook-signature, over x-webhook-timestamp and the body
	SchemeBody   = "body"   // the member "signature", over the values of "data"
)

const (
	timestampHeader = "X-Webhook-Timestamp" // milliseconds since 1970
	signatureHeader = "X-Webhook-Signature"
)

// ParseWebhook implements [kyc.WebhookParser]. Cashfree publishes two schemes that
// contradict each other (CF-D22). With either of its headers, an event is verified
// by the header scheme and no other. Without them it is verified by the body
// scheme, as far as that is determined: how a nested value becomes text is not
// published, so the members of data must be among verification_id, status,
// reference_id and document_consent_validity. As that signature covers neither
// names nor borders, each must also be of its documented form; and as it does not
// cover event_type and event_time, Type and At stay zero.
//
// What is not verified, or not within Options.WebhookAge, or no JSON object, or has
// a member twice, is ErrInvalid. Verified data without a verification_id, or with a
// member of another type than documented, is ErrUnexpected. Consent is read from
// data, with one addition: an event that says that the journey is over decides its
// State, as not all of them have a status (CF-D14).
func (a *Adapter) ParseWebhook(header http.Header, body []byte) (*kyc.Event, error) {
	c := call.New(context.Background(), provider, "journeyEvent")
	if !unambiguous(body) {
		return nil, c.Invalid("body", "a JSON object without a member twice")
	}
	event := kyc.Event{Scheme: SchemeBody}
	if len(header.Values(timestampHeader)) > 0 || len(header.Values(signatureHeader)) > 0 {
		event.Scheme = SchemeHeader
		if !a.headerSigned(header, body) {
			return nil, c.Invalid(signatureHeader, "a signature of this body by a secret of WebhookSecrets, not older than WebhookAge")
		}
	} else if !a.bodySigned(body) {
		return nil, c.Invalid("signature", "a signature of this body by a secret of WebhookSecrets")
	}
	var webhook cashfreeapi.WebhookEvent
	if err := json.Unmarshal(body, &webhook); err != nil {
		return nil, c.Failed(err)
	}
	data := webhook.Data
	if data == nil || !validID(call.Text(data.VerificationID)) {
		return nil, c.Missing("data.verification_id")
	}
	event.Consent = toConsent(kyc.Ref(*data.VerificationID), *data)
	event.Consent.Raw = kyc.NewRaw(bytes.Clone(body))
	if event.Scheme == SchemeHeader {
		event.Type, event.At = call.Text(webhook.EventType), call.Time(call.Text(webhook.EventTime))
		if over, ok := endings[cashfreeapi.WebhookEventType(event.Type)]; ok {
			event.Consent.State = over
		}
	}
	return &event, nil
}

// endings are the events after which a journey is over without a document.
var endings = map[cashfreeapi.WebhookEventType]kyc.State{
	cashfreeapi.WebhookEventTypeLinkExpired:    kyc.Expired,
	cashfreeapi.WebhookEventTypeConsentDenied:  kyc.Denied,
	cashfreeapi.WebhookEventTypeConsentExpired: kyc.Expired, // an hour after a consent, which its data may still show
}

// headerSigned verifies the header scheme, whose text is the time stamp and the
// raw body. The time stamp must be digits, as nothing else divides it from the body.
func (a *Adapter) headerSigned(header http.Header, body []byte) bool {
	timestamp, signature := header.Values(timestampHeader), header.Values(signatureHeader)
	if len(timestamp) != 1 || len(signature) != 1 || !digits(timestamp[0]) ||
		!a.signed(signature[0], []byte(timestamp[0]), body) {
		return false
	}
	limit := a.opts.WebhookAge
	ms, _ := strconv.ParseInt(timestamp[0], 10, 64) // more digits than it takes are too far ahead
	age := a.opts.Now().Sub(time.UnixMilli(ms))
	return limit == 0 || -limit <= age && age <= limit
}

// bodySigned verifies the body scheme, whose text is the values of data in the
// ascending order of their names. It refuses data of which nobody published the
// text, and values that could have been moved from one name to another.
func (a *Adapter) bodySigned(body []byte) bool {
	var webhook struct {
		Signature string                     `json:"signature"`
		Data      map[string]json.RawMessage `json:"data"`
	}
	if json.Unmarshal(body, &webhook) != nil || a.opts.WebhookAge > 0 {
		return false
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
			return false
		}
		text = append(text, value...)
	}
	// Only a status between them, which is no digit and a documented word, keeps
	// the values of the other members from being divided elsewhere.
	if webhook.Data["status"] == nil || webhook.Data["verification_id"] == nil {
		return false
	}
	return a.signed(webhook.Signature, text)
}

// flat are the members of data that the body scheme can verify, each with its
// form. With status and verification_id among them, no text of such values can be
// divided in two ways.
var flat = map[string]func(string) bool{
	"document_consent_validity": func(s string) bool { return !call.Time(s).IsZero() },
	"reference_id":              digits,
	"status":                    func(s string) bool { return cashfreeapi.JourneyStatus(strings.ToUpper(s)).Valid() },
	"verification_id":           validID,
}

// signed reports whether signature is the base64 of an HMAC-SHA256 over parts with
// one of the secrets.
func (a *Adapter) signed(signature string, parts ...[]byte) bool {
	return slices.ContainsFunc(a.creds.WebhookSecrets, func(secret kyc.Private) bool {
		mac := hmac.New(sha256.New, []byte(secret.Reveal()))
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
