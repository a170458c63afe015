package kyctest

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// journeys are the checks of whole journeys, whose user is driven.
func (l *list) journeys() {
	l.group = "journey"
	add := func(name string, run func(c check, j *Journey)) {
		l.add(name, func(c check) {
			if c.Journey == nil {
				c.Skip("Subject.Journey is nil: no user can be driven")
			}
			if !slices.Contains(c.Request.Documents, c.Document) {
				c.unfit("Subject.Document is not among Request.Documents: nobody shares what no journey asks for")
			}
			run(c, c.journey())
		})
	}

	add("ends with the document, and what the user is told", func(c check, j *Journey) {
		const given = "a journey whose user has consented"
		consent := c.begin(j, c.Request.ID)
		back, err := j.Allow(c.Context(), consent)
		c.usable("Journey.Allow", "a consent", err)
		c.completed(j, consent, back)
		ref := consent.Ref
		if parser, ok := kyc.As[kyc.ReturnParser](j.Provider); ok {
			c.comesBack(back)
			first, err := parser.ParseReturn(ref, back)
			c.usable("ParseReturn", given, err)
			again, err := parser.ParseReturn(ref, back)
			c.usable("ParseReturn", given+", again", err)
			if first.Ref == "" || !Same(&first, &again) || first.State != "" && first.State != kyc.Granted {
				c.wrong("ParseReturn", given+", twice", "twice the same, of a user who did not refuse", described(first, nil)+" and "+described(again, nil))
			}
			ref = first.Ref
		}
		told, calls, err := kyc.Wait(c.Context(), sure{j.Provider}, ref, kyc.Budget{Calls: 1})
		if err != nil || told.State != kyc.Granted || calls != 1 {
			c.wrong(kyc.MethodStatus, given, state(kyc.Granted)+" at once", described(told, err))
		} else {
			c.tells(given, ref, c.Request.Documents, true, told)
		}
		record := c.handedOut(j, ref, c.Document, given)
		if record == nil {
			return
		}
		texts := revealed(record)
		c.silent(kyc.MethodFetch, given, record, texts...)
		c.silent(kyc.MethodStatus, given, told, append(texts, revealed(told)...)...)
	})

	add("ends with each document that was asked for", func(c check, j *Journey) {
		own := c.Request.Documents
		for _, doc := range slices.Compact(slices.Sorted(slices.Values(append([]kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}, own...)))) {
			if doc == c.Document {
				continue
			}
			given := fmt.Sprintf("a journey for %q and %q, whose user has consented", c.Document, doc)
			r := c.request()
			r.Documents = []kyc.Document{c.Document, doc}
			consent, err := c.open(j.Provider, r, "Journey")
			if errors.Is(err, errors.ErrUnsupported) || invalid(err, "Documents") && !slices.Contains(own, doc) {
				continue // the two cannot be asked for
			}
			c.usable(kyc.MethodStart, given, err)
			c.tells(given, consent.Ref, r.Documents, false, consent)
			c.allowed(j, consent)
			status, err := sure{j.Provider}.Status(c.Context(), consent.Ref)
			if err != nil {
				c.wrong(kyc.MethodStatus, given, "a consent", described(status, err))
			} else {
				c.tells(given, consent.Ref, r.Documents, true, status)
			}
			first := c.handedOut(j, consent.Ref, c.Document, given)
			if _, err := j.Provider.Fetch(c.Context(), consent.Ref, doc); first != nil && !errors.Is(err, errors.ErrUnsupported) && !c.mayLack(j, doc, err) {
				second := c.handedOut(j, consent.Ref, doc, given)
				if second != nil && !first.Number.IsZero() && first.Number.Reveal() == second.Number.Reveal() {
					c.wrong(kyc.MethodFetch, given, "of each document its own number", "one number for two")
				}
			}
			j = c.journey()
		}
	})

	add("is another one for another request", func(c check, j *Journey) {
		const given = "a second journey, when the user of the first has consented"
		first, second := c.begin(j, c.Request.ID), c.begin(j, another(c.Request.ID))
		if first.Ref == second.Ref {
			c.wrong(kyc.MethodStart, given, "another Ref", "the same")
			return
		}
		c.allowed(j, first)
		c.ends(j, second, Early, given)
		if parser, ok := kyc.As[kyc.ReturnParser](j.Provider); ok {
			back, err := j.Allow(c.Context(), second)
			c.usable("Journey.Allow", "a consent", err)
			c.comesBack(back)
			const given = "the address to which the user of another journey returned"
			r, err := parser.ParseReturn(first.Ref, back)
			switch {
			case c.Returns != nil && c.Returns.Other != "":
				c.invalid("ParseReturn", given, "", r, err)
			case r.Ref == second.Ref:
				c.wrong("ParseReturn", given, "no Ref of that journey", "its Ref")
			}
		}
	})

	add("has a webhook of its own each time that it changes", func(c check, j *Journey) {
		c.can(j.Deliver != nil, "Deliver")
		parser, ok := kyc.As[kyc.WebhookParser](j.Provider)
		if !ok {
			c.Fatalf("%s: Journey.Deliver delivers webhooks, and the provider reads none", c.Subject.Name)
		}
		consent, keys := c.begin(j, c.Request.ID), map[string]bool{}
		for _, want := range []kyc.State{kyc.Pending, kyc.Granted} {
			given := "the webhook of a journey in " + state(want)
			if want == kyc.Granted {
				c.allowed(j, consent)
			}
			header, body, err := j.Deliver(c.Context(), consent)
			c.usable("Journey.Deliver", "a journey", err)
			event := c.delivered(parser.ParseWebhook, given, header, body)
			if event == nil {
				continue
			}
			if event.Foreign || !completes(event.Consent.Ref, consent.Ref) || event.Consent.State != want {
				c.wrong("ParseWebhook", given, "an event of that journey, in "+state(want),
					"of another, of none, or in "+state(event.Consent.State))
			}
			keys[event.Key] = true
		}
		if len(keys) == 1 {
			c.wrong("ParseWebhook", "webhooks of two states", "two Keys", "one")
		}
	})

	for _, way := range []struct {
		is    Way
		bring func(c check, j *Journey, consent *kyc.Consent)
	}{
		{Early, func(check, *Journey, *kyc.Consent) {}},
		{Denied, func(c check, j *Journey, consent *kyc.Consent) {
			c.can(j.Deny != nil, "Deny")
			back, err := j.Deny(c.Context(), consent)
			c.usable("Journey.Deny", "a consent", err)
			_, exchanges := kyc.As[kyc.Exchanger](j.Provider)
			if _, ok := kyc.As[kyc.ReturnParser](j.Provider); ok || exchanges {
				c.comesBack(back)
				r, err := kyc.Complete(c.Context(), j.Provider, consent.Ref, back)
				if exchanges && err == nil {
					consent.Ref = r.Ref
				}
				if err != nil || r.State != "" && r.State != kyc.Denied {
					c.wrong("kyc.Complete", "the address to which a user returned who refused",
						"a refusal or no state, and no error", described(r, err))
				}
			}
		}},
		{Withheld, func(c check, j *Journey, consent *kyc.Consent) {
			c.can(j.Withhold != nil, "Withhold")
			c.usable("Journey.Withhold", "a consent", j.Withhold(c.Context(), consent))
		}},
		{Lacking, func(c check, j *Journey, consent *kyc.Consent) {
			c.can(j.Lack != nil, "Lack")
			c.usable("Journey.Lack", "a consent", j.Lack(c.Context(), consent))
		}},
		{Expired, func(c check, j *Journey, consent *kyc.Consent) {
			c.can(j.Expire != nil, "Expire")
			c.usable("Journey.Expire", "a consent", j.Expire(c.Context(), consent))
		}},
		{Lapsed, func(c check, j *Journey, consent *kyc.Consent) {
			c.can(j.Lapse != nil, "Lapse")
			c.allowed(j, consent)
			c.usable("Journey.Lapse", "a consent", j.Lapse(c.Context(), consent))
		}},
		{Revoked, func(c check, j *Journey, consent *kyc.Consent) {
			revoker, ok := kyc.As[kyc.Revoker](j.Provider)
			if !ok {
				c.Skip("the provider revokes no consent")
			}
			c.allowed(j, consent)
			c.usable(kyc.MethodRevoke, "a consent that the user gave", revoker.Revoke(c.Context(), consent.Ref))
		}},
	} {
		add("is told when "+string(way.is), func(c check, j *Journey) {
			consent := c.begin(j, c.Request.ID)
			way.bring(c, j, consent)
			c.ends(j, consent, way.is, "that "+string(way.is))
		})
	}

	add("does not start twice under one id, where the provider keeps ids", func(c check, j *Journey) {
		const given = "an ID for the second time"
		first := c.begin(j, c.Request.ID)
		second, err := sure{j.Provider}.Start(c.Context(), c.request())
		switch {
		case errors.Is(err, kyc.ErrDuplicate):
		case err != nil:
			c.wrong(kyc.MethodStart, given, kind(kyc.ErrDuplicate)+", or another journey", described(second, err))
		case string(first.Ref) == c.Request.ID || second.Ref == first.Ref: // the id is that of the journey
			c.wrong(kyc.MethodStart, given, kind(kyc.ErrDuplicate), described(second, err))
		}
	})

	add("is unknown where it was not started", func(c check, j *Journey) {
		const given = "the ref of a journey that was started elsewhere"
		if slices.Contains(c.Uncalled, kyc.MethodStart) {
			c.Skip("Start makes no call: nobody but its caller knows the journey")
		}
		consent := c.begin(j, c.Request.ID)
		other := c.journey().Provider
		status, err := other.Status(c.Context(), consent.Ref)
		if err == nil && same(other, j.Provider) {
			c.notNew("Journey", "this one knows a journey that was started with the last")
		}
		c.refused(kyc.MethodStatus, given, kyc.ErrNotFound, status, err)
		record, err := other.Fetch(c.Context(), consent.Ref, c.Document)
		c.alone(kyc.MethodFetch, given, record, err)
		if err == nil {
			c.wrong(kyc.MethodFetch, given, "an error", described(record, err))
		}
		if revoker, ok := kyc.As[kyc.Revoker](other); ok {
			if err := revoker.Revoke(c.Context(), consent.Ref); err == nil {
				c.wrong(kyc.MethodRevoke, given, "an error", described(nil, err))
			}
		}
	})
}

// another is another ID of the same length, if it has a letter or digit to change: a provider
// may take no longer one.
func another(id string) string {
	for i := len(id) - 1; i >= 0; i-- {
		switch c := id[i]; {
		case '1' <= c && c <= '9', 'b' <= c && c <= 'z', 'B' <= c && c <= 'Z':
			return id[:i] + string(c-1) + id[i+1:]
		case c == '0', c == 'a', c == 'A':
			return id[:i] + string(c+1) + id[i+1:]
		}
	}
	return id + "2"
}

// begin starts a journey with that id.
func (c check) begin(j *Journey, id string) *kyc.Consent {
	c.Helper()
	r := c.request()
	r.ID = id
	consent, err := c.open(j.Provider, r, "Journey")
	const given = "a request in order"
	c.usable(kyc.MethodStart, given, err)
	if consent.State != kyc.Pending {
		c.wrong(kyc.MethodStart, given, state(kyc.Pending), state(consent.State))
	}
	c.tells(given, consent.Ref, r.Documents, false, consent)
	return consent
}

// tells says that a consent is of the journey with that Ref, for those documents.
func (c check) tells(given string, asked kyc.Ref, documents []kyc.Document, consented bool, told *kyc.Consent) {
	c.Helper()
	others := func(docs []kyc.Document) bool {
		return slices.ContainsFunc(docs, func(doc kyc.Document) bool { return !slices.Contains(documents, doc) })
	}
	switch {
	case !completes(told.Ref, asked):
		c.wrong("Consent.Ref", given, "the Ref that was asked about, or that one completed", "another, or none")
	case told.Requested != nil && (len(told.Requested) != len(documents) || others(told.Requested)):
		c.wrong("Consent.Requested", given, fmt.Sprintf("the documents that were asked for, %q, or nil", documents), "others")
	case others(told.Granted):
		c.wrong("Consent.Granted", given, fmt.Sprintf("none but documents that were asked for, %q", documents), "others")
	case !consented && (len(told.Granted) > 0 || told.User != nil && !told.User.IsZero()):
		c.wrong("Consent", given, "neither Granted nor User before the user has consented", "one of them")
	}
}

// handedOut is the record of a document that the user shares; nil if there is none, which has
// failed the check. It is fetched twice.
func (c check) handedOut(j *Journey, ref kyc.Ref, doc kyc.Document, given string) *kyc.Record {
	c.Helper()
	record, err := sure{j.Provider}.Fetch(c.Context(), ref, doc)
	if err != nil {
		c.wrong(kyc.MethodFetch, given, "a record", described(record, err))
		return nil
	}
	switch want, known := j.Numbers[doc]; {
	case record.Unopened && (record.File == nil || record.File.Link.IsZero() == record.File.Content.IsZero() ||
		!record.Person.IsZero() || !record.Number.IsZero()):
		c.wrong(kyc.MethodFetch, given, "of a document that is Unopened the link of its file, or the file itself, "+
			"and nothing of what it says",
			"neither or both, or some of what it says")
	case record.Document != doc || record.Person.IsZero() && !record.Unopened:
		c.wrong(kyc.MethodFetch, given,
			fmt.Sprintf("the document that was asked for, %q, and of whom it is", doc), "another, or nobody's")
	case known && !record.Unopened && record.Number.Reveal() != want:
		c.wrong(kyc.MethodFetch, given,
			fmt.Sprintf("the number of the document that was asked for, %q, as Journey.Numbers has it", doc),
			"another, or none")
	case doc == kyc.Aadhaar && !record.Number.IsZero() && kyc.MaskAadhaar(record.Number.Reveal()).Reveal() != record.Number.Reveal():
		c.wrong(kyc.MethodFetch, given,
			"of an Aadhaar number the last four digits, as kyc.MaskAadhaar keeps them", "another text")
	}
	again, err := sure{j.Provider}.Fetch(c.Context(), ref, doc)
	if kyc.FetchesOnce(j.Provider, ref, doc) {
		const second = ", of a document that FetchesOnce lists, for the second time"
		e := c.refusal(kyc.MethodFetch, given+second, kyc.ErrExpired, again, err)
		if e != nil && !e.Spent {
			c.wrong(kyc.MethodFetch, given+second, "an error that is Spent", described(nil, err))
		}
		return record
	}
	if err != nil || !reflect.DeepEqual(lasting(record), lasting(again)) {
		c.wrong(kyc.MethodFetch, given+", for the second time", "the same record",
			described(again, err)+", which is not the same")
	}
	return record
}

// invalid reports whether err refuses that field of a request.
func invalid(err error, field string) bool {
	var e *kyc.Error
	return errors.As(err, &e) && e.Kind == kyc.ErrInvalid && e.Member == field
}

// mayLack reports whether err says that the user of Allow does not have a document of which
// the subject does not say that they have it.
func (c check) mayLack(j *Journey, doc kyc.Document, err error) bool {
	return err != nil && errors.Is(err, c.outcome(Lacking).Kind) && j.Numbers[doc] == "" && !slices.Contains(c.Request.Documents, doc)
}

// outcome is what becomes of a journey that goes that way.
func (s Subject) outcome(way Way) Outcome {
	if told, ok := s.Outcomes[way]; ok {
		return told
	}
	return outcomes[way]
}

// lasting is a record without what may differ each time that it is fetched.
func lasting(r *kyc.Record) kyc.Record {
	one := *r
	one.GeneratedAt, one.File, one.Raw = time.Time{}, nil, kyc.Raw{}
	return one
}

// person are the texts that a user's document and status reveal, of a journey that goes well.
func (c check) person() []string {
	c.Helper()
	j := c.journey()
	consent := c.begin(j, c.Request.ID)
	c.allowed(j, consent)
	texts := c.user(j, consent)
	if record, err := (sure{j.Provider}).Fetch(c.Context(), consent.Ref, c.Document); err == nil {
		texts = append(texts, revealed(record)...)
	}
	return texts
}

// user are the texts that a status reveals of a user.
func (c check) user(j *Journey, consent *kyc.Consent) []string {
	c.Helper()
	if status, err := (sure{j.Provider}).Status(c.Context(), consent.Ref); err == nil {
		return revealed(status.User)
	}
	return nil
}

// same reports whether two providers are one.
func same(a, b kyc.Provider) bool {
	v, w := reflect.ValueOf(a), reflect.ValueOf(b)
	return v.Kind() == reflect.Pointer && w.Kind() == reflect.Pointer && v.Pointer() == w.Pointer()
}

func (c check) allowed(j *Journey, consent *kyc.Consent) {
	c.Helper()
	back, err := j.Allow(c.Context(), consent)
	c.usable("Journey.Allow", "a consent", err)
	c.completed(j, consent, back)
}

// completed exchanges the code of a user's return, where there is one, and has the consent go on with its Ref.
func (c check) completed(j *Journey, consent *kyc.Consent, back *url.URL) {
	c.Helper()
	if _, ok := kyc.As[kyc.Exchanger](j.Provider); !ok {
		return
	}
	c.comesBack(back)
	said, err := kyc.Complete(c.Context(), j.Provider, consent.Ref, back)
	c.usable(kyc.MethodExchange, "the address to which a user who consented returned", err)
	consent.Ref = said.Ref
}

// can skips what cannot be brought about.
func (c check) can(ok bool, field string) {
	c.Helper()
	if !ok {
		c.Skipf("Journey.%s is nil: it cannot be brought about", field)
	}
}

// comesBack says that the user returns to where the caller asked for.
func (c check) comesBack(back *url.URL) {
	c.Helper()
	asked, err := url.Parse(c.Request.ReturnTo)
	c.usable("url.Parse", "Request.ReturnTo", err)
	if back == nil || !leads(asked, back) {
		c.Errorf("%s: the user of a journey must return to StartRequest.ReturnTo, and went elsewhere", c.Subject.Name)
		c.FailNow()
	}
}

// leads reports whether an address is the one that was asked for, with no less than its query.
func leads(asked, back *url.URL) bool {
	host := func(u *url.URL) string {
		return strings.ToLower(strings.TrimSuffix(u.Host, ":443"))
	}
	query := back.Query()
	for name, values := range asked.Query() {
		for _, value := range values {
			if !slices.Contains(query[name], value) {
				return false
			}
		}
	}
	return asked.Scheme == back.Scheme && host(asked) == host(back) && cmp.Or(asked.Path, "/") == cmp.Or(back.Path, "/") &&
		(back.Fragment == "" || back.Fragment == asked.Fragment)
}

// ends says how a journey ends that did not go well.
func (c check) ends(j *Journey, consent *kyc.Consent, way Way, given string) {
	c.Helper()
	want := c.outcome(way)
	status, err := sure{j.Provider}.Status(c.Context(), consent.Ref)
	failed := err
	switch {
	case want.State == "":
		c.refused(kyc.MethodStatus, given, want.Kind, status, err)
	case err != nil || status.State != want.State:
		c.wrong(kyc.MethodStatus, given, state(want.State)+" and no error", described(status, err))
	case way == Withheld && len(status.Granted) > 0:
		c.wrong(kyc.MethodStatus, given, "no document in Granted", "some")
	default:
		consented := way == Withheld || way == Lacking || way == Lapsed || way == Revoked
		c.tells(given, consent.Ref, c.Request.Documents, consented, status)
	}
	record, err := sure{j.Provider}.Fetch(c.Context(), consent.Ref, c.Document)
	c.refused(kyc.MethodFetch, given, want.Kind, record, err)
	texts := append(c.person(), c.user(j, consent)...)
	c.silent(kyc.MethodStatus, given, failed, texts...)
	c.silent(kyc.MethodFetch, given, err, texts...)
}
