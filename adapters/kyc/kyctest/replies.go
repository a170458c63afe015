package kyctest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

// replies are the checks of the replies that real gateways give: each for each method.
func (l *list) replies() {
	for _, m := range kyc.Methods() {
		l.group = "an odd reply to " + string(m)
		switch {
		case !l.subject.has(m):
			l.add("is for a provider that has the method", func(c check) {
				if slices.Contains(c.Can, m.Needs()) {
					c.Skip("Subject.Back is nil, or Start makes a call: a code is exchanged in a Journey alone")
				}
				c.Skipf("Subject.Can has no %q", m.Needs())
			})
		case slices.Contains(l.subject.Uncalled, m):
			l.add("is for a method that makes a call", func(c check) { c.Skipf("%s makes no call", m) })
		case l.subject.New == nil:
			l.add("is for a provider over HTTP", func(c check) { c.over() })
		default:
			l.read(m)
			l.refused(m)
			l.late(m)
		}
	}
}

// asked calls the method of an adapter whose server is h.
func (c check) asked(m kyc.Method, h http.HandlerFunc) (any, error) {
	c.Helper()
	ref := c.ref()
	return c.call(c.Context(), c.adapter(c.serve(h).URL), m, ref)
}

// read are the replies that say the same as the success, in another way.
func (l *list) read(m kyc.Method) {
	const inJSON = true
	for _, try := range []struct {
		name string
		send func(w http.ResponseWriter, r Reply)
		json bool // it is a way of writing JSON
	}{
		{"JSON as text/plain", func(w http.ResponseWriter, r Reply) {
			reply(w, r.Status, "text/plain", r.Body)
		}, inJSON},
		{"a media type in capitals", func(w http.ResponseWriter, r Reply) {
			reply(w, r.Status, strings.ToUpper(r.mediaType()), r.Body)
		}, !inJSON},
		{"JSON without a media type", func(w http.ResponseWriter, r Reply) {
			w.Header()["Content-Type"] = nil
			reply(w, r.Status, "", r.Body)
		}, inJSON},
		{"a charset", func(w http.ResponseWriter, r Reply) {
			reply(w, r.Status, r.mediaType()+"; charset=utf-8", r.Body)
		}, !inJSON},
		{"a byte-order mark", func(w http.ResponseWriter, r Reply) {
			Reply{r.Status, r.Type, append([]byte("\xef\xbb\xbf"), r.Body...)}.send(w)
		}, inJSON},
		{"gzip", func(w http.ResponseWriter, r Reply) {
			w.Header().Set("Content-Encoding", "gzip")
			Reply{r.Status, r.Type, packed(r.Body)}.send(w)
		}, !inJSON},
		{"members that nobody documented", func(w http.ResponseWriter, r Reply) {
			Reply{r.Status, r.Type, append([]byte(`{"nobody_documented":[{"this":1e3}],`), bytes.TrimSpace(r.Body)[1:]...)}.send(w)
		}, inJSON},
		{"a member twice", func(w http.ResponseWriter, r Reply) {
			Reply{r.Status, r.Type, append([]byte(`{"nobody_documented":1,"nobody_documented":2,`), bytes.TrimSpace(r.Body)[1:]...)}.send(w)
		}, inJSON},
		{"a member that nobody documented in each object", func(w http.ResponseWriter, r Reply) {
			body, _ := changed(r.Body, func(_ string, v any) any {
				if object, ok := v.(map[string]any); ok {
					object["nobody_documented"] = map[string]any{"this": seed}
				}
				return v
			})
			Reply{r.Status, r.Type, body}.send(w)
		}, inJSON},
		{"another order of members", func(w http.ResponseWriter, r Reply) {
			d := json.NewDecoder(bytes.NewReader(r.Body))
			d.UseNumber()
			var v any
			_ = d.Decode(&v) // the success was read before
			Reply{r.Status, r.Type, []byte(reversed(v))}.send(w)
		}, inJSON},
		{"another header", func(w http.ResponseWriter, r Reply) {
			w.Header().Set("X-Nobody-Documented", seed)
			w.Header().Add("Set-Cookie", "nobody=documented")
			r.send(w)
		}, !inJSON},
	} {
		l.add("is read as what it is: "+try.name, func(c check) {
			r := c.success(m)
			if !r.isJSON() {
				if try.json {
					c.Skipf("the Success of %s is no JSON", m)
				}
			} else if !json.Valid(r.Body) || bytes.TrimSpace(r.Body)[0] != '{' {
				c.Fatalf("%s: Subject.Operations: the Success of %s is no JSON object", c.Subject.Name, m)
			}
			plain, err := c.asked(m, func(w http.ResponseWriter, _ *http.Request) { r.send(w) })
			c.usable(m, "its success", err)
			odd, err := c.asked(m, func(w http.ResponseWriter, _ *http.Request) { try.send(w, r) })
			given := "its success as " + try.name
			if err != nil || !Same(lastingResult(m, odd), lastingResult(m, plain)) {
				c.wrong(m, given, "what comes of the success as it is", described(odd, err)+", which is not the same")
			}
		})
	}
}

// refused are the replies from which nothing can be read.
func (l *list) refused(m kyc.Method) {
	is := func(status int, mediaType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { reply(w, status, mediaType, []byte(body)) }
	}
	page := func(status int, mediaType string) http.HandlerFunc {
		return is(status, mediaType, fmt.Sprintf("<html><title>%d</title><p>%s</p></html>", status, seed))
	}
	for _, try := range []struct {
		name   string
		kind   kyc.Err
		status int
		send   http.HandlerFunc
	}{
		{"unavailable: 503 with a page", kyc.ErrUnavailable, 503, page(503, "text/html")},
		{"unexpected: 400 with a page", kyc.ErrUnexpected, 400, page(400, "text/html")},
		{"not allowed: 403 with a firewall's page", kyc.ErrNotAllowed, 403, page(403, "text/html")},
		{"unexpected: 200 with a page called JSON", kyc.ErrUnexpected, 200, page(200, "application/json")},
		{"unavailable: 500 with a page called JSON", kyc.ErrUnavailable, 500, page(500, "application/json")},
		{"unexpected: 200 with nothing, called JSON", kyc.ErrUnexpected, 200, is(200, "application/json", "")},
		{"what it is for the provider: 204", l.subject.NoContent, 204,
			func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }},
		{"unexpected: bytes after the value", kyc.ErrUnexpected, 200, is(200, "application/json", `{}`+seed)},
		{"unexpected: an array", kyc.ErrUnexpected, 200, is(200, "application/json", `["`+seed+`"]`)},
		{"unavailable: JSON cut off", kyc.ErrUnavailable, 200, is(200, "application/json", `{"half":"`+seed)},
		{"unavailable: less than its length", kyc.ErrUnavailable, 200, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			reply(w, 200, "application/json", []byte(`{"half":"`+seed))
		}},
		{"unavailable: a reset inside the body", kyc.ErrUnavailable, 200, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			reply(w, 200, "application/json", []byte(`{"half":`))
			_ = http.NewResponseController(w).Flush()
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = conn.(*net.TCPConn).SetLinger(0)
				_ = conn.Close()
			}
		}},
		{"rate limited: 429 without a code", kyc.ErrRateLimited, 429, is(429, "application/json", `{"note":"`+seed+`"}`)},
	} {
		_, what, _ := strings.Cut(try.name, ": ")
		l.add("is refused as "+try.name, func(c check) {
			given := "the answer " + what
			switch r := c.Operations[m].Success; {
			case r.Status == 0 || r.isJSON():
			case what == "JSON cut off":
				c.Skipf("the Success of %s is no JSON", m)
			case what == "200 with nothing, called JSON" && len(r.Body) == 0:
				c.Skipf("the Success of %s is nothing", m)
			}
			value, err := c.asked(m, try.send)
			if e := c.refusal(m, given, try.kind, value, err); e != nil && e.Status != try.status {
				c.wrong(m, given, fmt.Sprintf("an error with HTTP %d", try.status), described(nil, err))
			}
			c.silent(m, given, err, append([]string{seed}, c.Secrets...)...)
		})
	}

	l.add("is no reason to follow a redirect", func(c check) {
		const given = "a redirect to another server"
		elsewhere := c.serve(func(w http.ResponseWriter, _ *http.Request) { teapot.send(w) })
		value, err := c.asked(m, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		})
		if n := len(elsewhere.requests()); n > 0 {
			c.wrong(m, given, "no call there", fmt.Sprint(n))
		}
		if e := c.refusal(m, given, kyc.ErrUnexpected, value, err); e != nil && e.Status != http.StatusTemporaryRedirect {
			c.wrong(m, given, "an error with HTTP 307", described(nil, err))
		}
	})

	l.add("has its documented kind as problem+json, and its code at another status", func(c check) {
		o := c.Operations[m]
		if o.Refusal.Status == 0 {
			c.Skipf("Subject.Operations has no Refusal of %s: no refusal with a code is documented", m)
		}
		value, err := c.asked(m, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, o.Refusal.Status, "application/problem+json; charset=utf-8", o.Refusal.Body)
		})
		c.refused(m, "its refusal as problem+json", o.Kind, value, err)
		c.silent(m, "its refusal as problem+json", err, prose(o.Refusal.Body)...)
		value, err = c.asked(m, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusTeapot, "application/json", o.Refusal.Body)
		})
		var e *kyc.Error
		if !errors.As(err, &e) || e.Status != http.StatusTeapot || e.Code == "" {
			c.wrong(m, "its refusal with HTTP 418", "an error with that status and the refusal's Code", described(value, err))
		}
	})

	l.add("keeps a rate limit's time", func(c check) {
		const given = "HTTP 429 and Retry-After: 17"
		value, err := c.asked(m, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "17")
			reply(w, 429, "application/json", []byte(`{}`))
		})
		if e := c.refusal(m, given, kyc.ErrRateLimited, value, err); e != nil && e.RetryAfter != 17*time.Second {
			c.wrong(m, given, "an error whose RetryAfter is 17s", e.RetryAfter.String())
		}
	})

	for _, try := range []struct {
		name  string
		ready func(size int64) // what is done before anything is counted
		send  func(w http.ResponseWriter, size int64)
	}{
		{"stops at the limit of its size", func(int64) {}, endless},
		{"stops at the limit of its size when it is unpacked", func(size int64) { bomb(size) }, func(w http.ResponseWriter, size int64) {
			w.Header().Set("Content-Encoding", "gzip")
			reply(w, 200, "application/json", bomb(size))
		}},
	} {
		l.alone(try.name, func(c check) {
			limit := c.Operations[m].Limit
			if limit == 0 {
				limit = wire.DefaultBody
			}
			try.ready(limit)
			given := fmt.Sprintf("an answer of more than %d MiB", limit>>20)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			value, err := c.asked(m, func(w http.ResponseWriter, _ *http.Request) { try.send(w, limit) })
			runtime.ReadMemStats(&after)
			c.refused(m, given, kyc.ErrUnexpected, value, err)
			if n := after.TotalAlloc - before.TotalAlloc; n >= uint64(4*limit) {
				c.wrong(m, given, fmt.Sprintf("less than %d MiB allocated", 4*limit>>20), fmt.Sprintf("%d MiB", n>>20))
			}
		})
	}
}

// prose are the texts of a refusal that are more than a word, without what kyc's own errors say.
func prose(body []byte) []string {
	var texts []string
	_, _ = changed(body, func(_ string, v any) any { // what is no JSON has no such texts
		text, ok := v.(string)
		if ok && strings.Contains(strings.TrimSpace(text), " ") && !slices.ContainsFunc(kinds, func(k kyc.Err) bool { return strings.Contains(string(k), text) }) {
			texts = append(texts, text)
		}
		return v
	})
	return texts
}

// late are the replies that do not come, or do not end.
func (l *list) late(m kyc.Method) {
	for _, try := range []struct {
		name string
		send func(w http.ResponseWriter, begun chan<- bool, release <-chan struct{})
	}{
		{"no headers", func(_ http.ResponseWriter, begun chan<- bool, release <-chan struct{}) {
			begun <- true
			<-release
		}},
		{"a byte at a time", func(w http.ResponseWriter, begun chan<- bool, release <-chan struct{}) {
			w.Header().Set("Content-Type", "application/json")
			for n := 0; ; n++ {
				if n == 2 { // by now the client has the headers, and a byte
					begun <- true
				}
				if _, err := w.Write([]byte(" ")); err != nil {
					return
				}
				_ = http.NewResponseController(w).Flush()
				select {
				case <-release:
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		}},
	} {
		l.add("that never ends is left when the caller's context ends: "+try.name, func(c check) {
			given := "an answer that never ends, and a context that does: " + try.name
			ref := c.ref()
			begun, release := make(chan bool, 1), make(chan struct{})
			s := c.serve(func(w http.ResponseWriter, _ *http.Request) { try.send(w, begun, release) })
			c.Cleanup(func() { close(release) })
			p := c.adapter(s.URL)
			c.offers(p, m)
			over, cancel := context.WithCancel(wire.WithLimits(c.Context(), wire.Limits{Timeout: time.Hour})) // nothing else ends it
			defer cancel()
			done := make(chan error, 1)
			go func() {
				_, err := c.made(over, p, m, ref)
				done <- err
			}()
			if !c.within(begun, m, given, "a call") {
				return
			}
			cancel()
			select {
			case err := <-done:
				if err != context.Canceled { //nolint:errorlint // ctx.Err() as it is
					c.wrong(m, given, "ctx.Err() as it is", described(nil, err))
				}
			case <-time.After(generous):
				c.wrong(m, given, "the call to end", "no end in time")
			}
		})
	}

	l.add("does not come in time", func(c check) {
		ref := c.ref()
		release := make(chan struct{})
		s := c.serve(func(http.ResponseWriter, *http.Request) { <-release })
		c.Cleanup(func() { close(release) })
		slow := client()
		slow.Timeout = 10 * time.Millisecond
		p := c.through(s.URL, slow, "a client with a Timeout")
		value, err := c.call(c.Context(), p, m, ref)
		c.refused(m, "no answer within the client's Timeout", kyc.ErrUnavailable, value, err)
	})

	l.add("does not come: the name does not resolve", func(c check) {
		ref := c.ref()
		const given = "a server whose name does not resolve"
		p := c.through("https://provider.invalid", &http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.DNSError{Err: "no such host", Name: seed, IsNotFound: true}
			},
		}}, "a client")
		value, err := c.call(c.Context(), p, m, ref)
		c.refused(m, given, kyc.ErrUnavailable, value, err)
		c.silent(m, given, err, append([]string{seed, "provider.invalid"}, c.Secrets...)...)
	})

	l.add("does not come: TLS fails", func(c check) {
		ref := c.ref()
		s := httptest.NewUnstartedServer(http.NotFoundHandler())
		s.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell of each handshake
		s.StartTLS()                                   // with a certificate that nobody trusts
		c.Cleanup(s.Close)
		value, err := c.call(c.Context(), c.adapter(s.URL), m, ref)
		c.refused(m, "a server with a certificate that nobody trusts", kyc.ErrUnavailable, value, err)
	})
}

// generous is how long a check waits for what happens at once.
var generous = time.Minute

// within waits for an event.
func (c check) within(event <-chan bool, m kyc.Method, given, want string) bool {
	c.Helper()
	select {
	case <-event:
		return true
	case <-time.After(generous):
		c.wrong(m, given, want, "none in time")
		return false
	}
}

// endless sends twice that size, or what the client takes of it.
func endless(w http.ResponseWriter, size int64) {
	w.Header().Set("Content-Type", "application/json")
	chunk := []byte(strings.Repeat(" ", 1<<20))
	for range 2*size/int64(len(chunk)) + 1 {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// bombs are blanks, packed, by their number.
var bombs sync.Map

// bomb is more than that number of blanks, packed: a member of gzip for each MiB, which
// readers put together.
func bomb(size int64) []byte {
	const mib = 1 << 20
	made, _ := bombs.LoadOrStore(size, sync.OnceValue(func() []byte {
		return bytes.Repeat(packed(bytes.Repeat([]byte(" "), mib)), int((size+size/10)/mib)+1)
	}))
	return made.(func() []byte)()
}

func packed(text []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.Copy(w, bytes.NewReader(text)) // into a buffer: nothing can fail
	_ = w.Close()
	return b.Bytes()
}
