package document

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// atOnce is how many nodes are written by one encoder: it keeps all that it wrote in memory, some
// hundred bytes a node and more, until it is closed.
const atOnce = 300

// Marshal writes root as YAML in block style, two spaces deep, after comment,
// whose lines each start with "# ". The same tree always gives the same bytes.
func Marshal(root *yaml.Node, comment string) ([]byte, error) {
	var out bytes.Buffer
	writeComment(&out, comment)
	var err error
	if root.Kind == yaml.MappingNode && len(root.Content) > 0 {
		err = writeMembers(&out, root, 0)
	} else {
		err = write(&out, styled(root), 0)
	}
	return out.Bytes(), err
}

// writeMembers writes the members of the map n, which stands that deep, few at a time: the bytes
// are those that one encoder would write.
func writeMembers(out *bytes.Buffer, n *yaml.Node, deep int) error {
	few := Map()
	nodes := 0
	flush := func() error {
		if len(few.Content) == 0 {
			return nil
		}
		batch := few
		few, nodes = Map(), 0
		return write(out, batch, deep)
	}
	for i := 0; i < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		content := size(value, atOnce)
		if content >= atOnce && value.Kind == yaml.MappingNode && isShort(name) {
			if err := flush(); err != nil {
				return err
			}
			var line bytes.Buffer
			alone := Map()
			alone.Content = []*yaml.Node{styled(name), Map()}
			if err := write(&line, alone, deep); err != nil {
				return err
			}
			out.WriteString(strings.TrimSuffix(line.String(), " {}\n") + "\n")
			if err := writeMembers(out, value, deep+1); err != nil {
				return err
			}
			continue
		}
		few.Content = append(few.Content, styled(name), styled(value))
		if nodes += 1 + content; nodes >= atOnce {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// isShort says whether a name stands on one line with its colon.
func isShort(name *yaml.Node) bool {
	return name.Kind == yaml.ScalarNode && len(name.Value) < 100 &&
		!strings.ContainsAny(name.Value, "\r\n\u0085\u2028\u2029")
}

// write writes n as it stands that deep in other maps.
func write(out *bytes.Buffer, n *yaml.Node, deep int) error {
	for range deep {
		outer := Map()
		Set(outer, "_", n)
		n = outer
	}
	var text bytes.Buffer
	enc := yaml.NewEncoder(&text)
	enc.SetIndent(2)
	if err := enc.Encode(n); err != nil {
		return err
	}
	if err := enc.Close(); err != nil {
		return err
	}
	for range deep {
		if _, err := text.ReadBytes('\n'); err != nil {
			return err
		}
	}
	_, err := text.WriteTo(out)
	return err
}

// size counts the nodes of n, up to most.
func size(n *yaml.Node, most int) int {
	count := 1
	for _, c := range n.Content {
		if count >= most {
			break
		}
		count += size(c, most-count)
	}
	return count
}

func writeComment(out *bytes.Buffer, text string) {
	for line := range strings.Lines(text) {
		out.WriteString(strings.TrimRight("# "+line, " \n") + "\n")
	}
}

// styled copies n with the styles that make its text unambiguous.
func styled(n *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: n.Kind, Tag: n.Tag, Value: n.Value}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == tagStr && ambiguous.MatchString(n.Value) {
		out.Style = yaml.DoubleQuotedStyle
	}
	for _, c := range n.Content {
		out.Content = append(out.Content, styled(c))
	}
	return out
}
