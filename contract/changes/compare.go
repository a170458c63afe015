package main

import (
	"maps"
	"slices"
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
		case was == nil:
			r.add(finding{Section: inWire, Level: compatible, Step: minor, Of: name, Rule: "provider-added", Text: "the provider was added"})
			continue
		case was.effective == nil || is.effective == nil:
			r.missing("%s: one side has no effective document", name)
			continue
		}
		r.wire(was, is)
		r.examples(was, is)
		r.overlay(was, is)
		if is.stale {
			r.note("gen/%sapi is not what specs/%s makes: Go and the wire shape are compared as generated.", name, name)
		}
	}
	return r
}
