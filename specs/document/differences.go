package document

import "gopkg.in/yaml.v3"

// Differences are the numbered differences that an action or an example cites:
// x-difference holds one or a list.
func Differences(n *yaml.Node) []string {
	cited := Get(n, "x-difference")
	if cited == nil {
		return nil
	}
	if cited.Kind == yaml.ScalarNode {
		return []string{cited.Value}
	}
	var ids []string
	for _, id := range Items(cited) {
		ids = append(ids, id.Value)
	}
	return ids
}
