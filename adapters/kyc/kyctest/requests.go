package kyctest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// noRefs are Refs of nobody: they would lead a request to another place or ask for another
// thing. What begins with an a is tried with a journey's ref in its place too.
var noRefs = []kyc.Ref{
	"", "../status", "a/b", `a\b`, "a?b=c", "a#b", "a&b=c", "a\nb", "a b", "a%2Fb", "a\x00b", "é", kyc.Ref(strings.Repeat("a", 5000)),
}

// spoilt are requests that no provider takes.
var spoilt = []struct {
	name, field string
	spoil       func(*kyc.StartRequest)
}{
	{"without documents", "Documents", func(r *kyc.StartRequest) { r.Documents = nil }},
	{"with a document twice", "Documents",
		func(r *kyc.StartRequest) { r.Documents = append(r.Documents, r.Documents[0]) }},
	{"with an empty document", "Documents", func(r *kyc.StartRequest) { r.Documents = []kyc.Document{""} }},
	{"with a redirect over http", "ReturnTo", func(r *kyc.StartRequest) { r.ReturnTo = "http://shop.example/" + seed }},
	{"with a redirect without a host", "ReturnTo", func(r *kyc.StartRequest) { r.ReturnTo = "https://" }},
	{"with a relative redirect", "ReturnTo", func(r *kyc.StartRequest) { r.ReturnTo = "/" + seed }},
	{"without a redirect", "ReturnTo", func(r *kyc.StartRequest) { r.ReturnTo = "" }},
	{"with an unknown flow", "Flow", func(r *kyc.StartRequest) { r.Flow = seed }},
}

// requests are the checks of requests that no provider sends.
func (l *list) requests() {
	l.group = "before any call"
	for _, try := range spoilt {
		l.add("refuses to start "+try.name, func(c check) {
			p, _, none := c.untouched()
			r, given := c.request(), "a request "+try.name
			try.spoil(&r)
			consent, err := p.Start(c.Context(), r)
			c.invalid(kyc.MethodStart, given, try.field, consent, err)
			c.silent(kyc.MethodStart, given, err, seed)
			none(kyc.MethodStart, given)
		})
	}

	l.add("tells which documents Fetch reads, and no others", func(c check) {
		p, _, none := c.untouched()
		reader, ok := kyc.As[kyc.DocumentReader](p)
		if !ok {
			c.Skip("the provider is no DocumentReader")
		}
		for _, doc := range append(reader.Fetches(), kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence, "library card") {
			given := fmt.Sprintf("the document %q of no journey", doc)
			record, err := p.Fetch(c.Context(), "", doc)
			none(kyc.MethodFetch, given)
			switch told := slices.Contains(reader.Fetches(), doc); {
			case told && errors.Is(err, errors.ErrUnsupported):
				c.wrong(kyc.MethodFetch, given, "another error than ErrUnsupported, as Fetches lists the document",
					described(record, err))
			case !told && !errors.Is(err, errors.ErrUnsupported):
				c.wrong(kyc.MethodFetch, given, "ErrUnsupported, as Fetches does not list the document",
					described(record, err))
			}
		}
	})

	l.add("tells beforehand what Start refuses, and nothing else", func(c check) {
		p, _, none := c.untouched()
		checker, ok := kyc.As[kyc.StartChecker](p)
		if !ok {
			c.Skip("the provider is no StartChecker")
		}
		const right = "a request in order"
		if err := checker.CheckStart(c.request()); err != nil {
			c.wrong("CheckStart", right, "no error, as Start has none", described(nil, err))
		}
		none("CheckStart", right)
		tries := []kyc.StartRequest{}
		for _, spoil := range spoilt {
			r := c.request()
			spoil.spoil(&r)
			tries = append(tries, r)
		}
		unknown, long := c.request(), c.request()
		unknown.Documents, long.ID = []kyc.Document{c.Document, "library card"}, strings.Repeat("a", 5000)
		tries = append(tries, unknown, long)
		// Of these ParseReturn reads one at least.
		if names := slices.Concat(c.answers(), c.ids()); len(names) > 0 && slices.Contains(c.Can, kyc.CanParseReturn) {
			r := c.request()
			r.ReturnTo = "https://shop.example/back?" + query(names, "7")
			tries = append(tries, r)
		}
		for i, r := range tries {
			given := fmt.Sprintf("a request that is not in order, the %dth", i+1)
			err := checker.CheckStart(r)
			none("CheckStart", given)
			if err == nil && len(r.ID) > len(c.Request.ID) {
				continue // not every provider has a place for the ID
			}
			consent, started := p.Start(c.Context(), r)
			if err == nil || started == nil || err.Error() != started.Error() ||
				kyc.KindOf(err) != kyc.KindOf(started) {
				c.wrong("CheckStart", given, "the error of Start",
					described(nil, err)+", where Start returns "+described(consent, started))
			}
			none(kyc.MethodStart, given)
		}
	})

	l.add("says that it cannot serve a document that nobody knows", func(c check) {
		p, ref, none := c.untouched()
		const given = "a document that nobody knows"
		for _, documents := range [][]kyc.Document{{"library card"}, {c.Document, "library card"}} {
			r := c.request()
			r.Documents = documents
			consent, err := p.Start(c.Context(), r)
			c.unsupported(kyc.MethodStart, given, consent, err)
		}
		record, err := p.Fetch(c.Context(), ref, "library card")
		c.unsupported(kyc.MethodFetch, given, record, err)
		none("Start and Fetch", given)
	})

	for _, ref := range append(slices.Clone(noRefs), l.subject.Refused...) {
		l.add(fmt.Sprintf("refuses the ref %.12q", ref), func(c check) {
			p, known, none := c.untouched()
			if slices.Contains(c.Refused, ref) {
				c.refuses(p, ref, "a ref that is none of this provider's", none)
				return
			}
			c.refuses(p, ref, "a ref that is no provider's", none)
			if rest, ok := strings.CutPrefix(string(ref), "a"); ok {
				c.refuses(p, known+kyc.Ref(rest), "a journey's ref with more behind it", none)
			}
		})
	}

	for _, end := range []struct {
		name, given string
		begin       func(context.Context) (context.Context, context.CancelFunc)
		want        error
	}{
		{"obeys a context that is over", "a context that was cancelled", context.WithCancel, context.Canceled},
		{"obeys a deadline that is over", "a context whose deadline is past", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithDeadline(ctx, time.Unix(0, 0))
		}, context.DeadlineExceeded},
	} {
		l.add(end.name, func(c check) {
			p, ref, none := c.untouched()
			over, cancel := end.begin(c.Context())
			cancel()
			for _, m := range c.methods() {
				if value, err := c.call(over, p, m, ref); err != end.want { //nolint:errorlint // ctx.Err() as it is
					c.wrong(m, end.given, "ctx.Err() as it is", described(value, err))
				}
				none(m, end.given)
			}
		})
	}

	l.add("refuses a webhook that nobody signed", func(c check) {
		p, _, none := c.untouched()
		parser, ok := kyc.As[kyc.WebhookParser](p)
		if !ok {
			c.Skip("the provider reads no webhooks")
		}
		for given, body := range map[string]string{"no signature": `{"note":"` + seed + `"}`, "no signature and no body": ""} {
			event, err := parser.ParseWebhook(http.Header{}, []byte(body))
			c.invalid("ParseWebhook", given, "", event, err)
			if event != nil {
				c.wrong("ParseWebhook", given, "no event", "one")
			}
			c.silent("ParseWebhook", given, err, append([]string{seed}, c.Secrets...)...)
			none("ParseWebhook", given)
		}
	})
}

// refuses says that each method refuses the ref.
func (c check) refuses(p kyc.Provider, ref kyc.Ref, given string, none func(called any, given string)) {
	c.Helper()
	for _, m := range c.methods() {
		if unbound(m) {
			continue
		}
		value, err := c.call(c.Context(), p, m, ref)
		c.invalid(m, given, "Ref", value, err)
		if len(ref) > 8 {
			c.silent(m, given, err, string(ref))
		}
		none(m, given)
	}
	if exchanger, ok := kyc.As[kyc.Exchanger](p); ok && c.exchanges() {
		consent, err := sure{p}.Start(c.Context(), c.request())
		c.usable(kyc.MethodStart, "a request in order", err)
		r, err := exchanger.Exchange(c.Context(), ref, c.Back(consent))
		c.invalid(kyc.MethodExchange, given, "Ref", nil, err)
		c.blank(given, r)
		none(kyc.MethodExchange, given)
	}
	if parser, ok := kyc.As[kyc.ReturnParser](p); ok {
		u, err := url.Parse(c.Request.ReturnTo)
		c.usable("url.Parse", "Request.ReturnTo", err)
		r, err := parser.ParseReturn(ref, u)
		c.invalid("ParseReturn", given, "Ref", r, err)
	}
}

// unsupported says that err is errors.ErrUnsupported, and of no kind.
func (c check) unsupported(m kyc.Method, given string, value any, err error) {
	c.Helper()
	c.alone(m, given, value, err)
	if !errors.Is(err, errors.ErrUnsupported) || kyc.KindOf(err) != "" {
		c.wrong(m, given, "an error that is errors.ErrUnsupported and of no kind", described(value, err))
	}
}
