package cashfree

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/adapters/cashfree/webhook"
	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/cashfreeapi"
)

// What Event.Scheme says.
const (
	SchemeHeader = webhook.SchemeHeader // x-webhook-signature, over x-webhook-timestamp and the body
	SchemeBody   = webhook.SchemeBody   // the member "signature", over the values of "data"
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
// If Options.Credentials fails, the error is ErrCredentials: answer it with 500. Whether the event
// comes again then, Cashfree does not publish.
func (a *Adapter) ParseWebhook(header http.Header, body []byte) (*kyc.Event, error) {
	c := call.New(context.Background(), provider, "journeyEvent")
	signed, err := a.verify(c, header, body)
	if err != nil {
		return nil, err
	}
	event := kyc.Event{Scheme: signed.Scheme}
	text := wire.NewReply(0, canonical(header), body).Text()
	said, err := call.Decode[cashfreeapi.WebhookEvent](c, "", text)
	if err != nil {
		return nil, c.Failed(err)
	}
	name := call.Text(said.EventType)
	event.Foreign = !strings.HasPrefix(strings.ToUpper(name), journeyEvents)
	if event.Scheme == SchemeHeader {
		event.Type, event.At = name, c.Time("event_time", call.Text(said.EventTime), time.UTC)
		event.Key = key(said, event.Foreign, text)
	} else {
		event.Key = digest(SchemeBody, string(signed.Text))
	}
	if event.Foreign && event.Scheme == SchemeBody { // its type is not signed: it must not take the key of a true event
		event.Key = digest(event.Key, "foreign")
	}
	if !event.Foreign {
		data := said.Data
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

// canonical are the headers by their usual names: a gateway may hand them on in small letters,
// which http.Header does not find. Package webhook does the same, and tells nobody.
func canonical(header http.Header) http.Header {
	h := http.Header{}
	for name, values := range header {
		for _, value := range values {
			h.Add(name, value)
		}
	}
	return h
}

// verify says what of the webhook is signed, by package webhook.
func (a *Adapter) verify(c *call.Call, header http.Header, body []byte) (*webhook.Signed, error) {
	signed, err := webhook.Verifier{Age: a.opts.WebhookAge, Now: a.opts.Now, Secrets: func() (all []string, err error) {
		creds, err := a.credentials(c)
		for _, secret := range creds.WebhookSecrets {
			all = append(all, secret.Reveal())
		}
		return all, err
	}}.Verify(header, body)
	if refused, ok := errors.AsType[*webhook.Error](err); ok {
		want, known := wanted[refused.Member]
		if !known {
			want = refused.Want
		}
		return nil, c.Invalid(refused.Member, want)
	}
	return signed, err
}

// wanted is what belongs into a member that package webhook refuses, by the names that callers of
// this one know it by. What is not here is in its words.
var wanted = map[string]string{
	"signature":           "a signature of this body by a secret of WebhookSecrets",
	"X-Webhook-Signature": "a signature of this body by a secret of WebhookSecrets, of a time within WebhookAge",
}

// key is what the header scheme's Key is made of. Parts have their length before them, so
// that nothing can be moved from one to another.
func key(said cashfreeapi.WebhookEvent, foreign bool, text []byte) string {
	parts := []string{SchemeHeader, call.Text(said.EventType), call.Text(said.EventTime)}
	if data := said.Data; data != nil && !foreign {
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
