package mutants

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/contract/judge"
	"example.com/digilocker/specs/document"
)

// ofText are operators that change a text of a kind, which its look or its name tells.
var ofText = []struct {
	name  Operator
	texts func(p *point) []string
}{
	{NoCode, func(p *point) []string {
		if p.member == nil || p.member.name != "code" {
			return nil
		}
		return []string{"unheard_of"}
	}},
	{Scheme, func(p *point) []string {
		rest, secure := strings.CutPrefix(p.text, "https://")
		if !secure {
			return nil
		}
		return []string{"ftp://" + rest, "ws://" + rest}
	}},
	{Blank, func(p *point) []string {
		if !clock.MatchString(p.text) {
			return nil
		}
		return []string{p.text[:10] + " " + p.text[11:]}
	}},
	{ToCome, func(p *point) []string {
		if p.member == nil || !birth.MatchString(p.member.name) || !date.MatchString(p.text) {
			return nil
		}
		return []string{year.ReplaceAllString(p.text, "2150")}
	}},
	{Gender, func(p *point) []string {
		if p.member == nil || p.member.name != "gender" {
			return nil
		}
		same := func(with string) bool {
			capitals, small := strings.ToUpper(with) == with, strings.ToLower(with) == with
			return (len(with) == 1) == (len(p.text) == 1) &&
				capitals == (strings.ToUpper(p.text) == p.text) && small == (strings.ToLower(p.text) == p.text)
		}
		return slices.DeleteFunc([]string{"F", "f", "Female", "FEMALE", "female"}, same)
	}},
}

var (
	clock = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:`)
	birth = regexp.MustCompile(`(?i)^(dob|.*birth)$`)
	year  = regexp.MustCompile(`\b[12]\d{3}\b`)
	named = regexp.MustCompile(`(?i)(id|type|name)$`)
)

// sameIDs are a list in which the second item has an id of the first, once for each that differs.
func sameIDs(list []byte) []string {
	var items []json.RawMessage
	var first, second map[string]json.RawMessage
	if json.Unmarshal(list, &items) != nil || len(items) < 2 || json.Unmarshal(items[0], &first) != nil {
		return nil
	}
	if json.Unmarshal(items[1], &second) != nil {
		return nil
	}
	var all []string
	points := points(list)
	for _, p := range points {
		tokens := document.Tokens(p.pointer)
		if len(tokens) != 2 || tokens[0] != "1" || !named.MatchString(tokens[1]) || p.kind != '"' {
			continue
		}
		with, found := first[tokens[1]]
		if found && string(with) != string(second[tokens[1]]) {
			all = append(all, string(slices.Concat(list[:p.start], with, list[p.end:])))
		}
	}
	return all
}

// waiting are headers that say how long to wait and how often somebody may call, with values that
// are none.
var waiting = []struct {
	operator Operator
	name     string
	values   []string
}{
	{NoWait, "Retry-After", []string{"shortly", "-1", "Thu, 01 Jan 2004 00:00:00 GMT"}},
	{NoQuota, "X-Ratelimit-Remaining", []string{"few", "-1"}},
	{NoQuota, "X-Ratelimit-Reset", []string{"shortly", "Thu, 01 Jan 2004 00:00:00 GMT"}},
	{NoQuota, "Ratelimit-Limit", []string{"many"}},
}

// ofWaiting are an answer with one of these headers.
func ofWaiting(a judge.Answer) []Answer {
	var all []Answer
	for _, h := range waiting {
		for _, value := range h.values {
			one := judge.Answer{Status: a.Status, Header: a.Header.Clone(), Body: a.Body}
			one.Header.Set(h.name, value)
			all = append(all, Answer{Operator: h.operator, Pointer: "(header " + h.name + ")", Answer: one})
		}
	}
	return all
}
