package changes

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// asking are the steps to what of ours makes or takes a request without what the provider
// newly asks for: the adapter, the simulator, and each file that writes such a request.
func (r *report) asking(t *todo, p string) {
	both := r.sideOf(p)
	for _, f := range r.Changes {
		if f.Of != p || f.Level != breaking || !asks.MatchString(f.Rule) {
			continue
		}
		name := f.asked()
		if !r.asksAlready(f) {
			t.do(fmt.Sprintf("send `%s`, which the provider now asks for", name), "edit %s", adapterFile(p))
		}
		if both.head == nil {
			continue
		}
		if both.head.files[simulatorFile(p)] != nil && !both.edited(simulatorFile(p)) {
			t.do(fmt.Sprintf("refuse a request without `%s`; a case that then gets another answer is to be "+
				"written anew in %s, or, if it gets none, to say so there and in %s", name, casesFile(p), waysFile(p)),
				"edit %s", simulatorFile(p))
		}
		for _, operation := range f.Where {
			for _, file := range slices.Sorted(maps.Keys(both.head.files)) {
				if lines := both.lacking(file, operation, name); len(lines) > 0 {
					t.do(fmt.Sprintf("it writes a request of %s without `%s`, which the provider now asks for, in %s",
						operation, name, listed(lines)), "edit %s:%d", file, lines[0])
				}
			}
		}
	}
}

// asksAlready says whether the adapter sends what the provider newly asks for: it names it, and
// did not when it may have left it out, or was changed since.
func (r *report) asksAlready(f finding) bool {
	both := r.sideOf(f.Of)
	if both.head == nil {
		return false
	}
	name := lostMember(f.asked()).own
	for file, text := range both.head.files {
		if isAdapter(f.Of, file) && name.Match(text) && (both.edited(file) || !name.Match(both.base.files[file])) {
			return true
		}
	}
	return false
}

// lacking are the lines of a Go file that write a body for the operation without the member,
// which it has to have; none if they are already fewer than they were.
func (s sides) lacking(file, operation, member string) []int {
	required, has := s.head.body(operation)
	if !strings.HasSuffix(file, ".go") || !slices.Contains(required, member) {
		return nil
	}
	needed := slices.DeleteFunc(required, func(name string) bool { return name == member })
	lines := bodiesWithout(s.head.files[file], needed, has, member)
	if was := s.base.files[file]; was != nil && len(lines) < len(bodiesWithout(was, needed, has, member)) {
		return nil
	}
	return lines
}

// body is what the operation's body has to have and can have.
func (p *provider) body(operation string) (required, has []string) {
	root := p.facts()
	for _, o := range operations(root) {
		if o.id != operation {
			continue
		}
		asked := whole(root, document.Get(document.Get(document.Get(root, "paths"), o.path), o.method), nil)
		for _, media := range document.Members(document.Get(document.Get(asked, "requestBody"), "content")) {
			schema := document.Get(media, "schema")
			required = append(required, texts(document.Get(schema, "required"))...)
			for name := range document.Members(document.Get(schema, "properties")) {
				has = append(has, name)
			}
		}
	}
	return required, has
}

func texts(list *yaml.Node) []string {
	var all []string
	for _, item := range document.Items(list) {
		all = append(all, item.Value)
	}
	return all
}

// bodiesWithout are the lines of a text on which JSON stands that has all that is needed, two
// members at least and nothing but what the body has, and lacks the member. A line that ends
// with + goes on in the next.
func bodiesWithout(text []byte, needed, has []string, member string) []int {
	var all []int
	var names []string
	first := 0
	for i, line := range bytes.Split(text, []byte("\n")) {
		if names == nil {
			first = i + 1
		}
		for _, found := range memberName.FindAllSubmatch(line, -1) {
			names = append(names, string(found[1]))
		}
		if bytes.HasSuffix(bytes.TrimSpace(line), []byte("+")) {
			continue
		}
		slices.Sort(names)
		names = slices.Compact(names)
		if len(names) > 1 && len(without(needed, names))+len(without(names, has)) == 0 &&
			!slices.Contains(names, member) {
			all = append(all, first)
		}
		names = nil
	}
	return all
}

// memberName finds the name of a member in JSON, also within a text of Go.
var memberName = regexp.MustCompile(`\\?"(\w+)\\?":`)

func listed(lines []int) string {
	if len(lines) == 1 {
		return fmt.Sprintf("line %d", lines[0])
	}
	return "lines " + strings.Trim(strings.ReplaceAll(fmt.Sprint(lines), " ", ", "), "[]")
}
