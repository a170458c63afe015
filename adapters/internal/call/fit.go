package call

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
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
// other way round; an array of one object or word (not of another array) for that, and an object or a text that
// stands alone for an array of it. What cannot be read is left out, and told by Unread: so is
// a number for a name, a link or a word of a list, and a text for a truth value. Of members
// whose names differ in letter case alone, the one spelt as documented is read, whatever
// their order; another is told if it says something else. A message that is no UTF-8 is left
// out, too, as nobody needs it, and so is what Spare named, and what is in a member that nobody documented; with any
// other such text, and of what else it is about, an error stays. There is an error, too, where the call's context ends
// meanwhile: what was not looked at any more is not there, and looks like what the provider did not say.
func Fit[R any](c *Call, parse func(*http.Response) (*R, error)) func(*R, error) (*R, error) {
	return func(answer *R, err error) (*R, error) {
		if c.reply.Status/100 != 2 || err == nil && c.isPlain() {
			return answer, err
		}
		member, known := reflect.TypeFor[R]().FieldByName("JSON" + strconv.Itoa(c.reply.Status))
		if !known {
			return answer, err
		}
		f := newFitter(c)
		if w := (*wire.Error)(nil); errors.As(err, &w) && f.atFault(w, member.Type) {
			return answer, err
		}
		fitted, ok := f.value(c.Body(), member.Type, "")
		switch {
		case c.ctx.Err() != nil:
			return answer, cmp.Or(err, errEnded)
		case !ok, f.needsOne(member.Type, slices.Sorted(slices.Values(f.garbled))):
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

// isPlain reports whether a fitter would find nothing to do in the answer, which the client could read.
func (c *Call) isPlain() bool {
	body := c.Body()
	if respelt(body) {
		return false
	}
	c.plain = body
	return true
}

// Decode reads JSON as Fit reads an answer; it stands in the member in, or is the whole if
// that is empty. A text that is no UTF-8 is left out too, as it would be changed. What Fit has
// looked at already is not looked at again.
func Decode[T any](c *Call, in string, text []byte) (value T, err error) {
	plain := c.plain != nil && bytes.Equal(text, bytes.TrimSpace(c.plain))
	garbled := !plain && wire.Garbled(text) != nil
	if err = json.Unmarshal(text, &value); err == nil && (plain || !garbled && !respelt(text)) {
		return value, nil
	}
	f, again := newFitter(c), *new(T)
	fitted, ok := f.value(text, reflect.TypeFor[T](), in)
	if !ok || json.Unmarshal(fitted, &again) != nil {
		return value, cmp.Or(err, errUnfit)
	}
	c.unread = append(c.unread, f.lost...)
	return again, nil
}

var (
	errUnfit = errors.New("a text that is no UTF-8")
	errEnded = errors.New("the call has ended while its answer was read")
)

// Lose has Unread tell a member that cannot be read.
func (c *Call) Lose(member string) { c.unread = append(c.unread, member) }

// Unread are the members of the answer that are not in what was made of it, or not as
// they came, in order; nil if all are.
func (c *Call) Unread() []string {
	slices.Sort(c.unread)
	return slices.Compact(c.unread)
}

// UnreadIn are the unread members of the elements of the list in a member: by an element's place in the answer, those
// that are its own, named from the element on. It looks once at each, so that a list is read in time in step with it.
func (c *Call) UnreadIn(list string) map[int][]string {
	own := map[int][]string{}
	for _, member := range c.Unread() {
		rest, is := strings.CutPrefix(member, list+".")
		place, inside, within := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(place); is && within && err == nil {
			own[n] = append(own[n], inside)
		}
	}
	return own
}

// LeftOut are the places in the answer of those elements of the list in a member that could not be read, in order.
func (c *Call) LeftOut(list string) []int {
	var places []int
	for _, member := range c.unread {
		if rest, is := strings.CutPrefix(member, list+"."); is {
			if place, err := strconv.Atoi(rest); err == nil {
				places = append(places, place)
			}
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// Places says where in the answer the n elements are that could be read of the list in a
// member: the others were left out.
func (c *Call) Places(list string, n int) []int {
	out := c.LeftOut(list)
	places := make([]int, 0, n)
	for place := 0; len(places) < n; place++ {
		if len(out) > 0 && out[0] == place {
			out = out[1:]
			continue
		}
		places = append(places, place)
	}
	return places
}

// fitter makes JSON that can be read as a type of JSON that nearly can. Lost are the members
// that it leaves out, with their path, and garbled are the documented texts that are no UTF-8.
type fitter struct {
	call          *Call
	lost, garbled []string
	fields        map[reflect.Type]map[string]field // of each struct, by the member's name, folded
}

// field is what a struct has for a member.
type field struct {
	name string // as documented
	of   reflect.Type
}

func newFitter(c *Call) *fitter {
	return &fitter{call: c, fields: map[reflect.Type]map[string]field{}}
}

// value is not ok for what cannot be read as a t, and for anything once ctx is done.
func (f *fitter) value(raw json.RawMessage, t reflect.Type, path string) (_ json.RawMessage, ok bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	raw = bytes.TrimSpace(raw)
	word := t.Kind() == reflect.String && t != reflect.TypeFor[string]()
	switch {
	case len(raw) == 0 || f.call.ctx.Err() != nil:
		return nil, false
	case string(raw) == "null":
		return raw, true
	case reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()):
		garbled := wire.Garbled(raw)
		for _, member := range garbled {
			f.garbled = append(f.garbled, join(path, member))
		}
		return raw, garbled == nil || !f.call.spares(path)
	case (t.Kind() == reflect.Struct || word) && raw[0] == '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil || len(list) != 1 || bytes.TrimSpace(list[0])[0] == '[' {
			return nil, false // of lists in lists each would be read anew, to whatever depth
		}
		return f.value(list[0], t, path)
	case t.Kind() == reflect.Struct || t.Kind() == reflect.Map:
		return f.object(raw, t, path)
	case t.Kind() == reflect.Slice:
		return f.list(raw, t, path)
	case raw[0] == '"' && wire.Garbled(raw) != nil:
		f.garbled = append(f.garbled, path)
		return nil, false
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
	for _, name := range f.respelt(members, t) {
		f.lost = append(f.lost, join(path, name))
	}
	for name, value := range members {
		_, of, known := f.field(t, name)
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

// respelt removes each member that is another's but for the letter case of its name: the
// documented spelling stays, or else the first in order. It returns those that say something
// else than what stays.
func (f *fitter) respelt(members map[string]json.RawMessage, t reflect.Type) (lost []string) {
	names := slices.Sorted(maps.Keys(members))
	stays := map[string]string{} // by the field
	for _, name := range names {
		field, _, known := f.field(t, name)
		if known && (stays[field] == "" || name == field) {
			stays[field] = name
		}
	}
	for _, name := range names {
		field, _, known := f.field(t, name)
		if !known || stays[field] == name {
			continue
		}
		if !bytes.Equal(compacted(members[name]), compacted(members[stays[field]])) {
			lost = append(lost, name)
		}
		delete(members, name)
	}
	return lost
}

func compacted(raw json.RawMessage) []byte {
	var b bytes.Buffer
	_ = json.Compact(&b, raw) // it is JSON
	return b.Bytes()
}

// field is what t has for a member, found as encoding/json finds it, and the name by which it
// is documented.
func (f *fitter) field(t reflect.Type, member string) (name string, of reflect.Type, known bool) {
	if t.Kind() == reflect.Map {
		return member, t.Elem(), true
	}
	fields := f.fields[t]
	if fields == nil {
		fields = map[string]field{}
		for _, own := range reflect.VisibleFields(t) {
			if tag, _, _ := strings.Cut(own.Tag.Get("json"), ","); tag != "" {
				fields[folded(tag)] = field{tag, own.Type}
			}
		}
		f.fields[t] = fields
	}
	found, known := fields[folded(member)]
	return found.name, found.of, known
}

// folded is a name in whatever case, as encoding/json matches names.
func folded(name string) string { return strings.ToLower(strings.ToUpper(name)) }

// list fits the elements of an array, and leaves those out that cannot be read.
func (f *fitter) list(raw json.RawMessage, t reflect.Type, path string) (json.RawMessage, bool) {
	if raw[0] != '[' {
		return f.alone(raw, t, path)
	}
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

// alone fits an object or a text that stands where an array of it should. An object none of
// whose members is known is another thing.
func (f *fitter) alone(raw json.RawMessage, t reflect.Type, path string) (json.RawMessage, bool) {
	element := t.Elem()
	for element.Kind() == reflect.Pointer {
		element = element.Elem()
	}
	switch {
	case raw[0] == '{' && element.Kind() == reflect.Struct:
		members := map[string]json.RawMessage{}
		_ = json.Unmarshal(raw, &members) // of no JSON there are none
		if !slices.ContainsFunc(slices.Collect(maps.Keys(members)), func(name string) bool {
			_, _, known := f.field(element, name)
			return known
		}) {
			return nil, false
		}
	case raw[0] != '"' || string(raw) == `""`:
		return nil, false
	}
	fitted, ok := f.value(raw, element, join(path, "0"))
	if !ok {
		return nil, false
	}
	return marshalled([]json.RawMessage{fitted})
}

// scalar is a text or a number in the form in which t is read.
func scalar(raw json.RawMessage, t reflect.Type, path string) (json.RawMessage, bool) {
	var text string
	isText := raw[0] == '"' && json.Unmarshal(raw, &text) == nil
	text = strings.TrimSpace(text)
	var number json.Number
	switch {
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
var wordy = regexp.MustCompile(`(?i)(name|url|link|_file)[^.]*$|(^|\.)code$`)

func marshalled(v any) (json.RawMessage, bool) {
	text, err := json.Marshal(v)
	return text, err == nil
}

func join(path, name string) string { return strings.TrimPrefix(fmt.Sprintf("%s.%s", path, name), ".") }
