package importing

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// unit is the smallest thing that comes from one source as a whole: an
// operation, a component, the list of servers. Where two sources have the same
// unit they must be equal, or the manifest decides.
type unit struct {
	pointer string
	kind    document.Kind // "" for plain data
	node    *yaml.Node
	pub     *publication
}

// saysWhereFrom says whether the written unit names its source: a place where
// OpenAPI has room for an extension.
func (u unit) saysWhereFrom() bool {
	return u.kind != "" && u.kind != "license" && u.node.Kind == yaml.MappingNode && document.Get(u.node, "$ref") == nil
}

// merged is the written document and what there is to say about it.
type merged struct {
	root       *yaml.Node
	operations int
	examples   int
	components int
	decisions  []string
}

type merger struct {
	m       *manifest
	root    *yaml.Node
	units   map[string][]unit // by pointer, in order of the sources
	order   []string          // the pointers as first met
	settled map[string]unit   // what settle found
	used    map[int]bool      // decisions that were needed
	found   map[string]bool   // entries of the selection that took something
	several bool              // more than one source: say where each unit is from
	out     *merged
}

// merge brings the selected part of all publications into one document.
func merge(m *manifest, pubs []publication) (*merged, error) {
	g := &merger{
		m: m, root: document.Map(), units: map[string][]unit{}, settled: map[string]unit{}, used: map[int]bool{},
		found: map[string]bool{}, several: len(pubs) > 1, out: &merged{},
	}
	seen := 0
	for i := range pubs {
		for _, doc := range pubs[i].docs {
			seen += len(document.Get(doc, "paths").Content) / 2
			if err := g.collect(&pubs[i], doc); err != nil {
				return nil, err
			}
		}
	}
	if len(g.found) == 0 {
		return nil, fmt.Errorf("%s: select takes none of the %d paths in the given files", m.file, seen)
	}
	for _, entry := range slices.Concat(m.Select.Paths, m.Select.Operations) {
		if !g.found[entry] {
			return nil, fmt.Errorf("%s: select names %q, which takes nothing from the given files", m.file, entry)
		}
	}
	for _, step := range []func() error{g.head, g.paths, g.components} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	for i, d := range m.Decide {
		if !g.used[i] {
			return nil, fmt.Errorf("%s: the decision at %s is not needed: no two sources disagree there; remove it", m.file, d.At)
		}
	}
	g.describeComponents()
	g.out.root = g.root
	return g.out, nil
}

func (g *merger) add(pub *publication, kind document.Kind, node *yaml.Node, tokens ...string) {
	if node == nil {
		return
	}
	factsOnly(kind, node)
	pointer := document.Pointer("", tokens...)
	if g.units[pointer] == nil {
		g.order = append(g.order, pointer)
	}
	g.units[pointer] = append(g.units[pointer], unit{pointer, kind, node, pub})
}

// collect takes one document apart into units.
func (g *merger) collect(pub *publication, doc *yaml.Node) error {
	g.add(pub, "", document.Get(doc, "openapi"), "openapi")
	info := document.Get(doc, "info")
	for _, key := range []string{"title", "version", "termsOfService"} {
		g.add(pub, "", document.Get(info, key), "info", key)
	}
	g.add(pub, "license", document.Get(info, "license"), "info", "license")
	g.add(pub, "[]server", document.Get(doc, "servers"), "servers")
	g.add(pub, document.Document.Member("security"), document.Get(doc, "security"), "security")
	for path, item := range document.Members(document.Get(doc, "paths")) {
		whole, _, err := document.Resolve(doc, item, document.Pointer("", "paths", path))
		if err != nil {
			return &document.Error{File: pub.file, Line: item.Line, Msg: err.Error()}
		}
		g.collectPath(pub, path, whole)
	}
	for section, entries := range document.Members(document.Get(doc, "components")) {
		for name, node := range document.Members(entries) {
			if kind := document.Components.Member(section).Member("*"); kind != "" {
				g.add(pub, kind, node, "components", section, name)
			}
		}
	}
	return nil
}

// collectPath adds the wanted operations of one path, and what they share.
func (g *merger) collectPath(pub *publication, path string, item *yaml.Node) {
	wanted := false
	for method, op := range document.Members(item) {
		if document.PathItem.Member(method) == document.Operation && g.m.Select.selected(path, document.Text(op, "operationId"), g.found) {
			g.add(pub, document.Operation, op, "paths", path, method)
			wanted = true
		}
	}
	if !wanted {
		return
	}
	for _, shared := range []string{"parameters", "servers"} {
		g.add(pub, document.PathItem.Member(shared), document.Get(item, shared), "paths", path, shared)
	}
}

// settle picks the one unit that is written for pointer.
func (g *merger) settle(pointer string) (unit, error) {
	if u, ok := g.settled[pointer]; ok {
		return u, nil
	}
	u, err := g.choose(pointer)
	if err == nil {
		g.settled[pointer] = u
	}
	return u, err
}

func (g *merger) choose(pointer string) (unit, error) {
	all := g.units[pointer]
	first := all[0]
	var other *unit
	var where string
	for i := 1; i < len(all) && other == nil; i++ {
		if diff := document.Difference(first.node, all[i].node, pointer); len(diff) > 0 {
			other, where = &all[i], diff[0]
		}
	}
	if other == nil {
		return first, nil
	}
	take, rule := g.m.decided(pointer)
	if rule < 0 && first.pub == other.pub {
		return unit{}, fmt.Errorf("two documents in %q (%s:%d and %s:%d) disagree at %s; split the file into one for each document, each a source of %s",
			first.pub.Name, first.pub.file, first.node.Line, other.pub.file, other.node.Line, where, g.m.file)
	}
	if rule < 0 {
		return unit{}, fmt.Errorf("%q (%s:%d) and %q (%s:%d) disagree at %s; decide it in %s: {at: %q, take: one of the two}",
			first.pub.Name, first.pub.file, first.node.Line, other.pub.Name, other.pub.file, other.node.Line, where, g.m.file, pointer)
	}
	g.used[rule] = true
	for _, u := range all {
		if u.pub.Name == take {
			g.out.decisions = append(g.out.decisions, fmt.Sprintf("%s: %s", pointer, take))
			return u, nil
		}
	}
	return unit{}, fmt.Errorf("%s: the decision at %s takes %q, which says nothing about %s", g.m.file, g.m.Decide[rule].At, take, pointer)
}

// place settles pointer and puts the result into the document.
func (g *merger) place(pointer string) (unit, error) {
	u, err := g.settle(pointer)
	if err != nil {
		return u, err
	}
	parent := g.root
	tokens := document.Tokens(pointer)
	for _, t := range tokens[:len(tokens)-1] {
		next := document.Get(parent, t)
		if next == nil {
			next = document.Map()
			document.Set(parent, t, next)
		}
		parent = next
	}
	node := document.Clone(u.node)
	if g.several && u.saysWhereFrom() {
		document.Set(node, "x-source", document.String(u.pub.Name))
	}
	document.Set(parent, tokens[len(tokens)-1], node)
	return unit{pointer, u.kind, node, u.pub}, nil
}

// head places what stands above the paths, and first of all the provenance.
func (g *merger) head() error {
	for _, pointer := range []string{"/openapi", "/info/title", "/info/version", "/info/termsOfService", "/info/license", "/servers", "/security"} {
		if g.units[pointer] == nil {
			continue
		}
		if _, err := g.place(pointer); err != nil {
			return err
		}
		if pointer == "/openapi" {
			document.Set(g.root, "x-sources", g.m.sources())
		}
	}
	return nil
}

func (g *merger) paths() error {
	for _, pointer := range g.order {
		if !strings.HasPrefix(pointer, "/paths/") {
			continue
		}
		u, err := g.place(pointer)
		if err != nil {
			return err
		}
		if u.kind == document.Operation {
			g.out.operations++
		}
	}
	return nil
}

// components places what the operations reach, and what that reaches.
func (g *merger) components() error {
	reached := map[string]bool{}
	var follow func(pub *publication, refs []reference) error
	follow = func(pub *publication, refs []reference) error {
		for _, ref := range refs {
			pointer, known := g.unitOf(ref.to)
			if !known {
				return &document.Error{File: pub.file, Line: ref.line, Msg: fmt.Sprintf("the reference %q leads nowhere in the selected part", ref.to)}
			}
			if reached[pointer] {
				continue
			}
			reached[pointer] = true
			u, err := g.settle(pointer)
			if err != nil {
				return err
			}
			if err := follow(u.pub, references(u.kind, u.node)); err != nil {
				return err
			}
		}
		return nil
	}
	for _, pointer := range g.order {
		u, settled := g.settled[pointer]
		if !settled {
			continue
		}
		if err := follow(u.pub, references(u.kind, u.node)); err != nil {
			return err
		}
	}
	for _, pointer := range g.order {
		if reached[pointer] && strings.HasPrefix(pointer, "/components/") {
			if _, err := g.place(pointer); err != nil {
				return err
			}
			g.out.components++
		}
	}
	return nil
}

// unitOf is the unit that holds the target of a reference, which may lie deeper.
func (g *merger) unitOf(ref string) (string, bool) {
	pointer, local := strings.CutPrefix(ref, "#")
	tokens := document.Tokens(pointer)
	if !local || len(tokens) < 3 {
		return "", false
	}
	whole := document.Pointer("", tokens[:3]...)
	units := g.units[whole]
	if units == nil {
		return "", false
	}
	for _, u := range units {
		if document.At(u.node, document.Pointer("", tokens[3:]...)) != nil {
			return whole, true
		}
	}
	return "", false
}

// describeComponents gives each response component the text of the first status
// that leads to it, and counts the examples.
func (g *merger) describeComponents() {
	for _, item := range document.Members(document.Get(g.root, "paths")) {
		document.Walk(document.PathItem, item, "", func(kind document.Kind, n *yaml.Node, pointer string) {
			ref := document.Text(n, "$ref")
			if kind == document.Response && ref != "" {
				target := document.At(g.root, strings.TrimPrefix(ref, "#"))
				if document.Text(target, "description") == "" {
					document.Set(target, "description", document.String(statusText(statusAt(pointer))))
				}
				n = target
			}
			if kind == document.RequestBody && ref != "" {
				n = document.At(g.root, strings.TrimPrefix(ref, "#"))
			}
			if kind == document.Response || kind == document.RequestBody {
				for _, media := range document.Members(document.Get(n, "content")) {
					for range document.Members(document.Get(media, "examples")) {
						g.out.examples++
					}
				}
			}
		})
	}
}

func (r *merged) report(provider, target string, sources int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d operations, %d request and response examples, %d components; sources: %d; written to %s\n",
		provider, r.operations, r.examples, r.components, sources, target)
	if len(r.decisions) == 0 {
		b.WriteString("  no conflict\n")
	} else {
		fmt.Fprintf(&b, "  %d conflicts, decided by import.yaml:\n", len(r.decisions))
		for _, d := range r.decisions {
			fmt.Fprintf(&b, "    %s\n", d)
		}
	}
	return b.String()
}
