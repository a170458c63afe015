package call

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/digilocker/adapters/wire"
)

// Spare says, before the call, without which members the answer is good all the same: Fit leaves one out that is no
// UTF-8, with all that is in it, and Unread tells it, where of any other documented member an error would stay. Each is
// a path such as items.*.name, in which an asterisk stands for any place of a list.
func (c *Call) Spare(members ...string) { c.spared = members }

// spares reports whether Spare named the member, or one that it is in.
func (c *Call) spares(member string) bool {
	path := strings.Split(member, ".")
	return slices.ContainsFunc(c.spared, func(spared string) bool {
		names := strings.Split(spared, ".")
		return len(names) <= len(path) && slices.EqualFunc(names, path[:len(names)], func(name, of string) bool {
			return name == of || name == "*" && isPlace(of)
		})
	})
}

// freeText are the members that no adapter reads: what they say is a sentence to people.
var freeText = regexp.MustCompile(`(^|\.)message$`)

// atFault notes which documented member of an answer, which is read as a t, keeps it from being read: a list that is
// too long, or a text that is no UTF-8 and that somebody needs. It reports whether there is one, or another fault.
func (f *fitter) atFault(w *wire.Error, t reflect.Type) bool {
	switch w.Kind {
	case wire.ErrEncoding:
		return f.needsOne(t, wire.Garbled(f.call.Body()))
	case wire.ErrTooMany:
		f.call.fault, _ = f.documented(t, w.Member)
	}
	return true
}

// needsOne notes as the fault the first of the members that somebody needs, and reports whether there is one.
func (f *fitter) needsOne(t reflect.Type, members []string) bool {
	for _, member := range members {
		if said, known := f.documented(t, member); known && !freeText.MatchString(said) && !f.call.spares(said) {
			f.call.fault = said
			return true
		}
	}
	return false
}

// documented is a path in an answer as t documents it: in the documents' spelling, and with the places that they have,
// whatever stands for what in the answer. It ends where the answer goes on within what may hold anything, or what holds
// what it should not. It is not known where an object has a member that t does not know.
func (f *fitter) documented(t reflect.Type, path string) (said string, known bool) {
	names, spelt := strings.Split(path, "."), []string{}
	if path == "" {
		names = nil
	}
	for n := 0; n < len(names); {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		name, of, member := f.memberOf(t, names[n])
		switch {
		case t == reflect.TypeFor[json.RawMessage](), t.Kind() == reflect.Map:
			return strings.Join(spelt, "."), true
		case reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()): // one of several types
			return strings.Join(append(spelt, names[n:]...), "."), true
		case t.Kind() == reflect.Slice && isPlace(names[n]):
			t, spelt, n = t.Elem(), append(spelt, names[n]), n+1
		case t.Kind() == reflect.Slice: // an object stands for a list of it
			t, spelt = t.Elem(), append(spelt, "0")
		case member:
			t, spelt, n = of, append(spelt, name), n+1
		case t.Kind() == reflect.Struct && isPlace(names[n]): // a list of one stands for an object
			n++
		case t.Kind() == reflect.Struct:
			return "", false
		default:
			return strings.Join(spelt, "."), true
		}
	}
	return strings.Join(spelt, "."), true
}

// memberOf is field for a t of any kind.
func (f *fitter) memberOf(t reflect.Type, member string) (name string, of reflect.Type, known bool) {
	if t.Kind() != reflect.Struct {
		return "", nil, false
	}
	return f.field(t, member)
}

func isPlace(name string) bool {
	_, err := strconv.ParseUint(name, 10, 32)
	return err == nil
}
