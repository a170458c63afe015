// Package document reads and writes OpenAPI documents as trees of YAML nodes,
// so that values stay exactly as their publisher wrote them: the order of
// members, the digits of a number, the difference between null and absent.
//
// It is strict where the parsers behind it are lenient: a duplicate member,
// bytes after the document and a second document are errors with a line.
package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Short forms of the tags that a parsed tree consists of.
const (
	tagMap   = "!!map"
	tagSeq   = "!!seq"
	tagStr   = "!!str"
	tagInt   = "!!int"
	tagFloat = "!!float"
	tagBool  = "!!bool"
	tagNull  = "!!null"
)

const (
	// maxNodes bounds a document after its YAML aliases are expanded. The
	// largest published file known here has under 60,000 nodes.
	maxNodes = 1_000_000
	// maxDepth bounds the nesting of JSON as the YAML parser bounds its own.
	maxDepth = 10_000
)

// Error is a fault in an input document: what, and where.
type Error struct {
	File string // as the caller named it
	Line int    // 1-based; 0 when the fault has no single place
	Msg  string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
}

// Read parses the file at path; see Parse.
func Read(path string) (*yaml.Node, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

func readFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, &Error{File: path, Msg: err.Error()}
	}
	return data, nil
}

// Decode reads the file at path into the value that into points to, and returns
// its tree as Read does. A member that into has no field for is an error.
func Decode(path string, into any) (*yaml.Node, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return DecodeText(path, data, into)
}

// DecodeText is Decode of text that was read from path.
func DecodeText(path string, data []byte, into any) (*yaml.Node, error) {
	root, err := Parse(path, data)
	if err != nil {
		return nil, err
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		return nil, misfit(path, err)
	}
	return root, nil
}

// misfit is the first of the faults that a decoder lists.
func misfit(file string, err error) error {
	var te *yaml.TypeError
	if !errors.As(err, &te) {
		return &Error{File: file, Msg: err.Error()}
	}
	fault := &Error{File: file, Msg: te.Errors[0]}
	if n, _ := fmt.Sscanf(te.Errors[0], "line %d:", &fault.Line); n == 1 {
		_, fault.Msg, _ = strings.Cut(te.Errors[0], ": ")
	}
	return fault
}

// Parse reads one JSON or YAML document, which must be an object, and returns
// its root mapping. Styles, comments and anchors are gone from the result,
// aliases are expanded, and a plain date is the string that it looks like.
// Node lines count from the beginning of data. Errors are of type *Error.
func Parse(file string, data []byte) (*yaml.Node, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &Error{File: file, Msg: "is empty"}
	}
	for i, r := range string(data) {
		if r == utf8.RuneError && !bytes.HasPrefix(data[i:], []byte("\uFFFD")) {
			return nil, &Error{File: file, Line: 1 + bytes.Count(data[:i], []byte("\n")), Msg: "is not UTF-8"}
		}
	}
	var root *yaml.Node
	var err error
	if bytes.TrimLeft(data, " \t\r\n")[0] == '{' {
		root, err = parseJSON(file, data)
	} else {
		root, err = parseYAML(file, data)
	}
	if err != nil {
		return nil, err
	}
	if root.Kind != yaml.MappingNode {
		return nil, &Error{File: file, Line: root.Line, Msg: "is not an object at its top level"}
	}
	return root, nil
}

func parseYAML(file string, data []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, &Error{File: file, Msg: "is empty but for comments"}
	} else if err != nil {
		return nil, yamlError(file, err)
	}
	switch err := dec.Decode(&more); {
	case err == nil:
		return nil, &Error{File: file, Line: more.Line, Msg: "holds a second YAML document; give each its own file"}
	case !errors.Is(err, io.EOF):
		return nil, yamlError(file, err)
	}
	n := normaliser{file: file}
	return n.node(doc.Content[0], nil)
}

var (
	yamlLine = regexp.MustCompile(`^yaml: line (\d+): `)
	// fromZero are the messages whose line the YAML parser counts from zero.
	fromZero = regexp.MustCompile(`did not find expected (key|node content|'-' indicator|',' or|<document start>)`)
)

func yamlError(file string, err error) error {
	msg := err.Error()
	if m := yamlLine.FindStringSubmatch(msg); m != nil {
		line, _ := strconv.Atoi(m[1])
		if fromZero.MatchString(msg) {
			line++
		}
		return &Error{File: file, Line: line, Msg: "is not YAML: " + msg[len(m[0]):]}
	}
	return &Error{File: file, Msg: "is not YAML: " + strings.TrimPrefix(msg, "yaml: ")}
}

// normaliser copies a parsed YAML tree into one that JSON could have given.
type normaliser struct {
	file  string
	count int
}

func (n *normaliser) fail(at *yaml.Node, format string, args ...any) error {
	return &Error{File: n.file, Line: at.Line, Msg: fmt.Sprintf(format, args...)}
}

// node copies in; open holds the aliases being expanded, to find a cycle.
func (n *normaliser) node(in *yaml.Node, open []*yaml.Node) (*yaml.Node, error) {
	if n.count++; n.count > maxNodes {
		return nil, n.fail(in, "is larger than %d nodes once its aliases are expanded", maxNodes)
	}
	switch in.Kind {
	case yaml.AliasNode:
		for _, o := range open {
			if o == in.Alias {
				return nil, n.fail(in, "the alias *%s contains itself", in.Value)
			}
		}
		return n.node(in.Alias, append(open, in.Alias))
	case yaml.SequenceNode:
		out := &yaml.Node{Kind: yaml.SequenceNode, Tag: tagSeq, Line: in.Line}
		out.Content = make([]*yaml.Node, 0, len(in.Content))
		for _, c := range in.Content {
			item, err := n.node(c, open)
			if err != nil {
				return nil, err
			}
			out.Content = append(out.Content, item)
		}
		return out, nil
	case yaml.MappingNode:
		return n.mapping(in, open)
	}
	switch tag := in.ShortTag(); tag {
	case tagStr, tagBool, tagNull:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: canonical(tag, in.Value), Line: in.Line}, nil
	case "!!timestamp":
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tagStr, Value: in.Value, Line: in.Line}, nil
	case tagInt, tagFloat:
		out := number(in.Value, in.Line)
		if out == nil {
			return nil, n.fail(in, "the number %q has no JSON form; quote it if it is text", in.Value)
		}
		return out, nil
	default:
		return nil, n.fail(in, "the YAML tag %s has no JSON form", tag)
	}
}

// number is a node for a number, with the tag that a YAML reader will find for
// it (an integer too large for 64 bits is a float to them); nil if JSON and YAML
// do not both take value for one.
func number(value string, line int) *yaml.Node {
	out := &yaml.Node{Kind: yaml.ScalarNode, Value: value, Line: line}
	out.Tag = out.ShortTag()
	if !json.Valid([]byte(value)) || out.Tag != tagInt && out.Tag != tagFloat {
		return nil
	}
	return out
}

func (n *normaliser) mapping(in *yaml.Node, open []*yaml.Node) (*yaml.Node, error) {
	out := &yaml.Node{Kind: yaml.MappingNode, Tag: tagMap, Line: in.Line}
	out.Content = make([]*yaml.Node, 0, len(in.Content))
	seen := make(map[string]int, len(in.Content)/2)
	var merged []*yaml.Node
	for i := 0; i < len(in.Content); i += 2 {
		key := in.Content[i]
		if key.Kind != yaml.ScalarNode {
			return nil, n.fail(key, "a member's name must be text")
		}
		if key.ShortTag() == "!!merge" {
			value, err := n.node(in.Content[i+1], open)
			if err != nil {
				return nil, err
			}
			merged = append(merged, value)
			continue
		}
		if first, ok := seen[key.Value]; ok {
			return nil, n.fail(key, "duplicate member %q (first in line %d)", key.Value, first)
		}
		seen[key.Value] = key.Line
		value, err := n.node(in.Content[i+1], open)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: tagStr, Value: key.Value, Line: key.Line}, value)
	}
	for _, value := range merged {
		if err := n.merge(out, value); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// merge gives out the members of the object under a merge key, or of a list of such, that it
// does not have itself: of a list, the first object's come first.
func (n *normaliser) merge(out, from *yaml.Node) error {
	switch from.Kind {
	case yaml.MappingNode:
		for name, value := range Members(from) {
			if Get(out, name) == nil {
				Set(out, name, value)
			}
		}
		return nil
	case yaml.SequenceNode:
		for _, item := range from.Content {
			if item.Kind != yaml.MappingNode {
				return n.fail(item, "what << merges must be an object")
			}
			if err := n.merge(out, item); err != nil {
				return err
			}
		}
		return nil
	}
	return n.fail(from, "what << merges must be an object, or a list of objects")
}

// canonical writes YAML's spellings of true, false and null as JSON does.
func canonical(tag, value string) string {
	switch tag {
	case tagBool:
		return strings.ToLower(value)
	case tagNull:
		return "null"
	}
	return value
}

// parseJSON reads JSON with its own decoder: YAML readers refuse tabs and split
// surrogate pairs.
func parseJSON(file string, data []byte) (*yaml.Node, error) {
	p := jsonParser{file: file, data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	p.dec.UseNumber()
	root, err := p.value()
	if err != nil {
		return nil, p.wrap(err)
	}
	if rest := bytes.TrimLeft(data[p.dec.InputOffset():], blanks); len(rest) > 0 {
		return nil, p.failAt(int64(len(data)-len(rest)), "bytes follow the end of the document")
	}
	return root, nil
}

type jsonParser struct {
	file  string
	data  []byte
	dec   *json.Decoder
	depth int
	line  int   // line of offset at, counted on
	at    int64 // from here
}

const (
	tooDeep = "is nested deeper than %d levels"
	blanks  = " \t\r\n" // which JSON has between its tokens
)

// here is the line of the decoder's offset.
func (p *jsonParser) here() int {
	off := min(p.dec.InputOffset(), int64(len(p.data)))
	p.line += bytes.Count(p.data[p.at:off], []byte("\n"))
	p.at = off
	return p.line + 1
}

func (p *jsonParser) fail(format string, args ...any) error {
	return &Error{File: p.file, Line: p.here(), Msg: fmt.Sprintf(format, args...)}
}

// next is the offset of what follows the last token, behind blanks and one comma; the length of the
// data if nothing does.
func (p *jsonParser) next() int64 {
	rest := bytes.TrimLeft(p.data[min(p.dec.InputOffset(), int64(len(p.data))):], blanks)
	rest = bytes.TrimLeft(bytes.TrimPrefix(rest, []byte(",")), blanks)
	return int64(len(p.data) - len(rest))
}

// failAt fails at an offset; at the end of the data that is in the last line that holds any.
func (p *jsonParser) failAt(off int64, format string, args ...any) error {
	before := p.data[:off]
	if off == int64(len(p.data)) {
		before = bytes.TrimRight(before, blanks)
	}
	return &Error{File: p.file, Line: 1 + bytes.Count(before, []byte("\n")), Msg: fmt.Sprintf(format, args...)}
}

// wrap says where what the decoder refuses begins: the two decoders that there are in Go, of which
// GOEXPERIMENT=jsonv2 chooses one, put it at other places and in other words.
func (p *jsonParser) wrap(err error) error {
	var own *Error
	if errors.As(err, &own) {
		return err
	}
	at := p.next()
	switch {
	case strings.Contains(err.Error(), "max depth"):
		return p.failAt(at, tooDeep, maxDepth)
	case at == int64(len(p.data)):
		return p.failAt(at, "is not JSON: it ends too early")
	}
	return p.failAt(at, "is not JSON: %v", err)
}

func (p *jsonParser) value() (*yaml.Node, error) {
	tok, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	line := p.here()
	scalar := func(tag, value string) (*yaml.Node, error) {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value, Line: line}, nil
	}
	switch t := tok.(type) {
	case json.Delim:
		if p.depth++; p.depth > maxDepth {
			return nil, p.fail(tooDeep, maxDepth)
		}
		defer func() { p.depth-- }()
		if t == '{' {
			return p.object(line)
		}
		return p.array(line)
	case string:
		return scalar(tagStr, t)
	case json.Number:
		out := number(t.String(), line)
		if out == nil {
			return nil, p.fail("the number %s is too large", t)
		}
		return out, nil
	case bool:
		return scalar(tagBool, strconv.FormatBool(t))
	default:
		return scalar(tagNull, "null")
	}
}

func (p *jsonParser) object(line int) (*yaml.Node, error) {
	out := &yaml.Node{Kind: yaml.MappingNode, Tag: tagMap, Line: line}
	seen := map[string]bool{}
	for p.dec.More() {
		tok, err := p.dec.Token()
		if err != nil {
			return nil, err
		}
		key := tok.(string) // the decoder gives nothing else here
		if seen[key] {
			return nil, p.fail("duplicate member %q", key)
		}
		seen[key] = true
		keyNode := &yaml.Node{Kind: yaml.ScalarNode, Tag: tagStr, Value: key, Line: p.here()}
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, keyNode, value)
	}
	_, err := p.dec.Token()
	return out, err
}

func (p *jsonParser) array(line int) (*yaml.Node, error) {
	out := &yaml.Node{Kind: yaml.SequenceNode, Tag: tagSeq, Line: line}
	for p.dec.More() {
		item, err := p.value()
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, item)
	}
	_, err := p.dec.Token()
	return out, err
}

// ambiguous is text that a YAML 1.1 reader takes for a boolean, a number in
// base 60, a date or a merge key, though YAML 1.2 and this package's own writer
// do not; and text of several lines that the writer would get wrong as a block.
var ambiguous = regexp.MustCompile(`^(?:<<|(?s:[ \t\x{85}\x{2028}\x{2029}].*\n.*|\n.*)|[yYnN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\d{4}-\d\d?-\d\d?.*|[-+]?[0-9][0-9_]+|0o?[0-7]+)$`)

// WriteFile replaces the file at path in one step: a reader, or an interrupted
// run, sees the old bytes or the new ones, never a part. A file that already
// holds data is left alone, and its time with it.
func WriteFile(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // fails once the file is renamed, as it should
	_, err = tmp.Write(data)
	if err := errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// Writable makes the folder dir, if it is not there, and says why no file can be
// written to it: before work whose result is to go there.
func Writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".writable.*")
	if err != nil {
		return err
	}
	return errors.Join(tmp.Close(), os.Remove(tmp.Name()))
}

// sealLine is the last line of a sealed document's comment.
var sealLine = regexp.MustCompile(`(?m)^# sha256 of what follows: ([0-9a-f]{64})\n`)

// Seal writes root as Marshal does, with the sum of its own text at the end of
// the comment: a later edit by hand shows.
func Seal(root *yaml.Node, comment string) ([]byte, error) {
	body, err := Marshal(root, "")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	var out bytes.Buffer
	writeComment(&out, comment+"sha256 of what follows: "+hex.EncodeToString(sum[:])+"\n")
	out.Write(body)
	return out.Bytes(), nil
}

// Sealed says whether data has a seal, and whether that is unbroken.
func Sealed(data []byte) (sealed, unbroken bool) {
	at := sealLine.FindSubmatchIndex(data)
	if at == nil {
		return false, false
	}
	sum := sha256.Sum256(data[at[1]:])
	return true, hex.EncodeToString(sum[:]) == string(data[at[2]:at[3]])
}
