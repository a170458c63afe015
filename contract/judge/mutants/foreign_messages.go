package mutants

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/digilocker/contract/judge"
)

// zipped is a text as gzip packs it.
func zipped(text []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(text) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// header is where a header stands.
func header(name string) string { return "(header " + name + ")" }

// saying gives an answer each of these headers, a mutant each; one that it has already is
// replaced.
func saying(name string, values ...string) func(judge.Answer) []answerChange {
	return func(a judge.Answer) []answerChange {
		var all []answerChange
		for _, value := range values {
			if a.Header.Get(name) != value {
				all = append(all, answerChange{header(name), func(one *judge.Answer) { one.Header.Set(name, value) }})
			}
		}
		return all
	}
}

// typed gives an answer that has one another media type.
func typed(change func(mediaType string) string) func(judge.Answer) []answerChange {
	return func(a judge.Answer) []answerChange {
		was := a.Header.Get(contentType)
		if was == "" || change(was) == was {
			return nil
		}
		return saying(contentType, change(was))(a)
	}
}

// refused are the headers that only a refusal has.
func refused(change func(judge.Answer) []answerChange) func(judge.Answer) []answerChange {
	return func(a judge.Answer) []answerChange {
		if a.Status < 400 {
			return nil
		}
		return change(a)
	}
}

// withStatus gives an answer another status, and with it headers by name and value.
func withStatus(status func(int) int, headers ...string) func(judge.Answer) []answerChange {
	return func(a judge.Answer) []answerChange {
		to := status(a.Status)
		if to == a.Status {
			return nil
		}
		return []answerChange{{"(status)", func(one *judge.Answer) {
			one.Status = to
			for i := 0; i < len(headers); i += 2 {
				one.Header.Set(headers[i], headers[i+1])
			}
		}}}
	}
}

// is is always that status.
func is(status int) func(int) int { return func(int) int { return status } }

// succeeding is that status instead of a success; refusing is its counterpart.
func succeeding(status int) func(int) int {
	return func(was int) int {
		if was < 300 {
			return status
		}
		return was
	}
}

func refusing(status int) func(int) int {
	return func(was int) int {
		if was >= 400 {
			return status
		}
		return was
	}
}

var answerOperators = []Foreigner{
	{Operator: "redirect instead of an answer", Harm: "a client follows it, with the person's data or the secret",
		answers: func(a judge.Answer) []answerChange {
			return slices.Concat(withStatus(is(http.StatusFound), "Location", "https://elsewhere.invalid/")(a),
				withStatus(is(http.StatusTemporaryRedirect), "Location", "https://elsewhere.invalid/")(a))
		}},
	{Operator: "part of an answer", Harm: "the rest is never asked for",
		answers: withStatus(succeeding(http.StatusPartialContent), "Content-Range", "bytes 0-9/100")},
	{Operator: "answer that has not changed", Harm: "there is none to keep",
		answers: withStatus(is(http.StatusNotModified))},
	{Operator: "status of a proxy", Harm: "it is not said whether the provider did it", answers: withStatus(is(520))},
	{Operator: "success that says to be a refusal", Harm: "what was done is done again",
		answers: withStatus(succeeding(http.StatusTooManyRequests))},
	{Operator: "success that is not done yet", Harm: "what is still to come is taken for done",
		answers: withStatus(succeeding(http.StatusAccepted))},
	{Operator: "refusal that says to be a success", Harm: "what was refused is taken for done",
		answers: withStatus(refusing(http.StatusCreated))},
	{Operator: "refusal of the other side", Harm: "the caller's mistake is repeated, or the provider's is not",
		answers: withStatus(func(was int) int {
			switch {
			case was >= 500:
				return http.StatusBadRequest
			case was >= 400:
				return http.StatusBadGateway
			}
			return was
		})},
	{Operator: "media type of another kind of JSON", Harm: "a client that knows that kind reads it in another way",
		answers: typed(func(string) string { return "application/vnd.api+json" })},
	{Operator: "media type cut short", Harm: "it is none, and a strict client takes no such answer",
		answers: typed(func(string) string { return "json" })},
	{Operator: "media type of another charset", Harm: "names with accents are read wrongly",
		answers: typed(func(was string) string { return plain(was) + "; charset=utf-16" })},
	{Operator: "two media types in one", Harm: "two clients read it in two ways",
		answers: typed(func(was string) string { return was + ", text/html" })},
	{Operator: "media type of any bytes", Harm: "a browser downloads it",
		answers: typed(func(string) string { return "application/octet-stream" })},
	{Operator: "compression that was not done", Harm: "no client that believes it can read the body",
		answers: saying("Content-Encoding", "gzip", "br")},
	{Operator: "compression that is not said", Harm: "no client can read the body",
		answers: func(a judge.Answer) []answerChange {
			return []answerChange{{"", func(one *judge.Answer) { one.Body = zipped(one.Body) }}}
		}},
	{Operator: "time to wait that is none", Harm: "a client does not wait, or waits for ever",
		answers: refused(saying("Retry-After", "-5", "1.5", "99999999999999999999", "a minute"))},
	{Operator: "time to wait that is over", Harm: "a client does not wait",
		answers: refused(saying("Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT"))},
	{Operator: "time to wait in milliseconds", Harm: "a client waits for half an hour and not for two seconds",
		answers: refused(saying("Retry-After", "2000"))},
	{Operator: "quota below nothing", Harm: "a client that counts with it goes on",
		answers: saying("RateLimit-Remaining", "-1")},
	{Operator: "end announced", Harm: "nobody hears that it goes", answers: func(a judge.Answer) []answerChange {
		return slices.Concat(saying("Deprecation", "@1700000000")(a),
			saying("Sunset", "Sat, 31 Oct 2026 23:59:59 GMT")(a))
	}},
	{Operator: "warning of a cache", Harm: "the state is of yesterday", answers: func(a judge.Answer) []answerChange {
		return slices.Concat(saying("Warning", `110 - "Response is Stale"`)(a), saying("Age", "86400")(a))
	}},
	{Operator: "answer for every cache", Harm: "a person's data is kept on the way",
		answers: saying("Cache-Control", "public, max-age=86400")},
	{Operator: "session set", Harm: "the next person's call is told to be this one's",
		answers: saying("Set-Cookie", "session=unheard; Path=/")},
	{Operator: "place beside an answer", Harm: "a client that follows it asks somebody else",
		answers: saying("Location", "https://elsewhere.invalid/")},
	{Operator: "answer to be saved", Harm: "a browser shows nothing",
		answers: saying("Content-Disposition", `attachment; filename="a.json"`)},
	{Operator: "length that is not its own", Harm: "the end is missing, or the next answer begins in it",
		answers: saying("Content-Length", "1")},
	{Operator: "trust for every page", Harm: "any page reads the person's data",
		answers: saying("Access-Control-Allow-Origin", "*")},
	{Operator: "answer's header twice", Harm: "two clients read two values",
		answers: func(a judge.Answer) []answerChange {
			var all []answerChange
			for _, name := range slices.Sorted(maps.Keys(a.Header)) {
				all = append(all, answerChange{header(name), func(one *judge.Answer) {
					one.Header.Add(name, "unheard")
				}})
			}
			return all
		}},
	{Operator: "answer's header in quotes", Harm: "no strict client takes the value",
		answers: func(a judge.Answer) []answerChange {
			var all []answerChange
			for _, name := range slices.Sorted(maps.Keys(a.Header)) {
				value := a.Header.Get(name)
				all = append(all, answerChange{header(name), func(one *judge.Answer) {
					one.Header.Set(name, `"`+value+`"`)
				}})
			}
			return all
		}},
}

// plain is a media type without its parameters.
func plain(mediaType string) string {
	name, _, _ := strings.Cut(mediaType, ";")
	return name
}

// sending changes a request at one place.
func sending(pointer string, change func(*Sent)) func(Sent, string) []sentChange {
	return func(Sent, string) []sentChange { return []sentChange{{pointer, change}} }
}

// addressed changes the address that a request goes to.
func addressed(pointer string, change func(*url.URL)) func(Sent, string) []sentChange {
	return sending(pointer, func(one *Sent) { change(one.URL) })
}

// pathTo changes the path below the base.
func pathTo(change func(path string) []string) func(Sent, string) []sentChange {
	return func(s Sent, base string) []sentChange {
		var all []sentChange
		path := strings.TrimPrefix(s.URL.EscapedPath(), base)
		for _, with := range change(path) {
			if with == path {
				continue
			}
			all = append(all, sentChange{"(path)", func(one *Sent) {
				one.URL.RawPath = base + with
				one.URL.Path, _ = url.PathUnescape(one.URL.RawPath) // it is made of escaped segments
			}})
		}
		return all
	}
}

// eachSegment puts another segment in the place of each.
func eachSegment(change func(segment string) string) func(Sent, string) []sentChange {
	return pathTo(func(path string) []string {
		segments := strings.Split(path, "/")
		var all []string
		for i, segment := range segments {
			if segment != "" {
				changed := slices.Clone(segments)
				changed[i] = change(segment)
				all = append(all, strings.Join(changed, "/"))
			}
		}
		return all
	})
}

// eachParameter changes the query of a request at each parameter.
func eachParameter(change func(q url.Values, name, value string)) func(Sent, string) []sentChange {
	return func(s Sent, _ string) []sentChange {
		var all []sentChange
		for _, name := range slices.Sorted(maps.Keys(s.URL.Query())) {
			q := s.URL.Query()
			change(q, name, q.Get(name))
			if raw := q.Encode(); raw != s.URL.Query().Encode() {
				all = append(all, sentChange{"(query " + name + ")", func(one *Sent) { one.URL.RawQuery = raw }})
			}
		}
		return all
	}
}

// eachHeader changes each header of a request that somebody set.
func eachHeader(change func(h http.Header, name, value string)) func(Sent, string) []sentChange {
	return func(s Sent, _ string) []sentChange {
		var all []sentChange
		for _, name := range slices.Sorted(maps.Keys(s.Header)) {
			value := s.Header.Get(name)
			changed := s.Header.Clone()
			change(changed, name, value)
			if !maps.EqualFunc(changed, s.Header, slices.Equal) {
				all = append(all, sentChange{header(name), func(one *Sent) { change(one.Header, name, value) }})
			}
		}
		return all
	}
}

// asking gives a request these headers, a mutant each.
func asking(name string, values ...string) func(Sent, string) []sentChange {
	return func(s Sent, _ string) []sentChange {
		var all []sentChange
		for _, value := range values {
			if s.Header.Get(name) != value {
				all = append(all, sentChange{header(name), func(one *Sent) { one.Header.Set(name, value) }})
			}
		}
		return all
	}
}

// withBody changes a request that has a body.
func withBody(pointer string, change func(*Sent)) func(Sent, string) []sentChange {
	return func(s Sent, _ string) []sentChange {
		if len(s.Body) == 0 {
			return nil
		}
		return []sentChange{{pointer, change}}
	}
}

var addressOperators = []Foreigner{
	{Operator: "request to another host", Harm: "the secret and the person go to somebody else",
		requests: addressed("(host)", func(u *url.URL) { u.Host = "elsewhere.invalid" })},
	{Operator: "request to a host that looks alike", Harm: "the secret and the person go to somebody else",
		requests: addressed("(host)", func(u *url.URL) { u.Host = u.Hostname() + ".elsewhere.invalid" })},
	{Operator: "request of another scheme", Harm: "the secret and the person go where anybody reads them, or nowhere",
		requests: addressed("(scheme)", func(u *url.URL) {
			if u.Scheme == "https" {
				u.Scheme = "http"
			} else {
				u.Scheme = "https"
			}
		})},
	{Operator: "request to another port", Harm: "another program gets it",
		requests: addressed("(host)", func(u *url.URL) { u.Host = u.Hostname() + ":8443" })},
	{Operator: "request with a user before its host", Harm: "a secret stands in an address, and so in logs",
		requests: addressed("(host)", func(u *url.URL) { u.User = url.UserPassword("unheard", "unheard") })},
	{Operator: "request cut at a fragment", Harm: "the rest of the id is not sent",
		requests: func(s Sent, _ string) []sentChange {
			return []sentChange{{"(path)", func(one *Sent) {
				path := one.URL.EscapedPath()
				one.URL.RawPath = ""
				one.URL.Path, one.URL.Fragment = path[:len(path)-1], path[len(path)-1:]
			}}}
		}},
	{Operator: "parameters behind a fragment", Harm: "no parameter is sent",
		requests: func(s Sent, _ string) []sentChange {
			if s.URL.RawQuery == "" {
				return nil
			}
			return []sentChange{{"(query)", func(one *Sent) {
				one.URL.Fragment, one.URL.RawQuery = "?"+one.URL.RawQuery, ""
			}}}
		}},
	{Operator: "question mark alone", Harm: "a signature over the address does not fit",
		requests: func(s Sent, _ string) []sentChange {
			if s.URL.RawQuery != "" {
				return nil
			}
			return []sentChange{{"(query)", func(one *Sent) { one.URL.ForceQuery = true }}}
		}},
	{Operator: "slash encoded", Harm: "a server that decodes it late finds nothing",
		requests: pathTo(func(path string) []string {
			if at := strings.LastIndex(path, "/"); at > 0 {
				return []string{path[:at] + "%2F" + path[at+1:]}
			}
			return nil
		})},
	{Operator: "slash twice", Harm: "a strict server finds nothing, or asks to come again",
		requests: pathTo(func(path string) []string {
			at := strings.LastIndex(path, "/")
			return []string{path[:at+1] + path[at:], "/" + path}
		})},
	{Operator: "path with dots", Harm: "a proxy's rule does not see where it leads",
		requests: pathTo(func(path string) []string {
			return []string{"/." + path, "/unheard/.." + path}
		})},
	{Operator: "path in capitals", Harm: "a strict server finds nothing, or another id",
		requests: eachSegment(func(segment string) string {
			if strings.Contains(segment, "%") {
				return segment
			}
			if up := strings.ToUpper(segment); up != segment {
				return up
			}
			return strings.ToLower(segment)
		})},
	{Operator: "segment that says undefined", Harm: "a program's nothing is asked for",
		requests: eachSegment(func(string) string { return "undefined" })},
	{Operator: "segment encoded twice", Harm: "another id is asked for", requests: eachSegment(url.PathEscape)},
	{Operator: "segment with a space", Harm: "another id is asked for",
		requests: eachSegment(func(segment string) string { return segment + "%20" })},
	{Operator: "segment with a parameter", Harm: "a session stands in an address, and so in logs",
		requests: eachSegment(func(segment string) string { return segment + ";session=unheard" })},
	{Operator: "segment with an ending", Harm: "a strict server finds nothing",
		requests: eachSegment(func(segment string) string { return segment + ".json" })},
	{Operator: "parameter twice, and they disagree", Harm: "a proxy checks the one and the provider takes the other",
		requests: eachParameter(func(q url.Values, name, value string) { q.Add(name, off(value)) })},
	{Operator: "parameter twice, the wrong one first", Harm: "a proxy checks the one and the provider takes the other",
		requests: eachParameter(func(q url.Values, name, value string) { q[name] = []string{off(value), value} })},
	{Operator: "parameter with brackets", Harm: "it is not found",
		requests: eachParameter(func(q url.Values, name, value string) { q.Del(name); q.Set(name+"[]", value) })},
	{Operator: "parameter in capitals", Harm: "it is not found, or by some servers",
		requests: eachParameter(func(q url.Values, name, value string) {
			q.Del(name)
			q.Set(strings.ToUpper(name), value)
		})},
	{Operator: "parameter that says null", Harm: "a program's nothing is asked for",
		requests: eachParameter(func(q url.Values, name, _ string) { q.Set(name, "null") })},
	{Operator: "parameter with a space", Harm: "another id is asked for",
		requests: eachParameter(func(q url.Values, name, value string) { q.Set(name, value+" ") })},
	{Operator: "parameter with a line end", Harm: "a log or a header gets a line more",
		requests: eachParameter(func(q url.Values, name, value string) { q.Set(name, value+"\r\n") })},
	{Operator: "parameter encoded twice", Harm: "another value is asked for",
		requests: eachParameter(func(q url.Values, name, value string) {
			q.Set(name, url.QueryEscape(value))
		})},
	{Operator: "parameters with semicolons", Harm: "all but the first are part of the first",
		requests: func(s Sent, _ string) []sentChange {
			raw := strings.ReplaceAll(s.URL.RawQuery, "&", ";")
			if raw == s.URL.RawQuery {
				return nil
			}
			return []sentChange{{"(query)", func(one *Sent) { one.URL.RawQuery = raw }}}
		}},
}

// methodInstead sends by another method.
func methodInstead(method func(was string) string) func(Sent, string) []sentChange {
	return func(s Sent, _ string) []sentChange {
		with := method(s.Method)
		return []sentChange{{"(method)", func(one *Sent) { one.Method = with }}}
	}
}

var requestOperators = []Foreigner{
	{Operator: "method in small letters", Harm: "a strict server knows no such method",
		requests: methodInstead(strings.ToLower)},
	{Operator: "method that changes a part", Harm: "a server does something else, or nothing",
		requests: methodInstead(func(string) string { return http.MethodPatch })},
	{Operator: "method without an answer", Harm: "no body comes back",
		requests: methodInstead(func(string) string { return http.MethodHead })},
	{Operator: "method in a header", Harm: "a server that believes it deletes",
		requests: asking("X-HTTP-Method-Override", http.MethodDelete)},
	{Operator: "request for a part", Harm: "half an answer comes back", requests: asking("Range", "bytes=0-9")},
	{Operator: "request if it has changed", Harm: "no body comes back", requests: asking("If-None-Match", "*")},
	{Operator: "request for another form", Harm: "a page or XML comes back, or a refusal",
		requests: asking("Accept", "text/html", "application/xml")},
	{Operator: "request for no compression that there is", Harm: "a refusal comes back, or what nobody can unpack",
		requests: asking("Accept-Encoding", "compress;q=1, identity;q=0")},
	{Operator: "cookie sent", Harm: "one person's session is used for another",
		requests: asking("Cookie", "session=unheard")},
	{Operator: "origin told", Harm: "the provider learns from where the user came",
		requests: asking("Referer", "https://elsewhere.invalid/?person=7")},
	{Operator: "address of another told", Harm: "a list of allowed addresses is passed by",
		requests: asking("X-Forwarded-For", "127.0.0.1")},
	{Operator: "trace of another call", Harm: "support looks at the wrong call",
		requests: asking("X-Request-Id", "unheard")},
	{Operator: "name and password of somebody", Harm: "a secret that belongs elsewhere is sent",
		requests: func(s Sent, _ string) []sentChange {
			if s.Header.Get("Authorization") != "" {
				return nil
			}
			return asking("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("unheard:unheard")))(s, "")
		}},
	{Operator: "another scheme of authorisation", Harm: "the secret is not understood",
		requests: func(s Sent, _ string) []sentChange {
			scheme, secret, ok := strings.Cut(s.Header.Get("Authorization"), " ")
			switch {
			case scheme == "":
				return nil
			case !ok:
				return asking("Authorization", "Bearer "+scheme)(s, "")
			}
			return asking("Authorization", secret, "Token "+secret, scheme+scheme+" "+secret)(s, "")
		}},
	{Operator: "request's header twice, and they disagree",
		Harm:     "a proxy checks the one and the provider takes the other",
		requests: eachHeader(func(h http.Header, name, value string) { h[name] = []string{value, off(value)} })},
	{Operator: "request's header twice, the wrong one first",
		Harm:     "a proxy checks the one and the provider takes the other",
		requests: eachHeader(func(h http.Header, name, value string) { h[name] = []string{off(value), value} })},
	{Operator: "request's header as a list", Harm: "the secret is not understood",
		requests: eachHeader(func(h http.Header, name, value string) { h.Set(name, value+", "+value) })},
	{Operator: "request's header in quotes", Harm: "the secret is not understood",
		requests: eachHeader(func(h http.Header, name, value string) { h.Set(name, `"`+value+`"`) })},
	{Operator: "request's header in base64", Harm: "the secret is not understood",
		requests: eachHeader(func(h http.Header, name, value string) {
			h.Set(name, base64.StdEncoding.EncodeToString([]byte(value)))
		})},
	{Operator: "request's header that says undefined", Harm: "a program's nothing is sent for the secret",
		requests: eachHeader(func(h http.Header, name, _ string) { h.Set(name, "undefined") })},
	{Operator: "request's header with underscores", Harm: "a proxy drops it without a word",
		requests: eachHeader(func(h http.Header, name, value string) {
			if with := strings.ReplaceAll(name, "-", "_"); with != name {
				h.Del(name)
				h[with] = []string{value}
			}
		})},
	{Operator: "header sent as a parameter", Harm: "the secret stands in an address, and so in logs",
		requests: func(s Sent, _ string) []sentChange {
			var all []sentChange
			for _, name := range slices.Sorted(maps.Keys(s.Header)) {
				if name == contentType {
					continue
				}
				all = append(all, sentChange{"(query " + strings.ToLower(name) + ")", func(one *Sent) {
					q := one.URL.Query()
					q.Set(strings.ToLower(name), one.Header.Get(name))
					one.URL.RawQuery = q.Encode()
				}})
			}
			return all
		}},
	{Operator: "body where none belongs", Harm: "a strict server or proxy refuses it",
		requests: func(s Sent, _ string) []sentChange {
			if len(s.Body) > 0 {
				return nil
			}
			return []sentChange{{"", func(one *Sent) { one.Body = []byte("{}") }}}
		}},
	{Operator: "media type where no body is", Harm: "a strict server waits for a body",
		requests: func(s Sent, _ string) []sentChange {
			if len(s.Body) > 0 {
				return nil
			}
			return asking(contentType, "application/json", "application/x-www-form-urlencoded")(s, "")
		}},
	{Operator: "request's compression that was not done", Harm: "the provider cannot read it",
		requests: withBody("(header Content-Encoding)", func(one *Sent) {
			one.Header.Set("Content-Encoding", "gzip")
		})},
	{Operator: "request's compression that is not said", Harm: "the provider cannot read it",
		requests: withBody("", func(one *Sent) { one.Body = zipped(one.Body) })},
	{Operator: "compressed request", Harm: "a provider that knows no such thing refuses it",
		requests: withBody("(header Content-Encoding)", func(one *Sent) {
			one.Body = zipped(one.Body)
			one.Header.Set("Content-Encoding", "gzip")
		})},
	{Operator: "form instead of JSON", Harm: "the provider reads no member",
		requests: withBody("(header "+contentType+")", func(one *Sent) {
			members, form := map[string]any{}, url.Values{}
			if json.Unmarshal(one.Body, &members) == nil {
				for name, value := range members {
					form.Set(name, fmt.Sprint(value))
				}
			}
			one.Body = []byte(form.Encode())
			one.Header.Set(contentType, "application/x-www-form-urlencoded")
		})},
	{Operator: "request's media type twice", Harm: "a proxy checks the one and the provider takes the other",
		requests: withBody("(header "+contentType+")", func(one *Sent) { one.Header.Add(contentType, "text/plain") })},
}
