package redact

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// apart are the parts of a text that are read on their own: URLs, and UUIDs, whose
// digits are no numbers.
var apart = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://[^\s"'<>\\]+|\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b`)

// standards is where the names of XML lie, which are URLs too.
const standards = "www.w3.org"

// link redacts a URL in a text. Its host stays.
func (r *Redactor) link(s string) string {
	rest, fragment, hasFragment := strings.Cut(s, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	scheme, rest, _ := strings.Cut(rest, "://")
	host, path := rest, ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		host, path = rest[:i], rest[i:]
	}
	if host == standards {
		return s
	}
	if i := strings.LastIndexByte(host, '@'); i >= 0 && !r.off[credential] {
		host = mark + host[i:]
	}
	s = scheme + "://" + host + r.path(path)
	if hasQuery {
		s += "?" + r.query(query)
	}
	if hasFragment {
		s += "#" + r.query(fragment)
	}
	return s
}

var (
	uuid      = regexp.MustCompile(`^(?i:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})$`)
	token     = regexp.MustCompile(`^[\w~=-]{8,}$`)
	extension = regexp.MustCompile(`\.[a-z0-9]{2,5}$`)
)

// isToken says whether a part of a path, or an unknown parameter, looks like a
// secret: letters and digits at random. A UUID is an id.
func isToken(s string) bool {
	return token.MatchString(s) && !uuid.MatchString(s) && strings.ContainsAny(s, "0123456789") &&
		strings.ContainsAny(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz")
}

// path redacts an escaped path.
func (r *Redactor) path(escaped string) string {
	parts := strings.Split(escaped, "/")
	for i, part := range parts {
		plain, err := url.PathUnescape(part)
		if err != nil {
			plain = part
		}
		ending := extension.FindString(plain)
		redacted := r.text(plain)
		if stem := strings.TrimSuffix(plain, ending); redacted == plain && !r.public[plain] && isToken(stem) && !r.off[link] {
			redacted, _ = r.replace(link, stem)
			redacted += ending
		}
		if redacted != plain {
			parts[i] = url.PathEscape(redacted)
		}
	}
	return strings.Join(parts, "/")
}

// query redacts a query, a form or a fragment.
func (r *Redactor) query(escaped string) string {
	pairs := strings.Split(escaped, "&")
	for i, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			name, value = "", pair
		}
		plainName, err := url.QueryUnescape(name)
		if err != nil {
			plainName = name
		}
		plainValue, err := url.QueryUnescape(value)
		if err != nil {
			plainValue = value
		}
		redacted := r.parameter(plainName, plainValue)
		if redacted == plainValue {
			continue
		}
		if pairs[i] = url.QueryEscape(redacted); ok {
			pairs[i] = name + "=" + pairs[i]
		}
	}
	return strings.Join(pairs, "&")
}

func (r *Redactor) parameter(name, value string) string {
	kind := r.kindOf("", name)
	secret := kind == nil && isToken(value) || (kind == nil || kind == stays) && secretQuery.MatchString(plain(name))
	if value == "" || r.public[value] || !secret || r.off[link] {
		return r.scalar("", name, value)
	}
	replaced, _ := r.replace(link, value)
	return replaced
}

// json redacts valid JSON, of which it keeps all bytes but those of the values.
func (r *Redactor) json(s string) string {
	w := &jsonWriter{r: r, in: s}
	w.value("", "")
	return w.out.String() + w.in
}

// jsonWriter goes through valid JSON: in is what it has not copied yet.
type jsonWriter struct {
	r   *Redactor
	in  string
	out strings.Builder
}

// value copies a value, redacted, and what follows it up to the next.
func (w *jsonWriter) value(parent, name string) {
	w.copy(len(w.in) - len(strings.TrimLeft(w.in, " \t\r\n")))
	switch opening := w.in[0]; opening {
	case '{', '[':
		label, by := "", ""
		if opening == '{' {
			label, by = w.labelled()
		}
		w.skip(1)
		for w.in[0] != '}' && w.in[0] != ']' {
			if opening == '[' {
				w.value(parent, name) // of an array of objects, the members' parent is what the array is called
			} else {
				var key string
				raw := w.take()
				_ = json.Unmarshal([]byte(raw), &key) // it is valid
				w.string(raw, key, w.r.text(key))
				w.skip(0)
				w.skip(1) // the colon
				switch {
				case label != "" && values.MatchString(key):
					w.value(name, label) // it is what the label calls it
				case label != "" && key == by && w.in[0] == '"':
					w.copy(len(jsonScalar.FindString(w.in))) // a word for a member, and no name of a person
				default:
					w.value(name, key)
				}
			}
			if w.skip(0); w.in[0] == ',' {
				w.skip(1)
			}
		}
		w.copy(1)
	default:
		w.scalar(parent, name, w.take())
	}
}

var (
	labels = regexp.MustCompile(`(?i)^(?:field|name|key|param(?:eter)?|member|property|label|attr(?:ibute)?|id)` +
		`(?:_?(?:name|id|key))?$`)
	values = regexp.MustCompile(`(?i)(?:val(?:ue)?|content|answer)s?$`)
)

// labelled is the text of a member that says what the member value of the same object is,
// as in {"field":"full_name","value":"..."}, and the name of that member; "" if there is none
// of a known kind, or no such value.
func (w *jsonWriter) labelled() (label, by string) {
	var object map[string]json.RawMessage
	if json.NewDecoder(strings.NewReader(w.in)).Decode(&object) != nil {
		return "", ""
	}
	all := slices.Sorted(maps.Keys(object))
	if !slices.ContainsFunc(all, values.MatchString) {
		return "", ""
	}
	for _, by := range all {
		if labels.MatchString(by) && json.Unmarshal(object[by], &label) == nil {
			if kind := w.r.kindOf("", label); kind != nil && kind != stays {
				return label, by
			}
		}
	}
	return "", ""
}

// copy copies n bytes, and skip the white space behind them too.
func (w *jsonWriter) copy(n int) {
	w.out.WriteString(w.in[:n])
	w.in = w.in[n:]
}

func (w *jsonWriter) skip(n int) {
	w.copy(n)
	w.copy(len(w.in) - len(strings.TrimLeft(w.in, " \t\r\n")))
}

var jsonScalar = regexp.MustCompile(`^(?:"(?:[^"\\]|\\.)*"|[^\s,\]}]+)`)

// take takes a scalar or a member's name out of the input.
func (w *jsonWriter) take() string {
	raw := jsonScalar.FindString(w.in)
	w.in = w.in[len(raw):]
	return raw
}

// string writes a text: as it was, if nothing was redacted.
func (w *jsonWriter) string(raw, plain, redacted string) {
	if redacted == plain {
		w.out.WriteString(raw)
		return
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(redacted) // a text always has JSON
	w.out.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

func (w *jsonWriter) scalar(parent, name, raw string) {
	switch raw[0] {
	case '"':
		var plain string
		_ = json.Unmarshal([]byte(raw), &plain) // it is valid
		w.string(raw, plain, w.r.scalar(parent, name, plain))
	case 't', 'f', 'n':
		w.out.WriteString(raw)
	default:
		w.out.WriteString(w.r.number(parent, name, raw))
	}
}

// number redacts a JSON number, which stays one. A replacement that is none becomes
// a number of its own.
func (r *Redactor) number(parent, name, raw string) string {
	redacted := r.scalar(parent, name, raw)
	if json.Valid([]byte(redacted)) {
		return redacted
	}
	if n, err := strconv.Atoi(raw); err == nil && n >= 1e9 && n < 1e9+1000 {
		return raw // is one already
	}
	_, _ = r.replace(number, raw)
	return strconv.Itoa(1e9 + r.seen[number][raw]%1000)
}

// member is one of JSON that is broken elsewhere.
var member = regexp.MustCompile(`"([\w-]+)"(\s*:\s*")((?:[^"\\]|\\.)*)"`)

// pairs redacts the members in a text, by their names.
func (r *Redactor) pairs(s string) string {
	return member.ReplaceAllStringFunc(s, func(pair string) string {
		m := member.FindStringSubmatch(pair)
		if redacted := r.scalar("", m[1], m[3]); redacted != m[3] {
			return `"` + m[1] + `"` + m[2] + redacted + `"`
		}
		return pair
	})
}

var (
	markup    = regexp.MustCompile(`(?s)<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+|<`)
	element   = regexp.MustCompile(`^<(/?)(?:[\w.-]+:)?([\w.-]+)`)
	attribute = regexp.MustCompile(`(?s)([\w:.-]+)(\s*=\s*)("[^"]*"|'[^']*')`)
)

// xml redacts XML, well-formed or not: its attributes and texts.
func (r *Redactor) xml(s string) string {
	open := []string{"", ""} // the names of the elements around
	return markup.ReplaceAllStringFunc(s, func(part string) string {
		parent, name := open[len(open)-2], open[len(open)-1]
		tag := element.FindStringSubmatch(part)
		switch {
		case strings.HasPrefix(part, "<![CDATA["):
			text := strings.TrimSuffix(strings.TrimPrefix(part, "<![CDATA["), "]]>")
			return "<![CDATA[" + r.scalar(parent, name, text) + "]]>"
		case part[0] != '<':
			return r.markedUp(parent, name, part)
		case tag == nil:
			return r.text(part)
		case tag[1] == "/":
			if len(open) > 2 {
				open = open[:len(open)-1]
			}
			return part
		case !strings.HasSuffix(part, "/>"):
			open = append(open, tag[2])
		}
		return attribute.ReplaceAllStringFunc(part, func(a string) string {
			m := attribute.FindStringSubmatch(a)
			if m[1] == "xmlns" || strings.HasPrefix(m[1], "xmlns:") {
				return a
			}
			quote := m[3][:1]
			return m[1] + m[2] + quote + r.markedUp(tag[2], m[1][strings.IndexByte(m[1], ':')+1:], strings.Trim(m[3], quote)) + quote
		})
	})
}

// markedUp redacts text with entities.
func (r *Redactor) markedUp(parent, name, s string) string {
	plain := html.UnescapeString(s)
	redacted := r.scalar(parent, name, plain)
	if redacted == plain {
		return s
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(redacted)) // a strings.Builder takes everything
	return b.String()
}
