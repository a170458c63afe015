package judge

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// lostInVariants decodes each union with a discriminator that stands in a decoded value to the
// type that the discriminator names, and says what that type lost: the union itself only
// holds the bytes.
func lostInVariants(v reflect.Value, pointer string) []example.Fault {
	var all []example.Fault
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return lostInVariants(v.Elem(), pointer)
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return nil // bytes, such as a json.RawMessage
		}
		for i := range v.Len() {
			all = append(all, lostInVariants(v.Index(i), document.Pointer(pointer, strconv.Itoa(i)))...)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			all = append(all, lostInVariants(v.MapIndex(key), document.Pointer(pointer, key.String()))...)
		}
	case reflect.Struct:
		if union, is := v.Interface().(interface{ ValueByDiscriminator() (any, error) }); is {
			return lostInVariant(union, pointer)
		}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			switch {
			case !v.Type().Field(i).IsExported():
			case name == "-": // the members that the schema has no names for
				all = append(all, lostInVariants(v.Field(i), pointer)...)
			default:
				all = append(all, lostInVariants(v.Field(i), document.Pointer(pointer, name))...)
			}
		}
	}
	return all
}

// lostInVariant is lostInVariants of one union.
func lostInVariant(union interface{ ValueByDiscriminator() (any, error) }, pointer string) []example.Fault {
	raw, err := json.Marshal(union)
	if err != nil || string(raw) == "null" {
		return nil // nothing was decoded into it
	}
	variant, err := union.ValueByDiscriminator()
	if err != nil {
		return []example.Fault{{Pointer: pointer, Want: "a variant that the discriminator names", Got: err.Error()}}
	}
	back, err := json.Marshal(variant)
	if err != nil {
		return []example.Fault{{Pointer: pointer, Want: "a value that can be written", Got: err.Error()}}
	}
	faults := example.Compare(raw, back)
	for i := range faults {
		faults[i].Pointer = pointer + faults[i].Pointer
	}
	return append(faults, lostInVariants(reflect.ValueOf(variant), pointer)...)
}
