package changes

import (
	"regexp"
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
