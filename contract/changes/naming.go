package changes

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// readOurs reads the files that may name what the provider publishes, and the lists of what was
// looked at there.
func (p *provider) readOurs(files fs.FS) {
	p.files = map[string][]byte{}
	known := []string{sumsFile(p.name), lookedAtFile(p.name)}
	for _, pattern := range slices.Concat(ownFiles(p.name), sharedFiles, known) {
		found, err := fs.Glob(files, pattern)
		if err != nil {
			p.problem("%v", err)
		}
		for _, file := range found {
			if data, ok := p.read(files, file); ok {
				p.files[file] = data
			}
		}
	}
	p.readLookedAt(files)
}

// readLookedAt finds out whether a place in the sources at which somebody looked is gone.
func (p *provider) readLookedAt(files fs.FS) {
	sources := map[string]*yaml.Node{}
	for line := range strings.Lines(string(p.files[lookedAtFile(p.name)])) {
		columns := strings.Split(strings.TrimSpace(line), "\t")
		file, pointer, found := strings.Cut(columns[len(columns)-1], "#")
		if len(columns) != 3 || !found {
			continue // a comment
		}
		if _, known := sources[file]; !known {
			text, err := fs.ReadFile(files, file)
			if err == nil {
				sources[file], err = document.Parse(file, text)
			}
			if err != nil {
				sources[file] = nil // its withdrawal or its fault is told elsewhere
			}
		}
		if sources[file] == nil || document.At(sources[file], pointer) == nil {
			p.lookAgain = true
		}
	}
}

// lost is a name that nobody knows any more, or that has become another.
type lost struct {
	name, now string // as the report says them; now is "" if nothing stands for it
	of        string // the one operation for which it is so; "" for all
	// own finds it in a file of the provider's own, shared in another; nil: nowhere.
	own, shared *regexp.Regexp
	// except is a file that another step is about.
	except string
	// done, if it is not nil, finds what a file has once it knows better, though the name
	// is still in it: others are called so too. with is what a file that means this one names
	// besides.
	done, with *regexp.Regexp
}

// in is the first place where the text of a file still names it; nil if it does not.
func (l lost) in(text []byte, own bool) []int {
	pattern := l.shared
	if own {
		pattern = l.own
	}
	if pattern == nil || l.done != nil && l.done.Match(text) || l.with != nil && !l.with.Match(text) {
		return nil
	}
	return pattern.FindIndex(text)
}

// named is a file that still names what is gone, with the first line that does.
type named struct {
	file  string
	line  int
	names []lost
}

// why says what is to be done about the file.
func (n named) why() string {
	var gone, names []string
	for _, one := range n.names {
		if one.now == "" {
			gone = append(gone, one.name)
		} else {
			names = append(names, fmt.Sprintf("`%s`, which is now %s", one.name, one.today()))
		}
	}
	if len(gone) > 0 {
		names = append([]string{quoted(gone) + ", gone from what the provider publishes"}, names...)
	}
	return "it still names " + strings.Join(names, ", and ")
}

func (l lost) becomes() string { return fmt.Sprintf("`%s` is now %s", l.name, l.today()) }

// today is what it is now, and of which operation.
func (l lost) today() string {
	if l.of == "" {
		return "`" + l.now + "`"
	}
	return fmt.Sprintf("`%s` in %s", l.now, l.of)
}

// naming are the files of the provider that still name what is gone: first the adapter's,
// then those of the simulator and what tests both, then what is about all providers.
func (r *report) naming(provider string) []named {
	head := r.sideOf(provider).head
	if head == nil {
		return nil
	}
	gone := r.lost[provider]
	var all []named
	for _, pattern := range slices.Concat(ownFiles(provider), sharedFiles) {
		own := slices.Contains(ownFiles(provider), pattern)
		for _, file := range slices.Sorted(maps.Keys(head.files)) {
			if isOf, _ := path.Match(pattern, file); isOf { // the pattern is well formed
				if one := find(file, head.files[file], gone, own); one.line > 0 {
					all = append(all, one)
				}
			}
		}
	}
	return all
}

// find looks for what is lost in a file's text.
func find(file string, text []byte, gone []lost, own bool) named {
	one := named{file: file}
	for _, l := range gone {
		at := l.in(text, own)
		if at == nil || file == l.except {
			continue
		}
		line := 1 + bytes.Count(text[:at[0]], []byte("\n"))
		if one.names = append(one.names, l); one.line == 0 || line < one.line {
			one.line = line
		}
	}
	return one
}

// losses is all that the provider's document no longer has, by name.
func (r *report) losses(both sides) []lost {
	alive := both.head.names()
	var all []lost
	for _, f := range r.Changes {
		if f.Of != both.head.name {
			continue
		}
		for _, name := range f.gone {
			if strings.Contains(name, "/") {
				all = append(all, r.lostPath(both, name))
				continue
			}
			l := lostMember(name)
			if l.now = r.successor(f, name); alive[name] {
				l.with = nil
				if parent := parentOf(f.at); parent != "" {
					l.with = lostMember(parent).own
				}
				if l.now != "" {
					l.done = lostMember(l.now).own
				}
			}
			all = append(all, l)
		}
		for from, now := range f.renamedParameters() {
			l := lost{name: from, now: now, of: f.from.id, own: parameter(from)}
			if alive[from] {
				l.done = parameter(now)
			}
			all = append(all, l)
		}
		all = append(all, f.moved...)
	}
	all = append(all, r.lostExamples(both)...)
	all = append(all, lostPublications(both)...)
	slices.SortStableFunc(all, func(a, b lost) int { return strings.Compare(a.name, b.name) })
	return slices.CompactFunc(all, func(a, b lost) bool { return a.name == b.name })
}

// lostMember finds a member, a header or a value. In a file of the provider's own, a name is
// also what Go makes of it; in another, it is what stands in quotes.
func lostMember(name string) lost {
	words := parts.ReplaceAllString(joint.ReplaceAllString(name, "$1-$2"), "-")
	return lost{name: name,
		own:    regexp.MustCompile(`(?i)\b` + strings.ReplaceAll(regexp.QuoteMeta(words), "-", "[_-]?") + `\b`),
		shared: regexp.MustCompile("[`'\"/]" + regexp.QuoteMeta(name) + "[`'\"/?]")}
}

// parameter finds the name of a parameter: in quotes, or as a key of YAML.
func parameter(name string) *regexp.Regexp {
	name = regexp.QuoteMeta(name)
	return regexp.MustCompile("(?m)[`'\"]" + name + "[`'\"]|(?:^|[\\s{,])" + name + ":")
}

// lostPath finds a path, whatever stands for its parameters, and in code also the parts
// between them that no other path has.
func (r *report) lostPath(both sides, name string) lost {
	l := lost{name: name}
	for _, f := range r.Changes {
		if f.Of == both.head.name && f.from.path == name && f.to.path != name {
			l.now = f.to.path
		}
	}
	if inPath(l.now) == inPath(name) {
		return l // nothing but its parameters has another name
	}
	pattern := strings.ReplaceAll(regexp.QuoteMeta(inPath(name)), regexp.QuoteMeta("{}"), `[^/\s]+`) + `(\W|$)`
	var alive []string
	for _, o := range operations(both.head.facts()) {
		alive = append(alive, strings.Split(inPath(o.path), "{}")...)
	}
	for _, piece := range strings.Split(inPath(name), "{}") {
		if strings.Trim(piece, "/") != "" && !slices.Contains(alive, piece) {
			pattern += "|[`\"]" + regexp.QuoteMeta(piece) + "[`\"?]"
		}
	}
	if end := "/" + path.Base(inPath(name)); end != "/{}" && !slices.ContainsFunc(alive, func(piece string) bool {
		return strings.Contains(piece+"/", end+"/")
	}) {
		pattern += "|[`\"]" + regexp.QuoteMeta(end) + "[`\"?]"
	}
	l.own = regexp.MustCompile(pattern)
	l.shared = l.own
	return l
}

// inPath is a path without the names of its parameters.
func inPath(path string) string { return pathParameter.ReplaceAllString(path, "{}") }

// renamedParameters are those of a path that moved, by their old names.
func (f finding) renamedParameters() map[string]string {
	all := map[string]string{}
	was, is := pathParameter.FindAllString(f.from.path, -1), pathParameter.FindAllString(f.to.path, -1)
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			all[strings.Trim(was[i], "{}")] = strings.Trim(is[i], "{}")
		}
	}
	return all
}

// lostExamples finds the examples that are gone, by the part of their ids that the
// simulator calls them by, and operations that are gone altogether, by their ids.
func (r *report) lostExamples(both sides) []lost {
	if both.base.doc == nil || both.head.doc == nil {
		return nil
	}
	name := both.head.name
	was, is := both.base.entries(), both.head.entries()
	var all []lost
	for _, f := range r.Changes {
		if f.Of != name || f.Rule != "example-removed" {
			continue
		}
		for _, id := range f.Where {
			if operation, _, _ := strings.Cut(strings.TrimPrefix(id, name+"/"), "/"); r.unsettled(name, id) {
				continue
			} else if both.head.has(operation) {
				all = append(all, lostExample(name, id, was[id], is))
			} else {
				all = append(all, lost{name: operation,
					own: regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(operation) + `\w*`)})
				if called := strings.TrimPrefix(id, name+"/"+operation+"/"); !calledSo(is, called) {
					all = append(all, lost{name: strings.TrimPrefix(id, name+"/"), except: casesFile(name),
						own: inQuotes(called)})
				}
			}
		}
	}
	return all
}

// lostExample finds one that is gone from the examples of a document. It has become that of
// the same name which says the same with another status.
func lostExample(provider, id string, was example.Entry, is map[string]example.Entry) lost {
	l := lost{name: strings.TrimPrefix(id, provider+"/"), except: casesFile(provider)}
	operation, called, _ := strings.Cut(l.name, "/")
	pattern := `\b` + regexp.QuoteMeta(l.name) + `(?:[^\w-]|$)`
	for _, now := range slices.Sorted(maps.Keys(is)) {
		alike := strings.HasPrefix(now, provider+"/"+operation+"/") && path.Base(now) == path.Base(id)
		if alike && l.now == "" && sameJSON(is[now].Value, was.Value) {
			l.now = strings.TrimPrefix(now, provider+"/")
		}
	}
	if !calledSo(is, called) {
		pattern += "|" + inQuotes(called).String()
	}
	l.own = regexp.MustCompile(pattern)
	return l
}

// calledSo says whether any operation has an example of that name.
func calledSo(is map[string]example.Entry, called string) bool {
	for id := range is {
		if strings.HasSuffix(id, "/"+called) {
			return true
		}
	}
	return false
}

func inQuotes(name string) *regexp.Regexp {
	return regexp.MustCompile("[`'\"]" + regexp.QuoteMeta(name) + "[`'\"]")
}

// lostPublications finds the publications that have another date.
func lostPublications(both sides) []lost {
	if both.base.doc == nil || both.head.doc == nil {
		return nil
	}
	var all []lost
	for _, was := range both.base.doc.Sources() {
		for _, is := range both.head.doc.Sources() {
			if was.Name == is.Name && was.Date != is.Date && was.Date != "" {
				name := was.Name + " " + was.Date
				all = append(all, lost{name: name, now: strings.TrimSpace(is.Name + " " + is.Date),
					own: regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)})
			}
		}
	}
	return all
}

// successor is the name of the one member that came where the one called name went; "" if it
// cannot be told.
func (r *report) successor(gone finding, name string) string {
	var went, came []string
	for _, f := range r.Changes {
		if f.at == "" || gone.at == "" || f.Of != gone.Of || path.Dir(f.at) != path.Dir(gone.at) ||
			!slices.Equal(f.Where, gone.Where) {
			continue
		}
		switch {
		case len(f.gone) > 0:
			went = append(went, path.Base(f.at))
		case strings.Contains(f.Rule, "property-added"):
			came = append(came, path.Base(f.at))
		}
	}
	if len(came) != 1 || len(went) != 1 || went[0] != name {
		return ""
	}
	return came[0]
}

// parentOf is the member in which the member at a path of oasdiff's stands; "" if none has a
// name.
func parentOf(at string) string {
	tokens := strings.Split(at, "/")
	for _, token := range slices.Backward(tokens[:len(tokens)-1]) {
		if token != "items" && regexp.MustCompile(`^\w+$`).MatchString(token) {
			return token
		}
	}
	return ""
}

// names are the members and parameters that an operation of the document has.
func (p *provider) names() map[string]bool {
	all := map[string]bool{}
	root := p.facts()
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for key, value := range document.Members(n) {
			if key == "properties" {
				for name := range document.Members(value) {
					all[name] = true
				}
			}
			if name := document.Text(value, "name"); name != "" && document.Text(value, "in") != "" {
				all[name] = true
			}
			walk(value)
		}
		for _, item := range document.Items(n) {
			if name := document.Text(item, "name"); name != "" && document.Text(item, "in") != "" {
				all[name] = true
			}
			walk(item)
		}
	}
	for _, o := range operations(root) {
		walk(whole(root, document.Get(document.Get(document.Get(root, "paths"), o.path), o.method), nil))
	}
	return all
}

// has says whether the document has an operation of that name.
func (p *provider) has(id string) bool {
	return slices.ContainsFunc(operations(p.facts()), func(o operation) bool { return o.id == id })
}

// parts is what stands between the words of a name, and joint where one begins by its capital.
var (
	joint = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	parts = regexp.MustCompile(`[_-]+`)
)
