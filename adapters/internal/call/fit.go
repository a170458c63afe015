package call

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/digilocker/adapters/wire"
)

// Fit goes around a call of the generated client, whose parser loses a whole answer for one
// member of another type than documented. Of a success it then takes the rest:
//
//	resp, err := call.Fit(c, api.ParseGetStatusResponse)(a.api.GetStatusWithResponse(c.Context(), id))
//
// A number is read as the text that it stands for, as of an id or a postal code, and the
// other way round; an array of one object for that object. What cannot be read is left out,
// and told by Unread: so is a number for a name, a link or a word of a list, and a text for
// a truth value. An error that is about something else stays.
func Fit[R any](c *Call, parse func(*http.Response) (*R, error)) func(*R, error) (*R, error) {
	return func(answer *R, err error) (*R, error) {
		member, known := reflect.TypeFor[R]().FieldByName("JSON" + strconv.Itoa(c.reply.Status))
		if err == nil || !known || c.reply.Status/100 != 2 || errors.As(err, new(*wire.Error)) {
			return answer, err
		}
		f := fitter{}
		fitted, ok := f.value(c.Body(), member.Type, "")
		if !ok {
			return answer, err
		}
		again, failed := parse(&http.Response{
			StatusCode: c.reply.Status, Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(bytes.NewReader(fitted)),
		})
		if failed != nil {
			return answer, err
		}
		c.unread = append(c.unread, f.lost...)
		return again, nil
	}
}

// Decode reads JSON as Fit reads an answer; it stands in the member in, or is the whole if
// that is empty. A text that is no UTF-8 is left out too, as it would be changed.
func Decode[T any](c *Call, in string, text []byte) (value T, err error) {
	_, changed := wire.Garbled(text)
	if err = json.Unmarshal(text, &value); err == nil && !changed {
		return value, nil
	}
	f, again := fitter{}, *new(T)
	fitted, ok := f.value(text, reflect.TypeFor[T](), in)
	if !ok || json.Unmarshal(fitted, &again) != nil {
		return value, cmp.Or(err, errUnfit)
	}
	c.unread = append(c.unread, f.lost...)
	return again, nil
}

var errUnfit = errors.New("a text that is no UTF-8")

// Lose has Unread tell a member that cannot be read.
func (c *Call) Lose(member string) { c.unread = append(c.unread, member) }

// Unread are the members of the answer that are not in what was made of it, or not as
// they came, in order; nil if all are.
func (c *Call) Unread() []string {
	slices.Sort(c.unread)
	return slices.Compact(c.unread)
}

// fitter makes JSON that can be read as a type of JSON that nearly can. Lost are the members
// that it leaves out, with their path.
type fitter struct{ lost []string }

// value is not ok for what cannot be read as a t.
func (f *fitter) value(raw json.RawMessage, t reflect.Type, path string) (_ json.RawMessage, ok bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0:
		return nil, false
	case string(raw) == "null" || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()):
		return raw, true
	case t.Kind() == reflect.Struct && raw[0] == '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil || len(list) != 1 {
			return nil, false
		}
		return f.value(list[0], t, path)
	case t.Kind() == reflect.Struct || t.Kind() == reflect.Map:
		return f.object(raw, t, path)
	case t.Kind() == reflect.Slice:
		return f.list(raw, t, path)
	default:
		return scalar(raw, t, path)
	}
}

// object fits the members of an object, as far as t knows them.
func (f *fitter) object(raw json.RawMessage, t reflect.Type, path string) (json.RawMessage, bool) {
	members := map[string]json.RawMessage{}
	if raw[0] != '{' || json.Unmarshal(raw, &members) != nil {
		return nil, false
	}
	for name, value := range members {
		of, known := reflect.Type(nil), false
		if t.Kind() == reflect.Map {
			of, known = t.Elem(), true
		} else if field, is := fieldOf(t, name); is {
			of, known = field, true
		}
		if !known {
			continue
		}
		fitted, ok := f.value(value, of, join(path, name))
		if !ok {
			f.lost = append(f.lost, join(path, name))
			delete(members, name)
			continue
		}
		members[name] = fitted
	}
	return marshalled(members)
}

// fieldOf is the type of the field for a member, found as encoding/json finds it.
func fieldOf(t reflect.Type, member string) (reflect.Type, bool) {
	for _, field := range reflect.VisibleFields(t) {
		if tag, _, _ := strings.Cut(field.Tag.Get("json"), ","); strings.EqualFold(tag, member) {
			return field.Type, true
		}
	}
	return nil, false
}

// list fits the elements of an array, and leaves those out that cannot be read.
func (f *fitter) list(raw json.RawMessage, t reflect.Type, path string) (json.RawMessage, bool) {
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		return nil, false
	}
	fit := []json.RawMessage{}
	for i, element := range elements {
		if fitted, ok := f.value(element, t.Elem(), join(path, strconv.Itoa(i))); ok {
			fit = append(fit, fitted)
		} else {
			f.lost = append(f.lost, join(path, strconv.Itoa(i)))
		}
	}
	return marshalled(fit)
}

// scalar is a text or a number in the form in which t is read.
func scalar(raw json.RawMessage, t reflect.Type, path string) (json.RawMessage, bool) {
	var text string
	isText := raw[0] == '"' && json.Unmarshal(raw, &text) == nil
	_, changed := wire.Garbled(raw)
	text = strings.TrimSpace(text)
	var number json.Number
	switch {
	case isText && changed:
		return nil, false
	case t == reflect.TypeFor[json.Number]() && isText:
		ok := json.Unmarshal([]byte(text), &number) == nil && text != "" && text[0] != '"'
		return json.RawMessage(text), ok
	case t == reflect.TypeFor[string]() && !isText && !wordy.MatchString(path):
		if raw[0] == '[' || raw[0] == '{' || json.Unmarshal(raw, &number) != nil {
			return nil, false
		}
		if whole := Integer(&number); whole != "" { // 1e3 and 1000.0 are ids as any other
			number = json.Number(whole)
		}
		return json.RawMessage(strconv.Quote(number.String())), true
	default:
		return raw, json.Unmarshal(raw, reflect.New(t).Interface()) == nil
	}
}

// wordy are members that no number can stand for.
var wordy = regexp.MustCompile(`(?i)(name|url|link|_file)[^.]*$`)

func marshalled(v any) (json.RawMessage, bool) {
	text, err := json.Marshal(v)
	return text, err == nil
}

func join(path, name string) string { return strings.TrimPrefix(fmt.Sprintf("%s.%s", path, name), ".") }
