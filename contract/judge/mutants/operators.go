// Package mutants measures how many wrong answers, and wrong requests, a judgement
// catches: it changes a right one at one point, in each way that a provider, a proxy
// or a client may get it wrong, and counts which of the changed ones are accepted.
package mutants

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"example.com/digilocker/contract/judge"
	"example.com/digilocker/specs/document"
)

// Operator is a way to get an answer or a request wrong.
type Operator string

// The operators. Those up to Cut change a body.
const (
	Drop          Operator = "member dropped"
	Null          Operator = "null"
	Rename        Operator = "member renamed"
	MisspeltName  Operator = "member misspelt"
	Added         Operator = "member added"
	Twice         Operator = "member twice"
	WrongType     Operator = "wrong type"
	NumberText    Operator = "number or text"
	Empty         Operator = "empty text"
	EnumValue     Operator = "other enum value"
	Case          Operator = "other case"
	Misspelt      Operator = "text misspelt"
	Length        Operator = "length off by one"
	Flipped       Operator = "boolean flipped"
	Negative      Operator = "sign of a number"
	Emptied       Operator = "array or object emptied"
	ItemTwice     Operator = "item twice"
	DateOrder     Operator = "date order"
	Mask          Operator = "mask broken"
	CodeOrMessage Operator = "other documented code or message"
	NoCode        Operator = "code that nobody documented"
	Scheme        Operator = "link of another scheme"
	Blank         Operator = "space before a clock"
	ToCome        Operator = "birth to come"
	Gender        Operator = "gender in another spelling"
	SameID        Operator = "id twice in a list"
	Cut           Operator = "body cut"

	Status    Operator = "other status"
	MediaType Operator = "other media type"
	NoWait    Operator = "wait that is none"
	NoQuota   Operator = "quota that is none"

	Method      Operator = "other method"
	Path        Operator = "other path"
	Query       Operator = "other query"
	DropHeader  Operator = "header dropped"
	HeaderValue Operator = "other header value"
	HeaderName  Operator = "other header name"
	AddedHeader Operator = "header added"
)

// About is what must be known of an answer to change it.
type About struct {
	// Enum has the values that the schema allows at a pointer; none if any.
	Enum func(pointer string) []string
	// Optional says whether the member at a pointer may be absent, or null; without is
	// the body without it. Variations ask for it.
	Optional func(pointer string, without json.RawMessage) bool
	// Codes and Messages are the pointers of what says which answer it is.
	Codes, Messages []string
	// Others are all bodies documented for the operation, Statuses all statuses.
	Others   []json.RawMessage
	Statuses []int
}

// Answer is an answer changed at one point. Pointer leads into the body, or is
// (status) or (header NAME); of a member that was added or renamed it is its own.
type Answer struct {
	Operator Operator
	Pointer  string
	// Null says that what was changed is null, or a member that is.
	Null bool
	judge.Answer
}

// Answers are the mutants of an answer, each different from it. The body is JSON.
func Answers(a judge.Answer, about About) []Answer {
	var all []Answer
	add := func(o Operator, pointer string, change func(*judge.Answer)) {
		one := judge.Answer{Status: a.Status, Header: a.Header.Clone(), Body: a.Body}
		change(&one)
		all = append(all, Answer{Operator: o, Pointer: pointer, Answer: one})
	}
	for _, b := range bodies(a.Body, about) {
		add(b.operator, b.pointer, func(one *judge.Answer) { one.Body = b.text })
		all[len(all)-1].Null = b.null
	}
	for _, status := range statuses(a.Status, about.Statuses) {
		add(Status, "(status)", func(one *judge.Answer) { one.Status = status })
	}
	for _, mediaType := range mediaTypes(a.Header.Get(contentType)) {
		add(MediaType, "(header "+contentType+")", func(one *judge.Answer) { set(one.Header, contentType, mediaType) })
	}
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		if name != contentType {
			add(DropHeader, "(header "+name+")", func(one *judge.Answer) { one.Header.Del(name) })
			add(HeaderValue, "(header "+name+")", func(one *judge.Answer) { one.Header.Set(name, "soon") })
		}
	}
	return append(all, ofWaiting(a)...)
}

const contentType = "Content-Type"

// set sets a header, or removes it if the value is empty.
func set(h http.Header, name, value string) {
	h.Del(name)
	if value != "" {
		h.Set(name, value)
	}
}

// statuses are those to get instead of one: every other documented one, those that
// are often mixed up with it, and an outage.
func statuses(status int, documented []int) []int {
	all := append([]int{http.StatusInternalServerError, http.StatusNoContent, status + 1, status - 1}, documented...)
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(s int) bool { return s == status || s < 200 })
}

// mediaTypes are those to get instead of one; "" is none.
func mediaTypes(header string) []string {
	plain, _, err := mime.ParseMediaType(header)
	all := []string{"", "text/html; charset=utf-8", "text/plain", "application/xml", "application/problem+json"}
	if err == nil {
		all = append(all, plain+"; charset=iso-8859-1")
	}
	return all
}

// Request is a request changed at one point. Pointer is as in an Answer, or (method),
// (path), (query NAME).
type Request struct {
	Operator Operator
	Pointer  string
	Sent
}

// Sent is a request as it goes out.
type Sent struct {
	Method string
	URL    *url.URL
	Header http.Header
	Body   []byte
}

func (s Sent) clone() Sent {
	u := *s.URL
	return Sent{s.Method, &u, s.Header.Clone(), s.Body}
}

// Requests are the mutants of a request whose path below the base has these
// parameters, by name, and whose headers are those that somebody set. The body is
// JSON or empty.
func Requests(s Sent, base string, about About) []Request {
	var all []Request
	add := func(o Operator, pointer string, change func(*Sent)) {
		one := s.clone()
		change(&one)
		all = append(all, Request{o, pointer, one})
	}
	if len(s.Body) > 0 {
		for _, b := range bodies(s.Body, about) {
			add(b.operator, b.pointer, func(one *Sent) { one.Body = b.text })
		}
		for _, mediaType := range mediaTypes(s.Header.Get(contentType)) {
			add(MediaType, "(header "+contentType+")", func(one *Sent) { set(one.Header, contentType, mediaType) })
		}
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		if method != s.Method {
			add(Method, "(method)", func(one *Sent) { one.Method = method })
		}
	}
	for _, path := range paths(strings.TrimPrefix(s.URL.EscapedPath(), base)) {
		add(Path, "(path)", func(one *Sent) {
			one.URL.RawPath = base + path
			one.URL.Path, _ = url.PathUnescape(one.URL.RawPath) // it was made of escaped segments
		})
	}
	for _, name := range slices.Sorted(maps.Keys(s.URL.Query())) {
		value := s.URL.Query().Get(name)
		for _, change := range []func(url.Values){
			func(q url.Values) { q.Del(name) },
			func(q url.Values) { q.Set(name, "") },
			func(q url.Values) { q.Set(name, off(value)) },
			func(q url.Values) { q.Add(name, value) },
			func(q url.Values) { q.Del(name); q.Set(other(name), value) },
		} {
			add(Query, "(query "+name+")", func(one *Sent) {
				q := one.URL.Query()
				change(q)
				one.URL.RawQuery = q.Encode()
			})
		}
	}
	add(Query, "(query "+extra+")", func(one *Sent) {
		q := one.URL.Query()
		q.Set(extra, "1")
		one.URL.RawQuery = q.Encode()
	})
	for _, name := range slices.Sorted(maps.Keys(s.Header)) {
		if name == contentType {
			continue
		}
		pointer, value := "(header "+name+")", s.Header.Get(name)
		add(DropHeader, pointer, func(one *Sent) { one.Header.Del(name) })
		add(HeaderValue, pointer, func(one *Sent) { one.Header.Set(name, off(value)) })
		add(HeaderName, pointer, func(one *Sent) { one.Header.Del(name); one.Header.Set(name+"-Value", value) })
		if value != "" {
			add(HeaderValue, pointer, func(one *Sent) { one.Header.Set(name, "") })
		}
	}
	add(AddedHeader, "(header "+extraHeader+")", func(one *Sent) { one.Header.Set(extraHeader, "1") })
	return all
}

// extra is the name of what nobody documented.
const (
	extra       = "unheard"
	extraHeader = "X-Unheard"
)

// paths are those to send to instead of one: each segment misspelt, dropped or
// repeated, and one more.
func paths(path string) []string {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	var all []string
	for i, segment := range segments {
		for _, instead := range [][]string{{off(segment)}, {}, {segment, segment}} {
			changed := "/" + strings.Join(slices.Concat(segments[:i], instead, segments[i+1:]), "/")
			if !slices.Contains(all, changed) {
				all = append(all, changed)
			}
		}
	}
	return append(all, path+"/", path+"/"+extra)
}

// body is a body changed at one point.
type body struct {
	operator Operator
	pointer  string
	text     []byte
	null     bool // what was changed
}

// bodies are the mutants of a JSON text.
func bodies(text []byte, about About) []body {
	var all []body
	made, null := map[string]bool{string(text): true}, false
	splice := func(o Operator, pointer string, start, end int, with string) {
		changed := slices.Concat(text[:start], []byte(with), text[end:])
		if !made[string(changed)] && (o == Cut || json.Valid(changed)) {
			made[string(changed)] = true
			all = append(all, body{o, pointer, changed, null})
		}
	}
	for _, p := range points(text) {
		null = p.kind == 'n'
		if p.member != nil {
			names(text, p, splice)
		}
		for _, v := range values(text, p, about) {
			pointer := p.pointer
			if v.operator == Added {
				pointer = document.Pointer(pointer, extra)
			}
			splice(v.operator, pointer, p.start, p.end, v.text)
		}
	}
	null = false
	splice(Cut, "", len(text)/2, len(text), "")
	splice(Cut, "", 0, len(text), "")
	splice(Cut, "", len(text)-1, len(text), "")
	return all
}

// names changes a member as such.
func names(text []byte, p *point, splice func(o Operator, pointer string, start, end int, with string)) {
	m := p.member
	value := string(text[p.start:p.end])
	holder := document.Tokens(p.pointer)
	holder = holder[:len(holder)-1]
	splice(Drop, p.pointer, 0, len(text), string(without(text, p)))
	named := func(o Operator, name string) {
		splice(o, document.Pointer("", append(slices.Clone(holder), name)...), m.start, m.end, quoted(name)+":"+value)
	}
	named(Rename, other(m.name))
	named(Rename, flipped(m.name))
	named(MisspeltName, misspelt(m.name))
	splice(Twice, p.pointer, m.end, m.end, ","+quoted(m.name)+":"+value)
}

// instead is what is put in the place of a value.
type instead struct {
	operator Operator
	text     string
}

// values are what can stand instead of the value at p.
func values(text []byte, p *point, about About) []instead {
	value := string(text[p.start:p.end])
	var all []instead
	add := func(o Operator, texts ...string) {
		for _, t := range texts {
			all = append(all, instead{o, t})
		}
	}
	if p.kind != 'n' && p.pointer != "" {
		add(Null, "null")
	}
	switch p.kind {
	case '{':
		add(WrongType, `"text"`, "["+value+"]")
		added := quoted(extra) + `:"text"`
		if p.size == 0 {
			add(Added, "{"+added+"}")
			break
		}
		add(Emptied, "{}")
		add(Added, "{"+added+","+value[1:], value[:len(value)-1]+","+quoted(extra)+":1}")
	case '[':
		add(WrongType, `"text"`, "{}")
		if p.size > 0 {
			first := string(text[p.first.start:p.first.end])
			add(Emptied, "[]")
			add(WrongType, first)
			add(ItemTwice, "["+first+","+value[1:])
			add(SameID, sameIDs(text[p.start:p.end])...)
		}
	case '"':
		all = append(all, texts(p, about)...)
	case 't':
		add(Flipped, strconv.FormatBool(value == "false"))
		add(NumberText, quoted(value))
		add(WrongType, "1", "{}")
	case 'n':
		add(WrongType, `"text"`, "1")
	default:
		add(NumberText, quoted(value))
		add(WrongType, "true", "["+value+"]", "{}")
		add(Length, value+"0")
		if len(strings.TrimLeft(value, "-")) > 1 {
			add(Length, value[:len(value)-1])
		}
		add(Negative, "-"+cmp.Or(strings.Trim(value, "-0"), "1"))
		all = append(all, documented(p, about)...)
	}
	return all
}

// texts are what can stand instead of a text.
func texts(p *point, about About) []instead {
	all := documented(p, about)
	add := func(o Operator, texts ...string) {
		for _, t := range texts {
			all = append(all, instead{o, t})
		}
	}
	say := func(o Operator, texts ...string) {
		for _, t := range texts {
			add(o, quoted(t))
		}
	}
	add(WrongType, "true", "["+quoted(p.text)+"]", "{}")
	if json.Valid([]byte(p.text)) && number.MatchString(p.text) {
		add(NumberText, p.text)
	} else {
		add(NumberText, "17")
	}
	say(Empty, "")
	if p.text == "" {
		say(Length, "x")
		return all
	}
	for _, operator := range ofText {
		say(operator.name, operator.texts(p)...)
	}
	say(Case, strings.ToUpper(p.text), strings.ToLower(p.text))
	say(Misspelt, misspelt(p.text))
	letters := []rune(p.text)
	say(Length, string(letters[:len(letters)-1]), p.text+string(letters[len(letters)-1]))
	if parts := date.FindStringSubmatch(p.text); parts != nil {
		a, sep, b, c, rest := parts[1], parts[2], parts[3], parts[4], parts[5]
		say(DateOrder, c+sep+b+sep+a+rest, b+sep+a+sep+c+rest, a+sep+c+sep+b+rest)
	}
	if masked.MatchString(p.text) {
		shown := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) || r == '-' {
				return r
			}
			return '0'
		}, p.text)
		first := strings.IndexAny(p.text, "xX*")
		say(Mask, shown, p.text[:first]+"0"+p.text[first+1:])
	}
	return all
}

// documented are other values that the documents have for the place.
func documented(p *point, about About) []instead {
	var all []instead
	if at := document.General(p.pointer); slices.Contains(about.Codes, at) || slices.Contains(about.Messages, at) {
		for _, other := range about.Others {
			if value := valueAt(other, p.pointer); value != "" {
				all = append(all, instead{CodeOrMessage, value})
			}
		}
	}
	if about.Enum == nil || p.kind != '"' {
		return all
	}
	values := about.Enum(p.pointer)
	for _, value := range values {
		all = append(all, instead{EnumValue, quoted(value)})
	}
	if len(values) > 0 {
		all = append(all, instead{EnumValue, quoted("UNHEARD_OF")})
	}
	return all
}

// valueAt is the scalar that a JSON text has at the pointer, as written; "" if none.
func valueAt(text []byte, pointer string) string {
	for _, p := range points(text) {
		if p.pointer == pointer && p.kind != '{' && p.kind != '[' {
			return string(text[p.start:p.end])
		}
	}
	return ""
}

var (
	number = regexp.MustCompile(`^\d+$`)
	date   = regexp.MustCompile(`^(\d{2}|\d{4})([-/])(\d{2})[-/](\d{2}|\d{4})(\D.*)?$`)
	masked = regexp.MustCompile(`^[\dxX*-]*[xX*]{4,}[\dxX*-]*$`)
)

// quoted is a text in JSON.
func quoted(text string) string {
	b, _ := json.Marshal(text) // a string
	return string(b)
}

// misspelt has two neighbours in the wrong order: the first two in or after the
// middle that differ, or else before it. A text of equal letters gets one more.
func misspelt(text string) string {
	r := []rune(text)
	for i := range r {
		j := (len(r)/2 + i) % len(r)
		if j+1 < len(r) && r[j] != r[j+1] {
			r[j], r[j+1] = r[j+1], r[j]
			return string(r)
		}
	}
	return text + "x"
}

// other is a name in the other convention: snake_case for camelCase, and the reverse.
func other(name string) string {
	var b strings.Builder
	up := false
	for i, r := range name {
		switch {
		case r == '_' || r == '-':
			up = true
		case up:
			b.WriteRune(unicode.ToUpper(r))
			up = false
		case unicode.IsUpper(r) && i > 0:
			fmt.Fprintf(&b, "_%c", unicode.ToLower(r))
		default:
			b.WriteRune(r)
		}
	}
	if b.String() == name {
		return name + "_value"
	}
	return b.String()
}

// flipped has its first letter in the other case.
func flipped(name string) string {
	r := []rune(name)
	if len(r) == 0 {
		return "x"
	}
	if unicode.IsUpper(r[0]) {
		r[0] = unicode.ToLower(r[0])
	} else {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}

// off is a value that is nearly the same.
func off(value string) string {
	if value == "" {
		return "x"
	}
	return misspelt(value)
}
