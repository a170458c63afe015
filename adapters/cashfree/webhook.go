package cashfree

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/cashfreeapi"
)

// What Event.Scheme says.
const (
	SchemeHeader = "header" // x-webhook-signature, over x-webhook-timestamp and the body
	SchemeBody   = "body"   // the member "signature", over the values of "data"
)

const (
	timestampHeader = "X-Webhook-Timestamp" // since 1970, see sent
	signatureHeader = "X-Webhook-Signature"
)

// journeyEvents is how the names of DigiLocker's events begin. Other products deliver to the
// same address, with data of the same members.
const journeyEvents = "DIGILOCKER_"

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
// a member twice, is ErrInvalid. A verified event whose event_type does not begin with
// DIGILOCKER_, or that has none, is Foreign: the dashboard's test of the address, another
// product's. Another verified event without a verification_id in its data is ErrUnexpected.
// In the body scheme nobody has signed that name: what is Foreign by it was at least not
// taken for a journey's. Consent is read from data, with one addition: an event that says that the journey is over
// decides its State, as not all of them have a status (CF-D14).
//
// Key is made, in the header scheme, of event_type, event_time, verification_id, reference_id,
// status and the documents of document_consent, in whatever order, and of the whole body if the
// event is Foreign; in the body scheme of the signed text, and of whether the event is Foreign.
// If Options.Credentials fails, the error is ErrCredentials: a handler that then answers 5xx
// gets the event again.
func (a *Adapter) ParseWebhook(header http.Header, body []byte) (*kyc.Event, error) {
	c := call.New(context.Background(), provider, "journeyEvent")
	if !unambiguous(body) {
		return nil, c.Invalid("body", "a JSON object without a member twice")
	}
	creds, err := a.credentials(c)
	if err != nil {
		return nil, err
	}
	h := canonical(header)
	event := kyc.Event{Scheme: SchemeBody}
	if len(h[timestampHeader]) > 0 || len(h[signatureHeader]) > 0 {
		event.Scheme = SchemeHeader
		if !a.headerSigned(creds, h, body) {
			return nil, c.Invalid(signatureHeader,
				"a signature of this body by a secret of WebhookSecrets, not older than WebhookAge")
		}
	} else if event.Key, err = a.bodySigned(c, creds, body); err != nil {
		return nil, err
	}
	text := wire.NewReply(0, h, body).Text()
	webhook, err := call.Decode[cashfreeapi.WebhookEvent](c, "", text)
	if err != nil {
		return nil, c.Failed(err)
	}
	name := call.Text(webhook.EventType)
	event.Foreign = !strings.HasPrefix(strings.ToUpper(name), journeyEvents)
	if event.Scheme == SchemeHeader {
		event.Type, event.At = name, c.Time("event_time", call.Text(webhook.EventTime), time.UTC)
		event.Key = key(webhook, event.Foreign, text)
	}
	if event.Foreign && event.Scheme == SchemeBody { // its type is not signed: it must not take the key of a true event
		event.Key = digest(event.Key, "foreign")
	}
	if !event.Foreign {
		data := webhook.Data
		if data == nil || !validID(call.Text(data.VerificationID)) {
			return nil, c.Missing("data.verification_id")
		}
		event.Consent = toConsent(c, kyc.Ref(*data.VerificationID), *data, "data.")
		if over, ok := endings[cashfreeapi.WebhookEventType(strings.ToUpper(event.Type))]; ok {
			event.Consent.State = over
		}
		event.Consent.Unread = c.Unread()
	}
	event.Consent.Raw = kyc.NewRaw(bytes.Clone(body))
	return &event, nil
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

// key is what the header scheme's Key is made of. Parts have their length before them, so
// that nothing can be moved from one to another.
func key(webhook cashfreeapi.WebhookEvent, foreign bool, text []byte) string {
	parts := []string{SchemeHeader, call.Text(webhook.EventType), call.Text(webhook.EventTime)}
	if data := webhook.Data; data != nil && !foreign {
		parts = append(parts, call.Text(data.VerificationID), call.Integer(data.ReferenceID), call.Text(data.Status))
		shared := toDocuments(data.DocumentConsent)
		slices.Sort(shared)
		for _, doc := range shared {
			parts = append(parts, string(doc))
		}
	}
	if foreign { // of which nobody knows what tells one from the next
		var whole map[string]any
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		_ = d.Decode(&whole)             // it is a JSON object
		sorted, _ := json.Marshal(whole) // in one order, whatever the delivery's
		parts = append(parts, string(sorted))
	}
	return digest(parts...)
}

func digest(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// endings are the events after which a journey is over without a document.
var endings = map[cashfreeapi.WebhookEventType]kyc.State{
	cashfreeapi.WebhookEventTypeLinkExpired:    kyc.Expired,
	cashfreeapi.WebhookEventTypeConsentDenied:  kyc.Denied,
	cashfreeapi.WebhookEventTypeConsentExpired: kyc.Expired, // an hour after a consent, which its data may still show
}

// headerSigned verifies the header scheme, whose text is the time stamp and the
// raw body. The time stamp must be digits, as nothing else divides it from the body.
func (a *Adapter) headerSigned(creds Credentials, header http.Header, body []byte) bool {
	timestamp, signature := header[timestampHeader], header[signatureHeader]
	if len(timestamp) != 1 || len(signature) != 1 || !digits(timestamp[0]) ||
		!creds.signed(signature[0], []byte(timestamp[0]), body) {
		return false
	}
	limit := a.opts.WebhookAge
	age := a.opts.Now().Sub(sent(timestamp[0]))
	return limit == 0 || -limit <= age && age <= limit
}

// sent is the time that a time stamp names, in seconds below 1e12, as kyc.RetryAfter decides,
// else in milliseconds. More digits than a number can have are too far ahead.
func sent(timestamp string) time.Time {
	n, _ := strconv.ParseInt(timestamp, 10, 64)
	if n < 1e12 {
		return time.Unix(n, 0)
	}
	return time.UnixMilli(n)
}

// bodySigned verifies the body scheme, whose text is the values of data in the
// ascending order of their names. It refuses data of which nobody published the
// text, and values that could have been moved from one name to another. The key is that of
// the signed text.
func (a *Adapter) bodySigned(c *call.Call, creds Credentials, body []byte) (key string, err error) {
	refused := c.Invalid("signature", "a signature of this body by a secret of WebhookSecrets")
	var webhook struct {
		Signature string                     `json:"signature"`
		Data      map[string]json.RawMessage `json:"data"`
	}
	if json.Unmarshal(body, &webhook) != nil || a.opts.WebhookAge > 0 {
		return "", refused
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
			return "", refused
		}
		text = append(text, value...)
	}
	// Only a status between them, which is no digit and a documented word, keeps
	// the values of the other members from being divided elsewhere.
	if webhook.Data["status"] == nil || webhook.Data["verification_id"] == nil ||
		!creds.signed(webhook.Signature, text) {
		return "", refused
	}
	return digest(SchemeBody, string(text)), nil
}

// flat are the members of data that the body scheme can verify, each with its
// form. With status and verification_id among them, no text of such values can be
// divided in two ways.
var flat = map[string]func(string) bool{
	"document_consent_validity": func(s string) bool { _, err := time.Parse(time.RFC3339, s); return err == nil },
	"reference_id":              digits,
	"status":                    func(s string) bool { return cashfreeapi.JourneyStatus(strings.ToUpper(s)).Valid() },
	"verification_id":           validID,
}

// signed reports whether signature is the base64 of an HMAC-SHA256 over parts with
// one of the secrets.
func (creds Credentials) signed(signature string, parts ...[]byte) bool {
	return slices.ContainsFunc(creds.WebhookSecrets, func(secret kyc.Private) bool {
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
