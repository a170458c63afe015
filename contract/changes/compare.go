package main

import (
	"maps"
	"slices"

	"example.com/digilocker/contract/examples"
)

// compare holds the documents of two sides against each other: what can be told
// without running Go.
func compare(base, head *side) *report {
	r := &report{Base: base.name, Head: head.name}
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
		case was.effective == nil || is.effective == nil:
			r.missing("%s: one side has no effective document", name)
			continue
		}
		r.sources(was, is)
		r.wire(was, is)
		r.examples(was, is)
		r.overlay(was, is)
		if is.stale {
			r.stale = true
			r.note("gen/%sapi is not what specs/%s makes: Go and the wire shape are compared as generated.", name, name)
		}
	}
	return r
}

// sources says which publications were read anew.
func (r *report) sources(base, head *provider) {
	if base.doc == nil || head.doc == nil {
		return
	}
	was := map[string]examples.Source{}
	for _, s := range base.doc.Sources() {
		was[s.Name] = s
	}
	for _, s := range head.doc.Sources() {
		if old, known := was[s.Name]; known && old != s {
			r.note("%s: the publication %q is another (%s, sum %.8s) than it was (%s, sum %.8s).", head.name, s.Name, s.Date, s.SHA256, old.Date, old.SHA256)
		}
	}
}
