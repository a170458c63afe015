package changes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/checker/rules"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// masked finds what breaks in the published document and goes unseen in the effective one,
// since our overlay says something else there. It is judged as if it were not hidden: what
// callers have, which is the old effective document, against what the provider says now.
// What agrees with that breaks nothing: the provider has mended it.
func (r *report) masked(base, head *provider, add func(finding)) error {
	if base.published == nil || head.published == nil || document.Equal(base.said(), head.said()) {
		return nil
	}
	changes, err := oasdiff(base.spoken, head.spoken)
	if err != nil {
		return err
	}
	if !anyBreaks(changes) {
		return nil
	}
	seen, err := oasdiff(base.spec, head.spec)
	if err != nil {
		return err
	}
	felt, err := oasdiff(base.spec, head.spoken)
	if err != nil {
		return err
	}
	s := subjects{}
	for _, root := range []*yaml.Node{base.said(), head.said(), base.facts(), head.facts()} {
		s.learn(document.Document, root)
	}
	mended, err := mendedNames(base, head)
	if err != nil {
		return err
	}
	told, breaks := s.breaking(seen), s.breaking(felt)
	for _, c := range changes {
		item := document.Get(document.Get(head.facts(), "paths"), c.GetPath())
		op := document.Get(item, strings.ToLower(c.GetOperation()))
		if levelOf(c) != breaking || op == nil || told[s.of(c)] || !breaks[s.of(c)] ||
			!removal[c.GetId()] && s.isOf(c, mended) {
			continue
		}
		where := []string{document.Text(op, "operationId")}
		one := finding{Level: breaking, Step: major, Rule: "break-hidden", Where: where,
			Text: "the provider " + c.GetUncolorizedText(localize) + ", and our overlay hides it", names: namesOf(c)}
		if asks.MatchString(c.GetId()) {
			one.Rule = "required-hidden"
		}
		if removal[c.GetId()] {
			one.Rule, one.gone = "removal-hidden", goneBy(c)
			one.Text = "the provider " + c.GetUncolorizedText(localize) + ", and our overlay still has it"
		}
		add(one)
	}
	return nil
}

func anyBreaks(changes checker.Changes) bool {
	for _, c := range changes {
		if levelOf(c) == breaking {
			return true
		}
	}
	return false
}

// subjects are the names that somebody chose in the documents: of members, parameters,
// headers, answers and media types. By these it is told whether two changes are about one
// subject: a limit that is new to the one document is a tighter one to the other.
type subjects map[string]bool

// learn adds the names in n, which is of that kind.
func (s subjects) learn(kind document.Kind, n *yaml.Node) {
	document.Walk(kind, n, "", func(kind document.Kind, n *yaml.Node, _ string) {
		if kind == document.Parameter {
			s[document.Text(n, "name")] = true
		}
		for _, of := range []string{"properties", "headers", "responses", "content"} {
			for name := range document.Members(document.Get(n, of)) {
				s[name] = true
			}
		}
	})
}

// of is the subject of a change: the operation, whether it is sent or answered, and the
// names of which it speaks; of a list of values, the value too.
func (s subjects) of(c checker.Change) string {
	var names []string
	for _, arg := range c.GetArgs() {
		name := fmt.Sprint(arg)
		if s[name[strings.LastIndex(name, "/")+1:]] || known[c.GetId()].Kind == rules.KindValues {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return fmt.Sprintf("%s %s %s %q", c.GetOperation(), c.GetPath(), partOf(c.GetId()), names)
}

// isOf says whether a change speaks of one of the names.
func (s subjects) isOf(c checker.Change, names map[string]bool) bool {
	return slices.ContainsFunc(namesOf(c), func(name string) bool { return s[name] && names[name] })
}

// mendedNames are the members at which published examples broke the published schema, and
// do so no more.
func mendedNames(base, head *provider) (map[string]bool, error) {
	was, err := base.broken()
	if err != nil {
		return nil, err
	}
	is, err := head.broken()
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for at, faults := range was {
		if is[at] != nil || document.At(head.published, at) == nil {
			continue
		}
		tokens := document.Tokens(at)
		if i := len(tokens) - 2; i > 0 && tokens[i-1] == "properties" {
			names[tokens[i]] = true
		}
		for _, fault := range faults {
			if inner := document.Tokens(fault.Pointer); len(inner) > 0 {
				names[inner[len(inner)-1]] = true
			}
		}
	}
	return names, nil
}

// breaking are the subjects of the changes that break.
func (s subjects) breaking(changes checker.Changes) map[string]bool {
	all := map[string]bool{}
	for _, c := range changes {
		if levelOf(c) == breaking {
			all[s.of(c)] = true
		}
	}
	return all
}

// partOf is the part of an operation of which the rule speaks.
func partOf(rule string) string {
	switch {
	case ofPart["parameters"].MatchString(rule):
		return "request parameter"
	case known[rule].Direction == rules.DirectionRequest:
		return "request"
	case known[rule].Direction == rules.DirectionResponse:
		return "response"
	}
	return rule
}

// known are oasdiff's rules by id.
var known = func() map[string]checker.BackwardCompatibilityRule {
	all := map[string]checker.BackwardCompatibilityRule{}
	for _, rule := range checker.GetAllRules() {
		all[rule.Id] = rule
	}
	return all
}()

// removal are the rules that speak of something that is no longer there.
var removal = func() map[string]bool {
	all := map[string]bool{}
	for _, rule := range checker.GetAllRules() {
		if rule.Kind == rules.KindExistence || rule.Kind == rules.KindValues {
			all[rule.Id] = strings.Contains(rule.Id, "-removed")
		}
	}
	return all
}()
