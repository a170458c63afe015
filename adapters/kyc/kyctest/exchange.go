package kyctest

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"example.com/digilocker/adapters/kyc"
)

// exchanged starts a journey of its own with p, whose Start makes no call, and exchanges the code of its user.
func (c check) exchanged(ctx context.Context, p kyc.Provider) (kyc.Return, error) {
	exchanger, ok := kyc.As[kyc.Exchanger](p)
	if !ok {
		return kyc.Return{}, errNothing
	}
	consent, err := sure{p}.Start(ctx, c.request())
	if err != nil {
		return kyc.Return{}, err
	}
	return exchanger.Exchange(ctx, consent.Ref, c.Back(consent))
}

// blank says that nothing comes beside an error.
func (c check) blank(given string, r kyc.Return) {
	c.Helper()
	if r.Ref != "" || r.State != "" || r.Consent != nil || !r.IDToken.IsZero() {
		c.wrong(kyc.MethodExchange, given, "nothing beside the error", "a Return that says something")
	}
}

// exchange are the checks of what becomes of the code that a user brings back.
func (l *list) exchange() {
	l.group = "when the user brings a code back"
	add := func(name string, run func(c check, p kyc.Provider, e kyc.Exchanger, consent *kyc.Consent, s *server)) {
		l.add(name, func(c check) {
			if !slices.Contains(c.Can, kyc.CanExchange) {
				c.Skip("Subject.Can says that the provider exchanges no codes")
			}
			if !c.exchanges() {
				c.Skip("Subject.Back is nil, or Start makes a call: a code is exchanged in a Journey alone")
			}
			p, s := c.answering(c.success(kyc.MethodExchange))
			exchanger, ok := kyc.As[kyc.Exchanger](p)
			if !ok {
				c.Fatalf("%s: Subject.Can says that the provider exchanges codes, which it does not", c.Subject.Name)
			}
			consent, err := sure{p}.Start(c.Context(), c.request())
			c.usable(kyc.MethodStart, "a request in order", err)
			run(c, p, exchanger, consent, s)
		})
	}

	add("gives the Ref to go on with, which opens the journey", func(c check, p kyc.Provider, e kyc.Exchanger,
		consent *kyc.Consent, s *server) {
		const given = "the address to which a user who consented returned"
		said, err := e.Exchange(c.Context(), consent.Ref, c.Back(consent))
		c.usable(kyc.MethodExchange, given, err)
		matcher, ok := kyc.As[kyc.RefMatcher](p)
		switch {
		case len(s.requests()) != 1:
			c.wrong(kyc.MethodExchange, given, "one call", "another number")
		case said.Ref == "" || said.Ref == consent.Ref || said.State != kyc.Granted || said.Consent == nil:
			c.wrong(kyc.MethodExchange, given, "another Ref, a Consent and "+state(kyc.Granted), described(said, nil))
		case said.Consent.Ref != said.Ref || said.Consent.State != kyc.Granted:
			c.wrong(kyc.MethodExchange, given, "a Consent of that Ref, in "+state(kyc.Granted), "another")
		case !ok || !matcher.SameJourney(consent.Ref, said.Ref) || !matcher.SameJourney(said.Ref, consent.Ref):
			c.wrong("SameJourney", given, "that both Refs are of one journey", "that they are not")
		}
		c.silent(kyc.MethodExchange, given, said, c.Secrets...)
	})

	add("has the same Ref for what a journey brought already, without a call", func(c check, _ kyc.Provider,
		e kyc.Exchanger, consent *kyc.Consent, s *server) {
		said, err := e.Exchange(c.Context(), consent.Ref, c.Back(consent))
		c.usable(kyc.MethodExchange, "an address", err)
		const given = "the same address again, with the Ref that came of it"
		again, err := e.Exchange(c.Context(), said.Ref, c.Back(consent))
		if err != nil || again.Ref != said.Ref || again.State != kyc.Granted {
			c.wrong(kyc.MethodExchange, given, "that Ref and "+state(kyc.Granted), described(again, err))
		}
		if len(s.requests()) != 1 {
			c.wrong(kyc.MethodExchange, given, "no call", "one")
		}
	})

	type address struct {
		name string
		of   func(own, other *url.URL) *url.URL
	}
	changed := func(change func(url.Values)) func(own, other *url.URL) *url.URL {
		return func(own, _ *url.URL) *url.URL {
			u := *own
			q := u.Query()
			for name := range q {
				q[name] = slices.Clone(q[name])
			}
			change(q)
			u.RawQuery = q.Encode()
			return &u
		}
	}
	for _, try := range []address{
		{"no address", func(_, _ *url.URL) *url.URL { return nil }},
		{"an address that says nothing", func(own, _ *url.URL) *url.URL {
			return &url.URL{Scheme: own.Scheme, Host: own.Host, Path: own.Path}
		}},
		{"the address of another journey", func(_, other *url.URL) *url.URL { return other }},
		{"an address of two answers", func(own, other *url.URL) *url.URL {
			u := *own
			u.RawQuery += "&" + other.RawQuery
			return &u
		}},
		{"an address that says each thing twice", func(own, _ *url.URL) *url.URL {
			u := *own
			u.RawQuery += "&" + u.RawQuery
			return &u
		}},
		{"an address with other values", changed(func(q url.Values) {
			for name := range q {
				q.Set(name, q.Get(name)+"a")
			}
		})},
		{"an address with empty values", changed(func(q url.Values) {
			for name := range q {
				q.Set(name, "")
			}
		})},
	} {
		add("refuses without a call "+try.name, func(c check, p kyc.Provider, e kyc.Exchanger, consent *kyc.Consent,
			s *server) {
			another, err := sure{p}.Start(c.Context(), c.request())
			c.usable(kyc.MethodStart, "a second request", err)
			said, err := e.Exchange(c.Context(), consent.Ref, try.of(c.Back(consent), c.Back(another)))
			c.invalid(kyc.MethodExchange, try.name, "", nil, err)
			c.blank(try.name, said)
			if len(s.requests()) != 0 {
				c.wrong(kyc.MethodExchange, try.name, "no call", "one")
			}
		})
	}

	l.add("lets one of two calls with one code through", func(c check) {
		if c.Journey == nil {
			c.Skip("Subject.Journey is nil: no user can be driven")
		}
		j := c.journey()
		if _, ok := kyc.As[kyc.Exchanger](j.Provider); !ok {
			c.Skip("the provider exchanges no codes")
		}
		first, second := c.begin(j, c.Request.ID), c.begin(j, another(c.Request.ID))
		back, err := j.Allow(c.Context(), first)
		c.usable("Journey.Allow", "a consent", err)
		crossed, err := kyc.Complete(c.Context(), j.Provider, second.Ref, back)
		c.invalid(kyc.MethodExchange, "the address of another journey", "", nil, err)
		c.blank("the address of another journey", crossed)
		said, err := kyc.Complete(c.Context(), j.Provider, first.Ref, back)
		c.usable(kyc.MethodExchange, "the address, after another journey's Ref was tried", err)
		const given = "the address again, with the Ref that Start gave"
		again, err := kyc.Complete(c.Context(), j.Provider, first.Ref, back)
		c.blank(given, again)
		if !errors.Is(err, kyc.ErrDuplicate) {
			c.wrong(kyc.MethodExchange, given, kind(kyc.ErrDuplicate), described(again, err))
		}
		if record, err := (sure{j.Provider}).Fetch(c.Context(), said.Ref, c.Document); err != nil {
			c.wrong(kyc.MethodFetch, "the Ref that came of it, afterwards", "a record", described(record, err))
		}
	})
}
