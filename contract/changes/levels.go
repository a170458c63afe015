package changes

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/checker/rules"
)

// severity is our word on what oasdiff's rules find, for clients such as ours:
//
//   - Answers are read by types that check no limits and keep a value that nobody
//     documented. A new enum value, a wider limit, another pattern, one more branch
//     of a union and a null are to look at: breaking to a validator, not to us.
//   - A member, a parameter, a header or an answer that goes takes its field in Go
//     with it, which the caller and our adapters may read or set: breaking, also
//     where it was optional.
//   - A status that newly means success is to look at: until we know it, the
//     adapters take it for undocumented.
//   - What is deprecated is to look at, and breaks where it goes, deprecated before or not.
//   - A format that is the provider's own asks nothing of a value that a validator or our
//     types know: where one comes, goes or changes it is to look at, as a pattern is. So is
//     one that says of a number no more than that it fits into 64 bits.
//   - A default of a request that comes, goes or changes is to look at: what callers leave
//     out now means something else.
//   - Tags, the version of the document, names of operations and unused components
//     are not on the wire: the section on Go judges the names.
//
// For everything else oasdiff's own level holds.
var severity = ours()

// asks are the rules by which a request has to have what it did not need to have.
var asks = regexp.MustCompile(`^(new-required-request-|request-.*-became-required|required-hidden$)`)

// ofDefault are the rules that speak of nothing but a default.
var ofDefault = regexp.MustCompile(`-default-value-(added|changed|removed)$`)

// formats are those that say to everybody how a value is written: what JSON Schema and
// OpenAPI define.
var formats = []string{"int32", "int64", "float", "double", "byte", "binary", "date", "date-time", "time", "duration",
	"email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference",
	"uri-template", "uuid", "json-pointer", "relative-json-pointer", "regex"}

// ofLooseFormat says whether a change is of nothing but a format, and one by which nobody
// can tell what is refused now or cannot be read.
func ofLooseFormat(c checker.Change) bool {
	args := c.GetArgs()
	for i := len(args) - 3; i >= 0 && strings.Contains(c.GetId(), "-type-"); i-- {
		switch args[i] { // which of both changed, then what it was and is
		case "type", "type/format":
			return false
		case "format":
			was, is := fmt.Sprint(args[i+1]), fmt.Sprint(args[i+2])
			wide := was == "none" && (is == "int64" || is == "double")
			return wide || !slices.Contains(formats, was) && !slices.Contains(formats, is)
		}
	}
	return false
}

func ours() map[string]checker.Level {
	all := map[string]checker.Level{}
	for _, rule := range checker.GetAllRules() {
		limits := rule.Kind == rules.KindConstraints || rule.Kind == rules.KindValues
		if rule.Direction == rules.DirectionResponse && limits && rule.Level == checker.ERR {
			all[rule.Id] = checker.WARN
		}
		switch {
		case strings.HasSuffix(rule.Id, "-removed-with-deprecation"):
			all[rule.Id] = checker.ERR
		case strings.HasSuffix(rule.Id, "-deprecated"):
			all[rule.Id] = checker.WARN
		case rule.Direction == rules.DirectionRequest && ofDefault.MatchString(rule.Id):
			all[rule.Id] = checker.WARN
		}
	}
	for level, ids := range map[checker.Level][]string{
		checker.ERR: {
			"response-optional-property-removed", "optional-response-header-removed", "response-non-success-status-removed",
			"request-property-removed", "request-parameter-removed",
		},
		checker.WARN: {
			"response-property-became-nullable", "response-body-became-nullable", "response-header-became-nullable",
			"response-property-any-of-added", "response-body-any-of-added", "response-property-one-of-added", "response-body-one-of-added",
			"response-success-status-added",
		},
		checker.NONE: {
			"api-operation-id-added", "api-operation-id-removed", "api-tag-added", "api-tag-removed", "api-schema-removed",
			"api-major-version-not-bumped", "api-version-decreased", "api-version-not-bumped",
			"api-security-component-added", "api-security-component-removed",
		},
	} {
		for _, id := range ids {
			all[id] = level
		}
	}
	return all
}
