package changes

import (
	"bytes"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// readOurs reads the files that may name what the provider publishes.
func (p *provider) readOurs(files fs.FS) {
	p.files = map[string][]byte{}
	for _, pattern := range slices.Concat(ownFiles(p.name), sharedFiles) {
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
}

// named is a file that still names what is gone, with the first line that does.
type named struct {
	file  string
	line  int
	names []string
}

// naming are the files of the provider that still name what is gone: first the adapter's,
// then those of the simulator and what tests both, then what is about all providers.
func (r *report) naming(provider string) []named {
	var gone []string
	for _, f := range r.Changes {
		if f.Of == provider {
			gone = append(gone, f.gone...)
		}
	}
	slices.Sort(gone)
	gone = slices.Compact(gone)
	var all []named
	for _, p := range r.heads {
		if p.name != provider {
			continue
		}
		for _, pattern := range slices.Concat(ownFiles(provider), sharedFiles) {
			own := slices.Contains(ownFiles(provider), pattern)
			for _, file := range slices.Sorted(maps.Keys(p.files)) {
				if isOf, _ := path.Match(pattern, file); isOf { // the pattern is well formed
					if one := find(file, p.files[file], gone, own); one.line > 0 {
						all = append(all, one)
					}
				}
			}
		}
	}
	return all
}

// find looks for the names in a file's text. In a file of the provider's own, a name is
// also what Go makes of it; in another, it is what stands in quotes.
func find(file string, text []byte, names []string, own bool) named {
	one := named{file: file}
	for _, name := range names {
		pattern := "[`'\"/]" + regexp.QuoteMeta(name) + "[`'\"/?]"
		switch {
		case strings.Contains(name, "/"):
			pattern = inPath.ReplaceAllString(regexp.QuoteMeta(name), `[^/\s]+`) + `(\W|$)`
		case own:
			words := parts.ReplaceAllString(joint.ReplaceAllString(name, "$1-$2"), "-")
			pattern = `(?i)\b` + strings.ReplaceAll(regexp.QuoteMeta(words), "-", "[_-]?") + `\b`
		}
		at := regexp.MustCompile(pattern).FindIndex(text)
		if at == nil {
			continue
		}
		line := 1 + bytes.Count(text[:at[0]], []byte("\n"))
		if one.names = append(one.names, name); one.line == 0 || line < one.line {
			one.line = line
		}
	}
	return one
}

// inPath is a parameter in a path, as a pattern has it; parts is what stands between the
// words of a name, and joint where one begins by its capital.
var (
	joint  = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	inPath = regexp.MustCompile(`\\\{[^{}/]*\\\}`)
	parts  = regexp.MustCompile(`[_-]+`)
)
