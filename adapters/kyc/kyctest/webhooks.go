package kyctest

import (
	"bytes"
	"fmt"
	"net/http"
	"reflect"

	"example.com/digilocker/adapters/kyc"
)

// webhooks are the checks of what ParseWebhook makes of deliveries.
func (l *list) webhooks() {
	l.group = "when a webhook comes"
	l.add("reads each delivery of an event alike, and another event as another", func(c check) {
		parse := c.webhooksOf()
		seen := map[string]bool{}
		for i, w := range c.Webhooks {
			given := fmt.Sprintf("Subject.Webhooks[%d]", i)
			event := c.delivered(parse, given, w.Header, w.Body)
			if event == nil {
				continue
			}
			if seen[event.Key] {
				c.wrong("ParseWebhook", given, "another Key than that of another event", "the same")
			}
			seen[event.Key] = true
		}
	})

	l.add("tells which event is of a journey", func(c check) {
		parse := c.webhooksOf()
		for i, w := range c.Webhooks {
			given := fmt.Sprintf("Subject.Webhooks[%d]", i)
			event := c.delivered(parse, given, w.Header, w.Body)
			if event == nil {
				continue
			}
			switch of := event.Consent; {
			case event.Foreign != w.Foreign:
				c.wrong("ParseWebhook", given, fmt.Sprintf("an event whose Foreign is %t", w.Foreign), "another")
			case w.Foreign && (of.Ref != "" || of.State != "" || of.User != nil || of.Granted != nil):
				c.wrong("ParseWebhook", given, "an event of no journey", "one with a Ref, a State or a User")
			case !w.Foreign && of.Ref == "":
				c.wrong("ParseWebhook", given, "an event with the journey's Ref", "one without")
			}
		}
	})
}

// parser is ParseWebhook.
type parser func(http.Header, []byte) (*kyc.Event, error)

// webhooksOf is that of the provider, if there are webhooks to try.
func (c check) webhooksOf() parser {
	c.Helper()
	if len(c.Webhooks) == 0 {
		c.Skip("Subject.Webhooks is nil: no webhook is known")
	}
	p, ok := kyc.As[kyc.WebhookParser](c.any())
	if !ok {
		c.Fatalf("%s: Subject.Webhooks has some, and the provider reads none", c.Subject.Name)
	}
	return p.ParseWebhook
}

// delivered is the event of a delivery, which comes twice; nil if that has failed the check.
func (c check) delivered(parse parser, given string, header http.Header, body []byte) *kyc.Event {
	c.Helper()
	before := bytes.Clone(body)
	first, err := parse(header, body)
	if err != nil || first == nil {
		c.wrong("ParseWebhook", given, "an event", described(first, err))
		return nil
	}
	again, err := parse(header, body)
	switch {
	case err != nil || again == nil || again.Key != first.Key || !reflect.DeepEqual(again.Consent, first.Consent):
		c.wrong("ParseWebhook", given+", again", "the same event, with the same Key",
			described(again, err)+", which is not the same")
	case first.Key == "":
		c.wrong("ParseWebhook", given, "an event with a Key", "one without")
	case !bytes.Equal(body, before):
		c.wrong("ParseWebhook", given, "the body as it was", "another")
	default:
		return first
	}
	return nil
}
