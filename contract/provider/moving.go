package provider

import (
	"fmt"
	"slices"
	"strings"

	"example.com/digilocker/specs/document"
)

// Question is one that whoever moves from one provider to another asks of both.
type Question struct {
	Key  string // of its answer in moving.yaml
	Text string // in Markdown, as the first column of the table in contract/docs/moving.md has it
}

// Questions are all that moving.yaml answers, in the order of the table.
func Questions() []Question {
	return []Question{
		{"documents", "documents as data"}, {"id", "`StartRequest.ID`"}, {"return", "`StartRequest.ReturnTo`"},
		{"ref", "the Ref"}, {"asked", "which documents are asked for"}, {"states", "states that `Status` tells"},
		{"link", "how long a link lives"}, {"denial", "a user who denies"}, {"shared", "what the user shares"},
		{"webhooks", "webhooks"}, {"file", "signed file"}, {"revoke", "end a consent early"}, {"price", "price"},
	}
}

// Moving are the answers of the provider's moving.yaml, by the keys of the questions; nil if there is none. Each
// is a line of Markdown; none is left out, nor to be decided.
func (p Provider) Moving() (map[string]string, error) {
	file, text, err := p.read("moving.yaml")
	if err != nil || text == nil {
		return nil, err
	}
	answers := map[string]string{}
	root, err := document.DecodeText(file, text, &answers)
	if err != nil {
		return nil, err
	}
	for key, node := range document.Members(root) {
		known := slices.ContainsFunc(Questions(), func(q Question) bool { return q.Key == key })
		switch said := answers[key]; {
		case !known:
			return nil, &document.Error{File: file, Line: node.Line, Msg: key + " is no question of the guide"}
		case said == "to be decided":
			return nil, &document.Error{File: file, Line: node.Line, Msg: key +
				" is to be decided: write what there is to say of it"}
		case strings.TrimSpace(said) == "" || strings.ContainsAny(said, "|\n"):
			return nil, &document.Error{File: file, Line: node.Line, Msg: key + ": write one line without a |"}
		}
	}
	for _, q := range Questions() {
		if _, said := answers[q.Key]; !said {
			return nil, fmt.Errorf("%s: write %q: what there is to say of it (%s)", file, q.Key, q.Text)
		}
	}
	return answers, nil
}
