package importing

import (
	"errors"
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
	webhooks   int
	examples   int
	components int
	decisions  []string
}

type merger struct {
	m       *manifest
	whence  func() (key string, from *yaml.Node) // what the document says of its sources
	root    *yaml.Node
	units   map[string][]unit // by pointer, in order of the sources
	order   []string          // the pointers as first met
	settled map[string]unit   // what settle found
	// writtenOut are the pointers of path items that stand in the place of a $ref to them.
	writtenOut map[string]bool
	// named are the pointers of path items among the components with an operation that the selection names.
	named     map[string]bool
	used      map[int]bool    // decisions that were needed
	found     map[string]bool // entries of the selection that took something
	several   bool            // more than one source: say where each unit is from
	alone     bool            // one publication as it is: what it refers to may be another's
	leftovers *leftovers      // what is not taken of it; nil if nobody asks
	faults    faults
	out       *merged
}

// faults are what there is to decide in the manifest.
type faults struct {
	undecided []string        // entries for decide, each with a comment that says why
	at        map[string]bool // the pointers that these are about
	wrong     []string        // decisions that are none
}

func newMerger(m *manifest) *merger {
	return &merger{
		m: m, root: document.Map(), units: map[string][]unit{}, settled: map[string]unit{}, used: map[int]bool{},
		writtenOut: map[string]bool{}, named: map[string]bool{},
		found: map[string]bool{}, faults: faults{at: map[string]bool{}}, out: &merged{},
	}
}

// facts brings the selected part of one publication's documents into one, with what that
// refers to, and without prose.
func (m *manifest) facts(p *publication, docs []*yaml.Node) (*yaml.Node, error) {
	g := newMerger(m)
	g.alone = true
	g.leftovers = &p.leftovers
	g.whence = func() (string, *yaml.Node) { return originKey, p.origin.node() }
	for _, doc := range docs {
		if err := g.collect(p, doc); err != nil {
			return nil, err
		}
	}
	if len(g.found) == 0 {
		return nil, m.takesNothing(p.file, docs)
	}
	if err := g.placeAll(); err != nil {
		return nil, err
	}
	for _, pointer := range g.order {
		if tokens := document.Tokens(pointer); tokens[0] == "components" &&
			document.At(g.root, pointer) == nil && !g.writtenOut[pointer] {
			p.leftovers.components = append(p.leftovers.components, strings.Join(tokens[1:], "/"))
		}
	}
	return g.root, nil
}

// merge brings the facts of all publications into one document.
func merge(m *manifest, pubs []*publication) (*merged, error) {
	if err := m.oneVersion(pubs); err != nil {
		return nil, err
	}
	g := newMerger(m)
	g.several = len(pubs) > 1
	g.whence = func() (string, *yaml.Node) { return "x-sources", provenance(pubs) }
	newer := slices.ContainsFunc(pubs, (*publication).of31)
	for _, p := range pubs {
		facts := p.facts
		if newer && !p.of31() { // it reads the same there, and does not say which version is written
			facts = document.Clone(facts)
			document.Delete(facts, "openapi")
		}
		if err := g.collect(p, facts); err != nil {
			return nil, err
		}
	}
	for _, entry := range slices.Concat(m.Select.Paths, m.Select.Operations, m.Select.Webhooks) {
		if !g.found[entry] {
			return nil, fmt.Errorf("%s: select names %q, which takes nothing from the sources; if a publication has it, give that again (FROM=)", m.file, entry)
		}
	}
	if err := g.placeAll(); err != nil {
		return nil, err
	}
	for i, d := range m.Decide {
		if !g.used[i] {
			g.faults.wrong = append(g.faults.wrong, fmt.Sprintf("the decision at %s is not needed: no two sources disagree there; remove it", d.At))
		}
	}
	if err := g.faults.in(m); err != nil {
		return nil, err
	}
	g.describeComponents()
	g.out.root = g.root
	return g.out, nil
}

// placeAll places the three parts of the document.
func (g *merger) placeAll() error {
	for _, step := range []func() error{g.head, g.paths, g.components} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// in says all that is to be done in the manifest, with the lines to paste.
func (f faults) in(m *manifest) error {
	var parts []string
	if len(f.undecided) > 0 {
		head := fmt.Sprintf("sources disagree, and nobody decided; paste below decide in %s, each with the source that is right:", m.file)
		if len(m.Decide) == 0 {
			head = fmt.Sprintf("sources disagree, and nobody decided; paste into %s, each with the source that is right:\ndecide:", m.file)
		}
		parts = append(parts, head+"\n"+strings.Join(f.undecided, "\n"))
	}
	for _, text := range f.wrong {
		parts = append(parts, m.file+": "+text)
	}
	if parts == nil {
		return nil
	}
	return errors.New(strings.Join(parts, "\n"))
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
	for _, key := range []string{"openapi", "jsonSchemaDialect"} {
		g.add(pub, "", document.Get(doc, key), key)
	}
	info := document.Get(doc, "info")
	for _, key := range []string{"title", "version", "termsOfService"} {
		g.add(pub, "", document.Get(info, key), "info", key)
	}
	g.add(pub, "license", document.Get(info, "license"), "info", "license")
	g.add(pub, "[]server", document.Get(doc, "servers"), "servers")
	g.add(pub, document.Document.Member("security"), document.Get(doc, "security"), "security")
	g.leftovers.add(document.Document, doc, "",
		"openapi", "jsonSchemaDialect", "info", "servers", "security", "paths", "webhooks", "components", originKey)
	g.leftovers.add("info", info, "/info", "title", "version", "termsOfService", "license")
	for _, section := range sections {
		items := document.Get(doc, section)
		for name, item := range document.Members(items) {
			if document.Document.Member(section).Member(name) != document.PathItem {
				continue
			}
			whole, err := pathItem(doc, item, document.Pointer("", section, name))
			if why := pub.unfollowed[document.Text(item, "$ref")]; err != nil && why != "" {
				err = unfollowed(document.Text(item, "$ref"), why)
			}
			if err != nil {
				return &document.Error{File: pub.file, Line: item.Line, Msg: err.Error()}
			}
			wanted, err := g.collectPath(pub, section, name, whole)
			if err != nil {
				return err
			}
			for wanted && item != whole {
				pointer, local := document.Target(document.Text(item, "$ref"))
				if item = document.At(doc, pointer); !local || item == nil {
					break
				}
				g.writtenOut[pointer] = true
			}
		}
		g.leftovers.add(document.Document.Member(section), items, "/"+section)
	}
	components := document.Get(doc, "components")
	for section, entries := range document.Members(components) {
		for name, node := range document.Members(entries) {
			if kind := document.Components.Member(section).Member("*"); kind != "" {
				g.add(pub, kind, node, "components", section, name)
				if kind == document.PathItem && g.names(name, node) {
					g.named[document.Pointer("", "components", section, name)] = true
				}
			}
		}
	}
	g.leftovers.add(document.Components, components, "/components")
	return nil
}

// sections are the members of a document that hold path items, by name.
var sections = []string{"paths", "webhooks"}

// collectPath adds the wanted operations of one path or webhook, and what they share. It says
// whether there are any.
func (g *merger) collectPath(pub *publication, section, name string, item *yaml.Node) (wanted bool, err error) {
	for method, op := range document.Members(item) {
		if document.PathItem.Member(method) != document.Operation ||
			!g.m.Select.takes(section, name, document.Text(op, "operationId"), g.found) {
			continue
		}
		if op.Kind != yaml.MappingNode {
			return false, &document.Error{File: pub.file, Line: op.Line, Msg: fmt.Sprintf(
				"%s is empty, or no object: write the operation, or take the line away, in a copy",
				document.Pointer("", section, name, method))}
		}
		g.add(pub, document.Operation, op, section, name, method)
		wanted = true
	}
	if !wanted {
		g.leftovers.unselected(section, name)
		return false, nil
	}
	for _, shared := range []string{"parameters", "servers"} {
		g.add(pub, document.PathItem.Member(shared), document.Get(item, shared), section, name, shared)
	}
	g.leftovers.add(document.PathItem, item, document.Pointer("", section, name), "parameters", "servers")
	return true, nil
}

// pathItem is a path item with what it refers to.
func pathItem(doc, item *yaml.Node, pointer string) (*yaml.Node, error) {
	whole, _, err := document.Resolve(doc, item, pointer)
	if err != nil || whole == item {
		return whole, err
	}
	whole = document.Clone(whole)
	for name, value := range document.Members(item) {
		switch {
		case name == "$ref":
		case document.Get(whole, name) != nil:
			return nil, fmt.Errorf("%s: has %s beside a $ref to what has one too, "+
				"and OpenAPI does not say which of them holds: take one away, in a copy", pointer, name)
		default:
			document.Set(whole, name, value)
		}
	}
	return whole, nil
}

// unfollowed is the fault of a reference that leads out of the document.
func unfollowed(ref, why string) error {
	return fmt.Errorf("the reference %q cannot be followed: %s", ref, why)
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
	if g.alone || rule < 0 && first.pub == other.pub {
		return unit{}, fmt.Errorf("two documents in %q (%s:%d and %s:%d) disagree at %s; split the file into one for each document, each a source of %s",
			first.pub.Name, first.pub.file, first.node.Line, other.pub.file, other.node.Line, where, g.m.file)
	}
	if rule < 0 {
		g.faults.undecided = append(g.faults.undecided, undecided(pointer, where, all))
		g.faults.at[pointer] = true
		return first, nil
	}
	g.used[rule] = true
	for _, u := range all {
		if u.pub.Name == take {
			g.out.decisions = append(g.out.decisions, fmt.Sprintf("%s: %s", pointer, take))
			return u, nil
		}
	}
	g.faults.wrong = append(g.faults.wrong, fmt.Sprintf("the decision at %s takes %q, which says nothing about %s", g.m.Decide[rule].At, take, pointer))
	return first, nil
}

// undecided is an entry for the manifest about units that disagree: with the source of the
// highest rank, and the others in a comment.
func undecided(pointer, where string, all []unit) string {
	var names, places []string
	for _, u := range all {
		names = append(names, scalar(u.pub.Name))
		places = append(places, fmt.Sprintf("%q (%s:%d)", u.pub.Name, u.pub.file, u.node.Line))
	}
	return fmt.Sprintf("  # %s disagree at %s\n  - at: %s\n    take: %s # or %s",
		strings.Join(places, " and "), where, scalar(pointer), names[0], strings.Join(names[1:], ", or "))
}

// scalar is text as YAML writes it in one line.
func scalar(text string) string {
	out, _ := yaml.Marshal(text) // of a string, which never fails
	return strings.TrimSuffix(string(out), "\n")
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
	for _, pointer := range []string{
		"/openapi", "/jsonSchemaDialect", "/info/title", "/info/version", "/info/termsOfService", "/info/license",
		"/servers", "/security",
	} {
		if g.units[pointer] == nil {
			continue
		}
		if _, err := g.place(pointer); err != nil {
			return err
		}
		if pointer == "/openapi" {
			key, from := g.whence()
			document.Set(g.root, key, from)
		}
	}
	return nil
}

func (g *merger) paths() error {
	for _, pointer := range g.order {
		section := document.Tokens(pointer)[0]
		if !slices.Contains(sections, section) {
			continue
		}
		u, err := g.place(pointer)
		switch {
		case err != nil:
			return err
		case u.kind == document.Operation && section == "webhooks":
			g.out.webhooks++
		case u.kind == document.Operation:
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
			if why := pub.unfollowed[ref.to]; why != "" && !known {
				return &document.Error{File: pub.file, Line: ref.line, Msg: unfollowed(ref.to, why).Error()}
			}
			if !known && g.alone {
				continue
			}
			if !known {
				return &document.Error{File: pub.file, Line: ref.line, Msg: fmt.Sprintf("the reference %q leads nowhere in the selected part", ref.to)}
			}
			if reached[pointer] {
				continue
			}
			reached[pointer] = true
			if _, err := g.settle(pointer); err != nil {
				return err
			}
			for _, u := range g.possible(pointer) {
				if err := follow(u.pub, references(u.kind, u.node)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, pointer := range g.order {
		if g.named[pointer] && !g.writtenOut[pointer] && !reached[pointer] {
			reached[pointer] = true
			if _, err := g.settle(pointer); err != nil {
				return err
			}
		}
		for _, u := range g.possible(pointer) {
			if err := follow(u.pub, references(u.kind, u.node)); err != nil {
				return err
			}
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

// names says whether the selection names, by its id, an operation of the path item called name among the components.
func (g *merger) names(name string, item *yaml.Node) bool {
	named := false
	for method, op := range document.Members(item) {
		if document.PathItem.Member(method) == document.Operation &&
			g.m.Select.takes("components", name, document.Text(op, "operationId"), g.found) {
			named = true
		}
	}
	return named
}

// possible are the units that may come to be written for pointer: the settled one, or all
// until somebody decides, so that what follows from either is known at once; none of what
// nobody asked for.
func (g *merger) possible(pointer string) []unit {
	if g.faults.at[pointer] {
		return g.units[pointer]
	}
	if u, settled := g.settled[pointer]; settled {
		return []unit{u}
	}
	return nil
}

// unitOf is the unit that holds the target of a reference, which may lie deeper.
func (g *merger) unitOf(ref string) (string, bool) {
	pointer, local := document.Target(ref)
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
	described := func(kind document.Kind, n *yaml.Node, pointer string) {
		if kind != document.Response && kind != document.RequestBody {
			return
		}
		target, _, err := document.Resolve(g.root, n, pointer)
		if err != nil {
			return // a circle, of which apply will say so
		}
		if kind == document.Response && document.Text(target, "description") == "" {
			document.Set(target, "description", document.String(statusText(statusAt(pointer))))
		}
		n = target
		for _, media := range document.Members(document.Get(n, "content")) {
			for range document.Members(document.Get(media, "examples")) {
				g.out.examples++
			}
		}
	}
	for _, at := range []string{"/paths", "/webhooks", "/components/pathItems"} {
		for _, item := range document.Members(document.At(g.root, at)) {
			document.Walk(document.PathItem, item, "", described)
		}
	}
}

func (r *merged) report(provider, target string, sources int) string {
	var b strings.Builder
	webhooks := ""
	if r.webhooks > 0 {
		webhooks = fmt.Sprintf("%d webhooks, ", r.webhooks)
	}
	fmt.Fprintf(&b,
		"%s: %d operations, %s%d request and response examples, %d components; sources: %d; written to %s\n",
		provider, r.operations, webhooks, r.examples, r.components, sources, target)
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
