package scaffold

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/contract/example"
)

// prefix is what the numbered differences of a provider of that name begin with: two letters.
func prefix(name string) string {
	letters := regexp.MustCompile(`[0-9]`).ReplaceAllString(name, "")
	return strings.ToUpper((letters + "x")[:2])
}

// refusals says by which words the document's refusals may be known: for each status, and each member of its
// examples that is called like a code, all that stands there; and each status of which no example has one. Each is an
// item of a list in a comment, of one line or more.
func refusals(doc *example.Document) []string {
	words := map[string][]string{} // by status and pointer
	known := map[string]bool{}     // statuses
	for _, e := range doc.Entries {
		if !e.IsError() {
			continue
		}
		status := strings.Split(e.ID, "/")[2]
		for pointer, word := range codes(e.Value) {
			known[status] = true
			words[status+" "+pointer] = append(words[status+" "+pointer], word)
		}
	}
	for _, op := range doc.Operations {
		for _, status := range op.Statuses() {
			if success := strings.ContainsAny(status[:1], "123"); !success && !known[status] {
				words[status] = []string{"no example has a code"}
			}
		}
	}
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(words)) {
		slices.Sort(words[key])
		for i, line := range wrapped(key + ": " + strings.Join(slices.Compact(words[key]), ", ")) {
			lines = append(lines, [2]string{"- ", "  "}[min(i, 1)]+line)
		}
	}
	return lines
}

// codeLike are the names of members that may have a code, and codeForm is a text that can be one: one word.
var (
	codeLike = regexp.MustCompile(`(?i)(code|status|type|reason|error)$`)
	codeForm = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)
)

// codes are what may be codes in an example's value, by their pointers.
func codes(value json.RawMessage) map[string]string {
	found := map[string]string{}
	var look func(pointer string, v any)
	look = func(pointer string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				look(pointer+"/"+name, member)
			}
		case string:
			if codeLike.MatchString(pointer) && codeForm.MatchString(v) {
				found[pointer] = v
			}
		case json.Number:
			look(pointer, v.String())
		}
	}
	decoder := json.NewDecoder(strings.NewReader(string(value)))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) == nil { // what is no JSON has no members
		look("", v)
	}
	return found
}

// wrapped are the lines of a long one, broken at its blanks.
func wrapped(text string) []string {
	const most = 100
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len(*last)+len(word) < most:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
