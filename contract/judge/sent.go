package judge

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// Sent is a request as a server received it.
type Sent struct {
	Method string
	URL    *url.URL
	Header http.Header
	Body   []byte
}

// Receive reads all of r.
func Receive(r *http.Request) (Sent, error) {
	body, err := io.ReadAll(r.Body)
	return Sent{Method: r.Method, URL: r.URL, Header: r.Header.Clone(), Body: body}, err
}

// unasked are the headers that Go's transport adds to any request.
var unasked = []string{"Host", "User-Agent", "Accept-Encoding", "Content-Length"}

// CheckSent says how a received request differs from the documented one: its method, its
// address, which to a server is a path below base and no more than that, each parameter in its
// documented style, its declared headers, its body, and headers that nobody asked for. e is
// nil for an operation without a body.
func CheckSent(
	op example.Operation, base string, params map[string]json.RawMessage, e *example.Entry, got Sent,
) []example.Fault {
	var all []example.Fault
	check := func(what, want, have string) {
		if want != have {
			all = append(all, unlike("("+what+")", want, have))
		}
	}
	check("method", op.Method, got.Method)
	check("scheme", "", got.URL.Scheme)
	check("host", "", got.URL.Host)
	if got.URL.User != nil {
		all = append(all, example.Fault{Pointer: "(host)", Want: "the host alone", Got: "a user before it"})
	}
	if got.URL.ForceQuery {
		all = append(all, unlike("(query)", "", "?"))
	}

	path, fixed, _ := behindPath(op.Path)
	wanted, between, header, cookies := query{}, delimiters{}, http.Header{}, map[string]string{}
	for name, values := range fixed {
		for _, value := range values {
			wanted[name] = append(wanted[name], []string{value})
		}
	}
	written := map[string]string{} // parts of the path, by the name in braces
	for _, p := range op.Parameters {
		v, ok := params[p.Name]
		if !ok {
			continue
		}
		switch p.In {
		case "path":
			written[p.Name] = inPath(p, v)
		case "query":
			wanted.add(p, v, between)
		case "header":
			header.Set(p.Name, inLine(p, v))
		case "cookie":
			cookies[p.Name] = inLine(p, v)
		}
	}
	check("path", base+filled(path, written), got.URL.EscapedPath())
	all = append(all, checkQuery(op, wanted, between, got.URL.RawQuery)...)
	all = append(all, checkCookies(op, cookies, got.Header)...)

	if e != nil {
		if header.Get("Content-Type") == "" { // else a parameter says it
			header.Set("Content-Type", e.MediaType())
		}
		all = append(all, checkSentBody(*e, got.Body)...)
	} else {
		check("body", "", string(got.Body))
	}
	for name, values := range header {
		if _, sent := got.Header[name]; !sent {
			missing := example.Fault{Pointer: "(header " + name + ")",
				Want: fmt.Sprintf("%q", values[0]), Got: "no such header"}
			all = append(all, missing)
			continue
		}
		have := strings.Join(got.Header[name], ", ")
		if i := slices.IndexFunc(op.Parameters, func(p example.Parameter) bool {
			return p.In == "header" && http.CanonicalHeaderKey(p.Name) == name
		}); i >= 0 && sameJSON(op.Parameters[i], values[0], have) {
			continue
		}
		check("header "+name, strings.Join(values, ", "), have)
	}
	for name := range got.Header {
		if _, asked := header[name]; !asked && !slices.Contains(unasked, name) && name != "Cookie" {
			check("header "+name, "", strings.Join(got.Header[name], ", "))
		}
	}
	return all
}

// unlike is the fault of a text, or of several, that are not the wanted ones.
func unlike(pointer string, want, got any) example.Fault {
	return example.Fault{Pointer: pointer, Want: fmt.Sprintf("%q", want), Got: fmt.Sprintf("%q", got)}
}

// filled is the path with the parameters in it.
func filled(path string, written map[string]string) string {
	var b strings.Builder
	last := 0
	for _, at := range inBraces.FindAllStringIndex(path, -1) {
		b.WriteString(literal(path[last:at[0]]))
		if part, said := written[path[at[0]+1:at[1]-1]]; said {
			b.WriteString(part)
		} else {
			b.WriteString(path[at[0]:at[1]])
		}
		last = at[1]
	}
	return b.String() + literal(path[last:])
}

// sameJSON says whether a parameter is written as JSON, and arrived as the same value.
func sameJSON(p example.Parameter, want, got string) bool {
	return example.IsJSON(p.MediaType) && len(example.Compare(json.RawMessage(want), json.RawMessage(got))) == 0
}

// checkQuery compares a query with the wanted one, name by name.
func checkQuery(op example.Operation, wanted query, between delimiters, raw string) []example.Fault {
	var all []example.Fault
	sent, err := readQuery(raw, between)
	if err != nil {
		names := fmt.Sprintf("%q", slices.Sorted(maps.Keys(wanted)))
		all = append(all, example.Fault{Pointer: "(query)", Want: names, Got: err.Error()})
	}
	inJSON := map[string]example.Parameter{}
	for _, p := range op.Parameters {
		if p.In == "query" && p.MediaType != "" {
			inJSON[p.Name] = p
		}
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(wanted)), maps.Keys(sent))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		want, got := wanted.texts(name, between), sent.texts(name, between)
		same := slices.EqualFunc(wanted[name], sent[name], slices.Equal)
		if p, found := inJSON[name]; found && len(want) == 1 && len(got) == 1 {
			same = same || sameJSON(p, want[0], got[0])
		}
		if !same {
			all = append(all, unlike("(query "+name+")", want, got))
		}
	}
	return all
}

// checkCookies compares the cookies of a request with the wanted ones.
func checkCookies(op example.Operation, wanted map[string]string, header http.Header) []example.Fault {
	var all []example.Fault
	sent := map[string][]string{}
	for _, cookie := range (&http.Request{Header: header}).Cookies() {
		sent[cookie.Name] = append(sent[cookie.Name], cookie.Value)
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(wanted)), maps.Keys(sent))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		var want []string
		if value, said := wanted[name]; said {
			want = []string{value}
		}
		if slices.Equal(want, sent[name]) {
			continue
		}
		i := slices.IndexFunc(op.Parameters,
			func(p example.Parameter) bool { return p.In == "cookie" && p.Name == name })
		if i >= 0 && len(want) == 1 && len(sent[name]) == 1 {
			if plain, err := url.QueryUnescape(sent[name][0]); err == nil &&
				sameJSON(op.Parameters[i], want[0], plain) {
				continue
			}
		}
		all = append(all, unlike("(cookie "+name+")", want, sent[name]))
	}
	return all
}

// checkSentBody compares a body with the documented one, as its media type is written.
func checkSentBody(e example.Entry, got []byte) []example.Fault {
	switch mediaType := e.MediaType(); {
	case example.IsJSON(mediaType):
		return example.Compare(e.Value, got)
	case isForm(mediaType) && e.Value[0] == '{':
		return checkForm(e.Value, got)
	}
	want, err := Written(e.MediaType(), e.Value)
	switch {
	case err != nil:
		return []example.Fault{{Want: "an example that can be sent", Got: err.Error()}}
	case string(want) != string(got):
		return []example.Fault{{Want: fmt.Sprintf("byte for byte: %q", want), Got: fmt.Sprintf("%q", got)}}
	}
	return nil
}

// checkForm compares a form with the object that is documented, member by member.
func checkForm(value json.RawMessage, body []byte) []example.Fault {
	want, err := formOf(value)
	if err != nil {
		return []example.Fault{{Want: "a form", Got: err.Error()}}
	}
	got, err := url.ParseQuery(string(body))
	if err != nil {
		return []example.Fault{{Want: "a form", Got: err.Error()}}
	}
	var all []example.Fault
	names := slices.AppendSeq(slices.Collect(maps.Keys(want)), maps.Keys(got))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !slices.Equal(want[name], got[name]) {
			all = append(all, unlike(document.Pointer("", name), want[name], got[name]))
		}
	}
	return all
}
