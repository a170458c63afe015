package kyctest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// calls are the checks of calls that are made as they should be.
func (l *list) calls() {
	l.group = "in a journey"
	l.add("starts it with a ref and a URL", func(c check) {
		p := c.started()
		consent, err := c.open(p, c.request(), c.maker())
		const given = "a request in order"
		c.usable(kyc.MethodStart, given, err)
		link, err := url.Parse(consent.URL.Reveal())
		switch {
		case consent.Ref == "":
			c.wrong(kyc.MethodStart, given, "a Ref", "none")
		case err != nil || link.Scheme != "https" && link.Scheme != "http" || link.Hostname() == "":
			c.wrong(kyc.MethodStart, given, "an http or https URL with a host, to send the user to", "none")
		case consent.State != kyc.Pending:
			c.wrong(kyc.MethodStart, given, state(kyc.Pending), state(consent.State))
		case c.New != nil && !slices.Contains(c.Uncalled, kyc.MethodStart) && !json.Valid(consent.Raw.Bytes()):
			c.wrong(kyc.MethodStart, given, "the answer as it came, in Raw", "no JSON")
		}
	})

	l.add("leaves the caller's request as it is", func(c check) {
		p := c.started()
		for _, documents := range [][]kyc.Document{c.request().Documents, {kyc.PAN, kyc.DrivingLicence, kyc.Aadhaar}} {
			r := c.request()
			r.Documents = slices.Clone(documents)
			_, _ = p.Start(c.Context(), r) // it may refuse several documents
			if !slices.Equal(r.Documents, documents) {
				c.wrong(kyc.MethodStart, "a request", "the caller's Documents as they were", "others, or another order")
			}
		}
	})

	l.add("tells of what it was asked about", func(c check) {
		c.over()
		ref := c.ref()
		p := c.adapter(c.replying(teapot))
		if !slices.Contains(c.Uncalled, kyc.MethodStatus) {
			p, _ = c.answering(c.success(kyc.MethodStatus))
		}
		consent, err := sure{p}.Status(c.Context(), ref)
		c.usable(kyc.MethodStatus, "its success", err)
		if !completes(consent.Ref, ref) {
			c.wrong(kyc.MethodStatus, "its success",
				"the Ref that it was asked about, or that one completed", "another, or none")
		}
		p, _ = c.answering(c.success(kyc.MethodFetch))
		record, err := sure{p}.Fetch(c.Context(), ref, c.Document)
		c.usable(kyc.MethodFetch, "its success", err)
		if record.Document != c.Document {
			c.wrong(kyc.MethodFetch, "its success",
				fmt.Sprintf("the document that was asked for, %q", c.Document), "another, or none")
		}
	})

	l.add("asks for the journey that the ref names", func(c check) {
		c.over()
		ref := c.ref()
		named := append([]string(nil), c.Named...)
		if len(named) == 0 {
			named = []string{string(ref)}
		}
		for _, m := range c.calling() {
			if unbound(m) {
				continue
			}
			p, s := c.answering(teapot)
			_, _ = c.call(c.Context(), p, m, ref)
			found := false
			for _, sent := range s.requests() {
				for _, name := range named {
					found = found || strings.Contains(sent, name)
				}
			}
			if !found {
				c.wrong(m, "a journey's ref", "a request that names the journey", fmt.Sprintf("%d requests, and none that does", len(s.requests())))
			}
		}
	})

	l.add("makes one call for each method, whatever comes back", func(c check) {
		c.over()
		ref := c.ref()
		for _, status := range []int{200, 202, 429, 500, 503} {
			for _, m := range c.calling() {
				p, s := c.answering(Reply{Status: status, Body: []byte(`{}`)})
				_, _ = c.call(c.Context(), p, m, ref)
				if n := len(s.requests()); n != 1 {
					c.wrong(m, fmt.Sprintf("an answer with HTTP %d", status), "one call", fmt.Sprint(n))
				}
			}
		}
	})

	l.add("makes none for the methods that need none", func(c check) {
		if len(c.Uncalled) == 0 {
			c.Skip("Subject.Uncalled is empty: each method makes a call")
		}
		p, ref, none := c.untouched()
		for _, m := range c.Uncalled {
			value, err := c.call(c.Context(), p, m, ref)
			if err != nil {
				c.wrong(m, "a journey's ref", "success without a call", described(value, err))
			}
			none(m, "a journey's ref")
		}
	})

	l.add("keeps a state that nobody documented", func(c check) {
		c.over()
		if c.Odd.Status == 0 {
			c.Skip("Subject.Odd is zero: the provider has no word for a state")
		}
		p, _ := c.answering(c.Odd)
		consent, err := sure{p}.Status(c.Context(), c.ref())
		const given = "a state that nobody documented"
		if err != nil || consent.State != c.OddState {
			c.wrong(kyc.MethodStatus, given, "that state, as it came", described(consent, err))
		}
	})

	l.add("serves several callers at once", func(c check) {
		var p kyc.Provider
		var ref kyc.Ref
		if c.New != nil {
			ref = c.ref()
			p = c.adapter(c.replying(teapot))
			if !slices.Contains(c.Uncalled, kyc.MethodStatus) {
				p, _ = c.answering(c.success(kyc.MethodStatus))
			}
		} else {
			p, ref, _ = c.untouched()
		}
		for _, m := range c.methods() {
			c.offers(p, m)
		}
		var wait sync.WaitGroup
		failed := make(chan error, 16)
		for range cap(failed) {
			wait.Go(func() {
				for _, m := range c.methods() { // the race detector looks at them all
					_, err := c.made(c.Context(), p, m, ref)
					if m == kyc.MethodStatus {
						failed <- err
					}
				}
			})
		}
		wait.Wait()
		close(failed)
		for err := range failed {
			if err != nil {
				c.wrong(kyc.MethodStatus, "16 callers at once", "success for each", described(nil, err))
				return
			}
		}
	})

	l.alone("leaves no goroutine behind", func(c check) {
		var p kyc.Provider
		var ref kyc.Ref
		rest := func() {}
		if c.New == nil {
			p, ref, _ = c.untouched()
		} else {
			ref = c.ref()
		}
		before := goroutines()
		if c.New != nil {
			s := c.serve(func(w http.ResponseWriter, _ *http.Request) { teapot.send(w) })
			kept := &http.Transport{}
			p = c.through(s.URL, &http.Client{Transport: kept}, "the base URL of a test's server")
			rest = func() { kept.CloseIdleConnections(); s.CloseClientConnections(); s.Close() }
		}
		for _, m := range c.methods() {
			_, _ = c.call(c.Context(), p, m, ref)
		}
		rest()
		if left := leaked(before); left != "" {
			c.wrong(c.methods(), "an answer", "no goroutine left running", "one that was "+left)
		}
	})

	l.group = "with the caller's http.Client"
	l.add("sends through it and does not change it", func(c check) {
		c.over()
		ref := c.ref()
		s := c.serve(func(w http.ResponseWriter, _ *http.Request) { teapot.send(w) })
		seen := 0
		given := &http.Client{
			Transport:     transport(func(r *http.Request) (*http.Response, error) { seen++; return client().Transport.RoundTrip(r) }),
			CheckRedirect: func(*http.Request, []*http.Request) error { return nil },
			Timeout:       time.Hour,
		}
		before := *given
		p := c.through(s.URL, given, "a client")
		for i, m := range c.calling() {
			_, _ = c.call(c.Context(), p, m, ref)
			if seen != i+1 || len(s.requests()) != i+1 {
				c.wrong(m, "a client", "one call through it", fmt.Sprintf("%d through it, and %d in all", seen-i, len(s.requests())-i))
				return
			}
		}
		same := func(a, b any) bool { return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer() }
		if given.Timeout != before.Timeout || given.Jar != nil || !same(given.CheckRedirect, before.CheckRedirect) || !same(given.Transport, before.Transport) {
			c.wrong("New", "a client", "the client as it was", "one with another field")
		}
	})

	l.add("sends through its own if there is none", func(c check) {
		c.over()
		ref := c.ref()
		s := c.serve(func(w http.ResponseWriter, _ *http.Request) { teapot.send(w) })
		p := c.through(s.URL, nil, "no client")
		_, _ = c.call(c.Context(), p, c.asking(), ref)
		if n := len(s.requests()); n != 1 {
			c.wrong(c.asking(), "no client", "one call", fmt.Sprint(n))
		}
	})

	l.group = "in an error"
	l.add("names provider, operation and status, and keeps the answer out of sight", func(c check) {
		c.over()
		ref := c.ref()
		for _, m := range c.calling() {
			const given = "an undocumented answer with HTTP 418"
			p, _ := c.answering(teapot)
			value, err := c.call(c.Context(), p, m, ref)
			e := c.refusal(m, given, kyc.ErrUnexpected, value, err)
			if e == nil {
				continue
			}
			switch want := cmp.Or(c.Operations[m].First, c.Operations[m].ID); {
			case e.Op == "" || want != "" && e.Op != want:
				c.wrong(m, given, fmt.Sprintf("an error whose Op is %q", want), "one with another")
			case e.Status != http.StatusTeapot:
				c.wrong(m, given, "an error with that status", described(nil, err))
			case !strings.Contains(string(e.Raw()), seed):
				c.wrong(m, given, "an error whose Raw has the answer", "one without")
			}
			c.silent(m, given, err, append([]string{seed}, c.Secrets...)...)
		}
	})

	l.add("shows neither URL nor credentials where no answer came", func(c check) {
		c.over()
		ref := c.ref()
		// Nothing listens there; a port that was just closed may be another test's.
		p := c.adapter("http://127.0.0.1:1/" + seed)
		for _, m := range c.calling() {
			const given = "an address at which nothing listens"
			value, err := c.call(c.Context(), p, m, ref)
			if e := c.refusal(m, given, kyc.ErrUnavailable, value, err); e != nil && e.Status != 0 {
				c.wrong(m, given, "an error without a status", described(nil, err))
			}
			hidden := append([]string{seed, "127.0.0.1"}, c.Secrets...)
			if len(ref) >= 6 { // what is shorter, any text may have
				hidden = append(hidden, string(ref))
			}
			c.silent(m, given, err, hidden...)
		}
	})

	l.once()
}

// once is the check of a document that is handed out once.
func (l *list) once() {
	l.add("says by Spent whether the one copy of a document may be used up", func(c check) {
		c.over()
		once, ok := kyc.As[kyc.OnceFetcher](c.any())
		if !ok || !slices.Contains(once.FetchesOnce(), c.Document) {
			c.Skip("the provider is no OnceFetcher of Subject.Document")
		}
		for _, try := range []struct {
			given string
			base  func() string
			spent bool
		}{
			{"an address at which nothing listens", func() string { return "http://127.0.0.1:1" }, false},
			{"HTTP 429", func() string { return c.replying(Reply{Status: 429, Body: []byte(`{}`)}) }, false},
			{"HTTP 503", func() string { return c.replying(Reply{Status: 503, Body: []byte(`{}`)}) }, true},
			{"a success that is cut off", func() string {
				return c.replying(Reply{Status: 200, Body: []byte(
					`{"half":`)})
			}, true},
			{"a success that cannot be read", func() string {
				return c.replying(Reply{Status: 200, Body: []byte(
					`{}`)})
			}, true},
		} {
			ref := c.ref()
			record, err := c.adapter(try.base()).Fetch(c.Context(), ref, c.Document)
			var e *kyc.Error
			if !errors.As(err, &e) || e.Spent != try.spent {
				c.wrong(kyc.MethodFetch, try.given, fmt.Sprintf("an error whose Spent is %t", try.spent), described(
					record, err))
			}
		}
	})
}

// replying is the base URL of a server that gives each request that answer.
func (c check) replying(r Reply) string {
	c.Helper()
	return c.serve(func(w http.ResponseWriter, _ *http.Request) { r.send(w) }).URL
}

// started is a provider with which a journey can be started.
func (c check) started() kyc.Provider {
	c.Helper()
	if c.New == nil {
		return c.local()
	}
	p, _ := c.answering(c.success(kyc.MethodStart))
	return p
}

// completes reports whether a Ref is the one that was asked about, or begins with it.
func completes(ref, asked kyc.Ref) bool { return strings.HasPrefix(string(ref), string(asked)) }

// transport makes a RoundTripper of a function.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
