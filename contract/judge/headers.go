package judge

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"example.com/digilocker/contract/example"
)

// announcing are the headers by which a provider says that an operation will go.
var announcing = []string{"Deprecation", "Sunset"}

// CheckHeaders says which headers of an answer cannot be what they say, whatever is
// documented: a time to wait that is none, a quota that is no number, a compression that the
// body does not have, a length that is not the body's, two values where there can be one. A time
// must not be before now, give or take a minute; if now is zero, not before the answer's Date, and
// if it has none, not before the year 2000. It never holds a value.
func CheckHeaders(a Answer, now time.Time) []example.Fault {
	if date, err := http.ParseTime(a.Header.Get("Date")); now.IsZero() && err == nil {
		now = date
	}
	var all []example.Fault
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		if want := wantedOf(name, a, now); want != "" {
			got := headerClass(a.Header, name)
			all = append(all, example.Fault{Pointer: "(header " + name + ")", Want: want, Got: got})
		}
	}
	return all
}

// CheckAnnounced says which headers of an answer announce that the operation will go. Nothing
// is wrong with the answer; somebody has to hear of it.
func CheckAnnounced(h http.Header) []example.Fault {
	var all []example.Fault
	for _, name := range announcing {
		if len(h.Values(name)) > 0 {
			pointer := "(header " + name + ")"
			all = append(all, example.Fault{Pointer: pointer, Want: "no announcement", Got: "a header"})
		}
	}
	return all
}

// quota is the name of a header that says how often somebody may call: the limit, what is left of
// it, or when it is full again.
var quota = regexp.MustCompile(`^(X-)?Ratelimit-(Limit|Remaining|Used|Reset|Retry)(-|$)`)

var (
	// A limit can have its policies behind it, as in "100, 100;w=60".
	quotaNumber = regexp.MustCompile(`^\d+(\s*[,;].*)?$`)
	quotaReset  = regexp.MustCompile(`^\d+(\.\d+)?$`)
)

// wantedOf says what a header should hold; "" if it does, or if that is not known.
func wantedOf(name string, a Answer, now time.Time) string {
	value := a.Header.Get(name)
	about := quota.FindStringSubmatch(name)
	if about != nil && value == "" {
		return "" // a recording did not keep it
	}
	if (about != nil || name == "Retry-After" || name == contentType) && len(a.Header.Values(name)) > 1 {
		return "one value"
	}
	switch {
	case name == "Retry-After" && !wait.MatchString(value) && !isToCome(value, now):
		return "seconds, or a time to come"
	case about != nil && (about[2] == "Reset" || about[2] == "Retry"):
		if !quotaReset.MatchString(value) && !isToCome(value, now) {
			return "a number from 0 on, or a time to come"
		}
	case about != nil && !quotaNumber.MatchString(value):
		return "a number from 0 on"
	case name == "Content-Length" && value != strconv.Itoa(len(a.Body)) && value != "": // it was kept
		return "the length of the body"
	case name == "Content-Encoding" && value != "identity" && json.Valid(a.Body):
		return "an encoding that the body has"
	}
	return ""
}

// isToCome says whether a value is a time that is not over at now, or at the year 2000 if now is
// zero. Two clocks may differ by a minute.
func isToCome(value string, now time.Time) bool {
	t, err := http.ParseTime(value)
	return err == nil && t.Add(time.Minute).After(now) && t.Year() >= 2000
}
