package kyctest

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"example.com/digilocker/adapters/kyc"
)

// journeys are the checks of whole journeys, whose user is driven.
func (l *list) journeys() {
	l.group = "journey"
	add := func(name string, run func(c check, j *Journey)) {
		l.add(name, func(c check) {
			c.Helper()
			if c.Journey == nil {
				c.Skip("Subject.Journey is nil: no user can be driven")
			}
			run(c, c.Journey(c.TB))
		})
	}

	add("ends with the document, and what the user is told", func(c check, j *Journey) {
		c.Helper()
		const given = "a journey whose user has consented"
		consent := c.begin(j, c.Request.ID)
		back, err := j.Allow(c.Context(), consent)
		c.usable("Journey.Allow", "a consent", err)
		ref := consent.Ref
		if parser, ok := j.Provider.(kyc.ReturnParser); ok {
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
		told, calls, err := kyc.Wait(c.Context(), j.Provider, ref, kyc.Budget{Calls: 1})
		if err != nil || told.State != kyc.Granted || calls != 1 {
			c.wrong(Status, given, state(kyc.Granted)+" at once", described(told, err))
		}
		record, err := j.Provider.Fetch(c.Context(), ref, c.Document)
		switch {
		case err != nil:
			c.wrong(Fetch, given, "a record", described(record, err))
			return
		case record.Document != c.Document || record.Person.IsZero():
			c.wrong(Fetch, given, fmt.Sprintf("the document that was asked for, %q, and of whom it is", c.Document), "another, or nobody's")
		}
		texts := revealed(record)
		c.silent(Fetch, given, record, texts...)
		c.silent(Status, given, told, append(texts, revealed(told)...)...)
	})

	add("is another one for another request", func(c check, j *Journey) {
		c.Helper()
		const given = "a second journey, when the user of the first has consented"
		first, second := c.begin(j, c.Request.ID), c.begin(j, c.Request.ID+"-2")
		if first.Ref == second.Ref {
			c.wrong(Start, given, "another Ref", "the same")
			return
		}
		_, err := j.Allow(c.Context(), first)
		c.usable("Journey.Allow", "a consent", err)
		c.ends(j, second, Early, given)
		if parser, ok := j.Provider.(kyc.ReturnParser); ok {
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

	for _, way := range []struct {
		is    Way
		bring func(c check, j *Journey, consent *kyc.Consent)
	}{
		{Early, func(check, *Journey, *kyc.Consent) {}},
		{Denied, func(c check, j *Journey, consent *kyc.Consent) {
			c.Helper()
			c.can(j.Deny != nil, "Deny")
			back, err := j.Deny(c.Context(), consent)
			c.usable("Journey.Deny", "a consent", err)
			if parser, ok := j.Provider.(kyc.ReturnParser); ok {
				c.comesBack(back)
				r, err := parser.ParseReturn(consent.Ref, back)
				if err != nil || r.State == kyc.Granted {
					c.wrong("ParseReturn", "the address to which a user returned who refused", "no consent, and no error", described(r, err))
				}
			}
		}},
		{Withheld, func(c check, j *Journey, consent *kyc.Consent) {
			c.Helper()
			c.can(j.Withhold != nil, "Withhold")
			c.usable("Journey.Withhold", "a consent", j.Withhold(c.Context(), consent))
		}},
		{Lacking, func(c check, j *Journey, consent *kyc.Consent) {
			c.Helper()
			c.can(j.Lack != nil, "Lack")
			c.usable("Journey.Lack", "a consent", j.Lack(c.Context(), consent))
		}},
		{Expired, func(c check, j *Journey, consent *kyc.Consent) {
			c.Helper()
			c.can(j.Expire != nil, "Expire")
			c.usable("Journey.Expire", "a consent", j.Expire(c.Context(), consent))
		}},
		{Lapsed, func(c check, j *Journey, consent *kyc.Consent) {
			c.Helper()
			c.can(j.Lapse != nil, "Lapse")
			c.allowed(j, consent)
			c.usable("Journey.Lapse", "a consent", j.Lapse(c.Context(), consent))
		}},
		{Revoked, func(c check, j *Journey, consent *kyc.Consent) {
			c.Helper()
			revoker, ok := j.Provider.(kyc.Revoker)
			if !ok {
				c.Skip("the provider revokes no consent")
			}
			c.allowed(j, consent)
			c.usable(Revoke, "a consent that the user gave", revoker.Revoke(c.Context(), consent.Ref))
		}},
	} {
		add("is told when "+string(way.is), func(c check, j *Journey) {
			c.Helper()
			consent := c.begin(j, c.Request.ID)
			way.bring(c, j, consent)
			c.ends(j, consent, way.is, "that "+string(way.is))
		})
	}

	add("does not start twice under one id, where the provider keeps ids", func(c check, j *Journey) {
		c.Helper()
		const given = "an ID for the second time"
		first := c.begin(j, c.Request.ID)
		second, err := j.Provider.Start(c.Context(), c.request())
		switch {
		case errors.Is(err, kyc.ErrDuplicate):
		case err != nil:
			c.wrong(Start, given, kind(kyc.ErrDuplicate)+", or another journey", described(second, err))
		case string(first.Ref) == c.Request.ID || second.Ref == first.Ref: // the id is that of the journey
			c.wrong(Start, given, kind(kyc.ErrDuplicate), described(second, err))
		}
	})

	add("is unknown where it was not started", func(c check, j *Journey) {
		c.Helper()
		const given = "the ref of a journey that was started elsewhere"
		consent := c.begin(j, c.Request.ID)
		other := c.Journey(c.TB).Provider
		status, err := other.Status(c.Context(), consent.Ref)
		c.refused(Status, given, kyc.ErrNotFound, status, err)
		record, err := other.Fetch(c.Context(), consent.Ref, c.Document)
		if err == nil {
			c.wrong(Fetch, given, "an error", described(record, err))
		}
	})
}

// begin starts a journey with that id.
func (c check) begin(j *Journey, id string) *kyc.Consent {
	c.Helper()
	r := c.request()
	r.ID = id
	consent, err := j.Provider.Start(c.Context(), r)
	c.usable(Start, "a request in order", err)
	if consent.State != kyc.Pending {
		c.wrong(Start, "a request in order", state(kyc.Pending), state(consent.State))
	}
	return consent
}

func (c check) allowed(j *Journey, consent *kyc.Consent) {
	c.Helper()
	_, err := j.Allow(c.Context(), consent)
	c.usable("Journey.Allow", "a consent", err)
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
	if back == nil || !strings.HasPrefix(back.String(), c.Request.ReturnTo) {
		c.Errorf("%s: the user of a journey must return to StartRequest.ReturnTo, and went elsewhere", c.Subject.Name)
		c.FailNow()
	}
}

// ends says how a journey ends that did not go well.
func (c check) ends(j *Journey, consent *kyc.Consent, way Way, given string) {
	c.Helper()
	want, told := c.Outcomes[way]
	if !told {
		want = outcomes[way]
	}
	status, err := j.Provider.Status(c.Context(), consent.Ref)
	switch {
	case want.State == "":
		c.refused(Status, given, want.Kind, status, err)
	case err != nil || status.State != want.State:
		c.wrong(Status, given, state(want.State)+" and no error", described(status, err))
	}
	record, err := j.Provider.Fetch(c.Context(), consent.Ref, c.Document)
	c.refused(Fetch, given, want.Kind, record, err)
}
