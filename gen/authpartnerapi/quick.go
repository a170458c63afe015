package authpartnerapi

import (
	"bytes"
	"encoding"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/oapi-codegen/runtime"
)

// quicken.go puts these functions in the place of calls that the generator
// writes. They return the same with less work, and leave to the former what is not so simple.

// quickDecode is full, which is json.Unmarshal, but for an object that may be of several types.
// That is kept as it came: the As method of one of them is the first to read it, and to refuse
// what is no JSON.
func quickDecode(full func([]byte, any) error, body []byte, dest any) error {
	text := bytes.Trim(body, " \t\r\n")
	union, ok := dest.(json.Unmarshaler)
	if _, raw := dest.(*json.RawMessage); ok && !raw &&
		bytes.HasPrefix(text, []byte("{")) && bytes.HasSuffix(text, []byte("}")) {
		return union.UnmarshalJSON(text)
	}
	return full(body, dest)
}

// quickRead is full, which is io.ReadAll, but for a body whose length is known, for which there
// is room at once, and for one that is in memory, which has a method Bytes and is not copied.
func quickRead(full func(io.Reader) ([]byte, error), rsp *http.Response) ([]byte, error) {
	const most = 1 << 20 // bytes that a header alone is believed
	if whole, ok := rsp.Body.(interface{ Bytes() []byte }); ok {
		return whole.Bytes(), nil
	}
	if rsp.ContentLength <= 0 || rsp.ContentLength > most {
		return full(rsp.Body)
	}
	body := bytes.NewBuffer(make([]byte, 0, rsp.ContentLength+bytes.MinRead))
	_, err := body.ReadFrom(rsp.Body)
	return body.Bytes(), err
}

// quickPath is full, which is fmt.Sprintf, but for a path with one place and nothing else to
// fill, which has the full stop before it that the generator adds next.
func quickPath(full func(string, ...any) string, path, text string) string {
	before, after, one := strings.Cut(path, "%s")
	if !one || !strings.HasPrefix(before, "/") || strings.Contains(before, "%") || strings.Contains(after, "%") {
		return full(path, text)
	}
	return "." + before + text + after
}

// quickJoin is base.Parse(path), but for a path that only has to be put behind that of base,
// which then is what it returns.
func quickJoin(base *url.URL, path string) (*url.URL, error) {
	whole := base.Path + strings.TrimPrefix(path, "./")
	if base.Host == "" || base.RawPath != "" || !strings.HasSuffix(base.Path, "/") || !strings.HasPrefix(path, "./") ||
		!quickPlain(whole, "/") || strings.Contains(whole, "/.") || strings.HasPrefix(whole, "//") {
		return base.Parse(path)
	}
	base.Path, base.RawQuery, base.ForceQuery, base.Fragment, base.RawFragment = whole, "", false, "", ""
	return base, nil
}

// quickQuery is u.Query() for a URL without a query.
func quickQuery(u *url.URL) url.Values { //nolint:unused // where no operation has a query
	if u.RawQuery == "" {
		return url.Values{}
	}
	return u.Query()
}

// quickFragments goes through what strings.Split(query, "&") lists.
func quickFragments(query string) iter.Seq2[int, string] { //nolint:unused // as quickQuery
	return func(yield func(int, string) bool) {
		for i := 0; ; i++ {
			next, rest, more := strings.Cut(query, "&")
			if !yield(i, next) || !more {
				return
			}
			query = rest
		}
	}
}

// quickRequest is http.NewRequest for a URL that need not be written and read again.
func quickRequest(method string, u *url.URL, body io.Reader) (*http.Request, error) {
	switch {
	case u.Host == "" || strings.HasSuffix(u.Host, ":"):
		return http.NewRequest(method, u.String(), body) //nolint:noctx // the client sets it
	case body == nil:
		return &http.Request{
			Method: method, URL: u, Host: u.Host, Header: http.Header{},
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		}, nil
	}
	req, err := http.NewRequest(method, "", body) //nolint:noctx // the client sets it
	if err != nil {
		return nil, err
	}
	req.URL, req.Host = u, u.Host
	return req, nil
}

// quickStyle is runtime.StyleParamWithOptions, but for a text in which there is nothing to escape.
func quickStyle[T any](style string, explode bool, name string, value T, o runtime.StyleParamOptions) (string, error) {
	if _, own := any(value).(encoding.TextMarshaler); !own && reflect.TypeFor[T]().Kind() == reflect.String {
		text := reflect.ValueOf(value).String()
		switch {
		case style == "simple" && (o.ParamLocation == runtime.ParamLocationHeader || quickPlain(text, "")):
			return text, nil
		case style == "form" && quickPlain(name, "") && quickPlain(text, ""):
			return name + "=" + text, nil
		}
	}
	return runtime.StyleParamWithOptions(style, explode, name, value, o)
}

// quickPlain says whether no rule of a URL escapes any of the characters, but for the others that
// are given.
func quickPlain(text, others string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("-._~", c) < 0 && strings.IndexByte(others, c) < 0:
			return false
		}
	}
	return true
}
