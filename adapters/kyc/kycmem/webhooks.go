package kycmem

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"example.com/digilocker/adapters/kyc"
)

// Webhooks is a Provider that tells of its journeys by webhooks too, as not every provider
// does. The test delivers them:
//
//	p := kycmem.Webhooks{Provider: kycmem.New(kycmem.Options{})}
//	header, body, err := p.Deliver(ctx, consent.Ref)
//	event, err := p.ParseWebhook(header, body)
type Webhooks struct{ *Provider }

var _ kyc.WebhookParser = Webhooks{}

// signatureHeader has the HMAC-SHA256 of the body, in hexadecimal. Its key is no secret, as
// nobody but a test delivers here.
const (
	signatureHeader = "X-Kycmem-Signature"
	signatureKey    = "invented"
)

// told is what a webhook says.
type told struct {
	Event   string    `json:"event"`
	Journey kyc.Ref   `json:"journey,omitempty"`
	State   kyc.State `json:"state,omitempty"`
}

// Deliver is the webhook that tells how the journey is. That of no Ref is a test of the
// address, of no journey.
func (w Webhooks) Deliver(ctx context.Context, ref kyc.Ref) (http.Header, []byte, error) {
	says := told{Event: "test"}
	if ref != "" {
		c, err := w.Status(ctx, ref)
		if err != nil {
			return nil, nil, err
		}
		says = told{Event: "journey." + string(c.State), Journey: ref, State: c.State}
	}
	body, err := json.Marshal(says)
	return http.Header{signatureHeader: {signature(body)}}, body, err
}

// ParseWebhook implements [kyc.WebhookParser]. What Deliver has not signed is ErrInvalid. The
// Key is made of the whole body.
func (w Webhooks) ParseWebhook(header http.Header, body []byte) (*kyc.Event, error) {
	var says told
	if !hmac.Equal([]byte(header.Get(signatureHeader)), []byte(signature(body))) || json.Unmarshal(body, &says) != nil {
		return nil, w.invalid("ParseWebhook", signatureHeader, "that of Deliver")
	}
	key := sha256.Sum256(body)
	return &kyc.Event{
		Key: hex.EncodeToString(key[:]), Type: says.Event, Foreign: says.Journey == "", Scheme: "hmac",
		Consent: kyc.Consent{Ref: says.Journey, State: says.State, Raw: kyc.NewRaw(append([]byte{}, body...))},
	}, nil
}

func signature(body []byte) string {
	mac := hmac.New(sha256.New, []byte(signatureKey))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
