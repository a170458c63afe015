// Package redact makes recorded HTTP exchanges free of secrets and personal data,
// in the same way for what is stored and for what is matched with it at replay.
//
// A value is known by the name of its member, attribute, parameter or header, or by
// its form, wherever it stands; one that was seen under a name, or in a header of
// credentials, is also found in any other text, as where an error message quotes
// it. The replacement keeps the form and the JSON type, and is nobody's. It is made
// from how many came before, never from the value: a sum of twelve digits is soon
// undone. All else of a body stays byte for byte.
//
// Redacting what is redacted, from the beginning and with the same rules, changes
// nothing.
package redact

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Public are values of published examples, which are never replaced. They are whole
// scalars: text that merely contains one is redacted as any other.
type Public map[string]bool

// Published are the scalars of JSON values, as text, and links also as who unescapes them reads them.
func Published(values ...json.RawMessage) (Public, error) {
	p := Public{}
	for _, v := range values {
		if !json.Valid(v) {
			return nil, errors.New("redact: a published value is no JSON")
		}
		d := json.NewDecoder(bytes.NewReader(v))
		d.UseNumber()
		for token, err := d.Token(); err == nil; token, err = d.Token() {
			switch t := token.(type) {
			case string:
				p[t] = true
				if read, err := url.PathUnescape(t); err == nil && strings.Contains(t, "://") {
					p[read] = true
				}
			case json.Number:
				p[t.String()] = true
			}
		}
	}
	return p, nil
}

// Options say what is special about a recording; the zero value is: nothing.
type Options struct {
	Public  Public
	Secrets []string // the caller's credentials, which no form or name betrays
	Off     []string // ids of rules that are not applied
	// Names are members, parameters and headers of one provider, by the id of the rule
	// that their values fall under: {"credential": {"X-Acme-Key"}}. Those below "" are
	// ids and names of nobody, and stay. A member is spelt in any way, or as
	// parent/member. They go before the names that are known of all.
	Names map[string][]string
}

// Redactor replaces the values of one recording. Equal values of one kind get equal
// replacements, and different ones different, up to the thousand that the narrowest
// form (PAN) has room for; credentials and signatures are all alike. It is not safe
// for concurrent use.
//
// Requests and answers are counted apart, so that a replay, which redacts requests
// alone, counts as the recording did. What it gets as an answer and sends on it
// sends redacted, and that stays.
type Redactor struct {
	names  map[string]*rule // Options.Names, in plain form
	public Public
	off    map[*rule]bool
	seen   map[*rule]map[string]int // the number of a value, by its key
	count  map[*rule][2]int         // of values first seen in requests, and in answers
	echoes []echo                   // longest first
	answer bool
}

// echo is a value that is looked for in all text.
type echo struct {
	value  string
	kind   *rule
	secret bool // looked for in ids too
}

// New returns a Redactor for one recording. A rule that does not exist is an error.
func New(o Options) (*Redactor, error) {
	r := &Redactor{names: map[string]*rule{}, public: o.Public, off: map[*rule]bool{}, seen: map[*rule]map[string]int{}, count: map[*rule][2]int{}}
	for _, id := range o.Off {
		kind, err := ruleOf(id)
		if err != nil {
			return nil, err
		}
		r.off[kind] = true
	}
	for id, names := range o.Names {
		kind, err := stays, error(nil)
		if id != "" {
			kind, err = ruleOf(id)
		}
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			r.names[plain(name)] = kind
		}
	}
	for _, s := range o.Secrets {
		r.remember(credential, s, true)
	}
	return r, nil
}

func ruleOf(id string) (*rule, error) {
	i := slices.IndexFunc(rules, func(k *rule) bool { return k.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("redact: there is no rule %q", id)
	}
	return rules[i], nil
}

// URL returns the path and query of the URL of a request, redacted. Scheme and host
// would say where it was recorded, and are left out.
func (r *Redactor) URL(u *url.URL) *url.URL {
	r.answer = false
	path, query := r.path(u.EscapedPath()), r.query(u.RawQuery)
	redacted := &url.URL{RawPath: path, RawQuery: query}
	var err error
	if redacted.Path, err = url.PathUnescape(path); err != nil {
		redacted.Path = path // it is no escaped path, and needs no unescaping
	}
	return redacted
}

// Header returns those headers that matter for what is sent or read. Of credentials
// and signatures it keeps that they were there.
func (r *Redactor) Header(h http.Header) http.Header {
	redacted := http.Header{}
	for name, values := range h {
		own := r.names[plain(name)]
		kind := cmp.Or(own, header[http.CanonicalHeaderKey(name)])
		if kind == nil {
			continue
		}
		for _, v := range values {
			switch {
			case kind == credential || kind == signature:
				v = r.credential(kind, v)
			case own != nil && own != stays:
				v = r.scalar("", name, v)
			default:
				v = r.text(v)
			}
			redacted.Add(name, v)
		}
	}
	return redacted
}

// schemes are those of authorisation that may stand in front of a header's credentials. They are no secret, and a
// provider may take one alone, or none.
var schemes = regexp.MustCompile(`^(?i:basic|bearer|digest) `)

// credential redacts a header's value, and its part after a word such as Bearer. Of credentials the scheme stays.
func (r *Redactor) credential(kind *rule, value string) string {
	if value == "" || r.public[value] || r.off[kind] {
		return value
	}
	_, token, _ := strings.Cut(value, " ")
	for _, s := range []string{value, token} {
		if len(s) >= 8 {
			r.remember(kind, s, true)
		}
	}
	if kind == credential {
		return schemes.FindString(value) + mark
	}
	return mark
}

// RequestBody redacts the body of a request.
func (r *Redactor) RequestBody(mediaType string, body []byte) []byte {
	r.answer = false
	return r.body(mediaType, body)
}

// AnswerBody redacts the body of an answer, or of a webhook.
func (r *Redactor) AnswerBody(mediaType string, body []byte) []byte {
	r.answer = true
	return r.body(mediaType, body)
}

// body goes twice through a body: only then all is known that may be echoed in it.
func (r *Redactor) body(mediaType string, body []byte) []byte {
	format := r.document
	switch {
	case strings.Contains(strings.ToLower(mediaType), "x-www-form-urlencoded") && !json.Valid(body):
		format = r.query
	case form.Match(body):
		format = func(s string) string { return r.document(r.query(s)) }
	}
	format(string(body))
	return []byte(format(string(body)))
}

// form matches what may be a form, whatever its label says: pairs on one line, without blanks.
var form = regexp.MustCompile(`^[^\s=&{}\[\]<>"]+=[^\s&{}<>"]*(&[^\s=&{}<>"]+=[^\s&{}<>"]*)*\s*$`)

// document redacts JSON, XML or text, whichever it is.
func (r *Redactor) document(s string) string {
	s, marked := strings.CutPrefix(s, "\ufeff")
	switch {
	case marked:
		return "\ufeff" + r.document(s)
	case json.Valid([]byte(s)):
		return r.json(s)
	case strings.HasPrefix(strings.TrimSpace(s), "<") && !strings.Contains(strings.ToLower(s), "<html"):
		return r.xml(s)
	default:
		return r.text(r.pairs(s))
	}
}

// scalar redacts the value of a member below parent.
func (r *Redactor) scalar(parent, member, s string) string {
	kind := r.kindOf(parent, member)
	trimmed := strings.TrimSpace(s)
	if kind == nil && refusals.MatchString(plain(parent)) && !prose(trimmed) { // the value itself, not what is wrong with it
		kind = r.kindOf("", member)
	}
	switch {
	case trimmed == "" || r.public[s] || r.public[trimmed]:
		return s
	case kind == stays:
		return r.echoed(s, true)
	case kind == name && isPaper(trimmed):
		return r.text(s)
	case kind != nil && !strings.Contains(trimmed, "://"):
		return strings.Replace(s, trimmed, r.named(kind, trimmed), 1)
	case trimmed[0] == '<' || (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid([]byte(s)):
		return r.document(s)
	default:
		return r.text(s)
	}
}

// named redacts a value whose name says its kind, unless its form says another.
func (r *Redactor) named(kind *rule, s string) string {
	if r.off[kind] {
		return r.text(s)
	}
	if !kind.formed() || !kind.is(s) {
		for _, k := range rules {
			if k.formed() && k.is(s) && (k == jwt || k != signature && kind != signature && kind != credential) {
				kind = k
				break
			}
		}
	}
	if r.off[kind] {
		return r.text(s)
	}
	if replaced, ok := r.replace(kind, s); ok {
		return replaced
	}
	replaced, _ := r.replace(number, s)
	return replaced
}

// replace returns the replacement of a value, and whether it has the form of its
// kind.
func (r *Redactor) replace(kind *rule, s string) (string, bool) {
	if kind.fake != nil && kind.fake(s) {
		return s, true
	}
	if kind.replace(s, 0) == "" {
		return s, false
	}
	key := s
	if kind.key != nil {
		key = kind.key(s)
	}
	n, ok := r.seen[kind][key]
	if !ok {
		side := 0
		if r.answer {
			side = 1
		}
		count := r.count[kind]
		n = 2*count[side] + side
		count[side]++
		r.count[kind] = count
		if r.seen[kind] == nil {
			r.seen[kind] = map[string]int{}
		}
		r.seen[kind][key] = n
	}
	if kind.echoed {
		r.remember(kind, s, kind == credential)
	}
	return kind.replace(s, n), true
}

// remember has s looked for in all text. What is short, or one word of an address,
// is as likely to stand there on its own account, and is not.
func (r *Redactor) remember(kind *rule, s string, secret bool) {
	if len(s) < 4 || kind == birth && len(s) < 8 || kind == address && !strings.Contains(s, " ") {
		return
	}
	forms := []string{s}
	if kind == credential {
		forms = append(forms, url.QueryEscape(s), base64.StdEncoding.EncodeToString([]byte(s)), base64.URLEncoding.EncodeToString([]byte(s)))
	}
	for _, form := range forms {
		if slices.ContainsFunc(r.echoes, func(e echo) bool { return e.value == form && (e.secret || !secret) }) {
			continue
		}
		at, _ := slices.BinarySearchFunc(r.echoes, len(form), func(e echo, length int) int { return length - len(e.value) })
		r.echoes = slices.Insert(r.echoes, at, echo{form, kind, secret})
	}
}

// echoed replaces what was seen under a name, or only secrets.
func (r *Redactor) echoed(s string, secrets bool) string {
	for _, e := range r.echoes {
		if secrets && !e.secret || r.off[e.kind] || !strings.Contains(s, e.value) {
			continue
		}
		replaced, _ := r.replace(e.kind, e.value)
		var b strings.Builder
		for rest, from := s, 0; ; {
			i := strings.Index(rest[from:], e.value)
			if i < 0 {
				b.WriteString(rest)
				break
			}
			start, end := from+i, from+i+len(e.value)
			if inWord(rest, start, end) && !e.secret {
				from = start + 1
				continue
			}
			b.WriteString(rest[:start] + replaced)
			rest, from = rest[end:], 0
		}
		s = b.String()
	}
	return s
}

// inWord says whether s[start:end] is only part of a word or a number.
func inWord(s string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:start])
	after, _ := utf8.DecodeRuneInString(s[end:])
	return wordy(before) || wordy(after)
}

func wordy(c rune) bool {
	return c == '_' || unicode.IsLetter(c) || unicode.IsMark(c) || unicode.IsDigit(c)
}

// text redacts text of any kind: what was seen elsewhere, then what has the form of
// a secret or of personal data.
func (r *Redactor) text(s string) string {
	if s == "" || r.public[s] {
		return s
	}
	s = r.echoed(s, false)
	var b strings.Builder
	last := 0
	for _, at := range apart.FindAllStringIndex(s, -1) {
		b.WriteString(r.patterns(s[last:at[0]]))
		if part := s[at[0]:at[1]]; strings.Contains(part, "://") {
			b.WriteString(r.link(part))
		} else {
			b.WriteString(part)
		}
		last = at[1]
	}
	b.WriteString(r.patterns(s[last:]))
	return b.String()
}

// patterns redacts what has the form of one of the kinds.
func (r *Redactor) patterns(s string) string {
	for _, k := range rules {
		if !k.formed() || r.off[k] {
			continue
		}
		var b strings.Builder
		last := 0
		for _, at := range k.in(s) {
			start, end := at[0], at[1]
			value := s[start:end]
			if inWord(s, start, end) || k.genuine != nil && !k.genuine(value) {
				continue
			}
			replaced, _ := r.replace(k, value)
			b.WriteString(s[last:start] + replaced)
			last = end
		}
		if last > 0 {
			s = b.String() + s[last:]
		}
	}
	return s
}
