package kyctest

import (
	"net/url"
	"reflect"
	"slices"
	"strings"

	"example.com/digilocker/adapters/kyc"
)

// returns are the checks of what ParseReturn makes of the address to which a user returns.
func (l *list) returns() {
	l.group = "when the user comes back"
	add := func(name string, run func(c check, parse func(query string) (kyc.Return, error))) {
		l.add(name, func(c check) {
			if !slices.Contains(c.Can, kyc.CanParseReturn) {
				c.Skip("Subject.Can says that the provider reads no returns")
			}
			p, ref, none := c.untouched()
			parser, ok := kyc.As[kyc.ReturnParser](p)
			if !ok {
				c.Fatalf("%s: Subject.Can says that the provider reads returns, which it does not", c.Subject.Name)
			}
			var own string // what each address of the journey says
			if c.exchanges() {
				consent, err := sure{p}.Start(c.Context(), c.request())
				c.usable(kyc.MethodStart, "a request in order", err)
				ref, own = consent.Ref, c.own(consent)
			}
			run(c, func(query string) (kyc.Return, error) {
				u, err := url.Parse(c.Request.ReturnTo)
				c.usable("url.Parse", "Request.ReturnTo", err)
				u.RawQuery = strings.Trim(own+"&"+query, "&")
				return parser.ParseReturn(ref, u)
			})
			none("ParseReturn", "an address")
		})
	}

	add("reads a replayed return as it read the first, without a call", func(c check, parse func(string) (kyc.Return, error)) {
		const given = "an address with the caller's own query"
		first, err := parse("session=XYZ")
		c.usable("ParseReturn", given, err)
		again, err := parse("session=XYZ")
		c.usable("ParseReturn", given+", again", err)
		if first.Ref == "" || !reflect.DeepEqual(again, first) {
			c.wrong("ParseReturn", given+", again", "what it read first, with a Ref", described(again, nil))
		}
	})

	for _, try := range []struct {
		name   string
		values []string
		want   string
	}{
		{"nothing", nil, "no state"},
		{"a word that is no answer", []string{"perhaps"}, "no consent"},
	} {
		add("reads no consent from "+try.name, func(c check, parse func(string) (kyc.Return, error)) {
			r, err := parse(query(append(c.answers(), "answer"), try.values...))
			if err != nil || r.State == kyc.Granted || len(try.values) == 0 && r.State != "" {
				c.wrong("ParseReturn", "an address that says "+try.name, try.want+", and no error", described(r, err))
			}
		})
	}

	for _, try := range []struct{ given, query string }{
		{"that cannot be read", "session=%zz"}, {"that readers divide in two ways", "session=a;b"},
		{"with a percent sign", "off=50%"},
	} {
		add("leaves a parameter of the caller's own "+try.given, func(c check, parse func(string) (kyc.Return, error)) {
			usual, err := parse("")
			c.usable("ParseReturn", "an address without a query", err)
			r, err := parse(try.query)
			if err != nil || !reflect.DeepEqual(r, usual) {
				c.wrong("ParseReturn", "an address with a parameter "+try.given,
					"what is read without it", described(r, err))
			}
		})
	}

	for _, try := range []struct{ given, value string }{
		{"that cannot be read", "%zz"}, {"that readers divide in two ways", "somebody-elses;x"},
	} {
		add("refuses an id "+try.given, func(c check, parse func(string) (kyc.Return, error)) {
			if len(c.ids()) == 0 {
				c.Skip("Subject.Returns has no IDs: no parameter is known that names the journey")
			}
			given := "an address with an id " + try.given
			r, err := parse(query(c.ids(), try.value))
			c.invalid("ParseReturn", given, "", r, err)
			if r.State != "" || r.Ref != "" {
				c.wrong("ParseReturn", given, "no Ref and no state", described(r, nil))
			}
		})
		add("reads no consent from an answer "+try.given, func(c check, parse func(string) (kyc.Return, error)) {
			r, err := parse(query(c.answers(), try.value))
			if err == nil && r.State == kyc.Granted {
				c.wrong("ParseReturn", "an address with an answer "+try.given, "no consent", described(r, err))
			}
		})
	}

	add("refuses an address of two answers", func(c check, parse func(string) (kyc.Return, error)) {
		names := slices.Concat(c.answers(), c.ids())
		if len(names) == 0 {
			c.Skip("Subject.Returns has no parameters: nothing is known that can be said twice")
		}
		const given = "an address of two answers"
		r, err := parse(query(names, "a", "b"))
		c.invalid("ParseReturn", given, "", r, err)
		if r.State != "" {
			c.wrong("ParseReturn", given, "no state", state(r.State))
		}
	})

	add("refuses the address of another journey", func(c check, parse func(string) (kyc.Return, error)) {
		if c.Returns == nil || c.Returns.Other == "" {
			c.Skip("Subject.Returns has no Other: no address is known that names another journey")
		}
		const given = "an address that names another journey"
		r, err := parse(c.Returns.Other)
		c.invalid("ParseReturn", given, "", r, err)
		if r.Ref != "" || r.State != "" {
			c.wrong("ParseReturn", given, "no Ref and no state", described(r, nil))
		}
	})

	l.add("refuses no address at all", func(c check) {
		if !slices.Contains(c.Can, kyc.CanParseReturn) {
			c.Skip("Subject.Can says that the provider reads no returns")
		}
		p, ref, none := c.untouched()
		if parser, ok := kyc.As[kyc.ReturnParser](p); ok {
			r, err := parser.ParseReturn(ref, nil)
			c.invalid("ParseReturn", "no address", "", r, err)
		}
		none("ParseReturn", "no address")
	})
}

// own is the query of the address to which the user of a Consent returns, with the parameters alone that name the
// journey.
func (c check) own(consent *kyc.Consent) string {
	named := url.Values{}
	for name, values := range c.Back(consent).Query() {
		if slices.Contains(c.ids(), name) {
			named[name] = values
		}
	}
	return named.Encode()
}

// answers are the parameters that tell what the user decided.
func (s Subject) answers() []string {
	if s.Returns == nil {
		return nil
	}
	return slices.Clone(s.Returns.Answers)
}

// ids are the parameters that name the journey.
func (s Subject) ids() []string {
	if s.Returns == nil {
		return nil
	}
	return s.Returns.IDs
}

// query is one with each of the values under each of the names.
func query(names []string, values ...string) string {
	var pairs []string
	for _, name := range names {
		for _, value := range values {
			pairs = append(pairs, name+"="+value)
		}
	}
	return strings.Join(pairs, "&")
}
