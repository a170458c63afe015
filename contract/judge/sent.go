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

// CheckSent says how a received request differs from the documented one: its
// method, its path below base, each parameter of its query, its declared headers, its body, and
// headers that nobody asked for. e is nil for an operation without a body.
func CheckSent(op example.Operation, base string, params map[string]json.RawMessage, e *example.Entry, got Sent) []example.Fault {
	var all []example.Fault
	check := func(what, want, have string) {
		if want != have {
			all = append(all, example.Fault{Pointer: "(" + what + ")", Want: fmt.Sprintf("%q", want), Got: fmt.Sprintf("%q", have)})
		}
	}
	check("method", op.Method, got.Method)

	path, query, header := op.Path, url.Values{}, http.Header{}
	for _, p := range op.Parameters {
		v, ok := params[p.Name]
		if !ok {
			continue
		}
		switch p.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(plain(v)))
		case "query":
			query.Set(p.Name, plain(v))
		case "header":
			header.Set(p.Name, plain(v))
		}
	}
	check("path", base+path, got.URL.EscapedPath())
	sent, err := url.ParseQuery(got.URL.RawQuery)
	if err != nil {
		all = append(all, example.Fault{Pointer: "(query)", Want: fmt.Sprintf("%q", query.Encode()), Got: err.Error()})
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(query)), maps.Keys(sent))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !slices.Equal(query[name], sent[name]) {
			all = append(all, example.Fault{Pointer: "(query " + name + ")", Want: fmt.Sprintf("%q", query[name]), Got: fmt.Sprintf("%q", sent[name])})
		}
	}

	if e != nil {
		header.Set("Content-Type", e.MediaType())
		all = append(all, example.Compare(e.Value, got.Body)...)
	} else {
		check("body", "", string(got.Body))
	}
	for name, values := range header {
		if _, sent := got.Header[name]; !sent {
			all = append(all, example.Fault{Pointer: "(header " + name + ")", Want: fmt.Sprintf("%q", values[0]), Got: "no such header"})
			continue
		}
		check("header "+name, strings.Join(values, ", "), strings.Join(got.Header[name], ", "))
	}
	for name := range got.Header {
		if _, asked := header[name]; !asked && !slices.Contains(unasked, name) {
			check("header "+name, "", strings.Join(got.Header[name], ", "))
		}
	}
	return all
}

// plain is a parameter's value as it stands in a URL or a header.
func plain(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s
	}
	return string(v)
}
