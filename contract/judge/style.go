package judge

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/digilocker/contract/example"
)

// styles are those that OpenAPI has for a place of parameters, the default first.
var styles = map[string][]string{
	"path":   {"simple", "label", "matrix"},
	"query":  {"form", "spaceDelimited", "pipeDelimited", "deepObject"},
	"header": {"simple"},
	"cookie": {"form"},
}

// style of a parameter; the default where none was read from a document.
func style(p example.Parameter) string {
	if p.Style == "" && len(styles[p.In]) > 0 {
		return styles[p.In][0]
	}
	return p.Style
}

// transportHeaders are those that Go's transport writes itself, whatever a request says.
var transportHeaders = []string{"Host", "Content-Length", "Transfer-Encoding", "Trailer"}

const unsentNull = "OpenAPI does not say how null within a list or an object is written"

// Unsent says why no generated client sends the parameter with that value in its documented
// style: OpenAPI does not say how it is written, or the generator writes it otherwise. It is
// "" if clients send it.
func Unsent(p example.Parameter, value json.RawMessage) string {
	v := valueOf(value)
	switch s := style(p); {
	case p.In == "header" && slices.Contains(transportHeaders, http.CanonicalHeaderKey(p.Name)):
		return "Go writes the header itself"
	case p.Binary:
		return "the generator makes a file of the format binary, and writes base64 of it into a parameter"
	case p.MediaType != "" && !example.IsJSON(p.MediaType) && v.several():
		return "nothing says how it is written as " + p.MediaType
	case p.MediaType != "":
		return unsentText(p, value)
	case !slices.Contains(styles[p.In], s):
		return fmt.Sprintf("OpenAPI has no style %s in a %s", s, p.In)
	case s == "deepObject":
		return unsentDeep(p, value)
	case v.null:
		return unsentNull
	case !v.several() && (s == "spaceDelimited" || s == "pipeDelimited"):
		return fmt.Sprintf("OpenAPI has the style %s for lists alone", s)
	case !v.several():
		return unsentText(p, value)
	case len(v.items)+len(v.members) == 0:
		return "OpenAPI does not say how an empty list or object is written"
	case v.nested():
		return fmt.Sprintf("OpenAPI does not say how a list or an object within another is written in the style %s", s)
	case v.members != nil && (s == "spaceDelimited" || s == "pipeDelimited"):
		return fmt.Sprintf("the generator writes no object in the style %s", s)
	case s == "spaceDelimited" && !p.Explode && len(v.items) > 1:
		return "the generator leaves the spaces of the style spaceDelimited in the URL, which no server reads"
	case p.In == "cookie" && p.Explode:
		return "the generator writes no exploded list or object into a cookie"
	}
	return unsentText(p, value)
}

// unsentText says why what the parameter is written as does not travel where it belongs.
func unsentText(p example.Parameter, value json.RawMessage) string {
	switch p.In {
	case "path":
		if text := inPath(p, value); text == "." || text == ".." {
			return fmt.Sprintf("%q is no part of a path: it goes when the URL is resolved", text)
		}
	case "cookie":
		left := func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`";\`, r) }
		text := inLine(p, value)
		if at := strings.IndexFunc(text, left); at >= 0 && p.MediaType == "" {
			r, _ := utf8.DecodeRuneInString(text[at:])
			return fmt.Sprintf("Go leaves %q out of a cookie", r)
		}
	}
	return ""
}

func unsentDeep(p example.Parameter, value json.RawMessage) string {
	v := valueOf(value)
	switch {
	case v.null:
		return unsentNull
	case v.members == nil:
		return "OpenAPI has the style deepObject for objects alone"
	case len(v.members) == 0:
		return "OpenAPI does not say how an empty object is written"
	case !p.Explode:
		return "the generator writes a deepObject only exploded"
	}
	for _, member := range v.members {
		switch inner := valueOf(member); {
		case inner.items != nil:
			return "OpenAPI does not say how a list within a deepObject is written"
		case inner.members != nil:
			if why := unsentDeep(p, member); why != "" {
				return why
			}
		}
	}
	return ""
}

// parameterValue is the value of a parameter: a list, an object, or a single one.
type parameterValue struct {
	items   []json.RawMessage          // nil: it is no list
	members map[string]json.RawMessage // nil: it is no object
	single  string
	null    bool // null stands within it
}

func valueOf(value json.RawMessage) (v parameterValue) {
	switch {
	case value[0] == '[' && json.Unmarshal(value, &v.items) == nil:
	case value[0] == '{' && json.Unmarshal(value, &v.members) == nil:
	default:
		v.single = plain(value)
	}
	for _, inner := range slices.AppendSeq(slices.Clone(v.items), maps.Values(v.members)) {
		v.null = v.null || string(inner) == "null"
	}
	return v
}

// several says whether it is a list or an object.
func (v parameterValue) several() bool { return v.items != nil || v.members != nil }

// nested says whether a list or an object stands within it.
func (v parameterValue) nested() bool {
	for _, inner := range slices.AppendSeq(slices.Clone(v.items), maps.Values(v.members)) {
		if valueOf(inner).several() {
			return true
		}
	}
	return false
}

// parts are what it is written of, each one escaped: the value, the items, or the members in
// the order of their names, as name=value if exploded and one after the other if not.
func (v parameterValue) parts(explode bool, escape func(string) string) []string {
	var all []string
	for _, item := range v.items {
		all = append(all, escape(plain(item)))
	}
	for _, name := range slices.Sorted(maps.Keys(v.members)) {
		member := escape(plain(v.members[name]))
		if explode {
			all = append(all, escape(name)+"="+member)
		} else {
			all = append(all, escape(name), member)
		}
	}
	if !v.several() {
		all = append(all, escape(v.single))
	}
	return all
}

// inPath is the parameter as it stands in the path.
func inPath(p example.Parameter, value json.RawMessage) string {
	if p.MediaType != "" {
		return url.PathEscape(plainOrJSON(p, value))
	}
	v := valueOf(value)
	parts := v.parts(p.Explode, url.PathEscape)
	switch s := style(p); {
	case s == "label" && p.Explode:
		return "." + strings.Join(parts, ".")
	case s == "label":
		return "." + strings.Join(parts, ",")
	case s == "matrix" && p.Explode && v.members != nil:
		return ";" + strings.Join(parts, ";")
	case s == "matrix" && p.Explode:
		name := ";" + url.PathEscape(p.Name) + "="
		return name + strings.Join(parts, name)
	case s == "matrix":
		return ";" + url.PathEscape(p.Name) + "=" + strings.Join(parts, ",")
	}
	return strings.Join(parts, ",")
}

// inLine is the parameter as it stands in a header or a cookie.
func inLine(p example.Parameter, value json.RawMessage) string {
	if p.MediaType != "" {
		return plainOrJSON(p, value)
	}
	return strings.Join(valueOf(value).parts(p.Explode, func(s string) string { return s }), ",")
}

// plainOrJSON is the value of a parameter that is written in a media type.
func plainOrJSON(p example.Parameter, value json.RawMessage) string {
	if example.IsJSON(p.MediaType) {
		return string(value)
	}
	return plain(value)
}

// query is what a query says: of each name the values, and of each value the parts between
// the delimiters of its style.
type query map[string][][]string

// delimiters are what stands between the parts of a value, by the name of its parameter.
type delimiters map[string]string

// add adds a parameter as it has to arrive.
func (q query) add(p example.Parameter, value json.RawMessage, between delimiters) {
	v := valueOf(value)
	switch {
	case p.MediaType != "":
		q[p.Name] = append(q[p.Name], []string{plainOrJSON(p, value)})
	case style(p) == "deepObject":
		q.addDeep(p.Name, v)
	case !v.several():
		q[p.Name] = append(q[p.Name], []string{v.single})
	case p.Explode && v.members != nil:
		for name, member := range v.members {
			q[name] = append(q[name], []string{plain(member)})
		}
	case p.Explode:
		for _, item := range v.items {
			q[p.Name] = append(q[p.Name], []string{plain(item)})
		}
	default:
		q[p.Name] = append(q[p.Name], v.parts(false, func(s string) string { return s }))
		between[p.Name] = map[string]string{"pipeDelimited": "|", "spaceDelimited": " "}[style(p)]
		if between[p.Name] == "" {
			between[p.Name] = ","
		}
	}
}

// addDeep adds the members of an object as name[member].
func (q query) addDeep(name string, v parameterValue) {
	for member, value := range v.members {
		within := name + "[" + member + "]"
		if inner := valueOf(value); inner.members != nil {
			q.addDeep(within, inner)
		} else {
			q[within] = append(q[within], []string{inner.single})
		}
	}
}

// readQuery reads a query as it arrived. A delimiter that is escaped is part of a value, but
// for those that cannot stand in a URL as they are.
func readQuery(raw string, between delimiters) (query, error) {
	all := query{}
	_, err := url.ParseQuery(raw)
	for pair := range strings.SplitSeq(raw, "&") {
		if _, wrong := url.ParseQuery(pair); wrong != nil || pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, _ = url.QueryUnescape(name) // which was read before
		var parts []string
		switch delimiter := between[name]; delimiter {
		case "":
			parts = []string{value}
		case "|":
			parts = strings.Split(strings.NewReplacer("%7C", "|", "%7c", "|").Replace(value), delimiter)
		default:
			parts = strings.Split(value, delimiter)
		}
		for i := range parts {
			parts[i], _ = url.QueryUnescape(parts[i])
		}
		all[name] = append(all[name], parts)
	}
	return all, err
}

// texts are the values of a name, each with its delimiters.
func (q query) texts(name string, between delimiters) []string {
	var all []string
	for _, parts := range q[name] {
		all = append(all, strings.Join(parts, between[name]))
	}
	return all
}
