package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// root is that of the tree, as the tests here see it, and readme the page that links the guides.
const (
	root   = "../.."
	readme = "README.md"
)

// page is one of Markdown.
type page struct {
	name   string // from the root of the tree
	text   string
	blocks []block
}

// block is a fenced one.
type block struct {
	page     string
	line     int    // of its fence
	language string // go, sh
	file     string // what a Go block is the whole of: the word after the language; "" for a part of a file
	lines    []string
}

// at is where the block stands.
func (b block) at() string { return fmt.Sprintf("%s:%d", b.page, b.line) }

// pages are the README and the guides.
func pages() ([]page, error) {
	names, err := filepath.Glob("*.md")
	if err != nil {
		return nil, err
	}
	for i := range names {
		names[i] = "contract/docs/" + names[i]
	}
	var all []page
	for _, name := range append([]string{readme}, names...) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		blocks, err := fenced(name, string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, page{name, string(text), blocks})
	}
	return all, nil
}

// fenced are the blocks of a page. One that is indented, as in a list, loses as much of its lines.
func fenced(name, text string) ([]block, error) {
	var all []block
	var open *block
	indent := ""
	for i, line := range strings.Split(text, "\n") {
		fence := strings.TrimLeft(line, " ")
		switch is := strings.HasPrefix(fence, "```"); {
		case is && open == nil:
			indent = line[:len(line)-len(fence)]
			open = &block{page: name, line: i + 1}
			open.language, open.file, _ = strings.Cut(strings.TrimPrefix(fence, "```"), " ")
		case is:
			all, open = append(all, *open), nil
		case open != nil:
			open.lines = append(open.lines, strings.TrimPrefix(line, indent))
		}
	}
	if open != nil {
		return nil, fmt.Errorf("%s: the block does not end", open.at())
	}
	return all, nil
}

// commands are the lines of a block of shell: what goes on after a backslash is one, and so is a here-document with
// the line that begins it.
func (b block) commands() []string {
	var all []string
	goesOn, end := false, ""
	for _, line := range b.lines {
		switch {
		case goesOn || end != "":
			all[len(all)-1] += "\n" + line
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
			continue
		default:
			all = append(all, line)
		}
		switch {
		case end != "" && line == end:
			end = ""
		case end == "":
			if _, word, found := strings.Cut(line, "<<"); found {
				end = strings.Trim(word, `'"`)
			}
		}
		goesOn = strings.HasSuffix(line, `\`)
	}
	return all
}

// plain is a command without the comment behind it.
func plain(command string) string {
	before, _, _ := strings.Cut(command, " # ")
	return strings.TrimSpace(before)
}
