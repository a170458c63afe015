package changes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/digilocker/contract/example"
)

// compare holds the documents of two sides against each other: what can be told
// without running Go.
func compare(base, head *side, d decides) *report {
	r := &report{Base: base.name, Head: head.name, decides: d}
	names := slices.Sorted(maps.Keys(head.providers))
	for _, name := range slices.Sorted(maps.Keys(base.providers)) {
		if !slices.Contains(names, name) {
			r.add(finding{Section: inWire, Level: breaking, Step: major, Of: name, Rule: "provider-removed", Text: "the provider was removed"})
		}
	}
	for _, name := range names {
		was, is := base.providers[name], head.providers[name]
		switch {
		case was == nil, was.effective == nil && is.effective != nil:
			r.add(finding{Section: inWire, Level: compatible, Step: minor, Of: name, Rule: "provider-added", Text: "the provider was added"})
			continue
		case is.effective == nil:
			r.problems(was, is)
			text := name + ": there is no effective document of it"
			if was.effective != nil {
				text += " any more"
			}
			if len(is.problems) > 0 {
				text += ": " + strings.Join(is.problems, "; ")
			}
			r.unable("%s", text)
			continue
		case was.effective == nil:
			r.missing("%s: %s has no effective document of it", name, r.Base)
			continue
		}
		r.problems(was, is)
		r.both = append(r.both, sides{was, is})
		switch {
		case is.asGenerated && !was.asGenerated:
			r.unable("what %s makes: it has no document and overlay that can be put together; what %s was generated from is compared instead", specsFolder(name), clientFolder(name))
			if gone := is.gone(); len(gone) > 0 {
				r.add(finding{Section: inOverlay, Level: look, Step: patch, Of: name, Rule: "specs-gone", Pointer: strings.Join(gone, " "),
					Text: fmt.Sprintf("%s makes no document: there is no %s any more", specsFolder(name), strings.Join(gone, " and no "))})
			}
		case was.asGenerated && !is.asGenerated:
			r.missing("what %s made in %s: what %s was generated from is compared instead", specsFolder(name), r.Base, clientFolder(name))
		}
		r.sources(was, is)
		r.wire(was, is)
		r.examples(was, is)
		r.overlay(was, is)
		if is.pin != was.pin && is.recipe != "" && !strings.Contains(is.recipe, "@"+is.pin+" ") {
			r.unpinned = append(r.unpinned, generateFile(name))
		}
		if is.stale || (is.recipe != was.recipe || is.pin != was.pin) && is.client == was.client {
			r.stale = true
			r.missing("Go and wire shape of %s as they will be: %s is not what its document and the generator make now", name, clientFolder(name))
		}
	}
	return r
}

// problems says what of head cannot be read and could before.
func (r *report) problems(base, head *provider) {
	for _, text := range without(head.problems, base.problems) {
		file, _, _ := strings.Cut(text, ": ")
		section := inOverlay
		if strings.HasPrefix(file, suiteFolder) {
			section = inExamples
		}
		r.add(finding{Section: section, Level: look, Step: patch, Of: head.name, Rule: "unreadable", Pointer: file, Text: text})
		r.partly = true
	}
}

// sources says which publications were read anew.
func (r *report) sources(base, head *provider) {
	if base.doc == nil || head.doc == nil {
		return
	}
	was := map[string]example.Source{}
	for _, s := range base.doc.Sources() {
		was[s.Name] = s
	}
	for _, s := range head.doc.Sources() {
		if old, known := was[s.Name]; known && old != s {
			r.note("%s: the publication %q is another (%s, sum %.8s) than it was (%s, sum %.8s).", head.name, s.Name, s.Date, s.SHA256, old.Date, old.SHA256)
		}
	}
}
