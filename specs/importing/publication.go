package importing

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

var (
	fence = regexp.MustCompile("^( {0,3})(`{3,}|~{3,})[ \t]*([^`]*?)[ \t\r]*$")
	// rootKey is how the first member of an OpenAPI document can look.
	rootKey = regexp.MustCompile(`^["']?(openapi|swagger)["']?[ \t]*:`)
	// heading is the operation that a fence can name: "yaml post /digilocker".
	heading = regexp.MustCompile(`(?i)(?:^|\s)(get|put|post|delete|options|head|patch|trace)\s+(/\S*)`)
)

// parsePublication returns the OpenAPI documents in data: one if it is a
// document, one for each fenced block that holds one if it is a page.
func parsePublication(file string, data []byte) ([]*yaml.Node, error) {
	if isDocument(data) {
		root, err := openAPI(file, data)
		if err != nil {
			return nil, err
		}
		return []*yaml.Node{root}, nil
	}
	var docs []*yaml.Node
	for _, b := range blocks(data) {
		if !b.isOpenAPI() {
			continue
		}
		// Blank lines in front keep the block's line numbers those of the page.
		root, err := openAPI(file, append(bytes.Repeat([]byte("\n"), b.line), b.text...))
		if err != nil {
			return nil, err
		}
		if err := b.namesItsOperation(file, root); err != nil {
			return nil, err
		}
		docs = append(docs, root)
	}
	if len(docs) == 0 {
		return nil, &document.Error{File: file, Msg: "holds no OpenAPI document: neither does it start with one, nor is one in a fenced block"}
	}
	return docs, nil
}

// isDocument says whether data as a whole is meant to be a document: JSON, or
// YAML in which "openapi:" comes before any fence.
func isDocument(data []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(text) > 0 && text[0] == '{' {
		return true
	}
	for line := range bytes.Lines(text) {
		if rootKey.Match(line) {
			return true
		}
		if fence.Match(bytes.TrimRight(line, "\r\n")) {
			return false
		}
	}
	return false
}

// block is a fenced block of a page.
type block struct {
	info string // what follows the opening fence: "yaml post /digilocker"
	line int    // of the opening fence, 1-based
	text []byte
}

// blocks finds the fenced blocks of a page. A block whose closing fence is
// missing ends with the page.
func blocks(page []byte) []block {
	var found []block
	var open *block
	var indent, marker string
	line := 0
	for text := range bytes.Lines(page) {
		line++
		m := fence.FindSubmatch(bytes.TrimRight(text, "\r\n"))
		switch {
		case open == nil && m != nil:
			indent, marker = string(m[1]), string(m[2])
			found = append(found, block{info: string(m[3]), line: line})
			open = &found[len(found)-1]
		case open != nil && m != nil && len(m[3]) == 0 && strings.HasPrefix(string(m[2]), marker):
			open = nil
		case open != nil: // an indented fence has indented lines
			for i := 0; i < len(indent) && bytes.HasPrefix(text, []byte(" ")); i++ {
				text = text[1:]
			}
			open.text = append(open.text, text...)
		}
	}
	return found
}

func (b block) isOpenAPI() bool {
	text := bytes.TrimSpace(b.text)
	if len(text) > 0 && text[0] == '{' {
		return bytes.Contains(text, []byte(`"openapi"`)) || bytes.Contains(text, []byte(`"swagger"`))
	}
	for line := range bytes.Lines(b.text) {
		if rootKey.Match(line) {
			return true
		}
	}
	return false
}

// namesItsOperation checks a fence such as "yaml post /digilocker" against the
// document in it.
func (b block) namesItsOperation(file string, root *yaml.Node) error {
	named := heading.FindStringSubmatch(b.info)
	if named == nil {
		return nil
	}
	method, path := strings.ToLower(named[1]), named[2]
	if document.Get(document.Get(document.Get(root, "paths"), path), method) == nil {
		return &document.Error{File: file, Line: b.line, Msg: fmt.Sprintf("the block is headed %q, but the document in it has no such operation", b.info)}
	}
	return nil
}

// openAPI parses one document and checks that it is OpenAPI 3.0 or 3.1.
func openAPI(file string, data []byte) (*yaml.Node, error) {
	root, err := document.Parse(file, data)
	if err != nil {
		return nil, err
	}
	if v := document.Get(root, "swagger"); v != nil {
		return nil, &document.Error{File: file, Line: v.Line,
			Msg: "is Swagger " + v.Value + "; convert it to OpenAPI 3 first, " +
				"for example with swagger2openapi, and give that"}
	}
	v := document.Get(root, "openapi")
	if v == nil {
		return nil, &document.Error{File: file, Line: root.Line, Msg: "is no OpenAPI document: it has no member openapi"}
	}
	if !strings.HasPrefix(v.Value, "3.0.") && !strings.HasPrefix(v.Value, "3.1.") {
		return nil, &document.Error{File: file, Line: v.Line, Msg: fmt.Sprintf("is OpenAPI %q; only 3.0.x and 3.1.x are read", v.Value)}
	}
	if d := document.Get(root, "jsonSchemaDialect"); d != nil && !slices.Contains(dialects, d.Value) {
		return nil, &document.Error{File: file, Line: d.Line, Msg: fmt.Sprintf(
			"its schemas are of the dialect %q, and examples are judged by JSON Schema 2020-12 alone: "+
				"write %s there, in a copy, if that is meant", d.Value, dialects[0])}
	}
	some := false
	for _, section := range sections {
		items := document.Get(root, section)
		if items != nil && items.Kind != yaml.MappingNode {
			return nil, &document.Error{File: file, Line: items.Line, Msg: section + " is no object"}
		}
		some = some || items != nil
	}
	if !some {
		return nil, &document.Error{File: file, Line: root.Line, Msg: "has neither paths nor webhooks; " +
			"a file that others refer to lies beside them, and is not given itself"}
	}
	return root, nil
}

// dialects are those of JSON Schema by which examples are judged.
var dialects = []string{
	"https://spec.openapis.org/oas/3.1/dialect/base",
	"https://json-schema.org/draft/2020-12/schema",
}
