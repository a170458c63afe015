package changes

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// unsourced are the steps to list a publication that is no source any more, and that a
// numbered difference still cites.
func (r *report) unsourced(t *todo) {
	for _, both := range r.both {
		if both.base.doc == nil || both.head.doc == nil {
			continue
		}
		var known []string
		for _, s := range both.head.doc.Sources() {
			known = append(known, s.Name)
		}
		numbered := both.head.numbered()
		for _, s := range both.base.doc.Sources() {
			cites := false
			for _, difference := range document.Members(numbered) {
				cites = cites || slices.Contains(texts(document.Get(difference, "sources")), s.Name)
			}
			if cites && !slices.Contains(known, s.Name) {
				t.do(fmt.Sprintf("list `%s` in `x-sources` with the date that it had, as %s still cites it; "+
					"or cite another there", s.Name, differencesFile(both.head.name)),
					"edit %s", overlayFile(both.head.name))
			}
		}
	}
}

// unshown are the steps to the differences that no spec shows any more, and to what an answer
// can newly say: how the simulator is brought to it, or why it cannot be.
func (r *report) unshown(t *todo, p string) {
	both := r.sideOf(p)
	if both.head == nil {
		return
	}
	var all []string
	for id, difference := range document.Members(both.head.numbered()) {
		if document.Text(difference, "untested") == "" && both.base.pins(id) && !both.head.pins(id) {
			all = append(all, id)
		}
	}
	if len(all) > 0 {
		t.do(fmt.Sprintf("no spec shows %s any more: say why in `untested`, and take them out of %s", quoted(all),
			waysFile(p)), "edit %s", differencesFile(p))
	}
	ways := both.head.files[waysFile(p)]
	if ways == nil {
		return
	}
	var wayless []string
	for id, difference := range document.Members(both.head.numbered()) {
		name := regexp.MustCompile(`\b` + regexp.QuoteMeta(id) + `\b`)
		if document.Text(difference, "untested") == "" && both.head.pins(id) &&
			name.Match(both.base.files[waysFile(p)]) && !name.Match(ways) {
			wayless = append(wayless, id)
		}
	}
	if len(wayless) > 0 {
		t.do(fmt.Sprintf("no way shows %s any more: write another, or say under `without` why there is none",
			quoted(wayless)), "edit %s", waysFile(p))
	}
	var values []string
	for _, f := range r.Changes {
		if f.Of == p && strings.HasPrefix(f.Rule, "response-") && strings.HasSuffix(f.Rule, "-enum-value-added") &&
			len(f.names) > 0 && !lostMember(f.names[0]).own.Match(ways) {
			values = append(values, f.names[0])
		}
	}
	if len(values) > 0 {
		t.do(fmt.Sprintf("say how the simulator is brought to %s, which an answer can now say, or why it cannot be",
			quoted(values)), "edit %s", waysFile(p))
	}
}

// numbered is the list of the provider's differences; nil if it cannot be read.
func (p *provider) numbered() *yaml.Node {
	file := differencesFile(p.name)
	list, err := document.Parse(file, p.files[file])
	if err != nil {
		return nil // the suite says why
	}
	return list
}

// pins says whether a spec of the provider's has the difference's number as a label, or an
// example has, which is a spec.
func (p *provider) pins(id string) bool {
	for file, text := range p.files {
		if path.Dir(file) == providerFolder(p.name) && strings.HasSuffix(file, "_test.go") &&
			strings.Contains(string(text), `"`+id+`"`) {
			return true
		}
	}
	return p.doc != nil && slices.ContainsFunc(p.doc.Shown(), func(e example.Entry) bool {
		return slices.Contains(e.Differences, id)
	})
}

// fromTheEnd puts the steps to the lines of one file in the order from its end, so that a step
// that is done leaves the lines of those to come where they are.
func (t todo) fromTheEnd(file string) {
	var at []int
	var steps todo
	for i, step := range t {
		if strings.HasPrefix(step.Command, "edit "+file+":") {
			at, steps = append(at, i), append(steps, step)
		}
	}
	line := func(c command) (n int) {
		n, _ = strconv.Atoi(c.Command[strings.LastIndex(c.Command, ":")+1:]) // we wrote it
		return n
	}
	slices.SortStableFunc(steps, func(a, b command) int { return line(b) - line(a) })
	for i, step := range steps {
		t[at[i]] = step
	}
}
