package judge

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"example.com/digilocker/contract/example"
)

// announcing are the headers by which a provider says that an operation will go.
var announcing = []string{"Deprecation", "Sunset"}

// CheckHeaders says which headers of an answer cannot be what they say, whatever is
// documented: a time to wait that is none, a quota below nothing, a compression that the body
// does not have. It never holds a value.
func CheckHeaders(a Answer) []example.Fault {
	var all []example.Fault
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		if want := wantedOf(name, a.Header.Get(name), a.Body); want != "" {
			got := headerClass(a.Header, name)
			all = append(all, example.Fault{Pointer: "(header " + name + ")", Want: want, Got: got})
		}
	}
	return all
}

// wantedOf says what a header should hold; "" if it does, or if that is not known.
func wantedOf(name, value string, body []byte) string {
	switch {
	case name == "Retry-After":
		t, err := http.ParseTime(value)
		if !wait.MatchString(value) && (err != nil || t.Year() < 2000) {
			return "seconds, or a time to come"
		}
	case strings.Contains(strings.ToLower(name), "ratelimit-") && strings.HasPrefix(value, "-"):
		return "a number from 0 on"
	case name == "Content-Encoding" && value != "identity" && json.Valid(body):
		return "an encoding that the body has"
	}
	return ""
}
