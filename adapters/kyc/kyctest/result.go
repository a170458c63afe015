package kyctest

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// verbs are the ways of printing that show most.
var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"}

// Silent says that v shows none of the texts in any way of printing it: by the verbs of
// fmt, as plain text or hexadecimal, by log/slog and in JSON. Of an error it says so of each
// that is wrapped in it, and of a pointer to a struct, of the struct too. The failure does
// not repeat the text.
func Silent(t testing.TB, v any, texts ...string) {
	t.Helper()
	if how := showing(v, texts...); how != "" {
		t.Errorf("%T shows, printed %s, a text that must stay hidden", v, how)
	}
}

// showing is how printing v shows one of the texts; "" if nothing does.
func showing(v any, texts ...string) string {
	values := []any{v}
	if err, ok := v.(error); ok {
		for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
			values = append(values, inner)
		}
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && !r.IsNil() && r.Elem().Kind() == reflect.Struct {
		values = append(values, r.Elem().Interface())
	}
	for _, v := range values {
		for _, p := range printed(v) {
			for _, text := range texts {
				if text != "" && (strings.Contains(p[1], text) || strings.Contains(p[1], fmt.Sprintf("%x", text))) {
					return p[0]
				}
			}
		}
	}
	return ""
}

// timeless leaves out the time of a line, whose digits may be those of a Ref.
var timeless = slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}}

// printed is v in all ways of printing it: how, and what it shows.
func printed(v any) [][2]string {
	var all [][2]string
	for _, verb := range verbs {
		all = append(all, [2]string{"with " + verb, fmt.Sprintf(verb, v)})
	}
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, &timeless)).Info("", "value", v)
	slog.New(slog.NewTextHandler(&logged, &timeless)).Info("", "value", v)
	all = append(all, [2]string{"by log/slog", logged.String()})
	if text, err := json.Marshal(v); err == nil {
		all = append(all, [2]string{"as JSON", string(text)})
	}
	return all
}

// silent says that what came of a call shows none of the texts.
func (c check) silent(called any, given string, v any, texts ...string) {
	c.Helper()
	if how := showing(v, texts...); how != "" {
		c.wrong(called, given, "nothing that shows a secret, an address, the answer's text or a person's data", fmt.Sprintf("a %T that does when it is printed %s", v, how))
	}
}

// seed is text that must not come to light.
const seed = "Zzyzx"

// Same says whether two results of a method say the same. The answers as they came are not
// compared, nor is the end of the link of a Record's File, which may be counted from the call. Of two Returns that are
// of an exchange, the Refs are not compared, nor is when access ends: each has its own.
func Same(a, b any) bool { return reflect.DeepEqual(withoutRaw(a), withoutRaw(b)) }

// lastingResult is a result of the method without what another call with the same answer gives anew.
func lastingResult(m kyc.Method, value any) any {
	consent, ok := value.(*kyc.Consent)
	if m != kyc.MethodRefresh && m != kyc.MethodReadUser || !ok || consent == nil {
		return value
	}
	return unsealed(consent)
}

// unsealed is a Consent without its Ref, of which each seal makes another, and without when access ends.
func unsealed(consent *kyc.Consent) *kyc.Consent {
	one := *consent
	one.Ref, one.ExpiresAt = "", time.Time{}
	return &one
}

func withoutRaw(value any) any {
	if said, ok := value.(kyc.Return); ok && said.Consent != nil {
		said.Ref, said.Consent = "", unsealed(said.Consent)
		said.Consent.Raw = kyc.Raw{}
		return said
	}
	v := reflect.ValueOf(value)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return value
	}
	one := reflect.New(v.Type().Elem()).Elem()
	one.Set(v.Elem())
	if raw := one.FieldByName("Raw"); raw.IsValid() {
		raw.SetZero()
	}
	if record, ok := one.Interface().(kyc.Record); ok && record.File != nil {
		file := *record.File
		file.ExpiresAt = time.Time{}
		record.File = &file
		return record
	}
	return one.Interface()
}
