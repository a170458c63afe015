package overlay

import (
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// noReason stands for the reason of a deprecation that the provider does not give.
const noReason = "the provider's document says so, without a reason."

// tellDeprecated words what is deprecated so that the comments of the generated client say it in
// a paragraph of its own, as Go's tools want it (https://go.dev/wiki/Deprecated): the generator
// writes the line right below a description, where they overlook it, and excuses itself at length
// where no reason is given. The reason is the member x-deprecated-reason, the provider's or ours.
func tellDeprecated(root *yaml.Node) {
	document.Walk(document.Document, root, "", func(kind document.Kind, n *yaml.Node, _ string) {
		if document.Text(n, "deprecated") != "true" {
			return
		}
		if document.Text(n, reason) == "" {
			document.Set(n, reason, document.String(noReason))
		}
		described := strings.TrimRight(document.Text(n, "description"), "\n")
		switch {
		case kind == document.Operation:
			// Of the methods that decode an answer, only the description can say it in a paragraph.
			said := "Deprecated: " + document.Text(n, reason)
			if described != "" {
				said = described + "\n\n" + said
			}
			document.Set(n, "description", document.String(said))
		case described != "":
			document.Set(n, "description", document.String(described+"\n\n"))
		}
	})
}

// reason names the member that the generator reads the reason of a deprecation from.
const reason = "x-deprecated-reason"
