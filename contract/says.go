package contract

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
)

// says compares members of value with what a case says of them.
func says(value any, members map[string]string) []example.Fault {
	var all []example.Fault
	for path, want := range members {
		if got := member(reflect.ValueOf(value), path); got != want {
			all = append(all, example.Fault{Pointer: "(" + path + ")", Want: want, Got: got})
		}
	}
	slices.SortFunc(all, func(a, b example.Fault) int { return strings.Compare(a.Pointer, b.Pointer) })
	return all
}

// member is the member of v at a path such as User.Name or Categories.0.Class,
// as text.
func member(v reflect.Value, path string) string {
	for name := range strings.SplitSeq(path, ".") {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return "absent"
			}
			v = v.Elem()
		}
		if i, err := strconv.Atoi(name); err == nil && v.Kind() == reflect.Slice {
			if i >= v.Len() {
				return "absent"
			}
			v = v.Index(i)
			continue
		}
		if v.Kind() != reflect.Struct || !v.FieldByName(name).IsValid() {
			return "no member " + name + " in " + v.Type().String()
		}
		v = v.FieldByName(name)
	}
	return revealed(v)
}

// revealed is what v says, hidden or not; "absent" for what is not there.
func revealed(v reflect.Value) string {
	if v.Kind() == reflect.Pointer || v.Kind() == reflect.Slice {
		if v.IsNil() {
			return "absent"
		}
	}
	if v.Kind() == reflect.Pointer {
		return revealed(v.Elem())
	}
	if v.Kind() == reflect.Slice {
		if v.Len() == 0 {
			return "none"
		}
		var items []string
		for i := range v.Len() {
			items = append(items, revealed(v.Index(i)))
		}
		return strings.Join(items, ", ")
	}
	text := ""
	switch x := v.Interface().(type) {
	case kyc.Private:
		text = x.Reveal()
	case kyc.Masked:
		text = x.Reveal()
	case kyc.Date:
		text = x.ISO()
	case kyc.Gender:
		text = string(x.Code())
	case kyc.Photo:
		text = x.Type()
	case time.Time:
		if !x.IsZero() {
			text = x.Format(time.RFC3339Nano)
		}
	case kyc.File, kyc.Licence, kyc.Person, kyc.Verified:
		text = "present"
	default:
		text = fmt.Sprint(x)
	}
	if text == "" {
		return "absent"
	}
	return text
}
